//! The technician's command line, run as a person would run it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::programs;

/// The command line on one data folder.
#[derive(Clone, Debug)]
pub struct Technician {
    folder: PathBuf,
}

/// How a command ended.
#[derive(Clone, Debug)]
pub struct Said {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Technician {
    /// At the box with this data folder.
    pub fn at(folder: &Path) -> Technician {
        Technician { folder: folder.to_owned() }
    }

    /// The command with these words, not run yet.
    pub fn command(&self, words: &[&str]) -> Command {
        let program = programs::program("anteroom").expect("it is built");
        let mut command = Command::new(program);
        command.arg("--data").arg(&self.folder).args(words).stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub fn run(&self, words: &[&str]) -> Said {
        Said::of(self.command(words).output().expect("it runs"))
    }

    /// Runs it, and panics unless all is well.
    #[track_caller]
    pub fn well(&self, words: &[&str]) -> String {
        let said = self.run(words);
        assert_eq!(said.code, 0, "{words:?}: {said:?}");
        said.out
    }

    /// Runs it with `--json`, whatever it says.
    #[track_caller]
    pub fn json(&self, words: &[&str]) -> (i32, Value) {
        let words: Vec<&str> = ["--json"].iter().chain(words).copied().collect();
        let said = self.run(&words);
        let value = serde_json::from_str(&said.out);
        (said.code, value.unwrap_or_else(|error| panic!("{words:?}: {error}: {said:?}")))
    }
}

impl Said {
    /// Of a command that has ended.
    pub fn of(output: Output) -> Said {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let code = output.status.code().unwrap_or(-1);
        Said { code, out: text(output.stdout), err: text(output.stderr) }
    }
}
