//! What is sent, read strictly: numbers, bodies of one JSON object, keys by which one asks again.

use serde::de::DeserializeOwned;
use serve::http::{Call, StatusCode, header};
use serve::problem::Problem;

use crate::registrar::{REPEAT_KEY_CHARS_MAX, RepeatKey};

/// Digits of a number: as many as the largest one has.
const NUMBER_DIGITS_MAX: usize = 19;

/// Characters of a text that staff write: a note, a name.
pub(super) const TEXT_CHARS_MAX: usize = 1_000;

/// Digits and nothing else: no sign, no space.
pub(super) fn digits(text: &str) -> Option<u64> {
    let plain = (1..=NUMBER_DIGITS_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// The version that the caller has seen of what it changes.
pub(super) fn if_match(call: &Call, what: &str) -> Result<u64, Problem> {
    let Some(value) = call.headers.get(header::IF_MATCH) else {
        let detail = format!("Send the ETag of the {what} that you changed as If-Match.");
        return Err(Problem::new(StatusCode::PRECONDITION_REQUIRED, "if_match_missing", detail));
    };
    let text = value.to_str().unwrap_or_default().trim();
    let number = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    number.and_then(digits).ok_or_else(|| {
        bad("bad_if_match", format!("If-Match must be the ETag of the {what}: \"123\"."))
    })
}

/// A bad request, with a sentence that says what is expected.
pub(super) fn bad(code: &'static str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, detail)
}

/// A number in the query; nothing where it is absent or empty.
pub(super) fn number(call: &Call, name: &str) -> Result<Option<u64>, Problem> {
    match call.query.get(name).as_deref() {
        None | Some("") => Ok(None),
        Some(text) => digits(text)
            .map(Some)
            .ok_or_else(|| bad("bad_parameter", format!("`{name}` must be a number."))),
    }
}

/// The body: one JSON object; nothing at all is an empty one. `members` names what belongs there.
pub(super) fn body<T: DeserializeOwned>(call: &Call, members: &str) -> Result<T, Problem> {
    let kind = call.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or("application/json").split(';').next().unwrap_or_default();
    if !kind.trim().eq_ignore_ascii_case("application/json") {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(status, "not_json", "Send the body as application/json."));
    }
    let text = std::str::from_utf8(&call.body).unwrap_or("-").trim_ascii();
    let text = if text.is_empty() { "{}" } else { text };
    // An array would do for the members in their order.
    let object = Some(text).filter(|text| text.starts_with('{'));
    // The parser's own words would repeat values, and those may be passwords.
    object
        .and_then(|text| serde_json::from_str(text).ok())
        .ok_or_else(|| bad("bad_body", format!("The body must be a JSON object with {members}.")))
}

/// A text that staff wrote, without blanks around it; nothing where none was sent.
pub(super) fn text(given: Option<String>, name: &str) -> Result<Option<String>, Problem> {
    let text = given.map(|text| text.trim().to_owned());
    if text.as_ref().is_some_and(|text| TEXT_CHARS_MAX < text.chars().count()) {
        let detail = format!("`{name}` must have at most {TEXT_CHARS_MAX} characters.");
        return Err(bad("text_too_long", detail));
    }
    Ok(text)
}

/// By what the client can ask again, if it wants to: a key of its own, for this operation and whoever
/// asks.
pub(super) fn repeat_key(
    call: &Call,
    route: &str,
    who: impl std::fmt::Display,
) -> Result<Option<RepeatKey>, Problem> {
    let Some(value) = call.headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().and_then(|key| RepeatKey::new(&format!("{route} {who}"), key));
    key.map(Some).ok_or_else(|| {
        let detail = format!(
            "The header Idempotency-Key must have 1 to {REPEAT_KEY_CHARS_MAX} printable ASCII \
             characters."
        );
        bad("bad_idempotency_key", detail)
    })
}
