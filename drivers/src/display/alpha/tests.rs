//! The bytes of an Alpha sign, as two independent encoders make them.

use proptest::prelude::*;

use super::*;

fn payload(frame: &[u8]) -> Vec<u8> {
    let mut reader = frame::Reader::new();
    let found: Vec<_> = frame.iter().filter_map(|byte| reader.push(*byte)).collect();
    assert_eq!((found.len(), reader.damaged()), (1, 0), "{frame:?}");
    found[0].payload.clone()
}

fn betabrite() -> Encoder {
    Encoder::new(Sign::BETABRITE, Address::ALL)
}

#[test]
fn each_command_has_the_bytes_of_the_document() {
    let encoder = betabrite();
    let call = Panel::new(["A042", "3"]);
    for (frame, expected) in [
        (encoder.divide_memory(), "E$AAU0040FFFFaBL00200000"),
        (encoder.show_the_string(), "AA\x1b\x20b\x10a"),
        (encoder.run_the_text(), "E.SUA"),
        (encoder.write(&call), "GaA042  3"),
        (encoder.write(&call.flashing()), "Ga\x071A042  3\x070"),
        (encoder.write(&Panel::blank().flashing()), "Ga"),
        (encoder.write(&Panel::stale()), "Ga-"),
        (encoder.sound(Chime { beeps: 3, occasion: 1 }), "E(1"),
        (encoder.sound(Chime { beeps: 1, occasion: 1 }), "E(20010"),
        (encoder.confirm(), "Es1"),
        (encoder.ask_memory(), "F$"),
    ] {
        assert_eq!(payload(&frame), expected.as_bytes());
    }
    let whole = Encoder::new(Sign::ALPHA, Address::of(1)).write(&Panel::new(["A042", "3"]));
    assert_eq!(whole, b"\0\0\0\0\0\0\x01Z01\x02GaA042  3\x0301F7\x04");
    assert!(encoder.run_the_text().starts_with(b"\0\0\0\0\0\0\x01^00\x02"));
}

#[test]
fn a_text_longer_than_its_file_is_cut_and_its_codes_are_not() {
    let long = Panel::new(["x".repeat(200)]);
    let cut = payload(&betabrite().write(&long));
    assert_eq!(cut.len(), 2 + 32);
    let flashing = payload(&betabrite().write(&long.flashing()));
    assert_eq!(flashing.len(), 2 + 32);
    assert!(flashing.ends_with(FLASH_OFF));
    // A file larger than the protocol knows is made no larger than that.
    let vast = Encoder::new(Sign { string_bytes: 4_000, ..Sign::ALPHA }, Address::ALL);
    assert!(payload(&vast.divide_memory()).ends_with(b"aBL007D0000"));
}

#[test]
fn a_memory_that_is_divided_well_is_left_alone() {
    let encoder = betabrite();
    let divided = payload(&encoder.divide_memory());
    assert!(encoder.finds_its_files(&divided));
    // Larger files and others beside them do no harm; what a sign says of times does not matter.
    assert!(encoder.finds_its_files(b"E$bBL00400000AAU0200FF00aBL00400000"));
    for other in ["", "E$", "E$AAU0040FFFF", "E$aBL00200000AAU0010FFFF", "AAU0040FFFFaBL00200000"] {
        assert!(!encoder.finds_its_files(other.as_bytes()), "{other}");
    }
}

#[test]
fn an_address_reaches_its_sign_and_all_reach_all() {
    assert_eq!(Address::of(0), Address::ALL);
    assert_eq!(Address::of(0x1A).digits(), *b"1A");
    assert_eq!(Address::of(0x1A).to_string(), "1A");
    assert!(Address::ALL.reaches(Address::of(7)));
    assert!(Address::from_digits(b"0?").unwrap().reaches(Address::of(7)));
    assert!(!Address::of(8).reaches(Address::of(7)));
    assert_eq!(Address::from_digits(b"0g"), None);
}

proptest! {
    /// No text makes a string longer than its file, or a frame that is not one.
    #[test]
    fn any_panel_fits(
        lines in proptest::collection::vec("(?s).{0,60}", 0..6),
        flash in any::<bool>(),
        string_bytes in 0_u16..300,
    ) {
        let encoder = Encoder::new(Sign { kind: b'Z', string_bytes }, Address::of(3));
        let panel = Panel::new(lines);
        let panel = if flash { panel.flashing() } else { panel };
        let content = payload(&encoder.write(&panel));
        let room = usize::from(string_bytes.min(STRING_BYTES_MAX));
        // A file too small for the codes of a flash is nobody's setting; four bytes hold them.
        prop_assert!(content.len() - 2 <= room.max(4));
    }

    #[test]
    fn any_answer_about_memory_is_read(payload in proptest::collection::vec(any::<u8>(), 0..60)) {
        let _ = betabrite().finds_its_files(&payload);
        let _ = betabrite().finds_its_files(&[b"E$".as_slice(), &payload].concat());
    }
}
