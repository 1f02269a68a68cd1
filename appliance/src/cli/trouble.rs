//! Why something could not be done, for the technician: what, and what to do.

use std::fmt;
use std::io;

/// What stood in the way.
#[derive(Debug)]
pub(super) struct Trouble {
    /// A word for programs, which stays as it is.
    pub(super) code: String,
    /// What it is, in a sentence or two.
    pub(super) message: String,
    /// What to do, where the message does not say so.
    pub(super) remedy: Option<String>,
    /// What is wrong in detail: a path and a sentence each.
    pub(super) errors: Vec<(String, String)>,
}

impl Trouble {
    pub(super) fn new(code: impl Into<String>, message: impl Into<String>) -> Trouble {
        let (code, message) = (code.into(), message.into());
        Trouble { code, message, remedy: None, errors: Vec::new() }
    }

    /// The same, with what to do.
    pub(super) fn remedy(mut self, remedy: impl Into<String>) -> Trouble {
        self.remedy = Some(remedy.into());
        self
    }

    /// A file or a folder that cannot be used.
    pub(super) fn with_file(path: &std::path::Path, cause: &io::Error) -> Trouble {
        Trouble::new("file", format!("{}: {cause}", path.display()))
    }

    /// Whether the reader of our output has gone, as `head` does.
    pub(super) fn is_closed_pipe(&self) -> bool {
        self.code == CLOSED_PIPE
    }
}

const CLOSED_PIPE: &str = "closed_pipe";

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Trouble {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Trouble::new(CLOSED_PIPE, "nobody reads the output");
        }
        Trouble::new("io", error.to_string())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for (path, message) in &self.errors {
            write!(f, "\n  {path}: {message}")?;
        }
        if let Some(remedy) = &self.remedy {
            write!(f, "\n{remedy}")?;
        }
        Ok(())
    }
}
