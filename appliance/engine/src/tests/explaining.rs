//! Stories of why a ticket is, or is not, next.

use super::stage::check;

#[test]
fn behind_whom_and_why() {
    check(
        "issue S1    => A001 issued for S1
         why A001 C1 => next (arrival)
         issue S2    => B001 issued for S2
         why B001 C1 => behind A001 (arrival)
         why B001 C4 => next (arrival)
         issue S1:9  => A002 issued for S1:9
         why A002 C1 => next (priority)
         why A001 C1 => behind A002 (priority)
         issue S1:9  => A003 issued for S1:9
         why A003 C1 => behind A002 (arrival)
         why A002 C1 => next (arrival)
         why B001 C1 among S2 => next (arrival)
         why A001 C1 among S2 => not asked for
         why A001 C4 => not served here
         why A001 C1/O3 => not served here
         call C1     => A002 called to C1 (arrival)
         why A002 C1 => not waiting
         why A001 C1 => cannot call: busy with A002
         why A001 C2 => behind A003 (priority)
         why A001 C3 among S9 => not asked for
         why A001 C3 among S1,S9 => cannot call: unknown service
         why A001 C9 => not served here
         why A001 C2/O9 => not served here",
    );
}

#[test]
fn reserved_for_one_and_closed_to_others() {
    check(
        "issue S1     => A001 issued for S1
         issue S1     => A002 issued for S1
         issue S1     => A003 issued for S1
         take C1/O1 A002 => O1 sits at C1; A002 called to C1 by O1 (asked)
         send A002 O2 => A002 sent to O2 for S1
         take C1 A003 => A003 called to C1 by O1 (asked)
         send A003 C2 => A003 sent to C2 for S1
         why A002 C1  => reserved for O2
         why A003 C1  => reserved for C2
         why A001 C1  => next (arrival)
         why A002 C2/O2 => next (reserved)
         why A003 C2/O2 => behind A002 (arrival)
         why A001 C2/O2 => behind A002 (reserved)
         why A003 C2 among S3 => next (reserved)
         sit O2 C4    => O2 sits at C4
         why A002 C4  => next (reserved)
         why A002 C9  => reserved for O2
         why A002 C9/O2 => cannot call: unknown counter
         issue S2     => B001 issued for S2
         take C4 B001 => B001 called to C4 by O2 (asked)
         why A002 C2/O2 => cannot call: operator busy at C4",
    );
}
