//! Four dialects over one line: what one begins another goes on with, and the journal cannot tell
//! which of them was spoken.

use serde_json::{Value, json};
use tests::dialects::{SMART, text};
use tests::{Http, Ledger};

use super::stage::Stage;

/// What names a thing, says when it was, or by whom it was taken: not part of the story.
const ASIDE: [&str; 8] = ["ticket", "call", "token", "number", "pass", "source", "device", "since"];

/// A call of Branch services, with its token.
async fn service(http: &mut Http, method: &str, path: &str, token: &str, body: &Value) -> Value {
    let headers = [("content-type", "application/json"), ("token", token)];
    let body = body.to_string();
    let reply = http.ask(method, &format!("/api/1/{path}"), &headers, body.as_bytes()).await.ok();
    if reply.body.is_empty() { Value::Null } else { reply.json() }
}

/// Signs in through Branch services: the shift opens.
async fn operator(http: &mut Http) -> String {
    let path = "/api/1/operation/identify/1/clerk1/demo-clerk";
    text(&http.post(path, &json!({})).await.ok().json())
}

async fn by_smart_ticket(http: &mut Http) {
    http.smart_token(1).await;
}

async fn by_queue_management(http: &mut Http) {
    http.qm("createticket", json!({"service_id": 1})).await.ok();
}

async fn by_virtual_ticket(http: &mut Http) {
    let customer = json!({"username": "ann", "password": "long enough"});
    let path = "/vt/api/json/customer/register";
    let token = text(&http.post(path, &customer).await.ok().json()["vt_token"]);
    let wanted = json!({
        "vt_token": token,
        "tickets": [{"master_id": "1", "service_id": "1"}],
    });
    http.post("/vt/api/json/ticket/create", &wanted).await.ok();
}

async fn by_branch_services(http: &mut Http) {
    let path = "/api/1/queue/admin/login/manager/demo-manager";
    let token = text(&http.post(path, &json!({})).await.ok().json());
    service(http, "POST", "queue/admin/tickets/new", &token, &json!({"productId": 1})).await;
}

async fn served_by_queue_management(http: &mut Http) {
    let called = http.qm("callnextticket", json!({"desk_id": 1, "user_id": 1})).await.ok().json();
    let call = text(&called["answer"]["id"]);
    http.qm("endcall", json!({"answer_id": call})).await.ok();
}

async fn served_by_branch_services(http: &mut Http, token: &str) {
    for step in ["invite", "start", "complete"] {
        service(http, "POST", &format!("operation/{step}"), token, &json!({})).await;
    }
}

/// What the journal says of the last ticket, without names and times.
fn story(ledger: &Ledger) -> Vec<(String, Value)> {
    let journal = ledger.journal();
    let last = journal.iter().filter_map(|entry| entry.members["ticket"].as_u64()).max();
    let of_last = |members: &Value| members["ticket"].as_u64() == last;
    let told = journal.into_iter().filter(|entry| of_last(&entry.members));
    told.map(|entry| {
        let mut members = entry.members;
        if let Some(members) = members.as_object_mut() {
            members.retain(|name, _| !ASIDE.contains(&name.as_str()));
        }
        (entry.kind, members)
    })
    .collect()
}

#[tokio::test]
async fn one_story_told_through_each_dialect_leaves_the_same_journal() {
    let stage = Stage::new();
    let branch = stage.branch().await;
    let mut http = branch.http();
    let clerk = operator(&mut http).await;
    let mut stories = Vec::new();
    for dialect in ["smart ticket", "queue management", "virtual ticket", "branch services"] {
        match dialect {
            "smart ticket" => by_smart_ticket(&mut http).await,
            "queue management" => by_queue_management(&mut http).await,
            "virtual ticket" => by_virtual_ticket(&mut http).await,
            _ => by_branch_services(&mut http).await,
        }
        served_by_queue_management(&mut http).await;
        stories.push((dialect, story(&branch.ledger())));
        by_queue_management(&mut http).await;
        served_by_branch_services(&mut http, &clerk).await;
        stories.push((dialect, story(&branch.ledger())));
    }
    let (_, first) = &stories[0];
    let kinds: Vec<&str> = first.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["issued", "called", "started", "finished"]);
    for (dialect, told) in &stories {
        assert_eq!(told, first, "after {dialect}");
    }
}

#[tokio::test]
async fn a_visit_begun_in_one_dialect_is_gone_on_with_in_the_others() {
    let stage = Stage::new();
    let branch = stage.branch().await;
    let mut http = branch.http();
    let clerk = operator(&mut http).await;
    let phone = http.smart_token(2).await;
    let seat = json!({"desk_id": 1, "user_id": 1});
    let called = http.qm("callnextticket", seat.clone()).await.ok().json();
    assert_eq!(called["answer"]["ticket"]["number"], "B001");
    assert_eq!(http.ticket_status(&phone).await["status"], 30);
    service(&mut http, "POST", "operation/start", &clerk, &json!({})).await;
    assert_eq!(http.ticket_status(&phone).await["status"], 60);
    service(&mut http, "POST", "operation/hold", &clerk, &json!({})).await;
    assert_eq!(http.ticket_status(&phone).await["status"], 70);
    let count = service(&mut http, "GET", "operation/personal/count", &clerk, &json!({})).await;
    assert_eq!(count, 1);
    let paused = http.qm("pausedticketslist", seat.clone()).await.ok().json();
    let ticket = text(&paused["tickets"][0]["id"]);
    let again = json!({"desk_id": 1, "user_id": 1, "ticket_id": ticket});
    http.qm("callpausedticket", again).await.ok();
    for step in ["start", "complete"] {
        service(&mut http, "POST", &format!("operation/{step}"), &clerk, &json!({})).await;
    }
    let rating = json!({"lang": 1, "profile": 1, "question": 1, "answer": 5, "comment": ""});
    http.ask(
        "POST",
        &format!("{SMART}/feedback?ticket={phone}"),
        &[("content-type", "application/json")],
        rating.to_string().as_bytes(),
    )
    .await
    .ok();
    assert_eq!(http.ticket_status(&phone).await["status"], 90);
    let answers = branch.ledger().entries("answered");
    assert_eq!((answers.len(), &answers[0].members["answer"]), (1, &json!(5)));
}
