//! Short statistics: how the queue is doing now, how some days went, and the tickets of them.

use std::collections::BTreeMap;

use engine::settings::Settings;
use engine::{CounterId, DayId, LanguageId, OperatorId, Outcome, ServiceId, Ticket, TicketState};
use serve::branch_services::figures::{Names, OneDay, Sums, Times};
use serve::branch_services::period::{self, Period, written};
use serve::statistics::Figures;

use super::faults::Fault;
use super::figures_wire::{Reason, SomeDays, Summary};
use super::{Asked, Reply, json, work};
use crate::api::Rooms;
use crate::statistics::visit;
use crate::store::StoreError;

/// Reasons for giving up that are told, the most frequent first.
const REASONS_MAX: usize = 20;

/// What may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Statistics {
    Present,
    History,
    Tickets,
}

/// Answers.
pub(super) async fn perform(asked: &Asked<'_>, question: Statistics) -> Result<Reply, Fault> {
    match question {
        Statistics::Present => present(asked).await,
        Statistics::History => history(asked).await,
        Statistics::Tickets => tickets(asked).await,
    }
}

/// queue/statistics: today.
async fn present(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let today = asked.rooms.mailbox.read(|now| now.branch.parts().last_day);
    let days: Vec<DayId> = today.into_iter().collect();
    let (figures, _) = gather(asked.rooms, days).await?;
    let settings = work::settings(asked);
    let language = asked.language(&settings);
    Ok(asked.rooms.mailbox.read(|now| {
        let branch = &now.branch;
        let count = |is: fn(&TicketState) -> bool| {
            branch.tickets().filter(|ticket| is(&ticket.state)).count()
        };
        let desks = branch.parts().desks.values();
        let shifts: Vec<_> = desks.filter_map(|desk| desk.shift).collect();
        let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
        for (id, texts) in &now.texts {
            let is_given_up = |ticket: &Ticket| {
                let given_up = Some(ticket.day) == today;
                let state = ticket.state;
                given_up && matches!(state, TicketState::Closed { outcome: Outcome::Deleted, .. })
            };
            if let Some(reason) = texts.comment.as_deref()
                && branch.ticket(*id).is_some_and(is_given_up)
            {
                *reasons.entry(reason).or_default() += 1;
            }
        }
        let mut reasons: Vec<Reason> = reasons
            .into_iter()
            .map(|(text, count)| Reason { text: text.to_owned(), count })
            .collect();
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
        reasons.truncate(REASONS_MAX);
        json(&Summary {
            date: today.map(|day| written(day.0)),
            queue_length: count(|state| matches!(state, TicketState::Waiting { .. })),
            invited_count: count(|state| matches!(state, TicketState::Called { .. })),
            operating_count: count(|state| {
                matches!(state, TicketState::Serving { .. } | TicketState::Afterwork { .. })
            }),
            personal_count: count(|state| matches!(state, TicketState::Parked { .. })),
            missing_count: count(|state| matches!(state, TicketState::Missing { .. })),
            booked_count: branch.open_bookings(),
            open_work_places: shifts.len(),
            work_places_on_break: shifts.iter().filter(|shift| shift.on_break.is_some()).count(),
            times: times(&figures, &settings, language),
            abandonment_reasons: reasons,
        })
    }))
}

/// queue/statistics/history: from `startDate` to `endDate`, both days included; without them today.
async fn history(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let today = asked.rooms.zone.civil(asked.rooms.mailbox.moment()).date();
    let start = period::asked_for(asked.call, "startDate")?;
    let end = period::asked_for(asked.call, "endDate")?.unwrap_or(today);
    let start = start.unwrap_or(end);
    let (figures, days) = gather(asked.rooms, days(Period::new(start, end)?)).await?;
    let settings = work::settings(asked);
    let language = asked.language(&settings);
    Ok(json(&SomeDays {
        start_date: start.to_string(),
        end_date: end.to_string(),
        times: times(&figures, &settings, language),
        days: days
            .iter()
            .map(|(day, figures)| OneDay { date: written(day.0), total: Sums::of(&figures.total) })
            .collect(),
    }))
}

/// tickets/history/list, by day and number.
async fn tickets(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let missing = || Fault::bad("startDate and endDate are missing");
    let start = period::asked_for(asked.call, "startDate")?.ok_or_else(missing)?;
    let end = period::asked_for(asked.call, "endDate")?.ok_or_else(missing)?;
    let (days, offset) = (days(Period::new(start, end)?), work::offset(asked)?);
    let archive = asked.rooms.archive.clone();
    let read = move || {
        let (mut found, mut skip) = (Vec::new(), offset);
        for day in days {
            let tickets = archive.tickets_of_day(day)?;
            let passed = skip.min(tickets.len());
            skip -= passed;
            let room = work::LIST_MAX - found.len();
            found.extend(tickets.into_iter().skip(passed).take(room));
            if work::LIST_MAX <= found.len() {
                break;
            }
        }
        Ok(found)
    };
    let found = blocking(read).await?;
    // One look a ticket: the next commit does not wait for a list of them.
    let rows = found.iter().map(|ticket| asked.look(|renderer| renderer.ticket(ticket)));
    Ok(json(&rows.collect::<Vec<_>>()))
}

/// The figures of some days, together and one by one.
async fn gather(
    rooms: &Rooms,
    days: Vec<DayId>,
) -> Result<(Figures, Vec<(DayId, Figures)>), Fault> {
    let rooms = rooms.clone();
    blocking(move || {
        let now = rooms.mailbox.moment();
        let mut together = Figures::default();
        let mut each = Vec::new();
        for day in days {
            let tickets = rooms.archive.tickets_of_day(day)?;
            let mut alone = Figures::default();
            for ticket in &tickets {
                let hour = rooms.zone.civil(ticket.issued).hour().unsigned_abs();
                alone.add(&visit(ticket, hour, now));
            }
            together.join(&alone);
            if !tickets.is_empty() {
                each.push((day, alone));
            }
        }
        Ok((together, each))
    })
    .await
}

fn days(period: Period) -> Vec<DayId> {
    period.days().map(DayId).collect()
}

/// Reads from the disk where nobody waits for it.
async fn blocking<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Fault> {
    let later = || Fault::later("the branch could not look that up; ask again");
    let found = tokio::task::spawn_blocking(read).await.map_err(|_| later())?;
    found.map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "tickets cannot be read");
        later()
    })
}

/// What the groups of this branch are called, to a reader of this language.
struct Named<'s> {
    settings: &'s Settings,
    language: LanguageId,
}

impl Names for Named<'_> {
    fn product(&self, id: u32) -> String {
        let service = self.settings.service(ServiceId(id));
        service.map_or("", |service| service.names.get(self.language)).to_owned()
    }

    fn work_place(&self, id: u32) -> String {
        let counter = self.settings.counter(CounterId(id));
        counter.map(|counter| counter.name.clone()).unwrap_or_default()
    }

    fn user(&self, id: u32) -> String {
        let user = self.settings.operator(OperatorId(id));
        user.map(|user| user.name.clone()).unwrap_or_default()
    }
}

fn times(figures: &Figures, settings: &Settings, language: LanguageId) -> Times {
    Times::of(figures, &Named { settings, language })
}
