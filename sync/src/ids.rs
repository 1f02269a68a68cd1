//! The names of branches, tickets, documents, writers and changes, and how they are written.

use std::fmt;
use std::str::FromStr;

use crate::error::Error;

/// One branch of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BranchId(pub u32);

/// One life of one box in a branch; a replacement box, and a box restored from a backup, begin
/// another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BoxEpoch(pub u32);

/// A ticket, unlike any other of any box: two boxes that used one key would hide a whole ticket
/// from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketKey {
    /// Whose.
    pub branch: BranchId,
    /// In which life of the box it was issued.
    pub epoch: BoxEpoch,
    /// The box's own number for it.
    pub number: u64,
}

impl fmt::Display for TicketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.branch.0, self.epoch.0, self.number)
    }
}

impl FromStr for TicketKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<TicketKey, Error> {
        let refused = || Error::Ticket("the key is not branch-epoch-number");
        let mut parts = text.split('-');
        let mut next = || parts.next().and_then(plain).ok_or_else(refused);
        let (branch, epoch, number) = (next()?, next()?, next()?);
        if parts.next().is_some() {
            return Err(refused());
        }
        Ok(TicketKey {
            branch: BranchId(u32::try_from(branch).map_err(|_| refused())?),
            epoch: BoxEpoch(u32::try_from(epoch).map_err(|_| refused())?),
            number,
        })
    }
}

/// A plain decimal number, written in the one way in which we write it.
pub(crate) fn plain(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let shortest = text.len() == 1 || !text.starts_with('0');
    (digits && shortest).then(|| text.parse().ok()).flatten()
}

/// One document: a branch's business day, or a later segment of a long one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId {
    /// Whose.
    pub branch: BranchId,
    /// The business day, written as its local date: 20261122.
    pub day: u32,
    /// 1, and 2 and so on where a day outgrows one document.
    pub segment: u16,
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "day-{}-{}", self.day, self.segment)
    }
}

impl DocumentId {
    /// Reads the text form; the branch is named elsewhere, in the topic.
    pub fn parse(branch: BranchId, text: &str) -> Result<DocumentId, Error> {
        let refused = || Error::Topic("the document is not day-date-segment");
        let (day, segment) =
            text.strip_prefix("day-").and_then(|rest| rest.split_once('-')).ok_or_else(refused)?;
        let day = plain(day).and_then(|day| u32::try_from(day).ok()).ok_or_else(refused)?;
        let segment =
            plain(segment).and_then(|segment| u16::try_from(segment).ok()).ok_or_else(refused)?;
        Ok(DocumentId { branch, day, segment })
    }
}

/// Who writes: 16 random bytes, drawn anew at every start of the process and never stored for
/// use again, because one actor is one line of changes and a copied disk would fork it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor(pub [u8; 16]);

/// The name of a raw change: the SHA-256 of its content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeHash(pub [u8; 32]);

impl fmt::Display for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0[..4].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The newest changes of a document: those on which no other rests. Sorted, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heads(Vec<ChangeHash>);

impl Heads {
    /// Sorts and drops doubles.
    pub fn new(mut hashes: Vec<ChangeHash>) -> Heads {
        hashes.sort_unstable();
        hashes.dedup();
        Heads(hashes)
    }

    /// In order.
    pub fn as_slice(&self) -> &[ChangeHash] {
        &self.0
    }

    /// Whether there is no change at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Both; fit to say "the other side has at least these".
    #[must_use]
    pub fn union(&self, other: &Heads) -> Heads {
        Heads::new([self.0.as_slice(), other.0.as_slice()].concat())
    }
}

/// An instant on two clocks, as the branch read them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// Milliseconds since 1970-01-01 UTC by the wall clock, which may jump; not before 1970.
    pub wall_ms: u64,
    /// Milliseconds on the branch's steady clock, on which durations are measured.
    pub steady_ms: u64,
}
