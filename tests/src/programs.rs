//! Where the built programs are: beside the test, the bench or the program that runs.

use std::path::{Path, PathBuf};

use crate::Trouble;

/// The program of this name in the folder of the same build profile.
///
/// # Errors
///
/// [`Trouble`] that says how to build it, where it is not there.
pub fn program(name: &str) -> Result<PathBuf, Trouble> {
    let running = std::env::current_exe().map_err(|error| {
        Trouble::new(format!("this program does not know its own path: {error}"))
    })?;
    let path = folder_of(&running).join(name);
    if path.is_file() {
        return Ok(path);
    }
    Err(Trouble::new(format!(
        "there is no {} yet: run `make test`, or `cargo build --bins` (with --release for benches) \
         first",
        path.display()
    )))
}

/// The folder of a profile's programs, from a program or a test in it.
fn folder_of(running: &Path) -> &Path {
    let folder = running.parent().unwrap_or(Path::new("."));
    match folder.file_name() {
        Some(name) if name == "deps" => folder.parent().unwrap_or(folder),
        Some(_) | None => folder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_lie_one_folder_deeper_than_programs() {
        let folder = Path::new("/t/debug");
        assert_eq!(folder_of(Path::new("/t/debug/deps/journeys-1f")), folder);
        assert_eq!(folder_of(Path::new("/t/debug/demo")), folder);
    }

    #[test]
    fn a_program_that_is_not_built_is_named_with_the_remedy() {
        let error = program("anteroom-nothing").expect_err("never built").to_string();
        assert!(error.contains("anteroom-nothing") && error.contains("cargo build --bins"));
    }
}
