//! The doors of the daemon: the network's, the box's own socket, and the file that tells where.

use std::path::Path;
use std::sync::Arc;

use serve::endpoint::{ENDPOINT_FILE, Endpoint};
use serve::http::{Drained, Metrics, Server};
use serve::shutdown::Shutdown;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::Failure;
use crate::api::Rooms;
use crate::config::Config;
use crate::front::Front;
use crate::outbox::OutboxView;
use crate::socket::{self, Socket};

/// Doors that are open.
pub(super) struct Doors {
    network: JoinHandle<Drained>,
    inside: JoinHandle<Drained>,
    socket: Socket,
    endpoint: Endpoint,
}

impl Doors {
    /// Opens them, until `shutdown`. `url` is what the listener answers to.
    pub(super) fn open(
        config: &Config,
        (rooms, view): (&Rooms, &OutboxView),
        (listener, url): (TcpListener, &str),
        shutdown: &Shutdown,
    ) -> Result<Doors, Failure> {
        let metrics = Arc::new(Metrics::new());
        let front = Front::new(rooms.clone(), view.clone(), Arc::clone(&metrics));
        serve::descriptors::allow(config.limits.get().connections);
        let (socket, at_the_box) = Socket::bind(&config.data).map_err(Failure::Socket)?;
        let inside = Server::new(front.by_socket(), socket::limits(), Arc::clone(&metrics));
        let inside = tokio::spawn(inside.serve(at_the_box, shutdown.clone()));
        let network = Server::new(front, config.limits, metrics);
        let network = tokio::spawn(network.serve(listener, shutdown.clone()));
        let endpoint = Endpoint::publish(&config.data, url).map_err(unwritable(&config.data))?;
        Ok(Doors { network, inside, socket, endpoint })
    }

    /// Waits until all who have come in are out again, once they are told to.
    pub(super) async fn drain(&mut self) {
        (&mut self.network).await.ok();
        (&mut self.inside).await.ok();
    }

    /// Takes back the file and the socket: nobody is here any more.
    pub(super) fn withdraw(self, config: &Config) -> Result<(), Failure> {
        self.endpoint.withdraw().map_err(unwritable(&config.data))?;
        self.socket.withdraw();
        Ok(())
    }
}

/// The fault of the file that tells the address.
pub(super) fn unwritable(folder: &Path) -> impl Fn(std::io::Error) -> Failure {
    let path = folder.join(ENDPOINT_FILE);
    move |error| Failure::Endpoint(path.clone(), error)
}
