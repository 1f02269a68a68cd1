//! The file in which a server says where it listens: one line, whole or absent.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// The file that holds the server's URL.
pub const ENDPOINT_FILE: &str = "endpoint";

/// A published URL, to be withdrawn on a clean stop.
///
/// Dropping it leaves the file: after a crash the file stays, and the next start replaces it.
#[derive(Debug)]
pub struct Endpoint {
    path: PathBuf,
}

impl Endpoint {
    /// Writes `url` and a line feed to `folder/endpoint`, so that a reader finds all of it or
    /// nothing, and a power cut leaves no half of it.
    pub fn publish(folder: &Path, url: &str) -> io::Result<Endpoint> {
        Endpoint::publish_as(folder, ENDPOINT_FILE, url)
    }

    /// The same under another file name, for a URL that is not the server's own.
    pub fn publish_as(folder: &Path, file: &str, url: &str) -> io::Result<Endpoint> {
        let path = folder.join(file);
        let fresh = folder.join(format!(".{file}.new"));
        let mut out = File::create(&fresh)?;
        out.write_all(url.trim().as_bytes())?;
        out.write_all(b"\n")?;
        out.sync_all()?;
        drop(out);
        fs::rename(&fresh, &path)?;
        sync_folder(folder)?;
        Ok(Endpoint { path })
    }

    /// Removes what an earlier run left, so that nobody is sent to a server that is not there yet.
    pub fn clear(folder: &Path, file: &str) -> io::Result<()> {
        remove(&folder.join(file))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the file; it is no error when it is already gone.
    pub fn withdraw(self) -> io::Result<()> {
        remove(&self.path)
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Ok(()) => path.parent().map_or(Ok(()), sync_folder),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(fault) => Err(fault),
    }
}

/// A rename is durable only once the folder that holds the name is.
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_that_comes_and_goes() {
        let folder = tempfile::tempdir().unwrap();
        let endpoint = Endpoint::publish(folder.path(), "http://127.0.0.1:41234").unwrap();
        let text = fs::read_to_string(folder.path().join("endpoint")).unwrap();
        assert_eq!(text, "http://127.0.0.1:41234\n");
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap()).collect();
        assert_eq!(names.len(), 1, "the temporary file is gone");
        endpoint.withdraw().unwrap();
        assert!(!folder.path().join("endpoint").exists());
    }

    #[test]
    fn an_old_one_is_replaced_and_a_missing_one_is_no_fault() {
        let folder = tempfile::tempdir().unwrap();
        Endpoint::publish(folder.path(), "http://127.0.0.1:1").unwrap();
        let endpoint = Endpoint::publish(folder.path(), "http://127.0.0.1:2").unwrap();
        assert_eq!(fs::read_to_string(endpoint.path()).unwrap(), "http://127.0.0.1:2\n");
        Endpoint::clear(folder.path(), ENDPOINT_FILE).unwrap();
        Endpoint::clear(folder.path(), ENDPOINT_FILE).unwrap();
        endpoint.withdraw().unwrap();
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_fault() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Endpoint::publish(&folder.path().join("gone"), "http://127.0.0.1:1").is_err());
    }
}
