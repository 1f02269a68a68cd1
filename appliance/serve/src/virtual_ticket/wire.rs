//! The vendor's words: the shapes of answers, member by member as the Virtual Ticket API has them.
//!
//! What the document prints as text stays text: `waiting_tickets` is `"0"` in one call and `0` in
//! another, `success` is `true` in most and `"true"` in two.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    host::{Availability, Customer, Location, Notice, Service, Span, Stage, Terms, Ticket},
    places,
};

/// A plain yes or no, and a token where one is given.
#[derive(JsonSchema, Serialize)]
pub(super) struct Done<'a> {
    pub(super) success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) vt_token: Option<&'a str>,
}

/// Any failure.
#[derive(JsonSchema, Serialize)]
pub(super) struct Failure<'a> {
    pub(super) success: bool,
    pub(super) error: &'a str,
    pub(super) message: &'a str,
}

/// A failure of the two calls whose success is a text.
#[derive(JsonSchema, Serialize)]
pub(super) struct StatusFailure<'a> {
    pub(super) status: Status,
    pub(super) error: &'a str,
    pub(super) message: &'a str,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Status {
    pub(super) success: &'static str,
}

/// `customer/details`.
#[derive(JsonSchema, Serialize)]
pub(super) struct Details<'a> {
    pub(super) status: Status,
    pub(super) user: User<'a>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct User<'a> {
    id: &'a str,
    username: Option<&'a str>,
    first_name: &'a str,
    last_name: &'a str,
    display_name: String,
    phone: Option<&'a str>,
    email: Option<&'a str>,
    vt_token: &'a str,
    oauth_provider: Option<&'a str>,
    /// Never told: it is not kept.
    oauth_token: (),
    push_notification_key: Option<&'a str>,
    address: Option<&'a str>,
    created_at: String,
    updated_at: String,
    app_count: u32,
    /// Never told: whoever holds it chooses the password.
    reset_token: (),
    reset_token_date: (),
    ticket_warning: u32,
    preferred_language: Option<&'a str>,
}

impl<'a> User<'a> {
    pub(super) fn of(
        customer: &'a Customer,
        token: &'a str,
        date: impl Fn(i64) -> String,
    ) -> User<'a> {
        let profile = &customer.profile;
        User {
            id: &customer.id,
            username: customer.username.as_deref(),
            first_name: profile.first_name.as_deref().unwrap_or_default(),
            last_name: profile.last_name.as_deref().unwrap_or_default(),
            display_name: customer.shown_name(),
            phone: profile.phone.as_deref(),
            email: profile.email.as_deref(),
            vt_token: token,
            oauth_provider: customer.subject.as_ref().map(|subject| subject.provider),
            oauth_token: (),
            push_notification_key: profile.push.as_deref(),
            address: profile.address.as_deref(),
            created_at: date(customer.created_ms),
            updated_at: date(customer.updated_ms),
            app_count: 0,
            reset_token: (),
            reset_token_date: (),
            ticket_warning: profile.ticket_warning,
            preferred_language: profile.language.as_deref(),
        }
    }
}

/// `locations/get`.
#[derive(JsonSchema, Serialize)]
pub(super) struct Locations<'a> {
    pub(super) status: Status,
    pub(super) locations: Vec<Place<'a>>,
    pub(super) settings: RequestTerms<'a>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Place<'a> {
    id: &'a str,
    name: &'a str,
    city: &'a str,
    region: &'a str,
    country: &'a str,
    coordinates: String,
    address: &'a str,
    #[serde(rename = "isOpen")]
    open: bool,
    working_hours: Vec<Hours<'a>>,
    contacts: &'a str,
    services: Vec<PlaceService<'a>>,
    tickets: Vec<TicketShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connected: Option<bool>,
    /// Seconds since the place has last spoken.
    #[serde(skip_serializing_if = "Option::is_none")]
    age_s: Option<u64>,
}

impl<'a> Place<'a> {
    pub(super) fn of(location: &'a Location, tickets: Vec<TicketShape<'a>>) -> Place<'a> {
        Place {
            id: &location.id,
            name: &location.name,
            city: &location.city,
            region: &location.region,
            country: &location.country,
            coordinates: places::shown(location.coordinates),
            address: &location.address,
            open: location.open,
            working_hours: location.hours.iter().map(Hours::of).collect(),
            contacts: &location.phone,
            services: location.services.iter().map(PlaceService::of).collect(),
            tickets,
            connected: location.word.map(|word| word.connected),
            age_s: location.word.and_then(|word| word.age_ms).map(|age_ms| age_ms / 1_000),
        }
    }
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Hours<'a> {
    open_today_from: &'a str,
    open_today_to: &'a str,
}

impl<'a> Hours<'a> {
    fn of(span: &'a Span) -> Hours<'a> {
        Hours { open_today_from: &span.from, open_today_to: &span.to }
    }
}

#[derive(JsonSchema, Serialize)]
pub(super) struct PlaceService<'a> {
    id: &'a str,
    tag: &'a str,
    description: &'a str,
    waiting_tickets: String,
    waiting_avg: String,
    /// 0: tickets are given; 1: not now.
    state: u8,
}

impl<'a> PlaceService<'a> {
    fn of(service: &'a Service) -> PlaceService<'a> {
        PlaceService {
            id: &service.id,
            tag: &service.tag,
            description: &service.name,
            waiting_tickets: service.waiting.to_string(),
            waiting_avg: hours_minutes(service.wait_min),
            state: u8::from(!is_open(service)),
        }
    }
}

/// What holds for tickets from afar.
#[derive(JsonSchema, Serialize)]
pub(super) struct RequestTerms<'a> {
    request_ticket_radius: u32,
    request_ticket_min_customers: u32,
    request_ticket_min_waiting_time: u32,
    allow_multi_ticket: bool,
    notification_texts: NotificationTexts<'a>,
}

#[derive(JsonSchema, Serialize)]
struct NotificationTexts<'a> {
    your_turn: NoticeShape<'a>,
    almost_your_turn: NoticeShape<'a>,
}

#[derive(JsonSchema, Serialize)]
struct NoticeShape<'a> {
    title: &'a str,
    message: &'a str,
}

impl<'a> RequestTerms<'a> {
    pub(super) fn of(terms: &'a Terms) -> RequestTerms<'a> {
        let notice =
            |notice: &'a Notice| NoticeShape { title: &notice.title, message: &notice.message };
        RequestTerms {
            request_ticket_radius: terms.radius_km,
            request_ticket_min_customers: terms.min_customers,
            request_ticket_min_waiting_time: terms.min_waiting_min,
            allow_multi_ticket: terms.allow_multi_ticket,
            notification_texts: NotificationTexts {
                your_turn: notice(&terms.your_turn),
                almost_your_turn: notice(&terms.almost_your_turn),
            },
        }
    }
}

/// `server_services/get`.
#[derive(JsonSchema, Serialize)]
pub(super) struct ServerServices<'a> {
    pub(super) success: bool,
    pub(super) server_services: Vec<ServerService<'a>>,
}

/// A service with the locations that have it. Its number is the same in all of them.
#[derive(JsonSchema, Serialize)]
pub(super) struct ServerService<'a> {
    id: &'a str,
    name: &'a str,
    state: &'static str,
    description: &'a str,
    locations: Vec<ServicePlace<'a>>,
    #[serde(rename = "isOpen")]
    open: bool,
    open_today_from: &'a str,
    open_today_to: &'a str,
}

#[derive(JsonSchema, Serialize)]
struct ServicePlace<'a> {
    id: &'a str,
    name: &'a str,
    address: &'a str,
    phone: &'a str,
    email: &'a str,
    city: &'a str,
    region: &'a str,
    country: &'a str,
    website: &'a str,
    coordinates: String,
    timezone: &'a str,
    #[serde(rename = "isOpen")]
    open: bool,
    working_hours: Vec<Hours<'a>>,
    services: [LocationService<'a>; 1],
    settings: RequestTerms<'a>,
}

#[derive(JsonSchema, Serialize)]
struct LocationService<'a> {
    id: &'a str,
    server_service_id: &'a str,
    location_id: &'a str,
    name: &'a str,
    color: &'static str,
    ticket_counter: u32,
    hours: String,
    minutes: String,
    tag: &'a str,
    waiting_tickets: usize,
    waiting_avg: String,
    #[serde(rename = "isOpen")]
    open: bool,
    open_today_from: &'a str,
    open_today_to: &'a str,
}

impl<'a> ServerService<'a> {
    /// A service and where it can be had; the first of the places says what it is called.
    pub(super) fn of(
        places: &[(&'a Location, &'a Service)],
        terms: &'a Terms,
    ) -> Option<ServerService<'a>> {
        let (_, service) = places.first()?;
        let opens = places.iter().filter_map(|(_, s)| s.hours.first()).map(|span| &span.from);
        let closes = places.iter().filter_map(|(_, s)| s.hours.last()).map(|span| &span.to);
        Some(ServerService {
            id: &service.id,
            name: &service.name,
            state: "",
            description: &service.description,
            locations: places.iter().map(|(place, s)| ServicePlace::of(place, s, terms)).collect(),
            open: places.iter().any(|(_, service)| is_open(service)),
            open_today_from: opens.min().map_or("", String::as_str),
            open_today_to: closes.max().map_or("", String::as_str),
        })
    }
}

impl<'a> ServicePlace<'a> {
    fn of(location: &'a Location, service: &'a Service, terms: &'a Terms) -> ServicePlace<'a> {
        ServicePlace {
            id: &location.id,
            name: &location.name,
            address: &location.address,
            phone: &location.phone,
            email: &location.email,
            city: &location.city,
            region: &location.region,
            country: &location.country,
            website: &location.website,
            coordinates: places::shown(location.coordinates),
            timezone: &location.zone,
            open: location.open,
            working_hours: location.hours.iter().map(Hours::of).collect(),
            services: [LocationService {
                id: &service.id,
                server_service_id: &service.id,
                location_id: &location.id,
                name: &service.name,
                color: "",
                ticket_counter: service.last_number,
                hours: two(service.wait_min / 60),
                minutes: two(service.wait_min % 60),
                tag: &service.tag,
                waiting_tickets: service.waiting,
                waiting_avg: hours_minutes(service.wait_min),
                open: is_open(service),
                open_today_from: service.hours.first().map_or("", |span| &span.from),
                open_today_to: service.hours.last().map_or("", |span| &span.to),
            }],
            settings: RequestTerms::of(location.terms.as_ref().unwrap_or(terms)),
        }
    }
}

/// `customer/tickets`.
#[derive(JsonSchema, Serialize)]
pub(super) struct Tickets<'a> {
    pub(super) success: bool,
    pub(super) tickets: Vec<TicketShape<'a>>,
}

/// `ticket/create`.
#[derive(JsonSchema, Serialize)]
pub(super) struct Created<'a> {
    pub(super) success: bool,
    pub(super) ticket: TicketShape<'a>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct TicketShape<'a> {
    id: &'a str,
    description: &'a str,
    ticket_number: String,
    tag: &'a str,
    number: u32,
    create_date: String,
    startcall_date: Option<String>,
    endcall_date: Option<String>,
    waiting_tickets: String,
    hours: String,
    minutes: String,
    state: u8,
    customer: Holder<'a>,
    master: Master<'a>,
    service: TicketService<'a>,
}

#[derive(JsonSchema, Serialize)]
struct Holder<'a> {
    id: &'a str,
    display_name: String,
    phone: Option<&'a str>,
    email: Option<&'a str>,
}

#[derive(JsonSchema, Serialize)]
struct Master<'a> {
    id: &'a str,
    name: &'a str,
    address: &'a str,
    phone: &'a str,
    email: &'a str,
    website: &'a str,
    coordinates: String,
    timezone: &'a str,
}

#[derive(JsonSchema, Serialize)]
struct TicketService<'a> {
    id: &'a str,
    master_id: &'a str,
    tag: &'a str,
    description: &'a str,
    name: &'a str,
    color: (),
}

impl<'a> TicketShape<'a> {
    pub(super) fn of(
        ticket: &'a Ticket,
        holder: &'a Customer,
        date: impl Fn(Option<&str>, i64) -> String,
    ) -> TicketShape<'a> {
        let (location, service) = (&ticket.location, &ticket.service);
        let date = |ms| date(Some(&location.zone), ms);
        TicketShape {
            id: &ticket.id,
            description: &service.name,
            ticket_number: format!("{} {:03}", ticket.tag, ticket.number).trim_start().to_owned(),
            tag: &ticket.tag,
            number: ticket.number,
            create_date: date(ticket.created_ms),
            startcall_date: ticket.called_ms.map(date),
            endcall_date: ticket.ended_ms.map(date),
            waiting_tickets: ticket.ahead.to_string(),
            hours: two(ticket.wait_min / 60),
            minutes: two(ticket.wait_min % 60),
            state: match ticket.stage {
                Stage::Waiting => 0,
                Stage::AtCounter => 1,
                Stage::Ended => 2,
                Stage::Cancelled => 3,
            },
            customer: Holder {
                id: &holder.id,
                display_name: holder.shown_name(),
                phone: holder.profile.phone.as_deref(),
                email: holder.profile.email.as_deref(),
            },
            master: Master {
                id: &location.id,
                name: &location.name,
                address: &location.address,
                phone: &location.phone,
                email: &location.email,
                website: &location.website,
                coordinates: places::shown(location.coordinates),
                timezone: &location.zone,
            },
            service: TicketService {
                id: &service.id,
                master_id: &location.id,
                tag: &service.tag,
                description: &service.description,
                name: &service.name,
                color: (),
            },
        }
    }
}

/// `settings/get`.
#[derive(JsonSchema, Serialize)]
pub(super) struct Settings {
    success: bool,
    settings: [Setting; 4],
}

#[derive(JsonSchema, Serialize)]
struct Setting {
    id: &'static str,
    value: String,
}

impl Settings {
    pub(super) fn of(terms: &Terms) -> Settings {
        let setting = |id, value: String| Setting { id, value };
        Settings {
            success: true,
            settings: [
                setting("vt_max_radius", terms.radius_km.to_string()),
                setting("vt_min_customers", terms.min_customers.to_string()),
                setting("vt_min_waiting_time", terms.min_waiting_min.to_string()),
                setting("vt_allow_multi_ticket", terms.allow_multi_ticket.to_string()),
            ],
        }
    }
}

fn is_open(service: &Service) -> bool {
    service.availability == Availability::Open
}

fn hours_minutes(minutes: u64) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn two(number: u64) -> String {
    format!("{number:02}")
}
