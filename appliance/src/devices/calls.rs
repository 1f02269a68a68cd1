//! One call display's task: what is called stands there, whatever happened to the cable meanwhile.
//!
//! A display is no reader of the journal with a cursor: it shows the state that is committed. What
//! it missed while it was away is no longer true.

use std::time::Duration;

use drivers::backoff::Backoff;
use drivers::display::panel::Panel;
use drivers::display::session::{Session, Timing};
use drivers::link_state::{Reason, Reasons};
use drivers::port::serial::SerialPort;
use engine::{Branch, Call, CounterId, Ticket, TicketState};
use serve::shutdown::Shutdown;
use tokio::time::Instant;

use super::trials::{Asked, Outcome, PANEL_STANDS};
use super::watch::{Board, DeviceReport};
use crate::api::Rooms;
use crate::config::{DisplayConfig, DisplayPlace};

/// How often a display hears that what stands there is still so.
const WORD_EVERY: Duration = Duration::from_secs(5);

/// The least time between two looks at the state: faster than a sign can change, and seldom enough
/// to cost a busy hall nothing.
const GATHER: Duration = Duration::from_millis(20);

/// Beeps of a call.
const BEEPS: u8 = 2;

/// A display and what its task needs.
#[derive(Clone)]
pub(super) struct Display {
    pub(super) config: DisplayConfig,
    pub(super) rooms: Rooms,
    pub(super) board: Board,
    pub(super) shutdown: Shutdown,
}

impl Display {
    /// Tends the display until the shutdown.
    pub(super) async fn tend(self) {
        let DisplayConfig { id, name, port, .. } = &self.config;
        self.board.add(DeviceReport::new(*id, "display", name, &port.path, self.now_ms()));
        tokio::select! {
            _ = self.shutdown.wait() => {}
            () = self.work() => {}
        }
    }

    async fn work(&self) {
        let mut backoff = Backoff::new();
        let mut sounded = None;
        loop {
            let (reason, held) = self.connect(&mut sounded).await;
            self.board.lost(self.config.id, reason, self.now_ms());
            tokio::time::sleep(backoff.after_failure(held, self.rooms.passes.number())).await;
        }
    }

    /// One connection, until it is lost: why, and how long it held.
    async fn connect(&self, sounded: &mut Option<u32>) -> (Reason, Duration) {
        let port = match SerialPort::open(&self.config.port) {
            Ok(port) => port,
            Err(error) => return (error.reason(), Duration::ZERO),
        };
        let DisplayConfig { profile, address, .. } = self.config;
        let mut session = Session::new(port, profile, address, Timing::default(), *sounded);
        if let Err(reason) = session.probe().await {
            return (reason, Duration::ZERO);
        }
        let up = self.rooms.mailbox.moment();
        self.board.answers(self.config.id, Reasons::NONE, self.now_ms());
        let reason = self.follow(&mut session).await;
        *sounded = session.sounded();
        (reason, self.rooms.mailbox.moment().since(up))
    }

    /// Shows what is called until the link is lost.
    async fn follow(&self, session: &mut Session<SerialPort>) -> Reason {
        let mut grown = self.rooms.mailbox.grown();
        let mut asked = self.board.trials().changed();
        let mut trial: Option<Trial> = None;
        loop {
            grown.mark_unchanged();
            asked.mark_unchanged();
            let (id, place) = (self.config.id, self.config.place);
            let wanted = self.rooms.mailbox.read(|committed| panel(&committed.branch, place));
            if let Some(asked) = self.board.trials().take(id) {
                trial = Some(Trial::begun(asked, wanted.clone()));
            }
            trial = trial.filter(|trial| !trial.is_over(&wanted));
            let shown = if trial.is_some() { Panel::new([TEST_TEXT]) } else { wanted };
            let showed = session.show(&shown).await;
            if let Some(trial) = &mut trial {
                trial.tell(showed.map_or_else(Outcome::Lost, |()| Outcome::Shown));
            }
            if let Err(reason) = showed {
                return reason;
            }
            self.board.did_well(id, self.now_ms());
            self.board.diary().note(id, self.now_ms(), "panel", shown.lines().join(" | "));
            let word = Instant::now() + WORD_EVERY;
            let until = trial.as_ref().map_or(word, |trial| trial.until.min(word));
            let kept = tokio::select! {
                changed = grown.changed() => match changed {
                    Ok(()) => Ok(()),
                    // The registrar has ended; so will this task.
                    Err(_) => std::future::pending().await,
                },
                // The board lives as long as this task.
                _ = asked.changed() => Ok(()),
                kept = session.keep(until) => kept,
            };
            if let Err(reason) = kept {
                return reason;
            }
            tokio::time::sleep(GATHER).await;
        }
    }

    fn now_ms(&self) -> i64 {
        self.rooms.mailbox.moment().wall_ms
    }
}

/// What a display shows in its test.
const TEST_TEXT: &str = "TEST";

/// A test that stands on a display.
struct Trial {
    until: Instant,
    /// What would stand there otherwise: when that changes, it is somebody's call.
    instead_of: Panel,
    asked: Option<Asked>,
}

impl Trial {
    fn begun(asked: Asked, instead_of: Panel) -> Trial {
        Trial { until: Instant::now() + PANEL_STANDS, instead_of, asked: Some(asked) }
    }

    fn is_over(&self, wanted: &Panel) -> bool {
        self.until <= Instant::now() || self.instead_of != *wanted
    }

    /// Says what became of it, once.
    fn tell(&mut self, outcome: Outcome) {
        if let Some(asked) = self.asked.take() {
            // Whoever asked may have gone away.
            asked.send(outcome).ok();
        }
    }
}

/// What shall stand on a display.
fn panel(branch: &Branch, place: DisplayPlace) -> Panel {
    let shown = match place {
        DisplayPlace::Counter(counter) => branch.ticket_at(counter),
        DisplayPlace::Hall => latest(branch),
    };
    let Some((ticket, call)) = shown.and_then(|ticket| Some((ticket, ticket.open_call()?))) else {
        return Panel::blank();
    };
    let panel = match place {
        DisplayPlace::Counter(_) => Panel::new([ticket.label.to_string()]),
        DisplayPlace::Hall => {
            let counter = counter_name(branch, call.counter);
            Panel::new([format!("{}  {counter}", ticket.label)])
        }
    };
    match ticket.state {
        TicketState::Called { .. } => panel.flashing().chiming(BEEPS, occasion(call)),
        TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. }
        | TicketState::Closed { .. } => panel,
    }
}

/// The ticket that was called last, of those that are at a counter.
fn latest(branch: &Branch) -> Option<&Ticket> {
    let counters = &branch.settings().counters;
    let at_counters = counters.iter().filter_map(|counter| branch.ticket_at(counter.id));
    at_counters.max_by_key(|ticket| ticket.open_call().map(|call| (call.called, call.id)))
}

fn counter_name(branch: &Branch, id: CounterId) -> &str {
    branch.settings().counter(id).map_or("", |counter| counter.name.as_str())
}

/// Tells one invitation from another: each call and each recall is heard once.
fn occasion(call: &Call) -> u32 {
    // Numbers that come around after sixteen million calls do no harm: only the last one counts.
    let number = u32::try_from(call.id.0 & 0x00FF_FFFF).unwrap_or(0);
    number << 8 | u32::from(call.recalls)
}
