//! Configuration as people write it, right and wrong.

use std::path::Path;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::*;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Raw {
    listen: Option<String>,
    queue_management: Gate,
    mqtt: Mqtt,
    devices: Vec<Device>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Gate {
    authentication: bool,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Mqtt {
    url: Option<String>,
    password: Option<String>,
    branch: u32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Device {
    kind: Kind,
    driver: String,
    port: String,
    #[serde(default)]
    baud: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Printer,
    Display,
}

impl RawConfig for Raw {
    fn full() -> Raw {
        let text = || Some(String::new());
        Raw {
            listen: text(),
            queue_management: Gate::default(),
            mqtt: Mqtt { url: text(), password: text(), branch: 1 },
            devices: vec![Device {
                kind: Kind::Display,
                driver: String::new(),
                port: String::new(),
                baud: Some(9_600),
            }],
        }
    }
}

fn raw(text: &str, sets: &[&str]) -> Result<Raw, ConfigError> {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    fill(Some(Path::new("branch.toml")), text, &sets)
}

/// What the person who wrote it reads.
fn told(text: &str, sets: &[&str]) -> String {
    raw(text, sets).unwrap_err().to_string()
}

#[test]
fn the_command_line_wins_over_the_file() {
    let got = raw(
        "listen = '127.0.0.1:1'\n[mqtt]\nbranch = 7",
        &[
            "mqtt.url=mqtt://127.0.0.1:1883",
            "listen = 127.0.0.1:2",
            "queue_management.authentication=true",
            r#"devices=[{kind="printer",driver="escpos",port="/dev/pts/3"}]"#,
            "mqtt.url=mqtt://127.0.0.1:1884",
        ],
    )
    .unwrap();
    assert_eq!(got.mqtt.url.unwrap(), "mqtt://127.0.0.1:1884");
    assert_eq!(got.mqtt.branch, 7);
    assert_eq!(got.listen.unwrap().trim(), "127.0.0.1:2");
    assert!(got.queue_management.authentication);
    assert_eq!(got.devices[0].port, "/dev/pts/3");
    assert_eq!(got.devices[0].kind, Kind::Printer);
}

#[test]
fn nothing_at_all_is_the_default() {
    assert_eq!(raw("", &[]).unwrap(), Raw::default());
    assert_eq!(load::<Raw>(None, &[]).unwrap(), Raw::default());
}

#[test]
fn numbers_are_texts_where_a_text_belongs() {
    for word in ["12345", "true", "1.5", "2026-01-01"] {
        let got = raw("", &[&format!("mqtt.password={word}")]).unwrap();
        assert_eq!(got.mqtt.password.unwrap(), word);
    }
    assert_eq!(raw("", &["mqtt.password="]).unwrap().mqtt.password.unwrap(), "");
    assert_eq!(raw("", &["mqtt.password=a=b"]).unwrap().mqtt.password.unwrap(), "a=b");
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest() {
    assert_eq!(
        told("", &["mqtt.ur=x"]),
        "command line: unknown key `mqtt.ur`; did you mean `mqtt.url`?"
    );
    assert_eq!(
        told("[mqtt]\nbrnach = 1", &[]),
        "branch.toml: unknown key `mqtt.brnach`; did you mean `mqtt.branch`?"
    );
    assert_eq!(
        told("branch = 1", &[]),
        "branch.toml: unknown key `branch`; did you mean `mqtt.branch`?"
    );
    let device = "[[devices]]\nkind='printer'\ndriver='d'\nport='p'\nbuad=9600";
    assert_eq!(
        told(device, &[]),
        "branch.toml: unknown key `devices[0].buad`; did you mean `devices[].baud`?"
    );
    assert_eq!(told("colour = 1", &[]), "branch.toml: unknown key `colour`; remove it");
}

#[test]
fn wrong_values_are_named_and_never_repeated() {
    let secret = "hunter2";
    for (text, sets, expected) in [
        ("[mqtt]\nbranch = 'hunter2'", vec![], "branch.toml: `mqtt.branch` must be a whole number"),
        ("", vec!["mqtt.branch=hunter2"], "command line: `mqtt.branch` must be a whole number"),
        ("", vec!["mqtt.branch=-1"], "command line: `mqtt.branch` must be a whole number"),
        ("mqtt = 'hunter2, expected hunter2'", vec![], "branch.toml: `mqtt` must be a table for"),
        (
            "[[devices]]\nkind = 'hunter2'\ndriver = ''\nport = ''",
            vec![],
            "branch.toml: `devices[0].kind` must be",
        ),
        (
            "[[devices]]\nkind = 'display'\ndriver = ''",
            vec![],
            "branch.toml: `devices[0].port` must be set; it has no default",
        ),
        ("[mqtt]\npassword = hunter2", vec![], "branch.toml: line 2, column 12 is not TOML"),
        ("mqtt.url = 'hunter2'", vec!["mqtt.url.x=1"], "--set mqtt.url.x: `url` is not a table"),
        ("", vec!["hunter2"], "a --set has no `=`"),
        ("", vec!["mqtt .url=hunter2"], "the key of a --set"),
        ("", vec!["=hunter2"], "the key of a --set"),
    ] {
        let told = told(text, &sets);
        assert!(told.starts_with(expected), "{told}");
        assert!(!told.contains(secret), "{told}");
        let shown = format!("{:?}", raw(text, &sets).unwrap_err());
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_value_cannot_smuggle_in_other_keys() {
    let got = raw("", &["mqtt.password=1\nlisten = 'x'"]).unwrap();
    assert_eq!(got.listen, None);
    assert_eq!(got.mqtt.password.unwrap(), "1\nlisten = 'x'");
}

#[test]
fn everything_has_a_bound() {
    let many = vec!["mqtt.branch=1"; SETS_MAX];
    assert!(raw("", &many).is_ok());
    assert!(matches!(raw("", &[&many[..], &many[..1]].concat()), Err(ConfigError::TooManySets)));
    let long = format!("mqtt.url={}", "x".repeat(SET_BYTES_MAX));
    assert!(matches!(raw("", &[&long]), Err(ConfigError::SetTooLong)));
    let deep = format!("x = {}{}", "[".repeat(DEPTH_MAX + 1), "]".repeat(DEPTH_MAX + 1));
    assert!(matches!(raw(&deep, &[]), Err(ConfigError::TooDeep { .. })));
    let deep = format!("x={}{}", "[".repeat(50_000), "]".repeat(10_000));
    assert!(raw("", &[&deep]).is_err());
    let key = vec!["a"; DEPTH_MAX + 1].join(".");
    assert!(matches!(raw("", &[&format!("{key}=1")]), Err(ConfigError::SetKey)));
}

#[test]
fn files_are_read_within_their_limit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("branch.toml");
    let missing = load::<Raw>(Some(&path), &[]).unwrap_err();
    assert!(missing.to_string().contains("branch.toml"));
    assert!(std::error::Error::source(&missing).is_some());
    std::fs::write(&path, "[mqtt]\nbranch = 3\n").unwrap();
    assert_eq!(load::<Raw>(Some(&path), &[]).unwrap().mqtt.branch, 3);
    std::fs::write(&path, "#".repeat(usize::try_from(FILE_BYTES_MAX).unwrap())).unwrap();
    assert!(load::<Raw>(Some(&path), &[]).is_ok());
    std::fs::write(&path, "#".repeat(usize::try_from(FILE_BYTES_MAX).unwrap() + 1)).unwrap();
    assert!(matches!(load::<Raw>(Some(&path), &[]), Err(ConfigError::TooLarge { .. })));
}

proptest! {
    #[test]
    fn any_override_is_answered(set in "\\PC{0,40}") {
        let _ = raw("", &[&set]);
    }

    #[test]
    fn tricky_overrides_are_answered(value in "[\\[\\]{}\"'=,.0-9a-c\\\\\n -]{0,40}") {
        let _ = raw("", &[&format!("mqtt.url={value}")]);
        let _ = raw("", &[&format!("devices={value}")]);
    }

    #[test]
    fn any_quoted_text_arrives(value in "[a-z \u{e9}\"=.]{0,20}") {
        let quoted = Value::String(value.clone()).to_string();
        let got = raw("", &[&format!("mqtt.url={quoted}")]).unwrap();
        prop_assert_eq!(got.mqtt.url.unwrap(), value);
    }

    #[test]
    fn any_file_is_answered(text in "[\\[\\]{}\"'=,.a-c0-9\n ]{0,60}") {
        let _ = raw(&text, &[]);
    }
}
