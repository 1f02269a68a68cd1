//! Where connections come from: a TCP socket, or pipes in memory.

use std::{future::Future, io, net::SocketAddr};

use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

/// Connections in memory that nobody has accepted yet, as the backlog of a socket.
const PIPES_WAITING_MAX: usize = 128;
/// Bytes that one direction of a pipe holds before its writer waits.
const PIPE_BYTES: usize = 64 * 1024;

/// A source of connections.
pub trait Listener: Send + 'static {
    /// One connection's bytes.
    type Io: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// The next connection and who is at its other end. Must be cancel safe.
    ///
    /// `BrokenPipe` means that no connection will ever come again; any other error is taken
    /// to pass.
    fn accept(&mut self) -> impl Future<Output = io::Result<(Self::Io, SocketAddr)>> + Send;
}

impl Listener for TcpListener {
    type Io = TcpStream;

    async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        let (stream, peer) = TcpListener::accept(self).await?;
        // An answer is written in one piece; waiting for more of it only adds delay.
        // A connection that is already gone fails here, and is noticed when it is read.
        let _ = stream.set_nodelay(true);
        Ok((stream, peer))
    }
}

/// The server's end of connections in memory.
#[derive(Debug)]
pub struct PipeListener {
    arriving: mpsc::Receiver<(DuplexStream, SocketAddr)>,
}

/// The clients' end of connections in memory.
#[derive(Debug, Clone)]
pub struct PipeDialer {
    departing: mpsc::Sender<(DuplexStream, SocketAddr)>,
}

/// A network in memory: who dials arrives at the listener.
pub fn pipes() -> (PipeDialer, PipeListener) {
    let (departing, arriving) = mpsc::channel(PIPES_WAITING_MAX);
    (PipeDialer { departing }, PipeListener { arriving })
}

impl PipeDialer {
    /// Connects as `from`; waits while the listener's backlog is full.
    pub async fn dial(&self, from: SocketAddr) -> io::Result<DuplexStream> {
        let (near, far) = tokio::io::duplex(PIPE_BYTES);
        match self.departing.send((far, from)).await {
            Ok(()) => Ok(near),
            Err(_) => Err(io::ErrorKind::ConnectionRefused.into()),
        }
    }
}

impl Listener for PipeListener {
    type Io = DuplexStream;

    async fn accept(&mut self) -> io::Result<(DuplexStream, SocketAddr)> {
        self.arriving.recv().await.ok_or_else(|| io::ErrorKind::BrokenPipe.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_backlog_is_bounded() {
        let (dialer, mut listener) = pipes();
        let from: SocketAddr = "192.0.2.1:1".parse().unwrap();
        let mut held = Vec::new();
        for _ in 0..PIPES_WAITING_MAX {
            held.push(dialer.dial(from).await.unwrap());
        }
        let more = tokio::time::timeout(std::time::Duration::from_millis(20), dialer.dial(from));
        assert!(more.await.is_err(), "the dialer waits");
        Listener::accept(&mut listener).await.unwrap();
        dialer.dial(from).await.unwrap();
    }

    #[tokio::test]
    async fn ends_are_noticed() {
        let (dialer, mut listener) = pipes();
        drop(dialer);
        let fault = Listener::accept(&mut listener).await.unwrap_err();
        assert_eq!(fault.kind(), io::ErrorKind::BrokenPipe);
        let (dialer, listener) = pipes();
        drop(listener);
        let fault = dialer.dial("192.0.2.1:1".parse().unwrap()).await.unwrap_err();
        assert_eq!(fault.kind(), io::ErrorKind::ConnectionRefused);
    }
}
