//! What is forgotten when its time is over: customers who stay away, and old requests for tickets.

use rusqlite::{OptionalExtension, Transaction, params};

use super::{Reader, SALES_KEPT_MS, Store, StoreError, customers};

/// Rows that are forgotten in one transaction, so that no commit takes long.
pub const FORGOTTEN_MAX: u32 = 128;

/// What one transaction forgets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Customers who are erased, if they have not been about meanwhile.
    pub customers: Vec<String>,
    /// Who was seen at this time (milliseconds since 1970-01-01 UTC) or later stays.
    pub unseen_since_ms: i64,
    /// Requests for tickets that are older than this go, [`FORGOTTEN_MAX`] at a time.
    pub sales_before_ms: i64,
}

impl Reader {
    /// Customers who were last about before this time (milliseconds since 1970-01-01 UTC), the
    /// longest away first, at most so many.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn customers_unseen_since(&self, ms: i64, most: u32) -> Result<Vec<String>, StoreError> {
        self.read(|sql| {
            let mut query = sql.prepare_cached(
                "SELECT id FROM customer WHERE seen_ms < ?1 ORDER BY seen_ms LIMIT ?2",
            )?;
            let rows = query.query_map(params![ms, most], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// When a customer was last about, in milliseconds since 1970-01-01 UTC.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn customer_seen(&self, customer: &str) -> Result<Option<i64>, StoreError> {
        self.read(|sql| {
            let mut query = sql.prepare_cached("SELECT seen_ms FROM customer WHERE id = ?1")?;
            Ok(query.query_row([customer], |row| row.get(0)).optional()?)
        })
    }

    /// How many requests for tickets are older than retention keeps them at this time; no more than
    /// [`FORGOTTEN_MAX`] are counted, since no more go at a time.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn sales_due(&self, now_ms: i64) -> Result<usize, StoreError> {
        self.read(|sql| {
            let mut query = sql.prepare_cached(
                "SELECT count(*) FROM (SELECT 1 FROM sale WHERE asked_ms < ?1 LIMIT ?2)",
            )?;
            let key = params![kept_from(now_ms), FORGOTTEN_MAX];
            let count: u32 = query.query_row(key, |row| row.get(0))?;
            Ok(count as usize)
        })
    }

    /// The newest time of this server's clock that stands anywhere here (milliseconds since
    /// 1970-01-01 UTC); none in a new database.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn newest_ms(&self) -> Result<Option<i64>, StoreError> {
        self.read(|sql| {
            let newest = "SELECT max(ms) FROM (SELECT max(heard_ms) AS ms FROM branch
                          UNION ALL SELECT max(asked_ms) FROM sale
                          UNION ALL SELECT max(seen_ms) FROM customer)";
            Ok(sql.query_row(newest, [], |row| row.get(0))?)
        })
    }
}

/// The time of the oldest request that is kept.
pub fn kept_from(now_ms: i64) -> i64 {
    now_ms.saturating_sub(SALES_KEPT_MS)
}

impl Store {
    /// Writes the whole log into the database and empties it, if something was erased that may
    /// still stand there. Does not wait for readers: what they keep from being done is done with a
    /// later call.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn fold_erased(&mut self) -> Result<(), StoreError> {
        if !self.owes_fold {
            return Ok(());
        }
        self.sql.busy_timeout(std::time::Duration::ZERO)?;
        let busy = self.sql.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        self.sql.busy_timeout(super::BUSY)?;
        self.owes_fold = busy?;
        Ok(())
    }
}

pub(super) fn write(sql: &Transaction<'_>, forgotten: &Forgotten) -> Result<(), StoreError> {
    let Forgotten { customers, unseen_since_ms, sales_before_ms } = forgotten;
    for customer in customers {
        let mut unseen =
            sql.prepare_cached("SELECT 1 FROM customer WHERE id = ?1 AND seen_ms < ?2")?;
        if unseen.exists(params![customer, unseen_since_ms])? {
            customers::erase(sql, customer)?;
        }
    }
    let old = "(SELECT id FROM sale WHERE asked_ms < ?1 ORDER BY asked_ms LIMIT ?2)";
    for table in ["notice WHERE sale", "sale WHERE id"] {
        sql.prepare_cached(&format!("DELETE FROM {table} IN {old}"))?
            .execute(params![sales_before_ms, FORGOTTEN_MAX])?;
    }
    Ok(())
}

/// A customer was about.
pub(super) fn see(sql: &Transaction<'_>, customer: &str, at_ms: i64) -> Result<(), StoreError> {
    sql.prepare_cached("UPDATE customer SET seen_ms = ?2 WHERE id = ?1")?
        .execute(params![customer, at_ms])?;
    Ok(())
}
