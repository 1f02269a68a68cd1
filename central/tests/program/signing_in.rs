//! Tokens, refusals, and the first user of an organisation.

use central::broker::Broker;
use nix::sys::signal::Signal;
use serde_json::json;

use crate::stage::{Central, until};

const JSON: &str = "Content-Type: application/json";

#[tokio::test]
async fn nothing_is_told_without_a_token() {
    let central = Central::demo().await;
    let token = central.token().await;
    let [head, body, _] = token.split('.').collect::<Vec<_>>().try_into().expect("three parts");
    for header in [
        "X-Nothing: 1".to_owned(),
        "Authorization: Bearer x".into(),
        format!("Authorization: Basic {token}"),
        format!("Authorization: Bearer {head}.{body}."),
        format!("Authorization: Bearer {token}{token}"),
    ] {
        for path in ["/v1/branches", "/v1/branches/1", "/v1/branches/x"] {
            let reply = central.ask(&format!("GET {path}"), &[&header], "").await;
            assert_eq!((reply.status, reply.code().as_str()), (401, "unauthorized"), "{header}");
            assert!(reply.head.contains("www-authenticate: bearer"), "{}", reply.head);
        }
    }
    central.get("/v1/branches", &token).await;
}

#[tokio::test]
async fn what_is_wrong_is_a_problem_of_its_own_kind() {
    let central = Central::demo().await;
    let token = format!("Authorization: Bearer {}", central.token().await);
    let secret = r#"{"login":"manager","password":["hunter2"]}"#;
    let large = format!(r#"{{"login":"{}","password":""}}"#, "x".repeat(70_000));
    for (request, header, body, status, code) in [
        ("GET /v1/branches/2", token.as_str(), "", 404, "not_found"),
        ("GET /v1/branches/01", &token, "", 404, "not_found"),
        ("GET /v1/branches/-1", &token, "", 404, "not_found"),
        ("GET /v1/branches/99999999999", &token, "", 404, "not_found"),
        ("GET /v1/branches/1/x", &token, "", 404, "not_found"),
        ("GET /v2", &token, "", 404, "not_found"),
        ("POST /v1/branches", &token, "", 405, "method_not_allowed"),
        ("DELETE /v1/branches/1", &token, "", 405, "method_not_allowed"),
        ("GET /v1/login", &token, "", 405, "method_not_allowed"),
        ("POST /health", &token, "", 405, "method_not_allowed"),
        ("POST /v1/login", JSON, "", 400, "bad_body"),
        ("POST /v1/login", JSON, r#"{"login":"manager"}"#, 400, "bad_body"),
        ("POST /v1/login", JSON, secret, 400, "bad_body"),
        ("POST /v1/login", "Content-Type: text/plain", secret, 415, "not_json"),
        ("POST /v1/login", JSON, &large, 413, "too_large"),
        ("POST /v1/setup", JSON, r#"{"code":"0"}"#, 400, "bad_body"),
        ("GET /%ff", &token, "", 400, "malformed"),
    ] {
        let reply = central.ask(request, &[header], body).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{request}");
        assert!(!reply.body.contains("hunter2"), "{}", reply.body);
        assert_eq!(reply.head.contains("\r\nallow: "), status == 405, "{}", reply.head);
    }
    let user = json!({"code": "0", "login": "a", "name": "A", "password": "long enough"});
    let reply = central.post("/v1/setup", &user).await;
    assert_eq!((reply.status, reply.code().as_str()), (409, "already_set_up"));
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let central = Central::demo().await;
    let guess = json!({"login": "manager", "password": "hunter2"});
    let mut wrong = 0;
    let refused = loop {
        let reply = central.post("/v1/login", &guess).await;
        match reply.status {
            401 => {
                assert_eq!(reply.code(), "wrong_credentials");
                wrong += 1;
            }
            _ => break reply,
        }
    };
    assert_eq!((refused.status, refused.code().as_str()), (429, "too_many_attempts"));
    assert_eq!(wrong, 10);
    assert!(refused.head.contains("\r\nretry-after: "), "{}", refused.head);
    let nobody = json!({"login": "nobody", "password": "hunter2"});
    let reply = central.post("/v1/login", &nobody).await;
    assert_eq!((reply.status, reply.code().as_str()), (401, "wrong_credentials"));
    assert!(!central.log().contains("hunter2"));
}

#[tokio::test]
async fn an_organisation_begins_with_a_code_that_is_shown_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let broker = Broker::start(folder.path(), None).await.expect("somebody's broker");
    let password_file = folder.path().join("password");
    let credentials = broker.credentials();
    serve::secret::write(&password_file, credentials.password.as_bytes()).expect("written");
    let sets = [
        "--set=organisation.tenant=demo".to_owned(),
        "--set=organisation.name=North Bank".into(),
        format!("--set=mqtt.url={}", broker.address()),
        format!("--set=mqtt.user={}", credentials.user),
        format!("--set=mqtt.password_file={}", password_file.display()),
    ];
    let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
    let mut central = Central::with(&sets).await;
    let log = central.log();
    let code = log.lines().find_map(|line| line.strip_prefix("    ")).expect("it is shown").trim();
    assert_eq!(code.len(), 24, "{log}");
    let wrong = json!({"login": "manager", "password": "demo-manager"});
    assert_eq!(central.post("/v1/login", &wrong).await.status, 401, "there is no default user");
    assert_eq!(central.ask("GET /v1/setup", &[], "").await.json(), json!({"awaited": true}));
    let reply = central.ask("DELETE /v1/setup", &[], "").await;
    assert_eq!((reply.status, reply.code().as_str()), (405, "method_not_allowed"));
    assert!(reply.head.contains("\r\nallow: get, head, post"), "{}", reply.head);
    let problems = central.health().await["problems"].to_string();
    assert!(problems.contains("setup code"), "{problems}");

    let user = |code: &str| json!({"code": code, "login": "anna", "name": "Anna", "password": "correct horse"});
    let reply = central.post("/v1/setup", &user("0000-0000-0000-0000-0000")).await;
    assert_eq!((reply.status, reply.code().as_str()), (403, "wrong_code"));
    let reply = central.post("/v1/setup", &user(code)).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    let token = reply.json()["token"].as_str().expect("a token").to_owned();
    assert_eq!(central.get("/v1/branches", &token).await, json!([]));
    let reply = central.post("/v1/setup", &user(code)).await;
    assert_eq!(reply.status, 409);
    assert_eq!(central.ask("GET /v1/setup", &[], "").await.json(), json!({"awaited": false}));

    assert_eq!(central.end_by(Signal::SIGTERM).await.code(), Some(0));
    assert!(!central.home().join("broker").exists());
    central.start().await;
    assert_eq!(central.ask("GET /v1/setup", &[], "").await.json(), json!({"awaited": false}));
    assert!(!central.log().contains(code) && !central.log().contains("/v1/setup"), "only once");
    let anna = json!({"login": "anna", "password": "correct horse"});
    assert_eq!(central.post("/v1/login", &anna).await.status, 200);
    until("it is well", async || central.health().await["status"] == "ok").await;
    drop(central);
    broker.stop().await;
}
