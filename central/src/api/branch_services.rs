//! Branch services at central: the servers of the network, how it stands, and how it did.
//!
//! Source: "Services REST API" (in Russian), the groups for a central server; the payloads are ours,
//! with the members that a branch has in its own answers. Everything else of the dialect is served
//! by the branches. `docs/branch-services.md` of the branch is the manual.
//!
//! A password stands in one of these paths, so a path is never written anywhere: logs and metrics
//! have the route.

mod answers;
mod faults;
mod requests;
pub(super) mod wire;

use serde::Serialize;
use serve::branch_services::faults::Fault;
use serve::branch_services::{self as services, period, token};
use serve::http::{Answer, Call, HttpFault, Method, StatusCode, header};
use sync::topics::Tenant;

use super::Api;
use crate::store::{Reader, Span, StoreError};

/// The route of calls that reach no operation.
pub(super) const NO_ROUTE: &str = "api/1";
pub(super) const LOGIN: &str = "api/1/queue/admin/login/{login}/{password}";
pub(super) const SERVERS: &str = "api/1/config/servers";
pub(super) const STATISTICS: &str = "api/1/queue/statistics";
pub(super) const LOAD: &str = "api/1/queue/load";
pub(super) const HISTORY: &str = "api/1/queue/statistics/history";

/// The routes' names in logs and metrics.
pub(super) const ROUTES: [&str; 6] = [NO_ROUTE, LOGIN, SERVERS, STATISTICS, LOAD, HISTORY];

const GET: (Method, &str) = (Method::GET, "GET, HEAD");
const POST: (Method, &str) = (Method::POST, "POST");

/// Answers a call below `/api/1`. A slash at the end changes nothing.
pub(super) async fn answer(api: &Api, call: &Call) -> Answer {
    let segments = call.path.segments();
    let rest = segments.get(2..).unwrap_or_default();
    let rest = rest.strip_suffix(&[""]).unwrap_or(rest);
    let (route, outcome) = match *rest {
        ["queue", "admin", "login", login, password] => {
            (LOGIN, log_in(api, call, login, password).await)
        }
        ["config", "servers"] => (SERVERS, servers(api, call).await),
        ["queue", "statistics"] => (STATISTICS, statistics(api, call).await),
        ["queue", "load"] => (LOAD, load(api, call).await),
        ["queue", "statistics", "history"] => (HISTORY, history(api, call).await),
        _ => (NO_ROUTE, Err(faults::AT_THE_BRANCH)),
    };
    match outcome {
        Ok(body) => Answer::json(StatusCode::OK, body, route),
        Err(fault) => render(api, &fault, &language(call), route),
    }
}

/// Says why a call never came through.
pub(super) fn fault(api: &Api, fault: &HttpFault) -> Answer {
    render(api, &Fault::from(fault), "", NO_ROUTE)
}

fn render(api: &Api, fault: &Fault, language: &str, route: &'static str) -> Answer {
    services::faults::render(fault, |text| api.texts.plain(language, text), route)
}

/// A token for whoever knows the password.
async fn log_in(api: &Api, call: &Call, login: &str, password: &str) -> Result<Vec<u8>, Fault> {
    only(call, &POST)?;
    let signed_in = api.accounts.sign_in(login, password, call.peer.ip()).await;
    Ok(json(&signed_in.map_err(faults::sign_in)?))
}

/// Who the branches are. Anyone may know.
async fn servers(api: &Api, call: &Call) -> Result<Vec<u8>, Fault> {
    only(call, &GET)?;
    let tenant = api.tenant.clone();
    let all = read(api, move |reader| reader.standings(&tenant, None, false)).await?;
    let at = api.standpoint();
    let rows = all.iter().map(|branch| answers::server(branch, api, at));
    Ok(json(&rows.collect::<Vec<_>>()))
}

/// How each branch stands.
async fn statistics(api: &Api, call: &Call) -> Result<Vec<u8>, Fault> {
    only(call, &GET)?;
    let tenant = tenant(api, call)?;
    let one = requests::server(call)?;
    let at = api.standpoint();
    let look = move |reader: &Reader| {
        let all = reader.standings(&tenant, one, true)?;
        let names = one.map(|one| reader.service_names(&tenant, one)).transpose()?;
        Ok(answers::statistics(&all, names, at))
    };
    let rows = read(api, look).await?;
    if one.is_some() && rows.is_empty() { Err(faults::NO_SERVER) } else { Ok(json(&rows)) }
}

/// How the whole network stands.
async fn load(api: &Api, call: &Call) -> Result<Vec<u8>, Fault> {
    only(call, &GET)?;
    let tenant = tenant(api, call)?;
    let at = api.standpoint();
    let look =
        move |reader: &Reader| Ok(answers::load(&reader.standings(&tenant, None, true)?, at));
    Ok(json(&read(api, look).await?))
}

/// How some days went, both ends included.
async fn history(api: &Api, call: &Call) -> Result<Vec<u8>, Fault> {
    only(call, &GET)?;
    let tenant = tenant(api, call)?;
    let one = requests::server(call)?;
    let standings = {
        let tenant = tenant.clone();
        read(api, move |reader| reader.standings(&tenant, one, false)).await?
    };
    if one.is_some() && standings.is_empty() {
        return Err(faults::NO_SERVER);
    }
    let period = requests::period(call, &standings, api.clock.now())?;
    let (first, last) = (period::day_number(period.start), period::day_number(period.end));
    let span = Span { first: first.unwrap_or(0), last: last.unwrap_or(0) };
    let at = api.standpoint();
    let look = move |reader: &Reader| {
        let Some(one) = one else {
            let network = reader.network(&tenant, span)?;
            return Ok(json(&answers::network(period, &network, &standings, at)));
        };
        let days = reader.days(&tenant, one, span)?.unwrap_or_default();
        let names = reader.service_names(&tenant, one)?;
        Ok(json(&answers::one_server(period, &days, &standings, names, at)))
    };
    read(api, look).await
}

fn only(call: &Call, (method, allowed): &(Method, &'static str)) -> Result<(), Fault> {
    if call.method == *method { Ok(()) } else { Err(Fault::method(allowed)) }
}

/// Whose branches this caller may see. Everyone who may sign in at central sees figures.
fn tenant(api: &Api, call: &Call) -> Result<Tenant, Fault> {
    let token = token(call).filter(|token| !token.is_empty()).ok_or(Fault::SILENT)?;
    let claims = api.accounts.whose(token).map_err(faults::token)?;
    // Ours are well formed; of another kind there is none.
    Tenant::parse(&claims.tenant).map_err(|_| Fault::FORGED)
}

async fn read<T: Send + 'static>(
    api: &Api,
    work: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Fault> {
    let looked = api.look(work).await;
    looked.ok_or_else(|| Fault::later("central could not look that up; ask again"))
}

/// The reader's language: `lang` in the query, else the first that is accepted.
fn language(call: &Call) -> String {
    if let Some(lang) = call.query.get("lang") {
        return lang.into_owned();
    }
    let accepted = call.headers.get(header::ACCEPT_LANGUAGE);
    let accepted = accepted.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = accepted.split(',').next().unwrap_or_default();
    first.split(';').next().unwrap_or_default().trim().to_owned()
}

fn json(shape: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(shape).expect("the shapes are texts, numbers and flags under plain names")
}
