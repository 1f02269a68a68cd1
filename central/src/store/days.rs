//! The figures of branches' business days: worked out from rows, kept once a day is over, and joined
//! for periods.
//!
//! A day is settled when its figures are on disk. Whatever changes one of its tickets unsettles it,
//! and the intake settles days that are over from time to time; those in work are worked out from
//! rows when somebody asks. A ticket counts on the day on which it was given out, also when it went
//! over into another day and ended there.

mod encoding;
mod visits;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use rusqlite::{Connection, OptionalExtension, params};
use serve::statistics::{Figures, Sums};
use sync::ids::BranchId;
use sync::topics::Tenant;

use super::StoreError;

/// What a question about some days is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first business day, as 20261122.
    pub first: u32,
    /// The last one.
    pub last: u32,
}

/// How some days went, in all branches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkFigures {
    /// Of all branches and days.
    pub total: Sums,
    /// By business day, where there was a ticket.
    pub days: BTreeMap<u32, Sums>,
    /// By branch, where there was a ticket.
    pub branches: BTreeMap<BranchId, Sums>,
}

/// How some days went, in one branch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DaysFigures {
    /// Of all days.
    pub figures: Figures,
    /// By business day, where there was a ticket.
    pub days: BTreeMap<u32, Sums>,
    /// The business days of which the branch has told anything.
    pub told: BTreeSet<u32>,
}

/// Notes that tickets of these days have changed.
pub(super) fn unsettle(
    sql: &Connection,
    branch: i64,
    days: &BTreeSet<u32>,
) -> Result<(), StoreError> {
    let mut note = sql.prepare_cached(
        "INSERT INTO day_figures (branch, day, settled, total) VALUES (?1, ?2, 0, x'')
         ON CONFLICT (branch, day) DO UPDATE SET settled = 0 WHERE settled = 1",
    )?;
    for day in days {
        note.execute(params![branch, day])?;
    }
    Ok(())
}

/// Settles some days that are over. Returns how many there were, up to `most`.
pub(super) fn settle(sql: &mut Connection, most: usize) -> Result<usize, StoreError> {
    let transaction = sql.transaction()?;
    let owed: Vec<(i64, u32)> = {
        let mut find = transaction.prepare_cached(
            "SELECT day_figures.branch, day_figures.day
             FROM day_figures INDEXED BY day_figures_unsettled
             JOIN branch ON branch.id = day_figures.branch
             WHERE day_figures.settled = 0 AND day_figures.day < branch.day LIMIT ?1",
        )?;
        let rows = find.query_map([most], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<Result<_, _>>()?
    };
    for (branch, day) in &owed {
        let figures = visits::figures(&transaction, *branch, *day)?;
        transaction
            .prepare_cached(
                "UPDATE day_figures SET settled = 1, total = ?3 WHERE branch = ?1 AND day = ?2",
            )?
            .execute(params![branch, day, encoding::total(&figures.total)])?;
        transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO day_parts (branch, day, parts) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![branch, day, encoding::parts(&figures)])?;
    }
    transaction.commit()?;
    Ok(owed.len())
}

/// How some days went in all branches of a tenant.
pub(super) fn network(
    sql: &Connection,
    tenant: &Tenant,
    span: Span,
) -> Result<NetworkFigures, StoreError> {
    let mut find = sql.prepare_cached(
        "SELECT branch.id, branch.number, day_figures.day, day_figures.settled, day_figures.total
         FROM branch JOIN day_figures ON day_figures.branch = branch.id
         WHERE branch.tenant = ?1 AND day_figures.day BETWEEN ?2 AND ?3
         ORDER BY branch.number",
    )?;
    let mut rows = find.query(params![tenant.as_str(), span.first, span.last])?;
    let mut network = NetworkFigures::default();
    while let Some(row) = rows.next()? {
        let (branch, day): (i64, u32) = (row.get(0)?, row.get(2)?);
        let of_branch = network.branches.entry(BranchId(row.get(1)?)).or_default();
        let of_day = network.days.entry(day).or_default();
        if row.get::<_, bool>(3)? {
            let bytes = row.get_ref(4)?.as_blob().unwrap_or_default();
            encoding::add_total(bytes, &mut [of_branch, of_day]).ok_or_else(unreadable)?;
        } else {
            let figures = visits::figures(sql, branch, day)?;
            of_branch.join(&figures.total);
            of_day.join(&figures.total);
        }
    }
    network.days.retain(|_, sums| *sums != Sums::default());
    network.branches.retain(|_, sums| *sums != Sums::default());
    network.branches.values().for_each(|sums| network.total.join(sums));
    Ok(network)
}

/// How one day went in the branches with these numbers, as far as each has told anything of it.
pub(super) fn day(
    sql: &Connection,
    tenant: &Tenant,
    day: u32,
    branches: RangeInclusive<u32>,
) -> Result<BTreeMap<u32, Sums>, StoreError> {
    let mut find = sql.prepare_cached(
        "SELECT branch.id, branch.number, day_figures.settled, day_figures.total
         FROM branch JOIN day_figures ON day_figures.branch = branch.id AND day_figures.day = ?2
         WHERE branch.tenant = ?1 AND branch.number BETWEEN ?3 AND ?4",
    )?;
    let asked = params![tenant.as_str(), day, branches.start(), branches.end()];
    let mut rows = find.query(asked)?;
    let mut told = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let sums: &mut Sums = told.entry(row.get(1)?).or_default();
        if row.get::<_, bool>(2)? {
            let bytes = row.get_ref(3)?.as_blob().unwrap_or_default();
            encoding::add_total(bytes, &mut [sums]).ok_or_else(unreadable)?;
        } else {
            *sums = visits::figures(sql, row.get(0)?, day)?.total;
        }
    }
    Ok(told)
}

/// How some days went in one branch; nothing where the tenant has no such branch.
pub(super) fn branch(
    sql: &Connection,
    tenant: &Tenant,
    number: BranchId,
    span: Span,
) -> Result<Option<DaysFigures>, StoreError> {
    let id = sql
        .prepare_cached("SELECT id FROM branch WHERE tenant = ?1 AND number = ?2")?
        .query_row(params![tenant.as_str(), number.0], |row| row.get::<_, i64>(0))
        .optional()?;
    let Some(id) = id else { return Ok(None) };
    let mut find = sql.prepare_cached(
        "SELECT day_figures.day, day_figures.settled, day_figures.total, day_parts.parts
         FROM day_figures
         LEFT JOIN day_parts ON day_parts.branch = ?1 AND day_parts.day = day_figures.day
         WHERE day_figures.branch = ?1 AND day_figures.day BETWEEN ?2 AND ?3
         ORDER BY day_figures.day",
    )?;
    let mut rows = find.query(params![id, span.first, span.last])?;
    let mut found = DaysFigures::default();
    while let Some(row) = rows.next()? {
        let day: u32 = row.get(0)?;
        let figures = if row.get::<_, bool>(1)? {
            let blob = |column| Ok::<_, StoreError>(row.get_ref(column)?.as_blob().ok());
            let whole = blob(2)?.zip(blob(3)?);
            whole.and_then(|(total, parts)| encoding::read(total, parts)).ok_or_else(unreadable)?
        } else {
            visits::figures(sql, id, day)?
        };
        found.told.insert(day);
        if figures != Figures::default() {
            found.figures.join(&figures);
            found.days.insert(day, figures.total);
        }
    }
    Ok(Some(found))
}

/// The figures of one day of the branch with this row.
pub(super) fn of_day(sql: &Connection, branch: i64, day: u32) -> Result<Figures, StoreError> {
    visits::figures(sql, branch, day)
}

fn unreadable() -> StoreError {
    let cause = sync::error::Error::Frame("the figures of a day cannot be read");
    StoreError::Row { table: "day_figures", cause }
}
