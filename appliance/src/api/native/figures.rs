//! The day's figures, as JSON and as a sheet.

use std::collections::BTreeMap;

use engine::settings::Settings;
use engine::{Branch, CounterId, DayId, OperatorId, ServiceId};
use schemars::JsonSchema;
use serde::Serialize;
use serve::http::Answer;
use serve::problem::Problem;
use serve::statistics::sheet::Sheet;
use serve::statistics::{Figures, Spread, Sums};

use super::Asked;
use crate::api::Rooms;
use crate::statistics::visit;

#[derive(JsonSchema, Serialize)]
pub(super) struct Today<'a> {
    day: Option<u32>,
    now_ms: i64,
    total: Shown,
    services: Vec<Group<'a>>,
    counters: Vec<Group<'a>>,
    operators: Vec<Group<'a>>,
    hours: Vec<Hour>,
}

/// A service, a counter or an operator, by name.
#[derive(JsonSchema, Serialize)]
pub(super) struct Group<'a> {
    pub(super) id: u32,
    pub(super) name: &'a str,
    #[serde(flatten)]
    pub(super) sums: Shown,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Hour {
    pub(super) hour: u8,
    #[serde(flatten)]
    pub(super) sums: Shown,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Sums")]
pub(super) struct Shown {
    pub(super) asked: u64,
    pub(super) served: u64,
    pub(super) no_shows: u64,
    pub(super) abandoned: u64,
    pub(super) waiting: Spans,
    pub(super) serving: Spans,
    pub(super) on_site: Spans,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Spans {
    pub(super) count: u64,
    pub(super) mean_s: u64,
    pub(super) p50_s: u32,
    pub(super) p90_s: u32,
    pub(super) longest_s: u32,
}

impl From<&Sums> for Shown {
    fn from(sums: &Sums) -> Shown {
        Shown {
            asked: sums.asked,
            served: sums.served,
            no_shows: sums.no_shows,
            abandoned: sums.abandoned,
            waiting: (&sums.waiting).into(),
            serving: (&sums.serving).into(),
            on_site: (&sums.on_site).into(),
        }
    }
}

impl From<&Spread> for Spans {
    fn from(spread: &Spread) -> Spans {
        Spans {
            count: spread.count(),
            mean_s: spread.mean_s(),
            p50_s: spread.percentile_s(50),
            p90_s: spread.percentile_s(90),
            longest_s: spread.longest_s(),
        }
    }
}

pub(super) fn today(asked: &Asked<'_>) -> Result<Answer, Problem> {
    Ok(asked.rooms.mailbox.read(|committed| {
        let branch = &committed.branch;
        let figures = worked_out(asked.rooms, branch);
        let names = Names { settings: branch.settings() };
        asked.json(&Today {
            day: today_of(branch).map(|day| day.0),
            now_ms: asked.rooms.mailbox.moment().wall_ms,
            total: (&figures.total).into(),
            services: groups(&figures.services, |id| names.service(id)),
            counters: groups(&figures.counters, |id| names.counter(id)),
            operators: groups(&figures.operators, |id| names.operator(id)),
            hours: hours(&figures),
        })
    }))
}

pub(super) fn sheet(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let (day, sheet) = asked.rooms.mailbox.read(|committed| {
        let branch = &committed.branch;
        let figures = worked_out(asked.rooms, branch);
        let names = Names { settings: branch.settings() };
        let mut sheet = Sheet::begun();
        sheet.add("total", "", "", &figures.total);
        for (id, sums) in &figures.services {
            sheet.add("service", &id.to_string(), names.service(*id), sums);
        }
        for (id, sums) in &figures.counters {
            sheet.add("counter", &id.to_string(), names.counter(*id), sums);
        }
        for (id, sums) in &figures.operators {
            sheet.add("operator", &id.to_string(), names.operator(*id), sums);
        }
        for (hour, sums) in &figures.hours {
            sheet.add("hour", &hour.to_string(), "", sums);
        }
        (today_of(branch).map_or(0, |day| day.0), sheet)
    });
    Ok(sheet.answer(&format!("statistics-{day}.csv"), asked.row.path))
}

/// The business day that is open, or was last.
fn today_of(branch: &Branch) -> Option<DayId> {
    branch.day().map(|day| day.id).or(branch.parts().last_day)
}

fn worked_out(rooms: &Rooms, branch: &Branch) -> Figures {
    let now = rooms.mailbox.moment();
    let today = today_of(branch);
    let mut figures = Figures::default();
    for ticket in branch.tickets().filter(|ticket| Some(ticket.day) == today) {
        let hour = u8::try_from(rooms.zone.civil(ticket.issued).hour()).unwrap_or(0);
        figures.add(&visit(ticket, hour, now));
    }
    figures
}

fn hours(figures: &Figures) -> Vec<Hour> {
    figures.hours.iter().map(|(hour, sums)| Hour { hour: *hour, sums: sums.into() }).collect()
}

/// What the groups are called.
struct Names<'a> {
    settings: &'a Settings,
}

impl<'a> Names<'a> {
    fn service(&self, id: u32) -> &'a str {
        let language = self.settings.default_language();
        self.settings.service(ServiceId(id)).map_or("", |known| known.names.get(language))
    }

    fn counter(&self, id: u32) -> &'a str {
        self.settings.counter(CounterId(id)).map_or("", |known| &known.name)
    }

    fn operator(&self, id: u32) -> &'a str {
        self.settings.operator(OperatorId(id)).map_or("", |known| &known.name)
    }
}

fn groups<'a>(of: &BTreeMap<u32, Sums>, name: impl Fn(u32) -> &'a str) -> Vec<Group<'a>> {
    of.iter().map(|(id, sums)| Group { id: *id, name: name(*id), sums: sums.into() }).collect()
}
