//! Random histories of a branch, repeatable by their seed.

use sync::change::{Asked, Change, Onward, OpenCall, Outcome, Place, Source, Step, Transition};
use sync::ids::{Actor, BoxEpoch, BranchId, DocumentId, Moment, TicketKey};
use sync::replica::{RawChange, Replica};

pub(crate) const DOCUMENT: DocumentId =
    DocumentId { branch: BranchId(7), day: 20_261_122, segment: 1 };

/// A small generator (xorshift64), so that a seed means the same run everywhere.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.below(index as u64 + 1) as usize);
        }
    }
}

pub(crate) fn key(epoch: u32, number: u64) -> TicketKey {
    TicketKey { branch: BranchId(7), epoch: BoxEpoch(epoch), number }
}

/// A box that issues tickets and does things to them, in whatever order.
pub(crate) struct Writer {
    pub(crate) epoch: BoxEpoch,
    pub(crate) replica: Replica,
    seq: u64,
    tickets: u64,
    issued: Vec<u64>,
    calls: u64,
    last: Vec<Change>,
}

impl Writer {
    pub(crate) fn new(epoch: u32, seed: u64) -> Writer {
        let mut actor = [epoch as u8; 16];
        actor[..8].copy_from_slice(&(seed ^ u64::from(epoch)).to_be_bytes());
        let replica = Replica::new(DOCUMENT, Actor(actor));
        let epoch = BoxEpoch(epoch);
        Writer {
            epoch,
            replica,
            seq: 0,
            tickets: 0,
            issued: Vec::new(),
            calls: 0,
            last: Vec::new(),
        }
    }

    pub(crate) fn write(&mut self, transitions: usize, chance: &mut Chance) -> Option<RawChange> {
        self.last = (0..transitions).map(|_| Change::Ticket(self.transition(chance))).collect();
        self.replica.apply(&self.last).expect("an honest history fits")
    }

    /// Writes the last transitions again, as a box does that crashed in between.
    pub(crate) fn replay(&mut self) -> Option<RawChange> {
        self.replica.apply(&self.last).expect("an honest history fits")
    }

    fn transition(&mut self, chance: &mut Chance) -> Transition {
        self.seq += 1;
        let steady_ms = self.seq * 1_700;
        let at = Moment { wall_ms: 1_795_000_000_000 + steady_ms, steady_ms };
        if self.issued.is_empty() || chance.below(4) == 0 {
            self.tickets += 1 + chance.below(100);
            self.issued.push(self.tickets);
            return self.at(at, self.tickets, issued(self.tickets, chance));
        }
        let number = self.issued[chance.below(self.issued.len() as u64) as usize];
        let step = self.step(at, chance);
        self.at(at, number, step)
    }

    fn at(&self, at: Moment, number: u64, step: Step) -> Transition {
        Transition { seq: self.seq, at, ticket: key(self.epoch.0, number), step }
    }

    fn step(&mut self, at: Moment, chance: &mut Chance) -> Step {
        let call = self.calls;
        let number = |chance: &mut Chance| chance.below(20) as u32 + 1;
        let priority = chance.below(9) as u8 + 1;
        let service = number(chance);
        let place = match chance.below(3) {
            0 => Place::Service,
            1 => Place::Counter(number(chance)),
            _ => Place::Operator(number(chance)),
        };
        match chance.below(17) {
            0..=2 => {
                self.calls += 1;
                let operator = (chance.below(2) == 0).then(|| number(chance));
                Step::Called { call: self.calls, counter: number(chance), operator }
            }
            3 => Step::Recalled { call },
            4 => Step::Started { call, since: at },
            5 => Step::AfterworkBegan { call },
            6 => Step::Parked { call, place },
            7 => Step::Missing { call, until: (chance.below(2) == 0).then_some(at) },
            8 => Step::PutBack,
            9 => Step::Transferred { call, service, place, priority },
            10 => {
                let onward = match chance.below(2) {
                    0 => Onward::Line(chance.below(4) as u8),
                    _ => Onward::Back { service, place },
                };
                Step::WentOn { call, onward }
            }
            11 => Step::Redirected { service, place, priority },
            // So few of a ticket that it never has more than it may.
            12 if chance.below(8) == 0 => Step::LineAdded { asked: asked(chance) },
            13 if chance.below(8) == 0 => {
                let next = (chance.below(2) == 0).then(|| chance.below(4) as u8);
                Step::LineDropped { line: chance.below(4) as u8, next }
            }
            14 => {
                let current = chance.below(2) == 0;
                Step::PrioritySet { line: chance.below(4) as u8, priority, current }
            }
            15 => {
                let states = [OpenCall::Called, OpenCall::Serving, OpenCall::Afterwork];
                let state = states[chance.below(3) as usize];
                Step::Undone { call, state, since: at, service, priority }
            }
            _ => match chance.below(3) {
                0 => Step::Answered { survey: 1, question: number(chance), answer: service },
                1 => Step::MovedOn { day: 20_261_123 },
                _ => Step::Closed { call: Some(call), outcome: Outcome::Served },
            },
        }
    }
}

fn asked(chance: &mut Chance) -> Asked {
    Asked { service: chance.below(20) as u32 + 1, priority: 4 + chance.below(3) as u8 }
}

fn issued(number: u64, chance: &mut Chance) -> Step {
    Step::Issued {
        label: format!("A{number:03}"),
        asked: (0..=chance.below(3)).map(|_| asked(chance)).collect(),
        language: 1,
        source: Source::Customer,
    }
}
