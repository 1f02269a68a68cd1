//! Crashes: the daemon is killed again and again under load, and nobody is ever told a lie.

mod crash {
    mod clients;
    mod first_start;
    mod history;
    mod paper;
    mod site;
    mod story;
}
