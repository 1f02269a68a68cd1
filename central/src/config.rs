//! Central's configuration, checked once and handed down in parts.

mod raw;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use serve::config::apps::{self, AppsFault};
use serve::config::retention::{self, RetentionFault};
pub use serve::config::server::Arguments;
use serve::config::server::{self, RawHttp, ServerFault};
use serve::http::CheckedLimits;
use serve::mail::Relay;
use serve::virtual_ticket::Provider;
use sync::link::{Address, AddressFault, Credentials};
use sync::topics::Tenant;

use self::raw::{Raw, RawMqtt, RawOrganisation, RawRetention};

/// Where the data are when nobody says otherwise.
const DATA_DEFAULT: &str = "/var/lib/anteroom-central";

/// Where central listens when nobody says otherwise.
const LISTEN_DEFAULT: &str = "127.0.0.1:8080";

/// Characters of an organisation's name: one line on a page.
pub const NAME_CHARS_MAX: usize = 80;

/// Characters of one of an organisation's particulars: an address with its country.
pub const PARTICULAR_CHARS_MAX: usize = 200;

/// The configuration, sound.
#[derive(Debug, Clone)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    /// Where to listen.
    pub listen: SocketAddr,
    /// What to log.
    pub log: String,
    /// Bounds of the HTTP server.
    pub limits: CheckedLimits,
    /// Whose branches these are, and the way to them.
    pub site: Site,
    /// What else is told of the organisation.
    pub particulars: Particulars,
    /// Whether callers of Queue Management have to sign in.
    pub queue_management_authentication: bool,
    /// Whether customers' apps are served.
    pub virtual_ticket: bool,
    /// Whose word is taken for a customer of an app.
    pub providers: Vec<Provider>,
    /// The mail server; none: mails are put into a folder.
    pub mail: Option<Relay>,
    /// For how long what customers left is kept.
    pub retention: RetentionConfig,
}

/// For how long what customers left is kept, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionConfig {
    /// Customers of apps, after they were last about.
    pub customers_days: u32,
    /// Files of notices and mails.
    pub files_days: u32,
}

/// What integrators are told of the organisation, in the words that head office chose; empty where
/// it has not said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Particulars {
    /// The name under which it is registered.
    pub full_name: String,
    /// Where it is.
    pub address: String,
    /// Its telephone number.
    pub phone: String,
    /// Its fax number.
    pub fax: String,
    /// Its mail address.
    pub email: String,
    /// By what another system knows it.
    pub integration_id: String,
}

/// Whose branches these are, and the way to them.
#[derive(Debug, Clone)]
pub enum Site {
    /// The demonstration, with a broker of its own.
    Demo {
        /// The port of that broker, if it may not be any.
        broker_port: Option<u16>,
    },
    /// An organisation with a broker that somebody else runs.
    Organisation(Organisation),
}

/// An organisation and its broker.
#[derive(Debug, Clone)]
pub struct Organisation {
    /// Its name in topics.
    pub tenant: Tenant,
    /// Its name for people.
    pub name: String,
    /// Where the broker is.
    pub broker: Address,
    /// With what central signs in there.
    pub credentials: Option<Credentials>,
}

/// Why the configuration cannot be used, and what to change. It repeats no password.
#[derive(Debug)]
pub enum ConfigError {
    /// A file, a key or an override.
    Raw(serve::config::ConfigError),
    /// What every server is told.
    Server(ServerFault),
    /// A key that nothing works without outside `--demo`.
    Missing(&'static str),
    /// A key that `--demo` answers by itself.
    BesideDemo(&'static str),
    /// A key that only `--demo` has a use for.
    DemoOnly(&'static str),
    /// `organisation.tenant`.
    Tenant,
    /// `organisation.name`.
    Name,
    /// Another of the organisation's particulars.
    Particular(&'static str),
    /// `mqtt.url`.
    Address(AddressFault),
    /// What apps lean on.
    Apps(AppsFault),
    /// For how long something is kept.
    Retention(RetentionFault),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::Raw(error) => write!(f, "{error}"),
            ConfigError::Server(fault) => write!(f, "{fault}"),
            ConfigError::Missing(key) => {
                write!(f, "`{key}` is missing; set it, or use --demo to try things out")
            }
            ConfigError::BesideDemo(key) => {
                write!(f, "`{key}` and --demo exclude each other; leave one of them out")
            }
            ConfigError::DemoOnly(key) => write!(
                f,
                "`{key}` is for the broker that --demo starts; leave it out, and name yours in \
                 `mqtt.url`"
            ),
            ConfigError::Tenant => {
                write!(f, "`organisation.tenant` must be 1 to 32 characters of a-z, 0-9 and -")
            }
            ConfigError::Name => write!(
                f,
                "`organisation.name` must be 1 to {NAME_CHARS_MAX} characters in one line"
            ),
            ConfigError::Particular(key) => {
                write!(f, "`{key}` must be at most {PARTICULAR_CHARS_MAX} characters in one line")
            }
            ConfigError::Address(fault) => write!(f, "`mqtt.url`: {fault}"),
            ConfigError::Apps(fault) => write!(f, "{fault}"),
            ConfigError::Retention(fault) => write!(f, "{fault}"),
        }
    }
}

impl std::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ConfigError::Raw(error) => error.source(),
            ConfigError::Server(fault) => fault.source(),
            ConfigError::Apps(fault) => fault.source(),
            ConfigError::Missing(_)
            | ConfigError::BesideDemo(_)
            | ConfigError::DemoOnly(_)
            | ConfigError::Tenant
            | ConfigError::Name
            | ConfigError::Particular(_)
            | ConfigError::Retention(_)
            | ConfigError::Address(_) => None,
        }
    }
}

impl Config {
    /// Reads the file, applies the overrides and the flags, and checks the whole.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], which says what to change.
    pub fn load(arguments: &Arguments) -> Result<Config, ConfigError> {
        let raw: Raw = serve::config::load(arguments.config.as_deref(), &arguments.sets)
            .map_err(ConfigError::Raw)?;
        check(raw, arguments)
    }
}

fn check(raw: Raw, arguments: &Arguments) -> Result<Config, ConfigError> {
    let data = arguments.data.clone().or(raw.data);
    let listen = arguments.listen.clone().or(raw.listen);
    let listen = listen.unwrap_or_else(|| LISTEN_DEFAULT.to_owned());
    let particulars = particulars(&raw.organisation)?;
    let authentication = raw.queue_management.authentication;
    let site = if arguments.demo {
        demo(raw.broker.port, &raw.organisation, &raw.mqtt)?
    } else {
        if raw.broker.port.is_some() {
            return Err(ConfigError::DemoOnly("broker.port"));
        }
        Site::Organisation(organisation(raw.organisation, raw.mqtt)?)
    };
    Ok(Config {
        data: data.unwrap_or_else(|| DATA_DEFAULT.into()),
        listen: server::listen(&listen).map_err(ConfigError::Server)?,
        log: raw.log.unwrap_or_else(|| "info".into()),
        limits: limits(&raw.http, arguments.demo).map_err(ConfigError::Server)?,
        site,
        particulars,
        queue_management_authentication: authentication.unwrap_or(!arguments.demo),
        virtual_ticket: raw.virtual_ticket.enabled.unwrap_or(arguments.demo),
        providers: apps::providers(&raw.virtual_ticket.google, &raw.virtual_ticket.facebook)
            .map_err(ConfigError::Apps)?,
        mail: apps::mail(raw.mail).map_err(ConfigError::Apps)?,
        retention: terms(&raw.retention).map_err(ConfigError::Retention)?,
    })
}

fn terms(raw: &RawRetention) -> Result<RetentionConfig, RetentionFault> {
    let RawRetention { customers_days, files_days } = *raw;
    let usual = retention::CUSTOMERS_DAYS_DEFAULT;
    Ok(RetentionConfig {
        customers_days: retention::days("retention.customers_days", customers_days, usual)?,
        files_days: retention::days(
            "retention.files_days",
            files_days,
            retention::FILES_DAYS_DEFAULT,
        )?,
    })
}

fn particulars(raw: &RawOrganisation) -> Result<Particulars, ConfigError> {
    let text = |key: &'static str, text: &Option<String>| {
        let text = text.as_deref().unwrap_or_default().trim();
        let fits = text.chars().count() <= PARTICULAR_CHARS_MAX;
        let fine = fits && !text.contains(char::is_control);
        if fine { Ok(text.to_owned()) } else { Err(ConfigError::Particular(key)) }
    };
    Ok(Particulars {
        full_name: text("organisation.full_name", &raw.full_name)?,
        address: text("organisation.address", &raw.address)?,
        phone: text("organisation.phone", &raw.phone)?,
        fax: text("organisation.fax", &raw.fax)?,
        email: text("organisation.email", &raw.email)?,
        integration_id: text("organisation.integration_id", &raw.integration_id)?,
    })
}

fn demo(
    port: Option<u16>,
    organisation: &RawOrganisation,
    mqtt: &RawMqtt,
) -> Result<Site, ConfigError> {
    for (key, is_set) in [
        ("organisation.tenant", organisation.tenant.is_some()),
        ("organisation.name", organisation.name.is_some()),
        ("mqtt.url", mqtt.url.is_some()),
        ("mqtt.user", mqtt.user.is_some()),
        ("mqtt.password_file", mqtt.password_file.is_some()),
    ] {
        if is_set {
            return Err(ConfigError::BesideDemo(key));
        }
    }
    match port {
        Some(0) => Err(ConfigError::Server(ServerFault::Zero("broker.port"))),
        broker_port => Ok(Site::Demo { broker_port }),
    }
}

fn organisation(raw: RawOrganisation, mqtt: RawMqtt) -> Result<Organisation, ConfigError> {
    let url = mqtt.url.ok_or(ConfigError::Missing("mqtt.url"))?;
    let tenant = raw.tenant.ok_or(ConfigError::Missing("organisation.tenant"))?;
    let broker = Address::parse(&url).map_err(ConfigError::Address)?;
    let name = raw.name.unwrap_or_else(|| tenant.clone());
    if name.trim().is_empty()
        || NAME_CHARS_MAX < name.chars().count()
        || name.contains(char::is_control)
    {
        return Err(ConfigError::Name);
    }
    let keys = ("mqtt.user", "mqtt.password_file");
    let credentials = server::credentials(keys, mqtt.user, mqtt.password_file)
        .map_err(ConfigError::Server)?
        .map(|(user, password)| Credentials { user, password });
    let tenant = Tenant::parse(&tenant).map_err(|_| ConfigError::Tenant)?;
    Ok(Organisation { tenant, name, broker, credentials })
}

fn limits(raw: &RawHttp, demo: bool) -> Result<CheckedLimits, ServerFault> {
    let mut limits = raw.limits(demo)?;
    limits.drain_time = crate::daemon::DRAIN_TIME;
    server::checked(limits)
}

#[cfg(test)]
mod tests;
