//! Lost answers: who asks again with the same `Idempotency-Key` gets the first answer.

use serde_json::{Value, json};
use tests::dialects::{QUEUE_MANAGEMENT, SMART};

use super::stage::Stage;

/// The errno of Queue Management for a wrong parameter.
const WRONG_PARAMETER: u64 = 5;

#[tokio::test]
async fn a_used_up_key_gives_its_ticket_to_whoever_asked_first() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    let mut http = branch.http();
    let path = format!("{SMART}/generateTicket?key={}", http.smart_key().await);
    let wish = json!({"lang": 1, "task": 1});
    let first = http.post_once(&path, &wish, "phone-1").await.ok().json();
    let again = http.post_once(&path, &wish, "phone-1").await.ok().json();
    assert_eq!(first, again);

    // Without it, with another one, or with another wish, the key is used up.
    for reply in [
        http.post(&path, &wish).await,
        http.post_once(&path, &wish, "phone-2").await,
        http.post_once(&path, &json!({"lang": 1, "task": 2}), "phone-1").await,
    ] {
        assert_eq!(reply.status, 400, "{}", reply.text());
    }

    branch.restart().await;
    let after = branch.http().post_once(&path, &wish, "phone-1").await.ok().json();
    assert_eq!(first, after);
    assert_eq!(branch.ledger().entries("issued").len(), 1);
}

#[tokio::test]
async fn createticket_is_done_once_across_a_restart_and_a_crash() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    let path = format!("{QUEUE_MANAGEMENT}/createticket");
    let wish = json!({"service_id": 3, "client_name": "J. Doe"});
    let who = |reply: Value| (reply["ticket"]["id"].clone(), reply["ticket"]["number"].clone());
    let first = who(branch.http().post_once(&path, &wish, "kiosk-1").await.ok().json());
    assert_eq!(first.1, "C001");
    assert_eq!(who(branch.http().post_once(&path, &wish, "kiosk-1").await.ok().json()), first);
    branch.restart().await;
    assert_eq!(who(branch.http().post_once(&path, &wish, "kiosk-1").await.ok().json()), first);
    branch.kill();
    branch.start_again().await.expect("starts after a crash");
    let mut http = branch.http();
    assert_eq!(who(http.post_once(&path, &wish, "kiosk-1").await.ok().json()), first);

    let other = http.post_once(&path, &json!({"service_id": 4}), "kiosk-1").await;
    assert_eq!((other.status, &other.json()["errno"]), (400, &json!(WRONG_PARAMETER)));
    assert_eq!(branch.ledger().entries("issued").len(), 1);
    let second = who(http.post_once(&path, &wish, "kiosk-2").await.ok().json());
    assert_eq!(second.1, "C002");
}
