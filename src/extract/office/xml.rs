//! XML as Office documents have it, event by event, in a forgiving way.
//!
//! Names are told without their namespace's prefix, since writers choose it
//! freely and the strict and transitional editions of ECMA-376 differ in
//! their namespaces. Entities are never expanded, except the five of XML and
//! character references (XML 1.0 sections 4.1, 4.6). Damaged XML is read on
//! from its next tag.

use std::borrow::Cow;

use encoding_rs::Encoding;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::mail::GapReason;

/// How deep elements may stand in one another. Word stops far earlier; what is
/// deeper gives its text, and a gap.
const DEPTH: usize = 256;

/// How often reading goes on after an error.
const RESUMED: usize = 16;

/// What is met on the way.
#[derive(Clone, Copy, Debug)]
pub(in crate::extract) enum Token<'x> {
    /// A start tag; that of an empty element is closed at once.
    Open(&'x Element<'x>),
    /// An end tag, by its local name.
    Close(&'x str),
    /// Text, a piece of it: one text may come in many.
    Text(&'x str),
    /// A comment, a processing instruction, a document type: what no program
    /// shows.
    Aside(&'x str),
}

/// A start tag.
#[derive(Clone, Debug)]
pub(in crate::extract) struct Element<'x> {
    /// The local name.
    pub(in crate::extract) name: &'x str,
    /// The local names and the values of its attributes; `xmlns` for all
    /// declarations of namespaces.
    pub(in crate::extract) attributes: Vec<(&'x str, Cow<'x, str>)>,
}

impl Element<'_> {
    /// The value of the first attribute of this local name.
    pub(in crate::extract) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let (_, value) = attributes.find(|(known, _)| *known == name)?;
        Some(value)
    }
}

/// Goes through XML in any charset. Gives what was wrong with it, if
/// anything; what could be read was told all the same.
pub(in crate::extract) fn walk(bytes: &[u8], visit: impl FnMut(Token<'_>)) -> Option<GapReason> {
    let (text, damaged) = decoded(bytes);
    let mut walk = Walk {
        visit,
        names: String::new(),
        starts: Vec::new(),
        depth: 0,
        why: damaged.then_some(GapReason::Broken),
    };
    let mut rest: &str = &text;
    for _ in 0..RESUMED {
        let Some(position) = walk.until_error(rest) else {
            break;
        };
        walk.why = Some(GapReason::Broken);
        // From the next tag on, at least one byte further.
        let tail = rest.as_bytes().get(position.saturating_add(1)..);
        let next = tail.and_then(|tail| memchr::memchr(b'<', tail));
        let Some(next) = next else { break };
        let start = position.saturating_add(1).saturating_add(next);
        rest = rest.get(start..).unwrap_or_default();
    }
    let is_cut_off = walk.depth > 0;
    walk.close_from(0);
    match walk.why {
        None if is_cut_off => Some(GapReason::Truncated),
        why => why,
    }
}

/// Whether a file begins as XML does, in any width of letters.
pub(in crate::extract) fn begins(bytes: &[u8]) -> bool {
    let is_blank = |byte: &u8| {
        matches!(
            byte,
            0 | b'\t' | b'\n' | b'\r' | b' ' | 0xEF | 0xBB | 0xBF | 0xFE | 0xFF
        )
    };
    bytes.iter().find(|byte| !is_blank(byte)) == Some(&b'<')
}

/// The name and the attributes of the outermost element.
pub(in crate::extract) fn root(bytes: &[u8]) -> Option<(String, Vec<(String, String)>)> {
    if !begins(bytes) {
        return None;
    }
    let (text, _) = decoded(bytes);
    let mut reader = Reader::from_reader(text.as_bytes());
    loop {
        let event = reader.read_event().ok()?;
        let (Event::Start(tag) | Event::Empty(tag)) = event else {
            if matches!(event, Event::Eof) {
                return None;
            }
            continue;
        };
        let mut attributes = Vec::new();
        for attribute in tag.attributes().with_checks(false).flatten() {
            let name = attribute.key.local_name().into_inner().to_owned();
            attributes.push((name, unescaped(&attribute.value).into_owned()));
        }
        return Some((tag.local_name().into_inner().to_owned(), attributes));
    }
}

struct Walk<V> {
    visit: V,
    /// The names of the open elements, one after the other, and where each
    /// begins.
    names: String,
    starts: Vec<usize>,
    /// How many elements are open, those too deep included.
    depth: usize,
    why: Option<GapReason>,
}

impl<V: FnMut(Token<'_>)> Walk<V> {
    /// Reads to the end, `None`, or to an error: where that is.
    fn until_error(&mut self, text: &str) -> Option<usize> {
        let mut reader = Reader::from_reader(text.as_bytes());
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.allow_unmatched_ends = true;
        config.check_end_names = false;
        loop {
            match reader.read_event() {
                Ok(Event::Eof) => return None,
                Ok(event) => self.event(&event),
                Err(_) => return usize::try_from(reader.error_position()).ok(),
            }
        }
    }

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(tag) => {
                self.open(tag);
            }
            Event::Empty(tag) => {
                self.open(tag);
                self.close(tag.local_name().into_inner());
            }
            Event::End(tag) => self.close(tag.local_name().into_inner()),
            Event::Text(text) => (self.visit)(Token::Text(text)),
            Event::CData(text) => (self.visit)(Token::Text(text)),
            Event::GeneralRef(reference) => {
                let raw = format!("&{};", &**reference);
                let plain = unescaped(&raw);
                if plain == raw.as_str() {
                    self.why = self.why.or(Some(GapReason::Broken));
                }
                (self.visit)(Token::Text(&plain));
            }
            Event::Comment(text) | Event::DocType(text) => (self.visit)(Token::Aside(text)),
            Event::PI(text) => (self.visit)(Token::Aside(text)),
            Event::Decl(_) | Event::Eof => {}
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>) {
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEPTH {
            self.why = self.why.or(Some(GapReason::TooDeep));
            return;
        }
        let name = tag.local_name();
        self.starts.push(self.names.len());
        self.names.push_str(name.into_inner());
        let mut attributes = Vec::new();
        // Without the search for duplicates, whose time grows with the square.
        for attribute in tag.attributes().with_checks(false) {
            match attribute {
                Ok(attribute) => {
                    let value = match attribute.value {
                        Cow::Borrowed(value) => unescaped(value),
                        Cow::Owned(value) => Cow::Owned(unescaped(&value).into_owned()),
                    };
                    let (local, prefix) = attribute.key.decompose();
                    let declares = prefix.is_some_and(|prefix| prefix.is_xmlns());
                    let local = if declares {
                        "xmlns"
                    } else {
                        local.into_inner()
                    };
                    attributes.push((local, value));
                }
                Err(_) => self.why = self.why.or(Some(GapReason::Broken)),
            }
        }
        (self.visit)(Token::Open(&Element {
            name: name.into_inner(),
            attributes,
        }));
    }

    fn close(&mut self, name: &str) {
        if self.depth > self.starts.len() {
            // One of those that were too deep.
            self.depth = self.depth.saturating_sub(1);
            return;
        }
        let mut end = self.names.len();
        let place = self.starts.iter().rposition(|start| {
            let known = self.names.get(*start..end) == Some(name);
            end = *start;
            known
        });
        if place != self.starts.len().checked_sub(1) {
            self.why = self.why.or(Some(GapReason::Broken));
        }
        if let Some(place) = place {
            self.close_from(place);
        }
    }

    /// Closes all elements from a depth on: what is told is in balance.
    fn close_from(&mut self, place: usize) {
        while self.starts.len() > place {
            let Some(start) = self.starts.pop() else {
                break;
            };
            let name = self.names.split_off(start);
            (self.visit)(Token::Close(&name));
        }
        self.depth = self.starts.len();
    }
}

/// Text without its character references and the five entities of XML; what
/// else looks like an entity stays as it is.
pub(in crate::extract) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        // The longest reference is `&#x10FFFF;`, with any number of zeros.
        let end = after.bytes().take(40).position(|byte| byte == b';');
        let letter = end
            .and_then(|end| after.get(..end))
            .and_then(referenced)
            .zip(end);
        match letter {
            Some((letter, end)) => {
                plain.push(letter);
                rest = after.get(end.saturating_add(1)..).unwrap_or_default();
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

fn referenced(name: &str) -> Option<char> {
    let number = match name {
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "amp" => return Some('&'),
        "apos" => return Some('\''),
        "quot" => return Some('"'),
        name => name.strip_prefix('#')?,
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code)
}

/// The text of XML bytes by their byte order mark, by zeros, or by what the
/// declaration says (XML 1.0 appendix F), and whether some were no text.
fn decoded(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    let (charset, is_known) = match bytes {
        [b'<', 0, ..] => (encoding_rs::UTF_16LE, true),
        [0, b'<', ..] => (encoding_rs::UTF_16BE, true),
        _ => match declared(bytes).map(Encoding::for_label) {
            // The declaration can be read as ASCII: it is no UTF-16.
            Some(Some(charset)) => (charset.output_encoding(), true),
            Some(None) => (encoding_rs::UTF_8, false),
            None => (encoding_rs::UTF_8, true),
        },
    };
    let (text, _, damaged) = charset.decode(bytes);
    (text, damaged || !is_known)
}

/// The name of the charset in an XML declaration.
fn declared(bytes: &[u8]) -> Option<&[u8]> {
    let head = bytes.get(..200).unwrap_or(bytes);
    let head = head.get(..memchr::memmem::find(head, b"?>")?)?;
    let after = head.get(memchr::memmem::find(head, b"encoding")?..)?;
    let start = after.iter().position(|byte| matches!(byte, b'"' | b'\''))?;
    let quote = after.get(start)?;
    after
        .get(start.saturating_add(1)..)?
        .split(|byte| byte == quote)
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(bytes: &[u8]) -> (String, Option<GapReason>) {
        let mut out = String::new();
        let why = walk(bytes, |token| match token {
            Token::Open(element) => {
                out.extend(["<", element.name]);
                for (name, value) in &element.attributes {
                    out.extend([" ", name, "=", value]);
                }
                out.push('>');
            }
            Token::Close(name) => out.extend(["</", name, ">"]),
            Token::Text(text) => out.push_str(text),
            Token::Aside(text) => out.extend(["(", text, ")"]),
        });
        (out, why)
    }

    #[test]
    fn prefixes_vanish_and_references_are_resolved() {
        let (out, why) = told(b"<w:p a:b='1&amp;2&#x33;'>&#57;4<![CDATA[<3>]]><!--c--><t/></w:p>");
        assert_eq!(out, "<p b=1&23>94<3>(c)<t></t></p>");
        assert_eq!(why, None);
    }

    #[test]
    fn utf_16_and_declared_charsets_are_decoded() {
        let little: Vec<u8> = "<a>\u{e4}</a>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let marked: Vec<u8> = "\u{feff}<a>\u{e4}</a>"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xE4</a>";
        let lying = b"<?xml version='1.0' encoding='UTF-16'?><a>\xC3\xA4</a>";
        for bytes in [&*little, &*marked, latin, lying] {
            assert_eq!(told(bytes), ("<a>\u{e4}</a>".to_owned(), None));
        }
    }

    #[test]
    fn a_charset_that_nobody_knows_is_said() {
        let (out, why) = told(b"<?xml version='1.0' encoding='UTF-7'?><a>+ADk-</a>");
        assert_eq!(
            (out.as_str(), why),
            ("<a>+ADk-</a>", Some(GapReason::Broken))
        );
    }

    #[test]
    fn entities_are_never_expanded() {
        let (out, why) = told(b"<!DOCTYPE a [<!ENTITY b '943'>]><a>&b;&b;</a>");
        assert!(
            out.contains("943") && out.ends_with("<a>&b;&b;</a>"),
            "{out}"
        );
        assert_eq!(why, Some(GapReason::Broken));
    }

    #[test]
    fn damaged_xml_is_read_on_and_said() {
        assert_eq!(told(b"<a>1<b>2").1, Some(GapReason::Truncated));
        let (out, why) = told(b"<a>1</a><!x<b>2</b><!-- <c>3</c>");
        assert!(
            out.contains('1') && out.contains('2') && out.contains('3'),
            "{out}"
        );
        assert_eq!(why, Some(GapReason::Broken));
    }

    #[test]
    fn what_is_told_is_in_balance() {
        let (out, why) = told(b"<a><b><c></b></a></x><d>");
        assert_eq!(out, "<a><b><c></c></b></a><d></d>");
        assert_eq!(why, Some(GapReason::Broken));
    }

    #[test]
    fn depth_is_bounded_and_deep_text_is_kept() {
        let source = format!("{}943{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        let (out, why) = told(source.as_bytes());
        assert!(out.contains("943") && out.len() < 3_000);
        assert_eq!(why, Some(GapReason::TooDeep));
    }

    #[test]
    fn countless_attributes_take_no_square_of_time() {
        let source = format!("<a {}>943</a>", "b='1' ".repeat(300_000));
        assert!(told(source.as_bytes()).0.contains("943"));
    }
}
