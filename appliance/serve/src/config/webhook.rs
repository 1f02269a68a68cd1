//! Webhooks that customers may name: where they may go, and the secret that signs them.

use std::{fmt, io, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::{
    secret::{self, SecretFault},
    webhook::{ORIGINS_MAX, Origin, SECRET_BYTES_MAX, SECRET_BYTES_MIN, Webhooks},
};

/// The keys under `virtual_ticket.webhook`, as they are written.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RawWebhook {
    /// The origins that may be called.
    pub allow: Option<Vec<String>>,
    /// The file that holds the secret.
    pub secret_file: Option<PathBuf>,
}

impl RawWebhook {
    /// Every key, with an example.
    pub fn full() -> RawWebhook {
        RawWebhook {
            allow: Some(vec!["https://push.example.org".into()]),
            secret_file: Some("/etc/anteroom/webhook.secret".into()),
        }
    }
}

/// Why webhooks cannot be used, and what to change. It repeats no secret.
#[derive(Debug)]
pub enum WebhookFault {
    /// One of the two keys is there without the other.
    Half,
    /// An entry of the list that is no origin.
    Origin(String),
    /// More than [`ORIGINS_MAX`].
    TooMany(usize),
    /// The file of the secret.
    Secret(SecretFault),
    /// The secret is shorter than [`SECRET_BYTES_MIN`].
    Short,
    /// No certificate can be checked.
    Trust(io::Error),
}

impl fmt::Display for WebhookFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WebhookFault::Half => write!(
                f,
                "`virtual_ticket.webhook.allow` and `virtual_ticket.webhook.secret_file` go \
                 together; give both or neither"
            ),
            WebhookFault::Origin(entry) => write!(
                f,
                "`virtual_ticket.webhook.allow` has `{entry}`; write https://HOST or \
                 https://HOST:PORT without a path (http:// only for this machine itself)"
            ),
            WebhookFault::TooMany(count) => write!(
                f,
                "`virtual_ticket.webhook.allow` has {count} entries; from 1 to {ORIGINS_MAX} are \
                 possible"
            ),
            WebhookFault::Secret(fault) => {
                write!(f, "`virtual_ticket.webhook.secret_file`: {fault}")
            }
            WebhookFault::Short => write!(
                f,
                "the secret of `virtual_ticket.webhook.secret_file` must have at least \
                 {SECRET_BYTES_MIN} bytes"
            ),
            WebhookFault::Trust(_) => write!(f, "`virtual_ticket.webhook.allow` cannot be used"),
        }
    }
}

impl std::error::Error for WebhookFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            WebhookFault::Secret(fault) => fault.source(),
            WebhookFault::Trust(cause) => Some(cause),
            WebhookFault::Half
            | WebhookFault::Origin(_)
            | WebhookFault::TooMany(_)
            | WebhookFault::Short => None,
        }
    }
}

/// The webhooks, if there are to be any.
///
/// # Errors
///
/// [`WebhookFault`].
pub fn check(raw: &RawWebhook) -> Result<Option<Webhooks>, WebhookFault> {
    let (listed, path) = match (&raw.allow, &raw.secret_file) {
        (None, None) => return Ok(None),
        (Some(listed), Some(path)) => (listed, path),
        (Some(_), None) | (None, Some(_)) => return Err(WebhookFault::Half),
    };
    if !(1..=ORIGINS_MAX).contains(&listed.len()) {
        return Err(WebhookFault::TooMany(listed.len()));
    }
    let read = |entry: &String| Origin::parse(entry).ok_or(WebhookFault::Origin(entry.clone()));
    let origins = listed.iter().map(read).collect::<Result<_, _>>()?;
    let secret = secret::read_line(path, SECRET_BYTES_MAX).map_err(WebhookFault::Secret)?;
    if secret.len() < SECRET_BYTES_MIN {
        return Err(WebhookFault::Short);
    }
    Webhooks::new(origins, &secret).map(Some).map_err(WebhookFault::Trust)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhooks_have_a_list_and_a_secret() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, line: &str| {
            let path = folder.path().join(name);
            secret::write(&path, line.as_bytes()).unwrap();
            Some(path)
        };
        let good = file("good", "0123456789abcdef\n");
        let list = |entries: &[&str]| Some(entries.iter().map(ToString::to_string).collect());
        let open = |allow: Option<Vec<String>>, secret_file: &Option<PathBuf>| {
            let found = check(&RawWebhook { allow, secret_file: secret_file.clone() });
            found.map_err(|fault| fault.to_string())
        };
        assert!(open(None, &None).unwrap().is_none());
        let local = list(&["http://127.0.0.1:8080"]);
        let webhooks = open(local.clone(), &good).unwrap().unwrap();
        assert_eq!(webhooks.origins().len(), 1);
        for (allow, secret_file, words) in [
            (local.clone(), &None, "give both or neither"),
            (None, &good, "give both or neither"),
            (list(&[]), &good, "has 0 entries"),
            (list(&["https://a"; ORIGINS_MAX + 1]), &good, "has 17 entries"),
            (list(&["push.example.org"]), &good, "has `push.example.org`; write https://HOST"),
            (list(&["http://push.example.org"]), &good, "only for this machine"),
            (local.clone(), &file("short", "0123456789abcde"), "at least 16 bytes"),
            (local.clone(), &Some("/no/such".into()), "cannot read the secret"),
        ] {
            let fault = open(allow, secret_file).unwrap_err();
            assert!(fault.contains(words), "{fault}");
        }
    }
}
