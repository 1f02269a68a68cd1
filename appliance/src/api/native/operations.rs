//! What can be asked for below `/v1`: one table of paths, methods, guards and what each is for.

use engine::settings::Right;
use serve::http::Method;
use serve::openapi;

/// Gaps in a path; no path has more.
const GAPS_MAX: usize = 2;

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guard {
    /// Whoever comes.
    Anyone,
    /// A screen that the branch trusts, by its address or its token.
    Screen,
    /// Any operator who has signed in.
    Operator,
    /// An operator with one of these rights.
    Right(&'static [Right]),
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Document,
    Login,
    Me,
    Phone,
    Hall,
    Dispenser,
    Clerk,
    Counters,
    Tokens,
    TokenMake,
    TokenEnd,
    DispenserTicket,
    DispenserCheckIn,
    DispenserReprint,
    Desk(Deed),
    Release,
    Tickets,
    Ticket,
    Story,
    Issue,
    Delete,
    PutBack,
    Today,
    TodaySheet,
    Events,
    SettingsRead,
    SettingsWrite,
    SettingsCheck,
    History,
    Version,
    Operators,
    Password,
    SignOut,
    Checks,
    Devices,
    DeviceTest,
    DeviceMonitor,
    DeviceList,
    DeviceListWrite,
    DeviceListHistory,
}

/// What a clerk does at a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Open,
    Close,
    Break,
    Work,
    Next,
    Call,
    Recall,
    Start,
    Finish,
    NoShow,
    Park,
    Transfer,
    Note,
    Undo,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) method: Verb,
    /// The path without its first slash; a gap is a name in braces. It is the route too.
    pub(super) path: &'static str,
    pub(super) guard: Guard,
    pub(super) operation: Operation,
    /// What it is for, in a line.
    pub(super) summary: &'static str,
}

/// The methods of this interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    Post,
    Put,
    Delete,
}

impl Verb {
    fn is(self, method: &Method) -> bool {
        match self {
            Verb::Get => method == Method::GET,
            Verb::Post => method == Method::POST,
            Verb::Put => method == Method::PUT,
            Verb::Delete => method == Method::DELETE,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Verb::Get => "GET, HEAD",
            Verb::Post => "POST",
            Verb::Put => "PUT",
            Verb::Delete => "DELETE",
        }
    }
}

/// The path that belongs to the phone's own folder, which a proxy may forward alone.
pub(super) const PHONE_PATH: &str = "qnet6/smart/screen";

const fn row(
    method: Verb,
    path: &'static str,
    guard: Guard,
    operation: Operation,
    summary: &'static str,
) -> Row {
    Row { method, path, guard, operation, summary }
}

const COUNTER: Guard = Guard::Right(&[Right::Counter]);
const FIGURES: Guard = Guard::Right(&[Right::Hall, Right::Administration]);
const TICKETS: Guard = Guard::Right(&[Right::Hall, Right::SelectTickets]);
const HALL: Guard = Guard::Right(&[Right::Hall]);
const ADMINISTRATION: Guard = Guard::Right(&[Right::Administration]);

/// All of it.
pub(super) const TABLE: &[Row] = {
    use Guard::{Anyone, Right as Has, Screen};
    use Operation as O;
    use Verb::{Delete, Get, Post, Put};
    &[
        row(Get, openapi::PATH, Anyone, O::Document, "This document, as OpenAPI 3.1."),
        row(Post, "v1/login", Anyone, O::Login, "Sign in with login and password."),
        row(Get, "v1/me", Guard::Operator, O::Me, "Who has signed in, and until when."),
        row(Get, PHONE_PATH, Anyone, O::Phone, "A ticket's state, live, for who holds it."),
        row(Get, "v1/screens/phone", Anyone, O::Phone, "The same."),
        row(Get, "v1/screens/hall", Anyone, O::Hall, "Who is called where, live."),
        row(Get, "v1/screens/dispenser", Screen, O::Dispenser, "What can be had, live."),
        row(Get, "v1/screens/clerk", COUNTER, O::Clerk, "A counter's work, live."),
        row(Get, "v1/screens/tokens", ADMINISTRATION, O::Tokens, "Screens that have a token."),
        row(Post, "v1/screens/tokens", ADMINISTRATION, O::TokenMake, "Give a screen a token."),
        row(
            Delete,
            "v1/screens/tokens/{id}",
            ADMINISTRATION,
            O::TokenEnd,
            "Take a screen's token away.",
        ),
        row(Post, "v1/dispenser/tickets", Screen, O::DispenserTicket, "Take a ticket."),
        row(Post, "v1/dispenser/check-in", Screen, O::DispenserCheckIn, "Check a booking in."),
        row(
            Post,
            "v1/dispenser/tickets/{ticket}/reprint",
            Screen,
            O::DispenserReprint,
            "Print a ticket's slip once more.",
        ),
        row(
            Get,
            "v1/counters",
            Has(&[Right::Counter, Right::Hall, Right::Administration]),
            O::Counters,
            "Every counter, who sits there, and whom they serve.",
        ),
        row(Post, "v1/counters/{counter}/open", COUNTER, O::Desk(Deed::Open), "Sit down."),
        row(Post, "v1/counters/{counter}/close", COUNTER, O::Desk(Deed::Close), "Leave."),
        row(Post, "v1/counters/{counter}/break", COUNTER, O::Desk(Deed::Break), "Have a break."),
        row(Post, "v1/counters/{counter}/work", COUNTER, O::Desk(Deed::Work), "End the break."),
        row(Post, "v1/counters/{counter}/next", COUNTER, O::Desk(Deed::Next), "Call the next."),
        row(
            Post,
            "v1/counters/{counter}/call",
            Has(&[Right::SelectTickets]),
            O::Desk(Deed::Call),
            "Call a certain ticket: waiting, parked or missing.",
        ),
        row(Post, "v1/counters/{counter}/recall", COUNTER, O::Desk(Deed::Recall), "Call again."),
        row(
            Post,
            "v1/counters/{counter}/start",
            COUNTER,
            O::Desk(Deed::Start),
            "The customer is there.",
        ),
        row(
            Post,
            "v1/counters/{counter}/finish",
            COUNTER,
            O::Desk(Deed::Finish),
            "The customer is done.",
        ),
        row(
            Post,
            "v1/counters/{counter}/no-show",
            COUNTER,
            O::Desk(Deed::NoShow),
            "The customer did not come.",
        ),
        row(
            Post,
            "v1/counters/{counter}/park",
            Has(&[Right::Park]),
            O::Desk(Deed::Park),
            "Set the ticket aside.",
        ),
        row(
            Post,
            "v1/counters/{counter}/transfer",
            Has(&[Right::Transfer]),
            O::Desk(Deed::Transfer),
            "Send the customer on.",
        ),
        row(Post, "v1/counters/{counter}/note", COUNTER, O::Desk(Deed::Note), "Write a note."),
        row(
            Post,
            "v1/counters/{counter}/undo",
            COUNTER,
            O::Desk(Deed::Undo),
            "Take back how the last call ended, within ten seconds.",
        ),
        row(
            Post,
            "v1/counters/{counter}/release",
            FIGURES,
            O::Release,
            "Free a counter whose operator has gone away, from elsewhere.",
        ),
        row(Get, "v1/tickets", HALL, O::Tickets, "The day's tickets."),
        row(Post, "v1/tickets", TICKETS, O::Issue, "Give out a ticket."),
        row(Get, "v1/tickets/{ticket}", TICKETS, O::Ticket, "One ticket."),
        row(Delete, "v1/tickets/{ticket}", TICKETS, O::Delete, "Give a ticket up."),
        row(Get, "v1/tickets/{ticket}/story", TICKETS, O::Story, "What became of it, and why."),
        row(
            Post,
            "v1/tickets/{ticket}/put-back",
            TICKETS,
            O::PutBack,
            "Put a missing ticket back into the line.",
        ),
        row(Get, "v1/statistics/today", FIGURES, O::Today, "The day's figures."),
        row(Get, "v1/statistics/today.csv", FIGURES, O::TodaySheet, "The same as a sheet."),
        row(Get, "v1/events", FIGURES, O::Events, "The journal, live, from where you were."),
        row(Get, "v1/settings", ADMINISTRATION, O::SettingsRead, "The settings, as a whole."),
        row(Put, "v1/settings", ADMINISTRATION, O::SettingsWrite, "Change them, as a whole."),
        row(
            Post,
            "v1/settings/check",
            ADMINISTRATION,
            O::SettingsCheck,
            "What is wrong with settings, and whom they would hit.",
        ),
        row(Get, "v1/settings/history", ADMINISTRATION, O::History, "Who changed what, and when."),
        row(Get, "v1/settings/history/{version}", ADMINISTRATION, O::Version, "As they were."),
        row(Get, "v1/operators", ADMINISTRATION, O::Operators, "The operators' accounts."),
        row(
            Put,
            "v1/operators/{operator}/password",
            ADMINISTRATION,
            O::Password,
            "Give an operator a password, which signs them out everywhere.",
        ),
        row(
            Post,
            "v1/operators/{operator}/sign-out",
            ADMINISTRATION,
            O::SignOut,
            "End an operator's tokens.",
        ),
        row(Get, "v1/devices", ADMINISTRATION, O::Devices, "The devices, and how they are doing."),
        row(Post, "v1/devices/{device}/test", ADMINISTRATION, O::DeviceTest, "Try a device out."),
        row(
            Get,
            "v1/devices/{device}/monitor",
            ADMINISTRATION,
            O::DeviceMonitor,
            "What a device does, live.",
        ),
        row(
            Get,
            "v1/devices/list",
            ADMINISTRATION,
            O::DeviceList,
            "What hangs on the box's ports, as it is written down.",
        ),
        row(
            Put,
            "v1/devices/list",
            ADMINISTRATION,
            O::DeviceListWrite,
            "Change the devices; they are used from then on.",
        ),
        row(
            Get,
            "v1/devices/list/history",
            ADMINISTRATION,
            O::DeviceListHistory,
            "Who changed the devices, and when.",
        ),
        row(Get, "v1/checks", ADMINISTRATION, O::Checks, "What is amiss, and what to do."),
    ]
};

/// Numbers that stood in the gaps of a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Gaps {
    given: [u64; GAPS_MAX],
}

impl Gaps {
    /// The first one.
    pub(super) fn first(self) -> u64 {
        self.given[0]
    }
}

/// Why a path and a method lead nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// Nothing is there.
    Nothing,
    /// It takes another method.
    Method(&'static str),
}

/// The row for a path and a method.
pub(super) fn find(path: &[&str], method: &Method) -> Result<(&'static Row, Gaps), Lost> {
    let mut lost = Lost::Nothing;
    for row in TABLE {
        let Some(gaps) = fit(row.path, path) else { continue };
        if row.method.is(method) {
            return Ok((row, gaps));
        }
        lost = match lost {
            Lost::Nothing => Lost::Method(row.method.name()),
            // Two methods at one path: the header names both.
            Lost::Method("GET, HEAD") if row.method == Verb::Post => {
                Lost::Method("GET, HEAD, POST")
            }
            Lost::Method("GET, HEAD") if row.method == Verb::Put => Lost::Method("GET, HEAD, PUT"),
            Lost::Method("GET, HEAD") if row.method == Verb::Delete => {
                Lost::Method("GET, HEAD, DELETE")
            }
            Lost::Method(allowed) => Lost::Method(allowed),
        };
    }
    Err(lost)
}

fn fit(template: &str, path: &[&str]) -> Option<Gaps> {
    let mut gaps = Gaps::default();
    let mut filled = 0;
    let mut parts = path.iter();
    for wanted in template.split('/') {
        let part = parts.next()?;
        if wanted.starts_with('{') {
            *gaps.given.get_mut(filled)? = super::requests::digits(part)?;
            filled += 1;
        } else if wanted != *part {
            return None;
        }
    }
    parts.next().is_none().then_some(gaps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_own_path_and_says_what_it_is_for() {
        for row in TABLE {
            let path: Vec<&str> =
                row.path.split('/').map(|p| if p.starts_with('{') { "7" } else { p }).collect();
            let method = match row.method {
                Verb::Get => Method::GET,
                Verb::Post => Method::POST,
                Verb::Put => Method::PUT,
                Verb::Delete => Method::DELETE,
            };
            let (found, gaps) = find(&path, &method).expect("it is there");
            assert_eq!((found.path, found.operation), (row.path, row.operation));
            assert_eq!(gaps.first(), if row.path.contains('{') { 7 } else { 0 });
            assert!(row.summary.ends_with('.') && !row.path.ends_with('/'), "{}", row.path);
        }
    }

    #[test]
    fn what_is_not_there_is_told_from_another_method() {
        let find = |path: &[&str], method| find(path, &method).map(|(row, _)| row.path);
        assert_eq!(find(&["v1", "nothing"], Method::GET), Err(Lost::Nothing));
        assert_eq!(find(&["v1", "tickets", "x"], Method::GET), Err(Lost::Nothing));
        assert_eq!(find(&["v1", "tickets", "-7"], Method::GET), Err(Lost::Nothing));
        assert_eq!(find(&["v1", "login"], Method::GET), Err(Lost::Method("POST")));
        assert_eq!(
            find(&["v1", "tickets", "7"], Method::PUT),
            Err(Lost::Method("GET, HEAD, DELETE"))
        );
        assert_eq!(find(&["v1", "tickets"], Method::PUT), Err(Lost::Method("GET, HEAD, POST")));
    }
}
