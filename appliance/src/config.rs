//! The daemon's configuration, checked once and handed down in parts.

mod central;
mod devices;
mod raw;
mod retention;
mod screens;
mod trusted;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serve::config::apps;
pub use serve::config::apps::AppsFault;
pub use serve::config::server::Arguments;
use serve::config::server::{self, ServerFault};
use serve::config::webhook::{self, WebhookFault};
use serve::http::CheckedLimits;
use serve::mail::Relay;
use serve::virtual_ticket::Provider;
use serve::webhook::Webhooks;

use crate::fittings::Fittings;

pub use self::central::{CentralConfig, CentralFault};
pub use self::devices::{
    DeviceFault, Devices, DisplayConfig, DisplayPlace, KeypadConfig, PrinterConfig,
    numbered as numbered_devices,
};
use self::raw::Raw;
pub use self::raw::RawDevice;
pub use self::retention::{RetentionConfig, RetentionFault};
pub use self::screens::{Screens, ScreensFault};
pub use self::trusted::{Network, TRUSTED_MAX, TrustedFault};

/// Where the data are when nobody says otherwise.
const DATA_DEFAULT: &str = "/var/lib/anteroom";

/// Where the daemon listens when nobody says otherwise.
const LISTEN_DEFAULT: &str = "127.0.0.1:3000";

/// Devices on one box: more than any multi-port card has ports.
pub const DEVICES_MAX: usize = 64;

/// Seconds after which a slip is given up: whoever took the ticket has left the dispenser by then.
const SLIP_AGE_MAX_S_DEFAULT: u64 = 180;

/// The configuration, sound.
#[derive(Debug, Clone)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    /// Where to listen.
    pub listen: SocketAddr,
    /// What to log.
    pub log: String,
    /// The settings with which an empty data folder begins.
    pub first: FirstSettings,
    /// Bounds of the HTTP server.
    pub limits: CheckedLimits,
    /// Whether Queue Management asks who calls.
    pub queue_management_authentication: bool,
    /// After this time a slip that could not be printed is given up.
    pub slip_age_max: Duration,
    /// The mail server; none: mails are put into a folder.
    pub mail: Option<Relay>,
    /// Whose word is taken for a customer of an app.
    pub providers: Vec<Provider>,
    /// Webhooks to which customers may have themselves told.
    pub webhooks: Option<Webhooks>,
    /// The addresses of sites that book in people's names.
    pub trusted: Vec<Network>,
    /// For how long what people left is kept.
    pub retention: RetentionConfig,
    /// Pages that follow the line.
    pub screens: Screens,
    /// What hangs on serial ports; without devices those count that are named at the box's pages.
    pub fittings: Fittings,
    /// The branch's number, where it is not left to the settings.
    pub branch: Option<u32>,
    /// The way to central; none: the branch is on its own.
    pub central: Option<CentralConfig>,
}

/// The settings with which an empty data folder begins.
#[derive(Debug, Clone)]
pub enum FirstSettings {
    /// None: the branch serves nobody until it is set up.
    None,
    /// The sample branch.
    Demo,
    /// Those of an export.
    File(PathBuf),
}

/// Why the configuration cannot be used, and what to change.
#[derive(Debug)]
pub enum ConfigError {
    /// A file, a key or an override.
    Raw(serve::config::ConfigError),
    /// What every server is told.
    Server(ServerFault),
    /// `first_settings` beside `--demo`.
    TwoFirstSettings,
    /// More devices than [`DEVICES_MAX`].
    TooManyDevices(usize),
    /// A device: its number and what is wrong.
    Device(usize, DeviceFault),
    /// The way to central.
    Central(CentralFault),
    /// What apps lean on.
    Apps(AppsFault),
    /// Who may book in people's names.
    Trusted(TrustedFault),
    /// Webhooks.
    Webhook(WebhookFault),
    /// For how long something is kept.
    Retention(RetentionFault),
    /// Pages that follow the line.
    Screens(ScreensFault),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::Raw(error) => write!(f, "{error}"),
            ConfigError::Server(fault) => write!(f, "{fault}"),
            ConfigError::TwoFirstSettings => {
                write!(f, "`first_settings` and `--demo` exclude each other; leave one of them out")
            }
            ConfigError::TooManyDevices(count) => {
                write!(f, "{count} devices are configured; at most {DEVICES_MAX} are possible")
            }
            ConfigError::Device(number, fault) => write!(f, "device {number}: {fault}"),
            ConfigError::Central(fault) => write!(f, "{fault}"),
            ConfigError::Apps(fault) => write!(f, "{fault}"),
            ConfigError::Trusted(fault) => write!(f, "{fault}"),
            ConfigError::Webhook(fault) => write!(f, "{fault}"),
            ConfigError::Retention(fault) => write!(f, "{fault}"),
            ConfigError::Screens(fault) => write!(f, "{fault}"),
        }
    }
}

impl std::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ConfigError::Raw(error) => error.source(),
            ConfigError::Central(fault) => fault.source(),
            ConfigError::Apps(fault) => fault.source(),
            ConfigError::Webhook(fault) => fault.source(),
            ConfigError::Server(fault) => fault.source(),
            ConfigError::TwoFirstSettings
            | ConfigError::TooManyDevices(_)
            | ConfigError::Trusted(_)
            | ConfigError::Retention(_)
            | ConfigError::Screens(_)
            | ConfigError::Device(..) => None,
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
    let first = match (arguments.demo, raw.first_settings) {
        (true, Some(_)) => return Err(ConfigError::TwoFirstSettings),
        (true, None) => FirstSettings::Demo,
        (false, Some(file)) => FirstSettings::File(file),
        (false, None) => FirstSettings::None,
    };
    if DEVICES_MAX < raw.devices.len() {
        return Err(ConfigError::TooManyDevices(raw.devices.len()));
    }
    let devices = devices::check(&raw.devices)
        .map_err(|(number, fault)| ConfigError::Device(number, fault))?;
    let fittings = Fittings::of_configuration(&raw.devices, &devices);
    Ok(Config {
        data: data.unwrap_or_else(|| DATA_DEFAULT.into()),
        listen: server::listen(&listen).map_err(ConfigError::Server)?,
        log: raw.log.unwrap_or_else(|| "info".into()),
        first,
        limits: raw
            .http
            .limits(arguments.demo)
            .and_then(server::checked)
            .map_err(ConfigError::Server)?,
        queue_management_authentication: raw
            .queue_management
            .authentication
            .unwrap_or(!arguments.demo),
        mail: apps::mail(raw.mail).map_err(ConfigError::Apps)?,
        providers: apps::providers(&raw.virtual_ticket.google, &raw.virtual_ticket.facebook)
            .map_err(ConfigError::Apps)?,
        webhooks: webhook::check(&raw.virtual_ticket.webhook).map_err(ConfigError::Webhook)?,
        trusted: trusted::check(raw.branch_services.trusted, arguments.demo)
            .map_err(ConfigError::Trusted)?,
        retention: retention::check(&raw.retention).map_err(ConfigError::Retention)?,
        screens: screens::check(raw.screens).map_err(ConfigError::Screens)?,
        slip_age_max: Duration::from_secs(
            raw.printing.slip_age_max_s.unwrap_or(SLIP_AGE_MAX_S_DEFAULT),
        ),
        fittings,
        branch: central::branch(&raw.mqtt, arguments.demo).map_err(ConfigError::Central)?,
        central: central::check(raw.organisation, raw.mqtt, arguments.demo)
            .map_err(ConfigError::Central)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(sets: &[&str], demo: bool) -> Result<Config, String> {
        let sets = sets.iter().map(ToString::to_string).collect();
        Config::load(&Arguments { sets, demo, ..Arguments::default() })
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_are_the_contracts() {
        let config = load(&[], false).expect("is sound");
        assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
        assert!(config.queue_management_authentication);
        assert!(!load(&[], true).expect("is sound").queue_management_authentication);
    }

    #[test]
    fn a_printer_is_numbered_by_its_place() {
        let set = r#"devices=[{kind="printer",driver="escpos",port="/dev/pts/3"}]"#;
        let config = load(&[set], true).expect("is sound");
        assert_eq!(config.fittings.devices.printers[0].id, engine::DeviceId(1));
        assert_eq!(config.fittings.devices.printers[0].port.baud, 115_200);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_remedy() {
        for (set, words) in [
            ("lisen=\"127.0.0.1:1\"", "`listen`"),
            ("listen=here", "an address and a port"),
            ("branch_services.trusted=[\"here\"]", "192.0.2.0/24"),
            ("http.rate_burst=0", "`http.rate_burst` must be at least 1"),
            (r#"devices=[{kind="printer",driver="escpos",port=""}]"#, "`port` is missing"),
            (
                r#"devices=[{kind="toaster",driver="x",port="/dev/null"}]"#,
                "`printer`, `display` or `keypad`",
            ),
            (r#"devices=[{kind="printer",driver="epos",port="/dev/null"}]"#, "are escpos"),
            (
                r#"devices=[{kind="printer",driver="escpos",port="/x",profile="y"}]"#,
                "known are epson",
            ),
            (r#"devices=[{kind="printer",driver="escpos",port="/x",baud=7}]"#, "from 1200"),
        ] {
            let error = load(&[set], false).expect_err(set);
            assert!(error.contains(words), "{set}: {error}");
        }
        let error = load(&["first_settings=\"a\""], true).expect_err("both");
        assert!(error.contains("exclude each other"), "{error}");
    }

    #[test]
    fn a_display_and_a_keypad_say_where_they_stand() {
        let devices = [
            r#"{kind="display",driver="alpha",port="/a",hall=true}"#,
            r#"{kind="display",driver="betabrite",port="/b",counter=2,address=10,confirm=true}"#,
            r#"{kind="keypad",driver="kp1",port="/c",counter=1,address=1}"#,
            r#"{kind="keypad",driver="kp1",port="/c",counter=2,address=2}"#,
        ];
        let set = format!("devices=[{}]", devices.join(","));
        let devices = load(&[&set], true).expect("is sound").fittings.devices;
        assert_eq!(devices.displays[0].place, DisplayPlace::Hall);
        assert_eq!(devices.displays[1].place, DisplayPlace::Counter(engine::CounterId(2)));
        assert_eq!((devices.displays[1].port.baud, devices.keypads[0].port.baud), (9_600, 19_200));
        assert_eq!(devices.keypads[1].id, engine::DeviceId(4));
        for (device, words) in [
            (r#"{kind="display",driver="alpha",port="/a"}"#, "`counter` or `hall = true`"),
            (r#"{kind="display",driver="alpha",port="/a",counter=1,hall=true}"#, "not both"),
            (r#"{kind="keypad",driver="kp1",port="/a",address=1}"#, "`counter` is missing"),
            (r#"{kind="keypad",driver="kp1",port="/a",counter=1,address=0}"#, "from 1 to 247"),
            (
                r#"{kind="keypad",driver="kp1",port="/a",counter=1},{kind="keypad",driver="kp1",port="/a",counter=2}"#,
                "address 1",
            ),
            (
                r#"{kind="display",driver="alpha",port="/a",hall=true},{kind="keypad",driver="kp1",port="/a",counter=2}"#,
                "only keypads share",
            ),
        ] {
            let error = load(&[&format!("devices=[{device}]")], true).expect_err(device);
            assert!(error.contains(words), "{device}: {error}");
        }
    }

    #[test]
    fn a_branch_of_the_demonstration_finds_central_by_the_brokers_address_alone() {
        let alone = load(&[], true).expect("is sound");
        assert!(alone.central.is_none());
        let url = "mqtt.url=mqtt://127.0.0.1:41883";
        let config = load(&[url, "mqtt.branch=2"], true).expect("is sound");
        let central = config.central.expect("it is configured");
        assert_eq!((central.tenant.as_str(), config.branch), ("demo", Some(2)));
        let credentials = central.credentials(sync::ids::BranchId(2)).expect("agreed on");
        assert_eq!(credentials.user, "demo-2");
        let tenant = "organisation.tenant=town-hall";
        let config = load(&[url, tenant], false).expect("is sound");
        let central = config.central.expect("it is configured");
        assert!(central.credentials(sync::ids::BranchId(1)).is_none(), "no agreed password");
        for (sets, words) in [
            (&[url][..], "`mqtt.url` is of no use without `organisation.tenant`"),
            (&[tenant], "`organisation.tenant` is of no use without `mqtt.url`"),
            (&["mqtt.url=127.0.0.1:1883"], "mqtt://host:port"),
            (&["mqtt.branch=0"], "`mqtt.branch` must be a number from 1"),
            (&[url, "organisation.tenant=Town"], "1 to 32 characters"),
            (&[url, tenant, "mqtt.user=box"], "`mqtt.password_file` is missing"),
            (&[url, tenant, "mqtt.user=box", "mqtt.password_file=/no/such"], "cannot read"),
        ] {
            let error = load(sets, false).expect_err(words);
            assert!(error.contains(words), "{error}");
        }
        let error = load(&["mqtt.branch=101"], true).expect_err("the demonstration has 100");
        assert!(error.contains("at most 100"), "{error}");
    }

    #[test]
    fn a_mail_server_is_reached_safely_or_not_signed_in_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("password");
        serve::secret::write(&path, b"secret\n").expect("written");
        let from = "mail.from=branch@example.org";
        let file = format!("mail.password_file={}", path.display());
        let signed = ["mail.user=box", file.as_str(), from];
        let with = |url: &'static str| [&[url][..], &signed].concat();
        let relay = load(&with("mail.smtp=smtps://m"), false).expect("is sound").mail;
        let credentials = relay.expect("it is configured").credentials;
        assert_eq!(credentials, Some(("box".to_owned(), "secret".to_owned())));
        assert!(load(&[], false).expect("is sound").mail.is_none());
        assert!(
            load(&["mail.smtp=smtp://127.0.0.1", from], false).expect("is sound").mail.is_some()
        );
        for (sets, words) in [
            (&["mail.smtp=smtps://m"][..], "`mail.from` must be"),
            (&["mail.smtp=smtps://m", "mail.from=nobody"], "`mail.from` must be"),
            (&["mail.smtp=m", from], "`mail.smtp` must be"),
            (&[from], "`mail.from` is of no use without `mail.smtp`"),
            (&with("mail.smtp=smtp://m"), "passwords are not sent unprotected"),
            (&["mail.smtp=smtps://m", from, "mail.user=box"], "`mail.password_file` is missing"),
        ] {
            let error = load(sets, false).expect_err(words);
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn a_provider_has_an_audience_and_keys() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.json");
        std::fs::write(&path, r#"{"keys": []}"#).expect("written");
        let keys = format!("virtual_ticket.google.keys={}", path.display());
        let audience = "virtual_ticket.google.audience=our-app";
        assert_eq!(load(&[&keys, audience], false).expect("is sound").providers.len(), 1);
        for (sets, words) in [
            (&[audience][..], "give both or neither"),
            (&[keys.as_str()], "give both or neither"),
            (&[audience, "virtual_ticket.google.keys=/no/such"], "cannot read the keys"),
        ] {
            let error = load(sets, false).expect_err(words);
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn devices_are_bounded() {
        let one = r#"{kind="printer",driver="escpos",port="/x"}"#;
        let many = format!("devices=[{}]", vec![one; DEVICES_MAX + 1].join(","));
        assert!(load(&[&many], false).expect_err("too many").contains("at most 64"));
    }
}
