//! What every server of ours is told in the same words: its flags, where it listens, how much it
//! takes, and as whom it signs in elsewhere.

use std::{fmt, net::SocketAddr, num::NonZeroU32, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::{
    http::{CheckedLimits, Limits, LimitsFault, Rate},
    secret::{self, SecretFault},
};

/// Bytes of a user's name and of a password at another server.
pub const CREDENTIAL_BYTES_MAX: usize = 1024;

/// What the command line says.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    /// The configuration file.
    pub config: Option<PathBuf>,
    /// The data folder.
    pub data: Option<PathBuf>,
    /// Address and port to listen on.
    pub listen: Option<String>,
    /// `KEY=VALUE` overrides.
    pub sets: Vec<String>,
    /// Whether this is the demonstration.
    pub demo: bool,
}

/// Bounds of the HTTP server, as they are written: the keys under `http`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RawHttp {
    /// Requests a second from one address, in the long run.
    pub rate_per_second: Option<u32>,
    /// Requests at once from one address.
    pub rate_burst: Option<u32>,
    /// Connections at one time.
    pub connections: Option<usize>,
}

/// Why a server cannot be run like this, and what to change. It repeats no password.
#[derive(Debug)]
pub enum ServerFault {
    /// The address to listen on; names it.
    Listen(String),
    /// The bounds of the HTTP server.
    Limits(LimitsFault),
    /// A value that must not be 0; names the key.
    Zero(&'static str),
    /// A user without a password or the other way round; names the key that is there and the one
    /// that is missing.
    Half(&'static str, &'static str),
    /// A user's name that is empty or too long; names the key.
    User(&'static str),
    /// The file with the password; names the key.
    Password(&'static str, SecretFault),
}

impl fmt::Display for ServerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ServerFault::Listen(text) => write!(
                f,
                "`listen` is `{text}`; write an address and a port, as in 127.0.0.1:3000 or [::]:3000"
            ),
            ServerFault::Limits(fault) => write!(f, "`http`: {fault}"),
            ServerFault::Zero(key) => write!(f, "`{key}` must be at least 1"),
            ServerFault::Half(key, missing) => write!(
                f,
                "`{missing}` is missing, without which `{key}` is of no use; set both or neither"
            ),
            ServerFault::User(key) => {
                write!(f, "`{key}` must be 1 to {CREDENTIAL_BYTES_MAX} bytes")
            }
            ServerFault::Password(key, fault) => write!(f, "`{key}`: {fault}"),
        }
    }
}

impl std::error::Error for ServerFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ServerFault::Password(_, fault) => fault.source(),
            ServerFault::Listen(_)
            | ServerFault::Limits(_)
            | ServerFault::Zero(_)
            | ServerFault::Half(..)
            | ServerFault::User(_) => None,
        }
    }
}

impl RawHttp {
    /// The example of [`super::RawConfig::full`].
    pub fn full() -> RawHttp {
        RawHttp { rate_per_second: Some(200), rate_burst: Some(1_000), connections: Some(12_288) }
    }

    /// The bounds, with what is not written at its default. The demonstration does not limit the
    /// rate of its own machine.
    ///
    /// # Errors
    ///
    /// [`ServerFault::Zero`] or [`ServerFault::Limits`].
    pub fn limits(&self, demo: bool) -> Result<Limits, ServerFault> {
        let mut limits = Limits::default();
        let mut rate = Rate { spare_loopback: demo, ..Rate::default() };
        let positive = |key, number| NonZeroU32::new(number).ok_or(ServerFault::Zero(key));
        if let Some(number) = self.rate_per_second {
            rate.per_second = positive("http.rate_per_second", number)?;
        }
        if let Some(number) = self.rate_burst {
            rate.burst = positive("http.rate_burst", number)?;
        }
        limits.rate = Some(rate);
        if let Some(connections) = self.connections {
            limits.connections = connections;
        }
        Ok(limits)
    }
}

/// The bounds, proved sound.
///
/// # Errors
///
/// [`ServerFault::Limits`].
pub fn checked(limits: Limits) -> Result<CheckedLimits, ServerFault> {
    limits.check().map_err(ServerFault::Limits)
}

/// The address to listen on.
///
/// # Errors
///
/// [`ServerFault::Listen`].
pub fn listen(text: &str) -> Result<SocketAddr, ServerFault> {
    text.parse().map_err(|_| ServerFault::Listen(text.to_owned()))
}

/// A user and the password out of a file, or neither. `keys` are the names of the two keys.
///
/// # Errors
///
/// [`ServerFault::Half`], [`ServerFault::User`] or [`ServerFault::Password`].
pub fn credentials(
    keys: (&'static str, &'static str),
    user: Option<String>,
    password_file: Option<PathBuf>,
) -> Result<Option<(String, String)>, ServerFault> {
    match (user, password_file) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(ServerFault::Half(keys.0, keys.1)),
        (None, Some(_)) => Err(ServerFault::Half(keys.1, keys.0)),
        (Some(user), Some(_)) if user.is_empty() || CREDENTIAL_BYTES_MAX < user.len() => {
            Err(ServerFault::User(keys.0))
        }
        (Some(user), Some(file)) => {
            let password = secret::read_line(&file, CREDENTIAL_BYTES_MAX);
            let password = password.map_err(|fault| ServerFault::Password(keys.1, fault))?;
            Ok(Some((user, password)))
        }
    }
}
