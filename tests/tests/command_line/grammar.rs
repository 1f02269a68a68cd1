//! What every subcommand has: help with an example, exit codes, JSON, and no panic at a closed pipe.

use std::io::Read;
use std::process::Stdio;

use serde_json::Value;
use tests::{Said, Technician};

use crate::stage::Stage;

/// Every subcommand, with the words that make it one.
const ALL: &[&[&str]] = &[
    &["status"],
    &["doctor"],
    &["queue"],
    &["explain"],
    &["devices"],
    &["devices", "list"],
    &["devices", "test"],
    &["devices", "monitor"],
    &["config"],
    &["config", "get"],
    &["config", "set"],
    &["config", "history"],
    &["config", "diff"],
    &["user"],
    &["user", "list"],
    &["user", "add"],
    &["user", "password"],
    &["user", "rights"],
    &["user", "remove"],
    &["user", "sign-out"],
    &["logs"],
    &["backup"],
    &["restore"],
    &["verify"],
    &["support-bundle"],
    &["completions"],
    &["man"],
];

#[test]
fn every_help_has_an_example() {
    let stage = Stage::new();
    let box_ = Technician::at(&stage.path("data"));
    for words in ALL {
        let words: Vec<&str> = words.iter().copied().chain(["--help"]).collect();
        let help = box_.well(&words);
        assert!(help.contains("Example") && help.contains("  anteroom "), "{words:?}: {help}");
    }
    let help = box_.well(&["--help"]);
    for words in ALL {
        assert!(help.contains(words[0]), "{words:?} is missing in {help}");
    }
}

#[test]
fn bad_arguments_end_with_2_and_a_suggestion() {
    let stage = Stage::new();
    let box_ = Technician::at(&stage.path("data"));
    for (words, hint) in [
        (&["statsu"][..], "'status'"),
        (&["config", "histroy"], "'history'"),
        (&["devices", "test", "one"], "'one'"),
        (&["explain"], "<TICKET>"),
        (&["user", "add", "a", "--right", "halls"], "'hall'"),
        (&["logs", "--level", "loud"], "possible values"),
        (&["config", "history", "--limit", "0"], "1..=200"),
        (&["queue", "--wathc"], "'--watch'"),
        (&["completions", "cmd"], "possible values"),
        (&[], "Usage"),
    ] {
        let Said { code, err, .. } = box_.run(words);
        assert_eq!(code, 2, "{words:?}: {err}");
        assert!(err.contains(hint), "{words:?}: {err}");
    }
}

#[test]
fn without_a_daemon_everything_says_how_to_start_it() {
    let stage = Stage::new();
    let folder = stage.path("data");
    std::fs::create_dir(&folder).expect("made");
    let box_ = Technician::at(&folder);
    for words in [
        &["status"][..],
        &["queue"],
        &["queue", "--watch"],
        &["explain", "A001"],
        &["devices", "list"],
        &["devices", "test", "1"],
        &["devices", "monitor", "1"],
        &["config", "get"],
        &["config", "set", "name", "x"],
        &["config", "history"],
        &["config", "diff"],
        &["user", "list"],
        &["user", "add", "anna"],
        &["user", "sign-out", "anna"],
    ] {
        let said = box_.run(words);
        assert_eq!(said.code, 1, "{words:?}: {said:?}");
        assert!(said.err.contains("no daemon is running"), "{words:?}: {said:?}");
        assert!(said.err.contains("systemctl start anteroomd"), "{words:?}: {said:?}");
        let (code, told) = box_.json(words);
        assert_eq!((code, &told["error"]["code"]), (1, &Value::from("not_running")), "{words:?}");
    }
    assert!(!folder.join("lock").exists(), "looking leaves nothing behind");
}

#[test]
fn a_folder_that_is_not_there_is_told_apart() {
    let stage = Stage::new();
    let box_ = Technician::at(&stage.path("nowhere"));
    let (code, told) = box_.json(&["doctor"]);
    assert_eq!((code, &told["error"]["code"]), (1, &Value::from("no_folder")));
    let long = Technician::at(&stage.path(&"long".repeat(30)));
    let (code, told) = long.json(&["status"]);
    assert_eq!((code, &told["error"]["code"]), (1, &Value::from("long_path")));
}

#[tokio::test]
async fn every_answer_is_json_where_that_is_wanted_and_a_closed_pipe_is_no_fault() {
    let stage = Stage::new();
    let branch = stage.branch().await;
    let box_ = Technician::at(branch.folder());
    for words in [
        &["status"][..],
        &["doctor"],
        &["queue"],
        &["devices", "list"],
        &["config", "get"],
        &["config", "get", "name"],
        &["config", "history"],
        &["config", "diff"],
        &["user", "list"],
    ] {
        let (code, value) = box_.json(words);
        assert!(value["error"].is_null() && (0..=1).contains(&code), "{words:?}: {value}");
        let text = box_.run(words);
        assert!(!text.out.contains('\u{1b}'), "{words:?}: no colours but on a terminal");
    }
    let mut child = box_
        .command(&["config", "get"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    drop(child.stdout.take());
    let mut complaint = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut complaint).expect("read");
    let status = child.wait().expect("ends");
    assert!(status.success() && complaint.is_empty(), "{status}: {complaint}");
}

#[test]
fn completions_and_manual_pages_are_generated() {
    let stage = Stage::new();
    let box_ = Technician::at(&stage.path("data"));
    for shell in ["bash", "zsh", "fish"] {
        let text = box_.well(&["completions", shell]);
        assert!(text.contains("support-bundle") && text.contains("explain"), "{shell}: {text}");
    }
    let folder = stage.path("man");
    std::fs::create_dir(&folder).expect("made");
    box_.well(&["man", folder.to_str().expect("is text")]);
    let page = std::fs::read_to_string(folder.join("anteroom.1")).expect("is there");
    assert!(page.contains(".TH anteroom 1") && page.contains("doctor"), "{page}");
    let page = std::fs::read_to_string(folder.join("anteroom-user-rights.1")).expect("is there");
    assert!(page.contains("administration"), "{page}");
}
