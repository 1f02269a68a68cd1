//! One `--set KEY=VALUE`: a dotted key, and TOML or plain text.

use toml::{Table, Value};

use super::{ConfigError, DEPTH_MAX, SET_BYTES_MAX};

/// One key to be set.
#[derive(Debug, Clone)]
pub(crate) struct Override {
    key: String,
    text: String,
    value: Value,
}

impl Override {
    /// Reads `KEY=VALUE`. A value that is not TOML is a plain text.
    pub(crate) fn parse(set: &str) -> Result<Override, ConfigError> {
        let Some((key, text)) = set.split_once('=') else {
            return Err(ConfigError::SetWithoutValue);
        };
        let key = key.trim();
        if SET_BYTES_MAX < set.len() {
            return Err(ConfigError::SetTooLong);
        }
        let sound = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        };
        if !key.split('.').all(sound) || DEPTH_MAX < key.split('.').count() {
            return Err(ConfigError::SetKey);
        }
        // Line feeds are never TOML values, and deep nesting is nothing to hand to a parser.
        let plain = text.trim().is_empty() || text.contains('\n') || DEPTH_MAX < nesting(text);
        let value = match text.parse::<Value>() {
            Ok(value) if !plain => value,
            Ok(_) | Err(_) => Value::String(text.to_owned()),
        };
        Ok(Override { key: key.to_owned(), text: text.to_owned(), value })
    }

    /// The dotted key.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Takes the value as the text that was typed; false when it already is, or is a structure.
    pub(crate) fn become_text(&mut self) -> bool {
        match self.value {
            Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {
                self.value = Value::String(self.text.clone());
                true
            }
            Value::String(_) | Value::Array(_) | Value::Table(_) => false,
        }
    }

    /// Puts the value into the table; a table or list that stood there is replaced whole.
    pub(crate) fn apply(&self, table: &mut Table) -> Result<(), ConfigError> {
        let mut place = table;
        let mut parts = self.key.split('.').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                place.insert(part.to_owned(), self.value.clone());
                return Ok(());
            }
            let next = place.entry(part).or_insert_with(|| Value::Table(Table::new()));
            place = match next {
                Value::Table(inner) => inner,
                Value::String(_)
                | Value::Integer(_)
                | Value::Float(_)
                | Value::Boolean(_)
                | Value::Datetime(_)
                | Value::Array(_) => {
                    return Err(ConfigError::SetInside {
                        key: self.key.clone(),
                        part: part.to_owned(),
                    });
                }
            };
        }
        Ok(())
    }
}

/// An upper bound of how deep brackets nest; brackets inside strings count too.
fn nesting(text: &str) -> usize {
    text.bytes()
        .scan(0_usize, |depth, byte| {
            match byte {
                b'[' | b'{' => *depth += 1,
                b']' | b'}' => *depth = depth.saturating_sub(1),
                _ => {}
            }
            Some(*depth)
        })
        .max()
        .unwrap_or(0)
}
