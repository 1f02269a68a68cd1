//! Random days in the life of the hall, in small numbers that shrink well.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::booking::{Code, Pin, Slot};
use crate::branch::Branch;
use crate::command::{Book, CheckIn, Command, Issue, LineRequest, Shown, Standing, Unstarted};
use crate::counter::At;
use crate::ids::{
    AnswerId, CallId, CounterId, DayId, LanguageId, OperatorId, ProfileId, QuestionId, ServiceId,
    TicketId,
};
use crate::label::Tag;
use crate::line::Among;
use crate::moment::{LocalTime, Now};
use crate::settings::Settings;
use crate::ticket::{Pass, Place, Priority, Source, TicketState, Token};

/// One step of a day. Tickets and calls are counted back from the last fitting one, so that a
/// shorter history still means something.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Issue {
        lines: Vec<(u32, u8)>,
        staff: bool,
        token: u8,
        pass: u8,
        language: Option<u32>,
    },
    Book {
        service: u32,
        /// How many slots ahead.
        ahead: u8,
        off_min: i64,
        confirmed: bool,
        staff: bool,
        code: u8,
    },
    /// With one of the last bookings, open or not.
    Promise {
        back: u64,
        deed: PromiseDeed,
    },
    Break {
        counter: u32,
        begin: bool,
    },
    CallNext {
        counter: u32,
        operator: Option<u32>,
        among: Option<Vec<u32>>,
    },
    Call {
        counter: u32,
        operator: Option<u32>,
        back: u64,
        standing: Standing,
    },
    /// With one of those who are at a counter.
    Serve {
        counter: u32,
        deed: Deed,
    },
    /// At a counter at which a call has ended.
    Undo {
        counter: u32,
    },
    /// With one of the last calls, over or not.
    Late {
        back: u64,
        deed: Deed,
    },
    PutBack {
        back: u64,
        overdue: bool,
    },
    Delete {
        back: u64,
    },
    /// With a ticket wherever it stands.
    Alter {
        back: u64,
        deed: Alteration,
    },
    Answer {
        back: u64,
        survey: u32,
        question: u32,
        answer: u32,
    },
    Sit {
        operator: u32,
        counter: u32,
    },
    Leave {
        counter: u32,
    },
    CloseDay,
    OpenDay {
        on: u32,
    },
    Change(Change),
    /// Time passes: on the steady clock, and the wall clock besides.
    Pass {
        ms: u64,
        wall_ms: i64,
    },
    /// Everything that is due is done.
    Due,
}

/// What is done with a call.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    Recall,
    Start,
    Finish { afterwork: bool, unstarted: Unstarted },
    NoShow,
    Park { unstarted: Unstarted },
    Transfer { to: Place, service: Option<u32>, priority: Option<u8>, then_back: bool },
}

/// What is done with a ticket from outside.
#[derive(Clone, Debug)]
pub(super) enum Alteration {
    Redirect { to: Place, service: Option<u32>, priority: Option<u8> },
    Add { service: u32, urgency: u8, staff: bool },
    Drop { line: u8 },
    Urge { line: u8, urgency: u8 },
}

/// What is done with a booking.
#[derive(Clone, Debug)]
pub(super) enum PromiseDeed {
    Confirm,
    Cancel,
    Lapse,
    CheckIn { by_code: bool, right: bool, pass: u8, language: Option<u32> },
}

/// What is changed in the settings in force.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Hall,
    NoShows(u8),
    PutBack(Option<u32>),
    Feedback(u32),
    Disable(u32, bool),
    Quota(u32, Option<u32>),
    Retag(u32, bool),
    Bookings(bool),
    Urgency(u8),
    DropService(u32),
    DropCounter(u32),
    DropOperator(u32),
}

pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec(step(), 0..300)
}

fn step() -> impl Strategy<Value = Step> {
    let (counter, operator) = (1..=5_u32, 1..=4_u32);
    let who = || option::weighted(0.25, 1..=4_u32);
    prop_oneof![
        30 => issue(),
        10 => booking(),
        20 => (0..6_u64, promise_deed()).prop_map(|(back, deed)| Step::Promise { back, deed }),
        6 => (counter.clone(), any::<bool>())
            .prop_map(|(counter, begin)| Step::Break { counter, begin }),
        30 => (counter.clone(), who(), option::weighted(0.2, vec(1..=9_u32, 0..3)))
            .prop_map(|(counter, operator, among)| Step::CallNext { counter, operator, among }),
        10 => (counter.clone(), who(), 0..4_u64, standing())
            .prop_map(|(counter, operator, back, standing)| {
                Step::Call { counter, operator, back, standing }
            }),
        50 => (counter.clone(), deed()).prop_map(|(counter, deed)| Step::Serve { counter, deed }),
        12 => counter.clone().prop_map(|counter| Step::Undo { counter }),
        4 => (0..12_u64, deed()).prop_map(|(back, deed)| Step::Late { back, deed }),
        6 => (0..4_u64, any::<bool>()).prop_map(|(back, overdue)| Step::PutBack { back, overdue }),
        3 => (0..20_u64).prop_map(|back| Step::Delete { back }),
        15 => (0..8_u64, alteration()).prop_map(|(back, deed)| Step::Alter { back, deed }),
        10 => (0..4_u64, mostly(1_u32..2, 1..=3_u32), 1..=3_u32, 1..=2_u32)
            .prop_map(|(back, survey, question, answer)| {
                Step::Answer { back, survey, question, answer }
            }),
        5 => (operator, counter.clone())
            .prop_map(|(operator, counter)| Step::Sit { operator, counter }),
        2 => counter.prop_map(|counter| Step::Leave { counter }),
        2 => Just(Step::CloseDay),
        10 => mostly(1..2_u32, 0..3_u32).prop_map(|on| Step::OpenDay { on }),
        4 => change().prop_map(Step::Change),
        15 => pass(),
        5 => Just(Step::Due),
    ]
}

/// Mostly what a branch sees all day, now and then what it may see once.
fn mostly<T: std::fmt::Debug>(
    often: impl Strategy<Value = T>,
    seldom: impl Strategy<Value = T>,
) -> impl Strategy<Value = T> {
    prop_oneof![9 => often, 1 => seldom]
}

fn issue() -> impl Strategy<Value = Step> {
    let line = || (mostly(1..=3_u32, 1..=9_u32), prop_oneof![Just(5_u8), 1..=9_u8]);
    let lines = mostly(vec(line(), 1..4), vec(line(), 0..12));
    let language = mostly(Just(None), option::of(1..=3_u32));
    (lines, any::<bool>(), mostly(Just(0_u8), 1..4_u8), mostly(Just(0_u8), 1..9_u8), language)
        .prop_map(|(lines, staff, token, pass, language)| Step::Issue {
            lines,
            staff,
            token,
            pass,
            language,
        })
}

fn booking() -> impl Strategy<Value = Step> {
    let off_min = mostly(Just(0_i64), -1..2_i64);
    let code = mostly(Just(0_u8), 1..4_u8);
    let ahead = prop_oneof![4 => 0..3_u8, 1 => any::<u8>()];
    let service = mostly(1..=3_u32, 1..=9_u32);
    (service, ahead, off_min, any::<bool>(), any::<bool>(), code).prop_map(
        |(service, ahead, off_min, confirmed, staff, code)| Step::Book {
            service,
            ahead,
            off_min,
            confirmed,
            staff,
            code,
        },
    )
}

fn promise_deed() -> impl Strategy<Value = PromiseDeed> {
    let pass = mostly(Just(0_u8), 1..9_u8);
    let language = mostly(Just(None), option::of(1..=3_u32));
    prop_oneof![
        2 => Just(PromiseDeed::Confirm),
        1 => Just(PromiseDeed::Cancel),
        1 => Just(PromiseDeed::Lapse),
        8 => (any::<bool>(), mostly(Just(true), Just(false)), pass, language).prop_map(
            |(by_code, right, pass, language)| PromiseDeed::CheckIn {
                by_code,
                right,
                pass,
                language,
            }
        ),
    ]
}

fn pass() -> impl Strategy<Value = Step> {
    let ms = prop_oneof![
        3 => Just(0_u64),
        3 => 0..120_000_u64,
        2 => 0..20 * 60_000_u64,
        1 => 0..9 * 3_600_000_u64,
    ];
    let wall_ms = mostly(Just(0_i64), -7_200_000..7_200_000_i64);
    (ms, wall_ms).prop_map(|(ms, wall_ms)| Step::Pass { ms, wall_ms })
}

fn standing() -> impl Strategy<Value = Standing> {
    prop_oneof![Just(Standing::Waiting), Just(Standing::Parked), Just(Standing::Missing)]
}

fn deed() -> impl Strategy<Value = Deed> {
    let unstarted = || prop_oneof![Just(Unstarted::Refuse), Just(Unstarted::StartAtCall)];
    prop_oneof![
        1 => Just(Deed::Recall),
        3 => Just(Deed::Start),
        6 => (any::<bool>(), unstarted())
            .prop_map(|(afterwork, unstarted)| Deed::Finish { afterwork, unstarted }),
        3 => Just(Deed::NoShow),
        2 => unstarted().prop_map(|unstarted| Deed::Park { unstarted }),
        3 => (place(), named(), option::of(1..=9_u8), any::<bool>()).prop_map(
            |(to, service, priority, then_back)| {
                Deed::Transfer { to, service, priority, then_back }
            }
        ),
    ]
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        (1..=6_u32).prop_map(|id| Place::Service(ServiceId(id))),
        (1..=5_u32).prop_map(|id| Place::Counter(CounterId(id))),
        (1..=4_u32).prop_map(|id| Place::Operator(OperatorId(id))),
    ]
}

fn named() -> impl Strategy<Value = Option<u32>> {
    option::weighted(0.3, 1..=6_u32)
}

fn alteration() -> impl Strategy<Value = Alteration> {
    let line = || prop_oneof![4 => Just(0_u8), 4 => 1..3_u8, 1 => any::<u8>()];
    prop_oneof![
        2 => (place(), named(), option::of(1..=9_u8))
            .prop_map(|(to, service, priority)| Alteration::Redirect { to, service, priority }),
        4 => (mostly(1..=3_u32, 1..=9_u32), 1..=9_u8, any::<bool>())
            .prop_map(|(service, urgency, staff)| Alteration::Add { service, urgency, staff }),
        2 => line().prop_map(|line| Alteration::Drop { line }),
        2 => (line(), 1..=9_u8).prop_map(|(line, urgency)| Alteration::Urge { line, urgency }),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        12 => Just(Change::Hall),
        1 => (0..4_u8).prop_map(Change::NoShows),
        1 => option::of(0..30_u32).prop_map(Change::PutBack),
        1 => (0..130_u32).prop_map(Change::Feedback),
        1 => (1..=8_u32, any::<bool>()).prop_map(|(id, on)| Change::Disable(id, on)),
        1 => (1..=8_u32, option::of(0..6_u32)).prop_map(|(id, quota)| Change::Quota(id, quota)),
        1 => (1..=8_u32, any::<bool>()).prop_map(|(id, to_a)| Change::Retag(id, to_a)),
        1 => any::<bool>().prop_map(Change::Bookings),
        1 => (1..=9_u8).prop_map(Change::Urgency),
        1 => (1..=8_u32).prop_map(Change::DropService),
        1 => (1..=4_u32).prop_map(Change::DropCounter),
        1 => (1..=3_u32).prop_map(Change::DropOperator),
    ]
}

/// The command that a step means in this state; none for those that are not about a command.
pub(super) fn command(step: &Step, branch: &Branch, fresh: u64, now: Now) -> Option<Command> {
    // Mostly a ticket with which the step can be taken; where there is none, any.
    let pick = |back: u64, fits: fn(&TicketState) -> bool| {
        let fitting: Vec<TicketId> =
            branch.tickets().filter(|ticket| fits(&ticket.state)).map(|ticket| ticket.id).collect();
        let nth = fitting.iter().rev().nth(usize::try_from(back).unwrap_or(0));
        nth.copied().unwrap_or(TicketId(branch.last_ticket().0.saturating_sub(back)))
    };
    let command = match step {
        Step::Issue { lines, staff, token, pass, language } => {
            let token = if *token == 0 { format!("{fresh:0>10}") } else { format!("{token:r>10}") };
            let line = |&(service, urgency): &(u32, u8)| LineRequest {
                service: ServiceId(service),
                priority: Priority::new(urgency).expect("drawn from 1 to 9"),
            };
            Command::Issue(Issue {
                lines: lines.iter().map(line).collect(),
                language: language.map(LanguageId),
                token: Token::parse(&token).expect("ten characters"),
                pass: if *pass == 0 { None } else { Pass::parse(&format!("{pass:p>11}")) },
                source: if *staff { Source::Staff } else { Source::Customer },
                device: None,
            })
        }
        Step::Book { service, ahead, off_min, confirmed, staff, code } => {
            let code = if *code == 0 { fresh } else { u64::from(*code) };
            Command::Book(Book {
                service: ServiceId(*service),
                slot: slot(now, *ahead, *off_min),
                language: None,
                token: Token::parse(&format!("{fresh:b>10}")).expect("ten characters"),
                code: Code::parse(&format!("{code:0>8}")).expect("eight digits"),
                pin: Pin::parse(&format!("{fresh:0>4}")).expect("four digits"),
                confirmed: *confirmed,
                source: if *staff { Source::Staff } else { Source::Customer },
            })
        }
        Step::Promise { back, deed } => promised(branch, pick(*back, booked), deed),
        Step::Break { counter, begin } => {
            // Mostly where somebody sits.
            let desks = branch.parts().desks.iter();
            let seats: Vec<CounterId> =
                desks.filter(|(_, desk)| desk.shift.is_some()).map(|(id, _)| *id).collect();
            let nth = (*counter as usize).checked_rem(seats.len());
            let counter = nth.map_or(CounterId(*counter), |nth| seats[nth]);
            match begin {
                true => Command::StartBreak { counter },
                false => Command::EndBreak { counter },
            }
        }
        Step::CallNext { counter, operator, among } => Command::CallNext {
            at: at(*counter, *operator),
            among: match among {
                Some(these) => Among::These(these.iter().copied().map(ServiceId).collect()),
                None => Among::Everything,
            },
        },
        Step::Call { counter, operator, back, standing } => Command::Call {
            at: at(*counter, *operator),
            ticket: match standing {
                Standing::Waiting => pick(*back, waiting),
                Standing::Parked => pick(*back, parked),
                Standing::Missing => pick(*back, missing),
            },
            standing: *standing,
        },
        Step::Serve { counter, deed } => {
            let open: Vec<CallId> =
                branch.tickets().filter_map(|ticket| Some(ticket.open_call()?.id)).collect();
            let nth = (*counter as usize).checked_rem(open.len());
            done(deed, nth.map_or(CallId(0), |nth| open[nth]))
        }
        Step::Undo { counter } => {
            let desks = branch.parts().desks.iter();
            let ended: Vec<CounterId> =
                desks.filter(|(_, desk)| desk.last_end.is_some()).map(|(id, _)| *id).collect();
            let nth = (*counter as usize).checked_rem(ended.len());
            Command::Undo { counter: nth.map_or(CounterId(*counter), |nth| ended[nth]) }
        }
        Step::Late { back, deed } => {
            done(deed, CallId(branch.parts().last_call.0.saturating_sub(*back)))
        }
        Step::PutBack { back, overdue: false } => Command::PutBack { ticket: pick(*back, missing) },
        Step::PutBack { back, overdue: true } => {
            Command::PutBackOverdue { ticket: pick(*back, missing) }
        }
        Step::Alter { back, deed } => altered(pick(*back, is_open), deed),
        Step::Delete { back } => Command::Delete { ticket: pick(*back, |_| true) },
        Step::Answer { back, survey, question, answer } => Command::Answer {
            ticket: pick(*back, closed),
            survey: ProfileId(*survey),
            question: QuestionId(*question),
            answer: AnswerId(*answer),
        },
        Step::Sit { operator, counter } => {
            Command::OpenShift { operator: OperatorId(*operator), counter: CounterId(*counter) }
        }
        Step::Leave { counter } => Command::CloseShift { counter: CounterId(*counter) },
        Step::CloseDay => Command::CloseDay,
        Step::OpenDay { on } => {
            Command::OpenDay(DayId(branch.parts().last_day.map_or(1, |day| day.0) + on))
        }
        Step::Change(change) => Command::ChangeSettings(Box::new(changed(branch, change))),
        Step::Pass { .. } | Step::Due => return None,
    };
    Some(command)
}

/// A slot on the grid of half hours, or a minute off it.
fn slot(now: Now, ahead: u8, off_min: i64) -> Slot {
    const SLOT_MS: i64 = 30 * 60_000;
    let ahead = i64::from(ahead);
    let start_ms = (now.at.wall_ms / SLOT_MS + 1 + ahead) * SLOT_MS + off_min * 60_000;
    let minutes = i64::from(now.local.weekday) * 1440
        + (i64::from(now.local.minute) / 30 + 1 + ahead) * 30
        + off_min;
    let weekday = u8::try_from(minutes / 1440 % 7).expect("below seven");
    let minute = u16::try_from(minutes % 1440).expect("below a day");
    Slot { start_ms, local: LocalTime { weekday, minute } }
}

fn promised(branch: &Branch, ticket: TicketId, deed: &PromiseDeed) -> Command {
    match *deed {
        PromiseDeed::Confirm => Command::ConfirmBooking { ticket },
        PromiseDeed::Cancel => Command::CancelBooking { ticket },
        PromiseDeed::Lapse => Command::LapseBooking { ticket },
        PromiseDeed::CheckIn { by_code, right, pass, language } => {
            let booking = branch.ticket(ticket).and_then(|ticket| ticket.booking);
            let booking = booking.filter(|_| right);
            let code = booking.map(|booking| booking.code);
            let pin = booking.map(|booking| booking.pin);
            let shown = if by_code {
                Shown::Code(code.unwrap_or(Code::parse("99999999").expect("eight digits")))
            } else {
                Shown::Pin { ticket, pin: pin.unwrap_or(Pin::parse("99999").expect("digits")) }
            };
            Command::CheckIn(CheckIn {
                shown,
                language: language.map(LanguageId),
                pass: if pass == 0 { None } else { Pass::parse(&format!("{pass:p>11}")) },
                device: None,
            })
        }
    }
}

fn altered(ticket: TicketId, deed: &Alteration) -> Command {
    let priority = |number| Priority::new(number).expect("drawn from 1 to 9");
    match *deed {
        Alteration::Redirect { to, service, priority } => Command::Redirect {
            ticket,
            to,
            service: service.map(ServiceId),
            priority: priority.and_then(Priority::new),
        },
        Alteration::Add { service, urgency, staff } => Command::AddLine {
            ticket,
            line: LineRequest { service: ServiceId(service), priority: priority(urgency) },
            source: if staff { Source::Staff } else { Source::Customer },
        },
        Alteration::Drop { line } => Command::CancelLine { ticket, line },
        Alteration::Urge { line, urgency } => {
            Command::SetPriority { ticket, line, priority: priority(urgency) }
        }
    }
}

fn is_open(state: &TicketState) -> bool {
    !closed(state)
}

fn booked(state: &TicketState) -> bool {
    matches!(state, TicketState::Booked { .. })
}

fn waiting(state: &TicketState) -> bool {
    matches!(state, TicketState::Waiting { .. })
}

fn parked(state: &TicketState) -> bool {
    matches!(state, TicketState::Parked { .. })
}

fn missing(state: &TicketState) -> bool {
    matches!(state, TicketState::Missing { .. })
}

fn closed(state: &TicketState) -> bool {
    matches!(state, TicketState::Closed { .. })
}

fn at(counter: u32, operator: Option<u32>) -> At {
    At { counter: CounterId(counter), operator: operator.map(OperatorId) }
}

fn done(deed: &Deed, call: CallId) -> Command {
    match *deed {
        Deed::Recall => Command::Recall { call },
        Deed::Start => Command::Start { call },
        Deed::Finish { afterwork, unstarted } => Command::Finish { call, afterwork, unstarted },
        Deed::NoShow => Command::NoShow { call },
        Deed::Park { unstarted } => Command::Park { call, unstarted },
        Deed::Transfer { to, service, priority, then_back } => Command::Transfer {
            call,
            to,
            service: service.map(ServiceId),
            priority: priority.and_then(Priority::new),
            then_back,
        },
    }
}

fn changed(branch: &Branch, change: &Change) -> Settings {
    let mut settings = Settings::clone(branch.settings());
    let mut each = |id: &u32, change: &dyn Fn(&mut crate::settings::Service)| {
        settings.services.iter_mut().filter(|service| service.id.0 == *id).for_each(change);
    };
    match change {
        Change::Hall => settings = super::hall::hall(),
        Change::NoShows(most) => settings.rules.no_shows_max = *most,
        Change::PutBack(minutes) => settings.rules.put_back_after_min = *minutes,
        Change::Feedback(minutes) => settings.rules.feedback_for_min = *minutes,
        Change::Disable(id, on) => each(id, &|service| service.disabled = *on),
        Change::Quota(id, quota) => each(id, &|service| service.quota = *quota),
        Change::Retag(id, to_a) => {
            let tag = Tag::new(if *to_a { "A" } else { "Z" }).expect("a letter is a tag");
            each(id, &|service| service.tag = tag.clone());
        }
        Change::Bookings(on) => settings.bookings.enabled = *on,
        Change::Urgency(urgency) => {
            settings.bookings.priority = Priority::new(*urgency).expect("drawn from 1 to 9");
        }
        Change::DropService(id) => {
            settings.services.retain(|service| service.id.0 != *id);
            for counter in &mut settings.counters {
                forget(&mut counter.serves, *id);
            }
            for operator in &mut settings.operators {
                forget(&mut operator.serves, *id);
            }
        }
        Change::DropCounter(id) => settings.counters.retain(|counter| counter.id.0 != *id),
        Change::DropOperator(id) => settings.operators.retain(|operator| operator.id.0 != *id),
    }
    settings
}

fn forget(serves: &mut crate::settings::Serves, id: u32) {
    match serves {
        crate::settings::Serves::All => {}
        crate::settings::Serves::These(services) => services.retain(|service| service.0 != id),
    }
}
