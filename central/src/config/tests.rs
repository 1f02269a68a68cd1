//! Central's configuration as people write it, right and wrong.

use super::*;

fn load(sets: &[&str], demo: bool) -> Result<Config, String> {
    let sets = sets.iter().map(ToString::to_string).collect();
    Config::load(&Arguments { sets, demo, ..Arguments::default() })
        .map_err(|error| error.to_string())
}

const OWN: [&str; 2] = ["mqtt.url=mqtt://broker:1884", "organisation.tenant=north-bank"];

#[test]
fn the_defaults_are_the_contracts() {
    let config = load(&OWN, false).expect("is sound");
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.data.to_str(), Some("/var/lib/anteroom-central"));
    assert!(!config.limits.get().rate.expect("bounded").spare_loopback);
    assert!(!config.virtual_ticket, "strangers register where somebody has asked for it");
    match config.site {
        Site::Organisation(own) => {
            assert_eq!((own.tenant.as_str(), own.name.as_str()), ("north-bank", "north-bank"));
            assert_eq!(own.broker.to_string(), "mqtt://broker:1884");
            assert!(own.credentials.is_none());
        }
        Site::Demo { .. } => panic!("this is none"),
    }
}

#[test]
fn a_demonstration_needs_nothing_and_leaves_loopback_alone() {
    let config = load(&[], true).expect("is sound");
    assert!(matches!(config.site, Site::Demo { broker_port: None }));
    assert!(config.virtual_ticket);
    assert!(config.limits.get().rate.expect("bounded").spare_loopback);
    let config = load(&["broker.port=41883"], true).expect("is sound");
    assert!(matches!(config.site, Site::Demo { broker_port: Some(41_883) }));
}

#[test]
fn what_is_wrong_is_named_with_its_remedy() {
    for (set, words) in [
        ("lisen=\"127.0.0.1:1\"", "`listen`"),
        ("listen=here", "an address and a port"),
        ("http.rate_burst=0", "`http.rate_burst` must be at least 1"),
        ("http.connections=0", "connections must be at least 1"),
        ("mqtt.url=mqtts://broker", "no TLS"),
        ("mqtt.url=broker", "mqtt://host:port"),
        ("mqtt.url=mqtt://me:hunter2@broker", "leave user and password out"),
        ("organisation.tenant=North Bank", "a-z, 0-9 and -"),
        ("organisation.name=\"\"", "1 to 80 characters"),
        ("mqtt.user=central", "`mqtt.password_file` is missing"),
        ("mqtt.password_file=/nowhere", "`mqtt.user` is missing"),
        ("broker.port=1883", "that --demo starts"),
    ] {
        let error = load(&[OWN[0], OWN[1], set], false).expect_err(set);
        assert!(error.contains(words), "{set}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    for (sets, key) in [(&[OWN[1]][..], "mqtt.url"), (&[OWN[0]], "organisation.tenant")] {
        let error = load(sets, false).expect_err(key);
        assert!(error.contains(&format!("`{key}` is missing")), "{error}");
    }
}

#[test]
fn what_the_demonstration_answers_itself_is_not_asked() {
    for set in [OWN[0], OWN[1], "organisation.name=X", "mqtt.user=x", "mqtt.password_file=/nowhere"]
    {
        let error = load(&[set], true).expect_err(set);
        assert!(error.contains("exclude each other"), "{set}: {error}");
    }
    assert!(load(&["broker.port=0"], true).expect_err("0").contains("at least 1"));
}

#[test]
fn a_password_comes_from_a_file_of_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("password");
    let set = format!("mqtt.password_file={}", file.display());
    let sets = [OWN[0], OWN[1], "mqtt.user=central", &set];
    assert!(load(&sets, false).expect_err("none").contains("cannot read"));
    serve::secret::write(&file, b"hunter2\n").expect("written");
    let site = load(&sets, false).expect("is sound").site;
    let Site::Organisation(Organisation { credentials: Some(own), .. }) = site else {
        panic!("{site:?}")
    };
    assert_eq!((own.user.as_str(), own.password.as_str()), ("central", "hunter2"));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("ours");
    let error = load(&sets, false).expect_err("exposed");
    assert!(error.contains("chmod 600") && !error.contains("hunter2"), "{error}");
}

#[test]
fn names_are_bounded() {
    let name = |length: usize| format!("organisation.name={}", "x".repeat(length));
    load(&[OWN[0], OWN[1], &name(NAME_CHARS_MAX)], false).expect("as long as may be");
    let error = load(&[OWN[0], OWN[1], &name(NAME_CHARS_MAX + 1)], false).expect_err("longer");
    assert!(error.contains("`organisation.name`"), "{error}");
}
