//! What is typed while everything stays up: orders for the devices and for central's plug.

use std::io::BufRead;
use std::time::Duration;

use ::tests::Trouble;
use tokio::sync::mpsc;

use crate::house::House;
use crate::paint::say;

/// How often is looked whether everything still runs.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Lines typed ahead; more wait in the terminal.
const ORDERS_MAX: usize = 4;

impl House {
    /// Takes orders until the terminal says no more, and watches what runs.
    pub(crate) async fn stay(&mut self) -> Result<(), Trouble> {
        say("Everything stays up. Type an order for the printer here, as `paper out`,");
        say("`paper in`, `unplug`, `replug` or `status`, and see what health says. Orders for the");
        say("others begin with their name, as `display unplug`, `keypad press 3`, `central show`,");
        say("`central unplug` or `central replug`.");
        say("Ctrl-C stops everything.");
        let mut orders = typed_lines();
        let mut look = tokio::time::interval(LOOK_EVERY);
        let mut typing = true;
        loop {
            tokio::select! {
                order = orders.recv(), if typing => match order {
                    Some(order) if order.trim().is_empty() => {}
                    Some(order) => self.give(order.trim()).await?,
                    None => typing = false,
                },
                _ = look.tick() => {
                    if let Some(trouble) = self.ended_early() {
                        return Err(trouble);
                    }
                }
            }
        }
    }

    /// Gives an order to the printer, or to what it begins with.
    async fn give(&mut self, order: &str) -> Result<(), Trouble> {
        let answer = match order.split_once(' ') {
            Some(("central", rest)) => return self.give_central(rest.trim()).await,
            Some(("display", rest)) => self.display.try_tell(rest.trim()).await,
            Some(("keypad", rest)) => self.keypad.try_tell(rest.trim()).await,
            Some(_) | None => self.printer.try_tell(order).await,
        };
        match answer {
            Ok(answer) => say(&answer),
            Err(error) => say(&format!("error: the device does not answer: {error}")),
        }
        Ok(())
    }

    async fn give_central(&mut self, order: &str) -> Result<(), Trouble> {
        match (order, self.is_unplugged) {
            ("show", false) => self.show_branches().await?,
            ("unplug", false) => {
                self.unplug_central().await?;
                say("ok; its broker is away with it");
            }
            ("replug", true) => {
                self.replug_central().await?;
                say(&format!("ok, at {}", self.central.url()));
            }
            ("show" | "unplug", true) => say("error: central is unplugged"),
            ("replug", false) => say("error: central is not unplugged"),
            (_, _) => say("error: central takes show, unplug and replug"),
        }
        Ok(())
    }
}

/// What is typed, on a thread that ends with the program: nobody can stop a read from a terminal.
fn typed_lines() -> mpsc::Receiver<String> {
    let (lines, typed) = mpsc::channel(ORDERS_MAX);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if lines.blocking_send(line).is_err() {
                return;
            }
        }
    });
    typed
}
