//! A keypad on a line: asked what was pressed, told what is stored, and shown questions.

use std::num::NonZeroU16;
use std::time::Duration;

use super::kp1::{self, Condition, Identity, Prompt, Snapshot};
use super::press::{Numbers, Polled, Press};
use crate::link_state::Reason;
use crate::modbus::answer::{Answer, Exception};
use crate::modbus::master::Master;
use crate::modbus::request::{Request, Unit};
use crate::port::Port;

/// Times that something is asked before the keypad counts as lost. All that is asked may be asked
/// twice: noise, and an answer that was late once, are no trouble yet.
pub const ASKS_MAX: u32 = 3;

/// What is counted since the session began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Questions that were asked again.
    pub repeated: u64,
    /// Presses that happened and can no longer be told.
    pub lost: u64,
    /// Times that the keypad started anew.
    pub restarts: u64,
}

/// One keypad. It knows its unit and its numbers; the line is handed to each call, since keypads
/// may share one. When a call gives [`Reason::PortGone`] the port is to be opened anew, and the
/// keypad probed again. The future of any call may be dropped.
#[derive(Debug)]
pub struct Session {
    unit: Unit,
    numbers: Option<Numbers>,
    condition: Condition,
    /// Lost presses of the last look, not counted until what came after them is acknowledged.
    lost: u16,
    /// Whether the keypad may hold an ack of before its restart.
    ack_is_old: bool,
    counts: Counts,
}

impl Session {
    /// The keypad at this unit.
    #[must_use]
    pub fn new(unit: Unit) -> Self {
        Self {
            unit,
            numbers: None,
            condition: Condition::default(),
            lost: 0,
            ack_is_old: false,
            counts: Counts::default(),
        }
    }

    /// What has been counted.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// How it was at the last look.
    #[must_use]
    pub fn condition(&self) -> Condition {
        self.condition
    }

    /// Finds out whether a KP1 keypad listens, and where its numbers stand.
    ///
    /// # Errors
    /// [`Reason::NoAnswer`], [`Reason::CrcErrors`], [`Reason::Blocked`], [`Reason::PortGone`], and
    /// [`Reason::WrongDevice`] when what answers is another device or speaks another version.
    pub async fn probe<P: Port>(&mut self, line: &mut Master<P>) -> Result<Identity, Reason> {
        self.numbers = None;
        let snapshot = self.look(line).await?;
        let acked = self.registers(line, &kp1::read_ack()).await?;
        let [acked] = acked[..] else { return Err(Reason::WrongDevice) };
        self.ack_is_old = snapshot.condition.restarted() && acked != 0;
        self.numbers = Some(Numbers::found(&snapshot, acked));
        Ok(snapshot.identity)
    }

    /// What was pressed and is not acknowledged yet. Probes first where that was not done.
    ///
    /// # Errors
    /// As [`Self::probe`].
    pub async fn poll<P: Port>(&mut self, line: &mut Master<P>) -> Result<Polled, Reason> {
        if self.numbers.is_none() {
            self.probe(line).await?;
        }
        let snapshot = self.look(line).await?;
        let polled = match &mut self.numbers {
            Some(numbers) => numbers.take(&snapshot),
            None => Polled::default(),
        };
        if polled.restarted {
            self.counts.restarts += 1;
            self.ack_is_old = true;
        }
        self.lost = polled.lost;
        if self.ack_is_old {
            // An ack that crossed with the restart would hide the first presses after it from the
            // next session.
            self.write(line, &kp1::write_ack(0)).await?;
            self.ack_is_old = false;
        }
        Ok(polled)
    }

    /// Says that this press and all before it are stored, which must be true by then. What is
    /// acknowledged already is not said again, and a press of before a restart is not: its number
    /// may be another press by now.
    ///
    /// # Errors
    /// As [`Self::probe`]. The presses come again then, and are to be acknowledged again.
    pub async fn ack<P: Port>(
        &mut self,
        line: &mut Master<P>,
        press: &Press,
    ) -> Result<(), Reason> {
        let sequence = press.sequence;
        let fits = |numbers: &Numbers| numbers.boot() == press.boot && numbers.may_ack(sequence);
        if !self.numbers.as_ref().is_some_and(fits) {
            return Ok(());
        }
        self.write(line, &kp1::write_ack(sequence.get())).await?;
        if let Some(numbers) = &mut self.numbers {
            numbers.acked(sequence);
        }
        self.counts.lost += u64::from(std::mem::take(&mut self.lost));
        Ok(())
    }

    /// Puts a question on the keypad, in place of what stands there. It goes away by itself after
    /// `stands` (whole seconds, at most [`kp1::PROMPT_MAX`]).
    ///
    /// # Errors
    /// As [`Self::probe`].
    pub async fn prompt<P: Port>(
        &mut self,
        line: &mut Master<P>,
        token: NonZeroU16,
        stands: Duration,
    ) -> Result<(), Reason> {
        self.write(line, &kp1::write_prompt(Prompt::Ask { token, stands })).await
    }

    /// Thanks for an answer; what stands there goes away.
    ///
    /// # Errors
    /// As [`Self::probe`].
    pub async fn thank<P: Port>(&mut self, line: &mut Master<P>) -> Result<(), Reason> {
        self.write(line, &kp1::write_prompt(Prompt::Thanks)).await
    }

    /// Takes away what stands there.
    ///
    /// # Errors
    /// As [`Self::probe`].
    pub async fn idle<P: Port>(&mut self, line: &mut Master<P>) -> Result<(), Reason> {
        self.write(line, &kp1::write_prompt(Prompt::Idle)).await
    }

    async fn look<P: Port>(&mut self, line: &mut Master<P>) -> Result<Snapshot, Reason> {
        let registers = self.registers(line, &Snapshot::request()).await?;
        let snapshot = Snapshot::read(&registers).map_err(|_| Reason::WrongDevice)?;
        self.condition = snapshot.condition;
        Ok(snapshot)
    }

    async fn registers<P: Port>(
        &mut self,
        line: &mut Master<P>,
        request: &Request,
    ) -> Result<Vec<u16>, Reason> {
        match self.ask(line, request).await? {
            Answer::Registers(registers) => Ok(registers),
            Answer::Bits(_) | Answer::Written | Answer::Refused(_) => Err(Reason::WrongDevice),
        }
    }

    async fn write<P: Port>(
        &mut self,
        line: &mut Master<P>,
        request: &Request,
    ) -> Result<(), Reason> {
        match self.ask(line, request).await? {
            Answer::Written => Ok(()),
            Answer::Bits(_) | Answer::Registers(_) | Answer::Refused(_) => Err(Reason::WrongDevice),
        }
    }

    /// Asks until there is an answer, a few times.
    async fn ask<P: Port>(
        &mut self,
        line: &mut Master<P>,
        request: &Request,
    ) -> Result<Answer, Reason> {
        let mut asks = 1;
        loop {
            let outcome = line.ask(self.unit, request).await;
            let again = match &outcome {
                Ok(Answer::Refused(exception)) => *exception == Exception::BUSY,
                Ok(Answer::Bits(_) | Answer::Registers(_) | Answer::Written) => false,
                Err(fault) => fault.may_pass(),
            };
            if !again {
                return outcome.map_err(|fault| fault.reason());
            }
            if asks >= ASKS_MAX {
                // One that is busy for ever answers nothing either.
                return Err(outcome.map_or_else(|fault| fault.reason(), |_| Reason::NoAnswer));
            }
            asks += 1;
            self.counts.repeated += 1;
        }
    }
}
