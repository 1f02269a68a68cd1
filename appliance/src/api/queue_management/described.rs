//! What the OpenAPI document says of Queue Management.

use serve::openapi::{Access, Chapter, Dialect, Document, Field, Kind, Place, Said, shape};
use serve::queue_management::{Failure, Services};

use super::operations::{OPERATIONS, Operation, role};
use super::wire::{Answered, Created, Done, SignedIn, Tickets};
use crate::api::native::described::BEARER;

const ABOUT: &str = "The staff's side of the line. Parameters come in the body (JSON, a form, or XML of \
the same shape) or in the query; where both have one, the body counts. An id is a number or a text of \
digits; an empty parameter is one that is not there. All values of a ticket are texts, absent ones \
empty. `format=xml` answers XML of the same shape, in `<response>`. `errno` is stable. Manual: \
`docs/queue-management.md`.";

const FAULTS: &[(u16, &str)] = &[
    (400, "errno 1, 3, 4: the address or the format; errno 5: a parameter."),
    (401, "errno 101, 102, 103: nobody has signed in; 106: there is no such user or password."),
    (403, "errno 104, 105: a role is missing, or the user is another one."),
    (404, "errno 6: an id names nothing of this branch."),
    (409, "errno 7, 108: the rules do not allow it; errno 8: nobody is waiting."),
    (413, "errno 5: the body is too long."),
    (429, "errno 107: too many passwords were wrong; errno 9: too many requests."),
    (503, "errno 9: the branch cannot do it at this moment; ask again."),
];

const REPEAT: &[Field] = &[Field::may(
    "Idempotency-Key",
    Kind::RepeatKey,
    "1 to 255 printable characters; with the same one it is done once within two days.",
)];

const FORMAT: &[Field] =
    &[Field::may("format", Kind::Words(&["json", "xml"]), "How the answer is written.")];

const DESK: Field = Field::must("desk_id", Kind::Id, "The counter.");
const MAY_DESK: Field = Field::may("desk_id", Kind::Id, "The counter.");
const USER: Field =
    Field::may("user_id", Kind::Id, "The operator; the one who has signed in, if any.");
const TICKET: Field = Field::must("ticket_id", Kind::Id, "The ticket.");
const ANSWER: &[Field] = &[Field::must("answer_id", Kind::Id, "The call: `answer.id` of it.")];
const CALL: &[Field] = &[DESK, TICKET, USER];
const OFFSET: Field = Field::may("offset", Kind::Id, "Tickets to pass over.");

const WAITING: &[Field] =
    &[Field::may("service_id", Kind::Id, "Only those who wait for this service."), OFFSET];

const AT_DESK: &[Field] = &[MAY_DESK, OFFSET];

const CREATE: &[Field] = &[
    Field::must("service_id", Kind::Id, "The service."),
    MAY_DESK,
    USER,
    Field::may("lang", Kind::Text, "The code or the number of a language."),
    Field::may("custom_field", Kind::Text, "The integrator's own."),
    Field::may("client_name", Kind::Text, "The customer's name."),
    Field::may("device_id", Kind::Id, "The printer on which a slip comes out."),
    Field::may("priority", Kind::Flag, "Whether it is urgent."),
    Field::may("appointment", Kind::Flag, "Whether it is for later."),
    Field::may("scheduled_to", Kind::Text, "For when: `yyyy-mm-dd hh:mm:ss`, branch time."),
    Field::may("from_virtualticket", Kind::Flag, "Passed over."),
];

const TRANSFER: &[Field] = &[
    Field::must("answer_id", Kind::Id, "The call."),
    Field::must(
        "dst_type",
        Kind::Text,
        "To what: `service`, `desk` or `user`, as the guide has them.",
    ),
    Field::must("dst_id", Kind::Id, "Its number."),
    Field::may("note", Kind::Text, "A word for whoever takes over."),
    Field::may("priority", Kind::Flag, "Whether it is urgent."),
    Field::may("custom_field", Kind::Text, "The integrator's own."),
    MAY_DESK,
];

const LOGIN: &[Field] = &[
    Field::may("user_id", Kind::Id, "The operator's number, or what they sign in as."),
    Field::may("username", Kind::Text, "What they sign in as."),
    Field::may("password", Kind::Text, "Not with an API key."),
];

const NEXT: &[Field] =
    &[DESK, USER, Field::may("services", Kind::Ids, "Only those who wait for one of these.")];

const fn calls() -> Said {
    Said::gives::<Answered>().refuses(&[404, 409]).headers(REPEAT).query(FORMAT)
}

const fn done() -> Said {
    Said::gives::<Done>().refuses(&[404, 409]).headers(REPEAT).query(FORMAT)
}

const fn lists() -> Said {
    Said::gives::<Tickets>().refuses(&[404]).query(FORMAT).or_no_body()
}

fn told(operation: Operation) -> (&'static str, Said) {
    match operation {
        Operation::Login => (
            "Sign in.",
            Said::gives::<SignedIn>().members(LOGIN).refuses(&[401, 403]).query(FORMAT),
        ),
        Operation::CreateTicket => (
            "Give out a ticket, or book one.",
            Said::gives::<Created>()
                .members(CREATE)
                .refuses(&[404, 409])
                .headers(REPEAT)
                .query(FORMAT),
        ),
        Operation::CallNextTicket => ("Call the next.", calls().members(NEXT)),
        Operation::CallTicket => ("Call a certain ticket that waits.", calls().members(CALL)),
        Operation::CallPausedTicket => ("Call a paused ticket.", calls().members(CALL)),
        Operation::CallCancelledTicket => {
            ("Call somebody who did not come.", calls().members(CALL))
        }
        Operation::Recall => ("Call again.", done().members(ANSWER)),
        Operation::EndCall => ("The customer is done.", done().members(ANSWER)),
        Operation::PauseCall => ("Set the ticket aside.", done().members(ANSWER)),
        Operation::CancelCall => ("The customer did not come.", done().members(ANSWER)),
        Operation::TransferCall => ("Send the customer on.", done().members(TRANSFER)),
        Operation::WaitingTicketsList => ("Who waits.", lists().members(WAITING)),
        Operation::PausedTicketsList => ("What was set aside.", lists().members(AT_DESK)),
        Operation::CancelledTicketsList => ("Who did not come.", lists().members(AT_DESK)),
        Operation::CancellededTicketsList => {
            ("The same, as the guide spells it.", lists().members(AT_DESK))
        }
        Operation::WaitingTicketsCount => {
            ("How many wait.", Said::gives::<Services>().query(FORMAT))
        }
    }
}

/// Writes the dialect into the document.
pub(in crate::api) fn describe(document: &mut Document) {
    let mut chapter = document.chapter(Dialect {
        name: "Queue Management",
        prefix: "QueueManagement",
        about: ABOUT,
        refusal: shape::<Failure<'_>>,
        refusal_media: "application/json",
        faults: FAULTS,
        always: &[400, 413, 429, 503],
        guarded: &[401, 403],
        bodied: &[],
        is_xml: true,
        bodies: &["application/json", "application/x-www-form-urlencoded", "application/xml"],
        gap: |_| (Kind::Number, "The number of the branch."),
    });
    for operation in OPERATIONS {
        add(&mut chapter, operation, "");
    }
    add(&mut chapter, Operation::WaitingTicketsCount, "/{location}");
    chapter.end();
}

fn add(chapter: &mut Chapter<'_>, operation: Operation, further: &str) {
    let (summary, said) = told(operation);
    let rights = operation.rights();
    let access = match rights {
        None => Access::Anyone,
        Some(_) => Access::OneOfOrAnyone(&[BEARER]),
    };
    let guard = match rights {
        None => String::new(),
        Some([]) => "Where authentication is on: for whoever has signed in.".to_owned(),
        Some(rights) => {
            let roles: Vec<&str> = rights.iter().map(|right| role(*right)).collect();
            format!("Where authentication is on, this wants: {}.", roles.join("; "))
        }
    };
    let said = if further.is_empty() { said } else { said.refuses(&[404]) };
    let path = format!("/restapi/v2/{}{further}", operation.route());
    let method = if operation.allow() == "POST" { "POST" } else { "GET" };
    let place = Place { method, path, summary: summary.to_owned(), access, guard };
    chapter.add(&place, &said);
}
