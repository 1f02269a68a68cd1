//! Queue Management: the staff's side of the line. Tickets are issued, called, ended and counted.
//!
//! Source: "Queue Management API" and our own reading of it. Every operation is a POST, save
//! `waitingticketscount`, and answers JSON or, with `format=xml` in the query string, XML.
//! A POST with an `Idempotency-Key` can be asked again: it is done once, and answered as often.
//!
//! The other operations of the vendor (`login`, and the two about cancelled tickets) are not
//! served, and answer errno 3.

mod answers;
mod faults;
mod requests;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use engine::{At, Command, Refusal, Settings, Standing};
use serde::Serialize;
use serve::http::{Answer, Call, HeaderName, HeaderValue, HttpFault, Method, StatusCode, header};

use self::answers::Renderer;
use self::faults::{Errno, Fault};
use self::wire::{Done, Parameters, Yes};
use crate::api::{Rooms, xml};
use crate::registrar::{REPEAT_KEY_CHARS_MAX, RepeatKey, Submission, SubmitError, TicketTexts};

/// Segments before the operation: `/restapi/v2/queuemanagement`.
const PREFIX_SEGMENTS: usize = 3;

/// The route of calls that reach no operation.
const NO_ROUTE: &str = "queuemanagement";

/// The header by which a client can ask again.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

const XML: HeaderValue = HeaderValue::from_static("application/xml; charset=utf-8");

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

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    CreateTicket,
    CallNextTicket,
    CallTicket,
    CallPausedTicket,
    Recall,
    EndCall,
    PauseCall,
    CancelCall,
    TransferCall,
    WaitingTicketsList,
    PausedTicketsList,
    WaitingTicketsCount,
}

const OPERATIONS: [Operation; 12] = [
    Operation::CreateTicket,
    Operation::CallNextTicket,
    Operation::CallTicket,
    Operation::CallPausedTicket,
    Operation::Recall,
    Operation::EndCall,
    Operation::PauseCall,
    Operation::CancelCall,
    Operation::TransferCall,
    Operation::WaitingTicketsList,
    Operation::PausedTicketsList,
    Operation::WaitingTicketsCount,
];

impl Operation {
    /// The operation with this name.
    fn named(name: &str) -> Option<Operation> {
        OPERATIONS.into_iter().find(|operation| operation.name() == name)
    }

    /// Its route, which ends in its name.
    const fn route(self) -> &'static str {
        match self {
            Operation::CreateTicket => "queuemanagement/createticket",
            Operation::CallNextTicket => "queuemanagement/callnextticket",
            Operation::CallTicket => "queuemanagement/callticket",
            Operation::CallPausedTicket => "queuemanagement/callpausedticket",
            Operation::Recall => "queuemanagement/recall",
            Operation::EndCall => "queuemanagement/endcall",
            Operation::PauseCall => "queuemanagement/pausecall",
            Operation::CancelCall => "queuemanagement/cancelcall",
            Operation::TransferCall => "queuemanagement/transfercall",
            Operation::WaitingTicketsList => "queuemanagement/waitingticketslist",
            Operation::PausedTicketsList => "queuemanagement/pausedticketslist",
            Operation::WaitingTicketsCount => "queuemanagement/waitingticketscount",
        }
    }

    fn name(self) -> &'static str {
        self.route().rsplit('/').next().unwrap_or_default()
    }

    fn method(self) -> Method {
        match self {
            Operation::WaitingTicketsCount => Method::GET,
            Operation::CreateTicket
            | Operation::CallNextTicket
            | Operation::CallTicket
            | Operation::CallPausedTicket
            | Operation::Recall
            | Operation::EndCall
            | Operation::PauseCall
            | Operation::CancelCall
            | Operation::TransferCall
            | Operation::WaitingTicketsList
            | Operation::PausedTicketsList => Method::POST,
        }
    }

    /// The methods that may be used, as a header has them. (A HEAD arrives as a GET.)
    fn allow(self) -> &'static str {
        if self.method() == Method::GET { "GET, HEAD" } else { "POST" }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Xml,
}

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
        (Ok(_), Ok(_)) if rooms.queue_management_authentication => Err(Fault::not_authenticated()),
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
        return Err(Fault::new(Errno::UriNotSpecified, "the address names no operation"));
    };
    match (Operation::named(name), rest) {
        (Some(operation), []) => Ok((operation, None)),
        (Some(Operation::WaitingTicketsCount), [location]) => {
            Ok((Operation::WaitingTicketsCount, Some((*location).to_owned())))
        }
        (Some(_) | None, _) => Err(Fault::new(Errno::InvalidOperation, "no such operation")),
    }
}

fn format(call: &Call) -> Result<Format, Fault> {
    let format = call.query.get("format");
    match format.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "json") => Ok(Format::Json),
        Some("xml") => Ok(Format::Xml),
        Some(_) => Err(Fault::new(Errno::InvalidFormat, "format must be json or xml")),
    }
}

/// Does what is asked. What comes back is JSON.
async fn perform(
    rooms: &Rooms,
    call: &Call,
    operation: Operation,
    location: Option<&str>,
) -> Result<Vec<u8>, Fault> {
    let content_type = call.headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let given = &Parameters::read(content_type, &call.body, &call.query)?;
    let repeat = repeat_key(call, operation)?;
    match operation {
        Operation::CreateTicket => create(rooms, given, repeat).await,
        Operation::CallNextTicket => invite(rooms, requests::call_next(given)?, repeat).await,
        Operation::CallTicket => {
            invite(rooms, requests::call_this(given, Standing::Waiting)?, repeat).await
        }
        Operation::CallPausedTicket => {
            invite(rooms, requests::call_this(given, Standing::Parked)?, repeat).await
        }
        Operation::Recall => change(rooms, requests::recall(given)?, repeat).await,
        Operation::EndCall => change(rooms, requests::end_call(given)?, repeat).await,
        Operation::PauseCall => change(rooms, requests::pause_call(given)?, repeat).await,
        Operation::CancelCall => change(rooms, requests::cancel_call(given)?, repeat).await,
        Operation::TransferCall => transfer(rooms, given, repeat).await,
        Operation::WaitingTicketsList => look(rooms, |renderer, settings| {
            Ok(json(&renderer.waiting(requests::waiting_list(given, settings)?)))
        }),
        Operation::PausedTicketsList => look(rooms, |renderer, settings| {
            Ok(json(&renderer.paused(requests::paused_list(given, settings)?)))
        }),
        Operation::WaitingTicketsCount => look(rooms, |renderer, settings| {
            location.map_or(Ok(()), |location| requests::location(location, settings))?;
            Ok(json(&renderer.counts(rooms.now())))
        }),
    }
}

/// What the client named to be able to ask again.
fn repeat_key(call: &Call, operation: Operation) -> Result<Option<RepeatKey>, Fault> {
    let Some(key) = call.headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = key.to_str().ok().and_then(|key| RepeatKey::new(operation.route(), key));
    let expected = format!("1 to {REPEAT_KEY_CHARS_MAX} printable ASCII characters");
    key.map(Some).ok_or_else(|| Fault::parameter("the header Idempotency-Key", &expected))
}

async fn create(
    rooms: &Rooms,
    given: &Parameters,
    repeat: Option<RepeatKey>,
) -> Result<Vec<u8>, Fault> {
    let settings = rooms.mailbox.read(|committed| Arc::clone(committed.branch.settings()));
    let token = rooms.passes.token();
    let (command, texts) = requests::create_ticket(given, &settings, &rooms.printers, token)?;
    let receipt = rooms.mailbox.submit(Submission { command, repeat, texts }).await?;
    look(rooms, |renderer, _| {
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
    let submission = Submission { command, repeat, texts: TicketTexts::default() };
    let receipt = match (rooms.mailbox.submit(submission).await, seat) {
        (Err(SubmitError::Refused(Refusal::NobodyWaiting)), Some(seat)) => {
            // Whoever asks for the next customer sits there, even before there is one: the
            // counter counts as open from now on.
            rooms.mailbox.submit(seat).await?;
            return Err(SubmitError::Refused(Refusal::NobodyWaiting).into());
        }
        (submitted, _) => submitted?,
    };
    look(rooms, |renderer, _| {
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
    let submission = Submission { command, repeat, texts: TicketTexts::default() };
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
    rooms.mailbox.submit(Submission { command, repeat, texts }).await?;
    Ok(json(&Done { success: Yes }))
}

/// Renders what is committed. A receipt comes after its commit, so its ticket is in there.
fn look(
    rooms: &Rooms,
    render: impl FnOnce(&Renderer<'_>, &Settings) -> Result<Vec<u8>, Fault>,
) -> Result<Vec<u8>, Fault> {
    rooms.mailbox.read(|committed| {
        let renderer = Renderer { committed, zone: &rooms.zone, printers: &rooms.printers };
        render(&renderer, committed.branch.settings())
    })
}

/// Asked again after the ticket's day: it was done, and there is nothing left to show.
fn gone() -> Fault {
    Fault::new(Errno::NoValues, "this was done before, and the ticket is not kept any more")
}

fn json(shape: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(shape).expect("the shapes are texts, numbers and flags under plain names")
}

fn render(outcome: Result<Vec<u8>, Fault>, format: Format, route: &'static str) -> Answer {
    let (status, body, fault) = match outcome {
        Ok(body) => (StatusCode::OK, body, None),
        Err(fault) => (fault.status, json(&fault.body()), Some(fault)),
    };
    let mut answer = match format {
        Format::Json => Answer::json(status, body, route),
        Format::Xml => {
            let body = xml::of_json(&body).expect("the members have the names of elements");
            Answer::full(status, XML, body, route)
        }
    };
    let Some(fault) = fault else { return answer };
    if let Some(method) = fault.allow {
        answer = answer.with_header(header::ALLOW, HeaderValue::from_static(method));
    }
    if let Some(seconds) = fault.retry_after_s {
        answer = answer.with_header(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if fault.status == StatusCode::UNAUTHORIZED {
        answer = answer.with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer
}
