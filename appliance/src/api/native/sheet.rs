//! Figures as comma-separated values (RFC 4180), for whoever works with sheets.

use super::figures::{Shown, Spans};

/// What stands above the columns.
const HEAD: &str = "kind,id,name,asked,served,no_shows,abandoned,\
    waiting_count,waiting_mean_s,waiting_p50_s,waiting_p90_s,waiting_longest_s,\
    serving_count,serving_mean_s,serving_p50_s,serving_p90_s,serving_longest_s,\
    on_site_count,on_site_mean_s,on_site_p50_s,on_site_p90_s,on_site_longest_s\r\n";

/// A sheet under way.
pub(super) struct Sheet(String);

impl Sheet {
    /// With its head. The mark before it tells spreadsheets that the letters are UTF-8.
    pub(super) fn begun() -> Sheet {
        Sheet(format!("\u{feff}{HEAD}"))
    }

    /// One more row.
    pub(super) fn add(&mut self, kind: &str, id: &str, name: &str, sums: &Shown) {
        let Shown { asked, served, no_shows, abandoned, waiting, serving, on_site } = sums;
        let mut cells = vec![kind.to_owned(), id.to_owned(), quoted(name)];
        cells.extend([asked, served, no_shows, abandoned].map(u64::to_string));
        for Spans { count, mean_s, p50_s, p90_s, longest_s } in [waiting, serving, on_site] {
            cells.extend([count.to_string(), mean_s.to_string()]);
            cells.extend([p50_s, p90_s, longest_s].map(u32::to_string));
        }
        self.0.push_str(&cells.join(","));
        self.0.push_str("\r\n");
    }

    /// The whole.
    pub(super) fn text(self) -> String {
        self.0
    }
}

/// A name as a cell. What a spreadsheet would take for a formula is made a text.
fn quoted(name: &str) -> String {
    let is_formula = name.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if is_formula { "'" } else { "" };
    let needs_quotes = name.contains([',', '"', '\r', '\n']);
    if !needs_quotes {
        return format!("{guard}{name}");
    }
    format!("\"{guard}{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_neither_formulas_nor_two_cells() {
        assert_eq!(quoted("Cash desk"), "Cash desk");
        assert_eq!(quoted("A, \"B\""), "\"A, \"\"B\"\"\"");
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("@x,y"), "\"'@x,y\"");
    }

    #[test]
    fn a_row_has_as_many_cells_as_the_head() {
        let mut sheet = Sheet::begun();
        sheet.add("total", "", "", &(&crate::statistics::Sums::default()).into());
        let text = sheet.text();
        let cells: Vec<usize> = text.lines().map(|line| line.split(',').count()).collect();
        assert_eq!(cells, [22, 22]);
    }
}
