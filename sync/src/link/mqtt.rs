//! The link over MQTT 5, by rumqttc: QoS 1, clean start, no session kept by the broker.
//!
//! Every connection has a client of its own, made anew: what an older one had queued or under way
//! is dropped with it, which is what the library does anyway when the broker has no session, and
//! the owner is told once. The task that polls never publishes; the methods of the link put into
//! the library's bounded channel without waiting, so the owner may call them while the task waits
//! for the owner to take a happening.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rumqttc::Outgoing;
use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::{
    ConnectProperties, ConnectReturnCode, DisconnectReasonCode, LastWill, Packet, PubAckReason,
    Publish, PublishProperties,
};
use rumqttc::v5::{AsyncClient, ConnectionError, Event, EventLoop, MqttOptions, StateError};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::limits::{
    HAPPENINGS_MAX, PACKET_BYTES_MAX, PACKET_OVERHEAD_BYTES, PUBLISHES_MAX, SUBSCRIPTIONS_MAX,
};
use crate::link::pause::GOOD_AFTER;
use crate::link::{
    Delivery, Happening, Happenings, Link, LinkError, LinkOptions, Message, Pause, PublishId,
    Reason,
};

/// Requests that wait inside the library: every publish, every filter, every confirmation.
const REQUESTS_MAX: usize = 512;
/// The connection is tried this often at the most even when the broker hangs up at once.
const BETWEEN_CONNECTIONS: Duration = Duration::from_millis(50);
/// A box that was let in and thrown out this often in a row is not the only one with its name.
const THROWN_OUT_MAX: u32 = 3;
/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// Of which connection a delivery is, and how that connection names it.
#[derive(Clone)]
pub(crate) struct Receipt {
    connection: u64,
    publish: Publish,
}

/// A link to an MQTT broker. Dropped, it lets the connection go, and the broker says our will.
pub struct MqttLink {
    shared: Arc<Mutex<Shared>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    filters: Vec<String>,
    published: u64,
    connections: u64,
    connection: Option<Connection>,
}

/// What is under way on the present connection.
struct Connection {
    number: u64,
    client: AsyncClient,
    /// The largest packet that the broker takes, in bytes.
    packet_bytes_max: usize,
    /// Handed over and not yet sent, oldest first: the library sends in this order.
    queued: VecDeque<PublishId>,
    /// Sent and not yet acked, by packet number.
    sent: HashMap<u16, PublishId>,
}

/// Starts a link. It connects by itself, now and after every loss, until it is dropped.
///
/// Must be called within a tokio runtime.
pub fn connect(options: LinkOptions) -> (MqttLink, Happenings) {
    let (sender, happenings) = mpsc::channel(HAPPENINGS_MAX);
    let shared = Arc::new(Mutex::new(Shared::default()));
    let task = tokio::spawn(run(options, Arc::clone(&shared), sender));
    (MqttLink { shared, task }, happenings)
}

impl Drop for MqttLink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl MqttLink {
    fn shared(&self) -> MutexGuard<'_, Shared> {
        lock(&self.shared)
    }

    /// Says goodbye, so that the broker does not speak our will. What is not acked by now is
    /// not sent any more; publish a farewell and wait for its ack first.
    pub async fn close(mut self) {
        let connection = self.shared().connection.take();
        let Some(connection) = connection else { return };
        if connection.client.try_disconnect().is_ok() {
            // The task ends once the farewell is on its way; a broker that is stuck is left.
            drop(tokio::time::timeout(FAREWELL, &mut self.task).await);
        }
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    // Nothing is left half done by a panic in here.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Link for MqttLink {
    fn publish(&self, message: Message) -> Result<PublishId, LinkError> {
        let mut shared = self.shared();
        let id = PublishId(shared.published + 1);
        let connection = shared.connection.as_mut().ok_or(LinkError::NotConnected)?;
        let size = message.payload.len() + message.topic.len() + PACKET_OVERHEAD_BYTES;
        if connection.packet_bytes_max < size {
            return Err(LinkError::TooLarge);
        }
        if PUBLISHES_MAX <= connection.queued.len() + connection.sent.len() {
            return Err(LinkError::Full);
        }
        let properties = PublishProperties {
            message_expiry_interval: message.expires_s,
            ..PublishProperties::default()
        };
        let Message { topic, payload, retain, .. } = message;
        connection
            .client
            .try_publish_with_properties(topic, QoS::AtLeastOnce, retain, payload, properties)
            .map_err(|_| LinkError::Full)?;
        connection.queued.push_back(id);
        shared.published = id.0;
        Ok(id)
    }

    fn subscribe(&self, filter: &str) -> Result<(), LinkError> {
        let mut shared = self.shared();
        if SUBSCRIPTIONS_MAX <= shared.filters.len() || filter.is_empty() {
            return Err(LinkError::Filter);
        }
        if let Some(connection) = &shared.connection {
            let asked = connection.client.try_subscribe(filter, QoS::AtLeastOnce);
            asked.map_err(|_| LinkError::Filter)?;
        }
        shared.filters.push(filter.to_owned());
        Ok(())
    }

    fn confirm(&self, delivery: &Delivery) {
        let shared = self.shared();
        let current = shared.connection.as_ref();
        // A new connection would take an old one's number for one of its own.
        if let Some(connection) = current.filter(|now| now.number == delivery.receipt.connection)
            && connection.client.try_ack(&delivery.receipt.publish).is_err()
        {
            tracing::warn!("a message could not be confirmed; the broker will send it again");
        }
    }
}

async fn run(options: LinkOptions, shared: Arc<Mutex<Shared>>, sender: mpsc::Sender<Happening>) {
    let mut pause = Pause::default();
    let mut thrown_out = 0_u32;
    loop {
        let (client, mut events) = AsyncClient::new(client_options(&options), REQUESTS_MAX);
        let mut since = None;
        let ended = hold(&shared, &sender, client, &mut events, &mut since).await;
        lock(&shared).connection = None;
        match since.map(|since: Instant| GOOD_AFTER <= since.elapsed()) {
            Some(true) => {
                pause.reset();
                thrown_out = 0;
            }
            Some(false) => thrown_out += 1,
            None => {}
        }
        drop(events);
        let Some(mut reason) = ended else { return };
        // Not every broker says why, and the library may see the end before the reason.
        if THROWN_OUT_MAX <= thrown_out {
            reason = Reason::TakenOver;
        }
        tracing::debug!(%reason, "no connection to the broker");
        if sender.send(Happening::Disconnected(reason)).await.is_err() {
            return;
        }
        tokio::time::sleep(pause.wait().max(BETWEEN_CONNECTIONS)).await;
    }
}

/// Holds one connection as long as it lasts; `since` is when it was let in. Returns why it ended, or nothing when nobody wants
/// to know any more.
async fn hold(
    shared: &Mutex<Shared>,
    sender: &mpsc::Sender<Happening>,
    client: AsyncClient,
    events: &mut EventLoop,
    since: &mut Option<Instant>,
) -> Option<Reason> {
    let mut number = 0;
    loop {
        let happening = match events.poll().await {
            Err(error) => return Some(reason(error)),
            Ok(Event::Incoming(Packet::ConnAck(ack))) => {
                let limit = ack.properties.and_then(|limits| limits.max_packet_size);
                number = begin(shared, &client, limit)?;
                *since = Some(Instant::now());
                Some(Happening::Connected)
            }
            Ok(Event::Incoming(Packet::Publish(publish))) => Some(delivered(number, publish)),
            Ok(Event::Incoming(Packet::PubAck(ack))) => {
                let mut shared = lock(shared);
                let sent = shared.connection.as_mut().and_then(|now| now.sent.remove(&ack.pkid));
                let taken = [PubAckReason::Success, PubAckReason::NoMatchingSubscribers];
                let taken = taken.contains(&ack.reason);
                sent.map(|id| if taken { Happening::Acked(id) } else { Happening::Rejected(id) })
            }
            Ok(Event::Outgoing(Outgoing::Publish(packet))) => {
                let mut shared = lock(shared);
                if let Some(connection) = shared.connection.as_mut()
                    && let Some(id) = connection.queued.pop_front()
                {
                    connection.sent.insert(packet, id);
                }
                None
            }
            Ok(Event::Outgoing(Outgoing::Disconnect)) => return None,
            Ok(_) => None,
        };
        if let Some(happening) = happening {
            sender.send(happening).await.ok()?;
        }
    }
}

/// Opens the present connection for publishing, after asking for all filters.
fn begin(shared: &Mutex<Shared>, client: &AsyncClient, limit: Option<u32>) -> Option<u64> {
    let mut shared = lock(shared);
    for filter in &shared.filters {
        client.try_subscribe(filter, QoS::AtLeastOnce).ok()?;
    }
    shared.connections += 1;
    let number = shared.connections;
    shared.connection = Some(Connection {
        number,
        client: client.clone(),
        packet_bytes_max: limit.unwrap_or(PACKET_BYTES_MAX).min(PACKET_BYTES_MAX) as usize,
        queued: VecDeque::new(),
        sent: HashMap::new(),
    });
    Some(number)
}

fn delivered(connection: u64, publish: Publish) -> Happening {
    Happening::Message(Delivery {
        topic: String::from_utf8_lossy(&publish.topic).into_owned(),
        payload: publish.payload.to_vec(),
        retained: publish.retain,
        receipt: Box::new(Receipt { connection, publish }),
    })
}

fn client_options(options: &LinkOptions) -> MqttOptions {
    let mut client = MqttOptions::new(&options.client, &options.host, options.port);
    client.set_clean_start(true);
    client.set_keep_alive(options.keep_alive);
    client.set_manual_acks(true);
    client.set_connection_timeout(options.connect_within.as_secs().max(1));
    client.set_outgoing_inflight_upper_limit(PUBLISHES_MAX as u16);
    let mut limits = ConnectProperties::new();
    limits.session_expiry_interval = Some(0);
    limits.receive_maximum = Some(options.receives_max);
    limits.max_packet_size = Some(options.packet_bytes_max);
    client.set_connect_properties(limits);
    if let Some(credentials) = &options.credentials {
        client.set_credentials(&credentials.user, &credentials.password);
    }
    if let Some(will) = &options.will {
        let payload = will.payload.clone();
        client.set_last_will(LastWill::new(
            &will.topic,
            payload,
            QoS::AtLeastOnce,
            will.retain,
            None,
        ));
    }
    client
}

fn reason(error: ConnectionError) -> Reason {
    if let ConnectionError::ConnectionRefused(code) = error {
        let ours = [
            ConnectReturnCode::BadUserNamePassword,
            ConnectReturnCode::NotAuthorized,
            ConnectReturnCode::Banned,
        ];
        return match ours.contains(&code) {
            true => Reason::NotAllowed,
            false => Reason::HungUp(format!("{code:?}")),
        };
    }
    if let ConnectionError::MqttState(StateError::ServerDisconnect { reason_code, .. }) = error {
        if reason_code == DisconnectReasonCode::SessionTakenOver {
            return Reason::TakenOver;
        }
        return Reason::HungUp(format!("{reason_code:?}"));
    }
    // The library's texts name packets and sockets, never what is in them.
    Reason::Unreachable(error.to_string())
}
