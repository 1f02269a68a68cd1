//! Stories of bookings: what is promised, and what becomes of it.

use super::hall::hall;
use super::stage::{Stage, check};
use crate::booking::{Code, Pin, Slot};
use crate::branch::Branch;
use crate::command::{Book, Command};
use crate::ids::{ServiceId, TicketId};
use crate::limits::{
    BOOKING_HORIZON_DAYS, BOOKING_SPAN_MIN_MAX, BOOKINGS_OPEN_MAX, DUE_MAX, HOURS_SPANS_MAX,
    PIN_DIGITS_MAX, PIN_DIGITS_MIN, SLOT_MIN_MAX, SLOT_MIN_MIN, SLOT_PLACES_MAX,
};
use crate::moment::LocalTime;
use crate::refusal::Refusal;
use crate::settings::Bookings;
use crate::settings_check::{SettingsFault, check as checked};
use crate::ticket::{Source, Token};

#[test]
fn a_booking_is_confirmed_checked_in_and_served_like_any_ticket() {
    check(
        "book S1 10:00 unconfirmed => #1 booked for S1 in 60m, held for 15m
         state #1      => booked, not confirmed, since 0m
         confirm #1    => #1 confirmed
         confirm #1    => so already
         +35m          =>
         check-in #1   => #1 checked in as A001
         state A001    => waiting at S1 (Issued) since 0m
         check-in #1   => no: checked in already
         cancel A001   => no: checked in already
         confirm A001  => no: checked in already
         call C1       => A001 called to C1 (arrival)
         start A001    => A001 started
         finish A001   => A001 finished
         check-in #1   => no: checked in already
         free S1       => 10:30 11:00 11:30 13:00 13:30 14:00 14:30 15:00 15:30 16:00 16:30",
    );
}

#[test]
fn a_slot_is_sold_once_a_place_and_service() {
    check(
        "book S1 10:00 => #1 booked for S1 in 60m
         book S1 10:00 => no: slot taken
         book S2 10:00 => #2 booked for S2 in 60m
         set places=2  => settings changed
         book S1 10:00 => #3 booked for S1 in 60m
         book S1 10:00 => no: slot taken
         set places=1  => settings changed
         bookings      => #1 #3 #2
         bookings +1   => nobody
         cancel #1     => #1 cancelled
         cancel #1     => no: booking over
         confirm #1    => no: booking over
         book S1 10:00 => no: slot taken
         delete #3     => #3 cancelled
         book S1 10:00 => #4 booked for S1 in 60m
         bookings      => #4 #2",
    );
}

#[test]
fn a_slot_stays_sold_once_somebody_has_come_for_it() {
    check(
        "book S1 9:30  => #1 booked for S1 in 30m
         check-in #1   => #1 checked in as A001
         delete A001   => A001 deleted
         book S1 9:30  => no: slot taken",
    );
}

#[test]
fn only_slots_that_exist_can_be_booked() {
    check(
        "book S1 10:15    => no: no such slot
         book S1 12:00    => no: no such slot
         book S1 17:00    => no: no such slot
         book S1 11:30 code=5 token=z => #1 booked for S1 in 150m
         book S1 9:00     => no: slot past
         book S1 8:30     => no: slot past
         book S1 10:00+5  => no: no such slot
         book S1 10:00+7  => #2 booked for S1 in 10140m
         book S1 9:00+90  => no: no such slot
         book S1 9:00+91  => no: slot too far
         book S1 10:00 seconds=1 => no: no such slot
         book S9 10:00    => no: unknown service
         book S4 10:00    => no: hidden
         book S4 10:00 staff => #3 booked for S4 in 60m
         book S5 10:00    => no: disabled
         book S6 13:00    => no: closed
         book S6 11:30    => #4 booked for S6 in 150m
         book S1 10:00 lang=9 => no: unknown language
         book S1 10:00 code=5 => no: code taken
         book S1 10:00 token=z => no: token taken
         set bookings=off => settings changed
         book S1 10:00    => no: no bookings
         free S1          => nothing
         +2h              =>
         check-in #1      => #1 checked in as A001",
    );
    assert_eq!(BOOKING_HORIZON_DAYS, 90);
}

#[test]
fn a_code_opens_from_before_the_appointment_until_after_it() {
    check(
        "book S1 10:00  => #1 booked for S1 in 60m
         book S1 10:30  => #2 booked for S1 in 90m
         book S1 11:00  => #3 booked for S1 in 120m
         +29m           =>
         check-in #1    => no: too early
         +1m            =>
         check-in code=7 => no: unknown booking
         check-in #1    => #1 checked in as A001
         +74m           =>
         check-in #2    => #2 checked in as A002
         +31m           =>
         check-in #3    => no: too late to check in
         due            => #3 not kept
         check-in #3    => no: too late to check in
         state #3       => no-show since 0m
         due            => nothing",
    );
}

#[test]
fn the_clock_that_counts_is_the_one_on_the_wall_and_no_wrong_one_takes_a_promise_back() {
    check(
        "book S1 10:00  => #1 booked for S1 in 60m
         book S1 10:30  => #2 booked for S1 in 90m
         wall +50h      =>
         check-in #1    => no: too late to check in
         due            => nothing
         wall -50h      =>
         wall -40m      =>
         +75m           =>
         due            => nothing
         check-in #1    => #1 checked in as A001
         +1h            =>
         check-in #2    => #2 checked in as A002",
    );
}

#[test]
fn a_booking_that_is_not_confirmed_holds_its_slot_for_a_while() {
    check(
        "book S1 10:00 unconfirmed => #1 booked for S1 in 60m, held for 15m
         +14m          =>
         due           => nothing
         lapse #1      => no: out of turn
         book S1 10:00 => no: slot taken
         +1m           =>
         due           => #1 not confirmed
         state #1      => deleted since 0m
         confirm #1    => no: booking over
         check-in #1   => no: booking over
         book S1 10:00 => #2 booked for S1 in 45m
         book S1 9:30 unconfirmed => #3 booked for S1 in 15m, held for 15m
         check-in #3   => #3 checked in as A001",
    );
}

#[test]
fn a_pin_opens_its_own_ticket_alone() {
    check(
        "book S1 9:30           => #1 booked for S1 in 30m
         issue S1               => A001 issued for S1
         check-in #1 pin=9999   => no: unknown booking
         check-in #1 pin=12345  => no: unknown booking
         check-in #7 pin=1234   => no: unknown booking
         check-in A001 pin=1234 => no: unknown booking
         confirm A001           => no: unknown booking
         cancel A001            => no: unknown booking
         lapse A001             => no: out of turn
         check-in #1 pin=1234   => #1 checked in as A002",
    );
}

#[test]
fn a_booking_stands_in_line_by_the_time_of_its_appointment() {
    check(
        "book S1 10:00 => #1 booked for S1 in 60m
         book S1 9:30  => #2 booked for S1 in 30m
         +20m          =>
         issue S1      => A001 issued for S1
         +11m          =>
         issue S1      => A002 issued for S1
         check-in #1   => #1 checked in as A003
         check-in #2   => #2 checked in as A004
         +20m          =>
         issue S1      => A005 issued for S1
         line S1       => A001 A004 A002 A005 A003
         ahead A003    => 4, 7m
         +10m          =>
         issue S1      => A006 issued for S1
         line S1       => A001 A004 A002 A005 A003 A006
         call C1       => A001 called to C1 (arrival)",
    );
}

#[test]
fn bookings_come_first_where_the_settings_say_so() {
    check(
        "set urgency=6 => settings changed
         issue S1      => A001 issued for S1
         book S1 9:30  => #2 booked for S1:6 in 30m
         check-in #2   => #2 checked in as A002
         call C1       => A002 called to C1 (priority)",
    );
}

#[test]
fn the_day_ends_without_its_bookings() {
    check(
        "book S1 10:00+1 => #1 booked for S1 in 1500m
         book S1 11:00+7 => #2 booked for S1 in 10200m
         issue S1        => A001 issued for S1
         +12h            =>
         close day       => day 20261123 closed
         check-in #1     => no: day not open
         book S1 11:30+1 => no: day not open
         open day        => day 20261124 opened
         +13h            =>
         check-in #1     => #1 checked in as A002
         issue S1        => A003 issued for S1
         bookings +1     => A002
         +24h            =>
         close day       => day 20261124 closed
         open day        => day 20261125 opened
         state #2        => booked since 2940m
         line S1         => A001 A002 A003
         issue S1        => A004 issued for S1",
    );
}

#[test]
fn a_booking_spends_the_quota_of_its_own_day_and_is_kept_beyond_it() {
    check(
        "book S7 9:30  => #1 booked for S7 in 30m
         left S7       => 2
         issue S7      => G001 issued for S7
         issue S7      => G002 issued for S7
         issue S7      => no: quota spent
         check-in #1   => #1 checked in as G003
         left S7       => 0",
    );
}

#[test]
fn a_key_makes_one_ticket_whether_booked_or_not() {
    check(
        "book S1 9:30        => #1 booked for S1 in 30m
         book S2 9:30        => #2 booked for S2 in 30m
         check-in #1 lang=9  => no: unknown language
         check-in #1 pass=a lang=2 => #1 checked in as A001
         check-in #2 pass=a  => no: pass used for A001
         issue S1 pass=a     => no: pass used for A001
         issue S1 pass=b     => A002 issued for S1
         check-in #2 pass=b  => no: pass used for A002
         check-in #2         => #2 checked in as B001",
    );
}

#[test]
fn a_service_that_was_promised_stays_and_what_is_switched_off_meanwhile_is_kept() {
    check(
        "book S8 9:30    => #1 booked for S8 in 30m
         set S8 gone     => no: an open ticket names 8, which does not exist
         set S8 tag=Z    => settings changed
         set S8 disabled => settings changed
         check-in #1     => #1 checked in as Z001",
    );
}

#[test]
fn a_booking_is_in_no_line_and_at_no_counter() {
    check(
        "book S1 9:30    => #1 booked for S1 in 30m
         line S1         => nobody
         new S1          => 0, 0m
         ahead #1        => nothing
         why #1 C1       => not waiting
         call C1         => no: nobody waiting
         take C1 #1      => no: out of turn
         put-back #1     => no: out of turn
         overdue #1      => no: out of turn
         rate #1 5       => no: not closed yet
         delete #1       => #1 cancelled
         rate #1 5       => no: out of turn",
    );
}

#[test]
fn so_many_bookings_and_no_more() {
    let mut stage = Stage::open();
    stage.check("set places=100 => settings changed");
    stage.check("book S1 10:00+1 => #1 booked for S1 in 1500m");
    let mut parts = stage.branch.parts().clone();
    let booked = stage.ticket("#1").expect("it was booked").clone();
    let full = u64::try_from(BOOKINGS_OPEN_MAX).expect("small");
    for number in 2..=full - 1 {
        let mut ticket = booked.clone();
        ticket.id = TicketId(number);
        ticket.token = Token(format!("{number:x>10}").into_bytes().try_into().expect("ten"));
        let booking = ticket.booking.as_mut().expect("it was booked");
        booking.code = Code::parse(&format!("9{number:0>7}")).expect("eight digits");
        // Spread over the days, as bookings are.
        booking.appointment.start.wall_ms +=
            i64::try_from(number / 50).expect("small") * 86_400_000;
        parts.tickets.insert(ticket.id, ticket);
    }
    parts.last_ticket = TicketId(full - 1);
    stage.branch = Branch::restore(parts);
    stage.entries.clear();
    assert_eq!(stage.branch.open_bookings(), BOOKINGS_OPEN_MAX - 1);
    assert!(stage.run("book S1 10:30+1").is_ok());
    assert_eq!(stage.run("book S1 11:00+1"), Err("bookings full".into()));
    assert!(stage.run("issue S1").is_ok(), "bookings keep nobody out");
    assert!(stage.run("cancel #1").is_ok());
    assert!(stage.run("book S1 11:00+1").is_ok());
}

#[test]
fn lapses_are_taken_up_in_bites() {
    let mut stage = Stage::open();
    stage.check("set places=100 => settings changed");
    for _ in 0..DUE_MAX + 3 {
        assert!(stage.run("book S1 10:00").is_ok());
    }
    stage.pass("75m");
    for bite in [DUE_MAX, 3, 0] {
        let due = stage.branch.due(stage.now().at);
        assert_eq!(due.len(), bite);
        due.iter().for_each(|command| drop(stage.submit(command).expect("it is due")));
    }
    assert_eq!(stage.branch.open_bookings(), 0);
}

#[test]
fn what_can_be_asked_of_bookings_has_bounds() {
    type Spoil = fn(&mut Bookings);
    let sound: [Spoil; 8] = [
        |b| b.slot_min = SLOT_MIN_MIN,
        |b| b.slot_min = SLOT_MIN_MAX,
        |b| b.places = SLOT_PLACES_MAX,
        |b| (b.check_in_before_min, b.check_in_after_min) = (0, 1),
        |b| b.check_in_before_min = BOOKING_SPAN_MIN_MAX,
        |b| b.check_in_after_min = BOOKING_SPAN_MIN_MAX,
        |b| b.hold_min = BOOKING_SPAN_MIN_MAX,
        |b| b.pin_digits = PIN_DIGITS_MAX as u8,
    ];
    let unsound: [(&str, Spoil); 11] = [
        ("bookings.slot_min", |b| b.slot_min = SLOT_MIN_MIN - 1),
        ("bookings.slot_min", |b| b.slot_min = SLOT_MIN_MAX + 1),
        ("bookings.places", |b| b.places = 0),
        ("bookings.places", |b| b.places = SLOT_PLACES_MAX + 1),
        ("bookings.check_in_before_min", |b| b.check_in_before_min = BOOKING_SPAN_MIN_MAX + 1),
        ("bookings.check_in_after_min", |b| b.check_in_after_min = 0),
        ("bookings.check_in_after_min", |b| b.check_in_after_min = BOOKING_SPAN_MIN_MAX + 1),
        ("bookings.hold_min", |b| b.hold_min = 0),
        ("bookings.pin_digits", |b| b.pin_digits = PIN_DIGITS_MIN as u8 - 1),
        ("bookings.pin_digits", |b| b.pin_digits = PIN_DIGITS_MAX as u8 + 1),
        ("booking hours", |b| b.hours.days[6] = vec![(600, 600)]),
    ];
    for change in sound {
        let mut settings = hall();
        change(&mut settings.bookings);
        assert_eq!(checked(&settings), Ok(()));
    }
    for (what, spoil) in unsound {
        let mut settings = hall();
        spoil(&mut settings.bookings);
        assert_eq!(checked(&settings), Err(SettingsFault::OutOfBounds(what)));
    }
    let mut settings = hall();
    settings.bookings.hours.days[0] = (0..=HOURS_SPANS_MAX as u16).map(|n| (n, n + 1)).collect();
    assert_eq!(checked(&settings), Err(SettingsFault::OutOfBounds("booking hours")));
}

#[test]
fn slots_fill_their_span_and_none_is_cut_short() {
    let mut bookings = Bookings { slot_min: 40, ..Bookings::off() };
    bookings.hours.days[2] = vec![(540, 660), (700, 739), (1400, 1440)];
    assert_eq!(bookings.slots(2).collect::<Vec<_>>(), [540, 580, 620, 1400]);
    assert_eq!(bookings.slots(7).count(), 0);
    assert!(bookings.has_slot_at(LocalTime { weekday: 2, minute: 580 }));
    assert!(!bookings.has_slot_at(LocalTime { weekday: 2, minute: 560 }));
}

#[test]
fn two_starts_of_one_doubled_hour_are_two_slots() {
    let mut stage = Stage::open();
    let mut book = |after_h: i64, code: &str| {
        let start_ms = stage.now().at.wall_ms + after_h * 3_600_000;
        let slot = Slot { start_ms, local: LocalTime { weekday: 0, minute: 10 * 60 } };
        stage.submit(&Command::Book(Book {
            service: ServiceId(1),
            slot,
            language: None,
            token: Token::parse(&format!("{code}{code:0>2}")[..10]).expect("ten characters"),
            code: Code::parse(code).expect("eight digits"),
            pin: Pin::parse("1234").expect("four digits"),
            confirmed: true,
            source: Source::Customer,
        }))
    };
    assert!(book(1, "00000011").is_ok());
    assert!(book(2, "00000022").is_ok());
    assert_eq!(book(2, "00000033"), Err(Refusal::SlotTaken));
}
