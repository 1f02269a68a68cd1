//! The configuration as it is written: plain fields, nothing checked.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serve::config::RawConfig;
use serve::config::server::RawHttp;

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
}

/// Somebody whose word is taken for a customer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RawProvider {
    /// What the provider calls the app.
    pub(super) audience: Option<String>,
    /// The file of the provider's keys (a JSON Web Key Set).
    pub(super) keys: Option<PathBuf>,
}

/// How mails to customers are sent; without a server they are put into a folder.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RawMail {
    /// The mail server: `smtps://host`, `smtp+starttls://host` or `smtp://host`, and `:port`.
    pub(super) smtp: Option<String>,
    /// From whom the mails are.
    pub(super) from: Option<String>,
    /// As whom the box signs in there.
    pub(super) user: Option<String>,
    /// The file that holds the password.
    pub(super) password_file: Option<PathBuf>,
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
pub(super) struct RawDevice {
    /// `printer`, `display` or `keypad`.
    pub(super) kind: String,
    /// `escpos`; `alpha`; `kp1`.
    pub(super) driver: String,
    /// The model's profile, where the driver knows several.
    pub(super) profile: Option<String>,
    /// The device file; best a link in `/dev/serial/by-id`.
    pub(super) port: PathBuf,
    /// Bits a second.
    pub(super) baud: Option<u32>,
    /// What people call it.
    pub(super) name: Option<String>,
    /// Its number on a shared line.
    pub(super) address: Option<u8>,
    /// The counter at which it stands.
    pub(super) counter: Option<u32>,
    /// Whether it shows the calls of all counters.
    pub(super) hall: Option<bool>,
    /// Whether a display is asked to confirm what it is sent.
    pub(super) confirm: Option<bool>,
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
            },
            mail: RawMail {
                smtp: Some("smtps://mail.example".into()),
                from: Some("branch@example.org".into()),
                user: Some("branch-1".into()),
                password_file: Some("/etc/anteroom/mail.password".into()),
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

impl RawProvider {
    fn full(audience: &str) -> RawProvider {
        RawProvider {
            audience: Some(audience.to_owned()),
            keys: Some("/etc/anteroom/provider.json".into()),
        }
    }
}
