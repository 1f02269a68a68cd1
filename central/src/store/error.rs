//! What can go wrong with central's disk, and what the administrator is to do about it.

use std::fmt;
use std::path::{Path, PathBuf};

/// Why the store could not do it.
#[derive(Debug)]
pub enum StoreError {
    /// The file cannot be opened.
    Open { path: PathBuf, cause: rusqlite::Error },
    /// The data folder cannot be used.
    Folder { path: PathBuf, cause: std::io::Error },
    /// Another server works in the data folder.
    InUse { path: PathBuf },
    /// The file is damaged. It is never replaced in silence.
    Damaged { path: PathBuf, what: String },
    /// The file was written by a newer version of the program.
    TooNew { path: PathBuf, found: i64, known: i64 },
    /// The disk does not promise what was confirmed to a branch.
    Unsafe { path: PathBuf, what: String },
    /// The file's format could not be made or changed; it is as it was.
    Upgrade { path: PathBuf, to: i64, cause: rusqlite::Error },
    /// A row is not what this program writes.
    Row { table: &'static str, cause: sync::error::Error },
    /// More than there may be of something that branches make.
    TooMany { what: &'static str, limit: u64 },
    /// The system gave no random number.
    Chance(String),
    /// A thread could not be started for it.
    Thread(std::io::Error),
    /// SQLite could not do it.
    Sql(rusqlite::Error),
}

impl StoreError {
    /// Whether it is one message that cannot be taken, and not the disk that fails.
    pub fn is_of_one_message(&self) -> bool {
        matches!(self, StoreError::TooMany { .. } | StoreError::Row { .. })
    }

    /// An error from opening or reading a file, told apart: damaged, or out of reach.
    pub(super) fn at(path: &Path, cause: rusqlite::Error) -> StoreError {
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
                 server's user, and that the disk is not full",
                path.display()
            ),
            StoreError::Folder { path, .. } => write!(
                f,
                "cannot use {}; check that the data folder exists, and that it and what is in it \
                 belong to the server's user",
                path.display()
            ),
            StoreError::InUse { path } => write!(
                f,
                "the data folder {} is in use by another central server; stop that one first, or \
                 give this one a folder of its own",
                path.display()
            ),
            StoreError::Damaged { path, what } => write!(
                f,
                "the database {} is damaged ({what}); it is left as it is: put a backup in its \
                 place, or move it and the files beside it that start with the same name away: \
                 the branches then send again what they still hold",
                path.display()
            ),
            StoreError::TooNew { path, found, known } => write!(
                f,
                "the database {} has format {found}, and this program knows formats up to {known}; \
                 install the newer version again",
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
                "the database {} could not be brought to format {to}; it is as it was",
                path.display()
            ),
            StoreError::Row { table, .. } => {
                write!(
                    f,
                    "a row of the table {table} cannot be read; put a backup in the database's place"
                )
            }
            StoreError::TooMany { what, limit } => {
                write!(f, "there are {limit} {what} already, and no more are taken")
            }
            StoreError::Chance(why) => write!(f, "the system gives no random numbers: {why}"),
            StoreError::Thread(_) => f.write_str("the intake's thread could not be started"),
            StoreError::Sql(_) => f.write_str("the database did not carry it out"),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StoreError::Open { cause, .. }
            | StoreError::Sql(cause)
            | StoreError::Upgrade { cause, .. } => Some(cause),
            StoreError::Folder { cause, .. } | StoreError::Thread(cause) => Some(cause),
            StoreError::Row { cause, .. } => Some(cause),
            StoreError::Damaged { .. }
            | StoreError::InUse { .. }
            | StoreError::TooNew { .. }
            | StoreError::TooMany { .. }
            | StoreError::Chance(_)
            | StoreError::Unsafe { .. } => None,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        StoreError::Sql(error)
    }
}
