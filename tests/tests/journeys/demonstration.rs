//! The demonstration: it tells each step, and leaves nothing behind however it ends.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tests::central::PASSWORD;
use tests::{Process, SOON, until};

use super::stage::Stage;

/// The whole demonstration on a busy machine. Central is away for ten seconds of it.
const PLAY_TIME: Duration = Duration::from_secs(90);

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
        self.until_it_says("Ctrl-C").await
    }

    /// All that it has said once this is in it.
    async fn until_it_says(&self, words: &str) -> String {
        until(words, PLAY_TIME, async || Some(self.output()).filter(|said| said.contains(words)))
            .await
            .unwrap_or_else(|late| panic!("{late}: {} {}", self.output(), self.process.log()))
    }
}

/// How many tickets were served, of the table of services.
fn served(table: &str) -> u32 {
    let rows = table.lines().filter(|line| line.contains("  Service "));
    rows.map(|row| row.rsplit(' ').next().and_then(|count| count.parse::<u32>().ok()))
        .map(|count| count.unwrap_or_else(|| panic!("a row ends with no count: {table}")))
        .sum()
}

/// The folder that it names.
fn folder(said: &str) -> PathBuf {
    let line = said.lines().find_map(|line| line.trim().strip_prefix("data "));
    let data = Path::new(line.expect("it names its data folder").trim());
    data.parent().expect("a folder above").to_owned()
}

/// The processes that have the folder in their command line, or work in it as the broker does.
fn processes(folder: &Path) -> Vec<String> {
    let wanted = folder.to_str().expect("is UTF-8");
    let running = std::fs::read_dir("/proc").expect("is there").filter_map(|entry| {
        let process = entry.ok()?.path();
        let line = std::fs::read(process.join("cmdline")).ok()?;
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        let at = std::fs::read_link(process.join("cwd")).unwrap_or_default();
        (line.contains(wanted) || at.starts_with(folder)).then_some(line)
    });
    running.collect()
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
        "broker     mqtt://127.0.0.1:",
        "/v1/login",
        "/v1/branches/1\n",
        "1   Default branch  yes",
        "agree, ticket by ticket: 2 tickets",
        "unplugged for 10 seconds",
        "10 tickets given and printed, 7 called and served",
        "with central away",
        "\"sync\": \"broker_away\"",
        "There is no connection to the broker",
        "equal to the branch's, ticket by ticket: 15 tickets",
        "as `manager`",
        "Nothing is left behind",
    ] {
        assert!(said.contains(words), "`{words}` is not told in:\n{said}");
    }
    assert!(!said.contains('\x1b'), "no colours where there is no terminal");
    assert!(!said.contains(PASSWORD), "no password is told");
    // Central's last table has all that happened while it was away.
    let table = said.rsplit_once("/v1/branches\n").expect("a table").1;
    let branch = table.lines().nth(1).expect("a row").split_whitespace().collect::<Vec<_>>();
    assert_eq!(branch[branch.len() - 2..], ["3", "0"], "three wait, nobody is served: {table}");
    assert_eq!(served(table), 12, "{table}");
    let folder = folder(&said);
    assert!(!folder.exists(), "{} is left behind", folder.display());
    assert_eq!(processes(&folder), [""; 0]);
}

#[tokio::test]
async fn told_to_stop_it_leaves_nothing() {
    let stage = Stage::new();
    let mut play = Play::start(&stage, &[]);
    let folder = folder(&play.until_it_waits().await);
    let running = processes(&folder);
    assert_eq!(running.len(), 6, "central, broker, daemon and three devices: {running:#?}");
    play.process.terminate();
    play.process.ended_well(SOON).await.expect("it stops");
    assert!(!folder.exists() && processes(&folder).is_empty());
}

#[tokio::test]
async fn told_to_stop_while_central_is_unplugged_it_leaves_nothing() {
    let stage = Stage::new();
    let mut play = Play::start(&stage, &[]);
    let folder = folder(&play.until_it_says("unplugged for 10 seconds").await);
    let running = processes(&folder);
    assert_eq!(running.len(), 4, "the daemon and its three devices: {running:#?}");
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
    let running = processes(&kept);
    assert_eq!(running.len(), 7, "itself and its six children: {running:#?}");
    play.process.kill();
    until("an end of its children", SOON, async || processes(&kept).is_empty().then_some(()))
        .await
        .expect("the children end too");
    // The next one goes on with what was kept.
    let mut next = Play::start(&stage, &["--once", "--data", kept.to_str().unwrap()]);
    next.process.ended_well(PLAY_TIME).await.expect("it starts again");
    assert!(next.output().contains("holds an earlier branch"), "{}", next.output());
    assert!(kept.join("data/branch.sqlite").exists() && kept.join("paper/slip-0001.png").exists());
    assert!(kept.join("central/central.sqlite").exists());
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
