//! The replicated documents and the MQTT link by which a branch and the central server keep in
//! step.
//!
//! What is promised: two holders of a document that exchange heads and frames come to hold the
//! same changes, whatever the link loses, doubles or reorders ([`session`]); a change takes
//! effect once, however often it comes ([`replica`], [`projection`]); the changes of one writer
//! take effect in the order in which they were made. What is *not* promised is that the link
//! keeps anything: the branch's outbox does, until central's ack covers it.
//!
//! Everything but [`link`] is free of I/O, clocks and chance.

pub mod card;
pub mod change;
pub mod development;
pub mod document;
pub mod error;
pub mod frame;
mod guard;
pub mod health;
pub mod ids;
pub mod limits;
pub mod link;
pub mod projection;
pub mod replica;
pub mod request;
pub mod session;
pub mod topics;
