//! Who may do what in Branch services, tried with everyone; who gets the slot that many want; and
//! what a ticket looks like.

use serde_json::Value;

use super::world::{self, World};

/// Kinds of callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Anyone,
    Booker,
    BookerOrHall,
}

/// Paths with parameters that are in order, and who may ask them.
const OPERATIONS: [(&str, Kind); 20] = [
    ("GET /api/1/notifications/1", Kind::Anyone),
    ("GET /api/1/config/products", Kind::Anyone),
    ("GET /api/1/config/products/simple", Kind::Anyone),
    ("GET /api/1/config/menus", Kind::Anyone),
    ("GET /api/1/config/menus/1", Kind::Anyone),
    ("GET /api/1/queue/awaiting", Kind::Anyone),
    ("GET /api/1/booking/menu", Kind::Anyone),
    ("GET /api/1/booking/schedule/days?productId=1", Kind::Anyone),
    ("GET /api/1/booking/schedule/days/2026-11-24?productId=1", Kind::Anyone),
    ("POST /api/1/booking/book/2026-11-24/09:00?productId=1", Kind::Booker),
    ("GET /api/1/booking/tickets", Kind::Booker),
    ("GET /api/1/booking/tickets/1", Kind::Booker),
    ("POST /api/1/booking/tickets/1/confirm", Kind::Booker),
    ("POST /api/1/booking/tickets/1/cancel", Kind::Booker),
    ("GET /api/1/tickets/ticketpng/2", Kind::BookerOrHall),
    ("GET /tickets/ticketpng/2/", Kind::BookerOrHall),
    ("GET /api/1/survey/1/state", Kind::Anyone),
    ("POST /api/1/survey/1/begin", Kind::Anyone),
    ("POST /api/1/survey/1/answer", Kind::Anyone),
    ("POST /api/1/survey/1/end", Kind::Anyone),
];

async fn ask(world: &World, first: &str, token: Option<&str>) -> u16 {
    let headers: Vec<String> = token.map(|token| format!("Token: {token}")).into_iter().collect();
    world.ask(first, &headers, "").await.status
}

async fn booker(world: &World, identity: &str) -> String {
    let reply = world.ask(&format!("POST /api/1/booking/login/{identity}"), &[], "").await;
    serde_json::from_str(&reply.body).unwrap()
}

async fn operator(world: &World, login: &str, password: &str) -> String {
    let body = format!(r#"{{"login": "{login}", "password": "{password}"}}"#);
    let reply = world.ask("POST /v1/login", &[], &body).await;
    let body: Value = serde_json::from_str(&reply.body).unwrap();
    body["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn nobody_gets_in_without_a_good_token_of_the_right_kind() {
    let mut world = world::start().await;
    world.happens("authentication off").await.unwrap();
    let old = [booker(&world, "anna").await, operator(&world, "manager", "demo-manager").await];
    let elsewhere = world::start().await;
    let foreign = booker(&elsewhere, "anna").await;
    world.happens("wait 169 h").await.unwrap();
    let good = booker(&world, "anna").await;
    let clerk = operator(&world, "clerk1", "demo-clerk").await;
    let manager = operator(&world, "manager", "demo-manager").await;
    let (head, tail) = good.rsplit_once('.').unwrap();
    let other = format!("{head}.{}", tail.chars().rev().collect::<String>());
    let unsigned = format!("{head}.");
    let long = "x".repeat(3_000);
    for (first, kind) in OPERATIONS {
        let may = |status: u16| ![401, 403].contains(&status);
        if kind == Kind::Anyone {
            assert!(may(ask(&world, first, None).await), "{first}");
            assert!(may(ask(&world, first, Some("x")).await), "{first}");
            continue;
        }
        assert_eq!(ask(&world, first, None).await, 401, "{first}");
        for wrong in [&foreign, &other, &unsigned, &long, "x", "\"\"", &old[0], &old[1]] {
            assert_eq!(ask(&world, first, Some(wrong)).await, 401, "{first}");
        }
        assert_eq!(ask(&world, first, Some(&clerk)).await, 403, "{first}");
        let leads = may(ask(&world, first, Some(&manager)).await);
        assert_eq!(leads, kind == Kind::BookerOrHall, "{first}");
        assert!(may(ask(&world, first, Some(&good)).await), "{first}");
    }
    let headers = [format!("Authorization: Bearer {good}")];
    let reply = world.ask("POST /restapi/v2/queuemanagement/recall", &headers, "").await;
    assert_eq!(reply.status, 400, "authentication is off there");
    world.happens("authentication on").await.unwrap();
    let reply = world.ask("POST /restapi/v2/queuemanagement/recall", &headers, "").await;
    assert_eq!(reply.status, 401, "a booking token opens nothing else");
}

/// Customers who want the same slot at the same time.
const BOOKING_AT_ONCE: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_slot_is_sold_once_however_many_want_it() {
    let world = std::sync::Arc::new(world::start().await);
    let mut booking = tokio::task::JoinSet::new();
    for number in 0..BOOKING_AT_ONCE {
        let world = std::sync::Arc::clone(&world);
        booking.spawn(async move {
            let token = booker(&world, &format!("customer-{number}")).await;
            let first = "POST /api/1/booking/book/2026-11-24/09:00?productId=1&confirm=true";
            ask(&world, first, Some(&token)).await
        });
    }
    let mut statuses = booking.join_all().await;
    statuses.sort_unstable();
    let mut expected = vec![409; BOOKING_AT_ONCE];
    expected[0] = 200;
    assert_eq!(statuses, expected);
}

/// Bookings of one person in a list.
const LISTED_MAX: usize = 100;

#[tokio::test]
async fn a_list_of_bookings_has_the_newest_ones() {
    let world = world::start().await;
    let anna = booker(&world, "anna").await;
    let slots = (1..=7).flat_map(|day| (9..12).map(move |hour| (day, hour)));
    let wishes = slots.flat_map(|(day, hour)| (1..=6).map(move |service| (day, hour, service)));
    for (day, hour, service) in wishes.take(LISTED_MAX + 1) {
        let first = format!(
            "POST /api/1/booking/book/2026-12-{day:02}/{hour:02}:00?productId={service}&confirm=1"
        );
        assert_eq!(ask(&world, &first, Some(&anna)).await, 200, "{first}");
    }
    let headers = [format!("Token: {anna}")];
    let reply = world.ask("GET /api/1/booking/tickets", &headers, "").await;
    let listed: Vec<Value> = serde_json::from_str(&reply.body).unwrap();
    let ids: Vec<u64> = listed.iter().map(|row| row["TicketId"].as_u64().unwrap()).collect();
    let newest: Vec<u64> = (2..=LISTED_MAX as u64 + 1).rev().collect();
    assert_eq!(ids, newest);
    // The oldest is left out of the list, and is still there.
    let first = "GET /api/1/booking/tickets/1";
    assert_eq!(ask(&world, first, Some(&anna)).await, 200);
}

#[tokio::test]
async fn the_picture_of_a_ticket_is_what_the_printer_would_print() {
    let mut world = world::start().await;
    world.happens("authentication off").await.unwrap();
    let anna = booker(&world, "anna").await;
    let book = "POST /api/1/booking/book/2026-11-23/12:30?productId=1&confirm=true";
    assert_eq!(ask(&world, book, Some(&anna)).await, 200);
    let headers = [format!("Token: {anna}")];
    let booked = world.printed(1);
    for first in ["GET /tickets/ticketpng/1/", "GET /api/1/tickets/ticketpng/1"] {
        let answer = world.bytes(first, &headers, "").await;
        let head = String::from_utf8_lossy(&answer[..answer.len() - booked.len()]).into_owned();
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        assert!(head.to_ascii_lowercase().contains("content-type: image/png"), "{head}");
        assert!(answer.ends_with(&booked), "other dots for {first}");
    }
    // Who leads the hall sees everyone's, tickets that were never booked among them.
    let create = "POST /restapi/v2/queuemanagement/createticket?service_id=2";
    assert_eq!(ask(&world, create, None).await, 200);
    let headers = [format!("Token: {}", operator(&world, "manager", "demo-manager").await)];
    let answer = world.bytes("GET /tickets/ticketpng/2", &headers, "").await;
    assert!(answer.ends_with(&world.printed(2)));
    assert!(!answer.ends_with(&booked));
}
