//! From the settings to the card that central shows: what anybody may know of the branch.

use engine::settings::{Service, Site as EngineSite};
use engine::{LanguageId, Settings};
use sync::card::{Card, Notices, Offer, Rules, Site};

use crate::api::virtual_ticket::notice;
use crate::texts::Texts;

/// The card of a branch with these settings. One that takes no tickets from afar says only that.
pub(super) fn of(settings: &Settings, texts: &Texts) -> Card {
    let module = &settings.virtual_ticket;
    if !module.enabled {
        return Card::default();
    }
    let languages: Vec<LanguageId> =
        settings.languages.iter().map(|language| language.id).collect();
    let told = |language: &LanguageId| {
        let pair = |your_turn| {
            let notice = notice(settings, *language, texts, your_turn);
            [notice.title, notice.message]
        };
        Notices { your_turn: pair(true), almost_your_turn: pair(false) }
    };
    Card {
        offers: true,
        name: settings.name.clone(),
        zone: settings.zone.clone(),
        site: site(&module.site),
        rules: Rules {
            radius_km: module.radius_km.unwrap_or(0),
            min_customers: module.min_customers,
            min_waiting_min: module.min_waiting_min,
            allow_multi_ticket: module.allow_multi_ticket,
            warn_ahead: module.warn_ahead,
        },
        languages: settings.languages.iter().map(|language| language.code.clone()).collect(),
        notices: languages.iter().map(told).collect(),
        counters: settings.counters.iter().map(|c| (c.id.0, c.name.clone())).collect(),
        services: settings
            .services
            .iter()
            .filter(|service| !service.hidden)
            .map(|service| offer(settings, &languages, service))
            .collect(),
    }
}

fn site(site: &EngineSite) -> Site {
    Site {
        address: site.address.clone(),
        city: site.city.clone(),
        region: site.region.clone(),
        country: site.country.clone(),
        phone: site.phone.clone(),
        email: site.email.clone(),
        website: site.website.clone(),
        coordinates: site.coordinates,
    }
}

fn offer(settings: &Settings, languages: &[LanguageId], service: &Service) -> Offer {
    let each = |texts: &engine::settings::Texts| -> Vec<String> {
        languages.iter().map(|language| texts.get(*language).to_owned()).collect()
    };
    let serving = settings.counters.iter().filter(|c| c.serves.contains(service.id)).count();
    let is_described = !service.descriptions.0.is_empty();
    Offer {
        id: service.id.0,
        tag: service.tag.as_str().to_owned(),
        names: each(&service.names),
        descriptions: if is_described { each(&service.descriptions) } else { Vec::new() },
        disabled: service.disabled,
        expected_ms: service.expected_ms,
        counters: u32::try_from(serving).unwrap_or(u32::MAX),
        hours: service.hours.as_ref().map(|hours| hours.days.clone()),
    }
}
