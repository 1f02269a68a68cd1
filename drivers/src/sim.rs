//! Stand-ins: devices of software that speak the real bytes over real pseudo-terminals.
//!
//! A stand-in makes a pseudo-terminal, publishes it under a path like a device's link in
//! `/dev/serial/by-id`, and behaves as the device would, faults included. It takes orders as lines
//! of text: from its `tell`, [`stand::Stand::tell`], and from a socket served by
//! [`control`].

pub mod control;
pub mod display;
pub mod keypad;
pub mod order;
mod plug;
pub mod printer;
mod showing;
pub mod stand;
mod tray;
mod wire;
