//! The outbox on disk: the replicated documents, as raw changes and as saved wholes.

use engine::{DayId, Seq};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::write::move_cursor;
use super::{Archive, StoreError};

/// The outbox's name among the readers of the journal.
pub const OUTBOX_READER: &str = "outbox";

/// Business days whose documents stay on the box once central holds them. A central server that
/// has lost its database gets them again.
pub const DOCUMENT_DAYS_KEPT: u32 = 30;

/// One document: a business day, or a later segment of a long one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sheet {
    /// The business day.
    pub day: DayId,
    /// From 1.
    pub segment: u16,
}

/// What this box is to the central server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// This life of the box.
    pub epoch: u32,
    /// How often it has begun to speak in this life.
    pub boots: u64,
    /// The life of the central server that it spoke to last.
    pub central: Option<u32>,
}

/// A document as it is stored.
#[derive(Clone, Debug, Default)]
pub struct StoredDocument {
    /// All that was there when its day was over.
    pub saved: Option<Vec<u8>>,
    /// What came since, or all there is, in the order in which it was made.
    pub changes: Vec<Vec<u8>>,
    /// Whether central is known to hold all of it.
    pub covered: bool,
}

/// What the outbox has written down.
#[derive(Clone, Debug)]
pub enum OutboxNote {
    /// The box begins to speak; `epoch` is its life unless it has one already.
    Boot { epoch: u32 },
    /// Changes that were made of the journal, and how far it has been read for them.
    Changes { changes: Vec<(Sheet, Vec<u8>)>, cursor: Seq },
    /// Central holds all of a document.
    Covered { sheet: Sheet },
    /// A document whose day is over, whole: its raw changes go.
    Saved { sheet: Sheet, bytes: Vec<u8> },
    /// Another central server, or one with a new database, is offered everything again.
    Central { life: u32 },
    /// Documents that central holds go, but for the newest days.
    Forget,
}

impl Archive {
    /// What this box is to the central server, once it has spoken to one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn identity(&self) -> Result<Option<Identity>, StoreError> {
        self.with(|sql| {
            let row = |row: &rusqlite::Row<'_>| {
                Ok(Identity { epoch: row.get(0)?, boots: row.get(1)?, central: row.get(2)? })
            };
            Ok(sql.query_row("SELECT epoch, boots, central FROM box", [], row).optional()?)
        })
    }

    /// The documents of the newest business day, by segment.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn newest_sheets(&self) -> Result<Vec<Sheet>, StoreError> {
        self.with(|sql| {
            sheets(
                sql,
                "SELECT day, segment FROM documents
                 WHERE day = (SELECT max(day) FROM documents) ORDER BY segment",
                [],
            )
        })
    }

    /// The documents of the last business day before this one, newest segment first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn sheets_before(&self, day: DayId) -> Result<Vec<Sheet>, StoreError> {
        self.with(|sql| {
            sheets(
                sql,
                "SELECT day, segment FROM documents
                 WHERE day = (SELECT max(day) FROM documents WHERE day < ?1) ORDER BY segment DESC",
                [day.0],
            )
        })
    }

    /// The newest document before this day that central is not known to hold: yesterday is asked
    /// for sooner than last week.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn uncovered_before(&self, day: DayId) -> Result<Option<Sheet>, StoreError> {
        self.with(|sql| {
            let found = sheets(
                sql,
                "SELECT day, segment FROM documents WHERE NOT covered AND day < ?1
                 ORDER BY day DESC, segment LIMIT 1",
                [day.0],
            )?;
            Ok(found.first().copied())
        })
    }

    /// How many documents central is not known to hold.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn uncovered(&self) -> Result<u64, StoreError> {
        self.with(|sql| {
            let count = "SELECT count(*) FROM documents WHERE NOT covered";
            Ok(sql.prepare_cached(count)?.query_row([], |row| row.get(0))?)
        })
    }

    /// A document; nothing where there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn document(&self, sheet: Sheet) -> Result<Option<StoredDocument>, StoreError> {
        self.with(|sql| {
            let row = |row: &rusqlite::Row<'_>| {
                let id: i64 = row.get(0)?;
                let stored = StoredDocument {
                    covered: row.get(1)?,
                    saved: row.get(2)?,
                    changes: Vec::new(),
                };
                Ok((id, stored))
            };
            let found = sql
                .prepare_cached(
                    "SELECT id, covered, saved FROM documents WHERE day = ?1 AND segment = ?2",
                )?
                .query_row(params![sheet.day.0, sheet.segment], row)
                .optional()?;
            let Some((id, mut stored)) = found else { return Ok(None) };
            let mut query =
                sql.prepare_cached("SELECT bytes FROM changes WHERE document = ?1 ORDER BY id")?;
            let mut rows = query.query([id])?;
            while let Some(row) = rows.next()? {
                stored.changes.push(row.get(0)?);
            }
            Ok(Some(stored))
        })
    }
}

fn sheets(
    sql: &Connection,
    query: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<Sheet>, StoreError> {
    let mut query = sql.prepare_cached(query)?;
    let row = |row: &rusqlite::Row<'_>| Ok(Sheet { day: DayId(row.get(0)?), segment: row.get(1)? });
    let found = query.query_map(parameters, row)?.collect::<Result<_, _>>()?;
    Ok(found)
}

pub(super) fn write(write: &Transaction<'_>, note: &OutboxNote) -> Result<(), StoreError> {
    match note {
        OutboxNote::Boot { epoch } => {
            write.execute(
                "INSERT INTO box (only, epoch, boots) VALUES (1, ?1, 1)
                 ON CONFLICT (only) DO UPDATE SET boots = boots + 1",
                [epoch],
            )?;
        }
        OutboxNote::Changes { changes, cursor } => {
            for (sheet, bytes) in changes {
                add(write, *sheet, bytes)?;
            }
            move_cursor(write, OUTBOX_READER, *cursor)?;
        }
        OutboxNote::Covered { sheet } => {
            write.execute(
                "UPDATE documents SET covered = 1 WHERE day = ?1 AND segment = ?2",
                params![sheet.day.0, sheet.segment],
            )?;
        }
        OutboxNote::Saved { sheet, bytes } => {
            write.execute(
                "UPDATE documents SET saved = ?3 WHERE day = ?1 AND segment = ?2",
                params![sheet.day.0, sheet.segment, bytes],
            )?;
            write.execute(
                "DELETE FROM changes WHERE document =
                 (SELECT id FROM documents WHERE day = ?1 AND segment = ?2)",
                params![sheet.day.0, sheet.segment],
            )?;
        }
        OutboxNote::Central { life } => {
            let known: Option<u32> = write
                .query_row("SELECT central FROM box", [], |row| row.get(0))
                .optional()?
                .flatten();
            if known != Some(*life) {
                write.execute("UPDATE box SET central = ?1", [life])?;
                write.execute("UPDATE documents SET covered = 0", [])?;
            }
        }
        OutboxNote::Forget => {
            let old = "SELECT id FROM documents WHERE covered AND day NOT IN
                       (SELECT DISTINCT day FROM documents ORDER BY day DESC LIMIT ?1)";
            let kept = [DOCUMENT_DAYS_KEPT];
            write.execute(&format!("DELETE FROM changes WHERE document IN ({old})"), kept)?;
            write.execute(&format!("DELETE FROM documents WHERE id IN ({old})"), kept)?;
        }
    }
    Ok(())
}

fn add(write: &Transaction<'_>, sheet: Sheet, bytes: &[u8]) -> Result<(), StoreError> {
    let id: i64 = write
        .prepare_cached(
            "INSERT INTO documents (day, segment, covered) VALUES (?1, ?2, 0)
             ON CONFLICT (day, segment) DO UPDATE SET covered = 0 RETURNING id",
        )?
        .query_row(params![sheet.day.0, sheet.segment], |row| row.get(0))?;
    write
        .prepare_cached("INSERT INTO changes (document, bytes) VALUES (?1, ?2)")?
        .execute(params![id, bytes])?;
    Ok(())
}
