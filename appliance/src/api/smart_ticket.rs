//! Smart Ticket: what a customer's phone asks, under `/qnet6/rest/smart/`.
//!
//! Source: "Api - Smart Ticket REST" and "Further Modules - Smart Ticket" of the vendor. What they
//! leave open is ours, and is told by the dialogues under `tests/dialogues/smart_ticket`.
//!
//! - Bodies are one JSON object each. Unknown members are ignored; a member given twice, a number
//!   with a fraction, or a text where a number belongs is a bad parameter. A body sent with GET is
//!   ignored, and so is its declared type.
//! - `lang` is the number of a language; its code is accepted too, and the number written as text.
//! - Where both `key` and `ticket` are given, the ticket counts.
//! - Calls that change something take an `Idempotency-Key` header: who has lost the answer asks
//!   again with the same one, and gets it.
//! - A booking's code opens from some minutes before its appointment until some minutes after it, and
//!   makes one ticket. A ticket that is only booked has no number: it is the empty text.
//! - What has nothing to tell answers `{}`.

mod answers;
pub(super) mod described;
mod faults;
mod requests;
mod wire;

use std::sync::Arc;

use engine::{Pass, Refusal, Settings, Ticket, TicketId, Token};
use serve::http::{Answer, Call, HttpFault, Method, StatusCode};

use self::faults::Fault;
use super::Rooms;
use crate::keys::Verdict;
use crate::registrar::{Receipt, Submission, SubmitError};

/// Segments of `/qnet6/rest/smart`.
const PREFIX: usize = 3;

/// Tokens that are drawn for one ticket. Two tickets with the same one are not to be expected in
/// the life of a branch; three in a row mean that chance is broken.
const TOKENS_MAX: usize = 3;

/// Every label that an answer of this dialect may have in the metrics.
pub const ROUTES: [&str; 11] = [
    "smart/generateHash/{branch}",
    "smart/init",
    "smart/locales/{lang}",
    "smart/profile",
    "smart/generateTicket",
    "smart/bookingCode",
    "smart/ticket/{ticket}",
    "smart/missingPutBack",
    "smart/feedbackProfile",
    "smart/feedback",
    NO_ROUTE,
];

/// The label of what has no route, or never came that far.
const NO_ROUTE: &str = "smart";

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Route<'a> {
    GenerateHash(&'a str),
    Init,
    Locales(&'a str),
    Profile,
    GenerateTicket,
    BookingCode,
    Ticket(&'a str),
    MissingPutBack,
    FeedbackProfile,
    Feedback,
}

impl<'a> Route<'a> {
    fn of(rest: &[&'a str]) -> Option<Route<'a>> {
        Some(match *rest {
            ["generateHash", branch] => Route::GenerateHash(branch),
            ["init"] => Route::Init,
            ["locales", lang] => Route::Locales(lang),
            ["profile"] => Route::Profile,
            ["generateTicket"] => Route::GenerateTicket,
            ["bookingCode"] => Route::BookingCode,
            ["ticket", ticket] => Route::Ticket(ticket),
            ["missingPutBack"] => Route::MissingPutBack,
            ["feedbackProfile"] => Route::FeedbackProfile,
            ["feedback"] => Route::Feedback,
            _ => return None,
        })
    }

    /// Its label, and the methods that it takes.
    fn terms(self) -> (&'static str, &'static [Method], &'static str) {
        const GET: (&[Method], &str) = (&[Method::GET], "GET, HEAD");
        const POST: (&[Method], &str) = (&[Method::POST], "POST");
        const PUT: (&[Method], &str) = (&[Method::PUT], "PUT");
        const TICKET: (&[Method], &str) = (&[Method::GET, Method::DELETE], "GET, HEAD, DELETE");
        let (index, (methods, allow)) = match self {
            Route::GenerateHash(_) => (0, GET),
            Route::Init => (1, GET),
            Route::Locales(_) => (2, GET),
            Route::Profile => (3, GET),
            Route::GenerateTicket => (4, POST),
            Route::BookingCode => (5, POST),
            Route::Ticket(_) => (6, TICKET),
            Route::MissingPutBack => (7, PUT),
            Route::FeedbackProfile => (8, GET),
            Route::Feedback => (9, POST),
        };
        (ROUTES[index], methods, allow)
    }
}

/// Answers what phones ask all the time, a ticket's status, without a future; nothing for the rest.
pub fn at_once(rooms: &Rooms, call: &Call) -> Option<Answer> {
    let segments = call.path.segments();
    let Route::Ticket(ticket) = Route::of(segments.get(PREFIX..).unwrap_or_default())? else {
        return None;
    };
    if call.method != Method::GET {
        return None;
    }
    let (label, ..) = Route::Ticket(ticket).terms();
    Some(match status(rooms, ticket) {
        Ok(body) => Answer::json(StatusCode::OK, body, label),
        Err(fault) => faults::render(fault, label),
    })
}

/// Answers a call under `/qnet6/rest/smart`.
pub async fn answer(rooms: &Rooms, call: Call) -> Answer {
    let segments = call.path.segments();
    let Some(route) = Route::of(segments.get(PREFIX..).unwrap_or_default()) else {
        return faults::render(Fault::UNKNOWN_PATH, NO_ROUTE);
    };
    let (label, methods, allow) = route.terms();
    if !methods.contains(&call.method) {
        return faults::render(Fault::wrong_method(allow), label);
    }
    match perform(rooms, &call, route).await {
        Ok(body) => Answer::json(StatusCode::OK, body, label),
        Err(fault) => faults::render(fault, label),
    }
}

/// Says why a call never came through.
pub fn fault(fault: &HttpFault) -> Answer {
    faults::render(Fault::from(fault), NO_ROUTE)
}

async fn perform(rooms: &Rooms, call: &Call, route: Route<'_>) -> Result<Vec<u8>, Fault> {
    match route {
        Route::GenerateHash(branch) => generate_hash(rooms, branch),
        Route::Init => {
            let settings = admit_reader(rooms, call)?;
            answers::init(rooms, &settings)
        }
        Route::Locales(lang) => {
            let settings = admit_reader(rooms, call)?;
            let language = requests::language(&settings, &requests::lang_in_path(lang))?;
            Ok(answers::locales(rooms, language))
        }
        Route::Profile => {
            let settings = admit_reader(rooms, call)?;
            answers::profile(rooms, &settings)
        }
        Route::FeedbackProfile => {
            let settings = admit_reader(rooms, call)?;
            answers::feedback_profile(&settings)
        }
        Route::GenerateTicket => generate_ticket(rooms, call).await,
        Route::BookingCode => booking_code(rooms, call).await,
        Route::Ticket(ticket) if call.method == Method::DELETE => delete(rooms, call, ticket).await,
        Route::Ticket(ticket) => status(rooms, ticket),
        Route::MissingPutBack => put_back(rooms, call).await,
        Route::Feedback => feedback(rooms, call).await,
    }
}

fn generate_hash(rooms: &Rooms, branch: &str) -> Result<Vec<u8>, Fault> {
    let settings = settings(rooms);
    let asked = requests::branch(branch)?;
    if asked != settings.branch {
        return Err(Fault::UNKNOWN_BRANCH);
    }
    switched_on(&settings)?;
    let pass = rooms.passes.mint(asked, rooms.mailbox.moment()).map_err(|_| Fault::KEYS_SPENT)?;
    Ok(answers::key(&pass))
}

async fn generate_ticket(rooms: &Rooms, call: &Call) -> Result<Vec<u8>, Fault> {
    let settings = settings(rooms);
    let pass = admit_taker(rooms, &settings, call)?;
    let wish = requests::take_ticket(&settings, &call.body)?;
    let repeat = requests::repeat_key("generateTicket", pass.as_str(), call)?;
    for _ in 0..TOKENS_MAX {
        let command = requests::issue(&settings, &wish, pass, rooms.passes.token());
        let submission = Submission { repeat: repeat.clone(), ..command.into() };
        match rooms.mailbox.submit(submission).await {
            Ok(Receipt { token: Some(token), .. }) => return Ok(answers::ticket_hash(&token)),
            Err(SubmitError::Refused(Refusal::TokenTaken)) => {}
            Ok(Receipt { token: None, .. }) => break,
            Err(error) => return Err(error.into()),
        }
    }
    Err(Fault::UNAVAILABLE)
}

/// A code that opens nothing leaves the key unused.
async fn booking_code(rooms: &Rooms, call: &Call) -> Result<Vec<u8>, Fault> {
    let settings = settings(rooms);
    let pass = admit_taker(rooms, &settings, call)?;
    let repeat = requests::repeat_key("bookingCode", pass.as_str(), call)?;
    if repeat.is_none() && is_used(rooms, &pass) {
        return Err(Fault::KEY_USED);
    }
    let command = requests::redeem_code(&settings, pass, &call.body)?;
    let receipt = rooms.mailbox.submit(Submission { repeat, ..command.into() }).await?;
    receipt.token.map(|token| answers::ticket_hash(&token)).ok_or(Fault::UNAVAILABLE)
}

/// What phones ask all the time: one look at the state, written straight into the answer.
fn status(rooms: &Rooms, text: &str) -> Result<Vec<u8>, Fault> {
    let token = Token::parse(text).ok_or(Fault::UNKNOWN_TICKET)?;
    let now = rooms.mailbox.moment();
    let found = rooms.mailbox.read(|committed| {
        let branch = &committed.branch;
        let ticket = branch.ticket_by_token(&token)?;
        let forecast = branch.forecast_ticket(ticket);
        Some(answers::status(branch.settings(), ticket, forecast, &rooms.zone, now))
    });
    if let Some(body) = found {
        return Ok(body);
    }
    let ticket = archived(rooms, &token)?.ok_or(Fault::UNKNOWN_TICKET)?;
    Ok(answers::status(&settings(rooms), &ticket, None, &rooms.zone, now))
}

async fn delete(rooms: &Rooms, call: &Call, text: &str) -> Result<Vec<u8>, Fault> {
    let token = Token::parse(text).ok_or(Fault::UNKNOWN_TICKET)?;
    let ticket = present(rooms, &token)?.ok_or(Fault::UNKNOWN_TICKET)?;
    let mut submission = requests::give_up(ticket, &call.body)?;
    submission.repeat = requests::repeat_key("ticket", token.as_str(), call)?;
    rooms.mailbox.submit(submission).await?;
    Ok(answers::done())
}

async fn put_back(rooms: &Rooms, call: &Call) -> Result<Vec<u8>, Fault> {
    let token = call.query.get("ticket").ok_or(Fault::MISSING_TICKET)?;
    let token = Token::parse(&token).ok_or(Fault::UNKNOWN_TICKET)?;
    let ticket = present(rooms, &token)?.ok_or(Fault::UNKNOWN_TICKET)?;
    let repeat = requests::repeat_key("missingPutBack", token.as_str(), call)?;
    let command = engine::Command::PutBack { ticket };
    rooms.mailbox.submit(Submission { repeat, ..command.into() }).await?;
    Ok(answers::done())
}

async fn feedback(rooms: &Rooms, call: &Call) -> Result<Vec<u8>, Fault> {
    let token = call.query.get("ticket").ok_or(Fault::MISSING_TICKET)?;
    let token = Token::parse(&token).ok_or(Fault::TICKET_NOT_FOUND)?;
    let ticket = present(rooms, &token)?.ok_or(Fault::TICKET_NOT_FOUND)?;
    let mut submission = requests::feedback(&settings(rooms), ticket, &call.body)?;
    submission.repeat = requests::repeat_key("feedback", token.as_str(), call)?;
    rooms.mailbox.submit(submission).await?;
    Ok(answers::done())
}

fn settings(rooms: &Rooms) -> Arc<Settings> {
    rooms.mailbox.read(|committed| Arc::clone(committed.branch.settings()))
}

fn switched_on(settings: &Settings) -> Result<(), Fault> {
    if settings.smart_ticket.enabled { Ok(()) } else { Err(Fault::SWITCHED_OFF) }
}

/// Who only reads shows a ticket, or a key that has not expired, used or not.
fn admit_reader(rooms: &Rooms, call: &Call) -> Result<Arc<Settings>, Fault> {
    let settings = settings(rooms);
    switched_on(&settings)?;
    if let Some(text) = call.query.get("ticket") {
        let token = Token::parse(&text).ok_or(Fault::UNKNOWN_TICKET)?;
        let known = rooms.mailbox.read(|now| now.branch.ticket_by_token(&token).is_some());
        if !known && archived(rooms, &token)?.is_none() {
            return Err(Fault::UNKNOWN_TICKET);
        }
        return Ok(settings);
    }
    match verdict(rooms, &settings, call)? {
        Verdict::Fresh(_) => Ok(settings),
        Verdict::Expired(_) => Err(Fault::KEY_EXPIRED),
        Verdict::Forged => Err(Fault::UNKNOWN_KEY),
    }
}

/// Who makes a ticket shows a key that has not expired, unless the answer to its use was lost: then
/// there is a ticket to give back, and the rules see to it that there will be no other.
fn admit_taker(rooms: &Rooms, settings: &Settings, call: &Call) -> Result<Pass, Fault> {
    switched_on(settings)?;
    let asked_again = requests::repeat_key("", "", call)?.is_some();
    match verdict(rooms, settings, call)? {
        Verdict::Fresh(pass) => Ok(pass),
        Verdict::Expired(pass) if asked_again && is_used(rooms, &pass) => Ok(pass),
        Verdict::Expired(_) => Err(Fault::KEY_EXPIRED),
        Verdict::Forged => Err(Fault::UNKNOWN_KEY),
    }
}

fn verdict(rooms: &Rooms, settings: &Settings, call: &Call) -> Result<Verdict, Fault> {
    let key = call.query.get("key").ok_or(Fault::MISSING_KEY)?;
    let valid_min = settings.smart_ticket.valid_min;
    Ok(rooms.passes.check(settings.branch, &key, valid_min, rooms.mailbox.moment()))
}

fn is_used(rooms: &Rooms, pass: &Pass) -> bool {
    rooms.mailbox.read(|committed| committed.branch.ticket_by_pass(pass).is_some())
}

/// A ticket that something can still be done with; that of a former day is over.
fn present(rooms: &Rooms, token: &Token) -> Result<Option<TicketId>, Fault> {
    let find = |committed: &crate::registrar::Committed| {
        committed.branch.ticket_by_token(token).map(|ticket| ticket.id)
    };
    match rooms.mailbox.read(find) {
        Some(ticket) => Ok(Some(ticket)),
        None if archived(rooms, token)?.is_some() => Err(Fault::TICKET_OVER),
        None => Ok(None),
    }
}

/// A ticket of a former day: one indexed row, so short that no thread of its own is worth it.
fn archived(rooms: &Rooms, token: &Token) -> Result<Option<Ticket>, Fault> {
    rooms.archive.ticket_by_token(token).map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "a former ticket cannot be read");
        Fault::UNAVAILABLE
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_route_has_a_label_of_its_own() {
        let paths: [&[&str]; 10] = [
            &["generateHash", "1"],
            &["init"],
            &["locales", "1"],
            &["profile"],
            &["generateTicket"],
            &["bookingCode"],
            &["ticket", "aGdAT6exKj"],
            &["missingPutBack"],
            &["feedbackProfile"],
            &["feedback"],
        ];
        for (path, label) in paths.into_iter().zip(ROUTES) {
            let (found, methods, allow) = Route::of(path).unwrap().terms();
            assert_eq!(found, label);
            assert!(label.starts_with(&format!("smart/{}", path[0])));
            assert!(methods.iter().all(|method| allow.contains(method.as_str())));
        }
    }

    proptest! {
        #[test]
        fn a_path_is_a_call_or_it_is_not(
            first in "\\PC{0,12}|generateHash|init|locales|ticket|feedback",
            rest in prop::collection::vec("\\PC{0,12}", 0..4),
        ) {
            let mut path = vec![first.as_str()];
            path.extend(rest.iter().map(String::as_str));
            if let Some(route) = Route::of(&path) {
                prop_assert!(route.terms().0.contains(first.as_str()));
                prop_assert!(path.len() <= 2);
            }
        }
    }
}
