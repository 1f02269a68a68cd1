//! A look at a database that no daemon is using, without changing anything in it.

use std::path::Path;

use engine::{Moment, Seq};
use rusqlite::OpenFlags;
use serve::folder::FolderLock;

use super::migrate::MIGRATIONS;
use super::{StoreError, StoreOptions, StoredFittings, check, connect, fittings, held, wal};

/// What is in a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Its format.
    pub format: i64,
    /// The last entry of the journal; 0 where it is empty.
    pub last: Seq,
    /// When that was written.
    pub last_at: Option<Moment>,
    /// The newest list of devices; none where nobody has named any, or the format has none yet.
    pub devices: Option<StoredFittings>,
}

/// Checks every page of the database in this folder, and its write-ahead log.
///
/// # Errors
///
/// [`StoreError`], which says what is wrong and what to do.
pub fn examine(folder: &Path) -> Result<Contents, StoreError> {
    let options = StoreOptions::in_folder(folder);
    let _held = FolderLock::take(folder).map_err(|fault| held(&options.path, fault))?;
    look(&options)
}

/// The same of a file that is nobody's.
pub(super) fn look(options: &StoreOptions) -> Result<Contents, StoreError> {
    wal::check(&options.path)?;
    let sql = connect(options, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    check(&sql, &options.path)?;
    let format: i64 = sql.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if known < format {
        let path = options.path.clone();
        return Err(StoreError::TooNew { path, found: format, known });
    }
    let last = "SELECT seq, wall_ms, steady_ms FROM journal ORDER BY seq DESC LIMIT 1";
    let row = |row: &rusqlite::Row<'_>| {
        Ok((Seq(row.get(0)?), Moment { wall_ms: row.get(1)?, steady_ms: row.get(2)? }))
    };
    let mut query = sql.prepare(last)?;
    let last = query.query_map([], row)?.next().transpose()?;
    let (last, last_at) = match last {
        Some((seq, at)) => (seq, Some(at)),
        None => (Seq(0), None),
    };
    // Looking upgrades nothing: an older format may lack the table.
    let has_lists = sql.table_exists(None, "device_lists")?;
    let devices = if has_lists { fittings::newest(&sql, 1)?.pop() } else { None };
    Ok(Contents { format, last, last_at, devices })
}
