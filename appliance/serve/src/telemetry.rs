//! Logs on standard error: for a person at a terminal, or for the journal.

use std::{
    error::Error,
    fmt,
    io::{self, IsTerminal},
};

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::{
    EnvFilter,
    fmt::{
        FmtContext, FormatEvent, FormatFields,
        format::{Format, Full, Writer},
    },
    registry::LookupSpan,
};

/// A filter that cannot be read. The text is not repeated.
#[derive(Debug)]
pub struct FilterFault;

impl fmt::Display for FilterFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "unusable log filter; write a level (error, warn, info, debug, trace), \
             or one per target as in `info,access=off`",
        )
    }
}

impl Error for FilterFault {}

/// Whether this call is the one that logs now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installed {
    /// Logs go to standard error from now on.
    Now,
    /// Something else in this process took them before, and keeps them.
    Before,
}

/// Sends logs to standard error.
///
/// `filter` is a level, or a comma-separated list of `target=level` with a level for the rest.
/// At a terminal lines have colours and times; under systemd they carry a syslog priority
/// instead of a time, since the journal has its own clock.
pub fn install(filter: &str) -> Result<Installed, FilterFault> {
    let filter = EnvFilter::try_new(filter).map_err(|_| FilterFault)?;
    let for_journal = std::env::var_os("JOURNAL_STREAM").is_some() && !io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        // Whoever read the log may be gone. To say so on standard error would be a panic in the middle
        // of whatever was logged; the branch works on in silence.
        .log_internal_errors(false)
        .with_ansi(io::stderr().is_terminal());
    let installed = if for_journal {
        tracing::subscriber::set_global_default(builder.event_format(JournalLine::new()).finish())
    } else {
        tracing::subscriber::set_global_default(builder.finish())
    };
    Ok(if installed.is_ok() { Installed::Now } else { Installed::Before })
}

/// One line with the priority prefix that systemd reads (`sd-daemon(3)`), and no time.
struct JournalLine {
    rest: Format<Full, ()>,
}

impl JournalLine {
    fn new() -> JournalLine {
        JournalLine { rest: Format::default().without_time().with_ansi(false).with_level(false) }
    }
}

impl<S, N> FormatEvent<S, N> for JournalLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        write!(writer, "<{}>", priority(*event.metadata().level()))?;
        self.rest.format_event(context, writer, event)
    }
}

/// Syslog's numbers: 3 error, 4 warning, 6 informational, 7 debug.
fn priority(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        Level::DEBUG | Level::TRACE => 7,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_second_installation_does_not_panic() {
        let first = install("info").unwrap();
        assert_eq!(install("debug,access=off").unwrap(), Installed::Before);
        assert!(matches!(first, Installed::Now | Installed::Before));
    }

    #[test]
    fn a_bad_filter_is_refused_without_repeating_it() {
        let fault = install("loudest=secret=thing").unwrap_err();
        assert!(!fault.to_string().contains("secret"));
    }

    #[test]
    fn journal_lines_carry_a_priority_and_no_time() {
        let sink = Sink::default();
        let writer = sink.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .event_format(JournalLine::new())
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(target: "paper", "low");
        });
        let text = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text, "<4>paper: low\n");
    }
}
