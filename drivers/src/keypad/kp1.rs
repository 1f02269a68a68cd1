//! KP1, our own register map for feedback keypads.
//!
//! Modbus RTU, 19200 bits a second with even parity unless set up otherwise.
//!
//! | input registers | meaning |
//! |---|---|
//! | 0 | magic, 464B |
//! | 1 | version of the map, 1 |
//! | 2 | number of keys (low byte), type of hardware (high byte) |
//! | 3 | version of the firmware |
//! | 4 | status: bit 0 the ring overflowed, 1 tamper, 2 a prompt is shown, 3 a key is stuck, 15 restarted since the last ack |
//! | 5 | boot counter, kept without power |
//! | 6 | uptime in seconds, wraps |
//! | 7 | sequence of the newest event; 0 is none yet, and is skipped at the wrap |
//! | 8..31 | the last 6 events, 4 registers each: sequence; key (low byte, from 1) and kind (high byte: 1 press, 2 long); token; age in 10 ms, 65535 is older |
//!
//! | holding registers | meaning |
//! |---|---|
//! | 0 | ack: the last sequence that the host has stored |
//! | 1 | prompt: 0 idle, 1 ask, 2 thanks |
//! | 2 | token of the question; events carry it while it stands, and 0 when none does |
//! | 3 | seconds until a question goes away by itself |

use std::num::NonZeroU16;
use std::time::Duration;

use crate::link_state::{Reason, Reasons};
use crate::modbus::request::Request;

/// What a KP1 keypad says first: `FK`.
pub const MAGIC: u16 = 0x464B;

/// The version of the map that this program knows.
pub const VERSION: u16 = 1;

/// Bits a second of a keypad that was not set up otherwise.
pub const RATE: u32 = 19_200;

/// Events that a keypad keeps.
pub const RING_EVENTS: u16 = 6;

/// Registers of one event in the ring.
pub const EVENT_REGISTERS: u16 = 4;

/// The first register of the ring.
pub const RING_AT: u16 = 8;

/// Registers of one look.
pub const LOOK_REGISTERS: u16 = RING_AT + RING_EVENTS * EVENT_REGISTERS;

/// Longest time that a question stands: what the register holds.
pub const PROMPT_MAX: Duration = Duration::from_secs(u16::MAX as u64);

/// The age register of an event that is older than it can say.
pub const AGE_UNKNOWN: u16 = u16::MAX;

/// What stands on a keypad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// Nothing.
    Idle,
    /// A question.
    Ask {
        /// What its answers carry: a press without it, or with another, answers no question of
        /// now.
        token: NonZeroU16,
        /// How long it stands unless it is taken away; whole seconds, at most [`PROMPT_MAX`].
        stands: Duration,
    },
    /// Thanks for an answer.
    Thanks,
}

/// What a keypad is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// Its number of keys.
    pub keys: u8,
    /// Its type of hardware.
    pub hardware: u8,
    /// The version of its firmware.
    pub firmware: u16,
}

/// How a keypad is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Condition(u16);

impl Condition {
    /// Events were overwritten before the host had stored them.
    #[must_use]
    pub fn overflowed(self) -> bool {
        self.0 & 1 != 0
    }

    /// Somebody opened it.
    #[must_use]
    pub fn tampered(self) -> bool {
        self.0 & 1 << 1 != 0
    }

    /// A question stands on it.
    #[must_use]
    pub fn asks(self) -> bool {
        self.0 & 1 << 2 != 0
    }

    /// A key has been down for longer than anybody presses one.
    #[must_use]
    pub fn key_stuck(self) -> bool {
        self.0 & 1 << 3 != 0
    }

    /// It started anew since the last ack.
    #[must_use]
    pub fn restarted(self) -> bool {
        self.0 & 1 << 15 != 0
    }

    /// What it complains about; a question that stands and a restart are no complaints.
    #[must_use]
    pub fn reasons(self) -> Reasons {
        let mut reasons = Reasons::NONE;
        reasons.set(Reason::RingOverflow, self.overflowed());
        reasons.set(Reason::Tampered, self.tampered());
        reasons.set(Reason::KeyStuck, self.key_stuck());
        reasons
    }
}

/// One event as it stands in the ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) sequence: NonZeroU16,
    pub(crate) key: u8,
    pub(crate) kind: u8,
    pub(crate) token: u16,
    pub(crate) age: u16,
}

/// One look at a keypad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) identity: Identity,
    pub(crate) condition: Condition,
    pub(crate) boot: u16,
    /// The newest sequence; `None` before the first event.
    pub(crate) newest: Option<NonZeroU16>,
    /// What stands in the ring, in no order.
    pub(crate) ring: Vec<Event>,
}

/// The registers are not those of a KP1 keypad, or of a version that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotKp1;

impl Snapshot {
    /// The question whose answer [`Self::read`] reads.
    pub(crate) fn request() -> Request {
        Request::ReadInputRegisters { from: 0, count: LOOK_REGISTERS }
    }

    /// Reads the registers of one look.
    pub(crate) fn read(registers: &[u16]) -> Result<Self, NotKp1> {
        let [MAGIC, VERSION, shape, firmware, status, boot, _uptime, newest, ring @ ..] = registers
        else {
            return Err(NotKp1);
        };
        if registers.len() != usize::from(LOOK_REGISTERS) {
            return Err(NotKp1);
        }
        let [hardware, keys] = shape.to_be_bytes();
        let event = |[sequence, what, token, age]: &[u16; EVENT_REGISTERS as usize]| {
            let [kind, key] = what.to_be_bytes();
            Some(Event {
                sequence: NonZeroU16::new(*sequence)?,
                key,
                kind,
                token: *token,
                age: *age,
            })
        };
        Ok(Self {
            identity: Identity { keys, hardware, firmware: *firmware },
            condition: Condition(*status),
            boot: *boot,
            newest: NonZeroU16::new(*newest),
            ring: ring.as_chunks().0.iter().filter_map(event).collect(),
        })
    }
}

/// Asks for the last sequence that a host has stored.
pub(crate) fn read_ack() -> Request {
    Request::ReadHolding { from: 0, count: 1 }
}

/// Says what has been stored.
pub(crate) fn write_ack(sequence: u16) -> Request {
    Request::WriteOne { at: 0, value: sequence }
}

/// Puts something on the keypad; a question, its token and its time in one order, so that no press
/// in between gets the token of another question.
pub(crate) fn write_prompt(prompt: Prompt) -> Request {
    match prompt {
        Prompt::Idle => Request::WriteOne { at: 1, value: 0 },
        Prompt::Ask { token, stands } => {
            let seconds = u16::try_from(stands.as_secs()).unwrap_or(u16::MAX);
            Request::WriteMany { from: 1, values: vec![1, token.get(), seconds] }
        }
        Prompt::Thanks => Request::WriteOne { at: 1, value: 2 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_map_is_read_register_by_register() {
        let mut registers = vec![MAGIC, VERSION, 0x0205, 0x0103, 0x8006, 9, 77, 41];
        registers.extend([40, 0x0103, 7, 250, 41, 0x0204, 0, AGE_UNKNOWN]);
        registers.resize(32, 0);
        let snapshot = Snapshot::read(&registers).unwrap();
        assert_eq!(snapshot.identity, Identity { keys: 5, hardware: 2, firmware: 0x0103 });
        let condition = snapshot.condition;
        assert!(condition.restarted() && condition.asks() && condition.tampered());
        assert!(!condition.overflowed() && !condition.key_stuck());
        assert_eq!((snapshot.boot, snapshot.newest), (9, NonZeroU16::new(41)));
        let event = |sequence, key, kind, token, age| Event {
            sequence: NonZeroU16::new(sequence).unwrap(),
            key,
            kind,
            token,
            age,
        };
        assert_eq!(snapshot.ring, [event(40, 3, 1, 7, 250), event(41, 4, 2, 0, AGE_UNKNOWN)]);
    }

    #[test]
    fn each_bit_of_the_status_is_told_as_its_own_complaint() {
        let told = |bits| {
            let words: Vec<_> = Condition(bits).reasons().iter().map(Reason::word).collect();
            words.join(" ")
        };
        assert_eq!(told(1), "ring-overflow");
        assert_eq!(told(1 << 1), "tampered");
        assert_eq!(told(1 << 3), "key-stuck");
        assert_eq!(told(1 << 2 | 1 << 15), "", "it asks, and was switched on");
        assert_eq!(told(u16::MAX), "ring-overflow tampered key-stuck");
    }

    #[test]
    fn other_devices_and_other_versions_are_none() {
        let mut registers = vec![0; 32];
        assert_eq!(Snapshot::read(&registers), Err(NotKp1));
        registers[0] = MAGIC;
        registers[1] = VERSION + 1;
        assert_eq!(Snapshot::read(&registers), Err(NotKp1));
        registers[1] = VERSION;
        assert!(Snapshot::read(&registers).is_ok());
        assert_eq!(Snapshot::read(&registers[..31]), Err(NotKp1));
    }

    #[test]
    fn orders_have_the_bytes_of_the_map() {
        let token = NonZeroU16::new(42).unwrap();
        let ask = write_prompt(Prompt::Ask { token, stands: Duration::from_secs(15) });
        let expected = b"\x01\x10\x00\x01\x00\x03\x06\x00\x01\x00\x2a\x00\x0f\xeb\x49";
        assert_eq!(ask.frame(1), expected);
        assert_eq!(write_ack(7).frame(1), b"\x01\x06\x00\x00\x00\x07\xc8\x08");
        assert_eq!(Snapshot::request().frame(1), b"\x01\x04\x00\x00\x00\x20\xf1\xd2");
        let long = write_prompt(Prompt::Ask { token, stands: 2 * PROMPT_MAX });
        assert_eq!(long, Request::WriteMany { from: 1, values: vec![1, 42, u16::MAX] });
    }

    proptest! {
        #[test]
        fn no_registers_make_it_fail(
            mut registers in proptest::collection::vec(any::<u16>(), 2..40),
            like in any::<bool>(),
        ) {
            if like {
                registers[..2].copy_from_slice(&[MAGIC, VERSION]);
                registers.resize(32, 0);
            }
            prop_assert_eq!(Snapshot::read(&registers).is_ok(), like);
        }
    }
}
