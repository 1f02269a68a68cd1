//! Settings are taken as a whole or not at all: what must hold between their parts.

use std::collections::BTreeSet;
use std::fmt;

use crate::ids::ServiceId;
use crate::limits::{
    BOOKING_SPAN_MIN_MAX, COUNTERS_MAX, DISPENSERS_MAX, FEEDBACK_MIN_MAX, GROUPS_MAX,
    HOURS_SPANS_MAX, LANGUAGES_MAX, OPERATORS_MAX, PASS_VALID_MIN_MAX, PIN_DIGITS_MAX,
    PIN_DIGITS_MIN, RADIUS_KM_MAX, SERVICES_MAX, SLOT_MIN_MAX, SLOT_MIN_MIN, SLOT_PLACES_MAX,
    SURVEY_PARTS_MAX, TEXT_BYTES_MAX, WARN_AHEAD_MAX,
};
use crate::settings::{Hours, Serves, Settings, Survey, Texts};

/// What does not hold. Each names the thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsFault {
    /// A list has no member, and must.
    Empty(&'static str),
    /// A list is longer than its limit.
    TooMany(&'static str, usize),
    /// Two members of a list have the same number.
    Twice(&'static str, u32),
    /// A number points at nothing: what holds it, and the number.
    Dangling(&'static str, u32),
    /// A value is outside its bounds.
    OutOfBounds(&'static str),
    /// A text is longer than its limit in bytes, or stands there in more languages than there can be.
    TextTooLong(&'static str),
}

impl fmt::Display for SettingsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingsFault::Empty(what) => write!(f, "there must be at least one of {what}"),
            SettingsFault::TooMany(what, most) => write!(f, "at most {most} of {what} are allowed"),
            SettingsFault::Twice(what, id) => write!(f, "{id} stands twice in {what}"),
            SettingsFault::Dangling(what, id) => {
                write!(f, "{what} names {id}, which does not exist")
            }
            SettingsFault::OutOfBounds(what) => write!(f, "{what} is out of bounds"),
            SettingsFault::TextTooLong(what) => {
                write!(f, "{what} is longer than {TEXT_BYTES_MAX} bytes or in too many languages")
            }
        }
    }
}

/// Whether the settings hold together.
pub fn check(settings: &Settings) -> Result<(), SettingsFault> {
    at_least_one("languages", settings.languages.len())?;
    numbers("languages", LANGUAGES_MAX, settings.languages.iter().map(|l| l.id.0))?;
    numbers("services", SERVICES_MAX, settings.services.iter().map(|s| s.id.0))?;
    numbers("groups", GROUPS_MAX, settings.groups.iter().map(|g| g.id.0))?;
    numbers("counters", COUNTERS_MAX, settings.counters.iter().map(|c| c.id.0))?;
    numbers("operators", OPERATORS_MAX, settings.operators.iter().map(|o| o.id.0))?;
    numbers("surveys", SURVEY_PARTS_MAX, settings.surveys.iter().map(|s| s.id.0))?;
    let dispensers = &settings.smart_ticket.dispensers;
    numbers("dispenser profiles", DISPENSERS_MAX, dispensers.iter().map(|d| d.id.0))?;
    settings.surveys.iter().try_for_each(survey)?;
    // An answer is remembered by its question alone, so no two surveys may share one.
    let questions: Vec<u32> =
        settings.surveys.iter().flat_map(|s| &s.questions).map(|question| question.id.0).collect();
    numbers(
        "questions of all surveys",
        SURVEY_PARTS_MAX * SURVEY_PARTS_MAX,
        questions.into_iter(),
    )?;
    references(settings)?;
    logins(settings)?;
    hours(settings)?;
    bounds(settings)?;
    texts(settings)
}

fn at_least_one(what: &'static str, count: usize) -> Result<(), SettingsFault> {
    if count == 0 { Err(SettingsFault::Empty(what)) } else { Ok(()) }
}

fn numbers(
    what: &'static str,
    most: usize,
    ids: impl ExactSizeIterator<Item = u32>,
) -> Result<(), SettingsFault> {
    if most < ids.len() {
        return Err(SettingsFault::TooMany(what, most));
    }
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(SettingsFault::Twice(what, id));
        }
    }
    Ok(())
}

fn survey(survey: &Survey) -> Result<(), SettingsFault> {
    if SURVEY_PARTS_MAX < survey.questions.len() {
        return Err(SettingsFault::TooMany("questions", SURVEY_PARTS_MAX));
    }
    for question in &survey.questions {
        at_least_one("answers of a question", question.answers.len())?;
        numbers("answers", SURVEY_PARTS_MAX, question.answers.iter().map(|a| a.id.0))?;
    }
    Ok(())
}

fn references(settings: &Settings) -> Result<(), SettingsFault> {
    let known: BTreeSet<ServiceId> = settings.services.iter().map(|service| service.id).collect();
    let each = |what: &'static str, services: &[ServiceId]| {
        numbers(what, SERVICES_MAX, services.iter().map(|service| service.0))?;
        match services.iter().find(|service| !known.contains(service)) {
            Some(service) => Err(SettingsFault::Dangling(what, service.0)),
            None => Ok(()),
        }
    };
    let serves = |what: &'static str, serves: &Serves| match serves {
        Serves::All => Ok(()),
        Serves::These(services) => each(what, services),
    };
    settings.groups.iter().try_for_each(|group| each("a group", &group.services))?;
    settings.counters.iter().try_for_each(|counter| serves("a counter", &counter.serves))?;
    settings.operators.iter().try_for_each(|operator| serves("an operator", &operator.serves))
}

/// Whoever signs in is one person. (Who has no name to sign in with does not sign in.)
fn logins(settings: &Settings) -> Result<(), SettingsFault> {
    let mut seen = BTreeSet::new();
    let named = settings.operators.iter().filter(|operator| !operator.login.is_empty());
    match named.clone().find(|operator| !seen.insert(&operator.login)) {
        Some(operator) => Err(SettingsFault::Twice("the operators' logins", operator.id.0)),
        None => Ok(()),
    }
}

fn hours(settings: &Settings) -> Result<(), SettingsFault> {
    let spans = |hours: &Hours| {
        hours.days.iter().flatten().all(|&(from, to)| from < to && to <= 24 * 60)
            && hours.days.iter().all(|day| day.len() <= HOURS_SPANS_MAX)
    };
    let sound = settings.services.iter().filter_map(|service| service.hours.as_ref()).all(spans);
    if !sound {
        return Err(SettingsFault::OutOfBounds("opening hours"));
    }
    let sound = spans(&settings.bookings.hours);
    if sound { Ok(()) } else { Err(SettingsFault::OutOfBounds("booking hours")) }
}

fn bounds(settings: &Settings) -> Result<(), SettingsFault> {
    let rules = &settings.rules;
    let bookings = &settings.bookings;
    let checks = [
        (rules.no_shows_max != 0, "rules.no_shows_max"),
        (rules.feedback_for_min <= FEEDBACK_MIN_MAX, "rules.feedback_for_min"),
        (rules.put_back_after_min.is_none_or(|min| min <= 24 * 60), "rules.put_back_after_min"),
        (rules.day_ends_minute < 24 * 60, "rules.day_ends_minute"),
        (
            (1..=PASS_VALID_MIN_MAX).contains(&settings.smart_ticket.valid_min),
            "smart_ticket.valid_min",
        ),
        (
            settings.services.iter().all(|s| (1_000..=24 * 3_600_000).contains(&s.expected_ms)),
            "services.expected_ms",
        ),
        ((SLOT_MIN_MIN..=SLOT_MIN_MAX).contains(&bookings.slot_min), "bookings.slot_min"),
        ((1..=SLOT_PLACES_MAX).contains(&bookings.places), "bookings.places"),
        (bookings.check_in_before_min <= BOOKING_SPAN_MIN_MAX, "bookings.check_in_before_min"),
        // At no length at all nobody who comes to the minute would be in time.
        (
            (1..=BOOKING_SPAN_MIN_MAX).contains(&bookings.check_in_after_min),
            "bookings.check_in_after_min",
        ),
        ((1..=BOOKING_SPAN_MIN_MAX).contains(&bookings.hold_min), "bookings.hold_min"),
        (settings.virtual_ticket.warn_ahead <= WARN_AHEAD_MAX, "virtual_ticket.warn_ahead"),
        (
            settings.virtual_ticket.radius_km.is_none_or(|km| (1..=RADIUS_KM_MAX).contains(&km)),
            "virtual_ticket.radius_km",
        ),
        (
            settings.virtual_ticket.site.coordinates.is_none_or(|(latitude, longitude)| {
                latitude.unsigned_abs() <= 90_000_000 && longitude.unsigned_abs() <= 180_000_000
            }),
            "virtual_ticket.site.coordinates",
        ),
        (
            (PIN_DIGITS_MIN..=PIN_DIGITS_MAX).contains(&usize::from(bookings.pin_digits)),
            "bookings.pin_digits",
        ),
    ];
    match checks.iter().find(|(holds, _)| !holds) {
        Some((_, what)) => Err(SettingsFault::OutOfBounds(what)),
        None => Ok(()),
    }
}

fn texts(settings: &Settings) -> Result<(), SettingsFault> {
    let long = |text: &str| TEXT_BYTES_MAX < text.len();
    let any =
        |texts: &Texts| LANGUAGES_MAX < texts.0.len() || texts.0.values().any(|text| long(text));
    let module = &settings.smart_ticket;
    let checks = [
        (long(&settings.name), "the branch's name"),
        (long(&settings.zone), "the zone"),
        (settings.languages.iter().any(|l| long(&l.code) || long(&l.name)), "a language's name"),
        (
            settings.services.iter().any(|s| any(&s.names) || any(&s.descriptions)),
            "a service's name or description",
        ),
        (settings.groups.iter().any(|group| any(&group.names)), "a group's name"),
        (settings.counters.iter().any(|counter| long(&counter.name)), "a counter's name"),
        (settings.operators.iter().any(|o| long(&o.login) || long(&o.name)), "an operator's name"),
        (any(&settings.slip_footer), "the slip's footer"),
        (
            [&module.title, &module.description, &module.call_texts, &module.feedback_texts]
                .into_iter()
                .any(any)
                || module.public_url.as_deref().is_some_and(long),
            "a Smart Ticket text",
        ),
        (
            settings.virtual_ticket.your_turn.iter().any(any)
                || settings.virtual_ticket.almost_your_turn.iter().any(any)
                || site_texts(settings).into_iter().any(long),
            "a Virtual Ticket text",
        ),
        (
            settings.surveys.iter().flat_map(|s| &s.questions).any(|question| {
                any(&question.texts) || question.answers.iter().any(|a| any(&a.texts))
            }),
            "a survey's text",
        ),
    ];
    match checks.iter().find(|(too_long, _)| *too_long) {
        Some((_, what)) => Err(SettingsFault::TextTooLong(what)),
        None => Ok(()),
    }
}

fn site_texts(settings: &Settings) -> [&str; 7] {
    let site = &settings.virtual_ticket.site;
    [
        &site.address,
        &site.city,
        &site.region,
        &site.country,
        &site.phone,
        &site.email,
        &site.website,
    ]
}
