//! Requests: what central asks a branch to do for a customer who is elsewhere, and what came of it.
//!
//! A request is a fact under a number of its own, never an edit of a ticket: the branch decides, as
//! for anybody who stands at its door, and answers. Asked again, it gives the first answer. What
//! central has given up waiting for it withdraws; a withdrawal is said again until it is answered,
//! so no ticket is left that nobody knows of.
//!
//! ```text
//! central  dn/req  sell(number, service, until)  ->
//! branch                                        <-  up/ans  sold(ticket, label) | refused(why)
//! central  dn/req  withdraw(number of the sale)  ->  ... until up/ans done | refused
//! ```

use std::fmt;

use crate::card::{small, text_of};
use crate::error::{Error, bounded};
use crate::frame::bytes::{Reader, block, unsigned};
use crate::ids::{BoxEpoch, BranchId, TicketKey};
use crate::limits::{LABEL_BYTES_MAX, LANGUAGE_BYTES_MAX};

/// A request's number: random, drawn by central, and by it the branch knows a repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub [u8; 16]);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl RequestId {
    /// Reads 32 hexadecimal digits in lower case.
    pub fn parse(text: &str) -> Option<RequestId> {
        let fine = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 32 || !text.bytes().all(fine) {
            return None;
        }
        let mut id = [0; 16];
        for (index, byte) in id.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
        }
        Some(RequestId(id))
    }
}

/// Something that central asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its number.
    pub id: RequestId,
    /// Until when it may be done, in milliseconds since 1970-01-01 UTC by the branch's own wall
    /// clock, as central reckons it from what the branch told; 0: at any time.
    pub until_ms: u64,
    /// What.
    pub ask: Ask,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// A ticket.
    Sell {
        /// For this service.
        service: u32,
        /// In the language with this code, or one that is near; empty: the branch's usual one.
        language: String,
    },
    /// That the customer gives up this ticket.
    Cancel {
        /// The ticket.
        ticket: TicketKey,
    },
    /// That what the request of this number has brought about is undone: nobody waited for it.
    Withdraw {
        /// The sale.
        sale: RequestId,
    },
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The request's number.
    pub id: RequestId,
    /// This.
    pub said: Said,
}

/// What a branch says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// There is a ticket.
    Sold(Sold),
    /// It is done; or, of a withdrawal, there is nothing (any more) to be undone.
    Done,
    /// It is not done, and why.
    Refused(No),
}

/// A ticket that was sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sold {
    /// Its name in documents.
    pub ticket: TicketKey,
    /// The business day on which it was sold, as in [`crate::ids::DocumentId`].
    pub day: u32,
    /// The letters of its label.
    pub tag: String,
    /// The number of its label.
    pub number: u32,
    /// When, in milliseconds since 1970-01-01 UTC by the branch's wall clock.
    pub at_ms: u64,
}

/// Why a branch says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum No {
    /// It takes no requests.
    Off,
    /// It has no such service, or not for customers.
    UnknownService,
    /// The service is switched off.
    Disabled,
    /// The service is closed at this hour.
    Closed,
    /// All tickets of today are given out.
    Spent,
    /// It has no such ticket.
    UnknownTicket,
    /// Where the ticket stands this cannot be done.
    OutOfTurn,
    /// It holds as many people as it can.
    Full,
    /// It is busy or cannot write; asking again may help.
    Later,
    /// The request came after its time.
    Expired,
}

const NOES: [No; 10] = [
    No::Off,
    No::UnknownService,
    No::Disabled,
    No::Closed,
    No::Spent,
    No::UnknownTicket,
    No::OutOfTurn,
    No::Full,
    No::Later,
    No::Expired,
];

impl Request {
    pub(crate) fn write(&self, body: &mut Vec<u8>) -> Result<(), Error> {
        body.extend_from_slice(&self.id.0);
        unsigned(body, self.until_ms);
        match &self.ask {
            Ask::Sell { service, language } => {
                body.push(1);
                unsigned(body, u64::from(*service));
                bounded("a language's bytes", language.len(), LANGUAGE_BYTES_MAX)?;
                block(body, language.as_bytes());
            }
            Ask::Cancel { ticket } => {
                body.push(2);
                key(body, ticket);
            }
            Ask::Withdraw { sale } => {
                body.push(3);
                body.extend_from_slice(&sale.0);
            }
        }
        Ok(())
    }

    pub(crate) fn read(branch: BranchId, reader: &mut Reader<'_>) -> Result<Request, Error> {
        let id = RequestId(reader.array()?);
        let until_ms = reader.unsigned()?;
        let ask = match reader.array()? {
            [1] => {
                let service = small(reader)?;
                let language = reader.block("a language's bytes", LANGUAGE_BYTES_MAX)?;
                let language = String::from_utf8(language.to_vec());
                let language = language.map_err(|_| Error::Frame("a language is not text"))?;
                Ask::Sell { service, language }
            }
            [2] => Ask::Cancel { ticket: key_of(branch, reader)? },
            [3] => Ask::Withdraw { sale: RequestId(reader.array()?) },
            [_] => return Err(Error::Frame("a request of no known kind")),
        };
        Ok(Request { id, until_ms, ask })
    }
}

impl Answer {
    pub(crate) fn write(&self, body: &mut Vec<u8>) -> Result<(), Error> {
        body.extend_from_slice(&self.id.0);
        match &self.said {
            Said::Sold(sold) => {
                body.push(1);
                key(body, &sold.ticket);
                unsigned(body, u64::from(sold.day));
                bounded("a tag's bytes", sold.tag.len(), LABEL_BYTES_MAX)?;
                block(body, sold.tag.as_bytes());
                unsigned(body, u64::from(sold.number));
                unsigned(body, sold.at_ms);
            }
            Said::Done => body.push(2),
            Said::Refused(no) => body.extend_from_slice(&[3, *no as u8]),
        }
        Ok(())
    }

    pub(crate) fn read(branch: BranchId, reader: &mut Reader<'_>) -> Result<Answer, Error> {
        let id = RequestId(reader.array()?);
        let said = match reader.array()? {
            [1] => {
                let (ticket, day) = (key_of(branch, reader)?, small(reader)?);
                let tag = text_of(reader)?;
                bounded("a tag's bytes", tag.len(), LABEL_BYTES_MAX)?;
                let (number, at_ms) = (small(reader)?, reader.unsigned()?);
                Said::Sold(Sold { ticket, day, tag, number, at_ms })
            }
            [2] => Said::Done,
            [3] => {
                let [code] = reader.array()?;
                let no = NOES.get(usize::from(code)).copied();
                Said::Refused(no.ok_or(Error::Frame("a refusal of no known kind"))?)
            }
            [_] => return Err(Error::Frame("an answer of no known kind")),
        };
        Ok(Answer { id, said })
    }
}

fn key(body: &mut Vec<u8>, ticket: &TicketKey) {
    unsigned(body, u64::from(ticket.epoch.0));
    unsigned(body, ticket.number);
}

/// A branch speaks of its own tickets alone.
fn key_of(branch: BranchId, reader: &mut Reader<'_>) -> Result<TicketKey, Error> {
    Ok(TicketKey { branch, epoch: BoxEpoch(small(reader)?), number: reader.unsigned()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_back_and_nothing_else_is_one() {
        let id = RequestId([0xa7; 16]);
        assert_eq!(RequestId::parse(&id.to_string()), Some(id));
        for text in ["", "a7", &"A7".repeat(16), &"a7".repeat(17), &"\u{e9}".repeat(16)] {
            assert_eq!(RequestId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_no_keeps_its_number_on_the_wire() {
        for (code, no) in NOES.into_iter().enumerate() {
            assert_eq!(no as usize, code);
        }
    }
}
