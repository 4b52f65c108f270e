//! Parts become texts; what becomes none is a gap.
//!
//! [`extract`] reads the subject and the other unstructured headers, the names
//! of attachments, and every text and HTML part, those of forwarded messages
//! included. Everything else that is attached is a [`Gap`] for now.
//!
//! **What is not here:** MIME and transfer encodings ([`crate::mail`]) and
//! what is looked for in the texts ([`crate::scan`]).

mod escapes;
mod html;

use crate::limits::Limits;
use crate::location::{Location, PartPath, Place};
use crate::mail::{Content, Gap, GapReason, Header, Message, Part, Role};
use crate::sensitive::Sensitive;
use crate::text::{Text, percent_decoded};

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

/// All texts of a message in the order in which they stand, and all that was
/// not read: the gaps of the message's structure and those of its parts.
pub fn extract(message: &Message, limits: &Limits) -> (Vec<PlacedText>, Vec<Gap>) {
    let mut extraction = Extraction {
        texts: Vec::new(),
        gaps: message.gaps().to_vec(),
        bytes_left: limits.text_bytes,
    };
    extraction.headers(message.headers(), &PartPath::root(), None);
    for part in message.parts() {
        extraction.part(part);
    }
    extraction.as_it_stands(message);
    extraction.gaps.sort();
    extraction.gaps.dedup();
    (extraction.texts, extraction.gaps)
}

struct Extraction {
    texts: Vec<PlacedText>,
    gaps: Vec<Gap>,
    bytes_left: usize,
}

impl Extraction {
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
            let location = Location {
                place: place.unwrap_or(usual),
                part: part.clone(),
                offset: number,
            };
            self.text(location, header.text().into_revealed());
        }
    }

    fn part(&mut self, part: &Part) {
        for name in &part.names {
            let location = place_of(part, Place::AttachmentName);
            if let Some(decoded) = percent_decoded(name.reveal()) {
                self.text(location.clone(), decoded);
            }
            self.text(location, name.reveal().clone());
        }
        let own = part.headers.iter().filter(|header| {
            let lower = header.name().to_ascii_lowercase();
            lower.is_empty() || !is_structural(&lower)
        });
        for header in own {
            if header.name().is_empty() {
                self.gap(place_of(part, Place::Header), GapReason::Broken);
            }
            let text = format!("{} {}", header.name(), header.text().reveal());
            self.text(place_of(part, Place::Header), text);
        }
        let place = match part.role {
            Role::Body => Place::Body,
            Role::Attachment => Place::Attachment,
        };
        match &part.content {
            Content::Text(readings) => {
                self.readings(part, place, readings, |reading| reading.reveal().clone());
                self.also(part, place, readings);
            }
            Content::Html(readings) => {
                self.readings(part, place, readings, |source| html::text(source.reveal()));
            }
            Content::Headers(headers) => {
                self.headers(headers, &part.path, Some(Place::Nested));
            }
            Content::Bytes(bytes) => {
                let bytes = bytes.reveal();
                if !bytes.iter().all(u8::is_ascii_whitespace) {
                    let why = if infer::is_image(bytes) {
                        GapReason::Image
                    } else {
                        GapReason::UnknownFormat
                    };
                    self.gap(place_of(part, place), why);
                }
            }
        }
    }

    fn readings(
        &mut self,
        part: &Part,
        place: Place,
        readings: &[Sensitive<String>],
        text_of: impl Fn(&Sensitive<String>) -> String,
    ) {
        for (index, reading) in readings.iter().enumerate() {
            if readings
                .iter()
                .take(index)
                .any(|earlier| earlier == reading)
            {
                continue;
            }
            let text = text_of(reading);
            if text.contains("-----BEGIN PGP MESSAGE-----") {
                self.gap(place_of(part, place), GapReason::Encrypted);
            }
            if part.media_type.ends_with("json") && !text.contains(escapes::UNICODE) {
                let unescaped = escapes::json_unescaped(&text);
                self.text(place_of(part, place), unescaped.unwrap_or_default());
            }
            self.text(place_of(part, place), text);
        }
    }

    /// Further readings of a text that is more than plain: markup, folded
    /// calendar lines; and what in it is not read.
    fn also(&mut self, part: &Part, place: Place, readings: &[Sensitive<String>]) {
        for reading in readings {
            let text = reading.reveal();
            if text.contains("</") || text.contains("&#") {
                self.text(place_of(part, place), html::text(text));
            }
            let folded = [
                "text/calendar",
                "text/vcard",
                "text/x-vcard",
                "text/directory",
            ];
            if folded.contains(&part.media_type.as_str()) {
                let unfolded = text.replace("\r\n ", "").replace("\r\n\t", "");
                self.text(
                    place_of(part, place),
                    escapes::calendar_unescaped(&unfolded),
                );
            }
            let foreign = matches!(
                part.media_type.as_str(),
                "text/rtf" | "text/richtext" | "text/enriched"
            );
            if foreign || holds_coded_file(text) {
                self.gap(place_of(part, place), GapReason::UnknownFormat);
            }
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
        let location = Location {
            place: Place::Body,
            part: PartPath::root(),
            offset: 0,
        };
        self.text(location, message.as_it_stands());
    }

    /// Keeps a text, and once more what escapes in it stand for.
    fn text(&mut self, location: Location, text: String) {
        let escaped = [unicode_unescaped(&text), escapes::percent_words(&text)];
        for text in escaped.into_iter().flatten() {
            self.keep(location.clone(), text);
        }
        self.keep(location, text);
    }

    fn keep(&mut self, location: Location, mut text: String) {
        if text.is_empty() {
            return;
        }
        if text.len() > self.bytes_left {
            let mut end = self.bytes_left;
            while !text.is_char_boundary(end) {
                end = end.saturating_sub(1);
            }
            text.truncate(end);
            self.gap(location.clone(), GapReason::TooLarge);
        }
        self.bytes_left = self.bytes_left.saturating_sub(text.len());
        self.texts.push(PlacedText {
            location,
            text: Text::new(text),
        });
    }

    fn gap(&mut self, location: Location, why: GapReason) {
        // An encrypted part is also of an unknown format: the first says more.
        let known = self.gaps.iter().any(|gap| {
            gap.location.part == location.part
                && (gap.why == why
                    || (gap.why == GapReason::Encrypted && why == GapReason::UnknownFormat))
        });
        if !known {
            self.gaps.push(Gap { location, why });
        }
    }
}

/// Whether a text holds a file in uuencode, yEnc or BinHex, or a part's headers
/// that were not understood as such.
fn holds_coded_file(text: &str) -> bool {
    let mut lines = text.lines();
    lines.any(|line| {
        let begin = line.strip_prefix("begin ").and_then(|rest| rest.get(..4));
        begin.is_some_and(|mode| {
            mode.ends_with(' ') && mode.bytes().take(3).all(|byte| byte.is_ascii_digit())
        }) || line.starts_with("=ybegin ")
            || line.starts_with("(This file must be converted with BinHex")
            || line
                .get(..26)
                .is_some_and(|start| start.eq_ignore_ascii_case("content-transfer-encoding:"))
    })
}

/// A text without the escapes of JSON, where it has any that only JSON has;
/// twice where JSON stands in a string of JSON.
fn unicode_unescaped(text: &str) -> Option<String> {
    if !text.contains(escapes::UNICODE) {
        return None;
    }
    let once = escapes::json_unescaped(text)?;
    let again = once.contains(escapes::UNICODE);
    let twice = again.then(|| escapes::json_unescaped(&once)).flatten();
    Some(twice.unwrap_or(once))
}

fn place_of(part: &Part, place: Place) -> Location {
    Location {
        place: if part.nested { Place::Nested } else { place },
        part: part.path.clone(),
        offset: 0,
    }
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
