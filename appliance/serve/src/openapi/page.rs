//! The page that shows the document: `docs/` beside `src/`, plain files that every server carries.
//!
//! It is there before any page is built, and loads nothing from anywhere else.

use crate::http::{Answer, Call};
use crate::pages::{Embed, Pages};

/// Where the page is, without slashes.
pub const PAGE_PATH: &str = "docs";

#[derive(Embed)]
#[folder = "docs"]
struct Files;

/// Answers a call for the page or a part of it; nothing for other paths.
pub fn page(call: &Call) -> Option<Answer> {
    let segments = call.path.segments();
    let (first, rest) = segments.split_first()?;
    if *first != PAGE_PATH {
        return None;
    }
    let pages = Pages::new(Files::get);
    if rest.is_empty() { pages.slashed(call, PAGE_PATH) } else { pages.answer(call, "", rest) }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;
    use crate::http::{
        AnswerBody, Bytes, Head, HeaderMap, Method, Pairs, Path, StatusCode, header,
    };

    fn ask(target: &str) -> Option<Answer> {
        let target: hyper::http::uri::PathAndQuery = target.parse().expect("a path");
        let head = Head {
            method: Method::GET,
            query: Pairs::query(&target, 1).expect("a query"),
            path: Path::read(target).0,
            headers: HeaderMap::new(),
            peer: SocketAddr::from(([127, 0, 0, 1], 9)),
        };
        page(&Call { head, body: Bytes::new() })
    }

    #[test]
    fn the_page_and_its_parts_are_there_and_nothing_else_is() {
        let slashed = ask("/docs").expect("a way to the page");
        assert_eq!(slashed.status, StatusCode::PERMANENT_REDIRECT);
        assert_eq!(slashed.headers[header::LOCATION], "docs/");
        for (path, kind) in [
            ("/docs/", "text/html"),
            ("/docs/page.js", "text/javascript"),
            ("/docs/page.css", "text/css"),
        ] {
            let answer = ask(path).expect("it is there");
            let told = answer.content_type.as_ref().expect("a type").to_str().expect("a text");
            assert!(told.starts_with(kind), "{path}: {told}");
            let AnswerBody::Full(body) = &answer.body else { panic!("{path} is whole") };
            let body = std::str::from_utf8(body).expect("a text");
            assert!(!body.contains("http:") && !body.contains("https:"), "{path} is by itself");
        }
        for path in ["/", "/docs/nothing", "/docs/../Cargo.toml", "/doc/"] {
            assert!(ask(path).is_none(), "{path}");
        }
    }
}
