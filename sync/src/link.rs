//! The pipe to the broker, as the rest of the product sees it: a small trait and what happens on
//! it. The pipe keeps nothing: what was published and not acked when the connection went is gone,
//! and its owner publishes it again out of its own store.

mod address;
mod mqtt;
mod pause;

use std::fmt;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::limits::{PACKET_BYTES_MAX, RECEIVES_MAX};

pub use address::{Address, AddressFault};
pub use mqtt::{MqttLink, connect};
pub use pause::Pause;

/// How a broker is reached, and as whom.
#[derive(Clone, Debug)]
pub struct LinkOptions {
    /// The broker's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The client id: one a box. A second box with it throws out the first.
    pub client: String,
    /// With what it signs in.
    pub credentials: Option<Credentials>,
    /// What the broker says for us when we vanish.
    pub will: Option<Message>,
    /// How often a silent connection is tried; it is given up after twice this.
    pub keep_alive: Duration,
    /// The largest packet that the broker may send us, in bytes; it drops larger ones.
    pub packet_bytes_max: u32,
    /// How many messages may be with us unconfirmed.
    pub receives_max: u16,
    /// How long a connection may take to be made.
    pub connect_within: Duration,
}

impl LinkOptions {
    /// The usual ones.
    pub fn new(host: impl Into<String>, port: u16, client: impl Into<String>) -> LinkOptions {
        LinkOptions {
            host: host.into(),
            port,
            client: client.into(),
            credentials: None,
            will: None,
            keep_alive: Duration::from_secs(30),
            packet_bytes_max: PACKET_BYTES_MAX,
            receives_max: RECEIVES_MAX,
            connect_within: Duration::from_secs(5),
        }
    }

    /// The usual ones, to this address.
    pub fn to(address: &Address, client: impl Into<String>) -> LinkOptions {
        LinkOptions::new(address.host(), address.port(), client)
    }
}

/// A user and a password.
#[derive(Clone)]
pub struct Credentials {
    /// Who.
    pub user: String,
    /// The secret.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(..)")
    }
}

/// Something to be published.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Where.
    pub topic: String,
    /// What.
    pub payload: Vec<u8>,
    /// Whether the broker shows it to those who come later.
    pub retain: bool,
    /// After how many seconds it is of no use any more.
    pub expires_s: Option<u32>,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({}, {} bytes)", self.topic, self.payload.len())
    }
}

impl Message {
    /// A message for those who listen now.
    pub fn new(topic: impl Into<String>, payload: Vec<u8>) -> Message {
        Message { topic: topic.into(), payload, retain: false, expires_s: None }
    }
}

/// The number of a publish, by which its ack is known; counts up for the life of the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublishId(pub u64);

/// A message that came in. The broker counts it as under way until it is confirmed.
#[derive(Clone)]
pub struct Delivery {
    /// On which topic.
    pub topic: String,
    /// What.
    pub payload: Vec<u8>,
    /// Whether the broker had kept it.
    pub retained: bool,
    pub(crate) receipt: Box<mqtt::Receipt>,
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Delivery({}, {} bytes)", self.topic, self.payload.len())
    }
}

/// What happens on a link.
#[derive(Debug)]
pub enum Happening {
    /// The broker let us in, and all filters are asked for again. Nothing is under way.
    Connected,
    /// The connection is gone or could not be made, and with it all that was not acked. It is
    /// tried again by itself.
    Disconnected(Reason),
    /// A message.
    Message(Delivery),
    /// The broker has taken a message.
    Acked(PublishId),
    /// The broker did not take a message, and will not.
    Rejected(PublishId),
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The broker knows neither the user nor the password, or does not let this box in.
    NotAllowed,
    /// The broker lets us in and throws us out at once, again and again: another one is connected
    /// under our client id. Two boxes say that they are this branch.
    TakenOver,
    /// The broker said why it hung up.
    HungUp(String),
    /// The network, or nobody there.
    Unreachable(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::NotAllowed => f.write_str("the broker refuses the credentials"),
            Reason::TakenOver => {
                f.write_str("another box seems to be connected under the same branch number")
            }
            Reason::HungUp(why) => write!(f, "the broker hung up: {why}"),
            Reason::Unreachable(why) => write!(f, "the broker cannot be reached: {why}"),
        }
    }
}

/// Why something was not taken for sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// There is no connection; a [`Happening::Connected`] will say when there is.
    NotConnected,
    /// As much is under way as may be; an ack will make room.
    Full,
    /// It is larger than a packet may be.
    TooLarge,
    /// Too many filters, or one that no broker takes.
    Filter,
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LinkError::NotConnected => "there is no connection to the broker",
            LinkError::Full => "too much is under way to the broker",
            LinkError::TooLarge => "the message is larger than a packet may be",
            LinkError::Filter => "the broker would not take this filter",
        })
    }
}

impl std::error::Error for LinkError {}

/// A pipe to a broker. No method waits: whoever reads the happenings may call them.
pub trait Link: Send + Sync {
    /// Hands a message over for sending, at least once. Until its ack it is not safe anywhere.
    fn publish(&self, message: Message) -> Result<PublishId, LinkError>;
    /// Asks for messages, now and after every reconnection.
    fn subscribe(&self, filter: &str) -> Result<(), LinkError>;
    /// Tells the broker that a message is dealt with. Of an older connection's there is no need.
    fn confirm(&self, delivery: &Delivery);
}

/// What happens, in order.
pub type Happenings = mpsc::Receiver<Happening>;
