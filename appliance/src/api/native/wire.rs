//! What is sent to this interface and what it answers, where several operations share it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::live::dispenser::Picture;
use crate::live::wire::CounterName;

/// A command was done.
#[derive(JsonSchema, Serialize)]
pub(super) struct Done {
    /// The last journal entry that is on disk with it.
    pub(super) seq: u64,
}

/// A command was done, and this is the call at the counter now; none: nobody is there.
#[derive(JsonSchema, Serialize)]
pub(super) struct DoneAtCounter<'a> {
    pub(super) seq: u64,
    pub(super) call: Option<CallNow<'a>>,
}

/// The call at a counter.
#[derive(JsonSchema, Serialize)]
pub(super) struct CallNow<'a> {
    pub(super) id: u64,
    pub(super) ticket: u64,
    pub(super) label: String,
    pub(super) state: &'static str,
    pub(super) counter: CounterName<'a>,
}

/// A ticket that was given out.
#[derive(JsonSchema, Serialize)]
pub(super) struct Given {
    pub(super) seq: u64,
    pub(super) ticket: u64,
    pub(super) label: String,
    pub(super) token: String,
    pub(super) url: String,
    pub(super) qr: Option<Picture>,
    pub(super) position: Option<usize>,
    pub(super) estimate_min: Option<u64>,
    /// Whether a slip comes out of a printer.
    pub(super) slip: bool,
}

/// A body of which nothing is needed.
#[derive(Default, Deserialize, JsonSchema)]
pub(super) struct Nothing {}

/// `open`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Open {
    /// Sit down even where somebody sits, or one sits elsewhere.
    #[serde(default)]
    pub(super) take_over: bool,
}

/// Anything about the call that the page shows.
#[derive(Deserialize, JsonSchema)]
pub(super) struct About {
    pub(super) call: u64,
}

/// `call`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct CallThis {
    pub(super) ticket: u64,
}

/// `finish` and `no-show`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct End {
    pub(super) call: u64,
    #[serde(default)]
    pub(super) afterwork: bool,
    /// Call the next one at once.
    #[serde(default)]
    pub(super) next: bool,
}

/// `release`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Release {
    /// The call that the page shows; none: nobody is at the counter.
    pub(super) call: Option<u64>,
    /// What becomes of its visit.
    pub(super) visit: Option<Fate>,
}

/// What becomes of a visit whose counter is freed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fate {
    /// The customer waits again, before everyone else.
    PutBack,
    /// It lies in the own line of whoever had called it.
    Park,
    /// The customer was served, and is gone.
    Finish,
}

/// `transfer`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Onward {
    pub(super) call: u64,
    pub(super) service: Option<u32>,
    pub(super) counter: Option<u32>,
    pub(super) operator: Option<u32>,
    #[serde(default)]
    pub(super) then_back: bool,
    #[schemars(range(min = 1, max = 9))]
    pub(super) priority: Option<u8>,
    #[schemars(length(max = 1000))]
    pub(super) note: Option<String>,
}

/// `note`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Note {
    pub(super) call: u64,
    #[schemars(length(max = 1000))]
    pub(super) note: String,
}

/// `POST /v1/dispenser/tickets`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Take {
    pub(super) service: u32,
    pub(super) language: Option<u32>,
}

/// `POST /v1/dispenser/check-in`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Redeem {
    pub(super) code: String,
    pub(super) language: Option<u32>,
}

/// `POST /v1/tickets`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Issue {
    pub(super) service: u32,
    pub(super) language: Option<u32>,
    #[schemars(range(min = 1, max = 9))]
    pub(super) priority: Option<u8>,
    #[schemars(length(max = 1000))]
    pub(super) client_name: Option<String>,
    #[schemars(length(max = 1000))]
    pub(super) note: Option<String>,
    pub(super) device: Option<u32>,
}
