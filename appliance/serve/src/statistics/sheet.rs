//! Figures as comma-separated values (RFC 4180), for whoever works with sheets.

use super::{Spread, Sums};
use crate::http::{Answer, HeaderValue, StatusCode, header};

/// What stands above the columns.
const HEAD: &str = "kind,id,name,asked,served,no_shows,abandoned,\
    waiting_count,waiting_mean_s,waiting_p50_s,waiting_p90_s,waiting_longest_s,\
    serving_count,serving_mean_s,serving_p50_s,serving_p90_s,serving_longest_s,\
    on_site_count,on_site_mean_s,on_site_p50_s,on_site_p90_s,on_site_longest_s\r\n";

const CSV: HeaderValue = HeaderValue::from_static("text/csv; charset=utf-8");

/// A sheet under way.
#[derive(Debug)]
pub struct Sheet(String);

impl Sheet {
    /// With its head. The mark before it tells spreadsheets that the letters are UTF-8.
    pub fn begun() -> Sheet {
        Sheet(format!("\u{feff}{HEAD}"))
    }

    /// One more row. How long nothing took is an empty cell, which a spreadsheet leaves out of means.
    pub fn add(&mut self, kind: &str, id: &str, name: &str, sums: &Sums) {
        let Sums { asked, served, no_shows, abandoned, waiting, serving, on_site } = sums;
        let mut cells = vec![kind.to_owned(), id.to_owned(), quoted(name)];
        cells.extend([asked, served, no_shows, abandoned].map(u64::to_string));
        for spread in [waiting, serving, on_site] {
            cells.extend(spans(spread));
        }
        self.0.push_str(&cells.join(","));
        self.0.push_str("\r\n");
    }

    /// The whole, to be kept under this name, which is ASCII without quotes.
    pub fn answer(self, file: &str, route: &'static str) -> Answer {
        let answer = Answer::full(StatusCode::OK, CSV, self.0, route);
        let name = HeaderValue::from_str(&format!("attachment; filename=\"{file}\""));
        let name = name.unwrap_or_else(|_| HeaderValue::from_static("attachment"));
        answer.with_header(header::CONTENT_DISPOSITION, name)
    }
}

fn spans(spread: &Spread) -> [String; 5] {
    let count = spread.count();
    let told = |seconds: u64| if count == 0 { String::new() } else { seconds.to_string() };
    [
        count.to_string(),
        told(spread.mean_s()),
        told(spread.percentile_s(50).into()),
        told(spread.percentile_s(90).into()),
        told(spread.longest_s().into()),
    ]
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
    use std::time::Duration;

    use super::*;

    #[test]
    fn names_are_neither_formulas_nor_two_cells() {
        assert_eq!(quoted("Cash desk"), "Cash desk");
        assert_eq!(quoted("A, \"B\""), "\"A, \"\"B\"\"\"");
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("@x,y"), "\"'@x,y\"");
    }

    #[test]
    fn a_row_has_as_many_cells_as_the_head_and_no_time_where_there_was_no_case() {
        let mut sums = Sums { asked: 1, ..Sums::default() };
        sums.waiting.add(Duration::from_secs(7));
        let mut sheet = Sheet::begun();
        sheet.add("total", "", "", &sums);
        let cells: Vec<usize> = sheet.0.lines().map(|line| line.split(',').count()).collect();
        assert_eq!(cells, [22, 22]);
        assert!(sheet.0.ends_with("total,,,1,0,0,0,1,7,7,7,7,0,,,,,0,,,,\r\n"), "{}", sheet.0);
    }
}
