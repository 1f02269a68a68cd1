//! What the OpenAPI document says of Virtual Ticket, at a branch and at central.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::json;

use super::{NO_ROUTE, ROUTES, Route, wire};
use crate::openapi::{Access, Dialect, Document, Field, Kind, Place, Said, shape};

const ABOUT: &str = "A customer's app: places, tickets from afar, accounts. The format in the path \
says how the answer is written; a body may be JSON or XML, whatever the path says. `success` is a \
flag, save in `customer/details` and `locations/get`, where it is a text within `status`. `error` is a \
stable code. Manual: `docs/virtual-ticket.md`.";

const FAULTS: &[(u16, &str)] = &[
    (400, "The request is not what it must be."),
    (401, "No token, or one that is not good here; or wrong credentials."),
    (403, "Tickets from afar are switched off, or the place is too far away."),
    (404, "There is no such call, format, place, service or ticket."),
    (409, "The rules do not allow it, or somebody was faster."),
    (413, "The body is too long."),
    (429, "Too many requests, or too many failed attempts."),
    (503, "It cannot be done at this moment; ask again."),
];

const CUSTOMER: &[&str] = &["bearer", "virtualTicketToken"];

const REPEAT: &[Field] = &[Field::may(
    "Idempotency-Key",
    Kind::RepeatKey,
    "1 to 255 printable characters; with the same one the ticket is given once.",
)];

const REGISTER: &[Field] = &[
    Field::may("username", Kind::Text, "With a password; or else an account of a provider."),
    Field::may("password", Kind::Text, "8 characters or more."),
    Field::may("oauth_provider", Kind::Text, "`google` or `facebook`."),
    Field::may("oauth_token", Kind::Text, "The provider's ID token."),
    Field::may("email", Kind::Text, "For resetting the password."),
    Field::may("phone", Kind::Text, "The telephone number."),
    Field::may("first_name", Kind::Text, "The first name."),
    Field::may("last_name", Kind::Text, "The last name."),
    Field::may(
        "pushnotification",
        Kind::Text,
        "Where notifications go: an app's key, or a webhook.",
    ),
];

const LOGIN: &[Field] = &[
    Field::may("username", Kind::Text, "With a password; or else an account of a provider."),
    Field::may("password", Kind::Text, "The password."),
    Field::may("oauth_provider", Kind::Text, "`google` or `facebook`."),
    Field::may("oauth_token", Kind::Text, "The provider's ID token."),
    Field::may("customer_attribute", Kind::Any, "What is to be known of the customer from now on."),
];

const NEW_PASSWORD: &[Field] = &[
    Field::must("token", Kind::Text, "The code that was mailed."),
    Field::must("password", Kind::Text, "8 characters or more."),
    Field::must("repeat_password", Kind::Text, "The same once more."),
    Field::may("vt", Kind::Flag, "Whether a token is wanted; yes unless said."),
];

const ERASE: &[Field] = &[Field::may("password", Kind::Text, "Needed where there is one.")];
const CANCEL: &[Field] = &[Field::must("ticket", Kind::Text, "The ticket's id.")];
const EMAIL: &[Field] = &[Field::must("email", Kind::Text, "The address of the mail.")];

const PLACES: &[Field] = &[
    Field::may("region", Kind::Text, "Only places there."),
    Field::may("city", Kind::Text, "Only places there."),
    Field::may("coordinates", Kind::Text, "`latitude,longitude`: the nearest first."),
];

const SERVICES: &[Field] = &[
    Field::may("server_service_id", Kind::Text, "Only this service."),
    Field::may("location_id", Kind::Text, "Only this place."),
];

/// `ticket/create`, as it is read one member after the other.
#[derive(JsonSchema)]
#[schemars(rename = "CreateTicket")]
struct Create {
    /// Exactly one entry.
    #[schemars(rename = "tickets", length(min = 1, max = 1))]
    _tickets: Vec<Entry>,
    /// Where the customer is, as `latitude,longitude`; needed where there is a radius.
    #[schemars(rename = "coordinates")]
    _coordinates: Option<String>,
}

/// What is wanted, and where.
#[derive(JsonSchema)]
#[schemars(rename = "CreateTicketEntry")]
struct Entry {
    /// The place.
    #[schemars(rename = "master_id")]
    _place: String,
    /// The service.
    #[schemars(rename = "service_id")]
    _service: String,
    #[schemars(rename = "coordinates")]
    _coordinates: Option<String>,
}

fn told(route: Route<'_>) -> (&'static str, bool, Said) {
    match route {
        Route::Register => (
            "Make an account.",
            false,
            Said::gives::<wire::Done<'_>>().members(REGISTER).refuses(&[401, 409]),
        ),
        Route::Login => (
            "Log in, or change what is known of the customer.",
            false,
            Said::gives::<wire::Done<'_>>().members(LOGIN).refuses(&[401, 409]),
        ),
        Route::Details => ("Who that is.", true, Said::gives::<wire::Details<'_>>()),
        Route::ResetPassword => (
            "Have a code mailed. The same is answered for every address.",
            false,
            Said::gives::<wire::Done<'_>>().query(EMAIL),
        ),
        Route::NewPassword => (
            "Choose a new password with that code.",
            false,
            Said::gives::<wire::Done<'_>>().members(NEW_PASSWORD).refuses(&[401]),
        ),
        Route::Erase => (
            "Have everything forgotten that says who that is.",
            true,
            Said::gives::<wire::Done<'_>>().members(ERASE).or_no_body(),
        ),
        Route::Tickets => ("The customer's tickets.", true, Said::gives::<wire::Tickets<'_>>()),
        Route::Ticket(_) => {
            ("One of them.", true, Said::gives::<wire::Tickets<'_>>().refuses(&[404]))
        }
        Route::Locations => (
            "The places, and who waits there.",
            false,
            Said::gives::<wire::Locations<'_>>().query(PLACES),
        ),
        Route::Services => (
            "The services, and where they can be had.",
            false,
            Said::gives::<wire::ServerServices<'_>>().query(SERVICES),
        ),
        Route::Settings => {
            ("What holds for tickets from afar.", false, Said::gives::<wire::Settings>())
        }
        Route::Create => (
            "Take a ticket.",
            true,
            Said::gives::<wire::Created<'_>>().takes::<Create>().headers(REPEAT).refuses(&[409]),
        ),
        Route::Cancel => (
            "Give a ticket up.",
            true,
            Said::gives::<wire::Done<'_>>().members(CANCEL).refuses(&[409]),
        ),
    }
}

/// Either shape of a no.
fn refusal(generator: &mut SchemaGenerator) -> Schema {
    let plain = shape::<wire::Failure<'_>>(generator);
    let status = shape::<wire::StatusFailure<'_>>(generator);
    schemars::json_schema!({"anyOf": [plain, status]})
}

/// Writes the dialect into the document.
pub fn describe(document: &mut Document) {
    let about = "A customer's token; also as a member of the body, or as `Authorization: Bearer`.";
    let scheme = json!({"type": "apiKey", "in": "query", "name": "vt_token", "description": about});
    document.scheme("virtualTicketToken", scheme);
    let mut chapter = document.chapter(Dialect {
        name: "Virtual Ticket",
        prefix: "VirtualTicket",
        about: ABOUT,
        refusal,
        refusal_media: "application/json",
        faults: FAULTS,
        always: &[400, 403, 404, 413, 429, 503],
        guarded: &[401],
        bodied: &[],
        is_xml: true,
        bodies: &["application/json", "application/xml"],
        gap: |name| match name {
            "format" => (Kind::Words(&["json", "xml"]), "How the answer is written."),
            _ => (Kind::Text, "The ticket's id."),
        },
    });
    for label in ROUTES.into_iter().filter(|label| *label != NO_ROUTE) {
        let call = label.strip_prefix("vt/").unwrap_or(label);
        let segments: Vec<&str> = call.split('/').collect();
        let Some(route) = Route::of(&segments) else { continue };
        let (summary, is_customers, said) = told(route);
        let (_, is_post) = route.terms();
        let place = Place {
            method: if is_post { "POST" } else { "GET" },
            path: format!("/vt/api/{{format}}/{call}"),
            summary: summary.to_owned(),
            access: if is_customers { Access::OneOf(CUSTOMER) } else { Access::Anyone },
            guard: String::new(),
        };
        chapter.add(&place, &said);
    }
    chapter.end();
}
