//! Looking up what the checks look at.

use engine::DeviceId;
use sync::health::Health;

use super::{Finding, Machine, Premises, Space, find, word};
use crate::api::Rooms;
use crate::store::{SlipState, StoreError};

/// All that is amiss now. It reads the disk: not for an async worker.
///
/// # Errors
///
/// [`StoreError`], where the store cannot be read.
pub fn survey(rooms: &Rooms) -> Result<Vec<Finding>, StoreError> {
    look(rooms, find)
}

/// What of it head office is told. It reads the disk.
///
/// # Errors
///
/// [`StoreError`], where the store cannot be read.
pub fn health(rooms: &Rooms) -> Result<Health, StoreError> {
    look(rooms, word)
}

fn look<T>(rooms: &Rooms, at: impl FnOnce(&Premises<'_>) -> T) -> Result<T, StoreError> {
    let mailbox = &rooms.mailbox;
    let (settings, day_open, public_url) = mailbox.read(|now| {
        let branch = &now.branch;
        (branch.settings().clone(), branch.day().is_some(), rooms.public_url(branch))
    });
    let reports = rooms.board.reports();
    let mut slips_lost = Vec::new();
    for report in &reports {
        slips_lost.push((report.id, lost(rooms, report.id)?));
    }
    let cabinet = &rooms.cabinet;
    let (database_bytes, log_bytes) = Machine::sizes(&cabinet.folder);
    let vitals = mailbox.vitals();
    Ok(at(&Premises {
        settings: &settings,
        day_open,
        with_password: &rooms.archive.operators_with_passwords()?,
        posts: &cabinet.posts(),
        set_in: cabinet.fittings().set_in,
        reports: &reports,
        slips_lost: &slips_lost,
        public_url: &public_url,
        sync: &cabinet.outbox.report(),
        machine: &Machine {
            zone: rooms.zone.clone(),
            clock_trusted: mailbox.trusts(mailbox.moment()),
            failing: vitals.is_failing(),
            damaged: vitals.is_damaged(),
            checked_ms: vitals.checked_ms(),
            space: Space::at(&cabinet.folder),
            database_bytes,
            log_bytes,
        },
    }))
}

/// Slips of a printer of which nobody knows that they came out.
fn lost(rooms: &Rooms, id: DeviceId) -> Result<u64, StoreError> {
    let counts = rooms.archive.slip_counts(id)?;
    let lost = counts.into_iter().filter(|(state, _)| match state {
        SlipState::Uncertain | SlipState::Expired | SlipState::Dropped => true,
        SlipState::Queued | SlipState::Sending | SlipState::Printed => false,
    });
    Ok(lost.map(|(_, count)| count).sum())
}
