//! Labels: what is printed on the slip and called in the hall.

use std::fmt;

use crate::limits::TAG_CHARS_MAX;

/// The letters before the number: up to [`TAG_CHARS_MAX`] characters, and never a digit at the
/// end, since "A1" + "001" would be called like "A" + "1001". May be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(Box<str>);

impl Tag {
    /// The tag with this text, or nothing where the text cannot be one.
    pub fn new(text: &str) -> Option<Tag> {
        let fits = text.chars().count() <= TAG_CHARS_MAX;
        let clear = !text.ends_with(char::is_numeric);
        let plain = text.chars().all(char::is_alphanumeric);
        (fits && clear && plain).then(|| Tag(text.into()))
    }

    /// The tag's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A tag and a number: unique in a business day. A booking has no number until its customer checks
/// in, and shows as nothing until then.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// The letters.
    pub tag: Tag,
    /// The number, from 1 (0: none has been given yet); written with at least three digits, and with more once 999 is passed.
    pub number: u32,
}

impl Label {
    /// The label of a ticket that has not been given a number.
    pub fn none(tag: Tag) -> Label {
        Label { tag, number: 0 }
    }

    /// Whether a number has been given.
    pub fn is_given(&self) -> bool {
        self.number != 0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_given() { write!(f, "{}{:03}", self.tag.0, self.number) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spent_range_goes_on_with_one_more_digit() {
        let tag = Tag::new("A").expect("a letter is a tag");
        let label = |number| Label { tag: tag.clone(), number }.to_string();
        assert_eq!(
            [label(1), label(42), label(999), label(1000)],
            ["A001", "A042", "A999", "A1000"]
        );
    }

    #[test]
    fn a_tag_that_would_blur_two_labels_is_none() {
        assert_eq!(Tag::new("A1"), None);
        assert_eq!(Tag::new("A-"), None);
        assert_eq!(Tag::new("ABCDE"), None);
        assert!(Tag::new("1A").is_some());
        assert!(Tag::new("").is_some());
    }
}
