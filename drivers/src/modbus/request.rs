//! What a master asks, as bytes, and how long the answer will be.

use super::crc::sealed;

/// Most registers of one read: what fits into an answer.
pub const READ_REGISTERS_MAX: u16 = 125;

/// Most registers of one write: what fits into a request.
pub const WRITE_REGISTERS_MAX: usize = 123;

/// Most inputs of one read: what fits into an answer.
pub const READ_BITS_MAX: u16 = 2_000;

/// Longest frame of the protocol.
pub const FRAME_BYTES_MAX: usize = 256;

/// Bytes of an answer that says why not.
pub(crate) const EXCEPTION_BYTES: usize = 5;

/// The address of a device on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit(u8);

impl Unit {
    /// The unit of this number, from 1 to 247.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if matches!(number, 1..=247) { Some(Self(number)) } else { None }
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }
}

/// One question or order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Function 02: inputs of one bit.
    ReadInputs {
        /// The first.
        from: u16,
        /// How many, from 1 to [`READ_BITS_MAX`].
        count: u16,
    },
    /// Function 03: registers that a master may write too.
    ReadHolding {
        /// The first.
        from: u16,
        /// How many, from 1 to [`READ_REGISTERS_MAX`].
        count: u16,
    },
    /// Function 04: registers that only the device writes.
    ReadInputRegisters {
        /// The first.
        from: u16,
        /// How many, from 1 to [`READ_REGISTERS_MAX`].
        count: u16,
    },
    /// Function 06: one register.
    WriteOne {
        /// Which.
        at: u16,
        /// Its new value.
        value: u16,
    },
    /// Function 16: registers in a row, all at once.
    WriteMany {
        /// The first.
        from: u16,
        /// Their new values, from 1 to [`WRITE_REGISTERS_MAX`] of them.
        values: Vec<u16>,
    },
}

impl Request {
    /// The number of its function.
    #[must_use]
    pub fn function(&self) -> u8 {
        match self {
            Self::ReadInputs { .. } => 2,
            Self::ReadHolding { .. } => 3,
            Self::ReadInputRegisters { .. } => 4,
            Self::WriteOne { .. } => 6,
            Self::WriteMany { .. } => 16,
        }
    }

    /// Whether it changes something, and so may be said to every unit at once.
    #[must_use]
    pub fn writes(&self) -> bool {
        match self {
            Self::ReadInputs { .. }
            | Self::ReadHolding { .. }
            | Self::ReadInputRegisters { .. } => false,
            Self::WriteOne { .. } | Self::WriteMany { .. } => true,
        }
    }

    /// Whether it keeps to the limits of the protocol.
    #[must_use]
    pub fn is_within_limits(&self) -> bool {
        match self {
            Self::ReadInputs { count, .. } => (1..=READ_BITS_MAX).contains(count),
            Self::ReadHolding { count, .. } | Self::ReadInputRegisters { count, .. } => {
                (1..=READ_REGISTERS_MAX).contains(count)
            }
            Self::WriteOne { .. } => true,
            Self::WriteMany { values, .. } => (1..=WRITE_REGISTERS_MAX).contains(&values.len()),
        }
    }

    /// The whole frame to this unit; 0 is every unit.
    pub(crate) fn frame(&self, unit: u8) -> Vec<u8> {
        let mut bytes = vec![unit, self.function()];
        match self {
            Self::ReadInputs { from, count }
            | Self::ReadHolding { from, count }
            | Self::ReadInputRegisters { from, count } => {
                bytes.extend(from.to_be_bytes());
                bytes.extend(count.to_be_bytes());
            }
            Self::WriteOne { at, value } => {
                bytes.extend(at.to_be_bytes());
                bytes.extend(value.to_be_bytes());
            }
            Self::WriteMany { from, values } => {
                let count = u16::try_from(values.len()).unwrap_or(u16::MAX);
                bytes.extend(from.to_be_bytes());
                bytes.extend(count.to_be_bytes());
                bytes.push(u8::try_from(2 * values.len()).unwrap_or(u8::MAX));
                bytes.extend(values.iter().flat_map(|value| value.to_be_bytes()));
            }
        }
        sealed(bytes)
    }

    /// Bytes of the answer when the unit does as it is asked.
    pub(crate) fn answer_bytes(&self) -> usize {
        match self {
            Self::ReadInputs { count, .. } => 5 + usize::from(count.div_ceil(8)),
            Self::ReadHolding { count, .. } | Self::ReadInputRegisters { count, .. } => {
                5 + 2 * usize::from(*count)
            }
            Self::WriteOne { .. } | Self::WriteMany { .. } => 8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        let words: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        words.join(" ")
    }

    #[test]
    fn each_request_has_the_bytes_of_published_examples() {
        use Request::{ReadHolding, ReadInputRegisters, ReadInputs, WriteMany, WriteOne};
        for (request, expected) in [
            (ReadInputRegisters { from: 0, count: 32 }, "01 04 00 00 00 20 F1 D2"),
            (ReadInputs { from: 0, count: 8 }, "01 02 00 00 00 08 79 CC"),
            (ReadHolding { from: 0x30, count: 2 }, "01 03 00 30 00 02 C4 04"),
            (WriteOne { at: 0, value: 7 }, "01 06 00 00 00 07 C8 08"),
            (WriteOne { at: 7, value: 42 }, "01 06 00 07 00 2A B9 D4"),
            (
                WriteMany { from: 1, values: vec![1, 42, 15] },
                "01 10 00 01 00 03 06 00 01 00 2A 00 0F EB 49",
            ),
            (
                WriteMany { from: 0, values: vec![0x41, 0x30, 0x34, 0x32] },
                "01 10 00 00 00 04 08 00 41 00 30 00 34 00 32 67 61",
            ),
        ] {
            assert!(request.is_within_limits());
            assert_eq!(hex(&request.frame(1)), expected);
        }
    }

    #[test]
    fn the_limits_are_those_of_a_frame() {
        let most = Request::ReadHolding { from: 0, count: READ_REGISTERS_MAX };
        assert!(most.is_within_limits() && most.answer_bytes() <= FRAME_BYTES_MAX);
        let most = Request::ReadInputs { from: 0, count: READ_BITS_MAX };
        assert!(most.is_within_limits() && most.answer_bytes() <= FRAME_BYTES_MAX);
        let most = Request::WriteMany { from: 0, values: vec![0; WRITE_REGISTERS_MAX] };
        assert!(most.is_within_limits() && most.frame(1).len() <= FRAME_BYTES_MAX);
        for beyond in [
            Request::ReadHolding { from: 0, count: READ_REGISTERS_MAX + 1 },
            Request::ReadInputRegisters { from: 0, count: 0 },
            Request::ReadInputs { from: 0, count: READ_BITS_MAX + 1 },
            Request::WriteMany { from: 0, values: vec![0; WRITE_REGISTERS_MAX + 1] },
            Request::WriteMany { from: 0, values: Vec::new() },
        ] {
            assert!(!beyond.is_within_limits(), "{beyond:?}");
        }
    }

    #[test]
    fn units_have_numbers_from_1_to_247() {
        assert_eq!([0, 248, 255].map(Unit::new), [None; 3]);
        assert_eq!(Unit::new(247).map(Unit::number), Some(247));
    }
}
