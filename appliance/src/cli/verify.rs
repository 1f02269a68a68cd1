//! `anteroom verify`: whether a backup is whole and can be restored.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::backup::no;
use super::restore::opened;
use super::trouble::Trouble;
use super::{Session, Verdict};
use crate::backup;

/// `anteroom verify`.
#[derive(Debug, Args)]
#[command(
    after_help = "Works without the daemon. It needs as much room for temporary files as the \
database has (TMPDIR says where). `-` reads the standard input.

Examples:
  anteroom verify branch-1.backup
  anteroom --json verify branch-1.backup | jq .manifest.database.last_entry"
)]
pub(super) struct Asked {
    /// The backup.
    file: PathBuf,
}

pub(super) fn perform(session: &mut Session, asked: &Asked) -> Result<Verdict, Trouble> {
    let folder = tempfile::tempdir()?;
    let progress = session.paper.progress("verifying");
    let manifest = backup::unpack(opened(&asked.file)?, folder.path()).map_err(|f| no(&f))?;
    let last = backup::prove(folder.path()).map_err(|fault| no(&fault))?;
    drop(progress);
    if session.paper.is_json() {
        session.paper.document(&json!({"sound": true, "entries": last.0, "manifest": manifest}))?;
    } else {
        session.paper.line(format!(
            "The backup of {} is whole: its hash is right, every page is sound, and its {} entries \
             lead to its rows.",
            manifest.name, last.0
        ))?;
    }
    Ok(Verdict::Well)
}
