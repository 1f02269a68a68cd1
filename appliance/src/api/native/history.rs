//! What the settings were, who changed them, and when.

use std::sync::Arc;

use engine::{Seq, Settings};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use serve::http::Answer;
use serve::problem::Problem;

use super::difference::{self, Difference};
use super::{Asked, faults, requests};
use crate::store::encoding::SettingsRow;
use crate::store::{Archive, Author, SettingsVersion, StoreError};

/// Versions that are listed unless the caller says otherwise.
const LISTED: u64 = 50;

/// Versions that are listed at most: each is compared whole with the one before.
const LISTED_MAX: u64 = 200;

/// Who made a version, and when.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct Made {
    pub(super) version: u64,
    pub(super) at_ms: i64,
    /// `operator`, `technician` or `box`.
    pub(super) by: &'static str,
    /// The operator, if it was one.
    pub(super) who: Option<Who>,
}

#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct Who {
    pub(super) id: u32,
    pub(super) name: String,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "SettingsStep")]
pub(super) struct Step {
    #[serde(flatten)]
    made: Made,
    changes: Vec<Difference>,
    /// Further differences, which are not listed.
    more_changes: usize,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "SettingsThen")]
pub(super) struct Whole {
    #[serde(flatten)]
    made: Made,
    #[schemars(with = "serde_json::Map<String, Value>")]
    settings: SettingsRow,
}

/// `GET /v1/settings/history`.
pub(super) async fn list(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let before = requests::number(asked.call, "before")?.map_or(Seq(u64::MAX), Seq);
    let limit = requests::number(asked.call, "limit")?.unwrap_or(LISTED);
    if !(1..=LISTED_MAX).contains(&limit) {
        let detail = format!("`limit` must be from 1 to {LISTED_MAX}.");
        return Err(requests::bad("bad_parameter", detail));
    }
    let steps = looked_up(asked, move |archive| steps(archive, before, limit)).await?;
    Ok(asked.json(&steps))
}

/// `GET /v1/settings/history/{version}`.
pub(super) async fn one(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let version = Seq(asked.gaps.first());
    let found = looked_up(asked, move |archive| {
        let Some(found) = archive.settings_at(version)? else { return Ok(None) };
        let before = archive.settings_before(version)?;
        Ok(Some((made(&found, before.as_ref()), found)))
    });
    let Some((made, found)) = found.await? else {
        let detail = "The settings have no such version; look for it in /v1/settings/history.";
        return Err(faults::unknown("unknown_version", detail));
    };
    Ok(asked.json(&Whole { made, settings: SettingsRow::from(&found.settings) }))
}

/// Who made this version; nothing where it cannot be read.
pub(super) async fn by_whom(asked: &Asked<'_>, version: Seq) -> Option<Made> {
    let read = looked_up(asked, move |archive| {
        let Some(found) = archive.settings_at(version)? else { return Ok(None) };
        let before = archive.settings_before(version)?;
        Ok(Some(made(&found, before.as_ref())))
    });
    read.await.ok()?
}

/// Reads what may be long off the async workers.
async fn looked_up<T: Send + 'static>(
    asked: &Asked<'_>,
    look: impl FnOnce(&Archive) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Problem> {
    let archive = asked.rooms.archive.clone();
    let read = tokio::task::spawn_blocking(move || look(&archive)).await;
    read.expect("reading does not panic").map_err(|error| faults::unreadable(&error))
}

fn steps(archive: &Archive, before: Seq, limit: u64) -> Result<Vec<Step>, StoreError> {
    let mut steps = Vec::new();
    let mut next = archive.settings_before(before)?;
    while let Some(newer) = next {
        if limit <= steps.len() as u64 {
            break;
        }
        let older = archive.settings_before(newer.version)?;
        let blank = Arc::new(Settings::blank());
        let before = older.as_ref().map_or(&*blank, |older| &older.settings);
        let (changes, more_changes) =
            difference::between(&written(before), &written(&newer.settings));
        steps.push(Step { made: made(&newer, older.as_ref()), changes, more_changes });
        next = older;
    }
    Ok(steps)
}

fn written(settings: &Settings) -> Value {
    serde_json::to_value(SettingsRow::from(settings)).expect("texts and numbers can be written")
}

/// Whoever made it had the name that stood in the version before.
fn made(version: &SettingsVersion, before: Option<&SettingsVersion>) -> Made {
    let who = match version.author {
        Author::Operator(id) => {
            let among = [before, Some(version)].into_iter().flatten();
            let found = among.filter_map(|version| version.settings.operator(id)).next();
            let name = found.map_or(String::new(), |operator| operator.name.clone());
            Some(Who { id: id.0, name })
        }
        Author::Technician | Author::Box => None,
    };
    let at_ms = version.at.wall_ms;
    Made { version: version.version.0, at_ms, by: version.author.word(), who }
}
