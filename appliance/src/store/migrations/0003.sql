-- Who may sign in, as argon2id hashes. They are in no settings, no journal and no document.
CREATE TABLE credentials (
    operator INTEGER PRIMARY KEY,
    hash     TEXT NOT NULL
) STRICT;
