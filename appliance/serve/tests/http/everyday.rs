//! What well-behaved clients do, and what they get.

use std::{
    io,
    sync::{Arc, Mutex},
};

use serve::{
    http::{Metrics, Server, pipes},
    shutdown::Shutdown,
};

use super::site::{Client, Echo, short, site};

#[tokio::test]
async fn an_answer_carries_the_usual_headers() {
    let site = site(short()).await;
    let reply = site.get("/a%20b/c?key=x%26y").await;
    assert_eq!((reply.status, reply.body.as_str()), (200, "GET /a b/c x&y "));
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("referrer-policy"), "no-referrer");
    assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
    assert!(!reply.header("date").is_empty());
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let site = site(short()).await;
    let mut client = site.dial().await;
    for number in 0..50 {
        client.say(format!("GET /{number} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await;
        assert_eq!(client.hear().await.body, format!("GET /{number}  "));
    }
    site.shows("http_connections 1").await;
    site.shows("http_requests_total{route=\"echo\",class=\"2xx\"} 50").await;
}

#[tokio::test]
async fn what_is_in_memory_is_answered_at_once() {
    let site = site(short()).await;
    let mut client = site.dial().await;
    let memory = "GET /memory HTTP/1.1\r\nhost: x\r\n\r\n";
    let other = "GET /other HTTP/1.1\r\nhost: x\r\n\r\n";
    client.say([memory, other, memory].concat().as_bytes()).await;
    for body in ["remembered", "GET /other  ", "remembered"] {
        assert_eq!(client.hear().await.body, body);
    }
    let posted = "POST /memory HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\na";
    assert_eq!(site.ask(posted).await.body, "POST /memory  a", "bodies are never for it");
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let site = site(short()).await;
    let mut client = site.dial().await;
    client
        .say(
            b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n\
              POST /b HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc\
              GET /c HTTP/1.1\r\nhost: x\r\n\r\n",
        )
        .await;
    assert_eq!(client.hear().await.body, "slow but sure");
    assert_eq!(client.hear().await.body, "POST /b  abc");
    assert_eq!(client.hear().await.body, "GET /c  ");
}

#[tokio::test]
async fn bodies_come_whole_however_they_are_sent() {
    let site = site(short()).await;
    let chunked = "POST /x HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n\
                   3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n";
    assert_eq!(site.ask(chunked).await.body, "POST /x  abcdefg");
    let mut client = site.dial().await;
    client.say(b"POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\n\r\nab").await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    client.say(b"cdef").await;
    assert_eq!(client.hear().await.body, "POST /x  abcdef");
    let form = "POST /form HTTP/1.1\r\nhost: x\r\ncontent-length: 13\r\n\r\nname=a%2Bb+c&";
    assert_eq!(site.ask(form).await.body, "a+b c");
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let site = site(short()).await;
    let mut client = site.dial().await;
    client.say(b"HEAD /abc HTTP/1.1\r\nhost: x\r\n\r\nGET /d HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let head = client.head().await;
    assert_eq!((head.status, head.header("content-length")), (200, "10"));
    assert_eq!(client.hear().await.body, "GET /d  ", "the next reply follows at once");
}

#[tokio::test]
async fn an_unknown_method_is_for_the_handler() {
    let site = site(short()).await;
    assert_eq!(site.ask("BREW /pot HTTP/1.1\r\nhost: x\r\n\r\n").await.body, "BREW /pot  ");
}

#[tokio::test]
async fn a_panic_costs_one_request() {
    let site = site(short()).await;
    let mut client = site.dial().await;
    for path in ["/panic", "/panic/later?key=k", "/memory/lost"] {
        client.say(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await;
        let reply = client.hear().await;
        assert_eq!(reply.status, 500);
        assert!(reply.body.starts_with("plain says panicked"), "{}", reply.body);
    }
    client.say(b"GET /alive HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(client.hear().await.status, 200);
    site.shows("http_rejected_total{reason=\"panicked\"} 3").await;
}

#[tokio::test]
async fn a_panic_while_saying_no_is_survived() {
    let site = site(short()).await;
    let reply = site.get("/tactless?key=%ff").await;
    assert_eq!((reply.status, reply.body.as_str()), (400, ""));
    assert_eq!(site.get("/alive").await.status, 200);
}

#[tokio::test]
async fn a_stream_comes_in_pieces() {
    let site = site(short()).await;
    let mut client = site.dial().await;
    client.say(b"GET /file HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let head = client.head().await;
    assert_eq!(head.header("transfer-encoding"), "chunked");
    client.until("9\r\ndata: x\n\n\r\n").await;
    client.until("0\r\n\r\n").await;
}

#[tokio::test]
async fn a_stream_outlives_idle_and_handler_times() {
    let site = site(short()).await;
    let mut client = site.dial().await;
    client.say(b"GET /events HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(client.head().await.header("content-type"), "text/event-stream");
    let started = tokio::time::Instant::now();
    while started.elapsed() < std::time::Duration::from_millis(1_300) {
        assert!(client.more().await);
    }
}

#[tokio::test]
async fn a_network_in_memory_works_as_well() {
    let (dialer, listener) = pipes();
    let shutdown = Shutdown::new();
    let server = Server::new(Echo, short().check().unwrap(), Arc::new(Metrics::new()));
    let serving = tokio::spawn(server.serve(listener, shutdown.clone()));
    let mut client = Client::over(dialer.dial("192.0.2.7:9".parse().unwrap()).await.unwrap());
    client.say(b"GET /pipe HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(client.hear().await.body, "GET /pipe  ");
    drop(dialer);
    shutdown.trigger();
    assert_eq!(serving.await.unwrap().aborted, 0);
    assert_eq!(client.rest().await, "");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no writer panics").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_access_log_names_routes_and_no_secret() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let site = site(short()).await;
    site.get("/secret/hunter2?key=hunter3").await;
    site.ask("STEAL /x HTTP/1.1\r\nhost: hunter4\r\n\r\n").await;
    site.get("/file").await;
    let mut client = site.dial().await;
    client.say(b"GET /file HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    client.rest().await;
    site.stop().await;
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("access: method=\"GET\" route=\"secret/{secret}\" status=204 bytes=0"));
    assert!(text.contains("method=\"OTHER\" route=\"echo\" status=200 bytes=10 micros="));
    assert!(text.contains("route=\"file\" status=200 bytes=36"), "{text}");
    assert!(text.contains("peer=127.0.0.1:"));
    assert!(!text.contains("hunter") && !text.contains("STEAL"), "{text}");
}
