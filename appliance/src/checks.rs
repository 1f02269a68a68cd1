//! What is amiss at the branch: gaps of its settings, and troubles of the box and its devices.
//!
//! A pure function over what was looked up before. Each finding has a code that stays, what it is
//! about, a sentence, and what to do.

mod branch;
mod machine;
mod survey;
#[cfg(test)]
mod tests;
mod word;

use engine::settings::Settings;
use engine::{CounterId, DeviceId, OperatorId};
use serde_json::{Map, Value};

pub use self::machine::{
    DISK_FREE_ENOUGH_BYTES, DISK_FREE_MIN_BYTES, DISK_FREE_MIN_PERCENT, Machine, Space,
};
pub use self::survey::{health, survey};
pub use self::word::word;
use crate::devices::DeviceReport;
use crate::fittings::SetIn;
use crate::outbox::SyncReport;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something does not work.
    Error,
    /// Something will not work soon, or for some.
    Warning,
}

impl Severity {
    /// The word in answers.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// Something that is amiss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A word for programs, which stays as it is.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about, by number: `services/3`, `devices/1`, `disk`.
    pub subject: String,
    /// What is amiss, in a sentence.
    pub message: String,
    /// What to do, in a sentence.
    pub remedy: String,
    /// What the sentences are made of, by name: whoever speaks another language says them anew.
    pub values: Map<String, Value>,
}

impl Finding {
    fn with(&mut self, name: &str, value: impl Into<Value>) -> &mut Finding {
        self.values.insert(name.to_owned(), value.into());
        self
    }
}

/// Where a device stands, as it is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Post {
    /// A printer.
    Printer(DeviceId),
    /// A display for one counter, or for all.
    Display(DeviceId, Option<CounterId>),
    /// A keypad at a counter.
    Keypad(DeviceId, CounterId),
}

/// Everything that is looked at.
#[derive(Debug)]
pub struct Premises<'a> {
    /// The settings in force.
    pub settings: &'a Settings,
    /// Whether a business day is open.
    pub day_open: bool,
    /// The operators who have a password.
    pub with_password: &'a [OperatorId],
    /// The devices in use.
    pub posts: &'a [Post],
    /// Where they are named.
    pub set_in: SetIn,
    /// How they are doing.
    pub reports: &'a [DeviceReport],
    /// Slips of each printer that may be missing.
    pub slips_lost: &'a [(DeviceId, u64)],
    /// Where phones find the page.
    pub public_url: &'a str,
    /// The link to central.
    pub sync: &'a SyncReport,
    /// The box.
    pub machine: &'a Machine,
}

/// All that is amiss, the worst first.
pub fn find(premises: &Premises<'_>) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    machine::look(premises, &mut findings);
    branch::look(premises, &mut findings);
    findings.0.sort_by_key(|finding| finding.severity);
    findings.0
}

/// What was found so far.
struct Findings(Vec<Finding>);

impl Findings {
    fn error(
        &mut self,
        code: &'static str,
        subject: impl Into<String>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> &mut Finding {
        self.add(Severity::Error, code, subject.into(), message.into(), remedy.into())
    }

    fn warning(
        &mut self,
        code: &'static str,
        subject: impl Into<String>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> &mut Finding {
        self.add(Severity::Warning, code, subject.into(), message.into(), remedy.into())
    }

    fn add(
        &mut self,
        severity: Severity,
        code: &'static str,
        subject: String,
        message: String,
        remedy: String,
    ) -> &mut Finding {
        let values = Map::new();
        self.0.push(Finding { code, severity, subject, message, remedy, values });
        self.0.last_mut().expect("it was just pushed")
    }
}
