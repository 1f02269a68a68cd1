//! Head office's live pages, while branches work, fall silent and run out of paper.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::dialects::text;
use tests::screen::Screen;
use tests::{Central, SOON, until};

use super::stage::Stage;

/// What happens at a branch is on head office's page within this time.
const SEEN_WITHIN: Duration = Duration::from_secs(2);

/// A branch says how it is every five seconds, and its printer is asked every now and then.
const TOLD_WITHIN: Duration = Duration::from_secs(15);

/// Streams from one address; see `central::live::STREAMS_OF_ADDRESS_MAX`.
const STREAMS_OF_ADDRESS_MAX: usize = 512;

const OVERVIEW: &str = "/v1/screens/overview";

async fn open(central: &Central, path: &str) -> Screen {
    let authorization = format!("Authorization: Bearer {}", central.token().await);
    let screen = Screen::open(central.address(), path, &[&authorization]).await;
    let screen = screen.expect("it listens");
    assert_eq!(screen.status, 200);
    screen
}

/// The branch of a state, which may be the overview's or one branch's.
fn branch(state: &Value) -> &Value {
    state["branches"].as_array().map_or(&state["branch"], |all| &all[0])
}

/// The first state that is as wanted, and how long it took to come.
async fn await_state(
    screen: &mut Screen,
    what: &str,
    within: Duration,
    wanted: impl Fn(&Value) -> bool,
) -> (Value, Duration) {
    let started = now();
    let mut last = Value::Null;
    let coming = async {
        loop {
            last = screen.state().await.expect("the stream goes on");
            if wanted(&last) {
                return last.clone();
            }
        }
    };
    match tokio::time::timeout(within, coming).await {
        Ok(state) => (state, started.elapsed()),
        Err(_) => panic!("{what} is not seen within {within:?}; the last state is {last:#}"),
    }
}

#[expect(clippy::disallowed_methods, reason = "real time is what is measured")]
fn now() -> Instant {
    Instant::now()
}

fn codes(state: &Value) -> Vec<String> {
    let troubles = branch(state)["trouble"].as_array().expect("a list");
    troubles.iter().map(|trouble| text(&trouble["code"])).collect()
}

#[tokio::test]
async fn head_office_follows_a_visit_within_two_seconds() {
    let stage = Stage::new();
    let central = stage.central().await;
    let branch_1 = stage.plan().central(central.broker()).start().await.expect("it starts");
    let mut overview = open(&central, OVERVIEW).await;
    let mut page = open(&central, "/v1/screens/branches/1").await;
    await_state(&mut overview, "the branch", SOON, |state| {
        branch(state)["word"] == "connected" && !branch(state)["day"].is_null()
    })
    .await;
    let mut http = branch_1.http();
    let is = |member: &'static str| move |state: &Value| branch(state)[member] == 1;

    http.smart_token(2).await;
    let (state, _) = await_state(&mut overview, "the ticket", SEEN_WITHIN, is("waiting")).await;
    assert!(branch(&state)["longest_since_ms"].is_u64(), "{state}");
    let call = http.call_next(1).await;
    await_state(&mut overview, "the call", SEEN_WITHIN, is("called")).await;
    let (state, _) = await_state(&mut page, "the call", SEEN_WITHIN, is("called")).await;
    let counter = &state["counters"][0];
    assert_eq!((&counter["id"], &counter["label"]), (&json!(1), &json!("B001")), "{state}");
    assert_eq!(counter["name"], "1", "as on the branch's card");
    assert_eq!((&counter["service"], &counter["operator"]), (&json!(2), &json!(1)), "{state}");
    assert_eq!(
        (&state["calls"][0]["label"], &state["calls"][0]["state"]),
        (&json!("B001"), &json!("called"))
    );

    http.end_call(&text(&call["id"])).await;
    let (state, _) = await_state(&mut overview, "the end", SEEN_WITHIN, is("served_today")).await;
    let line = branch(&state);
    assert_eq!(
        (&line["waiting"], &line["called"], &line["serving"]),
        (&json!(0), &json!(0), &json!(0))
    );
    assert!(line["mean_wait_ms"].as_u64().is_some_and(|mean| mean < 20_000), "{line}");
    assert_eq!(line["longest_since_ms"], Value::Null);
    let (state, _) = await_state(&mut page, "the end", SEEN_WITHIN, is("served_today")).await;
    assert_eq!((&state["counters"], &state["calls"][0]["state"]), (&json!([]), &json!("ended")));
    let figures = central.get("/v1/branches/1/figures?by=operator").await;
    assert_eq!((&figures["total"]["served"], &figures["rows"][0]["key"]), (&json!(1), &json!("1")));
}

#[tokio::test]
async fn a_printer_without_paper_is_seen_at_head_office() {
    let stage = Stage::new();
    let central = stage.central().await;
    let printer = stage.printer().await;
    let plan = stage.plan().printer(printer.link()).central(central.broker());
    let _branch = plan.start().await.expect("it starts");
    let mut overview = open(&central, OVERVIEW).await;
    // The machine that it runs on may have troubles of its own.
    let is_out = |state: &Value| codes(state).iter().any(|code| code == "paper-out");
    let is_well = |state: &Value| branch(state)["word"] == "connected" && !is_out(state);
    await_state(&mut overview, "a branch that is well", SOON, is_well).await;
    printer.tell("paper out").await;
    let (state, _) = await_state(&mut overview, "no paper", TOLD_WITHIN, is_out).await;
    let troubles = branch(&state)["trouble"].as_array().expect("a list");
    let trouble = troubles.iter().find(|trouble| trouble["code"] == "paper-out").expect("told");
    assert_eq!((&trouble["severity"], &trouble["subject"]), (&json!("error"), &json!("printer/1")));
    assert!(text(&trouble["remedy"]).contains("put in a new roll"), "{trouble}");
    assert_eq!(branch(&state)["severity"], 2);
    printer.tell("paper in").await;
    await_state(&mut overview, "paper again", TOLD_WITHIN, is_well).await;
}

#[tokio::test]
async fn a_branch_that_is_gone_is_shown_as_it_was_last_seen() {
    let stage = Stage::new();
    let mut central = stage.central().await;
    let mut branch_1 = stage.plan().central(central.broker()).start().await.expect("it starts");
    branch_1.http().smart_token(1).await;
    let mut overview = open(&central, OVERVIEW).await;
    let is_there =
        |state: &Value| branch(state)["word"] == "connected" && branch(state)["waiting"] == 1;
    await_state(&mut overview, "the branch", SOON, is_there).await;
    branch_1.kill();
    let is_gone = |state: &Value| branch(state)["word"] == "cut_off";
    let (state, _) = await_state(&mut overview, "its end", SOON, is_gone).await;
    let seen = branch(&state);
    assert_eq!((&seen["waiting"], &seen["severity"]), (&json!(1), &json!(3)), "{seen}");
    assert_eq!(codes(&state)[0], "cut_off");
    let age = state["now_ms"].as_u64().zip(seen["heard_ms"].as_u64());
    let age = age.and_then(|(now, heard)| now.checked_sub(heard)).expect("it spoke before");
    assert!(age < 30_000, "{age} ms");

    branch_1.start_again().await.expect("it starts");
    await_state(&mut overview, "its return", SOON, is_there).await;
    central.stop().await;
    let over = tokio::time::timeout(SOON, async { while overview.next().await.is_some() {} });
    over.await.expect("the stream ends with the server");
}

#[tokio::test]
async fn an_address_has_so_many_streams_and_they_are_given_back() {
    let stage = Stage::new();
    let central = stage.central().await;
    let mut held = Vec::new();
    for _ in 0..STREAMS_OF_ADDRESS_MAX {
        held.push(open(&central, OVERVIEW).await);
    }
    let token = central.token().await;
    let refused = central.http().get_as(OVERVIEW, &token).await;
    assert_eq!((refused.status, &refused.json()["code"]), (503, &json!("too_many_streams")));
    drop(held);
    let free = async || {
        let authorization = format!("Authorization: Bearer {token}");
        let screen = Screen::open(central.address(), OVERVIEW, &[&authorization]).await;
        screen.ok().filter(|screen| screen.status == 200)
    };
    let mut again = until("a place", SOON, free).await.expect("places are given back");
    assert!(again.state().await.expect("a state")["branches"].is_array());
}
