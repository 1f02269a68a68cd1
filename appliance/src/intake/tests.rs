//! What central asks is done once, in its time, or not at all.

use std::sync::Arc;

use engine::{Among, At, CounterId};
use serve::clock::HandClock;
use sync::limits::LANGUAGE_BYTES_MAX;
use tempfile::TempDir;

use super::*;
use crate::registrar::Registrar;
use crate::store::{Store, StoreOptions};
use crate::{day, demo};

const BRANCH: BranchId = BranchId(1);
const EPOCH: BoxEpoch = BoxEpoch(7);
/// A Monday at noon.
const NOON_MS: i64 = 1_795_431_600_000;

/// The sample branch, and the one who does what central asks.
struct World {
    intake: Intake,
    mailbox: Mailbox,
    registrar: Registrar,
    _folder: TempDir,
}

impl World {
    async fn open() -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(StoreOptions::in_folder(folder.path())).expect("opens");
        let archive = store.archive().expect("opens");
        let clock = Arc::new(HandClock::at(NOON_MS));
        let (registrar, mailbox) = Registrar::start(store, clock).expect("starts");
        let settings = demo::settings_of(demo::BRANCH, &Texts::new(), engine::DeviceId(1));
        let change = Command::ChangeSettings(Box::new(settings));
        mailbox.submit(change).await.expect("the sample is sound");
        day::turn(&mailbox).await;
        let intake = Intake::new(mailbox.clone(), archive, BRANCH, EPOCH);
        World { intake, mailbox, registrar, _folder: folder }
    }

    async fn asked(&self, number: u8, until_ms: u64, ask: Ask) -> Said {
        let request = Request { id: id(number), until_ms, ask };
        let answer = self.intake.answer(request).await;
        assert_eq!(answer.id, id(number));
        answer.said
    }

    async fn sold(&self, number: u8, service: u32) -> Sold {
        match self.asked(number, 0, sell(service)).await {
            Said::Sold(sold) => sold,
            said @ (Said::Done | Said::Refused(_)) => panic!("{said:?}"),
        }
    }

    async fn changed(&self, change: impl FnOnce(&mut Settings)) {
        let mut settings = Settings::clone(&self.intake.settings());
        change(&mut settings);
        let change = Command::ChangeSettings(Box::new(settings));
        self.mailbox.submit(change).await.expect("is sound");
    }

    fn open_tickets(&self) -> usize {
        self.mailbox.read(|committed| committed.branch.open_tickets())
    }
}

fn id(number: u8) -> RequestId {
    RequestId([number; 16])
}

fn sell(service: u32) -> Ask {
    Ask::Sell { service, language: "hu".into() }
}

const NOW_MS: u64 = NOON_MS as u64;

#[tokio::test]
async fn a_repeated_request_gives_the_first_answer_even_after_its_time() {
    let world = World::open().await;
    let first = world.asked(1, NOW_MS + 5_000, sell(1)).await;
    let Said::Sold(sold) = &first else { panic!("{first:?}") };
    assert_eq!((sold.tag.as_str(), sold.number, sold.day), ("A", 1, 20_261_123));
    assert_eq!((sold.ticket.branch, sold.ticket.epoch), (BRANCH, EPOCH));
    assert_eq!(sold.at_ms, NOW_MS);
    assert_eq!(world.asked(1, NOW_MS + 5_000, sell(1)).await, first);
    assert_eq!(world.asked(1, NOW_MS - 1, sell(1)).await, first);
    assert_eq!(world.open_tickets(), 1);
    let language = world.mailbox.read(|committed| {
        committed.branch.ticket(TicketId(sold.ticket.number)).map(|ticket| ticket.language)
    });
    assert_eq!(language, Some(engine::LanguageId(2)));
    world.registrar.stop().await;
}

#[tokio::test]
async fn what_comes_too_late_or_cannot_be_had_sells_nothing() {
    let world = World::open().await;
    assert_eq!(world.asked(1, NOW_MS - 1, sell(1)).await, Said::Refused(No::Expired));
    assert_eq!(world.asked(2, 0, sell(77)).await, Said::Refused(No::UnknownService));
    world.changed(|settings| settings.services[0].hidden = true).await;
    assert_eq!(world.asked(3, 0, sell(1)).await, Said::Refused(No::UnknownService));
    world.changed(|settings| settings.services[1].disabled = true).await;
    assert_eq!(world.asked(4, 0, sell(2)).await, Said::Refused(No::Disabled));
    world.changed(|settings| settings.services[2].quota = Some(0)).await;
    assert_eq!(world.asked(5, 0, sell(3)).await, Said::Refused(No::Spent));
    world.changed(|settings| settings.virtual_ticket.enabled = false).await;
    assert_eq!(world.asked(6, 0, sell(4)).await, Said::Refused(No::Off));
    assert_eq!(world.open_tickets(), 0);
    world.registrar.stop().await;
}

#[tokio::test]
async fn a_ticket_is_given_up_once_and_only_by_its_own_name() {
    let world = World::open().await;
    let sold = world.sold(1, 1).await;
    for foreign in [
        TicketKey { epoch: BoxEpoch(8), ..sold.ticket },
        TicketKey { branch: BranchId(2), ..sold.ticket },
        TicketKey { number: 99, ..sold.ticket },
    ] {
        let said = world.asked(2, 0, Ask::Cancel { ticket: foreign }).await;
        assert_eq!(said, Said::Refused(No::UnknownTicket));
    }
    let cancel = || Ask::Cancel { ticket: sold.ticket };
    assert_eq!(world.asked(3, NOW_MS - 1, cancel()).await, Said::Refused(No::Expired));
    assert_eq!(world.asked(4, NOW_MS, cancel()).await, Said::Done);
    assert_eq!(world.asked(4, NOW_MS, cancel()).await, Said::Done, "the first answer");
    assert_eq!(world.asked(5, 0, cancel()).await, Said::Refused(No::OutOfTurn));
    assert_eq!(world.open_tickets(), 0);
    world.registrar.stop().await;
}

#[tokio::test]
async fn a_withdrawn_sale_leaves_no_ticket_unless_its_customer_is_called() {
    let world = World::open().await;
    let withdraw = |sale| Ask::Withdraw { sale: id(sale) };
    assert_eq!(world.asked(0xfe, 0, withdraw(1)).await, Said::Done, "nothing was sold");
    world.sold(2, 1).await;
    assert_eq!(world.asked(0xfd, 0, withdraw(2)).await, Said::Done);
    assert_eq!(world.open_tickets(), 0);
    assert_eq!(world.asked(0xfd, 0, withdraw(2)).await, Said::Done);
    assert_eq!(world.asked(0xf0, 0, withdraw(2)).await, Said::Done, "it is gone already");

    world.sold(3, 1).await;
    let call = Command::CallNext {
        at: At { counter: CounterId(1), operator: None },
        among: Among::Everything,
    };
    world.mailbox.submit(call).await.expect("somebody waits");
    assert_eq!(world.asked(0xfc, 0, withdraw(3)).await, Said::Refused(No::OutOfTurn));
    assert_eq!(world.open_tickets(), 1);
    world.registrar.stop().await;
}

#[tokio::test]
async fn the_card_is_told_once_and_again_when_it_is_another() {
    let mut world = World::open().await;
    let due = |intake: &Intake| {
        let (frame, settings) = intake.card_due()?;
        let Ok(Frame::Card { branch: BRANCH, card }) = Frame::parse(&frame) else { panic!() };
        Some((*card, settings))
    };
    let (card, settings) = due(&world.intake).expect("nobody was told yet");
    assert_eq!((card.offers, card.name.as_str()), (true, "Default branch"));
    assert_eq!(card.languages, ["en-gb", "hu", "ru", "ar"]);
    assert!(card.languages.iter().all(|code| code.len() <= LANGUAGE_BYTES_MAX));
    assert_eq!(card.notices.len(), 4);
    assert_eq!(card.notices[0].your_turn[0], "It's your turn!");
    assert_eq!((card.services.len(), card.counters.len()), (6, 4));
    assert_eq!((card.services[0].names[0].as_str(), card.services[0].counters), ("Service 1", 4));
    world.intake.told(settings);
    assert!(due(&world.intake).is_none());
    world.changed(|settings| settings.services[0].hidden = true).await;
    let (card, settings) = due(&world.intake).expect("another one");
    assert_eq!(card.services[0].id, 2, "what is hidden is nobody's business");
    world.intake.told(settings);
    world.intake.greet_again();
    assert!(due(&world.intake).is_some());
    world.changed(|settings| settings.virtual_ticket.enabled = false).await;
    let (card, _) = due(&world.intake).expect("another one");
    assert_eq!(card, sync::card::Card::default());
    world.registrar.stop().await;
}
