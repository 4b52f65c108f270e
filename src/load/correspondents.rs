//! The domains that we often write to, on disk: `recipients/often.jsonl`.

use std::path::{Path, PathBuf};

use super::keep::write_whole;
use super::lines;
use super::recipients::{RecipientsError, in_file};
use crate::directory::Correspondents;

/// Where they are.
fn correspondents_file(state: &Path) -> PathBuf {
    state.join("recipients").join("often.jsonl")
}

/// Reads what was learned; nothing where there is no file.
///
/// # Errors
/// See [`RecipientsError`].
pub fn read_correspondents(state: &Path) -> Result<Correspondents, RecipientsError> {
    let file = correspondents_file(state);
    let text = lines::read(&file).map_err(|error| in_file(&file, error))?;
    Correspondents::read(&text).map_err(|error| RecipientsError::Wrong {
        file: file.display().to_string(),
        error,
    })
}

/// Keeps what was learned.
///
/// # Errors
/// When it can't be written; then the old file is as it was.
pub fn keep_correspondents(state: &Path, all: &Correspondents) -> Result<(), RecipientsError> {
    let file = correspondents_file(state);
    write_whole(state, &file, all.to_text().as_bytes()).map_err(|error| in_file(&file, error))
}
