//! Signed tokens of people who signed in: JWT (RFC 7519) with HMAC-SHA256, for so many hours.

use std::{fmt, path::Path, time::Duration};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::{
    clock::Reading,
    secret::{self, SECRET_BYTES, SecretFault},
};

/// How long a token is good unless its server says otherwise: a long working day.
pub const TOKEN_TIME: Duration = Duration::from_secs(12 * 60 * 60);
/// Bytes of a token that is looked at; ours have some 250.
pub const TOKEN_BYTES_MAX: usize = 2 * 1024;
/// By so much a token may be ahead of the clock: somebody set it back a little, or NTP did.
const AHEAD_S_MAX: i64 = 60;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// Who signed in.
    pub login: String,
    /// Of which organisation.
    pub tenant: String,
}

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFault {
    /// It is none of ours.
    Forged,
    /// Its time is over.
    Expired,
}

/// RFC 7519's names.
#[derive(Serialize, Deserialize)]
struct Wire {
    iss: String,
    sub: String,
    org: String,
    iat: i64,
    exp: i64,
}

/// Signs and checks tokens of one server.
pub struct Tokens {
    issuer: &'static str,
    time: Duration,
    sign: EncodingKey,
    check: DecodingKey,
    validation: Validation,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tokens({})", self.issuer)
    }
}

impl Tokens {
    /// Tokens with the key in this file, which is made where it is missing, so that a restart
    /// signs nobody out. `issuer` names the program: one's tokens are no good at the other's.
    ///
    /// # Errors
    ///
    /// [`SecretFault`].
    pub fn open(path: &Path, issuer: &'static str) -> Result<Tokens, SecretFault> {
        let key = secret::open_or_make(path, secret::kernel_chance)?;
        Ok(Tokens::with_key(&key, issuer))
    }

    /// Tokens with this key, which is as long as the hash (RFC 7518, 3.2).
    pub fn with_key(key: &[u8; SECRET_BYTES], issuer: &'static str) -> Tokens {
        let mut validation = Validation::new(Algorithm::HS256);
        // Time is looked at here, by the clock that was handed down; the library asks the system.
        validation.validate_exp = false;
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        validation.set_issuer(&[issuer]);
        Tokens {
            issuer,
            time: TOKEN_TIME,
            sign: EncodingKey::from_secret(key),
            check: DecodingKey::from_secret(key),
            validation,
        }
    }

    /// The same, with tokens that are good for so long.
    pub fn lasting(mut self, time: Duration) -> Tokens {
        self.time = time;
        self
    }

    /// A token for somebody who has just signed in.
    pub fn issue(&self, claims: &Claims, now: Reading) -> String {
        let iat = seconds(now);
        let wire = Wire {
            iss: self.issuer.to_owned(),
            sub: claims.login.clone(),
            org: claims.tenant.clone(),
            iat,
            exp: iat.saturating_add_unsigned(self.time.as_secs()),
        };
        encode(&Header::new(Algorithm::HS256), &wire, &self.sign)
            .expect("texts and numbers can be written, and any key can sign with HMAC")
    }

    /// What a token says, if it is genuine and its time is not over.
    ///
    /// # Errors
    ///
    /// [`TokenFault`].
    pub fn read(&self, token: &str, now: Reading) -> Result<Claims, TokenFault> {
        self.read_with_end(token, now).map(|(claims, _)| claims)
    }

    /// The same, and when its time is over, in milliseconds since the Unix epoch.
    ///
    /// # Errors
    ///
    /// [`TokenFault`].
    pub fn read_with_end(&self, token: &str, now: Reading) -> Result<(Claims, i64), TokenFault> {
        if TOKEN_BYTES_MAX < token.len() {
            return Err(TokenFault::Forged);
        }
        let read = decode::<Wire>(token, &self.check, &self.validation);
        let wire = read.map_err(|_| TokenFault::Forged)?.claims;
        let now = seconds(now);
        if wire.exp <= now || now.saturating_add(AHEAD_S_MAX) < wire.iat {
            return Err(TokenFault::Expired);
        }
        let claims = Claims { login: wire.sub, tenant: wire.org };
        Ok((claims, wire.exp.saturating_mul(1_000)))
    }
}

/// The token of an `Authorization` header of RFC 6750: `Bearer TOKEN`.
pub fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn seconds(now: Reading) -> i64 {
    now.wall_ms.div_euclid(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, HandClock};

    const NOON_MS: i64 = 1_795_431_600_000;

    fn claims() -> Claims {
        Claims { login: "manager".into(), tenant: "demo".into() }
    }

    fn tokens(key: u8) -> Tokens {
        Tokens::with_key(&[key; SECRET_BYTES], "anteroom-central")
    }

    #[test]
    fn a_token_is_good_for_its_time_and_not_a_second_longer() {
        let clock = HandClock::at(NOON_MS);
        let token = tokens(1).issue(&claims(), clock.now());
        assert_eq!(tokens(1).read(&token, clock.now()), Ok(claims()));
        clock.advance(TOKEN_TIME - Duration::from_secs(1));
        assert_eq!(tokens(1).read(&token, clock.now()), Ok(claims()));
        clock.advance(Duration::from_secs(1));
        assert_eq!(tokens(1).read(&token, clock.now()), Err(TokenFault::Expired));
    }

    #[test]
    fn a_server_may_give_its_tokens_another_time() {
        let clock = HandClock::at(NOON_MS);
        let week = || tokens(1).lasting(Duration::from_secs(7 * 86_400));
        let token = week().issue(&claims(), clock.now());
        clock.advance(Duration::from_secs(7 * 86_400 - 1));
        assert_eq!(week().read(&token, clock.now()), Ok(claims()));
        clock.advance(Duration::from_secs(1));
        assert_eq!(week().read(&token, clock.now()), Err(TokenFault::Expired));
    }

    #[test]
    fn a_token_from_the_future_is_no_token() {
        let clock = HandClock::at(NOON_MS);
        let token = tokens(1).issue(&claims(), clock.now());
        clock.set_wall(NOON_MS - 60_000);
        assert_eq!(tokens(1).read(&token, clock.now()), Ok(claims()));
        clock.set_wall(NOON_MS - 61_000);
        assert_eq!(tokens(1).read(&token, clock.now()), Err(TokenFault::Expired));
    }

    #[test]
    fn only_this_servers_own_tokens_are_read() {
        let now = HandClock::at(NOON_MS).now();
        let token = tokens(1).issue(&claims(), now);
        let other = Tokens::with_key(&[1; SECRET_BYTES], "anteroomd").issue(&claims(), now);
        let [head, body, tag] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
        let other_body = other.split('.').nth(1).unwrap();
        // {"alg":"none","typ":"JWT"} and {"alg":"HS384","typ":"JWT"}
        let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
        let long = "eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCJ9";
        for forged in [
            tokens(2).issue(&claims(), now),
            other.clone(),
            format!("{head}.{other_body}.{tag}"),
            format!("{head}.{body}."),
            format!("{none}.{body}."),
            format!("{none}.{body}.{tag}"),
            format!("{long}.{body}.{tag}"),
            format!("{token}x"),
            format!("{head}.{body}"),
            String::new(),
            "a".repeat(TOKEN_BYTES_MAX + 1),
        ] {
            assert_eq!(tokens(1).read(&forged, now), Err(TokenFault::Forged), "{forged}");
        }
    }

    #[test]
    fn a_restart_signs_nobody_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token.key");
        let now = HandClock::at(NOON_MS).now();
        let token = Tokens::open(&path, "a").unwrap().issue(&claims(), now);
        assert_eq!(Tokens::open(&path, "a").unwrap().read(&token, now), Ok(claims()));
    }

    #[test]
    fn a_bearer_header_is_read_as_the_standard_says() {
        for (header, token) in [
            ("Bearer abc", Some("abc")),
            ("bearer  abc", Some("abc")),
            ("Basic abc", None),
            ("Bearer ", None),
            ("Bearer", None),
            ("", None),
        ] {
            assert_eq!(bearer(header), token, "{header:?}");
        }
    }
}
