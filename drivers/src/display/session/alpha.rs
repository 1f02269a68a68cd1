//! The dialogue with an Alpha sign: prepared when it must be, and heard where it confirms.

use tokio::time::Instant;

use super::Session;
use crate::display::alpha::answers::{Answer, Complaint};
use crate::link_state::Reason;
use crate::port::{Port, line_time};

/// Times that a frame is sent to a sign that confirms, before it is given up: noise damages one
/// frame, and three in a row are another trouble.
const SENDS_MAX: u32 = 3;

/// What came of a frame.
enum Outcome {
    Accepted,
    Refused(Complaint),
    Silence,
}

impl<P: Port> Session<P> {
    /// Prepares the sign where that is needed: at first, when it says that its memory is not
    /// divided as it shall be, and at times where it cannot be asked.
    pub(super) async fn prepare_alpha(&mut self) -> Result<(), Reason> {
        let now = Instant::now();
        let first = self.prepared_at.is_none();
        let divided = if self.confirm {
            let divided = self.is_divided().await?;
            if first || !divided {
                // What has lost its memory has lost this too.
                self.send(&self.encoder.confirm()).await?;
            }
            divided
        } else {
            self.prepared_at.is_some_and(|at| now < at + self.timing.prepare)
        };
        if divided && !first {
            return Ok(());
        }
        self.prepared_at = None;
        if !divided {
            self.send(&self.encoder.divide_memory()).await?;
            self.listen(Instant::now() + self.timing.divide).await?;
        }
        self.send(&self.encoder.show_the_string()).await?;
        self.send(&self.encoder.run_the_text()).await?;
        self.prepared_at = Some(Instant::now());
        Ok(())
    }

    /// Sends a frame. A sign that confirms gets it again until it has taken it.
    pub(super) async fn send_alpha(&mut self, frame: &[u8]) -> Result<(), Reason> {
        let mut sends = 1;
        loop {
            self.send_once(frame).await?;
            if !self.confirm {
                return Ok(());
            }
            let reason = match self.await_outcome().await? {
                Outcome::Accepted => return Ok(()),
                Outcome::Refused(complaint) => complaint.reason(),
                Outcome::Silence => Reason::NoAnswer,
            };
            if sends >= SENDS_MAX {
                return Err(reason);
            }
            sends += 1;
            self.repeated += 1;
        }
    }

    /// Sends a frame and lets the time pass that it takes on the line and in the sign.
    async fn send_once(&mut self, frame: &[u8]) -> Result<(), Reason> {
        if self.confirm {
            // An answer to what was asked before is none to this.
            self.listen(Instant::now() + self.timing.pause).await?;
            self.reader.quiet();
        }
        self.write_all(frame).await?;
        self.frames += 1;
        let on_the_line = line_time(frame.len(), self.port.baud());
        if !self.confirm {
            self.listen(Instant::now() + on_the_line + self.timing.pause).await?;
        }
        Ok(())
    }

    async fn await_outcome(&mut self) -> Result<Outcome, Reason> {
        let outcome = self
            .await_answer(|answer| match answer {
                Answer::Accepted => Some(Outcome::Accepted),
                Answer::Refused(complaint) => Some(Outcome::Refused(complaint)),
                Answer::Told(_) => None,
            })
            .await?;
        Ok(outcome.unwrap_or(Outcome::Silence))
    }

    /// Whether the sign says that its memory is divided as it shall be. One that does not say is
    /// divided anew.
    async fn is_divided(&mut self) -> Result<bool, Reason> {
        self.send_once(&self.encoder.ask_memory()).await?;
        let encoder = self.encoder;
        let found = self
            .await_answer(|answer| match answer {
                Answer::Told(frame) => Some(encoder.finds_its_files(&frame.payload)),
                Answer::Accepted | Answer::Refused(_) => None,
            })
            .await?;
        Ok(found.unwrap_or(false))
    }

    async fn await_answer<T>(
        &mut self,
        wanted: impl Fn(Answer) -> Option<T>,
    ) -> Result<Option<T>, Reason> {
        /// The longest frame there and a sign's whole memory table back.
        const BYTES_MAX: usize = 512;
        let on_the_line = line_time(BYTES_MAX, self.port.baud());
        let deadline = Instant::now() + on_the_line + self.timing.answer;
        while Instant::now() < deadline {
            if let Some(found) = self.hear(deadline).await?.into_iter().find_map(&wanted) {
                return Ok(Some(found));
            }
        }
        self.reader.quiet();
        Ok(None)
    }
}
