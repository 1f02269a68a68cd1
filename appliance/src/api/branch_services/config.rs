//! What a branch has to offer: services, menus of them, and how long each will keep somebody.
//!
//! A branch has three menus: what the dispenser shows, what can be booked, and what staff may send
//! a customer on to. A service's link in a menu has the service's own number, so a `menuLinkId`
//! never goes out of date when a menu changes.

use engine::settings::{Group, Service};
use engine::{Branch, LanguageId, ServiceId, Settings};

use super::faults::Fault;
use super::{Asked, Reply, json, requests, wire};

/// The menu of the dispenser.
const DISPENSER: u32 = 1;

/// The menu of what can be booked.
const BOOKINGS: u32 = 2;

/// The menu of what staff may send a customer on to.
const STAFF: u32 = 3;

/// What a category's number in a menu begins from, which keeps it apart from services.
const CATEGORIES_FROM: u64 = 1_000_000_000_000;

/// config/products.
pub(super) fn products(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let now = asked.rooms.now();
    Ok(asked.look(|renderer| {
        let (branch, language) = (renderer.branch(), renderer.language);
        let settings = branch.settings();
        let product = |service: &Service| wire::ProductDetails {
            id: service.id.0,
            name: service.names.get(language).to_owned(),
            description: service.descriptions.get(language).to_owned(),
            prefix: service.tag.as_str().to_owned(),
            category_id: category(settings, service.id),
            is_visible: !service.hidden,
            is_available: is_open(branch) && branch.unavailable(service, now).is_none(),
            is_bookable: is_bookable(settings, service),
        };
        json(&settings.services.iter().map(product).collect::<Vec<_>>())
    }))
}

/// config/products/simple: categories first, then services.
pub(super) fn products_simple(asked: &Asked<'_>) -> Result<Reply, Fault> {
    Ok(asked.look(|renderer| {
        let (settings, language) = (renderer.branch().settings(), renderer.language);
        let categories = settings.groups.iter().map(|group| wire::SimpleProduct {
            id: group.id.0,
            name: group.names.get(language).to_owned(),
            is_category: true,
            category_id: None,
        });
        let services = settings.services.iter().map(|service| wire::SimpleProduct {
            id: service.id.0,
            name: service.names.get(language).to_owned(),
            is_category: false,
            category_id: category(settings, service.id),
        });
        json(&categories.chain(services).collect::<Vec<_>>())
    }))
}

/// config/menus.
pub(super) fn menus(asked: &Asked<'_>) -> Result<Reply, Fault> {
    Ok(asked.look(|renderer| {
        let menus = [DISPENSER, BOOKINGS, STAFF].map(|id| {
            menu_of(renderer.branch().settings(), renderer.language, id, &asked.rooms.texts)
        });
        json(&menus)
    }))
}

/// config/menus/{menuId}.
pub(super) fn menu(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let id = asked.id(0, "menuId")?;
    let known = [DISPENSER, BOOKINGS, STAFF].into_iter().find(|known| u64::from(*known) == id);
    let id = known.ok_or_else(|| Fault::unknown("there is no such menu"))?;
    Ok(asked_menu(asked, id))
}

/// booking/menu.
pub(super) fn booking_menu(asked: &Asked<'_>) -> Result<Reply, Fault> {
    Ok(asked_menu(asked, BOOKINGS))
}

/// The menu of what staff may send a customer on to.
pub(super) fn staff_menu(asked: &Asked<'_>) -> Reply {
    asked_menu(asked, STAFF)
}

/// queue/awaiting: for one service, or for all that customers are offered.
pub(super) fn awaiting(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let names_one =
        asked.call.query.get("productId").is_some() || asked.call.query.get("menuLinkId").is_some();
    let now = asked.rooms.mailbox.moment();
    asked.look(|renderer| {
        let branch = renderer.branch();
        let settings = branch.settings();
        let one = if names_one { Some(requests::one_service(asked.call, settings)?) } else { None };
        let shown = settings.services.iter().filter(|service| match one {
            Some(id) => service.id == id,
            None => !service.hidden,
        });
        let rows = shown.map(|service| {
            let forecast = branch.forecast_service(service.id, now);
            wire::Awaiting {
                product_id: service.id.0,
                name: service.names.get(renderer.language).to_owned(),
                queue_length: forecast.ahead,
                awaiting_time: forecast.minutes(),
            }
        });
        Ok(json(&rows.collect::<Vec<_>>()))
    })
}

/// The service that a link in any menu leads to.
pub(super) fn linked(settings: &Settings, link: u64) -> Option<ServiceId> {
    let id = ServiceId(u32::try_from(link).ok()?);
    settings.service(id).map(|service| service.id)
}

fn asked_menu(asked: &Asked<'_>, id: u32) -> Reply {
    asked.look(|renderer| {
        let settings = renderer.branch().settings();
        json(&menu_of(settings, renderer.language, id, &asked.rooms.texts))
    })
}

fn menu_of(
    settings: &Settings,
    language: LanguageId,
    id: u32,
    texts: &crate::texts::Texts,
) -> wire::Menu {
    let code = settings.language(language).map_or("", |language| &language.code);
    let (name, shown): (_, fn(&Settings, &Service) -> bool) = match id {
        BOOKINGS => ("services-menu-bookings", is_bookable),
        STAFF => ("services-menu-staff", |_, _| true),
        _ => ("services-menu-dispenser", |_, service| !service.hidden),
    };
    let services: Vec<&Service> =
        settings.services.iter().filter(|service| shown(settings, service)).collect();
    let item = |service: &Service| wire::MenuItem {
        id: u64::from(service.id.0),
        name: service.names.get(language).to_owned(),
        product_id: Some(service.id.0),
        items: Vec::new(),
    };
    let grouped = |group: &Group| {
        let held = group.services.iter();
        let held = held.filter_map(|id| services.iter().find(|service| service.id == *id));
        let items: Vec<wire::MenuItem> = held.map(|service| item(service)).collect();
        (!items.is_empty()).then(|| wire::MenuItem {
            id: CATEGORIES_FROM + u64::from(group.id.0),
            name: group.names.get(language).to_owned(),
            product_id: None,
            items,
        })
    };
    let alone = services.iter().filter(|service| category(settings, service.id).is_none());
    let items = alone.map(|service| item(service));
    let items = items.chain(settings.groups.iter().filter_map(grouped));
    wire::Menu { id, name: texts.plain(code, name).into_owned(), items: items.collect() }
}

fn category(settings: &Settings, service: ServiceId) -> Option<u32> {
    let group = settings.groups.iter().find(|group| group.services.contains(&service));
    group.map(|group| group.id.0)
}

fn is_bookable(settings: &Settings, service: &Service) -> bool {
    settings.bookings.enabled && !service.hidden && !service.disabled
}

fn is_open(branch: &Branch) -> bool {
    branch.day().is_some()
}
