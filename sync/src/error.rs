//! What can go wrong with documents, frames and names. What a customer wrote is never in a text.

use std::error::Error as StdError;
use std::fmt;

use crate::ids::TicketKey;

/// Why bytes were not taken, or a change could not be made.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The frame is not one of ours, or was damaged on the way.
    Frame(&'static str),
    /// Something is larger than its limit.
    TooLarge {
        /// What.
        what: &'static str,
        /// Its size.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// A raw change that no honest writer makes.
    Change(&'static str),
    /// Automerge refused.
    Document(Box<dyn StdError + Send + Sync>),
    /// Automerge panicked; the document must be rebuilt from its stored changes.
    Broken,
    /// A transition of a ticket that this document does not have.
    UnknownTicket(TicketKey),
    /// A ticket that no document of this branch takes.
    Ticket(&'static str),
    /// A topic that is none of ours.
    Topic(&'static str),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Frame(why) => write!(f, "the frame is refused: {why}"),
            Error::TooLarge { what, size, limit } => {
                write!(f, "{what}: {size} is more than {limit}")
            }
            Error::Change(why) => write!(f, "the change is refused: {why}"),
            Error::Document(_) => f.write_str("the document refused"),
            Error::Broken => f.write_str("the document broke and must be rebuilt"),
            Error::UnknownTicket(ticket) => write!(f, "ticket {ticket} is not in the document"),
            Error::Ticket(why) => write!(f, "the ticket is refused: {why}"),
            Error::Topic(why) => write!(f, "the topic is refused: {why}"),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Error::Document(cause) => Some(cause.as_ref()),
            Error::Frame(_)
            | Error::TooLarge { .. }
            | Error::Change(_)
            | Error::Broken
            | Error::UnknownTicket(_)
            | Error::Ticket(_)
            | Error::Topic(_) => None,
        }
    }
}

/// Refuses what is larger than its limit.
pub(crate) fn bounded(what: &'static str, size: usize, limit: usize) -> Result<(), Error> {
    if size <= limit {
        return Ok(());
    }
    Err(Error::TooLarge { what, size: size as u64, limit: limit as u64 })
}
