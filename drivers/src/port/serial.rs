//! Serial ports: settings, exclusive opening, and faults that a technician understands.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use tokio::time::Instant;
use tokio_serial::{ErrorKind, SerialPortBuilderExt, SerialStream};

use super::{Port, PortFault, read_stream, write_stream};
use crate::link_state::Reason;

/// What a serial port is opened with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortSettings {
    /// The device file; best a link of `/dev/serial/by-id`, which survives replugging.
    pub path: PathBuf,
    /// Bits a second.
    pub baud: u32,
    /// Bits of a character.
    pub bits: CharacterBits,
    /// The parity bit.
    pub parity: Parity,
    /// Stop bits.
    pub stop: StopBits,
}

impl PortSettings {
    /// This rate with eight data bits, no parity and one stop bit, which is what printers want.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, baud: u32) -> Self {
        Self {
            path: path.into(),
            baud,
            bits: CharacterBits::Eight,
            parity: Parity::None,
            stop: StopBits::One,
        }
    }
}

/// Bits of a character, without start, parity and stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CharacterBits {
    /// Seven: some old displays.
    Seven,
    /// Eight.
    Eight,
}

/// The parity bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parity {
    /// No parity bit.
    None,
    /// Even parity.
    Even,
    /// Odd parity.
    Odd,
}

/// Stop bits of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopBits {
    /// One.
    One,
    /// Two.
    Two,
}

/// Why a port could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// There is no such file.
    Missing {
        /// The port's path.
        path: PathBuf,
    },
    /// Another program holds it.
    Busy {
        /// The port's path.
        path: PathBuf,
    },
    /// The account may not open it.
    Denied {
        /// The port's path.
        path: PathBuf,
    },
    /// It is no serial port, or refuses the settings.
    Unusable {
        /// The port's path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl OpenError {
    /// The reason to report.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self {
            Self::Missing { .. } => Reason::PortMissing,
            Self::Busy { .. } => Reason::PortBusy,
            Self::Denied { .. } => Reason::PortDenied,
            Self::Unusable { .. } => Reason::PortUnusable,
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::Missing { path }
            | Self::Busy { path }
            | Self::Denied { path }
            | Self::Unusable { path, .. } => path,
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot open {}: {}", self.path().display(), self.reason().sentence())
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Missing { .. } | Self::Busy { .. } | Self::Denied { .. } => None,
            Self::Unusable { source, .. } => Some(source),
        }
    }
}

/// A serial port, held exclusively until it is dropped.
#[derive(Debug)]
pub struct SerialPort {
    stream: SerialStream,
    baud: u32,
}

impl SerialPort {
    /// Opens the port for this program alone. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// See [`OpenError`]; all but [`OpenError::Unusable`] commonly pass by themselves.
    pub fn open(settings: &PortSettings) -> Result<Self, OpenError> {
        let stream = builder(settings)
            .open_native_async()
            .map_err(|error| open_error(&settings.path, &error))?;
        Ok(Self { stream, baud: settings.baud })
    }
}

fn builder(settings: &PortSettings) -> tokio_serial::SerialPortBuilder {
    tokio_serial::new(settings.path.to_string_lossy(), settings.baud)
        .data_bits(match settings.bits {
            CharacterBits::Seven => tokio_serial::DataBits::Seven,
            CharacterBits::Eight => tokio_serial::DataBits::Eight,
        })
        .parity(match settings.parity {
            Parity::None => tokio_serial::Parity::None,
            Parity::Even => tokio_serial::Parity::Even,
            Parity::Odd => tokio_serial::Parity::Odd,
        })
        .stop_bits(match settings.stop {
            StopBits::One => tokio_serial::StopBits::One,
            StopBits::Two => tokio_serial::StopBits::Two,
        })
        .exclusive(true)
}

fn open_error(path: &Path, error: &tokio_serial::Error) -> OpenError {
    let path = path.to_owned();
    match error.kind() {
        // serialport's word for both ways in which a port can be held (TIOCEXCL and flock).
        ErrorKind::NoDevice => OpenError::Busy { path },
        ErrorKind::Io(io::ErrorKind::NotFound) => OpenError::Missing { path },
        ErrorKind::Io(io::ErrorKind::PermissionDenied) => OpenError::Denied { path },
        ErrorKind::InvalidInput | ErrorKind::Unknown | ErrorKind::Io(_) => {
            OpenError::Unusable { path, source: io::Error::other(error.description.clone()) }
        }
    }
}

impl Port for SerialPort {
    fn baud(&self) -> u32 {
        self.baud
    }

    async fn read(&mut self, into: &mut [u8], deadline: Instant) -> Result<usize, PortFault> {
        read_stream(&mut self.stream, into, deadline).await
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<usize, PortFault> {
        write_stream(&mut self.stream, bytes, self.baud).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_missing_port_points_at_by_id() {
        let settings = PortSettings::new("/dev/serial/by-id/no-such-printer", 9_600);
        let error = SerialPort::open(&settings).unwrap_err();
        assert_eq!(error.reason(), Reason::PortMissing);
        assert_eq!(
            error.to_string(),
            "cannot open /dev/serial/by-id/no-such-printer: \
             There is no such port: check the cable and /dev/serial/by-id."
        );
    }

    #[tokio::test]
    async fn a_plain_file_is_no_port() {
        let settings = PortSettings::new("/proc/self/comm", 9_600);
        let error = SerialPort::open(&settings).unwrap_err();
        assert_eq!(error.reason(), Reason::PortUnusable);
        assert!(std::error::Error::source(&error).is_some());
    }

    #[test]
    fn the_settings_are_asked_for_as_given() {
        // A pseudo-terminal ignores parity and character size, so the request itself is compared.
        let settings = PortSettings {
            bits: CharacterBits::Seven,
            parity: Parity::Even,
            stop: StopBits::Two,
            ..PortSettings::new("/dev/ttyUSB0", 1_200)
        };
        let expected = tokio_serial::new("/dev/ttyUSB0", 1_200)
            .data_bits(tokio_serial::DataBits::Seven)
            .parity(tokio_serial::Parity::Even)
            .stop_bits(tokio_serial::StopBits::Two)
            .exclusive(true);
        assert_eq!(builder(&settings), expected);
    }
}
