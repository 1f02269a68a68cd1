//! Places, services and tickets: what can be had, and the rules by which it is given from afar.

use std::sync::Arc;

use super::{
    Desk,
    customers::{Known, done, json},
    faults::Fault,
    host::{Availability, Customer, Host, Location, Refused, Service, Stage, Terms, Ticket, Wish},
    places,
    requests::{self, ID_CHARS_MAX, Members},
    wire,
};
use crate::http::{Call, HeaderName, header};

/// Open tickets of one customer, where they may hold several.
const TICKETS_OPEN_MAX: usize = 10;
/// Locations that one list shows, the nearest; an app that wants others says where it is.
pub(super) const LOCATIONS_LISTED_MAX: usize = 500;
/// Bytes of an `Idempotency-Key`.
const REPEAT_KEY_BYTES_MAX: usize = 255;
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What the dialect's rules are, in the language of whoever asks.
fn terms<H: Host>(desk: &Desk<H>, language: Option<&str>) -> Result<Terms, Fault> {
    desk.host.terms(language).ok_or(Fault::SWITCHED_OFF)
}

/// The language in which a client wants its texts: a customer's own, else the header's first.
fn language(call: &Call, known: Option<&Known>) -> Option<String> {
    let own = known.and_then(|known| known.customer.profile.language.clone());
    own.or_else(|| {
        let header = call.headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        let first = header.split([',', ';']).next()?.trim();
        Some(first.to_owned()).filter(|first| !first.is_empty() && first != "*")
    })
}

fn parameter(call: &Call, name: &str) -> Result<Option<String>, Fault> {
    let value = call.query.get(name).map(|value| value.into_owned());
    let value = value.map(|value| requests::checked(name, value, ID_CHARS_MAX)).transpose()?;
    // `null` stands where a client has nothing to say.
    Ok(value.flatten().filter(|value| value != "null"))
}

/// `locations/get`.
pub(super) fn locations<H: Host>(
    desk: &Desk<H>,
    call: &Call,
    known: Option<&Known>,
) -> Result<Vec<u8>, Fault> {
    let language = language(call, known);
    let terms = terms(desk, language.as_deref())?;
    let near = parameter(call, "coordinates")?.map(|text| requests::coordinates(&text));
    let mut chosen = places::chosen(
        desk.host.locations(language.as_deref()),
        parameter(call, "region")?.as_deref(),
        parameter(call, "city")?.as_deref(),
        near.transpose()?,
        terms.radius_km,
    );
    chosen.truncate(LOCATIONS_LISTED_MAX);
    let tickets = match known {
        Some(known) => desk.host.tickets(&known.customer.id)?,
        None => Vec::new(),
    };
    let date = |zone: Option<&str>, ms| desk.host.date(zone, ms);
    let of = |location: &Location| {
        let here = |ticket: &&Ticket| ticket.location.id == location.id && is_open(ticket);
        let tickets = tickets.iter().filter(here);
        let shape = |ticket| known.map(|known| (ticket, &known.customer));
        tickets
            .filter_map(shape)
            .map(|(ticket, holder)| wire::TicketShape::of(ticket, holder, date))
            .collect()
    };
    Ok(json(&wire::Locations {
        status: wire::Status { success: "true" },
        locations: chosen.iter().map(|place| wire::Place::of(place, of(place))).collect(),
        settings: wire::RequestTerms::of(&terms),
    }))
}

/// `server_services/get`.
pub(super) fn services<H: Host>(desk: &Desk<H>, call: &Call) -> Result<Vec<u8>, Fault> {
    let language = language(call, None);
    let terms = terms(desk, language.as_deref())?;
    let wanted = parameter(call, "server_service_id")?;
    let place = parameter(call, "location_id")?;
    let mut locations = match &place {
        None => desk.host.locations(language.as_deref()),
        Some(place) => {
            let found = desk.host.location(place, language.as_deref());
            vec![found.ok_or(Refused::UnknownLocation)?]
        }
    };
    locations.truncate(LOCATIONS_LISTED_MAX);
    let mut found: Vec<Vec<(&Location, &Service)>> = Vec::new();
    for location in &locations {
        for service in &location.services {
            if wanted.as_ref().is_some_and(|wanted| service.id != *wanted) {
                continue;
            }
            match found.iter_mut().find(|places| places[0].1.id == service.id) {
                Some(places) => places.push((location, service)),
                None => found.push(vec![(location, service)]),
            }
        }
    }
    if wanted.is_some() && found.is_empty() {
        return Err(Refused::UnknownService.into());
    }
    let each = found.iter().filter_map(|places| wire::ServerService::of(places, &terms));
    Ok(json(&wire::ServerServices { success: true, server_services: each.collect() }))
}

/// `settings/get`.
pub(super) fn settings<H: Host>(desk: &Desk<H>) -> Result<Vec<u8>, Fault> {
    Ok(json(&wire::Settings::of(&terms(desk, None)?)))
}

/// `customer/tickets`.
pub(super) fn list<H: Host>(
    desk: &Desk<H>,
    known: &Known,
    wanted: Option<&str>,
) -> Result<Vec<u8>, Fault> {
    let holder = &known.customer;
    let tickets = match wanted {
        None => desk.host.tickets(&holder.id)?,
        Some(wanted) => {
            vec![desk.host.ticket(&holder.id, wanted)?.ok_or(Fault::UNKNOWN_TICKET)?]
        }
    };
    let shape = |ticket| wire::TicketShape::of(ticket, holder, |zone, ms| desk.host.date(zone, ms));
    Ok(json(&wire::Tickets { success: true, tickets: tickets.iter().map(shape).collect() }))
}

/// `ticket/create`.
pub(super) async fn create<H: Host>(
    desk: &Arc<Desk<H>>,
    known: Known,
    call: &Call,
    members: &Members,
) -> Result<Vec<u8>, Fault> {
    let terms = terms(desk, None)?;
    let entries = members.each("tickets")?;
    let [entry] = entries.as_slice() else { return Err(Fault::ONE_TICKET) };
    let customer = known.customer;
    let wish = Wish {
        customer: customer.id.clone(),
        language: customer.profile.language.clone(),
        location: entry.required("master_id", ID_CHARS_MAX)?,
        service: entry.required("service_id", ID_CHARS_MAX)?,
        repeat: repeat_key(call)?,
    };
    let there = match (entry.coordinates()?, members.coordinates()?) {
        (Some(there), _) | (None, Some(there)) => Some(there),
        (None, None) => {
            parameter(call, "coordinates")?.map(|text| requests::coordinates(&text)).transpose()?
        }
    };
    // To the end, even if nobody waits for it any more: the next one of the same customer must
    // find it done.
    let desk = Arc::clone(desk);
    let issued = tokio::spawn(async move { issue(&desk, &customer, terms, wish, there).await });
    issued.await.map_err(|_| Fault::UNAVAILABLE)?
}

/// What the app named to be able to ask again.
fn repeat_key(call: &Call) -> Result<Option<String>, Fault> {
    let Some(key) = call.headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let fits = |key: &&str| (1..=REPEAT_KEY_BYTES_MAX).contains(&key.len());
    // Only what is printable ASCII can be read as a text here.
    let key = key.to_str().ok().filter(fits);
    let expected = format!("1 to {REPEAT_KEY_BYTES_MAX} printable ASCII characters");
    let key = key.ok_or_else(|| Fault::parameter("the header Idempotency-Key", &expected))?;
    Ok(Some(key.to_owned()))
}

/// Whether the rules let a ticket be taken from there.
fn allowed(
    location: &Location,
    terms: &Terms,
    wish: &Wish,
    there: Option<(i32, i32)>,
) -> Result<(), Fault> {
    let service = location.services.iter().find(|service| service.id == wish.service);
    let service = service.ok_or(Refused::UnknownService)?;
    match service.availability {
        Availability::Open => {}
        why @ (Availability::Closed
        | Availability::Disabled
        | Availability::Spent
        | Availability::Unreachable) => {
            return Err(why.into());
        }
    }
    // A location that does not say where it is cannot be far away.
    if terms.radius_km != 0
        && let Some(here) = location.coordinates
    {
        let there = there.ok_or(Fault::MISSING_COORDINATES)?;
        if f64::from(terms.radius_km) < places::distance_km(here, there) {
            return Err(Fault::TOO_FAR);
        }
    }
    if service.waiting < usize::try_from(terms.min_customers).unwrap_or(usize::MAX) {
        return Err(Fault::TOO_FEW_CUSTOMERS);
    }
    if service.wait_min < u64::from(terms.min_waiting_min) {
        return Err(Fault::WAIT_TOO_SHORT);
    }
    Ok(())
}

async fn issue<H: Host>(
    desk: &Desk<H>,
    customer: &Customer,
    terms: Terms,
    wish: Wish,
    there: Option<(i32, i32)>,
) -> Result<Vec<u8>, Fault> {
    let _alone = desk.turn(&customer.id).await;
    let is_repeated = match &wish.repeat {
        Some(key) => desk.host.has_issued(&customer.id, key)?,
        None => false,
    };
    // Who asks again for what they were given is not told that they hold it already.
    if !is_repeated {
        let location = desk.host.location(&wish.location, None);
        let location = location.ok_or(Refused::UnknownLocation)?;
        let terms = location.terms.as_ref().unwrap_or(&terms);
        allowed(&location, terms, &wish, there)?;
        let open = desk.host.tickets(&customer.id)?.iter().filter(|ticket| is_open(ticket)).count();
        let most = if terms.allow_multi_ticket { TICKETS_OPEN_MAX } else { 1 };
        if most <= open {
            return Err(Fault::HAS_TICKET);
        }
    }
    let ticket = desk.host.issue(wish).await?;
    let ticket = wire::TicketShape::of(&ticket, customer, |zone, ms| desk.host.date(zone, ms));
    Ok(json(&wire::Created { success: true, ticket }))
}

/// `ticket/cancel`.
pub(super) async fn cancel<H: Host>(
    desk: &Desk<H>,
    known: &Known,
    members: &Members,
) -> Result<Vec<u8>, Fault> {
    let ticket = members.required("ticket", ID_CHARS_MAX)?;
    desk.host.cancel(&known.customer.id, &ticket).await?;
    Ok(done())
}

fn is_open(ticket: &Ticket) -> bool {
    match ticket.stage {
        Stage::Waiting | Stage::AtCounter => true,
        Stage::Ended | Stage::Cancelled => false,
    }
}
