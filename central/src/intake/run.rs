//! What the intake's thread does: happenings of the link in, rows, confirmations and acks out.

use std::sync::Arc;
use std::time::Duration;

use serve::clock::Clock;
use sync::link::{
    Delivery, Happening, Happenings, Link, LinkOptions, MqttLink, PublishId, connect,
};
use sync::topics::{Tenant, central_filter};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::asking::Asking;
use super::owed::Owed;
use super::round::{self, BATCH_BYTES_MAX, BATCH_MESSAGES_MAX, Taken};
use super::view::Shared;
use super::{Word, wall_ms};
use crate::requests::Letter;
use crate::store::{Store, StoreError};

/// The first wait after a write that failed; a lock is gone by then.
const RETRY_FIRST: Duration = Duration::from_millis(100);

/// The longest wait: a disk with room again is noticed within it.
const RETRY_MAX: Duration = Duration::from_secs(5);

/// How long the broker may take to take the farewell.
const FAREWELL_WITHIN: Duration = Duration::from_millis(500);

/// How often days that are over are settled: their figures are asked for by the day, and a second's
/// share of them holds up no message that anyone would notice.
const SETTLE_EVERY: Duration = Duration::from_secs(1);

/// Days settled at a time: a day of a few hundred tickets takes some milliseconds.
const SETTLE_DAYS_MAX: usize = 16;

/// Letters of one transaction.
const LETTERS_AT_ONCE: usize = 64;

/// What the thread works with.
pub(super) struct Work {
    pub(super) store: Store,
    pub(super) tenant: Tenant,
    pub(super) word: Word,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) shared: Arc<Shared>,
    pub(super) asking: Asking,
    pub(super) letters: mpsc::Receiver<Letter>,
}

/// Works until it is told to stop or nobody is left who could tell it.
pub(super) async fn run(mut work: Work, options: LinkOptions, mut stop: watch::Receiver<bool>) {
    let (link, mut happenings) = connect(options);
    if let Err(error) = link.subscribe(&central_filter()) {
        tracing::error!(%error, "the branches' topics cannot be asked for");
        return;
    }
    let mut owed = Owed::default();
    let mut settling = Settling { at_ms: work.clock.now().steady_ms, stuck: false };
    let mut post = Vec::with_capacity(LETTERS_AT_ONCE);
    loop {
        settling.settle(&mut work);
        let due = work.asking.due(Instant::now());
        // In no order, so that neither branches nor customers keep the others waiting.
        tokio::select! {
            stopped = told(&mut stop) => match stopped {
                true => return farewell(&work, link, happenings).await,
                false => return,
            },
            first = happenings.recv() => {
                let Some(first) = first else { return };
                let deliveries = gather(&work, &link, &mut owed, first, &mut happenings);
                if !deliveries.is_empty() {
                    if !write(&mut work, &deliveries, &mut owed, &mut stop).await {
                        continue;
                    }
                    deliveries.iter().for_each(|delivery| link.confirm(delivery));
                    owed.send(&link, &work.tenant);
                }
            }
            // A door that nobody can come through any more is not looked at.
            _ = work.letters.recv_many(&mut post, LETTERS_AT_ONCE), if !work.letters.is_closed() => {
                work.asking.take(&mut work.store, post.drain(..), Instant::now());
            }
            () = tokio::time::sleep_until(due) => {}
            () = tokio::time::sleep(SETTLE_EVERY) => {}
        }
        work.asking.go_on(&mut work.store, &link, Instant::now());
    }
}

/// When days were settled last.
struct Settling {
    at_ms: u64,
    /// A row cannot be read, so the same day would be tried for ever. Its figures are worked out
    /// when somebody asks, and who asks is told what is wrong.
    stuck: bool,
}

impl Settling {
    fn settle(&mut self, work: &mut Work) {
        let now_ms = work.clock.now().steady_ms;
        let every_ms = u64::try_from(SETTLE_EVERY.as_millis()).unwrap_or(u64::MAX);
        if now_ms < self.at_ms.saturating_add(every_ms) {
            return;
        }
        self.at_ms = now_ms;
        if let Err(error) = work.store.fold_erased() {
            let cause = &error as &dyn std::error::Error;
            tracing::warn!(error = cause, "the log cannot be emptied yet");
        }
        if self.stuck {
            return;
        }
        if let Err(error) = work.store.settle(SETTLE_DAYS_MAX) {
            self.stuck = error.is_of_one_message();
            let cause = &error as &dyn std::error::Error;
            tracing::error!(error = cause, "the figures of days that are over cannot be kept");
        }
    }
}

/// Waits for the word to stop; false if there will be none, since its owner is gone.
async fn told(stop: &mut watch::Receiver<bool>) -> bool {
    stop.wait_for(|stop| *stop).await.is_ok()
}

/// Deals with what happens until there are messages for a full batch or nothing more waits.
fn gather(
    work: &Work,
    link: &MqttLink,
    owed: &mut Owed,
    first: Happening,
    happenings: &mut Happenings,
) -> Vec<Delivery> {
    let mut deliveries = Vec::new();
    let mut bytes = 0;
    let mut next = Some(first);
    while let Some(happening) = next {
        match happening {
            Happening::Message(delivery) => {
                bytes += delivery.payload.len();
                deliveries.push(delivery);
            }
            Happening::Connected => {
                tracing::info!("connected to the broker");
                work.shared.connected(work.clock.now().wall_ms);
                say(work, link, true);
            }
            Happening::Disconnected(reason) => {
                owed.forget();
                let why = reason.to_string();
                if work.shared.disconnected(reason, work.clock.now().wall_ms) {
                    tracing::warn!("{why}; it is tried again");
                }
            }
            Happening::Acked(_) => owed.send(link, &work.tenant),
            Happening::Rejected(_) => {
                tracing::warn!("the broker refuses what central publishes; see its access list");
                owed.send(link, &work.tenant);
            }
        }
        let full = BATCH_MESSAGES_MAX <= deliveries.len() || BATCH_BYTES_MAX <= bytes;
        next = if full { None } else { happenings.try_recv().ok() };
    }
    deliveries
}

/// Says how central is, where new branches see it too.
fn say(work: &Work, link: &MqttLink, online: bool) -> Option<PublishId> {
    let said = link.publish(work.word.message(online, wall_ms(&*work.clock))?);
    if let Err(error) = &said {
        tracing::warn!(%error, "central's status could not be published");
    }
    said.ok()
}

/// Writes until it is written; false if the word to stop came before that.
async fn write(
    work: &mut Work,
    deliveries: &[Delivery],
    owed: &mut Owed,
    stop: &mut watch::Receiver<bool>,
) -> bool {
    let mut wait = RETRY_FIRST;
    loop {
        let wall_ms = work.clock.now().wall_ms;
        match round::take(&mut work.store, &work.tenant, deliveries, wall_ms) {
            Ok(Taken { tally, acks, news }) => {
                if work.shared.written(&tally) {
                    tracing::info!("the database takes writes again");
                }
                acks.into_iter().for_each(|(document, ack)| owed.owe(document, ack));
                news.into_iter().for_each(|news| work.asking.hear(news));
                return true;
            }
            Err(error) => {
                let why = cause(&error);
                if work.shared.write_failed(why.clone()) {
                    tracing::error!("the database takes no writes: {why}; it is tried again");
                }
            }
        }
        tokio::select! {
            biased;
            _ = told(stop) => return false,
            () = tokio::time::sleep(wait) => wait = (wait * 2).min(RETRY_MAX),
        }
    }
}

/// What SQLite says is more to the point than our sentence around it.
fn cause(error: &StoreError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => cause.to_string(),
        None => error.to_string(),
    }
}

/// Tells the branches, and lets the broker have it before the connection goes.
async fn farewell(work: &Work, link: MqttLink, mut happenings: Happenings) {
    if let Some(said) = say(work, &link, false) {
        let taken = async {
            while let Some(happening) = happenings.recv().await {
                match happening {
                    Happening::Acked(id) | Happening::Rejected(id) if id == said => return,
                    Happening::Disconnected(_) => return,
                    Happening::Connected
                    | Happening::Message(_)
                    | Happening::Acked(_)
                    | Happening::Rejected(_) => {}
                }
            }
        };
        drop(tokio::time::timeout(FAREWELL_WITHIN, taken).await);
    }
    link.close().await;
}
