//! The branch's zone, applied: instants become what its clock on the wall shows.

use engine::{DayId, LocalTime, Moment, Now};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// The branch's zone.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone with this IANA name, or nothing where there is none.
    pub fn named(name: &str) -> Option<Zone> {
        TimeZone::get(name).ok().map(Zone)
    }

    /// What the branch's clock showed at `moment`.
    pub fn civil(&self, moment: Moment) -> DateTime {
        let instant = Timestamp::from_millisecond(moment.wall_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        self.0.to_datetime(instant)
    }

    /// `moment` with what opening hours need to know.
    pub fn now(&self, moment: Moment) -> Now {
        let civil = self.civil(moment);
        let weekday = civil.weekday().to_monday_zero_offset();
        let minute = i32::from(civil.hour()) * 60 + i32::from(civil.minute());
        let local = LocalTime {
            weekday: u8::try_from(weekday).unwrap_or(0),
            minute: u16::try_from(minute).unwrap_or(0),
        };
        Now { at: moment, local }
    }

    /// The business day that `moment` falls into, when days end at `ends_minute` after midnight.
    ///
    /// Before that minute it is still yesterday's day. Where the clocks go back over it, the first
    /// occurrence ends the day: the second one already reads as a later minute of the new day,
    /// since a day that was opened never closes for itself.
    pub fn business_day(&self, moment: Moment, ends_minute: u16) -> DayId {
        let civil = self.civil(moment);
        let minute = i32::from(civil.hour()) * 60 + i32::from(civil.minute());
        let date = if minute < i32::from(ends_minute) {
            civil.date().checked_sub(1.day()).unwrap_or(civil.date())
        } else {
            civil.date()
        };
        let number =
            i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day());
        DayId(u32::try_from(number).unwrap_or(0))
    }

    /// `yyyy-mm-dd hh:mm:ss`, branch time.
    pub fn text(&self, moment: Moment) -> String {
        self.civil(moment).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// The number `yyyyMMddHHmmss`, branch time.
    pub fn number(&self, moment: Moment) -> u64 {
        let t = self.civil(moment);
        let date = (i64::from(t.year()) * 100 + i64::from(t.month())) * 100 + i64::from(t.day());
        let time =
            (i64::from(t.hour()) * 100 + i64::from(t.minute())) * 100 + i64::from(t.second());
        u64::try_from(date * 1_000_000 + time).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        let instant: Timestamp = text.parse().expect("a timestamp");
        Moment { wall_ms: instant.as_millisecond(), steady_ms: 0 }
    }

    fn budapest() -> Zone {
        Zone::named("Europe/Budapest").expect("the zone is bundled")
    }

    #[test]
    fn times_are_the_branchs_own() {
        let zone = budapest();
        let summer = moment("2026-07-01T22:30:05Z");
        assert_eq!(zone.text(summer), "2026-07-02 00:30:05");
        assert_eq!(zone.number(summer), 20_260_702_003_005);
        assert_eq!(zone.now(summer).local, LocalTime { weekday: 3, minute: 30 });
        assert_eq!(zone.business_day(summer, 240), DayId(20_260_701));
    }

    #[test]
    fn a_doubled_hour_ends_the_day_once_and_a_skipped_one_at_the_next_instant() {
        let zone = budapest();
        // On 2026-10-25 the clocks go back from 03:00 to 02:00; the day ends at 02:30.
        let day = |text| zone.business_day(moment(text), 150).0;
        assert_eq!(day("2026-10-25T00:29:59Z"), 20_261_024);
        assert_eq!(day("2026-10-25T00:30:00Z"), 20_261_025);
        // The second 02:00 reads as yesterday again: whoever closes days must not go back.
        assert_eq!(day("2026-10-25T01:00:00Z"), 20_261_024);
        assert_eq!(day("2026-10-25T01:30:00Z"), 20_261_025);
        // On 2026-03-29 they go forward from 02:00 to 03:00.
        assert_eq!(day("2026-03-29T00:59:59Z"), 20_260_328);
        assert_eq!(day("2026-03-29T01:00:00Z"), 20_260_329);
    }
}
