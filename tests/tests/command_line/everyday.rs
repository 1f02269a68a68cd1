//! What a technician does on a day when nothing is wrong.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tests::dialects::text;
use tests::{Said, Technician};

use crate::stage::{Stage, create_ticket};
use crate::take_ticket;

#[tokio::test]
async fn the_branch_is_shown_and_a_ticket_explained() {
    let stage = Stage::new();
    let (printer, branch) = stage.with_printer().await;
    let mut http = branch.http();
    let first = create_ticket(&mut http, 1).await;
    create_ticket(&mut http, 1).await;
    printer.wait_for_slips(2, tests::SOON).await;
    let box_ = Technician::at(branch.folder());
    let (code, status) = box_.json(&["status"]);
    assert_eq!((code, &status["running"]), (0, &json!(true)), "{status}");
    assert_eq!((&status["tickets"]["waiting"], &status["branch"]["id"]), (&json!(2), &json!(1)));
    let health = http.get("/health").await.ok().json();
    assert_eq!(status["since_ms"], health["started_ms"], "it stands still: {status}");
    let socket = std::fs::metadata(branch.folder().join("anteroom.sock")).expect("is there");
    let made = socket.modified().expect("has a time").duration_since(std::time::UNIX_EPOCH);
    let made_ms = i64::try_from(made.expect("after 1970").as_millis()).expect("fits");
    let apart_ms = health["started_ms"].as_i64().expect("a number") - made_ms;
    assert!(apart_ms.abs() < 10_000, "the socket is made then: {apart_ms} ms apart");
    let shown = box_.well(&["status"]);
    assert!(shown.contains("2 waiting") && shown.contains("online"), "{shown}");
    let queue = box_.well(&["queue"]);
    assert!(queue.contains("A001 A002") && queue.contains("closed"), "{queue}");
    let label = text(&first["number"]);
    let story = box_.well(&["explain", &label.to_lowercase()]);
    assert!(story.contains("Given out as A001") && story.contains("it came first"), "{story}");
    let (_, later) = box_.json(&["explain", "A002"]);
    assert_eq!(later["explained"][0]["code"], "behind", "{later}");
    // Called out of turn: the story says why.
    let login = json!({"login": "clerk1", "password": "demo-clerk"});
    let token = http.post("/v1/login", &login).await.ok().json()["token"]
        .as_str()
        .expect("a token")
        .to_owned();
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    http.ask("POST", "/v1/counters/1/open", &headers, b"{}").await.ok();
    let id = later["ticket"].to_string();
    let call = format!("{{\"ticket\":{id}}}");
    http.ask("POST", "/v1/counters/1/call", &headers, call.as_bytes()).await.ok();
    let story = box_.well(&["explain", &id]);
    assert!(story.contains("somebody called it by name"), "{story}");
    let said = box_.run(&["explain", "Z999"]);
    assert!(said.code == 1 && said.err.contains("no ticket of today"), "{said:?}");
    let (_, queue) = box_.json(&["queue"]);
    assert_eq!(queue["counters"][0]["ticket"]["label"], "A002", "{queue}");
    let devices = box_.well(&["devices", "list"]);
    assert!(devices.contains("printer") && devices.contains("online"), "{devices}");
    let tested = box_.well(&["devices", "test", "1"]);
    assert!(tested.contains("printed"), "{tested}");
    let (code, unknown) = box_.json(&["devices", "test", "9"]);
    assert_eq!((code, &unknown["error"]["code"]), (1, &json!("unknown_device")));
}

#[tokio::test]
async fn a_branch_without_devices_is_told_where_they_are_named() {
    let stage = Stage::new();
    let branch = stage.branch().await;
    let box_ = Technician::at(branch.folder());
    let (code, none) = box_.json(&["devices", "list"]);
    assert_eq!((code, none), (0, json!([])));
    let told = box_.well(&["devices", "list"]);
    assert!(told.contains("administration's page") && told.contains("`[[devices]]`"), "{told}");
    let (_, opinion) = box_.json(&["doctor"]);
    let findings = opinion["findings"].as_array().expect("a list");
    let finding = findings.iter().find(|finding| finding["code"] == "no_printer").expect("found");
    assert!(finding["remedy"].to_string().contains("administration's page"), "{finding}");
}

#[tokio::test]
async fn settings_are_changed_as_a_whole_in_the_technicians_name() {
    let stage = Stage::new();
    let branch = stage.branch().await;
    let box_ = Technician::at(branch.folder());
    assert_eq!(box_.well(&["config", "get", "services.0.names.1"]), "Service 1\n");
    let dry = box_.well(&["config", "set", "/services/0/names/1", "Payments", "--dry-run"]);
    assert!(dry.contains("+ \"Payments\"") && dry.contains("Nothing is changed yet"), "{dry}");
    assert_eq!(box_.well(&["config", "get", "/services/0/names/1"]), "Service 1\n");
    let set = box_.well(&["config", "set", "/services/0/names/1", "Payments"]);
    assert!(set.contains("- \"Service 1\"") && set.contains("Done"), "{set}");
    let (_, history) = box_.json(&["config", "history"]);
    assert_eq!((&history[0]["by"], &history[0]["who"]), (&json!("technician"), &Value::Null));
    let (_, diff) = box_.json(&["config", "diff"]);
    assert_eq!(diff["changes"][0]["path"], "/services/0/names/1", "{diff}");
    let (from, to) = (history[1]["version"].to_string(), history[0]["version"].to_string());
    let (_, between) = box_.json(&["config", "diff", &from, &to]);
    assert_eq!(between["changes"], diff["changes"]);
    for (words, code) in [
        (&["config", "set", "/zone", "Nowhere/At-all"][..], "unsound_settings"),
        (&["config", "set", "/services/0/quota", "many"], "unsound_settings"),
        (&["config", "set", "/nothing/here", "1"], "unknown_path"),
        (&["config", "get", "/nothing"], "unknown_path"),
        (&["config", "diff", "999999"], "unknown_version"),
    ] {
        let (exit, told) = box_.json(words);
        assert_eq!((exit, &told["error"]["code"]), (1, &json!(code)), "{words:?}: {told}");
    }
    let said = box_.run(&["config", "set", "/zone", "Nowhere/At-all"]);
    assert!(said.err.contains("/zone:") && said.err.contains("Nothing was changed"));
    let (_, after) = box_.json(&["config", "history"]);
    assert_eq!(after[0]["version"], history[0]["version"], "what was refused changed nothing");
}

fn with_input(box_: &Technician, words: &[&str], input: &str) -> Said {
    let mut child = box_
        .command(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("written");
    Said::of(child.wait_with_output().expect("ends"))
}

#[tokio::test]
async fn an_operator_is_added_let_in_given_rights_and_removed() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    let box_ = Technician::at(branch.folder());
    box_.well(&["user", "add", "anna", "--name", "Anna Smith", "--right", "counter"]);
    let again = box_.run(&["user", "add", "anna"]);
    assert!(again.code == 1 && again.err.contains("there already"), "{again:?}");
    let listed = box_.well(&["user", "list"]);
    assert!(listed.contains("Anna Smith") && listed.contains("none"), "{listed}");
    let short = with_input(&box_, &["user", "password", "anna"], "short\n");
    assert!(short.code == 1 && short.err.contains("at least"), "{short:?}");
    let set = with_input(&box_, &["user", "password", "anna"], "a long enough one\n");
    assert_eq!(set.code, 0, "{set:?}");
    let mut http = branch.http();
    let login = json!({"login": "anna", "password": "a long enough one"});
    let signed = http.post("/v1/login", &login).await.ok().json();
    assert_eq!(signed["operator"]["rights"], json!(["counter"]));
    box_.well(&["user", "rights", "anna", "+hall", "-counter"]);
    let token = signed["token"].as_str().expect("a token").to_owned();
    let me = http.get_as("/v1/me", &token).await.ok().json();
    assert_eq!(me["operator"]["rights"], json!(["hall"]));
    let bad = box_.run(&["user", "rights", "anna", "+everything"]);
    assert!(bad.code == 1 && bad.err.contains("administration"), "{bad:?}");
    box_.well(&["user", "sign-out", "anna"]);
    assert_eq!(http.get_as("/v1/me", &token).await.status, 401);
    // With the daemon stopped a password can still be given.
    branch.stop().await;
    let set = with_input(&box_, &["user", "password", "anna"], "another long one\n");
    assert!(set.code == 0 && set.out.contains("the daemon is stopped"), "{set:?}");
    branch.start_again().await.expect("starts");
    let login = json!({"login": "anna", "password": "another long one"});
    branch.http().post("/v1/login", &login).await.ok();
    box_.well(&["user", "remove", "anna"]);
    let gone = box_.run(&["user", "remove", "anna"]);
    assert!(gone.code == 1 && gone.err.contains("no operator signs in"), "{gone:?}");
}

/// A child that is killed should the test fail.
struct Watcher(Child);

impl Drop for Watcher {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[tokio::test]
async fn what_is_watched_follows_and_ends_at_ctrl_c() {
    let stage = Stage::new();
    let branch = stage.branch().await;
    let box_ = Technician::at(branch.folder());
    let mut watcher = Watcher(
        box_.command(&["--json", "queue", "--watch"]).stdout(Stdio::piped()).spawn().expect("runs"),
    );
    let mut lines = BufReader::new(watcher.0.stdout.take().expect("piped")).lines();
    let mut waiting = || {
        let line = lines.next().expect("a line").expect("is text");
        let picture: Value = serde_json::from_str(&line).expect("is JSON");
        picture["services"][0]["waiting"].clone()
    };
    assert_eq!(waiting(), 0);
    take_ticket(&mut branch.http(), 1).await;
    assert_eq!(waiting(), 1);
    let id = Pid::from_raw(watcher.0.id().cast_signed());
    kill(id, Signal::SIGINT).expect("is there");
    assert_eq!(watcher.0.wait().expect("ends").code(), Some(130));
}

/// What a command writes to a terminal, with the line that somebody types there.
fn at_a_terminal(box_: &Technician, words: &[&str], typed: &str, colours: bool) -> (i32, String) {
    let pty = nix::pty::openpty(None, None).expect("a terminal");
    let end = || Stdio::from(pty.slave.try_clone().expect("cloned"));
    let mut command = box_.command(words);
    command.stdin(end()).stdout(end()).stderr(end()).env("TERM", "xterm").env_remove("NO_COLOR");
    if !colours {
        command.env("NO_COLOR", "1");
    }
    let mut child = command.spawn().expect("runs");
    drop(command);
    drop(pty.slave);
    let mut terminal = std::fs::File::from(pty.master);
    let mut shown = Vec::new();
    for line in typed.lines() {
        // Each line is typed when it is asked for.
        while !shown.ends_with(b": ") {
            let mut byte = [0];
            std::io::Read::read_exact(&mut terminal, &mut byte).expect("a prompt");
            shown.extend(byte);
        }
        terminal.write_all(format!("{line}\n").as_bytes()).expect("typed");
        shown.push(b'|');
    }
    // The terminal's end is an error of this file.
    std::io::Read::read_to_end(&mut terminal, &mut shown).ok();
    let code = child.wait().expect("ends").code().expect("ends by itself");
    (code, String::from_utf8_lossy(&shown).into_owned())
}

#[tokio::test]
async fn a_terminal_has_colours_unless_they_are_unwanted_and_never_shows_a_password() {
    let stage = Stage::new();
    let branch = stage.branch().await;
    let box_ = Technician::at(branch.folder());
    let (_, coloured) = at_a_terminal(&box_, &["doctor"], "", true);
    assert!(coloured.contains("\u{1b}[33mwarning"), "{coloured}");
    let (_, plain) = at_a_terminal(&box_, &["doctor"], "", false);
    assert!(plain.contains("warning") && !plain.contains('\u{1b}'), "{plain}");
    let words = ["user", "password", "clerk1"];
    let two = "a long enough one\na long enough two\n";
    let (code, shown) = at_a_terminal(&box_, &words, two, true);
    assert!(code == 1 && shown.contains("two passwords"), "{shown}");
    let same = "a long enough one\na long enough one\n";
    let (code, shown) = at_a_terminal(&box_, &words, same, true);
    assert!(code == 0 && !shown.contains("long enough"), "{shown}");
    let login = json!({"login": "clerk1", "password": "a long enough one"});
    branch.http().post("/v1/login", &login).await.ok();
}

#[tokio::test]
async fn the_log_is_read_from_a_file() {
    let stage = Stage::new();
    let branch = stage.branch().await;
    let box_ = Technician::at(branch.folder());
    let file = stage.path("data.log");
    let file = file.to_str().expect("is text");
    let log = box_.well(&["logs", "--file", file]);
    assert!(log.contains("serving"), "{log}");
    assert_eq!(box_.well(&["logs", "--file", file, "--level", "error"]), "");
    assert!(box_.well(&["logs", "--file", file, "--since", "1h"]).contains("serving"));
    let (code, told) = box_.json(&["logs", "--since", "yesterday"]);
    assert_eq!((code, &told["error"]["code"]), (1, &json!("bad_time")));
}
