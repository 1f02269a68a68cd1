//! How a program of ours ends: with a sentence for the person at the terminal, and a code for scripts.

use std::{error::Error, process::ExitCode};

/// The command line was wrong, or the configuration.
pub const EXIT_UNUSABLE: u8 = 2;

/// It failed while it ran.
pub const EXIT_FAILED: u8 = 1;

/// Says what is wrong, with every cause once, where the technician looks.
#[expect(clippy::print_stderr, reason = "this is what the person at the terminal is told")]
pub fn complain(program: &str, error: &dyn Error, code: u8) -> ExitCode {
    eprintln!("{program}: {}", sentence(error));
    ExitCode::from(code)
}

/// The error and its causes, outermost first.
fn sentence(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::SecretFault;

    #[test]
    fn every_cause_is_said_once() {
        let cause = std::io::Error::other("the disk is gone");
        let fault = SecretFault::Read("a.key".into(), cause);
        assert_eq!(sentence(&fault), "cannot read the secret a.key: the disk is gone");
    }
}
