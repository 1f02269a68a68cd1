//! What both servers share: HTTP limits and drain, access log, configuration, clock and shutdown,
//! and what signing in needs: passwords, tokens, secrets, problems.
//!
//! This crate knows no store, no ticket and no dialect.
//! A server hands [`http::Server`] one [`http::Handler`], and gets back calls that are already
//! bounded: size, time, rate and shape are checked before the handler sees them.

pub mod clock;
pub mod config;
pub mod endpoint;
pub mod folder;
pub mod http;
pub mod passwords;
pub mod problem;
pub mod secret;
pub mod shutdown;
pub mod telemetry;
pub mod tokens;
