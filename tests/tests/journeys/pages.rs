//! What the branch's pages stand on: their files, live screens over real sockets, printing from the
//! dispenser's page, and a daemon that dies under all of them.

use std::time::Duration;

use serde_json::{Value, json};
use tests::screen::Screen;
use tests::{Http, Reply, SOON, until};
use tokio::time::timeout;

use super::stage::Stage;

async fn token(http: &mut Http, login: &str, password: &str) -> String {
    let body = json!({"login": login, "password": password});
    let reply = http.post("/v1/login", &body).await.ok().json();
    reply["token"].as_str().expect("a token").to_owned()
}

async fn act(http: &mut Http, token: &str, path: &str, body: Value) -> Reply {
    let bearer = format!("Bearer {token}");
    let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
    http.ask("POST", path, &headers, body.to_string().as_bytes()).await
}

async fn soon<T>(future: impl Future<Output = Option<T>>) -> T {
    timeout(SOON, future).await.expect("it comes soon").expect("the stream goes on")
}

/// The first state for which `wanted` holds.
async fn state_where(screen: &mut Screen, wanted: impl Fn(&Value) -> bool) -> Value {
    loop {
        let state = soon(screen.state()).await;
        if wanted(&state) {
            return state;
        }
    }
}

#[tokio::test]
async fn a_visit_from_the_dispensers_page_to_the_clerks_finish() {
    let stage = Stage::new();
    let (printer, mut branch) = stage.with_printer().await;
    let mut http = branch.http();
    let mut dispenser = Screen::open(branch.address(), "/v1/screens/dispenser", &[]).await.unwrap();
    let first = soon(dispenser.state()).await;
    assert_eq!(first["printer"]["state"], "ready");
    let taken = json!({"service": 1, "language": 2});
    let taken = http.post("/v1/dispenser/tickets", &taken).await.ok().json();
    assert_eq!((&taken["label"], &taken["slip"]), (&"A001".into(), &true.into()));
    let printed = |slips: &Value| slips == &json!([{"ticket": 1, "state": "printed"}]);
    state_where(&mut dispenser, |state| printed(&state["slips"])).await;
    let slips = printer.wait_for_slips(1, SOON).await;
    assert!(slips[0].contains(taken["url"].as_str().expect("an address")), "{}", slips[0]);

    // Once more on paper, and marked; a visitor has three copies and no more.
    let again = "/v1/dispenser/tickets/1/reprint";
    for copy in 1..=3 {
        http.post(again, &json!({})).await.ok();
        printer.wait_for_slips(1 + copy, SOON).await;
        state_where(&mut dispenser, |state| printed(&state["slips"])).await;
    }
    let slips = printer.slips();
    assert!(!slips[0].contains("MÁSOLAT") && slips[1].contains("MÁSOLAT"), "{}", slips[1]);
    let refused = http.post(again, &json!({})).await;
    assert_eq!((refused.status, &refused.json()["code"]), (409, &"printed_enough".into()));

    // Trouble is told before a number is given.
    printer.tell("paper out").await;
    let out = state_where(&mut dispenser, |state| state["printer"]["state"] == "trouble").await;
    let reasons = out["printer"]["reasons"].as_array().expect("a list");
    assert!(reasons.contains(&json!("paper-out")), "{reasons:?}");

    // The phone follows it to the end.
    let path = format!("/qnet6/smart/screen?ticket={}", taken["token"].as_str().expect("a token"));
    let mut phone = Screen::open(branch.address(), &path, &[]).await.unwrap();
    assert_eq!(soon(phone.state()).await["ticket"]["state"], "waiting");
    let clerk = token(&mut http, "clerk1", "demo-clerk").await;
    act(&mut http, &clerk, "/v1/counters/2/open", json!({})).await.ok();
    act(&mut http, &clerk, "/v1/counters/2/next", json!({})).await.ok();
    let called = state_where(&mut phone, |state| state["ticket"]["state"] == "called").await;
    assert_eq!(called["ticket"]["counter"]["name"], "2");
    act(&mut http, &clerk, "/v1/counters/2/start", json!({"call": 1})).await.ok();
    act(&mut http, &clerk, "/v1/counters/2/finish", json!({"call": 1})).await.ok();
    let done = state_where(&mut phone, |state| state["ticket"]["state"] == "closed").await;
    assert_eq!(done["ticket"]["feedback"]["asked"], true);
    branch.stop().await;
    assert!(timeout(SOON, phone.next()).await.expect("it ends").is_none());
}

#[tokio::test]
async fn a_code_that_was_used_is_replaced_at_once() {
    let stage = Stage::new();
    let branch = stage.branch().await;
    let mut http = branch.http();
    let mut dispenser = Screen::open(branch.address(), "/v1/screens/dispenser", &[]).await.unwrap();
    let first = soon(dispenser.state()).await["smart"]["url"].clone();
    let key = first.as_str().expect("an address").split_once("key=").expect("a key").1.to_owned();
    http.smart_ticket(&key, 1).await.ok();
    let next = state_where(&mut dispenser, |state| state["smart"]["url"] != first).await;
    assert_eq!(next["services"][0]["waiting"], 1);
}

#[tokio::test]
async fn screens_come_back_after_the_daemon_was_killed() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    let mut http = branch.http();
    let taken = http.post("/v1/dispenser/tickets", &json!({"service": 1})).await.ok().json();
    let path = format!("/v1/screens/phone?ticket={}", taken["token"].as_str().expect("a token"));
    let mut phone = Screen::open(branch.address(), &path, &[]).await.unwrap();
    let before = soon(phone.next()).await;
    branch.kill();
    while timeout(SOON, phone.next()).await.expect("it ends").is_some() {}
    branch.start_again().await.expect("starts again");
    let mut phone = Screen::open(branch.address(), &path, &[]).await.unwrap();
    let after = soon(phone.next()).await;
    assert_eq!(before.json()["ticket"], after.json()["ticket"]);
    let boot = |id: &str| id.split('-').next().map(str::to_owned);
    assert_ne!(boot(&before.id), boot(&after.id), "a new run is told from the one before");
}

#[tokio::test]
async fn pages_are_there_and_nothing_else_of_the_disk_is() {
    let stage = Stage::new();
    let branch = stage.branch().await;
    let mut http = branch.http();
    let accept = [("Accept", "text/html,application/xhtml+xml")];
    for path in ["/dispenser/", "/clerk/", "/hall/", "/admin/", "/docs/", "/qnet6/smart/?key=x"] {
        let reply = http.ask("GET", path, &accept, b"").await;
        // Built or not, it is a page of ours that says so.
        assert!(matches!(reply.status, 200 | 503), "{path}: {}", reply.status);
        assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        let policy = reply.header("content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'self'"), "{policy}");
    }
    assert_eq!(
        http.get("/qnet6/smart?key=a%20b").await.header("location"),
        Some("smart/?key=a%20b")
    );
    assert!(http.get("/").await.ok().text().starts_with("Anteroom, the queue of"));
    for path in [
        "/clerk/../../../etc/passwd",
        "/%2e%2e/%2e%2e/Cargo.toml",
        "/assets/..%2f..%2f..%2fCargo.toml",
        "/qnet6/smart/../../Cargo.toml",
        "/qnet6/smart/..%2f..%2fpackage.json",
        "/.gitignore",
        "/clerk/.gitignore",
        "//etc/passwd",
        "/assets/%00",
        "/index.html.br",
    ] {
        let reply = http.get(path).await;
        let body = reply.text();
        assert!(matches!(reply.status, 400 | 404 | 503), "{path}: {} {body}", reply.status);
        assert!(!body.contains("root:") && !body.contains("[workspace]"), "{path}: {body}");
    }
}

#[tokio::test]
async fn a_crowd_of_phones_hears_its_calls_while_the_branch_is_busy() {
    const PHONES: usize = 300;
    let stage = Stage::new();
    let branch = stage.branch().await;
    let mut http = branch.http();
    let mut phones = Vec::new();
    for _ in 0..PHONES {
        let taken = http.post("/v1/dispenser/tickets", &json!({"service": 1})).await.ok().json();
        let token = taken["token"].as_str().expect("a token");
        let path = format!("/v1/screens/phone?ticket={token}");
        let mut phone = Screen::open(branch.address(), &path, &[]).await.unwrap();
        assert_eq!(phone.status, 200);
        soon(phone.state()).await;
        phones.push(phone);
    }
    let clerk = token(&mut http, "clerk1", "demo-clerk").await;
    act(&mut http, &clerk, "/v1/counters/1/open", json!({})).await.ok();
    for (round, phone) in phones.iter_mut().enumerate().take(20) {
        let call = act(&mut http, &clerk, "/v1/counters/1/next", json!({})).await.ok().json();
        let called = state_where(phone, |state| state["ticket"]["state"] == "called");
        let called = timeout(Duration::from_secs(5), called).await.expect("its own call comes");
        assert_eq!(called["ticket"]["label"], call["call"]["label"], "round {round}");
        let call = json!({"call": call["call"]["id"]});
        act(&mut http, &clerk, "/v1/counters/1/start", call.clone()).await.ok();
        act(&mut http, &clerk, "/v1/counters/1/finish", call).await.ok();
    }
    // Everybody behind has moved up by as many, whatever states they were spared.
    let last = phones.last_mut().expect("there are some");
    state_where(last, |state| state["ticket"]["position"] == PHONES - 20).await;
    drop(phones);
    let open = async || {
        let text = http.get("/metrics").await.text();
        let gauge = text.lines().find(|line| line.starts_with("anteroom_streams "))?.to_owned();
        gauge.ends_with(" 0").then_some(())
    };
    until("streams that are closed", SOON, open).await.expect("their places are free");
}
