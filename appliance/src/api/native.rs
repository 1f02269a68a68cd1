//! The branch's own interface, for our pages and programs. Errors are RFC 9457's.
//!
//! `operations` is the table of all that can be asked for. A POST takes an `Idempotency-Key`: asked
//! again with the same one, it is done once and answered as often.

mod checks;
mod counters;
pub(super) mod described;
mod devices;
pub(crate) mod difference;
mod dispenser;
mod events;
mod faults;
mod figures;
mod fittings;
mod history;
mod operations;
mod operators;
mod release;
mod requests;
mod screens;
mod session;
mod settings;
mod story;
mod tickets;
mod wire;

use engine::settings::{Operator, Right};
use serde::Serialize;
use serve::http::{Answer, Call, Head, HttpFault, StatusCode, header};
use serve::problem::Problem;

use self::operations::{Gaps, Guard, Lost, Operation, PHONE_PATH, Row, TABLE};
use crate::api::{Rooms, document, setup};
use crate::store::Author;

/// The route of calls that reach nothing.
const NO_ROUTE: &str = "v1";

/// Every route, for log and metrics. Two methods of one path share theirs.
pub(super) fn routes() -> Vec<&'static str> {
    let mut routes: Vec<&'static str> = TABLE.iter().map(|row| row.path).collect();
    routes.extend([setup::ROUTE, NO_ROUTE]);
    routes.dedup();
    routes
}

/// Whether a path outside of `/v1` belongs here.
pub(super) fn is_ours(segments: &[&str]) -> bool {
    segments.iter().copied().eq(PHONE_PATH.split('/'))
}

/// One call that has been let in.
struct Asked<'a> {
    rooms: &'a Rooms,
    call: &'a Call,
    row: &'static Row,
    gaps: Gaps,
    caller: Option<Caller>,
}

/// How a call came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Over the network: whoever asks says who they are.
    Network,
    /// By the box's own socket, which has looked at who is at its other end.
    Socket,
}

/// Who calls.
enum Caller {
    /// An operator who has signed in.
    Operator {
        operator: Operator,
        /// When the token's time is over, in milliseconds since the Unix epoch; none: never.
        until_ms: Option<i64>,
    },
    /// Whoever stands at the box itself, with all rights and at no counter.
    Technician,
}

impl Asked<'_> {
    /// The operator who calls, where it must be one.
    fn operator(&self) -> Result<&Operator, Problem> {
        match &self.caller {
            Some(Caller::Operator { operator, .. }) => Ok(operator),
            Some(Caller::Technician) => Err(faults::no_operator()),
            None => Err(faults::stranger(crate::accounts::Stranger::Silent)),
        }
    }

    /// By whom a change is made. The table lets nobody else come so far.
    fn author(&self) -> Result<Author, Problem> {
        match &self.caller {
            Some(Caller::Operator { operator, .. }) => Ok(Author::Operator(operator.id)),
            Some(Caller::Technician) => Ok(Author::Technician),
            None => Err(faults::stranger(crate::accounts::Stranger::Silent)),
        }
    }

    /// Whose keys for asking again these are: one caller's never meet another's.
    fn namesake(&self) -> Result<String, Problem> {
        Ok(match self.author()? {
            Author::Operator(id) => id.to_string(),
            author @ (Author::Technician | Author::Box) => author.word().to_owned(),
        })
    }

    /// When the caller's time is over, in milliseconds since the Unix epoch; none: never.
    fn until_ms(&self) -> Option<i64> {
        match &self.caller {
            Some(Caller::Operator { until_ms, .. }) => *until_ms,
            Some(Caller::Technician) | None => None,
        }
    }

    fn json(&self, body: &impl Serialize) -> Answer {
        let body = serde_json::to_vec(body).expect("texts and numbers can be written");
        Answer::json(StatusCode::OK, body, self.row.path)
    }
}

/// Answers a call below `/v1`, or for the phone's screen.
pub(super) async fn answer(rooms: &Rooms, call: &Call, way: Way) -> Answer {
    if *call.path.segments() == ["v1", "setup"] {
        return setup::answer(rooms, call).await;
    }
    let (row, gaps) = match operations::find(&call.path.segments(), &call.method) {
        Ok(found) => found,
        Err(Lost::Nothing) => {
            return Problem::not_found("Nothing is served at this path.").answer(NO_ROUTE);
        }
        Err(Lost::Method(allowed)) => return Problem::method_not_allowed(allowed).answer(NO_ROUTE),
    };
    let outcome = match admit(rooms, call, row, way) {
        Ok(caller) => perform(&Asked { rooms, call, row, gaps, caller }).await,
        Err(problem) => Err(problem),
    };
    outcome.unwrap_or_else(|problem| problem.answer(row.path))
}

/// Bytes that a body may have here, where it is not the usual limit: settings are large, and are
/// taken only from those who may change them.
pub(super) fn body_bytes_max(rooms: &Rooms, head: &Head, way: Way) -> Option<usize> {
    let (row, _) = operations::find(&head.path.segments(), &head.method).ok()?;
    let is_large = matches!(row.operation, Operation::SettingsWrite | Operation::SettingsCheck);
    let header = head.headers.get(header::AUTHORIZATION);
    if way == Way::Socket && header.is_none() {
        return is_large.then_some(settings::SETTINGS_BYTES_MAX);
    }
    let header = header.filter(|_| is_large)?;
    let caller = rooms.accounts.who(Some(header.to_str().ok()?)).ok()?;
    caller.rights.contains(Right::Administration).then_some(settings::SETTINGS_BYTES_MAX)
}

/// Says why a call never came through.
pub(super) fn fault(fault: &HttpFault) -> Answer {
    Problem::of_fault(fault).answer(NO_ROUTE)
}

/// Who calls, and whether they may.
fn admit(rooms: &Rooms, call: &Call, row: &Row, way: Way) -> Result<Option<Caller>, Problem> {
    let header = call.headers.get(header::AUTHORIZATION);
    let header = header.map(|value| value.to_str().unwrap_or_default());
    // Who signs in is an operator, at the box too.
    if way == Way::Socket && header.is_none() {
        return Ok(Some(Caller::Technician));
    }
    let rights = match row.guard {
        Guard::Anyone => return Ok(None),
        Guard::Screen => return screens::admit(rooms, call, header).map(|()| None),
        Guard::Operator => &[][..],
        Guard::Right(rights) => rights,
    };
    let (operator, until_ms) = rooms.accounts.signed_in(header).map_err(faults::stranger)?;
    let may = rights.is_empty() || rights.iter().any(|right| operator.rights.contains(*right));
    if may {
        Ok(Some(Caller::Operator { operator, until_ms }))
    } else {
        Err(faults::lacking(rights))
    }
}

async fn perform(asked: &Asked<'_>) -> Result<Answer, Problem> {
    match asked.row.operation {
        Operation::Document => Ok(document::answer(asked.row.path)),
        Operation::Login => session::login(asked).await,
        Operation::Me => session::me(asked),
        Operation::Phone => screens::phone(asked),
        Operation::Hall => screens::hall(asked),
        Operation::Dispenser => screens::dispenser(asked),
        Operation::Clerk => screens::clerk(asked),
        Operation::Tokens => screens::tokens(asked),
        Operation::TokenMake => screens::make_token(asked).await,
        Operation::TokenEnd => screens::end_token(asked).await,
        Operation::DispenserTicket => dispenser::take(asked).await,
        Operation::DispenserCheckIn => dispenser::check_in(asked).await,
        Operation::DispenserReprint => dispenser::reprint(asked).await,
        Operation::Counters => Ok(counters::list(asked)),
        Operation::Desk(deed) => counters::perform(asked, deed).await,
        Operation::Release => release::perform(asked).await,
        Operation::Tickets => tickets::list(asked),
        Operation::Ticket => tickets::one(asked),
        Operation::Story => story::tell(asked),
        Operation::Issue => tickets::issue(asked).await,
        Operation::Delete => tickets::delete(asked).await,
        Operation::PutBack => tickets::put_back(asked).await,
        Operation::Today => figures::today(asked),
        Operation::TodaySheet => figures::sheet(asked),
        Operation::Events => events::stream(asked),
        Operation::SettingsRead => settings::read(asked),
        Operation::SettingsWrite => settings::write(asked).await,
        Operation::SettingsCheck => settings::check(asked),
        Operation::History => history::list(asked).await,
        Operation::Version => history::one(asked).await,
        Operation::Operators => operators::list(asked),
        Operation::Password => operators::set_password(asked).await,
        Operation::Devices => devices::list(asked),
        Operation::DeviceTest => devices::test(asked).await,
        Operation::DeviceMonitor => devices::monitor(asked),
        Operation::DeviceList => fittings::read(asked).await,
        Operation::DeviceListWrite => fittings::write(asked).await,
        Operation::DeviceListHistory => fittings::history(asked),
        Operation::Checks => checks::list(asked).await,
        Operation::SignOut => operators::sign_out(asked).await,
    }
}
