//! Central's HTTP interfaces: its own, and the vendors' dialects as far as head office speaks them.

pub(crate) mod answers;
mod branch_services;
mod day;
pub mod document;
mod faults;
mod figures;
mod queue_management;
mod requests;
mod screens;
pub mod virtual_ticket;
mod wire;

use std::sync::Arc;

use serve::clock::Clock;
use serve::http::{Answer, Call, Head, HttpFault, Method, StatusCode};
use serve::openapi;
use serve::problem::Problem;
use serve::texts::Texts;
use serve::virtual_ticket::{self as dialect, VirtualTicket};
use sync::topics::Tenant;

use self::answers::Standpoint;
pub use self::answers::{AWAITED_FOR, Beginning};
pub use self::day::BRANCHES_TOLD_MAX;
use self::faults::Fault;
use self::virtual_ticket::CentralHost;
use crate::accounts::Accounts;
use crate::config::Particulars;
use crate::intake::IntakeView;
use crate::live::Live;
use crate::store::{Reader, StoreError};

const LOGIN: &str = "v1/login";
const SETUP: &str = "v1/setup";
const BRANCHES: &str = "v1/branches";
const BRANCH: &str = "v1/branches/{id}";
const FIGURES: &str = "v1/branches/{id}/figures";
const SHEET: &str = "v1/branches/{id}/figures.csv";
const DAY: &str = "v1/figures";
const DAY_SHEET: &str = "v1/figures.csv";
const OVERVIEW: &str = "v1/screens/overview";
const ONE_BRANCH: &str = "v1/screens/branches/{id}";
const ME: &str = "v1/me";
const DOCUMENT: &str = openapi::PATH;
/// What the metrics call a path that belongs to nobody.
const NOWHERE: &str = "unknown";

/// The routes of central's own interface.
const OWN: [&str; 13] = [
    LOGIN, SETUP, ME, BRANCHES, BRANCH, FIGURES, SHEET, DAY, DAY_SHEET, OVERVIEW, ONE_BRANCH,
    DOCUMENT, NOWHERE,
];

/// The routes' names in logs and metrics, of all that is served.
pub(crate) fn routes() -> impl Iterator<Item = &'static str> {
    let own = OWN.into_iter().chain(dialect::ROUTES);
    own.chain(branch_services::ROUTES).chain(queue_management::ROUTES)
}

const READ: &str = "GET, HEAD";
const POST: &str = "POST";
const READ_AND_POST: &str = "GET, HEAD, POST";

/// What the API stands on.
#[derive(Clone, Debug)]
pub struct Api(Arc<Furniture>);

/// What the API stands on.
pub struct Furniture {
    /// Whose branches these are.
    pub tenant: Tenant,
    /// Its name for people.
    pub organisation: String,
    /// What else is told of it.
    pub particulars: Particulars,
    /// Whether callers of Queue Management have to sign in.
    pub queue_management_authentication: bool,
    /// What people are told, in their languages.
    pub texts: Texts,
    /// What the branches told.
    pub reader: Reader,
    /// Who may ask.
    pub accounts: Accounts,
    /// Whether we hear the branches.
    pub intake: IntakeView,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// When this start of the server was.
    pub beginning: Beginning,
    /// What customers' apps speak.
    pub virtual_ticket: VirtualTicket<CentralHost>,
    /// The live pages.
    pub live: Live,
}

impl std::fmt::Debug for Furniture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Furniture(..)")
    }
}

impl std::ops::Deref for Api {
    type Target = Furniture;

    fn deref(&self) -> &Furniture {
        &self.0
    }
}

impl Api {
    /// The API with this furniture.
    pub fn new(furniture: Furniture) -> Api {
        Api(Arc::new(furniture))
    }

    /// From where figures are looked at now.
    pub(crate) fn standpoint(&self) -> Standpoint {
        let now = self.clock.now();
        let can_hear = self.intake.broker_connected();
        Standpoint { now, can_hear, awaits: self.beginning.awaits(now) }
    }

    /// Answers a call.
    pub(crate) async fn answer(&self, call: Call) -> Answer {
        if is_virtual_ticket(&call.path.segments()) {
            return self.virtual_ticket.answer(call).await;
        }
        let call = &call;
        let (route, answer) = match *call.path.segments() {
            ["api", "1", ..] => return branch_services::answer(self, call).await,
            ["restapi", "v2", "queuemanagement", ..] => {
                return queue_management::answer(self, call).await;
            }
            ["v1", "login"] => (LOGIN, self.login(call).await),
            ["v1", "setup"] => (SETUP, self.set_up(call).await),
            ["v1", "openapi.json"] => {
                (DOCUMENT, only(call, &Method::GET, READ).map(|()| document::answer(DOCUMENT)))
            }
            ["v1", "branches"] => (BRANCHES, self.branches(call).await),
            ["v1", "branches", id] => (BRANCH, self.branch(call, id).await),
            ["v1", ..] => self.page(call).await,
            _ => (NOWHERE, Err(Fault::Nowhere)),
        };
        answer.unwrap_or_else(|fault| fault.answer(route))
    }

    /// What head office's pages ask for; all of it is read.
    async fn page(&self, call: &Call) -> (&'static str, Result<Answer, Fault>) {
        let (route, id) = match *call.path.segments() {
            ["v1", "me"] => (ME, ""),
            ["v1", "screens", "overview"] => (OVERVIEW, ""),
            ["v1", "screens", "branches", id] => (ONE_BRANCH, id),
            ["v1", "figures"] => (DAY, ""),
            ["v1", "figures.csv"] => (DAY_SHEET, ""),
            ["v1", "branches", id, "figures"] => (FIGURES, id),
            ["v1", "branches", id, "figures.csv"] => (SHEET, id),
            _ => return (NOWHERE, Err(Fault::Nowhere)),
        };
        if let Err(fault) = only(call, &Method::GET, READ) {
            return (route, Err(fault));
        }
        let answer = match route {
            ME => screens::me(self, call, route).await,
            OVERVIEW => screens::overview(self, call, route).await,
            ONE_BRANCH => screens::branch(self, call, id, route).await,
            DAY => day::answer(self, call, route).await,
            DAY_SHEET => day::sheet(self, call, route).await,
            FIGURES => figures::answer(self, call, id, route).await,
            _ => figures::sheet(self, call, id, route).await,
        };
        (route, answer)
    }

    async fn login(&self, call: &Call) -> Result<Answer, Fault> {
        only(call, &Method::POST, POST)?;
        let wire::Login { login, password } = requests::body(call, "`login` and `password`")?;
        let signed_in = self.accounts.sign_in(&login, &password, call.peer.ip()).await;
        let token = signed_in.map_err(Fault::SignIn)?;
        Ok(answers::token(StatusCode::OK, token, LOGIN))
    }

    async fn set_up(&self, call: &Call) -> Result<Answer, Fault> {
        if call.method == Method::GET {
            return Ok(answers::standing(self.accounts.awaits_setup(), SETUP));
        }
        only(call, &Method::POST, READ_AND_POST)?;
        let wanted = "`code`, `login`, `name` and `password`";
        let wire::SetUp { code, login, name, password } = requests::body(call, wanted)?;
        let made = self.accounts.set_up(&code, &login, &name, &password, call.peer.ip()).await;
        Ok(answers::token(StatusCode::CREATED, made.map_err(Fault::SetUp)?, SETUP))
    }

    async fn branches(&self, call: &Call) -> Result<Answer, Fault> {
        only(call, &Method::GET, READ)?;
        let tenant = self.tenant_of(call)?;
        let all = self.read(move |reader| reader.branches(&tenant)).await?;
        Ok(answers::branches(all, self.standpoint(), BRANCHES))
    }

    async fn branch(&self, call: &Call, id: &str) -> Result<Answer, Fault> {
        only(call, &Method::GET, READ)?;
        let tenant = self.tenant_of(call)?;
        let id = requests::branch(id)?;
        let found = self.read(move |reader| reader.branch(&tenant, id)).await?;
        let (figures, services) = found.ok_or(Fault::NoBranch)?;
        Ok(answers::branch(figures, services, self.standpoint(), BRANCH))
    }

    /// Whose branches this caller may see.
    fn tenant_of(&self, call: &Call) -> Result<Tenant, Fault> {
        self.tenant_until(call).map(|(tenant, _)| tenant)
    }

    /// The same, and until when, in milliseconds since 1970 UTC.
    fn tenant_until(&self, call: &Call) -> Result<(Tenant, i64), Fault> {
        let who = self.accounts.who_until(requests::authorization(call));
        let (who, until_ms) = who.map_err(Fault::Token)?;
        // Ours are well formed; of another kind there is none.
        let tenant = Tenant::parse(&who.tenant).ok();
        let tenant = tenant.ok_or(Fault::Token(serve::tokens::TokenFault::Forged))?;
        Ok((tenant, until_ms))
    }

    /// What somebody who has signed in is called.
    async fn name_of(&self, login: String) -> Result<String, Fault> {
        let api = self.clone();
        let named = tokio::task::spawn_blocking(move || api.accounts.name(&login)).await;
        match named {
            Ok(Ok(name)) => Ok(name.unwrap_or_default()),
            Ok(Err(_)) | Err(_) => Err(Fault::Unavailable),
        }
    }

    /// Reads from the store, which takes a disk's time: not on an async worker.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Option<T> {
        let reader = self.reader.clone();
        match tokio::task::spawn_blocking(move || work(&reader)).await {
            Ok(Ok(found)) => Some(found),
            Ok(Err(error)) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the store is not read");
                None
            }
            Err(_) => None,
        }
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Fault> {
        self.look(work).await.ok_or(Fault::Unavailable)
    }
}

/// Whether a path is that of the dialect of customers' apps.
fn is_virtual_ticket(path: &[&str]) -> bool {
    path.starts_with(&["vt", "api"])
}

/// The server's own no, in the words of whom the path belongs to.
pub(crate) fn fault(api: &Api, head: &Head, fault: &HttpFault) -> Answer {
    match *head.path.segments() {
        ["vt", "api", ..] => dialect::fault(head, fault),
        ["api", "1", ..] => branch_services::fault(api, fault),
        ["restapi", "v2", "queuemanagement", ..] => queue_management::fault(fault),
        _ => Problem::of_fault(fault).answer(NOWHERE),
    }
}

fn only(call: &Call, method: &Method, allowed: &'static str) -> Result<(), Fault> {
    if call.method == *method { Ok(()) } else { Err(Fault::Method(allowed)) }
}
