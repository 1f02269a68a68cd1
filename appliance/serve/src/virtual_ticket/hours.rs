//! Opening hours as apps see them: of a week in minutes since midnight, today's as spans.

use super::host::Span;

/// Minutes of a day.
pub const DAY_MIN: u16 = 24 * 60;

/// Spans of minutes since midnight, the end not included, for each weekday from Monday on.
pub type Week = [Vec<(u16, u16)>; 7];

/// When it is open on this weekday (Monday is 0); without hours it is open round the clock.
pub fn today(week: Option<&Week>, weekday: usize) -> Vec<(u16, u16)> {
    match week {
        None => vec![(0, DAY_MIN)],
        Some(week) => week.get(weekday).cloned().unwrap_or_default(),
    }
}

/// The same times, where those that touch are one.
pub fn joined(mut spans: Vec<(u16, u16)>) -> Vec<(u16, u16)> {
    spans.sort_unstable();
    let mut joined: Vec<(u16, u16)> = Vec::new();
    for (from, to) in spans {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            Some(_) | None => joined.push((from, to)),
        }
    }
    joined
}

/// Spans of the day with this date, `2026-11-23`.
pub fn spans(minutes: &[(u16, u16)], date: &str) -> Vec<Span> {
    let text = |minute: u16| match minute {
        // A day has no 24:00:00.
        DAY_MIN.. => format!("{date} 23:59:59"),
        minute => format!("{date} {:02}:{:02}:00", minute / 60, minute % 60),
    };
    minutes.iter().map(|(from, to)| Span { from: text(*from), to: text(*to) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_that_touch_are_one_and_a_day_ends_before_midnight() {
        let hours = vec![(780, 1_020), (540, 720), (600, 720), (720, 730), (1_020, DAY_MIN)];
        let hours = joined(hours);
        assert_eq!(hours, [(540, 730), (780, DAY_MIN)]);
        let spans = spans(&hours, "2026-11-23");
        assert_eq!(spans[0].from, "2026-11-23 09:00:00");
        assert_eq!(spans[0].to, "2026-11-23 12:10:00");
        assert_eq!(spans[1].to, "2026-11-23 23:59:59");
        assert!(joined(vec![]).is_empty());
    }

    #[test]
    fn a_week_has_its_days_and_none_means_always() {
        let mut week = Week::default();
        week[6] = vec![(600, 660)];
        assert_eq!(today(Some(&week), 6), [(600, 660)]);
        assert!(today(Some(&week), 0).is_empty());
        assert_eq!(today(None, 3), [(0, DAY_MIN)]);
    }
}
