//! The consent register on disk, `recipients/consents.jsonl`, mode 0600.

use std::path::{Path, PathBuf};

use super::lines;
use super::recipients::{RecipientsError, in_file, line, register_file};
use crate::clock;
use crate::directory::{ConsentEntry, Consents, RegisterError};
use crate::scan::token::TokenKey;

/// Where the consent register is.
pub fn consents_file(state: &Path) -> PathBuf {
    state.join("recipients").join("consents.jsonl")
}

/// What changes when this register or that of domains does: of each its length
/// and when it was written.
pub fn register_stamp(state: &Path) -> [Option<(u64, i64, i64)>; 2] {
    [register_file(state), consents_file(state)].map(|file| lines::stamp(&file))
}

/// Reads the consent register; an empty one where there is none.
///
/// # Errors
/// See [`RecipientsError`].
pub fn read_consents(state: &Path) -> Result<Consents, RecipientsError> {
    let file = consents_file(state);
    let text = lines::read(&file).map_err(|error| in_file(&file, error))?;
    Consents::read(&text).map_err(|error| wrong(&file, error))
}

/// Adds to the consent register what `entries` makes of it, all of it or
/// nothing. Nobody else changes it meanwhile.
///
/// # Errors
/// See [`RecipientsError`]; then the register is as it was.
pub fn change_consents<T>(
    state: &Path,
    entries: impl FnOnce(&Consents) -> Result<(Vec<ConsentEntry>, T), RecipientsError>,
) -> Result<T, RecipientsError> {
    let file = consents_file(state);
    let trouble = |error| in_file(&file, error);
    lines::add(state, &file, 0o600, trouble, |text| {
        let mut consents = Consents::read(text).map_err(|error| wrong(&file, error))?;
        let (entries, told) = entries(&consents)?;
        let mut lines = Vec::with_capacity(entries.len());
        for entry in entries {
            lines.push(line(&file, &entry)?);
            consents.add(entry).map_err(RecipientsError::Refused)?;
        }
        Ok((lines, told))
    })
}

/// What is to be said when consents were recorded with a key that is not the
/// one that is here; `None` if there are none in force.
pub fn lost_consents(consents: &Consents, key: &TokenKey) -> Option<String> {
    let lost = consents.of_other_keys(key, clock::now());
    (lost > 0).then(|| {
        format!(
            "{lost} consents in force were recorded with another token.key than the one that is \
             here, so nobody is recognised by them"
        )
    })
}

fn wrong(file: &Path, error: RegisterError) -> RecipientsError {
    let file = file.display().to_string();
    RecipientsError::Wrong { file, error }
}
