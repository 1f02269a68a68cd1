//! The keys of the phone module, made and recognised without remembering any of them.
//!
//! A key is 65 bits, written as 11 characters of `[0-9A-Za-z]`:
//!
//! ```text
//!  22 bits second | 10 bits nonce | 33 bits of HMAC-SHA256(secret, branch, full second, nonce)
//!  \______ xor a mask worked out from the last 33 bits ______/
//! ```
//!
//! The second wraps after 48 days and the full one is worked out from the present, so a key that
//! was genuine is recognised as such for [`RECOGNISED_DAYS`]. The mask makes two keys of the same
//! second look as different as two keys of different years. That a key is used up is remembered by
//! the ticket that it bought, not here.
//!
//! Seconds are those of the wall clock when the program started, moved on by the steady clock: who
//! sets the clock neither revives keys nor ends them, and no key is made twice. After a restart
//! with the clock behind, keys that seem to come from the future are forged.
//!
//! Keys made ahead of their second, because the present one was spent or may have been used by a run
//! that was killed in it, would be made again by the next run. So the second is written down first.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use engine::limits::{BOOKING_CODE_DIGITS, PIN_DIGITS_MAX, PIN_DIGITS_MIN};
use engine::{BranchId, Code, Moment, Pass, Pin, Token};
use hmac::{Hmac, KeyInit, Mac};
use serve::secret::{self, SECRET_BYTES, SecretFault};
use sha2::Sha256;

/// Keys of one second: more than the largest hall can scan, and few enough to keep the second fine.
pub const KEYS_PER_SECOND: u16 = 1 << NONCE_BITS;

/// Seconds that may be borrowed from when one is spent. A borrowed key lives longer by so much, so
/// the loan is short; beyond it whoever asks is told to wait.
pub const BORROWED_SECONDS_MAX: u64 = 60;

/// Days for which a key that was genuine is told from a forged one.
pub const RECOGNISED_DAYS: u64 = 30;

/// The secret's file within the data folder.
const SECRET_FILE: &str = "secrets/smart-ticket.key";

/// Beside it: the last second of which keys were made ahead of it, in decimal digits.
const AHEAD_FILE: &str = "secrets/smart-ticket.ahead";

const TIME_BITS: u32 = 22;
const NONCE_BITS: u32 = 10;
const MAC_BITS: u32 = 33;
const KEY_BITS: u32 = TIME_BITS + NONCE_BITS + MAC_BITS;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const _: () = assert!(1u128 << KEY_BITS <= 62u128.pow(11), "a key fits into its characters");
const _: () = assert!(RECOGNISED_DAYS * 86_400 + BORROWED_SECONDS_MAX < 1 << TIME_BITS);

/// Where chance comes from: the kernel, or a seed that a simulation can repeat.
pub trait Chance: Send + Sync {
    /// Fills `bytes` with chance.
    fn fill(&self, bytes: &mut [u8]);
}

/// The kernel's chance.
#[derive(Clone, Copy, Debug, Default)]
pub struct KernelChance;

impl Chance for KernelChance {
    fn fill(&self, bytes: &mut [u8]) {
        secret::kernel_chance(bytes);
    }
}

/// What a text is that someone shows as a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is genuine, and its time is not over.
    Fresh(Pass),
    /// It was genuine.
    Expired(Pass),
    /// It never was.
    Forged,
}

/// More keys are asked for than there are for the coming seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent;

/// Makes and recognises keys, and draws tokens.
pub struct Passes {
    mac: Hmac<Sha256>,
    chance: Box<dyn Chance>,
    started: Moment,
    press: Mutex<Press>,
    /// Where the run after this one finds how far this one came; none: there will be no other.
    ahead: Option<PathBuf>,
}

/// The second from which keys are made at present.
struct Press {
    second: u64,
    first_nonce: u16,
    made: u16,
}

impl Press {
    /// One that has to turn to another second: of this one some may have been made already.
    fn spent(second: u64) -> Press {
        Press { second, first_nonce: 0, made: KEYS_PER_SECOND }
    }
}

impl fmt::Debug for Passes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passes(..)")
    }
}

impl Passes {
    /// The keys made with the secret in this data folder, which is drawn if there is none yet.
    ///
    /// # Errors
    ///
    /// The secret cannot be read or written, or is not one.
    pub fn open(
        folder: &Path,
        now: Moment,
        chance: impl Chance + 'static,
    ) -> Result<Passes, SecretFault> {
        let secret = secret::open_or_make(&folder.join(SECRET_FILE), |bytes| chance.fill(bytes))?;
        let path = folder.join(AHEAD_FILE);
        let ahead = read_ahead(&path)?;
        let present = second_of(now.wall_ms);
        // What lies further ahead was written while the clock was: it says nothing about today.
        let known = ahead.filter(|second| *second <= present + BORROWED_SECONDS_MAX);
        let press = Press::spent(present.max(known.unwrap_or(0)));
        let passes = Passes::with(&secret, now, chance);
        Ok(Passes { ahead: Some(path), press: Mutex::new(press), ..passes })
    }

    /// The keys made with this secret.
    pub fn with(secret: &[u8; SECRET_BYTES], now: Moment, chance: impl Chance + 'static) -> Passes {
        let mac = Hmac::new_from_slice(secret).expect("HMAC takes a key of any length");
        // The run before may have made keys in this second, with nonces that nobody remembers.
        let press = Mutex::new(Press::spent(second_of(now.wall_ms)));
        Passes { mac, chance: Box::new(chance), started: now, press, ahead: None }
    }

    /// A fresh key for `branch`.
    ///
    /// # Errors
    ///
    /// [`Spent`] when the keys of the next [`BORROWED_SECONDS_MAX`] are given out, or when it cannot
    /// be written down that one of them is used; it passes.
    pub fn mint(&self, branch: BranchId, now: Moment) -> Result<Pass, Spent> {
        let now = self.second(now);
        let (second, nonce) = {
            // Numbers that are changed together, and nothing between them that could panic.
            let mut press = self.press.lock().unwrap_or_else(PoisonError::into_inner);
            if press.second < now {
                self.turn(&mut press, now);
            } else if press.made == KEYS_PER_SECOND {
                let next = press.second + 1;
                if now + BORROWED_SECONDS_MAX < next {
                    return Err(Spent);
                }
                // Once in so many keys, and once a run: others may wait for the disk that long.
                self.write_ahead(next)?;
                self.turn(&mut press, next);
            }
            let nonce = (press.first_nonce + press.made) % KEYS_PER_SECOND;
            press.made += 1;
            (press.second, nonce)
        };
        let mac = self.mac_of(branch, second, nonce);
        let wrapped = u32::try_from(second % (1 << TIME_BITS)).unwrap_or(0);
        let head = (wrapped << NONCE_BITS | u32::from(nonce)) ^ self.mask(mac);
        Ok(Pass(written(u128::from(head) << MAC_BITS | u128::from(mac))))
    }

    /// What `text` is worth at `branch` when keys are valid for `valid_min` minutes. A key is never
    /// told expired early, and at most two seconds late (more only while keys are borrowed).
    pub fn check(&self, branch: BranchId, text: &str, valid_min: u32, now: Moment) -> Verdict {
        let Some(pass) = Pass::parse(text) else { return Verdict::Forged };
        let Some(value) = read(&pass.0) else { return Verdict::Forged };
        let mac = low_bits(value, MAC_BITS);
        let masked = u32::try_from(value >> MAC_BITS).unwrap_or(0);
        let head = masked ^ self.mask(mac);
        let nonce = u16::try_from(head % u32::from(KEYS_PER_SECOND)).unwrap_or(0);
        let wrapped = u64::from(head >> NONCE_BITS);
        let now = self.second(now);
        let Some(second) = latest(wrapped, now + BORROWED_SECONDS_MAX) else {
            return Verdict::Forged;
        };
        // One comparison of two whole numbers: it takes as long for a near miss as for a far one.
        if mac != self.mac_of(branch, second, nonce) {
            return Verdict::Forged;
        }
        if second + 1 + u64::from(valid_min) * 60 < now {
            Verdict::Expired(pass)
        } else {
            Verdict::Fresh(pass)
        }
    }

    /// A fresh token for a ticket: 10 characters, each as likely as any other.
    pub fn token(&self) -> Token {
        random_token(&*self.chance)
    }

    /// A fresh code for a booking.
    pub fn booking_code(&self) -> Code {
        let mut digits = [0; BOOKING_CODE_DIGITS];
        self.draw_digits(&mut digits);
        let text = std::str::from_utf8(&digits).unwrap_or("");
        Code::parse(text).expect("as many digits as a code has")
    }

    /// A fresh PIN of so many digits, as the settings say; they keep to its bounds.
    pub fn pin(&self, digits: u8) -> Pin {
        let count = usize::from(digits).clamp(PIN_DIGITS_MIN, PIN_DIGITS_MAX);
        let mut digits = [0; PIN_DIGITS_MAX];
        self.draw_digits(&mut digits[..count]);
        let text = std::str::from_utf8(&digits[..count]).unwrap_or("");
        Pin::parse(text).expect("as many digits as a PIN may have")
    }

    /// Decimal digits, each as likely as any other.
    fn draw_digits(&self, digits: &mut [u8]) {
        let mut drawn = [0; 16];
        let mut filled = 0;
        while filled < digits.len() {
            self.chance.fill(&mut drawn);
            // 250 is the largest multiple of 10 in a byte; what lies above would favour some.
            for byte in drawn.iter().filter(|byte| **byte < 250).take(digits.len() - filled) {
                digits[filled] = b'0' + byte % 10;
                filled += 1;
            }
        }
    }

    /// A random number, where nothing hangs on it but that two boxes draw different ones.
    pub fn number(&self) -> u32 {
        let mut bytes = [0; 4];
        self.chance.fill(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn turn(&self, press: &mut Press, second: u64) {
        let mut start = [0; 2];
        self.chance.fill(&mut start);
        let first_nonce = u16::from_le_bytes(start) % KEYS_PER_SECOND;
        *press = Press { second, first_nonce, made: 0 };
    }

    fn write_ahead(&self, second: u64) -> Result<(), Spent> {
        let Some(path) = &self.ahead else { return Ok(()) };
        secret::write(path, second.to_string().as_bytes()).map_err(|error| {
            tracing::error!(%error, path = %path.display(), "no key can be made");
            Spent
        })
    }

    fn second(&self, now: Moment) -> u64 {
        second_of(self.started.plus(now.since(self.started)).wall_ms)
    }

    fn mac_of(&self, branch: BranchId, second: u64, nonce: u16) -> u64 {
        let mut mac = self.mac.clone();
        mac.update(b"pass");
        mac.update(&branch.0.to_le_bytes());
        mac.update(&second.to_le_bytes());
        mac.update(&nonce.to_le_bytes());
        low_bits(u128::from(first_bytes(mac)), MAC_BITS)
    }

    fn mask(&self, mac_bits: u64) -> u32 {
        let mut mac = self.mac.clone();
        mac.update(b"mask");
        mac.update(&mac_bits.to_le_bytes());
        u32::try_from(low_bits(u128::from(first_bytes(mac)), 32)).unwrap_or(0)
    }
}

fn first_bytes(mac: Hmac<Sha256>) -> u64 {
    let tag = mac.finalize().into_bytes();
    tag.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

fn low_bits(value: u128, bits: u32) -> u64 {
    u64::try_from(value & ((1 << bits) - 1)).unwrap_or(0)
}

/// Seconds since 1970. A clock that was never set may stand before it.
fn second_of(wall_ms: i64) -> u64 {
    u64::try_from(wall_ms).unwrap_or(0) / 1_000
}

/// The last second not after `until` that wraps to `wrapped`.
fn latest(wrapped: u64, until: u64) -> Option<u64> {
    let back = until.wrapping_sub(wrapped) % (1 << TIME_BITS);
    until.checked_sub(back)
}

fn written(mut value: u128) -> [u8; 11] {
    let mut text = [b'0'; 11];
    for place in text.iter_mut().rev() {
        *place = DIGITS[usize::try_from(value % 62).unwrap_or(0)];
        value /= 62;
    }
    text
}

fn read(text: &[u8; 11]) -> Option<u128> {
    let mut value = 0;
    for byte in text {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            b'a'..=b'z' => byte - b'a' + 36,
            _ => return None,
        };
        value = value * 62 + u128::from(digit);
    }
    (value >> KEY_BITS == 0).then_some(value)
}

/// The last second of which a run before made keys ahead of it. A file that holds no number is none.
fn read_ahead(path: &Path) -> Result<Option<u64>, SecretFault> {
    match fs::read(path) {
        Ok(text) => Ok(std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok())),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(SecretFault::Read(path.into(), fault)),
    }
}

/// A token for a new ticket.
pub fn random_token(chance: &(impl Chance + ?Sized)) -> Token {
    let mut token = [0; 10];
    let mut drawn = [0; 16];
    let mut filled = 0;
    while filled < token.len() {
        chance.fill(&mut drawn);
        // 248 is the largest multiple of 62 in a byte; what lies above would favour some.
        for byte in drawn.iter().filter(|byte| **byte < 248).take(token.len() - filled) {
            token[filled] = DIGITS[usize::from(byte % 62)];
            filled += 1;
        }
    }
    Token(token)
}

#[cfg(test)]
mod tests;
