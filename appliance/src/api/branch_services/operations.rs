//! What can be asked for: each operation's path, its method, and who may ask.
//!
//! Source: the tables of the vendor's document. Where a path would fit two rows, the first counts.

use engine::settings::Right;
use serve::http::Method;

use super::Caller;
use super::faults::Fault;
use super::figures::Statistics;
use super::hall::Hall;
use super::work::Work;

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Notifications,
    Products,
    ProductsSimple,
    Menus,
    Menu,
    Awaiting,
    BookingMenu,
    BookingDays,
    BookingTimes,
    BookingLogin,
    Book,
    BookingTickets,
    BookingTicket,
    BookingConfirm,
    BookingCancel,
    TicketPicture,
    SurveyState,
    SurveyBegin,
    SurveyAnswer,
    SurveyEnd,
    Work(Work),
    Hall(Hall),
    Statistics(Statistics),
}

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guard {
    /// Whoever comes.
    Anyone,
    /// Somebody for whom a trusted site speaks.
    Booker,
    /// The same, or who leads the hall.
    BookerOrHall,
    /// Who works at a counter.
    Operator,
    /// Who leads the hall.
    Hall,
    /// Who may see figures: who leads the hall, and who administers the branch.
    Statistics,
}

/// All kinds of callers.
#[cfg(test)]
pub(super) const GUARDS: [Guard; 6] = [
    Guard::Anyone,
    Guard::Booker,
    Guard::BookerOrHall,
    Guard::Operator,
    Guard::Hall,
    Guard::Statistics,
];

impl Guard {
    /// Whether somebody is of the right kind.
    pub(super) fn admits(self, caller: &Caller) -> bool {
        let has = |right: Right| match caller {
            Caller::Operator(operator) => operator.rights.contains(right),
            Caller::Anyone | Caller::Booker(_) => false,
        };
        let is_booker = matches!(caller, Caller::Booker(_));
        match self {
            Guard::Anyone => true,
            Guard::Booker => is_booker,
            Guard::BookerOrHall => is_booker || has(Right::Hall),
            Guard::Operator => has(Right::Counter),
            Guard::Hall => has(Right::Hall),
            Guard::Statistics => has(Right::Hall) || has(Right::Administration),
        }
    }
}

/// The methods of this dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    /// (A HEAD arrives as a GET.)
    Get,
    Post,
}

impl Verb {
    fn is(self, method: &Method) -> bool {
        match self {
            Verb::Get => method == Method::GET,
            Verb::Post => method == Method::POST,
        }
    }
}

/// One line of the vendor's tables.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) operation: Operation,
    pub(super) verb: Verb,
    /// The path below the root, with its gaps in braces; it is the label in log and metrics too.
    pub(super) route: &'static str,
    pub(super) guard: Guard,
}

const fn row(operation: Operation, verb: Verb, route: &'static str, guard: Guard) -> Row {
    Row { operation, verb, route, guard }
}

/// What every route begins with.
const PREFIX: &str = "api/1/";

/// All there are.
pub(super) const OPERATIONS: &[Row] = {
    use Guard::{Anyone, Booker, BookerOrHall, Hall as Leads, Operator, Statistics as Figures};
    use Operation as Op;
    use Verb::{Get, Post};
    &[
        row(Op::Notifications, Get, "api/1/notifications/{clientId}", Anyone),
        row(Op::Products, Get, "api/1/config/products", Anyone),
        row(Op::ProductsSimple, Get, "api/1/config/products/simple", Anyone),
        row(Op::Menus, Get, "api/1/config/menus", Anyone),
        row(Op::Menu, Get, "api/1/config/menus/{menuId}", Anyone),
        row(Op::Awaiting, Get, "api/1/queue/awaiting", Anyone),
        row(Op::BookingMenu, Get, "api/1/booking/menu", Anyone),
        row(Op::BookingDays, Get, "api/1/booking/schedule/days", Anyone),
        row(Op::BookingTimes, Get, "api/1/booking/schedule/days/{date}", Anyone),
        // The address that it comes from is looked at instead of a token.
        row(Op::BookingLogin, Post, "api/1/booking/login/{userIdentity}", Anyone),
        row(Op::Book, Post, "api/1/booking/book/{date}/{time}", Booker),
        row(Op::BookingTickets, Get, "api/1/booking/tickets", Booker),
        row(Op::BookingTicket, Get, "api/1/booking/tickets/{ticketId}", Booker),
        row(Op::BookingConfirm, Post, "api/1/booking/tickets/{ticketId}/confirm", Booker),
        row(Op::BookingCancel, Post, "api/1/booking/tickets/{ticketId}/cancel", Booker),
        row(Op::TicketPicture, Get, "api/1/tickets/ticketpng/{ticketId}", BookerOrHall),
        row(Op::SurveyState, Get, "api/1/survey/{clientId}/state", Anyone),
        row(Op::SurveyBegin, Post, "api/1/survey/{clientId}/begin", Anyone),
        row(Op::SurveyAnswer, Post, "api/1/survey/{clientId}/answer", Anyone),
        row(Op::SurveyEnd, Post, "api/1/survey/{clientId}/end", Anyone),
        // Whose password it is stands in the path.
        row(
            Op::Work(Work::Identify),
            Post,
            "api/1/operation/identify/{clientId}/{login}/{password}",
            Anyone,
        ),
        row(Op::Work(Work::State), Get, "api/1/operation/state", Operator),
        row(Op::Work(Work::Login), Post, "api/1/operation/login/{login}/{password}", Operator),
        row(Op::Work(Work::Logout), Post, "api/1/operation/logout", Operator),
        row(Op::Work(Work::Queue), Get, "api/1/operation/queue", Operator),
        row(Op::Work(Work::QueueCount), Get, "api/1/operation/queue/count", Operator),
        row(Op::Work(Work::Personal), Get, "api/1/operation/personal", Operator),
        row(Op::Work(Work::PersonalCount), Get, "api/1/operation/personal/count", Operator),
        row(Op::Work(Work::BreakBegin), Post, "api/1/operation/break/begin", Operator),
        row(Op::Work(Work::BreakEnd), Post, "api/1/operation/break/end", Operator),
        row(Op::Work(Work::Invite), Post, "api/1/operation/invite", Operator),
        row(Op::Work(Work::InviteThis), Post, "api/1/operation/invite/{ticketProductId}", Operator),
        row(Op::Work(Work::Start), Post, "api/1/operation/start", Operator),
        row(Op::Work(Work::Reject), Post, "api/1/operation/reject", Operator),
        row(Op::Work(Work::Complete), Post, "api/1/operation/complete", Operator),
        row(Op::Work(Work::Hold), Post, "api/1/operation/hold", Operator),
        row(Op::Work(Work::Menu), Get, "api/1/operation/menu", Operator),
        row(Op::Work(Work::Users), Post, "api/1/operation/redirect/users/{menuLinkId}", Operator),
        row(
            Op::Work(Work::Places),
            Post,
            "api/1/operation/redirect/workPlaces/{menuLinkId}",
            Operator,
        ),
        row(Op::Work(Work::Redirect), Post, "api/1/operation/redirect/{menuLinkId}", Operator),
        row(Op::Hall(Hall::Login), Post, "api/1/queue/admin/login/{login}/{password}", Anyone),
        row(Op::Hall(Hall::Tickets), Get, "api/1/queue/admin/tickets", Leads),
        row(Op::Hall(Hall::Bookings), Get, "api/1/queue/admin/booking", Leads),
        row(Op::Hall(Hall::Ticket), Get, "api/1/queue/admin/tickets/{ticketId}", Leads),
        row(Op::Hall(Hall::New), Post, "api/1/queue/admin/tickets/new", Leads),
        row(
            Op::Hall(Hall::AddProduct),
            Post,
            "api/1/queue/admin/tickets/{ticketId}/addProduct/{productId}",
            Leads,
        ),
        row(
            Op::Hall(Hall::Cancel),
            Post,
            "api/1/queue/admin/tickets/{ticketId}/{ticketProductId}/cancel",
            Leads,
        ),
        row(
            Op::Hall(Hall::SetPriority),
            Post,
            "api/1/queue/admin/tickets/{ticketId}/{ticketProductId}/setPriority",
            Leads,
        ),
        row(Op::Hall(Hall::Users), Post, "api/1/queue/admin/redirect/users/{productId}", Leads),
        row(
            Op::Hall(Hall::WorkPlaces),
            Post,
            "api/1/queue/admin/redirect/workPlaces/{productId}",
            Leads,
        ),
        row(Op::Hall(Hall::Redirect), Post, "api/1/queue/admin/redirect/{productId}", Leads),
        row(Op::Statistics(Statistics::Present), Get, "api/1/queue/statistics", Figures),
        row(Op::Statistics(Statistics::History), Get, "api/1/queue/statistics/history", Figures),
        row(Op::Statistics(Statistics::Tickets), Get, "api/1/tickets/history/list", Figures),
    ]
};

/// The row for a path, and what stands in its gaps.
pub(super) fn find<'a>(
    path: &[&'a str],
    method: &Method,
) -> Result<(&'static Row, Vec<&'a str>), Fault> {
    let fitting = || OPERATIONS.iter().filter_map(|row| Some((row, gaps(row.route, path)?)));
    if let Some(found) = fitting().find(|(row, _)| row.verb.is(method)) {
        return Ok(found);
    }
    let allowed = |verb: Verb| fitting().any(|(row, _)| row.verb == verb);
    match (allowed(Verb::Get), allowed(Verb::Post)) {
        (false, false) => Err(Fault::NOWHERE),
        (true, false) => Err(Fault::method("GET, HEAD")),
        (false, true) => Err(Fault::method("POST")),
        (true, true) => Err(Fault::method("GET, HEAD, POST")),
    }
}

/// What stands in the gaps of a route, where a path fits it.
fn gaps<'a>(route: &str, path: &[&'a str]) -> Option<Vec<&'a str>> {
    let mut expected = route.strip_prefix(PREFIX).unwrap_or(route).split('/');
    let mut gaps = Vec::new();
    for &segment in path {
        let part = expected.next()?;
        if part.starts_with('{') {
            gaps.push(Some(segment).filter(|segment| !segment.is_empty())?);
        } else if part != segment {
            return None;
        }
    }
    expected.next().is_none().then_some(gaps)
}
