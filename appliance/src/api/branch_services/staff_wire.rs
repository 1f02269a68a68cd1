//! The shapes of the staff's part of the dialect: work places, lists, redirections.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire::{Booking, TicketProduct};

/// A work place or a user, by its name.
#[derive(Clone, JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Named {
    pub(super) id: u32,
    pub(super) name: String,
}

/// What a work place is doing: operation/state.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WorkPlaceState {
    pub(super) work_place: Named,
    pub(super) user: Named,
    /// `Free`, `Invited`, `Operating`, `Afterwork` or `Break`.
    pub(super) state: &'static str,
    pub(super) shift_start_time: Option<String>,
    pub(super) break_start_time: Option<String>,
    /// Whom the work place has called or serves.
    pub(super) ticket_product: Option<TicketProduct>,
    pub(super) queue_count: usize,
    pub(super) personal_count: usize,
}

/// The bookings of a day: queue/admin/booking.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct BookingDay {
    /// `yyyy-MM-dd`.
    pub(super) date: String,
    pub(super) tickets: Vec<Booking>,
}

/// queue/admin/tickets/new.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewTicket {
    pub(super) product_id: Option<u64>,
    pub(super) product_ids: Option<Vec<u64>>,
    pub(super) priority: Option<u8>,
    /// Ours: the printer on which the slip is to come out.
    pub(super) device_id: Option<u32>,
}

/// queue/admin/…/setPriority and addProduct.
#[derive(Default, Deserialize, JsonSchema)]
pub(super) struct Urgency {
    pub(super) priority: Option<u8>,
}

/// A redirection: to whom, and how. All of it may be left out.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Redirection {
    pub(super) user_id: Option<u32>,
    pub(super) work_place_id: Option<u32>,
    pub(super) return_after: Option<bool>,
    pub(super) priority: Option<u8>,
    /// Of the hall: whom.
    pub(super) ticket_id: Option<u64>,
    /// The same by the service that they wait for.
    pub(super) ticket_product_id: Option<u64>,
}
