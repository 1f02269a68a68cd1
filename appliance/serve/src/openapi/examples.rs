//! Examples: what tests have asked a real server, and what it has answered.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Bytes of JSON that an example may have; of a longer one only the first items of its lists are
/// shown. A reader wants to see the members, and a list repeats them.
pub const SHOWN_BYTES_MAX: usize = 2_000;

/// Characters of the longest text that is shown whole: sentences are, tokens and pictures are not.
const TEXT_CHARS_MAX: usize = 160;

/// Characters that are shown of a longer one.
const TEXT_CHARS_SHOWN: usize = 40;

/// Items of a list in such an example.
const ITEMS_SHOWN: usize = 2;

/// Refusals of one status that are shown of a dialect: what a reader takes in at a glance.
const REFUSALS_SHOWN: usize = 6;

/// Examples of operations and of refusals.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Examples {
    /// By method and path, as in `GET /v1/tickets/{ticket}`.
    operations: BTreeMap<String, Exchange>,
    /// By dialect and status, as in `Native.404`; then by code.
    refusals: BTreeMap<String, BTreeMap<String, Value>>,
}

/// One operation that could be done.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Exchange {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    path: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    query: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    /// By status.
    answers: BTreeMap<u16, Value>,
}

/// What a server did that its document does not tell.
#[derive(Debug)]
pub struct Mismatch(String);

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Mismatch {}

/// An exchange that has taken place.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// `GET` and so on.
    pub method: &'a str,
    /// The path, decoded.
    pub path: &'a str,
    /// The query, in pairs, decoded.
    pub query: &'a [(String, String)],
    /// Header lines that were sent.
    pub headers: &'a [(String, String)],
    /// What was sent.
    pub sent: &'a str,
    /// The answer's status.
    pub status: u16,
    /// The answer's body.
    pub given: &'a str,
}

impl FromIterator<Examples> for Examples {
    fn from_iter<T: IntoIterator<Item = Examples>>(all: T) -> Examples {
        let mut together = Examples::default();
        for Examples { operations, refusals } in all {
            together.operations.extend(operations);
            together.refusals.extend(refusals);
        }
        together
    }
}

impl Examples {
    /// The examples of a file.
    ///
    /// # Panics
    ///
    /// Where it holds none: it is a part of the program.
    pub fn read(text: &str) -> Examples {
        serde_json::from_str(text).expect("the examples are a part of the program")
    }

    /// The examples as a file has them.
    pub fn written(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("texts and numbers can be written");
        format!("{text}\n")
    }

    pub(super) fn of(&self, method: &str, path: &str) -> Option<&Exchange> {
        self.operations.get(&format!("{method} {path}"))
    }

    /// The operations that have an example.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.operations.keys().map(String::as_str)
    }

    /// The examples of a refusal, as OpenAPI has many of one thing.
    pub(super) fn refusals(&self, prefix: &str, status: u16) -> Map<String, Value> {
        let found = self.refusals.get(&format!("{prefix}.{status}"));
        let one = |(code, body): (&String, &Value)| {
            (code.clone(), Value::Object(Map::from_iter([("value".to_owned(), body.clone())])))
        };
        found.into_iter().flatten().map(one).collect()
    }

    /// Keeps an exchange of the dialect with this name, if it shows something new.
    ///
    /// # Errors
    ///
    /// Where the document tells nothing of this operation, or of such an answer; whosever it is.
    pub fn note(
        &mut self,
        document: &Value,
        dialect: &str,
        seen: Seen<'_>,
    ) -> Result<(), Mismatch> {
        let Seen { method, path, status, .. } = seen;
        let method = if method == "HEAD" { "GET" } else { method };
        let (template, operation) = find(document, method, path)
            .ok_or_else(|| Mismatch(format!("{method} {path} is answered, and not described")))?;
        let response = &operation["responses"][status.to_string()];
        if response.is_null() {
            let code = seen.given.chars().take(200).collect::<String>();
            return Err(Mismatch(format!(
                "{method} {template} answers {status}, which is not described ({code})"
            )));
        }
        if operation["tags"][0] != dialect {
            return Ok(());
        }
        let Ok(given) = serde_json::from_str::<Value>(seen.given) else { return Ok(()) };
        match response["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
            Some(name) => self.note_refusal(name, given),
            None => self.note_done(template, method, seen, given),
        }
        Ok(())
    }

    fn note_refusal(&mut self, name: &str, given: Value) {
        let code = ["code", "error", "errno", "Message"].iter().find_map(|member| {
            let code = given.get(member)?;
            Some(code.as_str().map_or_else(|| format!("errno_{code}"), plain))
        });
        let shown = self.refusals.entry(name.to_owned()).or_default();
        if shown.len() < REFUSALS_SHOWN {
            shown.entry(code.unwrap_or_default()).or_insert(given);
        }
    }

    fn note_done(&mut self, template: &str, method: &str, seen: Seen<'_>, given: Value) {
        let known = self.operations.entry(format!("{method} {template}")).or_default();
        if known.answers.get(&seen.status).is_some_and(|before| !is_bare(before) || is_bare(&given))
        {
            return;
        }
        let gaps = template.split('/').zip(seen.path.split('/'));
        let gaps = gaps.filter_map(|(gap, found)| {
            Some((gap.strip_prefix('{')?.strip_suffix('}')?.to_owned(), found.to_owned()))
        });
        known.path = gaps.collect();
        known.query = seen.query.iter().cloned().collect();
        // Who calls is told by the security schemes.
        let spoken = |(name, _): &&(String, String)| {
            let untold = ["content-type", "authorization", "token"];
            !untold.iter().any(|untold| name.eq_ignore_ascii_case(untold))
        };
        known.headers = seen.headers.iter().filter(spoken).cloned().collect();
        known.body = serde_json::from_str(seen.sent).ok().map(shortened);
        known.answers.insert(seen.status, shortened(given));
    }
}

impl Exchange {
    pub(super) fn parameter(&self, place: &str, name: &str) -> Option<Value> {
        let among = match place {
            "path" => &self.path,
            "query" => &self.query,
            _ => &self.headers,
        };
        let text = among.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?.1;
        let is_plain = text.len() == 1 || !text.starts_with('0');
        let number = text.parse::<u32>().ok().filter(|_| is_plain && place != "header");
        Some(number.map_or_else(|| Value::from(text.clone()), Value::from))
    }

    pub(super) fn body(&self) -> Option<&Value> {
        self.body.as_ref()
    }

    pub(super) fn answer(&self, status: u16) -> Option<&Value> {
        self.answers.get(&status)
    }
}

/// The operation that a path leads to, and its path with gaps; a word counts before a gap.
pub fn find<'d>(document: &'d Value, method: &str, path: &str) -> Option<(&'d str, &'d Value)> {
    let method = method.to_ascii_lowercase();
    let segments: Vec<&str> = path.split('/').collect();
    let fits = |template: &str| {
        let parts: Vec<&str> = template.split('/').collect();
        let same = |(part, segment): (&&str, &&str)| {
            if part.starts_with('{') { !segment.is_empty() } else { part == segment }
        };
        parts.len() == segments.len() && parts.iter().zip(&segments).all(same)
    };
    let paths = document["paths"].as_object()?;
    let fitting =
        paths.iter().filter(|(template, methods)| fits(template) && methods.get(&method).is_some());
    let (template, methods) = fitting.min_by_key(|(template, _)| template.matches('{').count())?;
    Some((template, &methods[&method]))
}

fn is_bare(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty() || members.values().all(is_bare),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// A name that a document may have: letters, figures and low lines.
fn plain(text: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    text.chars().map(letter).take(60).collect::<String>().trim_matches('_').to_owned()
}

/// No endless texts, which are tokens and pictures; of a long example, the beginning of its lists.
fn shortened(value: Value) -> Value {
    fn trim(value: &mut Value) {
        match value {
            Value::String(text) if TEXT_CHARS_MAX < text.chars().count() => {
                let begun: String = text.chars().take(TEXT_CHARS_SHOWN).collect();
                *text = format!("{begun}...");
            }
            Value::Array(items) => items.iter_mut().for_each(trim),
            Value::Object(members) => members.values_mut().for_each(trim),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    fn cut(value: &mut Value) {
        match value {
            Value::Array(items) => {
                items.truncate(ITEMS_SHOWN);
                items.iter_mut().for_each(cut);
            }
            Value::Object(members) => members.values_mut().for_each(cut),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut value = value;
    trim(&mut value);
    if SHOWN_BYTES_MAX < value.to_string().len() {
        cut(&mut value);
    }
    value
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_word_counts_before_a_gap() {
        let document = json!({"paths": {
            "/a/{id}": {"get": 1, "post": 3},
            "/a/new": {"get": 2},
        }});
        let found = |method, path| find(&document, method, path).map(|(at, _)| at.to_owned());
        assert_eq!(found("GET", "/a/new").as_deref(), Some("/a/new"));
        assert_eq!(found("POST", "/a/new").as_deref(), Some("/a/{id}"));
        assert_eq!(found("GET", "/a/7").as_deref(), Some("/a/{id}"));
        assert_eq!(found("GET", "/a/"), None);
        assert_eq!(found("PUT", "/a/7"), None);
    }

    #[test]
    fn a_long_example_shows_the_beginning_of_its_lists() {
        let long = json!({"list": (0..SHOWN_BYTES_MAX).collect::<Vec<_>>(), "word": "all of it"});
        assert_eq!(shortened(long), json!({"list": [0, 1], "word": "all of it"}));
        let short = json!({"list": [1, 2, 3]});
        assert_eq!(shortened(short.clone()), short);
    }

    #[test]
    fn refusals_are_shown_up_to_a_limit() {
        let mut examples = Examples::default();
        for number in 0..REFUSALS_SHOWN + 3 {
            examples.note_refusal("Native.400", json!({"code": format!("code_{number}")}));
        }
        assert_eq!(examples.refusals("Native", 400).len(), REFUSALS_SHOWN);
        assert!(examples.refusals("Native", 404).is_empty());
    }
}
