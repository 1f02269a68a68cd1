-- Entries of the journal that an operator made from elsewhere, for a counter that is not theirs. The
-- journal holds what was done; this holds who did it.
CREATE TABLE acts (
    seq      INTEGER PRIMARY KEY,
    operator INTEGER NOT NULL
) STRICT;
