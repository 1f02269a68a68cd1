//! The settings, read and changed as a whole: on top of the version that was seen, or not at all.

use engine::settings::Settings;
use engine::settings_check;
use engine::settings_effects::{Effect, effects};
use engine::ticket::Place;
use engine::{Branch, Seq};
use schemars::JsonSchema;
use serde::Serialize;
use serve::http::{Answer, Call, HeaderValue, StatusCode, header};
use serve::problem::Problem;

use super::{Asked, faults, history, requests};
use crate::local_time::Zone;
use crate::registrar::{SettingsChange, SettingsOutcome};
use crate::store::encoding::{FormFault, SettingsRow, read_settings};

/// Bytes of settings that an administrator may send: the largest branch that the limits allow has a
/// few megabytes of texts. Nobody else may send so much.
pub(super) const SETTINGS_BYTES_MAX: usize = 4 << 20;

/// `GET /v1/settings`.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "SettingsNow")]
pub(super) struct Whole {
    version: u64,
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    settings: SettingsRow,
}

/// The answer to a change.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "SettingsChanged")]
pub(super) struct Version {
    version: u64,
}

/// `POST /v1/settings/check`.
#[derive(JsonSchema, Serialize)]
pub(super) struct Verdict {
    /// Whether they could be put into force now.
    sound: bool,
    /// The version that is in force.
    version: u64,
    errors: Vec<Error>,
    hits: Vec<Hit>,
}

/// What is wrong with what was sent.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "SettingsFlaw")]
pub(super) struct Error {
    path: String,
    message: String,
}

/// Whom a change would hit.
#[derive(Debug, JsonSchema, PartialEq, Serialize)]
#[schemars(rename = "SettingsHit")]
pub(super) struct Hit {
    /// Where that stands in the settings in force.
    path: String,
    message: String,
    /// What to do instead.
    remedy: &'static str,
    /// Whether the change is refused because of it.
    forbids: bool,
}

/// `GET /v1/settings`.
pub(super) fn read(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let (version, settings) = in_force(asked);
    let whole = Whole { version: version.0, settings: SettingsRow::from(&*settings) };
    Ok(with_tag(asked.json(&whole), version.0))
}

/// `PUT /v1/settings`.
pub(super) async fn write(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let from = Seq(requests::if_match(asked.call, "settings")?);
    let settings = sent(asked.call).map_err(unsound)?;
    let hits = hits(asked, &settings);
    let forbidding: Vec<&Hit> = hits.iter().filter(|hit| hit.forbids).collect();
    if let Some(first) = forbidding.first() {
        let detail = format!("{} {}", first.message, first.remedy);
        return Err(faults::conflict("in_use", detail).with_member("errors", &forbidding));
    }
    let author = asked.author()?;
    let change = SettingsChange { settings, from, author };
    let before = asked.rooms.mailbox.read(|now| now.branch.settings().clone());
    let outcome = asked.rooms.mailbox.change_settings(change).await;
    match outcome.map_err(|error| faults::submit(&before, error))? {
        SettingsOutcome::Changed(version) | SettingsOutcome::AsBefore(version) => {
            tracing::info!(version = version.0, by = author.word(), "the settings are changed");
            Ok(with_tag(asked.json(&Version { version: version.0 }), version.0))
        }
        SettingsOutcome::Meanwhile(version) => Err(meanwhile(asked, version).await),
    }
}

/// `POST /v1/settings/check`.
pub(super) fn check(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let (version, _) = in_force(asked);
    let (errors, hits) = match sent(asked.call) {
        Ok(settings) => (Vec::new(), hits(asked, &settings)),
        Err(errors) => (errors, Vec::new()),
    };
    let sound = errors.is_empty() && !hits.iter().any(|hit| hit.forbids);
    Ok(asked.json(&Verdict { sound, version: version.0, errors, hits }))
}

fn in_force(asked: &Asked<'_>) -> (Seq, std::sync::Arc<Settings>) {
    asked.rooms.mailbox.read(|now| (now.settings_version, now.branch.settings().clone()))
}

/// An answer with the version in it as its `ETag`.
pub(super) fn with_tag(answer: Answer, version: u64) -> Answer {
    let tag = HeaderValue::from_str(&format!("\"{version}\""));
    answer.with_header(header::ETAG, tag.expect("figures between quotes"))
}

/// The settings that were sent, sound in themselves.
fn sent(call: &Call) -> Result<Settings, Vec<Error>> {
    let error = |FormFault { path, message }| Error { path, message: sentence(&message) };
    let settings = read_settings(&call.body)
        .map_err(|faults| faults.into_iter().map(error).collect::<Vec<_>>())?;
    let flaws = settings_check::flaws(&settings);
    let flaw = |flaw: settings_check::SettingsFlaw| {
        let message = sentence(&flaw.to_string());
        Error { path: flaw.path, message }
    };
    let mut errors: Vec<Error> = flaws.into_iter().map(flaw).collect();
    if Zone::named(&settings.zone).is_none() {
        let message = "There is no such zone; its name is one of the IANA's, as Europe/Budapest.";
        errors.push(Error { path: "/zone".into(), message: message.into() });
    }
    if errors.is_empty() { Ok(settings) } else { Err(errors) }
}

fn unsound(errors: Vec<Error>) -> Problem {
    let detail = match errors.len() {
        1 => "The settings have a fault; nothing was changed.".to_owned(),
        count => format!("The settings have {count} faults; nothing was changed."),
    };
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unsound_settings", detail)
        .with_member("errors", &errors)
}

async fn meanwhile(asked: &Asked<'_>, version: Seq) -> Problem {
    let detail = "Somebody else changed the settings meanwhile: read them again, and make your \
                  change on top of theirs.";
    let problem = Problem::new(StatusCode::PRECONDITION_FAILED, "changed_meanwhile", detail)
        .with_member("version", version.0);
    match history::by_whom(asked, version).await {
        Some(made) => problem
            .with_member("at_ms", made.at_ms)
            .with_member("by", made.by)
            .with_member("who", made.who),
        None => problem,
    }
}

fn hits(asked: &Asked<'_>, settings: &Settings) -> Vec<Hit> {
    asked.rooms.mailbox.read(|now| {
        let effects = effects(&now.branch, settings);
        effects.iter().map(|effect| hit(&now.branch, effect)).collect()
    })
}

/// An effect as a person is told.
fn hit(branch: &Branch, effect: &Effect) -> Hit {
    let settings = branch.settings();
    let language = settings.default_language();
    let service = |id| {
        let index = settings.services.iter().position(|service| service.id == id);
        let name = settings.service(id).map_or("", |service| service.names.get(language));
        (format!("/services/{}", index.unwrap_or_default()), name)
    };
    let counter = |id| {
        let index = settings.counters.iter().position(|counter| counter.id == id);
        let name = settings.counter(id).map_or("", |counter| counter.name.as_str());
        (format!("/counters/{}", index.unwrap_or_default()), name)
    };
    let operator = |id| {
        let index = settings.operators.iter().position(|operator| operator.id == id);
        let name = settings.operator(id).map_or("", |operator| operator.name.as_str());
        (format!("/operators/{}", index.unwrap_or_default()), name)
    };
    let (path, message, remedy) = match *effect {
        Effect::Needed(Place::Service(id), count) => {
            let (path, name) = service(id);
            let remedy = "Disable the service instead: it takes no more tickets, and can be \
                          removed once these are done.";
            (path, format!("{} service {id} ({name}).", need(count)), remedy)
        }
        Effect::Needed(Place::Counter(id), count) => {
            let (path, name) = counter(id);
            let remedy = "Finish these visits or send them on first.";
            (path, format!("{} counter {name}.", need(count)), remedy)
        }
        Effect::Needed(Place::Operator(id), count) => {
            let (path, name) = operator(id);
            let remedy = "Finish these visits or send them on first.";
            (path, format!("{} {name}.", need(count)), remedy)
        }
        Effect::Leaves(id, at) => {
            let (path, name) = operator(id);
            let remedy = "Make the change when the shift is over, if that matters.";
            (path, format!("{name} works at counter {} and would leave it.", counter(at).1), remedy)
        }
        Effect::WaitOn(id, count) => {
            let (path, name) = service(id);
            let waiting = match count {
                1 => "1 customer waits".to_owned(),
                more => format!("{more} customers wait"),
            };
            let remedy = "They are called as before; only new tickets are not given out.";
            (path, format!("{waiting} for service {id} ({name})."), remedy)
        }
    };
    Hit { path, message, remedy, forbids: effect.forbids() }
}

fn need(count: usize) -> String {
    match count {
        1 => "1 open ticket needs".to_owned(),
        more => format!("{more} open tickets need"),
    }
}

/// With a capital and a full stop; a member's name stays as it is written.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let is_name = text.split(' ').next().is_some_and(|word| word.contains(['.', '_', '`']));
    let first = letters.next();
    let first = if is_name { first } else { first.map(|first| first.to_ascii_uppercase()) };
    let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    first.into_iter().chain(letters).chain(stop.chars()).collect()
}
