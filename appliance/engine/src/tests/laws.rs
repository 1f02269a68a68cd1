//! What holds after any commands at all, held against the naive reference.
//!
//! `PROPTEST_CASES=2000` makes a longer run; failures are kept in `proptest-regressions/`.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::hall::hall;
use super::reference::Model;
use super::steps::{Step, command, steps};
use super::visit::{Stand, Visit};
use super::wild;
use crate::branch::Branch;
use crate::command::Command;
use crate::counter::At;
use crate::decide::decide;
use crate::event::{Entry, Event};
use crate::explain::{Explanation, explain};
use crate::ids::{CounterId, DayId, OperatorId, Seq, ServiceId, TicketId};
use crate::limits::CLOSED_KEPT_MS;
use crate::line::{self, Among};
use crate::moment::{LocalTime, Moment, Now};
use crate::ticket::{LineState, Outcome, Place, Ticket, TicketLine, TicketState};

/// Cases of each law unless the environment says otherwise; few, since each is a long day.
const CASES: u32 = 48;

/// Steps after which the whole journal is replayed; it is at the end in any case.
const REPLAY_EVERY: usize = 32;

fn config() -> ProptestConfig {
    let told = std::env::var_os("PROPTEST_CASES").is_some();
    let config = ProptestConfig::default();
    if told { config } else { ProptestConfig { cases: CASES, ..config } }
}

/// A branch, the reference, and the time.
struct Town {
    branch: Branch,
    entries: Vec<Entry>,
    model: Model,
    steady_ms: u64,
    wall_ms: i64,
    asked: u64,
}

impl Town {
    fn new() -> Result<Town, TestCaseError> {
        let mut town = Town {
            branch: Branch::blank(),
            entries: vec![],
            model: Model::new(),
            steady_ms: 1_000,
            wall_ms: 1_795_424_400_000,
            asked: 0,
        };
        // Few no-shows and a small tolerance, so that short histories come to the end of them.
        let mut settings = hall();
        settings.rules.no_shows_max = 2;
        settings.rules.tolerance_tickets = 1;
        settings.bookings.check_in_before_min = 120;
        settings.bookings.hours.days = std::array::from_fn(|_| vec![(0, 24 * 60)]);
        town.submit(&Command::ChangeSettings(Box::new(settings)))?;
        town.submit(&Command::OpenDay(DayId(1)))?;
        Ok(town)
    }

    fn now(&self) -> Now {
        let minutes = 8 * 60 + self.steady_ms / 60_000;
        let at = Moment { wall_ms: self.wall_ms, steady_ms: self.steady_ms };
        let weekday = (minutes / 1440 % 7) as u8;
        Now { at, local: LocalTime { weekday, minute: (minutes % 1440) as u16 } }
    }

    fn step(&mut self, step: &Step) -> TestCaseResult {
        self.asked += 1;
        if let Step::Pass { ms, wall_ms } = step {
            self.steady_ms += ms;
            self.wall_ms += *ms as i64 + wall_ms;
        }
        if let Step::Due = step {
            let due = self.branch.due(self.now().at);
            due.iter().try_for_each(|command| self.submit(command))?;
        }
        match command(step, &self.branch, self.asked, self.now()) {
            Some(command) => self.submit(&command),
            None => Ok(()),
        }
    }

    /// Asks both, and applies what the engine decided.
    fn submit(&mut self, command: &Command) -> TestCaseResult {
        let now = self.now();
        let decision = decide(&self.branch, command, now);
        let agreed = self.model.ask(command, now);
        prop_assert_eq!(decision.is_ok(), agreed, "{:?}: {:?}", command, decision);
        for event in decision.map(|decision| decision.events).unwrap_or_default() {
            self.write(event, now.at);
        }
        Ok(())
    }

    fn write(&mut self, event: Event, at: Moment) {
        let entry = Entry { seq: Seq(self.entries.len() as u64 + 1), at, event };
        self.branch.apply(&entry);
        self.entries.push(entry);
    }

    fn replayed(&self) -> Branch {
        let mut branch = Branch::blank();
        self.entries.iter().for_each(|entry| branch.apply(entry));
        branch
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_engine_does_as_the_reference(steps in steps()) {
        let mut town = Town::new()?;
        for (index, step) in steps.iter().enumerate() {
            town.step(step)?;
            visits(&town)?;
            labels(&town)?;
            counters(&town)?;
            turns(&town)?;
            explanations(&town)?;
            figures(&town)?;
            slots(&town)?;
            let restored = Branch::restore(town.branch.parts().clone());
            prop_assert!(restored == town.branch, "restored differently");
            if index % REPLAY_EVERY == 0 {
                prop_assert!(town.replayed() == town.branch, "replayed differently");
            }
        }
        prop_assert!(town.replayed() == town.branch, "replayed differently");
    }

    #[test]
    fn nothing_that_is_asked_at_any_time_makes_it_panic(
        steps in steps(),
        wild in proptest::collection::vec((wild::command(), wild::now(), wild::passed()), 1..40),
    ) {
        let mut town = Town::new()?;
        for step in &steps {
            town.step(step)?;
        }
        for (command, now, passed_ms) in &wild {
            // The steady clock alone keeps its promise: it does not go back.
            town.steady_ms = town.steady_ms.saturating_add(*passed_ms);
            let now = Now { at: Moment { steady_ms: town.steady_ms, ..now.at }, ..*now };
            if let Ok(decision) = decide(&town.branch, command, now) {
                decision.events.into_iter().for_each(|event| town.write(event, now.at));
            }
            look_at_everything(&town.branch, now);
            let restored = Branch::restore(town.branch.parts().clone());
            prop_assert!(restored == town.branch, "restored differently");
        }
        prop_assert!(town.replayed() == town.branch, "replayed differently");
    }
}

/// Every ticket is in the one place where the reference has it, and nothing vanishes.
fn visits(town: &Town) -> TestCaseResult {
    let Town { branch, model, .. } = town;
    let known: Vec<TicketId> = branch.tickets().map(|ticket| ticket.id).collect();
    let expected: Vec<TicketId> = model.visits.iter().map(|visit| visit.id).collect();
    prop_assert_eq!(known, expected);
    for (ticket, visit) in branch.tickets().zip(&model.visits) {
        prop_assert_eq!(stand(ticket), visit.stand, "{}", visit.label());
        same(ticket, visit)?;
        prop_assert_eq!(branch.ticket_by_token(&ticket.token), Some(ticket));
        if let Some(booking) = &ticket.booking {
            prop_assert_eq!(branch.booking(&booking.code), Some(ticket));
        }
        if let Some(pass) = &ticket.pass {
            prop_assert_eq!(branch.ticket_by_pass(pass), Some(ticket));
        }
        for call in &ticket.calls {
            prop_assert_eq!(branch.call(call.id), Some((ticket, call)));
        }
    }
    let open = model.visits.iter().filter(|visit| visit.is_open() && !visit.is_promise()).count();
    prop_assert_eq!(branch.open_tickets(), open);
    let is_new = |event: &Event| matches!(event, Event::Issued { .. } | Event::Booked { .. });
    let issued = town.entries.iter().filter(|entry| is_new(&entry.event)).count();
    prop_assert_eq!(branch.last_ticket(), TicketId(issued as u64));
    // A ticket is let go only by a day that begins long enough after its close.
    if let Some(Entry { event: Event::DayOpened { .. }, at, .. }) = town.entries.last() {
        for ticket in town.branch.tickets() {
            if let TicketState::Closed { at: closed, .. } = ticket.state {
                prop_assert!(at.steady_ms - closed.steady_ms < CLOSED_KEPT_MS);
            }
        }
    }
    Ok(())
}

fn same(ticket: &Ticket, visit: &Visit) -> TestCaseResult {
    prop_assert_eq!(ticket.label.to_string(), visit.label());
    prop_assert_eq!(ticket.day, visit.day);
    prop_assert_eq!(ticket.no_shows, visit.no_shows);
    prop_assert_eq!(ticket.changed().steady_ms, visit.since);
    prop_assert_eq!(ticket.waited.as_millis(), u128::from(visit.waited));
    if visit.is_open() {
        prop_assert_eq!(ticket.back_to.map(|back| (back.place, back.service)), visit.back);
        for (line, want) in ticket.lines.iter().zip(&visit.wants) {
            let closed = matches!(line.state, LineState::Closed(_));
            let line = (line.asked, line.service, line.priority, closed);
            prop_assert_eq!(line, (want.asked, want.service, want.priority, want.done));
        }
    }
    if !visit.is_open() {
        let over = |line: &TicketLine| matches!(line.state, LineState::Closed(_));
        prop_assert!(ticket.lines.iter().all(over) && ticket.back_to.is_none());
    }
    let rated: Vec<_> = ticket.answers.iter().map(|(question, _)| *question).collect();
    prop_assert_eq!(&rated, &visit.rated);
    prop_assert_eq!(ticket.calls.len(), visit.invitations.len());
    for (call, told) in ticket.calls.iter().zip(&visit.invitations) {
        let call = (call.id, call.counter, call.operator, call.recalls, call.ended.is_some());
        prop_assert_eq!(call, (told.id, told.counter, told.operator, told.recalls, told.over));
    }
    Ok(())
}

fn stand(ticket: &Ticket) -> Stand {
    match ticket.state {
        TicketState::Booked { hold, .. } => Stand::Booked(hold.map(|hold| hold.steady_ms)),
        TicketState::Waiting { place, .. } => Stand::Waiting(place),
        TicketState::Called { .. } => Stand::Called,
        TicketState::Serving { .. } => Stand::Serving,
        TicketState::Afterwork { .. } => Stand::Afterwork,
        TicketState::Parked { place, .. } => Stand::Parked(place),
        TicketState::Missing { until, .. } => Stand::Missing(until.map(|until| until.steady_ms)),
        TicketState::Closed { outcome, at } => Stand::Closed(outcome, at.steady_ms),
    }
}

/// No label stands for two visits in one business day.
fn labels(town: &Town) -> TestCaseResult {
    let mut seen = BTreeSet::new();
    for label in &town.model.labels {
        prop_assert!(seen.insert(label), "{} twice", label);
    }
    let today = town.branch.parts().last_day;
    let mut seen = BTreeSet::new();
    for ticket in town.branch.tickets() {
        prop_assert_eq!(ticket.label.is_given(), ticket.has_come());
        if ticket.has_come() && (Some(ticket.day) == today || !ticket.is_closed()) {
            prop_assert!(seen.insert(ticket.label.to_string()), "{} twice", ticket.label);
        }
    }
    Ok(())
}

/// One ticket a counter, one counter a ticket; one seat an operator.
fn counters(town: &Town) -> TestCaseResult {
    let Town { branch, model, .. } = town;
    for id in (1..=5).map(CounterId) {
        let desk = branch.desk(id).cloned().unwrap_or_default();
        prop_assert_eq!(desk.ticket, model.holder(id));
        prop_assert_eq!(desk.shift.map(|shift| shift.operator), model.sitting(id));
        let has_break = model.breaks.iter().any(|has_one| has_one.1 == id);
        prop_assert_eq!(desk.shift.is_some_and(|shift| shift.on_break.is_some()), has_break);
        let there = branch
            .tickets()
            .filter(|ticket| ticket.open_call().is_some_and(|call| call.counter == id));
        prop_assert!(there.count() <= 1);
    }
    for operator in (1..=4).map(OperatorId) {
        let seats = model.seats.iter().filter(|seat| seat.0 == operator);
        let seats: Vec<CounterId> = seats.map(|seat| seat.1).collect();
        prop_assert_eq!(branch.seat(operator).into_iter().collect::<Vec<_>>(), seats);
    }
    Ok(())
}

/// Who is next anywhere, why, and how many come first.
fn turns(town: &Town) -> TestCaseResult {
    let Town { branch, model, .. } = town;
    let services = (1..=8).map(|id| Place::Service(ServiceId(id)));
    let counters = (1..=4).map(|id| Place::Counter(CounterId(id)));
    let places = services.chain(counters).chain((1..=3).map(|id| Place::Operator(OperatorId(id))));
    let mut waiting = 0;
    for place in places {
        let line: Vec<TicketId> =
            branch.line(place).into_iter().flat_map(|line| line.iter()).collect();
        prop_assert_eq!(&line, &model.line(place));
        for (ahead, id) in line.iter().enumerate() {
            let ticket = branch.ticket(*id).expect("whoever stands in a line has a ticket");
            let told = branch.forecast_ticket(ticket).map(|told| told.ahead);
            prop_assert_eq!(told, Some(ahead));
        }
        waiting += line.len();
    }
    prop_assert_eq!(branch.lines().map(|(_, line)| line.len()).sum::<usize>(), waiting);
    for (at, among) in callers() {
        let next = line::next(branch, at, &among);
        let (expected, why) = model.candidates(at, &among);
        prop_assert_eq!(next.map(|next| next.ticket), expected.first().copied());
        prop_assert_eq!(next.and_then(|next| next.over), expected.get(1).copied());
        prop_assert_eq!(next.map(|next| next.why), why);
    }
    Ok(())
}

fn callers() -> impl Iterator<Item = (At, Among)> {
    let these = |ids: &[u32]| Among::These(ids.iter().copied().map(ServiceId).collect());
    let among = move |counter| match counter {
        1 => Among::Everything,
        2 => these(&[2, 3]),
        3 => these(&[1]),
        _ => these(&[2]),
    };
    let operators = || std::iter::once(None).chain((1..=4).map(|id| Some(OperatorId(id))));
    (1..=5).flat_map(move |counter| {
        operators().flat_map(move |operator| {
            let at = At { counter: CounterId(counter), operator };
            [(at, Among::Everything), (at, among(counter))]
        })
    })
}

/// The explanation says "next" of exactly the ticket that would be called, for the same reason.
fn explanations(town: &Town) -> TestCaseResult {
    let branch = &town.branch;
    let waiting: Vec<&Ticket> = branch
        .lines()
        .flat_map(|(_, line)| line.iter().take(3))
        .filter_map(|id| branch.ticket(id))
        .collect();
    for (at, among) in callers().step_by(7) {
        let command = Command::CallNext { at, among: among.clone() };
        let called = decide(branch, &command, town.now())
            .ok()
            .and_then(|decision| decision.events.last().cloned());
        let called = match called {
            Some(Event::Called { ticket, why, .. }) => Some((ticket, why)),
            _ => None,
        };
        for ticket in &waiting {
            match explain(branch, ticket, at, &among) {
                Explanation::WouldBeNext(why) => prop_assert_eq!(called, Some((ticket.id, why))),
                Explanation::Behind { ticket: first, .. } => {
                    prop_assert_eq!(called.map(|called| called.0), Some(first));
                    prop_assert_ne!(first, ticket.id);
                }
                Explanation::CannotCall(_) => prop_assert_eq!(called, None),
                Explanation::NotServedHere
                | Explanation::NotAskedFor
                | Explanation::ReservedForAnother(_) => {
                    prop_assert_ne!(called.map(|called| called.0), Some(ticket.id));
                }
                Explanation::NotWaiting => prop_assert!(false, "it waits"),
            }
        }
    }
    Ok(())
}

/// No slot is sold more often than it has places, and none is forgotten.
fn slots(town: &Town) -> TestCaseResult {
    let Town { branch, model, .. } = town;
    let mut found = vec![];
    for visit in &model.visits {
        let Some(promise) = visit.promise else { continue };
        let service = visit.wants[0].asked;
        let sold = model.sold(service, promise.start);
        prop_assert!(sold <= 1, "{} sold {} times", promise.start, sold);
        prop_assert_eq!(branch.places_taken(service, promise.start), sold);
        if promise.kept || visit.is_open() {
            found.push((promise.start, service, visit.id));
        }
    }
    found.sort();
    let expected: Vec<TicketId> = found.iter().map(|found| found.2).collect();
    let all: Vec<TicketId> =
        branch.bookings_between(i64::MIN, i64::MAX).map(|ticket| ticket.id).collect();
    prop_assert_eq!(all, expected);
    let open = model.visits.iter().filter(|visit| matches!(visit.stand, Stand::Booked(_)));
    prop_assert_eq!(branch.open_bookings(), open.count());
    Ok(())
}

/// What screens count.
fn figures(town: &Town) -> TestCaseResult {
    let Town { branch, model, .. } = town;
    let due: BTreeSet<String> =
        branch.due(town.now().at).iter().map(|command| format!("{command:?}")).collect();
    let overdue = model.overdue(town.now()).into_iter();
    let overdue = overdue.map(|ticket| format!("{:?}", Command::PutBackOverdue { ticket }));
    let lapsed = model.lapsed(town.now()).into_iter();
    let lapsed = lapsed.map(|ticket| format!("{:?}", Command::LapseBooking { ticket }));
    prop_assert_eq!(due, overdue.chain(lapsed).collect::<BTreeSet<String>>());
    for service in &branch.settings().services {
        let left = service
            .quota
            .map(|quota| (quota as usize).saturating_sub(model.asked(service.id)) as u32);
        prop_assert_eq!(branch.left_today(service), left);
        let waiting = branch.waiting_count(service.id);
        prop_assert_eq!(waiting, model.line(Place::Service(service.id)).len());
        prop_assert_eq!(branch.waiting(service.id).count(), waiting);
    }
    let served = |ticket: &&Ticket| {
        matches!(ticket.state, TicketState::Closed { outcome: Outcome::Served, .. })
    };
    for ticket in branch.tickets().filter(served) {
        prop_assert!(ticket.calls.last().is_some_and(|call| call.started.is_some()));
    }
    Ok(())
}

/// Asks every question there is, for the sake of asking.
fn look_at_everything(branch: &Branch, now: Now) {
    for ticket in branch.tickets() {
        branch.forecast_ticket(ticket);
        ticket.time_waited(now.at);
        explain(branch, ticket, At { counter: CounterId(1), operator: None }, &Among::Everything);
    }
    for service in &branch.settings().services {
        branch.forecast_service(service.id, now.at);
        // The sum that is kept says what adding up would.
        let waits = branch.waiting(service.id).map(|ticket| ticket.time_waited(now.at).as_millis());
        let waits: Vec<u128> = waits.collect();
        let mean = waits.iter().sum::<u128>() / waits.len().max(1) as u128;
        assert_eq!(branch.mean_wait(service.id, now.at).as_millis(), mean);
        branch.unavailable(service, now);
    }
    branch.due(now.at);
}
