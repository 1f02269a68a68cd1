//! Stories of what customers say afterwards.

use super::stage::check;

#[test]
fn each_question_is_answered_once() {
    check(
        "issue S1     => A001 issued for S1
         rate A001 5  => no: not closed yet
         call C1      => A001 called to C1 (arrival)
         rate A001 5  => no: not closed yet
         start A001   => A001 started
         rate A001 5  => no: not closed yet
         finish A001 afterwork => A001 in afterwork
         rate A001 5  => no: not closed yet
         finish A001  => A001 finished
         rate A001 6  => no: unknown answer
         rate A001 P1 Q3 1 => no: unknown answer
         rate A001 P3 Q1 1 => no: unknown answer
         rate A001 5  => A001 rated P1 Q1 5
         rate A001 4  => no: answered already
         rate A001 5  => no: answered already
         rate A001 P1 Q2 1 => A001 rated P1 Q2 1
         rate A001 P2 Q3 1 => A001 rated P2 Q3 1
         rate Z001 1  => no: unknown ticket",
    );
}

#[test]
fn the_window_closes_after_its_last_millisecond() {
    check(
        "issue S1    => A001 issued for S1
         call C1     => A001 called to C1 (arrival)
         start A001  => A001 started
         +30m        =>
         finish A001 => A001 finished
         wall +5h    =>
         +10m        =>
         rate A001 5 => A001 rated P1 Q1 5
         +1ms        =>
         rate A001 P1 Q2 1 => no: too late
         set feedback=11 => settings changed
         rate A001 P1 Q2 1 => A001 rated P1 Q2 1",
    );
}

#[test]
fn only_who_was_served_is_asked() {
    check(
        "set no-shows=1 => settings changed
         issue S1    => A001 issued for S1
         issue S1    => A002 issued for S1
         call C1     => A001 called to C1 (arrival)
         noshow A001 => A001 given up
         delete A002 => A002 deleted
         rate A001 5 => no: out of turn
         rate A002 5 => no: out of turn",
    );
}

#[test]
fn a_visit_that_goes_on_is_not_over() {
    check(
        "issue S1,S2 => A001 issued for S1,S2
         call C1     => A001 called to C1 (arrival)
         start A001  => A001 started
         finish A001 => A001 on to line 1
         rate A001 5 => no: not closed yet
         call C1     => A001 called to C1 (arrival)
         park A001   => A001 parked at C1
         rate A001 5 => no: not closed yet
         take C1 A001 parked => A001 called to C1 (asked)
         noshow A001 => A001 missing for 10m
         rate A001 5 => no: not closed yet",
    );
}
