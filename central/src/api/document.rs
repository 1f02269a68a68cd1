//! The OpenAPI document of central: its own interface, and the dialects as far as it speaks them.

use std::sync::OnceLock;

use serde_json::json;
use serve::branch_services::faults::Failure as Unserved;
use serve::http::{Answer, Bytes, HeaderValue, StatusCode};
use serve::openapi::{Access, Dialect, Document, Field, Kind, MEDIA, Media, Place, Said, shape};
use serve::problem;
use serve::queue_management::Failure;
use serve::virtual_ticket as dialect;

use super::branch_services::{self as services, wire as figures};
use super::{
    BRANCH, BRANCHES, DAY, DAY_SHEET, DOCUMENT, FIGURES, LOGIN, ME, ONE_BRANCH, OVERVIEW, SETUP,
    SHEET, day, queue_management, wire,
};
use super::{figures as days, screens};
use crate::health;
use crate::live::wire as live;

const ABOUT: &str = "An Anteroom central server: all branches of an organisation, as far as their boxes \
have told it, and customers' apps for all of them. What is about one branch's line is served by that \
branch; its own document is at its own address.\n\nThe server itself refuses before any dialect is \
asked, in the dialect's own shape: a body over 64 KiB (413), an address that is too long (414), a body \
that comes too slowly (408), too many requests from one address (429), and everything while it is \
overloaded (503); the last two with `Retry-After`. An unknown path is 404, another method 405 with \
`Allow`. A HEAD is answered like a GET, without the body.";

const NO_EXAMPLES: &[&str] = &[];

const FAULTS: &[(u16, &str)] = &[
    (400, "The request is not what it must be."),
    (401, "Nobody has signed in, or not any more."),
    (403, "It is not allowed, or not any more."),
    (404, "What is asked for is not there."),
    (409, "It has been done already."),
    (413, "The body is too long."),
    (415, "The body is not of the type that is taken."),
    (422, "What was sent is well formed, and cannot be taken."),
    (429, "Too many requests, or too many failed attempts."),
    (503, "It cannot be done at this moment; ask again."),
];

const BEARER: &[&str] = &["bearer"];

/// One operation: method, route, what it is for, who may ask, and what is said of it.
type Row = (&'static str, &'static str, &'static str, Access, Said);

const OWN: &[Row] = &[
    (
        "GET",
        DOCUMENT,
        "This document, as OpenAPI 3.1.",
        Access::Anyone,
        Said::gives::<serde_json::Map<String, serde_json::Value>>(),
    ),
    (
        "POST",
        LOGIN,
        "Sign in with login and password.",
        Access::Anyone,
        Said::gives::<wire::Token>().takes::<wire::Login>().refuses(&[401]),
    ),
    (
        "GET",
        SETUP,
        "Whether the first account is still to be made.",
        Access::Anyone,
        Said::gives::<wire::Standing>(),
    ),
    (
        "POST",
        SETUP,
        "Make the first account, with the setup code.",
        Access::Anyone,
        Said::gives_at::<wire::Token>(201).takes::<wire::SetUp>().refuses(&[403, 409]),
    ),
    (
        "GET",
        BRANCHES,
        "The branches, and how old the word of each is.",
        Access::OneOf(BEARER),
        Said::gives::<Vec<wire::Branch>>(),
    ),
    (
        "GET",
        BRANCH,
        "One of them, with its services.",
        Access::OneOf(BEARER),
        Said::gives::<wire::BranchInFull>().refuses(&[404]),
    ),
    (
        "GET",
        FIGURES,
        "How some days went in a branch; null where nothing is known.",
        Access::OneOf(BEARER),
        Said::gives::<days::Answered>().query(SPAN).refuses(&[404]),
    ),
    (
        "GET",
        SHEET,
        "The same as a sheet.",
        Access::OneOf(BEARER),
        Said::answers(200, Media::Other("text/csv"), None).query(SPAN).refuses(&[404]),
    ),
    (
        "GET",
        DAY,
        "How one day went in all branches; null where a branch has told nothing of it.",
        Access::OneOf(BEARER),
        Said::gives::<day::Answered>().query(ONE_DAY).about(IN_PARTS),
    ),
    (
        "GET",
        DAY_SHEET,
        "The same as a sheet, without the branches that have told nothing.",
        Access::OneOf(BEARER),
        Said::answers(200, Media::Other("text/csv"), None).query(ONE_DAY).about(SHEET_IN_PARTS),
    ),
    (
        "GET",
        OVERVIEW,
        "All branches, the worst first, live.",
        Access::OneOf(BEARER),
        Said::shows::<live::Overview<'_>>().about(LIVE),
    ),
    (
        "GET",
        ONE_BRANCH,
        "One branch, live.",
        Access::OneOf(BEARER),
        Said::shows::<live::OneBranch<'_>>().refuses(&[404]).about(LIVE),
    ),
    ("GET", ME, "Who has signed in.", Access::OneOf(BEARER), Said::gives::<screens::Me<'_>>()),
];

const LIVE: &str = "As server-sent events: `event: state` with the whole state as `data` at once \
and after each change, at most one a second, and `event: ping` every twenty seconds. With \
`Accept: application/json` the state is answered once.";

const SPAN: &[Field] = &[
    Field::may("from", Kind::Date, "The first day; the last one unless said."),
    Field::may("to", Kind::Date, "The last day; the branch's present one unless said."),
    Field::may(
        "by",
        Kind::Words(&["day", "hour", "service", "counter", "operator"]),
        "What the rows are; days unless said.",
    ),
];

const ONE_DAY: &[Field] = &[
    Field::may("day", Kind::Date, "The day; the newest of any branch unless said."),
    Field::may("after", Kind::Number, "Only branches with a higher number."),
];

const IN_PARTS: &str = "At most 500 branches by number, and their total; `next` is what to send as \
`after` for those that follow, or null.";

const SHEET_IN_PARTS: &str = "At most 500 branches by number, and their total; the address for those \
that follow stands in `Link`, as `rel=\"next\"`.";

const SERVER: &[Field] = &[Field::may("serverId", Kind::Number, "Only this branch.")];

const DAYS: &[Field] = &[
    Field::may("serverId", Kind::Number, "Only this branch."),
    Field::may("startDate", Kind::Date, "The first day; the last one unless said."),
    Field::may("endDate", Kind::Date, "The last day; the newest one unless said."),
];

const EITHER: Access = Access::OneOf(&["branchServicesToken", "bearer"]);

const NETWORK: &[Row] = &[
    ("POST", services::LOGIN, "Sign in.", Access::Anyone, Said::gives::<String>().refuses(&[401])),
    (
        "GET",
        services::SERVERS,
        "Who the branches are.",
        Access::Anyone,
        Said::gives::<Vec<figures::Server<'_>>>(),
    ),
    (
        "GET",
        services::STATISTICS,
        "How each branch stands.",
        EITHER,
        Said::gives::<Vec<figures::Statistics>>().query(SERVER).refuses(&[404]),
    ),
    (
        "GET",
        services::LOAD,
        "How the whole network stands.",
        EITHER,
        Said::gives::<figures::Load>(),
    ),
    (
        "GET",
        services::HISTORY,
        "How some days went.",
        EITHER,
        Said::gives::<figures::History>().query(DAYS).refuses(&[404]),
    ),
];

const FORMAT: &[Field] =
    &[Field::may("format", Kind::Words(&["json", "xml"]), "How the answer is written.")];

const COUNTS: &[Row] = &[
    (
        "GET",
        "restapi/v2/queuemanagement/waitingticketscount",
        "How many wait for each service, in all branches that are connected.",
        Access::OneOfOrAnyone(BEARER),
        Said::gives::<queue_management::Network>().query(FORMAT),
    ),
    (
        "GET",
        "restapi/v2/queuemanagement/waitingticketscount/{location}",
        "The same at one branch.",
        Access::OneOfOrAnyone(BEARER),
        Said::gives::<queue_management::OneBranch>().query(FORMAT).refuses(&[404]),
    ),
];

const MACHINE: &[Row] = &[
    (
        "GET",
        health::ROUTE,
        "Whether all is well: 503 while what branches say cannot be taken in.",
        Access::Anyone,
        Said::gives::<health::Health>().or_at(503),
    ),
    (
        "GET",
        "metrics",
        "Figures for Prometheus.",
        Access::Anyone,
        Said::answers(200, Media::Other("text/plain"), None),
    ),
];

/// The document, in one line of JSON. It is put together once, when it is first asked for.
pub fn document() -> Bytes {
    static WRITTEN: OnceLock<Bytes> = OnceLock::new();
    WRITTEN.get_or_init(|| write().into()).clone()
}

fn write() -> Vec<u8> {
    let mut document = Document::new("Anteroom central", ABOUT, NO_EXAMPLES);
    let bearer = "A token of `POST /v1/login`; for Virtual Ticket, a customer's.";
    document.scheme("bearer", json!({"type": "http", "scheme": "bearer", "description": bearer}));
    let token = "A token of the dialect's login, with or without quotes, or of `POST /v1/login`.";
    let token = json!({"type": "apiKey", "in": "header", "name": "Token", "description": token});
    document.scheme("branchServicesToken", token);
    let own = Dialect {
        name: "Native",
        prefix: "Native",
        about: "Central's own interface. Errors are `application/problem+json` (RFC 9457) with a \
                stable `code`.",
        refusal: problem::SHAPE,
        refusal_media: "application/problem+json",
        faults: FAULTS,
        always: &[400, 413, 429, 503],
        guarded: &[401],
        bodied: &[415],
        is_xml: false,
        bodies: &["application/json"],
        gap: |_| (Kind::Number, "The branch's number."),
    };
    add(&mut document, own, OWN);
    dialect::describe(&mut document);
    let network = Dialect {
        name: "Branch services",
        prefix: "BranchServices",
        about: "The groups of the dialect that are about the whole network: who the branches are, how \
                they stand, and how up to a year went. Ages and spans are seconds.",
        refusal: shape::<Unserved<'_>>,
        refusal_media: "application/json",
        bodied: &[],
        gap: |name| match name {
            "login" => (Kind::Text, "The login."),
            _ => (Kind::Text, "The password; it is never written anywhere."),
        },
        ..own
    };
    add(&mut document, network, NETWORK);
    let counts = Dialect {
        name: "Queue Management",
        prefix: "QueueManagement",
        about: "`waitingticketscount`, of the network or of one branch; all other operations are the \
                branches'. `format=xml` answers XML of the same shape.",
        refusal: shape::<Failure<'_>>,
        is_xml: true,
        ..network
    };
    let counts = Dialect { gap: own.gap, ..counts };
    add(&mut document, counts, COUNTS);
    let machine = Dialect {
        name: "Machine",
        prefix: "Machine",
        about: "Whether all is well, for watchdogs and whoever keeps the server.",
        always: &[400, 429],
        ..own
    };
    add(&mut document, machine, MACHINE);
    document.written(env!("CARGO_PKG_VERSION"))
}

fn add(document: &mut Document, dialect: Dialect, rows: &[Row]) {
    let mut chapter = document.chapter(dialect);
    for (method, route, summary, access, said) in rows {
        let (path, summary) = (format!("/{route}"), (*summary).to_owned());
        let place = Place { method, path, summary, access: *access, guard: String::new() };
        chapter.add(&place, said);
    }
    chapter.end();
}

/// Answers with the document.
pub(super) fn answer(route: &'static str) -> Answer {
    Answer::full(StatusCode::OK, HeaderValue::from_static(MEDIA), document(), route)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::api::{NOWHERE, routes};

    #[test]
    fn every_route_is_described() {
        let document: Value = serde_json::from_slice(&document()).expect("it is JSON");
        let paths: Vec<&String> = document["paths"].as_object().expect("paths").keys().collect();
        let nowhere = [NOWHERE, "queuemanagement", "api/1", "vt"];
        for route in routes().filter(|route| !nowhere.contains(route)) {
            let ending = format!("/{}", route.strip_prefix("vt/").unwrap_or(route));
            assert!(
                paths.iter().any(|path| path.ends_with(&ending)),
                "{route} is served, and /v1/openapi.json does not tell of it: add a row to OWN in \
                 central/src/api/document.rs, with the type of its answer (derive JsonSchema)"
            );
        }
    }
}
