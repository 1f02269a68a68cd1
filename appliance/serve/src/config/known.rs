//! The keys a configuration has, and which of them somebody may have meant.

use serde::Serialize;
use toml::Value;

/// The dotted keys of a raw configuration; entries of a list are written `devices[].port`.
pub(crate) struct Known {
    keys: Vec<String>,
}

impl Known {
    /// Reads the keys off an example in which nothing is absent.
    pub(crate) fn of(full: &impl Serialize) -> Known {
        let mut keys = Vec::new();
        // What cannot be written as TOML could not be read from it either; no key, no suggestion.
        if let Ok(value) = Value::try_from(full) {
            gather("", &value, &mut keys);
        }
        Known { keys }
    }

    /// The known key that is written most like `key`, if any is alike at all.
    pub(crate) fn nearest(&self, key: &str) -> Option<String> {
        let plain = without_numbers(key);
        let last = plain.rsplit('.').next().unwrap_or_default();
        let distance = |known: &str| {
            // A key under the wrong table is as near as one that is misspelt.
            let known_last = known.rsplit('.').next().unwrap_or_default();
            let moved = (known_last == last).then_some(1);
            let misspelt = strsim::damerau_levenshtein(known, &plain);
            moved.map_or(misspelt, |moved: usize| moved.min(misspelt))
        };
        let (found, known) = self.keys.iter().map(|known| (distance(known), known)).min()?;
        let bearable = (plain.chars().count() / 3).clamp(1, 6);
        (found <= bearable).then(|| known.clone())
    }
}

fn gather(prefix: &str, value: &Value, keys: &mut Vec<String>) {
    if !prefix.is_empty() {
        keys.push(prefix.to_owned());
    }
    match value {
        Value::Table(table) => {
            for (name, value) in table {
                let dot = if prefix.is_empty() { "" } else { "." };
                gather(&format!("{prefix}{dot}{name}"), value, keys);
            }
        }
        Value::Array(list) => {
            if let Some(first @ Value::Table(_)) = list.first() {
                gather(&format!("{prefix}[]"), first, keys);
            }
        }
        Value::String(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_) => {}
    }
}

/// `devices[3].port` as `devices[].port`.
fn without_numbers(key: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for letter in key.chars() {
        match letter {
            '[' => inside = true,
            ']' => inside = false,
            _ if inside => continue,
            _ => {}
        }
        plain.push(letter);
    }
    plain
}
