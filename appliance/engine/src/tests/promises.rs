//! The lines of the stories that are about bookings.

use super::stage::{Stage, number};
use crate::booking::{Code, Pin, Slot};
use crate::command::{Book, CheckIn, Command, Shown};
use crate::ids::{LanguageId, ServiceId};
use crate::moment::LocalTime;
use crate::ticket::{Pass, Source, Token};

pub(super) const DAY_MS: i64 = 24 * 3_600_000;

/// The midnight before the stories begin, on their wall.
const MIDNIGHT_MS: i64 = 1_795_424_400_000 - 9 * 3_600_000;

impl Stage {
    pub(super) fn book(&mut self, service: &str, time: &str, options: &[&str]) -> Command {
        self.tokens += 1;
        let option = |key: &str| options.iter().find_map(|word| word.strip_prefix(key));
        let own = self.tokens.to_string();
        let token = format!("{:r>10}", option("token=").unwrap_or(&own));
        let code = format!("{:0>8}", option("code=").unwrap_or(&own));
        let seconds: i64 = option("seconds=").map_or(0, |count| count.parse().expect("seconds"));
        let mut slot = slot(time);
        slot.start_ms += seconds * 1_000;
        Command::Book(Book {
            service: ServiceId(number(service)),
            slot,
            language: option("lang=").map(|id| LanguageId(id.parse().expect("a number"))),
            token: Token::parse(&token).expect("ten characters"),
            code: Code::parse(&code).expect("eight digits"),
            pin: Pin::parse("1234").expect("four digits"),
            confirmed: !options.contains(&"unconfirmed"),
            source: if options.contains(&"staff") { Source::Staff } else { Source::Customer },
        })
    }

    pub(super) fn check_in(&self, what: &str, options: &[&str]) -> Command {
        let option = |key: &str| options.iter().find_map(|word| word.strip_prefix(key));
        let shown = match (what.strip_prefix("code="), option("pin=")) {
            (Some(code), _) => code_of(code),
            (None, Some(pin)) => {
                let pin = Pin::parse(pin).expect("some digits");
                Shown::Pin { ticket: self.ticket_id(what), pin }
            }
            (None, None) => {
                let booking = self.ticket(what).and_then(|ticket| ticket.booking);
                booking.map_or_else(|| code_of("0"), |booking| Shown::Code(booking.code))
            }
        };
        Command::CheckIn(CheckIn {
            shown,
            language: option("lang=").map(|id| LanguageId(id.parse().expect("a number"))),
            pass: option("pass=")
                .map(|pass| Pass::parse(&format!("{pass:p>11}")).expect("eleven characters")),
            device: None,
        })
    }

    /// The slots of a day, as whoever knows the zone would list them.
    pub(super) fn slots(&self, day: &[&str]) -> Vec<Slot> {
        let midnight = self.midnight(day);
        let weekday = weekday(midnight);
        let starts = self.branch.settings().bookings.slots(weekday);
        let slot = |minute: u16| Slot {
            start_ms: midnight + i64::from(minute) * 60_000,
            local: LocalTime { weekday, minute },
        };
        starts.map(slot).collect()
    }

    pub(super) fn midnight(&self, day: &[&str]) -> i64 {
        let after = day.first().map_or(0, |day| day[1..].parse().expect("a number of days"));
        MIDNIGHT_MS + after * DAY_MS
    }
}

pub(super) fn time(local: LocalTime) -> String {
    format!("{}:{:02}", local.minute / 60, local.minute % 60)
}

fn code_of(code: &str) -> Shown {
    Shown::Code(Code::parse(&format!("{code:0>8}")).expect("eight digits"))
}

/// `10:00`, or `10:00+1` on the day after.
fn slot(text: &str) -> Slot {
    let (time, days) = text.split_once('+').unwrap_or((text, "0"));
    let (hour, minute) = time.split_once(':').expect("a time of day");
    let days: i64 = days.parse().expect("a number of days");
    let minute =
        60 * hour.parse::<u16>().expect("an hour") + minute.parse::<u16>().expect("minutes");
    let midnight = MIDNIGHT_MS + days * DAY_MS;
    let local = LocalTime { weekday: weekday(midnight), minute };
    Slot { start_ms: midnight + i64::from(minute) * 60_000, local }
}

fn weekday(midnight: i64) -> u8 {
    u8::try_from((midnight - MIDNIGHT_MS) / DAY_MS % 7).expect("a day after the first")
}
