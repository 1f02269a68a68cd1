//! Whole visits through the real programs, and what befalls them on the way.

mod journeys {
    mod administration;
    mod agree;
    mod branch_in_process;
    mod counters;
    mod days_over;
    mod demonstration;
    mod dialects;
    mod figures;
    mod from_afar;
    mod hall;
    mod head_office;
    mod pages;
    mod paper;
    mod repeats;
    mod secrets;
    mod stage;
    mod starting;
    mod together;
    mod visit;
    mod week;
    mod whole;
}
