//! Golden bytes of the encoder.

use super::*;
use crate::printer::typeset::Typesetter;

fn encoded(profile: &str, blocks: Vec<Block>) -> Vec<u8> {
    let profile = *Profile::named(profile).unwrap();
    Encoder::new(profile, Typesetter::shared()).encode(&Slip::new(blocks).unwrap()).bytes
}

/// What every job for an Epson starts with.
const EPSON_START: &[u8] = b"\x1b@\x1da\x0e\x1c.\x1bR\x00\x1bt\x00";
const EPSON_END: &[u8] = b"\x1dVB\x00";

#[track_caller]
fn check(profile: &str, blocks: Vec<Block>, start: &[u8], body: &[u8], end: &[u8]) {
    let bytes = encoded(profile, blocks);
    let expected = [start, body, end].concat();
    assert_eq!(bytes, expected, "{} is not {}", bytes.escape_ascii(), expected.escape_ascii());
}

#[test]
fn a_label_in_large_letters() {
    check(
        "epson",
        vec![Block::title("A042", Size::new(4, 4)), Block::text("Counter 3"), Block::Rule],
        EPSON_START,
        &[
            b"\x1ba\x01\x1bE\x01\x1d!\x33A042\n".as_slice(),
            b"\x1ba\x00\x1bE\x00\x1d!\x00Counter 3\n",
            &[b'-'; 48],
            b"\n",
        ]
        .concat(),
        EPSON_END,
    );
}

#[test]
fn hungarian_is_page_852_and_a_later_ascii_line_keeps_it() {
    check(
        "epson",
        vec![Block::text("T\u{171}r\u{151} \u{170}\u{150}"), Block::text("ASCII")],
        EPSON_START,
        b"\x1bt\x12T\xfbr\x8b \xeb\x8a\nASCII\n",
        EPSON_END,
    );
}

#[test]
fn russian_is_page_866_by_the_number_of_the_profile() {
    let text = || vec![Block::text("\u{416}\u{443}\u{43a}")];
    check("epson", text(), EPSON_START, b"\x1bt\x11\x86\xe3\xaa\n", EPSON_END);
    check(
        "generic-58",
        text(),
        b"\x1b@\x1c.\x1bR\x00\x1bt\x00",
        b"\x1bt\x3b\x86\xe3\xaa\n",
        b"\x1bd\x04",
    );
}

#[test]
fn a_qr_code_that_the_printer_draws() {
    check(
        "epson",
        vec![Block::Qr { content: "HTTPS://A.B/1".to_owned() }],
        EPSON_START,
        b"\x1ba\x01\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x06\x1d(k\x03\x001E1\
          \x1d(k\x10\x001P0HTTPS://A.B/1\x1d(k\x03\x001Q0",
        EPSON_END,
    );
}

#[test]
fn the_questions_are_epsons() {
    assert_eq!(ask_status(4), *b"\x10\x04\x04");
    assert_eq!(ask_mark(*b"a1b2"), *b"\x1d(H\x06\x0000a1b2");
}

/// The raster images in a job: bytes of a row, rows, and whether they are centred.
fn rasters(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(4).position(|window| window == b"\x1dv0\x00") {
        let header = &rest[at + 4..at + 8];
        let row_bytes = usize::from(u16::from_le_bytes([header[0], header[1]]));
        let rows = usize::from(u16::from_le_bytes([header[2], header[3]]));
        found.push((row_bytes, rows));
        rest = &rest[at + 8 + row_bytes * rows..];
    }
    found
}

#[test]
fn arabic_is_drawn_and_cropped_to_its_ink() {
    let block = Block::title("\u{645}\u{631}\u{62d}\u{628}\u{627}", Size::NORMAL);
    let bytes = encoded("epson", vec![block]);
    assert!(bytes.starts_with(&[EPSON_START, b"\x1ba\x01\x1dv0\x00"].concat()));
    let found = rasters(&bytes);
    assert_eq!(found.len(), 1);
    let (row_bytes, rows) = found[0];
    assert_eq!(rows, usize::from(LINE_HEIGHT));
    assert!((4..20).contains(&row_bytes), "{row_bytes} bytes a row");
}

#[test]
fn a_line_of_two_pages_is_drawn_whole() {
    let bytes = encoded("epson", vec![Block::text("\u{171} and \u{416}")]);
    assert_eq!(rasters(&bytes).len(), 1);
    assert!(!bytes.windows(3).any(|window| window == b"and"));
}

#[test]
fn a_tall_image_goes_in_slices() {
    let block = Block::title("\u{645}\u{631}", Size::new(8, 8));
    let slices = rasters(&encoded("epson", vec![block.clone()]));
    let heights: Vec<usize> = slices.iter().map(|(_, rows)| *rows).collect();
    assert_eq!(heights, [128, 112]);
    for (row_bytes, rows) in rasters(&encoded("generic-58", vec![block])) {
        assert!(rows <= 24 && row_bytes <= 48);
    }
}

#[test]
fn a_printer_without_qr_codes_gets_a_picture() {
    let bytes = encoded("epson-old", vec![Block::Qr { content: "https://example.org".to_owned() }]);
    assert!(!rasters(&bytes).is_empty());
    assert!(!bytes.windows(3).any(|window| window == b"\x1d(k"));
}

#[test]
fn lines_break_between_words_and_long_words_anywhere() {
    assert_eq!(broken("one two three", 7), ["one two", "three"]);
    assert_eq!(broken("one two  three", 8), ["one two", "three"]);
    assert_eq!(broken("abcdefghij", 4), ["abcd", "efgh", "ij"]);
    assert_eq!(broken("ab abcdefgh", 4), ["ab", "abcd", "efgh"]);
    assert_eq!(broken("", 4), [""]);
    assert_eq!(broken("abcd efgh", 4), ["abcd", "efgh"]);
}

proptest::proptest! {
    #[test]
    fn rows_fit_and_no_letter_is_lost(line in "[a-z ]{0,80}", columns in 1_usize..20) {
        let rows = broken(&line, columns);
        assert!(rows.iter().all(|row| row.chars().count() <= columns));
        let letters = |text: &str| text.replace(' ', "");
        assert_eq!(letters(&rows.concat()), letters(&line));
    }
}
