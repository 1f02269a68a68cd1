//! What a model of display speaks, and whether it answers.

use super::alpha::Sign;

/// A model of display, or a family that behaves alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// The name that settings use.
    pub name: &'static str,
    /// What it speaks.
    pub language: Language,
    /// Whether it is asked to confirm what it is sent. Without, a display is well as long as its
    /// port takes bytes; many signs have no line back.
    pub confirm: bool,
}

/// The languages of displays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// The Alpha protocol of Adaptive's signs; see [`super::alpha`].
    Alpha(Sign),
}

/// The profiles that settings can name.
pub const PROFILES: &[Profile] = &[
    Profile { name: "alpha", language: Language::Alpha(Sign::ALPHA), confirm: false },
    Profile { name: "betabrite", language: Language::Alpha(Sign::BETABRITE), confirm: false },
];

impl Profile {
    /// The profile of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        PROFILES.iter().find(|profile| profile.name == name)
    }

    /// The same model, asked to confirm what it is sent, or not.
    #[must_use]
    pub fn confirming(self, confirm: bool) -> Self {
        Self { confirm, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_found_by_their_names_alone() {
        for profile in PROFILES {
            assert_eq!(Profile::named(profile.name), Some(profile));
            assert!(profile.confirming(true).confirm);
        }
        assert_eq!(Profile::named("blackboard"), None);
    }
}
