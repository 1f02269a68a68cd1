//! The first user: made with a code that only who starts the program sees, once.
//!
//! The store belongs to the intake's thread while the program runs. So the first user is written
//! to a file of its own, whole or absent, and can sign in at once; the next start takes it into
//! the store.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serve::secret;
use serve::setup_code::{self, SetupCode};
use sync::topics::Tenant;

use super::demonstration;
use crate::store::{NewUser, Store, StoreError, UserRow};

/// The file that holds the code's hash, within the data folder.
const CODE_FILE: &str = "setup.code";
/// The file that holds the first user until the next start.
const USER_FILE: &str = "first.user";

/// Why the first user cannot be prepared.
#[derive(Debug)]
pub enum SetupError {
    /// A file cannot be read or written.
    File(PathBuf, io::Error),
    /// The file of the first user holds something else.
    Unreadable(PathBuf),
    /// The store.
    Store(StoreError),
    /// The folder is the demonstration's, and its password is known to everybody.
    Demonstration,
}

impl std::fmt::Display for SetupError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SetupError::File(path, _) => write!(f, "cannot use {}", path.display()),
            SetupError::Unreadable(path) => write!(
                f,
                "{} holds no user; delete it and start again for a new setup code",
                path.display()
            ),
            SetupError::Store(error) => write!(f, "{error}"),
            SetupError::Demonstration => write!(
                f,
                "the data folder is the demonstration's, whose password everybody knows; name \
                 another one with --data"
            ),
        }
    }
}

impl std::error::Error for SetupError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            SetupError::File(_, cause) => Some(cause),
            SetupError::Store(error) => error.source(),
            SetupError::Unreadable(_) | SetupError::Demonstration => None,
        }
    }
}

/// How it stands with the first user at a start.
#[derive(Debug)]
pub enum Setup {
    /// There are users.
    Done,
    /// There is none. The code was shown at an earlier start.
    Open(Pending),
    /// There is none. This code is to be shown now; it is kept as a hash only.
    Fresh(Pending, String),
}

/// A first user who is still to be made.
#[derive(Debug)]
pub struct Pending {
    folder: PathBuf,
    code: SetupCode,
}

#[derive(Serialize, Deserialize)]
struct FirstUser {
    tenant: String,
    login: String,
    name: String,
    password_hash: String,
}

impl Setup {
    /// Takes the first user of an earlier run into the store, and looks how it stands.
    ///
    /// # Errors
    ///
    /// [`SetupError`].
    pub fn prepare(folder: &Path, store: &mut Store) -> Result<Setup, SetupError> {
        take_in(folder, store)?;
        let code = folder.join(CODE_FILE);
        let reader = store.reader().map_err(SetupError::Store)?;
        if demonstration::is_in(&reader).map_err(SetupError::Store)? {
            return Err(SetupError::Demonstration);
        }
        if reader.has_users().map_err(SetupError::Store)? {
            return remove(&code).map(|()| Setup::Done);
        }
        let failed = |fault| SetupError::File(code.clone(), fault);
        if let Some(code) = SetupCode::read(&code).map_err(failed)? {
            return Ok(Setup::Open(Pending { folder: folder.into(), code }));
        }
        let (kept, shown) = SetupCode::draw(&code, None).map_err(failed)?;
        Ok(Setup::Fresh(Pending { folder: folder.into(), code: kept }, shown))
    }
}

/// Whether an organisation has begun here, although it may have no user yet.
pub(super) fn has_begun(folder: &Path) -> bool {
    [CODE_FILE, USER_FILE].iter().any(|file| folder.join(file).exists())
}

impl Pending {
    /// The code that who makes the first user has to know.
    pub(super) fn code(&self) -> &SetupCode {
        &self.code
    }

    /// Writes the user down, and uses the code up.
    pub(super) fn settle(&self, user: &UserRow) -> io::Result<()> {
        let first = FirstUser {
            tenant: user.tenant.as_str().to_owned(),
            login: user.login.clone(),
            name: user.name.clone(),
            password_hash: user.password_hash.clone(),
        };
        let text = serde_json::to_vec(&first).expect("texts can be written");
        secret::write(&self.folder.join(USER_FILE), &text)?;
        // A code that stays for want of power is removed by the next start.
        self.code.use_up().ok();
        Ok(())
    }
}

fn take_in(folder: &Path, store: &mut Store) -> Result<(), SetupError> {
    let path = folder.join(USER_FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(fault) => return Err(SetupError::File(path, fault)),
    };
    let first: Option<FirstUser> = serde_json::from_str(&text).ok();
    let user = first.and_then(|first| {
        let tenant = Tenant::parse(&first.tenant).ok()?;
        let FirstUser { login, name, password_hash, .. } = first;
        Some(NewUser { tenant, login, name, password_hash })
    });
    let user = user.ok_or_else(|| SetupError::Unreadable(path.clone()))?;
    store.add_user(&user).map_err(SetupError::Store)?;
    remove(&path)
}

fn remove(path: &Path) -> Result<(), SetupError> {
    setup_code::forget(path).map_err(|fault| SetupError::File(path.into(), fault))
}
