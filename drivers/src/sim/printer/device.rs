//! The inside of the stand-in printer: its buffer, its sensors and its answers.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, interval, sleep_until};

use super::super::control::Asked;
use super::super::order::{Order, Roll};
use super::super::plug::{FORGET_EVERY, Plug, yes_or_no};
use super::super::tray::Tray;
use super::Setup;
use crate::port::CHUNK_BYTES_MAX;
use crate::printer::instructions::{Instruction, Next, next};
use crate::printer::paper::Paper;
use crate::printer::profile::Proof;

/// Received bytes from which the host is held back: three quarters of a small printer's buffer.
const HOLD_FROM: usize = 3_072;

/// Received bytes below which the host may go on.
const GO_BELOW: usize = 1_024;

/// Most bytes received and not worked off. The terminal itself holds some 64 kB more than flow
/// control lets through; what is beyond is lost, as in a printer.
const RECEIVED_MAX: usize = 128 * 1024;

/// How often a paced printer works.
const TICK: Duration = Duration::from_millis(10);

/// The name it answers with.
const NAME: &[u8] = b"Anteroom stand-in";

#[derive(Debug)]
pub(super) struct Device {
    setup: Setup,
    plug: Plug,
    tray: Tray,
    paper: Paper,
    sensors: Sensors,
    received: VecDeque<u8>,
    /// The beginning of an instruction, and how many bytes it needs.
    begun: Vec<u8>,
    needs: usize,
    question: RealTime,
    /// Which changes are pushed (`GS a`).
    pushes: u8,
    held: bool,
    out_after: Option<usize>,
    bytes_a_second: Option<u32>,
    works_at: Instant,
    worked: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sensors {
    roll: Roll,
    cover_open: bool,
    cutter_jam: bool,
}

/// How much of a `DLE EOT n` has arrived.
#[derive(Debug, Clone, Copy)]
enum RealTime {
    Nothing,
    Dle,
    Eot,
}

impl Sensors {
    fn offline(self) -> bool {
        self.roll == Roll::Out || self.cover_open || self.cutter_jam
    }

    /// The answer to `DLE EOT n`.
    fn answer(self, n: u8) -> u8 {
        let bit = |holds: bool, bits: u8| if holds { bits } else { 0 };
        0x12 | match n {
            1 => bit(self.offline(), 0x08),
            2 => {
                bit(self.cover_open, 0x04)
                    | bit(self.roll == Roll::Out, 0x20)
                    | bit(self.cutter_jam, 0x40)
            }
            3 => bit(self.cutter_jam, 0x08),
            _ => bit(self.roll != Roll::In, 0x0C) | bit(self.roll == Roll::Out, 0x60),
        }
    }

    /// The four pushed bytes.
    fn push(self) -> [u8; 4] {
        let bit = |holds: bool, bits: u8| if holds { bits } else { 0 };
        [
            0x10 | bit(self.offline(), 0x08) | bit(self.cover_open, 0x20),
            bit(self.cutter_jam, 0x08),
            bit(self.roll != Roll::In, 0x03) | bit(self.roll == Roll::Out, 0x0C),
            0,
        ]
    }
}

impl Device {
    pub(super) fn new(setup: Setup, tray: Tray) -> io::Result<Self> {
        Ok(Self {
            plug: Plug::at(&setup.link)?,
            tray,
            paper: Paper::new(setup.profile),
            sensors: Sensors { roll: Roll::In, cover_open: false, cutter_jam: false },
            received: VecDeque::new(),
            begun: Vec::new(),
            needs: 1,
            question: RealTime::Nothing,
            pushes: 0,
            held: false,
            out_after: None,
            // Ten bits a byte on the line.
            bytes_a_second: setup.baud.map(|baud| (baud / 10).max(1)),
            works_at: Instant::now(),
            worked: 0,
            setup,
        })
    }

    /// Runs until nobody is left to give orders.
    pub(super) async fn run(mut self, mut asked: mpsc::Receiver<Asked>) {
        let mut forget = interval(FORGET_EVERY);
        let mut bytes = [0; 16 * CHUNK_BYTES_MAX];
        loop {
            tokio::select! {
                order = asked.recv() => {
                    let Some((line, answer)) = order else { break };
                    // Whoever asked may have gone.
                    let _ = answer.send(self.obey(&line));
                }
                count = self.plug.read(&mut bytes) => self.receive(&bytes[..count]),
                () = sleep_until(self.works_at), if self.waits_to_work() => self.work_a_tick(),
                _ = forget.tick() => self.plug.forget_exclusive(),
            }
        }
        let Self { plug, mut tray, .. } = self;
        drop(plug);
        tray.settle().await;
    }

    fn obey(&mut self, line: &str) -> String {
        let order = match line.parse() {
            Ok(order) => order,
            Err(unknown) => return format!("error: {unknown}"),
        };
        match order {
            Order::Paper(roll) => self.sense(|sensors| sensors.roll = roll),
            Order::PaperOutAfter(bytes) => self.out_after = Some(bytes),
            Order::CoverOpen(open) => self.sense(|sensors| sensors.cover_open = open),
            Order::CutterJam(jam) => self.sense(|sensors| sensors.cutter_jam = jam),
            Order::Plug(order) => {
                if let Err(error) = self.plug.obey(order) {
                    return format!("error: {error}");
                }
            }
            Order::Pace(pace) => {
                self.bytes_a_second = pace;
                self.work_at_will();
            }
            Order::Status => return self.describe(),
        }
        "ok".to_owned()
    }

    fn describe(&self) -> String {
        let roll = match self.sensors.roll {
            Roll::In => "in",
            Roll::Low => "low",
            Roll::Out => "out",
        };
        format!(
            "ok {} paper={roll} cover-open={} cutter-jam={} waiting={} worked={}",
            self.plug.describe(),
            yes_or_no(self.sensors.cover_open),
            yes_or_no(self.sensors.cutter_jam),
            self.received.len(),
            self.worked,
        )
    }

    /// A sensor changes: the host is told if it asked to be, and work goes on if it can.
    fn sense(&mut self, change: impl FnOnce(&mut Sensors)) {
        let before = self.sensors;
        change(&mut self.sensors);
        if before != self.sensors && self.pushes != 0 {
            self.answer(&self.sensors.push());
        }
        self.work_at_will();
    }

    fn receive(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.received.len() < RECEIVED_MAX {
                self.received.push_back(*byte);
            }
            self.question = match (self.question, byte) {
                (RealTime::Dle, 0x04) => RealTime::Eot,
                (RealTime::Eot, 1..=4) => {
                    self.answer(&[self.sensors.answer(*byte)]);
                    RealTime::Nothing
                }
                (RealTime::Nothing | RealTime::Dle | RealTime::Eot, 0x10) => RealTime::Dle,
                (RealTime::Nothing | RealTime::Dle | RealTime::Eot, _) => RealTime::Nothing,
            };
        }
        self.work_at_will();
    }

    /// Works everything off at once, unless it works at a pace.
    fn work_at_will(&mut self) {
        if self.bytes_a_second.is_none() {
            self.work(usize::MAX);
        }
        self.set_flow();
    }

    fn waits_to_work(&self) -> bool {
        self.bytes_a_second.is_some() && !self.received.is_empty() && !self.sensors.offline()
    }

    fn work_a_tick(&mut self) {
        let Some(rate) = self.bytes_a_second else { return };
        // Fewer than a hundred bytes a second are one byte at longer times.
        let bytes = (rate / 100).max(1);
        let pause = TICK.max(Duration::from_secs(1) / rate.clamp(1, 100));
        self.works_at = Instant::now() + pause;
        self.work(bytes as usize);
        self.set_flow();
    }

    fn work(&mut self, bytes: usize) {
        for _ in 0..bytes {
            if self.sensors.offline() {
                return;
            }
            let Some(byte) = self.received.pop_front() else { return };
            self.worked += 1;
            self.begun.push(byte);
            while self.begun.len() >= self.needs {
                match next(&self.begun) {
                    Next::Needs(needs) => self.needs = needs,
                    Next::Done(instruction, used) => {
                        self.begun.drain(..used);
                        self.needs = 1;
                        self.follow(&instruction);
                    }
                }
            }
            self.out_after = self.out_after.map(|left| left.saturating_sub(1));
            if self.out_after == Some(0) {
                self.out_after = None;
                self.sensors.roll = Roll::Out;
                if self.pushes != 0 {
                    self.answer(&self.sensors.push());
                }
            }
        }
    }

    fn follow(&mut self, instruction: &Instruction) {
        match instruction {
            Instruction::Init => self.pushes = 0,
            Instruction::PushStatus(mask) => {
                self.pushes = *mask;
                if *mask != 0 {
                    self.answer(&self.sensors.push());
                }
            }
            // A model answers what it knows; the rest has no effect on it.
            Instruction::AskInBand(_) if self.setup.profile.proof != Proof::State => {
                self.answer(&[if self.sensors.roll == Roll::In { 0 } else { 0x03 }]);
            }
            Instruction::AskName(_) => self.answer(&[b"_", NAME, b"\0"].concat()),
            Instruction::AskMark([a, b, c, d]) if self.setup.profile.proof == Proof::Mark => {
                self.answer(&[0x37, 0x22, *a, *b, *c, *d, 0])
            }
            Instruction::AskInBand(_)
            | Instruction::AskMark(_)
            | Instruction::Character(_)
            | Instruction::LineFeed
            | Instruction::Page(_)
            | Instruction::Size(_)
            | Instruction::Bold(_)
            | Instruction::Align(_)
            | Instruction::FeedLines(_)
            | Instruction::FeedDots(_)
            | Instruction::Raster { .. }
            | Instruction::QrModule(_)
            | Instruction::QrStore(_)
            | Instruction::QrPrint
            | Instruction::Cut
            | Instruction::Silent
            | Instruction::Unknown(_) => {}
        }
        if let Some(sheet) = self.paper.follow(instruction)
            && self.tray.take(sheet).is_err()
        {
            // A slip that cannot be put down jams the cutter: its host must not think it printed.
            self.sensors.cutter_jam = true;
        }
    }

    fn answer(&self, bytes: &[u8]) {
        self.plug.answer(bytes);
    }

    fn set_flow(&mut self) {
        self.held = match self.received.len() {
            HOLD_FROM.. => true,
            0..GO_BELOW => false,
            _ => self.held,
        };
        self.plug.set_full(self.held);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tray::Fallen;
    use super::*;
    use crate::printer::typeset::Typesetter;

    #[tokio::test]
    async fn a_buffer_that_is_full_loses_what_comes() {
        let link = std::env::temp_dir().join(format!("anteroom-buffer-{}", std::process::id()));
        let tray = Tray::new(None, Typesetter::shared(), Fallen::new()).unwrap();
        let mut device = Device::new(Setup::new(link), tray).unwrap();
        assert_eq!(device.obey("paper out"), "ok");
        device.receive(&[b'x'; RECEIVED_MAX]);
        device.receive(b"more");
        assert_eq!(device.received.len(), RECEIVED_MAX);
        assert!(device.held);
        assert_eq!(device.obey("paper in"), "ok");
        assert!(device.received.is_empty() && !device.held);
    }
}
