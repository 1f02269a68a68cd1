//! The demonstration: it tells each step, and leaves nothing behind however it ends.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tests::{Process, SOON, until};

use super::stage::Stage;

/// The whole demonstration on a busy machine.
const PLAY_TIME: Duration = Duration::from_secs(60);

struct Play {
    process: Process,
    output: PathBuf,
}

impl Play {
    fn start(stage: &Stage, arguments: &[&str]) -> Play {
        let output = stage.path("demo.out");
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        let log = stage.path("demo.log");
        let process = Process::start("demo", &arguments, Some(&output), &log);
        Play { process: process.expect("the demonstration starts"), output }
    }

    fn output(&self) -> String {
        std::fs::read_to_string(&self.output).unwrap_or_default()
    }

    /// What it says once it waits for Ctrl-C.
    async fn until_it_waits(&self) -> String {
        until("the end of the visit", PLAY_TIME, async || {
            Some(self.output()).filter(|said| said.contains("Ctrl-C"))
        })
        .await
        .unwrap_or_else(|late| panic!("{late}: {} {}", self.output(), self.process.log()))
    }
}

/// The folder that it names.
fn folder(said: &str) -> PathBuf {
    let line = said.lines().find_map(|line| line.trim().strip_prefix("data "));
    let data = Path::new(line.expect("it names its data folder").trim());
    data.parent().expect("a folder above").to_owned()
}

/// The processes that have the folder in their command line.
fn processes(folder: &Path) -> Vec<String> {
    let wanted = folder.to_str().expect("is UTF-8");
    let running = std::fs::read_dir("/proc").expect("is there").filter_map(|entry| {
        let line = std::fs::read(entry.ok()?.path().join("cmdline")).ok()?;
        Some(String::from_utf8_lossy(&line).replace('\0', " "))
    });
    running.filter(|line| line.contains(wanted)).collect()
}

#[tokio::test]
async fn played_once_it_tells_each_step_and_leaves_nothing() {
    let stage = Stage::new();
    let mut play = Play::start(&stage, &["--once"]);
    play.process.ended_well(PLAY_TIME).await.expect("it plays");
    let said = play.output();
    for words in [
        "base URL   http://127.0.0.1:",
        "/generateHash/1'",
        "takes a ticket",
        "/generateTicket?key=",
        "A001",
        "+----",
        "slip-0001.png",
        "\"status\":20",
        "slip-0002.png",
        "/callnextticket'",
        "\"status\":30",
        "/recall'",
        "/endcall'",
        "/feedback?ticket=",
        "\"comment\":\"Very good\"",
        "/waitingticketscount'",
        "Nothing is left behind",
    ] {
        assert!(said.contains(words), "`{words}` is not told in:\n{said}");
    }
    assert!(!said.contains('\x1b'), "no colours where there is no terminal");
    let folder = folder(&said);
    assert!(!folder.exists(), "{} is left behind", folder.display());
    assert_eq!(processes(&folder), [""; 0]);
}

#[tokio::test]
async fn told_to_stop_it_leaves_nothing() {
    let stage = Stage::new();
    let mut play = Play::start(&stage, &[]);
    let folder = folder(&play.until_it_waits().await);
    assert_eq!(processes(&folder).len(), 4, "the daemon and its three devices");
    play.process.terminate();
    play.process.ended_well(SOON).await.expect("it stops");
    assert!(!folder.exists() && processes(&folder).is_empty());
}

#[tokio::test]
async fn killed_it_takes_its_children_along() {
    let stage = Stage::new();
    let kept = stage.path("kept");
    let mut play = Play::start(&stage, &["--data", kept.to_str().unwrap()]);
    play.until_it_waits().await;
    assert_eq!(processes(&kept).len(), 5, "itself, the daemon and its three devices");
    play.process.kill();
    until("an end of its children", SOON, async || processes(&kept).is_empty().then_some(()))
        .await
        .expect("the children end too");
    // The next one goes on with what was kept.
    let mut next = Play::start(&stage, &["--once", "--data", kept.to_str().unwrap()]);
    next.process.ended_well(PLAY_TIME).await.expect("it starts again");
    assert!(next.output().contains("holds an earlier branch"), "{}", next.output());
    assert!(kept.join("data/branch.sqlite").exists() && kept.join("paper/slip-0001.png").exists());
    assert!(!kept.join("printer").exists(), "the port's link is gone");
}

#[tokio::test]
async fn a_child_that_does_not_start_is_named() {
    let stage = Stage::new();
    let kept = stage.path("kept");
    std::fs::create_dir(&kept).unwrap();
    std::fs::write(kept.join("data"), "a file where a folder should be").unwrap();
    let mut play = Play::start(&stage, &["--once", "--data", kept.to_str().unwrap()]);
    let status = play.process.wait(PLAY_TIME).await.expect("it ends");
    assert_eq!(status.code(), Some(1));
    let log = play.process.log();
    assert!(log.contains("anteroomd: ended with exit status: 1"), "{log}");
    assert!(log.contains("cannot use the data folder"), "{log}");
    assert_eq!(processes(&kept), [""; 0]);
}
