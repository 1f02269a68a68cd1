//! `anteroom completions`: what a shell needs to complete this command line.

use clap::Args;
use clap_complete::Shell;

use super::trouble::Trouble;
use super::{Session, Verdict, grammar};

/// `anteroom completions`.
#[derive(Debug, Args)]
#[command(after_help = "Works without the daemon; it prints, and installs nothing.

Examples:
  anteroom completions bash > /etc/bash_completion.d/anteroom
  anteroom completions zsh > ~/.zfunc/_anteroom
  anteroom completions fish > ~/.config/fish/completions/anteroom.fish")]
pub(super) struct Asked {
    /// The shell.
    shell: Shell,
}

pub(super) fn perform(session: &mut Session, asked: &Asked) -> Result<Verdict, Trouble> {
    let mut text = Vec::new();
    clap_complete::generate(asked.shell, &mut grammar(), "anteroom", &mut text);
    session.paper.bytes(&text)?;
    Ok(Verdict::Well)
}
