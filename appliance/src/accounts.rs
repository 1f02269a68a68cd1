//! Who may sign in at the branch: passwords checked in bounded work, tokens given and read.

mod renewal;
mod setup;

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use engine::settings::{Operator, Settings};
use engine::{Moment, OperatorId};
use serve::clock::Reading;
use serve::door::{Door, TurnedAway};
use serve::passwords;
use serve::secret::{self, SecretFault};
use serve::tokens::{Claims, TokenFault, Tokens, bearer};
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

pub use self::renewal::PasswordFault;
pub use self::setup::{
    CODE_FILE, CODE_TIME, FirstPassword, NAME_CHARS_MAX, Pending, SetUpFault, Setup, SetupFault,
    Wish,
};
use crate::registrar::{Committed, Mailbox};
use crate::store::Archive;

/// The key's file within the data folder.
pub const KEY_FILE: &str = "token.key";

/// For so long a token is good: Queue Management says seven days.
pub const TOKEN_TIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What an API key begins with, by which it is told from a token.
const API_KEY_PREFIX: &str = "ak_";

/// Bytes of chance in an API key: nobody guesses it, so its plain hash will do at rest.
const API_KEY_BYTES: usize = 32;

/// Whose tokens they are.
const ISSUER: &str = "anteroomd";

/// A number that no operator has, to look something up for whoever is unknown.
const NOBODY: OperatorId = OperatorId(u32::MAX);

/// Somebody who has just signed in.
pub struct SignedIn {
    /// Who.
    pub operator: Operator,
    /// By which they are known from now on.
    pub token: String,
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInFault {
    /// Nobody is called that, or it is another password: who asks learns no more.
    Wrong,
    /// Too many were wrong; another attempt may be made after this time.
    TooMany(Duration),
    /// Too many passwords are being checked.
    Busy,
    /// The store cannot be read.
    Unavailable,
}

/// Why it is not known who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// No token was shown.
    Silent,
    /// The token is none of ours, or its owner is no operator any more.
    Forged,
    /// The token's time is over.
    Expired,
}

/// The operators' accounts.
pub struct Accounts {
    mailbox: Mailbox,
    archive: Archive,
    tokens: Tokens,
    door: Door,
    /// The first password, where it was still to be given at the start.
    pending: Option<Pending>,
    /// Held while it is given.
    giving: Mutex<()>,
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Accounts(..)")
    }
}

impl Accounts {
    /// The accounts of this branch, with the token key in the data folder.
    ///
    /// # Errors
    ///
    /// [`SecretFault`], where the key cannot be had.
    pub fn open(
        folder: &Path,
        mailbox: Mailbox,
        archive: Archive,
    ) -> Result<Accounts, SecretFault> {
        let tokens = Tokens::open(&folder.join(KEY_FILE), ISSUER)?.lasting(TOKEN_TIME);
        let (door, giving) = (Door::default(), Mutex::new(()));
        Ok(Accounts { mailbox, archive, tokens, door, pending: None, giving })
    }

    /// A token for who knows the password of the operator that `find` gives. `named` is what they
    /// called themselves, by which failures of strangers are counted.
    ///
    /// # Errors
    ///
    /// [`SignInFault`].
    pub async fn sign_in(
        &self,
        named: &str,
        find: impl FnOnce(&Settings) -> Option<Operator>,
        password: &str,
        from: IpAddr,
    ) -> Result<SignedIn, SignInFault> {
        let operator = self.mailbox.read(|now| find(now.branch.settings()));
        let counted = operator.as_ref().map_or(named, |operator| &operator.login).to_owned();
        let steady_ms = || self.mailbox.moment().steady_ms;
        let seat =
            self.door.seat(&counted, from, steady_ms).await.map_err(|turned| match turned {
                TurnedAway::TooMany(after) => SignInFault::TooMany(after),
                TurnedAway::Busy => SignInFault::Busy,
            })?;
        let archive = self.archive.clone();
        let id = operator.as_ref().map_or(NOBODY, |operator| operator.id);
        let password = password.to_owned();
        let check = move || {
            let hash = archive.credential(id)?;
            Ok(passwords::verify(&password, hash.as_deref()))
        };
        let checked: Result<bool, crate::store::StoreError> =
            seat.work(check).await.ok_or(SignInFault::Unavailable)?;
        let right = checked.map_err(|error| {
            let cause = &error as &dyn std::error::Error;
            tracing::error!(error = cause, "no passwords can be read");
            SignInFault::Unavailable
        })?;
        match operator {
            Some(operator) if right => {
                let token = self.token(&operator);
                Ok(SignedIn { operator, token })
            }
            Some(_) | None => {
                self.door.failed(&counted, from, steady_ms());
                Err(SignInFault::Wrong)
            }
        }
    }

    /// A token for whom an API key of the `Authorization` header names, or nothing where there is
    /// no such key in it.
    ///
    /// # Errors
    ///
    /// [`Stranger::Forged`], where the key is none, or not any more.
    pub fn sign_in_by_key(
        &self,
        authorization: Option<&str>,
    ) -> Result<Option<SignedIn>, Stranger> {
        let Some(key) = authorization.and_then(bearer).and_then(api_key) else { return Ok(None) };
        let operator = self.by_key(key)?;
        let token = self.token(&operator);
        Ok(Some(SignedIn { operator, token }))
    }

    /// Who calls, by the `Authorization` header: a token, or an API key.
    ///
    /// # Errors
    ///
    /// [`Stranger`].
    pub fn who(&self, authorization: Option<&str>) -> Result<Operator, Stranger> {
        let token = authorization.ok_or(Stranger::Silent)?;
        let token = bearer(token).ok_or(Stranger::Forged)?;
        if let Some(key) = api_key(token) {
            return self.by_key(key);
        }
        let claims = self.tokens.read(token, reading(self.mailbox.moment()));
        let claims = claims.map_err(|fault| match fault {
            TokenFault::Forged => Stranger::Forged,
            TokenFault::Expired => Stranger::Expired,
        })?;
        self.mailbox.read(|now| {
            let settings = now.branch.settings();
            let known = named(&claims.login).and_then(|id| settings.operator(id));
            let known = known.filter(|known| subject(now, known) == claims.login);
            let known = known.filter(|_| claims.tenant == settings.branch.to_string());
            known.cloned().ok_or(Stranger::Forged)
        })
    }

    fn by_key(&self, key: &str) -> Result<Operator, Stranger> {
        let owner = self.archive.api_key(&api_key_hash(key)).map_err(|error| {
            let cause = &error as &dyn std::error::Error;
            tracing::error!(error = cause, "no API keys can be read");
            Stranger::Forged
        })?;
        let (id, login) = owner.ok_or(Stranger::Forged)?;
        let known = self.mailbox.read(|now| now.branch.settings().operator(id).cloned());
        known.filter(|known| known.login == login).ok_or(Stranger::Forged)
    }

    /// The same, and when the token's time is over, in milliseconds since the Unix epoch; nothing
    /// where it has no end.
    ///
    /// # Errors
    ///
    /// [`Stranger`].
    pub fn signed_in(
        &self,
        authorization: Option<&str>,
    ) -> Result<(Operator, Option<i64>), Stranger> {
        let operator = self.who(authorization)?;
        let token = authorization.and_then(bearer);
        let read = |token| self.tokens.read_with_end(token, reading(self.mailbox.moment()));
        let end = token.and_then(|token| read(token).ok());
        Ok((operator, end.map(|(_, end)| end)))
    }

    fn token(&self, operator: &Operator) -> String {
        let claims = self.mailbox.read(|now| Claims {
            login: subject(now, operator),
            tenant: now.branch.settings().branch.to_string(),
        });
        self.tokens.issue(&claims, reading(self.mailbox.moment()))
    }
}

/// A fresh API key.
pub(crate) fn draw_api_key() -> String {
    format!("{API_KEY_PREFIX}{}", secret::random_hex(API_KEY_BYTES))
}

/// What is kept of an API key: who reads the store must not be able to use it.
pub(crate) fn api_key_hash(key: &str) -> String {
    Sha256::digest(key.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A text that looks like an API key: no token begins so, and nothing else is looked up.
fn api_key(text: &str) -> Option<&str> {
    is_api_key(text).then_some(text)
}

/// Whether a text looks like an API key.
pub(crate) fn is_api_key(text: &str) -> bool {
    let length = API_KEY_PREFIX.len() + 2 * API_KEY_BYTES;
    text.starts_with(API_KEY_PREFIX) && text.len() == length
}

/// Whom a token names: by number and name, so that neither who takes over a number nor who takes
/// over a name takes over a token; and by how often the operator's tokens were ended, so that one
/// from before is nobody's any more.
fn subject(now: &Committed, operator: &Operator) -> String {
    match now.token_epochs.get(&operator.id) {
        Some(epoch) => format!("{}.{epoch}:{}", operator.id, operator.login),
        None => format!("{}:{}", operator.id, operator.login),
    }
}

/// The number in a token's subject.
fn named(subject: &str) -> Option<OperatorId> {
    let (id, _) = subject.split_once(':')?;
    let (id, _) = id.split_once('.').unwrap_or((id, ""));
    id.parse().ok().map(OperatorId)
}

fn reading(moment: Moment) -> Reading {
    Reading { wall_ms: moment.wall_ms, steady_ms: moment.steady_ms }
}
