//! What it would cost at least: measured in the same run, on the same broker, disk and changes.

use std::time::Duration;

use sync::development::{BRANCHES_MAX, credentials, tenant};
use sync::frame::{Frame, pack};
use sync::health::Health;
use sync::ids::{BoxEpoch, BranchId, DocumentId};
use sync::link::{Address, Happening, Happenings, Link, LinkOptions, Message, connect};
use sync::projection::memory::MemoryShelf;
use sync::projection::take_in;
use sync::replica::RawChange;
use sync::session::Status;
use sync::topics::{Subject, Topic};
use tokio::time::timeout;

use super::BRANCH;
use crate::commits::Bare;
use crate::machine::{Watch, thread_seconds};
use crate::reads::median;

/// Messages whose way is measured.
const MESSAGES: u64 = 100;

/// Commits of which the middle one counts.
const COMMITS: u32 = 200;

/// How long one of the messages may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often changes are projected; the middle one counts.
const ROUNDS: usize = 3;

/// From a message to the broker's word that it has it, in milliseconds: as far as from one client
/// by the broker to another.
pub(super) async fn round_trip_ms(broker: &str) -> Result<f64, Box<dyn std::error::Error>> {
    // Another branch of the demonstration, of which central takes note and no more.
    let branch = BranchId(BRANCHES_MAX);
    let address = Address::parse(broker).map_err(|fault| fault.to_string())?;
    let mut options = LinkOptions::to(&address, format!("demo-{}", branch.0));
    options.credentials = Some(credentials(branch));
    let (link, mut happenings) = connect(options);
    while !matches!(next(&mut happenings).await?, Happening::Connected) {}
    let topic = Topic::Branch { tenant: tenant(), branch, subject: Subject::Status }.to_string();
    let mut times = Vec::new();
    for boot in 1..=MESSAGES {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let (epoch, health) = (BoxEpoch(1), Health::default());
        let status = Status { online: false, epoch, boot, wall_ms: 0, version, health };
        let payload = Frame::Status { branch, status }.encode()?;
        let watch = Watch::start();
        let sent = link.publish(Message::new(topic.clone(), payload))?;
        while !matches!(next(&mut happenings).await?, Happening::Acked(id) if id == sent) {}
        times.push(watch.elapsed().as_secs_f64() * 1_000.0);
    }
    link.close().await;
    Ok(median(times))
}

async fn next(happenings: &mut Happenings) -> Result<Happening, Box<dyn std::error::Error>> {
    Ok(timeout(PATIENCE, happenings.recv()).await?.ok_or("the link has ended")?)
}

/// A durable commit of one row, in milliseconds: the middle one of some.
pub(super) fn commit_ms() -> Result<f64, Box<dyn std::error::Error>> {
    let bare = Bare::open()?;
    let mut times = Vec::new();
    for _ in 0..COMMITS {
        let watch = Watch::start();
        bare.commit()?;
        times.push(watch.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(median(times))
}

/// What a part of a day's changes costs at least.
pub(super) struct Share {
    /// Their bytes, one by one.
    pub(super) raw_bytes: f64,
    /// Their bytes in as few frames as hold them.
    pub(super) packed_bytes: f64,
    /// Processor time to read those frames and to project them into memory, in seconds.
    pub(super) seconds: f64,
}

impl Share {
    /// Of these changes, which follow those.
    pub(super) fn of(
        before: &[Vec<u8>],
        changes: &[Vec<u8>],
    ) -> Result<Share, Box<dyn std::error::Error>> {
        // Of a document only whose it is matters here.
        let document = DocumentId { branch: BRANCH, day: 1, segment: 1 };
        let mut known = MemoryShelf::default();
        let Ok(_) = take_in(&mut known, document, before.iter().map(Vec::as_slice));
        let parsed: Result<Vec<RawChange>, _> =
            changes.iter().map(|bytes| RawChange::parse(bytes)).collect();
        let frames = pack(document, &parsed?)?;
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let mut shelf = known.clone();
            let started = thread_seconds();
            let mut projected = 0;
            for (_, frame) in &frames {
                let Frame::Changes { document, changes } = Frame::parse(frame)? else {
                    return Err("a frame of changes has none".into());
                };
                let Ok(taken) = take_in(&mut shelf, document, changes.iter().map(Vec::as_slice));
                projected += taken.projected;
            }
            times.push(thread_seconds() - started);
            if projected != changes.len() {
                return Err("central's changes do not follow from each other".into());
            }
        }
        Ok(Share {
            raw_bytes: changes.iter().map(|bytes| bytes.len() as f64).sum(),
            packed_bytes: frames.iter().map(|(_, frame)| frame.len() as f64).sum(),
            seconds: median(times),
        })
    }
}
