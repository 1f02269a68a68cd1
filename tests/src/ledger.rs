//! The daemon's database, read from outside while it runs or after it has ended.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use appliance::store::encoding::decode_ticket;
use engine::Ticket;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

/// A data folder's database; opened anew, and only for reading, at every question.
#[derive(Clone, Debug)]
pub struct Ledger {
    path: PathBuf,
}

/// One entry of the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its number.
    pub seq: i64,
    /// Milliseconds since the Unix epoch.
    pub wall_ms: i64,
    /// What happened, as in `called`.
    pub kind: String,
    /// Its members.
    pub members: Value,
}

/// One slip on its way to paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpooledSlip {
    /// Whose it is.
    pub ticket: i64,
    /// `queued`, `sending`, `printed`, `uncertain`, `expired` or `dropped`.
    pub state: String,
    /// How often it was sent again.
    pub copies: i64,
}

impl Ledger {
    /// That of a data folder.
    pub fn in_folder(data: &Path) -> Ledger {
        Ledger { path: data.join("branch.sqlite") }
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole journal in its order.
    pub fn journal(&self) -> Vec<Entry> {
        self.rows("SELECT seq, wall_ms, event FROM journal ORDER BY seq", |row| {
            let event: Value = serde_json::from_str(&row.get::<_, String>(2)?).expect("is JSON");
            let Value::Object(event) = event else { panic!("{event} is no event") };
            let (kind, members) = event.into_iter().next().expect("has a kind");
            Ok(Entry { seq: row.get(0)?, wall_ms: row.get(1)?, kind, members })
        })
    }

    /// The entries of one kind.
    pub fn entries(&self, kind: &str) -> Vec<Entry> {
        self.journal().into_iter().filter(|entry| entry.kind == kind).collect()
    }

    /// Every ticket ever given out, by number, as it stands now.
    pub fn tickets(&self) -> BTreeMap<u64, Ticket> {
        let tickets = self.rows("SELECT body FROM tickets", |row| {
            let body: String = row.get(0)?;
            Ok(decode_ticket(&body).expect("is a ticket"))
        });
        tickets.into_iter().map(|ticket| (ticket.id.0, ticket)).collect()
    }

    /// What people wrote: ticket, field, text.
    pub fn texts(&self) -> Vec<(i64, String, String)> {
        self.rows("SELECT ticket, field, text FROM texts ORDER BY ticket, field", |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
    }

    /// The slips in the order in which they were asked for.
    pub fn spool(&self) -> Vec<SpooledSlip> {
        self.rows("SELECT ticket, state, copies FROM spool ORDER BY id", |row| {
            Ok(SpooledSlip { ticket: row.get(0)?, state: row.get(1)?, copies: row.get(2)? })
        })
    }

    fn rows<T>(
        &self,
        sql: &str,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Vec<T> {
        let file = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .expect("the database opens");
        file.busy_timeout(crate::SOON).expect("takes a time");
        let mut statement = file.prepare(sql).expect("the tables are as known");
        let rows = statement.query_map([], read).expect("answers");
        rows.collect::<Result<_, _>>().expect("every row can be read")
    }
}
