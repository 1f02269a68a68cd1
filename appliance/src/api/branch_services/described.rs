//! What the OpenAPI document says of Branch services.

use serde_json::json;
use serve::branch_services::faults::Failure;
use serve::openapi::{Access, Chapter, Dialect, Document, Field, Kind, Media, Place, Said, shape};

use super::figures::Statistics;
use super::figures_wire::{SomeDays, Summary};
use super::hall::Hall;
use super::operations::{Guard, OPERATIONS, Operation, Row, Verb};
use super::staff_wire::{BookingDay, Named, NewTicket, Redirection, Urgency, WorkPlaceState};
use super::wire::{
    Answer, Awaiting, Booking, Menu, Notification, PadState, ProductDetails, Question,
    SimpleProduct, SlotTime, Ticket, TicketProduct, Year,
};
use super::work::Work;
use crate::api::native::described::BEARER;

const ABOUT: &str = "Boards, the hall, configuration, bookings, operators, surveys and figures. Bodies \
have members in camelCase, answers in PascalCase; times are ISO 8601 with the branch's offset; what \
does not exist is null. `State`: 10 booked, 20 waiting, 30 called, 40 missing, 50 missing for good, 60 \
being served, 70 in a personal queue, 80 given up, 90 served, 100 under afterwork. A slash at the end of \
a path changes nothing. Texts come in the reader's language: `lang` in the query, else \
`Accept-Language`. Passwords that stand in paths are never written anywhere. Manual: \
`docs/branch-services.md`.";

const FAULTS: &[(u16, &str)] = &[
    (400, "A parameter or the body is not what it must be."),
    (401, "No token, one that is none of this branch's, or a wrong password."),
    (403, "A good token of the wrong kind, or an address that is not trusted."),
    (404, "An id names nothing, or somebody else's ticket."),
    (409, "The rules of the line do not allow it."),
    (413, "The body is too long."),
    (429, "Too many requests, or too many wrong passwords."),
    (503, "The branch cannot do it at this moment; ask again."),
];

const REPEAT: &[Field] = &[Field::may(
    "Idempotency-Key",
    Kind::RepeatKey,
    "1 to 255 printable characters; with the same one it is done once within two days.",
)];

const LANG: &[Field] = &[Field::may("lang", Kind::Text, "The code or the number of a language.")];

const SERVICE: &[Field] = &[
    Field::may("productId", Kind::Number, "The service. Of the two exactly one is needed."),
    Field::may("menuLinkId", Kind::Number, "The same by its place in a menu."),
];

const MAYBE_SERVICE: &[Field] = &[
    Field::may("productId", Kind::Number, "Only this service."),
    Field::may("menuLinkId", Kind::Number, "The same by its place in a menu."),
    Field::may("lang", Kind::Text, "The code or the number of a language."),
];

const BOOK: &[Field] = &[
    Field::may("productId", Kind::Number, "The service. Of the two exactly one is needed."),
    Field::may("menuLinkId", Kind::Number, "The same by its place in a menu."),
    Field::may("confirm", Kind::Flag, "Whether the booking holds at once."),
];

const OFFSET: &[Field] = &[Field::may("offset", Kind::Number, "Rows to pass over.")];

const TICKETS: &[Field] = &[
    Field::may("all", Kind::Flag, "Whether those who have left are told too."),
    Field::may("offset", Kind::Number, "Rows to pass over."),
];

const DAYS: &[Field] = &[
    Field::may("startDate", Kind::Date, "The first day."),
    Field::may("endDate", Kind::Date, "The last day."),
];

const LISTED: &[Field] = &[
    Field::must("startDate", Kind::Date, "The first day."),
    Field::must("endDate", Kind::Date, "The last day."),
    Field::may("offset", Kind::Number, "Rows to pass over."),
];

const fn booking() -> Said {
    Said::gives::<Booking>().headers(REPEAT).refuses(&[404, 409]).query(LANG)
}

const fn product() -> Said {
    Said::gives::<TicketProduct>().refuses(&[404, 409]).query(LANG)
}

const fn state() -> Said {
    Said::gives::<WorkPlaceState>().refuses(&[404, 409]).query(LANG)
}

const fn names() -> Said {
    Said::gives::<Vec<Named>>().refuses(&[404, 409]).query(LANG)
}

/// A token comes as a text in quotes.
const fn token() -> Said {
    Said::gives::<String>().refuses(&[401, 403, 404, 409])
}

fn told(operation: Operation) -> (&'static str, Said) {
    match operation {
        Operation::Notifications => (
            "What a board shows; 1 is that of the hall.",
            Said::gives::<Vec<Notification>>().refuses(&[404]),
        ),
        Operation::Products => ("The services.", Said::gives::<Vec<ProductDetails>>().query(LANG)),
        Operation::ProductsSimple => (
            "The services and their groups, by name.",
            Said::gives::<Vec<SimpleProduct>>().query(LANG),
        ),
        Operation::Menus => ("All menus.", Said::gives::<Vec<Menu>>().query(LANG)),
        Operation::Menu => ("One menu.", Said::gives::<Menu>().refuses(&[404]).query(LANG)),
        Operation::Awaiting => (
            "How long who comes now will wait.",
            Said::gives::<Vec<Awaiting>>().query(MAYBE_SERVICE).refuses(&[404]),
        ),
        Operation::BookingMenu => ("What can be booked.", Said::gives::<Menu>().query(LANG)),
        Operation::BookingDays => (
            "The days on which a service can be booked.",
            Said::gives::<Vec<Year>>().query(SERVICE).refuses(&[404, 409]),
        ),
        Operation::BookingTimes => (
            "The times of a day with a place left.",
            Said::gives::<Vec<SlotTime>>().query(SERVICE).refuses(&[404, 409]),
        ),
        Operation::BookingLogin => (
            "A token for somebody whom a trusted site knows.",
            Said::gives::<String>().refuses(&[403]).about(TRUSTED),
        ),
        Operation::Book => ("Book.", booking().query(BOOK)),
        Operation::BookingTickets => {
            ("The person's bookings.", Said::gives::<Vec<Booking>>().query(LANG))
        }
        Operation::BookingTicket => ("One booking.", booking()),
        Operation::BookingConfirm => ("Hold on to a booking.", booking()),
        Operation::BookingCancel => ("Give a booking up.", booking()),
        Operation::TicketPicture => (
            "The ticket as its printer would print it.",
            Said::answers(200, Media::Other("image/png"), None).refuses(&[404]),
        ),
        Operation::SurveyState => {
            ("What a pad is doing.", Said::gives::<PadState>().refuses(&[404]).query(LANG))
        }
        Operation::SurveyBegin => {
            ("Begin to ask.", Said::gives::<Question>().refuses(&[404, 409]).query(LANG))
        }
        Operation::SurveyAnswer => (
            "Answer; the next question comes back, null after the last.",
            Said::gives::<Option<Question>>()
                .takes::<Answer>()
                .refuses(&[404, 409])
                .headers(REPEAT)
                .query(LANG),
        ),
        Operation::SurveyEnd => {
            ("Stop asking.", Said::gives::<PadState>().refuses(&[404, 409]).query(LANG))
        }
        Operation::Work(work) => work_told(work),
        Operation::Hall(hall) => hall_told(hall),
        Operation::Statistics(question) => match question {
            Statistics::Present => {
                ("How the queue is doing.", Said::gives::<Summary>().query(LANG))
            }
            Statistics::History => ("How some days went.", Said::gives::<SomeDays>().query(DAYS)),
            Statistics::Tickets => {
                ("The tickets of some days.", Said::gives::<Vec<Ticket>>().query(LISTED))
            }
        },
    }
}

fn work_told(work: Work) -> (&'static str, Said) {
    match work {
        Work::Identify => ("Sit down at a counter.", token()),
        Work::State => ("What the counter is doing.", state()),
        Work::Login => ("Hand the seat over to a colleague.", token()),
        Work::Logout => ("Leave.", Said::gives::<bool>().refuses(&[404, 409])),
        Work::Queue => (
            "Who may be called here, in their order.",
            Said::gives::<Vec<TicketProduct>>().query(OFFSET).refuses(&[409]),
        ),
        Work::QueueCount => ("How many those are.", Said::gives::<u32>().refuses(&[409])),
        Work::Personal => (
            "What was set aside here.",
            Said::gives::<Vec<TicketProduct>>().query(OFFSET).refuses(&[409]),
        ),
        Work::PersonalCount => ("How many those are.", Said::gives::<u32>().refuses(&[409])),
        Work::BreakBegin => ("Have a break.", state()),
        Work::BreakEnd => ("End the break.", state()),
        Work::Invite => ("Call the next.", product().headers(REPEAT)),
        Work::InviteThis => ("Call a certain one.", product().headers(REPEAT)),
        Work::Start => ("The customer is there.", product()),
        Work::Reject => ("The customer did not come.", product()),
        Work::Complete => ("The customer is done.", product()),
        Work::Hold => ("Set the ticket aside.", product()),
        Work::Menu => ("All services, for staff.", Said::gives::<Menu>().query(LANG)),
        Work::Users => ("Who serves it.", names()),
        Work::Places => ("Where it is served.", names()),
        Work::Redirect => ("Send the customer on.", product().takes::<Redirection>().or_no_body()),
    }
}

fn hall_told(hall: Hall) -> (&'static str, Said) {
    match hall {
        Hall::Login => ("Sign in.", Said::gives::<String>().refuses(&[401, 403])),
        Hall::Tickets => {
            ("The tickets of those who are here.", Said::gives::<Vec<Ticket>>().query(TICKETS))
        }
        Hall::Bookings => {
            ("Who is still expected.", Said::gives::<Vec<BookingDay>>().query(OFFSET))
        }
        Hall::Ticket => ("One ticket.", Said::gives::<Ticket>().refuses(&[404]).query(LANG)),
        Hall::New => (
            "Give out a ticket.",
            Said::gives::<Ticket>().takes::<NewTicket>().headers(REPEAT).refuses(&[404, 409]),
        ),
        Hall::AddProduct => (
            "Add a service to a ticket.",
            product().takes::<Urgency>().or_no_body().headers(REPEAT),
        ),
        Hall::Cancel => ("Take a service off a ticket.", product().headers(REPEAT)),
        Hall::SetPriority => {
            ("Make a service more or less urgent.", product().takes::<Urgency>().headers(REPEAT))
        }
        Hall::Users => ("Who serves it.", names()),
        Hall::WorkPlaces => ("Where it is served.", names()),
        Hall::Redirect => ("Send a customer on.", product().takes::<Redirection>()),
    }
}

const TRUSTED: &str =
    "Works from the addresses of `branch_services.trusted` in the configuration alone.";

/// Writes the dialect into the document.
pub(in crate::api) fn describe(document: &mut Document) {
    let about = "A token of the dialect's logins, with or without quotes; or of `POST /v1/login`. \
                 `Authorization: Bearer` does as well.";
    let scheme = json!({"type": "apiKey", "in": "header", "name": "Token", "description": about});
    document.scheme(TOKEN, scheme);
    let mut chapter = document.chapter(Dialect {
        name: "Branch services",
        prefix: "BranchServices",
        about: ABOUT,
        refusal: shape::<Failure<'_>>,
        refusal_media: "application/json",
        faults: FAULTS,
        always: &[400, 413, 429, 503],
        guarded: &[401, 403],
        bodied: &[],
        is_xml: false,
        bodies: &["application/json"],
        gap: |name| match name {
            "date" => (Kind::Date, "A day of the branch."),
            "time" => (Kind::Text, "`HH:mm`, the branch's own."),
            "userIdentity" => (Kind::Text, "Whatever the site knows somebody by."),
            "login" => (Kind::Text, "What the operator signs in as."),
            "password" => (Kind::Text, "The password."),
            "clientId" => (Kind::Number, "The counter's number; of a board, 1 is the hall's."),
            "menuId" => (Kind::Number, "1 the dispenser's, 2 what can be booked, 3 everything."),
            "menuLinkId" => (Kind::Number, "A service by its place in a menu."),
            "productId" => (Kind::Number, "The service."),
            "ticketProductId" => (Kind::Number, "A service on a ticket."),
            _ => (Kind::Number, "The ticket."),
        },
    });
    for row in OPERATIONS {
        add(&mut chapter, row, format!("/{}", row.route));
        if row.operation == Operation::TicketPicture {
            add(&mut chapter, row, row.route.replace("api/1", ""));
        }
    }
    chapter.end();
}

/// The dialect's own header for a token.
const TOKEN: &str = "branchServicesToken";

fn add(chapter: &mut Chapter<'_>, row: &Row, path: String) {
    const EITHER: Access = Access::OneOf(&[TOKEN, BEARER]);
    let (access, guard) = match row.guard {
        Guard::Anyone => (Access::Anyone, ""),
        Guard::Booker => (EITHER, "For the token of `booking/login`."),
        Guard::BookerOrHall => {
            (EITHER, "For the token of `booking/login`, or of an operator with the right `hall`.")
        }
        Guard::Operator => (EITHER, "For operators with the right `counter`."),
        Guard::Hall => (EITHER, "For operators with the right `hall`."),
        Guard::Statistics => (EITHER, "For operators with the right `hall` or `administration`."),
    };
    let method = match row.verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
    };
    let (summary, said) = told(row.operation);
    let (summary, guard) = (summary.to_owned(), guard.to_owned());
    chapter.add(&Place { method, path, summary, access, guard }, &said);
}
