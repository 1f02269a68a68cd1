-- Format 1. Numbers that a branch chooses freely (tickets, calls, counters, boots) may use all 64
-- bits and are stored as the signed number with the same bits.

CREATE TABLE central (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    life INTEGER NOT NULL, -- drawn when the file was made
    boot INTEGER NOT NULL
) STRICT;

CREATE TABLE branch (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,    -- under which it was admitted
    told TEXT,             -- what it calls itself
    heard_ms INTEGER,      -- this server's wall clock at the branch's last word
    online INTEGER,        -- null: nothing was heard since this server started
    epoch INTEGER,         -- of the last status that said online, as the next one
    boot INTEGER,
    version TEXT,
    day INTEGER,           -- the newest
    documents INTEGER NOT NULL DEFAULT 0,
    UNIQUE (tenant, number)
) STRICT;

CREATE TABLE document (
    id INTEGER PRIMARY KEY,
    branch INTEGER NOT NULL REFERENCES branch,
    day INTEGER NOT NULL,
    segment INTEGER NOT NULL,
    heads BLOB NOT NULL,      -- 32 bytes each
    changes INTEGER NOT NULL, -- how many are in the rows
    sum BLOB NOT NULL,        -- of them; see sync's Replica::sum
    waiting INTEGER NOT NULL, -- how many are not yet
    UNIQUE (branch, day, segment)
) STRICT;

CREATE TABLE change (
    id INTEGER PRIMARY KEY, -- in the order of arrival, so that new ones go to the end of the file
    document INTEGER NOT NULL,
    hash BLOB NOT NULL,
    projected INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (document, hash)
) STRICT;

CREATE TABLE waiting (
    document INTEGER NOT NULL,
    dep BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (document, dep, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE object (
    document INTEGER NOT NULL,
    counter INTEGER NOT NULL,
    actor BLOB NOT NULL,
    kind INTEGER NOT NULL, -- 0 foreign, 1 bucket, 2 ticket, 3 call
    epoch INTEGER NOT NULL,
    number INTEGER NOT NULL,
    call INTEGER NOT NULL,
    PRIMARY KEY (document, counter, actor)
) STRICT, WITHOUT ROWID;

CREATE TABLE ticket (
    document INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    number INTEGER NOT NULL,
    service INTEGER, -- null, as the next one, while the ticket cannot be read
    state INTEGER,
    cells BLOB NOT NULL,
    PRIMARY KEY (document, epoch, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE day (
    document INTEGER PRIMARY KEY,
    cells BLOB NOT NULL
) STRICT;

CREATE TABLE figure (
    document INTEGER NOT NULL,
    service INTEGER NOT NULL,
    state INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (document, service, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letter (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    reason TEXT NOT NULL,
    topic TEXT NOT NULL,
    size INTEGER NOT NULL,
    payload BLOB NOT NULL -- its first bytes
) STRICT;

CREATE TABLE account (
    login TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
