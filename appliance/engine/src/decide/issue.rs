//! Giving out a ticket.

use super::Decision;
use crate::branch::Branch;
use crate::command::Issue;
use crate::event::Event;
use crate::ids::{LanguageId, ServiceId, TicketId};
use crate::label::{Label, Tag};
use crate::limits::{TICKET_LINES_MAX, TICKETS_DAY_MAX, TICKETS_OPEN_MAX};
use crate::moment::Now;
use crate::refusal::Refusal;
use crate::settings::Service;
use crate::ticket::Source;
use crate::view::Unavailable;

pub(super) fn issue(branch: &Branch, issue: &Issue, now: Now) -> Result<Decision, Refusal> {
    branch.day().ok_or(Refusal::DayNotOpen)?;
    if let Some(ticket) = issue.pass.and_then(|pass| branch.ticket_by_pass(&pass)) {
        return Err(Refusal::PassUsed(ticket.id));
    }
    if !(1..=TICKET_LINES_MAX).contains(&issue.lines.len()) {
        return Err(Refusal::LinesOutOfBounds);
    }
    for (index, line) in issue.lines.iter().enumerate() {
        let service = available(branch, line.service, issue.source, now)?;
        // The lines of one ticket spend the quota one by one.
        let spent = issue.lines[..index].iter().filter(|before| before.service == line.service);
        let spent = u32::try_from(spent.count()).unwrap_or(u32::MAX);
        if branch.left_today(service).is_some_and(|left| left <= spent) {
            return Err(Refusal::QuotaSpent);
        }
    }
    let settings = branch.settings();
    let language = language(branch, issue.language)?;
    if branch.ticket_by_token(&issue.token).is_some() {
        return Err(Refusal::TokenTaken);
    }
    if TICKETS_OPEN_MAX <= branch.open_tickets() || TICKETS_DAY_MAX <= branch.parts.tickets.len() {
        return Err(Refusal::BranchFull);
    }
    let first = settings.service(issue.lines[0].service).ok_or(Refusal::UnknownService)?;
    let ticket = TicketId(branch.parts.last_ticket.0 + 1);
    let event = Event::Issued {
        ticket,
        label: next_label(branch, &first.tag),
        token: issue.token,
        lines: issue.lines.clone(),
        language,
        pass: issue.pass,
        source: issue.source,
        device: issue.device,
    };
    Ok(Decision { events: vec![event], ticket: Some(ticket), call: None })
}

/// The language that is meant.
pub(super) fn language(branch: &Branch, asked: Option<LanguageId>) -> Result<LanguageId, Refusal> {
    let settings = branch.settings();
    let language = asked.unwrap_or_else(|| settings.default_language());
    settings.language(language).map(|language| language.id).ok_or(Refusal::UnknownLanguage)
}

/// A service that may be asked for.
pub(super) fn available(
    branch: &Branch,
    id: ServiceId,
    by: Source,
    now: Now,
) -> Result<&Service, Refusal> {
    let service = branch.parts.settings.service(id).ok_or(Refusal::UnknownService)?;
    if service.hidden && by == Source::Customer {
        return Err(Refusal::ServiceHidden);
    }
    match branch.unavailable(service, now) {
        None => Ok(service),
        Some(Unavailable::Disabled) => Err(Refusal::ServiceDisabled),
        Some(Unavailable::Closed) => Err(Refusal::ServiceClosed),
        Some(Unavailable::QuotaSpent) => Err(Refusal::QuotaSpent),
    }
}

/// The number after the last one of today, past those that earlier days have left standing.
pub(super) fn next_label(branch: &Branch, tag: &Tag) -> Label {
    let last = branch.index.numbers.get(tag).copied().unwrap_or(0);
    let mut label = Label { tag: tag.clone(), number: last + 1 };
    while branch.index.carried.contains(&label) {
        label.number += 1;
    }
    label
}
