//! Whole visits through the real programs, and what befalls them on the way.

mod journeys {
    mod counters;
    mod demonstration;
    mod hall;
    mod paper;
    mod repeats;
    mod secrets;
    mod stage;
    mod starting;
    mod visit;
}
