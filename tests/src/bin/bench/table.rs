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
        self.0.push(Row { what: what.into(), figure, unit, limit: Some(limit), goal });
    }

    /// A figure that is judged by itself.
    pub(crate) fn plain(&mut self, what: &str, unit: &'static str, figure: f64, goal: Goal) {
        self.0.push(Row { what: what.into(), figure, unit, limit: None, goal });
    }

    /// Prints the table, and how much of the machine others used meanwhile.
    #[expect(clippy::print_stdout, reason = "the table is what the recipe is for")]
    pub(crate) fn print(&self, others: f64) {
        let mut text = String::new();
        let head = ("what", "figure", "limit", "ratio", "goal");
        line(&mut text, head.0, head.1, head.2, head.3, head.4, "");
        for row in &self.0 {
            let ratio = row.limit.map(|limit| row.figure / limit);
            let (goal, met) = match row.goal {
                Goal::AtLeast(goal) => {
                    (format!(">= {goal}x"), ratio.is_some_and(|ratio| goal <= ratio))
                }
                Goal::AtMost(goal) => (format!("<= {goal} {}", row.unit), row.figure <= goal),
                Goal::None => (String::new(), true),
            };
            line(
                &mut text,
                &row.what,
                &format!("{} {}", short(row.figure), row.unit),
                &row.limit.map(short).unwrap_or_default(),
                &ratio.map(|ratio| format!("{ratio:.2}x")).unwrap_or_default(),
                &goal,
                if met { "" } else { "missed" },
            );
        }
        println!("{text}\nOthers used {others:.0} % of the machine while this ran.");
    }
}

fn line(
    text: &mut String,
    what: &str,
    figure: &str,
    limit: &str,
    ratio: &str,
    goal: &str,
    met: &str,
) {
    // Writing to a text cannot fail.
    writeln!(text, "{what:<52} {figure:>16} {limit:>10} {ratio:>8} {goal:>12} {met}").ok();
}

fn short(figure: f64) -> String {
    if figure < 100.0 { format!("{figure:.1}") } else { format!("{figure:.0}") }
}
