//! The branch and its services as apps see them: open or not, how many wait, how long it takes.

use engine::settings::{Hours, Service as ServiceSettings};
use engine::{Branch, LanguageId, Now, ServiceId, Settings};
use jiff::civil::Date;
use serve::virtual_ticket::{Availability, Location, Service, Span};

/// Minutes of a day.
const DAY_MIN: u16 = 24 * 60;

/// The branch now, with what it offers to customers.
pub(super) fn location(branch: &Branch, language: LanguageId, now: Now, day: Date) -> Location {
    let settings = branch.settings();
    let offered = || settings.services.iter().filter(|service| !service.hidden);
    let service = |service: &ServiceSettings| {
        let forecast = branch.forecast_service(service.id, now.at);
        Service {
            waiting: branch.waiting_count(service.id),
            wait_min: forecast.minutes(),
            last_number: last_number(branch, service.id),
            availability: availability(branch, service, now),
            hours: spans(&today(service.hours.as_ref(), now), day),
            ..named(settings, service.id, language)
        }
    };
    let hours: Vec<_> = offered().flat_map(|service| today(service.hours.as_ref(), now)).collect();
    Location {
        open: offered().any(|service| service.hours.as_ref().is_none_or(|h| h.contain(now.local))),
        hours: spans(&joined(hours), day),
        services: offered().map(service).collect(),
        ..site(settings)
    }
}

/// The branch without its services.
pub(super) fn site(settings: &Settings) -> Location {
    let site = settings.virtual_ticket.site.clone();
    Location {
        id: settings.branch.to_string(),
        name: settings.name.clone(),
        address: site.address,
        city: site.city,
        region: site.region,
        country: site.country,
        phone: site.phone,
        email: site.email,
        website: site.website,
        coordinates: site.coordinates,
        zone: settings.zone.clone(),
        ..Location::default()
    }
}

/// What a service is called. One that is no longer there has its number alone.
pub(super) fn named(settings: &Settings, id: ServiceId, language: LanguageId) -> Service {
    let known = settings.service(id);
    Service {
        id: id.to_string(),
        tag: known.map_or(String::new(), |service| service.tag.as_str().to_owned()),
        name: known.map_or(String::new(), |service| service.names.get(language).to_owned()),
        description: known
            .map_or(String::new(), |service| service.descriptions.get(language).to_owned()),
        ..Service::default()
    }
}

fn availability(branch: &Branch, service: &ServiceSettings, now: Now) -> Availability {
    match branch.unavailable(service, now) {
        None => Availability::Open,
        Some(engine::view::Unavailable::Disabled) => Availability::Disabled,
        Some(engine::view::Unavailable::Closed) => Availability::Closed,
        Some(engine::view::Unavailable::QuotaSpent) => Availability::Spent,
    }
}

/// The number of the newest ticket that waits for a service; those of a busy day are many, and
/// nobody is told more by an older one.
fn last_number(branch: &Branch, service: ServiceId) -> u32 {
    branch.waiting(service).map(|ticket| ticket.label.number).max().unwrap_or(0)
}

/// Minutes since midnight at which it is open today.
fn today(hours: Option<&Hours>, now: Now) -> Vec<(u16, u16)> {
    match hours {
        None => vec![(0, DAY_MIN)],
        Some(hours) => hours.days.get(usize::from(now.local.weekday)).cloned().unwrap_or_default(),
    }
}

/// The same times, where those that touch are one.
fn joined(mut spans: Vec<(u16, u16)>) -> Vec<(u16, u16)> {
    spans.sort_unstable();
    let mut joined: Vec<(u16, u16)> = Vec::new();
    for (from, to) in spans {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            Some(_) | None => joined.push((from, to)),
        }
    }
    joined
}

fn spans(minutes: &[(u16, u16)], day: Date) -> Vec<Span> {
    let text = |minute: u16| match minute {
        // A day has no 24:00:00.
        DAY_MIN.. => format!("{day} 23:59:59"),
        minute => format!("{day} {:02}:{:02}:00", minute / 60, minute % 60),
    };
    minutes.iter().map(|(from, to)| Span { from: text(*from), to: text(*to) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_that_touch_are_one_and_a_day_ends_before_midnight() {
        let hours = vec![(780, 1_020), (540, 720), (600, 720), (720, 730), (1_020, DAY_MIN)];
        let hours = joined(hours);
        assert_eq!(hours, [(540, 730), (780, DAY_MIN)]);
        let spans = spans(&hours, Date::new(2026, 11, 23).unwrap());
        assert_eq!(spans[0].from, "2026-11-23 09:00:00");
        assert_eq!(spans[0].to, "2026-11-23 12:10:00");
        assert_eq!(spans[1].to, "2026-11-23 23:59:59");
        assert!(joined(vec![]).is_empty());
    }
}
