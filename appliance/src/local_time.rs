//! The branch's zone, applied: instants become what its clock on the wall shows.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use engine::settings::{Bookings, Settings};
use engine::{DayId, LocalTime, Moment, Now, Slot};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

/// Seconds of a span in which no zone has changed its offset since the year 2000: changes come at
/// full quarters of an hour.
const SPAN_S: i64 = 15 * 60;

/// The first span of which that is known.
const KNOWN_SINCE: i64 = 946_684_800 / SPAN_S;

/// Spans whose offset is remembered: of now, and of what happened lately.
const SPANS: usize = 8;

/// The branch's zone. Cheap to clone; clones are one zone, and follow the settings together.
#[derive(Clone, Debug)]
pub struct Zone(Arc<ArcSwap<Table>>);

/// One zone, with what was looked up in it lately.
#[derive(Debug)]
struct Table {
    zone: TimeZone,
    /// For some spans: the number of the span, and its offset in seconds in the lower half.
    offsets: [AtomicU64; SPANS],
}

impl Table {
    fn of(zone: TimeZone) -> Table {
        Table { zone, offsets: Default::default() }
    }
}

impl Zone {
    /// The zone with this IANA name, or nothing where there is none.
    pub fn named(name: &str) -> Option<Zone> {
        let zone = TimeZone::get(name).ok()?;
        Some(Zone(Arc::new(ArcSwap::from_pointee(Table::of(zone)))))
    }

    /// The zone of these settings. A branch whose zone nobody knows goes on in UTC, rather than
    /// not at all.
    pub fn of_settings(settings: &Settings) -> Zone {
        let zone = TimeZone::get(&settings.zone).unwrap_or(TimeZone::UTC);
        Zone(Arc::new(ArcSwap::from_pointee(Table::of(zone))))
    }

    /// Takes up the zone of these settings, here and in all clones.
    pub fn adopt(&self, settings: &Settings) {
        if self.0.load().zone.iana_name() != Some(settings.zone.as_str()) {
            let zone = TimeZone::get(&settings.zone).unwrap_or(TimeZone::UTC);
            self.0.store(Arc::new(Table::of(zone)));
        }
    }

    /// What the branch's clock showed at `moment`.
    pub fn civil(&self, moment: Moment) -> DateTime {
        let instant = Timestamp::from_millisecond(moment.wall_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        self.offset(instant).to_datetime(instant)
    }

    /// The zone's offset at `instant`. Phones ask for two local times with each look at a ticket,
    /// and looking one up in the zone costs more than all else that the answer needs.
    fn offset(&self, instant: Timestamp) -> Offset {
        let table = self.0.load();
        let span = instant.as_second().div_euclid(SPAN_S);
        let slot = u64::try_from(span).ok().filter(|_| KNOWN_SINCE <= span);
        let Some(slot) = slot else { return table.zone.to_offset(instant) };
        let offsets = &table.offsets[usize::try_from(slot).unwrap_or(0) % SPANS];
        let known = offsets.load(Ordering::Relaxed);
        if known >> 32 == slot {
            let seconds = i32::from_ne_bytes(lower_half(known).to_ne_bytes());
            if let Ok(offset) = Offset::from_seconds(seconds) {
                return offset;
            }
        }
        let offset = table.zone.to_offset(instant);
        let seconds = u32::from_ne_bytes(offset.seconds().to_ne_bytes());
        offsets.store(slot << 32 | u64::from(seconds), Ordering::Relaxed);
        offset
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

    /// The slot that begins at this minute of a day, or nothing where the clocks skip it. Of a
    /// minute that comes twice it is the first one.
    pub fn slot(&self, date: Date, minute: u16) -> Option<Slot> {
        let (hour, rest) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
        let start = date.to_datetime(Time::new(hour, rest, 0, 0).ok()?);
        let start = self.0.load().zone.to_ambiguous_timestamp(start);
        if let AmbiguousOffset::Gap { .. } = start.offset() {
            return None;
        }
        let weekday = u8::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
        let start_ms = start.earlier().ok()?.as_millisecond();
        Some(Slot { start_ms, local: LocalTime { weekday, minute } })
    }

    /// The slots of a day that the settings speak of, in order; whether they are free is the
    /// branch's to say.
    pub fn slots(&self, date: Date, bookings: &Bookings) -> Vec<Slot> {
        let weekday = u8::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
        let minutes: BTreeSet<u16> = bookings.slots(weekday).collect();
        minutes.into_iter().filter_map(|minute| self.slot(date, minute)).collect()
    }

    /// When a day begins and when the next one does, in milliseconds since 1970-01-01 UTC; nothing
    /// at the end of all time.
    pub fn day_span(&self, date: Date) -> Option<(i64, i64)> {
        let begins = |date: Date| {
            let midnight =
                self.0.load().zone.to_ambiguous_timestamp(date.to_datetime(Time::midnight()));
            midnight.compatible().ok().map(Timestamp::as_millisecond)
        };
        Some((begins(date)?, begins(date.checked_add(1.day()).ok()?)?))
    }

    /// `yyyy-mm-dd hh:mm:ss`, branch time.
    pub fn text(&self, moment: Moment) -> String {
        self.civil(moment).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// ISO 8601 with the branch's offset: `2026-11-23T12:00:00+01:00`.
    pub fn stamp(&self, moment: Moment) -> String {
        let instant = Timestamp::from_millisecond(moment.wall_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        let offset = self.offset(instant);
        let (sign, minutes) = if offset.is_negative() {
            ('-', -offset.seconds() / 60)
        } else {
            ('+', offset.seconds() / 60)
        };
        let civil = offset.to_datetime(instant).strftime("%Y-%m-%dT%H:%M:%S");
        format!("{civil}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
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

fn lower_half(word: u64) -> u32 {
    u32::try_from(word & 0xFFFF_FFFF).unwrap_or(0)
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
        assert_eq!(zone.stamp(summer), "2026-07-02T00:30:05+02:00");
        let behind = Zone::named("America/St_Johns").expect("the zone is bundled");
        assert_eq!(behind.stamp(summer), "2026-07-01T20:00:05-02:30");
        assert_eq!(zone.now(summer).local, LocalTime { weekday: 3, minute: 30 });
        assert_eq!(zone.business_day(summer, 240), DayId(20_260_701));
    }

    #[test]
    fn all_clones_take_up_another_zone_together() {
        let zone = budapest();
        let clone = zone.clone();
        let summer = moment("2026-07-01T22:30:05Z");
        assert_eq!(clone.text(summer), "2026-07-02 00:30:05");
        let settings = |zone: &str| Settings { zone: zone.into(), ..Settings::blank() };
        zone.adopt(&settings("Asia/Kathmandu"));
        assert_eq!(clone.text(summer), "2026-07-02 04:15:05", "its offsets are not the old ones");
        zone.adopt(&settings("Moon/Tycho"));
        assert_eq!(clone.text(summer), "2026-07-01 22:30:05");
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

    #[test]
    fn a_skipped_hour_has_no_slots_and_a_doubled_one_has_them_once() {
        let zone = budapest();
        let all_day = engine::settings::Hours { days: std::array::from_fn(|_| vec![(0, 1440)]) };
        let bookings = Bookings { hours: all_day, ..Bookings::off() };
        let slots =
            |year, month, day| zone.slots(Date::new(year, month, day).expect("a date"), &bookings);
        assert_eq!(slots(2026, 3, 28).len(), 48);
        let spring = slots(2026, 3, 29);
        assert_eq!(spring.len(), 46);
        assert!(spring.iter().all(|slot| !(120..180).contains(&slot.local.minute)));
        let autumn = slots(2026, 10, 25);
        assert_eq!(autumn.len(), 48);
        assert!(autumn.is_sorted_by_key(|slot| slot.start_ms));
        for slot in spring.iter().chain(&autumn) {
            let at = Moment { wall_ms: slot.start_ms, steady_ms: 0 };
            assert_eq!(zone.now(at).local, slot.local);
        }
        let (begins, ends) =
            zone.day_span(Date::new(2026, 10, 25).expect("a date")).expect("it is near");
        assert_eq!((begins, ends - begins), (autumn[0].start_ms, 25 * 3_600_000));
        assert_eq!(zone.day_span(Date::MAX), None);
        assert_eq!(zone.slot(Date::new(2026, 11, 23).expect("a date"), 1440), None);
    }

    #[test]
    fn a_remembered_offset_is_the_zones_own() {
        for name in ["Europe/Budapest", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"]
        {
            let zone = Zone::named(name).expect("the zone is bundled");
            // Two years in steps that meet every span's beginning, end and slot.
            for step in 0..70_000_i64 {
                let wall_ms = 1_767_225_600_000 + step * 899_999;
                let instant = Timestamp::from_millisecond(wall_ms).expect("in range");
                let civil = zone.civil(Moment { wall_ms, steady_ms: 0 });
                assert_eq!(civil, zone.0.load().zone.to_datetime(instant), "{name} {wall_ms}");
            }
        }
    }
}
