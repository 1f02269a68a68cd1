//! What this dialect keeps beside the line: who is trusted, booking tokens, open surveys, an easel.

use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use engine::Moment;
use serve::clock::Reading;
use serve::secret::SecretFault;
use serve::tokens::{Claims, TokenFault, Tokens};
use sha2::{Digest, Sha256};

use super::Caller;
use super::handover::Handovers;
use super::picture::Easel;
use super::survey::Pads;
use crate::accounts::{Accounts, KEY_FILE, Stranger};
use crate::config::Network;

/// For so long a booking token is good: a visit to a site, and some hours of thinking it over.
/// Whoever comes back gets another one for the same identity, and meets the same bookings.
pub(super) const BOOKING_TOKEN_TIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Whose tokens they are: an operator's is no good here, nor the other way round.
const ISSUER: &str = "anteroomd-bookings";

/// Characters of an identity: the longest mail address, and room for more digits than a telephone
/// has.
pub(super) const IDENTITY_CHARS_MAX: usize = 254;

/// Bytes of a mark: enough that no two people of a branch share one.
const MARK_BYTES: usize = 16;

/// Before an identity where it is kept, so that it is never taken for the number of an app's
/// customer.
const KEPT_AS: &str = "booking:";

/// By what a site knows somebody. It may be a mail address or a telephone number, so it is kept
/// with the texts of the tickets, which are erased, and shows itself nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity(String);

impl Identity {
    /// The identity, or nothing where it is empty, longer than [`IDENTITY_CHARS_MAX`], or has signs
    /// that cannot be seen.
    pub fn parse(text: &str) -> Option<Identity> {
        let text = text.trim();
        let fits = (1..=IDENTITY_CHARS_MAX).contains(&text.chars().count());
        (fits && !text.chars().any(char::is_control)).then(|| Identity(text.to_owned()))
    }

    /// The identity as the site has it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What tells one from another where the identity itself does not belong: receipts are kept
    /// for days.
    pub fn mark(&self) -> String {
        let hash = Sha256::digest(self.0.as_bytes());
        hash.iter().take(MARK_BYTES).map(|byte| format!("{byte:02x}")).collect()
    }

    /// What is written beside a ticket that is theirs.
    pub fn kept(&self) -> String {
        format!("{KEPT_AS}{}", self.0)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(..)")
    }
}

/// What this dialect keeps beside the line.
#[derive(Debug)]
pub struct Reception {
    trusted: Vec<Network>,
    tokens: Tokens,
    pub(super) pads: Pads,
    pub(super) handovers: Handovers,
    pub(super) easel: Easel,
}

impl Reception {
    /// With the token key of this data folder, and sites at `trusted` addresses.
    ///
    /// # Errors
    ///
    /// [`SecretFault`], where the key cannot be had.
    pub fn open(folder: &Path, trusted: Vec<Network>) -> Result<Reception, SecretFault> {
        let tokens = Tokens::open(&folder.join(KEY_FILE), ISSUER)?.lasting(BOOKING_TOKEN_TIME);
        Ok(Reception {
            trusted,
            tokens,
            pads: Pads::default(),
            handovers: Handovers::default(),
            easel: Easel::new(),
        })
    }

    /// Whether a site at this address may speak for people.
    pub(super) fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(address))
    }

    /// A token for somebody for whom a trusted site speaks.
    pub(super) fn token(&self, identity: &Identity, tenant: String, now: Moment) -> String {
        let claims = Claims { login: identity.as_str().to_owned(), tenant };
        self.tokens.issue(&claims, reading(now))
    }

    /// Whose token this is.
    pub(super) fn who(
        &self,
        accounts: &Accounts,
        token: Option<&str>,
        now: Moment,
    ) -> Result<Caller, Stranger> {
        let token = token.ok_or(Stranger::Silent)?;
        let operator = accounts.who(Some(&format!("Bearer {token}")));
        let stranger = match operator {
            Ok(operator) => return Ok(Caller::Operator(operator)),
            Err(stranger) => stranger,
        };
        match self.tokens.read(token, reading(now)) {
            Ok(claims) => {
                Identity::parse(&claims.login).map(Caller::Booker).ok_or(Stranger::Forged)
            }
            Err(TokenFault::Expired) => Err(Stranger::Expired),
            Err(TokenFault::Forged) => Err(stranger),
        }
    }
}

fn reading(moment: Moment) -> Reading {
    Reading { wall_ms: moment.wall_ms, steady_ms: moment.steady_ms }
}
