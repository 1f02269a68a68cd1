//! A registrar at work in a folder of its own, with a clock that moves when told.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use engine::settings::{Bookings, Counter, Hours, Language, Serves, Service, Texts};
use engine::{
    At, Book, CallId, CheckIn, Code, Command, CounterId, DayId, Issue, LanguageId, LineRequest,
    LocalTime, Pin, Priority, ServiceId, Settings, Shown, Slot, Source, Tag, Token, Unstarted,
};
use rusqlite::Connection;
use serve::clock::HandClock;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::registrar::{
    Mailbox, Receipt, Registrar, RepeatKey, Submission, SubmitError, TicketTexts,
};
use crate::store::{FILE_NAME, Store, StoreOptions};

/// Monday, 2026-11-23, 9:00 in Budapest.
pub(super) const MONDAY_NINE: i64 = 1_795_420_800_000;

pub(super) const COUNTERS: u32 = 8;

pub(super) type Answer = Result<Receipt, SubmitError>;

/// A registrar at work.
pub(super) struct Stage {
    pub(super) folder: TempDir,
    pub(super) clock: HandClock,
    pub(super) mailbox: Mailbox,
    registrar: Registrar,
}

impl Stage {
    /// A branch with services 1 to 3 and counters 1 to 8, whose day is open.
    pub(super) async fn open() -> Stage {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = HandClock::at(MONDAY_NINE);
        let (registrar, mailbox) = start(folder.path(), &clock, None);
        let settings = Command::ChangeSettings(Box::new(settings()));
        mailbox.submit(settings).await.expect("sound settings");
        mailbox.submit(Command::OpenDay(DayId(20_261_123))).await.expect("no day is open");
        Stage { folder, clock, mailbox, registrar }
    }

    /// Stops and starts again.
    pub(super) async fn restart(self, pages_max: Option<u32>) -> Stage {
        let Stage { folder, clock, mailbox, registrar } = self;
        drop(mailbox);
        registrar.stop().await;
        let (registrar, mailbox) = start(folder.path(), &clock, pages_max);
        Stage { folder, clock, mailbox, registrar }
    }

    /// Stops; what is left is the folder and a mailbox that leads nowhere.
    pub(super) async fn stop(self) -> (TempDir, Mailbox) {
        self.registrar.stop().await;
        (self.folder, self.mailbox)
    }

    pub(super) async fn ask(&self, submission: impl Into<Submission>) -> Receipt {
        self.mailbox.submit(submission).await.expect("accepted")
    }

    /// Another connection to the same file.
    pub(super) fn sql(&self) -> Connection {
        Connection::open(self.folder.path().join(FILE_NAME)).expect("opens")
    }

    pub(super) fn count(&self, sql: &str) -> i64 {
        self.sql().query_row(sql, [], |row| row.get(0)).expect("answers")
    }

    /// Keeps the registrar from writing, and it is inside a batch when this returns.
    pub(super) async fn hold(&self) -> Hold {
        let sql = self.sql();
        sql.execute_batch("BEGIN IMMEDIATE").expect("nobody else writes");
        let plug = self.post(issue(1));
        self.waiting(0).await;
        Hold { _sql: sql, plug }
    }

    /// Posts without waiting for the answer.
    pub(super) fn post(&self, submission: impl Into<Submission>) -> JoinHandle<Answer> {
        let (mailbox, submission) = (self.mailbox.clone(), submission.into());
        tokio::spawn(async move { mailbox.submit(submission).await })
    }

    /// Lets tasks run until so many letters lie in the mailbox.
    pub(super) async fn waiting(&self, letters: usize) {
        let post = &self.mailbox.letters;
        tokio::task::yield_now().await;
        while post.max_capacity() - post.capacity() != letters {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// The answers to submissions that the registrar takes up in one batch, in order.
    pub(super) async fn batch(&self, submissions: Vec<Submission>) -> Vec<Answer> {
        let hold = self.hold().await;
        let posted: Vec<_> = submissions.into_iter().map(|one| self.post(one)).collect();
        self.waiting(posted.len()).await;
        hold.release().await.expect("the plug is sound");
        answers(posted).await
    }

    /// What is on disk: rows, journal, texts and what is shown must be one and the same. The files
    /// are copied as they lie there, as after a power cut.
    #[track_caller]
    pub(super) fn check(&self) {
        let copy = tempfile::tempdir().expect("a folder");
        for name in [FILE_NAME.to_owned(), format!("{FILE_NAME}-wal")] {
            std::fs::copy(self.folder.path().join(&name), copy.path().join(&name)).expect("copied");
        }
        let store = Store::open(StoreOptions::in_folder(copy.path())).expect("opens");
        let (rows, replayed) = (store.load().expect("loads"), store.replay().expect("replays"));
        let texts = store.load_texts().expect("loads");
        self.mailbox.read(|live| {
            assert_eq!(rows, live.branch, "the rows are not the live state");
            assert_eq!(replayed, live.branch, "the journal is not the live state");
            assert_eq!(texts, live.texts, "the texts are not the live ones");
        });
        assert_eq!(*self.mailbox.grown().borrow(), rows.parts().last_seq);
    }
}

/// A registrar that cannot write.
pub(super) struct Hold {
    _sql: Connection,
    plug: JoinHandle<Answer>,
}

impl Hold {
    /// Lets it write.
    pub(super) async fn release(self) -> Answer {
        drop(self._sql);
        self.plug.await.expect("no panic")
    }
}

pub(super) async fn answers(posted: Vec<JoinHandle<Answer>>) -> Vec<Answer> {
    let mut answers = Vec::new();
    for one in posted {
        answers.push(one.await.expect("no panic"));
    }
    answers
}

fn start(folder: &Path, clock: &HandClock, pages_max: Option<u32>) -> (Registrar, Mailbox) {
    let options = StoreOptions { pages_max, ..StoreOptions::in_folder(folder) };
    let store = Store::open(options).expect("opens");
    Registrar::start(store, Arc::new(clock.clone())).expect("starts")
}

pub(super) fn settings() -> Settings {
    let service = |id, tag| Service {
        id: ServiceId(id),
        tag: Tag::new(tag).expect("a tag"),
        names: Texts::default(),
        descriptions: Texts::default(),
        hidden: false,
        disabled: false,
        hours: None,
        quota: None,
        expected_ms: 300_000,
    };
    let counter = |id| Counter {
        id: CounterId(id),
        name: id.to_string(),
        serves: Serves::All,
        keypad: false,
    };
    let mut settings = Settings {
        zone: "Europe/Budapest".into(),
        languages: vec![Language { id: LanguageId(1), code: "hu".into(), name: "magyar".into() }],
        services: vec![service(1, "A"), service(2, "B"), service(3, "C")],
        counters: (1..=COUNTERS).map(counter).collect(),
        ..Settings::blank()
    };
    settings.rules.put_back_after_min = Some(10);
    let hours = Hours { days: std::array::from_fn(|_| vec![(0, 24 * 60)]) };
    settings.bookings = Bookings { enabled: true, hours, ..Bookings::off() };
    settings
}

fn token() -> Token {
    let mut token = [0; 10];
    getrandom::fill(&mut token).expect("chance");
    let letters = b"0123456789abcdefghijklmnopqrstuv";
    token.iter_mut().for_each(|byte| *byte = letters[usize::from(*byte % 32)]);
    Token(token)
}

/// A booking of the slot that begins so many half hours from the present one, under this code.
pub(super) fn book(stage: &Stage, service: u32, ahead: i64, code: u32) -> Command {
    const SLOT_MS: i64 = 30 * 60_000;
    let wall_ms = stage.mailbox.moment().wall_ms;
    Command::Book(Book {
        service: ServiceId(service),
        slot: Slot {
            start_ms: (wall_ms / SLOT_MS + ahead) * SLOT_MS,
            local: LocalTime { weekday: 0, minute: 600 },
        },
        language: None,
        token: token(),
        code: booking_code(code),
        pin: Pin::parse("1234").expect("four digits"),
        confirmed: !code.is_multiple_of(3),
        source: Source::Customer,
    })
}

pub(super) fn check_in(code: u32) -> Command {
    let shown = Shown::Code(booking_code(code));
    Command::CheckIn(CheckIn { shown, language: None, pass: None, device: None })
}

fn booking_code(number: u32) -> Code {
    Code::parse(&format!("{:08}", number % 100_000_000)).expect("eight digits")
}

/// A ticket for a service, with a token that nobody had before.
pub(super) fn issue(service: u32) -> Command {
    let (token, service) = (token(), ServiceId(service));
    Command::Issue(Issue {
        lines: vec![LineRequest { service, priority: Priority::NORMAL }],
        language: None,
        token,
        pass: None,
        source: Source::Customer,
        device: None,
    })
}

pub(super) fn call_next(counter: u32) -> Command {
    let at = At { counter: CounterId(counter), operator: None };
    Command::CallNext { at, among: engine::Among::Everything }
}

pub(super) fn finish(call: CallId) -> Command {
    Command::Finish { call, afterwork: false, unstarted: Unstarted::StartAtCall }
}

pub(super) fn keyed(command: Command, key: &str) -> Submission {
    let repeat = RepeatKey::new("test", key);
    assert!(repeat.is_some());
    Submission { repeat, ..command.into() }
}

pub(super) fn noted(command: Command, note: &str) -> Submission {
    let texts = TicketTexts { note: Some(note.into()), ..TicketTexts::default() };
    Submission { texts, ..command.into() }
}
