//! What apps are told, over a real branch: once each, in time, and whatever dies in between.

mod webhooks;

use std::path::Path;
use std::sync::Arc;

use engine::{
    Among, At, Command, CounterId, DayId, DeviceId, Issue, LineRequest, Priority, ServiceId, Source,
};
use serve::clock::HandClock;
use serve::virtual_ticket::{Change, Profile};
use serve::webhook::Webhooks;
use tempfile::TempDir;

use super::*;
use crate::accounts::Accounts;
use crate::api::Furniture;
use crate::api::branch_services::Reception;
use crate::api::virtual_ticket::Apps;
use crate::keys::{KernelChance, Passes};
use crate::local_time::Zone;
use crate::registrar::{Registrar, Submission, TicketTexts};
use crate::store::{Store, StoreOptions};
use crate::texts::Texts;

struct Stage {
    rooms: Rooms,
    archive: Archive,
    clock: HandClock,
    _registrar: Registrar,
    folder: TempDir,
}

impl Stage {
    async fn open() -> Stage {
        Stage::open_with(None).await
    }

    async fn open_with(webhooks: Option<Webhooks>) -> Stage {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = HandClock::at(1_795_431_600_000);
        let store = Store::open(StoreOptions::in_folder(folder.path())).expect("opens");
        let archive = store.archive().expect("opens");
        let (registrar, mailbox) =
            Registrar::start(store, Arc::new(clock.clone())).expect("starts");
        let rooms = furnish(folder.path(), mailbox, archive.clone(), webhooks);
        let settings = crate::demo::settings(&rooms.texts, DeviceId(1));
        rooms.mailbox.submit(Command::ChangeSettings(Box::new(settings))).await.expect("sound");
        rooms.mailbox.submit(Command::OpenDay(DayId(20_261_123))).await.expect("no day is open");
        Stage { rooms, archive, clock, _registrar: registrar, folder }
    }

    /// Somebody who just began to follow the journal, as after a start.
    fn teller(&self) -> Teller {
        let tray = Tray::at(self.folder.path().join(NOTICES_FOLDER), NOTICES_FILES_MAX);
        Teller::new(self.rooms.clone(), self.archive.clone(), tray)
    }

    async fn register(&self, id: &str, push: Option<&str>, ticket_warning: u32) {
        let profile =
            Profile { push: push.map(str::to_owned), ticket_warning, ..Profile::default() };
        let customer = Customer { id: id.to_owned(), profile, ..Customer::default() };
        let note = Housekeeping::Customer(Box::new(Change::Enter(customer)));
        self.rooms.mailbox.keep(note).await.expect("written");
    }

    async fn issue(&self, customer: Option<&str>) -> TicketId {
        let command = Command::Issue(Issue {
            lines: vec![LineRequest { service: ServiceId(1), priority: Priority::NORMAL }],
            language: None,
            token: self.rooms.passes.token(),
            pass: None,
            source: Source::Customer,
            device: None,
        });
        let customer = customer.map(str::to_owned);
        let texts = TicketTexts { customer, ..TicketTexts::default() };
        let submission = Submission { texts, ..command.into() };
        let receipt = self.rooms.mailbox.submit(submission).await.expect("accepted");
        receipt.ticket.expect("it is about a ticket")
    }

    async fn call(&self, counter: u32) -> CallId {
        let at = At { counter: CounterId(counter), operator: None };
        let command = Command::CallNext { at, among: Among::Everything };
        let receipt = self.rooms.mailbox.submit(command).await.expect("somebody waits");
        receipt.call.expect("it is about a call")
    }

    async fn waits_in_vain(&self, call: CallId) {
        self.rooms.mailbox.submit(Command::NoShow { call }).await.expect("it is open");
    }

    /// What was told, by number: kind and message.
    fn told(&self) -> Vec<String> {
        let folder = self.folder.path().join(NOTICES_FOLDER);
        let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
        let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
        paths.sort();
        let line = |path: &std::path::PathBuf| {
            let text = std::fs::read(path).expect("a file");
            let told: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
            let text = |name: &str| told[name].as_str().expect("a text").to_owned();
            format!("{} {}: {}", text("key"), text("kind"), text("message"))
        };
        paths.iter().map(line).collect()
    }
}

fn furnish(
    folder: &Path,
    mailbox: crate::registrar::Mailbox,
    archive: Archive,
    webhooks: Option<Webhooks>,
) -> Rooms {
    Rooms::new(Furniture {
        zone: Zone::named("Europe/Budapest").expect("it is bundled"),
        passes: Passes::open(folder, mailbox.moment(), KernelChance).expect("opens"),
        texts: Texts::new(),
        accounts: Accounts::open(folder, mailbox.clone(), archive.clone()).expect("opens"),
        archive,
        mailbox,
        printers: Vec::new(),
        queue_management_authentication: false,
        apps: Apps::open(folder, Vec::new(), Apps::outbox(folder))
            .expect("opens")
            .calling(webhooks),
        reception: Reception::open(folder, Vec::new(), Vec::new()).expect("opens"),
        board: crate::devices::Board::default(),
        cabinet: crate::cabinet::Cabinet {
            folder: folder.to_owned(),
            devices: crate::config::Devices::default(),
            outbox: crate::outbox::OutboxView::new(None, 0),
        },
        live: crate::live::Live::new(7, crate::live::STREAM_LIMITS),
        screens_trusted: Vec::new(),
        own_url: "http://127.0.0.1:3000".into(),
    })
}

async fn round(teller: &mut Teller) {
    assert!(teller.round().await.is_ok());
}

const TURN: &str = "Please head to desk";

#[tokio::test]
async fn each_moment_is_told_once_whoever_begins_anew() {
    let stage = Stage::open().await;
    stage.register("ann", Some("key-a"), 1).await;
    for _ in 0..2 {
        stage.issue(None).await;
    }
    let ticket = stage.issue(Some("ann")).await;
    let mut teller = stage.teller();
    round(&mut teller).await;
    assert!(stage.told().is_empty(), "two are ahead");
    stage.call(1).await;
    round(&mut teller).await;
    let warning = "key-a almost_your_turn: There are only 1 customers ahead of you.";
    assert_eq!(stage.told(), [warning]);
    stage.call(2).await;
    let call = stage.call(3).await;
    // What is written down before the end is told after it.
    let mut dying = stage.teller();
    assert!(dying.catch_up().await.is_ok());
    drop(dying);
    for mut teller in [stage.teller(), stage.teller(), teller] {
        round(&mut teller).await;
    }
    let turn = format!("key-a your_turn: Your ticket A003 was just called. {TURN} 3.");
    assert_eq!(stage.told(), [warning.to_owned(), turn.clone()]);
    // Missed, put back and called again is another turn.
    stage.waits_in_vain(call).await;
    stage.rooms.mailbox.submit(Command::PutBack { ticket }).await.expect("it is missing");
    stage.call(4).await;
    round(&mut stage.teller()).await;
    assert_eq!(stage.told()[2], turn.replace("desk 3", "desk 4"));
    let states = stage.archive.notices_of(ticket).expect("reads");
    assert!(states.iter().all(|(_, state)| state == "sent") && states.len() == 3, "{states:?}");
}

#[tokio::test]
async fn nobody_is_told_who_wants_nothing_or_whose_moment_is_over() {
    let stage = Stage::open().await;
    stage.register("ann", Some("key-a"), 0).await;
    stage.register("bob", None, 0).await;
    let (first, second) = (stage.issue(Some("ann")).await, stage.issue(Some("bob")).await);
    stage.call(1).await;
    stage.call(2).await;
    stage.clock.advance(NOTICE_AGE_MAX + Duration::from_secs(1));
    round(&mut stage.teller()).await;
    assert!(stage.told().is_empty());
    let states = |ticket| stage.archive.notices_of(ticket).expect("reads");
    assert_eq!(states(first)[0].1, "expired");
    assert_eq!(states(second)[0].1, "expired");
    let third = stage.issue(Some("bob")).await;
    round(&mut stage.teller()).await;
    assert_eq!(states(third), [(WARNING, "unwanted".to_owned())]);
}

#[tokio::test]
async fn whoever_is_forgotten_is_told_nothing_more() {
    let stage = Stage::open().await;
    stage.register("ann", Some("key-a"), 0).await;
    let ticket = stage.issue(Some("ann")).await;
    let erase = Change::Erase { customer: "ann".into() };
    stage.rooms.mailbox.keep(Housekeeping::Customer(Box::new(erase))).await.expect("written");
    stage.call(1).await;
    round(&mut stage.teller()).await;
    assert!(stage.told().is_empty());
    assert!(stage.archive.notices_of(ticket).expect("reads").is_empty());
    let texts = stage.rooms.mailbox.read(|now| now.texts.get(&ticket).cloned());
    assert_eq!(texts, None, "nothing leads to them");
}
