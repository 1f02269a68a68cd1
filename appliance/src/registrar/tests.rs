//! The registrar over real files: what it promises, and what it does when the disk does not.

mod bookings;
mod changes;
mod commits;
mod failures;
mod repeats;
mod stage;
mod streams;
mod time;
