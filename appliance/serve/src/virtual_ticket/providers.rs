//! Tokens of Google and Facebook: an OpenID Connect ID token, checked with keys that were given.
//!
//! Sources: "Authenticate with a backend server" of Google Identity, "Limited Login: token
//! validation" of Facebook, OpenID Connect Core 1.0, 3.1.3.7. Nobody is asked over the network: the
//! keys come from a file, which whoever runs the server renews.

use std::{error::Error, fmt, fs, io, path::PathBuf};

use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    jwk::{Jwk, JwkSet},
};
use serde::Deserialize;

use super::host::Subject;
use crate::clock::Reading;

/// The providers that there are.
pub(super) const NAMES: [&str; 2] = ["google", "facebook"];
/// Who signs, by provider.
const ISSUERS: [&[&str]; 2] = [
    &["https://accounts.google.com", "accounts.google.com"],
    &["https://www.facebook.com", "https://facebook.com"],
];
/// Bytes of a file of keys; those of the two have some kilobytes.
const KEYS_BYTES_MAX: u64 = 64 * 1024;

/// The keys of one provider, and to whom its tokens are meant to go.
#[derive(Clone)]
pub struct Provider {
    index: usize,
    audience: String,
    keys: JwkSet,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Provider({})", NAMES[self.index])
    }
}

/// Why a provider cannot be taken up.
#[derive(Debug)]
pub enum ProviderFault {
    /// There is no provider of this name.
    Unknown(String),
    /// The file cannot be read.
    Read(PathBuf, io::Error),
    /// The file is no JSON Web Key Set.
    Shape(PathBuf),
}

impl fmt::Display for ProviderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProviderFault::Unknown(name) => {
                write!(f, "there is no provider `{name}`; known are google and facebook")
            }
            ProviderFault::Read(path, _) => write!(f, "cannot read the keys {}", path.display()),
            ProviderFault::Shape(path) => write!(
                f,
                "{} must be a JSON Web Key Set of at most {KEYS_BYTES_MAX} bytes, as the provider \
                 publishes it",
                path.display()
            ),
        }
    }
}

impl Error for ProviderFault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            ProviderFault::Read(_, cause) => Some(cause),
            ProviderFault::Unknown(_) | ProviderFault::Shape(_) => None,
        }
    }
}

impl Provider {
    /// The provider of this name, with the keys in this file. `audience` is what the provider
    /// calls the app.
    ///
    /// # Errors
    ///
    /// [`ProviderFault`].
    pub fn read(name: &str, audience: &str, path: PathBuf) -> Result<Provider, ProviderFault> {
        let size = match fs::metadata(&path) {
            Ok(file) => file.len(),
            Err(fault) => return Err(ProviderFault::Read(path, fault)),
        };
        if KEYS_BYTES_MAX < size {
            return Err(ProviderFault::Shape(path));
        }
        match fs::read(&path) {
            Ok(text) => Provider::with_keys(name, audience, &text)
                .map_err(|fault| fault.unwrap_or(ProviderFault::Shape(path))),
            Err(fault) => Err(ProviderFault::Read(path, fault)),
        }
    }

    fn with_keys(
        name: &str,
        audience: &str,
        keys: &[u8],
    ) -> Result<Provider, Option<ProviderFault>> {
        let index = NAMES.iter().position(|known| *known == name);
        let index = index.ok_or_else(|| Some(ProviderFault::Unknown(name.to_owned())))?;
        let keys = serde_json::from_slice(keys).map_err(|_| None)?;
        Ok(Provider { index, audience: audience.to_owned(), keys })
    }
}

/// Why a provider's token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OAuthFault {
    /// Nobody has given the keys of that provider.
    NotConfigured,
    /// It is forged, for somebody else, or its time is over.
    Refused,
}

/// Somebody whom a provider vouches for.
pub(super) struct Vouched {
    pub(super) subject: Subject,
    pub(super) email: Option<String>,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
}

/// OpenID Connect's names.
#[derive(Deserialize)]
struct Wire {
    sub: String,
    exp: i64,
    email: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
}

/// Whom this token speaks of.
pub(super) fn vouched(
    providers: &[Provider],
    name: &str,
    token: &str,
    now: Reading,
) -> Result<Vouched, OAuthFault> {
    let index = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name));
    let provider = providers.iter().find(|provider| Some(provider.index) == index);
    let provider = provider.ok_or(OAuthFault::NotConfigured)?;
    let wire = read(provider, token).ok_or(OAuthFault::Refused)?;
    if wire.exp <= now.wall_ms.div_euclid(1_000) || wire.sub.is_empty() {
        return Err(OAuthFault::Refused);
    }
    Ok(Vouched {
        subject: Subject { provider: NAMES[provider.index], id: wire.sub },
        email: wire.email,
        first_name: wire.given_name,
        last_name: wire.family_name,
    })
}

fn read(provider: &Provider, token: &str) -> Option<Wire> {
    let header = decode_header(token).ok()?;
    let key = key(&provider.keys, header.kid.as_deref())?;
    // A public key must never be taken for a shared secret.
    if !matches!(header.alg, Algorithm::RS256 | Algorithm::ES256) {
        return None;
    }
    let mut validation = Validation::new(header.alg);
    // Time is looked at by the clock that was handed down.
    validation.validate_exp = false;
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(ISSUERS[provider.index]);
    validation.set_audience(&[&provider.audience]);
    Some(decode::<Wire>(token, &DecodingKey::from_jwk(key).ok()?, &validation).ok()?.claims)
}

fn key<'a>(keys: &'a JwkSet, id: Option<&str>) -> Option<&'a Jwk> {
    match (id, keys.keys.as_slice()) {
        (Some(id), _) => keys.find(id),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::json;

    use super::*;
    use crate::clock::{Clock, HandClock};

    const NOON_MS: i64 = 1_795_431_600_000;
    /// A key for tests alone.
    const PRIVATE: &[u8] = include_bytes!("test_key.der");

    fn provider() -> Provider {
        let key = EncodingKey::from_ec_der(PRIVATE);
        let mut jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap();
        jwk.common.key_id = Some("k1".into());
        let keys = serde_json::to_vec(&json!({ "keys": [jwk] })).unwrap();
        Provider::with_keys("google", "our-app", &keys).map_err(|_| ()).unwrap()
    }

    fn token(change: impl FnOnce(&mut serde_json::Value), kid: &str) -> String {
        let mut claims = json!({
            "iss": "https://accounts.google.com", "aud": "our-app", "sub": "117",
            "exp": NOON_MS / 1_000 + 60, "given_name": "Ann", "email": "ann@example.org",
        });
        change(&mut claims);
        let header = Header { kid: Some(kid.into()), ..Header::new(Algorithm::ES256) };
        encode(&header, &claims, &EncodingKey::from_ec_der(PRIVATE)).unwrap()
    }

    fn check(name: &str, token: &str) -> Result<String, OAuthFault> {
        let now = HandClock::at(NOON_MS).now();
        vouched(&[provider()], name, token, now).map(|vouched| vouched.subject.key())
    }

    #[test]
    fn a_genuine_token_names_its_owner() {
        assert_eq!(check("Google", &token(|_| {}, "k1")).as_deref(), Ok("google:117"));
    }

    #[test]
    fn a_provider_without_keys_is_not_configured() {
        for name in ["facebook", "twitter", ""] {
            assert_eq!(check(name, &token(|_| {}, "k1")), Err(OAuthFault::NotConfigured));
        }
    }

    #[test]
    fn any_other_token_is_refused() {
        let good = token(|_| {}, "k1");
        let hmac = encode(
            &Header { kid: Some("k1".into()), ..Header::new(Algorithm::HS256) },
            &json!({"iss": "accounts.google.com", "aud": "our-app", "sub": "1", "exp": i64::MAX}),
            &EncodingKey::from_secret(b"k1"),
        );
        for bad in [
            token(|claims| claims["exp"] = json!(NOON_MS / 1_000), "k1"),
            token(|claims| claims["iss"] = json!("https://www.facebook.com"), "k1"),
            token(|claims| claims["aud"] = json!("their-app"), "k1"),
            token(|claims| claims["sub"] = json!(""), "k1"),
            token(|_| {}, "k2"),
            hmac.unwrap(),
            format!("{}x", &good[..good.len() - 4]),
            "rgfeojn".into(),
            String::new(),
        ] {
            assert_eq!(check("google", &bad), Err(OAuthFault::Refused), "{bad}");
        }
    }

    #[test]
    fn a_file_of_keys_that_is_none_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        let fault = |path: &std::path::Path, name| {
            Provider::read(name, "x", path.to_owned()).unwrap_err().to_string()
        };
        assert!(fault(&path, "google").contains("cannot read"));
        fs::write(&path, "{}").unwrap();
        assert!(fault(&path, "google").contains("JSON Web Key Set"));
        assert!(fault(&path, "twitter").contains("no provider `twitter`"));
        fs::write(&path, " ".repeat(KEYS_BYTES_MAX as usize + 1)).unwrap();
        assert!(fault(&path, "google").contains("at most 65536 bytes"));
    }
}
