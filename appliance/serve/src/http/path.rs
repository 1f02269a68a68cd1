//! A request's path as decoded segments, without copying the usual ones.

use std::{borrow::Cow, fmt, ops::Deref};

use hyper::http::uri::PathAndQuery;
use percent_encoding::percent_decode_str;

/// Segments of one path; no dialect's path has more than ten.
pub const SEGMENTS_MAX: usize = 16;

/// Why a path cannot be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathFault {
    /// It does not begin with a slash (`*`, or an authority).
    NotAPath,
    /// More segments than any path here has.
    TooManySegments,
    /// A segment that is not UTF-8 once it is decoded.
    NotText,
}

/// A path split at its slashes, each segment percent-decoded once.
///
/// An encoded slash stays inside its segment. Empty segments are kept: `/a/` is `["a", ""]`;
/// `/` has none. `.` and `..` mean nothing here and come as they are.
/// It holds secrets (tickets, passwords), so its `Debug` shows only the number of segments.
#[derive(Clone)]
pub struct Path {
    text: Text,
    /// Where each segment starts in `text`. One byte lies between a segment and the next start.
    starts: [u16; SEGMENTS_MAX + 1],
    count: u8,
}

#[derive(Clone)]
enum Text {
    /// Nothing was encoded: these are the request's own bytes.
    Plain(PathAndQuery),
    /// The decoded segments, each after a slash.
    Decoded(Box<str>),
}

/// The segments of a path, as a slice to be matched on.
#[derive(Debug, Clone, Copy)]
pub struct Segments<'a> {
    parts: [&'a str; SEGMENTS_MAX],
    count: usize,
}

impl<'a> Deref for Segments<'a> {
    type Target = [&'a str];

    fn deref(&self) -> &[&'a str] {
        &self.parts[..self.count]
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Path({} segments)", self.count)
    }
}

impl Path {
    /// Splits a path. On a fault the path still holds the segments before it, so that a dialect
    /// can be recognised and answer in its own words.
    ///
    /// The caller has checked that the whole is under `URI_BYTES_CEILING`.
    pub(crate) fn read(target: PathAndQuery) -> (Path, Option<PathFault>) {
        let raw = target.path();
        if !raw.starts_with('/') {
            return (Path::empty(), Some(PathFault::NotAPath));
        }
        match Path::plain(target) {
            Ok(plain) => plain,
            Err(encoded) => Path::decoded(&encoded.path()[1..]),
        }
    }

    /// A path of no segments.
    pub(crate) fn empty() -> Path {
        Path { text: Text::Decoded("".into()), starts: [1; SEGMENTS_MAX + 1], count: 0 }
    }

    /// Splits a path in which nothing is encoded; gives any other back.
    fn plain(target: PathAndQuery) -> Result<(Path, Option<PathFault>), PathAndQuery> {
        let mut starts = [1; SEGMENTS_MAX + 1];
        let mut count = 0;
        let mut full = false;
        if let [_, rest @ ..] = target.path().as_bytes()
            && !rest.is_empty()
        {
            for (at, byte) in rest.iter().enumerate() {
                if *byte == b'%' {
                    return Err(target);
                }
                if *byte == b'/' && !full {
                    full = !push(&mut starts, &mut count, at + 1);
                }
            }
            full = full || !push(&mut starts, &mut count, rest.len() + 1);
        }
        let fault = full.then_some(PathFault::TooManySegments);
        Ok((Path { text: Text::Plain(target), starts, count }, fault))
    }

    fn decoded(rest: &str) -> (Path, Option<PathFault>) {
        let mut path = Path::empty();
        let mut text = String::with_capacity(rest.len() + 1);
        let mut fault = None;
        for segment in rest.split('/') {
            let Ok(segment) = percent_decode_str(segment).decode_utf8() else {
                fault = Some(PathFault::NotText);
                break;
            };
            text.push('/');
            text.push_str(&segment);
            if !push(&mut path.starts, &mut path.count, text.len()) {
                fault = Some(PathFault::TooManySegments);
                break;
            }
        }
        path.text = Text::Decoded(text.into());
        (path, fault)
    }

    /// The decoded segments: `match *path.segments() { ["v1", "login"] => .. }`.
    pub fn segments(&self) -> Segments<'_> {
        let text = match &self.text {
            Text::Plain(target) => target.path(),
            Text::Decoded(text) => text,
        };
        let count = usize::from(self.count);
        let mut parts = [""; SEGMENTS_MAX];
        for (part, bounds) in parts.iter_mut().zip(self.starts[..=count].windows(2)) {
            *part = &text[usize::from(bounds[0])..usize::from(bounds[1]) - 1];
        }
        Segments { parts, count }
    }

    /// The path as a text again, decoded. It may hold secrets: never for a log.
    pub fn joined(&self) -> Cow<'_, str> {
        match &self.text {
            Text::Plain(target) => Cow::Borrowed(target.path()),
            Text::Decoded(_) => Cow::Owned(format!("/{}", self.segments().join("/"))),
        }
    }
}

/// Adds the segment that ends at `end`; false when there is no room.
fn push(starts: &mut [u16; SEGMENTS_MAX + 1], count: &mut u8, end: usize) -> bool {
    let (Some(next), Ok(start)) = (starts.get_mut(usize::from(*count) + 1), u16::try_from(end + 1))
    else {
        return false;
    };
    *next = start;
    *count += 1;
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(raw: &str) -> (Vec<String>, Option<PathFault>) {
        let (path, fault) = Path::read(raw.parse().unwrap());
        (path.segments().iter().map(|part| (*part).to_owned()).collect(), fault)
    }

    fn check(raw: &str, parts: &[&str], fault: Option<PathFault>) {
        let expected = parts.iter().map(|part| (*part).to_owned()).collect();
        assert_eq!(split(raw), (expected, fault), "{raw}");
    }

    #[test]
    fn paths_are_split_then_decoded() {
        check("/", &[], None);
        check("/a/b?c=/d/", &["a", "b"], None);
        check("/a/", &["a", ""], None);
        check("//a", &["", "a"], None);
        check("/a%2Fb/c", &["a/b", "c"], None);
        check("/%D0%90", &["\u{410}"], None);
        check("/a%zz/%", &["a%zz", "%"], None);
        check("/%2e%2e/x", &["..", "x"], None);
    }

    #[test]
    fn what_precedes_a_fault_is_kept() {
        check("/qnet6/rest/%ff/x", &["qnet6", "rest"], Some(PathFault::NotText));
        check("*", &[], Some(PathFault::NotAPath));
        let many = "/a".repeat(SEGMENTS_MAX + 1);
        let kept = vec!["a"; SEGMENTS_MAX];
        check(&many, &kept, Some(PathFault::TooManySegments));
        check(&many.replace("/a", "/%61"), &kept, Some(PathFault::TooManySegments));
        check(&"/a".repeat(SEGMENTS_MAX), &kept, None);
    }

    #[test]
    fn debug_shows_no_segment() {
        let (path, _) = Path::read("/login/secret%20word".parse().unwrap());
        assert_eq!(format!("{path:?}"), "Path(2 segments)");
        assert_eq!(path.joined(), "/login/secret word");
    }

    proptest! {
        #[test]
        fn any_path_is_split_without_panic(raw in "/[!-~\u{a1}-\u{ff}]{0,200}") {
            if let Ok(target) = raw.parse::<PathAndQuery>() {
                let (path, _) = Path::read(target);
                let _ = path.segments().len();
                let _ = path.joined();
            }
        }

        #[test]
        fn what_is_encoded_comes_back(parts in prop::collection::vec("\\PC{1,8}", 1..6)) {
            let raw: String = parts.iter().map(|part| {
                format!("/{}", percent_encoding::utf8_percent_encode(
                    part, percent_encoding::NON_ALPHANUMERIC))
            }).collect();
            let (got, fault) = split(&raw);
            prop_assert_eq!(fault, None);
            prop_assert_eq!(got, parts);
        }
    }
}
