//! Passwords at rest: argon2id, made and checked.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use argon2::{
    Algorithm, Argon2, Block, Params, PasswordHasher, Version,
    password_hash::phc::{Output, PasswordHash},
};

use crate::secret::kernel_chance;

/// Memory of one hash, in KiB. With [`PASSES`] and [`LANES`] it is OWASP's first choice for
/// argon2id ("Password Storage Cheat Sheet"): 19 MiB, two passes.
pub const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
pub const PASSES: u32 = 2;
/// Lanes; one, because a box has other work for its second core.
pub const LANES: u32 = 1;
/// Hashes that should be worked out at the same time, one a core of a small box. For so many the
/// memory is kept: given back and taken anew, each thread that did it once would hold some.
pub const AT_ONCE: usize = 2;
/// Bytes of a password that are looked at all; longer ones are refused before any work is done.
pub const PASSWORD_BYTES_MAX: usize = 256;
/// Characters of a password that somebody chooses (NIST SP 800-63B asks for eight).
pub const PASSWORD_CHARS_MIN: usize = 10;
/// Memory and passes that a stored hash may ask for, in KiB and rounds: a row that somebody
/// changed must not occupy the machine.
const MEMORY_KIB_MAX: u32 = 256 * 1024;
const PASSES_MAX: u32 = 16;
/// Bytes of chance in a hash, so that equal passwords look different (RFC 9106 recommends 16).
const SALT_BYTES: usize = 16;

/// What a password is checked against where there is nothing to check it against, for the time
/// that it takes. No password is known to fit, and it would not help.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ibw$\
                       bm9ib2R5bm9ib2R5bm9ib2R5bm9ib2R5bm9ib2R5bm8";

/// Memory that nobody works with at the moment. It holds nothing of worth: the next one fills it.
static IDLE: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// A password that was hashed: `$argon2id$v=19$m=..,t=..,p=..$salt$hash`.
#[derive(Clone, PartialEq, Eq)]
pub struct Hashed(String);

impl fmt::Debug for Hashed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hashed(..)")
    }
}

impl Hashed {
    /// The text to be stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a password was not hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a password has at most {PASSWORD_BYTES_MAX} bytes")
    }
}

impl std::error::Error for TooLong {}

/// Hashes a password with fresh chance. It takes tens of milliseconds of a core: not for an async
/// worker.
///
/// # Errors
///
/// [`TooLong`].
pub fn hash(password: &str) -> Result<Hashed, TooLong> {
    if PASSWORD_BYTES_MAX < password.len() {
        return Err(TooLong);
    }
    let mut salt = [0; SALT_BYTES];
    kernel_chance(&mut salt);
    let hashed: PasswordHash = hasher()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .expect("password and salt are within argon2's bounds");
    Ok(Hashed(hashed.to_string()))
}

/// Whether this is the password that was hashed. Takes as long as [`hash`].
///
/// `stored` is `None` where nobody has the name that was given: the same work is done, so that the
/// time does not tell who is known. A stored text that is none of ours matches nothing.
pub fn verify(password: &str, stored: Option<&str>) -> bool {
    let known = stored.and_then(|stored| PasswordHash::new(stored).ok()).filter(is_bearable);
    let is_known = known.is_some() && password.len() <= PASSWORD_BYTES_MAX;
    let against = known.unwrap_or_else(|| PasswordHash::new(NOBODYS).expect("it is well formed"));
    let seen = &password.as_bytes()[..password.len().min(PASSWORD_BYTES_MAX)];
    is_known & fits(seen, &against).unwrap_or(false)
}

/// Whether it is this password; `None` where the hash has parts that argon2 does not take.
fn fits(password: &[u8], against: &PasswordHash) -> Option<bool> {
    let params = Params::try_from(against).ok()?;
    let (salt, expected) = (against.salt.as_ref()?, against.hash.as_ref()?);
    let blocks = params.block_count();
    let mut found = vec![0; expected.len()];
    let mut memory = lock(&IDLE).pop().unwrap_or_default();
    memory.resize(blocks.max(memory.len()), Block::new());
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let worked = hasher.hash_password_into_with_memory(password, salt, &mut found, &mut memory);
    let mut idle = lock(&IDLE);
    if idle.len() < AT_ONCE && memory.len() <= hasher_blocks() {
        idle.push(memory);
    }
    drop(idle);
    worked.ok()?;
    // It compares in constant time.
    Some(Output::new(&found).ok()? == *expected)
}

fn lock(idle: &Mutex<Vec<Vec<Block>>>) -> MutexGuard<'_, Vec<Vec<Block>>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

fn hasher_blocks() -> usize {
    hasher().params().block_count()
}

fn is_bearable(known: &PasswordHash) -> bool {
    known.algorithm.as_str() == "argon2id"
        && known.version == Some(Version::V0x13.into())
        && Params::try_from(known)
            .is_ok_and(|params| params.m_cost() <= MEMORY_KIB_MAX && params.t_cost() <= PASSES_MAX)
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("they are OWASP's");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_that_was_hashed_fits() {
        let hashed = hash("demo-manager").unwrap();
        assert!(hashed.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "its parameters");
        assert!(verify("demo-manager", Some(hashed.as_str())));
        for wrong in ["", "demo-managers", "Demo-manager", "demo-manager "] {
            assert!(!verify(wrong, Some(hashed.as_str())), "{wrong:?}");
        }
        assert_eq!(format!("{hashed:?}"), "Hashed(..)");
    }

    #[test]
    fn equal_passwords_do_not_look_equal() {
        assert_ne!(hash("same").unwrap(), hash("same").unwrap());
    }

    #[test]
    fn what_is_no_hash_of_ours_matches_nothing() {
        let good = hash("x").unwrap();
        for stored in [
            None,
            Some(""),
            Some("x"),
            Some("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ"),
            Some(good.as_str().replace("argon2id", "argon2i").as_str()),
            Some(good.as_str().replace("v=19", "v=16").as_str()),
            Some(good.as_str().replace("m=19456", "m=4000000").as_str()),
            Some(good.as_str().replace("t=2", "t=4000000").as_str()),
        ] {
            assert!(!verify("x", stored), "{stored:?}");
        }
    }

    #[test]
    fn an_unknown_login_costs_what_a_known_one_does() {
        let nobody = PasswordHash::new(NOBODYS).unwrap();
        let params = Params::try_from(&nobody).unwrap();
        assert_eq!(
            (params.m_cost(), params.t_cost(), params.p_cost()),
            (MEMORY_KIB, PASSES, LANES)
        );
        let one = PasswordHash::new(hash("x").unwrap().as_str()).unwrap();
        assert_eq!(nobody.salt.map(|salt| salt.len()), one.salt.map(|salt| salt.len()));
        assert_eq!(nobody.hash.map(|hash| hash.len()), one.hash.map(|hash| hash.len()));
        assert!(is_bearable(&nobody));
    }

    #[test]
    fn memory_is_kept_for_few_and_of_the_usual_size() {
        let large = good_with_memory(4 * MEMORY_KIB);
        let checks: Vec<_> = (0..3 * AT_ONCE)
            .map(|number| {
                let stored = if number == 0 { large.clone() } else { NOBODYS.to_owned() };
                std::thread::spawn(move || verify("x", Some(&stored)))
            })
            .collect();
        for (number, check) in checks.into_iter().enumerate() {
            assert_eq!(check.join().unwrap(), number == 0);
        }
        let kept = lock(&IDLE);
        assert!(!kept.is_empty() && kept.len() <= AT_ONCE);
        assert!(kept.iter().all(|memory| memory.len() == hasher_blocks()));
    }

    fn good_with_memory(kib: u32) -> String {
        let params = Params::new(kib, 1, LANES, None).unwrap();
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let hashed: PasswordHash = hasher.hash_password_with_salt(b"x", &[7; SALT_BYTES]).unwrap();
        hashed.to_string()
    }

    #[test]
    fn a_password_beyond_the_limit_is_refused() {
        let longest = "a".repeat(PASSWORD_BYTES_MAX);
        let hashed = hash(&longest).unwrap();
        assert!(verify(&longest, Some(hashed.as_str())));
        assert_eq!(hash(&format!("{longest}a")), Err(TooLong));
        assert!(!verify(&format!("{longest}a"), Some(hashed.as_str())));
    }
}
