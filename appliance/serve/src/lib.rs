//! What both servers share: HTTP limits and drain, access log, configuration, clock and shutdown,
//! what signing in needs: passwords, tokens, secrets, problems; texts for people, and the figures
//! of visits.
//!
//! This crate knows no store and no rule of the line; of the dialects it has those that both
//! servers speak, which ask their server for everything through a trait.
//! A server hands [`http::Server`] one [`http::Handler`], and gets back calls that are already
//! bounded: size, time, rate and shape are checked before the handler sees them.

pub mod branch_services;
pub mod clock;
pub mod config;
pub mod descriptors;
pub mod door;
pub mod endpoint;
pub mod folder;
pub mod http;
pub mod live;
pub mod mail;
pub mod openapi;
pub mod pages;
pub mod passwords;
pub mod problem;
pub mod program;
pub mod queue_management;
pub mod secret;
pub mod setup_code;
pub mod shutdown;
pub mod statistics;
pub mod supervisor;
pub mod telemetry;
pub mod texts;
pub mod tokens;
pub mod tray;
pub mod virtual_ticket;
pub mod webhook;
pub mod xml;
