//! What branches have told, in the vendor's shapes.

use std::collections::BTreeMap;

use serve::branch_services::figures::{Names, OneDay, Sums, Times};
use serve::branch_services::period::{Period, written};
use serve::statistics;

use super::wire::{
    Counts, Disconnected, History, Load, Server, ServerHistory, Shown, Statistics, Total, Word,
};
use crate::api::Api;
use crate::api::answers::Standpoint;
use crate::store::{BranchStanding, DaysFigures, NetworkFigures};

/// What a branch told of its services. What its counters and operators are called is the branch's
/// own affair.
pub(super) struct Told(BTreeMap<u32, String>);

impl Names for Told {
    fn product(&self, id: u32) -> String {
        self.0.get(&id).cloned().unwrap_or_default()
    }

    fn work_place(&self, _: u32) -> String {
        String::new()
    }

    fn user(&self, _: u32) -> String {
        String::new()
    }
}

/// One branch of config/servers.
pub(super) fn server<'a>(branch: &'a BranchStanding, api: &'a Api, at: Standpoint) -> Server<'a> {
    let own = &api.particulars;
    Server {
        id: branch.id.0,
        name: &branch.name,
        is_connected: at.hears(branch.online, branch.heard_ms),
        wrong_protocol: branch.protocol.is_some(),
        organization_name: &api.organisation,
        organization_full_name: &own.full_name,
        organization_address: &own.address,
        organization_phone: &own.phone,
        organization_fax: &own.fax,
        organization_email: &own.email,
        integration_id: &own.integration_id,
    }
}

/// How each of these branches stands; with groups where their services' names are given.
pub(super) fn statistics(
    branches: &[BranchStanding],
    names: Option<BTreeMap<u32, String>>,
    at: Standpoint,
) -> Vec<Statistics> {
    let names = names.map(Told);
    let row = |branch: &BranchStanding| Statistics {
        word: word(branch, at),
        date: branch.day.map(written),
        counts: counts([branch]),
        figures: match &names {
            Some(names) => Shown::Times(Box::new(Times::of(&branch.today, names))),
            None => Shown::Total(Total { total: Sums::of(&branch.today.total) }),
        },
    };
    branches.iter().map(row).collect()
}

/// How all of these branches stand together.
pub(super) fn load(branches: &[BranchStanding], at: Standpoint) -> Load {
    let is_connected = |branch: &&BranchStanding| at.hears(branch.online, branch.heard_ms);
    let (here, gone): (Vec<_>, Vec<_>) = branches.iter().partition(is_connected);
    let total = |some: &[&BranchStanding]| {
        let mut sums = statistics::Sums::default();
        some.iter().for_each(|branch| sums.join(&branch.today.total));
        Sums::of(&sums)
    };
    Load {
        server_count: branches.len(),
        connected_count: here.len(),
        counts: counts(here.iter().copied()),
        total: total(&here),
        disconnected: Disconnected {
            server_count: gone.len(),
            age: gone.iter().filter_map(|branch| at.age_s(branch.heard_ms)).max(),
            counts: counts(gone.iter().copied()),
            total: total(&gone),
        },
    }
}

/// How some days went everywhere.
pub(super) fn network(
    period: Period,
    found: &NetworkFigures,
    branches: &[BranchStanding],
    at: Standpoint,
) -> History {
    let none = statistics::Sums::default();
    let servers = branches.iter().map(|branch| ServerHistory {
        word: word(branch, at),
        total: Sums::of(found.branches.get(&branch.id).unwrap_or(&none)),
    });
    History {
        start_date: period.start.to_string(),
        end_date: period.end.to_string(),
        figures: Shown::Total(Total { total: Sums::of(&found.total) }),
        days: days(&found.days),
        servers: servers.collect(),
    }
}

/// How some days went in one branch.
pub(super) fn one_server(
    period: Period,
    found: &DaysFigures,
    branches: &[BranchStanding],
    names: BTreeMap<u32, String>,
    at: Standpoint,
) -> History {
    let servers = branches.iter().map(|branch| ServerHistory {
        word: word(branch, at),
        total: Sums::of(&found.figures.total),
    });
    History {
        start_date: period.start.to_string(),
        end_date: period.end.to_string(),
        figures: Shown::Times(Box::new(Times::of(&found.figures, &Told(names)))),
        days: days(&found.days),
        servers: servers.collect(),
    }
}

fn days(found: &BTreeMap<u32, statistics::Sums>) -> Vec<OneDay> {
    let day = |(day, sums): (&u32, _)| OneDay { date: written(*day), total: Sums::of(sums) };
    found.iter().map(day).collect()
}

fn word(branch: &BranchStanding, at: Standpoint) -> Word {
    Word {
        id: branch.id.0,
        name: branch.name.clone(),
        is_connected: at.hears(branch.online, branch.heard_ms),
        age: at.age_s(branch.heard_ms),
    }
}

fn counts<'b>(branches: impl IntoIterator<Item = &'b BranchStanding>) -> Counts {
    let mut counts = Counts::default();
    for branch in branches {
        counts.queue_length += branch.waiting;
        counts.invited_count += branch.called;
        counts.operating_count += branch.serving;
        counts.personal_count += branch.parked;
        counts.missing_count += branch.missing;
    }
    counts
}
