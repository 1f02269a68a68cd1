//! What every stand-in is from outside: something that takes orders, is looked at, and is stopped.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::control::{self, Asked, ORDERS_WAITING_MAX};

/// A running stand-in; `S` holds what can be seen of it. Dropping it pulls its plug.
#[derive(Debug)]
pub struct Stand<S> {
    orders: mpsc::Sender<Asked>,
    task: JoinHandle<()>,
    controls: Vec<(PathBuf, JoinHandle<()>)>,
    pub(super) seen: S,
}

impl<S> Stand<S> {
    /// Starts the stand-in that `run` is; it ends when nobody is left to give it orders.
    pub(super) fn start_with<F>(seen: S, run: impl FnOnce(mpsc::Receiver<Asked>) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (orders, asked) = mpsc::channel(ORDERS_WAITING_MAX);
        Self { orders, task: tokio::spawn(run(asked)), controls: Vec::new(), seen }
    }

    /// Gives an order, in the words of the stand-in's list; the answer begins with `ok` or with
    /// `error`.
    pub async fn tell(&self, order: &str) -> String {
        let answer = control::ask(&self.orders, order).await;
        answer.unwrap_or_else(|| "error: the device has stopped".to_owned())
    }

    /// Where orders go, for whoever reads them from elsewhere.
    #[must_use]
    pub fn orders(&self) -> mpsc::Sender<Asked> {
        self.orders.clone()
    }

    /// Takes orders at a Unix socket too, until the stand-in stops.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub fn listen(&mut self, socket: impl Into<PathBuf>) -> io::Result<()> {
        let socket = socket.into();
        let serving = tokio::spawn(control::serve(&socket, self.orders.clone())?);
        self.controls.push((socket, serving));
        Ok(())
    }

    /// Stops it when its work is done; its link and its sockets are gone then.
    pub async fn stop(mut self) {
        let (orders, _) = mpsc::channel(1);
        self.orders = orders;
        self.hang_up();
        // The device's task ends when nobody is left to give orders.
        let _ = (&mut self.task).await;
    }

    fn hang_up(&mut self) {
        for (socket, serving) in self.controls.drain(..) {
            serving.abort();
            let _ = std::fs::remove_file(socket);
        }
    }
}

impl<S: Clone> Stand<watch::Receiver<S>> {
    /// What a person sees of it, and what has come over its line.
    #[must_use]
    pub fn seen(&self) -> S {
        self.seen.borrow().clone()
    }

    /// The same, as it changes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<S> {
        self.seen.clone()
    }

    /// What is seen as soon as it fits, or after `within`.
    pub async fn seen_when(&self, within: Duration, fits: impl FnMut(&S) -> bool) -> S {
        let mut seen = self.seen.clone();
        let _ = timeout(within, seen.wait_for(fits)).await;
        self.seen()
    }
}

impl<S> Drop for Stand<S> {
    fn drop(&mut self) {
        self.hang_up();
        self.task.abort();
    }
}
