//! Texts in the seven bits of the Alpha protocol.

/// What stands for a character that a sign of seven bits has no likeness of.
const UNKNOWN: u8 = b'?';

/// Letters and signs beside the plain ones that they are written as, which readers of the languages
/// around take for granted on a sign.
const LIKENESSES: &[(&str, u8)] = &[
    ("\u{c0}\u{c1}\u{c2}\u{c3}\u{c4}\u{c5}\u{100}\u{102}\u{104}", b'A'),
    ("\u{e0}\u{e1}\u{e2}\u{e3}\u{e4}\u{e5}\u{101}\u{103}\u{105}", b'a'),
    ("\u{c7}\u{106}\u{10c}", b'C'),
    ("\u{e7}\u{107}\u{10d}", b'c'),
    ("\u{10e}\u{110}", b'D'),
    ("\u{10f}\u{111}", b'd'),
    ("\u{c8}\u{c9}\u{ca}\u{cb}\u{112}\u{116}\u{118}\u{11a}", b'E'),
    ("\u{e8}\u{e9}\u{ea}\u{eb}\u{113}\u{117}\u{119}\u{11b}", b'e'),
    ("\u{11e}\u{122}", b'G'),
    ("\u{11f}\u{123}", b'g'),
    ("\u{cc}\u{cd}\u{ce}\u{cf}\u{12a}\u{12e}\u{130}", b'I'),
    ("\u{ec}\u{ed}\u{ee}\u{ef}\u{12b}\u{12f}\u{131}", b'i'),
    ("\u{139}\u{13b}\u{13d}\u{141}", b'L'),
    ("\u{13a}\u{13c}\u{13e}\u{142}", b'l'),
    ("\u{d1}\u{143}\u{145}\u{147}", b'N'),
    ("\u{f1}\u{144}\u{146}\u{148}", b'n'),
    ("\u{d2}\u{d3}\u{d4}\u{d5}\u{d6}\u{d8}\u{14c}\u{150}", b'O'),
    ("\u{f2}\u{f3}\u{f4}\u{f5}\u{f6}\u{f8}\u{14d}\u{151}", b'o'),
    ("\u{154}\u{158}", b'R'),
    ("\u{155}\u{159}", b'r'),
    ("\u{15a}\u{15e}\u{160}\u{218}", b'S'),
    ("\u{15b}\u{15f}\u{161}\u{219}", b's'),
    ("\u{162}\u{164}\u{21a}", b'T'),
    ("\u{163}\u{165}\u{21b}", b't'),
    ("\u{d9}\u{da}\u{db}\u{dc}\u{16a}\u{16e}\u{170}\u{172}", b'U'),
    ("\u{f9}\u{fa}\u{fb}\u{fc}\u{16b}\u{16f}\u{171}\u{173}", b'u'),
    ("\u{dd}\u{178}", b'Y'),
    ("\u{fd}\u{ff}", b'y'),
    ("\u{179}\u{17b}\u{17d}", b'Z'),
    ("\u{17a}\u{17c}\u{17e}", b'z'),
    ("\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}", b'-'),
    ("\u{2192}", b'>'),
    ("\u{a0}\u{202f}", b' '),
    ("\u{2018}\u{2019}", b'\''),
];

/// The text in printable ASCII, a byte for each character. Control characters, which a sign would
/// obey, become spaces.
pub(super) fn of(text: &str) -> Vec<u8> {
    text.chars().map(letter).collect()
}

fn letter(c: char) -> u8 {
    match u8::try_from(c) {
        Ok(byte @ 0x20..=0x7E) => byte,
        Ok(0x00..=0x1F | 0x7F..=0x9F) => b' ',
        Ok(0xA0..=0xFF) | Err(_) => LIKENESSES
            .iter()
            .find(|(letters, _)| letters.contains(c))
            .map_or(UNKNOWN, |(_, plain)| *plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letters_with_accents_lose_them_and_what_has_no_likeness_is_a_question() {
        assert_eq!(of("\u{170}gyf\u{e9}lt\u{e9}r \u{2192} 3"), b"Ugyfelter > 3");
        assert_eq!(of("\u{417}\u{7}\u{1b}A"), b"?  A");
    }

    proptest! {
        #[test]
        fn nothing_that_a_sign_would_obey_comes_out(text in "\\PC*|(?s).*") {
            let bytes = of(&text);
            prop_assert_eq!(bytes.len(), text.chars().count());
            prop_assert!(bytes.iter().all(|byte| matches!(byte, 0x20..=0x7E)));
        }
    }
}
