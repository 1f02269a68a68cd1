//! One server a data folder: a lock that ends with whoever holds it, however they end.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::StoreError;

/// The name of the lock in the data folder. The file is empty, and stays.
const FILE_NAME: &str = "lock";

/// The data folder, held. The system lets go of it when the process ends, killed or not.
#[derive(Debug)]
pub(super) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the folder in which the database is.
    pub(super) fn take(database: &Path) -> Result<FolderLock, StoreError> {
        let folder = match database.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            Some(_) | None => Path::new("."),
        };
        let out_of_reach = |cause| StoreError::Folder { path: folder.to_owned(), cause };
        let path = folder.join(FILE_NAME);
        let file = File::options().create(true).truncate(false).write(true).open(path);
        let file = file.map_err(out_of_reach)?;
        match file.try_lock() {
            Ok(()) => Ok(FolderLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: folder.to_owned() }),
            Err(TryLockError::Error(cause)) => Err(out_of_reach(cause)),
        }
    }
}
