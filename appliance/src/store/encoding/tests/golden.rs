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
    AnswerChoice, Bookings, Counter, Dispenser, Group, Hours, Language, Operator, Question, Rights,
    Rules, Serves, Service, Settings, Site, SmartTicket, Survey, Texts, VirtualTicket,
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
    let shift = Some(Shift { operator: OperatorId(3), since: at(1), on_break: None });
    let on_break = Some(at(4));
    let resting = Desk { shift: shift.map(|shift| Shift { on_break, ..shift }), ..Desk::default() };
    let desk = Desk {
        shift,
        ticket: Some(TicketId(7)),
        last_call: Some(at(2)),
        last_served: None,
        last_end: None,
    };
    let others = [
        ("ticket-full", Sample::Ticket(Box::new(ticket()))),
        ("desk-idle", Sample::Desk(Desk::default())),
        ("desk", Sample::Desk(desk.clone())),
        ("desk-served", Sample::Desk(Desk { last_served: Some(TicketId(6)), ..desk.clone() })),
        ("desk-ended", Sample::Desk(Desk { last_end: Some(ending()), ..desk })),
        ("ticket-booked", Sample::Ticket(Box::new(booked()))),
        ("ticket-checked-in", Sample::Ticket(Box::new(checked_in()))),
        ("desk-break", Sample::Desk(resting)),
        ("settings-virtual-ticket", Sample::Settings(Box::new(settings_of_virtual_ticket()))),
        ("settings-bookings", Sample::Settings(Box::new(settings_of_bookings()))),
        ("settings", Sample::Settings(Box::new(settings()))),
        ("settings-blank", Sample::Settings(Box::new(Settings::blank()))),
        ("settings-rights", Sample::Settings(Box::new(settings_of_rights()))),
    ];
    let others = others.into_iter().map(|(name, sample)| (name.to_owned(), sample));
    events.chain(tickets).chain(others).collect()
}

fn before() -> Before {
    let Ticket { lines, back_to, .. } = ticket();
    let state = TicketState::Serving { call: CallId(81), counter: CounterId(2), since: at(3) };
    Before { state, lines, back_to, transferred: true, no_shows: 1, last_served: Some(TicketId(6)) }
}

fn ending() -> Ending {
    let Ticket { id, lines, .. } = ticket();
    let state = TicketState::Missing { since: at(4), until: None };
    Ending { ticket: id, call: CallId(81), at: at(4), state, lines, before: before() }
}

const EVENTS: usize = 30;

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
        Event::Booked { .. } => 18,
        Event::BookingConfirmed { .. } => 19,
        Event::BookingCancelled { .. } => 20,
        Event::BookingLapsed { .. } => 21,
        Event::CheckedIn { .. } => 22,
        Event::BreakStarted { .. } => 23,
        Event::BreakEnded { .. } => 24,
        Event::Redirected { .. } => 25,
        Event::LineAdded { .. } => 26,
        Event::LineCancelled { .. } => 27,
        Event::PrioritySet { .. } => 28,
        Event::Undone { .. } => 29,
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
    let booking = |hold| Event::Booked {
        ticket,
        token: Token::parse("abcDEF0123").expect("a token"),
        line,
        language: LanguageId(1),
        source: Source::Customer,
        appointment: appointment(),
        code: Code::parse("01234567").expect("a code"),
        pin: Pin::parse("0123").expect("a PIN"),
        hold,
    };
    let checked_in = |pass, device| Event::CheckedIn {
        ticket,
        label: Label { tag: Tag::new("A").expect("a tag"), number: 42 },
        arrived: at(8),
        lines: vec![line],
        language: LanguageId(1),
        pass,
        source: Source::Customer,
        device,
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
        booking(None),
        booking(Some(at(7))),
        Event::BookingConfirmed { ticket },
        Event::BookingCancelled { ticket },
        Event::BookingLapsed { ticket, why: Lapse::Unconfirmed },
        Event::BookingLapsed { ticket, why: Lapse::NoShow },
        checked_in(None, None),
        checked_in(Pass::parse("abcdefghijk"), Some(DeviceId(6))),
        Event::BreakStarted { operator, counter },
        Event::BreakEnded { operator, counter },
        Event::Redirected { ticket, to: Place::Operator(operator), service, priority },
        Event::LineAdded { ticket, line },
        Event::LineCancelled { ticket, line: 1, next: None },
        Event::LineCancelled { ticket, line: 0, next: Some(2) },
        Event::PrioritySet { ticket, line: 1, priority, current: false },
        Event::Undone { ticket, call, before: before() },
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
        TicketState::Booked { since, hold: None },
        TicketState::Booked { since, hold: Some(at(8)) },
    ]
}

fn at(ms: u64) -> Moment {
    Moment { wall_ms: 1_795_424_400_000 + ms.cast_signed(), steady_ms: 1_000_000 + ms }
}

fn appointment() -> Appointment {
    Appointment { start: at(3_600_000), opens: at(1_800_000), closes: at(4_500_000) }
}

/// A ticket that nobody has come for yet.
fn booked() -> Ticket {
    let mut lines = ticket().lines.split_off(3);
    lines.truncate(1);
    Ticket {
        label: Label::none(Tag::new("A").expect("a tag")),
        pass: None,
        device: None,
        lines,
        booking: Some(Booking {
            appointment: appointment(),
            code: Code::parse("01234567").expect("a code"),
            pin: Pin::parse("12345678").expect("a PIN"),
            booked: at(0),
            arrived: None,
        }),
        state: TicketState::Booked { since: at(0), hold: None },
        waited: Duration::ZERO,
        no_shows: 0,
        back_to: None,
        transferred: false,
        calls: vec![],
        answers: vec![],
        ..ticket()
    }
}

fn checked_in() -> Ticket {
    let booked = booked();
    let arrived = Some(at(3_600_000));
    Ticket {
        label: ticket().label,
        issued: at(2_000_000),
        booking: booked.booking.map(|booking| Booking { arrived, ..booking }),
        state: TicketState::Waiting {
            since: at(2_000_000),
            place: Place::Service(ServiceId(2)),
            cause: WaitCause::Issued,
        },
        ..booked
    }
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
        booking: None,
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

/// Settings with rights and a tolerance that nobody has by default.
fn settings_of_rights() -> Settings {
    let mut settings = settings();
    settings.operators[0].rights = Rights::ALL;
    settings.operators[1].rights = Rights::NONE;
    settings.rules.tolerance_tickets = 3;
    settings
}

/// Settings with bookings that are like nobody's by default.
fn settings_of_bookings() -> Settings {
    let bookings = Bookings {
        enabled: true,
        slot_min: 20,
        hours: Hours { days: std::array::from_fn(|day| vec![(480, 600 + day as u16)]) },
        places: 3,
        check_in_before_min: 45,
        check_in_after_min: 10,
        hold_min: 25,
        pin_digits: 6,
        priority: Priority::URGENT,
    };
    Settings { bookings, ..settings() }
}

/// Settings with tickets from afar that are like nobody's by default.
fn settings_of_virtual_ticket() -> Settings {
    let texts = |text: &str| Texts([(LanguageId(1), text.to_owned())].into());
    let virtual_ticket = VirtualTicket {
        enabled: true,
        radius_km: Some(50),
        min_customers: 4,
        min_waiting_min: 12,
        allow_multi_ticket: true,
        warn_ahead: 2,
        your_turn: [texts("Your turn"), texts("Come to %{ticket.desk.tag}")],
        almost_your_turn: [texts("Soon"), texts("%{ticket.customers_ahead} ahead")],
        site: Site {
            address: "Main Street 1".into(),
            city: "Braga".into(),
            region: "Minho".into(),
            country: "Portugal".into(),
            phone: "1".into(),
            email: "a@b.example".into(),
            website: "https://b.example".into(),
            coordinates: Some((41_572_408, -8_426_258)),
        },
    };
    Settings { virtual_ticket, ..settings() }
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
    let (id, name, rights) = (OperatorId(3), "Ann".to_owned(), Rights::CLERK);
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
            Operator { id, login: "ann".into(), name: name.clone(), serves: these(), rights },
            Operator { id: OperatorId(5), login: "bob".into(), name, serves: Serves::All, rights },
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
            tolerance_tickets: 10,
        },
        bookings: Bookings::off(),
        virtual_ticket: VirtualTicket::off(),
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
