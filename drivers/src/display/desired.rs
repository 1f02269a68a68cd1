//! What shall stand on a display beside what does, and when which of the two must move.

use tokio::time::Instant;

use super::panel::{Chime, Panel};
use super::session::Timing;

/// The desired state of one display, without any wire.
#[derive(Debug, Clone)]
pub(super) struct Desired {
    wanted: Panel,
    /// When the source last spoke; `None` before its first word and when it has gone stale.
    heard_at: Option<Instant>,
    /// What the display was sent last, as its bytes, and when; `None` when that is not known.
    stands: Option<(Vec<u8>, Instant)>,
    sounded: Option<u32>,
}

impl Desired {
    /// Nothing is known of the source. `sounded` is the occasion that need not be sounded again.
    pub(super) fn new(sounded: Option<u32>) -> Self {
        Self { wanted: Panel::stale(), heard_at: None, stands: None, sounded }
    }

    pub(super) fn want(&mut self, panel: &Panel, now: Instant) {
        self.heard_at = Some(now);
        if self.wanted != *panel {
            self.wanted = panel.clone();
        }
    }

    /// Replaces what a silent source said long ago.
    pub(super) fn age(&mut self, now: Instant, timing: &Timing) {
        if self.heard_at.is_some_and(|heard| now >= heard + timing.stale) {
            self.heard_at = None;
            self.wanted = Panel::stale();
        }
    }

    pub(super) fn wanted(&self) -> &Panel {
        &self.wanted
    }

    /// Whether these bytes stand there already and were sent lately.
    pub(super) fn stands(&self, bytes: &[u8], now: Instant, timing: &Timing) -> bool {
        matches!(&self.stands, Some((sent, at)) if sent == bytes && now < *at + timing.refresh)
    }

    /// The display is about to be sent something: until that is done, nobody knows what it shows.
    pub(super) fn doubt(&mut self) {
        self.stands = None;
    }

    pub(super) fn sent(&mut self, bytes: Vec<u8>, now: Instant) {
        self.stands = Some((bytes, now));
    }

    /// The beeps that are still to be sounded.
    pub(super) fn chime_due(&self) -> Option<Chime> {
        self.wanted.chime().filter(|chime| self.sounded != Some(chime.occasion))
    }

    pub(super) fn chimed(&mut self, chime: Chime) {
        self.sounded = Some(chime.occasion);
    }

    pub(super) fn sounded(&self) -> Option<u32> {
        self.sounded
    }

    /// When [`Self::age`] or [`Self::stands`] next change by themselves.
    pub(super) fn due_at(&self, now: Instant, timing: &Timing) -> Instant {
        let refresh = self.stands.as_ref().map_or(now, |(_, at)| *at + timing.refresh);
        self.heard_at.map_or(refresh, |heard| refresh.min(heard + timing.stale))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn call(text: &str) -> Panel {
        Panel::new([text])
    }

    #[tokio::test(start_paused = true)]
    async fn what_stands_there_is_not_due_until_its_refresh() {
        let timing = Timing::default();
        let now = Instant::now();
        let mut desired = Desired::new(None);
        desired.want(&call("A042"), now);
        assert!(!desired.stands(b"A042", now, &timing));
        desired.sent(b"A042".to_vec(), now);
        assert!(desired.stands(b"A042", now, &timing));
        assert!(!desired.stands(b"A043", now, &timing));
        let due = desired.due_at(now, &timing);
        assert_eq!(due, now + timing.refresh.min(timing.stale));
        assert!(!desired.stands(b"A042", now + timing.refresh, &timing));
        desired.doubt();
        assert!(!desired.stands(b"A042", now, &timing));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_source_goes_stale_and_one_that_repeats_itself_does_not() {
        let timing = Timing::default();
        let start = Instant::now();
        let mut desired = Desired::new(None);
        assert_eq!(desired.wanted(), &Panel::stale());
        desired.want(&call("A042"), start);
        let later = start + timing.stale - Duration::from_millis(1);
        desired.age(later, &timing);
        assert_eq!(desired.wanted(), &call("A042"));
        desired.want(&call("A042"), later);
        desired.age(start + timing.stale, &timing);
        assert_eq!(desired.wanted(), &call("A042"));
        desired.age(later + timing.stale, &timing);
        assert_eq!(desired.wanted(), &Panel::stale());
    }

    #[test]
    fn an_occasion_is_sounded_once_and_a_repeated_call_is_another() {
        let mut desired = Desired::new(Some(6));
        let (first, again) = (call("A042").chiming(2, 7), call("A042").chiming(2, 8));
        desired.wanted = call("A041").chiming(2, 6);
        assert_eq!(desired.chime_due(), None);
        desired.wanted = first;
        let chime = desired.chime_due().unwrap();
        desired.chimed(chime);
        assert_eq!(desired.chime_due(), None);
        desired.wanted = again;
        assert_eq!(desired.chime_due(), Some(Chime { beeps: 2, occasion: 8 }));
    }
}
