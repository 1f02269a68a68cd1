//! What a client sends: one object, in JSON or XML, read strictly.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{
    faults::Fault,
    host::{Profile, Whose},
    names_webhook, places,
};
use crate::{
    mail,
    passwords::PASSWORD_BYTES_MAX,
    webhook::{Origin, Target},
    xml,
};

/// Characters of a username.
pub(super) const USERNAME_CHARS_MAX: usize = 64;
/// Characters of a name.
const NAME_CHARS_MAX: usize = 80;
/// Characters of a telephone number.
const PHONE_CHARS_MAX: usize = 40;
/// Characters of a postal address.
const ADDRESS_CHARS_MAX: usize = 200;
/// Characters of a notification key; those of the usual services have at most some 300.
const PUSH_CHARS_MAX: usize = 1_000;
/// The members that say where notifications go.
const PUSH_NAMES: [&str; 2] = ["push_notification_key", "pushnotification"];
/// Characters of a language's code.
const LANGUAGE_CHARS_MAX: usize = 35;
/// Characters of an id, a region or a city that is looked for.
pub(super) const ID_CHARS_MAX: usize = 100;
/// Characters of a provider's token.
const OAUTH_CHARS_MAX: usize = 8 * 1024;
/// Characters of a password that somebody chooses (NIST SP 800-63B).
const PASSWORD_CHARS_MIN: usize = 8;
/// With so many customers ahead one may want to be warned.
const WARNING_MAX: u64 = 100;

/// The members of a body; where there is none, no members.
#[derive(Default)]
pub(super) struct Members(Map<String, Value>);

// They hold passwords.
impl fmt::Debug for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Members({})", self.0.len())
    }
}

impl Members {
    /// Reads a body. What begins like XML is XML, whatever the path and the type say.
    pub(super) fn read(body: &[u8]) -> Result<Members, Fault> {
        let value = match body.trim_ascii_start().first() {
            None => return Ok(Members::default()),
            Some(b'<' | 0xef) => xml::body::to_json(body).map_err(|_| Fault::BAD_BODY)?,
            Some(_) => serde_json::from_slice::<Strict>(body).map_err(|_| Fault::BAD_BODY)?.0,
        };
        Members::of(value)
    }

    fn of(value: Value) -> Result<Members, Fault> {
        match value {
            Value::Object(members) => Ok(Members(members)),
            // An element without elements in it.
            Value::String(text) if text.trim().is_empty() => Ok(Members::default()),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Err(Fault::BAD_BODY),
        }
    }

    /// The members of a member.
    pub(super) fn members(&self, name: &str) -> Result<Option<Members>, Fault> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                let read = Members::of(value.clone());
                read.map(Some).map_err(|_| Fault::parameter(name, "an object"))
            }
        }
    }

    /// An array of objects; one object alone counts as one.
    pub(super) fn each(&self, name: &str) -> Result<Vec<Members>, Fault> {
        let wrong = |_| Fault::parameter(name, "an array of objects");
        match self.0.get(name) {
            None | Some(Value::Null) => Err(Fault::missing(name)),
            Some(Value::Array(items)) => {
                items.iter().cloned().map(|item| Members::of(item).map_err(wrong)).collect()
            }
            Some(value) => Ok(vec![Members::of(value.clone()).map_err(wrong)?]),
        }
    }

    /// A text of at most so many characters, if it is there: null and the empty text are not. A
    /// whole number is taken as its digits; control characters are refused.
    pub(super) fn text(&self, name: &str, chars_max: usize) -> Result<Option<String>, Fault> {
        let text = match self.0.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) if !number.is_f64() => number.to_string(),
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                return Err(Fault::parameter(name, "a text"));
            }
        };
        checked(name, text, chars_max)
    }

    pub(super) fn required(&self, name: &str, chars_max: usize) -> Result<String, Fault> {
        self.text(name, chars_max)?.ok_or_else(|| Fault::missing(name))
    }

    /// A secret: a text that is neither trimmed nor repeated.
    pub(super) fn secret(&self, name: &str) -> Result<Option<String>, Fault> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                Err(Fault::parameter(name, "a text"))
            }
        }
    }

    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Fault> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(Value::String(text)) => match text.trim().to_ascii_lowercase().as_str() {
                "" => Ok(None),
                "true" | "1" => Ok(Some(true)),
                "false" | "0" => Ok(Some(false)),
                _ => Err(Fault::parameter(name, "true or false")),
            },
            Some(Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                Err(Fault::parameter(name, "true or false"))
            }
        }
    }

    /// Where somebody is, if they have said so.
    pub(super) fn coordinates(&self) -> Result<Option<(i32, i32)>, Fault> {
        self.text("coordinates", ID_CHARS_MAX)?.map(|text| coordinates(&text)).transpose()
    }

    fn warning(&self) -> Result<Option<u32>, Fault> {
        let text = self.text("ticket_warning", 10)?;
        let number = |text: String| {
            let number = text.parse::<u64>().ok().filter(|number| *number <= WARNING_MAX);
            let number = number.and_then(|number| u32::try_from(number).ok());
            let expected = format!("a number from 0 to {WARNING_MAX}");
            number.ok_or_else(|| Fault::parameter("ticket_warning", &expected))
        };
        text.map(number).transpose()
    }
}

/// A text from wherever, of at most so many characters.
pub(super) fn checked(name: &str, text: String, chars_max: usize) -> Result<Option<String>, Fault> {
    if chars_max < text.chars().count() {
        return Err(Fault::parameter(name, &format!("a text of at most {chars_max} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(Fault::parameter(name, "a text without control characters"));
    }
    let text = text.trim();
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

/// `latitude,longitude`, and an altitude that does not matter.
pub(super) fn coordinates(text: &str) -> Result<(i32, i32), Fault> {
    let expected = "latitude,longitude in degrees";
    places::coordinates(text).ok_or_else(|| Fault::parameter("coordinates", expected))
}

/// A password that somebody chooses.
pub(super) fn new_password(members: &Members) -> Result<String, Fault> {
    let password = members.secret("password")?.ok_or_else(|| Fault::missing("password"))?;
    if password.chars().count() < PASSWORD_CHARS_MIN || PASSWORD_BYTES_MAX < password.len() {
        return Err(Fault::WEAK_PASSWORD);
    }
    Ok(password)
}

/// How somebody shows who they are.
pub(super) enum Proof {
    /// With a provider's token.
    OAuth { provider: String, token: String },
    /// With a password.
    Password { username: String },
    /// Not at all.
    None,
}

pub(super) fn proof(members: &Members) -> Result<Proof, Fault> {
    if let Some(provider) = members.text("oauth_provider", ID_CHARS_MAX)? {
        let token = members.required("oauth_token", OAUTH_CHARS_MAX)?;
        return Ok(Proof::OAuth { provider, token });
    }
    let username = members.text("username", USERNAME_CHARS_MAX)?;
    Ok(username.map_or(Proof::None, |username| Proof::Password { username }))
}

/// Takes over what the members say about somebody; an empty text takes away. What names a webhook must be at one of `origins`.
pub(super) fn fill(
    profile: &mut Profile,
    members: &Members,
    origins: &[Origin],
) -> Result<(), Fault> {
    let Profile { first_name, last_name, display_name, phone, email, address, push, .. } = profile;
    for (names, chars_max, slot) in [
        (&["first_name"][..], NAME_CHARS_MAX, first_name),
        (&["last_name"], NAME_CHARS_MAX, last_name),
        (&["display_name", "name"], NAME_CHARS_MAX, display_name),
        (&["phone"], PHONE_CHARS_MAX, phone),
        (&["email"], mail::ADDRESS_BYTES_MAX, email),
        (&["address"], ADDRESS_CHARS_MAX, address),
        (&PUSH_NAMES, PUSH_CHARS_MAX, push),
        (&["preferred_language"], LANGUAGE_CHARS_MAX, &mut profile.language),
    ] {
        for name in names.iter().filter(|name| members.0.contains_key(**name)) {
            *slot = members.text(name, chars_max)?;
        }
    }
    if let Some(email) = &profile.email
        && !mail::is_address(email)
    {
        return Err(Fault::parameter("email", "the address of a mail"));
    }
    if let Some(key) = &profile.push
        && PUSH_NAMES.iter().any(|name| members.0.contains_key(*name))
    {
        check_push(key, origins)?;
    }
    if let Some(warning) = members.warning()? {
        profile.ticket_warning = warning;
    }
    Ok(())
}

/// A key is a webhook's address, a Web Push subscription, or else what some app calls itself.
fn check_push(key: &str, origins: &[Origin]) -> Result<(), Fault> {
    if key.starts_with('{') {
        return Err(Fault::PUSH_NOT_CONFIGURED);
    }
    if !names_webhook(key) {
        return Ok(());
    }
    if origins.is_empty() {
        return Err(Fault::WEBHOOK_NOT_CONFIGURED);
    }
    let allowed = Target::parse(key).is_some_and(|target| target.is_among(origins));
    if allowed { Ok(()) } else { Err(Fault::WEBHOOK_NOT_ALLOWED) }
}

/// By what somebody with a password is looked up.
pub(super) fn by_username(username: &str) -> Whose {
    Whose::Username(username.to_owned())
}

/// JSON in which no object has a member twice: of two nobody could say which one was meant.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Strict, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON with each member once")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Strict(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, Strict(value))) = map.next_entry::<String, Strict>()? {
            if members.insert(name, value).is_some() {
                return Err(de::Error::custom("a member twice"));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Members, Fault> {
        Members::read(body.as_bytes())
    }

    #[test]
    fn json_and_xml_of_one_shape_say_the_same() {
        for body in [
            r#"{"vt": true, "tickets": [{"master_id": 1, "service_id": "2"}], "name": null}"#,
            "<r><vt>true</vt><tickets><item><master_id>1</master_id><service_id>2</service_id>\
             </item></tickets><name/></r>",
        ] {
            let members = read(body).expect("it is sound");
            assert_eq!(members.flag("vt"), Ok(Some(true)));
            let tickets = members.each("tickets").expect("they are there");
            assert_eq!(tickets.len(), 1);
            assert_eq!(tickets[0].required("master_id", 9).as_deref(), Ok("1"));
            assert_eq!(tickets[0].required("service_id", 9).as_deref(), Ok("2"));
            assert_eq!(members.text("name", 9), Ok(None));
        }
        assert_eq!(read("").unwrap_or_default().text("a", 1), Ok(None));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for body in [
            "[]",
            "1",
            "\"a\"",
            "null",
            "{",
            r#"{"a":1,"a":2}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            "<r>text</r>",
            "<r><item>1</item></r>",
            "<!DOCTYPE r [<!ENTITY a \"aaaa\">]><r><a>&a;</a></r>",
            "<r><a>&#1;</a></r>",
            &("<a>".repeat(40) + &"</a>".repeat(40)),
            &("{\"a\":".repeat(500) + "1" + &"}".repeat(500)),
        ] {
            assert_eq!(read(body).err(), Some(Fault::BAD_BODY), "{body}");
        }
    }

    #[test]
    fn members_are_bounded_and_of_their_kind() {
        let members = read(r#"{"a":"xyz","b":true,"c":1.5,"d":"x\u0001","e":{},"f":"maybe"}"#);
        let members = members.expect("it is sound");
        assert_eq!(members.text("a", 3), Ok(Some("xyz".into())));
        for name in ["b", "c", "d", "e"] {
            assert_eq!(members.text(name, 9).unwrap_err().code, "bad_parameter", "{name}");
        }
        assert_eq!(members.text("a", 2).unwrap_err().code, "bad_parameter");
        assert_eq!(members.flag("f").unwrap_err().code, "bad_parameter");
        assert_eq!(members.required("z", 9).unwrap_err().code, "missing_parameter");
    }

    #[test]
    fn a_profile_takes_what_is_said_and_nothing_else() {
        let mut profile = Profile { phone: Some("1".into()), ..Profile::default() };
        let said = r#"{"name":"Ann","phone":"","email":"ann@example.org","ticket_warning":"3"}"#;
        let origins: Vec<Origin> = Origin::parse("https://push.example.org").into_iter().collect();
        fill(&mut profile, &read(said).expect("it is sound"), &origins).expect("it is sound");
        assert_eq!(profile.display_name.as_deref(), Some("Ann"));
        assert_eq!((profile.phone.clone(), profile.ticket_warning), (None, 3));
        for (said, code) in [
            (r#"{"email":"nobody"}"#, "bad_parameter"),
            (r#"{"ticket_warning":101}"#, "bad_parameter"),
            (r#"{"pushnotification":"https://push.example/1"}"#, "webhook_not_allowed"),
            (r#"{"push_notification_key":"http://push.example.org/1"}"#, "webhook_not_allowed"),
            (r#"{"pushnotification":"gopher://push.example.org/1"}"#, "webhook_not_allowed"),
            (r#"{"pushnotification":"{\"endpoint\":\"x\"}"}"#, "push_not_configured"),
        ] {
            let said = read(said).expect("it is sound");
            assert_eq!(fill(&mut profile.clone(), &said, &origins).unwrap_err().code, code);
        }
        let webhook = read(r#"{"pushnotification":"https://push.example.org/1"}"#);
        let webhook = webhook.expect("it is sound");
        let fault = fill(&mut profile.clone(), &webhook, &[]).unwrap_err();
        assert_eq!(fault.code, "webhook_not_configured");
        fill(&mut profile, &webhook, &origins).expect("it is on the list");
        // An owner who shortens the list locks nobody out of the rest.
        let other = read(r#"{"phone":"2"}"#).expect("it is sound");
        fill(&mut profile, &other, &[]).expect("it says nothing about notifications");
    }
}
