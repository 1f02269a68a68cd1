//! A pseudo-terminal under a published path: the cable between a stand-in and its host.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{OpenOptionsExt, symlink};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::libc;
use nix::pty::{PtyMaster, grantpt, posix_openpt, ptsname_r, unlockpt};
use nix::sys::termios::{self, FlowArg, SetArg};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// A plugged-in cable; dropping it pulls the plug: the host's reads and writes fail from then on,
/// and the path is gone.
#[derive(Debug)]
pub(crate) struct Wire {
    master: AsyncFd<PtyMaster>,
    /// Held open, so that a host that closes its end hangs nothing up.
    slave: File,
    device: PathBuf,
    link: PathBuf,
}

impl Wire {
    /// Makes a pseudo-terminal and points `link` at it. A link that is there already is replaced:
    /// its maker was killed.
    pub(crate) fn plug(link: &Path) -> io::Result<Self> {
        let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
        let master = posix_openpt(flags)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let device = PathBuf::from(ptsname_r(&master)?);
        let slave = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(OFlag::O_NOCTTY.bits())
            .open(&device)?;
        let mut settings = termios::tcgetattr(&slave)?;
        termios::cfmakeraw(&mut settings);
        termios::tcsetattr(&slave, SetArg::TCSANOW, &settings)?;
        publish(&device, link)?;
        #[expect(unsafe_code, reason = "tokio cannot know that a terminal keeps its descriptor")]
        // SAFETY: the master owns one descriptor, always gives that one, and closes it only when it
        // is dropped, which the `AsyncFd` does after it has let the registration go.
        let master = unsafe { AsyncFd::register(master)? };
        Ok(Self { master, slave, device, link: link.to_owned() })
    }

    /// Reads what the host has sent, waiting for the first byte. Dropping the future loses nothing.
    pub(crate) async fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        let read = |master: &PtyMaster| Ok(nix::unistd::read(master, into)?);
        self.master.async_io(Interest::READABLE, read).await
    }

    /// Sends to the host. What does not fit is lost, as on a wire that nobody listens to.
    pub(crate) fn send(&self, bytes: &[u8]) {
        let _lost = nix::unistd::write(self.master.get_ref(), bytes);
    }

    /// Stops or lets go on what the host sends, as flow control does.
    pub(crate) fn hold(&self, hold: bool) {
        let action = if hold { FlowArg::TCOOFF } else { FlowArg::TCOON };
        // Fails only for what is no terminal.
        let _ = termios::tcflow(&self.slave, action);
    }

    /// Forgets that a host opened the port exclusively. A real port forgets when its last user is
    /// gone; this one has a user that stays, so a host that was killed would lock the next one out.
    /// Hosts that are alive are still kept apart by their lock on the file.
    pub(crate) fn forget_exclusive(&self) {
        #[expect(unsafe_code, reason = "an ioctl without argument on a file that is open")]
        // SAFETY: the descriptor is open as long as `self.slave` is, and the call takes no pointer.
        let _ = unsafe { libc::ioctl(self.slave.as_raw_fd(), libc::TIOCNXCL) };
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // Another stand-in may have taken the path over.
        if fs::read_link(&self.link).is_ok_and(|target| target == self.device) {
            let _ = fs::remove_file(&self.link);
        }
    }
}

fn publish(device: &Path, link: &Path) -> io::Result<()> {
    if fs::symlink_metadata(link).is_ok_and(|found| !found.file_type().is_symlink()) {
        let text = format!("{} exists and is no link", link.display());
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
    }
    let mut fresh = link.as_os_str().to_owned();
    fresh.push(format!(".{}", std::process::id()));
    let fresh = PathBuf::from(fresh);
    let _ = fs::remove_file(&fresh);
    symlink(device, &fresh)?;
    fs::rename(&fresh, link)
}
