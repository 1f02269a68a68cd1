//! Customers of apps at the edges: too many attempts, no room left, and a provider's word.

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rusqlite::Connection;
use serde_json::{Value, json};
use serve::virtual_ticket::Provider;

use super::world::{self, Reply, World};

const BASE: &str = "/vt/api/json";

/// A provider's key, for tests alone.
const PROVIDER_KEY: &[u8] = include_bytes!("../../serve/src/virtual_ticket/test_key.der");

async fn post(world: &World, call: &str, body: &Value) -> Reply {
    world.ask(&format!("POST {BASE}/{call}"), &[], &body.to_string()).await
}

fn said(reply: &Reply) -> (u16, String) {
    let body: Value = serde_json::from_str(&reply.body).expect("JSON");
    assert_eq!(body["success"], reply.status == 200, "{body}");
    (reply.status, body["error"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn who_guesses_passwords_or_reset_codes_has_to_wait() {
    let world = world::start().await;
    let ann = json!({"username": "ann", "password": "long enough"});
    assert_eq!(said(&post(&world, "customer/register", &ann).await), (200, String::new()));
    let wrong = json!({"username": "ann", "password": "quite wrong"});
    let code = json!({"token": "0", "password": "long enough", "repeat_password": "long enough"});
    for (call, body, error) in [
        ("customer/login", &wrong, "wrong_credentials"),
        ("customer/newpassword", &code, "reset_token_refused"),
    ] {
        for _ in 0..serve::door::LOGIN_FAILURES_MAX {
            assert_eq!(said(&post(&world, call, body).await), (401, error.into()));
        }
        let reply = post(&world, call, body).await;
        assert_eq!(said(&reply), (429, "too_many_attempts".into()));
        assert_eq!(reply.headers["retry-after"], "60");
    }
    // The right one too, and in XML; and whoever has a token goes on with it.
    assert_eq!(post(&world, "customer/login", &ann).await.status, 429);
    let body = "<r><username>ann</username><password>long enough</password></r>";
    let reply = world.ask("POST /vt/api/xml/customer/login", &[], body).await;
    assert!(reply.body.contains("<error>too_many_attempts</error>"), "{}", reply.body);
    let mut world = world;
    world.happens("wait 60 s").await.unwrap();
    assert_eq!(post(&world, "customer/login", &ann).await.status, 200);
}

#[tokio::test]
async fn when_the_branch_has_all_customers_that_it_can_have_it_says_so() {
    let world = world::start().await;
    let ann = json!({"username": "ann", "password": "long enough"});
    assert_eq!(post(&world, "customer/register", &ann).await.status, 200);
    let file = Connection::open(world.database()).unwrap();
    file.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    let fill = "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
                INSERT INTO customers (id, generation, ticket_warning, created_ms, updated_ms)
                SELECT 'crowd-' || i, 0, 0, 0, 0 FROM n";
    file.execute(fill, [appliance::store::CUSTOMERS_MAX]).unwrap();
    let bob = json!({"username": "bob", "password": "long enough"});
    let full = post(&world, "customer/register", &bob).await;
    assert_eq!(said(&full), (503, "customers_full".into()));
    let taken = post(&world, "customer/register", &ann).await;
    assert_eq!(said(&taken), (409, "username_taken".into()), "who is in is still known");
    assert_eq!(post(&world, "customer/login", &ann).await.status, 200);
    file.execute("DELETE FROM customers WHERE id = 'crowd-2'", []).unwrap();
    assert_eq!(post(&world, "customer/register", &bob).await.status, 200);
}

#[tokio::test]
async fn a_full_branch_gives_no_tickets_from_afar() {
    let world = world::start().await;
    let ann = json!({"username": "ann", "password": "long enough"});
    let reply = post(&world, "customer/register", &ann).await;
    let token = super::member(&reply.body, "vt_token");
    let header = [format!("Authorization: Bearer {token}")];
    world.fill().await;
    let body = r#"{"tickets": [{"master_id": "1", "service_id": "1"}]}"#;
    let reply = world.ask(&format!("POST {BASE}/ticket/create"), &header, body).await;
    assert_eq!(said(&reply), (503, "branch_full".into()));
    assert_eq!(reply.headers["retry-after"], "60");
}

#[tokio::test]
async fn a_providers_word_is_taken_where_it_is_genuine() {
    let key = EncodingKey::from_ec_der(PROVIDER_KEY);
    let mut jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap();
    jwk.common.key_id = Some("k1".into());
    let home = tempfile::tempdir().unwrap();
    let keys = home.path().join("keys.json");
    std::fs::write(&keys, json!({ "keys": [jwk] }).to_string()).unwrap();
    let provider = Provider::read("google", "our-app", keys).unwrap();
    let world = world::start_with(vec![provider]).await;
    let token = |audience: &str, ends_s: i64| {
        let claims = json!({
            "iss": "https://accounts.google.com", "aud": audience, "sub": "117",
            "exp": world::NOON_MS / 1_000 + ends_s, "given_name": "Ann",
            "email": "ann@example.org",
        });
        let header = Header { kid: Some("k1".into()), ..Header::new(Algorithm::ES256) };
        encode(&header, &claims, &key).unwrap()
    };
    let with =
        |provider: &str, token: &str| json!({"oauth_provider": provider, "oauth_token": token});
    let good = with("google", &token("our-app", 60));
    for (call, body, expected) in [
        ("login", &good, (401, "wrong_credentials")),
        ("register", &with("google", &token("their-app", 60)), (401, "oauth_refused")),
        ("register", &with("google", &token("our-app", 0)), (401, "oauth_refused")),
        ("register", &with("google", "rgfeojn"), (401, "oauth_refused")),
        ("register", &with("facebook", &token("our-app", 60)), (400, "oauth_not_configured")),
        ("register", &json!({"oauth_provider": "google"}), (400, "missing_parameter")),
        ("register", &good, (200, "")),
        ("register", &good, (409, "oauth_taken")),
        ("login", &good, (200, "")),
        ("login", &with("google", "rgfeojn"), (401, "oauth_refused")),
    ] {
        let found = said(&post(&world, &format!("customer/{call}"), body).await);
        assert_eq!(found, (expected.0, expected.1.to_owned()), "{call} {body}");
    }
    let reply = post(&world, "customer/login", &good).await;
    let details = json!({"vt_token": super::member(&reply.body, "vt_token")});
    let reply = post(&world, "customer/details", &details).await;
    let user: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(
        (&user["user"]["first_name"], &user["user"]["email"]),
        (&"Ann".into(), &"ann@example.org".into())
    );
}
