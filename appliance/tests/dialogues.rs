//! The dialects, told as dialogues: what is asked, and what is answered, over a real branch.
//!
//! Every `.http` file under `dialogues/` is one story in a branch of its own (the sample branch).
//! A story is made of blocks with a blank line between them:
//!
//! ```text
//! # What follows is a remark.
//!
//! POST /some/path?key={key}
//! Some-Header: its value
//! {"the": "body"}
//!
//! 200
//! Some-Header: its expected value
//! {"ticket": "{ticket:=}", "time": "{any}"}
//!
//! @wait 10 min
//! ```
//!
//! `@mail code` keeps the code of the newest mail as `{code}`. An answer that begins with `<` is
//! XML. `"{any}"` stands for any value, `"{name:=}"` for one that is kept and written `{name}` later.
//! A body that is XML is written in lines, which are put together without the blanks around them.
//! An object or an array may have more in it where it ends with `"{more}"` (as a member:
//! `"{more}": "{any}"`). A line with `@` is what happens in the branch meanwhile; the words are
//! those of `dialogues/world.rs`.

#![expect(clippy::unwrap_used, reason = "a story that cannot be told fails by panicking")]

#[path = "dialogues/administration.rs"]
mod administration;
#[path = "dialogues/customers.rs"]
mod customers;
#[path = "dialogues/described.rs"]
mod described;
#[path = "dialogues/guards.rs"]
mod guards;
#[path = "dialogues/native_guards.rs"]
mod native_guards;
#[path = "dialogues/screens.rs"]
mod screens;
#[path = "dialogues/services.rs"]
mod services;
#[path = "dialogues/services_guards.rs"]
mod services_guards;
#[path = "dialogues/world.rs"]
mod world;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use described::Album;
use serde_json::Value;
use world::Reply;

#[tokio::test]
async fn smart_ticket() {
    tell("smart_ticket", 10, "Smart Ticket").await;
}

#[tokio::test]
async fn queue_management() {
    tell("queue_management", 12, "Queue Management").await;
}

#[tokio::test]
async fn branch_services() {
    tell("branch_services", 5, "Branch services").await;
}

#[tokio::test]
async fn native() {
    tell("native", 6, "Native").await;
}

#[tokio::test]
async fn virtual_ticket() {
    tell("virtual_ticket", 8, "Virtual Ticket").await;
}

/// Customers who ask at the same time with one key.
const ASKING_AT_ONCE: usize = 40;

#[tokio::test]
async fn one_key_makes_one_ticket_however_many_ask_at_once() {
    let world = Arc::new(world::start().await);
    let reply = world.ask("GET /qnet6/rest/smart/generateHash/1", &[], "").await;
    let key = member(&reply.body, "key");
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..ASKING_AT_ONCE {
        let (world, key) = (Arc::clone(&world), key.clone());
        asking.spawn(async move {
            // Half of them are one phone that asks again and again, half are strangers.
            let who = if number % 2 == 0 { 0 } else { number };
            let first = format!("POST /qnet6/rest/smart/generateTicket?key={key}");
            let header = format!("Idempotency-Key: phone-{who}");
            let reply = world.ask(&first, &[header], r#"{"lang": 1, "task": 1}"#).await;
            (who, reply)
        });
    }
    let mut tickets = Vec::new();
    for (who, reply) in asking.join_all().await {
        match reply.status {
            200 => tickets.push((who, member(&reply.body, "ticket"))),
            _ => assert_eq!((reply.status, member(&reply.body, "error")), (400, "key_used".into())),
        }
    }
    tickets.sort();
    let expected = if tickets[0].0 == 0 { ASKING_AT_ONCE / 2 } else { 1 };
    assert_eq!(tickets.len(), expected, "{tickets:?}");
    tickets.dedup();
    assert_eq!(tickets.len(), 1, "{tickets:?}");
}

#[tokio::test]
async fn a_body_is_refused_from_the_limit_on() {
    const LIMIT: usize = 64 * 1024;
    let world = world::start().await;
    let first = "POST /qnet6/rest/smart/generateTicket?key=plTwVw86PjZ";
    let body = |bytes: usize| " ".repeat(bytes);
    let reply = world.ask(first, &[], &body(LIMIT)).await;
    assert_eq!((reply.status, member(&reply.body, "error")), (400, "unknown_key".into()));
    let reply = world.ask(first, &[], &body(LIMIT + 1)).await;
    assert_eq!((reply.status, member(&reply.body, "error")), (413, "too_large".into()));
}

#[tokio::test]
async fn every_call_of_a_customer_wants_a_good_token() {
    const CALLS: [(&str, &str); 6] = [
        ("POST /vt/api/json/customer/details", "{}"),
        ("POST /vt/api/json/customer/erase", "{}"),
        ("GET /vt/api/json/customer/tickets", ""),
        ("GET /vt/api/json/customer/tickets/aGdAT6exKj", ""),
        ("POST /vt/api/json/ticket/create", r#"{"tickets":[{"master_id":"1","service_id":"1"}]}"#),
        ("POST /vt/api/json/ticket/cancel", r#"{"ticket":"aGdAT6exKj"}"#),
    ];
    let mut world = world::start().await;
    let body = r#"{"username": "ann", "password": "long enough"}"#;
    let reply = world.ask("POST /vt/api/json/customer/register", &[], body).await;
    let token = member(&reply.body, "vt_token");
    world.happens("authentication on").await.unwrap();
    let body = r#"{"login": "manager", "password": "demo-manager"}"#;
    let operator = member(&world.ask("POST /v1/login", &[], body).await.body, "token");
    let bearer = |token: &str| vec![format!("Authorization: Bearer {token}")];
    let forged = format!("{}x", &token[..token.len() - 2]);
    let check = async |world: &world::World, headers: &[String], code: &str| {
        for (call, body) in CALLS {
            let reply = world.ask(call, headers, body).await;
            let found = (reply.status, member(&reply.body, "error"));
            assert_eq!(found, (401, code.to_owned()), "{call}");
            assert_eq!(reply.headers["www-authenticate"], "Bearer");
        }
    };
    check(&world, &[], "no_token").await;
    for wrong in [forged.as_str(), operator.as_str(), "x", "a.b.c"] {
        check(&world, &bearer(wrong), "wrong_token").await;
    }
    check(&world, &["Authorization: Basic YTpi".to_owned()], "wrong_token").await;
    let reply = world.ask(CALLS[0].0, &bearer(&token), "{}").await;
    assert_eq!(reply.status, 200);
    // A customer's token opens nothing of the staff's.
    let staff = "POST /restapi/v2/queuemanagement/callnextticket?desk_id=1&user_id=1";
    assert_eq!(world.ask(staff, &bearer(&token), "").await.status, 401);
    world.happens("wait 90 days").await.unwrap();
    check(&world, &bearer(&token), "token_expired").await;
}

#[tokio::test]
async fn one_customer_gets_one_ticket_however_often_the_app_asks_at_once() {
    let world = Arc::new(world::start().await);
    let body = r#"{"username": "ann", "password": "long enough"}"#;
    let reply = world.ask("POST /vt/api/json/customer/register", &[], body).await;
    let token = member(&reply.body, "vt_token");
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..ASKING_AT_ONCE {
        let (world, header) = (Arc::clone(&world), format!("Authorization: Bearer {token}"));
        asking.spawn(async move {
            let body = r#"{"tickets": [{"master_id": "1", "service_id": "1"}]}"#;
            world.ask("POST /vt/api/json/ticket/create", &[header], body).await.status
        });
    }
    let mut statuses = asking.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!(statuses[1..].iter().all(|status| *status == 409), "{statuses:?}");
}

#[tokio::test]
async fn one_name_makes_one_customer_however_many_ask_at_once() {
    let world = Arc::new(world::start().await);
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..8 {
        let world = Arc::clone(&world);
        asking.spawn(async move {
            let body = format!(r#"{{"username": "ann", "password": "long enough {number}"}}"#);
            world.ask("POST /vt/api/json/customer/register", &[], &body).await.status
        });
    }
    let mut statuses = asking.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409, 409, 409]);
}

fn member(body: &str, name: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap();
    body[name].as_str().unwrap_or_else(|| panic!("{name} in {body}")).to_owned()
}

/// Tells every story of a folder, which holds at least so many; and holds what is answered against
/// the OpenAPI document and its examples of this dialect.
async fn tell(name: &str, least: usize, dialect: &'static str) {
    let mut album = Album::of(dialect);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialogues").join(name);
    let mut stories: Vec<PathBuf> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    stories.retain(|path| path.extension().is_some_and(|extension| extension == "http"));
    stories.sort();
    assert!(least <= stories.len(), "{} stories in {}", stories.len(), folder.display());
    let mut failures = Vec::new();
    for path in &stories {
        if let Err(failure) = story(&fs::read_to_string(path).unwrap(), &mut album).await {
            failures.push(format!("{}: {failure}", path.file_name().unwrap().display()));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
    album.check(name);
}

async fn story(text: &str, album: &mut Album) -> Result<(), String> {
    let mut world = world::start().await;
    let mut kept: BTreeMap<String, String> = BTreeMap::new();
    let mut last: Option<(String, Reply)> = None;
    for (line, block) in blocks(text) {
        let block = filled(&block, &kept);
        let at = |what: String| format!("line {line}: {what}");
        if let Some(words) = block.strip_prefix('@') {
            match words.strip_prefix("mail ") {
                Some(name) => {
                    let code = world.mailed_code().await.map_err(at)?;
                    kept.insert(name.to_owned(), code);
                }
                None => world.happens(words).await.map_err(at)?,
            }
        } else if block.starts_with(|c: char| c.is_ascii_digit()) {
            let (asked, reply) = last.take().ok_or_else(|| at("nothing was asked".into()))?;
            expect(&block, &reply, &mut kept).map_err(|why| {
                at(format!("{why}\n  asked {asked}\n  got {} {}", reply.status, reply.body))
            })?;
        } else {
            let (head, body) = parted(&block);
            let (first, headers) = head.split_first().ok_or_else(|| at("an empty block".into()))?;
            let reply = world.ask(first, headers, &body).await;
            album.note(first, headers, &body, &reply).map_err(at)?;
            last = Some((block.clone(), reply));
        }
    }
    match last {
        Some((asked, _)) => Err(format!("the last question has no answer: {asked}")),
        None => Ok(()),
    }
}

/// The blocks, each with the number of its first line.
fn blocks(text: &str) -> Vec<(usize, String)> {
    let mut blocks: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (line, number) in text.lines().zip(1..) {
        if line.starts_with('#') {
            continue;
        }
        if line.trim().is_empty() {
            open = false;
        } else if open && !line.starts_with('@') {
            let block = &mut blocks.last_mut().expect("one is open").1;
            block.push('\n');
            block.push_str(line);
        } else {
            blocks.push((number, line.to_owned()));
            open = !line.starts_with('@');
        }
    }
    blocks
}

fn filled(block: &str, kept: &BTreeMap<String, String>) -> String {
    kept.iter()
        .fold(block.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// First line and headers; and what follows them.
fn parted(block: &str) -> (Vec<String>, String) {
    let is_header = |line: &str| {
        line.split_once(": ").is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
    };
    let lines: Vec<&str> = block.lines().collect();
    let end = 1 + lines[1..].iter().take_while(|line| is_header(line)).count();
    (lines[..end].iter().map(|line| (*line).to_owned()).collect(), lines[end..].join("\n"))
}

fn expect(block: &str, reply: &Reply, kept: &mut BTreeMap<String, String>) -> Result<(), String> {
    let (head, body) = parted(block);
    if head[0].trim() != reply.status.to_string() {
        return Err(format!("expected {}", head[0]));
    }
    for header in &head[1..] {
        let (name, value) = header.split_once(": ").expect("it was seen to be one");
        let got = reply.headers.get(&name.to_ascii_lowercase());
        if got.map(String::as_str) != Some(value) {
            return Err(format!("expected {header}, got {got:?}"));
        }
    }
    if body.is_empty() {
        return Ok(());
    }
    if body.starts_with('<') {
        let expected: String = body.lines().map(str::trim).collect();
        let same = is_like(&expected, &reply.body);
        return if same { Ok(()) } else { Err(format!("expected {expected}")) };
    }
    let expected: Value =
        serde_json::from_str(&body).map_err(|fault| format!("the story is not JSON: {fault}"))?;
    let got: Value =
        serde_json::from_str(&reply.body).map_err(|fault| format!("no JSON came: {fault}"))?;
    matches(&expected, &got, kept).map_err(|(at, why)| format!("at {at}: {why}"))
}

/// Whether a text is the expected one, with anything where that says `{any}`.
fn is_like(expected: &str, got: &str) -> bool {
    let mut parts = expected.split("{any}");
    let Some(mut rest) = got.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else { return rest.is_empty() };
    for part in between {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

type Mismatch = (String, String);

fn matches(
    expected: &Value,
    got: &Value,
    kept: &mut BTreeMap<String, String>,
) -> Result<(), Mismatch> {
    let inside = |name: String| move |(at, why): Mismatch| (format!("{name}.{at}"), why);
    match (expected, got) {
        (Value::String(text), _) if text == "{any}" => Ok(()),
        (Value::String(text), _) if text.starts_with('{') && text.ends_with(":=}") => {
            let value = got.as_str().map_or_else(|| got.to_string(), str::to_owned);
            kept.insert(text[1..text.len() - 3].to_owned(), value);
            Ok(())
        }
        (Value::Object(expected), Value::Object(got)) => {
            for (name, value) in expected.iter().filter(|(name, _)| *name != "{more}") {
                let member = got.get(name).ok_or((name.clone(), "it is missing".to_owned()))?;
                matches(value, member, kept).map_err(inside(name.clone()))?;
            }
            let extra = got.keys().find(|name| !expected.contains_key(*name));
            match extra.filter(|_| !expected.contains_key("{more}")) {
                Some(name) => Err((name.clone(), "it was not expected".to_owned())),
                None => Ok(()),
            }
        }
        (Value::Array(expected), Value::Array(got)) => {
            let open = expected.last().is_some_and(|last| last == "{more}");
            let firm = if open { &expected[..expected.len() - 1] } else { &expected[..] };
            if got.len() < firm.len() || (!open && firm.len() < got.len()) {
                return Err(("length".into(), format!("{} instead of {}", got.len(), firm.len())));
            }
            let mut pairs = firm.iter().zip(got).enumerate();
            pairs.try_for_each(|(index, (expected, got))| {
                matches(expected, got, kept).map_err(inside(index.to_string()))
            })
        }
        _ if expected == got => Ok(()),
        _ => Err(("value".into(), format!("{got} instead of {expected}"))),
    }
}

#[test]
fn a_story_can_fail() {
    let check = |expected: &str, got: &str| {
        let value = |text| serde_json::from_str::<Value>(text).unwrap();
        matches(&value(expected), &value(got), &mut BTreeMap::new()).is_ok()
    };
    assert!(check(r#"{"a": 1}"#, r#"{"a": 1}"#));
    assert!(!check(r#"{"a": 1}"#, r#"{"a": 2}"#));
    assert!(!check(r#"{"a": 1}"#, r#"{"a": "1"}"#));
    assert!(!check(r#"{"a": 1}"#, r#"{"a": 1, "b": 2}"#));
    assert!(!check(r#"{"a": 1, "b": "{any}"}"#, r#"{"a": 1}"#));
    assert!(check(r#"{"a": 1, "{more}": "{any}"}"#, r#"{"a": 1, "b": 2}"#));
    assert!(!check("[1, 2]", "[1]"));
    assert!(!check("[1]", "[1, 2]"));
    assert!(check(r#"[1, "{more}"]"#, "[1, 2]"));
    assert!(!check("{}", "[]"));
    assert!(is_like("<a>{any}</a>", "<a>1</a>") && is_like("<a/>", "<a/>"));
    assert!(!is_like("<a>{any}</a>", "<a>1</a>x") && !is_like("<a/>", "<a/>x"));
    assert!(!is_like("<a>{any}<b/>{any}</a>", "<a></a>"));
    assert!(is_like("<a>{any}</a>", "<a>1</a>") && is_like("<a>{any}<b>{any}", "<a>1<b>2"));
    assert!(!is_like("<a>{any}</a>", "<a>1</b>") && !is_like("<a/>", "<a/>x"));
}
