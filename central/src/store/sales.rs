//! The log of requests for tickets on disk, what became of them, and what customers are told.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serve::virtual_ticket::Change;
use sync::document::{State, TicketRow};
use sync::ids::{BoxEpoch, BranchId};
use sync::projection::cells::Cells;
use sync::request::{No, RequestId, Said, Sold};
use sync::topics::Tenant;

use super::lives::{self, Named};
use super::{Forgotten, Reader, Store, StoreError, customers, retention};

/// How long the log is kept: what a customer may want to look up.
pub const SALES_KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1_000;

/// Entries of one customer that are kept: more than anybody looks up, and an end for an app that asks
/// and gives up all day.
pub const SALES_OF_CUSTOMER_MAX: u32 = 200;

/// Entries that go with each new one once they are old; more than one, so that the log shrinks.
const PRUNED_MAX: u32 = 4;

/// Something that HTTP or a follower has written down.
#[derive(Debug)]
pub enum Note {
    /// About a customer.
    Customer(Box<Change>),
    /// A customer was about.
    Seen {
        /// Who.
        customer: String,
        /// When, in milliseconds since 1970-01-01 UTC by this server's clock.
        at_ms: i64,
    },
    /// What is kept no longer.
    Forget(Forgotten),
    /// A request for a ticket, which is open now.
    Ask(NewSale),
    /// A request is given up, unless it has been answered.
    Withdraw(RequestId),
    /// A customer has given a ticket up.
    Cancelled(RequestId),
    /// What is to be told to customers, each once; and visits that are over.
    Notices {
        /// Of which sale, of which call (0: that it will be its turn soon), since when.
        due: Vec<(RequestId, u64, i64)>,
        /// The sales.
        over: Vec<RequestId>,
    },
    /// What has become of a notice.
    Notice {
        /// Its number.
        id: i64,
        /// In one word: `sent`, `unwanted` or `expired`.
        state: &'static str,
    },
}

/// A request for a ticket.
#[derive(Clone, Debug)]
pub struct NewSale {
    /// Its number.
    pub id: RequestId,
    /// Whose branch.
    pub tenant: Tenant,
    /// At which branch.
    pub branch: BranchId,
    /// For which service.
    pub service: u32,
    /// The code of the customer's language.
    pub language: Option<String>,
    /// By whom.
    pub customer: String,
    /// By which the customer's app can ask again.
    pub repeat: Option<String>,
    /// When, in milliseconds since 1970-01-01 UTC by this server's clock.
    pub asked_ms: i64,
}

/// A ticket that was sold here, and how it stands as far as its branch has told.
#[derive(Clone, Debug)]
pub struct Sale {
    /// The request's number.
    pub id: RequestId,
    /// At which branch.
    pub branch: BranchId,
    /// For which service.
    pub service: u32,
    /// The code of the customer's language.
    pub language: Option<String>,
    /// Whose it is, unless they were erased.
    pub customer: Option<String>,
    /// Whether the customer gave it up here.
    pub is_cancelled: bool,
    /// The ticket, by the name that the box's present life has for it.
    pub sold: Sold,
    /// Its row; none until the branch's day has come.
    pub row: Option<TicketRow>,
    /// Whether the box knows nothing of it any more: it was restored from a backup that is older than
    /// the ticket, or another one is in its place.
    pub is_lost: bool,
    /// How many in its line will be called before.
    pub ahead: usize,
}

/// A sale and the call that its customer is to be told of; 0: that it will be its turn soon.
#[derive(Clone, Debug)]
pub struct DueNotice {
    /// The notice's number.
    pub id: i64,
    /// Of which sale.
    pub sale: RequestId,
    /// Of which call.
    pub call: u64,
    /// Since when, by this server's clock.
    pub asked_ms: i64,
}

/// What an answer has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// A request that was waited for.
    Answered,
    /// It came after the request was given up: what it sold is to be taken back.
    Late,
    /// A withdrawal is done.
    Withdrawn,
    /// Nothing: it is known, or about nothing in the log.
    Nothing,
}

impl Store {
    /// Writes notes down, all of them or none.
    ///
    /// # Errors
    ///
    /// What the disk does.
    pub fn write<'n>(
        &mut self,
        notes: impl IntoIterator<Item = &'n Note>,
    ) -> Result<(), StoreError> {
        let sql = self.sql.transaction()?;
        let mut erases = false;
        for note in notes {
            erases |= note.erases();
            write_one(&sql, note)?;
        }
        sql.commit()?;
        // What was overwritten in the file is still in the log until that is folded in.
        self.owes_fold |= erases;
        if let Err(error) = self.fold_erased() {
            // The notes are written, whatever becomes of this.
            let cause = &error as &dyn std::error::Error;
            tracing::warn!(error = cause, "the log cannot be emptied yet");
        }
        Ok(())
    }

    /// Gives up what was asked before this start: nobody waits for it any more.
    ///
    /// # Errors
    ///
    /// What the disk does.
    pub fn give_up_open_sales(&mut self) -> Result<(), StoreError> {
        self.sql.execute(
            "UPDATE sale SET state = 'withdrawing', repeat = NULL WHERE state = 'open'",
            [],
        )?;
        Ok(())
    }
}

impl Note {
    /// Whether it erases what somebody left.
    fn erases(&self) -> bool {
        match self {
            Note::Customer(change) => matches!(**change, Change::Erase { .. }),
            Note::Forget(_) => true,
            Note::Seen { .. }
            | Note::Ask(_)
            | Note::Withdraw(_)
            | Note::Cancelled(_)
            | Note::Notices { .. }
            | Note::Notice { .. } => false,
        }
    }
}

fn write_one(sql: &Transaction<'_>, note: &Note) -> Result<(), StoreError> {
    match note {
        Note::Customer(change) => customers::write(sql, change),
        Note::Seen { customer, at_ms } => retention::see(sql, customer, *at_ms),
        Note::Forget(forgotten) => retention::write(sql, forgotten),
        Note::Ask(sale) => ask(sql, sale),
        Note::Withdraw(id) => {
            sql.prepare_cached(
                "UPDATE sale SET state = 'withdrawing', repeat = NULL
                 WHERE id = ?1 AND state = 'open'",
            )?
            .execute([id.0])?;
            Ok(())
        }
        Note::Cancelled(id) => {
            sql.prepare_cached(
                "UPDATE sale SET state = 'cancelled', ended = 1 WHERE id = ?1 AND state = 'sold'",
            )?
            .execute([id.0])?;
            Ok(())
        }
        Note::Notices { due, over } => {
            let mut tell = sql.prepare_cached(
                "INSERT OR IGNORE INTO notice (sale, call, asked_ms, state)
                 SELECT ?1, ?2, ?3, 'due' FROM sale WHERE id = ?1 AND customer IS NOT NULL",
            )?;
            for (sale, call, asked_ms) in due {
                tell.execute(params![sale.0, call.cast_signed(), asked_ms])?;
            }
            let mut end = sql.prepare_cached("UPDATE sale SET ended = 1 WHERE id = ?1")?;
            over.iter().try_for_each(|sale| end.execute([sale.0]).map(drop))?;
            Ok(())
        }
        Note::Notice { id, state } => {
            sql.prepare_cached("UPDATE notice SET state = ?2 WHERE id = ?1")?
                .execute(params![id, state])?;
            Ok(())
        }
    }
}

fn ask(sql: &Transaction<'_>, sale: &NewSale) -> Result<(), StoreError> {
    sql.prepare_cached(
        "INSERT INTO sale (id, branch, service, language, customer, repeat, state, asked_ms)
         SELECT ?1, branch.id, ?3, ?4, ?5, ?6, 'open', ?7 FROM branch
         JOIN card ON card.branch = branch.id
         WHERE branch.number = ?2 AND branch.tenant = ?8",
    )?
    .execute(params![
        sale.id.0,
        sale.branch.0,
        sale.service,
        sale.language,
        sale.customer,
        sale.repeat,
        sale.asked_ms,
        sale.tenant.as_str()
    ])?;
    let before = sale.asked_ms.saturating_sub(SALES_KEPT_MS);
    let old = "(SELECT id FROM sale WHERE asked_ms < ?1 ORDER BY asked_ms LIMIT ?2)";
    for table in ["notice WHERE sale", "sale WHERE id"] {
        sql.prepare_cached(&format!("DELETE FROM {table} IN {old}"))?
            .execute(params![before, PRUNED_MAX])?;
    }
    let many =
        "(SELECT id FROM sale WHERE customer = ?1 ORDER BY asked_ms DESC LIMIT ?3 OFFSET ?2)";
    for condition in [
        "notice WHERE sale IN",
        "sale WHERE (ended = 1 OR state IN ('refused', 'withdrawn')) AND id IN",
    ] {
        sql.prepare_cached(&format!("DELETE FROM {condition} {many}"))?.execute(params![
            sale.customer,
            SALES_OF_CUSTOMER_MAX,
            PRUNED_MAX
        ])?;
    }
    Ok(())
}

/// Takes note of what a branch has answered.
pub(super) fn settle(
    sql: &Connection,
    tenant: &Tenant,
    branch: BranchId,
    id: RequestId,
    said: &Said,
) -> Result<Settled, StoreError> {
    let find = |id: RequestId| -> Result<Option<String>, StoreError> {
        let mut find = sql.prepare_cached(
            "SELECT sale.state FROM sale JOIN branch ON branch.id = sale.branch
             WHERE sale.id = ?1 AND branch.tenant = ?2 AND branch.number = ?3",
        )?;
        let found = find.query_row(params![id.0, tenant.as_str(), branch.0], |row| row.get(0));
        Ok(found.optional()?)
    };
    let set = |id: RequestId, state: &str| -> Result<(), StoreError> {
        sql.prepare_cached("UPDATE sale SET state = ?2, repeat = NULL WHERE id = ?1")?
            .execute(params![id.0, state])?;
        Ok(())
    };
    if let Some(state) = find(id)? {
        return match (state.as_str(), said) {
            ("open", Said::Sold(sold)) => {
                sql.prepare_cached(
                    "UPDATE sale SET state = 'sold', epoch = ?2, number = ?3, day = ?4, tag = ?5,
                            label = ?6, sold_ms = ?7
                     WHERE id = ?1",
                )?
                .execute(params![
                    id.0,
                    sold.ticket.epoch.0,
                    sold.ticket.number.cast_signed(),
                    sold.day,
                    sold.tag,
                    sold.number,
                    sold.at_ms.cast_signed()
                ])?;
                Ok(Settled::Answered)
            }
            ("open", Said::Done | Said::Refused(_)) => {
                set(id, "refused")?;
                Ok(Settled::Answered)
            }
            ("withdrawing", Said::Sold(_)) => Ok(Settled::Late),
            _ => Ok(Settled::Nothing),
        };
    }
    let sale = withdrawal(id);
    let is_final = match said {
        Said::Done => true,
        // The customer was called meanwhile, or is gone: there is nothing left to take back.
        Said::Refused(No::OutOfTurn | No::UnknownTicket) => true,
        Said::Refused(_) | Said::Sold(_) => false,
    };
    if is_final && find(sale)?.as_deref() == Some("withdrawing") {
        set(sale, "withdrawn")?;
        return Ok(Settled::Withdrawn);
    }
    Ok(Settled::Nothing)
}

/// The number of the withdrawal of a sale; and of a withdrawal, that of its sale.
pub fn withdrawal(id: RequestId) -> RequestId {
    RequestId(id.0.map(|byte| !byte))
}

const COLUMNS: &str = "sale.id, branch.number, sale.service, sale.language, sale.customer, \
                       sale.state, sale.epoch, sale.number, sale.day, sale.tag, sale.label, \
                       sale.sold_ms, sale.branch";

impl Reader {
    /// A customer's tickets, the newest first, at most so many; or the one with this number.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn sales_of(
        &self,
        customer: &str,
        one: Option<RequestId>,
        most: usize,
    ) -> Result<Vec<Sale>, StoreError> {
        let condition = "sale.customer = ?1 AND (?2 IS NULL OR sale.id = ?2)
                         AND sale.state IN ('sold', 'cancelled') ORDER BY sale.asked_ms DESC LIMIT ?3";
        let one = one.map(|id| id.0.to_vec());
        self.sales(condition, params![customer, one, most as u64])
    }

    /// The ticket that a customer was given under this key.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn sale_by_key(&self, customer: &str, key: &str) -> Result<Option<Sale>, StoreError> {
        let condition = "sale.customer = ?1 AND sale.repeat = ?2
                         AND sale.state IN ('sold', 'cancelled')";
        Ok(self.sales(condition, params![customer, key])?.pop())
    }

    /// The ticket with this number, whosever it is.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn sale(&self, id: RequestId) -> Result<Option<Sale>, StoreError> {
        let condition = "sale.id = ?1 AND sale.state IN ('sold', 'cancelled')";
        Ok(self.sales(condition, params![id.0])?.pop())
    }

    /// The tickets whose visits are not over, for this many from this row on; and the next row.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn watched_sales(&self, from: i64, most: usize) -> Result<(Vec<Sale>, i64), StoreError> {
        let last: i64 = self.read(|sql| {
            let mut find = sql.prepare_cached(
                "SELECT coalesce(max(id), 0) FROM (SELECT rowid AS id FROM sale
                 WHERE state = 'sold' AND ended = 0 AND ?1 < rowid ORDER BY rowid LIMIT ?2)",
            )?;
            Ok(find.query_row(params![from, most as u64], |row| row.get(0))?)
        })?;
        let condition = "sale.state = 'sold' AND sale.ended = 0 AND sale.customer IS NOT NULL
                         AND ?1 < sale.rowid AND sale.rowid <= ?2 ORDER BY sale.rowid";
        Ok((self.sales(condition, params![from, last])?, last))
    }

    /// The withdrawals that branches have not answered.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn withdrawals(&self, tenant: &Tenant) -> Result<Vec<(BranchId, RequestId)>, StoreError> {
        self.read(|sql| {
            let mut find = sql.prepare_cached(
                "SELECT branch.number, sale.id FROM sale JOIN branch ON branch.id = sale.branch
                 WHERE sale.state = 'withdrawing' AND branch.tenant = ?1",
            )?;
            let rows = find.query_map([tenant.as_str()], |row| {
                Ok((BranchId(row.get(0)?), RequestId(row.get(1)?)))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// What customers are to be told and have not been, oldest first, at most so many.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn notices_due(&self, most: u32) -> Result<Vec<DueNotice>, StoreError> {
        self.read(|sql| {
            let mut find = sql.prepare_cached(
                "SELECT id, sale, call, asked_ms FROM notice WHERE state = 'due'
                 ORDER BY id LIMIT ?1",
            )?;
            let rows = find.query_map([most], |row| {
                let call = row.get::<_, i64>(2)?.cast_unsigned();
                let sale = RequestId(row.get(1)?);
                Ok(DueNotice { id: row.get(0)?, sale, call, asked_ms: row.get(3)? })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Those of these that were not written down before.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn unknown_notices(
        &self,
        mut due: Vec<(RequestId, u64, i64)>,
    ) -> Result<Vec<(RequestId, u64, i64)>, StoreError> {
        self.read(|sql| {
            let mut find =
                sql.prepare_cached("SELECT 1 FROM notice WHERE sale = ?1 AND call = ?2")?;
            let mut failed = None;
            due.retain(|(sale, call, _)| {
                let found = find.exists(params![sale.0, call.cast_signed()]);
                !found.unwrap_or_else(|error| {
                    failed = Some(error);
                    true
                })
            });
            failed.map_or(Ok(()), Err)?;
            Ok(due)
        })
    }

    fn sales(
        &self,
        condition: &str,
        values: impl rusqlite::Params,
    ) -> Result<Vec<Sale>, StoreError> {
        let query = format!(
            "SELECT {COLUMNS} FROM sale JOIN branch ON branch.id = sale.branch WHERE {condition}"
        );
        self.read(|sql| {
            let mut find = sql.prepare_cached(&query)?;
            let found = find.query_map(values, sale)?.collect::<Result<Vec<_>, _>>()?;
            found
                .into_iter()
                .map(|(branch, mut sale)| {
                    follow(sql, branch, &mut sale)?;
                    Ok(sale)
                })
                .collect()
        })
    }
}

fn sale(row: &Row<'_>) -> rusqlite::Result<(i64, Sale)> {
    let branch = BranchId(row.get(1)?);
    let ticket = sync::ids::TicketKey {
        branch,
        epoch: BoxEpoch(row.get(6)?),
        number: row.get::<_, i64>(7)?.cast_unsigned(),
    };
    let sold = Sold {
        ticket,
        day: row.get(8)?,
        tag: row.get(9)?,
        number: row.get(10)?,
        at_ms: row.get::<_, i64>(11)?.cast_unsigned(),
    };
    let sale = Sale {
        id: RequestId(row.get(0)?),
        branch,
        service: row.get(2)?,
        language: row.get(3)?,
        customer: row.get(4)?,
        is_cancelled: row.get::<_, String>(5)? == "cancelled",
        sold,
        row: None,
        is_lost: false,
        ahead: 0,
    };
    Ok((row.get(12)?, sale))
}

/// Says how a ticket stands, under whichever name.
fn follow(sql: &Connection, branch: i64, sale: &mut Sale) -> Result<(), StoreError> {
    let sold = &mut sale.sold;
    let mut find = sql.prepare_cached(
        "SELECT ticket.cells, document.day, ticket.state FROM document
         JOIN ticket ON ticket.document = document.id AND ticket.epoch = ?3 AND ticket.number = ?4
         WHERE document.branch = ?1 AND ?2 <= document.day
         ORDER BY document.day DESC, document.segment DESC LIMIT 1",
    )?;
    let key = sold.ticket;
    let found = find
        .query_row(params![branch, sold.day, key.epoch.0, key.number.cast_signed()], |row| {
            let is_lost = row.get::<_, Option<u8>>(2)? == Some(lives::LOST);
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, u32>(1)?, is_lost))
        })
        .optional()?;
    let (epoch, number) = (key.epoch.0, key.number.cast_signed());
    let own = match found {
        Some((cells, day, is_lost)) => read(&cells)?.map(|row| Named { epoch, day, row, is_lost }),
        None => None,
    };
    let stands = |name: &Named| !name.is_lost && name.row.state != State::MovedOn;
    let found = match own {
        Some(own) if stands(&own) => Some(own),
        // The next day's document is on its way.
        Some(own) if !lives::is_over(sql, branch, key.epoch)? => Some(own),
        None if !lives::is_over(sql, branch, key.epoch)? => return Ok(()),
        Some(_) | None => {
            let ticket = (number, sold.at_ms);
            let names = lives::named(sql, branch, sold.day..=u32::MAX, ticket)?;
            names.into_iter().rfind(stands)
        }
    };
    sale.is_lost = found.is_none();
    let Some(Named { epoch, day, row, .. }) = found else { return Ok(()) };
    sold.ticket.epoch = BoxEpoch(epoch);
    sale.ahead = ahead(sql, branch, day, key.number, &row)?;
    sale.row = Some(row);
    Ok(())
}

/// How many stand before a ticket in its line.
fn ahead(
    sql: &Connection,
    branch: i64,
    day: u32,
    number: u64,
    own: &TicketRow,
) -> Result<usize, StoreError> {
    if own.state != State::Waiting {
        return Ok(0);
    }
    let mut line = sql.prepare_cached(
        "SELECT ticket.cells, ticket.number FROM document
         JOIN ticket ON ticket.document = document.id
         WHERE document.branch = ?1 AND document.day = ?2 AND ticket.state = 1
               AND ticket.service = ?3",
    )?;
    let turn = |row: &TicketRow, number: u64| {
        (std::cmp::Reverse(row.priority), row.issued.steady_ms, number)
    };
    let mine = turn(own, number);
    let mut rows = line.query(params![branch, day, own.service])?;
    let mut ahead = 0;
    while let Some(row) = rows.next()? {
        let number = row.get::<_, i64>(1)?.cast_unsigned();
        let Some(other) = read(row.get_ref(0)?.as_blob().unwrap_or_default())? else { continue };
        if other.place == own.place && turn(&other, number) < mine {
            ahead += 1;
        }
    }
    Ok(ahead)
}

fn read(cells: &[u8]) -> Result<Option<TicketRow>, StoreError> {
    let cells = Cells::from_bytes(cells);
    Ok(cells.map_err(|cause| StoreError::Row { table: "ticket", cause })?.ticket())
}
