//! How bad a branch's case is, and why: what it told itself, and what central sees from outside.

use std::time::Duration;

use sync::health::{self, Severity};

use super::wire::Trouble;
use crate::api::answers::Standpoint;
use crate::store::BranchNow;

/// When somebody has waited this long, a branch is worth a look.
pub const WAIT_LONG: Duration = Duration::from_secs(15 * 60);

/// When somebody has waited this long, something is wrong there.
pub const WAIT_VERY_LONG: Duration = Duration::from_secs(45 * 60);

/// What is known of a branch's presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// It is there.
    Connected,
    /// It was there when this server was last up, and there was no time yet to hear it again.
    Awaited,
    /// It has spoken before.
    CutOff,
    /// It has never said anything.
    Never,
}

impl Presence {
    /// That of this branch.
    pub(crate) fn of(branch: &BranchNow, at: Standpoint) -> Presence {
        let Some(heard_ms) = branch.heard_ms else { return Presence::Never };
        match branch.online {
            Some(online) if at.hears(online, Some(heard_ms)) => Presence::Connected,
            None if at.awaits.is_some_and(|from| from <= heard_ms) => Presence::Awaited,
            Some(_) | None => Presence::CutOff,
        }
    }

    /// The word in answers.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Presence::Connected => "connected",
            Presence::Awaited => "awaited",
            Presence::CutOff => "cut_off",
            Presence::Never => "never",
        }
    }
}

/// What is amiss, and how bad that is: 0 well, 1 look at it, 2 something does not work, 3 not there.
pub(super) fn judge(branch: &BranchNow, presence: Presence, at: Standpoint) -> (Vec<Trouble>, u8) {
    let mut troubles = Vec::new();
    let mut level = 0;
    let mut add = |trouble: Trouble, of: u8| {
        level = level.max(of);
        troubles.push(trouble);
    };
    match presence {
        Presence::Connected => {}
        Presence::Awaited => add(not_heard_yet(), 1),
        Presence::CutOff => add(cut_off(), 3),
        Presence::Never => add(never_heard(), 1),
    }
    if let Some(version) = branch.protocol {
        add(other_protocol(version), 3);
    }
    if let Some((trouble, of)) = long_wait(branch, presence, at) {
        add(trouble, of);
    }
    for told in branch.health.troubles() {
        let of = if told.severity == Severity::Error { 2 } else { 1 };
        add(told_by_branch(told), of);
    }
    (troubles, level)
}

fn own(code: &str, severity: Severity, message: &str, remedy: &str) -> Trouble {
    Trouble {
        code: code.to_owned(),
        severity: word(severity),
        subject: "branch".to_owned(),
        name: String::new(),
        message: message.to_owned(),
        remedy: remedy.to_owned(),
    }
}

fn cut_off() -> Trouble {
    own(
        "cut_off",
        Severity::Error,
        "The branch is not heard; its figures are those of its last word.",
        "Look whether its box and its line are up; the branch works on alone.",
    )
}

fn not_heard_yet() -> Trouble {
    own(
        "not_heard_yet",
        Severity::Warning,
        "Not heard since this server has started; its figures are those of its last word.",
        "Wait a moment: it says how it is every few seconds.",
    )
}

fn never_heard() -> Trouble {
    own(
        "never_heard",
        Severity::Warning,
        "The branch has never said anything.",
        "Set its box up to speak to this server.",
    )
}

fn other_protocol(version: u8) -> Trouble {
    let message = format!("The branch speaks version {version} of the protocol.");
    let remedy = "Bring its box and this server to versions that understand each other.";
    own("other_protocol", Severity::Error, &message, remedy)
}

/// Of a branch that is not there it is how long the wait was at its last word: more is not known.
fn long_wait(branch: &BranchNow, presence: Presence, at: Standpoint) -> Option<(Trouble, u8)> {
    let now_ms = match presence {
        Presence::Connected => at.wall_ms(),
        Presence::Awaited | Presence::CutOff | Presence::Never => branch.heard_ms?,
    };
    let waited = Duration::from_millis(now_ms.saturating_sub(branch.here(branch.longest_ms?)));
    let (severity, of) = match waited {
        waited if WAIT_VERY_LONG <= waited => (Severity::Error, 2),
        waited if WAIT_LONG <= waited => (Severity::Warning, 1),
        _ => return None,
    };
    let limit = if of == 2 { WAIT_VERY_LONG } else { WAIT_LONG };
    let message = format!("Somebody waits for more than {} minutes.", limit.as_secs() / 60);
    let remedy = "Have another counter opened there.";
    Some((own("long_wait", severity, &message, remedy), of))
}

fn told_by_branch(told: &health::Trouble) -> Trouble {
    let about = if told.name.is_empty() { &told.subject } else { &told.name };
    Trouble {
        code: told.code.clone(),
        severity: word(told.severity),
        subject: told.subject.clone(),
        name: told.name.clone(),
        message: format!("{about}: {}", told.code),
        remedy: told.remedy.clone(),
    }
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
