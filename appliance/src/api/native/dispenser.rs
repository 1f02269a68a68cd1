//! Tickets that are taken at the dispenser's page.

use engine::{CheckIn, Code, Command, LanguageId, LineRequest, Priority, ServiceId, Shown, Source};
use engine::{DeviceId, Refusal, TicketId};
use serve::http::Answer;
use serve::problem::Problem;

use super::screens::keep;
use super::wire::{Done, Given, Redeem, Take};
use super::{Asked, faults, requests};
use crate::live::dispenser::Picture;
use crate::registrar::{Receipt, Submission, SubmitError};
use crate::store::Housekeeping;

/// Tokens that are drawn for one ticket; three in a row that are taken mean that chance is broken.
pub(super) const TOKENS_MAX: usize = 3;

/// Copies of one slip: whoever needs more than these has a printer that eats them.
const COPIES_MAX: u32 = 3;

pub(super) async fn take(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let Take { service, language } = requests::body(asked.call, "the number `service`")?;
    let line = LineRequest { service: ServiceId(service), priority: Priority::NORMAL };
    let repeat = requests::repeat_key(asked.call, asked.row.path, "")?;
    let issue = |token| engine::Issue {
        lines: vec![line],
        language: language.map(LanguageId),
        token,
        pass: None,
        source: Source::Customer,
        device: printer(asked),
    };
    for _ in 0..TOKENS_MAX {
        let command = Command::Issue(issue(asked.rooms.passes.token()));
        let submission = Submission { repeat: repeat.clone(), ..command.into() };
        match asked.rooms.mailbox.submit(submission).await {
            Err(SubmitError::Refused(Refusal::TokenTaken)) => {}
            submitted => return given(asked, submitted, true),
        }
    }
    given(asked, Err(SubmitError::Unavailable), true)
}

pub(super) async fn check_in(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let Redeem { code, language } = requests::body(asked.call, "the text `code`")?;
    let unknown = || faults::unknown("unknown_booking", "There is no such booking.");
    let shown = Shown::Code(Code::parse(code.trim()).ok_or_else(unknown)?);
    let repeat = requests::repeat_key(asked.call, asked.row.path, "")?;
    let command = Command::CheckIn(CheckIn {
        shown,
        language: language.map(LanguageId),
        pass: None,
        device: printer(asked),
    });
    let submitted = asked.rooms.mailbox.submit(Submission { repeat, ..command.into() }).await;
    given(asked, submitted, true)
}

/// The printer on which slips come out.
fn printer(asked: &Asked<'_>) -> Option<DeviceId> {
    asked.rooms.cabinet.printers().first().map(|printer| printer.id)
}

/// The answer to whoever has a ticket now.
pub(super) fn given(
    asked: &Asked<'_>,
    submitted: Result<Receipt, SubmitError>,
    at_dispenser: bool,
) -> Result<Answer, Problem> {
    let rooms = asked.rooms;
    let settings = rooms.mailbox.read(|now| now.branch.settings().clone());
    let receipt = submitted.map_err(|error| faults::submit(&settings, error))?;
    let gone = || faults::conflict("ticket_over", "The ticket's day is over.");
    let id = receipt.ticket.ok_or_else(gone)?;
    if at_dispenser {
        rooms.live.taken_at_dispenser(id);
        rooms.live.nudge();
    }
    rooms.mailbox.read(|now| {
        let branch = &now.branch;
        let ticket = branch.ticket(id).ok_or_else(gone)?;
        let forecast = branch.forecast_ticket(ticket);
        let token = ticket.token.as_str().to_owned();
        let url = format!("{}/smart/?ticket={token}", rooms.public_url(branch));
        Ok(asked.json(&Given {
            seq: receipt.seq.0,
            ticket: id.0,
            label: ticket.label.to_string(),
            qr: Picture::of(&url),
            token,
            url,
            position: forecast.map(|forecast| forecast.ahead + 1),
            estimate_min: forecast.map(|forecast| forecast.minutes()),
            slip: ticket.device.is_some(),
        }))
    })
}

pub(super) async fn reprint(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let rooms = asked.rooms;
    let ticket = TicketId(asked.gaps.first());
    let slip = rooms.archive.slip_of(ticket).map_err(|error| faults::unreadable(&error))?;
    let none = || faults::unknown("no_slip", "This ticket has no slip (any more).");
    let slip = slip.ok_or_else(none)?;
    let is_known = rooms.mailbox.read(|now| now.branch.ticket(ticket).is_some());
    if !is_known {
        return Err(none());
    }
    if COPIES_MAX <= slip.copies {
        let detail = format!("The slip was printed {COPIES_MAX} times more already.");
        return Err(faults::conflict("printed_enough", detail));
    }
    let at = rooms.mailbox.moment();
    keep(asked, Housekeeping::Reprint { id: slip.id, at }).await?;
    rooms.live.taken_at_dispenser(ticket);
    rooms.live.nudge();
    let seq = rooms.mailbox.read(|now| now.branch.parts().last_seq.0);
    Ok(asked.json(&Done { seq }))
}
