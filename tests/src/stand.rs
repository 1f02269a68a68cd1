//! A stand-in device as a child process, told what befalls it.

use std::path::{Path, PathBuf};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

use crate::patience::{SOON, until};
use crate::process::read_lossily;
use crate::{Process, Trouble};

/// A running stand-in. Dropping it kills it and removes its link.
#[derive(Debug)]
pub struct Stand {
    process: Process,
    link: PathBuf,
    control: PathBuf,
}

impl Stand {
    /// Starts a device of this kind (`printer`, `display`, `keypad`) at `folder/name`, with more
    /// arguments.
    ///
    /// # Errors
    ///
    /// [`Trouble`] with the end of its log, where it is not ready soon.
    pub async fn start(
        kind: &str,
        folder: &Path,
        name: &str,
        more: &[&str],
    ) -> Result<Stand, Trouble> {
        let link = folder.join(name);
        let control = folder.join(format!("{name}.control"));
        let output = folder.join(format!("{name}.out"));
        let log = folder.join(format!("{name}.log"));
        let (at, by) = (link.display().to_string(), control.display().to_string());
        let known = [kind, "--link", &at, "--control", &by];
        let arguments: Vec<String> = known.iter().chain(more).map(ToString::to_string).collect();
        let mut process = Process::start("anteroom-sim", &arguments, Some(&output), &log)?;
        let word = format!("{kind} ready at");
        let ready = until("a device that is ready", SOON, async || {
            if let Some(status) = process.has_ended() {
                return Some(Err(format!("ended with {status} before it was ready")));
            }
            read_lossily(&output).contains(&word).then_some(Ok(()))
        });
        match ready.await {
            Ok(Ok(())) => Ok(Stand { process, link, control }),
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

    /// Gives it an order, as `paper out`; panics unless the answer begins with `ok`. Gives the rest.
    pub async fn tell(&self, order: &str) -> String {
        let answer = self.try_tell(order).await.expect("the device takes orders");
        let rest = answer.strip_prefix("ok");
        let rest = rest.unwrap_or_else(|| panic!("the device answered `{order}`: {answer}"));
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

    /// Waits until the answer to an order is one that is wanted, and gives it; panics where it
    /// never is.
    pub async fn await_answer(&self, order: &str, wanted: impl Fn(&str) -> bool) -> String {
        let mut last = String::new();
        let found = until("what the device should say", SOON, async || {
            last = self.tell(order).await;
            wanted(&last).then(|| last.clone())
        });
        match found.await {
            Ok(answer) => answer,
            Err(late) => panic!("{late}; to `{order}` it says `{last}`"),
        }
    }

    /// Stops it by SIGTERM, so that all it writes is written and its link is gone.
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

impl Drop for Stand {
    fn drop(&mut self) {
        // A killed one leaves its link behind.
        self.process.kill();
        std::fs::remove_file(&self.link).ok();
        std::fs::remove_file(&self.control).ok();
    }
}
