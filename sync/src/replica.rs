//! The branch's side of one document: makes raw changes from transitions, takes others in, and
//! says what it holds. It knows no store: what it returns must be on disk before it leaves.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{ActorId, Automerge, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, ValueRef};

use crate::change::{Asked, Change, Onward, Step, Transition};
use crate::document::{
    Before, Fields, SCHEMA, TicketRow, Value, asked_read, bucket, call_key, check, dropped_read,
    is_call_key, service_key, writes,
};
use crate::error::{Error, bounded};
use crate::frame::bytes::{Reader, unsigned};
use crate::guard::inspect;
use crate::ids::{Actor, ChangeHash, DocumentId, Heads, Moment, TicketKey};
use crate::limits::{
    CHANGE_BYTES_MAX, CHANGE_TRANSITIONS_MAX, DOCUMENT_CHANGES_MAX, DOCUMENT_TICKETS_MAX,
    NAME_BYTES_MAX, ORPHANS_MAX, SAVED_BYTES_MAX, TICKET_LINES_MAX,
};

/// One change as it is stored and sent.
#[derive(Clone, PartialEq, Eq)]
pub struct RawChange {
    /// Its name.
    pub hash: ChangeHash,
    /// The changes that it rests on.
    pub deps: Vec<ChangeHash>,
    /// Its content; hash and dependencies are in it.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for RawChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RawChange({:?}, {} bytes)", self.hash, self.bytes.len())
    }
}

impl RawChange {
    /// Reads bytes that anyone may have sent.
    pub fn parse(bytes: &[u8]) -> Result<RawChange, Error> {
        Ok(raw(&parse(bytes)?))
    }
}

/// Reads one change, whoever sent it.
pub(crate) fn parse(bytes: &[u8]) -> Result<automerge::Change, Error> {
    inspect(bytes)?;
    let read = catch_unwind(|| automerge::Change::from_bytes(bytes.to_vec()))
        .map_err(|_| Error::Change("it cannot be read"))?;
    let change = read.map_err(|cause| Error::Document(Box::new(cause)))?;
    // Bytes 4 to 8 say how the hash begins; the library does not compare them here.
    if change.hash().0[..4] != bytes[4..8] {
        return Err(Error::Change("it was damaged"));
    }
    Ok(change)
}

/// A change with its name and what it rests on.
pub(crate) fn raw(change: &automerge::Change) -> RawChange {
    RawChange {
        hash: ChangeHash(change.hash().0),
        deps: change.deps().iter().map(|hash| ChangeHash(hash.0)).collect(),
        bytes: change.raw_bytes().to_vec(),
    }
}

/// What became of changes that came in.
#[derive(Debug, Default)]
pub struct Received {
    /// They took effect; to be stored. In an order in which they can be taken in again.
    pub applied: Vec<RawChange>,
    /// How many were there already.
    pub known: usize,
    /// How many were refused, and why the last one was.
    pub refused: usize,
    /// See `refused`.
    pub reason: Option<Error>,
}

/// One document, in memory.
pub struct Replica {
    document: DocumentId,
    doc: Automerge,
    /// Changes whose predecessors have not come.
    orphans: BTreeMap<ChangeHash, automerge::Change>,
    broken: bool,
}

impl Replica {
    /// An empty document. `actor` is drawn at random for this start of the process.
    pub fn new(document: DocumentId, actor: Actor) -> Replica {
        let doc = Automerge::new().with_actor(ActorId::from(actor.0));
        Replica { document, doc, orphans: BTreeMap::new(), broken: false }
    }

    /// The document that these stored changes make, in whatever order they come.
    pub fn load<'a>(
        document: DocumentId,
        actor: Actor,
        changes: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Replica, Error> {
        let mut replica = Replica::new(document, actor);
        let changes: Result<Vec<_>, Error> = changes.into_iter().map(parse).collect();
        replica.take_in(changes?, usize::MAX, &mut Received::default())?;
        match replica.orphans.is_empty() {
            true => Ok(replica),
            false => Err(Error::Change("a stored change lacks its predecessors")),
        }
    }

    /// The document that was saved with [`Replica::save_and_verify`].
    pub fn load_saved(document: DocumentId, actor: Actor, bytes: &[u8]) -> Result<Replica, Error> {
        bounded("a saved document's bytes", bytes.len(), SAVED_BYTES_MAX)?;
        let loaded = catch_unwind(|| Automerge::load(bytes)).map_err(|_| Error::Broken)?;
        let doc = loaded.map_err(|cause| Error::Document(Box::new(cause)))?;
        let doc = doc.with_actor(ActorId::from(actor.0));
        Ok(Replica { document, doc, orphans: BTreeMap::new(), broken: false })
    }

    /// Which document it is.
    pub fn document(&self) -> DocumentId {
        self.document
    }

    /// Makes one raw change of these transitions, or nothing where all of them are in the
    /// document already. On an error the document is as it was.
    pub fn apply(&mut self, changes: &[Change]) -> Result<Option<RawChange>, Error> {
        bounded("a change's transitions", changes.len(), CHANGE_TRANSITIONS_MAX)?;
        let document = self.document;
        self.guarded(|replica| {
            let mut transaction = replica.doc.transaction();
            for change in changes {
                if let Err(error) = write(&mut transaction, document, change) {
                    transaction.rollback();
                    return Err(error);
                }
            }
            // No time is written: the transitions carry theirs.
            let (hash, _) = transaction.commit_with(CommitOptions::default().with_time(0));
            let Some(change) = hash.and_then(|_| replica.doc.get_last_local_change()) else {
                return Ok(None);
            };
            bounded("a change's bytes", change.raw_bytes().len(), CHANGE_BYTES_MAX)?;
            Ok(Some(raw(&change)))
        })
    }

    /// Takes in changes that came from anywhere, in any order, any number of times. Those whose
    /// predecessors are missing wait for them; see [`Replica::missing`].
    pub fn receive<'a>(
        &mut self,
        changes: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Received, Error> {
        let mut received = Received::default();
        let mut parsed = Vec::new();
        for bytes in changes {
            match parse(bytes) {
                Ok(change) => parsed.push(change),
                Err(error) => {
                    received.refused += 1;
                    received.reason = Some(error);
                }
            }
        }
        self.take_in(parsed, ORPHANS_MAX, &mut received)?;
        Ok(received)
    }

    fn take_in(
        &mut self,
        changes: Vec<automerge::Change>,
        orphans_max: usize,
        received: &mut Received,
    ) -> Result<(), Error> {
        for change in changes {
            let hash = ChangeHash(change.hash().0);
            if self.holds(&hash) || self.orphans.contains_key(&hash) {
                received.known += 1;
            } else {
                self.orphans.insert(hash, change);
            }
        }
        let ready = self.take_ready();
        self.apply_ready(ready, received)?;
        while orphans_max < self.orphans.len() {
            self.orphans.pop_last();
        }
        Ok(())
    }

    /// Takes out the changes whose predecessors are here or among them, predecessors first.
    fn take_ready(&mut self) -> Vec<automerge::Change> {
        let mut waits: BTreeMap<ChangeHash, usize> = BTreeMap::new();
        let mut followers: BTreeMap<ChangeHash, Vec<ChangeHash>> = BTreeMap::new();
        let mut free = Vec::new();
        for (hash, change) in &self.orphans {
            let deps = change.deps().iter().map(|dep| ChangeHash(dep.0));
            let lacking: Vec<ChangeHash> = deps.filter(|dep| !self.holds(dep)).collect();
            if lacking.is_empty() {
                free.push(*hash);
            }
            waits.insert(*hash, lacking.len());
            lacking.iter().for_each(|dep| followers.entry(*dep).or_default().push(*hash));
        }
        let mut ready = Vec::new();
        while let Some(hash) = free.pop() {
            ready.extend(self.orphans.remove(&hash));
            for follower in followers.remove(&hash).unwrap_or_default() {
                if let Some(count) = waits.get_mut(&follower) {
                    *count -= 1;
                    if *count == 0 {
                        free.push(follower);
                    }
                }
            }
        }
        ready
    }

    fn apply_ready(
        &mut self,
        ready: Vec<automerge::Change>,
        received: &mut Received,
    ) -> Result<(), Error> {
        if ready.is_empty() {
            return Ok(());
        }
        let attempt = ready.clone();
        let all = self.guarded(|replica| Ok(replica.doc.apply_changes(attempt)))?;
        if all.is_ok() {
            received.applied.extend(ready.iter().map(raw));
            return Ok(());
        }
        // A batch is refused as a whole, so the good ones are told from the bad one by one.
        for change in ready {
            // The library would keep a change without its predecessors, and say nothing.
            if !change.deps().iter().all(|dep| self.holds(&ChangeHash(dep.0))) {
                self.orphans.insert(ChangeHash(change.hash().0), change);
                continue;
            }
            let one = self.guarded(|replica| Ok(replica.doc.apply_changes([change.clone()])))?;
            match one {
                Ok(()) => received.applied.push(raw(&change)),
                Err(cause) => {
                    received.refused += 1;
                    received.reason = Some(Error::Document(Box::new(cause)));
                }
            }
        }
        Ok(())
    }

    /// Predecessors that changes here wait for: to be asked for.
    pub fn missing(&self) -> Heads {
        let deps = self.orphans.values().flat_map(|change| change.deps());
        let hashes = deps.map(|dep| ChangeHash(dep.0));
        Heads::new(
            hashes.filter(|hash| !self.holds(hash) && !self.orphans.contains_key(hash)).collect(),
        )
    }

    /// Its newest changes.
    pub fn heads(&self) -> Heads {
        Heads::new(self.doc.get_heads().iter().map(|hash| ChangeHash(hash.0)).collect())
    }

    /// Of these heads, known here or not, those that no other of them rests on. So what the
    /// other side said over time stays as short as what it says now.
    pub fn newest(&self, heads: &Heads) -> Heads {
        let known = heads.as_slice().iter().filter(|hash| self.holds(hash));
        let known: Vec<_> = known.map(|hash| automerge::ChangeHash(hash.0)).collect();
        if known.len() < 2 {
            return heads.clone();
        }
        let unknown = heads.as_slice().iter().filter(|hash| !self.holds(hash)).copied();
        let resting = |hash: &automerge::ChangeHash| {
            let others: Vec<_> = known.iter().filter(|other| *other != hash).copied().collect();
            // What follows the others includes a change exactly if none of them rests on it.
            self.doc.get_changes_meta(&others).iter().any(|change| change.hash == *hash)
        };
        let newest = known.iter().filter(|hash| resting(hash));
        Heads::new(newest.map(|hash| ChangeHash(hash.0)).chain(unknown).collect())
    }

    /// Whether the day goes on in its next segment, because this document is as large as one
    /// should be. It still takes what happens to its own tickets.
    pub fn is_full(&self) -> bool {
        self.reaches(DOCUMENT_TICKETS_MAX, DOCUMENT_CHANGES_MAX)
    }

    fn reaches(&self, tickets_max: usize, changes_max: usize) -> bool {
        let buckets = self.doc.keys(ROOT).filter_map(|key| map(&self.doc, &ROOT, &key));
        let tickets: usize = buckets.map(|bucket| self.doc.length(&bucket)).sum();
        let changes = usize::try_from(self.doc.stats().num_changes).unwrap_or(usize::MAX);
        tickets_max <= tickets || changes_max <= changes
    }

    /// Whether a change has taken effect here.
    pub fn holds(&self, hash: &ChangeHash) -> bool {
        self.doc.get_change_meta_by_hash(&automerge::ChangeHash(hash.0)).is_some()
    }

    /// Everything that a holder of `known` lacks, predecessors first, `bytes_max` at the most
    /// and one change at the least. Heads that are unknown here are left out of the question:
    /// asked for what follows an unknown head, the library answers with everything.
    pub fn since(&self, known: &Heads, bytes_max: usize) -> Result<Vec<RawChange>, Error> {
        let known = known.as_slice().iter().filter(|hash| self.holds(hash));
        let known: Vec<_> = known.map(|hash| automerge::ChangeHash(hash.0)).collect();
        let changes = catch_unwind(AssertUnwindSafe(|| self.doc.get_changes(&known)))
            .map_err(|_| Error::Broken)?;
        let mut room = bytes_max;
        let mut answer = Vec::new();
        for change in &changes {
            let size = change.raw_bytes().len();
            if room < size && !answer.is_empty() {
                break;
            }
            room = room.saturating_sub(size);
            answer.push(raw(change));
        }
        Ok(answer)
    }

    /// How many changes it holds, and the exclusive-or of the halves of their hashes: two
    /// holders of the same changes say the same.
    pub fn sum(&self) -> (u64, [u8; 16]) {
        let mut sum = [0; 16];
        let changes = self.doc.get_changes_meta(&[]);
        for change in &changes {
            for (index, byte) in change.hash.0.iter().enumerate() {
                sum[index % 16] ^= byte;
            }
        }
        (changes.len() as u64, sum)
    }

    /// The whole document in few bytes, read back and compared. Only after this may stored raw
    /// changes be deleted.
    pub fn save_and_verify(&self) -> Result<Vec<u8>, Error> {
        let saved = catch_unwind(AssertUnwindSafe(|| self.doc.save_and_verify()))
            .map_err(|_| Error::Broken)?
            .map_err(|cause| Error::Document(Box::new(cause)))?;
        bounded("a saved document's bytes", saved.len(), SAVED_BYTES_MAX)?;
        Ok(saved)
    }

    /// Whether a ticket is in it.
    pub fn has(&self, ticket: &TicketKey) -> bool {
        let bucket = map(&self.doc, &ROOT, &bucket(ticket));
        bucket.is_some_and(|bucket| map(&self.doc, &bucket, &ticket.to_string()).is_some())
    }

    /// A ticket.
    pub fn ticket(&self, ticket: &TicketKey) -> Option<TicketRow> {
        TicketRow::read(&self.fields(ticket)?)
    }

    /// A ticket's fields as they stand in the document.
    pub fn fields(&self, ticket: &TicketKey) -> Option<Fields> {
        let bucket = map(&self.doc, &ROOT, &bucket(ticket))?;
        let object = map(&self.doc, &bucket, &ticket.to_string())?;
        let mut fields = Fields::new();
        read_map(&self.doc, &object, "", &mut fields);
        for call in self.doc.keys(&object).filter(|key| is_call_key(key)) {
            if let Some(inner) = map(&self.doc, &object, &call) {
                read_map(&self.doc, &inner, &format!("{call}/"), &mut fields);
            }
        }
        Some(fields)
    }

    /// The day's own fields.
    pub fn day(&self) -> Fields {
        let mut fields = Fields::new();
        read_map(&self.doc, &ROOT, "", &mut fields);
        fields
    }

    /// All tickets, in no order that means anything.
    pub fn tickets(&self) -> Vec<TicketKey> {
        let buckets = self.doc.keys(ROOT).filter_map(|key| map(&self.doc, &ROOT, &key));
        let keys = buckets.flat_map(|bucket| self.doc.keys(&bucket).collect::<Vec<_>>());
        keys.filter_map(|key| key.parse().ok()).collect()
    }

    /// Runs what may panic on hostile content. After a panic the document is not trusted again.
    fn guarded<T>(
        &mut self,
        work: impl FnOnce(&mut Replica) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.broken {
            return Err(Error::Broken);
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| work(self)));
        outcome.unwrap_or_else(|_| {
            self.broken = true;
            Err(Error::Broken)
        })
    }
}

fn refused(cause: automerge::AutomergeError) -> Error {
    Error::Document(Box::new(cause))
}

fn write(
    transaction: &mut Transaction<'_>,
    document: DocumentId,
    change: &Change,
) -> Result<(), Error> {
    match change {
        Change::DayOpened { at } => {
            let numbers = [
                ("schema", SCHEMA),
                ("branch", u64::from(document.branch.0)),
                ("day", u64::from(document.day)),
                ("segment", u64::from(document.segment)),
            ];
            for (key, number) in numbers {
                put_new(transaction, key, &Value::Number(number))?;
            }
            put_new(transaction, "opened", &Value::Instant(*at))
        }
        Change::DayClosed { at } => put_new(transaction, "closed", &Value::Instant(*at)),
        Change::Branch { name, zone } => {
            put_text(transaction, "name", name)?;
            put_text(transaction, "zone", zone)
        }
        Change::Service(service) => {
            let key = |field: &str| service_key(service.id, field);
            put_text(transaction, &key("tag"), &service.tag)?;
            put_text(transaction, &key("name"), &service.name)?;
            put_changed(transaction, &key("offered"), &Value::Number(service.offered.into()))
        }
        Change::Ticket(transition) => write_ticket(transaction, document, transition),
    }
}

/// Writes a field of the day unless it is there.
fn put_new(transaction: &mut Transaction<'_>, key: &str, value: &Value) -> Result<(), Error> {
    match transaction.get(ROOT, key).map_err(refused)? {
        Some(_) => Ok(()),
        None => transaction.put(ROOT, key, scalar(value)).map_err(refused),
    }
}

/// Writes a text of the day where it is another one than before, cut to what fits.
fn put_text(transaction: &mut Transaction<'_>, key: &str, text: &str) -> Result<(), Error> {
    let fits = text.floor_char_boundary(NAME_BYTES_MAX);
    put_changed(transaction, key, &Value::Text(text[..fits].to_owned()))
}

/// Writes a field of the day where it is another one than before.
fn put_changed(transaction: &mut Transaction<'_>, key: &str, value: &Value) -> Result<(), Error> {
    let there = transaction.get(ROOT, key).map_err(refused)?;
    let there = there.and_then(|(value, _)| unscalar(value.as_scalar()?));
    match there.as_ref() == Some(value) {
        true => Ok(()),
        false => transaction.put(ROOT, key, scalar(value)).map_err(refused),
    }
}

fn text(transaction: &Transaction<'_>, ticket: &ObjId, key: &str) -> Result<Option<String>, Error> {
    let there = transaction.get(ticket, key).map_err(refused)?;
    Ok(there.as_ref().and_then(|(value, _)| value.as_str()).map(str::to_owned))
}

fn asked(transaction: &Transaction<'_>, ticket: &ObjId) -> Result<Vec<Asked>, Error> {
    let asked = text(transaction, ticket, "asked")?;
    Ok(asked.as_deref().and_then(asked_read).unwrap_or_default())
}

/// Reads what a step builds upon.
fn before(transaction: &Transaction<'_>, ticket: &ObjId, step: &Step) -> Result<Before, Error> {
    let mut before = Before::default();
    match step {
        Step::Recalled { call } => {
            if let Some(call) = map(transaction, ticket, &call_key(*call)) {
                let recalls = transaction.get(&call, "recalls").map_err(refused)?;
                before.recalls = recalls.and_then(|(value, _)| value.as_u64()).unwrap_or(0);
            }
        }
        Step::WentOn { onward: Onward::Line(_), .. } => {
            before.asked = asked(transaction, ticket)?;
        }
        Step::LineAdded { .. } => {
            before.asked = asked(transaction, ticket)?;
            bounded("a ticket's services", before.asked.len() + 1, TICKET_LINES_MAX)?;
        }
        Step::PrioritySet { .. } => before.asked = asked(transaction, ticket)?,
        Step::LineDropped { .. } => {
            before.asked = asked(transaction, ticket)?;
            let dropped = text(transaction, ticket, "dropped")?;
            before.dropped = dropped.as_deref().and_then(dropped_read).unwrap_or_default();
            bounded("a ticket's services", before.dropped.len() + 1, TICKET_LINES_MAX)?;
        }
        Step::WentOn { onward: Onward::Back { .. }, .. }
        | Step::Issued { .. }
        | Step::CameOver(_)
        | Step::Called { .. }
        | Step::Started { .. }
        | Step::AfterworkBegan { .. }
        | Step::Parked { .. }
        | Step::Missing { .. }
        | Step::PutBack
        | Step::Transferred { .. }
        | Step::Undone { .. }
        | Step::Redirected { .. }
        | Step::Closed { .. }
        | Step::MovedOn { .. }
        | Step::Answered { .. } => {}
    }
    Ok(before)
}

fn write_ticket(
    transaction: &mut Transaction<'_>,
    document: DocumentId,
    transition: &Transition,
) -> Result<(), Error> {
    let ticket = &transition.ticket;
    if ticket.branch != document.branch {
        return Err(Error::Ticket("it is another branch's"));
    }
    check(&transition.step)?;
    let bucket_key = bucket(ticket);
    let ticket_key = ticket.to_string();
    let bucket = map(transaction, &ROOT, &bucket_key);
    let object = bucket.as_ref().and_then(|bucket| map(transaction, bucket, &ticket_key));
    let object = match (object, &transition.step) {
        (Some(object), _) => object,
        (None, Step::Issued { .. } | Step::CameOver(_)) => {
            let bucket = match bucket {
                Some(bucket) => bucket,
                None => transaction.put_object(ROOT, bucket_key, ObjType::Map).map_err(refused)?,
            };
            transaction.put_object(&bucket, ticket_key, ObjType::Map).map_err(refused)?
        }
        (None, _) => return Err(Error::UnknownTicket(*ticket)),
    };
    let last = transaction.get(&object, "seq").map_err(refused)?;
    if last.and_then(|(value, _)| value.as_u64()).is_some_and(|last| transition.seq <= last) {
        return Ok(());
    }
    let before = before(transaction, &object, &transition.step)?;
    for write in writes(transition, &before) {
        let target = match write.call.map(call_key) {
            None => object.clone(),
            Some(key) => match map(transaction, &object, &key) {
                Some(call) => call,
                None => transaction.put_object(&object, key, ObjType::Map).map_err(refused)?,
            },
        };
        transaction.put(&target, write.key, scalar(&write.value)).map_err(refused)?;
    }
    Ok(())
}

fn map(doc: &impl ReadDoc, object: &ObjId, key: &str) -> Option<ObjId> {
    match doc.get(object, key) {
        Ok(Some((automerge::Value::Object(ObjType::Map), id))) => Some(id),
        Ok(_) | Err(_) => None,
    }
}

fn read_map(doc: &Automerge, object: &ObjId, prefix: &str, fields: &mut Fields) {
    for item in doc.map_range(object, ..) {
        let ValueRef::Scalar(value) = &item.value else { continue };
        if let Some(value) = unscalar(&ScalarValue::from(value.clone())) {
            fields.insert(format!("{prefix}{}", item.key), value);
        }
    }
}

fn scalar(value: &Value) -> ScalarValue {
    match value {
        Value::Number(number) => ScalarValue::Uint(*number),
        Value::Text(text) => ScalarValue::Str(text.as_str().into()),
        Value::Instant(moment) => {
            let mut bytes = Vec::with_capacity(12);
            unsigned(&mut bytes, moment.wall_ms);
            unsigned(&mut bytes, moment.steady_ms);
            ScalarValue::Bytes(bytes)
        }
    }
}

/// Reads one of our values; the kinds that our schema never writes are nothing.
pub(crate) fn unscalar(value: &ScalarValue) -> Option<Value> {
    match value {
        ScalarValue::Uint(number) => Some(Value::Number(*number)),
        ScalarValue::Str(text) => Some(Value::Text(text.to_string())),
        ScalarValue::Bytes(bytes) => {
            let mut reader = Reader::new(bytes);
            let moment =
                Moment { wall_ms: reader.unsigned().ok()?, steady_ms: reader.unsigned().ok()? };
            reader.end().ok()?;
            Some(Value::Instant(moment))
        }
        ScalarValue::Int(_)
        | ScalarValue::F64(_)
        | ScalarValue::Counter(_)
        | ScalarValue::Timestamp(_)
        | ScalarValue::Boolean(_)
        | ScalarValue::Unknown { .. }
        | ScalarValue::Null => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Source;
    use crate::ids::{BoxEpoch, BranchId};
    use crate::limits::BUCKET_TICKETS_MAX;

    #[test]
    fn a_document_is_full_by_its_tickets_or_by_its_changes() {
        let document = DocumentId { branch: BranchId(7), day: 20_261_122, segment: 1 };
        let mut replica = Replica::new(document, Actor([1; 16]));
        let issue = |number| {
            let ticket = TicketKey { branch: BranchId(7), epoch: BoxEpoch(1), number };
            let step = Step::Issued {
                label: "A001".to_owned(),
                asked: vec![Asked { service: 1, priority: 5 }],
                language: 1,
                source: Source::Staff,
            };
            Change::Ticket(Transition { seq: number, at: Moment::default(), ticket, step })
        };
        // Two inner maps, so that their sum is what counts.
        let numbers: Vec<u64> = (BUCKET_TICKETS_MAX - 5..BUCKET_TICKETS_MAX + 5).collect();
        for pair in numbers.chunks(2) {
            let changes: Vec<Change> = pair.iter().map(|number| issue(*number)).collect();
            replica.apply(&changes).expect("fits");
        }
        assert!(!replica.is_full());
        assert!(replica.reaches(10, 6) && replica.reaches(11, 5));
        assert!(!replica.reaches(11, 6));
    }
}
