//! How the server stops.

use std::time::Duration;

use tokio::time::Instant;

use super::site::{short, site};

#[tokio::test]
async fn idle_connections_close_at_once() {
    let site = site(short()).await;
    let mut used = site.dial().await;
    used.say(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    used.hear().await;
    let mut fresh = site.dial().await;
    site.shows("http_connections 2").await;
    let started = Instant::now();
    let drained = site.stop().await;
    assert_eq!(drained.aborted, 0);
    assert!(started.elapsed() < Duration::from_millis(250), "{:?}", started.elapsed());
    assert_eq!(used.rest().await, "");
    assert_eq!(fresh.rest().await, "");
}

#[tokio::test]
async fn a_request_under_way_is_finished_and_no_new_one_taken() {
    let site = site(short()).await;
    let address = site.address;
    let mut client = site.dial().await;
    client.say(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let started = Instant::now();
    assert_eq!(site.stop().await.aborted, 0);
    assert!(Duration::from_millis(100) < started.elapsed(), "it waited");
    assert_eq!(client.hear().await.body, "slow but sure");
    assert_eq!(client.rest().await, "");
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn endless_streams_end_and_files_finish() {
    let site = site(short()).await;
    let mut events = site.dial().await;
    events.say(b"GET /events HTTP/1.1\r\nhost: x\r\n\r\n").await;
    events.until("data: x").await;
    let mut file = site.dial().await;
    file.say(b"GET /file HTTP/1.1\r\nhost: x\r\n\r\n").await;
    file.until("data: x").await;
    let started = Instant::now();
    assert_eq!(site.stop().await.aborted, 0);
    assert!(started.elapsed() < Duration::from_millis(1_000));
    assert!(events.rest().await.ends_with("0\r\n\r\n"), "a proper end");
    let file = file.rest().await;
    assert_eq!(file.matches("data: x").count(), 4);
    assert!(file.ends_with("0\r\n\r\n"));
}

#[tokio::test]
async fn what_does_not_finish_is_cut_off() {
    let mut limits = short();
    limits.handler_time = Duration::from_secs(60);
    limits.drain_time = Duration::from_millis(300);
    let site = site(limits).await;
    let mut client = site.dial().await;
    client.say(b"GET /never HTTP/1.1\r\nhost: x\r\n\r\n").await;
    site.shows("http_connections 1").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let started = Instant::now();
    assert_eq!(site.stop().await.aborted, 1);
    assert!(Duration::from_millis(250) < started.elapsed());
    assert!(started.elapsed() < Duration::from_millis(1_000));
    assert_eq!(client.rest().await, "");
}
