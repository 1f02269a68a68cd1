//! The doctor on a disk that fills up: a real one, small, with the daemon at work and stopped.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::fcntl::{FallocateFlags, fallocate};
use nix::sys::statvfs::statvfs;
use nix::unistd::Uid;
use serde_json::Value;
use tests::{Appliance, Technician};

use crate::faults::{await_finding, await_gone, finding};
use crate::stage::Stage;

/// MiB of the disk: a tenth of it is more than what counts as full.
const DISK_MIB: i64 = 3_000;

/// Says to the test that it runs as root of a namespace of its own.
const WITHIN: &str = "ANTEROOM_TEST_NAMESPACE";

/// A disk of its own, gone when it is dropped.
struct Disk(PathBuf);

impl Disk {
    /// A file as a disk, of which only what is written takes room; where there are no loop devices,
    /// one in memory.
    fn mount(stage: &Stage) -> Option<Disk> {
        let (folder, image) = (stage.path("disk"), stage.path("disk.image"));
        std::fs::create_dir(&folder).expect("made");
        let file = File::create(&image).expect("made");
        file.set_len(DISK_MIB.cast_unsigned() << 20).expect("sized");
        let memory = format!("size={DISK_MIB}m");
        let is_mounted = (run("mkfs.ext4", &["-q", "-F", "-m", "0"], &[&image])
            && run("mount", &["-o", "loop"], &[&image, &folder]))
            || run("mount", &["-t", "tmpfs", "-o", &memory, "tmpfs"], &[&folder]);
        is_mounted.then_some(Disk(folder))
    }

    /// Reserves all but so many MiB. Reserved, not written.
    fn leave_free(&self, mebibytes: i64) {
        let stat = statvfs(&self.0).expect("a disk");
        let free = (stat.blocks_available() * stat.fragment_size()).cast_signed();
        let more = free - (mebibytes << 20);
        let filling = File::options().create(true).append(true).open(self.filling());
        let filling = filling.expect("opens");
        let size = filling.metadata().expect("has a size").len().cast_signed();
        fallocate(&filling, FallocateFlags::empty(), size, more).expect("there is room");
    }

    fn filling(&self) -> PathBuf {
        self.0.join("filling")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        run("umount", &["--lazy"], &[&self.0]);
    }
}

fn run(program: &str, words: &[&str], paths: &[&Path]) -> bool {
    // Where such programs are is not in everybody's path.
    let mut path = std::env::var_os("PATH").unwrap_or_default();
    path.push(":/usr/sbin:/sbin");
    let done = Command::new(program).args(words).args(paths).env("PATH", path).output();
    done.is_ok_and(|output| output.status.success())
}

/// Runs this test again as root of a namespace of its own, where everybody may mount.
fn again_in_a_namespace(test: &str) {
    let program = std::env::current_exe().expect("has a path");
    let mut again = Command::new("unshare");
    again.args(["--user", "--map-root-user", "--mount"]).arg(program).args(["--exact", test]);
    match again.env(WITHIN, "1").output() {
        Ok(output) if output.status.success() => {}
        Ok(output) if output.stdout.is_empty() => {
            eprintln!("left out: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(output) => panic!("{}", String::from_utf8_lossy(&output.stdout)),
        Err(error) => eprintln!("left out: no namespace can be made here: {error}"),
    }
}

#[tokio::test]
async fn a_disk_that_is_nearly_full_and_then_full() {
    if !Uid::effective().is_root() {
        assert!(std::env::var_os(WITHIN).is_none(), "root of its own namespace");
        return again_in_a_namespace("disks::a_disk_that_is_nearly_full_and_then_full");
    }
    let stage = Stage::new();
    let Some(disk) = Disk::mount(&stage) else {
        eprintln!("left out: no small disk can be mounted here");
        return;
    };
    let mut branch = Appliance::plan(disk.0.join("data")).start().await.expect("starts");
    let box_ = Technician::at(branch.folder());
    let (_, opinion) = box_.json(&["doctor"]);
    assert!(about_disk(&opinion).is_empty(), "{opinion:#}");
    // The daemon sees it, and where it is stopped, the doctor does.
    for is_running in [true, false] {
        disk.leave_free(275);
        let nearly = await_finding(&box_, "disk_nearly_full", "disk").await;
        assert_eq!(nearly["severity"], "warning", "{nearly}");
        let message = nearly["message"].as_str().expect("a sentence");
        let free = message.split(' ').next().and_then(|word| word.parse::<i64>().ok());
        assert!(free.is_some_and(|free| (256..=275).contains(&free)), "{message}");
        disk.leave_free(100);
        let full = await_finding(&box_, "disk_full", "disk").await;
        assert_eq!(full["severity"], "error", "{full}");
        let (_, opinion) = box_.json(&["doctor"]);
        assert_eq!(opinion["running"], is_running);
        assert_eq!(about_disk(&opinion).len(), 1, "it is told once: {opinion:#}");
        assert!(finding(&opinion, "disk_nearly_full", "").is_none(), "{opinion:#}");
        std::fs::remove_file(disk.filling()).expect("removed");
        await_gone(&box_, "disk_full", "").await;
        await_gone(&box_, "disk_nearly_full", "").await;
        branch.stop().await;
    }
}

fn about_disk(opinion: &Value) -> Vec<&Value> {
    let findings = opinion["findings"].as_array().into_iter().flatten();
    findings.filter(|finding| finding["subject"] == "disk").collect()
}
