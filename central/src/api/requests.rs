//! What is asked, read from calls.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;
use serve::clock::Reading;
use serve::http::{Call, header};
use sync::ids::BranchId;

use super::faults::Fault;

/// The media type of bodies.
const JSON: &str = "application/json";

/// The body as JSON of this shape. A call that names no type at all is taken at its word.
pub(super) fn body<T: DeserializeOwned>(call: &Call, wanted: &'static str) -> Result<T, Fault> {
    let kind = call.headers.get(header::CONTENT_TYPE);
    let is_json = kind.is_none_or(|kind| {
        let kind = kind.to_str().unwrap_or_default();
        kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(JSON)
    });
    if !is_json {
        return Err(Fault::NotJson);
    }
    // The parser's own words would repeat values, and those are passwords.
    serde_json::from_slice(&call.body).map_err(|_| Fault::Body(wanted))
}

/// The `Authorization` header.
pub(super) fn authorization(call: &Call) -> Option<&str> {
    call.headers.get(header::AUTHORIZATION)?.to_str().ok()
}

/// The date by UTC, for where no branch has told of any day: any will do, and this one is understood.
pub(super) fn today(now: Reading) -> Date {
    let now = Timestamp::from_millisecond(now.wall_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    TimeZone::UTC.to_datetime(now).date()
}

/// A branch's number, plainly written.
pub(super) fn branch(segment: &str) -> Result<BranchId, Fault> {
    let is_plain = segment.bytes().all(|byte| byte.is_ascii_digit()) && !segment.starts_with('0');
    let number = segment.parse().ok().filter(|_| is_plain);
    number.map(BranchId).ok_or(Fault::NoBranch)
}
