//! Numbered changes of the file's format: made on a copy, which then takes the old file's place.
//!
//! The old file stays beside it as `NAME.formatN`, so that the program before can still be used.
//! A crash at any step leaves either the old file or the new one under the name, never half of one.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;
use super::wal;

/// One step: SQL that turns format N - 1 into format N. Steps are never changed once released.
pub type Migration = &'static str;

/// The steps so far; the format is their number.
pub const MIGRATIONS: &[Migration] = &[
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
    include_str!("migrations/0003.sql"),
    include_str!("migrations/0004.sql"),
    include_str!("migrations/0005.sql"),
    include_str!("migrations/0006.sql"),
    include_str!("migrations/0007.sql"),
    include_str!("migrations/0008.sql"),
    include_str!("migrations/0009.sql"),
];

/// Brings the file to the newest format, creating it where there is none.
///
/// # Errors
///
/// [`StoreError`]; the old file is then as it was.
pub fn bring_up_to_date(path: &Path, migrations: &[Migration]) -> Result<(), StoreError> {
    let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    // What a crash has left of an upgrade is of no use: the name still belongs to the old file.
    let copy = beside(path, "upgrade");
    remove_with_journal(&copy);
    if !path.exists() {
        // The next database of this name would take a log that was left behind for its own.
        let log = std::fs::metadata(wal::path_of(path)).map_or(0, |log| log.len());
        if log != 0 {
            let what = "its write-ahead log is there without it".to_owned();
            return Err(StoreError::Damaged { path: path.to_owned(), what });
        }
        return create(path, &copy, migrations, known);
    }
    let found = format_of(path)?;
    if known < found {
        return Err(StoreError::TooNew { path: path.to_owned(), found, known });
    }
    if found == known {
        return Ok(());
    }
    if found <= 0 {
        let what = "it has no format number".to_owned();
        return Err(StoreError::Damaged { path: path.to_owned(), what });
    }
    upgrade(path, &copy, migrations, found).map_err(|cause| StoreError::Upgrade {
        path: path.to_owned(),
        to: known,
        cause,
    })
}

fn format_of(path: &Path) -> Result<i64, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || -> rusqlite::Result<i64> {
        let file = Connection::open_with_flags(path, flags)?;
        // Looking must not change a file that may turn out to be damaged.
        file.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        file.query_row("PRAGMA user_version", [], |row| row.get(0))
    };
    open().map_err(|cause| StoreError::at(path, cause))
}

/// A new file is made under another name too, so that a crash leaves none rather than half of one.
fn create(
    path: &Path,
    copy: &Path,
    migrations: &[Migration],
    known: i64,
) -> Result<(), StoreError> {
    let make = || -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        run(copy, migrations, 0)?;
        std::fs::rename(copy, path)?;
        sync_folder(path)?;
        Ok(())
    };
    make().map_err(|cause| StoreError::Upgrade { path: path.to_owned(), to: known, cause })
}

fn upgrade(
    path: &Path,
    copy: &Path,
    migrations: &[Migration],
    found: i64,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    {
        let old = Connection::open(path)?;
        // `VACUUM INTO` reads a consistent state, whatever is still in the write-ahead log.
        old.execute("VACUUM INTO ?1", [copy.to_string_lossy().as_ref()])?;
        let busy: bool = old.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy {
            return Err("another program is reading the database".into());
        }
    }
    run(copy, migrations, usize::try_from(found)?)?;
    let kept = beside(path, &format!("format{found}"));
    if kept.exists() {
        std::fs::remove_file(&kept)?;
    }
    std::fs::hard_link(path, &kept)?;
    std::fs::rename(copy, path)?;
    sync_folder(path)?;
    Ok(())
}

fn run(
    path: &Path,
    migrations: &[Migration],
    done: usize,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut file = Connection::open(path)?;
    file.pragma_update(None, "synchronous", "FULL")?;
    for (number, migration) in migrations.iter().enumerate().skip(done) {
        let step = file.transaction()?;
        step.execute_batch(migration)?;
        step.pragma_update(None, "user_version", i64::try_from(number + 1)?)?;
        step.commit()?;
    }
    let sound: String = file.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if sound != "ok" {
        return Err(sound.into());
    }
    drop(file);
    File::open(path)?.sync_all()?;
    Ok(())
}

/// Files of older formats beside this database, which have in them what has been erased since.
pub(super) fn older_formats(path: &Path) -> Vec<PathBuf> {
    let known = 1..=MIGRATIONS.len();
    let paths = known.map(|format| beside(path, &format!("format{format}")));
    paths.filter(|path| path.exists()).collect()
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn remove_with_journal(path: &Path) {
    for ending in ["", "-journal", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        // A missing file is what is wanted; any other reason shows itself when the copy is made.
        std::fs::remove_file(PathBuf::from(name)).ok();
    }
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Migration = "CREATE TABLE t (a INTEGER NOT NULL) STRICT; INSERT INTO t VALUES (7);";
    const TWO: Migration = "ALTER TABLE t ADD COLUMN b INTEGER NOT NULL DEFAULT 1;";
    const BAD: Migration =
        "ALTER TABLE t ADD COLUMN c INTEGER NOT NULL DEFAULT 1; SELECT nonsense;";

    fn sum(path: &Path, sql: &str) -> i64 {
        let file = Connection::open(path).expect("opens");
        file.query_row(sql, [], |row| row.get(0)).expect("answers")
    }

    #[test]
    fn an_upgrade_keeps_the_old_file_and_the_rows() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("branch.sqlite");
        bring_up_to_date(&path, &[ONE]).expect("creates");
        bring_up_to_date(&path, &[ONE, TWO]).expect("upgrades");
        bring_up_to_date(&path, &[ONE, TWO]).expect("does nothing");
        assert_eq!(sum(&path, "SELECT a + b FROM t"), 8);
        assert_eq!(sum(&beside(&path, "format1"), "SELECT a FROM t"), 7);
        let before = bring_up_to_date(&beside(&path, "format1"), &[ONE]);
        before.expect("the program before can still read the old file");
    }

    #[test]
    fn a_failed_upgrade_leaves_the_old_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("branch.sqlite");
        bring_up_to_date(&path, &[ONE]).expect("creates");
        let error = bring_up_to_date(&path, &[ONE, BAD]).expect_err("cannot");
        assert!(error.to_string().contains("the old file is untouched"), "{error}");
        assert_eq!(sum(&path, "SELECT a FROM t"), 7);
        assert_eq!(format_of(&path).expect("reads"), 1);
        // What the failed try left behind does not hinder the next one.
        bring_up_to_date(&path, &[ONE, TWO]).expect("upgrades");
    }

    #[test]
    fn a_newer_file_and_a_damaged_one_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("branch.sqlite");
        bring_up_to_date(&path, &[ONE, TWO]).expect("creates");
        assert!(matches!(
            bring_up_to_date(&path, &[ONE]),
            Err(StoreError::TooNew { found: 2, known: 1, .. })
        ));
        std::fs::write(&path, vec![7_u8; 8192]).expect("writes");
        assert!(matches!(bring_up_to_date(&path, &[ONE]), Err(StoreError::Damaged { .. })));
    }
}
