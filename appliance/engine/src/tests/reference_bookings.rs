//! What the reference knows of bookings, from the page in `lib.rs` too.

use super::reference::Model;
use super::visit::{Promise, Stand, Visit, Want, yes};
use crate::command::{Book, CheckIn, Shown};
use crate::ids::{ServiceId, TicketId};
use crate::limits::BOOKING_HORIZON_DAYS;
use crate::moment::Now;
use crate::ticket::{Outcome, Place, Source};

impl Model {
    /// How many have a place in a slot: all who booked it, but those who gave it up or never came.
    pub(super) fn sold(&self, service: ServiceId, start: i64) -> usize {
        let here = |visit: &&Visit| {
            visit.wants[0].asked == service
                && visit.promise.is_some_and(|it| it.start == start && (it.kept || visit.is_open()))
        };
        self.visits.iter().filter(here).count()
    }

    pub(super) fn lapsed(&self, now: Now) -> Vec<TicketId> {
        let due = |visit: &&Visit| self.clone().lapse(visit.id, now).is_some();
        self.visits.iter().filter(due).map(|visit| visit.id).collect()
    }

    pub(super) fn book(&mut self, book: &Book, now: Now) -> Option<()> {
        let day = self.day?;
        let rules = self.settings.bookings.clone();
        let service = self.settings.service(book.service)?.clone();
        self.settings.language(book.language.unwrap_or(self.settings.default_language()))?;
        yes(rules.enabled && !service.disabled)?;
        yes(!service.hidden || book.source == Source::Staff)?;
        let start = book.slot.start_ms;
        let (wall, ms) = (now.at.wall_ms, now.at.steady_ms);
        yes(wall < start && start - wall <= i64::from(BOOKING_HORIZON_DAYS) * 86_400_000)?;
        let local = book.slot.local;
        let fits = |&(from, to): &(u16, u16)| {
            from <= local.minute
                && (local.minute - from).is_multiple_of(rules.slot_min)
                && local.minute + rules.slot_min <= to
        };
        let week = &rules.hours.days;
        yes(week.get(usize::from(local.weekday)).is_some_and(|day| day.iter().any(fits)))?;
        yes(start % 60_000 == 0)?;
        yes(service.hours.as_ref().is_none_or(|hours| hours.contain(local)))?;
        yes(self.sold(book.service, start) < usize::from(rules.places))?;
        yes(self.visits.iter().all(|visit| visit.token != book.token))?;
        yes(self.visits.iter().all(|it| it.promise.is_none_or(|it| it.code != book.code)))?;
        let minutes = |count: u32| i64::from(count) * 60_000;
        let closes = start + minutes(rules.check_in_after_min);
        self.tickets += 1;
        self.visits.push(Visit {
            id: TicketId(self.tickets),
            day,
            tag: service.tag.as_str().to_owned(),
            number: 0,
            arrived: ms,
            wants: vec![Want {
                asked: book.service,
                service: book.service,
                priority: rules.priority,
                done: false,
            }],
            stand: Stand::Booked(
                (!book.confirmed).then(|| ms + u64::from(rules.hold_min) * 60_000),
            ),
            since: ms,
            waited: 0,
            no_shows: 0,
            back: None,
            invitations: vec![],
            rated: vec![],
            token: book.token,
            pass: None,
            promise: Some(Promise {
                start,
                opens: start - minutes(rules.check_in_before_min),
                closes,
                closes_steady: ms + u64::try_from(closes - wall).expect("it is ahead"),
                code: book.code,
                pin: book.pin,
                kept: false,
            }),
        });
        Some(())
    }

    pub(super) fn confirm(&mut self, ticket: TicketId, ms: u64) -> Option<()> {
        let visit = self.promised(ticket)?;
        if let Stand::Booked(Some(_)) = visit.stand {
            visit.stand(Stand::Booked(None), ms);
        }
        Some(())
    }

    pub(super) fn cancel(&mut self, ticket: TicketId, ms: u64) -> Option<()> {
        self.promised(ticket)?.stand(Stand::Closed(Outcome::Deleted, ms), ms);
        Some(())
    }

    pub(super) fn lapse(&mut self, ticket: TicketId, now: Now) -> Option<()> {
        let ms = now.at.steady_ms;
        let visit = self.promised(ticket)?;
        let promise = visit.promise?;
        let held = visit.stand == Stand::Booked(None)
            || matches!(visit.stand, Stand::Booked(Some(hold)) if ms < hold);
        let outcome = if promise.closes_steady <= ms && promise.closes <= now.at.wall_ms {
            Outcome::NoShow
        } else {
            yes(!held)?;
            Outcome::Deleted
        };
        visit.stand(Stand::Closed(outcome, ms), ms);
        Some(())
    }

    pub(super) fn check_in(&mut self, wish: &CheckIn, now: Now) -> Option<()> {
        let day = self.day?;
        yes(wish.pass.is_none() || self.visits.iter().all(|visit| visit.pass != wish.pass))?;
        if let Some(language) = wish.language {
            self.settings.language(language)?;
        }
        let meant = |visit: &&Visit| {
            visit.promise.is_some_and(|promise| match wish.shown {
                Shown::Code(code) => promise.code == code,
                Shown::Pin { ticket, pin } => visit.id == ticket && promise.pin == pin,
            })
        };
        let id = self.visits.iter().find(meant)?.id;
        let service = self.promised(id)?.wants[0].asked;
        let tag = self.settings.service(service)?.tag.as_str().to_owned();
        let number = self.next_number(day, &tag);
        let (wall, ms) = (now.at.wall_ms, now.at.steady_ms);
        let visit = self.promised(id)?;
        let promise = visit.promise.as_mut()?;
        yes(promise.opens <= wall && wall < promise.closes)?;
        promise.kept = true;
        visit.arrived = ms.saturating_add_signed(promise.start - wall);
        visit.day = day;
        visit.tag = tag;
        visit.number = number;
        visit.pass = wish.pass;
        visit.stand(Stand::Waiting(Place::Service(service)), ms);
        let label = visit.label();
        self.labels.push(label);
        Some(())
    }

    fn promised(&mut self, ticket: TicketId) -> Option<&mut Visit> {
        let visit = self.visits.iter_mut().find(|visit| visit.id == ticket)?;
        yes(matches!(visit.stand, Stand::Booked(_)))?;
        Some(visit)
    }
}
