//! A branch within the test, on a clock that the test turns: days pass in seconds. Line, store and
//! outbox are the real ones.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use appliance::demo;
use appliance::outbox::{Outbox, OutboxPlan, OutboxView, Standing as SyncState, Wellbeing};
use appliance::registrar::{Mailbox, Receipt, Registrar, SubmitError};
use appliance::store::{Store, StoreOptions};
use appliance::texts::Texts;
use engine::{
    Among, AnswerId, At, CallId, Command, CounterId, DayId, DeviceId, Issue, LineRequest,
    OperatorId, Place, Priority, ProfileId, QuestionId, ServiceId, Source, Standing, Ticket,
    TicketId, TicketState, Token, Unstarted,
};
use serve::clock::HandClock;
use sync::development;
use sync::ids::BranchId;
use sync::link::{Address, LinkOptions};
use tests::{Chance, Ledger, Trouble, until};
use tokio::task::{JoinHandle, JoinSet};

/// Monday the 12th of October 2026, 07:00 in Budapest.
const FIRST_MORNING_MS: i64 = 1_791_781_200_000;

/// The business day that begins there.
const FIRST_DAY: u32 = 20_261_012;

/// The counters of the sample branch.
const COUNTERS: u32 = 4;

/// How often is looked how many documents are in memory.
const WATCH_EVERY: Duration = Duration::from_millis(2);

/// The branch.
pub(super) struct HandBranch {
    folder: PathBuf,
    plan: OutboxPlan,
    clock: HandClock,
    view: OutboxView,
    running: Running,
    chance: Chance,
    day: DayId,
    issued: u32,
    loaded_most: Arc<AtomicU64>,
    watch: JoinHandle<()>,
}

/// What a power cut ends.
struct Running {
    mailbox: Mailbox,
    registrar: Registrar,
    outbox: Outbox,
}

impl Running {
    fn start(folder: &Path, plan: &OutboxPlan, clock: &HandClock, view: &OutboxView) -> Running {
        let store = Store::open(StoreOptions::in_folder(folder)).expect("opens");
        let archive = store.archive().expect("opens");
        let started = Registrar::start(store, Arc::new(clock.clone()));
        let (registrar, mailbox) = started.expect("starts");
        let outbox = Outbox::start(plan.clone(), mailbox.clone(), archive, view.clone());
        Running { mailbox, registrar, outbox }
    }

    async fn stop(self) {
        self.outbox.stop().await;
        self.registrar.stop().await;
    }
}

impl HandBranch {
    /// The sample branch in a new folder, told of a broker where nobody has to listen yet. Its
    /// first day is open.
    pub(super) async fn open(folder: &Path, broker: &str, chance: Chance) -> HandBranch {
        std::fs::create_dir(folder).expect("the folder is new");
        let clock = HandClock::at(FIRST_MORNING_MS);
        let view = OutboxView::new(Some(broker.to_owned()), FIRST_MORNING_MS);
        let address = Address::parse(broker).expect("is an address");
        let mut link = LinkOptions::to(&address, "demo-1");
        link.credentials = Some(development::credentials(BranchId(1)));
        let plan = OutboxPlan {
            tenant: development::tenant(),
            branch: BranchId(1),
            link,
            wellbeing: Wellbeing::unknown(),
        };
        let loaded_most = Arc::new(AtomicU64::new(0));
        let watch = tokio::spawn(watch(view.clone(), Arc::clone(&loaded_most)));
        let running = Running::start(folder, &plan, &clock, &view);
        let branch = HandBranch {
            folder: folder.to_owned(),
            plan,
            clock,
            view,
            running,
            chance,
            day: DayId(FIRST_DAY),
            issued: 0,
            loaded_most,
            watch,
        };
        let settings = demo::settings(&Texts::new(), DeviceId(1));
        branch.must(Command::ChangeSettings(Box::new(settings))).await;
        branch.must(Command::OpenDay(branch.day)).await;
        branch
    }

    /// Stops it and starts it again on what is on disk.
    pub(super) async fn restart(self) -> HandBranch {
        let HandBranch { folder, plan, clock, view, running, chance, .. } = self;
        running.stop().await;
        let running = Running::start(&folder, &plan, &clock, &view);
        HandBranch { folder, plan, clock, view, running, chance, ..self }
    }

    pub(super) fn ledger(&self) -> Ledger {
        Ledger::in_folder(&self.folder)
    }

    pub(super) fn view(&self) -> &OutboxView {
        &self.view
    }

    /// The most documents that were in memory at once.
    pub(super) fn loaded_most(&self) -> u64 {
        self.loaded_most.load(Ordering::Relaxed)
    }

    /// Once the broker is found.
    pub(super) async fn await_connected(&self, within: Duration) -> Result<(), Trouble> {
        let is_cut = || self.view.report().standing == SyncState::Cut;
        until("a connection to the broker", within, async || (!is_cut()).then_some(())).await
    }

    /// Once central holds everything.
    pub(super) async fn await_in_step(&self, within: Duration) -> Result<(), Trouble> {
        let last = self.running.mailbox.read(|committed| committed.branch.parts().last_seq.0);
        let in_step = until("a branch in step", within, async || {
            let report = self.view.report();
            let all = report.standing == SyncState::InStep && Some(last) <= report.covered_seq;
            all.then_some(())
        });
        in_step.await.map_err(|late| Trouble::new(format!("{late}: {:?}", self.view.report())))
    }

    /// Works until so many tickets more were given out, then leaves some of every kind standing.
    pub(super) async fn work(&mut self, tickets: u32) {
        let goal = self.issued + tickets;
        while self.issued < goal {
            let pause = 20 + self.chance.below(100);
            self.clock.advance(Duration::from_secs(u64::try_from(pause).expect("is small")));
            let mut commands: Vec<Command> = Vec::new();
            // A visit takes a clerk some three steps, so at the end of the day few wait.
            if !self.chance.once_in(6) {
                let lines = self.lines();
                commands.push(self.issue(lines));
            }
            for counter in 1..=COUNTERS {
                commands.push(self.clerks_step(at(counter)));
            }
            commands.extend(self.customers_step());
            self.may_all(commands).await;
            if self.chance.once_in(4) {
                self.running.mailbox.tick();
            }
        }
        self.leave_some_standing().await;
    }

    /// Ends the day, and begins the next one. Someone who was served in the last minute answers
    /// when the new day has begun.
    pub(super) async fn turn_day(&mut self) {
        let (call, ticket) = self.free_and_call(4).await;
        self.must(finish(call)).await;
        self.must(Command::CloseDay).await;
        self.day = DayId(self.day.0 + 1);
        self.must(Command::OpenDay(self.day)).await;
        self.must(answer(ticket, 5)).await;
        // The night.
        self.clock.advance(Duration::from_secs(12 * 3_600));
        self.running.mailbox.tick();
    }

    /// Has every counter done, and everyone else give up.
    pub(super) async fn send_everyone_home(&self) {
        let open = || {
            self.running.mailbox.read(|now| {
                let open = now.branch.tickets().filter(|ticket| !ticket.is_closed());
                open.cloned().collect::<Vec<Ticket>>()
            })
        };
        // One that is done may go on to its next service, and wait for that.
        loop {
            let open = open();
            if open.is_empty() {
                return;
            }
            for ticket in open {
                match ticket.open_call() {
                    Some(call) => self.must(finish(call.id)).await,
                    None => self.must(Command::Delete { ticket: ticket.id }).await,
                };
            }
        }
    }

    pub(super) async fn stop(self) {
        self.watch.abort();
        self.running.stop().await;
    }

    fn lines(&mut self) -> Vec<LineRequest> {
        let service = ServiceId(1 + self.chance_of(6));
        let mut lines = vec![self.line(service)];
        if self.chance.once_in(8) {
            let other = ServiceId(1 + service.0 % 6);
            lines.push(self.line(other));
        }
        lines
    }

    fn line(&mut self, service: ServiceId) -> LineRequest {
        let urgent = self.chance.once_in(10);
        LineRequest { service, priority: if urgent { Priority::URGENT } else { Priority::NORMAL } }
    }

    fn issue(&mut self, lines: Vec<LineRequest>) -> Command {
        let letters = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let token = Token([(); 10].map(|()| *self.chance.one_of(letters)));
        let source = *self.chance.one_of(&[Source::Customer, Source::Staff]);
        self.issued += 1;
        Command::Issue(Issue { lines, language: None, token, pass: None, source, device: None })
    }

    async fn must_issue(&mut self, service: u32) -> TicketId {
        let service = ServiceId(service);
        let line = LineRequest { service, priority: Priority::NORMAL };
        let issue = self.issue(vec![line]);
        self.must(issue).await.ticket.expect("is about a ticket")
    }

    /// Goes on with what stands at a counter, or calls whoever is next there.
    fn clerks_step(&mut self, at: At) -> Command {
        let standing = self.ticket_at(at.counter);
        let standing = standing.and_then(|ticket| Some((ticket.open_call()?.id, ticket.state)));
        let Some((call, state)) = standing else {
            return self.next_at(at);
        };
        let service = ServiceId(1 + self.chance_of(6));
        let to = *self.chance.one_of(&[
            Place::Service(service),
            Place::Counter(CounterId(2)),
            Place::Operator(OperatorId(4)),
        ]);
        let then_back = self.chance.once_in(3);
        let transfer = Command::Transfer { call, to, service: None, priority: None, then_back };
        let park = Command::Park { call, unstarted: Unstarted::StartAtCall };
        let is_called = matches!(state, TicketState::Called { .. });
        match self.chance.below(16) {
            0 => park,
            1 => transfer,
            2 | 3 if is_called => Command::NoShow { call },
            4 if is_called => Command::Recall { call },
            5..10 if is_called => Command::Start { call },
            10 => Command::Finish { call, afterwork: true, unstarted: Unstarted::StartAtCall },
            _ => finish(call),
        }
    }

    /// Whoever was set aside longest, once in a while, or else whoever is next.
    fn next_at(&mut self, at: At) -> Command {
        let aside = self.chance.once_in(4).then(|| {
            let is_aside = |ticket: &&Ticket| matches!(ticket.state, TicketState::Parked { .. });
            self.running
                .mailbox
                .read(|now| now.branch.tickets().find(is_aside).map(|ticket| ticket.id))
        });
        match aside.flatten() {
            Some(ticket) => Command::Call { at, ticket, standing: Standing::Parked },
            None => Command::CallNext { at, among: Among::Everything },
        }
    }

    /// Someone who was missed comes back, someone gives up, someone answers.
    fn customers_step(&mut self) -> Option<Command> {
        let ticket = self.any_ticket()?;
        let id = ticket.id;
        match ticket.state {
            TicketState::Missing { .. } => Some(Command::PutBack { ticket: id }),
            TicketState::Closed { .. } => Some(answer(id, 1 + self.chance_of(5))),
            TicketState::Waiting { .. } if self.chance.once_in(8) => {
                Some(Command::Delete { ticket: id })
            }
            TicketState::Booked { .. }
            | TicketState::Parked { .. }
            | TicketState::Waiting { .. }
            | TicketState::Called { .. }
            | TicketState::Serving { .. }
            | TicketState::Afterwork { .. } => None,
        }
    }

    /// One who waits, one set aside, one missing, one called, one served: the day ends around them.
    async fn leave_some_standing(&mut self) {
        let (call, _) = self.free_and_call(1).await;
        self.must(Command::Park { call, unstarted: Unstarted::StartAtCall }).await;
        let (call, _) = self.free_and_call(1).await;
        self.must(Command::NoShow { call }).await;
        let (call, _) = self.free_and_call(1).await;
        self.must(Command::Start { call }).await;
        self.free_and_call(2).await;
        self.must_issue(6).await;
        let has = |wanted: fn(&TicketState) -> bool| {
            self.running
                .mailbox
                .read(|now| now.branch.tickets().any(|ticket| wanted(&ticket.state)))
        };
        assert!(has(|state| matches!(state, TicketState::Waiting { .. })));
        assert!(has(|state| matches!(state, TicketState::Called { .. })));
        assert!(has(|state| matches!(state, TicketState::Serving { .. })));
        assert!(has(|state| matches!(state, TicketState::Parked { .. })));
        assert!(has(|state| matches!(state, TicketState::Missing { .. })));
    }

    /// Has a counter done with whom it has, and a new ticket called there.
    async fn free_and_call(&mut self, counter: u32) -> (CallId, TicketId) {
        let at = at(counter);
        // Afterwork is finished a second time.
        while let Some(call) = self.ticket_at(at.counter).and_then(|t| Some(t.open_call()?.id)) {
            self.must(finish(call)).await;
        }
        let ticket = self.must_issue(1).await;
        let called = Command::Call { at, ticket, standing: Standing::Waiting };
        let call = self.must(called).await.call.expect("is about a call");
        (call, ticket)
    }

    fn ticket_at(&self, counter: CounterId) -> Option<Ticket> {
        self.running.mailbox.read(|now| {
            let at_counter = now.branch.desk(counter)?.ticket?;
            now.branch.ticket(at_counter).cloned()
        })
    }

    fn any_ticket(&mut self) -> Option<Ticket> {
        let chance = &mut self.chance;
        self.running.mailbox.read(|now| {
            // Of all, or of those whose visit is not over.
            let any = chance.once_in(3);
            let open = || now.branch.tickets().filter(|ticket| any || !ticket.is_closed());
            let count = open().count();
            if count == 0 { None } else { open().nth(chance.below(count)).cloned() }
        })
    }

    fn chance_of(&mut self, end: u32) -> u32 {
        let end = usize::try_from(end).expect("is small");
        u32::try_from(self.chance.below(end)).expect("is small")
    }

    /// A command that the rules must allow.
    async fn must(&self, command: Command) -> Receipt {
        let told = format!("{command:?}");
        self.running
            .mailbox
            .submit(command)
            .await
            .unwrap_or_else(|error| panic!("{told}: {error:?}"))
    }

    /// Commands that come at once, in this order, and that the rules may refuse: an earlier one
    /// may have been faster.
    async fn may_all(&self, commands: Vec<Command>) {
        let mut all = JoinSet::new();
        for command in commands {
            let mailbox = self.running.mailbox.clone();
            all.spawn(async move { mailbox.submit(command).await });
        }
        for answer in all.join_all().await {
            match answer {
                Ok(_) | Err(SubmitError::Refused(_)) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    }
}

fn at(counter: u32) -> At {
    // At half of the counters nobody signs in.
    let operator = counter.is_multiple_of(2).then_some(OperatorId(counter));
    At { counter: CounterId(counter), operator }
}

fn finish(call: CallId) -> Command {
    Command::Finish { call, afterwork: false, unstarted: Unstarted::StartAtCall }
}

fn answer(ticket: TicketId, answer: u32) -> Command {
    let (survey, question) = (ProfileId(1), QuestionId(1));
    Command::Answer { ticket, survey, question, answer: AnswerId(answer) }
}

async fn watch(view: OutboxView, most: Arc<AtomicU64>) {
    loop {
        most.fetch_max(view.report().documents_loaded, Ordering::Relaxed);
        tokio::time::sleep(WATCH_EVERY).await;
    }
}
