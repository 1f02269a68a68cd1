//! A branch that is asked wrongly, and a witness who sees whether anything was written.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;

use rusqlite::types::Value as Cell;
use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use tempfile::TempDir;
use tests::dialects::text;
use tests::{Appliance, Reply};

use super::wire;

/// A running branch with a customer in every situation.
pub(crate) struct Hall {
    branch: Appliance,
    witness: Witness,
    /// The token of a ticket that waits.
    pub(crate) waiting: String,
    /// The number of a ticket that waits, taken by staff.
    pub(crate) waiting_id: String,
    /// The token of a ticket that is closed, without feedback.
    pub(crate) closed: String,
    /// A call that is open, at counter 1.
    pub(crate) call: String,
    /// The number of a ticket that is parked.
    pub(crate) parked: String,
    _folder: TempDir,
}

/// Whose words a refusal is to be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaks {
    /// Smart Ticket, and whatever belongs to no dialect: `error` and `message`.
    Smart,
    /// Queue Management: `success`, `errno` and `message`.
    Queue,
    /// Nobody: the request never showed whom it was for.
    Nobody,
}

impl Hall {
    pub(crate) async fn open() -> Hall {
        let folder = tempfile::tempdir().expect("a folder");
        let branch = Appliance::plan(folder.path().join("data")).start().await.expect("starts");
        let mut http = branch.http();
        let closed = http.smart_token(1).await;
        let call = http.call_next(2).await;
        http.end_call(&text(&call["id"])).await;
        http.smart_token(2).await;
        let parked = http.call_next(2).await;
        http.qm("pausecall", json!({"answer_id": parked["id"]})).await.ok();
        http.smart_token(3).await;
        let call = http.call_next(1).await;
        let waiting = http.smart_token(1).await;
        let staffs = http.qm("createticket", json!({"service_id": "4"})).await.ok().json();
        let witness = Witness::new(&branch);
        Hall {
            branch,
            witness,
            waiting,
            waiting_id: text(&staffs["ticket"]["id"]),
            closed,
            call: text(&call["id"]),
            parked: text(&parked["ticket"]["id"]),
            _folder: folder,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.branch.address()
    }

    pub(crate) async fn key(&self) -> String {
        self.branch.http().smart_key().await
    }

    /// A ticket for this key, as it should be asked for.
    pub(crate) async fn take(&self, key: &str) -> Reply {
        self.branch.http().smart_ticket(key, 1).await
    }

    /// Sends a request on a connection of its own; it must be refused in these words with one of
    /// these statuses, and must have written nothing.
    pub(crate) async fn refuses(&self, case: &str, bytes: &[u8], speaks: Speaks, statuses: &[u16]) {
        let reply = wire::ask(self.address(), bytes).await;
        let reply = reply.unwrap_or_else(|| panic!("{case}: no answer"));
        self.check(case, &reply, speaks, statuses);
    }

    /// Holds an answer to what is promised of refusals.
    #[track_caller]
    pub(crate) fn check(&self, case: &str, reply: &Reply, speaks: Speaks, statuses: &[u16]) {
        let status = reply.status;
        assert!(statuses.contains(&status), "{case}: {status}, not {statuses:?}: {}", reply.text());
        if let Err(why) = is_refusal(reply, speaks) {
            panic!("{case}: {status} {}: {why}", reply.text());
        }
        self.nothing_was_written(case);
    }

    /// Holds the database to be what it was.
    #[track_caller]
    pub(crate) fn nothing_was_written(&self, case: &str) {
        if let Some(change) = self.witness.change() {
            panic!("{case}: something was written: {change}");
        }
    }

    /// Holds the database to have nothing new but a counter that somebody has opened, if that.
    #[track_caller]
    pub(crate) fn only_a_counter_was_opened(&self, case: &str) {
        if let Some(change) = self.witness.change().map(|change| change.to_string()) {
            assert!(change.contains("shift_opened"), "{case}: something was written: {change}");
        }
    }

    /// Takes the database as it is now for what it has to stay.
    pub(crate) fn accept_changes(&self) {
        self.witness.change();
    }

    pub(crate) async fn is_well(&self, case: &str) {
        assert!(wire::is_well(self.address()).await, "{case}: the daemon is not well");
        self.nothing_was_written(case);
    }
}

/// Why an answer is no refusal in these words.
pub(crate) fn is_refusal(reply: &Reply, speaks: Speaks) -> Result<(), String> {
    if !(400..500).contains(&reply.status) {
        return Err("the status is none of a refusal".into());
    }
    if reply.status == 405 && reply.header("allow").is_none_or(str::is_empty) {
        return Err("405 without Allow".into());
    }
    if speaks == Speaks::Nobody {
        return Ok(());
    }
    if reply.header("content-type").is_none_or(|kind| !kind.starts_with("application/json")) {
        return Err("it is not called JSON".into());
    }
    let body: serde_json::Value =
        serde_json::from_slice(&reply.body).map_err(|error| error.to_string())?;
    let has_message = body["message"].as_str().is_some_and(|text| 8 < text.len());
    let is_code =
        |text: &str| text.len() > 2 && text.bytes().all(|c| c.is_ascii_lowercase() || c == b'_');
    let fits = match speaks {
        Speaks::Nobody => true,
        Speaks::Smart => has_message && body["error"].as_str().is_some_and(is_code),
        Speaks::Queue => {
            let expected: &[u64] = match reply.status {
                401 | 403 => &[101],
                404 => &[6],
                405 => &[2],
                408 | 413 | 414 => &[5],
                409 => &[7, 8],
                429 => &[9],
                _ => &[1, 3, 4, 5],
            };
            let errno = body["errno"].as_u64();
            has_message
                && body["success"] == false
                && errno.is_some_and(|errno| expected.contains(&errno))
        }
    };
    if fits { Ok(()) } else { Err(format!("these are not the words of {speaks:?}")) }
}

/// Who looks at the database from outside.
struct Witness {
    sql: Connection,
    seen: RefCell<Seen>,
}

struct Seen {
    /// SQLite's own mark, which another connection's commit changes.
    version: i64,
    tables: BTreeMap<String, Vec<Vec<Cell>>>,
}

impl Witness {
    fn new(branch: &Appliance) -> Witness {
        let path = branch.ledger().path().to_owned();
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let sql = Connection::open_with_flags(path, flags).expect("the database opens");
        let seen = Seen { version: version(&sql), tables: tables(&sql) };
        Witness { sql, seen: RefCell::new(seen) }
    }

    /// What is different from the last look, table by table.
    fn change(&self) -> Option<String> {
        let version = version(&self.sql);
        let mut seen = self.seen.borrow_mut();
        if version == seen.version {
            return None;
        }
        // A commit may have been empty: only rows count.
        let tables = tables(&self.sql);
        let changed: Vec<String> = tables
            .iter()
            .filter(|(name, rows)| seen.tables.get(*name) != Some(rows))
            .map(|(name, rows)| format!("{name} (its last row: {:?})", rows.last()))
            .collect();
        *seen = Seen { version, tables };
        (!changed.is_empty()).then(|| changed.join("; "))
    }
}

fn version(sql: &Connection) -> i64 {
    sql.query_row("PRAGMA data_version", [], |row| row.get(0)).expect("SQLite has it")
}

fn tables(sql: &Connection) -> BTreeMap<String, Vec<Vec<Cell>>> {
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    let mut query = sql.prepare(names).expect("SQLite has it");
    let names = query.query_map([], |row| row.get::<_, String>(0)).expect("answers");
    let names: Vec<String> = names.map(|name| name.expect("can be read")).collect();
    assert!(names.iter().any(|name| name == "journal"));
    names.into_iter().map(|name| (name.clone(), rows(sql, &name))).collect()
}

fn rows(sql: &Connection, table: &str) -> Vec<Vec<Cell>> {
    let mut query = sql.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).expect("is there");
    let columns = query.column_count();
    let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
    let rows = query.query_map([], row).expect("answers");
    rows.collect::<Result<_, _>>().expect("every row can be read")
}
