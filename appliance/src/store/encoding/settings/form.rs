//! Reading settings that a person or a program has edited: every fault at once, each with its place.

use std::sync::LazyLock;

use engine::Tag;
use engine::limits::{FLAWS_MAX, TAG_CHARS_MAX};
use engine::settings::Settings;
use engine::ticket::Priority;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::{
    BookingsRow, CounterRow, GroupRow, LanguageRow, OperatorRow, RulesRow, ServiceRow, SettingsRow,
    SmartTicketRow, SurveyRow, TextsRow, VirtualTicketRow,
};

/// What is wrong with a written form, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormFault {
    /// A JSON pointer (RFC 6901): `/services/2/tag`; empty for the whole.
    pub path: String,
    /// A sentence without its full stop.
    pub message: String,
}

/// A form in which nothing is absent, to know every member by. An object with number for names is
/// a text by language.
const SHAPE: &str = r#"{
  "branch": 1, "name": "", "zone": "",
  "languages": [{"id": 1, "code": "", "name": ""}],
  "services": [{"id": 1, "tag": "", "names": {}, "descriptions": {}, "hidden": false,
    "disabled": false, "hours": [], "quota": 1, "expected_ms": 1}],
  "groups": [{"id": 1, "names": {}, "services": []}],
  "counters": [{"id": 1, "name": "", "serves": [], "keypad": false}],
  "operators": [{"id": 1, "login": "", "name": "", "serves": [], "rights": []}],
  "surveys": [{"id": 1, "name": "", "questions": [{"id": 1, "texts": {},
    "answers": [{"id": 1, "value": 1, "texts": {}}]}]}],
  "rules": {"no_shows_max": 1, "put_back_after_min": 1, "feedback_for_min": 1,
    "day_ends_minute": 1, "tolerance_tickets": 1},
  "bookings": {"enabled": false, "slot_min": 1, "hours": [], "places": 1,
    "check_in_before_min": 1, "check_in_after_min": 1, "hold_min": 1, "pin_digits": 1,
    "priority": 1},
  "smart_ticket": {"enabled": false, "public_url": "", "dispenser_profile": 1, "survey": 1,
    "valid_min": 1, "printer": 1, "title": {}, "description": {}, "call_texts": {},
    "feedback_texts": {}, "dispensers": [{"id": 1, "standby_s": 1}]},
  "virtual_ticket": {"enabled": false, "radius_km": 1, "min_customers": 1, "min_waiting_min": 1,
    "allow_multi_ticket": false, "warn_ahead": 1, "your_turn": [], "almost_your_turn": [],
    "site": {"address": "", "city": "", "region": "", "country": "", "phone": "", "email": "",
      "website": "", "coordinates": []}},
  "slip_footer": {}
}"#;

static FORM: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(SHAPE).expect("the shape is JSON"));

/// The settings of an edited form.
///
/// # Errors
///
/// Every fault that can be told, at most [`FLAWS_MAX`]: what is no JSON, members that are missing,
/// unknown or of another kind, values that cannot be. Whether the parts hold together is the
/// engine's to say.
pub fn read_settings(form: &[u8]) -> Result<Settings, Vec<FormFault>> {
    let whole: Value = serde_json::from_slice(form).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let message = format!("this is no JSON: look at line {line}, column {column}");
        vec![FormFault { path: String::new(), message }]
    })?;
    let mut faults = Vec::new();
    unknown(&whole, &FORM, "", &mut faults);
    impossible(&whole, &mut faults);
    match serde_path_to_error::deserialize::<_, SettingsRow>(&whole) {
        Ok(row) if faults.is_empty() => match Settings::try_from(row) {
            Ok(settings) => return Ok(settings),
            Err(error) => add(&mut faults, "", error.to_string()),
        },
        Ok(_) => {}
        Err(error) => {
            parts(&whole, &mut faults);
            let path = pointer("", error.path());
            // The parts tell of the same fault, unless it is one of the whole.
            if !faults.iter().any(|fault| fault.path == path) {
                add(&mut faults, &path, error.inner().to_string());
            }
        }
    }
    faults.sort_by(|left, right| left.path.cmp(&right.path));
    Err(faults)
}

fn add(faults: &mut Vec<FormFault>, path: &str, message: String) {
    if faults.len() < FLAWS_MAX {
        faults.push(FormFault { path: path.to_owned(), message });
    }
}

/// Reads each part alone, so that a fault in one does not hide those of the others.
fn parts(whole: &Value, faults: &mut Vec<FormFault>) {
    each::<LanguageRow>(whole, "languages", faults);
    each::<ServiceRow>(whole, "services", faults);
    each::<GroupRow>(whole, "groups", faults);
    each::<CounterRow>(whole, "counters", faults);
    each::<OperatorRow>(whole, "operators", faults);
    each::<SurveyRow>(whole, "surveys", faults);
    one::<u32>(whole, "branch", faults);
    one::<String>(whole, "name", faults);
    one::<String>(whole, "zone", faults);
    one::<RulesRow>(whole, "rules", faults);
    one::<BookingsRow>(whole, "bookings", faults);
    one::<SmartTicketRow>(whole, "smart_ticket", faults);
    one::<Option<VirtualTicketRow>>(whole, "virtual_ticket", faults);
    one::<TextsRow>(whole, "slip_footer", faults);
}

fn each<T: DeserializeOwned>(whole: &Value, member: &str, faults: &mut Vec<FormFault>) {
    match whole.get(member) {
        Some(Value::Array(list)) => {
            for (index, value) in list.iter().enumerate() {
                try_as::<T>(value, &format!("/{member}/{index}"), faults);
            }
        }
        Some(_) => add(faults, &format!("/{member}"), "this must be a list".to_owned()),
        None => missing(whole, member, faults),
    }
}

fn one<T: DeserializeOwned>(whole: &Value, member: &str, faults: &mut Vec<FormFault>) {
    match whole.get(member) {
        Some(value) => try_as::<T>(value, &format!("/{member}"), faults),
        None => missing(whole, member, faults),
    }
}

fn try_as<T: DeserializeOwned>(value: &Value, path: &str, faults: &mut Vec<FormFault>) {
    if let Err(error) = serde_path_to_error::deserialize::<_, T>(value) {
        let at = pointer(path, error.path());
        add(faults, &at, error.inner().to_string());
    }
}

fn missing(whole: &Value, member: &str, faults: &mut Vec<FormFault>) {
    // Those that were not there in older forms have a default.
    let may_be_absent = ["bookings", "virtual_ticket"].contains(&member);
    if whole.is_object() && !may_be_absent {
        add(faults, &format!("/{member}"), "this is missing".to_owned());
    }
}

/// Members that nobody reads, so that a slip of the pen is not taken for a change.
fn unknown(value: &Value, shape: &Value, path: &str, faults: &mut Vec<FormFault>) {
    match (value, shape) {
        (Value::Object(members), Value::Object(known)) if !known.is_empty() => {
            for (name, value) in members {
                let at = format!("{path}/{}", escaped(name));
                match known.get(name) {
                    Some(shape) => unknown(value, shape, &at, faults),
                    None => add(faults, &at, unheard_of(name, known.keys())),
                }
            }
        }
        (Value::Array(list), Value::Array(shape)) => {
            let Some(shape) = shape.first() else { return };
            for (index, value) in list.iter().enumerate() {
                unknown(value, shape, &format!("{path}/{index}"), faults);
            }
        }
        // Of another kind, or without members: whoever reads it says so.
        (_, _) => {}
    }
}

fn unheard_of<'a>(name: &str, known: impl Iterator<Item = &'a String>) -> String {
    let nearest = known
        .map(|known| (strsim::damerau_levenshtein(known, name), known))
        .filter(|(distance, known)| *distance <= known.chars().count() / 3 + 1)
        .min();
    match nearest {
        Some((_, nearest)) => format!("there is no such member; is `{nearest}` meant?"),
        None => "there is no such member; leave it out".to_owned(),
    }
}

/// Values that their type lets pass and that cannot be all the same.
fn impossible(whole: &Value, faults: &mut Vec<FormFault>) {
    let services = whole.get("services").and_then(Value::as_array);
    for (index, service) in services.into_iter().flatten().enumerate() {
        let tag = service.get("tag").and_then(Value::as_str);
        if tag.is_some_and(|tag| Tag::new(tag).is_none()) {
            let message = format!(
                "a tag is at most {TAG_CHARS_MAX} letters and figures, and ends with no figure"
            );
            add(faults, &format!("/services/{index}/tag"), message);
        }
    }
    let priority = whole.pointer("/bookings/priority").and_then(Value::as_u64);
    let is_one = |number| u8::try_from(number).is_ok_and(|number| Priority::new(number).is_some());
    if priority.is_some_and(|number| !is_one(number)) {
        add(faults, "/bookings/priority", "a priority is from 1 to 9".to_owned());
    }
}

/// Where this is, as a JSON pointer that begins with `prefix`.
pub fn pointer(prefix: &str, path: &Path) -> String {
    let mut text = prefix.to_owned();
    for segment in path {
        match segment {
            Segment::Seq { index } => text.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                text.push('/');
                text.push_str(&escaped(key));
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    text
}

/// A name within a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use engine::DeviceId;
    use serde_json::json;

    use super::*;
    use crate::store::encoding::encode_settings;
    use crate::texts::Texts;

    fn sample() -> Value {
        let settings = crate::demo::settings(&Texts::new(), DeviceId(1));
        serde_json::from_str(&encode_settings(&settings)).expect("it is JSON")
    }

    fn faults(form: &Value) -> Vec<(String, String)> {
        let read = read_settings(form.to_string().as_bytes());
        let faults = read.expect_err("something is wrong");
        faults.into_iter().map(|fault| (fault.path, fault.message)).collect()
    }

    /// The members of a form, as `services[].tag`.
    fn members(value: &Value, path: &str, all: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                // Texts by language.
                let named = object.iter().filter(|(name, _)| name.parse::<u32>().is_err());
                for (name, value) in named {
                    all.push(format!("{path}.{name}"));
                    members(value, &format!("{path}.{name}"), all);
                }
            }
            Value::Array(list) => {
                if let Some(first) = list.first() {
                    members(first, &format!("{path}[]"), all);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn the_shape_has_every_member_and_no_other() {
        let (mut written, mut known) = (Vec::new(), Vec::new());
        members(&sample(), "", &mut written);
        members(&FORM, "", &mut known);
        written.sort();
        known.sort();
        assert_eq!(written, known);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let settings = crate::demo::settings(&Texts::new(), DeviceId(1));
        assert_eq!(read_settings(encode_settings(&settings).as_bytes()), Ok(settings));
    }

    #[test]
    fn all_faults_are_named_at_once_with_their_places() {
        let mut form = sample();
        form["services"][2]["tag"] = json!("A1");
        form["services"][0]["hidde"] = json!(true);
        form["services"][1]["expected_ms"] = json!("five minutes");
        form["counters"][0]["id"] = json!(-1);
        form["operators"][4]["rights"] = json!(["counter", "everything"]);
        form["rules"]["no_shows_max"] = json!(300);
        form["bookings"]["priority"] = json!(99);
        form["colour"] = json!("green");
        form.as_object_mut().expect("an object").remove("zone");
        let faults = faults(&form);
        let paths: Vec<&str> = faults.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "/bookings/priority",
                "/colour",
                "/counters/0/id",
                "/operators/4/rights/1",
                "/rules/no_shows_max",
                "/services/0/hidde",
                "/services/1/expected_ms",
                "/services/2/tag",
                "/zone",
            ],
            "{faults:?}"
        );
        let said = |path: &str| &faults.iter().find(|fault| fault.0 == path).expect("named").1;
        assert_eq!(said("/services/0/hidde"), "there is no such member; is `hidden` meant?");
        assert_eq!(said("/colour"), "there is no such member; leave it out");
        assert!(said("/operators/4/rights/1").contains("select_tickets"), "the known ones");
        assert_eq!(said("/zone"), "this is missing");
    }

    #[test]
    fn what_is_no_form_at_all_is_said_to_be_none() {
        for (form, path) in [("", ""), ("{", ""), ("[]", ""), ("7", ""), ("null", "")] {
            let faults = read_settings(form.as_bytes()).expect_err("it is none");
            assert_eq!(faults[0].path, path, "{form}: {faults:?}");
        }
        let mut form = sample();
        form["services"] = json!(7);
        assert_eq!(faults(&form)[0], ("/services".into(), "this must be a list".into()));
    }

    #[test]
    fn faults_are_named_up_to_a_limit() {
        let mut form = sample();
        form["groups"] = Value::Array(vec![json!({}); FLAWS_MAX + 5]);
        assert_eq!(faults(&form).len(), FLAWS_MAX);
    }
}
