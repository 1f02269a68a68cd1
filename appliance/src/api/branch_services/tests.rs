//! The table of routes, the words for every no, and how services on tickets are named.

use std::collections::BTreeSet;

use engine::settings::{Operator, Right, Rights, Serves};
use engine::{OperatorId, TicketId};
use proptest::prelude::*;
use serve::branch_services::faults::WORDS;
use serve::http::{Method, StatusCode};

use super::operations::{GUARDS, Guard, OPERATIONS, Verb, find};
use super::wire::LineId;
use super::{Caller, Identity, ROUTES, below, reception};
use crate::texts::Texts;

/// A path that fits a route, as its segments.
fn path(route: &'static str) -> Vec<&'static str> {
    route.split('/').map(|part| if part.starts_with('{') { "7" } else { part }).collect()
}

#[test]
fn every_path_of_the_table_leads_to_its_own_row() {
    let labels: BTreeSet<&str> = OPERATIONS.iter().map(|row| row.route).collect();
    for row in OPERATIONS {
        let segments = path(row.route);
        let method = match row.verb {
            Verb::Get => Method::GET,
            Verb::Post => Method::POST,
        };
        let (found, gaps) = find(below(&segments), &method).unwrap();
        assert_eq!((found.route, found.operation), (row.route, row.operation));
        assert_eq!(gaps.len(), row.route.matches('{').count(), "{}", row.route);
        let mut longer = segments.clone();
        longer.push("");
        assert!(find(below(&longer), &method).is_ok(), "{} with a slash", row.route);
        let refused = find(below(&segments), &Method::DELETE).unwrap_err();
        assert_eq!(refused.status, StatusCode::METHOD_NOT_ALLOWED, "{}", row.route);
        assert!(refused.allow.is_some_and(|allow| allow.contains(method.as_str())));
        longer.push("more");
        let refused = find(below(&longer), &method).unwrap_err();
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{}", row.route);
    }
    assert!(labels.iter().all(|label| ROUTES.contains(label)));
    let root = below(&["tickets", "ticketpng", "7", ""]).to_vec();
    assert_eq!(find(&root, &Method::GET).unwrap().1, ["7"]);
}

#[test]
fn each_guard_admits_its_own_kind_of_caller() {
    let with = |right: Right| {
        Caller::Operator(Operator {
            id: OperatorId(1),
            login: "clerk".into(),
            name: "A clerk".into(),
            serves: Serves::All,
            rights: Rights::of(&[right]),
        })
    };
    let booker = Caller::Booker(Identity::parse("anna").unwrap());
    for guard in GUARDS {
        let open = guard == Guard::Anyone;
        assert_eq!(guard.admits(&Caller::Anyone), open, "{guard:?}");
        let for_bookers = matches!(guard, Guard::Booker | Guard::BookerOrHall);
        assert_eq!(guard.admits(&booker), open || for_bookers, "{guard:?}");
        for right in Right::ALL {
            let expected = match guard {
                Guard::Anyone => true,
                Guard::Booker => false,
                Guard::BookerOrHall | Guard::Hall => right == Right::Hall,
                Guard::Operator => right == Right::Counter,
                Guard::Statistics => [Right::Hall, Right::Administration].contains(&right),
            };
            assert_eq!(guard.admits(&with(right)), expected, "{guard:?} {right:?}");
        }
    }
}

#[test]
fn every_no_has_words_in_every_language() {
    let texts = Texts::new();
    let mut names = BTreeSet::new();
    for words in WORDS {
        assert!(names.insert(words.text()), "{words:?} shares its text");
        for code in texts.codes() {
            assert!(!texts.plain(code, words.text()).is_empty(), "{code} {words:?}");
        }
    }
}

#[test]
fn an_identity_is_any_text_that_can_be_seen() {
    let most = "x".repeat(reception::IDENTITY_CHARS_MAX);
    for text in
        ["anna", " +36 1 234 5678 ", "anna@example.org", "\u{430}\u{43d}\u{43d}\u{430}", &most]
    {
        assert_eq!(Identity::parse(text).unwrap().as_str(), text.trim());
    }
    for text in ["", "  ", "a\nb", "a\u{0}", &format!("{most}x")] {
        assert!(Identity::parse(text).is_none(), "{text:?}");
    }
    let shown = format!("{:?}", Identity::parse("anna@example.org"));
    assert!(!shown.contains("anna"));
    let mark = |text: &str| Identity::parse(text).unwrap().mark();
    assert!(mark("anna") == mark("anna") && mark("anna") != mark("boris"));
    assert!(mark("anna").len() == 32 && !mark("anna").contains("anna"));
}

proptest! {
    #[test]
    fn a_service_on_a_ticket_is_found_by_its_number(ticket in 1..u64::MAX / 200, place in 0..10_usize) {
        let id = LineId { ticket: TicketId(ticket), place };
        prop_assert_eq!(LineId::of(id.number()), Some(id));
    }

    #[test]
    fn any_number_names_a_service_or_nothing(number in any::<u64>()) {
        if let Some(id) = LineId::of(number) {
            prop_assert_eq!(id.number(), number);
        }
    }

    #[test]
    fn no_path_is_too_strange(segments in prop::collection::vec("\\PC{0,9}|booking|tickets|config", 0..8)) {
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        if let Ok((row, gaps)) = find(below(&path), &Method::GET) {
            prop_assert!(gaps.iter().all(|gap| !gap.is_empty()), "{}", row.route);
        }
    }
}
