//! Stories of changed settings, above all while customers are about.

use super::hall::{counter, hall, language, operator, question, service, survey};
use super::stage::{Stage, check};
use crate::command::Command;
use crate::ids::{CounterId, DeviceId, GroupId, LanguageId, OperatorId, ProfileId, ServiceId};
use crate::limits::{
    COUNTERS_MAX, DISPENSERS_MAX, FEEDBACK_MIN_MAX, FLAWS_MAX, GROUPS_MAX, HOURS_SPANS_MAX,
    LANGUAGES_MAX, OPERATORS_MAX, PASS_VALID_MIN_MAX, SERVICES_MAX, SURVEY_PARTS_MAX,
    TEXT_BYTES_MAX,
};
use crate::settings::{Dispenser, Group, Hours, Right, Rights, Serves, Settings, Texts};
use crate::settings_check::{check as checked, flaws};
use crate::settings_effects::{Effect, effects};
use crate::ticket::Place;

#[test]
fn nobody_is_left_in_a_line_that_no_longer_exists() {
    check(
        "issue S1,S2   => A001 issued for S1,S2
         set S3 gone   => no: a counter names 3, which does not exist
         set S8 gone   => settings changed
         set S8 gone   => so already
         set S1 gone   => no: a counter names 1, which does not exist
         set C3 gone   => settings changed
         set S1 gone   => no: an open ticket names 1, which does not exist
         set S7 gone   => settings changed
         delete A001   => A001 deleted
         set S1 gone   => settings changed
         issue S1      => no: unknown service",
    );
}

#[test]
fn the_places_of_open_tickets_stay() {
    check(
        "issue S1       => A001 issued for S1
         call C2        => A001 called to C2 (arrival)
         set C2 gone    => no: an open ticket names 2, which does not exist
         send A001 C2   => A001 sent to C2 for S1
         set C2 gone    => no: an open ticket names 2, which does not exist
         call C2/O2     => O2 sits at C2; A001 called to C2 by O2 (reserved)
         set O2 gone    => no: an open ticket names 2, which does not exist
         park A001      => A001 parked at O2
         set O2 gone    => no: an open ticket names 2, which does not exist
         take C1/O1 A001 parked => O1 sits at C1; A001 called to C1 by O1 (asked)
         set O2 gone    => O2 leaves C2; settings changed
         set C2 gone    => settings changed",
    );
}

#[test]
fn a_promised_return_keeps_its_operator_and_its_service() {
    check(
        "set C3 gone     => settings changed
         issue S1        => A001 issued for S1
         call C1/O1      => O1 sits at C1; A001 called to C1 by O1 (arrival)
         send A001 S2 back => A001 sent to S2 for S2, then back to O1 for S1
         set O1 gone     => no: an open ticket names 1, which does not exist
         set S1 gone     => no: an open ticket names 1, which does not exist
         set S2 gone     => no: a counter names 2, which does not exist",
    );
}

#[test]
fn whoever_the_settings_forget_leaves_their_seat() {
    check(
        "sit O1 C1     => O1 sits at C1
         sit O2 C2     => O2 sits at C2
         set O1 gone   => O1 leaves C1; settings changed
         set C2 gone   => O2 leaves C2; settings changed
         issue S1      => A001 issued for S1
         call C1       => A001 called to C1 (arrival)
         leave C2      => no: unknown counter
         sit O2 C4     => O2 sits at C4",
    );
}

#[test]
fn waiting_tickets_outlive_changes_that_concern_them() {
    check(
        "issue S1        => A001 issued for S1
         set S1 disabled => settings changed
         issue S1        => no: disabled
         call C1         => A001 called to C1 (arrival)
         start A001      => A001 started
         set S1 enabled  => settings changed
         set S1 tag=Z    => settings changed
         issue S1        => Z001 issued for S1
         issue S8        => A002 issued for S8
         set put-back=5  => settings changed
         call C2         => Z001 called to C2 (arrival)
         noshow Z001     => Z001 missing for 5m
         set put-back=30 => settings changed
         +5m             =>
         due             => Z001 put back by time",
    );
}

#[test]
fn each_list_has_its_limit() {
    fn upto<T>(count: usize, make: impl Fn(u32) -> T) -> Vec<T> {
        (1..=count as u32).map(make).collect()
    }
    fn all() -> Serves {
        Serves::All
    }
    type Fill = fn(&mut Settings, usize);
    let lists: [(&str, usize, Fill); 14] = [
        ("languages", LANGUAGES_MAX, |s, n| s.languages = upto(n, language)),
        ("services", SERVICES_MAX, |s, n| s.services = upto(n, |id| service(id, "A"))),
        ("groups", GROUPS_MAX, |s, n| s.groups = upto(n, |id| group(id, vec![]))),
        ("counters", COUNTERS_MAX, |s, n| s.counters = upto(n, |id| counter(id, all()))),
        ("operators", OPERATORS_MAX, |s, n| s.operators = upto(n, |id| operator(id, all()))),
        ("surveys", SURVEY_PARTS_MAX, |s, n| s.surveys = upto(n, |id| survey(id, vec![]))),
        ("questions", SURVEY_PARTS_MAX, |s, n| {
            s.surveys = vec![survey(1, upto(n, |id| question(id, 1)))];
        }),
        ("answers", SURVEY_PARTS_MAX, |s, n| {
            s.surveys = vec![survey(1, vec![question(1, n as u32)])];
        }),
        ("dispenser profiles", DISPENSERS_MAX, |s, n| {
            s.smart_ticket.dispensers =
                upto(n, |id| Dispenser { id: ProfileId(id), standby_s: 30 });
        }),
        ("a group", SERVICES_MAX, |s, n| {
            s.services = upto(SERVICES_MAX, |id| service(id, "A"));
            s.groups = vec![group(1, upto(n, ServiceId))];
        }),
        ("opening hours", HOURS_SPANS_MAX, |s, n| {
            let mut days = <[Vec<(u16, u16)>; 7]>::default();
            days[6] = upto(n, |id| (id as u16, id as u16 + 1));
            s.services[0].hours = Some(Hours { days });
        }),
        ("a service's name", LANGUAGES_MAX, |s, n| {
            s.services[0].names =
                Texts(upto(n, |id| (LanguageId(id), String::new())).into_iter().collect());
        }),
        ("the branch's name", TEXT_BYTES_MAX, |s, n| s.name = "x".repeat(n)),
        ("the slip's footer", TEXT_BYTES_MAX, |s, n| {
            s.slip_footer.0.insert(LanguageId(1), "x".repeat(n));
        }),
    ];
    for (what, most, fill) in lists {
        let mut settings = Settings { counters: vec![], operators: vec![], ..hall() };
        fill(&mut settings, most);
        assert_eq!(checked(&settings), Ok(()), "{what} at the limit");
        fill(&mut settings, most + 1);
        let fault = checked(&settings).expect_err(what).to_string();
        assert!(fault.contains(what), "{what}: {fault}");
    }
}

#[test]
fn what_does_not_hold_together_is_named() {
    type Spoil = fn(&mut Settings);
    let faults: [(&str, Spoil); 18] = [
        ("there must be at least one of languages", |s| s.languages.clear()),
        ("there must be at least one of answers of a question", |s| {
            s.surveys[0].questions[0].answers.clear();
        }),
        ("2 stands twice in services", |s| s.services[0].id = ServiceId(2)),
        ("1 stands twice in counters", |s| s.counters.push(counter(1, Serves::All))),
        ("1 stands twice in operators", |s| s.operators.push(operator(1, Serves::All))),
        ("1 stands twice in a group", |s| {
            s.groups.push(group(1, vec![ServiceId(1), ServiceId(1)]));
        }),
        ("a group names 9, which does not exist", |s| s.groups.push(group(1, vec![ServiceId(9)]))),
        ("a counter names 9, which does not exist", |s| {
            s.counters.push(counter(9, Serves::These(vec![ServiceId(9)])));
        }),
        ("an operator names 9, which does not exist", |s| {
            s.operators.push(operator(9, Serves::These(vec![ServiceId(9)])));
        }),
        ("opening hours is out of bounds", |s| hours(s, (600, 600))),
        ("opening hours is out of bounds", |s| hours(s, (600, 24 * 60 + 1))),
        ("rules.no_shows_max is out of bounds", |s| s.rules.no_shows_max = 0),
        ("rules.feedback_for_min is out of bounds", |s| {
            s.rules.feedback_for_min = FEEDBACK_MIN_MAX + 1;
        }),
        ("rules.put_back_after_min is out of bounds", |s| {
            s.rules.put_back_after_min = Some(24 * 60 + 1);
        }),
        ("rules.day_ends_minute is out of bounds", |s| s.rules.day_ends_minute = 24 * 60),
        ("smart_ticket.valid_min is out of bounds", |s| s.smart_ticket.valid_min = 0),
        ("smart_ticket.valid_min is out of bounds", |s| {
            s.smart_ticket.valid_min = PASS_VALID_MIN_MAX + 1;
        }),
        ("services.expected_ms is out of bounds", |s| s.services[0].expected_ms = 999),
    ];
    let mut stage = Stage::open();
    for (words, spoil) in faults {
        let mut settings = hall();
        settings.smart_ticket.printer = Some(DeviceId(1));
        spoil(&mut settings);
        let refusal = stage.submit(&Command::ChangeSettings(Box::new(settings)));
        let said = refusal.map_err(|refusal| super::words::no(&stage.branch, &refusal));
        assert_eq!(said, Err(words.to_owned()));
    }
    let mut settings = hall();
    settings.rules.feedback_for_min = FEEDBACK_MIN_MAX;
    settings.rules.put_back_after_min = Some(24 * 60);
    settings.rules.day_ends_minute = 24 * 60 - 1;
    settings.smart_ticket.valid_min = PASS_VALID_MIN_MAX;
    hours(&mut settings, (0, 24 * 60));
    assert_eq!(checked(&settings), Ok(()));
}

#[test]
fn every_flaw_is_named_with_its_place() {
    let mut settings = hall();
    settings.services[1].id = ServiceId(1);
    settings.services[2].expected_ms = 0;
    settings.counters.push(counter(9, Serves::These(vec![ServiceId(1), ServiceId(99)])));
    settings.rules.no_shows_max = 0;
    settings.services[0].names.0.insert(LanguageId(7), "x".repeat(TEXT_BYTES_MAX + 1));
    let last = settings.counters.len() - 1;
    let found = flaws(&settings);
    let said = |path: &str| {
        let flaw = found.iter().find(|flaw| flaw.path == path);
        flaw.map(ToString::to_string).unwrap_or_else(|| panic!("{path} is not in {found:?}"))
    };
    assert_eq!(said("/services/1/id"), "1 stands twice in services");
    assert_eq!(
        said("/services/2/expected_ms"),
        "services.expected_ms is out of bounds; it must be from 1000 to 86400000"
    );
    let dangling = said(&format!("/counters/{last}/serves/1"));
    assert_eq!(dangling, "a counter names 99, which does not exist");
    assert!(said("/rules/no_shows_max").ends_with("from 1 to 255"));
    assert!(said("/services/0/names/7").contains("longer than"));
    assert_eq!(checked(&settings), Err(found[0].fault.clone()), "the first of them");
}

#[test]
fn flaws_are_named_up_to_a_limit() {
    let mut settings = hall();
    settings.counters = vec![counter(1, Serves::All); FLAWS_MAX + 2];
    assert_eq!(flaws(&settings).len(), FLAWS_MAX);
}

#[test]
fn a_change_says_whom_it_hits() {
    let mut stage = Stage::open();
    for line in ["issue S1", "issue S1", "sit O2 C2", "call C1/O1"] {
        stage.run(line).expect("happens");
    }
    let mut settings = hall();
    assert_eq!(effects(&stage.branch, &settings), []);
    settings.services[0].disabled = true;
    assert_eq!(effects(&stage.branch, &settings), [Effect::WaitOn(ServiceId(1), 1)]);
    settings = hall();
    settings.services.retain(|service| service.id != ServiceId(1));
    settings.counters.retain(|counter| counter.id != CounterId(2));
    let hit = effects(&stage.branch, &settings);
    let expected = [
        Effect::Needed(Place::Service(ServiceId(1)), 2),
        Effect::Leaves(OperatorId(2), CounterId(2)),
    ];
    assert_eq!(hit, expected);
    assert!(hit[0].forbids() && !hit[1].forbids());
}

#[test]
fn no_two_operators_sign_in_as_the_same() {
    let mut settings = hall();
    settings.operators[2].login = settings.operators[0].login.clone();
    let said = checked(&settings).map_err(|fault| fault.to_string());
    assert_eq!(said, Err("3 stands twice in the operators' logins".to_owned()));
    for operator in &mut settings.operators {
        operator.login.clear();
    }
    assert_eq!(checked(&settings), Ok(()));
}

#[test]
fn rights_are_a_set() {
    assert!(Right::ALL.iter().all(|right| Rights::ALL.contains(*right)));
    assert!(Right::ALL.iter().all(|right| !Rights::NONE.contains(*right)));
    let two = Rights::of(&[Right::Transfer, Right::Counter, Right::Counter]);
    assert_eq!(two.iter().collect::<Vec<_>>(), [Right::Counter, Right::Transfer]);
    assert!(!Rights::CLERK.contains(Right::Hall) && !Rights::CLERK.contains(Right::Administration));
    let hall = hall();
    assert_eq!(hall.operator_by_login("clerk2").map(|operator| operator.id.0), Some(2));
    assert!(hall.operator_by_login("Clerk2").is_none());
}

fn group(id: u32, services: Vec<ServiceId>) -> Group {
    Group { id: GroupId(id), names: Texts::default(), services }
}

fn hours(settings: &mut Settings, span: (u16, u16)) {
    let mut days = <[Vec<(u16, u16)>; 7]>::default();
    days[0].push(span);
    settings.services[0].hours = Some(Hours { days });
}
