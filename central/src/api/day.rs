//! How one day went in all branches, a row each, as JSON and as a sheet.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use serve::branch_services::period::day_number;
use serve::http::{Answer, Call, HeaderValue, StatusCode, header};
use serve::statistics::Sums;
use serve::statistics::sheet::Sheet;
use sync::topics::Tenant;

use super::answers::{Standpoint, json};
use super::faults::Fault;
use super::figures::{Shown, date, of_number};
use super::{Api, DAY_SHEET, requests};
use crate::live::Presence;
use crate::store::{BranchNow, Reader, StoreError};

/// Branches of one answer: of a day in work the visits of each are put together from its tickets, and
/// a sheet of so many rows is still read by people.
pub const BRANCHES_TOLD_MAX: usize = 500;

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "DayFigures")]
pub(super) struct Answered {
    day: String,
    now_ms: u64,
    /// Of the branches in this answer.
    total: Shown,
    /// By number.
    branches: Vec<Row>,
    /// There are more branches: ask again with this as `after`.
    next: Option<u32>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "DayOfBranch")]
pub(super) struct Row {
    id: u32,
    name: String,
    zone: Option<String>,
    heard_ms: Option<u64>,
    #[schemars(extend("enum" = ["connected", "awaited", "cut_off", "never"]))]
    word: &'static str,
    /// None where the branch has told nothing of the day: a gap, and no zero.
    figures: Option<Shown>,
}

/// What was found.
struct Found {
    day: u32,
    branches: Vec<(BranchNow, Option<Sums>)>,
    total: Sums,
    next: Option<u32>,
}

impl Found {
    fn date(&self) -> String {
        of_number(self.day).unwrap_or_default().to_string()
    }
}

/// `GET /v1/figures`.
pub(super) async fn answer(api: &Api, call: &Call, route: &'static str) -> Result<Answer, Fault> {
    let found = find(api, call).await?;
    let at = api.standpoint();
    let (day, total) = (found.date(), Shown::from(&found.total));
    let branches = found.branches.into_iter().map(|(branch, sums)| row(branch, sums, at));
    let branches = branches.collect();
    let answered = Answered { day, now_ms: at.wall_ms(), total, branches, next: found.next };
    Ok(json(StatusCode::OK, &answered, route))
}

/// `GET /v1/figures.csv`. That there are more branches stands in `Link` (RFC 8288).
pub(super) async fn sheet(api: &Api, call: &Call, route: &'static str) -> Result<Answer, Fault> {
    let found = find(api, call).await?;
    let mut sheet = Sheet::begun();
    sheet.add("total", "", "", &found.total);
    for (branch, sums) in &found.branches {
        if let Some(sums) = sums {
            sheet.add("branch", &branch.id.to_string(), &branch.name, sums);
        }
    }
    let day = found.date();
    let answer = sheet.answer(&format!("figures-{day}.csv"), route);
    let next = found.next.and_then(|after| {
        let text = format!("</{DAY_SHEET}?day={day}&after={after}>; rel=\"next\"");
        HeaderValue::from_str(&text).ok()
    });
    Ok(match next {
        Some(next) => answer.with_header(header::LINK, next),
        None => answer,
    })
}

fn row(branch: BranchNow, sums: Option<Sums>, at: Standpoint) -> Row {
    Row {
        id: branch.id,
        word: Presence::of(&branch, at).word(),
        name: branch.name,
        zone: branch.zone,
        heard_ms: branch.heard_ms,
        figures: sums.as_ref().map(Shown::from),
    }
}

async fn find(api: &Api, call: &Call) -> Result<Found, Fault> {
    let tenant = api.tenant_of(call)?;
    let after = after(call)?;
    let day = date(call, "day")?.and_then(day_number);
    let today = requests::today(api.clock.now());
    api.read(move |reader| look(reader, &tenant, day, today, after)).await
}

/// The branches after this one; without a day, on the newest of any branch.
fn look(
    reader: &Reader,
    tenant: &Tenant,
    day: Option<u32>,
    today: Date,
    after: u32,
) -> Result<Found, StoreError> {
    let mut all = reader.overview(tenant)?;
    // East of here it may be tomorrow already; a box whose clock is wrong names no day for all.
    let tomorrow = day_number(today.saturating_add(1.day())).unwrap_or(u32::MAX);
    let newest = all.iter().filter_map(|branch| branch.day).filter(|day| *day <= tomorrow).max();
    let day = day.or(newest).or(day_number(today)).unwrap_or(0);
    all.retain(|branch| after < branch.id);
    all.sort_by_key(|branch| branch.id);
    let is_cut = BRANCHES_TOLD_MAX < all.len();
    all.truncate(BRANCHES_TOLD_MAX);
    let last = all.last().map(|branch| branch.id);
    let mut told = match last {
        Some(last) => reader.day(tenant, day, after + 1..=last)?,
        None => BTreeMap::new(),
    };
    let mut total = Sums::default();
    told.values().for_each(|sums| total.join(sums));
    let with_sums = |branch: BranchNow| {
        let sums = told.remove(&branch.id);
        (branch, sums)
    };
    let branches = all.into_iter().map(with_sums).collect();
    Ok(Found { day, branches, total, next: last.filter(|_| is_cut) })
}

fn after(call: &Call) -> Result<u32, Fault> {
    let text = call.query.get("after");
    let Some(text) = text.as_deref().filter(|text| !text.is_empty()) else { return Ok(0) };
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_plain);
    number.ok_or(Fault::Parameter("after", "the number of a branch"))
}
