//! The written form of everything the store keeps: JSON, with names of its own, so that a rename in
//! the engine does not change what is on disk.
//!
//! Members are only ever added, with a default for the entries written before them.

mod events;
mod settings;
#[cfg(test)]
mod tests;
mod tickets;

use engine::{
    Appointment, BackTo, Code, DayId, Moment, OperatorId, Pass, Pin, Place, Priority, Token,
};
use engine::{CounterId, ServiceId};
use serde::{Deserialize, Serialize};

pub use events::{decode_event, encode_event};
pub use settings::{
    FormFault, SettingsRow, decode_settings, encode_settings, encode_settings_for_people, pointer,
    read_settings,
};
pub use tickets::{decode_desk, decode_ticket, encode_desk, encode_ticket};

/// What was read is not what this program writes.
#[derive(Debug)]
pub enum DecodeError {
    /// It is not the JSON that is expected.
    Json(serde_json::Error),
    /// A value is outside what it may be; says which.
    Value(&'static str),
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DecodeError::Json(_) => write!(f, "it is not in the form that this program writes"),
            DecodeError::Value(what) => write!(f, "it holds an impossible {what}"),
        }
    }
}

impl std::error::Error for DecodeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            DecodeError::Json(error) => Some(error),
            DecodeError::Value(_) => None,
        }
    }
}

impl From<serde_json::Error> for DecodeError {
    fn from(error: serde_json::Error) -> DecodeError {
        DecodeError::Json(error)
    }
}

/// JSON of a value whose parts can all be written: plain numbers, texts and lists of them.
fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain numbers and texts can be written")
}

/// `[wall_ms, steady_ms]`.
#[derive(Serialize, Deserialize, Clone, Copy)]
struct MomentRow(i64, u64);

impl From<Moment> for MomentRow {
    fn from(moment: Moment) -> MomentRow {
        MomentRow(moment.wall_ms, moment.steady_ms)
    }
}

impl From<MomentRow> for Moment {
    fn from(row: MomentRow) -> Moment {
        Moment { wall_ms: row.0, steady_ms: row.1 }
    }
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum PlaceRow {
    Service(u32),
    Counter(u32),
    Operator(u32),
}

impl From<Place> for PlaceRow {
    fn from(place: Place) -> PlaceRow {
        match place {
            Place::Service(id) => PlaceRow::Service(id.0),
            Place::Counter(id) => PlaceRow::Counter(id.0),
            Place::Operator(id) => PlaceRow::Operator(id.0),
        }
    }
}

impl From<PlaceRow> for Place {
    fn from(row: PlaceRow) -> Place {
        match row {
            PlaceRow::Service(id) => Place::Service(ServiceId(id)),
            PlaceRow::Counter(id) => Place::Counter(CounterId(id)),
            PlaceRow::Operator(id) => Place::Operator(OperatorId(id)),
        }
    }
}

#[derive(Serialize, Deserialize, Clone, Copy)]
struct AppointmentRow {
    start: MomentRow,
    opens: MomentRow,
    closes: MomentRow,
}

impl From<Appointment> for AppointmentRow {
    fn from(appointment: Appointment) -> AppointmentRow {
        AppointmentRow {
            start: appointment.start.into(),
            opens: appointment.opens.into(),
            closes: appointment.closes.into(),
        }
    }
}

impl From<AppointmentRow> for Appointment {
    fn from(row: AppointmentRow) -> Appointment {
        Appointment { start: row.start.into(), opens: row.opens.into(), closes: row.closes.into() }
    }
}

#[derive(Serialize, Deserialize, Clone, Copy)]
struct BackRow {
    place: PlaceRow,
    service: u32,
}

impl From<BackTo> for BackRow {
    fn from(back: BackTo) -> BackRow {
        BackRow { place: back.place.into(), service: back.service.0 }
    }
}

impl From<BackRow> for BackTo {
    fn from(row: BackRow) -> BackTo {
        BackTo { place: row.place.into(), service: ServiceId(row.service) }
    }
}

fn token(text: &str) -> Result<Token, DecodeError> {
    Token::parse(text).ok_or(DecodeError::Value("token"))
}

fn pass(text: &str) -> Result<Pass, DecodeError> {
    Pass::parse(text).ok_or(DecodeError::Value("pass"))
}

fn code(text: &str) -> Result<Code, DecodeError> {
    Code::parse(text).ok_or(DecodeError::Value("booking code"))
}

fn pin(text: &str) -> Result<Pin, DecodeError> {
    Pin::parse(text).ok_or(DecodeError::Value("PIN"))
}

fn priority(number: u8) -> Result<Priority, DecodeError> {
    Priority::new(number).ok_or(DecodeError::Value("priority"))
}

fn tag(text: &str) -> Result<engine::Tag, DecodeError> {
    engine::Tag::new(text).ok_or(DecodeError::Value("tag"))
}

fn day(number: u32) -> DayId {
    DayId(number)
}
