//! Where the reader of a format puts what it finds in one file.

use std::io::Read;

use super::file::File;
use super::gathering::Gathering;
use super::message;
use crate::format::Format;
use crate::limits::Limits;
use crate::location::{Hidden, Location, PartPath, Place, Unit};
use crate::mail::{GapReason, Message};
use crate::sensitive::Sensitive;

/// Where in a file something stands, and whether people see it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Spot {
    /// The page, sheet or slide.
    pub(super) unit: Option<Unit>,
    /// Why people don't see it, if they don't.
    pub(super) hidden: Option<Hidden>,
}

impl Spot {
    /// Something that people see, on a page, sheet or slide.
    pub(super) fn on(unit: Unit) -> Self {
        Self {
            unit: Some(unit),
            hidden: None,
        }
    }

    /// The same, but not seen.
    #[must_use]
    pub(super) fn hidden(self, hidden: Hidden) -> Self {
        Self {
            hidden: Some(hidden),
            ..self
        }
    }
}

/// Takes the texts, gaps and inner files of one file.
#[derive(Debug)]
pub(super) struct Sink<'g> {
    gathering: &'g mut Gathering,
    place: Place,
    path: PartPath,
    depth: usize,
    /// Where the file itself stands.
    own: Spot,
    /// What the file was recognised as.
    format: Format,
    /// Whether it was found damaged.
    damaged: bool,
    /// How many files were found inside.
    inner: u32,
    /// How much this file may still unpack to, by its own size.
    ratio_left: usize,
}

impl<'g> Sink<'g> {
    /// The sink of a file that was recognised as `format`.
    pub(super) fn of(file: &File, format: Format, gathering: &'g mut Gathering) -> Self {
        // A small file may be mostly one long repetition: 1 MiB is no bomb.
        let expansion = gathering.left().expansion;
        let ratio_left = file.bytes.reveal().len().saturating_mul(expansion);
        Self {
            place: file.place,
            path: file.path.clone(),
            depth: file.depth,
            own: Spot {
                unit: file.unit,
                hidden: file.hidden,
            },
            format,
            damaged: false,
            inner: 0,
            ratio_left: ratio_left.max(1 << 20),
            gathering,
        }
    }

    /// What is left of the bounds.
    pub(super) fn left(&self) -> &Limits {
        self.gathering.left()
    }

    /// A readable text of the file. If it is hidden, that is said too.
    pub(super) fn text(&mut self, spot: Spot, text: impl Into<String>) {
        let text = text.into();
        if text.trim().is_empty() {
            return;
        }
        let location = self.location(self.place, spot);
        self.gathering.hidden(location.clone());
        self.gathering.text(location, text);
    }

    /// A name: of a file inside, a sheet, a bookmark.
    pub(super) fn name(&mut self, spot: Spot, name: &str) {
        let place = match self.place {
            Place::Nested => Place::Nested,
            Place::Subject
            | Place::Header
            | Place::Body
            | Place::AttachmentName
            | Place::Attachment => Place::AttachmentName,
        };
        let location = self.location(place, spot);
        self.gathering.text(location, name.to_owned());
    }

    /// Says that something hidden is there, whether it holds text or not.
    pub(super) fn hidden(&mut self, spot: Spot) {
        let location = self.location(self.place, spot);
        self.gathering.hidden(location);
    }

    /// Whether people don't see the file itself.
    pub(super) fn is_unseen(&self) -> bool {
        self.own.hidden.is_some()
    }

    /// Whether its reader could not read the whole file, because it is damaged.
    pub(super) fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// Says that something of this file was not read.
    pub(super) fn gap(&mut self, spot: Spot, why: GapReason) {
        self.damaged |= matches!(
            why,
            GapReason::Broken | GapReason::Truncated | GapReason::ReaderFailed
        );
        let location = self.location(self.place, spot);
        self.gathering.gap(location, why, Some(self.format));
    }

    /// Says that the writing of a picture was not read, and keeps the picture for
    /// whoever can.
    pub(super) fn picture(&mut self, spot: Spot, bytes: &[u8]) {
        self.gap(spot, GapReason::Image);
        let location = self.location(self.place, spot);
        self.gathering.picture(location, bytes);
    }

    /// Hands over a file that was found inside; its name is read as a text.
    /// `media_type` may be empty.
    pub(super) fn file(&mut self, spot: Spot, name: &str, media_type: &str, bytes: Vec<u8>) {
        self.inner = self.inner.saturating_add(1);
        let path = self.path.child(self.inner);
        let Location { unit, hidden, .. } = self.location(self.place, spot);
        if !name.is_empty() {
            let outer = std::mem::replace(&mut self.path, path.clone());
            self.name(spot, name);
            self.path = outer;
        }
        // What is inside the text of a message is an attachment of it.
        let place = if self.place == Place::Body {
            Place::Attachment
        } else {
            self.place
        };
        self.gathering.file(File {
            path,
            place,
            depth: self.depth.saturating_add(1),
            media_type: media_type.to_ascii_lowercase(),
            name: Sensitive::new(name.to_owned()),
            unit,
            hidden,
            bytes: Sensitive::new(bytes),
        });
    }

    /// Reads this file as a message: what stands in it is nested, and its
    /// attachments are files inside it.
    pub(super) fn message(&mut self, bytes: Vec<u8>) {
        let parsed = Message::parse(bytes, self.left());
        let place = Place::Nested;
        for gap in parsed.gaps() {
            let path = self.path.join(&gap.location.part);
            let location = Location {
                unit: self.own.unit,
                hidden: self.own.hidden,
                ..Location::new(place, path, 0)
            };
            self.gathering.gap(location, gap.why, gap.format);
        }
        let depth = self.depth.saturating_add(1);
        message::walk(&parsed, &self.path, depth, self.gathering);
    }

    /// Says of a file inside that it could not be read at all, as
    /// [`Self::file`] would number it.
    pub(super) fn unread_file(&mut self, spot: Spot, name: &str, why: GapReason) {
        self.inner = self.inner.saturating_add(1);
        let path = self.path.child(self.inner);
        let outer = std::mem::replace(&mut self.path, path);
        if !name.is_empty() {
            self.name(spot, name);
        }
        self.gap(spot, why);
        self.path = outer;
    }

    /// Unpacks what `from` gives, within the bounds: what came before a bound
    /// or an error, and what stopped it.
    pub(super) fn expand(&mut self, from: impl Read) -> (Vec<u8>, Option<GapReason>) {
        let most = self.left().expanded_bytes.min(self.ratio_left);
        let mut bytes = Vec::new();
        let one_more = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        let result = from.take(one_more).read_to_end(&mut bytes);
        let too_large = bytes.len() > most;
        bytes.truncate(most);
        self.ratio_left = self.ratio_left.saturating_sub(bytes.len());
        let _ = self.gathering.expand(bytes.len());
        let why = match result {
            _ if too_large => Some(GapReason::TooLarge),
            Ok(_) => None,
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Some(GapReason::Truncated)
            }
            // A dictionary larger than the reader sets up.
            Err(error) if error.kind() == std::io::ErrorKind::OutOfMemory => {
                Some(GapReason::TooLarge)
            }
            Err(_) => Some(GapReason::Broken),
        };
        (bytes, why)
    }

    fn location(&self, place: Place, spot: Spot) -> Location {
        Location {
            unit: spot.unit.or(self.own.unit),
            hidden: spot.hidden.or(self.own.hidden),
            ..Location::new(place, self.path.clone(), 0)
        }
    }
}
