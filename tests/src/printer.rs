//! The stand-in printer as a child process: told what befalls it, and asked for its paper.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

use crate::patience::{SOON, until};
use crate::process::read_lossily;
use crate::{Process, Trouble};

/// A running stand-in printer. Dropping it kills it and removes its link.
#[derive(Debug)]
pub struct PrinterStand {
    process: Process,
    link: PathBuf,
    control: PathBuf,
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
        let link = folder.join("printer");
        let control = folder.join("printer.control");
        let paper = folder.join("paper");
        let output = folder.join("printer.out");
        let given = |path: &Path| path.display().to_string();
        let (at, into, by) = (given(&link), given(&paper), given(&control));
        let known = ["printer", "--link", &at, "--dir", &into, "--control", &by];
        let arguments: Vec<String> = known.iter().chain(more).map(ToString::to_string).collect();
        let log = folder.join("printer.log");
        let mut process = Process::start("anteroom-sim", &arguments, Some(&output), &log)?;
        let ready = until("a printer that is ready", SOON, async || {
            if let Some(status) = process.has_ended() {
                return Some(Err(format!("ended with {status} before it was ready")));
            }
            read_lossily(&output).contains("printer ready at").then_some(Ok(()))
        });
        match ready.await {
            Ok(Ok(())) => Ok(PrinterStand { process, link, control, paper }),
            Ok(Err(ended)) => Err(process.trouble(&ended)),
            Err(late) => Err(process.trouble(&late.to_string())),
        }
    }

    /// The path of its port.
    pub fn link(&self) -> &Path {
        &self.link
    }

    /// The socket that takes orders.
    pub fn control(&self) -> &Path {
        &self.control
    }

    /// The folder into which the slips fall.
    pub fn paper(&self) -> &Path {
        &self.paper
    }

    /// Gives it an order, as `paper out`; panics unless the answer begins with `ok`. Gives the rest.
    pub async fn tell(&self, order: &str) -> String {
        let answer = self.try_tell(order).await.expect("the printer takes orders");
        let rest = answer.strip_prefix("ok");
        let rest = rest.unwrap_or_else(|| panic!("the printer answered `{order}`: {answer}"));
        rest.trim().to_owned()
    }

    /// Gives it an order; the answer begins with `ok` or with `error`.
    ///
    /// # Errors
    ///
    /// Where its control socket does not answer.
    pub async fn try_tell(&self, order: &str) -> std::io::Result<String> {
        let mut stream = UnixStream::connect(&self.control).await?;
        stream.write_all(format!("{order}\n").as_bytes()).await?;
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).await?;
        Ok(answer.trim_end().to_owned())
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
    pub async fn stop(mut self) -> Result<(), Trouble> {
        self.process.terminate();
        self.process.ended_well(SOON).await
    }

    /// Trouble if it has ended without being asked to.
    pub fn ended_early(&mut self) -> Option<Trouble> {
        let status = self.process.has_ended()?;
        Some(self.process.trouble(&format!("ended with {status}, and nobody had asked it to")))
    }
}

impl Drop for PrinterStand {
    fn drop(&mut self) {
        // A killed one leaves its link behind.
        self.process.kill();
        std::fs::remove_file(&self.link).ok();
        std::fs::remove_file(&self.control).ok();
    }
}
