//! The branch and its services as apps see them: open or not, how many wait, how long it takes.

use engine::settings::Service as ServiceSettings;
use engine::{Branch, LanguageId, Now, ServiceId, Settings};
use jiff::civil::Date;
use serve::virtual_ticket::hours::{joined, spans, today};
use serve::virtual_ticket::{Availability, Location, Service};

/// The branch now, with what it offers to customers.
pub(super) fn location(branch: &Branch, language: LanguageId, now: Now, day: Date) -> Location {
    let settings = branch.settings();
    let date = day.to_string();
    let today = |service: &ServiceSettings| {
        today(service.hours.as_ref().map(|hours| &hours.days), usize::from(now.local.weekday))
    };
    let offered = || settings.services.iter().filter(|service| !service.hidden);
    let service = |service: &ServiceSettings| {
        let forecast = branch.forecast_service(service.id, now.at);
        Service {
            waiting: branch.waiting_count(service.id),
            wait_min: forecast.minutes(),
            last_number: last_number(branch, service.id),
            availability: availability(branch, service, now),
            hours: spans(&today(service), &date),
            ..named(settings, service.id, language)
        }
    };
    let hours: Vec<_> = offered().flat_map(today).collect();
    Location {
        open: offered().any(|service| service.hours.as_ref().is_none_or(|h| h.contain(now.local))),
        hours: spans(&joined(hours), &date),
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
