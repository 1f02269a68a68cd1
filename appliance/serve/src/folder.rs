//! A server's data folder: its own alone, and held by one process at a time.

use std::{
    fs::{DirBuilder, File, TryLockError},
    io,
    os::unix::fs::DirBuilderExt,
    path::Path,
};

/// The name of the lock in the data folder. The file is empty, and stays.
pub const LOCK_FILE: &str = "lock";

/// A data folder, held. The system lets go of it when the process ends, killed or not, so a file
/// that is left behind locks nobody out.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

/// Why a folder cannot be held.
#[derive(Debug)]
pub enum LockFault {
    /// Another process holds it.
    Held,
    /// It is not there, or may not be written.
    Reach(io::Error),
}

impl FolderLock {
    /// Takes the folder.
    ///
    /// # Errors
    ///
    /// [`LockFault`].
    pub fn take(folder: &Path) -> Result<FolderLock, LockFault> {
        let path = folder.join(LOCK_FILE);
        let file = File::options().create(true).truncate(false).write(true).open(path);
        let file = file.map_err(LockFault::Reach)?;
        match file.try_lock() {
            Ok(()) => Ok(FolderLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockFault::Held),
            Err(TryLockError::Error(cause)) => Err(LockFault::Reach(cause)),
        }
    }

    /// Takes the folder in which this file is.
    ///
    /// # Errors
    ///
    /// [`LockFault`].
    pub fn around(file: &Path) -> Result<FolderLock, LockFault> {
        FolderLock::take(folder_of(file))
    }
}

/// The folder in which a file is; of a bare name the working folder.
pub fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}

/// Makes the folder where it is missing: it holds tickets and secrets, so it is its owner's alone.
///
/// # Errors
///
/// The system's.
pub fn prepare(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_holder_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("branch.sqlite");
        let held = FolderLock::around(&file).unwrap();
        assert!(matches!(FolderLock::take(folder.path()), Err(LockFault::Held)));
        drop(held);
        FolderLock::take(folder.path()).unwrap();
        assert_eq!(folder_of(Path::new("bare")), Path::new("."));
    }

    #[test]
    fn a_folder_that_is_not_there_is_out_of_reach() {
        let fault = FolderLock::around(Path::new("/nowhere/branch.sqlite")).unwrap_err();
        assert!(matches!(fault, LockFault::Reach(_)), "{fault:?}");
    }
}
