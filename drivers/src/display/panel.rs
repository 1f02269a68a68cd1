//! What shall stand on a call display.

/// Most lines of a panel: what the tallest call displays have.
pub const LINES_MAX: usize = 8;

/// Most characters of a line: more than any sign shows without scrolling. What is longer is cut.
pub const LINE_CHARS_MAX: usize = 120;

/// Most beeps for one occasion: a hall in which every call beeps longer stops listening.
pub const BEEPS_MAX: u8 = 8;

/// What stands there when nobody knows what is being called.
pub const STALE_TEXT: &str = "-";

/// What shall stand on a display, and how it draws attention.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Panel {
    lines: Vec<String>,
    flash: bool,
    chime: Option<Chime>,
}

/// Beeps that go with a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chime {
    /// How many, from 1 to [`BEEPS_MAX`].
    pub beeps: u8,
    /// What they are for. An occasion is sounded once, however often its panel is sent; the same
    /// text called again is another occasion.
    pub occasion: u32,
}

impl Panel {
    /// These lines from top to bottom, still and silent. Lines and characters beyond the limits
    /// are left out.
    #[must_use]
    pub fn new<L: Into<String>>(lines: impl IntoIterator<Item = L>) -> Self {
        let cut = |line: L| {
            let mut line: String = line.into();
            if let Some((end, _)) = line.char_indices().nth(LINE_CHARS_MAX) {
                line.truncate(end);
            }
            line
        };
        Self { lines: lines.into_iter().take(LINES_MAX).map(cut).collect(), ..Self::default() }
    }

    /// Nothing at all: nobody is being called.
    #[must_use]
    pub fn blank() -> Self {
        Self::default()
    }

    /// What stands there when nobody knows what is being called: an old call that still stands
    /// sends people to a counter that has long gone on.
    #[must_use]
    pub fn stale() -> Self {
        Self::new([STALE_TEXT])
    }

    /// The same, flashing.
    #[must_use]
    pub fn flashing(self) -> Self {
        Self { flash: true, ..self }
    }

    /// The same, with beeps for this occasion; none if `beeps` is zero.
    #[must_use]
    pub fn chiming(self, beeps: u8, occasion: u32) -> Self {
        let chime = (beeps > 0).then_some(Chime { beeps: beeps.min(BEEPS_MAX), occasion });
        Self { chime, ..self }
    }

    /// Its lines.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Whether it flashes.
    #[must_use]
    pub fn flash(&self) -> bool {
        self.flash
    }

    /// Its beeps, if any.
    #[must_use]
    pub fn chime(&self) -> Option<Chime> {
        self.chime
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beyond_the_limits_is_left_out() {
        let long = "\u{151}".repeat(LINE_CHARS_MAX + 1);
        let panel = Panel::new(vec![long; LINES_MAX + 1]);
        assert_eq!(panel.lines().len(), LINES_MAX);
        assert!(panel.lines().iter().all(|line| line.chars().count() == LINE_CHARS_MAX));
        let loud = Panel::blank().chiming(200, 1);
        assert_eq!(loud.chime(), Some(Chime { beeps: BEEPS_MAX, occasion: 1 }));
        assert_eq!(Panel::blank().chiming(0, 1).chime(), None);
    }

    #[test]
    fn a_stale_panel_is_a_dash_that_neither_flashes_nor_beeps() {
        let stale = Panel::stale();
        assert_eq!(
            (stale.lines(), stale.flash(), stale.chime()),
            (&["-".to_owned()][..], false, None)
        );
        assert_ne!(stale, Panel::blank());
    }
}
