//! The shapes of the statistics that only a branch has. All spans are in seconds.

use schemars::JsonSchema;
use serde::Serialize;
use serve::branch_services::figures::{OneDay, Times};

/// How the queue is doing: queue/statistics.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Summary {
    /// The business day; none before the first one.
    pub(super) date: Option<String>,
    pub(super) queue_length: usize,
    pub(super) invited_count: usize,
    pub(super) operating_count: usize,
    pub(super) personal_count: usize,
    pub(super) missing_count: usize,
    pub(super) booked_count: usize,
    pub(super) open_work_places: usize,
    pub(super) work_places_on_break: usize,
    #[serde(flatten)]
    pub(super) times: Times,
    pub(super) abandonment_reasons: Vec<Reason>,
}

/// How some days went: queue/statistics/history.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SomeDays {
    pub(super) start_date: String,
    pub(super) end_date: String,
    #[serde(flatten)]
    pub(super) times: Times,
    /// Those on which there was a ticket.
    pub(super) days: Vec<OneDay>,
}

/// Why customers gave up, and how many.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reason {
    pub(super) text: String,
    pub(super) count: u64,
}
