//! What every test of a device needs: a folder of its own, patience, and the program.

use std::io::{BufRead, BufReader, Lines};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// Longest that anything here may take.
pub(crate) const SOON: Duration = Duration::from_secs(5);

/// A folder of this test alone, gone when the test is over.
pub(crate) struct Bench {
    folder: PathBuf,
}

impl Bench {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("drivers-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The program, killed when the test is over.
pub(crate) struct Program(pub(crate) Child);

impl Program {
    /// The stand-in of this kind, with its port, folder and control socket on the bench.
    pub(crate) fn start(
        bench: &Bench,
        kind: &str,
        folder: &str,
    ) -> (Self, Lines<BufReader<ChildStdout>>) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_anteroom-sim"))
            .arg(kind)
            .arg("--link")
            .arg(bench.path("port"))
            .arg("--dir")
            .arg(bench.path(folder))
            .arg("--control")
            .arg(bench.path("control"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        (Self(child), lines)
    }

    /// Ends it in good order; its link and its socket are gone then.
    pub(crate) fn end(mut self, bench: &Bench) {
        let pid = nix::unistd::Pid::from_raw(i32::try_from(self.0.id()).unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
        assert!(self.0.wait().unwrap().success());
        for left in ["port", "control"] {
            assert!(std::fs::symlink_metadata(bench.path(left)).is_err(), "{left} is left behind");
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
