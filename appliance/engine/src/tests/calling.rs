//! Stories of calling: who is next, and who may call whom.

use super::stage::{Stage, check};

#[test]
fn urgency_goes_before_arrival() {
    check(
        "issue S1   => A001 issued for S1
         issue S2   => B001 issued for S2
         issue S1:6 => A002 issued for S1:6
         issue S1:9 => A003 issued for S1:9
         issue S1:1 => A004 issued for S1:1
         line S1    => A003 A002 A001 A004
         call C1    => A003 called to C1 (priority)
         call C2    => A002 called to C2 (priority)
         noshow A003 => A003 missing for 10m
         noshow A002 => A002 missing for 10m
         call C1    => A001 called to C1 (arrival)
         call C2    => B001 called to C2 (priority)
         noshow A001 => A001 missing for 10m
         call C1    => A004 called to C1 (arrival)
         call C3    => no: nobody waiting",
    );
}

#[test]
fn a_counter_and_an_operator_call_only_what_they_serve() {
    check(
        "issue S3    => C001 issued for S3
         issue S2    => B001 issued for S2
         issue S1    => A001 issued for S1
         call C1/O3  => O3 sits at C1; B001 called to C1 by O3 (arrival)
         call C3     => A001 called to C3 (arrival)
         noshow A001 => A001 missing for 10m
         call C3     => no: nobody waiting
         take C3 C001 => no: not served here
         take C3 A001 missing => A001 called to C3 (asked)
         call C4/O3  => no: operator busy at C1
         call C4     => C001 called to C4 (arrival)",
    );
}

#[test]
fn a_caller_may_ask_for_some_services_only() {
    check(
        "issue S1            => A001 issued for S1
         issue S2            => B001 issued for S2
         call C1 among S9    => no: unknown service
         call C1 among S3    => no: nobody waiting
         call C1 among nothing => no: nobody waiting
         call C1 among S2,S3 => B001 called to C1 (arrival)
         send B001 C2        => B001 sent to C2 for S2
         call C2 among S3    => B001 called to C2 (reserved)
         call C3 among S2    => no: nobody waiting",
    );
}

#[test]
fn what_is_reserved_for_the_caller_comes_before_arrival_but_not_before_urgency() {
    check(
        "issue S1      => A001 issued for S1
         issue S1      => A002 issued for S1
         issue S1:9    => A003 issued for S1:9
         take C1 A002  => A002 called to C1 (asked)
         send A002 C2  => A002 sent to C2 for S1
         call C2       => A003 called to C2 (priority)
         finish A003 at-call => A003 started; A003 finished
         call C2       => A002 called to C2 (reserved)
         finish A002   => no: out of turn
         start A002    => A002 started
         finish A002   => A002 finished
         call C2       => A001 called to C2 (arrival)",
    );
}

#[test]
fn an_operators_own_line_follows_them_to_any_counter() {
    check(
        "issue S1     => A001 issued for S1
         issue S1     => A002 issued for S1
         issue S3     => C001 issued for S3
         take C1 A002 => A002 called to C1 (asked)
         send A002 O2 => A002 sent to O2 for S1
         line O2      => A002
         call C1/O1   => O1 sits at C1; A001 called to C1 by O1 (arrival)
         call C4/O2   => O2 sits at C4; A002 called to C4 by O2 (reserved)
         noshow A002  => A002 missing for 10m
         take C4 A002 missing => no: not served here
         call C4      => C001 called to C4 by O2 (arrival)",
    );
}

#[test]
fn a_counter_holds_one_customer() {
    check(
        "issue S1     => A001 issued for S1
         issue S1     => A002 issued for S1
         call C1      => A001 called to C1 (arrival)
         call C1      => no: busy with A001
         take C1 A002 => no: busy with A001
         take C2 A001 => no: out of turn
         start A001   => A001 started
         call C1      => no: busy with A001
         finish A001 afterwork => A001 in afterwork
         call C1      => no: busy with A001
         finish A001  => A001 finished
         call C1      => A002 called to C1 (arrival)
         call C9      => no: unknown counter
         call C2/O9   => no: unknown operator
         take C2 Z001 => no: unknown ticket",
    );
}

#[test]
fn a_call_by_name_says_where_it_expects_the_ticket() {
    check(
        "issue S1             => A001 issued for S1
         take C1 A001 parked  => no: out of turn
         take C1 A001 missing => no: out of turn
         take C1 A001         => A001 called to C1 (asked)
         park A001            => A001 parked at C1
         take C1 A001         => no: out of turn
         take C2 A001 missing => no: out of turn
         take C2 A001 parked  => A001 called to C2 (asked)
         noshow A001          => A001 missing for 10m
         take C2 A001         => no: out of turn
         take C2 A001 parked  => no: out of turn
         take C2 A001 missing => A001 called to C2 (asked)",
    );
}

#[test]
fn whoever_calls_sits_there_and_others_leave() {
    check(
        "sit O1 C1   => O1 sits at C1
         sit O1 C1   => so already
         sit O2 C1   => O1 leaves C1; O2 sits at C1
         sit O2 C2   => O2 leaves C1; O2 sits at C2
         sit O1 C2   => O2 leaves C2; O1 sits at C2
         issue S1    => A001 issued for S1
         issue S1    => A002 issued for S1
         call C2     => A001 called to C2 by O1 (arrival)
         sit O2 C2   => no: busy with A001
         sit O1 C1   => no: operator busy at C2
         leave C2    => no: busy with A001
         call C2/O2  => no: busy with A001
         call C1/O1  => no: operator busy at C2
         finish A001 at-call => A001 started; A001 finished
         call C1/O1  => O1 leaves C2; O1 sits at C1; A002 called to C1 by O1 (arrival)
         noshow A002 => A002 missing for 10m
         leave C1    => O1 leaves C1
         leave C1    => no: no shift
         leave C3    => no: no shift
         leave C9    => no: unknown counter
         sit O9 C1   => no: unknown operator
         sit O1 C9   => no: unknown counter",
    );
}

#[test]
fn a_counter_with_an_unnamed_caller_cannot_be_taken_while_busy() {
    check(
        "issue S1   => A001 issued for S1
         call C1    => A001 called to C1 (arrival)
         sit O1 C1  => no: busy with A001
         park A001  => A001 parked at C1
         sit O1 C1  => O1 sits at C1",
    );
}

#[test]
fn nobody_sits_down_for_a_call_that_is_refused() {
    let mut stage = Stage::open();
    stage.check(
        "call C1/O1 => no: nobody waiting
         leave C1   => no: no shift",
    );
}

#[test]
fn the_wall_clock_has_no_say_in_who_came_first() {
    check(
        "issue S1 => A001 issued for S1
         wall -1h =>
         issue S1 => A002 issued for S1
         wall +2h =>
         issue S1 => A003 issued for S1
         line S1  => A001 A002 A003
         call C1  => A001 called to C1 (arrival)",
    );
}

#[test]
fn what_is_reserved_may_be_called_by_name_where_it_is_not_served() {
    check(
        "issue S1     => A001 issued for S1
         call C1      => A001 called to C1 (arrival)
         send A001 C4 => A001 sent to C4 for S1
         take C4/O3 A001 => O3 sits at C4; A001 called to C4 by O3 (asked)
         park A001    => A001 parked at O3
         take C4 A001 parked => A001 called to C4 by O3 (asked)
         send A001 C4 => A001 sent to C4 for S1
         take C2 A001 => A001 called to C2 (asked)",
    );
}

#[test]
fn a_missing_ticket_is_called_back_while_its_service_has_not_gone_on_too_far() {
    check(
        "set tolerance=2 => settings changed
         issue S1,S2 => A001 issued for S1,S2
         issue S1    => A002 issued for S1
         issue S1    => A003 issued for S1
         issue S1    => A004 issued for S1
         issue S2    => B001 issued for S2
         call C1     => A001 called to C1 (arrival)
         take C2 A002 => A002 called to C2 (asked)
         noshow A001 => A001 missing for 10m
         noshow A002 => A002 missing for 10m
         +1m         =>
         take C1 B001 => B001 called to C1 (asked)
         recall B001 => B001 recalled
         take C3 A003 => A003 called to C3 (asked)
         recall A003 => A003 recalled
         noshow A003 => A003 missing for 10m
         take C2 A001 missing => A001 called to C2 (asked)
         noshow A001 => A001 missing for 10m
         take C2 A004 => A004 called to C2 (asked)
         take C3 A002 missing => no: tolerance spent
         take C3 A001 missing => A001 called to C3 (asked)
         park A001   => A001 parked at C3
         put-back A002 => A002 put back
         take C3 A002 => A002 called to C3 (asked)",
    );
}

#[test]
fn without_tolerance_the_first_call_after_it_is_too_many() {
    check(
        "set tolerance=0 => settings changed
         issue S1    => A001 issued for S1
         issue S1    => A002 issued for S1
         call C1     => A001 called to C1 (arrival)
         noshow A001 => A001 missing for 10m
         +1ms        =>
         take C1 A001 missing => A001 called to C1 (asked)
         noshow A001 => A001 missing for 10m
         +1ms        =>
         call C1     => A002 called to C1 (arrival)
         take C2 A001 missing => no: tolerance spent",
    );
}

#[test]
fn a_ticket_that_was_missed_long_before_the_day_began_is_beyond_the_tolerance() {
    check(
        "set put-back=never => settings changed
         issue S1    => A001 issued for S1
         issue S1    => A002 issued for S1
         call C1     => A001 called to C1 (arrival)
         noshow A001 => A001 missing
         +1m         =>
         call C1     => A002 called to C1 (arrival)
         noshow A002 => A002 missing
         +119m       =>
         close day   => day 20261123 closed
         open day    => day 20261124 opened
         take C1 A001 missing => A001 called to C1 (asked)
         finish A001 at-call => A001 started; A001 finished
         +1m         =>
         close day   => day 20261124 closed
         open day    => day 20261125 opened
         take C1 A002 missing => A002 called to C1 (asked)
         noshow A002 => A002 missing
         +121m       =>
         close day   => day 20261125 closed
         open day    => day 20261126 opened
         take C1 A002 missing => no: tolerance spent",
    );
}
