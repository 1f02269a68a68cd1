//! A folder in which everything that was sent is a file of its own: bounded, for its owner alone.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
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

    /// Takes out what was put in before this time, and says how many files that were. It blocks.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn expire(&self, before: SystemTime) -> io::Result<usize> {
        self.take_out(|path| Ok(fs::metadata(path)?.modified()? < before))
    }

    /// Takes out every file in which one of these stands. It blocks.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn take_out_holding(&self, any: &[Vec<u8>]) -> io::Result<usize> {
        let holds = |bytes: &[u8], what: &Vec<u8>| {
            !what.is_empty() && bytes.windows(what.len()).any(|part| part == what)
        };
        self.take_out(|path| {
            let bytes = fs::read(path)?;
            Ok(any.iter().any(|what| holds(&bytes, what)))
        })
    }

    fn take_out(&self, mut wanted: impl FnMut(&Path) -> io::Result<bool>) -> io::Result<usize> {
        let _alone = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            // Nothing was put in yet.
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(fault) => return Err(fault),
        };
        let mut count = 0;
        for entry in entries {
            let path = entry?.path();
            if absent_is(wanted(&path), false)? {
                absent_is(fs::remove_file(&path), ())?;
                count += 1;
            }
        }
        Ok(count)
    }
}

/// Somebody else, as a mail program, may have taken the file meanwhile.
fn absent_is<T>(found: io::Result<T>, otherwise: T) -> io::Result<T> {
    match found {
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(otherwise),
        Ok(_) | Err(_) => found,
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

    #[test]
    fn what_is_old_or_speaks_of_somebody_is_taken_out() {
        let folder = tempfile::tempdir().unwrap();
        let tray = Tray::at(folder.path().join("mail"), 9);
        let noon = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_795_431_600);
        assert_eq!(tray.expire(noon).unwrap(), 0, "there is no folder yet");
        for (name, text, age_s) in [("1", "to ann", 2), ("2", "to bob", 1), ("3", "to ann", 0)] {
            tray.put(name, text.as_bytes()).unwrap();
            let file = fs::File::options().append(true).open(tray.folder().join(name)).unwrap();
            file.set_modified(noon - std::time::Duration::from_secs(age_s)).unwrap();
        }
        let left = || {
            let names = fs::read_dir(tray.folder()).unwrap();
            let mut names: Vec<_> = names.map(|e| e.unwrap().file_name()).collect();
            names.sort();
            names
        };
        assert_eq!(tray.expire(noon - std::time::Duration::from_secs(1)).unwrap(), 1);
        assert_eq!(left(), ["2", "3"]);
        assert_eq!(tray.take_out_holding(&[b"eve".to_vec(), Vec::new()]).unwrap(), 0);
        assert_eq!(tray.take_out_holding(&[b"eve".to_vec(), b"ann".to_vec()]).unwrap(), 1);
        assert_eq!(left(), ["2"]);
    }
}
