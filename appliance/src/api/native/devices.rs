//! The box's devices: how each is doing, a test of it, and a look over its shoulder.

use std::time::Duration;

use drivers::link_state::{LinkState, Reason};
use engine::{CounterId, DeviceId};
use schemars::JsonSchema;
use serde::Serialize;
use serve::http::{Answer, Bytes, StatusCode};
use serve::live::{PING_EVERY, RETRY_MS, STREAM_RETRY_AFTER_S, ping, streamed};
use serve::problem::Problem;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::{Instant, interval_at};

use super::{Asked, faults, requests};
use crate::api::Rooms;
use crate::checks::Post;
use crate::devices::{DeviceReport, Line, Outcome, PANEL_STANDS, PRESS_WAITED_FOR};
use crate::fittings::SetIn;
use crate::live::EVENT_STREAMS_MAX;
use crate::store::{Housekeeping, SlipState};

/// How long the caller waits for a test slip; after that it is told that it still waits.
const SLIP_WAITED_FOR: Duration = Duration::from_secs(12);

/// How often the spool is looked at meanwhile.
const SLIP_LOOK_EVERY: Duration = Duration::from_millis(100);

/// How long the caller waits for a display that is busy with something else.
const PANEL_WAITED_FOR: Duration = Duration::from_secs(10);

/// Beyond the time for a press: the keypad is looked at once a second.
const PRESS_GRACE: Duration = Duration::from_secs(3);

/// Pieces that wait for a slow reader; beyond them the task waits, and reads on later.
const PIECES_MAX: usize = 2;

#[derive(JsonSchema, Serialize)]
pub(super) struct Device {
    id: u32,
    kind: &'static str,
    name: String,
    port: String,
    /// The model that it has told, if any.
    model: Option<String>,
    state: &'static str,
    since_ms: i64,
    last_good_ms: Option<i64>,
    troubles: Vec<Trouble>,
    /// Slips of the last two days, by what became of them.
    slips: Vec<Slips>,
    presses_lost: u64,
    /// The counter at which it stands; null for one of the whole hall.
    counter: Option<u32>,
    /// Where it is set down: `configuration`, which no page changes, or `box`.
    set_in: &'static str,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Trouble {
    code: &'static str,
    remedy: &'static str,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Slips {
    state: &'static str,
    count: u64,
}

/// What became of a test.
#[derive(JsonSchema, Serialize)]
pub(super) struct Tested {
    device: u32,
    kind: &'static str,
    /// `printed`, `waiting`, `not_printed`, `shown`, `pressed` or `not_pressed`.
    result: &'static str,
    /// The key that was pressed, numbered from 1.
    key: Option<u8>,
    /// Until when a display shows its test, unless somebody is called.
    until_ms: Option<i64>,
    /// What to look at, in a sentence.
    message: String,
}

/// `GET /v1/devices`.
pub(super) fn list(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let posts = asked.rooms.cabinet.posts();
    let set_in = asked.rooms.cabinet.fittings().set_in;
    let mut devices = Vec::new();
    for report in asked.rooms.board.reports() {
        let counts = asked.rooms.archive.slip_counts(report.id);
        let counts = counts.map_err(|error| faults::unreadable(&error))?;
        devices.push(device(report, counts, &posts, set_in));
    }
    Ok(asked.json(&devices))
}

fn device(
    report: DeviceReport,
    counts: Vec<(SlipState, u64)>,
    posts: &[Post],
    set_in: SetIn,
) -> Device {
    let reasons = report.state.reasons();
    let trouble = |reason: Reason| Trouble { code: reason.word(), remedy: reason.sentence() };
    let slips = counts.into_iter().map(|(state, count)| Slips { state: state.word(), count });
    Device {
        id: report.id.0,
        kind: report.kind,
        state: report.state.word(),
        since_ms: report.since_ms,
        last_good_ms: report.last_good_ms,
        troubles: reasons.iter().map(trouble).collect(),
        slips: slips.collect(),
        presses_lost: report.presses_lost,
        counter: posts
            .iter()
            .find_map(|post| counter_of(*post, report.id))
            .map(|counter| counter.0),
        set_in: set_in.word(),
        name: report.name,
        port: report.port,
        model: report.model,
    }
}

fn counter_of(post: Post, device: DeviceId) -> Option<CounterId> {
    match post {
        Post::Display(id, counter) if id == device => counter,
        Post::Keypad(id, counter) if id == device => Some(counter),
        Post::Printer(_) | Post::Display(..) | Post::Keypad(..) => None,
    }
}

/// `POST /v1/devices/{device}/test`.
pub(super) async fn test(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let report = named(asked)?;
    if let LinkState::Offline { reason, .. } = report.state {
        let detail = format!("{} cannot be reached. {}", report.name, reason.sentence());
        return Err(faults::conflict("device_offline", detail));
    }
    let post = asked.rooms.cabinet.posts().into_iter().find(|post| match post {
        Post::Printer(id) | Post::Display(id, _) | Post::Keypad(id, _) => *id == report.id,
    });
    let tested = match post {
        Some(Post::Printer(_)) => print(asked, &report).await?,
        Some(Post::Display(..)) => show(asked, &report).await?,
        Some(Post::Keypad(..)) => press(asked, &report).await?,
        None => return Err(unknown()),
    };
    Ok(asked.json(&tested))
}

fn unknown() -> Problem {
    faults::unknown("unknown_device", "There is no such device; see /v1/devices.")
}

fn named(asked: &Asked<'_>) -> Result<DeviceReport, Problem> {
    let id = u32::try_from(asked.gaps.first()).ok().map(DeviceId);
    let reports = asked.rooms.board.reports();
    reports.into_iter().find(|report| Some(report.id) == id).ok_or_else(unknown)
}

fn tested(report: &DeviceReport, result: &'static str, message: impl Into<String>) -> Tested {
    let (device, kind) = (report.id.0, report.kind);
    Tested { device, kind, result, key: None, until_ms: None, message: message.into() }
}

async fn print(asked: &Asked<'_>, report: &DeviceReport) -> Result<Tested, Problem> {
    let mailbox = &asked.rooms.mailbox;
    let at = mailbox.moment();
    // Below every entry's number, and its own as long as nobody tests twice in a millisecond: then
    // both are told of one slip.
    let number = -(at.wall_ms.max(1) << 6) - i64::from(report.id.0 & 63);
    let note = Housekeeping::TestSlip { number, device: report.id, asked: at };
    let kept = mailbox.keep(note).await;
    let settings = mailbox.read(|now| now.branch.settings().clone());
    kept.map_err(|error| faults::submit(&settings, error))?;
    let until = Instant::now() + SLIP_WAITED_FOR;
    loop {
        let slip = asked.rooms.archive.test_slip(number);
        let slip = slip.map_err(|error| faults::unreadable(&error))?;
        let (state, reason) = slip.unwrap_or((SlipState::Queued, None));
        match state {
            SlipState::Printed => {
                let message = "The slip is out: can every line be read?";
                return Ok(tested(report, "printed", message));
            }
            SlipState::Uncertain | SlipState::Expired | SlipState::Dropped => {
                let why = reason.unwrap_or_else(|| state.word().to_owned());
                let message = format!("The slip may not be on paper: {why}.");
                return Ok(tested(report, "not_printed", message));
            }
            SlipState::Queued | SlipState::Sending if until <= Instant::now() => {
                let message = "The slip waits; it comes out when the printer is ready.";
                return Ok(tested(report, "waiting", message));
            }
            SlipState::Queued | SlipState::Sending => tokio::time::sleep(SLIP_LOOK_EVERY).await,
        }
    }
}

async fn show(asked: &Asked<'_>, report: &DeviceReport) -> Result<Tested, Problem> {
    match outcome(asked, report, PANEL_WAITED_FOR).await? {
        Some(Outcome::Shown) => {
            let stands_ms = i64::try_from(PANEL_STANDS.as_millis()).unwrap_or(i64::MAX);
            let until_ms = Some(asked.rooms.mailbox.moment().wall_ms + stands_ms);
            let message = "It shows TEST for ten seconds, or until somebody is called.";
            Ok(Tested { until_ms, ..tested(report, "shown", message) })
        }
        Some(Outcome::InUse | Outcome::Pressed(_)) => Err(in_use(report)),
        Some(Outcome::Lost(reason)) => Err(lost(report, reason)),
        None => Err(lost(report, Reason::NoAnswer)),
    }
}

async fn press(asked: &Asked<'_>, report: &DeviceReport) -> Result<Tested, Problem> {
    match outcome(asked, report, PRESS_WAITED_FOR + PRESS_GRACE).await? {
        Some(Outcome::Pressed(key)) => {
            let message = format!("Key {key} was pressed.");
            Ok(Tested { key: Some(key), ..tested(report, "pressed", message) })
        }
        Some(Outcome::InUse | Outcome::Shown) => Err(in_use(report)),
        Some(Outcome::Lost(reason)) => Err(lost(report, reason)),
        None => {
            let message = "No key was pressed within fifteen seconds.";
            Ok(tested(report, "not_pressed", message))
        }
    }
}

/// What the device's task says became of it; nothing where it says nothing in time.
async fn outcome(
    asked: &Asked<'_>,
    report: &DeviceReport,
    time: Duration,
) -> Result<Option<Outcome>, Problem> {
    let outcome = asked.rooms.board.trials().ask(report.id).ok_or_else(|| in_use(report))?;
    Ok(tokio::time::timeout(time, outcome).await.ok().and_then(Result::ok))
}

fn in_use(report: &DeviceReport) -> Problem {
    let detail = format!("{} is in use by a customer or another test; try again.", report.name);
    faults::conflict("device_in_use", detail)
}

fn lost(report: &DeviceReport, reason: Reason) -> Problem {
    let detail = format!("{} was lost meanwhile. {}", report.name, reason.sentence());
    faults::conflict("device_offline", detail)
}

/// `GET /v1/devices/{device}/monitor`.
pub(super) fn monitor(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let device = named(asked)?.id;
    let header = asked.call.headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let after = match header.filter(|text| !text.is_empty()) {
        Some(text) => requests::digits(text).ok_or_else(|| {
            requests::bad("bad_parameter", "Last-Event-ID must be the number of an event.")
        })?,
        None => requests::number(asked.call, "after")?.unwrap_or(0),
    };
    let Some(place) = asked.rooms.live.follow_journal() else {
        let detail = format!("{EVENT_STREAMS_MAX} programs follow the branch already.");
        let full = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_streams", detail);
        return Err(full.retry_after(STREAM_RETRY_AFTER_S));
    };
    let (pieces, stream) = mpsc::channel(PIECES_MAX);
    let until_ms = asked.until_ms();
    let watcher =
        Watcher { rooms: asked.rooms.clone(), device, after, pieces, until_ms, _place: place };
    tokio::spawn(watcher.watch());
    Ok(streamed(Answer::events(stream, asked.row.path)))
}

struct Watcher {
    rooms: Rooms,
    device: DeviceId,
    after: u64,
    pieces: mpsc::Sender<Bytes>,
    until_ms: Option<i64>,
    _place: OwnedSemaphorePermit,
}

impl Watcher {
    /// Watches until the other end is gone, or the token's time is over.
    async fn watch(mut self) {
        let mut grown = self.rooms.board.diary().grown();
        let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        let greeting = Bytes::from(format!("retry: {RETRY_MS}\n\n"));
        if self.pieces.send(greeting).await.is_err() {
            return;
        }
        loop {
            grown.mark_unchanged();
            let lines = self.rooms.board.diary().after(self.device, self.after);
            if let Some(last) = lines.last() {
                self.after = last.number;
                let piece: String = lines.iter().map(event).collect();
                if self.pieces.send(piece.into()).await.is_err() {
                    return;
                }
            }
            tokio::select! {
                changed = grown.changed() => if changed.is_err() { return },
                () = self.pieces.closed() => return,
                _ = pings.tick() => {
                    let now_ms = self.rooms.mailbox.moment().wall_ms;
                    let is_over = self.until_ms.is_some_and(|until| until <= now_ms);
                    if is_over || self.pieces.send(ping(now_ms)).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

fn event(line: &Line) -> String {
    let Line { number, at_ms, kind, text } = line;
    let body = serde_json::json!({"at_ms": at_ms, "kind": kind, "text": text});
    format!("event: {kind}\nid: {number}\ndata: {body}\n\n")
}
