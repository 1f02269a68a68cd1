//! Head office's live pages and a branch's figures, from a branch that speaks over a real broker.

use central::api::{AWAITED_FOR, BRANCHES_TOLD_MAX};
use central::store::Store;
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use sync::development;
use sync::health::{Health, Severity, Trouble};

use sync::ids::BranchId;
use tokio::time::sleep;

use crate::branches::BranchBox;
use crate::stage::{Central, Reply, until};

const OPEN: [&str; 8] = [
    "/v1/figures",
    "/v1/figures.csv",
    "/v1/screens/overview",
    "/v1/screens/branches/2",
    "/v1/branches/2/figures",
    "/v1/branches/2/figures.csv",
    "/v1/branches/2",
    "/v1/me",
];

async fn once(central: &Central, token: &str, path: &str) -> Reply {
    let authorization = format!("Authorization: Bearer {token}");
    let headers = [authorization.as_str(), "Accept: application/json"];
    central.ask(&format!("GET {path}"), &headers, "").await
}

async fn overview(central: &Central, token: &str) -> Vec<Value> {
    let state = once(central, token, "/v1/screens/overview").await.json();
    state["branches"].as_array().expect("a list").clone()
}

async fn branch_2(central: &Central, token: &str) -> Value {
    branch(central, token, 2).await
}

async fn branch(central: &Central, token: &str, id: u32) -> Value {
    let all = overview(central, token).await;
    all.into_iter().find(|branch| branch["id"] == id).unwrap_or_default()
}

/// A branch's word, how bad it is, and when it was heard.
async fn word(central: &Central, token: &str, id: u32) -> (String, u64, Option<u64>) {
    let seen = branch(central, token, id).await;
    let word = seen["word"].as_str().unwrap_or_default().to_owned();
    (word, seen["severity"].as_u64().unwrap_or_default(), seen["heard_ms"].as_u64())
}

fn no_paper() -> Health {
    Health::of(vec![Trouble {
        severity: Severity::Error,
        code: "paper-out".into(),
        subject: "printer/1".into(),
        name: "Printer 1".into(),
        remedy: "The printer is out of paper: put in a new roll.".into(),
    }])
}

#[tokio::test]
async fn a_branch_is_seen_with_its_line_its_troubles_and_its_age() {
    let central = Central::demo().await;
    let token = central.token().await;
    until("it hears", async || central.health().await["status"] == "ok").await;
    let all = overview(&central, &token).await;
    assert_eq!((all.len(), &all[0]["word"], &all[0]["severity"]), (1, &json!("never"), &json!(1)));
    assert_eq!(all[0]["trouble"][0]["code"], "never_heard");

    let mut place = BranchBox::join(&central).await;
    place.say_how_it_is(true).await;
    place.tell_a_day().await;
    until("it is here", async || branch_2(&central, &token).await["called"] == 1).await;
    let seen = branch_2(&central, &token).await;
    for (member, value) in [
        ("name", json!("Harbour")),
        ("zone", json!("Europe/Budapest")),
        ("day", json!(20_261_122)),
        ("word", json!("connected")),
        ("waiting", json!(2)),
        ("serving", json!(0)),
        ("served_today", json!(0)),
        ("longest_since_ms", json!(1_795_000_000_000_u64)),
        ("mean_wait_ms", json!(0)),
    ] {
        assert_eq!(seen[member], value, "{member}");
    }

    place.say_how_it_does(true, no_paper()).await;
    until("no paper", async || {
        let seen = branch_2(&central, &token).await;
        let told = seen["trouble"].as_array().expect("a list").iter();
        told.clone().any(|trouble| trouble["code"] == "paper-out") && seen["severity"] == 2
    })
    .await;
    assert_eq!(overview(&central, &token).await[0]["id"], 2, "the worst first");

    place.say_how_it_does(false, Health::default()).await;
    until("it left", async || branch_2(&central, &token).await["word"] == "cut_off").await;
    let seen = branch_2(&central, &token).await;
    assert_eq!((&seen["severity"], &seen["waiting"]), (&json!(3), &json!(2)));
    assert!(seen["heard_ms"].is_u64(), "{seen}");
    let codes = seen["trouble"].as_array().expect("a list").iter();
    let codes: Vec<&Value> = codes.map(|trouble| &trouble["code"]).collect();
    assert!(codes.contains(&&json!("cut_off")) && codes.contains(&&json!("paper-out")), "{seen}");
}

#[tokio::test]
async fn after_a_restart_branches_are_awaited_before_anybody_is_alarmed() {
    let mut central = Central::demo().await;
    let token = central.token().await;
    until("it hears", async || central.health().await["status"] == "ok").await;
    let mut silent = BranchBox::join_as(&central, BranchId(3)).await;
    let mut place = BranchBox::join(&central).await;
    silent.say_how_it_is(true).await;
    place.say_how_it_is(true).await;
    place.tell_a_day().await;
    until("it is here", async || branch_2(&central, &token).await["called"] == 1).await;
    until("both are", async || word(&central, &token, 3).await.0 == "connected").await;

    central.end_by(Signal::SIGKILL).await;
    drop((place, silent));
    central.start().await;
    let seen = branch_2(&central, &token).await;
    // What it had told of itself counts on: somebody there waited for long.
    assert_eq!((&seen["word"], &seen["severity"]), (&json!("awaited"), &json!(2)), "{seen}");
    assert_eq!((&seen["waiting"], &seen["called"]), (&json!(2), &json!(1)), "its last word");
    assert!(seen["heard_ms"].is_u64(), "its age stays: {seen}");
    assert_eq!(seen["trouble"][0]["code"], "not_heard_yet");
    let (awaited, severity, last_ms) = word(&central, &token, 3).await;
    assert_eq!((awaited.as_str(), severity), ("awaited", 1));
    assert_eq!(word(&central, &token, 1).await.0, "never");
    let full = once(&central, &token, "/v1/screens/branches/3").await.json();
    assert_eq!(full["branch"]["word"], "awaited");
    let figures = once(&central, &token, "/v1/branches/2/figures").await.json();
    assert_eq!(figures["word"], "awaited");

    until("it hears again", async || central.health().await["status"] == "ok").await;
    let mut place = BranchBox::join(&central).await;
    place.say_how_it_is(true).await;
    until("one is back", async || word(&central, &token, 2).await.0 == "connected").await;
    sleep(AWAITED_FOR).await;
    let (word, severity, heard_ms) = word(&central, &token, 3).await;
    assert_eq!((word.as_str(), severity), ("cut_off", 3), "the other one was given its time");
    assert_eq!(heard_ms, last_ms, "which is as old as it was");
}

#[tokio::test]
async fn one_branch_shows_its_services_counters_and_calls() {
    let central = Central::demo().await;
    let token = central.token().await;
    until("it hears", async || central.health().await["status"] == "ok").await;
    let mut place = BranchBox::join(&central).await;
    place.say_how_it_is(true).await;
    place.tell_a_day().await;
    until("it is here", async || branch_2(&central, &token).await["called"] == 1).await;
    let state = once(&central, &token, "/v1/screens/branches/2").await.json();
    assert_eq!(state["branch"]["name"], "Harbour");
    let service = &state["services"][0];
    assert_eq!((&service["tag"], &service["waiting"]), (&json!("A"), &json!(2)));
    let counters = json!([{"id": 1, "name": "", "label": "A001", "service": 1, "state": "called",
        "since_ms": 1_795_000_000_000_u64, "operator": null}]);
    assert_eq!(state["counters"], counters);
    let calls = json!([{"label": "A001", "service": 1, "counter": {"id": 1, "name": ""},
        "called_ms": 1_795_000_000_000_u64, "recalls": 0, "state": "called"}]);
    assert_eq!(state["calls"], calls);
    let nothing = once(&central, &token, "/v1/screens/branches/77").await;
    assert_eq!((nothing.status, &nothing.json()["code"]), (404, &json!("not_found")));
}

#[tokio::test]
async fn figures_of_days_have_gaps_where_nothing_is_known() {
    let central = Central::demo().await;
    let token = central.token().await;
    until("it hears", async || central.health().await["status"] == "ok").await;
    let mut place = BranchBox::join(&central).await;
    place.say_how_it_is(true).await;
    place.tell_a_day().await;
    until("it is here", async || branch_2(&central, &token).await["called"] == 1).await;
    let ask = async |query: &str| {
        once(&central, &token, &format!("/v1/branches/2/figures{query}")).await.json()
    };
    let today = ask("").await;
    assert_eq!((&today["from"], &today["by"]), (&json!("2026-11-22"), &json!("hour")));
    assert_eq!((&today["zone"], &today["total"]["asked"]), (&json!("Europe/Budapest"), &json!(3)));
    let hours = today["rows"].as_array().expect("a list");
    let busy: Vec<&Value> = hours.iter().filter(|row| !row["figures"].is_null()).collect();
    assert_eq!((hours.len(), busy.len()), (24, 1));
    // 1,795,000,000 s after the epoch it was six past twelve in Budapest.
    assert_eq!(busy[0]["key"], "12");
    let days = ask("?from=2026-11-20&to=2026-11-22&by=day").await;
    let rows = days["rows"].as_array().expect("a list");
    assert_eq!((rows.len(), &rows[0]["figures"]), (3, &Value::Null));
    assert_eq!((&rows[2]["key"], &rows[2]["figures"]["asked"]), (&json!("2026-11-22"), &json!(3)));
    assert_eq!(rows[2]["figures"]["serving"]["mean_s"], Value::Null);
    let services = ask("?by=service").await;
    let row = &services["rows"][0];
    assert_eq!(
        (&row["key"], &row["id"], &row["name"]),
        (&json!("1"), &json!(1), &json!("Service 1"))
    );
    assert_eq!(ask("?by=counter").await["rows"][0]["key"], "1");
    let sheet = once(&central, &token, "/v1/branches/2/figures.csv?by=day&from=2026-11-20").await;
    assert!(sheet.head.contains("content-type: text/csv"), "{}", sheet.head);
    let file = "attachment; filename=\"figures-2-2026-11-20-2026-11-22-day.csv\"";
    assert!(sheet.head.contains(file), "{}", sheet.head);
    let lines: Vec<&str> = sheet.body.lines().collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[2].starts_with("day,2026-11-22,,3,0,0,0,3,"), "{lines:?}");
}

#[tokio::test]
async fn a_day_of_all_branches_is_one_question() {
    let central = Central::demo().await;
    let token = central.token().await;
    let nobody = once(&central, &token, "/v1/figures").await.json();
    assert_eq!((&nobody["branches"][0]["figures"], &nobody["next"]), (&Value::Null, &Value::Null));
    until("it hears", async || central.health().await["status"] == "ok").await;
    let mut place = BranchBox::join(&central).await;
    place.say_how_it_is(true).await;
    place.tell_a_day().await;
    until("it is here", async || branch_2(&central, &token).await["called"] == 1).await;
    let ask = async |query: &str| once(&central, &token, &format!("/v1/figures{query}")).await;
    // The branch's day is not the one on which this runs, and no clock of a box names a day for all.
    let day = ask("?day=2026-11-22").await.json();
    assert_eq!((&day["day"], &day["total"]["asked"]), (&json!("2026-11-22"), &json!(3)));
    let rows = day["branches"].as_array().expect("a list");
    assert_eq!((rows.len(), &rows[0]["id"], &rows[0]["figures"]), (2, &json!(1), &Value::Null));
    assert_eq!((&rows[0]["word"], &rows[0]["heard_ms"]), (&json!("never"), &Value::Null));
    assert_eq!((&rows[1]["id"], &rows[1]["name"]), (&json!(2), &json!("Harbour")));
    assert_eq!(
        (&rows[1]["word"], &rows[1]["zone"]),
        (&json!("connected"), &json!("Europe/Budapest"))
    );
    let single = "/v1/branches/2/figures?from=2026-11-22&to=2026-11-22";
    let single = once(&central, &token, single).await.json();
    assert_eq!(rows[1]["figures"], single["total"]);
    let other = ask("?day=2026-11-21").await.json();
    assert_eq!(
        (&other["total"]["asked"], &other["branches"][1]["figures"]),
        (&json!(0), &Value::Null)
    );
    assert_eq!(ask("?after=1&day=2026-11-22").await.json()["branches"][0]["id"], 2);
    let beyond = ask("?after=4294967295").await.json();
    assert_eq!((&beyond["branches"], &beyond["next"]), (&json!([]), &Value::Null));
    for query in
        ["?day=22.11.2026", "?day=2026-02-30", "?after=-1", "?after=x", "?after=4294967296"]
    {
        let reply = ask(query).await;
        assert_eq!(
            (reply.status, &reply.json()["code"]),
            (400, &json!("bad_parameter")),
            "{query}"
        );
    }
    let sheet = ask(".csv?day=2026-11-22").await;
    assert!(sheet.head.contains("content-type: text/csv"), "{}", sheet.head);
    assert!(sheet.head.contains("filename=\"figures-2026-11-22.csv\""), "{}", sheet.head);
    assert!(!sheet.head.contains("rel=\"next\""), "{}", sheet.head);
    let lines: Vec<&str> = sheet.body.lines().collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[1].starts_with("total,,,3,0,0,0,"), "{lines:?}");
    assert!(lines[2].starts_with("branch,2,Harbour,3,0,0,0,"), "{lines:?}");
}

#[tokio::test]
async fn very_many_branches_of_a_day_come_in_parts() {
    let mut central = Central::demo().await;
    let token = central.token().await;
    central.end_by(Signal::SIGTERM).await;
    let mut store = Store::open(&central.home()).expect("central has ended");
    let all = u32::try_from(BRANCHES_TOLD_MAX).expect("small") + 1;
    for branch in 2..=all {
        let admitted = store.admit_branch(&development::tenant(), BranchId(branch), "Far");
        admitted.expect("there is room");
    }
    drop(store);
    central.start().await;
    let ask = async |query: &str| {
        let reply = once(&central, &token, &format!("/v1/figures{query}")).await.json();
        let count = reply["branches"].as_array().map(Vec::len);
        (count.expect("a list"), reply["next"].as_u64())
    };
    let last = u64::from(all - 1);
    assert_eq!(ask("?day=2026-11-22").await, (BRANCHES_TOLD_MAX, Some(last)));
    assert_eq!(ask(&format!("?day=2026-11-22&after={last}")).await, (1, None));
    assert_eq!(ask("?after=1").await, (BRANCHES_TOLD_MAX, None));
    let sheet = once(&central, &token, "/v1/figures.csv?day=2026-11-22").await;
    let link = format!("link: </v1/figures.csv?day=2026-11-22&after={last}>; rel=\"next\"");
    assert!(sheet.head.contains(&link), "{}", sheet.head);
}

#[tokio::test]
async fn strangers_wrong_methods_and_wrong_questions_are_told_so() {
    let central = Central::demo().await;
    let token = central.token().await;
    for path in OPEN {
        let reply = central.ask(&format!("GET {path}"), &[], "").await;
        assert_eq!((reply.status, &reply.json()["code"]), (401, &json!("unauthorized")), "{path}");
        assert_eq!(central.ask(&format!("DELETE {path}"), &[], "").await.status, 405, "{path}");
    }
    for (query, code) in [
        ("?by=week", "bad_parameter"),
        ("?from=22.11.2026", "bad_parameter"),
        ("?to=2026-02-30", "bad_parameter"),
        ("?from=2026-11-22&to=2026-11-21", "bad_parameter"),
        ("?from=2025-11-21&to=2026-11-22", "too_many_days"),
    ] {
        let reply = once(&central, &token, &format!("/v1/branches/1/figures{query}")).await;
        assert_eq!((reply.status, &reply.json()["code"]), (400, &json!(code)), "{query}");
    }
    let year = once(&central, &token, "/v1/branches/1/figures?from=2025-11-22&to=2026-11-22").await;
    assert_eq!(year.status, 200, "{}", year.body);
    assert_eq!(once(&central, &token, "/v1/branches/9/figures").await.status, 404);
    let me = once(&central, &token, "/v1/me").await.json();
    assert_eq!(
        (&me["operator"]["login"], &me["organisation"]),
        (&json!("manager"), &json!("Demo"))
    );
    assert!(me["expires_ms"].is_i64(), "{me}");
    assert!(me["operator"]["name"].as_str().is_some_and(|name| !name.is_empty()), "{me}");
}
