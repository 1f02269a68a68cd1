//! The stand-in printer: told what befalls it, and asked for its paper.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::patience::until;
use crate::process::read_lossily;
use crate::{Stand, Trouble};

/// A running stand-in printer. Dropping it kills it and removes its link.
#[derive(Debug)]
pub struct PrinterStand {
    stand: Stand,
    paper: PathBuf,
}

impl PrinterStand {
    /// Starts a printer at `folder/printer` that prints as fast as it can into `folder/paper`.
    ///
    /// # Errors
    ///
    /// [`Trouble`] with the end of its log, where it is not ready soon.
    pub async fn start(folder: &Path) -> Result<PrinterStand, Trouble> {
        PrinterStand::start_with(folder, &[]).await
    }

    /// The same with more arguments, as `["--baud", "19200"]`.
    ///
    /// # Errors
    ///
    /// As of [`PrinterStand::start`].
    pub async fn start_with(folder: &Path, more: &[&str]) -> Result<PrinterStand, Trouble> {
        let paper = folder.join("paper");
        let into = paper.display().to_string();
        let arguments: Vec<&str> = ["--dir", &into].iter().chain(more).copied().collect();
        let stand = Stand::start("printer", folder, "printer", &arguments).await?;
        Ok(PrinterStand { stand, paper })
    }

    /// The path of its port.
    pub fn link(&self) -> &Path {
        self.stand.link()
    }

    /// The socket that takes orders.
    pub fn control(&self) -> &Path {
        self.stand.control()
    }

    /// The folder into which the slips fall.
    pub fn paper(&self) -> &Path {
        &self.paper
    }

    /// Gives it an order; see [`Stand::tell`].
    pub async fn tell(&self, order: &str) -> String {
        self.stand.tell(order).await
    }

    /// Gives it an order; see [`Stand::try_tell`].
    ///
    /// # Errors
    ///
    /// Where its control socket does not answer.
    pub async fn try_tell(&self, order: &str) -> std::io::Result<String> {
        self.stand.try_tell(order).await
    }

    /// The texts of the slips that have been cut, oldest first.
    pub fn slips(&self) -> Vec<String> {
        self.slip_files().iter().map(|path| read_lossily(path)).collect()
    }

    /// Their files; the picture of each is beside it and ends in `.png`.
    pub fn slip_files(&self) -> Vec<PathBuf> {
        let Ok(folder) = std::fs::read_dir(&self.paper) else { return Vec::new() };
        let paths = folder.filter_map(|entry| entry.ok().map(|entry| entry.path()));
        let mut texts: Vec<PathBuf> =
            paths.filter(|path| path.extension().is_some_and(|kind| kind == "txt")).collect();
        // The numbers have four digits or more: by length first.
        texts.sort_by_key(|path| (path.as_os_str().len(), path.clone()));
        texts
    }

    /// The slips once there are at least `count`; panics where there are not within `within`.
    pub async fn wait_for_slips(&self, count: usize, within: Duration) -> Vec<String> {
        let what = format!("the slip number {count}");
        let enough =
            until(&what, within, async || Some(self.slips()).filter(|slips| count <= slips.len()));
        match enough.await {
            Ok(slips) => slips,
            Err(late) => panic!("{late}; the slips are:\n{}", self.slips().join("\n---\n")),
        }
    }

    /// Stops it by SIGTERM, so that all pictures are drawn and its link is gone.
    ///
    /// # Errors
    ///
    /// [`Trouble`] where it does not end with 0 soon.
    pub async fn stop(self) -> Result<(), Trouble> {
        self.stand.stop().await
    }

    /// Trouble if it has ended without being asked to.
    pub fn ended_early(&mut self) -> Option<Trouble> {
        self.stand.ended_early()
    }
}
