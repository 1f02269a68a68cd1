//! Stories of what happens at the counter, and of those who do not come.

use std::time::Duration;

use super::stage::{Stage, check};
use crate::ids::{CallId, CounterId, OperatorId, ServiceId};
use crate::ticket::{Call, CallEnd};

#[test]
fn a_visit() {
    check(
        "issue S1       => A001 issued for S1
         state A001     => waiting at S1 (Issued) since 0m
         +4m            =>
         waited A001    => 4m
         call C1/O1     => O1 sits at C1; A001 called to C1 by O1 (arrival)
         state A001     => called to C1 since 0m
         +1m            =>
         recall A001    => A001 recalled
         start A001     => A001 started
         start A001     => so already
         recall A001    => no: out of turn
         noshow A001    => no: out of turn
         +5m            =>
         state A001     => serving at C1 since 5m
         finish A001 afterwork => A001 in afterwork
         finish A001 afterwork => so already
         start A001     => no: out of turn
         park A001      => no: out of turn
         send A001 S2   => no: out of turn
         +2m            =>
         state A001     => afterwork at C1 since 2m
         finish A001    => A001 finished
         +3m            =>
         state A001     => served since 3m
         waited A001    => 4m
         finish A001    => no: call over
         recall A001    => no: call over
         delete A001    => no: out of turn",
    );
}

#[test]
fn a_call_is_remembered_whole() {
    let mut stage = Stage::open();
    let began = stage.now().at;
    stage.check(
        "issue S1     => A001 issued for S1
         call C1/O1   => O1 sits at C1; A001 called to C1 by O1 (arrival)
         recall A001  => A001 recalled
         +1m          =>
         start A001   => A001 started
         +1m          =>
         send A001 S2 => A001 sent to S2 for S2
         call C4      => A001 called to C4 (arrival)
         +1m          =>
         noshow A001  => A001 missing for 10m",
    );
    let ticket = stage.ticket("A001").expect("it is missing");
    let minute = |count: u64| began.plus(Duration::from_secs(count * 60));
    let first = Call {
        id: CallId(1),
        service: ServiceId(1),
        counter: CounterId(1),
        operator: Some(OperatorId(1)),
        called: began,
        recalls: 1,
        started: Some(minute(1)),
        ended: Some((minute(2), CallEnd::Transferred)),
    };
    let second = Call {
        id: CallId(2),
        service: ServiceId(2),
        counter: CounterId(4),
        operator: None,
        called: minute(2),
        recalls: 0,
        started: None,
        ended: Some((minute(3), CallEnd::NoShow)),
    };
    assert_eq!(ticket.calls, [first, second]);
    assert!(ticket.transferred);
    assert_eq!(ticket.open_call(), None);
    assert_eq!(stage.branch.desk(CounterId(4)).and_then(|desk| desk.last_call), Some(minute(2)));
}

#[test]
fn a_dialect_without_a_start_starts_at_the_call() {
    check(
        "issue S1       => A001 issued for S1
         call C1        => A001 called to C1 (arrival)
         +3m            =>
         finish A001    => no: out of turn
         finish A001 afterwork at-call => A001 started 3m ago; A001 in afterwork
         finish A001 at-call => A001 finished
         issue S1       => A002 issued for S1
         call C1        => A002 called to C1 (arrival)
         +2m            =>
         park A002 at-call => A002 started 2m ago; A002 parked at C1
         take C1 A002 parked => A002 called to C1 (asked)
         start A002     => A002 started
         +1m            =>
         park A002 at-call => A002 parked at C1",
    );
}

#[test]
fn the_services_of_a_ticket_come_one_after_another() {
    check(
        "issue S2,S1:9,S3 => B001 issued for S2,S1:9,S3
         issue S1       => A001 issued for S1
         line S1        => A001
         call C4        => B001 called to C4 (arrival)
         start B001     => B001 started
         finish B001 afterwork => B001 in afterwork
         finish B001    => B001 on to line 1
         state B001     => waiting at S1 (NextLine) since 0m
         line S1        => B001 A001
         call C1        => B001 called to C1 (priority)
         start B001     => B001 started
         finish B001    => B001 on to line 2
         line S3        => B001
         call C4        => B001 called to C4 (arrival)
         start B001     => B001 started
         finish B001    => B001 finished
         state B001     => served since 0m",
    );
}

#[test]
fn an_abandoned_ticket_closes_all_its_services() {
    let mut stage = Stage::open();
    stage.check(
        "issue S1,S2  => A001 issued for S1,S2
         issue S1,S2  => A002 issued for S1,S2
         call C1      => A001 called to C1 (arrival)
         start A001   => A001 started
         finish A001  => A001 on to line 1
         +7m          =>
         delete A001  => A001 deleted
         waited A001  => 7m
         state A001   => deleted since 0m",
    );
    let lines = stage.ticket("A001").expect("it is of today").lines.clone();
    let states: Vec<String> = lines.iter().map(|line| format!("{:?}", line.state)).collect();
    assert_eq!(states, ["Closed(Served)", "Closed(Deleted)"]);
    stage.check("delete A002 => A002 deleted");
    let lines = &stage.ticket("A002").expect("it is of today").lines;
    let states: Vec<String> = lines.iter().map(|line| format!("{:?}", line.state)).collect();
    assert_eq!(states, ["Closed(Deleted)", "Closed(Deleted)"]);
}

#[test]
fn the_third_no_show_is_the_last() {
    let mut stage = Stage::open();
    stage.check(
        "issue S1      => A001 issued for S1
         issue S1      => A002 issued for S1
         call C1       => A001 called to C1 (arrival)
         noshow A001   => A001 missing for 10m
         noshow A001   => no: call over
         put-back A001 => A001 put back
         put-back A001 => no: out of turn
         line S1       => A001 A002
         call C1       => A001 called to C1 (arrival)
         noshow A001   => A001 missing for 10m
         take C1 A001 missing => A001 called to C1 (asked)
         noshow A001   => A001 given up
         put-back A001 => no: out of turn
         state A001    => no-show since 0m
         call C1       => A002 called to C1 (arrival)",
    );
    let no_shows = stage.ticket("A001").map(|ticket| ticket.no_shows);
    assert_eq!(no_shows, Some(3));
}

#[test]
fn one_no_show_may_be_enough() {
    check(
        "set no-shows=1 => settings changed
         issue S1      => A001 issued for S1
         call C1       => A001 called to C1 (arrival)
         noshow A001   => A001 given up",
    );
}

#[test]
fn fewer_allowed_no_shows_count_those_that_were() {
    check(
        "issue S1       => A001 issued for S1
         call C1        => A001 called to C1 (arrival)
         noshow A001    => A001 missing for 10m
         set no-shows=1 => settings changed
         take C1 A001 missing => A001 called to C1 (asked)
         noshow A001    => A001 given up",
    );
}

#[test]
fn time_brings_a_missing_ticket_back_to_its_place() {
    check(
        "issue S1     => A001 issued for S1
         +1m          =>
         issue S1     => A002 issued for S1
         call C1      => A001 called to C1 (arrival)
         noshow A001  => A001 missing for 10m
         wall -5h     =>
         +599s        =>
         due          => nothing
         overdue A001 => no: out of turn
         +1s          =>
         due          => A001 put back by time
         due          => nothing
         overdue A001 => no: out of turn
         state A001   => waiting at S1 (PutBack) since 0m
         line S1      => A001 A002
         waited A001  => 1m
         set put-back=never => settings changed
         call C1      => A001 called to C1 (arrival)
         noshow A001  => A001 missing
         +24h         =>
         due          => nothing
         overdue A001 => no: out of turn
         delete A001  => A001 deleted",
    );
}

#[test]
fn who_comes_back_by_themselves_is_not_put_back_again() {
    check(
        "issue S1      => A001 issued for S1
         issue S1      => A002 issued for S1
         issue S1      => A003 issued for S1
         call C1       => A001 called to C1 (arrival)
         noshow A001   => A001 missing for 10m
         call C1       => A002 called to C1 (arrival)
         noshow A002   => A002 missing for 10m
         call C1       => A003 called to C1 (arrival)
         noshow A003   => A003 missing for 10m
         put-back A001 => A001 put back
         delete A002   => A002 deleted
         take C1 A003 missing => A003 called to C1 (asked)
         +10m          =>
         due           => nothing",
    );
}

#[test]
fn a_parked_ticket_stands_in_no_line_until_it_is_called() {
    check(
        "issue S1    => A001 issued for S1
         issue S1    => A002 issued for S1
         call C1/O1  => O1 sits at C1; A001 called to C1 by O1 (arrival)
         park A001   => A001 parked at O1
         park A001   => no: call over
         line S1     => A002
         line O1     => nobody
         call C1     => A002 called to C1 by O1 (arrival)
         start A002  => A002 started
         park A002   => A002 parked at O1
         call C1     => no: nobody waiting
         waited A001 => 0m
         take C2 A001 parked => A001 called to C2 (asked)
         delete A001 => no: out of turn
         delete A002 => A002 deleted",
    );
}

#[test]
fn there_and_back() {
    check(
        "issue S1,S3  => A001 issued for S1,S3
         call C1/O1   => O1 sits at C1; A001 called to C1 by O1 (arrival)
         start A001   => A001 started
         send A001 S2 p8 back => A001 sent to S2 for S2:8, then back to O1 for S1
         state A001   => waiting at S2 (Transferred) since 0m
         call C4      => A001 called to C4 (arrival)
         send A001 C2 back => A001 sent to C2 for S2:8, then back to O1 for S1
         call C2/O2   => O2 sits at C2; A001 called to C2 by O2 (reserved)
         start A001   => A001 started
         finish A001  => A001 back to O1 for S1
         state A001   => waiting at O1 (Returned) since 0m
         call C2      => no: nobody waiting
         call C1      => A001 called to C1 by O1 (reserved)
         start A001   => A001 started
         finish A001  => A001 on to line 1
         line S3      => A001",
    );
}

#[test]
fn a_counter_without_a_name_gets_its_customer_back_too() {
    check(
        "issue S1     => A001 issued for S1
         call C1      => A001 called to C1 (arrival)
         send A001 O2 p9 back => A001 sent to O2 for S1:9, then back to C1 for S1
         call C2/O2   => O2 sits at C2; A001 called to C2 by O2 (reserved)
         noshow A001  => A001 missing for 10m
         put-back A001 => A001 put back
         line S1      => A001
         call C2      => A001 called to C2 by O2 (arrival)
         finish A001 at-call => A001 started; A001 back to C1 for S1
         line C1      => A001
         call C1      => A001 called to C1 (reserved)
         finish A001 at-call => A001 started; A001 finished",
    );
}

#[test]
fn a_transfer_goes_to_what_exists() {
    check(
        "issue S1     => A001 issued for S1
         call C1      => A001 called to C1 (arrival)
         send A001 S9 => no: unknown service
         send A001 S5 => no: disabled
         send A001 C9 => no: unknown counter
         send A001 O9 => no: unknown operator
         send A001 S4 => A001 sent to S4 for S4
         state A001   => waiting at S4 (Transferred) since 0m
         send A001 S1 => no: call over",
    );
}

#[test]
fn a_ticket_keeps_the_place_of_its_arrival_for_life() {
    check(
        "issue S2     => B001 issued for S2
         +1m          =>
         issue S1     => A001 issued for S1
         +1m          =>
         take C2 B001 => B001 called to C2 (asked)
         send B001 S1 => B001 sent to S1 for S1
         line S1      => B001 A001
         take C2 B001 => B001 called to C2 (asked)
         send B001 S1 p4 => B001 sent to S1 for S1:4
         line S1      => A001 B001
         waited B001  => 2m",
    );
}

#[test]
fn the_wrong_key_is_taken_back() {
    check(
        "issue S1,S2    => A001 issued for S1,S2
         call C1/O1     => O1 sits at C1; A001 called to C1 by O1 (arrival)
         undo C1        => no: busy with A001
         noshow A001    => A001 missing for 10m
         +10s           =>
         undo C1        => A001 undone
         undo C1        => no: busy with A001
         start A001     => A001 started
         send A001 C2   => A001 sent to C2 for S1
         undo C1        => A001 undone
         state A001     => serving at C1 since 0m
         finish A001    => A001 on to line 1
         undo C1        => A001 undone
         finish A001 afterwork => A001 in afterwork
         undo C1        => no: busy with A001
         finish A001    => A001 on to line 1
         undo C1        => A001 undone
         state A001     => afterwork at C1 since 0m
         finish A001    => A001 on to line 1
         call C1        => A001 called to C1 by O1 (arrival)
         park A001      => A001 parked at O1
         undo C1        => A001 undone
         start A001     => A001 started
         finish A001    => A001 finished
         undo C1        => A001 undone
         state A001     => serving at C1 since 0m",
    );
}

#[test]
fn what_something_has_come_of_is_not_taken_back() {
    check(
        "undo C1        => no: nothing to undo
         undo C9        => no: unknown counter
         issue S1       => A001 issued for S1
         call C1/O1     => O1 sits at C1; A001 called to C1 by O1 (arrival)
         noshow A001    => A001 missing for 10m
         put-back A001  => A001 put back
         undo C1        => no: nothing to undo
         call C1        => A001 called to C1 by O1 (arrival)
         send A001 S2   => A001 sent to S2 for S2
         undo C2        => no: nothing to undo
         call C2        => A001 called to C2 (arrival)
         undo C1        => no: nothing to undo
         start A001     => A001 started
         finish A001    => A001 finished
         +10001ms       =>
         undo C2        => no: nothing to undo
         issue S1       => A002 issued for S1
         call C1        => A002 called to C1 by O1 (arrival)
         noshow A002    => A002 missing for 10m
         break C1       => O1 has a break at C1
         undo C1        => no: on a break
         leave C1       => O1 leaves C1
         undo C1        => no: nothing to undo",
    );
}
