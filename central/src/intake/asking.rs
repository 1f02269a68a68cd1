//! What central asks of branches, and who waits for it: written down before it is sent, asked again
//! until it is answered or its time is over, and then withdrawn until the branch has heard it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serve::clock::Clock;
use sync::frame::Frame;
use sync::ids::BranchId;
use sync::limits::{REQUEST_EVERY, REQUEST_WITHIN};
use sync::link::{Link, LinkError, Message};
use sync::request::{Answer, Ask, Request, RequestId};
use sync::topics::{Subject, Tenant, Topic};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::round::News;
use crate::requests::{
    Cards, Letter, NotDone, REQUESTS_OF_BRANCH_MAX, REQUESTS_UNDER_WAY_MAX, Reply,
};
use crate::store::{NewSale, Note, Settled, Store, withdrawal};

/// When a link that has no room is tried again.
const LINK_FULL_WAIT: Duration = Duration::from_millis(50);

/// Withdrawals said to one branch at a time; it says how it is every few seconds, and hears the
/// next ones then.
const WITHDRAWALS_MAX: usize = 16;

/// When it is looked whether something is due, if nothing is.
const FAR: Duration = Duration::from_secs(3_600);

/// Somebody who waits for a branch.
struct Waiting {
    branch: BranchId,
    frame: Vec<u8>,
    is_sale: bool,
    say_at: Instant,
    until: Instant,
    reply: Reply,
}

/// What is under way.
pub(super) struct Asking {
    tenant: Tenant,
    clock: Arc<dyn Clock>,
    cards: Cards,
    /// The branches that are there, and by how much their clocks are ahead of ours, in
    /// milliseconds.
    ahead_ms: BTreeMap<BranchId, i64>,
    waiting: BTreeMap<RequestId, Waiting>,
    /// Sales that were given up, until their branch has answered that.
    withdrawing: BTreeMap<BranchId, BTreeSet<RequestId>>,
    /// Branches that are to be told of those now.
    to_tell: BTreeSet<BranchId>,
}

impl Asking {
    /// Nothing is under way, but for these sales that an earlier start gave up.
    pub(super) fn new(
        tenant: Tenant,
        clock: Arc<dyn Clock>,
        cards: Cards,
        given_up: Vec<(BranchId, RequestId)>,
    ) -> Asking {
        let mut withdrawing: BTreeMap<BranchId, BTreeSet<RequestId>> = BTreeMap::new();
        for (branch, sale) in given_up {
            withdrawing.entry(branch).or_default().insert(sale);
        }
        Asking {
            tenant,
            clock,
            cards,
            ahead_ms: BTreeMap::new(),
            waiting: BTreeMap::new(),
            withdrawing,
            to_tell: BTreeSet::new(),
        }
    }

    /// When something is due next.
    pub(super) fn due(&self, now: Instant) -> Instant {
        if !self.to_tell.is_empty() {
            return now;
        }
        let each = self.waiting.values().map(|waiting| waiting.say_at.min(waiting.until));
        each.fold(now + FAR, Instant::min)
    }

    /// Takes up what HTTP asks: all of it is on disk before any of it is sent.
    pub(super) fn take(
        &mut self,
        store: &mut Store,
        letters: impl Iterator<Item = Letter>,
        now: Instant,
    ) {
        let mut notes = Vec::new();
        let mut kept: Vec<oneshot::Sender<()>> = Vec::new();
        let mut asked: Vec<(RequestId, Waiting)> = Vec::new();
        for letter in letters {
            match letter {
                Letter::Note(note, reply) => {
                    notes.push(note);
                    kept.push(reply);
                }
                Letter::Sell(sale, reply) => {
                    let NewSale { id, branch, service, .. } = sale;
                    let language = sale.language.clone().unwrap_or_default();
                    let ask = Ask::Sell { service, language };
                    if let Some(waiting) = self.waiting(&asked, (id, branch, ask), reply, now) {
                        notes.push(Note::Ask(sale));
                        asked.push((id, waiting));
                    }
                }
                Letter::Cancel(branch, ticket, reply) => {
                    let Some(id) = random() else { continue };
                    if let Some(waiting) =
                        self.waiting(&asked, (id, branch, Ask::Cancel { ticket }), reply, now)
                    {
                        asked.push((id, waiting));
                    }
                }
            }
        }
        if !notes.is_empty()
            && let Err(error) = store.write(&notes)
        {
            // Those who wait learn it by hearing nothing, or at once.
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "what customers asked could not be written"
            );
            for (_, waiting) in asked {
                waiting.reply.send(Err(NotDone::Unavailable)).ok();
            }
            return;
        }
        for reply in kept {
            reply.send(()).ok();
        }
        self.waiting.extend(asked);
    }

    /// One more who waits; where there is no room for them they are told so.
    fn waiting(
        &self,
        asked: &[(RequestId, Waiting)],
        (id, branch, ask): (RequestId, BranchId, Ask),
        reply: Reply,
        now: Instant,
    ) -> Option<Waiting> {
        let is_sale = matches!(ask, Ask::Sell { .. });
        let all = || self.waiting.values().chain(asked.iter().map(|(_, waiting)| waiting));
        let of_branch = all().filter(|waiting| waiting.branch == branch).count();
        let frame = match self.ahead_ms.get(&branch) {
            None => Err(NotDone::Unreachable),
            Some(_)
                if REQUESTS_UNDER_WAY_MAX <= all().count()
                    || REQUESTS_OF_BRANCH_MAX <= of_branch =>
            {
                Err(NotDone::Busy)
            }
            Some(ahead_ms) => {
                let within_ms = i64::try_from(REQUEST_WITHIN.as_millis()).unwrap_or(i64::MAX);
                let now_ms = self.clock.now().wall_ms;
                let until_ms = now_ms.saturating_add(within_ms).saturating_add(*ahead_ms);
                let until_ms = u64::try_from(until_ms).unwrap_or(0).max(1);
                let request = Request { id, until_ms, ask };
                let frame = Frame::Request { branch, request }.encode();
                // A language that is too long for a frame is nobody's.
                frame.map_err(|_| NotDone::Unavailable)
            }
        };
        match frame {
            Ok(frame) => {
                let until = now + REQUEST_WITHIN;
                Some(Waiting { branch, frame, is_sale, say_at: now, until, reply })
            }
            Err(why) => {
                reply.send(Err(why)).ok();
                None
            }
        }
    }

    /// What branches have told, and is on disk.
    pub(super) fn hear(&mut self, news: News) {
        match news {
            News::Status { branch, online: false, .. } => drop(self.ahead_ms.remove(&branch)),
            News::Status { branch, online: true, wall_ms } => {
                let told = i64::try_from(wall_ms).unwrap_or(i64::MAX);
                let ahead_ms = told.saturating_sub(self.clock.now().wall_ms);
                self.ahead_ms.insert(branch, ahead_ms);
                if self.withdrawing.contains_key(&branch) {
                    self.to_tell.insert(branch);
                }
            }
            News::Card { branch, card } => self.cards.put(branch, *card),
            News::Answer { branch, answer, settled } => self.answered(branch, answer, settled),
        }
    }

    fn answered(&mut self, branch: BranchId, answer: Answer, settled: Settled) {
        let Answer { id, said } = answer;
        match settled {
            Settled::Late => {
                self.withdrawing.entry(branch).or_default().insert(id);
                self.to_tell.insert(branch);
            }
            Settled::Withdrawn => {
                if let Some(sales) = self.withdrawing.get_mut(&branch) {
                    sales.remove(&withdrawal(id));
                    if sales.is_empty() {
                        self.withdrawing.remove(&branch);
                    }
                }
            }
            Settled::Answered | Settled::Nothing => {
                let is_asked = self.waiting.get(&id).is_some_and(|asked| asked.branch == branch);
                if is_asked && let Some(waiting) = self.waiting.remove(&id) {
                    waiting.reply.send(Ok(said)).ok();
                }
            }
        }
    }

    /// Says what is to be said now, and gives up what was not answered in time.
    pub(super) fn go_on(&mut self, store: &mut Store, link: &impl Link, now: Instant) {
        self.give_up(store, now);
        for waiting in self.waiting.values_mut().filter(|waiting| waiting.say_at <= now) {
            let frame = waiting.frame.clone();
            let wait = match publish(link, &self.tenant, waiting.branch, frame) {
                Err(LinkError::Full) => LINK_FULL_WAIT,
                Ok(()) | Err(_) => REQUEST_EVERY,
            };
            waiting.say_at = now + wait;
        }
        for branch in std::mem::take(&mut self.to_tell) {
            let sales = self.withdrawing.get(&branch).into_iter().flatten();
            for sale in sales.take(WITHDRAWALS_MAX).copied() {
                let ask = Ask::Withdraw { sale };
                let request = Request { id: withdrawal(sale), until_ms: 0, ask };
                if let Ok(frame) = (Frame::Request { branch, request }).encode() {
                    // What does not come through is said again with the branch's next word.
                    publish(link, &self.tenant, branch, frame).ok();
                }
            }
        }
    }

    fn give_up(&mut self, store: &mut Store, now: Instant) {
        let late = self.waiting.iter().filter(|(_, waiting)| waiting.until <= now);
        let late: Vec<(RequestId, bool)> = late.map(|(id, w)| (*id, w.is_sale)).collect();
        let sales = late.iter().filter(|(_, is_sale)| *is_sale);
        let notes: Vec<Note> = sales.map(|(id, _)| Note::Withdraw(*id)).collect();
        if !notes.is_empty()
            && let Err(error) = store.write(&notes)
        {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "requests cannot be withdrawn yet"
            );
            for (id, _) in late {
                if let Some(waiting) = self.waiting.get_mut(&id) {
                    waiting.until = now + REQUEST_EVERY;
                }
            }
            return;
        }
        for (id, is_sale) in late {
            let Some(waiting) = self.waiting.remove(&id) else { continue };
            if is_sale {
                self.withdrawing.entry(waiting.branch).or_default().insert(id);
                self.to_tell.insert(waiting.branch);
            }
            waiting.reply.send(Err(NotDone::Unreachable)).ok();
        }
    }
}

fn random() -> Option<RequestId> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).ok()?;
    Some(RequestId(id))
}

fn publish(
    link: &impl Link,
    tenant: &Tenant,
    branch: BranchId,
    frame: Vec<u8>,
) -> Result<(), LinkError> {
    let topic = Topic::Branch { tenant: tenant.clone(), branch, subject: Subject::Request };
    let expires_s = u32::try_from(REQUEST_WITHIN.as_secs()).ok();
    let message = Message { expires_s, ..Message::new(topic.to_string(), frame) };
    link.publish(message).map(|_| ())
}

#[cfg(test)]
#[path = "asking/tests.rs"]
mod tests;
