//! The rhythm of the branch: opens and closes business days, and has the registrar look at the clock.

use engine::{Command, DayId, Moment, Refusal};
use serve::shutdown::Shutdown;

use crate::local_time::Zone;
use crate::registrar::{Mailbox, SubmitError, TICK_EVERY};

/// Opens the first day, then keeps the rhythm until `shutdown`.
pub(crate) async fn keep(mailbox: Mailbox, shutdown: Shutdown) {
    let mut tick = tokio::time::interval(TICK_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = shutdown.wait() => return,
            _ = tick.tick() => {}
        }
        mailbox.tick();
        turn(&mailbox).await;
    }
}

/// Opens or ends a business day, if it is time. A refusal or a stuck disk leaves it to the next
/// look at the clock.
pub(crate) async fn turn(mailbox: &Mailbox) {
    for command in wanted(mailbox) {
        let about = format!("{command:?}");
        match mailbox.submit(command).await {
            Ok(_) => tracing::info!(about, "business day"),
            // Someone else was faster.
            Err(SubmitError::Refused(Refusal::DayOpen | Refusal::DayNotOpen)) => {}
            Err(error) => tracing::warn!(about, ?error, "the business day could not be turned"),
        }
    }
}

/// The commands that the clock asks for.
fn wanted(mailbox: &Mailbox) -> Vec<Command> {
    let now = mailbox.moment();
    mailbox.read(|committed| {
        let branch = &committed.branch;
        let settings = branch.settings();
        // An unset branch has no day; one whose zone is gone goes on in UTC rather than not at all.
        if settings.services.is_empty() {
            return Vec::new();
        }
        let zone = Zone::named(&settings.zone).or_else(|| Zone::named("UTC"));
        let Some(zone) = zone else { return Vec::new() };
        let today = zone.business_day(now, settings.rules.day_ends_minute);
        let last = branch.parts().last_day;
        match branch.day() {
            None => vec![Command::OpenDay(first_after(last, today))],
            Some(day) if day.id < today && mailbox.trusts(now) => {
                vec![Command::CloseDay, Command::OpenDay(today)]
            }
            Some(_) => Vec::new(),
        }
    })
}

/// People are to be served even when the clock is behind the last day: then the day that follows
/// that one is opened.
fn first_after(last: Option<DayId>, today: DayId) -> DayId {
    match last {
        Some(last) if today <= last => following(last),
        Some(_) | None => today,
    }
}

fn following(day: DayId) -> DayId {
    let (year, month, date) = (day.0 / 10_000, day.0 / 100 % 100, day.0 % 100);
    let civil = (|| {
        let year = i16::try_from(year).ok()?;
        let month = i8::try_from(month).ok()?;
        let date = i8::try_from(date).ok()?;
        jiff::civil::Date::new(year, month, date).ok()?.tomorrow().ok()
    })();
    match civil {
        Some(next) => {
            let number = i32::from(next.year()) * 10_000
                + i32::from(next.month()) * 100
                + i32::from(next.day());
            DayId(u32::try_from(number).unwrap_or(day.0 + 1))
        }
        None => DayId(day.0 + 1),
    }
}

impl Mailbox {
    /// Whether `moment` may end a business day.
    pub fn trusts(&self, moment: Moment) -> bool {
        self.time().is_trusted(moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_after_a_month_is_the_first_of_the_next() {
        assert_eq!(following(DayId(20_261_231)), DayId(20_270_101));
        assert_eq!(following(DayId(20_280_228)), DayId(20_280_229));
        assert_eq!(first_after(Some(DayId(20_261_122)), DayId(20_200_101)), DayId(20_261_123));
        assert_eq!(first_after(Some(DayId(20_261_121)), DayId(20_261_122)), DayId(20_261_122));
    }
}
