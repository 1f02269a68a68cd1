//! The paper at the end: every slip came out, and none twice without saying so.

use std::collections::BTreeMap;

use drivers::printer::paper::TORN;
use tests::ledger::SpooledSlip;

use super::history::History;

/// What a copy says at its top, in the languages that are used here.
const COPIES: [&str; 3] = ["COPY", "M\u{c1}SOLAT", "\u{41a}\u{41e}\u{41f}\u{418}\u{42f}"];

/// One attempt at a slip, as far as it went.
#[derive(Debug, PartialEq, Eq)]
struct Attempt {
    label: String,
    is_copy: bool,
    /// Cut off at its end, rather than torn.
    is_whole: bool,
    text: String,
}

/// Holds the paper and the spool to the tickets that asked for slips.
pub(crate) fn examine(
    sheets: &[String],
    spool: &[SpooledSlip],
    history: &History,
) -> (usize, usize) {
    let mut attempts: BTreeMap<String, Vec<Attempt>> = BTreeMap::new();
    for attempt in sheets.iter().flat_map(|sheet| attempts_on(sheet)) {
        attempts.entry(attempt.label.clone()).or_default().push(attempt);
    }
    let mut expected = BTreeMap::new();
    for (ticket, issued) in history.tickets.iter().filter(|(_, issued)| issued.device.is_some()) {
        expected.insert(issued.label.clone(), (*ticket, issued));
    }
    let strays: Vec<&String> =
        attempts.keys().filter(|label| !expected.contains_key(*label)).collect();
    assert!(strays.is_empty(), "slips of nobody: {strays:?}");
    assert_eq!(spool.len(), expected.len(), "each slip is in the spool once");
    for (label, (ticket, issued)) in &expected {
        let id = i64::try_from(*ticket).expect("fits");
        let row = spool.iter().find(|slip| slip.ticket == id);
        let row = row.unwrap_or_else(|| panic!("{label} is not in the spool"));
        assert_eq!(row.state, "printed", "{label}: {row:?}");
        let made = attempts.get(label).map_or(&[][..], Vec::as_slice);
        assert!(made.iter().any(|attempt| attempt.is_whole), "{label} has no paper: {made:?}");
        // Before its label an attempt may have been torn off without a trace.
        let most = usize::try_from(row.copies + 1).expect("is small");
        assert!(made.len() <= most, "{label}: {row:?}, but {made:?}");
        let marked = made.iter().skip(1).all(|attempt| attempt.is_copy);
        assert!(marked, "{label} came out twice unmarked: {made:?}");
        let link = format!("?ticket={}]", issued.token);
        let is_own = |attempt: &Attempt| !attempt.is_whole || attempt.text.contains(&link);
        assert!(made.iter().all(is_own), "{label} has another's link: {made:?}");
    }
    let copies = attempts.values().flatten().filter(|attempt| attempt.is_copy).count();
    (expected.len(), copies)
}

/// The attempts on one sheet that came as far as the label.
fn attempts_on(sheet: &str) -> Vec<Attempt> {
    let parts: Vec<&str> = sheet.split(TORN).collect();
    let last = parts.len() - 1;
    let attempt = |(place, part): (usize, &&str)| {
        let lines = || part.lines().map(str::trim);
        let label = lines().find(|line| is_label(line))?.to_owned();
        let is_copy = lines().any(|line| COPIES.contains(&line));
        Some(Attempt { label, is_copy, is_whole: place == last, text: (*part).to_owned() })
    };
    parts.iter().enumerate().filter_map(attempt).collect()
}

fn is_label(line: &str) -> bool {
    let mut letters = line.chars();
    let tag = letters.next().is_some_and(|c| ('A'..='F').contains(&c));
    tag && 3 <= letters.as_str().len() && letters.all(|c| c.is_ascii_digit())
}

#[test]
fn an_attempt_is_read_off_the_paper() {
    let attempt = |label: &str, is_copy, is_whole, text: &str| Attempt {
        label: label.into(),
        is_copy,
        is_whole,
        text: text.into(),
    };
    let sheet = format!("Branch\nA001\nServ{TORN}\nCOPY\nBranch\nA001\n");
    let read = attempts_on(&sheet);
    assert_eq!(read[0], attempt("A001", false, false, "Branch\nA001\nServ"));
    assert_eq!(read[1], attempt("A001", true, true, "\nCOPY\nBranch\nA001\n"));
    assert_eq!(attempts_on(&format!("Bran\n{TORN}\nBranch\nF1000\n")).len(), 1);
    assert!(attempts_on("A01\nA001x\nG001\n").is_empty());
}
