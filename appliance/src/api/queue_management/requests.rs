//! The vendor's parameters, turned into commands.
//!
//! What the vendor leaves open is decided here: an optional parameter that is empty is not there,
//! one that is needed may not be empty, and an id that is well formed but names nothing is a
//! matter of "no values found", not of "invalid parameters".

use engine::settings::{Operator, Right};
use engine::{
    Among, At, Book, CallId, Code, Command, CounterId, DeviceId, Issue, LanguageId, LineRequest,
    OperatorId, Pin, Place, Priority, Refusal, ServiceId, Settings, Source, Standing, TicketId,
    Token, Unstarted,
};
use jiff::civil::DateTime;
use serve::door::LOGIN_BYTES_MAX;
use serve::passwords::PASSWORD_BYTES_MAX;

use super::faults::{Errno, Fault, refused};
use super::wire::Parameters;
use crate::api::Printer;
use crate::local_time::Zone;
use crate::registrar::TicketTexts;

/// Characters of a customer's name: the longest that a slip or a screen could show.
pub(super) const CLIENT_NAME_CHARS_MAX: usize = 200;

/// Characters of the integrator's own field: a reference or a short JSON text of their own.
pub(super) const CUSTOM_FIELD_CHARS_MAX: usize = 1_000;

/// Characters of a clerk's note: a paragraph.
pub(super) const NOTE_CHARS_MAX: usize = 1_000;

/// Characters of a language's code; BCP 47 recommends room for 35.
const LANGUAGE_CHARS_MAX: usize = 35;

/// How a date is written on the wire, branch time.
const DATE_FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// Somebody who signs in.
pub(super) struct Login {
    /// What they call themselves: a user's number, or what they sign in as.
    pub(super) named: String,
    pub(super) password: String,
}

impl Login {
    /// The operator who is meant. A number is a user's number before it is a name.
    pub(super) fn operator<'s>(&self, settings: &'s Settings) -> Option<&'s Operator> {
        let id = self.named.parse().ok().map(OperatorId);
        let numbered = id.and_then(|id| settings.operator(id));
        numbered.or_else(|| settings.operator_by_login(&self.named))
    }
}

/// login. The source takes a `user_id` alone, which would let anyone in.
pub(super) fn login(parameters: &Parameters) -> Result<Login, Fault> {
    let named = match parameters.text("user_id", LOGIN_BYTES_MAX)? {
        Some(named) => Some(named),
        None => parameters.text("username", LOGIN_BYTES_MAX)?,
    };
    let named = named.ok_or_else(|| Fault::missing("user_id"))?;
    let password = parameters.text("password", PASSWORD_BYTES_MAX)?;
    Ok(Login { named, password: password.ok_or_else(|| Fault::missing("password"))? })
}

/// login with an API key: whoever is named must be its owner.
pub(super) fn is_or_nobody(parameters: &Parameters, owner: &Operator) -> Result<(), Fault> {
    let id = parameters.text("user_id", LOGIN_BYTES_MAX)?;
    let name = parameters.text("username", LOGIN_BYTES_MAX)?;
    let is_owner = |named: &String| *named == owner.id.to_string() || *named == owner.login;
    if id.iter().chain(&name).all(is_owner) { Ok(()) } else { Err(Fault::of(Errno::AnotherUser)) }
}

/// Whoever has signed in acts for themselves: a `user_id` is theirs, and may be left out. Who leads
/// the hall acts for others too.
pub(super) fn signed(parameters: &mut Parameters, caller: &Operator) -> Result<(), Fault> {
    let named: Option<u32> = parameters.id("user_id")?;
    if named.is_some_and(|id| id != caller.id.0) && !caller.rights.contains(Right::Hall) {
        return Err(Fault::of(Errno::AnotherUser));
    }
    parameters.default_id("user_id", caller.id.0);
    Ok(())
}

/// createticket: the ticket, and what was written about it.
pub(super) fn create_ticket(
    parameters: &Parameters,
    settings: &Settings,
    printers: &[Printer],
    token: Token,
) -> Result<(Command, TicketTexts), Fault> {
    let service = ServiceId(parameters.needed_id("service_id")?);
    settings.service(service).ok_or_else(|| Fault::nothing("service_id", "service"))?;
    desk_and_user(parameters, settings)?;
    let language = language(parameters, settings)?;
    let device = device(parameters, printers)?;
    let priority = if parameters.flag("priority")? { Priority::URGENT } else { Priority::NORMAL };
    // A virtual ticket stands in line like any other; the flag only has to be one.
    parameters.flag("from_virtualticket")?;
    let issue = Issue {
        lines: vec![LineRequest { service, priority }],
        language,
        token,
        pass: None,
        source: Source::Staff,
        device,
    };
    Ok((Command::Issue(issue), texts(parameters)?))
}

/// When createticket is asked for an appointment; nothing where it is asked for a ticket for now.
pub(super) fn scheduled(parameters: &Parameters) -> Result<Option<DateTime>, Fault> {
    let appointment = parameters.flag("appointment")?;
    match parameters.text("scheduled_to", DATE_FORMAT.len() * 2)? {
        None if appointment => Err(Fault::missing("scheduled_to")),
        None => Ok(None),
        Some(text) => DateTime::strptime(DATE_FORMAT, text)
            .map(Some)
            .map_err(|_| Fault::parameter("scheduled_to", "a date written yyyy-mm-dd hh:mm:ss")),
    }
}

/// What chance gives to a booking.
pub(super) struct Drawn {
    pub(super) token: Token,
    pub(super) code: Code,
    pub(super) pin: Pin,
}

/// createticket for an appointment. It holds at once: staff ask, or software that acts for them.
pub(super) fn book(
    parameters: &Parameters,
    settings: &Settings,
    zone: &Zone,
    at: DateTime,
    drawn: Drawn,
) -> Result<(Command, TicketTexts), Fault> {
    let service = ServiceId(parameters.needed_id("service_id")?);
    settings.service(service).ok_or_else(|| Fault::nothing("service_id", "service"))?;
    desk_and_user(parameters, settings)?;
    let language = language(parameters, settings)?;
    parameters.flag("from_virtualticket")?;
    if parameters.flag("priority")? {
        return Err(Fault::parameter("priority", "false for an appointment, which has its own"));
    }
    if parameters.names("device_id") {
        return Err(Fault::parameter("device_id", "empty for an appointment, which has no slip"));
    }
    let minute = u16::from(at.hour().unsigned_abs()) * 60 + u16::from(at.minute().unsigned_abs());
    let slot = zone.slot(at.date(), minute).filter(|_| at.second() == 0);
    let slot = slot.ok_or_else(|| refused(&Refusal::NoSuchSlot))?;
    let Drawn { token, code, pin } = drawn;
    let book =
        Book { service, slot, language, token, code, pin, confirmed: true, source: Source::Staff };
    Ok((Command::Book(book), texts(parameters)?))
}

/// callnextticket: no services, or an empty list, mean all of them.
pub(super) fn call_next(parameters: &Parameters) -> Result<Command, Fault> {
    let services: Vec<u32> = parameters.ids("services")?;
    let among = if services.is_empty() {
        Among::Everything
    } else {
        Among::These(services.into_iter().map(ServiceId).collect())
    };
    Ok(Command::CallNext { at: at(parameters)?, among })
}

/// callticket, callpausedticket and callcancelledticket, which differ in where the ticket stands.
pub(super) fn call_this(parameters: &Parameters, standing: Standing) -> Result<Command, Fault> {
    let ticket = TicketId(parameters.needed_id("ticket_id")?);
    Ok(Command::Call { at: at(parameters)?, ticket, standing })
}

/// recall.
pub(super) fn recall(parameters: &Parameters) -> Result<Command, Fault> {
    Ok(Command::Recall { call: answer_id(parameters)? })
}

/// endcall. The vendor knows no start, so the customer counts as served since the call.
pub(super) fn end_call(parameters: &Parameters) -> Result<Command, Fault> {
    let call = answer_id(parameters)?;
    Ok(Command::Finish { call, afterwork: false, unstarted: Unstarted::StartAtCall })
}

/// pausecall.
pub(super) fn pause_call(parameters: &Parameters) -> Result<Command, Fault> {
    let call = answer_id(parameters)?;
    Ok(Command::Park { call, unstarted: Unstarted::StartAtCall })
}

/// cancelcall: the customer did not come.
pub(super) fn cancel_call(parameters: &Parameters) -> Result<Command, Fault> {
    Ok(Command::NoShow { call: answer_id(parameters)? })
}

/// A transfer, and the counter that it is said to happen at.
pub(super) struct Transfer {
    pub(super) command: Command,
    pub(super) texts: TicketTexts,
    pub(super) call: CallId,
    pub(super) desk: Option<CounterId>,
}

/// transfercall. Without `priority` the ticket keeps the priority that it has.
pub(super) fn transfer_call(parameters: &Parameters) -> Result<Transfer, Fault> {
    let call = answer_id(parameters)?;
    let expected = "service, desk or user";
    let to = |id| match parameters.text("dst_type", expected.len())?.as_deref() {
        Some("service") => Ok(Place::Service(ServiceId(id))),
        Some("desk") => Ok(Place::Counter(CounterId(id))),
        Some("user") => Ok(Place::Operator(OperatorId(id))),
        Some(_) => Err(Fault::parameter("dst_type", expected)),
        None => Err(Fault::missing("dst_type")),
    };
    let to = to(parameters.needed_id("dst_id")?)?;
    let priority = parameters.flag("priority")?.then_some(Priority::URGENT);
    let texts = TicketTexts {
        note: parameters.text("note", NOTE_CHARS_MAX)?,
        custom_field: parameters.text("custom_field", CUSTOM_FIELD_CHARS_MAX)?,
        ..TicketTexts::default()
    };
    let command = Command::Transfer { call, to, service: None, priority, then_back: false };
    let desk = parameters.id("desk_id")?.map(CounterId);
    Ok(Transfer { command, texts, call, desk })
}

/// Which part of a list is wanted: the service or the counter, and how many tickets to skip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted<T> {
    /// Of this one; none: of all.
    pub(super) of: Option<T>,
    /// Ours: tickets to skip, so that a list over its limit can be read in parts.
    pub(super) offset: usize,
}

/// waitingticketslist. Without `service_id`: of all services.
pub(super) fn waiting_list(
    parameters: &Parameters,
    settings: &Settings,
) -> Result<Wanted<ServiceId>, Fault> {
    let of = parameters.id("service_id")?.map(ServiceId);
    if of.is_some_and(|service| settings.service(service).is_none()) {
        return Err(Fault::nothing("service_id", "service"));
    }
    Ok(Wanted { of, offset: offset(parameters)? })
}

/// pausedticketslist and cancelledticketslist. Without `desk_id`: of the whole branch.
pub(super) fn desk_list(
    parameters: &Parameters,
    settings: &Settings,
) -> Result<Wanted<CounterId>, Fault> {
    let of = parameters.id("desk_id")?.map(CounterId);
    if of.is_some_and(|counter| settings.counter(counter).is_none()) {
        return Err(Fault::nothing("desk_id", "counter"));
    }
    Ok(Wanted { of, offset: offset(parameters)? })
}

/// The location of waitingticketscount: this branch, by its number.
pub(super) fn location(segment: &str, settings: &Settings) -> Result<(), Fault> {
    let plain = !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
    match segment.parse::<u32>() {
        Ok(id) if plain && id == settings.branch.0 => Ok(()),
        Ok(_) if plain => Err(Fault::nothing("the location", "location")),
        Ok(_) | Err(_) => Err(Fault::parameter("the location", "a branch's number")),
    }
}

fn answer_id(parameters: &Parameters) -> Result<CallId, Fault> {
    parameters.needed_id("answer_id").map(CallId)
}

/// Where, and by whom: the counter must be named, the user may be.
fn at(parameters: &Parameters) -> Result<At, Fault> {
    let counter = CounterId(parameters.needed_id("desk_id")?);
    Ok(At { counter, operator: parameters.id("user_id")?.map(OperatorId) })
}

/// Who issues a ticket changes nothing about it, but a name that names nobody is a mistake.
fn desk_and_user(parameters: &Parameters, settings: &Settings) -> Result<(), Fault> {
    let counter = parameters.id("desk_id")?.map(CounterId);
    if counter.is_some_and(|counter| settings.counter(counter).is_none()) {
        return Err(Fault::nothing("desk_id", "counter"));
    }
    let operator = parameters.id("user_id")?.map(OperatorId);
    if operator.is_some_and(|operator| settings.operator(operator).is_none()) {
        return Err(Fault::nothing("user_id", "user"));
    }
    Ok(())
}

/// A language by its number or its code.
fn language(parameters: &Parameters, settings: &Settings) -> Result<Option<LanguageId>, Fault> {
    let Some(name) = parameters.text("lang", LANGUAGE_CHARS_MAX)? else { return Ok(None) };
    let number = name.parse().ok().map(LanguageId);
    let found = settings
        .languages
        .iter()
        .find(|language| Some(language.id) == number || language.code.eq_ignore_ascii_case(&name));
    found.map(|language| Some(language.id)).ok_or_else(|| Fault::nothing("lang", "language"))
}

/// A printer by its number.
fn device(parameters: &Parameters, printers: &[Printer]) -> Result<Option<DeviceId>, Fault> {
    let device = parameters.id("device_id")?.map(DeviceId);
    if device.is_some_and(|device| printers.iter().all(|printer| printer.id != device)) {
        return Err(Fault::nothing("device_id", "printer"));
    }
    Ok(device)
}

/// A text of the customer's, and one of the integrator's.
fn texts(parameters: &Parameters) -> Result<TicketTexts, Fault> {
    Ok(TicketTexts {
        client_name: parameters.text("client_name", CLIENT_NAME_CHARS_MAX)?,
        custom_field: parameters.text("custom_field", CUSTOM_FIELD_CHARS_MAX)?,
        ..TicketTexts::default()
    })
}

fn offset(parameters: &Parameters) -> Result<usize, Fault> {
    let offset: Option<u32> = parameters.id("offset")?;
    Ok(offset.map_or(0, |offset| usize::try_from(offset).unwrap_or(usize::MAX)))
}
