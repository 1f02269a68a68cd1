//! What is forgotten when its time is over: texts about visits, and customers who stay away.

use engine::{DayId, TicketId};
use rusqlite::{OptionalExtension, Transaction, params};

use super::{Archive, Store, StoreError, customers};

/// Rows that are forgotten in one transaction, so that no commit takes long.
pub const FORGOTTEN_MAX: u32 = 128;

/// What one transaction forgets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Tickets about which nothing stays written.
    pub tickets: Vec<TicketId>,
    /// Customers who are erased, if they have not been about meanwhile.
    pub customers: Vec<String>,
    /// Who was seen at this time (milliseconds since 1970-01-01 UTC) or later stays.
    pub unseen_since_ms: i64,
}

impl Archive {
    /// Closed tickets of days before this one about which something is written, the oldest first,
    /// at most so many.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn tickets_with_texts(
        &self,
        before: DayId,
        most: u32,
    ) -> Result<Vec<TicketId>, StoreError> {
        self.with(|sql| {
            // The join is crossed so that the texts are gone through, which are of some weeks, and
            // not the tickets, which are of years.
            let mut query = sql.prepare_cached(
                "SELECT DISTINCT texts.ticket FROM texts CROSS JOIN tickets
                 ON tickets.id = texts.ticket WHERE tickets.day < ?1 AND NOT tickets.open
                 ORDER BY texts.ticket LIMIT ?2",
            )?;
            let rows = query.query_map([before.0, most], |row| Ok(TicketId(row.get(0)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Customers who were last about before this time (milliseconds since 1970-01-01 UTC), at most
    /// so many.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn customers_unseen_since(&self, ms: i64, most: u32) -> Result<Vec<String>, StoreError> {
        self.with(|sql| {
            let mut query = sql.prepare_cached(
                "SELECT id FROM customers WHERE seen_ms < ?1 ORDER BY seen_ms LIMIT ?2",
            )?;
            let rows = query.query_map(params![ms, most], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// When a customer was last about, in milliseconds since 1970-01-01 UTC.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn customer_seen(&self, customer: &str) -> Result<Option<i64>, StoreError> {
        self.with(|sql| {
            let mut query = sql.prepare_cached("SELECT seen_ms FROM customers WHERE id = ?1")?;
            Ok(query.query_row([customer], |row| row.get(0)).optional()?)
        })
    }
}

impl Store {
    /// Writes the whole log into the database and empties it: what was erased may still stand
    /// there. Does not wait for readers; says whether it could be done.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn fold_log(&self) -> Result<bool, StoreError> {
        self.sql.busy_timeout(std::time::Duration::ZERO)?;
        let busy = self.sql.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        self.sql.busy_timeout(std::time::Duration::from_millis(super::BUSY_MS))?;
        Ok(!busy?)
    }
}

pub(super) fn write(write: &Transaction<'_>, forgotten: &Forgotten) -> Result<(), StoreError> {
    let Forgotten { tickets, customers, unseen_since_ms } = forgotten;
    let mut texts = write.prepare_cached("DELETE FROM texts WHERE ticket = ?1")?;
    for ticket in tickets {
        texts.execute([ticket.0])?;
    }
    let mut unseen =
        write.prepare_cached("SELECT count(*) FROM customers WHERE id = ?1 AND seen_ms < ?2")?;
    for customer in customers {
        let gone: u32 = unseen.query_row(params![customer, unseen_since_ms], |row| row.get(0))?;
        if gone != 0 {
            customers::erase(write, customer)?;
        }
    }
    Ok(())
}

/// A customer was about.
pub(super) fn see(write: &Transaction<'_>, customer: &str, at_ms: i64) -> Result<(), StoreError> {
    write
        .prepare_cached("UPDATE customers SET seen_ms = ?2 WHERE id = ?1")?
        .execute(params![customer, at_ms])?;
    Ok(())
}
