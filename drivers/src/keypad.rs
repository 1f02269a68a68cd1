//! Feedback keypads: a question stands on one, and a key is pressed once and counted once.
//!
//! A keypad keeps its last presses itself, numbered, until the host says that they are stored.
//! [`session::Session::poll`] gives a press again and again until [`session::Session::ack`] has
//! gone through, and the caller stores it under its [`press::Press::key_of_storage`] before that:
//! at least once, and at most once in the store, is exactly once.
//!
//! Keypads that share a line share a [`crate::modbus::master::Master`].

pub mod kp1;
pub mod press;
pub mod session;
