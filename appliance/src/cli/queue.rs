//! `anteroom queue`: who waits for what, and who is at the counters.

use std::collections::BTreeMap;
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use super::branch::{Branch, span, text, tickets};
use super::paper::{Ink, Table};
use super::trouble::Trouble;
use super::{Session, Verdict};

/// How often `--watch` looks.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Labels of a line that are shown.
const LABELS_SHOWN: usize = 8;

/// `anteroom queue`.
#[derive(Debug, Args)]
#[command(after_help = "Needs the daemon.

Examples:
  anteroom queue
  anteroom queue --watch
  anteroom --json queue | jq '.services[] | select(.waiting > 10)'")]
pub(super) struct Asked {
    /// Follows the branch until Ctrl-C.
    #[arg(long, short)]
    watch: bool,
}

pub(super) async fn perform(session: &mut Session, asked: &Asked) -> Result<Verdict, Trouble> {
    let mut shown: Option<Value> = None;
    loop {
        let picture = Picture::look(session).await?;
        let value = picture.json();
        if session.paper.is_json() {
            if !asked.watch {
                session.paper.document(&value)?;
            } else if shown.as_ref() != Some(&value) {
                session.paper.record(&value)?;
            }
        } else if !asked.watch {
            picture.lines(session).iter().try_for_each(|line| session.paper.line(line))?;
        } else if session.paper.is_terminal() || shown.as_ref() != Some(&value) {
            let lines = picture.lines(session);
            session.paper.screen(&lines)?;
        }
        if !asked.watch {
            return Ok(Verdict::Well);
        }
        shown = Some(value);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// The branch at one moment.
struct Picture {
    branch: Branch,
    now_ms: i64,
    /// The open tickets, by number.
    tickets: Vec<Value>,
    counters: Vec<Value>,
}

impl Picture {
    async fn look(session: &Session) -> Result<Picture, Trouble> {
        let daemon = &session.daemon;
        let branch = Branch::look(daemon).await?;
        let now_ms = daemon.get("/v1/statistics/today").await?["now_ms"].as_i64();
        let mut tickets = tickets(daemon, None).await?;
        tickets.retain(|ticket| ticket["state"] != "closed");
        let mut counters = daemon.get("/v1/counters").await?;
        let counters = counters["counters"].as_array_mut().map(std::mem::take);
        let counters = counters.unwrap_or_default();
        Ok(Picture { branch, now_ms: now_ms.unwrap_or_default(), tickets, counters })
    }

    /// The line of each service: those who wait, the longest first.
    fn lines_by_service(&self) -> BTreeMap<u64, Vec<&Value>> {
        let mut lines: BTreeMap<u64, Vec<&Value>> = BTreeMap::new();
        for ticket in self.tickets.iter().filter(|ticket| ticket["state"] == "waiting") {
            lines.entry(ticket["service"].as_u64().unwrap_or_default()).or_default().push(ticket);
        }
        for line in lines.values_mut() {
            line.sort_by_key(|ticket| ticket["since_ms"].as_i64());
        }
        lines
    }

    fn at_counter(&self, counter: &Value) -> Option<&Value> {
        let open = ["called", "serving", "afterwork"];
        self.tickets.iter().find(|ticket| {
            open.iter().any(|state| ticket["state"] == *state)
                && ticket["counter"]["id"] == counter["id"]
        })
    }

    /// The time since then; nothing where there was none.
    fn since(&self, value: &Value) -> String {
        let since = value.as_i64();
        let passed = since.map(|since| u64::try_from(self.now_ms - since).unwrap_or(0));
        passed.map(span).unwrap_or_default()
    }

    fn json(&self) -> Value {
        let lines = self.lines_by_service();
        let services = self.branch.settings["services"].as_array().into_iter().flatten();
        let services: Vec<Value> = services
            .map(|service| {
                let empty = Vec::new();
                let line = lines.get(&service["id"].as_u64().unwrap_or_default());
                let line = line.unwrap_or(&empty);
                let labels: Vec<&Value> = line.iter().map(|ticket| &ticket["label"]).collect();
                json!({"id": service["id"], "tag": service["tag"],
                    "name": self.branch.name(service), "waiting": line.len(),
                    "oldest_since_ms": line.first().map(|ticket| &ticket["since_ms"]),
                    "labels": labels})
            })
            .collect();
        let counters: Vec<Value> = self
            .counters
            .iter()
            .map(|counter| {
                let ticket = self.at_counter(counter);
                json!({"id": counter["id"], "name": counter["name"],
                    "operator": counter["operator"],
                    "ticket": ticket.map(|ticket| json!({"id": ticket["id"],
                        "label": ticket["label"], "state": ticket["state"],
                        "since_ms": ticket["since_ms"]}))})
            })
            .collect();
        let parked = self.tickets.iter().filter(|ticket| ticket["state"] == "parked").count();
        let missing = self.tickets.iter().filter(|ticket| ticket["state"] == "missing").count();
        json!({"services": services, "counters": counters, "parked": parked, "missing": missing})
    }

    fn lines(&self, session: &Session) -> Vec<String> {
        let picture = self.json();
        let lines = self.lines_by_service();
        let mut services = Table::of(&["service", "", "waiting", "longest", "line"]);
        for service in picture["services"].as_array().into_iter().flatten() {
            let line = lines.get(&service["id"].as_u64().unwrap_or_default());
            let labels = line.into_iter().flatten().map(|ticket| text(ticket, "label"));
            let mut labels: Vec<String> = labels.collect();
            let more = labels.len().saturating_sub(LABELS_SHOWN);
            labels.truncate(LABELS_SHOWN);
            if more != 0 {
                labels.push(format!("and {more} more"));
            }
            let longest = self.since(&service["oldest_since_ms"]);
            let waiting = text(service, "waiting");
            services.row(vec![
                (Ink::Strong, text(service, "tag")),
                (Ink::Plain, text(service, "name")),
                (Ink::Plain, waiting),
                (Ink::Plain, longest),
                (Ink::Plain, labels.join(" ")),
            ]);
        }
        let mut counters = Table::of(&["counter", "operator", "ticket", "state", "for"]);
        for counter in picture["counters"].as_array().into_iter().flatten() {
            let ticket = &counter["ticket"];
            let operator = text(&counter["operator"], "name");
            let closed = if operator.is_empty() { Ink::Faint } else { Ink::Plain };
            let operator = if operator.is_empty() { "closed".to_owned() } else { operator };
            let time = self.since(&ticket["since_ms"]);
            counters.row(vec![
                (Ink::Strong, text(counter, "name")),
                (closed, operator),
                (Ink::Plain, text(ticket, "label")),
                (Ink::Plain, text(ticket, "state")),
                (Ink::Plain, time),
            ]);
        }
        let ink = |ink: Ink, word: &str| session.paper.ink(ink, word);
        let mut all = services.lines(ink);
        all.push(String::new());
        all.extend(counters.lines(ink));
        let aside = format!("{} parked, {} missing", picture["parked"], picture["missing"]);
        all.push(String::new());
        all.push(format!("{aside}; {}", self.branch.time(self.now_ms)));
        all
    }
}
