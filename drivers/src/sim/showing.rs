//! What stands on a stand-in: told to who looks, and put into a file for people.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tokio::sync::watch;

use super::tray::write_whole;

/// What is seen of a stand-in, and the file that says what stands on it.
#[derive(Debug)]
pub(super) struct Showing<S> {
    seen: watch::Sender<S>,
    file: Option<PathBuf>,
    text: String,
}

impl<S: PartialEq> Showing<S> {
    /// What is seen at first, and a file of this name in the folder, which is made if need be.
    pub(super) fn new(
        seen: watch::Sender<S>,
        folder: Option<&Path>,
        name: &str,
        text: &str,
    ) -> io::Result<Self> {
        if let Some(folder) = folder {
            fs::create_dir_all(folder)?;
        }
        let file = folder.map(|folder| folder.join(name));
        let showing = Self { seen, file, text: text.to_owned() };
        showing.write_down()?;
        Ok(showing)
    }

    /// What stands there.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What is seen now.
    pub(super) fn seen(&self) -> watch::Ref<'_, S> {
        self.seen.borrow()
    }

    /// Takes note of what is seen and stands there from now on.
    pub(super) fn show(&mut self, seen: S, text: String) {
        if self.text != text {
            self.text = text;
            // A folder that is gone by now wants no text.
            let _ = self.write_down();
        }
        self.seen.send_if_modified(|known| {
            let changed = *known != seen;
            *known = seen;
            changed
        });
    }

    fn write_down(&self) -> io::Result<()> {
        match &self.file {
            Some(file) => write_whole(file, format!("{}\n", self.text).as_bytes()),
            None => Ok(()),
        }
    }
}
