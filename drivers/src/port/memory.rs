//! A port without a wire: both ends in one process, for simulations under a seed.

use tokio::io::DuplexStream;
use tokio::time::Instant;

use super::{Port, PortFault, read_stream, write_stream};

/// One end of a line that exists in memory alone.
#[derive(Debug)]
pub struct MemoryPort {
    stream: DuplexStream,
    baud: u32,
}

impl MemoryPort {
    /// A port, and the device's end of its line. `buffer` bytes fit on the line in each direction
    /// before the writer is held back.
    #[must_use]
    pub fn pair(baud: u32, buffer: usize) -> (Self, DuplexStream) {
        let (stream, device) = tokio::io::duplex(buffer);
        (Self { stream, baud }, device)
    }
}

impl Port for MemoryPort {
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
    use super::super::{CHUNK_BYTES_MAX, CHUNK_DEADLINE_MIN};
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test(start_paused = true)]
    async fn silence_ends_at_the_deadline_and_loses_nothing() {
        let (mut port, mut device) = MemoryPort::pair(9_600, 64);
        let mut into = [0; 8];
        let deadline = Instant::now() + CHUNK_DEADLINE_MIN;
        assert_eq!(port.read(&mut into, deadline).await, Ok(0));
        assert_eq!(Instant::now(), deadline);
        device.write_all(b"ok").await.unwrap();
        assert_eq!(port.read(&mut into, deadline + CHUNK_DEADLINE_MIN).await, Ok(2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_is_cut_to_a_chunk_and_a_full_line_is_blocked() {
        let (mut port, mut device) = MemoryPort::pair(115_200, CHUNK_BYTES_MAX);
        assert_eq!(port.write(&[7; 1_000]).await, Ok(CHUNK_BYTES_MAX));
        let before = Instant::now();
        assert_eq!(port.write(&[7]).await, Err(PortFault::Blocked));
        assert_eq!(before.elapsed(), CHUNK_DEADLINE_MIN);
        device.read_exact(&mut [0; 16]).await.unwrap();
        assert_eq!(port.write(&[7; 32]).await, Ok(16));
    }

    #[tokio::test]
    async fn a_closed_line_is_gone_in_both_directions() {
        let (mut port, device) = MemoryPort::pair(9_600, 64);
        drop(device);
        assert_eq!(port.read(&mut [0; 8], Instant::now()).await, Err(PortFault::Gone));
        assert_eq!(port.write(b"x").await, Err(PortFault::Gone));
    }
}
