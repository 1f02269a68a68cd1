//! Walks a raw change before Automerge sees it: a few hostile bytes can claim runs of 2^60
//! operations, and the library would count them one by one.
//!
//! Source of the format: <https://automerge.org/automerge-binary-format-spec/>, "Chunk Container
//! Format", "Change Chunks", "Column Encodings".

use crate::error::{Error, bounded};
use crate::limits::{
    CHANGE_ACTORS_MAX, CHANGE_BYTES_MAX, CHANGE_COLUMNS_MAX, CHANGE_OPS_MAX, HEADS_MAX,
};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// A change that is not deflated; the others could be larger than they look.
const PLAIN_CHANGE: u8 = 1;
/// Bytes of the longest actor id.
const ACTOR_BYTES_MAX: u64 = 64;

/// Refuses bytes that are not one whole, plain, small change.
pub(crate) fn inspect(bytes: &[u8]) -> Result<(), Error> {
    bounded("a change's bytes", bytes.len(), CHANGE_BYTES_MAX)?;
    let mut walk = Walk(bytes);
    if walk.take(4)? != MAGIC {
        return Err(Error::Change("not a change"));
    }
    walk.take(4)?;
    if walk.take(1)? != [PLAIN_CHANGE] {
        return Err(Error::Change("not a plain change"));
    }
    if walk.unsigned()? != walk.0.len() as u64 {
        return Err(Error::Change("its length is wrong"));
    }
    walk.many(HEADS_MAX, |walk| walk.take(32).map(drop))?;
    walk.actor()?;
    walk.unsigned()?;
    walk.unsigned()?;
    walk.signed()?;
    let message = walk.unsigned()?;
    walk.take(message)?;
    walk.many(CHANGE_ACTORS_MAX, Walk::actor)?;
    columns(&mut walk)
}

fn columns(walk: &mut Walk<'_>) -> Result<(), Error> {
    let mut columns = Vec::new();
    walk.many(CHANGE_COLUMNS_MAX, |walk| {
        columns.push((walk.unsigned()?, walk.unsigned()?));
        Ok(())
    })?;
    for (kind, length) in columns {
        if kind & 0b1000 != 0 {
            return Err(Error::Change("a deflated column"));
        }
        let mut column = Walk(walk.take(length)?);
        match kind & 0b111 {
            0 => column.runs(Cell::Cardinality)?,
            1 | 2 | 6 => column.runs(Cell::Unsigned)?,
            3 => column.runs(Cell::Signed)?,
            4 => column.booleans()?,
            5 => column.runs(Cell::Text)?,
            // 7: plain bytes, whose lengths the column before it has.
            _ => {}
        }
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    Cardinality,
    Unsigned,
    Signed,
    Text,
}

struct Walk<'a>(&'a [u8]);

impl<'a> Walk<'a> {
    fn take(&mut self, length: u64) -> Result<&'a [u8], Error> {
        let short = || Error::Change("it ends too soon");
        let length = usize::try_from(length).map_err(|_| short())?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(short)?;
        self.0 = rest;
        Ok(taken)
    }

    fn unsigned(&mut self) -> Result<u64, Error> {
        let mut number = 0_u64;
        for shift in (0..70).step_by(7) {
            let byte = self.take(1)?[0];
            let part = u64::from(byte & 0x7f);
            if shift == 63 && 1 < part {
                break;
            }
            number |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Error::Change("a number is too long"))
    }

    fn signed(&mut self) -> Result<i64, Error> {
        let mut number = 0_i128;
        for shift in (0..70).step_by(7) {
            let byte = self.take(1)?[0];
            number |= i128::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                if byte & 0x40 != 0 {
                    number -= 1 << (shift + 7);
                }
                return i64::try_from(number).map_err(|_| Error::Change("a number is too long"));
            }
        }
        Err(Error::Change("a number is too long"))
    }

    /// A list of at most `limit`, after its length.
    fn many(
        &mut self,
        limit: usize,
        mut each: impl FnMut(&mut Walk<'a>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let count = self.unsigned()?;
        if (limit as u64) < count {
            let limit = limit as u64;
            return Err(Error::TooLarge { what: "a change's list", size: count, limit });
        }
        (0..count).try_for_each(|_| each(self))
    }

    fn actor(&mut self) -> Result<(), Error> {
        let length = self.unsigned()?;
        if ACTOR_BYTES_MAX < length {
            return Err(Error::Change("an actor is too long"));
        }
        self.take(length).map(drop)
    }

    /// Run-length encoded cells: n > 0 is one cell n times, n < 0 are -n cells, 0 and m are m
    /// cells without a value.
    fn runs(&mut self, cell: Cell) -> Result<(), Error> {
        let (mut cells, mut inside) = (0_u64, 0_u64);
        while !self.0.is_empty() {
            let run = self.signed()?;
            let (stored, times) = match run {
                0 => (0, self.unsigned()?),
                run if 0 < run => (1, run.unsigned_abs()),
                run => (run.unsigned_abs(), 1),
            };
            cells = within(cells.saturating_add(stored.max(1).saturating_mul(times)))?;
            for _ in 0..stored {
                let value = match cell {
                    Cell::Cardinality | Cell::Unsigned => self.unsigned()?,
                    Cell::Signed => self.signed()?.unsigned_abs(),
                    Cell::Text => {
                        let length = self.unsigned()?;
                        self.take(length)?;
                        length
                    }
                };
                if cell == Cell::Cardinality {
                    inside = within(inside.saturating_add(value.saturating_mul(times)))?;
                }
            }
        }
        Ok(())
    }

    fn booleans(&mut self) -> Result<(), Error> {
        let mut cells = 0_u64;
        while !self.0.is_empty() {
            cells = within(cells.saturating_add(self.unsigned()?))?;
        }
        Ok(())
    }
}

fn within(cells: u64) -> Result<u64, Error> {
    if cells <= CHANGE_OPS_MAX {
        return Ok(cells);
    }
    Err(Error::TooLarge { what: "a change's operations", size: cells, limit: CHANGE_OPS_MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(column: &[u8], kind: u8) -> Vec<u8> {
        let mut body = vec![0, 1, 7, 1, 1, 0, 0, 0, 1, kind];
        body.push(u8::try_from(column.len()).expect("short"));
        body.extend_from_slice(column);
        let mut bytes = [MAGIC.as_slice(), &[0; 4], &[PLAIN_CHANGE]].concat();
        bytes.push(u8::try_from(body.len()).expect("short"));
        bytes.extend_from_slice(&body);
        bytes
    }

    #[test]
    fn a_claim_of_endless_runs_is_refused_at_once() {
        inspect(&chunk(&[3, 1], 0x42)).expect("three cells are fine");
        let endless = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f, 1];
        for kind in [0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46] {
            assert!(inspect(&chunk(&endless, kind)).is_err(), "{kind:#x}");
        }
        let nulls = [0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f];
        assert!(inspect(&chunk(&nulls, 0x42)).is_err());
        let cardinality = [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f];
        assert!(inspect(&chunk(&cardinality, 0x40)).is_err());
        assert!(inspect(&chunk(&[], 0x4a)).is_err(), "deflated");
    }
}
