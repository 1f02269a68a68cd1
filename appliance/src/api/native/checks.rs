//! What is amiss at the branch, for the administration and the technician.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use serve::http::Answer;
use serve::problem::Problem;

use super::{Asked, faults};
use crate::checks::{Finding, survey};

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Finding")]
pub(super) struct Row<'a> {
    code: &'static str,
    severity: &'static str,
    subject: &'a str,
    message: &'a str,
    remedy: &'a str,
    values: &'a Map<String, Value>,
}

/// `GET /v1/checks`.
pub(super) async fn list(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let rooms = asked.rooms.clone();
    let looked = tokio::task::spawn_blocking(move || survey(&rooms)).await;
    let findings = looked.expect("looking does not panic");
    let findings = findings.map_err(|error| faults::unreadable(&error))?;
    Ok(asked.json(&findings.iter().map(row).collect::<Vec<_>>()))
}

fn row(finding: &Finding) -> Row<'_> {
    Row {
        code: finding.code,
        severity: finding.severity.word(),
        subject: &finding.subject,
        message: &finding.message,
        remedy: &finding.remedy,
        values: &finding.values,
    }
}
