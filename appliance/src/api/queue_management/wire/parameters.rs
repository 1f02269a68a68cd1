//! Parameters as they arrive: a JSON object, XML of the same shape, a form, the query string.
//!
//! Where a name stands in body and query string, the body counts. JSON `null` and the empty text
//! mean that a parameter is not there. Names that no operation knows are passed over.

use std::collections::BTreeMap;
use std::fmt;

use engine::limits::SERVICES_MAX;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serve::http::Pairs;
use serve::http::limits::PARAMETERS_MAX;
use serve::xml;

use super::super::faults::{Errno, Fault};

/// Digits of an id: what a 64-bit number can have, so that leading zeros end somewhere.
const ID_DIGITS_MAX: usize = 20;

const ID_EXPECTED: &str = "a whole number without a sign, or a text of such digits";

/// An operation's parameters, from wherever they came.
pub(in super::super) struct Parameters {
    members: BTreeMap<String, Value>,
}

impl Parameters {
    /// Reads a body (of this content type, if one was given) and a query string.
    ///
    /// A body that begins like a JSON object is one whatever its type says: many clients send
    /// JSON under the form type that their library puts there by default.
    pub(in super::super) fn read(
        content_type: Option<&str>,
        body: &[u8],
        query: &Pairs,
    ) -> Result<Parameters, Fault> {
        let mut parameters = Parameters { members: BTreeMap::new() };
        match shape(content_type, body)? {
            Shape::Nothing => {}
            Shape::Json => {
                let object: Object = serde_json::from_slice(body).map_err(|_| {
                    unreadable("the body is not a JSON object with each member once")
                })?;
                parameters.members = object.0;
                parameters.members.retain(|_, value| is_there(value));
            }
            Shape::Xml => match xml::body::to_json(body) {
                Ok(Value::Object(members)) => {
                    parameters.members = members.into_iter().collect();
                    parameters.members.retain(|_, value| is_there(value));
                }
                Ok(Value::String(text)) if text.trim().is_empty() => {}
                Ok(_) => {
                    return Err(unreadable("the body is not XML with one element a parameter"));
                }
                Err(fault) => {
                    let message = format!("the body {}", fault.words());
                    return Err(Fault::new(Errno::InvalidParameters, message));
                }
            },
            Shape::Form => {
                let form = Pairs::form(body, PARAMETERS_MAX).map_err(|_| {
                    unreadable("the body is not a form, or has too many parameters")
                })?;
                parameters.add(&form);
            }
        }
        parameters.add(query);
        Ok(parameters)
    }

    /// Takes over what is not there yet. The first of two equal names counts, save that values
    /// named `x[]` make up the array `x`.
    fn add(&mut self, pairs: &Pairs) {
        let mut found: BTreeMap<String, Value> = BTreeMap::new();
        for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
            let value = Value::String(value.into_owned());
            match name.strip_suffix("[]") {
                None => {
                    found.entry(name.into_owned()).or_insert(value);
                }
                Some(array) => {
                    let array = found.entry(array.to_owned()).or_insert(Value::Array(vec![]));
                    if let Value::Array(items) = array {
                        items.push(value);
                    }
                }
            }
        }
        for (name, value) in found {
            self.members.entry(name).or_insert(value);
        }
    }

    /// Puts an id there where none was given.
    pub(in super::super) fn default_id(&mut self, name: &str, id: u32) {
        self.members.entry(name.to_owned()).or_insert_with(|| Value::from(id));
    }

    /// Whether anything was given under this name.
    pub(in super::super) fn names(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// An id, if it is there.
    pub(in super::super) fn id<T: TryFrom<u64>>(&self, name: &str) -> Result<Option<T>, Fault> {
        self.members.get(name).map(|value| id(name, value)).transpose()
    }

    /// An id that must be there.
    pub(in super::super) fn needed_id<T: TryFrom<u64>>(&self, name: &str) -> Result<T, Fault> {
        self.id(name)?.ok_or_else(|| Fault::missing(name))
    }

    /// A list of ids: a JSON array, the text of one, or ids with commas between them.
    pub(in super::super) fn ids<T: TryFrom<u64>>(&self, name: &str) -> Result<Vec<T>, Fault> {
        let wrong = || Fault::parameter(name, "a JSON array of ids, or ids with commas between");
        let bounded = |count: usize| {
            if SERVICES_MAX < count {
                let most = format!("an array of at most {SERVICES_MAX} ids");
                return Err(Fault::parameter(name, &most));
            }
            Ok(())
        };
        let each = |items: &[Value]| {
            bounded(items.len())?;
            items.iter().map(|item| id(name, item)).collect()
        };
        match self.members.get(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => each(items),
            Some(Value::String(text)) if text.trim_start().starts_with('[') => {
                each(&serde_json::from_str::<Vec<Value>>(text).map_err(|_| wrong())?)
            }
            Some(Value::String(text)) => {
                let items = text.split(',').take(SERVICES_MAX + 1);
                let items: Vec<Value> = items.map(|item| item.trim().into()).collect();
                each(&items)
            }
            Some(value @ Value::Number(_)) => Ok(vec![id(name, value)?]),
            Some(Value::Null | Value::Bool(_) | Value::Object(_)) => Err(wrong()),
        }
    }

    /// Yes or no; not there is no.
    pub(in super::super) fn flag(&self, name: &str) -> Result<bool, Fault> {
        let flag = match self.members.get(name) {
            None => Some(false),
            Some(Value::Bool(flag)) => Some(*flag),
            Some(Value::Number(number)) => match number.as_u64() {
                Some(0) => Some(false),
                Some(1) => Some(true),
                Some(_) | None => None,
            },
            Some(Value::String(text)) => match text.to_ascii_lowercase().as_str() {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
            Some(Value::Null | Value::Array(_) | Value::Object(_)) => None,
        };
        flag.ok_or_else(|| Fault::parameter(name, "true or false, or 1 or 0"))
    }

    /// A text of at most so many characters, if it is there. A whole number is taken as its
    /// digits; control characters other than tabs and line ends are refused, since no slip,
    /// screen or XML document could carry them.
    pub(in super::super) fn text(
        &self,
        name: &str,
        chars_max: usize,
    ) -> Result<Option<String>, Fault> {
        let text = match self.members.get(name) {
            None => return Ok(None),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) if !number.is_f64() => number.to_string(),
            Some(
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::Array(_)
                | Value::Object(_),
            ) => return Err(Fault::parameter(name, "a text")),
        };
        if chars_max < text.chars().count() {
            let most = format!("a text of at most {chars_max} characters");
            return Err(Fault::parameter(name, &most));
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
            return Err(Fault::parameter(name, "a text without control characters"));
        }
        Ok(Some(text))
    }
}

/// A JSON object whose members have different names. Of two with the same name nobody could say
/// which one was meant.
struct Object(BTreeMap<String, Value>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with each member once")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            if members.insert(name, value).is_some() {
                return Err(de::Error::custom("a member twice"));
            }
        }
        Ok(Object(members))
    }
}

enum Shape {
    Nothing,
    Json,
    Xml,
    Form,
}

fn shape(content_type: Option<&str>, body: &[u8]) -> Result<Shape, Fault> {
    let kind = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    match body.trim_ascii_start().first() {
        None => return Ok(Shape::Nothing),
        Some(b'{') => return Ok(Shape::Json),
        Some(_) => {}
    }
    match kind.to_ascii_lowercase().as_str() {
        "" | "application/x-www-form-urlencoded" | "text/plain" => Ok(Shape::Form),
        "application/json" | "text/json" => Ok(Shape::Json),
        "application/xml" | "text/xml" => Ok(Shape::Xml),
        _ => Err(unreadable("the body must be JSON, XML or a form")),
    }
}

fn unreadable(message: &'static str) -> Fault {
    Fault::new(Errno::InvalidParameters, message)
}

fn is_there(value: &Value) -> bool {
    !value.is_null() && value.as_str() != Some("")
}

fn id<T: TryFrom<u64>>(name: &str, value: &Value) -> Result<T, Fault> {
    let number = match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => digits(text.trim()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    number
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| Fault::parameter(name, ID_EXPECTED))
}

fn digits(text: &str) -> Option<u64> {
    let plain = text.len() <= ID_DIGITS_MAX && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}
