//! What Queue Management at a branch and at central have in common: how it says no, formats of
//! answers, and the count of those who wait.
//!
//! Source: "Queue Management API", "How to use" and "waitingticketscount". The vendor keeps the codes
//! above 100 for particular operations; ours are in the table of [`Errno`], and in the manual page
//! that is held against it.

mod faults;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::http::{Answer, Call, HeaderValue, StatusCode, header};
use crate::xml;

pub use faults::{ERRNOS, Errno, Failure, Fault};

const XML: HeaderValue = HeaderValue::from_static("application/xml; charset=utf-8");

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    Json,
    /// XML of the same shape, in `<response>`.
    Xml,
}

/// The `success` of an answer that is one.
#[derive(Clone, Copy, Debug)]
pub struct Yes;

impl Serialize for Yes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(true)
    }
}

impl JsonSchema for Yes {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Yes".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "boolean", "const": true})
    }
}

/// What waitingticketscount gives back.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Services {
    /// That it is one.
    pub success: Yes,
    /// By number.
    pub services: Vec<ServiceCount>,
}

/// How full one service is.
#[derive(Debug, JsonSchema, Serialize)]
pub struct ServiceCount {
    /// Its number.
    pub id: String,
    /// The letters of its labels.
    pub tag: String,
    /// Its name.
    pub description: String,
    /// How many wait.
    pub number_of_waiting_tickets: String,
    /// Whether tickets are given out for it now.
    pub open: bool,
    /// Seconds.
    pub avg_waiting_time: String,
}

/// The format that is asked for; JSON where none is.
///
/// # Errors
///
/// A fault where there is no such format.
pub fn format(call: &Call) -> Result<Format, Fault> {
    let format = call.query.get("format");
    match format.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "json") => Ok(Format::Json),
        Some("xml") => Ok(Format::Xml),
        Some(_) => Err(Fault::of(Errno::InvalidFormat)),
    }
}

/// An answer of this shape.
pub fn json(shape: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(shape).expect("the shapes are texts, numbers and flags under plain names")
}

/// The answer to a call on this route; what was done is JSON already.
pub fn render(outcome: Result<Vec<u8>, Fault>, format: Format, route: &'static str) -> Answer {
    let (status, body, fault) = match outcome {
        Ok(body) => (StatusCode::OK, body, None),
        Err(fault) => (fault.status, json(&fault.body()), Some(fault)),
    };
    let mut answer = match format {
        Format::Json => Answer::json(status, body, route),
        Format::Xml => {
            let body = xml::of_json(&body).expect("the members have the names of elements");
            Answer::full(status, XML, body, route)
        }
    };
    let Some(fault) = fault else { return answer };
    if let Some(method) = fault.allow {
        answer = answer.with_header(header::ALLOW, HeaderValue::from_static(method));
    }
    if let Some(seconds) = fault.retry_after_s {
        answer = answer.with_header(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if fault.status == StatusCode::UNAUTHORIZED {
        answer = answer.with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer
}
