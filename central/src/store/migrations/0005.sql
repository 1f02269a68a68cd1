-- Format 5. What the live overview shows of a branch, so that it reads a few rows of each.

-- How long a ticket has stood in lines, the present wait not included; and of one that waits, since
-- when, by its branch's clock. Rows that are there count as nothing until they change.
ALTER TABLE ticket ADD COLUMN waited_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN since_ms INTEGER;
ALTER TABLE figure ADD COLUMN waited_ms INTEGER NOT NULL DEFAULT 0; -- of all that count there

-- The states are those of store/figures.rs: who waits longest, and who is at a counter.
DROP INDEX ticket_waiting;
CREATE INDEX ticket_waiting ON ticket (document, service, since_ms) WHERE state = 1;
CREATE INDEX ticket_at_counter ON ticket (document) WHERE state IN (2, 3, 4);

ALTER TABLE branch ADD COLUMN zone TEXT;        -- by its IANA name
ALTER TABLE branch ADD COLUMN ahead_ms INTEGER; -- its wall clock less this server's, at its last status
ALTER TABLE branch ADD COLUMN health BLOB;      -- as in its last status
