//! BMP, whose header says how large it and its file are (MS-WMF 2.2.2.3).

use super::found::Found;
use crate::extract::strings;

/// Reads the header of a BMP.
pub(super) fn read(bytes: &[u8]) -> Found {
    let long = |at: usize| {
        let four = bytes.get(at..at.saturating_add(4))?;
        Some(i32::from_le_bytes(four.try_into().ok()?).unsigned_abs())
    };
    let end = long(2).and_then(|end| usize::try_from(end).ok());
    Found {
        size: long(18).zip(long(22)),
        end: end.filter(|end| *end > 26 && *end <= bytes.len()),
        words: vec![strings::words(bytes)],
    }
}
