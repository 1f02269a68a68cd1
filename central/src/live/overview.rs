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

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use serve::clock::Reading;
    use sync::health::{Health, Severity, Trouble};

    use super::super::{WAIT_LONG, WAIT_VERY_LONG};
    use super::*;

    const NOW_MS: u64 = 1_795_000_000_000;

    fn at(now_ms: u64) -> Standpoint {
        let wall_ms = i64::try_from(now_ms).expect("small");
        Standpoint { now: Reading { wall_ms, steady_ms: 0 }, can_hear: true }
    }

    fn tenant() -> Tenant {
        Tenant::parse("demo").expect("plain")
    }

    /// One that is there and well.
    fn well(id: u32) -> BranchNow {
        BranchNow { id, online: true, heard_ms: Some(NOW_MS - 100), ..BranchNow::default() }
    }

    fn waits(branch: BranchNow, wait: Duration) -> BranchNow {
        let wait = u64::try_from(wait.as_millis()).expect("small");
        BranchNow { longest_ms: Some(NOW_MS - wait), ..branch }
    }

    fn health(severity: Severity) -> Health {
        let (code, subject) = ("paper-out".to_owned(), "printer/1".to_owned());
        Health::of(vec![Trouble {
            severity,
            code,
            subject,
            name: String::new(),
            remedy: "R.".into(),
        }])
    }

    fn state(all: Vec<BranchNow>) -> Vec<(u64, u64)> {
        let seen = Desk::default().as_shown(&tenant(), all, at(NOW_MS));
        let state: Value = serde_json::from_slice(&render("Demo", seen, at(NOW_MS))).unwrap();
        let row = |row: &Value| (row["id"].as_u64().unwrap(), row["severity"].as_u64().unwrap());
        state["branches"].as_array().unwrap().iter().map(row).collect()
    }

    #[test]
    fn the_worst_come_first_and_each_case_has_its_severity() {
        let minute = Duration::from_secs(60);
        let all = vec![
            well(1),
            waits(well(2), minute),
            waits(well(3), WAIT_LONG),
            waits(well(4), WAIT_VERY_LONG),
            BranchNow { health: health(Severity::Warning), ..well(5) },
            BranchNow { health: health(Severity::Error), ..well(6) },
            BranchNow { heard_ms: None, online: false, ..well(7) },
            BranchNow { online: false, ..well(8) },
            BranchNow { protocol: Some(2), ..well(9) },
            waits(BranchNow { online: false, ..well(10) }, minute),
        ];
        let expected =
            [(10, 3), (8, 3), (9, 3), (4, 2), (6, 2), (3, 1), (5, 1), (7, 1), (2, 0), (1, 0)];
        assert_eq!(state(all), expected);
    }

    #[test]
    fn a_wait_is_measured_on_our_clock_and_ends_with_the_last_word() {
        // Its clock is an hour ahead, so what it calls an hour from now is now.
        let fast = BranchNow {
            ahead_ms: 3_600_000,
            longest_ms: Some(NOW_MS + 3_600_000 - 1_000),
            ..well(1)
        };
        assert_eq!(state(vec![fast]), [(1, 0)]);
        let gone = BranchNow { online: false, heard_ms: Some(NOW_MS - 86_400_000), ..well(1) };
        let gone = BranchNow { longest_ms: Some(NOW_MS - 86_400_000 - 1_000), ..gone };
        let seen = Desk::default().as_shown(&tenant(), vec![gone], at(NOW_MS)).pop().unwrap();
        let codes: Vec<String> =
            shown(seen, at(NOW_MS)).trouble.into_iter().map(|trouble| trouble.code).collect();
        assert_eq!(codes, ["cut_off"], "nobody knows whether they still wait");
    }

    #[test]
    fn a_connected_branch_s_last_word_is_news_every_few_seconds_alone() {
        let mut desk = Desk::default();
        let mut heard = |heard_ms: u64, now_ms: u64, online: bool| {
            let branch = BranchNow { online, heard_ms: Some(heard_ms), ..well(1) };
            let seen = desk.as_shown(&tenant(), vec![branch], at(now_ms)).pop().unwrap();
            (seen.branch.heard_ms.unwrap() - NOW_MS, seen.presence)
        };
        assert_eq!(heard(NOW_MS, NOW_MS, true), (0, Presence::Connected));
        assert_eq!(heard(NOW_MS + 4_000, NOW_MS + 4_900, true), (0, Presence::Connected));
        assert_eq!(heard(NOW_MS + 4_000, NOW_MS + 5_000, true), (4_000, Presence::Connected));
        assert_eq!(heard(NOW_MS + 6_000, NOW_MS + 6_000, false), (6_000, Presence::CutOff));
        assert_eq!(heard(NOW_MS + 7_000, NOW_MS + 7_000, true), (7_000, Presence::Connected));
        let silent = heard(NOW_MS + 9_000, NOW_MS + 24_000, true);
        assert_eq!(silent, (9_000, Presence::CutOff));
    }
}
