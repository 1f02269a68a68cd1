//! Head office's live pages, as streams or once; and who has signed in.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Serialize;
use serve::http::{Answer, Call, StatusCode};
use serve::live::{streamed, wants_json};

use super::answers::json;
use super::faults::Fault;
use super::{Api, requests};
use crate::live::Screen;

#[derive(JsonSchema, Serialize)]
pub(super) struct Me<'a> {
    operator: Person<'a>,
    organisation: &'a str,
    /// When the token's time is over.
    expires_ms: i64,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Person<'a> {
    login: &'a str,
    name: &'a str,
}

/// `GET /v1/screens/overview`.
pub(super) async fn overview(api: &Api, call: &Call, route: &'static str) -> Result<Answer, Fault> {
    let (tenant, until_ms) = api.tenant_until(call)?;
    show(api, call, Screen::Overview(tenant), until_ms, route).await
}

/// `GET /v1/screens/branches/{id}`.
pub(super) async fn branch(
    api: &Api,
    call: &Call,
    id: &str,
    route: &'static str,
) -> Result<Answer, Fault> {
    let (tenant, until_ms) = api.tenant_until(call)?;
    let id = requests::branch(id)?;
    show(api, call, Screen::Branch(tenant, id), until_ms, route).await
}

/// A stream of the screen's states, or its state where the caller asks for JSON.
async fn show(
    api: &Api,
    call: &Call,
    screen: Screen,
    until_ms: i64,
    route: &'static str,
) -> Result<Answer, Fault> {
    if wants_json(&call.headers) {
        let body = api.live.state(api, screen).await.map_err(Fault::Look)?;
        return Ok(Answer::json(StatusCode::OK, body, route));
    }
    let from: IpAddr = call.peer.ip();
    let stream = api.live.look(api, screen, from, until_ms).await.map_err(Fault::Look)?;
    Ok(streamed(Answer::events(stream, route)))
}

/// `GET /v1/me`.
pub(super) async fn me(api: &Api, call: &Call, route: &'static str) -> Result<Answer, Fault> {
    let who = api.accounts.who_until(requests::authorization(call));
    let (claims, expires_ms) = who.map_err(Fault::Token)?;
    let name = api.name_of(claims.login.clone()).await?;
    let operator = Person { login: &claims.login, name: &name };
    let me = Me { operator, organisation: &api.organisation, expires_ms };
    Ok(json(StatusCode::OK, &me, route))
}
