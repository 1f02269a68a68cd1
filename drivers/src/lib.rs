//! Printers, call displays and feedback keypads over serial.
//!
//! A caller that has something to print makes a [`printer::slip::Slip`], opens a
//! [`port::serial::SerialPort`], wraps it in a [`printer::session::Session`] and asks it to print.
//! The answer says whether the *paper* came out, was never begun, or is in doubt.
//!
//! What shall stand on a call display is a [`display::panel::Panel`], which a
//! [`display::session::Session`] keeps standing there. A feedback keypad is a
//! [`keypad::session::Session`] on the line of a [`modbus::master::Master`]: it shows questions and
//! gives each press until it is acknowledged.
//!
//! All of them fail with a [`link_state::Reason`]. Nothing here knows what a ticket is.
//!
//! [`sim`] holds the stand-ins that speak the real bytes back over a pseudo-terminal.

#![warn(missing_docs)]

pub mod backoff;
pub mod display;
pub mod keypad;
pub mod link_state;
pub mod modbus;
pub mod port;
pub mod printer;
pub mod sim;
