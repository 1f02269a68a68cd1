//! Central's store: what branches said, as rows in one SQLite file, and the figures of them.
//!
//! One connection writes, and it belongs to the intake's thread. Everyone else reads through
//! [`Reader`]. WAL with `synchronous=FULL`: a commit that returned is on disk. No document is
//! kept in memory; a [`Batch`] holds the rows it touches, and no longer than it lasts.

mod batch;
mod cards;
mod customers;
mod days;
mod document;
mod error;
mod figures;
mod lives;
mod migrate;
mod overview;
mod reader;
mod retention;
mod sales;
mod shelf;
mod standing;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use serve::folder::{FolderLock, LockFault, folder_of};
use sync::ids::{BoxEpoch, BranchId};
use sync::topics::Tenant;

pub use batch::{BRANCHES_MAX, Batch, DEAD_LETTER_BYTES_MAX, DEAD_LETTERS_MAX, DOCUMENTS_MAX};
pub use cards::Presence;
pub use customers::{CUSTOMERS_MAX, RESETS_OPEN_MAX};
pub use days::{DaysFigures, NetworkFigures, Span};
pub use error::StoreError;
pub use figures::{BranchFigures, ServiceFigures};
pub use lives::DOCUMENTS_RECOUNTED_MAX;
pub use overview::{AtCounter, BranchInFull, BranchNow, Counts, LastCall, ServiceNow};
pub use reader::Reader;
pub use retention::{FORGOTTEN_MAX, Forgotten, kept_from};
pub use sales::{
    DueNotice, NewSale, Note, SALES_KEPT_MS, SALES_OF_CUSTOMER_MAX, Sale, Settled, withdrawal,
};
pub use shelf::WAITING_MAX;
pub use standing::{BranchStanding, ServiceWait};

/// The name of the database in the data folder.
pub const FILE_NAME: &str = "central.sqlite";

/// A file up to this size is checked whole before the server opens; the check of a larger one
/// would keep head office waiting for minutes, and a bad page shows itself when it is read.
const CHECKED_AT_START_BYTES_MAX: u64 = 256 << 20;

/// The writer's page cache, in KiB: the index pages of the day in work of some hundred branches.
const WRITER_CACHE_KIB: i64 = 16_384;

/// A reader's page cache, in KiB.
const READER_CACHE_KIB: i64 = 2_048;

/// Pages of the log after which it is folded into the file: 16 MiB, so that pages that many
/// batches touch are written there once.
const LOG_PAGES: i64 = 4_096;

/// How long a connection waits for a lock. Only checks and backups ever take one.
const BUSY: Duration = Duration::from_secs(2);

/// Prepared statements kept a connection: all there are.
const STATEMENTS_MAX: usize = 64;

/// Where the store is, and what stands between it and the disk.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// The database file.
    pub path: PathBuf,
    /// The most pages that the file may have; none: as many as the disk holds.
    pub pages_max: Option<u32>,
}

impl StoreOptions {
    /// The database in this data folder.
    pub fn in_folder(folder: &Path) -> StoreOptions {
        StoreOptions { path: folder.join(FILE_NAME), pages_max: None }
    }
}

/// Someone who shall be able to sign in.
#[derive(Clone)]
pub struct NewUser {
    /// Whose branches are seen.
    pub tenant: Tenant,
    /// What is typed.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The password's hash, in PHC form; never the password.
    pub password_hash: String,
}

/// Someone who may sign in.
#[derive(Clone)]
pub struct UserRow {
    /// Whose branches are seen.
    pub tenant: Tenant,
    /// What is typed.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The password's hash, in PHC form.
    pub password_hash: String,
}

/// The writing end.
pub struct Store {
    options: StoreOptions,
    sql: Connection,
    life: BoxEpoch,
    /// Whether what was erased may still stand in the log.
    owes_fold: bool,
    /// After the connection, so that the folder is let go of last.
    _lock: FolderLock,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.options.path).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store of this data folder, creating or upgrading its file, and holds the folder
    /// until it is dropped.
    ///
    /// # Errors
    ///
    /// [`StoreError`], which says what to do. A damaged file is left as it is.
    pub fn open(folder: &Path) -> Result<Store, StoreError> {
        Store::open_with(StoreOptions::in_folder(folder))
    }

    /// The same with bounds of one's own.
    ///
    /// # Errors
    ///
    /// As [`Store::open`].
    pub fn open_with(options: StoreOptions) -> Result<Store, StoreError> {
        let path = options.path.as_path();
        let lock = FolderLock::around(path).map_err(|fault| held(path, fault))?;
        migrate::refuse_lone_log(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut sql = connect(path, flags, WRITER_CACHE_KIB)?;
        // Until the file is known to be sound, closing must not fold the log into it.
        let fold = |sql: &Connection, fold: bool| {
            let set = sql.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !fold);
            set.map_err(|cause| StoreError::at(path, cause))
        };
        fold(&sql, false)?;
        let size = std::fs::metadata(path).map_or(0, |file| file.len());
        if size <= CHECKED_AT_START_BYTES_MAX {
            check(&sql, path)?;
        }
        make_durable(&sql, &options)?;
        migrate::bring_up_to_date(&mut sql, path, migrate::MIGRATIONS)?;
        fold(&sql, true)?;
        let life = life(&sql)?;
        // Killed, the last run may have left something in the log that it had erased.
        let mut store = Store { options, sql, life, owes_fold: true, _lock: lock };
        store.fold_erased()?;
        Ok(store)
    }

    /// A reading end.
    ///
    /// # Errors
    ///
    /// [`StoreError::Open`].
    pub fn reader(&self) -> Result<Reader, StoreError> {
        Reader::open(&self.options.path)
    }

    /// The number drawn when the database was made. A box that sees another one offers
    /// everything again.
    pub fn life(&self) -> BoxEpoch {
        self.life
    }

    /// Begins another start of the server: nothing is known of who is connected. Returns its
    /// number, which counts up and is on disk.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn begin_boot(&mut self) -> Result<u64, StoreError> {
        let transaction = self.sql.transaction()?;
        transaction.execute("UPDATE branch SET online = NULL", [])?;
        let boot: i64 = transaction.query_row(
            "UPDATE central SET boot = boot + 1 RETURNING boot",
            [],
            |row| row.get(0),
        )?;
        transaction.commit()?;
        Ok(boot.cast_unsigned())
    }

    /// Makes a branch known, or gives a known one this name.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn admit_branch(
        &mut self,
        tenant: &Tenant,
        branch: BranchId,
        name: &str,
    ) -> Result<(), StoreError> {
        self.sql.execute(
            "INSERT INTO branch (tenant, number, name) VALUES (?1, ?2, ?3)
             ON CONFLICT (tenant, number) DO UPDATE SET name = ?3",
            params![tenant.as_str(), branch.0, name],
        )?;
        Ok(())
    }

    /// Lets someone sign in. A login that is there already is left as it is.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn add_user(&mut self, user: &NewUser) -> Result<(), StoreError> {
        self.sql.execute(
            "INSERT INTO account (login, tenant, name, password_hash) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (login) DO NOTHING",
            params![user.login, user.tenant.as_str(), user.name, user.password_hash],
        )?;
        Ok(())
    }

    /// Works out the figures of some days that are over and not settled, and keeps them. Returns how
    /// many there were; `most` at a time.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where a row cannot be read, or what the disk does; then nothing has changed.
    pub fn settle(&mut self, most: usize) -> Result<usize, StoreError> {
        days::settle(&mut self.sql, most)
    }

    /// Begins a transaction. Dropped without a commit, it has changed nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn batch(&mut self) -> Result<Batch<'_>, StoreError> {
        Batch::begin(&mut self.sql)
    }
}

/// The number of this database's life, drawn now if it has none.
fn held(database: &Path, fault: LockFault) -> StoreError {
    let path = folder_of(database).to_owned();
    match fault {
        LockFault::Held => StoreError::InUse { path },
        LockFault::Reach(cause) => StoreError::Folder { path, cause },
    }
}

fn life(sql: &Connection) -> Result<BoxEpoch, StoreError> {
    let drawn =
        sql.query_row("SELECT life FROM central", [], |row| row.get::<_, u32>(0)).optional()?;
    if let Some(life) = drawn {
        return Ok(BoxEpoch(life));
    }
    let life = getrandom::u32().map_err(|cause| StoreError::Chance(cause.to_string()))?;
    sql.execute("INSERT INTO central (one, life, boot) VALUES (1, ?1, 0)", [life])?;
    Ok(BoxEpoch(life))
}

fn connect(path: &Path, access: OpenFlags, cache_kib: i64) -> Result<Connection, StoreError> {
    // Each connection is used by one thread at a time, so SQLite's own locks are not needed.
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || -> rusqlite::Result<Connection> {
        let sql = Connection::open_with_flags(path, flags)?;
        sql.busy_timeout(BUSY)?;
        sql.pragma_update(None, "cache_size", -cache_kib)?;
        sql.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        Ok(sql)
    };
    open().map_err(|cause| StoreError::at(path, cause))
}

/// Settings of the writing connection, each read back: a pragma that is not understood is silent.
fn make_durable(sql: &Connection, options: &StoreOptions) -> Result<(), StoreError> {
    let path = options.path.as_path();
    let damaged_or_away = |cause| StoreError::at(path, cause);
    let ask = |text: &str| sql.query_row(text, [], |row| row.get::<_, i64>(0));
    let mode: String = sql
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(damaged_or_away)?;
    if mode != "wal" {
        let what = format!("the journal mode is {mode}, not wal");
        return Err(StoreError::Unsafe { path: path.to_owned(), what });
    }
    sql.pragma_update(None, "synchronous", "FULL").map_err(damaged_or_away)?;
    let synchronous = ask("PRAGMA synchronous").map_err(damaged_or_away)?;
    if synchronous != 2 {
        let what = format!("synchronous is {synchronous}, not 2 (full)");
        return Err(StoreError::Unsafe { path: path.to_owned(), what });
    }
    // What is deleted of a customer is overwritten, not only let go of.
    ask("PRAGMA secure_delete = ON").map_err(damaged_or_away)?;
    ask(&format!("PRAGMA wal_autocheckpoint = {LOG_PAGES}")).map_err(damaged_or_away)?;
    if let Some(pages) = options.pages_max {
        ask(&format!("PRAGMA max_page_count = {pages}")).map_err(damaged_or_away)?;
    }
    Ok(())
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
