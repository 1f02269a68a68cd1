//! How some days went in one branch: by day, hour, service, counter or operator, as JSON and as a
//! sheet.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use serve::branch_services::period::{day_number, written};
use serve::http::{Answer, Call, StatusCode};
use serve::statistics::sheet::Sheet;
use serve::statistics::{Spread, Sums};
use sync::ids::BranchId;
use sync::topics::Tenant;

use super::answers::json;
use super::faults::Fault;
use super::{Api, requests};
use crate::live::Presence;
use crate::store::{BranchNow, DaysFigures, Reader, Span};

/// Days of one question: a year, so that this one can be held against the last.
pub(super) const DAYS_MAX: usize = serve::branch_services::period::DAYS_MAX;

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "BranchFigures")]
pub(super) struct Answered {
    branch: Named,
    zone: Option<String>,
    from: String,
    to: String,
    by: &'static str,
    now_ms: u64,
    heard_ms: Option<u64>,
    #[schemars(extend("enum" = ["connected", "awaited", "cut_off", "never"]))]
    word: &'static str,
    total: Shown,
    rows: Vec<Row>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "BranchNamed")]
pub(super) struct Named {
    id: u32,
    name: String,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "FiguresRow")]
pub(super) struct Row {
    key: String,
    id: Option<u32>,
    name: String,
    /// None where nothing is known: a gap, and no zero.
    figures: Option<Shown>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "FiguresShown")]
pub(super) struct Shown {
    asked: u64,
    served: u64,
    no_shows: u64,
    abandoned: u64,
    waiting: Spans,
    serving: Spans,
    on_site: Spans,
}

/// How long something took. Of no case there is no time.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "FiguresSpans")]
pub(super) struct Spans {
    count: u64,
    mean_s: Option<u64>,
    p50_s: Option<u32>,
    p90_s: Option<u32>,
    longest_s: Option<u32>,
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
        let is_there = 0 < spread.count();
        Spans {
            count: spread.count(),
            mean_s: is_there.then(|| spread.mean_s()),
            p50_s: is_there.then(|| spread.percentile_s(50)),
            p90_s: is_there.then(|| spread.percentile_s(90)),
            longest_s: is_there.then(|| spread.longest_s()),
        }
    }
}

/// By what figures are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Day,
    Hour,
    Service,
    Counter,
    Operator,
}

impl By {
    const ALL: [By; 5] = [By::Day, By::Hour, By::Service, By::Counter, By::Operator];

    fn word(self) -> &'static str {
        match self {
            By::Day => "day",
            By::Hour => "hour",
            By::Service => "service",
            By::Counter => "counter",
            By::Operator => "operator",
        }
    }

    fn asked_for(call: &Call) -> Result<By, Fault> {
        let text = call.query.get("by");
        let Some(text) = text.as_deref().filter(|text| !text.is_empty()) else {
            return Ok(By::Hour);
        };
        By::ALL
            .into_iter()
            .find(|by| by.word() == text)
            .ok_or(Fault::Parameter("by", "day, hour, service, counter or operator"))
    }
}

/// The first and the last day, where they are named.
#[derive(Clone, Copy)]
struct Ends {
    from: Option<Date>,
    to: Option<Date>,
}

impl Ends {
    fn asked_for(call: &Call) -> Result<Ends, Fault> {
        Ok(Ends { from: date(call, "from")?, to: date(call, "to")? })
    }

    /// The days; without any named, those of the branch's newest one.
    fn days(self, newest: Option<u32>, today: Date) -> Result<Vec<Date>, Fault> {
        let newest = newest.and_then(of_number).unwrap_or(today);
        let to = self.to.or(self.from.filter(|from| newest < *from)).unwrap_or(newest);
        let from = self.from.unwrap_or(to);
        if to < from {
            return Err(Fault::Parameter("to", "a day that is not before `from`"));
        }
        let days = from.series(1.day()).take_while(|day| *day <= to).take(DAYS_MAX + 1);
        let days: Vec<Date> = days.collect();
        if DAYS_MAX < days.len() { Err(Fault::TooManyDays) } else { Ok(days) }
    }
}

pub(super) fn date(call: &Call, name: &'static str) -> Result<Option<Date>, Fault> {
    let text = call.query.get(name);
    let Some(text) = text.as_deref().filter(|text| !text.is_empty()) else { return Ok(None) };
    let date = Date::strptime("%Y-%m-%d", text).ok().filter(|_| text.len() == 10);
    let date = date.filter(|date| day_number(*date).is_some());
    date.map(Some).ok_or(Fault::Parameter(name, "a day written YYYY-MM-DD"))
}

pub(super) fn of_number(day: u32) -> Option<Date> {
    let part = |number: u32| i8::try_from(number % 100).ok();
    Date::new(i16::try_from(day / 10_000).ok()?, part(day / 100)?, part(day)?).ok()
}

/// What was found.
struct Found {
    branch: BranchNow,
    days: Vec<Date>,
    figures: DaysFigures,
    names: BTreeMap<u32, String>,
    /// The figures of a day on which nobody came.
    nothing: Sums,
}

/// `GET /v1/branches/{id}/figures`.
pub(super) async fn answer(
    api: &Api,
    call: &Call,
    id: &str,
    route: &'static str,
) -> Result<Answer, Fault> {
    let by = By::asked_for(call)?;
    let found = find(api, call, id).await?;
    let at = api.standpoint();
    let (first, last) = ends(&found.days);
    let total = (&found.figures.figures.total).into();
    let rows = rows(by, &found);
    let shown = |(key, id, name, sums): Keyed<'_>| Row {
        key,
        id,
        name,
        figures: sums.map(|sums| sums.into()),
    };
    let rows = rows.into_iter().map(shown).collect();
    let branch = found.branch;
    let word = Presence::of(&branch, at).word();
    let answered = Answered {
        branch: Named { id: branch.id, name: branch.name },
        zone: branch.zone,
        from: first.to_string(),
        to: last.to_string(),
        by: by.word(),
        now_ms: at.wall_ms(),
        heard_ms: branch.heard_ms,
        word,
        total,
        rows,
    };
    Ok(json(StatusCode::OK, &answered, route))
}

/// `GET /v1/branches/{id}/figures.csv`.
pub(super) async fn sheet(
    api: &Api,
    call: &Call,
    id: &str,
    route: &'static str,
) -> Result<Answer, Fault> {
    let by = By::asked_for(call)?;
    let found = find(api, call, id).await?;
    let mut sheet = Sheet::begun();
    sheet.add("total", "", "", &found.figures.figures.total);
    for (key, _, name, sums) in rows(by, &found) {
        if let Some(sums) = sums {
            sheet.add(by.word(), &key, &name, sums);
        }
    }
    let (first, last) = ends(&found.days);
    let file = format!("figures-{}-{first}-{last}-{}.csv", found.branch.id, by.word());
    Ok(sheet.answer(&file, route))
}

async fn find(api: &Api, call: &Call, id: &str) -> Result<Found, Fault> {
    let tenant = api.tenant_of(call)?;
    let id = requests::branch(id)?;
    let asked = Ends::asked_for(call)?;
    let today = requests::today(api.clock.now());
    let whose = tenant.clone();
    let branch = api.read(move |reader| reader.branch_now(&whose, id)).await?;
    let branch = branch.ok_or(Fault::NoBranch)?;
    let days = asked.days(branch.day, today)?;
    let (first, last) = ends(&days);
    let number = |date: Date| day_number(date).unwrap_or(0);
    let span = Span { first: number(first), last: number(last) };
    let read = move |reader: &Reader| look(reader, &tenant, id, span);
    let (figures, names) = api.read(read).await?.ok_or(Fault::NoBranch)?;
    Ok(Found { branch, days, figures, names, nothing: Sums::default() })
}

type Looked = Option<(DaysFigures, BTreeMap<u32, String>)>;

fn look(
    reader: &Reader,
    tenant: &Tenant,
    id: BranchId,
    span: Span,
) -> Result<Looked, crate::store::StoreError> {
    let Some(figures) = reader.days(tenant, id, span)? else { return Ok(None) };
    Ok(Some((figures, reader.service_names(tenant, id)?)))
}

/// There is always one day.
fn ends(days: &[Date]) -> (Date, Date) {
    let first = days.first().copied().unwrap_or(Date::ZERO);
    (first, days.last().copied().unwrap_or(first))
}

/// A group: its key, its number where it has one, its name where it is known, and its figures.
type Keyed<'f> = (String, Option<u32>, String, Option<&'f Sums>);

fn rows(by: By, found: &Found) -> Vec<Keyed<'_>> {
    let figures = &found.figures.figures;
    let nameless = |_| String::new();
    match by {
        By::Day => found.days.iter().map(|day| of_day(*day, found)).collect(),
        By::Hour => (0..24)
            .map(|hour: u8| (hour.to_string(), None, String::new(), figures.hours.get(&hour)))
            .collect(),
        By::Service => {
            numbered(&figures.services, |id| found.names.get(&id).cloned().unwrap_or_default())
        }
        By::Counter => numbered(&figures.counters, nameless),
        By::Operator => numbered(&figures.operators, nameless),
    }
}

fn numbered(groups: &BTreeMap<u32, Sums>, name: impl Fn(u32) -> String) -> Vec<Keyed<'_>> {
    let row = |(id, sums): (&u32, _)| (id.to_string(), Some(*id), name(*id), Some(sums));
    groups.iter().map(row).collect()
}

/// A day of which the branch has told that nobody came is no gap.
fn of_day(day: Date, found: &Found) -> Keyed<'_> {
    let number = day_number(day).unwrap_or(0);
    let sums = found.figures.days.get(&number);
    let empty = found.figures.told.contains(&number).then_some(&found.nothing);
    (written(number), None, String::new(), sums.or(empty))
}
