//! The one-time code with which the first person of a server gives themselves a password: shown
//! once to who starts the program, and kept as a hash in a file of its own.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use crate::{passwords, secret};

/// Bytes of chance in a code: nobody guesses it, whatever the time.
const CODE_BYTES: usize = 10;

/// A code that has not been used, as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct SetupCode {
    path: PathBuf,
    hash: String,
    made_ms: Option<i64>,
}

impl fmt::Debug for SetupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetupCode(..)")
    }
}

impl SetupCode {
    /// Draws a code and writes its hash into this file, with when that was (milliseconds since
    /// 1970-01-01 UTC) where codes end some day. The code itself is nowhere but in what comes back.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn draw(path: &Path, made_ms: Option<i64>) -> io::Result<(SetupCode, String)> {
        let code = grouped(&secret::random_hex(CODE_BYTES));
        let hash = passwords::hash(&code).expect("it is short").as_str().to_owned();
        let made = made_ms.map(|ms| format!("\n{ms}")).unwrap_or_default();
        secret::write(path, format!("{hash}{made}").as_bytes())?;
        Ok((SetupCode { path: path.to_owned(), hash, made_ms }, code))
    }

    /// The code of this file, if there is one.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn read(path: &Path) -> io::Result<Option<SetupCode>> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(fault) => return Err(fault),
        };
        let mut lines = text.lines().map(str::to_owned);
        let hash = lines.next().unwrap_or_default();
        let made_ms = lines.next().and_then(|line| line.parse().ok());
        Ok(Some(SetupCode { path: path.to_owned(), hash, made_ms }))
    }

    /// When it was drawn, where that was noted.
    pub fn made_ms(&self) -> Option<i64> {
        self.made_ms
    }

    /// Whether this is it, in either letter case. It takes as long as checking a password.
    pub fn is(&self, code: &str) -> bool {
        passwords::verify(&code.trim().to_lowercase(), Some(&self.hash))
    }

    /// Takes its file away, so that it is good for nothing after the next start either.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn use_up(&self) -> io::Result<()> {
        forget(&self.path)
    }
}

/// Takes away the file of a code that nobody needs any more, if it is there.
///
/// # Errors
///
/// The system's.
pub fn forget(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Groups of four, as a person reads them aloud.
fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at != 0 && at % 4 == 0 {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_in_groups() {
        assert_eq!(grouped("0123456789"), "0123-4567-89");
    }

    #[test]
    fn a_code_is_known_by_its_hash_until_it_is_used_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("setup.code");
        assert_eq!(SetupCode::read(&path).unwrap(), None);
        for made_ms in [None, Some(1_795_431_600_000)] {
            let (drawn, code) = SetupCode::draw(&path, made_ms).unwrap();
            let kept = fs::read_to_string(&path).unwrap();
            assert!(!kept.contains(&code) && kept.starts_with("$argon2id$"), "{kept}");
            let read = SetupCode::read(&path).unwrap().unwrap();
            assert!(read == drawn && read.made_ms() == made_ms);
            assert!(read.is(&code) && read.is(&format!(" {} ", code.to_uppercase())));
            assert!(!read.is("") && !read.is(&code[1..]));
            read.use_up().unwrap();
            read.use_up().unwrap();
            assert_eq!(SetupCode::read(&path).unwrap(), None);
        }
        // What is no hash lets nobody in.
        fs::write(&path, "").unwrap();
        assert!(!SetupCode::read(&path).unwrap().unwrap().is(""));
    }
}
