-- The entries of the journal that change the settings, and who made each: an operator (by number),
-- the technician, or the box itself (its first settings). The journal holds what; this holds who.
CREATE TABLE settings_versions (
    seq      INTEGER PRIMARY KEY,
    author   TEXT NOT NULL,
    operator INTEGER
) STRICT;
INSERT INTO settings_versions (seq, author, operator)
    SELECT seq, 'box', NULL FROM journal WHERE event LIKE '{"settings_changed":%';

-- How often an operator's tokens were ended: one that was issued before that is void.
CREATE TABLE token_epochs (
    operator INTEGER PRIMARY KEY,
    epoch    INTEGER NOT NULL
) STRICT;
