//! Sending a job, and waiting for the proof that it is on paper.

use std::time::Duration;

use tokio::time::Instant;

use super::dialogue::{QUIET, proves};
use super::{PrintFault, Session};
use crate::link_state::Reason;
use crate::port::{Port, PortFault};
use crate::printer::answers::Answer;
use crate::printer::escpos::Job;

/// Slowest paper of a printer in use, dots a second (about 50 mm/s at 203 dots an inch).
const SLOWEST_ROWS_A_SECOND: u64 = 400;

impl<P: Port> Session<P> {
    /// Sends a job chunk by chunk, listening in between: a printer that runs out of paper says so
    /// and then takes no more bytes until it has some.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), PrintFault> {
        let mut sent = 0;
        let mut moved = Instant::now();
        while sent < bytes.len() {
            let fault = |reason| {
                if sent == 0 {
                    PrintFault::NotStarted(reason)
                } else {
                    PrintFault::Uncertain(reason)
                }
            };
            match self.port.write(&bytes[sent..]).await {
                Ok(count) => {
                    sent += count;
                    moved = Instant::now();
                }
                Err(PortFault::Gone) => return Err(fault(Reason::PortGone)),
                Err(PortFault::Blocked) if sent == 0 => return Err(fault(Reason::Blocked)),
                Err(PortFault::Blocked) => {
                    self.hear(Instant::now() + QUIET).await.map_err(fault)?;
                    let cause = self.status.borrow().stopped_by();
                    let wait =
                        if cause.is_some() { self.timing.patience } else { self.timing.settle };
                    if moved.elapsed() >= wait {
                        return Err(fault(cause.unwrap_or(Reason::Blocked)));
                    }
                }
            }
        }
        Ok(())
    }

    /// Waits for the answer that stands behind a job. A printer that is stopped gets patience, one
    /// that complains of nothing gets its time on the line and `settle`.
    pub(super) async fn await_proof(
        &mut self,
        proof: &Answer,
        on_the_line: Duration,
    ) -> Result<(), Reason> {
        let began = Instant::now();
        let give_up = began + on_the_line + self.timing.settle + self.timing.patience;
        let mut expected_by = began + on_the_line + self.timing.settle;
        let mut look_at = began + on_the_line + self.timing.look;
        loop {
            let answers = self.hear(look_at.min(expected_by)).await?;
            if answers.iter().any(|answer| proves(answer, proof)) {
                return Ok(());
            }
            let now = Instant::now();
            if now >= look_at || now >= expected_by {
                let (status, answers) = self.look().await?;
                if answers.iter().any(|answer| proves(answer, proof)) {
                    return Ok(());
                }
                look_at = Instant::now() + self.timing.look;
                if status.is_none() && now >= expected_by {
                    return Err(Reason::NoAnswer);
                }
            }
            let stopped = self.status.borrow().stopped_by();
            let now = Instant::now();
            match stopped {
                Some(reason) if now >= give_up => return Err(reason),
                Some(_) => expected_by = now + on_the_line + self.timing.settle,
                None if now >= expected_by => return Err(Reason::NoAnswer),
                None => {}
            }
        }
    }

    /// For printers that prove nothing: waits as long as the job takes on the line and on paper,
    /// then asks how they are, and again after anything that stopped them.
    pub(super) async fn await_rest(
        &mut self,
        job: &Job,
        on_the_line: Duration,
    ) -> Result<(), Reason> {
        let on_paper = Duration::from_millis(job.rows as u64 * 1_000 / SLOWEST_ROWS_A_SECOND);
        let give_up = Instant::now() + self.timing.patience;
        loop {
            self.listen(Instant::now() + on_the_line + on_paper).await?;
            let (Some(status), _) = self.look().await? else { return Err(Reason::NoAnswer) };
            let Some(reason) = status.stopped_by() else { return Ok(()) };
            while self.status.borrow().stopped_by().is_some() {
                if Instant::now() >= give_up {
                    return Err(reason);
                }
                self.listen(Instant::now() + self.timing.look).await?;
                self.look().await?;
            }
        }
    }
}
