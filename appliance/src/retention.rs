//! Retention: what people left with the branch is erased when its time is over.
//!
//! At the start, and once each business day after the close: texts about visits that ended long
//! ago, customers of apps who have not been about, files of notices and mails, and databases of
//! older formats, which hold what was erased since. Then the database's log is emptied, so that
//! nothing stays in it either. `secure_delete` overwrites what goes in the database itself.
//!
//! A clock that is not trusted erases nothing: of one that is years ahead everybody has stayed away.

use std::os::unix::fs::MetadataExt;
use std::time::{Duration, UNIX_EPOCH};

use engine::{DayId, Moment};
use serve::shutdown::Shutdown;
use tokio::time::{Instant, sleep};

use crate::api::Rooms;
use crate::backup;
use crate::config::RetentionConfig;
use crate::store::{FORGOTTEN_MAX, Forgotten, Housekeeping, StoreError};

/// How often it is looked whether a new day has begun. What was erased on demand leaves the log
/// within this time too.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// After this time it begins anew even if the day has not been closed.
const AT_LEAST_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// Attempts to empty the log before the next look; readers are in the way for milliseconds.
const FOLDS_MAX: u32 = 5;

/// The wait between two of them.
const FOLD_AFTER: Duration = Duration::from_millis(200);

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Erases what is due until `shutdown`.
pub(crate) async fn keep(rooms: Rooms, terms: RetentionConfig, shutdown: Shutdown) {
    let mut done: Option<(Option<DayId>, Instant)> = None;
    let mut fold = false;
    loop {
        let day = rooms.mailbox.read(|committed| committed.branch.day().map(|day| day.id));
        let fresh = done.is_some_and(|(of, at)| of == day && at.elapsed() < AT_LEAST_EVERY);
        if !fresh {
            match erase_due(&rooms, &terms).await {
                Ok(()) => (done, fold) = (Some((day, Instant::now())), true),
                Err(Failed) => tracing::warn!("what is due for erasure waits for the next look"),
            }
        }
        fold = fold && !emptied(&rooms).await;
        tokio::select! {
            _ = shutdown.wait() => return,
            () = sleep(LOOK_EVERY) => {}
        }
        fold |= rooms.apps.take_erased();
    }
}

/// Something could not be done; the log says why.
#[derive(Debug)]
struct Failed;

/// Erases what is due now.
async fn erase_due(rooms: &Rooms, terms: &RetentionConfig) -> Result<(), Failed> {
    let now = rooms.mailbox.moment();
    if !rooms.mailbox.trusts(now) {
        tracing::info!("nothing is erased by age while the clock is not trusted");
        return Ok(());
    }
    let tickets = forget_texts(rooms, before(now, terms.texts_days)).await?;
    let customers = forget_customers(rooms, before(now, terms.customers_days)).await?;
    let files = forget_files(rooms, before(now, terms.files_days)).await?;
    forget_formats(rooms, before(now, terms.texts_days)).await;
    if tickets + customers + files != 0 {
        tracing::info!(tickets, customers, files, "erased what was kept long enough");
    }
    Ok(())
}

/// The moment so many days ago.
fn before(now: Moment, days: u32) -> Moment {
    let wall_ms = now.wall_ms.saturating_sub(i64::from(days) * DAY_MS);
    Moment { wall_ms, ..now }
}

async fn forget_texts(rooms: &Rooms, before: Moment) -> Result<usize, Failed> {
    let ends = rooms.mailbox.read(|now| now.branch.settings().rules.day_ends_minute);
    let day = rooms.zone.business_day(before, ends);
    let mut count = 0;
    loop {
        let tickets = read(rooms.archive.tickets_with_texts(day, FORGOTTEN_MAX))?;
        if tickets.is_empty() {
            return Ok(count);
        }
        count += tickets.len();
        forget(rooms, Forgotten { tickets, ..Forgotten::default() }).await?;
    }
}

async fn forget_customers(rooms: &Rooms, before: Moment) -> Result<usize, Failed> {
    let unseen_since_ms = before.wall_ms;
    let mut count = 0;
    loop {
        let customers = rooms.archive.customers_unseen_since(unseen_since_ms, FORGOTTEN_MAX);
        let customers = read(customers)?;
        if customers.is_empty() {
            return Ok(count);
        }
        count += customers.len();
        forget(rooms, Forgotten { customers, unseen_since_ms, ..Forgotten::default() }).await?;
    }
}

async fn forget(rooms: &Rooms, forgotten: Forgotten) -> Result<(), Failed> {
    rooms.mailbox.keep(Housekeeping::Forget(forgotten)).await.map_err(|error| {
        tracing::warn!(?error, "an erasure could not be written");
        Failed
    })
}

async fn forget_files(rooms: &Rooms, before: Moment) -> Result<usize, Failed> {
    let age = Duration::from_millis(u64::try_from(before.wall_ms).unwrap_or(0));
    rooms.apps.traces().expire(UNIX_EPOCH + age).await.map_err(|error| {
        tracing::error!(%error, "a folder of notices or mails cannot be cleared");
        Failed
    })
}

/// Databases of older formats, from the time of the upgrade on, and of branches that a restore has
/// set aside, from then on.
async fn forget_formats(rooms: &Rooms, before: Moment) {
    let mut old = rooms.archive.older_formats();
    old.extend(backup::set_aside(&rooms.cabinet.folder));
    let due = move || {
        for path in old {
            let upgraded_s = std::fs::metadata(&path).map_or(i64::MAX, |file| file.ctime());
            if before.wall_ms <= upgraded_s.saturating_mul(1_000) {
                continue;
            }
            let is_folder = path.is_dir();
            let remove = if is_folder { std::fs::remove_dir_all } else { std::fs::remove_file };
            match remove(&path) {
                Ok(()) => tracing::info!(path = %path.display(), "an older database is gone"),
                Err(error) => tracing::error!(path = %path.display(), %error, "cannot be removed"),
            }
        }
    };
    tokio::task::spawn_blocking(due).await.expect("looking at files does not panic");
}

/// Whether nothing stands in the database's log any more.
async fn emptied(rooms: &Rooms) -> bool {
    for _ in 0..FOLDS_MAX {
        if rooms.mailbox.fold_log().await {
            return true;
        }
        sleep(FOLD_AFTER).await;
    }
    false
}

fn read<T>(found: Result<T, StoreError>) -> Result<T, Failed> {
    found.map_err(|error| {
        let cause = &error as &dyn std::error::Error;
        tracing::error!(error = cause, "the store cannot be read for what is due for erasure");
        Failed
    })
}

#[cfg(test)]
mod tests;
