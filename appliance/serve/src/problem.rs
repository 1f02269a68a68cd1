//! Errors of our own HTTP interfaces as `application/problem+json` (RFC 9457).

use schemars::JsonSchema;
use serde::Serialize;

use crate::http::{Answer, HeaderName, HeaderValue, HttpFault, StatusCode, header};
use crate::openapi::{Shape, shape};

/// The media type of RFC 9457.
pub const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// One problem. Its type is `about:blank`: the code is what programs look at, the detail is for
/// people, and neither repeats what was sent.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    more: serde_json::Map<String, serde_json::Value>,
}

/// A problem on the wire; some have further members.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Problem")]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    code: &'static str,
    detail: &'a str,
    #[serde(flatten)]
    more: &'a serde_json::Map<String, serde_json::Value>,
}

/// The shape of a problem, for the OpenAPI document.
pub const SHAPE: Shape = shape::<Body<'static>>;

impl Problem {
    /// A problem with a stable word for programs and a sentence for people.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Problem {
        Problem {
            status,
            code,
            detail: detail.into(),
            headers: Vec::new(),
            more: Default::default(),
        }
    }

    /// 401, with the challenge that RFC 6750 wants.
    pub fn unauthorized(code: &'static str, detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, code, detail)
            .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// 404.
    pub fn not_found(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "not_found", detail)
    }

    /// 405, naming what is allowed, as in `GET, HEAD`.
    pub fn method_not_allowed(allowed: &'static str) -> Problem {
        let detail = format!("Only {allowed} can be used here.");
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
            .with_header(header::ALLOW, HeaderValue::from_static(allowed))
    }

    /// What the HTTP server itself refused.
    pub fn of_fault(fault: &HttpFault) -> Problem {
        let detail = match fault {
            HttpFault::TooLarge(max) => format!("The body is larger than {max} bytes."),
            HttpFault::BodyTimeout => "The body took too long to arrive.".to_owned(),
            HttpFault::BodyBroken => "The body broke off.".to_owned(),
            HttpFault::TooManyRequests(_) => "This address asks too often.".to_owned(),
            HttpFault::Overloaded(_) => "All connections are taken; try again soon.".to_owned(),
            HttpFault::Malformed => "The path or the query cannot be read.".to_owned(),
            HttpFault::TooManyParameters => "There are too many parameters.".to_owned(),
            HttpFault::UriTooLong => "The path is too long.".to_owned(),
            HttpFault::HandlerTimeout => "The answer took too long.".to_owned(),
            HttpFault::Panicked => "Something went wrong on this side.".to_owned(),
        };
        Problem::new(fault.status(), fault.code(), detail)
    }

    /// The same with one more member (RFC 9457, section 3.2), which programs can look at.
    pub fn with_member(mut self, name: &str, value: impl Serialize) -> Problem {
        let value = serde_json::to_value(value).expect("texts and numbers can be written");
        self.more.insert(name.to_owned(), value);
        self
    }

    /// The same with one more header.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Problem {
        self.headers.push((name, value));
        self
    }

    /// The same, with when to ask again, in seconds.
    pub fn retry_after(self, seconds: u64) -> Problem {
        self.with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// The problem as an answer on this route.
    pub fn answer(self, route: &'static str) -> Answer {
        let body = Body {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            detail: &self.detail,
            more: &self.more,
        };
        let body = serde_json::to_vec(&body).expect("texts and a number can be written");
        let answer = Answer::full(self.status, PROBLEM_JSON, body, route);
        self.headers
            .into_iter()
            .fold(answer, |answer, (name, value)| answer.with_header(name, value))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::http::AnswerBody;

    fn body(answer: &Answer) -> serde_json::Value {
        match &answer.body {
            AnswerBody::Full(bytes) => serde_json::from_slice(bytes).unwrap(),
            AnswerBody::Empty | AnswerBody::Stream(..) => panic!("it has a body"),
        }
    }

    #[test]
    fn a_problem_is_json_of_its_own_type() {
        let answer = Problem::method_not_allowed("GET, HEAD").answer("x");
        assert_eq!(answer.content_type, Some(PROBLEM_JSON));
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.headers[header::ALLOW], "GET, HEAD");
        assert_eq!(
            body(&answer),
            serde_json::json!({
                "type": "about:blank",
                "title": "Method Not Allowed",
                "status": 405,
                "code": "method_not_allowed",
                "detail": "Only GET, HEAD can be used here.",
            })
        );
    }

    #[test]
    fn a_refusal_says_how_to_sign_in_and_when_to_ask_again() {
        let answer = Problem::unauthorized("unauthorized", "Sign in.").retry_after(7).answer("x");
        assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
        assert_eq!(answer.headers[header::RETRY_AFTER], "7");
    }

    #[test]
    fn a_problem_may_have_members_of_its_own() {
        let problem = Problem::not_found("Nothing.").with_member("version", 7);
        assert_eq!(body(&problem.answer("x"))["version"], 7);
    }

    #[test]
    fn every_fault_of_the_server_has_its_status_and_a_sentence() {
        for fault in [
            HttpFault::TooLarge(9),
            HttpFault::BodyTimeout,
            HttpFault::BodyBroken,
            HttpFault::TooManyRequests(Duration::ZERO),
            HttpFault::Overloaded(Duration::ZERO),
            HttpFault::Malformed,
            HttpFault::TooManyParameters,
            HttpFault::UriTooLong,
            HttpFault::HandlerTimeout,
            HttpFault::Panicked,
        ] {
            let answer = Problem::of_fault(&fault).answer("x");
            let body = body(&answer);
            assert_eq!(body["status"], fault.status().as_u16());
            assert_eq!(body["code"], fault.code());
            assert!(body["detail"].as_str().unwrap().ends_with('.'));
        }
    }
}
