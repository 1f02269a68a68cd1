//! Having the branch again: from the current rows, which is fast, or from the journal, which proves
//! them.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::{
    Branch, CallId, CounterId, Day, DayId, Entry, Moment, Pace, Parts, Seq, ServiceId, Settings,
    TicketId,
};
use rusqlite::{Connection, OptionalExtension, Row};

use super::encoding::{DecodeError, decode_desk, decode_event, decode_settings, decode_ticket};
use super::{Store, StoreError};
use crate::registrar::TicketTexts;

impl Store {
    /// The branch as the current rows have it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where a row cannot be read.
    pub fn load(&self) -> Result<Branch, StoreError> {
        Ok(Branch::restore(parts(&self.sql)?))
    }

    /// What was written about the tickets that are in memory.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn load_texts(&self) -> Result<BTreeMap<TicketId, TicketTexts>, StoreError> {
        let mut texts: BTreeMap<TicketId, TicketTexts> = BTreeMap::new();
        let mut query = self.sql.prepare(
            "SELECT ticket, field, text FROM texts WHERE ticket IN (SELECT id FROM tickets WHERE kept)",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let ticket = TicketId(row.get(0)?);
            let field: String = row.get(1)?;
            let all = texts.entry(ticket).or_default();
            if let Some(slot) = slot(all, &field) {
                *slot = Some(row.get(2)?);
            }
        }
        Ok(texts)
    }

    /// The branch as the journal has it, from its first entry. Slow; for proofs and repairs.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where an entry cannot be read.
    pub fn replay(&self) -> Result<Branch, StoreError> {
        let mut branch = Branch::blank();
        let mut query =
            self.sql.prepare("SELECT seq, wall_ms, steady_ms, event FROM journal ORDER BY seq")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            branch.apply(&entry(row)?);
        }
        Ok(branch)
    }

    /// When the last entry was written, if there is one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn last_moment(&self) -> Result<Option<Moment>, StoreError> {
        let moment = |row: &Row<'_>| Ok(Moment { wall_ms: row.get(0)?, steady_ms: row.get(1)? });
        let sql = "SELECT wall_ms, steady_ms FROM journal ORDER BY seq DESC LIMIT 1";
        Ok(self.sql.query_row(sql, [], moment).optional()?)
    }
}

/// The field of `texts` with this name in the database.
pub(super) fn slot<'a>(texts: &'a mut TicketTexts, field: &str) -> Option<&'a mut Option<String>> {
    match field {
        "client_name" => Some(&mut texts.client_name),
        "note" => Some(&mut texts.note),
        "custom_field" => Some(&mut texts.custom_field),
        "comment" => Some(&mut texts.comment),
        "customer" => Some(&mut texts.customer),
        _ => None,
    }
}

/// A row of `seq, wall_ms, steady_ms, event`.
pub(super) fn entry(row: &Row<'_>) -> Result<Entry, StoreError> {
    let seq = Seq(row.get(0)?);
    let at = Moment { wall_ms: row.get(1)?, steady_ms: row.get(2)? };
    let event: String = row.get(3)?;
    let event = decode_event(&event).map_err(bad("journal", seq.to_string()))?;
    Ok(Entry { seq, at, event })
}

pub(super) fn bad(table: &'static str, key: String) -> impl FnOnce(DecodeError) -> StoreError {
    move |cause| StoreError::Row { table, key, cause }
}

fn parts(sql: &Connection) -> Result<Parts, StoreError> {
    let last_seq: Option<u64> = sql.query_row("SELECT max(seq) FROM journal", [], |r| r.get(0))?;
    let blank = Branch::blank();
    let mut parts = Parts {
        settings: Arc::new(settings(sql)?.unwrap_or_else(Settings::blank)),
        tickets: tickets(sql)?,
        desks: desks(sql)?,
        paces: paces(sql)?,
        last_seq: Seq(last_seq.unwrap_or(0)),
        ..blank.parts().clone()
    };
    let columns = "SELECT day, day_wall, day_steady, last_day, last_ticket, last_call FROM branch";
    let row = |row: &Row<'_>| {
        let day: Option<u32> = row.get(0)?;
        let wall: Option<i64> = row.get(1)?;
        let steady: Option<u64> = row.get(2)?;
        if let (Some(id), Some(wall_ms), Some(steady_ms)) = (day, wall, steady) {
            parts.day = Some(Day { id: DayId(id), opened: Moment { wall_ms, steady_ms } });
        }
        parts.last_day = row.get::<_, Option<u32>>(3)?.map(DayId);
        parts.last_ticket = TicketId(row.get(4)?);
        parts.last_call = CallId(row.get(5)?);
        Ok(())
    };
    sql.query_row(columns, [], row).optional()?;
    Ok(parts)
}

fn settings(sql: &Connection) -> Result<Option<Settings>, StoreError> {
    let text: Option<String> =
        sql.query_row("SELECT body FROM settings", [], |row| row.get(0)).optional()?;
    text.map(|text| decode_settings(&text).map_err(bad("settings", "1".into()))).transpose()
}

fn tickets(sql: &Connection) -> Result<BTreeMap<TicketId, engine::Ticket>, StoreError> {
    let mut query = sql.prepare("SELECT id, body FROM tickets WHERE kept ORDER BY id")?;
    let mut rows = query.query([])?;
    let mut tickets = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let id: u64 = row.get(0)?;
        let body = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        let ticket = decode_ticket(body).map_err(bad("tickets", id.to_string()))?;
        tickets.insert(TicketId(id), ticket);
    }
    Ok(tickets)
}

fn desks(sql: &Connection) -> Result<BTreeMap<CounterId, engine::Desk>, StoreError> {
    let mut query = sql.prepare("SELECT id, body FROM desks")?;
    let mut rows = query.query([])?;
    let mut desks = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let id: u32 = row.get(0)?;
        let body: String = row.get(1)?;
        desks.insert(CounterId(id), decode_desk(&body).map_err(bad("desks", id.to_string()))?);
    }
    Ok(desks)
}

fn paces(sql: &Connection) -> Result<BTreeMap<ServiceId, Pace>, StoreError> {
    let mut query = sql.prepare("SELECT service, mean_ms FROM paces")?;
    let pace = |row: &Row<'_>| Ok((ServiceId(row.get(0)?), Pace { mean_ms: row.get(1)? }));
    Ok(query.query_map([], pace)?.collect::<Result<_, _>>()?)
}
