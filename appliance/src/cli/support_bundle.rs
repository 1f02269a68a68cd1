//! `anteroom support-bundle`: what those who help from afar need, without personal data.

use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use hyper::Method;
use serde_json::{Value, json};
use serve::clock::{Clock, SystemClock};

use super::backup::own_file;
use super::devices::Events;
use super::doctor;
use super::logs;
use super::redact::redacted;
use super::trouble::Trouble;
use super::{Session, Verdict};

/// Entries of the journal that go along: a busy day.
const ENTRIES_MAX: u64 = 5_000;

/// Lines of the log that go along.
const LOG_LINES_MAX: usize = 5_000;

/// How long the next entry may take; where none comes, the journal is at its end.
const ENTRY_TIME: Duration = Duration::from_secs(2);

/// zstd's own middle.
const COMPRESSION: i32 = 3;

/// Members of settings that are somebody's name or somebody's secret.
const PERSONAL: [&str; 8] =
    ["login", "password", "secret", "token", "email", "phone", "client_name", "note_text"];

/// Letters of a name that is looked for in sentences: a shorter one is in too many words.
const NAME_CHARS_MIN: usize = 3;

/// `anteroom support-bundle`.
#[derive(Debug, Args)]
#[command(after_help = "Works with the daemon stopped, too, with less in it. In it are: health, \
figures, what the doctor says, devices, settings without names of people, the journal's last \
entries, which have no personal texts, and the log. `tar --zstd -tf FILE` lists them.

Examples:
  anteroom support-bundle bundle.tar.zst
  tar --zstd -xOf bundle.tar.zst doctor.json | jq .findings")]
pub(super) struct Asked {
    /// The file; it must not be there yet.
    file: PathBuf,
}

pub(super) async fn perform(session: &mut Session, asked: &Asked) -> Result<Verdict, Trouble> {
    let progress = session.paper.progress("collecting");
    let mut parts: Vec<(&str, Vec<u8>)> = Vec::new();
    let mut missing: Vec<Value> = Vec::new();
    let people = people(session).await;
    let pretty = |value: &Value| serde_json::to_vec_pretty(value).expect("JSON can be written");
    for (name, path) in [
        ("health.json", "/health"),
        ("devices.json", "/v1/devices"),
        ("counters.json", "/v1/counters"),
        ("statistics.json", "/v1/statistics/today"),
        ("settings.json", "/v1/settings"),
        ("settings-history.json", "/v1/settings/history?limit=20"),
    ] {
        let reply = session.daemon.ask(Method::GET, path, &[], Vec::new()).await;
        match reply.and_then(|reply| reply.json()) {
            Ok(mut value) => {
                anonymous(&mut value);
                parts.push((name, pretty(&value)));
            }
            Err(trouble) => missing.push(json!({"part": name, "why": trouble.message})),
        }
    }
    match session.daemon.ask(Method::GET, "/metrics", &[], Vec::new()).await {
        Ok(reply) => parts.push(("metrics.txt", reply.body.to_vec())),
        Err(trouble) => missing.push(json!({"part": "metrics.txt", "why": trouble.message})),
    }
    match journal(session).await {
        Ok(entries) => parts.push(("journal.jsonl", entries)),
        Err(trouble) => missing.push(json!({"part": "journal.jsonl", "why": trouble.message})),
    }
    let opinion = doctor::look(session, None).await?;
    let opinion = serde_json::to_value(opinion).expect("texts can be written");
    parts.push(("doctor.json", pretty(&opinion)));
    let lines = logs::last_lines(&session.folder, LOG_LINES_MAX);
    if lines.is_empty() {
        missing.push(json!({"part": "log.txt", "why": "there is no log that can be read"}));
    } else {
        parts.push(("log.txt", (lines.join("\n") + "\n").into_bytes()));
    }
    // The doctor and the log speak in sentences, in which a name may stand.
    for (_, bytes) in &mut parts {
        *bytes = without(&people, &String::from_utf8_lossy(bytes)).into_bytes();
    }
    let made_ms = SystemClock::new().now().wall_ms;
    let names: Vec<&str> = parts.iter().map(|(name, _)| *name).collect();
    let about = json!({"program": env!("CARGO_PKG_VERSION"), "made_ms": made_ms,
        "parts": names, "missing": missing});
    parts.insert(0, ("bundle.json", pretty(&about)));
    write(asked, &parts, made_ms)?;
    drop(progress);
    if session.paper.is_json() {
        session.paper.document(&json!({"file": asked.file, "bundle": about}))?;
    } else {
        session.paper.line(format!("{} has {}.", asked.file.display(), names.join(", ")))?;
        for part in &missing {
            let [part, why] = ["part", "why"].map(|name| part[name].as_str().unwrap_or_default());
            session.paper.line(format!("Not in it is {part}: {why}."))?;
        }
    }
    Ok(Verdict::Well)
}

/// The operators' names and logins, and what stands in their place.
async fn people(session: &Session) -> Vec<(String, String)> {
    let operators = session.daemon.get("/v1/operators").await.unwrap_or_default();
    let mut people = Vec::new();
    for operator in operators.as_array().into_iter().flatten() {
        for member in ["name", "login"] {
            let text = operator[member].as_str().unwrap_or_default();
            if NAME_CHARS_MIN <= text.chars().count() {
                people.push((text.to_owned(), format!("operator {}", operator["id"])));
            }
        }
    }
    // A name that has another one in it goes first.
    people.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    people
}

fn without(people: &[(String, String)], text: &str) -> String {
    people.iter().fold(text.to_owned(), |text, (name, instead)| text.replace(name, instead))
}

fn write(asked: &Asked, parts: &[(&str, Vec<u8>)], made_ms: i64) -> Result<(), Trouble> {
    let file = BufWriter::new(own_file(&asked.file, false)?);
    let mut archive = tar::Builder::new(zstd::Encoder::new(file, COMPRESSION)?);
    for (name, bytes) in parts {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(made_ms / 1_000).unwrap_or(0));
        archive.append_data(&mut header, name, bytes.as_slice())?;
    }
    archive.into_inner()?.finish()?.flush()?;
    Ok(())
}

/// The last entries of the journal, one a line.
async fn journal(session: &Session) -> Result<Vec<u8>, Trouble> {
    let health = session.daemon.ask(Method::GET, "/health", &[], Vec::new()).await?.json()?;
    let last = health["store"]["last_entry"].as_u64().unwrap_or(0);
    let after = last.saturating_sub(ENTRIES_MAX);
    let stream = session.daemon.stream(&format!("/v1/events?after={after}")).await?;
    let mut events = Events::of(stream);
    let mut text = Vec::new();
    let mut seen = after;
    while seen < last {
        let Ok(next) = tokio::time::timeout(ENTRY_TIME, events.next()).await else { break };
        let Some(mut entry) = next? else { break };
        let Some(seq) = entry["seq"].as_u64() else { continue };
        seen = seq;
        anonymous(&mut entry);
        text.extend(redacted(&entry.to_string()).into_bytes());
        text.push(b'\n');
    }
    Ok(text)
}

/// Takes people's names and secrets out of what the daemon says. Operators keep their numbers.
fn anonymous(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let is_person = members.contains_key("login") || members.contains_key("rights");
            let is_of_person = members.get("path").and_then(Value::as_str);
            if is_of_person.is_some_and(|path| path.starts_with("/operators/")) {
                for side in ["old", "new"] {
                    match members.get_mut(side) {
                        Some(text @ Value::String(_)) => *text = json!("[removed]"),
                        Some(other) => nameless(other),
                        None => {}
                    }
                }
                return;
            }
            for (name, member) in members.iter_mut() {
                let is_personal = PERSONAL.contains(&name.as_str()) && member.is_string();
                if is_personal || (is_person && name == "name") {
                    *member = json!("[removed]");
                } else if matches!(name.as_str(), "operator" | "operators" | "who") {
                    nameless(member);
                } else {
                    anonymous(member);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(anonymous),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The same where it is sure to be about people.
fn nameless(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let is_personal = matches!(name.as_str(), "name" | "login");
                if is_personal { *member = json!("[removed]") } else { anonymous(member) }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(nameless),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_lose_their_names_and_everything_else_keeps_its_own() {
        let mut value = json!({"name": "Main Street", "operators": [{"id": 1, "name": "Anna",
            "login": "anna", "rights": ["hall"]}], "counters": [{"id": 2, "name": "2",
            "operator": {"id": 1, "name": "Anna"}}], "changes": [{"old": null,
            "new": {"id": 1, "name": "Anna", "login": "anna", "rights": []}}],
            "step": {"path": "/operators/0/name", "old": "Anna", "new": "Annabel"},
            "who": {"id": 1, "name": "Anna"}});
        anonymous(&mut value);
        let text = value.to_string();
        assert!(!text.to_lowercase().contains("anna"), "{text}");
        assert_eq!(value["name"], "Main Street");
        assert_eq!(
            (&value["counters"][0]["name"], &value["operators"][0]["id"]),
            (&json!("2"), &json!(1))
        );
    }
}
