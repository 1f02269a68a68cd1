//! The intake beside a real broker: what is acknowledged is on disk, whatever ends whenever, and
//! nothing that anybody sends stops it.

#[expect(dead_code, reason = "the broker of sync's own tests, of which not all is needed")]
#[path = "../../sync/tests/link/broker.rs"]
mod broker;
#[expect(dead_code, reason = "the histories of sync's own tests, of which not all is needed")]
#[path = "../../sync/tests/documents/history.rs"]
mod history;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use broker::{Broker, PASSWORD, USER};
use central::intake::{BATCH_MESSAGES_MAX, Intake, IntakeOptions, IntakeView};
use central::store::{FILE_NAME, Reader, Store, StoreOptions};
use history::{Chance, DOCUMENT, Writer};
use serve::clock::SystemClock;
use sync::frame::{Frame, pack};
use sync::ids::{BoxEpoch, BranchId, Heads};
use sync::link::{
    Credentials, Happening, Happenings, Link, LinkError, LinkOptions, Message, MqttLink, connect,
};
use sync::replica::RawChange;
use sync::session::{self, Ack, Status};
use sync::topics::{Subject, Tenant, Topic, box_filters};
use tempfile::TempDir;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn tenant() -> Tenant {
    Tenant::parse("demo").expect("plain")
}

fn link_options(port: u16) -> LinkOptions {
    let credentials = Credentials { user: USER.to_owned(), password: PASSWORD.to_owned() };
    let options = LinkOptions::new("127.0.0.1", port, "box-7");
    LinkOptions { credentials: Some(credentials), ..options }
}

fn start(store: Store, port: u16) -> (Intake, IntakeView) {
    let options = IntakeOptions {
        tenant: tenant(),
        link: link_options(port),
        clock: Arc::new(SystemClock::new()),
        version: "0.1.0".to_owned(),
    };
    Intake::start(store, options).expect("sound")
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let waited = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waited).await.unwrap_or_else(|_| panic!("{what}: never"));
}

/// A branch at the broker.
struct Box7 {
    link: MqttLink,
    happenings: Happenings,
}

impl Box7 {
    async fn connect(port: u16) -> Box7 {
        let (link, happenings) = connect(link_options(port));
        for filter in box_filters(&tenant(), DOCUMENT.branch) {
            link.subscribe(&filter).expect("two filters");
        }
        let mut this = Box7 { link, happenings };
        while !matches!(this.next().await, Happening::Connected) {}
        this
    }

    async fn next(&mut self) -> Happening {
        let next = tokio::time::timeout(PATIENCE, self.happenings.recv()).await;
        next.expect("something happens").expect("the link lives")
    }

    /// The next frame from central; whatever else happens is passed over.
    async fn heard(&mut self) -> Frame {
        loop {
            if let Happening::Message(delivery) = self.next().await {
                self.link.confirm(&delivery);
                return Frame::parse(&delivery.payload).expect("central's own");
            }
        }
    }

    async fn ack(&mut self) -> Ack {
        loop {
            match self.heard().await {
                Frame::Ack { document, ack } if document == DOCUMENT => return ack,
                Frame::Ack { .. }
                | Frame::Status { .. }
                | Frame::Hello { .. }
                | Frame::Changes { .. }
                | Frame::Card { .. }
                | Frame::Request { .. }
                | Frame::Answer { .. } => {}
            }
        }
    }

    async fn central(&mut self) -> Status {
        loop {
            match self.heard().await {
                Frame::Status { status, .. } => return status,
                Frame::Ack { .. }
                | Frame::Hello { .. }
                | Frame::Changes { .. }
                | Frame::Card { .. }
                | Frame::Request { .. }
                | Frame::Answer { .. } => {}
            }
        }
    }

    async fn acked_in_full(&mut self, heads: &Heads) {
        while self.ack().await.heads != *heads {}
    }

    /// Publishes, as soon as there is room.
    async fn say(&mut self, topic: &str, payload: Vec<u8>) {
        loop {
            match self.link.publish(Message::new(topic, payload.clone())) {
                Ok(_) => return,
                Err(LinkError::Full | LinkError::NotConnected) => drop(self.next().await),
                Err(error) => panic!("{error}"),
            }
        }
    }

    async fn on(&mut self, subject: Subject, payload: Vec<u8>) {
        let (tenant, branch) = (tenant(), DOCUMENT.branch);
        self.say(&Topic::Branch { tenant, branch, subject }.to_string(), payload).await;
    }

    async fn changes(&mut self, changes: &[RawChange]) {
        for (_, frame) in pack(DOCUMENT, changes).expect("each fits") {
            self.on(Subject::Changes, frame).await;
        }
    }
}

fn write(writer: &mut Writer, chance: &mut Chance, changes: usize) -> Vec<RawChange> {
    (0..changes).filter_map(|_| writer.write(3, chance)).collect()
}

fn assert_rows(reader: &Reader, writer: &Writer) {
    let rows = reader.ticket_rows(&tenant(), DOCUMENT.branch, DOCUMENT.day).expect("sound");
    let mut tickets = writer.replica.tickets();
    tickets.sort_unstable();
    let expected: Vec<_> =
        tickets.into_iter().filter_map(|key| Some((key, writer.replica.ticket(&key)?))).collect();
    assert!(!expected.is_empty());
    assert_eq!(rows, expected);
}

#[tokio::test]
async fn what_a_branch_says_is_acknowledged_when_it_is_in_the_rows() {
    let broker = Broker::start();
    let folder = TempDir::new().expect("a folder");
    let store = Store::open(folder.path()).expect("new");
    let (reader, life) = (store.reader().expect("sound"), store.life());
    let (intake, view) = start(store, broker.port());
    until("connected", || view.broker_connected()).await;
    assert_eq!(view.trouble(), None);
    let mut branch = Box7::connect(broker.port()).await;
    let status = branch.central().await;
    assert_eq!((status.online, status.epoch, status.boot), (true, life, 1));

    let mut chance = Chance(11);
    let mut writer = Writer::new(1, 11);
    let first = write(&mut writer, &mut chance, 20);
    branch.changes(&first).await;
    branch.acked_in_full(&writer.replica.heads()).await;
    assert_rows(&reader, &writer);
    let found = reader.branches(&tenant()).expect("sound");
    assert!(found[0].online && found[0].heard_ms.is_some(), "{found:?}");

    // Twice over, and one that rests on what has not come: it is asked for.
    branch.changes(&first).await;
    branch.acked_in_full(&writer.replica.heads()).await;
    let held = writer.replica.heads();
    let second = write(&mut writer, &mut chance, 2);
    branch.changes(&second[1..]).await;
    let ack = branch.ack().await;
    assert_eq!((ack.heads, ack.need.as_slice()), (held, &[second[0].hash][..]));
    branch.changes(&second[..1]).await;
    branch.acked_in_full(&writer.replica.heads()).await;
    assert_rows(&reader, &writer);

    let mut hello = session::hello(&writer.replica, BoxEpoch(1));
    let payload = Frame::Hello { document: DOCUMENT, hello: hello.clone() }.encode().expect("ok");
    branch.on(Subject::Hello, payload).await;
    branch.acked_in_full(&hello.heads).await;
    assert_eq!(view.counts().alarms, 0);
    hello.changes += 1;
    let payload = Frame::Hello { document: DOCUMENT, hello: hello.clone() }.encode().expect("ok");
    branch.on(Subject::Hello, payload).await;
    branch.acked_in_full(&hello.heads).await;
    assert_eq!(view.counts().alarms, 1);
    let counts = view.counts();
    assert_eq!((counts.changes, counts.refused, counts.dead_letters), (22, 0, 0));
    assert_eq!(counts.known, 20);

    intake.stop().await;
    let status = branch.central().await;
    assert_eq!((status.online, status.boot), (false, 1), "said so itself, or its will did");
    view.ended().await;
    drop(Store::open(folder.path()).expect("the folder is free again"));
}

#[tokio::test]
async fn what_is_hostile_or_foreign_goes_to_the_dead_letters_and_is_not_sent_again() {
    let broker = Broker::start();
    let folder = TempDir::new().expect("a folder");
    let store = Store::open(folder.path()).expect("new");
    let reader = store.reader().expect("sound");
    let (intake, view) = start(store, broker.port());
    until("connected", || view.broker_connected()).await;
    let mut branch = Box7::connect(broker.port()).await;
    let mut chance = Chance(5);
    let mut writer = Writer::new(1, 5);
    let changes = write(&mut writer, &mut chance, 3);
    let honest = pack(DOCUMENT, &changes).expect("it fits").remove(0).1;

    let mut damaged = honest.clone();
    damaged[40] ^= 1;
    let garbage = vec![vec![7; 200]];
    let refused = Frame::Changes { document: DOCUMENT, changes: garbage }.encode().expect("ok");
    let ack = Frame::Ack { document: DOCUMENT, ack: Ack::default() }.encode().expect("ok");
    let dead = [
        ("q/1/demo/7/up/ch", Vec::new()),
        ("q/1/demo/7/up/ch", damaged),
        ("q/1/demo/7/up/ch", vec![0; 100_000]),
        ("q/1/demo/7/up/ch", refused),
        ("q/1/demo/7/up/ch", ack),
        ("q/1/demo/7/up/hello", honest.clone()),
        ("q/1/demo/8/up/ch", honest.clone()),
        ("q/1/other/7/up/ch", honest.clone()),
        ("q/1/demo/seven/up/ch", honest.clone()),
        ("q/1/demo/7/up/nonsense", honest.clone()),
        ("q/1/demo/7/up/sn/day-20261122-1", honest.clone()),
    ];
    // More of them than may be unconfirmed at once: an unconfirmed one would block the others.
    let rounds = 2 * BATCH_MESSAGES_MAX / dead.len() + 1;
    for _ in 0..rounds {
        for (topic, payload) in &dead {
            branch.say(topic, payload.clone()).await;
        }
    }
    branch.on(Subject::Changes, honest).await;
    branch.acked_in_full(&writer.replica.heads()).await;
    assert_rows(&reader, &writer);
    let counts = view.counts();
    let letters = (rounds * dead.len()) as u64;
    assert_eq!((counts.messages, counts.dead_letters), (letters + 1, letters));
    assert_eq!(counts.refused, rounds as u64);
    assert_eq!(reader.branches(&tenant()).expect("sound").len(), 1, "branch 8 never spoke");
    assert_eq!(view.trouble(), None);
    intake.stop().await;
    let sql = rusqlite::Connection::open(folder.path().join(FILE_NAME)).expect("there");
    let kept: u64 = sql
        .query_row("SELECT count(*) FROM dead_letter WHERE length(reason) > 10", [], |row| {
            row.get(0)
        })
        .expect("sound");
    assert_eq!(kept, letters);
}

#[tokio::test]
async fn a_full_disk_confirms_nothing_and_all_goes_on_when_there_is_room() {
    let broker = Broker::start();
    let folder = TempDir::new().expect("a folder");
    drop(Store::open(folder.path()).expect("new"));
    // Ballast takes the room, and is thrown out later.
    let ballast = rusqlite::Connection::open(folder.path().join(FILE_NAME)).expect("there");
    ballast
        .execute_batch(
            "CREATE TABLE ballast (b BLOB); INSERT INTO ballast VALUES (zeroblob(4000000));",
        )
        .expect("there is room");
    let pages: u32 = ballast.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("sound");
    let options =
        StoreOptions { pages_max: Some(pages + 2), ..StoreOptions::in_folder(folder.path()) };
    let store = Store::open_with(options).expect("as much fits");
    let reader = store.reader().expect("sound");
    let (intake, view) = start(store, broker.port());
    until("connected", || view.broker_connected()).await;
    let mut branch = Box7::connect(broker.port()).await;
    let mut chance = Chance(3);
    let mut writer = Writer::new(1, 3);
    let changes = write(&mut writer, &mut chance, 200);
    branch.changes(&changes).await;
    until("a failed write", || 1 < view.counts().failed_writes).await;
    assert!(!view.store_takes_writes());
    assert!(view.trouble().expect("it is in trouble").contains("full"), "{:?}", view.trouble());
    assert_eq!(view.counts().changes, 0);
    assert!(reader.ticket_rows(&tenant(), DOCUMENT.branch, DOCUMENT.day).expect("ok").is_empty());
    ballast.execute_batch("DELETE FROM ballast").expect("sound");
    drop(ballast);
    branch.acked_in_full(&writer.replica.heads()).await;
    assert!(view.store_takes_writes());
    assert_eq!(view.trouble(), None);
    assert_rows(&reader, &writer);
    let counts = view.counts();
    assert_eq!((counts.changes, counts.known), (changes.len() as u64, 0), "counted once");
    intake.stop().await;
}

#[tokio::test]
async fn a_stop_comes_in_time_although_the_disk_is_full_or_no_broker_is_there() {
    let mut broker = Broker::start();
    let folder = TempDir::new().expect("a folder");
    drop(Store::open(folder.path()).expect("new"));
    let options = StoreOptions { pages_max: Some(1), ..StoreOptions::in_folder(folder.path()) };
    let store = Store::open_with(options).expect("nothing is written yet");
    let (intake, view) = start(store, broker.port());
    until("connected", || view.broker_connected()).await;
    let mut branch = Box7::connect(broker.port()).await;
    let mut chance = Chance(3);
    let changes = write(&mut Writer::new(1, 3), &mut chance, 200);
    branch.changes(&changes).await;
    until("a failed write", || 0 < view.counts().failed_writes).await;
    let stopped = tokio::time::timeout(Duration::from_secs(2), intake.stop()).await;
    stopped.expect("in time");

    let (intake, view) = start(Store::open(folder.path()).expect("free"), broker.port());
    until("connected", || view.broker_connected()).await;
    let since = view.broker_since_ms();
    broker.kill();
    until("the broker is missed", || !view.broker_connected()).await;
    assert!(since <= view.broker_since_ms());
    assert!(view.trouble().is_some());
    broker.start_again();
    until("it is found again", || view.broker_connected()).await;
    broker.kill();
    let stopped = tokio::time::timeout(Duration::from_secs(2), intake.stop()).await;
    stopped.expect("in time");
}

/// Not a test: the process that [`a_killed_intake_has_lost_nothing_that_it_acknowledged`] kills.
#[tokio::test]
#[ignore = "another test starts it as a process of its own"]
async fn the_intake_as_a_process() {
    let folder = std::env::var("INTAKE_FOLDER").expect("given by the test that starts it");
    let port = std::env::var("INTAKE_PORT").expect("given").parse().expect("a port");
    let (_intake, view) = start(Store::open(Path::new(&folder)).expect("sound"), port);
    view.ended().await;
}

fn start_process(folder: &Path, port: u16) -> Child {
    Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "the_intake_as_a_process", "--ignored"])
        .env("INTAKE_FOLDER", folder)
        .env("INTAKE_PORT", port.to_string())
        .stdout(Stdio::null())
        .spawn()
        .expect("it runs")
}

#[tokio::test]
async fn a_killed_intake_has_lost_nothing_that_it_acknowledged() {
    let broker = Broker::start();
    let folder = TempDir::new().expect("a folder");
    let mut branch = Box7::connect(broker.port()).await;
    let mut chance = Chance(29);
    let mut writer = Writer::new(1, 29);
    let mut acked = Heads::default();
    for boot in 1..=3 {
        let mut child = start_process(folder.path(), broker.port());
        while !matches!(branch.central().await, Status { online: true, boot: b, .. } if b == boot) {
        }
        // It is killed with some acknowledged and some under way.
        let lacking = session::lacking(&writer.replica, &acked, &Heads::default());
        branch.changes(&lacking.expect("a whole replica")).await;
        for _ in 0..10 {
            let changes = write(&mut writer, &mut chance, 4);
            branch.changes(&changes).await;
            acked = acked.union(&branch.ack().await.heads);
            acked = writer.replica.newest(&acked);
        }
        let changes = write(&mut writer, &mut chance, 10);
        branch.changes(&changes).await;
        child.kill().expect("it was ours");
        child.wait().expect("it ends");
        let mut store = Store::open(folder.path()).expect("a kill damages nothing");
        let mut batch = store.batch().expect("sound");
        let hello = session::hello(&writer.replica, BoxEpoch(1));
        batch.hello(&tenant(), DOCUMENT, &hello).expect("sound");
        let held = batch.commit().expect("sound").remove(0).2.heads;
        let lost = writer.replica.since(&held, usize::MAX).expect("whole");
        let lost = lost.iter().any(|change| acked.as_slice().contains(&change.hash));
        assert!(!lost && !acked.is_empty(), "boot {boot}: what was acknowledged is there");
    }
    let store = Store::open(folder.path()).expect("sound");
    let reader = store.reader().expect("sound");
    let (intake, _) = start(store, broker.port());
    while branch.central().await.boot != 4 {}
    let lacking = session::lacking(&writer.replica, &acked, &Heads::default());
    branch.changes(&lacking.expect("a whole replica")).await;
    branch.acked_in_full(&writer.replica.heads()).await;
    assert_rows(&reader, &writer);
    assert_eq!(reader.branches(&tenant()).expect("sound")[0].id, BranchId(7));
    intake.stop().await;
}
