//! One task for each line of keypads: asks when a visit ends, and has each press counted once.
//!
//! A press carries the token of the question that stood there, which names the visit; so a press
//! that comes late, or after a restart of the box, is still that visit's. It is acknowledged to the
//! keypad once its answer is on disk (or the rules have refused it for good); until then the keypad
//! tells it again, and the rule of one answer to a question makes that harmless.

use std::num::NonZeroU16;
use std::time::Duration;

use drivers::backoff::Backoff;
use drivers::keypad::press::Press;
use drivers::keypad::session::Session;
use drivers::link_state::Reason;
use drivers::modbus::master::{Master, Timing};
use drivers::port::serial::SerialPort;
use engine::{Branch, Command, CounterId, Moment, Outcome, Ticket, TicketId, TicketState};
use serve::shutdown::Shutdown;

use super::trials::{self, Asked, PRESS_WAITED_FOR};
use super::watch::{Board, DeviceReport};
use crate::api::Rooms;
use crate::config::KeypadConfig;
use crate::registrar::SubmitError;

/// How long a question stands: a customer has gathered their papers and left by then.
const ASK_FOR: Duration = Duration::from_secs(60);

/// How long thanks stand.
const THANK_FOR: Duration = Duration::from_secs(5);

/// How often keypads are looked at while a question stands on one of them.
const LOOK_SOON: Duration = Duration::from_millis(150);

/// How often they are looked at otherwise.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Tokens that are told apart; more visits than end in the time in which an answer counts.
const TOKENS: u64 = 65_534;

/// The token of a test, which no visit has.
const TEST_TOKEN: NonZeroU16 = NonZeroU16::MAX;

/// Keypads on one port and what their task needs.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) keypads: Vec<KeypadConfig>,
    pub(super) rooms: Rooms,
    pub(super) board: Board,
    pub(super) shutdown: Shutdown,
}

/// A keypad on the open line.
struct Keypad<'a> {
    config: &'a KeypadConfig,
    session: Session,
    /// What stands there.
    shows: Shows,
    /// Since when it thanks for an answer.
    thanks: Option<Moment>,
    /// A test that waits for a press, and since when.
    trial: Option<(Asked, Moment)>,
}

/// What stands on a keypad, as far as we know.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    /// Whatever stood there before we came.
    Unknown,
    /// No question.
    Nothing,
    /// The question about this visit.
    Question(TicketId),
    /// The question of a test.
    Test,
}

impl Line {
    /// Tends the line until the shutdown.
    pub(super) async fn tend(self) {
        for KeypadConfig { id, name, port, .. } in &self.keypads {
            self.board.add(DeviceReport::new(*id, "keypad", name, &port.path, self.now_ms()));
        }
        tokio::select! {
            _ = self.shutdown.wait() => {}
            () = self.work() => {}
        }
    }

    async fn work(&self) {
        let mut backoff = Backoff::new();
        loop {
            let (reason, held) = self.connect().await;
            for keypad in &self.keypads {
                self.board.lost(keypad.id, reason, self.now_ms());
            }
            tokio::time::sleep(backoff.after_failure(held, self.rooms.passes.number())).await;
        }
    }

    /// One connection, until the port is lost: why, and how long it held.
    async fn connect(&self) -> (Reason, Duration) {
        let Some(first) = self.keypads.first() else {
            return std::future::pending().await;
        };
        let port = match SerialPort::open(&first.port) {
            Ok(port) => port,
            Err(error) => return (error.reason(), Duration::ZERO),
        };
        let up = self.rooms.mailbox.moment();
        let mut master = Master::new(port, Timing::default());
        let keypad = |config| Keypad {
            config,
            session: Session::new(config.unit),
            shows: Shows::Unknown,
            thanks: None,
            trial: None,
        };
        let mut keypads: Vec<Keypad<'_>> = self.keypads.iter().map(keypad).collect();
        loop {
            // One keypad after the other, so that a silent one costs the others a moment only.
            for keypad in &mut keypads {
                let lost_before = keypad.session.counts().lost;
                let served = self.serve(keypad, &mut master).await;
                let lost = keypad.session.counts().lost - lost_before;
                self.board.lost_presses(keypad.config.id, lost);
                match served {
                    Ok(()) => {
                        let reasons = keypad.session.condition().reasons();
                        self.board.answers(keypad.config.id, reasons, self.now_ms());
                        self.board.did_well(keypad.config.id, self.now_ms());
                    }
                    Err(Reason::PortGone) => {
                        return (Reason::PortGone, self.rooms.mailbox.moment().since(up));
                    }
                    Err(reason) => {
                        keypad.shows = Shows::Unknown;
                        self.board.lost(keypad.config.id, reason, self.now_ms());
                    }
                }
            }
            self.pause(&keypads).await;
        }
    }

    /// Waits until the keypads are to be looked at again, which is at once when a visit has ended.
    async fn pause(&self, keypads: &[Keypad<'_>]) {
        let asks = |keypad: &Keypad<'_>| matches!(keypad.shows, Shows::Question(_) | Shows::Test);
        let asks = keypads.iter().any(asks);
        let mut grown = self.rooms.mailbox.grown();
        grown.mark_unchanged();
        let mut tests = self.board.trials().changed();
        tests.mark_unchanged();
        let pause = if asks { LOOK_SOON } else { LOOK_EVERY };
        tokio::time::sleep(LOOK_SOON).await;
        tokio::select! {
            () = tokio::time::sleep(pause.saturating_sub(LOOK_SOON)) => {}
            // The board lives as long as this task.
            _ = tests.changed() => {}
            changed = grown.changed() => {
                if changed.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        }
    }

    /// One look at one keypad: presses are counted, the question is put up or taken away.
    async fn serve(
        &self,
        keypad: &mut Keypad<'_>,
        master: &mut Master<SerialPort>,
    ) -> Result<(), Reason> {
        let polled = keypad.session.poll(master).await?;
        if polled.restarted {
            keypad.shows = Shows::Unknown;
        }
        let mut thanked = false;
        for press in &polled.presses {
            if press.token == Some(TEST_TOKEN) {
                thanked |= self.tested(keypad, press);
                keypad.session.ack(master, press).await?;
                continue;
            }
            self.note(keypad, "press", "a key was pressed".to_owned());
            match self.count(keypad.config.counter, press).await {
                Counted::Answered => thanked = true,
                Counted::Nothing => {}
                // It stays on the keypad and is told again.
                Counted::NotNow => return Ok(()),
            }
            keypad.session.ack(master, press).await?;
        }
        let now = self.rooms.mailbox.moment();
        let wanted = self.wanted(keypad.config.counter);
        if self.is_tested(keypad, wanted.is_some(), now) {
            if keypad.shows != Shows::Test {
                keypad.session.prompt(master, TEST_TOKEN, PRESS_WAITED_FOR).await?;
                (keypad.shows, keypad.thanks) = (Shows::Test, None);
                self.note(keypad, "test", "waits for a press".to_owned());
            }
            return Ok(());
        }
        match (keypad.shows, wanted) {
            (shows, Some((ticket, left))) if shows != Shows::Question(ticket) => {
                keypad.session.prompt(master, token(ticket), left).await?;
                (keypad.shows, keypad.thanks) = (Shows::Question(ticket), None);
            }
            (Shows::Question(_) | Shows::Test, None) if thanked => {
                keypad.session.thank(master).await?;
                (keypad.shows, keypad.thanks) = (Shows::Nothing, Some(now));
            }
            (Shows::Question(_) | Shows::Test | Shows::Unknown, None) => {
                keypad.session.idle(master).await?;
                keypad.shows = Shows::Nothing;
            }
            (Shows::Question(_) | Shows::Test | Shows::Unknown | Shows::Nothing, Some(_))
            | (Shows::Nothing, None) => {}
        }
        if keypad.thanks.is_some_and(|since| THANK_FOR <= now.since(since)) {
            keypad.session.idle(master).await?;
            keypad.thanks = None;
        }
        Ok(())
    }

    /// Whether a test shall stand there. Customers come first.
    fn is_tested(&self, keypad: &mut Keypad<'_>, is_wanted: bool, now: Moment) -> bool {
        if let Some(asked) = self.board.trials().take(keypad.config.id) {
            if is_wanted || keypad.trial.is_some() {
                // Whoever asked may have gone away; so below.
                asked.send(trials::Outcome::InUse).ok();
            } else {
                keypad.trial = Some((asked, now));
            }
        }
        let Some((asked, since)) = keypad.trial.take() else { return false };
        if is_wanted {
            asked.send(trials::Outcome::InUse).ok();
            return false;
        }
        let stands = !asked.is_closed() && now.since(since) < PRESS_WAITED_FOR;
        keypad.trial = stands.then_some((asked, since));
        stands
    }

    /// Tells whoever tests which key was pressed; whether anybody did.
    fn tested(&self, keypad: &mut Keypad<'_>, press: &Press) -> bool {
        let Some((asked, _)) = keypad.trial.take() else { return false };
        self.note(keypad, "test", format!("key {} was pressed", press.key));
        asked.send(trials::Outcome::Pressed(press.key)).is_ok()
    }

    fn note(&self, keypad: &Keypad<'_>, kind: &'static str, text: String) {
        self.board.diary().note(keypad.config.id, self.now_ms(), kind, text);
    }

    /// Has a press written down as the answer of its visit.
    async fn count(&self, counter: CounterId, press: &Press) -> Counted {
        let now = self.rooms.mailbox.moment();
        let command =
            self.rooms.mailbox.read(|committed| answer(&committed.branch, counter, press, now));
        let Some(command) = command else {
            tracing::info!(counter = counter.0, "a key was pressed to which no question belongs");
            return Counted::Nothing;
        };
        match self.rooms.mailbox.submit(command).await {
            Ok(_) => Counted::Answered,
            Err(SubmitError::Refused(refusal)) => {
                tracing::info!(counter = counter.0, ?refusal, "a press was not counted");
                Counted::Nothing
            }
            Err(
                SubmitError::Busy
                | SubmitError::Unavailable
                | SubmitError::Stopping
                | SubmitError::KeyReused,
            ) => Counted::NotNow,
        }
    }

    /// The visit that the keypad of this counter shall ask about, and for how long.
    fn wanted(&self, counter: CounterId) -> Option<(TicketId, Duration)> {
        let now = self.rooms.mailbox.moment();
        self.rooms.mailbox.read(|committed| {
            let branch = &committed.branch;
            if branch.ticket_at(counter).is_some() {
                return None;
            }
            let (ticket, ended) = last_served(branch, counter)?;
            let left = ASK_FOR.checked_sub(now.since(ended))?;
            let asked = ticket.answers.is_empty() && Duration::from_secs(1) <= left;
            asked.then_some((ticket.id, left))
        })
    }

    fn now_ms(&self) -> i64 {
        self.rooms.mailbox.moment().wall_ms
    }
}

/// What became of a press.
enum Counted {
    /// It is an answer, and on disk.
    Answered,
    /// It never will be one.
    Nothing,
    /// The box cannot write at present.
    NotNow,
}

/// What a question about this visit is called on the wire.
fn token(ticket: TicketId) -> NonZeroU16 {
    let number = u16::try_from(ticket.0 % TOKENS).unwrap_or(0);
    NonZeroU16::MIN.saturating_add(number)
}

/// The visit that was served at this counter last, and when that ended.
fn last_served(branch: &Branch, counter: CounterId) -> Option<(&Ticket, Moment)> {
    let id = branch.desk(counter)?.last_served?;
    let ticket = branch.ticket(id)?;
    closed(ticket).map(|at| (ticket, at))
}

/// The answer that a press is, if it is one.
fn answer(branch: &Branch, counter: CounterId, press: &Press, now: Moment) -> Option<Command> {
    let wanted = press.token?;
    let window = Duration::from_secs(u64::from(branch.settings().rules.feedback_for_min) * 60);
    // The newest visit with this token; older ones with the same are hours away.
    let ticket = branch.tickets_newest_first().find(|ticket| {
        token(ticket.id) == wanted
            && ticket.calls.iter().any(|call| call.counter == counter)
            && closed(ticket).is_some_and(|at| now.since(at) <= window)
    })?;
    let settings = branch.settings();
    let survey = settings.survey(settings.smart_ticket.survey)?;
    let question = survey.questions.first()?;
    let choice = usize::from(press.key).checked_sub(1)?;
    let answer = question.answers.get(choice)?.id;
    Some(Command::Answer { ticket: ticket.id, survey: survey.id, question: question.id, answer })
}

fn closed(ticket: &Ticket) -> Option<Moment> {
    match ticket.state {
        TicketState::Closed { outcome: Outcome::Served, at } => Some(at),
        TicketState::Closed { outcome: Outcome::NoShow | Outcome::Deleted, .. }
        | TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. } => None,
    }
}
