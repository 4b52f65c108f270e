//! What `gatepost scan` makes of a file: a message as it is, and anything else a
//! message that has it attached.

use crate::limits::Limits;
use crate::mail::Message;

/// How a file is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ReadAs {
    /// As the attachment of a message without a text.
    Attachment,
    /// As a message.
    Message,
}

/// Reads a file: as a message if it begins as one does. What is longer than the
/// bound is cut off, which is a fact of the message.
pub(super) fn read(name: &str, raw: Vec<u8>, limits: &Limits) -> (ReadAs, Message) {
    let (how, mut raw) = if begins_as_message(&raw) {
        (ReadAs::Message, raw)
    } else {
        (ReadAs::Attachment, attached(name, &raw))
    };
    let message = if raw.len() > limits.message_bytes {
        raw.truncate(limits.message_bytes);
        Message::parse_cut_short(raw, limits)
    } else {
        Message::parse(raw, limits)
    };
    (how, message)
}

/// Whether a file begins with a header (RFC 5322 section 2.2), after empty lines
/// and the line that mailboxes put before a message (RFC 4155). An empty file is
/// an empty message.
fn begins_as_message(raw: &[u8]) -> bool {
    let raw = raw.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(raw);
    let lines = raw.split(|byte| *byte == b'\n');
    let mut lines = lines.map(<[u8]>::trim_ascii_end).filter(|line| {
        let is_of_mailbox = line.starts_with(b"From ") || line.starts_with(b">From ");
        !line.is_empty() && !is_of_mailbox
    });
    lines.next().is_none_or(is_header)
}

/// Whether a line is a header by its name. The standard allows more than what
/// programs write; `BEGIN` begins calendars and contacts (RFC 5545, RFC 6350).
fn is_header(line: &[u8]) -> bool {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else {
        return false;
    };
    let name = line.get(..colon).unwrap_or_default().trim_ascii_end();
    let usual = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !name.is_empty() && name.iter().all(usual) && !name.eq_ignore_ascii_case(b"begin")
}

/// A message that is nothing but an attached file. Its name is there, too: people
/// write numbers into names.
fn attached(name: &str, raw: &[u8]) -> Vec<u8> {
    let name = name.rsplit('/').next().unwrap_or(name);
    // RFC 8187: all but letters and digits by their numbers.
    let coded: String = name
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    let mut message = format!(
        "MIME-Version: 1.0\r\n\
         Content-Type: application/octet-stream\r\n\
         Content-Disposition: attachment; filename*=utf-8''{coded}\r\n\
         Content-Transfer-Encoding: binary\r\n\
         \r\n"
    )
    .into_bytes();
    message.extend_from_slice(raw);
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_told_from_other_files_by_how_it_begins() {
        for message in [
            "",
            "Subject: a\r\n\r\nb",
            "From: a@b.example\n",
            "\r\n\r\nReceived : by x\r\n",
            "\u{feff}X-Note_1.a:\r\n",
            "From a@b.example Sun Nov 22 09:00:00 2026\nDate: x\n",
        ] {
            assert!(begins_as_message(message.as_bytes()), "{message}");
        }
        for other in [
            "%PDF-1.7\n%x\nTitle: a",
            "PK\u{3}\u{4}\u{14}",
            "{\\rtf1\\ansi:",
            "<o:p>",
            "<?xml version=\"1.0\"?>\n",
            "BEGIN:VCARD\r\n",
            "Dear colleague,\n\nSubject: a",
            "{\"a\": 1}",
        ] {
            assert!(!begins_as_message(other.as_bytes()), "{other}");
        }
    }
}
