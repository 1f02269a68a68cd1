//! Which media type a file of the pages has, by its ending.

use crate::http::HeaderValue;

/// Endings and types. `nosniff` is on every answer, so a wrong type would be taken at its word.
const KINDS: &[(&str, &str)] = &[
    ("css", "text/css; charset=utf-8"),
    ("ftl", "text/plain; charset=utf-8"),
    ("html", "text/html; charset=utf-8"),
    ("ico", "image/x-icon"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain; charset=utf-8"),
    ("wav", "audio/wav"),
    ("webmanifest", "application/manifest+json"),
    ("webp", "image/webp"),
    ("woff2", "font/woff2"),
];

/// The type of the file of this name; bytes without a meaning where the ending is none of ours.
pub(super) fn of(name: &str) -> HeaderValue {
    let ending = name.rsplit('.').next().unwrap_or_default();
    let kind = KINDS.iter().find(|(known, _)| *known == ending);
    HeaderValue::from_static(kind.map_or("application/octet-stream", |(_, kind)| kind))
}
