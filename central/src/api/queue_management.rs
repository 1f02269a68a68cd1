//! Queue Management at central: how many wait for each service, of one branch or of the network.
//!
//! Source: "Queue Management API", "waitingticketscount". All other operations change or show one
//! branch's line, and are served by that branch alone. `docs/queue-management.md` of the branch is
//! the manual.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serve::http::{Answer, Call, HttpFault, Method, header};
use serve::queue_management::{
    Errno, Fault, Format, ServiceCount, Services, Yes, format, json, render,
};
use serve::tokens::TokenFault;
use sync::ids::BranchId;

use super::Api;
use super::answers::Standpoint;
use crate::store::{BranchStanding, ServiceWait};

/// Segments before the operation: `/restapi/v2/queuemanagement`.
const PREFIX_SEGMENTS: usize = 3;

/// The route of calls that reach no operation.
const NO_ROUTE: &str = "queuemanagement";
const COUNT: &str = "queuemanagement/waitingticketscount";

/// The routes' names in logs and metrics.
pub(super) const ROUTES: [&str; 2] = [NO_ROUTE, COUNT];

/// Members of ours beside the vendor's: how fresh the word of a branch is.
#[derive(JsonSchema, Serialize)]
pub(super) struct OneBranch {
    #[serde(flatten)]
    services: Services,
    /// Whether the branch is there; if it is not, the counts are what it said last.
    connected: bool,
    /// Seconds since its last word; empty where it never said one.
    age: String,
}

/// Members of ours beside the vendor's: how much of the network is in the counts.
#[derive(JsonSchema, Serialize)]
pub(super) struct Network {
    #[serde(flatten)]
    services: Services,
    locations: String,
    /// Those that are connected: the counts are theirs.
    connected_locations: String,
}

/// Answers a call below `/restapi/v2/queuemanagement`.
pub(super) async fn answer(api: &Api, call: &Call) -> Answer {
    let location = target(call.path.segments().get(PREFIX_SEGMENTS..).unwrap_or_default());
    let route = if location.is_ok() { COUNT } else { NO_ROUTE };
    let wanted = format(call);
    let format = wanted.as_ref().copied().unwrap_or(Format::Json);
    let outcome = match (location, wanted) {
        (Err(fault), _) => Err(fault),
        (Ok(_), _) if call.method != Method::GET => Err(Fault::method("GET, HEAD")),
        (Ok(_), Err(fault)) => Err(fault),
        (Ok(location), Ok(_)) => count(api, call, location.as_deref()).await,
    };
    render(outcome, format, route)
}

/// Says why a call never came through.
pub(super) fn fault(fault: &HttpFault) -> Answer {
    render(Err(Fault::from(fault)), Format::Json, NO_ROUTE)
}

/// The location that may follow the operation. A slash at the end changes nothing.
fn target(rest: &[&str]) -> Result<Option<String>, Fault> {
    let rest = rest.strip_suffix(&[""]).unwrap_or(rest);
    match *rest {
        [] => Err(Fault::of(Errno::UriNotSpecified)),
        ["waitingticketscount"] => Ok(None),
        ["waitingticketscount", location] => Ok(Some(location.to_owned())),
        _ => Err(Fault::new(
            Errno::InvalidOperation,
            "central serves waitingticketscount alone; all other operations are served by the \
             branch",
        )),
    }
}

async fn count(api: &Api, call: &Call, location: Option<&str>) -> Result<Vec<u8>, Fault> {
    admit(api, call)?;
    let one = location.map(branch).transpose()?;
    let tenant = api.tenant.clone();
    let found = api.look(move |reader| reader.waits(&tenant, one)).await;
    let mut found =
        found.ok_or_else(|| Fault::later("central could not look that up; ask again"))?;
    let at = api.standpoint();
    if one.is_none() {
        return Ok(json(&network(&found, at)));
    }
    let (branch, services) = found.pop().ok_or_else(|| {
        Fault::new(Errno::NoValues, "the location names no branch of this organisation")
    })?;
    let connected = at.hears(branch.online, branch.heard_ms);
    let mut rows = Rows::default();
    rows.add(&branch, &services, connected, at);
    Ok(json(&OneBranch {
        services: rows.render(),
        connected,
        age: at.age_s(branch.heard_ms).map_or_else(String::new, |age| age.to_string()),
    }))
}

/// Whether this caller may ask, where callers have to sign in.
fn admit(api: &Api, call: &Call) -> Result<(), Fault> {
    if !api.queue_management_authentication {
        return Ok(());
    }
    let header = call.headers.get(header::AUTHORIZATION);
    let header = header.ok_or_else(|| {
        let message = "sign in with POST /v1/login and send the token as `Authorization: Bearer`";
        Fault::new(Errno::NotAuthenticated, message)
    })?;
    let who = api.accounts.who(Some(header.to_str().unwrap_or_default()));
    let who = who.map_err(|fault| match fault {
        TokenFault::Forged => {
            Fault::new(Errno::ForgedToken, "the token is none of central's, or not any more")
        }
        TokenFault::Expired => Fault::of(Errno::ExpiredToken),
    })?;
    if who.tenant == api.tenant.as_str() {
        return Ok(());
    }
    Err(Fault::new(Errno::ForgedToken, "the token is another organisation's"))
}

/// A branch's number, as at the branch.
fn branch(segment: &str) -> Result<BranchId, Fault> {
    let is_plain = !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
    match segment.parse() {
        Ok(id) if is_plain => Ok(BranchId(id)),
        Ok(_) | Err(_) => Err(Fault::parameter("the location", "a branch's number")),
    }
}

fn network(found: &[(BranchStanding, Vec<ServiceWait>)], at: Standpoint) -> Network {
    let mut rows = Rows::default();
    let mut connected = 0_usize;
    for (branch, services) in found {
        // What a branch said before it was cut off is not how many wait now.
        if at.hears(branch.online, branch.heard_ms) {
            connected += 1;
            rows.add(branch, services, true, at);
        }
    }
    Network {
        services: rows.render(),
        locations: found.len().to_string(),
        connected_locations: connected.to_string(),
    }
}

/// Services by number, letters and name: what is the same in several branches is one service.
#[derive(Default)]
struct Rows(BTreeMap<(u32, String, String), Row>);

#[derive(Default)]
struct Row {
    waiting: u64,
    /// Of those, who is not reserved for anyone: the mean is theirs, as at the branch.
    measured: u64,
    waited_ms: u64,
    open: bool,
}

impl Rows {
    /// Adds those of a branch, as of its last word.
    fn add(
        &mut self,
        branch: &BranchStanding,
        services: &[ServiceWait],
        connected: bool,
        at: Standpoint,
    ) {
        let now_ms = if connected { at.wall_ms() } else { branch.heard_ms.unwrap_or(0) };
        for service in services {
            let key = (service.id, service.tag.clone(), service.name.clone());
            let row = self.0.entry(key).or_default();
            let waited = service.since_ms.iter().map(|since| now_ms.saturating_sub(*since));
            row.waiting += service.waiting();
            row.measured += service.since_ms.len() as u64;
            row.waited_ms = row.waited_ms.saturating_add(waited.sum());
            row.open |= service.open && connected;
        }
    }

    fn render(self) -> Services {
        let row = |((id, tag, description), row): ((u32, String, String), Row)| {
            let mean_ms = row.waited_ms.checked_div(row.measured).unwrap_or(0);
            ServiceCount {
                id: id.to_string(),
                tag,
                description,
                number_of_waiting_tickets: row.waiting.to_string(),
                open: row.open,
                avg_waiting_time: (mean_ms / 1_000).to_string(),
            }
        };
        Services { success: Yes, services: self.0.into_iter().map(row).collect() }
    }
}
