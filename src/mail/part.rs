//! A part of a message, as the recipient's program takes it.

use super::header::Header;
use crate::location::PartPath;
use crate::sensitive::Sensitive;

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
    /// Its own headers; those that MIME gives a meaning included.
    pub headers: Vec<Header>,
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
