//! What happens at the limits of one ticket, one call and one tick. (The limits of settings and of
//! the branch are proved where settings are changed and tickets are issued.)

use super::stage::Stage;
use crate::branch::Branch;
use crate::limits::{DUE_MAX, RECALLS_MAX, TICKET_CALLS_MAX};

#[test]
fn a_call_is_recalled_so_often_and_no_more() {
    let mut stage = Stage::open();
    stage.check(
        "issue S1 => A001 issued for S1
         call C1  => A001 called to C1 (arrival)",
    );
    for _ in 0..RECALLS_MAX {
        stage.check("recall A001 => A001 recalled");
    }
    stage.check(
        "recall A001 => no: too many calls
         start A001  => A001 started",
    );
}

#[test]
fn a_ticket_that_was_called_too_often_only_goes_forward_and_blocks_nobody() {
    let mut stage = Stage::open();
    stage.check(
        "issue S1,S2 => A001 issued for S1,S2
         issue S1    => A002 issued for S1
         call C1     => A001 called to C1 (arrival)",
    );
    for _ in 1..TICKET_CALLS_MAX {
        stage.check(
            "send A001 S1 => A001 sent to S1 for S1
             call C1      => A001 called to C1 (arrival)",
        );
    }
    stage.check(
        "send A001 S1 => no: too many calls
         send A001 C2 => no: too many calls
         park A001    => no: too many calls
         start A001   => A001 started
         park A001    => no: too many calls
         finish A001  => A001 on to line 1
         call C1      => A001 called to C1 (arrival)
         noshow A001  => A001 given up
         call C1      => A002 called to C1 (arrival)",
    );
}

#[test]
fn the_call_before_the_last_may_still_be_missed() {
    let mut stage = Stage::open();
    stage.check(
        "issue S1 => A001 issued for S1
         call C1  => A001 called to C1 (arrival)",
    );
    for _ in 2..TICKET_CALLS_MAX {
        stage.check(
            "park A001           => A001 parked at C1
             take C1 A001 parked => A001 called to C1 (asked)",
        );
    }
    stage.check(
        "noshow A001          => A001 missing for 10m
         take C1 A001 missing => A001 called to C1 (asked)
         noshow A001          => A001 given up",
    );
}

#[test]
fn what_is_due_is_taken_up_in_bites() {
    let mut stage = Stage::open();
    stage.check(
        "issue S1    => A001 issued for S1
         call C1     => A001 called to C1 (arrival)
         noshow A001 => A001 missing for 10m
         +10m        =>",
    );
    let mut parts = stage.branch.parts().clone();
    let missing = stage.ticket("A001").expect("it is missing").clone();
    for number in 2..=DUE_MAX as u64 + 3 {
        let mut ticket = missing.clone();
        ticket.id.0 = number;
        ticket.token.0 = format!("{number:0>10}").into_bytes().try_into().expect("ten bytes");
        ticket.calls.clear();
        parts.tickets.insert(ticket.id, ticket);
    }
    stage.branch = Branch::restore(parts);
    let mut bites = Vec::new();
    loop {
        let due = stage.branch.due(stage.now().at);
        if due.is_empty() {
            break;
        }
        bites.push(due.len());
        for command in due {
            stage.submit(&command).expect("what is due is not refused");
        }
    }
    assert_eq!(bites, [DUE_MAX, 3]);
}
