//! One branch: its services, who is at which counter, and the last calls.

use std::collections::BTreeMap;

use sync::document::State;

use super::overview::{Seen, line, shown};
use super::wire::{self, Call, Counter, CounterName, OneBranch, Service};
use crate::api::answers::Standpoint;
use crate::store::{AtCounter, BranchInFull, BranchNow, LastCall, ServiceNow};

/// The state.
pub(super) fn render(seen: Seen, rest: BranchInFull, at: Standpoint) -> Vec<u8> {
    let BranchInFull { branch, services, counters, calls, counter_names: names } = rest;
    let services = services.into_iter().map(|one| service(one, &branch)).collect();
    let counters = counters.into_iter().map(|one| counter(one, &branch, &names)).collect();
    let calls = calls.into_iter().map(|one| call(one, &branch, &names)).collect();
    wire::json(&OneBranch {
        build: wire::BUILD,
        hearing: at.can_hear,
        branch: shown(seen, at),
        services,
        counters,
        calls,
    })
}

fn service(found: ServiceNow, branch: &BranchNow) -> Service {
    Service {
        id: found.id,
        line: line(&found.counts, found.longest_ms.map(|since| branch.here(since))),
        tag: found.tag,
        name: found.name,
    }
}

fn counter(found: AtCounter, branch: &BranchNow, names: &BTreeMap<u32, String>) -> Counter {
    Counter {
        id: found.counter,
        name: names.get(&found.counter).cloned().unwrap_or_default(),
        label: found.label,
        service: found.service,
        state: word(Some(found.state)),
        since_ms: branch.here(found.since_ms),
        operator: found.operator,
    }
}

fn call(found: LastCall, branch: &BranchNow, names: &BTreeMap<u32, String>) -> Call {
    let name = names.get(&found.counter).cloned().unwrap_or_default();
    Call {
        label: found.label,
        service: found.service,
        counter: CounterName { id: found.counter, name },
        called_ms: branch.here(found.called_ms),
        recalls: found.recalls,
        state: word(found.state),
    }
}

/// How far a call is. One that is not open any more has ended, wherever its ticket is now.
fn word(state: Option<State>) -> &'static str {
    match state {
        Some(State::Called) => "called",
        Some(State::Serving) => "serving",
        Some(State::Afterwork) => "afterwork",
        Some(
            State::Waiting
            | State::Parked
            | State::Missing
            | State::Served
            | State::NoShow
            | State::Deleted
            | State::MovedOn,
        )
        | None => "ended",
    }
}
