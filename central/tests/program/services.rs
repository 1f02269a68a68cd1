//! Branch services at central, asked over real sockets: who may ask what, and what is answered.

use std::fs;

use serde_json::{Value, json};
use serve::clock::{Clock, Reading, SystemClock};
use serve::tokens::{Claims, Tokens};
use sync::topics::Subject;

use crate::branches::BranchBox;
use crate::stage::{Central, Reply, until};

const LOGIN: &str = "POST /api/1/queue/admin/login/manager/demo-manager";

/// Every operation that wants a token.
const GUARDED: [&str; 6] = [
    "GET /api/1/queue/statistics",
    "GET /api/1/queue/statistics?serverId=2",
    "GET /api/1/queue/load",
    "GET /api/1/queue/statistics/history",
    "GET /api/1/queue/statistics/history?serverId=2",
    "GET /api/1/queue/statistics/history/",
];

async fn token(central: &Central) -> String {
    let reply = central.ask(LOGIN, &[], "").await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json().as_str().expect("in quotes").to_owned()
}

async fn ask(central: &Central, first: &str, token: &str) -> Reply {
    central.ask(first, &[&format!("Token: {token}")], "").await
}

async fn get(central: &Central, path: &str, token: &str) -> Value {
    let reply = ask(central, &format!("GET /api/1/{path}"), token).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    reply.json()
}

/// A no in the dialect's shape: its message.
fn no(reply: &Reply, status: u16) -> String {
    assert_eq!(reply.status, status, "{}", reply.body);
    let body = reply.json();
    assert_eq!(body.as_object().map(serde_json::Map::len), Some(2), "{body}");
    assert!(!body["UserMessage"].as_str().expect("a text").is_empty());
    body["Message"].as_str().expect("a text").to_owned()
}

/// Central with branch 2, where two wait and one is called, and branch 1, which was never heard.
async fn furnished() -> (Central, BranchBox) {
    let central = Central::demo().await;
    until("it hears", async || central.health().await["status"] == "ok").await;
    let mut place = BranchBox::join(&central).await;
    place.say_how_it_is(true).await;
    place.tell_a_day().await;
    let token = token(&central).await;
    until("the day is here", async || {
        get(&central, "queue/load", &token).await["InvitedCount"] == 1
    })
    .await;
    (central, place)
}

#[tokio::test]
async fn nobody_sees_figures_without_a_good_token_and_anyone_may_know_the_servers() {
    let central = Central::demo().await;
    let good = token(&central).await;
    let claims = |tenant: &str| Claims { login: "manager".into(), tenant: tenant.into() };
    let key = central.home().join("token.key");
    let ours = Tokens::open(&key, "anteroom-central").expect("its key");
    let clock = SystemClock::new();
    let now = clock.now();
    let old = Reading { wall_ms: now.wall_ms - 12 * 60 * 60 * 1_000, ..now };
    let branchs = Tokens::open(&key, "anteroomd").expect("its key").issue(&claims("demo"), now);
    let folder = tempfile::tempdir().expect("a folder");
    let foreign = Tokens::open(&folder.path().join("k"), "anteroom-central").expect("a key");
    let unsigned = format!("{}.", good.rsplit_once('.').expect("three parts").0);
    let other = ours.issue(&claims("other"), now);
    let none = ours.issue(&claims("No Tenant"), now);
    for call in GUARDED {
        let message = no(&central.ask(call, &[], "").await, 401);
        assert_eq!(message, "sign in, and send the token in the header `Token`", "{call}");
        let message = no(&ask(&central, call, &ours.issue(&claims("demo"), old)).await, 401);
        assert_eq!(message, "the token's time is over: sign in again", "{call}");
        let issued = foreign.issue(&claims("demo"), now);
        for wrong in ["x", &issued, &unsigned, &branchs, &none] {
            let reply = ask(&central, call, wrong).await;
            assert!(no(&reply, 401).contains("none of this server's"), "{call}");
            assert!(reply.head.contains("www-authenticate: bearer"), "{}", reply.head);
        }
        for header in [
            format!("Token: {good}"),
            format!("Token: \"{good}\""),
            format!("Token: Bearer {good}"),
            format!("Authorization: Bearer {good}"),
        ] {
            let reply = central.ask(call, &[&header], "").await;
            let wanted = if call.ends_with("=2") { 404 } else { 200 };
            assert_eq!(reply.status, wanted, "{call} {header}: {}", reply.body);
        }
    }
    assert_eq!(get(&central, "queue/statistics", &other).await, json!([]), "not their branches");
    assert_eq!(get(&central, "queue/load", &other).await["ServerCount"], 0);
    for token in [None, Some("Token: x")] {
        let headers: Vec<&str> = token.into_iter().collect();
        let reply = central.ask("GET /api/1/config/servers", &headers, "").await;
        assert_eq!((reply.status, reply.json()[0]["Id"].clone()), (200, json!(1)));
    }
    assert_eq!(central.get("/v1/branches", &good).await.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn servers_have_the_particulars_of_the_organisation() {
    let central = Central::with(&[
        "--demo",
        "--set=organisation.full_name=The North Bank, Ltd.",
        "--set=organisation.phone=+1 555 0100",
        "--set=organisation.integration_id=nb-1",
    ])
    .await;
    let reply = central.ask("GET /api/1/config/servers", &[], "").await;
    let expected = json!([{
        "Id": 1, "Name": "Default branch", "IsConnected": false, "WrongProtocol": false,
        "OrganizationName": "Demo", "OrganizationFullName": "The North Bank, Ltd.",
        "OrganizationAddress": "", "OrganizationPhone": "+1 555 0100", "OrganizationFax": "",
        "OrganizationEmail": "", "IntegrationId": "nb-1",
    }]);
    assert_eq!(reply.json(), expected);
    let (code, said) = crate::stage::ends(
        &["serve", "--demo", "--set", &format!("organisation.fax={}", "1".repeat(201))],
        None,
    )
    .await;
    assert_eq!(code, 2);
    assert!(said.contains("`organisation.fax` must be at most 200 characters"), "{said}");
}

#[tokio::test]
async fn a_branch_of_another_protocol_is_told_from_one_that_is_only_away() {
    let central = Central::demo().await;
    until("it hears", async || central.health().await["status"] == "ok").await;
    let servers = async || central.ask("GET /api/1/config/servers", &[], "").await.json();
    let mut place = BranchBox::join(&central).await;
    // The header of a frame whose version is 2: what follows it nobody here knows.
    place.say(Subject::Status, b"ANTQ\x02\x04\x00and something new".to_vec()).await;
    until("it is known", async || servers().await[1]["WrongProtocol"] == true).await;
    let row = servers().await[1].clone();
    assert_eq!((&row["Id"], &row["IsConnected"]), (&json!(2), &json!(false)), "it was not heard");
    place.say(Subject::Status, b"something else".to_vec()).await;
    place.say(Subject::Changes, b"ANTQ\x01\x03\x00damaged".to_vec()).await;
    place.say_how_it_is(true).await;
    until("it is there", async || servers().await[1]["IsConnected"] == true).await;
    assert_eq!(servers().await[1]["WrongProtocol"], false, "it was brought up to date");
    assert_eq!(servers().await[0]["WrongProtocol"], false);
}

#[tokio::test]
async fn the_network_is_told_branch_by_branch_and_as_a_whole() {
    let (central, mut place) = furnished().await;
    let token = token(&central).await;
    let mut rows = get(&central, "queue/statistics", &token).await;
    let row = rows[1].take();
    assert_eq!((&row["Id"], &row["Name"]), (&json!(2), &json!("Harbour")));
    assert_eq!((&row["IsConnected"], &row["Date"]), (&json!(true), &json!("2026-11-22")));
    assert!(row["Age"].as_u64().expect("it spoke") < 10, "{row}");
    let counts = |row: &Value| {
        let names =
            ["QueueLength", "InvitedCount", "OperatingCount", "PersonalCount", "MissingCount"];
        names.map(|name| row[name].as_u64().unwrap_or_else(|| panic!("{name} of {row}")))
    };
    assert_eq!(counts(&row), [2, 1, 0, 0, 0]);
    assert_eq!((&row["Total"]["Count"], &row["Total"]["Waiting"]["Count"]), (&json!(3), &json!(3)));
    assert_eq!(row.get("Products"), None, "the whole of one branch is asked for by its number");
    let silent = &rows[0];
    assert_eq!((&silent["Age"], &silent["Date"]), (&Value::Null, &Value::Null));
    assert_eq!((counts(silent), &silent["IsConnected"]), ([0; 5], &json!(false)));

    let one = get(&central, "queue/statistics?serverId=2", &token).await;
    assert_eq!(one.as_array().map(Vec::len), Some(1));
    let product = &one[0]["Products"][0];
    let told = (&product["Id"], &product["Name"], &product["Count"]);
    assert_eq!(told, (&json!(1), &json!("Service 1"), &json!(3)));
    assert_eq!(one[0]["WorkPlaces"][0]["Id"], 1);
    assert_eq!(one[0]["Total"]["Waiting"]["Count"], 3);

    let load = get(&central, "queue/load", &token).await;
    assert_eq!((&load["ServerCount"], &load["ConnectedCount"]), (&json!(2), &json!(1)));
    assert_eq!((counts(&load), counts(&load["Disconnected"])), ([2, 1, 0, 0, 0], [0; 5]));
    assert_eq!(load["Disconnected"]["Age"], Value::Null, "it was never heard");

    place.say_how_it_is(false).await;
    until("it left", async || get(&central, "queue/load", &token).await["ConnectedCount"] == 0)
        .await;
    let load = get(&central, "queue/load", &token).await;
    assert_eq!(counts(&load), [0; 5], "what was said before is not how it is");
    assert_eq!(counts(&load["Disconnected"]), [2, 1, 0, 0, 0]);
    assert_eq!(load["Total"]["Count"], 0);
    assert_eq!(load["Disconnected"]["Total"]["Count"], 3);
    assert!(load["Disconnected"]["Age"].as_u64().is_some(), "{load}");
    let row = get(&central, "queue/statistics", &token).await[1].take();
    assert_eq!((counts(&row), &row["IsConnected"]), ([2, 1, 0, 0, 0], &json!(false)));
}

#[tokio::test]
async fn a_period_is_told_by_day_and_branch() {
    let (central, _place) = furnished().await;
    let token = token(&central).await;
    let history = async |query: &str| {
        get(&central, &format!("queue/statistics/history{query}"), &token).await
    };
    let newest = history("").await;
    assert_eq!(
        (&newest["StartDate"], &newest["EndDate"]),
        (&json!("2026-11-22"), &json!("2026-11-22"))
    );
    assert_eq!(newest["Total"]["Count"], 3);
    assert_eq!(newest["Days"].as_array().map(Vec::len), Some(1));
    assert_eq!(newest["Servers"][1]["Total"]["Count"], 3);
    assert_eq!(newest["Servers"][0]["Total"]["Count"], 0);
    assert_eq!(newest["Servers"][0]["Name"], "Default branch");
    let week = history("?startDate=2026-11-20&endDate=2026-11-26T00:00:00").await;
    assert_eq!(week["Days"], newest["Days"]);
    assert_eq!(week["EndDate"], "2026-11-26");
    let before = history("?startDate=2026-11-20&endDate=2026-11-21").await;
    assert_eq!((&before["Total"]["Count"], &before["Days"]), (&json!(0), &json!([])));
    let one = history("?startDate=2026-11-01&endDate=2026-11-30&serverId=2").await;
    assert_eq!(one["Days"], newest["Days"]);
    assert_eq!(
        (&one["Products"][0]["Name"], &one["WorkPlaces"][0]["Id"]),
        (&json!("Service 1"), &json!(1))
    );
    assert_eq!(one["Hours"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["Servers"].as_array().map(Vec::len), Some(1));
    let silent = history("?serverId=1").await;
    assert_eq!(silent["Total"]["Count"], 0);
    assert_eq!(silent["StartDate"], silent["EndDate"]);
}

#[tokio::test]
async fn what_cannot_be_answered_is_refused_in_the_dialect_s_words() {
    let central = Central::demo().await;
    let token = token(&central).await;
    let history = "GET /api/1/queue/statistics/history";
    let day = "must be a day written yyyy-MM-dd";
    for (call, status, words) in [
        (format!("{history}?startDate=22.11.2026"), 400, day),
        (format!("{history}?endDate=2026-02-30"), 400, day),
        (format!("{history}?startDate=2026-11-22%20"), 400, day),
        (format!("{history}?startDate=2026-11-22&endDate=2026-11-21"), 400, "before startDate"),
        (format!("{history}?startDate=2026-11-22&endDate=2027-11-23"), 400, "366 days at the most"),
        (format!("{history}?startDate=0001-01-01&endDate=9999-12-31"), 400, "366 days"),
        (format!("{history}?serverId=7"), 404, "serverId names no branch"),
        (format!("{history}?serverId=one"), 400, "serverId must be a branch's number"),
        (format!("{history}?serverId=-1"), 400, "serverId must be"),
        (format!("{history}?serverId=99999999999"), 400, "serverId must be"),
        ("GET /api/1/queue/statistics?serverId=7".into(), 404, "serverId names no branch"),
        ("POST /api/1/queue/load".into(), 405, "this path takes GET, HEAD"),
        ("DELETE /api/1/config/servers".into(), 405, "this path takes GET, HEAD"),
        ("GET /api/1/queue/admin/login/manager/x".into(), 405, "this path takes POST"),
        ("POST /api/1/queue/admin/login/manager/x".into(), 401, "the password is another one"),
        ("POST /api/1/queue/admin/login/nobody/x".into(), 401, "there is no such user"),
        ("GET /api/1/config/products".into(), 404, "served by its branch"),
        ("POST /api/1/operation/invite".into(), 404, "served by its branch"),
        ("GET /api/1".into(), 404, "served by its branch"),
        ("GET /api/1/queue/%ff".into(), 400, "not UTF-8"),
    ] {
        let reply = ask(&central, &call, &token).await;
        let message = no(&reply, status);
        assert!(message.contains(words), "{call}: {message}");
        assert_eq!(reply.head.contains("\r\nallow: "), status == 405, "{}", reply.head);
    }
    let reply = central.ask("GET /api/1/nowhere?lang=ru", &[], "").await;
    let russian = reply.json()["UserMessage"].as_str().expect("a text").to_owned();
    assert!(russian.chars().any(|c| ('\u{430}'..='\u{44f}').contains(&c)), "{russian}");
    let headers = ["Accept-Language: hu;q=0.9, en"];
    let reply = central.ask("GET /api/1/nowhere", &headers, "").await;
    assert!(!reply.json()["UserMessage"].as_str().expect("a text").is_ascii());
    let large = "x".repeat(70_000);
    let reply = central.ask(LOGIN, &[], &large).await;
    assert!(no(&reply, 413).contains("the body is over"), "{}", reply.body);
    let head = central.ask("HEAD /api/1/config/servers", &[], "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[tokio::test]
async fn guessing_in_paths_is_slowed_down() {
    let central = Central::demo().await;
    let guess = "POST /api/1/queue/admin/login/manager/wrong-horse";
    for _ in 0..10 {
        no(&central.ask(guess, &[], "").await, 401);
    }
    let reply = central.ask(guess, &[], "").await;
    assert!(no(&reply, 429).contains("too many passwords"), "{}", reply.body);
    assert!(reply.head.contains("\r\nretry-after: "), "{}", reply.head);
}

/// A wrong password that is nowhere by chance.
const WRONG: &str = "Kx7-wrong-horse-4711";

#[tokio::test]
async fn a_password_in_a_path_stays_nowhere() {
    let central = Central::with(&["--demo", "--set=log=trace"]).await;
    let token = token(&central).await;
    let mut told = String::new();
    for call in [
        format!("POST /api/1/queue/admin/login/manager/{WRONG}"),
        format!("POST /api/1/queue/admin/login/manager/{WRONG}/"),
        format!("POST /api/1/queue/admin/login/{WRONG}/x"),
        format!("GET /api/1/queue/admin/login/manager/{WRONG}"),
        format!("POST /api/1/queue/admin/login/manager/{WRONG}/more"),
        format!("POST /api/1/queue/admin/login/manager/{WRONG}%ff"),
        format!("POST /api/1/queue/admin/logon/manager/{WRONG}"),
        format!("GET /api/1/queue/statistics?serverId={WRONG}"),
        format!("GET /api/1/queue/statistics/history?startDate={WRONG}"),
        format!("GET /restapi/v2/queuemanagement/login?password={WRONG}"),
        format!("GET /restapi/v2/queuemanagement/waitingticketscount/{WRONG}"),
        "GET /metrics".to_owned(),
        "GET /health".to_owned(),
    ] {
        let reply = ask(&central, &call, &token).await;
        told.push_str(&reply.head);
        told.push_str(&reply.body);
    }
    assert!(told.contains("the password is another one"), "it was really looked at: {told}");
    assert!(told.contains("api/1/queue/admin/login/{login}/{password}"), "the metrics are in it");
    let log = central.log();
    assert!(log.contains("api/1/queue/admin/login/{login}/{password}"), "it is a trace: {log}");
    let mut all = vec![("what was told".to_owned(), told.into_bytes())];
    all.push(("the log".to_owned(), log.into_bytes()));
    for file in fs::read_dir(central.home()).expect("the folder") {
        let file = file.expect("can be read");
        if file.file_type().expect("known").is_file() {
            let name = file.file_name().to_string_lossy().into_owned();
            all.push((name, fs::read(file.path()).expect("can be read")));
        }
    }
    assert!(2 < all.len(), "the files are there");
    for secret in [WRONG, "demo-manager", &token] {
        for (name, bytes) in &all {
            let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "{secret} is in {name}");
        }
    }
}
