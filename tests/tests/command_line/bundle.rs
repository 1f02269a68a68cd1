//! A support bundle, searched for what customers and operators are called.

use std::io::Read;

use serde_json::{Value, json};
use tests::Technician;

use crate::stage::Stage;
use crate::take_ticket;

/// Seeds that must not leave the box.
const SEEDS: [&str; 5] =
    ["Ilona Quarkbottle", "green folder", "Zebulon Operator", "zebulon", "quark@example.org"];

#[tokio::test]
async fn a_bundle_has_what_is_needed_and_nobodys_name() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    let box_ = Technician::at(branch.folder());
    box_.well(&["user", "add", "zebulon", "--name", "Zebulon Operator", "--right", "hall"]);
    let mut http = branch.http();
    take_ticket(&mut http, 1).await;
    let login = json!({"login": "manager", "password": "demo-manager"});
    let token = http.post("/v1/login", &login).await.ok().json()["token"].clone();
    let bearer = format!("Bearer {}", token.as_str().expect("a token"));
    let ticket =
        json!({"service": 1, "client_name": SEEDS[0], "note": "green folder, quark@example.org"});
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let given = http.ask("POST", "/v1/tickets", &headers, ticket.to_string().as_bytes()).await;
    let secret = given.ok().json()["token"].clone();
    let file = stage.path("bundle.tar.zst");
    let (code, told) = box_.json(&["support-bundle", file.to_str().expect("is text")]);
    assert_eq!(code, 0, "{told}");
    let parts = unpacked(&file);
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    for wanted in [
        "bundle.json",
        "health.json",
        "metrics.txt",
        "settings.json",
        "journal.jsonl",
        "doctor.json",
        "devices.json",
    ] {
        assert!(names.contains(&wanted), "{wanted} is missing in {names:?}");
    }
    let secrets = [secret.as_str().expect("a token"), token.as_str().expect("a token")];
    for (name, text) in &parts {
        for seed in SEEDS.iter().chain(&secrets) {
            assert!(!text.contains(seed), "{name} has {seed}");
        }
    }
    let journal = &parts.iter().find(|(name, _)| name == "journal.jsonl").expect("is there").1;
    let kinds: Vec<String> = journal
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("is JSON")["kind"].to_string())
        .collect();
    assert!(2 <= kinds.iter().filter(|kind| kind.contains("issued")).count(), "{kinds:?}");
    let again = box_.run(&["support-bundle", file.to_str().expect("is text")]);
    assert_eq!(again.code, 1, "a file that is there is left alone");
    branch.stop().await;
    let stopped = stage.path("stopped.tar.zst");
    let said = box_.well(&["support-bundle", stopped.to_str().expect("is text")]);
    assert!(said.contains("Not in it is health.json"), "{said}");
}

fn unpacked(file: &std::path::Path) -> Vec<(String, String)> {
    let input = std::fs::File::open(file).expect("opens");
    let mut archive = tar::Archive::new(zstd::Decoder::new(input).expect("is zstd"));
    let entries = archive.entries().expect("is tar");
    let read = |entry: std::io::Result<tar::Entry<'_, _>>| {
        let mut entry = entry.expect("is whole");
        let name = entry.path().expect("has a name").display().to_string();
        let mut text = String::new();
        entry.read_to_string(&mut text).expect("is text");
        (name, text)
    };
    entries.map(read).collect()
}
