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

    /// A part inside this one, given by its own path.
    #[must_use]
    pub fn join(&self, inside: &Self) -> Self {
        Self([self.0.as_slice(), inside.0.as_slice()].concat())
    }

    /// Whether this part is another or stands inside it.
    pub fn starts_with(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// Where this part stands inside another, the root if it is that one; `None` if
    /// it is elsewhere.
    pub fn inside(&self, other: &Self) -> Option<Self> {
        let inside = self.0.strip_prefix(other.0.as_slice())?;
        Some(Self(inside.to_vec()))
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

/// A piece of a document, counted from 1 as its program shows it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A page.
    Page(u32),
    /// A sheet of a workbook, hidden ones counted too.
    Sheet(u32),
    /// A slide.
    Slide(u32),
}

impl fmt::Display for Unit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page(number) => write!(formatter, "page {number}"),
            Self::Sheet(number) => write!(formatter, "sheet {number}"),
            Self::Slide(number) => write!(formatter, "slide {number}"),
        }
    }
}

/// Why people who open a document don't see something that is in it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hidden {
    /// A column of a sheet that is hidden, or has no width.
    Column,
    /// Something deleted that change tracking keeps.
    Deletion,
    /// A whole workbook inside a document, of which a part is shown.
    EmbeddedWorkbook,
    /// Values copied from another workbook.
    ExternalCache,
    /// Rows that a filter hides.
    FilteredRow,
    /// The notes of a speaker.
    Notes,
    /// The rows behind a pivot table.
    PivotCache,
    /// A row of a sheet that is hidden, or has no height.
    Row,
    /// A hidden sheet.
    Sheet,
    /// A hidden slide.
    Slide,
    /// Text that is not shown: marked so, white on white, or drawn invisibly.
    Text,
    /// A sheet that only a macro can show.
    VeryHiddenSheet,
}

impl Hidden {
    /// All kinds, in alphabetical order.
    pub const ALL: [Self; 12] = [
        Self::Column,
        Self::Deletion,
        Self::EmbeddedWorkbook,
        Self::ExternalCache,
        Self::FilteredRow,
        Self::Notes,
        Self::PivotCache,
        Self::Row,
        Self::Sheet,
        Self::Slide,
        Self::Text,
        Self::VeryHiddenSheet,
    ];

    /// The word for it in rules and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Column => "column",
            Self::Deletion => "deletion",
            Self::EmbeddedWorkbook => "embedded-workbook",
            Self::ExternalCache => "external-cache",
            Self::FilteredRow => "filtered-row",
            Self::Notes => "notes",
            Self::PivotCache => "pivot-cache",
            Self::Row => "row",
            Self::Sheet => "sheet",
            Self::Slide => "slide",
            Self::Text => "text",
            Self::VeryHiddenSheet => "very-hidden-sheet",
        }
    }
}

impl fmt::Display for Hidden {
    /// What a sender reads.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Column => "a hidden column",
            Self::Deletion => "a tracked deletion",
            Self::EmbeddedWorkbook => "an embedded workbook",
            Self::ExternalCache => "values kept from another workbook",
            Self::FilteredRow => "rows that a filter hides",
            Self::Notes => "speaker notes",
            Self::PivotCache => "the rows behind a pivot table",
            Self::Row => "a hidden row",
            Self::Sheet => "a hidden sheet",
            Self::Slide => "a hidden slide",
            Self::Text => "hidden text",
            Self::VeryHiddenSheet => "a very hidden sheet",
        })
    }
}

/// A place in a message: kind, part, and offset in the part's readable text.
///
/// Files inside an attached file are numbered as parts are: `2.3` is the third
/// file in the archive that part 2 is.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Location {
    /// The kind of place.
    pub place: Place,
    /// The part; the root for headers of the message itself.
    pub part: PartPath,
    /// For a header, its number from the top, counted from 1; otherwise bytes
    /// into the readable text.
    pub offset: usize,
    /// Which page, sheet or slide, where the format has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// Why people don't see it, if they don't.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Hidden>,
}

impl Location {
    /// A place that everybody sees.
    pub fn new(place: Place, part: PartPath, offset: usize) -> Self {
        Self {
            place,
            part,
            offset,
            unit: None,
            hidden: None,
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.place.word())?;
        if self.part.depth() > 0 {
            write!(formatter, " of part {}", self.part)?;
        }
        if let Some(unit) = self.unit {
            write!(formatter, ", {unit}")?;
        }
        // The alternate form is for people: the beginning of a text, or all of
        // it, needs no number.
        match self.place {
            Place::Subject | Place::AttachmentName => {}
            Place::Header => write!(formatter, ", header {}", self.offset)?,
            Place::Body | Place::Attachment | Place::Nested => {
                if self.offset > 0 || !formatter.alternate() {
                    write!(formatter, ", byte {}", self.offset)?;
                }
            }
        }
        if let Some(hidden) = self.hidden {
            write!(formatter, " ({hidden})")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_words_and_numbers() {
        let part = PartPath::root().child(1).child(2);
        let location = Location::new(Place::Body, part, 120);
        assert_eq!(location.to_string(), "body of part 1.2, byte 120");
        let subject = Location::new(Place::Subject, PartPath::root(), 0);
        assert_eq!(subject.to_string(), "subject");
        let whole = Location::new(Place::Attachment, PartPath::root().child(2), 0);
        assert_eq!(whole.to_string(), "attachment of part 2, byte 0");
        assert_eq!(format!("{whole:#}"), "attachment of part 2");
        let cell = Location {
            unit: Some(Unit::Sheet(2)),
            hidden: Some(Hidden::Row),
            ..Location::new(Place::Attachment, PartPath::root().child(3), 7)
        };
        let words = "attachment of part 3, sheet 2, byte 7 (a hidden row)";
        assert_eq!(cell.to_string(), words);
    }

    #[test]
    fn places_written_before_units_are_still_read() {
        let old = r#"{"place":"body","part":[1,2],"offset":120}"#;
        let location: Location = serde_json::from_str(old).unwrap();
        assert_eq!(serde_json::to_string(&location).unwrap(), old);
    }
}
