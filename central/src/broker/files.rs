//! The broker's own folder: configuration, passwords, access list, and the port of the last time.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serve::secret;
use sync::development;
use sync::ids::BranchId;
use sync::limits::PACKET_BYTES_MAX;
use sync::link::Credentials;
use sync::topics;
use tokio::process::Command;
use tokio::time::timeout;

use super::BrokerError;

/// The folder within the data folder.
pub(super) const FOLDER: &str = "broker.d";
/// The file that the broker is started with.
pub(super) const CONFIGURATION: &str = "mosquitto.conf";

const PASSWORDS: &str = "passwords";
const RIGHTS: &str = "rights";
const PORT: &str = "port";

/// Central's own name at the broker.
const CENTRAL: &str = "central";
/// Bytes of chance in central's own password.
const PASSWORD_BYTES: usize = 24;
/// How long hashing all passwords may take; it takes some 50 ms.
const HASHED_WITHIN: Duration = Duration::from_secs(10);

/// Debian puts the broker where an ordinary user's PATH does not look.
const SYSTEM_PROGRAMS: &str = "/usr/sbin";

/// Where a program is.
pub(super) fn program(name: &'static str) -> Result<PathBuf, BrokerError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from(SYSTEM_PROGRAMS)]);
    let mut files = folders.map(|folder| folder.join(name));
    let file = files.find(|file| file.is_file()).ok_or(BrokerError::Missing(name))?;
    // The child is started in another folder, from which a relative one would be another.
    std::path::absolute(&file).map_err(|error| BrokerError::File(file, error))
}

/// Writes passwords and access list anew; gives back with what central itself signs in.
pub(super) async fn furnish(folder: &Path) -> Result<Credentials, BrokerError> {
    let own = Credentials { user: CENTRAL.into(), password: secret::random_hex(PASSWORD_BYTES) };
    let hasher = program("mosquitto_passwd")?;
    let users = branches().map(development::credentials).chain([own.clone()]);
    let plain: String = users.map(|user| format!("{}:{}\n", user.user, user.password)).collect();
    write(folder, PASSWORDS, &plain)?;
    write(folder, RIGHTS, &rights())?;
    let mut command = Command::new(hasher);
    command.args(["-U", PASSWORDS]).current_dir(folder).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let made = timeout(HASHED_WITHIN, command.status()).await;
    let failed = |why: String| {
        // Without its hashes it is a list of passwords.
        fs::remove_file(folder.join(PASSWORDS)).ok();
        BrokerError::Passwords(why)
    };
    match made {
        Ok(Ok(status)) if status.success() => Ok(own),
        Ok(Ok(status)) => Err(failed(status.to_string())),
        Ok(Err(error)) => Err(failed(error.to_string())),
        Err(_) => Err(failed("it does not end".into())),
    }
}

/// Writes the configuration for this port.
pub(super) fn write_configuration(folder: &Path, port: u16) -> Result<(), BrokerError> {
    let mut text = format!(
        "listener {port} 127.0.0.1\n\
         allow_anonymous false\n\
         password_file {PASSWORDS}\n\
         acl_file {RIGHTS}\n\
         persistence false\n\
         max_packet_size {PACKET_BYTES_MAX}\n\
         max_inflight_messages 0\n\
         log_dest stderr\n\
         log_timestamp false\n\
         log_type error\n\
         log_type warning\n"
    );
    // As root it would become another user by itself, and that clears the parent-death signal.
    if nix::unistd::geteuid().is_root() {
        text.push_str("user root\n");
    }
    write(folder, CONFIGURATION, &text)
}

/// The port on which branches found the broker the last time.
pub(super) fn last_port(folder: &Path) -> Option<u16> {
    let text = fs::read_to_string(folder.join(PORT)).ok()?;
    text.trim().parse().ok().filter(|port| *port != 0)
}

/// Keeps the port for the next time.
pub(super) fn remember_port(folder: &Path, port: u16) -> Result<(), BrokerError> {
    if last_port(folder) == Some(port) {
        return Ok(());
    }
    write(folder, PORT, &format!("{port}\n"))
}

fn branches() -> impl Iterator<Item = BranchId> {
    (1..=development::BRANCHES_MAX).map(BranchId)
}

/// Central hears and tells all of the demonstration; each branch has its own corner of it.
fn rights() -> String {
    let tenant = development::tenant();
    let mut text = format!("user {CENTRAL}\ntopic readwrite q/1/{}/#\n", tenant.as_str());
    for branch in branches() {
        let (writes, reads) = topics::box_rights(&tenant, branch);
        let user = development::credentials(branch).user;
        // Writing to a text cannot fail.
        writeln!(text, "\nuser {user}\ntopic write {writes}").ok();
        for reads in reads {
            writeln!(text, "topic read {reads}").ok();
        }
    }
    text
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), BrokerError> {
    let path = folder.join(name);
    secret::write(&path, text.as_bytes()).map_err(|error| BrokerError::File(path, error))
}
