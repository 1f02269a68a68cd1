//! Signing in, and who has.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serve::http::Answer;
use serve::problem::Problem;

use super::{Asked, faults, requests};
use crate::live::clerk::Signed;
use crate::store::Author;

/// `POST /v1/login`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Login {
    login: String,
    password: String,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "SignedIn")]
pub(super) struct Token<'a> {
    token: &'a str,
    operator: Signed<'a>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Me<'a> {
    /// None: the technician, at the box itself.
    operator: Option<Signed<'a>>,
    /// When the token's time is over; none: it has no end.
    expires_ms: Option<i64>,
}

pub(super) async fn login(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let Login { login, password } = requests::body(asked.call, "the texts `login` and `password`")?;
    let find = |settings: &engine::Settings| settings.operator_by_login(&login).cloned();
    let from = asked.call.peer.ip();
    let entry = asked.rooms.accounts.sign_in(&login, find, &password, from).await;
    let entry = entry.map_err(faults::sign_in)?;
    Ok(asked.json(&Token { token: &entry.token, operator: Signed::of(&entry.operator) }))
}

pub(super) fn me(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let operator = match asked.author()? {
        Author::Operator(_) => Some(Signed::of(asked.operator()?)),
        Author::Technician | Author::Box => None,
    };
    Ok(asked.json(&Me { operator, expires_ms: asked.until_ms() }))
}
