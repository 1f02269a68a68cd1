//! Files that only their owner may read: random secrets, opened or made, whole or absent.

use std::{
    error::Error,
    fmt,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use crate::folder::folder_of;

/// Bytes of a secret: as many as SHA-256 gives, with which all of ours are used.
pub const SECRET_BYTES: usize = 32;

/// Bits of a file's mode that let anybody but its owner do something with it.
const OTHERS: u32 = 0o077;

/// Why there is no secret. It never repeats what a file holds.
#[derive(Debug)]
pub enum SecretFault {
    /// The file cannot be read.
    Read(PathBuf, io::Error),
    /// The file holds so many bytes, and so is no secret of ours.
    Length(PathBuf, usize),
    /// The file cannot be written.
    Write(PathBuf, io::Error),
    /// Others than its owner may read the file.
    Exposed(PathBuf),
    /// The file holds more than this many bytes, or nothing, or no text.
    Shape(PathBuf, usize),
}

impl fmt::Display for SecretFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretFault::Read(path, _) => write!(f, "cannot read the secret {}", path.display()),
            SecretFault::Length(path, found) => write!(
                f,
                "the secret {} holds {found} bytes instead of {SECRET_BYTES}: bring it back from a \
                 backup, or delete it to have a new one, which makes invalid what the old one made",
                path.display()
            ),
            SecretFault::Write(path, _) => write!(f, "cannot write the secret {}", path.display()),
            SecretFault::Exposed(path) => write!(
                f,
                "others can read {}; give it to this program's user alone (chmod 600)",
                path.display()
            ),
            SecretFault::Shape(path, max) => {
                write!(f, "{} must hold one line of text of 1 to {max} bytes", path.display())
            }
        }
    }
}

impl Error for SecretFault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            SecretFault::Read(_, cause) | SecretFault::Write(_, cause) => Some(cause),
            SecretFault::Length(..) | SecretFault::Exposed(_) | SecretFault::Shape(..) => None,
        }
    }
}

/// The secret in this file; where there is no file, a fresh one, written down before it is
/// returned. `chance` fills it; see [`kernel_chance`].
///
/// # Errors
///
/// [`SecretFault`]. A file of another length is never replaced: what it protects would be lost.
pub fn open_or_make(
    path: &Path,
    chance: impl FnOnce(&mut [u8]),
) -> Result<[u8; SECRET_BYTES], SecretFault> {
    match fs::read(path) {
        Ok(bytes) => <[u8; SECRET_BYTES]>::try_from(bytes.as_slice())
            .map_err(|_| SecretFault::Length(path.into(), bytes.len())),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => {
            let mut secret = [0; SECRET_BYTES];
            chance(&mut secret);
            write(path, &secret).map_err(|fault| SecretFault::Write(path.into(), fault))?;
            Ok(secret)
        }
        Err(fault) => Err(SecretFault::Read(path.into(), fault)),
    }
}

/// Puts a fresh secret into this file, whatever it held: what the old one made is invalid for whoever
/// opens it from now on. `chance` fills it; see [`kernel_chance`].
///
/// # Errors
///
/// [`SecretFault::Write`]; the old secret is then still there.
pub fn replace(path: &Path, chance: impl FnOnce(&mut [u8])) -> Result<(), SecretFault> {
    let mut secret = [0; SECRET_BYTES];
    chance(&mut secret);
    write(path, &secret).map_err(|fault| SecretFault::Write(path.into(), fault))
}

/// Fills `bytes` from the kernel's random pool.
pub fn kernel_chance(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("a kernel that has started user space has its random pool");
}

/// Random bytes of the kernel as lower-case hexadecimal digits, two a byte.
pub fn random_hex(bytes: usize) -> String {
    let mut drawn = vec![0; bytes];
    kernel_chance(&mut drawn);
    drawn.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a file that nobody else may read, so that a power cut leaves all of it or nothing.
/// Folders that are missing above it are made, for the owner alone.
///
/// # Errors
///
/// The system's.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let fresh = path.with_extension("new");
    match fs::remove_file(&fresh) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => return Err(fault),
        Ok(()) | Err(_) => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    File::open(folder)?.sync_all()?;
    File::open(folder_of(folder))?.sync_all()
}

/// The one line of a file that a person wrote a secret into, without its line feed: a password
/// that must stand in no configuration and on no command line. At most `max` bytes.
///
/// # Errors
///
/// [`SecretFault`], also where others can read the file.
pub fn read_line(path: &Path, max: usize) -> Result<String, SecretFault> {
    let unreadable = |fault| SecretFault::Read(path.into(), fault);
    let file = File::open(path).map_err(unreadable)?;
    // Of the open file, so that it cannot be another one by the time it is read.
    if file.metadata().map_err(unreadable)?.mode() & OTHERS != 0 {
        return Err(SecretFault::Exposed(path.into()));
    }
    let mut bytes = Vec::new();
    // Room for a line end of two bytes, and one byte more to notice what is too long.
    file.take(max as u64 + 3).read_to_end(&mut bytes).map_err(unreadable)?;
    let text = String::from_utf8(bytes).map_err(|_| SecretFault::Shape(path.into(), max))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() || max < line.len() || line.contains(['\n', '\r', '\0']) {
        return Err(SecretFault::Shape(path.into(), max));
    }
    Ok(line.to_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_bare_folder_beside_the_program_will_do() {
        let folder = tempfile::tempdir_in(".").unwrap();
        let name = folder.path().file_name().unwrap();
        write(&Path::new(name).join("deep").join("a.key"), b"secret").unwrap();
        write(&Path::new(name).join("a.key"), b"secret").unwrap();
        assert_eq!(fs::read(folder.path().join("a.key")).unwrap(), b"secret");
    }

    #[test]
    fn a_secret_is_made_once_for_its_owner_alone_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets/token.key");
        let made = open_or_make(&path, kernel_chance).unwrap();
        assert_ne!(made, [0; 32]);
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        let found = open_or_make(&path, |_| panic!("none is needed")).unwrap();
        assert_eq!(found, made);
        replace(&path, kernel_chance).unwrap();
        assert_ne!(open_or_make(&path, |_| panic!("none is needed")).unwrap(), made);
        assert_eq!(mode(&path), 0o600);
        let names: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
        assert_eq!(names.len(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_file_of_another_length_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        fs::write(&path, b"short").unwrap();
        let fault = open_or_make(&path, kernel_chance).unwrap_err().to_string();
        assert!(fault.contains("5 bytes instead of 32"), "{fault}");
        assert_eq!(fs::read(&path).unwrap(), b"short");
    }

    #[test]
    fn what_a_cut_left_half_written_is_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token.key");
        fs::write(folder.path().join("token.new"), b"ha").unwrap();
        let made = open_or_make(&path, |bytes| bytes.fill(7)).unwrap();
        assert_eq!(made, [7; 32]);
        assert!(!folder.path().join("token.new").exists());
    }

    #[test]
    fn a_folder_that_takes_no_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, b"").unwrap();
        let fault = open_or_make(&file.join("key"), kernel_chance).unwrap_err();
        assert!(matches!(fault, SecretFault::Read(..) | SecretFault::Write(..)), "{fault}");
    }

    #[test]
    fn a_password_file_is_one_line_that_nobody_else_can_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        for (text, line) in [
            ("secret\n", Some("secret")),
            ("secret", Some("secret")),
            ("a b\r\n", Some("a b")),
            ("12345678\n", Some("12345678")),
            ("123456789\n", None),
            ("12345678901234567890", None),
            ("two\nlines\n", None),
            ("\n", None),
            ("", None),
        ] {
            write(&path, text.as_bytes()).unwrap();
            assert_eq!(read_line(&path, 8).ok().as_deref(), line, "{text:?}");
        }
        write(&path, b"secret\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let fault = read_line(&path, 8).unwrap_err();
        assert!(matches!(fault, SecretFault::Exposed(_)));
        assert!(!format!("{fault} {fault:?}").contains("secret\n"));
    }

    #[test]
    fn random_digits_differ() {
        assert_eq!(random_hex(16).len(), 32);
        assert_ne!(random_hex(16), random_hex(16));
    }
}
