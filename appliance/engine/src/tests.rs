//! Proof of the rules: stories told line by line, and laws that hold after any commands.

mod hall;
mod stage;
mod words;

mod calling;
mod days;
mod explaining;
mod forecasts;
mod issuing;
mod limits;
mod matrix;
mod serving;
mod setup;
mod surveys;

mod laws;
mod reference;
mod steps;
mod visit;
mod wild;
