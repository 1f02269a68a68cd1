//! A keypad on a cable: requests in, answers out, on time or late.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, interval, sleep_until};

use super::super::control::Asked;
use super::super::plug::{FORGET_EVERY, Plug, yes_or_no};
use super::super::showing::Showing;
use super::registers::{Registers, Sensors, request_bytes};
use super::{ORDERS, Seen, Setup, Standing};
use crate::modbus::crc::unsealed;
use crate::modbus::request::FRAME_BYTES_MAX;

/// Silence after which a request that is still incomplete is none. Longer than on a real line,
/// where it is a few milliseconds: a busy machine pauses for longer.
const SILENCE: Duration = Duration::from_millis(20);

/// Longest delay of an answer.
const LATE_MAX: Duration = Duration::from_secs(60);

/// Answers that can be late at once; more are lost.
const LATE_ANSWERS_MAX: usize = 64;

#[derive(Debug)]
pub(super) struct Device {
    setup: Setup,
    plug: Plug,
    registers: Registers,
    begun: Vec<u8>,
    heard_at: Instant,
    late: Duration,
    answers: VecDeque<(Instant, Vec<u8>)>,
    counts: Seen,
    showing: Showing<Seen>,
}

impl Device {
    pub(super) fn new(setup: Setup, showing: watch::Sender<Seen>) -> io::Result<Self> {
        let now = Instant::now();
        let idle = words_of(Standing::Nothing);
        Ok(Self {
            showing: Showing::new(showing, setup.folder.as_deref(), "keypad.txt", &idle)?,
            plug: Plug::at(&setup.link)?,
            registers: Registers::new(setup.magic, setup.keys, now),
            setup,
            begun: Vec::new(),
            heard_at: now,
            late: Duration::ZERO,
            answers: VecDeque::new(),
            counts: Seen::default(),
        })
    }

    /// Runs until nobody is left to give orders.
    pub(super) async fn run(mut self, mut asked: mpsc::Receiver<Asked>) {
        let mut forget = interval(FORGET_EVERY);
        let mut bytes = [0; FRAME_BYTES_MAX];
        loop {
            let (answers_at, settles_at) =
                (self.answers.front().map(|(at, _)| *at), self.registers.due_at());
            tokio::select! {
                order = asked.recv() => {
                    let Some((line, answer)) = order else { return };
                    // Whoever asked may have gone.
                    let _ = answer.send(self.obey(&line));
                }
                count = self.plug.read(&mut bytes) => self.receive(&bytes[..count]),
                () = at(answers_at) => self.answer_late(),
                () = at(settles_at) => self.registers.settle(Instant::now()),
                _ = forget.tick() => self.plug.forget_exclusive(),
            }
            self.publish();
        }
    }

    fn obey(&mut self, line: &str) -> String {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let Some(answer) = self.plug.tell(&words) {
            return answer;
        }
        let now = Instant::now();
        let done = match words.as_slice() {
            ["press", key] => key.parse().is_ok_and(|key| self.registers.press(key, 1, now)),
            ["long", key] => key.parse().is_ok_and(|key| self.registers.press(key, 2, now)),
            ["case", "open"] => self.sense(|sensors| sensors.case_open = true),
            ["case", "close"] => self.sense(|sensors| sensors.case_open = false),
            ["key", "stick"] => self.sense(|sensors| sensors.key_stuck = true),
            ["key", "free"] => self.sense(|sensors| sensors.key_stuck = false),
            ["reboot"] => {
                self.registers.reboot(now);
                self.begun.clear();
                self.answers.clear();
                true
            }
            ["sequence", newest] => match newest.parse() {
                Ok(newest) => {
                    self.registers.set_sequence(newest);
                    true
                }
                Err(_) => false,
            },
            ["late", late, "ms"] => match late.parse().map(Duration::from_millis) {
                Ok(late) if late <= LATE_MAX => {
                    self.late = late;
                    true
                }
                Ok(_) | Err(_) => false,
            },
            ["show"] => return format!("ok {}", self.showing.text()),
            ["status"] => return self.describe(),
            _ => false,
        };
        if done { "ok".to_owned() } else { format!("error: not an order; orders are: {ORDERS}") }
    }

    fn sense(&mut self, change: impl FnOnce(&mut Sensors)) -> bool {
        change(&mut self.registers.sensors);
        true
    }

    fn describe(&self) -> String {
        let sensors = self.registers.sensors;
        format!(
            "ok {} boot={} newest={} acked={} late={} requests={} ignored={} case-open={} \
             key-stuck={} standing={}",
            self.plug.describe(),
            self.registers.boot(),
            self.registers.newest(),
            self.registers.acked(),
            self.late.as_millis(),
            self.counts.requests,
            self.counts.ignored,
            yes_or_no(sensors.case_open),
            yes_or_no(sensors.key_stuck),
            words_of(self.registers.standing()),
        )
    }

    fn receive(&mut self, bytes: &[u8]) {
        let now = Instant::now();
        if !self.begun.is_empty() && now - self.heard_at >= SILENCE {
            self.begun.clear();
            self.counts.ignored += 1;
        }
        self.heard_at = now;
        for byte in bytes {
            self.begun.push(*byte);
            let whole = request_bytes(&self.begun).is_some_and(|bytes| self.begun.len() >= bytes);
            if whole || self.begun.len() >= FRAME_BYTES_MAX {
                let request = std::mem::take(&mut self.begun);
                self.follow(&request, now);
            }
        }
    }

    fn follow(&mut self, frame: &[u8], now: Instant) {
        let own = self.setup.unit.number();
        match unsealed(frame) {
            // Everybody obeys unit 0, and nobody answers.
            Some([0, request @ ..]) => {
                self.registers.answer(own, request, now);
                self.counts.requests += 1;
            }
            Some([unit, request @ ..]) if *unit == own => {
                let answer = self.registers.answer(own, request, now);
                self.counts.requests += 1;
                if self.late.is_zero() && self.answers.is_empty() {
                    self.plug.answer(&answer);
                } else if self.answers.len() < LATE_ANSWERS_MAX {
                    self.answers.push_back((now + self.late, answer));
                }
            }
            Some([..]) | None => self.counts.ignored += 1,
        }
    }

    fn answer_late(&mut self) {
        if let Some((_, answer)) = self.answers.pop_front() {
            self.plug.answer(&answer);
        }
    }

    fn publish(&mut self) {
        let standing = self.registers.standing();
        let seen = Seen {
            standing,
            acked: self.registers.acked(),
            newest: self.registers.newest(),
            ..self.counts
        };
        self.showing.show(seen, words_of(standing));
    }
}

fn words_of(standing: Standing) -> String {
    match standing {
        Standing::Nothing => "idle".to_owned(),
        Standing::Question(token) => format!("asks {token}"),
        Standing::Thanks => "thanks".to_owned(),
    }
}

async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::order::GARBAGE_BYTES_MAX;
    use super::*;
    use crate::modbus::crc::sealed;

    fn device(name: &str) -> Device {
        let link = std::env::temp_dir().join(format!("anteroom-{name}-{}", std::process::id()));
        Device::new(Setup::new(link), watch::Sender::new(Seen::default())).unwrap()
    }

    #[tokio::test]
    async fn every_order_of_the_list_is_understood_and_nothing_beyond_the_limits() {
        let mut device = device("keypad-orders");
        for order in ORDERS.split('|') {
            let order = order.replace('N', "17").replace('K', "3");
            assert!(device.obey(&order).starts_with("ok"), "{order}");
        }
        let late = format!("late {} ms", LATE_MAX.as_millis() + 1);
        let noise = format!("garbage {}", GARBAGE_BYTES_MAX + 1);
        for order in ["", "press", "press 6", "press 0", "press x", "sequence 65536", &late, &noise]
        {
            assert!(device.obey(order).starts_with("error: "), "{order}");
        }
    }

    #[tokio::test]
    async fn answers_that_are_late_together_are_bounded() {
        let mut device = device("keypad-answers");
        device.obey("late 60000 ms");
        let request = sealed(vec![1, 3, 0, 0, 0, 1]);
        for _ in 0..LATE_ANSWERS_MAX + 3 {
            device.receive(&request);
        }
        assert_eq!(device.answers.len(), LATE_ANSWERS_MAX);
        assert_eq!(device.counts.requests, LATE_ANSWERS_MAX as u64 + 3);
    }

    #[tokio::test]
    async fn bytes_that_are_no_request_are_given_up() {
        let mut device = device("keypad-bytes");
        // A write of more registers than a frame holds.
        device.receive(&[1, 16, 0, 0, 0, 200, 255]);
        device.receive(&[0; FRAME_BYTES_MAX]);
        assert!(device.begun.len() < FRAME_BYTES_MAX);
        assert!(device.counts.ignored >= 1);
        // Half a request and silence, then a whole one.
        device.begun.clear();
        device.receive(&[1, 3, 0]);
        tokio::time::sleep(2 * SILENCE).await;
        device.receive(&sealed(vec![1, 3, 0, 0, 0, 1]));
        assert_eq!(device.counts.requests, 1);
    }
}
