//! Branch services: boards, the hall, configuration, bookings, operators, surveys, figures.
//!
//! Source: "Services REST API" (in Russian) and our own reading of it: the paths are the vendor's, most of the
//! payloads are ours. Everything is served below `/api/1/`, the picture of a ticket at the root too.
//! Requests have members in camelCase, answers in PascalCase; a time is ISO 8601 with the branch's
//! offset. `docs/branch-services.md` is the manual.
//!
//! Passwords stand in some of these paths, so a path is never written anywhere: logs and metrics
//! have the route.

mod answers;
mod booking;
mod config;
pub(super) mod described;
mod faults;
mod figures;
mod figures_wire;
mod hall;
mod hall_board;
mod handover;
mod operations;
mod picture;
mod reception;
mod requests;
mod sending;
mod staff_wire;
mod survey;
mod wire;
mod work;

#[cfg(test)]
mod tests;

use bytes::Bytes;
use engine::settings::Operator;
use engine::{LanguageId, Settings};
use serde::Serialize;
use serve::branch_services::token;
use serve::http::{Answer, Call, HeaderName, HeaderValue, HttpFault, StatusCode};

use self::answers::Renderer;
use self::faults::Fault;
use self::operations::{Guard, OPERATIONS, Operation, Row};
pub use self::reception::{Identity, Reception};
use crate::accounts::Stranger;
use crate::api::Rooms;
use crate::registrar::{REPEAT_KEY_CHARS_MAX, RepeatKey};

/// The route of calls that reach no operation.
const NO_ROUTE: &str = "api/1";

/// The header by which a client can ask again.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

const PNG: HeaderValue = HeaderValue::from_static("image/png");

/// Every route of this dialect, for log and metrics.
pub const ROUTES: [&str; 1 + OPERATIONS.len()] = {
    let mut routes = [NO_ROUTE; 1 + OPERATIONS.len()];
    let mut index = 0;
    while index < OPERATIONS.len() {
        routes[1 + index] = OPERATIONS[index].route;
        index += 1;
    }
    routes
};

/// Who calls.
#[derive(Clone, Debug)]
enum Caller {
    /// Nobody has asked.
    Anyone,
    /// Somebody who has signed in.
    Operator(Operator),
    /// Somebody for whom a trusted site speaks.
    Booker(Identity),
}

/// A call that may be answered: who asks, and what stands in the path's gaps, in their order.
struct Asked<'a> {
    rooms: &'a Rooms,
    call: &'a Call,
    row: &'static Row,
    given: Vec<&'a str>,
    caller: Caller,
}

/// What comes back.
enum Reply {
    Json(Vec<u8>),
    Png(Bytes),
}

/// Whether these segments begin a path of this dialect.
pub(super) fn is_ours(segments: &[&str]) -> bool {
    matches!(segments, ["api", "1", ..] | ["tickets", "ticketpng", ..])
}

/// Answers a call below `/api/1`, or for the picture of a ticket.
pub(super) async fn answer(rooms: &Rooms, call: Call) -> Answer {
    let segments = call.path.segments();
    let (route, outcome) = match operations::find(below(&segments), &call.method) {
        Ok((row, given)) => (row.route, admit(rooms, &call, row, given).await),
        Err(fault) => (NO_ROUTE, Err(fault)),
    };
    match outcome {
        Ok(Reply::Json(body)) => Answer::json(StatusCode::OK, body, route),
        Ok(Reply::Png(body)) => Answer::full(StatusCode::OK, PNG, body, route),
        Err(fault) => {
            let settings = rooms.mailbox.read(|now| now.branch.settings().clone());
            let code = requests::language_code(&call, &settings);
            faults::render(&fault, &rooms.texts, code, route)
        }
    }
}

/// Says why a call never came through.
pub(super) fn fault(rooms: &Rooms, fault: &HttpFault) -> Answer {
    faults::render(&Fault::from(fault), &rooms.texts, "", NO_ROUTE)
}

/// The path without its prefix, and without a slash at its end.
fn below<'s, 'a>(segments: &'s [&'a str]) -> &'s [&'a str] {
    let rest = match segments {
        ["api", "1", rest @ ..] => rest,
        _ => segments,
    };
    rest.strip_suffix(&[""]).unwrap_or(rest)
}

async fn admit(
    rooms: &Rooms,
    call: &Call,
    row: &'static Row,
    given: Vec<&str>,
) -> Result<Reply, Fault> {
    let caller = caller(rooms, call, row.guard)?;
    perform(&Asked { rooms, call, row, given, caller }).await
}

/// Who calls, and whether they may.
fn caller(rooms: &Rooms, call: &Call, guard: Guard) -> Result<Caller, Fault> {
    if guard == Guard::Anyone {
        return Ok(Caller::Anyone);
    }
    let shown = token(call);
    let caller = rooms.reception.who(&rooms.accounts, shown, rooms.mailbox.moment())?;
    let caller = match caller {
        Caller::Operator(first) => {
            let owner = rooms.mailbox.read(|now| {
                let settings = now.branch.settings();
                rooms.reception.handovers.owner(shown.unwrap_or_default(), first, settings)
            });
            Caller::Operator(owner.ok_or(Stranger::Forged)?)
        }
        Caller::Anyone | Caller::Booker(_) => caller,
    };
    if guard.admits(&caller) { Ok(caller) } else { Err(faults::wrong_kind(guard)) }
}

async fn perform(asked: &Asked<'_>) -> Result<Reply, Fault> {
    match asked.row.operation {
        Operation::Notifications => hall_board::notifications(asked),
        Operation::Products => config::products(asked),
        Operation::ProductsSimple => config::products_simple(asked),
        Operation::Menus => config::menus(asked),
        Operation::Menu => config::menu(asked),
        Operation::Awaiting => config::awaiting(asked),
        Operation::BookingMenu => config::booking_menu(asked),
        Operation::BookingDays => booking::days(asked),
        Operation::BookingTimes => booking::times(asked),
        Operation::BookingLogin => booking::login(asked),
        Operation::Book => booking::book(asked).await,
        Operation::BookingTickets => booking::tickets(asked),
        Operation::BookingTicket => booking::ticket(asked),
        Operation::BookingConfirm => booking::confirm(asked).await,
        Operation::BookingCancel => booking::cancel(asked).await,
        Operation::TicketPicture => picture::ticket(asked).await,
        Operation::SurveyState => survey::state(asked),
        Operation::SurveyBegin => survey::begin(asked),
        Operation::SurveyAnswer => survey::answer(asked).await,
        Operation::SurveyEnd => survey::end(asked),
        Operation::Work(deed) => work::perform(asked, deed).await,
        Operation::Hall(deed) => hall::perform(asked, deed).await,
        Operation::Statistics(question) => figures::perform(asked, question).await,
    }
}

impl Asked<'_> {
    /// What stands in a gap of the path, counted from 0.
    fn gap(&self, index: usize) -> &str {
        self.given.get(index).copied().unwrap_or_default()
    }

    /// The number in a gap of the path, which `name` is called by in the fault.
    fn id(&self, index: usize, name: &str) -> Result<u64, Fault> {
        requests::number(self.gap(index)).ok_or_else(|| Fault::parameter(name, "a number"))
    }

    /// The reader's language.
    fn language(&self, settings: &Settings) -> LanguageId {
        requests::language(self.call, settings)
    }

    /// Renders what is committed. A receipt comes after its commit, so its ticket is in there.
    /// `render` holds up the next commit, so it must be short.
    fn look<R>(&self, render: impl FnOnce(&Renderer<'_>) -> R) -> R {
        self.rooms.mailbox.read(|committed| {
            let language = self.language(committed.branch.settings());
            render(&Renderer { committed, zone: &self.rooms.zone, language })
        })
    }

    /// What the client named to be able to ask again. Each caller has their own.
    fn repeat_key(&self) -> Result<Option<RepeatKey>, Fault> {
        let Some(key) = self.call.headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
        let scope = match &self.caller {
            Caller::Anyone => self.row.route.to_owned(),
            Caller::Operator(operator) => format!("{} by {}", self.row.route, operator.id),
            Caller::Booker(identity) => format!("{} for {}", self.row.route, identity.mark()),
        };
        let key = key.to_str().ok().and_then(|key| RepeatKey::new(&scope, key));
        let expected = format!("1 to {REPEAT_KEY_CHARS_MAX} printable ASCII characters");
        key.map(Some).ok_or_else(|| Fault::parameter("the header Idempotency-Key", &expected))
    }
}

/// An answer of this shape.
fn json(shape: &impl Serialize) -> Reply {
    Reply::Json(
        serde_json::to_vec(shape)
            .expect("the shapes are texts, numbers and flags under plain names"),
    )
}
