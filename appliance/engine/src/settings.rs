//! The settings of a branch, as the rules and the dialects read them. They are journaled whole.

use std::collections::BTreeMap;

use crate::ids::{
    AnswerId, BranchId, CounterId, DeviceId, GroupId, LanguageId, OperatorId, ProfileId,
    QuestionId, ServiceId,
};
use crate::label::Tag;
use crate::moment::LocalTime;
use crate::ticket::Priority;

/// A text in several languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts(pub BTreeMap<LanguageId, String>);

impl Texts {
    /// The text in `language`, else in the lowest-numbered language, else empty.
    pub fn get(&self, language: LanguageId) -> &str {
        self.0.get(&language).or_else(|| self.0.values().next()).map_or("", String::as_str)
    }
}

/// Everything that can be set about a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The branch's number.
    pub branch: BranchId,
    /// The branch's name.
    pub name: String,
    /// The branch's zone, by its IANA name. The engine carries it and never interprets it.
    pub zone: String,
    /// At least one; the first is the default.
    pub languages: Vec<Language>,
    /// What customers come for.
    pub services: Vec<Service>,
    /// How services are grouped on the dispenser; a service in no group stands at the top.
    pub groups: Vec<Group>,
    /// Where customers are served.
    pub counters: Vec<Counter>,
    /// Who serves.
    pub operators: Vec<Operator>,
    /// What is asked after a visit.
    pub surveys: Vec<Survey>,
    /// The rules that have a number in them.
    pub rules: Rules,
    /// What can be booked.
    pub bookings: Bookings,
    /// The phone module.
    pub smart_ticket: SmartTicket,
    /// Tickets taken from afar.
    pub virtual_ticket: VirtualTicket,
    /// What the slip says at its foot.
    pub slip_footer: Texts,
}

/// A language of the branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// Its number.
    pub id: LanguageId,
    /// Its code: `en-gb`.
    pub code: String,
    /// Its own name for itself.
    pub name: String,
}

/// What a customer comes for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its number.
    pub id: ServiceId,
    /// The letters of its labels. Services with the same tag share one range of numbers.
    pub tag: Tag,
    /// Its name.
    pub names: Texts,
    /// What it is for, in a sentence.
    pub descriptions: Texts,
    /// Not offered to customers; staff may issue for it.
    pub hidden: bool,
    /// Shown, but not to be had.
    pub disabled: bool,
    /// When tickets are issued; none: at any time.
    pub hours: Option<Hours>,
    /// Tickets a business day; none: as many as come.
    pub quota: Option<u32>,
    /// How long one customer is expected to take, until the branch has measured it.
    pub expected_ms: u64,
}

/// Weekly opening times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// For each weekday, Monday first: spans of minutes since midnight, the end not included.
    pub days: [Vec<(u16, u16)>; 7],
}

impl Hours {
    /// Whether it is open at this local time.
    pub fn contain(&self, time: LocalTime) -> bool {
        self.days.get(usize::from(time.weekday)).is_some_and(|day| {
            day.iter().any(|&(from, to)| from <= time.minute && time.minute < to)
        })
    }
}

/// A group of services on the dispenser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its number.
    pub id: GroupId,
    /// Its name.
    pub names: Texts,
    /// What it holds, in order.
    pub services: Vec<ServiceId>,
}

/// Which services a counter or an operator serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Serves {
    /// Every service, those to come included.
    All,
    /// These.
    These(Vec<ServiceId>),
}

impl Serves {
    /// Whether `service` is among them.
    pub fn contains(&self, service: ServiceId) -> bool {
        match self {
            Serves::All => true,
            Serves::These(services) => services.contains(&service),
        }
    }
}

/// A numbered place of service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// Its number.
    pub id: CounterId,
    /// What displays and slips call it.
    pub name: String,
    /// What is served there.
    pub serves: Serves,
    /// Whether a feedback keypad stands there.
    pub keypad: bool,
}

/// A person who serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Their number.
    pub id: OperatorId,
    /// What they sign in as.
    pub login: String,
    /// Their name.
    pub name: String,
    /// What they are able to serve.
    pub serves: Serves,
    /// What they may do, where somebody asks who they are.
    pub rights: Rights,
}

/// Something that not everyone may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Work at a counter: call, call again, end.
    Counter,
    /// Choose the services that are called, and those that a ticket is issued for.
    SelectServices,
    /// Choose tickets from the line, and issue some.
    SelectTickets,
    /// Park tickets.
    Park,
    /// Send tickets on.
    Transfer,
    /// Lead the hall: see to other people's counters, and act for them.
    Hall,
    /// Change the branch's settings and people.
    Administration,
}

impl Right {
    /// All there are.
    pub const ALL: [Right; 7] = [
        Right::Counter,
        Right::SelectServices,
        Right::SelectTickets,
        Right::Park,
        Right::Transfer,
        Right::Hall,
        Right::Administration,
    ];
}

/// A set of [`Right`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rights(u8);

impl Rights {
    /// None.
    pub const NONE: Rights = Rights(0);
    /// All that a clerk's work needs.
    pub const CLERK: Rights = Rights::of(&[
        Right::Counter,
        Right::SelectServices,
        Right::SelectTickets,
        Right::Park,
        Right::Transfer,
    ]);
    /// All there are.
    pub const ALL: Rights = Rights::of(&Right::ALL);

    /// These.
    pub const fn of(rights: &[Right]) -> Rights {
        let mut set = 0;
        let mut index = 0;
        while index < rights.len() {
            set |= 1 << rights[index] as u8;
            index += 1;
        }
        Rights(set)
    }

    /// Whether `right` is among them.
    pub const fn contains(self, right: Right) -> bool {
        self.0 & (1 << right as u8) != 0
    }

    /// Those that are in it, in the order of [`Right::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Right> {
        Right::ALL.into_iter().filter(move |right| self.contains(*right))
    }
}

/// What is asked after a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Its number.
    pub id: ProfileId,
    /// Its name.
    pub name: String,
    /// The questions, in order.
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its number.
    pub id: QuestionId,
    /// What is asked.
    pub texts: Texts,
    /// The possible replies, in order.
    pub answers: Vec<AnswerChoice>,
}

/// One possible reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerChoice {
    /// Its number.
    pub id: AnswerId,
    /// What it counts for.
    pub value: i32,
    /// What it says.
    pub texts: Texts,
}

/// The rules that have a number in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// With this no-show the ticket is closed; the ones before make it missing. At least 1.
    pub no_shows_max: u8,
    /// A missing ticket goes back into the line after so many minutes; none: only when asked.
    pub put_back_after_min: Option<u32>,
    /// Minutes after the close of a ticket in which it may be rated.
    pub feedback_for_min: u32,
    /// The local minute of the day at which the business day ends.
    pub day_ends_minute: u16,
    /// A missing ticket may be called back while its service has had at most so many calls since.
    pub tolerance_tickets: u32,
}

impl Rules {
    /// The tolerance of a branch that has not chosen its own.
    pub const TOLERANCE_TICKETS: u32 = 10;
}

/// What can be booked, and how a booking is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bookings {
    /// Whether anything can be.
    pub enabled: bool,
    /// Minutes of a slot.
    pub slot_min: u16,
    /// When slots are offered: one begins with each span, and after each slot the next, as long as
    /// it ends within the span.
    pub hours: Hours,
    /// Places of one slot and service.
    pub places: u16,
    /// How many minutes before the appointment a customer may check in.
    pub check_in_before_min: u32,
    /// Minutes after the appointment from which on nobody may.
    pub check_in_after_min: u32,
    /// Minutes for which a booking that is not confirmed holds its slot.
    pub hold_min: u32,
    /// Digits of a PIN.
    pub pin_digits: u8,
    /// How urgent a booking is once its customer has checked in. With the normal priority it stands
    /// among the others by the time of its appointment; with more, before them.
    pub priority: Priority,
}

impl Bookings {
    /// No bookings. Switched on, half an hour each, one customer a slot and service, from nine to
    /// five on every day.
    pub fn off() -> Bookings {
        let day = || vec![(9 * 60, 17 * 60)];
        Bookings {
            enabled: false,
            slot_min: 30,
            hours: Hours { days: std::array::from_fn(|_| day()) },
            places: 1,
            check_in_before_min: 30,
            check_in_after_min: 15,
            hold_min: 15,
            pin_digits: 4,
            priority: Priority::NORMAL,
        }
    }

    /// The minutes since midnight at which slots begin on a weekday, 0 for Monday.
    pub fn slots(&self, weekday: u8) -> impl Iterator<Item = u16> {
        let (length, day) = (self.slot_min.max(1), self.hours.days.get(usize::from(weekday)));
        day.into_iter().flatten().flat_map(move |&(from, to)| {
            let starts = (from..to).step_by(usize::from(length));
            starts.filter(move |start| length <= to - start)
        })
    }

    /// Whether a slot begins at this local time.
    pub fn has_slot_at(&self, time: LocalTime) -> bool {
        self.slots(time.weekday).any(|start| start == time.minute)
    }
}

/// The phone module's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmartTicket {
    /// Whether phones may take tickets.
    pub enabled: bool,
    /// Where phones find the page, without a slash at the end; none: the branch's own address.
    pub public_url: Option<String>,
    /// The dispenser profile that phones show.
    pub dispenser_profile: ProfileId,
    /// The survey that phones show.
    pub survey: ProfileId,
    /// Minutes for which a pass is valid.
    pub valid_min: u32,
    /// The printer on which a ticket taken by phone comes out as well; none: on none.
    pub printer: Option<DeviceId>,
    /// The title, the description and the two notifications, by language.
    pub title: Texts,
    /// The sentence beside the QR code.
    pub description: Texts,
    /// What the phone says when the ticket is called.
    pub call_texts: Texts,
    /// What the phone says when feedback is asked for.
    pub feedback_texts: Texts,
    /// The dispenser profiles that exist.
    pub dispensers: Vec<Dispenser>,
}

/// What holds for tickets that registered customers take from afar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualTicket {
    /// Whether they may.
    pub enabled: bool,
    /// Kilometres within which they may; none: from everywhere.
    pub radius_km: Option<u32>,
    /// Customers who must wait at least; with fewer one had better just come.
    pub min_customers: u32,
    /// Minutes that the wait must be at least.
    pub min_waiting_min: u32,
    /// Whether a customer may hold several tickets.
    pub allow_multi_ticket: bool,
    /// With so many ahead a customer is warned, unless they have said otherwise.
    pub warn_ahead: u32,
    /// The title and the message of the call.
    pub your_turn: [Texts; 2],
    /// The title and the message of the warning.
    pub almost_your_turn: [Texts; 2],
    /// Where the branch is.
    pub site: Site,
}

impl VirtualTicket {
    /// The warning of a branch that has not chosen its own.
    pub const WARN_AHEAD: u32 = 3;

    /// None of it.
    pub fn off() -> VirtualTicket {
        VirtualTicket {
            enabled: false,
            radius_km: None,
            min_customers: 0,
            min_waiting_min: 0,
            allow_multi_ticket: false,
            warn_ahead: VirtualTicket::WARN_AHEAD,
            your_turn: Default::default(),
            almost_your_turn: Default::default(),
            site: Site::default(),
        }
    }
}

/// Where a branch is, and how it is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// Street and house.
    pub address: String,
    /// Its city.
    pub city: String,
    /// Its region.
    pub region: String,
    /// Its country.
    pub country: String,
    /// Its telephone number.
    pub phone: String,
    /// Its mail address.
    pub email: String,
    /// Its page.
    pub website: String,
    /// Latitude and longitude, in millionths of a degree.
    pub coordinates: Option<(i32, i32)>,
}

/// A dispenser profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispenser {
    /// Its number.
    pub id: ProfileId,
    /// Seconds after which an abandoned screen goes back to its start.
    pub standby_s: u32,
}

impl Settings {
    /// The settings of a branch that has none yet: no service, no counter, closed to everyone.
    pub fn blank() -> Settings {
        Settings {
            branch: BranchId(0),
            name: String::new(),
            zone: "UTC".into(),
            languages: Vec::new(),
            services: Vec::new(),
            groups: Vec::new(),
            counters: Vec::new(),
            operators: Vec::new(),
            surveys: Vec::new(),
            rules: Rules {
                no_shows_max: 3,
                put_back_after_min: None,
                feedback_for_min: 10,
                day_ends_minute: 4 * 60,
                tolerance_tickets: Rules::TOLERANCE_TICKETS,
            },
            bookings: Bookings::off(),
            smart_ticket: SmartTicket {
                enabled: false,
                public_url: None,
                dispenser_profile: ProfileId(1),
                survey: ProfileId(1),
                valid_min: 10,
                printer: None,
                title: Texts::default(),
                description: Texts::default(),
                call_texts: Texts::default(),
                feedback_texts: Texts::default(),
                dispensers: Vec::new(),
            },
            virtual_ticket: VirtualTicket::off(),
            slip_footer: Texts::default(),
        }
    }

    /// The default language. (Checked settings have at least one.)
    pub fn default_language(&self) -> LanguageId {
        self.languages.first().map_or(LanguageId(1), |language| language.id)
    }

    /// The language with this number.
    pub fn language(&self, id: LanguageId) -> Option<&Language> {
        self.languages.iter().find(|language| language.id == id)
    }

    /// The service with this number.
    pub fn service(&self, id: ServiceId) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    /// The counter with this number.
    pub fn counter(&self, id: CounterId) -> Option<&Counter> {
        self.counters.iter().find(|counter| counter.id == id)
    }

    /// The operator with this number.
    pub fn operator(&self, id: OperatorId) -> Option<&Operator> {
        self.operators.iter().find(|operator| operator.id == id)
    }

    /// The operator who signs in as this.
    pub fn operator_by_login(&self, login: &str) -> Option<&Operator> {
        self.operators.iter().find(|operator| operator.login == login)
    }

    /// The survey with this number.
    pub fn survey(&self, id: ProfileId) -> Option<&Survey> {
        self.surveys.iter().find(|survey| survey.id == id)
    }

    /// The dispenser profile with this number.
    pub fn dispenser(&self, id: ProfileId) -> Option<&Dispenser> {
        self.smart_ticket.dispensers.iter().find(|dispenser| dispenser.id == id)
    }
}
