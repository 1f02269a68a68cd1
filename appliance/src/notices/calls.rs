//! Notices on their way to webhooks: handed over beside everything else, settled when they are over.

use std::collections::{BTreeMap, BTreeSet};

use serve::webhook::{Delivery, Outcome};
use tokio::task::JoinSet;

use crate::store::NoticeState;

/// As many as [`serve::webhook::UNDER_WAY_MAX`] allows for each origin. What is lost with the
/// process is still due on disk, and is handed over again under the same name.
#[derive(Default)]
pub(super) struct Calls {
    tasks: JoinSet<(i64, Outcome)>,
    /// The notices that are not to be taken up again: under way, or over and not settled yet.
    taken: BTreeSet<i64>,
    /// What has become of those that are over.
    over: BTreeMap<i64, NoticeState>,
}

impl Calls {
    pub(super) fn has(&self, notice: i64) -> bool {
        self.taken.contains(&notice)
    }

    pub(super) fn begin(&mut self, notice: i64, delivery: Delivery) {
        self.taken.insert(notice);
        self.tasks.spawn(async move { (notice, delivery.run().await) });
    }

    /// Comes back when one more is over.
    pub(super) async fn one_over(&mut self) {
        match self.tasks.join_next().await {
            Some(Ok((notice, outcome))) => {
                let state = match outcome {
                    Outcome::Delivered => NoticeState::Sent,
                    Outcome::Refused => NoticeState::Refused,
                    Outcome::Expired => NoticeState::Expired,
                };
                self.over.insert(notice, state);
            }
            Some(Err(error)) => tracing::error!(%error, "a webhook was not called to the end"),
            None => std::future::pending().await,
        }
    }

    /// The next one that is over and is to be settled.
    pub(super) fn unsettled(&self) -> Option<(i64, NoticeState)> {
        self.over.first_key_value().map(|(notice, state)| (*notice, *state))
    }

    pub(super) fn settled(&mut self, notice: i64) {
        self.over.remove(&notice);
        self.taken.remove(&notice);
    }
}
