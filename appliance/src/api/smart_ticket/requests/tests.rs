//! Bodies and paths: what is read, what is refused, and that nothing of a wrong type gets through.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::demo;
use crate::texts::Texts;

fn settings() -> Settings {
    demo::settings(&Texts::new(), engine::DeviceId(1))
}

fn wish(body: &str) -> Result<(u32, u32), Fault> {
    take_ticket(&settings(), body.as_bytes()).map(|wish| (wish.language.0, wish.service.0))
}

#[test]
fn a_language_is_named_by_number_code_or_number_as_text() {
    for lang in ["2", r#""hu""#, r#""HU""#, r#""2""#] {
        assert_eq!(wish(&format!(r#"{{"lang": {lang}, "task": 1}}"#)), Ok((2, 1)), "{lang}");
    }
    for lang in ["0", "5", r#""""#, r#""+2""#, r#"" 2""#, r#""h""#, r#""4294967298""#] {
        let found = wish(&format!(r#"{{"lang": {lang}, "task": 1}}"#));
        assert_eq!(found, Err(Fault::UNKNOWN_LANGUAGE), "{lang}");
    }
    for lang in ["null", "2.0", "-2", "true", "[2]", "{}", "4294967298", "1e400"] {
        let found = wish(&format!(r#"{{"lang": {lang}, "task": 1}}"#));
        assert_eq!(found, Err(Fault::BAD_BODY), "{lang}");
    }
}

#[test]
fn a_body_is_one_object_of_the_right_types() {
    assert_eq!(wish("\r\n {\"task\":6,\"lang\":1,\"x\":[{\"y\":1}],\"x\":2}\n"), Ok((1, 6)));
    let bad = [
        "",
        "null",
        "[1,1]",
        "[{\"lang\":1,\"task\":1}]",
        "{\"lang\":1,\"task\":1}{}",
        "{\"lang\":1,\"task\":1,}",
        "{\"lang\":1,\"lang\":1,\"task\":1}",
        "{'lang':1,'task':1}",
        "{\"lang\":1,\"task\":null}",
        "{\"lang\":1,\"task\":4294967297}",
        "{\"lang\":1,\"task\":1.0}",
        "{\"lang\":1,\"task\":01}",
        "{\"lang\":1,\"task\":NaN}",
        "{\"Lang\":1,\"task\":1}",
        "\u{feff}{\"lang\":1,\"task\":1}",
    ];
    for body in bad {
        assert_eq!(wish(body), Err(Fault::BAD_BODY), "{body}");
    }
    // What is ignored is skipped without recursion, however deep it is; what is read is not.
    let (open, close) = ("[".repeat(9_000), "]".repeat(9_000));
    let deep = |lang: &str, x: &str| format!("{{\"lang\":{lang},\"task\":1,\"x\":{x}}}");
    assert_eq!(wish(&deep("1", &format!("{open}1{close}"))), Ok((1, 1)));
    assert_eq!(wish(&deep(&format!("{open}1{close}"), "1")), Err(Fault::BAD_BODY));
    let not_text = b"{\"lang\":1,\"task\":1,\"x\":\"\xff\"}";
    assert_eq!(take_ticket(&settings(), not_text), Err(Fault::BAD_BODY));
}

#[test]
fn a_ticket_by_phone_is_the_customers_and_comes_out_of_the_modules_printer() {
    let settings = settings();
    let wish = take_ticket(&settings, br#"{"lang":4,"task":3}"#).unwrap();
    let (pass, token) = (Pass([b'p'; 11]), Token([b't'; 10]));
    let Command::Issue(issue) = issue(&settings, &wish, pass, token) else { panic!("an issue") };
    assert_eq!(issue.lines, [LineRequest { service: ServiceId(3), priority: Priority::NORMAL }]);
    assert_eq!((issue.language, issue.source), (Some(LanguageId(4)), Source::Customer));
    assert_eq!((issue.pass, issue.token), (Some(pass), token));
    assert_eq!(issue.device, settings.smart_ticket.printer);
    assert!(issue.device.is_some());
}

#[test]
fn a_comment_is_trimmed_and_bounded_in_characters() {
    let give = |body: &str| give_up(TicketId(1), body.as_bytes()).map(|given| given.texts.comment);
    assert_eq!(give(""), Ok(None));
    assert_eq!(give(" \r\n"), Ok(None));
    assert_eq!(give("{}"), Ok(None));
    assert_eq!(give(r#"{"comment": null}"#), Ok(None));
    assert_eq!(give(r#"{"comment": "  "}"#), Ok(None));
    assert_eq!(give(r#"{"comment": " too long "}"#), Ok(Some("too long".into())));
    assert_eq!(give("\"too long\""), Err(Fault::BAD_BODY));
    let long = |count| give(&json!({ "comment": "\u{416}".repeat(count) }).to_string());
    assert_eq!(long(COMMENT_CHARS_MAX).unwrap().unwrap().chars().count(), COMMENT_CHARS_MAX);
    assert_eq!(long(COMMENT_CHARS_MAX + 1), Err(Fault::COMMENT_TOO_LONG));
}

#[test]
fn feedback_names_everything() {
    let settings = settings();
    let give = |body: Value| feedback(&settings, TicketId(9), body.to_string().as_bytes());
    let whole = json!({"lang": 1, "profile": 1, "question": 2, "answer": 3, "comment": "fine"});
    let given = give(whole.clone()).unwrap();
    let command = Command::Answer {
        ticket: TicketId(9),
        survey: ProfileId(1),
        question: QuestionId(2),
        answer: AnswerId(3),
    };
    assert_eq!((given.command, given.texts.comment), (command, Some("fine".into())));
    for member in ["lang", "profile", "question", "answer"] {
        let mut part = whole.clone();
        part.as_object_mut().unwrap().remove(member);
        assert_eq!(give(part).unwrap_err(), Fault::BAD_BODY, "{member}");
    }
}

#[test]
fn a_branch_is_a_plain_number() {
    assert_eq!(branch("1"), Ok(BranchId(1)));
    assert_eq!(branch("4294967295"), Ok(BranchId(u32::MAX)));
    for text in ["", "+1", "-1", "1 ", "1.0", "0x1", "4294967296", "00000000001", "\u{661}"] {
        assert_eq!(branch(text), Err(Fault::UNKNOWN_BRANCH), "{text}");
    }
}

/// Any JSON value, as far as it can be told from another by type.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0u32..10).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let settings = settings();
        let _ = take_ticket(&settings, &body);
        let _ = redeem_code(&settings, Pass([b'p'; 11]), &body);
        let _ = give_up(TicketId(1), &body).map(drop);
        let _ = feedback(&settings, TicketId(1), &body).map(drop);
    }

    #[test]
    fn nothing_of_a_wrong_type_gets_through(lang in any_json(), task in any_json()) {
        let body = json!({"lang": &lang, "task": &task}).to_string();
        if let Ok((_, service)) = wish(&body) {
            prop_assert_eq!(task.as_u64(), Some(u64::from(service)));
            prop_assert!(lang.is_u64() || lang.is_string());
        }
    }

    #[test]
    fn feedback_takes_whole_numbers_alone(
        profile in any_json(), question in any_json(), answer in any_json(), comment in any_json(),
    ) {
        let body = json!({
            "lang": 1, "profile": &profile, "question": &question, "answer": &answer,
            "comment": &comment,
        });
        if feedback(&settings(), TicketId(1), body.to_string().as_bytes()).is_ok() {
            prop_assert!([&profile, &question, &answer].iter().all(|value| value.is_u64()));
            prop_assert!(comment.is_null() || comment.is_string());
        }
    }

    #[test]
    fn a_number_is_read_as_it_is_written(text in "\\PC{0,12}|[0-9]{0,12}") {
        if let Some(number) = number(&text) {
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_digit()));
            let text = text.trim_start_matches('0');
            let expected = if text.is_empty() { "0" } else { text };
            prop_assert_eq!(number.to_string(), expected);
        }
    }
}
