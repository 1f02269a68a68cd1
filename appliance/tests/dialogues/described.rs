//! What the stories show is what the OpenAPI document tells: every answer has its status and its
//! shape, and the document's examples are exchanges of the stories.
//!
//! `ANTEROOM_EXAMPLES=write` writes the examples anew.

use std::path::Path;
use std::{env, fs};

use appliance::api::document::document;
use serde_json::Value;
use serve::openapi::{Examples, Seen, find};

use crate::world::{self, Reply};

/// Statuses that tell of an address or a method that is not there, or of a request that never
/// came through: no operation is described that could answer them.
const NOWHERE: [u16; 7] = [400, 404, 405, 408, 413, 414, 429];

/// Characters from which on two texts with a figure or a capital letter may be two draws of chance: a PIN
/// has so many.
const DRAWN_CHARS_MIN: usize = 4;

/// The document, and the exchanges that it is held against.
pub(crate) struct Album {
    dialect: &'static str,
    document: Value,
    /// The document's shapes, with nothing more in them than is told.
    shapes: Value,
    examples: Examples,
}

impl Album {
    /// An empty one for the dialect with this name.
    pub(crate) fn of(dialect: &'static str) -> Album {
        let document: Value = serde_json::from_slice(&document()).unwrap();
        let mut shapes = document["components"].clone();
        for shape in shapes["schemas"].as_object_mut().unwrap().values_mut() {
            close(shape);
        }
        Album { dialect, document, shapes, examples: Examples::default() }
    }

    /// Looks at an exchange.
    pub(crate) fn note(
        &mut self,
        first: &str,
        headers: &[String],
        sent: &str,
        reply: &Reply,
    ) -> Result<(), String> {
        let (method, target) = first.split_once(' ').unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        // A slash at the end changes nothing in some of the dialects, and leads nowhere in others.
        let is_slashed = path.ends_with('/') && reply.status != 404;
        let path = decoded(if is_slashed { path.trim_end_matches('/') } else { path });
        let known = if method == "HEAD" { "GET" } else { method };
        let Some((template, operation)) = find(&self.document, known, &path) else {
            let is_nowhere = NOWHERE.contains(&reply.status);
            let said = || format!("{first} answers {}, and is not described", reply.status);
            return if is_nowhere { Ok(()) } else { Err(said()) };
        };
        let query: Vec<(String, String)> = pairs(query.split('&'), "=");
        let headers: Vec<(String, String)> = pairs(headers.iter().map(String::as_str), ": ");
        let seen = Seen {
            method: known,
            path: &path,
            query: &query,
            headers: &headers,
            sent,
            status: reply.status,
            given: &reply.body,
        };
        let name = format!("{known} {template} {}", reply.status);
        let response = operation["responses"][reply.status.to_string()].clone();
        self.examples.note(&self.document, self.dialect, seen).map_err(|m| m.to_string())?;
        let Ok(given) = serde_json::from_str::<Value>(&reply.body) else { return Ok(()) };
        let schema = schema(&response, &self.shapes);
        has_shape(&given, schema, &self.shapes)
            .map_err(|fault| format!("{name} has another shape than is told, at {fault}"))
    }

    /// Holds the examples of the document against those that were seen.
    pub(crate) fn check(&self, name: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api/examples");
        let path = path.join(format!("{name}.json"));
        if env::var_os("ANTEROOM_EXAMPLES").is_some() {
            fs::write(&path, self.examples.written()).unwrap();
            return;
        }
        let kept: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let seen: Value = serde_json::from_str(&self.examples.written()).unwrap();
        if let Err(at) = alike(&kept, &seen, "") {
            panic!(
                "{} is not what the stories show, at {at}. Write it anew:\n    \
                 ANTEROOM_EXAMPLES=write cargo nextest run -p appliance --test dialogues {name}",
                path.display()
            );
        }
    }
}

fn pairs<'a>(texts: impl Iterator<Item = &'a str>, between: &str) -> Vec<(String, String)> {
    let pair = |text: &'a str| text.split_once(between);
    texts.filter_map(pair).map(|(name, value)| (name.to_owned(), decoded(value))).collect()
}

fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend(&part.as_bytes()[2..]);
            }
            None => bytes.extend(format!("%{part}").as_bytes()),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A shape without a word about further members has none here.
fn close(shape: &mut Value) {
    let Value::Object(members) = shape else { return };
    if members.contains_key("properties") && !members.contains_key("additionalProperties") {
        members.insert("additionalProperties".into(), false.into());
    }
}

/// What the JSON of a response is told to be.
fn schema<'a>(response: &'a Value, shapes: &'a Value) -> &'a Value {
    let response = match response["$ref"].as_str() {
        Some(reference) => &shapes["responses"][reference.rsplit('/').next().unwrap()],
        None => response,
    };
    let content = response["content"].as_object().expect("what has JSON tells of it");
    let is_json = |media: &&String| media.contains("json");
    let media = content.keys().find(is_json).expect("what has JSON tells of it");
    &content[media]["schema"]
}

/// Words of a schema that say nothing of a value's shape, or only of numbers that types keep.
const SILENT: [&str; 10] = [
    "description",
    "title",
    "format",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "default",
    "minItems",
    "maxItems",
];

/// Whether a value has a shape. It knows the words that the document has, and fails at others;
/// `make openapi-test` asks a whole validator.
fn has_shape(value: &Value, schema: &Value, shapes: &Value) -> Result<(), String> {
    let Value::Object(words) = schema else {
        return if schema == true { Ok(()) } else { Err(format!(": {value} is not told of")) };
    };
    let under = |name: &str, fault: String| format!("/{name}{fault}");
    for (word, rule) in words.iter().filter(|(word, _)| !SILENT.contains(&word.as_str())) {
        let fits = match word.as_str() {
            "$ref" => {
                let name = rule.as_str().unwrap().rsplit('/').next().unwrap();
                has_shape(value, &shapes["schemas"][name], shapes)?;
                true
            }
            "anyOf" | "oneOf" => {
                let mut ways = rule.as_array().unwrap().iter();
                ways.any(|way| has_shape(value, way, shapes).is_ok())
            }
            "type" => {
                let kinds = rule.as_array().map_or(std::slice::from_ref(rule), Vec::as_slice);
                kinds.iter().any(|kind| is_kind(value, kind))
            }
            "const" => value == rule,
            "enum" => rule.as_array().unwrap().contains(value),
            "required" => rule.as_array().unwrap().iter().all(|name| {
                value.as_object().is_none_or(|value| value.contains_key(name.as_str().unwrap()))
            }),
            "properties" | "patternProperties" | "additionalProperties" => {
                members_fit(value, word, words, shapes)?;
                true
            }
            "items" => {
                let first = words.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
                for (index, item) in value.as_array().into_iter().flatten().enumerate().skip(first)
                {
                    let at = |fault| under(&index.to_string(), fault);
                    has_shape(item, rule, shapes).map_err(at)?;
                }
                true
            }
            "prefixItems" => {
                let rules = rule.as_array().unwrap();
                for (item, rule) in value.as_array().into_iter().flatten().zip(rules) {
                    has_shape(item, rule, shapes)?;
                }
                true
            }
            unknown => {
                return Err(format!(": nothing here knows the word `{unknown}` of a schema"));
            }
        };
        if !fits {
            return Err(format!(": {value} does not fit `{word}`: {rule}"));
        }
    }
    Ok(())
}

/// Whether the members of an object have their shapes, as far as this word of its schema says.
fn members_fit(
    value: &Value,
    word: &str,
    words: &serde_json::Map<String, Value>,
    shapes: &Value,
) -> Result<(), String> {
    let rule = &words[word];
    let told = words.get("properties");
    for (name, member) in value.as_object().into_iter().flatten() {
        let named = told.and_then(|told| told.get(name));
        // The only pattern of names is that of numbers.
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        let patterned = words.get("patternProperties").filter(|_| is_number);
        let rule = match word {
            "properties" => named,
            "patternProperties" => patterned.and_then(|rules| rules.as_object()?.values().next()),
            _ if named.is_some() || patterned.is_some() => None,
            _ => Some(rule),
        };
        if let Some(rule) = rule {
            has_shape(member, rule, shapes).map_err(|fault| format!("/{name}{fault}"))?;
        }
    }
    Ok(())
}

fn is_kind(value: &Value, kind: &Value) -> bool {
    match kind.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

/// Whether two examples show the same; what chance has drawn may differ.
fn alike(kept: &Value, seen: &Value, at: &str) -> Result<(), String> {
    match (kept, seen) {
        (Value::Object(kept), Value::Object(seen)) => {
            let names =
                |map: &serde_json::Map<String, Value>| map.keys().cloned().collect::<Vec<_>>();
            if names(kept) != names(seen) {
                return Err(format!("{at}: {:?} and {:?}", names(kept), names(seen)));
            }
            let is_picture = kept.contains_key("size") && kept.contains_key("path");
            let both = kept.iter().zip(seen.values());
            for ((name, kept), seen) in both.filter(|((name, _), _)| !is_picture || *name != "path")
            {
                alike(kept, seen, &format!("{at}/{name}"))?;
            }
            Ok(())
        }
        (Value::Array(kept), Value::Array(seen)) if kept.len() == seen.len() => {
            let mut both = kept.iter().zip(seen).enumerate();
            both.try_for_each(|(index, (kept, seen))| alike(kept, seen, &format!("{at}/{index}")))
        }
        (Value::String(kept), Value::String(seen)) if may_be_drawn(kept, seen) => Ok(()),
        _ if kept == seen => Ok(()),
        _ => Err(format!("{at}: {kept} and {seen}")),
    }
}

/// Tokens are as long as each other, but for the signed ones.
fn may_be_drawn(kept: &str, seen: &str) -> bool {
    let drawn = |text: &str| {
        DRAWN_CHARS_MIN <= text.len()
            && !text.contains(' ')
            && text.chars().any(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
    };
    let lengths = kept.len() == seen.len() || 100 < kept.len().min(seen.len());
    drawn(kept) && drawn(seen) && lengths
}

/// An address of each dialect at which nothing is.
const EMPTY: [(&str, &str); 6] = [
    ("/qnet6/rest/smart/", "nothing/at/all"),
    ("/restapi/v2/queuemanagement/", "nothing/at/all"),
    ("/vt/api/json/", "nothing/at/all"),
    ("/vt/api/xml/", "nothing/at/all"),
    ("/v1/", "nothing/at/all"),
    ("/", "api/1/nothing/at/all"),
];

#[tokio::test]
async fn what_is_described_is_served() {
    let world = world::start().await;
    let document: Value = serde_json::from_slice(&document()).unwrap();
    for (template, methods) in document["paths"].as_object().unwrap() {
        // The front door's own stand in the program's tests.
        if ["/health", "/metrics"].contains(&template.as_str()) {
            continue;
        }
        let filled: Vec<&str> = template
            .split('/')
            .map(|part| match part {
                "{format}" => "json",
                "{date}" => "2026-11-23",
                "{time}" => "12:30",
                _ if part.starts_with('{') => "1",
                _ => part,
            })
            .collect();
        let path = filled.join("/");
        let (root, nothing) = EMPTY.iter().find(|(root, _)| path.starts_with(root)).unwrap();
        for method in methods.as_object().unwrap().keys() {
            let method = method.to_ascii_uppercase();
            let headers = ["Accept: application/json".to_owned()];
            let first = format!("{method} {path}");
            // A stream that nobody may follow is an answer all the same; one that anybody may is
            // answered once, as JSON.
            let reply = world.ask(&first, &headers, "").await;
            let nowhere = world.ask(&format!("{method} {root}{nothing}"), &headers, "").await;
            assert_ne!(reply.status, 405, "{first} is described, and not taken");
            assert_ne!(
                (reply.status, &reply.body),
                (nowhere.status, &nowhere.body),
                "{first} is described, and not served"
            );
        }
    }
}
