//! Wrong methods, absurd paths, queries without end, and headers that go too far.

use tests::dialects::{QUEUE_MANAGEMENT, SMART};

use super::hall::{Hall, Speaks};
use super::shapes::{OPERATIONS, SMART_CALLS, smart};
use super::wire::{Wire, request};

const METHODS: [&str; 10] =
    ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "BREW", "get"];

type Header<'a> = (&'a str, &'a str);

#[tokio::test]
async fn a_wrong_method_is_refused_everywhere() {
    let hall = Hall::open().await;
    let body = br#"{"service_id":1,"desk_id":3,"lang":1,"task":1}"#;
    for operation in &OPERATIONS {
        for method in METHODS.into_iter().filter(|method| *method != operation.method) {
            let bytes = request(method, operation.path(), &[], body);
            let case = format!("{method} {}", operation.name);
            hall.refuses(&case, &bytes, Speaks::Queue, &[405]).await;
        }
    }
    let key = hall.key().await;
    for (call, right) in SMART_CALLS {
        for method in METHODS.into_iter().filter(|method| !right.contains(method)) {
            let bytes = request(method, smart(&format!("{call}?key={key}")), &[], body);
            let case = format!("{method} {call}");
            hall.refuses(&case, &bytes, Speaks::Smart, &[405]).await;
        }
    }
    for path in ["/health", "/metrics", "/"] {
        for method in METHODS.into_iter().filter(|method| *method != "GET") {
            let bytes = request(method, path, &[], body);
            hall.refuses(&format!("{method} {path}"), &bytes, Speaks::Smart, &[405]).await;
        }
    }
    // To HEAD the same status, and no body.
    for target in [format!("{QUEUE_MANAGEMENT}/createticket"), smart("generateTicket")] {
        let mut wire = Wire::connect(hall.address()).await;
        for _ in 0..2 {
            wire.send(&request("HEAD", &target, &[], b"")).await;
            let reply = wire.reply_to("HEAD").await.expect("answers");
            assert_eq!((reply.status, reply.header("allow")), (405, Some("POST")), "{target}");
        }
    }
    hall.is_well("after all").await;
}

#[tokio::test]
async fn absurd_paths_are_refused_in_the_words_of_their_dialect() {
    let hall = Hall::open().await;
    let long = "a".repeat(10_000);
    let deep = "/a".repeat(1_000);
    let dots = "/..".repeat(10);
    let smarts: [(String, &[u16]); 18] = [
        (SMART.into(), &[404]),
        (format!("{SMART}/"), &[404]),
        (format!("{SMART}//init"), &[404]),
        (format!("{SMART}/../smart/init"), &[404]),
        (format!("{SMART}/init/"), &[404]),
        (format!("{SMART}/INIT"), &[404]),
        (format!("{SMART}/init%00"), &[404]),
        (format!("{SMART}/%00"), &[404]),
        (format!("{SMART}/%ff"), &[400]),
        (format!("{SMART}/%c0%af"), &[400]),
        (format!("{SMART}/ticket/%2e%2e%2f%2e%2e%2fetc%2fpasswd"), &[400]),
        (format!("{SMART}/ticket/../../../etc/passwd"), &[404]),
        (format!("{SMART}/ticket/%zz"), &[400]),
        (format!("{SMART}/ticket/' OR 1=1--").replace(' ', "%20"), &[400]),
        (format!("{SMART}/{long}"), &[414]),
        (format!("{SMART}/init?key={long}"), &[414]),
        (format!("{SMART}{deep}"), &[400]),
        (format!("{SMART}{dots}"), &[400, 404]),
    ];
    for (target, statuses) in smarts {
        let case = format!("GET {}", &target[..target.len().min(80)]);
        hall.refuses(&case, &request("GET", &target, &[], b""), Speaks::Smart, statuses).await;
    }
    let queue: [(String, &[u16]); 14] = [
        (QUEUE_MANAGEMENT.into(), &[400]),
        (format!("{QUEUE_MANAGEMENT}/"), &[400]),
        (format!("{QUEUE_MANAGEMENT}//createticket"), &[400]),
        (format!("{QUEUE_MANAGEMENT}/createticket/1"), &[400]),
        (format!("{QUEUE_MANAGEMENT}/CREATETICKET"), &[400]),
        (format!("{QUEUE_MANAGEMENT}/createticket%00"), &[400]),
        (format!("{QUEUE_MANAGEMENT}/createticket%2f"), &[400]),
        (format!("{QUEUE_MANAGEMENT}/%ff"), &[400]),
        (format!("{QUEUE_MANAGEMENT}/createticket?service_id=%ff"), &[400]),
        (format!("{QUEUE_MANAGEMENT}/createticket?service_id=1&client_name=%zz"), &[400]),
        (format!("{QUEUE_MANAGEMENT}/nosuch"), &[400]),
        (format!("{QUEUE_MANAGEMENT}/{long}"), &[414]),
        (format!("{QUEUE_MANAGEMENT}/createticket?service_id=1&client_name={long}"), &[414]),
        (format!("{QUEUE_MANAGEMENT}{deep}"), &[400]),
    ];
    for (target, statuses) in queue {
        let case = format!("POST {}", &target[..target.len().min(80)]);
        hall.refuses(&case, &request("POST", &target, &[], b""), Speaks::Queue, statuses).await;
    }
    let nobodys = [
        "//qnet6/rest/smart/init",
        "/qnet6//rest/smart/init",
        "/QNET6/rest/smart/init",
        "/qnet6/rest",
        "/./qnet6/rest/smart/init",
        "/restapi/v1/queuemanagement/createticket",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/../../etc/passwd",
        "/health/",
        "/%68ealth%00",
        "/\u{ff}",
        "/%",
        "/;",
        "/?",
    ];
    for target in nobodys.into_iter().filter(|target| *target != "/?") {
        let bytes = request("GET", target, &[], b"");
        hall.refuses(target, &bytes, Speaks::Smart, &[400, 404]).await;
    }
    for target in ["*", "http://", "branch:80", "", "?", "qnet6/rest/smart/init", "/a b", "/\t"] {
        let bytes = request("OPTIONS", target, &[], b"");
        hall.refuses(target, &bytes, Speaks::Nobody, &[400, 404, 405]).await;
    }
    hall.is_well("after all").await;
}

#[tokio::test]
async fn queries_without_end_are_refused() {
    let hall = Hall::open().await;
    let key = hall.key().await;
    // The right parameter is among them: what is refused is the number.
    for count in [65, 1_000] {
        let many = "&x".repeat(count);
        let target = format!("{QUEUE_MANAGEMENT}/createticket?service_id=1{many}");
        let bytes = request("POST", target, &[], b"");
        hall.refuses(&format!("{count}"), &bytes, Speaks::Queue, &[400]).await;
        let bytes = request("GET", smart(&format!("init?key={key}{many}")), &[], b"");
        hall.refuses(&format!("{count}"), &bytes, Speaks::Smart, &[400]).await;
    }
    let many = "&x=1".repeat(2_000);
    let target = format!("{QUEUE_MANAGEMENT}/createticket?service_id=1{many}");
    hall.refuses("8 kB", &request("POST", target, &[], b""), Speaks::Queue, &[414]).await;
    let bytes = request("GET", smart(&format!("init?key={key}{many}")), &[], b"");
    hall.refuses("8 kB", &bytes, Speaks::Smart, &[414]).await;
    hall.is_well("after all").await;
}

#[tokio::test]
async fn headers_that_go_too_far_are_refused() {
    let hall = Hall::open().await;
    let key = hall.key().await;
    let take = smart(&format!("generateTicket?key={key}"));
    let create = format!("{QUEUE_MANAGEMENT}/createticket");
    let (wish, order) = (br#"{"lang":1,"task":1}"#, br#"{"service_id":1}"#);
    let long = "i".repeat(10_000);
    for repeat in [long.as_str(), &long[..256], "", "\t", "caf\u{e9}", "\u{1f3ab}"] {
        let headers = [("idempotency-key", repeat)];
        let case = format!("Idempotency-Key of {} bytes", repeat.len());
        let bytes = request("POST", &take, &headers, wish);
        hall.refuses(&case, &bytes, Speaks::Smart, &[400]).await;
        let bytes = request("POST", &create, &headers, order);
        hall.refuses(&case, &bytes, Speaks::Queue, &[400]).await;
    }
    let huge = "h".repeat(40_000);
    let many: Vec<(String, &str)> = (0..500).map(|n| (format!("x-{n}"), "v")).collect();
    let many: Vec<(&str, &str)> =
        many.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let (huge_one, control) = ([("x-huge", huge.as_str())], [("x-control", "a\u{1}b")]);
    let sets: [(&[Header<'_>], &[u16]); 8] = [
        (&huge_one, &[431]),
        (&many, &[431]),
        (&control, &[400]),
        (&[("x nameless", "1")], &[400]),
        (&[("", "1")], &[400]),
        (&[("content-length", "-1")], &[400]),
        (&[("content-length", "99999999999999999999999")], &[400]),
        (&[("transfer-encoding", "gzip")], &[400]),
    ];
    for (headers, statuses) in sets {
        for (target, body) in [(&take, &wish[..]), (&create, &order[..])] {
            let case = format!("{target}: {:?}", headers[0].0);
            let bytes = request("POST", target, headers, body);
            hall.refuses(&case, &bytes, Speaks::Nobody, statuses).await;
        }
    }
    hall.is_well("after all").await;
    assert_eq!(hall.take(&key).await.status, 200, "the key is as good as before");
}
