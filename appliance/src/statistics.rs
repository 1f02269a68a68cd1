//! Figures of a branch, worked out from its tickets: how long people waited, were served and stayed,
//! who did not come and who gave up; by service, counter, operator and hour.
//!
//! A ticket is counted on the day on which it was taken, or its booking checked in. Its wait is all
//! the time that it stood in lines, and counts for the service that its customer first asked for.
//! Times of service are those of the calls, each for the service, counter and operator that it was.

use std::collections::BTreeMap;
use std::time::Duration;

use engine::{
    CallEnd, CounterId, LineState, Moment, OperatorId, Outcome, ServiceId, Ticket, TicketState,
};

/// The longest span that is told apart, in seconds: a day. What lasts longer was forgotten, and
/// counts as this long, so that a spread has only so many steps.
const SPAN_S_MAX: u32 = 24 * 60 * 60;

/// How long something took, in many cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// How often it took so many seconds.
    seconds: BTreeMap<u32, u64>,
    count: u64,
    sum: u64,
}

impl Spread {
    /// Takes note of one case.
    pub fn add(&mut self, took: Duration) {
        let seconds = u32::try_from(took.as_secs()).unwrap_or(SPAN_S_MAX).min(SPAN_S_MAX);
        *self.seconds.entry(seconds).or_default() += 1;
        self.count += 1;
        self.sum += u64::from(seconds);
    }

    /// How many cases there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The mean, in seconds; 0 where there is no case.
    pub fn mean_s(&self) -> u64 {
        self.sum.checked_div(self.count).unwrap_or(0)
    }

    /// What so many of a hundred did not exceed (the nearest rank), in seconds; 0 where there is no
    /// case.
    pub fn percentile_s(&self, percent: u64) -> u32 {
        let rank = (self.count * percent).div_ceil(100).max(1);
        let mut seen = 0;
        let mut steps = self.seconds.iter();
        let found = steps.find(|(_, times)| {
            seen += **times;
            rank <= seen
        });
        found.map_or(0, |(seconds, _)| *seconds)
    }

    /// The longest, in seconds; 0 where there is no case.
    pub fn longest_s(&self) -> u32 {
        self.seconds.last_key_value().map_or(0, |(seconds, _)| *seconds)
    }
}

/// What is counted of one group of tickets, or of their calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Tickets (of a service: times that it was asked for; of a counter or operator: calls).
    pub asked: u64,
    /// Of those, how many were served.
    pub served: u64,
    /// How many did not come.
    pub no_shows: u64,
    /// How many were given up.
    pub abandoned: u64,
    /// How long they stood in lines.
    pub waiting: Spread,
    /// How long they were at a counter.
    pub serving: Spread,
    /// How long their customers were in the house, from the ticket to its end.
    pub on_site: Spread,
}

impl Sums {
    fn end(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Served => self.served += 1,
            Outcome::NoShow => self.no_shows += 1,
            Outcome::Deleted => self.abandoned += 1,
        }
    }
}

/// All figures of some days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Of all tickets.
    pub total: Sums,
    /// By service.
    pub services: BTreeMap<ServiceId, Sums>,
    /// By counter.
    pub counters: BTreeMap<CounterId, Sums>,
    /// By operator.
    pub operators: BTreeMap<OperatorId, Sums>,
    /// By the hour on the branch's clock in which a ticket was taken.
    pub hours: BTreeMap<u8, Sums>,
}

impl Figures {
    /// Takes a ticket in, which was taken in this hour. A booking for which nobody has come counts
    /// only where its time is over: as one who did not come, or gave up.
    pub fn add(&mut self, ticket: &Ticket, hour: u8, now: Moment) {
        if !ticket.has_come() && !ticket.is_closed() {
            return;
        }
        let waited = ticket.time_waited(now);
        let has_waited = ticket.has_come();
        let of_hour = self.hours.entry(hour).or_default();
        for sums in [&mut self.total, of_hour] {
            sums.asked += 1;
            if has_waited {
                sums.waiting.add(waited);
            }
            if let TicketState::Closed { outcome, at } = ticket.state {
                sums.end(outcome);
                if has_waited {
                    sums.on_site.add(at.since(ticket.issued));
                }
            }
        }
        for (place, line) in ticket.lines.iter().enumerate() {
            let sums = self.services.entry(line.asked).or_default();
            sums.asked += 1;
            if let LineState::Closed(outcome) = line.state {
                sums.end(outcome);
            }
            if place == 0 && has_waited {
                sums.waiting.add(waited);
            }
        }
        self.add_calls(ticket, hour);
    }

    fn add_calls(&mut self, ticket: &Ticket, hour: u8) {
        for call in &ticket.calls {
            let counter = self.counters.entry(call.counter).or_default();
            let operator = call.operator.map(|id| self.operators.entry(id).or_default());
            let took = call.started.zip(call.ended).map(|(from, (to, _))| to.since(from));
            for sums in [Some(counter), operator].into_iter().flatten() {
                sums.asked += 1;
                match call.ended {
                    Some((_, CallEnd::Finished)) => sums.served += 1,
                    Some((_, CallEnd::NoShow)) => sums.no_shows += 1,
                    Some((_, CallEnd::Parked | CallEnd::Transferred)) | None => {}
                }
                if let Some(took) = took {
                    sums.serving.add(took);
                }
            }
            if let Some(took) = took {
                self.total.serving.add(took);
                self.services.entry(call.service).or_default().serving.add(took);
                self.hours.entry(hour).or_default().serving.add(took);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use engine::{
        Branch, CallId, Command, Entry, Issue, LineRequest, LocalTime, Priority, Seq, Source,
        TicketId, Token, Unstarted,
    };

    use super::*;

    fn spread(seconds: impl IntoIterator<Item = u64>) -> Spread {
        let mut spread = Spread::default();
        seconds.into_iter().for_each(|seconds| spread.add(Duration::from_secs(seconds)));
        spread
    }

    #[test]
    fn a_spread_knows_its_ranks() {
        let ten = spread((1..=10).rev());
        assert_eq!((ten.count(), ten.mean_s(), ten.longest_s()), (10, 5, 10));
        assert_eq!((ten.percentile_s(50), ten.percentile_s(90), ten.percentile_s(100)), (5, 9, 10));
        let one = spread([7]);
        assert_eq!((one.percentile_s(50), one.percentile_s(90)), (7, 7));
        let none = spread([]);
        assert_eq!((none.mean_s(), none.percentile_s(50), none.longest_s()), (0, 0, 0));
    }

    #[test]
    fn what_was_forgotten_counts_as_a_day() {
        let week = spread([7 * 24 * 60 * 60, u64::MAX]);
        assert_eq!((week.count(), week.longest_s()), (2, SPAN_S_MAX));
    }

    #[test]
    fn percentiles_are_those_of_the_sorted_list() {
        let mut list: Vec<u64> = (0..137).map(|n| n * n % 59).collect();
        let told = spread(list.clone());
        list.sort_unstable();
        for percent in [1, 10, 50, 90, 99, 100] {
            let rank = (list.len() as u64 * percent).div_ceil(100).max(1) as usize;
            assert_eq!(u64::from(told.percentile_s(percent)), list[rank - 1], "{percent}");
        }
    }

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
        branch.tickets().for_each(|ticket| figures.add(ticket, 9, now));
        let minutes = |spread: &Spread| (spread.count(), spread.sum / 60);
        let total = &figures.total;
        assert_eq!((total.asked, total.served, total.abandoned), (1, 1, 0));
        assert_eq!(minutes(&total.waiting), (1, 5), "three, and two for the second service");
        assert_eq!(minutes(&total.serving), (3, 2 + 5 + 10));
        assert_eq!(minutes(&total.on_site), (1, 26));
        assert_eq!(figures.hours[&9], *total);
        let service = |id| &figures.services[&ServiceId(id)];
        assert_eq!(minutes(&service(1).serving), (2, 7));
        assert_eq!(minutes(&service(2).serving), (1, 10));
        assert_eq!((service(1).served, service(2).served, service(3).served), (1, 1, 0));
        assert_eq!((service(3).asked, service(3).abandoned), (1, 1));
        assert_eq!((minutes(&service(1).waiting).0, minutes(&service(2).waiting).0), (1, 0));
        let first = &figures.counters[&CounterId(1)];
        assert_eq!((first.asked, first.served, minutes(&first.serving)), (2, 1, (2, 7)));
        assert_eq!(figures.operators[&OperatorId(2)], *first);
        assert_eq!(figures.operators.len(), 1, "nobody had signed in at the other counter");
        assert_eq!(figures.counters[&CounterId(4)].served, 1);
    }
}
