//! How the story looks: lines, frames, tables, and emphasis where the output is a terminal.

use std::io::{IsTerminal, Write};
use std::time::Duration;

/// Says a line to whoever started this. That they no longer listen (`| head`) changes nothing.
pub(crate) fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").ok();
}

/// Emphasis where the output is a terminal, and nothing where it is not.
#[derive(Clone, Copy)]
pub(crate) struct Paint {
    coloured: bool,
}

impl Paint {
    pub(crate) fn of_terminal() -> Paint {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Paint { coloured: wanted && std::io::stdout().is_terminal() }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        if self.coloured { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }

    pub(crate) fn faint(self, text: &str) -> String {
        if self.coloured { format!("\x1b[36m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// The lines of a slip between edges, indented.
pub(crate) fn framed(text: &str) -> String {
    let width = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let edge = format!("   +{}+\n", "-".repeat(width + 2));
    let lines: String = text.lines().map(|line| format!("   | {line:width$} |\n")).collect();
    format!("{edge}{lines}{edge}")
}

/// Rows under their headings, indented; every column is as wide as its widest cell.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let length =
        |row: &Vec<String>, column: usize| row.get(column).map_or(0, |cell| cell.chars().count());
    let widths: Vec<usize> =
        (0..columns).map(|at| rows.iter().map(|row| length(row, at)).max().unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("   {}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

/// A time as people say it: `3.1 ms`, `1.4 s`.
pub(crate) fn spell(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    if ms < 1000.0 { format!("{ms:.1} ms") } else { format!("{:.1} s", ms / 1000.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_stands_in_a_frame() {
        assert_eq!(framed("ab\nc\n"), "   +----+\n   | ab |\n   | c  |\n   +----+\n");
    }

    #[test]
    fn the_columns_of_a_table_are_as_wide_as_their_widest_cell() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let rows = [row(["id", "name"]), row(["1", "First branch"]), row(["100", ""])];
        assert_eq!(table(&rows), "   id   name\n   1    First branch\n   100\n");
        assert_eq!(table(&[]), "");
    }

    #[test]
    fn times_are_spelled_in_the_unit_that_fits() {
        assert_eq!(spell(Duration::from_micros(3_149)), "3.1 ms");
        assert_eq!(spell(Duration::from_millis(1_449)), "1.4 s");
    }

    #[test]
    fn without_a_terminal_there_are_no_colours() {
        assert_eq!(Paint { coloured: false }.bold("x"), "x");
        assert_eq!(Paint { coloured: true }.bold("x"), "\x1b[1mx\x1b[0m");
    }
}
