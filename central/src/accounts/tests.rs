//! Signing in, with a real store and a clock that moves when it is told to.

use std::net::Ipv4Addr;

use serve::clock::HandClock;
use serve::door;
use tempfile::TempDir;

use super::*;
use crate::store::{NewUser, Store};

const NOON_MS: i64 = 1_795_431_600_000;
const PASSWORD: &str = "correct horse";
const DESK: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

struct Scene {
    accounts: Accounts,
    clock: HandClock,
    store: Store,
    folder: TempDir,
}

fn tenant() -> Tenant {
    Tenant::parse("north-bank").unwrap()
}

fn scene(with_user: bool) -> (Scene, Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    if with_user {
        let password_hash = passwords::hash(PASSWORD).unwrap().as_str().to_owned();
        let (login, name) = ("manager".to_owned(), "Manager".to_owned());
        store.add_user(&NewUser { tenant: tenant(), login, name, password_hash }).unwrap();
    }
    let (pending, code) = match Setup::prepare(folder.path(), &mut store).unwrap() {
        Setup::Done => (None, None),
        Setup::Open(pending) => (Some(pending), None),
        Setup::Fresh(pending, code) => (Some(pending), Some(code)),
    };
    let clock = HandClock::at(NOON_MS);
    let reader = store.reader().unwrap();
    let accounts =
        Accounts::open(folder.path(), tenant(), reader, Arc::new(clock.clone()), pending).unwrap();
    (Scene { accounts, clock, store, folder }, code)
}

impl Scene {
    async fn sign_in(&self, login: &str, password: &str) -> Result<String, SignInFault> {
        self.accounts.sign_in(login, password, DESK).await
    }
}

#[tokio::test]
async fn who_knows_the_password_gets_a_token_for_twelve_hours() {
    let (scene, _) = scene(true);
    let token = scene.sign_in("manager", PASSWORD).await.unwrap();
    let header = format!("Bearer {token}");
    let who = scene.accounts.who(Some(&header)).unwrap();
    assert_eq!((who.login.as_str(), who.tenant.as_str()), ("manager", "north-bank"));
    scene.clock.advance(Duration::from_secs(12 * 60 * 60));
    assert_eq!(scene.accounts.who(Some(&header)), Err(TokenFault::Expired));
    assert_eq!(scene.accounts.who(None), Err(TokenFault::Forged));
    assert_eq!(scene.accounts.who(Some(&token)), Err(TokenFault::Forged));
}

#[tokio::test]
async fn nobody_learns_which_logins_there_are() {
    let (scene, _) = scene(true);
    let long = "x".repeat(LOGIN_BYTES_MAX + 1);
    for (login, password) in [
        ("manager", "wrong"),
        ("manager", ""),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        (&long, PASSWORD),
        ("MANAGER", PASSWORD),
        ("manager", &"x".repeat(100_000)),
    ] {
        assert_eq!(scene.sign_in(login, password).await, Err(SignInFault::Wrong), "{login}");
    }
}

#[tokio::test]
async fn after_many_wrong_passwords_a_login_waits() {
    let (scene, _) = scene(true);
    for _ in 0..door::LOGIN_FAILURES_MAX {
        assert_eq!(scene.sign_in("manager", "wrong").await, Err(SignInFault::Wrong));
    }
    let refused = scene.sign_in("manager", PASSWORD).await;
    assert_eq!(refused, Err(SignInFault::TooMany(door::WINDOW)));
    scene.clock.advance(door::WINDOW);
    scene.sign_in("manager", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn right_passwords_are_never_too_many_not_even_at_once() {
    let (scene, _) = scene(true);
    let accounts = Arc::new(scene.accounts);
    let sign_in = |password: &'static str| {
        let accounts = Arc::clone(&accounts);
        tokio::spawn(async move { accounts.sign_in("manager", password, DESK).await })
    };
    let all: Vec<_> = (0..2 * door::LOGIN_FAILURES_MAX).map(|_| sign_in(PASSWORD)).collect();
    for one in all {
        one.await.unwrap().unwrap();
    }
    let mut wrong = 0;
    let all: Vec<_> = (0..3 * door::LOGIN_FAILURES_MAX).map(|_| sign_in("wrong")).collect();
    for one in all {
        wrong += u32::from(one.await.unwrap() == Err(SignInFault::Wrong));
    }
    let most = door::LOGIN_FAILURES_MAX + door::CHECKS_MAX as u32;
    assert!((door::LOGIN_FAILURES_MAX..=most).contains(&wrong), "{wrong} guesses at once");
}

#[tokio::test]
async fn the_first_user_is_made_with_the_code_and_only_once() {
    let (scene, code) = scene(false);
    let code = code.unwrap();
    assert!(scene.accounts.awaits_setup());
    let set_up = async |code: &str, login: &str, name: &str, password: &str| {
        scene.accounts.set_up(code, login, name, password, DESK).await
    };
    for (wish, fault) in [
        (["0000-0000", "anna", "Anna", "long enough"], SetUpFault::WrongCode),
        ([&code, "", "Anna", "long enough"], SetUpFault::Login),
        ([&code, "a b", "Anna", "long enough"], SetUpFault::Login),
        ([&code, &"a".repeat(LOGIN_BYTES_MAX + 1), "Anna", "long enough"], SetUpFault::Login),
        ([&code, "anna", " ", "long enough"], SetUpFault::Name),
        ([&code, "anna", "Anna", "9 letters"], SetUpFault::Password),
        ([&code, "anna", "Anna", &"x".repeat(10_000)], SetUpFault::Password),
    ] {
        let [code, login, name, password] = wish;
        assert_eq!(set_up(code, login, name, password).await, Err(fault));
    }
    let token = set_up(&code.to_uppercase(), "anna", "Anna", "long enough").await.unwrap();
    assert_eq!(scene.accounts.who(Some(&format!("Bearer {token}"))).unwrap().login, "anna");
    assert!(!scene.accounts.awaits_setup());
    let again = set_up(&code, "ben", "Ben", "long enough").await;
    assert_eq!(again, Err(SetUpFault::Done));
    scene.sign_in("anna", "long enough").await.unwrap();
    assert_eq!(scene.sign_in("anna", "long enough!").await, Err(SignInFault::Wrong));
}

#[tokio::test]
async fn the_first_user_outlives_a_restart_and_the_code_does_not() {
    let (mut scene, code) = scene(false);
    let made = scene.accounts.set_up(&code.unwrap(), "anna", "Anna", "long enough", DESK).await;
    let header = format!("Bearer {}", made.unwrap());
    let folder = scene.folder.path();
    assert!(matches!(Setup::prepare(folder, &mut scene.store).unwrap(), Setup::Done));
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap()).collect();
    let names: Vec<_> = files.iter().map(|file| file.file_name()).collect();
    for gone in ["setup.code", "first.user"] {
        assert!(!names.iter().any(|name| name == gone), "{gone}");
    }
    let reader = scene.store.reader().unwrap();
    let clock = Arc::new(scene.clock.clone());
    let accounts = Accounts::open(folder, tenant(), reader, clock, None).unwrap();
    assert_eq!(accounts.who(Some(&header)).unwrap().login, "anna", "nobody is signed out");
    accounts.sign_in("anna", "long enough", DESK).await.unwrap();
}

#[tokio::test]
async fn a_code_is_shown_once_and_kept_as_a_hash() {
    let (mut scene, code) = scene(false);
    let code = code.unwrap();
    let kept = std::fs::read_to_string(scene.folder.path().join("setup.code")).unwrap();
    assert!(kept.starts_with("$argon2id$") && !kept.contains(&code));
    let again = Setup::prepare(scene.folder.path(), &mut scene.store).unwrap();
    assert!(matches!(again, Setup::Open(_)), "{again:?}");
}

#[tokio::test]
async fn wrong_codes_are_counted() {
    let (scene, _) = scene(false);
    let guess = || scene.accounts.set_up("0000", "anna", "Anna", "long enough", DESK);
    for _ in 0..door::LOGIN_FAILURES_MAX {
        assert_eq!(guess().await, Err(SetUpFault::WrongCode));
    }
    assert_eq!(guess().await, Err(SetUpFault::TooMany(door::WINDOW)));
}

#[test]
fn the_demonstration_fills_an_empty_folder_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    Setup::prepare(folder.path(), &mut store).unwrap();
    demonstration::furnish(folder.path(), &mut store).unwrap();
    assert!(!store.reader().unwrap().has_users().unwrap(), "an organisation has begun here");

    let (mut scene, _) = scene(true);
    demonstration::furnish(scene.folder.path(), &mut scene.store).unwrap();
    let user = scene.store.reader().unwrap().user("manager").unwrap().unwrap();
    assert!(passwords::verify(PASSWORD, Some(&user.password_hash)), "it is the same as before");
}

#[test]
fn a_folder_of_the_demonstration_is_not_used_in_earnest() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    for _ in 0..2 {
        demonstration::furnish(folder.path(), &mut store).unwrap();
    }
    let refused = Setup::prepare(folder.path(), &mut store);
    assert!(matches!(refused, Err(SetupError::Demonstration)), "{refused:?}");
    assert!(!folder.path().join("setup.code").exists());
}
