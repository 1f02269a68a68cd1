//! Backups: a branch in one file, made while it works, proved before anybody relies on it.
//!
//! A backup is a zstd-compressed tar archive, so that any system opens it: `manifest.json`, which
//! says what it is and has the SHA-256 of the rest, and `branch.sqlite`. What customers left (names,
//! notes, contacts, accounts) is not in it: what the branch erases is then erased everywhere, without
//! keys that would have to be kept, and lost, apart from the file.

pub(crate) mod stream;

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use engine::{Moment, Seq};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::store::{
    Archive, Contents, FILE_NAME, LEFT_OUT, Store, StoreError, StoreOptions, copy_of, examine,
};

/// The format of the file; another number is another way of reading it.
const FORMAT: u32 = 1;

/// The first entry of the archive.
const MANIFEST_FILE: &str = "manifest.json";

/// Bytes of a manifest: it has some hundred.
const MANIFEST_BYTES_MAX: u64 = 64 << 10;

/// zstd's own middle: ten times smaller than the database, at the speed of a disk.
const COMPRESSION: i32 = 3;

/// The beginning of the names of folders in which a backup is put together, in the data folder:
/// they are on its disk, and its owner's alone.
const WORKSHOP: &str = ".backup-";

/// The beginning of the names of folders in which a backup is taken apart.
pub(crate) const BENCH: &str = ".restore-";

/// The beginning of the names of folders in which the branch before a restore is kept.
pub(crate) const ASIDE: &str = "before-restore-";

/// Bytes that are read or hashed at a time.
const PIECE_BYTES: usize = 64 << 10;

/// What a backup says of itself.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Manifest {
    /// The format of the file.
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    /// When, in milliseconds since the Unix epoch.
    pub made_ms: i64,
    /// The branch's number.
    pub branch: u32,
    /// What people call it.
    pub name: String,
    /// The database.
    pub database: Database,
    /// Tables that are empty in it: what people left.
    pub left_out: Vec<String>,
}

/// The database in a backup.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Database {
    /// Its format.
    pub format: i64,
    /// The last entry of its journal; 0 where that is empty.
    pub last_entry: u64,
    /// When that was written.
    pub last_entry_ms: Option<i64>,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256, in hexadecimal figures.
    pub sha256: String,
}

/// Why there is no backup, or why it is none.
#[derive(Debug)]
pub enum BackupFault {
    /// A file.
    File(PathBuf, io::Error),
    /// The database.
    Store(StoreError),
    /// The file is not a backup, or only a part of one; says what is missing.
    NotWhole(String),
    /// It was made by a newer program; its format.
    TooNew(u32),
    /// What is in it is not what was put in.
    Changed,
    /// The journal does not lead to the rows.
    Contradiction,
}

impl fmt::Display for BackupFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BackupFault::File(path, _) => write!(f, "cannot use {}", path.display()),
            BackupFault::Store(error) => write!(f, "{error}"),
            BackupFault::NotWhole(what) => write!(f, "this is no whole backup: {what}"),
            BackupFault::TooNew(format) => write!(
                f,
                "the backup has format {format}, and this program knows formats up to {FORMAT}; use \
                 a newer one"
            ),
            BackupFault::Changed => write!(
                f,
                "the backup is damaged: its database is not the one that was put in; take another \
                 copy of the file, or an older backup"
            ),
            BackupFault::Contradiction => write!(
                f,
                "the journal in the backup does not lead to the rows beside it; take an older backup"
            ),
        }
    }
}

impl std::error::Error for BackupFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            BackupFault::File(_, cause) => Some(cause),
            BackupFault::Store(error) => error.source(),
            BackupFault::NotWhole(_)
            | BackupFault::TooNew(_)
            | BackupFault::Changed
            | BackupFault::Contradiction => None,
        }
    }
}

impl From<StoreError> for BackupFault {
    fn from(error: StoreError) -> BackupFault {
        BackupFault::Store(error)
    }
}

/// A backup that is put together, and gone when it is dropped.
#[derive(Debug)]
pub struct Snapshot {
    workshop: TempDir,
    manifest: Manifest,
}

impl Snapshot {
    /// Of a branch at work, with its workshop in the data folder.
    ///
    /// # Errors
    ///
    /// [`BackupFault`].
    pub fn of_archive(
        archive: &Archive,
        folder: &Path,
        now: Moment,
    ) -> Result<Snapshot, BackupFault> {
        Snapshot::make(folder, now, |into| archive.copy_into(into))
    }

    /// Of a branch whose daemon is stopped.
    ///
    /// # Errors
    ///
    /// [`BackupFault`].
    pub fn of_folder(folder: &Path, now: Moment) -> Result<Snapshot, BackupFault> {
        Snapshot::make(folder, now, |into| copy_of(folder, into))
    }

    fn make(
        folder: &Path,
        now: Moment,
        copy: impl FnOnce(&Path) -> Result<(), StoreError>,
    ) -> Result<Snapshot, BackupFault> {
        let workshop = tempfile::Builder::new().prefix(WORKSHOP).tempdir_in(folder);
        let workshop = workshop.map_err(|cause| BackupFault::File(folder.to_owned(), cause))?;
        let path = workshop.path().join(FILE_NAME);
        copy(&path)?;
        let Contents { format, last, last_at, .. } = examine(workshop.path())?;
        let settings = settings_of(workshop.path())?;
        // Last: opening it writes into it.
        let (bytes, sha256) = hash_of(&path)?;
        let manifest = Manifest {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            made_ms: now.wall_ms,
            branch: settings.0,
            name: settings.1,
            database: Database {
                format,
                last_entry: last.0,
                last_entry_ms: last_at.map(|at| at.wall_ms),
                bytes,
                sha256,
            },
            left_out: LEFT_OUT.map(str::to_owned).to_vec(),
        };
        Ok(Snapshot { workshop, manifest })
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Writes the file.
    ///
    /// # Errors
    ///
    /// The writer's, or the disk's.
    pub fn write(&self, out: impl Write) -> io::Result<()> {
        let mut archive = tar::Builder::new(zstd::Encoder::new(out, COMPRESSION)?);
        let manifest = serde_json::to_vec_pretty(&self.manifest).expect("plain texts and numbers");
        let mut header = header(manifest.len() as u64, self.manifest.made_ms);
        archive.append_data(&mut header, MANIFEST_FILE, manifest.as_slice())?;
        let mut header = self::header(self.manifest.database.bytes, self.manifest.made_ms);
        let database = File::open(self.workshop.path().join(FILE_NAME))?;
        archive.append_data(&mut header, FILE_NAME, database)?;
        archive.into_inner()?.finish()?.flush()
    }
}

/// Removes what a backup or a restore has left that was cut off by a crash: it may have in it what
/// was erased since. The folder must be held, or nobody else be making a backup.
pub fn sweep(folder: &Path) {
    for path in [WORKSHOP, BENCH].iter().flat_map(|beginning| folders(folder, beginning)) {
        if let Err(fault) = fs::remove_dir_all(path) {
            tracing::warn!(%fault, "what a backup has left could not be removed");
        }
    }
}

/// The folders in which branches of before are kept, which have in them what was erased since.
pub(crate) fn set_aside(folder: &Path) -> Vec<PathBuf> {
    folders(folder, ASIDE)
}

fn folders(folder: &Path, beginning: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(beginning));
    ours.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

fn header(bytes: u64, made_ms: i64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(made_ms / 1_000).unwrap_or(0));
    header
}

/// A file's length and its SHA-256.
fn hash_of(path: &Path) -> Result<(u64, String), BackupFault> {
    let failed = |cause| BackupFault::File(path.to_owned(), cause);
    let mut file = File::open(path).map_err(failed)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; PIECE_BYTES];
    let mut bytes = 0;
    loop {
        match file.read(&mut piece).map_err(failed)? {
            0 => break,
            count => {
                hash.update(&piece[..count]);
                bytes += count as u64;
            }
        }
    }
    Ok((bytes, hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
}

/// The branch's number and its name.
fn settings_of(folder: &Path) -> Result<(u32, String), BackupFault> {
    let store = Store::open(StoreOptions::in_folder(folder))?;
    let branch = store.load()?;
    let settings = branch.settings();
    Ok((settings.branch.0, settings.name.clone()))
}

/// Takes a backup apart into a folder, as `branch.sqlite`, and checks that it is what was put in.
///
/// # Errors
///
/// [`BackupFault`].
pub fn unpack(input: impl Read, into: &Path) -> Result<Manifest, BackupFault> {
    let broken = |cause: io::Error| BackupFault::NotWhole(cause.to_string());
    let mut archive = tar::Archive::new(zstd::Decoder::new(input).map_err(broken)?);
    let mut entries = archive.entries().map_err(broken)?;
    let mut next = |name: &str| -> Result<_, BackupFault> {
        let missing = || BackupFault::NotWhole(format!("it has no {name}"));
        let entry = entries.next().ok_or_else(missing)?.map_err(broken)?;
        let is_it = entry.path().is_ok_and(|path| path == Path::new(name));
        if is_it { Ok(entry) } else { Err(missing()) }
    };
    let mut text = Vec::new();
    next(MANIFEST_FILE)?.take(MANIFEST_BYTES_MAX).read_to_end(&mut text).map_err(broken)?;
    let version: Option<u32> = serde_json::from_slice(&text)
        .ok()
        .and_then(|whole: serde_json::Value| u32::try_from(whole["format"].as_u64()?).ok());
    match version {
        Some(FORMAT) => {}
        Some(newer) if FORMAT < newer => return Err(BackupFault::TooNew(newer)),
        Some(_) | None => {
            return Err(BackupFault::NotWhole("its manifest has no format".to_owned()));
        }
    }
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|_| BackupFault::NotWhole("its manifest cannot be read".to_owned()))?;
    let path = into.join(FILE_NAME);
    let failed = |cause| BackupFault::File(path.clone(), cause);
    let mut out = File::create_new(&path).map_err(failed)?;
    // One byte more than it says is enough to be another one.
    let mut entry = next(FILE_NAME)?.take(manifest.database.bytes + 1);
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        match entry.read(&mut piece).map_err(broken)? {
            0 => break,
            count => out.write_all(&piece[..count]).map_err(failed)?,
        }
    }
    out.sync_all().map_err(failed)?;
    let Database { bytes, sha256, .. } = &manifest.database;
    if hash_of(&path)? != (*bytes, sha256.clone()) {
        return Err(BackupFault::Changed);
    }
    Ok(manifest)
}

/// Proves the database that [`unpack`] has put into a folder: every page is sound, and its journal,
/// followed from its first entry on, leads to its rows. A database of an older program is brought up
/// to date.
///
/// # Errors
///
/// [`BackupFault`].
pub fn prove(folder: &Path) -> Result<Seq, BackupFault> {
    examine(folder)?;
    let store = Store::open(StoreOptions::in_folder(folder))?;
    let (rows, replayed) = (store.load()?, store.replay()?);
    if rows == replayed { Ok(rows.parts().last_seq) } else { Err(BackupFault::Contradiction) }
}
