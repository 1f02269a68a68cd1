//! One document in the course of a batch: what the batch reads of it, it reads once, and what it
//! changes many times (heads, a ticket's cells, the figures) it writes once.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, params};
use sync::ids::{BoxEpoch, ChangeHash, DocumentId, Heads, TicketKey};
use sync::projection::cells::{Cells, Stamp};
use sync::projection::{Owner, Standing};

use super::figures::{Counted, Differences};
use super::{StoreError, lives};

/// One document in the course of a batch.
pub(super) struct OpenDocument {
    pub(super) id: i64,
    pub(super) document: DocumentId,
    pub(super) heads: Heads,
    pub(super) changes: u64,
    pub(super) sum: [u8; 16],
    pub(super) waiting: u64,
    pub(super) standings: BTreeMap<ChangeHash, Option<Standing>>,
    pub(super) owners: BTreeMap<Stamp, Option<Owner>>,
    pub(super) tickets: BTreeMap<TicketKey, OpenRow>,
    pub(super) day: Option<OpenRow>,
    pub(super) touched: bool,
}

/// One row of cells.
pub(super) struct OpenRow {
    pub(super) cells: Cells,
    /// What the row on disk adds to the figures.
    pub(super) counted: Option<Counted>,
    pub(super) touched: bool,
}

impl OpenDocument {
    /// Opens a document that has a row.
    pub(super) fn find(
        sql: &Connection,
        branch: i64,
        document: DocumentId,
    ) -> Result<Option<OpenDocument>, StoreError> {
        let mut find = sql.prepare_cached(
            "SELECT id, heads, changes, sum, waiting FROM document
             WHERE branch = ?1 AND day = ?2 AND segment = ?3",
        )?;
        let found = find
            .query_row(params![branch, document.day, document.segment], |row| {
                Ok(OpenDocument {
                    id: row.get(0)?,
                    heads: heads_of(&row.get::<_, Vec<u8>>(1)?),
                    changes: row.get(2)?,
                    sum: row.get(3)?,
                    waiting: row.get(4)?,
                    ..OpenDocument::empty(0, document)
                })
            })
            .optional()?;
        Ok(found)
    }

    /// Makes its row.
    pub(super) fn make(
        sql: &Connection,
        branch: i64,
        document: DocumentId,
    ) -> Result<OpenDocument, StoreError> {
        sql.prepare_cached(
            "INSERT INTO document (branch, day, segment, heads, changes, sum, waiting)
             VALUES (?1, ?2, ?3, x'', 0, zeroblob(16), 0)",
        )?
        .execute(params![branch, document.day, document.segment])?;
        Ok(OpenDocument::empty(sql.last_insert_rowid(), document))
    }

    fn empty(id: i64, document: DocumentId) -> OpenDocument {
        OpenDocument {
            id,
            document,
            heads: Heads::default(),
            changes: 0,
            sum: [0; 16],
            waiting: 0,
            standings: BTreeMap::new(),
            owners: BTreeMap::new(),
            tickets: BTreeMap::new(),
            day: None,
            touched: false,
        }
    }

    /// The newest of the changes that are in the rows.
    pub(super) fn newest(&self) -> &Heads {
        &self.heads
    }

    /// How many changes are in the rows, and their sum as in sync's `Replica::sum`.
    pub(super) fn sum(&self) -> (u64, [u8; 16]) {
        (self.changes, self.sum)
    }

    /// The day's own cells, if this batch has changed them.
    pub(super) fn changed_day(&self) -> Option<&Cells> {
        self.day.as_ref().filter(|row| row.touched).map(|row| &row.cells)
    }

    /// Writes what the batch has changed, and the figures with it, while its box lives the life `now`
    /// as far as anybody knows. Returns the days whose figures
    /// are others now: its own, and those on which tickets were given out that came over from there.
    pub(super) fn write(
        &mut self,
        sql: &Connection,
        now: Option<BoxEpoch>,
    ) -> Result<BTreeSet<u32>, StoreError> {
        if !self.touched {
            return Ok(BTreeSet::new());
        }
        let mut days = BTreeSet::from([self.document.day]);
        self.touched = false;
        sql.prepare_cached(
            "UPDATE document SET heads = ?2, changes = ?3, sum = ?4, waiting = ?5 WHERE id = ?1",
        )?
        .execute(params![
            self.id,
            self.heads.as_slice().iter().flat_map(|hash| hash.0).collect::<Vec<u8>>(),
            self.changes,
            self.sum,
            self.waiting
        ])?;
        if let Some(row) = self.day.as_mut().filter(|row| row.touched) {
            row.touched = false;
            sql.prepare_cached("INSERT OR REPLACE INTO day (document, cells) VALUES (?1, ?2)")?
                .execute(params![self.id, row.cells.to_bytes()])?;
        }
        let mut differences = Differences::default();
        let mut put = sql.prepare_cached(
            "INSERT OR REPLACE INTO ticket
                 (document, epoch, number, service, state, cells, waited_ms, since_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        for (key, row) in self.tickets.iter_mut().filter(|(_, row)| row.touched) {
            row.touched = false;
            let ticket = row.cells.ticket();
            days.extend(ticket.as_ref().and_then(|ticket| ticket.born));
            let told = ticket.as_ref().map(|told| (told, lives::is_lost(told, key.epoch, now)));
            let counted = told.map(|(ticket, lost)| Counted::of(ticket, lost));
            let since = told.and_then(|(ticket, lost)| Counted::waits_since(ticket, lost));
            put.execute(params![
                self.id,
                key.epoch.0,
                key.number.cast_signed(),
                counted.map(|counted| counted.place.service),
                counted.map(|counted| counted.place.state),
                row.cells.to_bytes(),
                counted.map_or(0, |counted| counted.waited_ms),
                since
            ])?;
            differences.moved(row.counted, counted);
            row.counted = counted;
        }
        differences.write(sql, self.id)?;
        Ok(days)
    }
}

fn heads_of(bytes: &[u8]) -> Heads {
    let hashes = bytes.as_chunks::<32>().0;
    Heads::new(hashes.iter().copied().map(ChangeHash).collect())
}
