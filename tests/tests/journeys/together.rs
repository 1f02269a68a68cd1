//! Central, its broker and the branch stop, die and hang in turn, while the hall goes on: the hall does
//! not notice, and soon after each of them is back all is equal again.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tests::dialects::QUEUE_MANAGEMENT;
use tests::{Appliance, Central, Chance, Http, Reply, SOON, until};
use tokio::sync::RwLock;
use tokio::time::{Instant, sleep};

use super::agree::{EQUAL_WITHIN, await_agreement};
use super::stage::Stage;

/// Longest that the branch may take for a command. It takes some milliseconds; a line that waited
/// for a broker or for central would wait for seconds.
const COMMAND_TIME: Duration = Duration::from_secs(2);

/// Clients that take tickets and call them, each at a counter of its own.
const CLIENTS: u32 = 4;

/// Longest pause of a client between two commands, in milliseconds.
const CLIENT_PAUSE_MS: usize = 60;

/// Longest time for which something is down, in milliseconds.
const DOWN_MS: usize = 1_500;

/// How often central or the branch is killed on its way up.
const DEATHS_ON_THE_WAY: usize = 8;

/// Longest time that they are given for their way, in milliseconds: enough to be up, at times.
const WAY_MS: usize = 700;

/// By then the branch tries to reach the broker as rarely as it ever does.
const LONG_ABSENCE: Duration = Duration::from_secs(13);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Central,
    Broker,
    Branch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// By SIGTERM.
    Stopped,
    /// By SIGKILL, as by a power cut.
    Killed,
    /// Its connections stay, and it says nothing on them: so does a network that swallows all.
    Hangs,
}

/// What the clients know of the branch.
struct Hall {
    /// Held for reading while a command is under way: whoever writes it has the hall at rest.
    address: RwLock<SocketAddr>,
    /// Counts up when the branch goes down, and again when it is back: odd while it is away.
    tide: AtomicU64,
    closing: AtomicBool,
    done: AtomicU64,
}

/// A clerk with a counter of their own, who also gives out tickets.
struct Clerk {
    hall: Arc<Hall>,
    counter: u32,
    chance: Chance,
    asked: u64,
    slowest: Duration,
}

impl Clerk {
    /// Works until the hall closes; the longest that a command has taken.
    async fn work(mut self) -> Duration {
        while !self.hall.closing.load(SeqCst) {
            self.issue().await;
            if let Some(call) = self.call().await {
                let operation = match self.chance.below(6) {
                    0 => "cancelcall",
                    1 => "recall",
                    _ => "endcall",
                };
                let ended = self.insist(operation, json!({ "answer_id": call })).await;
                // Who was called in vain too often is given up, which is an answer too.
                assert_eq!(ended.status, 200, "{operation}: {}", ended.text());
                if operation == "recall" {
                    self.insist("endcall", json!({ "answer_id": call })).await.ok();
                }
            }
        }
        self.slowest
    }

    async fn issue(&mut self) {
        let wish = json!({
            "service_id": 1 + self.chance.below(6),
            "priority": self.chance.once_in(8),
        });
        self.insist("createticket", wish).await.ok();
    }

    async fn call(&mut self) -> Option<Value> {
        let at = json!({"desk_id": self.counter.to_string(), "user_id": self.counter.to_string()});
        let reply = self.insist("callnextticket", at).await;
        // The others may have called everyone.
        match reply.status {
            409 => None,
            _ => Some(reply.ok().json()["answer"]["id"].take()),
        }
    }

    /// Asks until there is an answer. Only while the branch itself is away may there be none, and
    /// an answer never lets wait.
    async fn insist(&mut self, operation: &str, body: Value) -> Reply {
        self.asked += 1;
        let key = format!("{}-{}", self.counter, self.asked);
        loop {
            let pause = self.chance.below(CLIENT_PAUSE_MS);
            sleep(Duration::from_millis(u64::try_from(pause).expect("is small"))).await;
            let address = self.hall.address.read().await;
            let (tide, asked) = (self.hall.tide.load(SeqCst), Instant::now());
            let path = format!("{QUEUE_MANAGEMENT}/{operation}");
            let headers = [("Content-Type", "application/json"), ("Idempotency-Key", &key)];
            let body = body.to_string();
            let reply = Http::new(*address).try_ask("POST", &path, &headers, body.as_bytes()).await;
            let taken = asked.elapsed();
            let was_here = tide.is_multiple_of(2) && tide == self.hall.tide.load(SeqCst);
            if was_here {
                let why = || format!("{operation} at counter {}", self.counter);
                assert!(taken <= COMMAND_TIME, "{} took {taken:?}", why());
                self.slowest = self.slowest.max(taken);
                self.hall.done.fetch_add(1, SeqCst);
                return reply.unwrap_or_else(|error| panic!("{}: {error}", why()));
            }
            match reply {
                Ok(reply) if reply.status < 500 => return reply,
                Ok(_) | Err(_) => {}
            }
        }
    }
}

/// All three, and the clients at the branch.
struct World {
    central: Central,
    branch: Appliance,
    hall: Arc<Hall>,
    chance: Chance,
}

impl World {
    async fn down(&mut self, part: Part, how: How) {
        if part == Part::Branch {
            self.hall.tide.fetch_add(1, SeqCst);
        }
        match (part, how) {
            (_, How::Hangs) => self.signal(part, Signal::SIGSTOP),
            (Part::Central, How::Stopped) => self.central.stop().await,
            (Part::Central, How::Killed) => self.central.kill(),
            (Part::Branch, How::Stopped) => self.branch.stop().await,
            (Part::Branch, How::Killed) => self.branch.kill(),
            (Part::Broker, How::Stopped | How::Killed) => {
                let before = self.central.broker_id();
                let is_killed = how == How::Killed;
                self.signal(part, if is_killed { Signal::SIGKILL } else { Signal::SIGTERM });
                let gone = until("an end of the broker", SOON, async || {
                    (self.central.broker_id() != before).then_some(())
                });
                gone.await.expect("ends");
            }
        }
    }

    async fn up(&mut self, part: Part, how: How) {
        match (part, how) {
            (_, How::Hangs) => self.signal(part, Signal::SIGCONT),
            (Part::Central, How::Stopped | How::Killed) => {
                self.central.start_again().await.expect("starts");
            }
            // Central starts it by itself.
            (Part::Broker, How::Stopped | How::Killed) => {
                let there = async || self.central.broker_id();
                until("another broker", SOON, there).await.expect("comes");
            }
            (Part::Branch, How::Stopped | How::Killed) => {
                self.branch.start_again().await.expect("starts");
                *self.hall.address.write().await = self.branch.address();
            }
        }
        if part == Part::Branch {
            self.hall.tide.fetch_add(1, SeqCst);
        }
    }

    fn signal(&self, part: Part, signal: Signal) {
        let id = match part {
            Part::Central => self.central.id(),
            Part::Broker => self.central.broker_id().expect("there is a broker"),
            Part::Branch => self.branch.id(),
        };
        kill(Pid::from_raw(id.cast_signed()), signal).expect("it is ours");
    }

    async fn some_round(&mut self, part: Part, how: How) {
        self.go_on(600).await;
        self.down(part, how).await;
        let done = self.hall.done.load(SeqCst);
        self.go_on(DOWN_MS).await;
        if part != Part::Branch {
            assert!(done < self.hall.done.load(SeqCst), "the hall stood still: {part:?} {how:?}");
        }
        self.up(part, how).await;
        let since = Instant::now();
        self.go_on(300).await;
        let equal = self.await_equality(since).await;
        eprintln!("{part:?} {how:?}: equal {equal:?} after it was back");
    }

    /// Both are killed again and again while they come up, or have just begun to talk.
    async fn die_on_the_way(&mut self) {
        self.down(Part::Branch, How::Killed).await;
        for _ in 0..DEATHS_ON_THE_WAY {
            match self.chance.once_in(2) {
                true => self.central.launch_again().expect("is started"),
                false => self.branch.launch_again().expect("is started"),
            }
            self.go_on(WAY_MS).await;
        }
        self.up(Part::Central, How::Killed).await;
        self.up(Part::Branch, How::Killed).await;
        let since = Instant::now();
        self.go_on(300).await;
        eprintln!("killed on the way: equal {:?} after", self.await_equality(since).await);
    }

    /// Central with its broker and the branch are away at once, and come back in any order.
    async fn die_at_once(&mut self, hows: &[How]) {
        let parts = [Part::Central, Part::Branch];
        let mut order = parts.map(|part| (part, *self.chance.one_of(hows)));
        shuffle(&mut order, &mut self.chance);
        self.go_on(600).await;
        for (part, how) in order {
            self.down(part, how).await;
        }
        self.go_on(DOWN_MS).await;
        shuffle(&mut order, &mut self.chance);
        for (part, how) in order {
            self.up(part, how).await;
        }
        let equal = self.await_equality(Instant::now()).await;
        eprintln!("all, up again as {order:?}: equal {equal:?} after the last start");
    }

    /// Commands go on for a while.
    async fn go_on(&mut self, at_most_ms: usize) {
        let ms = at_most_ms / 4 + self.chance.below(at_most_ms);
        sleep(Duration::from_millis(u64::try_from(ms).expect("is small"))).await;
    }

    /// Lets the hall rest, and waits for equality; how long after `since` it came.
    async fn await_equality(&self, since: Instant) -> Duration {
        // The branch is up, so what is under way is soon over.
        let rest = self.hall.address.write().await;
        let left = EQUAL_WITHIN.saturating_sub(since.elapsed());
        await_agreement(&self.central, 1, &self.branch.ledger(), left).await;
        let equal = since.elapsed();
        drop(rest);
        equal
    }
}

fn shuffle<T>(things: &mut [T], chance: &mut Chance) {
    for last in (1..things.len()).rev() {
        things.swap(last, chance.below(last + 1));
    }
}

#[tokio::test]
async fn whatever_stops_the_hall_goes_on_and_all_is_equal_soon_after() {
    let mut chance = Chance::announced("central, broker and branch stop in turn");
    let stage = Stage::new();
    let central = stage.central().await;
    let branch = stage.plan().central(central.broker()).start().await.expect("starts");
    let hall = Arc::new(Hall {
        address: RwLock::new(branch.address()),
        tide: AtomicU64::new(0),
        closing: AtomicBool::new(false),
        done: AtomicU64::new(0),
    });
    let clerk = |counter| Clerk {
        hall: Arc::clone(&hall),
        counter,
        chance: chance.branch(),
        asked: 0,
        slowest: Duration::ZERO,
    };
    let clerks: Vec<_> = (1..=CLIENTS).map(clerk).map(|clerk| tokio::spawn(clerk.work())).collect();
    let mut world = World { central, branch, hall, chance };

    let parts = [Part::Central, Part::Broker, Part::Branch];
    let hows = [How::Stopped, How::Killed, How::Hangs];
    let mut rounds: Vec<(Part, How)> =
        parts.iter().flat_map(|part| hows.map(|how| (*part, how))).collect();
    shuffle(&mut rounds, &mut world.chance);
    for (part, how) in rounds {
        world.some_round(part, how).await;
    }

    world.die_on_the_way().await;
    world.die_at_once(&hows[..2]).await;

    world.hall.closing.store(true, SeqCst);
    let mut slowest = Duration::ZERO;
    for clerk in clerks {
        slowest = slowest.max(clerk.await.expect("no command was refused or slow"));
    }
    let tickets = world.branch.ledger().tickets().len();
    eprintln!("{tickets} tickets; the slowest command took {slowest:?}");
}

#[tokio::test]
async fn after_a_long_absence_all_is_equal_as_soon_as_after_a_short_one() {
    let stage = Stage::new();
    let mut central = stage.central().await;
    let branch = stage.plan().central(central.broker()).start().await.expect("starts");
    let mut http = branch.http();
    http.smart_token(1).await;
    await_agreement(&central, 1, &branch.ledger(), SOON).await;
    central.kill();
    http.smart_token(2).await;
    // Whoever tries ever more rarely has come to the longest pause.
    sleep(LONG_ABSENCE).await;
    http.smart_token(3).await;
    central.start_again().await.expect("starts");
    let since = Instant::now();
    await_agreement(&central, 1, &branch.ledger(), EQUAL_WITHIN).await;
    eprintln!("equal {:?} after its start", since.elapsed());
}
