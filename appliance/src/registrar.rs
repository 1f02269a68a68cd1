//! The registrar: one thread that decides commands one at a time, writes them down, and announces.
//!
//! It takes whatever waits (up to a batch), decides each command on the state that its
//! predecessors left, commits once, and only then tells anyone. So "who is next" is never a race,
//! and a busy hour costs one disk flush for many commands. A refusal waits for the commit too: it
//! may rest on a command of the same batch.

mod change;
mod desk;
mod mailbox;
#[cfg(test)]
mod tests;
mod timekeeper;
mod vitals;

use std::sync::{Arc, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use serve::clock::Clock;
use tokio::sync::{mpsc, watch};

pub use change::{SettingsChange, SettingsOutcome};
pub use mailbox::{
    Committed, MAILBOX_MAX, Mailbox, REPEAT_KEY_CHARS_MAX, Receipt, RepeatKey, Submission,
    SubmitError, TicketTexts,
};
pub use timekeeper::{CLOCK_SET_SINCE_MS, Timekeeper};
pub use vitals::Vitals;

use crate::local_time::Zone;
use crate::store::{Store, StoreError};

/// How often the registrar looks whether time demands something.
pub const TICK_EVERY: Duration = Duration::from_millis(500);

/// The registrar's thread. Dropping it leaves the thread to end with its last mailbox.
#[derive(Debug)]
pub struct Registrar {
    letters: mpsc::Sender<mailbox::Letter>,
    thread: JoinHandle<()>,
}

impl Registrar {
    /// Reads the branch from the store and begins to work.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the branch cannot be read.
    pub fn start(store: Store, clock: Arc<dyn Clock>) -> Result<(Registrar, Mailbox), StoreError> {
        let branch = store.load()?;
        let texts = store.load_texts()?;
        let settings_version = store.settings_version()?;
        let time = Arc::new(Timekeeper::new(clock, store.last_moment()?));
        let (send, letters) = mpsc::channel(MAILBOX_MAX);
        let (grow, grown) = watch::channel(branch.parts().last_seq);
        let vitals = Arc::new(Vitals::default());
        let zone = Zone::of_settings(branch.settings());
        let committed = Arc::new(RwLock::new(Committed {
            branch: branch.clone(),
            texts,
            settings_version,
            token_epochs: store.token_epochs()?,
        }));
        let desk = desk::Desk {
            letters,
            store,
            zone: zone.clone(),
            settings_version,
            working: Some(branch),
            committed: Arc::clone(&committed),
            grown: grow,
            time: Arc::clone(&time),
            vitals: Arc::clone(&vitals),
            pruned_ms: 0,
        };
        let thread = std::thread::Builder::new()
            .name("registrar".into())
            .spawn(move || desk.work())
            .expect("a process that has just started can have one more thread");
        let mailbox = Mailbox { letters: send.clone(), committed, grown, time, vitals, zone };
        Ok((Registrar { letters: send, thread }, mailbox))
    }

    /// Serves who is already waiting, refuses who comes later, and ends.
    pub async fn stop(self) {
        // A full mailbox empties by itself; a closed one has stopped already.
        self.letters.send(mailbox::Letter::Stop).await.ok();
        tokio::task::spawn_blocking(move || self.thread.join().ok()).await.ok();
    }
}
