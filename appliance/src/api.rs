//! The vendors' languages: which path belongs to which dialect, and what all of them stand on.
//!
//! A dialect is five files of the same five names: its own `.rs` holds the routes, `wire` the
//! vendor's words, `requests` turns them into commands, `answers` renders what was committed, and
//! `faults` says no. None of them holds a rule of the line.

pub mod branch_services;
pub mod document;
mod native;
pub mod queue_management;
mod setup;
pub mod smart_ticket;
pub mod status;
pub mod virtual_ticket;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use engine::{Branch, DeviceId, Now};
use serve::http::{Answer, Call, Handler, Head, HttpFault, StatusCode};
use serve::virtual_ticket::{self as vt, VirtualTicket};

pub(crate) use self::native::{Way, difference};
use self::virtual_ticket::BranchHost;

use crate::accounts::Accounts;
use crate::cabinet::Cabinet;
use crate::config::Network;
use crate::devices::Board;
use crate::keys::Passes;
use crate::live::Live;
use crate::local_time::Zone;
use crate::registrar::Mailbox;
use crate::store::Archive;
use crate::texts::Texts;

/// What the branch's own address has before the phone page's path.
const PUBLIC_PATH: &str = "/qnet6";

/// What every dialect stands on.
pub struct Furniture {
    /// The way to the line.
    pub mailbox: Mailbox,
    /// The branch's zone.
    pub zone: Zone,
    /// The keys of the phone module, and the tokens of all tickets.
    pub passes: Passes,
    /// The branch's own texts.
    pub texts: Texts,
    /// The tickets of former days.
    pub archive: Archive,
    /// Who may sign in.
    pub accounts: Accounts,
    /// Whether Queue Management asks who calls.
    pub queue_management_authentication: bool,
    /// What customers' apps need.
    pub apps: virtual_ticket::Apps,
    /// What Branch services keep beside the line.
    pub reception: branch_services::Reception,
    /// How the devices are doing.
    pub board: Board,
    /// The box that all of it is in.
    pub cabinet: Cabinet,
    /// The live screens.
    pub live: Live,
    /// Who may show the dispenser's page without signing in.
    pub screens_trusted: Vec<Network>,
    /// The branch's own address, without a slash at the end: `http://127.0.0.1:3000`.
    pub own_url: String,
}

/// The [`Furniture`], shared by all who answer. Cheap to clone.
#[derive(Clone)]
pub struct Rooms(Arc<Furniture>);

impl Rooms {
    /// Rooms with this furniture.
    pub fn new(furniture: Furniture) -> Rooms {
        Rooms(Arc::new(furniture))
    }

    /// Where phones find the page, without a slash at the end.
    pub fn public_url(&self, branch: &Branch) -> String {
        let set = branch.settings().smart_ticket.public_url.clone();
        set.unwrap_or_else(|| format!("{}{PUBLIC_PATH}", self.own_url))
    }

    /// The present, with what opening hours need to know.
    pub fn now(&self) -> Now {
        self.zone.now(self.mailbox.moment())
    }
}

impl Deref for Rooms {
    type Target = Furniture;

    fn deref(&self) -> &Furniture {
        &self.0
    }
}

impl fmt::Debug for Rooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rooms")
    }
}

/// A printer that can be named in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printer {
    /// Its number among the devices.
    pub id: DeviceId,
    /// What people call it.
    pub name: String,
}

/// What a dialect's paths begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    SmartTicket,
    QueueManagement,
    VirtualTicket,
    BranchServices,
    Native,
}

impl Dialect {
    fn of(segments: &[&str]) -> Option<Dialect> {
        match segments {
            ["qnet6", "rest", "smart", ..] => Some(Dialect::SmartTicket),
            ["restapi", "v2", "queuemanagement", ..] => Some(Dialect::QueueManagement),
            ["vt", "api", ..] => Some(Dialect::VirtualTicket),
            ["v1", ..] => Some(Dialect::Native),
            _ if native::is_ours(segments) => Some(Dialect::Native),
            _ if branch_services::is_ours(segments) => Some(Dialect::BranchServices),
            _ => None,
        }
    }
}

/// Whether a dialect answers at this path.
pub(crate) fn speaks(segments: &[&str]) -> bool {
    Dialect::of(segments).is_some()
}

/// What the metrics call a path that belongs to nobody.
const NOWHERE: &str = "unknown";

/// Answers calls in the language of their path.
#[derive(Clone, Debug)]
pub struct Api {
    rooms: Rooms,
    virtual_ticket: VirtualTicket<BranchHost>,
    way: Way,
}

impl Api {
    /// The dialects, in these rooms, for the network.
    pub fn new(rooms: Rooms) -> Api {
        Api { virtual_ticket: virtual_ticket::open(&rooms), rooms, way: Way::Network }
    }

    /// The same for those who come by the box's own socket.
    pub(crate) fn by_socket(rooms: Rooms) -> Api {
        Api { way: Way::Socket, ..Api::new(rooms) }
    }
}

impl Handler for Api {
    fn routes(&self) -> Vec<&'static str> {
        let dialects = [
            &smart_ticket::ROUTES[..],
            &queue_management::ROUTES[..],
            &branch_services::ROUTES[..],
            &vt::ROUTES[..],
        ];
        let dialects = dialects.into_iter().flatten().copied();
        dialects.chain(native::routes()).chain([NOWHERE]).collect()
    }

    fn at_once(&self, call: &Call) -> Option<Answer> {
        match Dialect::of(&call.path.segments())? {
            Dialect::SmartTicket => smart_ticket::at_once(&self.rooms, call),
            Dialect::QueueManagement
            | Dialect::VirtualTicket
            | Dialect::BranchServices
            | Dialect::Native => None,
        }
    }

    fn body_bytes_max(&self, head: &Head) -> Option<usize> {
        match Dialect::of(&head.path.segments())? {
            Dialect::Native => native::body_bytes_max(&self.rooms, head, self.way),
            Dialect::SmartTicket
            | Dialect::QueueManagement
            | Dialect::VirtualTicket
            | Dialect::BranchServices => None,
        }
    }

    async fn handle(&self, call: Call) -> Answer {
        match Dialect::of(&call.path.segments()) {
            Some(Dialect::SmartTicket) => smart_ticket::answer(&self.rooms, call).await,
            Some(Dialect::QueueManagement) => queue_management::answer(&self.rooms, call).await,
            Some(Dialect::VirtualTicket) => self.virtual_ticket.answer(call).await,
            Some(Dialect::BranchServices) => branch_services::answer(&self.rooms, call).await,
            Some(Dialect::Native) => native::answer(&self.rooms, &call, self.way).await,
            None => nowhere(),
        }
    }

    fn fault(&self, head: &Head, fault: HttpFault) -> Answer {
        match Dialect::of(&head.path.segments()) {
            Some(Dialect::SmartTicket) => smart_ticket::fault(&fault),
            Some(Dialect::QueueManagement) => queue_management::fault(&fault),
            Some(Dialect::VirtualTicket) => vt::fault(head, &fault),
            Some(Dialect::BranchServices) => branch_services::fault(&self.rooms, &fault),
            Some(Dialect::Native) => native::fault(&fault),
            None => plain(&fault),
        }
    }
}

/// No dialect has this path.
fn nowhere() -> Answer {
    let body = r#"{"error":"not_found","message":"Nothing is served at this path."}"#;
    Answer::json(StatusCode::NOT_FOUND, body, NOWHERE)
}

/// The server's own no, at a path that belongs to nobody.
fn plain(fault: &HttpFault) -> Answer {
    let body =
        format!(r#"{{"error":"{}","message":"The request could not be taken."}}"#, fault.code());
    Answer::json(fault.status(), body, NOWHERE)
}
