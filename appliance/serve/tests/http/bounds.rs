//! What ill-behaved clients do, and what becomes of them.

use std::{num::NonZeroU32, time::Duration};

use serve::http::{Limits, Rate};

use super::site::{short, site};

#[tokio::test]
async fn a_body_over_the_limit_is_told_so_by_its_dialect() {
    let site = site(short()).await;
    let body = "x".repeat(300_000);
    let mut client = site.dial().await;
    let head =
        format!("POST /vt/api/json HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
    client.say(head.as_bytes()).await;
    client.say(body.as_bytes()).await;
    let reply = client.hear().await;
    assert_eq!((reply.status, reply.body.as_str()), (413, "vt says too_large "));
    assert_eq!(reply.header("connection"), "close");
    assert_eq!(client.rest().await, "", "and the connection closes without a reset");
    site.shows("http_rejected_total{reason=\"too_large\"} 1").await;
}

#[tokio::test]
async fn a_body_at_the_limit_passes() {
    let site = site(short()).await;
    let most = short().body_bytes;
    for (length, status) in [(most, 200), (most + 1, 413)] {
        let body = "x".repeat(length);
        let reply = site
            .ask(&format!("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n{body}"))
            .await;
        assert_eq!(reply.status, status);
    }
}

#[tokio::test]
async fn a_chunked_body_over_the_limit_is_stopped_on_the_way() {
    let site = site(short()).await;
    let mut client = site.dial().await;
    client.say(b"POST /x HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n").await;
    let piece = format!("4000\r\n{}\r\n", "x".repeat(0x4000));
    for _ in 0..20 {
        client.try_say(piece.as_bytes()).await;
    }
    let reply = client.hear().await;
    assert_eq!((reply.status, reply.body.as_str()), (413, "plain says too_large "));
}

#[tokio::test]
async fn a_client_that_never_stops_sending_is_not_heard_out() {
    let site = site(short()).await;
    let mut client = site.dial().await;
    client.say(b"POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999\r\n\r\n").await;
    let piece = [b'x'; 64 * 1024];
    let mut sent = 0;
    while sent < 64 * piece.len() * 16 && client.try_say(&piece).await {
        sent += piece.len();
    }
    // What the kernel holds for both ends comes on top of what is read and thrown away.
    assert!(sent < 48 * 1024 * 1024, "{sent}");
    site.shows("http_connections 0").await;
}

#[tokio::test]
async fn a_client_that_waits_for_the_end_is_not_waited_for() {
    let site = site(short()).await;
    let mut client = site.dial().await;
    client.say(b"POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999\r\n\r\n").await;
    assert_eq!(client.hear().await.status, 413);
    site.shows("http_connections 0").await;
}

#[tokio::test]
async fn a_client_that_asks_before_sending_is_refused_before_sending() {
    let site = site(short()).await;
    let reply = site
        .ask("POST /x HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 99999\r\n\r\n")
        .await;
    assert_eq!(reply.status, 413);
}

#[tokio::test]
async fn a_half_sent_body_times_out_aloud() {
    let site = site(short()).await;
    let mut client = site.dial().await;
    client.say(b"POST /vt HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf").await;
    let reply = client.hear().await;
    assert_eq!((reply.status, reply.body.as_str()), (408, "vt says body_timeout "));
    assert_eq!(client.rest().await, "");
    site.shows("http_rejected_total{reason=\"body_timeout\"} 1").await;
}

#[tokio::test]
async fn a_broken_chunk_is_a_bad_request() {
    let site = site(short()).await;
    let reply = site
        .ask("POST /x HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n")
        .await;
    assert_eq!((reply.status, reply.body.as_str()), (400, "plain says body_broken "));
}

#[tokio::test]
async fn half_sent_headers_time_out() {
    let site = site(short()).await;
    let mut client = site.dial().await;
    client.say(b"GET / HTTP/1.1\r\nhost: x\r\n").await;
    assert_eq!(client.head().await.status, 408);
    assert_eq!(client.rest().await, "");
    site.shows("http_rejected_total{reason=\"head_timeout\"} 1").await;
    site.shows("http_connections 0").await;
}

#[tokio::test]
async fn dripping_headers_do_not_buy_time() {
    let site = site(short()).await;
    let mut client = site.dial().await;
    client.say(b"GET / HTTP/1.1\r\nx: ").await;
    let started = tokio::time::Instant::now();
    while client.try_say(b"a").await && started.elapsed() < Duration::from_secs(3) {
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    site.shows("http_rejected_total{reason=\"head_timeout\"} 1").await;
}

#[tokio::test]
async fn silence_closes_a_connection() {
    let site = site(short()).await;
    let mut fresh = site.dial().await;
    let mut used = site.dial().await;
    used.say(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(used.hear().await.status, 200);
    let started = tokio::time::Instant::now();
    assert_eq!(fresh.rest().await, "", "never said a word");
    assert_eq!(used.rest().await, "", "idle after its answer");
    assert!(Duration::from_millis(500) < started.elapsed());
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_second_head_is_timed_as_the_first() {
    let site = site(short()).await;
    let mut client = site.dial().await;
    client.say(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    client.say(b"GET /half").await;
    assert_eq!(client.hear().await.body, "slow but sure");
    assert_eq!(client.head().await.status, 408);
}

#[tokio::test]
async fn a_reader_that_takes_nothing_is_cut_off() {
    let site = site(short()).await;
    let mut client = site.dial().await;
    client.say(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await;
    client.head().await;
    site.shows("http_rejected_total{reason=\"stalled\"} 1").await;
    site.shows("http_connections 0").await;
}

#[tokio::test]
async fn a_slow_reader_that_goes_on_is_not_cut_off() {
    let site = site(Limits { idle_time: Duration::from_millis(100), ..short() }).await;
    let mut client = site.dial().await;
    client.say(b"GET /large HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    client.head().await;
    for _ in 0..6 {
        tokio::time::sleep(Duration::from_millis(150)).await;
        for _ in 0..250 {
            assert!(client.more().await);
        }
    }
    let rest = client.rest().await;
    assert_eq!(rest.len(), 16 * 1024 * 1024);
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_dropped() {
    let site = site(short()).await;
    let reply = site.get("/never?key=k").await;
    assert_eq!((reply.status, reply.body.as_str()), (504, "plain says handler_timeout k"));
}

#[tokio::test]
async fn bytes_that_are_no_request_get_a_400() {
    let site = site(short()).await;
    for bytes in
        ["NONSENSE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\n\r\n"]
    {
        assert_eq!(site.ask(bytes).await.status, 400, "{bytes}");
    }
    site.shows("http_rejected_total{reason=\"bad_head\"} 3").await;
    let reply = site.get("/vt/%ff").await;
    assert_eq!((reply.status, reply.body.as_str()), (400, "vt says malformed "));
    assert_eq!(site.ask("OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n").await.status, 400);
}

#[tokio::test]
async fn heads_over_the_limits_get_431_and_414() {
    let site = site(short()).await;
    let many = "x: y\r\n".repeat(200);
    assert_eq!(site.ask(&format!("GET / HTTP/1.1\r\n{many}\r\n")).await.status, 431);
    let large = "x".repeat(60_000);
    assert_eq!(site.ask(&format!("GET / HTTP/1.1\r\nx: {large}\r\n\r\n")).await.status, 431);
    let long = "x".repeat(short().uri_bytes);
    let reply = site.get(&format!("/{long}")).await;
    assert_eq!((reply.status, reply.body.as_str()), (414, "plain says uri_too_long "));
    let reply = site.get(&format!("/vt/{long}")).await;
    assert_eq!((reply.status, reply.body.as_str()), (414, "vt says uri_too_long "));
    let parameters = "a=1&".repeat(short().parameters + 1);
    let reply = site.get(&format!("/vt?{parameters}")).await;
    assert_eq!((reply.status, reply.body.as_str()), (400, "vt says too_many_parameters "));
}

#[tokio::test]
async fn connections_beyond_the_limit_hear_why_and_the_next_are_closed() {
    let site = site(Limits { connections: 2, refusals: 1, ..short() }).await;
    let mut held = [site.dial().await, site.dial().await];
    for client in &mut held {
        client.say(b"GET /events HTTP/1.1\r\nhost: x\r\n\r\n").await;
        client.head().await;
    }
    let mut refused = site.dial().await;
    site.shows("http_connections 3").await;
    let mut dropped = site.dial().await;
    assert_eq!(dropped.rest().await, "");
    site.shows("http_rejected_total{reason=\"dropped\"} 1").await;
    refused.say(b"GET /vt/x HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let reply = refused.hear().await;
    assert_eq!((reply.status, reply.body.as_str()), (503, "vt says overloaded "));
    assert_eq!((reply.header("retry-after"), reply.header("connection")), ("5", "close"));
    assert_eq!(refused.rest().await, "");
    drop(held);
    site.shows("http_connections 0").await;
    assert_eq!(site.get("/again").await.status, 200, "places are given back");
}

fn rate(spare_loopback: bool) -> Limits {
    let two = NonZeroU32::MIN.saturating_add(1);
    let rate = Rate { per_second: NonZeroU32::MIN, burst: two, spare_loopback };
    Limits { rate: Some(rate), ..short() }
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_when_to_come_back() {
    let site = site(rate(false)).await;
    let mut client = site.dial().await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        client.say(b"GET /vt HTTP/1.1\r\nhost: x\r\n\r\n").await;
        let reply = client.hear().await;
        statuses.push(reply.status);
        if reply.status == 429 {
            assert_eq!(reply.header("retry-after"), "1");
            assert_eq!(reply.body, "vt says too_many_requests ");
        }
    }
    assert_eq!(statuses, [200, 200, 429]);
    assert_eq!(site.get("/").await.status, 429, "a new connection is no new address");
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    assert_eq!(site.get("/").await.status, 200);
}

#[tokio::test]
async fn loopback_can_be_spared() {
    let site = site(rate(true)).await;
    for _ in 0..20 {
        assert_eq!(site.get("/").await.status, 200);
    }
}
