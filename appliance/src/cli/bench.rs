//! A folder in which a backup is taken apart, on a thread that may still be at it when it goes.

use std::fs;
use std::io;
use std::path::Path;

use tempfile::TempDir;

/// The folder, gone when it is dropped, with all that is in it.
#[derive(Debug)]
pub(super) struct Bench(TempDir);

impl Bench {
    /// In this folder, under a name that begins like this.
    ///
    /// # Errors
    ///
    /// The system's.
    pub(super) fn within(folder: &Path, beginning: &str) -> io::Result<Bench> {
        tempfile::Builder::new().prefix(beginning).tempdir_in(folder).map(Bench)
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        // Under another name first, so that nothing comes into it while it is emptied. Where it has
        // become the branch there is nothing left to do.
        let mut gone = self.0.path().as_os_str().to_owned();
        gone.push("-gone");
        if fs::rename(self.0.path(), &gone).is_ok() {
            fs::remove_dir_all(&gone).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_while_somebody_still_writes_into_it() {
        let folder = tempfile::tempdir().expect("a folder");
        for _ in 0..20 {
            let bench = Bench::within(folder.path(), ".bench-").expect("made");
            let path = bench.path().to_owned();
            let writer = std::thread::spawn(move || {
                let mut count = 0;
                while fs::write(path.join(format!("{}", count % 50)), "x").is_ok() {
                    count += 1;
                }
                count
            });
            while fs::read_dir(bench.path()).expect("reads").count() < 3 {}
            drop(bench);
            assert_ne!(writer.join().expect("ends"), 0);
            assert_eq!(fs::read_dir(folder.path()).expect("reads").count(), 0);
        }
    }
}
