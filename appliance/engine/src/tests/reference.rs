//! The rules once more, written from the page in `lib.rs` and as plainly as can be: one flat list
//! of visits, walked from end to end for every question. Says only yes or no, never why not.

use super::reference_undo::{End, is_at_home};
use super::visit::{Invitation, Stand, Visit, Want, serve, yes};
use crate::command::{Command, Issue, Standing};
use crate::counter::At;
use crate::ids::{
    AnswerId, CallId, CounterId, DayId, OperatorId, ProfileId, QuestionId, ServiceId, TicketId,
};
use crate::limits::{CLOSED_KEPT_MS, TICKET_LINES_MAX};
use crate::line::{Among, Why};
use crate::moment::Now;
use crate::settings::{Service, Settings};
use crate::settings_check::check;
use crate::ticket::{Outcome, Place, Source};

/// The whole branch.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) settings: Settings,
    pub(super) visits: Vec<Visit>,
    pub(super) seats: Vec<(OperatorId, CounterId)>,
    /// Every label that was in use today.
    pub(super) labels: Vec<String>,
    pub(super) breaks: Vec<(OperatorId, CounterId)>,
    pub(super) day: Option<DayId>,
    pub(super) opened: Option<u64>,
    pub(super) last_day: Option<DayId>,
    pub(super) tickets: u64,
    /// How calls ended, the last one last.
    pub(super) ends: Vec<End>,
    calls: u64,
}

impl Model {
    pub(super) fn new() -> Model {
        Model {
            settings: Settings::blank(),
            visits: vec![],
            seats: vec![],
            labels: vec![],
            breaks: vec![],
            day: None,
            opened: None,
            last_day: None,
            tickets: 0,
            ends: vec![],
            calls: 0,
        }
    }

    /// Does as asked, or says no and has changed nothing.
    pub(super) fn ask(&mut self, command: &Command, now: Now) -> bool {
        let mut tried = self.clone();
        let done = tried.attempt(command, now).is_some();
        if done {
            let Model { seats, breaks, .. } = &mut tried;
            breaks.retain(|has_one| seats.contains(has_one));
            *self = tried;
        }
        done
    }

    /// Who waits at a place, in the order of their turns.
    pub(super) fn line(&self, place: Place) -> Vec<TicketId> {
        let here = self.visits.iter().filter(|visit| visit.stand == Stand::Waiting(place));
        let mut line: Vec<&Visit> = here.collect();
        line.sort_by_key(|visit| (10 - visit.wanted().priority.get(), visit.arrived, visit.id));
        line.iter().map(|visit| visit.id).collect()
    }

    /// Whoever may be called there, in the order they would be, and why the first one is.
    pub(super) fn candidates(&self, at: At, among: &Among) -> (Vec<TicketId>, Option<Why>) {
        let reserved = |place| !matches!(place, Place::Service(_));
        let mut list = vec![];
        for visit in &self.visits {
            let Stand::Waiting(place) = visit.stand else { continue };
            let mine = match place {
                Place::Counter(counter) => counter == at.counter,
                Place::Operator(operator) => at.operator == Some(operator),
                Place::Service(service) => {
                    let asked = *among == Among::Everything
                        || matches!(among, Among::These(these) if these.contains(&service));
                    asked && self.serves(at, service)
                }
            };
            if mine {
                let urgency = 10 - visit.wanted().priority.get();
                list.push((urgency, !reserved(place), visit.arrived, visit.id));
            }
        }
        list.sort();
        let why = list.first().map(|first| {
            if list.len() > 1 && list[1].0 > first.0 {
                Why::Priority
            } else if !first.1 {
                Why::Reserved
            } else {
                Why::Arrival
            }
        });
        (list.iter().map(|candidate| candidate.3).collect(), why)
    }

    pub(super) fn holder(&self, counter: CounterId) -> Option<TicketId> {
        self.visits.iter().find(|visit| visit.counter() == Some(counter)).map(|visit| visit.id)
    }

    pub(super) fn sitting(&self, counter: CounterId) -> Option<OperatorId> {
        self.seats.iter().find(|seat| seat.1 == counter).map(|seat| seat.0)
    }

    pub(super) fn overdue(&self, now: Now) -> Vec<TicketId> {
        let due = |visit: &&Visit| matches!(visit.stand, Stand::Missing(Some(until)) if until <= now.at.steady_ms);
        self.visits.iter().filter(due).map(|visit| visit.id).collect()
    }

    /// How often a service was asked for today.
    pub(super) fn asked(&self, service: ServiceId) -> usize {
        let today = self
            .visits
            .iter()
            .filter(|visit| Some(visit.day) == self.last_day && !visit.is_promise());
        today.flat_map(|visit| &visit.wants).filter(|want| want.asked == service).count()
    }

    /// How often the service of a missing visit was called after it was missed.
    fn called_since(&self, visit: &Visit) -> usize {
        let service = visit.wanted().service;
        let calls = self.visits.iter().flat_map(|visit| &visit.invitations);
        calls.filter(|call| call.service == service && visit.since < call.at).count()
    }

    fn serves(&self, at: At, service: ServiceId) -> bool {
        let counter = self.settings.counters.iter().find(|counter| counter.id == at.counter);
        let here = counter.is_some_and(|counter| counter.serves.contains(service));
        here && at.operator.is_none_or(|id| {
            let operator = self.settings.operators.iter().find(|operator| operator.id == id);
            operator.is_some_and(|operator| operator.serves.contains(service))
        })
    }

    fn attempt(&mut self, command: &Command, now: Now) -> Option<()> {
        let ms = now.at.steady_ms;
        match command {
            Command::ChangeSettings(settings) => self.change(settings),
            Command::OpenDay(day) => self.open_day(*day, ms),
            Command::CloseDay => {
                self.opened = None;
                self.day.take().map(|_| ())
            }
            Command::Issue(issue) => self.issue(issue, now),
            Command::Book(book) => self.book(book, now),
            Command::ConfirmBooking { ticket } => self.confirm(*ticket, ms),
            Command::CancelBooking { ticket } => self.cancel(*ticket, ms),
            Command::LapseBooking { ticket } => self.lapse(*ticket, now),
            Command::CheckIn(wish) => self.check_in(wish, now),
            Command::StartBreak { counter } => {
                let seat = (self.sitting(*counter)?, *counter);
                yes(self.holder(*counter).is_none())?;
                self.breaks.retain(|has_one| *has_one != seat);
                self.breaks.push(seat);
                Some(())
            }
            Command::EndBreak { counter } => {
                let seat = (self.sitting(*counter)?, *counter);
                self.breaks.retain(|has_one| *has_one != seat);
                Some(())
            }
            Command::OpenShift { operator, counter } => self.sit(*operator, *counter),
            Command::CloseShift { counter } => {
                yes(self.settings.counter(*counter).is_some())?;
                yes(self.sitting(*counter).is_some() && self.holder(*counter).is_none())?;
                self.seats.retain(|seat| seat.1 != *counter);
                Some(())
            }
            Command::CallNext { at, among } => {
                let at = self.ready(*at)?;
                if let Among::These(these) = among {
                    yes(these.iter().all(|id| self.settings.service(*id).is_some()))?;
                }
                let first = *self.candidates(at, among).0.first()?;
                self.call(at, first, ms)
            }
            Command::Call { at, ticket, standing } => {
                let at = self.ready(*at)?;
                let visit = self.visits.iter().find(|visit| visit.id == *ticket)?;
                let place = match (visit.stand, standing) {
                    (Stand::Waiting(place), Standing::Waiting)
                    | (Stand::Parked(place), Standing::Parked) => Some(place),
                    (Stand::Missing(_), Standing::Missing) => None,
                    _ => return None,
                };
                let own = place == Some(Place::Counter(at.counter))
                    || at.operator.is_some_and(|own| place == Some(Place::Operator(own)));
                yes(own || self.serves(at, visit.wanted().service))?;
                if *standing == Standing::Missing {
                    let tolerance = self.settings.rules.tolerance_tickets as usize;
                    yes(self.called_since(visit) <= tolerance)?;
                    let long = |opened: u64| CLOSED_KEPT_MS < opened.saturating_sub(visit.since);
                    yes(!self.opened.is_some_and(long))?;
                }
                self.call(at, *ticket, ms)
            }
            Command::Undo { counter } => self.undo(*counter, ms),
            Command::Redirect { ticket, to, service, priority } => {
                let settings = self.settings.clone();
                let visit = self.visits.iter_mut().find(|visit| visit.id == *ticket)?;
                yes(visit.is_at_no_counter())?;
                visit.send(&settings, *to, *service, *priority)?;
                visit.stand(Stand::Waiting(*to), ms);
                Some(())
            }
            Command::AddLine { ticket, line, source } => {
                self.day?;
                self.may_be_asked(line.service, 1, *source, now)?;
                let visit = self.visits.iter_mut().find(|visit| visit.id == *ticket)?;
                yes(visit.is_there() && visit.wants.len() < TICKET_LINES_MAX)?;
                visit.wants.push(Want::of(line));
                Some(())
            }
            Command::CancelLine { ticket, line } => self.drop_line(*ticket, *line, ms),
            Command::SetPriority { ticket, line, priority } => {
                let visit = self.visits.iter_mut().find(|visit| visit.id == *ticket)?;
                yes(visit.is_there())?;
                let want = visit.wants.get_mut(usize::from(*line))?;
                yes(!want.done)?;
                want.priority = *priority;
                Some(())
            }
            Command::PutBack { ticket } => self.put_back(*ticket, u64::MAX, ms),
            Command::PutBackOverdue { ticket } => self.put_back(*ticket, ms, ms),
            Command::Delete { ticket } => {
                let visit = self.visits.iter_mut().find(|visit| visit.id == *ticket)?;
                if let Stand::Booked(_) = visit.stand {
                    return self.cancel(*ticket, ms);
                }
                yes(matches!(
                    visit.stand,
                    Stand::Waiting(_) | Stand::Parked(_) | Stand::Missing(_)
                ))?;
                visit.stand(Stand::Closed(Outcome::Deleted, ms), ms);
                Some(())
            }
            Command::Answer { ticket, survey, question, answer } => {
                self.answer(*ticket, (*survey, *question, *answer), ms)
            }
            Command::Recall { call }
            | Command::Start { call }
            | Command::Finish { call, .. }
            | Command::NoShow { call }
            | Command::Park { call, .. }
            | Command::Transfer { call, .. } => {
                let open = |visit: &&mut Visit| {
                    visit.invitations.last().is_some_and(|last| last.id == *call && !last.over)
                };
                let settings = &self.settings;
                let visit = self.visits.iter_mut().find(open)?;
                let mut before = visit.clone();
                before.start_if_unstarted(command);
                serve(settings, visit, command, ms)?;
                self.ends.extend(End::of(before, visit, ms));
                Some(())
            }
        }
    }

    fn change(&mut self, settings: &Settings) -> Option<()> {
        check(settings).ok()?;
        let open = self.visits.iter().filter(|visit| visit.is_open());
        yes(open.clone().all(|visit| is_at_home(settings, visit)))?;
        let counter = |id| settings.counter(id).is_some();
        let operator = |id| settings.operator(id).is_some();
        self.seats.retain(|seat| operator(seat.0) && counter(seat.1));
        self.settings = settings.clone();
        Some(())
    }

    fn open_day(&mut self, day: DayId, ms: u64) -> Option<()> {
        yes(self.day.is_none() && self.last_day.is_none_or(|last| last < day))?;
        self.day = Some(day);
        self.opened = Some(ms);
        self.last_day = Some(day);
        // One that is closed within this very millisecond may as well be closed after.
        let carried = self
            .visits
            .iter()
            .filter(|visit| (visit.is_open() || visit.since == ms) && !visit.is_promise());
        self.labels = carried.map(Visit::label).collect();
        self.visits.retain(|visit| visit.is_open() || ms - visit.since < CLOSED_KEPT_MS);
        Some(())
    }

    fn answer(
        &mut self,
        ticket: TicketId,
        (survey, question, answer): (ProfileId, QuestionId, AnswerId),
        ms: u64,
    ) -> Option<()> {
        let questions = &self.settings.survey(survey)?.questions;
        let asked = questions.iter().find(|known| known.id == question)?;
        yes(asked.answers.iter().any(|known| known.id == answer))?;
        let window = u64::from(self.settings.rules.feedback_for_min) * 60_000;
        let visit = self.visits.iter_mut().find(|visit| visit.id == ticket)?;
        let Stand::Closed(Outcome::Served, closed) = visit.stand else { return None };
        yes(ms - closed <= window && !visit.rated.contains(&question))?;
        visit.rated.push(question);
        Some(())
    }

    fn issue(&mut self, issue: &Issue, now: Now) -> Option<()> {
        let day = self.day?;
        yes(self.visits.iter().all(|visit| visit.token != issue.token))?;
        yes(issue.pass.is_none() || self.visits.iter().all(|visit| visit.pass != issue.pass))?;
        yes(!issue.lines.is_empty() && issue.lines.len() <= TICKET_LINES_MAX)?;
        let language = issue.language.unwrap_or(self.settings.default_language());
        self.settings.language(language)?;
        for line in &issue.lines {
            let here = issue.lines.iter().filter(|other| other.service == line.service).count();
            self.may_be_asked(line.service, here, issue.source, now)?;
        }
        let tag = self.settings.service(issue.lines[0].service)?.tag.as_str().to_owned();
        let number = self.next_number(day, &tag);
        self.tickets += 1;
        let visit = Visit {
            id: TicketId(self.tickets),
            day,
            tag,
            number,
            arrived: now.at.steady_ms,
            wants: issue.lines.iter().map(Want::of).collect(),
            stand: Stand::Waiting(Place::Service(issue.lines[0].service)),
            since: now.at.steady_ms,
            waited: 0,
            no_shows: 0,
            back: None,
            invitations: vec![],
            rated: vec![],
            token: issue.token,
            pass: issue.pass,
            promise: None,
        };
        self.labels.push(visit.label());
        self.visits.push(visit);
        Some(())
    }

    /// So many more of a service, by whoever asks.
    fn may_be_asked(&self, id: ServiceId, more: usize, by: Source, now: Now) -> Option<()> {
        let service: &Service = self.settings.service(id)?;
        yes(!service.disabled && (!service.hidden || by == Source::Staff))?;
        yes(service.hours.as_ref().is_none_or(|hours| hours.contain(now.local)))?;
        yes(service.quota.is_none_or(|quota| self.asked(id) + more <= quota as usize))
    }

    fn drop_line(&mut self, ticket: TicketId, line: u8, ms: u64) -> Option<()> {
        let visit = self.visits.iter_mut().find(|visit| visit.id == ticket)?;
        let line = usize::from(line);
        yes(visit.is_there() && visit.wants.get(line).is_some_and(|want| !want.done))?;
        let is_first = visit.wants[..line].iter().all(|want| want.done);
        yes(!is_first || visit.is_at_no_counter())?;
        visit.wants[line].done = true;
        if is_first {
            visit.back = None;
            let next = visit.wants.iter().find(|want| !want.done).map(|want| want.service);
            let stand = match next {
                Some(service) => Stand::Waiting(Place::Service(service)),
                None => Stand::Closed(Outcome::Deleted, ms),
            };
            visit.stand(stand, ms);
        }
        Some(())
    }

    pub(super) fn next_number(&self, day: DayId, tag: &str) -> u32 {
        let mut number = 1;
        for visit in self.visits.iter().filter(|visit| visit.day == day && visit.tag == tag) {
            number = number.max(visit.number + 1);
        }
        while self.labels.contains(&format!("{tag}{number:03}")) {
            number += 1;
        }
        number
    }

    fn sit(&mut self, operator: OperatorId, counter: CounterId) -> Option<()> {
        yes(self.settings.counter(counter).is_some())?;
        yes(self.settings.operator(operator).is_some())?;
        if !self.seats.contains(&(operator, counter)) {
            let moved = self.seats.iter().filter(|seat| seat.0 == operator || seat.1 == counter);
            yes(moved.clone().all(|seat| self.holder(seat.1).is_none()))?;
            yes(self.holder(counter).is_none())?;
            self.seats.retain(|seat| seat.0 != operator && seat.1 != counter);
            self.seats.push((operator, counter));
        }
        Some(())
    }

    fn ready(&mut self, at: At) -> Option<At> {
        yes(self.settings.counter(at.counter).is_some())?;
        let caller = at.operator.or(self.sitting(at.counter));
        yes(self.breaks.iter().all(|has_one| Some(has_one.0) != caller))?;
        if let Some(operator) = at.operator {
            self.sit(operator, at.counter)?;
        }
        yes(self.holder(at.counter).is_none())?;
        Some(At { counter: at.counter, operator: self.sitting(at.counter) })
    }

    fn call(&mut self, at: At, ticket: TicketId, ms: u64) -> Option<()> {
        self.calls += 1;
        let visit = self.visits.iter_mut().find(|visit| visit.id == ticket)?;
        visit.stand(Stand::Called, ms);
        visit.invitations.push(Invitation {
            id: CallId(self.calls),
            counter: at.counter,
            operator: at.operator,
            service: visit.wanted().service,
            at: ms,
            recalls: 0,
            over: false,
        });
        Some(())
    }

    fn put_back(&mut self, ticket: TicketId, by: u64, ms: u64) -> Option<()> {
        let visit = self.visits.iter_mut().find(|visit| visit.id == ticket)?;
        let Stand::Missing(until) = visit.stand else { return None };
        yes(by == u64::MAX || until.is_some_and(|until| until <= by))?;
        visit.stand(Stand::Waiting(Place::Service(visit.wanted().service)), ms);
        Some(())
    }
}
