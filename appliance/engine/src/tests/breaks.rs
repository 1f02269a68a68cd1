//! Stories of breaks.

use super::stage::check;

#[test]
fn whoever_has_a_break_is_not_given_tickets() {
    check(
        "sit O1 C1    => O1 sits at C1
         issue S1     => A001 issued for S1
         break C1     => O1 has a break at C1
         break C1     => so already
         call C1      => no: on a break
         call C1/O1   => no: on a break
         call C2/O1   => no: on a break
         take C1 A001 => no: on a break
         why A001 C1  => cannot call: on a break
         back C1      => O1 works on at C1
         back C1      => so already
         call C1      => A001 called to C1 by O1 (arrival)",
    );
}

#[test]
fn a_break_begins_between_two_customers() {
    check(
        "break C1     => no: no shift
         break C9     => no: unknown counter
         back C1      => no: no shift
         back C9      => no: unknown counter
         issue S1     => A001 issued for S1
         call C1/O1   => O1 sits at C1; A001 called to C1 by O1 (arrival)
         break C1     => no: busy with A001
         park A001    => A001 parked at O1
         break C1     => O1 has a break at C1
         take C1 A001 parked => no: on a break",
    );
}

#[test]
fn a_shift_that_ends_ends_its_break() {
    check(
        "sit O1 C1    => O1 sits at C1
         break C1     => O1 has a break at C1
         leave C1     => O1 leaves C1
         sit O1 C1    => O1 sits at C1
         back C1      => so already
         break C1     => O1 has a break at C1
         sit O1 C2    => O1 leaves C1; O1 sits at C2
         back C2      => so already
         break C2     => O1 has a break at C2
         issue S1     => A001 issued for S1
         call C2/O2   => O1 leaves C2; O2 sits at C2; A001 called to C2 by O2 (arrival)",
    );
}

#[test]
fn the_others_are_told_a_wait_without_the_counter_of_a_break() {
    check(
        "sit O1 C1    => O1 sits at C1
         sit O2 C2    => O2 sits at C2
         issue S1     => A001 issued for S1
         issue S1     => A002 issued for S1
         new S1       => 2, 5m
         break C2     => O2 has a break at C2
         new S1       => 2, 10m
         break C1     => O1 has a break at C1
         new S1       => 2, 4m
         back C1      => O1 works on at C1
         new S1       => 2, 10m",
    );
}
