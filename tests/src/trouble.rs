//! Why something around the programs could not be done, as a text for whoever reads the test.

use std::fmt;

/// A sentence or more about what went wrong, with the end of the log where there is one.
#[derive(Clone, PartialEq, Eq)]
pub struct Trouble(String);

impl Trouble {
    /// Trouble with this text.
    pub fn new(text: impl Into<String>) -> Trouble {
        Trouble(text.into())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// As it is: a panic prints this form, and its lines must stay lines.
impl fmt::Debug for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Trouble {}
