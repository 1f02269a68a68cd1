//! How the figures of a day are written: numbers of few bytes (LEB128), spreads as steps from one
//! number of seconds to the next.

use std::collections::BTreeMap;

use serve::statistics::{Figures, SPAN_S_MAX, Spread, Sums};

/// The first byte; another form gets another number.
const FORM: u8 = 1;

/// The figures of all tickets.
pub(super) fn total(sums: &Sums) -> Vec<u8> {
    let mut bytes = vec![FORM];
    write(&mut bytes, sums);
    bytes
}

/// The figures by service, counter, operator and hour.
pub(super) fn parts(figures: &Figures) -> Vec<u8> {
    let mut bytes = vec![FORM];
    let hours = figures.hours.iter().map(|(hour, sums)| (u32::from(*hour), sums));
    groups(&mut bytes, figures.services.iter().map(|(id, sums)| (*id, sums)));
    groups(&mut bytes, figures.counters.iter().map(|(id, sums)| (*id, sums)));
    groups(&mut bytes, figures.operators.iter().map(|(id, sums)| (*id, sums)));
    groups(&mut bytes, hours);
    bytes
}

/// Adds the figures of all tickets to each of these; nothing where they cannot be read, and then
/// some may have been added.
pub(super) fn add_total(bytes: &[u8], to: &mut [&mut Sums]) -> Option<()> {
    let mut rest = bytes.strip_prefix(&[FORM])?;
    add(&mut rest, to)?;
    rest.is_empty().then_some(())
}

/// Reads both; nothing where they cannot be read.
pub(super) fn read(total: &[u8], parts: &[u8]) -> Option<Figures> {
    let mut figures = Figures::default();
    add_total(total, &mut [&mut figures.total])?;
    let mut rest = parts.strip_prefix(&[FORM])?;
    figures.services = group(&mut rest)?;
    figures.counters = group(&mut rest)?;
    figures.operators = group(&mut rest)?;
    let hours = group(&mut rest)?.into_iter();
    figures.hours =
        hours.map(|(hour, sums)| Some((u8::try_from(hour).ok()?, sums))).collect::<Option<_>>()?;
    rest.is_empty().then_some(figures)
}

fn groups<'s>(bytes: &mut Vec<u8>, groups: impl ExactSizeIterator<Item = (u32, &'s Sums)>) {
    number(bytes, groups.len() as u64);
    for (key, sums) in groups {
        number(bytes, u64::from(key));
        write(bytes, sums);
    }
}

fn group(rest: &mut &[u8]) -> Option<BTreeMap<u32, Sums>> {
    let count = take(rest)?;
    let mut groups = BTreeMap::new();
    for _ in 0..count {
        let key = u32::try_from(take(rest)?).ok()?;
        add(rest, &mut [groups.entry(key).or_default()])?;
    }
    Some(groups)
}

fn write(bytes: &mut Vec<u8>, sums: &Sums) {
    for count in [sums.asked, sums.served, sums.no_shows, sums.abandoned] {
        number(bytes, count);
    }
    for spread in [&sums.waiting, &sums.serving, &sums.on_site] {
        number(bytes, spread.steps().count() as u64);
        let mut before = 0;
        for (seconds, times) in spread.steps() {
            number(bytes, u64::from(seconds - before));
            number(bytes, times);
            before = seconds;
        }
    }
}

fn add(rest: &mut &[u8], to: &mut [&mut Sums]) -> Option<()> {
    let counts = [take(rest)?, take(rest)?, take(rest)?, take(rest)?];
    for sums in to.iter_mut() {
        let [asked, served, no_shows, abandoned] = counts;
        sums.asked += asked;
        sums.served += served;
        sums.no_shows += no_shows;
        sums.abandoned += abandoned;
    }
    let spreads: [fn(&mut Sums) -> &mut Spread; 3] =
        [|sums| &mut sums.waiting, |sums| &mut sums.serving, |sums| &mut sums.on_site];
    for spread in spreads {
        let steps = take(rest)?;
        let mut seconds = 0_u64;
        for _ in 0..steps {
            seconds = seconds.checked_add(take(rest)?)?;
            // More than four billion cases on one day are no figures.
            let times = u64::from(u32::try_from(take(rest)?).ok()?);
            let at = u32::try_from(seconds).ok().filter(|at| *at <= SPAN_S_MAX)?;
            to.iter_mut().for_each(|sums| spread(sums).add_times(at, times));
        }
    }
    Some(())
}

fn number(bytes: &mut Vec<u8>, mut value: u64) {
    while 0x80 <= value {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
}

fn take(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use serve::statistics::{Called, Outcome, Visit};

    use super::*;

    fn outcome() -> impl Strategy<Value = Outcome> {
        prop_oneof![Just(Outcome::Served), Just(Outcome::NoShow), Just(Outcome::Abandoned)]
    }

    fn figures() -> impl Strategy<Value = Figures> {
        let took = || 0..100_000_u64;
        let visit = (0..24_u8, took(), took(), outcome(), 1..4_u32, 1..3_u32, any::<bool>());
        let visit = visit.prop_map(|(hour, waited, stayed, outcome, service, counter, named)| {
            let call = Called {
                service,
                counter,
                operator: named.then_some(counter),
                outcome: Some(outcome),
                took: Some(Duration::from_secs(waited / 3)),
            };
            Visit {
                hour,
                waited: Some(Duration::from_secs(waited)),
                end: Some((outcome, Duration::from_secs(stayed))),
                asked: vec![(service, Some(outcome))],
                calls: vec![call],
            }
        });
        prop::collection::vec(visit, 0..30).prop_map(|visits| {
            let mut figures = Figures::default();
            visits.iter().for_each(|visit| figures.add(visit));
            figures
        })
    }

    proptest! {
        #[test]
        fn figures_are_read_back_as_they_were_written(figures in figures()) {
            let (total, parts) = (total(&figures.total), parts(&figures));
            prop_assert_eq!(read(&total, &parts), Some(figures.clone()));
            let (mut one, mut other) = (Sums::default(), figures.total.clone());
            add_total(&total, &mut [&mut one, &mut other]).unwrap();
            prop_assert_eq!(&one, &figures.total);
            one.join(&figures.total);
            prop_assert_eq!(one, other);
        }

        #[test]
        fn other_bytes_are_refused_or_are_figures(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            add_total(&bytes, &mut [&mut Sums::default()]);
            read(&[FORM, 0, 0, 0, 0, 0, 0, 0], &bytes);
        }

        #[test]
        fn a_cut_is_noticed(figures in figures(), cut in 1..40_usize) {
            let bytes = total(&figures.total);
            let short = &bytes[..bytes.len().saturating_sub(cut)];
            prop_assert_eq!(add_total(short, &mut [&mut Sums::default()]), None);
        }
    }
}
