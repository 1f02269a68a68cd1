//! Queue Management: the staff's side of the line. Tickets are issued, called, ended and counted.
//!
//! Source: "Queue Management API" and our own reading of it. Every operation is a POST, save
//! `waitingticketscount`, and answers JSON or, with `format=xml` in the query string, XML.
//! A POST with an `Idempotency-Key` can be asked again: it is done once, and answered as often.
//!
//! Where the branch asks who calls, everything but `login` wants a token and the rights of its
//! table, and the lists show the services that the caller serves. `docs/queue-management.md` is
//! the manual.

mod answers;
pub(super) mod described;
mod faults;
mod operations;
mod requests;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use engine::settings::{Operator, Serves};
use engine::{At, Command, Refusal, Settings, Standing};
use serve::http::{Answer, Call, HeaderName, HttpFault, header};
use serve::queue_management::{Format, Yes, format, json, render};

use self::answers::Renderer;
use self::faults::{Errno, Fault};
use self::operations::{OPERATIONS, Operation};
use self::requests::Drawn;
use self::wire::{Done, Parameters};
use crate::api::Rooms;
use crate::registrar::{REPEAT_KEY_CHARS_MAX, RepeatKey, Submission, SubmitError};

/// Segments before the operation: `/restapi/v2/queuemanagement`.
const PREFIX_SEGMENTS: usize = 3;

/// The route of calls that reach no operation.
const NO_ROUTE: &str = "queuemanagement";

/// The header by which a client can ask again.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Every route of this dialect, for log and metrics.
pub const ROUTES: [&str; 1 + OPERATIONS.len()] = {
    let mut routes = [NO_ROUTE; 1 + OPERATIONS.len()];
    let mut index = 0;
    while index < OPERATIONS.len() {
        routes[1 + index] = OPERATIONS[index].route();
        index += 1;
    }
    routes
};

/// Answers a call below `/restapi/v2/queuemanagement`.
pub async fn answer(rooms: &Rooms, call: Call) -> Answer {
    let target = target(call.path.segments().get(PREFIX_SEGMENTS..).unwrap_or_default());
    let route = target.as_ref().map_or(NO_ROUTE, |(operation, _)| operation.route());
    let wanted = format(&call);
    let format = wanted.as_ref().copied().unwrap_or(Format::Json);
    let outcome = match (target, wanted) {
        (Err(fault), _) => Err(fault),
        (Ok((operation, _)), _) if call.method != operation.method() => {
            Err(Fault::method(operation.allow()))
        }
        (Ok(_), Err(fault)) => Err(fault),
        (Ok((operation, location)), Ok(_)) => {
            perform(rooms, &call, operation, location.as_deref()).await
        }
    };
    render(outcome, format, route)
}

/// Says why a call never came through.
pub fn fault(fault: &HttpFault) -> Answer {
    render(Err(Fault::from(fault)), Format::Json, NO_ROUTE)
}

/// The operation, and the location that may follow it. A slash at the end changes nothing.
fn target(rest: &[&str]) -> Result<(Operation, Option<String>), Fault> {
    let rest = rest.strip_suffix(&[""]).unwrap_or(rest);
    let Some((name, rest)) = rest.split_first() else {
        return Err(Fault::of(Errno::UriNotSpecified));
    };
    match (Operation::named(name), rest) {
        (Some(operation), []) => Ok((operation, None)),
        (Some(Operation::WaitingTicketsCount), [location]) => {
            Ok((Operation::WaitingTicketsCount, Some((*location).to_owned())))
        }
        (Some(_) | None, _) => Err(Fault::of(Errno::InvalidOperation)),
    }
}

/// Who calls, where the branch asks for it; and whether they may.
fn caller(rooms: &Rooms, call: &Call, operation: Operation) -> Result<Option<Operator>, Fault> {
    let Some(rights) = operation.rights().filter(|_| rooms.queue_management_authentication) else {
        return Ok(None);
    };
    let operator = rooms.accounts.who(authorization(call))?;
    let missing = rights.iter().find(|right| !operator.rights.contains(**right));
    missing.map_or(Ok(Some(operator)), |right| Err(faults::lacking(*right)))
}

fn authorization(call: &Call) -> Option<&str> {
    let header = call.headers.get(header::AUTHORIZATION)?;
    Some(header.to_str().unwrap_or_default())
}

/// The parameters, in the name of whoever has signed in.
fn parameters(
    call: &Call,
    operation: Operation,
    caller: Option<&Operator>,
) -> Result<Parameters, Fault> {
    let content_type = call.headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let mut given = Parameters::read(content_type, &call.body, &call.query)?;
    if let Some(caller) = caller {
        requests::signed(&mut given, caller)?;
        let lacking =
            operation.right_for_services().filter(|right| !caller.rights.contains(*right));
        if let Some(right) = lacking
            && !given.ids::<u32>("services")?.is_empty()
        {
            return Err(faults::lacking(right));
        }
    }
    Ok(given)
}

/// Does what is asked. What comes back is JSON.
async fn perform(
    rooms: &Rooms,
    call: &Call,
    operation: Operation,
    location: Option<&str>,
) -> Result<Vec<u8>, Fault> {
    let caller = caller(rooms, call, operation)?;
    let given = &parameters(call, operation, caller.as_ref())?;
    let repeat = repeat_key(call, operation, caller.as_ref())?;
    let shown = &caller.map_or(Serves::All, |caller| caller.serves);
    let this = |standing| requests::call_this(given, standing);
    match operation {
        Operation::Login => login(rooms, call, given).await,
        Operation::CreateTicket => create(rooms, given, repeat).await,
        Operation::CallNextTicket => invite(rooms, requests::call_next(given)?, repeat).await,
        Operation::CallTicket => invite(rooms, this(Standing::Waiting)?, repeat).await,
        Operation::CallPausedTicket => invite(rooms, this(Standing::Parked)?, repeat).await,
        Operation::CallCancelledTicket => invite(rooms, this(Standing::Missing)?, repeat).await,
        Operation::Recall => change(rooms, requests::recall(given)?, repeat).await,
        Operation::EndCall => change(rooms, requests::end_call(given)?, repeat).await,
        Operation::PauseCall => change(rooms, requests::pause_call(given)?, repeat).await,
        Operation::CancelCall => change(rooms, requests::cancel_call(given)?, repeat).await,
        Operation::TransferCall => transfer(rooms, given, repeat).await,
        Operation::WaitingTicketsList => look(rooms, shown, |renderer, settings| {
            Ok(json(&renderer.waiting(requests::waiting_list(given, settings)?)))
        }),
        Operation::PausedTicketsList => look(rooms, shown, |renderer, settings| {
            Ok(json(&renderer.paused(requests::desk_list(given, settings)?)))
        }),
        Operation::CancelledTicketsList | Operation::CancellededTicketsList => {
            look(rooms, shown, |renderer, settings| {
                Ok(json(&renderer.cancelled(requests::desk_list(given, settings)?)))
            })
        }
        Operation::WaitingTicketsCount => look(rooms, shown, |renderer, settings| {
            location.map_or(Ok(()), |location| requests::location(location, settings))?;
            Ok(json(&renderer.counts(rooms.now())))
        }),
    }
}

/// What the client named to be able to ask again. Of those who have signed in each has their own.
fn repeat_key(
    call: &Call,
    operation: Operation,
    caller: Option<&Operator>,
) -> Result<Option<RepeatKey>, Fault> {
    let Some(key) = call.headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let scope = match caller {
        None => operation.route().to_owned(),
        Some(caller) => format!("{} by {}", operation.route(), caller.id),
    };
    let key = key.to_str().ok().and_then(|key| RepeatKey::new(&scope, key));
    let expected = format!("1 to {REPEAT_KEY_CHARS_MAX} printable ASCII characters");
    key.map(Some).ok_or_else(|| Fault::parameter("the header Idempotency-Key", &expected))
}

async fn login(rooms: &Rooms, call: &Call, given: &Parameters) -> Result<Vec<u8>, Fault> {
    // Who shows a key needs no password, and may leave out who they are.
    if let Some(entry) = rooms.accounts.sign_in_by_key(authorization(call))? {
        requests::is_or_nobody(given, &entry.operator)?;
        return Ok(json(&answers::signed_in(entry)));
    }
    let login = requests::login(given)?;
    let from = call.peer.ip();
    let find = |settings: &Settings| login.operator(settings).cloned();
    let entry = rooms.accounts.sign_in(&login.named, find, &login.password, from).await?;
    Ok(json(&answers::signed_in(entry)))
}

async fn create(
    rooms: &Rooms,
    given: &Parameters,
    repeat: Option<RepeatKey>,
) -> Result<Vec<u8>, Fault> {
    let settings = rooms.mailbox.read(|committed| Arc::clone(committed.branch.settings()));
    let token = rooms.passes.token();
    let (command, texts) = match requests::scheduled(given)? {
        None => requests::create_ticket(given, &settings, &rooms.cabinet.printers(), token)?,
        Some(at) => {
            let pin = rooms.passes.pin(settings.bookings.pin_digits);
            let drawn = Drawn { token, code: rooms.passes.booking_code(), pin };
            requests::book(given, &settings, &rooms.zone, at, drawn)?
        }
    };
    let receipt = rooms.mailbox.submit(Submission { repeat, texts, ..command.into() }).await?;
    look(rooms, &Serves::All, |renderer, _| {
        let ticket = receipt.ticket.and_then(|id| renderer.committed.branch.ticket(id));
        let ticket = ticket.ok_or_else(gone)?;
        Ok(json(&renderer.created(ticket, &rooms.texts)))
    })
}

async fn invite(
    rooms: &Rooms,
    command: Command,
    repeat: Option<RepeatKey>,
) -> Result<Vec<u8>, Fault> {
    let seat =
        if let Command::CallNext { at: At { counter, operator: Some(operator) }, .. } = command {
            Some(Command::OpenShift { operator, counter })
        } else {
            None
        };
    let submission = Submission { repeat, ..command.into() };
    let receipt = match (rooms.mailbox.submit(submission).await, seat) {
        (Err(SubmitError::Refused(Refusal::NobodyWaiting)), Some(seat)) => {
            // Whoever asks for the next customer sits there, even before there is one: the
            // counter counts as open from now on.
            rooms.mailbox.submit(seat).await?;
            return Err(SubmitError::Refused(Refusal::NobodyWaiting).into());
        }
        (submitted, _) => submitted?,
    };
    look(rooms, &Serves::All, |renderer, _| {
        let call = receipt.call.and_then(|id| renderer.committed.branch.call(id));
        let (ticket, call) = call.ok_or_else(gone)?;
        Ok(json(&renderer.answered(ticket, call)))
    })
}

async fn change(
    rooms: &Rooms,
    command: Command,
    repeat: Option<RepeatKey>,
) -> Result<Vec<u8>, Fault> {
    let submission = Submission { repeat, ..command.into() };
    rooms.mailbox.submit(submission).await?;
    Ok(json(&Done { success: Yes }))
}

async fn transfer(
    rooms: &Rooms,
    given: &Parameters,
    repeat: Option<RepeatKey>,
) -> Result<Vec<u8>, Fault> {
    let requests::Transfer { command, texts, call, desk } = requests::transfer_call(given)?;
    let at = rooms.mailbox.read(|committed| committed.branch.call(call).map(|(_, c)| c.counter));
    if desk.is_some() && at.is_some() && desk != at {
        return Err(Fault::new(Errno::CannotConclude, "desk_id: the call is at another counter"));
    }
    rooms.mailbox.submit(Submission { repeat, texts, ..command.into() }).await?;
    Ok(json(&Done { success: Yes }))
}

/// Renders what is committed. A receipt comes after its commit, so its ticket is in there.
fn look(
    rooms: &Rooms,
    shown: &Serves,
    render: impl FnOnce(&Renderer<'_>, &Settings) -> Result<Vec<u8>, Fault>,
) -> Result<Vec<u8>, Fault> {
    let printers = rooms.cabinet.printers();
    rooms.mailbox.read(|committed| {
        let renderer = Renderer { committed, zone: &rooms.zone, printers: &printers, shown };
        render(&renderer, committed.branch.settings())
    })
}

/// Asked again after the ticket's day: it was done, and there is nothing left to show.
fn gone() -> Fault {
    Fault::new(Errno::NoValues, "this was done before, and the ticket is not kept any more")
}
