//! The index of known patients on disk.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::scan::known::{KnownError, KnownPatients, MAX_BYTES};
use crate::scan::token::TokenKey;

/// The file of the index of known patients in the state folder.
pub fn known_file(state: &Path) -> PathBuf {
    state.join("identifiers").join("known-patients.idx")
}

/// Why an index of known patients can't be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadKnownError {
    /// The file can't be read.
    #[error("{file} can't be read: {error}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        error: io::Error,
    },
    /// What is in it can't be used.
    #[error("{file} can't be used: {error}; build it anew with gatepost identifiers index")]
    Refused {
        /// The file.
        file: String,
        /// Why.
        error: KnownError,
    },
}

/// Reads an index of known patients whole; `None` when there is no such file.
///
/// # Errors
/// See [`LoadKnownError`].
pub fn load_known(file: &Path, key: &TokenKey) -> Result<Option<KnownPatients>, LoadKnownError> {
    let name = || file.display().to_string();
    let read = || {
        let open = fs::File::open(file)?;
        let mut bytes = Vec::new();
        // One byte more than the bound shows that it goes beyond.
        let bound = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
        open.take(bound.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = match read() {
        Ok(bytes) => bytes,
        Err(error) if io::Error::kind(&error) == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(LoadKnownError::Unreadable {
                file: name(),
                error,
            });
        }
    };
    let known = KnownPatients::from_bytes(&bytes, key);
    known.map(Some).map_err(|error| LoadKnownError::Refused {
        file: name(),
        error,
    })
}
