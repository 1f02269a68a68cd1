//! Virtual Ticket: the branch as the one location of the dialect that `serve` holds.
//!
//! Routes, wire forms and customers' rules live in [`serve::virtual_ticket`], since central serves
//! them too. Here stands what only a branch can say: its services and tickets, and who writes down
//! what. `docs/virtual-ticket.md` is the manual.

mod places;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::{
    Branch, Command, Issue, LanguageId, LineRequest, Priority, Refusal, ServiceId, Settings,
    Source, Ticket, TicketState, Token,
};
use serve::clock::Reading;
use serve::mail::{MAILS_MAX, Mail, Mailer};
use serve::secret::SecretFault;
use serve::tokens::Tokens;
use serve::tray::Tray;
use serve::virtual_ticket::{
    self as dialect, Change, Customer, Host, Location, Notice, Provider, Refused, Stage,
    TICKETS_LISTED_MAX, Terms, Traces, Unavailable, VirtualTicket, Whose, Wish,
};

use serve::webhook::{Origin, Webhooks};

use super::Rooms;
use crate::notices::{NOTICES_FILES_MAX, NOTICES_FOLDER};
use crate::registrar::{RepeatKey, Submission, SubmitError, TicketTexts};
use crate::store::{Housekeeping, StoreError};
use crate::texts::{Filling, Texts};

/// The file of the key that signs customers' tokens, within the data folder.
const KEY_FILE: &str = "customer-token.key";

/// Whose tokens they are: an operator's is no good here, nor the other way round.
const ISSUER: &str = "anteroomd-apps";

/// The folder of mails, within the data folder.
pub const MAIL_FOLDER: &str = "mail";

/// How exactly it is known when a customer was last about: retention counts in days.
const SEEN_EVERY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Tokens that are drawn for one ticket, as in Smart Ticket.
const TOKENS_MAX: usize = 3;

/// What customers' apps need beside the line.
#[derive(Debug)]
pub struct Apps {
    /// Signs customers in.
    tokens: Arc<Tokens>,
    /// Whose word is taken for a customer.
    providers: Vec<Provider>,
    /// Sends mails.
    mailer: Mailer,
    /// Where customers may have themselves told.
    webhooks: Option<Webhooks>,
    /// The files that speak of customers.
    traces: Traces,
    /// Whether somebody was erased whose traces may still stand in the database's log.
    erased: AtomicBool,
}

impl Apps {
    /// With the key in this data folder, and mails by `mailer`.
    ///
    /// # Errors
    ///
    /// [`SecretFault`], where the key cannot be had.
    pub fn open(
        folder: &Path,
        providers: Vec<Provider>,
        mailer: Mailer,
    ) -> Result<Apps, SecretFault> {
        let tokens = Tokens::open(&folder.join(KEY_FILE), ISSUER)?.lasting(dialect::TOKEN_TIME);
        let notices = Tray::at(folder.join(NOTICES_FOLDER), NOTICES_FILES_MAX);
        let traces = Traces::in_trays(mails(folder), notices);
        let erased = AtomicBool::new(false);
        let (tokens, webhooks) = (Arc::new(tokens), None);
        Ok(Apps { tokens, providers, mailer, webhooks, traces, erased })
    }

    /// The same, with these webhooks.
    pub fn calling(mut self, webhooks: Option<Webhooks>) -> Apps {
        self.webhooks = webhooks;
        self
    }

    pub(crate) fn webhooks(&self) -> Option<&Webhooks> {
        self.webhooks.as_ref()
    }

    /// Puts mails into a folder within this data folder.
    pub fn outbox(folder: &Path) -> Mailer {
        Mailer::outbox(mails(folder))
    }

    /// The files that speak of customers: mails and notices.
    pub(crate) fn traces(&self) -> &Traces {
        &self.traces
    }

    /// Whether somebody was erased since this was asked last.
    pub(crate) fn take_erased(&self) -> bool {
        self.erased.swap(false, Ordering::Relaxed)
    }

    /// Takes away what speaks of somebody who was erased.
    async fn forget(&self, customer: &Customer) {
        self.erased.store(true, Ordering::Relaxed);
        self.traces.forget(customer).await;
    }
}

fn mails(folder: &Path) -> Tray {
    Tray::at(folder.join(MAIL_FOLDER), MAILS_MAX)
}

/// The branch, as the dialect sees it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct BranchHost {
    rooms: Rooms,
}

/// The dialect, over the branch of these rooms.
pub(super) fn open(rooms: &Rooms) -> VirtualTicket<BranchHost> {
    let Apps { tokens, providers, .. } = &rooms.apps;
    VirtualTicket::new(BranchHost::of(rooms), Arc::clone(tokens), providers.clone())
}

impl Host for BranchHost {
    fn now(&self) -> Reading {
        let now = self.rooms.mailbox.moment();
        Reading { wall_ms: now.wall_ms, steady_ms: now.steady_ms }
    }

    fn date(&self, _: Option<&str>, wall_ms: i64) -> String {
        self.rooms.zone.text(engine::Moment { wall_ms, steady_ms: 0 })
    }

    fn terms(&self, language: Option<&str>) -> Option<Terms> {
        let settings = self.settings();
        let module = &settings.virtual_ticket;
        let language = language_of(&settings, language);
        let texts = &self.rooms.texts;
        module.enabled.then(|| Terms {
            radius_km: module.radius_km.unwrap_or(0),
            min_customers: module.min_customers,
            min_waiting_min: module.min_waiting_min,
            allow_multi_ticket: module.allow_multi_ticket,
            your_turn: notice(&settings, language, texts, true),
            almost_your_turn: notice(&settings, language, texts, false),
        })
    }

    fn webhooks(&self) -> Vec<Origin> {
        self.rooms.apps.webhooks().map(Webhooks::origins).unwrap_or_default()
    }

    fn locations(&self, language: Option<&str>) -> Vec<Location> {
        let now = self.rooms.now();
        let day = self.rooms.zone.civil(now.at).date();
        self.rooms.mailbox.read(|committed| {
            let branch = &committed.branch;
            let language = language_of(branch.settings(), language);
            vec![places::location(branch, language, now, day)]
        })
    }

    fn customer(&self, whose: &Whose) -> Result<Option<Customer>, Unavailable> {
        let found = read(self.rooms.archive.customer(whose))?;
        // Who comes by number has shown a token of theirs.
        if let (Whose::Id(id), Some(_)) = (whose, &found) {
            self.saw(id)?;
        }
        Ok(found)
    }

    fn customers_with_email(&self, email: &str, most: usize) -> Result<Vec<Customer>, Unavailable> {
        read(self.rooms.archive.customers_with_email(email, most))
    }

    async fn keep(&self, change: Change) -> Result<(), Unavailable> {
        let erased = match &change {
            Change::Erase { customer } => {
                read(self.rooms.archive.customer(&Whose::Id(customer.clone())))?
            }
            Change::Enter(_)
            | Change::Update(_)
            | Change::Reset { .. }
            | Change::Password { .. } => None,
        };
        let kept = self.rooms.mailbox.keep(Housekeeping::Customer(Box::new(change))).await;
        kept.map_err(|error| {
            tracing::warn!(?error, "a customer's change could not be written");
            Unavailable
        })?;
        if let Some(customer) = erased {
            self.rooms.apps.forget(&customer).await;
        }
        Ok(())
    }

    fn tickets(&self, customer: &str) -> Result<Vec<dialect::Ticket>, Unavailable> {
        let tickets = read(self.rooms.archive.tickets_of_customer(customer, TICKETS_LISTED_MAX))?;
        Ok(self.shown(&tickets))
    }

    fn ticket(&self, customer: &str, ticket: &str) -> Result<Option<dialect::Ticket>, Unavailable> {
        let found = self.own(customer, ticket)?;
        Ok(self.shown(found.as_slice()).pop())
    }

    fn has_issued(&self, customer: &str, key: &str) -> Result<bool, Unavailable> {
        let Some(key) = repeat_key(customer, key) else { return Ok(false) };
        Ok(read(self.rooms.archive.receipt(&key))?.is_some())
    }

    async fn issue(&self, wish: Wish) -> Result<dialect::Ticket, Refused> {
        let settings = self.settings();
        if wish.location != settings.branch.to_string() {
            return Err(Refused::UnknownLocation);
        }
        let service = wish.service.parse().map(ServiceId).map_err(|_| Refused::UnknownService)?;
        let language = wish.language.as_deref();
        let language = language.map(|code| language_of(&settings, Some(code)));
        for _ in 0..TOKENS_MAX {
            let token = self.rooms.passes.token();
            let command = Command::Issue(Issue {
                lines: vec![LineRequest { service, priority: Priority::NORMAL }],
                language,
                token,
                pass: None,
                source: Source::Customer,
                device: None,
            });
            let texts =
                TicketTexts { customer: Some(wish.customer.clone()), ..TicketTexts::default() };
            let repeat = wish.repeat.as_deref().and_then(|key| repeat_key(&wish.customer, key));
            let submission = Submission { texts, repeat, ..command.into() };
            match self.rooms.mailbox.submit(submission).await {
                Ok(receipt) => {
                    // Of a repetition it is the first one's.
                    let token = receipt.token.unwrap_or(token);
                    let ticket = self.ticket(&wish.customer, token.as_str());
                    return ticket.ok().flatten().ok_or(Refused::Later);
                }
                Err(SubmitError::Refused(Refusal::TokenTaken)) => {}
                Err(error) => return Err(refused(error)),
            }
        }
        Err(Refused::Later)
    }

    async fn cancel(&self, customer: &str, ticket: &str) -> Result<(), Refused> {
        let ticket = self.own(customer, ticket).map_err(|Unavailable| Refused::Later)?;
        let ticket = ticket.ok_or(Refused::UnknownTicket)?.id;
        match self.rooms.mailbox.submit(Command::Delete { ticket }).await {
            Ok(_) => Ok(()),
            // It is theirs, and its day is over.
            Err(SubmitError::Refused(Refusal::UnknownTicket)) => Err(Refused::OutOfTurn),
            Err(error) => Err(refused(error)),
        }
    }

    async fn send_reset(&self, customer: &Customer, token: &str) -> Result<(), Unavailable> {
        let Some(to) = customer.profile.email.clone() else { return Ok(()) };
        let settings = self.settings();
        let language = language_of(&settings, customer.profile.language.as_deref());
        let code = settings.language(language).map_or("", |language| &language.code);
        let texts = &self.rooms.texts;
        let text = texts.get(code, "vt-reset-text", &[("token", Filling::Text(token))]);
        let name = customer.username.as_deref().unwrap_or_default();
        let mail = Mail {
            to,
            subject: texts.plain(code, "vt-reset-subject").into_owned(),
            text: format!("{name}\n\n{text}\n"),
        };
        let sent = self.rooms.apps.mailer.send(&mail, self.now()).await;
        sent.map_err(|error| {
            tracing::error!(%error, "a mail could not be sent");
            Unavailable
        })
    }
}

impl BranchHost {
    /// The branch of these rooms.
    pub(crate) fn of(rooms: &Rooms) -> BranchHost {
        BranchHost { rooms: rooms.clone() }
    }

    fn settings(&self) -> Arc<Settings> {
        self.rooms.mailbox.read(|committed| Arc::clone(committed.branch.settings()))
    }

    /// Notes that a customer is about, at most once a day each. A clock that was set back is
    /// followed.
    fn saw(&self, customer: &str) -> Result<(), Unavailable> {
        let at_ms = self.rooms.mailbox.moment().wall_ms;
        let seen = read(self.rooms.archive.customer_seen(customer))?;
        if seen.is_some_and(|seen| !(seen..seen.saturating_add(SEEN_EVERY_MS)).contains(&at_ms)) {
            let customer = customer.to_owned();
            self.rooms.mailbox.note(Housekeeping::Seen { customer, at_ms });
        }
        Ok(())
    }

    /// A customer's own ticket with this name.
    fn own(&self, customer: &str, ticket: &str) -> Result<Option<Ticket>, Unavailable> {
        let Some(token) = Token::parse(ticket) else { return Ok(None) };
        read(self.rooms.archive.ticket_of_customer(customer, &token))
    }

    fn shown(&self, tickets: &[Ticket]) -> Vec<dialect::Ticket> {
        self.rooms.mailbox.read(|committed| {
            let branch = &committed.branch;
            tickets.iter().map(|ticket| shown(branch, ticket)).collect()
        })
    }
}

fn shown(branch: &Branch, ticket: &Ticket) -> dialect::Ticket {
    let forecast = branch.ticket(ticket.id).and_then(|ticket| branch.forecast_ticket(ticket));
    let last = ticket.calls.last();
    let closed = match ticket.state {
        TicketState::Closed { at, .. } | TicketState::Afterwork { since: at, .. } => Some(at),
        TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. } => None,
    };
    let ended = last.and_then(|call| call.ended).map(|(at, _)| at);
    dialect::Ticket {
        id: ticket.token.as_str().to_owned(),
        tag: ticket.label.tag.as_str().to_owned(),
        number: ticket.label.number,
        created_ms: ticket.issued.wall_ms,
        called_ms: last.map(|call| call.called.wall_ms),
        ended_ms: ended.or(closed.filter(|_| last.is_some())).map(|at| at.wall_ms),
        ahead: forecast.map_or(0, |forecast| forecast.ahead),
        wait_min: forecast.map_or(0, |forecast| forecast.minutes()),
        stage: stage(&ticket.state),
        location: places::site(branch.settings()),
        service: places::named(branch.settings(), ticket.line().service, ticket.language),
    }
}

fn stage(state: &TicketState) -> Stage {
    match state {
        TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. } => Stage::Waiting,
        TicketState::Called { .. } | TicketState::Serving { .. } => Stage::AtCounter,
        // The customer has left; only the counter still works on it.
        TicketState::Afterwork { .. } => Stage::Ended,
        TicketState::Closed { outcome, .. } => match outcome {
            engine::Outcome::Served | engine::Outcome::NoShow => Stage::Ended,
            engine::Outcome::Deleted => Stage::Cancelled,
        },
    }
}

/// A notification's texts in a language: what the settings say, else what the branch says by
/// itself.
pub(crate) fn notice(
    settings: &Settings,
    language: LanguageId,
    texts: &Texts,
    your_turn: bool,
) -> Notice {
    let code = settings.language(language).map_or("", |language| &language.code);
    let module = &settings.virtual_ticket;
    let (own, ids) = if your_turn {
        (&module.your_turn, ["vt-your-turn-title", "vt-your-turn-message"])
    } else {
        (&module.almost_your_turn, ["vt-almost-title", "vt-almost-message"])
    };
    let text = |index: usize| match own[index].get(language) {
        "" => texts.plain(code, ids[index]).into_owned(),
        text => text.to_owned(),
    };
    Notice { title: text(0), message: text(1) }
}

/// The branch's language with this code, or one that is near; else its usual one.
pub(crate) fn language_of(settings: &Settings, code: Option<&str>) -> LanguageId {
    let primary = |code: &str| code.split(['-', '_']).next().map(str::to_ascii_lowercase);
    let find = |code: &str| {
        let mut all = settings.languages.iter();
        let exact = all.clone().find(|known| known.code.eq_ignore_ascii_case(code));
        exact.or_else(|| all.find(|known| primary(&known.code) == primary(code)))
    };
    let found = code.and_then(find).map(|language| language.id);
    found.unwrap_or_else(|| settings.default_language())
}

fn read<T>(found: Result<T, StoreError>) -> Result<T, Unavailable> {
    found.map_err(|error| {
        let cause = &error as &dyn std::error::Error;
        tracing::error!(error = cause, "customers cannot be read");
        Unavailable
    })
}

/// Why a command was not done, as an app is told.
pub(crate) fn refused(error: SubmitError) -> Refused {
    match error {
        SubmitError::Refused(refusal) => of_refusal(&refusal),
        SubmitError::KeyReused => Refused::KeyReused,
        SubmitError::Busy | SubmitError::Unavailable | SubmitError::Stopping => Refused::Later,
    }
}

/// A customer's own keys are no other's.
fn repeat_key(customer: &str, key: &str) -> Option<RepeatKey> {
    RepeatKey::new(&format!("vt/ticket/create by {customer}"), key)
}

fn of_refusal(refusal: &Refusal) -> Refused {
    match refusal {
        Refusal::UnknownService | Refusal::ServiceHidden => Refused::UnknownService,
        Refusal::ServiceDisabled => Refused::Unavailable(dialect::Availability::Disabled),
        Refusal::ServiceClosed => Refused::Unavailable(dialect::Availability::Closed),
        Refusal::QuotaSpent => Refused::Unavailable(dialect::Availability::Spent),
        Refusal::UnknownTicket => Refused::UnknownTicket,
        Refusal::OutOfTurn | Refusal::CallOver | Refusal::UnknownCall => Refused::OutOfTurn,
        Refusal::BranchFull => Refused::Full,
        Refusal::DayNotOpen | Refusal::TokenTaken => Refused::Later,
        // Nothing that an app can ask is refused for one of these.
        Refusal::DayOpen
        | Refusal::DayInThePast
        | Refusal::UnsoundSettings(_)
        | Refusal::UnknownLanguage
        | Refusal::LinesOutOfBounds
        | Refusal::PassUsed(_)
        | Refusal::BookingsOff
        | Refusal::NoSuchSlot
        | Refusal::SlotPast
        | Refusal::SlotTooFar
        | Refusal::SlotTaken
        | Refusal::CodeTaken
        | Refusal::BookingsFull
        | Refusal::UnknownBooking
        | Refusal::CheckedInAlready
        | Refusal::BookingOver
        | Refusal::TooEarlyToCheckIn
        | Refusal::TooLateToCheckIn
        | Refusal::UnknownCounter
        | Refusal::UnknownOperator
        | Refusal::NotServedHere
        | Refusal::CounterBusy(_)
        | Refusal::OperatorBusy(_)
        | Refusal::NoShift
        | Refusal::OnBreak
        | Refusal::NobodyWaiting
        | Refusal::NothingToUndo
        | Refusal::ToleranceSpent
        | Refusal::TooManyCalls
        | Refusal::UnknownAnswer
        | Refusal::AnsweredAlready
        | Refusal::NotClosedYet
        | Refusal::TooLateToAnswer => Refused::OutOfTurn,
    }
}
