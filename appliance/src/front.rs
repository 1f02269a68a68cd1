//! The daemon's front: health and figures for machines, a word for people, dialects for the rest.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use engine::Moment;
use schemars::JsonSchema;
use serve::http::header;
use serve::http::{
    Answer, Call, Handler, Head, HeaderValue, HttpFault, Method, Metrics, StatusCode,
};

use serve::openapi::{Access, Dialect, Document, Kind, Media, Place, Said, shape};

use crate::api::{self, Api, Rooms};
use crate::backup::stream::{self, Workshop};
use crate::health;
use crate::outbox::{OutboxView, Standing};
use crate::pages;

const METRICS: &str = "metrics";
const ROOT: &str = "root";

/// Answers every call to the daemon.
pub(crate) struct Front {
    rooms: Rooms,
    api: Api,
    outbox: OutboxView,
    metrics: Arc<Metrics>,
    /// When the daemon began to serve.
    started: Moment,
    /// Where backups are made, for those who come by the box's own socket.
    workshop: Option<Workshop>,
}

impl Front {
    /// The front of these rooms.
    pub(crate) fn new(rooms: Rooms, outbox: OutboxView, metrics: Arc<Metrics>) -> Front {
        let (api, workshop, started) = (Api::new(rooms.clone()), None, rooms.mailbox.moment());
        Front { api, rooms, outbox, metrics, started, workshop }
    }

    /// The same front for those who come by the box's own socket.
    pub(crate) fn by_socket(&self) -> Front {
        Front {
            api: Api::by_socket(self.rooms.clone()),
            rooms: self.rooms.clone(),
            outbox: self.outbox.clone(),
            metrics: Arc::clone(&self.metrics),
            started: self.started,
            workshop: Some(Workshop::new()),
        }
    }

    fn figures(&self) -> Answer {
        let mut answer = self.metrics.answer(METRICS);
        let vitals = self.rooms.mailbox.vitals();
        let (open, last) = self.rooms.mailbox.read(|committed| {
            (committed.branch.open_tickets() as u64, committed.branch.parts().last_seq.0)
        });
        let sync = self.outbox.counts();
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let is_in_step = self.outbox.report().standing == Standing::InStep;
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
            (
                "anteroom_streams",
                "gauge",
                "Live screens that are open.",
                self.rooms.live.streams() as u64,
            ),
            ("anteroom_journal_entries", "counter", "Entries in the journal.", last),
            (
                "anteroom_sync_in_step",
                "gauge",
                "1 while central holds everything.",
                u64::from(is_in_step),
            ),
            (
                "anteroom_sync_transitions_total",
                "counter",
                "Entries put into documents.",
                read(&sync.transitions),
            ),
            ("anteroom_sync_changes_total", "counter", "Changes made.", read(&sync.changes)),
            (
                "anteroom_sync_left_out_total",
                "counter",
                "Entries that cannot be replicated.",
                read(&sync.left_out),
            ),
            (
                "anteroom_sync_messages_total",
                "counter",
                "Messages to the broker.",
                read(&sync.messages),
            ),
            ("anteroom_sync_bytes_total", "counter", "Bytes of them.", read(&sync.bytes)),
            (
                "anteroom_sync_repeats_total",
                "counter",
                "What was said again without an answer.",
                read(&sync.repeats),
            ),
            ("anteroom_sync_acks_total", "counter", "Acks of central.", read(&sync.acks)),
            (
                "anteroom_sync_restarts_total",
                "counter",
                "Times the outbox began again from the disk.",
                read(&sync.restarts),
            ),
        ] {
            // Writing to a text cannot fail.
            writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}").ok();
        }
        answer.body = serve::http::AnswerBody::Full(text.into());
        answer
    }
}

const ABOUT: &str = "Whether all is well, for watchdogs and whoever keeps the box.\n\nNot among the \
operations is `GET /v1/backup`, since this server does not answer it: over the network it is an \
unknown path, and the box's own socket (`anteroom.sock` in the data folder) alone gives a whole \
branch away. There it answers 200 with a zstd-compressed tar archive (`application/zstd`) that \
breaks off where the backup cannot be made, 409 `backup_under_way` while another one is made, and \
507 `no_room` where the disk has no room for it. `anteroom backup` asks for it and proves that it \
is whole.";

/// Every no of the daemon's own.
#[derive(JsonSchema)]
struct Plain {
    #[schemars(rename = "error")]
    _error: String,
    #[schemars(rename = "message")]
    _message: String,
}

/// Writes what is no dialect's into the OpenAPI document.
pub(crate) fn describe(document: &mut Document) {
    let mut chapter = document.chapter(Dialect {
        name: "Machine",
        prefix: "Machine",
        about: ABOUT,
        refusal: shape::<Plain>,
        refusal_media: "application/json",
        faults: &[(429, "This address asks too often.")],
        always: &[429],
        guarded: &[],
        bodied: &[],
        is_xml: false,
        bodies: &[],
        gap: |_| (Kind::Text, ""),
    });
    for (route, summary, said) in [
        (
            health::ROUTE,
            "Whether all is well: 503 while the branch cannot be served.",
            Said::gives::<health::Health>().or_at(503),
        ),
        (METRICS, "Figures for Prometheus.", Said::answers(200, Media::Other("text/plain"), None)),
    ] {
        let (path, summary) = (format!("/{route}"), summary.to_owned());
        let access = Access::Anyone;
        chapter.add(&Place { method: "GET", path, summary, access, guard: String::new() }, &said);
    }
    chapter.end();
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
        let own = [health::ROUTE, METRICS, ROOT, stream::ROUTE];
        self.api.routes().into_iter().chain(own).chain(pages::ROUTES).collect()
    }

    fn at_once(&self, call: &Call) -> Option<Answer> {
        let segments = call.path.segments();
        if own(&segments).is_some() {
            return None;
        }
        if api::speaks(&segments) { self.api.at_once(call) } else { pages::answer(call) }
    }

    fn body_bytes_max(&self, head: &Head) -> Option<usize> {
        self.api.body_bytes_max(head)
    }

    async fn handle(&self, call: Call) -> Answer {
        if let Some(workshop) = &self.workshop
            && *call.path.segments() == ["v1", "backup"]
            && call.method == Method::GET
        {
            return workshop.answer(&self.rooms);
        }
        let Some(route) = own(&call.path.segments()) else {
            let page = if api::speaks(&call.path.segments()) { None } else { pages::answer(&call) };
            return match page {
                Some(page) => page,
                None => self.api.handle(call).await,
            };
        };
        if call.method != Method::GET {
            let body = r#"{"error":"method_not_allowed","message":"Use GET here."}"#;
            return Answer::json(StatusCode::METHOD_NOT_ALLOWED, body, route)
                .with_header(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        }
        match route {
            METRICS => self.figures(),
            ROOT => pages::front(&call).unwrap_or_else(|| root(&self.rooms)),
            _ => health::answer(&self.rooms, &self.outbox, self.started),
        }
    }

    fn fault(&self, head: &Head, fault: HttpFault) -> Answer {
        self.api.fault(head, fault)
    }
}

/// A program at the bare address is told what this is, and so is a person while no page is built.
fn root(rooms: &Rooms) -> Answer {
    let name = rooms.mailbox.read(|committed| committed.branch.settings().name.clone());
    let text = format!(
        "Anteroom, the queue of {name}.\n\n\
         /health   whether all is well\n\
         /metrics  figures for Prometheus\n\
         /qnet6/rest/smart/            Smart Ticket\n\
         /restapi/v2/queuemanagement/  Queue Management\n\
         /vt/api/                      Virtual Ticket\n\
         /api/1/                       Branch services\n\n\
         /docs                all of these, to be read\n\
         /v1/openapi.json     the same for programs (OpenAPI 3.1)\n"
    );
    Answer::text(StatusCode::OK, text, ROOT)
}
