//! Who may do what in Queue Management, tried with everyone; and who gets which ticket in a crowd.

use std::collections::BTreeSet;

use serde_json::Value;

use super::world::{self, Reply, World};

const BASE: &str = "/restapi/v2/queuemanagement";

/// Every operation with parameters that are in order, and the roles of the source's table.
const OPERATIONS: [(&str, &str, &[&str]); 16] = [
    ("POST", "createticket?service_id=1", &["counter", "selectservices", "selecttickets"]),
    ("POST", "callnextticket?desk_id=1", &["counter", "selecttickets"]),
    (
        "POST",
        "callnextticket?desk_id=1&services=1",
        &["counter", "selectservices", "selecttickets"],
    ),
    ("POST", "callticket?desk_id=1&ticket_id=1", &["counter", "selectservices", "selecttickets"]),
    ("POST", "callpausedticket?desk_id=1&ticket_id=1", &["counter"]),
    ("POST", "callcancelledticket?desk_id=1&ticket_id=1", &["counter"]),
    ("POST", "recall?answer_id=1", &["counter"]),
    ("POST", "endcall?answer_id=1", &["counter"]),
    ("POST", "pausecall?answer_id=1", &["counter", "park"]),
    ("POST", "cancelcall?answer_id=1", &["counter"]),
    ("POST", "transfercall?answer_id=1&dst_type=service&dst_id=2", &["counter", "transfer"]),
    ("POST", "waitingticketslist?service_id=1", &[]),
    ("POST", "pausedticketslist?desk_id=1", &[]),
    ("POST", "cancelledticketslist?desk_id=1", &[]),
    ("POST", "cancellededticketslist?desk_id=1", &[]),
    ("GET", "waitingticketscount/1", &[]),
];

/// All roles of the source.
const ROLES: [&str; 5] = ["counter", "selectservices", "selecttickets", "park", "transfer"];

async fn ask(world: &World, method: &str, call: &str, token: Option<&str>) -> (u16, Option<u64>) {
    let header = token.map(|token| format!("Authorization: Bearer {token}"));
    let headers: Vec<String> = header.into_iter().collect();
    let reply = world.ask(&format!("{method} {BASE}/{call}"), &headers, "").await;
    (reply.status, json(&reply)["errno"].as_u64())
}

fn json(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap_or_else(|_| panic!("{} {}", reply.status, reply.body))
}

async fn sign_in(world: &World, user: &str) -> String {
    let body = format!(r#"{{"user_id": "{user}", "password": "demo-clerk"}}"#);
    let reply = world.ask(&format!("POST {BASE}/login"), &[], &body).await;
    json(&reply)["authtoken"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn nobody_gets_in_without_a_good_token() {
    let mut world = world::start().await;
    world.happens("authentication on").await.unwrap();
    let old = sign_in(&world, "1").await;
    let mut elsewhere = world::start().await;
    elsewhere.happens("authentication on").await.unwrap();
    let foreign = sign_in(&elsewhere, "1").await;
    world.happens("wait 168 h").await.unwrap();
    let good = sign_in(&world, "1").await;
    let (head, tail) = good.rsplit_once('.').unwrap();
    let unsigned = format!("{head}.");
    let other = format!("{head}.{}", tail.chars().rev().collect::<String>());
    let long = "x".repeat(3_000);
    let revoked = world.api_key(1).await;
    world.revoke(1).await;
    let key = world.api_key(1).await;
    let unknown = format!("ak_{}", "0".repeat(64));
    let cut = &key[..key.len() - 1];
    let elsewhere = elsewhere.api_key(1).await;
    let keys = [revoked.as_str(), &unknown, cut, &elsewhere];
    for (method, call, _) in OPERATIONS {
        assert_eq!(ask(&world, method, call, None).await, (401, Some(101)), "{call}");
        for wrong in [foreign.as_str(), &unsigned, &other, "x", &long].into_iter().chain(keys) {
            let said = ask(&world, method, call, Some(wrong)).await;
            assert_eq!(said, (401, Some(102)), "{call}");
        }
        assert_eq!(ask(&world, method, call, Some(&old)).await, (401, Some(103)), "{call}");
    }
    let (status, errno) = ask(&world, "POST", "login?user_id=1&password=demo-clerk", None).await;
    assert_eq!((status, errno), (200, None), "who signs in has no token yet");
    // A key in place of a password; it is nobody else's, and no password makes up for a wrong one.
    for (call, shown, said) in [
        ("login", key.as_str(), (200, None)),
        ("login?user_id=1", &key, (200, None)),
        ("login?username=clerk1", &key, (200, None)),
        ("login?user_id=2", &key, (403, Some(105))),
        ("login?user_id=1&username=clerk2", &key, (403, Some(105))),
        ("login", &revoked, (401, Some(102))),
        ("login?user_id=1&password=demo-clerk", &unknown, (401, Some(102))),
        ("login", "x", (400, Some(5))),
    ] {
        assert_eq!(ask(&world, "POST", call, Some(shown)).await, said, "{call}");
    }
    // Who takes over a number does not take over its keys.
    world.happens("set operator 1 renamed").await.unwrap();
    let said = ask(&world, "POST", "waitingticketslist", Some(&key)).await;
    assert_eq!(said, (401, Some(102)));
    world.happens("set operator 1 renamed").await.unwrap();
    let header = format!("Authorization: Bearer {good}");
    let reply = world.ask(&format!("POST {BASE}/waitingticketslist"), &[header], "").await;
    assert_eq!(json(&reply)["tickets"], Value::Array(vec![]), "nothing of it was done");
}

#[tokio::test]
async fn each_operation_wants_its_roles_and_no_others() {
    let mut world = world::start().await;
    world.happens("authentication on").await.unwrap();
    let token = sign_in(&world, "1").await;
    let key = world.api_key(1).await;
    for (method, call, roles) in OPERATIONS {
        for lacking in ROLES {
            let rest: Vec<&str> = ROLES.into_iter().filter(|role| *role != lacking).collect();
            give(&mut world, &rest).await;
            for shown in [&token, &key] {
                let said = ask(&world, method, call, Some(shown)).await;
                let refused = said == (403, Some(104));
                assert_eq!(refused, roles.contains(&lacking), "{call} without {lacking}: {said:?}");
            }
        }
        give(&mut world, roles).await;
        for shown in [&token, &key] {
            let (status, _) = ask(&world, method, call, Some(shown)).await;
            assert!(![401, 403].contains(&status), "{call} with all it wants: {status}");
        }
    }
    give(&mut world, &["hall", "administration"]).await;
    let said = ask(&world, "POST", "recall?answer_id=1", Some(&token)).await;
    assert_eq!(said, (403, Some(104)), "who leads the hall is no clerk by that");
}

async fn give(world: &mut World, roles: &[&str]) {
    world.happens(&format!("set operator 1 rights {}", roles.join(" "))).await.unwrap();
}

#[tokio::test]
async fn wrong_passwords_are_soon_too_many() {
    let mut world = world::start().await;
    world.happens("authentication on").await.unwrap();
    let wrong = "login?user_id=1&password=wrong";
    for _ in 0..serve::door::LOGIN_FAILURES_MAX {
        assert_eq!(ask(&world, "POST", wrong, None).await, (401, Some(106)));
    }
    // By whatever name, and with the right password too; others are not concerned.
    let named = "login?username=clerk1&password=demo-clerk";
    assert_eq!(ask(&world, "POST", named, None).await, (429, Some(107)));
    let reply = world.ask("POST /v1/login", &[], r#"{"login":"clerk1","password":"x"}"#).await;
    assert_eq!(reply.status, 429);
    assert_eq!(reply.headers["retry-after"], "60");
    sign_in(&world, "2").await;
    world.happens("wait 60 s").await.unwrap();
    sign_in(&world, "1").await;
}

/// Rounds in which all clerks press at once.
const ROUNDS: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operators_who_press_next_at_once_never_share_a_ticket() {
    let mut world = world::start().await;
    world.happens("authentication on").await.unwrap();
    let mut tokens = Vec::new();
    for user in ["1", "2", "3", "4"] {
        tokens.push(sign_in(&world, user).await);
    }
    let world = std::sync::Arc::new(world);
    let mut called = BTreeSet::new();
    let mut tickets = 0;
    for _ in 0..ROUNDS {
        // Fewer tickets than clerks, and further ones arrive meanwhile.
        let mut pressing = tokio::task::JoinSet::new();
        for (desk, token) in (1..).zip(tokens.clone()) {
            let world = std::sync::Arc::clone(&world);
            pressing.spawn(async move { press(&world, desk, &token).await });
        }
        for _ in 0..3 {
            let created = ask(&world, "POST", "createticket?service_id=1", Some(&tokens[0])).await;
            assert_eq!(created, (200, None));
            tickets += 1;
        }
        for ticket in pressing.join_all().await.into_iter().flatten() {
            assert!(called.insert(ticket.clone()), "ticket {ticket} was called twice");
        }
    }
    while let Some(ticket) = press(&world, 1, &tokens[0]).await {
        assert!(called.insert(ticket.clone()), "ticket {ticket} was called twice");
    }
    assert_eq!(called.len(), tickets, "everyone was called");
}

/// The ticket that a press of `next` gave, served to its end.
async fn press(world: &World, desk: u32, token: &str) -> Option<String> {
    let headers = [format!("Authorization: Bearer {token}")];
    let call = format!("POST {BASE}/callnextticket?desk_id={desk}");
    let reply = world.ask(&call, &headers, "").await;
    let answer = &json(&reply)["answer"];
    if reply.status != 200 {
        assert_eq!(json(&reply)["errno"], 8, "{}", reply.body);
        return None;
    }
    let id = answer["id"].as_str().unwrap();
    let end = world.ask(&format!("POST {BASE}/endcall?answer_id={id}"), &headers, "").await;
    assert_eq!(end.status, 200, "{}", end.body);
    Some(answer["ticket"]["id"].as_str().unwrap().to_owned())
}
