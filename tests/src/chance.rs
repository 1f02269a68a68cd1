//! Chance that can be had again: a seed, printed, from which everything random in a test follows.

use std::hash::{BuildHasher, Hasher, RandomState};

/// The environment variable that names a seed to be had again.
pub const SEED: &str = "ANTEROOM_SEED";

/// A stream of numbers that its seed decides (splitmix64).
#[derive(Clone, Debug)]
pub struct Chance {
    state: u64,
}

impl Chance {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Chance {
        Chance { state: seed }
    }

    /// The stream of the seed in [`SEED`], or of a fresh one. Prints it with how to have it again,
    /// which the test's runner shows when the test fails.
    ///
    /// # Panics
    ///
    /// Where the variable holds no number.
    pub fn announced(test: &str) -> Chance {
        let seed = match std::env::var(SEED) {
            Ok(text) => text.trim().parse().expect("the seed is a number"),
            Err(_) => RandomState::new().build_hasher().finish(),
        };
        eprintln!("{test}: {SEED}={seed} has this again");
        Chance::new(seed)
    }

    /// A stream of its own for one of several that run at once.
    pub fn branch(&mut self) -> Chance {
        Chance::new(self.number())
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).expect("a length fits");
        usize::try_from(self.number() % end).expect("is below a length")
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of these, of which there is at least one.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_again_and_another_seed_does_not() {
        let some = |seed| {
            let mut chance = Chance::new(seed);
            [(); 4].map(|()| chance.below(1_000_000))
        };
        assert_eq!(some(7), some(7));
        assert_ne!(some(7), some(8));
    }
}
