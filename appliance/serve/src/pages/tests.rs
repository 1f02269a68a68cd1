//! Pages over a folder in memory: names, encodings, what is kept, and what is never given.

use std::net::SocketAddr;

use rust_embed::Metadata;

use super::*;
use crate::http::{AnswerBody, Head, HeaderName, Pairs, Path};

const FILES: &[(&str, &str)] = &[
    ("site/index.html", "front"),
    ("site/clerk/index.html", "clerk"),
    ("site/assets/app-1.js", "plain script"),
    ("site/assets/app-1.js.br", "b"),
    ("site/assets/app-1.js.gz", "g"),
    ("site/assets/.hidden", "secret"),
    ("site/sign.svg", "<svg/>"),
    ("secret/index.html", "secret"),
];

fn find(name: &str) -> Option<EmbeddedFile> {
    let (_, text) = FILES.iter().find(|(known, _)| *known == name)?;
    let mut hash = [7; 32];
    hash[0] = text.len() as u8;
    let metadata = Metadata::__rust_embed_new(hash, None, None);
    Some(EmbeddedFile { data: Cow::Borrowed(text.as_bytes()), metadata })
}

fn call(method: Method, target: &str, headers: &[(HeaderName, &str)]) -> Call {
    let target: hyper::http::uri::PathAndQuery = target.parse().unwrap();
    let head = Head {
        method,
        query: Pairs::query(&target, 9).unwrap(),
        path: Path::read(target).0,
        headers: headers
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()))
            .collect(),
        peer: SocketAddr::from(([127, 0, 0, 1], 9)),
    };
    Call { head, body: Bytes::new() }
}

fn ask(target: &str, headers: &[(HeaderName, &str)]) -> Option<Answer> {
    let call = call(Method::GET, target, headers);
    Pages::new(find).answer(&call, "site", &call.path.segments())
}

fn text(answer: &Answer) -> &str {
    match &answer.body {
        AnswerBody::Full(bytes) => std::str::from_utf8(bytes).unwrap(),
        AnswerBody::Empty => "",
        AnswerBody::Stream(..) => panic!("no page is a stream"),
    }
}

#[test]
fn a_folder_with_a_slash_is_its_page_and_is_asked_for_each_time() {
    for (target, expected) in [("/", "front"), ("/clerk/", "clerk"), ("/clerk/index.html", "clerk")]
    {
        let answer = ask(target, &[]).unwrap();
        assert_eq!((answer.status, text(&answer)), (StatusCode::OK, expected), "{target}");
        assert_eq!(answer.content_type.as_ref().unwrap(), "text/html; charset=utf-8");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-cache");
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'self'"), "{policy}");
    }
}

#[test]
fn a_page_without_its_slash_is_shown_the_way_with_what_was_asked() {
    let answer = ask("/clerk?counter=2&x=a%20b", &[]).unwrap();
    assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(answer.headers[header::LOCATION], "clerk/?counter=2&x=a%20b");
    assert_eq!(ask("/clerk", &[]).unwrap().headers[header::LOCATION], "clerk/");
}

#[test]
fn what_never_changes_is_kept_for_ever_and_the_rest_is_confirmed() {
    let answer = ask("/assets/app-1.js", &[]).unwrap();
    assert_eq!(answer.headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    assert_eq!(answer.content_type.as_ref().unwrap(), "text/javascript; charset=utf-8");
    let page = ask("/sign.svg", &[]).unwrap();
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-cache");
    let tag = page.headers[header::ETAG].to_str().unwrap().to_owned();
    for known in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
        let again = ask("/sign.svg", &[(header::IF_NONE_MATCH, &known)]).unwrap();
        assert_eq!((again.status, text(&again)), (StatusCode::NOT_MODIFIED, ""), "{known}");
        assert_eq!(again.headers[header::ETAG], tag.as_str());
    }
    let other = ask("/sign.svg", &[(header::IF_NONE_MATCH, "\"other\"")]).unwrap();
    assert_eq!(other.status, StatusCode::OK);
}

#[test]
fn the_compressed_neighbour_is_given_to_whom_it_suits() {
    for (accepted, expected, encoding) in [
        ("gzip, deflate, br", "b", Some("br")),
        ("gzip;q=0.5", "g", Some("gzip")),
        ("br;q=0, gzip", "g", Some("gzip")),
        ("identity", "plain script", None),
        ("brotli", "plain script", None),
    ] {
        let answer = ask("/assets/app-1.js", &[(header::ACCEPT_ENCODING, accepted)]).unwrap();
        assert_eq!(text(&answer), expected, "{accepted}");
        let found = answer.headers.get(header::CONTENT_ENCODING).map(|v| v.to_str().unwrap());
        assert_eq!(found, encoding);
        assert_eq!(answer.headers[header::VARY], "Accept-Encoding");
        assert_eq!(answer.content_type.unwrap(), "text/javascript; charset=utf-8");
    }
    let page = ask("/clerk/", &[(header::ACCEPT_ENCODING, "br")]).unwrap();
    assert!(page.headers.get(header::CONTENT_ENCODING).is_none(), "there is no neighbour");
}

#[test]
fn nothing_outside_the_folder_is_ever_given() {
    for target in [
        "/../secret/index.html",
        "/%2e%2e/secret/index.html",
        "/clerk/../../secret/",
        "/..%2fsecret/index.html",
        "/assets/.hidden",
        "/assets//app-1.js",
        "//etc/passwd",
        "/assets/app-1.js.br",
        "/assets%5capp-1.js",
        "/clerk/index.html%00.js",
        "/nothing",
        "/assets/",
        "/assets",
    ] {
        assert!(ask(target, &[]).is_none(), "{target}");
    }
    let name = |length: usize| "x".repeat(length - "site/".len());
    assert!(name_of("site", &[&name(NAME_BYTES_MAX)]).is_some());
    assert!(name_of("site", &[&name(NAME_BYTES_MAX + 1)]).is_none());
}

#[test]
fn pages_are_only_read() {
    let call = call(Method::POST, "/clerk/", &[]);
    let answer = Pages::new(find).answer(&call, "site", &call.path.segments()).unwrap();
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.headers[header::ALLOW], "GET, HEAD");
}

#[test]
fn a_missing_build_is_no_page() {
    let answer = not_built();
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(text(&answer).contains("make pages"));
}
