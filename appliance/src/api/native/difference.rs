//! What differs between two versions of the settings, as a person would say it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// Differences that are listed of one change; a person reads no more, and the whole can be had.
pub(super) const CHANGES_MAX: usize = 200;

/// One difference.
#[derive(Debug, JsonSchema, PartialEq, Serialize)]
pub(crate) struct Difference {
    /// A JSON pointer (RFC 6901): into the newer version, or into the older where it is gone.
    path: String,
    /// What was there; null where there was nothing.
    old: Value,
    /// What is there; null where there is nothing.
    new: Value,
}

/// The differences, at most [`CHANGES_MAX`], and how many more there are.
pub(crate) fn between(old: &Value, new: &Value) -> (Vec<Difference>, usize) {
    let mut all = Differences { list: Vec::new(), more: 0 };
    all.compare(old, new, "");
    (all.list, all.more)
}

struct Differences {
    list: Vec<Difference>,
    more: usize,
}

impl Differences {
    fn add(&mut self, path: &str, old: &Value, new: &Value) {
        if self.list.len() < CHANGES_MAX {
            let (old, new) = (old.clone(), new.clone());
            self.list.push(Difference { path: path.to_owned(), old, new });
        } else {
            self.more += 1;
        }
    }

    fn compare(&mut self, old: &Value, new: &Value, path: &str) {
        if old == new {
            return;
        }
        match (old, new) {
            (Value::Object(before), Value::Object(after)) => {
                let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
                for name in names {
                    let [old, new] = [before, after].map(|o| o.get(name).unwrap_or(&Value::Null));
                    self.compare(old, new, &format!("{path}/{name}"));
                }
            }
            (Value::Array(before), Value::Array(after)) => match (ids(before), ids(after)) {
                (Some(old_ids), Some(new_ids)) => {
                    self.members(path, (before, &old_ids), (after, &new_ids));
                }
                (_, _) => self.add(path, old, new),
            },
            (_, _) => self.add(path, old, new),
        }
    }

    /// Members with numbers are compared with those of the same number, wherever they stand.
    fn members(&mut self, path: &str, old: (&[Value], &[u64]), new: (&[Value], &[u64])) {
        for (index, (value, id)) in old.0.iter().zip(old.1).enumerate() {
            if !new.1.contains(id) {
                self.add(&format!("{path}/{index}"), value, &Value::Null);
            }
        }
        for (index, (value, id)) in new.0.iter().zip(new.1).enumerate() {
            let at = format!("{path}/{index}");
            match old.1.iter().position(|known| known == id) {
                Some(before) => self.compare(&old.0[before], value, &at),
                None => self.add(&at, &Value::Null, value),
            }
        }
        let stayed = |from: &[u64], among: &[u64]| {
            from.iter().copied().filter(|id| among.contains(id)).collect::<Vec<u64>>()
        };
        if stayed(old.1, new.1) != stayed(new.1, old.1) {
            self.add(path, &Value::from(old.1), &Value::from(new.1));
        }
    }
}

/// The numbers of a list's members, where all have one.
fn ids(list: &[Value]) -> Option<Vec<u64>> {
    list.iter().map(|value| value.get("id").and_then(Value::as_u64)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(old: Value, new: Value) -> Vec<(String, Value, Value)> {
        let (list, more) = between(&old, &new);
        assert_eq!(more, 0);
        list.into_iter().map(|one| (one.path, one.old, one.new)).collect()
    }

    #[test]
    fn a_changed_member_is_told_alone() {
        let old = json!({"name": "a", "services": [{"id": 1, "tag": "A"}, {"id": 2, "tag": "B"}]});
        let new = json!({"name": "a", "services": [{"id": 1, "tag": "A"}, {"id": 2, "tag": "C"}]});
        assert_eq!(told(old, new), [("/services/1/tag".to_owned(), json!("B"), json!("C"))]);
    }

    #[test]
    fn who_is_gone_does_not_make_those_behind_look_changed() {
        let old = json!({"services": [{"id": 1, "tag": "A"}, {"id": 2, "tag": "B"}]});
        let new = json!({"services": [{"id": 2, "tag": "B"}, {"id": 3, "tag": "C"}]});
        assert_eq!(
            told(old, new),
            [
                ("/services/0".to_owned(), json!({"id": 1, "tag": "A"}), Value::Null),
                ("/services/1".to_owned(), Value::Null, json!({"id": 3, "tag": "C"})),
            ]
        );
    }

    #[test]
    fn another_order_is_told_by_numbers_and_a_plain_list_as_a_whole() {
        let old = json!({"c": [{"id": 1}, {"id": 2}], "serves": [1, 2]});
        let new = json!({"c": [{"id": 2}, {"id": 1}], "serves": [1]});
        assert_eq!(
            told(old, new),
            [
                ("/c".to_owned(), json!([1, 2]), json!([2, 1])),
                ("/serves".to_owned(), json!([1, 2]), json!([1])),
            ]
        );
        assert_eq!(told(json!({"a": null}), json!({})), []);
    }

    #[test]
    fn differences_are_listed_up_to_a_limit() {
        let list = |from: usize| {
            let members = (from..from + CHANGES_MAX).map(|id| json!({"id": id}));
            Value::Array(members.collect())
        };
        let (listed, more) = between(&list(0), &list(CHANGES_MAX));
        assert_eq!((listed.len(), more), (CHANGES_MAX, CHANGES_MAX));
    }
}
