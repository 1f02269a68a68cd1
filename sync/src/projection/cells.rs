//! The fields of one row, each with the operation that set it, and how they are stored.

use std::collections::BTreeMap;

use crate::document::{Fields, TicketRow, Value};
use crate::error::{Error, bounded};
use crate::frame::bytes::{Reader, block, unsigned};
use crate::ids::{Actor, Moment};

/// Fields of one row: a ticket of eighty calls. More are refused, not stored.
pub const ROW_CELLS_MAX: usize = 800;
/// Bytes of one text in a stored row.
const STORED_TEXT_BYTES_MAX: usize = 512;

/// The name of an operation, and its place in the order of all: the later wins, and of two at
/// once the one whose actor sorts last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// The operation's Lamport counter.
    pub counter: u64,
    /// Who made it.
    pub actor: Actor,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Set by this operation.
    pub stamp: Stamp,
    /// To this.
    pub value: Value,
}

/// The fields of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells(BTreeMap<String, Cell>);

impl Cells {
    /// Sets a field unless a later operation has.
    pub(crate) fn set(&mut self, key: String, cell: Cell) -> Result<(), Error> {
        if let Some(there) = self.0.get_mut(&key) {
            if there.stamp < cell.stamp {
                *there = cell;
            }
            return Ok(());
        }
        bounded("a row's fields", self.0.len() + 1, ROW_CELLS_MAX)?;
        self.0.insert(key, cell);
        Ok(())
    }

    /// The values.
    pub fn fields(&self) -> Fields {
        self.0.iter().map(|(key, cell)| (key.clone(), cell.value.clone())).collect()
    }

    /// The values as a ticket.
    pub fn ticket(&self) -> Option<TicketRow> {
        TicketRow::read(&self.fields())
    }

    /// For one column of a table. The actors, of which a row has few, are written once.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut actors: Vec<Actor> = self.0.values().map(|cell| cell.stamp.actor).collect();
        actors.sort_unstable();
        actors.dedup();
        let mut bytes = Vec::new();
        unsigned(&mut bytes, actors.len() as u64);
        actors.iter().for_each(|actor| bytes.extend_from_slice(&actor.0));
        for (key, cell) in &self.0 {
            block(&mut bytes, key.as_bytes());
            unsigned(&mut bytes, cell.stamp.counter);
            let place = actors.partition_point(|actor| *actor < cell.stamp.actor);
            unsigned(&mut bytes, place as u64);
            match &cell.value {
                Value::Number(number) => {
                    bytes.push(0);
                    unsigned(&mut bytes, *number);
                }
                Value::Text(text) => {
                    bytes.push(1);
                    block(&mut bytes, text.as_bytes());
                }
                Value::Instant(moment) => {
                    bytes.push(2);
                    unsigned(&mut bytes, moment.wall_ms);
                    unsigned(&mut bytes, moment.steady_ms);
                }
            }
        }
        bytes
    }

    /// Reads that column.
    pub fn from_bytes(bytes: &[u8]) -> Result<Cells, Error> {
        let mut reader = Reader::new(bytes);
        let count = reader.count("a row's actors", ROW_CELLS_MAX)?;
        let actors: Result<Vec<Actor>, Error> =
            (0..count).map(|_| Ok(Actor(reader.array()?))).collect();
        let actors = actors?;
        let mut cells = Cells::default();
        while !reader.is_empty() {
            let key = text(&mut reader)?;
            let counter = reader.unsigned()?;
            let place = reader.count("an actor's place", ROW_CELLS_MAX)?;
            let actor = *actors.get(place).ok_or(Error::Frame("a row names no such actor"))?;
            let value = match reader.array()? {
                [0] => Value::Number(reader.unsigned()?),
                [1] => Value::Text(text(&mut reader)?),
                [2] => {
                    let wall_ms = reader.unsigned()?;
                    Value::Instant(Moment { wall_ms, steady_ms: reader.unsigned()? })
                }
                _ => return Err(Error::Frame("a row's value is of no kind")),
            };
            cells.set(key, Cell { stamp: Stamp { counter, actor }, value })?;
        }
        Ok(cells)
    }
}

fn text(reader: &mut Reader<'_>) -> Result<String, Error> {
    let bytes = reader.block("a text's bytes", STORED_TEXT_BYTES_MAX)?;
    String::from_utf8(bytes.to_vec()).map_err(|_| Error::Frame("a row's text is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(counter: u64, actor: u8, number: u64) -> Cell {
        let stamp = Stamp { counter, actor: Actor([actor; 16]) };
        Cell { stamp, value: Value::Number(number) }
    }

    #[test]
    fn the_later_wins_and_of_two_at_once_the_greater_actor() {
        let sets = [cell(3, 1, 31), cell(4, 1, 41), cell(4, 2, 42), cell(2, 9, 29)];
        for turn in 0..sets.len() {
            let mut cells = Cells::default();
            for index in 0..sets.len() {
                let cell = sets[(turn + index) % sets.len()].clone();
                cells.set("state".to_owned(), cell).expect("one field");
            }
            assert_eq!(cells.fields()["state"], Value::Number(42));
        }
    }

    #[test]
    fn a_row_has_only_so_many_fields_and_stored_bytes_are_not_trusted() {
        let mut cells = Cells::default();
        for index in 0..ROW_CELLS_MAX {
            cells.set(index.to_string(), cell(1, 1, 1)).expect("as many as may be");
        }
        assert!(cells.set("more".to_owned(), cell(1, 1, 1)).is_err());
        cells.set("0".to_owned(), cell(2, 1, 2)).expect("it is there already");
        let bytes = cells.to_bytes();
        assert_eq!(Cells::from_bytes(&bytes).expect("ours"), cells);
        for cut in (1..bytes.len()).step_by(101) {
            // A cut between two fields reads as fewer fields, and nothing reads as others.
            if let Ok(fewer) = Cells::from_bytes(&bytes[..cut]) {
                assert!(fewer.0.iter().all(|(key, cell)| cells.0.get(key) == Some(cell)));
            }
        }
    }
}
