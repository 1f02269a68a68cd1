//! What several subcommands look up about the branch: its zone, its services, who waits.

use engine::Moment;
use serde_json::Value;

use super::daemon::Daemon;
use super::trouble::Trouble;
use crate::local_time::Zone;

/// Tickets of one page, as many as the daemon gives.
const PAGE: usize = 500;

/// Pages of tickets that are read: more tickets than a branch holds.
const PAGES_MAX: usize = 200;

/// The branch as its settings have it.
#[derive(Debug)]
pub(super) struct Branch {
    pub(super) settings: Value,
    zone: Zone,
}

impl Branch {
    pub(super) async fn look(daemon: &Daemon) -> Result<Branch, Trouble> {
        let settings = daemon.get("/v1/settings").await?["settings"].take();
        let name = settings["zone"].as_str().unwrap_or("UTC");
        let zone = Zone::named(name).or_else(|| Zone::named("UTC")).expect("UTC is always there");
        Ok(Branch { settings, zone })
    }

    /// A moment on the branch's clock on the wall.
    pub(super) fn time(&self, wall_ms: i64) -> String {
        self.zone.text(Moment { wall_ms, steady_ms: 0 })
    }

    /// A service's name in the branch's first language.
    pub(super) fn service(&self, id: u64) -> String {
        let services = self.settings["services"].as_array();
        let found = services.into_iter().flatten().find(|service| service["id"] == id);
        found.map_or_else(|| format!("service {id}"), |service| self.name(service))
    }

    /// The name of something in the branch's first language.
    pub(super) fn name(&self, of: &Value) -> String {
        let language = self.settings["languages"][0]["id"].to_string();
        of["names"][language].as_str().unwrap_or_default().to_owned()
    }
}

/// The day's tickets, all or those in one state.
pub(super) async fn tickets(daemon: &Daemon, state: Option<&str>) -> Result<Vec<Value>, Trouble> {
    let state = state.map_or(String::new(), |state| format!("&state={state}"));
    let mut all = Vec::new();
    let mut after = 0;
    for _ in 0..PAGES_MAX {
        let path = format!("/v1/tickets?limit={PAGE}&after={after}{state}");
        let mut page = daemon.get(&path).await?;
        if let Value::Array(mut tickets) = page["tickets"].take() {
            all.append(&mut tickets);
        }
        match page["next"].as_u64() {
            Some(next) => after = next,
            None => break,
        }
    }
    Ok(all)
}

/// The text of a member; empty where there is none.
pub(super) fn text(value: &Value, name: &str) -> String {
    let value = &value[name];
    if value.is_null() {
        return String::new();
    }
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A time that has passed, as people say it.
pub(super) fn span(ms: u64) -> String {
    let seconds = ms / 1_000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes:02} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_as_people_say_them() {
        for (ms, said) in [
            (900, "0 s"),
            (59_000, "59 s"),
            (61_000, "1 min"),
            (3_720_000, "1 h 02 min"),
            (90_000_000, "1 d 1 h"),
        ] {
            assert_eq!(span(ms), said);
        }
    }
}
