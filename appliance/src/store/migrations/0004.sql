-- Customers of apps. Personal: in no journal and in no document, and gone with their row.
-- `subject` is who they are to a provider; `generation` counts new passwords.
CREATE TABLE customers (
    id             TEXT PRIMARY KEY,
    username       TEXT UNIQUE,
    subject        TEXT UNIQUE,
    hash           TEXT,
    generation     INTEGER NOT NULL,
    first_name     TEXT,
    last_name      TEXT,
    display_name   TEXT,
    phone          TEXT,
    email          TEXT,
    address        TEXT,
    push           TEXT,
    language       TEXT,
    ticket_warning INTEGER NOT NULL,
    created_ms     INTEGER NOT NULL,
    updated_ms     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX customers_email ON customers (lower(email), created_ms);

-- Reset tokens, by their SHA-256.
CREATE TABLE customer_resets (
    hash     TEXT PRIMARY KEY,
    customer TEXT NOT NULL,
    ends_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_resets_customer ON customer_resets (customer);
CREATE INDEX customer_resets_end ON customer_resets (ends_ms);

-- Whose a ticket is stands among its texts.
CREATE INDEX texts_customer ON texts (text, ticket) WHERE field = 'customer';

-- What apps are told: of the call with this number, or (call 0) that it will be their turn soon.
CREATE TABLE notices (
    id        INTEGER PRIMARY KEY,
    ticket    INTEGER NOT NULL,
    call      INTEGER NOT NULL,
    wall_ms   INTEGER NOT NULL,
    steady_ms INTEGER NOT NULL,
    state     TEXT NOT NULL,
    UNIQUE (ticket, call)
) STRICT;
CREATE INDEX notices_due ON notices (id) WHERE state = 'due';
