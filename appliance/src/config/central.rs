//! The way to central, checked.

use std::fmt;

use serve::config::server::{self, ServerFault};
use sync::development;
use sync::ids::BranchId;
use sync::link::{Address, AddressFault, Credentials};
use sync::topics::Tenant;

use super::raw::{RawMqtt, RawOrganisation};

/// Where central is found, and as whom.
#[derive(Clone, Debug)]
pub struct CentralConfig {
    /// The organisation, in topics.
    pub tenant: Tenant,
    /// The broker.
    pub broker: Address,
    /// With what the box signs in; none: with what `--demo` agreed on, if at all.
    pub credentials: Option<Credentials>,
    /// Whether what `--demo` agreed on is used where nothing is configured.
    pub is_demo: bool,
}

impl CentralConfig {
    /// With what this branch signs in.
    pub fn credentials(&self, branch: BranchId) -> Option<Credentials> {
        let agreed = || self.is_demo.then(|| development::credentials(branch));
        self.credentials.clone().or_else(agreed)
    }
}

/// Why central cannot be found, and what to change.
#[derive(Debug)]
pub enum CentralFault {
    /// `mqtt.url`.
    Address(AddressFault),
    /// `organisation.tenant`.
    Tenant,
    /// `mqtt.branch`: 0, or more than the demonstration has.
    Branch,
    /// A key that is of no use without another one: it, and the other.
    Without(&'static str, &'static str),
    /// `mqtt.user` and `mqtt.password_file`.
    Credentials(ServerFault),
}

impl fmt::Display for CentralFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CentralFault::Address(fault) => write!(f, "`mqtt.url`: {fault}"),
            CentralFault::Tenant => {
                write!(f, "`organisation.tenant` must be 1 to 32 characters of a-z, 0-9 and -")
            }
            CentralFault::Branch => write!(
                f,
                "`mqtt.branch` must be a number from 1, and in the demonstration at most {}",
                development::BRANCHES_MAX
            ),
            CentralFault::Without(key, other) => {
                write!(f, "`{key}` is of no use without `{other}`; set that too, or leave both out")
            }
            CentralFault::Credentials(fault) => write!(f, "{fault}"),
        }
    }
}

impl std::error::Error for CentralFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            CentralFault::Credentials(fault) => fault.source(),
            CentralFault::Address(_)
            | CentralFault::Tenant
            | CentralFault::Branch
            | CentralFault::Without(..) => None,
        }
    }
}

/// The branch's number, where it is configured.
pub(super) fn branch(mqtt: &RawMqtt, demo: bool) -> Result<Option<u32>, CentralFault> {
    let most = if demo { development::BRANCHES_MAX } else { u32::MAX };
    match mqtt.branch {
        Some(branch) if !(1..=most).contains(&branch) => Err(CentralFault::Branch),
        branch => Ok(branch),
    }
}

/// The way to central, if there is one.
pub(super) fn check(
    organisation: RawOrganisation,
    mqtt: RawMqtt,
    demo: bool,
) -> Result<Option<CentralConfig>, CentralFault> {
    let Some(url) = mqtt.url else {
        let useless = [
            ("organisation.tenant", organisation.tenant.is_some()),
            ("mqtt.user", mqtt.user.is_some()),
            ("mqtt.password_file", mqtt.password_file.is_some()),
        ];
        return match useless.into_iter().find(|(_, is_set)| *is_set) {
            Some((key, _)) => Err(CentralFault::Without(key, "mqtt.url")),
            None => Ok(None),
        };
    };
    let broker = Address::parse(&url).map_err(CentralFault::Address)?;
    let tenant = match organisation.tenant {
        Some(tenant) => Tenant::parse(&tenant).map_err(|_| CentralFault::Tenant)?,
        None if demo => development::tenant(),
        None => return Err(CentralFault::Without("mqtt.url", "organisation.tenant")),
    };
    let keys = ("mqtt.user", "mqtt.password_file");
    let credentials = server::credentials(keys, mqtt.user, mqtt.password_file)
        .map_err(CentralFault::Credentials)?
        .map(|(user, password)| Credentials { user, password });
    Ok(Some(CentralConfig { tenant, broker, credentials, is_demo: demo }))
}
