//! Who may sign in: passwords checked in bounded work, tokens given and read.

pub mod demonstration;
mod setup;

use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serve::clock::Clock;
use serve::door::{Door, TurnedAway};
use serve::passwords;
use serve::secret::SecretFault;
use serve::tokens::{Claims, TokenFault, Tokens, bearer};
use sync::topics::Tenant;
use tokio::sync::Mutex;

pub use self::setup::{Pending, Setup, SetupError};
use crate::store::{Reader, StoreError, UserRow};

/// The key's file within the data folder.
const KEY_FILE: &str = "token.key";
/// Whose tokens they are.
const ISSUER: &str = "anteroom-central";

pub use serve::door::{BUSY_RETRY_AFTER, LOGIN_BYTES_MAX};
pub use serve::passwords::PASSWORD_CHARS_MIN;

/// Characters of a person's name.
pub const NAME_CHARS_MAX: usize = 80;

/// Under this name wrong setup codes are counted; no login has a zero byte in it.
const SETUP_LOGIN: &str = "\0setup";

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInFault {
    /// Nobody has this login, or it is another password: who asks learns no more.
    Wrong,
    /// Too many were wrong; another attempt may be made after this time.
    TooMany(Duration),
    /// Too many passwords are being checked.
    Busy,
    /// The store cannot be read.
    Unavailable,
}

/// Why the first user was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetUpFault {
    /// There are users already.
    Done,
    /// It is another code.
    WrongCode,
    /// The login is empty, too long or has blanks or control characters.
    Login,
    /// The name is empty, too long or has control characters.
    Name,
    /// The password is too short or too long.
    Password,
    /// Too many codes were wrong; another attempt may be made after this time.
    TooMany(Duration),
    /// Too many passwords are being checked.
    Busy,
    /// It could not be written.
    Unavailable,
}

/// The accounts of one central server.
pub struct Accounts {
    reader: Reader,
    tokens: Tokens,
    clock: Arc<dyn Clock>,
    tenant: Tenant,
    door: Door,
    /// The first user, where they were still to be made at the start.
    pending: Option<Pending>,
    /// Held while they are made.
    making: Mutex<()>,
    /// The first user, until the next start takes it into the store.
    first: RwLock<Option<UserRow>>,
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Accounts(..)")
    }
}

impl Accounts {
    /// The accounts in this store, with the token key in `data`. `pending` is a first user to be
    /// made, who will belong to `tenant`.
    ///
    /// # Errors
    ///
    /// [`SecretFault`], where the key cannot be had.
    pub fn open(
        data: &Path,
        tenant: Tenant,
        reader: Reader,
        clock: Arc<dyn Clock>,
        pending: Option<Pending>,
    ) -> Result<Accounts, SecretFault> {
        Ok(Accounts {
            reader,
            tokens: Tokens::open(&data.join(KEY_FILE), ISSUER)?,
            clock,
            tenant,
            door: Door::default(),
            pending,
            making: Mutex::new(()),
            first: RwLock::new(None),
        })
    }

    /// Whether the first user is still to be made.
    pub fn awaits_setup(&self) -> bool {
        self.open_code().is_some()
    }

    fn open_code(&self) -> Option<&Pending> {
        let first = self.first.read().unwrap_or_else(PoisonError::into_inner);
        self.pending.as_ref().filter(|_| first.is_none())
    }

    /// A token for who knows the password.
    ///
    /// # Errors
    ///
    /// [`SignInFault`].
    pub async fn sign_in(
        &self,
        login: &str,
        password: &str,
        from: IpAddr,
    ) -> Result<String, SignInFault> {
        // Nobody has such a login. It takes no less time, but is not remembered at full length.
        let login = if LOGIN_BYTES_MAX < login.len() { "" } else { login };
        let seat =
            self.door.seat(login, from, || self.steady_ms()).await.map_err(|turned_away| {
                match turned_away {
                    TurnedAway::TooMany(after) => SignInFault::TooMany(after),
                    TurnedAway::Busy => SignInFault::Busy,
                }
            })?;
        let first = self.first.read().unwrap_or_else(PoisonError::into_inner).clone();
        let first = first.filter(|first| first.login == login);
        let (reader, wanted, password) =
            (self.reader.clone(), login.to_owned(), password.to_owned());
        let check = move || {
            let user = match first {
                Some(first) => Some(first),
                None => reader.user(&wanted)?,
            };
            let hash = user.as_ref().map(|user| user.password_hash.as_str());
            Ok(passwords::verify(&password, hash).then_some(user).flatten())
        };
        match done(seat.work(check).await) {
            Ok(Some(user)) => Ok(self.token(&user)),
            Ok(None) => {
                self.door.failed(login, from, self.steady_ms());
                Err(SignInFault::Wrong)
            }
            Err(Trouble) => Err(SignInFault::Unavailable),
        }
    }

    /// Makes the first user, for who knows the code, and gives a token.
    ///
    /// # Errors
    ///
    /// [`SetUpFault`].
    pub async fn set_up(
        &self,
        code: &str,
        login: &str,
        name: &str,
        password: &str,
        from: IpAddr,
    ) -> Result<String, SetUpFault> {
        let _making = self.making.try_lock().map_err(|_| SetUpFault::Busy)?;
        let Some(open) = self.open_code() else { return Err(SetUpFault::Done) };
        check_wishes(login, name, password)?;
        let seat = self.door.seat(SETUP_LOGIN, from, || self.steady_ms()).await.map_err(
            |turned_away| match turned_away {
                TurnedAway::TooMany(after) => SetUpFault::TooMany(after),
                TurnedAway::Busy => SetUpFault::Busy,
            },
        )?;
        let (kept, code, password) = (open.code().clone(), code.to_owned(), password.to_owned());
        let check = move || {
            let right = kept.is(&code);
            // Its length was looked at before.
            Ok(right.then(|| passwords::hash(&password).ok()).flatten())
        };
        let hashed = done(seat.work(check).await).map_err(|Trouble| SetUpFault::Unavailable)?;
        let Some(hashed) = hashed else {
            self.door.failed(SETUP_LOGIN, from, self.steady_ms());
            return Err(SetUpFault::WrongCode);
        };
        let user = UserRow {
            tenant: self.tenant.clone(),
            login: login.to_owned(),
            name: name.trim().to_owned(),
            password_hash: hashed.as_str().to_owned(),
        };
        open.settle(&user).map_err(|error| {
            tracing::error!(%error, "the first user cannot be written down");
            SetUpFault::Unavailable
        })?;
        let token = self.token(&user);
        *self.first.write().unwrap_or_else(PoisonError::into_inner) = Some(user);
        Ok(token)
    }

    /// Who asks, by the `Authorization` header.
    ///
    /// # Errors
    ///
    /// [`TokenFault`].
    pub fn who(&self, authorization: Option<&str>) -> Result<Claims, TokenFault> {
        self.whose(authorization.and_then(bearer).ok_or(TokenFault::Forged)?)
    }

    /// Who asks, by a token that was shown in whatever way.
    ///
    /// # Errors
    ///
    /// [`TokenFault`].
    pub fn whose(&self, token: &str) -> Result<Claims, TokenFault> {
        self.tokens.read(token, self.clock.now())
    }

    /// The same, and when the token's time is over, in milliseconds since 1970 UTC.
    ///
    /// # Errors
    ///
    /// [`TokenFault`].
    pub fn who_until(&self, authorization: Option<&str>) -> Result<(Claims, i64), TokenFault> {
        let token = authorization.and_then(bearer).ok_or(TokenFault::Forged)?;
        self.tokens.read_with_end(token, self.clock.now())
    }

    /// What a person who has signed in is called; nothing where the store knows nobody of the login.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the store cannot be read. It takes a disk's time.
    pub fn name(&self, login: &str) -> Result<Option<String>, StoreError> {
        let first = self.first.read().unwrap_or_else(PoisonError::into_inner).clone();
        match first.filter(|first| first.login == login) {
            Some(first) => Ok(Some(first.name)),
            None => Ok(self.reader.user(login)?.map(|user| user.name)),
        }
    }

    fn steady_ms(&self) -> u64 {
        self.clock.now().steady_ms
    }

    fn token(&self, user: &UserRow) -> String {
        let claims = Claims { login: user.login.clone(), tenant: user.tenant.as_str().to_owned() };
        self.tokens.issue(&claims, self.clock.now())
    }
}

/// The check could not be made; the log says why.
struct Trouble;

fn done<T>(worked: Option<Result<T, StoreError>>) -> Result<T, Trouble> {
    worked.ok_or(Trouble)?.map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "no users can be read");
        Trouble
    })
}

fn check_wishes(login: &str, name: &str, password: &str) -> Result<(), SetUpFault> {
    let blank = |letter: char| letter.is_whitespace() || letter.is_control();
    if login.is_empty() || LOGIN_BYTES_MAX < login.len() || login.contains(blank) {
        return Err(SetUpFault::Login);
    }
    if name.trim().is_empty()
        || NAME_CHARS_MAX < name.chars().count()
        || name.contains(char::is_control)
    {
        return Err(SetUpFault::Name);
    }
    if password.chars().count() < PASSWORD_CHARS_MIN
        || passwords::PASSWORD_BYTES_MAX < password.len()
    {
        return Err(SetUpFault::Password);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
