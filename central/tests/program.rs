//! The built program with its real broker, asked over real sockets.

#[path = "program/branches.rs"]
mod branches;
#[path = "program/life.rs"]
mod life;
#[path = "program/live_cost.rs"]
mod live_cost;
#[path = "program/overview.rs"]
mod overview;
#[path = "program/queue_management.rs"]
mod queue_management;
#[path = "program/services.rs"]
mod services;
#[path = "program/signing_in.rs"]
mod signing_in;
#[path = "program/stage.rs"]
mod stage;
