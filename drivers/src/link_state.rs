//! What a device is doing, in the fixed words that health pages and settings use.

use std::fmt;
use std::time::Duration;

/// How a device stands, as its task sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// Switched off in the settings.
    Disabled,
    /// The port is being opened.
    Opening,
    /// The port is open; nothing has proved yet that the device listens.
    Probing,
    /// It answers and nothing is wrong.
    Online,
    /// It answers, and something needs a person soon or now.
    Degraded(Reasons),
    /// It cannot be reached.
    Offline {
        /// Why.
        reason: Reason,
        /// Since when: time since the Unix epoch.
        since: Duration,
    },
}

impl LinkState {
    /// The state of a device that answers, with what it complains about.
    #[must_use]
    pub fn answering(reasons: Reasons) -> Self {
        if reasons.is_empty() { Self::Online } else { Self::Degraded(reasons) }
    }

    /// The fixed word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Opening => "opening",
            Self::Probing => "probing",
            Self::Online => "online",
            Self::Degraded(_) => "degraded",
            Self::Offline { .. } => "offline",
        }
    }

    /// What is wrong, if anything.
    #[must_use]
    pub fn reasons(self) -> Reasons {
        match self {
            Self::Disabled | Self::Opening | Self::Probing | Self::Online => Reasons::NONE,
            Self::Degraded(reasons) => reasons,
            Self::Offline { reason, .. } => Reasons::from(reason),
        }
    }
}

/// Why a device does not do its work, or soon will not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Reason {
    /// The roll is running low; printing goes on.
    PaperNearEnd,
    /// No paper.
    PaperOut,
    /// The cover is open.
    CoverOpen,
    /// The cutter is jammed.
    Cutter,
    /// The print head is too hot and pauses by itself.
    HeadHot,
    /// Paper is jammed on its way out.
    Jam,
    /// The last slip is still in the mouth of the printer.
    TicketNotTaken,
    /// The device takes no bytes: flow control holds them back.
    Blocked,
    /// It is silent.
    NoAnswer,
    /// It says that it is off-line and not why.
    Paused,
    /// It reports an error that it cannot recover from.
    Broken,
    /// There is no such port.
    PortMissing,
    /// Another program holds the port.
    PortBusy,
    /// This program may not open the port.
    PortDenied,
    /// The port cannot be set up as asked, or is no serial port.
    PortUnusable,
    /// The port went away while it was in use.
    PortGone,
    /// Something answers, and it is not the device that the settings name.
    WrongDevice,
    /// Too many frames arrive damaged.
    CrcErrors,
    /// Presses came faster than they were fetched, and the keypad has overwritten the oldest.
    RingOverflow,
    /// Somebody opened the keypad.
    Tampered,
    /// A key is down for longer than anybody presses one.
    KeyStuck,
}

impl Reason {
    /// Every reason, in the order of their bits.
    pub const ALL: [Self; 21] = [
        Self::PaperNearEnd,
        Self::PaperOut,
        Self::CoverOpen,
        Self::Cutter,
        Self::HeadHot,
        Self::Jam,
        Self::TicketNotTaken,
        Self::Blocked,
        Self::NoAnswer,
        Self::Paused,
        Self::Broken,
        Self::PortMissing,
        Self::PortBusy,
        Self::PortDenied,
        Self::PortUnusable,
        Self::PortGone,
        Self::WrongDevice,
        Self::CrcErrors,
        Self::RingOverflow,
        Self::Tampered,
        Self::KeyStuck,
    ];

    /// The fixed word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::PaperNearEnd => "paper-near-end",
            Self::PaperOut => "paper-out",
            Self::CoverOpen => "cover-open",
            Self::Cutter => "cutter",
            Self::HeadHot => "head-hot",
            Self::Jam => "jam",
            Self::TicketNotTaken => "ticket-not-taken",
            Self::Blocked => "blocked",
            Self::NoAnswer => "no-answer",
            Self::Paused => "paused",
            Self::Broken => "broken",
            Self::PortMissing => "port-missing",
            Self::PortBusy => "port-busy",
            Self::PortDenied => "port-denied",
            Self::PortUnusable => "port-unusable",
            Self::PortGone => "port-gone",
            Self::WrongDevice => "wrong-device",
            Self::CrcErrors => "crc-errors",
            Self::RingOverflow => "ring-overflow",
            Self::Tampered => "tampered",
            Self::KeyStuck => "key-stuck",
        }
    }

    /// One sentence for the person who stands in front of the device.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::PaperNearEnd => "The paper roll is nearly used up: have a new one ready.",
            Self::PaperOut => "The printer is out of paper: put in a new roll.",
            Self::CoverOpen => "The printer's cover is open: close it.",
            Self::Cutter => "The cutter is jammed: open the cover and remove the paper in it.",
            Self::HeadHot => "The print head is too hot and pauses until it has cooled down.",
            Self::Jam => "Paper is jammed in the printer: open it and remove the paper.",
            Self::TicketNotTaken => "The last slip still hangs in the printer: take it out.",
            Self::Blocked => {
                "The device takes no more bytes: it is off-line, or flow control is set up wrongly."
            }
            Self::NoAnswer => {
                "The device does not answer: check that it is on, its cable, and the baud rate."
            }
            Self::Paused => "The printer is off-line: press its feed button or switch it on again.",
            Self::Broken => {
                "The printer reports an error it cannot recover from: switch it off and on, then call service."
            }
            Self::PortMissing => "There is no such port: check the cable and /dev/serial/by-id.",
            Self::PortBusy => "The port is in use by another program.",
            Self::PortDenied => {
                "The port may not be opened: the account of this program is not in the port's group."
            }
            Self::PortUnusable => {
                "The port cannot be set up as asked: check its path and settings."
            }
            Self::PortGone => "The device was unplugged or lost its power.",
            Self::WrongDevice => {
                "Something answers, but not in this device's language: check the port, the baud rate and the profile."
            }
            Self::CrcErrors => {
                "Frames arrive damaged: check the cable, its termination and the baud rate."
            }
            Self::RingOverflow => {
                "The keypad had more presses to keep than it can: the oldest of them are lost."
            }
            Self::Tampered => "The keypad's case is open: look who opened it, and close it.",
            Self::KeyStuck => "A key of the keypad is stuck: free it, or call service.",
        }
    }

    /// Whether nothing can be printed while this lasts.
    #[must_use]
    pub fn stops(self) -> bool {
        match self {
            Self::PaperNearEnd
            | Self::TicketNotTaken
            | Self::CrcErrors
            | Self::RingOverflow
            | Self::Tampered
            | Self::KeyStuck => false,
            Self::PaperOut
            | Self::CoverOpen
            | Self::Cutter
            | Self::HeadHot
            | Self::Jam
            | Self::Blocked
            | Self::NoAnswer
            | Self::Paused
            | Self::Broken
            | Self::PortMissing
            | Self::PortBusy
            | Self::PortDenied
            | Self::PortUnusable
            | Self::PortGone
            | Self::WrongDevice => true,
        }
    }

    fn bit(self) -> u32 {
        1 << (self as u8)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A set of reasons.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Reasons(u32);

impl Reasons {
    /// Nothing is wrong.
    pub const NONE: Self = Self(0);

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether this reason is among them.
    #[must_use]
    pub fn contains(self, reason: Reason) -> bool {
        self.0 & reason.bit() != 0
    }

    /// Adds a reason.
    pub fn insert(&mut self, reason: Reason) {
        self.0 |= reason.bit();
    }

    /// Takes a reason out.
    pub fn remove(&mut self, reason: Reason) {
        self.0 &= !reason.bit();
    }

    /// Adds or takes out a reason.
    pub fn set(&mut self, reason: Reason, holds: bool) {
        if holds { self.insert(reason) } else { self.remove(reason) }
    }

    /// The reasons, in the order of [`Reason::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Reason> {
        Reason::ALL.into_iter().filter(move |reason| self.contains(*reason))
    }

    /// The first reason because of which nothing can be printed.
    #[must_use]
    pub fn stopping(self) -> Option<Reason> {
        self.iter().find(|reason| reason.stops())
    }
}

impl From<Reason> for Reasons {
    fn from(reason: Reason) -> Self {
        Self(reason.bit())
    }
}

impl FromIterator<Reason> for Reasons {
    fn from_iter<I: IntoIterator<Item = Reason>>(reasons: I) -> Self {
        let mut set = Self::NONE;
        reasons.into_iter().for_each(|reason| set.insert(reason));
        set
    }
}

impl fmt::Debug for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_own_bit_word_and_sentence() {
        let mut seen = Reasons::NONE;
        let mut words = std::collections::BTreeSet::new();
        for reason in Reason::ALL {
            assert!(!seen.contains(reason));
            seen.insert(reason);
            assert!(words.insert(reason.word()));
            assert!(reason.word().chars().all(|c| c.is_ascii_lowercase() || c == '-'));
            assert!(reason.sentence().ends_with('.'));
        }
        assert!(seen.iter().eq(Reason::ALL));
    }

    #[test]
    fn a_low_roll_degrades_and_does_not_stop() {
        let low = Reasons::from(Reason::PaperNearEnd);
        assert_eq!(LinkState::answering(low).word(), "degraded");
        assert_eq!(low.stopping(), None);
        let out = Reasons::from_iter([Reason::PaperNearEnd, Reason::PaperOut]);
        assert_eq!(out.stopping(), Some(Reason::PaperOut));
        assert_eq!(LinkState::answering(Reasons::NONE), LinkState::Online);
    }

    #[test]
    fn a_reason_that_has_passed_is_taken_out() {
        let mut reasons = Reasons::from_iter([Reason::PaperOut, Reason::CoverOpen]);
        reasons.set(Reason::PaperOut, false);
        assert_eq!(reasons, Reasons::from(Reason::CoverOpen));
    }
}
