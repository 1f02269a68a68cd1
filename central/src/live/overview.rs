//! How all branches stand: the worst first.

use std::cmp::Reverse;
use std::time::Duration;

use sync::topics::Tenant;

use super::severity::{Presence, judge};
use super::wire::{self, Branch, Line};
use super::{Desk, HEARD_SHOWN_EVERY};
use crate::api::answers::Standpoint;
use crate::store::{BranchNow, Counts};

/// The state.
pub(super) fn render(organisation: &str, all: Vec<Seen>, at: Standpoint) -> Vec<u8> {
    let mut branches: Vec<Branch> = all.into_iter().map(|seen| shown(seen, at)).collect();
    branches.sort_by_key(|branch| {
        let since = branch.line.longest_since_ms;
        // Who has nobody waiting comes after those who have.
        let longest = (since.is_none(), since);
        (Reverse(branch.severity), longest, Reverse(branch.line.waiting), branch.id)
    });
    wire::json(&wire::Overview { build: wire::BUILD, organisation, hearing: at.can_hear, branches })
}

/// A branch as it is shown, and whether it is there.
pub(super) struct Seen {
    pub(super) branch: BranchNow,
    pub(super) presence: Presence,
}

/// One branch.
pub(super) fn shown(Seen { branch, presence }: Seen, at: Standpoint) -> Branch {
    let (trouble, severity) = judge(&branch, presence, at);
    Branch {
        id: branch.id,
        word: presence.word(),
        heard_ms: branch.heard_ms,
        day: branch.day,
        line: line(&branch.counts, branch.longest_ms.map(|since| branch.here(since))),
        name: branch.name,
        zone: branch.zone,
        trouble,
        severity,
    }
}

/// The figures of a line.
pub(super) fn line(counts: &Counts, longest_since_ms: Option<u64>) -> Line {
    Line {
        waiting: counts.waiting,
        called: counts.called,
        serving: counts.serving,
        served_today: counts.served,
        no_shows_today: counts.no_shows,
        abandoned_today: counts.abandoned,
        longest_since_ms,
        mean_wait_ms: counts.mean_wait_ms(),
    }
}

impl Desk {
    /// The branches with their last words as they are shown: those of connected ones are renewed
    /// together, and not one by one.
    pub(super) fn as_shown(
        &mut self,
        tenant: &Tenant,
        all: Vec<BranchNow>,
        at: Standpoint,
    ) -> Vec<Seen> {
        let now_ms = at.wall_ms();
        let age = Duration::from_millis(now_ms.abs_diff(self.heard_at_ms));
        if HEARD_SHOWN_EVERY <= age {
            self.heard.clear();
            self.heard_at_ms = now_ms;
        }
        let seen = |mut branch: BranchNow| {
            let presence = Presence::of(branch.online, branch.heard_ms, at);
            let place = (tenant.clone(), branch.id);
            match branch.heard_ms.filter(|_| presence == Presence::Connected) {
                Some(heard_ms) => {
                    branch.heard_ms = Some(*self.heard.entry(place).or_insert(heard_ms));
                }
                None => drop(self.heard.remove(&place)),
            }
            Seen { branch, presence }
        };
        all.into_iter().map(seen).collect()
    }
}
