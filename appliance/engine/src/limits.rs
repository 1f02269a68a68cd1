//! The bounds of a branch. Each is generous for the largest hall we know and small enough for the box.

/// Tickets that are not closed, at one time. Beyond it no ticket is issued: the largest hall seats
/// a few hundred people, so a longer line is a fault or an attack.
pub const TICKETS_OPEN_MAX: usize = 20_000;

/// Tickets of one business day, closed ones included; bounds the memory of a day.
pub const TICKETS_DAY_MAX: usize = 100_000;

/// Services on one ticket.
pub const TICKET_LINES_MAX: usize = 10;

/// Calls of one ticket after which it may only go forward: it is not parked or transferred any
/// more, and does not come back from a no-show. Calling is never refused for it, since a ticket
/// that stands first and cannot be called would hold up everyone behind it.
pub const TICKET_CALLS_MAX: usize = 100;

/// Recalls of one call.
pub const RECALLS_MAX: u8 = 50;

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

/// Put-backs that time demands, taken up in one go; the rest follow with the next tick.
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
