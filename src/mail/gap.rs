//! What of a message was not read, and why.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::format::Format;
use crate::location::Location;

/// Something in a message that was not read: a fact for rules, never "clean".
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Gap {
    /// Where it is.
    #[serde(rename = "where")]
    pub location: Location,
    /// Why it was not read.
    pub why: GapReason,
    /// What it is, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
}

impl Gap {
    /// Why and what, in two words: `encrypted zip`.
    pub fn words(&self) -> String {
        let why = self.why.word();
        match self.format.map(Format::word) {
            Some(format) if format != why => format!("{why} {format}"),
            _ => why.to_owned(),
        }
    }
}

/// Why something was not read.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapReason {
    /// Its MIME or transfer encoding is damaged; what could be made out of it
    /// was read all the same.
    Broken,
    /// Encrypted by the sender.
    Encrypted,
    /// A picture, whose writing nobody read.
    Image,
    /// The program that reads attachments failed at it.
    ReaderFailed,
    /// A message inside a message inside a message, beyond the bound.
    TooDeep,
    /// More text than the bound, or more than the bound when unpacked.
    TooLarge,
    /// More numbers than are weighed.
    TooManyNumbers,
    /// More parts, or files in archives, than the bound.
    TooManyParts,
    /// Reading it took longer than the bound.
    TooSlow,
    /// Its end is missing; what is there was read.
    Truncated,
    /// A format that this version doesn't read.
    UnknownFormat,
}

impl GapReason {
    /// All reasons, in alphabetical order.
    pub const ALL: [Self; 11] = [
        Self::Broken,
        Self::Encrypted,
        Self::Image,
        Self::ReaderFailed,
        Self::TooDeep,
        Self::TooLarge,
        Self::TooManyNumbers,
        Self::TooManyParts,
        Self::TooSlow,
        Self::Truncated,
        Self::UnknownFormat,
    ];

    /// The word for it in rules and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Encrypted => "encrypted",
            Self::Image => "image",
            Self::ReaderFailed => "reader-failed",
            Self::TooDeep => "too-deep",
            Self::TooLarge => "too-large",
            Self::TooManyNumbers => "too-many-numbers",
            Self::TooManyParts => "too-many-parts",
            Self::TooSlow => "too-slow",
            Self::Truncated => "truncated",
            Self::UnknownFormat => "unknown-format",
        }
    }
}

impl fmt::Display for GapReason {
    /// What a sender reads: completes "not checked: ".
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Broken => "damaged",
            Self::Encrypted => "encrypted",
            Self::Image => "a picture",
            Self::ReaderFailed => "a file at which our reader failed",
            Self::TooDeep => "too many messages inside one another",
            Self::TooLarge => "too large",
            Self::TooManyNumbers => "too many numbers",
            Self::TooManyParts => "too many parts",
            Self::TooSlow => "too slow to read",
            Self::Truncated => "cut off",
            Self::UnknownFormat => "a format that can't be read",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::GapReason;

    #[test]
    fn the_table_for_operators_has_every_reason_and_no_other() {
        let document = include_str!("../../docs/attachments.md");
        let (_, table) = document.split_once("\n## Gaps\n").unwrap();
        let (_, table) = table.split_once("|---|").unwrap();
        let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
        let first = rows.filter_map(|row| row.split(" |").next());
        let mut words: Vec<&str> = first.flat_map(|cell| cell.split(", ")).collect();
        for word in &mut words {
            *word = word.trim_matches('`');
        }
        words.sort_unstable();
        assert_eq!(words, GapReason::ALL.map(GapReason::word));
    }
}
