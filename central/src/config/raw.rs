//! The configuration as it is written: plain fields, nothing checked.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serve::config::RawConfig;
use serve::config::apps::{RawMail, RawProvider};
use serve::config::server::RawHttp;

/// The whole file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Raw {
    /// The data folder.
    pub(super) data: Option<PathBuf>,
    /// Address and port to listen on; port 0 takes a free one.
    pub(super) listen: Option<String>,
    /// What to log: a level, or `target=level,...` with a level for the rest.
    pub(super) log: Option<String>,
    pub(super) http: RawHttp,
    pub(super) organisation: RawOrganisation,
    pub(super) mqtt: RawMqtt,
    pub(super) broker: RawBroker,
    pub(super) queue_management: RawQueueManagement,
    pub(super) virtual_ticket: RawVirtualTicket,
    pub(super) mail: RawMail,
    pub(super) retention: RawRetention,
}

/// For how long what customers left is kept, in days.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RawRetention {
    /// Customers of apps, after they were last about.
    pub(super) customers_days: Option<u32>,
    /// Files of notices and mails.
    pub(super) files_days: Option<u32>,
}

/// The Queue Management dialect.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RawQueueManagement {
    /// Whether callers have to sign in.
    pub(super) authentication: Option<bool>,
}

/// The Virtual Ticket dialect.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RawVirtualTicket {
    /// Whether customers may register and buy tickets here.
    pub(super) enabled: Option<bool>,
    pub(super) google: RawProvider,
    pub(super) facebook: RawProvider,
}

/// Whose branches these are.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RawOrganisation {
    /// Its name in topics: a-z, 0-9 and -.
    pub(super) tenant: Option<String>,
    /// Its name for people.
    pub(super) name: Option<String>,
    /// The name under which it is registered.
    pub(super) full_name: Option<String>,
    /// Where it is.
    pub(super) address: Option<String>,
    /// Its telephone number.
    pub(super) phone: Option<String>,
    /// Its fax number.
    pub(super) fax: Option<String>,
    /// Its mail address.
    pub(super) email: Option<String>,
    /// By what another system knows it.
    pub(super) integration_id: Option<String>,
}

/// The way to the branches.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RawMqtt {
    /// The broker: `mqtt://host:port`.
    pub(super) url: Option<String>,
    /// As whom central signs in there.
    pub(super) user: Option<String>,
    /// A file with the password in one line, which nobody else may read.
    pub(super) password_file: Option<PathBuf>,
}

/// The demonstration's own broker.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RawBroker {
    /// On which port of this machine it listens.
    pub(super) port: Option<u16>,
}

impl RawConfig for Raw {
    fn full() -> Raw {
        Raw {
            data: Some("/var/lib/anteroom-central".into()),
            listen: Some("127.0.0.1:8080".into()),
            log: Some("info".into()),
            http: RawHttp::full(),
            organisation: RawOrganisation {
                tenant: Some("north-bank".into()),
                name: Some("North Bank".into()),
                full_name: Some("The North Bank, Ltd.".into()),
                address: Some("1 Harbour Street".into()),
                phone: Some("+1 555 0100".into()),
                fax: Some("+1 555 0101".into()),
                email: Some("office@bank.example".into()),
                integration_id: Some("nb-1".into()),
            },
            mqtt: RawMqtt {
                url: Some("mqtt://broker:1883".into()),
                user: Some("central".into()),
                password_file: Some("/etc/anteroom/mqtt.password".into()),
            },
            broker: RawBroker { port: Some(1883) },
            queue_management: RawQueueManagement { authentication: Some(true) },
            virtual_ticket: RawVirtualTicket {
                enabled: Some(true),
                google: RawProvider::full("123.apps.googleusercontent.com"),
                facebook: RawProvider::full("1234567890"),
            },
            mail: RawMail::full(),
            retention: RawRetention { customers_days: Some(365), files_days: Some(7) },
        }
    }
}
