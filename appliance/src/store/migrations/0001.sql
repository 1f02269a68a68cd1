-- The journal is the truth. Everything else in here can be worked out from it, but for the texts
-- of customers, which are kept apart so that they can be erased, and the readers' own notes.

CREATE TABLE journal (
    seq       INTEGER PRIMARY KEY,
    wall_ms   INTEGER NOT NULL,
    steady_ms INTEGER NOT NULL,
    ticket    INTEGER,
    event     TEXT NOT NULL
) STRICT;

CREATE TABLE branch (
    only        INTEGER PRIMARY KEY CHECK (only = 1),
    day         INTEGER,
    day_wall    INTEGER,
    day_steady  INTEGER,
    last_day    INTEGER,
    last_ticket INTEGER NOT NULL,
    last_call   INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    only  INTEGER PRIMARY KEY CHECK (only = 1),
    body  TEXT NOT NULL
) STRICT;

-- `kept`: the ticket is in memory (of today, still open, or closed shortly before the day began).
CREATE TABLE tickets (
    id             INTEGER PRIMARY KEY,
    day            INTEGER NOT NULL,
    label          TEXT NOT NULL,
    token          TEXT NOT NULL UNIQUE,
    open           INTEGER NOT NULL,
    kept           INTEGER NOT NULL,
    changed_steady INTEGER NOT NULL,
    body           TEXT NOT NULL,
    UNIQUE (day, label)
) STRICT;
CREATE INDEX tickets_kept ON tickets (id) WHERE kept;

CREATE TABLE desks (
    id   INTEGER PRIMARY KEY,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE paces (
    service INTEGER PRIMARY KEY,
    mean_ms INTEGER NOT NULL
) STRICT;

-- What people wrote. Deleting a row here erases it.
CREATE TABLE texts (
    ticket INTEGER NOT NULL,
    field  TEXT NOT NULL,
    text   TEXT NOT NULL,
    PRIMARY KEY (ticket, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipts (
    key         TEXT PRIMARY KEY,
    fingerprint INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    wall_ms     INTEGER NOT NULL,
    steady_ms   INTEGER NOT NULL,
    ticket      INTEGER,
    token       TEXT,
    call        INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_age ON receipts (steady_ms);

CREATE TABLE cursors (
    reader TEXT PRIMARY KEY,
    seq    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Slips on their way to paper. `seq` is the entry that asked for it, so none is queued twice.
CREATE TABLE spool (
    id            INTEGER PRIMARY KEY,
    seq           INTEGER NOT NULL UNIQUE,
    ticket        INTEGER NOT NULL,
    device        INTEGER NOT NULL,
    state         TEXT NOT NULL,
    copies        INTEGER NOT NULL,
    reason        TEXT,
    queued_wall   INTEGER NOT NULL,
    queued_steady INTEGER NOT NULL,
    changed_wall  INTEGER NOT NULL
) STRICT;
CREATE INDEX spool_open ON spool (device, id) WHERE state IN ('queued', 'sending');
