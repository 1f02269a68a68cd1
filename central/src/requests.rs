//! The way from a customer's call to a branch and back: requests are written down, sent, answered
//! within a time, or withdrawn. What writes and waits is the intake's thread; this is its door.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use sync::card::Card;
use sync::ids::{BranchId, TicketKey};
use sync::limits::REQUEST_WITHIN;
use sync::request::Said;
use tokio::sync::{mpsc, oneshot, watch};

use crate::store::{NewSale, Note};

/// Letters that may wait for the intake's thread. It takes a whole batch in a few milliseconds, so
/// a longer wait means that the disk is stuck, and the caller is told so at once.
pub const LETTERS_MAX: usize = 1_024;

/// Requests under way to one branch: more customers than press a button at a dispenser in the same
/// five seconds.
pub const REQUESTS_OF_BRANCH_MAX: usize = 32;

/// Requests under way in all: each has a small frame in memory, and the link takes 64 at a time.
pub const REQUESTS_UNDER_WAY_MAX: usize = 256;

/// Beyond the time of a request the intake's thread is stuck, and nobody waits for it any more.
const STUCK_AFTER: Duration = Duration::from_secs(3);

/// Why nothing came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotDone {
    /// The branch is not there, or has not answered in time; what it may still have done is
    /// taken back.
    Unreachable,
    /// As many requests are under way as may be.
    Busy,
    /// The disk took no writes, or central is stopping.
    Unavailable,
}

/// What the intake's thread is asked.
#[derive(Debug)]
pub(crate) enum Letter {
    /// Write this down.
    Note(Note, oneshot::Sender<()>),
    /// Have a branch sell a ticket.
    Sell(NewSale, Reply),
    /// Have a branch take a ticket back.
    Cancel(BranchId, TicketKey, Reply),
}

/// Where an answer goes.
pub(crate) type Reply = oneshot::Sender<Result<Said, NotDone>>;

/// The branches' cards. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cards(Arc<RwLock<BTreeMap<BranchId, Arc<Card>>>>);

impl Cards {
    pub(crate) fn put(&self, branch: BranchId, card: Card) {
        let mut cards = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match card.offers {
            true => cards.insert(branch, Arc::new(card)),
            false => cards.remove(&branch),
        };
    }
}

/// The door. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Requests {
    letters: mpsc::Sender<Letter>,
    cards: Cards,
    grown: watch::Receiver<u64>,
}

impl Requests {
    pub(crate) fn new(
        letters: mpsc::Sender<Letter>,
        cards: Cards,
        grown: watch::Receiver<u64>,
    ) -> Requests {
        Requests { letters, cards, grown }
    }

    /// Has something written down. An error leaves open whether it was.
    ///
    /// # Errors
    ///
    /// [`NotDone::Busy`] or [`NotDone::Unavailable`].
    pub async fn keep(&self, note: Note) -> Result<(), NotDone> {
        let (reply, kept) = oneshot::channel();
        self.post(Letter::Note(note, reply))?;
        let kept = tokio::time::timeout(STUCK_AFTER, kept).await;
        kept.ok().and_then(Result::ok).ok_or(NotDone::Unavailable)
    }

    /// Has something written down that may be lost, and does not wait for it.
    pub fn note(&self, note: Note) {
        let (reply, _) = oneshot::channel();
        if let Err(error) = self.post(Letter::Note(note, reply)) {
            tracing::debug!(?error, "a note is left out");
        }
    }

    /// Has a branch sell a ticket.
    ///
    /// # Errors
    ///
    /// [`NotDone`]; after it there is no ticket, or it is taken back.
    pub async fn sell(&self, sale: NewSale) -> Result<Said, NotDone> {
        let (reply, said) = oneshot::channel();
        self.post(Letter::Sell(sale, reply))?;
        answer(said).await
    }

    /// Has a branch take a ticket back.
    ///
    /// # Errors
    ///
    /// [`NotDone`].
    pub async fn cancel(&self, branch: BranchId, ticket: TicketKey) -> Result<Said, NotDone> {
        let (reply, said) = oneshot::channel();
        self.post(Letter::Cancel(branch, ticket, reply))?;
        answer(said).await
    }

    /// The card of a branch that takes requests.
    pub fn card(&self, branch: BranchId) -> Option<Arc<Card>> {
        self.cards.0.read().unwrap_or_else(PoisonError::into_inner).get(&branch).cloned()
    }

    /// All of them, by branch.
    pub fn cards(&self) -> Vec<(BranchId, Arc<Card>)> {
        let cards = self.cards.0.read().unwrap_or_else(PoisonError::into_inner);
        cards.iter().map(|(branch, card)| (*branch, Arc::clone(card))).collect()
    }

    /// A wake-up whenever branches have told something.
    pub fn grown(&self) -> watch::Receiver<u64> {
        self.grown.clone()
    }

    fn post(&self, letter: Letter) -> Result<(), NotDone> {
        self.letters.try_send(letter).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => NotDone::Busy,
            mpsc::error::TrySendError::Closed(_) => NotDone::Unavailable,
        })
    }
}

async fn answer(said: oneshot::Receiver<Result<Said, NotDone>>) -> Result<Said, NotDone> {
    let said = tokio::time::timeout(REQUEST_WITHIN + STUCK_AFTER, said).await;
    said.ok().and_then(Result::ok).unwrap_or(Err(NotDone::Unavailable))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stuck_thread_gets_so_many_letters_and_the_next_caller_is_told_at_once() {
        let (post, mut letters) = mpsc::channel(LETTERS_MAX);
        let (_grow, grown) = watch::channel(0);
        let requests = Requests::new(post, Cards::default(), grown);
        let seen = || Note::Seen { customer: "a1".into(), at_ms: 0 };
        for _ in 0..LETTERS_MAX {
            requests.note(seen());
        }
        assert_eq!(requests.keep(seen()).await, Err(NotDone::Busy));
        requests.note(seen());
        assert_eq!(letters.len(), LETTERS_MAX, "the one that may be lost is");
        letters.recv().await.expect("one of them");
        let (kept, ()) = tokio::join!(requests.keep(seen()), async {
            while let Some(Letter::Note(_, reply)) = letters.recv().await {
                if reply.send(()).is_ok() {
                    break;
                }
            }
        });
        assert_eq!(kept, Ok(()), "there is room again");
        drop(letters);
        assert_eq!(requests.keep(seen()).await, Err(NotDone::Unavailable), "it has ended");
    }
}
