//! Figures of visits, worked out from plain numbers: how long people waited, were served and stayed,
//! who did not come and who gave up; by service, counter, operator and hour.
//!
//! A visit is counted on the day on which its ticket was taken, or its booking checked in. Its wait
//! is all the time that it stood in lines, and counts for the service that its customer first asked
//! for. Times of service are those of the calls, each for the service, counter and operator that it
//! was. A branch makes visits of its tickets, central of its rows, so both tell the same.

pub mod sheet;
mod spread;

use std::collections::BTreeMap;
use std::time::Duration;

pub use spread::{SPAN_S_MAX, Spread};

/// How a visit, or one service of it, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The customer was served.
    Served,
    /// The customer did not come.
    NoShow,
    /// The ticket was given up.
    Abandoned,
}

/// One call of a ticket to a counter. Numbers are the branch's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Called {
    /// What for.
    pub service: u32,
    /// Where.
    pub counter: u32,
    /// By whom, where a name was given.
    pub operator: Option<u32>,
    /// How it ended, where that ended the service or the visit; a customer who was set aside or
    /// sent on is none of them.
    pub outcome: Option<Outcome>,
    /// How long the customer stood there, once that is over.
    pub took: Option<Duration>,
}

/// One ticket, as far as figures go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The hour on the branch's clock in which the ticket was taken, 0 to 23.
    pub hour: u8,
    /// How long it has stood in lines; nothing of a booking for which nobody has come.
    pub waited: Option<Duration>,
    /// How it ended, and how long after the ticket was taken; nothing as long as it goes on.
    pub end: Option<(Outcome, Duration)>,
    /// The services that were asked for, and how each ended.
    pub asked: Vec<(u32, Option<Outcome>)>,
    /// Its calls.
    pub calls: Vec<Called>,
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
    /// Adds those of others.
    pub fn join(&mut self, others: &Sums) {
        self.asked += others.asked;
        self.served += others.served;
        self.no_shows += others.no_shows;
        self.abandoned += others.abandoned;
        self.waiting.join(&others.waiting);
        self.serving.join(&others.serving);
        self.on_site.join(&others.on_site);
    }

    fn end(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Served => self.served += 1,
            Outcome::NoShow => self.no_shows += 1,
            Outcome::Abandoned => self.abandoned += 1,
        }
    }
}

/// All figures of some days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Of all tickets.
    pub total: Sums,
    /// By service.
    pub services: BTreeMap<u32, Sums>,
    /// By counter.
    pub counters: BTreeMap<u32, Sums>,
    /// By operator.
    pub operators: BTreeMap<u32, Sums>,
    /// By the hour on the branch's clock in which a ticket was taken.
    pub hours: BTreeMap<u8, Sums>,
}

impl Figures {
    /// Takes a visit in. A booking for which nobody has come counts only where its time is over:
    /// as one who did not come, or gave up.
    pub fn add(&mut self, visit: &Visit) {
        if visit.waited.is_none() && visit.end.is_none() {
            return;
        }
        let of_hour = self.hours.entry(visit.hour).or_default();
        for sums in [&mut self.total, of_hour] {
            sums.asked += 1;
            if let Some(waited) = visit.waited {
                sums.waiting.add(waited);
            }
            if let Some((outcome, on_site)) = visit.end {
                sums.end(outcome);
                if visit.waited.is_some() {
                    sums.on_site.add(on_site);
                }
            }
        }
        for (place, (service, outcome)) in visit.asked.iter().enumerate() {
            let sums = self.services.entry(*service).or_default();
            sums.asked += 1;
            if let Some(outcome) = outcome {
                sums.end(*outcome);
            }
            if place == 0
                && let Some(waited) = visit.waited
            {
                sums.waiting.add(waited);
            }
        }
        visit.calls.iter().for_each(|call| self.add_call(call, visit.hour));
    }

    /// Adds those of other days.
    pub fn join(&mut self, others: &Figures) {
        fn each<K: Ord + Copy>(ours: &mut BTreeMap<K, Sums>, theirs: &BTreeMap<K, Sums>) {
            theirs.iter().for_each(|(key, sums)| ours.entry(*key).or_default().join(sums));
        }
        self.total.join(&others.total);
        each(&mut self.services, &others.services);
        each(&mut self.counters, &others.counters);
        each(&mut self.operators, &others.operators);
        each(&mut self.hours, &others.hours);
    }

    fn add_call(&mut self, call: &Called, hour: u8) {
        let counter = self.counters.entry(call.counter).or_default();
        let operator = call.operator.map(|id| self.operators.entry(id).or_default());
        for sums in [Some(counter), operator].into_iter().flatten() {
            sums.asked += 1;
            if let Some(outcome) = call.outcome {
                sums.end(outcome);
            }
            if let Some(took) = call.took {
                sums.serving.add(took);
            }
        }
        if let Some(took) = call.took {
            self.total.serving.add(took);
            self.services.entry(call.service).or_default().serving.add(took);
            self.hours.entry(hour).or_default().serving.add(took);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(count: u64) -> Duration {
        Duration::from_secs(count * 60)
    }

    fn visit(waited: Option<u64>, end: Option<(Outcome, u64)>) -> Visit {
        Visit {
            hour: 9,
            waited: waited.map(minutes),
            end: end.map(|(outcome, stayed)| (outcome, minutes(stayed))),
            asked: vec![(1, end.map(|(outcome, _)| outcome))],
            calls: Vec::new(),
        }
    }

    #[test]
    fn a_booking_counts_only_once_its_time_is_over_and_has_no_wait() {
        let mut figures = Figures::default();
        figures.add(&visit(None, None));
        assert_eq!(figures, Figures::default());
        figures.add(&visit(None, Some((Outcome::NoShow, 30))));
        let total = &figures.total;
        assert_eq!((total.asked, total.no_shows, total.abandoned), (1, 1, 0));
        assert_eq!((total.waiting.count(), total.on_site.count()), (0, 0));
    }

    #[test]
    fn a_call_that_sent_the_customer_on_counts_for_its_counter_without_an_end() {
        let call = Called {
            service: 2,
            counter: 4,
            operator: None,
            outcome: None,
            took: Some(minutes(3)),
        };
        let calls =
            vec![call, Called { outcome: Some(Outcome::Served), operator: Some(7), ..call }];
        let mut figures = Figures::default();
        figures.add(&Visit { calls, ..visit(Some(5), Some((Outcome::Served, 20))) });
        let counter = &figures.counters[&4];
        assert_eq!((counter.asked, counter.served), (2, 1));
        assert_eq!((counter.serving.count(), counter.serving.mean_s()), (2, 180));
        assert_eq!(figures.operators[&7].asked, 1);
        assert_eq!((figures.services[&1].asked, figures.services[&2].asked), (1, 0));
        assert_eq!(figures.services[&2].serving.count(), 2);
        assert_eq!(figures.hours[&9], figures.total);
    }

    #[test]
    fn days_that_are_joined_are_the_days_counted_together() {
        let visits: Vec<Visit> = (0..40)
            .map(|n| {
                let outcome = [Outcome::Served, Outcome::NoShow, Outcome::Abandoned][n % 3];
                let call = Called {
                    service: n as u32 % 2,
                    counter: n as u32 % 4,
                    operator: (n % 2 == 0).then_some(n as u32 % 3),
                    outcome: Some(outcome),
                    took: Some(minutes(n as u64 * 7 % 50)),
                };
                let visit = visit(Some(n as u64 * 3), Some((outcome, n as u64 * 5)));
                Visit { hour: n as u8 % 24, calls: vec![call], ..visit }
            })
            .collect();
        let of = |visits: &[Visit]| {
            let mut figures = Figures::default();
            visits.iter().for_each(|visit| figures.add(visit));
            figures
        };
        let (first, second) = visits.split_at(17);
        let mut joined = of(first);
        joined.join(&of(second));
        assert_eq!(joined, of(&visits));
    }
}
