//! Starting, stopping, being killed, and what is left then.

use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;

use crate::stage::{Central, ends, lives, until};

/// What the contract gives a stop.
const STOP_WITHIN: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_stop_ends_everything_and_the_next_start_finds_everything() {
    let mut central = Central::demo().await;
    let broker = central.line("broker");
    assert!(broker.starts_with("mqtt://127.0.0.1:"), "{broker}");
    let token = central.token().await;
    let process = central.broker_process().await;
    assert!(lives(process));

    let stopped = central.end_by(Signal::SIGTERM);
    let status = tokio::time::timeout(STOP_WITHIN, stopped).await.expect("within its time");
    assert_eq!(status.code(), Some(0), "{}", central.log());
    assert!(!lives(process), "the broker went with it");
    for file in ["endpoint", "broker"] {
        assert!(!central.home().join(file).exists(), "{file} is withdrawn");
    }

    central.start().await;
    assert_eq!(central.line("broker"), broker, "branches find it where it was");
    let branches = central.get("/v1/branches", &token).await;
    assert_eq!(branches.as_array().map(Vec::len), Some(1), "the token is still good");
    assert_eq!(central.end_by(Signal::SIGINT).await.code(), Some(0));
}

#[tokio::test]
async fn a_kill_takes_the_broker_along_and_the_next_start_has_its_port() {
    let mut central = Central::demo().await;
    let (broker, process) = (central.line("broker"), central.broker_process().await);
    central.end_by(Signal::SIGKILL).await;
    until("the broker is gone", async || !lives(process)).await;
    // At once again: the port may be free only a moment later.
    central.start().await;
    let process = central.broker_process().await;
    central.end_by(Signal::SIGKILL).await;
    central.start().await;
    assert_eq!(central.line("broker"), broker);
    until("the old broker is gone", async || !lives(process)).await;
    until("it hears the broker", async || {
        central.health().await["broker"]["status"] == json!("connected")
    })
    .await;
}

#[tokio::test]
async fn health_and_figures_are_for_everybody_and_show_no_secret() {
    let central = Central::demo().await;
    until("it is well", async || central.health().await["status"] == "ok").await;
    let health = central.health().await;
    assert_eq!(health["problems"], json!([]));
    assert_eq!(health["branches"], json!({"known": 1, "connected": 0}));
    assert_eq!(health["store"], json!({"status": "ok", "failed_writes": 0}));
    let token = central.token().await;
    let metrics = central.ask("GET /metrics", &[], "").await;
    assert_eq!(metrics.status, 200);
    assert!(metrics.body.contains("\nanteroom_central_broker_connected 1\n"), "{}", metrics.body);
    assert!(metrics.body.contains("http_requests_total{route=\"v1/login\",class=\"2xx\"} 1"));
    let root = central.ask("GET /", &[], "").await;
    assert!(root.body.contains("the branches of Demo"), "{}", root.body);
    for said in [health.to_string(), metrics.body, root.body, central.log()] {
        for secret in ["demo-manager", "demo-branch", &token, "argon2"] {
            assert!(!said.contains(secret), "{said}");
        }
    }
}

#[tokio::test]
async fn a_broker_that_dies_is_replaced_and_heard_again() {
    let central = Central::demo().await;
    let broker = central.line("broker");
    until("it hears", async || central.health().await["status"] == "ok").await;
    let process = central.broker_process().await;
    kill(Pid::from_raw(i32::try_from(process).expect("a process")), Signal::SIGKILL).expect("ours");
    until("it is replaced and heard", async || {
        let health = central.health().await;
        health["broker"]["own"]["restarts"] == 1 && health["status"] == "ok"
    })
    .await;
    assert_ne!(central.broker_process().await, process);
    assert_eq!(central.line("broker"), broker);
}

#[tokio::test]
async fn a_damaged_database_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("central.sqlite");
    let damaged = "this was a database once ".repeat(1_000);
    std::fs::write(&database, &damaged).expect("written");
    let home = folder.path().to_str().expect("plain");
    let (code, said) =
        ends(&["serve", "--demo", "--data", home, "--listen", "127.0.0.1:0"], None).await;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("central.sqlite"), "{said}");
    assert_eq!(std::fs::read_to_string(&database).expect("still there"), damaged);
}

#[tokio::test]
async fn the_demonstration_does_not_become_an_organisation() {
    let mut central = Central::demo().await;
    central.end_by(Signal::SIGTERM).await;
    let home = central.home();
    let home = home.to_str().expect("plain");
    let sets = ["--set=mqtt.url=mqtt://127.0.0.1:1", "--set=organisation.tenant=demo"];
    let arguments = ["serve", "--data", home, "--listen", "127.0.0.1:0", sets[0], sets[1]];
    let (code, said) = ends(&arguments, None).await;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("is the demonstration's"), "{said}");
}

#[tokio::test]
async fn two_do_not_share_a_folder() {
    let central = Central::demo().await;
    let folder = central.home();
    let data = folder.to_str().expect("plain");
    let arguments = ["serve", "--demo", "--data", data, "--listen", "127.0.0.1:0"];
    let (code, said) = ends(&arguments, None).await;
    assert_eq!(code, 1, "{said}");
    assert_eq!(central.health().await["version"], env!("CARGO_PKG_VERSION"), "the first serves on");
    central.line("endpoint");
    central.line("broker");
}

#[tokio::test]
async fn what_cannot_be_used_is_said_with_its_exit_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("plain");
    for (arguments, code, words) in [
        (vec!["serve"], 2, "`mqtt.url` is missing"),
        (vec!["serve", "--demo", "--set", "lisen=x"], 2, "`listen`"),
        (vec!["serve", "--demo", "--listen", "here"], 2, "an address and a port"),
        (vec!["serve", "--demo", "--set", "log=\"a=b=c\""], 2, "log filter"),
        (vec!["serve", "--demon"], 2, "--demo"),
        (vec!["serve", "--demo", "--data", "/dev/null/x"], 1, "data folder"),
        (vec!["serve", "--demo", "--data", data, "--listen", "192.0.2.1:80"], 1, "--listen"),
    ] {
        let (found, said) = ends(&arguments, None).await;
        assert_eq!(found, code, "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}

#[tokio::test]
async fn without_mosquitto_the_package_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("plain");
    let arguments = ["serve", "--demo", "--data", data, "--listen", "127.0.0.1:0"];
    let (code, said) = ends(&arguments, Some("/nowhere")).await;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("package `mosquitto`"), "{said}");
    assert!(!folder.path().join("endpoint").exists());
}
