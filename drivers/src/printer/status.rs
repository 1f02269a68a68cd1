//! What a printer says about itself, from the bytes in which it says it.
//!
//! Source: Epson's ESC/POS reference, `DLE EOT` and `GS a`.

use crate::link_state::{Reason, Reasons};

/// A printer's own account of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Status {
    /// What is wrong, in the fixed words.
    pub reasons: Reasons,
}

impl Status {
    /// From the four answers to `DLE EOT` 1 to 4.
    #[must_use]
    pub fn from_answers(answers: [u8; 4]) -> Self {
        let [printer, cause, error, paper] = answers;
        let mut reasons = Reasons::NONE;
        reasons.set(Reason::CoverOpen, cause & 0x04 != 0);
        reasons.set(Reason::PaperOut, cause & 0x20 != 0 || paper & 0x60 != 0);
        reasons.set(Reason::Cutter, error & 0x08 != 0);
        reasons.set(Reason::Broken, error & 0x20 != 0);
        reasons.set(Reason::HeadHot, error & 0x40 != 0);
        reasons.set(Reason::PaperNearEnd, paper & 0x0C != 0);
        Self::with_offline(reasons, printer & 0x08 != 0)
    }

    /// From the four bytes that a printer pushes.
    #[must_use]
    pub fn from_push(push: [u8; 4]) -> Self {
        let [printer, error, paper, _] = push;
        let mut reasons = Reasons::NONE;
        reasons.set(Reason::CoverOpen, printer & 0x20 != 0);
        reasons.set(Reason::PaperOut, paper & 0x0C != 0);
        reasons.set(Reason::Cutter, error & 0x08 != 0);
        reasons.set(Reason::Broken, error & 0x20 != 0);
        reasons.set(Reason::HeadHot, error & 0x40 != 0);
        reasons.set(Reason::PaperNearEnd, paper & 0x03 != 0);
        Self::with_offline(reasons, printer & 0x08 != 0)
    }

    /// A printer that is off-line says why; one that does not is paused.
    fn with_offline(mut reasons: Reasons, offline: bool) -> Self {
        reasons.set(Reason::Paused, offline && reasons.stopping().is_none());
        Self { reasons }
    }

    /// The reason because of which nothing can be printed now.
    #[must_use]
    pub fn stopped_by(self) -> Option<Reason> {
        self.reasons.stopping()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(status: Status) -> Vec<&'static str> {
        status.reasons.iter().map(Reason::word).collect()
    }

    #[test]
    fn answers_as_measured() {
        let said = |answers| reasons(Status::from_answers(answers));
        assert!(said([0x12; 4]).is_empty());
        assert_eq!(said([0x1E, 0x32, 0x12, 0x7E]), ["paper-near-end", "paper-out"]);
        assert_eq!(said([0x12, 0x12, 0x12, 0x1E]), ["paper-near-end"]);
        assert_eq!(said([0x1A, 0x16, 0x12, 0x12]), ["cover-open"]);
        assert_eq!(said([0x1A, 0x52, 0x1A, 0x12]), ["cutter"]);
        assert_eq!(said([0x1A, 0x52, 0x32, 0x12]), ["broken"]);
        assert_eq!(said([0x1A, 0x52, 0x52, 0x12]), ["head-hot"]);
        assert_eq!(said([0x1A, 0x12, 0x12, 0x12]), ["paused"]);
    }

    #[test]
    fn pushes_as_measured() {
        let said = |push| reasons(Status::from_push(push));
        assert!(said([0x10, 0, 0, 0]).is_empty());
        assert_eq!(said([0x10, 0, 3, 0]), ["paper-near-end"]);
        assert_eq!(said([0x18, 0, 0x0F, 0]), ["paper-near-end", "paper-out"]);
        assert_eq!(said([0x38, 0, 0, 0]), ["cover-open"]);
        assert_eq!(said([0x18, 8, 0, 0]), ["cutter"]);
        assert_eq!(said([0x18, 0, 0, 0]), ["paused"]);
    }
}
