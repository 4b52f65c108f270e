//! Parts become texts; what becomes none is a gap.
//!
//! [`extract`] reads the subject and the other unstructured headers, the names
//! of attachments, and every text and HTML part, those of forwarded messages
//! included. Every other file goes to a [`Reader`], with all that is inside it.
//!
//! ```text
//! message --walk--> texts                          plain bodies, headers, names
//!              '--> files --Reader::read--> read_file
//!                              ^    |  sniff: what is it, by its content?
//!                              |    |  the reader of that format: texts, gaps,
//!                              |    v  hidden places
//!                              '--- files found inside, one level deeper
//! ```
//!
//! What is read, and where; everything else gives the words that can be found
//! in it, and a gap:
//!
//! | Formats | Room |
//! | --- | --- |
//! | text, HTML, XML, CDA, JSON, HL7 v2, calendars, contacts, mailboxes, messages | `text_file` |
//! | Word and `PowerPoint` since 2007, flat and 2003 XML, encrypted Office files | `office` |
//! | Excel of all ages: XLSX, XLSB, XLS | `sheet` |
//! | Word, `PowerPoint`, Outlook before XML, TNEF, RTF, OLE containers | `legacy` |
//! | `OpenDocument`, packed and flat | `open_document` |
//! | PDF | `pdf` |
//! | zip, tar, gzip, bzip2, xz, LZMA, zstd, 7z, uuencode, yEnc; RAR where it is stored | `archive` |
//! | what S/MIME signed | `cms` |
//! | pictures: their metadata and what metafiles write | `picture` |
//!
//! Only recognised, so that a gap can say what they are: the writing in
//! pictures, packed RAR, other archives and disk images, sounds, films,
//! programs, encrypted PGP messages, and what is encrypted with a password that
//! not everybody knows.
//!
//! **What is not here:** MIME and transfer encodings ([`crate::mail`]), what
//! is looked for in the texts ([`crate::scan`]), and the processes that read
//! attachments so that a hostile one harms nobody.

mod archive;
mod backdrop;
mod ber;
mod cms;
mod escapes;
mod file;
mod gathering;
mod html;
mod ink;
mod legacy;
mod message;
mod office;
mod open_document;
#[cfg(test)]
mod ordinary;
mod pdf;
mod pgp;
mod picture;
mod plain;
mod read;
mod sheet;
mod sink;
mod sniff;
mod strings;
#[cfg(test)]
mod suite;
mod text_file;

pub use file::{File, Reader, Reading};
pub use gathering::PICTURE_BYTES;
pub use read::{InProcess, read_file, read_in_pieces};

use crate::limits::Limits;
use crate::location::{Location, PartPath, Place};
use crate::mail::{Gap, Message};
use crate::text::Text;
use gathering::Gathering;

/// A readable text and where its first byte stands.
#[derive(Clone, Debug)]
pub struct PlacedText {
    /// The place of the text as a whole; for headers the offset is the
    /// header's number.
    pub location: Location,
    /// The text.
    pub text: Text,
}

impl PlacedText {
    /// The place of one byte of the text's folded view.
    pub fn locate(&self, folded_offset: usize) -> Location {
        let mut location = self.location.clone();
        match location.place {
            Place::Body | Place::Attachment | Place::Nested => {
                location.offset = self.text.source_offset(folded_offset);
            }
            Place::Subject | Place::Header | Place::AttachmentName => {}
        }
        location
    }
}

/// What became of a message.
#[derive(Clone, Debug, Default)]
pub struct Extracted {
    /// All texts: those of the message in the order in which they stand, then
    /// those of the attached files.
    pub texts: Vec<PlacedText>,
    /// All that was not read: of the message's structure and of its parts.
    pub gaps: Vec<Gap>,
    /// Where there is something that people don't see.
    pub hidden: Vec<Location>,
}

/// Reads a message, its attachments by `reader`.
pub fn extract(message: &Message, limits: &Limits, reader: &dyn Reader) -> Extracted {
    let mut gathering = Gathering::new(limits);
    for gap in message.gaps() {
        gathering.gap(gap.location.clone(), gap.why, gap.format);
    }
    message::walk(message, &PartPath::root(), 0, &mut gathering);
    for file in gathering.take_files() {
        let reading = reader.read(file, gathering.left());
        gathering.take(reading);
    }
    let reading = gathering.finish();
    let texts = reading.texts.into_iter();
    Extracted {
        texts: texts
            .map(|(location, text)| PlacedText {
                location,
                text: Text::new(text.into_revealed()),
            })
            .collect(),
        gaps: reading.gaps,
        hidden: reading.hidden,
    }
}
