//! Short statistics: how the queue is doing now, how some days went, and the tickets of them.

use std::collections::BTreeMap;

use engine::settings::Settings;
use engine::{DayId, Outcome, Ticket, TicketState};
use jiff::ToSpan;
use jiff::civil::Date;

use super::faults::Fault;
use super::figures_wire::{Group, Hour, OneDay, Period, Reason, Spread, Summary, Sums, Times};
use super::{Asked, Reply, json, requests, work};
use crate::api::Rooms;
use crate::statistics::{self, Figures};
use crate::store::StoreError;

/// Days of one question: a year, so that this one can be held against the last.
const DAYS_MAX: usize = 366;

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
            date: today.map(written),
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
    let start = date(asked, "startDate")?;
    let end = date(asked, "endDate")?.unwrap_or(today);
    let start = start.unwrap_or(end);
    let (figures, days) = gather(asked.rooms, days(start, end)?).await?;
    let settings = work::settings(asked);
    let language = asked.language(&settings);
    Ok(json(&Period {
        start_date: start.to_string(),
        end_date: end.to_string(),
        times: times(&figures, &settings, language),
        days: days
            .iter()
            .map(|(day, figures)| OneDay { date: written(*day), total: sums(&figures.total) })
            .collect(),
    }))
}

/// tickets/history/list, by day and number.
async fn tickets(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let missing = || Fault::bad("startDate and endDate are missing");
    let start = date(asked, "startDate")?.ok_or_else(missing)?;
    let end = date(asked, "endDate")?.ok_or_else(missing)?;
    let (days, offset) = (days(start, end)?, work::offset(asked)?);
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
                together.add(ticket, hour, now);
                alone.add(ticket, hour, now);
            }
            if !tickets.is_empty() {
                each.push((day, alone));
            }
        }
        Ok((together, each))
    })
    .await
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

/// A date in the query; a time may follow it, which is passed over.
fn date(asked: &Asked<'_>, name: &str) -> Result<Option<Date>, Fault> {
    let text = asked.call.query.get(name);
    let Some(text) = text.as_deref().filter(|text| !text.is_empty()) else { return Ok(None) };
    let day = text.split_once('T').map_or(text, |(day, _)| day);
    let wrong = |_| Fault::parameter(name, "a day written yyyy-MM-dd");
    requests::date(day).map(Some).map_err(wrong)
}

fn days(start: Date, end: Date) -> Result<Vec<DayId>, Fault> {
    if end < start {
        return Err(Fault::bad("endDate is before startDate"));
    }
    let all = start.series(1.day()).take_while(|day| *day <= end);
    let days: Vec<DayId> = all.take(DAYS_MAX + 1).filter_map(id).collect();
    if DAYS_MAX < days.len() {
        return Err(Fault::bad(format!("ask for {DAYS_MAX} days at the most")));
    }
    Ok(days)
}

/// The business day of a date.
fn id(date: Date) -> Option<DayId> {
    let year = u32::try_from(date.year()).ok()?;
    let (month, day) =
        (u32::from(date.month().unsigned_abs()), u32::from(date.day().unsigned_abs()));
    Some(DayId(year * 10_000 + month * 100 + day))
}

/// A business day, `yyyy-MM-dd`.
fn written(day: DayId) -> String {
    format!("{:04}-{:02}-{:02}", day.0 / 10_000, day.0 / 100 % 100, day.0 % 100)
}

fn times(figures: &Figures, settings: &Settings, language: engine::LanguageId) -> Times {
    let group =
        |id: u32, name: String, found: &statistics::Sums| Group { id, name, sums: sums(found) };
    Times {
        total: sums(&figures.total),
        products: figures
            .services
            .iter()
            .map(|(id, found)| {
                let name = settings.service(*id).map(|service| service.names.get(language));
                group(id.0, name.unwrap_or_default().to_owned(), found)
            })
            .collect(),
        work_places: figures
            .counters
            .iter()
            .map(|(id, found)| {
                let name = settings.counter(*id).map(|counter| counter.name.clone());
                group(id.0, name.unwrap_or_default(), found)
            })
            .collect(),
        users: figures
            .operators
            .iter()
            .map(|(id, found)| {
                let name = settings.operator(*id).map(|user| user.name.clone());
                group(id.0, name.unwrap_or_default(), found)
            })
            .collect(),
        hours: figures
            .hours
            .iter()
            .map(|(hour, found)| Hour { hour: *hour, sums: sums(found) })
            .collect(),
    }
}

fn sums(sums: &statistics::Sums) -> Sums {
    Sums {
        count: sums.asked,
        served_count: sums.served,
        no_show_count: sums.no_shows,
        abandoned_count: sums.abandoned,
        waiting: spread(&sums.waiting),
        operating: spread(&sums.serving),
        on_site: spread(&sums.on_site),
    }
}

fn spread(spread: &statistics::Spread) -> Spread {
    Spread {
        count: spread.count(),
        mean: spread.mean_s(),
        p50: spread.percentile_s(50),
        p90: spread.percentile_s(90),
        longest: spread.longest_s(),
    }
}
