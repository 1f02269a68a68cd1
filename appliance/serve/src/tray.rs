//! A folder in which everything that was sent is a file of its own: bounded, for its owner alone.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use crate::secret;

/// A folder of sent things. Cheap to clone; its clones are the same folder.
#[derive(Debug, Clone)]
pub struct Tray {
    folder: PathBuf,
    most: usize,
    lock: Arc<Mutex<()>>,
}

impl Tray {
    /// The tray in this folder, with at most so many files. The folder is made with the first one.
    pub fn at(folder: PathBuf, most: usize) -> Tray {
        Tray { folder, most, lock: Arc::default() }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Puts a file into it, whole or not at all; one of the same name is replaced, so that a
    /// repetition leaves one. Where there are too many, those whose names come first go. It blocks
    /// until the file is on disk.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let _alone = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        secret::write(&self.folder.join(name), bytes)?;
        let mut names: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            names.push(entry?.path());
        }
        names.sort();
        let many = names.len().saturating_sub(self.most);
        names.iter().take(many).try_for_each(fs::remove_file)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn files_are_their_owners_alone_and_the_first_go_when_there_are_too_many() {
        let folder = tempfile::tempdir().unwrap();
        let tray = Tray::at(folder.path().join("mail"), 2);
        for name in ["1.eml", "2.eml", "2.eml", "3.eml"] {
            tray.put(name, name.as_bytes()).unwrap();
        }
        let mut names: Vec<_> =
            fs::read_dir(tray.folder()).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["2.eml", "3.eml"]);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&tray.folder().join("2.eml")), 0o600);
        assert_eq!(mode(tray.folder()), 0o700);
    }
}
