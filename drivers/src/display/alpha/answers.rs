//! What an Alpha sign says back: whether it took a frame, and what it was asked for.
//!
//! Source: Adaptive's "Alpha Sign Communications Protocol", acknowledgements of version 2 and later.

use super::frame::{Frame, Reader as FrameReader};
use crate::link_state::Reason;

const ACK: u8 = 0x06;
const NAK: u8 = 0x15;

/// One thing that a sign said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It took the frame.
    Accepted,
    /// It did not.
    Refused(Complaint),
    /// What it was asked for.
    Told(Frame),
}

/// Why a sign did not take a frame: its status byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Complaint(u8);

impl Complaint {
    const ILLEGAL_COMMAND: u8 = 0x20;
    const OVERFLOW: u8 = 0x08;

    /// The reason to report when repeating does not help.
    #[must_use]
    pub fn reason(self) -> Reason {
        if self.0 & Self::ILLEGAL_COMMAND != 0 {
            Reason::WrongDevice
        } else if self.0 & Self::OVERFLOW != 0 {
            Reason::Blocked
        } else {
            // Checksum, framing, parity, and a pause within a frame.
            Reason::CrcErrors
        }
    }
}

/// Takes the bytes as they come. No byte can make it fail; what means nothing is counted.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    frames: FrameReader,
    /// The first byte of an acknowledgement.
    begun: Option<u8>,
    unknown: u64,
}

impl Reader {
    /// A reader that has heard nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes so far, and damaged frames, that mean nothing.
    #[must_use]
    pub fn unknown(&self) -> u64 {
        self.unknown + self.frames.damaged()
    }

    /// The line has been quiet: what is still incomplete never will be complete.
    pub fn quiet(&mut self) {
        self.unknown += u64::from(self.begun.take().is_some());
        let damaged = self.unknown() + u64::from(self.frames.within_a_frame());
        self.frames = FrameReader::new();
        self.unknown = damaged;
    }

    /// The next byte, and the answer that it completes.
    pub fn push(&mut self, byte: u8) -> Option<Answer> {
        let byte = byte & 0x7F;
        if let Some(begun) = self.begun.take() {
            // Bit 6 marks the status byte.
            if byte & 0x40 != 0 {
                return Some(match begun {
                    ACK => Answer::Accepted,
                    _ => Answer::Refused(Complaint(byte)),
                });
            }
            self.unknown += 1;
        }
        if !self.frames.within_a_frame() && matches!(byte, ACK | NAK) {
            self.begun = Some(byte);
            return None;
        }
        let frame = self.frames.push(byte);
        if frame.is_none() && !self.frames.within_a_frame() && byte != 0 {
            self.unknown += 1;
        }
        frame.map(Answer::Told)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Address;
    use super::*;
    use proptest::prelude::*;

    fn read(reader: &mut Reader, bytes: &[u8]) -> Vec<Answer> {
        bytes.iter().filter_map(|byte| reader.push(*byte)).collect()
    }

    #[test]
    fn acknowledgements_and_complaints_are_told_apart() {
        let mut reader = Reader::new();
        let answers = read(&mut reader, b"\x06\x40\x15\x50\x15\x60\x15\x48");
        let reasons: Vec<_> = answers
            .iter()
            .map(|answer| match answer {
                Answer::Refused(complaint) => Some(complaint.reason()),
                Answer::Accepted | Answer::Told(_) => None,
            })
            .collect();
        let [checksum, command, overflow] =
            [Reason::CrcErrors, Reason::WrongDevice, Reason::Blocked].map(Some);
        assert_eq!(reasons, [None, checksum, command, overflow]);
        assert_eq!(reader.unknown(), 0);
    }

    #[test]
    fn half_an_acknowledgement_lets_the_next_one_through() {
        let mut reader = Reader::new();
        assert_eq!(read(&mut reader, b"\x06\x06\x40"), [Answer::Accepted]);
        assert_eq!(read(&mut reader, b"\x15"), []);
        reader.quiet();
        assert_eq!(reader.unknown(), 2);
        assert_eq!(read(&mut reader, b"\x06\x40"), [Answer::Accepted]);
    }

    proptest! {
        /// After any noise and quiet, an acknowledgement and a frame are heard.
        #[test]
        fn it_finds_its_feet_after_any_noise(
            noise in proptest::collection::vec(any::<u8>(), 0..200)
        ) {
            let mut reader = Reader::new();
            read(&mut reader, &noise);
            reader.quiet();
            prop_assert!(reader.unknown() <= noise.len() as u64 + 1);
            let frame = Frame { kind: b'0', address: Address::ALL, payload: b"E$".to_vec() };
            let told = [b"\x06\x40".as_slice(), &frame.encode()].concat();
            prop_assert_eq!(read(&mut reader, &told), vec![Answer::Accepted, Answer::Told(frame)]);
        }
    }
}
