//! Call displays: signs that show what is called, as one desired state.
//!
//! A display is not a queue. A caller says what shall stand there ([`panel::Panel`]) and
//! [`session::Session`] makes it so: the last panel wins, what stands there already is not sent
//! again, and everything is sent anew when the link was lost and now and then besides, because a
//! sign that lost its power says nothing about it.
//!
//! Which bytes do it is a matter of the [`profile::Language`]; [`alpha`] is one.

pub mod alpha;
mod desired;
pub mod panel;
pub mod profile;
pub mod session;
