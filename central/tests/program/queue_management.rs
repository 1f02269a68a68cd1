//! Queue Management at central, asked over real sockets: the count of those who wait.

use serde_json::{Value, json};

use crate::branches::BranchBox;
use crate::stage::{Central, Reply, until};

const COUNT: &str = "GET /restapi/v2/queuemanagement/waitingticketscount";

/// A no in the dialect's shape.
fn no(reply: &Reply, status: u16, errno: u16) -> String {
    assert_eq!(reply.status, status, "{}", reply.body);
    let body = reply.json();
    assert_eq!((&body["success"], &body["errno"]), (&json!(false), &json!(errno)), "{body}");
    body["message"].as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn who_waits_is_counted_in_one_branch_and_in_the_network() {
    let central = Central::demo().await;
    until("it hears", async || central.health().await["status"] == "ok").await;
    let mut place = BranchBox::join(&central).await;
    place.say_how_it_is(true).await;
    place.tell_a_day().await;
    let count = async |location: &str| {
        let reply = central.ask(&format!("{COUNT}{location}"), &[], "").await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    };
    let waiting = |told: &Value| told["services"][0]["number_of_waiting_tickets"].clone();
    // Until it has been heard for the first time there is no such branch.
    let is_here = async || {
        let reply = central.ask(&format!("{COUNT}/2"), &[], "").await;
        reply.status == 200 && waiting(&reply.json()) == "2"
    };
    until("the day is here", is_here).await;
    let mut told = count("/2").await;
    let service = told["services"][0].as_object_mut().expect("one service");
    let mean = service.remove("avg_waiting_time").expect("it is there");
    mean.as_str().and_then(|text| text.parse::<u64>().ok()).expect("whole seconds, as a text");
    let age = told["age"].take();
    assert!(age.as_str().and_then(|age| age.parse::<u64>().ok()).is_some_and(|age| age < 10));
    let expected = json!({
        "success": true,
        "services": [{
            "id": "1", "tag": "A", "description": "Service 1", "number_of_waiting_tickets": "2",
            "open": true,
        }],
        "connected": true, "age": null,
    });
    assert_eq!(told, expected);
    let network = count("").await;
    assert_eq!(
        (&network["locations"], &network["connected_locations"]),
        (&json!("2"), &json!("1"))
    );
    assert_eq!(network["services"][0]["number_of_waiting_tickets"], "2");
    let silent = json!({"success": true, "services": [], "connected": false, "age": ""});
    assert_eq!(count("/1/").await, silent);

    let reply = central.ask(&format!("{COUNT}/2?format=xml"), &[], "").await;
    assert_eq!(reply.status, 200);
    assert!(reply.head.contains("content-type: application/xml"), "{}", reply.head);
    for part in [
        "<response><success>true</success><services><item><id>1</id><tag>A</tag>",
        "<number_of_waiting_tickets>2</number_of_waiting_tickets><open>true</open>",
    ] {
        assert!(reply.body.contains(part), "{}", reply.body);
    }
    let reply = central.ask(&format!("{COUNT}?FORMAT=xml&format=JSON"), &[], "").await;
    assert_eq!(reply.json()["success"], true);

    place.say_how_it_is(false).await;
    until("it left", async || count("").await["connected_locations"] == "0").await;
    assert_eq!(count("").await["services"], json!([]), "its last word is not how it is");
    let told = count("/2").await;
    assert_eq!((&told["connected"], waiting(&told)), (&json!(false), json!("2")));
    assert_eq!(told["services"][0]["open"], false, "nobody knows");
}

#[tokio::test]
async fn everything_else_is_refused_with_its_number() {
    let central = Central::demo().await;
    let base = "/restapi/v2/queuemanagement";
    for (request, status, errno, words) in [
        (format!("GET {base}"), 400, 1, "names no operation"),
        (format!("GET {base}/"), 400, 1, "names no operation"),
        (format!("POST {base}/waitingticketscount"), 405, 2, "GET, HEAD"),
        (format!("DELETE {base}/waitingticketscount/1"), 405, 2, "GET, HEAD"),
        (format!("POST {base}/callnextticket"), 400, 3, "served by the branch"),
        (format!("POST {base}/login"), 400, 3, "served by the branch"),
        (format!("POST {base}/waitingticketslist"), 400, 3, "served by the branch"),
        (format!("GET {base}/nothing"), 400, 3, "served by the branch"),
        (format!("GET {base}/waitingticketscount/1/2"), 400, 3, "served by the branch"),
        (format!("GET {base}/waitingticketscount?format=yaml"), 400, 4, "format"),
        (format!("GET {base}/waitingticketscount/one"), 400, 5, "a branch's number"),
        (format!("GET {base}/waitingticketscount/-1"), 400, 5, "a branch's number"),
        (format!("GET {base}/waitingticketscount/99999999999"), 400, 5, "a branch's number"),
        (format!("GET {base}/waitingticketscount/7"), 404, 6, "names no branch"),
        (format!("GET {base}/%ff"), 400, 5, "not UTF-8"),
    ] {
        let reply = central.ask(&request, &[], "").await;
        let message = no(&reply, status, errno);
        assert!(message.contains(words), "{request}: {message}");
        assert_eq!(reply.head.contains("\r\nallow: get, head\r\n"), errno == 2, "{}", reply.head);
    }
    let reply = central.ask(&format!("GET {base}/nothing?format=xml"), &[], "").await;
    assert!(reply.body.contains("<success>false</success><errno>3</errno>"), "{}", reply.body);
}

#[tokio::test]
async fn callers_sign_in_where_that_is_switched_on() {
    let central = Central::with(&["--demo", "--set=queue_management.authentication=true"]).await;
    let token = central.token().await;
    let other = "Authorization: Bearer x.y.z";
    let message = no(&central.ask(COUNT, &[], "").await, 401, 101);
    assert!(message.contains("POST /v1/login"), "{message}");
    let reply = central.ask(COUNT, &[other], "").await;
    no(&reply, 401, 102);
    assert!(reply.head.contains("www-authenticate: bearer"), "{}", reply.head);
    let good = format!("Authorization: Bearer {token}");
    assert_eq!(central.ask(COUNT, &[&good], "").await.status, 200);
    assert_eq!(central.ask(&format!("{COUNT}/1"), &[&good], "").await.status, 200);
    let path = "POST /api/1/queue/admin/login/manager/demo-manager";
    let token = central.ask(path, &[], "").await.json();
    let good = format!("Authorization: Bearer {}", token.as_str().expect("in quotes"));
    assert_eq!(central.ask(COUNT, &[&good], "").await.status, 200, "one sign-in for all");
}
