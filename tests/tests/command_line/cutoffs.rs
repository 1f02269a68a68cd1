//! A restore that is cut off, by Ctrl-C or by the power: the branch before or the one after, and
//! never neither.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tests::{Appliance, SOON, Technician, until};
use tokio::time::Instant;

use crate::backups::labels;
use crate::stage::Stage;
use crate::take_ticket;

/// Bytes that nobody can compress: taking them apart takes a while.
const BALLAST_BYTES: u64 = 48 << 20;

/// Longest that Ctrl-C may go unheard.
const HEARD: Duration = Duration::from_secs(2);

/// A branch that is stopped, and a big backup of it with `A001` alone.
async fn scene(stage: &Stage) -> (Appliance, Technician, PathBuf) {
    let mut branch = stage.branch().await;
    take_ticket(&mut branch.http(), 1).await;
    branch.stop().await;
    let sql = rusqlite::Connection::open(branch.folder().join("branch.sqlite")).expect("opens");
    sql.execute_batch(&format!(
        "CREATE TABLE ballast (bytes BLOB);
         INSERT INTO ballast SELECT randomblob({}) FROM
         (WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 48)
          SELECT i FROM n)",
        BALLAST_BYTES / 48
    ))
    .expect("written");
    drop(sql);
    let box_ = Technician::at(branch.folder());
    let file = stage.path("big.backup");
    box_.well(&["backup", file.to_str().expect("is text")]);
    let sql = rusqlite::Connection::open(branch.folder().join("branch.sqlite")).expect("opens");
    sql.execute_batch("DROP TABLE ballast; VACUUM").expect("written");
    drop(sql);
    branch.start_again().await.expect("starts");
    take_ticket(&mut branch.http(), 1).await;
    assert_eq!(labels(&branch), ["A001", "A002"]);
    branch.stop().await;
    (branch, box_, file)
}

fn begin(box_: &Technician, words: &[&str], temporary: &Path) -> Child {
    let mut command = box_.command(words);
    command.env("TMPDIR", temporary).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("runs")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("reads").flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The bench in a folder, once it has a file that says that the work has come so far.
async fn await_bench(folder: &Path, is_there: impl Fn(&Path) -> bool) {
    let there = until("a bench at work", SOON, async || {
        let bench = names(folder).into_iter().find(|name| name.starts_with(".restore-"))?;
        is_there(&folder.join(bench)).then_some(())
    });
    there.await.expect("it works");
}

fn interrupt(mut child: Child) {
    // Waiting for a child closes what it reads.
    let _input = child.stdin.take();
    let at = Instant::now();
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).expect("it runs");
    let status = child.wait().expect("ends");
    assert_eq!(status.code(), Some(130), "it was still at work");
    assert!(at.elapsed() < HEARD, "{:?}", at.elapsed());
}

fn has_bytes(bench: &Path, least: u64) -> bool {
    std::fs::metadata(bench.join("branch.sqlite")).is_ok_and(|file| least <= file.len())
}

#[tokio::test]
async fn ctrl_c_is_heard_at_once_and_leaves_the_branch_as_it_was() {
    let stage = Stage::new();
    let (mut branch, box_, file) = scene(&stage).await;
    let temporary = stage.path("temporary");
    std::fs::create_dir(&temporary).expect("made");
    let file = file.to_str().expect("is text");
    let folder = branch.folder().to_owned();
    let before = (names(&folder), std::fs::read(folder.join("branch.sqlite")).expect("reads"));
    // While it is taken apart, and while it is proved: then its folder is locked.
    for is_there in
        [|bench: &Path| has_bytes(bench, 1 << 20), |bench: &Path| bench.join("lock").exists()]
    {
        let child = begin(&box_, &["restore", file, "--force"], &temporary);
        await_bench(&folder, is_there).await;
        interrupt(child);
        assert_eq!(names(&folder), before.0, "nothing is left behind");
        assert!(std::fs::read(folder.join("branch.sqlite")).expect("reads") == before.1);
        let child = begin(&box_, &["verify", file], &temporary);
        await_bench(&temporary, is_there).await;
        interrupt(child);
        assert!(names(&temporary).is_empty(), "{:?}", names(&temporary));
    }
    // Where nothing comes from whoever writes the backup, too.
    let mut silent = box_.command(&["restore", "-", "--force"]);
    let child = silent.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("runs");
    await_bench(&folder, |_| true).await;
    interrupt(child);
    assert_eq!(names(&folder), before.0);
    branch.start_again().await.expect("starts");
    assert_eq!(labels(&branch), ["A001", "A002"]);
    branch.stop().await;
    box_.well(&["restore", file, "--force"]);
    branch.start_again().await.expect("starts");
    assert_eq!(labels(&branch), ["A001"]);
}

/// When a restore is killed.
enum Cut {
    /// After so many hundredths of the time that a whole one takes.
    Part(u32),
    /// As soon as the backup begins to take the branch's place.
    Replacing,
    /// As soon as the branch's database is not there.
    Gone,
}

#[tokio::test]
async fn a_restore_that_is_killed_at_any_point_leaves_the_old_branch_or_the_new_one() {
    let stage = Stage::new();
    let (mut branch, box_, file) = scene(&stage).await;
    let file = file.to_str().expect("is text").to_owned();
    let at = Instant::now();
    box_.well(&["restore", &file, "--force"]);
    let whole = at.elapsed();
    branch.start_again().await.expect("starts");
    let parts = [0, 15, 40, 65, 85, 95, 99, 100].map(Cut::Part);
    let doors = [Cut::Replacing, Cut::Gone, Cut::Replacing, Cut::Gone];
    let mut ends = Vec::new();
    for cut in parts.into_iter().chain(doors) {
        take_ticket(&mut branch.http(), 1).await;
        let old = labels(&branch);
        branch.stop().await;
        let folder = branch.folder().to_owned();
        let mut child = begin(&box_, &["restore", &file, "--force"], &stage.path(""));
        let (at, database) = (Instant::now(), folder.join("branch.sqlite"));
        let is_time = || match cut {
            Cut::Part(hundredths) => whole * hundredths / 100 <= at.elapsed(),
            Cut::Replacing => folder.join(".replacing").exists(),
            Cut::Gone => !database.exists(),
        };
        // Without a pause: some of these moments are shorter than one.
        while !is_time() && child.try_wait().expect("asked").is_none() {}
        child.kill().ok();
        child.wait().expect("ends");
        let began = folder.join(".replacing").exists();
        // Whoever opens the folder next sees it through: the daemon, or the next restore.
        branch.start_again().await.expect("starts");
        let now = labels(&branch);
        assert!(now == old || now == ["A001"], "{now:?} is neither {old:?} nor the backup");
        assert!(!began || now == ["A001"], "what has begun is seen through");
        let left: Vec<String> = names(&folder)
            .into_iter()
            .filter(|name| name.starts_with(".restore-") || name.starts_with(".replacing"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
        if now != old {
            let asides: Vec<String> = names(&folder)
                .into_iter()
                .filter(|name| name.starts_with("before-restore-"))
                .collect();
            assert!(!asides.is_empty(), "what was there is kept");
        }
        ends.push((now == old, began));
    }
    assert!(ends.iter().any(|(is_old, _)| *is_old), "{ends:?}");
    assert!(ends.iter().any(|(is_old, _)| !is_old), "{ends:?}");
    branch.stop().await;
    box_.well(&["restore", &file, "--force"]);
    branch.start_again().await.expect("starts");
    assert_eq!(labels(&branch), ["A001"]);
}
