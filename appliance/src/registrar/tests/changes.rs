//! Changed settings: on top of the version that was seen, with who did it, and a zone that counts at once.

use engine::settings::Settings;
use engine::{OperatorId, Seq};

use super::stage::{MONDAY_NINE, Stage, settings};
use crate::registrar::{SettingsChange, SettingsOutcome, SubmitError};
use crate::store::{Author, Housekeeping};

const SOMEONE: Author = Author::Operator(OperatorId(5));

fn change(from: Seq, name: &str) -> SettingsChange {
    let settings = Settings { name: name.into(), ..settings() };
    SettingsChange { settings, from, author: SOMEONE }
}

fn version(stage: &Stage) -> Seq {
    stage.mailbox.read(|committed| committed.settings_version)
}

#[tokio::test]
async fn of_two_who_change_the_same_version_one_has_to_look_again() {
    let stage = Stage::open().await;
    let first = version(&stage);
    assert_eq!(first, Seq(1));
    let hold = stage.hold().await;
    let two: Vec<_> = ["left", "right"]
        .into_iter()
        .map(|name| {
            let mailbox = stage.mailbox.clone();
            tokio::spawn(async move { mailbox.change_settings(change(first, name)).await })
        })
        .collect();
    stage.waiting(2).await;
    hold.release().await.expect("the plug is sound");
    let mut outcomes = Vec::new();
    for one in two {
        outcomes.push(one.await.expect("ends").expect("is decided"));
    }
    let now = version(&stage);
    assert!(first < now);
    assert!(outcomes.contains(&SettingsOutcome::Changed(now)), "{outcomes:?}");
    assert!(outcomes.contains(&SettingsOutcome::Meanwhile(now)), "{outcomes:?}");
    stage.check();
    let stage = stage.restart(None).await;
    assert_eq!(version(&stage), now, "after a restart too");
}

#[tokio::test]
async fn who_made_each_version_is_remembered_with_it() {
    let stage = Stage::open().await;
    let first = version(&stage);
    let outcome = stage.mailbox.change_settings(change(first, "new")).await.expect("sound");
    let SettingsOutcome::Changed(second) = outcome else { panic!("{outcome:?}") };
    let again = stage.mailbox.change_settings(change(Seq(0), "new")).await.expect("sound");
    assert_eq!(again, SettingsOutcome::AsBefore(second), "what is so already is no conflict");
    let mut spoilt = change(second, "spoilt");
    spoilt.settings.languages.clear();
    let refused = stage.mailbox.change_settings(spoilt).await.expect_err("they do not hold");
    assert!(matches!(refused, SubmitError::Refused(_)));
    let stage = stage.restart(None).await;
    let (folder, _) = stage.stop().await;
    let options = crate::store::StoreOptions::in_folder(folder.path());
    let archive = crate::store::Store::open(options).expect("opens").archive().expect("reads");
    let newest = archive.settings_before(Seq(u64::MAX)).expect("reads").expect("is there");
    assert_eq!((newest.version, newest.author), (second, SOMEONE));
    assert_eq!(newest.settings.name, "new");
    let oldest = archive.settings_before(second).expect("reads").expect("is there");
    assert_eq!((oldest.version, oldest.author), (first, Author::Box));
    assert!(archive.settings_before(first).expect("reads").is_none());
    assert!(archive.settings_at(Seq(2)).expect("reads").is_none(), "that opened a day");
}

#[tokio::test]
async fn another_zone_counts_from_the_next_command_on() {
    let stage = Stage::open().await;
    let zone = stage.mailbox.zone().clone();
    let moment = engine::Moment { wall_ms: MONDAY_NINE, steady_ms: 0 };
    let before = zone.text(moment);
    let mut other = change(version(&stage), "elsewhere");
    other.settings.zone = "Asia/Kathmandu".into();
    stage.mailbox.change_settings(other).await.expect("sound");
    assert_ne!(zone.text(moment), before);
    assert_eq!(zone.text(moment), "2026-11-23 13:45:00");
}

#[tokio::test]
async fn tokens_are_ended_as_often_as_asked_and_with_each_password() {
    let stage = Stage::open().await;
    let operator = OperatorId(5);
    let hash = serve::passwords::hash("long enough").expect("short enough");
    for note in [Housekeeping::SignedOut { operator }, Housekeeping::Credential { operator, hash }]
    {
        stage.mailbox.keep(note).await.expect("kept");
    }
    assert_eq!(stage.count("SELECT epoch FROM token_epochs WHERE operator = 5"), 2);
    assert_eq!(stage.count("SELECT count(*) FROM token_epochs"), 1);
}
