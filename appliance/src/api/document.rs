//! The OpenAPI document of a branch: all dialects, out of the tables by which they are routed.

use std::sync::OnceLock;

use bytes::Bytes;
use serde_json::json;
use serve::http::{Answer, HeaderValue, StatusCode};
use serve::openapi::{Document, MEDIA};
use serve::virtual_ticket as vt;

use super::native::described::BEARER;
use super::{branch_services, native, queue_management, smart_ticket};
use crate::front;

/// Exchanges of the stories under `tests/dialogues`, which a test holds against them.
const EXAMPLES: &[&str] = &[
    include_str!("examples/native.json"),
    include_str!("examples/smart_ticket.json"),
    include_str!("examples/queue_management.json"),
    include_str!("examples/branch_services.json"),
    include_str!("examples/virtual_ticket.json"),
];

const ABOUT: &str = "An Anteroom branch: the dialects of four vendors' interfaces over one line of \
people, and its own interface. A ticket that is taken through one can be called and closed through \
every other.\n\nThe server itself refuses before any dialect is asked, in the dialect's own shape: a \
body over 64 KiB (413), an address that is too long (414), a body that comes too slowly (408), more \
requests from one address than a hall of people makes (429, at once 1,000, then 200 a second), and \
everything while it is overloaded (503); the last two with `Retry-After`. An unknown path is 404, \
another method 405 with `Allow`. A HEAD is answered like a GET, without the body.";

/// The document, in one line of JSON. It is put together once, when it is first asked for.
pub fn document() -> Bytes {
    static WRITTEN: OnceLock<Bytes> = OnceLock::new();
    WRITTEN.get_or_init(|| write().into()).clone()
}

fn write() -> Vec<u8> {
    let mut document = Document::new("Anteroom branch", ABOUT, EXAMPLES);
    let bearer = "A token of `POST /v1/login` (or of a dialect's own login), an API key \
                  (`anteroomd --new-api-key LOGIN`), or a screen's token.";
    let scheme = json!({"type": "http", "scheme": "bearer", "description": bearer});
    document.scheme(BEARER, scheme);
    native::described::describe(&mut document);
    smart_ticket::described::describe(&mut document);
    queue_management::described::describe(&mut document);
    branch_services::described::describe(&mut document);
    vt::describe(&mut document);
    front::describe(&mut document);
    document.written(env!("CARGO_PKG_VERSION"))
}

/// Answers with the document.
pub(super) fn answer(route: &'static str) -> Answer {
    Answer::full(StatusCode::OK, HeaderValue::from_static(MEDIA), document(), route)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn read() -> Value {
        serde_json::from_slice(&document()).expect("it is JSON")
    }

    #[test]
    fn every_route_is_described() {
        let document = read();
        let paths: Vec<&String> = document["paths"].as_object().expect("paths").keys().collect();
        let dialects = [
            &smart_ticket::ROUTES[..],
            &queue_management::ROUTES[..],
            &branch_services::ROUTES[..],
            &vt::ROUTES[..],
        ];
        let routes = dialects.into_iter().flatten().copied().chain(native::routes());
        // What leads nowhere has the dialect's bare name.
        let nowhere = ["smart", "queuemanagement", "api/1", "vt", "v1"];
        for route in routes.filter(|route| !nowhere.contains(route)) {
            let below = route.strip_prefix("vt/").unwrap_or(route);
            let ending = format!("/{below}");
            assert!(
                paths.iter().any(|path| path.ends_with(&ending)),
                "{route} is served, and /v1/openapi.json does not tell of it"
            );
        }
    }

    #[test]
    fn what_only_the_socket_answers_is_no_operation_and_told_all_the_same() {
        let document = read();
        assert!(document["paths"].get("/v1/backup").is_none());
        let tags = document["tags"].as_array().expect("a list");
        let machine = tags.iter().find(|tag| tag["name"] == "Machine").expect("a chapter");
        let about = machine["description"].as_str().expect("a text");
        for word in ["GET /v1/backup", "anteroom.sock", "409", "507"] {
            assert!(about.contains(word), "{word}: {about}");
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn check(document: &Value, value: &Value) {
            match value {
                Value::Object(members) => {
                    if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                        let pointer = reference.strip_prefix('#').expect("within the document");
                        assert!(document.pointer(pointer).is_some(), "{reference}");
                    }
                    members.values().for_each(|member| check(document, member));
                }
                Value::Array(items) => items.iter().for_each(|item| check(document, item)),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        let document = read();
        check(&document, &document);
    }

    #[test]
    fn it_stays_small() {
        assert!(document().len() < DOCUMENT_BYTES_MAX, "{} bytes", document().len());
    }

    /// The box keeps it in memory, and a page loads it over a branch's line.
    const DOCUMENT_BYTES_MAX: usize = 512 * 1024;
}
