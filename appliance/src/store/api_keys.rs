//! Keys with which programs call in an operator's name: only their hashes are on disk.

use engine::OperatorId;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{Archive, StoreError};

/// Keys that one operator may have: one for each program that calls in their name.
pub const API_KEYS_MAX: u32 = 16;

/// What is noted of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its SHA-256, in hexadecimal digits.
    pub hash: String,
    /// In whose name it calls.
    pub operator: OperatorId,
    /// As what they signed in when it was made: whoever takes over a number does not take over
    /// its keys.
    pub login: String,
    /// When it was made, in milliseconds since 1970-01-01 UTC.
    pub made_ms: i64,
}

impl Archive {
    /// In whose name the key with this hash calls, and as what they signed in.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn api_key(&self, hash: &str) -> Result<Option<(OperatorId, String)>, StoreError> {
        self.with(|sql| {
            let mut query =
                sql.prepare_cached("SELECT operator, login FROM api_keys WHERE hash = ?1")?;
            let owner = query.query_row([hash], |row| Ok((OperatorId(row.get(0)?), row.get(1)?)));
            Ok(owner.optional()?)
        })
    }

    /// How many keys an operator has.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn api_keys_of(&self, operator: OperatorId) -> Result<u32, StoreError> {
        self.with(|sql| {
            let sql = sql.query_row(
                "SELECT count(*) FROM api_keys WHERE operator = ?1",
                [operator.0],
                |row| row.get(0),
            );
            Ok(sql?)
        })
    }
}

pub(super) fn add(write: &Transaction<'_>, key: &ApiKey) -> Result<(), StoreError> {
    write.execute(
        "INSERT INTO api_keys (hash, operator, login, made_ms) VALUES (?1, ?2, ?3, ?4)",
        params![key.hash, key.operator.0, key.login, key.made_ms],
    )?;
    Ok(())
}

pub(super) fn revoke(write: &Transaction<'_>, operator: OperatorId) -> Result<(), StoreError> {
    write.execute("DELETE FROM api_keys WHERE operator = ?1", [operator.0])?;
    Ok(())
}
