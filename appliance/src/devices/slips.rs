//! From a ticket to its slip, in the ticket's language.

use drivers::printer::slip::{Block, Size, Slip, SlipError};
use engine::{Branch, Priority, Ticket};

use crate::api::Rooms;
use crate::texts::Filling;

/// How large the label stands on the slip: read at arm's length by someone without glasses.
const LABEL_SIZE: (u8, u8) = (4, 4);

/// Characters of a text from the settings that go onto a slip; the rest would only waste paper.
const TEXT_CHARS_MAX: usize = 200;

/// The slip of a ticket as it stands now; a copy says that it is one.
///
/// # Errors
///
/// [`SlipError`], where the settings ask for more than a slip can hold.
pub fn compose(
    rooms: &Rooms,
    branch: &Branch,
    ticket: &Ticket,
    copy: bool,
) -> Result<Slip, SlipError> {
    let settings = branch.settings();
    let code = settings.language(ticket.language).map_or("en-gb", |l| l.code.as_str());
    let text =
        |id: &str, gaps: &[(&str, Filling<'_>)]| rooms.texts.get(code, id, gaps).into_owned();
    let centred = |text: String| Block::title(text, Size::NORMAL);
    let mut blocks = Vec::new();
    if copy {
        blocks.push(Block::title(text("slip-copy", &[]), Size::new(2, 2)));
    }
    blocks.push(centred(shortened(&settings.name)));
    blocks.push(Block::Rule);
    blocks.push(centred(text("slip-number", &[])));
    blocks.push(Block::title(ticket.label.to_string(), Size::new(LABEL_SIZE.0, LABEL_SIZE.1)));
    if Priority::NORMAL < ticket.line().priority {
        blocks.push(centred(text("slip-priority", &[])));
    }
    for line in &ticket.lines {
        let name = settings.service(line.asked).map_or("", |s| s.names.get(ticket.language));
        blocks.push(centred(shortened(name)));
    }
    if let Some(forecast) = branch.forecast_ticket(ticket) {
        let count = u64::try_from(forecast.ahead).unwrap_or(u64::MAX);
        blocks.push(Block::text(text("slip-ahead", &[("count", Filling::Number(count))])));
        let minutes = [("minutes", Filling::Number(forecast.minutes()))];
        blocks.push(Block::text(text("slip-wait", &minutes)));
    }
    let taken = rooms.zone.text(ticket.issued);
    blocks.push(Block::text(text("slip-taken", &[("time", Filling::Text(&taken))])));
    if settings.smart_ticket.enabled {
        blocks.push(Block::Qr { content: link(rooms, branch, ticket) });
        blocks.push(Block::text(text("slip-scan", &[])));
    }
    blocks.push(Block::text(text("slip-keep", &[])));
    let footer = settings.slip_footer.get(ticket.language);
    if !footer.is_empty() {
        blocks.push(Block::Rule);
        blocks.push(centred(shortened(footer)));
    }
    Slip::new(blocks)
}

/// Where the customer's phone finds the ticket.
pub fn link(rooms: &Rooms, branch: &Branch, ticket: &Ticket) -> String {
    format!("{}/smart/?ticket={}", rooms.public_url(branch), ticket.token.as_str())
}

fn shortened(text: &str) -> String {
    text.chars().take(TEXT_CHARS_MAX).collect()
}
