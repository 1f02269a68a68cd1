//! `anteroom man`: the manual pages.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::trouble::Trouble;
use super::{Session, Verdict, grammar};

/// `anteroom man`.
#[derive(Debug, Args)]
#[command(after_help = "Works without the daemon; it writes, and installs nothing.

Example:
  anteroom man /usr/local/share/man/man1")]
pub(super) struct Asked {
    /// The folder; it must be there.
    dir: PathBuf,
}

pub(super) fn perform(session: &mut Session, asked: &Asked) -> Result<Verdict, Trouble> {
    let written = clap_mangen::generate_to(grammar(), &asked.dir);
    written.map_err(|cause| Trouble::with_file(&asked.dir, &cause))?;
    match session.paper.is_json() {
        true => session.paper.document(&json!({"written": asked.dir}))?,
        false => session.paper.line(format!("The pages are in {}.", asked.dir.display()))?,
    }
    Ok(Verdict::Well)
}
