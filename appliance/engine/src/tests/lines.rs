//! Stories of tickets that are changed after they were given out.

use super::stage::check;

#[test]
fn a_further_line_comes_after_those_before() {
    check(
        "issue S1        => A001 issued for S1
         add A001 S2:9   => A001 also for S2:9
         line S2         => nobody
         call C1         => A001 called to C1 (arrival)
         add A001 S3     => A001 also for S3
         start A001      => A001 started
         finish A001     => A001 on to line 1
         line S2         => A001
         call C4         => A001 called to C4 (arrival)
         start A001      => A001 started
         finish A001     => A001 on to line 2
         add A001 S1     => A001 also for S1
         delete A001     => A001 deleted
         add A001 S1     => no: out of turn",
    );
}

#[test]
fn a_further_line_is_asked_for_like_a_first_one() {
    check(
        "issue S1             => A001 issued for S1
         add A001 S9          => no: unknown service
         add A001 S4          => no: hidden
         add A001 S4 staff    => A001 also for S4
         add A001 S5          => no: disabled
         add A001 S7          => A001 also for S7
         left S7              => 1
         issue S7             => G001 issued for S7
         add A001 S7          => no: quota spent
         add B001 S1          => no: unknown ticket
         +4h                  =>
         add A001 S6          => no: closed
         book S1 13:30        => #3 booked for S1 in 30m
         add #3 S2            => no: out of turn
         close day            => day 20261123 closed
         add A001 S1          => no: day not open
         open day             => day 20261124 opened
         left S7              => 2
         add A001 S7          => A001 also for S7
         left S7              => 2",
    );
}

#[test]
fn a_ticket_has_only_so_many_lines() {
    check(
        "issue S1,S1,S1,S1,S1,S1,S1,S1,S1 => A001 issued for S1,S1,S1,S1,S1,S1,S1,S1,S1
         add A001 S2  => A001 also for S2
         add A001 S2  => no: lines out of bounds
         drop A001 9  => A001 without line 9
         add A001 S2  => no: lines out of bounds",
    );
}

#[test]
fn a_line_that_is_given_up_is_passed_over() {
    check(
        "issue S1,S2,S3  => A001 issued for S1,S2,S3
         drop A001 1     => A001 without line 1
         drop A001 1     => no: out of turn
         drop A001 3     => no: lines out of bounds
         call C1         => A001 called to C1 (arrival)
         drop A001 0     => no: out of turn
         start A001      => A001 started
         drop A001 0     => no: out of turn
         finish A001     => A001 on to line 2
         drop A001 0     => no: out of turn
         drop A001 2     => A001 deleted",
    );
}

#[test]
fn whoever_gives_up_what_they_wait_for_waits_for_the_next() {
    check(
        "issue S1,S2     => A001 issued for S1,S2
         issue S2        => B001 issued for S2
         +2m             =>
         drop A001 0     => A001 without line 0, on to line 1
         line S1         => nobody
         line S2         => A001 B001
         state A001      => waiting at S2 (NextLine) since 0m
         waited A001     => 2m
         add A001 S3     => A001 also for S3
         call C4         => A001 called to C4 (arrival)
         noshow A001     => A001 missing for 10m
         drop A001 1     => A001 without line 1, on to line 2
         due             => nothing
         line S3         => A001
         call C4         => A001 called to C4 (arrival)
         park A001       => A001 parked at C4
         drop A001 2     => A001 deleted",
    );
}

#[test]
fn a_promised_return_goes_with_its_line() {
    check(
        "issue S1,S3       => A001 issued for S1,S3
         call C1/O1        => O1 sits at C1; A001 called to C1 by O1 (arrival)
         send A001 S2 back => A001 sent to S2 for S2, then back to O1 for S1
         drop A001 0       => A001 without line 0, on to line 1
         call C4           => A001 called to C4 (arrival)
         finish A001 at-call => A001 started; A001 finished",
    );
}

#[test]
fn a_priority_moves_a_ticket_in_its_line() {
    check(
        "issue S1        => A001 issued for S1
         issue S1,S2     => A002 issued for S1,S2
         urge A002 0 9   => A002 line 0 at 9
         urge A002 0 9   => so already
         line S1         => A002 A001
         urge A002 1 1   => A002 line 1 at 1
         line S1         => A002 A001
         urge A002 2 9   => no: lines out of bounds
         issue S2        => B001 issued for S2
         call C1         => A002 called to C1 (priority)
         urge A002 0 1   => A002 line 0 at 1
         finish A002 at-call => A002 started; A002 on to line 1
         line S2         => B001 A002
         urge A002 0 5   => no: out of turn",
    );
}

#[test]
fn who_waits_is_sent_on_and_keeps_their_place() {
    check(
        "issue S1        => A001 issued for S1
         issue S2        => B001 issued for S2
         +3m             =>
         redirect A001 S2 => A001 sent on to S2 for S2
         state A001      => waiting at S2 (Transferred) since 0m
         waited A001     => 3m
         line S2         => A001 B001
         redirect A001 O1 for=S3 p7 => A001 sent on to O1 for S3:7
         call C4/O1      => O1 sits at C4; A001 called to C4 by O1 (priority)
         redirect A001 S1 => no: out of turn
         park A001       => A001 parked at O1
         redirect A001 C2 => A001 sent on to C2 for S3:7
         call C2         => A001 called to C2 (priority)
         noshow A001     => A001 missing for 10m
         redirect A001 S5 => no: disabled
         redirect A001 C1 for=S5 => no: disabled
         redirect A001 C9 => no: unknown counter
         redirect A001 O9 => no: unknown operator
         redirect A001 S9 => no: unknown service
         redirect A001 S1 => A001 sent on to S1 for S1:7
         due             => nothing",
    );
}

#[test]
fn who_is_sent_to_somebody_may_be_sent_for_something_else() {
    check(
        "issue S1        => A001 issued for S1
         call C1         => A001 called to C1 (arrival)
         send A001 O2 for=S2 back => A001 sent to O2 for S2, then back to C1 for S1
         call C2/O2      => O2 sits at C2; A001 called to C2 by O2 (reserved)
         finish A001 at-call => A001 started; A001 back to C1 for S1",
    );
}
