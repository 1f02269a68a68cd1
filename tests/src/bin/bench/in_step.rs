//! Branch and central in step: how soon central has a command, what a transition costs on the wire
//! and at central, live and after a time without central.
//!
//! The limits are of the same run: the way over the same broker and commits on the same disk for
//! the delay; the same changes bare, and packed as tightly as frames allow, for the bytes; the same
//! frames projected into memory for central's processor. What the design had measured stands
//! beside them.

mod hall;
mod limits;
mod rows;

use std::sync::Arc;
use std::time::Duration;

use ::tests::Central;
use sync::development;
use sync::ids::BranchId;
use tempfile::TempDir;
use tokio::time::{Instant, sleep, sleep_until};

use self::hall::{Command, Hall, SyncFigures};
use self::limits::{Share, commit_ms, round_trip_ms};
use self::rows::{Rows, Watcher};
use crate::machine::{Watch, processor_seconds};
use crate::memory::Daemon;
use crate::table::{Goal, Table};

/// The branch that plays.
const BRANCH: BranchId = BranchId(1);

/// Commands with a silence before each, so that none of them waits for others to go with.
const ALONE: u32 = 6;

/// That silence: longer than changes are collected.
const SILENCE: Duration = Duration::from_millis(1_300);

/// What happens in a hall at most times: commands, and how many a second.
const TRICKLE: (u32, u32) = (27, 3);

/// Far more than any hall. Central's processor time is counted in hundredths of a second, so it
/// takes so many to say something.
const BUSY: (u32, u32) = (1_400, 200);

/// Visits while central is away; each is some four transitions.
const VISITS_AWAY: u32 = 1_500;

/// How long rows may take to come before the bench gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often is looked whether they have come. The watcher itself looks more often.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// What runs while this is measured.
struct Scene {
    central: Central,
    branch: Daemon,
    hall: Hall,
    watch: Arc<Watch>,
    // Last, so that it outlives what works in it.
    _folder: TempDir,
}

/// Measures everything about keeping in step.
pub(crate) async fn measure(table: &mut Table) -> Result<(), Box<dyn std::error::Error>> {
    let mut scene = Scene::open().await?;
    scene.alone(table).await?;
    let note = "limit: bare changes; design: 148 B singly, 80 by threes";
    scene.live(table, "3/s", TRICKLE, note).await?;
    let note = "limit: bare changes; design: 47 B by fifties, packed 20";
    scene.live(table, "200/s", BUSY, note).await?;
    scene.catch_up(table).await
}

impl Scene {
    async fn open() -> Result<Scene, Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let plan = Central::plan(folder.path().join("central")).set("log=\"warn\"");
        let central = plan.start().await?;
        let sets = settings(folder.path(), central.broker())?;
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        let branch = Daemon::start_with(&sets).await?;
        let hall = Hall::open(branch.address).await?;
        let watch = Arc::new(Watch::start());
        let mut scene = Scene { central, branch, hall, watch, _folder: folder };
        scene.await_in_step().await?;
        Ok(scene)
    }

    /// Commands that come alone: the way itself, without the second in which changes are collected.
    async fn alone(&mut self, table: &mut Table) -> Result<(), Box<dyn std::error::Error>> {
        let (round_trip, before) = (round_trip_ms(self.central.broker()).await?, commit_ms()?);
        let watcher = Watcher::start(&self.central.database(), &self.watch)?;
        let mut commands = Vec::new();
        for _ in 0..ALONE {
            sleep(SILENCE).await;
            commands.push(self.hall.next(&self.watch).await?);
        }
        let delays = delays(&commands, watcher).await?;
        // Measured on both sides of the figure: a shared disk changes by the second.
        let limit = round_trip + before + commit_ms()?;
        let what = "command to central's row, alone, p50";
        let note = "limit: to the broker and back, two commits";
        table.beside(what, "ms", quantile(&delays, 0.5), Some(limit), Goal::None, note);
        Ok(())
    }

    /// Commands at an even pace while central listens.
    async fn live(
        &mut self,
        table: &mut Table,
        name: &str,
        (count, per_second): (u32, u32),
        bytes_note: &'static str,
    ) -> Result<(), Box<dyn std::error::Error>> {
        self.await_in_step().await?;
        let rows = Rows::open(&self.central.database())?;
        let (before, first) = (self.figures().await?, rows.last_change()?);
        let processor = processor_seconds(self.central.id());
        let watcher = Watcher::start(&self.central.database(), &self.watch)?;
        let began = Instant::now();
        let mut commands = Vec::new();
        for turn in 1..=count {
            commands.push(self.hall.next(&self.watch).await?);
            sleep_until(began + Duration::from_secs(1) * turn / per_second).await;
        }
        let delays = delays(&commands, watcher).await?;
        self.await_in_step().await?;
        let used = processor_seconds(self.central.id()) - processor;
        let spent = self.figures().await?.since(before);
        let share = Share::of(&rows.changes(0, first)?, &rows.changes(first, i64::MAX)?)?;
        let row = |figure: &str| format!("command to central's row, {name}, {figure}");
        let seconds = "changes are collected for a second";
        table.beside(&row("p50"), "ms", quantile(&delays, 0.5), None, Goal::None, seconds);
        let seen_within = Goal::AtMost(2_000.0);
        table.beside(&row("p99"), "ms", quantile(&delays, 0.99), None, seen_within, "");
        let what = format!("wire a transition, {name}");
        let limit = share.raw_bytes / spent.transitions;
        table.beside(&what, "B", spent.bytes_each(), Some(limit), Goal::None, bytes_note);
        if per_second == BUSY.1 {
            let what = format!("central's CPU a transition, {name}");
            let (used, limit) = (spent.each_us(used), spent.each_us(share.seconds));
            let note = "limit: rows in memory; design: 3.7 us, in PostgreSQL 17";
            table.beside(&what, "us", used, Some(limit), Goal::None, note);
        }
        Ok(())
    }

    /// Central and broker away while much happens, then back.
    async fn catch_up(&mut self, table: &mut Table) -> Result<(), Box<dyn std::error::Error>> {
        self.await_in_step().await?;
        let rows = Rows::open(&self.central.database())?;
        let (before, first) = (self.figures().await?, rows.last_change()?);
        let served_before = rows.served()?;
        drop(rows);
        self.central.try_stop().await?;
        let served = hall::visits(self.branch.address, VISITS_AWAY).await?;
        self.central.start_again().await?;
        let back = self.watch.elapsed();
        let processor = processor_seconds(self.central.id());
        let rows = Rows::open(&self.central.database())?;
        let mut began = None;
        let deadline = Instant::now() + PATIENCE;
        while rows.served()? < served_before + served {
            if began.is_none() && rows.last_change()? != first {
                began = Some(self.watch.elapsed());
            }
            if deadline < Instant::now() {
                return Err("central does not catch up".into());
            }
            sleep(LOOK_EVERY).await;
        }
        let whole = self.watch.elapsed();
        self.await_in_step().await?;
        let used = processor_seconds(self.central.id()) - processor;
        let spent = self.figures().await?.since(before);
        let share = Share::of(&rows.changes(0, first)?, &rows.changes(first, i64::MAX)?)?;
        let transitions = spent.transitions;
        let what = format!("central back to {transitions:.0} transitions in its rows");
        let seconds = (whole - back).as_secs_f64();
        let note = "the box looks for the broker every 10 s at least";
        table.beside(&what, "s", seconds, None, Goal::AtMost(10.0), note);
        let rate = transitions / (whole - began.unwrap_or(back)).as_secs_f64();
        let limit = transitions / share.seconds;
        let note = "limit: rows in memory; design: 60,710/s in PostgreSQL";
        let what = "of these, from the first row on";
        table.beside(what, "/s", rate, Some(limit), Goal::None, note);
        let what = "wire a transition, catching up";
        let limit = share.packed_bytes / transitions;
        let note = "limit: the fewest frames; design: 15 to 20 B by fifties";
        table.beside(what, "B", spent.bytes_each(), Some(limit), Goal::None, note);
        let what = "central's CPU a transition, catching up";
        let (used, limit) = (spent.each_us(used), spent.each_us(share.seconds));
        let note = "limit: rows in memory; design: 3.7 us, in PostgreSQL 17";
        table.beside(what, "us", used, Some(limit), Goal::None, note);
        Ok(())
    }

    async fn figures(&mut self) -> Result<SyncFigures, Box<dyn std::error::Error>> {
        SyncFigures::of(self.branch.address).await
    }

    async fn await_in_step(&mut self) -> Result<(), Box<dyn std::error::Error>> {
        let deadline = Instant::now() + PATIENCE;
        while !self.figures().await?.is_in_step {
            if deadline < Instant::now() {
                return Err("branch and central do not get in step".into());
            }
            sleep(LOOK_EVERY).await;
        }
        Ok(())
    }
}

/// What tells the branch where central is, and who it is there.
fn settings(
    folder: &std::path::Path,
    broker: &str,
) -> Result<[String; 4], Box<dyn std::error::Error>> {
    let credentials = development::credentials(BRANCH);
    let password = folder.join("broker.password");
    serve::secret::write(&password, credentials.password.as_bytes())?;
    Ok([
        format!("mqtt.url={broker}"),
        format!("mqtt.user={}", credentials.user),
        format!("mqtt.password_file={}", password.display()),
        format!("organisation.tenant={}", development::tenant().as_str()),
    ])
}

/// From each command's answer to its row, in milliseconds, in order of length.
async fn delays(
    commands: &[Command],
    watcher: Watcher,
) -> Result<Vec<f64>, Box<dyn std::error::Error>> {
    let deadline = Instant::now() + PATIENCE;
    while !watcher.has_seen(commands.len())? {
        if deadline < Instant::now() {
            return Err("central does not show what was done".into());
        }
        sleep(LOOK_EVERY).await;
    }
    let seen = watcher.finish().await?;
    let delay = |command: &Command| {
        let seen = seen.get(&(command.ticket, command.reached))?;
        // The row may be there before the answer has been read.
        Some(seen.saturating_sub(command.answered).as_secs_f64() * 1_000.0)
    };
    let delays: Option<Vec<f64>> = commands.iter().map(delay).collect();
    let mut delays = delays.ok_or("a command has left no row")?;
    delays.sort_by(f64::total_cmp);
    Ok(delays)
}

/// Of figures in order, the one below which so many lie.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or(0.0)
}
