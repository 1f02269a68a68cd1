//! Commands with any number for any name, at any time.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::command::{Command, Issue, LineRequest, Standing, Unstarted};
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

pub(super) fn command() -> impl Strategy<Value = Command> {
    let unstarted = || prop_oneof![Just(Unstarted::Refuse), Just(Unstarted::StartAtCall)];
    let call = || long().prop_map(CallId);
    let ticket = || long().prop_map(TicketId);
    prop_oneof![
        Just(Command::ChangeSettings(Box::new(Settings::blank()))),
        id().prop_map(|id| Command::OpenDay(DayId(id))),
        Just(Command::CloseDay),
        issue(),
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
            Command::Transfer { call, to, priority: None, then_back }
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
