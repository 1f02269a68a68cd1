//! One word that tells every task to stop, and remembers why.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{
            AtomicBool,
            Ordering::{Acquire, Release},
        },
    },
};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinHandle,
};

/// Why the program stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// SIGTERM: the service supervisor asks.
    Terminate,
    /// SIGINT: a person at the keyboard asks.
    Interrupt,
    /// The program itself asks, for instance because a part that it cannot do without has failed.
    Asked,
}

/// A latch that every task can watch; clones are the same latch.
///
/// Once triggered it stays so: a task that looks later still sees it.
#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    latch: Arc<Latch>,
}

#[derive(Debug)]
struct Latch {
    /// The same word as `cause` in a form that costs nothing to read.
    triggered: AtomicBool,
    cause: watch::Sender<Option<Cause>>,
    children: Mutex<Vec<Weak<Latch>>>,
}

impl Default for Latch {
    fn default() -> Latch {
        Latch {
            triggered: AtomicBool::new(false),
            cause: watch::Sender::new(None),
            children: Mutex::default(),
        }
    }
}

impl Shutdown {
    /// A latch that nobody has triggered.
    pub fn new() -> Shutdown {
        Shutdown::default()
    }

    /// A latch that is triggered with this one, and can be triggered alone before.
    pub fn child(&self) -> Shutdown {
        let child = Shutdown::new();
        let mut children = self.latch.children.lock().unwrap_or_else(PoisonError::into_inner);
        // Under the lock, so that a trigger in this very moment cannot miss the newborn.
        if let Some(cause) = self.cause() {
            child.trigger_for(cause);
        }
        // Children whose owners are gone are forgotten here, which bounds the list.
        children.retain(|child| 0 < child.strong_count());
        children.push(Arc::downgrade(&child.latch));
        child
    }

    /// Tells everyone to stop, because the program itself wants to.
    pub fn trigger(&self) {
        self.trigger_for(Cause::Asked);
    }

    /// Tells everyone to stop; the first cause is the one that is remembered.
    pub fn trigger_for(&self, cause: Cause) {
        self.latch.trigger(cause);
    }

    /// Whether it was triggered.
    pub fn is_triggered(&self) -> bool {
        self.latch.triggered.load(Acquire)
    }

    /// Why it was triggered, if it was.
    pub fn cause(&self) -> Option<Cause> {
        *self.latch.cause.borrow()
    }

    /// Waits until it is triggered; returns at once when it already was. Cancel safe.
    pub async fn wait(&self) -> Cause {
        let mut cause = self.latch.cause.subscribe();
        match cause.wait_for(Option::is_some).await.map(|cause| *cause) {
            Ok(Some(cause)) => cause,
            // `self` keeps the sender alive, and `wait_for` only returns a cause.
            Ok(None) | Err(_) => Cause::Asked,
        }
    }

    /// Listens for SIGTERM and SIGINT from now on, and triggers on the first of them.
    ///
    /// The handlers stand when this returns. Fails when the process may not install them.
    pub fn on_signals(&self) -> io::Result<JoinHandle<()>> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let shutdown = self.clone();
        Ok(tokio::spawn(async move {
            let cause = tokio::select! {
                _ = terminate.recv() => Cause::Terminate,
                _ = interrupt.recv() => Cause::Interrupt,
            };
            tracing::info!(?cause, "asked to stop");
            shutdown.trigger_for(cause);
        }))
    }
}

impl Latch {
    fn trigger(&self, cause: Cause) {
        let children = {
            let mut children = self.children.lock().unwrap_or_else(PoisonError::into_inner);
            // First, so that a task which the cause wakes finds it set.
            self.triggered.store(true, Release);
            self.cause.send_if_modified(|first| {
                let fresh = first.is_none();
                first.get_or_insert(cause);
                fresh
            });
            std::mem::take(&mut *children)
        };
        for child in children.iter().filter_map(Weak::upgrade) {
            child.trigger(cause);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn the_first_cause_is_remembered() {
        let shutdown = Shutdown::new();
        assert!(!shutdown.is_triggered());
        shutdown.trigger_for(Cause::Interrupt);
        shutdown.trigger();
        assert_eq!(shutdown.cause(), Some(Cause::Interrupt));
        assert_eq!(shutdown.clone().wait().await, Cause::Interrupt);
    }

    #[tokio::test]
    async fn children_follow_their_parent_but_do_not_lead() {
        let parent = Shutdown::new();
        let child = parent.child();
        let grandchild = child.child();
        let alone = parent.child();
        alone.trigger();
        assert!(!parent.is_triggered() && !child.is_triggered());
        parent.trigger_for(Cause::Terminate);
        assert_eq!(grandchild.wait().await, Cause::Terminate);
        assert_eq!(alone.cause(), Some(Cause::Asked));
        assert_eq!(child.child().cause(), Some(Cause::Terminate), "born after the trigger");
    }

    #[tokio::test]
    async fn forgotten_children_take_no_room() {
        let parent = Shutdown::new();
        for _ in 0..1_000 {
            drop(parent.child());
        }
        assert!(parent.latch.children.lock().unwrap().len() <= 1);
    }

    #[tokio::test]
    async fn a_signal_triggers() {
        let shutdown = Shutdown::new();
        let listening = shutdown.on_signals().unwrap();
        nix::sys::signal::raise(nix::sys::signal::Signal::SIGTERM).unwrap();
        let cause = tokio::time::timeout(Duration::from_secs(5), shutdown.wait()).await.unwrap();
        assert_eq!(cause, Cause::Terminate);
        listening.await.unwrap();
    }
}
