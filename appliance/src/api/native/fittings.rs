//! The list of the box's devices: read and changed as a whole, on top of the version that was seen.

use std::path::Path;

use engine::OperatorId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serve::http::{Answer, StatusCode};
use serve::problem::Problem;

use super::history::Who;
use super::settings::{sentence, with_tag};
use super::{Asked, faults, requests};
use crate::fittings::{DeviceForm, FittingFault, Fittings, SetIn};
use crate::store::encoding::pointer;
use crate::store::{Author, DEVICE_LISTS_MAX, Housekeeping, StoredFittings};

/// Ports that are offered; a box with more of them has no use for a list.
const PORTS_LISTED_MAX: usize = 256;

/// Where a box's serial ports have names that stay the same, and where they are besides.
const PORT_FOLDERS: [&str; 2] = ["/dev/serial/by-id", "/dev/serial/by-path"];

/// `GET /v1/devices/list`.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "DeviceList")]
pub(super) struct Whole<'a> {
    version: u64,
    set_in: &'static str,
    devices: &'a [DeviceForm],
    /// Serial ports that the box has at this moment, by the names that stay.
    ports: Vec<String>,
}

/// `PUT /v1/devices/list`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewDeviceList")]
pub(super) struct Sent {
    devices: Vec<DeviceForm>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "ChangedDeviceList")]
pub(super) struct Changed<'a> {
    version: u64,
    devices: &'a [DeviceForm],
}

/// A version, in `GET /v1/devices/list/history`.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "DeviceListStep")]
pub(super) struct Step {
    version: u64,
    at_ms: i64,
    by: &'static str,
    who: Option<Who>,
    devices: Vec<DeviceForm>,
}

/// `GET /v1/devices/list`.
pub(super) async fn read(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let fittings = asked.rooms.cabinet.fittings();
    let ports = tokio::task::spawn_blocking(ports).await.expect("looking at files does not panic");
    let Fittings { version, set_in, forms, .. } = &*fittings;
    let whole = Whole { version: *version, set_in: set_in.word(), devices: forms, ports };
    Ok(with_tag(asked.json(&whole), *version))
}

/// `PUT /v1/devices/list`.
pub(super) async fn write(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let from = requests::if_match(asked.call, "devices")?;
    let forms = sent(&asked.call.body)?;
    let author = asked.author()?;
    let cabinet = &asked.rooms.cabinet;
    // One change at a time, so that nobody writes on top of a version that they have not seen.
    let _turn = cabinet.turn().await;
    let before = cabinet.fittings();
    if before.set_in == SetIn::Configuration {
        let detail = "The devices are named in the box's configuration, as `[[devices]]`: change \
                      them there and start again, or take them out there to name them here.";
        return Err(faults::conflict("set_in_configuration", detail));
    }
    if before.version != from {
        return Err(meanwhile(asked, before.version));
    }
    let settings = asked.rooms.mailbox.read(|now| now.branch.settings().clone());
    let after = before.changed_to(forms, &settings).map_err(|faults| unsound(&faults))?;
    if after.forms == before.forms {
        let same = Changed { version: before.version, devices: &before.forms };
        return Ok(with_tag(asked.json(&same), before.version));
    }
    let row = after.row(asked.rooms.mailbox.moment().wall_ms, author);
    let kept = asked.rooms.mailbox.keep(Housekeeping::Devices(row)).await;
    kept.map_err(|error| faults::submit(&settings, error))?;
    tracing::info!(version = after.version, by = author.word(), "the devices are changed");
    cabinet.put(after.clone());
    let changed = Changed { version: after.version, devices: &after.forms };
    Ok(with_tag(asked.json(&changed), after.version))
}

/// `GET /v1/devices/list/history`.
pub(super) fn history(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let lists = asked.rooms.archive.fittings(DEVICE_LISTS_MAX);
    let lists = lists.map_err(|error| faults::unreadable(&error))?;
    let steps: Vec<Step> = lists.iter().map(|list| step(asked, list)).collect();
    Ok(asked.json(&steps))
}

fn step(asked: &Asked<'_>, list: &StoredFittings) -> Step {
    Step {
        version: list.version,
        at_ms: list.changed_ms,
        by: list.author.word(),
        who: who(asked, list.author),
        // What another version of the program wrote may be in other words.
        devices: serde_json::from_str(&list.body).unwrap_or_default(),
    }
}

fn who(asked: &Asked<'_>, author: Author) -> Option<Who> {
    let id = author.operator()?;
    Some(Who { id: id.0, name: name(asked, id) })
}

/// The operator's name today; empty for one who has left.
fn name(asked: &Asked<'_>, id: OperatorId) -> String {
    asked.rooms.mailbox.read(|now| {
        let operator = now.branch.settings().operator(id);
        operator.map_or(String::new(), |operator| operator.name.as_str().to_owned())
    })
}

fn sent(body: &[u8]) -> Result<Vec<DeviceForm>, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let read: Result<Sent, _> = serde_path_to_error::deserialize(&mut reader);
    read.map(|sent| sent.devices).map_err(|error| {
        let path = pointer("", error.path());
        let message = error.inner().to_string();
        unsound(&[FittingFault { path, message }])
    })
}

fn unsound(errors: &[FittingFault]) -> Problem {
    let detail = match errors.len() {
        1 => "The devices have a fault; nothing was changed.".to_owned(),
        count => format!("The devices have {count} faults; nothing was changed."),
    };
    let said =
        |fault: &FittingFault| FittingFault { message: sentence(&fault.message), ..fault.clone() };
    let errors: Vec<FittingFault> = errors.iter().map(said).collect();
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unsound_devices", detail)
        .with_member("errors", &errors)
}

fn meanwhile(asked: &Asked<'_>, version: u64) -> Problem {
    let detail = "Somebody else changed the devices meanwhile: read them again, and make your \
                  change on top of theirs.";
    let problem = Problem::new(StatusCode::PRECONDITION_FAILED, "changed_meanwhile", detail)
        .with_member("version", version);
    let newest = asked.rooms.archive.fittings(1).ok().and_then(|mut lists| lists.pop());
    match newest {
        Some(list) => problem
            .with_member("at_ms", list.changed_ms)
            .with_member("by", list.author.word())
            .with_member("who", who(asked, list.author)),
        None => problem,
    }
}

/// The serial ports of the box. A port without a lasting name is listed by the one it has.
fn ports() -> Vec<String> {
    let mut ports: Vec<String> =
        PORT_FOLDERS.iter().flat_map(|folder| files(Path::new(folder), |_| true)).collect();
    let is_plugged_in =
        |name: &str| ["ttyUSB", "ttyACM", "ttyAMA"].iter().any(|kind| name.starts_with(kind));
    ports.extend(files(Path::new("/dev"), is_plugged_in));
    ports.truncate(PORTS_LISTED_MAX);
    ports
}

/// The files of a folder in order; none where there is no folder.
fn files(folder: &Path, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut paths: Vec<String> = names
        .filter(|name| wanted(name))
        .map(|name| folder.join(name).display().to_string())
        .collect();
    paths.sort();
    paths
}
