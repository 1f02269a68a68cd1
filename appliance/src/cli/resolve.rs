//! The point at which what a subcommand does can no longer be given up.

use std::sync::{Arc, Mutex, PoisonError};

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// Nothing has been changed that dropping it would not undo.
    #[default]
    Open,
    /// Somebody has pressed Ctrl-C before.
    GivenUp,
    /// It is being done, and is soon over.
    Taken,
}

/// A resolve, shared by the one who works and the one who hears Ctrl-C: it is taken or given up,
/// never both.
#[derive(Clone, Debug, Default)]
pub(super) struct Resolve(Arc<Mutex<Stage>>);

impl Resolve {
    /// Takes it; not where it was given up.
    pub(super) fn take(&self) -> bool {
        self.turn(Stage::Taken) == Stage::Taken
    }

    /// Gives it up; not where it was taken.
    pub(super) fn give_up(&self) -> bool {
        self.turn(Stage::GivenUp) == Stage::GivenUp
    }

    fn turn(&self, to: Stage) -> Stage {
        let mut stage = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *stage == Stage::Open {
            *stage = to;
        }
        *stage
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_taken_or_given_up_and_stays_so() {
        let taken = Resolve::default();
        assert!(taken.take() && taken.take() && !taken.clone().give_up());
        let given_up = Resolve::default();
        assert!(given_up.clone().give_up() && !given_up.take());
    }
}
