-- When a customer was last about, so that who never comes again can be forgotten.
ALTER TABLE customers ADD COLUMN seen_ms INTEGER NOT NULL DEFAULT 0;
UPDATE customers SET seen_ms = max(created_ms, updated_ms);
CREATE INDEX customers_seen ON customers (seen_ms);

-- Keys with which programs call in an operator's name, by their SHA-256. They stand beside the
-- passwords: in no settings, no journal and no document.
CREATE TABLE api_keys (
    hash     TEXT PRIMARY KEY,
    operator INTEGER NOT NULL,
    login    TEXT NOT NULL,
    made_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_operator ON api_keys (operator, made_ms);
