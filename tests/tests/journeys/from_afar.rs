//! Customers who buy at central: their tickets at the branch, what they are told, and what happens
//! when the branch is away or dies in between.

use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tests::dialects::text;
use tests::{Appliance, Central, Http, Reply, SOON, until};

use super::agree::SHOWN_WITHIN;
use super::stage::Stage;

/// A customer's app at central.
struct App {
    http: Http,
    token: String,
}

impl App {
    async fn register(central: &Central, name: &str) -> App {
        let mut http = central.http();
        let who = json!({
            "username": name, "password": "long enough", "pushnotification": format!("key-of-{name}"),
        });
        let reply = http.post("/vt/api/json/customer/register", &who).await.ok().json();
        App { http, token: text(&reply["vt_token"]) }
    }

    async fn post(&mut self, path: &str, body: &Value) -> Reply {
        self.post_with(path, body, &[]).await
    }

    async fn post_with(&mut self, path: &str, body: &Value, more: &[(&str, &str)]) -> Reply {
        let bearer = format!("Bearer {}", self.token);
        let mut headers = vec![("Authorization", bearer.as_str())];
        headers.extend(more);
        let path = format!("/vt/api/json/{path}");
        self.http.ask("POST", &path, &headers, body.to_string().as_bytes()).await
    }

    async fn get(&mut self, path: &str) -> Reply {
        let token = self.token.clone();
        self.http.get_as(&format!("/vt/api/json/{path}"), &token).await
    }

    async fn buy(&mut self, branch: u32, service: u32) -> Reply {
        self.post("ticket/create", &wish(branch, service)).await
    }

    async fn ticket(&mut self, id: &str) -> Value {
        self.get(&format!("customer/tickets/{id}")).await.ok().json()["tickets"][0].clone()
    }

    async fn tickets(&mut self) -> Vec<Value> {
        let all = self.get("customer/tickets").await.ok().json();
        all["tickets"].as_array().expect("a list").clone()
    }

    /// The ticket once `wanted` holds for it.
    async fn await_ticket(
        &mut self,
        id: &str,
        what: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Value {
        let mut last = Value::Null;
        let found = until(what, SHOWN_WITHIN, async || {
            last = self.ticket(id).await;
            wanted(&last).then(|| last.clone())
        });
        match found.await {
            Ok(ticket) => ticket,
            Err(late) => panic!("{late}; the ticket is {last:#}"),
        }
    }
}

fn wish(branch: u32, service: u32) -> Value {
    json!({"tickets": [{"master_id": branch.to_string(), "service_id": service.to_string()}]})
}

/// A branch that sells at this central server.
async fn joined(stage: &Stage, central: &Central) -> Appliance {
    let branch = stage.plan().central(central.broker()).start().await.expect("starts");
    await_offer(central, true).await;
    branch
}

/// Waits until apps see the branch as reachable, or not.
async fn await_offer(central: &Central, connected: bool) -> Value {
    let found = until("a location of that kind", SOON, async || {
        let reply = central.http().get("/vt/api/json/locations/get").await.json();
        let place = reply["locations"].get(0)?.clone();
        (place["connected"] == connected).then_some(place)
    });
    found.await.expect("the branch is told of")
}

/// What apps were told, by kind and ticket.
fn notices(central: &Central) -> Vec<Value> {
    let Ok(files) = std::fs::read_dir(central.folder().join("notices")) else { return Vec::new() };
    let mut all: Vec<_> = files.map(|file| file.expect("can be read").path()).collect();
    all.sort();
    let read = |path| std::fs::read(path).expect("can be read");
    all.into_iter().map(|path| serde_json::from_slice(&read(path)).expect("JSON")).collect()
}

async fn await_notices(central: &Central, count: usize) -> Vec<Value> {
    let told = until("notices", SOON, async || {
        let all = notices(central);
        (count <= all.len()).then_some(all)
    });
    told.await.expect("customers are told")
}

#[tokio::test]
async fn a_visit_begins_at_central_and_is_followed_there_to_its_end() {
    let stage = Stage::new();
    let central = stage.central().await;
    let printer = stage.printer().await;
    let plan = stage.plan().printer(printer.link()).central(central.broker());
    let branch = plan.start().await.expect("starts");
    let place = await_offer(&central, true).await;
    assert_eq!((&place["id"], &place["name"]), (&json!("1"), &json!("Default branch")));
    assert_eq!(place["services"].as_array().map(Vec::len), Some(6));
    assert!(place["age_s"].as_u64().is_some_and(|age| age < 10), "{place}");

    let mut app = App::register(&central, "ann").await;
    let made = app.buy(1, 2).await.ok().json();
    let ticket = &made["ticket"];
    assert_eq!((&ticket["ticket_number"], &ticket["state"]), (&json!("B 001"), &json!(0)));
    assert_eq!(ticket["service"]["name"], "Service 2");
    assert_eq!(ticket["master"]["timezone"], "Europe/Budapest");
    let id = text(&ticket["id"]);
    assert_eq!(app.buy(1, 2).await.json()["error"], "has_ticket");
    // Nobody stands before: the warning comes at once.
    let told = await_notices(&central, 1).await;
    assert_eq!((&told[0]["kind"], &told[0]["ticket"]), (&json!("almost_your_turn"), &json!(id)));

    let call = branch.http().call_next(1).await;
    assert_eq!(call["ticket"]["number"], "B001");
    let called = app.await_ticket(&id, "a ticket that is called", |t| t["state"] == 1).await;
    assert!(called["startcall_date"].is_string(), "{called}");
    let told = await_notices(&central, 2).await;
    assert_eq!((&told[1]["kind"], &told[1]["key"]), (&json!("your_turn"), &json!("key-of-ann")));
    let message = text(&told[1]["message"]);
    assert!(message.contains("B001") && message.contains("1"), "{message}");

    branch.http().end_call(&text(&call["id"])).await;
    let ended = app.await_ticket(&id, "a visit that is over", |t| t["state"] == 2).await;
    assert!(ended["endcall_date"].is_string(), "{ended}");
    // Nothing is told twice, and central's customer is nobody at the branch.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(notices(&central).len(), 2);
    let again = app.buy(1, 1).await.ok().json();
    assert_eq!(again["ticket"]["ticket_number"], "A 001");
    let cancel = json!({"ticket": again["ticket"]["id"]});
    app.post("ticket/cancel", &cancel).await.ok();
    assert_eq!(app.ticket(&text(&again["ticket"]["id"])).await["state"], 3);
    assert_eq!(app.post("ticket/cancel", &cancel).await.json()["error"], "not_possible_now");
    assert_eq!(branch.ledger().entries("deleted").len(), 1);
    drop(printer);
}

#[tokio::test]
async fn a_key_is_good_for_one_ticket_and_a_foreign_ticket_is_nobodys() {
    let stage = Stage::new();
    let central = stage.central().await;
    let branch = joined(&stage, &central).await;
    let (mut ann, mut bob) =
        (App::register(&central, "ann").await, App::register(&central, "bob").await);
    let key = [("Idempotency-Key", "k-1")];
    let first = ann.post_with("ticket/create", &wish(1, 1), &key).await.ok().json();
    let again = ann.post_with("ticket/create", &wish(1, 1), &key).await.ok().json();
    assert_eq!(first["ticket"]["id"], again["ticket"]["id"]);
    let other = ann.post_with("ticket/create", &wish(1, 2), &key).await;
    assert_eq!((other.status, &other.json()["error"]), (409, &json!("key_reused")));
    let long = "k".repeat(256);
    let long = ann.post_with("ticket/create", &wish(1, 1), &[("Idempotency-Key", &long)]).await;
    assert_eq!((long.status, &long.json()["error"]), (400, &json!("bad_parameter")));
    // Keys are each customer's own.
    let theirs = bob.post_with("ticket/create", &wish(1, 1), &key).await.ok().json();
    assert_ne!(theirs["ticket"]["id"], first["ticket"]["id"]);
    assert_eq!(branch.ledger().entries("issued").len(), 2);

    let id = text(&first["ticket"]["id"]);
    let looked = bob.get(&format!("customer/tickets/{id}")).await;
    assert_eq!((looked.status, &looked.json()["error"]), (404, &json!("unknown_ticket")));
    let cancelled = bob.post("ticket/cancel", &json!({ "ticket": id })).await;
    assert_eq!((cancelled.status, &cancelled.json()["error"]), (404, &json!("unknown_ticket")));
    assert_eq!(ann.ticket(&id).await["state"], 0);
    for wrong in ["", "x", &"0".repeat(32)] {
        let reply = bob.post("ticket/cancel", &json!({ "ticket": wrong })).await;
        assert!([400, 404].contains(&reply.status), "{}", reply.text());
    }
    for (branch, service, error) in
        [(7, 1, "unknown_location"), (1, 77, "unknown_service"), (0, 1, "unknown_location")]
    {
        let reply = bob.buy(branch, service).await;
        assert_eq!((reply.status, &reply.json()["error"]), (404, &json!(error)));
    }
    // What holds for JSON holds for XML.
    let path = "/vt/api/XML/ticket/create";
    let bearer = format!("Bearer {}", ann.token);
    let headers = [("Authorization", bearer.as_str()), ("Idempotency-Key", "k-1")];
    let body = b"<r><tickets><item><master_id>1</master_id><service_id>1</service_id></item>\
                 </tickets></r>";
    let reply = ann.http.ask("POST", path, &headers, body).await.ok().text();
    assert!(reply.contains(&format!("<id>{id}</id>")), "{reply}");
    assert!(reply.contains("<ticket_number>A 001</ticket_number>"), "{reply}");
    let listed = ann.http.get("/vt/api/xml/locations/get").await.ok().text();
    assert!(listed.contains("<connected>true</connected>"), "{listed}");
}

#[tokio::test]
async fn a_branch_that_is_away_sells_nothing_and_one_that_hangs_takes_it_back() {
    let stage = Stage::new();
    let central = stage.central().await;
    let mut branch = joined(&stage, &central).await;
    let mut app = App::register(&central, "ann").await;
    // It hangs, and nobody knows it yet: the customer is told within the time of a request.
    let id = Pid::from_raw(branch.id().cast_signed());
    kill(id, Signal::SIGSTOP).expect("stops");
    let began = tokio::time::Instant::now();
    let reply = app.buy(1, 1).await;
    assert_eq!((reply.status, &reply.json()["error"]), (503, &json!("branch_unreachable")));
    assert!(reply.header("retry-after").is_some());
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    kill(id, Signal::SIGCONT).expect("goes on");
    // What it finds in its post is too old, or is taken back.
    let settled = until("a withdrawal that is answered", SOON, async || {
        let states = sales(&central);
        (states == ["withdrawn"]).then_some(())
    });
    settled.await.expect("the branch hears it");
    let ledger = branch.ledger();
    assert_eq!(ledger.entries("issued").len(), ledger.entries("deleted").len());
    assert_eq!(app.tickets().await, Vec::<Value>::new());

    branch.kill();
    await_offer(&central, false).await;
    let began = tokio::time::Instant::now();
    let reply = app.buy(1, 1).await;
    assert_eq!((reply.status, &reply.json()["error"]), (503, &json!("branch_unreachable")));
    assert!(began.elapsed() < Duration::from_secs(1), "who is known to be away is not asked");
    branch.start_again().await.expect("starts again");
    await_offer(&central, true).await;
    app.buy(1, 1).await.ok();
    assert_eq!(app.tickets().await.len(), 1);
}

/// The states of the log of requests, in order.
fn sales(central: &Central) -> Vec<String> {
    let sql = rusqlite::Connection::open(central.database()).expect("opens");
    let mut find = sql.prepare("SELECT state FROM sale ORDER BY rowid").expect("is there");
    let rows = find.query_map([], |row| row.get(0)).expect("can be read");
    rows.map(|state| state.expect("a text")).collect()
}

#[tokio::test]
async fn a_branch_killed_between_request_and_answer_has_sold_one_ticket() {
    let stage = Stage::new();
    let central = stage.central().await;
    let mut branch = joined(&stage, &central).await;
    for round in 0..4 {
        let mut app = App::register(&central, &format!("ann-{round}")).await;
        let buying = tokio::spawn(async move {
            let reply = app.buy(1, 1).await;
            (reply, app)
        });
        // Each round at another step of the way.
        tokio::time::sleep(Duration::from_millis(round * 7)).await;
        branch.kill();
        branch.start_again().await.expect("starts again");
        let (reply, mut app) = buying.await.expect("it answers");
        let ledger = branch.ledger();
        let open = ledger.entries("issued").len() - ledger.entries("deleted").len();
        let sold = sales(&central).iter().filter(|state| *state == "sold").count();
        match reply.status {
            200 => assert_eq!(app.tickets().await.len(), 1),
            503 => assert_eq!(app.tickets().await.len(), 0),
            other => panic!("{other}: {}", reply.text()),
        }
        let settled = until("as many at the branch as at central", SOON, async || {
            let ledger = branch.ledger();
            let open = ledger.entries("issued").len() - ledger.entries("deleted").len();
            let states = sales(&central);
            let sold = states.iter().filter(|state| *state == "sold").count();
            (open == sold && !states.iter().any(|state| state == "open")).then_some(())
        });
        settled.await.unwrap_or_else(|late| panic!("{late}; round {round}, {open} and {sold}"));
        await_offer(&central, true).await;
    }
}

#[tokio::test]
async fn twenty_who_buy_at_once_get_twenty_labels_while_the_hall_works() {
    let stage = Stage::new();
    let central = stage.central().await;
    let branch = joined(&stage, &central).await;
    let mut apps = Vec::new();
    for number in 0..20 {
        apps.push(App::register(&central, &format!("customer-{number}")).await);
    }
    let mut buying = Vec::new();
    for mut app in apps {
        buying.push(tokio::spawn(async move {
            let made = app.buy(1, 1).await.ok().json();
            text(&made["ticket"]["ticket_number"]).replace(' ', "")
        }));
    }
    let mut hall = branch.http();
    let kiosk = tokio::spawn(async move {
        for _ in 0..20 {
            hall.smart_token(1).await;
        }
    });
    let mut clerk = branch.http();
    for _ in 0..5 {
        clerk.qm("createticket", json!({"service_id": 1})).await.ok();
        let call = clerk.call_next(1).await;
        clerk.end_call(&text(&call["id"])).await;
    }
    kiosk.await.expect("the kiosk works");
    let mut labels = Vec::new();
    for buyer in buying {
        labels.push(buyer.await.expect("each gets a ticket"));
    }
    labels.sort();
    labels.dedup();
    assert_eq!(labels.len(), 20, "{labels:?}");
    let ledger = branch.ledger();
    let tickets = ledger.tickets();
    let mut issued: Vec<String> = tickets.values().map(|t| t.label.to_string()).collect();
    assert_eq!(issued.len(), 45);
    issued.sort();
    issued.dedup();
    assert_eq!(issued.len(), 45, "no label was given twice: {issued:?}");
    assert!(labels.iter().all(|label| issued.contains(label)));
}
