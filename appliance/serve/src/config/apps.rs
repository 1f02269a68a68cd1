//! What customers' apps may lean on: providers whose word is taken, and the way of mails.

use std::{fmt, path::PathBuf};

use serde::{Deserialize, Serialize};

use super::server::{self, ServerFault};
use crate::{
    mail::{Protection, Relay, is_address},
    virtual_ticket::{Provider, ProviderFault},
};

/// Somebody whose word is taken for a customer, as it is written.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RawProvider {
    /// What the provider calls the app.
    pub audience: Option<String>,
    /// The file of the provider's keys (a JSON Web Key Set).
    pub keys: Option<PathBuf>,
}

impl RawProvider {
    /// With every key, to know them by. `audience` is what this provider calls an app.
    pub fn full(audience: &str) -> RawProvider {
        let keys = Some("/etc/anteroom/provider.json".into());
        RawProvider { audience: Some(audience.to_owned()), keys }
    }
}

/// How mails to customers are sent, as it is written: the keys under `mail`. Without a server they
/// are put into a folder.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RawMail {
    /// The mail server: `smtps://host`, `smtp+starttls://host` or `smtp://host`, and `:port`.
    pub smtp: Option<String>,
    /// From whom the mails are.
    pub from: Option<String>,
    /// As whom the server signs in there.
    pub user: Option<String>,
    /// The file that holds the password.
    pub password_file: Option<PathBuf>,
}

impl RawMail {
    /// With every key, to know them by.
    pub fn full() -> RawMail {
        RawMail {
            smtp: Some("smtps://mail.example".into()),
            from: Some("tickets@example.org".into()),
            user: Some("anteroom".into()),
            password_file: Some("/etc/anteroom/mail.password".into()),
        }
    }
}

/// Why the part `virtual_ticket` cannot be used.
#[derive(Debug)]
pub enum AppsFault {
    /// One of a provider's two keys is there without the other: the provider.
    Half(&'static str),
    /// A provider's keys.
    Keys(&'static str, ProviderFault),
    /// `mail.smtp`.
    Server,
    /// `mail.from`.
    From,
    /// A key that is of no use without `mail.smtp`.
    WithoutServer(&'static str),
    /// A password on a way that is not protected.
    Unprotected,
    /// `mail.user` and `mail.password_file`.
    Credentials(ServerFault),
}

impl fmt::Display for AppsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AppsFault::Half(name) => write!(
                f,
                "`virtual_ticket.{name}.audience` and `virtual_ticket.{name}.keys` go together; \
                 give both or neither"
            ),
            AppsFault::Keys(name, fault) => write!(f, "`virtual_ticket.{name}.keys`: {fault}"),
            AppsFault::Server => write!(
                f,
                "`mail.smtp` must be smtps://host, smtp+starttls://host or smtp://host, with a \
                 port if it is not the usual one"
            ),
            AppsFault::From => write!(f, "`mail.from` must be the address of a mail"),
            AppsFault::WithoutServer(key) => {
                write!(f, "`{key}` is of no use without `mail.smtp`; set that too, or leave it out")
            }
            AppsFault::Unprotected => write!(
                f,
                "passwords are not sent unprotected; use smtps:// or smtp+starttls:// in \
                 `mail.smtp`, or leave `mail.user` out"
            ),
            AppsFault::Credentials(fault) => write!(f, "{fault}"),
        }
    }
}

impl std::error::Error for AppsFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            AppsFault::Half(_)
            | AppsFault::Server
            | AppsFault::From
            | AppsFault::WithoutServer(_)
            | AppsFault::Unprotected => None,
            AppsFault::Keys(_, fault) => fault.source(),
            AppsFault::Credentials(fault) => fault.source(),
        }
    }
}

/// The providers that are configured, under `virtual_ticket.google` and `virtual_ticket.facebook`.
///
/// # Errors
///
/// [`AppsFault`], which names the key.
pub fn providers(google: &RawProvider, facebook: &RawProvider) -> Result<Vec<Provider>, AppsFault> {
    let mut providers = Vec::new();
    for (name, raw) in [("google", google), ("facebook", facebook)] {
        let RawProvider { audience, keys } = raw;
        match (audience, keys) {
            (None, None) => {}
            (Some(audience), Some(keys)) => {
                let provider = Provider::read(name, audience, keys.clone());
                providers.push(provider.map_err(|fault| AppsFault::Keys(name, fault))?);
            }
            (Some(_), None) | (None, Some(_)) => return Err(AppsFault::Half(name)),
        }
    }
    Ok(providers)
}

/// The mail server, if there is one.
///
/// # Errors
///
/// [`AppsFault`], which names the key.
pub fn mail(raw: RawMail) -> Result<Option<Relay>, AppsFault> {
    let Some(url) = raw.smtp else {
        let useless = [
            ("mail.from", raw.from.is_some()),
            ("mail.user", raw.user.is_some()),
            ("mail.password_file", raw.password_file.is_some()),
        ];
        return match useless.into_iter().find(|(_, is_set)| *is_set) {
            Some((key, _)) => Err(AppsFault::WithoutServer(key)),
            None => Ok(None),
        };
    };
    let (protection, host, port) = Relay::parse(&url).ok_or(AppsFault::Server)?;
    let from = raw.from.filter(|from| is_address(from)).ok_or(AppsFault::From)?;
    let keys = ("mail.user", "mail.password_file");
    let credentials =
        server::credentials(keys, raw.user, raw.password_file).map_err(AppsFault::Credentials)?;
    if credentials.is_some() && protection == Protection::None {
        return Err(AppsFault::Unprotected);
    }
    Ok(Some(Relay { protection, host, port, credentials, from }))
}
