//! What the dialect asks of the server that serves it: a branch for itself, or central for all.

use std::{fmt, future::Future};

use crate::{clock::Reading, passwords::Hashed, webhook::Origin};

/// The server could not read or write. Its log says why; asking again may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unavailable;

/// A server of this dialect. Reading may block for one indexed row or two.
pub trait Host: Clone + Send + Sync + 'static {
    /// The present.
    fn now(&self) -> Reading;

    /// An instant (milliseconds since 1970-01-01 UTC) as `yyyy-MM-dd HH:mm:ss`, in the zone with
    /// this IANA name; without one in the server's own.
    fn date(&self, zone: Option<&str>, wall_ms: i64) -> String;

    /// What holds here, with texts in this language (a code as `en-gb`; none: the usual one).
    /// Nothing where the dialect is switched off.
    fn terms(&self, language: Option<&str>) -> Option<Terms>;

    /// The origins to which a customer's notifications may go; none where no webhooks are called.
    fn webhooks(&self) -> Vec<Origin> {
        Vec::new()
    }

    /// Every place that can be gone to, with texts in this language.
    fn locations(&self, language: Option<&str>) -> Vec<Location>;

    /// One of them.
    fn location(&self, id: &str, language: Option<&str>) -> Option<Location> {
        self.locations(language).into_iter().find(|location| location.id == id)
    }

    /// Whom this says.
    fn customer(&self, whose: &Whose) -> Result<Option<Customer>, Unavailable>;

    /// Those with this address, the newest first, at most so many.
    fn customers_with_email(&self, email: &str, most: usize) -> Result<Vec<Customer>, Unavailable>;

    /// Writes something down. What is no longer possible then (a name that somebody has taken, a
    /// token that was used) is left undone: who cares looks again.
    fn keep(&self, change: Change) -> impl Future<Output = Result<(), Unavailable>> + Send;

    /// A customer's tickets, the newest first, at most [`super::TICKETS_LISTED_MAX`].
    fn tickets(&self, customer: &str) -> Result<Vec<Ticket>, Unavailable>;

    /// One of a customer's tickets.
    fn ticket(&self, customer: &str, ticket: &str) -> Result<Option<Ticket>, Unavailable>;

    /// Whether a ticket was given out to this customer under this key.
    fn has_issued(&self, customer: &str, key: &str) -> Result<bool, Unavailable>;

    /// Gives out a ticket; under a key that was used before, the ticket that it got then.
    fn issue(&self, wish: Wish) -> impl Future<Output = Result<Ticket, Refused>> + Send;

    /// Gives up one of a customer's tickets.
    fn cancel(
        &self,
        customer: &str,
        ticket: &str,
    ) -> impl Future<Output = Result<(), Refused>> + Send;

    /// Sends a customer the token with which they choose a new password.
    fn send_reset(
        &self,
        customer: &Customer,
        token: &str,
    ) -> impl Future<Output = Result<(), Unavailable>> + Send;
}

/// By what a customer is looked up.
#[derive(Clone, PartialEq, Eq)]
pub enum Whose {
    /// Their number.
    Id(String),
    /// What they sign in as.
    Username(String),
    /// Who they are to a provider.
    Subject(Subject),
    /// The hash of a reset token, at this time (milliseconds since 1970-01-01 UTC).
    Reset {
        /// In hexadecimal digits.
        hash: String,
        /// After its end the token is no good.
        now_ms: i64,
    },
}

/// Somebody as a provider knows them.
#[derive(Clone, PartialEq, Eq)]
pub struct Subject {
    /// `google` or `facebook`.
    pub provider: &'static str,
    /// The provider's name for them.
    pub id: String,
}

impl Subject {
    /// Both in one text.
    pub fn key(&self) -> String {
        format!("{}:{}", self.provider, self.id)
    }

    /// From what [`Subject::key`] made.
    pub fn of_key(key: &str) -> Option<Subject> {
        let (provider, id) = key.split_once(':')?;
        let provider = super::providers::NAMES.into_iter().find(|known| *known == provider)?;
        Some(Subject { provider, id: id.to_owned() })
    }
}

/// A customer, as they are kept: personal, so `Debug` shows nothing of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Customer {
    /// Random; it is what tickets refer to.
    pub id: String,
    /// What they sign in as.
    pub username: Option<String>,
    /// Their password, hashed (argon2id).
    pub hash: Option<String>,
    /// Who they are to a provider.
    pub subject: Option<Subject>,
    /// What they say about themselves.
    pub profile: Profile,
    /// Counts new passwords: tokens from before are no good.
    pub generation: u32,
    /// When they registered, in milliseconds since 1970-01-01 UTC.
    pub created_ms: i64,
    /// When they last changed something.
    pub updated_ms: i64,
}

impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Customer(..)")
    }
}

impl Customer {
    /// What others call them.
    pub fn shown_name(&self) -> String {
        let Profile { display_name, first_name, last_name, .. } = &self.profile;
        let both = [first_name, last_name].into_iter().flatten().cloned().collect::<Vec<_>>();
        let both = Some(both.join(" ")).filter(|name| !name.is_empty());
        let name = display_name.clone().or(both).or_else(|| self.username.clone());
        name.unwrap_or_default()
    }
}

/// What a customer says about themselves.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// Their first name.
    pub first_name: Option<String>,
    /// Their last name.
    pub last_name: Option<String>,
    /// What they want to be called.
    pub display_name: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
    /// Their mail address, which nobody has verified.
    pub email: Option<String>,
    /// Where they live.
    pub address: Option<String>,
    /// Where notifications for them go.
    pub push: Option<String>,
    /// The code of a language.
    pub language: Option<String>,
    /// With so many customers ahead they want to be warned; 0: as the branch thinks.
    pub ticket_warning: u32,
}

/// Something to be written down.
#[derive(Clone)]
pub enum Change {
    /// A customer who is new.
    Enter(Customer),
    /// What a customer says about themselves now. Password and number stay as they are.
    Update(Customer),
    /// A reset token, of which only the hash is kept.
    Reset {
        /// Whose.
        customer: String,
        /// In hexadecimal digits.
        hash: String,
        /// Until when, in milliseconds since 1970-01-01 UTC.
        ends_ms: i64,
    },
    /// A new password for whoever has this reset token, which uses it up with all others of theirs.
    Password {
        /// The hash of the token.
        reset: String,
        /// The new password.
        hash: Hashed,
        /// When, in milliseconds since 1970-01-01 UTC.
        now_ms: i64,
    },
    /// A customer is forgotten, with everything that they have said.
    Erase {
        /// Whom.
        customer: String,
    },
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Change::Enter(_) => "Enter(..)",
            Change::Update(_) => "Update(..)",
            Change::Reset { .. } => "Reset(..)",
            Change::Password { .. } => "Password(..)",
            Change::Erase { .. } => "Erase(..)",
        })
    }
}

/// What holds for tickets that are taken from afar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Kilometres within which one may be taken; 0: from everywhere.
    pub radius_km: u32,
    /// Customers that must wait at least; with fewer one had better just come.
    pub min_customers: u32,
    /// Minutes that the wait must be at least.
    pub min_waiting_min: u32,
    /// Whether a customer may hold several tickets.
    pub allow_multi_ticket: bool,
    /// What is sent with the call.
    pub your_turn: Notice,
    /// What is sent shortly before.
    pub almost_your_turn: Notice,
}

/// A notification's texts, with `%{ticket.tag}`, `%{ticket.number}`, `%{ticket.desk.tag}` and
/// `%{ticket.customers_ahead}` to be filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// Its title.
    pub title: String,
    /// What it says.
    pub message: String,
}

/// A place to go to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// Its number.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Street and house.
    pub address: String,
    /// Its city.
    pub city: String,
    /// Its region.
    pub region: String,
    /// Its country.
    pub country: String,
    /// Its telephone number.
    pub phone: String,
    /// Its mail address.
    pub email: String,
    /// Its page.
    pub website: String,
    /// Where it is, in millionths of a degree: latitude and longitude.
    pub coordinates: Option<(i32, i32)>,
    /// Its zone, by its IANA name.
    pub zone: String,
    /// Whether any service is open now.
    pub open: bool,
    /// When it is open today.
    pub hours: Vec<Span>,
    /// What is offered to customers.
    pub services: Vec<Service>,
    /// What holds for tickets there, where it is not what holds everywhere.
    pub terms: Option<Terms>,
    /// How fresh this is, where it is told by somebody else.
    pub word: Option<Word>,
}

/// The word of a place that is not the server itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Whether the place can be reached.
    pub connected: bool,
    /// How old its last word is, in milliseconds; none: it has not spoken yet.
    pub age_ms: Option<u64>,
}

/// A time of today, as `yyyy-MM-dd HH:mm:ss`, local.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Its first second.
    pub from: String,
    /// Its last second, or the full minute at which it ends.
    pub to: String,
}

/// Whether a service can be had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Availability {
    /// It can.
    #[default]
    Open,
    /// It is outside its hours.
    Closed,
    /// It is switched off.
    Disabled,
    /// It has given out all tickets of today.
    Spent,
    /// Its location cannot be reached at present.
    Unreachable,
}

/// What customers come for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// Its number, within its location.
    pub id: String,
    /// The letters of its tickets.
    pub tag: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// How many wait.
    pub waiting: usize,
    /// How long whoever comes now will wait, in minutes.
    pub wait_min: u64,
    /// The last number given today; 0: none.
    pub last_number: u32,
    /// Whether it can be had.
    pub availability: Availability,
    /// When it can be had today.
    pub hours: Vec<Span>,
}

/// How far a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It waits, or is set aside, or was called in vain and may come back.
    Waiting,
    /// It is called or served.
    AtCounter,
    /// The visit is over, or nobody came.
    Ended,
    /// It was given up.
    Cancelled,
}

/// A customer's ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Its number.
    pub id: String,
    /// The letters of its label.
    pub tag: String,
    /// The number of its label.
    pub number: u32,
    /// When it was taken, in milliseconds since 1970-01-01 UTC.
    pub created_ms: i64,
    /// When it was last called.
    pub called_ms: Option<i64>,
    /// When that call ended.
    pub ended_ms: Option<i64>,
    /// How many will be called before.
    pub ahead: usize,
    /// How long that will take, in minutes.
    pub wait_min: u64,
    /// How far it is.
    pub stage: Stage,
    /// Where; its services may be left out.
    pub location: Location,
    /// What for.
    pub service: Service,
}

/// A ticket that is wanted. That the rules allow it has been seen.
#[derive(Clone, Debug)]
pub struct Wish {
    /// By whom.
    pub customer: String,
    /// In which language, if they have said so.
    pub language: Option<String>,
    /// Where.
    pub location: String,
    /// What for.
    pub service: String,
    /// By which the customer's app can ask again.
    pub repeat: Option<String>,
}

/// Why a ticket is not given out or given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such location.
    UnknownLocation,
    /// There is no such service.
    UnknownService,
    /// There is no such ticket of this customer.
    UnknownTicket,
    /// The service cannot be had, and why.
    Unavailable(Availability),
    /// Where the ticket stands this cannot be done.
    OutOfTurn,
    /// The branch holds as many people as it can.
    Full,
    /// The branch cannot be reached, or has not answered in time; nothing was done.
    Unreachable,
    /// The key was used for another ticket.
    KeyReused,
    /// The server is busy or cannot write; asking again may help.
    Later,
}
