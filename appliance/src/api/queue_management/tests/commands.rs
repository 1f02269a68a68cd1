//! Commands: what each operation asks of the line, and the words for every no.

use engine::{
    Among, CallId, Code, Command, CounterId, DeviceId, Issue, LanguageId, LineRequest, OperatorId,
    Pin, Place, Priority, Refusal, ServiceId, Source, Standing, TicketId, Token, Unstarted,
    settings_check::SettingsFault,
};
use serde_json::{Value, json};
use serve::http::{HttpFault, StatusCode};
use serve::queue_management::ERRNOS;

use super::{at, errno, given, printers, settings};
use crate::api::queue_management::faults::{Errno, Fault};
use crate::api::queue_management::operations::{OPERATIONS, Operation, role};
use crate::api::queue_management::requests::{self, Drawn, Wanted};
use crate::api::queue_management::{ROUTES, target};
use crate::local_time::Zone;
use crate::registrar::{SubmitError, TicketTexts};

const TOKEN: Token = Token(*b"0123456789");

fn create(parameters: Value) -> Result<(Command, TicketTexts), Fault> {
    requests::create_ticket(&given(parameters), &settings(), &printers(), TOKEN)
}

#[test]
fn a_ticket_with_everything() {
    let (command, texts) = create(json!({
        "desk_id": "1", "user_id": "7", "service_id": 2, "lang": "HU", "custom_field": 12,
        "client_name": "Ann", "device_id": "3", "priority": "true", "appointment": "",
        "scheduled_to": "", "from_virtualticket": "1", "unknown": {"to": "us"},
    }))
    .unwrap();
    let issue = Issue {
        lines: vec![LineRequest { service: ServiceId(2), priority: Priority::URGENT }],
        language: Some(LanguageId(2)),
        token: TOKEN,
        pass: None,
        source: Source::Staff,
        device: Some(DeviceId(3)),
    };
    assert_eq!(command, Command::Issue(issue));
    let expected = TicketTexts {
        client_name: Some("Ann".into()),
        custom_field: Some("12".into()),
        ..TicketTexts::default()
    };
    assert_eq!(texts, expected);
}

#[test]
fn a_ticket_with_nothing_but_its_service() {
    let (command, texts) = create(json!({ "service_id": "1" })).unwrap();
    let Command::Issue(issue) = command else { panic!("not an issue") };
    assert_eq!(issue.lines[0].priority, Priority::NORMAL);
    assert_eq!((issue.language, issue.device), (None, None));
    assert!(texts.is_empty());
}

#[test]
fn a_ticket_that_cannot_be_says_which_parameter() {
    let check = |more: Value, number: u16, name: &str| {
        let mut parameters = json!({ "service_id": 1 });
        parameters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let fault = create(parameters).unwrap_err();
        assert_eq!(fault.errno.number(), number, "{more}");
        assert!(fault.message.contains(name), "{}", fault.message);
    };
    check(json!({ "service_id": "" }), 5, "service_id is missing");
    check(json!({ "service_id": 99 }), 6, "service_id");
    check(json!({ "desk_id": 99 }), 6, "desk_id");
    check(json!({ "user_id": 99 }), 6, "user_id");
    check(json!({ "lang": 99 }), 6, "lang");
    check(json!({ "lang": "de" }), 6, "lang");
    check(json!({ "lang": "x".repeat(36) }), 5, "lang");
    check(json!({ "device_id": 1 }), 6, "device_id");
    check(json!({ "device_id": "printer" }), 5, "device_id");
    check(json!({ "client_name": "x".repeat(201) }), 5, "client_name");
    check(json!({ "custom_field": "x".repeat(1_001) }), 5, "custom_field");
    check(json!({ "from_virtualticket": "maybe" }), 5, "from_virtualticket");
}

#[test]
fn an_appointment_is_for_a_slot_of_its_day() {
    let when = |parameters: Value| requests::scheduled(&given(parameters));
    assert_eq!(when(json!({ "appointment": "false", "scheduled_to": "" })), Ok(None));
    let missing = when(json!({ "appointment": 1 })).unwrap_err();
    assert_eq!(missing.message, "scheduled_to is missing");
    assert_eq!(errno(when(json!({ "appointment": "maybe" }))), Some(5));
    for wrong in ["2026-01-05", "2026-13-05 10:00:00", "2026-01-05 25:00:00", "soon"] {
        assert_eq!(errno(when(json!({ "scheduled_to": wrong }))), Some(5), "{wrong}");
    }
    let book = |more: Value| {
        let mut parameters = json!({ "service_id": 1, "client_name": "Ann", "lang": "hu" });
        parameters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let given = given(parameters);
        let at = requests::scheduled(&given)?.unwrap();
        let code = Code::parse("01234567").unwrap();
        let drawn = Drawn { token: TOKEN, code, pin: Pin::parse("0123").unwrap() };
        requests::book(&given, &settings(), &Zone::named("Europe/Budapest").unwrap(), at, drawn)
    };
    let (command, texts) = book(json!({ "scheduled_to": "2026-01-05 12:30:00" })).unwrap();
    let Command::Book(wish) = command else { panic!("not a booking") };
    assert_eq!((wish.service, wish.language), (ServiceId(1), Some(LanguageId(2))));
    assert_eq!((wish.slot.start_ms, wish.slot.local.minute), (1_767_612_600_000, 750));
    assert!(wish.confirmed && wish.source == Source::Staff);
    assert_eq!(texts.client_name.as_deref(), Some("Ann"));
    let other = |name: &str, value: &str| {
        book(json!({ "scheduled_to": "2026-01-05 12:30:00", name: value }))
    };
    assert_eq!(errno(other("scheduled_to", "2026-01-05 12:30:01")), Some(6));
    assert_eq!(errno(other("scheduled_to", "2026-03-29 02:30:00")), Some(6), "a skipped hour");
    assert_eq!(errno(other("service_id", "99")), Some(6));
    assert_eq!(errno(other("priority", "true")), Some(5));
    assert_eq!(errno(other("device_id", "3")), Some(5));
    assert!(other("priority", "false").is_ok());
}

#[test]
fn every_other_operation_becomes_one_command() {
    let answer = || given(json!({ "answer_id": "5" }));
    let call = CallId(5);
    let unstarted = Unstarted::StartAtCall;
    assert_eq!(requests::recall(&answer()), Ok(Command::Recall { call }));
    assert_eq!(
        requests::end_call(&answer()),
        Ok(Command::Finish { call, afterwork: false, unstarted })
    );
    assert_eq!(requests::pause_call(&answer()), Ok(Command::Park { call, unstarted }));
    assert_eq!(requests::cancel_call(&answer()), Ok(Command::NoShow { call }));

    let here = given(json!({ "desk_id": 1, "user_id": "7", "ticket_id": "12", "services": "" }));
    let (ticket, standing) = (TicketId(12), Standing::Parked);
    assert_eq!(
        requests::call_this(&here, standing),
        Ok(Command::Call { at: at(1, Some(7)), ticket, standing })
    );
    let among = Among::Everything;
    assert_eq!(requests::call_next(&here), Ok(Command::CallNext { at: at(1, Some(7)), among }));
    let two = given(json!({ "desk_id": 1, "services": ["1", 2] }));
    let among = Among::These(vec![ServiceId(1), ServiceId(2)]);
    assert_eq!(requests::call_next(&two), Ok(Command::CallNext { at: at(1, None), among }));
    let nowhere = given(json!({ "desk_id": "", "ticket_id": 1 }));
    assert_eq!(requests::call_next(&nowhere).unwrap_err().message, "desk_id is missing");
    assert_eq!(errno(requests::call_this(&nowhere, standing)), Some(5));
}

#[test]
fn a_transfer_goes_to_a_service_a_desk_or_a_user() {
    let transfer = |kind: &str, priority: &str| {
        let given = given(json!({
            "answer_id": 5, "dst_type": kind, "dst_id": "2", "note": "look", "priority": priority,
            "desk_id": 1,
        }));
        requests::transfer_call(&given)
    };
    let places = [
        ("service", Place::Service(ServiceId(2))),
        ("desk", Place::Counter(CounterId(2))),
        ("user", Place::Operator(OperatorId(2))),
    ];
    for (kind, to) in places {
        let found = transfer(kind, "").unwrap();
        let call = CallId(5);
        assert_eq!(
            found.command,
            Command::Transfer { call, to, service: None, priority: None, then_back: false }
        );
        assert_eq!(found.texts.note.as_deref(), Some("look"));
        assert_eq!((found.call, found.desk), (call, Some(CounterId(1))));
    }
    let Command::Transfer { priority, .. } = transfer("desk", "1").unwrap().command else {
        panic!("not a transfer")
    };
    assert_eq!(priority, Some(Priority::URGENT));
    let wrong = transfer("printer", "").err().unwrap();
    assert_eq!(wrong.message, "dst_type must be service, desk or user");
    assert_eq!(transfer("", "").err().unwrap().message, "dst_type is missing");
}

#[test]
fn lists_are_of_one_or_of_all_and_go_on_where_they_stopped() {
    let all = Wanted { of: None, offset: 0 };
    assert_eq!(requests::waiting_list(&given(json!({})), &settings()), Ok(all));
    let later = given(json!({ "service_id": 1, "desk_id": 2, "offset": "1000" }));
    let part = Wanted { of: Some(ServiceId(1)), offset: 1_000 };
    assert_eq!(requests::waiting_list(&later, &settings()), Ok(part));
    let part = Wanted { of: Some(CounterId(2)), offset: 1_000 };
    assert_eq!(requests::desk_list(&later, &settings()), Ok(part));
    let unknown = given(json!({ "service_id": 99, "desk_id": 99 }));
    assert_eq!(errno(requests::waiting_list(&unknown, &settings())), Some(6));
    assert_eq!(errno(requests::desk_list(&unknown, &settings())), Some(6));
    assert_eq!(requests::location("4", &settings()), Ok(()));
    for (segment, number) in [("5", 6), ("", 5), ("+4", 5), ("four", 5), ("99999999999", 5)] {
        assert_eq!(errno(requests::location(segment, &settings())), Some(number), "{segment}");
    }
}

#[test]
fn an_address_names_an_operation_or_is_told_what_is_wrong() {
    let number = |rest: &[&str]| errno(target(rest));
    assert_eq!(number(&[]), Some(1));
    assert_eq!(number(&[""]), Some(1));
    assert_eq!(number(&["signin"]), Some(3));
    assert_eq!(number(&["createTicket"]), Some(3));
    assert_eq!(number(&["login", "1"]), Some(3));
    assert_eq!(number(&["createticket", "1"]), Some(3));
    assert_eq!(number(&["waitingticketscount", "1", "2"]), Some(3));
    for operation in OPERATIONS {
        assert_eq!(target(&[operation.name()]), Ok((operation, None)));
        assert_eq!(target(&[operation.name(), ""]), Ok((operation, None)));
        assert!(ROUTES.contains(&operation.route()));
    }
    let count = (Operation::WaitingTicketsCount, Some("4".to_owned()));
    assert_eq!(target(&["waitingticketscount", "4"]), Ok(count));
}

#[test]
fn every_refusal_has_its_number() {
    let numbers = [
        (Refusal::DayNotOpen, 7),
        (Refusal::DayOpen, 7),
        (Refusal::DayInThePast, 7),
        (Refusal::UnsoundSettings(SettingsFault::Empty("languages")), 7),
        (Refusal::UnknownService, 6),
        (Refusal::ServiceHidden, 7),
        (Refusal::ServiceDisabled, 7),
        (Refusal::ServiceClosed, 7),
        (Refusal::QuotaSpent, 7),
        (Refusal::UnknownLanguage, 6),
        (Refusal::LinesOutOfBounds, 5),
        (Refusal::PassUsed(TicketId(1)), 7),
        (Refusal::TokenTaken, 9),
        (Refusal::BranchFull, 7),
        (Refusal::UnknownCounter, 6),
        (Refusal::UnknownOperator, 6),
        (Refusal::NotServedHere, 7),
        (Refusal::CounterBusy(TicketId(1)), 7),
        (Refusal::OperatorBusy(CounterId(1)), 7),
        (Refusal::NoShift, 7),
        (Refusal::NobodyWaiting, 8),
        (Refusal::UnknownTicket, 6),
        (Refusal::UnknownCall, 6),
        (Refusal::CallOver, 7),
        (Refusal::OutOfTurn, 7),
        (Refusal::ToleranceSpent, 108),
        (Refusal::TooManyCalls, 7),
        (Refusal::UnknownAnswer, 6),
        (Refusal::AnsweredAlready, 7),
        (Refusal::NotClosedYet, 7),
        (Refusal::TooLateToAnswer, 7),
    ];
    for (refusal, number) in numbers {
        let fault = Fault::from(SubmitError::Refused(refusal.clone()));
        assert_eq!(fault.errno.number(), number, "{refusal:?}");
        let status = match number {
            5 => 400,
            6 => 404,
            7 | 8 | 108 => 409,
            _ => 500,
        };
        assert_eq!(fault.status.as_u16(), status, "{refusal:?}");
    }
}

#[test]
fn a_box_that_cannot_says_when_to_ask_again() {
    for error in [SubmitError::Busy, SubmitError::Unavailable, SubmitError::Stopping] {
        let fault = Fault::from(error);
        assert_eq!(fault.errno, Errno::Unknown);
        assert_eq!(fault.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(fault.retry_after_s, Some(1));
    }
    assert_eq!(Fault::from(SubmitError::KeyReused).errno.number(), 5);
}

#[test]
fn the_servers_own_no_is_in_the_vendors_words() {
    let after = std::time::Duration::from_millis(1_200);
    let faults = [
        (HttpFault::TooLarge(65_536), 5, 413, None),
        (HttpFault::BodyTimeout, 5, 408, None),
        (HttpFault::BodyBroken, 5, 400, None),
        (HttpFault::Malformed, 5, 400, None),
        (HttpFault::TooManyParameters, 5, 400, None),
        (HttpFault::UriTooLong, 5, 414, None),
        (HttpFault::TooManyRequests(after), 9, 429, Some(2)),
        (HttpFault::Overloaded(after), 9, 503, Some(2)),
        (HttpFault::HandlerTimeout, 9, 504, None),
        (HttpFault::Panicked, 9, 500, None),
    ];
    for (http, number, status, retry_after_s) in faults {
        let fault = Fault::from(&http);
        assert_eq!(fault.errno.number(), number, "{http:?}");
        assert_eq!(fault.status.as_u16(), status, "{http:?}");
        assert_eq!(fault.retry_after_s, retry_after_s, "{http:?}");
        let answer = crate::api::queue_management::fault(&http);
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(answer.headers.contains_key("retry-after"), retry_after_s.is_some());
    }
}

#[test]
fn the_manual_has_the_table_of_errnos() {
    let manual = include_str!("../../../../docs/queue-management.md");
    for errno in ERRNOS {
        let (number, status) = (errno.number(), errno.status().as_u16());
        let row = format!("| {number} | {status} | {} |", errno.sentence());
        assert!(manual.contains(&row), "the manual lacks: {row}");
    }
    for operation in OPERATIONS {
        assert!(manual.contains(&format!("`{}`", operation.name())), "{}", operation.name());
        for right in operation.rights().unwrap_or_default() {
            let (code, _) = role(*right).split_once(' ').unwrap();
            assert!(manual.contains(&format!("`{code}`")), "{code}");
        }
    }
}
