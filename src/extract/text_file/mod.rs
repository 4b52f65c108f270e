//! Files of text: plain text in any charset, web pages, XML, JSON, HL7 v2,
//! calendars, contacts, mailboxes and messages.
//!
//! ```text
//! bytes --charset--> readings --the kind's own reading--> texts
//!                       |
//!                       '--> files in base64, coded documents, messages
//! ```
//!
//! **What is not here:** how a file is recognised (`extract::sniff`, which asks
//! [`kind`]), the parts of a message (`extract::message`), uuencode
//! (`extract::archive`).

pub(in crate::extract) mod charset;
mod ebcdic;
pub(in crate::extract) mod inline;
pub(in crate::extract) mod kind;
mod mailbox;
pub(in crate::extract) mod records;
mod shifted;
pub(in crate::extract) mod strings;
mod wide;
pub(in crate::extract) mod xml;

use crate::extract::escapes;
use crate::extract::html;
use crate::extract::sink::{Sink, Spot};
use crate::extract::sniff;
use crate::format::Format;
use crate::mail::GapReason;
use charset::Nature;

/// Reads a file of text of a kind.
pub(in crate::extract) fn read(
    bytes: &[u8],
    format: Format,
    media_type: &str,
    sink: &mut Sink<'_>,
) {
    let decoded = charset::decode(bytes, label(bytes).as_deref());
    if decoded.nature != Nature::Text || bytes.starts_with(b"%!") {
        // PostScript is a program that draws: its text may be in pieces.
        sink.gap(Spot::default(), GapReason::UnknownFormat);
    }
    let as_it_is = std::str::from_utf8(bytes).is_ok();
    for reading in decoded.readings {
        let mut reading = reading;
        // In another charset the kind shows only now.
        let format = match format {
            Format::Text if !as_it_is => kind::kind(&reading, media_type),
            format => format,
        };
        one(&mut reading, format, as_it_is, sink);
        sink.text(Spot::default(), reading);
    }
}

/// Reads a file that is none of the formats known: what can be read in it,
/// and that it is not.
pub(in crate::extract) fn unknown(bytes: &[u8], sink: &mut Sink<'_>) {
    for reading in charset::decode(bytes, None).readings {
        sink.text(Spot::default(), reading);
    }
    sink.text(Spot::default(), strings::strings(bytes));
    sink.gap(Spot::default(), GapReason::UnknownFormat);
}

/// Reads a mailbox: each message is a file.
pub(in crate::extract) fn read_mailbox(bytes: &[u8], sink: &mut Sink<'_>) {
    let (messages, between) = mailbox::split(bytes);
    sink.text(Spot::default(), between);
    for message in messages {
        sink.file(Spot::default(), "", "message/rfc822", message);
    }
}

/// Reads a message that stands in a file. One that is only called so, and has
/// nothing that people don't write themselves, is read as it stands too.
pub(in crate::extract) fn read_message(bytes: &[u8], sink: &mut Sink<'_>) {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut start = start.trim_ascii_start();
    let line = memchr::memchr(b'\n', start).map_or(0, |at| at.saturating_add(1));
    let (first, behind) = start.split_at_checked(line).unwrap_or((b"", start));
    if !first.is_empty() && first.trim_ascii_end().iter().all(u8::is_ascii_digit) {
        start = behind;
    }
    let text = String::from_utf8_lossy(start);
    let transported = kind::message_in_text(&text).is_some() || text.contains("\nReceived:");
    if !transported {
        for reading in charset::decode(start, None).readings {
            sink.text(Spot::default(), reading);
        }
    }
    sink.message(start.to_vec());
}

/// What of a text is read besides the text itself.
fn one(text: &mut String, format: Format, as_it_is: bool, sink: &mut Sink<'_>) {
    let spot = Spot::default();
    if text.contains("-----BEGIN PGP MESSAGE-----") {
        sink.gap(spot, GapReason::Encrypted);
    }
    match format {
        Format::Html => {
            let seen = html::text(text);
            files(inline::data_addresses(text), sink);
            *text = seen;
            return;
        }
        Format::Xml | Format::Cda => {
            sink.text(spot, xml::text(text));
            sink.text(spot, html::text(text));
            if xml::has_own_entities(text) {
                sink.gap(spot, GapReason::UnknownFormat);
            }
            files(inline::long_values(text), sink);
        }
        Format::Json => {
            sink.text(spot, escapes::json_unescaped(text).unwrap_or_default());
            files(inline::long_values(text), sink);
        }
        Format::Calendar | Format::Vcard => {
            let (unfolded, inside) = records::read(text);
            sink.text(spot, unfolded);
            files(inside, sink);
        }
        _ => {
            if text.contains("</") || text.contains("&#") {
                sink.text(spot, html::text(text));
            }
            if text.contains("MSH|") || text.contains("\nOBX|") || text.contains("\rOBX|") {
                files(inline::long_values(text), sink);
                sink.text(spot, hl7_unescaped(text).unwrap_or_default());
            }
            files(inline::whole(text.as_bytes()).into_iter().collect(), sink);
        }
    }
    files(inline::data_addresses(text), sink);
    // What is coded in a text of another charset is handed on decoded; what
    // needed no decoding was recognised before.
    if !as_it_is && sniff::coded_text(text).is_some() {
        sink.file(spot, "", "", text.clone().into_bytes());
    }
}

fn files(found: Vec<inline::Inline>, sink: &mut Sink<'_>) {
    for file in found {
        if !file.bytes.is_empty() {
            sink.file(Spot::default(), "", &file.media_type, file.bytes);
        }
    }
}

/// A text of HL7 v2 with characters in hexadecimal decoded (HL7 v2.5 section
/// 2.7.5: `\X39\`); `None` where there are none.
fn hl7_unescaped(text: &str) -> Option<String> {
    if !text.contains("\\X") {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\X") {
        out.push_str(before);
        match after.split_once('\\') {
            Some((digits, behind)) if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                out.push_str(&String::from_utf8_lossy(&inline::from_hex(
                    digits.as_bytes(),
                )));
                rest = behind;
            }
            _ => {
                out.push_str("\\X");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Some(out)
}

/// The charset that a web page or an XML file says of itself in its beginning.
fn label(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..2048).unwrap_or(bytes).to_ascii_lowercase();
    let head = String::from_utf8_lossy(&head);
    let (_, after) = head
        .split_once("charset=")
        .or_else(|| head.split_once("encoding="))?;
    let after = after.trim_start_matches(['"', '\'', ' ']);
    let length = after
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'))
        .count();
    after.get(..length).map(str::to_owned)
}
