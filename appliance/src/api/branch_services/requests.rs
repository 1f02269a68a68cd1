//! What is sent, read strictly: numbers, dates, times, languages, and bodies of one JSON object.

use engine::settings::Language;
use engine::{LanguageId, ServiceId, Settings};
use jiff::civil::{Date, Time};
use serde::de::DeserializeOwned;
use serve::branch_services::period;
use serve::http::{Call, header};

use super::config;
use super::faults::Fault;

/// Digits of a number: as many as the largest one has.
const NUMBER_DIGITS_MAX: usize = 19;

/// Digits and nothing else: no sign, no space.
pub(super) fn number(text: &str) -> Option<u64> {
    let plain = (1..=NUMBER_DIGITS_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// A day, `yyyy-MM-dd`.
pub(super) fn date(text: &str) -> Result<Date, Fault> {
    period::date(text, "date")
}

/// A minute since midnight, `HH:mm`.
pub(super) fn minute(text: &str) -> Result<u16, Fault> {
    let shaped = text.len() == 5;
    let time = Time::strptime("%H:%M", text).ok().filter(|_| shaped);
    let time = time.ok_or_else(|| Fault::parameter("time", "a time written HH:mm"))?;
    Ok(u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs()))
}

/// A flag in the query: absent or empty is no.
pub(super) fn flag(call: &Call, name: &str) -> Result<bool, Fault> {
    match call.query.get(name).as_deref() {
        None | Some("" | "false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(_) => Err(Fault::parameter(name, "true or false")),
    }
}

/// A number in the query; nothing where it is absent or empty.
pub(super) fn query_number(call: &Call, name: &str) -> Result<Option<u64>, Fault> {
    match call.query.get(name).as_deref() {
        None | Some("") => Ok(None),
        Some(text) => number(text).map(Some).ok_or_else(|| Fault::parameter(name, "a number")),
    }
}

/// The service that `productId` or `menuLinkId` names, of which exactly one is there.
pub(super) fn one_service(call: &Call, settings: &Settings) -> Result<ServiceId, Fault> {
    let product = query_number(call, "productId")?;
    let link = query_number(call, "menuLinkId")?;
    match (product, link) {
        (Some(id), None) => service(settings, id, "productId"),
        (None, Some(id)) => config::linked(settings, id)
            .ok_or_else(|| Fault::unknown("menuLinkId names no service in a menu of this branch")),
        (None, None) => Err(Fault::bad("productId or menuLinkId is missing")),
        (Some(_), Some(_)) => Err(Fault::bad("give productId or menuLinkId, not both")),
    }
}

/// The service with this number.
pub(super) fn service(settings: &Settings, id: u64, name: &str) -> Result<ServiceId, Fault> {
    let found = u32::try_from(id).ok().and_then(|id| settings.service(ServiceId(id)));
    let unknown = || Fault::unknown(format!("{name} names no service of this branch"));
    found.map(|service| service.id).ok_or_else(unknown)
}

/// The body: one JSON object, or nothing at all. Unknown members are passed over.
pub(super) fn body<T: DeserializeOwned + Default>(call: &Call) -> Result<T, Fault> {
    if call.body.trim_ascii().is_empty() {
        return Ok(T::default());
    }
    let text = std::str::from_utf8(&call.body).ok();
    // An array would do for the members in their order.
    let text = text.filter(|text| text.trim_ascii_start().starts_with('{'));
    // The parser's own words would repeat values.
    text.and_then(|text| serde_json::from_str(text).ok()).ok_or_else(|| {
        Fault::bad("the body must be one JSON object with the members of the manual")
    })
}

/// The reader's language: `lang` in the query (its code or its number), else the first of
/// `Accept-Language` that the branch has, else the branch's own.
pub(super) fn language(call: &Call, settings: &Settings) -> LanguageId {
    named(call, settings).map_or_else(|| settings.default_language(), |language| language.id)
}

/// The same by its code.
pub(super) fn language_code<'s>(call: &Call, settings: &'s Settings) -> &'s str {
    let language = named(call, settings).or(settings.languages.first());
    language.map_or("", |language| language.code.as_str())
}

fn named<'s>(call: &Call, settings: &'s Settings) -> Option<&'s Language> {
    if let Some(lang) = call.query.get("lang") {
        let id = number(&lang).and_then(|id| u32::try_from(id).ok()).map(LanguageId);
        let found = id.and_then(|id| settings.language(id)).or_else(|| near(settings, &lang));
        if found.is_some() {
            return found;
        }
    }
    let accepted = call.headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut codes = accepted.split(',').map(|part| part.split(';').next().unwrap_or("").trim());
    codes.find_map(|code| near(settings, code))
}

/// The language with this code, or one that is near.
fn near<'s>(settings: &'s Settings, code: &str) -> Option<&'s Language> {
    let primary = |code: &str| code.split(['-', '_']).next().map(str::to_ascii_lowercase);
    let mut all = settings.languages.iter();
    let exact = all.clone().find(|known| known.code.eq_ignore_ascii_case(code));
    exact.or_else(|| all.find(|known| primary(&known.code) == primary(code)))
}
