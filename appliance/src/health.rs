//! `/health`: whether the box can serve, and what a person should look at, in plain words.

use engine::Moment;
use schemars::JsonSchema;
use serde::Serialize;
use serve::http::{Answer, StatusCode};

use crate::api::Rooms;
use crate::devices::DeviceReport;
use crate::outbox::{OutboxView, Standing, SyncReport};
use crate::store::{Archive, SlipState};

/// The route's name in logs and metrics.
pub(crate) const ROUTE: &str = "health";

/// Milliseconds by which the clock must have been set for the start to be told by it: the two clocks
/// are read one after the other, and drift, and a moment that trembles looks like another start.
const CLOCK_SET_MIN_MS: u64 = 2_000;

#[derive(JsonSchema, Serialize)]
pub(crate) struct Health {
    status: &'static str,
    version: &'static str,
    /// When the daemon began to serve, in milliseconds since 1970-01-01 UTC. By the clock as it goes
    /// now: where that was set since, this moves with it.
    started_ms: i64,
    branch: BranchHealth,
    store: StoreHealth,
    clock: ClockHealth,
    sync: SyncHealth,
    devices: Vec<DeviceHealth>,
    /// Everything that wants a person, as sentences.
    problems: Vec<String>,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct BranchHealth {
    id: u32,
    name: String,
    business_day: Option<u32>,
    open_tickets: usize,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct StoreHealth {
    status: &'static str,
    last_entry: u64,
    failed_writes: u64,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct ClockHealth {
    status: &'static str,
    local_time: String,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct SyncHealth {
    state: &'static str,
    since: String,
    broker: Option<String>,
    last_heard: Option<String>,
    /// Journal entries that central is not known to hold; nothing where it has not been in step
    /// since the start.
    entries_waiting: Option<u64>,
    /// Business days, or parts of one, that it is not known to hold whole.
    documents_waiting: Option<u64>,
    documents_loaded: u64,
    trouble: Option<String>,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct DeviceHealth {
    id: u32,
    kind: &'static str,
    name: String,
    port: String,
    model: Option<String>,
    state: &'static str,
    since: String,
    last_good: Option<String>,
    reasons: Vec<&'static str>,
    slips: Vec<SlipCount>,
    /// Since the start; 0 of what has no keys.
    presses_lost: u64,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct SlipCount {
    state: &'static str,
    count: u64,
}

/// The answer to `GET /health`: 200 while the branch can be served, 503 while it cannot.
pub(crate) fn answer(rooms: &Rooms, outbox: &OutboxView, started: Moment) -> Answer {
    let health = health(rooms, outbox, started);
    let status = match health.status {
        "unavailable" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::OK,
    };
    let body = serde_json::to_vec(&health).expect("plain numbers and texts can be written");
    Answer::json(status, body, ROUTE)
}

fn health(rooms: &Rooms, outbox: &OutboxView, started: Moment) -> Health {
    let (archive, now) = (&rooms.archive, rooms.mailbox.moment());
    let failing = rooms.mailbox.vitals().is_failing();
    let trusted = rooms.mailbox.trusts(now);
    let (branch, last_entry, is_set_up) = rooms.mailbox.read(|committed| {
        let branch = &committed.branch;
        let settings = branch.settings();
        let health = BranchHealth {
            id: settings.branch.0,
            name: settings.name.clone(),
            business_day: branch.day().map(|day| day.id.0),
            open_tickets: branch.open_tickets(),
        };
        (health, branch.parts().last_seq.0, !settings.services.is_empty())
    });
    let mut problems = Vec::new();
    if failing {
        problems.push("The disk takes no writes: look whether it is full or broken.".to_owned());
    }
    if rooms.mailbox.vitals().is_damaged() {
        problems.push("The database has a damaged page: restore a backup tonight.".to_owned());
    }
    if !is_set_up {
        problems.push("The branch has no services yet: load its settings.".to_owned());
    } else if branch.business_day.is_none() {
        problems.push("No business day is open, so no ticket can be taken.".to_owned());
    }
    if !trusted {
        let why =
            "The clock is behind what is already written, or was never set: no business day ends.";
        problems.push(why.to_owned());
    }
    let sync = sync(rooms, archive, &outbox.report(), last_entry, &mut problems);
    let devices: Vec<DeviceHealth> = rooms
        .board
        .reports()
        .iter()
        .map(|report| device(rooms, archive, report, &mut problems))
        .collect();
    let status = match (failing, problems.is_empty()) {
        (true, _) => "unavailable",
        (false, false) => "degraded",
        (false, true) => "ok",
    };
    Health {
        status,
        version: env!("CARGO_PKG_VERSION"),
        started_ms: started_ms(started, now),
        branch,
        store: StoreHealth {
            status: if failing { "failing" } else { "ok" },
            last_entry,
            failed_writes: rooms.mailbox.vitals().failures(),
        },
        clock: ClockHealth {
            status: if trusted { "ok" } else { "untrusted" },
            local_time: rooms.zone.text(now),
        },
        sync,
        devices,
        problems,
    }
}

fn started_ms(started: Moment, now: Moment) -> i64 {
    let passed = now.steady_ms.saturating_sub(started.steady_ms);
    let by_now = now.wall_ms.saturating_sub_unsigned(passed);
    let is_set = CLOCK_SET_MIN_MS <= by_now.abs_diff(started.wall_ms);
    if is_set { by_now } else { started.wall_ms }
}

fn sync(
    rooms: &Rooms,
    archive: &Archive,
    report: &SyncReport,
    last_entry: u64,
    problems: &mut Vec<String>,
) -> SyncHealth {
    let text = |wall_ms| rooms.zone.text(engine::Moment { wall_ms, steady_ms: 0 });
    let since = text(report.since_ms);
    let broker = report.broker.as_deref().unwrap_or("");
    let documents = match report.standing {
        Standing::Off => None,
        Standing::InStep => Some(0),
        // A disk that cannot be read is told elsewhere.
        Standing::Cut | Standing::Unanswered | Standing::CatchingUp => archive.uncovered().ok(),
    };
    let why = report.trouble.as_deref().unwrap_or("no word yet");
    match report.standing {
        Standing::Off | Standing::InStep | Standing::CatchingUp => {}
        Standing::Cut => problems.push(format!(
            "There is no connection to the broker {broker} since {since}: {why}. The branch works \
             on; central gets everything when it is back."
        )),
        Standing::Unanswered => problems.push(format!(
            "Central does not answer since {since}, although the broker {broker} does. The branch \
             works on; central gets everything when it is back."
        )),
    }
    SyncHealth {
        state: report.standing.word(),
        since,
        broker: report.broker.clone(),
        last_heard: report.heard_ms.map(text),
        entries_waiting: report.covered_seq.map(|covered| last_entry.saturating_sub(covered)),
        documents_waiting: documents,
        documents_loaded: report.documents_loaded,
        trouble: report.trouble.clone(),
    }
}

fn device(
    rooms: &Rooms,
    archive: &Archive,
    report: &DeviceReport,
    problems: &mut Vec<String>,
) -> DeviceHealth {
    let text = |wall_ms| rooms.zone.text(engine::Moment { wall_ms, steady_ms: 0 });
    let counts = archive.slip_counts(report.id).unwrap_or_default();
    for reason in report.state.reasons().iter() {
        problems.push(format!("{} ({}): {}", report.name, report.port, reason.sentence()));
    }
    let lost = counts.iter().filter(|(state, _)| match state {
        SlipState::Uncertain | SlipState::Expired | SlipState::Dropped => true,
        SlipState::Queued | SlipState::Sending | SlipState::Printed => false,
    });
    let lost: u64 = lost.map(|(_, count)| count).sum();
    if lost != 0 {
        problems.push(format!("{}: {lost} slips of the last two days may be missing", report.name));
    }
    match report.presses_lost {
        0 => {}
        1 => problems.push(format!("{}: 1 press was lost since the start", report.name)),
        more => problems.push(format!("{}: {more} presses were lost since the start", report.name)),
    }
    DeviceHealth {
        id: report.id.0,
        kind: report.kind,
        name: report.name.clone(),
        port: report.port.clone(),
        model: report.model.clone(),
        state: report.state.word(),
        since: text(report.since_ms),
        last_good: report.last_good_ms.map(text),
        reasons: report.state.reasons().iter().map(|reason| reason.word()).collect(),
        slips: counts
            .into_iter()
            .map(|(state, count)| SlipCount { state: state.word(), count })
            .collect(),
        presses_lost: report.presses_lost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_is_told_by_the_clock_as_it_goes_now() {
        // A box without a battery began in 1970, and was told the time a minute later.
        let started = Moment { wall_ms: 5_000, steady_ms: 7_000 };
        let now = Moment { wall_ms: 1_800_000_060_000, steady_ms: 67_000 };
        assert_eq!(started_ms(started, now), 1_800_000_000_000);
        assert_eq!(started_ms(now, now), now.wall_ms);
        let slower = Moment { wall_ms: now.wall_ms + 60_001, steady_ms: now.steady_ms + 60_000 };
        assert_eq!(started_ms(now, slower), now.wall_ms, "it does not tremble");
    }
}
