//! The hall in which the stories are set.

use std::collections::BTreeMap;

use crate::ids::{
    AnswerId, BranchId, CounterId, LanguageId, OperatorId, ProfileId, QuestionId, ServiceId,
};
use crate::label::Tag;
use crate::settings::{
    AnswerChoice, Bookings, Counter, Hours, Language, Operator, Question, Rights, Serves, Service,
    Settings, Survey, Texts,
};

/// Services 1 to 8, counters 1 to 4, operators 1 to 3, two surveys:
///
/// - S1, S2, S3 (tags A, B, C) have nothing special; S8 shares tag A with S1
/// - S4 (D) is hidden, S5 (E) disabled, S6 (F) has hours Mon-Fri 9:00-12:00, S7 (G) a quota of 2
/// - C1 and C2 serve everything, C3 only S1, C4 only S2 and S3
/// - O1 and O2 serve everything, O3 only S2
/// - survey 1 asks Q1 (1 to 5) and Q2 (1, 2), survey 2 asks Q3 (1)
/// - bookings: half an hour each, Mon-Fri 8:00-12:00 and 13:00-17:00, one place a slot and service
/// - the third no-show closes, a missing ticket comes back after 10 minutes, feedback for 10 minutes
pub(super) fn hall() -> Settings {
    let morning = || vec![(9 * 60, 12 * 60)];
    let working = || vec![(8 * 60, 12 * 60), (13 * 60, 17 * 60)];
    let booked = [working(), working(), working(), working(), working(), vec![], vec![]];
    let week = [morning(), morning(), morning(), morning(), morning(), vec![], vec![]];
    Settings {
        branch: BranchId(1),
        languages: vec![language(1), language(2)],
        services: vec![
            service(1, "A"),
            service(2, "B"),
            service(3, "C"),
            Service { hidden: true, ..service(4, "D") },
            Service { disabled: true, ..service(5, "E") },
            Service { hours: Some(Hours { days: week }), ..service(6, "F") },
            Service { quota: Some(2), ..service(7, "G") },
            service(8, "A"),
        ],
        counters: vec![
            counter(1, Serves::All),
            counter(2, Serves::All),
            counter(3, Serves::These(vec![ServiceId(1)])),
            counter(4, Serves::These(vec![ServiceId(2), ServiceId(3)])),
        ],
        operators: vec![
            operator(1, Serves::All),
            operator(2, Serves::All),
            operator(3, Serves::These(vec![ServiceId(2)])),
        ],
        surveys: vec![
            survey(1, vec![question(1, 5), question(2, 2)]),
            survey(2, vec![question(3, 1)]),
        ],
        bookings: Bookings { enabled: true, hours: Hours { days: booked }, ..Bookings::off() },
        rules: crate::settings::Rules { put_back_after_min: Some(10), ..Settings::blank().rules },
        ..Settings::blank()
    }
}

pub(super) fn language(id: u32) -> Language {
    Language { id: LanguageId(id), code: format!("l{id}"), name: format!("Language {id}") }
}

pub(super) fn service(id: u32, tag: &str) -> Service {
    Service {
        id: ServiceId(id),
        tag: Tag::new(tag).expect("the hall's tags are sound"),
        names: Texts(BTreeMap::from([(LanguageId(1), format!("Service {id}"))])),
        descriptions: Texts::default(),
        hidden: false,
        disabled: false,
        hours: None,
        quota: None,
        expected_ms: 5 * 60_000,
    }
}

pub(super) fn counter(id: u32, serves: Serves) -> Counter {
    Counter { id: CounterId(id), name: format!("Counter {id}"), serves, keypad: false }
}

pub(super) fn operator(id: u32, serves: Serves) -> Operator {
    let login = format!("clerk{id}");
    Operator { id: OperatorId(id), name: login.clone(), login, serves, rights: Rights::CLERK }
}

pub(super) fn survey(id: u32, questions: Vec<Question>) -> Survey {
    Survey { id: ProfileId(id), name: format!("Survey {id}"), questions }
}

pub(super) fn question(id: u32, answers: u32) -> Question {
    let answer = |id| AnswerChoice { id: AnswerId(id), value: 0, texts: Texts::default() };
    Question {
        id: QuestionId(id),
        texts: Texts::default(),
        answers: (1..=answers).map(answer).collect(),
    }
}
