//! Registers as text: one entry a line.

use serde::de::DeserializeOwned;

/// Why a line is no part of a register.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct RegisterError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// Reads the entries of a register one after the other. What stands behind the
/// last line end was never finished, so never counted, and is passed over.
///
/// # Errors
/// At the first line that is no entry, or that `add` refuses.
pub(super) fn read<E: DeserializeOwned>(
    text: &str,
    mut add: impl FnMut(E) -> Result<(), String>,
) -> Result<(), RegisterError> {
    let whole = text.rfind('\n').and_then(|end| text.get(..end));
    for (line, text) in (1..).zip(whole.unwrap_or("").lines()) {
        serde_json::from_str(text)
            .map_err(|_| String::from("this is no entry of this register"))
            .and_then(&mut add)
            .map_err(|what| RegisterError { line, what })?;
    }
    Ok(())
}
