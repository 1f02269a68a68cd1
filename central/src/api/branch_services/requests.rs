//! What is asked about: a branch, and days.

use jiff::civil::Date;
use serve::branch_services::faults::Fault;
use serve::branch_services::period::{self, Period};
use serve::clock::Reading;
use serve::http::Call;
use sync::ids::BranchId;

use crate::api::requests::today;
use crate::store::BranchStanding;

/// The branch that `serverId` names; none where it is not there.
pub(super) fn server(call: &Call) -> Result<Option<BranchId>, Fault> {
    let text = call.query.get("serverId");
    let Some(text) = text.as_deref().filter(|text| !text.is_empty()) else { return Ok(None) };
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_plain).map(BranchId);
    number.map(Some).ok_or_else(|| Fault::parameter("serverId", "a branch's number"))
}

/// From `startDate` to `endDate`; without them the newest business day that any of these branches
/// has told of.
pub(super) fn period(
    call: &Call,
    branches: &[BranchStanding],
    now: Reading,
) -> Result<Period, Fault> {
    let start = period::asked_for(call, "startDate")?;
    let end = period::asked_for(call, "endDate")?;
    let newest = || branches.iter().filter_map(|branch| branch.day).max().and_then(date);
    let end = end.or_else(newest).unwrap_or_else(|| today(now));
    Period::new(start.unwrap_or(end), end)
}

fn date(day: u32) -> Option<Date> {
    let part = |number: u32| i8::try_from(number % 100).ok();
    Date::new(i16::try_from(day / 10_000).ok()?, part(day / 100)?, part(day)?).ok()
}
