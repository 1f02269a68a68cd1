//! What is written for the technician: text with aligned columns, or JSON; colours on a terminal.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::json;

use super::trouble::Trouble;

/// How often a sign of life moves.
const TICK: Duration = Duration::from_millis(120);

/// How a word looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Strong,
    Faint,
    Good,
    Warn,
    Bad,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Ink::Plain => "",
            Ink::Strong => "1",
            Ink::Faint => "2",
            Ink::Good => "32",
            Ink::Warn => "33",
            Ink::Bad => "1;31",
        }
    }
}

/// Standard output.
pub(super) struct Paper {
    out: io::Stdout,
    json: bool,
    colours: bool,
    terminal: bool,
}

impl std::fmt::Debug for Paper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Paper").field("json", &self.json).finish_non_exhaustive()
    }
}

impl Paper {
    /// The terminal, or whatever stands in its place.
    pub(super) fn of_terminal(json: bool) -> Paper {
        let out = io::stdout();
        let terminal = out.is_terminal();
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Paper { out, json, colours: terminal && !dumb && !set("NO_COLOR"), terminal }
    }

    /// Whether JSON is wanted.
    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    /// Whether a person reads it as it comes.
    pub(super) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// The word in this ink.
    pub(super) fn ink(&self, ink: Ink, word: impl AsRef<str>) -> String {
        let word = word.as_ref();
        if !self.colours || ink == Ink::Plain {
            return word.to_owned();
        }
        format!("\u{1b}[{}m{word}\u{1b}[0m", ink.code())
    }

    /// One line.
    pub(super) fn line(&mut self, line: impl AsRef<str>) -> Result<(), Trouble> {
        Ok(writeln!(self.out, "{}", line.as_ref())?)
    }

    /// Bytes as they are.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        Ok(self.out.write_all(bytes)?)
    }

    /// One JSON document on lines of its own.
    pub(super) fn document(&mut self, value: &impl Serialize) -> Result<(), Trouble> {
        let text = serde_json::to_string_pretty(value).expect("texts and numbers can be written");
        self.line(text)
    }

    /// One JSON document on one line, among others that follow.
    pub(super) fn record(&mut self, value: &impl Serialize) -> Result<(), Trouble> {
        let text = serde_json::to_string(value).expect("texts and numbers can be written");
        self.line(text)?;
        self.flush()
    }

    /// A table; nothing where it has no rows.
    pub(super) fn table(&mut self, table: &Table) -> Result<(), Trouble> {
        let lines = table.lines(|ink, word| self.ink(ink, word));
        lines.iter().try_for_each(|line| self.line(line))
    }

    /// A screen that takes the place of the one before, where a person watches.
    pub(super) fn screen(&mut self, lines: &[String]) -> Result<(), Trouble> {
        if self.terminal {
            write!(self.out, "\u{1b}[H\u{1b}[2J\u{1b}[3J")?;
        }
        lines.iter().try_for_each(|line| self.line(line))?;
        self.flush()
    }

    pub(super) fn flush(&mut self) -> Result<(), Trouble> {
        Ok(self.out.flush()?)
    }

    /// What stood in the way: as JSON where that is wanted, and else where errors go.
    #[expect(clippy::print_stderr, reason = "this is what the person at the terminal is told")]
    pub(super) fn complain(&mut self, trouble: &Trouble) {
        if self.json {
            let errors = trouble.errors.iter();
            let errors: Vec<_> =
                errors.map(|(path, message)| json!({"path": path, "message": message})).collect();
            let told = json!({"error": {"code": trouble.code, "message": trouble.message,
                "remedy": trouble.remedy, "errors": errors}});
            // Nobody is left to be told that this cannot be written.
            self.document(&told).ok();
        } else {
            eprintln!("anteroom: {trouble}");
        }
    }

    /// A sign of life for long work, where a person watches: on standard error, so that the output
    /// stays what was asked for.
    pub(super) fn progress(&self, what: &'static str) -> Progress {
        let bar = ProgressBar::new_spinner();
        if io::stderr().is_terminal() {
            let style = ProgressStyle::with_template("{spinner} {msg} {bytes} ({elapsed})");
            bar.set_style(style.expect("the template is sound"));
            bar.enable_steady_tick(TICK);
        } else {
            bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
        }
        bar.set_message(what);
        Progress(bar)
    }
}

/// A sign of life; gone when it is dropped.
#[derive(Debug)]
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// So many bytes are through.
    pub(super) fn add(&self, bytes: usize) {
        self.0.inc(bytes as u64);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Rows under headings, each column as wide as its widest cell.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<(Ink, String)>>,
}

impl Table {
    /// A table with these headings.
    pub(super) fn of(headings: &[&str]) -> Table {
        Table { rows: vec![headings.iter().map(|word| (Ink::Faint, (*word).to_owned())).collect()] }
    }

    /// Lines of a name and what it says, without a heading.
    pub(super) fn plain() -> Table {
        Table::default()
    }

    pub(super) fn row(&mut self, cells: Vec<(Ink, String)>) {
        self.rows.push(cells);
    }

    /// A row without colours.
    pub(super) fn texts<const N: usize>(&mut self, cells: [String; N]) {
        self.row(cells.into_iter().map(|cell| (Ink::Plain, cell)).collect());
    }

    pub(super) fn lines(&self, ink: impl Fn(Ink, &str) -> String) -> Vec<String> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|(_, cell)| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let line = |row: &Vec<(Ink, String)>| {
            let mut line = String::new();
            for (column, (colour, cell)) in row.iter().enumerate() {
                line.push_str(&ink(*colour, cell));
                if column + 1 < row.len() {
                    let gap = widths[column] - cell.chars().count() + 2;
                    line.extend(std::iter::repeat_n(' ', gap));
                }
            }
            line.trim_end().to_owned()
        };
        self.rows.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_in_letters() {
        let mut table = Table::of(&["service", "waiting"]);
        table.texts(["szolg\u{e1}ltat\u{e1}s".to_owned(), "3".to_owned()]);
        table.texts(["x".to_owned(), String::new()]);
        let lines = table.lines(|_, word| word.to_owned());
        assert_eq!(lines[0], "service       waiting");
        assert_eq!(lines[1], "szolg\u{e1}ltat\u{e1}s  3");
        assert_eq!(lines[2], "x");
    }
}
