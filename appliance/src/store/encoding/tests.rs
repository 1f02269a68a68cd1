//! What is written can be read again, by this program and by every later one.

mod any;
mod golden;

use proptest::prelude::*;

use super::{
    decode_desk, decode_event, decode_settings, decode_ticket, encode_desk, encode_event,
    encode_settings, encode_ticket,
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn every_event_is_read_back(event in any::event()) {
        let text = encode_event(&event);
        prop_assert_eq!(decode_event(&text).expect("its own form"), event);
    }

    #[test]
    fn every_ticket_is_read_back(ticket in any::ticket()) {
        let text = encode_ticket(&ticket);
        prop_assert_eq!(decode_ticket(&text).expect("its own form"), ticket);
    }

    #[test]
    fn every_desk_is_read_back(desk in any::desk()) {
        let text = encode_desk(&desk);
        prop_assert_eq!(decode_desk(&text).expect("its own form"), desk);
    }

    #[test]
    fn all_settings_are_read_back(settings in any::settings()) {
        let text = encode_settings(&settings);
        prop_assert_eq!(decode_settings(&text).expect("its own form"), settings);
    }

    #[test]
    fn any_text_is_refused_or_read_without_a_panic(text in ".*") {
        read(&text);
    }

    #[test]
    fn spoilt_bytes_are_refused_or_read_without_a_panic(
        event in any::event(), ticket in any::ticket(), desk in any::desk(),
        spoil in any::spoil(),
    ) {
        for text in [encode_event(&event), encode_ticket(&ticket), encode_desk(&desk)] {
            read(&spoil.bytes(&text));
        }
    }

    #[test]
    fn spoilt_values_are_refused_or_read_without_a_panic(
        event in any::event(), ticket in any::ticket(), settings in any::settings(),
        spoil in any::spoil(),
    ) {
        for text in [encode_event(&event), encode_ticket(&ticket), encode_settings(&settings)] {
            read(&spoil.values(&text));
        }
    }
}

/// Reads the text as everything, and whatever it is taken for must be written as it was read.
fn read(text: &str) {
    if let Ok(event) = decode_event(text) {
        assert_eq!(decode_event(&encode_event(&event)).expect("its own form"), event);
    }
    if let Ok(ticket) = decode_ticket(text) {
        assert_eq!(decode_ticket(&encode_ticket(&ticket)).expect("its own form"), ticket);
    }
    if let Ok(desk) = decode_desk(text) {
        assert_eq!(decode_desk(&encode_desk(&desk)).expect("its own form"), desk);
    }
    if let Ok(settings) = decode_settings(text) {
        assert_eq!(decode_settings(&encode_settings(&settings)).expect("its own form"), settings);
    }
}

#[test]
fn deep_nesting_is_refused() {
    read(&"[".repeat(100_000));
    read(&"{\"a\":".repeat(100_000));
}

#[test]
fn a_ticket_without_a_line_is_refused() {
    let ticket = golden::ticket();
    let text = encode_ticket(&engine::Ticket { lines: Vec::new(), ..ticket });
    let error = decode_ticket(&text).expect_err("it stands in no line");
    assert_eq!(error.to_string(), "it holds an impossible ticket without a line");
}

#[test]
fn errors_do_not_repeat_what_was_read() {
    let text = encode_ticket(&golden::ticket()).replace("\"number\":42", "\"number\":\"Eve\"");
    let error = decode_ticket(&text).expect_err("a name is no number");
    assert!(!error.to_string().contains("Eve"), "{error}");
}
