//! An operator's work: sitting down, calling, serving. Sending on is `sending`'s.
//!
//! Whoever identifies themselves sits down at a counter, and everything that follows is about that
//! counter: the seat is the branch's, so it outlives a restart of the box.

use std::cmp::Reverse;
use std::sync::Arc;

use engine::settings::Operator;
use engine::{
    Among, At, Branch, CallId, Command, CounterId, Place, Refusal, Settings, Standing, Ticket,
    TicketState, Unstarted,
};
use serve::door::LOGIN_BYTES_MAX;
use serve::http::StatusCode;

use super::answers::Renderer;
use super::faults::{self, Fault, Words};
use super::operations::Guard;
use super::staff_wire::{Named, WorkPlaceState};
use super::wire::LineId;
use super::{Asked, Caller, Reply, config, json, requests, sending, token};
use crate::accounts::{SignInFault, SignedIn};
use crate::registrar::{Receipt, Submission};

/// Tickets in one list. A screen shows fewer, and rendering them holds up the next commit by about
/// a millisecond; `offset` gives the rest.
pub(super) const LIST_MAX: usize = 1_000;

/// What an operator may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    Identify,
    State,
    Login,
    Logout,
    Queue,
    QueueCount,
    Personal,
    PersonalCount,
    BreakBegin,
    BreakEnd,
    Invite,
    InviteThis,
    Start,
    Reject,
    Complete,
    Hold,
    Menu,
    Users,
    Places,
    Redirect,
}

/// Does what is asked.
pub(super) async fn perform(asked: &Asked<'_>, work: Work) -> Result<Reply, Fault> {
    let unstarted = Unstarted::Refuse;
    match work {
        Work::Identify => identify(asked).await,
        Work::State => state(asked, seat(asked)?),
        Work::Login => login(asked).await,
        Work::Logout => logout(asked).await,
        Work::Queue => list(asked, queue),
        Work::QueueCount => count(asked, queue),
        Work::Personal => list(asked, personal),
        Work::PersonalCount => count(asked, personal),
        Work::BreakBegin => turn(asked, |counter| Command::StartBreak { counter }).await,
        Work::BreakEnd => turn(asked, |counter| Command::EndBreak { counter }).await,
        Work::Invite => {
            let at = seat(asked)?;
            invite(asked, Command::CallNext { at, among: Among::Everything }).await
        }
        Work::InviteThis => invite(asked, call_this(asked)?).await,
        Work::Start => serve(asked, |call| Command::Start { call }).await,
        Work::Reject => serve(asked, |call| Command::NoShow { call }).await,
        Work::Complete => {
            serve(asked, |call| Command::Finish { call, afterwork: false, unstarted }).await
        }
        Work::Hold => serve(asked, |call| Command::Park { call, unstarted }).await,
        Work::Menu => Ok(config::staff_menu(asked)),
        Work::Users => sending::users(asked, "menuLinkId"),
        Work::Places => sending::work_places(asked, "menuLinkId"),
        Work::Redirect => sending::redirect(asked).await,
    }
}

/// Who knows the password that stands in the path, and is of this kind.
pub(super) async fn sign_in(
    asked: &Asked<'_>,
    login: &str,
    password: &str,
    guard: Guard,
) -> Result<SignedIn, Fault> {
    if LOGIN_BYTES_MAX < login.len() {
        return Err(SignInFault::Wrong.into());
    }
    let find = |settings: &Settings| settings.operator_by_login(login).cloned();
    let from = asked.call.peer.ip();
    let entry = asked.rooms.accounts.sign_in(login, find, password, from).await?;
    let SignedIn { operator, token } = entry;
    let caller = Caller::Operator(operator.clone());
    match guard.admits(&caller) {
        true => Ok(SignedIn { operator, token }),
        false => Err(faults::wrong_kind(guard)),
    }
}

async fn identify(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let counter = asked.id(0, "clientId")?;
    let entry = sign_in(asked, asked.gap(1), asked.gap(2), Guard::Operator).await?;
    let counter = u32::try_from(counter).map(CounterId);
    let counter = counter.map_err(|_| faults::refused(&Refusal::UnknownCounter))?;
    sit(asked, &entry.operator, counter).await?;
    asked.rooms.reception.handovers.begin(&entry.token);
    Ok(json(&entry.token))
}

/// The token that is shown speaks for somebody else from now on, who sits where its owner sat.
async fn login(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let At { counter, .. } = seat(asked)?;
    let entry = sign_in(asked, asked.gap(0), asked.gap(1), Guard::Operator).await?;
    sit(asked, &entry.operator, counter).await?;
    let handovers = &asked.rooms.reception.handovers;
    handovers.begin(&entry.token);
    if let Some(shown) = token(asked.call) {
        handovers.hand_over(shown, &entry.operator);
    }
    Ok(json(&entry.token))
}

async fn sit(asked: &Asked<'_>, operator: &Operator, counter: CounterId) -> Result<(), Fault> {
    asked.rooms.mailbox.submit(Command::OpenShift { operator: operator.id, counter }).await?;
    Ok(())
}

async fn logout(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let At { counter, .. } = seat(asked)?;
    asked.rooms.mailbox.submit(Command::CloseShift { counter }).await?;
    if let Some(shown) = token(asked.call) {
        asked.rooms.reception.handovers.end(shown);
    }
    Ok(json(&true))
}

/// Where the caller sits.
fn seat(asked: &Asked<'_>) -> Result<At, Fault> {
    let Caller::Operator(operator) = &asked.caller else {
        return Err(faults::wrong_kind(asked.row.guard));
    };
    let counter = asked.rooms.mailbox.read(|now| now.branch.seat(operator.id));
    let message = "you sit at no counter: begin with operation/identify";
    let counter =
        counter.ok_or_else(|| Fault::new(StatusCode::CONFLICT, Words::NotAtCounter, message))?;
    Ok(At { counter, operator: Some(operator.id) })
}

fn state(asked: &Asked<'_>, at: At) -> Result<Reply, Fault> {
    Ok(asked.look(|renderer| {
        let branch = renderer.branch();
        let settings = branch.settings();
        let counter = settings.counter(at.counter).map(|counter| counter.name.clone());
        let user = at.operator.and_then(|id| settings.operator(id));
        let shift = branch.desk(at.counter).and_then(|desk| desk.shift);
        let on_break = shift.and_then(|shift| shift.on_break);
        let ticket = branch.ticket_at(at.counter);
        json(&WorkPlaceState {
            work_place: Named { id: at.counter.0, name: counter.unwrap_or_default() },
            user: Named {
                id: user.map_or(0, |user| user.id.0),
                name: user.map_or_else(String::new, |user| user.name.clone()),
            },
            state: match ticket {
                None if on_break.is_some() => "Break",
                None => "Free",
                Some(ticket) => word(&ticket.state),
            },
            shift_start_time: shift.map(|shift| renderer.time(shift.since)),
            break_start_time: on_break.map(|since| renderer.time(since)),
            ticket_product: ticket.map(|ticket| renderer.current(ticket)),
            queue_count: queue(branch, at).len(),
            personal_count: personal(branch, at).len(),
        })
    }))
}

fn word(state: &TicketState) -> &'static str {
    match state {
        TicketState::Called { .. } => "Invited",
        TicketState::Serving { .. } => "Operating",
        TicketState::Afterwork { .. } => "Afterwork",
        TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. }
        | TicketState::Closed { .. } => "Free",
    }
}

/// Who waits for this work place, in the order in which they would be called.
fn queue(branch: &Branch, at: At) -> Vec<&Ticket> {
    let mine = |place: Place| match place {
        Place::Counter(counter) => counter == at.counter,
        Place::Operator(operator) => Some(operator) == at.operator,
        Place::Service(service) => branch.serves(at, service),
    };
    let lines = branch.lines().filter(|(place, _)| mine(*place));
    let waiting = lines.flat_map(|(place, line)| line.iter().map(move |id| (place, id)));
    let mut tickets: Vec<(Place, &Ticket)> =
        waiting.filter_map(|(place, id)| Some((place, branch.ticket(id)?))).collect();
    tickets.sort_by_key(|(place, ticket)| {
        let is_open_to_all = matches!(place, Place::Service(_));
        let arrived = ticket.arrived().steady_ms;
        (Reverse(ticket.line().priority), is_open_to_all, arrived, ticket.id)
    });
    tickets.into_iter().map(|(_, ticket)| ticket).collect()
}

/// Who was set aside here.
fn personal(branch: &Branch, at: At) -> Vec<&Ticket> {
    let is_mine = |ticket: &&Ticket| match ticket.state {
        TicketState::Parked { place, .. } => {
            place == Place::Counter(at.counter)
                || at.operator.is_some_and(|own| place == Place::Operator(own))
        }
        TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Missing { .. }
        | TicketState::Closed { .. } => false,
    };
    branch.tickets().filter(is_mine).collect()
}

type Listed = for<'b> fn(&'b Branch, At) -> Vec<&'b Ticket>;

fn list(asked: &Asked<'_>, listed: Listed) -> Result<Reply, Fault> {
    let (at, offset) = (seat(asked)?, offset(asked)?);
    Ok(asked.look(|renderer| {
        let tickets = listed(renderer.branch(), at);
        let part = tickets.into_iter().skip(offset).take(LIST_MAX);
        json(&part.map(|ticket| renderer.current(ticket)).collect::<Vec<_>>())
    }))
}

fn count(asked: &Asked<'_>, listed: Listed) -> Result<Reply, Fault> {
    let at = seat(asked)?;
    Ok(json(&asked.rooms.mailbox.read(|now| listed(&now.branch, at).len())))
}

/// How many tickets of a list to skip.
pub(super) fn offset(asked: &Asked<'_>) -> Result<usize, Fault> {
    let offset = requests::query_number(asked.call, "offset")?.unwrap_or(0);
    Ok(usize::try_from(offset).unwrap_or(usize::MAX))
}

async fn turn(
    asked: &Asked<'_>,
    command: impl FnOnce(CounterId) -> Command,
) -> Result<Reply, Fault> {
    let at = seat(asked)?;
    asked.rooms.mailbox.submit(command(at.counter)).await?;
    state(asked, at)
}

async fn invite(asked: &Asked<'_>, command: Command) -> Result<Reply, Fault> {
    let repeat = asked.repeat_key()?;
    let submission = Submission { repeat, ..command.into() };
    let receipt = asked.rooms.mailbox.submit(submission).await?;
    current(asked, receipt)
}

/// The line that a receipt's ticket stands for.
fn current(asked: &Asked<'_>, receipt: Receipt) -> Result<Reply, Fault> {
    asked.look(|renderer| {
        let ticket = receipt.ticket.and_then(|id| renderer.branch().ticket(id));
        ticket.map(|ticket| json(&renderer.current(ticket))).ok_or(faults::GONE)
    })
}

/// operation/invite/{ticketProductId}: from a line, a personal queue, or those who did not come.
fn call_this(asked: &Asked<'_>) -> Result<Command, Fault> {
    let at = seat(asked)?;
    let line = line(asked, 0)?;
    asked.rooms.mailbox.read(|now| {
        let ticket = standing_for(&now.branch, line)?;
        let standing = match ticket.state {
            TicketState::Parked { .. } => Standing::Parked,
            TicketState::Missing { .. } => Standing::Missing,
            // The rules say no to the others.
            TicketState::Booked { .. }
            | TicketState::Waiting { .. }
            | TicketState::Called { .. }
            | TicketState::Serving { .. }
            | TicketState::Afterwork { .. }
            | TicketState::Closed { .. } => Standing::Waiting,
        };
        Ok(Command::Call { at, ticket: ticket.id, standing })
    })
}

/// The service on a ticket that a gap of the path names.
pub(super) fn line(asked: &Asked<'_>, gap: usize) -> Result<LineId, Fault> {
    let number = asked.id(gap, "ticketProductId")?;
    LineId::of(number).ok_or_else(unknown_line)
}

pub(super) fn unknown_line() -> Fault {
    Fault::unknown("there is no such service on a ticket")
}

/// The ticket that stands for this line now.
pub(super) fn standing_for(branch: &Branch, line: LineId) -> Result<&Ticket, Fault> {
    let ticket = branch.ticket(line.ticket).ok_or_else(unknown_line)?;
    ticket.lines.get(line.place).ok_or_else(unknown_line)?;
    if LineId::current(ticket) == line {
        Ok(ticket)
    } else {
        Err(faults::refused(&Refusal::OutOfTurn))
    }
}

/// Something is done with whoever is at the counter. The answer is the service that it was about.
pub(super) async fn serve(
    asked: &Asked<'_>,
    command: impl FnOnce(CallId) -> Command,
) -> Result<Reply, Fault> {
    let (call, line) = customer(asked)?;
    asked.rooms.mailbox.submit(command(call)).await?;
    shown(asked, line)
}

/// The call at the caller's counter, and the service that it is about.
fn customer(asked: &Asked<'_>) -> Result<(CallId, LineId), Fault> {
    let at = seat(asked)?;
    let found = asked.rooms.mailbox.read(|now| {
        let ticket = now.branch.ticket_at(at.counter)?;
        Some((ticket.open_call()?.id, LineId::current(ticket)))
    });
    let message = "nobody is at your counter";
    found.ok_or_else(|| Fault::new(StatusCode::CONFLICT, Words::OutOfTurn, message))
}

pub(super) fn shown(asked: &Asked<'_>, line: LineId) -> Result<Reply, Fault> {
    let product = asked.look(|renderer: &Renderer<'_>| {
        renderer.ticket_product(line).map(|product| json(&product))
    });
    product.ok_or(faults::GONE)
}

pub(super) fn settings(asked: &Asked<'_>) -> Arc<Settings> {
    asked.rooms.mailbox.read(|now| Arc::clone(now.branch.settings()))
}
