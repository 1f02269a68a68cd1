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
            let presence = Presence::of(&branch, at);
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
    use serve::clock::{Clock, HandClock, Reading};
    use sync::health::{Health, Severity, Trouble};

    use super::super::{WAIT_LONG, WAIT_VERY_LONG};
    use super::*;
    use crate::api::{AWAITED_FOR, Beginning};

    const NOW_MS: u64 = 1_795_000_000_000;

    fn at(now_ms: u64) -> Standpoint {
        let wall_ms = i64::try_from(now_ms).expect("small");
        Standpoint { now: Reading { wall_ms, steady_ms: 0 }, can_hear: true, awaits: None }
    }

    fn tenant() -> Tenant {
        Tenant::parse("demo").expect("plain")
    }

    /// One that is there and well.
    fn well(id: u32) -> BranchNow {
        BranchNow { id, online: Some(true), heard_ms: Some(NOW_MS - 100), ..BranchNow::default() }
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
            BranchNow { heard_ms: None, online: None, ..well(7) },
            BranchNow { online: Some(false), ..well(8) },
            BranchNow { protocol: Some(2), ..well(9) },
            waits(BranchNow { online: Some(false), ..well(10) }, minute),
        ];
        let expected =
            [(10, 3), (8, 3), (9, 3), (4, 2), (6, 2), (3, 1), (5, 1), (7, 1), (2, 0), (1, 0)];
        assert_eq!(state(all), expected);
    }

    #[test]
    fn after_a_start_branches_are_awaited_and_only_then_cut_off() {
        let (clock, last) = (HandClock::at(i64::try_from(NOW_MS).unwrap()), NOW_MS - 3_600_000);
        let beginning = Beginning { at: clock.now(), last_heard_ms: Some(last) };
        let unheard =
            |id, heard_ms| BranchNow { online: None, heard_ms: Some(heard_ms), ..well(id) };
        let all = || {
            vec![
                // Nobody calls from the hour in which this server was away.
                BranchNow { longest_ms: Some(last - 1_000), ..unheard(1, last) },
                unheard(2, last - 35_000),
                BranchNow { health: health(Severity::Error), ..unheard(3, last - 4_000) },
                // It was cut off before, has said goodbye since, was never there, is back.
                unheard(4, last - 35_001),
                BranchNow { online: Some(false), ..unheard(5, NOW_MS - 1) },
                BranchNow { online: None, heard_ms: None, ..well(6) },
                BranchNow { heard_ms: Some(clock.now().wall_ms.cast_unsigned()), ..well(7) },
            ]
        };
        let seen = || {
            let now = clock.now();
            let at = Standpoint { now, can_hear: true, awaits: beginning.awaits(now) };
            let seen = Desk::default().as_shown(&tenant(), all(), at);
            let rows = seen.into_iter().map(|seen| {
                let row = shown(seen, at);
                let codes = row.trouble.iter().map(|trouble| trouble.code.clone()).collect();
                (row.word, row.severity, row.heard_ms, codes)
            });
            rows.collect::<Vec<(_, _, _, Vec<String>)>>()
        };
        let first = seen();
        let words = |rows: &[(&'static str, u8, _, _)]| -> Vec<(&'static str, u8)> {
            rows.iter().map(|(word, severity, ..)| (*word, *severity)).collect()
        };
        let others = [("cut_off", 3), ("cut_off", 3), ("never", 1), ("connected", 0)];
        assert_eq!(words(&first)[..3], [("awaited", 1), ("awaited", 1), ("awaited", 2)]);
        assert_eq!(words(&first)[3..], others);
        assert_eq!((first[0].2, &first[0].3[..]), (Some(last), &["not_heard_yet".to_owned()][..]));
        assert_eq!(first[2].3, ["not_heard_yet", "paper-out"], "what it said stays");
        clock.advance(AWAITED_FOR - Duration::from_millis(1));
        assert_eq!(words(&seen()), words(&first));
        clock.advance(Duration::from_millis(1));
        assert_eq!(words(&seen())[..3], [("cut_off", 3); 3]);
        assert_eq!(words(&seen())[3..], others);
    }

    #[test]
    fn while_nobody_is_awaited_a_branch_that_has_not_spoken_is_cut_off() {
        let unheard = BranchNow { online: None, ..well(1) };
        assert_eq!(state(vec![unheard]), [(1, 3)]);
    }

    #[test]
    fn without_the_broker_nobody_is_there_and_the_state_says_that_nobody_can_be_heard() {
        let told = |at: Standpoint| {
            let unheard = BranchNow { online: None, ..well(2) };
            let seen = Desk::default().as_shown(&tenant(), vec![well(1), unheard], at);
            let state: Value = serde_json::from_slice(&render("Demo", seen, at)).unwrap();
            let rows = state["branches"].as_array().unwrap().clone();
            let words = rows.iter().map(|row| row["word"].as_str().unwrap().to_owned());
            (state["hearing"].as_bool().unwrap(), words.collect::<Vec<_>>())
        };
        let deaf = Standpoint { can_hear: false, ..at(NOW_MS) };
        assert_eq!(told(deaf), (false, vec!["cut_off".to_owned(), "cut_off".to_owned()]));
        // At a start the link to the broker is not there yet: the one is awaited all the same.
        let begun = Standpoint { awaits: Some(NOW_MS - 1_000), ..deaf };
        assert_eq!(told(begun), (false, vec!["cut_off".to_owned(), "awaited".to_owned()]));
        assert!(told(at(NOW_MS)).0);
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
        let gone =
            BranchNow { online: Some(false), heard_ms: Some(NOW_MS - 86_400_000), ..well(1) };
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
            let branch = BranchNow { online: Some(online), heard_ms: Some(heard_ms), ..well(1) };
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
