//! `anteroom devices`: how they are doing, a test, a look over their shoulder.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::branch::{Branch, text};
use super::daemon::Pieces;
use super::paper::{Ink, Table};
use super::trouble::Trouble;
use super::{Session, Verdict};

/// Bytes of an event that has not ended yet; the daemon's are a fraction of it.
const EVENT_BYTES_MAX: usize = 1 << 20;

/// `anteroom devices`.
#[derive(Debug, Args)]
#[command(after_help = "Needs the daemon.

Examples:
  anteroom devices list
  anteroom devices test 1
  anteroom devices monitor 1")]
pub(super) struct Asked {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Debug, Subcommand)]
enum Deed {
    /// How each device is doing. Exit status 1 where one is in trouble.
    #[command(
        after_help = "Example:\n  anteroom --json devices list | jq '.[] | select(.state != \"online\")'"
    )]
    List,
    /// Prints a slip, shows a panel for ten seconds, or waits for a key to be pressed.
    #[command(after_help = "Example:\n  anteroom devices test 2")]
    Test {
        /// The device's number, as `list` has it.
        device: u32,
    },
    /// What a device does and what befalls it, as it happens, until Ctrl-C.
    #[command(after_help = "Example:\n  anteroom --json devices monitor 2 | jq -r .text")]
    Monitor {
        /// The device's number, as `list` has it.
        device: u32,
    },
}

pub(super) async fn perform(session: &mut Session, asked: &Asked) -> Result<Verdict, Trouble> {
    match asked.deed {
        Deed::List => list(session).await,
        Deed::Test { device } => test(session, device).await,
        Deed::Monitor { device } => monitor(session, device).await,
    }
}

async fn list(session: &mut Session) -> Result<Verdict, Trouble> {
    let devices = session.daemon.get("/v1/devices").await?;
    let all: Vec<&Value> = devices.as_array().into_iter().flatten().collect();
    let in_trouble = |device: &&Value| device["troubles"] != json!([]);
    let verdict = if all.iter().any(in_trouble) { Verdict::Wrong } else { Verdict::Well };
    if session.paper.is_json() {
        session.paper.document(&devices)?;
        return Ok(verdict);
    }
    if all.is_empty() {
        let how = "No device is named: name them on the administration's page, under Devices, or \
                   in the configuration, as `[[devices]]` with kind, driver and port.";
        session.paper.line(how)?;
        return Ok(verdict);
    }
    let branch = Branch::look(&session.daemon).await?;
    let mut table = Table::of(&["device", "kind", "name", "port", "state", "since", "troubles"]);
    for device in &all {
        let troubles = device["troubles"].as_array().into_iter().flatten();
        let troubles: Vec<String> = troubles.map(|trouble| text(trouble, "code")).collect();
        let ink = match (text(device, "state").as_str(), troubles.is_empty()) {
            ("offline", _) => Ink::Bad,
            (_, false) => Ink::Warn,
            (_, true) => Ink::Good,
        };
        table.row(vec![
            (Ink::Strong, device["id"].to_string()),
            (Ink::Plain, text(device, "kind")),
            (Ink::Plain, text(device, "name")),
            (Ink::Plain, text(device, "port")),
            (ink, text(device, "state")),
            (Ink::Plain, branch.time(device["since_ms"].as_i64().unwrap_or_default())),
            (Ink::Plain, troubles.join(", ")),
        ]);
    }
    session.paper.table(&table)?;
    for device in &all {
        for trouble in device["troubles"].as_array().into_iter().flatten() {
            let remedy = text(trouble, "remedy");
            session.paper.line(format!("{}: {remedy}", text(device, "name")))?;
        }
    }
    Ok(verdict)
}

async fn test(session: &mut Session, device: u32) -> Result<Verdict, Trouble> {
    let progress = session.paper.progress("testing; a keypad waits for a key");
    let tested = session.daemon.post(&format!("/v1/devices/{device}/test"), &json!({})).await;
    drop(progress);
    let tested = tested?;
    let good = ["printed", "shown", "pressed"];
    let is_good = good.iter().any(|result| tested["result"] == *result);
    if session.paper.is_json() {
        session.paper.document(&tested)?;
    } else {
        let ink = if is_good { Ink::Good } else { Ink::Bad };
        let result = text(&tested, "result").replace('_', " ");
        let result = session.paper.ink(ink, result);
        session.paper.line(format!("{result}: {}", text(&tested, "message")))?;
    }
    Ok(if is_good { Verdict::Well } else { Verdict::Wrong })
}

async fn monitor(session: &mut Session, device: u32) -> Result<Verdict, Trouble> {
    let branch = Branch::look(&session.daemon).await?;
    let stream = session.daemon.stream(&format!("/v1/devices/{device}/monitor")).await?;
    let mut events = Events::of(stream);
    while let Some(event) = events.next().await? {
        if event["kind"].is_null() {
            continue;
        }
        if session.paper.is_json() {
            session.paper.record(&event)?;
        } else {
            let at = branch.time(event["at_ms"].as_i64().unwrap_or_default());
            let at = session.paper.ink(Ink::Faint, at);
            let line = format!("{at}  {:<10} {}", text(&event, "kind"), text(&event, "text"));
            session.paper.line(line)?;
            session.paper.flush()?;
        }
    }
    Ok(Verdict::Well)
}

/// Server-sent events, of which the payload is wanted.
pub(super) struct Events {
    pieces: Pieces,
    /// What came of an event that has not ended.
    begun: Vec<u8>,
}

impl Events {
    pub(super) fn of(pieces: Pieces) -> Events {
        Events { pieces, begun: Vec::new() }
    }

    /// The next event's payload; nothing when the stream ends.
    pub(super) async fn next(&mut self) -> Result<Option<Value>, Trouble> {
        loop {
            if let Some(end) = self.begun.windows(2).position(|two| two == b"\n\n") {
                let event: Vec<u8> = self.begun.drain(..end + 2).collect();
                let event = String::from_utf8_lossy(&event).into_owned();
                let payload = event.lines().find_map(|line| line.strip_prefix("data: "));
                if let Some(payload) = payload.and_then(|text| serde_json::from_str(text).ok()) {
                    return Ok(Some(payload));
                }
                continue;
            }
            let Some(bytes) = self.pieces.next().await? else { return Ok(None) };
            self.begun.extend_from_slice(&bytes);
            if EVENT_BYTES_MAX < self.begun.len() {
                return Err(Trouble::new("garbled", "an event of the daemon has no end"));
            }
        }
    }
}
