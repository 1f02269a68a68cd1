-- The list of devices, where the configuration has none: one row a change, the newest in force.
CREATE TABLE device_lists (
    version     INTEGER PRIMARY KEY,
    changed_ms  INTEGER NOT NULL,
    author      TEXT NOT NULL,
    operator    INTEGER,
    next_device INTEGER NOT NULL,
    body        TEXT NOT NULL
) STRICT;
