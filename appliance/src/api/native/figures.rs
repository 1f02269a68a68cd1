//! The day's figures, as JSON and as a sheet.

use engine::settings::Settings;
use engine::{Branch, CounterId, DayId, OperatorId, ServiceId};
use schemars::JsonSchema;
use serde::Serialize;
use serve::http::{Answer, HeaderValue, StatusCode, header};
use serve::problem::Problem;
use serve::statistics::{Figures, Spread, Sums};

use super::{Asked, sheet};
use crate::api::Rooms;
use crate::statistics::visit;

const CSV: HeaderValue = HeaderValue::from_static("text/csv; charset=utf-8");

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
            services: names.services(&figures),
            counters: names.counters(&figures),
            operators: names.operators(&figures),
            hours: hours(&figures),
        })
    }))
}

pub(super) fn sheet(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let (day, text) = asked.rooms.mailbox.read(|committed| {
        let branch = &committed.branch;
        let figures = worked_out(asked.rooms, branch);
        let names = Names { settings: branch.settings() };
        let mut sheet = sheet::Sheet::begun();
        sheet.add("total", "", "", &(&figures.total).into());
        for (kind, groups) in [
            ("service", names.services(&figures)),
            ("counter", names.counters(&figures)),
            ("operator", names.operators(&figures)),
        ] {
            for group in groups {
                sheet.add(kind, &group.id.to_string(), group.name, &group.sums);
            }
        }
        for hour in hours(&figures) {
            sheet.add("hour", &hour.hour.to_string(), "", &hour.sums);
        }
        (today_of(branch).map_or(0, |day| day.0), sheet.text())
    });
    let name = format!("attachment; filename=\"statistics-{day}.csv\"");
    let answer = Answer::full(StatusCode::OK, CSV, text, asked.row.path);
    let name = HeaderValue::from_str(&name).expect("it is ASCII without line ends");
    Ok(answer.with_header(header::CONTENT_DISPOSITION, name))
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
    fn services(&self, figures: &Figures) -> Vec<Group<'a>> {
        let language = self.settings.default_language();
        let name = |id: ServiceId| self.settings.service(id).map(|s| s.names.get(language));
        let group = |(id, sums): (&u32, &Sums)| Group {
            id: *id,
            name: name(ServiceId(*id)).unwrap_or(""),
            sums: sums.into(),
        };
        figures.services.iter().map(group).collect()
    }

    fn counters(&self, figures: &Figures) -> Vec<Group<'a>> {
        let name = |id: CounterId| self.settings.counter(id).map(|known| known.name.as_str());
        let group = |(id, sums): (&u32, &Sums)| Group {
            id: *id,
            name: name(CounterId(*id)).unwrap_or(""),
            sums: sums.into(),
        };
        figures.counters.iter().map(group).collect()
    }

    fn operators(&self, figures: &Figures) -> Vec<Group<'a>> {
        let name = |id: OperatorId| self.settings.operator(id).map(|known| known.name.as_str());
        let group = |(id, sums): (&u32, &Sums)| Group {
            id: *id,
            name: name(OperatorId(*id)).unwrap_or(""),
            sums: sums.into(),
        };
        figures.operators.iter().map(group).collect()
    }
}
