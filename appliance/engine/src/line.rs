//! Who is next, and why.

use std::cmp::{Ordering, Reverse};
use std::collections::VecDeque;

use crate::branch::Branch;
use crate::counter::At;
use crate::ids::{ServiceId, TicketId};
use crate::moment::Moment;
use crate::ticket::{Place, Priority, Ticket};

/// One waiting ticket, in a form that sorts by its turn.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// More urgent first.
    pub priority: Reverse<Priority>,
    /// Then who came first, by the steady clock.
    pub arrived: Moment,
    /// Then who was written down first.
    pub ticket: TicketId,
}

impl Turn {
    // The wall clock has no say: it may jump back between two tickets of one millisecond.
    fn key(&self) -> (Reverse<Priority>, u64, TicketId) {
        (self.priority, self.arrived.steady_ms, self.ticket)
    }
}

impl Ord for Turn {
    fn cmp(&self, other: &Turn) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Turn {
    fn partial_cmp(&self, other: &Turn) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Turn {
    fn eq(&self, other: &Turn) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Turn {}

/// The waiting tickets of one place, in the order they would be called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    turns: VecDeque<Turn>,
}

impl Line {
    /// How many wait.
    pub fn len(&self) -> usize {
        self.turns.len()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    /// Who would be called first.
    pub fn first(&self) -> Option<Turn> {
        self.turns.front().copied()
    }

    /// How many would be called before `turn`, whether or not it stands here itself.
    pub fn before(&self, turn: &Turn) -> usize {
        self.turns.binary_search(turn).unwrap_or_else(|place| place)
    }

    /// The waiting tickets, first to last.
    pub fn iter(&self) -> impl Iterator<Item = TicketId> + '_ {
        self.turns.iter().map(|turn| turn.ticket)
    }

    pub(crate) fn insert(&mut self, turn: Turn) {
        if let Err(place) = self.turns.binary_search(&turn) {
            self.turns.insert(place, turn);
        }
    }

    pub(crate) fn remove(&mut self, turn: &Turn) {
        if let Ok(place) = self.turns.binary_search(turn) {
            self.turns.remove(place);
        }
    }
}

/// From which services the next one may be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Among {
    /// All that the counter and the operator serve.
    Everything,
    /// Of those, only these. What is reserved for the caller comes all the same.
    These(Vec<ServiceId>),
}

/// Why this ticket was called and no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Someone called it by name.
    Asked,
    /// It is more urgent than everyone else who could be called.
    Priority,
    /// It was reserved for this counter or this operator.
    Reserved,
    /// It came first.
    Arrival,
}

/// Who is next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// This ticket.
    pub ticket: TicketId,
    /// For this reason.
    pub why: Why,
    /// Before this one, which would have been called otherwise.
    pub over: Option<TicketId>,
}

/// A candidate; sorts by who is called first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    priority: Reverse<Priority>,
    open_to_all: bool,
    turn: Turn,
}

/// Who is called next at this counter by this operator.
pub fn next(branch: &Branch, at: At, among: &Among) -> Option<Choice> {
    let mut best: Option<Candidate> = None;
    let mut second: Option<Candidate> = None;
    let heads = branch.lines().filter(|(place, _)| may_call(branch, at, among, *place)).flat_map(
        |(place, line)| line.turns.iter().take(2).map(move |turn| candidate(place, turn)),
    );
    for candidate in heads {
        if best.is_none_or(|best| candidate < best) {
            second = best;
            best = Some(candidate);
        } else if second.is_none_or(|second| candidate < second) {
            second = Some(candidate);
        }
    }
    let best = best?;
    Some(Choice {
        ticket: best.turn.ticket,
        why: reason(best, second),
        over: second.map(|second| second.turn.ticket),
    })
}

/// Those whom a caller there may call, in the order in which they would be, at most `most` of them;
/// and how many there are.
pub fn order(branch: &Branch, at: At, among: &Among, most: usize) -> (Vec<TicketId>, usize) {
    let mut total = 0;
    let mut heads: Vec<Candidate> = Vec::new();
    for (place, line) in branch.lines().filter(|(place, _)| may_call(branch, at, among, *place)) {
        total += line.len();
        heads.extend(line.turns.iter().take(most).map(|turn| candidate(place, turn)));
    }
    heads.sort_unstable();
    heads.truncate(most);
    (heads.into_iter().map(|candidate| candidate.turn.ticket).collect(), total)
}

fn candidate(place: Place, turn: &Turn) -> Candidate {
    let open_to_all = matches!(place, Place::Service(_));
    Candidate { priority: turn.priority, open_to_all, turn: *turn }
}

/// What puts a waiting ticket before another one, for a caller who may call both.
pub(crate) fn why_before(branch: &Branch, first: &Ticket, then: &Ticket) -> Why {
    let of = |ticket: &Ticket| ticket.place().map(|place| candidate(place, &branch.turn(ticket)));
    match (of(first), of(then)) {
        (Some(first), Some(then)) if first.priority < then.priority => Why::Priority,
        (Some(first), Some(then)) if !first.open_to_all && then.open_to_all => Why::Reserved,
        (Some(_) | None, Some(_) | None) => Why::Arrival,
    }
}

/// Whether a caller there takes from this place's line.
pub(crate) fn may_call(branch: &Branch, at: At, among: &Among, place: Place) -> bool {
    match place {
        Place::Counter(counter) => counter == at.counter,
        Place::Operator(operator) => Some(operator) == at.operator,
        Place::Service(service) => {
            let wanted = match among {
                Among::Everything => true,
                Among::These(services) => services.contains(&service),
            };
            wanted && branch.serves(at, service)
        }
    }
}

fn reason(best: Candidate, second: Option<Candidate>) -> Why {
    match second {
        Some(second) if best.priority < second.priority => Why::Priority,
        Some(_) | None if !best.open_to_all => Why::Reserved,
        Some(_) | None => Why::Arrival,
    }
}
