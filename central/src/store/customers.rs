//! Customers of apps on disk: personal, apart from what branches say.

use rusqlite::{OptionalExtension, Row, Transaction, params};
use serve::virtual_ticket::{Change, Customer, Profile, Subject, Whose};

use super::{Reader, StoreError};

/// Customers that central keeps: a large city's, and a gigabyte or less.
pub const CUSTOMERS_MAX: u32 = 1_000_000;

/// Reset tokens of one customer that are good at the same time; with more the oldest go, so that
/// nobody fills the disk by asking.
pub const RESETS_OPEN_MAX: u32 = 5;

const COLUMNS: &str = "id, username, subject, hash, generation, first_name, last_name, \
                       display_name, phone, email, address, push, language, ticket_warning, \
                       created_ms, updated_ms";

impl Reader {
    /// Whom this says.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn customer(&self, whose: &Whose) -> Result<Option<Customer>, StoreError> {
        let (condition, key, now_ms) = match whose {
            Whose::Id(id) => ("id = ?1", id.clone(), 0),
            Whose::Username(name) => ("username = ?1", name.clone(), 0),
            Whose::Subject(subject) => ("subject = ?1", subject.key(), 0),
            Whose::Reset { hash, now_ms } => (
                "id = (SELECT customer FROM customer_reset WHERE hash = ?1 AND ?2 < ends_ms)",
                hash.clone(),
                *now_ms,
            ),
        };
        // Each condition has its own number of parameters; the second one may be of no use.
        let query = format!("SELECT {COLUMNS} FROM customer WHERE {condition} AND ?2 IS NOT NULL");
        self.read(|sql| {
            let mut query = sql.prepare_cached(&query)?;
            Ok(query.query_row(params![key, now_ms], customer).optional()?)
        })
    }

    /// Customers with this address, the newest first, at most so many.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn customers_with_email(
        &self,
        email: &str,
        most: usize,
    ) -> Result<Vec<Customer>, StoreError> {
        let query = format!(
            "SELECT {COLUMNS} FROM customer WHERE lower(email) = lower(?1)
             ORDER BY created_ms DESC LIMIT ?2"
        );
        self.read(|sql| {
            let mut query = sql.prepare_cached(&query)?;
            let rows = query.query_map(params![email, most as u64], customer)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
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
pub(super) fn write(sql: &Transaction<'_>, change: &Change) -> Result<(), StoreError> {
    match change {
        Change::Enter(customer) => enter(sql, customer),
        Change::Update(customer) => update(sql, customer),
        Change::Reset { customer, hash, ends_ms } => {
            sql.execute(
                "DELETE FROM customer_reset WHERE hash IN
                 (SELECT hash FROM customer_reset WHERE customer = ?1
                  ORDER BY ends_ms DESC LIMIT -1 OFFSET ?2)",
                params![customer, RESETS_OPEN_MAX - 1],
            )?;
            sql.execute(
                "INSERT INTO customer_reset (hash, customer, ends_ms)
                 SELECT ?1, id, ?3 FROM customer WHERE id = ?2",
                params![hash, customer, ends_ms],
            )?;
            Ok(())
        }
        Change::Password { reset, hash, now_ms } => {
            sql.execute(
                "UPDATE customer SET hash = ?2, generation = generation + 1, updated_ms = ?3,
                     seen_ms = ?3
                 WHERE id = (SELECT customer FROM customer_reset WHERE hash = ?1 AND ?3 < ends_ms)",
                params![reset, hash.as_str(), now_ms],
            )?;
            sql.execute(
                "DELETE FROM customer_reset WHERE customer =
                 (SELECT customer FROM customer_reset WHERE hash = ?1 AND ?2 < ends_ms)",
                params![reset, now_ms],
            )?;
            Ok(())
        }
        Change::Erase { customer } => erase(sql, customer),
    }
}

fn enter(sql: &Transaction<'_>, customer: &Customer) -> Result<(), StoreError> {
    let Customer { profile, .. } = customer;
    let insert = format!(
        "INSERT OR IGNORE INTO customer ({COLUMNS}, seen_ms)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?16
         WHERE (SELECT count(*) FROM customer) < {CUSTOMERS_MAX}"
    );
    sql.prepare_cached(&insert)?.execute(params![
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

fn update(sql: &Transaction<'_>, customer: &Customer) -> Result<(), StoreError> {
    let Customer { profile, .. } = customer;
    sql.prepare_cached(
        "UPDATE customer SET first_name = ?2, last_name = ?3, display_name = ?4, phone = ?5,
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

/// Their tickets stay at the branches, as anybody's; nothing leads from them to a person any more.
pub(super) fn erase(sql: &Transaction<'_>, customer: &str) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM notice WHERE sale IN (SELECT id FROM sale WHERE customer = ?1)",
        "UPDATE sale SET customer = NULL, repeat = NULL WHERE customer = ?1",
        "DELETE FROM customer_reset WHERE customer = ?1",
        "DELETE FROM customer WHERE id = ?1",
    ] {
        sql.prepare_cached(statement)?.execute([customer])?;
    }
    Ok(())
}
