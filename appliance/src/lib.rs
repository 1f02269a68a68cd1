//! The branch daemon: store, registrar, HTTP, dialects, devices.
//!
//! A request becomes a command in [`api`], the [`registrar`] decides it with the engine's rules and
//! writes it down in the [`store`], and everything else follows the journal with a cursor of its own.

pub mod backup;
pub mod cli;
pub mod config;
pub mod daemon;
pub mod demo;
pub mod offline;
pub mod socket;

pub mod accounts;
pub mod api;
pub mod cabinet;
pub mod checks;
pub mod fittings;
mod front;
mod health;

pub mod registrar;
pub mod store;

mod day;
pub mod devices;
pub mod live;
pub mod notices;
pub mod outbox;
mod pages;
mod retention;
pub mod statistics;

mod intake;
pub mod keys;
pub mod local_time;
pub use serve::texts;
