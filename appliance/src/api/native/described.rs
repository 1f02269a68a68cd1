//! What the OpenAPI document says of this interface beside its table: what is sent, what comes
//! back, and with what an operation says no.
//!
//! A new row of `operations::TABLE` wants a line in [`DESCRIBED`]; a test says so.

use schemars::JsonSchema;
use serve::openapi::{Access, Chapter, Dialect, Document, Field, Kind, Media, Place, Said};
use serve::problem;

use super::operations::{Deed, Guard, Operation, Row, TABLE, Verb};
use super::wire::{
    About, CallThis, Done, DoneAtCounter, End, Given, Issue, Note, Nothing, Onward, Open, Redeem,
    Take,
};
use super::{
    checks, devices, figures, fittings, history, operators, release, screens, session, settings,
    story, tickets, wire,
};
use crate::api::setup;
use crate::live::{clerk, dispenser, hall, phone};

/// The names of ways to show who calls, as all of the document has them.
pub(in crate::api) const BEARER: &str = "bearer";

const ABOUT: &str = "Anteroom's own interface: everything that its pages and programs use. Errors \
are `application/problem+json` (RFC 9457) with a stable `code`. Instants and spans are milliseconds, \
instants since the Unix epoch. A POST takes an `Idempotency-Key`: asked again with the same one, it is \
done once and answered as often. A body may be left out where none of its members is needed.";

const FAULTS: &[(u16, &str)] = &[
    (400, "The request is not what it must be."),
    (401, "Nobody has signed in, or not any more."),
    (403, "Whoever has signed in lacks the right, or it is switched off."),
    (404, "What is asked for is not there."),
    (409, "The rules of the line, or what others have done meanwhile, do not allow it."),
    (410, "The ticket's day is over."),
    (412, "The settings were changed meanwhile."),
    (413, "The body is too long."),
    (415, "The body is not JSON."),
    (422, "What was sent is well formed, and cannot be taken."),
    (428, "The version that was seen must be named."),
    (429, "This address asks too often, or failed too often."),
    (503, "It cannot be done at this moment; ask again."),
];

const REPEAT: &[Field] = &[Field::may(
    "Idempotency-Key",
    Kind::RepeatKey,
    "1 to 255 printable characters; with the same one it is done once within two days.",
)];

const SHOWN: &[u16] = &[404];

/// A screen may be asked for at once, or followed.
const TICKET: &[Field] = &[Field::must("ticket", Kind::Text, "The ticket's token.")];

const SEAT: &[Field] = &[Field::must("counter", Kind::Number, "The counter's number.")];

const LIST: &[Field] = &[
    Field::may(
        "state",
        Kind::Words(&[
            "booked",
            "waiting",
            "called",
            "serving",
            "afterwork",
            "parked",
            "missing",
            "closed",
        ]),
        "Only those that stand there.",
    ),
    Field::may("service", Kind::Number, "Only those that wait for this service, or did."),
    Field::may("limit", Kind::Within(1, 500), "Tickets of a page; 100 unless said."),
    Field::may(
        "after",
        Kind::Number,
        "Only those with a larger number: `next` of the page before.",
    ),
];

const FROM: &[Field] = &[Field::may("after", Kind::Number, "The last one that the reader has.")];

const RESUME: &[Field] =
    &[Field::may("Last-Event-ID", Kind::Text, "The same, as browsers send it; it counts first.")];

const VERSIONS: &[Field] = &[
    Field::may("before", Kind::Number, "Only versions before this one."),
    Field::may("limit", Kind::Within(1, 200), "Versions; 50 unless said."),
];

const IF_MATCH: &[Field] =
    &[Field::must("If-Match", Kind::Tag, "The ETag of the settings that were changed: `\"123\"`.")];

/// A screen's state as it is sent: its instant and its last entry are put before the rest.
#[derive(JsonSchema)]
#[schemars(rename = "Live{T}")]
struct Live<T> {
    /// When it was so.
    #[schemars(rename = "now_ms")]
    _now_ms: i64,
    /// The last journal entry that is in it.
    #[schemars(rename = "seq")]
    _seq: u64,
    #[schemars(flatten)]
    _state: T,
}

type Settings = serde_json::Map<String, serde_json::Value>;

const fn at_counter() -> Said {
    Said::gives::<DoneAtCounter<'static>>().headers(REPEAT).refuses(&[404, 409, 422]).or_no_body()
}

const fn about_call() -> Said {
    let said = Said::gives::<DoneAtCounter<'static>>().headers(REPEAT);
    said.takes::<About>().refuses(&[404, 409, 422])
}

const fn turned() -> Said {
    let said = Said::gives::<Done>().headers(REPEAT).refuses(&[404, 409, 422]);
    said.takes::<Nothing>().or_no_body()
}

const fn given() -> Said {
    Said::gives::<Given>().headers(REPEAT).refuses(&[404, 409, 422])
}

const fn changed() -> Said {
    Said::gives::<Done>().headers(REPEAT).refuses(&[404, 409, 422])
}

/// What is said of each operation. For what has no shape of its own `Said::NOTHING` will do, but a
/// reader wants one: derive `JsonSchema` beside `Serialize` on what is answered.
const DESCRIBED: &[(Operation, Said)] = {
    use Operation as O;
    &[
        (O::Document, Said::gives::<Settings>()),
        (
            O::Login,
            Said::gives::<session::Token<'_>>().takes::<session::Login>().refuses(&[401, 429]),
        ),
        (O::Me, Said::gives::<session::Me<'_>>()),
        (
            O::Phone,
            Said::shows::<Live<phone::State<'_>>>()
                .query(TICKET)
                .refuses(&[403, 404, 410])
                .about(LIVE),
        ),
        (O::Hall, Said::shows::<Live<hall::State<'_>>>().about(LIVE)),
        (O::Dispenser, Said::shows::<Live<dispenser::State<'_>>>().about(LIVE)),
        (O::Clerk, Said::shows::<Live<clerk::State<'_>>>().query(SEAT).refuses(SHOWN).about(LIVE)),
        (O::Counters, Said::gives::<clerk::Seats<'_>>()),
        (O::Tokens, Said::gives::<screens::Tokens>()),
        (
            O::TokenMake,
            Said::gives::<screens::Made<'_>>().takes::<screens::Named>().refuses(&[409]),
        ),
        (O::TokenEnd, Said::gives::<screens::Done>().refuses(&[404])),
        (O::DispenserTicket, given().takes::<Take>()),
        (O::DispenserCheckIn, given().takes::<Redeem>()),
        (O::DispenserReprint, Said::gives::<Done>().refuses(&[404, 409])),
        (O::Desk(Deed::Open), turned().takes::<Open>()),
        (O::Desk(Deed::Close), turned()),
        (O::Desk(Deed::Break), turned()),
        (O::Desk(Deed::Work), turned()),
        (O::Desk(Deed::Next), at_counter().takes::<Nothing>()),
        (O::Desk(Deed::Call), about_call().takes::<CallThis>()),
        (O::Desk(Deed::Recall), about_call()),
        (O::Desk(Deed::Start), about_call()),
        (O::Desk(Deed::Finish), about_call().takes::<End>()),
        (O::Desk(Deed::NoShow), about_call().takes::<End>()),
        (O::Desk(Deed::Park), about_call()),
        (O::Desk(Deed::Transfer), about_call().takes::<Onward>()),
        (
            O::Desk(Deed::Note),
            Said::gives::<Done>().headers(REPEAT).takes::<Note>().refuses(&[404, 409, 422]),
        ),
        (O::Desk(Deed::Undo), at_counter().takes::<Nothing>()),
        (O::Tickets, Said::gives::<tickets::Page<'_>>().query(LIST)),
        (O::Ticket, Said::gives::<tickets::Whole<'_>>().refuses(&[404])),
        (O::Story, Said::gives::<story::Story<'_>>().refuses(&[404])),
        (O::Issue, given().takes::<Issue>()),
        (O::Delete, changed()),
        (O::PutBack, changed()),
        (O::Today, Said::gives::<figures::Today<'_>>()),
        (O::TodaySheet, Said::answers(200, Media::Other("text/csv"), None)),
        (
            O::Events,
            Said::answers(200, Media::Events, None)
                .query(FROM)
                .headers(RESUME)
                .refuses(&[409])
                .about(JOURNAL),
        ),
        (O::SettingsRead, Said::gives::<settings::Whole>().about(TAGGED)),
        (
            O::SettingsWrite,
            Said::gives::<settings::Version>()
                .takes::<Settings>()
                .headers(IF_MATCH)
                .refuses(&[409, 412, 422, 428])
                .about("On top of the version that was seen, or not at all."),
        ),
        (O::SettingsCheck, Said::gives::<settings::Verdict>().takes::<Settings>()),
        (O::History, Said::gives::<Vec<history::Step>>().query(VERSIONS)),
        (O::Version, Said::gives::<history::Whole>().refuses(&[404])),
        (O::Operators, Said::gives::<Vec<operators::Account<'_>>>()),
        (
            O::Password,
            Said::gives::<operators::SignedOut>()
                .takes::<operators::NewPassword>()
                .refuses(&[404, 422]),
        ),
        (O::SignOut, Said::gives::<operators::SignedOut>().refuses(&[404])),
        (O::Checks, Said::gives::<Vec<checks::Row<'_>>>()),
        (O::Devices, Said::gives::<Vec<devices::Device>>()),
        (
            O::Release,
            Said::gives::<release::Freed>()
                .takes::<wire::Release>()
                .headers(REPEAT)
                .refuses(&[404, 409]),
        ),
        (O::DeviceList, Said::gives::<fittings::Whole<'_>>().about(TAGGED)),
        (
            O::DeviceListWrite,
            Said::gives::<fittings::Changed<'_>>()
                .takes::<fittings::Sent>()
                .headers(IF_MATCH)
                .refuses(&[409, 412, 422, 428])
                .about("On top of the version that was seen, or not at all."),
        ),
        (O::DeviceListHistory, Said::gives::<Vec<fittings::Step>>()),
        (O::DeviceTest, Said::gives::<devices::Tested>().refuses(&[404, 409])),
        (
            O::DeviceMonitor,
            Said::answers(200, Media::Events, None)
                .query(FROM)
                .headers(RESUME)
                .refuses(&[404])
                .about(MONITOR),
        ),
    ]
};

const LIVE: &str = "As server-sent events: `event: state` with the whole state as `data` at once \
and after each change, `event: ping` every twenty seconds, `event: gone` at the end for good. With \
`Accept: application/json` the state is answered once.";

const JOURNAL: &str = "Server-sent events: `id` is the entry's number, `event` its kind, `data` \
`{\"seq\",\"at_ms\",\"kind\",\"what\"}`. Personal texts and secrets are left out.";

const MONITOR: &str = "Server-sent events: `id` is the number of what happened, `event` its kind, `data` \
`{\"at_ms\",\"kind\",\"text\"}`; the last ones at once, and each new one as it comes.";

const TAGGED: &str = "The header `ETag` holds the version, for `If-Match` of a change.";

/// Writes the interface into the document.
pub(in crate::api) fn describe(document: &mut Document) {
    let mut chapter = document.chapter(Dialect {
        name: "Native",
        prefix: "Native",
        about: ABOUT,
        refusal: problem::SHAPE,
        refusal_media: "application/problem+json",
        faults: FAULTS,
        always: &[400, 413, 429, 503],
        guarded: &[401, 403],
        bodied: &[415],
        is_xml: false,
        bodies: &["application/json"],
        gap: |name| match name {
            "id" => (Kind::Number, "The screen's number."),
            "ticket" => (Kind::Number, "The ticket's number."),
            "counter" => (Kind::Number, "The counter's number."),
            "operator" => (Kind::Number, "The operator's number."),
            "device" => (Kind::Number, "The device's number."),
            "version" => (Kind::Number, "The number of a version."),
            _ => (Kind::Number, "A number."),
        },
    });
    for row in TABLE {
        chapter.add(&place(row), &said(row.operation).unwrap_or(Said::NOTHING));
    }
    set_up(&mut chapter);
    chapter.end();
}

/// What stands in no table: it is there for the first quarter of an hour of a branch's life.
fn set_up(chapter: &mut Chapter<'_>) {
    let place = |method, summary: &str| Place {
        method,
        path: format!("/{}", setup::ROUTE),
        summary: summary.to_owned(),
        access: Access::Anyone,
        guard: String::new(),
    };
    let asked = place("GET", "Whether the first password is still to be chosen.");
    chapter.add(&asked, &Said::gives::<setup::Standing>());
    let chosen = place("POST", "Choose the first password, with the setup code.");
    let said = Said::gives_at::<setup::Token>(201).takes::<setup::SetUp>();
    chapter.add(&chosen, &said.refuses(&[403, 409]));
}

fn said(operation: Operation) -> Option<Said> {
    DESCRIBED.iter().find(|(known, _)| *known == operation).map(|(_, said)| *said)
}

fn place(row: &Row) -> Place {
    let (access, guard) = match row.guard {
        Guard::Anyone => (Access::Anyone, String::new()),
        Guard::Screen => (
            Access::OneOfOrAnyone(&[BEARER]),
            "For screens that the branch trusts: by their address (`screens.trusted`), or by a \
             screen's token as a Bearer."
                .to_owned(),
        ),
        Guard::Operator => (Access::OneOf(&[BEARER]), "For any operator.".to_owned()),
        Guard::Right(rights) => {
            let rights: Vec<String> =
                rights.iter().map(|right| format!("`{}`", clerk::right_word(*right))).collect();
            let guard = format!("For operators with the right {}.", rights.join(" or "));
            (Access::OneOf(&[BEARER]), guard)
        }
    };
    let method = match row.method {
        Verb::Get => "GET",
        Verb::Post => "POST",
        Verb::Put => "PUT",
        Verb::Delete => "DELETE",
    };
    let summary = match row.path {
        "v1/screens/phone" => "The same as at the phone's own path.".to_owned(),
        _ => row.summary.to_owned(),
    };
    Place { method, path: format!("/{}", row.path), summary, access, guard }
}

#[cfg(test)]
mod tests {
    use super::super::operations::PHONE_PATH;
    use super::*;

    #[test]
    fn every_operation_of_the_table_is_described_and_no_other() {
        for row in TABLE {
            assert!(
                said(row.operation).is_some(),
                "{} {} ({:?}) has no description for /v1/openapi.json. Add this line to DESCRIBED in \
                 appliance/src/api/native/described.rs:\n    (O::{:?}, Said::gives::<TheAnswersType>()\
                 .takes::<TheBodysType>().refuses(&[404, 409])),\nand derive schemars::JsonSchema on \
                 both types (pub(super)); leave out what does not apply.",
                row.method.name(),
                row.path,
                row.operation,
                row.operation,
            );
        }
        for (operation, _) in DESCRIBED {
            assert!(
                TABLE.iter().any(|row| row.operation == *operation),
                "DESCRIBED tells of {operation:?}, which operations::TABLE does not have: take it out"
            );
        }
    }

    #[test]
    fn the_phones_path_is_the_only_one_outside_of_v1() {
        assert!(TABLE.iter().all(|row| row.path.starts_with("v1/") || row.path == PHONE_PATH));
    }
}
