//! What a model of printer can do and how it wants to be asked.
//!
//! Numbers of code pages differ between makers and are facts of a profile, never constants.
//! Source: Epson's ESC/POS reference and the data of escpos-printer-db (CC BY 4.0).

use super::codepage::CodePage;

/// Width of a character of the printers' font A, in dots.
pub const CELL_WIDTH: u16 = 12;

/// Height of a character of font A, in dots.
pub const CELL_HEIGHT: u16 = 24;

/// A model of printer, or a family that behaves alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// The name that settings use.
    pub name: &'static str,
    /// Dots across the paper.
    pub dots: u16,
    /// The code pages it has, best first, with the number that selects each (`ESC t n`).
    pub pages: &'static [(CodePage, u8)],
    /// How QR codes are printed.
    pub qr: QrMeans,
    /// How it proves that the paper came out.
    pub proof: Proof,
    /// How the paper is parted.
    pub cut: Cut,
    /// Whether it reports changes by itself (`GS a`).
    pub pushes: bool,
    /// Most rows of one raster image: a printer with a small buffer prints tall images in strips.
    pub slice_rows: u16,
}

/// How QR codes are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QrMeans {
    /// The printer draws them itself (`GS ( k`).
    Native,
    /// Drawn here and sent as a raster image.
    Raster,
}

/// How a printer proves that the paper came out, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// `GS ( H` function 48: it sends a given mark back when what was before it has been printed.
    Mark,
    /// `GS r 1`: it answers when what was before it has been processed.
    InBand,
    /// No such answer: it is asked for its state before, and again when it must have finished.
    State,
}

/// How the paper is parted at the end of a slip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Fed to the cutter and cut but for one point (`GS V B 0`).
    Partial,
    /// Fed to the cutter and cut through (`GS V A 0`).
    Full,
    /// The command of older and of kiosk printers, after feeding (`ESC i`).
    Old,
    /// No cutter: fed beyond the tear bar.
    TearBar,
}

/// Epson's numbers, which most makers of 80 mm printers follow.
const EPSON_PAGES: &[(CodePage, u8)] = &[
    (CodePage::Pc437, 0),
    (CodePage::Pc852, 18),
    (CodePage::Pc866, 17),
    (CodePage::Pc858, 19),
    (CodePage::Wpc1250, 45),
    (CodePage::Wpc1251, 46),
    (CodePage::Wpc1252, 16),
    (CodePage::Pc850, 2),
];

/// The profiles that settings can name.
pub const PROFILES: &[Profile] = &[
    // TM-T20II/III, T88V and later, m30.
    Profile {
        name: "epson",
        dots: 576,
        pages: EPSON_PAGES,
        qr: QrMeans::Native,
        proof: Proof::Mark,
        cut: Cut::Partial,
        pushes: true,
        slice_rows: 128,
    },
    // TM-T88III and its like: no process-ID answer, no QR codes, no page 852.
    Profile {
        name: "epson-old",
        dots: 512,
        pages: &[
            (CodePage::Pc437, 0),
            (CodePage::Pc866, 17),
            (CodePage::Pc858, 19),
            (CodePage::Wpc1252, 16),
            (CodePage::Pc850, 2),
        ],
        qr: QrMeans::Raster,
        proof: Proof::InBand,
        cut: Cut::Partial,
        pushes: true,
        slice_rows: 128,
    },
    // 80 mm printers of other makers (Xprinter, Rongta, Bixolon and so on).
    Profile {
        name: "generic-80",
        dots: 576,
        pages: EPSON_PAGES,
        qr: QrMeans::Native,
        proof: Proof::InBand,
        cut: Cut::Partial,
        pushes: true,
        slice_rows: 128,
    },
    // 58 mm printers without a cutter (Zjiang POS-5890 and its like).
    Profile {
        name: "generic-58",
        dots: 384,
        pages: &[(CodePage::Pc437, 0), (CodePage::Pc852, 54), (CodePage::Pc866, 59)],
        qr: QrMeans::Raster,
        proof: Proof::State,
        cut: Cut::TearBar,
        pushes: false,
        slice_rows: 24,
    },
];

impl Profile {
    /// The profile of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        PROFILES.iter().find(|profile| profile.name == name)
    }

    /// Characters of normal width on a line.
    #[must_use]
    pub fn columns(&self) -> u16 {
        self.dots / CELL_WIDTH
    }

    /// Most bytes that one command can still wait for: what a printer that was cut off in the
    /// middle of an image has to be fed before it listens again.
    #[must_use]
    pub fn command_bytes_max(&self) -> usize {
        usize::from(self.dots.div_ceil(8)) * usize::from(self.slice_rows) + 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::slip::QR_BYTES_MAX;

    #[test]
    fn profiles_are_found_by_their_names_alone() {
        for profile in PROFILES {
            assert_eq!(Profile::named(profile.name), Some(profile));
            // The first page is the one that the printer has after `ESC @`.
            assert_eq!(profile.pages[0], (CodePage::Pc437, 0));
            assert!(profile.dots.is_multiple_of(8));
            // A stored QR code must be drowned by what is fed to a printer that was cut off.
            assert!(profile.command_bytes_max() > QR_BYTES_MAX + 8);
        }
        assert_eq!(Profile::named("laser"), None);
    }
}
