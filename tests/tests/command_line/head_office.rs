//! What head office sees of a branch that was restored: a broker and a central server that have heard
//! more than the backup knows.

use serde_json::json;
use sync::document::State;
use tests::agreement::{CentralRow, central_rows};
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
    // taken since is known to central alone, which keeps it as it was last told.
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
