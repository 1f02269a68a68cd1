//! Random days: whatever is asked, in whatever company, rows and journal and live state agree.

use std::time::Duration;

use engine::{
    CallId, Command, CounterId, DayId, OperatorId, Place, Priority, ServiceId, Standing, TicketId,
    Unstarted,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::stage::{
    COUNTERS, Stage, answers, book, call_next, check_in, finish, issue, keyed, noted,
};
use crate::registrar::{Submission, SubmitError};

#[derive(Clone, Debug)]
enum Step {
    /// These at once.
    Ask(Vec<(u8, u32, u32)>),
    Pass(u64),
    SetWall(i64),
    /// After so long; closed tickets stay in memory for two hours.
    NextDay(u64),
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => vec((0_u8..31, any::<u32>(), any::<u32>()), 1..10).prop_map(Step::Ask),
        2 => (0_u64..900_000).prop_map(Step::Pass),
        1 => (0_i64..10_000_000).prop_map(Step::SetWall),
        2 => prop_oneof![Just(0), Just(7_199_999), Just(7_200_000), 0..10_000_000_u64]
            .prop_map(Step::NextDay),
        1 => Just(Step::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn rows_journal_and_live_state_are_one(steps in vec(step(), 8..24)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(play(steps));
    }
}

async fn play(steps: Vec<Step>) {
    let mut stage = Stage::open().await;
    for step in steps {
        match step {
            Step::Ask(asks) => {
                let commands: Vec<_> =
                    asks.into_iter().map(|ask| submission(&stage, ask)).collect();
                let posted = commands.into_iter().map(|one| stage.post(one)).collect();
                for answer in answers(posted).await {
                    let said = matches!(
                        answer,
                        Ok(_) | Err(SubmitError::Refused(_) | SubmitError::KeyReused)
                    );
                    assert!(said, "{answer:?}");
                }
            }
            Step::Pass(ms) => {
                stage.clock.advance(Duration::from_millis(ms));
                stage.mailbox.tick();
            }
            Step::SetWall(ms) => stage.clock.set_wall(super::stage::MONDAY_NINE - 5_000_000 + ms),
            Step::NextDay(ms) => next_day(&stage, ms).await,
            Step::Restart => {
                // The clock's tick before may still be under way; this is answered after it.
                stage.ask(issue(3)).await;
                stage.check();
                stage = stage.restart(None).await;
                stage.ask(issue(3)).await;
            }
        }
    }
    stage.ask(noted(issue(3), "last")).await;
    stage.check();
}

async fn next_day(stage: &Stage, ms: u64) {
    let last = stage.mailbox.read(|seen| seen.branch.parts().last_day).map_or(0, |day| day.0);
    stage.clock.advance(Duration::from_millis(ms));
    let close = stage.post(Command::CloseDay);
    let open = stage.post(Command::OpenDay(DayId(last + 1)));
    assert!(answers(vec![close, open]).await.iter().all(Result::is_ok));
}

/// What a number stands for, in the state as it is shown.
fn submission(stage: &Stage, (what, a, b): (u8, u32, u32)) -> Submission {
    let (ticket, call) = stage.mailbox.read(|seen| {
        let tickets: Vec<_> = seen.branch.tickets().collect();
        let pick = |index: u32| tickets.get(index as usize % tickets.len().max(1));
        let open: Vec<_> = tickets.iter().filter_map(|ticket| ticket.open_call()).collect();
        let call = open.get(b as usize % open.len().max(1)).map_or(CallId(0), |call| call.id);
        (pick(a).map_or(TicketId(0), |ticket| ticket.id), call)
    });
    let counter = a % COUNTERS + 1;
    let at = engine::At { counter: CounterId(counter), operator: None };
    let unstarted = Unstarted::StartAtCall;
    let command = match what {
        0 | 1 => return issue(a % 3 + 1).into(),
        2 => return noted(issue(a % 3 + 1), "a note"),
        3 => return keyed(issue(b % 3 + 1), &format!("key{}", a % 4)),
        4..=6 => call_next(counter),
        7 => Command::Call { at, ticket, standing: Standing::Waiting },
        8 => Command::Call { at, ticket, standing: Standing::Parked },
        9 => Command::Start { call },
        10 => return noted(finish(call), "paid"),
        11 => Command::NoShow { call },
        12 => Command::Park { call, unstarted },
        13 => Command::PutBack { ticket },
        14 => Command::Transfer {
            call,
            to: [Place::Service(ServiceId(b % 3 + 1)), Place::Counter(CounterId(counter))]
                [a as usize % 2],
            service: None,
            priority: Priority::new(u8::try_from(a % 12).unwrap_or(0)),
            then_back: b % 2 == 0,
        },
        15 => Command::Delete { ticket },
        16 => Command::OpenShift { operator: OperatorId(1), counter: CounterId(counter) },
        17..=19 => return noted(book(stage, a % 3 + 1, i64::from(b % 4), a % 50), "by phone"),
        20 | 21 => check_in(a % 50),
        22 => Command::ConfirmBooking { ticket },
        23 => Command::CancelBooking { ticket },
        24 => Command::StartBreak { counter: CounterId(counter) },
        25 => Command::EndBreak { counter: CounterId(counter) },
        26 => Command::Redirect {
            ticket,
            to: Place::Counter(CounterId(counter)),
            service: Some(ServiceId(b % 3 + 1)),
            priority: None,
        },
        27 => {
            let line =
                engine::LineRequest { service: ServiceId(b % 3 + 1), priority: Priority::NORMAL };
            Command::AddLine { ticket, line, source: engine::Source::Staff }
        }
        28 => Command::CancelLine { ticket, line: u8::try_from(b % 3).unwrap_or(0) },
        29 => Command::SetPriority {
            ticket,
            line: u8::try_from(b % 3).unwrap_or(0),
            priority: Priority::URGENT,
        },
        _ => Command::Recall { call },
    };
    command.into()
}
