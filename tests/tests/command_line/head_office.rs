//! What head office sees of a branch that was restored: a broker and a central server that have heard
//! more than the backup knows.

use engine::TicketState;
use serde_json::{Value, json};
use sync::document::State;
use tests::agreement::{CentralRow, Recount, central_rows};
use tests::{Appliance, Central, Http, SOON, Technician, until};

use crate::stage::Stage;
use crate::take_ticket;

/// A row in short: the life of the box, the ticket's number, how it stands.
type Short = (u32, u64, State);

fn short(rows: Vec<CentralRow>) -> Vec<Short> {
    rows.into_iter().map(|row| (row.epoch, row.number, row.ticket.state)).collect()
}

fn epoch(branch: &Appliance) -> u32 {
    let file = branch.folder().join("branch.sqlite");
    let sql = rusqlite::Connection::open(file).expect("opens");
    sql.query_row("SELECT epoch FROM box", [], |row| row.get(0)).expect("it has spoken")
}

/// Central's rows, once they are these in whatever order.
async fn await_rows(central: &Central, expected: &[Short]) {
    let sorted = |mut rows: Vec<Short>| {
        rows.sort_by_key(|(epoch, number, _)| (*epoch, *number));
        rows
    };
    let expected = sorted(expected.to_vec());
    let mut last = Vec::new();
    let seen = until("central's rows", SOON, async || {
        last = sorted(short(central_rows(&central.database(), 1)));
        (last == expected).then_some(())
    });
    seen.await.unwrap_or_else(|late| panic!("{late}: {last:?}, not {expected:?}"));
}

/// Who waits for each service and how many are at a counter, by the branch's own tickets.
fn open_tickets(branch: &Appliance) -> Recount {
    let mut open = Recount::default();
    for ticket in branch.ledger().tickets().values() {
        match ticket.state {
            TicketState::Waiting { .. } => {
                open.waiting += 1;
                open.services.entry(u64::from(ticket.lines[0].service.0)).or_default().0 += 1;
            }
            TicketState::Called { .. }
            | TicketState::Serving { .. }
            | TicketState::Afterwork { .. } => open.serving += 1,
            TicketState::Booked { .. }
            | TicketState::Parked { .. }
            | TicketState::Missing { .. }
            | TicketState::Closed { .. } => {}
        }
    }
    open
}

/// Waits until head office sees those tickets as open that the branch has, and no others; in the
/// figures of the day as many were asked for as the branch has given out.
async fn await_agreement(central: &Central, branch: &Appliance) {
    let expected = open_tickets(branch);
    let given_out = branch.ledger().tickets().len();
    let mut last = (Recount::default(), Value::Null);
    let seen = until("the branch's open tickets at central", SOON, async || {
        let mut told = Recount::told(&central.branch(1).await);
        told.services.values_mut().for_each(|(_, served)| *served = 0);
        told.services.retain(|_, (waiting, _)| *waiting != 0);
        let figures = central.get("/v1/branches/1/figures").await;
        last = (told, figures["total"]["asked"].clone());
        (last.0 == expected && last.1 == json!(given_out)).then_some(())
    });
    let late = seen.await;
    late.unwrap_or_else(|late| panic!("{late}: {last:?}, not {expected:?} of {given_out}"));
}

/// A customer at central who buys a ticket for service 1 of the branch: their token, the ticket.
async fn buy(central: &Central, name: &str) -> (String, String) {
    let mut http = central.http();
    let who = json!({"username": name, "password": "long enough"});
    let reply = http.post("/vt/api/json/customer/register", &who).await.ok().json();
    let token = reply["vt_token"].as_str().expect("a token").to_owned();
    let ticket = order(central, &token).await["ticket"]["id"].as_str().expect("an id").to_owned();
    (token, ticket)
}

/// The answer to an order, once the branch is offered.
async fn order(central: &Central, token: &str) -> Value {
    let bearer = format!("Bearer {token}");
    let wish = json!({"tickets": [{"master_id": "1", "service_id": "1"}]}).to_string();
    let ordered = until("a ticket from afar", SOON, async || {
        let headers = [("Authorization", bearer.as_str())];
        let path = "/vt/api/json/ticket/create";
        let reply = central.http().ask("POST", path, &headers, wish.as_bytes()).await.json();
        reply["success"].as_bool()?.then_some(reply)
    });
    ordered.await.expect("is sold")
}

/// Waits until the customer's app shows the ticket in this state of the dialect.
async fn await_shown(central: &Central, (token, ticket): &(String, String), state: u64) {
    let path = format!("/vt/api/json/customer/tickets/{ticket}");
    let mut last = Value::Null;
    let seen = until("a customer's ticket", SOON, async || {
        let reply = central.http().get_as(&path, token).await.ok().json();
        last = reply["tickets"][0].clone();
        (last["state"] == state).then_some(())
    });
    seen.await.unwrap_or_else(|late| panic!("{late}: {last}, not state {state}"));
}

/// Calls a ticket to counter 1.
async fn call(http: &mut Http, ticket: u64) {
    let login = json!({"login": "clerk1", "password": "demo-clerk"});
    let token = http.post("/v1/login", &login).await.ok().json()["token"].clone();
    let bearer = format!("Bearer {}", token.as_str().expect("a token"));
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    http.ask("POST", "/v1/counters/1/open", &headers, b"{}").await.ok();
    let wish = json!({"ticket": ticket}).to_string();
    http.ask("POST", "/v1/counters/1/call", &headers, wish.as_bytes()).await.ok();
}

#[tokio::test]
async fn open_tickets_of_a_restored_branch_go_on_at_central_in_its_new_life() {
    let stage = Stage::new();
    let mut central = stage.central().await;
    let mut branch = stage.plan().central(central.broker()).start().await.expect("starts");
    let mut http = branch.http();
    for _ in 0..2 {
        take_ticket(&mut http, 1).await;
    }
    let before = {
        let known = until("a life", SOON, async || {
            (central_rows(&central.database(), 1).len() == 2).then_some(())
        });
        known.await.expect("central hears");
        epoch(&branch)
    };
    await_rows(&central, &[(before, 1, State::Waiting), (before, 2, State::Waiting)]).await;
    let box_ = Technician::at(branch.folder());
    let file = stage.path("branch.backup");
    let file = file.to_str().expect("is text");
    box_.well(&["backup", file]);
    // What the backup does not know.
    take_ticket(&mut http, 1).await;
    await_rows(
        &central,
        &[(before, 1, State::Waiting), (before, 2, State::Waiting), (before, 3, State::Waiting)],
    )
    .await;
    branch.stop().await;
    box_.well(&["restore", file, "--force"]);
    branch.start_again().await.expect("starts");
    // Both open tickets stand there once, under the names that the box has for them now. What was
    // taken since is known to central alone, whose row keeps what was last told and counts nowhere.
    let lost = (before, 3, State::Waiting);
    let moved = [(before, 1, State::MovedOn), (before, 2, State::MovedOn)];
    until("another life", SOON, async || (epoch(&branch) != before).then_some(()))
        .await
        .expect("begins");
    let now = epoch(&branch);
    let open = |first| [(now, 1, first), (now, 2, State::Waiting), lost];
    await_rows(&central, &[&moved[..], &open(State::Waiting)].concat()).await;
    // And what happens to them from here on is told.
    let mut http = branch.http();
    call(&mut http, 1).await;
    await_rows(&central, &[&moved[..], &open(State::Called)].concat()).await;
    // A new ticket takes the number of the lost one, and is not taken for it.
    take_ticket(&mut http, 1).await;
    let rows = [&moved[..], &open(State::Called), &[(now, 3, State::Waiting)]].concat();
    await_rows(&central, &rows).await;
    // Nothing is done twice by another start.
    branch.restart().await;
    take_ticket(&mut branch.http(), 1).await;
    await_rows(&central, &[&rows[..], &[(now, 4, State::Waiting)]].concat()).await;
    central.stop().await;
}

#[tokio::test]
async fn head_office_sees_no_ticket_as_open_that_a_restored_branch_does_not_know() {
    let stage = Stage::new();
    let mut central = stage.central().await;
    let mut branch = stage.plan().central(central.broker()).start().await.expect("starts");
    let mut http = branch.http();
    take_ticket(&mut http, 1).await;
    let ann = buy(&central, "ann").await;
    take_ticket(&mut http, 2).await;
    await_agreement(&central, &branch).await;
    let box_ = Technician::at(branch.folder());
    let file = stage.path("branch.backup");
    let file = file.to_str().expect("is text");
    box_.well(&["backup", file]);
    // What the backup does not know: two new ones, one of them sold from afar, and a call.
    take_ticket(&mut http, 1).await;
    let bob = buy(&central, "bob").await;
    call(&mut http, 1).await;
    await_agreement(&central, &branch).await;
    assert_eq!((open_tickets(&branch).waiting, open_tickets(&branch).serving), (4, 1));
    branch.stop().await;
    box_.well(&["restore", file, "--force"]);
    branch.start_again().await.expect("starts");
    assert_eq!((open_tickets(&branch).waiting, open_tickets(&branch).serving), (3, 0));
    await_agreement(&central, &branch).await;
    // Ann's ticket was in the backup and goes on, Bob's is nobody's any more.
    await_shown(&central, &ann, 0).await;
    await_shown(&central, &bob, 3).await;
    let mut http = branch.http();
    call(&mut http, 2).await;
    await_shown(&central, &ann, 1).await;
    await_agreement(&central, &branch).await;
    // He buys another, which has the number of one that is lost; and central may start anew.
    order(&central, &bob.0).await;
    await_agreement(&central, &branch).await;
    central.stop().await;
    central.start_again().await.expect("starts");
    take_ticket(&mut http, 1).await;
    await_agreement(&central, &branch).await;
    await_shown(&central, &bob, 3).await;
    central.stop().await;
}
