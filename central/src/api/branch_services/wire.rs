//! The shapes of central's Branch services: answers in PascalCase, ages and spans in seconds.

use schemars::JsonSchema;
use serde::Serialize;
use serve::branch_services::figures::{OneDay, Sums, Times};

/// config/servers: one branch.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::api) struct Server<'a> {
    pub(super) id: u32,
    pub(super) name: &'a str,
    pub(super) is_connected: bool,
    /// Whether it speaks a version of the protocol that central cannot read.
    pub(super) wrong_protocol: bool,
    pub(super) organization_name: &'a str,
    pub(super) organization_full_name: &'a str,
    pub(super) organization_address: &'a str,
    pub(super) organization_phone: &'a str,
    pub(super) organization_fax: &'a str,
    pub(super) organization_email: &'a str,
    pub(super) integration_id: &'a str,
}

/// Which branch, and how old its word is.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::api) struct Word {
    pub(super) id: u32,
    pub(super) name: String,
    pub(super) is_connected: bool,
    /// Seconds since its last word; none where it never said one.
    pub(super) age: Option<u64>,
}

/// How many tickets are where.
#[derive(Debug, Default, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::api) struct Counts {
    pub(super) queue_length: u64,
    pub(super) invited_count: u64,
    pub(super) operating_count: u64,
    pub(super) personal_count: u64,
    pub(super) missing_count: u64,
}

/// queue/statistics: one branch, as its last word has it.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::api) struct Statistics {
    #[serde(flatten)]
    pub(super) word: Word,
    /// Its newest business day; none where it has told of none.
    pub(super) date: Option<String>,
    #[serde(flatten)]
    pub(super) counts: Counts,
    #[serde(flatten)]
    pub(super) figures: Shown,
}

/// All tickets; with groups where one branch is asked for.
#[derive(JsonSchema, Serialize)]
#[serde(untagged)]
pub(in crate::api) enum Shown {
    Total(Total),
    Times(Box<Times>),
}

/// Of all tickets.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::api) struct Total {
    pub(super) total: Sums,
}

/// queue/load. What is said of the network is said by branches that are connected.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::api) struct Load {
    pub(super) server_count: usize,
    pub(super) connected_count: usize,
    #[serde(flatten)]
    pub(super) counts: Counts,
    pub(super) total: Sums,
    /// The last word of the others.
    pub(super) disconnected: Disconnected,
}

/// What branches said before they were cut off.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::api) struct Disconnected {
    pub(super) server_count: usize,
    /// Seconds since the oldest of their words; none where none of them ever said one.
    pub(super) age: Option<u64>,
    #[serde(flatten)]
    pub(super) counts: Counts,
    pub(super) total: Sums,
}

/// queue/statistics/history.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::api) struct History {
    pub(super) start_date: String,
    pub(super) end_date: String,
    #[serde(flatten)]
    pub(super) figures: Shown,
    /// Those on which there was a ticket.
    pub(super) days: Vec<OneDay>,
    pub(super) servers: Vec<ServerHistory>,
}

/// The days of one branch, together.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::api) struct ServerHistory {
    #[serde(flatten)]
    pub(super) word: Word,
    pub(super) total: Sums,
}
