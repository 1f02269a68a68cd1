//! What each device did lately, for whoever looks over its shoulder. It is in memory alone.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use engine::DeviceId;
use tokio::sync::watch;

/// Lines of one device that are kept: what a technician reads on a page or two.
pub const LINES_MAX: usize = 100;

/// One thing that a device did, or that befell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number among the device's, from 1 since the start.
    pub number: u64,
    /// When, in milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// `state`, `slip`, `panel`, `press` or `test`.
    pub kind: &'static str,
    /// A few words. What customers answered is not in them.
    pub text: String,
}

/// The diaries of all devices. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Diary(Arc<Pages>);

#[derive(Debug, Default)]
struct Pages {
    lines: Mutex<BTreeMap<DeviceId, VecDeque<Line>>>,
    grown: watch::Sender<u64>,
}

impl Diary {
    /// Takes note of something; what was there twice in a row is told once.
    pub(super) fn note(&self, id: DeviceId, at_ms: i64, kind: &'static str, text: String) {
        let mut all = self.0.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = all.entry(id).or_default();
        let last = lines.back();
        if last.is_some_and(|last| (last.kind, &last.text) == (kind, &text)) {
            return;
        }
        let number = last.map_or(0, |last| last.number) + 1;
        if LINES_MAX <= lines.len() {
            lines.pop_front();
        }
        lines.push_back(Line { number, at_ms, kind, text });
        drop(all);
        self.0.grown.send_modify(|count| *count += 1);
    }

    /// Takes note of how a device stands, unless it is known to.
    pub(super) fn note_state(&self, id: DeviceId, at_ms: i64, text: String) {
        let all = self.0.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let mut states = all.get(&id).into_iter().flatten().rev().filter(|l| l.kind == "state");
        let is_news = states.next().is_none_or(|last| last.text != text);
        drop(all);
        if is_news {
            self.note(id, at_ms, "state", text);
        }
    }

    /// The kept lines of a device after this number; all of them where it is none of this run's.
    pub fn after(&self, id: DeviceId, number: u64) -> Vec<Line> {
        let all = self.0.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(lines) = all.get(&id) else { return Vec::new() };
        let last = lines.back().map_or(0, |last| last.number);
        let from = if last < number { 0 } else { number };
        lines.iter().filter(|line| from < line.number).cloned().collect()
    }

    /// Wakes up whenever there is more.
    pub fn grown(&self) -> watch::Receiver<u64> {
        self.0.grown.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diary_keeps_the_newest_lines_and_goes_on_where_the_reader_was() {
        let diary = Diary::default();
        let id = DeviceId(1);
        for count in 0..=LINES_MAX {
            diary.note(id, 0, "press", count.to_string());
            diary.note(id, 1, "press", count.to_string());
        }
        let numbers = |after| {
            let lines = diary.after(id, after);
            lines.into_iter().map(|line| line.number).collect::<Vec<u64>>()
        };
        let newest = LINES_MAX as u64 + 1;
        assert_eq!(numbers(0), (2..=newest).collect::<Vec<u64>>(), "the first has gone");
        assert_eq!(numbers(newest - 1), [newest]);
        assert_eq!(numbers(newest), [] as [u64; 0]);
        assert_eq!(numbers(newest + 7).len(), LINES_MAX, "that was another run's");
        assert_eq!(diary.after(DeviceId(2), 0), []);
    }
}
