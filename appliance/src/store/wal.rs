//! Whether the write-ahead log is whole. SQLite reads it up to the first frame that does not fit
//! and forgets the rest in silence: right after a power cut, and wrong when the disk has rotted.
//!
//! Every commit is synced before the next one begins, so a power cut can only spoil the last one.
//! A whole commit with more behind it, but past a spoilt frame, is damage; so is a spoilt header
//! with anything behind it. The layout is that of <https://sqlite.org/fileformat2.html#walformat>.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::StoreError;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;

/// The first word of a log, but for its last bit, which tells the byte order of the checksums.
const MAGIC: u32 = 0x377f_0682;

/// The only version of the format that there is.
const VERSION: u32 = 3_007_000;

/// The name of the log of this database.
pub(super) fn path_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// Reads the log of this database, if there is one.
pub(super) fn check(database: &Path) -> Result<(), StoreError> {
    let damaged = |what: &str| StoreError::Damaged {
        path: database.to_owned(),
        what: format!("its write-ahead log {what}"),
    };
    let log = match File::open(path_of(database)) {
        Ok(log) => BufReader::new(log),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(StoreError::Folder { path: path_of(database), cause }),
    };
    match verdict(log) {
        Ok(Verdict::Whole) => Ok(()),
        Ok(Verdict::NoHeader) => Err(damaged("has no readable header")),
        Ok(Verdict::Gap) => Err(damaged("has a spoilt part in its middle")),
        Err(cause) => Err(damaged(&format!("cannot be read: {cause}"))),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Whole,
    NoHeader,
    Gap,
}

fn verdict(mut log: impl Read) -> std::io::Result<Verdict> {
    let mut header = [0; HEADER_BYTES];
    if !fill(&mut log, &mut header)? {
        return Ok(Verdict::Whole);
    }
    let Some(sums) = Sums::read(&header) else {
        // A log that a power cut has left without its first write is empty, or all zeros.
        let blank = header.iter().all(|byte| *byte == 0) && only_zeros(log)?;
        return Ok(if blank { Verdict::Whole } else { Verdict::NoHeader });
    };
    let page_bytes = usize::try_from(word(&header, 2)).unwrap_or(usize::MAX);
    let mut frame = vec![0; FRAME_HEADER_BYTES + page_bytes];
    let mut before = (word(&header, 6), word(&header, 7));
    let mut spoilt = false;
    let mut commit_just_before = false;
    while fill(&mut log, &mut frame)? {
        let (head, page) = frame.split_at(FRAME_HEADER_BYTES);
        let stored = (word(head, 4), word(head, 5));
        // Frames of the log's former use have another salt.
        let salted = head[8..16] == header[16..24];
        let fits = salted && sums.add(sums.add(before, &head[..8]), page) == stored;
        if spoilt && commit_just_before && fits {
            return Ok(Verdict::Gap);
        }
        spoilt |= !fits;
        commit_just_before = fits && word(head, 1) != 0;
        before = stored;
    }
    Ok(Verdict::Whole)
}

/// How the log's checksums are made.
struct Sums {
    big_endian: bool,
}

impl Sums {
    /// From the header, where that is sound itself.
    fn read(header: &[u8; HEADER_BYTES]) -> Option<Sums> {
        let sums = Sums { big_endian: word(header, 0) & 1 == 1 };
        let stored = (word(header, 6), word(header, 7));
        let page_bytes = word(header, 2);
        let sound = word(header, 0) & !1 == MAGIC
            && word(header, 1) == VERSION
            && page_bytes.is_power_of_two()
            && (512..=65_536).contains(&page_bytes)
            && sums.add((0, 0), &header[..24]) == stored;
        sound.then_some(sums)
    }

    fn add(&self, (mut a, mut b): (u32, u32), bytes: &[u8]) -> (u32, u32) {
        let number = |word: &[u8]| {
            let word = [word[0], word[1], word[2], word[3]];
            if self.big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }
        };
        for pair in bytes.chunks_exact(8) {
            a = a.wrapping_add(number(&pair[..4])).wrapping_add(b);
            b = b.wrapping_add(number(&pair[4..])).wrapping_add(a);
        }
        (a, b)
    }
}

/// The big-endian word with this index.
fn word(bytes: &[u8], index: usize) -> u32 {
    let at = index * 4;
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Fills the buffer, or says that there was not enough left.
fn fill(from: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<bool> {
    match from.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn only_zeros(mut rest: impl Read) -> std::io::Result<bool> {
    let mut buffer = [0; 4_096];
    loop {
        match rest.read(&mut buffer)? {
            0 => return Ok(true),
            read if buffer[..read].iter().any(|byte| *byte != 0) => return Ok(false),
            _ => {}
        }
    }
}
