//! Live screens, as streams or once; and who may show the dispenser's.

use engine::{CounterId, Settings, Token};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serve::http::{Answer, Call, StatusCode};
use serve::live::{streamed, wants_json};
use serve::problem::Problem;
use serve::secret::kernel_chance;
use serve::tokens::bearer;
use sha2::{Digest, Sha256};

use super::{Asked, faults, requests};
use crate::api::Rooms;
use crate::live::Screen;
use crate::store::{Housekeeping, SCREEN_TOKENS_MAX, ScreenToken};

/// Bytes of chance in a screen's token.
const TOKEN_BYTES: usize = 24;

/// Before a token, so that one that is found somewhere is known for what it is.
const TOKEN_PREFIX: &str = "screen-";

/// Characters of a screen's name.
const NAME_CHARS_MAX: usize = 100;

#[derive(Deserialize, JsonSchema)]
pub(super) struct Named {
    #[schemars(length(min = 1, max = 100))]
    name: String,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "ScreenTokens")]
pub(super) struct Tokens {
    tokens: Vec<Known>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "ScreenToken")]
pub(super) struct Known {
    id: u32,
    name: String,
    created_ms: i64,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "NewScreenToken")]
pub(super) struct Made<'a> {
    id: u32,
    name: &'a str,
    token: &'a str,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "TokenGone")]
pub(super) struct Done {}

/// Whether a screen may show the dispenser's page, by its address or its token.
pub(super) fn admit(rooms: &Rooms, call: &Call, header: Option<&str>) -> Result<(), Problem> {
    if rooms.screens_trusted.iter().any(|network| network.contains(call.peer.ip())) {
        return Ok(());
    }
    let token = header.and_then(bearer).filter(|token| token.starts_with(TOKEN_PREFIX));
    let known = token.map(|token| rooms.archive.has_screen_token(&hashed(token)));
    match known.transpose().map_err(|error| faults::unreadable(&error))? {
        Some(true) => Ok(()),
        Some(false) | None => Err(faults::untrusted_screen()),
    }
}

fn hashed(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A stream of the screen's states, or its state where the caller asks for JSON.
fn show(asked: &Asked<'_>, screen: Screen, nothing: Problem) -> Result<Answer, Problem> {
    let live = &asked.rooms.live;
    if wants_json(&asked.call.headers) {
        let body = live.state(asked.rooms, screen).ok_or(nothing)?;
        return Ok(Answer::json(StatusCode::OK, body, asked.row.path));
    }
    let until_ms = asked.until_ms();
    let stream = live.look(asked.rooms, screen, asked.call.peer.ip(), until_ms);
    Ok(streamed(Answer::events(stream.map_err(faults::look)?, asked.row.path)))
}

pub(super) fn phone(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let rooms = asked.rooms;
    if !rooms.mailbox.read(|now| now.branch.settings().smart_ticket.enabled) {
        let detail = "Smart Ticket is switched off here; take a ticket at the dispenser.";
        return Err(Problem::new(StatusCode::FORBIDDEN, "switched_off", detail));
    }
    let unknown = || faults::unknown("unknown_ticket", "The branch knows no such ticket.");
    let text = asked.call.query.get("ticket");
    let text = text.ok_or_else(|| requests::bad("missing_ticket", "`ticket` is missing."))?;
    let token = Token::parse(&text).ok_or_else(unknown)?;
    let ticket = rooms.mailbox.read(|now| Some(now.branch.ticket_by_token(&token)?.id));
    let Some(ticket) = ticket else {
        let former = rooms.archive.ticket_by_token(&token);
        let former = former.map_err(|error| faults::unreadable(&error))?;
        let over = "The ticket's day is over.";
        return Err(match former {
            Some(_) => Problem::new(StatusCode::GONE, "ticket_over", over),
            None => unknown(),
        });
    };
    show(asked, Screen::Phone(ticket), unknown())
}

pub(super) fn hall(asked: &Asked<'_>) -> Result<Answer, Problem> {
    show(asked, Screen::Hall, Problem::not_found("There is no hall."))
}

pub(super) fn dispenser(asked: &Asked<'_>) -> Result<Answer, Problem> {
    show(asked, Screen::Dispenser, Problem::not_found("There is no dispenser."))
}

pub(super) fn clerk(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let unknown = || faults::unknown("unknown_counter", "There is no such counter.");
    let counter = requests::number(asked.call, "counter")?;
    let missing = || requests::bad("missing_counter", "`counter` is missing.");
    let counter = u32::try_from(counter.ok_or_else(missing)?).map_err(|_| unknown())?;
    let counter = CounterId(counter);
    let is_known = |settings: &Settings| settings.counter(counter).is_some();
    if !asked.rooms.mailbox.read(|now| is_known(now.branch.settings())) {
        return Err(unknown());
    }
    show(asked, Screen::Clerk(asked.operator()?.id, counter), unknown())
}

pub(super) fn tokens(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let known = asked.rooms.archive.screen_tokens().map_err(|error| faults::unreadable(&error))?;
    let known = known.into_iter().map(|ScreenToken { id, name, created_ms }| Known {
        id,
        name,
        created_ms,
    });
    Ok(asked.json(&Tokens { tokens: known.collect() }))
}

/// The token is shown once; only its hash is kept.
pub(super) async fn make_token(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let Named { name } = requests::body(asked.call, "the text `name`")?;
    let name = name.trim().to_owned();
    if !(1..=NAME_CHARS_MAX).contains(&name.chars().count()) {
        let detail = format!("`name` must have 1 to {NAME_CHARS_MAX} characters.");
        return Err(requests::bad("bad_name", detail));
    }
    let rooms = asked.rooms;
    let known = rooms.archive.screen_tokens().map_err(|error| faults::unreadable(&error))?;
    if SCREEN_TOKENS_MAX <= known.len() {
        let detail = format!("There are {SCREEN_TOKENS_MAX} screens already; take one away.");
        return Err(faults::conflict("screens_full", detail));
    }
    let mut chance = [0; TOKEN_BYTES];
    kernel_chance(&mut chance);
    let digits: String = chance.iter().map(|byte| format!("{byte:02x}")).collect();
    let token = format!("{TOKEN_PREFIX}{digits}");
    let id = known.iter().map(|known| known.id).max().unwrap_or(0) + 1;
    let created_ms = rooms.mailbox.moment().wall_ms;
    let kept = ScreenToken { id, name: name.clone(), created_ms };
    let note = Housekeeping::ScreenToken { token: kept, hash: hashed(&token) };
    keep(asked, note).await?;
    Ok(asked.json(&Made { id, name: &name, token: &token }))
}

pub(super) async fn end_token(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let known = asked.rooms.archive.screen_tokens().map_err(|error| faults::unreadable(&error))?;
    let id = known.iter().map(|known| known.id).find(|id| u64::from(*id) == asked.gaps.first());
    let id = id.ok_or_else(|| faults::unknown("unknown_screen", "No screen has this number."))?;
    keep(asked, Housekeeping::ScreenTokenGone { id }).await?;
    Ok(asked.json(&Done {}))
}

/// Has something written down that is in no journal.
pub(super) async fn keep(asked: &Asked<'_>, note: Housekeeping) -> Result<(), Problem> {
    let settings = asked.rooms.mailbox.read(|now| now.branch.settings().clone());
    let kept = asked.rooms.mailbox.keep(note).await;
    kept.map_err(|error| faults::submit(&settings, error))
}
