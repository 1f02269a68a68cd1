//! Streams over connections: what comes at once, what comes later, and how they end.

use std::time::Duration;

use appliance::live::EVENT_STREAMS_MAX;
use serde_json::Value;
use tokio::time::Instant;

use super::world::{self, Listener, World};

/// Longer than anything here takes on a busy machine.
const SOON: Duration = Duration::from_secs(10);

async fn token(world: &World, login: &str, password: &str) -> String {
    let body = format!(r#"{{"login": "{login}", "password": "{password}"}}"#);
    super::member(&world.ask("POST /v1/login", &[], &body).await.body, "token")
}

/// A ticket's token.
async fn ticket(world: &World, service: u32) -> String {
    let hash = world.ask("GET /qnet6/rest/smart/generateHash/1", &[], "").await;
    let key = super::member(&hash.body, "key");
    let first = format!("POST /qnet6/rest/smart/generateTicket?key={key}");
    let reply = world.ask(&first, &[], &format!(r#"{{"lang": 1, "task": {service}}}"#)).await;
    super::member(&reply.body, "ticket")
}

/// The next state; signs of life are passed over.
async fn state(listener: &mut Listener) -> (String, Value) {
    loop {
        let event = tokio::time::timeout(SOON, listener.next()).await.expect("a state comes");
        let event = event.expect("the stream goes on");
        if event.name == "state" {
            return (event.id, serde_json::from_str(&event.text).unwrap());
        }
        assert_eq!(event.name, "ping");
    }
}

#[tokio::test]
async fn the_hall_sees_the_present_at_once_and_each_call_after_it() {
    let mut world = world::start().await;
    ticket(&world, 1).await;
    let mut hall = world.listen("GET /v1/screens/hall", &[]).await;
    assert!(hall.head.starts_with("HTTP/1.1 200"), "{}", hall.head);
    for line in [
        "content-type: text/event-stream",
        "cache-control: no-cache, no-transform",
        "x-accel-buffering: no",
    ] {
        assert!(hall.head.contains(line), "{}", hall.head);
    }
    let (first_id, first) = state(&mut hall).await;
    assert_eq!((first["waiting"].as_u64(), first["calls"].as_array().unwrap().len()), (Some(1), 0));
    let asked = Instant::now();
    world.happens("clerk 2 calls").await.unwrap();
    let (id, called) = state(&mut hall).await;
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    assert_eq!(called["calls"][0]["label"], "A001");
    assert_eq!(called["calls"][0]["counter"]["name"], "2");
    let boot = |id: &str| id.split_once('-').map(|(boot, _)| boot.to_owned()).unwrap();
    let version = |id: &str| id.split_once('-').unwrap().1.parse::<u64>().unwrap();
    assert_eq!(boot(&first_id), boot(&id));
    assert!(version(&first_id) < version(&id));
}

#[tokio::test]
async fn a_phone_hears_of_its_own_call_without_waiting_for_the_others() {
    let mut world = world::start().await;
    let (mine, other) = (ticket(&world, 1).await, ticket(&world, 1).await);
    let path = |token| format!("GET /qnet6/smart/screen?ticket={token}");
    let mut phone = world.listen(&path(&mine), &[]).await;
    let mut behind = world.listen(&path(&other), &[]).await;
    assert_eq!(state(&mut phone).await.1["ticket"]["position"], 1);
    assert_eq!(state(&mut behind).await.1["ticket"]["position"], 2);
    // A change just before, so that the next round of all phones is a second away.
    ticket(&world, 1).await;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    ticket(&world, 2).await;
    let asked = Instant::now();
    world.happens("clerk 1 calls").await.unwrap();
    let (_, called) = state(&mut phone).await;
    let took = asked.elapsed();
    assert_eq!(called["ticket"]["state"], "called");
    assert_eq!(called["ticket"]["counter"]["id"], 1);
    assert!(called["notices"]["call"].as_str().unwrap().contains("A001"), "{called}");
    assert!(took < Duration::from_millis(700), "{took:?}");
    let (_, moved) = state(&mut behind).await;
    assert_eq!(moved["ticket"]["position"], 1);
    assert!(moved["seq"].as_u64() >= called["seq"].as_u64());
}

#[tokio::test]
async fn a_clerk_sees_a_note_and_is_let_go_with_their_account() {
    let mut world = world::start().await;
    world.happens("authentication on").await.unwrap();
    let token = token(&world, "clerk1", "demo-clerk").await;
    let bearer = [format!("Authorization: Bearer {token}")];
    ticket(&world, 1).await;
    let mut page = world.listen("GET /v1/screens/clerk?counter=1", &bearer).await;
    let (_, before) = state(&mut page).await;
    assert_eq!((&before["shift"]["state"], &before["call"]), (&"free".into(), &Value::Null));
    world.ask("POST /v1/counters/1/open", &bearer, "").await;
    world.ask("POST /v1/counters/1/next", &bearer, "").await;
    world.ask("POST /v1/counters/1/start", &bearer, r#"{"call": 1}"#).await;
    let note = r#"{"call": 1, "note": "has the form"}"#;
    assert_eq!(world.ask("POST /v1/counters/1/note", &bearer, note).await.status, 200);
    loop {
        let (_, shown) = state(&mut page).await;
        if shown["call"]["note"] == "has the form" {
            break;
        }
    }
    world.happens("set operator 1 rights hall").await.unwrap();
    let last = loop {
        match tokio::time::timeout(SOON, page.next()).await.expect("it ends") {
            Some(event) if event.name == "gone" => break true,
            Some(_) => {}
            None => break false,
        }
    };
    assert!(last, "the end is said");
    assert!(tokio::time::timeout(SOON, page.next()).await.expect("it ends").is_none());
}

#[tokio::test]
async fn a_ticket_is_open_on_three_pages_and_no_more() {
    let world = world::start().await;
    let path = format!("GET /qnet6/smart/screen?ticket={}", ticket(&world, 1).await);
    let mut open = Vec::new();
    for _ in 0..3 {
        let mut page = world.listen(&path, &[]).await;
        state(&mut page).await;
        open.push(page);
    }
    let reply = world.ask(&path, &[], "").await;
    assert_eq!(
        (reply.status, super::member(&reply.body, "code")),
        (503, "too_many_streams".into())
    );
    assert_eq!(reply.headers["retry-after"], "20");
    // Asked once it still answers, so a page that finds no stream is not blind.
    let once = world.ask(&path, &["Accept: application/json".to_owned()], "").await;
    assert_eq!(once.status, 200);
    open.pop();
    let until = Instant::now() + SOON;
    while world.listen(&path, &[]).await.head.contains("503") {
        assert!(Instant::now() < until, "a page that was closed makes room");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn who_reads_slowly_gets_the_newest_state_and_slows_nobody() {
    let mut world = world::start().await;
    let mut slow = world.listen("GET /v1/screens/hall", &[]).await;
    let mut quick = world.listen("GET /v1/screens/hall", &[]).await;
    let changes = 600;
    for _ in 0..changes {
        world.happens("issue").await.unwrap();
        // So far apart that each could be a state of its own, would somebody wait for them.
        if world.waiting() % 8 == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let reads = async |listener: &mut Listener| {
        let mut count = 0;
        loop {
            let (_, shown) = state(listener).await;
            count += 1;
            if shown["waiting"] == changes {
                return count;
            }
        }
    };
    let (first, second) = (reads(&mut quick).await, reads(&mut slow).await);
    assert!(first < changes && second < changes, "{first} and {second} states");
}

#[tokio::test]
async fn streams_end_when_the_branch_stops() {
    let world = world::start().await;
    let mut hall = world.listen("GET /v1/screens/hall", &[]).await;
    state(&mut hall).await;
    let stopped = Instant::now();
    world.stop();
    while tokio::time::timeout(SOON, hall.next()).await.expect("it ends").is_some() {}
    assert!(stopped.elapsed() < Duration::from_secs(2), "{:?}", stopped.elapsed());
}

#[tokio::test]
async fn whoever_follows_the_journal_misses_nothing_and_hears_nothing_twice() {
    let mut world = world::start().await;
    world.happens("authentication on").await.unwrap();
    let token = token(&world, "manager", "demo-manager").await;
    let bearer = format!("Authorization: Bearer {token}");
    let (mut heard, mut last, mut kinds) = (Vec::new(), 0, Vec::new());
    let mut end = 300;
    let mut cut = 0;
    while (heard.len() as u64) < end {
        let resume = format!("Last-Event-ID: {last}");
        let first = if last == 0 { "GET /v1/events?after=0" } else { "GET /v1/events" };
        let headers = if last == 0 { vec![bearer.clone()] } else { vec![bearer.clone(), resume] };
        let mut events = world.listen(first, &headers).await;
        // Each connection is cut off after so many, in the middle of everything.
        for _ in 0..70 {
            if world.waiting() < 298 {
                for _ in 0..5 {
                    world.happens("issue").await.unwrap();
                }
            }
            let event = tokio::time::timeout(SOON, events.next()).await.expect("more comes");
            let event = event.expect("the stream goes on");
            if event.name == "ping" {
                continue;
            }
            last = event.id.parse().unwrap();
            heard.push(last);
            assert!(!event.text.contains("token"), "{}", event.text);
            kinds.push(event.name);
            end = world.entries();
            if heard.len() as u64 == end {
                break;
            }
        }
        cut += 1;
    }
    assert!(3 < cut, "{cut} connections");
    assert_eq!(heard, (1..=end).collect::<Vec<u64>>());
    assert_eq!(&kinds[..3], ["settings_changed", "day_opened", "issued"]);
}

#[tokio::test]
async fn so_many_programs_follow_the_journal_and_the_next_one_waits_for_a_place() {
    let mut world = world::start().await;
    world.happens("authentication on").await.unwrap();
    let token = token(&world, "manager", "demo-manager").await;
    let bearer = [format!("Authorization: Bearer {token}")];
    let mut followers = Vec::new();
    for _ in 0..EVENT_STREAMS_MAX {
        followers.push(world.listen("GET /v1/events", &bearer).await);
    }
    let full = world.ask("GET /v1/events", &bearer, "").await;
    assert_eq!(full.status, 503);
    assert!(full.body.contains("too_many_streams"), "{}", full.body);
    drop(followers.pop());
    let until = Instant::now() + SOON;
    while !world.listen("GET /v1/events", &bearer).await.head.starts_with("HTTP/1.1 200") {
        assert!(Instant::now() < until, "the place is free again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
