//! The house rules that a compiler cannot keep: arrows, first lines, names, licences, migrations.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Which of our crates each of our crates may use. The same table stands in ARCHITECTURE.md.
const ARROWS: &[(&str, &[&str])] = &[
    ("engine", &[]),
    ("drivers", &[]),
    ("serve", &["engine"]),
    ("sync", &[]),
    ("appliance", &["drivers", "engine", "serve", "sync"]),
    ("central", &["serve", "sync"]),
    ("tests", &["appliance", "central", "drivers", "engine", "serve", "sync"]),
];

/// Words that say nothing about what a thing is.
const BANNED: &[&str] = &[
    "manager", "helper", "helpers", "util", "utils", "common", "misc", "data", "info", "base",
    "impl",
];

/// Names in which a banned word is somebody else's: a flag of the contract, a library's word.
const EXCUSED: &[&str] = &["DataBits", "data_bits", "Data"];

/// Licences that may be shipped; deny.toml has the same list.
const LICENCES: &[&str] = &[
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Lines of a source file; a longer one wants to be two.
const LINES_MAX: usize = 700;

/// The sum over each released migration. A file on some box has been through them: never edit one.
const MIGRATIONS: &[(&str, &str, u64)] = &[
    ("appliance", "0001.sql", 2_024_849_202_646_851_203),
    ("appliance", "0002.sql", 11_029_944_131_285_130_622),
    ("appliance", "0003.sql", 9_953_971_530_333_012_115),
    ("appliance", "0004.sql", 6_163_941_713_538_973_003),
    ("appliance", "0005.sql", 10_766_718_881_232_275_008),
    ("appliance", "0006.sql", 4_608_945_704_808_310_703),
    ("appliance", "0007.sql", 11_778_925_132_533_709_133),
    ("appliance", "0008.sql", 12_847_011_244_482_498_946),
    ("appliance", "0009.sql", 9_020_693_104_885_721_010),
    ("central", "0001.sql", 1_489_226_958_216_341_278),
    ("central", "0002.sql", 15_457_267_718_207_997_428),
    ("central", "0003.sql", 15_735_846_391_555_280_070),
    ("central", "0004.sql", 15_234_653_084_322_359_897),
    ("central", "0005.sql", 17_229_360_247_797_032_539),
    ("central", "0006.sql", 200_636_737_061_385_480),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a member has a parent").to_owned()
}

/// All files of the repository that git knows or would take in.
fn files() -> Vec<PathBuf> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git runs");
    assert!(listed.status.success(), "git lists the files");
    let text = String::from_utf8(listed.stdout).expect("names are UTF-8");
    text.lines().map(|line| root().join(line)).filter(|path| path.is_file()).collect()
}

fn sources(ending: &str) -> Vec<(PathBuf, String)> {
    let wanted = |path: &PathBuf| path.extension().is_some_and(|found| found == ending);
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("sources are UTF-8");
        (path, text)
    };
    files().into_iter().filter(wanted).map(read).collect()
}

fn metadata(dependencies: bool) -> Value {
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--format-version", "1", "--locked", "--offline"]);
    if dependencies {
        // What other systems would need is neither shipped nor downloaded.
        command.args(["--filter-platform", "x86_64-unknown-linux-gnu"]);
    } else {
        command.arg("--no-deps");
    }
    let output = command.current_dir(root()).output().expect("cargo runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata: {complaint}");
    serde_json::from_slice(&output.stdout).expect("cargo speaks JSON")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or("")
}

#[test]
fn every_arrow_points_the_way_of_the_table() {
    let metadata = metadata(false);
    let packages = metadata["packages"].as_array().expect("there are packages");
    let ours: BTreeSet<&str> = packages.iter().map(|package| text(package, "name")).collect();
    let listed: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    assert_eq!(ours, listed, "the table names every crate of the workspace");
    for package in packages {
        let name = text(package, "name");
        let (_, allowed) = ARROWS.iter().find(|(known, _)| *known == name).expect("listed");
        let dependencies = package["dependencies"].as_array().expect("a list");
        for dependency in dependencies.iter().map(|dependency| text(dependency, "name")) {
            let fine = !ours.contains(dependency) || allowed.contains(&dependency);
            assert!(fine, "{name} must not use {dependency}");
        }
        if name == "engine" {
            let kinds = dependencies.iter().filter(|dependency| dependency["kind"].is_null());
            assert_eq!(kinds.count(), 0, "the engine has no dependencies");
        }
    }
}

#[test]
fn every_member_inherits_the_lints() {
    for (path, text) in sources("toml") {
        if path.ends_with("Cargo.toml") && text.contains("[package]") {
            let inherits = text.contains("[lints]\nworkspace = true");
            assert!(inherits, "{}: [lints] workspace = true is missing", path.display());
        }
    }
    // A nested clippy.toml replaces the root one, so it must say all that the root one says.
    let read = |path: &str| std::fs::read_to_string(root().join(path)).expect("is there");
    assert!(read("appliance/engine/clippy.toml").contains(read("clippy.toml").trim()));
}

#[test]
fn every_source_says_first_what_it_is_for() {
    for (path, text) in sources("rs") {
        let name = path.display();
        assert!(text.starts_with("//! "), "{name}: the first line is `//! ` and a sentence");
        assert!(!path.ends_with("mod.rs"), "{name}: x.rs beside x/, never mod.rs");
        let lines = text.lines().count();
        assert!(lines <= LINES_MAX, "{name}: {lines} lines; {LINES_MAX} are the most");
        let marks = ["TO", "FIX", "XX"].map(|half| {
            format!(
                "{half}{}",
                &"DOMEX"[match half {
                    "TO" => 0..2,
                    "FIX" => 2..4,
                    _ => 4..5,
                }]
            )
        });
        for mark in marks {
            assert!(!text.contains(&mark), "{name}: an unfinished mark, {mark}");
        }
    }
}

#[test]
fn names_say_what_a_thing_is() {
    let declared = ["struct ", "enum ", "trait ", "fn ", "mod ", "type ", "macro_rules! "];
    for (path, text) in sources("rs") {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
        assert_eq!(banned_in(stem), None, "{}: the file's name", path.display());
        for line in text.lines().map(str::trim_start).filter(|line| !line.starts_with("//")) {
            for keyword in declared {
                let Some(place) = line.find(keyword) else { continue };
                let before = &line[..place];
                if !before.is_empty() && !before.ends_with(' ') {
                    continue;
                }
                let rest = &line[place + keyword.len()..];
                let name: String =
                    rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let fine = EXCUSED.contains(&name.as_str()) || banned_in(&name).is_none();
                assert!(fine, "{}: `{name}` has a banned word", path.display());
            }
        }
    }
}

/// The banned word in a name, if there is one.
fn banned_in(name: &str) -> Option<&'static str> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        if letter == '_' || letter == '-' {
            words.push(String::new());
        } else if letter.is_uppercase() {
            words.push(letter.to_lowercase().collect());
        } else if let Some(word) = words.last_mut() {
            word.push(letter);
        }
    }
    BANNED.iter().find(|banned| words.iter().any(|word| word == *banned)).copied()
}

#[test]
fn the_check_of_names_finds_what_it_looks_for() {
    assert_eq!(banned_in("QueueManager"), Some("manager"));
    assert_eq!(banned_in("load_data"), Some("data"));
    assert_eq!(banned_in("database"), None);
}

#[test]
fn sources_are_ascii_but_for_texts() {
    // Tests of languages, of printers' code pages and of dialogues are about other letters.
    let about_letters = |path: &Path| {
        let text = path.to_string_lossy();
        ["/tests", "codepage", "texts", "/printer/", "/sim/"].iter().any(|part| text.contains(part))
    };
    for (path, text) in sources("rs").into_iter().filter(|(path, _)| !about_letters(path)) {
        let code = text.split("#[cfg(test)]").next().unwrap_or("");
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            assert!(line.is_ascii(), "{}: {line}", path.display());
        }
    }
}

#[test]
fn released_migrations_stay_as_they_are() {
    let mut found = BTreeMap::new();
    for owner in ["appliance", "central"] {
        let folder = root().join(owner).join("src/store/migrations");
        for file in std::fs::read_dir(folder).expect("the folder is there") {
            let file = file.expect("can be read");
            let name = file.file_name().into_string().expect("is UTF-8");
            let sum = sum(&std::fs::read(file.path()).expect("can be read"));
            found.insert(format!("{owner} {name}"), sum);
        }
    }
    let known: BTreeMap<String, u64> =
        MIGRATIONS.iter().map(|(owner, name, sum)| (format!("{owner} {name}"), *sum)).collect();
    assert_eq!(found, known, "add new migrations to the table; never change an old one");
}

/// FNV-1a: enough to notice an edit.
fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[test]
fn every_dependency_may_be_shipped_and_comes_from_the_registry() {
    let metadata = metadata(true);
    for package in metadata["packages"].as_array().expect("there are packages") {
        let name = text(package, "name");
        let Some(source) = package["source"].as_str() else { continue };
        assert!(source.starts_with("registry+"), "{name} comes from {source}");
        let licence = text(package, "license").replace('/', " OR ");
        assert!(may_be_shipped(&licence), "{name}: the licence is `{licence}`");
    }
}

/// Whether one of the alternatives of an SPDX expression is made of allowed licences.
fn may_be_shipped(expression: &str) -> bool {
    let clean = expression.replace(['(', ')'], "");
    clean
        .split(" AND ")
        .all(|part| part.split(" OR ").any(|licence| LICENCES.contains(&licence.trim())))
}

#[test]
fn the_check_of_licences_finds_what_it_looks_for() {
    assert!(may_be_shipped("MIT OR GPL-3.0-only"));
    assert!(may_be_shipped("(MIT OR Apache-2.0) AND Unicode-3.0"));
    assert!(!may_be_shipped("GPL-3.0-only"));
    assert!(!may_be_shipped("MIT AND GPL-3.0-only"));
    assert!(!may_be_shipped(""));
}

#[test]
fn dependencies_say_why_they_are_there() {
    let text = std::fs::read_to_string(root().join("Cargo.toml")).expect("is there");
    let section = text.split("[workspace.dependencies]").nth(1).expect("the section is there");
    let section = section.split("\n[").next().unwrap_or("");
    for line in section.lines().filter(|line| line.contains(" = ") && !line.contains("path = ")) {
        assert!(line.contains('#'), "no reason beside: {line}");
    }
}
