//! Current rows: tickets and counters as they stand.

use std::time::Duration;

use engine::{
    AnswerId, Before, Booking, Call, CallEnd, CallId, CounterId, Desk, DeviceId, Ending, Label,
    LanguageId, LineState, OperatorId, Outcome, QuestionId, ServiceId, Shift, Ticket, TicketId,
    TicketLine, TicketState, WaitCause,
};
use serde::{Deserialize, Serialize};

use super::events::SourceRow;
use super::{
    AppointmentRow, BackRow, DecodeError, MomentRow, PlaceRow, code, day, pass, pin, priority, tag,
    to_json, token,
};

#[derive(Serialize, Deserialize)]
struct TicketRow {
    id: u64,
    day: u32,
    tag: String,
    number: u32,
    token: String,
    pass: Option<String>,
    language: u32,
    source: SourceRow,
    device: Option<u32>,
    issued: MomentRow,
    /// Missing: it was taken on the spot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    booking: Option<BookingRow>,
    lines: Vec<LineRow>,
    state: StateRow,
    waited_ms: u64,
    no_shows: u8,
    back_to: Option<BackRow>,
    transferred: bool,
    calls: Vec<CallRow>,
    /// Question and answer.
    answers: Vec<(u32, u32)>,
}

#[derive(Serialize, Deserialize)]
struct BookingRow {
    appointment: AppointmentRow,
    code: String,
    pin: String,
    booked: MomentRow,
    arrived: Option<MomentRow>,
}

#[derive(Serialize, Deserialize)]
struct LineRow {
    asked: u32,
    service: u32,
    priority: u8,
    state: LineStateRow,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LineStateRow {
    Ahead,
    Current,
    Served,
    NoShow,
    Deleted,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StateRow {
    Booked { since: MomentRow, hold: Option<MomentRow> },
    Waiting { since: MomentRow, place: PlaceRow, cause: CauseRow },
    Called { call: u64, counter: u32, since: MomentRow },
    Serving { call: u64, counter: u32, since: MomentRow },
    Afterwork { call: u64, counter: u32, since: MomentRow },
    Parked { since: MomentRow, place: PlaceRow },
    Missing { since: MomentRow, until: Option<MomentRow> },
    Closed { outcome: OutcomeRow, at: MomentRow },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CauseRow {
    Issued,
    Transferred,
    PutBack,
    NextLine,
    Returned,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OutcomeRow {
    Served,
    NoShow,
    Deleted,
}

#[derive(Serialize, Deserialize)]
struct CallRow {
    id: u64,
    service: u32,
    counter: u32,
    operator: Option<u32>,
    called: MomentRow,
    recalls: u8,
    started: Option<MomentRow>,
    ended: Option<(MomentRow, EndRow)>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EndRow {
    Finished,
    NoShow,
    Parked,
    Transferred,
}

#[derive(Serialize, Deserialize)]
struct DeskRow {
    shift: Option<(u32, MomentRow)>,
    ticket: Option<u64>,
    last_call: Option<MomentRow>,
    #[serde(default)]
    last_served: Option<u64>,
    /// Missing: whoever sits there has no break.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on_break: Option<MomentRow>,
    /// Missing: nothing to take back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_end: Option<EndingRow>,
}

#[derive(Serialize, Deserialize)]
struct EndingRow {
    ticket: u64,
    call: u64,
    at: MomentRow,
    state: StateRow,
    lines: Vec<LineRow>,
    before: BeforeRow,
}

/// What taking the end of a call back restores; in the journal too.
#[derive(Serialize, Deserialize)]
pub(super) struct BeforeRow {
    state: StateRow,
    lines: Vec<LineRow>,
    back_to: Option<BackRow>,
    transferred: bool,
    no_shows: u8,
    last_served: Option<u64>,
}

impl From<&Before> for BeforeRow {
    fn from(before: &Before) -> BeforeRow {
        BeforeRow {
            state: state_row(before.state),
            lines: before.lines.iter().map(line_row).collect(),
            back_to: before.back_to.map(BackRow::from),
            transferred: before.transferred,
            no_shows: before.no_shows,
            last_served: before.last_served.map(|ticket| ticket.0),
        }
    }
}

/// What was before, as it was written.
pub(super) fn before(row: BeforeRow) -> Result<Before, DecodeError> {
    Ok(Before {
        state: state(row.state),
        lines: row.lines.into_iter().map(line).collect::<Result<_, DecodeError>>()?,
        back_to: row.back_to.map(Into::into),
        transferred: row.transferred,
        no_shows: row.no_shows,
        last_served: row.last_served.map(TicketId),
    })
}

fn ending_row(ending: &Ending) -> EndingRow {
    EndingRow {
        ticket: ending.ticket.0,
        call: ending.call.0,
        at: ending.at.into(),
        state: state_row(ending.state),
        lines: ending.lines.iter().map(line_row).collect(),
        before: (&ending.before).into(),
    }
}

fn ending(row: EndingRow) -> Result<Ending, DecodeError> {
    Ok(Ending {
        ticket: TicketId(row.ticket),
        call: CallId(row.call),
        at: row.at.into(),
        state: state(row.state),
        lines: row.lines.into_iter().map(line).collect::<Result<_, DecodeError>>()?,
        before: before(row.before)?,
    })
}

/// The written form of a ticket.
pub fn encode_ticket(ticket: &Ticket) -> String {
    to_json(&row(ticket))
}

/// The ticket that was written.
///
/// # Errors
///
/// [`DecodeError`] where the text is not what [`encode_ticket`] writes.
pub fn decode_ticket(text: &str) -> Result<Ticket, DecodeError> {
    let row: TicketRow = serde_json::from_str(text)?;
    if row.lines.is_empty() {
        return Err(DecodeError::Value("ticket without a line"));
    }
    Ok(Ticket {
        id: TicketId(row.id),
        day: day(row.day),
        label: Label { tag: tag(&row.tag)?, number: row.number },
        token: token(&row.token)?,
        pass: row.pass.as_deref().map(pass).transpose()?,
        language: LanguageId(row.language),
        source: row.source.into(),
        device: row.device.map(DeviceId),
        issued: row.issued.into(),
        booking: row.booking.map(booking).transpose()?,
        lines: row.lines.into_iter().map(line).collect::<Result<_, DecodeError>>()?,
        state: state(row.state),
        waited: Duration::from_millis(row.waited_ms),
        no_shows: row.no_shows,
        back_to: row.back_to.map(Into::into),
        transferred: row.transferred,
        calls: row.calls.into_iter().map(call).collect(),
        answers: row.answers.into_iter().map(|(q, a)| (QuestionId(q), AnswerId(a))).collect(),
    })
}

/// The written form of what a counter is doing.
pub fn encode_desk(desk: &Desk) -> String {
    to_json(&DeskRow {
        shift: desk.shift.map(|shift| (shift.operator.0, shift.since.into())),
        ticket: desk.ticket.map(|ticket| ticket.0),
        last_call: desk.last_call.map(MomentRow::from),
        last_served: desk.last_served.map(|ticket| ticket.0),
        on_break: desk.shift.and_then(|shift| shift.on_break).map(MomentRow::from),
        last_end: desk.last_end.as_ref().map(ending_row),
    })
}

/// What was written about a counter.
///
/// # Errors
///
/// [`DecodeError`] where the text is not what [`encode_desk`] writes.
pub fn decode_desk(text: &str) -> Result<Desk, DecodeError> {
    let row: DeskRow = serde_json::from_str(text)?;
    let shift = |(operator, since): (u32, MomentRow)| Shift {
        operator: OperatorId(operator),
        since: since.into(),
        on_break: row.on_break.map(Into::into),
    };
    Ok(Desk {
        shift: row.shift.map(shift),
        ticket: row.ticket.map(TicketId),
        last_call: row.last_call.map(Into::into),
        last_served: row.last_served.map(TicketId),
        last_end: row.last_end.map(ending).transpose()?,
    })
}

fn row(ticket: &Ticket) -> TicketRow {
    TicketRow {
        id: ticket.id.0,
        day: ticket.day.0,
        tag: ticket.label.tag.as_str().to_owned(),
        number: ticket.label.number,
        token: ticket.token.as_str().to_owned(),
        pass: ticket.pass.map(|pass| pass.as_str().to_owned()),
        language: ticket.language.0,
        source: ticket.source.into(),
        device: ticket.device.map(|device| device.0),
        issued: ticket.issued.into(),
        booking: ticket.booking.as_ref().map(booking_row),
        lines: ticket.lines.iter().map(line_row).collect(),
        state: state_row(ticket.state),
        waited_ms: u64::try_from(ticket.waited.as_millis()).unwrap_or(u64::MAX),
        no_shows: ticket.no_shows,
        back_to: ticket.back_to.map(BackRow::from),
        transferred: ticket.transferred,
        calls: ticket.calls.iter().map(call_row).collect(),
        answers: ticket.answers.iter().map(|(q, a)| (q.0, a.0)).collect(),
    }
}

fn booking_row(booking: &Booking) -> BookingRow {
    BookingRow {
        appointment: booking.appointment.into(),
        code: booking.code.as_str().to_owned(),
        pin: booking.pin.as_str().to_owned(),
        booked: booking.booked.into(),
        arrived: booking.arrived.map(MomentRow::from),
    }
}

fn booking(row: BookingRow) -> Result<Booking, DecodeError> {
    Ok(Booking {
        appointment: row.appointment.into(),
        code: code(&row.code)?,
        pin: pin(&row.pin)?,
        booked: row.booked.into(),
        arrived: row.arrived.map(Into::into),
    })
}

fn line_row(line: &TicketLine) -> LineRow {
    LineRow {
        asked: line.asked.0,
        service: line.service.0,
        priority: line.priority.get(),
        state: match line.state {
            LineState::Ahead => LineStateRow::Ahead,
            LineState::Current => LineStateRow::Current,
            LineState::Closed(Outcome::Served) => LineStateRow::Served,
            LineState::Closed(Outcome::NoShow) => LineStateRow::NoShow,
            LineState::Closed(Outcome::Deleted) => LineStateRow::Deleted,
        },
    }
}

fn line(row: LineRow) -> Result<TicketLine, DecodeError> {
    Ok(TicketLine {
        asked: ServiceId(row.asked),
        service: ServiceId(row.service),
        priority: priority(row.priority)?,
        state: match row.state {
            LineStateRow::Ahead => LineState::Ahead,
            LineStateRow::Current => LineState::Current,
            LineStateRow::Served => LineState::Closed(Outcome::Served),
            LineStateRow::NoShow => LineState::Closed(Outcome::NoShow),
            LineStateRow::Deleted => LineState::Closed(Outcome::Deleted),
        },
    })
}

fn state_row(state: TicketState) -> StateRow {
    match state {
        TicketState::Booked { since, hold } => {
            StateRow::Booked { since: since.into(), hold: hold.map(MomentRow::from) }
        }
        TicketState::Waiting { since, place, cause } => StateRow::Waiting {
            since: since.into(),
            place: place.into(),
            cause: match cause {
                WaitCause::Issued => CauseRow::Issued,
                WaitCause::Transferred => CauseRow::Transferred,
                WaitCause::PutBack => CauseRow::PutBack,
                WaitCause::NextLine => CauseRow::NextLine,
                WaitCause::Returned => CauseRow::Returned,
            },
        },
        TicketState::Called { call, counter, since } => {
            StateRow::Called { call: call.0, counter: counter.0, since: since.into() }
        }
        TicketState::Serving { call, counter, since } => {
            StateRow::Serving { call: call.0, counter: counter.0, since: since.into() }
        }
        TicketState::Afterwork { call, counter, since } => {
            StateRow::Afterwork { call: call.0, counter: counter.0, since: since.into() }
        }
        TicketState::Parked { since, place } => {
            StateRow::Parked { since: since.into(), place: place.into() }
        }
        TicketState::Missing { since, until } => {
            StateRow::Missing { since: since.into(), until: until.map(MomentRow::from) }
        }
        TicketState::Closed { outcome, at } => StateRow::Closed {
            outcome: match outcome {
                Outcome::Served => OutcomeRow::Served,
                Outcome::NoShow => OutcomeRow::NoShow,
                Outcome::Deleted => OutcomeRow::Deleted,
            },
            at: at.into(),
        },
    }
}

fn state(row: StateRow) -> TicketState {
    match row {
        StateRow::Booked { since, hold } => {
            TicketState::Booked { since: since.into(), hold: hold.map(Into::into) }
        }
        StateRow::Waiting { since, place, cause } => TicketState::Waiting {
            since: since.into(),
            place: place.into(),
            cause: match cause {
                CauseRow::Issued => WaitCause::Issued,
                CauseRow::Transferred => WaitCause::Transferred,
                CauseRow::PutBack => WaitCause::PutBack,
                CauseRow::NextLine => WaitCause::NextLine,
                CauseRow::Returned => WaitCause::Returned,
            },
        },
        StateRow::Called { call, counter, since } => TicketState::Called {
            call: CallId(call),
            counter: CounterId(counter),
            since: since.into(),
        },
        StateRow::Serving { call, counter, since } => TicketState::Serving {
            call: CallId(call),
            counter: CounterId(counter),
            since: since.into(),
        },
        StateRow::Afterwork { call, counter, since } => TicketState::Afterwork {
            call: CallId(call),
            counter: CounterId(counter),
            since: since.into(),
        },
        StateRow::Parked { since, place } => {
            TicketState::Parked { since: since.into(), place: place.into() }
        }
        StateRow::Missing { since, until } => {
            TicketState::Missing { since: since.into(), until: until.map(Into::into) }
        }
        StateRow::Closed { outcome, at } => TicketState::Closed {
            outcome: match outcome {
                OutcomeRow::Served => Outcome::Served,
                OutcomeRow::NoShow => Outcome::NoShow,
                OutcomeRow::Deleted => Outcome::Deleted,
            },
            at: at.into(),
        },
    }
}

fn call_row(call: &Call) -> CallRow {
    let end = |end| match end {
        CallEnd::Finished => EndRow::Finished,
        CallEnd::NoShow => EndRow::NoShow,
        CallEnd::Parked => EndRow::Parked,
        CallEnd::Transferred => EndRow::Transferred,
    };
    CallRow {
        id: call.id.0,
        service: call.service.0,
        counter: call.counter.0,
        operator: call.operator.map(|operator| operator.0),
        called: call.called.into(),
        recalls: call.recalls,
        started: call.started.map(MomentRow::from),
        ended: call.ended.map(|(at, how)| (at.into(), end(how))),
    }
}

fn call(row: CallRow) -> Call {
    let end = |end| match end {
        EndRow::Finished => CallEnd::Finished,
        EndRow::NoShow => CallEnd::NoShow,
        EndRow::Parked => CallEnd::Parked,
        EndRow::Transferred => CallEnd::Transferred,
    };
    Call {
        id: CallId(row.id),
        service: ServiceId(row.service),
        counter: CounterId(row.counter),
        operator: row.operator.map(OperatorId),
        called: row.called.into(),
        recalls: row.recalls,
        started: row.started.map(Into::into),
        ended: row.ended.map(|(at, how)| (at.into(), end(how))),
    }
}
