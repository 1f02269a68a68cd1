//! The configuration as it is written: plain fields, nothing checked.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serve::config::RawConfig;
use serve::config::apps::{RawMail, RawProvider};
use serve::config::server::RawHttp;
use serve::config::webhook::RawWebhook;

/// The whole file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Raw {
    /// The data folder.
    pub(super) data: Option<PathBuf>,
    /// Address and port to listen on; port 0 takes a free one.
    pub(super) listen: Option<String>,
    /// What to log: a level, or `target=level,…` with a level for the rest.
    pub(super) log: Option<String>,
    /// Settings for an empty data folder: a file in the form of an export.
    pub(super) first_settings: Option<PathBuf>,
    pub(super) http: RawHttp,
    pub(super) queue_management: RawQueueManagement,
    pub(super) virtual_ticket: RawVirtualTicket,
    pub(super) branch_services: RawBranchServices,
    pub(super) mail: RawMail,
    pub(super) retention: RawRetention,
    pub(super) printing: RawPrinting,
    pub(super) screens: RawScreens,
    pub(super) organisation: RawOrganisation,
    pub(super) mqtt: RawMqtt,
    pub(super) devices: Vec<RawDevice>,
}

/// The Queue Management dialect.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RawQueueManagement {
    /// Whether callers have to sign in.
    pub(super) authentication: Option<bool>,
}

/// The Branch services dialect.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RawBranchServices {
    /// Addresses and networks of sites that may book in people's names.
    pub(super) trusted: Option<Vec<String>>,
}

/// The Virtual Ticket dialect.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RawVirtualTicket {
    pub(super) google: RawProvider,
    pub(super) facebook: RawProvider,
    pub(super) webhook: RawWebhook,
}

/// For how long what people left with the branch is kept, in days.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RawRetention {
    /// Names, notes, comments and whose a ticket was, after its day.
    pub(super) texts_days: Option<u32>,
    /// Customers of apps, after they were last about.
    pub(super) customers_days: Option<u32>,
    /// Files of notices and mails.
    pub(super) files_days: Option<u32>,
}

/// How slips are printed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RawPrinting {
    /// Seconds after which a slip that could not be printed is given up.
    pub(super) slip_age_max_s: Option<u64>,
}

/// Pages that follow the line.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RawScreens {
    /// Addresses and networks from which the dispenser's page needs no token.
    pub(super) trusted: Option<Vec<String>>,
    /// Streams in all.
    pub(super) streams: Option<usize>,
    /// Streams from one address.
    pub(super) streams_per_address: Option<usize>,
}

/// To whom the branch belongs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RawOrganisation {
    /// Its name in topics.
    pub(super) tenant: Option<String>,
}

/// The way to central.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RawMqtt {
    /// The broker: `mqtt://host:port`. Without it the branch is on its own.
    pub(super) url: Option<String>,
    /// The branch's number, where it is not the settings' own.
    pub(super) branch: Option<u32>,
    /// As whom the box signs in.
    pub(super) user: Option<String>,
    /// The file that holds the password.
    pub(super) password_file: Option<PathBuf>,
}

/// A device on a serial port. What belongs to other kinds than its own is left out.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RawDevice {
    /// `printer`, `display` or `keypad`.
    pub kind: String,
    /// `escpos`; `alpha`; `kp1`.
    pub driver: String,
    /// The model's profile, where the driver knows several.
    pub profile: Option<String>,
    /// The device file; best a link in `/dev/serial/by-id`.
    pub port: PathBuf,
    /// Bits a second.
    pub baud: Option<u32>,
    /// What people call it.
    pub name: Option<String>,
    /// Its number on a shared line.
    pub address: Option<u8>,
    /// The counter at which it stands.
    pub counter: Option<u32>,
    /// Whether it shows the calls of all counters.
    pub hall: Option<bool>,
    /// Whether a display is asked to confirm what it is sent.
    pub confirm: Option<bool>,
}

impl RawConfig for Raw {
    fn full() -> Raw {
        Raw {
            data: Some("/var/lib/anteroom".into()),
            listen: Some("127.0.0.1:3000".into()),
            log: Some("info".into()),
            first_settings: Some("settings.json".into()),
            http: RawHttp::full(),
            queue_management: RawQueueManagement { authentication: Some(true) },
            virtual_ticket: RawVirtualTicket {
                google: RawProvider::full("123.apps.googleusercontent.com"),
                facebook: RawProvider::full("1234567890"),
                webhook: RawWebhook::full(),
            },
            mail: RawMail::full(),
            retention: RawRetention {
                texts_days: Some(30),
                customers_days: Some(365),
                files_days: Some(7),
            },
            branch_services: RawBranchServices { trusted: Some(vec!["192.0.2.0/24".into()]) },
            printing: RawPrinting { slip_age_max_s: Some(180) },
            screens: RawScreens {
                trusted: Some(vec!["127.0.0.1".into(), "::1".into()]),
                streams: Some(10_240),
                streams_per_address: Some(4_096),
            },
            organisation: RawOrganisation { tenant: Some("town-hall".into()) },
            mqtt: RawMqtt {
                url: Some("mqtt://broker.example:1883".into()),
                branch: Some(1),
                user: Some("branch-1".into()),
                password_file: Some("/etc/anteroom/mqtt.password".into()),
            },
            devices: vec![RawDevice {
                kind: "printer".into(),
                driver: "escpos".into(),
                profile: Some("epson".into()),
                port: "/dev/serial/by-id/printer".into(),
                baud: Some(115_200),
                name: Some("Printer 1".into()),
                address: Some(1),
                counter: Some(1),
                hall: Some(true),
                confirm: Some(true),
            }],
        }
    }
}
