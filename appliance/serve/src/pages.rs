//! The built pages: which file belongs to a path, in which encoding, and how long it may be kept.
//!
//! A folder of pages is what Vite leaves behind: `index.html` in every folder that is a page, and
//! `assets/` with names that change when the content does. Beside a file there may be the same
//! compressed, `app.js.br` and `app.js.gz`.

mod kinds;

use std::borrow::Cow;

pub use rust_embed::{Embed, EmbeddedFile};

use crate::http::{Answer, Bytes, Call, HeaderMap, HeaderValue, Method, StatusCode, header};
use crate::problem::Problem;

/// The route of pages in log and metrics.
pub const PAGE: &str = "pages";
/// The route of what pages are made of.
pub const ASSET: &str = "pages/assets";

/// Bytes of the longest name that is looked for; Vite's own have under 100.
pub const NAME_BYTES_MAX: usize = 256;

/// The folder whose files never change under their names.
const ASSETS: &str = "assets";
const INDEX: &str = "index.html";

/// Scripts, pictures and streams come from this server alone. Svelte writes `style` attributes.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
);
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
/// A year.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// It may be kept, but is asked for each time.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
const ACCEPT_ENCODING: HeaderValue = HeaderValue::from_static("Accept-Encoding");

/// Finds a file of the built folder by its name, as in `site/clerk/index.html`.
pub type Find = fn(&str) -> Option<EmbeddedFile>;

/// The built pages of one server.
#[derive(Debug, Clone, Copy)]
pub struct Pages {
    find: Find,
}

impl Pages {
    /// Pages from this folder.
    pub fn new(find: Find) -> Pages {
        Pages { find }
    }

    /// Answers a call for a page below `folder` (`site`; nothing for all that was built), where
    /// `rest` is the path in there. `None` where nothing of that name was built.
    pub fn answer(&self, call: &Call, folder: &str, rest: &[&str]) -> Option<Answer> {
        let name = name_of(folder, rest)?;
        let Some(found) = (self.find)(&name) else {
            (self.find)(&format!("{name}/{INDEX}"))?;
            return self.slashed(call, rest.last()?);
        };
        if call.method != Method::GET {
            return Some(Problem::method_not_allowed("GET, HEAD").answer(PAGE));
        }
        let is_asset = rest.first() == Some(&ASSETS);
        Some(self.file(call, &name, found, is_asset))
    }

    /// Whether somebody has built this page.
    pub fn is_built(&self, name: &str) -> bool {
        (self.find)(name).is_some()
    }

    /// The way to a page that was asked for without the slash after its `last` name: without it,
    /// the page's relative addresses would all be wrong.
    pub fn slashed(&self, call: &Call, last: &str) -> Option<Answer> {
        // Relative, so that it holds behind a proxy that has a path of its own before ours.
        let mut target = format!("{last}/");
        if !call.query.raw().is_empty() {
            target = format!("{target}?{}", call.query.raw());
        }
        let target = HeaderValue::from_str(&target).ok()?;
        let answer = Answer::empty(StatusCode::PERMANENT_REDIRECT, PAGE);
        Some(answer.with_header(header::LOCATION, target))
    }

    fn file(&self, call: &Call, name: &str, plain: EmbeddedFile, is_asset: bool) -> Answer {
        let (file, encoding) = self.smallest(&call.headers, name, plain);
        let route = if is_asset { ASSET } else { PAGE };
        let tag = tag_of(&file);
        let is_known = knows(&call.headers, &tag);
        let kind = kinds::of(name);
        let mut answer = if is_known {
            Answer::empty(StatusCode::NOT_MODIFIED, route)
        } else {
            Answer::full(StatusCode::OK, kind.clone(), bytes_of(file.data), route)
        };
        let mut say = |name, value| drop(answer.headers.insert(name, value));
        say(header::CACHE_CONTROL, if is_asset { FOR_EVER } else { ASK_AGAIN });
        say(header::VARY, ACCEPT_ENCODING);
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            say(header::ETAG, tag);
        }
        if let Some(encoding) = encoding.filter(|_| !is_known) {
            say(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        // On every file: a picture that is opened by itself is a document too.
        say(header::CONTENT_SECURITY_POLICY, POLICY);
        answer
    }

    /// The file, or its compressed neighbour where the client takes it.
    fn smallest(
        &self,
        headers: &HeaderMap,
        name: &str,
        plain: EmbeddedFile,
    ) -> (EmbeddedFile, Option<&'static str>) {
        for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
            if takes(headers, encoding)
                && let Some(file) = (self.find)(&format!("{name}.{ending}"))
            {
                return (file, Some(encoding));
            }
        }
        (plain, None)
    }
}

/// Said at a page's address while nobody has built the pages. It is a 503, not a page: a screen's
/// watchdog and a monitor shall not take it for one, and nothing keeps it.
pub fn not_built() -> Answer {
    const TEXT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
        <title>Anteroom</title><h1>The pages are not built</h1>\
        <p>Run <code>make pages</code>, then start again. Everything else works.</p></html>\n";
    Answer::full(StatusCode::SERVICE_UNAVAILABLE, HTML, TEXT, PAGE)
        .with_header(header::CONTENT_SECURITY_POLICY, POLICY)
}

/// Whether the client would rather read a page than a text.
pub fn wants_html(headers: &HeaderMap) -> bool {
    items(headers, header::ACCEPT).any(|kind| kind.trim().starts_with("text/html"))
}

/// The name of the file of a path; `None` for what can be no name of ours.
fn name_of(folder: &str, rest: &[&str]) -> Option<String> {
    let mut name = folder.to_owned();
    let mut add = |part: &str| {
        if !name.is_empty() {
            name.push('/');
        }
        name.push_str(part);
    };
    for (index, part) in rest.iter().enumerate() {
        let is_last = index + 1 == rest.len();
        let part = if part.is_empty() && is_last { INDEX } else { part };
        // No dot first: neither `..` nor what is hidden. No slash that was encoded, no blank.
        let is_fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '~');
        if part.is_empty() || part.starts_with('.') || !part.chars().all(is_fine) {
            return None;
        }
        add(part);
    }
    if rest.is_empty() {
        add(INDEX);
    }
    // The compressed neighbours are no pages of their own.
    let is_neighbour = [".br", ".gz"].iter().any(|ending| name.ends_with(ending));
    (!is_neighbour && name.len() <= NAME_BYTES_MAX).then_some(name)
}

fn tag_of(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    let digits: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digits}\"")
}

fn bytes_of(content: Cow<'static, [u8]>) -> Bytes {
    match content {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    }
}

fn knows(headers: &HeaderMap, tag: &str) -> bool {
    items(headers, header::IF_NONE_MATCH)
        .map(|known| known.trim().trim_start_matches("W/"))
        .any(|known| known == "*" || known == tag)
}

/// Whether an encoding is named, and not with `q=0`.
fn takes(headers: &HeaderMap, encoding: &str) -> bool {
    items(headers, header::ACCEPT_ENCODING).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        is_named && weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|q| 0.0 < q))
    })
}

/// What stands between the commas of all headers of this name.
fn items(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
}

#[cfg(test)]
mod tests;
