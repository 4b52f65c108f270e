//! The message: raw bytes, headers, parts.

use super::gap::{Gap, GapReason};
use super::header::Header;
use super::mime;
use super::part::Part;
use super::transfer::lenient_quoted_printable;
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
            location: Location::new(Place::Body, PartPath::root(), message.raw.reveal().len()),
            why: GapReason::TooLarge,
            format: None,
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

    /// The body without its structure, as text. Where a part is in
    /// quoted-printable the whole is decoded: the escapes are digits that
    /// nobody sees.
    pub fn as_it_stands(&self) -> String {
        let body = self.body();
        let coded = memchr::memmem::find(body, b"uoted-").is_some();
        let lines = memchr::memmem::find(body, b"=\n").or(memchr::memmem::find(body, b"=\r\n"));
        if coded || lines.is_some() {
            return String::from_utf8_lossy(&lenient_quoted_printable(body)).into_owned();
        }
        String::from_utf8_lossy(body).into_owned()
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
