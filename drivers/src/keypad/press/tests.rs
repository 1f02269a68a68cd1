//! Numbers that wrap, gap, overflow and begin anew.

use proptest::prelude::*;

use super::super::kp1::{LOOK_REGISTERS, MAGIC, RING_AT, VERSION};
use super::*;

/// A keypad with these sequences in its ring, the last of them the newest.
fn snapshot(boot: u16, sequences: &[u16]) -> Snapshot {
    let newest = sequences.last().copied().unwrap_or(0);
    let mut registers = vec![MAGIC, VERSION, 5, 1, 0, boot, 0, newest];
    for sequence in sequences.iter().rev().take(6) {
        registers.extend([*sequence, 0x0103, 7, 20]);
    }
    registers.resize(usize::from(LOOK_REGISTERS), 0);
    Snapshot::read(&registers).unwrap()
}

fn sequences(polled: &Polled) -> Vec<u16> {
    polled.presses.iter().map(|press| press.sequence.get()).collect()
}

fn number(sequence: u16) -> NonZeroU16 {
    NonZeroU16::new(sequence).unwrap()
}

#[test]
fn presses_come_again_until_they_are_acknowledged() {
    let mut numbers = Numbers::found(&snapshot(1, &[]), 0);
    assert_eq!(numbers.take(&snapshot(1, &[])), Polled::default());
    let two = snapshot(1, &[1, 2]);
    assert_eq!(sequences(&numbers.take(&two)), [1, 2]);
    assert_eq!(sequences(&numbers.take(&two)), [1, 2]);
    numbers.acked(number(1));
    assert_eq!(sequences(&numbers.take(&two)), [2]);
    numbers.acked(number(2));
    assert_eq!(sequences(&numbers.take(&two)), [0; 0]);
    // An ack never moves back, and never to what it is.
    assert!(!numbers.may_ack(number(1)) && !numbers.may_ack(number(2)));
    assert!(numbers.may_ack(number(3)));
}

#[test]
fn a_press_carries_what_the_ring_says() {
    let mut numbers = Numbers::found(&snapshot(4, &[]), 0);
    let polled = numbers.take(&snapshot(4, &[1]));
    let expected = Press {
        boot: 4,
        sequence: number(1),
        key: 3,
        kind: PressKind::Short,
        token: NonZeroU16::new(7),
        age: Some(Duration::from_millis(200)),
    };
    assert_eq!(polled.presses, [expected]);
    assert_eq!(expected.key_of_storage(), (4, number(1)));
}

#[test]
fn numbers_skip_zero_at_the_wrap() {
    let mut numbers = Numbers::found(&snapshot(1, &[65_533]), 65_533);
    let wrapped = snapshot(1, &[65_532, 65_533, 65_534, 65_535, 1, 2]);
    let polled = numbers.take(&wrapped);
    assert_eq!((sequences(&polled), polled.lost), (vec![65_534, 65_535, 1, 2], 0));
    numbers.acked(number(1));
    assert_eq!(sequences(&numbers.take(&wrapped)), [2]);
    assert!(!numbers.may_ack(number(65_535)));
}

#[test]
fn what_the_ring_has_overwritten_is_lost_and_said() {
    let mut numbers = Numbers::found(&snapshot(1, &[10]), 10);
    let many: Vec<u16> = (11..=19).collect();
    let polled = numbers.take(&snapshot(1, &many));
    assert_eq!((sequences(&polled), polled.lost), ((14..=19).collect(), 3));
    numbers.acked(number(19));
    assert_eq!(numbers.take(&snapshot(1, &many)).lost, 0);
}

#[test]
fn a_keypad_that_starts_anew_counts_from_nothing() {
    let mut numbers = Numbers::found(&snapshot(1, &[7]), 7);
    let polled = numbers.take(&snapshot(2, &[1, 2]));
    assert_eq!((sequences(&polled), polled.restarted), (vec![1, 2], true));
    assert!(!numbers.take(&snapshot(2, &[1, 2])).restarted);
    // One whose boot counter is broken is noticed by numbers that go back.
    numbers.acked(number(2));
    let polled = numbers.take(&snapshot(2, &[1]));
    assert_eq!((sequences(&polled), polled.restarted), (vec![1], true));
}

#[test]
fn the_ack_that_is_found_is_believed_when_it_can_be_true() {
    let two = snapshot(3, &[1, 2]);
    assert_eq!(sequences(&Numbers::found(&two, 1).take(&two)), [2]);
    // An ack beyond the newest event, or of before a restart.
    assert_eq!(sequences(&Numbers::found(&two, 9).take(&two)), [1, 2]);
    let mut registers = vec![MAGIC, VERSION, 5, 1, 0x8000, 3, 0, 1, 1, 0x0101, 0, 0];
    registers.resize(usize::from(LOOK_REGISTERS), 0);
    let restarted = Snapshot::read(&registers).unwrap();
    assert_eq!(sequences(&Numbers::found(&restarted, 1).take(&restarted)), [1]);
    // One that never heard of a host has lost much, and says so once and for all.
    let old = snapshot(3, &[40_000]);
    let mut numbers = Numbers::found(&old, 0);
    assert_eq!((numbers.take(&old).lost, numbers.take(&old).restarted), (39_999, false));
    assert!(numbers.may_ack(number(40_000)));
}

#[test]
fn a_kind_that_is_not_known_is_no_press() {
    let mut registers = vec![MAGIC, VERSION, 5, 1, 0, 1, 0, 2];
    registers.extend([1, 0x0901, 0, 0, 2, 0x0201, 0, AGE_UNKNOWN]);
    registers.resize(usize::from(LOOK_REGISTERS), 0);
    let odd = Snapshot::read(&registers).unwrap();
    let polled = Numbers::found(&snapshot(1, &[]), 0).take(&odd);
    assert_eq!((sequences(&polled), polled.lost), (vec![2], 0));
    assert_eq!((polled.presses[0].kind, polled.presses[0].age), (PressKind::Long, None));
}

/// The next sequence of a keypad.
fn next(sequence: u16) -> u16 {
    if sequence == u16::MAX { 1 } else { sequence + 1 }
}

proptest! {
    /// Presses, looks and acks in any order, some acks lost, from any start, over the wrap: every
    /// press is stored once or counted as lost.
    #[test]
    fn every_press_is_stored_once_or_lost(
        start in prop_oneof![Just(0_u16), 1..=u16::MAX, 65_500..=u16::MAX],
        steps in proptest::collection::vec((0_u8..9, any::<bool>(), any::<bool>()), 1..60),
    ) {
        let mut newest = start;
        let mut history: Vec<u16> = if start == 0 { Vec::new() } else { vec![start] };
        let mut numbers = Numbers::found(&snapshot(1, &history), start);
        let mut stored = std::collections::BTreeSet::new();
        let (mut pressed, mut lost) = (0_usize, 0_usize);
        for (presses, stores, ack_arrives) in steps {
            for _ in 0..presses {
                newest = next(newest);
                history.push(newest);
                pressed += 1;
            }
            let polled = numbers.take(&snapshot(1, &history));
            prop_assert!(!polled.restarted);
            if stores {
                stored.extend(sequences(&polled));
                if let (true, Some(last)) = (ack_arrives, polled.presses.last()) {
                    prop_assert!(numbers.may_ack(last.sequence));
                    lost += usize::from(polled.lost);
                    numbers.acked(last.sequence);
                }
            }
        }
        let polled = numbers.take(&snapshot(1, &history));
        stored.extend(sequences(&polled));
        lost += usize::from(polled.lost);
        // What was stored and whose ack was lost may have left the ring: told as lost, and is not.
        prop_assert!(stored.len() <= pressed && stored.len() + lost >= pressed);
    }

    #[test]
    fn no_ring_makes_it_fail(
        found in proptest::collection::vec(any::<u16>(), 24),
        later in proptest::collection::vec(any::<u16>(), 24),
        heads in any::<[u16; 6]>(),
    ) {
        let look = |boot: u16, newest: u16, ring: &[u16]| {
            let head = [MAGIC, VERSION, 5, 1, heads[5], boot, 0, newest];
            Snapshot::read(&[&head[..], ring].concat()).unwrap()
        };
        prop_assert_eq!(usize::from(RING_AT) + 24, usize::from(LOOK_REGISTERS));
        let mut numbers = Numbers::found(&look(heads[0], heads[1], &found), heads[2]);
        let polled = numbers.take(&look(heads[3], heads[4], &later));
        prop_assert!(polled.presses.len() <= 6);
        for press in polled.presses {
            if numbers.may_ack(press.sequence) {
                numbers.acked(press.sequence);
            }
        }
    }
}
