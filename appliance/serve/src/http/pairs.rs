//! Names and values from a query string or a form, bounded, and decoded when asked for.

use std::{borrow::Cow, error::Error, fmt};

use hyper::http::uri::PathAndQuery;
use percent_encoding::percent_decode_str;

/// Why a query or form cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairsFault {
    /// More parameters than allowed.
    TooMany,
    /// A percent sign without its two digits, or bytes that are not UTF-8 once they are decoded.
    NotText,
}

impl fmt::Display for PairsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PairsFault::TooMany => "too many parameters",
            PairsFault::NotText => "a parameter is not percent-encoded UTF-8",
        })
    }
}

impl Error for PairsFault {}

/// The parameters of a query string or an `application/x-www-form-urlencoded` body.
///
/// They are checked when they are read and decoded when they are asked for, so a call that
/// looks at one parameter copies nothing else. They hold secrets: `Debug` shows only a count.
#[derive(Clone)]
pub struct Pairs {
    text: Text,
}

#[derive(Clone)]
enum Text {
    None,
    Query(PathAndQuery),
    Form(Box<str>),
}

impl fmt::Debug for Pairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pairs({})", self.iter().count())
    }
}

impl Pairs {
    /// No parameters.
    pub fn none() -> Pairs {
        Pairs { text: Text::None }
    }

    /// The query string of a request.
    pub(crate) fn query(target: &PathAndQuery, max: usize) -> Result<Pairs, PairsFault> {
        let Some(raw) = target.query().filter(|raw| !raw.is_empty()) else {
            return Ok(Pairs::none());
        };
        check(raw, max)?;
        Ok(Pairs { text: Text::Query(target.clone()) })
    }

    /// A form body of at most `max` parameters.
    pub fn form(body: &[u8], max: usize) -> Result<Pairs, PairsFault> {
        let raw = std::str::from_utf8(body).map_err(|_| PairsFault::NotText)?;
        check(raw, max)?;
        Ok(Pairs { text: Text::Form(raw.into()) })
    }

    /// The value of the first parameter of this name.
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        raw_pairs(self.raw())
            .find(|(found, _)| decode(found) == name)
            .map(|(_, value)| decode(value))
    }

    /// All parameters in their order; a name without `=` has an empty value.
    pub fn iter(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        raw_pairs(self.raw()).map(|(name, value)| (decode(name), decode(value)))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        raw_pairs(self.raw()).next().is_none()
    }

    /// The undecoded text, for forwarding. It may hold secrets: never for a log.
    pub fn raw(&self) -> &str {
        match &self.text {
            Text::None => "",
            Text::Query(target) => target.query().unwrap_or_default(),
            Text::Form(text) => text,
        }
    }
}

fn check(raw: &str, max: usize) -> Result<(), PairsFault> {
    for (index, (name, value)) in raw_pairs(raw).enumerate() {
        if max <= index {
            return Err(PairsFault::TooMany);
        }
        for part in [name, value] {
            if part.contains('%') && !is_encoded_text(part) {
                return Err(PairsFault::NotText);
            }
        }
    }
    Ok(())
}

/// A sign that encodes nothing is refused rather than guessed at: half of a character that was cut
/// off must not become part of somebody's name.
fn is_encoded_text(part: &str) -> bool {
    let digits = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    part.split('%').skip(1).all(digits) && percent_decode_str(part).decode_utf8().is_ok()
}

fn raw_pairs(raw: &str) -> impl Iterator<Item = (&str, &str)> {
    raw.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// Decoding that cannot fail: `check` has seen the text.
fn decode(raw: &str) -> Cow<'_, str> {
    if !raw.contains('+') {
        return percent_decode_str(raw).decode_utf8_lossy();
    }
    let spaced = raw.replace('+', " ");
    Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn query(raw: &str) -> Result<Pairs, PairsFault> {
        Pairs::query(&raw.parse().unwrap(), 3)
    }

    #[test]
    fn queries_are_decoded_when_asked() {
        let pairs = query("/x?key=a%2Bb+c&key=second&empty").unwrap();
        assert_eq!(pairs.get("key").unwrap(), "a+b c");
        assert_eq!(pairs.get("empty").unwrap(), "");
        assert_eq!(pairs.get("absent"), None);
        assert_eq!(pairs.iter().count(), 3);
        assert!(matches!(query("/x?key=plain").unwrap().get("key"), Some(Cow::Borrowed("plain"))));
        assert!(query("/x?").unwrap().is_empty());
        assert!(query("/x").unwrap().is_empty());
        assert_eq!(query("/x?&&a=1&&").unwrap().iter().count(), 1);
        assert_eq!(query("/x?%6bey=v").unwrap().get("key").unwrap(), "v");
    }

    #[test]
    fn too_many_and_bad_text_are_refused() {
        assert_eq!(query("/x?a&b&c&d").unwrap_err(), PairsFault::TooMany);
        assert_eq!(query("/x?a=%ff").unwrap_err(), PairsFault::NotText);
        for half in ["a=%", "a=%2", "a=%zz", "a=%2g", "%=1", "a=%%20", "a=1%20%"] {
            assert_eq!(query(&format!("/x?{half}")).unwrap_err(), PairsFault::NotText, "{half}");
        }
        assert_eq!(Pairs::form(b"a=\xff", 3).unwrap_err(), PairsFault::NotText);
        assert_eq!(Pairs::form(b"a&b&c&d", 3).unwrap_err(), PairsFault::TooMany);
        assert!(Pairs::form(b"a&b&c", 3).is_ok());
    }

    #[test]
    fn debug_shows_no_value() {
        let pairs = Pairs::form(b"password=hunter2", 3).unwrap();
        assert_eq!(format!("{pairs:?}"), "Pairs(1)");
    }

    proptest! {
        #[test]
        fn any_form_is_read_without_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(pairs) = Pairs::form(&body, 8) {
                prop_assert!(pairs.iter().count() <= 8);
                for (name, _) in pairs.iter() {
                    prop_assert!(pairs.get(&name).is_some());
                }
            }
        }

        #[test]
        fn tricky_forms_are_read_without_panic(body in "[%+&=a-f0-9\u{e9}]{0,80}") {
            let _ = Pairs::form(body.as_bytes(), 8).map(|pairs| pairs.iter().count());
        }

        #[test]
        fn what_is_encoded_comes_back(values in prop::collection::vec("\\PC{0,12}", 0..8)) {
            let body: Vec<String> = values.iter().enumerate().map(|(index, value)| {
                let value = percent_encoding::utf8_percent_encode(
                    value, percent_encoding::NON_ALPHANUMERIC).to_string();
                format!("n{index}={}", value.replace("%20", "+"))
            }).collect();
            let pairs = Pairs::form(body.join("&").as_bytes(), 8).unwrap();
            for (index, value) in values.iter().enumerate() {
                let got = pairs.get(&format!("n{index}")).unwrap();
                prop_assert_eq!(got.as_ref(), value.as_str());
            }
        }
    }
}
