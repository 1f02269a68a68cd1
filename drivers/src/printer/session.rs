//! A printer on an open port: asked how it is, given slips, and believed only when it answers.
//!
//! "Printed" is never the end of a write: it is the printer's answer that what was before it is on
//! paper, in the strongest form that its profile knows ([`Proof`]).

mod dialogue;
mod patience;

use std::fmt;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::answers::{Answer, Reader};
use super::escpos::{self, Encoder, Job};
use super::profile::Proof;
use super::slip::Slip;
use super::status::Status;
use crate::link_state::Reason;
use crate::port::{Port, line_time};

/// How long a session waits for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// For an answer that a printer gives at once.
    pub answer: Duration,
    /// For a printer that says nothing is wrong to finish a job, beyond its time on the line.
    pub settle: Duration,
    /// For a person to put in paper, close the cover, and so on, in the middle of a job.
    pub patience: Duration,
    /// Between two looks at a printer that should have finished.
    pub look: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(1),
            settle: Duration::from_secs(10),
            patience: Duration::from_secs(180),
            look: Duration::from_secs(2),
        }
    }
}

/// The paper came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Printed {
    /// How the printer proved it.
    pub proof: Proof,
    /// From the first byte to the proof.
    pub took: Duration,
}

/// The paper did not come out, or nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintFault {
    /// Nothing of the slip was sent: it may be printed later as if for the first time.
    NotStarted(Reason),
    /// Something was sent and no proof came: the slip may be on paper, in part or in whole.
    Uncertain(Reason),
}

impl PrintFault {
    /// Why.
    #[must_use]
    pub fn reason(self) -> Reason {
        match self {
            Self::NotStarted(reason) | Self::Uncertain(reason) => reason,
        }
    }
}

impl fmt::Display for PrintFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::NotStarted(_) => "not begun",
            Self::Uncertain(_) => "may be printed or not",
        };
        write!(f, "{what}: {}", self.reason().sentence())
    }
}

impl std::error::Error for PrintFault {}

/// What is counted since the session began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Slips proved to be on paper.
    pub printed: u64,
    /// Slips in doubt.
    pub uncertain: u64,
    /// Bytes received that belong to no known answer.
    pub unknown_bytes: u64,
}

/// A printer on an open port. When a call gives [`Reason::PortGone`], and when the future of a
/// call is dropped before its end, the session is to be dropped too and the port opened anew.
#[derive(Debug)]
pub struct Session<P> {
    port: P,
    encoder: Encoder,
    timing: Timing,
    reader: Reader,
    mark: u32,
    in_step: bool,
    proof: Proof,
    status: watch::Sender<Status>,
    name: Option<String>,
    printed: u64,
    uncertain: u64,
}

impl<P: Port> Session<P> {
    /// A session on a port that was just opened. `chance` is any random number: it keeps the marks
    /// of this session apart from late answers to an earlier one.
    #[must_use]
    pub fn new(port: P, encoder: Encoder, timing: Timing, chance: u32) -> Self {
        Self {
            port,
            proof: encoder.profile().proof,
            encoder,
            timing,
            reader: Reader::new(),
            mark: chance,
            in_step: false,
            status: watch::Sender::new(Status::default()),
            name: None,
            printed: 0,
            uncertain: 0,
        }
    }

    /// The printer's own account of itself, as it changes; also in the middle of a job.
    #[must_use]
    pub fn watch_status(&self) -> watch::Receiver<Status> {
        self.status.subscribe()
    }

    /// The model's name, if it has told one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What has been counted.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            printed: self.printed,
            uncertain: self.uncertain,
            unknown_bytes: self.reader.unknown(),
        }
    }

    /// Finds out whether a printer listens, brings it out of whatever an earlier session left
    /// unfinished, and switches its own reports on.
    ///
    /// # Errors
    /// [`Reason::NoAnswer`], [`Reason::WrongDevice`], [`Reason::Blocked`] or [`Reason::PortGone`].
    /// A printer without paper is no error: it answers.
    pub async fn probe(&mut self) -> Result<Status, Reason> {
        let status = self.poll_status().await?;
        if status.stopped_by().is_none() {
            self.fall_in_step().await?;
            self.ask_name().await?;
        }
        Ok(status)
    }

    /// Asks the printer how it is.
    ///
    /// # Errors
    /// As [`Self::probe`].
    pub async fn poll_status(&mut self) -> Result<Status, Reason> {
        self.drain().await?;
        let status = self.ask_status().await?;
        self.note(status);
        Ok(status)
    }

    /// Listens to what the printer says by itself until `deadline`. May be dropped at any time.
    ///
    /// # Errors
    /// [`Reason::PortGone`], at once when the device is unplugged.
    pub async fn listen(&mut self, deadline: Instant) -> Result<(), Reason> {
        while Instant::now() < deadline {
            self.hear(deadline).await?;
        }
        Ok(())
    }

    /// Prints a slip and waits for the proof. What goes wrong meanwhile and may pass (no paper, an
    /// open cover) is told by [`Self::watch_status`].
    ///
    /// # Errors
    /// See [`PrintFault`].
    pub async fn print(&mut self, slip: &Slip) -> Result<Printed, PrintFault> {
        let result = self.try_print(slip).await;
        match result {
            Ok(_) => self.printed += 1,
            Err(PrintFault::Uncertain(_)) => self.uncertain += 1,
            Err(PrintFault::NotStarted(_)) => {}
        }
        result
    }

    async fn try_print(&mut self, slip: &Slip) -> Result<Printed, PrintFault> {
        let status = self.poll_status().await.map_err(PrintFault::NotStarted)?;
        if let Some(reason) = status.stopped_by() {
            return Err(PrintFault::NotStarted(reason));
        }
        if !self.in_step {
            self.fall_in_step().await.map_err(PrintFault::NotStarted)?;
        }
        let job = self.encode(slip).await;
        let proof = self.proof;
        let mark = self.next_mark();
        let mut bytes = job.bytes.clone();
        match proof {
            Proof::Mark => bytes.extend(escpos::ask_mark(mark)),
            Proof::InBand => bytes.extend(escpos::ASK_IN_BAND),
            Proof::State => {}
        }
        let began = Instant::now();
        // Until the proof has come, a next job must not trust the printer to be in step.
        self.in_step = false;
        self.send(&bytes).await?;
        let on_the_line = line_time(bytes.len(), self.port.baud());
        let proved = match proof {
            Proof::Mark => self.await_proof(&Answer::Mark(mark), on_the_line).await,
            Proof::InBand => self.await_proof(&Answer::InBand(0), on_the_line).await,
            Proof::State => self.await_rest(&job, on_the_line).await,
        };
        proved.map_err(PrintFault::Uncertain)?;
        self.in_step = true;
        Ok(Printed { proof, took: began.elapsed() })
    }

    /// Drawing text takes tens of milliseconds, which other tasks of the thread must not feel.
    async fn encode(&self, slip: &Slip) -> Job {
        let (encoder, slip) = (self.encoder.clone(), slip.clone());
        match tokio::task::spawn_blocking(move || encoder.encode(&slip)).await {
            Ok(job) => job,
            Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
        }
    }
}

#[cfg(test)]
mod tests;
