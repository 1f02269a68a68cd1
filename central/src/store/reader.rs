//! The reading end: what HTTP asks for, from connections of its own.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use serve::statistics::Sums;
use sync::document::TicketRow;
use sync::ids::{BoxEpoch, BranchId, TicketKey};
use sync::projection::cells::Cells;
use sync::topics::Tenant;

use super::days::{self, DaysFigures, NetworkFigures, Span};
use super::figures::{self, BranchFigures, ServiceFigures};
use super::standing::{self, BranchStanding, ServiceWait};
use super::{READER_CACHE_KIB, StoreError, UserRow, connect};

/// Idle connections kept; more are opened while more read at once, and closed afterwards.
const IDLE_MAX: usize = 4;

/// A reading end: cheap to clone, and used from any thread. Its methods block while they read.
#[derive(Clone, Debug)]
pub struct Reader {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Reader {
    pub(super) fn open(path: &Path) -> Result<Reader, StoreError> {
        let shared = Shared { path: path.to_owned(), idle: Mutex::new(Vec::new()) };
        let reader = Reader { shared: Arc::new(shared) };
        reader.read(|_| Ok(()))?;
        Ok(reader)
    }

    /// Reads one state of the database, whatever the writer does meanwhile.
    pub(super) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = || self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = idle().pop();
        let sql = match taken {
            Some(sql) => sql,
            None => {
                let access = OpenFlags::SQLITE_OPEN_READ_ONLY;
                connect(&self.shared.path, access, READER_CACHE_KIB)?
            }
        };
        let transaction = sql.unchecked_transaction()?;
        let answer = read(&transaction)?;
        transaction.finish()?;
        let mut idle = idle();
        if idle.len() < IDLE_MAX {
            idle.push(sql);
        }
        Ok(answer)
    }

    /// All branches of a tenant, by number.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn branches(&self, tenant: &Tenant) -> Result<Vec<BranchFigures>, StoreError> {
        self.read(|sql| figures::branches(sql, tenant, None))
    }

    /// One branch and its services by number; nothing where the tenant has no such branch.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn branch(
        &self,
        tenant: &Tenant,
        id: BranchId,
    ) -> Result<Option<(BranchFigures, Vec<ServiceFigures>)>, StoreError> {
        self.read(|sql| {
            let Some(branch) = figures::branches(sql, tenant, Some(id))?.pop() else {
                return Ok(None);
            };
            let services = match branch.day {
                Some(day) => figures::services(sql, tenant, id, day)?,
                None => Vec::new(),
            };
            Ok(Some((branch, services)))
        })
    }

    /// How the branches of a tenant stand, by number, or the one that is asked for; with the figures
    /// of their newest day where those are wanted.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn standings(
        &self,
        tenant: &Tenant,
        one: Option<BranchId>,
        with_figures: bool,
    ) -> Result<Vec<BranchStanding>, StoreError> {
        self.read(|sql| standing::standings(sql, tenant, one, with_figures))
    }

    /// Who waits for what: the branches of a tenant, or the one that is asked for, each with its
    /// services.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn waits(
        &self,
        tenant: &Tenant,
        one: Option<BranchId>,
    ) -> Result<Vec<(BranchStanding, Vec<ServiceWait>)>, StoreError> {
        self.read(|sql| {
            let branches = standing::standings(sql, tenant, one, false)?;
            let with_services = branches.into_iter().map(|branch| {
                let services = match branch.day {
                    Some(day) => standing::waits(sql, tenant, branch.id, day)?,
                    None => Vec::new(),
                };
                Ok((branch, services))
            });
            with_services.collect()
        })
    }

    /// How some days went in all branches of a tenant.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn network(&self, tenant: &Tenant, span: Span) -> Result<NetworkFigures, StoreError> {
        self.read(|sql| days::network(sql, tenant, span))
    }

    /// How one day went in the branches with these numbers, as far as each has told anything of it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn day(
        &self,
        tenant: &Tenant,
        day: u32,
        branches: RangeInclusive<u32>,
    ) -> Result<BTreeMap<u32, Sums>, StoreError> {
        self.read(|sql| days::day(sql, tenant, day, branches))
    }

    /// How some days went in one branch; nothing where the tenant has no such branch.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn days(
        &self,
        tenant: &Tenant,
        branch: BranchId,
        span: Span,
    ) -> Result<Option<DaysFigures>, StoreError> {
        self.read(|sql| days::branch(sql, tenant, branch, span))
    }

    /// What the services of a branch are called, by number, as it told on its newest day.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn service_names(
        &self,
        tenant: &Tenant,
        branch: BranchId,
    ) -> Result<BTreeMap<u32, String>, StoreError> {
        self.read(|sql| {
            let standing = standing::standings(sql, tenant, Some(branch), false)?.pop();
            let Some(day) = standing.and_then(|branch| branch.day) else {
                return Ok(BTreeMap::new());
            };
            let told = figures::days(sql, tenant, branch, day)?;
            let services = told.into_iter().flat_map(|day| day.services);
            Ok(services.map(|service| (service.id, service.name)).collect())
        })
    }

    /// Who has this login.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn user(&self, login: &str) -> Result<Option<UserRow>, StoreError> {
        self.read(|sql| {
            let found = sql
                .prepare_cached(
                    "SELECT tenant, login, name, password_hash FROM account WHERE login = ?1",
                )?
                .query_row([login], |row| {
                    Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })
                .optional()?;
            let Some((tenant, login, name, password_hash)) = found else { return Ok(None) };
            let tenant = Tenant::parse(&tenant);
            let tenant = tenant.map_err(|cause| StoreError::Row { table: "account", cause })?;
            Ok(Some(UserRow { tenant, login, name, password_hash }))
        })
    }

    /// Whether anyone can sign in.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn has_users(&self) -> Result<bool, StoreError> {
        self.read(|sql| {
            Ok(sql.query_row("SELECT EXISTS (SELECT 1 FROM account)", [], |row| row.get(0))?)
        })
    }

    /// All tickets of a branch's day by key, as the branch's own documents have them.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn ticket_rows(
        &self,
        tenant: &Tenant,
        branch: BranchId,
        day: u32,
    ) -> Result<Vec<(TicketKey, TicketRow)>, StoreError> {
        self.read(|sql| {
            let mut find = sql.prepare_cached(
                "SELECT ticket.epoch, ticket.number, ticket.cells FROM branch
                 JOIN document ON document.branch = branch.id AND document.day = ?3
                 JOIN ticket ON ticket.document = document.id
                 WHERE branch.tenant = ?1 AND branch.number = ?2
                 ORDER BY ticket.epoch, ticket.number, document.segment",
            )?;
            let mut rows = find.query(params![tenant.as_str(), branch.0, day])?;
            let mut tickets = Vec::new();
            while let Some(row) = rows.next()? {
                let epoch = BoxEpoch(row.get(0)?);
                let number = row.get::<_, i64>(1)?.cast_unsigned();
                let cells = Cells::from_bytes(row.get_ref(2)?.as_blob().unwrap_or_default());
                let cells = cells.map_err(|cause| StoreError::Row { table: "ticket", cause })?;
                let key = TicketKey { branch, epoch, number };
                tickets.extend(cells.ticket().map(|ticket| (key, ticket)));
            }
            Ok(tickets)
        })
    }
}
