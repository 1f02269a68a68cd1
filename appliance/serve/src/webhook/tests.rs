//! Webhooks against real servers on loopback: delivered once, tried again, given up, never in the way.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind},
    sync::Mutex,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

use super::*;

const SECRET: &str = "a secret of some length";
const FAST: Pace = Pace {
    attempt: Duration::from_millis(300),
    pause: Duration::from_millis(10),
    pause_max: Duration::from_millis(40),
};
const LONG: Duration = Duration::from_secs(60);
/// A certificate of `localhost` that it signed itself.
const CERTIFICATE: &[u8] = include_bytes!("test_cert.der");
const KEY: &[u8] = include_bytes!("test_key.der");

/// What a receiver does with a request.
#[derive(Clone, Copy)]
enum Does {
    Answer(u16),
    Redirect,
    Hang,
    HangUp,
    Nonsense,
}

/// A receiver on a socket, and all that it was sent.
struct Receiver {
    address: String,
    got: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    /// One that does these things in turn, and the last of them for good.
    async fn open(does: &[Does], tls: bool) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let address = if tls {
            format!("https://localhost:{port}")
        } else {
            format!("http://127.0.0.1:{port}")
        };
        let got = Arc::new(Mutex::new(Vec::new()));
        let acceptor = acceptor();
        let mut does: VecDeque<Does> = does.iter().copied().collect();
        let all = Arc::clone(&got);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let next = if does.len() == 1 { does[0] } else { does.pop_front().unwrap() };
                let (got, acceptor) = (Arc::clone(&all), acceptor.clone());
                tokio::spawn(async move {
                    match tls {
                        false => serve(stream, next, &got).await.ok(),
                        true => match acceptor.accept(stream).await {
                            Ok(stream) => serve(stream, next, &got).await.ok(),
                            Err(_) => None,
                        },
                    }
                });
            }
        });
        Receiver { address, got }
    }

    fn got(&self) -> Vec<String> {
        self.got.lock().unwrap().clone()
    }
}

fn acceptor() -> TlsAcceptor {
    let chain = vec![CertificateDer::from(CERTIFICATE)];
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(KEY));
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    does: Does,
    got: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut request = String::new();
    while !request.ends_with("\r\n\r\n") {
        if stream.read_line(&mut request).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
    let length = request.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.unwrap().parse().unwrap()];
    stream.read_exact(&mut body).await?;
    got.lock().unwrap().push(request + &String::from_utf8(body).unwrap());
    let answer = match does {
        Does::Answer(status) => format!("HTTP/1.1 {status} Told\r\nContent-Length: 0\r\n\r\n"),
        Does::Redirect => {
            "HTTP/1.1 307 There\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n".into()
        }
        Does::Hang => std::future::pending().await,
        Does::HangUp => return Ok(()),
        Does::Nonsense => "who is there?\r\n\r\n".into(),
    };
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

fn webhooks(receivers: &[&Receiver]) -> Webhooks {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(CERTIFICATE)).unwrap();
    let courier = Courier::trusting(SECRET.as_bytes(), Some(roots));
    let origins = receivers.iter().map(|receiver| Origin::parse(&receiver.address).unwrap());
    Webhooks::with(origins.collect(), courier, FAST)
}

fn parcel(receiver: &Receiver, id: &str, useful_for: Duration) -> Parcel {
    let target = Target::parse(&format!("{}/ann?key=1", receiver.address)).unwrap();
    Parcel { id: id.into(), target, body: format!(r#"{{"id":"{id}"}}"#).into(), useful_for }
}

async fn outcome(receiver: &Receiver, useful_for: Duration) -> Outcome {
    let webhooks = webhooks(&[receiver]);
    webhooks.take(parcel(receiver, "a-1", useful_for)).unwrap().run().await
}

#[tokio::test]
async fn a_parcel_arrives_once_signed_and_named() {
    for tls in [false, true] {
        let receiver = Receiver::open(&[Does::Answer(204)], tls).await;
        assert_eq!(outcome(&receiver, LONG).await, Outcome::Delivered);
        let got = receiver.got();
        assert_eq!(got.len(), 1);
        assert!(got[0].starts_with("POST /ann?key=1 HTTP/1.1\r\n"), "{}", got[0]);
        assert!(got[0].ends_with("\r\n\r\n{\"id\":\"a-1\"}"), "{}", got[0]);
        let place = receiver.address.split_once("://").unwrap().1;
        for header in [
            &format!("host: {place}\r\n"),
            "content-type: application/json\r\n",
            "anteroom-delivery: a-1\r\n",
            // printf '{"id":"a-1"}' | openssl dgst -sha256 -hmac 'a secret of some length'
            "anteroom-signature: sha256=8138f64957e8599a0580de36128d6daa94ff9030d72d0600c96f58fc6e347c2a\r\n",
        ] {
            assert!(got[0].contains(header), "{header}: {}", got[0]);
        }
    }
}

#[tokio::test]
async fn trouble_is_met_with_patience() {
    let receiver = Receiver::open(
        &[
            Does::Answer(500),
            Does::HangUp,
            Does::Answer(503),
            Does::Nonsense,
            Does::Hang,
            Does::Answer(429),
            Does::Answer(200),
        ],
        false,
    )
    .await;
    assert_eq!(outcome(&receiver, LONG).await, Outcome::Delivered);
    let got = receiver.got();
    assert_eq!(got.len(), 7);
    assert!(got.iter().all(|request| request.contains("anteroom-delivery: a-1\r\n")));
}

#[tokio::test]
async fn who_refuses_or_points_elsewhere_is_not_asked_again() {
    for does in [Does::Answer(410), Does::Answer(404), Does::Answer(400), Does::Redirect] {
        let receiver = Receiver::open(&[does], false).await;
        assert_eq!(outcome(&receiver, LONG).await, Outcome::Refused);
        assert_eq!(receiver.got().len(), 1);
    }
}

#[tokio::test]
async fn what_is_no_longer_useful_is_given_up() {
    let receiver = Receiver::open(&[Does::Answer(500)], false).await;
    assert_eq!(outcome(&receiver, Duration::from_millis(200)).await, Outcome::Expired);
    let tried = receiver.got().len();
    assert!((3..=12).contains(&tried), "with growing pauses: {tried}");
    tokio::time::sleep(FAST.pause_max * 2).await;
    assert_eq!(receiver.got().len(), tried, "nothing goes on behind it");
    let gone = Receiver { address: "http://127.0.0.1:1".into(), got: Arc::default() };
    assert_eq!(outcome(&gone, Duration::from_millis(50)).await, Outcome::Expired);
}

#[tokio::test]
async fn a_certificate_that_nobody_trusts_is_told_nothing() {
    let receiver = Receiver::open(&[Does::Answer(200)], true).await;
    let origin = Origin::parse(&receiver.address).unwrap();
    let courier = Courier::trusting(SECRET.as_bytes(), Some(RootCertStore::empty()));
    let webhooks = Webhooks::with(vec![origin], courier, FAST);
    let parcel = parcel(&receiver, "a-1", Duration::from_millis(100));
    assert_eq!(webhooks.take(parcel).unwrap().run().await, Outcome::Expired);
    assert_eq!(receiver.got(), [] as [String; 0]);
}

#[tokio::test]
async fn one_who_hangs_is_in_nobody_elses_way_and_has_only_so_many() {
    let hung = Receiver::open(&[Does::Hang], false).await;
    let well = Receiver::open(&[Does::Answer(200)], false).await;
    let webhooks = webhooks(&[&hung, &well]);
    let mut waiting = tokio::task::JoinSet::new();
    for number in 0..UNDER_WAY_MAX {
        let parcel = parcel(&hung, &number.to_string(), LONG);
        waiting.spawn(webhooks.take(parcel).unwrap().run());
    }
    assert_eq!(webhooks.take(parcel(&hung, "more", LONG)).err(), Some(NotTaken::Crowded));
    while hung.got().len() < ATTEMPTS_MAX {
        tokio::task::yield_now().await;
    }
    assert_eq!(hung.got().len(), ATTEMPTS_MAX, "no more at the same time");
    let delivery = webhooks.take(parcel(&well, "a-1", LONG)).unwrap();
    assert_eq!(timeout(FAST.attempt / 2, delivery.run()).await, Ok(Outcome::Delivered));
    drop(waiting);
    let elsewhere = Receiver { address: "http://127.0.0.1:1".into(), got: Arc::default() };
    assert_eq!(webhooks.take(parcel(&elsewhere, "a", LONG)).err(), Some(NotTaken::Forbidden));
}
