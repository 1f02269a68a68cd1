//! Retention over a real store and a real intake: what is over is gone from the bytes of every
//! file, and the rest stays.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use central::config::RetentionConfig;
use central::intake::{Intake, IntakeOptions};
use central::retention::{Keeper, keep};
use central::store::{FORGOTTEN_MAX, NewSale, Note, Reader, SALES_KEPT_MS, Store};
use serve::clock::{Clock, HandClock};
use serve::shutdown::Shutdown;
use serve::tray::Tray;
use serve::virtual_ticket::{Change, Customer, Profile, Traces, Whose};
use sync::ids::BranchId;
use sync::link::LinkOptions;
use sync::request::RequestId;
use sync::topics::Tenant;
use tempfile::TempDir;

const NOON_MS: i64 = 1_795_431_600_000;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const TERMS: RetentionConfig = RetentionConfig { customers_days: 365, files_days: 7 };

struct Stage {
    folder: TempDir,
    clock: HandClock,
    intake: Intake,
    keeper: Keeper,
}

impl Stage {
    fn open() -> Stage {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = HandClock::at(NOON_MS);
        let tenant = Tenant::parse("demo").expect("plain");
        let mut store = Store::open(folder.path()).expect("opens");
        let mut batch = store.batch().expect("begins");
        batch.card(&tenant, BranchId(7), true, b"frame", NOON_MS).expect("kept");
        batch.commit().expect("committed");
        let reader = store.reader().expect("opens");
        let newest_ms = reader.newest_ms().expect("read");
        let options = IntakeOptions {
            tenant,
            // Nobody listens there.
            link: LinkOptions::new("127.0.0.1", 1, "central"),
            clock: Arc::new(clock.clone()),
            version: "0.1.0".into(),
        };
        let (intake, _) = Intake::start(store, options).expect("starts");
        let tray = |name: &str| Tray::at(folder.path().join(name), 9);
        let keeper = Keeper {
            reader,
            requests: intake.requests(),
            clock: Arc::new(clock.clone()),
            traces: Traces::in_trays(tray("mail"), tray("notices")),
            terms: TERMS,
            newest_ms,
        };
        Stage { folder, clock, intake, keeper }
    }

    fn reader(&self) -> &Reader {
        &self.keeper.reader
    }

    async fn write(&self, note: Note) {
        self.keeper.requests.keep(note).await.expect("written");
    }

    async fn enter(&self, name: &str) {
        let customer = Customer {
            id: format!("{name}-id"),
            username: Some(format!("{name}-username")),
            profile: Profile { email: Some(format!("{name}@hill.example")), ..Profile::default() },
            updated_ms: self.clock.now().wall_ms,
            ..Customer::default()
        };
        self.write(Note::Customer(Box::new(Change::Enter(customer)))).await;
    }

    fn knows(&self, name: &str) -> bool {
        self.reader().customer(&Whose::Id(format!("{name}-id"))).expect("read").is_some()
    }

    async fn erase(&self) {
        let now_ms = self.clock.now().wall_ms;
        self.keeper.erase_due(now_ms).await.expect("nothing is in the way");
    }

    fn send(&self, name: &str, days_ago: u32) {
        let mail = Tray::at(self.folder.path().join("mail"), 9);
        mail.put(name, b"To: <ann@hill.example>\r\n").expect("written");
        let file = fs::File::options().append(true).open(mail.folder().join(name)).expect("there");
        let now = Duration::from_millis(self.clock.now().wall_ms.cast_unsigned());
        file.set_modified(UNIX_EPOCH + now - days_ago * DAY).expect("ours");
    }
}

/// In how many files this stands, after the store has had time to empty its log.
async fn files_with(folder: &Path, word: &str, wanted: usize) {
    let has = |path: &Path| {
        let bytes = fs::read(path).unwrap_or_default();
        bytes.windows(word.len()).any(|part| part == word.as_bytes())
    };
    let mut found = 0;
    for _ in 0..1_000 {
        let files = fs::read_dir(folder).expect("read").map(|file| file.expect("read").path());
        found = files.filter(|path| has(path)).count();
        if found == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{word} stands in {found} files");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stays_away_is_erased_and_who_comes_back_is_not() {
    let stage = Stage::open();
    for name in ["ann", "bob"] {
        stage.enter(name).await;
    }
    stage.clock.advance(200 * DAY);
    let at_ms = stage.clock.now().wall_ms;
    stage.write(Note::Seen { customer: "bob-id".into(), at_ms }).await;
    stage.clock.advance(165 * DAY);
    stage.erase().await;
    assert!(stage.knows("ann"), "365 days are not over");
    stage.clock.advance(Duration::from_secs(1));
    stage.erase().await;
    assert!(!stage.knows("ann"));
    assert!(stage.knows("bob"), "seen since");
    files_with(stage.folder.path(), "ann-username", 0).await;
    files_with(stage.folder.path(), "bob-username", 1).await;
    stage.intake.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_one_transaction_s_worth_goes_too() {
    let stage = Stage::open();
    let many = FORGOTTEN_MAX + 2;
    for number in 0..many {
        stage.enter(&format!("c{number}")).await;
    }
    for number in 0..many {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&number.to_le_bytes());
        stage
            .write(Note::Ask(NewSale {
                id: RequestId(id),
                tenant: Tenant::parse("demo").expect("plain"),
                branch: BranchId(7),
                service: 1,
                language: None,
                customer: format!("c{number}-id"),
                repeat: None,
                asked_ms: NOON_MS,
            }))
            .await;
    }
    stage.clock.advance(Duration::from_millis(SALES_KEPT_MS.cast_unsigned()));
    stage.erase().await;
    let due = |stage: &Stage| stage.reader().sales_due(NOON_MS + SALES_KEPT_MS + 1).expect("read");
    assert_eq!(due(&stage), FORGOTTEN_MAX as usize, "their time is not over");
    stage.clock.advance(400 * DAY);
    stage.erase().await;
    assert_eq!(due(&stage), 0);
    assert!(stage.reader().customers_unseen_since(i64::MAX, 9).expect("read").is_empty());
    stage.intake.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_by_age_and_a_clock_that_leapt_erases_nothing() {
    let stage = Stage::open();
    stage.enter("ann").await;
    stage.send("old", 8);
    stage.send("new", 6);
    let left =
        |stage: &Stage| fs::read_dir(stage.folder.path().join("mail")).expect("read").count();
    let Stage { folder, clock, intake, mut keeper } = stage;
    keeper.newest_ms = keeper.reader.newest_ms().expect("read");
    // As at a start with a clock ten years ahead.
    clock.advance(3_650 * DAY);
    let (reader, requests, traces) =
        (keeper.reader.clone(), keeper.requests.clone(), keeper.traces.clone());
    let shutdown = Shutdown::new();
    let keeping = tokio::spawn(keep(keeper, shutdown.clone()));
    tokio::time::sleep(Duration::from_millis(300)).await;
    shutdown.trigger();
    keeping.await.expect("it ends when it is told");
    // The clock is right again, and the next start erases what is due.
    let clock = HandClock::at(NOON_MS);
    let newest_ms = reader.newest_ms().expect("read");
    let keeper = Keeper {
        reader,
        requests,
        clock: Arc::new(clock.clone()),
        traces,
        terms: TERMS,
        newest_ms,
    };
    let stage = Stage { folder, clock, intake, keeper };
    assert!(stage.knows("ann"));
    assert_eq!(left(&stage), 2);
    stage.erase().await;
    assert_eq!(left(&stage), 1);
    stage.intake.stop().await;
}
