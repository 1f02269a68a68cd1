//! Webhooks over a real branch and real receivers on loopback.

use std::net::SocketAddr;
use std::sync::Mutex;

use serve::webhook::{Origin, Webhooks};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::{Instant, timeout};

use super::*;

const SECRET: &str = "0123456789abcdef";

/// Longer than anything takes that goes well.
const SOON: Duration = Duration::from_secs(10);

/// Somebody on a socket who notes what they are sent, and answers with this status, or not at all.
struct Receiver {
    address: SocketAddr,
    got: Arc<Mutex<Vec<serde_json::Value>>>,
}

impl Receiver {
    async fn open(status: Option<u16>) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let got = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&got);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let got = Arc::clone(&all);
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    let body = loop {
                        let mut part = [0; 1_024];
                        let count = stream.read(&mut part).await.expect("it is sent");
                        request.extend_from_slice(&part[..count]);
                        let text = String::from_utf8_lossy(&request);
                        let body = text.split_once("\r\n\r\n").map(|(_, body)| body);
                        if let Some(Ok(body)) = body.map(serde_json::from_str) {
                            break body;
                        }
                    };
                    got.lock().expect("nobody panics").push(body);
                    match status {
                        Some(status) => {
                            let answer =
                                format!("HTTP/1.1 {status} Told\r\nContent-Length: 0\r\n\r\n");
                            stream.write_all(answer.as_bytes()).await.ok();
                        }
                        None => std::future::pending().await,
                    }
                });
            }
        });
        Receiver { address, got }
    }

    fn origin(&self) -> Origin {
        Origin::parse(&format!("http://{}", self.address)).expect("it is this machine")
    }

    fn key(&self) -> String {
        format!("http://{}/ann", self.address)
    }

    async fn got(&self, count: usize) -> Vec<serde_json::Value> {
        let got = || self.got.lock().expect("nobody panics").clone();
        let enough = async {
            while got().len() < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(SOON, enough).await.expect("it is told soon");
        got()
    }
}

fn to(receivers: &[&Receiver]) -> Option<Webhooks> {
    let origins = receivers.iter().map(|receiver| receiver.origin()).collect();
    Some(Webhooks::new(origins, SECRET).expect("no certificate is needed"))
}

/// Rounds until what is under way is over.
async fn finish(teller: &mut Teller) {
    round(teller).await;
    timeout(SOON, teller.calls.one_over()).await.expect("it is over soon");
    round(teller).await;
}

fn states(stage: &Stage, ticket: TicketId) -> Vec<(u64, String)> {
    stage.archive.notices_of(ticket).expect("reads")
}

#[tokio::test]
async fn a_call_reaches_the_webhook_once_and_under_one_name() {
    let receiver = Receiver::open(Some(204)).await;
    let stage = Stage::open_with(to(&[&receiver])).await;
    stage.register("ann", Some(&receiver.key()), 0).await;
    let ticket = stage.issue(Some("ann")).await;
    let call = stage.call(2).await;
    // One who ends before the answer is noted, and one who begins anew.
    let mut dying = stage.teller();
    round(&mut dying).await;
    receiver.got(1).await;
    drop(dying);
    assert_eq!(states(&stage, ticket), [(call.0, "due".to_owned())]);
    finish(&mut stage.teller()).await;
    assert_eq!(states(&stage, ticket), [(call.0, "sent".to_owned())]);
    round(&mut stage.teller()).await;
    let got = receiver.got(2).await;
    assert_eq!(got.len(), 2);
    assert_eq!(got[0], got[1], "by which the receiver knows it");
    let token = stage.rooms.mailbox.read(|now| now.branch.ticket(ticket).map(|t| t.token));
    let token = token.expect("it is of today").as_str().to_owned();
    let expected = serde_json::json!({
        "id": format!("{token}-{}", call.0),
        "kind": "your_turn",
        "at": "2026-11-23T12:00:00+01:00",
        "location": "1",
        "ticket": token,
        "title": got[0]["title"],
        "message": format!("Your ticket A001 was just called. {TURN} 2."),
    });
    assert_eq!(got[0], expected);
    assert!(stage.told().is_empty(), "there is no file of it");
}

#[tokio::test]
async fn who_does_not_want_it_or_may_not_be_called_is_left_alone() {
    let receiver = Receiver::open(Some(410)).await;
    let stage = Stage::open_with(to(&[&receiver])).await;
    stage.register("ann", Some(&receiver.key()), 0).await;
    stage.register("bob", Some("http://127.0.0.1:1/bob"), 0).await;
    let ann = stage.issue(Some("ann")).await;
    let mut teller = stage.teller();
    finish(&mut teller).await;
    assert_eq!(states(&stage, ann), [(WARNING, "refused".to_owned())]);
    assert_eq!(receiver.got(1).await.len(), 1);
    let bob = stage.issue(Some("bob")).await;
    round(&mut teller).await;
    assert_eq!(states(&stage, bob), [(WARNING, "refused".to_owned())]);
}

#[tokio::test]
async fn receivers_that_hang_delay_neither_a_call_nor_anybody_elses_notice() {
    let hung = [
        Receiver::open(None).await,
        Receiver::open(None).await,
        Receiver::open(None).await,
        Receiver::open(None).await,
    ];
    let stage = Stage::open_with(to(&hung.each_ref())).await;
    for (number, receiver) in hung.iter().enumerate() {
        stage.register(&format!("hung{number}"), Some(&receiver.key()), 0).await;
        stage.issue(Some(&format!("hung{number}"))).await;
    }
    let shutdown = Shutdown::new();
    let tray = Tray::at(stage.folder.path().join(NOTICES_FOLDER), NOTICES_FILES_MAX);
    let telling = tell(stage.rooms.clone(), stage.archive.clone(), tray, shutdown.clone());
    let telling = tokio::spawn(telling);
    for receiver in &hung {
        receiver.got(1).await;
    }
    // All four hang. The hall goes on.
    stage.register("eve", Some("key-e"), 0).await;
    let begun = Instant::now();
    stage.issue(Some("eve")).await;
    for counter in 1..=4 {
        stage.call(counter).await;
    }
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
    let told = async {
        while stage.told().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(4), told).await.expect("before any receiver is given up");
    assert!(stage.told()[0].starts_with("key-e almost_your_turn"));
    shutdown.trigger();
    timeout(SOON, telling).await.expect("nobody holds up the end").expect("it ends");
}
