//! Settings are taken as a whole or not at all: what must hold between their parts.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;

use crate::ids::ServiceId;
use crate::limits::{
    BOOKING_SPAN_MIN_MAX, COUNTERS_MAX, DISPENSERS_MAX, FEEDBACK_MIN_MAX, FLAWS_MAX, GROUPS_MAX,
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

/// One thing that does not hold, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsFlaw {
    /// A JSON pointer (RFC 6901) into the settings, whose written form has the names of ours:
    /// `/services/2/id`.
    pub path: String,
    /// What is wrong there.
    pub fault: SettingsFault,
    /// What it must be instead; empty where the fault says all.
    pub wanted: String,
}

impl fmt::Display for SettingsFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.fault)?;
        if self.wanted.is_empty() { Ok(()) } else { write!(f, "; it must be {}", self.wanted) }
    }
}

/// Whether the settings hold together; otherwise the first thing that does not.
pub fn check(settings: &Settings) -> Result<(), SettingsFault> {
    match flaws(settings).into_iter().next() {
        Some(flaw) => Err(flaw.fault),
        None => Ok(()),
    }
}

/// Everything that does not hold, at most [`FLAWS_MAX`].
pub fn flaws(settings: &Settings) -> Vec<SettingsFlaw> {
    let mut flaws = Flaws(Vec::new());
    flaws.at_least_one("languages", "/languages", settings.languages.len());
    flaws.ids("languages", "/languages", LANGUAGES_MAX, settings.languages.iter().map(|l| l.id.0));
    flaws.ids("services", "/services", SERVICES_MAX, settings.services.iter().map(|s| s.id.0));
    flaws.ids("groups", "/groups", GROUPS_MAX, settings.groups.iter().map(|g| g.id.0));
    flaws.ids("counters", "/counters", COUNTERS_MAX, settings.counters.iter().map(|c| c.id.0));
    flaws.ids("operators", "/operators", OPERATORS_MAX, settings.operators.iter().map(|o| o.id.0));
    flaws.ids("surveys", "/surveys", SURVEY_PARTS_MAX, settings.surveys.iter().map(|s| s.id.0));
    let dispensers = settings.smart_ticket.dispensers.iter().map(|d| d.id.0);
    flaws.ids("dispenser profiles", "/smart_ticket/dispensers", DISPENSERS_MAX, dispensers);
    flaws.surveys(&settings.surveys);
    flaws.references(settings);
    flaws.logins(settings);
    flaws.hours(settings);
    flaws.bounds(settings);
    flaws.bookings(settings);
    flaws.texts(settings);
    flaws.0
}

/// What was found so far.
struct Flaws(Vec<SettingsFlaw>);

impl Flaws {
    fn add(&mut self, path: String, fault: SettingsFault, wanted: impl Into<String>) {
        if self.0.len() < FLAWS_MAX {
            self.0.push(SettingsFlaw { path, fault, wanted: wanted.into() });
        }
    }

    fn at_least_one(&mut self, what: &'static str, path: impl Into<String>, count: usize) {
        if count == 0 {
            self.add(path.into(), SettingsFault::Empty(what), "");
        }
    }

    /// The members of a list, each of which has a number of its own.
    fn ids(
        &mut self,
        what: &'static str,
        path: &str,
        most: usize,
        ids: impl ExactSizeIterator<Item = u32>,
    ) {
        self.numbers(what, path, "/id", most, ids);
    }

    fn numbers(
        &mut self,
        what: &'static str,
        path: &str,
        leaf: &str,
        most: usize,
        ids: impl ExactSizeIterator<Item = u32>,
    ) {
        if most < ids.len() {
            return self.add(path.to_owned(), SettingsFault::TooMany(what, most), "");
        }
        let mut seen = BTreeSet::new();
        for (index, id) in ids.enumerate() {
            if !seen.insert(id) {
                self.add(format!("{path}/{index}{leaf}"), SettingsFault::Twice(what, id), "");
            }
        }
    }

    fn surveys(&mut self, surveys: &[Survey]) {
        // An answer is remembered by its question alone, so no two surveys may share one.
        let mut asked = BTreeSet::new();
        for (index, survey) in surveys.iter().enumerate() {
            let path = format!("/surveys/{index}/questions");
            if SURVEY_PARTS_MAX < survey.questions.len() {
                self.add(path.clone(), SettingsFault::TooMany("questions", SURVEY_PARTS_MAX), "");
            }
            for (index, question) in survey.questions.iter().enumerate() {
                let answers = format!("{path}/{index}/answers");
                self.at_least_one("answers of a question", answers.clone(), question.answers.len());
                let ids = question.answers.iter().map(|answer| answer.id.0);
                self.ids("answers", &answers, SURVEY_PARTS_MAX, ids);
                if !asked.insert(question.id) {
                    let fault = SettingsFault::Twice("questions of all surveys", question.id.0);
                    self.add(format!("{path}/{index}/id"), fault, "");
                }
            }
        }
    }

    fn references(&mut self, settings: &Settings) {
        let known: BTreeSet<ServiceId> = settings.services.iter().map(|s| s.id).collect();
        for (index, group) in settings.groups.iter().enumerate() {
            self.services("a group", &format!("/groups/{index}/services"), &group.services, &known);
        }
        for (index, counter) in settings.counters.iter().enumerate() {
            if let Serves::These(these) = &counter.serves {
                self.services("a counter", &format!("/counters/{index}/serves"), these, &known);
            }
        }
        for (index, operator) in settings.operators.iter().enumerate() {
            if let Serves::These(these) = &operator.serves {
                self.services("an operator", &format!("/operators/{index}/serves"), these, &known);
            }
        }
    }

    /// A list of services, each of which there is.
    fn services(
        &mut self,
        what: &'static str,
        path: &str,
        services: &[ServiceId],
        known: &BTreeSet<ServiceId>,
    ) {
        self.numbers(what, path, "", SERVICES_MAX, services.iter().map(|service| service.0));
        for (index, service) in services.iter().enumerate() {
            if !known.contains(service) {
                let fault = SettingsFault::Dangling(what, service.0);
                self.add(format!("{path}/{index}"), fault, "");
            }
        }
    }

    /// Whoever signs in is one person. (Who has no name to sign in with does not sign in.)
    fn logins(&mut self, settings: &Settings) {
        let mut seen = BTreeSet::new();
        for (index, operator) in settings.operators.iter().enumerate() {
            if !operator.login.is_empty() && !seen.insert(&operator.login) {
                let fault = SettingsFault::Twice("the operators' logins", operator.id.0);
                self.add(format!("/operators/{index}/login"), fault, "");
            }
        }
    }

    fn hours(&mut self, settings: &Settings) {
        for (index, service) in settings.services.iter().enumerate() {
            if let Some(hours) = &service.hours {
                self.spans("opening hours", &format!("/services/{index}/hours"), hours);
            }
        }
        self.spans("booking hours", "/bookings/hours", &settings.bookings.hours);
    }

    fn spans(&mut self, what: &'static str, path: &str, hours: &Hours) {
        for (weekday, day) in hours.days.iter().enumerate() {
            if HOURS_SPANS_MAX < day.len() {
                let wanted = format!("at most {HOURS_SPANS_MAX} spans a day");
                self.add(format!("{path}/{weekday}"), SettingsFault::OutOfBounds(what), wanted);
                continue;
            }
            for (index, &(from, to)) in day.iter().enumerate() {
                if to <= from || 24 * 60 < to {
                    let wanted = "two minutes of the day, the first before the second, up to 1440";
                    let path = format!("{path}/{weekday}/{index}");
                    self.add(path, SettingsFault::OutOfBounds(what), wanted);
                }
            }
        }
    }

    fn within(
        &mut self,
        what: &'static str,
        path: &str,
        value: impl Into<u64>,
        bounds: RangeInclusive<u64>,
    ) {
        if !bounds.contains(&value.into()) {
            let wanted = format!("from {} to {}", bounds.start(), bounds.end());
            self.add(path.to_owned(), SettingsFault::OutOfBounds(what), wanted);
        }
    }

    fn bounds(&mut self, settings: &Settings) {
        const DAY_MIN: u64 = 24 * 60;
        let rules = &settings.rules;
        self.within("rules.no_shows_max", "/rules/no_shows_max", rules.no_shows_max, 1..=255);
        let feedback = 0..=u64::from(FEEDBACK_MIN_MAX);
        let path = "/rules/feedback_for_min";
        self.within("rules.feedback_for_min", path, rules.feedback_for_min, feedback);
        let put_back = rules.put_back_after_min.unwrap_or(0);
        let path = "/rules/put_back_after_min";
        self.within("rules.put_back_after_min", path, put_back, 0..=DAY_MIN);
        let path = "/rules/day_ends_minute";
        self.within("rules.day_ends_minute", path, rules.day_ends_minute, 0..=DAY_MIN - 1);
        let valid = 1..=u64::from(PASS_VALID_MIN_MAX);
        let module = &settings.smart_ticket;
        self.within("smart_ticket.valid_min", "/smart_ticket/valid_min", module.valid_min, valid);
        for (index, service) in settings.services.iter().enumerate() {
            let path = format!("/services/{index}/expected_ms");
            let bounds = 1_000..=24 * 3_600_000;
            self.within("services.expected_ms", &path, service.expected_ms, bounds);
        }
        let module = &settings.virtual_ticket;
        let warn = 0..=u64::from(WARN_AHEAD_MAX);
        let path = "/virtual_ticket/warn_ahead";
        self.within("virtual_ticket.warn_ahead", path, module.warn_ahead, warn);
        if let Some(km) = module.radius_km {
            let bounds = 1..=u64::from(RADIUS_KM_MAX);
            self.within("virtual_ticket.radius_km", "/virtual_ticket/radius_km", km, bounds);
        }
        let on_earth = |&(latitude, longitude): &(i32, i32)| {
            latitude.unsigned_abs() <= 90_000_000 && longitude.unsigned_abs() <= 180_000_000
        };
        if !module.site.coordinates.as_ref().is_none_or(on_earth) {
            let fault = SettingsFault::OutOfBounds("virtual_ticket.site.coordinates");
            let wanted = "a latitude and a longitude, in millionths of a degree";
            self.add("/virtual_ticket/site/coordinates".to_owned(), fault, wanted);
        }
    }

    fn bookings(&mut self, settings: &Settings) {
        let bookings = &settings.bookings;
        let slot = u64::from(SLOT_MIN_MIN)..=u64::from(SLOT_MIN_MAX);
        self.within("bookings.slot_min", "/bookings/slot_min", bookings.slot_min, slot);
        let places = 1..=u64::from(SLOT_PLACES_MAX);
        self.within("bookings.places", "/bookings/places", bookings.places, places);
        let span = u64::from(BOOKING_SPAN_MIN_MAX);
        let (what, path) = ("bookings.check_in_before_min", "/bookings/check_in_before_min");
        self.within(what, path, bookings.check_in_before_min, 0..=span);
        // At no length at all nobody who comes to the minute would be in time.
        let (what, path) = ("bookings.check_in_after_min", "/bookings/check_in_after_min");
        self.within(what, path, bookings.check_in_after_min, 1..=span);
        self.within("bookings.hold_min", "/bookings/hold_min", bookings.hold_min, 1..=span);
        let digits = PIN_DIGITS_MIN as u64..=PIN_DIGITS_MAX as u64;
        self.within("bookings.pin_digits", "/bookings/pin_digits", bookings.pin_digits, digits);
    }

    fn text(&mut self, what: &'static str, path: impl FnOnce() -> String, text: &str) {
        if TEXT_BYTES_MAX < text.len() {
            self.add(path(), SettingsFault::TextTooLong(what), "");
        }
    }

    fn each(&mut self, what: &'static str, path: impl Fn() -> String, texts: &Texts) {
        if LANGUAGES_MAX < texts.0.len() {
            self.add(path(), SettingsFault::TextTooLong(what), "");
        }
        for (language, text) in &texts.0 {
            self.text(what, || format!("{}/{language}", path()), text);
        }
    }

    fn texts(&mut self, settings: &Settings) {
        self.text("the branch's name", || "/name".to_owned(), &settings.name);
        self.text("the zone", || "/zone".to_owned(), &settings.zone);
        for (index, language) in settings.languages.iter().enumerate() {
            let at = |member| move || format!("/languages/{index}/{member}");
            self.text("a language's name", at("code"), &language.code);
            self.text("a language's name", at("name"), &language.name);
        }
        for (index, service) in settings.services.iter().enumerate() {
            let at = |member| move || format!("/services/{index}/{member}");
            self.each("a service's name or description", at("names"), &service.names);
            self.each("a service's name or description", at("descriptions"), &service.descriptions);
        }
        for (index, group) in settings.groups.iter().enumerate() {
            self.each("a group's name", || format!("/groups/{index}/names"), &group.names);
        }
        for (index, counter) in settings.counters.iter().enumerate() {
            self.text("a counter's name", || format!("/counters/{index}/name"), &counter.name);
        }
        for (index, operator) in settings.operators.iter().enumerate() {
            let at = |member| move || format!("/operators/{index}/{member}");
            self.text("an operator's name", at("login"), &operator.login);
            self.text("an operator's name", at("name"), &operator.name);
        }
        self.each("the slip's footer", || "/slip_footer".to_owned(), &settings.slip_footer);
        self.modules(settings);
        for (survey, questions) in settings.surveys.iter().map(|s| &s.questions).enumerate() {
            for (index, question) in questions.iter().enumerate() {
                let at = || format!("/surveys/{survey}/questions/{index}");
                self.each("a survey's text", || format!("{}/texts", at()), &question.texts);
                for (answer, choice) in question.answers.iter().enumerate() {
                    let path = || format!("{}/answers/{answer}/texts", at());
                    self.each("a survey's text", path, &choice.texts);
                }
            }
        }
    }

    /// The texts of the phone module and of Virtual Ticket.
    fn modules(&mut self, settings: &Settings) {
        let module = &settings.smart_ticket;
        let what = "a Smart Ticket text";
        for (member, texts) in [
            ("title", &module.title),
            ("description", &module.description),
            ("call_texts", &module.call_texts),
            ("feedback_texts", &module.feedback_texts),
        ] {
            self.each(what, || format!("/smart_ticket/{member}"), texts);
        }
        let url = module.public_url.as_deref().unwrap_or("");
        self.text(what, || "/smart_ticket/public_url".to_owned(), url);
        let module = &settings.virtual_ticket;
        let what = "a Virtual Ticket text";
        for (member, pair) in
            [("your_turn", &module.your_turn), ("almost_your_turn", &module.almost_your_turn)]
        {
            for (index, texts) in pair.iter().enumerate() {
                self.each(what, || format!("/virtual_ticket/{member}/{index}"), texts);
            }
        }
        let site = &module.site;
        for (member, text) in [
            ("address", &site.address),
            ("city", &site.city),
            ("region", &site.region),
            ("country", &site.country),
            ("phone", &site.phone),
            ("email", &site.email),
            ("website", &site.website),
        ] {
            self.text(what, || format!("/virtual_ticket/site/{member}"), text);
        }
    }
}
