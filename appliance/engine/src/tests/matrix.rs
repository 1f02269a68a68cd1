//! The whole law of transitions: every state against every command.

use super::stage::Stage;
use crate::ids::TicketId;
use crate::ticket::{Outcome, Ticket, TicketState};

const SERVE: &str = "issue S1\n call C1\n start A001";

/// How a ticket comes into each state, by the shortest way.
const STATES: [(&str, &str); 10] = [
    ("booked", "book S1 9:30"),
    ("waiting", "issue S1"),
    ("called", "issue S1\n call C1"),
    ("serving", SERVE),
    ("afterwork", "issue S1\n call C1\n start A001\n finish A001 afterwork"),
    ("parked", "issue S1\n call C1\n park A001"),
    ("missing", "issue S1\n call C1\n noshow A001"),
    ("served", "issue S1\n call C1\n start A001\n finish A001"),
    ("no-show", "set no-shows=1\n issue S1\n call C1\n noshow A001"),
    ("deleted", "issue S1\n delete A001"),
];

const COMMANDS: [&str; 30] = [
    "call C2",
    "take C2 A001",
    "take C2 A001 parked",
    "take C2 A001 missing",
    "recall A001",
    "start A001",
    "finish A001",
    "finish A001 at-call",
    "finish A001 afterwork",
    "finish A001 afterwork at-call",
    "noshow A001",
    "put-back A001",
    "overdue A001",
    "park A001",
    "park A001 at-call",
    "send A001 S2",
    "send A001 C2",
    "send A001 O2",
    "send A001 S2 back",
    "redirect A001 S2",
    "redirect A001 C2 for=S3",
    "add A001 S2",
    "drop A001 0",
    "urge A001 0 9",
    "delete A001",
    "rate A001 5",
    "confirm A001",
    "cancel A001",
    "lapse A001",
    "check-in A001",
];

/// A state: the command leads there. `same`: it is so already. Else the refusal: `turn` is out of
/// turn, `call` an unknown call, `over` a call that is over, `nobody` nobody waiting, `early` not
/// closed yet, `none` no booking at all.
const LAW: &str = "
                              | booked    waiting   called    serving   afterwork parked    missing   served    no-show   deleted
call C2                       | nobody    called    nobody    nobody    nobody    nobody    nobody    nobody    nobody    nobody
take C2 A001                  | turn      called    turn      turn      turn      turn      turn      turn      turn      turn
take C2 A001 parked           | turn      turn      turn      turn      turn      called    turn      turn      turn      turn
take C2 A001 missing          | turn      turn      turn      turn      turn      turn      called    turn      turn      turn
recall A001                   | call      call      called    turn      turn      over      over      over      over      call
start A001                    | call      call      serving   same      turn      over      over      over      over      call
finish A001                   | call      call      turn      served    served    over      over      over      over      call
finish A001 at-call           | call      call      served    served    served    over      over      over      over      call
finish A001 afterwork         | call      call      turn      afterwork same      over      over      over      over      call
finish A001 afterwork at-call | call      call      afterwork afterwork same      over      over      over      over      call
noshow A001                   | call      call      missing   turn      turn      over      over      over      over      call
put-back A001                 | turn      turn      turn      turn      turn      turn      waiting   turn      turn      turn
overdue A001                  | turn      turn      turn      turn      turn      turn      waiting   turn      turn      turn
park A001                     | call      call      parked    parked    turn      over      over      over      over      call
park A001 at-call             | call      call      parked    parked    turn      over      over      over      over      call
send A001 S2                  | call      call      waiting   waiting   turn      over      over      over      over      call
send A001 C2                  | call      call      waiting   waiting   turn      over      over      over      over      call
send A001 O2                  | call      call      waiting   waiting   turn      over      over      over      over      call
send A001 S2 back             | call      call      waiting   waiting   turn      over      over      over      over      call
redirect A001 S2              | turn      waiting   turn      turn      turn      waiting   waiting   turn      turn      turn
redirect A001 C2 for=S3       | turn      waiting   turn      turn      turn      waiting   waiting   turn      turn      turn
add A001 S2                   | turn      waiting   called    serving   afterwork parked    missing   turn      turn      turn
drop A001 0                   | turn      deleted   turn      turn      turn      deleted   deleted   turn      turn      turn
urge A001 0 9                 | turn      waiting   called    serving   afterwork parked    missing   turn      turn      turn
delete A001                   | deleted   deleted   turn      turn      turn      deleted   deleted   turn      turn      turn
rate A001 5                   | early     early     early     early     early     early     early     served    turn      turn
confirm A001                  | same      none      none      none      none      none      none      none      none      none
cancel A001                   | deleted   none      none      none      none      none      none      none      none      none
lapse A001                    | turn      turn      turn      turn      turn      turn      turn      turn      turn      turn
check-in A001                 | waiting   none      none      none      none      none      none      none      none      none
";

#[test]
fn the_whole_law() {
    let mut table = format!("\n{:29} |", "");
    for (state, _) in STATES {
        table += &format!(" {state:9}");
    }
    for command in COMMANDS {
        table = table.trim_end().to_owned() + &format!("\n{command:29} |");
        for (state, way) in STATES {
            table += &format!(" {:9}", outcome(state, way, command));
        }
    }
    let table = table.trim_end().to_owned() + "\n";
    assert_eq!(table, LAW, "the law went otherwise:{table}");
}

fn outcome(state: &str, way: &str, command: &str) -> &'static str {
    let mut stage = Stage::open();
    let mut stopped = "";
    // A booking has no label yet.
    let name = if state == "booked" { "#1" } else { "A001" };
    let command = &command.replace("A001", name);
    for line in way.lines() {
        assert!(stage.run(line.trim()).is_ok(), "{line}");
    }
    assert_eq!(word(stage.ticket(name).expect("it was issued")), state);
    stage.pass("10m");
    let before = stage.branch.clone();
    match stage.run(command) {
        Ok(said) if said.is_empty() => stopped = "same",
        Ok(_) => {}
        Err(refusal) => {
            stopped = match refusal.as_str() {
                "out of turn" => "turn",
                "unknown call" => "call",
                "call over" => "over",
                "nobody waiting" => "nobody",
                "not closed yet" => "early",
                "unknown booking" => "none",
                _ => "?",
            }
        }
    }
    if stopped.is_empty() {
        let ticket = stage.branch.ticket(TicketId(1)).expect("nothing vanishes");
        assert_holds_together(&stage, ticket);
        return word(ticket);
    }
    assert_eq!(stage.branch, before, "{state}: a refused {command} changed something");
    stopped
}

/// A counter has a ticket exactly while that ticket is there.
fn assert_holds_together(stage: &Stage, ticket: &Ticket) {
    for counter in &stage.branch.settings().counters {
        let there = stage.branch.ticket_at(counter.id).map(|ticket| ticket.id);
        let here = match ticket.state {
            TicketState::Called { counter, .. }
            | TicketState::Serving { counter, .. }
            | TicketState::Afterwork { counter, .. } => Some(counter),
            TicketState::Booked { .. }
            | TicketState::Waiting { .. }
            | TicketState::Parked { .. }
            | TicketState::Missing { .. }
            | TicketState::Closed { .. } => None,
        };
        assert_eq!(there.is_some(), here == Some(counter.id));
        assert_eq!(ticket.open_call().is_some(), here.is_some());
    }
}

#[test]
fn an_unknown_ticket_or_call_is_refused_by_every_command() {
    let mut stage = Stage::open();
    let before = stage.branch.clone();
    for line in COMMANDS.iter().filter(|line| **line != "call C2") {
        let refusal = stage.run(line).expect_err("nobody was given a ticket");
        let by_ticket = [
            "take", "put", "overdue", "delete", "rate", "confirm", "cancel", "lapse", "redirect",
            "add", "drop", "urge",
        ];
        let by_ticket = by_ticket.iter().any(|verb| line.starts_with(verb));
        let expected = match by_ticket {
            true => "unknown ticket",
            false if line.starts_with("check-in") => "unknown booking",
            false => "unknown call",
        };
        assert_eq!(refusal, expected, "{line}");
    }
    assert_eq!(stage.branch, before);
}

fn word(ticket: &Ticket) -> &'static str {
    match ticket.state {
        TicketState::Booked { .. } => "booked",
        TicketState::Waiting { .. } => "waiting",
        TicketState::Called { .. } => "called",
        TicketState::Serving { .. } => "serving",
        TicketState::Afterwork { .. } => "afterwork",
        TicketState::Parked { .. } => "parked",
        TicketState::Missing { .. } => "missing",
        TicketState::Closed { outcome: Outcome::Served, .. } => "served",
        TicketState::Closed { outcome: Outcome::NoShow, .. } => "no-show",
        TicketState::Closed { outcome: Outcome::Deleted, .. } => "deleted",
    }
}
