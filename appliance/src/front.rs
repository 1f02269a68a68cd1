//! The daemon's front: health and figures for machines, a word for people, dialects for the rest.

use std::fmt::Write as _;
use std::sync::Arc;

use serve::http::header;
use serve::http::{
    Answer, Call, Handler, Head, HeaderValue, HttpFault, Method, Metrics, StatusCode,
};

use crate::api::{Api, Rooms};
use crate::devices::Board;
use crate::health;
use crate::store::Archive;

const METRICS: &str = "metrics";
const ROOT: &str = "root";

/// Answers every call to the daemon.
pub(crate) struct Front {
    rooms: Rooms,
    api: Api,
    archive: Archive,
    board: Board,
    metrics: Arc<Metrics>,
}

impl Front {
    /// The front of these rooms.
    pub(crate) fn new(
        rooms: Rooms,
        archive: Archive,
        board: Board,
        metrics: Arc<Metrics>,
    ) -> Front {
        Front { api: Api::new(rooms.clone()), rooms, archive, board, metrics }
    }

    fn figures(&self) -> Answer {
        let mut answer = self.metrics.answer(METRICS);
        let vitals = self.rooms.mailbox.vitals();
        let (open, last) = self.rooms.mailbox.read(|committed| {
            (committed.branch.open_tickets() as u64, committed.branch.parts().last_seq.0)
        });
        let mut text = self.metrics.render();
        for (name, kind, help, value) in [
            ("anteroom_commands_total", "counter", "Commands accepted.", vitals.commands()),
            (
                "anteroom_refusals_total",
                "counter",
                "Commands refused by a rule.",
                vitals.refusals(),
            ),
            ("anteroom_commits_total", "counter", "Transactions on disk.", vitals.commits()),
            ("anteroom_failed_writes_total", "counter", "Transactions lost.", vitals.failures()),
            ("anteroom_open_tickets", "gauge", "Tickets that are not closed.", open),
            ("anteroom_journal_entries", "counter", "Entries in the journal.", last),
        ] {
            // Writing to a text cannot fail.
            writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}").ok();
        }
        answer.body = serve::http::AnswerBody::Full(text.into());
        answer
    }
}

/// The paths that belong to the daemon itself.
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
        self.api.routes().into_iter().chain([health::ROUTE, METRICS, ROOT]).collect()
    }

    fn at_once(&self, call: &Call) -> Option<Answer> {
        self.api.at_once(call)
    }

    async fn handle(&self, call: Call) -> Answer {
        let Some(route) = own(&call.path.segments()) else { return self.api.handle(call).await };
        if call.method != Method::GET {
            let body = r#"{"error":"method_not_allowed","message":"Use GET here."}"#;
            return Answer::json(StatusCode::METHOD_NOT_ALLOWED, body, route)
                .with_header(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        }
        match route {
            METRICS => self.figures(),
            ROOT => root(&self.rooms),
            _ => health::answer(&self.rooms, &self.archive, &self.board),
        }
    }

    fn fault(&self, head: &Head, fault: HttpFault) -> Answer {
        self.api.fault(head, fault)
    }
}

/// A person at the bare address is told what this is.
fn root(rooms: &Rooms) -> Answer {
    let name = rooms.mailbox.read(|committed| committed.branch.settings().name.clone());
    let text = format!(
        "Anteroom, the queue of {name}.\n\n\
         /health   whether all is well\n\
         /metrics  figures for Prometheus\n\
         /qnet6/rest/smart/            Smart Ticket\n\
         /restapi/v2/queuemanagement/  Queue Management\n"
    );
    Answer::text(StatusCode::OK, text, ROOT)
}
