//! A child process with a log: it never outlives whoever started it.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::prctl;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getppid};

use crate::patience::until;
use crate::{Trouble, programs};

/// Bytes of a log that are shown when something went wrong: some fifty lines, which a person reads.
const LOG_SHOWN_MAX: usize = 6_000;

/// A running child. Dropping it kills it and waits for its end; while a test panics, its log is
/// shown too.
///
/// The kernel also kills it when the *thread* that started it ends, so start it on one that stays:
/// not in `spawn_blocking`.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
    ended: Option<ExitStatus>,
}

impl Process {
    /// Starts a built program. Standard output goes to `output` if given, standard error to `log`;
    /// both go on where the files end.
    ///
    /// # Errors
    ///
    /// [`Trouble`] where the program is not built or cannot be started.
    pub fn start(
        name: &str,
        arguments: &[String],
        output: Option<&Path>,
        log: &Path,
    ) -> Result<Process, Trouble> {
        let mut command = Command::new(programs::program(name)?);
        let output = output.map(appended).transpose()?;
        command
            .args(arguments)
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(output.map_or_else(Stdio::null, Stdio::from))
            .stderr(appended(log)?)
            // Ctrl-C at a terminal reaches the whole group: whoever started it stops it in turn.
            .process_group(0);
        die_with_parent(&mut command);
        let child = command
            .spawn()
            .map_err(|error| Trouble::new(format!("{name} cannot be started: {error}")))?;
        Ok(Process { name: name.to_owned(), child, log: log.to_owned(), ended: None })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop (SIGTERM); does nothing when it has ended.
    pub fn terminate(&mut self) {
        if self.has_ended().is_none() {
            // It has not been waited for, so the id is still its own.
            let id = Pid::from_raw(self.child.id().cast_signed());
            kill(id, Signal::SIGTERM).ok();
        }
    }

    /// Ends it at once (SIGKILL), as a power cut would, and waits until it is gone.
    pub fn kill(&mut self) {
        if self.ended.is_none() {
            self.child.kill().ok();
            self.ended = self.child.wait().ok();
        }
    }

    /// How it ended, if it has.
    pub fn has_ended(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().ok().flatten();
        }
        self.ended
    }

    /// Waits for its end.
    ///
    /// # Errors
    ///
    /// [`Trouble`] with the end of its log, where it still runs after `within`.
    pub async fn wait(&mut self, within: Duration) -> Result<ExitStatus, Trouble> {
        let what = format!("an end of {}", self.name);
        let ended = until(&what, within, async || self.has_ended()).await;
        ended.map_err(|late| self.trouble(&late.to_string()))
    }

    /// Waits for an end with 0.
    ///
    /// # Errors
    ///
    /// [`Trouble`] with the end of its log, where it ends otherwise or not within `within`.
    pub async fn ended_well(&mut self, within: Duration) -> Result<(), Trouble> {
        let status = self.wait(within).await?;
        if status.success() { Ok(()) } else { Err(self.trouble(&format!("ended with {status}"))) }
    }

    /// All that it wrote to standard error.
    pub fn log(&self) -> String {
        read_lossily(&self.log)
    }

    /// Trouble with this program: what, and the end of its log.
    pub fn trouble(&self, what: &str) -> Trouble {
        let log = self.log();
        let start = log.len().saturating_sub(LOG_SHOWN_MAX);
        let start = (start..log.len()).find(|at| log.is_char_boundary(*at)).unwrap_or(log.len());
        let shown = if log.trim().is_empty() { "(empty)" } else { log[start..].trim_end() };
        Trouble::new(format!("{}: {what}; its log ends:\n{shown}", self.name))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("{}", self.trouble("ran until here"));
        }
    }
}

fn appended(path: &Path) -> Result<File, Trouble> {
    let file = File::options().create(true).append(true).open(path);
    file.map_err(|error| Trouble::new(format!("{} cannot be written: {error}", path.display())))
}

/// The file's text, or what there is of it.
pub(crate) fn read_lossily(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned()
}

/// A killed parent runs no destructor; the kernel ends the child for it.
fn die_with_parent(command: &mut Command) {
    let parent = Pid::this();
    let ask_kernel = move || {
        prctl::set_pdeathsig(Signal::SIGKILL)?;
        // The parent may have gone between the fork and the line above.
        if getppid() == parent { Ok(()) } else { Err(std::io::ErrorKind::Interrupted.into()) }
    };
    #[expect(unsafe_code, reason = "the standard library has no other way to set this up")]
    // SAFETY: what runs between fork and exec makes two system calls, and neither allocates nor
    // takes a lock.
    unsafe {
        command.pre_exec(ask_kernel);
    }
}
