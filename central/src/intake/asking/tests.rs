//! Requests under way: bounds, repetitions, withdrawals, and what is left after a restart.

use std::path::Path;
use std::sync::Mutex;

use serve::clock::HandClock;
use sync::card::Card;
use sync::ids::{BoxEpoch, TicketKey};
use sync::link::{Delivery, PublishId};
use sync::request::{No, Said, Sold};
use tempfile::TempDir;

use super::*;
use crate::store::StoreOptions;

const BRANCH: BranchId = BranchId(7);
const NOON_MS: i64 = 1_795_431_600_000;
/// The branch's clock is an hour ahead.
const AHEAD_MS: u64 = 3_600_000;

/// A link that keeps what it is given.
#[derive(Default)]
struct Post(Mutex<Vec<Request>>);

impl Link for Post {
    fn publish(&self, message: Message) -> Result<PublishId, LinkError> {
        assert_eq!(message.topic, "q/1/demo/7/dn/req");
        let Ok(Frame::Request { branch: BRANCH, request }) = Frame::parse(&message.payload) else {
            panic!("nothing else is sent here")
        };
        self.0.lock().expect("one thread").push(request);
        Ok(PublishId(0))
    }

    fn subscribe(&self, _: &str) -> Result<(), LinkError> {
        Ok(())
    }

    fn confirm(&self, _: &Delivery) {}
}

impl Post {
    fn taken(&self) -> Vec<Request> {
        std::mem::take(&mut *self.0.lock().expect("one thread"))
    }
}

struct World {
    store: Store,
    asking: Asking,
    post: Post,
    now: Instant,
    folder: TempDir,
}

fn tenant() -> Tenant {
    Tenant::parse("demo").expect("plain")
}

fn open(folder: &Path) -> (Store, Asking) {
    let mut store = Store::open_with(StoreOptions::in_folder(folder)).expect("opens");
    store.give_up_open_sales().expect("written");
    let reader = store.reader().expect("opens");
    let given_up = reader.withdrawals(&tenant()).expect("read");
    let clock = Arc::new(HandClock::at(NOON_MS));
    let asking = Asking::new(tenant(), clock, Cards::default(), given_up);
    (store, asking)
}

impl World {
    /// A branch that is there and has told its card.
    fn new() -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut store, asking) = open(folder.path());
        let mut batch = store.batch().expect("begins");
        batch.card(&tenant(), BRANCH, true, b"frame", NOON_MS).expect("kept");
        batch.commit().expect("committed");
        let mut world = World { store, asking, post: Post::default(), now: Instant::now(), folder };
        world.speaks(true);
        world
    }

    fn speaks(&mut self, online: bool) {
        let wall_ms = NOON_MS as u64 + AHEAD_MS;
        self.asking.hear(News::Status { branch: BRANCH, online, wall_ms });
    }

    fn go_on(&mut self) -> Vec<Request> {
        self.asking.go_on(&mut self.store, &self.post, self.now);
        self.post.taken()
    }

    fn sell(&mut self, number: u8) -> oneshot::Receiver<Result<Said, NotDone>> {
        self.sell_to(number, number)
    }

    fn sell_to(&mut self, customer: u8, number: u8) -> oneshot::Receiver<Result<Said, NotDone>> {
        let (reply, said) = oneshot::channel();
        let sale = NewSale {
            id: RequestId([number; 16]),
            tenant: tenant(),
            branch: BRANCH,
            service: 1,
            language: None,
            customer: format!("customer {customer}"),
            repeat: Some("key".into()),
            asked_ms: NOON_MS,
        };
        self.asking.take(&mut self.store, [Letter::Sell(sale, reply)].into_iter(), self.now);
        said
    }

    fn answers(&mut self, id: RequestId, said: Said) -> Settled {
        let answer = Answer { id, said };
        let mut batch = self.store.batch().expect("begins");
        let settled = batch.answer(&tenant(), BRANCH, &answer).expect("settled");
        batch.commit().expect("committed");
        self.asking.hear(News::Answer { branch: BRANCH, answer, settled });
        settled
    }

    fn has(&self, number: u8) -> bool {
        let reader = self.store.reader().expect("opens");
        reader.sale(RequestId([number; 16])).expect("read").is_some()
    }
}

fn sold(number: u64) -> Said {
    let ticket = TicketKey { branch: BRANCH, epoch: BoxEpoch(3), number };
    Said::Sold(Sold { ticket, day: 20_261_123, tag: "A".into(), number: 1, at_ms: 1 })
}

#[test]
fn a_request_is_said_again_until_it_is_answered_by_the_branchs_own_clock() {
    let mut world = World::new();
    let mut said = world.sell(1);
    let first = world.go_on();
    let within_ms = REQUEST_WITHIN.as_millis() as u64;
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].until_ms, NOON_MS as u64 + AHEAD_MS + within_ms);
    assert!(world.go_on().is_empty(), "not at once");
    world.now += REQUEST_EVERY;
    assert_eq!(world.go_on(), first);
    assert_eq!(world.answers(RequestId([1; 16]), sold(5)), Settled::Answered);
    assert_eq!(said.try_recv().expect("told"), Ok(sold(5)));
    assert_eq!(world.answers(RequestId([1; 16]), sold(5)), Settled::Nothing, "it comes twice");
    world.now += REQUEST_WITHIN;
    assert!(world.go_on().is_empty());
    assert!(world.has(1));
}

#[test]
fn what_is_not_answered_in_time_is_withdrawn_until_the_branch_has_heard_it() {
    let mut world = World::new();
    let mut said = world.sell(1);
    world.go_on();
    world.now += REQUEST_WITHIN;
    let withdrawn = world.go_on();
    assert_eq!(said.try_recv().expect("told"), Err(NotDone::Unreachable));
    let sale = RequestId([1; 16]);
    let wanted = Request { id: withdrawal(sale), until_ms: 0, ask: Ask::Withdraw { sale } };
    assert_eq!(withdrawn, std::slice::from_ref(&wanted));
    // The answer comes after all: no ticket of it is shown, and it is taken back again.
    assert_eq!(world.answers(sale, sold(5)), Settled::Late);
    assert!(!world.has(1));
    assert_eq!(world.go_on(), std::slice::from_ref(&wanted));
    // A branch that could not do it is asked with its next word.
    assert_eq!(world.answers(withdrawal(sale), Said::Refused(No::Later)), Settled::Nothing);
    assert!(world.go_on().is_empty());
    world.speaks(true);
    assert_eq!(world.go_on(), [wanted]);
    assert_eq!(world.answers(withdrawal(sale), Said::Done), Settled::Withdrawn);
    world.speaks(true);
    assert!(world.go_on().is_empty());
    // The customer's key is free again.
    assert!(world.sell_to(1, 9).try_recv().is_err());
}

#[test]
fn a_restart_withdraws_what_nobody_waits_for_any_more() {
    let mut world = World::new();
    let unanswered = world.sell(1);
    let answered = world.sell(2);
    world.go_on();
    world.answers(RequestId([2; 16]), sold(5));
    drop((unanswered, answered));
    let World { store, folder, .. } = world;
    drop(store);
    let (store, asking) = open(folder.path());
    let mut world = World { store, asking, post: Post::default(), now: Instant::now(), folder };
    assert!(world.go_on().is_empty(), "nobody is there yet");
    world.speaks(true);
    let asked: Vec<RequestId> = world.go_on().iter().map(|request| request.id).collect();
    assert_eq!(asked, [withdrawal(RequestId([1; 16]))]);
    assert!(world.has(2) && !world.has(1));
}

#[test]
fn requests_are_bounded_and_who_is_away_is_not_asked() {
    let mut world = World::new();
    let many: Vec<_> = (0..REQUESTS_OF_BRANCH_MAX as u8).map(|number| world.sell(number)).collect();
    let mut more = world.sell(100);
    assert_eq!(more.try_recv().expect("told at once"), Err(NotDone::Busy));
    assert_eq!(world.go_on().len(), REQUESTS_OF_BRANCH_MAX);
    world.answers(RequestId([0; 16]), Said::Refused(No::Full));
    assert!(world.sell(101).try_recv().is_err(), "there is room again");
    world.speaks(false);
    let mut away = world.sell(102);
    assert_eq!(away.try_recv().expect("told at once"), Err(NotDone::Unreachable));
    drop(many);
}

#[test]
fn there_is_an_end_to_requests_in_all() {
    let mut world = World::new();
    let full = u32::try_from(REQUESTS_UNDER_WAY_MAX / REQUESTS_OF_BRANCH_MAX).expect("few");
    let mut waiting = Vec::new();
    for number in 100..=100 + full {
        let branch = BranchId(number);
        world.asking.hear(News::Status { branch, online: true, wall_ms: 0 });
        for number in 0..REQUESTS_OF_BRANCH_MAX as u64 {
            let (reply, mut said) = oneshot::channel();
            let ticket = TicketKey { branch, epoch: BoxEpoch(1), number };
            let letter = Letter::Cancel(branch, ticket, reply);
            world.asking.take(&mut world.store, [letter].into_iter(), world.now);
            match said.try_recv() {
                Ok(told) => assert_eq!((branch.0, told), (100 + full, Err(NotDone::Busy))),
                Err(_) => waiting.push(said),
            }
        }
    }
    assert_eq!(waiting.len(), REQUESTS_UNDER_WAY_MAX);
}

#[test]
fn a_branch_answers_for_its_own_requests_alone() {
    let mut world = World::new();
    let mut said = world.sell(1);
    world.go_on();
    let answer = Answer { id: RequestId([1; 16]), said: sold(5) };
    let mut batch = world.store.batch().expect("begins");
    let settled = batch.answer(&tenant(), BranchId(8), &answer).expect("settled");
    batch.commit().expect("committed");
    assert_eq!(settled, Settled::Nothing);
    world.asking.hear(News::Answer { branch: BranchId(8), answer, settled });
    assert!(said.try_recv().is_err(), "it still waits");
    assert!(!world.has(1));
}

#[test]
fn a_card_is_shown_until_its_branch_takes_no_requests() {
    let cards = Cards::default();
    let offers = Card { offers: true, ..Card::default() };
    let (post, _) = tokio::sync::mpsc::channel(1);
    let (_, grown) = tokio::sync::watch::channel(0);
    let requests = crate::requests::Requests::new(post, cards.clone(), grown);
    cards.put(BRANCH, offers);
    assert!(requests.card(BRANCH).is_some());
    assert_eq!(requests.cards().len(), 1);
    cards.put(BRANCH, Card::default());
    assert!(requests.card(BRANCH).is_none());
}
