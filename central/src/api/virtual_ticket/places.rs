//! Branches and tickets as apps see them: from cards, figures and rows.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serve::virtual_ticket::hours::{joined, spans, today};
use serve::virtual_ticket::{Availability, Location, Notice, Service, Stage, Terms, Ticket, Word};
use sync::card::{Card, Notices, Offer};
use sync::document::State;
use sync::ids::BranchId;

use super::super::answers::Standpoint;
use crate::store::{Presence, Sale};

/// Milliseconds of a minute.
const MINUTE_MS: u64 = 60_000;

/// What a clock in this zone shows; in a zone that nobody knows, UTC.
pub(crate) fn civil(zone: &str, wall_ms: i64) -> DateTime {
    let instant = Timestamp::from_millisecond(wall_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    TimeZone::get(zone).unwrap_or(TimeZone::UTC).to_datetime(instant)
}

/// The place of a language among a card's texts: that with this code, or one that is near, else the
/// usual one.
pub(crate) fn language(card: &Card, code: Option<&str>) -> usize {
    let primary = |code: &str| code.split(['-', '_']).next().map(str::to_ascii_lowercase);
    let find = |code: &str| {
        let mut all = card.languages.iter();
        let exact = all.position(|known| known.eq_ignore_ascii_case(code));
        exact.or_else(|| card.languages.iter().position(|known| primary(known) == primary(code)))
    };
    code.and_then(find).unwrap_or(0)
}

fn text(texts: &[String], language: usize) -> String {
    texts.get(language).or_else(|| texts.first()).cloned().unwrap_or_default()
}

/// The texts of a card's notifications: of the call, and of the warning.
pub(crate) fn notices(card: &Card, language: usize) -> (Notice, Notice) {
    let Notices { your_turn, almost_your_turn } =
        card.notices.get(language).or_else(|| card.notices.first()).cloned().unwrap_or_default();
    let notice = |[title, message]: [String; 2]| Notice { title, message };
    (notice(your_turn), notice(almost_your_turn))
}

fn terms(card: &Card, code: Option<&str>) -> Terms {
    let (your_turn, almost_your_turn) = notices(card, language(card, code));
    Terms {
        radius_km: card.rules.radius_km,
        min_customers: card.rules.min_customers,
        min_waiting_min: card.rules.min_waiting_min,
        allow_multi_ticket: card.rules.allow_multi_ticket,
        your_turn,
        almost_your_turn,
    }
}

/// What holds for all branches together: the most generous of each rule, and the first one's texts.
/// Each branch's own terms stand beside it, and count.
pub(crate) fn general_terms(cards: &[(BranchId, Arc<Card>)], language: Option<&str>) -> Terms {
    let all = || cards.iter().map(|(_, card)| card.rules);
    let widest = all().map(|rules| rules.radius_km).max().unwrap_or(0);
    let texts = cards.first().map(|(_, card)| terms(card, language)).unwrap_or_default();
    Terms {
        radius_km: if all().any(|rules| rules.radius_km == 0) { 0 } else { widest },
        min_customers: all().map(|rules| rules.min_customers).min().unwrap_or(0),
        min_waiting_min: all().map(|rules| rules.min_waiting_min).min().unwrap_or(0),
        allow_multi_ticket: all().any(|rules| rules.allow_multi_ticket),
        ..texts
    }
}

/// A branch now, with what it offers to customers.
pub(crate) fn location(
    branch: BranchId,
    card: &Card,
    presence: Option<&Presence>,
    code: Option<&str>,
    at: Standpoint,
) -> Location {
    let now = civil(&card.zone, at.now.wall_ms);
    let weekday = usize::try_from(now.weekday().to_monday_zero_offset()).unwrap_or(0);
    let minute = u16::try_from(i32::from(now.hour()) * 60 + i32::from(now.minute())).unwrap_or(0);
    let date = now.date().to_string();
    let word = word(presence, at);
    let hours = |offer: &Offer| today(offer.hours.as_ref(), weekday);
    let is_open =
        |offer: &Offer| hours(offer).iter().any(|(from, to)| *from <= minute && minute < *to);
    let language = language(card, code);
    let service = |offer: &Offer| {
        let waiting = presence.map_or(0, |presence| waiting(presence, offer.id));
        Service {
            waiting: usize::try_from(waiting).unwrap_or(usize::MAX),
            wait_min: minutes(offer, waiting),
            availability: match (word.connected, offer.disabled, is_open(offer)) {
                (_, true, _) => Availability::Disabled,
                (_, false, false) => Availability::Closed,
                (false, false, true) => Availability::Unreachable,
                (true, false, true) => Availability::Open,
            },
            hours: spans(&hours(offer), &date),
            ..named(card, offer.id, language)
        }
    };
    let all: Vec<_> = card.services.iter().flat_map(hours).collect();
    Location {
        open: card.services.iter().any(is_open),
        hours: spans(&joined(all), &date),
        services: card.services.iter().map(service).collect(),
        terms: Some(terms(card, code)),
        word: Some(word),
        ..site(branch, Some(card))
    }
}

fn word(presence: Option<&Presence>, at: Standpoint) -> Word {
    let (online, heard_ms) = presence.map_or((false, None), |p| (p.online, p.heard_ms));
    let age_ms = at.age_ms(heard_ms);
    Word { connected: at.is_fresh(online, age_ms), age_ms }
}

fn waiting(presence: &Presence, service: u32) -> u64 {
    let found = presence.waiting.iter().find(|(id, _)| *id == service);
    found.map_or(0, |(_, count)| *count)
}

/// How long so many keep the counters that serve them, as far as settings tell: central does not
/// know how long customers really take, nor who is at work.
fn minutes(offer: &Offer, ahead: u64) -> u64 {
    let work_ms = offer.expected_ms.saturating_mul(ahead);
    (work_ms / u64::from(offer.counters.max(1))).div_ceil(MINUTE_MS)
}

/// A branch without its services. One that has no card any more has its number alone.
fn site(branch: BranchId, card: Option<&Card>) -> Location {
    let id = branch.0.to_string();
    let Some(card) = card else { return Location { id, ..Location::default() } };
    let site = card.site.clone();
    Location {
        id,
        name: card.name.clone(),
        address: site.address,
        city: site.city,
        region: site.region,
        country: site.country,
        phone: site.phone,
        email: site.email,
        website: site.website,
        coordinates: site.coordinates,
        zone: card.zone.clone(),
        ..Location::default()
    }
}

/// What a service is called. One that is not offered has its number alone.
fn named(card: &Card, id: u32, language: usize) -> Service {
    let known = card.services.iter().find(|offer| offer.id == id);
    let named = |texts: fn(&Offer) -> &Vec<String>| {
        known.map_or(String::new(), |offer| text(texts(offer), language))
    };
    Service {
        id: id.to_string(),
        tag: known.map_or(String::new(), |offer| offer.tag.clone()),
        name: named(|offer| &offer.names),
        description: named(|offer| &offer.descriptions),
        ..Service::default()
    }
}

/// A ticket that was sold here, as far as its branch has told how it stands.
pub(crate) fn ticket(sale: &Sale, card: Option<&Card>) -> Ticket {
    let row = sale.row.as_ref();
    let service = row.map_or(sale.service, |row| row.service);
    let last = row.and_then(|row| row.calls.last());
    let ms = |moment: sync::ids::Moment| i64::try_from(moment.wall_ms).unwrap_or(0);
    // One that its branch knows nothing of any more is called by nobody: its holder takes another.
    let stage = match (sale.is_cancelled || sale.is_lost, row) {
        (true, _) => Stage::Cancelled,
        (false, row) => row.map_or(Stage::Waiting, |row| stage(row.state)),
    };
    let ended = last.and_then(|call| call.ended.or(call.left)).map(ms);
    let since = row.filter(|_| last.is_some()).map(|row| ms(row.since));
    let offer = card.and_then(|card| card.services.iter().find(|offer| offer.id == service));
    let language = card.map_or(0, |card| language(card, sale.language.as_deref()));
    let ahead = if stage == Stage::Waiting { sale.ahead } else { 0 };
    Ticket {
        id: sale.id.to_string(),
        tag: sale.sold.tag.clone(),
        number: sale.sold.number,
        created_ms: i64::try_from(sale.sold.at_ms).unwrap_or(0),
        called_ms: last.and_then(|call| call.called).map(ms),
        ended_ms: ended.or(since.filter(|_| matches!(stage, Stage::Ended | Stage::Cancelled))),
        ahead,
        wait_min: offer.map_or(0, |offer| minutes(offer, ahead as u64)),
        stage,
        location: site(sale.branch, card),
        service: card.map_or_else(
            || Service { id: service.to_string(), ..Service::default() },
            |card| named(card, service, language),
        ),
    }
}

/// How far a ticket is that stands like this.
pub(crate) fn stage(state: State) -> Stage {
    match state {
        State::Waiting | State::Parked | State::Missing | State::MovedOn => Stage::Waiting,
        State::Called | State::Serving => Stage::AtCounter,
        // The customer has left; only the counter still works on it.
        State::Afterwork | State::Served | State::NoShow => Stage::Ended,
        State::Deleted => Stage::Cancelled,
    }
}

#[cfg(test)]
mod tests {
    use serve::clock::Reading;

    use super::*;

    /// A Monday at noon in Budapest, by UTC's clock at 11:00.
    const NOON_MS: i64 = 1_795_431_600_000;

    fn card() -> Card {
        let mut hours: [Vec<(u16, u16)>; 7] = Default::default();
        hours[0] = vec![(540, 720), (780, 1_020)];
        let offer = |id, hours| Offer {
            id,
            tag: "A".into(),
            names: vec!["Cash".into(), "P\u{e9}nzt\u{e1}r".into()],
            expected_ms: 180_000,
            counters: 2,
            hours,
            ..Offer::default()
        };
        Card {
            offers: true,
            zone: "Europe/Budapest".into(),
            languages: vec!["en-gb".into(), "hu".into()],
            services: vec![offer(1, None), offer(2, Some(hours))],
            ..Card::default()
        }
    }

    fn at(wall_ms: i64) -> Standpoint {
        Standpoint { now: Reading { wall_ms, steady_ms: 0 }, can_hear: true, awaits: None }
    }

    #[test]
    fn a_branch_is_open_by_its_own_clock_and_reachable_while_its_word_is_fresh() {
        let heard_ms = u64::try_from(NOON_MS - 2_000).ok();
        let presence = Presence { online: true, heard_ms, waiting: vec![(1, 5)] };
        let place = location(BranchId(3), &card(), Some(&presence), Some("hu-HU"), at(NOON_MS));
        assert_eq!((place.id.as_str(), place.open), ("3", true));
        assert_eq!(place.word, Some(Word { connected: true, age_ms: Some(2_000) }));
        let [first, second] = place.services.as_slice() else { panic!("two are offered") };
        assert_eq!(
            (first.waiting, first.wait_min, first.name.as_str()),
            (5, 8, "P\u{e9}nzt\u{e1}r")
        );
        assert_eq!(first.availability, Availability::Open);
        // At noon it has just closed for an hour.
        assert_eq!(second.availability, Availability::Closed);
        assert_eq!(second.hours[1].from, "2026-11-23 13:00:00");
        let minute_before = location(BranchId(3), &card(), Some(&presence), None, at(NOON_MS - 1));
        assert_eq!(minute_before.services[1].availability, Availability::Open);
        let late = location(BranchId(3), &card(), Some(&presence), None, at(NOON_MS + 20_000));
        assert_eq!(late.services[0].availability, Availability::Unreachable);
        assert_eq!(late.word, Some(Word { connected: false, age_ms: Some(22_000) }));
        let silent = location(BranchId(3), &card(), None, None, at(NOON_MS));
        assert_eq!(silent.word, Some(Word { connected: false, age_ms: None }));
    }

    #[test]
    fn general_terms_are_the_most_generous() {
        let with = |radius_km, min_customers| {
            let mut card = card();
            (card.rules.radius_km, card.rules.min_customers) = (radius_km, min_customers);
            Arc::new(card)
        };
        let two = [(BranchId(1), with(5, 3)), (BranchId(2), with(20, 1))];
        let terms = general_terms(&two, None);
        assert_eq!((terms.radius_km, terms.min_customers), (20, 1));
        let three = [two.to_vec(), vec![(BranchId(3), with(0, 9))]].concat();
        assert_eq!(general_terms(&three, None).radius_km, 0);
        assert_eq!(general_terms(&[], None), Terms::default());
    }
}
