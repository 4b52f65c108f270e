//! Where something stands in a message, in numbers only.
//!
//! File names are patient text, so a location never holds one: parts are
//! counted as IMAP counts them (RFC 3501 section 6.4.5, from 1, by level).
//!
//! **What is not here:** the text that stands there; see [`crate::text`].

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kind of place: what a rule's `where` chooses among.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// The subject of the message.
    Subject,
    /// Another header of the message or of a part.
    Header,
    /// A text that the reader shows as the message itself.
    Body,
    /// The name of an attachment.
    AttachmentName,
    /// The content of an attachment.
    Attachment,
    /// Anything inside a forwarded or attached message.
    Nested,
}

impl Place {
    /// The word for it in rules, JSON and on screens.
    pub fn word(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Header => "header",
            Self::Body => "body",
            Self::AttachmentName => "attachment-name",
            Self::Attachment => "attachment",
            Self::Nested => "nested",
        }
    }

    /// All places, in the order of the message.
    pub const ALL: [Self; 6] = [
        Self::Subject,
        Self::Header,
        Self::Body,
        Self::AttachmentName,
        Self::Attachment,
        Self::Nested,
    ];
}

/// The number of a part by level: `1.2` is the second part of the first.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PartPath(Vec<u32>);

impl PartPath {
    /// The message itself, outside all parts.
    pub fn root() -> Self {
        Self::default()
    }

    /// The `number`th part inside this one, counted from 1.
    #[must_use]
    pub fn child(&self, number: u32) -> Self {
        let mut numbers = self.0.clone();
        numbers.push(number);
        Self(numbers)
    }

    /// How many levels down this part is; the message itself is at 0.
    pub fn depth(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for PartPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (level, number) in self.0.iter().enumerate() {
            if level > 0 {
                formatter.write_str(".")?;
            }
            write!(formatter, "{number}")?;
        }
        Ok(())
    }
}

/// A place in a message: kind, part, and offset in the part's readable text.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Location {
    /// The kind of place.
    pub place: Place,
    /// The part; the root for headers of the message itself.
    pub part: PartPath,
    /// For a header, its number from the top, counted from 1; otherwise bytes
    /// into the readable text.
    pub offset: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.place.word())?;
        if self.part.depth() > 0 {
            write!(formatter, " of part {}", self.part)?;
        }
        match self.place {
            Place::Subject | Place::AttachmentName => Ok(()),
            Place::Header => write!(formatter, ", header {}", self.offset),
            Place::Body | Place::Attachment | Place::Nested => {
                write!(formatter, ", byte {}", self.offset)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_words_and_numbers() {
        let part = PartPath::root().child(1).child(2);
        let location = Location {
            place: Place::Body,
            part,
            offset: 120,
        };
        assert_eq!(location.to_string(), "body of part 1.2, byte 120");
        let subject = Location {
            place: Place::Subject,
            part: PartPath::root(),
            offset: 0,
        };
        assert_eq!(subject.to_string(), "subject");
    }
}
