//! The store: journal and current rows in one SQLite file.
//!
//! One connection writes, and it belongs to the registrar's thread. Everyone else reads through
//! [`Archive`]. WAL with `synchronous=FULL`: a commit that returned is on disk.

mod api_keys;
mod archive;
mod copy;
mod customers;
pub mod encoding;
mod error;
mod examine;
mod fittings;
mod history;
mod load;
pub mod migrate;
mod outbox;
pub mod replacement;
mod retention;
mod screens;
mod spool;
#[cfg(test)]
mod tests;
mod wal;
mod write;

use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use serve::folder::{FolderLock, LockFault, folder_of};

pub use api_keys::{API_KEYS_MAX, ApiKey};
pub use archive::{Archive, ENTRIES_READ_MAX};
pub use copy::{LEFT_OUT, begin_another_life, copy_of};
pub use customers::{
    CUSTOMERS_MAX, DueNotice, NOTICES_KEPT_MS, NewNotice, NoticeState, RESETS_OPEN_MAX,
};
pub use error::StoreError;
pub use examine::{Contents, examine};
pub use fittings::{DEVICE_LISTS_MAX, StoredFittings};
pub use history::{Author, SettingsVersion};
pub use outbox::{DOCUMENT_DAYS_KEPT, Identity, OUTBOX_READER, OutboxNote, Sheet, StoredDocument};
pub use retention::{FORGOTTEN_MAX, Forgotten};
pub use screens::{SCREEN_TOKENS_MAX, STORY_ENTRIES_MAX, ScreenToken};
pub use spool::{SLIPS_READER, SPOOL_KEPT_MS, SPOOL_OPEN_MAX, SlipState, SpooledSlip};
pub use write::{
    Batch, Housekeeping, Kept, NOTICES_READER, NewSlip, RECEIPT_KEPT_MS, StoredReceipt,
};

/// The name of the database in the data folder.
pub const FILE_NAME: &str = "branch.sqlite";

/// A file up to this size is checked before the branch opens; a larger one while it is already
/// serving, since the check reads every page and people are waiting.
const CHECKED_AT_START_BYTES_MAX: u64 = 64 << 20;

/// SQLite's page cache of a connection, in KiB. The rows in use are in our own memory.
const CACHE_KIB: i64 = 2_048;

/// Milliseconds for which a connection waits for a lock. Only checks and backups ever take one.
const BUSY_MS: u64 = 2_000;

/// Where the store is, and what stands between it and the disk.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// The database file.
    pub path: PathBuf,
    /// The SQLite VFS by name; none: the system's. A simulated disk registers its own.
    pub vfs: Option<String>,
    /// The most pages that the file may have; none: as many as the disk holds.
    pub pages_max: Option<u32>,
}

impl StoreOptions {
    /// The database in this data folder, on the system's disk.
    pub fn in_folder(folder: &Path) -> StoreOptions {
        StoreOptions { path: folder.join(FILE_NAME), vfs: None, pages_max: None }
    }
}

/// The writing end.
pub struct Store {
    options: StoreOptions,
    sql: Connection,
    /// After the connection, so that the folder is let go of last.
    _lock: FolderLock,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.options.path).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store, creating or upgrading its file, and holds its folder until it is dropped.
    ///
    /// # Errors
    ///
    /// [`StoreError`], which says what to do. A damaged file is left as it is.
    pub fn open(options: StoreOptions) -> Result<Store, StoreError> {
        let lock = FolderLock::around(&options.path).map_err(|fault| held(&options.path, fault))?;
        go_on(&options.path)?;
        wal::check(&options.path)?;
        migrate::bring_up_to_date(&options.path, migrate::MIGRATIONS)?;
        let sql = connect(&options, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let store = Store { options, sql, _lock: lock };
        store.fold_log_on_close(false)?;
        let size = std::fs::metadata(&store.options.path).map_or(0, |file| file.len());
        if size <= CHECKED_AT_START_BYTES_MAX {
            check(&store.sql, &store.options.path)?;
        }
        store.make_durable()?;
        store.fold_log_on_close(true)?;
        Ok(store)
    }

    /// Whether closing writes the log into the database, which a damaged one must be spared.
    fn fold_log_on_close(&self, fold: bool) -> Result<(), StoreError> {
        let set = self.sql.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !fold);
        set.map(|_| ()).map_err(|cause| StoreError::at(&self.options.path, cause))
    }

    /// A reading end.
    ///
    /// # Errors
    ///
    /// [`StoreError::Open`].
    pub fn archive(&self) -> Result<Archive, StoreError> {
        Archive::open(self.options.clone())
    }

    /// Settings of the connection, each read back: a pragma that is not understood is silent.
    fn make_durable(&self) -> Result<(), StoreError> {
        let unsafe_because =
            |what: String| StoreError::Unsafe { path: self.options.path.clone(), what };
        let mode: String = self.ask("PRAGMA journal_mode = WAL")?;
        if mode != "wal" {
            return Err(unsafe_because(format!("the journal mode is {mode}, not wal")));
        }
        self.sql.pragma_update(None, "synchronous", "FULL")?;
        let synchronous: i64 = self.ask("PRAGMA synchronous")?;
        if synchronous != 2 {
            return Err(unsafe_because(format!("synchronous is {synchronous}, not 2 (full)")));
        }
        // What is erased is overwritten, not only unlinked.
        self.ask::<i64>("PRAGMA secure_delete = ON")?;
        if let Some(pages) = self.options.pages_max {
            self.ask::<i64>(&format!("PRAGMA max_page_count = {pages}"))?;
        }
        Ok(())
    }

    fn ask<T: rusqlite::types::FromSql>(&self, sql: &str) -> Result<T, StoreError> {
        self.sql
            .query_row(sql, [], |row| row.get(0))
            .map_err(|cause| StoreError::at(&self.options.path, cause))
    }
}

fn connect(options: &StoreOptions, access: OpenFlags) -> Result<Connection, StoreError> {
    // Each connection is used by one thread at a time, so SQLite's own locks are not needed.
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || -> rusqlite::Result<Connection> {
        let sql = match &options.vfs {
            Some(vfs) => Connection::open_with_flags_and_vfs(&options.path, flags, vfs.as_str())?,
            None => Connection::open_with_flags(&options.path, flags)?,
        };
        sql.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
        // The first statement reads the schema, which may be what is damaged.
        sql.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        sql.pragma_update(None, "cache_size", -CACHE_KIB)?;
        sql.set_prepared_statement_cache_capacity(64);
        Ok(sql)
    };
    open().map_err(|cause| StoreError::at(&options.path, cause))
}

fn held(database: &Path, fault: LockFault) -> StoreError {
    let path = folder_of(database).to_owned();
    match fault {
        LockFault::Held => StoreError::InUse { path },
        LockFault::Reach(cause) => StoreError::Folder { path, cause },
    }
}

/// Sees a replacement through that a crash has cut off: between two of its steps there is no
/// database, and none may be begun. The folder must be held.
fn go_on(database: &Path) -> Result<(), StoreError> {
    let folder = folder_of(database);
    let failed = |cause| StoreError::Folder { path: folder.to_owned(), cause };
    if replacement::finish(folder).map_err(failed)? {
        tracing::warn!("a restore that was cut off is finished");
    }
    Ok(())
}

/// Whether the file is too large to be checked while people wait.
fn is_large(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| CHECKED_AT_START_BYTES_MAX < file.len())
}

/// Whether every page is sound.
fn check(sql: &Connection, path: &Path) -> Result<(), StoreError> {
    let verdict: Result<String, _> = sql.query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
    match verdict {
        Ok(verdict) if verdict == "ok" => Ok(()),
        Ok(what) => {
            // SQLite's verdict has several lines; a sentence has one.
            let what = what.split_whitespace().collect::<Vec<_>>().join(" ");
            Err(StoreError::Damaged { path: path.to_owned(), what })
        }
        Err(cause) => Err(StoreError::at(path, cause)),
    }
}
