//! The whole visit: a ticket, its slip, the clerk's calls, the end, the feedback.

use serde_json::{Value, json};
use tests::dialects::{SMART, text};
use tests::{Http, SOON};

use super::stage::Stage;

const COMMENT: &str = "Very friendly, and quick.";

/// The vendor's numbers for where a ticket stands.
const WAITING: u64 = 20;
const CALLED: u64 = 30;
const CLOSED: u64 = 90;

async fn state(http: &mut Http, token: &str) -> u64 {
    http.ticket_status(token).await["status"].as_u64().expect("a status is a number")
}

/// The date of the only waiting ticket, as staff see it.
async fn date_of_waiting(http: &mut Http) -> String {
    let list = http.qm("waitingticketslist", json!({})).await.ok().json();
    text(&list["tickets"][0]["date"])
}

#[tokio::test]
async fn a_whole_visit() {
    let stage = Stage::new();
    let (printer, mut branch) = stage.with_printer().await;
    let mut http = branch.http();

    let key = http.smart_key().await;
    let init = http.get(&format!("{SMART}/init?key={key}")).await.ok().json();
    let public_url = text(&init["publicUrl"]);
    assert_eq!(public_url, format!("{}/qnet6", branch.url()));
    let token = text(&http.smart_ticket(&key, 2).await.ok().json()["ticket"]);
    assert_eq!(state(&mut http, &token).await, WAITING);

    let slip = printer.wait_for_slips(1, SOON).await.remove(0);
    let lines: Vec<&str> = slip.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let taken = format!("Taken at {}", date_of_waiting(&mut http).await);
    let qr = format!("[QR {public_url}/smart/?ticket={token}]");
    let mut rest = lines.iter();
    for wanted in [
        "Default branch",
        "Your number",
        "B001",
        "Service 2",
        "Nobody is ahead of you",
        "Estimated wait: less than a minute",
        &taken,
        &qr,
        "Thank you for your visit.",
    ] {
        assert!(rest.any(|line| *line == wanted), "`{wanted}` is not, or not there, on\n{slip}");
    }

    let call = http.call_next(1).await;
    assert_eq!(call["ticket"]["number"], "B001");
    let answer_id = text(&call["id"]);
    assert_eq!(state(&mut http, &token).await, CALLED);
    http.qm("recall", json!({"answer_id": answer_id})).await.ok();
    http.end_call(&answer_id).await;
    assert_eq!(state(&mut http, &token).await, CLOSED);

    let feedback = json!({"lang": 1, "profile": 1, "question": 1, "answer": 5, "comment": COMMENT});
    http.post(&format!("{SMART}/feedback?ticket={token}"), &feedback).await.ok();
    branch.stop().await;

    let journal = branch.ledger().journal();
    let ticket = &journal.iter().find(|entry| entry.kind == "issued").unwrap().members["ticket"];
    let of_visit = journal.iter().filter(|entry| entry.members["ticket"] == *ticket);
    let story: Vec<&str> = of_visit.map(|entry| entry.kind.as_str()).collect();
    assert_eq!(story, ["issued", "called", "recalled", "started", "finished", "answered"]);
    let answered = &journal.iter().find(|entry| entry.kind == "answered").unwrap().members;
    assert_eq!(*answered, json!({"ticket": ticket, "survey": 1, "question": 1, "answer": 5}));
    // What people write can be erased, so it never stands in the journal.
    let ticket = ticket.as_i64().expect("a ticket is a number");
    assert_eq!(branch.ledger().texts(), [(ticket, "comment".to_owned(), COMMENT.to_owned())]);
    assert!(journal.iter().all(|entry| !entry.members.to_string().contains(COMMENT)));
}

#[tokio::test]
async fn whoever_is_ahead_stands_on_the_slip() {
    let stage = Stage::new();
    let (printer, branch) = stage.with_printer().await;
    let mut http = branch.http();
    for slips in 1..=3 {
        http.smart_token(1).await;
        printer.wait_for_slips(slips, SOON).await;
    }
    let slips = printer.slips();
    assert!(slips[1].contains("1 person is ahead of you"), "{}", slips[1]);
    assert!(slips[2].contains("A003") && slips[2].contains("2 people are ahead of you"));
    let waits = |slip: &str| slip.contains("Estimated wait: about");
    assert!(waits(&slips[2]), "{}", slips[2]);
}

#[tokio::test]
async fn slips_are_in_the_customers_language() {
    let stage = Stage::new();
    let (printer, branch) = stage.with_printer().await;
    let mut http = branch.http();
    let mut tokens = Vec::new();
    for language in 1..=4 {
        let key = http.smart_key().await;
        let reply: Value = http.smart_ticket_in(&key, 1, language).await.ok().json();
        tokens.push(text(&reply["ticket"]));
        printer.wait_for_slips(tokens.len(), SOON).await;
    }
    let slips = printer.slips();
    for (slip, words) in slips.iter().zip([
        ["Your number", "Service 1", "Thank you for your visit."],
        ["Az Ön sorszáma", "1. szolgáltatás", "Köszönjük, hogy felkeresett bennünket!"],
        ["Ваш номер", "Услуга 1", "Спасибо за посещение!"],
    ]) {
        for word in words {
            assert!(slip.contains(word), "`{word}` is not on\n{slip}");
        }
        assert!(!slip.contains("[raster"), "the printer has these letters itself:\n{slip}");
    }
    // No code page has Arabic as it is written: its lines are images, the number is not.
    let arabic = &slips[3];
    assert!(arabic.matches("[raster ").count() >= 5, "{arabic}");
    assert!(arabic.contains("A004") && !arabic.contains("Service"), "{arabic}");
    for (slip, token) in slips.iter().zip(&tokens) {
        assert!(slip.contains(&format!("/qnet6/smart/?ticket={token}]")), "{slip}");
    }
}
