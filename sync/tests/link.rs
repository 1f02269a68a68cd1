//! The link against a real broker: what is acked was taken, what was lost is said, and it comes
//! back by itself.

#[path = "link/broker.rs"]
mod broker;

use std::time::Duration;

use broker::{Broker, PASSWORD, USER};
use sync::limits::{PACKET_BYTES_MAX, PUBLISHES_MAX, SUBSCRIPTIONS_MAX};
use sync::link::{
    Credentials, Happening, Happenings, Link, LinkError, LinkOptions, Message, MqttLink, PublishId,
    Reason, connect,
};
use tokio::time::{Instant, timeout};

/// Longer than anything here takes when nothing is wrong.
const SOON: Duration = Duration::from_secs(8);

fn options(broker: &Broker, client: &str) -> LinkOptions {
    let credentials = Credentials { user: USER.to_owned(), password: PASSWORD.to_owned() };
    let mut options = LinkOptions::new("127.0.0.1", broker.port(), client);
    options.credentials = Some(credentials);
    options
}

async fn next(happenings: &mut Happenings) -> Happening {
    timeout(SOON, happenings.recv()).await.expect("something happens soon").expect("the link runs")
}

async fn connected(happenings: &mut Happenings) {
    while !matches!(next(happenings).await, Happening::Connected) {}
}

async fn acked(happenings: &mut Happenings) -> PublishId {
    loop {
        if let Happening::Acked(id) = next(happenings).await {
            return id;
        }
    }
}

/// The next message's payload; confirms it.
async fn message(link: &MqttLink, happenings: &mut Happenings) -> Vec<u8> {
    loop {
        if let Happening::Message(delivery) = next(happenings).await {
            link.confirm(&delivery);
            return delivery.payload;
        }
    }
}

async fn pair(broker: &Broker) -> [(MqttLink, Happenings); 2] {
    let (reader, mut read) = connect(options(broker, "central"));
    reader.subscribe("q/1/t/+/up/#").expect("a filter");
    connected(&mut read).await;
    let (writer, mut written) = connect(options(broker, "box"));
    connected(&mut written).await;
    settled(&reader, &mut read).await;
    [(writer, written), (reader, read)]
}

/// Waits until the broker has taken the filters: it answers in order, so an ack is after them.
async fn settled(link: &MqttLink, happenings: &mut Happenings) {
    let id = link.publish(Message::new("q/1/t/0/dn/none", vec![])).expect("connected");
    assert_eq!(acked(happenings).await, id);
}

#[tokio::test]
async fn messages_come_whole_in_order_and_acked() {
    let broker = Broker::start();
    let [(writer, mut written), (reader, mut read)] = pair(&broker).await;
    let large = vec![7; 64 * 1024];
    let mut ids = Vec::new();
    for index in 0..PUBLISHES_MAX as u8 {
        let mut payload = if index % 16 == 0 { large.clone() } else { vec![0] };
        payload[0] = index;
        ids.push(writer.publish(Message::new("q/1/t/7/up/ch", payload)).expect("there is room"));
    }
    let refused = writer.publish(Message::new("q/1/t/7/up/ch", vec![1]));
    assert_eq!(refused, Err(LinkError::Full), "as much is under way as may be");
    for index in 0..PUBLISHES_MAX as u8 {
        let payload = message(&reader, &mut read).await;
        assert_eq!(
            (payload[0], payload.len()),
            (index, if index % 16 == 0 { 64 * 1024 } else { 1 })
        );
    }
    for id in ids {
        assert_eq!(acked(&mut written).await, id);
    }
    writer.publish(Message::new("q/1/t/7/up/ch", vec![9])).expect("acks made room");
    assert_eq!(message(&reader, &mut read).await, [9]);
}

#[tokio::test]
async fn what_is_not_confirmed_holds_the_broker_back() {
    let broker = Broker::start();
    let mut narrow = options(&broker, "central");
    narrow.receives_max = 2;
    let (reader, mut read) = connect(narrow);
    reader.subscribe("x").expect("a filter");
    connected(&mut read).await;
    settled(&reader, &mut read).await;
    let (writer, mut written) = connect(options(&broker, "box"));
    connected(&mut written).await;
    for index in 0..3 {
        writer.publish(Message::new("x", vec![index])).expect("connected");
        acked(&mut written).await;
    }
    let Happening::Message(first) = next(&mut read).await else { panic!("a message") };
    let Happening::Message(_) = next(&mut read).await else { panic!("a message") };
    let third = timeout(Duration::from_millis(300), read.recv()).await;
    assert!(third.is_err(), "two are under way, the third waits at the broker");
    reader.confirm(&first);
    assert_eq!(message(&reader, &mut read).await, [2]);
}

#[tokio::test]
async fn after_a_broker_that_was_killed_everything_acked_has_come_and_the_rest_is_sent_again() {
    let mut broker = Broker::start();
    let [(writer, mut written), (reader, mut read)] = pair(&broker).await;
    // The outbox: what has no ack is published again after every reconnection.
    let total = 400_u16;
    let (mut waiting, mut under_way) = ((0..total).collect::<Vec<u16>>(), Vec::new());
    let mut arrived = vec![false; usize::from(total)];
    let (mut acked, mut cuts) = (0, 0);
    let started = Instant::now();
    while acked < total || arrived.contains(&false) {
        assert!(started.elapsed() < Duration::from_secs(30), "{acked} acked");
        while let Some(number) = waiting.first().copied() {
            let message = Message::new("q/1/t/7/up/ch", number.to_be_bytes().to_vec());
            let Ok(id) = writer.publish(message) else { break };
            under_way.push((id, number));
            waiting.remove(0);
        }
        tokio::select! {
            happening = written.recv() => match happening.expect("the link runs") {
                Happening::Acked(id) => {
                    under_way.retain(|(other, _)| *other != id);
                    acked += 1;
                }
                Happening::Disconnected(_) => {
                    waiting.extend(under_way.drain(..).map(|(_, number)| number));
                    if broker.is_dead() {
                        broker.start_again();
                        // Central's link has its own eyes, so wait until it is back as well.
                        while !matches!(next(&mut read).await, Happening::Connected) {}
                        settled(&reader, &mut read).await;
                    }
                    // Only central knows what came: an ack of the broker is not central's.
                    acked = 0;
                    waiting = (0..total).filter(|number| !arrived[usize::from(*number)]).collect();
                    acked += total - waiting.len() as u16;
                }
                Happening::Connected | Happening::Message(_) => {}
                Happening::Rejected(id) => panic!("{id:?} was rejected"),
            },
            happening = read.recv() => {
                if let Happening::Message(delivery) = happening.expect("the link runs") {
                    let number: [u8; 2] = delivery.payload.as_slice().try_into().expect("ours");
                    arrived[usize::from(u16::from_be_bytes(number))] = true;
                    reader.confirm(&delivery);
                    let count = arrived.iter().filter(|came| **came).count();
                    if cuts < 2 && 100 * (cuts + 1) <= count {
                        cuts += 1;
                        broker.kill();
                    }
                }
            }
        }
    }
    assert_eq!(cuts, 2);
}

#[tokio::test]
async fn without_a_broker_nothing_is_taken_and_it_is_found_when_it_comes() {
    let mut broker = Broker::start();
    broker.kill();
    let (link, mut happenings) = connect(options(&broker, "box"));
    link.subscribe("q/1/t/7/dn/#").expect("for later");
    let Happening::Disconnected(Reason::Unreachable(_)) = next(&mut happenings).await else {
        panic!("nobody is there")
    };
    let refused = link.publish(Message::new("q/1/t/7/up/ch", vec![1]));
    assert_eq!(refused, Err(LinkError::NotConnected));
    broker.start_again();
    connected(&mut happenings).await;
    link.publish(Message::new("q/1/t/7/dn/ack", vec![2])).expect("connected");
    assert_eq!(message(&link, &mut happenings).await, [2], "it asked for its filter");
}

#[tokio::test]
async fn a_wrong_password_is_named_and_never_shown() {
    let broker = Broker::start();
    let mut wrong = options(&broker, "box");
    wrong.credentials =
        Some(Credentials { user: USER.to_owned(), password: "hush-hush".to_owned() });
    assert!(!format!("{wrong:?}").contains("hush"));
    let (link, mut happenings) = connect(wrong);
    for _ in 0..2 {
        let happening = next(&mut happenings).await;
        let Happening::Disconnected(reason) = happening else { panic!("not let in") };
        assert_eq!(reason, Reason::NotAllowed);
        assert!(!reason.to_string().contains("hush"));
    }
    let refused = link.publish(Message::new("q/1/t/7/up/ch", vec![1]));
    assert_eq!(refused, Err(LinkError::NotConnected));
}

#[tokio::test]
async fn two_boxes_with_one_name_are_told_so_and_throw_each_other_out_ever_more_rarely() {
    let broker = Broker::start();
    let (_first, mut one) = connect(options(&broker, "box"));
    connected(&mut one).await;
    let (_second, mut two) = connect(options(&broker, "box"));
    let (mut connections, mut taken_over) = (0, 0);
    let over = Instant::now() + Duration::from_secs(3);
    loop {
        let happening = tokio::select! {
            happening = one.recv() => happening,
            happening = two.recv() => happening,
            () = tokio::time::sleep_until(over) => break,
        };
        match happening.expect("the links run") {
            Happening::Connected => connections += 1,
            Happening::Disconnected(reason) => {
                taken_over += u32::from(reason == Reason::TakenOver);
            }
            Happening::Message(_) | Happening::Acked(_) | Happening::Rejected(_) => {}
        }
    }
    assert!(0 < taken_over, "the reason is named");
    assert!(connections <= 12, "{connections} connections in three seconds");
}

#[tokio::test]
async fn what_the_broker_forbids_is_rejected_and_the_rest_goes_on() {
    let broker = Broker::start();
    let [(writer, mut written), (reader, mut read)] = pair(&broker).await;
    let id = writer.publish(Message::new("forbidden", vec![1])).expect("handed over");
    let Happening::Rejected(rejected) = next(&mut written).await else { panic!("rejected") };
    assert_eq!(rejected, id);
    writer.publish(Message::new("q/1/t/7/up/ch", vec![2])).expect("connected");
    assert_eq!(message(&reader, &mut read).await, [2]);
}

#[tokio::test]
async fn an_oversized_packet_is_refused_here_and_dropped_there_and_harms_no_connection() {
    let broker = Broker::start();
    let mut small = options(&broker, "small");
    small.packet_bytes_max = 20_000;
    let (reader, mut read) = connect(small);
    reader.subscribe("q/1/t/7/up/#").expect("a filter");
    connected(&mut read).await;
    settled(&reader, &mut read).await;
    let (writer, mut written) = connect(options(&broker, "box"));
    connected(&mut written).await;

    let huge = Message::new("q/1/t/7/up/ch", vec![0; PACKET_BYTES_MAX as usize]);
    assert_eq!(writer.publish(huge), Err(LinkError::TooLarge));
    let id = writer.publish(Message::new("q/1/t/7/up/ch", vec![0; 60_000])).expect("it fits us");
    assert_eq!(acked(&mut written).await, id);
    writer.publish(Message::new("q/1/t/7/up/ch", vec![3])).expect("connected");
    let happening = next(&mut read).await;
    let Happening::Message(delivery) = happening else { panic!("no reconnection: {happening:?}") };
    assert_eq!(delivery.payload, [3], "the large one was dropped, not stuck");
}

#[tokio::test]
async fn the_will_is_said_for_a_link_that_vanishes_and_not_for_one_that_says_goodbye() {
    let broker = Broker::start();
    let [(_writer, _written), (reader, mut read)] = pair(&broker).await;
    for (farewell, expected) in [(false, b"gone".to_vec()), (true, b"still here".to_vec())] {
        let mut mortal = options(&broker, "mortal");
        mortal.will = Some(Message::new("q/1/t/7/up/st", b"gone".to_vec()));
        let (link, mut happenings) = connect(mortal);
        connected(&mut happenings).await;
        match farewell {
            true => link.close().await,
            false => drop(link),
        }
        if farewell {
            reader.publish(Message::new("q/1/t/7/up/st", b"still here".to_vec())).expect("room");
        }
        assert_eq!(message(&reader, &mut read).await, expected);
    }
}

#[tokio::test]
async fn what_is_retained_is_shown_to_those_who_come_later() {
    let broker = Broker::start();
    let [(writer, mut written), (reader, mut read)] = pair(&broker).await;
    let mut birth = Message::new("q/1/t/8/dn/st", vec![5]);
    birth.retain = true;
    writer.publish(birth).expect("connected");
    acked(&mut written).await;
    reader.subscribe("q/1/t/8/dn/#").expect("a filter");
    loop {
        if let Happening::Message(delivery) = next(&mut read).await {
            assert!(delivery.retained && delivery.payload == [5]);
            break;
        }
    }
}

#[tokio::test]
async fn an_owner_that_is_busy_does_not_deadlock_with_the_polling() {
    let broker = Broker::start();
    let [(writer, mut written), (reader, mut read)] = pair(&broker).await;
    // Nobody reads the happenings while far more is published than any queue holds.
    let started = Instant::now();
    let mut taken = 0;
    while taken < 200 && started.elapsed() < SOON {
        match writer.publish(Message::new("q/1/t/7/up/ch", vec![1])) {
            Ok(_) => taken += 1,
            Err(LinkError::Full) => tokio::time::sleep(Duration::from_millis(1)).await,
            Err(error) => panic!("{error}"),
        }
    }
    let mut acks = 0;
    let mut messages = 0;
    while acks < taken || messages < taken {
        tokio::select! {
            happening = written.recv() => {
                acks += usize::from(matches!(happening, Some(Happening::Acked(_))));
            }
            happening = read.recv() => {
                if let Some(Happening::Message(delivery)) = happening {
                    reader.confirm(&delivery);
                    messages += 1;
                }
            }
        }
    }
    assert_eq!((taken, acks, messages), (200, 200, 200));
}

#[tokio::test]
async fn filters_are_few() {
    let broker = Broker::start();
    let (link, _happenings) = connect(options(&broker, "box"));
    assert_eq!(link.subscribe(""), Err(LinkError::Filter));
    for index in 0..SUBSCRIPTIONS_MAX {
        link.subscribe(&format!("x/{index}")).expect("as many as may be");
    }
    assert_eq!(link.subscribe("x/more"), Err(LinkError::Filter));
}
