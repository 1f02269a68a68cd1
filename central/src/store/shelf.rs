//! The rows of one document in SQLite, inside one transaction: what sync's projection keeps on.
//! Raw changes and owners are written as they come, everything else at
//! [`OpenDocument::write`].

use rusqlite::{Connection, OptionalExtension, params};
use sync::ids::{Actor, BoxEpoch, ChangeHash, Heads, TicketKey};
use sync::limits::{HEADS_MAX, ORPHANS_MAX};
use sync::projection::cells::{Cells, Stamp};
use sync::projection::{Owner, Shelf, Standing};
use sync::replica::RawChange;

use super::StoreError;
use super::document::{OpenDocument, OpenRow};
use super::figures::{Counted, Place};

/// Changes of one document that wait for their predecessors. More are let go of: the branch sends
/// them again, since no ack covers them.
pub const WAITING_MAX: u64 = ORPHANS_MAX as u64;

/// One document's rows, as [`Shelf`].
pub(super) struct SqlShelf<'a> {
    pub(super) sql: &'a Connection,
    pub(super) open: &'a mut OpenDocument,
}

impl SqlShelf<'_> {
    fn wait(&self, change: &RawChange) -> Result<(), StoreError> {
        let mut wait = self.sql.prepare_cached(
            "INSERT OR IGNORE INTO waiting (document, dep, hash) VALUES (?1, ?2, ?3)",
        )?;
        for dep in &change.deps {
            wait.execute(params![self.open.id, dep.0, change.hash.0])?;
        }
        Ok(())
    }

    fn wait_no_longer(&self, change: &RawChange) -> Result<(), StoreError> {
        let mut forget = self
            .sql
            .prepare_cached("DELETE FROM waiting WHERE document = ?1 AND dep = ?2 AND hash = ?3")?;
        for dep in &change.deps {
            forget.execute(params![self.open.id, dep.0, change.hash.0])?;
        }
        Ok(())
    }
}

impl Shelf for SqlShelf<'_> {
    type Error = StoreError;

    fn standing(&mut self, hash: &ChangeHash) -> Result<Option<Standing>, StoreError> {
        if let Some(known) = self.open.standings.get(hash) {
            return Ok(*known);
        }
        // The newest change is what most changes rest on.
        let standing = match self.open.heads.as_slice().contains(hash) {
            true => Some(Standing::Projected),
            false => self
                .sql
                .prepare_cached("SELECT projected FROM change WHERE document = ?1 AND hash = ?2")?
                .query_row(params![self.open.id, hash.0], |row| row.get::<_, bool>(0))
                .optional()?
                .map(|projected| if projected { Standing::Projected } else { Standing::Waiting }),
        };
        self.open.standings.insert(*hash, standing);
        Ok(standing)
    }

    fn keep(&mut self, change: &RawChange, standing: Standing) -> Result<(), StoreError> {
        let before = self.standing(&change.hash)?;
        match (before, standing) {
            (None, Standing::Waiting) if WAITING_MAX <= self.open.waiting => return Ok(()),
            (None, Standing::Waiting | Standing::Projected) => {
                let mut keep = self.sql.prepare_cached(
                    "INSERT INTO change (document, hash, projected, bytes) VALUES (?1, ?2, ?3, ?4)",
                )?;
                let projected = standing == Standing::Projected;
                keep.execute(params![self.open.id, change.hash.0, projected, change.bytes])?;
                if !projected {
                    self.wait(change)?;
                    self.open.waiting += 1;
                }
            }
            (Some(Standing::Waiting), Standing::Projected) => {
                let mut moved = self.sql.prepare_cached(
                    "UPDATE change SET projected = 1 WHERE document = ?1 AND hash = ?2",
                )?;
                moved.execute(params![self.open.id, change.hash.0])?;
                self.wait_no_longer(change)?;
                self.open.waiting = self.open.waiting.saturating_sub(1);
            }
            (Some(Standing::Waiting | Standing::Projected), Standing::Waiting)
            | (Some(Standing::Projected), Standing::Projected) => return Ok(()),
        }
        self.open.touched = true;
        self.open.standings.insert(change.hash, Some(standing));
        if standing == Standing::Projected {
            self.open.changes += 1;
            for (index, byte) in change.hash.0.iter().enumerate() {
                self.open.sum[index % 16] ^= byte;
            }
        }
        Ok(())
    }

    fn waiting_on(&mut self, hash: &ChangeHash) -> Result<Vec<RawChange>, StoreError> {
        if self.open.waiting == 0 {
            return Ok(Vec::new());
        }
        let mut find = self.sql.prepare_cached(
            "SELECT change.bytes FROM waiting JOIN change USING (document, hash)
             WHERE waiting.document = ?1 AND waiting.dep = ?2 ORDER BY waiting.hash",
        )?;
        let rows = find.query_map(params![self.open.id, hash.0], |row| row.get::<_, Vec<u8>>(0))?;
        rows.map(|bytes| {
            let table = "change";
            RawChange::parse(&bytes?).map_err(|cause| StoreError::Row { table, cause })
        })
        .collect()
    }

    fn missing(&mut self) -> Result<Heads, StoreError> {
        if self.open.waiting == 0 {
            return Ok(Heads::default());
        }
        let mut find = self.sql.prepare_cached(
            "SELECT DISTINCT dep FROM waiting WHERE document = ?1 AND NOT EXISTS
                 (SELECT 1 FROM change WHERE change.document = ?1 AND change.hash = waiting.dep)
             ORDER BY dep LIMIT ?2",
        )?;
        let limit = i64::try_from(HEADS_MAX).unwrap_or(i64::MAX);
        let rows =
            find.query_map(params![self.open.id, limit], |row| row.get(0).map(ChangeHash))?;
        Ok(Heads::new(rows.collect::<Result<_, _>>()?))
    }

    fn heads(&mut self) -> Result<Heads, StoreError> {
        Ok(self.open.heads.clone())
    }

    fn set_heads(&mut self, heads: &Heads) -> Result<(), StoreError> {
        self.open.heads = heads.clone();
        self.open.touched = true;
        Ok(())
    }

    fn owner(&mut self, object: &Stamp) -> Result<Option<Owner>, StoreError> {
        if let Some(known) = self.open.owners.get(object) {
            return Ok(known.clone());
        }
        let mut find = self.sql.prepare_cached(
            "SELECT kind, epoch, number, call FROM object
             WHERE document = ?1 AND counter = ?2 AND actor = ?3",
        )?;
        let branch = self.open.document.branch;
        let stamp = params![self.open.id, object.counter.cast_signed(), object.actor.0];
        let owner = find
            .query_row(stamp, |row| {
                let kind: i64 = row.get(0)?;
                let number = row.get::<_, i64>(2)?.cast_unsigned();
                let ticket = TicketKey { branch, epoch: BoxEpoch(row.get(1)?), number };
                Ok(match kind {
                    BUCKET => Owner::Bucket,
                    TICKET => Owner::Ticket(ticket),
                    CALL => Owner::Call(ticket, row.get::<_, i64>(3)?.cast_unsigned()),
                    _ => Owner::Foreign,
                })
            })
            .optional()?;
        self.open.owners.insert(*object, owner.clone());
        Ok(owner)
    }

    fn set_owner(&mut self, object: Stamp, owner: &Owner) -> Result<(), StoreError> {
        let (kind, ticket, call) = match owner {
            Owner::Foreign => (FOREIGN, None, 0),
            Owner::Bucket => (BUCKET, None, 0),
            Owner::Ticket(ticket) => (TICKET, Some(ticket), 0),
            Owner::Call(ticket, call) => (CALL, Some(ticket), *call),
        };
        let Stamp { counter, actor: Actor(actor) } = object;
        let mut keep = self.sql.prepare_cached(
            "INSERT OR REPLACE INTO object (document, counter, actor, kind, epoch, number, call)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        keep.execute(params![
            self.open.id,
            counter.cast_signed(),
            actor,
            kind,
            ticket.map_or(0, |ticket| ticket.epoch.0),
            ticket.map_or(0, |ticket| ticket.number.cast_signed()),
            call.cast_signed()
        ])?;
        self.open.owners.insert(object, Some(owner.clone()));
        Ok(())
    }

    fn cells(&mut self, ticket: Option<&TicketKey>) -> Result<Cells, StoreError> {
        let (there, sql) = match ticket {
            Some(key) => (self.open.tickets.get(key), &self.sql),
            None => (self.open.day.as_ref(), &self.sql),
        };
        if let Some(row) = there {
            return Ok(row.cells.clone());
        }
        let row = match ticket {
            Some(key) => sql
                .prepare_cached(
                    "SELECT cells, service, state, waited_ms FROM ticket
                     WHERE document = ?1 AND epoch = ?2 AND number = ?3",
                )?
                .query_row(params![self.open.id, key.epoch.0, key.number.cast_signed()], |row| {
                    let waited_ms = row.get(3)?;
                    let place = Place::read(row.get(1)?, row.get(2)?);
                    let counted = place.map(|place| Counted { place, waited_ms });
                    Ok((row.get::<_, Vec<u8>>(0)?, counted))
                })
                .optional()?,
            None => sql
                .prepare_cached("SELECT cells FROM day WHERE document = ?1")?
                .query_row([self.open.id], |row| Ok((row.get(0)?, None)))
                .optional()?,
        };
        let (bytes, counted) = row.unwrap_or_default();
        let table = if ticket.is_some() { "ticket" } else { "day" };
        let cells = match bytes.is_empty() {
            true => Cells::default(),
            false => Cells::from_bytes(&bytes).map_err(|cause| StoreError::Row { table, cause })?,
        };
        let row = OpenRow { cells: cells.clone(), counted, touched: false };
        match ticket {
            Some(key) => drop(self.open.tickets.insert(*key, row)),
            None => self.open.day = Some(row),
        }
        Ok(cells)
    }

    fn set_cells(&mut self, ticket: Option<&TicketKey>, cells: &Cells) -> Result<(), StoreError> {
        let there = match ticket {
            Some(key) => self.open.tickets.get_mut(key),
            None => self.open.day.as_mut(),
        };
        if there.is_none() {
            // What the row on disk counts for must be known before it is replaced.
            self.cells(ticket)?;
        }
        let row = match ticket {
            Some(key) => self.open.tickets.get_mut(key),
            None => self.open.day.as_mut(),
        };
        let row = row.expect("it was there, or has just been read");
        row.cells = cells.clone();
        row.touched = true;
        self.open.touched = true;
        Ok(())
    }
}

const FOREIGN: i64 = 0;
const BUCKET: i64 = 1;
const TICKET: i64 = 2;
const CALL: i64 = 3;
