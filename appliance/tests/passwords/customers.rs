//! Customers of apps, over the real daemon at its most talkative: nothing of them is in the log, the
//! metrics, the journal, or the answers to others.

use rusqlite::Connection;
use tokio::net::TcpListener;

use super::*;

const VT: &str = "/vt/api";

/// What a customer says about themselves, each nowhere by chance.
const SAID: [&str; 7] = [
    "Theodelinda-4711",
    "Waldtraute-4712",
    "Bartholomea-4713",
    "+36-1-471-4714",
    "kx7.4715@example.org",
    "Rumpel-Street-4716",
    "hook-path-4717",
];

/// Somebody on a socket who takes everything, and gives back what the first one sent.
async fn receiver() -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let first = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            let mut part = [0; 1_024];
            let count = stream.read(&mut part).await.unwrap();
            request.extend_from_slice(&part[..count]);
        }
        stream.write_all(b"HTTP/1.1 204 Taken\r\n\r\n").await.unwrap();
        String::from_utf8(request).unwrap()
    });
    (origin, first)
}

/// A text member of an answer's body.
fn member(answer: &str, name: &str) -> String {
    let rest = answer.split_once(&format!(r#""{name}":""#)).unwrap_or_else(|| panic!("{answer}")).1;
    rest.split_once('"').unwrap().0.to_owned()
}

/// All that the journal and what goes to central have in them.
fn journal(folder: &Path) -> String {
    let file = Connection::open(folder.join("branch.sqlite")).unwrap();
    let mut all = String::new();
    for sql in
        ["SELECT event FROM journal", "SELECT body FROM tickets", "SELECT body FROM settings"]
    {
        let mut query = file.prepare(sql).unwrap();
        let mut rows = query.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            all.push_str(&row.get::<_, String>(0).unwrap());
        }
    }
    all
}

/// All of it but the webhook, as members of a body.
fn members() -> String {
    let [first, last, name, phone, email, address, _] = SAID;
    format!(
        r#""first_name":"{first}","last_name":"{last}","name":"{name}","phone":"{phone}","email":"{email}","address":"{address}""#
    )
}

/// Everything that can go wrong, with all that a customer says in the wrong places: what was
/// answered. `body` registers somebody who is registered already.
async fn misuse(daemon: &Daemon, token: &str, hook: &str, body: &str) -> String {
    let [_, _, name, phone, email, address, _] = SAID;
    let members = members();
    let register = format!("POST {VT}/json/customer/register");
    let bearer = format!("Authorization: Bearer {token}");
    let mut told = String::new();
    let broken = format!(r#"{{"username":"{name}","password":"{WRONG}",{members}"#);
    let twice = format!(r#"{{"username":"{name}","username":"{name}","password":"{WRONG}"}}"#);
    let wrong = format!(r#"{{"username":"{name}","password":"{WRONG}"}}"#);
    let kinds = format!(r#"{{"username":"{name}","password":["{WRONG}"],{members}}}"#);
    let long = format!(r#"{{"username":"{}","password":"{WRONG}"}}"#, name.repeat(10));
    let xml = format!("<r><username>{name}</username><password>{WRONG}</password>");
    let strange =
        format!(r#"{{"username":"x","password":"{CHOSEN}","pushnotification":"{hook}%"}}"#);
    let elsewhere =
        format!(r#"{{"username":"x","password":"{CHOSEN}","pushnotification":"http://{email}/"}}"#);
    let oauth = format!(r#"{{"oauth_provider":"google","oauth_token":"{WRONG}"}}"#);
    let reset =
        format!(r#"{{"token":"{WRONG}","password":"{CHOSEN}","repeat_password":"{CHOSEN}"}}"#);
    let differ =
        format!(r#"{{"token":"{WRONG}","password":"{CHOSEN}","repeat_password":"{WRONG}"}}"#);
    let forged = format!("Authorization: Bearer {WRONG}");
    for (call, header, body) in [
        (register.clone(), "", &body.to_owned()),
        (register.clone(), "", &broken),
        (register.clone(), "", &twice),
        (register.clone(), "", &kinds),
        (register.clone(), "", &long),
        (register.clone(), "", &strange),
        (register.clone(), "", &elsewhere),
        (register.clone(), "", &oauth),
        (format!("POST {VT}/xml/customer/login"), "", &xml),
        (format!("POST {VT}/json/customer/login"), "", &wrong),
        (format!("POST {VT}/json/customer/login?password={WRONG}&email={email}"), "", &wrong),
        (format!("POST {VT}/json/customer/{name}"), "", &wrong),
        (format!("POST {VT}/{name}/customer/login"), "", &wrong),
        (format!("GET {VT}/json/customer/login?username={name}"), "", &wrong),
        (format!("GET {VT}/json/customer/resetpassword?email={email}"), "", &String::new()),
        (format!("GET {VT}/json/customer/resetpassword?email={email}%ff"), "", &String::new()),
        (format!("POST {VT}/json/customer/newpassword"), "", &reset),
        (format!("POST {VT}/json/customer/newpassword"), "", &differ),
        (format!("POST {VT}/json/customer/details"), &forged, &wrong),
        (format!("GET {VT}/json/customer/tickets?vt_token={token}x"), "", &String::new()),
        (format!("GET {VT}/json/customer/tickets/{name}"), &bearer, &String::new()),
        (format!("GET {VT}/json/locations/get?city={address}&region={name}"), "", &String::new()),
        (format!("GET {VT}/json/locations/get?coordinates={phone}"), "", &String::new()),
        (format!("POST {VT}/json/ticket/cancel"), &bearer, &wrong),
        (format!("POST {VT}/json/customer/erase"), &bearer, &wrong),
        ("GET /metrics".to_owned(), "", &String::new()),
        ("GET /health".to_owned(), "", &String::new()),
    ] {
        let headers: Vec<&str> = Some(header).into_iter().filter(|h| !h.is_empty()).collect();
        let answer = daemon.ask(&call, &headers, body).await;
        assert!(answer.starts_with("HTTP/1.1 "), "{call}: {answer}");
        told.push_str(&answer);
    }
    told
}

#[tokio::test]
async fn what_a_customer_says_stays_with_them() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data");
    let (origin, told) = receiver().await;
    let secret = home.path().join("webhook.secret");
    serve::secret::write(&secret, WRONG.as_bytes()).unwrap();
    let allow = format!("virtual_ticket.webhook.allow=[\"{origin}\"]");
    let file = format!("virtual_ticket.webhook.secret_file={}", secret.display());
    let daemon = Daemon::start(&folder, &["--set", &allow, "--set", &file]).await;
    let [_, _, name, phone, email, _, hook] = SAID;
    let members = members();
    let hook = format!("{origin}/{hook}");
    let body = format!(
        r#"{{"username":"{name}","password":"{CHOSEN}","pushnotification":"{hook}",{members}}}"#
    );
    let register = format!("POST {VT}/json/customer/register");
    let answer = daemon.ask(&register, &[], &body).await;
    let token = member(&answer, "vt_token");
    let bearer = format!("Authorization: Bearer {token}");
    let create = format!("POST {VT}/json/ticket/create");
    let wish = r#"{"tickets":[{"master_id":"1","service_id":"1"}]}"#;
    let answer = daemon.ask(&create, &[&bearer], wish).await;
    let ticket = member(&answer, "id");
    assert!(answer.contains(phone), "their own data they see: {answer}");
    let request = tokio::time::timeout(Duration::from_secs(20), told).await.unwrap().unwrap();
    assert!(request.starts_with("POST /hook-path-4717 ") && request.contains(&ticket));
    let told = misuse(&daemon, &token, &hook, &body).await;
    for code in ["wrong_credentials", "bad_body", "username_taken", "webhook_not_allowed"] {
        assert!(told.contains(code), "it was really looked at: {told}");
    }
    assert!(told.contains("vt/customer/register"), "the metrics are in it");
    let mail = folder.join("mail");
    for _ in 0..200 {
        if fs::read_dir(&mail).is_ok_and(|mut mails| mails.next().is_some()) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(holding(&files(&mail), &format!("To: <{email}>")).len(), 1);
    assert!(daemon.stop().success());
    let logged = read(&log_of(&folder));
    assert!(logged.contains("vt/customer/register"), "what is searched is the log");
    let journal = journal(&folder);
    assert!(journal.contains(&ticket), "and the journal");
    for private in SAID.into_iter().chain([WRONG, CHOSEN, &token]) {
        assert!(!told.contains(private), "{private} was told back: {told}");
        assert!(!logged.contains(private), "{private} is in the log");
        assert!(!journal.contains(private), "{private} is in the journal");
    }
    // What is no data of theirs but a secret is nowhere at all.
    for secret in [WRONG, CHOSEN, token.as_str()] {
        assert_eq!(holding(&files(&folder), secret), [] as [PathBuf; 0], "{secret}");
    }
}

#[tokio::test]
async fn what_was_kept_long_enough_goes_with_the_next_start() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data");
    let mail = folder.join("mail");
    fs::create_dir_all(&mail).unwrap();
    for (name, age_days) in [("old.eml", 8), ("new.eml", 6)] {
        let file = File::create(mail.join(name)).unwrap();
        let age = Duration::from_secs(age_days * 24 * 60 * 60);
        let written = file.metadata().unwrap().modified().unwrap();
        file.set_modified(written - age).unwrap();
    }
    let daemon = Daemon::start(&folder, &[]).await;
    for _ in 0..200 {
        if !mail.join("old.eml").exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(!mail.join("old.eml").exists() && mail.join("new.eml").exists());
    assert!(daemon.stop().success());
}
