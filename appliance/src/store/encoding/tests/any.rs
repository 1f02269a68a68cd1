//! Anything that can be written, and ways to spoil it.

use std::sync::Arc;
use std::time::Duration;

use engine::settings::{
    AnswerChoice, Bookings, Counter, Dispenser, Group, Hours, Language, Operator, Question, Right,
    Rights, Rules, Serves, Service, Settings, Site, SmartTicket, Survey, Texts, VirtualTicket,
};
use engine::*;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};

/// A number that the database can hold.
fn large() -> impl Strategy<Value = u64> {
    0..=u64::try_from(i64::MAX).expect("positive")
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{0,6}", ".{0,8}"]
}

fn texts() -> impl Strategy<Value = Texts> {
    btree_map(any::<u32>().prop_map(LanguageId), text(), 0..3).prop_map(Texts)
}

fn moment() -> impl Strategy<Value = Moment> {
    (any::<i64>(), any::<u64>()).prop_map(|(wall_ms, steady_ms)| Moment { wall_ms, steady_ms })
}

fn tag() -> impl Strategy<Value = Tag> {
    "[0-9]{0,2}[A-Z]{1,2}|".prop_map(|text| Tag::new(&text).expect("letters"))
}

fn token() -> impl Strategy<Value = Token> {
    "[0-9A-Za-z]{10}".prop_map(|text| Token::parse(&text).expect("ten of them"))
}

fn pass() -> impl Strategy<Value = Pass> {
    "[0-9A-Za-z]{11}".prop_map(|text| Pass::parse(&text).expect("eleven of them"))
}

fn priority() -> impl Strategy<Value = Priority> {
    (1_u8..=9).prop_map(|number| Priority::new(number).expect("one to nine"))
}

fn place() -> impl Strategy<Value = Place> {
    any::<u32>().prop_flat_map(|id| {
        prop_oneof![
            Just(Place::Service(ServiceId(id))),
            Just(Place::Counter(CounterId(id))),
            Just(Place::Operator(OperatorId(id))),
        ]
    })
}

fn back() -> impl Strategy<Value = BackTo> {
    (place(), any::<u32>()).prop_map(|(place, id)| BackTo { place, service: ServiceId(id) })
}

fn operator() -> impl Strategy<Value = Option<OperatorId>> {
    option::of(any::<u32>().prop_map(OperatorId))
}

fn device() -> impl Strategy<Value = Option<DeviceId>> {
    option::of(any::<u32>().prop_map(DeviceId))
}

fn source() -> impl Strategy<Value = Source> {
    prop_oneof![Just(Source::Customer), Just(Source::Staff)]
}

fn code() -> impl Strategy<Value = Code> {
    "[0-9]{8}".prop_map(|text| Code::parse(&text).expect("eight of them"))
}

fn pin() -> impl Strategy<Value = Pin> {
    "[0-9]{4,8}".prop_map(|text| Pin::parse(&text).expect("four to eight of them"))
}

fn appointment() -> impl Strategy<Value = Appointment> {
    (moment(), moment(), moment()).prop_map(|(start, opens, closes)| Appointment {
        start,
        opens,
        closes,
    })
}

fn booking() -> impl Strategy<Value = Booking> {
    let parts = (appointment(), code(), pin(), moment(), option::of(moment()));
    parts.prop_map(|(appointment, code, pin, booked, arrived)| Booking {
        appointment,
        code,
        pin,
        booked,
        arrived,
    })
}

/// Any event.
pub(super) fn event() -> impl Strategy<Value = Event> {
    let ids = (large(), large(), any::<u32>(), any::<u32>(), any::<u32>());
    let plain = ids.prop_flat_map(|(t, c, x, y, z)| {
        let (ticket, call) = (TicketId(t), CallId(c));
        let (operator, counter) = (OperatorId(x), CounterId(y));
        let answer = AnswerId(z);
        prop_oneof![
            Just(Event::DayOpened { day: DayId(x) }),
            Just(Event::DayClosed { day: DayId(x) }),
            Just(Event::ShiftOpened { operator, counter }),
            Just(Event::ShiftClosed { operator, counter }),
            Just(Event::BreakStarted { operator, counter }),
            Just(Event::BreakEnded { operator, counter }),
            Just(Event::BookingConfirmed { ticket }),
            Just(Event::BookingCancelled { ticket }),
            Just(Event::BookingLapsed { ticket, why: Lapse::Unconfirmed }),
            Just(Event::BookingLapsed { ticket, why: Lapse::NoShow }),
            Just(Event::Recalled { ticket, call }),
            Just(Event::AfterworkBegan { ticket, call }),
            Just(Event::GivenUp { ticket, call }),
            Just(Event::PutBack { ticket, by: PutBackBy::Request }),
            Just(Event::PutBack { ticket, by: PutBackBy::Time }),
            Just(Event::Deleted { ticket }),
            Just(Event::Answered { ticket, survey: ProfileId(x), question: QuestionId(y), answer }),
        ]
    });
    prop_oneof![
        4 => plain,
        4 => of_a_call(),
        2 => issued(),
        1 => booked(),
        1 => checked_in(),
        1 => settings().prop_map(|settings| Event::SettingsChanged(Arc::new(settings))),
    ]
}

fn of_a_call() -> impl Strategy<Value = Event> {
    let why =
        prop_oneof![Just(Why::Asked), Just(Why::Priority), Just(Why::Reserved), Just(Why::Arrival)];
    let next = prop_oneof![
        Just(Next::Close),
        any::<u8>().prop_map(Next::Line),
        back().prop_map(Next::Back)
    ];
    let parts = (large(), large(), any::<u32>(), operator(), why, next, moment(), place());
    let parts = (parts, option::of(moment()), priority(), option::of(back()));
    parts.prop_flat_map(|(parts, until, priority, back_to)| {
        let (ticket, call, id, operator, why, next, since, to) = parts;
        let (ticket, call) = (TicketId(ticket), CallId(call));
        let service = ServiceId(id);
        prop_oneof![
            Just(Event::Called { ticket, call, counter: CounterId(id), operator, why }),
            Just(Event::Started { ticket, call, since }),
            Just(Event::Finished { ticket, call, next }),
            Just(Event::Missed { ticket, call, until }),
            Just(Event::Parked { ticket, call, place: to }),
            Just(Event::Transferred { ticket, call, to, service, priority, back_to }),
            before().prop_map(move |before| Event::Undone { ticket, call, before }),
            Just(Event::Redirected { ticket, to, service, priority }),
            Just(Event::LineAdded { ticket, line: LineRequest { service, priority } }),
            any::<(u8, Option<u8>)>().prop_map(move |(line, next)| Event::LineCancelled {
                ticket,
                line,
                next
            }),
            any::<(u8, bool)>().prop_map(move |(line, current)| {
                Event::PrioritySet { ticket, line, priority, current }
            }),
        ]
    })
}

fn any_line() -> impl Strategy<Value = LineRequest> {
    (any::<u32>(), priority())
        .prop_map(|(id, priority)| LineRequest { service: ServiceId(id), priority })
}

fn booked() -> impl Strategy<Value = Event> {
    let names = (large(), token(), code(), pin(), any::<u32>());
    (names, any_line(), source(), appointment(), option::of(moment())).prop_map(
        |((ticket, token, code, pin, language), line, source, appointment, hold)| Event::Booked {
            ticket: TicketId(ticket),
            token,
            line,
            language: LanguageId(language),
            source,
            appointment,
            code,
            pin,
            hold,
        },
    )
}

fn checked_in() -> impl Strategy<Value = Event> {
    let label = (tag(), any::<u32>()).prop_map(|(tag, number)| Label { tag, number });
    let who = (option::of(pass()), source(), device());
    (large(), label, moment(), vec(any_line(), 0..4), any::<u32>(), who).prop_map(
        |(ticket, label, arrived, lines, language, (pass, source, device))| Event::CheckedIn {
            ticket: TicketId(ticket),
            label,
            arrived,
            lines,
            language: LanguageId(language),
            pass,
            source,
            device,
        },
    )
}

fn issued() -> impl Strategy<Value = Event> {
    let label = (tag(), any::<u32>()).prop_map(|(tag, number)| Label { tag, number });
    let who = (token(), option::of(pass()), source(), device());
    (large(), label, vec(any_line(), 0..4), any::<u32>(), who).prop_map(
        |(ticket, label, lines, language, (token, pass, source, device))| Event::Issued {
            ticket: TicketId(ticket),
            label,
            token,
            lines,
            language: LanguageId(language),
            pass,
            source,
            device,
        },
    )
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![Just(Outcome::Served), Just(Outcome::NoShow), Just(Outcome::Deleted)]
}

fn ticket_state() -> impl Strategy<Value = TicketState> {
    let cause = prop_oneof![
        Just(WaitCause::Issued),
        Just(WaitCause::Transferred),
        Just(WaitCause::PutBack),
        Just(WaitCause::NextLine),
        Just(WaitCause::Returned),
    ];
    let parts = (moment(), place(), cause, large(), any::<u32>(), option::of(moment()), outcome());
    parts.prop_flat_map(|(since, place, cause, call, counter, until, outcome)| {
        let (call, counter) = (CallId(call), CounterId(counter));
        prop_oneof![
            Just(TicketState::Booked { since, hold: until }),
            Just(TicketState::Waiting { since, place, cause }),
            Just(TicketState::Called { call, counter, since }),
            Just(TicketState::Serving { call, counter, since }),
            Just(TicketState::Afterwork { call, counter, since }),
            Just(TicketState::Parked { since, place }),
            Just(TicketState::Missing { since, until }),
            Just(TicketState::Closed { outcome, at: since }),
        ]
    })
}

fn ticket_line() -> impl Strategy<Value = TicketLine> {
    let state = prop_oneof![
        Just(LineState::Ahead),
        Just(LineState::Current),
        outcome().prop_map(LineState::Closed)
    ];
    (any::<u32>(), any::<u32>(), priority(), state).prop_map(|(asked, service, priority, state)| {
        TicketLine { asked: ServiceId(asked), service: ServiceId(service), priority, state }
    })
}

fn call() -> impl Strategy<Value = Call> {
    let end = prop_oneof![
        Just(CallEnd::Finished),
        Just(CallEnd::NoShow),
        Just(CallEnd::Parked),
        Just(CallEnd::Transferred)
    ];
    let ids = (large(), any::<u32>(), any::<u32>(), operator());
    let times = (moment(), any::<u8>(), option::of(moment()), option::of((moment(), end)));
    (ids, times).prop_map(|((id, service, counter, operator), times)| {
        let (called, recalls, started, ended) = times;
        let (service, counter) = (ServiceId(service), CounterId(counter));
        Call { id: CallId(id), service, counter, operator, called, recalls, started, ended }
    })
}

/// Any ticket.
pub(super) fn ticket() -> impl Strategy<Value = Ticket> {
    let names = (large(), any::<u32>(), tag(), any::<u32>(), token(), option::of(pass()));
    let from = (any::<u32>(), source(), device(), moment(), option::of(booking()));
    let so_far = (vec(ticket_line(), 1..4), ticket_state(), 0..u64::from(u32::MAX), any::<u8>());
    let past = (option::of(back()), any::<bool>(), vec(call(), 0..3));
    let answers = vec((any::<u32>(), any::<u32>()), 0..3);
    (names, from, so_far, past, answers).prop_map(|(names, from, so_far, past, answers)| {
        let (id, day, tag, number, token, pass) = names;
        let (language, source, device, issued, booking) = from;
        let (lines, state, waited_ms, no_shows) = so_far;
        let (back_to, transferred, calls) = past;
        Ticket {
            id: TicketId(id),
            day: DayId(day),
            label: Label { tag, number },
            token,
            pass,
            language: LanguageId(language),
            source,
            device,
            issued,
            booking,
            lines,
            state,
            waited: Duration::from_millis(waited_ms),
            no_shows,
            back_to,
            transferred,
            calls,
            answers: answers.into_iter().map(|(q, a)| (QuestionId(q), AnswerId(a))).collect(),
        }
    })
}

/// Any desk.
pub(super) fn desk() -> impl Strategy<Value = Desk> {
    let shift =
        (any::<u32>(), moment(), option::of(moment())).prop_map(|(operator, since, on_break)| {
            Shift { operator: OperatorId(operator), since, on_break }
        });
    let ticket = || option::of(large().prop_map(TicketId));
    (option::of(shift), ticket(), option::of(moment()), ticket(), option::of(ending().boxed()))
        .prop_map(|(shift, ticket, last_call, last_served, last_end)| Desk {
            shift,
            ticket,
            last_call,
            last_served,
            last_end,
        })
}

fn before() -> impl Strategy<Value = Before> {
    let last_served = option::of(large().prop_map(TicketId));
    // Boxed: a strategy of so many parts is more than a thread's stack holds.
    (ticket().boxed(), last_served).prop_map(|(ticket, last_served)| Before {
        state: ticket.state,
        lines: ticket.lines,
        back_to: ticket.back_to,
        transferred: ticket.transferred,
        no_shows: ticket.no_shows,
        last_served,
    })
}

fn ending() -> impl Strategy<Value = Ending> {
    (ticket().boxed(), large(), moment(), before().boxed()).prop_map(
        |(ticket, call, at, before)| Ending {
            ticket: ticket.id,
            call: CallId(call),
            at,
            state: ticket.state,
            lines: ticket.lines,
            before,
        },
    )
}

fn serves() -> impl Strategy<Value = Serves> {
    let these = vec(any::<u32>().prop_map(ServiceId), 0..3).prop_map(Serves::These);
    prop_oneof![Just(Serves::All), these]
}

fn service() -> impl Strategy<Value = Service> {
    let day = || vec((any::<u16>(), any::<u16>()), 0..2);
    let hours = [day(), day(), day(), day(), day(), day(), day()].prop_map(|days| Hours { days });
    let says = (any::<u32>(), tag(), texts(), texts(), any::<bool>(), any::<bool>());
    (says, option::of(hours), option::of(any::<u32>()), large()).prop_map(
        |((id, tag, names, descriptions, hidden, disabled), hours, quota, expected_ms)| {
            let id = ServiceId(id);
            Service { id, tag, names, descriptions, hidden, disabled, hours, quota, expected_ms }
        },
    )
}

fn survey() -> impl Strategy<Value = Survey> {
    let answer = (any::<u32>(), any::<i32>(), texts())
        .prop_map(|(id, value, texts)| AnswerChoice { id: AnswerId(id), value, texts });
    let question = (any::<u32>(), texts(), vec(answer, 0..3))
        .prop_map(|(id, texts, answers)| Question { id: QuestionId(id), texts, answers });
    (any::<u32>(), text(), vec(question, 0..2)).prop_map(|(id, name, questions)| Survey {
        id: ProfileId(id),
        name,
        questions,
    })
}

fn virtual_ticket() -> impl Strategy<Value = VirtualTicket> {
    let numbers = (option::of(any::<u32>()), any::<u32>(), any::<u32>(), any::<u32>());
    let notice = || (texts(), texts()).prop_map(|(title, message)| [title, message]);
    let place = (text(), text(), text(), text());
    let reach = (text(), text(), text(), option::of((any::<i32>(), any::<i32>())));
    let site = (place, reach).prop_map(|((address, city, region, country), reach)| {
        let (phone, email, website, coordinates) = reach;
        Site { address, city, region, country, phone, email, website, coordinates }
    });
    (any::<bool>(), any::<bool>(), numbers, notice(), notice(), site).prop_map(
        |(enabled, allow_multi_ticket, numbers, your_turn, almost_your_turn, site)| {
            let (radius_km, min_customers, min_waiting_min, warn_ahead) = numbers;
            VirtualTicket {
                enabled,
                radius_km,
                min_customers,
                min_waiting_min,
                allow_multi_ticket,
                warn_ahead,
                your_turn,
                almost_your_turn,
                site,
            }
        },
    )
}

fn smart_ticket() -> impl Strategy<Value = SmartTicket> {
    let dispenser = (any::<u32>(), any::<u32>())
        .prop_map(|(id, standby_s)| Dispenser { id: ProfileId(id), standby_s });
    let numbers = (any::<bool>(), any::<u32>(), any::<u32>(), any::<u32>(), device());
    let says = (option::of(text()), texts(), texts(), texts(), texts());
    (numbers, says, vec(dispenser, 0..2)).prop_map(|(numbers, says, dispensers)| {
        let (enabled, profile, survey, valid_min, printer) = numbers;
        let (public_url, title, description, call_texts, feedback_texts) = says;
        SmartTicket {
            enabled,
            public_url,
            dispenser_profile: ProfileId(profile),
            survey: ProfileId(survey),
            valid_min,
            printer,
            title,
            description,
            call_texts,
            feedback_texts,
            dispensers,
        }
    })
}

/// Any settings, sound or not.
pub(super) fn settings() -> impl Strategy<Value = Settings> {
    let language = (any::<u32>(), text(), text()).prop_map(|(id, code, name)| Language {
        id: LanguageId(id),
        code,
        name,
    });
    let group = (any::<u32>(), texts(), vec(any::<u32>().prop_map(ServiceId), 0..3))
        .prop_map(|(id, names, services)| Group { id: GroupId(id), names, services });
    let counter = (any::<u32>(), text(), serves(), any::<bool>())
        .prop_map(|(id, name, serves, keypad)| Counter { id: CounterId(id), name, serves, keypad });
    let rights = proptest::sample::subsequence(Right::ALL.to_vec(), 0..=Right::ALL.len());
    let operator = (any::<u32>(), text(), text(), serves(), rights).prop_map(
        |(id, login, name, serves, rights)| {
            let rights = Rights::of(&rights);
            Operator { id: OperatorId(id), login, name, serves, rights }
        },
    );
    let numbers = (any::<u8>(), option::of(any::<u32>()), any::<u32>(), any::<u16>(), any::<u32>());
    let rules =
        numbers.prop_map(|(no_shows_max, put_back_after_min, feedback, ends, tolerance)| Rules {
            no_shows_max,
            put_back_after_min,
            feedback_for_min: feedback,
            day_ends_minute: ends,
            tolerance_tickets: tolerance,
        });
    let who = (any::<u32>(), text(), text(), vec(language, 0..2), vec(service(), 0..2));
    let lists = (vec(group, 0..2), vec(counter, 0..2), vec(operator, 0..2), vec(survey(), 0..2));
    (who, lists, rules, bookings(), (smart_ticket(), virtual_ticket(), texts())).prop_map(
        |(who, lists, rules, bookings, (smart_ticket, virtual_ticket, slip_footer))| {
            let (branch, name, zone, languages, services) = who;
            let (groups, counters, operators, surveys) = lists;
            Settings {
                branch: BranchId(branch),
                name,
                zone,
                languages,
                services,
                groups,
                counters,
                operators,
                surveys,
                rules,
                bookings,
                smart_ticket,
                virtual_ticket,
                slip_footer,
            }
        },
    )
}

fn bookings() -> impl Strategy<Value = Bookings> {
    let day = || vec((any::<u16>(), any::<u16>()), 0..2);
    let hours = [day(), day(), day(), day(), day(), day(), day()].prop_map(|days| Hours { days });
    let numbers = (any::<u16>(), any::<u16>(), any::<u32>(), any::<u32>(), any::<u32>());
    (any::<bool>(), hours, numbers, any::<u8>(), priority()).prop_map(
        |(enabled, hours, (slot_min, places, before, after, hold_min), pin_digits, priority)| {
            Bookings {
                enabled,
                slot_min,
                hours,
                places,
                check_in_before_min: before,
                check_in_after_min: after,
                hold_min,
                pin_digits,
                priority,
            }
        },
    )
}

/// A way to spoil a text.
#[derive(Clone, Debug)]
pub(super) struct Spoil {
    at: usize,
    byte: u8,
    how: u8,
}

/// Any way to spoil a text.
pub(super) fn spoil() -> impl Strategy<Value = Spoil> {
    (any::<usize>(), any::<u8>(), any::<u8>()).prop_map(|(at, byte, how)| Spoil { at, byte, how })
}

impl Spoil {
    /// The text with a byte changed, put in, taken out, or with its end gone.
    pub(super) fn bytes(&self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        let at = self.at % bytes.len();
        match self.how % 5 {
            0 => bytes[at] = self.byte,
            1 => bytes.insert(at, self.byte),
            2 => bytes.truncate(at),
            3 => bytes[at] ^= 1 << (self.byte % 8),
            _ => drop(bytes.remove(at)),
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The same structure with one value replaced by one that does not belong there.
    pub(super) fn values(&self, text: &str) -> String {
        let mut value: serde_json::Value = serde_json::from_str(text).expect("JSON");
        let count = leaves(&mut value).len();
        if let Some(leaf) = leaves(&mut value).into_iter().nth(self.at % count.max(1)) {
            *leaf = match self.how % 7 {
                0 => serde_json::Value::Null,
                1 => (-1).into(),
                2 => u64::MAX.into(),
                3 => 1e300.into(),
                4 => "A1".into(),
                5 => true.into(),
                _ => serde_json::json!({ "line": 300 }),
            };
        }
        value.to_string()
    }
}

fn leaves(value: &mut serde_json::Value) -> Vec<&mut serde_json::Value> {
    match value {
        serde_json::Value::Array(list) => list.iter_mut().flat_map(leaves).collect(),
        serde_json::Value::Object(members) => members.values_mut().flat_map(leaves).collect(),
        leaf @ (serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_)) => vec![leaf],
    }
}
