//! One ticket, as the reference sees it, and what may be done with it at a counter.

use crate::booking::{Code, Pin};
use crate::command::{Command, LineRequest, Unstarted};
use crate::ids::{CallId, CounterId, DayId, OperatorId, QuestionId, ServiceId, TicketId};
use crate::limits::{RECALLS_MAX, TICKET_CALLS_MAX};
use crate::settings::Settings;
use crate::ticket::{Outcome, Pass, Place, Priority, Token};

/// Where a visit stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stand {
    Booked(Option<u64>),
    Waiting(Place),
    Called,
    Serving,
    Afterwork,
    Parked(Place),
    Missing(Option<u64>),
    Closed(Outcome, u64),
}

/// A service that is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Want {
    pub(super) asked: ServiceId,
    pub(super) service: ServiceId,
    pub(super) priority: Priority,
    pub(super) done: bool,
}

impl Want {
    pub(super) fn of(line: &LineRequest) -> Want {
        let LineRequest { service, priority } = *line;
        Want { asked: service, service, priority, done: false }
    }
}

/// An invitation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Invitation {
    pub(super) id: CallId,
    pub(super) counter: CounterId,
    pub(super) operator: Option<OperatorId>,
    pub(super) service: ServiceId,
    pub(super) at: u64,
    pub(super) recalls: u8,
    pub(super) over: bool,
}

/// What a visit keeps of its booking: the times on the wall, but for the last one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Promise {
    pub(super) start: i64,
    pub(super) opens: i64,
    pub(super) closes: i64,
    pub(super) closes_steady: u64,
    pub(super) code: Code,
    pub(super) pin: Pin,
    pub(super) kept: bool,
}

/// Everything about one ticket.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    pub(super) id: TicketId,
    pub(super) day: DayId,
    pub(super) tag: String,
    pub(super) number: u32,
    pub(super) arrived: u64,
    pub(super) wants: Vec<Want>,
    pub(super) stand: Stand,
    pub(super) since: u64,
    pub(super) waited: u64,
    pub(super) no_shows: u8,
    pub(super) back: Option<(Place, ServiceId)>,
    pub(super) invitations: Vec<Invitation>,
    pub(super) rated: Vec<QuestionId>,
    pub(super) token: Token,
    pub(super) pass: Option<Pass>,
    pub(super) promise: Option<Promise>,
}

impl Visit {
    pub(super) fn label(&self) -> String {
        match self.number {
            0 => String::new(),
            number => format!("{}{number:03}", self.tag),
        }
    }

    pub(super) fn is_open(&self) -> bool {
        !matches!(self.stand, Stand::Closed(..))
    }

    /// A booking that nobody came for, or nobody has come for yet.
    pub(super) fn is_promise(&self) -> bool {
        self.promise.is_some_and(|promise| !promise.kept)
    }

    /// Somebody has come for it and has not left.
    pub(super) fn is_there(&self) -> bool {
        self.is_open() && !matches!(self.stand, Stand::Booked(_))
    }

    pub(super) fn is_at_no_counter(&self) -> bool {
        matches!(self.stand, Stand::Waiting(_) | Stand::Parked(_) | Stand::Missing(_))
    }

    /// What it is for once it is sent there.
    pub(super) fn send(
        &mut self,
        settings: &Settings,
        to: Place,
        named: Option<ServiceId>,
        priority: Option<Priority>,
    ) -> Option<()> {
        let service = match to {
            Place::Service(id) => Some(id),
            Place::Counter(id) => settings.counter(id).map(|_| named)?,
            Place::Operator(id) => settings.operator(id).map(|_| named)?,
        };
        if let Some(id) = service {
            yes(settings.service(id).is_some_and(|service| !service.disabled))?;
            self.want().service = id;
        }
        let before = self.wanted().priority;
        self.want().priority = priority.unwrap_or(before);
        Some(())
    }

    pub(super) fn counter(&self) -> Option<CounterId> {
        let there = matches!(self.stand, Stand::Called | Stand::Serving | Stand::Afterwork);
        if there { self.invitations.last().map(|last| last.counter) } else { None }
    }

    /// The first service that is not done.
    pub(super) fn want(&mut self) -> &mut Want {
        self.wants.iter_mut().find(|want| !want.done).expect("an open visit wants something")
    }

    pub(super) fn wanted(&self) -> Want {
        *self.clone().want()
    }

    pub(super) fn stand(&mut self, stand: Stand, now: u64) {
        if let Stand::Waiting(_) = self.stand {
            self.waited += now - self.since;
        }
        self.stand = stand;
        self.since = now;
    }

    pub(super) fn end_call(&mut self) -> Invitation {
        let last = self.invitations.last_mut().expect("it is at a counter");
        last.over = true;
        *last
    }

    /// The customer does not come.
    fn miss(&mut self, settings: &Settings, often: bool, ms: u64) {
        self.end_call();
        self.no_shows += 1;
        let wait = settings.rules.put_back_after_min;
        let until = wait.map(|minutes| ms + u64::from(minutes) * 60_000);
        let last = often || self.no_shows >= settings.rules.no_shows_max;
        let stand = if last { Stand::Closed(Outcome::NoShow, ms) } else { Stand::Missing(until) };
        self.stand(stand, ms);
    }
}

/// What may be done with a call that is not over.
pub(super) fn serve(
    settings: &Settings,
    visit: &mut Visit,
    command: &Command,
    ms: u64,
) -> Option<()> {
    let often = visit.invitations.len() >= TICKET_CALLS_MAX;
    match (command, visit.stand) {
        (Command::Recall { .. }, Stand::Called) => {
            let last = visit.invitations.last_mut()?;
            yes(last.recalls < RECALLS_MAX)?;
            last.recalls += 1;
        }
        (Command::Start { .. }, Stand::Called) => visit.stand(Stand::Serving, ms),
        (Command::Start { .. }, Stand::Serving) => {}
        (Command::Finish { unstarted: Unstarted::Refuse, .. }, Stand::Called) => return None,
        (Command::Finish { afterwork: true, .. }, Stand::Called | Stand::Serving) => {
            visit.stand(Stand::Afterwork, ms);
        }
        (Command::Finish { afterwork: true, .. }, Stand::Afterwork) => {}
        (Command::Finish { .. }, Stand::Called | Stand::Serving | Stand::Afterwork) => {
            visit.end_call();
            if let Some((place, service)) = visit.back.take() {
                visit.want().service = service;
                visit.stand(Stand::Waiting(place), ms);
            } else {
                visit.want().done = true;
                let next = visit.wants.iter().find(|want| !want.done).map(|want| want.service);
                let stand = match next {
                    Some(service) => Stand::Waiting(Place::Service(service)),
                    None => Stand::Closed(Outcome::Served, ms),
                };
                visit.stand(stand, ms);
            }
        }
        (Command::NoShow { .. }, Stand::Called) => {
            visit.miss(settings, often, ms);
        }
        (Command::Park { .. }, Stand::Called | Stand::Serving) => {
            yes(!often)?;
            let own = own_line(visit.end_call());
            visit.stand(Stand::Parked(own), ms);
        }
        (
            Command::Transfer { to, service, priority, then_back, .. },
            Stand::Called | Stand::Serving,
        ) => {
            yes(!often)?;
            let here = visit.wanted();
            let own = own_line(visit.end_call());
            visit.send(settings, *to, *service, *priority)?;
            if visit.back.is_none() && *then_back {
                visit.back = Some((own, here.service));
            }
            visit.stand(Stand::Waiting(*to), ms);
        }
        _ => return None,
    }
    Some(())
}

fn own_line(call: Invitation) -> Place {
    call.operator.map_or(Place::Counter(call.counter), Place::Operator)
}

/// Goes on only where this holds.
pub(super) fn yes(holds: bool) -> Option<()> {
    holds.then_some(())
}
