//! Slip printers that speak ESC/POS.
//!
//! The life of a slip: [`slip::Slip`] (what is to be seen) -> [`escpos::Encoder`] (bytes, as one
//! [`profile::Profile`] wants them) -> [`session::Session`] (sent, and answered for). The other way,
//! [`answers::Reader`] tells a printer's answers apart, and [`paper::Paper`] plays bytes back as the
//! paper that they make, for [`picture`]s and for the stand-in printer.

pub mod answers;
pub mod bitmap;
pub mod codepage;
pub mod escpos;
pub mod instructions;
pub mod paper;
pub mod picture;
pub mod profile;
pub mod qr;
pub mod session;
pub mod slip;
pub mod status;
pub mod typeset;
