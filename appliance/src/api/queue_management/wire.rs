//! The vendor's words: parameters as they arrive, and the shapes of what goes back.
//!
//! Source: "Queue Management API", the tables and "Response structure" of each operation.

mod parameters;

use schemars::JsonSchema;
use serde::Serialize;
use serve::queue_management::Yes;

pub(super) use self::parameters::Parameters;

/// Done, and nothing to say.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct Done {
    pub(super) success: Yes,
}

/// What login gives back.
#[derive(JsonSchema, Serialize)]
pub(super) struct SignedIn {
    pub(super) success: Yes,
    pub(super) user_id: String,
    pub(super) username: String,
    pub(super) authtoken: String,
}

/// What the calling operations give back.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct Answered {
    pub(super) success: Yes,
    pub(super) answer: CallAnswer,
}

/// A call, which the vendor names an answer.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct CallAnswer {
    pub(super) id: String,
    pub(super) call_date: String,
    pub(super) end_date: String,
    pub(super) state: String,
    pub(super) ticket: Ticket,
}

/// What createticket gives back.
#[derive(JsonSchema, Serialize)]
pub(super) struct Created {
    pub(super) success: Yes,
    pub(super) ticket: NewTicket,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ticket_strings: Option<TicketStrings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) booking: Option<Booking>,
}

/// Ours: by what the customer of an appointment checks in.
#[derive(JsonSchema, Serialize)]
pub(super) struct Booking {
    pub(super) code: String,
    pub(super) pin: String,
}

/// A ticket with what its holder is told.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct NewTicket {
    #[serde(flatten)]
    pub(super) ticket: Ticket,
    /// People who will be called before.
    pub(super) number_of_waiting_tickets: String,
    /// `hh:mm:ss`.
    pub(super) avg_waiting_time: String,
}

/// The texts of the printed ticket, in its language.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct TicketStrings {
    pub(super) people_waiting: String,
    /// Seconds.
    pub(super) waiting_time: String,
    pub(super) date_text: String,
    pub(super) prioritary_ticket: String,
    pub(super) extra_text: String,
    pub(super) footer_text: String,
}

/// What the lists give back.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct Tickets {
    pub(super) success: Yes,
    pub(super) tickets: Vec<Ticket>,
}

/// A ticket. All values are texts; what is not there is empty.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct Ticket {
    pub(super) id: String,
    pub(super) number: String,
    pub(super) date: String,
    pub(super) cancelled: &'static str,
    pub(super) transferred: &'static str,
    pub(super) state: String,
    pub(super) note: String,
    pub(super) lang: String,
    pub(super) custom_field: String,
    pub(super) client_name: String,
    pub(super) flags: &'static str,
    pub(super) app_displayname: &'static str,
    pub(super) app_id: &'static str,
    pub(super) scheduled_to: String,
    pub(super) ticket_service: Place,
    pub(super) dst_service: Place,
    pub(super) dst_desk: Place,
    pub(super) dst_user: User,
    pub(super) device: Device,
}

/// A service or a counter.
#[derive(Debug, Default, JsonSchema, Serialize)]
pub(super) struct Place {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) tag: String,
}

/// Someone who serves.
#[derive(Debug, Default, JsonSchema, Serialize)]
pub(super) struct User {
    pub(super) id: String,
    pub(super) display_name: String,
    pub(super) username: String,
}

/// The printer of a slip.
#[derive(Debug, Default, JsonSchema, Serialize)]
pub(super) struct Device {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) name: String,
}
