//! Customers of apps at central, over HTTP: what speaks of them goes with them.

use std::fs;

use serde_json::json;

use crate::stage::{Central, until};

#[tokio::test]
async fn who_is_erased_takes_their_mails_along() {
    let central = Central::demo().await;
    let mut token = String::new();
    for name in ["bob", "ann"] {
        let email = format!("{name}@hill.example");
        let who = json!({"username": name, "password": "long enough", "email": email});
        let reply = central.post("/vt/api/json/customer/register", &who).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        token = reply.json()["vt_token"].as_str().expect("a token").to_owned();
        let reset = format!("GET /vt/api/json/customer/resetpassword?email={email}");
        let reply = central.ask(&reset, &[], "").await;
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
    let mails = || -> Vec<String> {
        let folder = fs::read_dir(central.home().join("mail"));
        let files = folder.into_iter().flatten().flatten();
        files.filter_map(|file| fs::read_to_string(file.path()).ok()).collect()
    };
    until("both mails are sent", async || mails().len() == 2).await;
    let bearer = format!("Authorization: Bearer {token}");
    let headers = ["Content-Type: application/json", &bearer];
    let own = json!({"password": "long enough"}).to_string();
    let reply = central.ask("POST /vt/api/json/customer/erase", &headers, &own).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let left = mails();
    assert!(left.len() == 1 && left[0].contains("To: <bob@hill.example>"), "{left:?}");
}
