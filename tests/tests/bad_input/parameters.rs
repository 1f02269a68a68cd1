//! Parameters of the wrong type, out of bounds, or that name nothing.

use tests::dialects::QUEUE_MANAGEMENT;

use super::hall::{Hall, Speaks};
use super::shapes::{Kind, OPERATIONS, object, smart};
use super::wire::request;

/// JSON values that are no id.
const NO_ID: [&str; 22] = [
    "-1",
    "1.5",
    "1e3",
    "18446744073709551616",
    "1e300",
    "123456789012345678901234567890123456789012345678901234567890",
    "true",
    "[]",
    "[1]",
    "{}",
    r#"{"id":1}"#,
    r#""x""#,
    r#""-1""#,
    r#""+1""#,
    r#""1.5""#,
    r#""1e3""#,
    r#""0x1""#,
    r#"" ""#,
    r#""1 2""#,
    r#""\u0661""#,
    r#""1\u0000""#,
    r#""18446744073709551616""#,
];
const NO_IDS: [&str; 8] =
    ["true", "{}", "1.5", r#""x""#, r#""[1""#, "[1,null]", "[[1]]", r#""1,,2""#];
const NO_FLAG: [&str; 8] = ["2", "-1", "1.5", "[]", "{}", r#""maybe""#, r#""yes ""#, r#""\u0000""#];
const NO_TEXT: [&str; 6] = ["true", "1.5", "[]", "{}", r#""a\u0000b""#, r#""\u001b[2J""#];
const NO_DATE: [&str; 6] =
    ["[]", "1.5", r#""tomorrow""#, r#""2026-13-01 00:00:00""#, r#""2026-02-30""#, r#""0""#];

fn wrong(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Id => &NO_ID,
        Kind::Ids => &NO_IDS,
        Kind::Flag => &NO_FLAG,
        Kind::Text => &NO_TEXT,
        Kind::Date => &NO_DATE,
    }
}

#[tokio::test]
async fn every_parameter_of_queue_management_is_checked() {
    let hall = Hall::open().await;
    let json = [("content-type", "application/json")];
    for operation in &OPERATIONS {
        let (path, needed) = (operation.path(), operation.needed());
        for (name, kind, must) in operation.parameters {
            for value in wrong(*kind) {
                let mut members = needed.clone();
                members.retain(|(known, _)| known != name);
                let missing = object(&members);
                members.push((name, (*value).to_owned()));
                let case = format!("{}: {name}: {value}", operation.name);
                let body = object(&members);
                let bytes = request(operation.method, &path, &json, body.as_bytes());
                hall.refuses(&case, &bytes, Speaks::Queue, &[400]).await;
                // The same value in the query string, where a value is a text.
                if let Some(text) = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) {
                    let text = text.replace("\\u0000", "%00").replace("\\u0661", "%d9%a1");
                    let text = text.replace("\\u001b", "%1b").replace('+', "%2b").replace(' ', "+");
                    let target = format!("{path}?{name}={text}");
                    let bytes = request(operation.method, target, &json, missing.as_bytes());
                    hall.refuses(&case, &bytes, Speaks::Queue, &[400]).await;
                }
            }
            let mut members = needed.clone();
            members.retain(|(known, _)| known != name);
            for absent in [None, Some("null"), Some(r#""""#)].into_iter().filter(|_| *must) {
                let absent = absent.map(|value| (*name, value.to_owned()));
                let body = object(&members.iter().cloned().chain(absent).collect::<Vec<_>>());
                let bytes = request(operation.method, &path, &json, body.as_bytes());
                let case = format!("{}: without {name}: {body}", operation.name);
                hall.refuses(&case, &bytes, Speaks::Queue, &[400]).await;
            }
        }
    }
    hall.is_well("after all").await;
}

#[tokio::test]
async fn ids_that_name_nothing_are_told_apart_from_wrong_ones() {
    let hall = Hall::open().await;
    let waiting = &hall.waiting_id;
    let cases = [
        ("createticket", r#"{"service_id":99}"#.to_owned(), 404),
        ("createticket", r#"{"service_id":0}"#.to_owned(), 404),
        ("createticket", r#"{"service_id":4294967295}"#.to_owned(), 404),
        ("createticket", r#"{"service_id":4294967296}"#.to_owned(), 400),
        ("createticket", r#"{"service_id":1,"desk_id":99}"#.to_owned(), 404),
        ("createticket", r#"{"service_id":1,"user_id":99}"#.to_owned(), 404),
        ("createticket", r#"{"service_id":1,"device_id":99}"#.to_owned(), 404),
        ("createticket", r#"{"service_id":1,"lang":"tlh"}"#.to_owned(), 404),
        ("createticket", r#"{"service_id":1,"appointment":true}"#.to_owned(), 400),
        ("callnextticket", r#"{"desk_id":99}"#.to_owned(), 404),
        ("callnextticket", r#"{"desk_id":3,"user_id":99}"#.to_owned(), 404),
        ("callnextticket", r#"{"desk_id":1}"#.to_owned(), 409),
        ("callnextticket", r#"{"desk_id":3,"services":[6]}"#.to_owned(), 409),
        ("callticket", r#"{"desk_id":3,"ticket_id":999}"#.to_owned(), 404),
        ("callticket", format!(r#"{{"desk_id":99,"ticket_id":{waiting}}}"#), 404),
        ("callticket", r#"{"desk_id":3,"ticket_id":9223372036854775808}"#.to_owned(), 404),
        ("callticket", r#"{"desk_id":3,"ticket_id":18446744073709551615}"#.to_owned(), 404),
        ("callticket", format!(r#"{{"desk_id":3,"ticket_id":{}}}"#, hall.parked), 409),
        ("callpausedticket", format!(r#"{{"desk_id":3,"ticket_id":{waiting}}}"#), 409),
        ("recall", r#"{"answer_id":999}"#.to_owned(), 404),
        ("endcall", r#"{"answer_id":999}"#.to_owned(), 404),
        ("endcall", r#"{"answer_id":18446744073709551615}"#.to_owned(), 404),
        ("endcall", r#"{"answer_id":1}"#.to_owned(), 409),
        ("pausecall", r#"{"answer_id":999}"#.to_owned(), 404),
        ("cancelcall", r#"{"answer_id":999}"#.to_owned(), 404),
        ("cancelcall", r#"{"answer_id":1}"#.to_owned(), 409),
        (
            "transfercall",
            format!(r#"{{"answer_id":{},"dst_type":"service","dst_id":99}}"#, hall.call),
            404,
        ),
        (
            "transfercall",
            format!(r#"{{"answer_id":{},"dst_type":"moon","dst_id":1}}"#, hall.call),
            400,
        ),
        ("waitingticketslist", r#"{"service_id":99}"#.to_owned(), 404),
        ("pausedticketslist", r#"{"desk_id":99}"#.to_owned(), 404),
    ];
    for (operation, body, status) in cases {
        let target = format!("{QUEUE_MANAGEMENT}/{operation}");
        let bytes = request("POST", &target, &[], body.as_bytes());
        hall.refuses(&format!("{operation} {body}"), &bytes, Speaks::Queue, &[status]).await;
    }
    for (location, status) in [("2", 404), ("0", 404), ("x", 400), ("-1", 400), ("4294967296", 400)]
    {
        let target = format!("{QUEUE_MANAGEMENT}/waitingticketscount/{location}");
        let bytes = request("GET", &target, &[], b"");
        hall.refuses(&target, &bytes, Speaks::Queue, &[status]).await;
    }
    for format in ["yaml", "json,xml", "%00", "jsonx", "%F0%9F%8E%AB"] {
        let target = format!("{QUEUE_MANAGEMENT}/waitingticketscount?format={format}");
        let bytes = request("GET", &target, &[], b"");
        hall.refuses(&target, &bytes, Speaks::Queue, &[400]).await;
    }
    hall.is_well("after all").await;
}

#[tokio::test]
async fn every_parameter_of_smart_ticket_is_checked() {
    let hall = Hall::open().await;
    let key = hall.key().await;
    let post = |target: &str, body: &str| request("POST", smart(target), &[], body.as_bytes());
    let take = format!("generateTicket?key={key}");
    let rate = format!("feedback?ticket={}", hall.closed);
    let no_number = NO_ID.iter().filter(|value| !value.contains("u0000"));
    let beyond = ["99", "0", "4294967295", "4294967296", "null"];
    for value in no_number.chain(&beyond) {
        for body in
            [format!(r#"{{"lang":{value},"task":1}}"#), format!(r#"{{"lang":1,"task":{value}}}"#)]
        {
            hall.refuses(&body, &post(&take, &body), Speaks::Smart, &[400]).await;
        }
        for name in ["lang", "profile", "question", "answer"] {
            let members = [("lang", 1), ("profile", 1), ("question", 1), ("answer", 5)];
            let value = |known: &str, good: u32| match known == name {
                true => (*value).to_owned(),
                false => good.to_string(),
            };
            let members: Vec<(&str, String)> =
                members.iter().map(|(known, good)| (*known, value(known, *good))).collect();
            let body = object(&members);
            hall.refuses(&body, &post(&rate, &body), Speaks::Smart, &[400]).await;
        }
    }
    let long = "x".repeat(1_001);
    let given = r#""lang":1,"profile":1,"question":1,"answer":5"#;
    for comment in ["1", "true", "[]", "{}", &format!("\"{long}\"")] {
        let body = format!(r#"{{{given},"comment":{comment}}}"#);
        hall.refuses(&body, &post(&rate, &body), Speaks::Smart, &[400]).await;
        let body = format!(r#"{{"comment":{comment}}}"#);
        let target = smart(&format!("ticket/{}", hall.waiting));
        let bytes = request("DELETE", &target, &[], body.as_bytes());
        hall.refuses(&body, &bytes, Speaks::Smart, &[400]).await;
    }
    let body = r#"{"lang":1,"code":12345}"#;
    let code = format!("bookingCode?key={key}");
    hall.refuses(body, &post(&code, body), Speaks::Smart, &[400]).await;
    hall.is_well("after all").await;
    assert_eq!(hall.take(&key).await.status, 200, "the key is as good as before");
}

#[tokio::test]
async fn keys_and_tickets_that_are_none_are_refused() {
    let hall = Hall::open().await;
    let long = "k".repeat(3_000);
    let forged = ["", "x", "aaaaaaaaaaa", "aaaaaaaaaaaa", "%00", "%c3%a9", "a%20b", "..", &long];
    let reading = ["init", "profile", "feedbackProfile", "locales/1"];
    for name in ["key", "ticket"] {
        for text in forged {
            for call in reading {
                let bytes = request("GET", smart(&format!("{call}?{name}={text}")), &[], b"");
                hall.refuses(&format!("{call} {name}={text}"), &bytes, Speaks::Smart, &[400]).await;
            }
        }
    }
    for text in forged {
        for call in ["generateTicket", "bookingCode"] {
            let target = smart(&format!("{call}?key={text}"));
            let bytes = request("POST", &target, &[], br#"{"lang":1,"task":1,"code":"1"}"#);
            hall.refuses(&format!("{call} {text}"), &bytes, Speaks::Smart, &[400]).await;
        }
        let rating = br#"{"lang":1,"profile":1,"question":1,"answer":5}"#;
        let bytes = request("POST", smart(&format!("feedback?ticket={text}")), &[], rating);
        hall.refuses(&format!("feedback {text}"), &bytes, Speaks::Smart, &[404]).await;
        let bytes = request("PUT", smart(&format!("missingPutBack?ticket={text}")), &[], b"");
        hall.refuses(&format!("missingPutBack {text}"), &bytes, Speaks::Smart, &[400]).await;
        if !text.is_empty() && text != ".." {
            for method in ["GET", "DELETE"] {
                let bytes = request(method, smart(&format!("ticket/{text}")), &[], b"");
                hall.refuses(&format!("{method} {text}"), &bytes, Speaks::Smart, &[400]).await;
            }
        }
    }
    for call in reading {
        let bytes = request("GET", smart(call), &[], b"");
        hall.refuses(&format!("{call} without a key"), &bytes, Speaks::Smart, &[400]).await;
    }
    for branch in ["0", "2", "-1", "1.0", "x", "%31%00", "4294967296", "99999999999999999999"] {
        let bytes = request("GET", smart(&format!("generateHash/{branch}")), &[], b"");
        hall.refuses(&format!("branch {branch}"), &bytes, Speaks::Smart, &[400]).await;
    }
    let key = hall.key().await;
    for lang in ["0", "5", "-1", "xx", "en_gb", "%00", "%2e%2e", "4294967296"] {
        let bytes = request("GET", smart(&format!("locales/{lang}?key={key}")), &[], b"");
        hall.refuses(&format!("lang {lang}"), &bytes, Speaks::Smart, &[400]).await;
    }
    // Not possible where these stand.
    let calls = [("PUT", format!("missingPutBack?ticket={}", hall.waiting))];
    for (method, target) in calls.into_iter().chain([("DELETE", format!("ticket/{}", hall.closed))])
    {
        let bytes = request(method, smart(&target), &[], b"");
        hall.refuses(&target, &bytes, Speaks::Smart, &[400]).await;
    }
    let rating = br#"{"lang":1,"profile":1,"question":1,"answer":5}"#;
    let bytes = request("POST", smart(&format!("feedback?ticket={}", hall.waiting)), &[], rating);
    hall.refuses("feedback of one who waits", &bytes, Speaks::Smart, &[400]).await;
    hall.is_well("after all").await;
}
