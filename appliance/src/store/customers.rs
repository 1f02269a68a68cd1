//! Customers of apps on disk: personal, apart from everything that is journaled.

use engine::{Moment, Ticket, TicketId, Token};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serve::virtual_ticket::{Change, Customer, Profile, Subject, Whose};

use super::encoding::decode_ticket;
use super::load::bad;
use super::{Archive, StoreError};

/// Customers that a branch keeps: more than any town has people who come to one branch, and some
/// hundred megabytes.
pub const CUSTOMERS_MAX: u32 = 200_000;

/// Reset tokens of one customer that are good at the same time; with more the oldest go, so that
/// nobody fills the disk by asking.
pub const RESETS_OPEN_MAX: u32 = 5;

const COLUMNS: &str = "id, username, subject, hash, generation, first_name, last_name, \
                       display_name, phone, email, address, push, language, ticket_warning, \
                       created_ms, updated_ms";

impl Archive {
    /// Whom this says.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn customer(&self, whose: &Whose) -> Result<Option<Customer>, StoreError> {
        let (condition, key, now_ms) = match whose {
            Whose::Id(id) => ("id = ?1", id.clone(), 0),
            Whose::Username(name) => ("username = ?1", name.clone(), 0),
            Whose::Subject(subject) => ("subject = ?1", subject.key(), 0),
            Whose::Reset { hash, now_ms } => (
                "id = (SELECT customer FROM customer_resets WHERE hash = ?1 AND ?2 < ends_ms)",
                hash.clone(),
                *now_ms,
            ),
        };
        // Each condition has its own number of parameters; the second one may be of no use.
        let query = format!("SELECT {COLUMNS} FROM customers WHERE {condition} AND ?2 IS NOT NULL");
        self.with(|sql| {
            let mut query = sql.prepare_cached(&query)?;
            Ok(query.query_row(params![key, now_ms], customer).optional()?)
        })
    }

    /// Customers with this address, the newest first, at most so many.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn customers_with_email(
        &self,
        email: &str,
        most: usize,
    ) -> Result<Vec<Customer>, StoreError> {
        let query = format!(
            "SELECT {COLUMNS} FROM customers WHERE lower(email) = lower(?1)
             ORDER BY created_ms DESC LIMIT ?2"
        );
        self.with(|sql| {
            let mut query = sql.prepare_cached(&query)?;
            let rows = query.query_map(params![email, most as u64], customer)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// A customer's tickets, the newest first, at most so many.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn tickets_of_customer(
        &self,
        customer: &str,
        most: usize,
    ) -> Result<Vec<Ticket>, StoreError> {
        self.with(|sql| {
            let mut query = sql.prepare_cached(
                "SELECT body FROM tickets WHERE id IN
                 (SELECT ticket FROM texts WHERE field = 'customer' AND text = ?1
                  ORDER BY ticket DESC LIMIT ?2)
                 ORDER BY id DESC",
            )?;
            let mut rows = query.query(params![customer, most as u64])?;
            let mut tickets = Vec::new();
            while let Some(row) = rows.next()? {
                let body: String = row.get(0)?;
                let ticket = decode_ticket(&body);
                tickets.push(ticket.map_err(bad("tickets", "of a customer".into()))?);
            }
            Ok(tickets)
        })
    }

    /// The ticket with this token, if it is this customer's.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn ticket_of_customer(
        &self,
        customer: &str,
        token: &Token,
    ) -> Result<Option<Ticket>, StoreError> {
        self.with(|sql| {
            let mut query = sql.prepare_cached(
                "SELECT body FROM tickets WHERE token = ?2 AND id IN
                 (SELECT ticket FROM texts WHERE field = 'customer' AND text = ?1)",
            )?;
            let body: Option<String> =
                query.query_row(params![customer, token.as_str()], |row| row.get(0)).optional()?;
            body.map(|body| decode_ticket(&body).map_err(bad("tickets", "of a customer".into())))
                .transpose()
        })
    }

    /// What apps are to be told and have not been, after the notice with this number, oldest first,
    /// at most so many.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn notices_due(&self, after: i64, most: u32) -> Result<Vec<DueNotice>, StoreError> {
        self.with(|sql| {
            let mut query = sql.prepare_cached(
                "SELECT id, ticket, call, wall_ms, steady_ms FROM notices
                 WHERE state = 'due' AND ?1 < id ORDER BY id LIMIT ?2",
            )?;
            let rows = query.query_map(params![after, most], |row| {
                Ok(DueNotice {
                    id: row.get(0)?,
                    ticket: TicketId(row.get(1)?),
                    call: row.get(2)?,
                    asked: Moment { wall_ms: row.get(3)?, steady_ms: row.get(4)? },
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// What was told about a ticket: the call, or 0 for the warning, and what has become of it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`].
    pub fn notices_of(&self, ticket: TicketId) -> Result<Vec<(u64, String)>, StoreError> {
        self.with(|sql| {
            let mut query = sql
                .prepare_cached("SELECT call, state FROM notices WHERE ticket = ?1 ORDER BY id")?;
            let rows = query.query_map([ticket.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

/// Something that an app is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// About which ticket.
    pub ticket: TicketId,
    /// Of which call; 0: that it will be its turn soon.
    pub call: u64,
    /// Since when.
    pub asked: Moment,
}

/// The same on disk, not told yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueNotice {
    /// Its number.
    pub id: i64,
    /// About which ticket.
    pub ticket: TicketId,
    /// Of which call; 0: that it will be its turn soon.
    pub call: u64,
    /// Since when.
    pub asked: Moment,
}

/// What has become of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeState {
    /// It was told.
    Sent,
    /// The customer wants none, or is gone.
    Unwanted,
    /// Its moment was over before it could be told.
    Expired,
    /// The receiver does not take it, or may not be called any more.
    Refused,
}

fn customer(row: &Row<'_>) -> rusqlite::Result<Customer> {
    let subject: Option<String> = row.get(2)?;
    Ok(Customer {
        id: row.get(0)?,
        username: row.get(1)?,
        subject: subject.as_deref().and_then(Subject::of_key),
        hash: row.get(3)?,
        generation: row.get(4)?,
        profile: Profile {
            first_name: row.get(5)?,
            last_name: row.get(6)?,
            display_name: row.get(7)?,
            phone: row.get(8)?,
            email: row.get(9)?,
            address: row.get(10)?,
            push: row.get(11)?,
            language: row.get(12)?,
            ticket_warning: row.get(13)?,
        },
        created_ms: row.get(14)?,
        updated_ms: row.get(15)?,
    })
}

/// Writes a change down; what is no longer possible changes nothing.
pub(super) fn write(write: &Transaction<'_>, change: &Change) -> Result<(), StoreError> {
    match change {
        Change::Enter(customer) => enter(write, customer),
        Change::Update(customer) => update(write, customer),
        Change::Reset { customer, hash, ends_ms } => {
            write.execute(
                "DELETE FROM customer_resets WHERE hash IN
                 (SELECT hash FROM customer_resets WHERE customer = ?1
                  ORDER BY ends_ms DESC LIMIT -1 OFFSET ?2)",
                params![customer, RESETS_OPEN_MAX - 1],
            )?;
            write.execute(
                "INSERT INTO customer_resets (hash, customer, ends_ms)
                 SELECT ?1, id, ?3 FROM customers WHERE id = ?2",
                params![hash, customer, ends_ms],
            )?;
            Ok(())
        }
        Change::Password { reset, hash, now_ms } => {
            write.execute(
                "UPDATE customers SET hash = ?2, generation = generation + 1, updated_ms = ?3,
                 seen_ms = ?3 WHERE id = (SELECT customer FROM customer_resets WHERE hash = ?1 AND ?3 < ends_ms)",
                params![reset, hash.as_str(), now_ms],
            )?;
            write.execute(
                "DELETE FROM customer_resets WHERE customer =
                 (SELECT customer FROM customer_resets WHERE hash = ?1 AND ?2 < ends_ms)",
                params![reset, now_ms],
            )?;
            Ok(())
        }
        Change::Erase { customer } => erase(write, customer),
    }
}

fn enter(write: &Transaction<'_>, customer: &Customer) -> Result<(), StoreError> {
    let Customer { profile, .. } = customer;
    let insert = format!(
        "INSERT OR IGNORE INTO customers ({COLUMNS}, seen_ms)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?16
         WHERE (SELECT count(*) FROM customers) < {CUSTOMERS_MAX}"
    );
    write.prepare_cached(&insert)?.execute(params![
        customer.id,
        customer.username,
        customer.subject.as_ref().map(Subject::key),
        customer.hash,
        customer.generation,
        profile.first_name,
        profile.last_name,
        profile.display_name,
        profile.phone,
        profile.email,
        profile.address,
        profile.push,
        profile.language,
        profile.ticket_warning,
        customer.created_ms,
        customer.updated_ms,
    ])?;
    Ok(())
}

fn update(write: &Transaction<'_>, customer: &Customer) -> Result<(), StoreError> {
    let Customer { profile, .. } = customer;
    write
        .prepare_cached(
            "UPDATE customers SET first_name = ?2, last_name = ?3, display_name = ?4, phone = ?5,
             email = ?6, address = ?7, push = ?8, language = ?9, ticket_warning = ?10,
             updated_ms = ?11, seen_ms = ?11 WHERE id = ?1",
        )?
        .execute(params![
            customer.id,
            profile.first_name,
            profile.last_name,
            profile.display_name,
            profile.phone,
            profile.email,
            profile.address,
            profile.push,
            profile.language,
            profile.ticket_warning,
            customer.updated_ms,
        ])?;
    Ok(())
}

/// Their tickets stay, as anybody's; nothing leads from them to a person any more.
pub(super) fn erase(write: &Transaction<'_>, customer: &str) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM notices WHERE ticket IN
         (SELECT ticket FROM texts WHERE field = 'customer' AND text = ?1)",
        "DELETE FROM texts WHERE field = 'customer' AND text = ?1",
        "DELETE FROM customer_resets WHERE customer = ?1",
        "DELETE FROM customers WHERE id = ?1",
    ] {
        write.prepare_cached(sql)?.execute([customer])?;
    }
    Ok(())
}

/// Each is told once, however often it is found.
pub(super) fn add_notices(
    write: &Transaction<'_>,
    notices: &[NewNotice],
) -> Result<(), StoreError> {
    let mut insert = write.prepare_cached(
        "INSERT OR IGNORE INTO notices (ticket, call, wall_ms, steady_ms, state)
         VALUES (?1, ?2, ?3, ?4, 'due')",
    )?;
    for notice in notices {
        let NewNotice { ticket, call, asked } = notice;
        insert.execute(params![ticket.0, call, asked.wall_ms, asked.steady_ms])?;
    }
    Ok(())
}

pub(super) fn settle_notice(
    write: &Transaction<'_>,
    id: i64,
    state: NoticeState,
) -> Result<(), StoreError> {
    let word = match state {
        NoticeState::Sent => "sent",
        NoticeState::Unwanted => "unwanted",
        NoticeState::Expired => "expired",
        NoticeState::Refused => "refused",
    };
    write
        .prepare_cached("UPDATE notices SET state = ?2 WHERE id = ?1")?
        .execute(params![id, word])?;
    Ok(())
}

/// Takes away reset tokens whose time is over, and notices that are done and old.
pub(super) fn prune(write: &Transaction<'_>, now: Moment, most: u32) -> Result<(), StoreError> {
    write.execute(
        "DELETE FROM customer_resets WHERE hash IN
         (SELECT hash FROM customer_resets WHERE ends_ms <= ?1 LIMIT ?2)",
        params![now.wall_ms, most],
    )?;
    write.execute(
        "DELETE FROM notices WHERE id IN
         (SELECT id FROM notices WHERE state != 'due' AND wall_ms < ?1 LIMIT ?2)",
        params![now.wall_ms.saturating_sub(NOTICES_KEPT_MS), most],
    )?;
    Ok(())
}

/// How long it is kept that an app was told: longer than any ticket can be called again.
pub const NOTICES_KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
