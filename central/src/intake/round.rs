//! One round: a few messages in one transaction. Nothing in a message can fail the others.

use sync::card::Card;
use sync::frame::{Frame, foreign_version};
use sync::ids::{BranchId, DocumentId};
use sync::link::Delivery;
use sync::request::Answer;
use sync::session::{Ack, Hello, Status};
use sync::topics::{Subject, Tenant, Topic};

use crate::store::{Batch, Settled, Store, StoreError};

/// Messages of one transaction: as many as the broker may have under way to us.
pub const BATCH_MESSAGES_MAX: usize = 64;

/// Bytes after which a transaction takes no further message: eight full frames, so that the rows
/// that it holds in memory until the commit stay some ten megabytes.
pub const BATCH_BYTES_MAX: usize = 512 * 1024;

/// What a round has done, counted only once it is on disk.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) messages: u64,
    pub(super) bytes: u64,
    pub(super) changes: u64,
    pub(super) known: u64,
    pub(super) refused: u64,
    pub(super) dead_letters: u64,
    pub(super) alarms: u64,
}

/// What came of a round, once it is on disk.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// What was done.
    pub(super) tally: Tally,
    /// What may be acknowledged.
    pub(super) acks: Vec<(DocumentId, Ack)>,
    /// What others wait for.
    pub(super) news: Vec<News>,
}

/// Something that others wait for.
#[derive(Debug)]
pub(super) enum News {
    /// A branch says how it is.
    Status { branch: BranchId, online: bool, wall_ms: u64 },
    /// A branch tells the public of itself.
    Card { branch: BranchId, card: Box<Card> },
    /// A branch answers a request.
    Answer { branch: BranchId, answer: Answer, settled: Settled },
}

/// What a message says.
enum Said {
    Status(Status),
    Hello(DocumentId, Hello),
    Changes(DocumentId, Vec<Vec<u8>>),
    Card(Box<Card>),
    Answer(Answer),
}

/// Why a message goes to the dead letters.
enum Dead {
    Unreadable(sync::error::Error),
    Foreign(&'static str),
}

/// Takes these messages in.
pub(super) fn take(
    store: &mut Store,
    tenant: &Tenant,
    deliveries: &[Delivery],
    wall_ms: i64,
) -> Result<Taken, StoreError> {
    let (mut tally, mut news) = (Tally::default(), Vec::new());
    let mut batch = store.batch()?;
    for delivery in deliveries {
        let Delivery { topic, payload, .. } = delivery;
        tally.messages += 1;
        tally.bytes += payload.len() as u64;
        let reason = match read(tenant, topic, payload) {
            Err(Dead::Unreadable(error)) => {
                if let Some((branch, version)) = foreigner(tenant, topic, payload) {
                    match batch.speaks(tenant, branch, Some(version)) {
                        Ok(()) => {}
                        Err(error) if error.is_of_one_message() => {}
                        Err(error) => return Err(error),
                    }
                }
                Some(error.to_string())
            }
            Err(Dead::Foreign(why)) => Some(why.to_owned()),
            Ok((branch, said)) => match apply(&mut batch, tenant, branch, said, payload, wall_ms) {
                Ok(outcome) => outcome.count(&mut tally, &mut news),
                Err(error) if error.is_of_one_message() => Some(error.to_string()),
                Err(error) => return Err(error),
            },
        };
        if let Some(reason) = reason {
            tally.dead_letters += 1;
            batch.bury(topic, payload, &reason, wall_ms)?;
        }
    }
    let acks = batch.commit()?;
    let acks = acks.into_iter().map(|(_, document, ack)| (document, ack)).collect();
    Ok(Taken { tally, acks, news })
}

/// What came of one message.
enum Outcome {
    Noted,
    News(News),
    Taken(sync::projection::TakenIn),
    Differs(DocumentId),
}

impl Outcome {
    /// Adds it up, and returns why the message goes to the dead letters if it does.
    fn count(self, tally: &mut Tally, all: &mut Vec<News>) -> Option<String> {
        match self {
            Outcome::Noted => None,
            Outcome::News(news) => {
                all.push(news);
                None
            }
            Outcome::Differs(document) => {
                tally.alarms += 1;
                let branch = document.branch.0;
                tracing::error!(branch, %document, "branch and central hold different changes");
                None
            }
            Outcome::Taken(taken) => {
                tally.changes += taken.projected as u64;
                tally.known += taken.known as u64;
                tally.refused += taken.refused.len() as u64;
                taken.refused.last().map(|(_, error)| error.to_string())
            }
        }
    }
}

fn apply(
    batch: &mut Batch<'_>,
    tenant: &Tenant,
    branch: BranchId,
    said: Said,
    payload: &[u8],
    wall_ms: i64,
) -> Result<Outcome, StoreError> {
    match said {
        Said::Status(status) => {
            batch.status(tenant, branch, &status, wall_ms)?;
            if status.online {
                batch.speaks(tenant, branch, None)?;
            }
            let Status { online, wall_ms, .. } = status;
            Ok(Outcome::News(News::Status { branch, online, wall_ms }))
        }
        Said::Card(card) => {
            batch.heard(tenant, branch, wall_ms)?;
            batch.card(tenant, branch, card.offers, payload, wall_ms)?;
            Ok(Outcome::News(News::Card { branch, card }))
        }
        Said::Answer(answer) => {
            batch.heard(tenant, branch, wall_ms)?;
            let settled = batch.answer(tenant, branch, &answer)?;
            Ok(Outcome::News(News::Answer { branch, answer, settled }))
        }
        Said::Hello(document, hello) => {
            batch.heard(tenant, branch, wall_ms)?;
            let differs = batch.hello(tenant, document, &hello)?;
            Ok(if differs { Outcome::Differs(document) } else { Outcome::Noted })
        }
        Said::Changes(document, changes) => {
            batch.heard(tenant, branch, wall_ms)?;
            batch.changes(tenant, document, &changes).map(Outcome::Taken)
        }
    }
}

/// The branch on whose topic a frame of another version came, and that version.
fn foreigner(ours: &Tenant, topic: &str, payload: &[u8]) -> Option<(BranchId, u8)> {
    let version = foreign_version(payload)?;
    match Topic::parse(topic).ok()? {
        Topic::Branch { tenant, branch, .. } if tenant == *ours => Some((branch, version)),
        Topic::Branch { .. } | Topic::Central { .. } => None,
    }
}

/// Reads a message, whoever sent it.
fn read(ours: &Tenant, topic: &str, payload: &[u8]) -> Result<(BranchId, Said), Dead> {
    let topic = Topic::parse(topic).map_err(Dead::Unreadable)?;
    let Topic::Branch { tenant, branch, subject } = topic else {
        return Err(Dead::Foreign("it is central's own topic"));
    };
    if tenant != *ours {
        return Err(Dead::Foreign("it is another organisation's"));
    }
    let frame = Frame::parse(payload).map_err(Dead::Unreadable)?;
    let (whose, said) = match (subject, frame) {
        (Subject::Status, Frame::Status { branch, status }) => (branch, Said::Status(status)),
        (Subject::Hello, Frame::Hello { document, hello }) => {
            (document.branch, Said::Hello(document, hello))
        }
        (Subject::Changes, Frame::Changes { document, changes }) => {
            (document.branch, Said::Changes(document, changes))
        }
        (Subject::Card, Frame::Card { branch, card }) => (branch, Said::Card(card)),
        (Subject::Answer, Frame::Answer { branch, answer }) => (branch, Said::Answer(answer)),
        (
            Subject::Status
            | Subject::Hello
            | Subject::Changes
            | Subject::Snapshot(_)
            | Subject::Ack
            | Subject::CentralChanges
            | Subject::CentralSnapshot(_)
            | Subject::Card
            | Subject::Answer
            | Subject::Request
            | Subject::Command,
            Frame::Status { .. }
            | Frame::Hello { .. }
            | Frame::Changes { .. }
            | Frame::Ack { .. }
            | Frame::Card { .. }
            | Frame::Request { .. }
            | Frame::Answer { .. },
        ) => return Err(Dead::Foreign("this is not said on this topic")),
    };
    if whose != branch {
        return Err(Dead::Foreign("it speaks for another branch than its topic"));
    }
    Ok((branch, said))
}
