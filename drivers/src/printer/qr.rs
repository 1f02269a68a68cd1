//! QR codes drawn here, for printers that cannot draw them themselves and for pictures.

use fast_qr::qr::QRBuilder;
use fast_qr::{ECL, QRCode};

use super::bitmap::Bitmap;

/// White modules that must surround a code for a phone to find it; the standard's number.
const QUIET_MODULES: usize = 4;

/// Dots of one module where the paper is wide enough: 0.75 mm at 203 dots an inch, which phones
/// read at arm's length.
pub const MODULE_DOTS: usize = 6;

/// Fewest dots of one module that phones still read from thermal paper.
pub const MODULE_DOTS_MIN: usize = 3;

/// Draws a code with its quiet zone, as large as fits into `dots` and at most
/// [`MODULE_DOTS`] a module. `None` when the content does not fit a code.
#[must_use]
pub fn draw(content: &str, dots: usize) -> Option<Bitmap> {
    let code = code(content)?;
    let modules = code.size + 2 * QUIET_MODULES;
    Some(framed(&code, (dots / modules).clamp(1, MODULE_DOTS)))
}

/// Draws a code with its quiet zone at `module` dots a module. `None` when the content does not
/// fit a code.
#[must_use]
pub fn draw_at(content: &str, module: usize) -> Option<Bitmap> {
    Some(framed(&code(content)?, module))
}

fn framed(code: &QRCode, module: usize) -> Bitmap {
    let mut picture = Bitmap::white(code.size, code.size);
    for y in 0..code.size {
        for x in 0..code.size {
            if code[y][x].value() {
                picture.blacken(x, y);
            }
        }
    }
    let picture = picture.scaled(code.size * module, code.size * module);
    let side = (code.size + 2 * QUIET_MODULES) * module;
    let mut framed = Bitmap::white(side, side);
    framed.stamp(&picture, QUIET_MODULES * module, QUIET_MODULES * module);
    framed
}

/// Dots of one module for a code of this content on paper this wide, for printers that draw it
/// themselves.
#[must_use]
pub fn module_dots(content: &str, dots: usize) -> u8 {
    let modules = code(content).map_or(usize::MAX, |code| code.size + 2 * QUIET_MODULES);
    let scale = (dots / modules).clamp(MODULE_DOTS_MIN, MODULE_DOTS);
    u8::try_from(scale).expect("clamped below 256")
}

/// The black modules of a code as an SVG path in a box of as many units as it has modules, without
/// the quiet zone: how many those are, and the path. `None` when the content does not fit a code.
#[must_use]
pub fn path(content: &str) -> Option<(usize, String)> {
    let code = code(content)?;
    let mut path = String::new();
    for y in 0..code.size {
        let mut x = 0;
        while x < code.size {
            let run = (x..code.size).take_while(|x| code[y][*x].value()).count();
            if 0 < run {
                path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
            }
            x += run.max(1);
        }
    }
    Some((code.size, path))
}

fn code(content: &str) -> Option<QRCode> {
    QRBuilder::new(content).ecl(ECL::M).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::slip::QR_BYTES_MAX;

    #[test]
    fn a_code_has_its_finders_and_a_quiet_zone() {
        let picture = draw("https://example.org/t/0123456789", 576).unwrap();
        assert_eq!(picture.width(), picture.height());
        let quiet = QUIET_MODULES * MODULE_DOTS;
        // Three finder patterns: their outer corners are black, all around is white.
        let far = picture.width() - 1;
        assert!(picture.is_black(quiet, quiet));
        assert!(picture.is_black(far - quiet, quiet));
        assert!(picture.is_black(quiet, far - quiet));
        assert!((0..picture.width()).all(|x| !picture.is_black(x, quiet - 1)));
        assert!((0..picture.height()).all(|y| !picture.is_black(quiet - 1, y)));
    }

    #[test]
    fn the_longest_content_fits_both_widths_of_paper() {
        let content = "x".repeat(QR_BYTES_MAX);
        for dots in [384, 576] {
            let picture = draw(&content, dots).unwrap();
            assert!(picture.width() <= dots, "{} in {dots}", picture.width());
            assert!(usize::from(module_dots(&content, dots)) >= MODULE_DOTS_MIN);
        }
    }
}
