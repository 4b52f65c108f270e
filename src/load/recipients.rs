//! The register of recipients on disk, and the lists that were imported.
//!
//! `recipients/register.jsonl` is only ever added to: a line is written and
//! synchronised under a lock, so that two commands at once follow each other and
//! a crash leaves at most a line without an end, which never counted.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::keep::{give_to_owner_of, make_folder, write_whole};
use crate::directory::{Entry, Register, RegisterError};

/// Why the register can't be used or added to.
#[derive(Debug, thiserror::Error)]
pub enum RecipientsError {
    /// The file can't be read or written.
    #[error("{file} can't be used: {error}")]
    Io {
        /// The file.
        file: String,
        /// Why.
        error: io::Error,
    },
    /// What is in it is wrong.
    #[error("{file}: {error}")]
    Wrong {
        /// The file.
        file: String,
        /// Where and why.
        error: RegisterError,
    },
    /// What was to be added does not follow from it.
    #[error("{0}")]
    Refused(String),
}

impl RecipientsError {
    /// The file that it is about; empty if it is about none.
    pub fn file(&self) -> String {
        match self {
            Self::Io { file, .. } | Self::Wrong { file, .. } => file.clone(),
            Self::Refused(_) => String::new(),
        }
    }
}

fn register_file(state: &Path) -> PathBuf {
    state.join("recipients").join("register.jsonl")
}

/// What changes when the register does: its length and when it was written.
pub fn register_stamp(state: &Path) -> Option<(u64, i64, i64)> {
    let data = fs::metadata(register_file(state)).ok()?;
    Some((data.len(), data.mtime(), data.mtime_nsec()))
}

/// Reads the register; an empty one where there is none.
///
/// # Errors
/// See [`RecipientsError`].
pub fn read_register(state: &Path) -> Result<Register, RecipientsError> {
    let file = register_file(state);
    match fs::read_to_string(&file) {
        Ok(text) => parse(&file, &text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Register::default()),
        Err(error) => Err(in_file(&file, error)),
    }
}

/// Adds to the register what `entry` makes of it; nothing if that is none.
/// Nobody else changes it meanwhile.
///
/// # Errors
/// See [`RecipientsError`]; then the register is as it was.
pub fn change_register<T>(
    state: &Path,
    entry: impl FnOnce(&Register) -> Result<(Option<Entry>, T), RecipientsError>,
) -> Result<T, RecipientsError> {
    let file = register_file(state);
    let io = |error| in_file(&file, error);
    make_folder(state, file.parent().unwrap_or(state)).map_err(io)?;
    let mut options = fs::OpenOptions::new();
    options.read(true).append(true).create(true).mode(0o640);
    let mut open = options.open(&file).map_err(io)?;
    open.lock().map_err(io)?;
    give_to_owner_of(state, &file).map_err(io)?;
    let text = io::read_to_string(&open).map_err(io)?;
    let mut register = parse(&file, &text)?;
    let (entry, told) = entry(&register)?;
    let Some(entry) = entry else {
        return Ok(told);
    };
    let mut line =
        serde_json::to_string(&entry).map_err(|error| in_file(&file, io::Error::other(error)))?;
    line.push('\n');
    register.add(entry).map_err(RecipientsError::Refused)?;
    // A line that was never finished would make the new one unreadable.
    let whole = text.rfind('\n').map_or(0, |end| end.saturating_add(1));
    let whole = u64::try_from(whole).unwrap_or(u64::MAX);
    let mut write = || {
        open.set_len(whole)?;
        open.write_all(line.as_bytes())?;
        open.sync_all()?;
        fs::File::open(file.parent().unwrap_or(state))?.sync_all()
    };
    if let Err(error) = write() {
        // What was written of it must not count. If this fails too, the line
        // has no end, or the disk has it whole.
        let _ = open.set_len(whole);
        return Err(in_file(&file, error));
    }
    Ok(told)
}

/// Keeps a list that was imported under its digest.
///
/// # Errors
/// When it can't be written.
pub fn keep_list(state: &Path, digest: &str, bytes: &[u8]) -> Result<(), RecipientsError> {
    let file = state.join("recipients").join("lists").join(digest);
    let kept = make_folder(state, &state.join("recipients"))
        .and_then(|()| write_whole(state, &file, bytes));
    kept.map_err(|error| in_file(&file, error))
}

fn parse(file: &Path, text: &str) -> Result<Register, RecipientsError> {
    Register::read(text).map_err(|error| RecipientsError::Wrong {
        file: file.display().to_string(),
        error,
    })
}

fn in_file(file: &Path, error: io::Error) -> RecipientsError {
    RecipientsError::Io {
        file: file.display().to_string(),
        error,
    }
}
