//! What can go wrong with the disk, and what the technician is to do about it.

use std::fmt;
use std::path::PathBuf;

use super::encoding::DecodeError;

/// Why the store could not do it.
#[derive(Debug)]
pub enum StoreError {
    /// The file, or its folder, cannot be opened.
    Open { path: PathBuf, cause: rusqlite::Error },
    /// The data folder cannot be used.
    Folder { path: PathBuf, cause: std::io::Error },
    /// Another daemon works in the data folder.
    InUse { path: PathBuf },
    /// The file is damaged. It is never replaced in silence.
    Damaged { path: PathBuf, what: String },
    /// The file was written by a newer version of the program.
    TooNew { path: PathBuf, found: i64, known: i64 },
    /// The disk does not promise what a journal needs.
    Unsafe { path: PathBuf, what: String },
    /// A step of an upgrade failed; the old file is as it was.
    Upgrade { path: PathBuf, to: i64, cause: Box<dyn std::error::Error + Send + Sync> },
    /// A row is not what this program writes.
    Row { table: &'static str, key: String, cause: DecodeError },
    /// SQLite could not do it.
    Sql(rusqlite::Error),
}

impl StoreError {
    /// An error from opening or reading a file, told apart: damaged, or out of reach.
    pub(super) fn at(path: &std::path::Path, cause: rusqlite::Error) -> StoreError {
        let damaged = matches!(
            cause.sqlite_error_code(),
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
        );
        if damaged {
            StoreError::Damaged { path: path.to_owned(), what: cause.to_string() }
        } else {
            StoreError::Open { path: path.to_owned(), cause }
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Open { path, .. } => write!(
                f,
                "cannot open the database {}; check that the folder exists, that its owner is the \
                 daemon's user, and that the disk is not full",
                path.display()
            ),
            StoreError::Folder { path, .. } => write!(
                f,
                "cannot use {}; check that the data folder exists, and that it and what is in it \
                 belong to the daemon's user",
                path.display()
            ),
            StoreError::InUse { path } => write!(
                f,
                "the data folder {} is in use by another daemon; stop that one first, or give \
                 this one a folder of its own",
                path.display()
            ),
            StoreError::Damaged { path, what } => write!(
                f,
                "the database {} is damaged ({what}); it is left as it is: put a backup in its \
                 place (`anteroom restore`), or move it and the files beside it that start with \
                 the same name away to begin with an empty branch",
                path.display()
            ),
            StoreError::TooNew { path, found, known } => write!(
                f,
                "the database {} has format {found}, and this program knows formats up to {known}; \
                 install the newer version again, or put back the copy that was kept at the upgrade",
                path.display()
            ),
            StoreError::Unsafe { path, what } => write!(
                f,
                "the database {} cannot be kept safe against power cuts: {what}; use a local disk \
                 with a file system that supports shared memory, such as ext4",
                path.display()
            ),
            StoreError::Upgrade { path, to, .. } => write!(
                f,
                "the database {} could not be upgraded to format {to}; the old file is untouched",
                path.display()
            ),
            StoreError::Row { table, key, .. } => {
                write!(
                    f,
                    "the row {key} of the table {table} cannot be read; put a backup in the \
                     database's place (`anteroom restore`)"
                )
            }
            StoreError::Sql(_) => write!(f, "the database did not carry it out"),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StoreError::Open { cause, .. } | StoreError::Sql(cause) => Some(cause),
            StoreError::Folder { cause, .. } => Some(cause),
            StoreError::Upgrade { cause, .. } => Some(&**cause),
            StoreError::Row { cause, .. } => Some(cause),
            StoreError::Damaged { .. }
            | StoreError::InUse { .. }
            | StoreError::TooNew { .. }
            | StoreError::Unsafe { .. } => None,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        StoreError::Sql(error)
    }
}
