//! Starts that must fail with a sentence, and stops that must not lose anything.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use tests::{Http, Plan};
use tokio::task::JoinSet;

use super::stage::Stage;

/// Clients that hold the daemon busy while it is told to stop.
const CLIENTS: usize = 8;

/// How the daemon ends, and the last thing that it says.
async fn failure(plan: Plan) -> (i32, String) {
    let (code, log) = plan.fail().await.expect("the daemon ends");
    assert!(!log.contains("panicked"), "{log}");
    let (_, sentence) = log.rsplit_once("anteroomd: ").unwrap_or_else(|| panic!("{log}"));
    (code.expect("it ends by itself"), sentence.to_owned())
}

#[tokio::test]
async fn a_folder_has_one_daemon() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    let endpoint = branch.folder().join("endpoint");
    // A second one on the same folder and its own log.
    let second = stage.plan().log_name("second.log");
    let (code, sentence) = failure(second).await;
    assert_eq!(code, 1);
    assert!(sentence.contains("in use by another daemon"), "{sentence}");
    assert!(sentence.contains(&branch.folder().display().to_string()), "{sentence}");
    // The first one serves on, and can be found.
    branch.http().get("/health").await.ok();
    assert_eq!(std::fs::read_to_string(&endpoint).unwrap().trim(), branch.url());
    branch.stop().await;
    assert!(!endpoint.exists());
}

#[tokio::test]
async fn a_damaged_database_is_left_as_it_is() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    let mut http = branch.http();
    for _ in 0..20 {
        http.qm("createticket", json!({"service_id": 1})).await.ok();
    }
    branch.stop().await;
    let path = branch.ledger().path().to_owned();
    let sound = std::fs::read(&path).unwrap();
    assert!(4 * 4_096 < sound.len());
    let mut torn = sound.clone();
    torn[2 * 4_096..3 * 4_096].fill(0xA5);
    let half = sound[..sound.len() / 2].to_vec();
    for (what, damaged) in
        [("garbage", vec![7; 8_192]), ("a torn page", torn), ("half of it", half)]
    {
        std::fs::write(&path, &damaged).unwrap();
        let (code, sentence) = failure(stage.plan()).await;
        assert_eq!(code, 1, "{what}");
        for word in [&path.display().to_string(), "damaged", "anteroom restore"] {
            assert!(sentence.contains(word), "{what}: `{word}` is not in: {sentence}");
        }
        assert!(std::fs::read(&path).unwrap() == damaged, "{what}: the file was changed");
    }
    // What the sentence advises helps.
    std::fs::write(&path, &sound).unwrap();
    branch.start_again().await.expect("starts with the file put back");
    assert_eq!(branch.ledger().entries("issued").len(), 20);
}

#[tokio::test]
async fn an_unknown_key_is_refused_with_the_nearest_one() {
    let stage = Stage::new();
    for (set, nearest) in [
        ("printing.slip_age_max=5", "printing.slip_age_max_s"),
        ("http.rate_bursts=5", "http.rate_burst"),
        ("queue_managment.authentication=true", "queue_management"),
    ] {
        let (code, sentence) = failure(stage.plan().set(set)).await;
        assert_eq!(code, 2, "{set}: {sentence}");
        assert!(sentence.contains(nearest), "{set}: {sentence}");
    }
    assert!(!stage.path("data").exists(), "nothing was begun");
}

#[tokio::test]
async fn a_busy_port_is_named() {
    let stage = Stage::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let (code, sentence) = failure(stage.plan().listen(address)).await;
    assert_eq!(code, 1);
    assert!(sentence.contains(&address.to_string()), "{sentence}");
    assert!(!stage.path("data").join("endpoint").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_under_load_loses_nothing_that_was_answered() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    let mut clients = JoinSet::new();
    let under_way = Arc::new(AtomicBool::new(false));
    for _ in 0..CLIENTS {
        clients.spawn(take_tickets(branch.http(), Arc::clone(&under_way)));
    }
    tests::until("tickets under way", tests::SOON, async || {
        under_way.load(Ordering::Relaxed).then_some(())
    })
    .await
    .expect("clients are served");
    branch.stop().await;
    assert!(!branch.folder().join("endpoint").exists());
    let answered: usize = clients.join_all().await.into_iter().sum();
    let written = branch.ledger().entries("issued").len();
    assert!(answered <= written, "{answered} were told of a ticket, {written} are on disk");
    assert!(written <= answered + CLIENTS, "what was not answered was at most under way");
    branch.start_again().await.expect("starts again");
}

/// Takes tickets until the daemon is gone: how many were answered well.
async fn take_tickets(mut http: Http, under_way: Arc<AtomicBool>) -> usize {
    let body = br#"{"service_id":1}"#;
    let path = "/restapi/v2/queuemanagement/createticket";
    let mut taken = 0;
    // Before the end there may be a no or two: the branch says that it is shutting down.
    while let Ok(reply) = http.try_ask("POST", path, &[], body).await {
        if reply.status == 200 {
            taken += 1;
            under_way.fetch_or(5 < taken, Ordering::Relaxed);
        }
    }
    taken
}

#[tokio::test]
async fn a_branch_of_ones_own_begins_with_the_printed_settings() {
    let stage = Stage::new();
    let program = tests::programs::program("anteroomd").expect("is built");
    let printed = std::process::Command::new(program).arg("--sample-settings").output();
    let printed = String::from_utf8(printed.expect("runs").stdout).expect("is UTF-8");
    let settings = stage.path("settings.json");
    std::fs::write(&settings, printed.replace("Default branch", "Town hall")).unwrap();
    let plan = stage.plan().without_demo().set("queue_management.authentication=false");
    let branch = plan.set(&format!("first_settings={settings:?}")).start().await.expect("starts");
    let health = branch.http().get("/health").await.json();
    assert_eq!((&health["status"], &health["branch"]["name"]), (&json!("ok"), &json!("Town hall")));
    let ticket = branch.http().qm("createticket", json!({"service_id": 1})).await.json();
    assert_eq!(ticket["ticket"]["number"], "A001");
    // Settings that do not hold together are refused as a whole, and nothing is begun.
    std::fs::write(&settings, printed.replace("\"no_shows_max\": 3", "\"no_shows_max\": 0"))
        .unwrap();
    let other = tests::Appliance::plan(stage.path("other")).without_demo();
    let (code, sentence) = failure(other.set(&format!("first_settings={settings:?}"))).await;
    assert_eq!(code, 1);
    assert!(sentence.contains("rules.no_shows_max"), "{sentence}");
}

#[tokio::test]
async fn the_demonstrations_passwords_are_good_in_the_demonstration_alone() {
    let stage = Stage::new();
    let mut branch = stage.plan().start().await.expect("starts");
    branch.stop().await;
    let (code, sentence) = failure(stage.plan().without_demo()).await;
    assert_eq!(code, 1);
    assert!(sentence.contains("`clerk1`") && sentence.contains("--set-password"), "{sentence}");
    // The demonstration itself goes on in its folder.
    stage.plan().start().await.expect("starts");
}
