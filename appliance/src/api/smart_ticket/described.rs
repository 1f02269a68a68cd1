//! What the OpenAPI document says of Smart Ticket.

use schemars::{Schema, SchemaGenerator};
use serde_json::json;
use serve::http::Method;
use serve::openapi::{Access, Dialect, Document, Field, Kind, Place, Said, shape};

use super::wire::{
    Error, Feedback, GiveUp, Init, Key, Locales, Profile, RedeemCode, Survey, TakeTicket, Task,
    TicketHash, TicketStatus,
};

const ABOUT: &str = "The phone's side of the line, for the page behind the QR code of a dispenser. \
A key (11 letters and digits) reads as often as you like until it expires, and makes one ticket; a \
ticket (10 of them) is good wherever a key is. A body is one JSON object, whatever type it declares. \
Manual: `docs/smart-ticket.md`.";

const FAULTS: &[(u16, &str)] = &[
    (400, "The key, the ticket or the request is not good, or the rules do not allow it."),
    (403, "The key was genuine, and has expired."),
    (404, "There is no such ticket."),
    (413, "The body is too long."),
    (429, "This address asks too often."),
    (500, "The settings name a profile that does not exist."),
    (503, "The branch cannot do it at this moment; ask again."),
];

/// A ticket's status as it travels; the type itself borrows what it shows.
type Status = TicketStatus<'static, String, Vec<Task<'static>>>;

const REPEAT: &[Field] = &[Field::may(
    "Idempotency-Key",
    Kind::RepeatKey,
    "1 to 255 printable characters; with the same one it is done once within two days.",
)];

const KEY: &[&str] = &["smartTicketKey"];
const TICKET: &[&str] = &["smartTicketTicket"];
const EITHER: &[&str] = &["smartTicketKey", "smartTicketTicket"];

/// What is said of each call, by its route and method.
const DESCRIBED: &[(&str, Method, &str, Access, Said)] = {
    use Access::{Anyone, OneOf};
    &[
        (
            "smart/generateHash/{branch}",
            Method::GET,
            "Make a key.",
            Anyone,
            Said::gives::<Key<'_>>(),
        ),
        (
            "smart/init",
            Method::GET,
            "What the page has to know first.",
            OneOf(EITHER),
            Said::gives::<Init<'_>>().refuses(&[500]),
        ),
        (
            "smart/locales/{lang}",
            Method::GET,
            "The page's texts in a language.",
            OneOf(EITHER),
            Said::gives::<Locales<'_>>(),
        ),
        (
            "smart/profile",
            Method::GET,
            "The dispenser's profile: services, groups, and who waits.",
            OneOf(EITHER),
            Said::gives::<Profile<'_>>(),
        ),
        (
            "smart/generateTicket",
            Method::POST,
            "Take a ticket.",
            OneOf(KEY),
            Said::gives::<TicketHash<'_>>().takes::<TakeTicket>().headers(REPEAT),
        ),
        (
            "smart/bookingCode",
            Method::POST,
            "Check a booking in.",
            OneOf(KEY),
            Said::gives::<TicketHash<'_>>().takes::<RedeemCode>().headers(REPEAT),
        ),
        (
            "smart/ticket/{ticket}",
            Method::GET,
            "How a ticket is doing.",
            Anyone,
            Said::gives::<Status>().about(
                "Times are `yyyyMMddHHmmss` in the branch's zone, estimates are minutes. `status`: 10 \
                 booked, 20 waiting, 30 called, 40 missing, 50 missing for good, 60 being served, 70 \
                 parked, 80 deleted, 90 closed, 100 under afterwork.",
            ),
        ),
        (
            "smart/ticket/{ticket}",
            Method::DELETE,
            "Give a ticket up.",
            Anyone,
            Said::answers(200, serve::openapi::Media::Json, Some(nothing))
                .takes::<GiveUp>()
                .or_no_body()
                .headers(REPEAT),
        ),
        (
            "smart/missingPutBack",
            Method::PUT,
            "Put a missing ticket back into the line.",
            OneOf(TICKET),
            Said::answers(200, serve::openapi::Media::Json, Some(nothing)).headers(REPEAT),
        ),
        (
            "smart/feedbackProfile",
            Method::GET,
            "The survey.",
            OneOf(EITHER),
            Said::gives::<Survey<'_>>(),
        ),
        (
            "smart/feedback",
            Method::POST,
            "Answer a question of the survey.",
            OneOf(TICKET),
            Said::answers(200, serve::openapi::Media::Json, Some(nothing))
                .takes::<Feedback>()
                .headers(REPEAT)
                .refuses(&[404]),
        ),
    ]
};

/// `{}`.
fn nothing(_: &mut SchemaGenerator) -> Schema {
    schemars::json_schema!({"type": "object", "properties": {}})
}

/// Writes the dialect into the document.
pub(in crate::api) fn describe(document: &mut Document) {
    let key =
        |name, about| json!({"type": "apiKey", "in": "query", "name": name, "description": about});
    document.scheme("smartTicketKey", key("key", "A key of `generateHash`, from the QR code."));
    document.scheme("smartTicketTicket", key("ticket", "A ticket, of `generateTicket`."));
    let mut chapter = document.chapter(Dialect {
        name: "Smart Ticket",
        prefix: "SmartTicket",
        about: ABOUT,
        refusal: shape::<Error<'_>>,
        refusal_media: "application/json",
        faults: FAULTS,
        always: &[400, 413, 429, 503],
        guarded: &[403],
        bodied: &[],
        is_xml: false,
        bodies: &["application/json"],
        gap: |name| match name {
            "branch" => (Kind::Number, "The number of the branch."),
            "lang" => (Kind::Text, "The number or the code of a language."),
            _ => (Kind::Text, "The ticket."),
        },
    });
    for (route, method, summary, access, said) in DESCRIBED {
        let place = Place {
            method: method.as_str(),
            path: format!("/qnet6/rest/{route}"),
            summary: (*summary).to_owned(),
            access: *access,
            guard: String::new(),
        };
        chapter.add(&place, said);
    }
    chapter.end();
}

#[cfg(test)]
mod tests {
    use super::super::{NO_ROUTE, ROUTES, Route};
    use super::*;

    #[test]
    fn every_route_and_method_is_described_and_no_other() {
        let mut routed: Vec<(&str, &Method)> = Vec::new();
        for label in ROUTES.iter().filter(|label| **label != NO_ROUTE) {
            let path: Vec<&str> = label.split('/').skip(1).collect();
            let (_, methods, _) = Route::of(&path).expect("the label is its path").terms();
            routed.extend(methods.iter().map(|method| (*label, method)));
        }
        let mut told: Vec<_> =
            DESCRIBED.iter().map(|(label, method, ..)| (*label, method)).collect();
        let order = |a: &(&str, &Method), b: &(&str, &Method)| {
            (a.0, a.1.as_str()).cmp(&(b.0, b.1.as_str()))
        };
        routed.sort_by(order);
        told.sort_by(order);
        assert_eq!(routed, told, "left: routed; right: DESCRIBED in smart_ticket/described.rs");
    }
}
