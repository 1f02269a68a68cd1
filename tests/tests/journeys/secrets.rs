//! What must never be seen: keys, tokens and what people wrote, in the log and in the figures.

use serde_json::json;
use tests::dialects::{QUEUE_MANAGEMENT, SMART, text};
use tests::{Appliance, Http};

use super::stage::{Stage, await_spool};

const COMMENT: &str = "quiteunheardof-comment";
const NAME: &str = "quiteunheardof-name";
const FIELD: &str = "quiteunheardof-field";
const NOTE: &str = "quiteunheardof-note";
const REPEAT: &str = "quiteunheardof-repeat";

/// A visit with all that can be written into it; gives the keys and tokens used.
async fn full_visit(http: &mut Http) -> Vec<String> {
    let key = http.smart_key().await;
    let wish = json!({"lang": 1, "task": 1});
    let path = format!("{SMART}/generateTicket?key={key}");
    let token = text(&http.post_once(&path, &wish, REPEAT).await.ok().json()["ticket"]);
    let named = json!({"service_id": 2, "client_name": NAME, "custom_field": FIELD});
    http.post_once(&format!("{QUEUE_MANAGEMENT}/createticket"), &named, REPEAT).await.ok();
    let call = text(&http.call_next(1).await["id"]);
    http.end_call(&call).await;
    let feedback = json!({"lang": 1, "profile": 1, "question": 1, "answer": 2, "comment": COMMENT});
    http.post(&format!("{SMART}/feedback?ticket={token}"), &feedback).await.ok();
    let call = text(&http.call_next(1).await["id"]);
    let on = json!({"answer_id": call, "dst_type": "service", "dst_id": 3, "note": NOTE});
    http.qm("transfercall", on).await.ok();
    vec![key, token]
}

/// Requests that are refused, with the same secrets in all the wrong places.
async fn blunders(http: &mut Http, key: &str, token: &str) {
    let comment = format!(r#"{{"lang":1,"comment":"{COMMENT}","#);
    for (method, path, body) in [
        ("POST", format!("{SMART}/generateTicket?key={key}"), "{}".to_owned()),
        ("POST", format!("{SMART}/feedback?ticket={token}"), comment.clone()),
        ("GET", format!("{SMART}/nowhere/{token}?key={key}"), String::new()),
        ("GET", format!("/{key}/{token}"), String::new()),
        ("PATCH", format!("{SMART}/ticket/{token}"), comment.clone()),
        ("DELETE", format!("{SMART}/ticket/{token}"), comment),
        ("POST", format!("{QUEUE_MANAGEMENT}/{key}?client_name={NAME}"), NAME.to_owned()),
    ] {
        let headers = [("Idempotency-Key", REPEAT), ("X-Key", key), ("Cookie", token)];
        let reply = http.ask(method, &path, &headers, body.as_bytes()).await;
        assert!((400..500).contains(&reply.status), "{method} {path}: {}", reply.status);
    }
    let broken = format!("GET {SMART}/init?key={key} HTTP/9.9\r\nX-Token {token}\r\n\r\n");
    Http::new(http.address()).raw(broken.as_bytes()).await.ok();
}

fn assert_silent(text: &str, where_from: &str, secrets: &[String]) {
    let written = [COMMENT, NAME, FIELD, NOTE, REPEAT].map(str::to_owned);
    for secret in secrets.iter().chain(&written) {
        let found = text.lines().find(|line| line.contains(secret.as_str()));
        assert!(found.is_none(), "{where_from} tells `{secret}`: {}", found.unwrap_or_default());
    }
}

/// A visit on a branch whose printer, if there is one, prints `slips`.
async fn visit_and_listen(mut branch: Appliance, slips: usize) {
    let mut http = branch.http();
    let secrets = full_visit(&mut http).await;
    blunders(&mut http, &secrets[0], &secrets[1]).await;
    let figures = http.get("/metrics").await.ok().text();
    assert!(figures.contains("anteroom_journal_entries"), "{figures}");
    assert_silent(&figures, "/metrics", &secrets);
    assert_silent(&http.get("/health").await.ok().text(), "/health", &secrets);
    await_spool(&branch, "every slip on paper", |states| states == vec!["printed"; slips]).await;
    branch.stop().await;
    let log = branch.log();
    assert!(log.contains("generateTicket"), "the log tells of requests: {log}");
    assert_silent(&log, "the log", &secrets);
}

#[tokio::test]
async fn log_and_figures_keep_secrets() {
    let stage = Stage::new();
    let (_printer, branch) = stage.with_printer().await;
    visit_and_listen(branch, 1).await;
}

#[tokio::test]
async fn the_log_keeps_secrets_even_when_it_tells_everything() {
    let stage = Stage::new();
    let branch = stage.plan().set("log=trace").start().await.expect("starts");
    visit_and_listen(branch, 0).await;
}
