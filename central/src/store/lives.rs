//! What is left of a box's lives that are over.
//!
//! A box that was restored from a backup, or put in another's place, speaks under another epoch, and
//! tells of the open tickets that it knows under names of that life. Those that are still open under
//! a name of another life are no longer there: nobody waits with them, no counter serves them, and
//! no visit will end. They are written as [`LOST`], which no question about lines and counters asks
//! for. What was closed did happen, and stays.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use sync::document::{State, TicketRow};
use sync::ids::BoxEpoch;
use sync::projection::cells::Cells;

use super::StoreError;
use super::figures::{Counted, Differences, Place};

/// How an open ticket of a life that is over is written, where others have their state.
pub(super) const LOST: u8 = 11;

/// Documents of a branch that are counted anew when its box begins another life, the newest: those
/// of the day in work, and of each day on which a life was lost. What stands open in older ones is
/// in no line that anybody is shown.
pub const DOCUMENTS_RECOUNTED_MAX: u32 = 64;

/// Documents in which a ticket is looked for under its names of other lives: it goes over into one a
/// day, and hardly any outlives a week.
const DOCUMENTS_SEARCHED_MAX: u32 = 16;

/// Lives that are looked at in one document; a box begins another one when somebody restores it.
const LIVES_SEARCHED_MAX: usize = 16;

/// Whether a ticket that was given out in the life `epoch` is lost when the box lives the life `now`.
/// As long as a branch has not said which life that is, none is.
pub(super) fn is_lost(ticket: &TicketRow, epoch: BoxEpoch, now: Option<BoxEpoch>) -> bool {
    is_open(ticket.state) && now.is_some_and(|now| now != epoch)
}

/// Whether the life `epoch` of the box of the branch with this row is over.
pub(super) fn is_over(sql: &Connection, branch: i64, epoch: BoxEpoch) -> Result<bool, StoreError> {
    let mut find = sql.prepare_cached("SELECT epoch FROM branch WHERE id = ?1")?;
    let now: Option<u32> = find.query_row([branch], |row| row.get(0))?;
    Ok(now.is_some_and(|now| now != epoch.0))
}

/// Whether somebody stands somewhere with a ticket in this state.
fn is_open(state: State) -> bool {
    match state {
        State::Waiting
        | State::Called
        | State::Serving
        | State::Afterwork
        | State::Parked
        | State::Missing => true,
        State::Served | State::NoShow | State::Deleted | State::MovedOn => false,
    }
}

/// The documents in which anything is open or lost, by way of the index of just those figures.
const DOCUMENTS: &str = "
    SELECT document.id, document.day FROM document
    WHERE document.branch = ?1 AND EXISTS
        (SELECT 1 FROM figure INDEXED BY figure_open WHERE figure.document = document.id
         AND figure.count > 0 AND figure.state IN (1, 2, 3, 4, 5, 6, 11))
    ORDER BY document.day DESC, document.segment DESC LIMIT ?2";

/// The rows of a document that are open or lost, as the indexes have them.
const OPEN: [&str; 3] = [
    "SELECT epoch, number, cells, service, state, waited_ms FROM ticket INDEXED BY ticket_waiting
     WHERE document = ?1 AND state = 1",
    "SELECT epoch, number, cells, service, state, waited_ms FROM ticket INDEXED BY ticket_at_counter
     WHERE document = ?1 AND state IN (2, 3, 4)",
    "SELECT epoch, number, cells, service, state, waited_ms FROM ticket INDEXED BY ticket_aside
     WHERE document = ?1 AND state IN (5, 6, 11)",
];

/// Counts the open tickets of the branch with this row anew, now that its box lives the life `now`.
/// Returns the days whose figures are others for it.
pub(super) fn recount(
    sql: &Connection,
    branch: i64,
    now: BoxEpoch,
) -> Result<BTreeSet<u32>, StoreError> {
    let documents: Vec<(i64, u32)> = {
        let mut find = sql.prepare_cached(DOCUMENTS)?;
        let rows = find.query_map(params![branch, DOCUMENTS_RECOUNTED_MAX], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        rows.collect::<Result<_, _>>()?
    };
    let mut days = BTreeSet::new();
    for (document, day) in documents {
        let born = recount_document(sql, document, now)?;
        if !born.is_empty() {
            days.extend(born.into_iter().map(|born| born.unwrap_or(day)));
        }
    }
    Ok(days)
}

/// A row of a document that counts otherwise from now on.
struct Recounted {
    epoch: u32,
    number: i64,
    from: Counted,
    to: Counted,
    /// Since when it waits, if it does.
    since_ms: Option<i64>,
    born: Option<u32>,
}

/// The same for one document. Returns on which days the tickets that count otherwise were given
/// out, where it was another than the document's.
fn recount_document(
    sql: &Connection,
    document: i64,
    now: BoxEpoch,
) -> Result<BTreeSet<Option<u32>>, StoreError> {
    // All are read before any is written: a row that changes moves within these indexes.
    let mut changed = Vec::new();
    for question in OPEN {
        let mut find = sql.prepare_cached(question)?;
        let mut rows = find.query([document])?;
        while let Some(row) = rows.next()? {
            let (epoch, number): (u32, i64) = (row.get(0)?, row.get(1)?);
            let Some(place) = Place::read(row.get(3)?, row.get(4)?) else { continue };
            let from = Counted { place, waited_ms: row.get(5)? };
            if (BoxEpoch(epoch) == now) == (from.place.state != LOST) {
                continue;
            }
            let cells = Cells::from_bytes(row.get_ref(2)?.as_blob().unwrap_or_default());
            let cells = cells.map_err(|cause| StoreError::Row { table: "ticket", cause })?;
            let Some(ticket) = cells.ticket() else { continue };
            let lost = is_lost(&ticket, BoxEpoch(epoch), Some(now));
            let (to, since_ms) = (Counted::of(&ticket, lost), Counted::waits_since(&ticket, lost));
            changed.push(Recounted { epoch, number, from, to, since_ms, born: ticket.born });
        }
    }
    let mut put = sql.prepare_cached(
        "UPDATE ticket SET state = ?4, since_ms = ?5
         WHERE document = ?1 AND epoch = ?2 AND number = ?3",
    )?;
    let (mut differences, mut born) = (Differences::default(), BTreeSet::new());
    for row in changed {
        put.execute(params![document, row.epoch, row.number, row.to.place.state, row.since_ms])?;
        differences.moved(Some(row.from), Some(row.to));
        born.insert(row.born);
    }
    differences.write(sql, document)?;
    Ok(born)
}

/// A row of a ticket that has names of several lives.
pub(super) struct Named {
    /// The life of this name.
    pub(super) epoch: u32,
    /// The business day on which the row stands.
    pub(super) day: u32,
    pub(super) row: TicketRow,
    /// Whether it is [lost](is_lost).
    pub(super) is_lost: bool,
}

/// The rows of the ticket with this number that was issued then (by the branch's wall clock), under
/// whichever name, in the documents of these days: the oldest first. Another life may have given the
/// number to another ticket, hardly in the same millisecond.
pub(super) fn named(
    sql: &Connection,
    branch: i64,
    days: RangeInclusive<u32>,
    (number, issued_ms): (i64, u64),
) -> Result<Vec<Named>, StoreError> {
    let mut documents = sql.prepare_cached(
        "SELECT id, day FROM document WHERE branch = ?1 AND day BETWEEN ?2 AND ?3
         ORDER BY day, segment LIMIT ?4",
    )?;
    // Each of these is one step into the key, however many tickets there are.
    let mut next =
        sql.prepare_cached("SELECT min(epoch) FROM ticket WHERE document = ?1 AND ?2 < epoch")?;
    let mut find = sql.prepare_cached(
        "SELECT cells, state FROM ticket WHERE document = ?1 AND epoch = ?2 AND number = ?3",
    )?;
    let asked = params![branch, days.start(), days.end(), DOCUMENTS_SEARCHED_MAX];
    let mut rows = documents.query(asked)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (document, day): (i64, u32) = (row.get(0)?, row.get(1)?);
        for epoch in epochs(&mut next, document)? {
            let row = find.query_row(params![document, epoch, number], |row| {
                Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Option<u8>>(1)?))
            });
            let Some((cells, state)) = row.optional()? else { continue };
            let cells = Cells::from_bytes(&cells);
            let cells = cells.map_err(|cause| StoreError::Row { table: "ticket", cause })?;
            let ticket = cells.ticket().filter(|row| row.issued.wall_ms == issued_ms);
            let is_lost = state == Some(LOST);
            found.extend(ticket.map(|row| Named { epoch, day, row, is_lost }));
        }
    }
    Ok(found)
}

/// The lives that gave out the tickets of a document.
fn epochs(next: &mut CachedStatement<'_>, document: i64) -> Result<Vec<u32>, StoreError> {
    let mut found = Vec::new();
    let mut after = -1;
    while found.len() < LIVES_SEARCHED_MAX {
        let epoch: Option<u32> = next.query_row(params![document, after], |row| row.get(0))?;
        let Some(epoch) = epoch else { break };
        found.push(epoch);
        after = i64::from(epoch);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn what_is_open_is_found_without_what_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        let reader = Store::open(folder.path()).unwrap().reader().unwrap();
        let plan = |question: &str, asked: &[i64]| {
            let read = |sql: &Connection| -> Result<Vec<String>, StoreError> {
                let mut explain = sql.prepare(&format!("EXPLAIN QUERY PLAN {question}"))?;
                let asked = rusqlite::params_from_iter(asked);
                Ok(explain.query_map(asked, |row| row.get(3))?.collect::<Result<_, _>>()?)
            };
            reader.read(read).unwrap().join("; ")
        };
        let indexes = ["ticket_waiting", "ticket_at_counter", "ticket_aside"];
        for (question, index) in OPEN.into_iter().zip(indexes) {
            let plan = plan(question, &[1]);
            assert!(plan.contains(&format!("USING INDEX {index} (document=?")), "{plan}");
        }
        let plan = plan(DOCUMENTS, &[1, 64]);
        assert!(plan.contains("INDEX figure_open (document=?"), "{plan}");
        assert!(!plan.contains("SCAN"), "{plan}");
    }
}
