//! Which presses of a keypad are new, and which are lost: the numbers behind "exactly once".

use std::num::NonZeroU16;
use std::time::Duration;

use super::kp1::{AGE_UNKNOWN, Event, RING_EVENTS, Snapshot};

/// Sequences run from 1 to this and then from 1 again.
const SEQUENCES: u16 = u16::MAX;

/// Events that a keypad can be ahead of its host. One that is farther ahead has begun its numbers
/// anew without saying so.
const AHEAD_MAX: u16 = SEQUENCES / 2;

/// One press of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Press {
    /// How often the keypad had been started when it happened.
    pub boot: u16,
    /// Its number since that start.
    pub sequence: NonZeroU16,
    /// The key, numbered from 1.
    pub key: u8,
    /// How it was pressed.
    pub kind: PressKind,
    /// The question that it answers; `None` when none stood.
    pub token: Option<NonZeroU16>,
    /// How long ago it was, when the keypad was asked; `None` is longer than eleven minutes.
    pub age: Option<Duration>,
}

impl Press {
    /// What tells this press from every other one of the same keypad; a store that keeps one press
    /// for each counts no press twice.
    #[must_use]
    pub fn key_of_storage(&self) -> (u16, NonZeroU16) {
        (self.boot, self.sequence)
    }
}

/// How a key was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PressKind {
    /// Pressed and let go.
    Short,
    /// Held down.
    Long,
}

impl PressKind {
    fn of(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Short),
            2 => Some(Self::Long),
            _ => None,
        }
    }
}

/// What one look at a keypad gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Polled {
    /// The presses that are not acknowledged yet, oldest first; at most six. The same ones come
    /// again until they are.
    pub presses: Vec<Press>,
    /// Presses that happened and can no longer be told: the keypad keeps six.
    pub lost: u16,
    /// Whether the keypad started anew since the last look: what stood on it is gone.
    pub restarted: bool,
}

/// Follows the numbers of one keypad.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    boot: u16,
    /// The last acknowledged sequence; 0 is none.
    acked: u16,
}

impl Numbers {
    /// A keypad as it was found. `acked` is what it says that a host has stored.
    pub(super) fn found(snapshot: &Snapshot, acked: u16) -> Self {
        // An ack of before a restart, or of beyond the newest event, says nothing of these numbers.
        let newest = snapshot.newest.map_or(0, NonZeroU16::get);
        let holds = !snapshot.condition.restarted() && ahead(acked, newest) <= AHEAD_MAX;
        let acked = if holds { acked } else { 0 };
        Self { boot: snapshot.boot, acked }
    }

    /// What is new in a snapshot.
    pub(super) fn take(&mut self, snapshot: &Snapshot) -> Polled {
        let newest = snapshot.newest.map_or(0, NonZeroU16::get);
        let behind = self.acked != 0 && ahead(self.acked, newest) > AHEAD_MAX;
        let restarted = snapshot.boot != self.boot || behind;
        if restarted {
            *self = Self { boot: snapshot.boot, acked: 0 };
        }
        let waiting = ahead(self.acked, newest);
        let mut events: Vec<Event> = snapshot
            .ring
            .iter()
            .copied()
            .filter(|event| (1..=waiting).contains(&ahead(self.acked, event.sequence.get())))
            .collect();
        events.sort_by_key(|event| ahead(self.acked, event.sequence.get()));
        events.dedup_by_key(|event| event.sequence);
        let lost = waiting - u16::try_from(events.len()).unwrap_or(RING_EVENTS).min(waiting);
        let presses = events.iter().filter_map(|event| press(snapshot.boot, event)).collect();
        Polled { presses, lost, restarted }
    }

    /// The start of the keypad that the numbers belong to.
    pub(super) fn boot(&self) -> u16 {
        self.boot
    }

    /// Whether acknowledging this would move the ack on, and not back.
    pub(super) fn may_ack(&self, sequence: NonZeroU16) -> bool {
        let ahead = ahead(self.acked, sequence.get());
        self.acked == 0 || (1..=AHEAD_MAX).contains(&ahead)
    }

    pub(super) fn acked(&mut self, sequence: NonZeroU16) {
        self.acked = sequence.get();
    }
}

fn press(boot: u16, event: &Event) -> Option<Press> {
    let age = u64::from(event.age) * 10;
    Some(Press {
        boot,
        sequence: event.sequence,
        key: event.key,
        // A kind of a later version is none of ours; its number is acknowledged with the next.
        kind: PressKind::of(event.kind)?,
        token: NonZeroU16::new(event.token),
        age: (event.age != AGE_UNKNOWN).then(|| Duration::from_millis(age)),
    })
}

/// How many steps `to` is ahead of `from`; 0 stands before 1 and is never come back to.
fn ahead(from: u16, to: u16) -> u16 {
    match (from, to) {
        (0, to) => to,
        // Nothing has happened yet in numbers that had begun: they begin anew.
        (_, 0) => u16::MAX,
        (from, to) if to >= from => to - from,
        (from, to) => to + (SEQUENCES - from),
    }
}

#[cfg(test)]
mod tests;
