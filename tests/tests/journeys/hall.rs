//! Displays and keypads: what stands in the hall, what customers press, and cables in between.

use std::path::Path;

use serde_json::{Value, json};
use tests::{Appliance, SOON, Stand, until};

use super::stage::{Stage, await_health};

/// A branch with a display for the hall and a keypad at counter 1.
struct Hall {
    display: Stand,
    keypad: Stand,
    branch: Appliance,
    // Last, so that the folder outlives what uses it.
    _stage: Stage,
}

impl Hall {
    async fn open() -> Hall {
        let stage = Stage::new();
        let folder = stage.path("");
        let display = Stand::start("display", &folder, "display", &[]).await.expect("starts");
        let keypad = Stand::start("keypad", &folder, "keypad", &[]).await.expect("starts");
        let devices = devices(display.link(), keypad.link());
        let branch = stage.plan().set(&devices).start().await.expect("starts");
        let hall = Hall { display, keypad, branch, _stage: stage };
        hall.await_devices("online", "online").await;
        hall
    }

    async fn await_devices(&self, display: &str, keypad: &str) -> Value {
        let what = format!("a display that is {display} and a keypad that is {keypad}");
        await_health(&self.branch, &what, |health| {
            let devices = &health["devices"];
            devices[0]["state"] == display && devices[1]["state"] == keypad
        })
        .await
    }

    async fn await_shown(&self, text: &str) {
        self.display.await_answer("show", |shown| shown == text).await;
    }

    async fn issue(&self) {
        let reply = self.branch.http().qm("createticket", json!({"service_id": 1})).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }

    /// Calls who is next at counter 1; the number of the call.
    async fn call(&self) -> String {
        let reply = self.branch.http().qm("callnextticket", json!({"desk_id": 1})).await;
        reply.json()["answer"]["id"].as_str().expect("someone waits").to_owned()
    }

    async fn end(&self, call: &str) {
        let reply = self.branch.http().qm("endcall", json!({"answer_id": call})).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }

    /// Serves a ticket from issue to end, so that the keypad asks about it.
    async fn serve(&self) {
        self.issue().await;
        let call = self.call().await;
        self.end(&call).await;
        self.keypad.await_answer("status", |status| status.contains("standing=asks")).await;
    }

    /// The answers in the journal, once there are `count`: ticket and answer of each.
    async fn await_answers(&self, count: usize) -> Vec<(u64, u64)> {
        let read = || -> Vec<(u64, u64)> {
            let entries = self.branch.ledger().entries("answered");
            let number = |fields: &Value, name: &str| fields[name].as_u64().expect("a number");
            entries
                .iter()
                .map(|entry| (number(&entry.members, "ticket"), number(&entry.members, "answer")))
                .collect()
        };
        until("an answer in the journal", SOON, async || {
            Some(read()).filter(|answers| count <= answers.len())
        })
        .await
        .expect("the press is counted")
    }

    /// Waits until the keypad has been told that all its presses are stored.
    async fn await_acknowledged(&self) {
        let field = |status: &str, name: &str| {
            let rest = status.split_once(name).map(|(_, rest)| rest.to_owned())?;
            rest.split(' ').next().map(str::to_owned)
        };
        let all = |status: &str| field(status, "newest=") == field(status, "acked=");
        self.keypad.await_answer("status", all).await;
    }
}

fn devices(display: &Path, keypad: &Path) -> String {
    let (display, keypad) = (display.display(), keypad.display());
    format!(
        "devices=[{{kind=\"display\",driver=\"alpha\",port=\"{display}\",hall=true}},\
         {{kind=\"keypad\",driver=\"kp1\",port=\"{keypad}\",counter=1}}]"
    )
}

#[tokio::test]
async fn a_call_stands_on_the_display_and_a_press_counts_once() {
    let hall = Hall::open().await;
    hall.issue().await;
    hall.await_shown("").await;
    let call = hall.call().await;
    hall.await_shown("A001  1").await;
    hall.end(&call).await;
    hall.await_shown("").await;
    hall.keypad.await_answer("status", |status| status.contains("standing=asks")).await;
    hall.keypad.tell("press 5").await;
    assert_eq!(hall.await_answers(1).await, [(1, 5)]);
    hall.keypad.await_answer("status", |status| status.contains("standing=thanks")).await;
    hall.await_acknowledged().await;
    // Who presses again has answered already.
    hall.keypad.tell("press 1").await;
    hall.await_acknowledged().await;
    assert_eq!(hall.await_answers(1).await, [(1, 5)]);
}

#[tokio::test]
async fn a_display_that_was_away_shows_what_is_called_now() {
    let hall = Hall::open().await;
    for _ in 0..2 {
        hall.issue().await;
    }
    let first = hall.call().await;
    hall.await_shown("A001  1").await;
    hall.display.tell("unplug").await;
    let health = hall.await_devices("offline", "online").await;
    assert!(health["problems"][0].as_str().is_some_and(|text| text.contains("Display 1")));
    // The queue goes on meanwhile.
    hall.end(&first).await;
    hall.call().await;
    hall.display.tell("replug").await;
    hall.await_shown("A002  1").await;
    hall.display.tell("garbage 60").await;
    hall.await_devices("online", "online").await;
    hall.await_shown("A002  1").await;
}

#[tokio::test]
async fn a_press_on_an_unplugged_keypad_counts_once_when_it_is_back() {
    let hall = Hall::open().await;
    hall.serve().await;
    hall.keypad.tell("unplug").await;
    hall.await_devices("online", "offline").await;
    hall.keypad.tell("press 2").await;
    hall.keypad.tell("replug").await;
    assert_eq!(hall.await_answers(1).await, [(1, 2)]);
    hall.await_acknowledged().await;
    assert_eq!(hall.await_answers(1).await.len(), 1);
}

#[tokio::test]
async fn a_press_belongs_to_the_visit_that_was_asked_about() {
    let mut hall = Hall::open().await;
    hall.serve().await;
    // The box dies, the customer presses, and the next one is served before the answer is read.
    hall.branch.kill();
    hall.keypad.tell("press 4").await;
    hall.branch.start_again().await.expect("starts");
    assert_eq!(hall.await_answers(1).await, [(1, 4)]);
    hall.serve().await;
    hall.keypad.tell("press 3").await;
    assert_eq!(hall.await_answers(2).await, [(1, 4), (2, 3)]);
    hall.await_acknowledged().await;
}

#[tokio::test]
async fn devices_that_hang_harm_nothing_and_are_named() {
    let hall = Hall::open().await;
    hall.keypad.tell("mute").await;
    hall.display.tell("unplug").await;
    for _ in 0..20 {
        hall.issue().await;
        let call = hall.call().await;
        hall.end(&call).await;
    }
    let health = hall.await_devices("offline", "offline").await;
    let problems = health["problems"].to_string();
    assert!(problems.contains("Display 1") && problems.contains("Keypad 2"), "{problems}");
    hall.keypad.tell("unmute").await;
    hall.display.tell("replug").await;
    hall.await_devices("online", "online").await;
}

#[tokio::test]
async fn what_a_keypad_complains_of_is_told_until_it_has_passed() {
    let hall = Hall::open().await;
    for (order, reasons, sentence) in [
        ("case open", json!(["tampered"]), "The keypad's case is open"),
        ("key stick", json!(["tampered", "key-stuck"]), "A key of the keypad is stuck"),
        ("case close", json!(["key-stuck"]), "A key of the keypad is stuck"),
    ] {
        hall.keypad.tell(order).await;
        let what = format!("a keypad that complains of {reasons}");
        let health =
            await_health(&hall.branch, &what, |health| health["devices"][1]["reasons"] == reasons)
                .await;
        assert_eq!(health["devices"][1]["state"], "degraded");
        let told = |problem: &Value| {
            let problem = problem.as_str().expect("a sentence");
            problem.starts_with("Keypad 2 (") && problem.contains(sentence)
        };
        let problems = health["problems"].as_array().expect("a list");
        assert!(problems.iter().any(told), "{problems:?}");
    }
    // Its other keys do what they are for.
    hall.serve().await;
    hall.keypad.tell("press 4").await;
    assert_eq!(hall.await_answers(1).await, [(1, 4)]);
    hall.keypad.tell("key free").await;
    let health = hall.await_devices("online", "online").await;
    assert_eq!(health["problems"], json!([]));
}

#[tokio::test]
async fn presses_that_a_keypad_could_not_keep_are_told_as_lost() {
    let hall = Hall::open().await;
    // It keeps six; what is lost adds up over cables that come and go.
    for (presses, lost, sentence) in [
        (7, 1, "Keypad 2: 1 press was lost since the start"),
        (8, 3, "Keypad 2: 3 presses were lost since the start"),
    ] {
        hall.keypad.tell("unplug").await;
        hall.await_devices("online", "offline").await;
        for _ in 0..presses {
            hall.keypad.tell("press 1").await;
        }
        hall.keypad.tell("replug").await;
        let what = format!("{lost} lost presses and a keypad that has told the rest");
        let health = await_health(&hall.branch, &what, |health| {
            let keypad = &health["devices"][1];
            keypad["state"] == "online" && keypad["presses_lost"] == lost
        })
        .await;
        assert_eq!(health["problems"], json!([sentence]));
        assert_eq!(health["status"], "degraded");
    }
}
