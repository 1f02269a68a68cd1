//! What the journeys to central have in common: branch and central agree in the end.

use std::time::Duration;

use tests::agreement::{CentralRow, Recount, central_rows, disagreement};
use tests::{Central, Ledger, until};

/// How soon all is equal after the last of them was started.
pub(super) const EQUAL_WITHIN: Duration = Duration::from_secs(10);

/// How soon central shows what was done at the branch.
pub(super) const SHOWN_WITHIN: Duration = Duration::from_secs(2);

/// The rows of a branch at central once they are equal, entry by entry, to what its own database
/// says, and the counts that head office is told are those of the rows; panics where they do not
/// become so `within`.
pub(super) async fn await_agreement(
    central: &Central,
    number: u32,
    ledger: &Ledger,
    within: Duration,
) -> Vec<CentralRow> {
    let mut last = String::new();
    let agreed = until("agreement", within, async || match look(central, number, ledger).await {
        Ok(rows) => Some(rows),
        Err(why) => {
            last = why;
            None
        }
    });
    match agreed.await {
        Ok(rows) => rows,
        Err(late) => panic!("{late}: {last}"),
    }
}

async fn look(central: &Central, number: u32, ledger: &Ledger) -> Result<Vec<CentralRow>, String> {
    let rows = central_rows(&central.database(), number);
    if let Some(why) = disagreement(ledger, &rows) {
        return Err(why);
    }
    let (counted, told) = (Recount::of(&rows), Recount::told(&central.branch(number).await));
    if counted == told { Ok(rows) } else { Err(format!("told {told:?}, counted {counted:?}")) }
}
