//! What goes wrong below the request: half of it, too much of it, or no HTTP at all.

use tests::dialects::QUEUE_MANAGEMENT;

use super::hall::{Hall, Speaks};
use super::shapes::smart;
use super::wire::{Wire, ask, head, request};

/// Bytes of a body that is far too large.
const TOO_MUCH: usize = 300_000;

const JSON: (&str, &str) = ("content-type", "application/json");

/// A call of each dialect that would change something, up to its body.
fn calls(key: &str) -> [(String, &'static [u8], Speaks); 2] {
    let take = smart(&format!("generateTicket?key={key}"));
    let create = format!("{QUEUE_MANAGEMENT}/createticket");
    [
        (take, br#"{"lang":1,"task":1}"#, Speaks::Smart),
        (create, br#"{"service_id":1}"#, Speaks::Queue),
    ]
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_however_it_comes() {
    let hall = Hall::open().await;
    let key = hall.key().await;
    let padding = " ".repeat(TOO_MUCH);
    for (target, body, speaks) in calls(&key) {
        let large = [body, padding.as_bytes()].concat();
        let whole = request("POST", &target, &[JSON], &large);
        hall.refuses("with its length", &whole, speaks, &[413]).await;

        let mut announced = head("POST", &target, &[JSON, ("expect", "100-continue")]);
        announced.truncate(announced.len() - 2);
        announced.extend(format!("content-length: {TOO_MUCH}\r\n\r\n").bytes());
        hall.refuses("only announced", &announced, speaks, &[413]).await;

        let mut chunked = head("POST", &target, &[JSON, ("transfer-encoding", "chunked")]);
        for part in large.chunks(10_000) {
            chunked.extend(format!("{:x}\r\n", part.len()).bytes());
            chunked.extend(part);
            chunked.extend(b"\r\n");
        }
        chunked.extend(b"0\r\n\r\n");
        hall.refuses("in chunks", &chunked, speaks, &[413]).await;

        // The limit itself is no reason to refuse, so it is the wrong value that is refused.
        let form = format!("service_id=x&client_name={}", "n".repeat(60_000));
        let bytes = request("POST", &target, &[], form.as_bytes());
        hall.refuses("just small enough", &bytes, speaks, &[400]).await;
        let bytes = request("GET", &target, &[], &large);
        hall.refuses("with a GET", &bytes, speaks, &[413]).await;
    }
    // The answer says that the connection ends, and it does.
    let (target, _, _) = &calls(&key)[1];
    let mut wire = Wire::connect(hall.address()).await;
    wire.send(&request("POST", target, &[], padding.as_bytes())).await;
    let reply = wire.reply().await.expect("the answer can be read, though nobody reads the body");
    assert_eq!((reply.status, reply.header("connection")), (413, Some("close")));
    assert!(wire.is_hung_up().await);
    hall.is_well("after all").await;
}

#[tokio::test]
async fn chunks_that_are_none_are_refused() {
    let hall = Hall::open().await;
    let key = hall.key().await;
    let bodies: [&[u8]; 6] = [
        b"x\r\n",
        b"-1\r\n\r\n",
        b"ffffffffffffffffff\r\n",
        b"5\r\n{\"lang\":1}",
        b"\r\n\r\n",
        b"1;x=\r{\r\n",
    ];
    for (target, _, speaks) in calls(&key) {
        for body in bodies {
            let mut bytes = head("POST", &target, &[JSON, ("transfer-encoding", "chunked")]);
            bytes.extend(body);
            let case = format!("{target}: {}", body.escape_ascii());
            hall.refuses(&case, &bytes, speaks, &[400]).await;
        }
    }
    hall.is_well("after all").await;
}

#[tokio::test]
async fn half_a_request_changes_nothing() {
    let hall = Hall::open().await;
    let key = hall.key().await;
    for (target, body, speaks) in calls(&key) {
        let whole = request("POST", &target, &[JSON], body);
        // Every beginning of it, and then the client is gone.
        for length in (1..whole.len()).step_by(7) {
            let mut wire = Wire::connect(hall.address()).await;
            wire.send(&whole[..length]).await;
            wire.end().await;
            let reply = wire.reply().await;
            let case = format!("the first {length} bytes of {target}");
            let has_head = whole.len() - body.len() <= length;
            match reply {
                Some(reply) if has_head => hall.check(&case, &reply, speaks, &[400]),
                Some(reply) => hall.check(&case, &reply, Speaks::Nobody, &[400]),
                None => assert!(!has_head, "{case}: whom it was for was known, and no answer"),
            }
            drop(wire);
        }
    }
    hall.is_well("after all").await;
    assert_eq!(hall.take(&key).await.status, 200, "the key is as good as before");
}

#[tokio::test]
async fn who_falls_silent_is_told_so_and_holds_nobody_up() {
    let hall = Hall::open().await;
    let key = hall.key().await;
    let [(take, wish, _), (create, order, _)] = calls(&key);
    let wish = request("POST", &take, &[JSON], wish);
    let order = request("POST", &create, &[JSON], order);
    let silent: [(&str, &[u8], Speaks, &[u16]); 5] = [
        ("half a head", &order[..40], Speaks::Nobody, &[408]),
        ("a head without its end", &order[..order.len() - 20], Speaks::Nobody, &[408]),
        ("half a wish", &wish[..wish.len() - 3], Speaks::Smart, &[408]),
        ("half an order", &order[..order.len() - 3], Speaks::Queue, &[408]),
        ("all but its last byte", &order[..order.len() - 1], Speaks::Queue, &[408]),
    ];
    let mut wires = Vec::new();
    for (_, bytes, _, _) in silent {
        let mut wire = Wire::connect(hall.address()).await;
        wire.send(bytes).await;
        wires.push(wire);
    }
    let mut mute = Wire::connect(hall.address()).await;
    hall.is_well("while they are silent").await;
    for ((case, _, speaks, statuses), mut wire) in silent.into_iter().zip(wires) {
        let reply = wire.reply().await.unwrap_or_else(|| panic!("{case}: no answer"));
        hall.check(case, &reply, speaks, statuses);
        assert!(wire.is_hung_up().await, "{case}");
    }
    assert!(mute.is_hung_up().await, "who never says anything is let go without a word");
    hall.is_well("after all").await;
}

#[tokio::test]
async fn what_is_no_http_is_refused_or_hung_up_on() {
    let hall = Hall::open().await;
    let noise: Vec<u8> =
        (0..4_096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let create = format!("POST {QUEUE_MANAGEMENT}/createticket?service_id=1");
    let garbage: [Vec<u8>; 14] = [
        b"GARBAGE\r\n\r\n".to_vec(),
        b"\r\n\r\n\r\n\r\n".to_vec(),
        vec![0; 64],
        noise,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03hello".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec(),
        b"SSH-2.0-OpenSSH_9.6\r\n".to_vec(),
        format!("{create} HTTP/3.0\r\n\r\n").into_bytes(),
        format!("{create} HTTP/0.9\r\n\r\n").into_bytes(),
        format!("{create}\r\n\r\n").into_bytes(),
        format!("{create} http/1.1\r\n\r\n").into_bytes(),
        format!("{create} HTTP/1.1\r\nno colon\r\n\r\n").into_bytes(),
        format!("{create} HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{{}}")
            .into_bytes(),
        format!("\u{feff}{create} HTTP/1.1\r\n\r\n").into_bytes(),
    ];
    for bytes in garbage {
        let mut wire = Wire::connect(hall.address()).await;
        wire.send(&bytes).await;
        wire.end().await;
        let case = format!("{}", bytes[..bytes.len().min(60)].escape_ascii());
        if let Some(reply) = wire.reply().await {
            hall.check(&case, &reply, Speaks::Nobody, &[400, 405, 414, 431]);
        }
        assert!(wire.is_hung_up().await, "{case}");
        hall.nothing_was_written(&case);
    }
    // A client that rushes off: everything at once, and the connection reset.
    for _ in 0..50 {
        let mut wire = Wire::connect(hall.address()).await;
        wire.send(&create.as_bytes()[..30]).await;
        drop(wire);
    }
    hall.is_well("after all").await;
}

#[tokio::test]
async fn old_http_is_answered_like_any_other() {
    let hall = Hall::open().await;
    let wrong = format!("POST {QUEUE_MANAGEMENT}/createticket HTTP/1.0\r\n\r\n");
    hall.refuses("without a body", wrong.as_bytes(), Speaks::Queue, &[400]).await;
    let unknown = format!("GET {} HTTP/1.0\r\n\r\n", smart("ticket/aGdAT6exKj"));
    hall.refuses("an unknown ticket", unknown.as_bytes(), Speaks::Smart, &[400]).await;
    let reply = ask(hall.address(), b"GET /health HTTP/1.0\r\n\r\n").await.expect("answers");
    assert_eq!(reply.status, 200);
    // A good request behind a bad one on the same connection is answered as itself.
    let mut wire = Wire::connect(hall.address()).await;
    let bad = request("POST", smart("generateTicket?key=x"), &[JSON], b"{");
    wire.send(&[bad, request("GET", "/health", &[], b"")].concat()).await;
    let (first, second) = (wire.reply().await, wire.reply().await);
    assert_eq!((first.map(|r| r.status), second.map(|r| r.status)), (Some(400), Some(200)));
    hall.is_well("after all").await;
}
