//! The central server: takes in what branches say, keeps it, and answers head office.

pub mod accounts;
pub mod api;
pub mod broker;
pub mod config;
pub mod daemon;
pub mod front;
mod health;
pub mod intake;
pub mod live;
pub mod notices;
mod pages;
pub mod requests;
pub mod store;
mod texts;
