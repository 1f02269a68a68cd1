//! The one who asks: one question at a time, and no answer but to that question.

use std::fmt;
use std::time::Duration;

use tokio::time::Instant;

use super::answer::{self, Answer, Unfit};
use super::request::{FRAME_BYTES_MAX, Request, Unit};
use crate::link_state::Reason;
use crate::port::{Port, PortFault, line_time};

/// Longest that a line which never falls silent is listened to before it is given up.
const NOISE_MAX: Duration = Duration::from_secs(2);

/// The least silence before a request, whatever the rate: what the document fixes above 19200.
const SILENCE_MIN: Duration = Duration::from_micros(1_750);

/// Three and a half characters of eleven bits, in the ten bits of [`line_time`], rounded up.
const SILENCE_CHARACTERS: usize = 4;

/// How long a master waits for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// For an answer to begin, beyond the time that question and answer take on the line. As long
    /// is a late line left alone.
    pub answer: Duration,
    /// After an order to every unit, which nobody answers.
    pub turnaround: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self { answer: Duration::from_millis(300), turnaround: Duration::from_millis(150) }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing came.
    Silence,
    /// What came was damaged or too short.
    Damaged,
    /// What came answers another question.
    Foreign,
    /// The line never falls silent.
    Noise,
    /// The request itself is none: it breaks a limit, or asks every unit a question.
    Unaskable,
    /// The port failed.
    Port(PortFault),
}

impl Fault {
    /// The reason to report.
    #[must_use]
    pub fn reason(self) -> Reason {
        match self {
            Self::Silence => Reason::NoAnswer,
            Self::Damaged | Self::Noise => Reason::CrcErrors,
            Self::Foreign | Self::Unaskable => Reason::WrongDevice,
            Self::Port(fault) => fault.reason(),
        }
    }

    /// Whether the same request may fare better at once.
    #[must_use]
    pub fn may_pass(self) -> bool {
        match self {
            Self::Silence | Self::Damaged | Self::Foreign | Self::Noise => true,
            Self::Unaskable | Self::Port(_) => false,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Silence => "no answer",
            Self::Damaged => "a damaged answer",
            Self::Foreign => "the answer to another question",
            Self::Noise => "a line that never falls silent",
            Self::Unaskable => "a request that is none",
            Self::Port(_) => "the port failed",
        })
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Port(fault) => Some(fault),
            Self::Silence | Self::Damaged | Self::Foreign | Self::Noise | Self::Unaskable => None,
        }
    }
}

/// What is counted since the line was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Questions that were answered, refusals included.
    pub answered: u64,
    /// Questions to which nothing came.
    pub silent: u64,
    /// Answers that were damaged, too short, or lost in noise.
    pub damaged: u64,
    /// Answers to other questions.
    pub foreign: u64,
    /// Bytes thrown away because nobody had asked for them; late answers are among them.
    pub stray_bytes: u64,
}

/// The master of one line. When a call gives [`PortFault::Gone`] it is to be dropped and the port
/// opened anew; the future of a call may be dropped at any time.
#[derive(Debug)]
pub struct Master<P> {
    port: P,
    timing: Timing,
    /// Until when the line is left alone.
    quarantined_until: Option<Instant>,
    counts: Counts,
}

impl<P: Port> Master<P> {
    /// The master of a line that was just opened.
    #[must_use]
    pub fn new(port: P, timing: Timing) -> Self {
        Self { port, timing, quarantined_until: None, counts: Counts::default() }
    }

    /// What has been counted.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Asks a unit and waits for its answer.
    ///
    /// # Errors
    /// See [`Fault`]. After any but [`Fault::Unaskable`] the next call begins with a wait, in which
    /// a late answer is thrown away.
    pub async fn ask(&mut self, unit: Unit, request: &Request) -> Result<Answer, Fault> {
        if !request.is_within_limits() {
            return Err(Fault::Unaskable);
        }
        let outcome = self.exchange(unit, request).await;
        match outcome {
            Ok(_) => self.counts.answered += 1,
            Err(Fault::Silence) => self.counts.silent += 1,
            Err(Fault::Damaged | Fault::Noise) => self.counts.damaged += 1,
            Err(Fault::Foreign) => self.counts.foreign += 1,
            Err(Fault::Unaskable | Fault::Port(_)) => {}
        }
        outcome
    }

    /// Orders something of every unit of the line. Nobody answers.
    ///
    /// # Errors
    /// See [`Fault`].
    pub async fn broadcast(&mut self, request: &Request) -> Result<(), Fault> {
        if !request.writes() || !request.is_within_limits() {
            return Err(Fault::Unaskable);
        }
        self.fall_silent().await?;
        let frame = request.frame(0);
        self.write_all(&frame).await?;
        let until = Instant::now() + self.on_the_line(frame.len()) + self.timing.turnaround;
        self.discard_until(until).await
    }

    /// Listens to a line on which nobody is asked, until `deadline`, so that an unplugged adapter
    /// is noticed at once.
    ///
    /// # Errors
    /// [`PortFault::Gone`].
    pub async fn listen(&mut self, deadline: Instant) -> Result<(), Fault> {
        self.discard_until(deadline).await
    }

    async fn exchange(&mut self, unit: Unit, request: &Request) -> Result<Answer, Fault> {
        self.fall_silent().await?;
        let frame = request.frame(unit.number());
        let whole = self.on_the_line(frame.len() + request.answer_bytes());
        // Set before the first byte leaves: whoever drops this future leaves an answer under way.
        self.quarantined_until = Some(Instant::now() + whole + 2 * self.timing.answer);
        self.write_all(&frame).await?;
        let sent_at = Instant::now();
        let outcome = self.await_answer(unit, request, sent_at + whole + self.timing.answer).await;
        self.quarantined_until = match outcome {
            Ok(_) => None,
            Err(_) => Some(Instant::now() + self.timing.answer),
        };
        outcome
    }

    async fn await_answer(
        &mut self,
        unit: Unit,
        request: &Request,
        deadline: Instant,
    ) -> Result<Answer, Fault> {
        let mut bytes = [0; FRAME_BYTES_MAX];
        let mut have = 0;
        while have < answer::length(request, &bytes[..have]) {
            let count = self.read(&mut bytes[have..], deadline).await?;
            if count == 0 {
                return Err(if have == 0 { Fault::Silence } else { Fault::Damaged });
            }
            have += count;
        }
        let length = answer::length(request, &bytes[..have]);
        if have > length {
            // Two answers at once: one of them is late, and nothing says which.
            self.counts.stray_bytes += (have - length) as u64;
            return Err(Fault::Damaged);
        }
        answer::read(unit, request, &bytes[..length]).map_err(|unfit| match unfit {
            Unfit::Damaged => Fault::Damaged,
            Unfit::Foreign => Fault::Foreign,
        })
    }

    /// Throws away what is under way, until the line has been silent for as long as separates two
    /// frames, and longer if an answer may still be late.
    async fn fall_silent(&mut self) -> Result<(), Fault> {
        if let Some(until) = self.quarantined_until {
            self.discard_until(until).await?;
        }
        let silence = self.silence();
        let give_up = Instant::now() + NOISE_MAX;
        let mut scrap = [0; FRAME_BYTES_MAX];
        loop {
            let count = self.read(&mut scrap, Instant::now() + silence).await?;
            self.counts.stray_bytes += count as u64;
            if count == 0 {
                self.quarantined_until = None;
                return Ok(());
            }
            if Instant::now() >= give_up {
                return Err(Fault::Noise);
            }
        }
    }

    async fn discard_until(&mut self, until: Instant) -> Result<(), Fault> {
        let mut scrap = [0; FRAME_BYTES_MAX];
        while Instant::now() < until {
            self.counts.stray_bytes += self.read(&mut scrap, until).await? as u64;
        }
        Ok(())
    }

    async fn read(&mut self, into: &mut [u8], deadline: Instant) -> Result<usize, Fault> {
        self.port.read(into, deadline).await.map_err(Fault::Port)
    }

    async fn write_all(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let mut sent = 0;
        while sent < bytes.len() {
            sent += self.port.write(&bytes[sent..]).await.map_err(Fault::Port)?;
        }
        Ok(())
    }

    fn silence(&self) -> Duration {
        line_time(SILENCE_CHARACTERS, self.port.baud()).max(SILENCE_MIN)
    }

    /// With a parity bit, a byte takes eleven bits where [`line_time`] reckons with ten.
    fn on_the_line(&self, bytes: usize) -> Duration {
        line_time(bytes, self.port.baud()) * 11 / 10
    }
}

#[cfg(test)]
mod tests;
