//! Virtual Ticket: what a customer's app asks, under `/vt/api/{json|xml}/`.
//!
//! Source: "Virtual Ticket API" of the vendor. A branch serves it for itself, central for all of
//! its branches; both do so with what is written here, over a [`Host`] each. What the source leaves
//! open is ours, and stands in the branch's manual, `docs/virtual-ticket.md`.
//!
//! - Bodies are JSON or XML, whatever the path says; the path says how the answer is written.
//! - `ticket/create` takes an `Idempotency-Key` header: who has lost the answer asks again.
//! - The token comes in `Authorization: Bearer`, or as `vt_token` in query or body.
//! - Failures are the call's own `success: false` with `error`, a stable code.

mod customers;
mod described;
mod faults;
mod host;
pub mod hours;
mod places;
mod providers;
mod requests;
mod tickets;
mod traces;
mod wire;

use std::{
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::Duration,
};

use tokio::sync::{Mutex, MutexGuard, Semaphore};

use self::{customers::Known, faults::Fault, requests::Members};
pub use self::{
    described::describe,
    host::{
        Availability, Change, Customer, Host, Location, Notice, Profile, Refused, Service, Span,
        Stage, Subject, Terms, Ticket, Unavailable, Whose, Wish, Word,
    },
    places::coordinates,
    providers::{Provider, ProviderFault},
    traces::Traces,
};
use crate::{
    door::Door,
    http::{Answer, Call, Head, HeaderValue, HttpFault, Method, StatusCode, header},
    tokens::Tokens,
    xml,
};

/// How long a customer's token is good: an app is not asked for the password at each visit.
pub const TOKEN_TIME: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// Tickets that one list shows, the newest.
pub const TICKETS_LISTED_MAX: usize = 50;
/// Resets of passwords that are under way at the same time; each writes twice and sends a mail.
pub const RESETS_MAX: usize = 16;
/// Customers are told apart by so many locks; two that share one wait for each other's commit.
const TURNS: usize = 64;
/// Segments before the call: `/vt/api/{format}`.
const PREFIX_SEGMENTS: usize = 3;

const XML: HeaderValue = HeaderValue::from_static("application/xml; charset=utf-8");

/// Every label that an answer of this dialect may have in the metrics.
pub const ROUTES: [&str; 14] = [
    "vt/customer/register",
    "vt/customer/login",
    "vt/customer/details",
    "vt/customer/resetpassword",
    "vt/customer/newpassword",
    "vt/customer/erase",
    "vt/customer/tickets",
    "vt/customer/tickets/{ticket}",
    "vt/locations/get",
    "vt/server_services/get",
    "vt/settings/get",
    "vt/ticket/create",
    "vt/ticket/cancel",
    NO_ROUTE,
];

/// The label of what has no route, or never came that far.
const NO_ROUTE: &str = "vt";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Xml,
}

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Route<'a> {
    Register,
    Login,
    Details,
    ResetPassword,
    NewPassword,
    Erase,
    Tickets,
    Ticket(&'a str),
    Locations,
    Services,
    Settings,
    Create,
    Cancel,
}

impl<'a> Route<'a> {
    /// The call; a slash at the end changes nothing.
    fn of(rest: &[&'a str]) -> Option<Route<'a>> {
        let rest = rest.strip_suffix(&[""]).unwrap_or(rest);
        Some(match *rest {
            ["customer", "register"] => Route::Register,
            ["customer", "login"] => Route::Login,
            ["customer", "details"] => Route::Details,
            ["customer", "resetpassword"] => Route::ResetPassword,
            ["customer", "newpassword"] => Route::NewPassword,
            ["customer", "erase"] => Route::Erase,
            ["customer", "tickets"] => Route::Tickets,
            ["customer", "tickets", ticket] => Route::Ticket(ticket),
            ["locations", "get"] => Route::Locations,
            ["server_services", "get"] => Route::Services,
            ["settings", "get"] => Route::Settings,
            ["ticket", "create"] => Route::Create,
            ["ticket", "cancel"] => Route::Cancel,
            _ => return None,
        })
    }

    /// Its label, and whether it is a POST; else it is a GET.
    fn terms(self) -> (&'static str, bool) {
        let (index, post) = match self {
            Route::Register => (0, true),
            Route::Login => (1, true),
            Route::Details => (2, true),
            Route::ResetPassword => (3, false),
            Route::NewPassword => (4, true),
            Route::Erase => (5, true),
            Route::Tickets => (6, false),
            Route::Ticket(_) => (7, false),
            Route::Locations => (8, false),
            Route::Services => (9, false),
            Route::Settings => (10, false),
            Route::Create => (11, true),
            Route::Cancel => (12, true),
        };
        (ROUTES[index], post)
    }

    /// Whether its success is a text within `status`.
    fn has_status(self) -> bool {
        matches!(self, Route::Details | Route::Locations)
    }
}

/// What the calls stand on.
struct Desk<H> {
    host: H,
    tokens: Arc<Tokens>,
    providers: Vec<Provider>,
    door: Door,
    resets: Arc<Semaphore>,
    turns: [Mutex<()>; TURNS],
}

impl<H> Desk<H> {
    /// One customer's tickets are given out one after the other.
    async fn turn(&self, customer: &str) -> MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        customer.hash(&mut hasher);
        let place = usize::try_from(hasher.finish() % TURNS as u64).unwrap_or(0);
        self.turns[place].lock().await
    }
}

/// The dialect, over one server. Cheap to clone.
pub struct VirtualTicket<H>(Arc<Desk<H>>);

impl<H> Clone for VirtualTicket<H> {
    fn clone(&self) -> VirtualTicket<H> {
        VirtualTicket(Arc::clone(&self.0))
    }
}

impl<H> fmt::Debug for VirtualTicket<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VirtualTicket")
    }
}

impl<H: Host> VirtualTicket<H> {
    /// The dialect over this host. `tokens` sign in customers, and nobody else; they should last
    /// for [`TOKEN_TIME`].
    pub fn new(host: H, tokens: Arc<Tokens>, providers: Vec<Provider>) -> VirtualTicket<H> {
        VirtualTicket(Arc::new(Desk {
            host,
            tokens,
            providers,
            door: Door::default(),
            resets: Arc::new(Semaphore::new(RESETS_MAX)),
            turns: std::array::from_fn(|_| Mutex::default()),
        }))
    }

    /// Answers a call below `/vt/api`.
    pub async fn answer(&self, call: Call) -> Answer {
        let segments = call.path.segments();
        let format = segments.get(PREFIX_SEGMENTS - 1).and_then(|name| format(name));
        let route = Route::of(segments.get(PREFIX_SEGMENTS..).unwrap_or_default());
        let outcome = match (format, route) {
            (None, _) => Err(Fault::UNKNOWN_FORMAT),
            (Some(_), None) => Err(Fault::NOT_FOUND),
            (Some(_), Some(route)) => self.perform(&call, route).await,
        };
        render(outcome, format.unwrap_or(Format::Json), route)
    }

    async fn perform(&self, call: &Call, route: Route<'_>) -> Result<Vec<u8>, Fault> {
        let desk = &self.0;
        let (_, post) = route.terms();
        if post && call.method != Method::POST {
            return Err(Fault::wrong_method("POST"));
        }
        if !post && call.method != Method::GET {
            return Err(Fault::wrong_method("GET, HEAD"));
        }
        if desk.host.terms(None).is_none() {
            return Err(Fault::SWITCHED_OFF);
        }
        let members = if post { Members::read(&call.body)? } else { Members::default() };
        let known = || customers::known(desk, call, &members);
        let from = call.peer.ip();
        match route {
            Route::Register => customers::register(desk, &members, from).await,
            Route::Login => customers::login(desk, call, &members).await,
            Route::Details => Ok(customers::details(desk, &known()?)),
            Route::ResetPassword => {
                let email = call.query.get("email").filter(|email| !email.is_empty());
                let email = email.ok_or_else(|| Fault::missing("email"))?;
                customers::reset_password(desk, &email)
            }
            Route::NewPassword => customers::new_password(desk, &members, from).await,
            Route::Erase => customers::erase(desk, known()?, &members, from).await,
            Route::Tickets => tickets::list(desk, &known()?, None),
            Route::Ticket(ticket) => tickets::list(desk, &known()?, Some(ticket)),
            // Everybody may look; of those who are known their own tickets are shown too.
            Route::Locations => {
                let known: Option<Known> = known().ok();
                tickets::locations(desk, call, known.as_ref())
            }
            Route::Services => tickets::services(desk, call),
            Route::Settings => tickets::settings(desk),
            Route::Create => tickets::create(desk, known()?, call, &members).await,
            Route::Cancel => tickets::cancel(desk, &known()?, &members).await,
        }
    }
}

/// Whether a customer's key for notifications is the address of a webhook.
pub fn names_webhook(key: &str) -> bool {
    key.contains("://")
}

/// Says why a call never came through.
pub fn fault(head: &Head, fault: &HttpFault) -> Answer {
    let segments = head.path.segments();
    let format = segments.get(PREFIX_SEGMENTS - 1).and_then(|name| format(name));
    render(Err(Fault::from(fault)), format.unwrap_or(Format::Json), None)
}

fn format(name: &str) -> Option<Format> {
    if name.eq_ignore_ascii_case("json") {
        Some(Format::Json)
    } else if name.eq_ignore_ascii_case("xml") {
        Some(Format::Xml)
    } else {
        None
    }
}

fn render(outcome: Result<Vec<u8>, Fault>, format: Format, route: Option<Route<'_>>) -> Answer {
    let label = route.map_or(NO_ROUTE, |route| route.terms().0);
    let (status, body, fault) = match outcome {
        Ok(body) => (StatusCode::OK, body, None),
        Err(fault) => (fault.status, failure(&fault, route), Some(fault)),
    };
    let mut answer = match format {
        Format::Json => Answer::json(status, body, label),
        Format::Xml => {
            let body = xml::of_json(&body).expect("the members have the names of elements");
            Answer::full(status, XML, body, label)
        }
    };
    let Some(fault) = fault else { return answer };
    if let Some(allow) = fault.allow {
        answer = answer.with_header(header::ALLOW, HeaderValue::from_static(allow));
    }
    if let Some(after) = fault.retry_after {
        let seconds = after.as_millis().div_ceil(1_000).max(1);
        let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
        answer = answer.with_header(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if fault.status == StatusCode::UNAUTHORIZED {
        answer = answer.with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer
}

fn failure(fault: &Fault, route: Option<Route<'_>>) -> Vec<u8> {
    let (error, message) = (fault.code, fault.message.as_ref());
    if route.is_some_and(Route::has_status) {
        let status = wire::Status { success: "false" };
        return customers::json(&wire::StatusFailure { status, error, message });
    }
    customers::json(&wire::Failure { success: false, error, message })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_has_a_label_of_its_own() {
        for label in ROUTES.iter().filter(|label| **label != NO_ROUTE) {
            let path = label.strip_prefix("vt/").expect("it begins so").replace("{ticket}", "x");
            let path: Vec<&str> = path.split('/').collect();
            assert_eq!(Route::of(&path).map(|route| route.terms().0), Some(*label));
            let slash: Vec<&str> = path.iter().copied().chain([""]).collect();
            assert_eq!(Route::of(&slash), Route::of(&path));
        }
        for path in [&[][..], &[""], &["customer"], &["customer", "Login"], &["ticket", "x", "y"]] {
            assert_eq!(Route::of(path), None, "{path:?}");
        }
    }

    #[test]
    fn a_format_is_known_in_any_letter_case() {
        for (name, known) in [("JSON", true), ("Xml", true), ("yaml", false), ("", false)] {
            assert_eq!(format(name).is_some(), known, "{name}");
        }
    }
}
