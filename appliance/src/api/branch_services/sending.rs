//! Sending customers on: who may take them over, and where a redirection leads.

use engine::settings::{Counter, Operator};
use engine::{Command, CounterId, OperatorId, Place, Priority, Refusal, ServiceId, Settings};

use super::faults::{self, Fault};
use super::staff_wire::{Named, Redirection};
use super::work::{serve, settings};
use super::{Asked, Reply, json, requests};

/// The service whose number stands in the first gap of the path.
pub(super) fn service(asked: &Asked<'_>, name: &str) -> Result<ServiceId, Fault> {
    let id = asked.id(0, name)?;
    asked.rooms.mailbox.read(|now| requests::service(now.branch.settings(), id, name))
}

/// Everyone who serves the service in the path.
pub(super) fn users(asked: &Asked<'_>, name: &str) -> Result<Reply, Fault> {
    let service = service(asked, name)?;
    let settings = settings(asked);
    let able = settings.operators.iter().filter(|operator| operator.serves.contains(service));
    let row = |user: &Operator| Named { id: user.id.0, name: user.name.clone() };
    Ok(json(&able.map(row).collect::<Vec<_>>()))
}

/// Every counter at which the service in the path is served.
pub(super) fn work_places(asked: &Asked<'_>, name: &str) -> Result<Reply, Fault> {
    let service = service(asked, name)?;
    let settings = settings(asked);
    let able = settings.counters.iter().filter(|counter| counter.serves.contains(service));
    let row = |at: &Counter| Named { id: at.id.0, name: at.name.clone() };
    Ok(json(&able.map(row).collect::<Vec<_>>()))
}

pub(super) async fn redirect(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let service = service(asked, "menuLinkId")?;
    let body: Redirection = requests::body(asked.call)?;
    if body.ticket_id.is_some() || body.ticket_product_id.is_some() {
        return Err(Fault::bad("this sends on whoever is at your counter: name no ticket"));
    }
    let (to, priority) = destination(&settings(asked), &body, service)?;
    let then_back = body.return_after.unwrap_or(false);
    serve(asked, |call| Command::Transfer { call, to, service: Some(service), priority, then_back })
        .await
}

/// Where a redirection leads, and how urgent the ticket is there.
pub(super) fn destination(
    settings: &Settings,
    body: &Redirection,
    service: ServiceId,
) -> Result<(Place, Option<Priority>), Fault> {
    let not_served = || faults::refused(&Refusal::NotServedHere);
    let to = match (body.user_id, body.work_place_id) {
        (None, None) => Place::Service(service),
        (Some(id), None) => {
            let user = settings.operator(OperatorId(id));
            let user = user.ok_or_else(|| faults::refused(&Refusal::UnknownOperator))?;
            Some(user).filter(|user| user.serves.contains(service)).ok_or_else(not_served)?;
            Place::Operator(user.id)
        }
        (None, Some(id)) => {
            let counter = settings.counter(CounterId(id));
            let counter = counter.ok_or_else(|| faults::refused(&Refusal::UnknownCounter))?;
            Some(counter).filter(|at| at.serves.contains(service)).ok_or_else(not_served)?;
            Place::Counter(counter.id)
        }
        (Some(_), Some(_)) => return Err(Fault::bad("give userId or workPlaceId, not both")),
    };
    Ok((to, urgency(body.priority)?))
}

/// A priority, where one was given.
pub(super) fn urgency(given: Option<u8>) -> Result<Option<Priority>, Fault> {
    let read = |number| Priority::new(number).ok_or_else(|| Fault::parameter("priority", "1 to 9"));
    given.map(read).transpose()
}
