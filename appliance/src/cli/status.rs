//! `anteroom status`: one screen about the branch.

use clap::Args;
use serde_json::{Value, json};

use super::branch::{Branch, span, text, tickets};
use super::paper::{Ink, Table};
use super::trouble::Trouble;
use super::{Session, Verdict};

/// `anteroom status`.
#[derive(Debug, Args)]
#[command(after_help = "Needs the daemon. Exit status 1 where something wants a person.

Examples:
  anteroom status
  anteroom --json status | jq .problems")]
pub(super) struct Asked {}

pub(super) async fn perform(session: &mut Session, _: &Asked) -> Result<Verdict, Trouble> {
    let reply = session.daemon.ask(hyper::Method::GET, "/health", &[], Vec::new()).await?;
    // A branch that cannot serve says so with 503, and with all the rest.
    let health = reply.json()?;
    let branch = Branch::look(&session.daemon).await?;
    let today = session.daemon.get("/v1/statistics/today").await?;
    let now_ms = today["now_ms"].as_i64().unwrap_or_default();
    let counts = counts(&tickets(&session.daemon, None).await?);
    let since_ms = health["started_ms"].as_i64();
    let verdict = if health["problems"] == json!([]) { Verdict::Well } else { Verdict::Wrong };
    if session.paper.is_json() {
        session.paper.document(&json!({
            "running": true,
            "status": health["status"],
            "version": health["version"],
            "since_ms": since_ms,
            "branch": health["branch"],
            "clock": health["clock"],
            "tickets": {"open": counts.open, "waiting": counts.waiting, "at_counters": counts.called,
                "asked_today": today["total"]["asked"], "served_today": today["total"]["served"]},
            "devices": health["devices"],
            "sync": health["sync"],
            "problems": health["problems"],
        }))?;
        return Ok(verdict);
    }
    let mut table = Table::plain();
    let mut say = |name: &str, ink: Ink, what: String| {
        table.row(vec![(Ink::Faint, name.to_owned()), (ink, what)]);
    };
    let named = format!("{} ({})", text(&health["branch"], "name"), health["branch"]["id"]);
    say("Branch", Ink::Strong, named);
    say("State", state_ink(&text(&health, "status")), state_text(&text(&health, "status")));
    if let Some(since_ms) = since_ms {
        let passed = u64::try_from(now_ms - since_ms).unwrap_or(0);
        say("Since", Ink::Plain, format!("{} ({})", branch.time(since_ms), span(passed)));
    }
    let day = match health["branch"]["business_day"].as_u64() {
        Some(day) => format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100),
        None => "none is open".to_owned(),
    };
    say("Day", Ink::Plain, format!("{day}, clock {}", text(&health["clock"], "local_time")));
    let tickets = format!(
        "{} waiting, {} at counters; today {} given out, {} served",
        counts.waiting, counts.called, today["total"]["asked"], today["total"]["served"]
    );
    say("Tickets", Ink::Plain, tickets);
    say("Central", sync_ink(&text(&health["sync"], "state")), sync_text(&health["sync"]));
    for device in health["devices"].as_array().into_iter().flatten() {
        let (ink, what) = device_text(device);
        say("Device", ink, what);
    }
    say("Version", Ink::Plain, text(&health, "version"));
    session.paper.table(&table)?;
    for problem in health["problems"].as_array().into_iter().flatten() {
        let mark = session.paper.ink(Ink::Bad, "!");
        session.paper.line(format!("{mark} {}", problem.as_str().unwrap_or_default()))?;
    }
    if verdict == Verdict::Wrong {
        session.paper.line("`anteroom doctor` says what to do.")?;
    }
    Ok(verdict)
}

struct Counts {
    open: usize,
    waiting: usize,
    called: usize,
}

fn counts(tickets: &[Value]) -> Counts {
    let among = |states: &[&str]| {
        let fits = |ticket: &&Value| states.iter().any(|state| ticket["state"] == *state);
        tickets.iter().filter(fits).count()
    };
    Counts {
        open: tickets.len() - among(&["closed"]),
        waiting: among(&["waiting"]),
        called: among(&["called", "serving", "afterwork"]),
    }
}

fn state_ink(state: &str) -> Ink {
    match state {
        "ok" => Ink::Good,
        "degraded" => Ink::Warn,
        _ => Ink::Bad,
    }
}

fn state_text(state: &str) -> String {
    match state {
        "ok" => "serving, all is well".to_owned(),
        "degraded" => "serving, but something wants a person".to_owned(),
        _ => "cannot serve".to_owned(),
    }
}

fn sync_ink(state: &str) -> Ink {
    match state {
        "in-step" => Ink::Good,
        "off" => Ink::Plain,
        _ => Ink::Warn,
    }
}

fn sync_text(sync: &Value) -> String {
    let state = text(sync, "state").replace(['-', '_'], " ");
    if state == "off" {
        return "not configured".to_owned();
    }
    let waiting = sync["entries_waiting"].as_u64().filter(|count| *count != 0);
    let waiting = waiting.map_or(String::new(), |count| format!(", {count} entries waiting"));
    format!("{state} since {}{waiting} ({})", text(sync, "since"), text(sync, "broker"))
}

fn device_text(device: &Value) -> (Ink, String) {
    let reasons: Vec<&str> =
        device["reasons"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let ink = match text(device, "state").as_str() {
        "offline" => Ink::Bad,
        _ if reasons.is_empty() => Ink::Good,
        _ => Ink::Warn,
    };
    let why = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join(", ")) };
    let [kind, name, port, state] =
        ["kind", "name", "port", "state"].map(|part| text(device, part));
    (ink, format!("{} {kind} {name} ({port}) {state}{why}", device["id"]))
}
