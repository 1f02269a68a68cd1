-- The figures of each branch's business days, and whether a branch speaks another protocol.

-- The version of a frame that was not ours, until the branch says something that can be read.
ALTER TABLE branch ADD COLUMN protocol INTEGER;

CREATE TABLE day_figures (
    branch INTEGER NOT NULL,
    day INTEGER NOT NULL,
    settled INTEGER NOT NULL, -- 0: tickets of the day have changed since, and the rest is void
    total BLOB NOT NULL,      -- of all tickets
    PRIMARY KEY (branch, day)
) STRICT, WITHOUT ROWID;

-- Few are not settled: the present day of each branch, and what has just come in late.
CREATE INDEX day_figures_unsettled ON day_figures (branch, day) WHERE settled = 0;

-- By service, counter, operator and hour: apart, since whoever asks for a network reads the totals.
CREATE TABLE day_parts (
    branch INTEGER NOT NULL,
    day INTEGER NOT NULL,
    parts BLOB NOT NULL,
    PRIMARY KEY (branch, day)
) STRICT, WITHOUT ROWID;

INSERT INTO day_figures (branch, day, settled, total)
SELECT DISTINCT branch, day, 0, x'' FROM document;
