//! Commands with any number for any name, at any time.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::booking::{Code, Pin, Slot};
use crate::command::{Book, CheckIn, Command, Issue, LineRequest, Shown, Standing, Unstarted};
use crate::counter::At;
use crate::ids::{
    AnswerId, CallId, CounterId, DayId, LanguageId, OperatorId, ProfileId, QuestionId, ServiceId,
    TicketId,
};
use crate::line::Among;
use crate::moment::{LocalTime, Moment, Now};
use crate::settings::Settings;
use crate::ticket::{Place, Priority, Source, Token};

pub(super) fn now() -> impl Strategy<Value = Now> {
    (any::<i64>(), any::<u8>(), any::<u16>()).prop_map(|(wall_ms, weekday, minute)| Now {
        at: Moment { wall_ms, steady_ms: 0 },
        local: LocalTime { weekday, minute },
    })
}

pub(super) fn passed() -> impl Strategy<Value = u64> {
    prop_oneof![4 => Just(0_u64), 8 => 0..9 * 3_600_000_u64, 1 => any::<u64>()]
}

fn id() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 0..6_u32, 1 => any::<u32>(), 1 => Just(u32::MAX)]
}

fn long() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 0..60_u64, 1 => any::<u64>(), 1 => Just(u64::MAX)]
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        id().prop_map(|id| Place::Service(ServiceId(id))),
        id().prop_map(|id| Place::Counter(CounterId(id))),
        id().prop_map(|id| Place::Operator(OperatorId(id))),
    ]
}

fn at() -> impl Strategy<Value = At> {
    (id(), option::of(id())).prop_map(|(counter, operator)| At {
        counter: CounterId(counter),
        operator: operator.map(OperatorId),
    })
}

fn issue() -> impl Strategy<Value = Command> {
    let lines = vec(id(), 0..12);
    (lines, any::<[u8; 10]>(), option::of(id())).prop_map(|(lines, token, language)| {
        let line = |id| LineRequest { service: ServiceId(id), priority: Priority::URGENT };
        Command::Issue(Issue {
            lines: lines.into_iter().map(line).collect(),
            language: language.map(LanguageId),
            token: Token(token),
            pass: None,
            source: Source::Customer,
            device: None,
        })
    })
}

fn book() -> impl Strategy<Value = Command> {
    let slot = (any::<i64>(), any::<u8>(), any::<u16>(), any::<bool>());
    let draws = (any::<[u8; 10]>(), 0..100_000_000_u32, 0..10_000_u16, any::<bool>());
    (id(), slot, draws, option::of(id())).prop_map(
        |(service, (start_ms, weekday, minute, whole), (token, code, pin, confirmed), language)| {
            let start_ms = if whole { start_ms / 60_000 * 60_000 } else { start_ms };
            Command::Book(Book {
                service: ServiceId(service),
                slot: Slot { start_ms, local: LocalTime { weekday, minute } },
                language: language.map(LanguageId),
                token: Token(token),
                code: Code::parse(&format!("{code:08}")).expect("eight digits"),
                pin: Pin::parse(&format!("{pin:04}")).expect("four digits"),
                confirmed,
                source: Source::Staff,
            })
        },
    )
}

fn check_in() -> impl Strategy<Value = Command> {
    let code = (0..100_000_000_u32)
        .prop_map(|code| Shown::Code(Code::parse(&format!("{code:08}")).expect("eight digits")));
    let pin = (long(), 0..10_000_u16).prop_map(|(ticket, pin)| Shown::Pin {
        ticket: TicketId(ticket),
        pin: Pin::parse(&format!("{pin:04}")).expect("four digits"),
    });
    (prop_oneof![code, pin], option::of(id())).prop_map(|(shown, language)| {
        let language = language.map(LanguageId);
        Command::CheckIn(CheckIn { shown, language, pass: None, device: None })
    })
}

pub(super) fn command() -> impl Strategy<Value = Command> {
    let unstarted = || prop_oneof![Just(Unstarted::Refuse), Just(Unstarted::StartAtCall)];
    let call = || long().prop_map(CallId);
    let ticket = || long().prop_map(TicketId);
    prop_oneof![
        Just(Command::ChangeSettings(Box::new(Settings::blank()))),
        id().prop_map(|id| Command::OpenDay(DayId(id))),
        Just(Command::CloseDay),
        issue(),
        book(),
        check_in(),
        ticket().prop_map(|ticket| Command::ConfirmBooking { ticket }),
        ticket().prop_map(|ticket| Command::CancelBooking { ticket }),
        ticket().prop_map(|ticket| Command::LapseBooking { ticket }),
        id().prop_map(|id| Command::StartBreak { counter: CounterId(id) }),
        id().prop_map(|id| Command::EndBreak { counter: CounterId(id) }),
        (id(), id()).prop_map(|(operator, counter)| Command::OpenShift {
            operator: OperatorId(operator),
            counter: CounterId(counter),
        }),
        id().prop_map(|id| Command::CloseShift { counter: CounterId(id) }),
        at().prop_map(|at| Command::CallNext { at, among: Among::Everything }),
        (at(), vec(id(), 0..9)).prop_map(|(at, ids)| Command::CallNext {
            at,
            among: Among::These(ids.into_iter().map(ServiceId).collect()),
        }),
        (at(), ticket())
            .prop_map(|(at, ticket)| { Command::Call { at, ticket, standing: Standing::Waiting } }),
        call().prop_map(|call| Command::Recall { call }),
        call().prop_map(|call| Command::Start { call }),
        (call(), any::<bool>(), unstarted()).prop_map(|(call, afterwork, unstarted)| {
            Command::Finish { call, afterwork, unstarted }
        }),
        call().prop_map(|call| Command::NoShow { call }),
        ticket().prop_map(|ticket| Command::PutBack { ticket }),
        ticket().prop_map(|ticket| Command::PutBackOverdue { ticket }),
        (call(), unstarted()).prop_map(|(call, unstarted)| Command::Park { call, unstarted }),
        (call(), place(), any::<bool>()).prop_map(|(call, to, then_back)| {
            Command::Transfer { call, to, service: None, priority: None, then_back }
        }),
        (ticket(), place(), option::of(id())).prop_map(|(ticket, to, service)| {
            Command::Redirect { ticket, to, service: service.map(ServiceId), priority: None }
        }),
        (ticket(), id()).prop_map(|(ticket, id)| Command::AddLine {
            ticket,
            line: LineRequest { service: ServiceId(id), priority: Priority::URGENT },
            source: Source::Staff,
        }),
        (ticket(), any::<u8>()).prop_map(|(ticket, line)| Command::CancelLine { ticket, line }),
        (ticket(), any::<u8>()).prop_map(|(ticket, line)| {
            Command::SetPriority { ticket, line, priority: Priority::URGENT }
        }),
        ticket().prop_map(|ticket| Command::Delete { ticket }),
        (ticket(), id(), id(), id()).prop_map(|(ticket, survey, question, answer)| {
            Command::Answer {
                ticket,
                survey: ProfileId(survey),
                question: QuestionId(question),
                answer: AnswerId(answer),
            }
        }),
    ]
}
