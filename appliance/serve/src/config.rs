//! From a file and the command line to raw configuration, with an answer for every slip.
//!
//! A program describes its configuration as one struct of plain serde fields, the *raw* form, and
//! checks it into its own types afterwards. This module fills the raw form: the TOML file first,
//! then each `--set KEY=VALUE` in order, later ones over earlier ones. A key that nothing reads is
//! refused, with the nearest known one. No error repeats a value: it may be a password.

pub mod apps;
mod fault;
mod known;
mod overrides;
pub mod retention;
pub mod server;
pub mod webhook;

use std::{
    collections::BTreeSet,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};
use toml::{Table, Value};

pub use self::fault::{ConfigError, Origin};
use self::{known::Known, overrides::Override};

/// Bytes of a configuration file: a branch with a hundred devices has under 32 KiB.
pub const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Tables and lists inside each other; the deepest known key has four.
pub const DEPTH_MAX: usize = 16;
/// `--set` on one command line.
pub const SETS_MAX: usize = 256;
/// Bytes of one `--set`.
pub const SET_BYTES_MAX: usize = 64 * 1024;

/// The raw form of a configuration.
///
/// Structs only: serde sees into them, while under `#[serde(flatten)]` and tagged enums unknown
/// keys would pass unseen. A part that may be absent has `#[serde(default)]`.
pub trait RawConfig: Serialize + DeserializeOwned {
    /// An example in which every optional field is present and every list has one entry.
    ///
    /// The known keys are read off it, so that they cannot differ from the fields.
    fn full() -> Self;
}

/// Reads the file, if there is one, applies the overrides, and fills the raw form.
pub fn load<T: RawConfig>(file: Option<&Path>, sets: &[String]) -> Result<T, ConfigError> {
    let text = match file {
        Some(path) => read(path)?,
        None => String::new(),
    };
    fill(file, &text, sets)
}

/// The same from a text; `file` is only named in errors.
pub fn fill<T: RawConfig>(
    file: Option<&Path>,
    text: &str,
    sets: &[String],
) -> Result<T, ConfigError> {
    let mut table = parse(file, text)?;
    let mut overrides = Overrides::read(sets)?;
    for set in &overrides.list {
        set.apply(&mut table)?;
    }
    if DEPTH_MAX < depth_of_table(&table) {
        return Err(ConfigError::TooDeep { file: file.map(PathBuf::from) });
    }
    loop {
        match deserialize(&table) {
            Ok(raw) => return Ok(raw),
            // `--set name=42` where a text belongs: the shell has no quotes to say so.
            Err(Slip::Value { key, .. }) if overrides.take_as_text(&key, &mut table)? => {}
            Err(slip) => return Err(slip.explain::<T>(file, &overrides)),
        }
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    let unreadable = |cause| ConfigError::Unreadable { file: path.to_owned(), cause };
    let mut text = String::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text).map_err(unreadable)?;
    if FILE_BYTES_MAX < text.len() as u64 {
        return Err(ConfigError::TooLarge { file: path.to_owned() });
    }
    Ok(text)
}

fn parse(file: Option<&Path>, text: &str) -> Result<Table, ConfigError> {
    text.parse::<Table>().map_err(|fault| {
        // The parser's own text shows the line, and the line may hold a password.
        let at = fault.span().map_or(0, |span| span.start.min(text.len()));
        let before = text.as_bytes().get(..at).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        ConfigError::Syntax { file: file.map(PathBuf::from), line, column }
    })
}

/// The overrides of one command line.
struct Overrides {
    list: Vec<Override>,
}

impl Overrides {
    fn read(sets: &[String]) -> Result<Overrides, ConfigError> {
        if SETS_MAX < sets.len() {
            return Err(ConfigError::TooManySets);
        }
        let list = sets.iter().map(|set| Override::parse(set)).collect::<Result<_, _>>()?;
        Ok(Overrides { list })
    }

    /// Puts the text of the override that set `key` in the place of its parsed value, once.
    fn take_as_text(&mut self, key: &str, table: &mut Table) -> Result<bool, ConfigError> {
        let Some(set) = self.list.iter_mut().rfind(|set| set.key() == key) else {
            return Ok(false);
        };
        if !set.become_text() {
            return Ok(false);
        }
        set.apply(table)?;
        Ok(true)
    }

    /// Whether `key` or a table around it was given on the command line.
    fn cover(&self, key: &str) -> bool {
        self.list.iter().any(|set| {
            key.strip_prefix(set.key())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }
}

/// What went wrong while filling, before it is known whose fault it is.
enum Slip {
    Unknown { keys: BTreeSet<String> },
    Value { key: String, expected: Option<String> },
}

impl Slip {
    fn explain<T: RawConfig>(self, file: Option<&Path>, overrides: &Overrides) -> ConfigError {
        let origin = |key: &str| match file {
            _ if overrides.cover(key) => Origin::CommandLine,
            Some(file) => Origin::File(file.to_owned()),
            None => Origin::CommandLine,
        };
        match self {
            Slip::Unknown { keys } => {
                let key = keys.into_iter().next().unwrap_or_default();
                let nearest = Known::of(&T::full()).nearest(&key);
                ConfigError::Unknown { origin: origin(&key), key, nearest }
            }
            Slip::Value { key, expected } => {
                ConfigError::Value { origin: origin(&key), key, expected }
            }
        }
    }
}

fn deserialize<T: DeserializeOwned>(table: &Table) -> Result<T, Slip> {
    let mut unknown = BTreeSet::new();
    let mut track = serde_path_to_error::Track::new();
    let value = Value::Table(table.clone());
    let located = serde_path_to_error::Deserializer::new(value, &mut track);
    let filled: Result<T, toml::de::Error> = serde_ignored::deserialize(located, |path| {
        unknown.insert(dotted(&path.to_string()));
    });
    // An unknown key first: the value that is missing is often the one that is misspelt.
    if !unknown.is_empty() {
        return Err(Slip::Unknown { keys: unknown });
    }
    filled.map_err(|fault| {
        let expected = fault::expectation(fault.message());
        let mut key = dotted(&track.path().to_string());
        if let Some(field) = fault::missing_field(fault.message()) {
            key = if key.is_empty() { field } else { format!("{key}.{field}") };
        }
        Slip::Value { key, expected }
    })
}

/// `devices[0].port`, however the two trackers write lists and options.
fn dotted(path: &str) -> String {
    let mut key = String::new();
    for part in path.split('.').filter(|part| !part.is_empty() && *part != "?") {
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            key.push('[');
            key.push_str(part);
            key.push(']');
            continue;
        }
        if !key.is_empty() {
            key.push('.');
        }
        key.push_str(part);
    }
    key
}

fn depth_of_table(table: &Table) -> usize {
    1 + table.values().map(depth).max().unwrap_or(0)
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Table(table) => depth_of_table(table),
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        Value::String(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_) => 0,
    }
}

#[cfg(test)]
mod tests;
