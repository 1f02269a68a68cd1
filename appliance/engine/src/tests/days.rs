//! Stories of the business day.

use super::stage::{Stage, check};

#[test]
fn days_open_one_at_a_time_and_only_forward() {
    check(
        "open day          => no: day open
         close day         => day 20261123 closed
         close day         => no: day not open
         open day 20261123 => no: day in the past
         open day 20261122 => no: day in the past
         open day 20261130 => day 20261130 opened",
    );
}

#[test]
fn numbers_restart_and_carried_labels_stay_reserved() {
    check(
        "issue S1    => A001 issued for S1
         issue S1    => A002 issued for S1
         issue S1    => A003 issued for S1
         call C1     => A001 called to C1 (arrival)
         start A001  => A001 started
         finish A001 => A001 finished
         call C1     => A002 called to C1 (arrival)
         start A002  => A002 started
         +1m         =>
         close day   => day 20261123 closed
         open day    => day 20261124 opened
         issue S1    => A001 issued for S1
         issue S1    => A004 issued for S1
         line S1     => A003 A001 A004
         finish A002 => A002 finished
         delete A003 => A003 deleted
         issue S8    => A005 issued for S8
         +1m         =>
         close day   => day 20261124 closed
         open day    => day 20261125 opened
         issue S1    => A002 issued for S1
         issue S1    => A003 issued for S1
         issue S1    => A006 issued for S1",
    );
}

#[test]
fn the_nightly_close_ends_no_visit() {
    check(
        "issue S1    => A001 issued for S1
         issue S1    => A002 issued for S1
         issue S1    => A003 issued for S1
         issue S1    => A004 issued for S1
         call C1/O1  => O1 sits at C1; A001 called to C1 by O1 (arrival)
         call C2     => A002 called to C2 (arrival)
         park A002   => A002 parked at C2
         call C2     => A003 called to C2 (arrival)
         noshow A003 => A003 missing for 10m
         close day   => day 20261123 closed
         start A001  => A001 started
         +10m        =>
         due         => A003 put back by time
         call C2     => A003 called to C2 (arrival)
         open day    => day 20261124 opened
         state A001  => serving at C1 since 10m
         finish A001 => A001 finished
         call C1     => A004 called to C1 by O1 (arrival)
         finish A003 at-call => A003 started; A003 finished
         take C2 A002 parked => A002 called to C2 (asked)",
    );
}

#[test]
fn a_carried_ticket_keeps_its_place_before_those_of_today() {
    check(
        "issue S1  => A001 issued for S1
         +12h      =>
         close day => day 20261123 closed
         open day  => day 20261124 opened
         +1h       =>
         issue S1  => A002 issued for S1
         line S1   => A001 A002
         waited A001 => 780m
         call C1   => A001 called to C1 (arrival)",
    );
}

#[test]
fn a_ticket_closed_in_the_evening_is_still_known_in_the_morning_but_not_for_ever() {
    let mut stage = Stage::open();
    stage.check(
        "issue S1 token=a pass=a => A001 issued for S1
         issue S1 token=b pass=b => A002 issued for S1
         call C1     => A001 called to C1 (arrival)
         finish A001 at-call => A001 started; A001 finished
         +1ms        =>
         delete A002 => A002 deleted
         +7199999ms  =>
         close day   => day 20261123 closed
         open day    => day 20261124 opened
         state A002  => deleted since 119.99998333333333m
         delete A001 => no: unknown ticket
         finish A001 => no: unknown call
         issue S1 token=a pass=a => A001 issued for S1
         issue S1 pass=b => no: pass used for A002
         issue S1 token=b => no: token taken
         +48h        =>
         state A002  => deleted since 2999.9999833333336m",
    );
}

#[test]
fn the_seats_stay_through_the_night() {
    check(
        "sit O1 C1 => O1 sits at C1
         close day => day 20261123 closed
         open day  => day 20261124 opened
         issue S1  => A001 issued for S1
         call C1   => A001 called to C1 by O1 (arrival)",
    );
}
