-- Format 6. Open tickets of a life of the box that is over: state 11, see store/lives.rs.

-- The life by which a branch's open tickets are counted; null: by none yet, as before this format.
ALTER TABLE branch ADD COLUMN counted INTEGER;

-- What can be open, found without reading what is closed.
CREATE INDEX figure_open ON figure (document) WHERE count > 0 AND state IN (1, 2, 3, 4, 5, 6, 11);
CREATE INDEX ticket_aside ON ticket (document) WHERE state IN (5, 6, 11);
