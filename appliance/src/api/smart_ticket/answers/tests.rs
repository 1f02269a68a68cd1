//! Answers and faults: every member where the vendor has it, and a word for every no.

use std::time::Duration;

use engine::{
    CallId, CounterId, DayId, Label, LineState, Outcome, Place, Priority, Refusal, ServiceId,
    Source, Tag, TicketId, TicketState, WaitCause,
};
use serde_json::{Value, json};
use serve::http::{AnswerBody, HttpFault, StatusCode};

use super::*;
use crate::api::smart_ticket::faults;
use crate::demo;
use crate::registrar::SubmitError;

fn moment(s: u64) -> Moment {
    let ms = s * 1_000;
    Moment { wall_ms: 1_795_431_600_000 + i64::try_from(ms).unwrap(), steady_ms: ms }
}

fn ticket() -> Ticket {
    let line = |service, state| TicketLine {
        asked: ServiceId(service),
        service: ServiceId(service),
        priority: Priority::new(7).unwrap(),
        state,
    };
    Ticket {
        id: TicketId(10_025),
        day: DayId(20_261_123),
        label: Label { tag: Tag::new("A").unwrap(), number: 105 },
        token: Token([b't'; 10]),
        pass: None,
        language: LanguageId(2),
        source: Source::Customer,
        device: None,
        issued: moment(0),
        booking: None,
        lines: vec![
            line(2, LineState::Closed(Outcome::Served)),
            line(3, LineState::Current),
            line(4, LineState::Ahead),
        ],
        state: TicketState::Waiting {
            since: moment(90),
            place: Place::Service(ServiceId(3)),
            cause: WaitCause::NextLine,
        },
        waited: Duration::from_secs(179),
        no_shows: 0,
        back_to: None,
        transferred: false,
        calls: Vec::new(),
        answers: Vec::new(),
    }
}

fn shown(ticket: &Ticket, forecast: Option<Forecast>) -> Value {
    let settings = demo::settings(&Texts::new(), engine::DeviceId(1));
    let zone = Zone::named("Europe/Budapest").unwrap();
    let body = status(&settings, ticket, forecast, &zone, moment(3_600));
    serde_json::from_slice(&body).unwrap()
}

#[test]
fn a_ticket_has_every_member_of_the_table() {
    let forecast = Forecast { ahead: 4, wait: Duration::from_secs(61) };
    assert_eq!(
        shown(&ticket(), Some(forecast)),
        json!({
            "id": 10_025, "number": "A105", "lang": 2, "priority": 7, "status": 20,
            "statusTime": 20_261_123_120_130_u64, "currentTime": 20_261_123_130_000_u64,
            "estimatedQueueSize": 4, "estimatedWaitingTime": 2, "totalWaitingTime": 2,
            "branch": {"name": "Default branch", "id": 1},
            "tasks": [
                {"name": "2. szolg\u{e1}ltat\u{e1}s", "id": 2, "priority": 7, "status": 90},
                {"name": "3. szolg\u{e1}ltat\u{e1}s", "id": 3, "priority": 7, "status": 20},
                {"name": "4. szolg\u{e1}ltat\u{e1}s", "id": 4, "priority": 7, "status": 20},
            ],
        })
    );
}

#[test]
fn the_current_line_follows_the_ticket_and_a_lost_service_has_no_name() {
    let mut called = ticket();
    called.state =
        TicketState::Called { call: CallId(1), counter: CounterId(1), since: moment(100) };
    called.lines[1].service = ServiceId(99);
    let shown = shown(&called, None);
    assert_eq!((&shown["status"], &shown["estimatedQueueSize"]), (&json!(30), &json!(0)));
    assert_eq!(shown["tasks"][1], json!({"name": "", "id": 99, "priority": 7, "status": 30}));
    assert_eq!(shown["tasks"][2]["status"], 20);
}

#[test]
fn what_has_nothing_to_tell_is_an_empty_object() {
    assert_eq!(done(), b"{}");
}

#[test]
fn a_survey_counts_its_questions() {
    let settings = demo::settings(&Texts::new(), engine::DeviceId(1));
    let body: Value = serde_json::from_slice(&feedback_profile(&settings).unwrap()).unwrap();
    assert_eq!(body["langs"][0]["questions"][0]["order"], 1);
    assert_eq!(body["langs"][3]["questions"][0]["answers"][4]["value"], 5);
}

#[test]
fn the_settings_own_texts_come_first() {
    let (texts, settings) = (Texts::new(), demo::settings(&Texts::new(), engine::DeviceId(1)));
    let mut own = engine::settings::Texts::default();
    let (english, russian) = (&settings.languages[0], &settings.languages[2]);
    own.0.insert(english.id, "Come in!".into());
    own.0.insert(russian.id, String::new());
    assert_eq!(own_text(&own, english, &texts, "notify-call"), "Come in!");
    let call = own_text(&own, russian, &texts, "notify-call");
    assert!(call.contains("${ticketNumber}") && !call.contains("Come"), "{call}");
}

fn said(fault: Fault) -> (u16, Value, Option<String>) {
    let answer = faults::render(fault, "smart");
    let AnswerBody::Full(body) = answer.body else { panic!("faults have a body") };
    let retry = answer.headers.get("retry-after").map(|value| value.to_str().unwrap().to_owned());
    (answer.status.as_u16(), serde_json::from_slice(&body).unwrap(), retry)
}

fn is_well_said(body: &Value) {
    let members = body.as_object().unwrap();
    assert_eq!(members.len(), 2, "{body}");
    let code = body["error"].as_str().unwrap();
    assert!(code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code}");
    let message = body["message"].as_str().unwrap();
    assert!(message.ends_with('.') && message.contains(' '), "{message}");
}

#[test]
fn the_rules_no_is_a_bad_request_unless_it_passes() {
    let refused = |refusal| said(SubmitError::Refused(refusal).into());
    let bad = [
        Refusal::UnknownService,
        Refusal::ServiceHidden,
        Refusal::ServiceDisabled,
        Refusal::ServiceClosed,
        Refusal::QuotaSpent,
        Refusal::UnknownLanguage,
        Refusal::PassUsed(TicketId(1)),
        Refusal::UnknownTicket,
        Refusal::OutOfTurn,
        Refusal::UnknownAnswer,
        Refusal::AnsweredAlready,
        Refusal::NotClosedYet,
        Refusal::TooLateToAnswer,
    ];
    let mut codes = Vec::new();
    for refusal in bad {
        let (status, body, retry) = refused(refusal.clone());
        assert_eq!((status, retry), (400, None), "{refusal:?}");
        is_well_said(&body);
        codes.push(body["error"].as_str().unwrap().to_owned());
    }
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), 13, "each has a code of its own");
    for refusal in [Refusal::DayNotOpen, Refusal::BranchFull] {
        let (status, body, retry) = refused(refusal);
        assert_eq!(status, 503);
        assert!(retry.is_some());
        is_well_said(&body);
    }
}

#[test]
fn a_branch_that_cannot_write_says_when_to_ask_again() {
    for error in [SubmitError::Busy, SubmitError::Unavailable, SubmitError::Stopping] {
        let (status, body, retry) = said(error.into());
        assert_eq!(status, 503);
        assert!(1 <= retry.unwrap().parse::<u64>().unwrap());
        is_well_said(&body);
    }
    assert_eq!(said(SubmitError::KeyReused.into()).0, 400);
    let (status, body, retry) = said(Fault::KEYS_SPENT);
    assert_eq!((status, &body["error"]), (429, &json!("too_many_requests")));
    assert_eq!(retry.as_deref(), Some("5"));
}

#[test]
fn what_the_server_refuses_is_said_in_the_same_words() {
    let second = Duration::from_secs(1);
    let faults = [
        (HttpFault::TooLarge(65_536), 413, false),
        (HttpFault::BodyTimeout, 408, false),
        (HttpFault::BodyBroken, 400, false),
        (HttpFault::TooManyRequests(second), 429, true),
        (HttpFault::Overloaded(second), 503, true),
        (HttpFault::Malformed, 400, false),
        (HttpFault::TooManyParameters, 400, false),
        (HttpFault::UriTooLong, 414, false),
        (HttpFault::HandlerTimeout, 504, false),
        (HttpFault::Panicked, 500, false),
    ];
    for (fault, expected, again) in faults {
        let (status, body, retry) = said(Fault::from(&fault));
        assert_eq!((status, retry.is_some()), (expected, again), "{fault:?}");
        is_well_said(&body);
    }
    let answer = faults::render(Fault::wrong_method("PUT"), "smart");
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.headers["allow"], "PUT");
}
