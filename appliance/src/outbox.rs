//! The outbox: the journal after its cursor, made into changes of the day's document, kept on disk
//! until central holds them, and sent to it over MQTT.
//!
//! It runs on a thread of its own and reads the journal like every other follower: the line never
//! waits for it, and never notices whether a broker or a central server is there.

mod book;
mod compare;
mod talk;
#[cfg(test)]
mod tests;
mod translate;
mod view;
mod wellbeing;

use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Duration;

use engine::{Entry, Seq};
use serve::shutdown::Shutdown;
use sync::error::Error;
use sync::frame::Frame;
use sync::health::Health;
use sync::ids::{Actor, BoxEpoch, BranchId, DocumentId};
use sync::limits::{CHANGE_TRANSITIONS_MAX, STATUS_EVERY};
use sync::link::{Delivery, Happening, Happenings, Link, LinkOptions, Message, MqttLink, connect};
use sync::request::Request;
use sync::session::{Ack, Status, hello};
use sync::topics::{Subject, Tenant, Topic, box_filters};
use tokio::time::Instant;

use self::book::{Book, Fault, Page, Taken};
pub use self::compare::difference;
use self::talk::Next;
use self::translate::moment;
pub use self::view::{OutboxView, Standing, SyncCounts, SyncReport};
pub use self::wellbeing::Wellbeing;
use crate::intake::Intake;
use crate::keys::{Chance, KernelChance};
use crate::registrar::Mailbox;
use crate::store::{Archive, ENTRIES_READ_MAX, Housekeeping, OutboxNote, Sheet};

/// How long changes are collected while central listens: it shall see all within two seconds.
const COLLECT: Duration = Duration::from_secs(1);

/// How long they are collected while nobody does: fewer and larger changes cost a third.
const COLLECT_CUT_OFF: Duration = Duration::from_secs(600);

/// How often it is looked how much there is while nobody listens.
const LOOK_CUT_OFF: Duration = Duration::from_secs(1);

/// Reads of the journal before the link is looked after again.
const READS_MAX: u32 = 4;

/// How long to wait after a fault before it is begun again from what is on disk.
const RESTART_AFTER: Duration = Duration::from_secs(1);

/// How long to wait when the link has no room.
const LINK_FULL_WAIT: Duration = Duration::from_millis(200);

/// How often the other side is asked to compare, although nothing seems to be missing.
const COMPARE_EVERY: Duration = Duration::from_secs(600);

/// After this time a message is of no use any more: it was sent again by then.
const EXPIRES_S: u32 = 60;

/// How long the farewell may take.
const FAREWELL: Duration = Duration::from_millis(800);

/// To whom the branch speaks, and as whom.
#[derive(Clone, Debug)]
pub struct OutboxPlan {
    /// The organisation, in topics.
    pub tenant: Tenant,
    /// The branch.
    pub branch: BranchId,
    /// The broker; the will is added here.
    pub link: LinkOptions,
    /// What is amiss at the branch.
    pub wellbeing: Wellbeing,
}

/// The outbox's thread.
#[derive(Debug)]
pub struct Outbox {
    stop: Shutdown,
    thread: JoinHandle<()>,
}

impl Outbox {
    /// Begins to follow the journal. `archive` should be a connection of its own.
    pub fn start(plan: OutboxPlan, mailbox: Mailbox, archive: Archive, view: OutboxView) -> Outbox {
        let stop = Shutdown::new();
        let told = stop.clone();
        let thread = std::thread::Builder::new()
            .name("outbox".into())
            .spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                match runtime {
                    Ok(runtime) => runtime.block_on(keep(plan, mailbox, archive, view, told)),
                    Err(error) => tracing::error!(%error, "the outbox cannot begin"),
                }
            })
            .expect("a process that has just started can have one more thread");
        Outbox { stop, thread }
    }

    /// Puts what the journal has by now into documents, says goodbye, and ends.
    pub async fn stop(self) {
        self.stop.trigger();
        tokio::task::spawn_blocking(move || self.thread.join().ok()).await.ok();
    }
}

/// Follows the journal, again should the task fail: one fault must not be the end of it.
async fn keep(
    plan: OutboxPlan,
    mailbox: Mailbox,
    archive: Archive,
    view: OutboxView,
    stop: Shutdown,
) {
    let mut identity = None;
    while !stop.is_triggered() {
        match begin_boot(&mailbox, &archive).await {
            Ok(found) => {
                identity = Some(found);
                break;
            }
            Err(why) => {
                tracing::warn!(why, "the outbox cannot begin yet");
                view.change(|report| report.trouble = Some(why));
                pause(&stop, RESTART_AFTER).await;
            }
        }
    }
    let Some((epoch, boot, central)) = identity else { return };
    let will = status(&plan, epoch, boot, 0, false);
    let mut options = plan.link.clone();
    options.will = will;
    let (link, happenings) = connect(options);
    for filter in box_filters(&plan.tenant, plan.branch) {
        if let Err(error) = link.subscribe(&filter) {
            tracing::error!(%error, "central cannot be listened to");
        }
    }
    let now = Instant::now();
    let intake = Intake::new(mailbox.clone(), archive.clone(), plan.branch, epoch);
    let mut desk = Desk {
        plan,
        mailbox,
        archive,
        view,
        link,
        intake,
        epoch,
        boot,
        book: None,
        is_connected: false,
        central: CentralWord { life: central, boot: None, is_away: false },
        has_older: true,
        last_flush: None,
        collecting_since: None,
        open_at: now,
        status_at: now,
        compare_at: now + COMPARE_EVERY,
    };
    desk.work_until(happenings, stop).await;
    desk.farewell().await;
}

async fn pause(stop: &Shutdown, time: Duration) {
    tokio::select! {
        _ = stop.wait() => {}
        () = tokio::time::sleep(time) => {}
    }
}

/// Counts this start, on disk, before anything is said.
async fn begin_boot(
    mailbox: &Mailbox,
    archive: &Archive,
) -> Result<(BoxEpoch, u64, Option<u32>), String> {
    // Another life of the box must be another number; this one is never drawn twice by chance.
    let epoch = random() | 1;
    let note = Housekeeping::Outbox(OutboxNote::Boot { epoch });
    mailbox.keep(note).await.map_err(|error| format!("the disk takes no writes ({error:?})"))?;
    let found = archive.identity().map_err(|error| error.to_string())?;
    let found = found.ok_or("the box has no identity after it was written")?;
    Ok((BoxEpoch(found.epoch), found.boots, found.central))
}

fn random() -> u32 {
    let mut bytes = [0; 4];
    KernelChance.fill(&mut bytes);
    u32::from_le_bytes(bytes)
}

fn status(
    plan: &OutboxPlan,
    epoch: BoxEpoch,
    boot: u64,
    wall_ms: u64,
    online: bool,
) -> Option<Message> {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let health = if online { plan.wellbeing.now() } else { Health::default() };
    let status = Status { online, epoch, boot, wall_ms, version, health };
    let payload = Frame::Status { branch: plan.branch, status }.encode();
    let payload = payload.map_err(|error| tracing::error!(%error, "no status")).ok()?;
    Some(Message { retain: true, ..Message::new(topic(plan, Subject::Status), payload) })
}

fn topic(plan: &OutboxPlan, subject: Subject) -> String {
    Topic::Branch { tenant: plan.tenant.clone(), branch: plan.branch, subject }.to_string()
}

/// What central has said of itself.
struct CentralWord {
    life: Option<u32>,
    boot: Option<u64>,
    is_away: bool,
}

/// The one who does the work.
struct Desk {
    plan: OutboxPlan,
    mailbox: Mailbox,
    archive: Archive,
    view: OutboxView,
    link: MqttLink,
    intake: Intake,
    epoch: BoxEpoch,
    boot: u64,
    /// Nothing after a fault, until it is opened again.
    book: Option<Book>,
    is_connected: bool,
    central: CentralWord,
    /// Whether there may be older documents that central lacks.
    has_older: bool,
    last_flush: Option<Instant>,
    collecting_since: Option<Instant>,
    open_at: Instant,
    status_at: Instant,
    compare_at: Instant,
}

impl Desk {
    async fn work_until(&mut self, mut happenings: Happenings, stop: Shutdown) {
        let mut grown = self.mailbox.grown();
        loop {
            let wake = self.work().await;
            let is_behind = self.is_behind();
            tokio::select! {
                biased;
                _ = stop.wait() => return,
                happening = happenings.recv() => match happening {
                    Some(happening) => self.happened(happening).await,
                    // The link lives as long as this does.
                    None => return,
                },
                // What has grown is looked at when it is time; until then no commit wakes us.
                changed = grown.changed(), if !is_behind => {
                    if changed.is_err() {
                        stop.wait().await;
                        return;
                    }
                }
                () = tokio::time::sleep_until(wake) => {}
            }
        }
    }

    fn is_behind(&self) -> bool {
        self.book.as_ref().is_none_or(|book| book.cursor < *self.mailbox.grown().borrow())
    }

    /// Does what is due, and says when to look again.
    async fn work(&mut self) -> Instant {
        if let Err(fault) = self.try_work().await {
            self.begin_again(&fault);
        }
        self.report();
        self.next_look()
    }

    async fn try_work(&mut self) -> Result<(), Fault> {
        let now = Instant::now();
        if self.book.is_none() {
            if now < self.open_at {
                return Ok(());
            }
            self.open().await?;
        }
        if self.is_flush_due(now) {
            self.flush().await?;
        }
        if self.is_connected {
            if self.compare_at <= now {
                self.compare_at = now + COMPARE_EVERY;
                self.greet_again();
            }
            if self.status_at <= now {
                self.say_status(now);
            }
            if !self.central.is_away {
                self.say_card();
                self.talk(now).await?;
            }
        }
        Ok(())
    }

    fn begin_again(&mut self, fault: &Fault) {
        tracing::warn!(%fault, "the outbox begins again from what is on disk");
        SyncCounts::add(&self.view.counts().restarts, 1);
        self.view.change(|report| report.trouble = Some(fault.to_string()));
        self.book = None;
        self.has_older = true;
        self.open_at = Instant::now() + RESTART_AFTER;
    }

    async fn open(&mut self) -> Result<(), Fault> {
        // After a write that failed nobody knows which changes are on disk, and one actor must
        // never make two changes under one number.
        let mut actor = [0; 16];
        KernelChance.fill(&mut actor);
        let settings = self.mailbox.read(|committed| committed.branch.settings().clone());
        let (branch, archive) = (self.plan.branch, self.archive.clone());
        let mut book = Book::open(archive, branch, self.epoch, Actor(actor), settings)?;
        let changes = book.adopt(moment(self.mailbox.moment()))?.stored();
        let cursor = book.cursor;
        self.book = Some(book);
        if !changes.is_empty() {
            self.write(OutboxNote::Changes { changes, cursor }).await?;
        }
        self.view.change(|report| report.trouble = None);
        Ok(())
    }

    fn is_flush_due(&mut self, now: Instant) -> bool {
        let Some(book) = &self.book else { return false };
        let behind = self.mailbox.grown().borrow().0.saturating_sub(book.cursor.0);
        if behind == 0 {
            self.collecting_since = None;
            return false;
        }
        let since = *self.collecting_since.get_or_insert(now);
        match self.is_connected && !self.central.is_away {
            true => self.last_flush.is_none_or(|last| last + COLLECT <= now),
            false => CHANGE_TRANSITIONS_MAX as u64 <= behind || since + COLLECT_CUT_OFF <= now,
        }
    }

    fn next_look(&self) -> Instant {
        let now = Instant::now();
        let far = now + STATUS_EVERY;
        let Some(book) = &self.book else { return self.open_at };
        let listens = self.is_connected && !self.central.is_away;
        let flush = match (self.is_behind(), listens) {
            (false, _) => far,
            (true, true) => self.last_flush.map_or(now, |last| last + COLLECT),
            (true, false) => now + LOOK_CUT_OFF,
        };
        let mut wake = far.min(flush);
        if self.is_connected {
            wake = wake.min(self.status_at);
        }
        if listens {
            let pages = book.pages.iter().chain(&book.older);
            wake = pages.filter_map(|page| page.talk.due()).fold(wake, Instant::min);
        }
        wake
    }

    /// Puts what the journal has grown by into documents, and those on disk.
    async fn flush(&mut self) -> Result<(), Fault> {
        let mut is_all = false;
        for _ in 0..READS_MAX {
            let Some(book) = &mut self.book else { return Ok(()) };
            let entries = self.archive.entries_after(book.cursor)?;
            is_all = entries.len() < ENTRIES_READ_MAX as usize;
            if !entries.is_empty() {
                self.take(&entries).await?;
            }
            if is_all {
                break;
            }
        }
        // A long journal is gone through without a pause.
        self.last_flush = is_all.then(Instant::now);
        self.collecting_since = None;
        Ok(())
    }

    async fn take(&mut self, entries: &[Entry]) -> Result<(), Fault> {
        let Some(book) = &mut self.book else { return Ok(()) };
        let taken = book.take(entries)?;
        let stored = taken.stored();
        let Taken { changes, retired, transitions, left_out } = taken;
        let counts = self.view.counts();
        SyncCounts::add(&counts.transitions, transitions);
        SyncCounts::add(&counts.changes, changes.len() as u64);
        SyncCounts::add(&counts.left_out, left_out);
        let cursor = book.cursor;
        self.write(OutboxNote::Changes { changes: stored, cursor }).await?;
        // Only now may it leave.
        let Some(book) = &mut self.book else { return Ok(()) };
        for (sheet, change) in changes {
            match book.all().find(|page| page.sheet == sheet) {
                Some(page) => page.talk.offer(change),
                None => self.has_older = true,
            }
        }
        for mut page in retired {
            self.has_older = true;
            save(&self.mailbox, &mut page).await?;
        }
        Ok(())
    }

    async fn write(&self, note: OutboxNote) -> Result<(), Fault> {
        write(&self.mailbox, note).await
    }

    /// Says what is to be said about each document.
    async fn talk(&mut self, now: Instant) -> Result<(), Fault> {
        self.take_up_older().await?;
        let Some(book) = &mut self.book else { return Ok(()) };
        for page in book.pages.iter_mut().chain(&mut book.older) {
            let repeats = page.talk.repeats;
            let next = page.talk.next(&page.replica, now, random());
            let next = next.map_err(|error| Fault::Document(page.sheet, error))?;
            SyncCounts::add(&self.view.counts().repeats, page.talk.repeats - repeats);
            let (subject, frames) = match next {
                Next::Nothing => continue,
                Next::Hello => {
                    let document = page.replica.document();
                    let hello = hello(&page.replica, self.epoch);
                    let frame = Frame::Hello { document, hello }.encode();
                    let frame = frame.map_err(|error| Fault::Document(page.sheet, error))?;
                    (Subject::Hello, vec![frame])
                }
                Next::Frames(frames) => (Subject::Changes, frames),
            };
            for frame in frames {
                let message = Message {
                    expires_s: Some(EXPIRES_S),
                    ..Message::new(topic(&self.plan, subject), frame)
                };
                if !publish(&self.link, &self.view, message) {
                    page.talk.retry(now, LINK_FULL_WAIT);
                    break;
                }
            }
        }
        Ok(())
    }

    /// Once central has the newest day, an older one that it lacks comes next, one at a time.
    async fn take_up_older(&mut self) -> Result<(), Fault> {
        let Some(book) = &mut self.book else { return Ok(()) };
        if let Some(page) = &mut book.older
            && page.talk.is_covered()
        {
            let sheet = page.sheet;
            if page.is_loose {
                save(&self.mailbox, page).await?;
            }
            book.older = None;
            write(&self.mailbox, OutboxNote::Covered { sheet }).await?;
            self.has_older = true;
        }
        let is_newest_covered = book.pages.iter().all(|page| page.talk.is_covered());
        if book.older.is_some() || !self.has_older || !is_newest_covered {
            return Ok(());
        }
        let Some(day) = book.day() else { return Ok(()) };
        match self.archive.uncovered_before(day)? {
            Some(sheet) => book.older = Some(book.load(sheet)?),
            None => {
                self.has_older = false;
                write(&self.mailbox, OutboxNote::Forget).await?;
            }
        }
        Ok(())
    }

    fn say_status(&mut self, now: Instant) {
        self.status_at = now + STATUS_EVERY;
        let wall_ms = u64::try_from(self.mailbox.moment().wall_ms).unwrap_or(0);
        if let Some(message) = status(&self.plan, self.epoch, self.boot, wall_ms, true) {
            publish(&self.link, &self.view, message);
        }
    }

    /// Tells customers elsewhere of the branch, again whenever its settings have changed.
    fn say_card(&mut self) {
        let Some((frame, settings)) = self.intake.card_due() else { return };
        let message = Message {
            expires_s: Some(EXPIRES_S),
            ..Message::new(topic(&self.plan, Subject::Card), frame)
        };
        if publish(&self.link, &self.view, message) {
            self.intake.told(settings);
        }
    }

    /// Does what central asks. An answer that does not come through is asked for again.
    async fn answer(&mut self, request: Request) {
        // Whoever asks is there.
        self.central.is_away = false;
        let answer = self.intake.answer(request).await;
        let frame = Frame::Answer { branch: self.plan.branch, answer }.encode();
        match frame {
            Ok(frame) => {
                let topic = topic(&self.plan, Subject::Answer);
                let message = Message { expires_s: Some(EXPIRES_S), ..Message::new(topic, frame) };
                publish(&self.link, &self.view, message);
            }
            Err(error) => tracing::error!(%error, "a request cannot be answered"),
        }
    }

    fn greet_again(&mut self) {
        self.intake.greet_again();
        if let Some(book) = &mut self.book {
            book.all().for_each(|page| page.talk.restart());
        }
    }

    async fn happened(&mut self, happening: Happening) {
        let now_ms = self.mailbox.moment().wall_ms;
        match happening {
            Happening::Connected => {
                self.is_connected = true;
                // Its word is retained, and comes next if there is one.
                self.central.is_away = false;
                self.central.boot = None;
                self.view.change(|report| report.trouble = None);
                self.status_at = Instant::now();
                self.last_flush = None;
                self.greet_again();
            }
            Happening::Disconnected(reason) => {
                self.is_connected = false;
                self.view.change(|report| report.trouble = Some(reason.to_string()));
            }
            Happening::Message(delivery) => {
                self.view.change(|report| report.heard_ms = Some(now_ms));
                if let Err(fault) = self.hear(&delivery).await {
                    self.begin_again(&fault);
                }
                self.link.confirm(&delivery);
            }
            // What central holds is said by central alone.
            Happening::Acked(_) | Happening::Rejected(_) => {}
        }
    }

    async fn hear(&mut self, delivery: &Delivery) -> Result<(), Fault> {
        let refused = |error: Error| {
            tracing::warn!(%error, "a message that nobody here understands");
            Ok(())
        };
        let frame = match Frame::parse(&delivery.payload) {
            Ok(frame) => frame,
            Err(error) => return refused(error),
        };
        match (Topic::parse(&delivery.topic), frame) {
            (Ok(Topic::Central { .. }), Frame::Status { status, .. }) => {
                self.hear_central(&status).await
            }
            (Ok(Topic::Branch { subject: Subject::Ack, .. }), Frame::Ack { document, ack }) => {
                self.hear_ack(document, ack)
            }
            (
                Ok(Topic::Branch { subject: Subject::Request, .. }),
                Frame::Request { branch, request },
            ) if branch == self.plan.branch => {
                self.answer(request).await;
                Ok(())
            }
            (Ok(_), _) => refused(Error::Topic("it says something else than its topic")),
            (Err(error), _) => refused(error),
        }
    }

    async fn hear_central(&mut self, status: &Status) -> Result<(), Fault> {
        let life = Some(status.epoch.0);
        let started = self.central.boot.replace(status.boot) != Some(status.boot);
        let is_new = self.central.life != life;
        self.central.is_away = !status.online;
        if is_new {
            tracing::info!("another central server, or its database is new: it is offered all");
            self.write(OutboxNote::Central { life: status.epoch.0 }).await?;
            self.central.life = life;
            self.has_older = true;
        }
        if status.online {
            self.intake.greet_again();
        }
        if status.online && (started || is_new) {
            self.last_flush = None;
            self.status_at = Instant::now();
            self.greet_again();
        }
        Ok(())
    }

    fn hear_ack(&mut self, document: DocumentId, ack: Ack) -> Result<(), Fault> {
        SyncCounts::add(&self.view.counts().acks, 1);
        // Whoever answers is there.
        self.central.is_away = false;
        let Some(book) = &mut self.book else { return Ok(()) };
        let page = book.all().find(|page| page.replica.document() == document);
        let Some(Page { sheet, replica, talk, .. }) = page else { return Ok(()) };
        talk.hear(replica, ack).map_err(|error| Fault::Document(*sheet, error))
    }

    /// Tells health how far both are.
    fn report(&mut self) {
        let now_ms = self.mailbox.moment().wall_ms;
        let (mut loaded, mut answered, mut covered, mut cursor) = (0, true, true, Seq(0));
        if let Some(book) = &mut self.book {
            cursor = book.cursor;
            for page in book.all() {
                loaded += 1;
                answered &= page.talk.is_answered();
                covered &= page.talk.is_covered();
            }
        }
        let standing = match (self.is_connected, self.central.is_away || !answered) {
            (false, _) => Standing::Cut,
            (true, true) => Standing::Unanswered,
            (true, false) if covered && !self.has_older && self.book.is_some() => Standing::InStep,
            (true, false) => Standing::CatchingUp,
        };
        self.view.stands(standing, now_ms);
        self.view.change(|report| {
            report.documents_loaded = loaded;
            if standing == Standing::InStep {
                report.covered_seq = Some(cursor.0);
            }
        });
    }

    /// Puts everything into documents, and says goodbye.
    async fn farewell(mut self) {
        if let Err(fault) = self.flush_rest().await {
            tracing::warn!(%fault, "what the journal has is put into documents at the next start");
        }
        let bye = status(&self.plan, self.epoch, self.boot, 0, false);
        if let Some(message) = bye.filter(|_| self.is_connected) {
            publish(&self.link, &self.view, message);
            // The link sends in order, so the goodbye that follows is later than this.
            tokio::time::timeout(FAREWELL, self.link.close()).await.ok();
        }
    }

    async fn flush_rest(&mut self) -> Result<(), Fault> {
        while self.book.is_some() && self.is_behind() {
            self.flush().await?;
        }
        Ok(())
    }
}

/// Hands a message to the link, if it has room.
fn publish(link: &MqttLink, view: &OutboxView, message: Message) -> bool {
    let size = message.payload.len() as u64;
    let taken = link.publish(message);
    if let Err(error) = taken {
        tracing::debug!(%error, "not sent");
        return false;
    }
    let counts = view.counts();
    counts.messages.fetch_add(1, Ordering::Relaxed);
    counts.bytes.fetch_add(size, Ordering::Relaxed);
    true
}

async fn write(mailbox: &Mailbox, note: OutboxNote) -> Result<(), Fault> {
    let kept = mailbox.keep(Housekeeping::Outbox(note)).await;
    kept.map_err(|error| Fault::Unwritten(format!("{error:?}")))
}

/// Stores a document whose day is over as a whole, in few bytes.
async fn save(mailbox: &Mailbox, page: &mut Page) -> Result<(), Fault> {
    let sheet: Sheet = page.sheet;
    match page.replica.save_and_verify() {
        Ok(bytes) => write(mailbox, OutboxNote::Saved { sheet, bytes }).await?,
        // Then its raw changes stay, which say the same in more bytes.
        Err(error) => tracing::error!(%error, day = sheet.day.0, "a day cannot be saved whole"),
    }
    page.is_loose = false;
    Ok(())
}
