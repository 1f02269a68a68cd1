//! A slip: what a person shall read on the paper, before any printer's bytes.

use std::fmt;

/// Most blocks on a slip: two hundred millimetres of paper hold fewer lines, and a list without end
/// would empty the roll.
pub const BLOCKS_MAX: usize = 64;

/// Longest text of one block, in characters: ten full lines of 48.
pub const TEXT_CHARS_MAX: usize = 480;

/// Longest content of a QR code, in bytes: what a phone still reads from a slip at three dots a
/// module.
pub const QR_BYTES_MAX: usize = 512;

/// Most lines of one feed: more is a way to waste the roll.
pub const FEED_LINES_MAX: u8 = 16;

/// Most times that a text is widened or heightened; the printers' own limit.
pub const SCALE_MAX: u8 = 8;

/// A slip, checked against its limits. The cut at its end goes without saying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    blocks: Vec<Block>,
}

impl Slip {
    /// Makes a slip. A reprint says so in a block of its own, in the caller's words.
    ///
    /// Control characters are replaced by blanks: a customer's text must not be able to carry a
    /// printer's command. Line feeds in a text part its lines.
    ///
    /// # Errors
    /// See [`SlipError`].
    pub fn new(blocks: Vec<Block>) -> Result<Self, SlipError> {
        if blocks.len() > BLOCKS_MAX {
            return Err(SlipError::Blocks(blocks.len()));
        }
        let blocks = blocks.into_iter().map(checked).collect::<Result<_, _>>()?;
        Ok(Self { blocks })
    }

    /// The blocks from top to bottom.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }
}

fn checked(block: Block) -> Result<Block, SlipError> {
    match block {
        Block::Text { text, size, bold, align } => {
            let count = text.chars().count();
            if count > TEXT_CHARS_MAX {
                return Err(SlipError::Text(count));
            }
            let text = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c });
            Ok(Block::Text { text: text.collect(), size, bold, align })
        }
        Block::Qr { content } if content.len() > QR_BYTES_MAX || content.is_empty() => {
            Err(SlipError::Qr(content.len()))
        }
        Block::Feed { lines } if lines > FEED_LINES_MAX => Err(SlipError::Feed(lines)),
        Block::Qr { .. } | Block::Feed { .. } | Block::Rule => Ok(block),
    }
}

/// One thing on a slip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Text in one style; too long a line is broken between words.
    Text {
        /// The text, in any script.
        text: String,
        /// How large.
        size: Size,
        /// Whether it is bold.
        bold: bool,
        /// Where on the line it stands.
        align: Align,
    },
    /// A line across the paper.
    Rule,
    /// A QR code in the middle of the paper.
    Qr {
        /// What the code says, usually a link.
        content: String,
    },
    /// Empty lines.
    Feed {
        /// How many.
        lines: u8,
    },
}

impl Block {
    /// Text of normal size at the left.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), size: Size::NORMAL, bold: false, align: Align::Left }
    }

    /// Text in the middle, this many times as large as normal.
    #[must_use]
    pub fn title(text: impl Into<String>, size: Size) -> Self {
        Self::Text { text: text.into(), size, bold: true, align: Align::Center }
    }
}

/// How many times as wide and as high as normal a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    width: u8,
    height: u8,
}

impl Size {
    /// As the printer prints by itself.
    pub const NORMAL: Self = Self { width: 1, height: 1 };

    /// A size; what is beyond 1 to [`SCALE_MAX`] becomes the nearest limit.
    #[must_use]
    pub fn new(width: u8, height: u8) -> Self {
        Self { width: width.clamp(1, SCALE_MAX), height: height.clamp(1, SCALE_MAX) }
    }

    /// Times as wide, 1 to [`SCALE_MAX`].
    #[must_use]
    pub fn width(self) -> u8 {
        self.width
    }

    /// Times as high, 1 to [`SCALE_MAX`].
    #[must_use]
    pub fn height(self) -> u8 {
        self.height
    }
}

/// Where on its line something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Align {
    /// At the left edge.
    Left,
    /// In the middle.
    Center,
    /// At the right edge.
    Right,
}

/// Why a slip is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlipError {
    /// More than [`BLOCKS_MAX`] blocks: so many.
    Blocks(usize),
    /// A text of more than [`TEXT_CHARS_MAX`] characters: so many.
    Text(usize),
    /// A QR code of nothing or of more than [`QR_BYTES_MAX`] bytes: so many.
    Qr(usize),
    /// A feed of more than [`FEED_LINES_MAX`] lines: so many.
    Feed(u8),
}

impl fmt::Display for SlipError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blocks(count) => write!(f, "a slip of {count} blocks (at most {BLOCKS_MAX})"),
            Self::Text(count) => {
                write!(f, "a text of {count} characters (at most {TEXT_CHARS_MAX})")
            }
            Self::Qr(count) => write!(f, "a QR code of {count} bytes (1 to {QR_BYTES_MAX})"),
            Self::Feed(lines) => write!(f, "a feed of {lines} lines (at most {FEED_LINES_MAX})"),
        }
    }
}

impl std::error::Error for SlipError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_holds_at_its_edge() {
        let text = |count: usize| Slip::new(vec![Block::text("x".repeat(count))]);
        assert!(text(TEXT_CHARS_MAX).is_ok());
        assert_eq!(text(TEXT_CHARS_MAX + 1), Err(SlipError::Text(TEXT_CHARS_MAX + 1)));
        assert!(Slip::new(vec![Block::Rule; BLOCKS_MAX]).is_ok());
        assert!(Slip::new(vec![Block::Rule; BLOCKS_MAX + 1]).is_err());
        let qr = |count: usize| Slip::new(vec![Block::Qr { content: "x".repeat(count) }]);
        assert!(qr(QR_BYTES_MAX).is_ok());
        assert!(qr(QR_BYTES_MAX + 1).is_err());
        assert!(qr(0).is_err());
        assert!(Slip::new(vec![Block::Feed { lines: FEED_LINES_MAX }]).is_ok());
        assert!(Slip::new(vec![Block::Feed { lines: FEED_LINES_MAX + 1 }]).is_err());
        assert_eq!(Size::new(0, 200), Size::new(1, SCALE_MAX));
    }

    #[test]
    fn a_text_cannot_carry_a_command() {
        let slip = Slip::new(vec![Block::text("a\u{1b}@\u{1d}V\0b\nc")]).unwrap();
        assert_eq!(slip.blocks(), [Block::text("a @ V b\nc")]);
    }
}
