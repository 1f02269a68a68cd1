//! Many at once: one key in many hands, and clerks who press at the same instant.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use tests::Http;
use tests::dialects::text;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::stage::Stage;

/// Phones that scanned the same code.
const PHONES: usize = 24;

/// Counters of the sample branch, and clients that press at each of them.
const COUNTERS: u32 = 4;
const CLIENTS_AT_A_COUNTER: u32 = 4;

/// People in the hall.
const TICKETS: usize = 200;

/// The errno of Queue Management where nobody waits.
const NOBODY_WAITS: u64 = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_buys_one_ticket_however_many_ask_at_once() {
    let stage = Stage::new();
    let branch = stage.branch().await;
    let key = branch.http().smart_key().await;
    let start = Arc::new(Barrier::new(PHONES));
    let mut phones = JoinSet::new();
    for _ in 0..PHONES {
        let (mut http, key, start) = (branch.http(), key.clone(), Arc::clone(&start));
        phones.spawn(async move {
            // The connection stands before anyone asks.
            http.get("/health").await.ok();
            start.wait().await;
            http.smart_ticket(&key, 1).await
        });
    }
    let replies = phones.join_all().await;
    let tickets = replies.iter().filter(|reply| reply.status == 200).count();
    let refused = replies.iter().filter(|reply| reply.status == 400);
    let reasons: Vec<Value> = refused.map(|reply| reply.json()["error"].take()).collect();
    assert_eq!((tickets, reasons), (1, vec![json!("key_used"); PHONES - 1]));
    assert_eq!(branch.ledger().entries("issued").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_ticket_is_called_to_two_counters() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    let mut hall = JoinSet::new();
    for service in 1..=4 {
        let mut http = branch.http();
        hall.spawn(async move {
            for _ in 0..TICKETS / 4 {
                http.qm("createticket", json!({ "service_id": service })).await.ok();
            }
        });
    }
    hall.join_all().await;

    let mut clients = JoinSet::new();
    for counter in 1..=COUNTERS {
        for _ in 0..CLIENTS_AT_A_COUNTER {
            clients.spawn(press_until_nobody_waits(branch.http(), counter));
        }
    }
    let called: Vec<String> = clients.join_all().await.into_iter().flatten().collect();
    let once: BTreeSet<&String> = called.iter().collect();
    assert_eq!((called.len(), once.len()), (TICKETS, TICKETS), "each is told to one clerk");
    branch.stop().await;
    check_journal(&branch);
}

/// The tickets that this client was given. Beside it, others press at the same counter.
async fn press_until_nobody_waits(mut http: Http, counter: u32) -> Vec<String> {
    let at = json!({"desk_id": counter, "user_id": counter});
    let mut tickets = Vec::new();
    loop {
        let reply = http.qm("callnextticket", at.clone()).await;
        if reply.status == 200 {
            let answer = reply.json()["answer"].take();
            tickets.push(text(&answer["ticket"]["id"]));
            http.end_call(&text(&answer["id"])).await;
            continue;
        }
        // Whoever is refused finds the counter with a customer, or nobody left.
        assert_eq!(reply.status, 409, "{}", reply.text());
        if reply.json()["errno"] == NOBODY_WAITS {
            return tickets;
        }
    }
}

/// Nobody is called twice, and no counter has two customers at a time.
fn check_journal(branch: &tests::Appliance) {
    let mut called = BTreeSet::new();
    let mut busy = BTreeSet::new();
    let mut at = std::collections::BTreeMap::new();
    for entry in branch.ledger().journal() {
        let ticket = entry.members["ticket"].as_u64();
        match entry.kind.as_str() {
            "called" => {
                let counter = entry.members["counter"].as_u64().expect("a counter");
                assert!(called.insert(ticket), "ticket {ticket:?} is called twice");
                assert!(busy.insert(counter), "counter {counter} has two customers");
                at.insert(ticket, counter);
            }
            "finished" => {
                let counter = at.remove(&ticket).expect("whoever is served was called");
                assert!(busy.remove(&counter));
            }
            _ => {}
        }
    }
    assert_eq!((called.len(), busy.len()), (TICKETS, 0));
}
