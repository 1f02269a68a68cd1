//! How branches stand at this moment, as the live pages of head office show it: a few rows of each.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, params};
use sync::document::{CallRow, State, TicketRow};
use sync::frame::Frame;
use sync::health::Health;
use sync::ids::BranchId;
use sync::projection::cells::Cells;
use sync::topics::Tenant;

use super::{Reader, StoreError, figures, lives};

/// Calls that are shown of a branch: more than anybody reads while they are news.
const CALLS_SHOWN: usize = 12;

/// Tickets that are looked at for those, the newest of the box's present life and of those before: so
/// that a long day costs no more than a short one.
const CALLS_SEARCHED: usize = 512;

/// How many tickets of a branch's newest day are where, and how long those had waited whose wait is
/// over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In a line.
    pub waiting: u64,
    /// Invited to a counter.
    pub called: u64,
    /// At a counter, or with the counter at work on them.
    pub serving: u64,
    /// Served.
    pub served: u64,
    /// Given up on: they did not come.
    pub no_shows: u64,
    /// Given up by their customers, or deleted.
    pub abandoned: u64,
    /// Of how many the wait is over.
    waits: u64,
    /// How long those had waited, together.
    waited_ms: u64,
}

impl Counts {
    /// The mean wait of those whose wait is over, in milliseconds; nothing where nobody's is.
    pub fn mean_wait_ms(&self) -> Option<u64> {
        self.waited_ms.checked_div(self.waits)
    }

    fn add(&mut self, state: State, count: u64, waited_ms: u64) {
        match state {
            State::Waiting => self.waiting += count,
            State::Called => self.called += count,
            State::Serving | State::Afterwork => self.serving += count,
            State::Served => self.served += count,
            State::NoShow => self.no_shows += count,
            State::Deleted => self.abandoned += count,
            State::Parked | State::Missing | State::MovedOn => {}
        }
        // Who waits is still at it, and who moved on is counted on the other day.
        if !matches!(state, State::Waiting | State::MovedOn) {
            self.waits += count;
            self.waited_ms = self.waited_ms.saturating_add(waited_ms);
        }
    }
}

/// A branch, as it stood at its last word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BranchNow {
    /// Its number.
    pub id: u32,
    /// What it calls itself, or before it has said so the name under which it was admitted.
    pub name: String,
    /// Its zone, by its IANA name, once it has told.
    pub zone: Option<String>,
    /// Whether its last word was that it is connected; nothing before it has spoken to this start of
    /// the server.
    pub online: Option<bool>,
    /// When it last said anything, in milliseconds since 1970 UTC by this server's clock.
    pub heard_ms: Option<u64>,
    /// The version of the protocol that it speaks, where that is not ours.
    pub protocol: Option<u8>,
    /// Its newest business day, as 20261122.
    pub day: Option<u32>,
    /// By how much its clock is ahead of this server's, in milliseconds.
    pub ahead_ms: i64,
    /// What it said of its health.
    pub health: Health,
    /// That day's tickets.
    pub counts: Counts,
    /// Since when the one waits who has waited longest, by the branch's clock.
    pub longest_ms: Option<u64>,
}

impl BranchNow {
    /// An instant of the branch's clock on this server's, in milliseconds since 1970 UTC.
    pub fn here(&self, wall_ms: u64) -> u64 {
        wall_ms.saturating_add_signed(self.ahead_ms.saturating_neg())
    }
}

/// A service of a branch on its newest day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceNow {
    /// The branch's number for it.
    pub id: u32,
    /// The letters of its labels.
    pub tag: String,
    /// Its name in the branch's first language.
    pub name: String,
    /// Its tickets.
    pub counts: Counts,
    /// As of the branch.
    pub longest_ms: Option<u64>,
}

/// A counter with a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtCounter {
    /// The counter.
    pub counter: u32,
    /// The ticket's label.
    pub label: String,
    /// What for.
    pub service: u32,
    /// Called, serving or afterwork.
    pub state: State,
    /// Since when, by the branch's clock.
    pub since_ms: u64,
    /// Who serves, where a name was given.
    pub operator: Option<u32>,
}

/// A call of the newest day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastCall {
    /// The ticket's label.
    pub label: String,
    /// What for.
    pub service: u32,
    /// Where.
    pub counter: u32,
    /// When, by the branch's clock.
    pub called_ms: u64,
    /// How often again.
    pub recalls: u64,
    /// How far it is: called, serving or afterwork; nothing where it has ended.
    pub state: Option<State>,
}

/// A branch with all that is shown of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchInFull {
    /// The branch.
    pub branch: BranchNow,
    /// Its services by number: those that it offers, and those that tickets are for.
    pub services: Vec<ServiceNow>,
    /// The counters with a customer, by number.
    pub counters: Vec<AtCounter>,
    /// The newest calls, newest first.
    pub calls: Vec<LastCall>,
    /// What its counters are called, where it tells the public.
    pub counter_names: BTreeMap<u32, String>,
}

impl Reader {
    /// All branches of a tenant, by number.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn overview(&self, tenant: &Tenant) -> Result<Vec<BranchNow>, StoreError> {
        self.read(|sql| Ok(branches(sql, tenant, None)?.into_values().collect()))
    }

    /// When a branch of the tenant said anything last, in milliseconds since 1970 UTC.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn last_heard_ms(&self, tenant: &Tenant) -> Result<Option<u64>, StoreError> {
        self.read(|sql| {
            let newest = "SELECT max(heard_ms) FROM branch WHERE tenant = ?1";
            let found: Option<i64> =
                sql.query_row(newest, params![tenant.as_str()], |row| row.get(0))?;
            Ok(found.map(plain))
        })
    }

    /// One branch; nothing where the tenant has no such branch.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn branch_now(
        &self,
        tenant: &Tenant,
        id: BranchId,
    ) -> Result<Option<BranchNow>, StoreError> {
        self.read(|sql| Ok(branches(sql, tenant, Some(id))?.into_values().next()))
    }

    /// One branch with all that is shown of it; nothing where the tenant has no such branch.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn branch_in_full(
        &self,
        tenant: &Tenant,
        id: BranchId,
    ) -> Result<Option<BranchInFull>, StoreError> {
        self.read(|sql| {
            let Some((row, branch)) = branches(sql, tenant, Some(id))?.pop_first() else {
                return Ok(None);
            };
            let Some(day) = branch.day else {
                let (services, counters, calls) = (Vec::new(), Vec::new(), Vec::new());
                let counter_names = BTreeMap::new();
                return Ok(Some(BranchInFull { branch, services, counters, calls, counter_names }));
            };
            Ok(Some(BranchInFull {
                services: services(sql, tenant, id, row, day)?,
                counters: counters(sql, row, day)?,
                calls: calls(sql, row, day)?,
                counter_names: counter_names(sql, row)?,
                branch,
            }))
        })
    }
}

const BRANCHES: &str = "
    SELECT id, number, coalesce(told, name), zone, online, heard_ms, protocol, day, ahead_ms, health
    FROM branch WHERE tenant = ?1 AND (?2 IS NULL OR number = ?2)";

const COUNTS: &str = "
    SELECT branch.id, figure.state, sum(figure.count), sum(figure.waited_ms)
    FROM branch
    JOIN document ON document.branch = branch.id AND document.day = branch.day
    JOIN figure ON figure.document = document.id
    WHERE branch.tenant = ?1 AND (?2 IS NULL OR branch.number = ?2)
    GROUP BY branch.id, figure.state";

// The state is written out, so that the index of those who wait is used.
const LONGEST: &str = "
    SELECT branch.id, min(ticket.since_ms)
    FROM branch
    JOIN document ON document.branch = branch.id AND document.day = branch.day
    JOIN ticket ON ticket.document = document.id AND ticket.state = 1
    WHERE branch.tenant = ?1 AND (?2 IS NULL OR branch.number = ?2)
    GROUP BY branch.id";

/// The branches by their rows, which are in no order that says anything.
fn branches(
    sql: &Connection,
    tenant: &Tenant,
    one: Option<BranchId>,
) -> Result<BTreeMap<i64, BranchNow>, StoreError> {
    let asked = params![tenant.as_str(), one.map(|id| id.0)];
    let mut find = sql.prepare_cached(BRANCHES)?;
    let rows = find.query_map(asked, |row| Ok((row.get(0)?, branch(row)?)))?;
    let mut found = rows.collect::<Result<BTreeMap<i64, BranchNow>, _>>()?;
    let mut count = sql.prepare_cached(COUNTS)?;
    let mut rows = count.query(asked)?;
    while let Some(row) = rows.next()? {
        if let (Some(branch), Some(state)) = (found.get_mut(&row.get(0)?), state(row.get(1)?)) {
            branch.counts.add(state, plain(row.get(2)?), plain(row.get(3)?));
        }
    }
    let mut look = sql.prepare_cached(LONGEST)?;
    let mut rows = look.query(asked)?;
    while let Some(row) = rows.next()? {
        if let Some(branch) = found.get_mut(&row.get(0)?) {
            branch.longest_ms = row.get::<_, Option<i64>>(1)?.map(plain);
        }
    }
    Ok(found)
}

fn branch(row: &Row<'_>) -> rusqlite::Result<BranchNow> {
    let health: Option<Vec<u8>> = row.get(9)?;
    Ok(BranchNow {
        id: row.get(1)?,
        name: row.get(2)?,
        zone: row.get(3)?,
        online: row.get(4)?,
        heard_ms: row.get::<_, Option<i64>>(5)?.map(plain),
        protocol: row.get(6)?,
        day: row.get(7)?,
        ahead_ms: row.get::<_, Option<i64>>(8)?.unwrap_or(0),
        // What cannot be read any more is told again within seconds.
        health: health.and_then(|bytes| Health::from_bytes(&bytes).ok()).unwrap_or_default(),
        counts: Counts::default(),
        longest_ms: None,
    })
}

fn services(
    sql: &Connection,
    tenant: &Tenant,
    id: BranchId,
    row: i64,
    day: u32,
) -> Result<Vec<ServiceNow>, StoreError> {
    // Those that are worth a line, and what they are called.
    let shown = figures::services(sql, tenant, id, day)?;
    let mut all: BTreeMap<u32, ServiceNow> = shown
        .into_iter()
        .map(|known| {
            let (id, tag, name) = (known.id, known.tag, known.name);
            (id, ServiceNow { id, tag, name, counts: Counts::default(), longest_ms: None })
        })
        .collect();
    let mut count = sql.prepare_cached(
        "SELECT figure.service, figure.state, sum(figure.count), sum(figure.waited_ms)
         FROM document JOIN figure ON figure.document = document.id
         WHERE document.branch = ?1 AND document.day = ?2 GROUP BY figure.service, figure.state",
    )?;
    let mut rows = count.query(params![row, day])?;
    while let Some(row) = rows.next()? {
        if let (Some(service), Some(state)) = (all.get_mut(&row.get(0)?), state(row.get(1)?)) {
            service.counts.add(state, plain(row.get(2)?), plain(row.get(3)?));
        }
    }
    let mut look = sql.prepare_cached(
        "SELECT ticket.service, min(ticket.since_ms)
         FROM document JOIN ticket ON ticket.document = document.id AND ticket.state = 1
         WHERE document.branch = ?1 AND document.day = ?2 GROUP BY ticket.service",
    )?;
    let mut rows = look.query(params![row, day])?;
    while let Some(row) = rows.next()? {
        if let Some(service) = all.get_mut(&row.get::<_, Option<u32>>(0)?.unwrap_or(0)) {
            service.longest_ms = row.get::<_, Option<i64>>(1)?.map(plain);
        }
    }
    Ok(all.into_values().collect())
}

fn counters(sql: &Connection, row: i64, day: u32) -> Result<Vec<AtCounter>, StoreError> {
    let mut find = sql.prepare_cached(
        "SELECT ticket.cells FROM document
         JOIN ticket ON ticket.document = document.id AND ticket.state IN (2, 3, 4)
         WHERE document.branch = ?1 AND document.day = ?2",
    )?;
    let mut rows = find.query(params![row, day])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.extend(ticket(row)?.and_then(at_counter));
    }
    found.sort_by_key(|at: &AtCounter| at.counter);
    Ok(found)
}

fn at_counter(ticket: TicketRow) -> Option<AtCounter> {
    let call = ticket.calls.iter().rfind(|call| call.ended.is_none())?;
    Some(AtCounter {
        counter: call.counter?,
        operator: call.operator,
        service: ticket.service,
        state: ticket.state,
        since_ms: ticket.since.wall_ms,
        label: ticket.label,
    })
}

fn calls(sql: &Connection, row: i64, day: u32) -> Result<Vec<LastCall>, StoreError> {
    let mut found = Vec::new();
    // Epochs are in no order that says anything: what a life told that is over keeps nothing from
    // the present one's place.
    for life in ["=", "<>"] {
        let mut find = sql.prepare_cached(&format!(
            "SELECT ticket.cells, ticket.state FROM document
             JOIN ticket ON ticket.document = document.id
             WHERE document.branch = ?1 AND document.day = ?2 AND ticket.epoch {life}
                   coalesce((SELECT epoch FROM branch WHERE id = ?1), -1)
             ORDER BY document.segment DESC, ticket.epoch DESC, ticket.number DESC LIMIT ?3"
        ))?;
        let mut rows = find.query(params![row, day, CALLS_SEARCHED])?;
        while let Some(row) = rows.next()? {
            let Some(ticket) = ticket(row)? else { continue };
            let is_lost = row.get::<_, Option<u8>>(1)? == Some(lives::LOST);
            let calls = ticket.calls.iter();
            found.extend(calls.filter_map(|call| last_call(&ticket, call, is_lost)));
        }
    }
    found.sort_by_key(|call: &LastCall| std::cmp::Reverse(call.called_ms));
    found.truncate(CALLS_SHOWN);
    Ok(found)
}

fn last_call(ticket: &TicketRow, call: &CallRow, is_lost: bool) -> Option<LastCall> {
    let is_open = call.ended.is_none();
    // It is told where the ticket goes on.
    if is_open && ticket.state == State::MovedOn {
        return None;
    }
    Some(LastCall {
        label: ticket.label.clone(),
        service: call.service.or(ticket.asked.first().map(|first| first.service))?,
        counter: call.counter?,
        called_ms: call.called?.wall_ms,
        recalls: call.recalls,
        state: (is_open && !is_lost).then_some(ticket.state),
    })
}

/// What the counters are called on the branch's card, if it has one that can be read.
fn counter_names(sql: &Connection, row: i64) -> Result<BTreeMap<u32, String>, StoreError> {
    let mut find = sql.prepare_cached("SELECT frame FROM card WHERE branch = ?1")?;
    let frame: Option<Vec<u8>> = find.query_row([row], |row| row.get(0)).optional()?;
    let Some(Ok(Frame::Card { card, .. })) = frame.map(|frame| Frame::parse(&frame)) else {
        return Ok(BTreeMap::new());
    };
    Ok(card.counters.into_iter().collect())
}

fn ticket(row: &Row<'_>) -> Result<Option<TicketRow>, StoreError> {
    let cells = Cells::from_bytes(row.get_ref(0)?.as_blob().unwrap_or_default());
    Ok(cells.map_err(|cause| StoreError::Row { table: "ticket", cause })?.ticket())
}

/// The state that is written so.
fn state(written: u8) -> Option<State> {
    [
        State::Waiting,
        State::Called,
        State::Serving,
        State::Afterwork,
        State::Parked,
        State::Missing,
        State::Served,
        State::NoShow,
        State::Deleted,
        State::MovedOn,
    ]
    .into_iter()
    .find(|state| figures::code(*state) == written)
}

fn plain(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    /// How SQLite goes about a question.
    fn plan(sql: &Connection, question: &str) -> Vec<String> {
        let mut explain = sql.prepare(&format!("EXPLAIN QUERY PLAN {question}")).unwrap();
        let rows = explain.query_map(params!["demo", None::<u32>], |row| row.get(3)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn the_overview_looks_at_no_ticket_but_those_who_wait() {
        let folder = tempfile::tempdir().unwrap();
        let reader = Store::open(folder.path()).unwrap().reader().unwrap();
        let read = |question| reader.read(|sql| Ok(plan(sql, question))).unwrap();
        let longest = read(LONGEST);
        let of_tickets: Vec<&String> =
            longest.iter().filter(|step| step.contains(" ticket")).collect();
        assert_eq!(of_tickets.len(), 1, "{longest:?}");
        assert!(of_tickets[0].contains("USING COVERING INDEX ticket_waiting"), "{longest:?}");
        for question in [BRANCHES, COUNTS] {
            let steps = read(question);
            assert!(steps.iter().all(|step| !step.contains("ticket")), "{steps:?}");
            assert!(steps.iter().all(|step| !step.starts_with("SCAN")), "{steps:?}");
        }
    }

    #[test]
    fn a_mean_is_of_those_whose_wait_is_over() {
        let mut counts = Counts::default();
        assert_eq!(counts.mean_wait_ms(), None);
        counts.add(State::Waiting, 5, 50_000);
        counts.add(State::MovedOn, 1, 9_000);
        assert_eq!((counts.waiting, counts.mean_wait_ms()), (5, None));
        counts.add(State::Served, 3, 9_000);
        counts.add(State::Afterwork, 1, 3_000);
        assert_eq!((counts.served, counts.serving, counts.mean_wait_ms()), (3, 1, Some(3_000)));
    }

    #[test]
    fn a_branchs_clock_is_brought_to_ours() {
        let fast = BranchNow { ahead_ms: 60_000, ..BranchNow::default() };
        assert_eq!(fast.here(100_000), 40_000);
        let slow = BranchNow { ahead_ms: -60_000, ..BranchNow::default() };
        assert_eq!(slow.here(100_000), 160_000);
    }
}
