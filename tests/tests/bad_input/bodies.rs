//! Bodies that are not what they should be, as a whole.

use tests::dialects::QUEUE_MANAGEMENT;

use super::hall::{Hall, Speaks};
use super::shapes::smart;
use super::wire::request;

const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// What can go wrong with a JSON object `{"a":1,"b":2}`, whatever its members are.
fn spoilt(good: &str, twice: &str) -> Vec<(String, Vec<u8>)> {
    let mut cases: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |name: &str, body: Vec<u8>| cases.push((name.to_owned(), body));
    let inside = &good[1..good.len() - 1];
    for length in 1..good.len() {
        add("cut short", good.as_bytes()[..length].to_vec());
    }
    for tail in ["}", "x", ",", "{}", good, "\0", "\u{feff}", " null", "/* so */", "//"] {
        add("more after its end", [good, tail].concat().into_bytes());
    }
    for before in ["\u{feff}", "\0", "x", "[", ")]}',\n", "\u{a0}"] {
        add("something before it", [before, good].concat().into_bytes());
    }
    add("deep arrays", format!("{{{inside},\"x\":{}", "[".repeat(10_000)).into_bytes());
    add("deep objects", format!("{{{inside},\"x\":{}1", "{\"x\":".repeat(10_000)).into_bytes());
    add("a member twice", format!("{{{inside},{twice}}}").into_bytes());
    add("a comma at the end", format!("{{{inside},}}").into_bytes());
    add("single quotes", good.replace('"', "'").into_bytes());
    add("names without quotes", good.replace('"', "").into_bytes());
    for number in ["01", "+1", "1.", ".5", "0x1", "NaN", "Infinity", "1_0"] {
        add("no number", format!("{{{inside},\"x\":{number}}}").into_bytes());
    }
    for text in ["\"\\x\"", "\"\\u12\"", "\"a\nb\"", "\"a\0b\"", "\"open", "\"\\\""] {
        add("no text", format!("{{{inside},\"x\":{text}}}").into_bytes());
    }
    for bytes in [&b"\xff"[..], b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xe2\x82"] {
        let body = [b"{", inside.as_bytes(), b",\"x\":\"", bytes, b"\"}"].concat();
        add("not UTF-8", body);
    }
    add("UTF-16", good.encode_utf16().flat_map(u16::to_le_bytes).collect());
    cases
}

/// What is JSON by its grammar and cannot be read all the same, in a member that nobody knows.
/// Smart Ticket does not look at such a member; Queue Management reads all of them.
fn unreadable(good: &str) -> Vec<(String, Vec<u8>)> {
    let inside = &good[1..good.len() - 1];
    let deep = ["[".repeat(10_000), "]".repeat(10_000)].concat();
    let values = ["1e999", "-1e999", "\"\\ud800\"", &deep];
    let body = |value: &&str| format!("{{{inside},\"x\":{value}}}").into_bytes();
    values.iter().map(|value| ("unreadable".to_owned(), body(value))).collect()
}

/// What is JSON, or nearly, but no object.
const NO_OBJECT: [&str; 12] =
    ["[]", "[1,2]", "null", "true", "0", "-1", "1e999", "\"text\"", "\"", "}", "]", "<x/>"];

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused_by_smart_ticket() {
    let hall = Hall::open().await;
    let key = hall.key().await;
    let take = smart(&format!("generateTicket?key={key}"));
    let code = smart(&format!("bookingCode?key={key}"));
    let rate = smart(&format!("feedback?ticket={}", hall.closed));
    let give_up = smart(&format!("ticket/{}", hall.waiting));
    let rating = r#"{"lang":1,"profile":1,"question":1,"answer":5}"#;
    let calls = [
        ("POST", take, r#"{"lang":1,"task":1}"#, r#""task":1"#),
        ("POST", code, r#"{"lang":1,"code":"12345"}"#, r#""code":"12345""#),
        ("POST", rate, rating, r#""answer":5"#),
        ("DELETE", give_up, r#"{"comment":"none"}"#, r#""comment":"none""#),
    ];
    for (method, target, good, twice) in calls {
        let mut cases = spoilt(good, twice);
        cases.extend(NO_OBJECT.map(|body| ("no object".to_owned(), body.into())));
        if method != "DELETE" {
            let empty: [&[u8]; 4] = [b"", b" ", b"{}", b"\r\n\t"];
            cases.extend(empty.map(|body| ("empty".to_owned(), body.to_vec())));
        }
        for (name, body) in cases {
            let case = format!("{method} {target}: {name}: {}", shown(&body));
            let bytes = request(method, &target, &[JSON], &body);
            hall.refuses(&case, &bytes, Speaks::Smart, &[400]).await;
        }
    }
    hall.is_well("after all").await;
    // The same calls as they should be: what was refused was refused for the body alone.
    let reply = hall.take(&key).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused_by_queue_management() {
    let hall = Hall::open().await;
    let one = |name: &str, value: &str| {
        (format!("{{\"{name}\":{value},\"y\":0}}"), format!("\"{name}\":{value}"))
    };
    let calls = [
        ("createticket", one("service_id", "1")),
        ("callnextticket", one("desk_id", "3")),
        ("endcall", one("answer_id", &hall.call)),
        ("pausecall", one("answer_id", &hall.call)),
        ("cancelcall", one("answer_id", &hall.call)),
        ("waitingticketslist", one("service_id", "1")),
    ];
    for (operation, (good, twice)) in calls {
        let target = format!("{QUEUE_MANAGEMENT}/{operation}");
        let mut cases = spoilt(&good, &twice);
        cases.extend(unreadable(&good));
        cases.extend(NO_OBJECT.map(|body| ("no object".to_owned(), body.into())));
        for (name, body) in cases {
            let case = format!("{operation}: {name}: {}", shown(&body));
            let bytes = request("POST", &target, &[JSON], &body);
            hall.refuses(&case, &bytes, Speaks::Queue, &[400]).await;
        }
    }
    hall.is_well("after all").await;
}

#[tokio::test]
async fn a_form_that_is_none_is_refused() {
    let hall = Hall::open().await;
    let target = format!("{QUEUE_MANAGEMENT}/createticket");
    let forms: [&[u8]; 15] = [
        b"service_id=%",
        b"service_id=%1",
        b"service_id=%zz",
        b"service_id=1&client_name=%",
        b"service_id=1&client_name=50%25%2",
        b"service_id=1&client_name=%g0",
        b"service_id=1&%zz=1",
        b"service_id=1&client_name=%ff",
        b"service_id=1&client_name=%c3%28",
        b"service_id=1&client_name=\xff",
        b"service_id=1&client_name=%00",
        b"service_id=1;client_name=x",
        b"service_id",
        b"=1",
        b"&&&&",
    ];
    for body in forms {
        let case = format!("the form {}", shown(body));
        hall.refuses(&case, &request("POST", &target, &[FORM], body), Speaks::Queue, &[400]).await;
    }
    let many = vec!["x=1"; 5_000].join("&") + "&service_id=1";
    let case = "a form of thousands of parameters";
    let bytes = request("POST", &target, &[FORM], many.as_bytes());
    hall.refuses(case, &bytes, Speaks::Queue, &[400]).await;
    hall.is_well("after all").await;
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let hall = Hall::open().await;
    let target = format!("{QUEUE_MANAGEMENT}/createticket");
    let types = [
        "application/yaml",
        "multipart/form-data; boundary=x",
        "application/octet-stream",
        "image/png",
        "application/json; charset=utf-16",
        ";",
        "\u{e9}",
        "application/x-www-form-urlencoded; charset=\u{ff}",
    ];
    for kind in types {
        for body in ["<request><service_id>1</service_id></request>", "\u{1}\u{2}", "[[1]]"] {
            let bytes = request("POST", &target, &[("content-type", kind)], body.as_bytes());
            hall.refuses(&format!("{kind}: {body}"), &bytes, Speaks::Queue, &[400]).await;
        }
    }
    hall.is_well("after all").await;
}

/// The beginning of a body, for a message.
fn shown(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(80)]).escape_debug().to_string()
}
