//! From a ticket to its slip, in the ticket's language.

use drivers::printer::slip::{Align, Block, Size, Slip, SlipError};
use engine::{Branch, Moment, Priority, Ticket};

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
    let rtl = right_to_left(code);
    let align = if rtl { Align::Right } else { Align::Left };
    let plain = |text: String| Block::Text { text, size: Size::NORMAL, bold: false, align };
    let centred = |text: String| Block::title(text, Size::NORMAL);
    let mut blocks = Vec::new();
    if copy {
        blocks.push(Block::title(text("slip-copy", &[]), Size::new(2, 2)));
    }
    blocks.push(centred(shortened(&settings.name)));
    blocks.push(Block::Rule);
    // Nobody has come for a booking yet: it has a code, but no number to be called by.
    let promise = ticket.booking.filter(|_| !ticket.has_come());
    let (what, name) = match &promise {
        Some(booking) => ("slip-booking", booking.code.as_str().to_owned()),
        None => ("slip-number", ticket.label.to_string()),
    };
    blocks.push(centred(text(what, &[])));
    blocks.push(Block::title(name, Size::new(LABEL_SIZE.0, LABEL_SIZE.1)));
    if Priority::NORMAL < ticket.line().priority {
        blocks.push(centred(text("slip-priority", &[])));
    }
    for line in &ticket.lines {
        let name = settings.service(line.asked).map_or("", |s| s.names.get(ticket.language));
        blocks.push(centred(shortened(name)));
    }
    if let Some(forecast) = branch.forecast_ticket(ticket) {
        let count = u64::try_from(forecast.ahead).unwrap_or(u64::MAX);
        blocks.push(plain(text("slip-ahead", &[("count", Filling::Number(count))])));
        let minutes = [("minutes", Filling::Number(forecast.minutes()))];
        blocks.push(plain(text("slip-wait", &minutes)));
    }
    // Isolated, or the parts of the date would be read from the right too.
    let apart = |text: String| if rtl { format!("\u{2066}{text}\u{2069}") } else { text };
    let timed = |id: &str, at: Moment| {
        let time = apart(rooms.zone.text(at));
        plain(text(id, &[("time", Filling::Text(&time))]))
    };
    if let Some(booking) = &promise {
        let pin = [("pin", Filling::Text(booking.pin.as_str()))];
        blocks.push(plain(text("slip-pin", &pin)));
        blocks.push(timed("slip-appointment", booking.appointment.start));
        blocks.push(timed("slip-check-in", booking.appointment.opens));
    }
    blocks.push(timed("slip-taken", ticket.issued));
    if settings.smart_ticket.enabled {
        blocks.push(Block::Qr { content: link(rooms, branch, ticket) });
        blocks.push(plain(text("slip-scan", &[])));
    }
    blocks.push(plain(text("slip-keep", &[])));
    let footer = settings.slip_footer.get(ticket.language);
    if !footer.is_empty() {
        blocks.push(Block::Rule);
        blocks.push(centred(shortened(footer)));
    }
    Slip::new(blocks)
}

/// Languages of which a test slip has a sample; a roll is not to be emptied by one.
const TEST_LANGUAGES_MAX: usize = 12;

/// A slip by which a person sees what the printer can: where it stands, the time of the box, and a
/// sentence in every language of the branch.
///
/// # Errors
///
/// [`SlipError`], as of [`compose`].
pub fn test(rooms: &Rooms, branch: &Branch, printer: &str) -> Result<Slip, SlipError> {
    let settings = branch.settings();
    let centred = |text: String| Block::title(text, Size::NORMAL);
    let mut blocks = vec![
        Block::title("TEST", Size::new(2, 2)),
        centred(shortened(&settings.name)),
        centred(shortened(printer)),
        centred(rooms.zone.text(rooms.mailbox.moment())),
        Block::Rule,
    ];
    for language in settings.languages.iter().take(TEST_LANGUAGES_MAX) {
        let align = if right_to_left(&language.code) { Align::Right } else { Align::Left };
        let sample = rooms.texts.get(&language.code, "slip-keep", &[]);
        let text = format!("{}: {sample}", shortened(&language.name));
        blocks.push(Block::Text { text, size: Size::NORMAL, bold: false, align });
    }
    blocks.push(Block::Rule);
    Slip::new(blocks)
}

/// Where the customer's phone finds the ticket.
pub fn link(rooms: &Rooms, branch: &Branch, ticket: &Ticket) -> String {
    format!("{}/smart/?ticket={}", rooms.public_url(branch), ticket.token.as_str())
}

/// Whether a language is written from right to left.
fn right_to_left(code: &str) -> bool {
    let primary = code.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase();
    ["ar", "dv", "fa", "he", "ps", "ur", "yi"].contains(&primary.as_str())
}

fn shortened(text: &str) -> String {
    text.chars().take(TEXT_CHARS_MAX).collect()
}
