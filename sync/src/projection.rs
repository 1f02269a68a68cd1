//! Central's side of a document: raw changes become rows, and no document is kept in memory.
//!
//! Each change is decoded alone. A field takes the value with the highest (operation counter,
//! actor), which is Automerge's own rule as long as nothing is deleted, and nothing is. A change
//! takes effect once, and only when its predecessors have; until then it waits on the shelf. So
//! every order of arrival ends in the same rows, and `heads` are always whole.

pub mod cells;
pub mod memory;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::ObjType;
use automerge::legacy::{Key, ObjectId, OpType};

use crate::document::is_call_key;
use crate::error::Error;
use crate::ids::{Actor, ChangeHash, DocumentId, Heads, TicketKey};
use crate::replica::{RawChange, parse, raw, unscalar};
use cells::{Cell, Cells, Stamp};

/// The longest key of a field; ours are short.
const KEY_BYTES_MAX: usize = 64;
/// The longest text in a field; a label and a list of services fit.
const TEXT_BYTES_MAX: usize = 256;

/// Where the fields of an object go: the object is named by the operation that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A map of tickets.
    Bucket,
    /// A ticket.
    Ticket(TicketKey),
    /// A call of a ticket.
    Call(TicketKey, u64),
    /// Something of a newer schema; left alone.
    Foreign,
}

/// How far a change has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is in the rows.
    Projected,
    /// Its predecessors have not come.
    Waiting,
}

/// Where the rows of one document are kept, inside one transaction of central's store.
pub trait Shelf {
    /// What goes wrong there.
    type Error;

    /// How far a change has come, if it has come at all.
    fn standing(&mut self, hash: &ChangeHash) -> Result<Option<Standing>, Self::Error>;
    /// Keeps a change, or moves one that was kept on.
    fn keep(&mut self, change: &RawChange, standing: Standing) -> Result<(), Self::Error>;
    /// The waiting changes that rest on this one.
    fn waiting_on(&mut self, hash: &ChangeHash) -> Result<Vec<RawChange>, Self::Error>;
    /// All predecessors that waiting changes lack; as many as an ack has room for.
    fn missing(&mut self) -> Result<Heads, Self::Error>;
    /// The newest projected changes.
    fn heads(&mut self) -> Result<Heads, Self::Error>;
    /// Sets them.
    fn set_heads(&mut self, heads: &Heads) -> Result<(), Self::Error>;
    /// Whose fields are those of this object?
    fn owner(&mut self, object: &Stamp) -> Result<Option<Owner>, Self::Error>;
    /// Remembers it.
    fn set_owner(&mut self, object: Stamp, owner: &Owner) -> Result<(), Self::Error>;
    /// The fields of a ticket, or without one of the day; empty if there are none.
    fn cells(&mut self, ticket: Option<&TicketKey>) -> Result<Cells, Self::Error>;
    /// Sets them.
    fn set_cells(&mut self, ticket: Option<&TicketKey>, cells: &Cells) -> Result<(), Self::Error>;
}

/// What came of a frame of changes.
#[derive(Debug, Default)]
pub struct TakenIn {
    /// How many are in the rows now that were not before.
    pub projected: usize,
    /// How many were there already.
    pub known: usize,
    /// How many now wait for predecessors.
    pub waiting: usize,
    /// The refused ones, by their place in the frame; one that had waited has none.
    pub refused: Vec<(Option<usize>, Error)>,
    /// The tickets whose rows may have changed.
    pub tickets: BTreeSet<TicketKey>,
    /// Whether the day's own fields may have changed.
    pub day: bool,
}

/// One operation that sets a field.
struct Put {
    object: Option<Stamp>,
    key: String,
    stamp: Stamp,
    /// Nothing where a map is made.
    value: Option<crate::document::Value>,
}

/// Takes the changes of a frame into the rows of one document.
pub fn take_in<'a, S: Shelf>(
    shelf: &mut S,
    document: DocumentId,
    changes: impl IntoIterator<Item = &'a [u8]>,
) -> Result<TakenIn, S::Error> {
    let mut taken = TakenIn::default();
    for (index, bytes) in changes.into_iter().enumerate() {
        match parse(bytes) {
            Ok(change) => take_in_one(shelf, document, index, change, &mut taken)?,
            Err(error) => taken.refused.push((Some(index), error)),
        }
    }
    Ok(taken)
}

fn take_in_one<S: Shelf>(
    shelf: &mut S,
    document: DocumentId,
    index: usize,
    parsed: automerge::Change,
    taken: &mut TakenIn,
) -> Result<(), S::Error> {
    let change = raw(&parsed);
    if shelf.standing(&change.hash)?.is_some() {
        taken.known += 1;
        return Ok(());
    }
    let mut ready = vec![(Some(index), change, Some(parsed))];
    while let Some((index, change, parsed)) = ready.pop() {
        // Two predecessors that came at once may both have called it up.
        if shelf.standing(&change.hash)? == Some(Standing::Projected) {
            continue;
        }
        let mut whole = true;
        for dep in &change.deps {
            whole &= shelf.standing(dep)? == Some(Standing::Projected);
        }
        if !whole {
            if index.is_some() {
                shelf.keep(&change, Standing::Waiting)?;
                taken.waiting += 1;
            }
            continue;
        }
        // One that had waited was read when it came, and is read again.
        let parsed = parsed.map_or_else(|| parse(&change.bytes), Ok);
        let puts = parsed.and_then(|parsed| decode(&parsed));
        let projected = match puts {
            Ok(puts) => project(shelf, document, puts, taken)?,
            Err(error) => Err(error),
        };
        if let Err(error) = projected {
            taken.refused.push((index, error));
            continue;
        }
        shelf.keep(&change, Standing::Projected)?;
        taken.projected += 1;
        let heads = shelf.heads()?;
        let older = heads.as_slice().iter().filter(|head| !change.deps.contains(head));
        shelf.set_heads(&Heads::new(older.copied().chain([change.hash]).collect()))?;
        let waiting = shelf.waiting_on(&change.hash)?;
        ready.extend(waiting.into_iter().map(|change| (None, change, None)));
    }
    Ok(())
}

/// Puts one change into the rows, or refuses it before anything is written.
fn project<S: Shelf>(
    shelf: &mut S,
    document: DocumentId,
    puts: Vec<Put>,
    taken: &mut TakenIn,
) -> Result<Result<(), Error>, S::Error> {
    let mut made: BTreeMap<Stamp, Owner> = BTreeMap::new();
    let mut rows: BTreeMap<Option<TicketKey>, Cells> = BTreeMap::new();
    for put in puts {
        let owner = match put.object {
            None => None,
            Some(object) => match made.get(&object) {
                Some(owner) => Some(owner.clone()),
                None => match shelf.owner(&object)? {
                    Some(owner) => Some(owner),
                    None => return Ok(Err(Error::Change("it writes to nothing"))),
                },
            },
        };
        let Some(value) = put.value else {
            made.insert(put.stamp, owner_of_new(document, owner.as_ref(), &put.key));
            continue;
        };
        let (row, key) = match owner {
            None => (None, put.key),
            Some(Owner::Ticket(ticket)) => (Some(ticket), put.key),
            Some(Owner::Call(ticket, call)) => (Some(ticket), format!("c{call}/{}", put.key)),
            Some(Owner::Bucket | Owner::Foreign) => continue,
        };
        let cells = match rows.get_mut(&row) {
            Some(cells) => cells,
            None => {
                let stored = shelf.cells(row.as_ref())?;
                rows.entry(row).or_insert(stored)
            }
        };
        if let Err(error) = cells.set(key, Cell { stamp: put.stamp, value }) {
            return Ok(Err(error));
        }
    }
    for (object, owner) in made {
        shelf.set_owner(object, &owner)?;
    }
    for (row, cells) in rows {
        shelf.set_cells(row.as_ref(), &cells)?;
        match row {
            Some(ticket) => drop(taken.tickets.insert(ticket)),
            None => taken.day = true,
        }
    }
    Ok(Ok(()))
}

fn owner_of_new(document: DocumentId, parent: Option<&Owner>, key: &str) -> Owner {
    match parent {
        None => Owner::Bucket,
        Some(Owner::Bucket) => match key.parse::<TicketKey>() {
            // A box writes of its own branch alone.
            Ok(ticket) if ticket.branch == document.branch => Owner::Ticket(ticket),
            Ok(_) | Err(_) => Owner::Foreign,
        },
        Some(Owner::Ticket(ticket)) if is_call_key(key) => match key[1..].parse() {
            Ok(call) => Owner::Call(*ticket, call),
            Err(_) => Owner::Foreign,
        },
        Some(Owner::Ticket(_) | Owner::Call(..) | Owner::Foreign) => Owner::Foreign,
    }
}

/// The operations of a change that our schema knows; a newer one's are skipped.
fn decode(change: &automerge::Change) -> Result<Vec<Put>, Error> {
    let decoded = catch_unwind(AssertUnwindSafe(|| change.decode()))
        .map_err(|_| Error::Change("it cannot be decoded"))?;
    let actor = named(decoded.actor_id.as_ref())?;
    let first = decoded.start_op.get();
    let mut puts = Vec::with_capacity(decoded.operations.len());
    for (index, operation) in decoded.operations.iter().enumerate() {
        let Key::Map(key) = &operation.key else { continue };
        if KEY_BYTES_MAX < key.len() {
            return Err(Error::Change("a key is too long"));
        }
        let object = match &operation.obj {
            ObjectId::Root => None,
            ObjectId::Id(id) => {
                Some(Stamp { counter: id.counter(), actor: named(id.actor().as_ref())? })
            }
        };
        let value = match &operation.action {
            OpType::Make(ObjType::Map) => None,
            OpType::Put(value) => match unscalar(value) {
                Some(crate::document::Value::Text(text)) if TEXT_BYTES_MAX < text.len() => {
                    return Err(Error::Change("a text is too long"));
                }
                Some(value) => Some(value),
                None => continue,
            },
            OpType::Make(_)
            | OpType::Delete
            | OpType::Increment(_)
            | OpType::MarkBegin(..)
            | OpType::MarkEnd(_) => continue,
        };
        let counter = first.saturating_add(index as u64);
        puts.push(Put { object, key: key.to_string(), stamp: Stamp { counter, actor }, value });
    }
    Ok(puts)
}

fn named(actor: &[u8]) -> Result<Actor, Error> {
    actor.try_into().map(Actor).map_err(|_| Error::Change("an actor is not one of ours"))
}

impl fmt::Display for TakenIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refused = self.refused.len();
        let TakenIn { projected, known, waiting, .. } = self;
        write!(f, "{projected} taken in, {known} known, {waiting} waiting, {refused} refused")
    }
}
