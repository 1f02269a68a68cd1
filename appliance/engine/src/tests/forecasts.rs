//! Stories of what waiting customers are told.

use super::stage::{Stage, check};
use crate::branch::{Branch, Pace};
use crate::ids::ServiceId;

#[test]
fn who_is_ahead_and_how_long_that_takes() {
    check(
        "new S1     => 0, 0m
         issue S1   => A001 issued for S1
         ahead A001 => 0, 0m
         issue S1   => A002 issued for S1
         issue S1:1 => A003 issued for S1:1
         issue S1:9 => A004 issued for S1:9
         ahead A003 => 3, 5m
         ahead A001 => 1, 2m
         ahead A004 => 0, 0m
         new S1     => 3, 5m
         sit O1 C3  => O1 sits at C3
         new S1     => 3, 15m
         sit O2 C1  => O2 sits at C1
         new S1     => 3, 8m
         leave C3   => O1 leaves C3
         leave C1   => O2 leaves C1
         new S1     => 3, 5m
         call C3    => A004 called to C3 (priority)
         ahead A004 => nothing
         new S1     => 2, 10m
         +10m       =>
         noshow A004 => A004 missing for 10m
         close day  => day 20261123 closed
         open day   => day 20261124 opened
         new S1     => 2, 4m",
    );
}

#[test]
fn the_pace_follows_what_is_measured() {
    check(
        "issue S1    => A001 issued for S1
         issue S1    => A002 issued for S1
         call C3     => A001 called to C3 (arrival)
         +13m        =>
         finish A001 at-call => A001 started 13m ago; A001 finished
         new S1      => 1, 6m
         call C3     => A002 called to C3 (arrival)
         +14m        =>
         finish A002 at-call => A002 started 14m ago; A002 finished
         issue S1    => A003 issued for S1
         new S1      => 1, 7m",
    );
}

#[test]
fn the_work_of_other_lines_at_the_same_counters_counts_with_its_share() {
    check(
        "sit O1 C1 => O1 sits at C1
         issue S2  => B001 issued for S2
         issue S2  => B002 issued for S2
         new S1    => 0, 10m
         sit O2 C4 => O2 sits at C4
         new S1    => 0, 5m
         issue S2:9 => B003 issued for S2:9
         issue S1:8 => A001 issued for S1:8
         ahead A001 => 0, 3m
         issue S2  => B004 issued for S2
         ahead B004 => 3, 10m",
    );
}

#[test]
fn a_line_that_others_serve_too_counts_for_its_part() {
    check(
        "sit O1 C1 => O1 sits at C1
         sit O2 C2 => O2 sits at C2
         sit O3 C4 => O3 sits at C4
         issue S2  => B001 issued for S2
         issue S2  => B002 issued for S2
         new S1    => 0, 4m",
    );
}

#[test]
fn who_has_left_is_not_counted_on() {
    check(
        "issue S1   => A001 issued for S1
         issue S1   => A002 issued for S1
         call C3/O1 => O1 sits at C3; A001 called to C3 by O1 (arrival)
         finish A001 at-call => A001 started; A001 finished
         new S1     => 1, 5m
         leave C3   => O1 leaves C3
         new S1     => 1, 2m",
    );
}

#[test]
fn the_mean_wait_is_of_those_who_wait_now() {
    check(
        "mean S1 => 0m
         issue S1 => A001 issued for S1
         +4m      =>
         issue S1 => A002 issued for S1
         mean S1  => 2m
         +2m      =>
         mean S1  => 4m
         call C1  => A001 called to C1 (arrival)
         mean S1  => 2m",
    );
}

#[test]
fn absurd_measurements_overflow_nothing() {
    let mut stage = Stage::open();
    stage.check(
        "issue S1 => A001 issued for S1
         issue S1 => A002 issued for S1
         issue S1 => A003 issued for S1
         issue S2 => B001 issued for S2
         issue S2 => B002 issued for S2
         call C1  => A001 called to C1 (arrival)",
    );
    let mut parts = stage.branch.parts().clone();
    for service in [1, 2] {
        parts.paces.insert(ServiceId(service), Pace { mean_ms: u64::MAX });
    }
    stage.branch = Branch::restore(parts);
    stage.run("finish A001 at-call").expect("it is called");
    let told = |service| stage.branch.forecast_service(ServiceId(service), stage.now().at);
    let eighth = u64::MAX / 8;
    assert!(told(1).wait >= std::time::Duration::from_millis(eighth));
    assert!(told(2).wait >= std::time::Duration::from_millis(eighth));
}

#[test]
fn a_reserved_line_has_one_person() {
    check(
        "issue S1     => A001 issued for S1
         issue S1     => A002 issued for S1
         call C1      => A001 called to C1 (arrival)
         send A001 C2 => A001 sent to C2 for S1
         call C1      => A002 called to C1 (arrival)
         send A002 C2 => A002 sent to C2 for S1
         ahead A001   => 0, 0m
         ahead A002   => 1, 5m
         new S1       => 0, 0m",
    );
}
