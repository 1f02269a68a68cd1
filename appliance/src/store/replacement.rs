//! A database in the place of another one, in steps that no crash can halve.
//!
//! The new one waits in a folder of its own, which one rename makes the replacement. From then on
//! whoever opens the data folder next goes on where a crash has cut it off: what was there goes
//! aside, the new file comes in its place, and the folder goes. Before that rename nothing of the
//! branch has been touched; at no moment may anybody begin an empty branch in between.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::FILE_NAME;
use crate::accounts::KEY_FILE;

/// The folder of a replacement that has begun.
const REPLACEMENT: &str = ".replacing";

/// Folders of one name, told apart by a number: a person restores a few times in a second at most.
const SAME_NAME_MAX: usize = 100;

/// Whether a crash has cut a replacement off in this folder.
pub fn is_under_way(folder: &Path) -> bool {
    folder.join(REPLACEMENT).exists()
}

/// Puts the database in the folder `bench` in the place of the branch in `folder`, which must be
/// held; `bench` must lie in it. What was there goes into a new folder named `aside`, or that name
/// with a number: the database with all that belongs to it, and the key of those who have signed in,
/// since an end of their tokens that the new one does not know would be forgotten.
///
/// Gives that folder, if there was anything.
///
/// # Errors
///
/// The system's. Either nothing was touched, or it is done by whoever opens the folder next.
pub fn replace(folder: &Path, bench: &Path, aside: &str) -> io::Result<Option<PathBuf>> {
    replace_step_by_step(folder, bench, aside, &mut || {})
}

/// Goes on with a replacement that a crash has cut off; the folder must be held. Gives whether there
/// was one.
///
/// # Errors
///
/// The system's; it is as far as it was or further.
pub fn finish(folder: &Path) -> io::Result<bool> {
    if !is_under_way(folder) {
        return Ok(false);
    }
    finish_step_by_step(folder, &mut || {})?;
    Ok(true)
}

/// `step` is called between any two things that a crash may come between.
fn replace_step_by_step(
    folder: &Path,
    bench: &Path,
    aside: &str,
    step: &mut dyn FnMut(),
) -> io::Result<Option<PathBuf>> {
    // One that was cut off comes first: what is set aside is then what the next start would find.
    finish(folder)?;
    let is_empty = files_of_branch(folder)?.is_empty();
    let aside = if is_empty { None } else { Some(unused_name(folder, aside)?) };
    if let Some(name) = &aside {
        serve::folder::prepare(&bench.join(name))?;
    }
    // The one who finishes it may be the daemon's user.
    give_to_owner(folder, bench)?;
    step();
    sync(&bench.join(FILE_NAME))?;
    sync(bench)?;
    step();
    fs::rename(bench, folder.join(REPLACEMENT))?;
    sync(folder)?;
    step();
    finish_step_by_step(folder, step)?;
    Ok(aside.map(|name| folder.join(name)))
}

fn finish_step_by_step(folder: &Path, step: &mut dyn FnMut()) -> io::Result<()> {
    let replacement = folder.join(REPLACEMENT);
    let aside = fs::read_dir(&replacement)?.flatten().find(|entry| entry.path().is_dir());
    let fresh = replacement.join(FILE_NAME);
    // Once it is in its place, what bears the name is the new one.
    if fresh.exists() {
        if let Some(aside) = &aside {
            for file in files_of_branch(folder)? {
                fs::rename(&file, aside.path().join(file.file_name().unwrap_or_default()))?;
                step();
            }
            sync(&aside.path())?;
            sync(folder)?;
        }
        step();
        fs::rename(&fresh, folder.join(FILE_NAME))?;
        step();
        sync(folder)?;
    }
    if let Some(aside) = &aside {
        fs::rename(aside.path(), folder.join(aside.file_name()))?;
        sync(folder)?;
        step();
    }
    fs::remove_dir_all(&replacement)?;
    step();
    sync(folder)
}

/// The database with all that belongs to it, and the key of those who have signed in.
pub fn files_of_branch(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let text = name.to_string_lossy();
        if text.starts_with(FILE_NAME) || text == KEY_FILE {
            found.push(folder.join(&name));
        }
    }
    found.sort();
    Ok(found)
}

fn unused_name(folder: &Path, name: &str) -> io::Result<String> {
    let numbered = (2..=SAME_NAME_MAX).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    let unused = names.find(|name| !folder.join(name).exists());
    unused.ok_or_else(|| io::Error::from(io::ErrorKind::AlreadyExists))
}

/// What root puts there belongs to the daemon's user, as the folder does.
fn give_to_owner(folder: &Path, bench: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    if !nix::unistd::Uid::effective().is_root() {
        return Ok(());
    }
    let owner = fs::metadata(folder)?;
    let give = |path: &Path| chown(path, Some(owner.uid()), Some(owner.gid()));
    for entry in fs::read_dir(bench)?.chain(fs::read_dir(folder)?) {
        give(&entry?.path())?;
    }
    give(bench)
}

fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::store::{Store, StoreOptions};

    /// A store in which this was written, the last of it into the log alone.
    fn branch(folder: &Path, word: &str) {
        drop(Store::open(StoreOptions::in_folder(folder)).expect("opens"));
        let sql = Connection::open(folder.join(FILE_NAME)).expect("opens");
        let no_fold = rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        sql.set_db_config(no_fold, true).expect("set");
        sql.execute_batch(&format!(
            "CREATE TABLE word (word TEXT); INSERT INTO word VALUES ('{word}')"
        ))
        .expect("written");
    }

    /// Brings what is in the log into the file, as a backup that is taken apart has it.
    fn fold(folder: &Path) {
        let sql = Connection::open(folder.join(FILE_NAME)).expect("opens");
        sql.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("folded");
    }

    fn word(folder: &Path) -> String {
        // As the next start does it.
        drop(Store::open(StoreOptions::in_folder(folder)).expect("opens"));
        let sql = Connection::open(folder.join(FILE_NAME)).expect("opens");
        sql.query_row("SELECT word FROM word", [], |row| row.get(0)).expect("never an empty one")
    }

    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).expect("made");
        for entry in fs::read_dir(from).expect("reads") {
            let entry = entry.expect("reads");
            let target = to.join(entry.file_name());
            if entry.path().is_dir() {
                copy(&entry.path(), &target);
            } else {
                fs::copy(entry.path(), target).expect("copied");
            }
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("reads");
        let name = |entry: io::Result<fs::DirEntry>| {
            entry.expect("reads").file_name().to_string_lossy().into_owned()
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }

    /// A data folder with a branch in it, and a bench with another one.
    fn scene(root: &Path) -> (PathBuf, PathBuf) {
        let folder = root.join("data");
        let bench = folder.join(".restore-1");
        fs::create_dir_all(&bench).expect("made");
        branch(&folder, "old");
        fs::write(folder.join(KEY_FILE), "key").expect("written");
        fs::write(folder.join("anteroom.log"), "stays").expect("written");
        branch(&bench, "new");
        fold(&bench);
        (folder, bench)
    }

    #[test]
    fn a_crash_at_any_step_leaves_the_old_branch_or_the_new_one() {
        let root = tempfile::tempdir().expect("a folder");
        let (folder, bench) = scene(root.path());
        assert!(folder.join(format!("{FILE_NAME}-wal")).exists(), "the log holds the word");
        let mut cuts = Vec::new();
        let aside = replace_step_by_step(&folder, &bench, "before", &mut || {
            let cut = root.path().join(format!("cut{}", cuts.len()));
            copy(&folder, &cut);
            cuts.push(cut);
        });
        assert_eq!(aside.expect("replaced"), Some(folder.join("before")));
        assert!(9 <= cuts.len(), "{}", cuts.len());
        let mut found = Vec::new();
        for cut in &cuts {
            let began = is_under_way(cut);
            found.push(word(cut));
            assert!(!is_under_way(cut));
            if found.last().is_some_and(|word| word == "old") {
                assert!(!began, "nothing was touched");
                continue;
            }
            // What was there is whole, its log included, and no step is left half done.
            let before = cut.join("before");
            assert_eq!(word(&before), "old", "{}", cut.display());
            assert!(before.join(KEY_FILE).exists() && !cut.join(KEY_FILE).exists());
            assert!(cut.join("anteroom.log").exists());
        }
        assert_eq!(found.iter().filter(|word| *word == "old").count(), 2, "{found:?}");
        assert_eq!(word(&folder), "new");
    }

    #[test]
    fn a_second_crash_while_the_first_is_mended_changes_nothing() {
        let root = tempfile::tempdir().expect("a folder");
        let (folder, bench) = scene(root.path());
        let begun = root.path().join("begun");
        let mut steps = 0;
        replace_step_by_step(&folder, &bench, "before", &mut || {
            steps += 1;
            // The rename is behind it, and the first file has moved.
            if steps == 4 {
                copy(&folder, &begun);
            }
        })
        .expect("replaced");
        let mut cuts = Vec::new();
        finish_step_by_step(&begun, &mut || {
            let cut = root.path().join(format!("again{}", cuts.len()));
            copy(&begun, &cut);
            cuts.push(cut);
        })
        .expect("finished");
        for cut in cuts {
            assert_eq!((word(&cut), word(&cut.join("before"))), ("new".into(), "old".into()));
        }
    }

    #[test]
    fn what_was_set_aside_before_stays_and_an_empty_folder_has_nothing_to_set_aside() {
        let root = tempfile::tempdir().expect("a folder");
        let (folder, bench) = scene(root.path());
        fs::create_dir(folder.join("before")).expect("made");
        fs::write(folder.join("before/branch.sqlite"), "the first").expect("written");
        let aside = replace(&folder, &bench, "before").expect("replaced");
        assert_eq!(aside, Some(folder.join("before-2")));
        let first = fs::read_to_string(folder.join("before/branch.sqlite")).expect("reads");
        assert_eq!((first.as_str(), word(&folder.join("before-2"))), ("the first", "old".into()));
        let empty = root.path().join("empty");
        let bench = empty.join(".restore-2");
        fs::create_dir_all(&bench).expect("made");
        branch(&bench, "new");
        fold(&bench);
        assert_eq!(replace(&empty, &bench, "before").expect("replaced"), None);
        assert_eq!(word(&empty), "new");
        assert!(!names(&empty).iter().any(|name| name.starts_with("before")));
        assert!(!finish(&empty).expect("looks"), "nothing is left to do");
    }
}
