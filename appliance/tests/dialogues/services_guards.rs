//! Who may do what in the Branch services, tried with everyone; and who gets which ticket in a crowd.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::world::{self, World};

/// Every call of the staff's, and the rights of which any one will do.
const CALLS: [(&str, &str, &[&str]); 32] = [
    ("GET", "operation/state", COUNTER),
    ("POST", "operation/login/clerk2/demo-clerk", COUNTER),
    ("GET", "operation/queue", COUNTER),
    ("GET", "operation/queue/count", COUNTER),
    ("GET", "operation/personal", COUNTER),
    ("GET", "operation/personal/count", COUNTER),
    ("POST", "operation/break/begin", COUNTER),
    ("POST", "operation/break/end", COUNTER),
    ("POST", "operation/invite", COUNTER),
    ("POST", "operation/invite/101", COUNTER),
    ("POST", "operation/start", COUNTER),
    ("POST", "operation/reject", COUNTER),
    ("POST", "operation/complete", COUNTER),
    ("POST", "operation/hold", COUNTER),
    ("GET", "operation/menu", COUNTER),
    ("POST", "operation/redirect/users/1", COUNTER),
    ("POST", "operation/redirect/workPlaces/1", COUNTER),
    ("POST", "operation/redirect/1", COUNTER),
    ("POST", "operation/logout", COUNTER),
    ("GET", "queue/admin/tickets", HALL),
    ("GET", "queue/admin/booking", HALL),
    ("GET", "queue/admin/tickets/1", HALL),
    ("POST", "queue/admin/tickets/new", HALL),
    ("POST", "queue/admin/tickets/1/addProduct/1", HALL),
    ("POST", "queue/admin/tickets/1/101/cancel", HALL),
    ("POST", "queue/admin/tickets/1/101/setPriority", HALL),
    ("POST", "queue/admin/redirect/users/1", HALL),
    ("POST", "queue/admin/redirect/workPlaces/1", HALL),
    ("POST", "queue/admin/redirect/1", HALL),
    ("GET", "queue/statistics", FIGURES),
    ("GET", "queue/statistics/history", FIGURES),
    ("GET", "tickets/history/list", FIGURES),
];

const COUNTER: &[&str] = &["counter"];
const HALL: &[&str] = &["hall"];
const FIGURES: &[&str] = &["hall", "administration"];

/// All rights.
const RIGHTS: [&str; 7] =
    ["counter", "selectservices", "selecttickets", "park", "transfer", "hall", "administration"];

async fn ask(world: &World, first: &str, token: Option<&str>) -> (u16, Value) {
    let headers: Vec<String> = token.map(|token| format!("Token: {token}")).into_iter().collect();
    let reply = world.ask(first, &headers, "").await;
    let body = serde_json::from_str(&reply.body).unwrap_or_else(|_| panic!("{}", reply.body));
    (reply.status, body)
}

async fn identified(world: &World, counter: u32, clerk: u32) -> String {
    let call = format!("POST /api/1/operation/identify/{counter}/clerk{clerk}/demo-clerk");
    let (status, token) = ask(world, &call, None).await;
    assert_eq!(status, 200, "{token}");
    token.as_str().unwrap().to_owned()
}

async fn rights(world: &mut World, rights: &str) {
    world.happens(&format!("set operator 1 rights {rights}")).await.unwrap();
}

#[tokio::test]
async fn nobody_works_without_a_good_token_of_the_right_kind() {
    let mut world = world::start().await;
    world.happens("authentication off").await.unwrap();
    let old = identified(&world, 1, 1).await;
    let (status, booker) = ask(&world, "POST /api/1/booking/login/ann", None).await;
    assert_eq!(status, 200, "{booker}");
    let mut elsewhere = world::start().await;
    elsewhere.happens("authentication off").await.unwrap();
    let foreign = identified(&elsewhere, 1, 1).await;
    world.happens("wait 167 h").await.unwrap();
    let (status, booker) = ask(&world, "POST /api/1/booking/login/ann", None).await;
    assert_eq!(status, 200, "{booker}");
    let booker = booker.as_str().unwrap().to_owned();
    world.happens("wait 1 h").await.unwrap();
    let good = identified(&world, 1, 1).await;
    let unsigned = format!("{}.", good.rsplit_once('.').unwrap().0);
    let revoked = world.api_key(1).await;
    world.revoke(1).await;
    let unknown = format!("ak_{}", "0".repeat(64));
    for (method, path, _) in CALLS {
        let call = format!("{method} /api/1/{path}");
        assert_eq!(ask(&world, &call, None).await.0, 401, "{call}");
        for wrong in [&foreign, &unsigned, &old, &revoked, &unknown, "x", ""] {
            assert_eq!(ask(&world, &call, Some(wrong)).await.0, 401, "{call}");
        }
        assert_eq!(ask(&world, &call, Some(&booker)).await.0, 403, "{call} of a booker");
    }
    let (_, state) = ask(&world, "GET /api/1/operation/state", Some(&good)).await;
    assert_eq!((&state["State"], &state["User"]["Id"]), (&"Free".into(), &1.into()));
}

#[tokio::test]
async fn each_call_wants_its_right_and_no_other() {
    let mut world = world::start().await;
    world.happens("authentication off").await.unwrap();
    let key = world.api_key(1).await;
    for (method, path, wanted) in CALLS {
        rights(&mut world, "counter").await;
        let token = identified(&world, 1, 1).await;
        let call = format!("{method} /api/1/{path}");
        for right in RIGHTS {
            rights(&mut world, right).await;
            let (status, _) = ask(&world, &call, Some(&key)).await;
            let admitted = ![401, 403].contains(&status);
            assert_eq!(
                admitted,
                wanted.contains(&right),
                "{call} with {right} and a key: {status}"
            );
            let (status, body) = ask(&world, &call, Some(&token)).await;
            assert_ne!(status, 500, "{call}: {body}");
            if wanted.contains(&right) {
                assert!(![401, 403].contains(&status), "{call} with {right}: {status} {body}");
                break;
            }
            assert_eq!(status, 403, "{call} with {right}");
        }
    }
}

#[tokio::test]
async fn wrong_passwords_in_paths_are_soon_too_many() {
    let mut world = world::start().await;
    world.happens("authentication off").await.unwrap();
    for _ in 0..serve::door::LOGIN_FAILURES_MAX {
        let call = "POST /api/1/operation/identify/1/clerk1/wrong";
        assert_eq!(ask(&world, call, None).await.0, 401);
    }
    let call = "POST /api/1/operation/identify/1/clerk1/demo-clerk";
    let reply = world.ask(call, &[], "").await;
    assert_eq!((reply.status, reply.headers["retry-after"].as_str()), (429, "60"));
}

/// Rounds in which all clerks press at once.
const ROUNDS: usize = 30;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operators_who_invite_at_once_never_share_a_ticket() {
    let mut world = world::start().await;
    world.happens("authentication off").await.unwrap();
    let mut tokens = Vec::new();
    for clerk in 1..=4 {
        tokens.push(identified(&world, clerk, clerk).await);
    }
    let call = "POST /api/1/queue/admin/login/manager/demo-manager";
    let (_, hall) = ask(&world, call, None).await;
    let hall = [format!("Token: {}", hall.as_str().unwrap())];
    let world = Arc::new(world);
    let mut called = BTreeSet::new();
    let mut tickets = 0;
    for _ in 0..ROUNDS {
        // Fewer tickets than clerks, and further ones arrive meanwhile.
        let mut pressing = tokio::task::JoinSet::new();
        for token in tokens.clone() {
            let world = Arc::clone(&world);
            pressing.spawn(async move { invite(&world, &token).await });
        }
        for _ in 0..3 {
            let new = "POST /api/1/queue/admin/tickets/new";
            assert_eq!(world.ask(new, &hall, r#"{"productId": 1}"#).await.status, 200);
            tickets += 1;
        }
        for ticket in pressing.join_all().await.into_iter().flatten() {
            assert!(called.insert(ticket), "ticket {ticket} was called twice");
        }
    }
    while let Some(ticket) = invite(&world, &tokens[0]).await {
        assert!(called.insert(ticket), "ticket {ticket} was called twice");
    }
    assert_eq!(called.len(), tickets, "everyone was called");
}

/// The ticket that an invitation gave, served to its end.
async fn invite(world: &World, token: &str) -> Option<u64> {
    let (status, product) = ask(world, "POST /api/1/operation/invite", Some(token)).await;
    if status != 200 {
        assert_eq!(status, 409, "{product}");
        return None;
    }
    for deed in ["start", "complete"] {
        let (status, body) =
            ask(world, &format!("POST /api/1/operation/{deed}"), Some(token)).await;
        assert_eq!(status, 200, "{deed}: {body}");
    }
    Some(product["Ticket"]["Id"].as_u64().unwrap())
}

/// Tickets of one list.
const LIST_MAX: usize = 1_000;

#[tokio::test]
async fn a_list_has_only_so_many_and_the_rest_follows() {
    let mut world = world::start().await;
    world.happens("authentication off").await.unwrap();
    let token = identified(&world, 1, 1).await;
    rights(&mut world, "counter hall").await;
    let headers = [format!("Token: {token}")];
    for _ in 0..=LIST_MAX {
        let new = "POST /api/1/queue/admin/tickets/new";
        assert_eq!(world.ask(new, &headers, r#"{"productId": 1}"#).await.status, 200);
    }
    let day = "startDate=2026-11-23&endDate=2026-11-23";
    for list in
        ["queue/admin/tickets?", "operation/queue?", &format!("tickets/history/list?{day}&")]
    {
        let call = format!("GET /api/1/{list}");
        let (_, first) = ask(&world, &format!("{call}offset=0"), Some(&token)).await;
        let (_, rest) = ask(&world, &format!("{call}offset={LIST_MAX}"), Some(&token)).await;
        let found = [&first, &rest].map(|list| list.as_array().unwrap().len());
        assert_eq!(found, [LIST_MAX, 1], "{list}");
    }
    let (_, count) = ask(&world, "GET /api/1/operation/queue/count", Some(&token)).await;
    assert_eq!(count, LIST_MAX + 1, "counts are whole");
}

/// Reasons that are told.
const REASONS_MAX: usize = 20;

#[tokio::test]
async fn the_most_frequent_reasons_for_giving_up_are_told() {
    let mut world = world::start().await;
    world.happens("authentication off").await.unwrap();
    let token = identified(&world, 1, 1).await;
    rights(&mut world, "counter hall").await;
    let smart = "/qnet6/rest/smart";
    for number in 0..=REASONS_MAX {
        for _ in 0..if number == REASONS_MAX { 2 } else { 1 } {
            let (_, key) = ask(&world, &format!("GET {smart}/generateHash/1"), None).await;
            let key = key["key"].as_str().unwrap().to_owned();
            let call = format!("POST {smart}/generateTicket?key={key}");
            let reply = world.ask(&call, &[], r#"{"lang": 1, "task": 1}"#).await;
            let ticket: Value = serde_json::from_str(&reply.body).unwrap();
            let call = format!("DELETE {smart}/ticket/{}", ticket["ticket"].as_str().unwrap());
            let body = format!(r#"{{"comment": "reason {number:02}"}}"#);
            assert_eq!(world.ask(&call, &[], &body).await.status, 200);
        }
    }
    let (_, told) = ask(&world, "GET /api/1/queue/statistics", Some(&token)).await;
    assert_eq!(told["Total"]["AbandonedCount"], REASONS_MAX + 2);
    let reasons = told["AbandonmentReasons"].as_array().unwrap();
    assert_eq!(reasons.len(), REASONS_MAX);
    assert_eq!((&reasons[0]["Text"], &reasons[0]["Count"]), (&"reason 20".into(), &2.into()));
}
