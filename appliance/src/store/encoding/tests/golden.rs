//! The written form, held fast: journals that branches have on their disks must stay readable.
//!
//! `golden.txt` has one line a sample, its name and its written form. When a form gains a member,
//! the new line is added below the old one of the same name, and both must be read as the sample.
//! A line is never changed or taken away. The failing test prints the
//! lines that are missing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use engine::settings::{
    AnswerChoice, Counter, Dispenser, Group, Hours, Language, Operator, Question, Rules, Serves,
    Service, Settings, SmartTicket, Survey, Texts,
};
use engine::*;

use super::super::{
    decode_desk, decode_event, decode_settings, decode_ticket, encode_desk, encode_event,
    encode_settings, encode_ticket,
};

const GOLDEN: &str = include_str!("../golden.txt");

#[test]
fn the_written_form_is_the_golden_one() {
    let mut missing = String::new();
    for (name, sample) in samples() {
        let written = encode(&sample);
        if golden(&name).last() != Some(&written) {
            missing.push_str(&format!("{name} {written}\n"));
        }
    }
    assert!(missing.is_empty(), "the written form has changed:\n{missing}");
}

#[test]
fn every_golden_line_is_still_read() {
    let samples = samples();
    for line in GOLDEN.lines() {
        let (name, text) = line.split_once(' ').expect("a name and a form");
        let (_, sample) = samples.iter().find(|(known, _)| known == name).expect("a sample");
        match sample {
            Sample::Event(event) => assert_eq!(&decode_event(text).expect(line), event),
            Sample::Ticket(ticket) => assert_eq!(&decode_ticket(text).expect(line), &**ticket),
            Sample::Desk(desk) => assert_eq!(&decode_desk(text).expect(line), desk),
            Sample::Settings(settings) => {
                assert_eq!(&decode_settings(text).expect(line), &**settings);
            }
        }
    }
}

#[test]
fn every_event_has_a_sample() {
    let mut seen = [false; EVENTS];
    for event in events() {
        seen[number(&event)] = true;
    }
    assert_eq!(seen, [true; EVENTS], "a kind of event has no sample");
}

enum Sample {
    Event(Event),
    Ticket(Box<Ticket>),
    Desk(Desk),
    Settings(Box<Settings>),
}

fn encode(sample: &Sample) -> String {
    match sample {
        Sample::Event(event) => encode_event(event),
        Sample::Ticket(ticket) => encode_ticket(ticket),
        Sample::Desk(desk) => encode_desk(desk),
        Sample::Settings(settings) => encode_settings(settings),
    }
}

fn golden(name: &str) -> impl Iterator<Item = &'static str> {
    let parts = GOLDEN.lines().filter_map(|line| line.split_once(' '));
    parts.filter(move |(known, _)| *known == name).map(|(_, text)| text)
}

fn samples() -> Vec<(String, Sample)> {
    let events = events().into_iter().enumerate();
    let events = events.map(|(index, event)| (format!("event{index}"), Sample::Event(event)));
    let plain = Ticket {
        pass: None,
        device: None,
        source: Source::Customer,
        lines: ticket().lines.split_off(3),
        back_to: None,
        calls: vec![],
        answers: vec![],
        ..ticket()
    };
    let states = states().into_iter().enumerate();
    let tickets = states.map(|(index, state)| {
        let ticket = Box::new(Ticket { state, ..plain.clone() });
        (format!("ticket{index}"), Sample::Ticket(ticket))
    });
    let shift = Some(Shift { operator: OperatorId(3), since: at(1) });
    let desk = Desk { shift, ticket: Some(TicketId(7)), last_call: Some(at(2)), last_served: None };
    let others = [
        ("ticket-full", Sample::Ticket(Box::new(ticket()))),
        ("desk-idle", Sample::Desk(Desk::default())),
        ("desk", Sample::Desk(desk.clone())),
        ("desk-served", Sample::Desk(Desk { last_served: Some(TicketId(6)), ..desk })),
        ("settings", Sample::Settings(Box::new(settings()))),
        ("settings-blank", Sample::Settings(Box::new(Settings::blank()))),
    ];
    let others = others.into_iter().map(|(name, sample)| (name.to_owned(), sample));
    events.chain(tickets).chain(others).collect()
}

const EVENTS: usize = 18;

/// Counts the kinds of events: a new one needs a number, and by it a sample.
fn number(event: &Event) -> usize {
    match event {
        Event::SettingsChanged(_) => 0,
        Event::DayOpened { .. } => 1,
        Event::DayClosed { .. } => 2,
        Event::Issued { .. } => 3,
        Event::ShiftOpened { .. } => 4,
        Event::ShiftClosed { .. } => 5,
        Event::Called { .. } => 6,
        Event::Recalled { .. } => 7,
        Event::Started { .. } => 8,
        Event::AfterworkBegan { .. } => 9,
        Event::Finished { .. } => 10,
        Event::Missed { .. } => 11,
        Event::GivenUp { .. } => 12,
        Event::PutBack { .. } => 13,
        Event::Parked { .. } => 14,
        Event::Transferred { .. } => 15,
        Event::Deleted { .. } => 16,
        Event::Answered { .. } => 17,
    }
}

/// New ones come last: their places are their names. So it is with [`states`].
fn events() -> Vec<Event> {
    let (ticket, call) = (TicketId(7), CallId(9));
    let (operator, counter, service) = (OperatorId(3), CounterId(4), ServiceId(2));
    let called =
        |operator, why| Event::Called { ticket, call, counter, operator: Some(operator), why };
    let finished = |next| Event::Finished { ticket, call, next };
    let back = BackTo { place: Place::Operator(operator), service };
    let priority = Priority::URGENT;
    let moved = |to, back_to| Event::Transferred { ticket, call, to, service, priority, back_to };
    let line = LineRequest { service, priority: Priority::NORMAL };
    let issued = |lines, pass: Option<&str>, source, device: Option<u32>| Event::Issued {
        ticket,
        label: Label { tag: Tag::new("A").expect("a tag"), number: 42 },
        token: Token::parse("abcDEF0123").expect("a token"),
        lines,
        language: LanguageId(1),
        pass: pass.and_then(Pass::parse),
        source,
        device: device.map(DeviceId),
    };
    vec![
        Event::SettingsChanged(Arc::new(settings())),
        Event::DayOpened { day: DayId(20_261_123) },
        Event::DayClosed { day: DayId(20_261_123) },
        issued(vec![line], None, Source::Customer, None),
        issued(
            vec![line, LineRequest { service: ServiceId(5), priority }],
            Some("abcdefghijk"),
            Source::Staff,
            Some(6),
        ),
        Event::ShiftOpened { operator, counter },
        Event::ShiftClosed { operator, counter },
        Event::Called { ticket, call, counter, operator: None, why: Why::Arrival },
        called(operator, Why::Asked),
        called(operator, Why::Priority),
        called(operator, Why::Reserved),
        Event::Recalled { ticket, call },
        Event::Started { ticket, call, since: at(5) },
        Event::AfterworkBegan { ticket, call },
        finished(Next::Close),
        finished(Next::Line(1)),
        finished(Next::Back(back)),
        Event::Missed { ticket, call, until: None },
        Event::Missed { ticket, call, until: Some(at(6)) },
        Event::GivenUp { ticket, call },
        Event::PutBack { ticket, by: PutBackBy::Request },
        Event::PutBack { ticket, by: PutBackBy::Time },
        Event::Parked { ticket, call, place: Place::Counter(counter) },
        moved(Place::Service(service), None),
        moved(Place::Operator(operator), Some(back)),
        Event::Deleted { ticket },
        Event::Answered {
            ticket,
            survey: ProfileId(1),
            question: QuestionId(2),
            answer: AnswerId(5),
        },
    ]
}

fn states() -> Vec<TicketState> {
    let (call, counter, since, place) =
        (CallId(9), CounterId(4), at(3), Place::Service(ServiceId(2)));
    let waiting = |cause| TicketState::Waiting { since, place, cause };
    let closed = |outcome| TicketState::Closed { outcome, at: since };
    vec![
        waiting(WaitCause::Issued),
        waiting(WaitCause::Transferred),
        waiting(WaitCause::PutBack),
        waiting(WaitCause::NextLine),
        waiting(WaitCause::Returned),
        TicketState::Called { call, counter, since },
        TicketState::Serving { call, counter, since },
        TicketState::Afterwork { call, counter, since },
        TicketState::Parked { since, place: Place::Counter(counter) },
        TicketState::Missing { since, until: None },
        TicketState::Missing { since, until: Some(at(8)) },
        closed(Outcome::Served),
        closed(Outcome::NoShow),
        closed(Outcome::Deleted),
    ]
}

fn at(ms: u64) -> Moment {
    Moment { wall_ms: 1_795_424_400_000 + ms.cast_signed(), steady_ms: 1_000_000 + ms }
}

/// A ticket with something in every place.
pub(super) fn ticket() -> Ticket {
    let service = ServiceId(2);
    let line =
        |state| TicketLine { asked: ServiceId(1), service, priority: Priority::NORMAL, state };
    let call = |id, ended| Call {
        id: CallId(id),
        service,
        counter: CounterId(4),
        operator: Some(OperatorId(3)),
        called: at(10),
        recalls: 2,
        started: Some(at(11)),
        ended: Some((at(12), ended)),
    };
    Ticket {
        id: TicketId(7),
        day: DayId(20_261_123),
        label: Label { tag: Tag::new("A").expect("a tag"), number: 42 },
        token: Token::parse("abcDEF0123").expect("a token"),
        pass: Pass::parse("abcdefghijk"),
        language: LanguageId(1),
        source: Source::Staff,
        device: Some(DeviceId(6)),
        issued: at(0),
        lines: vec![
            line(LineState::Closed(Outcome::Served)),
            line(LineState::Closed(Outcome::NoShow)),
            line(LineState::Closed(Outcome::Deleted)),
            line(LineState::Current),
            line(LineState::Ahead),
        ],
        state: TicketState::Missing { since: at(3), until: None },
        waited: Duration::from_millis(1_234),
        no_shows: 1,
        back_to: Some(BackTo { place: Place::Operator(OperatorId(3)), service }),
        transferred: true,
        calls: vec![
            call(1, CallEnd::Finished),
            call(2, CallEnd::NoShow),
            call(3, CallEnd::Parked),
            call(4, CallEnd::Transferred),
            Call { operator: None, started: None, ended: None, ..call(5, CallEnd::Parked) },
        ],
        answers: vec![(QuestionId(2), AnswerId(5))],
    }
}

/// Settings with something in every place.
fn settings() -> Settings {
    let texts = |text: &str| Texts(BTreeMap::from([(LanguageId(1), text.to_owned())]));
    let these = || Serves::These(vec![ServiceId(2)]);
    let days = [vec![(540, 720), (780, 1020)], vec![], vec![], vec![], vec![], vec![], vec![]];
    let service = Service {
        id: ServiceId(2),
        tag: Tag::new("A").expect("a tag"),
        names: texts("Payments"),
        descriptions: texts("In and out"),
        hidden: true,
        disabled: true,
        hours: Some(Hours { days }),
        quota: Some(100),
        expected_ms: 300_000,
    };
    let answer = AnswerChoice { id: AnswerId(5), value: -1, texts: texts("Bad") };
    let question = Question { id: QuestionId(2), texts: texts("How?"), answers: vec![answer] };
    let (id, name) = (OperatorId(3), "Ann".to_owned());
    Settings {
        branch: BranchId(12),
        name: "Main Street".into(),
        zone: "Europe/Budapest".into(),
        languages: vec![Language {
            id: LanguageId(1),
            code: "en-gb".into(),
            name: "English".into(),
        }],
        groups: vec![Group { id: GroupId(8), names: texts("Money"), services: vec![ServiceId(2)] }],
        counters: vec![Counter {
            id: CounterId(4),
            name: "4".into(),
            serves: these(),
            keypad: true,
        }],
        operators: vec![
            Operator { id, login: "ann".into(), name: name.clone(), serves: these() },
            Operator { id: OperatorId(5), login: "bob".into(), name, serves: Serves::All },
        ],
        surveys: vec![Survey { id: ProfileId(1), name: "Visit".into(), questions: vec![question] }],
        services: vec![
            Service { id: ServiceId(5), hours: None, quota: None, ..service.clone() },
            service,
        ],
        rules: Rules {
            no_shows_max: 2,
            put_back_after_min: Some(15),
            feedback_for_min: 20,
            day_ends_minute: 300,
        },
        smart_ticket: SmartTicket {
            enabled: true,
            public_url: Some("https://tickets.example".into()),
            dispenser_profile: ProfileId(2),
            survey: ProfileId(1),
            valid_min: 15,
            printer: Some(DeviceId(6)),
            title: texts("Tickets"),
            description: texts("Scan"),
            call_texts: texts("It is your turn"),
            feedback_texts: texts("How was it?"),
            dispensers: vec![Dispenser { id: ProfileId(2), standby_s: 30 }],
        },
        slip_footer: texts("Thank you"),
    }
}
