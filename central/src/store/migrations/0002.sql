-- Format 2. Virtual tickets that customers buy at central.

-- What a branch tells the public of itself, as the frame that it came in.
CREATE TABLE card (
    branch INTEGER PRIMARY KEY REFERENCES branch,
    told_ms INTEGER NOT NULL,
    frame BLOB NOT NULL
) STRICT;

-- Customers of apps. Personal: in no document, and gone with their row.
-- `subject` is who they are to a provider; `generation` counts new passwords.
CREATE TABLE customer (
    id TEXT PRIMARY KEY,
    username TEXT UNIQUE,
    subject TEXT UNIQUE,
    hash TEXT,
    generation INTEGER NOT NULL,
    first_name TEXT,
    last_name TEXT,
    display_name TEXT,
    phone TEXT,
    email TEXT,
    address TEXT,
    push TEXT,
    language TEXT,
    ticket_warning INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_email ON customer (lower(email), created_ms);

-- Reset tokens, by their SHA-256.
CREATE TABLE customer_reset (
    hash TEXT PRIMARY KEY,
    customer TEXT NOT NULL,
    ends_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_reset_customer ON customer_reset (customer);

-- The log of requests for tickets. open: asked; sold, refused: answered; withdrawing: given up, and
-- the branch does not know it yet; withdrawn: it does; cancelled: the customer gave the ticket up.
CREATE TABLE sale (
    id BLOB PRIMARY KEY,       -- the request's number
    branch INTEGER NOT NULL REFERENCES branch,
    service INTEGER NOT NULL,
    language TEXT,
    customer TEXT,             -- null: they were erased
    repeat TEXT,               -- by which the customer's app can ask again
    state TEXT NOT NULL,
    asked_ms INTEGER NOT NULL, -- by this server's wall clock
    epoch INTEGER,             -- of the ticket, as the next ones; null: there is none
    number INTEGER,
    day INTEGER,
    tag TEXT,
    label INTEGER,
    sold_ms INTEGER,           -- by the branch's wall clock
    ended INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX sale_customer ON sale (customer, asked_ms) WHERE customer IS NOT NULL;
CREATE UNIQUE INDEX sale_repeat ON sale (customer, repeat) WHERE repeat IS NOT NULL;
CREATE INDEX sale_open ON sale (state) WHERE state = 'open';
CREATE INDEX sale_withdrawing ON sale (state) WHERE state = 'withdrawing';
CREATE INDEX sale_watched ON sale (ended) WHERE state = 'sold' AND ended = 0;
CREATE INDEX sale_asked ON sale (asked_ms);

-- What apps are told: of the call with this number, or (call 0) that it will be their turn soon.
CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    sale BLOB NOT NULL,
    call INTEGER NOT NULL,
    asked_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    UNIQUE (sale, call)
) STRICT;
CREATE INDEX notice_due ON notice (id) WHERE state = 'due';

-- Who waits, without reading all who were served.
CREATE INDEX ticket_waiting ON ticket (document, service) WHERE state = 1;
