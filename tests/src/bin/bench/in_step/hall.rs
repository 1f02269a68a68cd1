//! What happens at the branch meanwhile, and its own figures about the wire.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;

use super::rows::{CALLED, SERVED, WAITING};
use crate::client::{Client, get, post};
use crate::commits::COUNTERS;
use crate::machine::Watch;
use crate::reads::QUEUE_MANAGEMENT;

/// Connections while central is away: as fast as it goes.
const CONNECTIONS: u32 = 16;

/// A command that was answered.
pub(super) struct Command {
    /// The ticket.
    pub(super) ticket: u64,
    /// How far it was brought.
    pub(super) reached: u8,
    /// When the answer was there.
    pub(super) answered: Duration,
}

enum Step {
    Take,
    Call,
    End { ticket: u64, call: u64 },
}

/// One customer after the other, served by one clerk.
pub(super) struct Hall {
    client: Client,
    step: Step,
}

impl Hall {
    /// An empty one.
    pub(super) async fn open(address: SocketAddr) -> std::io::Result<Hall> {
        Ok(Hall { client: Client::connect(address).await?, step: Step::Take })
    }

    /// The next command: a ticket, its call, its end.
    pub(super) async fn next(
        &mut self,
        watch: &Watch,
    ) -> Result<Command, Box<dyn std::error::Error>> {
        let (operation, form, reached) = match self.step {
            Step::Take => ("createticket", "service_id=1".to_owned(), WAITING),
            Step::Call => ("callnextticket", "desk_id=1".to_owned(), CALLED),
            Step::End { call, .. } => ("endcall", format!("answer_id={call}"), SERVED),
        };
        let answer = ask(&mut self.client, operation, &form).await?;
        let answered = watch.elapsed();
        let answer = answer.ok_or_else(|| format!("{operation} is refused"))?;
        let (step, ticket) = match self.step {
            Step::Take => (Step::Call, id(&answer["ticket"])?),
            Step::Call => {
                let (ticket, call) = (id(&answer["answer"]["ticket"])?, id(&answer["answer"])?);
                (Step::End { ticket, call }, ticket)
            }
            Step::End { ticket, .. } => (Step::Take, ticket),
        };
        self.step = step;
        Ok(Command { ticket, reached, answered })
    }
}

/// So many visits by several clerks at once; how many of them came to their end.
pub(super) async fn visits(
    address: SocketAddr,
    count: u32,
) -> Result<u64, Box<dyn std::error::Error>> {
    let mut tasks = tokio::task::JoinSet::new();
    for clerk in 0..CONNECTIONS {
        let visits = count / CONNECTIONS;
        tasks.spawn(async move {
            let mut client = Client::connect(address).await?;
            let mut served = 0;
            for _ in 0..visits {
                served += u64::from(visit(&mut client, clerk).await?);
            }
            Ok::<u64, std::io::Error>(served)
        });
    }
    let mut served = 0;
    while let Some(done) = tasks.join_next().await {
        served += done??;
    }
    Ok(served)
}

/// Whether somebody was served: another clerk may have called the one who came.
async fn visit(client: &mut Client, clerk: u32) -> std::io::Result<bool> {
    ask(client, "createticket", &format!("service_id={}", 1 + clerk % 6)).await?;
    let at = format!("desk_id={}", 1 + clerk % COUNTERS);
    let Some(answer) = ask(client, "callnextticket", &at).await? else { return Ok(false) };
    let call = id(&answer["answer"]).map_err(std::io::Error::other)?;
    Ok(ask(client, "endcall", &format!("answer_id={call}")).await?.is_some())
}

/// An operation of Queue Management; nothing where it is refused.
async fn ask(client: &mut Client, operation: &str, form: &str) -> std::io::Result<Option<Value>> {
    let (status, body) =
        client.send(&post(&format!("{QUEUE_MANAGEMENT}/{operation}"), form)).await?;
    if status != 200 {
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(body)?))
}

fn id(value: &Value) -> Result<u64, String> {
    let id = value["id"].as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| format!("{value} has no id"))
}

/// What the branch has counted of the wire.
#[derive(Clone, Copy, Default)]
pub(super) struct SyncFigures {
    bytes: f64,
    /// Journal entries that were put into changes.
    pub(super) transitions: f64,
    /// Whether central holds everything.
    pub(super) is_in_step: bool,
}

impl SyncFigures {
    /// As `/metrics` has them.
    pub(super) async fn of(address: SocketAddr) -> Result<SyncFigures, Box<dyn std::error::Error>> {
        let mut client = Client::connect(address).await?;
        let (status, body) = client.send(&get("/metrics")).await?;
        if status != 200 {
            return Err(format!("the figures answer {status}").into());
        }
        let text = std::str::from_utf8(body)?;
        let figure = |name: &str| {
            let mut lines = text.lines().filter_map(|line| line.split_once(' '));
            let value =
                lines.find(|(key, _)| *key == name).and_then(|(_, value)| value.parse().ok());
            value.ok_or_else(|| format!("no figure {name}"))
        };
        let in_step: f64 = figure("anteroom_sync_in_step")?;
        // The journal may have grown since that was said.
        let behind =
            figure("anteroom_journal_entries")? - figure("anteroom_sync_transitions_total")?;
        Ok(SyncFigures {
            bytes: figure("anteroom_sync_bytes_total")?,
            transitions: figure("anteroom_sync_transitions_total")?,
            is_in_step: in_step == 1.0 && behind <= 0.0,
        })
    }

    /// What has come since.
    pub(super) fn since(self, before: SyncFigures) -> SyncFigures {
        SyncFigures {
            bytes: self.bytes - before.bytes,
            transitions: self.transitions - before.transitions,
            ..self
        }
    }

    /// Bytes for each transition, all that the branch has said counted.
    pub(super) fn bytes_each(self) -> f64 {
        self.bytes / self.transitions
    }

    /// Of this time, microseconds for each transition.
    pub(super) fn each_us(self, seconds: f64) -> f64 {
        seconds * 1e6 / self.transitions
    }
}
