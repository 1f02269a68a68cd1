//! Keys: every one of them different, none of them to be guessed, and each with its time.

use std::collections::HashSet;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;

use super::*;

const HOME: BranchId = BranchId(1);
const NOON_MS: i64 = 1_795_000_000_000;

/// Chance that can be repeated: splitmix64.
struct Seed(AtomicU64);

impl Chance for Seed {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (z >> 56) as u8;
        }
    }
}

fn at(ms: i64) -> Moment {
    Moment { wall_ms: NOON_MS + ms, steady_ms: 1_000_000_000 + u64::try_from(ms).unwrap() }
}

fn passes(seed: u64) -> Passes {
    Passes::with(&[7; SECRET_BYTES], at(0), Seed(AtomicU64::new(seed)))
}

fn key(passes: &Passes, now: Moment) -> String {
    passes.mint(HOME, now).unwrap().as_str().to_owned()
}

#[test]
fn sixty_thousand_keys_at_once_are_all_different_and_fresh() {
    let passes = passes(1);
    let mut seen = HashSet::new();
    for _ in 0..60_000 {
        let key = key(&passes, at(500));
        assert!(matches!(passes.check(HOME, &key, 1, at(500)), Verdict::Fresh(_)));
        assert!(seen.insert(key));
    }
}

#[test]
fn who_asks_for_more_than_there_are_is_told_to_wait() {
    let passes = passes(2);
    let all = usize::from(KEYS_PER_SECOND) * usize::try_from(BORROWED_SECONDS_MAX).unwrap();
    for _ in 0..all {
        passes.mint(HOME, at(0)).unwrap();
    }
    assert_eq!(passes.mint(HOME, at(999)), Err(Spent));
    assert!(passes.mint(HOME, at(1_000)).is_ok(), "a second brings new ones");
}

#[test]
fn a_key_expires_after_its_minutes_and_not_before() {
    let passes = passes(3);
    for minted in [1_000, 1_001, 1_999] {
        let key = key(&passes, at(minted));
        let after = |ms| passes.check(HOME, &key, 10, at(minted + ms));
        assert!(matches!(after(0), Verdict::Fresh(_)));
        assert!(matches!(after(600_000), Verdict::Fresh(_)));
        assert!(matches!(after(602_000), Verdict::Expired(_)));
    }
}

#[test]
fn a_key_that_was_genuine_is_recognised_for_thirty_days() {
    let passes = passes(4);
    let key = key(&passes, at(5_000));
    let day = 86_400_000;
    for days in [1, 7, 24, 25, 30] {
        assert!(
            matches!(passes.check(HOME, &key, 10, at(days * day)), Verdict::Expired(_)),
            "{days}"
        );
    }
    assert_eq!(passes.check(HOME, &key, 10, at(60 * day)), Verdict::Forged);
}

#[test]
fn a_restart_makes_no_key_again() {
    let before = passes(5);
    before.mint(HOME, at(1_000)).unwrap();
    let first: HashSet<_> = (0..500).map(|_| key(&before, at(2_000))).collect();
    // The same secret, the same chance, and the same second.
    let after = Passes::with(&[7; SECRET_BYTES], at(2_000), Seed(AtomicU64::new(5)));
    let second: HashSet<_> = (0..500).map(|_| key(&after, at(2_000))).collect();
    assert!(first.is_disjoint(&second));
    assert!(
        first.iter().all(|key| matches!(after.check(HOME, key, 10, at(2_000)), Verdict::Fresh(_)))
    );
}

#[test]
fn no_run_makes_a_key_of_a_run_that_was_killed_in_the_same_second() {
    let folder = tempfile::tempdir().unwrap();
    let open = |ms| Passes::open(folder.path(), at(ms), KernelChance).unwrap();
    let mut seen = HashSet::new();
    for run in 0..10 {
        let passes = open(100 * run);
        for _ in 0..usize::from(KEYS_PER_SECOND) * 2 {
            assert!(seen.insert(key(&passes, at(100 * run + 50))), "run {run}");
        }
    }
    // Each of them has borrowed two seconds; what they may borrow is soon spent, and comes again.
    let passes = open(1_000);
    let more = (0..).take_while(|_| passes.mint(HOME, at(1_000)).is_ok()).count();
    assert_eq!(more, usize::from(KEYS_PER_SECOND) * 41);
    let passes = open(1_100);
    assert_eq!(passes.mint(HOME, at(1_100)), Err(Spent));
    assert!(seen.insert(key(&passes, at(2_000))));
}

#[test]
fn what_was_made_ahead_under_another_clock_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let day = 86_400_000;
    key(&Passes::open(folder.path(), at(day), KernelChance).unwrap(), at(day));
    let behind = Passes::open(folder.path(), at(0), KernelChance).unwrap();
    assert!(matches!(behind.check(HOME, &key(&behind, at(0)), 1, at(0)), Verdict::Fresh(_)));
    std::fs::write(folder.path().join(AHEAD_FILE), "not a number").unwrap();
    key(&Passes::open(folder.path(), at(0), KernelChance).unwrap(), at(0));
    std::fs::remove_file(folder.path().join(AHEAD_FILE)).unwrap();
    std::fs::create_dir(folder.path().join(AHEAD_FILE)).unwrap();
    let failed = Passes::open(folder.path(), at(0), KernelChance).unwrap_err();
    assert!(matches!(failed, SecretFault::Read(..)), "{failed}");
}

#[test]
fn who_sets_the_clock_neither_revives_a_key_nor_ends_it() {
    let passes = passes(6);
    let mut now = at(10_000);
    let old = key(&passes, now);
    for jump in [-3_600_000, 7_200_000, -NOON_MS - 1, 2 * NOON_MS] {
        now.wall_ms += jump;
        assert!(matches!(passes.check(HOME, &old, 10, now), Verdict::Fresh(_)));
        let new = key(&passes, now);
        assert_ne!(new, old);
        assert!(matches!(passes.check(HOME, &new, 10, now), Verdict::Fresh(_)));
    }
    now.steady_ms += 700_000;
    assert!(matches!(passes.check(HOME, &old, 10, now), Verdict::Expired(_)));
}

#[test]
fn a_clock_before_1970_makes_keys_all_the_same() {
    let dawn = Moment { wall_ms: -5, steady_ms: 0 };
    let passes = Passes::with(&[7; SECRET_BYTES], dawn, Seed(AtomicU64::new(7)));
    let key = key(&passes, dawn);
    assert!(matches!(passes.check(HOME, &key, 10, dawn), Verdict::Fresh(_)));
    // A key from after 1970 seems to come from the future.
    let later = super::tests::passes(8);
    let future = super::tests::key(&later, at(0));
    assert_eq!(passes.check(HOME, &future, 10, dawn), Verdict::Forged);
}

#[test]
fn neighbours_do_not_look_alike() {
    let passes = passes(9);
    let keys: Vec<String> = (0..200).map(|_| key(&passes, at(0))).collect();
    let pairs = keys.iter().zip(keys.iter().skip(1));
    let same: usize =
        pairs.map(|(a, b)| a.bytes().zip(b.bytes()).filter(|(a, b)| a == b).count()).sum();
    // Of 199 x 11 places, one in 62 is the same by chance (the first one a little more often).
    assert!(same < 100, "{same}");
}

#[test]
fn the_secret_is_drawn_once_and_kept_from_others() {
    let folder = tempfile::tempdir().unwrap();
    let first = Passes::open(folder.path(), at(0), KernelChance).unwrap();
    let key = key(&first, at(0));
    let path = folder.path().join(SECRET_FILE);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    let again = Passes::open(folder.path(), at(0), KernelChance).unwrap();
    assert!(matches!(again.check(HOME, &key, 10, at(0)), Verdict::Fresh(_)));
    let files = fs::read_dir(path.parent().unwrap()).unwrap().map(|file| file.unwrap().path());
    let expected = HashSet::from([path.clone(), folder.path().join(AHEAD_FILE)]);
    assert_eq!(files.collect::<HashSet<_>>(), expected, "nothing half-written is left");

    fs::write(&path, b"short").unwrap();
    let fault = Passes::open(folder.path(), at(0), KernelChance).unwrap_err();
    assert!(matches!(fault, SecretFault::Length(_, 5)));
    assert!(fault.to_string().contains("backup"), "{fault}");

    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let fault = Passes::open(folder.path(), at(0), KernelChance).unwrap_err();
    assert!(matches!(fault, SecretFault::Read(..)));
}

#[test]
fn tokens_use_every_character_and_never_repeat() {
    let passes = Passes::with(&[7; SECRET_BYTES], at(0), KernelChance);
    let tokens: HashSet<Token> = (0..5_000).map(|_| passes.token()).collect();
    assert_eq!(tokens.len(), 5_000);
    assert!(tokens.iter().all(|token| Token::parse(token.as_str()).is_some()));
    let mut counts = [0u32; 256];
    tokens.iter().flat_map(|token| token.0).for_each(|byte| counts[usize::from(byte)] += 1);
    let (least, most) = DIGITS
        .iter()
        .map(|digit| counts[usize::from(*digit)])
        .fold((u32::MAX, 0), |(least, most), count| (least.min(count), most.max(count)));
    // 50,000 characters, 806 of each: six standard deviations are 170.
    assert!(636 < least && most < 976, "{least} {most}");
}

#[test]
fn codes_and_pins_use_every_digit_alike() {
    let passes = Passes::with(&[7; SECRET_BYTES], at(0), KernelChance);
    let codes: HashSet<Code> = (0..5_000).map(|_| passes.booking_code()).collect();
    // Of a hundred million, five thousand meet once in eight runs, and never ten times.
    assert!(4_990 < codes.len(), "{}", codes.len());
    let mut counts = [0u32; 10];
    for code in &codes {
        code.as_str().bytes().for_each(|digit| counts[usize::from(digit - b'0')] += 1);
    }
    // 40,000 digits, 4,000 of each: six standard deviations are 360.
    assert!(counts.iter().all(|count| (3_640..4_360).contains(count)), "{counts:?}");
    for (asked, given) in [(4, 4), (6, 6), (8, 8), (0, 4), (200, 8)] {
        assert_eq!(passes.pin(asked).as_str().len(), given);
    }
}

#[test]
fn nothing_secret_is_shown() {
    assert_eq!(format!("{:?}", passes(1)), "Passes(..)");
}

proptest! {
    #[test]
    fn a_key_with_any_character_changed_is_forged(
        seed in any::<u64>(), ms in 0i64..1_000_000_000, place in 0usize..11, other in 1usize..62,
    ) {
        let passes = passes(seed);
        let mut text = key(&passes, at(ms)).into_bytes();
        let digit = DIGITS.iter().position(|digit| *digit == text[place]).unwrap();
        text[place] = DIGITS[(digit + other) % 62];
        let text = String::from_utf8(text).unwrap();
        prop_assert_eq!(passes.check(HOME, &text, 10, at(ms)), Verdict::Forged);
    }

    #[test]
    fn a_key_is_good_at_its_own_branch_alone(seed in any::<u64>(), branch in 2u32..) {
        let passes = passes(seed);
        let key = key(&passes, at(0));
        prop_assert_eq!(passes.check(BranchId(branch), &key, 10, at(0)), Verdict::Forged);
    }

    #[test]
    fn another_secret_makes_other_keys(secret in any::<[u8; 32]>(), seed in any::<u64>()) {
        prop_assume!(secret != [7; SECRET_BYTES]);
        let other = Passes::with(&secret, at(0), Seed(AtomicU64::new(seed)));
        let key = key(&other, at(0));
        prop_assert_eq!(passes(seed).check(HOME, &key, 10, at(0)), Verdict::Forged);
    }

    #[test]
    fn any_text_is_looked_at_without_panic(text in "\\PC{0,20}|[0-9A-Za-z]{11}") {
        prop_assert_eq!(passes(0).check(HOME, &text, u32::MAX, at(0)), Verdict::Forged);
    }

    #[test]
    fn what_is_written_is_read(value in 0u128..1 << KEY_BITS) {
        prop_assert_eq!(read(&written(value)), Some(value));
    }
}
