//! Slips on their way to paper, on disk: none is lost, and none comes out twice unmarked.

use engine::{DeviceId, Moment, TicketId};
use rusqlite::{Row, Transaction, params};

use super::StoreError;
use super::write::NewSlip;

/// The spool's name among the readers of the journal.
pub const SLIPS_READER: &str = "slips";

/// Slips that may wait for one printer. With more than that nobody is there to take them, and the
/// newest are marked as not printed, which staff are told.
pub const SPOOL_OPEN_MAX: u32 = 500;

/// How long a finished slip stays in the spool, for the technician.
pub const SPOOL_KEPT_MS: i64 = 48 * 60 * 60 * 1000;

/// What has become of a slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlipState {
    /// It waits for the printer.
    Queued,
    /// It may have been sent: from the instant before the first byte until the printer's answer.
    Sending,
    /// The printer has answered that it is out.
    Printed,
    /// Nobody knows whether it came out, and it will not be tried again.
    Uncertain,
    /// It was too old when the printer was ready again, so it was not printed.
    Expired,
    /// The printer had too many slips waiting, so it was not printed.
    Dropped,
}

impl SlipState {
    const ALL: [(SlipState, &'static str); 6] = [
        (SlipState::Queued, "queued"),
        (SlipState::Sending, "sending"),
        (SlipState::Printed, "printed"),
        (SlipState::Uncertain, "uncertain"),
        (SlipState::Expired, "expired"),
        (SlipState::Dropped, "dropped"),
    ];

    /// The word in the database, in `/health` and in logs.
    pub fn word(self) -> &'static str {
        SlipState::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }

    /// The state with this word. A word that a newer version wrote means: hands off.
    pub(super) fn read(word: &str) -> SlipState {
        let known = SlipState::ALL.iter().find(|(_, known)| *known == word);
        known.map_or(SlipState::Uncertain, |(state, _)| *state)
    }
}

/// A slip in the spool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpooledSlip {
    /// Its number in the spool.
    pub id: i64,
    /// Whose.
    pub ticket: TicketId,
    /// Where.
    pub device: DeviceId,
    /// How far.
    pub state: SlipState,
    /// How often it has been sent again, marked as a copy.
    pub copies: u32,
    /// Whether the printer is known to have failed at it. What is being sent without that was
    /// interrupted: the box ended meanwhile.
    pub failed: bool,
    /// When it was asked for.
    pub asked: Moment,
}

/// The ticket of a test slip: no ticket has this number.
const NO_TICKET: TicketId = TicketId(0);

impl SpooledSlip {
    /// Whether it is nobody's, and shows what the printer can.
    pub fn is_test(&self) -> bool {
        self.ticket == NO_TICKET
    }
}

/// Queues a test slip. `number` is below 0, as no entry's is.
pub(super) fn add_test(
    write: &Transaction<'_>,
    number: i64,
    device: DeviceId,
    asked: Moment,
) -> Result<(), StoreError> {
    write.execute(
        "INSERT OR IGNORE INTO spool
         (seq, ticket, device, state, copies, queued_wall, queued_steady, changed_wall)
         VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?5)",
        params![
            number,
            NO_TICKET.0,
            device.0,
            SlipState::Queued.word(),
            asked.wall_ms,
            asked.steady_ms
        ],
    )?;
    Ok(())
}

/// The columns that [`slip`] reads.
pub(super) const COLUMNS: &str =
    "id, ticket, device, state, copies, queued_wall, queued_steady, reason IS NOT NULL";

pub(super) fn slip(row: &Row<'_>) -> rusqlite::Result<SpooledSlip> {
    let word: String = row.get(3)?;
    Ok(SpooledSlip {
        id: row.get(0)?,
        ticket: TicketId(row.get(1)?),
        device: DeviceId(row.get(2)?),
        state: SlipState::read(&word),
        copies: row.get(4)?,
        failed: row.get(7)?,
        asked: Moment { wall_ms: row.get(5)?, steady_ms: row.get(6)? },
    })
}

pub(super) fn add(write: &Transaction<'_>, slips: &[NewSlip]) -> Result<(), StoreError> {
    let mut waiting = write.prepare_cached(
        "SELECT count(*) FROM spool WHERE device = ?1 AND state IN ('queued', 'sending')",
    )?;
    let mut insert = write.prepare_cached(
        "INSERT OR IGNORE INTO spool
         (seq, ticket, device, state, copies, queued_wall, queued_steady, changed_wall)
         VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?5)",
    )?;
    for slip in slips {
        let open: u32 = waiting.query_row([slip.device.0], |row| row.get(0))?;
        let full = SPOOL_OPEN_MAX <= open;
        let state = if full { SlipState::Dropped } else { SlipState::Queued };
        insert.execute(params![
            slip.seq.0,
            slip.ticket.0,
            slip.device.0,
            state.word(),
            slip.asked.wall_ms,
            slip.asked.steady_ms,
        ])?;
    }
    Ok(())
}

pub(super) fn change(
    write: &Transaction<'_>,
    id: i64,
    state: SlipState,
    copies: u32,
    reason: Option<&str>,
    at: Moment,
) -> Result<(), StoreError> {
    write
        .prepare_cached(
            "UPDATE spool SET state = ?2, copies = ?3, reason = ?4, changed_wall = ?5 WHERE id = ?1",
        )?
        .execute(params![id, state.word(), copies, reason, at.wall_ms])?;
    Ok(())
}

pub(super) fn prune(write: &Transaction<'_>, now: Moment, most: u32) -> Result<(), StoreError> {
    write.execute(
        "DELETE FROM spool WHERE id IN
         (SELECT id FROM spool WHERE state NOT IN ('queued', 'sending') AND changed_wall < ?1 LIMIT ?2)",
        params![now.wall_ms - SPOOL_KEPT_MS, most],
    )?;
    Ok(())
}
