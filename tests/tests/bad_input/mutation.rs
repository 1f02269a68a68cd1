//! Requests that were right before chance changed them, a few thousand a run.

use tests::dialects::QUEUE_MANAGEMENT;
use tests::{Chance, Reply};

use super::hall::{Hall, Speaks, is_refusal};
use super::shapes::smart;
use super::wire::{Wire, request};

/// Requests in one run: some seconds.
const REQUESTS: usize = 3_000;

/// Bytes and words that parsers trip over.
const SPICES: [&[u8]; 36] = [
    b"\"",
    b"'",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"\\",
    b"\0",
    b"\x7f",
    b"\xff",
    b"\xc3",
    b"\xe2\x80\xae",
    b"%",
    b"%00",
    b"%ff",
    b"%2f",
    b"&",
    b"=",
    b"+",
    b"/",
    b"?",
    b"#",
    b";",
    b"-1",
    b"1e999",
    b"18446744073709551616",
    b"0.1",
    b"null",
    b"true",
    b"[]",
    b"{}",
    b"\"\"",
    b"\\u0000",
    b"\\ud800",
];

/// A request in its parts.
#[derive(Clone, Debug)]
struct Right {
    method: &'static str,
    target: Vec<u8>,
    headers: Vec<(&'static str, &'static str)>,
    body: Vec<u8>,
    speaks: Speaks,
}

#[tokio::test]
async fn requests_changed_by_chance_are_answered_properly_and_change_nothing_when_refused() {
    let hall = Hall::open().await;
    let mut chance = Chance::announced("mutation");
    let mut wire = Wire::connect(hall.address()).await;
    let (mut key, mut refused) = (hall.key().await, 0);
    for number in 0..REQUESTS {
        if number % 50 == 0 {
            key = hall.key().await;
        }
        let mut asked = right(&hall, &key, &mut chance);
        for _ in 0..=chance.below(3) {
            spoil(&mut asked, &mut chance);
        }
        let bytes = request(asked.method, &asked.target, &asked.headers, &asked.body);
        let case = format!("request {number}: {}", bytes.escape_ascii());
        wire.send(&bytes).await;
        let Some(reply) = wire.reply_to(asked.method).await else {
            panic!("{case}: no answer");
        };
        if let Err(why) = is_proper(&reply, &asked) {
            panic!("{case}: {} {}: {why}", reply.status, reply.text());
        }
        match reply.status {
            200 => hall.accept_changes(),
            // Who asks for the next customer sits there from now on, even before there is one.
            _ if is_nobody_waiting(&reply) => hall.only_a_counter_was_opened(&case),
            _ => hall.nothing_was_written(&case),
        }
        refused += usize::from(reply.status != 200);
        if reply.header("connection") == Some("close") {
            wire = Wire::connect(hall.address()).await;
        }
    }
    assert!(REQUESTS / 4 < refused && refused < REQUESTS, "{refused} of {REQUESTS} were refused");
    hall.is_well("after all").await;
}

#[tokio::test]
async fn bytes_changed_by_chance_bring_nobody_down() {
    let hall = Hall::open().await;
    let key = hall.key().await;
    let mut chance = Chance::announced("bytes");
    for number in 0..REQUESTS / 5 {
        let asked = right(&hall, &key, &mut chance);
        let mut bytes = request(asked.method, &asked.target, &asked.headers, &asked.body);
        for _ in 0..=chance.below(4) {
            scramble(&mut bytes, &mut chance);
        }
        let case = format!("request {number}: {}", bytes.escape_ascii());
        let mut wire = Wire::connect(hall.address()).await;
        wire.send(&bytes).await;
        wire.end().await;
        // Chance may have made two requests of one, or none; each answer is one all the same.
        while let Some(reply) = wire.reply_to(asked.method).await {
            assert!(reply.status < 500, "{case}: {} {}", reply.status, reply.text());
            if reply.status == 200 {
                hall.accept_changes();
            }
        }
    }
    hall.accept_changes();
    hall.is_well("after all").await;
}

/// Whether callnextticket was understood, and nobody is there to be called.
fn is_nobody_waiting(reply: &Reply) -> bool {
    reply.text().contains("nobody is waiting who could be called here")
}

/// A request that would be accepted, or refused for where its ticket stands.
fn right(hall: &Hall, key: &str, chance: &mut Chance) -> Right {
    let queue = |operation: &str, body: String| {
        (format!("{QUEUE_MANAGEMENT}/{operation}"), body, "POST", Speaks::Queue)
    };
    let phone = |target: String, body: &str, method| {
        (smart(&target), body.to_owned(), method, Speaks::Smart)
    };
    let rating = r#"{"lang":1,"profile":1,"question":1,"answer":5,"comment":"Good"}"#;
    let (target, body, method, speaks) = match chance.below(17) {
        0 => queue("createticket", r#"{"service_id":"4","client_name":"Ann","lang":"hu"}"#.into()),
        1 => queue("createticket", "service_id=5&priority=true&custom_field=%7B%7D".into()),
        2 => queue("callnextticket", r#"{"desk_id":3,"user_id":3,"services":[4,5]}"#.into()),
        3 => queue("callnextticket", "desk_id=4&services=%5B4%2C5%5D".into()),
        4 => queue("callticket", format!(r#"{{"desk_id":3,"ticket_id":{}}}"#, hall.waiting_id)),
        5 => queue("callpausedticket", format!("desk_id=4&ticket_id={}", hall.parked)),
        6 => queue("recall", format!(r#"{{"answer_id":{}}}"#, hall.call)),
        7 => queue("endcall", format!("answer_id={}", chance.below(40))),
        8 => queue("cancelcall", format!(r#"{{"answer_id":"{}"}}"#, chance.below(40))),
        9 => queue("waitingticketslist", r#"{"service_id":4,"offset":0}"#.into()),
        10 => (
            format!("{QUEUE_MANAGEMENT}/waitingticketscount/1"),
            String::new(),
            "GET",
            Speaks::Queue,
        ),
        11 => phone(format!("generateTicket?key={key}"), r#"{"lang":1,"task":6}"#, "POST"),
        12 => phone(format!("bookingCode?key={key}"), r#"{"lang":1,"code":"12345"}"#, "POST"),
        13 => phone(format!("feedback?ticket={}", hall.closed), rating, "POST"),
        14 => phone(format!("ticket/{}", hall.waiting), "", "GET"),
        15 => phone(format!("missingPutBack?ticket={}", hall.waiting), "", "PUT"),
        _ => phone(format!("locales/1?key={key}"), "", "GET"),
    };
    let headers = if body.starts_with('{') {
        vec![("content-type", "application/json")]
    } else {
        vec![("content-type", "application/x-www-form-urlencoded")]
    };
    Right { method, target: target.into_bytes(), headers, body: body.into_bytes(), speaks }
}

/// Changes one thing about a request, so that it stays a request: the dialect is still named.
fn spoil(right: &mut Right, chance: &mut Chance) {
    let methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "X"];
    let headers = [
        ("content-type", "application/json"),
        ("content-type", "text/plain"),
        ("content-type", "application/xml"),
        ("content-type", "multipart/form-data"),
        ("idempotency-key", "again"),
        ("idempotency-key", ""),
        ("accept", "application/xml"),
        ("authorization", "Bearer x"),
        ("expect", "100-continue"),
    ];
    match chance.below(10) {
        0 => right.method = *chance.one_of::<&str>(&methods),
        1 => right.headers = vec![*chance.one_of(&headers)],
        2 => {
            let kept = dialect_end(&right.target);
            let mut rest = right.target.split_off(kept);
            scramble(&mut rest, chance);
            // What would end the request line, or is no URI to anyone, is another test's matter.
            rest.retain(|byte| (0x21..0x7f).contains(byte) && !b"\"<>\\^`{|}#".contains(byte));
            right.target.extend(rest);
        }
        3 => right.target.extend(b"?service_id=1&desk_id=x&format=json".iter()),
        _ => scramble(&mut right.body, chance),
    }
}

/// Where the dialect's own part of a target begins.
fn dialect_end(target: &[u8]) -> usize {
    let slashes = target.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    slashes.map(|(at, _)| at + 1).nth(3).unwrap_or(target.len())
}

/// Changes some bytes.
fn scramble(bytes: &mut Vec<u8>, chance: &mut Chance) {
    let at = chance.below(bytes.len() + 1);
    let end = at + chance.below(bytes.len() + 1 - at).min(12);
    match chance.below(6) {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(at..end)),
        2 => {
            let again = bytes[at..end].to_vec();
            bytes.splice(at..at, again);
        }
        3 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
        4 => drop(bytes.splice(at..end, chance.one_of(&SPICES).iter().copied())),
        _ => drop(bytes.splice(at..at, chance.one_of(&SPICES).iter().copied())),
    }
}

/// Why an answer is not one that a client could work with.
fn is_proper(reply: &Reply, asked: &Right) -> Result<(), String> {
    if asked.method == "HEAD" {
        return if reply.status < 500 { Ok(()) } else { Err("a failure".into()) };
    }
    if reply.status != 200 {
        return is_refusal(reply, asked.speaks);
    }
    let xml = reply.header("content-type").is_some_and(|kind| kind.starts_with("application/xml"));
    if xml {
        return Ok(());
    }
    let body: serde_json::Value =
        serde_json::from_slice(&reply.body).map_err(|error| error.to_string())?;
    match asked.speaks {
        Speaks::Queue if body["success"] != true => Err("200 without success".into()),
        Speaks::Queue | Speaks::Smart | Speaks::Nobody => Ok(()),
    }
}
