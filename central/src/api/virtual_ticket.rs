//! Virtual Ticket: all branches as the locations of the dialect that `serve` holds.
//!
//! Routes, wire forms and customers' rules live in [`serve::virtual_ticket`]. Here stands what only
//! central can say: which branches there are and how old their word is, how a ticket stands by the
//! rows that they keep telling, and whom to ask for a new one.

pub(crate) mod places;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serve::clock::{Clock, Reading};
use serve::mail::{MAILS_MAX, Mail, Mailer};
use serve::secret::SecretFault;
use serve::tokens::Tokens;
use serve::tray::Tray;
use serve::virtual_ticket::{
    self as dialect, Availability, Change, Customer, Host, Location, Provider, Refused,
    TICKETS_LISTED_MAX, Terms, Traces, Unavailable, VirtualTicket, Whose, Wish,
};
use sync::ids::BranchId;
use sync::request::{No, RequestId, Said};
use sync::topics::Tenant;

use super::answers::Standpoint;
use crate::intake::IntakeView;
use crate::requests::{NotDone, Requests};
use crate::store::{NewSale, Note, Presence, Reader, Sale, StoreError};
use crate::texts;

/// The file of the key that signs customers' tokens, within the data folder.
const KEY_FILE: &str = "customer-token.key";

/// Whose tokens they are: head office's are no good here, nor those of a branch's customers.
const ISSUER: &str = "anteroom-central-apps";

/// The folder of mails, within the data folder.
const MAIL_FOLDER: &str = "mail";

/// How long it is remembered who waits where: a town full of phones that look asks the disk twice a
/// second at the most.
const PRESENCE_KEPT_MS: u64 = 500;

/// How exactly it is known when a customer was last about: retention counts in days.
const SEEN_EVERY_MS: i64 = 24 * 60 * 60 * 1_000;

/// What the dialect stands on at central.
pub struct Stand {
    /// Whether it is served at all.
    pub enabled: bool,
    /// Whose branches these are.
    pub tenant: Tenant,
    /// What the branches told.
    pub reader: Reader,
    /// The door to them.
    pub requests: Requests,
    /// Whether we hear them.
    pub intake: IntakeView,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Sends mails.
    pub mailer: Mailer,
    /// The files that speak of customers.
    pub traces: Traces,
}

/// How the branches stand, as it was known at one instant.
type Presences = Arc<BTreeMap<BranchId, Presence>>;

/// Central, as the dialect sees it. Cheap to clone.
#[derive(Clone)]
pub struct CentralHost {
    stand: Arc<Stand>,
    presences: Arc<Mutex<Option<(u64, Presences)>>>,
}

/// The dialect over all branches, with the token key in `data`.
///
/// # Errors
///
/// [`SecretFault`], where the key cannot be had.
pub fn open(
    data: &Path,
    providers: Vec<Provider>,
    stand: Stand,
) -> Result<VirtualTicket<CentralHost>, SecretFault> {
    let tokens = Tokens::open(&data.join(KEY_FILE), ISSUER)?.lasting(dialect::TOKEN_TIME);
    let host = CentralHost { stand: Arc::new(stand), presences: Arc::default() };
    Ok(VirtualTicket::new(host, Arc::new(tokens), providers))
}

/// The folder of mails within this data folder.
pub fn mails(data: &Path) -> Tray {
    Tray::at(data.join(MAIL_FOLDER), MAILS_MAX)
}

impl Host for CentralHost {
    fn now(&self) -> Reading {
        self.stand.clock.now()
    }

    fn date(&self, zone: Option<&str>, wall_ms: i64) -> String {
        places::civil(zone.unwrap_or("UTC"), wall_ms).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    fn terms(&self, language: Option<&str>) -> Option<Terms> {
        let cards = self.stand.requests.cards();
        self.stand.enabled.then(|| places::general_terms(&cards, language))
    }

    fn locations(&self, language: Option<&str>) -> Vec<Location> {
        let presences = self.presences();
        let cards = self.stand.requests.cards();
        let at = self.standpoint();
        let each = cards.iter().map(|(branch, card)| {
            places::location(*branch, card, presences.get(branch), language, at)
        });
        each.collect()
    }

    fn location(&self, id: &str, language: Option<&str>) -> Option<Location> {
        let branch = BranchId(id.parse().ok()?);
        // `+1` and `01` are read as numbers too, and are nobody's.
        let card = self.stand.requests.card(branch).filter(|_| branch.0.to_string() == id)?;
        let presences = self.presences();
        let at = self.standpoint();
        Some(places::location(branch, &card, presences.get(&branch), language, at))
    }

    fn customer(&self, whose: &Whose) -> Result<Option<Customer>, Unavailable> {
        let found = read(self.stand.reader.customer(whose))?;
        // Who comes by number has shown a token of theirs.
        if let (Whose::Id(id), Some(_)) = (whose, &found) {
            self.saw(id)?;
        }
        Ok(found)
    }

    fn customers_with_email(&self, email: &str, most: usize) -> Result<Vec<Customer>, Unavailable> {
        read(self.stand.reader.customers_with_email(email, most))
    }

    async fn keep(&self, change: Change) -> Result<(), Unavailable> {
        let erased = match &change {
            Change::Erase { customer } => {
                read(self.stand.reader.customer(&Whose::Id(customer.clone())))?
            }
            Change::Enter(_)
            | Change::Update(_)
            | Change::Reset { .. }
            | Change::Password { .. } => None,
        };
        let kept = self.stand.requests.keep(Note::Customer(Box::new(change))).await;
        kept.map_err(|error| {
            tracing::warn!(?error, "a customer's change could not be written");
            Unavailable
        })?;
        if let Some(customer) = erased {
            self.stand.traces.forget(&customer).await;
        }
        Ok(())
    }

    fn tickets(&self, customer: &str) -> Result<Vec<dialect::Ticket>, Unavailable> {
        let sales = read(self.stand.reader.sales_of(customer, None, TICKETS_LISTED_MAX))?;
        Ok(sales.iter().map(|sale| self.shown(sale)).collect())
    }

    fn ticket(&self, customer: &str, ticket: &str) -> Result<Option<dialect::Ticket>, Unavailable> {
        Ok(self.own(customer, ticket)?.map(|sale| self.shown(&sale)))
    }

    fn has_issued(&self, customer: &str, key: &str) -> Result<bool, Unavailable> {
        Ok(read(self.stand.reader.sale_by_key(customer, key))?.is_some())
    }

    async fn issue(&self, wish: Wish) -> Result<dialect::Ticket, Refused> {
        let branch = wish.location.parse().map(BranchId).map_err(|_| Refused::UnknownLocation)?;
        let service = wish.service.parse().map_err(|_| Refused::UnknownService)?;
        if let Some(key) = &wish.repeat {
            let known = read(self.stand.reader.sale_by_key(&wish.customer, key));
            if let Some(sale) = known.map_err(|Unavailable| Refused::Later)? {
                let is_same = sale.branch == branch && sale.service == service;
                return if is_same { Ok(self.shown(&sale)) } else { Err(Refused::KeyReused) };
            }
        }
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|_| Refused::Later)?;
        let id = RequestId(id);
        let sale = NewSale {
            id,
            tenant: self.stand.tenant.clone(),
            branch,
            service,
            language: wish.language,
            customer: wish.customer,
            repeat: wish.repeat,
            asked_ms: self.now().wall_ms,
        };
        match self.stand.requests.sell(sale).await.map_err(not_done)? {
            Said::Sold(_) => {
                let sale =
                    read(self.stand.reader.sale(id)).map_err(|Unavailable| Refused::Later)?;
                sale.map(|sale| self.shown(&sale)).ok_or(Refused::Later)
            }
            Said::Refused(no) => Err(refused(no)),
            Said::Done => Err(Refused::Later),
        }
    }

    async fn cancel(&self, customer: &str, ticket: &str) -> Result<(), Refused> {
        let sale = self.own(customer, ticket).map_err(|Unavailable| Refused::Later)?;
        let sale = sale.ok_or(Refused::UnknownTicket)?;
        if sale.is_cancelled {
            return Err(Refused::OutOfTurn);
        }
        let said = self.stand.requests.cancel(sale.branch, sale.sold.ticket).await;
        match said.map_err(not_done)? {
            Said::Done => {
                // The branch's rows say it too, a second later.
                self.stand.requests.keep(Note::Cancelled(sale.id)).await.ok();
                Ok(())
            }
            // It is theirs, and its day is over.
            Said::Refused(No::UnknownTicket) => Err(Refused::OutOfTurn),
            Said::Refused(no) => Err(refused(no)),
            Said::Sold(_) => Err(Refused::Later),
        }
    }

    async fn send_reset(&self, customer: &Customer, token: &str) -> Result<(), Unavailable> {
        let Some(to) = customer.profile.email.clone() else { return Ok(()) };
        let (subject, text) = texts::reset(customer.profile.language.as_deref(), token);
        let name = customer.username.as_deref().unwrap_or_default();
        let mail = Mail { to, subject, text: format!("{name}\n\n{text}\n") };
        let sent = self.stand.mailer.send(&mail, self.now()).await;
        sent.map_err(|error| {
            tracing::error!(%error, "a mail could not be sent");
            Unavailable
        })
    }
}

impl CentralHost {
    /// Notes that a customer is about, at most once a day each. A clock that was set back is
    /// followed.
    fn saw(&self, customer: &str) -> Result<(), Unavailable> {
        let at_ms = self.now().wall_ms;
        let seen = read(self.stand.reader.customer_seen(customer))?;
        if seen.is_some_and(|seen| !(seen..seen.saturating_add(SEEN_EVERY_MS)).contains(&at_ms)) {
            self.stand.requests.note(Note::Seen { customer: customer.to_owned(), at_ms });
        }
        Ok(())
    }

    fn standpoint(&self) -> Standpoint {
        let can_hear = self.stand.intake.broker_connected();
        Standpoint { now: self.now(), can_hear, awaits: None }
    }

    /// How the branches stand; what cannot be read is as if nobody had spoken.
    fn presences(&self) -> Presences {
        let now_ms = self.now().steady_ms;
        let mut kept = self.presences.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at_ms, presences)) = &*kept
            && now_ms < at_ms.saturating_add(PRESENCE_KEPT_MS)
        {
            return Arc::clone(presences);
        }
        let found = read(self.stand.reader.presences(&self.stand.tenant)).unwrap_or_default();
        let presences: Presences = Arc::new(found.into_iter().collect());
        *kept = Some((now_ms, Arc::clone(&presences)));
        presences
    }

    /// A customer's own ticket with this name.
    fn own(&self, customer: &str, ticket: &str) -> Result<Option<Sale>, Unavailable> {
        let Some(id) = RequestId::parse(ticket) else { return Ok(None) };
        Ok(read(self.stand.reader.sales_of(customer, Some(id), 1))?.pop())
    }

    fn shown(&self, sale: &Sale) -> dialect::Ticket {
        places::ticket(sale, self.stand.requests.card(sale.branch).as_deref())
    }
}

fn read<T>(found: Result<T, StoreError>) -> Result<T, Unavailable> {
    found.map_err(|error| {
        let cause = &error as &dyn std::error::Error;
        tracing::error!(error = cause, "customers cannot be read");
        Unavailable
    })
}

fn not_done(why: NotDone) -> Refused {
    match why {
        NotDone::Unreachable => Refused::Unreachable,
        NotDone::Busy | NotDone::Unavailable => Refused::Later,
    }
}

fn refused(no: No) -> Refused {
    match no {
        No::Off => Refused::UnknownLocation,
        No::UnknownService => Refused::UnknownService,
        No::Disabled => Refused::Unavailable(Availability::Disabled),
        No::Closed => Refused::Unavailable(Availability::Closed),
        No::Spent => Refused::Unavailable(Availability::Spent),
        No::UnknownTicket => Refused::UnknownTicket,
        No::OutOfTurn => Refused::OutOfTurn,
        No::Full => Refused::Full,
        No::Later => Refused::Later,
        // Its clock and ours do not agree yet; with its next word they do.
        No::Expired => Refused::Unreachable,
    }
}
