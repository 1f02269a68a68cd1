//! Central loses its database: the branch offers everything again, days that are over too.

use std::time::Duration;

use sync::document::State;
use tests::agreement::{CentralRow, disagreement};
use tests::{Central, Chance, Ledger, SOON};

use super::agree::{EQUAL_WITHIN, await_agreement};
use super::branch_in_process::HandBranch;
use super::stage::Stage;

/// Days that are worked before the database goes.
const DAYS: u32 = 3;

/// How often central dies while it is being brought up to date.
const DEATHS: usize = 4;

/// Tickets a day.
const TICKETS: u32 = 40;

#[tokio::test]
async fn a_central_server_that_lost_its_database_gets_everything_again() {
    let stage = Stage::new();
    let mut central = stage.central().await;
    let mut chance = Chance::announced("a lost database");
    let mut branch =
        HandBranch::open(&stage.path("branch"), central.broker(), chance.branch()).await;
    for day in 1..=DAYS {
        if 1 < day {
            branch.turn_day().await;
        }
        branch.work(TICKETS).await;
    }
    branch.await_in_step(SOON).await.expect("is in step");
    let before = await_agreement(&central, 1, &branch.ledger(), EQUAL_WITHIN).await;
    assert_whatever_differs_is_found(&branch.ledger(), &before);

    for is_killed in [false, true] {
        if is_killed {
            central.kill()
        } else {
            central.stop().await
        };
        forget(&central);
        if is_killed {
            // Nor does the branch remember to whom it spoke, but for what is on disk; and central
            // dies more than once while it is brought up to date.
            branch = branch.restart().await;
            for _ in 0..DEATHS {
                central.launch_again().expect("starts");
                let ms = u64::try_from(chance.below(800)).expect("is small");
                tokio::time::sleep(Duration::from_millis(ms)).await;
                central.kill();
            }
        }
        central.start_again().await.expect("starts");
        let after = await_agreement(&central, 1, &branch.ledger(), EQUAL_WITHIN).await;
        assert_eq!(before, after);
    }

    // And what happens from now on comes as ever.
    branch.work(TICKETS).await;
    branch.await_in_step(SOON).await.expect("is in step");
    await_agreement(&central, 1, &branch.ledger(), EQUAL_WITHIN).await;
    branch.stop().await;
}

/// As if its disk had been replaced; the broker's own folder, with its port, stays.
fn forget(central: &Central) {
    for ending in ["", "-wal", "-shm"] {
        let file = format!("{}{ending}", central.database().display());
        std::fs::remove_file(file).ok();
    }
    assert!(!central.database().exists());
}

/// All that follows rests on this comparison.
fn assert_whatever_differs_is_found(ledger: &Ledger, rows: &[CentralRow]) {
    assert_eq!(disagreement(ledger, rows), None);
    let moved = rows.iter().position(|row| row.ticket.state == State::MovedOn);
    let moved = moved.expect("some stayed overnight");
    for place in [0, moved, rows.len() - 1] {
        let differs = |change: fn(&mut Vec<CentralRow>, usize)| {
            let mut rows = rows.to_vec();
            change(&mut rows, place);
            disagreement(ledger, &rows).unwrap_or_else(|| panic!("row {place} may be anything"))
        };
        differs(|rows, place| drop(rows.remove(place)));
        differs(|rows, place| rows.push(rows[place].clone()));
        differs(|rows, place| rows[place].ticket.state = State::Afterwork);
        differs(|rows, place| rows[place].number += 1_000_000);
        differs(|rows, place| rows[place].epoch += 1);
        differs(|rows, place| rows[place].day += 1);
        differs(|rows, place| rows[place].ticket.label.push('0'));
        differs(|rows, place| rows[place].ticket.issued.steady_ms += 1);
    }
}
