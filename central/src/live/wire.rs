//! The states of head office's pages as they travel. Instants are milliseconds of this server's clock.

use serde::Serialize;

/// Which build a page was made for: another one, and it loads itself anew.
pub(super) const BUILD: &str = env!("CARGO_PKG_VERSION");

#[derive(Serialize)]
pub(super) struct Overview<'a> {
    pub(super) build: &'a str,
    pub(super) organisation: &'a str,
    /// Whether branches can be heard at all.
    pub(super) hearing: bool,
    /// The worst first.
    pub(super) branches: Vec<Branch>,
}

#[derive(Serialize)]
pub(super) struct OneBranch<'a> {
    pub(super) build: &'a str,
    pub(super) hearing: bool,
    pub(super) branch: Branch,
    pub(super) services: Vec<Service>,
    pub(super) counters: Vec<Counter>,
    pub(super) calls: Vec<Call>,
}

#[derive(Serialize)]
pub(super) struct Branch {
    pub(super) id: u32,
    pub(super) name: String,
    pub(super) zone: Option<String>,
    pub(super) day: Option<u32>,
    pub(super) word: &'static str,
    pub(super) heard_ms: Option<u64>,
    #[serde(flatten)]
    pub(super) line: Line,
    pub(super) trouble: Vec<Trouble>,
    pub(super) severity: u8,
}

/// How many are where, and how long they wait.
#[derive(Serialize)]
pub(super) struct Line {
    pub(super) waiting: u64,
    pub(super) called: u64,
    pub(super) serving: u64,
    pub(super) served_today: u64,
    pub(super) no_shows_today: u64,
    pub(super) abandoned_today: u64,
    /// Since when the one waits who has waited longest.
    pub(super) longest_since_ms: Option<u64>,
    /// Of those whose wait is over.
    pub(super) mean_wait_ms: Option<u64>,
}

#[derive(Serialize)]
pub(super) struct Trouble {
    pub(super) code: String,
    pub(super) severity: &'static str,
    pub(super) subject: String,
    pub(super) name: String,
    pub(super) message: String,
    pub(super) remedy: String,
}

#[derive(Serialize)]
pub(super) struct Service {
    pub(super) id: u32,
    pub(super) tag: String,
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) line: Line,
}

/// A counter with a customer.
#[derive(Serialize)]
pub(super) struct Counter {
    pub(super) id: u32,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) service: u32,
    pub(super) state: &'static str,
    pub(super) since_ms: u64,
    pub(super) operator: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct Call {
    pub(super) label: String,
    pub(super) service: u32,
    pub(super) counter: CounterName,
    pub(super) called_ms: u64,
    pub(super) recalls: u64,
    pub(super) state: &'static str,
}

#[derive(Serialize)]
pub(super) struct CounterName {
    pub(super) id: u32,
    pub(super) name: String,
}

/// A state as JSON; it is an object, in one line.
pub(super) fn json(state: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(state).expect("texts and numbers can be written")
}
