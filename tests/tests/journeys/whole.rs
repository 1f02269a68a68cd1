//! The whole visit with all that has a part in it: paper, display, keypad, and central's rows.

use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use sync::development;
use sync::document::State;
use sync::ids::BranchId;
use sync::limits::WORD_STALE_AFTER;
use tests::central::PASSWORD;
use tests::dialects::text;
use tests::{Appliance, Central, PrinterStand, SOON, Stand, until};

use super::agree::{EQUAL_WITHIN, SHOWN_WITHIN, await_agreement};
use super::stage::{Stage, await_health};

/// Everything of the demonstration, running.
struct Whole {
    printer: PrinterStand,
    display: Stand,
    keypad: Stand,
    branch: Appliance,
    central: Central,
    // Last, so that the folder outlives what uses it.
    _stage: Stage,
}

impl Whole {
    async fn open() -> Whole {
        let stage = Stage::new();
        let folder = stage.path("");
        let central = stage.central().await;
        let printer = stage.printer().await;
        let display = Stand::start("display", &folder, "display", &[]).await.expect("starts");
        let keypad = Stand::start("keypad", &folder, "keypad", &[]).await.expect("starts");
        let devices = format!(
            "devices=[{{kind=\"printer\",driver=\"escpos\",port=\"{}\"}},\
             {{kind=\"display\",driver=\"alpha\",port=\"{}\",hall=true}},\
             {{kind=\"keypad\",driver=\"kp1\",port=\"{}\",counter=1}}]",
            printer.link().display(),
            display.link().display(),
            keypad.link().display(),
        );
        let plan = stage.plan().set(&devices).central(central.broker());
        let branch = plan.start().await.expect("starts");
        await_health(&branch, "three devices that are online", |health| {
            let devices = health["devices"].as_array().expect("a list");
            devices.iter().all(|device| device["state"] == "online")
        })
        .await;
        Whole { printer, display, keypad, branch, central, _stage: stage }
    }

    /// Central's word of the branch once it is `wanted`, which it soon is.
    async fn await_central(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.central.await_branch(1, what, SHOWN_WITHIN, wanted).await
    }
}

/// A service of central's answer.
fn service(branch: &Value, number: u64) -> &Value {
    let services = branch["services"].as_array().expect("a list");
    services.iter().find(|service| service["id"] == number).expect("the service is in the list")
}

#[tokio::test]
async fn central_shows_every_step_of_a_visit_within_two_seconds() {
    let whole = Whole::open().await;
    whole.central.await_branch(1, "a branch that speaks", SOON, |b| b["connected"] == true).await;
    await_in_step(&whole.branch).await;
    let mut http = whole.branch.http();

    let token = http.smart_token(2).await;
    let shown = whole.await_central("one who waits", |branch| branch["waiting"] == 1).await;
    assert_eq!(shown["serving"], 0);
    let wanted = json!({"id": 2, "tag": "B", "name": "Service 2", "waiting": 1, "served_today": 0});
    assert_eq!(*service(&shown, 2), wanted);
    let slips = whole.printer.wait_for_slips(1, SOON).await;
    assert!(slips[0].contains("B001") && slips[0].contains(&format!("?ticket={token}]")));

    let call = http.call_next(1).await;
    let shown = whole.await_central("one who is called", |branch| branch["serving"] == 1).await;
    assert_eq!(shown["waiting"], 0);
    whole.display.await_answer("show", |shown| shown == "B001  1").await;

    http.end_call(&text(&call["id"])).await;
    let served = |branch: &Value| service(branch, 2)["served_today"] == 1;
    let shown = whole.await_central("one who was served", served).await;
    assert_eq!((&shown["waiting"], &shown["serving"]), (&json!(0), &json!(0)));
    whole.display.await_answer("show", str::is_empty).await;

    whole.keypad.await_answer("status", |status| status.contains("standing=asks")).await;
    whole.keypad.tell("press 4").await;
    let answered = until("an answer at the branch", SOON, async || {
        (!whole.branch.ledger().entries("answered").is_empty()).then_some(())
    });
    answered.await.expect("the press is counted");
    let ledger = whole.branch.ledger();
    let rows = await_agreement(&whole.central, 1, &ledger, SHOWN_WITHIN).await;
    assert_eq!(rows.len(), 1);
    let row = &rows[0].ticket;
    assert_eq!((row.label.as_str(), row.service, row.state), ("B001", 2, State::Served));
    assert_eq!(row.answers, [(1, 1, 4)]);
    assert_eq!(row.calls.len(), 1);
}

async fn await_in_step(branch: &Appliance) {
    await_health(branch, "a branch in step", |health| health["sync"]["state"] == "in_step").await;
}

#[tokio::test]
async fn head_office_signs_in_before_it_is_told_anything() {
    let stage = Stage::new();
    let central = stage.central().await;
    let mut http = central.http();
    for path in ["/v1/branches", "/v1/branches/1", "/v1/branches/7"] {
        for reply in [http.get(path).await, http.get_as(path, "nonsense").await] {
            assert_eq!(reply.status, 401, "{path}: {}", reply.text());
            assert!(reply.header("www-authenticate").is_some_and(|how| how.starts_with("Bearer")));
            assert_eq!(reply.header("content-type"), Some("application/problem+json"));
        }
    }
    let wrong = json!({"login": "manager", "password": "demo-clerk"});
    assert_eq!(http.post("/v1/login", &wrong).await.status, 401);
    // Nothing was heard of the branch yet, and it is known.
    let known = json!([{
        "id": 1, "name": "Default branch", "connected": false, "age_s": null, "waiting": 0,
        "serving": 0,
    }]);
    assert_eq!(Value::from(central.branches().await), known);
    let token = central.token().await;
    assert_eq!(http.get_as("/v1/branches/7", &token).await.status, 404);
}

#[tokio::test]
async fn a_branch_that_is_gone_is_told_with_the_age_of_its_last_word() {
    let stage = Stage::new();
    let central = stage.central().await;
    let mut branch = stage.plan().central(central.broker()).start().await.expect("starts");
    branch.http().smart_token(1).await;
    let here = |branch: &Value| branch["connected"] == true && branch["waiting"] == 1;
    let shown = central.await_branch(1, "a branch with one ticket", SOON, here).await;
    assert!(shown["age_s"].as_f64().is_some_and(|age| age < 6.0), "{shown}");
    branch.kill();
    let gone = |branch: &Value| branch["connected"] == false;
    let first = central.await_branch(1, "a branch that is gone", SHOWN_WITHIN, gone).await;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    let second = central.branch(1).await;
    let age = |branch: &Value| branch["age_s"].as_f64().expect("an age is a number");
    assert!(age(&first) + 1.0 <= age(&second), "{first} and {second}");
    // What it said last still stands.
    assert_eq!((&second["connected"], &second["waiting"]), (&json!(false), &json!(1)));
}

#[tokio::test]
async fn a_branch_that_hangs_counts_as_gone_although_its_connection_stays() {
    let stage = Stage::new();
    let central = stage.central().await;
    let branch = stage.plan().central(central.broker()).start().await.expect("starts");
    let here = |branch: &Value| branch["connected"] == true;
    central.await_branch(1, "a branch that speaks", SOON, here).await;
    let id = Pid::from_raw(branch.id().cast_signed());
    kill(id, Signal::SIGSTOP).expect("stops");
    let gone = |branch: &Value| branch["connected"] == false;
    let stale = WORD_STALE_AFTER + SHOWN_WITHIN;
    let shown = central.await_branch(1, "a branch that is silent", stale, gone).await;
    let age = shown["age_s"].as_f64().expect("an age is a number");
    assert!(WORD_STALE_AFTER.as_secs_f64() <= age, "{shown}");
    kill(id, Signal::SIGCONT).expect("goes on");
    central.await_branch(1, "a branch that goes on", EQUAL_WITHIN, here).await;
}

#[tokio::test]
async fn two_branches_join_and_do_not_mix() {
    let stage = Stage::new();
    let central = stage.central().await;
    let first = stage.plan().central(central.broker()).start().await.expect("starts");
    let plan = Appliance::plan(stage.path("second")).central(central.broker()).branch(2);
    let second = plan.start().await.expect("starts");
    for (branch, tickets) in [(&first, 2), (&second, 3)] {
        let mut http = branch.http();
        for service in 1..=tickets {
            http.qm("createticket", json!({ "service_id": service })).await.ok();
        }
    }
    // Same numbers, same labels: whatever is mixed up shows.
    let call = second.http().call_next(1).await;
    assert_eq!(call["ticket"]["number"], "A001");
    for (number, branch, tickets) in [(1, &first, 2), (2, &second, 3)] {
        let rows = await_agreement(&central, number, &branch.ledger(), SOON).await;
        assert_eq!(rows.len(), tickets);
    }
    let short = |branch: &Value| {
        let member = |name: &str| branch[name].clone();
        ["id", "name", "connected", "waiting", "serving"].map(member)
    };
    let told: Vec<_> = central.branches().await.iter().map(short).collect();
    assert_eq!(
        told,
        [
            [json!(1), json!("Default branch"), json!(true), json!(2), json!(0)],
            [json!(2), json!("Branch 2"), json!(true), json!(2), json!(1)],
        ]
    );
}

#[tokio::test]
async fn the_broker_dies_with_central_and_comes_back_where_it_was() {
    let stage = Stage::new();
    let mut central = stage.central().await;
    let (address, first) = (central.broker().to_owned(), central.broker_id().expect("runs"));
    central.kill_broker().await.expect("central starts another one");
    let runs = |id: u32| {
        let state = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        state.contains("(mosquitto)") && !state.contains(") Z ")
    };
    assert!(!runs(first));
    for is_killed in [true, false] {
        let broker = central.broker_id().expect("runs");
        if is_killed {
            central.kill();
        } else {
            central.stop().await;
            for file in ["broker", "endpoint"] {
                assert!(!central.folder().join(file).exists(), "`{file}` tells of nobody");
            }
        }
        until("an end of the broker", SHOWN_WITHIN, async || (!runs(broker)).then_some(()))
            .await
            .expect("it does not outlive central");
        central.start_again().await.expect("starts again");
        assert_eq!(central.broker(), address);
    }
}

#[tokio::test]
async fn the_branch_says_in_plain_words_whether_central_is_there() {
    let stage = Stage::new();
    let mut central = stage.central().await;
    let alone = Appliance::plan(stage.path("alone")).start().await.expect("starts");
    let health = alone.http().get("/health").await.json();
    assert_eq!((&health["sync"]["state"], &health["problems"]), (&json!("off"), &json!([])));

    let branch = stage.plan().central(central.broker()).start().await.expect("starts");
    let await_state = async |state: &str| {
        await_health(&branch, state, |health| health["sync"]["state"] == state).await
    };
    let health = await_state("in_step").await;
    assert_eq!((&health["status"], &health["problems"]), (&json!("ok"), &json!([])));
    let metrics = branch.http().get("/metrics").await.ok().text();
    assert!(metrics.contains("anteroom_sync_in_step 1\n"), "{metrics}");

    central.kill();
    let health = await_state("broker_away").await;
    let problems = health["problems"].to_string();
    for words in ["no connection to the broker", central.broker(), "The branch works on"] {
        assert!(problems.contains(words), "{problems}");
    }
    // Nobody is turned away for that: it serves, and says what is wrong.
    assert_eq!(health["status"], "degraded");
    assert_eq!(branch.http().get("/health").await.status, 200);
    central.start_again().await.expect("starts again");
    assert_eq!(await_state("in_step").await["problems"], json!([]));
}

#[tokio::test]
async fn no_secret_of_the_way_to_central_is_told() {
    let stage = Stage::new();
    let central = stage.central().await;
    let branch = stage.plan().central(central.broker()).start().await.expect("starts");
    branch.http().smart_token(1).await;
    let shown = |branch: &Value| branch["waiting"] == 1;
    central.await_branch(1, "one who waits", SOON, shown).await;
    let wrong = json!({"login": "manager", "password": "open-sesame-4711"});
    assert_eq!(central.http().post("/v1/login", &wrong).await.status, 401);
    let mut told = vec![branch.log(), central.log()];
    for http in [&mut branch.http(), &mut central.http()] {
        told.push(http.get("/health").await.ok().text());
        told.push(http.get("/metrics").await.ok().text());
    }
    let token = central.token().await;
    let password = development::credentials(BranchId(1)).password;
    for secret in [token.as_str(), &password, PASSWORD, "open-sesame-4711"] {
        let leak = told.iter().find(|text| text.contains(secret));
        assert_eq!(leak, None, "`{secret}` is told");
    }
}
