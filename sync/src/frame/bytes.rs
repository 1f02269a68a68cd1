//! Numbers and lists as bytes, and back under limits.

use crate::error::Error;
use crate::ids::ChangeHash;

/// Appends a number, seven bits a byte.
pub(crate) fn unsigned(bytes: &mut Vec<u8>, mut number: u64) {
    while 0x7f < number {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Appends bytes and, before them, their number.
pub(crate) fn block(bytes: &mut Vec<u8>, content: &[u8]) {
    unsigned(bytes, content.len() as u64);
    bytes.extend_from_slice(content);
}

/// Reads what nobody has vouched for.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader(bytes)
    }

    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let taken = self.0.split_at_checked(length);
        let (taken, rest) = taken.ok_or(Error::Frame("it ends too soon"))?;
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(crate) fn unsigned(&mut self) -> Result<u64, Error> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array()?;
            let part = u64::from(byte & 0x7f);
            if shift == 63 && 1 < part {
                break;
            }
            number |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Error::Frame("a number is too long"))
    }

    /// A number of things or bytes, at the most `limit`.
    pub(crate) fn count(&mut self, what: &'static str, limit: usize) -> Result<usize, Error> {
        let count = self.unsigned()?;
        usize::try_from(count).ok().filter(|count| *count <= limit).ok_or(Error::TooLarge {
            what,
            size: count,
            limit: limit as u64,
        })
    }

    pub(crate) fn block(&mut self, what: &'static str, limit: usize) -> Result<&'a [u8], Error> {
        let length = self.count(what, limit)?;
        self.take(length)
    }

    pub(crate) fn hashes(&mut self, limit: usize) -> Result<Vec<ChangeHash>, Error> {
        let count = self.count("a list of heads", limit)?;
        (0..count).map(|_| Ok(ChangeHash(self.array()?))).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn end(&self) -> Result<(), Error> {
        if self.is_empty() { Ok(()) } else { Err(Error::Frame("it goes on too long")) }
    }
}
