//! The vendor's shapes: answers in PascalCase, requests in camelCase.
//!
//! `TicketProduct` has the vendor's members. Where it is silent: `Id` is the ticket's number times
//! a hundred plus the place of the service on the ticket, from 1, which `Chain` repeats; `State` is
//! the number that all dialects have for where a ticket stands; `IsPending` is whether the service
//! can still be called.

use engine::limits::TICKET_LINES_MAX;
use engine::{Ticket as Visit, TicketId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Numbers of one ticket's services are so many apart.
const LINES_APART: u64 = 100;
const _: () = assert!((TICKET_LINES_MAX as u64) < LINES_APART);

/// A service on a ticket, as it is named on the wire. A line keeps its place for life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineId {
    pub(super) ticket: TicketId,
    /// Its place on the ticket, from 0.
    pub(super) place: usize,
}

impl LineId {
    /// The number on the wire.
    pub(super) fn number(self) -> u64 {
        let place = u64::try_from(self.place).unwrap_or(LINES_APART - 2);
        self.ticket.0.saturating_mul(LINES_APART).saturating_add(place + 1)
    }

    /// What a number names, or nothing where it cannot name any.
    pub(super) fn of(number: u64) -> Option<LineId> {
        let place = usize::try_from((number % LINES_APART).checked_sub(1)?).ok()?;
        Some(LineId { ticket: TicketId(number / LINES_APART), place })
    }

    /// The line that a ticket's state speaks of.
    pub(super) fn current(ticket: &Visit) -> LineId {
        let current = std::ptr::from_ref(ticket.line());
        let place = ticket.lines.iter().position(|line| std::ptr::eq(line, current));
        LineId { ticket: ticket.id, place: place.unwrap_or(0) }
    }
}

/// A service on a ticket.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TicketProduct {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) created: String,
    /// The appointment; without one when the ticket was taken.
    pub(super) start_time: String,
    pub(super) is_pending: bool,
    /// Absent where this stands within its ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ticket: Option<Ticket>,
    pub(super) product: Product,
    pub(super) product_id: u32,
    pub(super) chain: usize,
    pub(super) state: u8,
    pub(super) current_priority: u8,
    pub(super) ticket_product_data_fields: Vec<Field>,
    pub(super) in_queue_start_time: Option<String>,
    pub(super) activated_start_time: Option<String>,
    pub(super) invited_start_time: Option<String>,
    pub(super) operating_start_time: Option<String>,
    pub(super) completed_end_time: Option<String>,
}

/// A ticket.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Ticket {
    pub(super) id: u64,
    pub(super) created: String,
    /// Of a booking; else empty.
    pub(super) pin_code: String,
    /// The letters of its label; empty as long as it is only booked.
    pub(super) prefix: String,
    /// The number of its label; 0 as long as it is only booked.
    pub(super) number: u32,
    /// What is called.
    pub(super) full_number: String,
    pub(super) state: u8,
    pub(super) products: Vec<TicketProduct>,
}

/// A service, by its name.
#[derive(Clone, JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Product {
    pub(super) id: u32,
    pub(super) name: String,
}

/// Something that was written about a ticket.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) value: String,
}

/// A service in full: config/products.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ProductDetails {
    pub(super) id: u32,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) prefix: String,
    pub(super) category_id: Option<u32>,
    /// Whether customers are offered it.
    pub(super) is_visible: bool,
    /// Whether a ticket can be had now.
    pub(super) is_available: bool,
    /// Whether it can be booked.
    pub(super) is_bookable: bool,
}

/// A service or a category: config/products/simple.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SimpleProduct {
    pub(super) id: u32,
    pub(super) name: String,
    pub(super) is_category: bool,
    pub(super) category_id: Option<u32>,
}

/// A menu of services.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Menu {
    pub(super) id: u32,
    pub(super) name: String,
    pub(super) items: Vec<MenuItem>,
}

/// A service in a menu, or a category with further ones; its `Id` is the `menuLinkId`.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct MenuItem {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) product_id: Option<u32>,
    pub(super) items: Vec<MenuItem>,
}

/// How long a service will keep somebody who comes now: queue/awaiting.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Awaiting {
    pub(super) product_id: u32,
    pub(super) name: String,
    pub(super) queue_length: usize,
    /// In minutes.
    pub(super) awaiting_time: u64,
}

/// What a board shows of one ticket.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Notification {
    pub(super) ticket_id: u64,
    pub(super) prefix: String,
    pub(super) number: u32,
    pub(super) full_number: String,
    pub(super) state: u8,
    pub(super) work_place_id: u32,
    pub(super) work_place_name: String,
    pub(super) invited_start_time: String,
    pub(super) operating_start_time: Option<String>,
}

/// The days of a year on which a service can be booked.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Year {
    pub(super) year: i16,
    pub(super) months: Vec<Month>,
}

/// Those of a month.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Month {
    pub(super) month: i8,
    pub(super) days: Vec<Day>,
}

/// One of them.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Day {
    pub(super) day: i8,
    pub(super) free: bool,
}

/// A slot with a place left.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SlotTime {
    /// `HH:mm`.
    pub(super) time: String,
    pub(super) start_time: String,
    pub(super) free_places: usize,
}

/// A booking, as its owner sees it.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Booking {
    pub(super) ticket_id: u64,
    pub(super) code: String,
    pub(super) pin_code: String,
    pub(super) product_id: u32,
    pub(super) product_name: String,
    pub(super) date: String,
    pub(super) time: String,
    pub(super) start_time: String,
    /// From when on the customer may check in.
    pub(super) check_in_start_time: String,
    /// Until when.
    pub(super) check_in_end_time: String,
    pub(super) created: String,
    pub(super) is_confirmed: bool,
    /// Until when an unconfirmed one is kept.
    pub(super) confirm_before: Option<String>,
    /// What is called; empty until the customer has checked in.
    pub(super) full_number: String,
    pub(super) state: u8,
}

/// What a pad is doing.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PadState {
    pub(super) is_active: bool,
    /// `None`, `Active`, `Completed` or `Interrupted`: the survey that is open, or the last one.
    pub(super) state: &'static str,
    pub(super) question: Option<Question>,
}

/// A question.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Question {
    pub(super) id: u32,
    pub(super) text: String,
    pub(super) answers: Vec<Choice>,
}

/// A possible reply.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Choice {
    pub(super) id: u32,
    pub(super) text: String,
    pub(super) value: i32,
}

/// survey/{clientId}/answer.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    /// The question that is answered, to tell a late press from one about the next question.
    pub(super) question_id: Option<u32>,
    pub(super) answer_id: Option<u32>,
    pub(super) comment: Option<String>,
}
