//! The reading end: the journal from a cursor on, tickets of former days, the spool.

use std::sync::{Arc, Mutex, PoisonError};

use engine::{DayId, DeviceId, Entry, OperatorId, Seq, Ticket, Token};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::encoding::decode_ticket;
use super::load::{bad, entry};
use super::spool::{COLUMNS, SlipState, SpooledSlip, slip};
use super::write::read_receipt;
use super::{StoreError, StoreOptions, StoredReceipt, check, connect};
use crate::registrar::RepeatKey;

/// Entries that one read of the journal returns at most; the reader asks again.
pub const ENTRIES_READ_MAX: u32 = 256;

/// The reading end. Cheap to clone; its clones share one connection.
#[derive(Clone)]
pub struct Archive {
    pub(super) options: StoreOptions,
    sql: Arc<Mutex<Connection>>,
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive").field("path", &self.options.path).finish_non_exhaustive()
    }
}

impl Archive {
    pub(super) fn open(options: StoreOptions) -> Result<Archive, StoreError> {
        let sql = connect(&options, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        Ok(Archive { options, sql: Arc::new(Mutex::new(sql)) })
    }

    /// The journal's entries after `cursor`, in order, at most [`ENTRIES_READ_MAX`].
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn entries_after(&self, cursor: Seq) -> Result<Vec<Entry>, StoreError> {
        self.with(|sql| {
            let mut query = sql.prepare_cached(
                "SELECT seq, wall_ms, steady_ms, event FROM journal
                 WHERE ?1 < seq ORDER BY seq LIMIT ?2",
            )?;
            let mut rows = query.query(params![cursor.0, ENTRIES_READ_MAX])?;
            let mut entries = Vec::new();
            while let Some(row) = rows.next()? {
                entries.push(entry(row)?);
            }
            Ok(entries)
        })
    }

    /// How far a reader of the journal has come; 0 where it has not begun.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn cursor(&self, reader: &str) -> Result<Seq, StoreError> {
        self.with(|sql| {
            let seq: Option<u64> = sql
                .query_row("SELECT seq FROM cursors WHERE reader = ?1", [reader], |row| row.get(0))
                .optional()?;
            Ok(Seq(seq.unwrap_or(0)))
        })
    }

    /// The receipt that was given for this key.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn receipt(&self, key: &RepeatKey) -> Result<Option<StoredReceipt>, StoreError> {
        self.with(|sql| read_receipt(sql, key))
    }

    /// The hash of an operator's password, if they have one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn credential(&self, operator: OperatorId) -> Result<Option<String>, StoreError> {
        self.with(|sql| {
            let mut query =
                sql.prepare_cached("SELECT hash FROM credentials WHERE operator = ?1")?;
            Ok(query.query_row([operator.0], |row| row.get(0)).optional()?)
        })
    }

    /// A ticket of any day.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn ticket_by_token(&self, token: &Token) -> Result<Option<Ticket>, StoreError> {
        self.with(|sql| {
            let body: Option<String> = sql
                .prepare_cached("SELECT body FROM tickets WHERE token = ?1")?
                .query_row([token.as_str()], |row| row.get(0))
                .optional()?;
            body.map(|body| decode_ticket(&body).map_err(bad("tickets", "of a token".into())))
                .transpose()
        })
    }

    /// The tickets that were taken, or whose bookings were checked in, on a business day, by number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn tickets_of_day(&self, day: DayId) -> Result<Vec<Ticket>, StoreError> {
        self.with(|sql| {
            let mut query = sql.prepare_cached("SELECT body FROM tickets WHERE day = ?1")?;
            let mut rows = query.query([day.0])?;
            let mut tickets = Vec::new();
            while let Some(row) = rows.next()? {
                let body: String = row.get(0)?;
                let ticket = decode_ticket(&body);
                tickets.push(ticket.map_err(bad("tickets", "of a day".into()))?);
            }
            tickets.sort_by_key(|ticket: &Ticket| ticket.id);
            Ok(tickets)
        })
    }

    /// The slip that the printer is to take up next: first one that may have been sent already.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn next_slip(&self, device: DeviceId) -> Result<Option<SpooledSlip>, StoreError> {
        self.with(|sql| {
            let query = format!(
                "SELECT {COLUMNS} FROM spool
                 WHERE device = ?1 AND state IN ('queued', 'sending')
                 ORDER BY state = 'queued', id LIMIT 1"
            );
            Ok(sql.prepare_cached(&query)?.query_row([device.0], slip).optional()?)
        })
    }

    /// What has become of a test slip, and why, if there is a reason.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn test_slip(
        &self,
        number: i64,
    ) -> Result<Option<(SlipState, Option<String>)>, StoreError> {
        self.with(|sql| {
            let mut query = sql.prepare_cached("SELECT state, reason FROM spool WHERE seq = ?1")?;
            let found = query.query_row([number], |row| {
                let word: String = row.get(0)?;
                Ok((SlipState::read(&word), row.get(1)?))
            });
            Ok(found.optional()?)
        })
    }

    /// How many slips are in each state, for one printer.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn slip_counts(&self, device: DeviceId) -> Result<Vec<(SlipState, u64)>, StoreError> {
        self.with(|sql| {
            let mut query = sql.prepare_cached(
                "SELECT state, count(*) FROM spool WHERE device = ?1 GROUP BY state",
            )?;
            let mut rows = query.query([device.0])?;
            let mut counts: Vec<(SlipState, u64)> = Vec::new();
            while let Some(row) = rows.next()? {
                let word: String = row.get(0)?;
                counts.push((SlipState::read(&word), row.get(1)?));
            }
            Ok(counts)
        })
    }

    /// Files of older formats beside the database, which upgrades have left.
    pub fn older_formats(&self) -> Vec<std::path::PathBuf> {
        super::migrate::older_formats(&self.options.path)
    }

    /// Whether the file was too large to be checked when it was opened.
    pub fn is_large(&self) -> bool {
        super::is_large(&self.options.path)
    }

    /// Reads every page, which takes a while.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] says what is wrong.
    pub fn check(&self) -> Result<(), StoreError> {
        // On a connection of its own: the readers go on.
        let sql = connect(&self.options, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        check(&sql, &self.options.path)
    }

    pub(super) fn with<R>(
        &self,
        look: impl FnOnce(&Connection) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        look(&self.sql.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
