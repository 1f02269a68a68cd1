//! Central's database, watched from outside while central writes it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::task::JoinHandle;

use crate::machine::Watch;

/// A ticket that stands in a line.
pub(super) const WAITING: u8 = 1;
/// One that has been called.
pub(super) const CALLED: u8 = 2;
/// One whose visit is over.
pub(super) const SERVED: u8 = 3;

/// How often the watcher looks; what it sees is so much too late at the most.
const WATCH_EVERY: Duration = Duration::from_millis(1);

/// How long a lock of central's may hold up a look.
const LOCKED: Duration = Duration::from_secs(2);

/// Central's rows, of the one branch that it hears.
pub(super) struct Rows(Connection);

impl Rows {
    /// Opens central's database beside central.
    pub(super) fn open(database: &Path) -> rusqlite::Result<Rows> {
        let sql = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        sql.busy_timeout(LOCKED)?;
        Ok(Rows(sql))
    }

    /// The number of the change that came last.
    pub(super) fn last_change(&self) -> rusqlite::Result<i64> {
        let find = "SELECT coalesce(max(id), 0) FROM change";
        self.0.prepare_cached(find)?.query_row([], |row| row.get(0))
    }

    /// The changes after this number, up to that one.
    pub(super) fn changes(&self, after: i64, last: i64) -> rusqlite::Result<Vec<Vec<u8>>> {
        let find = "SELECT bytes FROM change WHERE ?1 < id AND id <= ?2 ORDER BY id";
        let mut find = self.0.prepare(find)?;
        find.query_map([after, last], |row| row.get(0))?.collect()
    }

    /// How many tickets were served.
    pub(super) fn served(&self) -> rusqlite::Result<u64> {
        let find = "SELECT count(*) FROM ticket WHERE state = 7";
        self.0.prepare_cached(find)?.query_row([], |row| row.get(0))
    }

    /// A number that is another one after every commit of central's.
    fn version(&self) -> rusqlite::Result<i64> {
        self.0.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))
    }

    /// How far each ticket after this one has come.
    fn reached(&self, after: u64) -> rusqlite::Result<Vec<(u64, u8)>> {
        let find = "SELECT number, state FROM ticket WHERE ?1 < number AND state IS NOT NULL";
        let mut find = self.0.prepare_cached(find)?;
        let rows = find.query_map([after.cast_signed()], |row| {
            let number: i64 = row.get(0)?;
            let reached = match row.get::<_, u8>(1)? {
                1 => WAITING,
                2..=4 => CALLED,
                _ => SERVED,
            };
            Ok((number.cast_unsigned(), reached))
        })?;
        rows.collect()
    }

    fn last_ticket(&self) -> rusqlite::Result<u64> {
        let find = "SELECT coalesce(max(number), 0) FROM ticket";
        self.0.query_row(find, [], |row| row.get::<_, i64>(0)).map(i64::cast_unsigned)
    }
}

/// When each ticket had come how far, by the clock that was handed down.
type Seen = BTreeMap<(u64, u8), Duration>;

/// Notes when rows appear, of tickets that are given from now on.
pub(super) struct Watcher {
    stop: Arc<AtomicBool>,
    count: Arc<AtomicUsize>,
    task: JoinHandle<rusqlite::Result<Seen>>,
}

impl Watcher {
    /// Begins to watch.
    pub(super) fn start(database: &Path, watch: &Arc<Watch>) -> rusqlite::Result<Watcher> {
        let rows = Rows::open(database)?;
        let after = rows.last_ticket()?;
        let (stop, count) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let (told, seen, watch) = (Arc::clone(&stop), Arc::clone(&count), Arc::clone(watch));
        let task = tokio::spawn(async move {
            let mut notes = Seen::new();
            let mut version = None;
            while !told.load(Ordering::Relaxed) {
                let now = Some(rows.version()?);
                if version != now {
                    version = now;
                    let at = watch.elapsed();
                    for (ticket, reached) in rows.reached(after)? {
                        for step in WAITING..=reached {
                            notes.entry((ticket, step)).or_insert(at);
                        }
                    }
                    seen.store(notes.len(), Ordering::Relaxed);
                }
                tokio::time::sleep(WATCH_EVERY).await;
            }
            Ok(notes)
        });
        Ok(Watcher { stop, count, task })
    }

    /// Whether so many steps have been noted.
    pub(super) fn has_seen(&self, steps: usize) -> Result<bool, &'static str> {
        if self.task.is_finished() {
            return Err("central's database cannot be watched");
        }
        Ok(steps <= self.count.load(Ordering::Relaxed))
    }

    /// What was noted.
    pub(super) async fn finish(self) -> Result<Seen, Box<dyn std::error::Error>> {
        self.stop.store(true, Ordering::Relaxed);
        Ok(self.task.await??)
    }
}
