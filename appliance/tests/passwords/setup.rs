//! The first password, over the real daemon: a code that is shown once, and what it is good for.

use super::*;

/// The code among what was shown, with how many there were.
fn shown(folder: &Path) -> (usize, String) {
    let all = read(&shown_of(folder));
    let is_code = |line: &&str| {
        let groups = line.split('-');
        groups.clone().count() == 5
            && groups.clone().all(|g| g.len() == 4 && g.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    let codes: Vec<&str> = all.lines().map(str::trim).filter(is_code).collect();
    (codes.len(), codes.last().copied().unwrap_or_default().to_owned())
}

/// How it stands with the first password, as anybody may ask.
async fn standing(daemon: &Daemon) -> String {
    let answer = daemon.ask("GET /v1/setup", &[], "").await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 ") && head.contains("no-store"), "{head}");
    body.to_owned()
}

const AWAITED: &str = r#"{"awaited":true,"expired":false}"#;
const GIVEN: &str = r#"{"awaited":false,"expired":false}"#;

/// What `/v1/setup` says: the status, and the body.
async fn set_up(daemon: &Daemon, code: &str, login: &str, password: &str) -> (String, String) {
    let body = format!(r#"{{"code":"{code}","login":"{login}","password":"{password}"}}"#);
    let answer = daemon.ask("POST /v1/setup", &[], &body).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(!body.contains(code) && !body.contains(password), "{body}");
    (head.split(' ').nth(1).unwrap_or_default().to_owned(), body.to_owned())
}

#[tokio::test]
async fn the_first_start_shows_a_code_that_is_good_for_one_password() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data");
    let settings = home.path().join("settings.json");
    fs::write(&settings, once(&folder, &["--sample-settings"], "").stdout).unwrap();
    let first = format!("first_settings={}", settings.display());
    let daemon = Daemon::start_with(&folder, &["--set", &first]).await;
    let (count, code) = shown(&folder);
    assert_eq!(count, 1);
    assert_eq!(daemon.sign_in("manager", "demo-manager").await, None, "there is no default");
    assert_eq!(standing(&daemon).await, AWAITED);
    let head = daemon.ask("HEAD /v1/setup", &[], "").await;
    assert!(head.starts_with("HTTP/1.1 200 ") && head.ends_with("\r\n\r\n"), "{head}");
    for method in ["PUT", "DELETE", "PATCH"] {
        let answer = daemon.ask(&format!("{method} /v1/setup"), &[], "").await;
        assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
        assert!(answer.contains("allow: GET, HEAD, POST\r\n"), "{answer}");
    }
    for (with, login, password, status, error) in [
        ("0000-0000-0000-0000-0000", "manager", CHOSEN, "403", "wrong_code"),
        (&code, "clerk1", CHOSEN, "400", "must be that of who administers the branch: manager"),
        (&code, "clerk1", CHOSEN, "400", r#""logins":["manager"]"#),
        (&code, "manager", "too short", "400", "bad_password"),
        (&code, "a b", CHOSEN, "400", "bad_login"),
    ] {
        let (found, body) = set_up(&daemon, with, login, password).await;
        assert_eq!(found, status, "{body}");
        assert!(body.contains(error), "{body}");
    }
    for (first, body, status) in
        [("POST /v1/setup", "{", "400"), ("POST /v1/setup", r#"{"code": 1}"#, "400")]
    {
        let answer = daemon.ask(first, &[], body).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    }
    // A restart shows nothing, and the code is still good.
    assert!(daemon.stop().success());
    let daemon = Daemon::start_with(&folder, &["--set", &first]).await;
    assert_eq!(shown(&folder).0, 1);
    assert_eq!(standing(&daemon).await, AWAITED, "what was refused changes nothing");
    let (status, body) = set_up(&daemon, &code, "manager", CHOSEN).await;
    assert_eq!(status, "201", "{body}");
    assert_eq!(standing(&daemon).await, GIVEN);
    assert!(body.starts_with(r#"{"token":""#), "{body}");
    assert!(daemon.sign_in("manager", CHOSEN).await.is_some());
    let (status, body) = set_up(&daemon, &code, "manager", WRONG).await;
    assert!(status == "409" && body.contains("set_up"), "{status} {body}");
    assert!(daemon.stop().success());
    let daemon = Daemon::start_with(&folder, &[]).await;
    assert_eq!(shown(&folder).0, 1, "nobody needs another one");
    assert_eq!(standing(&daemon).await, GIVEN);
    assert_eq!(set_up(&daemon, &code, "manager", WRONG).await.0, "409");
    assert!(daemon.stop().success());
    let mut all = files(&folder);
    all.push(log_of(&folder));
    for secret in [code.as_str(), CHOSEN] {
        assert_eq!(holding(&all, secret), [] as [PathBuf; 0], "{secret}");
    }
}

#[tokio::test]
async fn a_code_that_is_too_old_is_told_and_the_next_start_shows_another_one() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data");
    let daemon = Daemon::start_with(&folder, &[]).await;
    assert!(daemon.stop().success());
    // As if it had been drawn almost a day ago: its time is over a little after the next start.
    let kept = folder.join("setup.code");
    let (hash, made) =
        read(&kept).split_once('\n').map(|(h, m)| (h.to_owned(), m.to_owned())).unwrap();
    let day = appliance::accounts::CODE_TIME.as_millis() as i64;
    let older = made.trim().parse::<i64>().unwrap() - day + 8_000;
    fs::write(&kept, format!("{hash}\n{older}")).unwrap();
    let daemon = Daemon::start_with(&folder, &[]).await;
    let (count, code) = shown(&folder);
    assert_eq!(count, 1, "it is good for some seconds more");
    let mut standings = vec![standing(&daemon).await];
    while standings.last().is_some_and(|standing| standing == AWAITED) && standings.len() < 400 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        standings.push(standing(&daemon).await);
    }
    assert_eq!(standings.first().unwrap(), AWAITED);
    assert_eq!(standings.last().unwrap(), r#"{"awaited":true,"expired":true}"#);
    let (status, body) = set_up(&daemon, &code, "ann", CHOSEN).await;
    assert!(status == "403" && body.contains("code_expired"), "{status} {body}");
    assert!(daemon.stop().success());
    let daemon = Daemon::start_with(&folder, &[]).await;
    let (count, newer) = shown(&folder);
    assert_eq!(count, 2);
    assert_eq!(standing(&daemon).await, AWAITED);
    assert_eq!(set_up(&daemon, &newer, "ann", CHOSEN).await.0, "201");
    assert!(daemon.stop().success());
}

#[tokio::test]
async fn a_branch_without_settings_gets_its_first_operator() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data");
    let daemon = Daemon::start_with(&folder, &[]).await;
    let (_, code) = shown(&folder);
    let body = format!(
        r#"{{"code":"{}","login":"ann","name":"Ann","password":"{CHOSEN}"}}"#,
        code.to_uppercase()
    );
    let answer = daemon.ask("POST /v1/setup", &[], &body).await;
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert!(daemon.sign_in("ann", CHOSEN).await.is_some());
    assert!(daemon.stop().success());
    let daemon = Daemon::start_with(&folder, &[]).await;
    assert!(daemon.sign_in("ann", CHOSEN).await.is_some());
    assert!(daemon.stop().success());
}

#[tokio::test]
async fn codes_are_not_to_be_guessed_and_the_sample_branch_has_none() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data");
    let daemon = Daemon::start_with(&folder, &[]).await;
    let (_, code) = shown(&folder);
    for _ in 0..serve::door::LOGIN_FAILURES_MAX {
        assert_eq!(set_up(&daemon, "0000", "ann", CHOSEN).await.0, "403");
    }
    let (status, body) = set_up(&daemon, &code, "ann", CHOSEN).await;
    assert!(status == "429" && body.contains("too_many_attempts"), "{status} {body}");
    assert!(daemon.stop().success());
    let folder = home.path().join("demo");
    let daemon = Daemon::start(&folder, &[]).await;
    assert_eq!(shown(&folder).0, 0);
    assert_eq!(standing(&daemon).await, GIVEN);
    assert_eq!(set_up(&daemon, &code, "manager", CHOSEN).await.0, "409");
    assert!(daemon.stop().success());
}
