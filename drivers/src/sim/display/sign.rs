//! The inside of an Alpha sign: its memory, what runs, and what a person sees of it.

use std::collections::BTreeMap;

use crate::display::alpha::STRING_BYTES_MAX;

/// Most files of a sign's memory: one for each label there is.
const FILES_MAX: usize = 94;

/// Most bytes of the priority text.
const PRIORITY_BYTES_MAX: usize = 125;

/// The label of the priority text, which needs no memory.
const PRIORITY: u8 = b'0';

/// What a person sees and hears of a display, and what has come over its line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// The text.
    pub text: String,
    /// Whether any of it flashes.
    pub flash: bool,
    /// Beeps since it started.
    pub beeps: u64,
    /// Times that its memory was divided anew, which makes it blink.
    pub divided: u64,
    /// Frames that it took.
    pub frames: u64,
    /// Frames that were damaged.
    pub damaged: u64,
    /// Frames that it understood and would not do, as writing what has no memory.
    pub refused: u64,
    /// Strings that it emptied, because more was written than fits.
    pub overfilled: u64,
    /// Bytes received.
    pub bytes: u64,
}

/// What a sign says to a frame, where it says anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    Taken,
    Illegal,
    /// The payload of a frame.
    Tell(Vec<u8>),
}

#[derive(Debug, Clone, Default)]
pub(super) struct Sign {
    files: BTreeMap<u8, File>,
    /// The text files that run; one without a sequence runs `A`.
    sequence: Vec<u8>,
    priority: Option<Vec<u8>>,
    pub(super) confirms: bool,
    pub(super) beeps: u64,
    pub(super) divided: u64,
    pub(super) overfilled: u64,
}

#[derive(Debug, Clone)]
struct File {
    /// The eleven characters that made it.
    entry: [u8; 11],
    room: usize,
    content: Vec<u8>,
}

impl File {
    fn is_text(&self) -> bool {
        self.entry[1] == b'A'
    }
}

impl Sign {
    /// Does as it is told.
    pub(super) fn obey(&mut self, payload: &[u8]) -> Reply {
        let done = match payload {
            [b'A', PRIORITY] => {
                self.priority = None;
                true
            }
            [b'A', PRIORITY, 0x1B, _position, _mode, text @ ..] => {
                let fits = text.len() <= PRIORITY_BYTES_MAX;
                self.priority = fits.then(|| text.to_vec());
                fits
            }
            [b'A', label, 0x1B, _position, _mode, text @ ..] => self.write(*label, true, text),
            [b'G', label, text @ ..] => self.write(*label, false, text),
            [b'E', b'$', table @ ..] => self.divide(table),
            [b'E', b'.', _kind, _lock, labels @ ..] => {
                self.sequence = labels.to_vec();
                true
            }
            [b'E', b'(', tone @ ..] => self.sound(tone),
            [b'E', b's', on @ (b'0' | b'1')] => {
                self.confirms = *on == b'1';
                true
            }
            // A soft reset keeps the memory; the clock is shown by no file of ours.
            [b'E', b',' | b' ', ..] => true,
            [b'F', b'$'] => {
                let table = self.files.values().flat_map(|file| file.entry);
                return Reply::Tell(b"E$".iter().copied().chain(table).collect());
            }
            [..] => false,
        };
        if done { Reply::Taken } else { Reply::Illegal }
    }

    /// Loses its memory, as after weeks without power.
    pub(super) fn forget(&mut self) {
        let (beeps, divided, overfilled) = (self.beeps, self.divided, self.overfilled);
        *self = Self { beeps, divided, overfilled, ..Self::default() };
    }

    /// What stands there, and whether any of it flashes.
    pub(super) fn shown(&self) -> (String, bool) {
        let mut eye = Eye::default();
        if let Some(priority) = &self.priority {
            self.look(priority, &mut eye);
        } else if self.sequence.is_empty() {
            self.look_at_text(b'A', &mut eye);
        } else {
            self.sequence.iter().for_each(|label| self.look_at_text(*label, &mut eye));
        }
        (eye.text, eye.flash)
    }

    fn look_at_text(&self, label: u8, eye: &mut Eye) {
        if let Some(file) = self.files.get(&label).filter(|file| file.is_text()) {
            self.look(&file.content, eye);
        }
    }

    fn look(&self, content: &[u8], eye: &mut Eye) {
        let mut rest = content;
        while let [byte, after @ ..] = rest {
            rest = after;
            match (*byte, after) {
                // A string within a text; one within a string is not shown.
                (0x10, [label, after @ ..]) => {
                    rest = after;
                    if let Some(string) = self.files.get(label).filter(|file| !file.is_text()) {
                        string.content.iter().fold(None, |before, byte| eye.see(before, *byte));
                    }
                }
                (byte, [argument, after @ ..]) if takes_argument(byte) => {
                    rest = after;
                    eye.see(Some(byte), *argument);
                }
                (byte, _) => {
                    eye.see(None, byte);
                }
            }
        }
    }

    fn write(&mut self, label: u8, text: bool, content: &[u8]) -> bool {
        let Some(file) = self.files.get_mut(&label).filter(|file| file.is_text() == text) else {
            return false;
        };
        file.content.clear();
        if content.len() <= file.room {
            file.content.extend(content);
        } else {
            self.overfilled += 1;
        }
        true
    }

    fn divide(&mut self, table: &[u8]) -> bool {
        let (entries, rest) = table.as_chunks::<11>();
        let room = |entry: &[u8; 11]| {
            let digits = std::str::from_utf8(&entry[3..7]).ok()?;
            usize::from_str_radix(digits, 16).ok()
        };
        let sound = |entry: &[u8; 11]| {
            let string = entry[1] == b'B';
            let most = if string { usize::from(STRING_BYTES_MAX) } else { usize::MAX };
            (string || entry[1] == b'A')
                && matches!(entry[2], b'L' | b'U')
                && entry[0] != PRIORITY
                && room(entry).is_some_and(|room| room <= most)
        };
        if !rest.is_empty() || entries.len() > FILES_MAX || !entries.iter().all(sound) {
            return false;
        }
        let file = |entry: &[u8; 11]| {
            let room = room(entry).unwrap_or(0);
            (entry[0], File { entry: *entry, room, content: Vec::new() })
        };
        self.files = entries.iter().map(file).collect();
        self.sequence.clear();
        self.divided += 1;
        true
    }

    fn sound(&mut self, tone: &[u8]) -> bool {
        let beeps = match tone {
            [b'1'] => 3,
            [b'2', _, _, _duration, repeats] => match char::from(*repeats).to_digit(16) {
                Some(repeats) => u64::from(repeats) + 1,
                None => return false,
            },
            [..] => return false,
        };
        self.beeps += beeps;
        true
    }
}

/// Control codes that are followed by one byte of their own.
fn takes_argument(code: u8) -> bool {
    matches!(code, 0x07 | 0x1A | 0x1C | 0x1D | 0x1E)
}

/// What a person reads, code by code.
#[derive(Debug, Default)]
struct Eye {
    text: String,
    flashing: bool,
    flash: bool,
}

impl Eye {
    /// Sees a byte after the code that it may belong to, and says which code waits for the next.
    fn see(&mut self, code: Option<u8>, byte: u8) -> Option<u8> {
        match (code, byte) {
            (Some(0x07), b'0' | b'1') => self.flashing = byte == b'1',
            (Some(_), _) => {}
            (None, code) if takes_argument(code) => return Some(code),
            (None, 0x20..=0x7E) => {
                self.text.push(char::from(byte));
                self.flash |= self.flashing;
            }
            (None, 0x0D) => self.text.push('\n'),
            (None, _) => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(payloads: &[&[u8]]) -> Sign {
        let mut sign = Sign::default();
        for payload in payloads {
            assert_eq!(sign.obey(payload), Reply::Taken, "{payload:?}");
        }
        sign
    }

    fn prepared() -> Sign {
        told(&[b"E$AAU0040FFFFaBL00200000", b"AA\x1b b\x10a", b"E.SUA"])
    }

    #[test]
    fn a_call_stands_where_the_text_shows_the_string() {
        let mut sign = prepared();
        assert_eq!(sign.obey(b"GaA042  3"), Reply::Taken);
        assert_eq!(sign.shown(), ("A042  3".to_owned(), false));
        assert_eq!(sign.obey(b"Ga\x1c1\x071A043\x070 3"), Reply::Taken);
        assert_eq!(sign.shown(), ("A043 3".to_owned(), true));
        let told = Reply::Tell(b"E$AAU0040FFFFaBL00200000".to_vec());
        assert_eq!(sign.obey(b"F$"), told);
    }

    #[test]
    fn a_priority_text_stands_over_everything_until_it_is_taken_back() {
        let mut sign = prepared();
        sign.obey(b"GaA042");
        sign.obey(b"A0\x1b bPlease leave");
        assert_eq!(sign.shown().0, "Please leave");
        sign.obey(b"A0");
        assert_eq!(sign.shown().0, "A042");
    }

    #[test]
    fn what_has_no_memory_is_refused_and_what_is_too_long_empties_its_string() {
        let mut sign = prepared();
        assert_eq!(sign.obey(b"Gb1"), Reply::Illegal);
        assert_eq!(sign.obey(b"GA1"), Reply::Illegal);
        sign.obey(b"GaA042");
        assert_eq!(sign.obey(&[b"Ga".as_slice(), &[b'x'; 33]].concat()), Reply::Taken);
        assert_eq!((sign.shown().0.as_str(), sign.overfilled), ("", 1));
        sign.obey(b"GaA042");
        sign.forget();
        assert_eq!(sign.obey(b"GaA042"), Reply::Illegal);
        assert_eq!((sign.shown().0.as_str(), sign.overfilled), ("", 1));
    }

    #[test]
    fn beeps_are_counted() {
        let mut sign = Sign::default();
        sign.obey(b"E(1");
        sign.obey(b"E(20011");
        assert_eq!(sign.beeps, 5);
        assert_eq!(sign.obey(b"E(2001x"), Reply::Illegal);
    }

    #[test]
    fn a_memory_that_cannot_be_is_not_divided() {
        let mut sign = Sign::default();
        for table in ["E$aBL007E0000", "E$aXL00200000", "E$aBL0020000", "E$0AU0020FFFF"] {
            assert_eq!(sign.obey(table.as_bytes()), Reply::Illegal, "{table}");
        }
        assert_eq!(sign.obey(b"E$"), Reply::Taken);
        let many = [b"E$".as_slice(), &b"aBL00200000".repeat(FILES_MAX + 1)].concat();
        assert_eq!(sign.obey(&many), Reply::Illegal);
        let long = [b"A0\x1b b".as_slice(), &[b'x'; PRIORITY_BYTES_MAX + 1]].concat();
        assert_eq!(sign.obey(&long), Reply::Illegal);
    }

    proptest! {
        #[test]
        fn nothing_said_to_it_makes_it_fail(
            payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..8),
            command in prop::sample::select(vec![&b""[..], b"A0\x1b b", b"AA\x1b b", b"Ga", b"E$", b"E(2"]),
        ) {
            let mut sign = prepared();
            for payload in payloads {
                let _ = sign.obey(&[command, &payload].concat());
                let _ = sign.shown();
            }
        }
    }
}
