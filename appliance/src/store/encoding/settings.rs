//! Settings as they are kept. This form is also what a settings file or an export looks like.

mod form;

use std::collections::BTreeMap;

use engine::settings::{
    AnswerChoice, Bookings, Counter, Dispenser, Group, Hours, Language, Operator, Question, Right,
    Rights, Rules, Serves, Service, Settings, Site, SmartTicket, Survey, Texts, VirtualTicket,
};
use engine::{
    AnswerId, BranchId, CounterId, DeviceId, GroupId, LanguageId, OperatorId, ProfileId,
    QuestionId, ServiceId,
};
use serde::{Deserialize, Serialize};

pub use self::form::{FormFault, pointer, read_settings};
use super::{DecodeError, priority, tag, to_json};

type TextsRow = BTreeMap<u32, String>;

/// The written form of the settings.
#[derive(Serialize, Deserialize)]
pub struct SettingsRow {
    branch: u32,
    name: String,
    zone: String,
    languages: Vec<LanguageRow>,
    services: Vec<ServiceRow>,
    groups: Vec<GroupRow>,
    counters: Vec<CounterRow>,
    operators: Vec<OperatorRow>,
    surveys: Vec<SurveyRow>,
    rules: RulesRow,
    /// Missing: nothing can be booked.
    #[serde(default)]
    bookings: BookingsRow,
    smart_ticket: SmartTicketRow,
    /// Missing: off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    virtual_ticket: Option<VirtualTicketRow>,
    slip_footer: TextsRow,
}

#[derive(Serialize, Deserialize)]
struct LanguageRow {
    id: u32,
    code: String,
    name: String,
}

#[derive(Serialize, Deserialize)]
struct ServiceRow {
    id: u32,
    tag: String,
    names: TextsRow,
    descriptions: TextsRow,
    hidden: bool,
    disabled: bool,
    hours: Option<[Vec<(u16, u16)>; 7]>,
    quota: Option<u32>,
    expected_ms: u64,
}

#[derive(Serialize, Deserialize)]
struct GroupRow {
    id: u32,
    names: TextsRow,
    services: Vec<u32>,
}

#[derive(Serialize, Deserialize)]
struct CounterRow {
    id: u32,
    name: String,
    /// Missing: all.
    serves: Option<Vec<u32>>,
    keypad: bool,
}

#[derive(Serialize, Deserialize)]
struct OperatorRow {
    id: u32,
    login: String,
    name: String,
    /// Missing: all.
    serves: Option<Vec<u32>>,
    /// Missing: all that a clerk's work needs.
    #[serde(default = "rights_of_a_clerk")]
    rights: Vec<RightRow>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RightRow {
    Counter,
    SelectServices,
    SelectTickets,
    Park,
    Transfer,
    Hall,
    Administration,
}

#[derive(Serialize, Deserialize)]
struct SurveyRow {
    id: u32,
    name: String,
    questions: Vec<QuestionRow>,
}

#[derive(Serialize, Deserialize)]
struct QuestionRow {
    id: u32,
    texts: TextsRow,
    answers: Vec<AnswerRow>,
}

#[derive(Serialize, Deserialize)]
struct AnswerRow {
    id: u32,
    value: i32,
    texts: TextsRow,
}

#[derive(Serialize, Deserialize)]
struct RulesRow {
    no_shows_max: u8,
    put_back_after_min: Option<u32>,
    feedback_for_min: u32,
    day_ends_minute: u16,
    #[serde(default = "usual_tolerance")]
    tolerance_tickets: u32,
}

fn usual_tolerance() -> u32 {
    Rules::TOLERANCE_TICKETS
}

#[derive(Serialize, Deserialize)]
#[serde(default)]
struct BookingsRow {
    enabled: bool,
    slot_min: u16,
    hours: [Vec<(u16, u16)>; 7],
    places: u16,
    check_in_before_min: u32,
    check_in_after_min: u32,
    hold_min: u32,
    pin_digits: u8,
    priority: u8,
}

impl Default for BookingsRow {
    fn default() -> BookingsRow {
        bookings_row(&Bookings::off())
    }
}

#[derive(Serialize, Deserialize)]
struct SmartTicketRow {
    enabled: bool,
    public_url: Option<String>,
    dispenser_profile: u32,
    survey: u32,
    valid_min: u32,
    printer: Option<u32>,
    title: TextsRow,
    description: TextsRow,
    call_texts: TextsRow,
    feedback_texts: TextsRow,
    dispensers: Vec<DispenserRow>,
}

#[derive(Serialize, Deserialize)]
struct VirtualTicketRow {
    enabled: bool,
    radius_km: Option<u32>,
    min_customers: u32,
    min_waiting_min: u32,
    allow_multi_ticket: bool,
    warn_ahead: u32,
    /// Title and message.
    your_turn: [TextsRow; 2],
    almost_your_turn: [TextsRow; 2],
    site: SiteRow,
}

#[derive(Serialize, Deserialize)]
struct SiteRow {
    address: String,
    city: String,
    region: String,
    country: String,
    phone: String,
    email: String,
    website: String,
    /// Latitude and longitude, in millionths of a degree.
    coordinates: Option<(i32, i32)>,
}

#[derive(Serialize, Deserialize)]
struct DispenserRow {
    id: u32,
    standby_s: u32,
}

/// The written form of the settings, as text.
pub fn encode_settings(settings: &Settings) -> String {
    to_json(&SettingsRow::from(settings))
}

/// The same with a line for each member, for those who edit it.
pub fn encode_settings_for_people(settings: &Settings) -> String {
    serde_json::to_string_pretty(&SettingsRow::from(settings))
        .expect("plain numbers and texts can be written")
}

/// The settings that were written.
///
/// # Errors
///
/// [`DecodeError`] where the text is not what [`encode_settings`] writes.
pub fn decode_settings(text: &str) -> Result<Settings, DecodeError> {
    serde_json::from_str::<SettingsRow>(text)?.try_into()
}

fn texts_row(texts: &Texts) -> TextsRow {
    texts.0.iter().map(|(language, text)| (language.0, text.clone())).collect()
}

fn texts(row: TextsRow) -> Texts {
    Texts(row.into_iter().map(|(language, text)| (LanguageId(language), text)).collect())
}

fn serves_row(serves: &Serves) -> Option<Vec<u32>> {
    match serves {
        Serves::All => None,
        Serves::These(services) => Some(services.iter().map(|service| service.0).collect()),
    }
}

fn serves(row: Option<Vec<u32>>) -> Serves {
    let these = |ids: Vec<u32>| Serves::These(ids.into_iter().map(ServiceId).collect());
    row.map_or(Serves::All, these)
}

fn rights_row(rights: Rights) -> Vec<RightRow> {
    let word = |right| match right {
        Right::Counter => RightRow::Counter,
        Right::SelectServices => RightRow::SelectServices,
        Right::SelectTickets => RightRow::SelectTickets,
        Right::Park => RightRow::Park,
        Right::Transfer => RightRow::Transfer,
        Right::Hall => RightRow::Hall,
        Right::Administration => RightRow::Administration,
    };
    rights.iter().map(word).collect()
}

fn rights(row: &[RightRow]) -> Rights {
    let right = |word: &RightRow| match word {
        RightRow::Counter => Right::Counter,
        RightRow::SelectServices => Right::SelectServices,
        RightRow::SelectTickets => Right::SelectTickets,
        RightRow::Park => Right::Park,
        RightRow::Transfer => Right::Transfer,
        RightRow::Hall => Right::Hall,
        RightRow::Administration => Right::Administration,
    };
    Rights::of(&row.iter().map(right).collect::<Vec<_>>())
}

fn rights_of_a_clerk() -> Vec<RightRow> {
    rights_row(Rights::CLERK)
}

impl From<&Settings> for SettingsRow {
    fn from(settings: &Settings) -> SettingsRow {
        SettingsRow {
            branch: settings.branch.0,
            name: settings.name.clone(),
            zone: settings.zone.clone(),
            languages: settings.languages.iter().map(language_row).collect(),
            services: settings.services.iter().map(service_row).collect(),
            groups: settings.groups.iter().map(group_row).collect(),
            counters: settings.counters.iter().map(counter_row).collect(),
            operators: settings.operators.iter().map(operator_row).collect(),
            surveys: settings.surveys.iter().map(survey_row).collect(),
            rules: RulesRow {
                no_shows_max: settings.rules.no_shows_max,
                put_back_after_min: settings.rules.put_back_after_min,
                feedback_for_min: settings.rules.feedback_for_min,
                day_ends_minute: settings.rules.day_ends_minute,
                tolerance_tickets: settings.rules.tolerance_tickets,
            },
            bookings: bookings_row(&settings.bookings),
            smart_ticket: smart_ticket_row(&settings.smart_ticket),
            virtual_ticket: virtual_ticket_row(&settings.virtual_ticket),
            slip_footer: texts_row(&settings.slip_footer),
        }
    }
}

fn language_row(language: &Language) -> LanguageRow {
    LanguageRow { id: language.id.0, code: language.code.clone(), name: language.name.clone() }
}

fn service_row(service: &Service) -> ServiceRow {
    ServiceRow {
        id: service.id.0,
        tag: service.tag.as_str().to_owned(),
        names: texts_row(&service.names),
        descriptions: texts_row(&service.descriptions),
        hidden: service.hidden,
        disabled: service.disabled,
        hours: service.hours.as_ref().map(|hours| hours.days.clone()),
        quota: service.quota,
        expected_ms: service.expected_ms,
    }
}

fn group_row(group: &Group) -> GroupRow {
    GroupRow {
        id: group.id.0,
        names: texts_row(&group.names),
        services: group.services.iter().map(|service| service.0).collect(),
    }
}

fn counter_row(counter: &Counter) -> CounterRow {
    CounterRow {
        id: counter.id.0,
        name: counter.name.clone(),
        serves: serves_row(&counter.serves),
        keypad: counter.keypad,
    }
}

fn operator_row(operator: &Operator) -> OperatorRow {
    OperatorRow {
        id: operator.id.0,
        login: operator.login.clone(),
        name: operator.name.clone(),
        serves: serves_row(&operator.serves),
        rights: rights_row(operator.rights),
    }
}

fn survey_row(survey: &Survey) -> SurveyRow {
    let answer = |answer: &AnswerChoice| AnswerRow {
        id: answer.id.0,
        value: answer.value,
        texts: texts_row(&answer.texts),
    };
    let question = |question: &Question| QuestionRow {
        id: question.id.0,
        texts: texts_row(&question.texts),
        answers: question.answers.iter().map(answer).collect(),
    };
    SurveyRow {
        id: survey.id.0,
        name: survey.name.clone(),
        questions: survey.questions.iter().map(question).collect(),
    }
}

fn bookings_row(bookings: &Bookings) -> BookingsRow {
    BookingsRow {
        enabled: bookings.enabled,
        slot_min: bookings.slot_min,
        hours: bookings.hours.days.clone(),
        places: bookings.places,
        check_in_before_min: bookings.check_in_before_min,
        check_in_after_min: bookings.check_in_after_min,
        hold_min: bookings.hold_min,
        pin_digits: bookings.pin_digits,
        priority: bookings.priority.get(),
    }
}

fn smart_ticket_row(module: &SmartTicket) -> SmartTicketRow {
    let dispenser =
        |dispenser: &Dispenser| DispenserRow { id: dispenser.id.0, standby_s: dispenser.standby_s };
    SmartTicketRow {
        enabled: module.enabled,
        public_url: module.public_url.clone(),
        dispenser_profile: module.dispenser_profile.0,
        survey: module.survey.0,
        valid_min: module.valid_min,
        printer: module.printer.map(|device| device.0),
        title: texts_row(&module.title),
        description: texts_row(&module.description),
        call_texts: texts_row(&module.call_texts),
        feedback_texts: texts_row(&module.feedback_texts),
        dispensers: module.dispensers.iter().map(dispenser).collect(),
    }
}

impl TryFrom<SettingsRow> for Settings {
    type Error = DecodeError;

    fn try_from(row: SettingsRow) -> Result<Settings, DecodeError> {
        let settings = Settings {
            branch: BranchId(row.branch),
            name: row.name,
            zone: row.zone,
            languages: row.languages.into_iter().map(language).collect(),
            services: row.services.into_iter().map(service).collect::<Result<_, _>>()?,
            groups: row.groups.into_iter().map(group).collect(),
            counters: row.counters.into_iter().map(counter).collect(),
            operators: row.operators.into_iter().map(operator).collect(),
            surveys: row.surveys.into_iter().map(survey).collect(),
            rules: Rules {
                no_shows_max: row.rules.no_shows_max,
                put_back_after_min: row.rules.put_back_after_min,
                feedback_for_min: row.rules.feedback_for_min,
                day_ends_minute: row.rules.day_ends_minute,
                tolerance_tickets: row.rules.tolerance_tickets,
            },
            bookings: bookings(row.bookings)?,
            smart_ticket: smart_ticket(row.smart_ticket),
            virtual_ticket: row.virtual_ticket.map_or_else(VirtualTicket::off, virtual_ticket),
            slip_footer: texts(row.slip_footer),
        };
        Ok(settings)
    }
}

fn language(row: LanguageRow) -> Language {
    Language { id: LanguageId(row.id), code: row.code, name: row.name }
}

fn service(row: ServiceRow) -> Result<Service, DecodeError> {
    Ok(Service {
        id: ServiceId(row.id),
        tag: tag(&row.tag)?,
        names: texts(row.names),
        descriptions: texts(row.descriptions),
        hidden: row.hidden,
        disabled: row.disabled,
        hours: row.hours.map(|days| Hours { days }),
        quota: row.quota,
        expected_ms: row.expected_ms,
    })
}

fn group(row: GroupRow) -> Group {
    Group {
        id: GroupId(row.id),
        names: texts(row.names),
        services: row.services.into_iter().map(ServiceId).collect(),
    }
}

fn counter(row: CounterRow) -> Counter {
    Counter {
        id: CounterId(row.id),
        name: row.name,
        serves: serves(row.serves),
        keypad: row.keypad,
    }
}

fn operator(row: OperatorRow) -> Operator {
    Operator {
        id: OperatorId(row.id),
        login: row.login,
        name: row.name,
        serves: serves(row.serves),
        rights: rights(&row.rights),
    }
}

fn survey(row: SurveyRow) -> Survey {
    let answer = |row: AnswerRow| AnswerChoice {
        id: AnswerId(row.id),
        value: row.value,
        texts: texts(row.texts),
    };
    let question = |row: QuestionRow| Question {
        id: QuestionId(row.id),
        texts: texts(row.texts),
        answers: row.answers.into_iter().map(answer).collect(),
    };
    Survey {
        id: ProfileId(row.id),
        name: row.name,
        questions: row.questions.into_iter().map(question).collect(),
    }
}

fn bookings(row: BookingsRow) -> Result<Bookings, DecodeError> {
    Ok(Bookings {
        enabled: row.enabled,
        slot_min: row.slot_min,
        hours: Hours { days: row.hours },
        places: row.places,
        check_in_before_min: row.check_in_before_min,
        check_in_after_min: row.check_in_after_min,
        hold_min: row.hold_min,
        pin_digits: row.pin_digits,
        priority: priority(row.priority)?,
    })
}

fn smart_ticket(row: SmartTicketRow) -> SmartTicket {
    let dispenser =
        |row: DispenserRow| Dispenser { id: ProfileId(row.id), standby_s: row.standby_s };
    SmartTicket {
        enabled: row.enabled,
        public_url: row.public_url,
        dispenser_profile: ProfileId(row.dispenser_profile),
        survey: ProfileId(row.survey),
        valid_min: row.valid_min,
        printer: row.printer.map(DeviceId),
        title: texts(row.title),
        description: texts(row.description),
        call_texts: texts(row.call_texts),
        feedback_texts: texts(row.feedback_texts),
        dispensers: row.dispensers.into_iter().map(dispenser).collect(),
    }
}

/// What was never changed is not written, so that older entries and newer ones look alike.
fn virtual_ticket_row(module: &VirtualTicket) -> Option<VirtualTicketRow> {
    if *module == VirtualTicket::off() {
        return None;
    }
    let site = module.site.clone();
    Some(VirtualTicketRow {
        enabled: module.enabled,
        radius_km: module.radius_km,
        min_customers: module.min_customers,
        min_waiting_min: module.min_waiting_min,
        allow_multi_ticket: module.allow_multi_ticket,
        warn_ahead: module.warn_ahead,
        your_turn: module.your_turn.each_ref().map(texts_row),
        almost_your_turn: module.almost_your_turn.each_ref().map(texts_row),
        site: SiteRow {
            address: site.address,
            city: site.city,
            region: site.region,
            country: site.country,
            phone: site.phone,
            email: site.email,
            website: site.website,
            coordinates: site.coordinates,
        },
    })
}

fn virtual_ticket(row: VirtualTicketRow) -> VirtualTicket {
    VirtualTicket {
        enabled: row.enabled,
        radius_km: row.radius_km,
        min_customers: row.min_customers,
        min_waiting_min: row.min_waiting_min,
        allow_multi_ticket: row.allow_multi_ticket,
        warn_ahead: row.warn_ahead,
        your_turn: row.your_turn.map(texts),
        almost_your_turn: row.almost_your_turn.map(texts),
        site: Site {
            address: row.site.address,
            city: row.site.city,
            region: row.site.region,
            country: row.site.country,
            phone: row.site.phone,
            email: row.site.email,
            website: row.site.website,
            coordinates: row.site.coordinates,
        },
    }
}
