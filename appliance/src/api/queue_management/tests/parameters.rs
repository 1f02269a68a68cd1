//! Parameters: three ways in, and everything that they may not be.

use engine::{Standing, Token};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{errno, given, printers, read, settings};
use crate::api::queue_management::faults::Errno;
use crate::api::queue_management::requests;

#[test]
fn parameters_come_as_json_xml_form_and_query() {
    let json = br#" {"desk_id": 1, "user_id": "2", "services": [1, "2"], "note": null}"#;
    let form = b"desk_id=1&user_id=2&services=%5B1%2C%222%22%5D&desk_id=9&note=";
    let commas = b"desk_id=1&user_id=2&services=1%2C+2";
    let repeated = b"desk_id=01&user_id=2&services[]=1&services%5B%5D=2";
    let xml = b"<?xml version=\"1.0\"?><request><desk_id>1</desk_id><user_id> 2 </user_id>\
        <services><item>1</item><item>2</item></services><note/></request>";
    let bodies: [(Option<&str>, &[u8], &str); 10] = [
        (Some("application/xml"), xml, ""),
        (Some("Text/XML; charset=utf-8"), xml, ""),
        (Some("text/xml"), b"<r/>", "desk_id=1&user_id=2&services=[1,2]"),
        (Some("application/json"), json, ""),
        (Some("application/x-www-form-urlencoded"), json, ""),
        (Some("Application/X-WWW-Form-Urlencoded; charset=utf-8"), form, ""),
        (None, commas, ""),
        (None, repeated, ""),
        (None, b"", "desk_id=1&user_id=2&services=[1,2]"),
        (None, b"desk_id=1&user_id=", "desk_id=5&user_id=2&services=1,2"),
    ];
    for (kind, body, query) in bodies {
        let given = read(kind, body, query).unwrap();
        assert_eq!(given.id::<u32>("desk_id"), Ok(Some(1)), "{query}");
        assert_eq!(given.id::<u32>("user_id"), Ok(Some(2)));
        assert_eq!(given.ids::<u32>("services"), Ok(vec![1, 2]));
        assert_eq!(given.text("note", 5), Ok(None));
        assert_eq!(given.flag("priority"), Ok(false));
        assert_eq!(errno(given.needed_id::<u32>("ticket_id")), Some(5));
    }
}

#[test]
fn a_body_that_cannot_be_read_says_why() {
    let check = |kind: &str, body: &[u8], word: &str| {
        let fault = read(Some(kind), body, "").err().unwrap();
        assert_eq!(fault.errno, Errno::InvalidParameters);
        assert!(fault.message.contains(word), "{}", fault.message);
    };
    check("application/json", b"desk_id=1", "JSON object");
    check("application/json", b"[1]", "JSON object");
    check("application/json", b"{\"desk_id\": 1", "JSON object");
    check("application/json", b"{\"desk_id\": \"\xff\"}", "JSON object");
    check("application/json", b"{\"desk_id\": 1, \"desk_id\": 2}", "member once");
    check("application/xml", b"desk_id=1", "is not XML");
    check("application/json", b"<r><desk_id>1</desk_id></r>", "JSON object");
    check("text/xml", b"<r><desk_id>1</r>", "is not XML");
    check("text/xml", b"<r><item>1</item></r>", "is not XML");
    check("text/xml", b"<r>1</r>", "is not XML");
    check("text/xml", b"<r><a>1</a><a>2</a></r>", "the same name");
    check("text/xml", b"<!DOCTYPE r []><r/>", "document type");
    check("text/xml", b"<r><a>&b;</a></r>", "entity");
    check("text/xml", b"<r><a>&#7;</a></r>", "character");
    check("text/xml", "<a>".repeat(20_000).as_bytes(), "inside one another");
    check("multipart/form-data; boundary=x", b"--x\r\n", "JSON, XML or a form");
    check("application/x-www-form-urlencoded", b"a=%ff", "form");
    let many = "a=1&".repeat(65);
    check("application/x-www-form-urlencoded", many.as_bytes(), "too many");
    let deep = format!("{{\"a\":{}", "[".repeat(60_000));
    check("application/json", deep.as_bytes(), "JSON object");
}

#[test]
fn values_of_the_wrong_kind_are_refused_by_name() {
    let wrong = [
        json!(-1),
        json!(1.5),
        json!(1e30),
        json!(true),
        json!([1]),
        json!({"id": 1}),
        json!("1.0"),
        json!("+1"),
        json!("-1"),
        json!("one"),
        json!(" "),
        json!("4294967296"),
        json!(4_294_967_296_u64),
        json!("000000000000000000001"),
        json!("99999999999999999999999999999999"),
    ];
    for value in wrong {
        let fault = given(json!({ "desk_id": value })).id::<u32>("desk_id").unwrap_err();
        assert_eq!(fault.errno, Errno::InvalidParameters, "{value}");
        assert!(fault.message.starts_with("desk_id must be "), "{}", fault.message);
    }
    for value in [json!("yes"), json!(2), json!(1.0), json!([]), json!({})] {
        let fault = given(json!({ "priority": value })).flag("priority").unwrap_err();
        assert_eq!(fault.message, "priority must be true or false, or 1 or 0");
    }
    for value in [json!([[1]]), json!({}), json!("1,,2"), json!("[1"), json!(true), json!("[-1]")] {
        assert_eq!(errno(given(json!({ "services": value })).ids::<u32>("services")), Some(5));
    }
    for value in [json!(true), json!([]), json!(1.5), json!("a\u{0}b"), json!("\u{1b}")] {
        assert_eq!(errno(given(json!({ "note": value })).text("note", 9)), Some(5), "{value}");
    }
}

#[test]
fn yes_and_no_are_written_in_many_ways() {
    for yes in [json!(true), json!(1), json!("1"), json!("true"), json!("True")] {
        assert_eq!(given(json!({ "priority": yes })).flag("priority"), Ok(true));
    }
    for no in [json!(false), json!(0), json!("0"), json!("false"), json!(""), json!(null)] {
        assert_eq!(given(json!({ "priority": no })).flag("priority"), Ok(false));
    }
}

#[test]
fn lists_and_texts_end_at_their_limits() {
    let most = engine::limits::SERVICES_MAX;
    let list = |count| vec![1; count];
    for commas in [false, true] {
        let value = |count| match commas {
            false => json!(list(count)),
            true => json!(vec!["1"; count].join(",")),
        };
        let ids = |count| given(json!({ "services": value(count) })).ids::<u32>("services");
        assert_eq!(ids(most).unwrap().len(), most);
        assert_eq!(errno(ids(most + 1)), Some(5));
    }
    let text = |count| given(json!({ "note": "\u{e9}".repeat(count) })).text("note", 10);
    assert_eq!(text(10).unwrap().unwrap().chars().count(), 10);
    assert_eq!(text(11).unwrap_err().message, "note must be a text of at most 10 characters");
    assert_eq!(given(json!({ "note": 12 })).text("note", 9), Ok(Some("12".into())));
}

proptest! {
    #[test]
    fn any_body_is_read_without_panic(
        body in prop::collection::vec(any::<u8>(), 0..200),
        kind in prop::option::of("application/(json|xml|x-www-form-urlencoded)|\\PC{0,10}"),
    ) {
        if let Err(fault) = read(kind.as_deref(), &body, "") {
            prop_assert_eq!(fault.errno, Errno::InvalidParameters);
        }
    }

    #[test]
    fn any_values_are_read_or_refused_as_parameters(
        values in prop::collection::vec(value(), 8),
        form in any::<bool>(),
    ) {
        let names = ["desk_id", "user_id", "service_id", "ticket_id", "answer_id", "services",
                     "priority", "scheduled_to"];
        let given = if form {
            let pairs = names.iter().zip(&values).map(|(name, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let text: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
                format!("{name}={text}")
            });
            let body = pairs.collect::<Vec<_>>().join("&");
            read(None, body.as_bytes(), "").unwrap()
        } else {
            given(Value::Object(names.iter().map(|n| (*n).into()).zip(values).collect()))
        };
        let settings = settings();
        let faults = [
            errno(requests::create_ticket(&given, &settings, &printers(), Token([b'0'; 10]))),
            errno(requests::call_next(&given)),
            errno(requests::call_this(&given, Standing::Waiting)),
            errno(requests::recall(&given)),
            errno(requests::transfer_call(&given)),
            errno(requests::waiting_list(&given, &settings)),
            errno(requests::desk_list(&given, &settings)),
        ];
        // What is well formed and names nothing is 6, an appointment is 7; all else is 5.
        prop_assert!(faults.iter().flatten().all(|errno| [5, 6, 7].contains(errno)));
        prop_assert!(faults[1..5].iter().flatten().all(|errno| *errno == 5));
    }
}

/// Small JSON of every kind, ids and flags among it.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..9_u32).prop_map(Value::from),
        "[0-9]{1,30}".prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "2026-[0-9]{2}-[0-9]{2} [0-9]{2}:00:00".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,3}", inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}
