//! Administration over /v1: who may, two at once, what a change hits, and what its history tells.

use serde_json::{Value, json};

use super::world::{self, Reply, World};

/// Every call of the administration, with a body that would do.
const CALLS: [(&str, &str); 12] = [
    ("GET /v1/devices", ""),
    ("POST /v1/devices/1/test", ""),
    ("GET /v1/devices/1/monitor", ""),
    ("GET /v1/checks", ""),
    ("GET /v1/settings", ""),
    ("PUT /v1/settings", "{}"),
    ("POST /v1/settings/check", "{}"),
    ("GET /v1/settings/history", ""),
    ("GET /v1/settings/history/1", ""),
    ("GET /v1/operators", ""),
    ("PUT /v1/operators/1/password", r#"{"password": "long enough, that is"}"#),
    ("POST /v1/operators/1/sign-out", ""),
];

fn body(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap_or_else(|_| panic!("{} {}", reply.status, reply.body))
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}")
}

async fn sign_in(world: &World, login: &str, password: &str) -> String {
    let sent = json!({"login": login, "password": password}).to_string();
    let reply = world.ask("POST /v1/login", &[], &sent).await;
    body(&reply)["token"].as_str().unwrap().to_owned()
}

/// A branch whose operators have passwords, and its manager's token.
async fn start() -> (World, String) {
    let mut world = world::start().await;
    world.happens("authentication on").await.unwrap();
    let token = sign_in(&world, "manager", "demo-manager").await;
    (world, token)
}

async fn read(world: &World, token: &str) -> (String, Value) {
    let reply = world.ask("GET /v1/settings", &[bearer(token)], "").await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    (reply.headers["etag"].clone(), body(&reply)["settings"].clone())
}

async fn write(world: &World, token: &str, tag: &str, settings: &Value) -> Reply {
    let headers = [bearer(token), format!("If-Match: {tag}")];
    world.ask("PUT /v1/settings", &headers, &settings.to_string()).await
}

#[tokio::test]
async fn only_a_good_token_of_an_administrator_opens_the_administration() {
    let (mut world, token) = start().await;
    let old = sign_in(&world, "manager", "demo-manager").await;
    world.happens("wait 168 h").await.unwrap();
    let clerk = sign_in(&world, "clerk1", "demo-clerk").await;
    for (call, sent) in CALLS {
        let refused = async |headers: &[String], status: u16, code: &str| {
            let reply = world.ask(call, headers, sent).await;
            assert_eq!(
                (reply.status, body(&reply)["code"].as_str()),
                (status, Some(code)),
                "{call}"
            );
        };
        refused(&[], 401, "no_token").await;
        refused(&[bearer("x")], 401, "wrong_token").await;
        refused(&["Authorization: Basic YTpi".into()], 401, "wrong_token").await;
        refused(&[bearer(&token)], 401, "token_expired").await;
        refused(&[bearer(&old)], 401, "token_expired").await;
        refused(&[bearer(&clerk)], 403, "right_missing").await;
    }
    for right in ["counter", "select_services", "select_tickets", "park", "transfer", "hall"] {
        let word = right.replace('_', "");
        world.happens(&format!("set operator 1 rights {word}")).await.unwrap();
        let reply = world.ask("GET /v1/settings", &[bearer(&clerk)], "").await;
        assert_eq!(reply.status, 403, "with {right} alone");
    }
    world.happens("set operator 1 rights administration").await.unwrap();
    let reply = world.ask("GET /v1/settings", &[bearer(&clerk)], "").await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn of_two_administrators_the_second_is_told_of_the_first() {
    let (world, token) = start().await;
    let (tag, mut settings) = read(&world, &token).await;
    settings["name"] = json!("First");
    let reply = write(&world, &token, &tag, &settings).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let version = body(&reply)["version"].as_u64().unwrap();
    assert_eq!(reply.headers["etag"], format!("\"{version}\""));
    settings["name"] = json!("Second");
    let reply = write(&world, &token, &tag, &settings).await;
    let told = body(&reply);
    assert_eq!((reply.status, told["code"].as_str()), (412, Some("changed_meanwhile")));
    assert_eq!(told["version"], version);
    assert_eq!(told["who"], json!({"id": 5, "name": "Manager"}));
    let (tag, now) = read(&world, &token).await;
    assert_eq!(now["name"], "First");
    assert_eq!(write(&world, &token, &tag, &settings).await.status, 200);
    // Sent once more because the answer was lost: it is so already.
    assert_eq!(write(&world, &token, &tag, &settings).await.status, 200);
}

#[tokio::test]
async fn history_tells_who_changed_what_and_gives_back_what_was() {
    let (world, token) = start().await;
    let (tag, before) = read(&world, &token).await;
    let mut settings = before.clone();
    settings["services"][1]["tag"] = json!("K");
    settings["zone"] = json!("Asia/Kathmandu");
    let reply = write(&world, &token, &tag, &settings).await;
    let version = body(&reply)["version"].as_u64().unwrap();
    let list = world.ask("GET /v1/settings/history?limit=1", &[bearer(&token)], "").await;
    let list = body(&list);
    assert_eq!(list.as_array().unwrap().len(), 1);
    let newest = &list[0];
    assert_eq!(newest["version"], version);
    assert_eq!((&newest["by"], &newest["who"]["name"]), (&json!("operator"), &json!("Manager")));
    let changes = json!([
        {"path": "/services/1/tag", "old": "B", "new": "K"},
        {"path": "/zone", "old": "Europe/Budapest", "new": "Asia/Kathmandu"}
    ]);
    assert_eq!(newest["changes"], changes);
    let call = format!("GET /v1/settings/history?before={version}");
    let older = body(&world.ask(&call, &[bearer(&token)], "").await);
    let first = older[0]["version"].as_u64().unwrap();
    let call = format!("GET /v1/settings/history/{first}");
    let whole = body(&world.ask(&call, &[bearer(&token)], "").await);
    assert_eq!((&whole["settings"], &whole["by"]), (&before, &json!("box")));
    // What was is put into force again like any other change.
    let (tag, _) = read(&world, &token).await;
    assert_eq!(write(&world, &token, &tag, &whole["settings"]).await.status, 200);
    assert_eq!(read(&world, &token).await.1, before);
}

#[tokio::test]
async fn a_change_that_customers_need_undone_is_refused_with_a_softer_way() {
    let (world, token) = start().await;
    for _ in 0..2 {
        let call = "POST /restapi/v2/queuemanagement/createticket?service_id=1";
        assert_eq!(world.ask(call, &[bearer(&token)], "").await.status, 200);
    }
    let (tag, mut settings) = read(&world, &token).await;
    let whole = settings.clone();
    settings["services"].as_array_mut().unwrap().remove(0);
    let sent = settings.to_string();
    let verdict = body(&world.ask("POST /v1/settings/check", &[bearer(&token)], &sent).await);
    assert_eq!((&verdict["sound"], &verdict["errors"]), (&json!(false), &json!([])));
    let hit = &verdict["hits"][0];
    assert_eq!(hit["path"], "/services/0");
    assert_eq!(hit["message"], "2 open tickets need service 1 (Service 1).");
    assert!(hit["remedy"].as_str().unwrap().starts_with("Disable the service instead"));
    let reply = write(&world, &token, &tag, &settings).await;
    let told = body(&reply);
    assert_eq!((reply.status, told["code"].as_str()), (409, Some("in_use")));
    assert!(told["detail"].as_str().unwrap().starts_with("2 open tickets need service 1"));
    assert_eq!(told["errors"][0]["path"], "/services/0");
    let mut softer = whole;
    softer["services"][0]["disabled"] = json!(true);
    let sent = softer.to_string();
    let verdict = body(&world.ask("POST /v1/settings/check", &[bearer(&token)], &sent).await);
    assert_eq!((&verdict["sound"], &verdict["hits"][0]["forbids"]), (&json!(true), &json!(false)));
    assert_eq!(write(&world, &token, &tag, &softer).await.status, 200);
}

#[tokio::test]
async fn flaws_between_the_parts_come_with_their_places() {
    let (world, token) = start().await;
    let (tag, mut settings) = read(&world, &token).await;
    settings["counters"][0]["serves"] = json!([1, 99]);
    settings["rules"]["no_shows_max"] = json!(0);
    settings["zone"] = json!("Moon/Tycho");
    let reply = write(&world, &token, &tag, &settings).await;
    assert_eq!(reply.status, 422, "{}", reply.body);
    let told = body(&reply);
    let errors: Vec<&str> =
        told["errors"].as_array().unwrap().iter().map(|e| e["path"].as_str().unwrap()).collect();
    assert_eq!(errors, ["/counters/0/serves/1", "/rules/no_shows_max", "/zone"]);
    let message = &told["errors"][1]["message"];
    assert_eq!(message, "rules.no_shows_max is out of bounds; it must be from 1 to 255.");
    assert_eq!(read(&world, &token).await.0, tag, "nothing was changed");
}

#[tokio::test]
async fn settings_of_a_large_branch_are_taken_from_an_administrator_alone() {
    let (world, token) = start().await;
    let (tag, mut settings) = read(&world, &token).await;
    let services = settings["services"].as_array_mut().unwrap();
    for id in 100..190 {
        let mut service = services[0].clone();
        service["id"] = json!(id);
        service["descriptions"]["1"] = json!("x".repeat(1_500));
        services.push(service);
    }
    let sent = settings.to_string();
    assert!(128 * 1024 < sent.len(), "beyond what others may send");
    let clerk = sign_in(&world, "clerk1", "demo-clerk").await;
    let headers = [bearer(&clerk), format!("If-Match: {tag}")];
    assert_eq!(world.ask("PUT /v1/settings", &headers, &sent).await.status, 413);
    assert_eq!(world.ask("PUT /v1/settings", &[], &sent).await.status, 413);
    assert_eq!(write(&world, &token, &tag, &settings).await.status, 200);
    assert_eq!(read(&world, &token).await.1["services"].as_array().unwrap().len(), 96);
    let headers = [bearer(&token), format!("If-Match: {tag}")];
    let longest = " ".repeat((4 << 20) + 1);
    assert_eq!(world.ask("PUT /v1/settings", &headers, &longest).await.status, 413);
}

#[tokio::test]
async fn checks_tell_what_is_amiss_and_what_to_do() {
    let (world, token) = start().await;
    let (tag, mut settings) = read(&world, &token).await;
    for counter in settings["counters"].as_array_mut().unwrap() {
        counter["serves"] = json!([1, 2, 4, 5, 6]);
    }
    settings["operators"].as_array_mut().unwrap().push(json!(
        {"id": 6, "login": "new", "name": "New clerk", "serves": null, "rights": ["counter"]}
    ));
    assert_eq!(write(&world, &token, &tag, &settings).await.status, 200);
    let headers = [bearer(&token), "If-Match: \"1\"".to_owned()];
    let none = world.ask("PUT /v1/devices/list", &headers, r#"{"devices": []}"#).await;
    assert_eq!(none.status, 200, "{}", none.body);
    let found = body(&world.ask("GET /v1/checks", &[bearer(&token)], "").await);
    assert_eq!(
        found[0],
        json!({
            "code": "service_without_counter", "severity": "error", "subject": "services/3",
            "message": "No counter serves Service 3: its tickets would never be called.",
            "remedy": "Let a counter serve it, or disable the service.",
            "values": {"service": "Service 3"}
        })
    );
    let has = |code: &str, subject: &str| {
        let is_it = |found: &Value| found["code"] == code && found["subject"] == subject;
        found.as_array().unwrap().iter().any(is_it)
    };
    assert!(has("operator_without_password", "operators/6"), "{found}");
    assert!(has("smart_ticket_unreachable", "smart_ticket"), "{found}");
    assert!(has("no_printer", "devices"), "{found}");
    assert!(!has("operator_without_password", "operators/1"), "{found}");
}

#[tokio::test]
async fn another_zone_is_seen_without_a_restart() {
    let (world, token) = start().await;
    let ticket = "POST /restapi/v2/queuemanagement/createticket?service_id=1";
    assert_eq!(world.ask(ticket, &[bearer(&token)], "").await.status, 200);
    let waiting = "POST /restapi/v2/queuemanagement/waitingticketslist?service_id=1";
    let date = async || {
        let reply = world.ask(waiting, &[bearer(&token)], "").await;
        body(&reply)["tickets"][0]["date"].as_str().unwrap().to_owned()
    };
    assert!(date().await.starts_with("2026-11-23 12:00"), "{}", date().await);
    let (tag, mut settings) = read(&world, &token).await;
    settings["zone"] = json!("Asia/Kathmandu");
    assert_eq!(write(&world, &token, &tag, &settings).await.status, 200);
    assert!(date().await.starts_with("2026-11-23 16:45"), "{}", date().await);
}
