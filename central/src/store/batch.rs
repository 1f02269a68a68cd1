//! One transaction of the intake: what some messages said, all of it or nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use sync::document::DayRow;
use sync::ids::{BoxEpoch, BranchId, DocumentId, Heads};
use sync::limits::{HEADS_MAX, TOPIC_BYTES_MAX};
use sync::projection::{Shelf, TakenIn, take_in};
use sync::request::Answer;
use sync::session::{Ack, Hello, Status, need};
use sync::topics::Tenant;

use super::document::OpenDocument;
use super::sales::{self, Settled};
use super::shelf::SqlShelf;
use super::{StoreError, cards, days, lives};

/// Branches of one tenant: ten thousand is the size that the whole is made for. Those beyond are
/// refused until somebody makes room; the broker's access list is what keeps strangers out.
pub const BRANCHES_MAX: u64 = 10_000;

/// Documents of one branch: ten years of days. A box that invents days stops there.
pub const DOCUMENTS_MAX: u64 = 4_096;

/// Dead letters kept, the newest: enough to see what a broken box sends, a few MB at the most.
pub const DEAD_LETTERS_MAX: u64 = 1_000;

/// Bytes of each that are kept: a header and its first changes.
pub const DEAD_LETTER_BYTES_MAX: usize = 4_096;

/// Clocks that differ by less than this count as one: a status is on its way for a moment.
const CLOCKS_AGREE_MS: i64 = 3_000;

/// A document and whose it is.
type Place = (Tenant, DocumentId);

/// A transaction. It has changed nothing until [`Batch::commit`] returns.
pub struct Batch<'s> {
    sql: Transaction<'s>,
    branches: BTreeMap<(Tenant, BranchId), OpenBranch>,
    documents: BTreeMap<Place, OpenDocument>,
    /// The documents to be acknowledged, and which heads their branch named.
    answers: BTreeMap<Place, Heads>,
    buried: bool,
}

/// A branch's row in the course of a batch.
struct OpenBranch {
    id: i64,
    told: Option<String>,
    heard_ms: Option<i64>,
    online: Option<bool>,
    life: Option<(BoxEpoch, u64)>,
    /// The life by which its open tickets are counted.
    counted: Option<BoxEpoch>,
    version: Option<String>,
    protocol: Option<u8>,
    day: Option<u32>,
    documents: u64,
    zone: Option<String>,
    ahead_ms: Option<i64>,
    health: Option<Vec<u8>>,
    touched: bool,
}

impl std::fmt::Debug for Batch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Batch({} documents)", self.documents.len())
    }
}

impl<'s> Batch<'s> {
    pub(super) fn begin(sql: &'s mut Connection) -> Result<Batch<'s>, StoreError> {
        Ok(Batch {
            sql: sql.transaction()?,
            branches: BTreeMap::new(),
            documents: BTreeMap::new(),
            answers: BTreeMap::new(),
            buried: false,
        })
    }

    /// A branch said something just now. One that was unknown is known from here on.
    ///
    /// # Errors
    ///
    /// [`StoreError::TooMany`] branches, or what the disk does.
    pub fn heard(
        &mut self,
        tenant: &Tenant,
        branch: BranchId,
        wall_ms: i64,
    ) -> Result<(), StoreError> {
        let row = self.branch(tenant, branch)?;
        row.heard_ms = Some(wall_ms);
        row.online = row.online.or(Some(true));
        row.touched = true;
        Ok(())
    }

    /// A branch said how it is, or the broker said it in its place: then it was not heard.
    ///
    /// # Errors
    ///
    /// As [`Batch::heard`].
    pub fn status(
        &mut self,
        tenant: &Tenant,
        branch: BranchId,
        status: &Status,
        wall_ms: i64,
    ) -> Result<(), StoreError> {
        let row = self.branch(tenant, branch)?;
        let life = (status.epoch, status.boot);
        if status.online {
            row.heard_ms = Some(wall_ms);
            row.online = Some(true);
            row.life = Some(life);
            row.version = Some(status.version.clone());
            row.ahead_ms = ahead_ms(status.wall_ms, wall_ms);
            // Whoever tells of it leaves it as short as may be.
            row.health = status.health.to_bytes().ok();
        } else if row.life.is_none_or(|(epoch, boot)| epoch == life.0 && boot <= life.1) {
            row.online = Some(false);
        } else {
            // The will of a start that another has followed already.
            return Ok(());
        }
        row.touched = true;
        Ok(())
    }

    /// A branch said something in another version of the protocol, which nobody here can read, or
    /// in ours again. One that was unknown is known from here on, and was not heard.
    ///
    /// # Errors
    ///
    /// As [`Batch::heard`].
    pub fn speaks(
        &mut self,
        tenant: &Tenant,
        branch: BranchId,
        foreign: Option<u8>,
    ) -> Result<(), StoreError> {
        let row = self.branch(tenant, branch)?;
        row.touched |= row.protocol != foreign;
        row.protocol = foreign;
        Ok(())
    }

    /// Takes in a frame of changes, and acknowledges its document.
    ///
    /// # Errors
    ///
    /// [`StoreError::TooMany`] documents, a row that cannot be read, or what the disk does.
    pub fn changes(
        &mut self,
        tenant: &Tenant,
        document: DocumentId,
        changes: &[Vec<u8>],
    ) -> Result<TakenIn, StoreError> {
        let place = (tenant.clone(), document);
        self.open(&place, true)?;
        self.answers.entry(place.clone()).or_default();
        let open = self.documents.get_mut(&place).expect("it has just been opened or made");
        let mut shelf = SqlShelf { sql: &self.sql, open };
        take_in(&mut shelf, document, changes.iter().map(Vec::as_slice))
    }

    /// Answers a branch that says what it holds of a document. Returns whether both hold
    /// different changes although their newest are the same: then one of them is broken.
    ///
    /// # Errors
    ///
    /// A row that cannot be read, or what the disk does.
    pub fn hello(
        &mut self,
        tenant: &Tenant,
        document: DocumentId,
        hello: &Hello,
    ) -> Result<bool, StoreError> {
        let place = (tenant.clone(), document);
        self.open(&place, false)?;
        let differs = self.documents.get(&place).is_some_and(|open| {
            *open.newest() == hello.heads && open.sum() != (hello.changes, hello.sum)
        });
        let answer = self.answers.entry(place).or_default();
        *answer = answer.union(&hello.heads);
        Ok(differs)
    }

    /// Keeps a branch's card, as the frame that it came in.
    ///
    /// # Errors
    ///
    /// As [`Batch::heard`].
    pub fn card(
        &mut self,
        tenant: &Tenant,
        branch: BranchId,
        offers: bool,
        frame: &[u8],
        wall_ms: i64,
    ) -> Result<(), StoreError> {
        let id = self.branch(tenant, branch)?.id;
        cards::write(&self.sql, id, offers, frame, wall_ms)
    }

    /// Takes note of what a branch has answered.
    ///
    /// # Errors
    ///
    /// What the disk does.
    pub fn answer(
        &mut self,
        tenant: &Tenant,
        branch: BranchId,
        answer: &Answer,
    ) -> Result<Settled, StoreError> {
        sales::settle(&self.sql, tenant, branch, answer.id, &answer.said)
    }

    /// Keeps what is left of a message that nobody could read.
    ///
    /// # Errors
    ///
    /// What the disk does.
    pub fn bury(
        &mut self,
        topic: &str,
        payload: &[u8],
        reason: &str,
        wall_ms: i64,
    ) -> Result<(), StoreError> {
        let mut bury = self.sql.prepare_cached(
            "INSERT INTO dead_letter (at_ms, reason, topic, size, payload)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        let topic = &topic[..topic.floor_char_boundary(TOPIC_BYTES_MAX)];
        let kept = &payload[..payload.len().min(DEAD_LETTER_BYTES_MAX)];
        let size = i64::try_from(payload.len()).unwrap_or(i64::MAX);
        bury.execute(params![wall_ms, reason, topic, size, kept])?;
        self.buried = true;
        Ok(())
    }

    /// Writes everything, and makes it durable. Returns what may be acknowledged now.
    ///
    /// # Errors
    ///
    /// What the disk does; then nothing has changed.
    pub fn commit(mut self) -> Result<Vec<(Tenant, DocumentId, Ack)>, StoreError> {
        let acks = self.acks()?;
        for ((tenant, document), open) in &mut self.documents {
            let branch = self.branches.get_mut(&(tenant.clone(), document.branch));
            if let (Some(cells), Some(branch)) = (open.changed_day(), branch)
                && branch.day <= Some(document.day)
            {
                let told = DayRow::read(&cells.fields());
                if !told.name.is_empty() {
                    branch.told = Some(told.name);
                    branch.touched = true;
                }
                // A page works with it, so it is one that there is.
                if TimeZone::get(&told.zone).is_ok() {
                    branch.zone = Some(told.zone);
                    branch.touched = true;
                }
            }
            let branch = self.branches.get(&(tenant.clone(), document.branch));
            let now = branch.and_then(|branch| branch.life).map(|(epoch, _)| epoch);
            let days = open.write(&self.sql, now)?;
            if let Some(branch) = branch {
                days::unsettle(&self.sql, branch.id, &days)?;
            }
        }
        for branch in self.branches.values_mut() {
            branch.recount(&self.sql)?;
        }
        for branch in self.branches.values().filter(|branch| branch.touched) {
            branch.write(&self.sql)?;
        }
        if self.buried {
            self.sql
                .prepare_cached(
                    "DELETE FROM dead_letter
                     WHERE id <= (SELECT max(id) FROM dead_letter) - ?1",
                )?
                .execute([DEAD_LETTERS_MAX])?;
        }
        self.sql.commit()?;
        Ok(acks)
    }

    fn acks(&mut self) -> Result<Vec<(Tenant, DocumentId, Ack)>, StoreError> {
        let mut acks = Vec::with_capacity(self.answers.len());
        for (place, theirs) in std::mem::take(&mut self.answers) {
            let ack = match self.documents.get_mut(&place) {
                None => Ack { heads: Heads::default(), need: few(&theirs) },
                Some(open) => ack(SqlShelf { sql: &self.sql, open }, &theirs)?,
            };
            acks.push((place.0, place.1, ack));
        }
        Ok(acks)
    }

    fn branch(&mut self, tenant: &Tenant, branch: BranchId) -> Result<&mut OpenBranch, StoreError> {
        let key = (tenant.clone(), branch);
        if !self.branches.contains_key(&key) {
            let row = match OpenBranch::find(&self.sql, tenant, branch)? {
                Some(row) => row,
                None => OpenBranch::make(&self.sql, tenant, branch)?,
            };
            self.branches.insert(key.clone(), row);
        }
        Ok(self.branches.get_mut(&key).expect("it is there, or has just been put there"))
    }

    /// Opens a document, if there is one or it is to be made.
    fn open(&mut self, place: &Place, make: bool) -> Result<(), StoreError> {
        if self.documents.contains_key(place) {
            return Ok(());
        }
        let (tenant, document) = place;
        let id = self.branch(tenant, document.branch)?.id;
        if let Some(open) = OpenDocument::find(&self.sql, id, *document)? {
            self.documents.insert(place.clone(), open);
        } else if make {
            let row = self.branch(tenant, document.branch)?;
            if DOCUMENTS_MAX <= row.documents {
                let what = "documents of one branch";
                return Err(StoreError::TooMany { what, limit: DOCUMENTS_MAX });
            }
            row.documents += 1;
            row.day = row.day.max(Some(document.day));
            row.touched = true;
            let open = OpenDocument::make(&self.sql, id, *document)?;
            self.documents.insert(place.clone(), open);
        }
        Ok(())
    }
}

/// As many as a frame takes: fewer heads say less, and are as true.
fn few(heads: &Heads) -> Heads {
    Heads::new(heads.as_slice().iter().take(HEADS_MAX).copied().collect())
}

fn ack(mut shelf: SqlShelf<'_>, theirs: &Heads) -> Result<Ack, StoreError> {
    let missing = shelf.missing()?;
    let mut held = BTreeSet::new();
    for hash in theirs.as_slice() {
        if shelf.standing(hash)?.is_some() {
            held.insert(*hash);
        }
    }
    let need = need(theirs, |hash| held.contains(hash), &missing);
    Ok(Ack { heads: few(&shelf.heads()?), need })
}

/// How far a branch's clock is ahead of ours, in whole seconds: what is less is the way here, and would
/// be another figure each time.
fn ahead_ms(theirs: u64, ours: i64) -> Option<i64> {
    let ahead = i64::try_from(theirs).ok()?.checked_sub(ours)?;
    Some(if ahead.abs() < CLOCKS_AGREE_MS { 0 } else { ahead / 1_000 * 1_000 })
}

impl OpenBranch {
    fn find(
        sql: &Connection,
        tenant: &Tenant,
        branch: BranchId,
    ) -> Result<Option<OpenBranch>, StoreError> {
        let mut find = sql.prepare_cached(
            "SELECT id, told, heard_ms, online, epoch, boot, version, day, documents, protocol, zone,
                    ahead_ms, health, counted
             FROM branch WHERE tenant = ?1 AND number = ?2",
        )?;
        let found = find.query_row(params![tenant.as_str(), branch.0], |row| {
            let epoch: Option<u32> = row.get(4)?;
            let boot: Option<i64> = row.get(5)?;
            Ok(OpenBranch {
                id: row.get(0)?,
                told: row.get(1)?,
                heard_ms: row.get(2)?,
                online: row.get(3)?,
                life: epoch.map(BoxEpoch).zip(boot.map(i64::cast_unsigned)),
                version: row.get(6)?,
                day: row.get(7)?,
                documents: row.get(8)?,
                protocol: row.get(9)?,
                zone: row.get(10)?,
                ahead_ms: row.get(11)?,
                health: row.get(12)?,
                counted: row.get::<_, Option<u32>>(13)?.map(BoxEpoch),
                touched: false,
            })
        });
        Ok(found.optional()?)
    }

    fn make(sql: &Connection, tenant: &Tenant, branch: BranchId) -> Result<OpenBranch, StoreError> {
        let known: u64 = sql
            .prepare_cached("SELECT count(*) FROM branch WHERE tenant = ?1")?
            .query_row([tenant.as_str()], |row| row.get(0))?;
        if BRANCHES_MAX <= known {
            return Err(StoreError::TooMany { what: "branches", limit: BRANCHES_MAX });
        }
        sql.prepare_cached("INSERT INTO branch (tenant, number, name) VALUES (?1, ?2, ?3)")?
            .execute(params![tenant.as_str(), branch.0, format!("Branch {}", branch.0)])?;
        Ok(OpenBranch {
            id: sql.last_insert_rowid(),
            told: None,
            heard_ms: None,
            online: None,
            life: None,
            counted: None,
            version: None,
            protocol: None,
            day: None,
            documents: 0,
            zone: None,
            ahead_ms: None,
            health: None,
            touched: false,
        })
    }

    /// Counts its open tickets anew if they are counted by another life than the box's. Comes after
    /// the documents: what they have brought may be of any life.
    fn recount(&mut self, sql: &Connection) -> Result<(), StoreError> {
        let Some((now, _)) = self.life.filter(|(epoch, _)| self.counted != Some(*epoch)) else {
            return Ok(());
        };
        let days = lives::recount(sql, self.id, now)?;
        days::unsettle(sql, self.id, &days)?;
        self.counted = Some(now);
        self.touched = true;
        Ok(())
    }

    fn write(&self, sql: &Connection) -> Result<(), StoreError> {
        sql.prepare_cached(
            "UPDATE branch SET told = ?2, heard_ms = ?3, online = ?4, epoch = ?5, boot = ?6,
                    version = ?7, day = ?8, documents = ?9, protocol = ?10, zone = ?11,
                    ahead_ms = ?12, health = ?13, counted = ?14
             WHERE id = ?1",
        )?
        .execute(params![
            self.id,
            self.told,
            self.heard_ms,
            self.online,
            self.life.map(|(epoch, _)| epoch.0),
            self.life.map(|(_, boot)| boot.cast_signed()),
            self.version,
            self.day,
            self.documents,
            self.protocol,
            self.zone,
            self.ahead_ms,
            self.health,
            self.counted.map(|epoch| epoch.0)
        ])?;
        Ok(())
    }
}
