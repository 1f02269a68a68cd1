//! The lists of devices that administrators have written down.

use rusqlite::{Connection, Row, Transaction, params};

use super::history::author_of;
use super::{Archive, Author, StoreError};

/// Lists that are kept: years of changes, and a few hundred kilobytes.
pub const DEVICE_LISTS_MAX: u32 = 100;

/// A list of devices, as one change left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFittings {
    /// Counts changes, from 1.
    pub version: u64,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub changed_ms: i64,
    /// Who.
    pub author: Author,
    /// The number of the next new device.
    pub next_device: u32,
    /// The list, in JSON.
    pub body: String,
}

impl Archive {
    /// The lists, the newest first, at most so many.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn fittings(&self, most: u32) -> Result<Vec<StoredFittings>, StoreError> {
        self.with(|sql| newest(sql, most))
    }
}

pub(super) fn newest(sql: &Connection, most: u32) -> Result<Vec<StoredFittings>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT version, changed_ms, author, operator, next_device, body
         FROM device_lists ORDER BY version DESC LIMIT ?1",
    )?;
    let rows = query.query_map([most], list)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn list(row: &Row<'_>) -> rusqlite::Result<StoredFittings> {
    let word: String = row.get(2)?;
    Ok(StoredFittings {
        version: row.get(0)?,
        changed_ms: row.get(1)?,
        author: author_of(&word, row.get(3)?),
        next_device: row.get(4)?,
        body: row.get(5)?,
    })
}

pub(super) fn add(write: &Transaction<'_>, list: &StoredFittings) -> Result<(), StoreError> {
    let StoredFittings { version, changed_ms, author, next_device, body } = list;
    let operator = author.operator().map(|operator| operator.0);
    write.execute(
        "INSERT INTO device_lists (version, changed_ms, author, operator, next_device, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![version, changed_ms, author.word(), operator, next_device, body],
    )?;
    write.execute(
        "DELETE FROM device_lists WHERE version + ?2 <= ?1",
        params![version, DEVICE_LISTS_MAX],
    )?;
    Ok(())
}
