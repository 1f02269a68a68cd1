//! What of all that is amiss head office is told: what keeps the branch from working, and wants a
//! person there. Gaps of the settings are the branch's own affair.

use sync::health::{self, Health, Trouble};

use super::{Finding, Findings, Premises, Severity, machine};
use crate::devices::DeviceReport;

/// The branch's word on its health.
pub fn word(premises: &Premises<'_>) -> Health {
    let mut troubles: Vec<Trouble> = premises.reports.iter().flat_map(device).collect();
    let mut findings = Findings(Vec::new());
    machine::look_at_box(premises.machine, &mut findings);
    machine::count_slips(premises, &mut findings);
    troubles.extend(findings.0.into_iter().map(|finding| found(finding, premises.reports)));
    Health::of(troubles)
}

/// What a device complains about, each by its own word. A printer that answers and has no paper is as
/// good as none.
fn device(report: &DeviceReport) -> impl Iterator<Item = Trouble> {
    let trouble = |reason: drivers::link_state::Reason| Trouble {
        severity: match reason.stops() {
            true => health::Severity::Error,
            false => health::Severity::Warning,
        },
        code: reason.word().to_owned(),
        subject: subject(report),
        name: report.name.clone(),
        remedy: reason.sentence().to_owned(),
    };
    report.state.reasons().iter().map(trouble)
}

fn subject(report: &DeviceReport) -> String {
    format!("{}/{}", report.kind, report.id)
}

fn found(finding: Finding, reports: &[DeviceReport]) -> Trouble {
    let is_about = |report: &&DeviceReport| finding.subject == format!("devices/{}", report.id);
    let about = reports.iter().find(is_about);
    Trouble {
        severity: match finding.severity {
            Severity::Error => health::Severity::Error,
            Severity::Warning => health::Severity::Warning,
        },
        code: finding.code.to_owned(),
        subject: about.map(subject).unwrap_or(finding.subject),
        name: about.map(|report| report.name.clone()).unwrap_or_default(),
        remedy: finding.remedy,
    }
}
