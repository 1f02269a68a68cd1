//! The plug of a stand-in: in or out, mute or not, and the noise on it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::order::PlugOrder;
use super::wire::Wire;

/// How often it is forgotten that a host held the port exclusively.
pub(super) const FORGET_EVERY: Duration = Duration::from_millis(200);

/// The plug.
#[derive(Debug)]
pub(super) struct Plug {
    link: PathBuf,
    wire: Option<Wire>,
    muted: bool,
    stopped_flow: bool,
    /// The device itself wants no more bytes for now.
    full: bool,
    noise: u32,
}

impl Plug {
    /// Plugged in at this path.
    pub(super) fn at(link: &Path) -> io::Result<Self> {
        Ok(Self {
            link: link.to_owned(),
            wire: Some(Wire::plug(link)?),
            muted: false,
            stopped_flow: false,
            full: false,
            noise: 0x2545_F491,
        })
    }

    /// The answer to these words, if they are an order to a plug.
    pub(super) fn tell(&mut self, words: &[&str]) -> Option<String> {
        let obeyed = self.obey(PlugOrder::of(words)?);
        Some(obeyed.map_or_else(|error| format!("error: {error}"), |()| "ok".to_owned()))
    }

    pub(super) fn obey(&mut self, order: PlugOrder) -> io::Result<()> {
        match order {
            PlugOrder::Unplug => self.wire = None,
            PlugOrder::Replug => {
                // The old path must be gone before the new one is there.
                self.wire = None;
                self.wire = Some(Wire::plug(&self.link)?);
                self.set_flow();
            }
            PlugOrder::Mute(mute) => self.muted = mute,
            PlugOrder::Garbage(count) => self.send_noise(count),
            PlugOrder::FlowStop(stop) => {
                self.stopped_flow = stop;
                self.set_flow();
            }
        }
        Ok(())
    }

    /// What the host sends next; for ever nothing while the plug is out. Dropping the future loses
    /// nothing.
    pub(super) async fn read(&mut self, into: &mut [u8]) -> usize {
        loop {
            let Some(wire) = &self.wire else { return std::future::pending().await };
            match wire.read(into).await {
                Ok(count) => return count,
                Err(_) => self.wire = None,
            }
        }
    }

    /// Answers the host, unless it is mute.
    pub(super) fn answer(&self, bytes: &[u8]) {
        if let (Some(wire), false) = (&self.wire, self.muted) {
            wire.send(bytes);
        }
    }

    /// Holds the host back while the device is full.
    pub(super) fn set_full(&mut self, full: bool) {
        self.full = full;
        self.set_flow();
    }

    pub(super) fn forget_exclusive(&self) {
        if let Some(wire) = &self.wire {
            wire.forget_exclusive();
        }
    }

    /// Its part of a status line.
    pub(super) fn describe(&self) -> String {
        format!("plugged={} muted={}", yes_or_no(self.wire.is_some()), yes_or_no(self.muted))
    }

    fn set_flow(&self) {
        if let Some(wire) = &self.wire {
            wire.hold(self.stopped_flow || self.full);
        }
    }

    fn send_noise(&mut self, count: usize) {
        let mut noise = Vec::with_capacity(count);
        for _ in 0..count {
            // Marsaglia's xorshift: noise that is the same in every run.
            self.noise ^= self.noise << 13;
            self.noise ^= self.noise >> 17;
            self.noise ^= self.noise << 5;
            noise.push(self.noise.to_le_bytes()[1]);
        }
        if let Some(wire) = &self.wire {
            wire.send(&noise);
        }
    }
}

/// How a status line says whether something holds.
pub(super) fn yes_or_no(holds: bool) -> &'static str {
    if holds { "yes" } else { "no" }
}
