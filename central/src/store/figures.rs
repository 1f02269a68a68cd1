//! How many tickets of each service stand where: kept by difference with every batch, and added
//! up for head office.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};
use sync::document::{DayRow, State, TicketRow};
use sync::ids::BranchId;
use sync::projection::cells::Cells;
use sync::topics::Tenant;

use super::{StoreError, lives};

/// Services shown of one branch; a branch has some twenty.
const SERVICES_SHOWN_MAX: usize = 1_000;

/// What a ticket adds to the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    /// Where it counts.
    pub(super) place: Place,
    /// How long it has stood in lines, the present wait not included.
    pub(super) waited_ms: i64,
}

impl Counted {
    /// What a ticket adds, which may be [lost](lives::is_lost).
    pub(super) fn of(ticket: &TicketRow, is_lost: bool) -> Counted {
        let waited_ms = i64::try_from(ticket.waited_ms).unwrap_or(0).min(WAITED_MS_MAX);
        let state = if is_lost { lives::LOST } else { code(ticket.state) };
        Counted { place: Place { service: ticket.service, state }, waited_ms }
    }

    /// Since when it waits, by its branch's clock; nothing where it does not, or is lost.
    pub(super) fn waits_since(ticket: &TicketRow, is_lost: bool) -> Option<i64> {
        let waits = ticket.state == State::Waiting && !is_lost;
        i64::try_from(ticket.since.wall_ms).ok().filter(|_| waits)
    }
}

/// A longer wait was invented, or forgotten: a year. A million of them still add up.
const WAITED_MS_MAX: i64 = 366 * 24 * 60 * 60 * 1_000;

/// Where a ticket counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) service: u32,
    pub(super) state: u8,
}

impl Place {
    /// Reads the two columns.
    pub(super) fn read(service: Option<u32>, state: Option<u8>) -> Option<Place> {
        Some(Place { service: service?, state: state? })
    }
}

/// How a state is written in the tables. Numbers are never given to another state; [`lives::LOST`] is
/// one of them.
pub(super) const fn code(state: State) -> u8 {
    match state {
        State::Waiting => 1,
        State::Called => 2,
        State::Serving => 3,
        State::Afterwork => 4,
        State::Parked => 5,
        State::Missing => 6,
        State::Served => 7,
        State::NoShow => 8,
        State::Deleted => 9,
        State::MovedOn => 10,
    }
}

/// What a batch adds to the figures of one document.
#[derive(Default)]
pub(super) struct Differences(BTreeMap<Place, (i64, i64)>);

impl Differences {
    /// A ticket counts there now instead of here.
    pub(super) fn moved(&mut self, from: Option<Counted>, to: Option<Counted>) {
        for (counted, by) in [(from, -1), (to, 1)] {
            if let Some(Counted { place, waited_ms }) = counted {
                let (count, waited) = self.0.entry(place).or_default();
                *count += by;
                *waited += by * waited_ms;
            }
        }
    }

    /// Adds them.
    pub(super) fn write(self, sql: &Connection, document: i64) -> Result<(), StoreError> {
        let mut add = sql.prepare_cached(
            "INSERT INTO figure (document, service, state, count, waited_ms)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (document, service, state)
             DO UPDATE SET count = count + ?4, waited_ms = waited_ms + ?5",
        )?;
        for (place, (by, waited_ms)) in self.0.into_iter().filter(|(_, by)| *by != (0, 0)) {
            add.execute(params![document, place.service, place.state, by, waited_ms])?;
        }
        Ok(())
    }
}

/// A branch as head office sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchFigures {
    /// Its number.
    pub id: BranchId,
    /// What it calls itself, or before it has said so the name under which it was admitted.
    pub name: String,
    /// Whether its last word was that it is connected; not so before it has spoken to this start
    /// of the server.
    pub online: bool,
    /// When it last said anything, in milliseconds since 1970 UTC by this server's clock.
    pub heard_ms: Option<u64>,
    /// Its newest business day, as 20261122.
    pub day: Option<u32>,
    /// Tickets in a line, of that day.
    pub waiting: u64,
    /// Tickets at a counter: called, being served, or with the counter at work on them.
    pub serving: u64,
}

/// A service of a branch, on its newest business day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceFigures {
    /// The branch's number for it.
    pub id: u32,
    /// The letters of its labels.
    pub tag: String,
    /// Its name in the branch's first language.
    pub name: String,
    /// Tickets in its line.
    pub waiting: u64,
    /// Tickets that were served, by the service they were last in line for.
    pub served_today: u64,
}

const WAITING: u8 = code(State::Waiting);
const CALLED: u8 = code(State::Called);
const AFTERWORK: u8 = code(State::Afterwork);
const SERVED: u8 = code(State::Served);

/// The branches of a tenant, or one of them.
const BRANCHES: &str = "
    SELECT branch.number, coalesce(branch.told, branch.name), branch.online, branch.heard_ms,
           branch.day,
           coalesce(sum(figure.count) FILTER (WHERE figure.state = ?2), 0),
           coalesce(sum(figure.count) FILTER (WHERE figure.state BETWEEN ?3 AND ?4), 0)
    FROM branch
    LEFT JOIN document ON document.branch = branch.id AND document.day = branch.day
    LEFT JOIN figure ON figure.document = document.id
    WHERE branch.tenant = ?1 AND (?5 IS NULL OR branch.number = ?5)
    GROUP BY branch.id ORDER BY branch.number";

fn branch_row(row: &Row<'_>) -> rusqlite::Result<BranchFigures> {
    Ok(BranchFigures {
        id: BranchId(row.get(0)?),
        name: row.get(1)?,
        online: row.get::<_, Option<bool>>(2)?.unwrap_or(false),
        heard_ms: row.get::<_, Option<i64>>(3)?.map(|at| u64::try_from(at).unwrap_or(0)),
        day: row.get(4)?,
        waiting: row.get::<_, i64>(5)?.try_into().unwrap_or(0),
        serving: row.get::<_, i64>(6)?.try_into().unwrap_or(0),
    })
}

/// All branches of a tenant by number, or the one that is asked for.
pub(super) fn branches(
    sql: &Connection,
    tenant: &Tenant,
    one: Option<BranchId>,
) -> Result<Vec<BranchFigures>, StoreError> {
    let mut find = sql.prepare_cached(BRANCHES)?;
    let one = one.map(|id| id.0);
    let rows =
        find.query_map(params![tenant.as_str(), WAITING, CALLED, AFTERWORK, one], branch_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The services of a branch by number: those that it offers, and those that tickets are for.
pub(super) fn services(
    sql: &Connection,
    tenant: &Tenant,
    branch: BranchId,
    day: u32,
) -> Result<Vec<ServiceFigures>, StoreError> {
    let mut services: BTreeMap<u32, (bool, ServiceFigures)> = BTreeMap::new();
    for told in days(sql, tenant, branch, day)? {
        for service in told.services {
            let (id, tag, name) = (service.id, service.tag, service.name);
            let row = ServiceFigures { id, tag, name, waiting: 0, served_today: 0 };
            services.insert(id, (service.offered, row));
        }
    }
    let mut count = sql.prepare_cached(
        "SELECT figure.service,
                coalesce(sum(figure.count) FILTER (WHERE figure.state = ?4), 0),
                coalesce(sum(figure.count) FILTER (WHERE figure.state = ?5), 0)
         FROM branch
         JOIN document ON document.branch = branch.id AND document.day = ?3
         JOIN figure ON figure.document = document.id
         WHERE branch.tenant = ?1 AND branch.number = ?2
         GROUP BY figure.service ORDER BY figure.service",
    )?;
    let mut rows = count.query(params![tenant.as_str(), branch.0, day, WAITING, SERVED])?;
    while let Some(row) = rows.next()? {
        let id: u32 = row.get(0)?;
        let waiting = row.get::<_, i64>(1)?.try_into().unwrap_or(0);
        let served_today = row.get::<_, i64>(2)?.try_into().unwrap_or(0);
        if services.len() == SERVICES_SHOWN_MAX && !services.contains_key(&id) {
            continue;
        }
        let (shown, service) = services.entry(id).or_insert_with(|| {
            let (tag, name) = (String::new(), String::new());
            (false, ServiceFigures { id, tag, name, waiting: 0, served_today: 0 })
        });
        *shown |= 0 < waiting + served_today;
        (service.waiting, service.served_today) = (waiting, served_today);
    }
    Ok(services.into_values().filter_map(|(shown, row)| shown.then_some(row)).collect())
}

/// What the documents of a day say of themselves, first segment first.
pub(super) fn days(
    sql: &Connection,
    tenant: &Tenant,
    branch: BranchId,
    day: u32,
) -> Result<Vec<DayRow>, StoreError> {
    let mut find = sql.prepare_cached(
        "SELECT day.cells FROM branch
         JOIN document ON document.branch = branch.id AND document.day = ?3
         JOIN day ON day.document = document.id
         WHERE branch.tenant = ?1 AND branch.number = ?2 ORDER BY document.segment",
    )?;
    let rows = find.query_map(params![tenant.as_str(), branch.0, day], |row| row.get(0))?;
    rows.map(|bytes: rusqlite::Result<Vec<u8>>| {
        let cells = Cells::from_bytes(&bytes?);
        let cells = cells.map_err(|cause| StoreError::Row { table: "day", cause })?;
        Ok(DayRow::read(&cells.fields()))
    })
    .collect()
}
