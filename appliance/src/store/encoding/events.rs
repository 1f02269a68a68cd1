//! Events as they stand in the journal: `{"called":{"ticket":7,...}}`.

use std::sync::Arc;

use engine::{
    AnswerId, CallId, CounterId, DayId, DeviceId, Event, Label, LanguageId, Lapse, LineRequest,
    Next, OperatorId, ProfileId, PutBackBy, QuestionId, ServiceId, Source, TicketId, Why,
};
use serde::{Deserialize, Serialize};

use super::settings::SettingsRow;
use super::tickets::{BeforeRow, before};
use super::{
    AppointmentRow, BackRow, DecodeError, MomentRow, PlaceRow, code, pass, pin, priority, tag,
    to_json, token,
};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EventRow {
    SettingsChanged(Box<SettingsRow>),
    DayOpened { day: u32 },
    DayClosed { day: u32 },
    Issued(IssuedRow),
    Booked(BookedRow),
    BookingConfirmed { ticket: u64 },
    BookingCancelled { ticket: u64 },
    BookingLapsed { ticket: u64, why: LapseRow },
    CheckedIn(CheckedInRow),
    ShiftOpened { operator: u32, counter: u32 },
    ShiftClosed { operator: u32, counter: u32 },
    BreakStarted { operator: u32, counter: u32 },
    BreakEnded { operator: u32, counter: u32 },
    Called { ticket: u64, call: u64, counter: u32, operator: Option<u32>, why: WhyRow },
    Recalled { ticket: u64, call: u64 },
    Started { ticket: u64, call: u64, since: MomentRow },
    AfterworkBegan { ticket: u64, call: u64 },
    Finished { ticket: u64, call: u64, next: NextRow },
    Missed { ticket: u64, call: u64, until: Option<MomentRow> },
    GivenUp { ticket: u64, call: u64 },
    PutBack { ticket: u64, by: PutBackByRow },
    Parked { ticket: u64, call: u64, place: PlaceRow },
    Transferred(TransferredRow),
    Undone { ticket: u64, call: u64, before: BeforeRow },
    Redirected { ticket: u64, to: PlaceRow, service: u32, priority: u8 },
    LineAdded { ticket: u64, line: (u32, u8) },
    LineCancelled { ticket: u64, line: u8, next: Option<u8> },
    PrioritySet { ticket: u64, line: u8, priority: u8, current: bool },
    Deleted { ticket: u64 },
    Answered { ticket: u64, survey: u32, question: u32, answer: u32 },
}

#[derive(Serialize, Deserialize)]
struct IssuedRow {
    ticket: u64,
    tag: String,
    number: u32,
    token: String,
    /// Service and priority of each line.
    lines: Vec<(u32, u8)>,
    language: u32,
    pass: Option<String>,
    source: SourceRow,
    device: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct BookedRow {
    ticket: u64,
    token: String,
    /// Service and priority.
    line: (u32, u8),
    language: u32,
    source: SourceRow,
    appointment: AppointmentRow,
    code: String,
    pin: String,
    hold: Option<MomentRow>,
}

#[derive(Serialize, Deserialize)]
struct CheckedInRow {
    ticket: u64,
    tag: String,
    number: u32,
    arrived: MomentRow,
    /// Service and priority of each line.
    lines: Vec<(u32, u8)>,
    language: u32,
    pass: Option<String>,
    source: SourceRow,
    device: Option<u32>,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum LapseRow {
    Unconfirmed,
    NoShow,
}

#[derive(Serialize, Deserialize)]
struct TransferredRow {
    ticket: u64,
    call: u64,
    to: PlaceRow,
    service: u32,
    priority: u8,
    back_to: Option<BackRow>,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum WhyRow {
    Asked,
    Priority,
    Reserved,
    Arrival,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum NextRow {
    Close,
    Line(u8),
    Back(BackRow),
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum PutBackByRow {
    Request,
    Time,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(super) enum SourceRow {
    Customer,
    Staff,
}

impl From<Source> for SourceRow {
    fn from(source: Source) -> SourceRow {
        match source {
            Source::Customer => SourceRow::Customer,
            Source::Staff => SourceRow::Staff,
        }
    }
}

impl From<SourceRow> for Source {
    fn from(row: SourceRow) -> Source {
        match row {
            SourceRow::Customer => Source::Customer,
            SourceRow::Staff => Source::Staff,
        }
    }
}

/// The written form of an event.
pub fn encode_event(event: &Event) -> String {
    to_json(&row(event))
}

/// The event that was written.
///
/// # Errors
///
/// [`DecodeError`] where the text is not what [`encode_event`] writes.
pub fn decode_event(text: &str) -> Result<Event, DecodeError> {
    event(serde_json::from_str(text)?)
}

fn row(event: &Event) -> EventRow {
    match event {
        Event::SettingsChanged(settings) => {
            EventRow::SettingsChanged(Box::new(SettingsRow::from(&**settings)))
        }
        Event::DayOpened { day } => EventRow::DayOpened { day: day.0 },
        Event::DayClosed { day } => EventRow::DayClosed { day: day.0 },
        Event::Issued { ticket, label, token, lines, language, pass, source, device } => {
            EventRow::Issued(IssuedRow {
                ticket: ticket.0,
                tag: label.tag.as_str().to_owned(),
                number: label.number,
                token: token.as_str().to_owned(),
                lines: lines.iter().map(line_row).collect(),
                language: language.0,
                pass: pass.map(|pass| pass.as_str().to_owned()),
                source: (*source).into(),
                device: device.map(|device| device.0),
            })
        }
        Event::Booked { ticket, token, line, language, source, appointment, code, pin, hold } => {
            EventRow::Booked(BookedRow {
                ticket: ticket.0,
                token: token.as_str().to_owned(),
                line: line_row(line),
                language: language.0,
                source: (*source).into(),
                appointment: (*appointment).into(),
                code: code.as_str().to_owned(),
                pin: pin.as_str().to_owned(),
                hold: hold.map(MomentRow::from),
            })
        }
        Event::BookingConfirmed { ticket } => EventRow::BookingConfirmed { ticket: ticket.0 },
        Event::BookingCancelled { ticket } => EventRow::BookingCancelled { ticket: ticket.0 },
        Event::BookingLapsed { ticket, why } => EventRow::BookingLapsed {
            ticket: ticket.0,
            why: match why {
                Lapse::Unconfirmed => LapseRow::Unconfirmed,
                Lapse::NoShow => LapseRow::NoShow,
            },
        },
        Event::CheckedIn { ticket, label, arrived, lines, language, pass, source, device } => {
            EventRow::CheckedIn(CheckedInRow {
                ticket: ticket.0,
                tag: label.tag.as_str().to_owned(),
                number: label.number,
                arrived: (*arrived).into(),
                lines: lines.iter().map(line_row).collect(),
                language: language.0,
                pass: pass.map(|pass| pass.as_str().to_owned()),
                source: (*source).into(),
                device: device.map(|device| device.0),
            })
        }
        Event::BreakStarted { operator, counter } => {
            EventRow::BreakStarted { operator: operator.0, counter: counter.0 }
        }
        Event::BreakEnded { operator, counter } => {
            EventRow::BreakEnded { operator: operator.0, counter: counter.0 }
        }
        Event::ShiftOpened { operator, counter } => {
            EventRow::ShiftOpened { operator: operator.0, counter: counter.0 }
        }
        Event::ShiftClosed { operator, counter } => {
            EventRow::ShiftClosed { operator: operator.0, counter: counter.0 }
        }
        Event::Called { ticket, call, counter, operator, why } => EventRow::Called {
            ticket: ticket.0,
            call: call.0,
            counter: counter.0,
            operator: operator.map(|operator| operator.0),
            why: why_row(*why),
        },
        Event::Recalled { ticket, call } => EventRow::Recalled { ticket: ticket.0, call: call.0 },
        Event::Started { ticket, call, since } => {
            EventRow::Started { ticket: ticket.0, call: call.0, since: (*since).into() }
        }
        Event::AfterworkBegan { ticket, call } => {
            EventRow::AfterworkBegan { ticket: ticket.0, call: call.0 }
        }
        Event::Finished { ticket, call, next } => {
            EventRow::Finished { ticket: ticket.0, call: call.0, next: next_row(*next) }
        }
        Event::Missed { ticket, call, until } => {
            EventRow::Missed { ticket: ticket.0, call: call.0, until: until.map(MomentRow::from) }
        }
        Event::GivenUp { ticket, call } => EventRow::GivenUp { ticket: ticket.0, call: call.0 },
        Event::PutBack { ticket, by } => EventRow::PutBack {
            ticket: ticket.0,
            by: match by {
                PutBackBy::Request => PutBackByRow::Request,
                PutBackBy::Time => PutBackByRow::Time,
            },
        },
        Event::Parked { ticket, call, place } => {
            EventRow::Parked { ticket: ticket.0, call: call.0, place: (*place).into() }
        }
        Event::Transferred { ticket, call, to, service, priority, back_to } => {
            EventRow::Transferred(TransferredRow {
                ticket: ticket.0,
                call: call.0,
                to: (*to).into(),
                service: service.0,
                priority: priority.get(),
                back_to: back_to.map(BackRow::from),
            })
        }
        Event::Undone { ticket, call, before } => {
            EventRow::Undone { ticket: ticket.0, call: call.0, before: before.into() }
        }
        Event::Redirected { ticket, to, service, priority } => EventRow::Redirected {
            ticket: ticket.0,
            to: (*to).into(),
            service: service.0,
            priority: priority.get(),
        },
        Event::LineAdded { ticket, line } => {
            EventRow::LineAdded { ticket: ticket.0, line: line_row(line) }
        }
        Event::LineCancelled { ticket, line, next } => {
            EventRow::LineCancelled { ticket: ticket.0, line: *line, next: *next }
        }
        Event::PrioritySet { ticket, line, priority, current } => EventRow::PrioritySet {
            ticket: ticket.0,
            line: *line,
            priority: priority.get(),
            current: *current,
        },
        Event::Deleted { ticket } => EventRow::Deleted { ticket: ticket.0 },
        Event::Answered { ticket, survey, question, answer } => EventRow::Answered {
            ticket: ticket.0,
            survey: survey.0,
            question: question.0,
            answer: answer.0,
        },
    }
}

fn event(row: EventRow) -> Result<Event, DecodeError> {
    Ok(match row {
        EventRow::SettingsChanged(row) => Event::SettingsChanged(Arc::new((*row).try_into()?)),
        EventRow::DayOpened { day } => Event::DayOpened { day: DayId(day) },
        EventRow::DayClosed { day } => Event::DayClosed { day: DayId(day) },
        EventRow::Issued(row) => issued(row)?,
        EventRow::Booked(row) => booked(row)?,
        EventRow::BookingConfirmed { ticket } => {
            Event::BookingConfirmed { ticket: TicketId(ticket) }
        }
        EventRow::BookingCancelled { ticket } => {
            Event::BookingCancelled { ticket: TicketId(ticket) }
        }
        EventRow::BookingLapsed { ticket, why } => Event::BookingLapsed {
            ticket: TicketId(ticket),
            why: match why {
                LapseRow::Unconfirmed => Lapse::Unconfirmed,
                LapseRow::NoShow => Lapse::NoShow,
            },
        },
        EventRow::CheckedIn(row) => checked_in(row)?,
        EventRow::BreakStarted { operator, counter } => {
            Event::BreakStarted { operator: OperatorId(operator), counter: CounterId(counter) }
        }
        EventRow::BreakEnded { operator, counter } => {
            Event::BreakEnded { operator: OperatorId(operator), counter: CounterId(counter) }
        }
        EventRow::ShiftOpened { operator, counter } => {
            Event::ShiftOpened { operator: OperatorId(operator), counter: CounterId(counter) }
        }
        EventRow::ShiftClosed { operator, counter } => {
            Event::ShiftClosed { operator: OperatorId(operator), counter: CounterId(counter) }
        }
        EventRow::Called { ticket, call, counter, operator, why } => Event::Called {
            ticket: TicketId(ticket),
            call: CallId(call),
            counter: CounterId(counter),
            operator: operator.map(OperatorId),
            why: match why {
                WhyRow::Asked => Why::Asked,
                WhyRow::Priority => Why::Priority,
                WhyRow::Reserved => Why::Reserved,
                WhyRow::Arrival => Why::Arrival,
            },
        },
        EventRow::Recalled { ticket, call } => {
            Event::Recalled { ticket: TicketId(ticket), call: CallId(call) }
        }
        EventRow::Started { ticket, call, since } => {
            Event::Started { ticket: TicketId(ticket), call: CallId(call), since: since.into() }
        }
        EventRow::AfterworkBegan { ticket, call } => {
            Event::AfterworkBegan { ticket: TicketId(ticket), call: CallId(call) }
        }
        EventRow::Finished { ticket, call, next } => Event::Finished {
            ticket: TicketId(ticket),
            call: CallId(call),
            next: match next {
                NextRow::Close => Next::Close,
                NextRow::Line(index) => Next::Line(index),
                NextRow::Back(back) => Next::Back(back.into()),
            },
        },
        EventRow::Missed { ticket, call, until } => Event::Missed {
            ticket: TicketId(ticket),
            call: CallId(call),
            until: until.map(Into::into),
        },
        EventRow::GivenUp { ticket, call } => {
            Event::GivenUp { ticket: TicketId(ticket), call: CallId(call) }
        }
        EventRow::PutBack { ticket, by } => Event::PutBack {
            ticket: TicketId(ticket),
            by: match by {
                PutBackByRow::Request => PutBackBy::Request,
                PutBackByRow::Time => PutBackBy::Time,
            },
        },
        EventRow::Parked { ticket, call, place } => {
            Event::Parked { ticket: TicketId(ticket), call: CallId(call), place: place.into() }
        }
        EventRow::Transferred(row) => Event::Transferred {
            ticket: TicketId(row.ticket),
            call: CallId(row.call),
            to: row.to.into(),
            service: ServiceId(row.service),
            priority: priority(row.priority)?,
            back_to: row.back_to.map(Into::into),
        },
        EventRow::Undone { ticket, call, before: row } => {
            Event::Undone { ticket: TicketId(ticket), call: CallId(call), before: before(row)? }
        }
        EventRow::Redirected { ticket, to, service, priority: urgency } => Event::Redirected {
            ticket: TicketId(ticket),
            to: to.into(),
            service: ServiceId(service),
            priority: priority(urgency)?,
        },
        EventRow::LineAdded { ticket, line: added } => {
            Event::LineAdded { ticket: TicketId(ticket), line: line(added)? }
        }
        EventRow::LineCancelled { ticket, line, next } => {
            Event::LineCancelled { ticket: TicketId(ticket), line, next }
        }
        EventRow::PrioritySet { ticket, line, priority: urgency, current } => Event::PrioritySet {
            ticket: TicketId(ticket),
            line,
            priority: priority(urgency)?,
            current,
        },
        EventRow::Deleted { ticket } => Event::Deleted { ticket: TicketId(ticket) },
        EventRow::Answered { ticket, survey, question, answer } => Event::Answered {
            ticket: TicketId(ticket),
            survey: ProfileId(survey),
            question: QuestionId(question),
            answer: AnswerId(answer),
        },
    })
}

fn booked(row: BookedRow) -> Result<Event, DecodeError> {
    Ok(Event::Booked {
        ticket: TicketId(row.ticket),
        token: token(&row.token)?,
        line: line(row.line)?,
        language: LanguageId(row.language),
        source: row.source.into(),
        appointment: row.appointment.into(),
        code: code(&row.code)?,
        pin: pin(&row.pin)?,
        hold: row.hold.map(Into::into),
    })
}

fn checked_in(row: CheckedInRow) -> Result<Event, DecodeError> {
    Ok(Event::CheckedIn {
        ticket: TicketId(row.ticket),
        label: Label { tag: tag(&row.tag)?, number: row.number },
        arrived: row.arrived.into(),
        lines: row.lines.into_iter().map(line).collect::<Result<_, DecodeError>>()?,
        language: LanguageId(row.language),
        pass: row.pass.as_deref().map(pass).transpose()?,
        source: row.source.into(),
        device: row.device.map(DeviceId),
    })
}

fn line_row(line: &LineRequest) -> (u32, u8) {
    (line.service.0, line.priority.get())
}

fn line((service, urgency): (u32, u8)) -> Result<LineRequest, DecodeError> {
    Ok(LineRequest { service: ServiceId(service), priority: priority(urgency)? })
}

fn issued(row: IssuedRow) -> Result<Event, DecodeError> {
    Ok(Event::Issued {
        ticket: TicketId(row.ticket),
        label: Label { tag: tag(&row.tag)?, number: row.number },
        token: token(&row.token)?,
        lines: row.lines.into_iter().map(line).collect::<Result<_, DecodeError>>()?,
        language: LanguageId(row.language),
        pass: row.pass.as_deref().map(pass).transpose()?,
        source: row.source.into(),
        device: row.device.map(DeviceId),
    })
}

fn why_row(why: Why) -> WhyRow {
    match why {
        Why::Asked => WhyRow::Asked,
        Why::Priority => WhyRow::Priority,
        Why::Reserved => WhyRow::Reserved,
        Why::Arrival => WhyRow::Arrival,
    }
}

fn next_row(next: Next) -> NextRow {
    match next {
        Next::Close => NextRow::Close,
        Next::Line(index) => NextRow::Line(index),
        Next::Back(back) => NextRow::Back(back.into()),
    }
}
