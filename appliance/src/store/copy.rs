//! A copy of the database while it is at work, without what people left in it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use serve::folder::FolderLock;

use super::{Archive, StoreError, StoreOptions, check, connect, go_on, held, wal};

/// What a copy leaves out: whatever is a person's, so that what is erased here is in no copy
/// elsewhere. The journal has none of it.
pub const LEFT_OUT: [&str; 4] = ["texts", "customers", "customer_resets", "notices"];

impl Archive {
    /// Writes a consistent copy to `into`, which must not be there, and checks it. It takes a while,
    /// and nobody waits for it: the branch works on.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; what is at `into` is then of no use.
    pub fn copy_into(&self, into: &Path) -> Result<(), StoreError> {
        // On a connection of its own: the readers go on.
        copy(&self.options, into)
    }
}

/// The same of the database of a daemon that is stopped.
///
/// # Errors
///
/// [`StoreError::InUse`] while it runs, or as of [`Archive::copy_into`].
pub fn copy_of(folder: &Path, into: &Path) -> Result<(), StoreError> {
    let options = StoreOptions::in_folder(folder);
    let _held = FolderLock::take(folder).map_err(|fault| held(&options.path, fault))?;
    go_on(&options.path)?;
    wal::check(&options.path)?;
    copy(&options, into)
}

fn copy(options: &StoreOptions, into: &Path) -> Result<(), StoreError> {
    let sql = connect(options, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let at = |cause| StoreError::at(&options.path, cause);
    // One read transaction from end to end, which no writer waits for; and free pages, which may
    // have in them what was erased before they were overwritten, are left behind.
    sql.execute("VACUUM INTO ?1", [into.to_string_lossy().as_ref()]).map_err(at)?;
    drop(sql);
    let copy = Connection::open(into)?;
    // No file of its own beside the copy ever has a person's rows in it.
    copy.query_row("PRAGMA journal_mode = MEMORY", [], |row| row.get::<_, String>(0))?;
    copy.query_row("PRAGMA secure_delete = ON", [], |row| row.get::<_, i64>(0))?;
    for table in LEFT_OUT {
        copy.execute(&format!("DELETE FROM {table}"), [])?;
    }
    check(&copy, into)
}

/// Gives the database in this file another life: what it tells central from now on is not taken
/// for what it told before, of which this file knows nothing.
///
/// # Errors
///
/// [`StoreError::Sql`].
pub fn begin_another_life(file: &Path, epoch: u32) -> Result<(), StoreError> {
    let sql = Connection::open(file)?;
    sql.execute("UPDATE box SET epoch = ?1, boots = 0", [epoch])?;
    Ok(())
}
