//! The sample branch that `--demo` loads into an empty data folder.

use std::collections::BTreeMap;

use engine::settings::{
    AnswerChoice, Bookings, Counter, Dispenser, Group, Language, Operator, Question, Right, Rights,
    Rules, Serves, Service, Settings, SmartTicket, Survey, Texts as Translations, VirtualTicket,
};
use engine::{
    AnswerId, BranchId, CounterId, DeviceId, GroupId, LanguageId, OperatorId, ProfileId,
    QuestionId, ServiceId, Tag,
};
use serve::passwords::{self, Hashed};

use crate::store::{Archive, StoreError};
use crate::texts::{Filling, SURVEY_ANSWERS, Texts};

/// The languages of the sample branch, numbered from 1.
const LANGUAGES: [&str; 4] = ["en-gb", "hu", "ru", "ar"];

/// The tags of its services, which are numbered from 1.
const TAGS: [&str; 6] = ["A", "B", "C", "D", "E", "F"];

/// The password of its clerks.
const CLERK_PASSWORD: &str = "demo-clerk";

/// The password of its manager.
const MANAGER_PASSWORD: &str = "demo-manager";

/// Minutes that one customer is expected to take until the branch has measured it.
const EXPECTED_MIN: u64 = 5;

/// The number of the sample branch.
pub const BRANCH: BranchId = BranchId(1);

/// The settings of the sample branch. Tickets taken by phone come out of `printer` too.
pub fn settings(texts: &Texts, printer: DeviceId) -> Settings {
    settings_of(BRANCH, texts, printer)
}

/// The same of a further branch, with another number.
pub fn settings_of(branch: BranchId, texts: &Texts, printer: DeviceId) -> Settings {
    let all = |id: &str| translated(texts, id, &[]);
    Settings {
        branch,
        name: name(branch),
        zone: "Europe/Budapest".into(),
        languages: (1..).zip(LANGUAGES).map(|(id, code)| language(texts, id, code)).collect(),
        services: (1..).zip(TAGS).map(|(id, tag)| service(texts, id, tag)).collect(),
        groups: vec![Group {
            id: GroupId(1),
            names: all("demo-group"),
            services: vec![ServiceId(5), ServiceId(6)],
        }],
        counters: (1..=4).map(counter).collect(),
        operators: operators(),
        surveys: vec![survey(texts)],
        rules: Rules {
            no_shows_max: 3,
            put_back_after_min: Some(10),
            feedback_for_min: 10,
            day_ends_minute: 4 * 60,
            tolerance_tickets: 10,
        },
        bookings: Bookings { enabled: true, ..Bookings::off() },
        smart_ticket: SmartTicket {
            enabled: true,
            public_url: None,
            dispenser_profile: ProfileId(1),
            survey: ProfileId(1),
            valid_min: 10,
            printer: Some(printer),
            title: all("smart-ticket-title"),
            description: all("smart-ticket-desc"),
            call_texts: all("notify-call"),
            feedback_texts: all("notify-feedback"),
            dispensers: vec![Dispenser { id: ProfileId(1), standby_s: 30 }],
        },
        virtual_ticket: VirtualTicket {
            enabled: true,
            your_turn: [all("vt-your-turn-title"), all("vt-your-turn-message")],
            almost_your_turn: [all("vt-almost-title"), all("vt-almost-message")],
            ..VirtualTicket::off()
        },
        slip_footer: all("demo-footer"),
    }
}

fn name(branch: BranchId) -> String {
    match branch {
        BRANCH => "Default branch".to_owned(),
        BranchId(number) => format!("Branch {number}"),
    }
}

fn translated(texts: &Texts, id: &str, gaps: &[(&str, Filling<'_>)]) -> Translations {
    let text = |code| texts.get(code, id, gaps).into_owned();
    let pairs = (1..).zip(LANGUAGES).map(|(id, code)| (LanguageId(id), text(code)));
    Translations(pairs.collect::<BTreeMap<_, _>>())
}

fn language(texts: &Texts, id: u32, code: &str) -> Language {
    let name = texts.plain(code, "language-name").into_owned();
    Language { id: LanguageId(id), code: code.into(), name }
}

fn service(texts: &Texts, id: u32, tag: &str) -> Service {
    let number = [("number", Filling::Number(u64::from(id)))];
    Service {
        id: ServiceId(id),
        tag: Tag::new(tag).expect("a letter is a tag"),
        names: translated(texts, "demo-service", &number),
        descriptions: translated(texts, "demo-service-description", &number),
        hidden: false,
        disabled: false,
        hours: None,
        quota: None,
        expected_ms: EXPECTED_MIN * 60_000,
    }
}

fn counter(id: u32) -> Counter {
    Counter { id: CounterId(id), name: id.to_string(), serves: Serves::All, keypad: id <= 2 }
}

fn operators() -> Vec<Operator> {
    let clerk = |id: u32| (id, format!("clerk{id}"), format!("Clerk {id}"), Rights::CLERK);
    let manager = (5, "manager".to_owned(), "Manager".to_owned(), Rights::ALL);
    let operator = |(id, login, name, rights)| Operator {
        id: OperatorId(id),
        login,
        name,
        serves: Serves::All,
        rights,
    };
    (1..=4).map(clerk).chain([manager]).map(operator).collect()
}

/// The passwords of its operators, hashed, which takes a core for as long as two hashes do: the
/// clerks share one. Everybody knows them, so they are for an empty data folder only.
pub fn credentials() -> Vec<(OperatorId, Hashed)> {
    let hashed = |password| passwords::hash(password).expect("it is short");
    let (clerk, manager) = (hashed(CLERK_PASSWORD), hashed(MANAGER_PASSWORD));
    let all = operators().into_iter().map(|operator| {
        let leads = operator.rights.contains(Right::Administration);
        (operator.id, if leads { manager.clone() } else { clerk.clone() })
    });
    all.collect()
}

/// The login of somebody who can still sign in with a password of the demonstration; takes a core
/// for as long as a hash for each of those logins that is there.
///
/// # Errors
///
/// [`StoreError`].
pub fn known_password(
    settings: &Settings,
    archive: &Archive,
) -> Result<Option<String>, StoreError> {
    for known in operators() {
        let leads = known.rights.contains(Right::Administration);
        let password = if leads { MANAGER_PASSWORD } else { CLERK_PASSWORD };
        let Some(operator) = settings.operator_by_login(&known.login) else { continue };
        let hash = archive.credential(operator.id)?;
        if hash.is_some_and(|hash| passwords::verify(password, Some(&hash))) {
            return Ok(Some(known.login));
        }
    }
    Ok(None)
}

fn survey(texts: &Texts) -> Survey {
    let answer = |(number, id): (u32, &str)| AnswerChoice {
        id: AnswerId(number),
        value: i32::try_from(number).unwrap_or(0),
        texts: translated(texts, id, &[]),
    };
    Survey {
        id: ProfileId(1),
        name: texts.plain(LANGUAGES[0], "survey-name").into_owned(),
        questions: vec![Question {
            id: QuestionId(1),
            texts: translated(texts, "survey-question", &[]),
            answers: (1..).zip(SURVEY_ANSWERS).map(answer).collect(),
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_branch_is_sound_and_complete_in_every_language() {
        let settings = settings(&Texts::new(), DeviceId(1));
        assert_eq!(engine::settings_check::check(&settings), Ok(()));
        let bookings = &settings.bookings;
        assert!(bookings.enabled && bookings.places == 1);
        for weekday in 0..7 {
            let slots: Vec<u16> = bookings.slots(weekday).collect();
            assert_eq!((slots.len(), slots[0], slots[15]), (16, 9 * 60, 16 * 60 + 30));
        }
        let service = &settings.services[0];
        assert_eq!(service.names.get(LanguageId(1)), "Service 1");
        for language in &settings.languages {
            for texts in [
                &service.names,
                &service.descriptions,
                &settings.slip_footer,
                &settings.smart_ticket.call_texts,
                &settings.surveys[0].questions[0].answers[4].texts,
            ] {
                assert!(texts.0.get(&language.id).is_some_and(|text| !text.is_empty()));
            }
        }
    }
}
