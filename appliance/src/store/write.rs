//! Writing: everything that one batch of commands leads to, in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use engine::limits::CLOSED_KEPT_MS;
use engine::{
    Branch, CounterId, Entry, Event, Moment, OperatorId, Seq, ServiceId, Ticket, TicketId, Token,
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serve::passwords::Hashed;
use serve::virtual_ticket::Change;

use super::api_keys::{self, ApiKey};
use super::customers::{self, NewNotice, NoticeState};
use super::encoding::{encode_desk, encode_event, encode_settings, encode_ticket};
use super::fittings::{self, StoredFittings};
use super::history::{self, Author};
use super::outbox::{self, OutboxNote};
use super::retention::{self, Forgotten};
use super::screens::{self, ScreenToken};
use super::spool::{self, SlipState};
use super::{Store, StoreError};
use crate::registrar::{Receipt, RepeatKey, TicketTexts};

/// How long a receipt answers a repeated command.
pub const RECEIPT_KEPT_MS: u64 = 48 * 60 * 60 * 1000;

/// Who reads the journal for what apps are told.
pub const NOTICES_READER: &str = "notices";

/// Old rows that one housekeeping takes away, so that no commit takes long.
const PRUNED_MAX: u32 = 500;

/// A slip that a reader of the journal has found to be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewSlip {
    /// The entry that asks for it.
    pub seq: Seq,
    /// Whose.
    pub ticket: TicketId,
    /// Where.
    pub device: engine::DeviceId,
    /// When it was asked for.
    pub asked: Moment,
}

/// What is written beside the journal: readers' own notes, and people's passwords.
#[derive(Clone, Debug)]
pub enum Housekeeping {
    /// Slips to be printed, and how far the journal has been read for them.
    Spool { slips: Vec<NewSlip>, cursor: Seq },
    /// What has become of a slip.
    Slip { id: i64, state: SlipState, copies: u32, reason: Option<&'static str>, at: Moment },
    /// A slip that shows what a printer can; its number is below 0.
    TestSlip { number: i64, device: engine::DeviceId, asked: Moment },
    /// How far a reader has come.
    Cursor { reader: &'static str, seq: Seq },
    /// What the outbox has made, and what central holds of it.
    Outbox(OutboxNote),
    /// An operator has this password from now on, and signs in anew with it.
    Credential { operator: OperatorId, hash: Hashed },
    /// A program may call in an operator's name.
    ApiKey(ApiKey),
    /// No program may call in this operator's name any more.
    RevokeApiKeys(OperatorId),
    /// An operator is signed out everywhere.
    SignedOut { operator: OperatorId },
    /// Something about a customer of an app.
    Customer(Box<Change>),
    /// What apps are to be told, and how far the journal has been read for it.
    Notices { notices: Vec<NewNotice>, cursor: Seq },
    /// What has become of a notice.
    Notice { id: i64, state: NoticeState },
    /// A customer was about, at this time (milliseconds since 1970-01-01 UTC).
    Seen { customer: String, at_ms: i64 },
    /// What people left here, and its time is over.
    Forget(Forgotten),
    /// A screen has a token from now on, with this hash.
    ScreenToken { token: ScreenToken, hash: String },
    /// A screen's token is no good any more.
    ScreenTokenGone { id: u32 },
    /// The box has these devices from now on.
    Devices(StoredFittings),
    /// A slip is wanted once more.
    Reprint { id: i64, at: Moment },
    /// Old receipts and finished slips go.
    Prune { now: Moment },
}

/// A receipt as it was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredReceipt {
    /// Tells whether the same command is repeated.
    pub fingerprint: i64,
    /// The first answer.
    pub receipt: Receipt,
}

/// A receipt to be stored.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Under which key.
    pub key: RepeatKey,
    /// What.
    pub stored: StoredReceipt,
}

/// Everything that one transaction writes.
#[derive(Debug, Default)]
pub struct Batch {
    /// What happened, in order.
    pub entries: Vec<Entry>,
    /// Who made those of them that change the settings (else the box), and those of the others that
    /// somebody made who was not at the counter.
    pub authors: BTreeMap<Seq, Author>,
    /// Receipts that answer repetitions.
    pub receipts: Vec<Kept>,
    /// What was written about tickets.
    pub texts: BTreeMap<TicketId, TicketTexts>,
    /// What readers of the journal want written.
    pub housekeeping: Vec<Housekeeping>,
}

impl Batch {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
            && self.receipts.is_empty()
            && self.texts.is_empty()
            && self.housekeeping.is_empty()
    }
}

/// Which rows a batch changes.
#[derive(Default)]
struct Touched {
    tickets: BTreeSet<TicketId>,
    desks: BTreeSet<CounterId>,
    paces: BTreeSet<ServiceId>,
    settings: bool,
    days: Vec<Moment>,
}

impl Store {
    /// Writes a batch, whose entries are already folded into `after`. When this returns well, it is
    /// on disk; otherwise nothing of it is.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn append(&mut self, batch: &Batch, after: &Branch) -> Result<(), StoreError> {
        let write = self.sql.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        journal(&write, &batch.entries)?;
        history::add(&write, batch)?;
        if !batch.entries.is_empty() {
            rows(&write, &touched(&batch.entries, after), after)?;
        }
        for (ticket, texts) in &batch.texts {
            remember(&write, *ticket, texts)?;
        }
        for kept in &batch.receipts {
            keep(&write, kept)?;
        }
        for note in &batch.housekeeping {
            tidy(&write, note)?;
        }
        Ok(write.commit()?)
    }

    /// The receipt that was given for this key.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn receipt(&self, key: &RepeatKey) -> Result<Option<StoredReceipt>, StoreError> {
        read_receipt(&self.sql, key)
    }
}

/// The receipt that was given for this key.
pub(super) fn read_receipt(
    sql: &Connection,
    key: &RepeatKey,
) -> Result<Option<StoredReceipt>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT fingerprint, seq, wall_ms, steady_ms, ticket, token, call
             FROM receipts WHERE key = ?1",
    )?;
    let row = |row: &rusqlite::Row<'_>| {
        let token: Option<String> = row.get(5)?;
        Ok(StoredReceipt {
            fingerprint: row.get(0)?,
            receipt: Receipt {
                seq: Seq(row.get(1)?),
                at: Moment { wall_ms: row.get(2)?, steady_ms: row.get(3)? },
                ticket: row.get::<_, Option<u64>>(4)?.map(TicketId),
                token: token.as_deref().and_then(Token::parse),
                call: row.get::<_, Option<u64>>(6)?.map(engine::CallId),
            },
        })
    };
    Ok(query.query_row([key.as_str()], row).optional()?)
}

fn journal(write: &Transaction<'_>, entries: &[Entry]) -> Result<(), StoreError> {
    let mut insert = write.prepare_cached(
        "INSERT INTO journal (seq, wall_ms, steady_ms, ticket, event) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for entry in entries {
        let ticket = entry.event.ticket().map(|ticket| ticket.0);
        let event = encode_event(&entry.event);
        insert.execute(params![
            entry.seq.0,
            entry.at.wall_ms,
            entry.at.steady_ms,
            ticket,
            event
        ])?;
    }
    Ok(())
}

fn touched(entries: &[Entry], after: &Branch) -> Touched {
    let mut touched = Touched::default();
    for entry in entries {
        touched.tickets.extend(entry.event.ticket());
        match &entry.event {
            Event::SettingsChanged(_) => touched.settings = true,
            Event::DayOpened { .. } => touched.days.push(entry.at),
            Event::ShiftOpened { counter, .. }
            | Event::ShiftClosed { counter, .. }
            | Event::BreakStarted { counter, .. }
            | Event::BreakEnded { counter, .. }
            | Event::Called { counter, .. } => {
                touched.desks.insert(*counter);
            }
            Event::Finished { call, .. }
            | Event::Missed { call, .. }
            | Event::GivenUp { call, .. }
            | Event::Parked { call, .. }
            | Event::Transferred { call, .. }
            | Event::Undone { call, .. } => {
                if let Some((_, call)) = after.call(*call) {
                    touched.desks.insert(call.counter);
                    touched.paces.insert(call.service);
                }
            }
            Event::DayClosed { .. }
            | Event::Issued { .. }
            | Event::Booked { .. }
            | Event::BookingConfirmed { .. }
            | Event::BookingCancelled { .. }
            | Event::BookingLapsed { .. }
            | Event::CheckedIn { .. }
            | Event::Recalled { .. }
            | Event::Started { .. }
            | Event::AfterworkBegan { .. }
            | Event::PutBack { .. }
            | Event::Redirected { .. }
            | Event::LineAdded { .. }
            | Event::LineCancelled { .. }
            | Event::PrioritySet { .. }
            | Event::Deleted { .. }
            | Event::Answered { .. } => {}
        }
    }
    touched
}

fn rows(write: &Transaction<'_>, touched: &Touched, after: &Branch) -> Result<(), StoreError> {
    let mut upsert = write.prepare_cached(
        "INSERT INTO tickets (id, day, label, token, open, kept, changed_steady, body)
         VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7)
         ON CONFLICT (id) DO UPDATE
         SET day = excluded.day, label = excluded.label,
             open = excluded.open, changed_steady = excluded.changed_steady, body = excluded.body",
    )?;
    for ticket in touched.tickets.iter().filter_map(|id| after.ticket(*id)) {
        upsert.execute(params![
            ticket.id.0,
            ticket.day.0,
            label(ticket),
            ticket.token.as_str(),
            !ticket.is_closed(),
            ticket.changed().steady_ms,
            encode_ticket(ticket),
        ])?;
    }
    let parts = after.parts();
    for (id, desk) in touched.desks.iter().filter_map(|id| after.desk(*id).map(|desk| (id, desk))) {
        write
            .prepare_cached("INSERT OR REPLACE INTO desks (id, body) VALUES (?1, ?2)")?
            .execute(params![id.0, encode_desk(desk)])?;
    }
    for service in &touched.paces {
        if let Some(pace) = parts.paces.get(service) {
            write
                .prepare_cached("INSERT OR REPLACE INTO paces (service, mean_ms) VALUES (?1, ?2)")?
                .execute(params![service.0, pace.mean_ms])?;
        }
    }
    if touched.settings {
        write.execute(
            "INSERT OR REPLACE INTO settings (only, body) VALUES (1, ?1)",
            [encode_settings(&parts.settings)],
        )?;
    }
    for opened in &touched.days {
        // The same rule by which the engine lets closed tickets go when a day begins.
        let Some(kept_since) = opened.steady_ms.checked_sub(CLOSED_KEPT_MS) else { continue };
        write.execute(
            "UPDATE tickets SET kept = 0 WHERE kept AND NOT open AND changed_steady <= ?1",
            [kept_since],
        )?;
    }
    let day = parts.day;
    write
        .prepare_cached(
            "INSERT OR REPLACE INTO branch
             (only, day, day_wall, day_steady, last_day, last_ticket, last_call)
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            day.map(|day| day.id.0),
            day.map(|day| day.opened.wall_ms),
            day.map(|day| day.opened.steady_ms),
            parts.last_day.map(|day| day.0),
            parts.last_ticket.0,
            parts.last_call.0,
        ])?;
    Ok(())
}

/// A booking has no label until its customer checks in; what stands there instead is nobody else's,
/// and no label begins like it.
fn label(ticket: &Ticket) -> String {
    if ticket.label.is_given() { ticket.label.to_string() } else { format!("#{}", ticket.id) }
}

fn remember(
    write: &Transaction<'_>,
    ticket: TicketId,
    texts: &TicketTexts,
) -> Result<(), StoreError> {
    let fields = [
        ("client_name", &texts.client_name),
        ("note", &texts.note),
        ("custom_field", &texts.custom_field),
        ("comment", &texts.comment),
        ("customer", &texts.customer),
    ];
    let mut insert = write
        .prepare_cached("INSERT OR REPLACE INTO texts (ticket, field, text) VALUES (?1, ?2, ?3)")?;
    for (field, text) in fields {
        if let Some(text) = text {
            insert.execute(params![ticket.0, field, text])?;
        }
    }
    Ok(())
}

fn keep(write: &Transaction<'_>, kept: &Kept) -> Result<(), StoreError> {
    let StoredReceipt { fingerprint, receipt } = &kept.stored;
    write
        .prepare_cached(
            "INSERT OR REPLACE INTO receipts
             (key, fingerprint, seq, wall_ms, steady_ms, ticket, token, call)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            kept.key.as_str(),
            fingerprint,
            receipt.seq.0,
            receipt.at.wall_ms,
            receipt.at.steady_ms,
            receipt.ticket.map(|ticket| ticket.0),
            receipt.token.map(|token| token.as_str().to_owned()),
            receipt.call.map(|call| call.0),
        ])?;
    Ok(())
}

fn tidy(write: &Transaction<'_>, note: &Housekeeping) -> Result<(), StoreError> {
    match note {
        Housekeeping::Spool { slips, cursor } => {
            spool::add(write, slips)?;
            move_cursor(write, spool::SLIPS_READER, *cursor)
        }
        Housekeeping::Slip { id, state, copies, reason, at } => {
            spool::change(write, *id, *state, *copies, *reason, *at)
        }
        Housekeeping::TestSlip { number, device, asked } => {
            spool::add_test(write, *number, *device, *asked)
        }
        Housekeeping::Cursor { reader, seq } => move_cursor(write, reader, *seq),
        Housekeeping::Outbox(note) => outbox::write(write, note),
        Housekeeping::Credential { operator, hash } => {
            write.execute(
                "INSERT OR REPLACE INTO credentials (operator, hash) VALUES (?1, ?2)",
                params![operator.0, hash.as_str()],
            )?;
            history::end_tokens(write, *operator)
        }
        Housekeeping::ApiKey(key) => api_keys::add(write, key),
        Housekeeping::RevokeApiKeys(operator) => api_keys::revoke(write, *operator),
        Housekeeping::SignedOut { operator } => history::end_tokens(write, *operator),
        Housekeeping::Customer(change) => customers::write(write, change),
        Housekeeping::Notices { notices, cursor } => {
            customers::add_notices(write, notices)?;
            move_cursor(write, NOTICES_READER, *cursor)
        }
        Housekeeping::Notice { id, state } => customers::settle_notice(write, *id, *state),
        Housekeeping::Seen { customer, at_ms } => retention::see(write, customer, *at_ms),
        Housekeeping::Forget(forgotten) => retention::write(write, forgotten),
        Housekeeping::ScreenToken { token, hash } => screens::add(write, token, hash),
        Housekeeping::Devices(list) => fittings::add(write, list),
        Housekeeping::ScreenTokenGone { id } => screens::remove(write, *id),
        Housekeeping::Reprint { id, at } => screens::reprint(write, *id, *at),
        Housekeeping::Prune { now } => {
            customers::prune(write, *now, PRUNED_MAX)?;
            // By the steady clock: a wall clock that jumps must not make a repetition a new command.
            write.execute(
                "DELETE FROM receipts WHERE key IN
                 (SELECT key FROM receipts WHERE steady_ms < ?1 LIMIT ?2)",
                params![now.steady_ms.saturating_sub(RECEIPT_KEPT_MS), PRUNED_MAX],
            )?;
            spool::prune(write, *now, PRUNED_MAX)
        }
    }
}

pub(super) fn move_cursor(
    write: &Transaction<'_>,
    reader: &str,
    seq: Seq,
) -> Result<(), StoreError> {
    write
        .prepare_cached("INSERT OR REPLACE INTO cursors (reader, seq) VALUES (?1, ?2)")?
        .execute(params![reader, seq.0])?;
    Ok(())
}
