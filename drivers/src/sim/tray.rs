//! Where the cut slips of a stand-in fall: in memory for tests, and in a folder for people.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::printer::paper::Sheet;
use crate::printer::picture;
use crate::printer::typeset::SharedTypesetter;

use super::printer::PrintedSlip;

/// Slips kept in memory; the folder keeps all of them. Enough for a day of tickets.
pub(super) const SLIPS_KEPT_MAX: usize = 20_000;

/// The tray of one printer.
#[derive(Debug)]
pub(super) struct Tray {
    folder: Option<PathBuf>,
    typesetter: SharedTypesetter,
    number: u64,
    fallen: Fallen,
    pictures: JoinSet<()>,
}

/// What has fallen into the tray, shared with who looks into it.
#[derive(Debug, Clone)]
pub struct Fallen {
    slips: Arc<Mutex<Vec<PrintedSlip>>>,
    count: watch::Sender<u64>,
}

impl Fallen {
    pub(super) fn new() -> Self {
        Self { slips: Arc::default(), count: watch::Sender::new(0) }
    }

    pub(super) fn slips(&self) -> Vec<PrintedSlip> {
        self.slips.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Slips that have fallen since the stand-in started.
    pub(super) fn count(&self) -> watch::Receiver<u64> {
        self.count.subscribe()
    }

    fn add(&self, slip: PrintedSlip) {
        let mut slips = self.slips.lock().unwrap_or_else(PoisonError::into_inner);
        if slips.len() >= SLIPS_KEPT_MAX {
            slips.remove(0);
        }
        slips.push(slip);
        drop(slips);
        self.count.send_modify(|count| *count += 1);
    }
}

impl Tray {
    /// A tray over a folder, which is made if need be; numbers go on after those in it.
    pub(super) fn new(
        folder: Option<PathBuf>,
        typesetter: SharedTypesetter,
        fallen: Fallen,
    ) -> io::Result<Self> {
        let number = match &folder {
            None => 0,
            Some(folder) => {
                fs::create_dir_all(folder)?;
                last_number(folder)?
            }
        };
        Ok(Self { folder, typesetter, number, fallen, pictures: JoinSet::new() })
    }

    /// Takes a slip. Its text is in the folder when this returns, its picture soon after.
    pub(super) fn take(&mut self, sheet: Sheet) -> io::Result<()> {
        self.number += 1;
        let slip = PrintedSlip {
            number: self.number,
            text: sheet.text(),
            qr_codes: sheet.qr_codes().map(str::to_owned).collect(),
        };
        if let Some(folder) = &self.folder {
            let path = |kind| folder.join(format!("slip-{:04}.{kind}", self.number));
            write_whole(&path("txt"), slip.text.as_bytes())?;
            let (picture, typesetter) = (path("png"), self.typesetter.clone());
            // Drawing takes longer than a host waits for an answer.
            self.pictures.spawn_blocking(move || {
                let file = picture::png(&sheet.picture(&typesetter));
                // A folder that is gone by now wants no picture.
                let _ = write_whole(&picture, &file);
            });
            while self.pictures.try_join_next().is_some() {}
        }
        self.fallen.add(slip);
        Ok(())
    }

    /// Waits until every picture is in the folder.
    pub(super) async fn settle(&mut self) {
        while self.pictures.join_next().await.is_some() {}
    }
}

fn last_number(folder: &Path) -> io::Result<u64> {
    let mut last = 0;
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_prefix("slip-")?.strip_suffix(".txt")?.parse::<u64>().ok());
        last = last.max(number.unwrap_or(0));
    }
    Ok(last)
}

/// The file appears whole or not at all.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".tmp");
    fs::write(&fresh, bytes)?;
    fs::rename(&fresh, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_slips_are_forgotten_beyond_the_limit() {
        let fallen = Fallen::new();
        for number in 1..=SLIPS_KEPT_MAX as u64 + 5 {
            fallen.add(PrintedSlip { number, text: String::new(), qr_codes: Vec::new() });
        }
        let slips = fallen.slips();
        assert_eq!((slips.len(), slips[0].number), (SLIPS_KEPT_MAX, 6));
        assert_eq!(*fallen.count().borrow(), SLIPS_KEPT_MAX as u64 + 5);
    }
}
