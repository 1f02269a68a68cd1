//! The one table that a run prints.

use std::fmt::Write as _;

/// A goal, and which side of it is good.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// The ratio to the limit should be at least this.
    AtLeast(f64),
    /// The figure should be at most this.
    AtMost(f64),
    /// It is only shown.
    None,
}

struct Row {
    what: String,
    figure: f64,
    unit: &'static str,
    limit: Option<f64>,
    goal: Goal,
    note: &'static str,
}

/// Figures in the order in which they were measured.
#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

impl Table {
    /// A figure that is judged by its ratio to a limit of the same run.
    pub(crate) fn ratio(
        &mut self,
        what: &str,
        unit: &'static str,
        figure: f64,
        limit: f64,
        goal: f64,
    ) {
        let goal = Goal::AtLeast(goal);
        self.0.push(Row { what: what.into(), figure, unit, limit: Some(limit), goal, note: "" });
    }

    /// A figure that is judged by itself.
    pub(crate) fn plain(&mut self, what: &str, unit: &'static str, figure: f64, goal: Goal) {
        self.0.push(Row { what: what.into(), figure, unit, limit: None, goal, note: "" });
    }

    /// A figure that is judged by itself, beside a limit of the same run if one could be measured,
    /// and with a note.
    pub(crate) fn beside(
        &mut self,
        what: &str,
        unit: &'static str,
        figure: f64,
        limit: Option<f64>,
        goal: Goal,
        note: &'static str,
    ) {
        self.0.push(Row { what: what.into(), figure, unit, limit, goal, note });
    }

    /// Prints the table, and how much of the machine others used meanwhile.
    #[expect(clippy::print_stdout, reason = "the table is what the recipe is for")]
    pub(crate) fn print(&self, others: f64) {
        let mut text = String::new();
        line(&mut text, ["what", "figure", "limit", "ratio", "goal", "", ""]);
        for row in &self.0 {
            let ratio = row.limit.map(|limit| row.figure / limit);
            let (goal, met) = match row.goal {
                Goal::AtLeast(goal) => {
                    (format!(">= {goal:.2}x"), ratio.is_some_and(|ratio| goal <= ratio))
                }
                Goal::AtMost(goal) => (format!("<= {goal} {}", row.unit), row.figure <= goal),
                Goal::None => (String::new(), true),
            };
            let cells = [
                row.what.as_str(),
                &format!("{} {}", short(row.figure), row.unit),
                &row.limit.map(short).unwrap_or_default(),
                &ratio.map(|ratio| format!("{ratio:.2}x")).unwrap_or_default(),
                &goal,
                if met { "" } else { "missed" },
                row.note,
            ];
            line(&mut text, cells);
        }
        println!("{text}\nOthers used {others:.0} % of the machine while this ran.");
    }
}

fn line(text: &mut String, cells: [&str; 7]) {
    let [what, figure, limit, ratio, goal, met, note] = cells;
    let line = format!("{what:<52} {figure:>16} {limit:>10} {ratio:>8} {goal:>12} {met:<6} {note}");
    // Writing to a text cannot fail.
    writeln!(text, "{}", line.trim_end()).ok();
}

fn short(figure: f64) -> String {
    if figure < 100.0 { format!("{figure:.1}") } else { format!("{figure:.0}") }
}
