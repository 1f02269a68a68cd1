//! Who may sign in: passwords checked in bounded work, tokens given and read.

pub mod demonstration;
mod setup;
mod throttle;

use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serve::clock::Clock;
use serve::passwords;
use serve::secret::SecretFault;
use serve::tokens::{Claims, TokenFault, Tokens, bearer};
use sync::topics::Tenant;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

pub use self::setup::{Pending, Setup, SetupError};
use self::throttle::Throttle;
use crate::store::{Reader, StoreError, UserRow};

/// The key's file within the data folder.
const KEY_FILE: &str = "token.key";
/// Whose tokens they are.
const ISSUER: &str = "anteroom-central";

/// Passwords that are checked at the same time; each takes a core and 19 MiB for some 30 ms.
pub const CHECKS_MAX: usize = passwords::AT_ONCE;
/// Those that wait for that; further ones are told to come again. They are through in some four
/// seconds.
pub const CHECKS_WAITING_MAX: usize = 256;
/// Bytes of a login.
pub const LOGIN_BYTES_MAX: usize = 64;
/// Characters of a person's name.
pub const NAME_CHARS_MAX: usize = 80;
/// Characters of a password that somebody chooses (NIST SP 800-63B asks for eight).
pub const PASSWORD_CHARS_MIN: usize = 10;
/// When to come again where too many passwords are being checked.
pub const BUSY_RETRY_AFTER: Duration = Duration::from_secs(1);

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
    throttle: Throttle,
    /// Checks that wait or run.
    line: Arc<Semaphore>,
    /// Checks that run.
    gate: Arc<Semaphore>,
    /// Held while the first user is made.
    pending: Mutex<Option<Pending>>,
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
            throttle: Throttle::default(),
            line: Arc::new(Semaphore::new(CHECKS_MAX + CHECKS_WAITING_MAX)),
            gate: Arc::new(Semaphore::new(CHECKS_MAX)),
            pending: Mutex::new(pending),
            first: RwLock::new(None),
        })
    }

    /// Whether the first user is still to be made.
    pub fn awaits_setup(&self) -> bool {
        self.pending.try_lock().is_ok_and(|pending| pending.is_some())
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
        let seat = self.seat(login, from).await.map_err(|turned_away| match turned_away {
            TurnedAway::TooMany(after) => SignInFault::TooMany(after),
            TurnedAway::Busy => SignInFault::Busy,
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
        match seat.work(check).await {
            Ok(Some(user)) => Ok(self.token(&user)),
            Ok(None) => {
                self.throttle.failed(login, from, self.clock.now().steady_ms);
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
        let mut pending = self.pending.try_lock().map_err(|_| SetUpFault::Busy)?;
        let Some(open) = pending.as_ref() else { return Err(SetUpFault::Done) };
        check_wishes(login, name, password)?;
        let seat = self.seat(SETUP_LOGIN, from).await.map_err(|turned_away| match turned_away {
            TurnedAway::TooMany(after) => SetUpFault::TooMany(after),
            TurnedAway::Busy => SetUpFault::Busy,
        })?;
        let (code, hash) = (code.trim().to_lowercase(), open.code_hash().to_owned());
        let password = password.to_owned();
        let check = move || {
            let right = passwords::verify(&code, Some(&hash));
            // Its length was looked at before.
            Ok(right.then(|| passwords::hash(&password).ok()).flatten())
        };
        let hashed = seat.work(check).await.map_err(|Trouble| SetUpFault::Unavailable)?;
        let Some(hashed) = hashed else {
            self.throttle.failed(SETUP_LOGIN, from, self.clock.now().steady_ms);
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
        *pending = None;
        Ok(token)
    }

    /// Who asks, by the `Authorization` header.
    ///
    /// # Errors
    ///
    /// [`TokenFault`].
    pub fn who(&self, authorization: Option<&str>) -> Result<Claims, TokenFault> {
        let token = authorization.and_then(bearer).ok_or(TokenFault::Forged)?;
        self.tokens.read(token, self.clock.now())
    }

    /// A place at which a password may be checked. Failures that came while it was waited for
    /// count.
    async fn seat(&self, login: &str, from: IpAddr) -> Result<Seat, TurnedAway> {
        let allowed = || {
            let now = self.clock.now().steady_ms;
            self.throttle.look(login, from, now).map_err(TurnedAway::TooMany)
        };
        allowed()?;
        let line = Arc::clone(&self.line).try_acquire_owned().map_err(|_| TurnedAway::Busy)?;
        let gate = Arc::clone(&self.gate).acquire_owned().await.map_err(|_| TurnedAway::Busy)?;
        allowed()?;
        Ok(Seat { _line: line, _gate: gate })
    }

    fn token(&self, user: &UserRow) -> String {
        let claims = Claims { login: user.login.clone(), tenant: user.tenant.as_str().to_owned() };
        self.tokens.issue(&claims, self.clock.now())
    }
}

/// Why no password is checked.
enum TurnedAway {
    TooMany(Duration),
    Busy,
}

/// The check could not be made; the log says why.
struct Trouble;

/// A place at which a password may be checked.
struct Seat {
    _line: OwnedSemaphorePermit,
    _gate: OwnedSemaphorePermit,
}

impl Seat {
    /// Works off the async workers, to the end even if nobody waits for it any more; the place is
    /// taken until then.
    async fn work<T: Send + 'static>(
        self,
        work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Trouble> {
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(self);
            done
        });
        match done.await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => {
                tracing::error!(error = &error as &dyn std::error::Error, "no users can be read");
                Err(Trouble)
            }
            Err(_) => Err(Trouble),
        }
    }
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
