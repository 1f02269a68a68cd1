//! What a branch tells over MQTT, as head office reads it.

use std::time::SystemTime;

use nix::sys::signal::Signal;
use serde_json::{Value, json};
use sync::change::{Asked, Change, Source, Step, Transition};
use sync::development;
use sync::document::ServiceRow;
use sync::frame::{Frame, pack};
use sync::health::Health;
use sync::ids::{Actor, BoxEpoch, BranchId, DocumentId, Moment, TicketKey};
use sync::link::{Address, Happening, Happenings, Link, LinkOptions, Message, MqttLink, connect};
use sync::replica::Replica;
use sync::session::Status;
use sync::topics::{Subject, Topic};
use tokio::time::timeout;

use crate::stage::{Central, SOON, until};

const BRANCH: BranchId = BranchId(2);
const EPOCH: BoxEpoch = BoxEpoch(7);

/// A branch's box, as far as central sees it.
pub(crate) struct BranchBox {
    id: BranchId,
    link: MqttLink,
    happenings: Happenings,
}

impl BranchBox {
    pub(crate) async fn join(central: &Central) -> BranchBox {
        BranchBox::join_as(central, BRANCH).await
    }

    pub(crate) async fn join_as(central: &Central, id: BranchId) -> BranchBox {
        let address = Address::parse(&central.line("broker")).expect("a URL");
        let credentials = Some(development::credentials(id));
        let client = format!("box-{}", id.0);
        let options = LinkOptions { credentials, ..LinkOptions::to(&address, client) };
        let (link, mut happenings) = connect(options);
        let first = timeout(SOON, happenings.recv()).await.expect("soon").expect("it lives");
        assert!(matches!(first, Happening::Connected), "{first:?}");
        BranchBox { id, link, happenings }
    }

    pub(crate) async fn say(&mut self, subject: Subject, payload: Vec<u8>) {
        let topic = Topic::Branch { tenant: development::tenant(), branch: self.id, subject };
        let id = self.link.publish(Message::new(topic.to_string(), payload)).expect("connected");
        loop {
            match timeout(SOON, self.happenings.recv()).await.expect("soon").expect("it lives") {
                Happening::Acked(acked) if acked == id => return,
                Happening::Message(delivery) => self.link.confirm(&delivery),
                other @ (Happening::Connected
                | Happening::Disconnected(_)
                | Happening::Acked(_)
                | Happening::Rejected(_)) => panic!("{other:?}"),
            }
        }
    }

    pub(crate) async fn say_how_it_is(&mut self, online: bool) {
        self.say_how_it_does(online, Health::default()).await;
    }

    pub(crate) async fn say_how_it_does(&mut self, online: bool, health: Health) {
        let version = "test".to_owned();
        let wall_ms = SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_millis();
        let wall_ms = u64::try_from(wall_ms).expect("small");
        let status = Status { online, epoch: EPOCH, boot: 1, wall_ms, version, health };
        let frame = Frame::Status { branch: self.id, status };
        self.say(Subject::Status, frame.encode().expect("it is small")).await;
    }

    /// A day on which three customers came for service 1 and one was called.
    pub(crate) async fn tell_a_day(&mut self) {
        let document = DocumentId { branch: BRANCH, day: 20_261_122, segment: 1 };
        let mut replica = Replica::new(document, Actor([1; 16]));
        let at = Moment { wall_ms: 1_795_000_000_000, steady_ms: 1 };
        let mut changes = vec![
            Change::DayOpened { at },
            Change::Branch { name: "Harbour".into(), zone: "Europe/Budapest".into() },
            Change::Service(ServiceRow {
                id: 1,
                tag: "A".into(),
                name: "Service 1".into(),
                offered: true,
            }),
        ];
        let mut step = |seq, number, step| {
            let ticket = TicketKey { branch: BRANCH, epoch: EPOCH, number };
            changes.push(Change::Ticket(Transition { seq, at, ticket, step }));
        };
        for number in 1..=3 {
            let issued = Step::Issued {
                label: format!("A00{number}"),
                asked: vec![Asked { service: 1, priority: 5 }],
                language: 1,
                source: Source::Customer,
            };
            step(number, number, issued);
        }
        step(4, 1, Step::Called { call: 1, counter: 1, operator: None });
        let raw = replica.apply(&changes).expect("fits").expect("new");
        for (_, frame) in pack(document, &[raw]).expect("each fits") {
            self.say(Subject::Changes, frame).await;
        }
    }
}

async fn branch(central: &Central, token: &str) -> Value {
    let all = central.get("/v1/branches", token).await;
    let all = all.as_array().expect("a list");
    all.iter().find(|branch| branch["id"] == 2).cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_branch_that_speaks_is_seen_with_its_figures_and_stays_after_a_kill() {
    let mut central = Central::demo().await;
    let token = central.token().await;
    until("it hears", async || central.health().await["status"] == "ok").await;
    let mut place = BranchBox::join(&central).await;
    place.say_how_it_is(true).await;
    place.tell_a_day().await;
    until("its figures are here", async || branch(&central, &token).await["serving"] == 1).await;
    let mut line = branch(&central, &token).await;
    let age = line["age_s"].as_f64().expect("it spoke");
    assert!((0.0..10.0).contains(&age), "{age}");
    line["age_s"] = json!(0.0);
    let expected = json!({
        "id": 2, "name": "Harbour", "connected": true, "age_s": 0.0, "waiting": 2, "serving": 1,
    });
    assert_eq!(line, expected);
    let full = central.get("/v1/branches/2", &token).await;
    let services = json!([
        {"id": 1, "tag": "A", "name": "Service 1", "waiting": 2, "served_today": 0},
    ]);
    assert_eq!(full["services"], services);
    assert_eq!(full["waiting"], 2);
    assert_eq!(central.health().await["branches"], json!({"known": 2, "connected": 1}));

    central.end_by(Signal::SIGKILL).await;
    drop(place);
    central.start().await;
    let line = branch(&central, &token).await;
    assert_eq!((&line["waiting"], &line["serving"]), (&json!(2), &json!(1)), "it is kept");
    assert_eq!(line["connected"], false, "until it speaks again");
    assert!(line["age_s"].as_f64().is_some(), "{line}");
    until("it hears", async || central.health().await["status"] == "ok").await;
    let mut place = BranchBox::join(&central).await;
    place.say_how_it_is(true).await;
    until("it is back", async || branch(&central, &token).await["connected"] == true).await;
    place.say_how_it_is(false).await;
    until("it left", async || branch(&central, &token).await["connected"] == false).await;
}
