//! How branches and their lines stand: counts by state, and who waits for which service since when.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use serve::statistics::Figures;
use sync::change::Place;
use sync::document::State;
use sync::ids::BranchId;
use sync::projection::cells::Cells;
use sync::topics::Tenant;

use super::figures::code;
use super::{StoreError, days, figures};

/// A branch, and where the tickets of its newest business day are.
#[derive(Clone, Debug, PartialEq)]
pub struct BranchStanding {
    /// Its number.
    pub id: BranchId,
    /// What it calls itself, or before it has said so the name under which it was admitted.
    pub name: String,
    /// Whether its last word was that it is connected; not so before it has spoken to this start
    /// of the server.
    pub online: bool,
    /// When it last said anything, in milliseconds since 1970 UTC by this server's clock.
    pub heard_ms: Option<u64>,
    /// The version of the protocol that it speaks, where that is not ours.
    pub protocol: Option<u8>,
    /// Its newest business day, as 20261122.
    pub day: Option<u32>,
    /// Tickets in a line.
    pub waiting: u64,
    /// Tickets that are invited to a counter.
    pub called: u64,
    /// Tickets at a counter, or with the counter at work on them.
    pub serving: u64,
    /// Tickets set aside.
    pub parked: u64,
    /// Tickets that were called in vain.
    pub missing: u64,
    /// The figures of that day.
    pub today: Figures,
}

/// A service of a branch, and its line on the newest business day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceWait {
    /// The branch's number for it.
    pub id: u32,
    /// The letters of its labels.
    pub tag: String,
    /// Its name in the branch's first language.
    pub name: String,
    /// Whether the branch has it, and its day is open.
    pub open: bool,
    /// When each of those began to wait whom anyone may call who serves it, in milliseconds since
    /// 1970 UTC.
    pub since_ms: Vec<u64>,
    /// Those who wait for one counter or one operator alone.
    pub reserved: u64,
}

impl ServiceWait {
    /// How many wait.
    pub fn waiting(&self) -> u64 {
        self.since_ms.len() as u64 + self.reserved
    }
}

const STANDINGS: &str = "
    SELECT branch.number, coalesce(branch.told, branch.name), branch.online, branch.heard_ms,
           branch.protocol, branch.day, branch.id,
           coalesce(sum(figure.count) FILTER (WHERE figure.state = ?3), 0),
           coalesce(sum(figure.count) FILTER (WHERE figure.state = ?4), 0),
           coalesce(sum(figure.count) FILTER (WHERE figure.state IN (?5, ?6)), 0),
           coalesce(sum(figure.count) FILTER (WHERE figure.state = ?7), 0),
           coalesce(sum(figure.count) FILTER (WHERE figure.state = ?8), 0)
    FROM branch
    LEFT JOIN document ON document.branch = branch.id AND document.day = branch.day
    LEFT JOIN figure ON figure.document = document.id
    WHERE branch.tenant = ?1 AND (?2 IS NULL OR branch.number = ?2)
    GROUP BY branch.id ORDER BY branch.number";

/// All branches of a tenant by number, or the one that is asked for; with the figures of their
/// newest day where those are wanted.
pub(super) fn standings(
    sql: &Connection,
    tenant: &Tenant,
    one: Option<BranchId>,
    with_figures: bool,
) -> Result<Vec<BranchStanding>, StoreError> {
    let mut find = sql.prepare_cached(STANDINGS)?;
    let states = [
        State::Waiting,
        State::Called,
        State::Serving,
        State::Afterwork,
        State::Parked,
        State::Missing,
    ];
    let [waiting, called, serving, afterwork, parked, missing] = states.map(code);
    let mut rows = find.query(params![
        tenant.as_str(),
        one.map(|id| id.0),
        waiting,
        called,
        serving,
        afterwork,
        parked,
        missing
    ])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let count =
            |column| Ok::<_, StoreError>(row.get::<_, i64>(column)?.try_into().unwrap_or(0));
        let day: Option<u32> = row.get(5)?;
        let today = match day.filter(|_| with_figures) {
            Some(day) => days::of_day(sql, row.get(6)?, day)?,
            None => Figures::default(),
        };
        found.push(BranchStanding {
            id: BranchId(row.get(0)?),
            name: row.get(1)?,
            online: row.get::<_, Option<bool>>(2)?.unwrap_or(false),
            heard_ms: row.get::<_, Option<i64>>(3)?.map(|at| u64::try_from(at).unwrap_or(0)),
            protocol: row.get(4)?,
            day,
            waiting: count(7)?,
            called: count(8)?,
            serving: count(9)?,
            parked: count(10)?,
            missing: count(11)?,
            today,
        });
    }
    Ok(found)
}

/// The services of a branch's day by number: those that it has told of.
pub(super) fn waits(
    sql: &Connection,
    tenant: &Tenant,
    branch: BranchId,
    day: u32,
) -> Result<Vec<ServiceWait>, StoreError> {
    let mut services: BTreeMap<u32, (bool, ServiceWait)> = BTreeMap::new();
    for told in figures::days(sql, tenant, branch, day)? {
        for service in told.services {
            let (id, tag, name) = (service.id, service.tag, service.name);
            let open = service.offered && told.closed.is_none();
            let row = ServiceWait { id, tag, name, open, since_ms: Vec::new(), reserved: 0 };
            services.insert(id, (service.offered, row));
        }
    }
    let mut find = sql.prepare_cached(
        "SELECT ticket.cells FROM branch
         JOIN document ON document.branch = branch.id AND document.day = ?3
         JOIN ticket ON ticket.document = document.id AND ticket.state = ?4
         WHERE branch.tenant = ?1 AND branch.number = ?2",
    )?;
    let waiting = code(State::Waiting);
    let mut rows = find.query(params![tenant.as_str(), branch.0, day, waiting])?;
    while let Some(row) = rows.next()? {
        let cells = Cells::from_bytes(row.get_ref(0)?.as_blob().unwrap_or_default());
        let cells = cells.map_err(|cause| StoreError::Row { table: "ticket", cause })?;
        let Some(ticket) = cells.ticket() else { continue };
        if let Some((_, service)) = services.get_mut(&ticket.service) {
            match ticket.place {
                Place::Service => service.since_ms.push(ticket.since.wall_ms),
                Place::Counter(_) | Place::Operator(_) => service.reserved += 1,
            }
        }
    }
    // One that the branch gave up is shown as long as somebody waits for it.
    let shown = services.into_values().filter(|(is_offered, row)| *is_offered || 0 < row.waiting());
    Ok(shown.map(|(_, row)| row).collect())
}
