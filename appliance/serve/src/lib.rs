//! What both servers share: HTTP limits and drain, access log, configuration, clock and shutdown,
//! and what signing in needs: passwords, tokens, secrets, problems.
//!
//! This crate knows no store and no rule of the line; of the dialects it has those that both
//! servers speak, which ask their server for everything through a trait.
//! A server hands [`http::Server`] one [`http::Handler`], and gets back calls that are already
//! bounded: size, time, rate and shape are checked before the handler sees them.

pub mod clock;
pub mod config;
pub mod door;
pub mod endpoint;
pub mod folder;
pub mod http;
pub mod mail;
pub mod passwords;
pub mod problem;
pub mod program;
pub mod secret;
pub mod shutdown;
pub mod supervisor;
pub mod telemetry;
pub mod tokens;
pub mod tray;
pub mod virtual_ticket;
pub mod xml;
