//! Head office's live pages and a branch's figures, from a branch that speaks over a real broker.

use serde_json::{Value, json};
use sync::health::{Health, Severity, Trouble};

use crate::branches::BranchBox;
use crate::stage::{Central, Reply, until};

const OPEN: [&str; 6] = [
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
    let all = overview(central, token).await;
    all.into_iter().find(|branch| branch["id"] == 2).unwrap_or_default()
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
