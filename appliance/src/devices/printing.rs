//! One printer's task: opens its port for ever, and takes the spool's slips to paper one by one.
//!
//! A slip is written down as being sent before its first byte leaves, and as printed when the
//! printer has answered. What was being sent when the power went, or when the cable came out, may
//! be on paper or not: it is sent once more, marked as a copy, with the same number.

use std::sync::Arc;
use std::time::Duration;

use drivers::backoff::Backoff;
use drivers::link_state::Reason;
use drivers::port::serial::SerialPort;
use drivers::printer::escpos::Encoder;
use drivers::printer::session::{PrintFault, Session, Timing};
use drivers::printer::typeset::SharedTypesetter;
use engine::Ticket;
use serve::shutdown::Shutdown;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::slips;
use super::watch::{Board, DeviceReport};
use crate::api::Rooms;
use crate::config::PrinterConfig;
use crate::registrar::SubmitError;
use crate::store::{Archive, Housekeeping, SlipState, SpooledSlip};

/// Times that a slip is sent again at which the printer failed. Once: a customer who holds two slips with one number
/// can be served, one who holds none cannot; but a printer that never answers must not empty its roll.
const COPIES_MAX: u32 = 1;

/// Times that a slip is sent again because the box ended while it was being sent. Power that comes
/// and goes must cost nobody their slip; a box that falls over at every slip must not empty the roll.
const COPIES_INTERRUPTED_MAX: u32 = 8;

/// How often an idle printer is asked how it is.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The wait before the spool is tried again when the box could not write.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// How long a stopping box waits for the slip that is being printed.
const FINISH_TIME: Duration = Duration::from_secs(2);

/// A printer and what its task needs.
#[derive(Clone)]
pub(super) struct Printer {
    pub(super) config: PrinterConfig,
    pub(super) rooms: Rooms,
    pub(super) archive: Archive,
    pub(super) board: Board,
    pub(super) typesetter: SharedTypesetter,
    pub(super) slip_age_max: Duration,
    pub(super) bell: Arc<Notify>,
    pub(super) shutdown: Shutdown,
    /// Whether a slip is being printed.
    pub(super) under_way: watch::Sender<bool>,
}

/// What became of one look into the spool.
enum Step {
    /// A slip was dealt with; there may be more.
    Done,
    /// Nothing waits, or nothing can be printed now.
    Idle,
    /// The link is lost.
    Lost(Reason),
}

impl Printer {
    /// Tends the printer until `shutdown`.
    pub(super) async fn tend(self) {
        let shutdown = self.shutdown.clone();
        let PrinterConfig { id, name, port, .. } = &self.config;
        self.board.add(DeviceReport::new(*id, "printer", name, &port.path, self.now_ms()));
        let mut work = std::pin::pin!(self.work());
        tokio::select! {
            _ = shutdown.wait() => {}
            () = &mut work => {}
        }
        // A slip under way is seen through, or its customer would get a copy after the next start.
        let mut under_way = self.under_way.subscribe();
        let seen_through = async {
            tokio::select! {
                _ = under_way.wait_for(|under_way| !under_way) => {}
                () = work => {}
            }
        };
        if tokio::time::timeout(FINISH_TIME, seen_through).await.is_err() {
            tracing::warn!(device = self.config.id.0, "stopped in the middle of a slip");
        }
    }

    /// Opens the port and works on it, again and again.
    async fn work(&self) {
        let mut backoff = Backoff::new();
        loop {
            let (reason, held) = self.connect().await;
            self.board.lost(self.config.id, reason, self.now_ms());
            tokio::time::sleep(backoff.after_failure(held, self.rooms.passes.number())).await;
            self.give_up_old().await;
        }
    }

    /// One connection, until it is lost: why, and how long it held.
    async fn connect(&self) -> (Reason, Duration) {
        let port = match SerialPort::open(&self.config.port) {
            Ok(port) => port,
            Err(error) => return (error.reason(), Duration::ZERO),
        };
        let encoder = Encoder::new(*self.config.profile, Arc::clone(&self.typesetter));
        let chance = self.rooms.passes.number();
        let mut session = Session::new(port, encoder, Timing::default(), chance);
        let status = match session.probe().await {
            Ok(status) => status,
            Err(reason) => return (reason, Duration::ZERO),
        };
        let up = self.rooms.mailbox.moment();
        let model = session.name().map(str::to_owned);
        self.board.change(self.config.id, |report| report.model = model);
        self.board.answers(self.config.id, status.reasons, self.now_ms());
        let reason = self.follow(&mut session).await;
        (reason, self.rooms.mailbox.moment().since(up))
    }

    /// Prints what comes until the link is lost.
    async fn follow(&self, session: &mut Session<SerialPort>) -> Reason {
        let mut status = session.watch_status();
        let show = async {
            while status.changed().await.is_ok() {
                let reasons = status.borrow_and_update().reasons;
                self.board.answers(self.config.id, reasons, self.now_ms());
            }
            std::future::pending().await
        };
        tokio::select! {
            reason = self.print_all(session) => reason,
            reason = show => reason,
        }
    }

    async fn print_all(&self, session: &mut Session<SerialPort>) -> Reason {
        loop {
            match self.step(session).await {
                Step::Done => {}
                Step::Lost(reason) => return reason,
                Step::Idle => {
                    let listening = session.listen(Instant::now() + LOOK_EVERY);
                    let heard = tokio::select! {
                        () = self.bell.notified() => Ok(()),
                        heard = listening => heard,
                    };
                    let seen = match heard {
                        Ok(()) => session.poll_status().await.map(|_| ()),
                        Err(reason) => Err(reason),
                    };
                    if let Err(reason) = seen {
                        return reason;
                    }
                }
            }
        }
    }

    /// Takes one slip from the spool, if there is one.
    async fn step(&self, session: &mut Session<SerialPort>) -> Step {
        let slip = match self.archive.next_slip(self.config.id) {
            Ok(Some(slip)) => slip,
            Ok(None) => return Step::Idle,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the spool cannot be read"
                );
                tokio::time::sleep(RETRY_AFTER).await;
                return Step::Idle;
            }
        };
        if self.is_settled(&slip).await {
            return Step::Done;
        }
        let stopped = session.watch_status().borrow().stopped_by().is_some();
        if stopped || self.shutdown.is_triggered() {
            return Step::Idle;
        }
        self.under_way.send_replace(true);
        let step = self.print(session, &slip).await;
        self.under_way.send_replace(false);
        step
    }

    /// Takes this slip to paper.
    async fn print(&self, session: &mut Session<SerialPort>, slip: &SpooledSlip) -> Step {
        // What may be on paper already goes out as a copy.
        let copies = slip.copies + u32::from(slip.state == SlipState::Sending);
        let composed = self.compose(slip, copies);
        let Some(paper) = composed else {
            self.settle(slip, SlipState::Expired, slip.copies, Some("ticket-gone")).await;
            return Step::Done;
        };
        if !self.settle(slip, SlipState::Sending, copies, None).await {
            return Step::Idle;
        }
        match session.print(&paper).await {
            Ok(_) => {
                self.settle(slip, SlipState::Printed, copies, None).await;
                self.board.did_well(self.config.id, self.now_ms());
                Step::Done
            }
            Err(PrintFault::NotStarted(reason)) => {
                // Nothing left the box: it is as it was. Only of what waits is the reason news.
                let news = slip.failed || slip.state == SlipState::Queued;
                let reason_kept = news.then_some(reason.word());
                self.settle(slip, slip.state, slip.copies, reason_kept).await;
                lost(reason)
            }
            Err(PrintFault::Uncertain(reason)) => {
                self.settle(slip, SlipState::Sending, copies, Some(reason.word())).await;
                tracing::warn!(
                    ticket = slip.ticket.0,
                    reason = reason.word(),
                    "a slip may or may not be on paper"
                );
                Step::Lost(reason)
            }
        }
    }

    /// Whether the slip needs no paper any more: it is too old, or has been tried often enough.
    async fn is_settled(&self, slip: &SpooledSlip) -> bool {
        let age = self.rooms.mailbox.moment().since(slip.asked);
        let copies_max = if slip.failed { COPIES_MAX } else { COPIES_INTERRUPTED_MAX };
        let state = match slip.state {
            SlipState::Sending if copies_max <= slip.copies => SlipState::Uncertain,
            SlipState::Sending if self.slip_age_max < age => SlipState::Uncertain,
            SlipState::Queued if self.slip_age_max < age => SlipState::Expired,
            SlipState::Queued
            | SlipState::Sending
            | SlipState::Printed
            | SlipState::Uncertain
            | SlipState::Expired
            | SlipState::Dropped => return false,
        };
        tracing::warn!(
            ticket = slip.ticket.0,
            state = state.word(),
            "a slip is given up; its customer may stand without one"
        );
        self.settle(slip, state, slip.copies, None).await
    }

    /// Slips whose time is over while the printer is away, so that health tells staff of them.
    async fn give_up_old(&self) {
        while let Ok(Some(slip)) = self.archive.next_slip(self.config.id) {
            let age = self.rooms.mailbox.moment().since(slip.asked);
            if age <= self.slip_age_max || !self.is_settled(&slip).await {
                return;
            }
        }
    }

    fn compose(&self, slip: &SpooledSlip, copies: u32) -> Option<drivers::printer::slip::Slip> {
        let rooms = &self.rooms;
        if slip.is_test() {
            let test = rooms.mailbox.read(|now| slips::test(rooms, &now.branch, &self.config.name));
            return test.ok();
        }
        let composed = rooms.mailbox.read(|committed| {
            let ticket: &Ticket = committed.branch.ticket(slip.ticket)?;
            Some(slips::compose(rooms, &committed.branch, ticket, copies != 0))
        })?;
        match composed {
            Ok(paper) => Some(paper),
            Err(error) => {
                tracing::error!(ticket = slip.ticket.0, %error, "a slip cannot be put together");
                None
            }
        }
    }

    fn now_ms(&self) -> i64 {
        self.rooms.mailbox.moment().wall_ms
    }

    /// Writes down what has become of a slip; whether that is on disk.
    async fn settle(
        &self,
        slip: &SpooledSlip,
        state: SlipState,
        copies: u32,
        reason: Option<&'static str>,
    ) -> bool {
        loop {
            let at = self.rooms.mailbox.moment();
            let note = Housekeeping::Slip { id: slip.id, state, copies, reason, at };
            match self.rooms.mailbox.keep(note).await {
                Ok(()) => {
                    let whose =
                        if slip.is_test() { "test".into() } else { slip.ticket.to_string() };
                    let text = format!("{whose} {} {}", state.word(), reason.unwrap_or(""));
                    let text = text.trim_end().to_owned();
                    self.board.diary().note(self.config.id, self.now_ms(), "slip", text);
                    return true;
                }
                Err(SubmitError::Stopping) => return false,
                // What the printer did must be written down before anything else is done.
                Err(
                    SubmitError::Busy
                    | SubmitError::Unavailable
                    | SubmitError::KeyReused
                    | SubmitError::Refused(_),
                ) => tokio::time::sleep(RETRY_AFTER).await,
            }
        }
    }
}

/// Whether a reason for not printing means that the port must be opened anew.
fn lost(reason: Reason) -> Step {
    match reason {
        Reason::PaperNearEnd
        | Reason::PaperOut
        | Reason::CoverOpen
        | Reason::Cutter
        | Reason::HeadHot
        | Reason::Jam
        | Reason::TicketNotTaken
        | Reason::Paused
        | Reason::Broken
        | Reason::RingOverflow
        | Reason::Tampered
        | Reason::KeyStuck => Step::Idle,
        Reason::Blocked
        | Reason::NoAnswer
        | Reason::PortMissing
        | Reason::PortBusy
        | Reason::PortDenied
        | Reason::PortUnusable
        | Reason::PortGone
        | Reason::WrongDevice
        | Reason::CrcErrors => Step::Lost(reason),
    }
}
