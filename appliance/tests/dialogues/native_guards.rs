//! Who may ask what below `/v1`, tried with everyone.

use super::world::{self, Reply, World};

/// Every operation that wants somebody: the method and the path, and the rights of which one is
/// needed (none: any operator).
const OPERATIONS: [(&str, &[&str]); 30] = [
    ("GET /v1/me", &[]),
    ("GET /v1/screens/clerk?counter=1", &["counter"]),
    ("GET /v1/screens/tokens", &["administration"]),
    ("POST /v1/screens/tokens", &["administration"]),
    ("DELETE /v1/screens/tokens/1", &["administration"]),
    ("GET /v1/counters", &["counter", "hall", "administration"]),
    ("POST /v1/counters/1/release", &["hall", "administration"]),
    ("POST /v1/counters/1/open", &["counter"]),
    ("POST /v1/counters/1/close", &["counter"]),
    ("POST /v1/counters/1/break", &["counter"]),
    ("POST /v1/counters/1/work", &["counter"]),
    ("POST /v1/counters/1/next", &["counter"]),
    ("POST /v1/counters/1/call", &["select_tickets"]),
    ("POST /v1/counters/1/recall", &["counter"]),
    ("POST /v1/counters/1/start", &["counter"]),
    ("POST /v1/counters/1/finish", &["counter"]),
    ("POST /v1/counters/1/no-show", &["counter"]),
    ("POST /v1/counters/1/park", &["park"]),
    ("POST /v1/counters/1/transfer", &["transfer"]),
    ("POST /v1/counters/1/note", &["counter"]),
    ("POST /v1/counters/1/undo", &["counter"]),
    ("GET /v1/tickets", &["hall"]),
    ("POST /v1/tickets", &["hall", "select_tickets"]),
    ("GET /v1/tickets/1", &["hall", "select_tickets"]),
    ("DELETE /v1/tickets/1", &["hall", "select_tickets"]),
    ("GET /v1/tickets/1/story", &["hall", "select_tickets"]),
    ("POST /v1/tickets/1/put-back", &["hall", "select_tickets"]),
    ("GET /v1/statistics/today", &["hall", "administration"]),
    ("GET /v1/statistics/today.csv", &["hall", "administration"]),
    // An address after the end, so that the answer ends too.
    ("GET /v1/events?after=999", &["hall", "administration"]),
];

/// Those that want a screen.
const SCREENS: [&str; 4] = [
    "GET /v1/screens/dispenser",
    "POST /v1/dispenser/tickets",
    "POST /v1/dispenser/check-in",
    "POST /v1/dispenser/tickets/1/reprint",
];

/// The names of all rights, here and in the settings.
const RIGHTS: [(&str, &str); 7] = [
    ("counter", "counter"),
    ("select_services", "selectservices"),
    ("select_tickets", "selecttickets"),
    ("park", "park"),
    ("transfer", "transfer"),
    ("hall", "hall"),
    ("administration", "administration"),
];

async fn ask(world: &World, call: &str, token: Option<&str>) -> Reply {
    let token = token.map(|token| format!("Authorization: Bearer {token}"));
    let accept = "Accept: application/json".to_owned();
    let headers: Vec<String> = token.into_iter().chain([accept]).collect();
    world.ask(call, &headers, "").await
}

async fn sign_in(world: &World, login: &str) -> String {
    let body = format!(r#"{{"login": "{login}", "password": "demo-clerk"}}"#);
    let reply = world.ask("POST /v1/login", &[], &body).await;
    super::member(&reply.body, "token")
}

#[tokio::test]
async fn nobody_gets_in_without_a_good_token() {
    let mut world = world::start().await;
    world.happens("authentication on").await.unwrap();
    let token = sign_in(&world, "clerk1").await;
    let forged = format!("{}x", &token[..token.len() - 2]);
    let calls = OPERATIONS.iter().map(|(call, _)| *call).chain(SCREENS);
    for call in calls.clone() {
        for wrong in [None, Some(forged.as_str()), Some("x"), Some("screen-000")] {
            let reply = ask(&world, call, wrong).await;
            assert_eq!(reply.status, 401, "{call} with {wrong:?}: {}", reply.body);
            assert_eq!(reply.headers["www-authenticate"], "Bearer", "{call}");
        }
    }
    assert_eq!(ask(&world, "GET /v1/me", Some(&token)).await.status, 200);
    world.happens("wait 7 days").await.unwrap();
    for (call, _) in OPERATIONS {
        let reply = ask(&world, call, Some(&token)).await;
        let code = super::member(&reply.body, "code");
        assert_eq!((reply.status, code.as_str()), (401, "token_expired"), "{call}");
    }
}

#[tokio::test]
async fn each_operation_wants_its_right_and_no_other() {
    let mut world = world::start().await;
    world.happens("authentication on").await.unwrap();
    let token = sign_in(&world, "clerk1").await;
    for (name, set) in RIGHTS {
        world.happens(&format!("set operator 1 rights {set}")).await.unwrap();
        for (call, wanted) in OPERATIONS {
            let reply = ask(&world, call, Some(&token)).await;
            let may = wanted.is_empty() || wanted.contains(&name);
            let refused = matches!(reply.status, 401 | 403);
            assert_eq!(!refused, may, "{call} with {name}: {} {}", reply.status, reply.body);
            if refused {
                assert_eq!(super::member(&reply.body, "code"), "right_missing", "{call}");
                let detail = super::member(&reply.body, "detail");
                assert!(wanted.iter().all(|right| detail.contains(right)), "{call}: {detail}");
            }
        }
    }
    world.happens("set operator 1 gone").await.unwrap();
    assert_eq!(ask(&world, "GET /v1/me", Some(&token)).await.status, 401);
}
