-- What this box is to the central server. `epoch` is drawn at random when the box first speaks to
-- one, and names this life of it; `central` is the life of the central server that it spoke to last.
CREATE TABLE box (
    only    INTEGER PRIMARY KEY CHECK (only = 1),
    epoch   INTEGER NOT NULL,
    boots   INTEGER NOT NULL,
    central INTEGER
) STRICT;

-- The replicated form of the business days. `saved`: the whole document in few bytes, made when its
-- day is over; what came later stands in `changes`. `covered`: central is known to hold all of it.
CREATE TABLE documents (
    id      INTEGER PRIMARY KEY,
    day     INTEGER NOT NULL,
    segment INTEGER NOT NULL,
    covered INTEGER NOT NULL,
    saved   BLOB,
    UNIQUE (day, segment)
) STRICT;
CREATE INDEX documents_uncovered ON documents (day, segment) WHERE NOT covered;

-- Raw changes as they are sent, in the order in which they were made.
CREATE TABLE changes (
    id       INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (id),
    bytes    BLOB NOT NULL
) STRICT;
CREATE INDEX changes_document ON changes (document, id);
