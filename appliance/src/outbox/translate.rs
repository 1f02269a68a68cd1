//! From what the journal says to what is replicated of it: no token, no pass, no text of a person.

use engine::ticket::{Place as EnginePlace, Source as EngineSource};
use engine::{Before, CallId, Event, LineRequest, LineState, Next, Settings, TicketState};
use sync::change::{Asked, Change, Onward, OpenCall, Outcome, Place, Source, Step};
use sync::document::ServiceRow;
use sync::ids::Moment;

/// A moment, as documents have it: a clock that was never set reads 1970.
pub(super) fn moment(moment: engine::Moment) -> Moment {
    Moment { wall_ms: u64::try_from(moment.wall_ms).unwrap_or(0), steady_ms: moment.steady_ms }
}

/// What happened to the event's ticket, if it is about one.
pub(super) fn step(event: &Event) -> Option<Step> {
    Some(match event {
        Event::SettingsChanged(_)
        | Event::DayOpened { .. }
        | Event::DayClosed { .. }
        | Event::ShiftOpened { .. }
        | Event::ShiftClosed { .. }
        | Event::BreakStarted { .. }
        | Event::BreakEnded { .. } => return None,
        // A promise is the branch's own affair. Central learns of the ticket once somebody has come.
        Event::Booked { .. }
        | Event::BookingConfirmed { .. }
        | Event::BookingCancelled { .. }
        | Event::BookingLapsed { .. } => return None,
        Event::Issued { label, lines, language, source, .. }
        | Event::CheckedIn { label, lines, language, source, .. } => Step::Issued {
            label: label.to_string(),
            asked: lines.iter().map(asked).collect(),
            language: language.0,
            source: match source {
                EngineSource::Customer => Source::Customer,
                EngineSource::Staff => Source::Staff,
            },
        },
        Event::Called { call, counter, operator, .. } => Step::Called {
            call: call.0,
            counter: counter.0,
            operator: operator.map(|operator| operator.0),
        },
        Event::Recalled { call, .. } => Step::Recalled { call: call.0 },
        Event::Started { call, since, .. } => Step::Started { call: call.0, since: moment(*since) },
        Event::AfterworkBegan { call, .. } => Step::AfterworkBegan { call: call.0 },
        Event::Finished { call, next, .. } => match next {
            Next::Close => Step::Closed { call: Some(call.0), outcome: Outcome::Served },
            Next::Line(index) => Step::WentOn { call: call.0, onward: Onward::Line(*index) },
            Next::Back(back) => {
                let onward = Onward::Back { service: back.service.0, place: place(back.place) };
                Step::WentOn { call: call.0, onward }
            }
        },
        Event::Missed { call, until, .. } => {
            Step::Missing { call: call.0, until: until.map(moment) }
        }
        Event::GivenUp { call, .. } => {
            Step::Closed { call: Some(call.0), outcome: Outcome::NoShow }
        }
        Event::PutBack { .. } => Step::PutBack,
        Event::Parked { call, place: whose, .. } => {
            Step::Parked { call: call.0, place: place(*whose) }
        }
        Event::Transferred { call, to, service, priority, .. } => Step::Transferred {
            call: call.0,
            service: service.0,
            place: place(*to),
            priority: priority.get(),
        },
        Event::Undone { call, before, .. } => undone(*call, before)?,
        Event::Redirected { to, service, priority, .. } => {
            Step::Redirected { service: service.0, place: place(*to), priority: priority.get() }
        }
        Event::LineAdded { line, .. } => Step::LineAdded { asked: asked(line) },
        Event::LineCancelled { line, next, .. } => Step::LineDropped { line: *line, next: *next },
        Event::PrioritySet { line, priority, current, .. } => {
            Step::PrioritySet { line: *line, priority: priority.get(), current: *current }
        }
        Event::Deleted { .. } => Step::Closed { call: None, outcome: Outcome::Deleted },
        Event::Answered { survey, question, answer, .. } => {
            Step::Answered { survey: survey.0, question: question.0, answer: answer.0 }
        }
    })
}

/// The call goes on, for the line that is the current one again.
fn undone(call: CallId, before: &Before) -> Option<Step> {
    let (state, since) = match before.state {
        TicketState::Called { since, .. } => (OpenCall::Called, since),
        TicketState::Serving { since, .. } => (OpenCall::Serving, since),
        TicketState::Afterwork { since, .. } => (OpenCall::Afterwork, since),
        // A call was under way, so the ticket stood at a counter.
        TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. }
        | TicketState::Closed { .. } => return None,
    };
    let line = before.lines.iter().find(|line| line.state == LineState::Current)?;
    Some(Step::Undone {
        call: call.0,
        state,
        since: moment(since),
        service: line.service.0,
        priority: line.priority.get(),
    })
}

fn asked(line: &LineRequest) -> Asked {
    Asked { service: line.service.0, priority: line.priority.get() }
}

pub(super) fn place(place: EnginePlace) -> Place {
    match place {
        EnginePlace::Service(_) => Place::Service,
        EnginePlace::Counter(counter) => Place::Counter(counter.0),
        EnginePlace::Operator(operator) => Place::Operator(operator.0),
    }
}

/// What the branch and its services are called; `before` are the services that were told last.
pub(super) fn names(settings: &Settings, before: &[ServiceRow]) -> Vec<Change> {
    let branch = Change::Branch { name: settings.name.clone(), zone: settings.zone.clone() };
    let language = settings.languages.first().map(|language| language.id);
    let offered = settings.services.iter().map(|service| ServiceRow {
        id: service.id.0,
        tag: service.tag.as_str().to_owned(),
        name: language.map_or("", |language| service.names.get(language)).to_owned(),
        offered: true,
    });
    let is_gone = |known: &&ServiceRow| settings.service(engine::ServiceId(known.id)).is_none();
    let gone =
        before.iter().filter(is_gone).map(|gone| ServiceRow { offered: false, ..gone.clone() });
    std::iter::once(branch).chain(offered.chain(gone).map(Change::Service)).collect()
}
