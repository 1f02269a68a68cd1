//! Frames of the Alpha protocol: how they are made, and how they are found among other bytes.
//!
//! Source: Adaptive's "Alpha Sign Communications Protocol", standard packets: NULs, SOH, type code,
//! two digits of address, STX, payload, then either EOT or ETX, four digits of checksum and EOT.

use super::Address;

/// NULs before a frame, one more than a sign needs to find out the line's rate.
const WAKE_NULS: usize = 6;

/// Fewest NULs that wake a sign up.
const WAKE_NULS_MIN: u32 = 5;

/// Longest payload that a reader keeps; our own are below 150 bytes and a sign's memory table is
/// not much longer. What is longer is noise that began like a frame.
pub const PAYLOAD_BYTES_MAX: usize = 1_024;

const SOH: u8 = 0x01;
const STX: u8 = 0x02;
const ETX: u8 = 0x03;
const EOT: u8 = 0x04;

/// Digits of a checksum.
const SUM_DIGITS: usize = 4;

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The kind of sign that it is for: `Z` is every kind.
    pub kind: u8,
    /// The sign that it is for.
    pub address: Address,
    /// The command and what belongs to it.
    pub payload: Vec<u8>,
}

impl Frame {
    /// The frame as bytes, with its checksum.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![0; WAKE_NULS];
        bytes.extend([SOH, self.kind]);
        bytes.extend(self.address.digits());
        let summed_from = bytes.len();
        bytes.push(STX);
        bytes.extend(&self.payload);
        bytes.push(ETX);
        let sum = sum(&bytes[summed_from..]);
        bytes.extend(format!("{sum:04X}").as_bytes());
        bytes.push(EOT);
        bytes
    }
}

/// The sum over a part of a frame, from STX to ETX, both included.
fn sum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(u16::from(*byte)))
}

/// Takes the bytes as they come. No byte can make it fail; what is damaged is counted.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    state: State,
    nuls: u32,
    damaged: u64,
}

#[derive(Debug, Clone, Default)]
enum State {
    #[default]
    Idle,
    /// After SOH: the kind and the address.
    Header(Vec<u8>),
    /// After STX.
    Payload { kind: u8, address: Address, payload: Vec<u8> },
    /// After ETX.
    Sum { kind: u8, address: Address, payload: Vec<u8>, digits: Vec<u8> },
}

impl Reader {
    /// A reader that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Frames so far that began and were damaged.
    #[must_use]
    pub fn damaged(&self) -> u64 {
        self.damaged
    }

    /// Whether a frame has begun.
    #[must_use]
    pub fn within_a_frame(&self) -> bool {
        !matches!(self.state, State::Idle)
    }

    /// The next byte, and the frame that it completes. Bit 7 is no part of a character: a line
    /// with seven data bits may carry its parity there.
    pub fn push(&mut self, byte: u8) -> Option<Frame> {
        let byte = byte & 0x7F;
        if byte == 0 {
            self.nuls = self.nuls.saturating_add(1);
        } else if byte != SOH {
            self.nuls = 0;
        }
        if byte == SOH {
            // The beginning of a frame ends whatever was left unfinished.
            self.damaged += u64::from(self.within_a_frame());
            let awake = std::mem::take(&mut self.nuls) >= WAKE_NULS_MIN;
            self.state = if awake { State::Header(Vec::new()) } else { State::Idle };
            return None;
        }
        match std::mem::take(&mut self.state) {
            State::Idle => None,
            State::Header(mut header) => {
                if byte == STX {
                    match (header.as_slice(), header.get(1..).and_then(Address::from_digits)) {
                        ([kind, _, _], Some(address)) => {
                            let kind = *kind;
                            self.state = State::Payload { kind, address, payload: Vec::new() };
                        }
                        ([..], _) => self.damaged += 1,
                    }
                } else if header.len() < 3 {
                    header.push(byte);
                    self.state = State::Header(header);
                } else {
                    self.damaged += 1;
                }
                None
            }
            State::Payload { kind, address, payload } if byte == EOT => {
                Some(Frame { kind, address, payload })
            }
            State::Payload { kind, address, payload } if byte == ETX => {
                self.state = State::Sum { kind, address, payload, digits: Vec::new() };
                None
            }
            State::Payload { kind, address, mut payload } => {
                if payload.len() < PAYLOAD_BYTES_MAX {
                    payload.push(byte);
                    self.state = State::Payload { kind, address, payload };
                } else {
                    self.damaged += 1;
                }
                None
            }
            State::Sum { kind, address, payload, mut digits } => {
                if byte != EOT && digits.len() < SUM_DIGITS {
                    digits.push(byte);
                    self.state = State::Sum { kind, address, payload, digits };
                    return None;
                }
                let whole = [&[STX], payload.as_slice(), &[ETX]].concat();
                let right = byte == EOT && digits == format!("{:04X}", sum(&whole)).as_bytes();
                self.damaged += u64::from(!right);
                right.then_some(Frame { kind, address, payload })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(reader: &mut Reader, bytes: &[u8]) -> Vec<Frame> {
        bytes.iter().filter_map(|byte| reader.push(*byte)).collect()
    }

    #[test]
    fn a_frame_has_the_bytes_of_an_independent_encoder() {
        let address = Address::from_digits(b"01").unwrap();
        let frame = Frame { kind: b'Z', address, payload: b"GaA042  3".to_vec() };
        let expected = b"\0\0\0\0\0\0\x01Z01\x02GaA042  3\x0301F7\x04";
        assert_eq!(frame.encode(), expected);
        assert_eq!(read(&mut Reader::new(), expected), [frame]);
    }

    #[test]
    fn a_frame_without_a_checksum_is_one_too() {
        let bytes = b"\0\0\0\0\0\0\x01^00\x02GaA042  3\x04";
        let frame = Frame { kind: b'^', address: Address::ALL, payload: b"GaA042  3".to_vec() };
        assert_eq!(read(&mut Reader::new(), bytes), [frame]);
    }

    #[test]
    fn what_is_damaged_is_counted_and_not_obeyed() {
        let cases: [&[u8]; 5] = [
            b"\0\0\0\0\0\x01Z01\x02GaA043  3\x0301F7\x04",
            b"\0\0\0\0\0\x01Z01\x02GaA042  3\x0301F\x04",
            b"\0\0\0\0\0\x01Z01\x02GaA042  3\x0301F7x",
            b"\0\0\0\0\0\x01Z0\x02GaA042  3\x04",
            b"\0\0\0\0\0\x01Z0x1y\x02GaA042  3\x04",
        ];
        for bytes in cases {
            let mut reader = Reader::new();
            assert_eq!(read(&mut reader, bytes), [], "{bytes:?}");
            assert_eq!(reader.damaged(), 1, "{bytes:?}");
        }
        // A sign that was not woken up hears nothing at all.
        let mut reader = Reader::new();
        assert_eq!(read(&mut reader, b"\0\0\0\0\x01Z01\x02GaA042  3\x04"), []);
        assert_eq!(reader.damaged(), 0);
    }

    #[test]
    fn a_frame_that_never_ends_is_given_up_at_its_limit() {
        let mut reader = Reader::new();
        read(&mut reader, b"\0\0\0\0\0\x01Z00\x02");
        read(&mut reader, &[b'x'; PAYLOAD_BYTES_MAX]);
        assert!(reader.within_a_frame());
        reader.push(b'x');
        assert!(!reader.within_a_frame());
        assert_eq!(reader.damaged(), 1);
    }

    proptest! {
        /// Any noise, even half a frame, and then a frame: it is heard, with bit 7 set or not.
        #[test]
        fn a_frame_is_heard_after_any_noise(
            noise in proptest::collection::vec(any::<u8>(), 0..200),
            payload in proptest::collection::vec(0x05_u8..0x7F, 1..100),
            parity in any::<bool>(),
        ) {
            let mut reader = Reader::new();
            read(&mut reader, &noise);
            let frame = Frame { kind: b'Z', address: Address::ALL, payload };
            let mut bytes = frame.encode();
            if parity {
                bytes.iter_mut().for_each(|byte| *byte |= 0x80);
            }
            prop_assert_eq!(read(&mut reader, &bytes), vec![frame]);
            prop_assert!(!reader.within_a_frame());
        }
    }
}
