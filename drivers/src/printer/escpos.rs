//! A slip as ESC/POS bytes, as one profile wants them.
//!
//! Source: Epson's ESC/POS command reference. Names of commands are Epson's, so that a byte can be
//! looked up.

use super::bitmap::Bitmap;
use super::codepage::CodePage;
use super::profile::{Cut, Profile, QrMeans};
use super::qr;
use super::slip::{Align, Block, Size, Slip};
use super::typeset::{self, LINE_HEIGHT, Setting, SharedTypesetter};

/// `ESC @`: forget every setting and what stands in the line buffer.
pub const INIT: &[u8] = b"\x1b@";
/// `GS a`: push four bytes on every change of on-line state (02), errors (04) and paper (08).
/// `ESC @` switches it off, so every job switches it on again.
pub const PUSH_STATUS: &[u8] = b"\x1da\x0e";
/// `FS .`: leave Kanji mode, in which clones for the Chinese market start and eat bytes from 0x80
/// in pairs.
const KANJI_OFF: &[u8] = b"\x1c.";
/// `ESC R 0`: ASCII means ASCII.
const INTERNATIONAL_USA: &[u8] = b"\x1bR\x00";
/// Lines between the last text and a cutter or tear bar that the printer does not feed to itself.
const LINES_TO_THE_EDGE: u8 = 4;

/// `DLE EOT n`: asks for a status byte, n = 1 to 4, answered at once even off-line.
#[must_use]
pub fn ask_status(n: u8) -> [u8; 3] {
    [0x10, 0x04, n]
}

/// `GS r 1`: asks for the paper's state, answered when everything before it has been processed.
pub const ASK_IN_BAND: &[u8] = b"\x1dr\x01";

/// `GS I 67`: asks for the model's name.
pub const ASK_NAME: &[u8] = b"\x1dIC";

/// `GS ( H` function 48: asks for a mark to be sent back when everything before it is printed.
/// Each byte of the mark must be within 0x20..=0x7E.
#[must_use]
pub fn ask_mark(mark: [u8; 4]) -> [u8; 11] {
    let [a, b, c, d] = mark;
    [0x1D, b'(', b'H', 6, 0, 0x30, 0x30, a, b, c, d]
}

/// A slip ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The bytes, from `ESC @` to the cut.
    pub bytes: Vec<u8>,
    /// About how many dots of paper it takes.
    pub rows: usize,
}

/// Turns slips into bytes for one printer.
#[derive(Debug, Clone)]
pub struct Encoder {
    profile: Profile,
    typesetter: SharedTypesetter,
}

impl Encoder {
    /// An encoder for this model.
    #[must_use]
    pub fn new(profile: Profile, typesetter: SharedTypesetter) -> Self {
        Self { profile, typesetter }
    }

    /// The model that it encodes for.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The typesetter that it draws with.
    #[must_use]
    pub fn typesetter(&self) -> &SharedTypesetter {
        &self.typesetter
    }

    /// The bytes of a slip. Text that no code page covers is drawn, which takes up to some tens of
    /// milliseconds a line the first time.
    #[must_use]
    pub fn encode(&self, slip: &Slip) -> Job {
        let mut writer = Writer::new(self);
        for block in slip.blocks() {
            writer.block(block);
        }
        writer.cut();
        Job { bytes: writer.bytes, rows: writer.rows }
    }
}

/// The bytes so far, and the settings that the printer has after them.
struct Writer<'a> {
    encoder: &'a Encoder,
    bytes: Vec<u8>,
    rows: usize,
    page: CodePage,
    size: Size,
    bold: bool,
    align: Align,
}

impl<'a> Writer<'a> {
    fn new(encoder: &'a Encoder) -> Self {
        let mut bytes = INIT.to_vec();
        if encoder.profile.pushes {
            bytes.extend(PUSH_STATUS);
        }
        bytes.extend(KANJI_OFF);
        bytes.extend(INTERNATIONAL_USA);
        let (page, number) = encoder.profile.pages[0];
        bytes.extend([0x1B, b't', number]);
        Self { encoder, bytes, rows: 0, page, size: Size::NORMAL, bold: false, align: Align::Left }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Text { text, size, bold, align } => {
                for line in text.split('\n') {
                    self.line(line, *size, *bold, *align);
                }
            }
            Block::Rule => {
                let rule = "-".repeat(usize::from(self.encoder.profile.columns()));
                self.line(&rule, Size::NORMAL, false, Align::Left);
            }
            Block::Qr { content } => self.qr(content),
            Block::Feed { lines } => self.feed(*lines),
        }
    }

    fn line(&mut self, line: &str, size: Size, bold: bool, align: Align) {
        let Some(page) = self.page_for(line) else {
            self.drawn_line(line, size, bold, align);
            return;
        };
        self.set_page(page);
        self.set_align(align);
        self.set_bold(bold);
        self.set_size(size);
        let columns = usize::from(self.encoder.profile.columns()) / usize::from(size.width());
        for row in broken(line, columns.max(1)) {
            self.bytes.extend(row.chars().filter_map(|c| page.encode(c)));
            self.bytes.push(b'\n');
            self.rows += usize::from(LINE_HEIGHT) * usize::from(size.height());
        }
    }

    /// The page that is chosen already if it will do, else the best one that will.
    fn page_for(&self, line: &str) -> Option<CodePage> {
        let pages = self.encoder.profile.pages.iter().map(|(page, _)| *page);
        std::iter::once(self.page).chain(pages).find(|page| page.covers(line))
    }

    fn drawn_line(&mut self, line: &str, size: Size, bold: bool, align: Align) {
        let dots = self.encoder.profile.dots;
        let setting = Setting { text: line.to_owned(), size, bold, align, dots };
        match typeset::with(&self.encoder.typesetter, |typesetter| typesetter.set(&setting)) {
            Some(bitmap) => self.raster(&bitmap, align),
            None => self.feed(1),
        }
    }

    /// `GS v 0`, in slices that a small buffer can take.
    fn raster(&mut self, bitmap: &Bitmap, align: Align) {
        self.set_align(align);
        let row_bytes = u16::try_from(bitmap.row_bytes()).expect("no wider than the paper");
        let slice = usize::from(self.encoder.profile.slice_rows);
        for from in (0..bitmap.height()).step_by(slice) {
            let to = bitmap.height().min(from + slice);
            let rows = u16::try_from(to - from).expect("a slice is at most slice_rows high");
            let ([xl, xh], [yl, yh]) = (row_bytes.to_le_bytes(), rows.to_le_bytes());
            self.bytes.extend([0x1D, b'v', b'0', 0, xl, xh, yl, yh]);
            self.bytes.extend(bitmap.rows(from, to));
        }
        self.rows += bitmap.height();
    }

    fn qr(&mut self, content: &str) {
        let dots = usize::from(self.encoder.profile.dots);
        match self.encoder.profile.qr {
            QrMeans::Native => {
                self.set_align(Align::Center);
                self.native_qr(content, qr::module_dots(content, dots));
            }
            QrMeans::Raster => match qr::draw(content, dots) {
                Some(bitmap) => self.raster(&bitmap, Align::Center),
                None => self.line(content, Size::NORMAL, false, Align::Left),
            },
        }
    }

    /// `GS ( k` functions 165, 167, 169, 180 and 181: model 2, size, level M, store, print.
    fn native_qr(&mut self, content: &str, module: u8) {
        let stored = u16::try_from(content.len() + 3).expect("a slip's QR content is short");
        let [low, high] = stored.to_le_bytes();
        self.bytes.extend(b"\x1d(k\x04\x001A2\x00");
        self.bytes.extend([0x1D, b'(', b'k', 3, 0, b'1', b'C', module]);
        self.bytes.extend(b"\x1d(k\x03\x001E1");
        self.bytes.extend([0x1D, b'(', b'k', low, high, b'1', b'P', b'0']);
        self.bytes.extend(content.as_bytes());
        self.bytes.extend(b"\x1d(k\x03\x001Q0");
        // Version 20 codes have 97 modules; most are a third of that.
        self.rows += usize::from(module) * 50;
    }

    fn feed(&mut self, lines: u8) {
        self.bytes.extend([0x1B, b'd', lines]);
        self.rows += usize::from(LINE_HEIGHT) * usize::from(lines);
    }

    fn cut(&mut self) {
        match self.encoder.profile.cut {
            Cut::Partial => self.bytes.extend(b"\x1dVB\x00"),
            Cut::Full => self.bytes.extend(b"\x1dVA\x00"),
            Cut::Old => {
                self.feed(LINES_TO_THE_EDGE);
                self.bytes.extend(b"\x1bi");
            }
            Cut::TearBar => self.feed(LINES_TO_THE_EDGE),
        }
    }

    fn set_page(&mut self, page: CodePage) {
        if self.page == page {
            return;
        }
        let number = self.encoder.profile.pages.iter().find(|(known, _)| *known == page);
        let (_, number) = number.expect("page_for chooses among the profile's pages");
        self.bytes.extend([0x1B, b't', *number]);
        self.page = page;
    }

    fn set_align(&mut self, align: Align) {
        if self.align == align {
            return;
        }
        let number = match align {
            Align::Left => 0,
            Align::Center => 1,
            Align::Right => 2,
        };
        self.bytes.extend([0x1B, b'a', number]);
        self.align = align;
    }

    fn set_bold(&mut self, bold: bool) {
        if self.bold != bold {
            self.bytes.extend([0x1B, b'E', u8::from(bold)]);
            self.bold = bold;
        }
    }

    fn set_size(&mut self, size: Size) {
        if self.size != size {
            self.bytes.extend([0x1D, b'!', (size.width() - 1) << 4 | (size.height() - 1)]);
            self.size = size;
        }
    }
}

/// The line in rows of at most `columns` characters, broken between words where there are any.
fn broken(line: &str, columns: usize) -> Vec<String> {
    let mut rows = vec![String::new()];
    let mut filled = 0;
    for word in line.split_inclusive(' ') {
        let length = word.trim_end().chars().count();
        if filled > 0 && filled + length > columns {
            rows.push(String::new());
            filled = 0;
        }
        for c in word.chars() {
            if filled == columns {
                // A blank at the edge is not carried over; a word longer than the row is.
                if c == ' ' {
                    continue;
                }
                rows.push(String::new());
                filled = 0;
            }
            rows.last_mut().expect("starts with one row").push(c);
            filled += 1;
        }
    }
    rows.iter_mut().for_each(|row| row.truncate(row.trim_end().len()));
    rows
}

#[cfg(test)]
mod tests;
