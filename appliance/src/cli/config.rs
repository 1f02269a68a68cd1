//! `anteroom config`: the branch's settings read, changed as a whole, and compared.

use std::fs;

use clap::{Args, Subcommand};
use hyper::{Method, header};
use serde_json::{Value, json};

use super::branch::{Branch, text};
use super::paper::{Ink, Table};
use super::trouble::Trouble;
use super::{Session, Verdict};
use crate::api::difference;

/// Letters of a value that are shown in a comparison.
const VALUE_CHARS_SHOWN: usize = 60;

/// `anteroom config`.
#[derive(Debug, Args)]
#[command(after_help = "Needs the daemon. A path is a JSON pointer (/services/0/names/1) or the \
same with dots (services.0.names.1).

Examples:
  anteroom config get
  anteroom config get bookings
  anteroom config set smart_ticket.enabled false
  anteroom config history
  anteroom config diff")]
pub(super) struct Asked {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Debug, Subcommand)]
enum Deed {
    /// Prints the settings, or what stands at a path in them.
    #[command(
        after_help = "Examples:\n  anteroom config get > settings.json\n  anteroom config get services.0"
    )]
    Get {
        /// Where; all of it where nothing is named.
        #[arg(default_value = "")]
        path: String,
    },
    /// Changes what stands at a path; nothing is changed where the whole would be unsound.
    #[command(
        after_help = "A value is JSON, or else a text. `@FILE` takes it from a file; `.` as \
the path replaces all.\n\nExamples:\n  anteroom config set name 'Main Street'\n  anteroom config \
set services.2.disabled true\n  anteroom config set . @settings.json --dry-run"
    )]
    Set {
        /// Where.
        path: String,
        /// What is to stand there.
        #[arg(allow_hyphen_values = true)]
        value: String,
        /// Only says what it would do.
        #[arg(long, short = 'n')]
        dry_run: bool,
    },
    /// Who changed the settings, and when.
    #[command(after_help = "Example:\n  anteroom config history --limit 5")]
    History {
        /// How many versions.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=200))]
        limit: u32,
    },
    /// What differs between two versions; without any, what the last change changed.
    #[command(
        after_help = "Examples:\n  anteroom config diff\n  anteroom config diff 120\n  anteroom config diff 120 133"
    )]
    Diff {
        /// The older version, as `history` has it.
        from: Option<u64>,
        /// The newer one; the present where none is named.
        to: Option<u64>,
    },
}

pub(super) async fn perform(session: &mut Session, asked: &Asked) -> Result<Verdict, Trouble> {
    match &asked.deed {
        Deed::Get { path } => get(session, path).await,
        Deed::Set { path, value, dry_run } => {
            let value = value_of(value)?;
            let pointer = pointer(path);
            let deed = format!("{} is set", if pointer.is_empty() { "all" } else { &pointer });
            change(session, &deed, *dry_run, |settings| put(settings, &pointer, value)).await
        }
        Deed::History { limit } => history(session, *limit).await,
        Deed::Diff { from, to } => diff(session, *from, *to).await,
    }
}

/// A path with dots as a JSON pointer.
fn pointer(path: &str) -> String {
    match path {
        "" | "." | "/" => String::new(),
        _ if path.starts_with('/') => path.to_owned(),
        _ => format!("/{}", path.replace('.', "/")),
    }
}

fn value_of(text: &str) -> Result<Value, Trouble> {
    let Some(file) = text.strip_prefix('@') else {
        return Ok(serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned())));
    };
    let path = std::path::Path::new(file);
    let read = fs::read_to_string(path).map_err(|cause| Trouble::with_file(path, &cause))?;
    serde_json::from_str(&read)
        .map_err(|error| Trouble::new("not_json", format!("{file} is not JSON: {error}")))
}

fn nowhere(pointer: &str) -> Trouble {
    Trouble::new("unknown_path", format!("the settings have nothing at {pointer}"))
        .remedy("`anteroom config get` prints all of them.")
}

async fn get(session: &mut Session, path: &str) -> Result<Verdict, Trouble> {
    let whole = session.daemon.get("/v1/settings").await?;
    let pointer = pointer(path);
    let found = whole["settings"].pointer(&pointer).ok_or_else(|| nowhere(&pointer))?;
    match found.as_str() {
        // A text is printed for the next program, without quotes.
        Some(text) if !session.paper.is_json() => session.paper.line(text)?,
        Some(_) | None => session.paper.document(found)?,
    }
    Ok(Verdict::Well)
}

/// Puts a value where the pointer says: over what is there, as a new member, or after the last.
fn put(settings: &mut Value, pointer: &str, value: Value) -> Result<(), Trouble> {
    if let Some(place) = settings.pointer_mut(pointer) {
        *place = value;
        return Ok(());
    }
    let (parent, name) = pointer.rsplit_once('/').ok_or_else(|| nowhere(pointer))?;
    match settings.pointer_mut(parent).ok_or_else(|| nowhere(pointer))? {
        Value::Object(members) => {
            members.insert(name.replace("~1", "/").replace("~0", "~"), value);
        }
        Value::Array(list) if name == "-" || name == list.len().to_string() => list.push(value),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            return Err(nowhere(pointer));
        }
    }
    Ok(())
}

/// Changes the settings on top of the version that is there now, or not at all.
pub(super) async fn change(
    session: &mut Session,
    deed: &str,
    dry_run: bool,
    alter: impl FnOnce(&mut Value) -> Result<(), Trouble>,
) -> Result<Verdict, Trouble> {
    let daemon = &session.daemon;
    let reply = daemon.ask(Method::GET, "/v1/settings", &[], Vec::new()).await?;
    let tag = reply.tag.clone().unwrap_or_default();
    let mut settings = reply.well()?["settings"].take();
    let before = settings.clone();
    alter(&mut settings)?;
    let verdict = daemon.post("/v1/settings/check", &settings).await?;
    let told = |list: &Value| -> Vec<(String, String)> {
        let all = list.as_array().into_iter().flatten();
        all.map(|row| (text(row, "path"), text(row, "message"))).collect()
    };
    if verdict["errors"] != json!([]) {
        let mut trouble = Trouble::new("unsound_settings", "the settings would be unsound");
        trouble.errors = told(&verdict["errors"]);
        return Err(trouble.remedy("Nothing was changed."));
    }
    let (changes, _) = difference::between(&before, &settings);
    let mut version = verdict["version"].clone();
    if !dry_run {
        let headers = [(header::IF_MATCH, tag.as_str())];
        let body = settings.to_string().into_bytes();
        let put = daemon.ask(Method::PUT, "/v1/settings", &headers, body).await?;
        version = put.well().map_err(|no| no.remedy("Nothing was changed."))?["version"].take();
    }
    if session.paper.is_json() {
        session.paper.document(&json!({"changed": !dry_run && !changes.is_empty(),
            "version": version, "changes": changes, "hits": verdict["hits"]}))?;
        return Ok(Verdict::Well);
    }
    let paper = &mut session.paper;
    for hit in verdict["hits"].as_array().into_iter().flatten() {
        let mark = paper.ink(Ink::Warn, "note");
        paper.line(format!("{mark}: {} {}", text(hit, "message"), text(hit, "remedy")))?;
    }
    let done = match (changes.is_empty(), dry_run) {
        (true, _) => "Nothing differs.".to_owned(),
        (false, true) => format!("Nothing is changed yet; it would do: {deed}."),
        (false, false) => format!("Done: {deed} (version {version})."),
    };
    show(paper, &serde_json::to_value(&changes).expect("texts can be written"))?;
    paper.line(done)?;
    Ok(Verdict::Well)
}

async fn history(session: &mut Session, limit: u32) -> Result<Verdict, Trouble> {
    let steps = session.daemon.get(&format!("/v1/settings/history?limit={limit}")).await?;
    if session.paper.is_json() {
        session.paper.document(&steps)?;
        return Ok(Verdict::Well);
    }
    let branch = Branch::look(&session.daemon).await?;
    let mut table = Table::of(&["version", "when", "who", "changes"]);
    for step in steps.as_array().into_iter().flatten() {
        let who = match text(&step["who"], "name") {
            name if name.is_empty() => format!("the {}", text(step, "by")),
            name => name,
        };
        let count = step["changes"].as_array().map_or(0, Vec::len) as u64;
        let count = count + step["more_changes"].as_u64().unwrap_or(0);
        let first = step["changes"].as_array().and_then(|all| all.first());
        let first = first.map_or(String::new(), |change| text(change, "path"));
        let what = if count == 1 { first } else { format!("{count}, as {first}") };
        let at = branch.time(step["at_ms"].as_i64().unwrap_or_default());
        table.texts([step["version"].to_string(), at, who, what]);
    }
    session.paper.table(&table)?;
    Ok(Verdict::Well)
}

async fn diff(
    session: &mut Session,
    from: Option<u64>,
    to: Option<u64>,
) -> Result<Verdict, Trouble> {
    let daemon = &session.daemon;
    let (from, to, changes) = match from {
        None => {
            let mut steps = daemon.get("/v1/settings/history?limit=1").await?;
            let step = steps[0].take();
            (Value::Null, step["version"].clone(), step["changes"].clone())
        }
        Some(from) => {
            let older = daemon.get(&format!("/v1/settings/history/{from}")).await?;
            let newer = match to {
                Some(to) => daemon.get(&format!("/v1/settings/history/{to}")).await?,
                None => daemon.get("/v1/settings").await?,
            };
            let (changes, _) = difference::between(&older["settings"], &newer["settings"]);
            let changes = serde_json::to_value(changes).expect("texts can be written");
            (older["version"].clone(), newer["version"].clone(), changes)
        }
    };
    if session.paper.is_json() {
        session.paper.document(&json!({"from": from, "to": to, "changes": changes}))?;
    } else if changes == json!([]) {
        session.paper.line("Nothing differs.")?;
    } else {
        show(&mut session.paper, &changes)?;
    }
    Ok(Verdict::Well)
}

/// Differences, a line for what was and one for what is.
fn show(paper: &mut super::paper::Paper, changes: &Value) -> Result<(), Trouble> {
    for change in changes.as_array().into_iter().flatten() {
        paper.line(paper.ink(Ink::Strong, text(change, "path")))?;
        for (mark, ink, value) in
            [("-", Ink::Bad, &change["old"]), ("+", Ink::Good, &change["new"])]
        {
            if !value.is_null() {
                paper.line(paper.ink(ink, format!("  {mark} {}", shortened(value))))?;
            }
        }
    }
    Ok(())
}

fn shortened(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= VALUE_CHARS_SHOWN {
        return text;
    }
    text.chars().take(VALUE_CHARS_SHOWN).chain("...".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_pointer_or_has_dots() {
        for (path, wanted) in [
            ("", ""),
            (".", ""),
            ("bookings", "/bookings"),
            ("services.0.names", "/services/0/names"),
            ("/services/0", "/services/0"),
        ] {
            assert_eq!(pointer(path), wanted);
        }
    }

    #[test]
    fn a_value_is_put_over_another_beside_it_or_behind_the_last_one() {
        let mut settings = json!({"name": "a", "services": [{"id": 1}]});
        put(&mut settings, "/name", json!("b")).expect("is there");
        put(&mut settings, "/services/0/quota", json!(3)).expect("a new member");
        put(&mut settings, "/services/-", json!({"id": 2})).expect("behind the last");
        put(&mut settings, "/services/2", json!({"id": 3})).expect("behind the last");
        assert_eq!(settings["name"], "b");
        assert_eq!(settings["services"], json!([{"id": 1, "quota": 3}, {"id": 2}, {"id": 3}]));
        let before = settings.clone();
        for path in ["/services/9", "/nothing/at/all", "/name/inside"] {
            assert_eq!(put(&mut settings, path, json!(1)).expect_err(path).code, "unknown_path");
        }
        assert_eq!(settings, before);
    }
}
