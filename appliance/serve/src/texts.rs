//! What both servers say to people, in four languages, compiled in, as translators edit them.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

/// The languages that are complete: code, the language that its plurals follow, and the texts.
/// The first is the one that the others fall back to.
const LANGUAGES: [(&str, &str, &str); 4] = [
    ("en-gb", "en", include_str!("../../texts/en-gb.ftl")),
    ("hu", "hu", include_str!("../../texts/hu.ftl")),
    ("ru", "ru", include_str!("../../texts/ru.ftl")),
    ("ar", "ar", include_str!("../../texts/ar.ftl")),
];

/// The locale messages of the phone page, by the numbers of the Smart Ticket interface.
pub const PHONE_MESSAGES: [(&str, &str); 13] = [
    ("8300", "m8300"),
    ("8327", "m8327"),
    ("8328", "m8328"),
    ("8329", "m8329"),
    ("8330", "m8330"),
    ("8331", "m8331"),
    ("8332", "m8332"),
    ("8333", "m8333"),
    ("8334", "m8334"),
    ("8335", "m8335"),
    ("8336", "m8336"),
    ("8337", "m8337"),
    ("8343", "m8343"),
];

/// The replies of the survey that a new branch begins with, from the worst to the best.
pub const SURVEY_ANSWERS: [&str; 5] =
    ["survey-answer-1", "survey-answer-2", "survey-answer-3", "survey-answer-4", "survey-answer-5"];

/// What a text has a gap for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filling<'a> {
    /// A number, on which plural forms depend.
    Number(u64),
    /// A text.
    Text(&'a str),
}

/// All texts. Cheap to clone.
#[derive(Clone)]
pub struct Texts(Arc<[Language]>);

struct Language {
    code: &'static str,
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.codes()).finish()
    }
}

impl Default for Texts {
    fn default() -> Texts {
        Texts::new()
    }
}

impl Texts {
    /// The texts that are compiled in.
    pub fn new() -> Texts {
        Texts(LANGUAGES.iter().map(|language| Language::read(*language)).collect())
    }

    /// The codes of the languages that are complete; the first is the one to fall back to.
    pub fn codes(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|language| language.code)
    }

    /// The text with this id in the language with this code, its gaps filled. A code that is not
    /// known falls back to one of the same language (`en-us` to `en-gb`), else to English; an id
    /// that is not known gives an empty text.
    pub fn get<'a>(&'a self, code: &str, id: &str, gaps: &[(&str, Filling<'_>)]) -> Cow<'a, str> {
        let language = self.language(code);
        let Some(pattern) = language.bundle.get_message(id).and_then(|message| message.value())
        else {
            return Cow::Borrowed("");
        };
        // A gap that nobody fills shows its name; a test keeps the names of all languages together.
        let mut faults = Vec::new();
        if gaps.is_empty() {
            return language.bundle.format_pattern(pattern, None, &mut faults);
        }
        let args: FluentArgs<'_> =
            gaps.iter().map(|(name, gap)| (*name, FluentValue::from(gap))).collect();
        Cow::Owned(language.bundle.format_pattern(pattern, Some(&args), &mut faults).into_owned())
    }

    /// The text with this id, which has no gaps.
    pub fn plain<'a>(&'a self, code: &str, id: &str) -> Cow<'a, str> {
        self.get(code, id, &[])
    }

    fn language(&self, code: &str) -> &Language {
        let primary = |code: &str| code.split(['-', '_']).next().map(str::to_ascii_lowercase);
        let exact = self.0.iter().find(|known| known.code.eq_ignore_ascii_case(code));
        let near = || self.0.iter().find(|known| primary(known.code) == primary(code));
        exact.or_else(near).unwrap_or(&self.0[0])
    }
}

impl Language {
    fn read((code, plurals, source): (&'static str, &str, &str)) -> Language {
        let resource = FluentResource::try_new(source.to_owned())
            .map_err(|(_, faults)| faults)
            .expect("a test reads every language");
        let rules = plurals.parse().expect("the codes are written above");
        let mut bundle = FluentBundle::new_concurrent(vec![rules]);
        // Isolating marks would be printed as boxes.
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).expect("a test reads every language");
        Language { code, bundle }
    }
}

impl<'a> From<&Filling<'a>> for FluentValue<'a> {
    fn from(filling: &Filling<'a>) -> FluentValue<'a> {
        match filling {
            Filling::Number(number) => FluentValue::from(*number),
            Filling::Text(text) => FluentValue::from(*text),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Every message of a language, with the names of its gaps.
    fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut current = String::new();
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            let begins = line.starts_with(|c: char| c.is_ascii_alphanumeric());
            if begins && let Some((id, _)) = line.split_once(" = ") {
                current = id.to_owned();
                assert!(messages.insert(current.clone(), BTreeSet::new()).is_none(), "{id} twice");
            }
            // What stands in quotes is for the phone page to fill in.
            let outside = line.split("{\"").map(|part| part.split("\"}").last().unwrap());
            for gap in outside.flat_map(|part| part.split("{ $").skip(1)) {
                let name: String = gap.chars().take_while(char::is_ascii_alphanumeric).collect();
                messages.get_mut(&current).unwrap().insert(name);
            }
        }
        messages
    }

    #[test]
    fn every_language_has_every_text_with_the_same_gaps() {
        let english = messages(LANGUAGES[0].2);
        assert!(40 < english.len());
        for (code, _, source) in LANGUAGES {
            assert_eq!(messages(source), english, "{code}");
        }
        for (_, id) in PHONE_MESSAGES {
            assert!(english.contains_key(id), "{id}");
        }
    }

    #[test]
    fn every_text_is_there_and_its_gaps_are_filled() {
        let texts = Texts::new();
        let gaps = [
            ("count", Filling::Number(3)),
            ("minutes", Filling::Number(7)),
            ("time", Filling::Text("09:30")),
            ("date", Filling::Text("2026-11-22")),
            ("number", Filling::Number(5)),
            ("token", Filling::Text("0f3a")),
            ("pin", Filling::Text("0123")),
        ];
        for (code, _, source) in LANGUAGES {
            for (id, names) in messages(source) {
                let text = texts.get(code, &id, &gaps);
                assert!(!text.trim().is_empty(), "{code} {id}");
                let for_apps = text.replace("%{ticket.", "");
                let meant_for_the_page = for_apps.replace("{0}", "").replace("${ticketNumber}", "");
                let rest = meant_for_the_page.replace("{counterNumber}", "");
                assert!(!rest.replace("{ticketNumber}", "").contains('{'), "{code} {id}: {text}");
                let digit = names.iter().any(|name| name == "time") && !text.contains("09:30");
                assert!(!digit, "{code} {id}: {text}");
            }
        }
    }

    #[test]
    fn translations_are_not_copies() {
        let texts = Texts::new();
        for (id, _) in messages(LANGUAGES[0].2) {
            let english = texts.plain("en-gb", &id);
            for code in ["hu", "ru", "ar"] {
                // A product's name may stay as it is.
                let same = texts.plain(code, &id) == english && id != "smart-ticket-title";
                assert!(!same, "{code} {id}");
            }
        }
    }

    /// The forms that a language takes for these numbers, with the numbers left out.
    fn forms(code: &str, id: &str, gap: &str, counts: &[u64]) -> Vec<String> {
        let texts = Texts::new();
        let form = |count: &u64| {
            texts.get(code, id, &[(gap, Filling::Number(*count))]).replace(&count.to_string(), "#")
        };
        counts.iter().map(form).collect()
    }

    #[test]
    fn plurals_follow_their_language() {
        let ahead = |code, counts: &[u64]| forms(code, "slip-ahead", "count", counts);
        let english = ahead("en-gb", &[0, 1, 2, 21, 101]);
        assert_eq!(english[0], "Nobody is ahead of you");
        assert_eq!(english[1], "# person is ahead of you");
        assert_eq!(english[2], "# people are ahead of you");
        assert!(english[2..].iter().all(|form| *form == english[2]));

        let hungarian = ahead("hu", &[0, 1, 2, 100]);
        assert!(hungarian[0] != hungarian[1] && hungarian[1..].iter().all(|f| *f == hungarian[1]));

        // One form ends in "chelovek", the other in "cheloveka".
        let few = ahead("ru", &[2, 3, 4, 22, 112 + 10, 1_003]);
        let many = ahead("ru", &[1, 5, 11, 12, 14, 20, 21, 25, 111, 112]);
        assert!(few.iter().all(|form| *form == few[0] && form.ends_with('\u{430}')));
        assert!(many.iter().all(|form| *form == many[0] && form.ends_with('\u{43a}')));
        // "okolo 21 minuty", "okolo 11 minut".
        let minutes = forms("ru", "slip-wait", "minutes", &[1, 21, 101, 2, 5, 11, 111]);
        assert!(minutes[..3].iter().all(|form| form.ends_with('\u{44b}')), "{minutes:?}");
        assert!(minutes[3..].iter().all(|form| form.ends_with('\u{442}')), "{minutes:?}");

        for (id, gap) in [("slip-ahead", "count"), ("slip-wait", "minutes")] {
            let arabic = forms("ar", id, gap, &[0, 1, 2, 3, 11]);
            assert_eq!(arabic.iter().collect::<BTreeSet<_>>().len(), 5, "{arabic:?}");
            let same = forms("ar", id, gap, &[3, 7, 10]);
            assert!(same.iter().all(|form| *form == same[0] && form.contains('#')), "{same:?}");
            let same = forms("ar", id, gap, &[11, 25, 99]);
            assert!(same.iter().all(|form| *form == same[0] && form.contains('#')), "{same:?}");
        }
    }

    #[test]
    fn unknown_codes_fall_back_and_unknown_ids_are_empty() {
        let texts = Texts::new();
        assert_eq!(texts.plain("hu", "profile-back"), "Vissza");
        assert_eq!(texts.plain("HU", "profile-back"), "Vissza");
        assert_eq!(texts.plain("ru-RU", "profile-back"), texts.plain("ru", "profile-back"));
        assert_eq!(texts.plain("en-us", "profile-back"), "Back");
        assert_eq!(texts.plain("tlh", "profile-back"), "Back");
        assert_eq!(texts.plain("", "profile-back"), "Back");
        assert_eq!(texts.plain("en-gb", "no-such-text"), "");
        assert_eq!(texts.codes().collect::<Vec<_>>(), ["en-gb", "hu", "ru", "ar"]);
    }

    #[test]
    fn what_the_page_fills_in_stays_as_it_is() {
        let texts = Texts::new();
        assert!(texts.plain("en-gb", "m8335").contains(" {0} "));
        assert!(texts.plain("en-gb", "notify-call").contains("#{ticketNumber}"));
        assert!(texts.plain("hu", "notify-call").contains("${counterNumber}"));
        assert_eq!(
            texts.plain("en-gb", "m8337"),
            "Are you sure to cancel your ticket?",
            "as the interface's document has it"
        );
    }
}
