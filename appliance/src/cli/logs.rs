//! `anteroom logs`: what the daemon has logged, by systemd's journal or in a file.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use serve::clock::{Clock, SystemClock};
use tokio::sync::mpsc;

use super::redact::redacted;
use super::trouble::Trouble;
use super::{Session, Verdict};

/// Where systemd runs.
const SYSTEMD: &str = "/run/systemd/system";

/// The log in the data folder, where somebody has it written there.
const LOG_FILE: &str = "anteroomd.log";

/// How often a file is looked at for more.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// Lines that wait to be printed.
const LINES_WAITING_MAX: usize = 256;

/// Bytes at the end of a log file that are read: more than a month of a branch.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// `anteroom logs`.
#[derive(Debug, Args)]
#[command(after_help = "Works with the daemon stopped, too. Where systemd runs, its journal is \
read; else the file anteroomd.log in the data folder, or the one that is named. The daemon never \
logs secrets or customers' texts.

Examples:
  anteroom logs --since 2h --level warn
  anteroom logs --follow
  anteroom logs --file /var/log/anteroomd.log --lines 500")]
pub(super) struct Asked {
    /// From then on: 30m, 2h, 1d, or a time as 2026-11-22T14:00 (UTC).
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Goes on with what is logged next, until Ctrl-C.
    #[arg(long, short)]
    follow: bool,
    /// Lines of this level, and worse ones.
    #[arg(long, value_enum, default_value_t = Level::Debug)]
    level: Level,
    /// How many lines, counted from the end.
    #[arg(long, short = 'n', default_value_t = 200)]
    lines: usize,
    /// The log file, where there is no journal.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum Level {
    Error,
    Warn,
    Info,
    Debug,
}

impl Level {
    /// Syslog's word.
    fn priority(self) -> &'static str {
        match self {
            Level::Error => "err",
            Level::Warn => "warning",
            Level::Info => "info",
            Level::Debug => "debug",
        }
    }
}

pub(super) async fn perform(session: &mut Session, asked: &Asked) -> Result<Verdict, Trouble> {
    let since = asked.since.as_deref().map(instant).transpose()?;
    match source(&session.folder, asked.file.as_deref())? {
        Source::Journal => {
            journal(session, asked, since).await?;
            Ok(Verdict::Well)
        }
        Source::File(path) => {
            let mut tail = Tail::open(&path, asked.level, since)?;
            let lines = tail.rest()?;
            let first = lines.len().saturating_sub(asked.lines);
            lines[first..].iter().try_for_each(|line| say(session, line))?;
            if !asked.follow {
                return Ok(Verdict::Well);
            }
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                tail.rest()?.iter().try_for_each(|line| say(session, line))?;
            }
        }
    }
}

/// The last lines of the log, without secrets; nothing where there is no log to be read.
pub(super) fn last_lines(folder: &Path, count: usize) -> Vec<String> {
    let lines = match source(folder, None) {
        Ok(Source::File(path)) => {
            let lines = Tail::open(&path, Level::Debug, None).and_then(|mut tail| tail.rest());
            lines.unwrap_or_default()
        }
        Ok(Source::Journal) => {
            let read = journalctl(Level::Debug, count, None, false).output();
            let text = read.map(|output| output.stdout).unwrap_or_default();
            String::from_utf8_lossy(&text).lines().map(str::to_owned).collect()
        }
        Err(_) => Vec::new(),
    };
    let first = lines.len().saturating_sub(count);
    lines[first..].iter().map(|line| redacted(line)).collect()
}

fn say(session: &mut Session, line: &str) -> Result<(), Trouble> {
    let line = redacted(line);
    if session.paper.is_json() {
        return session.paper.record(&json!({"line": line}));
    }
    session.paper.line(line)?;
    session.paper.flush()
}

enum Source {
    Journal,
    File(PathBuf),
}

fn source(folder: &Path, named: Option<&Path>) -> Result<Source, Trouble> {
    if let Some(path) = named {
        return Ok(Source::File(path.to_owned()));
    }
    let own = folder.join(LOG_FILE);
    if own.exists() {
        return Ok(Source::File(own));
    }
    if Path::new(SYSTEMD).exists() {
        return Ok(Source::Journal);
    }
    let message = "systemd does not run here, so the daemon logs to its standard error";
    Err(Trouble::new("no_log", message).remedy("Name the file to which that goes with --file."))
}

/// A moment in the past, as people say it.
fn instant(text: &str) -> Result<Timestamp, Trouble> {
    let unusable = || {
        Trouble::new("bad_time", format!("`{text}` is no time"))
            .remedy("Write 30m, 2h or 1d, or a time as 2026-11-22T14:00 (UTC).")
    };
    if let Some((number, unit)) = text.split_at_checked(text.len().saturating_sub(1))
        && let Ok(number) = number.parse::<i64>()
    {
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return Err(unusable()),
        };
        let span = number.checked_mul(seconds).map(SignedDuration::from_secs);
        let now = Timestamp::from_millisecond(SystemClock::new().now().wall_ms);
        let back = span.zip(now.ok()).and_then(|(span, now)| now.checked_sub(span).ok());
        return back.ok_or_else(unusable);
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let civil = text.parse::<jiff::civil::DateTime>().map_err(|_| unusable())?;
    let zoned = civil.to_zoned(TimeZone::UTC).map_err(|_| unusable())?;
    Ok(zoned.timestamp())
}

fn journalctl(level: Level, lines: usize, since: Option<Timestamp>, follow: bool) -> Command {
    let mut command = Command::new("journalctl");
    command.args(["--unit", "anteroomd", "--no-pager", "--output", "short-iso"]);
    command.args(["--priority", level.priority(), "--lines", &lines.to_string()]);
    if let Some(since) = since {
        command.args(["--since", &format!("@{}", since.as_second())]);
    }
    if follow {
        command.arg("--follow");
    }
    command.stdin(Stdio::null());
    command
}

async fn journal(
    session: &mut Session,
    asked: &Asked,
    since: Option<Timestamp>,
) -> Result<(), Trouble> {
    let mut command = journalctl(asked.level, asked.lines, since, asked.follow);
    let child = command.stdout(Stdio::piped()).spawn();
    let mut child = child.map(Ended).map_err(|cause| {
        Trouble::new("no_journal", format!("journalctl cannot be run: {cause}"))
            .remedy("Name a log file with --file.")
    })?;
    let output = child.0.stdout.take().expect("it was asked for");
    let (sender, mut lines) = mpsc::channel(LINES_WAITING_MAX);
    tokio::task::spawn_blocking(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    while let Some(line) = lines.recv().await {
        say(session, &line)?;
    }
    Ok(())
}

/// A child that ends with us.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A log file, from some line on.
struct Tail {
    path: PathBuf,
    file: File,
    level: Level,
    since: Option<Timestamp>,
    /// Whether the line before was wanted: lines without a time belong to it.
    wanted: bool,
    /// A line that has not ended yet.
    begun: String,
}

impl Tail {
    fn open(path: &Path, level: Level, since: Option<Timestamp>) -> Result<Tail, Trouble> {
        let failed = |cause| Trouble::with_file(path, &cause);
        let mut file = File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        file.seek(SeekFrom::Start(size.saturating_sub(FILE_BYTES_MAX))).map_err(failed)?;
        let wanted = since.is_none();
        Ok(Tail { path: path.to_owned(), file, level, since, wanted, begun: String::new() })
    }

    /// The wanted lines that came since the last time.
    fn rest(&mut self) -> Result<Vec<String>, Trouble> {
        let mut bytes = Vec::new();
        let read = self.file.by_ref().take(FILE_BYTES_MAX).read_to_end(&mut bytes);
        read.map_err(|cause| Trouble::with_file(&self.path, &cause))?;
        self.begun.push_str(&String::from_utf8_lossy(&bytes));
        let whole = self.begun.rfind('\n').map_or(0, |end| end + 1);
        let text: String = self.begun.drain(..whole).collect();
        Ok(text.lines().filter(|line| self.wants(line)).map(str::to_owned).collect())
    }

    fn wants(&mut self, line: &str) -> bool {
        let mut words = line.split_whitespace();
        let at = words.next().and_then(|word| word.parse::<Timestamp>().ok());
        if let Some(at) = at {
            let level = match words.next() {
                Some("ERROR") => Level::Error,
                Some("WARN") => Level::Warn,
                Some("INFO") => Level::Info,
                Some(_) | None => Level::Debug,
            };
            let is_late = self.since.is_none_or(|since| since <= at);
            self.wanted = is_late && level <= self.level;
        }
        self.wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_chosen_by_level_and_time_with_what_belongs_to_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log");
        let text = "2026-11-22T10:00:00.1Z  INFO a: early\n2026-11-22T12:00:00.1Z  INFO a: late\n\
                    2026-11-22T12:00:01.1Z ERROR a: bad\n  and why\n2026-11-22T12:00:02.1Z DEBUG a: x\n";
        std::fs::write(&path, text).expect("written");
        let lines = |level, since: Option<&str>| {
            let since = since.map(|text| instant(text).expect("a time"));
            Tail::open(&path, level, since).expect("opens").rest().expect("reads")
        };
        assert_eq!(lines(Level::Debug, None).len(), 5);
        assert_eq!(lines(Level::Error, None)[1], "  and why");
        assert_eq!(lines(Level::Info, Some("2026-11-22T11:00")).len(), 3);
        assert!(lines(Level::Debug, Some("2026-11-23T00:00:00Z")).is_empty());
    }

    #[test]
    fn a_time_is_a_span_or_a_moment() {
        for good in ["30m", "2h", "1d", "45s", "2026-11-22T14:00", "2026-11-22T14:00:00Z"] {
            instant(good).expect(good);
        }
        for bad in ["", "yesterday", "h", "3w", "99999999999999999d"] {
            assert_eq!(instant(bad).expect_err(bad).code, "bad_time");
        }
    }
}
