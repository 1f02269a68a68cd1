//! Paper: what instructions leave on it, for a person to read and to look at.
//!
//! A sheet as text has one line a printed line. What is no text stands in brackets: `[QR content]`,
//! `[raster 208x30]` (width and height in dots). Where the printer was started anew in the middle of
//! a sheet, as after a crash of its host, stands [`TORN`].

use std::collections::HashMap;

use super::bitmap::Bitmap;
use super::codepage::CodePage;
use super::instructions::Instruction;
use super::profile::{CELL_HEIGHT, CELL_WIDTH, Profile};
use super::qr;
use super::slip::{Align, Size};
use super::typeset::{self, LINE_HEIGHT, SharedTypesetter};

/// The line that parts what was printed before the printer was started anew from what came after.
pub const TORN: &str = "-- torn off here --";

/// Most prints on a sheet that is never cut; older ones fall off its end.
pub const PRINTS_MAX: usize = 4_096;

/// Highest picture of a sheet, in dots: four metres of paper.
pub const PICTURE_ROWS_MAX: usize = 32_000;

/// Blank dots around a sheet's picture, so that it looks like paper.
const MARGIN: usize = 16;

/// A roll in a printer, with what has been printed since the last cut.
#[derive(Debug, Clone)]
pub struct Paper {
    profile: Profile,
    page: CodePage,
    style: Style,
    align: Align,
    line: Vec<Glyph>,
    qr_module: u8,
    qr_content: Vec<u8>,
    prints: Vec<Print>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Style {
    size: Size,
    bold: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Glyph {
    c: char,
    style: Style,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Print {
    Line { glyphs: Vec<Glyph>, align: Align },
    Raster { bitmap: Bitmap, align: Align },
    Qr { content: String, module: u8, align: Align },
    FeedDots(u8),
    Torn,
}

const PLAIN: Style = Style { size: Size::NORMAL, bold: false };

/// The module size that printers start with.
const QR_MODULE_AT_START: u8 = 3;

impl Paper {
    /// An empty roll in a printer of this model.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            page: CodePage::Pc437,
            style: PLAIN,
            align: Align::Left,
            line: Vec::new(),
            qr_module: QR_MODULE_AT_START,
            qr_content: Vec::new(),
            prints: Vec::new(),
        }
    }

    /// Follows an instruction; a cut gives the sheet that falls off.
    pub fn follow(&mut self, instruction: &Instruction) -> Option<Sheet> {
        match instruction {
            Instruction::Character(byte) => self.character(*byte),
            Instruction::LineFeed => self.line_feed(),
            Instruction::Init => self.init(),
            Instruction::Page(number) => self.page = self.page_of(*number),
            Instruction::Size(size) => self.style.size = *size,
            Instruction::Bold(bold) => self.style.bold = *bold,
            Instruction::Align(align) => self.align = *align,
            Instruction::FeedLines(lines) => {
                // A line that stands in the buffer is printed by the first of them.
                for _ in 0..*lines {
                    self.line_feed();
                }
            }
            Instruction::FeedDots(dots) => {
                self.end_line();
                self.add(Print::FeedDots(*dots));
            }
            Instruction::Raster { row_bytes, rows, packed } => {
                self.end_line();
                let bitmap = Bitmap::from_rows(*row_bytes, *rows, packed);
                self.add(Print::Raster { bitmap, align: self.align });
            }
            Instruction::QrModule(dots) => self.qr_module = (*dots).clamp(1, 16),
            Instruction::QrStore(content) => self.qr_content.clone_from(content),
            Instruction::QrPrint => {
                self.end_line();
                let content = String::from_utf8_lossy(&self.qr_content).into_owned();
                self.add(Print::Qr { content, module: self.qr_module, align: self.align });
            }
            Instruction::Cut => return self.cut(),
            Instruction::PushStatus(_)
            | Instruction::AskInBand(_)
            | Instruction::AskName(_)
            | Instruction::AskMark(_)
            | Instruction::Silent
            | Instruction::Unknown(_) => {}
        }
        None
    }

    /// Parts the paper here, cutter or not; `None` when nothing has been printed.
    pub fn cut(&mut self) -> Option<Sheet> {
        self.end_line();
        let prints = std::mem::take(&mut self.prints);
        (!prints.is_empty()).then_some(Sheet { prints, dots: self.profile.dots })
    }

    /// Whether something has been printed since the last cut.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.prints.is_empty()
    }

    fn character(&mut self, byte: u8) {
        let columns = usize::from(self.profile.columns());
        let filled: usize =
            self.line.iter().map(|glyph| usize::from(glyph.style.size.width())).sum();
        if filled + usize::from(self.style.size.width()) > columns {
            self.end_line();
        }
        self.line.push(Glyph { c: self.page.decode(byte), style: self.style });
    }

    fn line_feed(&mut self) {
        let glyphs = std::mem::take(&mut self.line);
        self.add(Print::Line { glyphs, align: self.align });
    }

    fn end_line(&mut self) {
        if !self.line.is_empty() {
            self.line_feed();
        }
    }

    /// `ESC @`: what stands in the line buffer is forgotten, what is printed stays on the paper.
    fn init(&mut self) {
        self.line.clear();
        if !self.prints.is_empty() {
            self.add(Print::Torn);
        }
        let prints = std::mem::take(&mut self.prints);
        *self = Self { prints, ..Self::new(self.profile) };
    }

    fn page_of(&self, number: u8) -> CodePage {
        let known = self.profile.pages.iter().find(|(_, known)| *known == number);
        known.map_or(CodePage::Pc437, |(page, _)| *page)
    }

    fn add(&mut self, print: Print) {
        if self.prints.len() >= PRINTS_MAX {
            self.prints.remove(0);
        }
        self.prints.push(print);
    }
}

/// A piece of paper that has been cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    prints: Vec<Print>,
    dots: u16,
}

impl Sheet {
    /// The sheet as a person reads it, one line a printed line.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for print in &self.prints {
            match print {
                Print::Line { glyphs, .. } => {
                    let line: String = glyphs.iter().map(|glyph| glyph.c).collect();
                    text.push_str(line.trim_end());
                }
                Print::Raster { bitmap, .. } => {
                    text.push_str(&format!("[raster {}x{}]", bitmap.width(), bitmap.height()));
                }
                Print::Qr { content, .. } => text.push_str(&format!("[QR {content}]")),
                Print::FeedDots(_) => continue,
                Print::Torn => text.push_str(TORN),
            }
            text.push('\n');
        }
        text
    }

    /// The QR codes on it, from top to bottom.
    pub fn qr_codes(&self) -> impl Iterator<Item = &str> {
        self.prints.iter().filter_map(|print| match print {
            Print::Qr { content, .. } => Some(content.as_str()),
            Print::Line { .. } | Print::Raster { .. } | Print::FeedDots(_) | Print::Torn => None,
        })
    }

    /// The sheet as it looks, dot for dot, but for the printer's own letters: those are drawn in
    /// the bundled font.
    #[must_use]
    pub fn picture(&self, typesetter: &SharedTypesetter) -> Bitmap {
        let mut canvas = Canvas {
            bitmap: Bitmap::white(usize::from(self.dots) + 2 * MARGIN, MARGIN),
            dots: usize::from(self.dots),
            down: MARGIN,
            cells: HashMap::new(),
            typesetter,
        };
        for print in &self.prints {
            canvas.print(print);
        }
        canvas.room(MARGIN);
        canvas.bitmap
    }
}

struct Canvas<'a> {
    bitmap: Bitmap,
    dots: usize,
    down: usize,
    cells: HashMap<(char, bool), Bitmap>,
    typesetter: &'a SharedTypesetter,
}

impl Canvas<'_> {
    fn print(&mut self, print: &Print) {
        match print {
            Print::Line { glyphs, align } => self.line(glyphs, *align),
            Print::Raster { bitmap, align } => self.stamp(bitmap, *align),
            Print::Qr { content, module, align } => {
                match qr::draw_at(content, usize::from(*module)) {
                    Some(bitmap) => self.stamp(&bitmap, *align),
                    None => self.advance(usize::from(LINE_HEIGHT)),
                }
            }
            Print::FeedDots(dots) => self.advance(usize::from(*dots)),
            Print::Torn => {
                self.advance(usize::from(LINE_HEIGHT));
                for x in (0..self.dots + 2 * MARGIN).step_by(8) {
                    (0..4).for_each(|more| self.bitmap.blacken(x + more, self.down - 15));
                }
            }
        }
    }

    fn line(&mut self, glyphs: &[Glyph], align: Align) {
        let width = |glyph: &Glyph| usize::from(glyph.style.size.width()) * usize::from(CELL_WIDTH);
        let height =
            |glyph: &Glyph| usize::from(glyph.style.size.height()) * usize::from(CELL_HEIGHT);
        let highest = glyphs.iter().map(height).max().unwrap_or(usize::from(CELL_HEIGHT));
        let mut x = self.left(glyphs.iter().map(width).sum(), align);
        let top = self.down;
        self.advance(highest + usize::from(LINE_HEIGHT - CELL_HEIGHT));
        for glyph in glyphs {
            let cell = self
                .cells
                .entry((glyph.c, glyph.style.bold))
                .or_insert_with(|| {
                    typeset::with(self.typesetter, |t| t.cell(glyph.c, glyph.style.bold))
                })
                .scaled(width(glyph), height(glyph));
            // Letters of different heights stand on one line.
            self.bitmap.stamp(&cell, x, top + highest - height(glyph));
            x += width(glyph);
        }
    }

    fn stamp(&mut self, bitmap: &Bitmap, align: Align) {
        let (x, y) = (self.left(bitmap.width(), align), self.down);
        self.advance(bitmap.height());
        self.bitmap.stamp(bitmap, x, y);
    }

    fn left(&self, width: usize, align: Align) -> usize {
        let spare = self.dots.saturating_sub(width);
        MARGIN
            + match align {
                Align::Left => 0,
                Align::Center => spare / 2,
                Align::Right => spare,
            }
    }

    fn advance(&mut self, rows: usize) {
        self.room(rows);
        self.down += rows;
    }

    fn room(&mut self, rows: usize) {
        self.bitmap.grow((self.down + rows).min(PICTURE_ROWS_MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::super::instructions::{Next, next};
    use super::super::typeset::Typesetter;
    use super::*;

    fn sheets(mut bytes: &[u8]) -> Vec<Sheet> {
        let mut paper = Paper::new(*Profile::named("epson").unwrap());
        let mut sheets = Vec::new();
        while let Next::Done(instruction, used) = next(bytes) {
            sheets.extend(paper.follow(&instruction));
            bytes = &bytes[used..];
        }
        sheets
    }

    #[test]
    fn a_cut_gives_the_sheet_and_the_next_one_starts_empty() {
        let sheets =
            sheets(b"\x1b@A042\n\x1dVB\x00\x1b@\x1bt\x11\x86\n\x1bd\x02\x1dVB\x00\x1dVB\x00");
        let texts: Vec<String> = sheets.iter().map(Sheet::text).collect();
        assert_eq!(texts, ["A042\n", "\u{416}\n\n\n"]);
    }

    #[test]
    fn a_printer_that_is_started_anew_leaves_its_mark_and_forgets_its_line() {
        let sheets = sheets(b"\x1b@first\nhalf of\x1b@second\n\x1dVB\x00");
        assert_eq!(sheets[0].text(), format!("first\n{TORN}\nsecond\n"));
    }

    #[test]
    fn what_is_no_text_stands_in_brackets() {
        let sheets = sheets(
            b"\x1dv0\x00\x02\x00\x01\x00\xff\xff\x1d(k\x08\x001P0https\x1d(k\x03\x001Q0\x1dVB\x00",
        );
        assert_eq!(sheets[0].text(), "[raster 16x1]\n[QR https]\n");
        assert_eq!(sheets[0].qr_codes().collect::<Vec<_>>(), ["https"]);
    }

    #[test]
    fn a_line_longer_than_the_paper_goes_on_below() {
        let bytes = [[b'x'; 50].as_slice(), b"\n\x1dVB\x00"].concat();
        assert_eq!(sheets(&bytes)[0].text(), format!("{}\nxx\n", "x".repeat(48)));
    }

    #[test]
    fn a_roll_that_is_never_cut_keeps_its_end() {
        let mut paper = Paper::new(*Profile::named("epson").unwrap());
        for number in 0..PRINTS_MAX + 10 {
            for digit in number.to_string().bytes() {
                paper.follow(&Instruction::Character(digit));
            }
            paper.follow(&Instruction::LineFeed);
        }
        let text = paper.cut().unwrap().text();
        assert_eq!(text.lines().count(), PRINTS_MAX);
        assert!(text.starts_with("10\n"));
    }

    #[test]
    fn the_picture_has_the_ink_where_the_text_is() {
        let sheet = &sheets(b"\x1ba\x02A\n\x1dv0\x00\x01\x00\x01\x00\xff\x1dVB\x00")[0];
        let picture = sheet.picture(&Typesetter::shared());
        assert_eq!(picture.width(), 576 + 2 * MARGIN);
        let ink = picture.cropped_to_ink().unwrap();
        // A letter and eight dots at the right edge are at most a cell wide.
        assert!(ink.width() <= 12, "{}", ink.width());
        let line = MARGIN + usize::from(LINE_HEIGHT);
        assert!(picture.is_black(MARGIN + 575, line) && picture.is_black(MARGIN + 568, line));
    }

    #[test]
    fn the_picture_of_an_endless_sheet_ends() {
        let sheet =
            &sheets(&[b"\x1bJ\xff".repeat(PRINTS_MAX).as_slice(), b"\x1dVB\x00"].concat())[0];
        assert_eq!(sheet.picture(&Typesetter::shared()).height(), PICTURE_ROWS_MAX);
    }
}
