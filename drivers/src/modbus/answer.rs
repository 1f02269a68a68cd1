//! What a unit answers, read beside the question that it was asked.

use std::fmt;

use super::crc::unsealed;
use super::request::{EXCEPTION_BYTES, Request, Unit};

/// An answer that belongs to its question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Inputs of one bit, in their order.
    Bits(Vec<bool>),
    /// Registers, in their order.
    Registers(Vec<u16>),
    /// It is written.
    Written,
    /// The unit will not.
    Refused(Exception),
}

/// Why a unit will not: the code of an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exception(pub u8);

impl Exception {
    /// It does not know the function.
    pub const ILLEGAL_FUNCTION: Self = Self(1);
    /// It has no such register.
    pub const ILLEGAL_ADDRESS: Self = Self(2);
    /// It does not take the value.
    pub const ILLEGAL_VALUE: Self = Self(3);
    /// It has no time now.
    pub const BUSY: Self = Self(6);
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exception {}", self.0)
    }
}

/// Why bytes are no answer to the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// The checksum is wrong, or the length is.
    Damaged,
    /// It is a sound frame of another unit, or the answer to another question.
    Foreign,
}

/// How many bytes the answer has that begins like this; two bytes tell.
pub(crate) fn length(request: &Request, begun: &[u8]) -> usize {
    match begun {
        [_, function, ..] if *function == request.function() | 0x80 => EXCEPTION_BYTES,
        [..] => request.answer_bytes(),
    }
}

/// Reads an answer of exactly its length.
pub(crate) fn read(unit: Unit, request: &Request, frame: &[u8]) -> Result<Answer, Unfit> {
    let bytes = unsealed(frame).ok_or(Unfit::Damaged)?;
    let [from, function, rest @ ..] = bytes else { return Err(Unfit::Damaged) };
    if *from != unit.number() {
        return Err(Unfit::Foreign);
    }
    if *function == request.function() | 0x80 {
        let [code] = rest else { return Err(Unfit::Damaged) };
        return Ok(Answer::Refused(Exception(*code)));
    }
    if *function != request.function() {
        return Err(Unfit::Foreign);
    }
    match request {
        Request::ReadInputs { count, .. } => {
            let content = counted(rest, usize::from(count.div_ceil(8)))?;
            let bit = |index: u16| content[usize::from(index / 8)] >> (index % 8) & 1 == 1;
            Ok(Answer::Bits((0..*count).map(bit).collect()))
        }
        Request::ReadHolding { count, .. } | Request::ReadInputRegisters { count, .. } => {
            let content = counted(rest, 2 * usize::from(*count))?;
            let registers = content.as_chunks::<2>().0.iter();
            Ok(Answer::Registers(registers.map(|pair| u16::from_be_bytes(*pair)).collect()))
        }
        // The echo says what was written where: another one is the answer to another order.
        Request::WriteOne { at, value } => {
            echoed(rest, [at.to_be_bytes(), value.to_be_bytes()].as_flattened())
        }
        Request::WriteMany { from, values } => {
            let count = u16::try_from(values.len()).map_err(|_| Unfit::Foreign)?;
            echoed(rest, [from.to_be_bytes(), count.to_be_bytes()].as_flattened())
        }
    }
}

/// What follows its own length in bytes.
fn counted(rest: &[u8], expected: usize) -> Result<&[u8], Unfit> {
    match rest {
        [count, content @ ..] if usize::from(*count) == expected && content.len() == expected => {
            Ok(content)
        }
        [..] => Err(Unfit::Foreign),
    }
}

fn echoed(rest: &[u8], expected: &[u8]) -> Result<Answer, Unfit> {
    if rest == expected { Ok(Answer::Written) } else { Err(Unfit::Foreign) }
}

#[cfg(test)]
mod tests {
    use super::super::crc::sealed;
    use super::*;
    use proptest::prelude::*;

    const ONE: Unit = Unit::new(1).unwrap();

    fn answer(request: &Request, bytes: &[u8]) -> Result<Answer, Unfit> {
        read(ONE, request, &sealed(bytes.to_vec()))
    }

    #[test]
    fn each_answer_is_read_beside_its_question() {
        let registers = Request::ReadInputRegisters { from: 0, count: 2 };
        let told = answer(&registers, &[1, 4, 4, 0x46, 0x4B, 0, 1]);
        assert_eq!(told, Ok(Answer::Registers(vec![0x464B, 1])));
        let bits = Request::ReadInputs { from: 0, count: 9 };
        let told = answer(&bits, &[1, 2, 2, 0b0000_0101, 0xFF]);
        let expected = [true, false, true, false, false, false, false, false, true];
        assert_eq!(told, Ok(Answer::Bits(expected.to_vec())));
        let one = Request::WriteOne { at: 0, value: 7 };
        assert_eq!(answer(&one, &[1, 6, 0, 0, 0, 7]), Ok(Answer::Written));
        let many = Request::WriteMany { from: 1, values: vec![1, 42, 15] };
        assert_eq!(answer(&many, &[1, 16, 0, 1, 0, 3]), Ok(Answer::Written));
        let refused = answer(&many, &[1, 0x90, 2]);
        assert_eq!(refused, Ok(Answer::Refused(Exception::ILLEGAL_ADDRESS)));
        assert_eq!(length(&many, &[1, 0x90]), 5);
        assert_eq!(length(&registers, &[1, 4]), 9);
    }

    #[test]
    fn the_answer_to_something_else_is_foreign() {
        let one = Request::WriteOne { at: 0, value: 7 };
        let registers = Request::ReadHolding { from: 0, count: 1 };
        for (request, bytes) in [
            (&one, &[1, 6, 0, 0, 0, 8][..]),
            (&one, &[1, 6, 0, 1, 0, 7]),
            (&one, &[2, 6, 0, 0, 0, 7]),
            (&one, &[1, 16, 0, 0, 0, 7]),
            (&registers, &[1, 3, 4, 0, 0, 0, 0]),
            (&registers, &[1, 4, 2, 0, 0]),
        ] {
            assert_eq!(answer(request, bytes), Err(Unfit::Foreign), "{bytes:?}");
        }
        assert_eq!(read(ONE, &one, &[1, 6, 0, 0, 0, 7, 0, 0]), Err(Unfit::Damaged));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fail(
            bytes in proptest::collection::vec(any::<u8>(), 0..80),
            sound in any::<bool>(),
            function in prop::sample::select(vec![2_u8, 3, 4, 6, 16, 0x83, 0x90]),
            count in 1_u16..40,
        ) {
            let requests = [
                Request::ReadInputs { from: 0, count },
                Request::ReadHolding { from: 0, count },
                Request::ReadInputRegisters { from: 0, count },
                Request::WriteOne { at: 0, value: count },
                Request::WriteMany { from: 0, values: vec![0; usize::from(count)] },
            ];
            let frame = if sound { sealed([&[1, function], &bytes[..]].concat()) } else { bytes };
            for request in requests {
                let _ = length(&request, &frame);
                let _ = read(ONE, &request, &frame);
            }
        }
    }
}
