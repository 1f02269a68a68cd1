//! Visits, put together from the rows of the days on which a ticket stood somewhere.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use serve::statistics::{Called, Figures, Outcome, Visit};
use sync::change::Outcome as Ended;
use sync::document::{CallEnd, CallRow, DayRow, State, TicketRow};
use sync::ids::Moment;
use sync::projection::cells::Cells;

use crate::store::{StoreError, lives};

/// The figures of a branch's day, from its rows. Those who still wait have waited until the
/// branch's last word.
pub(super) fn figures(sql: &Connection, branch: i64, day: u32) -> Result<Figures, StoreError> {
    let heard_ms: Option<i64> = sql
        .prepare_cached("SELECT heard_ms FROM branch WHERE id = ?1")?
        .query_row([branch], |row| row.get(0))?;
    let as_of = heard_ms.map_or(0, |heard| u64::try_from(heard).unwrap_or(0));
    let clock = zone(sql, branch, day)?;
    let mut later = sql.prepare_cached(
        "SELECT ticket.cells, ticket.state FROM document
         JOIN ticket ON ticket.document = document.id AND ticket.epoch = ?3 AND ticket.number = ?4
         WHERE document.branch = ?1 AND document.day = ?2
         ORDER BY document.segment DESC LIMIT 1",
    )?;
    let mut find = sql.prepare_cached(
        "SELECT ticket.epoch, ticket.number, ticket.cells, ticket.state FROM document
         JOIN ticket ON ticket.document = document.id
         WHERE document.branch = ?1 AND document.day = ?2",
    )?;
    let mut rows = find.query(params![branch, day])?;
    let mut figures = Figures::default();
    while let Some(row) = rows.next()? {
        let cells = row.get_ref(2)?.as_blob().unwrap_or_default();
        // One whose story began on an earlier day counts there.
        let Some(ticket) = read(cells)?.filter(|ticket| ticket.born.is_none()) else { continue };
        let key: (u32, i64) = (row.get(0)?, row.get(1)?);
        let first = (ticket, row.get::<_, Option<u8>>(3)? == Some(lives::LOST));
        let chain = follow(sql, &mut later, (branch, day), key, first)?;
        if let Some(visit) = visit(&chain, &clock, as_of) {
            figures.add(&visit);
        }
    }
    Ok(figures)
}

/// The ticket's rows, day by day, as far as they have come; none of a ticket that is lost: nobody
/// knows how its visit ended, and one that the box still has counts under its new name.
fn follow(
    sql: &Connection,
    later: &mut CachedStatement<'_>,
    (branch, day): (i64, u32),
    (mut epoch, number): (u32, i64),
    (first, mut is_lost): (TicketRow, bool),
) -> Result<Vec<TicketRow>, StoreError> {
    let issued = (number, first.issued.wall_ms);
    let mut chain = vec![first];
    let mut at = day;
    // Days only grow, so this ends.
    while let Some(next) = chain.last().and_then(moved_on).filter(|next| at < *next) {
        let row = later.query_row(params![branch, next, epoch, number], |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Option<u8>>(1)?))
        });
        let Some((cells, state)) = row.optional()? else { break };
        let Some(row) = read(&cells)? else { break };
        at = next;
        is_lost = state == Some(lives::LOST);
        let goes_on_here = is_lost || moved_on(&row).is_some_and(|to| to <= at);
        chain.push(row);
        if !goes_on_here {
            continue;
        }
        // The box began another life on that day, and has another name for it since.
        let names = lives::named(sql, branch, at..=at, issued)?.into_iter();
        let mut names = names.filter(|name| !name.is_lost && name.epoch != epoch);
        let Some(name) = names.find(|name| moved_on(&name.row).is_none_or(|to| at < to)) else {
            break;
        };
        (epoch, is_lost) = (name.epoch, false);
        chain.push(name.row);
    }
    Ok(if is_lost { Vec::new() } else { chain })
}

fn moved_on(row: &TicketRow) -> Option<u32> {
    if row.state == State::MovedOn { row.day } else { None }
}

fn read(cells: &[u8]) -> Result<Option<TicketRow>, StoreError> {
    let cells = Cells::from_bytes(cells);
    Ok(cells.map_err(|cause| StoreError::Row { table: "ticket", cause })?.ticket())
}

/// The visit that these rows tell of. In each but the last it moved on.
fn visit(chain: &[TicketRow], clock: &TimeZone, as_of: u64) -> Option<Visit> {
    let (first, last) = (chain.first()?, chain.last()?);
    let present =
        if last.state == State::Waiting { as_of.saturating_sub(last.since.wall_ms) } else { 0 };
    let end = last.state.outcome().map(|ended| (of(ended), between(first.issued, last.since)));
    let asked = last.asked.iter().zip(last.ends());
    // A call that was open when a day ended is in two rows, and ends in the later one.
    let calls: BTreeMap<u64, &CallRow> =
        chain.iter().flat_map(|row| &row.calls).map(|call| (call.call, call)).collect();
    Some(Visit {
        hour: hour(first.issued, clock),
        waited: Some(Duration::from_millis(last.waited_ms.saturating_add(present))),
        end,
        asked: asked.map(|(asked, end)| (asked.service, end.map(of))).collect(),
        calls: calls.into_values().filter_map(|call| called(call, last)).collect(),
    })
}

fn called(call: &CallRow, ticket: &TicketRow) -> Option<Called> {
    let outcome = match call.end {
        Some(CallEnd::Finished) => Some(Outcome::Served),
        Some(CallEnd::NoShow) => Some(Outcome::NoShow),
        Some(CallEnd::Parked | CallEnd::Transferred | CallEnd::Deleted) | None => None,
    };
    Some(Called {
        service: call.service.or(ticket.asked.first().map(|first| first.service))?,
        counter: call.counter?,
        operator: call.operator,
        outcome,
        took: call.started.zip(call.ended).map(|(from, to)| between(from, to)),
    })
}

fn of(ended: Ended) -> Outcome {
    match ended {
        Ended::Served => Outcome::Served,
        Ended::NoShow => Outcome::NoShow,
        Ended::Deleted => Outcome::Abandoned,
    }
}

/// By the clock that never goes back, as the branch measures.
fn between(from: Moment, to: Moment) -> Duration {
    Duration::from_millis(to.steady_ms.saturating_sub(from.steady_ms))
}

fn hour(at: Moment, clock: &TimeZone) -> u8 {
    let wall = i64::try_from(at.wall_ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    let wall = wall.unwrap_or(Timestamp::UNIX_EPOCH);
    clock.to_datetime(wall).hour().unsigned_abs()
}

/// The branch's zone on that day; UTC as long as it has not said where it is.
fn zone(sql: &Connection, branch: i64, day: u32) -> Result<TimeZone, StoreError> {
    let mut find = sql.prepare_cached(
        "SELECT day.cells FROM document JOIN day ON day.document = document.id
         WHERE document.branch = ?1 AND document.day = ?2 ORDER BY document.segment",
    )?;
    let mut rows = find.query(params![branch, day])?;
    while let Some(row) = rows.next()? {
        let cells = Cells::from_bytes(row.get_ref(0)?.as_blob().unwrap_or_default());
        let cells = cells.map_err(|cause| StoreError::Row { table: "day", cause })?;
        if let Ok(zone) = TimeZone::get(&DayRow::read(&cells.fields()).zone) {
            return Ok(zone);
        }
    }
    Ok(TimeZone::UTC)
}
