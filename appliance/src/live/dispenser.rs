//! What a dispenser shows: what can be had, the printer, and a code for phones that is always good.

use drivers::link_state::{LinkState, Reason};
use drivers::printer::qr;
use engine::settings::{Hours, Service};
use engine::{Branch, Now, Pass, Settings, TicketId};
use jiff::ToSpan as _;
use schemars::JsonSchema;
use serde::Serialize;

use super::wire::{self, Names, Origin};
use super::{Live, lock};
use crate::api::Rooms;
use crate::local_time::Zone;
use crate::store::SlipState;

/// Days that are looked through for the next opening.
const DAYS_AHEAD: i64 = 7;

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "DispenserScreen")]
pub(crate) struct State<'a> {
    #[serde(flatten)]
    origin: Origin<'a>,
    languages: Vec<Tongue<'a>>,
    standby_s: u32,
    services: Vec<Offer<'a>>,
    groups: Vec<Group<'a>>,
    printer: Printer,
    smart: Option<Smart>,
    bookings: bool,
    slips: Vec<Slip>,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct Tongue<'a> {
    id: u32,
    code: &'a str,
    name: &'a str,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct Offer<'a> {
    id: u32,
    tag: &'a str,
    names: Names<'a>,
    descriptions: Names<'a>,
    state: &'static str,
    opens_ms: Option<i64>,
    waiting: usize,
    estimate_min: u64,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "OfferGroup")]
pub(crate) struct Group<'a> {
    id: u32,
    names: Names<'a>,
    services: Vec<u32>,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct Printer {
    state: &'static str,
    reasons: Vec<&'static str>,
}

/// A code for phones.
#[derive(Clone, JsonSchema, Serialize)]
pub(crate) struct Smart {
    enabled: bool,
    url: String,
    qr: Picture,
    made_ms: i64,
    expires_ms: i64,
}

/// A QR code: the black modules as an SVG path in a box of `size` by `size`.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub(crate) struct Picture {
    pub(crate) size: usize,
    pub(crate) path: String,
}

impl Picture {
    /// The code of a text; nothing where it does not fit into one.
    pub(crate) fn of(text: &str) -> Option<Picture> {
        let (size, path) = qr::path(text)?;
        Some(Picture { size, path })
    }
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct Slip {
    ticket: u64,
    state: &'static str,
}

/// The code that is shown, and the key in it.
pub(super) struct Code {
    pass: Pass,
    smart: Smart,
}

/// The state.
pub(super) fn render(rooms: &Rooms, live: &Live) -> Vec<u8> {
    let now = rooms.now();
    let smart = code(rooms, live, now);
    let slips = slips(rooms, live);
    rooms.mailbox.read(|committed| {
        let branch = &committed.branch;
        let settings = branch.settings();
        let offered = settings.services.iter().filter(|service| !service.hidden);
        let profile = settings.dispenser(settings.smart_ticket.dispenser_profile);
        wire::json(&State {
            origin: Origin::of(branch),
            languages: tongues(settings),
            standby_s: profile.map_or(STANDBY_S, |profile| profile.standby_s),
            services: offered.map(|service| offer(rooms, branch, service, now)).collect(),
            groups: groups(settings),
            printer: printer(rooms),
            smart,
            bookings: settings.bookings.enabled,
            slips,
        })
    })
}

/// Where no profile says otherwise.
const STANDBY_S: u32 = 30;

fn tongues(settings: &Settings) -> Vec<Tongue<'_>> {
    let languages = settings.languages.iter();
    languages.map(|l| Tongue { id: l.id.0, code: &l.code, name: &l.name }).collect()
}

fn groups(settings: &Settings) -> Vec<Group<'_>> {
    let is_offered = |id| settings.service(id).is_some_and(|service| !service.hidden);
    let shown = |group: &engine::settings::Group| -> Vec<u32> {
        group.services.iter().filter(|id| is_offered(**id)).map(|id| id.0).collect()
    };
    let groups = settings.groups.iter().map(|group| Group {
        id: group.id.0,
        names: wire::names(settings, &group.names),
        services: shown(group),
    });
    groups.filter(|group| !group.services.is_empty()).collect()
}

fn offer<'a>(rooms: &Rooms, branch: &'a Branch, service: &'a Service, now: Now) -> Offer<'a> {
    use engine::view::Unavailable;
    let settings = branch.settings();
    let (state, opens_ms) = match branch.unavailable(service, now) {
        None if branch.day().is_none() => ("closed", None),
        None => ("open", None),
        Some(Unavailable::Disabled) => ("disabled", None),
        Some(Unavailable::Closed) => {
            ("closed", service.hours.as_ref().and_then(|hours| opens(&rooms.zone, hours, now)))
        }
        Some(Unavailable::QuotaSpent) => ("full", None),
    };
    Offer {
        id: service.id.0,
        tag: service.tag.as_str(),
        names: wire::names(settings, &service.names),
        descriptions: wire::names(settings, &service.descriptions),
        state,
        opens_ms,
        waiting: branch.waiting_count(service.id),
        estimate_min: branch.forecast_service(service.id, now.at).minutes(),
    }
}

/// When a service opens next.
fn opens(zone: &Zone, hours: &Hours, now: Now) -> Option<i64> {
    let today = zone.civil(now.at).date();
    (0..=DAYS_AHEAD).find_map(|ahead| {
        let date = today.checked_add(ahead.days()).ok()?;
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).ok()?;
        let spans = hours.days[weekday].iter();
        let starts = spans.filter_map(|(from, _)| Some(zone.slot(date, *from)?.start_ms));
        starts.filter(|start| now.at.wall_ms < *start).min()
    })
}

/// How the first printer is doing.
fn printer(rooms: &Rooms) -> Printer {
    let reports = rooms.board.reports();
    let Some(report) = reports.iter().find(|report| report.kind == "printer") else {
        return Printer { state: "none", reasons: Vec::new() };
    };
    let reasons = report.state.reasons();
    let state = match report.state {
        LinkState::Online => "ready",
        LinkState::Degraded(reasons) if reasons.stopping().is_some() => "trouble",
        LinkState::Degraded(reasons) if reasons.contains(Reason::PaperNearEnd) => "paper_low",
        LinkState::Degraded(_) => "ready",
        LinkState::Disabled
        | LinkState::Opening
        | LinkState::Probing
        | LinkState::Offline { .. } => "offline",
    };
    Printer { state, reasons: reasons.iter().map(Reason::word).collect() }
}

/// The code for phones: made anew when half of its time is over, so that whoever points a phone at
/// it has the other half, and as soon as its key is used up.
fn code(rooms: &Rooms, live: &Live, now: Now) -> Option<Smart> {
    let (branch, valid_min, url, enabled) = rooms.mailbox.read(|committed| {
        let settings = committed.branch.settings();
        let module = &settings.smart_ticket;
        let url = rooms.public_url(&committed.branch);
        (settings.branch, module.valid_min, url, module.enabled)
    });
    if !enabled {
        return None;
    }
    let mut shown = lock(&live.0.code);
    let valid_ms = i64::from(valid_min) * MINUTE_MS;
    let is_good = |code: &Code| {
        let made = code.smart.made_ms;
        let is_young = made <= now.at.wall_ms && now.at.wall_ms < made + valid_ms / 2;
        let is_used = rooms.mailbox.read(|now| now.branch.ticket_by_pass(&code.pass).is_some());
        let is_so = code.smart.expires_ms == made + valid_ms && code.smart.url.starts_with(&url);
        is_young && !is_used && is_so
    };
    if !shown.as_ref().is_some_and(is_good) {
        // Too many keys were asked for: the screen shows none, and asks again in a second.
        let pass = rooms.passes.mint(branch, now.at).ok();
        *shown = pass.and_then(|pass| {
            let url = format!("{url}/smart/?key={}", pass.as_str());
            let qr = Picture::of(&url)?;
            let made_ms = now.at.wall_ms;
            let smart = Smart { enabled: true, url, qr, made_ms, expires_ms: made_ms + valid_ms };
            Some(Code { pass, smart })
        });
    }
    shown.as_ref().map(|code| code.smart.clone())
}

/// How the slips of the last tickets are doing.
fn slips(rooms: &Rooms, live: &Live) -> Vec<Slip> {
    let tickets: Vec<TicketId> = lock(&live.0.slips).iter().copied().collect();
    let state = |ticket: TicketId| {
        let slip = rooms.archive.slip_of(ticket).ok().flatten();
        slip.map(|slip| Slip { ticket: ticket.0, state: slip_word(slip.state) })
    };
    tickets.into_iter().filter_map(state).collect()
}

/// What a customer can make of it.
fn slip_word(state: SlipState) -> &'static str {
    match state {
        SlipState::Queued => "waiting",
        SlipState::Sending => "printing",
        SlipState::Printed => "printed",
        SlipState::Uncertain | SlipState::Expired | SlipState::Dropped => "failed",
    }
}
