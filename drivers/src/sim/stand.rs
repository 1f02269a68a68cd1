//! What every stand-in is from outside: something that takes orders and can be stopped.

use std::io;
use std::path::PathBuf;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::control::{self, Asked};

/// A running stand-in. Dropping it pulls its plug.
#[derive(Debug)]
pub(super) struct Stand {
    orders: mpsc::Sender<Asked>,
    task: JoinHandle<()>,
    controls: Vec<(PathBuf, JoinHandle<()>)>,
}

impl Stand {
    /// The stand-in that `task` is; it ends when nobody is left to give `orders`.
    pub(super) fn new(orders: mpsc::Sender<Asked>, task: JoinHandle<()>) -> Self {
        Self { orders, task, controls: Vec::new() }
    }

    /// Gives an order.
    pub(super) async fn tell(&self, order: &str) -> String {
        let answer = control::ask(&self.orders, order).await;
        answer.unwrap_or_else(|| "error: the device has stopped".to_owned())
    }

    /// Where orders go, for whoever reads them from elsewhere.
    pub(super) fn orders(&self) -> mpsc::Sender<Asked> {
        self.orders.clone()
    }

    /// Takes orders at a Unix socket too.
    pub(super) fn listen(&mut self, socket: PathBuf) -> io::Result<()> {
        let serving = tokio::spawn(control::serve(&socket, self.orders.clone())?);
        self.controls.push((socket, serving));
        Ok(())
    }

    /// Stops it when its work is done; its link and its sockets are gone then.
    pub(super) async fn stop(mut self) {
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

impl Drop for Stand {
    fn drop(&mut self) {
        self.hang_up();
        self.task.abort();
    }
}
