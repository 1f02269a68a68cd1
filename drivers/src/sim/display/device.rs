//! A sign on a cable: frames in, acknowledgements out, and what is seen told to who looks.

use std::io;

use tokio::sync::{mpsc, watch};
use tokio::time::interval;

use super::super::control::Asked;
use super::super::plug::{FORGET_EVERY, Plug, yes_or_no};
use super::super::showing::Showing;
use super::sign::{Reply, Seen, Sign};
use super::{ORDERS, Setup};
use crate::display::alpha::Address;
use crate::display::alpha::frame::{Frame, Reader};

/// Bytes taken from the line at once.
const READ_BYTES: usize = 4_096;

/// The kind that a sign gives itself when it answers.
const ANSWERING: u8 = b'0';

#[derive(Debug)]
pub(super) struct Device {
    setup: Setup,
    plug: Plug,
    sign: Sign,
    reader: Reader,
    counts: Seen,
    showing: Showing<Seen>,
}

impl Device {
    pub(super) fn new(setup: Setup, showing: watch::Sender<Seen>) -> io::Result<Self> {
        Ok(Self {
            showing: Showing::new(showing, setup.folder.as_deref(), "display.txt", "")?,
            plug: Plug::at(&setup.link)?,
            setup,
            sign: Sign::default(),
            reader: Reader::new(),
            counts: Seen::default(),
        })
    }

    /// Runs until nobody is left to give orders.
    pub(super) async fn run(mut self, mut asked: mpsc::Receiver<Asked>) {
        let mut forget = interval(FORGET_EVERY);
        let mut bytes = [0; READ_BYTES];
        loop {
            tokio::select! {
                order = asked.recv() => {
                    let Some((line, answer)) = order else { return };
                    // Whoever asked may have gone.
                    let _ = answer.send(self.obey(&line));
                }
                count = self.plug.read(&mut bytes) => self.receive(&bytes[..count]),
                _ = forget.tick() => self.plug.forget_exclusive(),
            }
        }
    }

    fn obey(&mut self, line: &str) -> String {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let Some(answer) = self.plug.tell(&words) {
            return answer;
        }
        match words.as_slice() {
            ["forget"] => {
                self.sign.forget();
                self.publish();
                "ok".to_owned()
            }
            ["show"] => format!("ok {}", self.showing.text()),
            ["status"] => self.describe(),
            _ => format!("error: not an order; orders are: {ORDERS}"),
        }
    }

    fn describe(&self) -> String {
        let seen = self.showing.seen();
        format!(
            "ok {} flash={} beeps={} divided={} frames={} damaged={} refused={} overfilled={} \
             bytes={} text={}",
            self.plug.describe(),
            yes_or_no(seen.flash),
            seen.beeps,
            seen.divided,
            seen.frames,
            seen.damaged,
            seen.refused,
            seen.overfilled,
            seen.bytes,
            seen.text,
        )
    }

    fn receive(&mut self, bytes: &[u8]) {
        self.counts.bytes += bytes.len() as u64;
        for byte in bytes {
            let damaged = self.reader.damaged();
            if let Some(frame) = self.reader.push(*byte) {
                self.follow(&frame);
            } else if self.reader.damaged() > damaged && self.sign.confirms {
                self.plug.answer(b"\x15\x50");
            }
        }
        self.publish();
    }

    fn follow(&mut self, frame: &Frame) {
        if !frame.address.reaches(self.setup.address) {
            return;
        }
        self.counts.frames += 1;
        match self.sign.obey(&frame.payload) {
            Reply::Taken if self.sign.confirms => self.plug.answer(b"\x06\x40"),
            Reply::Taken => {}
            Reply::Illegal => {
                self.counts.refused += 1;
                if self.sign.confirms {
                    self.plug.answer(b"\x15\x60");
                }
            }
            Reply::Tell(payload) => {
                let frame = Frame { kind: ANSWERING, address: Address::ALL, payload };
                self.plug.answer(&frame.encode());
            }
        }
    }

    fn publish(&mut self) {
        let (text, flash) = self.sign.shown();
        let seen = Seen {
            text: text.clone(),
            flash,
            beeps: self.sign.beeps,
            divided: self.sign.divided,
            overfilled: self.sign.overfilled,
            damaged: self.reader.damaged(),
            ..self.counts
        };
        self.showing.show(seen, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_order_of_the_list_is_understood() {
        let link = std::env::temp_dir().join(format!("anteroom-sign-{}", std::process::id()));
        let mut device =
            Device::new(Setup::new(link), watch::Sender::new(Seen::default())).unwrap();
        for order in ORDERS.split('|') {
            assert!(device.obey(&order.replace('N', "17")).starts_with("ok"), "{order}");
        }
        for order in ["", "sing", "garbage x", "flow"] {
            assert!(device.obey(order).starts_with("error: not an order"), "{order}");
        }
    }
}
