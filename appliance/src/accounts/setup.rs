//! The first password: given with a code that only who starts the daemon sees, once.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use engine::settings::{Language, Operator, Right, Rights, Serves, Settings};
use engine::{Command, LanguageId, OperatorId};
use serve::door::{LOGIN_BYTES_MAX, TurnedAway};
use serve::passwords::{self, PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN};
use serve::setup_code::{self, SetupCode};

use super::Accounts;
use crate::registrar::Mailbox;
use crate::store::{Archive, Housekeeping, StoreError};

/// The file that holds the code's hash, within the data folder.
pub const CODE_FILE: &str = "setup.code";

/// For so long a code is good: a working day, and the evening on which somebody forgot it.
pub const CODE_TIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Characters of a person's name.
pub const NAME_CHARS_MAX: usize = 80;

/// Under this name wrong codes are counted; no login has a zero byte in it.
const SETUP_LOGIN: &str = "\0setup";

/// Why it is not known how it stands with the first password.
#[derive(Debug)]
pub enum SetupFault {
    /// The file of the code.
    File(PathBuf, io::Error),
    /// The store.
    Store(StoreError),
}

impl fmt::Display for SetupFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SetupFault::File(path, _) => write!(f, "cannot use {}", path.display()),
            SetupFault::Store(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for SetupFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            SetupFault::File(_, cause) => Some(cause),
            SetupFault::Store(error) => error.source(),
        }
    }
}

/// A code that is still to be used.
#[derive(Debug)]
pub struct Pending {
    code: SetupCode,
    /// On the steady clock: the wall clock of a box that has just been unpacked may be set right by
    /// years while somebody types.
    ends_ms: u64,
    settled: AtomicBool,
}

impl Pending {
    fn until(code: SetupCode, ends_ms: u64) -> Pending {
        Pending { code, ends_ms, settled: AtomicBool::new(false) }
    }
}

/// How it stands with the first password while the branch is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstPassword {
    /// Somebody who administers the branch can sign in.
    Given,
    /// Nobody can, and the code is good.
    Awaited,
    /// Nobody can, and the code's time is over.
    Expired,
}

/// How it stands with the first password at a start.
#[derive(Debug)]
pub enum Setup {
    /// Somebody who administers the branch can sign in.
    Done,
    /// Nobody can. The code was shown at an earlier start.
    Open(Pending),
    /// Nobody can. This code is to be shown now; it is kept as a hash only.
    Fresh(Pending, String),
}

impl Setup {
    /// Looks how it stands, and draws a code where one is needed and none is good any more.
    ///
    /// # Errors
    ///
    /// [`SetupFault`].
    pub fn prepare(
        folder: &Path,
        mailbox: &Mailbox,
        archive: &Archive,
    ) -> Result<Setup, SetupFault> {
        let path = folder.join(CODE_FILE);
        let failed = |fault| SetupFault::File(path.clone(), fault);
        let heads = mailbox.read(|now| administrators(now.branch.settings()));
        for head in heads {
            if archive.credential(head.id).map_err(SetupFault::Store)?.is_some() {
                setup_code::forget(&path).map_err(failed)?;
                return Ok(Setup::Done);
            }
        }
        let now = mailbox.moment();
        let time_ms = u64::try_from(CODE_TIME.as_millis()).unwrap_or(u64::MAX);
        let known = SetupCode::read(&path).map_err(failed)?;
        let left_ms = known.as_ref().and_then(SetupCode::made_ms).and_then(|made_ms| {
            let age_ms = u64::try_from(now.wall_ms.checked_sub(made_ms)?).ok()?;
            time_ms.checked_sub(age_ms).filter(|left_ms| *left_ms != 0)
        });
        if let (Some(code), Some(left_ms)) = (known, left_ms) {
            let ends_ms = now.steady_ms.saturating_add(left_ms);
            return Ok(Setup::Open(Pending::until(code, ends_ms)));
        }
        let (code, shown) = SetupCode::draw(&path, Some(now.wall_ms)).map_err(failed)?;
        let ends_ms = now.steady_ms.saturating_add(time_ms);
        Ok(Setup::Fresh(Pending::until(code, ends_ms), shown))
    }
}

/// Those who may administer the branch and have a name to sign in as.
fn administrators(settings: &Settings) -> Vec<Operator> {
    let all = settings.operators.iter();
    let head = |operator: &&Operator| {
        operator.rights.contains(Right::Administration) && !operator.login.is_empty()
    };
    all.filter(head).cloned().collect()
}

/// What somebody asks for who knows the code. It holds secrets: there is no `Debug`.
pub struct Wish {
    /// The code.
    pub code: String,
    /// As what they sign in.
    pub login: String,
    /// What they are called, where the settings do not know them yet; none: as they sign in.
    pub name: Option<String>,
    /// The password that they choose.
    pub password: String,
}

/// Why nobody was given a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetUpFault {
    /// Somebody can sign in already.
    Done,
    /// The code's time is over.
    Expired,
    /// It is another code.
    WrongCode,
    /// The login is empty, too long, or has blanks or control characters.
    Login,
    /// The settings know who administers the branch, and it is none of these.
    NotAdministrator(Vec<String>),
    /// The operator with this login does not administer the branch.
    LoginTaken,
    /// The name is empty, too long, or has control characters.
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

impl Accounts {
    /// The same, with a first password to be given.
    pub fn awaiting(mut self, pending: Option<Pending>) -> Accounts {
        self.pending = pending;
        self
    }

    /// How it stands with the first password now.
    pub fn first_password(&self) -> FirstPassword {
        match self.open_code() {
            None => FirstPassword::Given,
            Some(open) if open.ends_ms <= self.mailbox.moment().steady_ms => FirstPassword::Expired,
            Some(_) => FirstPassword::Awaited,
        }
    }

    fn open_code(&self) -> Option<&Pending> {
        self.pending.as_ref().filter(|open| !open.settled.load(Ordering::Acquire))
    }

    /// The code is good for nothing from now on.
    pub(super) fn settle(&self) {
        let Some(open) = self.open_code() else { return };
        open.settled.store(true, Ordering::Release);
        if let Err(error) = open.code.use_up() {
            // The next start finds somebody who can sign in, and takes it away.
            tracing::warn!(%error, "the file of the setup code stays until the next start");
        }
    }

    /// Gives a password to the one who knows the code, and a token. Where the settings know nobody
    /// who administers the branch, they become the first.
    ///
    /// # Errors
    ///
    /// [`SetUpFault`].
    pub async fn set_up(&self, wish: Wish, from: IpAddr) -> Result<String, SetUpFault> {
        let _giving = self.giving.try_lock().map_err(|_| SetUpFault::Busy)?;
        let Some(open) = self.open_code() else { return Err(SetUpFault::Done) };
        let steady_ms = || self.mailbox.moment().steady_ms;
        if open.ends_ms <= steady_ms() {
            return Err(SetUpFault::Expired);
        }
        check(&wish)?;
        let seat = self.door.seat(SETUP_LOGIN, from, steady_ms).await;
        let seat = seat.map_err(|turned| match turned {
            TurnedAway::TooMany(after) => SetUpFault::TooMany(after),
            TurnedAway::Busy => SetUpFault::Busy,
        })?;
        let (kept, code, password) = (open.code.clone(), wish.code.clone(), wish.password.clone());
        // Its length was looked at before.
        let work = move || kept.is(&code).then(|| passwords::hash(&password).ok()).flatten();
        let Some(hash) = seat.work(work).await.ok_or(SetUpFault::Unavailable)? else {
            self.door.failed(SETUP_LOGIN, from, steady_ms());
            return Err(SetUpFault::WrongCode);
        };
        let operator = self.head(&wish).await?;
        let credential = Housekeeping::Credential { operator: operator.id, hash };
        self.mailbox.keep(credential).await.map_err(|error| {
            tracing::error!(?error, "the first password cannot be written down");
            SetUpFault::Unavailable
        })?;
        self.settle();
        Ok(self.token(&operator))
    }

    /// Who is to have the password.
    async fn head(&self, wish: &Wish) -> Result<Operator, SetUpFault> {
        let mut settings = self.mailbox.read(|now| now.branch.settings().as_ref().clone());
        let heads = administrators(&settings);
        if let Some(head) = heads.iter().find(|head| head.login == wish.login) {
            return Ok(head.clone());
        }
        if !heads.is_empty() {
            let logins = heads.into_iter().map(|head| head.login).collect();
            return Err(SetUpFault::NotAdministrator(logins));
        }
        if settings.operator_by_login(&wish.login).is_some() {
            return Err(SetUpFault::LoginTaken);
        }
        let last = settings.operators.iter().map(|operator| operator.id.0).max();
        let head = Operator {
            id: OperatorId(last.unwrap_or(0) + 1),
            login: wish.login.clone(),
            name: wish.name.clone().unwrap_or_else(|| wish.login.clone()),
            serves: Serves::All,
            rights: Rights::of(&[Right::Hall, Right::Administration]),
        };
        settings.operators.push(head.clone());
        if settings.languages.is_empty() {
            // Of a branch that has no settings at all; whoever administers it goes on from here.
            let (code, name) = ("en-gb".into(), "English".into());
            settings.languages.push(Language { id: LanguageId(1), code, name });
        }
        let change = Command::ChangeSettings(Box::new(settings));
        match self.mailbox.submit(change).await {
            Ok(_) => Ok(head),
            Err(error) => {
                tracing::error!(?error, "the first operator cannot be written into the settings");
                Err(SetUpFault::Unavailable)
            }
        }
    }
}

fn check(wish: &Wish) -> Result<(), SetUpFault> {
    let blank = |letter: char| letter.is_whitespace() || letter.is_control();
    let Wish { login, name, password, .. } = wish;
    if login.is_empty() || LOGIN_BYTES_MAX < login.len() || login.contains(blank) {
        return Err(SetUpFault::Login);
    }
    let unsound = |name: &String| {
        name.trim().is_empty()
            || NAME_CHARS_MAX < name.chars().count()
            || name.contains(char::is_control)
    };
    if name.as_ref().is_some_and(unsound) {
        return Err(SetUpFault::Name);
    }
    if password.chars().count() < PASSWORD_CHARS_MIN || PASSWORD_BYTES_MAX < password.len() {
        return Err(SetUpFault::Password);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::sync::Arc;

    use serve::clock::HandClock;

    use super::*;
    use crate::registrar::Registrar;
    use crate::store::{Store, StoreOptions};

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

    fn wish(code: &str) -> Wish {
        let (login, password) = ("ann".to_owned(), "long enough".to_owned());
        Wish { code: code.to_owned(), login, name: None, password }
    }

    #[tokio::test]
    async fn a_code_ends_after_a_day_whatever_the_wall_clock_does() {
        let folder = tempfile::tempdir().expect("a folder");
        // A box as it comes out of its carton.
        let clock = HandClock::at(0);
        let store = Store::open(StoreOptions::in_folder(folder.path())).expect("opens");
        let archive = store.archive().expect("opens");
        let (_registrar, mailbox) =
            Registrar::start(store, Arc::new(clock.clone())).expect("starts");
        let prepare = || Setup::prepare(folder.path(), &mailbox, &archive).expect("prepares");
        let open = |pending| {
            let accounts = Accounts::open(folder.path(), mailbox.clone(), archive.clone());
            accounts.expect("opens").awaiting(Some(pending))
        };
        let Setup::Fresh(pending, code) = prepare() else { panic!("it is the first start") };
        let first = open(pending);
        clock.set_wall(1_795_431_600_000);
        // Somebody starts it again: the code seems fifty years old.
        let Setup::Fresh(pending, newer) = prepare() else { panic!("it is too old") };
        let second = open(pending);
        assert_eq!(second.set_up(wish(&code), HERE).await, Err(SetUpFault::WrongCode));
        clock.advance(CODE_TIME - Duration::from_secs(1));
        let Setup::Open(pending) = prepare() else { panic!("it is good for one second more") };
        let third = open(pending);
        assert_eq!(third.first_password(), FirstPassword::Awaited);
        clock.advance(Duration::from_secs(1));
        for accounts in [&first, &second, &third] {
            assert_eq!(accounts.first_password(), FirstPassword::Expired);
            let refused = accounts.set_up(wish(&newer), HERE).await;
            assert_eq!(refused, Err(SetUpFault::Expired));
        }
        let Setup::Fresh(pending, newest) = prepare() else { panic!("it is over") };
        let last = open(pending);
        assert!(last.set_up(wish(&newest), HERE).await.is_ok());
        assert_eq!(last.first_password(), FirstPassword::Given);
        assert_eq!(last.set_up(wish(&newest), HERE).await, Err(SetUpFault::Done));
        assert!(matches!(prepare(), Setup::Done));
        assert!(!folder.path().join(CODE_FILE).exists());
    }

    #[tokio::test]
    async fn a_password_from_elsewhere_ends_the_code_where_it_is_an_administrators() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(StoreOptions::in_folder(folder.path())).expect("opens");
        let archive = store.archive().expect("opens");
        let (_registrar, mailbox) =
            Registrar::start(store, Arc::new(HandClock::at(0))).expect("starts");
        let settings = crate::demo::settings(&crate::texts::Texts::new(), engine::DeviceId(1));
        mailbox.submit(Command::ChangeSettings(Box::new(settings.clone()))).await.expect("taken");
        let prepared = Setup::prepare(folder.path(), &mailbox, &archive).expect("prepares");
        let Setup::Fresh(pending, code) = prepared else { panic!("it is the first start") };
        let accounts = Accounts::open(folder.path(), mailbox.clone(), archive).expect("opens");
        let accounts = accounts.awaiting(Some(pending));
        let operator = |login| settings.operator_by_login(login).expect("the sample has them");
        for (login, stands) in
            [("clerk1", FirstPassword::Awaited), ("manager", FirstPassword::Given)]
        {
            let set = accounts.set_password(operator(login), "long enough", HERE).await;
            assert_eq!((set, accounts.first_password()), (Ok(()), stands), "{login}");
        }
        assert_eq!(accounts.set_up(wish(&code), HERE).await, Err(SetUpFault::Done));
        assert!(!folder.path().join(CODE_FILE).exists());
    }
}
