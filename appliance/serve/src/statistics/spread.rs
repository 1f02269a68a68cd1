//! How long something took, in many cases: kept by the second, so that ranks are exact and days can
//! be joined.

use std::time::Duration;

/// The longest span that is told apart, in seconds: a day. What lasts longer was forgotten, and
/// counts as this long, so that a spread has only so many steps.
pub const SPAN_S_MAX: u32 = 24 * 60 * 60;

/// Seconds of one block. Most waits of a hall fall into a few blocks, and finding one costs less
/// than a step in a tree: joining the days of a network is millions of these.
const BLOCK_S: usize = 256;

/// How long something took, in many cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// How often it took so many seconds; a block in which nothing happened is not there.
    blocks: Vec<Option<Box<[u64; BLOCK_S]>>>,
    count: u64,
    sum: u64,
}

impl Spread {
    /// Takes note of one case.
    pub fn add(&mut self, took: Duration) {
        self.add_times(u32::try_from(took.as_secs()).unwrap_or(SPAN_S_MAX), 1);
    }

    /// Takes note of some cases that took the same number of seconds.
    pub fn add_times(&mut self, seconds: u32, times: u64) {
        if times == 0 {
            return;
        }
        let seconds = seconds.min(SPAN_S_MAX);
        let (block, step) = place(seconds);
        if self.blocks.len() <= block {
            self.blocks.resize_with(block + 1, || None);
        }
        let steps = self.blocks[block].get_or_insert_with(|| Box::new([0; BLOCK_S]));
        steps[step] += times;
        self.count += times;
        self.sum += u64::from(seconds) * times;
    }

    /// Adds the cases of another one.
    pub fn join(&mut self, others: &Spread) {
        if self.blocks.len() < others.blocks.len() {
            self.blocks.resize_with(others.blocks.len(), || None);
        }
        for (ours, theirs) in self.blocks.iter_mut().zip(&others.blocks) {
            match (ours, theirs) {
                (Some(ours), Some(theirs)) => {
                    ours.iter_mut().zip(theirs.iter()).for_each(|(ours, theirs)| *ours += theirs);
                }
                (ours @ None, Some(_)) => ours.clone_from(theirs),
                (_, None) => {}
            }
        }
        self.count += others.count;
        self.sum += others.sum;
    }

    /// Each number of seconds that something took, and how often, shortest first.
    pub fn steps(&self) -> impl Iterator<Item = (u32, u64)> {
        let blocks = (0_u32..).step_by(BLOCK_S).zip(&self.blocks);
        let blocks = blocks.filter_map(|(first, block)| Some((first, block.as_deref()?)));
        blocks.flat_map(|(first, steps)| {
            (first..).zip(steps).filter_map(|(at, times)| (0 < *times).then_some((at, *times)))
        })
    }

    /// How many cases there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// All of them together, in seconds.
    pub fn sum_s(&self) -> u64 {
        self.sum
    }

    /// The mean, in seconds; 0 where there is no case.
    pub fn mean_s(&self) -> u64 {
        self.sum.checked_div(self.count).unwrap_or(0)
    }

    /// What so many of a hundred did not exceed (the nearest rank), in seconds; 0 where there is no
    /// case.
    pub fn percentile_s(&self, percent: u64) -> u32 {
        let rank = (self.count * percent).div_ceil(100).max(1);
        let mut seen = 0;
        let found = self.steps().find(|(_, times)| {
            seen += times;
            rank <= seen
        });
        found.map_or(0, |(seconds, _)| seconds)
    }

    /// The longest, in seconds; 0 where there is no case.
    pub fn longest_s(&self) -> u32 {
        self.steps().last().map_or(0, |(seconds, _)| seconds)
    }
}

fn place(seconds: u32) -> (usize, usize) {
    let seconds = seconds as usize;
    (seconds / BLOCK_S, seconds % BLOCK_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(seconds: impl IntoIterator<Item = u64>) -> Spread {
        let mut spread = Spread::default();
        seconds.into_iter().for_each(|seconds| spread.add(Duration::from_secs(seconds)));
        spread
    }

    #[test]
    fn a_spread_knows_its_ranks() {
        let ten = spread((1..=10).rev());
        assert_eq!((ten.count(), ten.mean_s(), ten.longest_s()), (10, 5, 10));
        assert_eq!((ten.percentile_s(50), ten.percentile_s(90), ten.percentile_s(100)), (5, 9, 10));
        let one = spread([7]);
        assert_eq!((one.percentile_s(50), one.percentile_s(90)), (7, 7));
        let none = spread([]);
        assert_eq!((none.mean_s(), none.percentile_s(50), none.longest_s()), (0, 0, 0));
    }

    #[test]
    fn what_was_forgotten_counts_as_a_day() {
        let week = spread([7 * 24 * 60 * 60, u64::MAX]);
        assert_eq!((week.count(), week.longest_s()), (2, SPAN_S_MAX));
        assert_eq!(week.steps().collect::<Vec<_>>(), [(SPAN_S_MAX, 2)]);
    }

    #[test]
    fn percentiles_are_those_of_the_sorted_list() {
        let mut list: Vec<u64> = (0..137).map(|n| n * n * n % 1_459).collect();
        let told = spread(list.clone());
        list.sort_unstable();
        for percent in [1, 10, 50, 90, 99, 100] {
            let rank = (list.len() as u64 * percent).div_ceil(100).max(1) as usize;
            assert_eq!(u64::from(told.percentile_s(percent)), list[rank - 1], "{percent}");
        }
    }

    #[test]
    fn spreads_that_are_joined_or_told_step_by_step_are_the_same() {
        let (short, long) = ([0, 3, 3, 255, 256], [3, 90_000, 700, 7_000]);
        let all = spread(short.into_iter().chain(long));
        for (first, second) in [(&short[..], &long[..]), (&long[..], &short[..])] {
            let mut joined = spread(first.iter().copied());
            joined.join(&spread(second.iter().copied()));
            assert_eq!(joined, all);
        }
        let mut told = Spread::default();
        all.steps().for_each(|(seconds, times)| told.add_times(seconds, times));
        told.add_times(50_000, 0);
        assert_eq!((told.clone(), told.sum_s()), (all.clone(), all.sum_s()));
    }
}
