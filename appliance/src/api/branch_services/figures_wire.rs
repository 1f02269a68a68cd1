//! The shapes of the statistics. All spans are in seconds.

use serde::Serialize;

/// How the queue is doing: queue/statistics.
#[derive(Serialize)]
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
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Period {
    pub(super) start_date: String,
    pub(super) end_date: String,
    #[serde(flatten)]
    pub(super) times: Times,
    /// Those on which there was a ticket.
    pub(super) days: Vec<OneDay>,
}

/// One of them.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneDay {
    pub(super) date: String,
    pub(super) total: Sums,
}

/// The figures, of all tickets and by groups.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Times {
    pub(super) total: Sums,
    pub(super) products: Vec<Group>,
    pub(super) work_places: Vec<Group>,
    pub(super) users: Vec<Group>,
    pub(super) hours: Vec<Hour>,
}

/// Those of one service, counter or operator.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Group {
    pub(super) id: u32,
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) sums: Sums,
}

/// Those of one hour of the day.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Hour {
    pub(super) hour: u8,
    #[serde(flatten)]
    pub(super) sums: Sums,
}

/// How many, and how long.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Sums {
    pub(super) count: u64,
    pub(super) served_count: u64,
    pub(super) no_show_count: u64,
    pub(super) abandoned_count: u64,
    pub(super) waiting: Spread,
    pub(super) operating: Spread,
    pub(super) on_site: Spread,
}

/// How long something took.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Spread {
    pub(super) count: u64,
    pub(super) mean: u64,
    pub(super) p50: u32,
    pub(super) p90: u32,
    #[serde(rename = "Max")]
    pub(super) longest: u32,
}

/// Why customers gave up, and how many.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reason {
    pub(super) text: String,
    pub(super) count: u64,
}
