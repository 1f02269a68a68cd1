//! A shelf in memory: what a store has to keep, said in collections. Tests and tools use it.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use crate::ids::{ChangeHash, Heads, TicketKey};
use crate::limits::HEADS_MAX;
use crate::projection::cells::{Cells, Stamp};
use crate::projection::{Owner, Shelf, Standing};
use crate::replica::RawChange;

/// The rows of one document. They grow with the document, whose changes are bounded.
#[derive(Clone, Debug, Default)]
pub struct MemoryShelf {
    changes: BTreeMap<ChangeHash, (RawChange, Standing)>,
    waiting: BTreeMap<ChangeHash, BTreeSet<ChangeHash>>,
    heads: Heads,
    owners: BTreeMap<Stamp, Owner>,
    rows: BTreeMap<Option<TicketKey>, Cells>,
}

impl MemoryShelf {
    /// All tickets that have a row.
    pub fn tickets(&self) -> Vec<TicketKey> {
        self.rows.keys().flatten().copied().collect()
    }
}

impl Shelf for MemoryShelf {
    type Error = Infallible;

    fn standing(&mut self, hash: &ChangeHash) -> Result<Option<Standing>, Infallible> {
        Ok(self.changes.get(hash).map(|(_, standing)| *standing))
    }

    fn keep(&mut self, change: &RawChange, standing: Standing) -> Result<(), Infallible> {
        for dep in &change.deps {
            let waiting = self.waiting.entry(*dep).or_default();
            match standing {
                Standing::Waiting => drop(waiting.insert(change.hash)),
                Standing::Projected => drop(waiting.remove(&change.hash)),
            }
            if waiting.is_empty() {
                self.waiting.remove(dep);
            }
        }
        self.changes.insert(change.hash, (change.clone(), standing));
        Ok(())
    }

    fn waiting_on(&mut self, hash: &ChangeHash) -> Result<Vec<RawChange>, Infallible> {
        let waiting = self.waiting.get(hash).into_iter().flatten();
        Ok(waiting.filter_map(|hash| Some(self.changes.get(hash)?.0.clone())).collect())
    }

    fn missing(&mut self) -> Result<Heads, Infallible> {
        let missing = self.waiting.keys().filter(|hash| !self.changes.contains_key(hash));
        Ok(Heads::new(missing.take(HEADS_MAX).copied().collect()))
    }

    fn heads(&mut self) -> Result<Heads, Infallible> {
        Ok(self.heads.clone())
    }

    fn set_heads(&mut self, heads: &Heads) -> Result<(), Infallible> {
        self.heads = heads.clone();
        Ok(())
    }

    fn owner(&mut self, object: &Stamp) -> Result<Option<Owner>, Infallible> {
        Ok(self.owners.get(object).cloned())
    }

    fn set_owner(&mut self, object: Stamp, owner: &Owner) -> Result<(), Infallible> {
        self.owners.insert(object, owner.clone());
        Ok(())
    }

    fn cells(&mut self, ticket: Option<&TicketKey>) -> Result<Cells, Infallible> {
        Ok(self.rows.get(&ticket.copied()).cloned().unwrap_or_default())
    }

    fn set_cells(&mut self, ticket: Option<&TicketKey>, cells: &Cells) -> Result<(), Infallible> {
        self.rows.insert(ticket.copied(), cells.clone());
        Ok(())
    }
}
