//! The registers of a KP1 keypad, and the frames that read and write them.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::Standing;
use crate::keypad::kp1::{AGE_UNKNOWN, LOOK_REGISTERS, RING_EVENTS, VERSION};
use crate::modbus::answer::Exception;
use crate::modbus::crc::sealed;
use crate::modbus::request::READ_REGISTERS_MAX;

/// Input registers that it has: the map, and a counter for each of eight keys.
const INPUTS: u16 = LOOK_REGISTERS + 8;

/// Holding registers that it has: ack, prompt, token, seconds, lights, beep.
const HOLDINGS: u16 = 6;

const ACK: usize = 0;
const PROMPT: usize = 1;
const TOKEN: usize = 2;
const SECONDS: usize = 3;

/// Version of its firmware.
const FIRMWARE: u16 = 0x0100;

#[derive(Debug, Clone, Copy)]
struct Event {
    sequence: u16,
    key: u8,
    kind: u8,
    token: u16,
    at: Instant,
}

/// What it feels of its own case and keys.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sensors {
    pub(super) case_open: bool,
    pub(super) key_stuck: bool,
}

#[derive(Debug)]
pub(super) struct Registers {
    magic: u16,
    keys: u8,
    boot: u16,
    started: Instant,
    newest: u16,
    ring: VecDeque<Event>,
    overflowed: bool,
    restarted: bool,
    pub(super) sensors: Sensors,
    counters: [u16; 8],
    holding: [u16; HOLDINGS as usize],
    /// When the question goes away by itself.
    asks_until: Option<Instant>,
}

impl Registers {
    pub(super) fn new(magic: u16, keys: u8, now: Instant) -> Self {
        Self {
            magic,
            keys,
            boot: 1,
            started: now,
            newest: 0,
            ring: VecDeque::new(),
            overflowed: false,
            restarted: true,
            sensors: Sensors::default(),
            counters: [0; 8],
            holding: [0; HOLDINGS as usize],
            asks_until: None,
        }
    }

    /// Starts anew: all is forgotten but how often that has happened. A case stays open.
    pub(super) fn reboot(&mut self, now: Instant) {
        let boot = self.boot.wrapping_add(1);
        *self = Self { boot, sensors: self.sensors, ..Self::new(self.magic, self.keys, now) };
    }

    /// As if so many events had happened before, all of them acknowledged.
    pub(super) fn set_sequence(&mut self, newest: u16) {
        self.restarted = false;
        self.newest = newest;
        self.holding[ACK] = newest;
        self.ring.clear();
    }

    /// A key is pressed; kind 1 is short, 2 is long. False if it has no such key.
    pub(super) fn press(&mut self, key: u8, kind: u8, now: Instant) -> bool {
        if !(1..=self.keys).contains(&key) {
            return false;
        }
        self.settle(now);
        self.newest = if self.newest == u16::MAX { 1 } else { self.newest + 1 };
        let token = match self.standing() {
            Standing::Question(token) => token,
            Standing::Nothing | Standing::Thanks => 0,
        };
        if self.ring.len() == usize::from(RING_EVENTS) {
            let oldest = self.ring.pop_front();
            // What the host has not stored by now it never will.
            self.overflowed |= oldest.is_some_and(|oldest| self.is_unacked(oldest.sequence));
        }
        self.ring.push_back(Event { sequence: self.newest, key, kind, token, at: now });
        if let Some(counter) = self.counters.get_mut(usize::from(key - 1)) {
            *counter = counter.wrapping_add(1);
        }
        true
    }

    pub(super) fn standing(&self) -> Standing {
        match self.holding[PROMPT] {
            1 => Standing::Question(self.holding[TOKEN]),
            2 => Standing::Thanks,
            _ => Standing::Nothing,
        }
    }

    pub(super) fn acked(&self) -> u16 {
        self.holding[ACK]
    }

    pub(super) fn newest(&self) -> u16 {
        self.newest
    }

    pub(super) fn boot(&self) -> u16 {
        self.boot
    }

    /// When [`Self::settle`] has something to do.
    pub(super) fn due_at(&self) -> Option<Instant> {
        self.asks_until
    }

    /// Lets a question go whose time is over.
    pub(super) fn settle(&mut self, now: Instant) {
        if self.asks_until.is_some_and(|until| now >= until) {
            self.holding[PROMPT] = 0;
            self.asks_until = None;
        }
    }

    /// The answer to a request without unit and checksum.
    pub(super) fn answer(&mut self, unit: u8, request: &[u8], now: Instant) -> Vec<u8> {
        self.settle(now);
        let function = request.first().copied().unwrap_or(0);
        let answered = match request {
            [function @ (3 | 4), from_high, from_low, count_high, count_low] => {
                let from = u16::from_be_bytes([*from_high, *from_low]);
                let count = u16::from_be_bytes([*count_high, *count_low]);
                self.read(*function, from, count, now)
            }
            [6, at_high, at_low, high, low] => {
                let at = u16::from_be_bytes([*at_high, *at_low]);
                self.write(at, &[u16::from_be_bytes([*high, *low])], now)
                    .map(|()| request[1..].to_vec())
            }
            [16, from_high, from_low, _, count, bytes, content @ ..]
                if content.len() == usize::from(*bytes) && *bytes == count.wrapping_mul(2) =>
            {
                let from = u16::from_be_bytes([*from_high, *from_low]);
                let values = content.as_chunks::<2>().0.iter();
                let values: Vec<u16> = values.map(|pair| u16::from_be_bytes(*pair)).collect();
                self.write(from, &values, now).map(|()| request[1..5].to_vec())
            }
            [..] => Err(Exception::ILLEGAL_FUNCTION),
        };
        sealed(match answered {
            Ok(content) => [&[unit, function], content.as_slice()].concat(),
            Err(exception) => vec![unit, function | 0x80, exception.0],
        })
    }

    fn read(
        &self,
        function: u8,
        from: u16,
        count: u16,
        now: Instant,
    ) -> Result<Vec<u8>, Exception> {
        if !(1..=READ_REGISTERS_MAX).contains(&count) {
            return Err(Exception::ILLEGAL_VALUE);
        }
        let all = if function == 4 { self.inputs(now) } else { self.holding.to_vec() };
        let from = usize::from(from);
        let found = all.get(from..from + usize::from(count)).ok_or(Exception::ILLEGAL_ADDRESS)?;
        let bytes = u8::try_from(2 * found.len()).map_err(|_| Exception::ILLEGAL_VALUE)?;
        let content = found.iter().flat_map(|register| register.to_be_bytes());
        Ok([bytes].into_iter().chain(content).collect())
    }

    fn write(&mut self, from: u16, values: &[u16], now: Instant) -> Result<(), Exception> {
        let from = usize::from(from);
        let place = self.holding.get_mut(from..from + values.len());
        let place = place.filter(|_| !values.is_empty()).ok_or(Exception::ILLEGAL_ADDRESS)?;
        place.copy_from_slice(values);
        let written = from..from + values.len();
        if written.contains(&ACK) {
            self.restarted = false;
            self.overflowed = false;
        }
        if written.contains(&PROMPT) {
            let stands = Duration::from_secs(u64::from(self.holding[SECONDS]));
            self.asks_until = (self.holding[PROMPT] == 1).then(|| now + stands);
        }
        Ok(())
    }

    fn inputs(&self, now: Instant) -> Vec<u16> {
        let uptime = (now - self.started).as_secs() & u64::from(u16::MAX);
        let mut inputs = vec![
            self.magic,
            VERSION,
            u16::from(self.keys),
            FIRMWARE,
            self.status(),
            self.boot,
            u16::try_from(uptime).expect("masked to sixteen bits"),
            self.newest,
        ];
        for event in &self.ring {
            let age = (now - event.at).as_millis() / 10;
            inputs.extend([
                event.sequence,
                u16::from_be_bytes([event.kind, event.key]),
                event.token,
                u16::try_from(age).unwrap_or(AGE_UNKNOWN),
            ]);
        }
        inputs.resize(usize::from(LOOK_REGISTERS), 0);
        inputs.extend(self.counters);
        assert_eq!(inputs.len(), usize::from(INPUTS), "the map has no holes");
        inputs
    }

    fn status(&self) -> u16 {
        let asks = matches!(self.standing(), Standing::Question(_));
        u16::from(self.overflowed)
            | u16::from(self.sensors.case_open) << 1
            | u16::from(asks) << 2
            | u16::from(self.sensors.key_stuck) << 3
            | u16::from(self.restarted) << 15
    }

    fn is_unacked(&self, sequence: u16) -> bool {
        let behind = sequence.wrapping_sub(self.holding[ACK]);
        self.holding[ACK] == 0 || (1..=u16::MAX / 2).contains(&behind)
    }
}

/// How many bytes the request has that begins like this, if that can be told yet.
pub(super) fn request_bytes(begun: &[u8]) -> Option<usize> {
    match begun {
        [_, 15 | 16, _, _, _, _, count, ..] => Some(9 + usize::from(*count)),
        [_, 15 | 16, ..] | [_] | [] => None,
        [_, _, ..] => Some(8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keypad::kp1::{MAGIC, Snapshot};
    use proptest::prelude::*;

    #[tokio::test(start_paused = true)]
    async fn the_ring_keeps_six_and_says_when_one_was_lost() {
        let now = Instant::now();
        let mut registers = Registers::new(MAGIC, 5, now);
        for key in [1, 2, 3, 4, 5, 1] {
            assert!(registers.press(key, 1, now));
        }
        let look = |registers: &Registers| {
            Snapshot::read(&registers.inputs(now)[..usize::from(LOOK_REGISTERS)]).unwrap()
        };
        assert!(!look(&registers).condition.overflowed());
        registers.press(1, 2, now);
        let snapshot = look(&registers);
        assert!(snapshot.condition.overflowed() && snapshot.condition.restarted());
        let sequences: Vec<u16> = snapshot.ring.iter().map(|event| event.sequence.get()).collect();
        assert_eq!(sequences, [2, 3, 4, 5, 6, 7]);
        registers.write(0, &[7], now).unwrap();
        registers.press(1, 1, now);
        let condition = look(&registers).condition;
        assert!(!condition.overflowed() && !condition.restarted());
        assert!(!registers.press(6, 1, now), "it has no sixth key");
    }

    #[tokio::test(start_paused = true)]
    async fn a_question_goes_away_by_itself_and_takes_its_token_along() {
        let now = Instant::now();
        let mut registers = Registers::new(MAGIC, 5, now);
        registers.write(1, &[1, 42, 15], now).unwrap();
        assert_eq!(registers.standing(), Standing::Question(42));
        registers.press(1, 1, now + Duration::from_secs(14));
        registers.press(1, 1, now + Duration::from_secs(15));
        assert_eq!(registers.standing(), Standing::Nothing);
        let tokens: Vec<u16> = registers.ring.iter().map(|event| event.token).collect();
        assert_eq!(tokens, [42, 0]);
        assert_eq!(registers.write(5, &[1, 2], now), Err(Exception::ILLEGAL_ADDRESS));
    }

    proptest! {
        #[test]
        fn no_request_makes_it_fail(
            request in proptest::collection::vec(any::<u8>(), 0..60),
            function in prop::sample::select(vec![0_u8, 3, 4, 6, 16]),
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = { runtime }.enable_time().start_paused(true).build().unwrap();
            runtime.block_on(async {
                let now = Instant::now();
                let mut registers = Registers::new(MAGIC, 5, now);
                let _ = request_bytes(&request);
                let answer = registers.answer(1, &[&[function], &request[..]].concat(), now);
                assert!((5..=256).contains(&answer.len()));
            });
        }
    }
}
