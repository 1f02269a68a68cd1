-- Tokens of screens that stand in the hall, as SHA-256.
CREATE TABLE screen_tokens (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    hash       TEXT NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL
) STRICT;

-- What has become of a ticket's slip, and a ticket's story.
CREATE INDEX spool_ticket ON spool (ticket, id);
CREATE INDEX journal_ticket ON journal (ticket, seq) WHERE ticket IS NOT NULL;
