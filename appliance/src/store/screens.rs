//! Tokens of screens, a ticket's own entries, and slips that are wanted once more.

use engine::{Entry, Moment, TicketId};
use rusqlite::{OptionalExtension, Transaction, params};

use super::load::entry;
use super::spool::{SlipState, SpooledSlip};
use super::{Archive, StoreError};
use crate::registrar::RepeatKey;

/// Screens that may have a token: a branch has a few in its hall.
pub const SCREEN_TOKENS_MAX: usize = 64;

/// Entries of one ticket's story. The longest visit that the rules allow has fewer.
pub const STORY_ENTRIES_MAX: usize = 1_000;

/// A screen that has a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenToken {
    /// Its number.
    pub id: u32,
    /// What people call the screen.
    pub name: String,
    /// When the token was made, in milliseconds since the Unix epoch.
    pub created_ms: i64,
}

impl Archive {
    /// All screens that have a token, the oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn screen_tokens(&self) -> Result<Vec<ScreenToken>, StoreError> {
        self.with(|sql| {
            let mut query = sql.prepare_cached(
                "SELECT id, name, created_ms FROM screen_tokens ORDER BY created_ms, id",
            )?;
            let rows = query.query_map([], |row| {
                Ok(ScreenToken { id: row.get(0)?, name: row.get(1)?, created_ms: row.get(2)? })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Whether a screen has the token with this hash.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn has_screen_token(&self, hash: &str) -> Result<bool, StoreError> {
        self.with(|sql| {
            let mut query = sql.prepare_cached("SELECT 1 FROM screen_tokens WHERE hash = ?1")?;
            Ok(query.exists([hash])?)
        })
    }

    /// What is written down about a ticket, in order, at most [`STORY_ENTRIES_MAX`] entries.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn story(&self, ticket: TicketId) -> Result<Vec<Entry>, StoreError> {
        self.with(|sql| {
            let mut query = sql.prepare_cached(
                "SELECT seq, wall_ms, steady_ms, event FROM journal
                 WHERE ticket = ?1 ORDER BY seq LIMIT ?2",
            )?;
            let mut rows = query.query(params![ticket.0, STORY_ENTRIES_MAX])?;
            let mut entries = Vec::new();
            while let Some(row) = rows.next()? {
                entries.push(entry(row)?);
            }
            Ok(entries)
        })
    }

    /// Whether something was done under this key, and is still remembered.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn has_receipt(&self, key: &RepeatKey) -> Result<bool, StoreError> {
        self.with(|sql| {
            let mut query = sql.prepare_cached("SELECT 1 FROM receipts WHERE key = ?1")?;
            Ok(query.exists([key.as_str()])?)
        })
    }

    /// The newest slip of a ticket, if it has one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn slip_of(&self, ticket: TicketId) -> Result<Option<SpooledSlip>, StoreError> {
        self.with(|sql| {
            let query = format!(
                "SELECT {} FROM spool WHERE ticket = ?1 ORDER BY id DESC LIMIT 1",
                super::spool::COLUMNS
            );
            let mut query = sql.prepare_cached(&query)?;
            Ok(query.query_row([ticket.0], super::spool::slip).optional()?)
        })
    }
}

/// A screen has a token from now on.
pub(super) fn add(
    write: &Transaction<'_>,
    token: &ScreenToken,
    hash: &str,
) -> Result<(), StoreError> {
    write.execute(
        "INSERT INTO screen_tokens (id, name, hash, created_ms) VALUES (?1, ?2, ?3, ?4)",
        params![token.id, token.name, hash, token.created_ms],
    )?;
    Ok(())
}

/// A screen's token is no good any more.
pub(super) fn remove(write: &Transaction<'_>, id: u32) -> Result<(), StoreError> {
    write.execute("DELETE FROM screen_tokens WHERE id = ?1", [id])?;
    Ok(())
}

/// A slip is wanted once more, as a copy; one that waits or is being sent comes out anyway.
pub(super) fn reprint(write: &Transaction<'_>, id: i64, at: Moment) -> Result<(), StoreError> {
    write.execute(
        "UPDATE spool SET state = ?2, copies = copies + 1, reason = NULL,
                queued_wall = ?3, queued_steady = ?4, changed_wall = ?3
         WHERE id = ?1 AND state NOT IN ('queued', 'sending')",
        params![id, SlipState::Queued.word(), at.wall_ms, at.steady_ms],
    )?;
    Ok(())
}
