//! Durable commands a second, beside the rate of bare one-row commits on the same disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use appliance::registrar::{Mailbox, Registrar};
use appliance::store::{Store, StoreOptions};
use engine::settings::Counter;
use engine::{
    Among, At, Command, CounterId, DayId, DeviceId, Issue, LineRequest, Priority, ServiceId,
    Settings, Source, Token, Unstarted,
};
use serve::clock::SystemClock;

use crate::machine::Watch;
use crate::table::Table;

/// Counters of the branch that is measured.
pub(crate) const COUNTERS: u32 = 64;

/// Commits before the limit is measured: a log that still grows costs more than one in use.
const WARM_UP_ROWS: u32 = 1_500;

/// How long commands run before they are counted, for the same reason.
const WARM_UP: Duration = Duration::from_secs(1);

/// How long the limit is measured, each time.
const BARE_TIME: Duration = Duration::from_secs(1);

/// How long each figure is measured.
const TIME: Duration = Duration::from_secs(3);

/// Measures everything about commits.
pub(crate) fn measure(table: &mut Table) -> Result<(), Box<dyn std::error::Error>> {
    for (clients, goal) in [(1, 0.6), (8, 1.0), (64, 5.0), (256, 5.0)] {
        // The limit is measured on both sides of the figure: a shared disk changes by the second.
        let before = bare_rate()?;
        let rate = command_rate(clients)?;
        let bare = f64::midpoint(before, bare_rate()?);
        let what = format!("durable commands, {clients} clients, {COUNTERS} counters");
        table.ratio(&what, "/s", rate, bare, goal);
    }
    Ok(())
}

/// The sample branch with many counters.
pub(crate) fn settings() -> Settings {
    let mut settings = appliance::demo::settings(&appliance::texts::Texts::new(), DeviceId(1));
    let first: Counter = settings.counters[0].clone();
    settings.counters = (1..=COUNTERS)
        .map(|id| Counter { id: CounterId(id), name: id.to_string(), ..first.clone() })
        .collect();
    settings
}

/// A table that takes rows with nothing around it.
pub(crate) struct Bare {
    sql: rusqlite::Connection,
    body: String,
    _folder: tempfile::TempDir,
}

impl Bare {
    /// One that is in use: its log does not grow any more.
    pub(crate) fn open() -> Result<Bare, Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let sql = rusqlite::Connection::open(folder.path().join("bare.sqlite"))?;
        sql.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        sql.pragma_update(None, "synchronous", "FULL")?;
        sql.execute_batch("CREATE TABLE one (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT")?;
        let bare = Bare { sql, body: "x".repeat(120), _folder: folder };
        for _ in 0..WARM_UP_ROWS {
            bare.commit()?;
        }
        Ok(bare)
    }

    /// A durable commit of one row.
    pub(crate) fn commit(&self) -> rusqlite::Result<usize> {
        let insert = "INSERT INTO one (body) VALUES (?1)";
        self.sql.prepare_cached(insert)?.execute([&self.body])
    }
}

/// Commits of one row each, a second, by one thread: what the disk gives at most without batches.
fn bare_rate() -> Result<f64, Box<dyn std::error::Error>> {
    let bare = Bare::open()?;
    let watch = Watch::start();
    let mut rows = 0_u64;
    while watch.elapsed() < BARE_TIME {
        bare.commit()?;
        rows += 1;
    }
    Ok(rows as f64 / watch.elapsed().as_secs_f64())
}

fn command_rate(clients: u32) -> Result<f64, Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(StoreOptions::in_folder(folder.path()))?;
    let (registrar, mailbox) = Registrar::start(store, Arc::new(SystemClock::new()))?;
    // As many threads as the daemon has; the registrar's own comes on top.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let rate = runtime.block_on(async {
        submit(&mailbox, Command::ChangeSettings(Box::new(settings()))).await;
        submit(&mailbox, Command::OpenDay(DayId(20_260_101))).await;
        let commands = Arc::new(AtomicU64::new(0));
        let mut tasks = tokio::task::JoinSet::new();
        for client in 0..clients {
            let (mailbox, commands) = (mailbox.clone(), Arc::clone(&commands));
            tasks.spawn(async move {
                let watch = Watch::start();
                let mut round = 0;
                while watch.elapsed() < WARM_UP + TIME {
                    round += 1;
                    let done = visit(&mailbox, client, round).await;
                    commands.fetch_add(done, Ordering::Relaxed);
                }
            });
        }
        tokio::time::sleep(WARM_UP).await;
        let (before, watch) = (commands.load(Ordering::Relaxed), Watch::start());
        tokio::time::sleep(TIME).await;
        let counted = commands.load(Ordering::Relaxed) - before;
        let rate = counted as f64 / watch.elapsed().as_secs_f64();
        while tasks.join_next().await.is_some() {}
        registrar.stop().await;
        rate
    });
    Ok(rate)
}

/// Issue, call, finish; how many of them were accepted.
async fn visit(mailbox: &Mailbox, client: u32, round: u32) -> u64 {
    let issue = Issue {
        lines: vec![LineRequest { service: ServiceId(1 + client % 6), priority: Priority::NORMAL }],
        language: None,
        token: token(client, round),
        pass: None,
        source: Source::Staff,
        device: None,
    };
    let mut done = submit(mailbox, Command::Issue(issue)).await.0;
    let at = At { counter: CounterId(1 + client % COUNTERS), operator: None };
    let (called, call) = submit(mailbox, Command::CallNext { at, among: Among::Everything }).await;
    done += called;
    if let Some(call) = call {
        let finish = Command::Finish { call, afterwork: false, unstarted: Unstarted::StartAtCall };
        done += submit(mailbox, finish).await.0;
    }
    done
}

async fn submit(mailbox: &Mailbox, command: Command) -> (u64, Option<engine::CallId>) {
    match mailbox.submit(command).await {
        Ok(receipt) => (1, receipt.call),
        Err(_) => (0, None),
    }
}

fn token(client: u32, round: u32) -> Token {
    let text = format!("{client:03}{round:07}");
    Token::parse(&text).expect("ten digits are a token")
}
