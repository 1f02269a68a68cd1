//! The names of the MQTT topics, built and read. No name that comes from outside can hold a
//! wildcard or a further level.

use std::fmt;

use crate::error::Error;
use crate::ids::{BranchId, DocumentId, plain};
use crate::limits::{TENANT_BYTES_MAX, TOPIC_BYTES_MAX};

/// The first two levels: ours, and the version of what follows.
const PREFIX: &str = "q/1";

/// A customer of the central server: `[a-z0-9-]`, 1 to 32.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenant(String);

impl Tenant {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Tenant, Error> {
        let fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if text.is_empty() || TENANT_BYTES_MAX < text.len() || !text.bytes().all(fine) {
            return Err(Error::Topic("a tenant is 1 to 32 of a-z, 0-9 and -"));
        }
        Ok(Tenant(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is said on a branch's topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Box: how it is; retained, and its last will.
    Status,
    /// Box: what it holds.
    Hello,
    /// Box: changes.
    Changes,
    /// Box: a whole document, when central asked for it.
    Snapshot(DocumentId),
    /// Box: its card, for customers elsewhere.
    Card,
    /// Box: what came of a request.
    Answer,
    /// Central: what it holds durably.
    Ack,
    /// Central: changes of settings.
    CentralChanges,
    /// Central: a whole document for a replacement box.
    CentralSnapshot(DocumentId),
    /// Central: what it tells the box to do.
    Command,
    /// Central: what a customer elsewhere asks of the branch.
    Request,
}

/// One topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Of one branch.
    Branch {
        /// Whose branch.
        tenant: Tenant,
        /// Which.
        branch: BranchId,
        /// What about.
        subject: Subject,
    },
    /// How central is; retained. A change of its boot number means: say hello.
    Central {
        /// Whose.
        tenant: Tenant,
    },
}

impl Topic {
    /// Reads a topic that a message came on.
    pub fn parse(text: &str) -> Result<Topic, Error> {
        let unknown = || Error::Topic("it is none of ours");
        if TOPIC_BYTES_MAX < text.len() {
            return Err(unknown());
        }
        let rest = text.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix('/'));
        let levels: Vec<&str> = rest.ok_or_else(unknown)?.split('/').collect();
        let (tenant, levels) = levels.split_first().ok_or_else(unknown)?;
        let tenant = Tenant::parse(tenant)?;
        if levels == ["central", "st"] {
            return Ok(Topic::Central { tenant });
        }
        let (branch, levels) = levels.split_first().ok_or_else(unknown)?;
        let branch = plain(branch).and_then(|branch| u32::try_from(branch).ok());
        let branch = BranchId(branch.ok_or_else(unknown)?);
        let subject = match levels {
            ["up", "st"] => Subject::Status,
            ["up", "hello"] => Subject::Hello,
            ["up", "ch"] => Subject::Changes,
            ["up", "sn", document] => Subject::Snapshot(DocumentId::parse(branch, document)?),
            ["up", "card"] => Subject::Card,
            ["up", "ans"] => Subject::Answer,
            ["dn", "ack"] => Subject::Ack,
            ["dn", "ch"] => Subject::CentralChanges,
            ["dn", "sn", document] => {
                Subject::CentralSnapshot(DocumentId::parse(branch, document)?)
            }
            ["dn", "cmd"] => Subject::Command,
            ["dn", "req"] => Subject::Request,
            _ => return Err(unknown()),
        };
        Ok(Topic::Branch { tenant, branch, subject })
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Topic::Central { tenant } => write!(f, "{PREFIX}/{}/central/st", tenant.0),
            Topic::Branch { tenant, branch, subject } => {
                write!(f, "{PREFIX}/{}/{}/", tenant.0, branch.0)?;
                match subject {
                    Subject::Status => f.write_str("up/st"),
                    Subject::Hello => f.write_str("up/hello"),
                    Subject::Changes => f.write_str("up/ch"),
                    Subject::Snapshot(document) => write!(f, "up/sn/{document}"),
                    Subject::Card => f.write_str("up/card"),
                    Subject::Answer => f.write_str("up/ans"),
                    Subject::Ack => f.write_str("dn/ack"),
                    Subject::CentralChanges => f.write_str("dn/ch"),
                    Subject::CentralSnapshot(document) => write!(f, "dn/sn/{document}"),
                    Subject::Command => f.write_str("dn/cmd"),
                    Subject::Request => f.write_str("dn/req"),
                }
            }
        }
    }
}

/// What a box subscribes to.
pub fn box_filters(tenant: &Tenant, branch: BranchId) -> [String; 2] {
    [
        format!("{PREFIX}/{}/{}/dn/#", tenant.0, branch.0),
        format!("{PREFIX}/{}/central/st", tenant.0),
    ]
}

/// What all of central's processes together subscribe to: the broker gives each message to one.
pub fn central_filter() -> String {
    format!("$share/ingest/{PREFIX}/+/+/up/#")
}

/// What a box may write and read: two patterns for the broker's access list.
pub fn box_rights(tenant: &Tenant, branch: BranchId) -> (String, [String; 2]) {
    (format!("{PREFIX}/{}/{}/up/#", tenant.0, branch.0), box_filters(tenant, branch))
}
