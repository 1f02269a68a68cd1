//! Retention over a real branch: what is over is gone from the bytes of every file, and the rest stays.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::{Command, DeviceId, Issue, LineRequest, Priority, ServiceId, Source, TicketId};
use serve::clock::{Clock, HandClock};
use serve::virtual_ticket::{Change, Customer, Host, Profile};
use tempfile::TempDir;

use super::*;
use crate::accounts::Accounts;
use crate::api::Furniture;
use crate::api::branch_services::Reception;
use crate::api::virtual_ticket::{Apps, BranchHost};
use crate::keys::{KernelChance, Passes};
use crate::local_time::Zone;
use crate::registrar::{CLOCK_SET_SINCE_MS, Registrar, Submission, TicketTexts};
use crate::store::{Store, StoreOptions};
use crate::texts::Texts;

/// Noon of 2026-11-23 in Budapest.
const NOON_MS: i64 = 1_795_431_600_000;
const TERMS: RetentionConfig =
    RetentionConfig { texts_days: 30, customers_days: 365, files_days: 7 };

struct Stage {
    rooms: Rooms,
    host: BranchHost,
    clock: HandClock,
    registrar: Registrar,
    folder: TempDir,
}

impl Stage {
    async fn open(folder: TempDir) -> Stage {
        let clock = HandClock::at(NOON_MS);
        let store = Store::open(StoreOptions::in_folder(folder.path())).expect("opens");
        let archive = store.archive().expect("opens");
        let (registrar, mailbox) =
            Registrar::start(store, Arc::new(clock.clone())).expect("starts");
        let rooms = Rooms::new(Furniture {
            zone: Zone::named("Europe/Budapest").expect("it is bundled"),
            passes: Passes::open(folder.path(), mailbox.moment(), KernelChance).expect("opens"),
            texts: Texts::new(),
            accounts: Accounts::open(folder.path(), mailbox.clone(), archive.clone())
                .expect("opens"),
            archive,
            mailbox,
            printers: Vec::new(),
            queue_management_authentication: false,
            apps: Apps::open(folder.path(), Vec::new(), Apps::outbox(folder.path()))
                .expect("opens"),
            reception: Reception::open(folder.path(), Vec::new(), Vec::new()).expect("opens"),
            own_url: "http://127.0.0.1:3000".into(),
            board: crate::devices::Board::default(),
            live: crate::live::Live::new(7, crate::live::STREAM_LIMITS),
            screens_trusted: Vec::new(),
            cabinet: crate::cabinet::Cabinet {
                folder: folder.path().to_owned(),
                devices: crate::config::Devices::default(),
                outbox: crate::outbox::OutboxView::new(None, 0),
            },
        });
        let settings = crate::demo::settings(&rooms.texts, DeviceId(1));
        rooms.mailbox.submit(Command::ChangeSettings(Box::new(settings))).await.expect("sound");
        crate::day::turn(&rooms.mailbox).await;
        let host = BranchHost::of(&rooms);
        Stage { rooms, host, clock, registrar, folder }
    }

    /// A customer of whom everything has `name` in it, with a mail, and a notice on file.
    async fn register(&self, name: &str) -> Customer {
        let said = |what: &str| Some(format!("{name}-{what}"));
        let customer = Customer {
            id: format!("{name}-id"),
            username: said("username"),
            profile: Profile {
                first_name: said("first"),
                email: said("mail@example.org"),
                phone: said("phone"),
                push: said("push"),
                ..Profile::default()
            },
            updated_ms: self.clock.now().wall_ms,
            ..Customer::default()
        };
        self.host.keep(Change::Enter(customer.clone())).await.expect("written");
        let hash = format!("{name}-reset");
        let ends_ms = self.clock.now().wall_ms + 3_600_000;
        let reset = Change::Reset { customer: customer.id.clone(), hash, ends_ms };
        self.host.keep(reset).await.expect("written");
        self.host.send_reset(&customer, "a-token").await.expect("written");
        let file = format!(r#"{{"id": 1, "key": "{name}-push"}}"#);
        self.rooms.apps.trays()[1].put(&format!("{name}.json"), file.as_bytes()).expect("written");
        customer
    }

    async fn issue(&self, customer: &str, note: &str) -> TicketId {
        let command = Command::Issue(Issue {
            lines: vec![LineRequest { service: ServiceId(1), priority: Priority::NORMAL }],
            language: None,
            token: self.rooms.passes.token(),
            pass: None,
            source: Source::Customer,
            device: None,
        });
        let texts = TicketTexts {
            customer: Some(customer.to_owned()),
            client_name: Some(format!("{note}-name")),
            note: Some(format!("{note}-note")),
            comment: Some(format!("{note}-comment").repeat(500)),
            custom_field: Some(format!("{note}-field")),
        };
        let submission = Submission { texts, ..command.into() };
        let receipt = self.rooms.mailbox.submit(submission).await.expect("accepted");
        receipt.ticket.expect("it is about a ticket")
    }

    async fn give_up(&self, ticket: TicketId) {
        self.rooms.mailbox.submit(Command::Delete { ticket }).await.expect("it waits");
    }

    async fn days_later(&self, days: u64) {
        self.clock.advance(Duration::from_secs(days * 24 * 60 * 60));
        crate::day::turn(&self.rooms.mailbox).await;
        // Files bear the time of the machine; here it is the branch's that passes.
        let now = self.clock.now().wall_ms.cast_unsigned();
        for path in files(self.folder.path()) {
            let file = std::fs::File::options().append(true).open(path).expect("a file");
            let modified = file.metadata().expect("it has").modified().expect("it has");
            let age = UNIX_EPOCH + Duration::from_millis(now - days * DAY_MS.cast_unsigned());
            file.set_modified(modified.min(age)).expect("it is ours");
        }
    }

    async fn erase(&self) {
        erase_due(&self.rooms, &TERMS).await.expect("nothing is in the way");
        assert!(emptied(&self.rooms).await);
    }

    /// In how many files of the data folder this stands.
    fn holding(&self, what: &str) -> usize {
        let has = |path: &PathBuf| {
            let bytes = std::fs::read(path).expect("a file");
            bytes.windows(what.len()).any(|part| part == what.as_bytes())
        };
        files(self.folder.path()).iter().filter(|path| has(path)).count()
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("one").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn each_thing_goes_when_its_time_is_over_and_leaves_no_byte() {
    let stage = Stage::open(tempfile::tempdir().expect("a folder")).await;
    let old = stage.register("Bartholomea").await;
    let first = stage.issue(&old.id, "Theodelinda").await;
    stage.give_up(first).await;
    let waiting = stage.issue(&old.id, "Waldtraute").await;
    stage.erase().await;
    for (name, count) in [("Bartholomea", 3), ("Theodelinda", 1), ("Waldtraute", 1)] {
        assert_eq!(stage.holding(name), count, "{name}");
    }
    stage.days_later(8).await;
    stage.erase().await;
    assert_eq!(stage.holding("Bartholomea"), 1, "mail and notice are gone, the account is not");
    assert_eq!(stage.holding("Theodelinda"), 1);
    stage.days_later(22).await;
    stage.erase().await;
    assert_eq!(stage.holding("Theodelinda"), 1, "thirty days are not over");
    stage.days_later(1).await;
    stage.erase().await;
    assert_eq!(stage.holding("Theodelinda"), 0);
    assert_eq!(stage.holding("Waldtraute"), 1, "it still waits");
    let known = |ticket| stage.rooms.mailbox.read(|now| now.texts.contains_key(&ticket));
    assert!(!known(first) && known(waiting));
    let tickets = stage.rooms.archive.tickets_of_customer(&old.id, 9).expect("reads");
    assert_eq!(tickets.len(), 1, "nothing leads to the old one any more");
    // Half a year on one of them opens the app again.
    let other = stage.register("Clementina").await;
    stage.days_later(200).await;
    stage.host.customer(&serve::virtual_ticket::Whose::Id(other.id.clone())).expect("reads");
    stage.days_later(166).await;
    stage.erase().await;
    for name in ["Bartholomea", "Theodelinda"] {
        assert_eq!(stage.holding(name), 0, "{name}");
    }
    assert_eq!(stage.holding("Clementina"), 1, "they were about");
    stage.days_later(200).await;
    stage.erase().await;
    assert_eq!(stage.holding("Clementina"), 0);
    assert_eq!(stage.holding("Waldtraute"), 1, "what still waits is no history");
    drop(stage.rooms);
    stage.registrar.stop().await;
}

#[tokio::test]
async fn who_is_erased_on_demand_is_gone_from_files_and_log() {
    let stage = Stage::open(tempfile::tempdir().expect("a folder")).await;
    let old = stage.register("Bartholomea").await;
    let other = stage.register("Clementina").await;
    assert!(!stage.rooms.apps.take_erased());
    stage.host.keep(Change::Erase { customer: old.id }).await.expect("written");
    assert!(stage.rooms.apps.take_erased());
    assert!(emptied(&stage.rooms).await);
    assert_eq!((stage.holding("Bartholomea"), stage.holding("Clementina")), (0, 3));
    drop(other);
}

#[tokio::test]
async fn more_than_one_commit_takes_goes_too() {
    let stage = Stage::open(tempfile::tempdir().expect("a folder")).await;
    let many = FORGOTTEN_MAX as usize * 2 + 1;
    for number in 0..many {
        let customer = Customer { id: format!("Person{number}"), ..Customer::default() };
        stage.host.keep(Change::Enter(customer)).await.expect("written");
    }
    stage.erase().await;
    assert_eq!(stage.holding("Person"), 0);
}

#[tokio::test]
async fn a_clock_that_nobody_trusts_erases_nothing() {
    let stage = Stage::open(tempfile::tempdir().expect("a folder")).await;
    stage.register("Bartholomea").await;
    stage.clock.set_wall(CLOCK_SET_SINCE_MS - 1);
    erase_due(&stage.rooms, &TERMS).await.expect("nothing is in the way");
    assert_eq!(stage.holding("Bartholomea"), 3);
}

#[tokio::test]
async fn a_database_of_an_older_format_goes_with_what_it_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = folder.path().join("branch.sqlite.format4");
    std::fs::write(&old, "Bartholomea").expect("written");
    let stage = Stage::open(folder).await;
    // It became the old one when this machine says.
    let upgraded_ms = std::fs::metadata(&old).expect("it is there").ctime() * 1_000;
    stage.clock.set_wall(upgraded_ms + 30 * DAY_MS);
    crate::day::turn(&stage.rooms.mailbox).await;
    stage.erase().await;
    assert!(old.exists(), "thirty days are not over");
    stage.clock.set_wall(upgraded_ms + 30 * DAY_MS + 60_000);
    stage.erase().await;
    assert_eq!(stage.holding("Bartholomea"), 0);
}
