//! A small server with short limits, and clients that write their bytes by hand.

use std::{
    collections::HashMap,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use serve::{
    http::{
        Answer, AnswerBody, Bytes, Call, Chunks, Drained, Handler, Head, HttpFault, Limits,
        Metrics, OnDrain, Pairs, Server, StatusCode,
    },
    shutdown::Shutdown,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// No step of a test takes longer on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(8);

pub(crate) struct Echo;

/// A number of pieces, one each 50 ms.
struct Drip {
    left: usize,
    next: tokio::time::Interval,
}

impl Chunks for Drip {
    fn poll_chunk(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        std::task::ready!(self.next.poll_tick(context));
        self.left -= 1;
        Poll::Ready(Some(Bytes::from_static(b"data: x\n\n")))
    }
}

fn drip(left: usize) -> Drip {
    Drip { left, next: tokio::time::interval(Duration::from_millis(50)) }
}

impl Handler for Echo {
    fn routes(&self) -> Vec<&'static str> {
        vec!["echo", "slow", "events", "secret/{secret}"]
    }

    fn at_once(&self, call: &Call) -> Option<Answer> {
        match *call.path.segments() {
            ["memory"] => Some(Answer::text(StatusCode::OK, "remembered", "memory")),
            ["memory", "lost"] => panic!("a slip in a quick read"),
            [..] => None,
        }
    }

    async fn handle(&self, call: Call) -> Answer {
        match *call.path.segments() {
            ["slow"] => {
                tokio::time::sleep(Duration::from_millis(300)).await;
                Answer::text(StatusCode::OK, "slow but sure", "slow")
            }
            ["never"] => std::future::pending().await,
            ["panic"] => panic!("a slip in a handler"),
            ["panic", "later"] => {
                tokio::task::yield_now().await;
                panic!("a slip in a handler")
            }
            ["events"] => Answer::events(drip(usize::MAX), "events"),
            ["file"] => Answer {
                body: AnswerBody::Stream(Box::pin(drip(4)), OnDrain::Finish),
                ..Answer::empty(StatusCode::OK, "file")
            },
            ["large"] => Answer::text(StatusCode::OK, vec![b'x'; 16 * 1024 * 1024], "large"),
            ["secret", _] => Answer::empty(StatusCode::NO_CONTENT, "secret/{secret}"),
            ["form"] => {
                let pairs = Pairs::form(&call.body, 16).unwrap();
                let name = pairs.get("name").unwrap_or_default().into_owned();
                Answer::text(StatusCode::OK, name, "form")
            }
            [..] => {
                let text = format!(
                    "{} {} {} {}",
                    call.method,
                    call.path.joined(),
                    call.query.get("key").unwrap_or_default(),
                    String::from_utf8_lossy(&call.body),
                );
                Answer::text(StatusCode::OK, text, "echo")
            }
        }
    }

    fn fault(&self, head: &Head, fault: HttpFault) -> Answer {
        let dialect = match *head.path.segments() {
            ["vt", ..] => "vt",
            ["tactless"] => panic!("a slip while saying no"),
            [..] => "plain",
        };
        let key = head.query.get("key").unwrap_or_default();
        Answer::text(fault.status(), format!("{dialect} says {} {key}", fault.code()), "fault")
    }
}

/// Limits so short that a test can reach each of them.
pub(crate) fn short() -> Limits {
    Limits {
        header_time: Duration::from_millis(400),
        body_time: Duration::from_millis(400),
        idle_time: Duration::from_millis(600),
        stall_time: Duration::from_millis(400),
        handler_time: Duration::from_millis(600),
        drain_time: Duration::from_millis(1_500),
        rate: None,
        ..Limits::default()
    }
}

pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    pub(crate) shutdown: Shutdown,
    pub(crate) metrics: Arc<Metrics>,
    serving: JoinHandle<Drained>,
}

pub(crate) async fn site(limits: Limits) -> Site {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = Shutdown::new();
    let metrics = Arc::new(Metrics::new());
    let server = Server::new(Echo, limits.check().unwrap(), Arc::clone(&metrics));
    let serving = tokio::spawn(server.serve(listener, shutdown.clone()));
    Site { address, shutdown, metrics, serving }
}

impl Site {
    pub(crate) async fn dial(&self) -> Client<TcpStream> {
        Client::over(TcpStream::connect(self.address).await.unwrap())
    }

    /// One request on a connection of its own.
    pub(crate) async fn ask(&self, request: &str) -> Reply {
        let mut client = self.dial().await;
        client.say(request.as_bytes()).await;
        client.hear().await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.ask(&format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n")).await
    }

    /// Tells it to stop, and waits for that.
    pub(crate) async fn stop(self) -> Drained {
        self.shutdown.trigger();
        self.ended().await
    }

    pub(crate) async fn ended(self) -> Drained {
        within(self.serving).await.unwrap()
    }

    /// Waits until the metrics show this line.
    pub(crate) async fn shows(&self, line: &str) {
        for _ in 0..100 {
            if self.metrics.render().lines().any(|found| found == line) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no `{line}` in\n{}", self.metrics.render());
    }
}

pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("the step takes too long")
}

pub(crate) struct Client<Io> {
    io: Io,
    unread: Vec<u8>,
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Client<Io> {
    pub(crate) fn over(io: Io) -> Client<Io> {
        Client { io, unread: Vec::new() }
    }

    pub(crate) async fn say(&mut self, bytes: &[u8]) {
        within(self.io.write_all(bytes)).await.unwrap();
    }

    /// The same, when the server may have hung up.
    pub(crate) async fn try_say(&mut self, bytes: &[u8]) -> bool {
        within(self.io.write_all(bytes)).await.is_ok()
    }

    /// Reads more; false at the end.
    pub(crate) async fn more(&mut self) -> bool {
        let mut piece = [0; 4096];
        match within(self.io.read(&mut piece)).await {
            Ok(count) => {
                self.unread.extend_from_slice(&piece[..count]);
                0 < count
            }
            Err(_) => false,
        }
    }

    /// Everything up to the end, without what was heard before.
    pub(crate) async fn rest(&mut self) -> String {
        while self.more().await {}
        String::from_utf8_lossy(&std::mem::take(&mut self.unread)).into_owned()
    }

    /// Waits until this text has come.
    pub(crate) async fn until(&mut self, text: &str) {
        while !String::from_utf8_lossy(&self.unread).contains(text) {
            assert!(self.more().await, "the connection ended before {text}");
        }
    }

    /// The next reply's head alone.
    pub(crate) async fn head(&mut self) -> Reply {
        let end = loop {
            if let Some(at) = self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                break at;
            }
            assert!(self.more().await, "no reply");
        };
        let head = String::from_utf8(self.unread.drain(..end + 4).collect()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        Reply { status, headers: headers.collect(), body: String::new() }
    }

    /// The next reply with a `content-length`.
    pub(crate) async fn hear(&mut self) -> Reply {
        let mut reply = self.head().await;
        let length: usize = reply.header("content-length").parse().unwrap_or(0);
        while self.unread.len() < length {
            assert!(self.more().await, "half a reply");
        }
        let body = self.unread.drain(..length).collect();
        reply.body = String::from_utf8(body).unwrap();
        reply
    }
}
