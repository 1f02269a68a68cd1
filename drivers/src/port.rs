//! Bytes with a deadline: what every driver reads from and writes to.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};

use crate::link_state::Reason;

pub mod memory;
pub mod serial;

/// Most bytes handed to a port at once. Small, so that "no progress" is noticed within seconds at
/// any rate, and so that little is under way when a cable is pulled.
pub const CHUNK_BYTES_MAX: usize = 256;

/// The least time a chunk gets: schedulers and USB adapters pause for longer than a fast line
/// would need.
pub const CHUNK_DEADLINE_MIN: Duration = Duration::from_secs(1);

/// How much longer than its time on the line a chunk may take: a device that prints slower than it
/// listens holds bytes back now and then.
pub const CHUNK_DEADLINE_FACTOR: u32 = 10;

/// A device's line, open.
pub trait Port: Send {
    /// Line rate in bits a second; what deadlines are reckoned from.
    fn baud(&self) -> u32;

    /// Reads what has arrived into `into`, waiting until `deadline` for the first byte.
    /// `Ok(0)` means that nothing came. Dropping the future loses no byte.
    fn read(
        &mut self,
        into: &mut [u8],
        deadline: Instant,
    ) -> impl Future<Output = Result<usize, PortFault>> + Send;

    /// Hands at most [`CHUNK_BYTES_MAX`] bytes to the line and says how many it took, at least one.
    /// [`PortFault::Blocked`] means that it took none by the chunk's deadline.
    fn write(&mut self, bytes: &[u8]) -> impl Future<Output = Result<usize, PortFault>> + Send;
}

/// Why bytes do not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortFault {
    /// The line takes no bytes; it may take them later.
    Blocked,
    /// The device or the adapter is no longer there; only opening anew helps.
    Gone,
}

impl PortFault {
    /// The reason to report.
    #[must_use]
    pub fn reason(self) -> Reason {
        match self {
            Self::Blocked => Reason::Blocked,
            Self::Gone => Reason::PortGone,
        }
    }
}

impl fmt::Display for PortFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason().sentence())
    }
}

impl std::error::Error for PortFault {}

/// Bits on the line for one byte: start, eight data bits, stop.
const BITS_A_BYTE: u64 = 10;

/// How long `bytes` take on a line of this rate.
#[must_use]
pub fn line_time(bytes: usize, baud: u32) -> Duration {
    let bits = (bytes as u64).saturating_mul(BITS_A_BYTE);
    Duration::from_micros(bits.saturating_mul(1_000_000) / u64::from(baud.max(1)))
}

/// How long a chunk may take before the line counts as blocked.
#[must_use]
pub fn chunk_deadline(bytes: usize, baud: u32) -> Duration {
    CHUNK_DEADLINE_MIN.max(line_time(bytes, baud) * CHUNK_DEADLINE_FACTOR)
}

/// Reads from any stream as [`Port::read`] promises.
async fn read_stream(
    stream: &mut (impl AsyncRead + Unpin),
    into: &mut [u8],
    deadline: Instant,
) -> Result<usize, PortFault> {
    match timeout_at(deadline, stream.read(into)).await {
        Err(_elapsed) => Ok(0),
        // A hung-up line reads as zero bytes for ever.
        Ok(Ok(0)) => Err(PortFault::Gone),
        Ok(Ok(count)) => Ok(count),
        Ok(Err(_)) => Err(PortFault::Gone),
    }
}

/// Writes to any stream as [`Port::write`] promises.
async fn write_stream(
    stream: &mut (impl AsyncWrite + Unpin),
    bytes: &[u8],
    baud: u32,
) -> Result<usize, PortFault> {
    let chunk = &bytes[..bytes.len().min(CHUNK_BYTES_MAX)];
    let deadline = Instant::now() + chunk_deadline(chunk.len(), baud);
    match timeout_at(deadline, stream.write(chunk)).await {
        Err(_elapsed) => Err(PortFault::Blocked),
        Ok(Ok(0)) => Err(PortFault::Gone),
        Ok(Ok(count)) => Ok(count),
        Ok(Err(_)) => Err(PortFault::Gone),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_gets_ten_times_its_line_time_and_a_second_at_least() {
        assert_eq!(chunk_deadline(256, 115_200), Duration::from_secs(1));
        assert_eq!(line_time(120, 1_200), Duration::from_secs(1));
        assert_eq!(chunk_deadline(120, 1_200), Duration::from_secs(10));
        assert_eq!(line_time(1, 0), Duration::from_secs(10));
    }
}
