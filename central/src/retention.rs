//! Retention: what customers left with central is erased when its time is over.
//!
//! At the start and once a day: customers who have not been about, requests for tickets of long
//! ago, and files of notices and mails. `secure_delete` overwrites what goes, and the store empties
//! its log afterwards.
//!
//! A clock that has leapt ahead erases nothing for a day: of one that is years ahead everybody has
//! stayed away, and a day is time enough for somebody to notice.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use serve::clock::{Clock, Reading};
use serve::shutdown::Shutdown;
use serve::virtual_ticket::Traces;
use tokio::time::sleep;

use crate::config::RetentionConfig;
use crate::requests::Requests;
use crate::store::{FORGOTTEN_MAX, Forgotten, Note, Reader, StoreError, kept_from};

/// How often it is looked whether it is time again, and whether the clock has leapt.
const LOOK_EVERY: Duration = Duration::from_secs(60);

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// By how much the clock may be ahead of what was known: a server that was off for a month comes
/// back as before.
const LEAP_MAX_MS: i64 = 30 * DAY_MS.cast_signed();

/// What retention works with.
pub struct Keeper {
    /// What is kept.
    pub reader: Reader,
    /// Where it is erased.
    pub requests: Requests,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The files that speak of customers.
    pub traces: Traces,
    /// For how long.
    pub terms: RetentionConfig,
    /// The clock, as it stood when this server last wrote something down; none: it never did.
    pub newest_ms: Option<i64>,
}

/// Something could not be done; the log says why.
#[derive(Debug, PartialEq, Eq)]
pub struct Failed;

/// Erases what is due until `shutdown`.
pub async fn keep(keeper: Keeper, shutdown: Shutdown) {
    let mut watch = Watch::begin(keeper.newest_ms, keeper.clock.now());
    let mut done_ms: Option<u64> = None;
    loop {
        let now = keeper.clock.now();
        watch.look(now);
        let fresh = done_ms.is_some_and(|at| now.steady_ms < at.saturating_add(DAY_MS));
        if watch.trusts(now) && !fresh {
            match keeper.erase_due(now.wall_ms).await {
                Ok(()) => done_ms = Some(now.steady_ms),
                Err(Failed) => tracing::warn!("what is due for erasure waits for the next look"),
            }
        }
        tokio::select! {
            _ = shutdown.wait() => return,
            () = sleep(LOOK_EVERY) => {}
        }
    }
}

impl Keeper {
    /// Erases what is due at this time, in milliseconds since 1970-01-01 UTC.
    ///
    /// # Errors
    ///
    /// [`Failed`]; what is left waits for the next time.
    pub async fn erase_due(&self, now_ms: i64) -> Result<(), Failed> {
        let customers = self.forget_customers(before(now_ms, self.terms.customers_days)).await?;
        let sales = self.forget_sales(now_ms).await?;
        let sent = u64::try_from(before(now_ms, self.terms.files_days)).unwrap_or(0);
        let files = self.traces.expire(UNIX_EPOCH + Duration::from_millis(sent)).await;
        let files = files.map_err(|error| {
            tracing::error!(%error, "a folder of notices or mails cannot be cleared");
            Failed
        })?;
        if customers + sales + files != 0 {
            tracing::info!(customers, sales, files, "erased what was kept long enough");
        }
        Ok(())
    }

    async fn forget_customers(&self, unseen_since_ms: i64) -> Result<usize, Failed> {
        let mut count = 0;
        loop {
            let reader = self.reader.clone();
            let find = move || reader.customers_unseen_since(unseen_since_ms, FORGOTTEN_MAX);
            let customers = look(find).await?;
            if customers.is_empty() {
                return Ok(count);
            }
            count += customers.len();
            self.forget(Forgotten { customers, unseen_since_ms, ..Forgotten::default() }).await?;
        }
    }

    async fn forget_sales(&self, now_ms: i64) -> Result<usize, Failed> {
        let mut count = 0;
        loop {
            let reader = self.reader.clone();
            let due = look(move || reader.sales_due(now_ms)).await?;
            if due == 0 {
                return Ok(count);
            }
            count += due;
            let sales_before_ms = kept_from(now_ms);
            self.forget(Forgotten { sales_before_ms, ..Forgotten::default() }).await?;
        }
    }

    async fn forget(&self, forgotten: Forgotten) -> Result<(), Failed> {
        self.requests.keep(Note::Forget(forgotten)).await.map_err(|error| {
            tracing::warn!(?error, "an erasure could not be written");
            Failed
        })
    }
}

/// The moment so many days ago.
fn before(now_ms: i64, days: u32) -> i64 {
    now_ms.saturating_sub(i64::from(days) * DAY_MS.cast_signed())
}

/// Reads from the store, which takes a disk's time: not on an async worker.
async fn look<T: Send + 'static>(
    find: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Failed> {
    let found = tokio::task::spawn_blocking(find).await.map_err(|_| Failed)?;
    found.map_err(|error| {
        let cause = &error as &dyn std::error::Error;
        tracing::error!(error = cause, "the store cannot be read for what is due for erasure");
        Failed
    })
}

/// Whether the clock can be trusted with an erasure.
#[derive(Debug)]
struct Watch {
    /// The last look, and what the wall clock said.
    last: Reading,
    /// By the steady clock.
    trusted_from_ms: u64,
}

impl Watch {
    fn begin(newest_ms: Option<i64>, now: Reading) -> Watch {
        let last = Reading { wall_ms: newest_ms.unwrap_or(now.wall_ms), ..now };
        Watch { last, trusted_from_ms: 0 }
    }

    fn look(&mut self, now: Reading) {
        let passed = now.steady_ms.saturating_sub(self.last.steady_ms);
        let expected = self.last.wall_ms.saturating_add(i64::try_from(passed).unwrap_or(i64::MAX));
        let ahead_ms = now.wall_ms.saturating_sub(expected);
        if LEAP_MAX_MS < ahead_ms {
            let days = ahead_ms / DAY_MS.cast_signed();
            tracing::warn!(
                days,
                "the clock is ahead of what was known by many days; nothing is erased by age for a \
                 day. See that it is right"
            );
            self.trusted_from_ms = now.steady_ms.saturating_add(DAY_MS);
        }
        self.last = now;
    }

    fn trusts(&self, now: Reading) -> bool {
        self.trusted_from_ms <= now.steady_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON_MS: i64 = 1_795_431_600_000;
    const DAY: i64 = DAY_MS.cast_signed();

    fn at(wall_ms: i64, steady_ms: u64) -> Reading {
        Reading { wall_ms, steady_ms }
    }

    #[test]
    fn a_clock_that_leapt_is_trusted_a_day_later() {
        let cases = [
            (None, 0, true),
            (Some(NOON_MS), 29 * DAY, true),
            (Some(NOON_MS), 31 * DAY, false),
            (Some(NOON_MS), -900 * DAY, true),
        ];
        for (newest, ahead, trusted) in cases {
            let now = at(NOON_MS + ahead, 5);
            let mut watch = Watch::begin(newest, now);
            watch.look(now);
            assert_eq!(watch.trusts(now), trusted, "{newest:?} {ahead}");
            let later = at(now.wall_ms + DAY, 5 + DAY_MS);
            watch.look(later);
            assert!(watch.trusts(later), "{newest:?} {ahead}");
        }
    }

    #[test]
    fn a_leap_while_it_runs_is_seen_and_time_that_passes_is_none() {
        let mut watch = Watch::begin(Some(NOON_MS), at(NOON_MS, 0));
        let later = at(NOON_MS + 60 * DAY, 60 * DAY_MS);
        watch.look(later);
        assert!(watch.trusts(later), "asleep for two months by both clocks");
        let leapt = at(NOON_MS + 460 * DAY, 60 * DAY_MS + 60_000);
        watch.look(leapt);
        assert!(!watch.trusts(leapt));
    }
}
