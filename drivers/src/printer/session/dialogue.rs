//! Questions and answers: one question at a time, and an ear for what was not asked.

use std::time::Duration;

use tokio::time::Instant;

use super::Session;
use crate::link_state::Reason;
use crate::port::{Port, PortFault, line_time};
use crate::printer::answers::Answer;
use crate::printer::escpos;
use crate::printer::profile::Proof;
use crate::printer::status::Status;

/// Bytes read at once; a printer's answers are a handful.
const READ_BYTES: usize = 256;

/// How long the line must be silent for what is still incomplete to be given up, and for answers
/// of earlier questions to have all arrived.
pub(super) const QUIET: Duration = Duration::from_millis(30);

/// Longest that a line which never falls silent is listened to before it is used all the same.
const NOISE_MAX: Duration = Duration::from_secs(2);

/// Blank bytes written at once to a printer that hangs in an unfinished command.
const FEED_BYTES: usize = 256;

impl<P: Port> Session<P> {
    /// Asks a printer that is at work how it is. Proofs may arrive among the answers and are given
    /// back; silence is `None`.
    pub(super) async fn look(&mut self) -> Result<(Option<Status>, Vec<Answer>), Reason> {
        let mut heard = Vec::new();
        let mut answers = [0; 4];
        for (n, slot) in (1..=4).zip(&mut answers) {
            match self.ask_one(n, &mut heard).await {
                Ok(Some(byte)) => *slot = byte,
                // Held back by flow control: as good as silent, and not an end.
                Ok(None) | Err(Reason::Blocked) => return Ok((None, heard)),
                Err(reason) => return Err(reason),
            }
        }
        let status = Status::from_answers(answers);
        self.note(status);
        Ok((Some(status), heard))
    }

    pub(super) async fn ask_status(&mut self) -> Result<Status, Reason> {
        let unknown = self.reader.unknown();
        let mut heard = Vec::new();
        let mut answers = [0; 4];
        for (n, slot) in (1..=4).zip(&mut answers) {
            *slot = match self.ask_one(n, &mut heard).await? {
                Some(byte) => byte,
                None if self.reader.unknown() > unknown => return Err(Reason::WrongDevice),
                None => return Err(Reason::NoAnswer),
            };
        }
        Ok(Status::from_answers(answers))
    }

    /// One `DLE EOT`. Everything else that is heard is added to `heard`.
    pub(super) async fn ask_one(
        &mut self,
        n: u8,
        heard: &mut Vec<Answer>,
    ) -> Result<Option<u8>, Reason> {
        self.write_all(&escpos::ask_status(n)).await?;
        let deadline = Instant::now() + self.timing.answer;
        let mut found = None;
        while found.is_none() && Instant::now() < deadline {
            for answer in self.hear(deadline).await? {
                match answer {
                    Answer::Status(byte) => found = Some(byte),
                    Answer::Push(_)
                    | Answer::InBand(_)
                    | Answer::Name(_)
                    | Answer::Mark(_)
                    | Answer::Go
                    | Answer::Hold => heard.push(answer),
                }
            }
        }
        if found.is_none() {
            self.reader.quiet();
        }
        Ok(found)
    }

    /// Makes sure that the next byte begins a command. An earlier session that died in the middle
    /// of an image leaves a printer that takes the next slip for the rest of that image; so many
    /// blank dots are fed to it that no image can lack more. In text they mean nothing.
    pub(super) async fn fall_in_step(&mut self) -> Result<(), Reason> {
        let most = self.encoder.profile().command_bytes_max();
        let blank = [0; FEED_BYTES];
        if self.encoder.profile().proof == Proof::State {
            // It cannot be asked in-band: what the longest command may lack is fed blindly.
            for _ in 0..most.div_ceil(FEED_BYTES) {
                self.write_all(&blank).await?;
            }
            self.in_step = true;
            return Ok(());
        }
        if !self.answers_in_band(self.timing.answer).await? {
            for _ in 0..most.div_ceil(FEED_BYTES) {
                self.write_all(&blank).await?;
            }
            let drained = line_time(most, self.port.baud()) + self.timing.answer;
            if !self.answers_in_band(drained).await? {
                return Err(Reason::NoAnswer);
            }
        }
        if self.proof == Proof::Mark && !self.answers_a_mark().await? {
            // A model that was taken for a better one: it proves its paper all the same.
            self.proof = Proof::InBand;
        }
        // Answers to questions of an earlier session come before ours, so that none is left now.
        self.drain().await?;
        if self.encoder.profile().pushes {
            self.write_all(escpos::PUSH_STATUS).await?;
            self.hear(Instant::now() + QUIET).await?;
        }
        self.in_step = true;
        Ok(())
    }

    pub(super) async fn answers_in_band(&mut self, within: Duration) -> Result<bool, Reason> {
        self.write_all(escpos::ASK_IN_BAND).await?;
        self.hears(&Answer::InBand(0), within).await
    }

    pub(super) async fn answers_a_mark(&mut self) -> Result<bool, Reason> {
        let mark = self.next_mark();
        self.write_all(&escpos::ask_mark(mark)).await?;
        self.hears(&Answer::Mark(mark), self.timing.answer).await
    }

    pub(super) async fn hears(&mut self, proof: &Answer, within: Duration) -> Result<bool, Reason> {
        let deadline = Instant::now() + within;
        while Instant::now() < deadline {
            let answers = self.hear(deadline).await?;
            if answers.iter().any(|answer| proves(answer, proof)) {
                return Ok(true);
            }
        }
        self.reader.quiet();
        Ok(false)
    }

    /// Asks for the model's name; printers that have none are printers all the same.
    pub(super) async fn ask_name(&mut self) -> Result<(), Reason> {
        if self.encoder.profile().proof == Proof::State {
            return Ok(());
        }
        self.write_all(escpos::ASK_NAME).await?;
        let deadline = Instant::now() + self.timing.answer;
        while self.name.is_none() && Instant::now() < deadline {
            self.hear(deadline).await?;
        }
        self.reader.quiet();
        Ok(())
    }

    pub(super) async fn write_all(&mut self, bytes: &[u8]) -> Result<(), Reason> {
        let mut sent = 0;
        while sent < bytes.len() {
            sent += self.port.write(&bytes[sent..]).await.map_err(PortFault::reason)?;
        }
        Ok(())
    }

    /// Hears what arrives next, until `deadline` at most, and notes what concerns the status.
    pub(super) async fn hear(&mut self, deadline: Instant) -> Result<Vec<Answer>, Reason> {
        let mut bytes = [0; READ_BYTES];
        let count = self.port.read(&mut bytes, deadline).await.map_err(PortFault::reason)?;
        let answers: Vec<Answer> =
            bytes[..count].iter().filter_map(|byte| self.reader.push(*byte)).collect();
        for answer in &answers {
            match answer {
                Answer::Push(push) => self.note(Status::from_push(*push)),
                Answer::Name(name) => self.name = Some(name.clone()),
                Answer::Status(_)
                | Answer::InBand(_)
                | Answer::Mark(_)
                | Answer::Go
                | Answer::Hold => {}
            }
        }
        Ok(answers)
    }

    /// Hears all that is still under way, so that it is not taken for the answer to what is asked
    /// next.
    pub(super) async fn drain(&mut self) -> Result<(), Reason> {
        let stop = Instant::now() + NOISE_MAX;
        loop {
            let before = Instant::now();
            self.hear(before + QUIET).await?;
            if before.elapsed() >= QUIET || Instant::now() >= stop {
                self.reader.quiet();
                return Ok(());
            }
        }
    }

    pub(super) fn note(&self, status: Status) {
        self.status.send_if_modified(|known| {
            let changed = *known != status;
            *known = status;
            changed
        });
    }

    /// Four printable characters, different from those of the last 81 million jobs.
    pub(super) fn next_mark(&mut self) -> [u8; 4] {
        /// The characters from 0x20 to 0x7E.
        const PRINTABLE: u32 = 95;
        self.mark = self.mark.wrapping_add(1);
        let mut rest = self.mark;
        [(); 4].map(|()| {
            let digit = rest % PRINTABLE;
            rest /= PRINTABLE;
            0x20 + u8::try_from(digit).expect("below 95")
        })
    }
}

/// Whether an answer is the proof. A mark must be the very one; an in-band answer has no number.
pub(super) fn proves(answer: &Answer, proof: &Answer) -> bool {
    match (answer, proof) {
        (Answer::InBand(_), Answer::InBand(_)) => true,
        (Answer::Mark(told), Answer::Mark(asked)) => told == asked,
        (
            Answer::Status(_)
            | Answer::Push(_)
            | Answer::InBand(_)
            | Answer::Name(_)
            | Answer::Mark(_)
            | Answer::Go
            | Answer::Hold,
            _,
        ) => false,
    }
}
