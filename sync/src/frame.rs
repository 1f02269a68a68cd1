//! Frames: what one MQTT message, or one block on a USB stick, carries.
//!
//! ```text
//! "ANTQ" | version 1 | kind | flags (1: zstd) | branch u32 | day u32 | segment u16
//!        | unpacked length u32 | crc32 u32 of all but itself | body          (little-endian)
//! ```

pub(crate) mod bytes;

use crate::card::Card;
use crate::error::{Error, bounded};
use crate::health::Health;
use crate::ids::{BoxEpoch, BranchId, DocumentId, Heads};
use crate::limits::{
    BODY_BYTES_MAX, CHANGE_BYTES_MAX, COMPRESS_FROM_BYTES, FRAME_BYTES_MAX, FRAME_CHANGES_MAX,
    HEADS_MAX,
};
use crate::replica::RawChange;
use crate::request::{Answer, Request};
use crate::session::{Ack, Hello, Status};
use bytes::{Reader, block, unsigned};

const MAGIC: [u8; 4] = *b"ANTQ";
const VERSION: u8 = 1;
const PACKED: u8 = 1;
const HEADER_BYTES: usize = 25;
const CRC_AT: usize = 21;
/// zstd's level: 3 is its default, and higher ones gain a few percent for much time.
const LEVEL: i32 = 3;
/// Bytes of the version that a box reports.
const VERSION_BYTES_MAX: usize = 64;

/// One message of the exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Raw changes of a document, predecessors first.
    Changes {
        /// Of this document.
        document: DocumentId,
        /// Each whole; not yet looked into.
        changes: Vec<Vec<u8>>,
    },
    /// What a box holds.
    Hello {
        /// Of this document.
        document: DocumentId,
        /// This.
        hello: Hello,
    },
    /// What central holds durably.
    Ack {
        /// Of this document.
        document: DocumentId,
        /// This.
        ack: Ack,
    },
    /// How a box is.
    Status {
        /// Of this branch.
        branch: BranchId,
        /// So.
        status: Status,
    },
    /// What a branch tells the public of itself.
    Card {
        /// This branch.
        branch: BranchId,
        /// This.
        card: Box<Card>,
    },
    /// What central asks.
    Request {
        /// Of this branch.
        branch: BranchId,
        /// This.
        request: Request,
    },
    /// What came of it.
    Answer {
        /// At this branch.
        branch: BranchId,
        /// This.
        answer: Answer,
    },
}

impl Frame {
    /// As bytes, or an error where it is larger than a frame may be.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        let (kind, document) = match self {
            Frame::Changes { document, changes } => {
                bounded("a frame's changes", changes.len(), FRAME_CHANGES_MAX)?;
                changes.iter().for_each(|change| block(&mut body, change));
                (1, *document)
            }
            Frame::Hello { document, hello } => {
                unsigned(&mut body, u64::from(hello.epoch.0));
                heads(&mut body, &hello.heads)?;
                unsigned(&mut body, hello.changes);
                body.extend_from_slice(&hello.sum);
                (2, *document)
            }
            Frame::Ack { document, ack } => {
                heads(&mut body, &ack.heads)?;
                heads(&mut body, &ack.need)?;
                (3, *document)
            }
            Frame::Status { branch, status } => {
                body.push(u8::from(status.online));
                unsigned(&mut body, u64::from(status.epoch.0));
                unsigned(&mut body, status.boot);
                unsigned(&mut body, status.wall_ms);
                bounded("a version's bytes", status.version.len(), VERSION_BYTES_MAX)?;
                block(&mut body, status.version.as_bytes());
                status.health.write(&mut body)?;
                (4, no_document(*branch))
            }
            Frame::Card { branch, card } => {
                card.write(&mut body)?;
                (5, no_document(*branch))
            }
            Frame::Request { branch, request } => {
                request.write(&mut body)?;
                (6, no_document(*branch))
            }
            Frame::Answer { branch, answer } => {
                answer.write(&mut body)?;
                (7, no_document(*branch))
            }
        };
        seal(kind, document, &body)
    }

    /// Reads what anyone may have sent.
    pub fn parse(bytes: &[u8]) -> Result<Frame, Error> {
        let (kind, document, body) = open(bytes)?;
        let mut reader = Reader::new(&body);
        let frame = match kind {
            1 => {
                let mut changes = Vec::new();
                while !reader.is_empty() {
                    bounded("a frame's changes", changes.len() + 1, FRAME_CHANGES_MAX)?;
                    changes.push(reader.block("a change's bytes", CHANGE_BYTES_MAX)?.to_vec());
                }
                Frame::Changes { document, changes }
            }
            2 => Frame::Hello {
                document,
                hello: Hello {
                    epoch: small(&mut reader)?,
                    heads: Heads::new(reader.hashes(HEADS_MAX)?),
                    changes: reader.unsigned()?,
                    sum: reader.array()?,
                },
            },
            3 => {
                let heads = Heads::new(reader.hashes(HEADS_MAX)?);
                let need = Heads::new(reader.hashes(HEADS_MAX)?);
                Frame::Ack { document, ack: Ack { heads, need } }
            }
            4 => Frame::Status { branch: document.branch, status: status(&mut reader)? },
            5 => {
                let card = Box::new(Card::read(&mut reader)?);
                Frame::Card { branch: document.branch, card }
            }
            6 => {
                let request = Request::read(document.branch, &mut reader)?;
                Frame::Request { branch: document.branch, request }
            }
            7 => {
                let answer = Answer::read(document.branch, &mut reader)?;
                Frame::Answer { branch: document.branch, answer }
            }
            _ => return Err(Error::Frame("its kind is unknown")),
        };
        reader.end()?;
        Ok(frame)
    }
}

/// The version of a frame of ours that another version of this crate has made; nothing where the
/// bytes are no frame, or one that can be read here.
pub fn foreign_version(bytes: &[u8]) -> Option<u8> {
    let rest = bytes.strip_prefix(&MAGIC)?;
    rest.first().copied().filter(|version| *version != VERSION)
}

/// What a frame that is about no document has in its header.
fn no_document(branch: BranchId) -> DocumentId {
    DocumentId { branch, day: 0, segment: 0 }
}

fn heads(body: &mut Vec<u8>, heads: &Heads) -> Result<(), Error> {
    bounded("a list of heads", heads.as_slice().len(), HEADS_MAX)?;
    unsigned(body, heads.as_slice().len() as u64);
    heads.as_slice().iter().for_each(|hash| body.extend_from_slice(&hash.0));
    Ok(())
}

fn small(reader: &mut Reader<'_>) -> Result<BoxEpoch, Error> {
    let epoch = u32::try_from(reader.unsigned()?);
    epoch.map(BoxEpoch).map_err(|_| Error::Frame("an epoch is too large"))
}

fn status(reader: &mut Reader<'_>) -> Result<Status, Error> {
    let [online] = reader.array()?;
    if 1 < online {
        return Err(Error::Frame("neither on nor off"));
    }
    let (epoch, boot, wall_ms) = (small(reader)?, reader.unsigned()?, reader.unsigned()?);
    let version = reader.block("a version's bytes", VERSION_BYTES_MAX)?;
    let version = String::from_utf8(version.to_vec());
    let version = version.map_err(|_| Error::Frame("a version is not text"))?;
    let health = Health::read(reader)?;
    Ok(Status { online: online == 1, epoch, boot, wall_ms, version, health })
}

/// Puts changes into as few frames as hold them, each with the number of changes in it.
pub fn pack(document: DocumentId, changes: &[RawChange]) -> Result<Vec<(usize, Vec<u8>)>, Error> {
    let mut frames = Vec::new();
    let mut rest = changes;
    while !rest.is_empty() {
        // Three bytes are the most that a change's length takes.
        let mut full = 0;
        let fitting = rest.iter().take(FRAME_CHANGES_MAX).take_while(|change| {
            full += change.bytes.len() + 3;
            full <= BODY_BYTES_MAX
        });
        let count = fitting.count().max(1);
        let (now, later) = rest.split_at(count);
        let changes = now.iter().map(|change| change.bytes.clone()).collect();
        frames.push((count, Frame::Changes { document, changes }.encode()?));
        rest = later;
    }
    Ok(frames)
}

fn seal(kind: u8, document: DocumentId, body: &[u8]) -> Result<Vec<u8>, Error> {
    bounded("a frame's body", body.len(), BODY_BYTES_MAX)?;
    let packed = match COMPRESS_FROM_BYTES < body.len() {
        true => zstd::bulk::compress(body, LEVEL).ok().filter(|packed| packed.len() < body.len()),
        false => None,
    };
    let mut frame = Vec::with_capacity(HEADER_BYTES + body.len());
    frame.extend_from_slice(&MAGIC);
    frame.extend_from_slice(&[VERSION, kind, if packed.is_some() { PACKED } else { 0 }]);
    frame.extend_from_slice(&document.branch.0.to_le_bytes());
    frame.extend_from_slice(&document.day.to_le_bytes());
    frame.extend_from_slice(&document.segment.to_le_bytes());
    frame.extend_from_slice(&(body.len() as u32).to_le_bytes());
    let crc = crc(&frame, packed.as_deref().unwrap_or(body));
    frame.extend_from_slice(&crc.to_le_bytes());
    frame.extend_from_slice(packed.as_deref().unwrap_or(body));
    Ok(frame)
}

fn crc(header: &[u8], body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(header);
    hasher.update(body);
    hasher.finalize()
}

fn open(bytes: &[u8]) -> Result<(u8, DocumentId, Vec<u8>), Error> {
    bounded("a frame's bytes", bytes.len(), FRAME_BYTES_MAX)?;
    let mut reader = Reader::new(bytes);
    if reader.array()? != MAGIC {
        return Err(Error::Frame("not a frame"));
    }
    let [version, kind, flags] = reader.array()?;
    if version != VERSION {
        return Err(Error::Frame("its version is unknown"));
    }
    let document = DocumentId {
        branch: BranchId(u32::from_le_bytes(reader.array()?)),
        day: u32::from_le_bytes(reader.array()?),
        segment: u16::from_le_bytes(reader.array()?),
    };
    let length = u32::from_le_bytes(reader.array()?) as usize;
    let sum = u32::from_le_bytes(reader.array()?);
    let body = &bytes[HEADER_BYTES..];
    if crc(&bytes[..CRC_AT], body) != sum {
        return Err(Error::Frame("it was damaged"));
    }
    bounded("a frame's body", length, BODY_BYTES_MAX)?;
    let body = match flags {
        0 => body.to_vec(),
        PACKED => {
            zstd::bulk::decompress(body, length).map_err(|_| Error::Frame("it does not unpack"))?
        }
        _ => return Err(Error::Frame("its flags are unknown")),
    };
    if body.len() != length {
        return Err(Error::Frame("its length is wrong"));
    }
    Ok((kind, document, body))
}

#[cfg(test)]
#[path = "frame/tests.rs"]
mod tests;
