//! The technician's command line, on real daemons with real devices and real faults.

#[path = "command_line/backups.rs"]
mod backups;
#[path = "command_line/bundle.rs"]
mod bundle;
#[path = "command_line/circle.rs"]
mod circle;
#[path = "command_line/cutoffs.rs"]
mod cutoffs;
#[path = "command_line/disks.rs"]
mod disks;
#[path = "command_line/everyday.rs"]
mod everyday;
#[path = "command_line/faults.rs"]
mod faults;
#[path = "command_line/grammar.rs"]
mod grammar;
#[path = "command_line/head_office.rs"]
mod head_office;
#[path = "journeys/stage.rs"]
#[expect(dead_code, reason = "the journeys use more of it")]
mod stage;

/// A ticket for a service; its object, as Queue Management has it.
async fn take_ticket(http: &mut tests::Http, service: u32) -> serde_json::Value {
    let wish = serde_json::json!({"service_id": service});
    http.qm("createticket", wish).await.ok().json()["ticket"].take()
}
