//! The states of head office's pages as they travel. Instants are milliseconds of this server's clock.

use schemars::JsonSchema;
use serde::Serialize;

/// Which build a page was made for: another one, and it loads itself anew.
pub(crate) const BUILD: &str = env!("CARGO_PKG_VERSION");

#[derive(JsonSchema, Serialize)]
pub(crate) struct Overview<'a> {
    pub(crate) build: &'a str,
    pub(crate) organisation: &'a str,
    /// Whether branches can be heard at all.
    pub(crate) hearing: bool,
    /// The worst first.
    pub(crate) branches: Vec<Branch>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "BranchLive")]
pub(crate) struct OneBranch<'a> {
    pub(crate) build: &'a str,
    pub(crate) hearing: bool,
    pub(crate) branch: Branch,
    pub(crate) services: Vec<Service>,
    pub(crate) counters: Vec<Counter>,
    pub(crate) calls: Vec<Call>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "BranchSeen")]
pub(crate) struct Branch {
    pub(crate) id: u32,
    pub(crate) name: String,
    pub(crate) zone: Option<String>,
    pub(crate) day: Option<u32>,
    /// `awaited`: not heard since this server has started, which was a moment ago.
    #[schemars(extend("enum" = ["connected", "awaited", "cut_off", "never"]))]
    pub(crate) word: &'static str,
    pub(crate) heard_ms: Option<u64>,
    #[serde(flatten)]
    pub(crate) line: Line,
    pub(crate) trouble: Vec<Trouble>,
    pub(crate) severity: u8,
}

/// How many are where, and how long they wait.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "LineSeen")]
pub(crate) struct Line {
    pub(crate) waiting: u64,
    pub(crate) called: u64,
    pub(crate) serving: u64,
    pub(crate) served_today: u64,
    pub(crate) no_shows_today: u64,
    pub(crate) abandoned_today: u64,
    /// Since when the one waits who has waited longest.
    pub(crate) longest_since_ms: Option<u64>,
    /// Of those whose wait is over.
    pub(crate) mean_wait_ms: Option<u64>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "TroubleSeen")]
pub(crate) struct Trouble {
    pub(crate) code: String,
    pub(crate) severity: &'static str,
    pub(crate) subject: String,
    pub(crate) name: String,
    pub(crate) message: String,
    pub(crate) remedy: String,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "ServiceSeen")]
pub(crate) struct Service {
    pub(crate) id: u32,
    pub(crate) tag: String,
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) line: Line,
}

/// A counter with a customer.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "CounterSeen")]
pub(crate) struct Counter {
    pub(crate) id: u32,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) service: u32,
    pub(crate) state: &'static str,
    pub(crate) since_ms: u64,
    pub(crate) operator: Option<u32>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "CallSeen")]
pub(crate) struct Call {
    pub(crate) label: String,
    pub(crate) service: u32,
    pub(crate) counter: CounterName,
    pub(crate) called_ms: u64,
    pub(crate) recalls: u64,
    pub(crate) state: &'static str,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "CounterNamed")]
pub(crate) struct CounterName {
    pub(crate) id: u32,
    pub(crate) name: String,
}

/// A state as JSON; it is an object, in one line.
pub(crate) fn json(state: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(state).expect("texts and numbers can be written")
}
