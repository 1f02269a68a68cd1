//! What is known, rendered for whoever asks.

use std::time::Duration;

use serde::Serialize;
use serve::clock::Reading;
use serve::http::{Answer, StatusCode};
use sync::limits::{STATUS_EVERY, WORD_STALE_AFTER};

use super::wire;
use crate::store::{BranchFigures, ServiceFigures};

/// How long after its own start central waits for the branches that were there before: four signs of
/// life. As ever three may be missed, and the first has to wait until both ends have found the broker
/// again, who are never further apart than one.
pub const AWAITED_FOR: Duration = STATUS_EVERY.saturating_mul(4);

/// By how much a branch's word may be older than the newest of all for the branch to have been there
/// then: a silence that means nothing, and a start before this one that was too short to hear it.
const TOGETHER_WITHIN: Duration = WORD_STALE_AFTER.saturating_add(AWAITED_FOR);

/// When central began, and what it knew then.
#[derive(Clone, Copy, Debug)]
pub struct Beginning {
    /// When that was.
    pub at: Reading,
    /// When the last branch had said anything, in milliseconds since 1970 UTC.
    pub last_heard_ms: Option<u64>,
}

impl Beginning {
    /// From when on a branch's last word means that it is to be heard again soon; nothing once that
    /// time is over.
    pub(crate) fn awaits(self, now: Reading) -> Option<u64> {
        let since = now.steady_ms.saturating_sub(self.at.steady_ms);
        let is_over = AWAITED_FOR.as_millis() <= u128::from(since);
        let within = u64::try_from(TOGETHER_WITHIN.as_millis()).unwrap_or(u64::MAX);
        self.last_heard_ms.filter(|_| !is_over).map(|last| last.saturating_sub(within))
    }
}

/// From where the figures are looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standpoint {
    /// The time.
    pub(crate) now: Reading,
    /// Whether our own link to the broker is up: while it is not, nobody is heard.
    pub(crate) can_hear: bool,
    /// Branches whose last word is not older than this are awaited, if they were not heard since the
    /// start; nobody is where that was long ago.
    pub(crate) awaits: Option<u64>,
}

impl Standpoint {
    /// Whether this branch is there.
    pub(crate) fn is_connected(self, figures: &BranchFigures) -> bool {
        self.hears(figures.online, figures.heard_ms)
    }

    /// Whether a branch is there that said last that it is, or is not, and when.
    pub(crate) fn hears(self, online: bool, heard_ms: Option<u64>) -> bool {
        self.is_fresh(online, self.age_ms(heard_ms))
    }

    /// Whether one is there whose last word was this, so many milliseconds ago.
    pub(crate) fn is_fresh(self, online: bool, age_ms: Option<u64>) -> bool {
        let fresh = age_ms.is_some_and(|age| u128::from(age) < WORD_STALE_AFTER.as_millis());
        self.can_hear && online && fresh
    }

    /// Whole seconds since a word.
    pub(crate) fn age_s(self, heard_ms: Option<u64>) -> Option<u64> {
        self.age_ms(heard_ms).map(|age| age / 1_000)
    }

    /// Milliseconds since 1970 UTC.
    pub(crate) fn wall_ms(self) -> u64 {
        u64::try_from(self.now.wall_ms).unwrap_or(0)
    }

    /// Milliseconds since its last word. A clock that was set back makes it no younger than now.
    pub(crate) fn age_ms(self, heard_ms: Option<u64>) -> Option<u64> {
        heard_ms.map(|heard| self.wall_ms().saturating_sub(heard))
    }
}

/// How it stands with the first user.
pub(super) fn standing(awaited: bool, route: &'static str) -> Answer {
    json(StatusCode::OK, &wire::Standing { awaited }, route)
}

/// A token.
pub(super) fn token(status: StatusCode, token: String, route: &'static str) -> Answer {
    json(status, &wire::Token { token }, route)
}

/// All branches.
pub(super) fn branches(all: Vec<BranchFigures>, at: Standpoint, route: &'static str) -> Answer {
    let all: Vec<_> = all.into_iter().map(|figures| branch_line(figures, at)).collect();
    json(StatusCode::OK, &all, route)
}

/// One branch with its services.
pub(super) fn branch(
    figures: BranchFigures,
    services: Vec<ServiceFigures>,
    at: Standpoint,
    route: &'static str,
) -> Answer {
    let service = |service: ServiceFigures| wire::Service {
        id: service.id,
        tag: service.tag,
        name: service.name,
        waiting: service.waiting,
        served_today: service.served_today,
    };
    let services = services.into_iter().map(service).collect();
    json(StatusCode::OK, &wire::BranchInFull { branch: branch_line(figures, at), services }, route)
}

fn branch_line(figures: BranchFigures, at: Standpoint) -> wire::Branch {
    wire::Branch {
        connected: at.is_connected(&figures),
        age_s: at.age_ms(figures.heard_ms).map(tenths),
        id: figures.id.0,
        name: figures.name,
        waiting: figures.waiting,
        serving: figures.serving,
    }
}

/// Seconds in tenths. Beyond fifty days of milliseconds nobody looks at tenths.
fn tenths(age_ms: u64) -> f64 {
    let tenths = u32::try_from(age_ms / 100).unwrap_or(u32::MAX);
    f64::from(tenths) / 10.0
}

/// An answer of JSON.
pub(super) fn json(status: StatusCode, body: &impl Serialize, route: &'static str) -> Answer {
    let body = serde_json::to_vec(body).expect("plain numbers and texts can be written");
    Answer::json(status, body, route)
}

#[cfg(test)]
mod tests {
    use serve::clock::{Clock, HandClock};
    use sync::ids::BranchId;

    use super::*;

    fn figures(online: bool, heard_ms: Option<u64>) -> BranchFigures {
        BranchFigures {
            id: BranchId(1),
            name: "Default branch".into(),
            online,
            heard_ms,
            day: None,
            waiting: 3,
            serving: 1,
        }
    }

    fn at(wall_ms: i64, can_hear: bool) -> Standpoint {
        Standpoint { now: Reading { wall_ms, steady_ms: 0 }, can_hear, awaits: None }
    }

    #[test]
    fn a_branch_is_connected_while_its_word_is_young_and_we_can_hear() {
        for (online, heard_ms, now, can_hear, connected) in [
            (true, Some(1_000), 1_400, true, true),
            (true, Some(1_000), 15_999, true, true),
            (true, Some(1_000), 16_000, true, false),
            (true, Some(1_000), 1_400, false, false),
            (false, Some(1_000), 1_400, true, false),
            (true, None, 1_400, true, false),
        ] {
            let found = at(now, can_hear).is_connected(&figures(online, heard_ms));
            assert_eq!(found, connected, "{online} {heard_ms:?} {now} {can_hear}");
        }
    }

    #[test]
    fn branches_are_awaited_for_a_time_that_a_clock_set_anew_does_not_change() {
        let clock = HandClock::at(1_795_000_000_000);
        let last = 1_794_000_000_000;
        let beginning = Beginning { at: clock.now(), last_heard_ms: Some(last) };
        let from = Some(last - 35_000);
        assert_eq!(beginning.awaits(clock.now()), from);
        clock.advance(AWAITED_FOR - Duration::from_millis(1));
        assert_eq!(beginning.awaits(clock.now()), from);
        clock.set_wall(1_995_000_000_000);
        assert_eq!(beginning.awaits(clock.now()), from);
        clock.advance(Duration::from_millis(1));
        assert_eq!(beginning.awaits(clock.now()), None);
        let first = Beginning { at: clock.now(), last_heard_ms: None };
        assert_eq!(first.awaits(clock.now()), None, "there is nobody to wait for");
    }

    #[test]
    fn an_age_is_in_tenths_of_a_second_and_never_negative() {
        let line = |heard, now| {
            let line = branch_line(figures(true, heard), at(now, true));
            serde_json::to_string(&line).expect("it can be written")
        };
        let text = r#"{"id":1,"name":"Default branch","connected":true,"age_s":0.4,"waiting":3,"serving":1}"#;
        assert_eq!(line(Some(1_000), 1_449), text);
        assert!(line(Some(9_000), 1_000).contains(r#""age_s":0.0"#));
        assert!(line(None, 1_000).contains(r#""age_s":null"#));
        assert!(line(Some(0), i64::MAX).contains(r#""age_s":429496729.5"#));
    }
}
