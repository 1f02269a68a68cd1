//! What can be wrong with a configuration, said so that it can be put right, without its values.

use std::{error::Error, fmt, io, path::PathBuf};

use super::{DEPTH_MAX, FILE_BYTES_MAX, SET_BYTES_MAX, SETS_MAX};

/// Where a key was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// In this file.
    File(PathBuf),
    /// On the command line, or nowhere.
    CommandLine,
}

/// Why there is no configuration. No variant holds a value.
#[derive(Debug)]
pub enum ConfigError {
    /// The file cannot be read.
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The file is over `FILE_BYTES_MAX`.
    TooLarge {
        /// Which.
        file: PathBuf,
    },
    /// Not TOML.
    Syntax {
        /// Which file, if it was one.
        file: Option<PathBuf>,
        /// The line, from 1.
        line: usize,
        /// The byte in the line, from 1.
        column: usize,
    },
    /// Nested deeper than `DEPTH_MAX`.
    TooDeep {
        /// Which file, if there is one.
        file: Option<PathBuf>,
    },
    /// A key that nothing reads.
    Unknown {
        /// Where it is written.
        origin: Origin,
        /// The key.
        key: String,
        /// What was perhaps meant.
        nearest: Option<String>,
    },
    /// A value that is absent or of the wrong kind.
    Value {
        /// Where it is written, or should be.
        origin: Origin,
        /// The key.
        key: String,
        /// What belongs there.
        expected: Option<String>,
    },
    /// More than `SETS_MAX` overrides.
    TooManySets,
    /// An override longer than `SET_BYTES_MAX`.
    SetTooLong,
    /// An override without `=`.
    SetWithoutValue,
    /// An override whose key is not names with dots between them.
    SetKey,
    /// An override that looks for a key inside something that is no table.
    SetInside {
        /// The key.
        key: String,
        /// The part that is no table.
        part: String,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::File(path) => write!(f, "{}", path.display()),
            Origin::CommandLine => f.write_str("command line"),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |file: &Option<PathBuf>| match file {
            Some(file) => file.display().to_string(),
            None => "configuration".to_owned(),
        };
        match self {
            ConfigError::Unreadable { file, .. } => {
                write!(f, "cannot read the configuration {}", file.display())
            }
            ConfigError::TooLarge { file } => {
                write!(
                    f,
                    "{} is over {FILE_BYTES_MAX} bytes; is it the right file?",
                    file.display()
                )
            }
            ConfigError::Syntax { file, line, column } => write!(
                f,
                "{}: line {line}, column {column} is not TOML; \
                 write `key = value` with texts in quotes",
                place(file)
            ),
            ConfigError::TooDeep { file } => {
                write!(f, "{}: tables nest deeper than {DEPTH_MAX}", place(file))
            }
            ConfigError::Unknown { origin, key, nearest: Some(nearest) } => {
                write!(f, "{origin}: unknown key `{key}`; did you mean `{nearest}`?")
            }
            ConfigError::Unknown { origin, key, nearest: None } => {
                write!(f, "{origin}: unknown key `{key}`; remove it")
            }
            ConfigError::Value { origin, key, expected: Some(expected) } => {
                write!(f, "{origin}: `{key}` must be {expected}")
            }
            ConfigError::Value { origin, key, expected: None } => {
                write!(f, "{origin}: `{key}` has an unusable value")
            }
            ConfigError::TooManySets => write!(f, "more than {SETS_MAX} --set; use a file"),
            ConfigError::SetTooLong => {
                write!(f, "a --set is over {SET_BYTES_MAX} bytes; use a file")
            }
            ConfigError::SetWithoutValue => f.write_str("a --set has no `=`; write KEY=VALUE"),
            ConfigError::SetKey => f.write_str(
                "the key of a --set must be names of letters, digits, `_` and `-` \
                 with dots between them, as in mqtt.url=VALUE",
            ),
            ConfigError::SetInside { key, part } => {
                write!(f, "--set {key}: `{part}` is not a table, so nothing can be set inside it")
            }
        }
    }
}

impl Error for ConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            ConfigError::Unreadable { cause, .. } => Some(cause),
            ConfigError::TooLarge { .. }
            | ConfigError::Syntax { .. }
            | ConfigError::TooDeep { .. }
            | ConfigError::Unknown { .. }
            | ConfigError::Value { .. }
            | ConfigError::TooManySets
            | ConfigError::SetTooLong
            | ConfigError::SetWithoutValue
            | ConfigError::SetKey
            | ConfigError::SetInside { .. } => None,
        }
    }
}

/// What serde wanted, out of a message that also repeats what it found.
///
/// serde words it as `invalid type: string "..", expected u16`; the part after the last
/// `, expected ` is fixed text from the field's type, and the only part that is safe to show.
pub(crate) fn expectation(message: &str) -> Option<String> {
    if missing_field(message).is_some() {
        return Some("set; it has no default".to_owned());
    }
    let worded = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "];
    if !worded.iter().any(|start| message.starts_with(start)) {
        return None;
    }
    let (_, expected) = message.rsplit_once(", expected ")?;
    Some(match expected.trim() {
        "u8" | "u16" | "u32" | "u64" | "usize" => {
            format!("a whole number from 0 on that fits {expected}")
        }
        "i8" | "i16" | "i32" | "i64" => format!("a whole number that fits {expected}"),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a string" => "a text in quotes".to_owned(),
        "a sequence" => "a list in [ ]".to_owned(),
        expected => expected.replace("struct ", "a table for "),
    })
}

/// The field of serde's "missing field `name`".
pub(crate) fn missing_field(message: &str) -> Option<String> {
    let rest = message.strip_prefix("missing field `")?;
    Some(rest.split('`').next().unwrap_or_default().to_owned())
}
