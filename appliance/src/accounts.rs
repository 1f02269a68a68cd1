//! Who may sign in at the branch: passwords checked in bounded work, tokens given and read.

mod renewal;

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use engine::settings::{Operator, Settings};
use engine::{Moment, OperatorId};
use serve::clock::Reading;
use serve::door::{Door, TurnedAway};
use serve::passwords;
use serve::secret::SecretFault;
use serve::tokens::{Claims, TokenFault, Tokens, bearer};

pub use self::renewal::PasswordFault;
use crate::registrar::{Committed, Mailbox};
use crate::store::Archive;

/// The key's file within the data folder.
pub const KEY_FILE: &str = "token.key";

/// For so long a token is good: Queue Management says seven days.
pub const TOKEN_TIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

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
        Ok(Accounts { mailbox, archive, tokens, door: Door::default() })
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

    /// Who calls, by the `Authorization` header.
    ///
    /// # Errors
    ///
    /// [`Stranger`].
    pub fn who(&self, authorization: Option<&str>) -> Result<Operator, Stranger> {
        let token = authorization.ok_or(Stranger::Silent)?;
        let token = bearer(token).ok_or(Stranger::Forged)?;
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
