//! The adapter on mail-parser: its tree becomes ours, and each of its silences
//! a gap.
//!
//! - It gives up nested messages that are transfer-encoded after three levels
//!   and calls them binary: they are parsed again here, down to our own bound.
//! - It answers `None` for bytes without a header: then all is read as text.
//! - It has panicked on damaged nested mail before: a panic is caught, and the
//!   message read as text with the gap said.
//! - Its tree of nested messages is dropped recursively, and some of its loops
//!   start over: messages beyond the bounds on parts, delimiters and lengths of
//!   headers are not given to it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mail_parser::{ContentType, MessageParser, MessagePart, MimeHeaders, PartType};

use super::gap::{Gap, GapReason};
use super::header::{Header, decode_words};
use super::part::{Content, Part, Role};
use super::readings::{self, has_duplicate_headers, lossy};
use super::transfer::{lenient_base64, lenient_quoted_printable};
use crate::limits::Limits;
use crate::location::{Location, PartPath, Place};
use crate::sensitive::Sensitive;

/// Whether a `Content-Type` value says that the entity is encrypted.
pub(super) fn is_encrypted_type(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let media_type = lower.split(';').next().unwrap_or("").trim().to_owned();
    match media_type.as_str() {
        "multipart/encrypted" => true,
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
            // Without a smime-type it may be either; only signed data is open.
            !(lower.contains("signed-data") || lower.contains("certs-only"))
        }
        _ => false,
    }
}

/// All parts of a message that hold something, and what was not read.
pub(super) fn parts(raw: &[u8], limits: &Limits) -> (Vec<Part>, Vec<Gap>) {
    let mut walk = Walk {
        limits,
        parts: Vec::new(),
        gaps: Vec::new(),
        own_headers: Vec::new(),
    };
    walk.message(raw, &PartPath::root(), 0);
    (walk.parts, walk.gaps)
}

struct Walk<'l> {
    limits: &'l Limits,
    parts: Vec<Part>,
    gaps: Vec<Gap>,
    /// The headers of the part that is being read.
    own_headers: Vec<Header>,
}

impl Walk<'_> {
    fn message(&mut self, raw: &[u8], path: &PartPath, depth: usize) {
        if is_beyond_bounds(raw, self.limits) {
            self.gap(path, GapReason::TooManyParts);
            self.flat(raw, path, depth);
            return;
        }
        let parsed = catch_unwind(AssertUnwindSafe(|| {
            let message = MessageParser::default().parse(raw);
            match message {
                Some(message) if !message.parts.is_empty() => {
                    self.tree(&message, path, depth);
                    true
                }
                _ => false,
            }
        }));
        match parsed {
            Ok(true) => {}
            Ok(false) => {
                if !raw.is_empty() {
                    self.gap(path, GapReason::Broken);
                }
                self.flat(raw, path, depth);
            }
            Err(_) => {
                self.gap(path, GapReason::Broken);
                self.flat(raw, path, depth);
            }
        }
    }

    /// Takes a whole message for one text, in every transfer encoding.
    fn flat(&mut self, raw: &[u8], path: &PartPath, depth: usize) {
        let (_, body) = Header::split(raw);
        let body = raw.get(body..).unwrap_or(b"");
        let readings = vec![
            lossy(raw),
            lossy(&lenient_quoted_printable(body)),
            lossy(&lenient_base64(body)),
        ];
        self.parts.push(Part {
            path: path.child(1),
            role: Role::Body,
            nested: depth > 0,
            media_type: String::from("text/plain"),
            names: Vec::new(),
            headers: Vec::new(),
            content: Content::Text(readings),
        });
    }

    fn tree(&mut self, message: &mail_parser::Message<'_>, path: &PartPath, depth: usize) {
        let bodies: Vec<u32> = message
            .text_body
            .iter()
            .chain(&message.html_body)
            .copied()
            .collect();
        // (part, its path, whether an enclosing multipart is encrypted)
        let mut open = vec![(0_u32, path.clone(), false)];
        let mut top = true;
        while let Some((id, at, encrypted)) = open.pop() {
            let Some(part) = message.parts.get(usize::try_from(id).unwrap_or(usize::MAX)) else {
                continue;
            };
            if self.parts.len() >= self.limits.parts {
                self.gap(&at, GapReason::TooManyParts);
                return;
            }
            let kind = part.content_type();
            let at = if top && !matches!(part.body, PartType::Multipart(_)) {
                at.child(1)
            } else {
                at
            };
            top = false;
            if let PartType::Multipart(children) = &part.body {
                self.outside(message, part, children, &at, depth);
                let inside = encrypted || kind.is_some_and(|kind| subtype_is(kind, "encrypted"));
                let numbered = children.iter().zip(1_u32..);
                let mut inner: Vec<_> = numbered
                    .map(|(child, number)| (*child, at.child(number), inside))
                    .collect();
                inner.reverse();
                open.append(&mut inner);
                continue;
            }
            let role = if bodies.contains(&id) && !has_name(part) {
                Role::Body
            } else {
                Role::Attachment
            };
            self.leaf(message, part, &at, role, encrypted, depth);
        }
    }

    /// What stands before the first part of a multipart and behind the last
    /// (RFC 2046 section 5.1.1): text that few programs show, and whatever a
    /// program of another kind finds in it.
    fn outside(
        &mut self,
        message: &mail_parser::Message<'_>,
        part: &MessagePart<'_>,
        children: &[u32],
        at: &PartPath,
        depth: usize,
    ) {
        let inside = children.iter().filter_map(|child| {
            let part = message.parts.get(usize::try_from(*child).ok()?)?;
            Some((part.offset_header, part.offset_end))
        });
        let Some((first, last)) =
            inside.reduce(|all, child| (all.0.min(child.0), all.1.max(child.1)))
        else {
            return;
        };
        for (from, to) in [(part.offset_body, first), (last, part.offset_end)] {
            let stretch = between(message, from, to);
            let mut lines = stretch.split(|byte| *byte == b'\n');
            if lines.all(|line| line.trim_ascii().is_empty() || line.starts_with(b"--")) {
                continue;
            }
            self.parts.push(Part {
                path: at.clone(),
                role: Role::Body,
                nested: depth > 0,
                media_type: String::from("text/plain"),
                names: Vec::new(),
                headers: Vec::new(),
                content: Content::Text(vec![lossy(stretch)]),
            });
        }
    }

    fn leaf(
        &mut self,
        message: &mail_parser::Message<'_>,
        part: &MessagePart<'_>,
        at: &PartPath,
        role: Role,
        encrypted: bool,
        depth: usize,
    ) {
        let raw_body = raw_body(message, part);
        self.own_headers = raw_headers(message, part);
        let content = match &part.body {
            PartType::Text(text) | PartType::Html(text) => {
                let read = readings::readings(part, text, raw_body);
                if read.is_broken {
                    self.gap(at, GapReason::Broken);
                }
                let shown = if matches!(part.body, PartType::Html(_)) {
                    Content::Html(read.all)
                } else {
                    Content::Text(read.all)
                };
                let decoded = readings::decoded(part, raw_body);
                let is_body = role == Role::Body;
                if is_body && !readings::is_no_text(&decoded) {
                    shown
                } else {
                    // A file is read by what it holds, whatever type its headers
                    // give it; what programs may show otherwise is read beside it.
                    if is_body || read.is_doubtful {
                        self.push(part, at, role, depth, shown);
                    }
                    Content::Bytes(Sensitive::new(decoded.into_owned()))
                }
            }
            PartType::Message(inner) => {
                self.push(
                    part,
                    at,
                    role,
                    depth,
                    Content::Headers(nested_headers(inner)),
                );
                if depth >= self.limits.depth {
                    self.gap(at, GapReason::TooDeep);
                } else {
                    self.tree(inner, at, depth.saturating_add(1));
                }
                return;
            }
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
                if part.content_type().is_some_and(is_message) {
                    // Given up by the library, not by us.
                    let (headers, _) = Header::split(bytes);
                    self.push(part, at, role, depth, Content::Headers(headers));
                    if depth >= self.limits.depth {
                        self.gap(at, GapReason::TooDeep);
                    } else {
                        self.message(bytes, at, depth.saturating_add(1));
                    }
                    return;
                }
                // Which of two types holds is the reader's guess, and a
                // multipart without a boundary is shown as it is.
                let doubtful = has_duplicate_headers(part)
                    || part
                        .content_type()
                        .is_some_and(|kind| kind.ctype() == "multipart");
                if doubtful || !readings::has_known_encoding(part) {
                    self.gap(at, GapReason::Broken);
                }
                if doubtful || looks_like_text(bytes) {
                    let text = Content::Text(vec![lossy(bytes)]);
                    self.push(part, at, role, depth, text);
                }
                Content::Bytes(Sensitive::new(bytes.to_vec()))
            }
            PartType::Multipart(_) => return,
        };
        let kind = part.content_type();
        // S/MIME that doesn't say of which type it is may be signed only: its
        // reader tells.
        let is_open = kind.is_some_and(|kind| {
            !kind.has_attribute("smime-type") && kind.ctype().eq_ignore_ascii_case("application")
        }) && matches!(content, Content::Bytes(_));
        if encrypted || (!is_open && kind.is_some_and(is_encrypted)) {
            self.gap(at, GapReason::Encrypted);
        }
        // A piece of a message (RFC 2046 section 5.2.2): the others may stand in
        // the middle of a line.
        if kind.is_some_and(|kind| {
            kind.ctype().eq_ignore_ascii_case("message") && subtype_is(kind, "partial")
        }) {
            self.gap(at, GapReason::Truncated);
        }
        self.push(part, at, role, depth, content);
    }

    fn push(
        &mut self,
        part: &MessagePart<'_>,
        at: &PartPath,
        role: Role,
        depth: usize,
        content: Content,
    ) {
        let mut headers = std::mem::take(&mut self.own_headers);
        let names = names(part, &headers);
        if part.offset_header == 0 && depth == 0 {
            // The root's headers are the message's, which are read as such.
            headers.clear();
        }
        self.parts.push(Part {
            path: at.clone(),
            role,
            nested: depth > 0,
            media_type: media_type(part),
            names,
            headers,
            content,
        });
    }

    fn gap(&mut self, at: &PartPath, why: GapReason) {
        self.gaps.push(Gap {
            location: Location::new(
                if at.depth() == 0 {
                    Place::Body
                } else {
                    Place::Attachment
                },
                at.clone(),
                0,
            ),
            why,
            format: None,
        });
    }
}

/// Whether the library would take too long over a message, or too much of the
/// stack: too many parts declared, delimiters that it would look for over and
/// over, or a header so long that reading its parameters takes forever.
fn is_beyond_bounds(raw: &[u8], limits: &Limits) -> bool {
    const HEADER_BYTES: usize = 32 << 10;
    const SEARCHED_BYTES: usize = 4 << 30;
    let starts = memchr::memchr_iter(b'\n', raw).map(|newline| newline.saturating_add(1));
    let (mut declared, mut delimiters, mut header_start) = (0_usize, 0_usize, None);
    for start in std::iter::once(0).chain(starts).chain([raw.len()]) {
        let line = raw.get(start..).unwrap_or(b"");
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        if header_start.is_some_and(|from| start.saturating_sub(from) > HEADER_BYTES) {
            return true;
        }
        header_start = None;
        if line.starts_with(b"--") {
            delimiters = delimiters.saturating_add(1);
        }
        let head = line.get(..line.len().min(64)).unwrap_or(line);
        let Some(colon) = memchr::memchr(b':', head) else {
            continue;
        };
        let name = head.get(..colon).unwrap_or(b"");
        if name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        {
            header_start = Some(start);
        }
        let letters = name.iter().filter(|byte| !byte.is_ascii_whitespace());
        if letters.map(u8::to_ascii_lowercase).eq(*b"content-type") {
            header_start = Some(start);
            declared = declared.saturating_add(1);
        }
    }
    declared > limits.parts
        || delimiters > limits.parts.saturating_mul(20)
        || declared.saturating_mul(raw.len()) > SEARCHED_BYTES
}

fn raw_body<'m>(message: &'m mail_parser::Message<'_>, part: &MessagePart<'_>) -> &'m [u8] {
    between(message, part.offset_body, part.offset_end)
}

fn raw_headers(message: &mail_parser::Message<'_>, part: &MessagePart<'_>) -> Vec<Header> {
    Header::split(between(message, part.offset_header, part.offset_body)).0
}

/// The bytes of a message from one place to another.
fn between<'m>(message: &'m mail_parser::Message<'_>, from: u32, to: u32) -> &'m [u8] {
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    let to = usize::try_from(to).unwrap_or(usize::MAX);
    let raw: &[u8] = &message.raw_message;
    raw.get(from..to.min(raw.len())).unwrap_or(b"")
}

fn nested_headers(inner: &mail_parser::Message<'_>) -> Vec<Header> {
    let start = inner.parts.first().map_or(0, |part| part.offset_header);
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    let raw: &[u8] = &inner.raw_message;
    Header::split(raw.get(start..).unwrap_or(b"")).0
}

/// Whether an attachment of any declared type is readable as it is, as lists
/// exported from a database are.
fn looks_like_text(bytes: &[u8]) -> bool {
    let control = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\r' | b'\n' | b'\t');
    std::str::from_utf8(bytes).is_ok() && !bytes.iter().any(control)
}

fn media_type(part: &MessagePart<'_>) -> String {
    let Some(kind) = part.content_type() else {
        return String::from("text/plain");
    };
    format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("")).to_ascii_lowercase()
}

/// All that a part's headers call it, and those headers as they stand where
/// they hold digits: programs differ in what of them they show.
fn names(part: &MessagePart<'_>, headers: &[Header]) -> Vec<Sensitive<String>> {
    let naming = ["content-type", "content-disposition", "content-location"];
    let mut names: Vec<Sensitive<String>> = headers
        .iter()
        .filter(|header| naming.iter().any(|name| header.is(name)))
        .map(Header::text)
        .filter(|text| text.reveal().bytes().filter(u8::is_ascii_digit).count() >= 10)
        .collect();
    for kind in [part.content_disposition(), part.content_type()] {
        for attribute in kind.and_then(ContentType::attributes).unwrap_or(&[]) {
            if attribute.name.contains("name") {
                names.push(Sensitive::new(decode_words(attribute.value.as_bytes())));
            }
        }
    }
    if let Some(text) = part.content_description() {
        names.push(Sensitive::new(decode_words(text.as_bytes())));
    }
    names
}

fn has_name(part: &MessagePart<'_>) -> bool {
    part.content_disposition().is_some_and(|disposition| {
        disposition.is_attachment() || disposition.has_attribute("filename")
    }) || part
        .content_type()
        .is_some_and(|kind| kind.has_attribute("name"))
}

fn is_message(kind: &ContentType<'_>) -> bool {
    kind.ctype().eq_ignore_ascii_case("message")
        && (subtype_is(kind, "rfc822") || subtype_is(kind, "global"))
}

fn is_encrypted(kind: &ContentType<'_>) -> bool {
    let smime = kind.attribute("smime-type").unwrap_or("");
    let media_type = format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or(""));
    is_encrypted_type(&format!("{media_type}; smime-type={smime}"))
}

fn subtype_is(kind: &ContentType<'_>, subtype: &str) -> bool {
    kind.subtype()
        .is_some_and(|found| found.eq_ignore_ascii_case(subtype))
}
