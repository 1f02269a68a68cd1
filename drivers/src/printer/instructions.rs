//! ESC/POS read back: bytes as the instructions that a printer takes them for.
//!
//! Source: Epson's ESC/POS command reference. It knows the whole grammar that matters for staying in
//! step, and the meaning of what [`super::escpos`] and its like send.

use super::slip::{Align, Size};

/// Most bytes that a command with a length of its own may announce: beyond the largest image that a
/// real printer takes in one piece the announcement is noise.
pub const COMMAND_BYTES_MAX: usize = 256 * 1024;

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instruction {
    /// A character's byte on the page that is chosen.
    Character(u8),
    /// Print the line and feed.
    LineFeed,
    /// `ESC @`.
    Init,
    /// `ESC t n`.
    Page(u8),
    /// `GS ! n`.
    Size(Size),
    /// `ESC E n`.
    Bold(bool),
    /// `ESC a n`.
    Align(Align),
    /// `ESC d n`.
    FeedLines(u8),
    /// `ESC J n`.
    FeedDots(u8),
    /// `GS v 0`.
    Raster {
        /// Bytes of a row.
        row_bytes: usize,
        /// Rows.
        rows: usize,
        /// The packed rows.
        packed: Vec<u8>,
    },
    /// `GS ( k` function 167: dots of a module.
    QrModule(u8),
    /// `GS ( k` function 180: the content.
    QrStore(Vec<u8>),
    /// `GS ( k` function 181.
    QrPrint,
    /// `GS V`, `ESC i`, `ESC m`.
    Cut,
    /// `GS a n`: which changes to push.
    PushStatus(u8),
    /// `GS r n`.
    AskInBand(u8),
    /// `GS I n`.
    AskName(u8),
    /// `GS ( H` function 48.
    AskMark([u8; 4]),
    /// Understood, and without effect on paper.
    Silent,
    /// A byte that begins no known command.
    Unknown(u8),
}

/// What stands at the beginning of some bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// An instruction of so many bytes, at least one.
    Done(Instruction, usize),
    /// Not enough bytes yet: so many are needed to get further.
    Needs(usize),
}

/// Reads the instruction at the beginning of `bytes`.
#[must_use]
pub fn next(bytes: &[u8]) -> Next {
    let Some(first) = bytes.first() else { return Next::Needs(1) };
    match first {
        b'\n' => Next::Done(Instruction::LineFeed, 1),
        0x10 => real_time(bytes),
        0x1B => escape(bytes),
        0x1C => fs(bytes),
        0x1D => gs(bytes),
        0x00..=0x1F | 0x7F => Next::Done(Instruction::Silent, 1),
        _ => Next::Done(Instruction::Character(*first), 1),
    }
}

/// `bytes` from `at` on if they are there, else how many are needed.
fn parameter(bytes: &[u8], at: usize, then: impl FnOnce(u8) -> Next) -> Next {
    bytes.get(at).map_or(Next::Needs(at + 1), |byte| then(*byte))
}

fn done_if_there(bytes: &[u8], length: usize, instruction: Instruction) -> Next {
    if bytes.len() < length { Next::Needs(length) } else { Next::Done(instruction, length) }
}

/// `DLE EOT n`, `DLE ENQ n`, `DLE DC4 ...`: acted upon when they arrive, skipped here.
fn real_time(bytes: &[u8]) -> Next {
    parameter(bytes, 1, |second| match second {
        0x04 | 0x05 => done_if_there(bytes, 3, Instruction::Silent),
        0x14 => done_if_there(bytes, 5, Instruction::Silent),
        _ => Next::Done(Instruction::Unknown(0x10), 1),
    })
}

fn escape(bytes: &[u8]) -> Next {
    parameter(bytes, 1, |second| match second {
        b'@' => Next::Done(Instruction::Init, 2),
        b'i' | b'm' => Next::Done(Instruction::Cut, 2),
        b'2' => Next::Done(Instruction::Silent, 2),
        b't' => parameter(bytes, 2, |n| Next::Done(Instruction::Page(n), 3)),
        b'E' => parameter(bytes, 2, |n| Next::Done(Instruction::Bold(n & 1 == 1), 3)),
        b'd' => parameter(bytes, 2, |n| Next::Done(Instruction::FeedLines(n), 3)),
        b'J' => parameter(bytes, 2, |n| Next::Done(Instruction::FeedDots(n), 3)),
        b'a' => parameter(bytes, 2, |n| {
            let instruction = match n {
                0 | b'0' => Instruction::Align(Align::Left),
                1 | b'1' => Instruction::Align(Align::Center),
                2 | b'2' => Instruction::Align(Align::Right),
                _ => Instruction::Silent,
            };
            Next::Done(instruction, 3)
        }),
        b'p' => done_if_there(bytes, 5, Instruction::Silent),
        b'$' | b'\\' => done_if_there(bytes, 4, Instruction::Silent),
        b' ' | b'!' | b'-' | b'3' | b'=' | b'G' | b'M' | b'R' | b'V' | b'{' | b'r' => {
            done_if_there(bytes, 3, Instruction::Silent)
        }
        _ => Next::Done(Instruction::Unknown(0x1B), 1),
    })
}

fn fs(bytes: &[u8]) -> Next {
    parameter(bytes, 1, |second| match second {
        b'.' | b'&' => Next::Done(Instruction::Silent, 2),
        b'!' | b'-' | b'C' => done_if_there(bytes, 3, Instruction::Silent),
        _ => Next::Done(Instruction::Unknown(0x1C), 1),
    })
}

fn gs(bytes: &[u8]) -> Next {
    parameter(bytes, 1, |second| match second {
        b'!' => parameter(bytes, 2, |n| {
            let size = Size::new((n >> 4 & 7) + 1, (n & 7) + 1);
            Next::Done(Instruction::Size(size), 3)
        }),
        b'V' => parameter(bytes, 2, |function| {
            let length = if matches!(function, b'A' | b'B' | b'a' | b'b') { 4 } else { 3 };
            done_if_there(bytes, length, Instruction::Cut)
        }),
        b'a' => parameter(bytes, 2, |n| Next::Done(Instruction::PushStatus(n), 3)),
        b'r' => parameter(bytes, 2, |n| Next::Done(Instruction::AskInBand(n), 3)),
        b'I' => parameter(bytes, 2, |n| Next::Done(Instruction::AskName(n), 3)),
        b'B' | b'h' | b'w' | b'f' | b'H' | b'b' | b'e' => {
            done_if_there(bytes, 3, Instruction::Silent)
        }
        b'L' | b'W' | b'P' => done_if_there(bytes, 4, Instruction::Silent),
        b'v' => raster(bytes),
        b'(' => counted(bytes),
        _ => Next::Done(Instruction::Unknown(0x1D), 1),
    })
}

/// `GS v 0 m xL xH yL yH data`.
fn raster(bytes: &[u8]) -> Next {
    let Some(header) = bytes.get(4..8) else { return Next::Needs(8) };
    let row_bytes = usize::from(u16::from_le_bytes([header[0], header[1]]));
    let rows = usize::from(u16::from_le_bytes([header[2], header[3]]));
    let total = 8 + row_bytes * rows;
    if total > COMMAND_BYTES_MAX || row_bytes == 0 || rows == 0 {
        return Next::Done(Instruction::Unknown(0x1D), 8);
    }
    match bytes.get(8..total) {
        None => Next::Needs(total),
        Some(packed) => {
            Next::Done(Instruction::Raster { row_bytes, rows, packed: packed.to_vec() }, total)
        }
    }
}

/// `GS ( c pL pH data`.
fn counted(bytes: &[u8]) -> Next {
    let Some(header) = bytes.get(2..5) else { return Next::Needs(5) };
    let total = 5 + usize::from(u16::from_le_bytes([header[1], header[2]]));
    let Some(data) = bytes.get(5..total) else { return Next::Needs(total) };
    let instruction = match (header[0], data) {
        (b'k', [b'1', b'C', n]) => Instruction::QrModule(*n),
        (b'k', [b'1', b'P', b'0', content @ ..]) => Instruction::QrStore(content.to_vec()),
        (b'k', [b'1', b'Q', _]) => Instruction::QrPrint,
        (b'H', [0x30, 0x30, a, b, c, d]) => Instruction::AskMark([*a, *b, *c, *d]),
        _ => Instruction::Silent,
    };
    Next::Done(instruction, total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All instructions, and how many bytes are left over.
    fn read(mut bytes: &[u8]) -> (Vec<Instruction>, usize) {
        let mut instructions = Vec::new();
        while let Next::Done(instruction, used) = next(bytes) {
            assert!(used >= 1);
            instructions.push(instruction);
            bytes = &bytes[used.min(bytes.len())..];
        }
        (instructions, bytes.len())
    }

    #[test]
    fn what_the_encoder_sends_is_understood() {
        let (instructions, rest) = read(
            b"\x1b@\x1da\x0e\x1c.\x1bR\x00\x1bt\x12\x1ba\x01\x1d!\x33\x1bE\x01A\n\
              \x1d(k\x03\x001C\x06\x1d(k\x05\x001P0ab\x1d(k\x03\x001Q0\x1bd\x02\x1dVB\x00\
              \x1d(H\x06\x0000abcd\x1dr\x01\x1dIC",
        );
        assert_eq!(rest, 0);
        assert_eq!(
            instructions,
            [
                Instruction::Init,
                Instruction::PushStatus(0x0E),
                Instruction::Silent,
                Instruction::Silent,
                Instruction::Page(18),
                Instruction::Align(Align::Center),
                Instruction::Size(Size::new(4, 4)),
                Instruction::Bold(true),
                Instruction::Character(b'A'),
                Instruction::LineFeed,
                Instruction::QrModule(6),
                Instruction::QrStore(b"ab".to_vec()),
                Instruction::QrPrint,
                Instruction::FeedLines(2),
                Instruction::Cut,
                Instruction::AskMark(*b"abcd"),
                Instruction::AskInBand(1),
                Instruction::AskName(b'C'),
            ]
        );
    }

    #[test]
    fn an_image_waits_for_all_of_its_rows() {
        let whole = [b"\x1dv0\x00\x02\x00\x03\x00".as_slice(), &[0xAA; 6]].concat();
        assert_eq!(next(&whole[..5]), Next::Needs(8));
        assert_eq!(next(&whole[..13]), Next::Needs(14));
        let Next::Done(Instruction::Raster { row_bytes: 2, rows: 3, .. }, 14) = next(&whole) else {
            panic!("not an image of two by three");
        };
        // Announced larger than any printer takes: dropped instead of waited for.
        let huge = b"\x1dv0\x00\xff\xff\xff\xff";
        assert_eq!(next(huge), Next::Done(Instruction::Unknown(0x1D), 8));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_their_end(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let (_, rest) = read(&bytes);
            if rest > 0 {
                let Next::Needs(needed) = next(&bytes[bytes.len() - rest..]) else {
                    panic!("stopped before the end");
                };
                prop_assert!(needed > rest && needed <= COMMAND_BYTES_MAX);
            }
        }
    }
}
