//! The bounds of a branch. Each is generous for the largest hall we know and small enough for the box.

/// Tickets that are not closed, at one time. Beyond it no ticket is issued: the largest hall seats
/// a few hundred people, so a longer line is a fault or an attack.
pub const TICKETS_OPEN_MAX: usize = 20_000;

/// Tickets of one business day, closed ones included; bounds the memory of a day.
pub const TICKETS_DAY_MAX: usize = 100_000;

/// Bookings that wait for their customer, at one time: as many as a hall of ten services sells in a
/// month at thirty slots a day. They wait for weeks, so they are not counted with the tickets.
pub const BOOKINGS_OPEN_MAX: usize = 10_000;

/// Days ahead within which something can be booked: nobody plans a visit a year before, and each
/// booking is kept in memory until its day.
pub const BOOKING_HORIZON_DAYS: u32 = 90;

/// Digits of a booking's code: typed at a keypad in one go, and not met by guessing within the few
/// codes whose time it is.
pub const BOOKING_CODE_DIGITS: usize = 8;

/// The shortest PIN that settings may ask for.
pub const PIN_DIGITS_MIN: usize = 4;

/// The longest PIN that settings may ask for.
pub const PIN_DIGITS_MAX: usize = 8;

/// The shortest slot that settings may ask for, in minutes: a schedule of a day stays readable.
pub const SLOT_MIN_MIN: u16 = 5;

/// The longest slot that settings may ask for, in minutes.
pub const SLOT_MIN_MAX: u16 = 8 * 60;

/// Places of one slot and service.
pub const SLOT_PLACES_MAX: u16 = 100;

/// The longest time, in minutes, that settings may ask for around a booking: a check-in before or
/// after the appointment, or an unconfirmed booking that holds its slot. With more a booking would
/// stand in the way of the next day's.
pub const BOOKING_SPAN_MIN_MAX: u32 = 12 * 60;

/// Services on one ticket.
pub const TICKET_LINES_MAX: usize = 10;

/// Calls of one ticket after which it may only go forward: it is not parked or transferred any
/// more, and does not come back from a no-show. Calling is never refused for it, since a ticket
/// that stands first and cannot be called would hold up everyone behind it.
pub const TICKET_CALLS_MAX: usize = 100;

/// Recalls of one call.
pub const RECALLS_MAX: u8 = 50;

/// How long, in milliseconds, the end of a call may be taken back: time enough to see that it was the
/// wrong key, too little for the customer to have gone home.
pub const UNDO_FOR_MS: u64 = 10_000;

/// Services of a branch.
pub const SERVICES_MAX: usize = 200;

/// Groups of services.
pub const GROUPS_MAX: usize = 100;

/// Counters of a branch.
pub const COUNTERS_MAX: usize = 256;

/// Operators of a branch.
pub const OPERATORS_MAX: usize = 2_000;

/// Languages of a branch.
pub const LANGUAGES_MAX: usize = 40;

/// Surveys, and questions of one survey, and answers of one question.
pub const SURVEY_PARTS_MAX: usize = 50;

/// Opening spans of one weekday.
pub const HOURS_SPANS_MAX: usize = 10;

/// Dispenser profiles.
pub const DISPENSERS_MAX: usize = 50;

/// Characters of a tag.
pub const TAG_CHARS_MAX: usize = 4;

/// Bytes of one name or text in the settings.
pub const TEXT_BYTES_MAX: usize = 2_000;

/// Faults of settings that are named at once: as many as a person mends before looking again.
pub const FLAWS_MAX: usize = 100;

/// The widest radius that settings may ask for, in kilometres: half around the earth.
pub const RADIUS_KM_MAX: u32 = 20_040;

/// The earliest warning that settings may ask for: with so many ahead.
pub const WARN_AHEAD_MAX: u32 = 100;

/// Put-backs and lapses that time demands, each taken up in one go; the rest follow with the next tick.
pub const DUE_MAX: usize = 64;

/// How long a closed ticket stays in memory beyond the end of its day, so that a late answer and
/// a phone that looks once more are served from it.
pub const CLOSED_KEPT_MS: u64 = 2 * 60 * 60 * 1000;

/// The longest validity of a pass that settings may ask for, in minutes. A used pass is remembered
/// with its ticket, so it must not outlive the ticket's stay in memory.
pub const PASS_VALID_MIN_MAX: u32 = (CLOSED_KEPT_MS / 60_000) as u32;

/// The longest time for feedback that settings may ask for, in minutes.
pub const FEEDBACK_MIN_MAX: u32 = (CLOSED_KEPT_MS / 60_000) as u32;

const _: () = assert!((PASS_VALID_MIN_MAX as u64) * 60_000 <= CLOSED_KEPT_MS);
const _: () = assert!(TICKETS_OPEN_MAX <= TICKETS_DAY_MAX);
