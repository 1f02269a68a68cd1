//! A set of counters as bits, so that who may call whom is a few machine words to compare.

use crate::limits::COUNTERS_MAX;

const WORDS: usize = COUNTERS_MAX.div_ceil(64);

/// Counters by their place in the settings, at most [`COUNTERS_MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CounterSet([u64; WORDS]);

impl CounterSet {
    pub(crate) fn insert(&mut self, place: usize) {
        if let Some(word) = self.0.get_mut(place / 64) {
            *word |= 1 << (place % 64);
        }
    }

    pub(crate) fn remove(&mut self, place: usize) {
        if let Some(word) = self.0.get_mut(place / 64) {
            *word &= !(1 << (place % 64));
        }
    }

    pub(crate) fn contains(&self, place: usize) -> bool {
        self.0.get(place / 64).is_some_and(|word| word & (1 << (place % 64)) != 0)
    }

    /// Those in both sets.
    pub(crate) fn and(&self, other: &CounterSet) -> CounterSet {
        let mut both = *self;
        both.0.iter_mut().zip(other.0).for_each(|(word, other)| *word &= other);
        both
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0 == [0; WORDS]
    }

    pub(crate) fn len(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let (mut one, mut two) = (CounterSet::default(), CounterSet::default());
        assert!(one.is_empty());
        for place in [0, 63, 64, COUNTERS_MAX - 1] {
            one.insert(place);
            assert!(one.contains(place) && !one.contains(place + 1));
        }
        two.insert(64);
        two.insert(65);
        assert_eq!((one.len(), one.and(&two).len()), (4, 1));
        one.remove(64);
        assert!(one.and(&two).is_empty());
        // Beyond the limit there is no counter: the settings are checked.
        one.insert(COUNTERS_MAX);
        assert!(!one.contains(COUNTERS_MAX));
    }
}
