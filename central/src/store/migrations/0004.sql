-- Format 4. When a customer was last about, for retention.

-- Nobody knows of those who are here already, so for them the time begins now.
ALTER TABLE customer ADD COLUMN seen_ms INTEGER NOT NULL DEFAULT 0;
UPDATE customer SET seen_ms = CAST(unixepoch('subsec') * 1000 AS INTEGER);
CREATE INDEX customer_seen ON customer (seen_ms);
