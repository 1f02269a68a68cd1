//! Stories of giving out tickets.

use super::stage::{Stage, check};
use crate::branch::Branch;
use crate::command::{Command, Issue, LineRequest};
use crate::ids::{DeviceId, LanguageId, ServiceId, TicketId};
use crate::limits::{TICKET_LINES_MAX, TICKETS_DAY_MAX, TICKETS_OPEN_MAX};
use crate::refusal::Refusal;
use crate::ticket::{Pass, Priority, Source, Token};

#[test]
fn labels_count_up_by_tag() {
    check(
        "issue S1      => A001 issued for S1
         issue S2      => B001 issued for S2
         issue S8      => A002 issued for S8
         issue S1:9,S2 => A003 issued for S1:9,S2
         line S1       => A003 A001
         line S2       => B001",
    );
}

#[test]
fn a_service_that_is_not_to_be_had_is_refused_by_its_reason() {
    check(
        "issue S9       => no: unknown service
         issue S4       => no: hidden
         issue S4 staff => D001 issued for S4
         issue S5       => no: disabled
         have S5        => Disabled
         have S4        => yes
         issue S5 staff => no: disabled
         issue S1,S5    => no: disabled
         set S5 enabled => settings changed
         issue S5       => E001 issued for S5",
    );
}

#[test]
fn hours_include_their_first_minute_and_not_their_last() {
    check(
        "issue S6  => F001 issued for S6
         +179m     =>
         issue S6  => F002 issued for S6
         +1m       =>
         issue S6  => no: closed
         have S6   => Closed
         issue S6 staff => no: closed
         +1259m    =>
         issue S6  => no: closed
         +1m       =>
         issue S6  => F003 issued for S6
         +96h      =>
         issue S6  => no: closed",
    );
}

#[test]
fn a_quota_counts_every_line_that_was_asked_for_today() {
    check(
        "left S1      => no end
         left S7      => 2
         have S7      => yes
         issue S7     => G001 issued for S7
         issue S1,S7,S7 => no: quota spent
         issue S1,S7  => A001 issued for S1,S7
         left S7      => 0
         have S7      => QuotaSpent
         issue S7     => no: quota spent
         delete G001  => G001 deleted
         issue S7     => no: quota spent
         set S7 quota=3 => settings changed
         issue S7     => G002 issued for S7
         set S7 quota=1 => settings changed
         left S7      => 0
         +1m          =>
         close day    => day 20261123 closed
         open day     => day 20261124 opened
         left S7      => 1
         issue S7     => G001 issued for S7",
    );
}

#[test]
fn the_language_must_be_one_of_the_branch() {
    let mut stage = Stage::open();
    stage.check(
        "issue S1 lang=2 => A001 issued for S1
         issue S1 lang=3 => no: unknown language
         issue S1        => A002 issued for S1",
    );
    let languages: Vec<u32> = stage.branch.tickets().map(|ticket| ticket.language.0).collect();
    assert_eq!(languages, [2, 1]);
}

#[test]
fn a_ticket_remembers_how_it_was_taken() {
    let mut stage = Stage::open();
    let issue = Issue {
        lines: vec![LineRequest { service: ServiceId(2), priority: Priority::URGENT }],
        language: Some(LanguageId(2)),
        token: token(7),
        pass: Pass::parse("passpasspas"),
        source: Source::Staff,
        device: Some(DeviceId(3)),
    };
    stage.submit(&Command::Issue(issue.clone())).expect("the service is to be had");
    let ticket = stage.ticket("B001").expect("it was issued");
    let kept = Issue {
        lines: vec![LineRequest { service: ticket.line().asked, priority: ticket.line().priority }],
        language: Some(ticket.language),
        token: ticket.token,
        pass: ticket.pass,
        source: ticket.source,
        device: ticket.device,
    };
    assert_eq!(kept, issue);
    assert_eq!(ticket.issued, stage.now().at);
}

#[test]
fn a_pass_and_a_token_serve_once() {
    let mut stage = Stage::open();
    stage.check(
        "issue S1 pass=x        => A001 issued for S1
         issue S1 pass=x        => no: pass used for A001
         issue S1 pass=y        => A002 issued for S1
         delete A001            => A001 deleted
         issue S1 pass=x        => no: pass used for A001
         issue S1 token=t       => A003 issued for S1
         issue S1 token=t       => no: token taken",
    );
    let ticket = stage.ticket("A003").expect("it was issued").clone();
    assert_eq!(stage.branch.ticket_by_token(&ticket.token), Some(&ticket));
    let ticket = stage.ticket("A002").expect("it was issued").clone();
    let pass = ticket.pass.expect("it used a pass");
    assert_eq!(stage.branch.ticket_by_pass(&pass), Some(&ticket));
    assert_eq!(stage.branch.last_ticket(), TicketId(3));
}

#[test]
fn a_ticket_has_one_to_ten_lines() {
    let ten = ["S1"; TICKET_LINES_MAX].join(",");
    check(&format!(
        "issue nothing  => no: lines out of bounds
         issue {ten}    => A001 issued for {ten}
         issue {ten},S2 => no: lines out of bounds"
    ));
}

#[test]
fn no_ticket_before_the_first_day_or_between_days() {
    Stage::blank().check(
        "issue S1  => no: day not open
         close day => no: day not open",
    );
    check(
        "close day => day 20261123 closed
         issue S1  => no: day not open",
    );
}

#[test]
fn a_spent_range_goes_on_with_one_more_digit() {
    let mut stage = Stage::open();
    stage.check("issue S1 => A001 issued for S1");
    let mut parts = stage.branch.parts().clone();
    parts.tickets.values_mut().for_each(|ticket| ticket.label.number = 998);
    stage.branch = Branch::restore(parts);
    for label in ["A999", "A1000", "A1001"] {
        let said = issue(&mut stage);
        assert_eq!(said, Ok(vec![format!("{label} issued for S1")]));
    }
}

#[test]
fn a_full_branch_gives_out_no_more() {
    for (copies, closed) in [(TICKETS_OPEN_MAX, false), (TICKETS_DAY_MAX, true)] {
        let mut stage = Stage::open();
        stage.check("issue S1 => A001 issued for S1");
        if closed {
            stage.check("delete A001 => A001 deleted");
        }
        crowd(&mut stage, copies - 1);
        assert!(issue(&mut stage).is_ok(), "the last one finds room");
        if closed {
            assert_eq!(stage.branch.open_tickets(), 1);
        }
        assert_eq!(issue(&mut stage), Err(Refusal::BranchFull));
    }
}

fn issue(stage: &mut Stage) -> Result<Vec<String>, Refusal> {
    let number = stage.branch.last_ticket().0 + 1;
    stage.submit(&Command::Issue(Issue {
        lines: vec![LineRequest { service: ServiceId(1), priority: Priority::NORMAL }],
        language: None,
        token: token(number),
        pass: None,
        source: Source::Customer,
        device: None,
    }))
}

fn token(number: u64) -> Token {
    Token::parse(&format!("t{number:0>9}")).expect("ten characters")
}

/// Fills the branch with copies of its one ticket until it holds `count`.
fn crowd(stage: &mut Stage, count: usize) {
    let mut parts = stage.branch.parts().clone();
    let (_, first) = parts.tickets.pop_first().expect("it holds one ticket");
    for number in 1..=count as u64 {
        let mut ticket = first.clone();
        ticket.id = TicketId(number);
        ticket.label.number = number as u32;
        ticket.token = token(number);
        parts.tickets.insert(ticket.id, ticket);
    }
    parts.last_ticket = TicketId(count as u64);
    stage.branch = Branch::restore(parts);
}
