//! The Alpha protocol of Adaptive's LED signs (Alpha, BetaBrite and their like).
//!
//! A sign is prepared once: its memory is divided into one text file that stands still and shows
//! one string file. A call then is a write to the string alone, which a sign shows without going
//! blank in between.
//!
//! Source: Adaptive's "Alpha Sign Communications Protocol"; the bytes agree with those of two
//! independent encoders (readerboard, alphasignpy).

use std::fmt;

use super::panel::{Chime, Panel};
use frame::Frame;

pub mod answers;
pub mod frame;
mod letters;

/// Longest string file of the protocol. A longer write empties the file instead of filling it.
pub const STRING_BYTES_MAX: u16 = 125;

/// Bytes of the text file: what shows the string takes seven.
const TEXT_BYTES: u16 = 64;

/// What parts the lines of a panel on a sign that has one line.
const GAP: &[u8] = b"  ";

const FLASH_ON: &[u8] = b"\x071";
const FLASH_OFF: &[u8] = b"\x070";

/// A model of sign, or a family that behaves alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sign {
    /// The code of its kind; `Z` is every kind.
    pub kind: u8,
    /// Bytes of the string file that shows a call, at most [`STRING_BYTES_MAX`].
    pub string_bytes: u16,
}

impl Sign {
    /// Any sign of the family.
    pub const ALPHA: Self = Self { kind: b'Z', string_bytes: 64 };
    /// The one-line BetaBrite signs.
    pub const BETABRITE: Self = Self { kind: b'^', string_bytes: 32 };
}

/// Which signs of a line a frame is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address([u8; 2]);

impl Address {
    /// Every sign of the line.
    pub const ALL: Self = Self(*b"00");

    /// The sign of this number; 0 is every sign.
    #[must_use]
    pub fn of(number: u8) -> Self {
        let digit = |nibble: u8| b"0123456789ABCDEF"[usize::from(nibble)];
        Self([digit(number >> 4), digit(number & 0x0F)])
    }

    /// The address of two digits as they stand in a frame; `?` is any digit.
    #[must_use]
    pub fn from_digits(digits: &[u8]) -> Option<Self> {
        let fine = |digit: &u8| matches!(digit, b'0'..=b'9' | b'A'..=b'F' | b'?');
        let digits: [u8; 2] = digits.try_into().ok()?;
        digits.iter().all(fine).then_some(Self(digits))
    }

    /// Its digits.
    #[must_use]
    pub fn digits(self) -> [u8; 2] {
        self.0
    }

    /// Whether a frame to `self` is for the sign at `other`.
    #[must_use]
    pub fn reaches(self, other: Self) -> bool {
        let fits = |(asked, own): (&u8, &u8)| *asked == b'?' || asked == own;
        self == Self::ALL || self.0.iter().zip(&other.0).all(fits)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{}", char::from(*digit)))
    }
}

/// Makes the frames for one sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoder {
    sign: Sign,
    address: Address,
}

impl Encoder {
    /// An encoder for the sign at this address.
    #[must_use]
    pub fn new(sign: Sign, address: Address) -> Self {
        let string_bytes = sign.string_bytes.min(STRING_BYTES_MAX);
        Self { sign: Sign { string_bytes, ..sign }, address }
    }

    /// Asks the sign to say whether it took each frame.
    #[must_use]
    pub fn confirm(&self) -> Vec<u8> {
        self.frame(b"Es1".to_vec())
    }

    /// Asks how the sign's memory is divided.
    #[must_use]
    pub fn ask_memory(&self) -> Vec<u8> {
        self.frame(b"F$".to_vec())
    }

    /// Whether the memory is divided as [`Self::divide_memory`] does it, by the payload of the
    /// answer to [`Self::ask_memory`].
    #[must_use]
    pub fn finds_its_files(&self, payload: &[u8]) -> bool {
        let Some(table) = payload.strip_prefix(b"E$") else { return false };
        // Label, kind, keyboard lock, size, and what the kind makes of the last four digits.
        let has = |label: u8, kind: u8, bytes: u16| {
            table.as_chunks::<11>().0.iter().any(|entry| {
                let size = std::str::from_utf8(&entry[3..7]).ok();
                let size = size.and_then(|size| u16::from_str_radix(size, 16).ok());
                entry[0] == label && entry[1] == kind && size.is_some_and(|size| size >= bytes)
            })
        };
        has(b'A', b'A', TEXT_BYTES) && has(b'a', b'B', self.sign.string_bytes)
    }

    /// Divides the sign's memory. Wipes all that was in it.
    #[must_use]
    pub fn divide_memory(&self) -> Vec<u8> {
        // The text file may be run at any time; a string is locked against the remote control.
        let string = self.sign.string_bytes;
        self.frame(format!("E$AAU{TEXT_BYTES:04X}FFFFaBL{string:04X}0000").into_bytes())
    }

    /// Makes the text file show the string, standing still. The sign goes blank for a moment.
    #[must_use]
    pub fn show_the_string(&self) -> Vec<u8> {
        self.frame(b"AA\x1b\x20b\x10a".to_vec())
    }

    /// Runs the text file and nothing else.
    #[must_use]
    pub fn run_the_text(&self) -> Vec<u8> {
        self.frame(b"E.SUA".to_vec())
    }

    /// Writes the string.
    #[must_use]
    pub fn write(&self, panel: &Panel) -> Vec<u8> {
        self.frame([b"Ga".as_slice(), &self.string_of(panel)].concat())
    }

    /// Sounds the sign's beeper.
    #[must_use]
    pub fn sound(&self, chime: Chime) -> Vec<u8> {
        match chime.beeps {
            // The sign's own three short beeps.
            3 => self.frame(b"E(1".to_vec()),
            // The lowest tone, a tenth of a second each, repeated.
            beeps => self.frame(format!("E(2001{:X}", beeps.saturating_sub(1)).into_bytes()),
        }
    }

    /// The panel as the content of the string file, never longer than the file: the text is cut,
    /// the codes around it are not.
    fn string_of(&self, panel: &Panel) -> Vec<u8> {
        let lines: Vec<Vec<u8>> = panel.lines().iter().map(|line| letters::of(line)).collect();
        let filled: Vec<&[u8]> = lines
            .iter()
            .map(|line| line.trim_ascii_end())
            .filter(|line| !line.is_empty())
            .collect();
        let mut text = filled.join(GAP);
        let room = usize::from(self.sign.string_bytes);
        if !panel.flash() || text.is_empty() {
            text.truncate(room);
            return text;
        }
        text.truncate(room.saturating_sub(FLASH_ON.len() + FLASH_OFF.len()));
        [FLASH_ON, &text, FLASH_OFF].concat()
    }

    fn frame(&self, payload: Vec<u8>) -> Vec<u8> {
        Frame { kind: self.sign.kind, address: self.address, payload }.encode()
    }
}

#[cfg(test)]
mod tests;
