//! `/health`: whether central can take in what branches say, in plain words.

use schemars::JsonSchema;
use serde::Serialize;
use serve::http::{Answer, StatusCode};

use crate::api::Api;
use crate::broker::BrokerView;

/// The route's name in logs and metrics.
pub(crate) const ROUTE: &str = "health";

#[derive(JsonSchema, Serialize)]
pub(crate) struct Health {
    status: &'static str,
    version: &'static str,
    broker: BrokerHealth,
    store: StoreHealth,
    branches: BranchesHealth,
    /// Everything that wants a person, as sentences.
    problems: Vec<String>,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct BrokerHealth {
    status: &'static str,
    /// Milliseconds since 1970 from which on it has been so.
    since_ms: u64,
    /// The child process of the demonstration.
    #[serde(skip_serializing_if = "Option::is_none")]
    own: Option<OwnBroker>,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct OwnBroker {
    running: bool,
    process: Option<u32>,
    restarts: u64,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct StoreHealth {
    status: &'static str,
    failed_writes: u64,
}

#[derive(Default, JsonSchema, Serialize)]
pub(crate) struct BranchesHealth {
    known: usize,
    connected: usize,
}

/// The answer to `GET /health`: 200 while what branches say can be taken in and told, else 503.
pub(crate) async fn answer(api: &Api, broker: Option<&BrokerView>) -> Answer {
    let at = api.standpoint();
    let tenant = api.tenant.clone();
    let branches = api.look(move |reader| reader.branches(&tenant)).await;
    let branches = branches.map(|all| BranchesHealth {
        known: all.len(),
        connected: all.iter().filter(|figures| at.is_connected(figures)).count(),
    });
    let health = health(api, broker, at.can_hear, branches);
    let status = match health.status {
        "unavailable" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::OK,
    };
    let body = serde_json::to_vec(&health).expect("plain numbers and texts can be written");
    Answer::json(status, body, ROUTE)
}

fn health(
    api: &Api,
    broker: Option<&BrokerView>,
    can_hear: bool,
    branches: Option<BranchesHealth>,
) -> Health {
    let failing = !api.intake.store_takes_writes();
    let mut problems: Vec<String> = api.intake.trouble().into_iter().collect();
    if branches.is_none() {
        problems.push("The database cannot be read; the log says why.".to_owned());
    }
    if broker.is_some_and(|broker| !broker.is_running()) {
        problems.push("The broker has ended by itself; it is being started again.".to_owned());
    }
    if api.accounts.awaits_setup() {
        problems
            .push("Nobody can sign in yet: make the first user with the setup code.".to_owned());
    }
    let status = match (failing || branches.is_none(), problems.is_empty()) {
        (true, _) => "unavailable",
        (false, false) => "degraded",
        (false, true) => "ok",
    };
    Health {
        status,
        version: env!("CARGO_PKG_VERSION"),
        broker: BrokerHealth {
            status: if can_hear { "connected" } else { "away" },
            since_ms: api.intake.broker_since_ms(),
            own: broker.map(|broker| OwnBroker {
                running: broker.is_running(),
                process: broker.process(),
                restarts: broker.restarts(),
            }),
        },
        store: StoreHealth {
            status: if failing { "failing" } else { "ok" },
            failed_writes: api.intake.counts().failed_writes,
        },
        branches: branches.unwrap_or_default(),
        problems,
    }
}
