//! A branch's card: what it tells the public of itself, for customers who buy tickets at central.
//!
//! It is sent whole and replaces the one before. It has no secret, no person and no ticket in it;
//! services that the branch hides are left out.

use crate::error::{Error, bounded};
use crate::frame::bytes::{Reader, block, unsigned};
use crate::limits::{
    BODY_BYTES_MAX, CARD_COUNTERS_MAX, CARD_HOURS_SPANS_MAX, CARD_LANGUAGES_MAX, CARD_SERVICES_MAX,
    CARD_TEXT_BYTES_MAX,
};

/// Minutes of a day, its end included.
const DAY_MIN: u64 = 24 * 60;
/// Millionths of a degree that a coordinate may have.
const DEGREES_MAX: i64 = 180_000_000;
/// Languages that a card keeps when it is too large with all of them.
const LANGUAGES_FEW: usize = 4;

/// Everything on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// Whether the branch takes requests for tickets at all; if not, the rest says nothing.
    pub offers: bool,
    /// The branch's name.
    pub name: String,
    /// Its zone, by its IANA name.
    pub zone: String,
    /// Where it is.
    pub site: Site,
    /// By which rules tickets are given from afar.
    pub rules: Rules,
    /// The codes of its languages, the usual one first. Texts come in this order.
    pub languages: Vec<String>,
    /// What is sent with the call, and shortly before, by language.
    pub notices: Vec<Notices>,
    /// What its counters are called, by number.
    pub counters: Vec<(u32, String)>,
    /// What it offers to customers.
    pub services: Vec<Offer>,
}

/// Where a branch is, and how it is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// Street and house.
    pub address: String,
    /// Its city.
    pub city: String,
    /// Its region.
    pub region: String,
    /// Its country.
    pub country: String,
    /// Its telephone number.
    pub phone: String,
    /// Its mail address.
    pub email: String,
    /// Its page.
    pub website: String,
    /// Latitude and longitude, in millionths of a degree.
    pub coordinates: Option<(i32, i32)>,
}

/// The rules of tickets from afar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Kilometres within which one may be taken; 0: from everywhere.
    pub radius_km: u32,
    /// Customers who must wait at least.
    pub min_customers: u32,
    /// Minutes that the wait must be at least.
    pub min_waiting_min: u32,
    /// Whether a customer may hold several tickets.
    pub allow_multi_ticket: bool,
    /// With so many ahead a customer is warned, unless they have said otherwise.
    pub warn_ahead: u32,
}

/// The texts of the two notifications in one language, with their gaps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    /// Title and message of the call.
    pub your_turn: [String; 2],
    /// Title and message of the warning.
    pub almost_your_turn: [String; 2],
}

/// A service that customers may ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// The branch's number for it.
    pub id: u32,
    /// The letters of its labels.
    pub tag: String,
    /// Its name, by language.
    pub names: Vec<String>,
    /// What it is for, by language; none where the card would be too large with it.
    pub descriptions: Vec<String>,
    /// Shown, but not to be had.
    pub disabled: bool,
    /// How long one customer is expected to take, in milliseconds.
    pub expected_ms: u64,
    /// How many counters serve it.
    pub counters: u32,
    /// For each weekday, Monday first, spans of minutes since midnight; none: at any time.
    pub hours: Option<[Vec<(u16, u16)>; 7]>,
}

impl Card {
    /// The same card, as it fits into a frame: texts are cut, and of a branch with very many
    /// services in very many languages first the descriptions are left out, then all languages
    /// but a few, then all but one.
    #[must_use]
    pub fn fitted(mut self) -> Card {
        self.cut();
        if self.fits() {
            return self;
        }
        self.services.iter_mut().for_each(|service| service.descriptions.clear());
        for languages in [LANGUAGES_FEW, 1] {
            if self.fits() {
                break;
            }
            self.languages.truncate(languages);
            self.notices.truncate(languages);
            self.services.iter_mut().for_each(|service| service.names.truncate(languages));
        }
        self
    }

    fn fits(&self) -> bool {
        let mut body = Vec::new();
        self.write(&mut body).is_ok() && body.len() <= BODY_BYTES_MAX
    }

    fn cut(&mut self) {
        let Card { name, zone, site, languages, notices, counters, services, .. } = self;
        let Site { address, city, region, country, phone, email, website, .. } = site;
        [name, zone, address, city, region, country, phone, email, website]
            .into_iter()
            .for_each(cut);
        languages.iter_mut().for_each(cut);
        for told in notices {
            told.your_turn.iter_mut().chain(&mut told.almost_your_turn).for_each(cut);
        }
        counters.iter_mut().for_each(|(_, name)| cut(name));
        for service in services {
            cut(&mut service.tag);
            service.names.iter_mut().chain(&mut service.descriptions).for_each(cut);
        }
    }

    pub(crate) fn write(&self, body: &mut Vec<u8>) -> Result<(), Error> {
        body.push(u8::from(self.offers));
        text(body, &self.name)?;
        text(body, &self.zone)?;
        let Site { address, city, region, country, phone, email, website, coordinates } =
            &self.site;
        for part in [address, city, region, country, phone, email, website] {
            text(body, part)?;
        }
        body.push(u8::from(coordinates.is_some()));
        if let Some((latitude, longitude)) = coordinates {
            body.extend_from_slice(&latitude.to_le_bytes());
            body.extend_from_slice(&longitude.to_le_bytes());
        }
        let rules = self.rules;
        for number in
            [rules.radius_km, rules.min_customers, rules.min_waiting_min, rules.warn_ahead]
        {
            unsigned(body, u64::from(number));
        }
        body.push(u8::from(rules.allow_multi_ticket));
        texts(body, &self.languages)?;
        count(body, "a card's notices", self.notices.len(), CARD_LANGUAGES_MAX)?;
        for told in &self.notices {
            for part in told.your_turn.iter().chain(&told.almost_your_turn) {
                text(body, part)?;
            }
        }
        count(body, "a card's counters", self.counters.len(), CARD_COUNTERS_MAX)?;
        for (number, name) in &self.counters {
            unsigned(body, u64::from(*number));
            text(body, name)?;
        }
        count(body, "a card's services", self.services.len(), CARD_SERVICES_MAX)?;
        self.services.iter().try_for_each(|service| service.write(body))
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Card, Error> {
        let offers = flag(reader)?;
        let (name, zone) = (text_of(reader)?, text_of(reader)?);
        let mut next = || text_of(reader);
        let site = Site {
            address: next()?,
            city: next()?,
            region: next()?,
            country: next()?,
            phone: next()?,
            email: next()?,
            website: next()?,
            coordinates: None,
        };
        let site = Site { coordinates: coordinates(reader)?, ..site };
        let rules = Rules {
            radius_km: small(reader)?,
            min_customers: small(reader)?,
            min_waiting_min: small(reader)?,
            warn_ahead: small(reader)?,
            allow_multi_ticket: flag(reader)?,
        };
        let languages = texts_of(reader)?;
        let notices = many(reader, "a card's notices", CARD_LANGUAGES_MAX, |reader| {
            Ok(Notices {
                your_turn: [text_of(reader)?, text_of(reader)?],
                almost_your_turn: [text_of(reader)?, text_of(reader)?],
            })
        })?;
        let counters = many(reader, "a card's counters", CARD_COUNTERS_MAX, |reader| {
            Ok((small(reader)?, text_of(reader)?))
        })?;
        let services = many(reader, "a card's services", CARD_SERVICES_MAX, Offer::read)?;
        Ok(Card { offers, name, zone, site, rules, languages, notices, counters, services })
    }
}

impl Offer {
    fn write(&self, body: &mut Vec<u8>) -> Result<(), Error> {
        unsigned(body, u64::from(self.id));
        text(body, &self.tag)?;
        texts(body, &self.names)?;
        texts(body, &self.descriptions)?;
        body.push(u8::from(self.disabled));
        unsigned(body, self.expected_ms);
        unsigned(body, u64::from(self.counters));
        body.push(u8::from(self.hours.is_some()));
        for day in self.hours.iter().flatten() {
            count(body, "a day's spans", day.len(), CARD_HOURS_SPANS_MAX)?;
            for (from, to) in day {
                unsigned(body, u64::from(*from));
                unsigned(body, u64::from(*to));
            }
        }
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Offer, Error> {
        let (id, tag) = (small(reader)?, text_of(reader)?);
        let (names, descriptions) = (texts_of(reader)?, texts_of(reader)?);
        let disabled = flag(reader)?;
        let (expected_ms, counters) = (reader.unsigned()?, small(reader)?);
        let hours = match flag(reader)? {
            false => None,
            true => {
                let mut week: [Vec<(u16, u16)>; 7] = Default::default();
                for day in &mut week {
                    *day = many(reader, "a day's spans", CARD_HOURS_SPANS_MAX, |reader| {
                        Ok((minute(reader)?, minute(reader)?))
                    })?;
                }
                Some(week)
            }
        };
        Ok(Offer { id, tag, names, descriptions, disabled, expected_ms, counters, hours })
    }
}

fn cut(text: &mut String) {
    text.truncate(text.floor_char_boundary(CARD_TEXT_BYTES_MAX));
}

fn text(body: &mut Vec<u8>, text: &str) -> Result<(), Error> {
    bounded("a text's bytes", text.len(), CARD_TEXT_BYTES_MAX)?;
    block(body, text.as_bytes());
    Ok(())
}

fn count(body: &mut Vec<u8>, what: &'static str, count: usize, most: usize) -> Result<(), Error> {
    bounded(what, count, most)?;
    unsigned(body, count as u64);
    Ok(())
}

fn texts(body: &mut Vec<u8>, all: &[String]) -> Result<(), Error> {
    count(body, "a card's languages", all.len(), CARD_LANGUAGES_MAX)?;
    all.iter().try_for_each(|one| text(body, one))
}

/// A text of at most [`CARD_TEXT_BYTES_MAX`] bytes.
pub(crate) fn text_of(reader: &mut Reader<'_>) -> Result<String, Error> {
    let bytes = reader.block("a text's bytes", CARD_TEXT_BYTES_MAX)?;
    String::from_utf8(bytes.to_vec()).map_err(|_| Error::Frame("a text is not text"))
}

fn texts_of(reader: &mut Reader<'_>) -> Result<Vec<String>, Error> {
    many(reader, "a card's languages", CARD_LANGUAGES_MAX, text_of)
}

fn many<'a, T>(
    reader: &mut Reader<'a>,
    what: &'static str,
    most: usize,
    mut each: impl FnMut(&mut Reader<'a>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let count = reader.count(what, most)?;
    (0..count).map(|_| each(reader)).collect()
}

/// Yes or no.
pub(crate) fn flag(reader: &mut Reader<'_>) -> Result<bool, Error> {
    match reader.array()? {
        [0] => Ok(false),
        [1] => Ok(true),
        [_] => Err(Error::Frame("neither yes nor no")),
    }
}

/// A number of 32 bits.
pub(crate) fn small(reader: &mut Reader<'_>) -> Result<u32, Error> {
    u32::try_from(reader.unsigned()?).map_err(|_| Error::Frame("a number is too large"))
}

fn minute(reader: &mut Reader<'_>) -> Result<u16, Error> {
    let minute = reader.unsigned()?;
    let minute = u16::try_from(minute).ok().filter(|minute| u64::from(*minute) <= DAY_MIN);
    minute.ok_or(Error::Frame("a day has no such minute"))
}

fn coordinates(reader: &mut Reader<'_>) -> Result<Option<(i32, i32)>, Error> {
    if !flag(reader)? {
        return Ok(None);
    }
    let (latitude, longitude) =
        (i32::from_le_bytes(reader.array()?), i32::from_le_bytes(reader.array()?));
    let within = |part: i32, most: i64| i64::from(part).abs() <= most;
    if !within(latitude, DEGREES_MAX / 2) || !within(longitude, DEGREES_MAX) {
        return Err(Error::Frame("no place on earth"));
    }
    Ok(Some((latitude, longitude)))
}
