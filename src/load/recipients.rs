//! The register of recipients on disk, and the lists that were imported.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::keep::{make_folder, write_whole};
use super::lines;
use crate::clock;
use crate::directory::{Entry, Register, RegisterError};
use crate::timestamp::Timestamp;

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

/// Where the register is.
pub(super) fn register_file(state: &Path) -> PathBuf {
    state.join("recipients").join("register.jsonl")
}

/// Reads the register; an empty one where there is none.
///
/// # Errors
/// See [`RecipientsError`].
pub fn read_register(state: &Path) -> Result<Register, RecipientsError> {
    let file = register_file(state);
    let text = lines::read(&file).map_err(|error| in_file(&file, error))?;
    parse(&file, &text)
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
    let trouble = |error| in_file(&file, error);
    lines::add(state, &file, 0o640, trouble, |text| {
        let mut register = parse(&file, text)?;
        let (entry, told) = entry(&register)?;
        let Some(entry) = entry else {
            return Ok((Vec::new(), told));
        };
        let line = line(&file, &entry)?;
        register.add(entry).map_err(RecipientsError::Refused)?;
        Ok((vec![line], told))
    })
}

/// When an act is done, given when the last one was: a clock that goes a little
/// wrong must not put one before the other.
///
/// # Errors
/// When the last one lies more than an hour ahead: what would be added now would
/// not count until then.
pub fn moment_of_act(last: Option<Timestamp>) -> Result<Timestamp, RecipientsError> {
    const HOUR_MS: i64 = 3_600_000;
    let now = clock::now();
    match last {
        Some(last) if last.unix_ms().saturating_sub(now.unix_ms()) > HOUR_MS => {
            Err(RecipientsError::Refused(format!(
                "the last entry is of {}, and it is {} by this machine's clock: mend the clock, \
                 or the register if a wrong clock wrote it",
                last.words(),
                now.words()
            )))
        }
        Some(last) => Ok(last.max(now)),
        None => Ok(now),
    }
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

/// An entry as a line, without its end.
pub(super) fn line(file: &Path, entry: &impl Serialize) -> Result<String, RecipientsError> {
    serde_json::to_string(entry).map_err(|error| in_file(file, io::Error::other(error)))
}

pub(super) fn in_file(file: &Path, error: io::Error) -> RecipientsError {
    RecipientsError::Io {
        file: file.display().to_string(),
        error,
    }
}
