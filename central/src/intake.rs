//! The intake: what branches say over MQTT becomes rows, and only then is it confirmed to the
//! broker and acknowledged to the branch.
//!
//! It has a thread of its own, so that SQLite and the reading of frames never hold up HTTP. Dead
//! at any moment, it has lost nothing that a branch believes to be here: what was not committed
//! was not acknowledged, and the branch sends it again.

mod asking;
mod owed;
mod round;
mod run;
mod view;

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use serve::clock::Clock;
use sync::frame::Frame;
use sync::health::Health;
use sync::ids::{BoxEpoch, BranchId};
use sync::link::{LinkOptions, Message};
use sync::session::Status;
use sync::topics::{Tenant, Topic};
use tokio::sync::{mpsc, watch};

use self::asking::Asking;
use crate::requests::{Cards, LETTERS_MAX, Requests};
use crate::store::{Store, StoreError};

pub use round::{BATCH_BYTES_MAX, BATCH_MESSAGES_MAX};
pub use view::{IntakeCounts, IntakeView};

/// How long a stop may take: a batch, a farewell to the broker, and room for a slow disk.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// How the intake works.
pub struct IntakeOptions {
    /// Whose branches are taken in; what others say is refused.
    pub tenant: Tenant,
    /// How the broker is reached. Client id and will are the intake's own.
    pub link: LinkOptions,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What this program is, for branches that want to know; 64 bytes at the most.
    pub version: String,
}

/// The running intake. Dropped, it ends at once, and the broker says in its place that it has.
pub struct Intake {
    stop: watch::Sender<bool>,
    view: IntakeView,
    requests: Requests,
    thread: JoinHandle<()>,
}

impl Intake {
    /// Begins another boot and starts the thread.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the disk takes no writes or no thread could be had.
    pub fn start(
        mut store: Store,
        options: IntakeOptions,
    ) -> Result<(Intake, IntakeView), StoreError> {
        let word = Word {
            tenant: options.tenant.clone(),
            life: store.life(),
            boot: store.begin_boot()?,
            version: options.version,
        };
        let mut link = options.link;
        link.client = format!("central-{:016x}", chance()?);
        link.will = word.message(false, wall_ms(&*options.clock));
        let (shared, ended, view) = view::pair(options.clock.now().wall_ms);
        let (stop, stopping) = watch::channel(false);
        store.give_up_open_sales()?;
        let reader = store.reader()?;
        let cards = Cards::default();
        for (branch, card) in reader.cards(&options.tenant)? {
            cards.put(branch, card);
        }
        let given_up = reader.withdrawals(&options.tenant)?;
        let (post, letters) = mpsc::channel(LETTERS_MAX);
        let requests = Requests::new(post, cards.clone(), shared.grown());
        let (tenant, clock) = (options.tenant.clone(), Arc::clone(&options.clock));
        let asking = Asking::new(tenant, clock, cards, given_up);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(StoreError::Thread)?;
        let work = run::Work {
            store,
            tenant: options.tenant,
            word,
            clock: options.clock,
            shared,
            asking,
            letters,
        };
        let thread = std::thread::Builder::new().name("intake".to_owned()).spawn(move || {
            runtime.block_on(run::run(work, link, stopping));
            // The store is closed by now, and another may open it.
            drop(runtime);
            ended.send_replace(true);
        });
        let thread = thread.map_err(StoreError::Thread)?;
        Ok((Intake { stop, view: view.clone(), requests, thread }, view))
    }

    /// The door through which branches are asked.
    pub fn requests(&self) -> Requests {
        self.requests.clone()
    }

    /// Finishes the batch in work, says farewell and ends. A disk that hangs is left behind after
    /// two seconds.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        match tokio::time::timeout(STOP_WITHIN, self.view.ended()).await {
            Ok(()) => {
                if self.thread.join().is_err() {
                    tracing::error!("the intake's thread ended in a panic");
                }
            }
            Err(_) => tracing::warn!("the intake did not end in time"),
        }
    }
}

/// What central says of itself, retained: a branch that sees another boot says hello.
struct Word {
    tenant: Tenant,
    life: BoxEpoch,
    boot: u64,
    version: String,
}

impl Word {
    fn message(&self, online: bool, wall_ms: u64) -> Option<Message> {
        let status = Status {
            online,
            epoch: self.life,
            boot: self.boot,
            wall_ms,
            version: self.version.clone(),
            health: Health::default(),
        };
        let topic = Topic::Central { tenant: self.tenant.clone() }.to_string();
        match (Frame::Status { branch: BranchId(0), status }).encode() {
            Ok(payload) => Some(Message { retain: true, ..Message::new(topic, payload) }),
            Err(error) => {
                tracing::error!(%error, "central's own status does not fit a frame");
                None
            }
        }
    }
}

fn wall_ms(clock: &dyn Clock) -> u64 {
    u64::try_from(clock.now().wall_ms).unwrap_or(0)
}

fn chance() -> Result<u64, StoreError> {
    getrandom::u64().map_err(|cause| StoreError::Chance(cause.to_string()))
}
