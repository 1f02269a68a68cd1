//! `anteroom explain`: a ticket's story, and why it was called when it was.

use clap::Args;
use serde_json::{Value, json};

use super::branch::{Branch, text, tickets};
use super::paper::{Ink, Table};
use super::trouble::Trouble;
use super::{Session, Verdict};

/// `anteroom explain`.
#[derive(Debug, Args)]
#[command(after_help = "Needs the daemon. A label is looked for among the tickets of today; a \
number finds a ticket of any day.

Examples:
  anteroom explain A042
  anteroom explain 1234
  anteroom --json explain A042 | jq -r '.entries[].text'")]
pub(super) struct Asked {
    /// The label of a ticket of today (A042), or the number of any ticket.
    ticket: String,
}

pub(super) async fn perform(session: &mut Session, asked: &Asked) -> Result<Verdict, Trouble> {
    let daemon = &session.daemon;
    let id = match asked.ticket.parse::<u64>() {
        Ok(id) => id,
        Err(_) => labelled(&tickets(daemon, None).await?, &asked.ticket)?,
    };
    let story = daemon.get(&format!("/v1/tickets/{id}/story")).await?;
    // A ticket of a former day has a story, and no present.
    let ticket = daemon.get(&format!("/v1/tickets/{id}")).await.unwrap_or(Value::Null);
    if session.paper.is_json() {
        let personal = ["client_name", "note_text"];
        let mut ticket = ticket;
        if let Value::Object(members) = &mut ticket {
            members.retain(|name, _| !personal.contains(&name.as_str()));
        }
        session.paper.document(&json!({"ticket": story["ticket"], "label": story["label"],
            "state": story["state"], "entries": story["entries"],
            "explained": story["explained"], "now": ticket}))?;
        return Ok(Verdict::Well);
    }
    let branch = Branch::look(daemon).await?;
    tell(session, &branch, &story, &ticket)?;
    Ok(Verdict::Well)
}

fn labelled(tickets: &[Value], label: &str) -> Result<u64, Trouble> {
    let wanted = label.trim();
    let fits = |ticket: &&Value| {
        ticket["label"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(wanted))
    };
    let found = tickets.iter().find(fits).and_then(|ticket| ticket["id"].as_u64());
    found.ok_or_else(|| {
        Trouble::new("unknown_ticket", format!("no ticket of today is called `{wanted}`"))
            .remedy("`anteroom queue` shows who waits; a ticket of a former day has a number.")
    })
}

fn tell(
    session: &mut Session,
    branch: &Branch,
    story: &Value,
    ticket: &Value,
) -> Result<(), Trouble> {
    let paper = &mut session.paper;
    let label = text(story, "label");
    let label = if label.is_empty() { "a booking".to_owned() } else { label };
    let state = match text(story, "state") {
        state if state.is_empty() => "of a former day".to_owned(),
        state => format!("is {state}"),
    };
    let title = paper.ink(Ink::Strong, &label);
    paper.line(format!("{title} (ticket {}) {state}", story["ticket"]))?;
    if !ticket.is_null() {
        let service = branch.service(ticket["service"].as_u64().unwrap_or_default());
        let position = match ticket["position"].as_u64() {
            Some(position) => {
                format!(", position {position}, about {} min", text(ticket, "estimate_min"))
            }
            None => String::new(),
        };
        let [source, priority] = ["source", "priority"].map(|part| text(ticket, part));
        paper.line(format!("{service}{position}, taken by {source}, priority {priority}"))?;
    }
    paper.line("")?;
    let mut table = Table::of(&["time", "entry", "what happened"]);
    for entry in story["entries"].as_array().into_iter().flatten() {
        let at = branch.time(entry["at_ms"].as_i64().unwrap_or_default());
        table.texts([at, text(entry, "seq"), text(entry, "text")]);
    }
    paper.table(&table)?;
    let explained: Vec<&Value> = story["explained"].as_array().into_iter().flatten().collect();
    if !explained.is_empty() {
        paper.line("")?;
        paper.line("If a counter called the next one now:")?;
        let mut table = Table::of(&["counter", "this ticket"]);
        for counter in explained {
            table.texts([text(&counter["counter"], "name"), text(counter, "text")]);
        }
        paper.table(&table)?;
    }
    Ok(())
}
