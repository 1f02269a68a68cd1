//! What a technician does to the accounts while the daemon is not running.

use std::fmt;
use std::path::{Path, PathBuf};

use engine::{Branch, OperatorId};
use serve::clock::{Clock, SystemClock};
use serve::folder::{FolderLock, LockFault};
use serve::passwords::{self, PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN};
use serve::secret::{self, SecretFault};

use crate::accounts::{KEY_FILE, api_key_hash, draw_api_key};
use crate::store::{API_KEYS_MAX, ApiKey, Batch, Housekeeping, Store, StoreError, StoreOptions};

/// Why it was not done.
#[derive(Debug)]
pub enum OfflineFault {
    /// The daemon is running in this folder.
    Running(PathBuf),
    /// The folder cannot be used.
    Folder(PathBuf, std::io::Error),
    /// The key cannot be written.
    Key(SecretFault),
    /// The database.
    Store(StoreError),
    /// Nobody signs in as this.
    NoOperator(String),
    /// The password is too short or too long.
    Password,
    /// The operator has as many API keys as one may have.
    Keys(String),
}

impl fmt::Display for OfflineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OfflineFault::Running(path) => {
                write!(f, "the daemon is running in {}; stop it first", path.display())
            }
            OfflineFault::Folder(path, _) => {
                write!(f, "cannot use the data folder {}", path.display())
            }
            OfflineFault::Key(fault) => write!(f, "{fault}"),
            OfflineFault::Store(error) => write!(f, "{error}"),
            OfflineFault::NoOperator(login) => {
                write!(f, "no operator of this branch signs in as `{login}`")
            }
            OfflineFault::Keys(login) => write!(
                f,
                "`{login}` has {API_KEYS_MAX} API keys, and no more are possible; end all of them \
                 with --revoke-api-keys"
            ),
            OfflineFault::Password => write!(
                f,
                "a password has at least {PASSWORD_CHARS_MIN} characters and at most \
                 {PASSWORD_BYTES_MAX} bytes; write it on one line of the standard input"
            ),
        }
    }
}

impl std::error::Error for OfflineFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            OfflineFault::Folder(_, cause) => Some(cause),
            OfflineFault::Key(fault) => fault.source(),
            OfflineFault::Store(error) => error.source(),
            OfflineFault::Running(_)
            | OfflineFault::NoOperator(_)
            | OfflineFault::Password
            | OfflineFault::Keys(_) => None,
        }
    }
}

/// Puts a fresh key there for the tokens of those who sign in: whoever holds a token that the old
/// one signed has to sign in again.
///
/// # Errors
///
/// [`OfflineFault`]; the old key is then still in force.
pub fn rotate_token_key(folder: &Path) -> Result<(), OfflineFault> {
    // A daemon that is running would go on signing with the old key.
    let _held = FolderLock::take(folder).map_err(|fault| match fault {
        LockFault::Held => OfflineFault::Running(folder.to_owned()),
        LockFault::Reach(cause) => OfflineFault::Folder(folder.to_owned(), cause),
    })?;
    secret::replace(&folder.join(KEY_FILE), secret::kernel_chance).map_err(OfflineFault::Key)
}

/// Gives an operator a password.
///
/// # Errors
///
/// [`OfflineFault`]; the operator's password is then what it was.
pub fn set_password(folder: &Path, login: &str, password: &str) -> Result<(), OfflineFault> {
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Err(OfflineFault::Password);
    }
    let hash = passwords::hash(password).map_err(|_| OfflineFault::Password)?;
    let mut records = Records::open(folder)?;
    let operator = records.operator(login)?;
    records.keep(Housekeeping::Credential { operator, hash })
}

/// Makes a key with which a program calls in an operator's name. It is nowhere but in what comes
/// back.
///
/// # Errors
///
/// [`OfflineFault`]; there is then no new key.
pub fn new_api_key(folder: &Path, login: &str) -> Result<String, OfflineFault> {
    let mut records = Records::open(folder)?;
    let operator = records.operator(login)?;
    let archive = records.store.archive().map_err(OfflineFault::Store)?;
    if API_KEYS_MAX <= archive.api_keys_of(operator).map_err(OfflineFault::Store)? {
        return Err(OfflineFault::Keys(login.to_owned()));
    }
    let key = draw_api_key();
    let (hash, login) = (api_key_hash(&key), login.to_owned());
    let made_ms = SystemClock::new().now().wall_ms;
    records.keep(Housekeeping::ApiKey(ApiKey { hash, operator, login, made_ms }))?;
    Ok(key)
}

/// Ends all keys with which programs call in an operator's name.
///
/// # Errors
///
/// [`OfflineFault`]; the keys are then still good.
pub fn revoke_api_keys(folder: &Path, login: &str) -> Result<(), OfflineFault> {
    let mut records = Records::open(folder)?;
    let operator = records.operator(login)?;
    records.keep(Housekeeping::RevokeApiKeys(operator))
}

/// The store of a branch whose daemon is not running.
struct Records {
    store: Store,
    branch: Branch,
}

impl Records {
    fn open(folder: &Path) -> Result<Records, OfflineFault> {
        let store = Store::open(StoreOptions::in_folder(folder)).map_err(OfflineFault::Store)?;
        let branch = store.load().map_err(OfflineFault::Store)?;
        Ok(Records { store, branch })
    }

    fn operator(&self, login: &str) -> Result<OperatorId, OfflineFault> {
        let found = self.branch.settings().operator_by_login(login);
        let found = found.map(|operator| operator.id);
        found.ok_or_else(|| OfflineFault::NoOperator(login.to_owned()))
    }

    fn keep(&mut self, note: Housekeeping) -> Result<(), OfflineFault> {
        let batch = Batch { housekeeping: vec![note], ..Batch::default() };
        self.store.append(&batch, &self.branch).map_err(OfflineFault::Store)
    }
}
