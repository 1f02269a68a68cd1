//! The daemon's Unix socket: the native interface for whoever stands at the box itself.
//!
//! The kernel says who is at the other end. Root, the daemon's own user and the members of the
//! socket's group may do everything, as the technician; nobody else is heard.

use std::fmt;
use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use nix::unistd::{Gid, Uid, User, getgrouplist};
use serve::http::{CheckedLimits, Limits, Listener};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;

/// The socket's file within the data folder.
pub const SOCKET_FILE: &str = "anteroom.sock";

/// The name under which it is made, so that nobody finds it before it is ready.
const FRESH_FILE: &str = "anteroom.new";

/// Its user and its group.
const SOCKET_MODE: u32 = 0o660;

/// Bytes of a socket's path: the kernel has room for 108, and one of them ends the text.
pub const PATH_BYTES_MAX: usize = 107;

/// Connections at one time: a few technicians, each with a live view or two.
const CONNECTIONS_MAX: usize = 32;

/// Groups of one user that are looked through.
const GROUPS_MAX: usize = 1_024;

/// Strangers who are told at one time that they are; further ones are just left standing.
const STRANGERS_MAX: usize = 8;

/// How long one of them may take to listen.
const STRANGER_TIME: Duration = Duration::from_secs(2);

/// Whoever comes by the socket is on this machine.
const HERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// What a stranger is told, whatever they asked.
const STRANGER: &[u8] = b"HTTP/1.1 403 Forbidden\r\nContent-Type: application/problem+json\r\n\
    Connection: close\r\nContent-Length: 182\r\n\r\n\
    {\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,\"code\":\"not_the_technician\",\
    \"detail\":\"Only root, the daemon's user and the members of the socket's group may use this \
    socket.\"}";

/// Why there is no socket.
#[derive(Debug)]
pub enum SocketFault {
    /// Its path has more bytes than a socket's can.
    Long(PathBuf),
    /// Something else has its name.
    Taken(PathBuf),
    /// The system's.
    Bind(PathBuf, io::Error),
}

impl fmt::Display for SocketFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SocketFault::Long(path) => write!(
                f,
                "the path {} has {} bytes, and that of a socket at most {PATH_BYTES_MAX}; name a \
                 data folder with a shorter path",
                path.display(),
                path.as_os_str().len()
            ),
            SocketFault::Taken(path) => write!(
                f,
                "{} is not a socket, and one has to be there; move it out of the data folder",
                path.display()
            ),
            SocketFault::Bind(path, _) => {
                write!(f, "cannot make the socket {}", path.display())
            }
        }
    }
}

impl std::error::Error for SocketFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            SocketFault::Bind(_, cause) => Some(cause),
            SocketFault::Long(_) | SocketFault::Taken(_) => None,
        }
    }
}

/// Where the socket of this data folder is.
///
/// # Errors
///
/// [`SocketFault::Long`].
pub fn path_in(folder: &Path) -> Result<PathBuf, SocketFault> {
    let path = folder.join(SOCKET_FILE);
    match path.as_os_str().as_bytes().len() {
        0..=PATH_BYTES_MAX => Ok(path),
        _ => Err(SocketFault::Long(path)),
    }
}

/// What the server of the socket bears: no rate, since there is but one address.
pub(crate) fn limits() -> CheckedLimits {
    let limits = Limits { connections: CONNECTIONS_MAX, rate: None, ..Limits::default() };
    limits.check().expect("the constants fit together")
}

/// The socket's file, to be removed on a clean stop. A crash leaves it, and the next start replaces
/// it.
#[derive(Debug)]
pub(crate) struct Socket {
    path: PathBuf,
    /// The file's number, by which it is known for ours.
    inode: u64,
}

impl Socket {
    /// Makes the socket of this data folder, which must be held: then one that is left there is
    /// nobody's.
    pub(crate) fn bind(folder: &Path) -> Result<(Socket, SocketListener), SocketFault> {
        let path = path_in(folder)?;
        let fresh = folder.join(FRESH_FILE);
        for left in [&path, &fresh] {
            match fs::symlink_metadata(left) {
                Ok(found) if !found.file_type().is_socket() => {
                    return Err(SocketFault::Taken(left.clone()));
                }
                Ok(_) | Err(_) => {}
            }
        }
        let failed = |cause| SocketFault::Bind(path.clone(), cause);
        match fs::remove_file(&fresh) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => return Err(failed(fault)),
            Ok(()) | Err(_) => {}
        }
        let listener = UnixListener::bind(&fresh).map_err(failed)?;
        fs::set_permissions(&fresh, fs::Permissions::from_mode(SOCKET_MODE)).map_err(failed)?;
        fs::rename(&fresh, &path).map_err(failed)?;
        let made = fs::symlink_metadata(&path).map_err(failed)?;
        let strangers = Arc::new(Semaphore::new(STRANGERS_MAX));
        let circle = Circle { own: Uid::effective(), group: Gid::from_raw(made.gid()) };
        Ok((Socket { path, inode: made.ino() }, SocketListener { listener, circle, strangers }))
    }

    /// Removes the file, unless another one has its name by now.
    pub(crate) fn withdraw(self) {
        let found = fs::symlink_metadata(&self.path);
        if found.is_ok_and(|found| found.ino() == self.inode)
            && let Err(fault) = fs::remove_file(&self.path)
        {
            tracing::warn!(%fault, "the socket's file could not be removed");
        }
    }
}

/// Who is heard.
#[derive(Clone, Copy, Debug)]
struct Circle {
    own: Uid,
    group: Gid,
}

impl Circle {
    fn has(self, user: Uid, group: Gid) -> bool {
        user.is_root() || user == self.own || group == self.group || self.has_member(user, group)
    }

    /// Whether the user is a member of the group beside the one that the process has.
    fn has_member(self, user: Uid, group: Gid) -> bool {
        let Ok(Some(account)) = User::from_uid(user) else { return false };
        let Ok(name) = std::ffi::CString::new(account.name) else { return false };
        let groups = getgrouplist(&name, group).unwrap_or_default();
        groups.iter().take(GROUPS_MAX).any(|member| *member == self.group)
    }
}

/// Where connections to the socket come in.
#[derive(Debug)]
pub(crate) struct SocketListener {
    listener: UnixListener,
    circle: Circle,
    strangers: Arc<Semaphore>,
}

impl Listener for SocketListener {
    type Io = UnixStream;

    async fn accept(&mut self) -> io::Result<(UnixStream, SocketAddr)> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            // A connection that is already gone has no other end to be asked.
            let Ok(peer) = stream.peer_cred() else { continue };
            if self.circle.has(Uid::from_raw(peer.uid()), Gid::from_raw(peer.gid())) {
                return Ok((stream, HERE));
            }
            tracing::warn!(uid = peer.uid(), "somebody else came by the socket and was sent away");
            if let Ok(place) = Arc::clone(&self.strangers).try_acquire_owned() {
                tokio::spawn(async move {
                    tokio::time::timeout(STRANGER_TIME, turn_away(stream)).await.ok();
                    drop(place);
                });
            }
        }
    }
}

/// Hears a stranger out, so that they hear why they are not.
async fn turn_away(mut stream: UnixStream) {
    let mut heard = [0; 1_024];
    let mut is_told = false;
    while stream.read(&mut heard).await.is_ok_and(|count| count != 0) {
        if !is_told && stream.write_all(STRANGER).await.is_err() {
            return;
        }
        is_told = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_that_was_left_is_replaced_and_anything_else_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let (first, _) = Socket::bind(folder.path()).expect("binds");
        let (second, _listener) = Socket::bind(folder.path()).expect("binds again");
        let path = folder.path().join(SOCKET_FILE);
        let mode = fs::metadata(&path).expect("is there").permissions().mode();
        assert_eq!(mode & 0o777, SOCKET_MODE);
        first.withdraw();
        assert!(path.exists(), "it is the second one's by now");
        second.withdraw();
        assert!(!path.exists() && !folder.path().join(FRESH_FILE).exists());
        fs::write(&path, "dear to somebody").expect("written");
        let fault = Socket::bind(folder.path()).expect_err("is taken").to_string();
        assert!(fault.contains("is not a socket") && fault.contains(SOCKET_FILE), "{fault}");
        assert_eq!(fs::read_to_string(&path).expect("is still there"), "dear to somebody");
    }

    #[tokio::test]
    async fn a_path_that_is_too_long_is_told_with_its_length() {
        let folder = tempfile::tempdir().expect("a folder");
        let longest = PATH_BYTES_MAX - SOCKET_FILE.len() - 2 - folder.path().as_os_str().len();
        let fits = folder.path().join("f".repeat(longest));
        fs::create_dir(&fits).expect("made");
        Socket::bind(&fits).expect("107 bytes fit");
        let long = folder.path().join("f".repeat(longest + 1));
        fs::create_dir(&long).expect("made");
        let fault = Socket::bind(&long).expect_err("108 do not").to_string();
        assert!(fault.contains("has 108 bytes") && fault.contains("shorter"), "{fault}");
    }

    #[test]
    fn root_the_own_user_and_the_group_are_heard() {
        let circle = Circle { own: Uid::from_raw(990), group: Gid::from_raw(990) };
        let has = |user, group| circle.has(Uid::from_raw(user), Gid::from_raw(group));
        assert!(has(0, 0) && has(990, 5) && has(4_000_000, 990));
        assert!(!has(4_000_000, 5) && !has(4_000_000, 0));
    }

    #[test]
    fn what_a_stranger_is_told_is_as_long_as_it_says() {
        let text = std::str::from_utf8(STRANGER).expect("is text");
        let (head, body) = text.split_once("\r\n\r\n").expect("has a head");
        assert!(head.contains(&format!("Content-Length: {}", body.len())), "{}", body.len());
        serde_json::from_str::<serde_json::Value>(body).expect("is JSON");
    }
}
