//! The message: raw bytes, headers, parts.

use super::gap::{Gap, GapReason};
use super::header::Header;
use super::mime;
use crate::limits::Limits;
use crate::location::{Location, PartPath, Place};
use crate::sensitive::Sensitive;

/// A message that was parsed: its bytes, its headers, and its parts in the
/// order in which they stand.
#[derive(Clone, Debug)]
pub struct Message {
    raw: Sensitive<Vec<u8>>,
    headers: Vec<Header>,
    body_offset: usize,
    parts: Vec<Part>,
    gaps: Vec<Gap>,
}

/// A part that holds something itself; multiparts only hold others.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its number by level.
    pub path: PartPath,
    /// What the recipient's program takes it for.
    pub role: Role,
    /// Whether it stands inside a forwarded or attached message.
    pub nested: bool,
    /// Its media type in lower case, such as `text/plain`; `text/plain` when
    /// none is declared (RFC 2045 section 5.2).
    pub media_type: String,
    /// The names that its headers give it: `filename`, `name` and the
    /// description, decoded.
    pub names: Vec<Sensitive<String>>,
    /// What it holds.
    pub content: Content,
}

/// What a part is to the recipient.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// Shown as the message.
    Body,
    /// Offered as a file.
    Attachment,
}

/// What a part holds, its transfer encoding undone.
#[derive(Clone, Debug)]
pub enum Content {
    /// Text, with every reading of it that a mail program might choose.
    Text(Vec<Sensitive<String>>),
    /// HTML source, with every reading of it that a mail program might choose.
    Html(Vec<Sensitive<String>>),
    /// Anything else.
    Bytes(Sensitive<Vec<u8>>),
    /// The headers of a forwarded or attached message, whose parts follow.
    Headers(Vec<Header>),
}

impl Message {
    /// Parses a message. It never fails: what can't be read becomes a gap, and
    /// where the structure itself is beyond reading the whole body is taken
    /// for text.
    pub fn parse(raw: Vec<u8>, limits: &Limits) -> Self {
        let (headers, body_offset) = Header::split(&raw);
        let (parts, gaps) = mime::parts(&raw, limits);
        Self {
            raw: Sensitive::new(raw),
            headers,
            body_offset,
            parts,
            gaps,
        }
    }

    /// A message of which only the first bytes arrived, since it is over
    /// [`Limits::message_bytes`]: read as far as it goes, with the gap said.
    pub fn parse_cut_short(raw: Vec<u8>, limits: &Limits) -> Self {
        let mut message = Self::parse(raw, limits);
        message.gaps.push(Gap {
            location: Location {
                place: Place::Body,
                part: PartPath::root(),
                offset: message.raw.reveal().len(),
            },
            why: GapReason::TooLarge,
        });
        message
    }

    /// All bytes, headers included.
    pub fn raw(&self) -> &Sensitive<Vec<u8>> {
        &self.raw
    }

    /// The headers from the top.
    pub fn headers(&self) -> &[Header] {
        &self.headers
    }

    /// The first header of a name, in any case.
    pub fn header(&self, name: &str) -> Option<&Header> {
        self.headers.iter().find(|header| header.is(name))
    }

    /// The body's bytes: everything after the first empty line.
    pub fn body(&self) -> &[u8] {
        self.raw.reveal().get(self.body_offset..).unwrap_or(b"")
    }

    /// The parts that hold something, in order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// What of the structure was not read.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// Whether the sender has encrypted the message as a whole, by PGP/MIME
    /// (RFC 3156) or S/MIME (RFC 8551 section 3.3).
    pub fn is_encrypted(&self) -> bool {
        self.headers
            .iter()
            .filter(|header| header.is("content-type"))
            .any(|header| mime::is_encrypted_type(header.text().reveal()))
    }
}
