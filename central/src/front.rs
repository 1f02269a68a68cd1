//! Central's front: health and figures for machines, a word for people, the API for the rest.

use std::fmt::Write as _;
use std::sync::Arc;

use serve::http::{
    Answer, AnswerBody, Call, Handler, Head, HttpFault, Method, Metrics, StatusCode,
};
use serve::problem::Problem;

use crate::api::{self, Api};
use crate::broker::BrokerView;
use crate::health;
use crate::pages;

const METRICS: &str = "metrics";
const ROOT: &str = "root";

/// Answers every call to central.
pub struct Front {
    api: Api,
    organisation: String,
    broker: Option<BrokerView>,
    metrics: Arc<Metrics>,
}

impl Front {
    /// The front of this organisation. `broker` is the one that is ours, if one is.
    pub fn new(
        api: Api,
        organisation: String,
        broker: Option<BrokerView>,
        metrics: Arc<Metrics>,
    ) -> Front {
        Front { api, organisation, broker, metrics }
    }

    fn figures(&self) -> Answer {
        let mut answer = self.metrics.answer(METRICS);
        let counts = self.api.intake.counts();
        let connected = u64::from(self.api.intake.broker_connected());
        let streams = u64::try_from(self.api.live.streams()).unwrap_or(u64::MAX);
        let restarts = self.broker.as_ref().map_or(0, BrokerView::restarts);
        let mut text = self.metrics.render();
        for (name, kind, help, value) in [
            ("anteroom_central_messages_total", "counter", "Messages heard.", counts.messages),
            ("anteroom_central_bytes_total", "counter", "Bytes of those.", counts.bytes),
            ("anteroom_central_changes_total", "counter", "Changes taken in.", counts.changes),
            ("anteroom_central_refused_total", "counter", "Changes refused.", counts.refused),
            (
                "anteroom_central_dead_letters_total",
                "counter",
                "Messages that could not be read.",
                counts.dead_letters,
            ),
            ("anteroom_central_commits_total", "counter", "Transactions on disk.", counts.commits),
            (
                "anteroom_central_failed_writes_total",
                "counter",
                "Transactions that failed.",
                counts.failed_writes,
            ),
            (
                "anteroom_central_alarms_total",
                "counter",
                "Documents that differ from the branch's at equal heads.",
                counts.alarms,
            ),
            ("anteroom_central_broker_connected", "gauge", "1 while it is.", connected),
            ("anteroom_central_streams", "gauge", "Live pages that are open.", streams),
            (
                "anteroom_central_broker_restarts_total",
                "counter",
                "Times that the own broker had to be started again.",
                restarts,
            ),
        ] {
            // Writing to a text cannot fail.
            writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}").ok();
        }
        answer.body = AnswerBody::Full(text.into());
        answer
    }

    /// A program at the bare address is told what this is, and so is a person while no page is built.
    fn root(&self) -> Answer {
        let text = format!(
            "Anteroom, the branches of {}.\n\n\
             /health            whether all is well\n\
             /metrics           figures for Prometheus\n\
             /v1/login          POST {{\"login\",\"password\"}} for a token\n\
             /v1/branches       the branches (Authorization: Bearer)\n\
             /v1/branches/{{id}}  one of them, with its services\n\
             /v1/screens/overview  all of them live, and /v1/screens/branches/{{id}} one\n\
             /v1/branches/{{id}}/figures  how its days went\n\
             /v1/figures        how one day went in all of them (/v1/figures.csv as a sheet)\n\
             /vt/api/           Virtual Ticket, for customers' apps\n\
             /docs              all of these, to be read (/v1/openapi.json for programs)\n\
             /api/1/            Branch services: the network's servers and figures\n\
             /restapi/v2/queuemanagement/waitingticketscount  who waits, by service\n",
            self.organisation
        );
        Answer::text(StatusCode::OK, text, ROOT)
    }
}

/// The paths that belong to the server itself.
fn own(path: &[&str]) -> Option<&'static str> {
    match path {
        ["health"] => Some(health::ROUTE),
        ["metrics"] => Some(METRICS),
        [] | [""] => Some(ROOT),
        _ => None,
    }
}

impl Handler for Front {
    fn routes(&self) -> Vec<&'static str> {
        let own = [health::ROUTE, METRICS, ROOT];
        api::routes().chain(own).chain(pages::ROUTES).collect()
    }

    async fn handle(&self, call: Call) -> Answer {
        let Some(route) = own(&call.path.segments()) else {
            return match pages::answer(&call) {
                Some(page) => page,
                None => self.api.answer(call).await,
            };
        };
        if call.method != Method::GET {
            return Problem::method_not_allowed("GET, HEAD").answer(route);
        }
        match route {
            METRICS => self.figures(),
            ROOT => pages::front(&call).unwrap_or_else(|| self.root()),
            _ => health::answer(&self.api, self.broker.as_ref()).await,
        }
    }

    fn fault(&self, head: &Head, fault: HttpFault) -> Answer {
        api::fault(&self.api, head, &fault)
    }
}
