//! A ticket as the printer would print it, as a PNG: the slip's own bytes, played on paper.

use std::fmt;

use bytes::Bytes;
use drivers::printer::escpos::Encoder;
use drivers::printer::picture::png_of_slip;
use drivers::printer::profile::{PROFILES, Profile};
use drivers::printer::slip::Slip;
use drivers::printer::typeset::{SharedTypesetter, Typesetter};
use engine::TicketId;
use tokio::sync::Semaphore;

use super::faults::{self, Fault};
use super::{Asked, Caller, Reply};
use crate::devices::slips;

/// Pictures that are drawn at one time. One takes a core for some milliseconds; whoever comes while
/// so many are drawn waits.
pub(super) const PICTURES_AT_ONCE: usize = 2;

/// Pictures that may wait to be drawn: half a second of work.
pub(super) const PICTURES_WAITING_MAX: usize = 32;

/// What pictures are drawn with.
pub(super) struct Easel {
    typesetter: SharedTypesetter,
    drawn: Semaphore,
    asked: Semaphore,
}

impl fmt::Debug for Easel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Easel(..)")
    }
}

impl Easel {
    pub(super) fn new() -> Easel {
        Easel {
            typesetter: Typesetter::shared(),
            drawn: Semaphore::new(PICTURES_AT_ONCE),
            asked: Semaphore::new(PICTURES_AT_ONCE + PICTURES_WAITING_MAX),
        }
    }

    /// The picture of a slip as this printer prints it, else the most usual one.
    async fn draw(&self, slip: Slip, model: Option<&Profile>) -> Result<Vec<u8>, Fault> {
        let busy = || Fault::later("too many pictures are being drawn; ask again");
        let _asked = self.asked.try_acquire().map_err(|_| busy())?;
        let _drawn = self.drawn.acquire().await.map_err(|_| busy())?;
        let encoder = Encoder::new(*model.unwrap_or(&PROFILES[0]), self.typesetter.clone());
        let drawn = tokio::task::spawn_blocking(move || png_of_slip(&slip, &encoder)).await;
        drawn.map_err(|_| Fault::later("the picture could not be drawn; ask again"))
    }
}

/// tickets/ticketpng/{ticketId}: one's own, or any for who leads the hall.
pub(super) async fn ticket(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let id = TicketId(asked.id(0, "ticketId")?);
    let own = match &asked.caller {
        Caller::Booker(identity) => Some(identity.kept()),
        Caller::Anyone | Caller::Operator(_) => None,
    };
    let slip = asked.rooms.mailbox.read(|committed| {
        let texts = committed.texts.get(&id);
        let is_theirs = |own: &String| texts.and_then(|texts| texts.customer.as_ref()) == Some(own);
        let branch = &committed.branch;
        let ticket = branch.ticket(id).filter(|_| own.as_ref().is_none_or(is_theirs))?;
        Some((slips::compose(asked.rooms, branch, ticket, false), ticket.device))
    });
    let (slip, device) = slip.ok_or(faults::UNKNOWN_TICKET)?;
    let slip = slip.map_err(|_| Fault::later("the slip is longer than a slip can be"))?;
    let model = asked.rooms.cabinet.printer_model(device);
    let picture = asked.rooms.reception.easel.draw(slip, model).await?;
    Ok(Reply::Png(Bytes::from(picture)))
}

#[cfg(test)]
mod tests {
    use serve::http::StatusCode;

    use super::*;

    #[tokio::test]
    async fn pictures_are_drawn_until_too_many_wait() {
        let easel = Easel::new();
        let slip = || Slip::new(Vec::new()).unwrap();
        let most = u32::try_from(PICTURES_AT_ONCE + PICTURES_WAITING_MAX).unwrap();
        let others = easel.asked.acquire_many(most - 1).await.unwrap();
        assert!(easel.draw(slip(), None).await.is_ok(), "the last one that may wait");
        let last = easel.asked.acquire().await.unwrap();
        let fault = easel.draw(slip(), None).await.unwrap_err();
        assert_eq!(fault.status, StatusCode::SERVICE_UNAVAILABLE);
        drop((others, last));
        assert!(easel.draw(slip(), None).await.is_ok(), "once the others are done");
    }
}
