//! Gaps of the settings, and of what hangs on them.

use engine::settings::{Language, Right, Serves, Settings, Texts};
use engine::{CounterId, DeviceId};

use super::{Findings, Post, Premises};
use crate::fittings::SetIn;

pub(super) fn look(premises: &Premises<'_>, findings: &mut Findings) {
    let settings = premises.settings;
    if settings.services.is_empty() {
        let message = "The branch has no services yet, so no ticket can be taken.";
        findings.error("no_services", "services", message, "Add a service, or load settings.");
        return;
    }
    if settings.counters.is_empty() {
        let message = "The branch has no counters, so nobody can be called.";
        findings.error("no_counters", "counters", message, "Add a counter.");
    }
    if !premises.day_open {
        let message = "No business day is open, so no ticket can be taken.";
        findings.error("day_not_open", "day", message, "Look whether the clock is right.");
    }
    services(settings, findings);
    counters(settings, findings);
    operators(premises, findings);
    languages(settings, findings);
    devices(premises, findings);
    modules(premises, findings);
}

fn services(settings: &Settings, findings: &mut Findings) {
    let language = settings.default_language();
    for service in settings.services.iter().filter(|service| !service.disabled) {
        let subject = format!("services/{}", service.id);
        let name = service.names.get(language);
        let served = settings.counters.iter().any(|counter| counter.serves.contains(service.id));
        if !served && !settings.counters.is_empty() {
            let message = format!("No counter serves {name}: its tickets would never be called.");
            let remedy = "Let a counter serve it, or disable the service.";
            let found = findings.error("service_without_counter", subject.clone(), message, remedy);
            found.with("service", name);
        }
        let able = settings.operators.iter().any(|operator| operator.serves.contains(service.id));
        if !able && !settings.operators.is_empty() {
            let message = format!("No operator serves {name}.");
            let remedy = "Let an operator serve it, or disable the service.";
            let found =
                findings.warning("service_without_operator", subject.clone(), message, remedy);
            found.with("service", name);
        }
        if service.hours.as_ref().is_some_and(|hours| hours.days.iter().all(Vec::is_empty)) {
            let message = format!("{name} has opening hours in which it never opens.");
            let remedy = "Give it hours, or disable the service.";
            findings.warning("service_never_open", subject, message, remedy).with("service", name);
        }
    }
}

fn counters(settings: &Settings, findings: &mut Findings) {
    for counter in &settings.counters {
        if let Serves::These(services) = &counter.serves
            && services.is_empty()
        {
            let message = format!("Counter {} serves nothing.", counter.name);
            let remedy = "Let it serve something, or remove it.";
            let subject = format!("counters/{}", counter.id);
            let found = findings.warning("counter_serves_nothing", subject, message, remedy);
            found.with("counter", counter.name.as_str());
        }
    }
}

fn operators(premises: &Premises<'_>, findings: &mut Findings) {
    let settings = premises.settings;
    let has_password = |id| premises.with_password.contains(&id);
    for operator in settings.operators.iter().filter(|operator| !operator.login.is_empty()) {
        if !has_password(operator.id) {
            let message = format!("{} has no password and cannot sign in.", operator.name);
            let remedy = "Give them a password, or remove the operator.";
            let subject = format!("operators/{}", operator.id);
            let found = findings.warning("operator_without_password", subject, message, remedy);
            found.with("operator", operator.name.as_str());
        }
    }
    let administers = settings.operators.iter().any(|operator| {
        operator.rights.contains(Right::Administration)
            && !operator.login.is_empty()
            && has_password(operator.id)
    });
    if !administers {
        let message = "Nobody can sign in to administer the branch.";
        let remedy = "Give an operator the right administration and a password, at the box itself.";
        findings.error("no_administrator", "operators", message, remedy);
    }
}

fn languages(settings: &Settings, findings: &mut Findings) {
    for language in &settings.languages {
        let lacking = lacking(settings, language);
        if let Some(first) = lacking.first() {
            let message = match lacking.len() {
                1 => format!("In {} a text is missing: {first}.", language.name),
                count => {
                    format!("In {} {count} texts are missing, as {first}.", language.name)
                }
            };
            let remedy = "Write them; until then the default language's stand there.";
            let subject = format!("languages/{}", language.id);
            let found = findings.warning("language_without_texts", subject, message, remedy);
            found.with("language", language.name.as_str()).with("count", lacking.len());
        }
    }
}

/// What customers of this language would read in another one.
fn lacking(settings: &Settings, language: &Language) -> Vec<String> {
    let is_missing = |texts: &Texts| texts.0.get(&language.id).is_none_or(String::is_empty);
    let mut lacking = Vec::new();
    for service in settings.services.iter().filter(|service| !service.disabled && !service.hidden) {
        if is_missing(&service.names) {
            lacking.push(format!("the name of service {}", service.id));
        }
    }
    for group in settings.groups.iter().filter(|group| is_missing(&group.names)) {
        lacking.push(format!("the name of group {}", group.id));
    }
    let module = &settings.smart_ticket;
    if module.enabled {
        for (what, texts) in [
            ("the title of the phone page", &module.title),
            ("what phones say at a call", &module.call_texts),
            ("what phones say when asking for feedback", &module.feedback_texts),
        ] {
            if is_missing(texts) {
                lacking.push(what.to_owned());
            }
        }
    }
    for survey in &settings.surveys {
        for question in survey.questions.iter().filter(|question| is_missing(&question.texts)) {
            lacking.push(format!("question {} of survey {}", question.id, survey.id));
        }
    }
    lacking
}

fn devices(premises: &Premises<'_>, findings: &mut Findings) {
    let settings = premises.settings;
    let is_printer = |id: DeviceId| {
        premises.posts.iter().any(|post| matches!(post, Post::Printer(p) if *p == id))
    };
    let printers = premises.posts.iter().any(|post| matches!(post, Post::Printer(_)));
    match settings.smart_ticket.printer {
        _ if !printers => {
            let message = "The branch has no printer: the dispenser gives tickets without slips.";
            let remedy = format!("Name a printer {}.", where_named(premises.set_in));
            findings.warning("no_printer", "devices", message, remedy);
        }
        Some(id) if !is_printer(id) => {
            let message =
                format!("Slips of phones' tickets go to device {id}, which is no printer.");
            let remedy = "Name a printer in the settings of Smart Ticket, or none.";
            let found = findings.error("printer_unknown", format!("devices/{id}"), message, remedy);
            found.with("device", id.0);
        }
        Some(_) | None => {}
    }
    let known = |counter: CounterId| settings.counter(counter).is_some();
    for post in premises.posts {
        let (id, counter, code, what) = match *post {
            Post::Keypad(id, counter) => (id, counter, "keypad_at_no_counter", "keypad"),
            Post::Display(id, Some(counter)) => (id, counter, "display_at_no_counter", "display"),
            Post::Display(_, None) | Post::Printer(_) => continue,
        };
        if !known(counter) {
            let message =
                format!("The {what} {id} stands at counter {counter}, which does not exist.");
            let place = where_named(premises.set_in);
            let remedy = format!("Name a counter that there is as its place, {place}.");
            let found = findings.error(code, format!("devices/{id}"), message, remedy);
            found.with("device", id.0).with("counter", counter.0);
        }
    }
    for counter in settings.counters.iter().filter(|counter| counter.keypad) {
        let stands = |post: &Post| matches!(post, Post::Keypad(_, at) if *at == counter.id);
        if !premises.posts.iter().any(stands) {
            let message = format!("Counter {} is to have a keypad, and has none.", counter.name);
            let place = where_named(premises.set_in);
            let remedy =
                format!("Name its keypad {place}, or take it out of the counter's settings.");
            let subject = format!("counters/{}", counter.id);
            let found = findings.warning("counter_without_keypad", subject, message, remedy);
            found.with("counter", counter.name.as_str());
        }
    }
}

/// Where this branch's devices are named. Who names them in the configuration names them there alone.
fn where_named(set_in: SetIn) -> &'static str {
    match set_in {
        SetIn::Configuration => "in the configuration, as `[[devices]]`",
        SetIn::Box => "on the administration's page, under Devices",
    }
}

fn modules(premises: &Premises<'_>, findings: &mut Findings) {
    let settings = premises.settings;
    if settings.smart_ticket.enabled && is_loopback(premises.public_url) {
        let message =
            format!("Phones cannot open {}: it leads to themselves.", premises.public_url);
        let remedy = "Set the public address of Smart Ticket to the one phones come in by.";
        let found = findings.warning("smart_ticket_unreachable", "smart_ticket", message, remedy);
        found.with("address", premises.public_url);
    }
    if settings.bookings.enabled {
        let bookable = settings.services.iter().any(|s| !s.disabled && !s.hidden);
        let has_slots = (0..7).any(|weekday| settings.bookings.slots(weekday).next().is_some());
        if !bookable || !has_slots {
            let message = "Bookings are on, and nothing can be booked.";
            let remedy = "Offer a service and hours in which a slot fits, or switch bookings off.";
            findings.warning("bookings_without_service", "bookings", message, remedy);
        }
    }
}

/// Whether an address leads a phone to itself.
fn is_loopback(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(host) => host.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_own = |address: std::net::IpAddr| address.is_loopback() || address.is_unspecified();
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(is_own)
}
