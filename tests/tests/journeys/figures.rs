//! Head office and branch tell the same figures of the same days.

use std::collections::BTreeMap;

use appliance::local_time::Zone;
use appliance::statistics::visit;
use engine::Moment;
use serde_json::{Value, json};
use serve::branch_services::figures::{Names, OneDay, Sums, Times};
use serve::branch_services::period::written;
use serve::statistics::Figures;
use tests::dialects::text;
use tests::{Central, Chance, Http, Ledger, SOON, until};

use super::agree::{EQUAL_WITHIN, await_agreement};
use super::branch_in_process::HandBranch;
use super::stage::Stage;

const SIGN_IN: &str = "/api/1/queue/admin/login/manager/demo-manager";

/// Days that are worked.
const DAYS: u32 = 4;

/// Tickets a day.
const TICKETS: u32 = 60;

/// A token of Branch services: the same call at branch and central.
async fn sign_in(http: &mut Http) -> String {
    text(&http.post(SIGN_IN, &json!({})).await.ok().json())
}

async fn get(http: &mut Http, path: &str, token: &str) -> Value {
    http.ask("GET", &format!("/api/1/{path}"), &[("Token", token)], b"").await.ok().json()
}

/// The same without what counters and operators are called, which central does not know.
fn nameless(mut told: Value) -> Value {
    for groups in ["WorkPlaces", "Users"] {
        let rows = told[groups].as_array_mut().expect("a list");
        rows.iter_mut().for_each(|row| row["Name"] = Value::Null);
    }
    told
}

#[tokio::test]
async fn figures_of_a_day_are_the_same_at_branch_and_central() {
    let stage = Stage::new();
    let central = stage.central().await;
    let branch = stage.plan().central(central.broker()).start().await.expect("starts");
    let mut here = branch.http();
    let mut there = central.http();
    for service in [1, 1, 2, 3, 1] {
        here.qm("createticket", json!({ "service_id": service })).await.ok();
    }
    let call = here.call_next(1).await;
    here.end_call(&text(&call["id"])).await;
    let call = here.call_next(1).await;
    here.qm("cancelcall", json!({ "answer_id": call["id"] })).await.ok();
    let call = here.call_next(2).await;
    here.qm("pausecall", json!({ "answer_id": call["id"] })).await.ok();
    let again = json!({"desk_id": 2, "user_id": 2, "ticket_id": call["ticket"]["id"]});
    let again = here.qm("callpausedticket", again).await.ok().json();
    let send = json!({"answer_id": again["answer"]["id"], "dst_type": "service", "dst_id": 5});
    here.qm("transfercall", send).await.ok();
    let operator = text(
        &here.post("/api/1/operation/identify/3/clerk3/demo-clerk", &json!({})).await.ok().json(),
    );
    for step in ["invite", "start", "complete"] {
        let path = format!("/api/1/operation/{step}");
        here.ask("POST", &path, &[("Token", &operator)], b"").await.ok();
    }
    await_agreement(&central, 1, &branch.ledger(), EQUAL_WITHIN).await;
    let (ours, theirs) = (sign_in(&mut here).await, sign_in(&mut there).await);

    // How it stands: who waits, who is where.
    let now = get(&mut here, "queue/statistics", &ours).await;
    let told = get(&mut there, "queue/statistics?serverId=1", &theirs).await[0].take();
    assert_eq!(told["IsConnected"], true);
    assert_eq!((&told["QueueLength"], &told["MissingCount"]), (&json!(2), &json!(1)));
    for member in
        ["Date", "QueueLength", "InvitedCount", "OperatingCount", "PersonalCount", "MissingCount"]
    {
        assert_eq!(now[member], told[member], "{member}");
    }
    let load = get(&mut there, "queue/load", &theirs).await;
    assert_eq!((&load["QueueLength"], &load["ConnectedCount"]), (&json!(2), &json!(1)));
    let count = async |http: &mut Http| {
        let path = "/restapi/v2/queuemanagement/waitingticketscount/1";
        let mut told = http.get(path).await.ok().json()["services"].take();
        let rows = told.as_array_mut().expect("a list");
        // A second may pass between the two answers.
        rows.iter_mut().for_each(|row| row["avg_waiting_time"] = Value::Null);
        told
    };
    assert_eq!(count(&mut here).await, count(&mut there).await);

    // How it went, once everyone has left.
    let manager = [("Token", ours.as_str())];
    let tickets = get(&mut here, "queue/admin/tickets", &ours).await;
    for ticket in tickets.as_array().expect("a list") {
        let (id, line) = (&ticket["Id"], &ticket["Products"][0]["Id"]);
        let path = format!("/api/1/queue/admin/tickets/{id}/{line}/cancel");
        here.ask("POST", &path, &manager, b"").await.ok();
    }
    await_agreement(&central, 1, &branch.ledger(), EQUAL_WITHIN).await;
    let told = get(&mut there, "queue/statistics/history?serverId=1", &theirs).await;
    let day = text(&told["StartDate"]);
    let own = format!("queue/statistics/history?startDate={day}&endDate={day}");
    let own = get(&mut here, &own, &ours).await;
    assert_eq!(own["Total"]["Count"], 5);
    assert!(3 <= own["Total"]["Operating"]["Count"].as_u64().expect("a count"), "{own}");
    let mut bare = nameless(told.clone());
    bare.as_object_mut().expect("an object").remove("Servers");
    assert_eq!(nameless(own.clone()), bare);
    let network = get(&mut there, "queue/statistics/history", &theirs).await;
    assert_eq!(network["Total"], own["Total"]);
    assert_eq!(network["Days"], own["Days"]);
    let now = get(&mut here, "queue/statistics", &ours).await;
    let told = get(&mut there, "queue/statistics", &theirs).await[0].take();
    assert_eq!(now["Total"], told["Total"]);
}

/// What central knows of groups' names.
struct ServicesAlone;

impl Names for ServicesAlone {
    fn product(&self, id: u32) -> String {
        format!("Service {id}")
    }

    fn work_place(&self, _: u32) -> String {
        String::new()
    }

    fn user(&self, _: u32) -> String {
        String::new()
    }
}

/// What the branch's own database says of its days.
fn of_ledger(ledger: &Ledger) -> Value {
    let zone = Zone::named("Europe/Budapest").expect("is known");
    let (mut all, mut days) = (Figures::default(), BTreeMap::<u32, Figures>::new());
    for ticket in ledger.tickets().values() {
        assert!(ticket.is_closed(), "everyone has left, or figures would grow while we look");
        let hour = zone.civil(ticket.issued).hour().unsigned_abs();
        let never = Moment { wall_ms: 0, steady_ms: 0 };
        let visit = visit(ticket, hour, never);
        all.add(&visit);
        days.entry(ticket.day.0).or_default().add(&visit);
    }
    let day = |(day, figures): (&u32, &Figures)| OneDay {
        date: written(*day),
        total: Sums::of(&figures.total),
    };
    let days: Vec<OneDay> = days.iter().map(day).collect();
    let mut told = serde_json::to_value(Times::of(&all, &ServicesAlone)).expect("plain");
    told["Days"] = serde_json::to_value(days).expect("plain");
    told
}

async fn of_central(central: &Central) -> Value {
    let mut http = central.http();
    let token = sign_in(&mut http).await;
    let path = "queue/statistics/history?serverId=1&startDate=2026-10-01&endDate=2026-10-31";
    let mut told = get(&mut http, path, &token).await;
    let members = told.as_object_mut().expect("an object");
    members.retain(|name, _| !["StartDate", "EndDate", "Servers"].contains(&name.as_str()));
    told
}

#[tokio::test]
async fn figures_of_days_over_which_tickets_went_on_are_the_branch_s_own() {
    let stage = Stage::new();
    let central = stage.central().await;
    let chance = Chance::announced("figures of days");
    let mut branch = HandBranch::open(&stage.path("branch"), central.broker(), chance).await;
    for day in 1..=DAYS {
        if 1 < day {
            branch.turn_day().await;
        }
        branch.work(TICKETS).await;
    }
    branch.send_everyone_home().await;
    branch.await_in_step(SOON).await.expect("is in step");
    await_agreement(&central, 1, &branch.ledger(), EQUAL_WITHIN).await;
    let own = of_ledger(&branch.ledger());
    let over = branch
        .ledger()
        .tickets()
        .values()
        .filter(|ticket| ticket.waited.as_secs() > 12 * 3_600)
        .count();
    assert!(0 < over, "somebody waited over night");
    assert_eq!(of_central(&central).await, own);
    // And the same once the days that are over are kept.
    let kept = until("days that are kept", EQUAL_WITHIN, async || {
        (tests::agreement::settled_days(&central.database(), 1) == DAYS as usize - 1).then_some(())
    });
    kept.await.expect("they are settled");
    assert_eq!(of_central(&central).await, own);
    branch.stop().await;
}
