//! Text as dots: every script that the bundled fonts have, shaped and in its right direction.
//!
//! The fonts (Noto Sans, Noto Naskh Arabic; SIL Open Font License) are part of the program and never
//! looked up in the system, so that the same text gives the same dots on every box.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use cosmic_text::{
    Align as LineAlign, Attrs, Buffer, Family, FontSystem, Metrics, Shaping, SwashCache,
    SwashContent, Weight, Wrap, fontdb,
};

use super::bitmap::Bitmap;
use super::profile::{CELL_HEIGHT, CELL_WIDTH};
use super::slip::{Align, Size};

/// Rendered lines that are kept: the same headings and footers stand on every slip, in a handful
/// of languages. At most about 300 kB.
pub const LINES_KEPT_MAX: usize = 64;

/// Height of a raster line of normal size: the printers' own line pitch.
pub const LINE_HEIGHT: u16 = 30;

/// Most rows of one rendered text; a text of the greatest length at the greatest size is cut here
/// rather than at the end of the roll.
pub const TEXT_ROWS_MAX: usize = 2_400;

/// Coverage from which a dot is burnt, of 255.
const INK_FROM: u8 = 110;

const FACES: [&[u8]; 4] = [
    include_bytes!("../../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../fonts/NotoNaskhArabic-Regular.ttf"),
    include_bytes!("../../fonts/NotoNaskhArabic-Bold.ttf"),
];

/// The typesetter, shared by all printers: the fonts are loaded once, when the first line needs
/// them.
pub type SharedTypesetter = Arc<Mutex<Typesetter>>;

/// Sets text into dots and keeps what it has set lately.
#[derive(Default)]
pub struct Typesetter {
    fonts: Option<Fonts>,
    kept: VecDeque<(Setting, Arc<Bitmap>)>,
}

/// What a line looks like; two equal settings give the same dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The text, without line feeds.
    pub text: String,
    /// How many times as large as normal.
    pub size: Size,
    /// Whether it is bold.
    pub bold: bool,
    /// How its lines stand to each other when it is broken.
    pub align: Align,
    /// Dots across the paper.
    pub dots: u16,
}

impl Typesetter {
    /// A typesetter for several printers.
    #[must_use]
    pub fn shared() -> SharedTypesetter {
        Arc::default()
    }

    /// The text as dots, at most `dots` wide, cropped to its ink from side to side; `None` when
    /// there is no ink in it.
    pub fn set(&mut self, setting: &Setting) -> Option<Arc<Bitmap>> {
        if let Some(index) = self.kept.iter().position(|(kept, _)| kept == setting) {
            let found = self.kept.remove(index)?;
            let bitmap = Arc::clone(&found.1);
            self.kept.push_back(found);
            return Some(bitmap);
        }
        let bitmap = Arc::new(self.fonts().draw(setting, LINE_LETTERS).cropped_to_ink()?);
        if self.kept.len() >= LINES_KEPT_MAX {
            self.kept.pop_front();
        }
        self.kept.push_back((setting.clone(), Arc::clone(&bitmap)));
        Some(bitmap)
    }

    /// One character as a printer's font A would show it: in a cell of 12 by 24 dots.
    pub fn cell(&mut self, c: char, bold: bool) -> Bitmap {
        let (width, height) = (usize::from(CELL_WIDTH), usize::from(CELL_HEIGHT));
        let mut cell = Bitmap::white(width, height);
        let setting = Setting {
            text: c.to_string(),
            size: Size::NORMAL,
            bold,
            align: Align::Left,
            dots: 2 * CELL_HEIGHT,
        };
        let drawn = self.fonts().draw(&setting, CELL_LETTERS);
        let Some(ink) = drawn.cropped_to_ink() else { return cell };
        let narrow = ink.width().min(width);
        let ink = if narrow < ink.width() { ink.scaled(narrow, ink.height()) } else { ink };
        cell.stamp(&ink, (width - narrow) / 2, 0);
        cell
    }

    /// Gives the memory of fonts and kept lines back; the next line loads the fonts again.
    pub fn rest(&mut self) {
        *self = Self::default();
    }

    fn fonts(&mut self) -> &mut Fonts {
        self.fonts.get_or_insert_with(Fonts::load)
    }
}

impl fmt::Debug for Typesetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Typesetter")
            .field("loaded", &self.fonts.is_some())
            .field("kept", &self.kept.len())
            .finish()
    }
}

/// Asks the shared typesetter. A panic in another thread leaves it usable: it holds only what can
/// be made again.
pub(crate) fn with<T>(shared: &SharedTypesetter, ask: impl FnOnce(&mut Typesetter) -> T) -> T {
    ask(&mut shared.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Sizes of letters and of the lines that they stand on, in dots.
#[derive(Debug, Clone, Copy)]
struct Letters {
    em: u16,
    line: u16,
}

/// Letters as large as the printers' own.
const LINE_LETTERS: Letters = Letters { em: CELL_HEIGHT, line: LINE_HEIGHT };

/// Letters whose accents and descenders both fit a cell.
const CELL_LETTERS: Letters = Letters { em: 20, line: CELL_HEIGHT };

impl Letters {
    fn times(self, height: u16) -> Self {
        Self { em: self.em * height, line: self.line * height }
    }
}

struct Fonts {
    system: FontSystem,
    swash: SwashCache,
}

impl Fonts {
    fn load() -> Self {
        let mut db = fontdb::Database::new();
        for face in FACES {
            db.load_font_source(fontdb::Source::Binary(Arc::new(face)));
        }
        // What Noto Sans lacks is looked for in the other faces, there being no others.
        let system = FontSystem::new_with_locale_and_db("en".to_owned(), db);
        Self { system, swash: SwashCache::new() }
    }

    /// The text on as many rows as it takes, across the whole width.
    fn draw(&mut self, setting: &Setting, letters: Letters) -> Bitmap {
        // Laid out at the wanted height, then stretched sideways: as printers do it.
        let height = u16::from(setting.size.height());
        let across = usize::from(setting.dots) * usize::from(height)
            / usize::from(setting.size.width()).max(1);
        let buffer = self.lay_out(setting, letters.times(height), across);
        let rows = buffer
            .layout_runs()
            .map(|run| (run.line_top + run.line_height).ceil() as usize)
            .max()
            .unwrap_or(0)
            .min(TEXT_ROWS_MAX);
        let mut picture = Bitmap::white(across, rows);
        for run in buffer.layout_runs() {
            for glyph in run.glyphs {
                let place = glyph.physical((0.0, run.line_y), 1.0);
                let image = self.swash.get_image_uncached(&mut self.system, place.cache_key);
                let Some(image) = image else { continue };
                if image.content != SwashContent::Mask {
                    continue;
                }
                let left = place.x + image.placement.left;
                let top = place.y - image.placement.top;
                let columns = image.placement.width.max(1) as usize;
                for (index, coverage) in image.data.iter().enumerate() {
                    let x = usize::try_from(left + (index % columns) as i32);
                    let y = usize::try_from(top + (index / columns) as i32);
                    if let (INK_FROM.., Ok(x), Ok(y)) = (*coverage, x, y) {
                        picture.blacken(x, y);
                    }
                }
            }
        }
        if setting.size.width() == setting.size.height() {
            picture
        } else {
            picture.scaled(usize::from(setting.dots), rows)
        }
    }

    fn lay_out(&mut self, setting: &Setting, letters: Letters, across: usize) -> Buffer {
        let metrics = Metrics::new(f32::from(letters.em), f32::from(letters.line));
        let mut buffer = Buffer::new(&mut self.system, metrics);
        buffer.set_wrap(Wrap::WordOrGlyph);
        buffer.set_size(Some(across as f32), None);
        let weight = if setting.bold { Weight::BOLD } else { Weight::NORMAL };
        let attrs = Attrs::new().family(Family::Name("Noto Sans")).weight(weight);
        let align = match setting.align {
            Align::Left => LineAlign::Left,
            Align::Center => LineAlign::Center,
            Align::Right => LineAlign::Right,
        };
        buffer.set_text(&setting.text, &attrs, Shaping::Advanced, Some(align));
        buffer.shape_until_scroll(&mut self.system, false);
        buffer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::slip::SCALE_MAX;

    fn setting(text: &str, size: Size) -> Setting {
        Setting { text: text.to_owned(), size, bold: false, align: Align::Left, dots: 576 }
    }

    #[test]
    fn fonts_are_loaded_by_the_first_line_and_given_back() {
        let mut typesetter = Typesetter::default();
        assert!(typesetter.fonts.is_none());
        assert!(typesetter.set(&setting("A", Size::NORMAL)).is_some());
        assert!(typesetter.fonts.is_some());
        typesetter.rest();
        assert!(typesetter.fonts.is_none() && typesetter.kept.is_empty());
    }

    #[test]
    fn sizes_multiply_width_and_height_apart() {
        let mut typesetter = Typesetter::default();
        let mut extent = |size| {
            let bitmap = typesetter.set(&setting("HHHH", size)).unwrap();
            (bitmap.width() as f64, bitmap.height())
        };
        let (width, height) = extent(Size::NORMAL);
        assert_eq!(height, usize::from(LINE_HEIGHT));
        let (wide, same) = extent(Size::new(2, 1));
        assert_eq!(same, height);
        assert!((1.8..2.2).contains(&(wide / width)), "{wide} of {width}");
        let (same, high) = extent(Size::new(1, 3));
        assert_eq!(high, 3 * height);
        assert!((0.9..1.1).contains(&(same / width)), "{same} of {width}");
    }

    #[test]
    fn arabic_letters_join() {
        let mut typesetter = Typesetter::default();
        let mut width = |text: &str| typesetter.set(&setting(text, Size::NORMAL)).unwrap().width();
        // Three letters that join are narrower than the same three kept apart by non-joiners.
        let joined = width("\u{633}\u{633}\u{633}");
        let apart = width("\u{633}\u{200c}\u{633}\u{200c}\u{633}");
        assert!(joined + 10 < apart, "{joined} and {apart}");
        // And they are letters, not three boxes of the missing glyph.
        assert_ne!(width("\u{627}"), width("\u{633}"));
    }

    #[test]
    fn kept_lines_are_bounded_and_the_latest_stay() {
        let mut typesetter = Typesetter::default();
        for number in 0..LINES_KEPT_MAX + 8 {
            typesetter.set(&setting(&number.to_string(), Size::NORMAL));
            typesetter.set(&setting("0", Size::NORMAL));
        }
        assert_eq!(typesetter.kept.len(), LINES_KEPT_MAX);
        assert_eq!(typesetter.kept.back().unwrap().0.text, "0");
        let texts: Vec<_> = typesetter.kept.iter().map(|(kept, _)| kept.text.as_str()).collect();
        assert!(!texts.contains(&"1"));
    }

    #[test]
    fn the_longest_text_at_the_greatest_size_ends() {
        let mut typesetter = Typesetter::default();
        let long = setting(&"W".repeat(480), Size::new(SCALE_MAX, SCALE_MAX));
        let bitmap = typesetter.set(&long).unwrap();
        assert!(bitmap.height() <= TEXT_ROWS_MAX && bitmap.width() <= 576);
        assert!(typesetter.set(&setting("   ", Size::NORMAL)).is_none());
    }

    #[test]
    fn a_cell_keeps_wide_letters_and_descenders() {
        let mut typesetter = Typesetter::default();
        for c in ['W', 'g', '\u{170}', '\u{0416}'] {
            let cell = typesetter.cell(c, false);
            assert_eq!((cell.width(), cell.height()), (12, 24));
            assert!(cell.cropped_to_ink().is_some(), "{c}");
        }
        let g = typesetter.cell('g', false);
        assert!((18..24).any(|y| (0..12).any(|x| g.is_black(x, y))));
    }
}
