//! A display on an open port: made to show what shall stand there, and kept showing it.

mod alpha;

use std::time::Duration;

use tokio::time::Instant;

use super::alpha::answers::{Answer, Reader};
use super::alpha::{Address, Encoder};
use super::desired::Desired;
use super::panel::{Chime, Panel};
use super::profile::{Language, Profile};
use crate::link_state::Reason;
use crate::port::{Port, PortFault};

/// Bytes read at once; a display's answers are a handful.
const READ_BYTES: usize = 256;

/// How long a session waits for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// For an answer, where answers are asked for.
    pub answer: Duration,
    /// Between two frames, for the display to take the first one in.
    pub pause: Duration,
    /// For the display to divide its memory.
    pub divide: Duration,
    /// Between two writes of what stands there anyway: the display may have lost its power.
    pub refresh: Duration,
    /// Between two full preparations, which make the display blink, where it cannot be asked
    /// whether it needs one.
    pub prepare: Duration,
    /// Without a word of the source until what it said counts as stale.
    pub stale: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(1),
            pause: Duration::from_millis(50),
            divide: Duration::from_millis(500),
            refresh: Duration::from_secs(60),
            prepare: Duration::from_secs(600),
            stale: Duration::from_secs(30),
        }
    }
}

/// What is counted since the session began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Frames that the display was sent.
    pub frames: u64,
    /// Frames that were sent again because the display did not take them.
    pub repeated: u64,
    /// Bytes received that mean nothing.
    pub unknown_bytes: u64,
}

/// A display on an open port. When a call gives [`Reason::PortGone`] the session is to be dropped
/// and the port opened anew. The future of any call may be dropped: what is wanted is kept, and
/// what was under way is sent again by the next call.
#[derive(Debug)]
pub struct Session<P> {
    port: P,
    language: Language,
    encoder: Encoder,
    confirm: bool,
    timing: Timing,
    desired: Desired,
    prepared_at: Option<Instant>,
    reader: Reader,
    frames: u64,
    repeated: u64,
}

impl<P: Port> Session<P> {
    /// A session on a port that was just opened. `sounded` is what [`Self::sounded`] of the
    /// session before said: its beeps are not repeated because a cable was.
    #[must_use]
    pub fn new(
        port: P,
        profile: Profile,
        address: Address,
        timing: Timing,
        sounded: Option<u32>,
    ) -> Self {
        let Language::Alpha(sign) = profile.language;
        Self {
            port,
            language: profile.language,
            encoder: Encoder::new(sign, address),
            confirm: profile.confirm,
            timing,
            desired: Desired::new(sounded),
            prepared_at: None,
            reader: Reader::new(),
            frames: 0,
            repeated: 0,
        }
    }

    /// What has been counted.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            frames: self.frames,
            repeated: self.repeated,
            unknown_bytes: self.reader.unknown(),
        }
    }

    /// The occasion that was sounded last.
    #[must_use]
    pub fn sounded(&self) -> Option<u32> {
        self.desired.sounded()
    }

    /// Prepares the display, and finds out whether it answers if it is to confirm. Without
    /// confirmation this says that the port takes bytes, and no more.
    ///
    /// # Errors
    /// [`Reason::Blocked`] or [`Reason::PortGone`]; with confirmation also [`Reason::NoAnswer`],
    /// [`Reason::WrongDevice`] and [`Reason::CrcErrors`].
    pub async fn probe(&mut self) -> Result<(), Reason> {
        self.desired.doubt();
        self.prepared_at = None;
        self.prepare().await
    }

    /// Makes this panel stand there. Sends nothing if it does already.
    ///
    /// # Errors
    /// As [`Self::probe`]. The panel is wanted all the same; any later call tries again.
    pub async fn show(&mut self, panel: &Panel) -> Result<(), Reason> {
        self.desired.want(panel, Instant::now());
        self.push().await
    }

    /// Sends what stands there once more; beeps excepted.
    ///
    /// # Errors
    /// As [`Self::probe`].
    pub async fn refresh(&mut self) -> Result<(), Reason> {
        self.desired.doubt();
        self.push().await
    }

    /// Keeps the display showing what shall stand there until `deadline`: refreshes it in time,
    /// and shows [`Panel::stale`] once [`Self::show`] has not been called for [`Timing::stale`].
    ///
    /// # Errors
    /// As [`Self::probe`]; [`Reason::PortGone`] at once when the display is unplugged.
    pub async fn keep(&mut self, deadline: Instant) -> Result<(), Reason> {
        loop {
            self.push().await?;
            let now = Instant::now();
            if now >= deadline {
                return Ok(());
            }
            self.listen(deadline.min(self.desired.due_at(now, &self.timing))).await?;
        }
    }

    /// Brings the display from what stands there to what shall.
    async fn push(&mut self) -> Result<(), Reason> {
        let now = Instant::now();
        self.desired.age(now, &self.timing);
        let content = self.write_of_wanted();
        if !self.desired.stands(&content, now, &self.timing) {
            self.desired.doubt();
            self.prepare().await?;
            self.send(&content).await?;
            self.desired.sent(content, Instant::now());
        }
        // After the text: who looks up at the beep must find it there.
        if let Some(chime) = self.desired.chime_due() {
            self.sound(chime).await?;
            self.desired.chimed(chime);
        }
        Ok(())
    }

    fn write_of_wanted(&self) -> Vec<u8> {
        match self.language {
            Language::Alpha(_) => self.encoder.write(self.desired.wanted()),
        }
    }

    async fn prepare(&mut self) -> Result<(), Reason> {
        match self.language {
            Language::Alpha(_) => self.prepare_alpha().await,
        }
    }

    async fn sound(&mut self, chime: Chime) -> Result<(), Reason> {
        match self.language {
            Language::Alpha(_) => self.send(&self.encoder.sound(chime)).await,
        }
    }

    async fn send(&mut self, frame: &[u8]) -> Result<(), Reason> {
        match self.language {
            Language::Alpha(_) => self.send_alpha(frame).await,
        }
    }

    async fn write_all(&mut self, bytes: &[u8]) -> Result<(), Reason> {
        let mut sent = 0;
        while sent < bytes.len() {
            sent += self.port.write(&bytes[sent..]).await.map_err(PortFault::reason)?;
        }
        Ok(())
    }

    /// Hears what arrives next, until `deadline` at most.
    async fn hear(&mut self, deadline: Instant) -> Result<Vec<Answer>, Reason> {
        let mut bytes = [0; READ_BYTES];
        let count = self.port.read(&mut bytes, deadline).await.map_err(PortFault::reason)?;
        Ok(bytes[..count].iter().filter_map(|byte| self.reader.push(*byte)).collect())
    }

    /// Lets the time pass, with an ear for the plug.
    async fn listen(&mut self, until: Instant) -> Result<(), Reason> {
        while Instant::now() < until {
            self.hear(until).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
