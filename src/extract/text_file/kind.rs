//! What kind of text a text is, by how it begins.

use crate::format::Format;

/// How far into a text its beginning goes.
const HEAD: usize = 4096;

/// The kind of a text; what its sender calls it decides only where the text
/// doesn't say.
pub(in crate::extract) fn kind(text: &str, media_type: &str) -> Format {
    let start = text.trim_start_matches(['\u{feff}', '\0']).trim_start();
    let head = head(start);
    if is_mailbox(head) {
        return Format::Mbox;
    }
    let declared = declared(media_type);
    if declared == Some(Format::Message) || has_headers(head, Strictness::AnyMessage) {
        return Format::Message;
    }
    if begins(head, "BEGIN:VCALENDAR") {
        return Format::Calendar;
    }
    if begins(head, "BEGIN:VCARD") {
        return Format::Vcard;
    }
    if head.starts_with('<') {
        return markup(head, declared);
    }
    if let Some(declared) = declared {
        return declared;
    }
    let mut letters = head.chars().filter(|letter| !letter.is_whitespace());
    match (letters.next(), letters.next()) {
        (Some('{'), Some('"' | '}')) | (Some('['), Some('{' | '[' | '"' | '0'..='9' | '-')) => {
            Format::Json
        }
        _ => Format::Text,
    }
}

/// Whether a text that stands in a message is itself a message or a mailbox,
/// and must be read as one. People quote headers when they forward: only
/// those that no program shows count.
pub(in crate::extract) fn message_in_text(text: &str) -> Option<Format> {
    let head = head(text.trim_start_matches('\u{feff}').trim_start());
    if is_mailbox(head) {
        Some(Format::Mbox)
    } else {
        has_headers(head, Strictness::WithMime).then_some(Format::Message)
    }
}

fn head(text: &str) -> &str {
    let mut end = HEAD.min(text.len());
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or("")
}

fn begins(text: &str, with: &str) -> bool {
    let start = text.get(..with.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(with))
}

fn declared(media_type: &str) -> Option<Format> {
    Some(match media_type {
        "message/rfc822" | "message/global" | "application/mbox" | "multipart/related" => {
            Format::Message
        }
        "text/html" | "application/xhtml+xml" => Format::Html,
        "text/calendar" => Format::Calendar,
        "text/vcard" | "text/x-vcard" | "text/directory" => Format::Vcard,
        _ if media_type.ends_with("json") => Format::Json,
        _ => return None,
    })
}

fn markup(head: &str, declared: Option<Format>) -> Format {
    let lower = head.to_ascii_lowercase();
    let has = |tag: &str| lower.contains(tag);
    if has("<clinicaldocument") || has(":clinicaldocument") {
        return Format::Cda;
    }
    if [
        "<html",
        "<!doctype html",
        "<head",
        "<body",
        "<table",
        "<div",
        "<p>",
    ]
    .into_iter()
    .any(has)
        && !has("<svg")
        && !has("<bundle")
    {
        return Format::Html;
    }
    match declared {
        Some(Format::Html) => Format::Html,
        _ => Format::Xml,
    }
}

/// Whether a text begins as a mailbox does: a line `From `, or four times the
/// character 1, and a header behind it (RFC 4155 appendix A; MMDF).
fn is_mailbox(head: &str) -> bool {
    let mut lines = head.lines();
    let first = lines.next().unwrap_or("");
    if first.trim_end() == "\u{1}\u{1}\u{1}\u{1}" {
        return true;
    }
    first.starts_with("From ")
        && lines
            .next()
            .is_some_and(|next| begins_header(next.as_bytes()))
}

/// Whether a line is a header.
pub(super) fn begins_header(line: &[u8]) -> bool {
    let colon = memchr::memchr(b':', line).unwrap_or(0);
    let name = line.get(..colon).unwrap_or(b"");
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    !name.is_empty() && name.iter().all(in_name)
}

/// Which headers make a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Strictness {
    /// Any two that messages have.
    AnyMessage,
    /// Two, of which one says how the message is coded.
    WithMime,
}

/// Whether a text begins with headers of a message.
fn has_headers(head: &str, strictness: Strictness) -> bool {
    let (mut known, mut coded) = (0_usize, false);
    let mut lines = head.lines().peekable();
    // Apple's mail program writes the length before the message.
    let length = |line: &&str| line.trim_end().bytes().all(|byte| byte.is_ascii_digit());
    let _ = lines.next_if(|line| !line.is_empty() && length(line));
    for line in lines {
        if line.starts_with([' ', '\t']) && known > 0 {
            continue;
        }
        if line.is_empty() || !begins_header(line.as_bytes()) {
            break;
        }
        let name = line.split(':').next().unwrap_or("").to_ascii_lowercase();
        let is_coding = matches!(
            name.as_str(),
            "content-type" | "content-transfer-encoding" | "mime-version"
        );
        coded |= is_coding;
        known = known.saturating_add(usize::from(is_coding || is_known(&name)));
    }
    known >= 2 && (coded || strictness == Strictness::AnyMessage)
}

fn is_known(name: &str) -> bool {
    matches!(
        name,
        "bcc"
            | "cc"
            | "content-disposition"
            | "content-id"
            | "content-location"
            | "date"
            | "delivered-to"
            | "dkim-signature"
            | "envelope-to"
            | "from"
            | "in-reply-to"
            | "message-id"
            | "received"
            | "references"
            | "reply-to"
            | "return-path"
            | "sender"
            | "snapshot-content-location"
            | "subject"
            | "thread-index"
            | "thread-topic"
            | "to"
            | "user-agent"
            | "x-mailer"
            | "x-ms-has-attach"
            | "x-priority"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_says_the_kind() {
        for (text, expected) in [
            ("From a@b Thu Jan 1\nSubject: x\n\ny", Format::Mbox),
            ("From here on\nall is: well", Format::Text),
            ("From: a@b\r\nTo: c@d\r\n\r\nx", Format::Message),
            ("1234\nReceived: x\n y\nSubject: z\n\nx", Format::Message),
            ("Name: x\nTo: y\n", Format::Text),
            ("begin:vcard\r\nN:x", Format::Vcard),
            ("BEGIN:VCALENDAR", Format::Calendar),
            ("<!DOCTYPE html><p>", Format::Html),
            (
                "<?xml version='1.0'?><ClinicalDocument xmlns='urn:hl7-org:v3'>",
                Format::Cda,
            ),
            ("<svg xmlns='x'/>", Format::Xml),
            ("{\n \"a\": 1}", Format::Json),
            ("[1,2]", Format::Json),
            ("[note] x", Format::Text),
            ("{curly}", Format::Text),
            ("", Format::Text),
        ] {
            assert_eq!(kind(text, ""), expected, "{text}");
        }
        assert_eq!(kind("x", "application/fhir+json"), Format::Json);
        let forwarded = "From: a@b\nTo: c@d\nSubject: x\n\nbody";
        assert_eq!(message_in_text(forwarded), None);
        let coded = "From: a@b\nMIME-Version: 1.0\n\nbody";
        assert_eq!(message_in_text(coded), Some(Format::Message));
    }
}
