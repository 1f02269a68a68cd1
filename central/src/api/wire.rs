//! The JSON of central's API, as `serde` reads and writes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `POST /v1/login`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Login {
    pub(super) login: String,
    pub(super) password: String,
}

/// `POST /v1/setup`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct SetUp {
    pub(super) code: String,
    pub(super) login: String,
    pub(super) name: String,
    pub(super) password: String,
}

/// `GET /v1/setup`: how it stands with the first user. No logins: whoever comes may ask.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "SetupStanding")]
pub(super) struct Standing {
    /// There is no user yet: the setup code is wanted.
    pub(super) awaited: bool,
}

/// The answer to `POST /v1/login` and `POST /v1/setup`.
#[derive(JsonSchema, Serialize)]
pub(super) struct Token {
    pub(super) token: String,
}

/// A branch in the list.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct Branch {
    pub(super) id: u32,
    pub(super) name: String,
    /// Its last word was that it is there, it is not old, and we can hear.
    pub(super) connected: bool,
    /// Seconds since its last word, in tenths; absent where it never said one.
    pub(super) age_s: Option<f64>,
    pub(super) waiting: u64,
    pub(super) serving: u64,
}

/// One branch.
#[derive(JsonSchema, Serialize)]
pub(super) struct BranchInFull {
    #[serde(flatten)]
    pub(super) branch: Branch,
    pub(super) services: Vec<Service>,
}

/// A service of a branch.
#[derive(JsonSchema, Serialize)]
pub(super) struct Service {
    pub(super) id: u32,
    pub(super) tag: String,
    pub(super) name: String,
    pub(super) waiting: u64,
    pub(super) served_today: u64,
}
