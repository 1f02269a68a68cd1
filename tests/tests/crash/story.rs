//! Twenty-odd kills on one data folder, with sixteen clients and a printer that stays.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tests::dialects::SMART;
use tests::{Appliance, Chance, Http, PrinterStand, SOON, until};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::clients::Client;
use super::history::History;
use super::paper;
use super::site::{Fact, Site, Whereabouts};

/// Kills of a daemon that serves.
const KILLS: usize = 24;

/// Slips that clients may ask for in each life: about what the printer can do in it.
const SLIPS_A_LIFE: usize = 10;

/// Longest life, in milliseconds from the first answer.
const LIFE_MS_MAX: usize = 1_100;

/// A daemon killed on its way lives no longer than this, in milliseconds from its start.
const START_MS_MAX: usize = 250;

/// Bits a second of the printer: a slip takes some fifty milliseconds, so that kills tear it.
const BAUD: &str = "115200";

/// Requests that are repeated after each start.
const REPEATS: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_under_load_lose_nothing_and_double_nothing() {
    let mut chance = Chance::announced("crash");
    let folder = tempfile::tempdir().expect("a folder");
    let printer = PrinterStand::start_with(folder.path(), &["--baud", BAUD]).await.expect("starts");
    let plan = Appliance::plan(folder.path().join("data")).printer(printer.link());
    let mut branch = plan.set("printing.slip_age_max_s=100000").start().await.expect("starts");
    let site = Arc::new(Site::new());
    let mut clients = enter(&site, &mut chance);
    let mut history = History::new();
    for kill in 1..=KILLS {
        site.allow_slips(SLIPS_A_LIFE);
        site.whereabouts.send_replace(Whereabouts::At(branch.address()));
        sleep_ms(20 + chance.below(LIFE_MS_MAX)).await;
        branch.kill();
        site.whereabouts.send_replace(Whereabouts::Away);
        if let Some(Err(panic)) = clients.try_join_next() {
            std::panic::resume_unwind(panic.into_panic());
        }
        history.examine(branch.folder(), &site.told());
        while chance.once_in(4) {
            branch.launch_again().expect("starts");
            sleep_ms(chance.below(START_MS_MAX)).await;
            branch.kill();
            history.examine(branch.folder(), &site.told());
        }
        branch.start_again().await.unwrap_or_else(|trouble| panic!("after kill {kill}: {trouble}"));
        ask_again(&mut branch.http(), &site, &history, &mut chance).await;
    }
    site.whereabouts.send_replace(Whereabouts::At(branch.address()));
    site.closing.send_replace(true);
    let leave = async {
        while let Some(left) = clients.join_next().await {
            left.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        }
    };
    timeout(SOON, leave).await.expect("every client gets its last answer");
    let spool = await_paper(&branch).await;
    branch.stop().await;
    history.examine(branch.folder(), &site.told());
    history.replay(branch.folder());
    let (slips, copies) = paper::examine(&printer.slips(), &spool, &history);
    let told = site.told();
    eprintln!(
        "{KILLS} kills; {} facts told, {} answers lost; {} entries, {} tickets, {} calls; {slips} \
         slips, {copies} of them copies",
        told.facts.len(),
        told.lost,
        history.len(),
        history.tickets.len(),
        history.calls(),
    );
    assert!(KILLS < told.lost, "the kills hit nobody who was asking");
    assert!(KILLS / 3 < copies, "the kills hit hardly a slip");
    assert!(20 * KILLS < told.facts.len(), "there was hardly any load");
}

/// Sixteen clients: six phones, two kiosks, and two clerks at each of the four counters.
fn enter(site: &Arc<Site>, chance: &mut Chance) -> JoinSet<()> {
    let mut clients = JoinSet::new();
    for number in 0..16_u32 {
        let client = Client::new(site, chance.branch(), format!("client{number}"));
        match number {
            0..6 => clients.spawn(client.be_a_phone()),
            6..8 => clients.spawn(client.be_a_kiosk()),
            _ => clients.spawn(client.be_a_clerk(1 + number % 4)),
        };
    }
    clients
}

/// After a start: the same keys give the same answers, and tickets are as they were told.
async fn ask_again(http: &mut Http, site: &Site, history: &History, chance: &mut Chance) {
    let (repeats, facts) = {
        let told = site.told();
        let some: Vec<_> = (0..REPEATS.min(told.repeats.len()))
            .map(|_| chance.one_of(&told.repeats).clone())
            .chain(told.repeats.last().cloned())
            .collect();
        let last = told.facts.len().saturating_sub(REPEATS);
        let facts: Vec<Fact> = told.facts[last..]
            .iter()
            .cloned()
            .chain((0..REPEATS.min(last)).map(|_| chance.one_of(&told.facts).clone()))
            .collect();
        (some, facts)
    };
    for repeat in repeats {
        let headers = [("content-type", "application/json"), ("idempotency-key", &repeat.key)];
        let reply = http.ask("POST", &repeat.path, &headers, repeat.body.as_bytes()).await;
        let reply = reply.ok().json();
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        let (ticket, answer) = (&reply["ticket"], &reply["answer"]);
        let identity = match (ticket, answer) {
            (Value::String(token), _) => token.clone(),
            (Value::Object(_), _) => format!("{} {}", text(&ticket["id"]), text(&ticket["number"])),
            _ => format!("{} {}", text(&answer["id"]), text(&answer["ticket"]["id"])),
        };
        assert_eq!(identity, repeat.identity, "asked again: {} {}", repeat.path, repeat.body);
    }
    for fact in facts {
        look_at(http, &fact, history).await;
    }
}

/// The ticket of a fact, as its phone sees it.
async fn look_at(http: &mut Http, fact: &Fact, history: &History) {
    let token = match fact {
        Fact::Taken { token } | Fact::Deleted { token } | Fact::Rated { token } => token,
        Fact::Created { ticket, .. } | Fact::Called { ticket, .. } => {
            &history.tickets[ticket].token
        }
        Fact::Ended { .. } => return,
    };
    let ticket = history.by_token[token];
    let seen = http.get(&format!("{SMART}/ticket/{token}")).await.ok().json();
    assert_eq!(seen["number"], history.tickets[&ticket].label, "{fact:?}");
    assert_eq!(seen["id"], ticket, "{fact:?}");
    let is_deleted = history.is_deleted(ticket);
    assert_eq!(seen["status"] == 80, is_deleted, "{fact:?}: {seen}");
    if matches!(fact, Fact::Rated { .. }) {
        assert_eq!(seen["status"], 90, "{fact:?}: {seen}");
    }
}

/// Waits until the spool has nothing left to print.
async fn await_paper(branch: &Appliance) -> Vec<tests::ledger::SpooledSlip> {
    let is_open = |state: &str| matches!(state, "queued" | "sending");
    let empty = until("an empty spool", 3 * SOON, async || {
        sleep_ms(100).await;
        let spool = branch.ledger().spool();
        (!spool.iter().any(|slip| is_open(&slip.state))).then_some(spool)
    });
    empty.await.unwrap_or_else(|late| panic!("{late}; the log:\n{}", branch.log()))
}

async fn sleep_ms(ms: usize) {
    sleep(Duration::from_millis(u64::try_from(ms).expect("is short"))).await;
}
