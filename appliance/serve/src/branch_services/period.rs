//! Periods of business days, as they are asked for and written.

use jiff::ToSpan;
use jiff::civil::Date;

use super::faults::Fault;
use crate::http::Call;

/// Days of one question: a year, so that this one can be held against the last.
pub const DAYS_MAX: usize = 366;

/// A day, `yyyy-MM-dd`.
///
/// # Errors
///
/// A fault that names `name`.
pub fn date(text: &str, name: &str) -> Result<Date, Fault> {
    let shaped = text.len() == 10;
    let date = Date::strptime("%Y-%m-%d", text).ok().filter(|_| shaped);
    date.ok_or_else(|| Fault::parameter(name, "a day written yyyy-MM-dd"))
}

/// A date in the query, if it is there; a time may follow it, which is passed over.
///
/// # Errors
///
/// A fault that names the parameter.
pub fn asked_for(call: &Call, name: &str) -> Result<Option<Date>, Fault> {
    let text = call.query.get(name);
    let Some(text) = text.as_deref().filter(|text| !text.is_empty()) else { return Ok(None) };
    let day = text.split_once('T').map_or(text, |(day, _)| day);
    date(day, name).map(Some)
}

/// Some days after one another, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first.
    pub start: Date,
    /// The last.
    pub end: Date,
}

impl Period {
    /// From `start` to `end`.
    ///
    /// # Errors
    ///
    /// A fault where the end is before the start, or there are more than [`DAYS_MAX`] days.
    pub fn new(start: Date, end: Date) -> Result<Period, Fault> {
        if end < start {
            return Err(Fault::bad("endDate is before startDate"));
        }
        let days = start.series(1.day()).take_while(|day| *day <= end).take(DAYS_MAX + 1);
        if DAYS_MAX < days.count() {
            return Err(Fault::bad(format!("ask for {DAYS_MAX} days at the most")));
        }
        Ok(Period { start, end })
    }

    /// The business days, in order.
    pub fn days(self) -> impl Iterator<Item = u32> {
        let all = self.start.series(1.day()).take_while(move |day| *day <= self.end);
        all.filter_map(day_number)
    }
}

/// The business day of a date, as 20261122; none before the year 0.
pub fn day_number(date: Date) -> Option<u32> {
    let year = u32::try_from(date.year()).ok()?;
    let (month, day) =
        (u32::from(date.month().unsigned_abs()), u32::from(date.day().unsigned_abs()));
    Some(year * 10_000 + month * 100 + day)
}

/// A business day, `yyyy-MM-dd`.
pub fn written(day: u32) -> String {
    format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        date(text, "date").expect("a date")
    }

    #[test]
    fn a_period_has_both_of_its_ends_and_only_so_many_days() {
        let period = |start, end| Period::new(day(start), day(end));
        let days = period("2026-12-31", "2027-01-02").expect("short").days();
        assert_eq!(days.collect::<Vec<_>>(), [20_261_231, 20_270_101, 20_270_102]);
        let year = period("2026-11-22", "2027-11-22").expect("a year");
        assert_eq!(year.days().count(), DAYS_MAX);
        for (start, end) in [("2026-11-22", "2027-11-23"), ("2026-11-22", "2026-11-21")] {
            assert_eq!(period(start, end).expect_err("refused").status, 400);
        }
        let all = Period::new(Date::MIN, Date::MAX).expect_err("it is refused at once");
        assert_eq!(all.message, "ask for 366 days at the most");
    }

    #[test]
    fn a_day_is_written_in_one_way() {
        assert_eq!(written(day_number(day("2026-01-09")).expect("of our era")), "2026-01-09");
        for text in ["", "2026-1-9", "2026-01-32", "26-01-09", "2026-01-09x", "20260109"] {
            assert_eq!(date(text, "startDate").expect_err("no date").status, 400, "{text}");
        }
    }
}
