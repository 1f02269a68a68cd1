//! Dialogues with the stand-ins over real pseudo-terminals.

#![expect(clippy::unwrap_used, reason = "in a test, what cannot be unwrapped is a failure")]

mod bench;
mod display;
mod keypad;
mod printer;
