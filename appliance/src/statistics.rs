//! What figures are made of at the branch: tickets, turned into visits.

use engine::{CallEnd, LineState, Moment, Outcome as Ended, Ticket, TicketState};
use serve::statistics::{Called, Outcome, Visit};

/// A ticket as a visit; it was taken in this hour.
pub fn visit(ticket: &Ticket, hour: u8, now: Moment) -> Visit {
    let end = if let TicketState::Closed { outcome, at } = ticket.state {
        Some((of(outcome), at.since(ticket.issued)))
    } else {
        None
    };
    let asked = ticket.lines.iter().map(|line| match line.state {
        LineState::Closed(outcome) => (line.asked.0, Some(of(outcome))),
        LineState::Ahead | LineState::Current => (line.asked.0, None),
    });
    let calls = ticket.calls.iter().map(|call| Called {
        service: call.service.0,
        counter: call.counter.0,
        operator: call.operator.map(|operator| operator.0),
        outcome: call.ended.and_then(|(_, end)| match end {
            CallEnd::Finished => Some(Outcome::Served),
            CallEnd::NoShow => Some(Outcome::NoShow),
            CallEnd::Parked | CallEnd::Transferred => None,
        }),
        took: call.started.zip(call.ended).map(|(from, (to, _))| to.since(from)),
    });
    Visit {
        hour,
        waited: ticket.has_come().then(|| ticket.time_waited(now)),
        end,
        asked: asked.collect(),
        calls: calls.collect(),
    }
}

fn of(outcome: Ended) -> Outcome {
    match outcome {
        Ended::Served => Outcome::Served,
        Ended::NoShow => Outcome::NoShow,
        Ended::Deleted => Outcome::Abandoned,
    }
}

#[cfg(test)]
mod tests {
    use engine::{
        Branch, CallId, Command, CounterId, Entry, Issue, LineRequest, LocalTime, OperatorId,
        Priority, Seq, ServiceId, Source, TicketId, Token, Unstarted,
    };
    use serve::statistics::{Figures, Spread};

    use super::*;

    /// A branch in which so much happens at these minutes.
    fn played(story: &[(u64, Command)]) -> (Branch, Moment) {
        let mut branch = Branch::blank();
        let settings = crate::demo::settings(&crate::texts::Texts::new(), engine::DeviceId(1));
        let before = [
            (0, Command::ChangeSettings(Box::new(settings))),
            (0, Command::OpenDay(engine::DayId(20_261_123))),
        ];
        let mut at = Moment { wall_ms: 0, steady_ms: 0 };
        for (minute, command) in before.iter().chain(story) {
            at = Moment { wall_ms: 0, steady_ms: minute * 60_000 };
            let now = engine::Now { at, local: LocalTime { weekday: 0, minute: 600 } };
            for event in engine::decide(&branch, command, now).expect("the story is sound").events {
                let seq = Seq(branch.parts().last_seq.0 + 1);
                branch.apply(&Entry { seq, at, event });
            }
        }
        (branch, at)
    }

    #[test]
    fn a_visit_of_two_services_counts_where_it_was_served() {
        let line = |id| LineRequest { service: ServiceId(id), priority: Priority::NORMAL };
        let at = |counter, operator: Option<u32>| engine::At {
            counter: CounterId(counter),
            operator: operator.map(OperatorId),
        };
        let call = |counter, operator| Command::CallNext {
            at: at(counter, operator),
            among: engine::Among::Everything,
        };
        let finish = |call| Command::Finish {
            call: CallId(call),
            afterwork: false,
            unstarted: Unstarted::Refuse,
        };
        let (branch, now) = played(&[
            (
                0,
                Command::Issue(Issue {
                    lines: vec![line(1), line(2), line(3)],
                    language: None,
                    token: Token::parse("abcdefghij").expect("a token"),
                    pass: None,
                    source: Source::Staff,
                    device: None,
                }),
            ),
            (3, call(1, Some(2))),
            (4, Command::Start { call: CallId(1) }),
            (6, Command::Park { call: CallId(1), unstarted: Unstarted::Refuse }),
            (
                9,
                Command::Call {
                    at: at(1, Some(2)),
                    ticket: TicketId(1),
                    standing: engine::Standing::Parked,
                },
            ),
            (9, Command::Start { call: CallId(2) }),
            (14, finish(2)),
            (15, Command::CancelLine { ticket: TicketId(1), line: 2 }),
            (16, call(4, None)),
            (16, Command::Start { call: CallId(3) }),
            (26, finish(3)),
        ]);
        let mut figures = Figures::default();
        branch.tickets().for_each(|ticket| figures.add(&visit(ticket, 9, now)));
        let minutes = |spread: &Spread| (spread.count(), spread.sum_s() / 60);
        let total = &figures.total;
        assert_eq!((total.asked, total.served, total.abandoned), (1, 1, 0));
        assert_eq!(minutes(&total.waiting), (1, 5), "three, and two for the second service");
        assert_eq!(minutes(&total.serving), (3, 2 + 5 + 10));
        assert_eq!(minutes(&total.on_site), (1, 26));
        assert_eq!(figures.hours[&9], *total);
        let service = |id| &figures.services[&id];
        assert_eq!(minutes(&service(1).serving), (2, 7));
        assert_eq!(minutes(&service(2).serving), (1, 10));
        assert_eq!((service(1).served, service(2).served, service(3).served), (1, 1, 0));
        assert_eq!((service(3).asked, service(3).abandoned), (1, 1));
        assert_eq!((minutes(&service(1).waiting).0, minutes(&service(2).waiting).0), (1, 0));
        let first = &figures.counters[&1];
        assert_eq!((first.asked, first.served, minutes(&first.serving)), (2, 1, (2, 7)));
        assert_eq!(figures.operators[&2], *first);
        assert_eq!(figures.operators.len(), 1, "nobody had signed in at the other counter");
        assert_eq!(figures.counters[&4].served, 1);
    }
}
