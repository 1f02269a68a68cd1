//! Code pages: which characters a printer's own fonts can print, and under which bytes.

mod tables;

use tables::Upper;

/// A page of 256 characters, the lower half of which is ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodePage {
    /// IBM 437: what every printer starts with.
    Pc437,
    /// IBM 850: western Europe.
    Pc850,
    /// IBM 852: central Europe, with both Hungarian double acutes.
    Pc852,
    /// IBM 858: 850 with the euro sign.
    Pc858,
    /// IBM 866: Cyrillic.
    Pc866,
    /// Windows 1250: central Europe.
    Wpc1250,
    /// Windows 1251: Cyrillic.
    Wpc1251,
    /// Windows 1252: western Europe.
    Wpc1252,
}

impl CodePage {
    /// Every page known here.
    pub const ALL: [Self; 8] = [
        Self::Pc437,
        Self::Pc850,
        Self::Pc852,
        Self::Pc858,
        Self::Pc866,
        Self::Wpc1250,
        Self::Wpc1251,
        Self::Wpc1252,
    ];

    /// The character behind a byte.
    #[must_use]
    pub fn decode(self, byte: u8) -> char {
        if byte < 0x80 { char::from(byte) } else { self.upper()[usize::from(byte - 0x80)] }
    }

    /// The byte for a character, if this page can print it.
    #[must_use]
    pub fn encode(self, c: char) -> Option<u8> {
        if matches!(c, ' '..='~') {
            return u8::try_from(c).ok();
        }
        if c.is_control() || c == char::REPLACEMENT_CHARACTER {
            return None;
        }
        let index = self.upper().iter().position(|upper| *upper == c)?;
        u8::try_from(index + 0x80).ok()
    }

    /// Whether every character of the text is on this page.
    #[must_use]
    pub fn covers(self, text: &str) -> bool {
        text.chars().all(|c| self.encode(c).is_some())
    }

    fn upper(self) -> &'static Upper {
        match self {
            Self::Pc437 => &tables::PC437,
            Self::Pc850 => &tables::PC850,
            Self::Pc852 => &tables::PC852,
            Self::Pc858 => &tables::PC858,
            Self::Pc866 => &tables::PC866,
            Self::Wpc1250 => &tables::WPC1250,
            Self::Wpc1251 => &tables::WPC1251,
            Self::Wpc1252 => &tables::WPC1252,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_decodes_to_itself() {
        for page in CodePage::ALL {
            for byte in 0x20..=0xFF {
                let c = page.decode(byte);
                if let Some(encoded) = page.encode(c) {
                    assert_eq!(page.decode(encoded), c, "{page:?} {byte:02x}");
                }
            }
        }
    }

    #[test]
    fn hungarian_needs_a_central_european_page() {
        let bytes = |page: CodePage| {
            "\u{150}\u{151}\u{170}\u{171}"
                .chars()
                .map(|c| page.encode(c))
                .collect::<Option<Vec<_>>>()
        };
        assert_eq!(bytes(CodePage::Pc852), Some(vec![0x8A, 0x8B, 0xEB, 0xFB]));
        assert_eq!(bytes(CodePage::Wpc1250), Some(vec![0xD5, 0xF5, 0xDB, 0xFB]));
        assert_eq!(bytes(CodePage::Wpc1252), None);
        assert_eq!(bytes(CodePage::Pc858), None);
    }

    #[test]
    fn cyrillic_is_on_its_two_pages_and_control_bytes_on_none() {
        assert_eq!(CodePage::Pc866.encode('\u{410}'), Some(0x80));
        assert_eq!(CodePage::Wpc1251.encode('\u{410}'), Some(0xC0));
        for page in CodePage::ALL {
            assert_eq!(page.encode('\u{1b}'), None);
            assert_eq!(page.encode('\u{fffd}'), None);
            assert!(!page.covers("\u{645}\u{631}\u{62d}\u{628}\u{627}"));
        }
    }
}
