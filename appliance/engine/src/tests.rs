//! Proof of the rules: stories told line by line, and laws that hold after any commands.

mod hall;
mod promises;
mod stage;
mod words;

mod bookings;
mod breaks;
mod calling;
mod days;
mod explaining;
mod forecasts;
mod issuing;
mod limits;
mod lines;
mod matrix;
mod serving;
mod setup;
mod surveys;

mod laws;
mod reference;
mod reference_bookings;
mod reference_undo;
mod steps;
mod visit;
mod wild;
