//! A message, part by part: its texts are gathered here, its other files left
//! to be read.

use super::file::File;
use super::gathering::{Gathering, place_in};
use super::text_file::inline::{self, Inline};
use super::text_file::records;
use super::text_file::stretches;
use super::{html, plain, sniff};
use crate::format::Format;
use crate::location::{Location, PartPath, Place};
use crate::mail::{Content, GapReason, Header, Message, Part, Role};
use crate::sensitive::Sensitive;

/// Gathers the texts of a message and finds its files. `at` is the message's
/// own place and `depth` how many messages and files it stands in.
pub(super) fn walk(message: &Message, at: &PartPath, depth: usize, gathering: &mut Gathering) {
    let mut walk = Walk {
        at,
        depth,
        gathering,
    };
    let place = (depth > 0).then_some(Place::Nested);
    walk.headers(message.headers(), at, place);
    let following = message.parts().iter().skip(1).map(Some);
    for (part, next) in message.parts().iter().zip(following.chain([None])) {
        walk.part(part, next);
    }
    walk.as_it_stands(message);
}

struct Walk<'w> {
    at: &'w PartPath,
    depth: usize,
    gathering: &'w mut Gathering,
}

impl Walk<'_> {
    fn headers(&mut self, headers: &[Header], part: &PartPath, place: Option<Place>) {
        for (header, number) in headers.iter().zip(1_usize..) {
            if is_structural(header.name()) {
                continue;
            }
            let usual = if header.is("subject") {
                Place::Subject
            } else {
                Place::Header
            };
            let location = Location::new(place.unwrap_or(usual), part.clone(), number);
            self.gathering.text(location, header.text().into_revealed());
        }
    }

    fn place_of(&self, part: &Part, place: Place) -> Location {
        let nested = part.nested || self.depth > 0;
        place_in(&self.at.join(&part.path), place, nested)
    }

    fn part(&mut self, part: &Part, next: Option<&Part>) {
        for name in &part.names {
            let location = self.place_of(part, Place::AttachmentName);
            plain::name(location, name.reveal(), self.gathering);
        }
        let own = part.headers.iter().filter(|header| {
            let lower = header.name().to_ascii_lowercase();
            lower.is_empty() || !is_structural(&lower)
        });
        for header in own {
            let location = self.place_of(part, Place::Header);
            if header.name().is_empty() {
                let format = Some(Format::Message);
                self.gathering
                    .gap(location.clone(), GapReason::Broken, format);
            }
            let text = format!("{} {}", header.name(), header.text().reveal());
            self.gathering.text(location, text);
        }
        let place = match part.role {
            Role::Body => Place::Body,
            Role::Attachment => Place::Attachment,
        };
        let location = self.place_of(part, place);
        match &part.content {
            Content::Text(readings) => self.texts(part, readings, &location, next),
            Content::Html(readings) => self.pages(part, readings, &location, next),
            Content::Headers(headers) => {
                let at = self.at.join(&part.path);
                self.headers(headers, &at, Some(Place::Nested));
            }
            Content::Bytes(bytes) => {
                let bytes = bytes.reveal();
                if !bytes.iter().all(u8::is_ascii_whitespace) {
                    self.file(part, location.place, bytes.clone());
                }
            }
        }
    }

    /// The readings of a part of HTML, and the files in it.
    fn pages(
        &mut self,
        part: &Part,
        readings: &[Sensitive<String>],
        location: &Location,
        next: Option<&Part>,
    ) {
        let mut read_as_file = is_read_as_file(part, next);
        let mut inside = Vec::new();
        for reading in distinct(readings) {
            let source = reading.reveal();
            plain::say_pgp(source, location, self.gathering);
            // What mail programs don't show of it is not told apart: newsletters hide
            // a preview of themselves, and what is for other screens.
            self.gathering.text(location.clone(), html::text(source));
            if read_as_file {
                continue;
            }
            inside.extend(inline::in_page(source));
            if sniff::coded_text(source).is_some() {
                self.file(part, location.place, source.clone().into_bytes());
                read_as_file = true;
            }
        }
        self.inline(part, location.place, inside);
    }

    /// The readings of a part of text, and the files in it. What of the part
    /// is one file is handed on once: a file in it that was read twice would
    /// be read four times one level deeper.
    fn texts(
        &mut self,
        part: &Part,
        readings: &[Sensitive<String>],
        location: &Location,
        next: Option<&Part>,
    ) {
        let mut read_as_file = is_read_as_file(part, next);
        let mut inside = Vec::new();
        for reading in distinct(readings) {
            let text = reading.reveal();
            let coded = sniff::coded_text(text);
            // Its reader reads it as text, too, where it is damaged.
            let is_document =
                coded.is_some_and(|format| sniff::is_document_in_text(format, text.as_bytes()));
            if !is_document || part.role == Role::Body {
                plain::read(text, &part.media_type, location, self.gathering);
            }
            if read_as_file {
                continue;
            }
            inside.extend(inline::data_addresses(text));
            if plain::is_record(&part.media_type) {
                inside.extend(records::read(text).1);
            }
            if part.role == Role::Attachment || !part.media_type.contains("plain") {
                inside.extend(inline::long_values(text));
            } else {
                inside.extend(stretches::files(text));
            }
            if coded.is_some() {
                self.file(part, location.place, text.clone().into_bytes());
                read_as_file = true;
            }
        }
        self.inline(part, location.place, inside);
    }

    fn file(&mut self, part: &Part, place: Place, bytes: Vec<u8>) {
        let name = part.names.first().cloned();
        self.gathering.file(File {
            path: self.at.join(&part.path),
            place,
            depth: self.depth,
            media_type: part.media_type.clone(),
            name: name.unwrap_or_else(|| Sensitive::new(String::new())),
            unit: None,
            hidden: None,
            bytes: Sensitive::new(bytes),
        });
    }

    /// Files that stand in the text of a part itself. Readings of one text hold
    /// the same ones.
    fn inline(&mut self, part: &Part, place: Place, mut inside: Vec<Inline>) {
        inside.dedup();
        let place = if place == Place::Body {
            Place::Attachment
        } else {
            place
        };
        for (file, number) in inside.into_iter().zip(1_u32..) {
            self.gathering.file(File {
                path: self.at.join(&part.path).child(number),
                place,
                depth: self.depth.saturating_add(1),
                media_type: file.media_type,
                name: Sensitive::new(String::new()),
                unit: None,
                hidden: None,
                bytes: Sensitive::new(file.bytes),
            });
        }
    }

    /// A multipart body once more as it stands, without its structure: what
    /// stands outside the parts, or was split otherwise than a mail program
    /// would, is read here.
    fn as_it_stands(&mut self, message: &Message) {
        let kind = message.header("content-type").map(Header::text);
        let kind = kind.map(|kind| kind.reveal().to_ascii_lowercase());
        if !kind.is_some_and(|kind| kind.contains("multipart")) {
            return;
        }
        let location = place_in(self.at, Place::Body, self.depth > 0);
        self.gathering.text(location, message.as_it_stands());
    }
}

/// Whether a part of text is read as a file, too: that comes next.
fn is_read_as_file(part: &Part, next: Option<&Part>) -> bool {
    next.is_some_and(|next| next.path == part.path && matches!(next.content, Content::Bytes(_)))
}

/// Each reading that no earlier one equals.
fn distinct(readings: &[Sensitive<String>]) -> impl Iterator<Item = &Sensitive<String>> {
    readings.iter().enumerate().filter_map(|(index, reading)| {
        let mut earlier = readings.iter().take(index);
        (!earlier.any(|earlier| earlier == reading)).then_some(reading)
    })
}

/// Headers that machines write for machines: their digits are no text, and
/// those with names of attachments are read as such.
fn is_structural(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.starts_with("arc-")
        || matches!(
            lower.as_str(),
            "authentication-results"
                | "content-disposition"
                | "content-id"
                | "content-transfer-encoding"
                | "content-type"
                | "date"
                | "delivered-to"
                | "dkim-signature"
                | "domainkey-signature"
                | "in-reply-to"
                | "message-id"
                | "mime-version"
                | "received"
                | "received-spf"
                | "references"
                | "resent-date"
                | "resent-message-id"
                | "return-path"
                | "thread-index"
        )
}
