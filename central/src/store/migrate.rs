//! Numbered changes of the file's format, each in one transaction with its number.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::StoreError;

/// One step: SQL that turns format N - 1 into format N. Steps are never changed once released.
pub(super) type Migration = &'static str;

/// The steps so far; the format is their number.
pub(super) const MIGRATIONS: &[Migration] = &[
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
    include_str!("migrations/0003.sql"),
    include_str!("migrations/0004.sql"),
    include_str!("migrations/0005.sql"),
    include_str!("migrations/0006.sql"),
];

/// Refuses a log without its database: a new database of the name would take it for its own.
pub(super) fn refuse_lone_log(path: &Path) -> Result<(), StoreError> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let log = std::fs::metadata(PathBuf::from(log)).map_or(0, |log| log.len());
    if path.exists() || log == 0 {
        return Ok(());
    }
    let what = "its write-ahead log is there without it".to_owned();
    Err(StoreError::Damaged { path: path.to_owned(), what })
}

/// Brings the file to the newest format. A crash leaves it at one format or the next, whole.
pub(super) fn bring_up_to_date(
    sql: &mut Connection,
    path: &Path,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    let at = |cause| StoreError::at(path, cause);
    let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    let found: i64 = sql.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(at)?;
    if known < found {
        return Err(StoreError::TooNew { path: path.to_owned(), found, known });
    }
    let tables: i64 =
        sql.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0)).map_err(at)?;
    if found < 0 || (found == 0) != (tables == 0) {
        let what = "it has no format number".to_owned();
        return Err(StoreError::Damaged { path: path.to_owned(), what });
    }
    let done = usize::try_from(found).unwrap_or(0);
    for (number, migration) in (1_i64..).zip(migrations).skip(done) {
        let mut step = || -> rusqlite::Result<()> {
            let step = sql.transaction()?;
            step.execute_batch(migration)?;
            step.pragma_update(None, "user_version", number)?;
            step.commit()
        };
        step().map_err(|cause| StoreError::Upgrade { path: path.to_owned(), to: number, cause })?;
    }
    Ok(())
}
