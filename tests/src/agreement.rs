//! Whether central's rows say of a branch, ticket by ticket, what the branch's own database says.

use std::collections::BTreeMap;
use std::path::Path;

use engine::Ticket;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use sync::document::{State, TicketRow};
use sync::projection::cells::Cells;

use crate::Ledger;

/// A ticket's row at central: one for each business day on which it stood somewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct CentralRow {
    /// The business day, as 20261122.
    pub day: u32,
    /// The part of the day, from 1.
    pub segment: u16,
    /// The life of the box that gave the ticket out.
    pub epoch: u32,
    /// The ticket's number.
    pub number: u64,
    /// What it says.
    pub ticket: TicketRow,
}

/// All rows of a branch in central's database, read from outside: by day, part and number.
///
/// # Panics
///
/// Where the database cannot be read, or a row of it is no ticket.
pub fn central_rows(database: &Path, branch: u32) -> Vec<CentralRow> {
    let file = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .expect("central's database opens");
    file.busy_timeout(crate::SOON).expect("takes a time");
    let mut query = file
        .prepare(
            "SELECT document.day, document.segment, ticket.epoch, ticket.number, ticket.cells
             FROM branch JOIN document ON document.branch = branch.id
             JOIN ticket ON ticket.document = document.id
             WHERE branch.tenant = 'demo' AND branch.number = ?1
             ORDER BY document.day, document.segment, ticket.number",
        )
        .expect("central's tables are as known");
    let rows = query.query_map([branch], |row| {
        let cells = Cells::from_bytes(&row.get::<_, Vec<u8>>(4)?).expect("cells can be read");
        let number: i64 = row.get(3)?;
        let ticket = cells.ticket();
        Ok(CentralRow {
            day: row.get(0)?,
            segment: row.get(1)?,
            epoch: row.get(2)?,
            number: number.cast_unsigned(),
            ticket: ticket.unwrap_or_else(|| panic!("the row of {number} is no ticket")),
        })
    });
    rows.expect("answers").collect::<Result<_, _>>().expect("every row can be read")
}

/// How many days of a branch have their figures kept at central.
///
/// # Panics
///
/// Where the database cannot be read.
pub fn settled_days(database: &Path, branch: u32) -> usize {
    let file = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .expect("central's database opens");
    file.busy_timeout(crate::SOON).expect("takes a time");
    let text = "SELECT count(*) FROM branch JOIN day_figures ON day_figures.branch = branch.id
                WHERE branch.tenant = 'demo' AND branch.number = ?1 AND day_figures.settled = 1";
    file.query_row(text, [branch], |row| row.get(0)).expect("central's tables are as known")
}

/// The first thing in which central's rows and the branch's tickets disagree, in words. A ticket
/// that outlived its day has one row a day: all but the last only say on which day it went on.
pub fn disagreement(branch: &Ledger, rows: &[CentralRow]) -> Option<String> {
    let tickets = branch.tickets();
    let mut stories: BTreeMap<u64, Vec<&CentralRow>> = BTreeMap::new();
    for row in rows {
        stories.entry(row.number).or_default().push(row);
    }
    if let Some(number) = stories.keys().find(|number| !tickets.contains_key(number)) {
        return Some(format!("central has a ticket {number} that the branch never gave out"));
    }
    if let Some(row) = rows.iter().find(|row| row.epoch != rows[0].epoch) {
        return Some(format!("central has two tickets {}", row.number));
    }
    // A booking is the branch's own affair until somebody comes for it.
    tickets.values().filter(|ticket| ticket.has_come()).find_map(|ticket| {
        let Some(story) = stories.get(&ticket.id.0) else {
            return Some(format!("central lacks {} of {}", ticket.label, ticket.day.0));
        };
        let what = story_difference(ticket, story)?;
        Some(format!("{} of {}: {what}", ticket.label, ticket.day.0))
    })
}

fn story_difference(ticket: &Ticket, story: &[&CentralRow]) -> Option<String> {
    let (last, earlier) = story.split_last()?;
    if story[0].day != ticket.day.0 {
        return Some(format!("central has it from {} on", story[0].day));
    }
    for (row, next) in earlier.iter().zip(&story[1..]) {
        if row.day == next.day {
            return Some(format!("central has it twice on {}", row.day));
        }
        if (row.ticket.state, row.ticket.day) != (State::MovedOn, Some(next.day)) {
            let (state, day) = (row.ticket.state, row.ticket.day);
            return Some(format!("on {} it is {state:?} to {day:?} and not moved on", row.day));
        }
        if (&row.ticket.label, row.ticket.issued) != (&last.ticket.label, last.ticket.issued) {
            return Some(format!("on {} it was another one: {:?}", row.day, row.ticket));
        }
    }
    let what = appliance::outbox::difference(ticket, &last.ticket)?;
    Some(format!("{what}: the branch has {ticket:?}, central {:?}", last.ticket))
}

/// How many tickets of the newest day are where: counted from rows, one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recount {
    /// In a line.
    pub waiting: u64,
    /// At a counter.
    pub serving: u64,
    /// In each service's line, and served there; services with neither are left out.
    pub services: BTreeMap<u64, (u64, u64)>,
}

impl Recount {
    /// Of rows.
    pub fn of(rows: &[CentralRow]) -> Recount {
        let mut recount = Recount::default();
        let newest = rows.iter().map(|row| row.day).max();
        for row in rows.iter().filter(|row| Some(row.day) == newest) {
            let service = u64::from(row.ticket.service);
            match row.ticket.state {
                State::Waiting => {
                    recount.waiting += 1;
                    recount.services.entry(service).or_default().0 += 1;
                }
                State::Called | State::Serving | State::Afterwork => recount.serving += 1,
                State::Served => recount.services.entry(service).or_default().1 += 1,
                State::Parked
                | State::Missing
                | State::NoShow
                | State::Deleted
                | State::MovedOn => {}
            }
        }
        recount
    }

    /// Of central's answer to `/v1/branches/{id}`.
    pub fn told(branch: &Value) -> Recount {
        let number = |value: &Value| value.as_u64().expect("a count is a number");
        let services = branch["services"].as_array().expect("there is a list of services");
        let counts = services.iter().map(|service| {
            let counts = (number(&service["waiting"]), number(&service["served_today"]));
            (number(&service["id"]), counts)
        });
        Recount {
            waiting: number(&branch["waiting"]),
            serving: number(&branch["serving"]),
            services: counts.filter(|(_, counts)| *counts != (0, 0)).collect(),
        }
    }
}
