//! A booking: the promise of a place at a time, until its customer checks in.

use std::fmt;

use crate::limits::{BOOKING_CODE_DIGITS, PIN_DIGITS_MAX, PIN_DIGITS_MIN};
use crate::moment::{LocalTime, Moment};

/// The number by which a customer checks in, and by which staff find the booking:
/// [`BOOKING_CODE_DIGITS`] digits, drawn at random. No two tickets in memory have the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code([u8; BOOKING_CODE_DIGITS]);

impl Code {
    /// Reads the text form, or nothing where it cannot be one.
    pub fn parse(text: &str) -> Option<Code> {
        let digits: [u8; BOOKING_CODE_DIGITS] = text.as_bytes().try_into().ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(Code(digits))
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("")
    }
}

// Whoever holds it acts for the customer, so it never reaches a log by accident.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

/// What a customer knows beside the number of their ticket: [`PIN_DIGITS_MIN`] to
/// [`PIN_DIGITS_MAX`] digits, drawn at random.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pin {
    digits: [u8; PIN_DIGITS_MAX],
    count: u8,
}

impl Pin {
    /// Reads the text form, or nothing where it cannot be one.
    pub fn parse(text: &str) -> Option<Pin> {
        let count = text.len();
        let fits = (PIN_DIGITS_MIN..=PIN_DIGITS_MAX).contains(&count);
        if !fits || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut digits = [b'0'; PIN_DIGITS_MAX];
        digits[..count].copy_from_slice(text.as_bytes());
        Some(Pin { digits, count: u8::try_from(count).ok()? })
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.digits[..usize::from(self.count)]).unwrap_or("")
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}

/// The start of a slot, as whoever applies the zone found it. A start in a skipped hour has no
/// instant, so there is no such slot; in a doubled hour there are two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// Milliseconds since 1970-01-01 UTC.
    pub start_ms: i64,
    /// The same instant on the branch's wall.
    pub local: LocalTime,
}

/// When a customer is promised a place, and when they may say that they are there. It is fixed by
/// the booking: settings that change later break no promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// The slot's start. (In all three the steady time is what the booking expected it to be.)
    pub start: Moment,
    /// From when on the customer may check in.
    pub opens: Moment,
    /// From when on not any more.
    pub closes: Moment,
}

/// What a ticket that was booked keeps of it, for life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booking {
    /// When.
    pub appointment: Appointment,
    /// By which the customer checks in.
    pub code: Code,
    /// What the customer knows besides.
    pub pin: Pin,
    /// When it was booked.
    pub booked: Moment,
    /// Its place in every line, once the customer has checked in.
    pub arrived: Option<Moment>,
}

/// Why a booking is over though nobody cancelled it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// It was not confirmed in time.
    Unconfirmed,
    /// Nobody checked in.
    NoShow,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_pins_are_digits_of_their_length_and_hide_themselves() {
        assert_eq!(
            Code::parse("01234567").map(|code| code.as_str().to_owned()).as_deref(),
            Some("01234567")
        );
        for text in ["", "12345", "123456789", "1234567a", "1234 678", "+1234567", "\u{663}1234567"]
        {
            assert_eq!(Code::parse(text), None, "{text}");
        }
        for text in ["0000", "12345678"] {
            assert_eq!(Pin::parse(text).expect("digits").as_str(), text);
        }
        for text in ["", "123", "123456789", "12e4"] {
            assert_eq!(Pin::parse(text), None, "{text}");
        }
        assert_ne!(Pin::parse("0000"), Pin::parse("00000"));
        let shown = format!("{:?} {:?}", Code::parse("01234567"), Pin::parse("9876"));
        assert_eq!(shown, "Some(Code(..)) Some(Pin(..))");
    }
}
