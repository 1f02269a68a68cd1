//! Head office's live pages: how all branches stand, and one of them.
//!
//! How states are shared, limited and sent is [`serve::live`]'s. Here one task renders what somebody
//! looks at, when branches have told something and once a second, since a branch that falls silent
//! says nothing of it.

mod branch;
mod follow;
mod overview;
mod severity;
pub(crate) mod wire;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use serve::http::Bytes;
use serve::live::{self, Feeds, Full, StreamLimits};
use sync::ids::BranchId;
use sync::topics::Tenant;
use tokio::sync::Mutex;

pub use self::follow::follow;
pub(crate) use self::severity::Presence;
pub use self::severity::{WAIT_LONG, WAIT_VERY_LONG};

use crate::api::Api;
use crate::store::StoreError;

/// Streams in all: the people of a head office, each with some pages, ten times over.
pub const STREAMS_MAX: usize = 1_024;

/// Streams from one address: a whole head office shares one, and so do all who come through a proxy.
pub const STREAMS_OF_ADDRESS_MAX: usize = 512;

/// How many may look.
pub const STREAM_LIMITS: StreamLimits =
    StreamLimits { all: STREAMS_MAX, of_address: STREAMS_OF_ADDRESS_MAX };

/// A state changes at most this often.
pub const STATES_EVERY: Duration = Duration::from_secs(1);

/// Bytes of states that a reader gets in a second: with very many branches the overview changes less
/// often. Two hundred of them have some 80 KiB.
pub const STATE_BYTES_PER_S: usize = 256 * 1024;

/// How often a connected branch's last word is shown anew where nothing else has changed. All of them
/// say something every few seconds, and nobody needs to know to the second that they are there.
pub const HEARD_SHOWN_EVERY: Duration = Duration::from_secs(5);

/// What can be looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Screen {
    /// All branches of a tenant.
    Overview(Tenant),
    /// One of them.
    Branch(Tenant, BranchId),
}

impl live::Screen for Screen {
    fn turn(&self) -> u64 {
        match self {
            Screen::Overview(_) => 0,
            Screen::Branch(_, id) => u64::from(id.0),
        }
    }
}

/// A stream of one of central's screens.
pub type Stream = live::Stream<Screen>;

/// The live screens. Cheap to clone; its clones are the same.
#[derive(Clone, Debug)]
pub struct Live {
    feeds: Feeds<Screen>,
    /// Held while something is rendered and shown, so that an older state never follows a newer one,
    /// and only one reads the database for it.
    desk: Arc<Mutex<Desk>>,
}

/// What is remembered from one state to the next.
#[derive(Debug, Default)]
struct Desk {
    /// When connected branches were heard, as it is shown, and when that was last brought up to
    /// date, in milliseconds since 1970 UTC.
    heard: BTreeMap<(Tenant, u32), u64>,
    heard_at_ms: u64,
}

/// Why nobody can look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookFault {
    /// There are as many streams as can be.
    Full(Full),
    /// There is no such thing to look at.
    Nothing,
    /// The store cannot be read; the log says why.
    Unavailable,
}

impl Live {
    /// Screens of a run with this number, at most so many.
    pub fn new(boot: u32, limits: StreamLimits) -> Live {
        Live { feeds: Feeds::new(boot, limits), desk: Arc::default() }
    }

    /// Streams that are open.
    pub fn streams(&self) -> usize {
        self.feeds.streams()
    }

    /// The state of a screen, once.
    ///
    /// # Errors
    ///
    /// [`LookFault`].
    pub(crate) async fn state(&self, api: &Api, screen: Screen) -> Result<Bytes, LookFault> {
        let mut desk = self.desk.lock().await;
        let body = desk.render(api, screen).await.map_err(|Unreadable| LookFault::Unavailable)?;
        let stamp = self.feeds.stamp(api.clock.now().wall_ms, None);
        Ok(live::stamped(stamp, &body.ok_or(LookFault::Nothing)?).into())
    }

    /// A stream of the screen's states for this address, until then on the wall.
    ///
    /// # Errors
    ///
    /// [`LookFault`].
    pub(crate) async fn look(
        &self,
        api: &Api,
        screen: Screen,
        from: IpAddr,
        until_ms: i64,
    ) -> Result<Stream, LookFault> {
        let stream = self.feeds.look(screen.clone(), from, Some(until_ms));
        let stream = stream.map_err(LookFault::Full)?;
        // What others look at is a second old at the most.
        if stream.feed().is_rendered() {
            return Ok(stream);
        }
        let mut desk = self.desk.lock().await;
        let body = desk.render(api, screen).await.map_err(|Unreadable| LookFault::Unavailable)?;
        let stamp = self.feeds.stamp(api.clock.now().wall_ms, None);
        match stream.feed().refresh(stamp, || body) {
            true => Ok(stream),
            false => Err(LookFault::Nothing),
        }
    }
}

/// The store cannot be read; the log says why.
struct Unreadable;

impl Desk {
    /// The screen's state without its instant: JSON, of one line. Nothing where there is none.
    async fn render(&mut self, api: &Api, screen: Screen) -> Result<Option<Vec<u8>>, Unreadable> {
        let at = api.standpoint();
        match screen {
            Screen::Overview(tenant) => {
                let whose = tenant.clone();
                let all = read(api, move |reader| reader.overview(&tenant)).await?;
                let all = self.as_shown(&whose, all, at);
                Ok(Some(overview::render(&api.organisation, all, at)))
            }
            Screen::Branch(tenant, id) => {
                let whose = tenant.clone();
                let found = read(api, move |reader| reader.branch_in_full(&tenant, id)).await?;
                let Some(found) = found else { return Ok(None) };
                let seen = self.as_shown(&whose, vec![found.branch.clone()], at).pop();
                Ok(seen.map(|seen| branch::render(seen, found, at)))
            }
        }
    }
}

async fn read<T: Send + 'static>(
    api: &Api,
    work: impl FnOnce(&crate::store::Reader) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Unreadable> {
    api.look(work).await.ok_or(Unreadable)
}
