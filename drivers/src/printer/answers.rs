//! Telling a printer's answers apart: five kinds share one wire and none says how long it is.
//!
//! Source: the fixed bits in Epson's ESC/POS reference (`DLE EOT`, `GS a`, `GS r`, `GS I`, `GS ( H`).

/// Longest text that a `GS I` answer may carry; what is longer is noise that began like one.
pub const NAME_BYTES_MAX: usize = 80;

/// One thing that a printer said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The answer to a `DLE EOT`; which one, only the asker knows.
    Status(u8),
    /// Pushed on a change (`GS a`).
    Push([u8; 4]),
    /// The answer to `GS r`.
    InBand(u8),
    /// The answer to `GS I`.
    Name(String),
    /// The mark of `GS ( H`: what was before it has been printed.
    Mark([u8; 4]),
    /// XON: it takes bytes again.
    Go,
    /// XOFF: it wants no more bytes.
    Hold,
}

/// Takes the bytes as they come. No byte can make it fail; what means nothing is counted.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    state: State,
    unknown: u64,
}

#[derive(Debug, Clone, Default)]
enum State {
    #[default]
    Idle,
    Push {
        bytes: [u8; 4],
        have: usize,
    },
    /// After `5F`.
    Name {
        text: Vec<u8>,
    },
    /// After `37`: a block whose kind is the next byte.
    Block,
    /// After `37 22`.
    Mark {
        bytes: [u8; 4],
        have: usize,
    },
}

impl Reader {
    /// A reader that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes so far that belong to no known answer.
    #[must_use]
    pub fn unknown(&self) -> u64 {
        self.unknown
    }

    /// The next byte, and the answer that it completes.
    pub fn push(&mut self, byte: u8) -> Option<Answer> {
        match std::mem::take(&mut self.state) {
            State::Idle => self.first(byte),
            // The second to fourth byte have bits 4 and 7 clear.
            State::Push { mut bytes, have } if byte & 0x90 == 0 => {
                bytes[have] = byte;
                if have == 3 {
                    return Some(Answer::Push(bytes));
                }
                self.state = State::Push { bytes, have: have + 1 };
                None
            }
            State::Push { have, .. } => self.broken_off(have, byte),
            State::Name { text } if byte == 0 => {
                Some(Answer::Name(text.iter().map(|byte| char::from(*byte)).collect()))
            }
            State::Name { mut text }
                if matches!(byte, 0x20..=0x7E) && text.len() < NAME_BYTES_MAX =>
            {
                text.push(byte);
                self.state = State::Name { text };
                None
            }
            State::Name { text } => self.broken_off(text.len() + 1, byte),
            State::Block if byte == 0x22 => {
                self.state = State::Mark { bytes: [0; 4], have: 0 };
                None
            }
            State::Block => self.broken_off(1, byte),
            State::Mark { bytes, have: 4 } if byte == 0 => Some(Answer::Mark(bytes)),
            State::Mark { mut bytes, have } if have < 4 && matches!(byte, 0x20..=0x7E) => {
                bytes[have] = byte;
                self.state = State::Mark { bytes, have: have + 1 };
                None
            }
            State::Mark { have, .. } => self.broken_off(have + 2, byte),
        }
    }

    /// The line has been quiet: an answer that is still incomplete will never be completed, and
    /// must not swallow the beginning of the next one.
    pub fn quiet(&mut self) {
        self.unknown += match std::mem::take(&mut self.state) {
            State::Idle => 0,
            State::Push { have, .. } => have as u64,
            State::Name { text } => text.len() as u64 + 1,
            State::Block => 1,
            State::Mark { have, .. } => have as u64 + 2,
        };
    }

    fn first(&mut self, byte: u8) -> Option<Answer> {
        match byte {
            0x5F => self.state = State::Name { text: Vec::new() },
            0x37 => self.state = State::Block,
            0x11 => return Some(Answer::Go),
            0x13 => return Some(Answer::Hold),
            _ if byte & 0x93 == 0x12 => return Some(Answer::Status(byte)),
            _ if byte & 0x93 == 0x10 => {
                self.state = State::Push { bytes: [byte, 0, 0, 0], have: 1 };
            }
            _ if byte & 0x90 == 0 => return Some(Answer::InBand(byte)),
            _ => self.unknown += 1,
        }
        None
    }

    /// What began like an answer was none; this byte may begin one.
    fn broken_off(&mut self, lost: usize, byte: u8) -> Option<Answer> {
        self.unknown += lost as u64;
        self.first(byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Vec<Answer> {
        let mut reader = Reader::new();
        bytes.iter().filter_map(|byte| reader.push(*byte)).collect()
    }

    #[test]
    fn each_kind_is_known_by_its_bits() {
        assert_eq!(read(&[0x12, 0x7E]), [Answer::Status(0x12), Answer::Status(0x7E)]);
        assert_eq!(read(&[0x18, 0, 0x0F, 0]), [Answer::Push([0x18, 0, 0x0F, 0])]);
        assert_eq!(read(&[0x0C]), [Answer::InBand(0x0C)]);
        assert_eq!(read(b"_TM-T20III\0"), [Answer::Name("TM-T20III".to_owned())]);
        assert_eq!(read(b"\x37\x22a1 ~\0"), [Answer::Mark(*b"a1 ~")]);
        assert_eq!(read(&[0x13, 0x11]), [Answer::Hold, Answer::Go]);
    }

    #[test]
    fn kinds_that_follow_each_other_do_not_mix() {
        let bytes = b"\x10\0\0\0\x12\x00\x37\x22abcd\0_X\0\x10\0\x03\0\x03";
        assert_eq!(
            read(bytes),
            [
                Answer::Push([0x10, 0, 0, 0]),
                Answer::Status(0x12),
                Answer::InBand(0),
                Answer::Mark(*b"abcd"),
                Answer::Name("X".to_owned()),
                Answer::Push([0x10, 0, 3, 0]),
                Answer::InBand(3),
            ]
        );
    }

    #[test]
    fn half_an_answer_is_counted_and_lets_the_next_one_through() {
        let mut reader = Reader::new();
        let answers: Vec<_> = b"\x10\0\x12".iter().filter_map(|byte| reader.push(*byte)).collect();
        assert_eq!(answers, [Answer::Status(0x12)]);
        assert_eq!(reader.unknown(), 2);
        assert_eq!(reader.push(0x37), None);
        reader.quiet();
        assert_eq!(reader.unknown(), 3);
        assert_eq!(reader.push(0x16), Some(Answer::Status(0x16)));
    }

    #[test]
    fn a_name_without_end_is_noise_from_its_limit_on() {
        let mut reader = Reader::new();
        reader.push(0x5F);
        for _ in 0..NAME_BYTES_MAX {
            assert_eq!(reader.push(b'x'), None);
        }
        assert_eq!(reader.unknown(), 0);
        reader.push(0xFF);
        assert_eq!(reader.unknown(), NAME_BYTES_MAX as u64 + 2);
    }

    proptest! {
        /// Any noise, then quiet, then one answer of each kind: all of them are heard.
        #[test]
        fn it_finds_its_feet_after_any_noise(noise in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut reader = Reader::new();
            for byte in &noise {
                let _ = reader.push(*byte);
            }
            reader.quiet();
            prop_assert!(reader.unknown() <= noise.len() as u64);
            let told = b"\x12\x10\0\0\0_N\0\x37\x22abcd\0\x00";
            let heard: Vec<_> = told.iter().filter_map(|byte| reader.push(*byte)).collect();
            prop_assert_eq!(heard, vec![
                Answer::Status(0x12),
                Answer::Push([0x10, 0, 0, 0]),
                Answer::Name("N".to_owned()),
                Answer::Mark(*b"abcd"),
                Answer::InBand(0),
            ]);
        }

        /// Every byte is part of an answer, unknown, or still waited on: none is lost in counting.
        #[test]
        fn every_byte_is_accounted_for(noise in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut reader = Reader::new();
            let answers: Vec<_> = noise.iter().filter_map(|byte| reader.push(*byte)).collect();
            reader.quiet();
            let told: u64 = answers.iter().map(|answer| match answer {
                Answer::Status(_) | Answer::InBand(_) | Answer::Go | Answer::Hold => 1,
                Answer::Push(_) => 4,
                Answer::Name(name) => name.chars().count() as u64 + 2,
                Answer::Mark(_) => 7,
            }).sum();
            prop_assert_eq!(told + reader.unknown(), noise.len() as u64);
        }
    }
}
