//! Who made an entry of the journal: each change of the settings, and what was done for a counter from
//! elsewhere.

use std::collections::BTreeMap;

use engine::{Entry, Event, Moment, OperatorId, Seq, Settings, TicketId};
use rusqlite::{Connection, Row, Transaction, params};

use super::encoding::decode_event;
use super::load::bad;
use super::{Archive, Batch, STORY_ENTRIES_MAX, Store, StoreError};

/// Who made an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// An operator who had signed in.
    Operator(OperatorId),
    /// Whoever stands at the box itself.
    Technician,
    /// The box, at its first start.
    Box,
}

impl Author {
    /// The word in the database and in answers.
    pub fn word(self) -> &'static str {
        match self {
            Author::Operator(_) => "operator",
            Author::Technician => "technician",
            Author::Box => "box",
        }
    }

    /// The operator, if it was one.
    pub fn operator(self) -> Option<OperatorId> {
        match self {
            Author::Operator(id) => Some(id),
            Author::Technician | Author::Box => None,
        }
    }
}

/// The settings as one change left them.
#[derive(Clone, Debug)]
pub struct SettingsVersion {
    /// The number of the entry that made them so.
    pub version: Seq,
    /// When.
    pub at: Moment,
    /// Who.
    pub author: Author,
    /// All of them.
    pub settings: Settings,
}

/// Notes who made the changes of a batch.
pub(super) fn add(write: &Transaction<'_>, batch: &Batch) -> Result<(), StoreError> {
    let is_change = |entry: &&Entry| matches!(entry.event, Event::SettingsChanged(_));
    let (changes, others): (Vec<_>, Vec<_>) = batch.entries.iter().partition(is_change);
    for entry in others {
        let author = batch.authors.get(&entry.seq).and_then(|author| author.operator());
        let Some(operator) = author else { continue };
        write
            .prepare_cached("INSERT INTO acts (seq, operator) VALUES (?1, ?2)")?
            .execute(params![entry.seq.0, operator.0])?;
    }
    for entry in changes {
        let author = batch.authors.get(&entry.seq).copied().unwrap_or(Author::Box);
        write.execute(
            "INSERT INTO settings_versions (seq, author, operator) VALUES (?1, ?2, ?3)",
            params![entry.seq.0, author.word(), author.operator().map(|operator| operator.0)],
        )?;
    }
    Ok(())
}

/// Ends an operator's tokens.
pub(super) fn end_tokens(write: &Transaction<'_>, operator: OperatorId) -> Result<(), StoreError> {
    write.execute(
        "INSERT INTO token_epochs (operator, epoch) VALUES (?1, 1)
         ON CONFLICT (operator) DO UPDATE SET epoch = epoch + 1",
        [operator.0],
    )?;
    Ok(())
}

fn newest(sql: &Connection) -> Result<Seq, StoreError> {
    let newest: Option<u64> =
        sql.query_row("SELECT max(seq) FROM settings_versions", [], |row| row.get(0))?;
    Ok(Seq(newest.unwrap_or(0)))
}

/// Who is meant by these columns.
pub(super) fn author_of(word: &str, operator: Option<u32>) -> Author {
    match (word, operator) {
        ("operator", Some(id)) => Author::Operator(OperatorId(id)),
        ("technician", _) => Author::Technician,
        (_, _) => Author::Box,
    }
}

fn version(row: &Row<'_>) -> Result<SettingsVersion, StoreError> {
    let seq: u64 = row.get(0)?;
    let word: String = row.get(3)?;
    let operator: Option<u32> = row.get(4)?;
    let author = author_of(&word, operator);
    let event: String = row.get(5)?;
    let event = decode_event(&event).map_err(bad("journal", seq.to_string()))?;
    let Event::SettingsChanged(settings) = event else {
        let cause = super::encoding::DecodeError::Value("entry");
        return Err(StoreError::Row { table: "settings_versions", key: seq.to_string(), cause });
    };
    let settings = std::sync::Arc::unwrap_or_clone(settings);
    let at = Moment { wall_ms: row.get(1)?, steady_ms: row.get(2)? };
    Ok(SettingsVersion { version: Seq(seq), at, author, settings })
}

impl Store {
    /// The number of the entry that made the settings what they are; 0 while there are none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn settings_version(&self) -> Result<Seq, StoreError> {
        newest(&self.sql)
    }

    /// How often whose tokens were ended; who is missing has none that were.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn token_epochs(&self) -> Result<BTreeMap<OperatorId, u64>, StoreError> {
        let mut query = self.sql.prepare("SELECT operator, epoch FROM token_epochs")?;
        let pair = |row: &Row<'_>| Ok((OperatorId(row.get(0)?), row.get(1)?));
        Ok(query.query_map([], pair)?.collect::<Result<_, _>>()?)
    }
}

impl Archive {
    /// Which of a ticket's entries an operator made from elsewhere, and who that was.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn acts(&self, ticket: TicketId) -> Result<BTreeMap<Seq, OperatorId>, StoreError> {
        self.with(|sql| {
            let mut query = sql.prepare_cached(
                "SELECT acts.seq, acts.operator FROM journal JOIN acts ON acts.seq = journal.seq
                 WHERE journal.ticket = ?1 LIMIT ?2",
            )?;
            let pair = |row: &Row<'_>| Ok((Seq(row.get(0)?), OperatorId(row.get(1)?)));
            let rows = query.query_map(params![ticket.0, STORY_ENTRIES_MAX], pair)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// The newest version of the settings before this one.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn settings_before(&self, before: Seq) -> Result<Option<SettingsVersion>, StoreError> {
        self.one_version("v.seq < ?1 ORDER BY v.seq DESC LIMIT 1", before)
    }

    /// This version of the settings.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn settings_at(&self, version: Seq) -> Result<Option<SettingsVersion>, StoreError> {
        self.one_version("v.seq = ?1", version)
    }

    fn one_version(&self, which: &str, seq: Seq) -> Result<Option<SettingsVersion>, StoreError> {
        self.with(|sql| {
            let query = format!(
                "SELECT v.seq, j.wall_ms, j.steady_ms, v.author, v.operator, j.event
                 FROM settings_versions v JOIN journal j ON j.seq = v.seq WHERE {which}"
            );
            // SQLite's integers have a sign.
            let seq = i64::try_from(seq.0).unwrap_or(i64::MAX);
            let mut query = sql.prepare_cached(&query)?;
            let mut rows = query.query([seq])?;
            rows.next()?.map(version).transpose()
        })
    }

    /// The operators who have a password.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn operators_with_passwords(&self) -> Result<Vec<OperatorId>, StoreError> {
        self.with(|sql| {
            let mut query = sql.prepare_cached("SELECT operator FROM credentials")?;
            let id = |row: &Row<'_>| Ok(OperatorId(row.get(0)?));
            Ok(query.query_map([], id)?.collect::<Result<_, _>>()?)
        })
    }
}
