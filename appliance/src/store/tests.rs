//! The store on real files: damage, power cuts, the spool, and what erasing leaves behind.

mod customers;
mod damage;
mod erasure;
mod power_cuts;
mod spool;

use std::path::Path;

use engine::settings::{Counter, Language, Serves, Service, Texts};
use engine::{
    Branch, Command, CounterId, DayId, Entry, Issue, LanguageId, LineRequest, LocalTime, Moment,
    Now, Priority, Seq, ServiceId, Settings, Source, Tag, Token,
};

use super::{Batch, FILE_NAME, Store, StoreOptions};

/// A store, and the branch that it has written down.
struct Written {
    store: Store,
    branch: Branch,
    tokens: u32,
}

impl Written {
    /// A branch whose day is open.
    fn new(folder: &Path) -> Written {
        let store = Store::open(StoreOptions::in_folder(folder)).expect("opens");
        let mut written = Written { store, branch: Branch::blank(), tokens: 0 };
        written.write(&Command::ChangeSettings(Box::new(settings())));
        written.write(&Command::OpenDay(DayId(20_261_123)));
        written
    }

    /// One more ticket, in a transaction of its own.
    fn issue(&mut self) {
        self.tokens += 1;
        let token = format!("{:0>10}", self.tokens);
        self.write(&Command::Issue(Issue {
            lines: vec![LineRequest { service: ServiceId(1), priority: Priority::NORMAL }],
            language: None,
            token: Token::parse(&token).expect("ten digits"),
            pass: None,
            source: Source::Customer,
            device: None,
        }));
    }

    /// Calls the next one and gives them up, so that there are desks too.
    fn call_in_vain(&mut self) {
        let at = engine::At { counter: CounterId(1), operator: None };
        self.write(&Command::CallNext { at, among: engine::Among::Everything });
        let call = self.branch.parts().last_call;
        self.write(&Command::NoShow { call });
    }

    fn write(&mut self, command: &Command) {
        let steady_ms = self.branch.parts().last_seq.0 * 1_000;
        let wall_ms = 1_795_420_800_000 + steady_ms.cast_signed();
        let at = Moment { wall_ms, steady_ms };
        let now = Now { at, local: LocalTime { weekday: 0, minute: 540 } };
        let mut batch = Batch::default();
        for event in engine::decide(&self.branch, command, now).expect("allowed").events {
            let seq = Seq(self.branch.parts().last_seq.0 + 1);
            let entry = Entry { seq, at, event };
            self.branch.apply(&entry);
            batch.entries.push(entry);
        }
        self.store.append(&batch, &self.branch).expect("written");
    }
}

fn settings() -> Settings {
    let counter = |id| Counter {
        id: CounterId(id),
        name: id.to_string(),
        serves: Serves::All,
        keypad: false,
    };
    let service = Service {
        id: ServiceId(1),
        tag: Tag::new("A").expect("a tag"),
        names: Texts::default(),
        descriptions: Texts::default(),
        hidden: false,
        disabled: false,
        hours: None,
        quota: None,
        expected_ms: 300_000,
    };
    Settings {
        languages: vec![Language { id: LanguageId(1), code: "hu".into(), name: "magyar".into() }],
        services: vec![service],
        counters: vec![counter(1), counter(2)],
        ..Settings::blank()
    }
}

/// The bytes of the database and of its log.
fn bytes(folder: &Path) -> (Vec<u8>, Vec<u8>) {
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap_or_default();
    (read(FILE_NAME), read(&format!("{FILE_NAME}-wal")))
}

/// A folder with these bytes as database and log; an empty log is none.
fn folder_of(database: &[u8], log: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(FILE_NAME), database).expect("written");
    if !log.is_empty() {
        let path = folder.path().join(format!("{FILE_NAME}-wal"));
        std::fs::write(path, log).expect("written");
    }
    folder
}

fn open(folder: &Path) -> Result<Store, super::StoreError> {
    Store::open(StoreOptions::in_folder(folder))
}

#[test]
fn a_second_daemon_on_the_folder_is_turned_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Written::new(folder.path());
    let error = open(folder.path()).expect_err("it is in use");
    assert!(matches!(error, super::StoreError::InUse { .. }), "{error:?}");
    first.store.archive().expect("reading is open to all");
    drop(first);
    open(folder.path()).expect("free again");
}
