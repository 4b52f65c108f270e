//! The places of a message that carry text to the reader.
//!
//! Not every way of writing fits each place: a subject has no line ends, a
//! file name no slash, plain text no HTML. What doesn't fit is counted, never
//! bent until it does.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::encodings::{BODIES, Charset, Encoding, FILES, HEADERS, NAMES, NONE, Transfer};
use crate::encodings::{named, part, words};
use crate::layouts::Form;
use crate::support::numbers::Numbers;
use crate::surroundings::{Written, xml_escaped};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Carrier {
    Subject,
    Header,
    PlainBody,
    HtmlBody,
    Alternative,
    SecondText,
    AttachedText,
    AttachedCsv,
    AttachedHtml,
    AttachedXml,
    AttachedJson,
    /// A list from a database that says it is bytes.
    AttachedBytes,
    Calendar,
    Card,
    Nested,
    NestedTwice,
    NestedHtml,
    /// A forwarded message in base64, as some gateways make it.
    NestedEncoded,
    NestedSubject,
    AttachmentName,
    Preamble,
    Epilogue,
}

use Carrier::{
    Alternative, AttachedBytes, AttachedCsv, AttachedHtml, AttachedJson, AttachedText, AttachedXml,
    AttachmentName, Calendar, Card, Epilogue, Header, HtmlBody, Nested, NestedEncoded, NestedHtml,
    NestedSubject, NestedTwice, PlainBody, Preamble, SecondText, Subject,
};

pub(crate) const ALL: [Carrier; 22] = [
    Subject,
    Header,
    PlainBody,
    HtmlBody,
    Alternative,
    SecondText,
    AttachedText,
    AttachedCsv,
    AttachedHtml,
    AttachedXml,
    AttachedJson,
    AttachedBytes,
    Calendar,
    Card,
    Nested,
    NestedTwice,
    NestedHtml,
    NestedEncoded,
    NestedSubject,
    AttachmentName,
    Preamble,
    Epilogue,
];

const HEAD: &str = "From: Sam Example <sam@trust.example>\r\nTo: Kim <kim@elsewhere.example>\r\n\
     Date: Sun, 22 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n";
const BOUNDARY: &str = "=_boundary_x";
const COVER: &str = "Content-Type: text/plain; charset=utf-8\r\n\r\nPlease find it below.\r\n";

impl Carrier {
    pub(crate) fn name(self) -> String {
        let mut name = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }

    pub(crate) fn encodings(self) -> &'static [Encoding] {
        match self {
            Subject | Header | NestedSubject => HEADERS,
            AttachmentName => NAMES,
            AttachedJson | AttachedBytes => FILES,
            Preamble | Epilogue => NONE,
            PlainBody | SecondText | AttachedText | AttachedCsv | AttachedXml | Calendar | Card
            | Nested | NestedTwice | NestedEncoded | HtmlBody | Alternative | AttachedHtml
            | NestedHtml => BODIES,
        }
    }

    fn shows_html(self) -> bool {
        matches!(self, HtmlBody | Alternative | AttachedHtml | NestedHtml)
    }

    /// Whether a text can stand here.
    pub(crate) fn fits(self, written: &Written) -> bool {
        if written.form == Form::Html {
            return self.shows_html();
        }
        if matches!(self, Subject | Header | NestedSubject) {
            return !written.text.contains(['\r', '\n']);
        }
        if self == AttachmentName {
            // What no system allows in a file name.
            let refused = "\r\n\t/\\:*?\"<>|";
            let allowed = !written.text.contains(|letter| refused.contains(letter));
            return written.form == Form::Inline && allowed;
        }
        // An XML element has no lines that a quote mark could begin.
        self != AttachedXml || !written.text.contains("\n>")
    }

    /// The message; `None` if the encoding can't say the text.
    pub(crate) fn message(
        self,
        written: &Written,
        encoding: Encoding,
        numbers: &mut Numbers,
    ) -> Option<Vec<u8>> {
        match encoding {
            Encoding::Header(how) => {
                let text = words(&written.line(), how, numbers)?;
                Some(self.with_header(&text, numbers))
            }
            Encoding::Name(how) => {
                let label = written.before.trim_start();
                let file = named(&format!("{label}{}.pdf", written.text), how)?;
                let file =
                    format!("{file}Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n");
                Some(mixed(&[COVER.as_bytes(), file.as_bytes()]))
            }
            Encoding::Body(transfer, charset) => {
                self.with_part(written, transfer, charset, numbers)
            }
        }
    }

    fn with_header(self, text: &str, numbers: &mut Numbers) -> Vec<u8> {
        if self == Header {
            let name = numbers.pick(&["Comments", "X-Clinic-Note", "Keywords"]);
            return message("Hello", format!("{name}: {text}\r\n{COVER}").as_bytes());
        }
        let whole = message(text, COVER.as_bytes());
        if self == NestedSubject {
            forwarded(&whole)
        } else {
            whole
        }
    }

    fn with_part(
        self,
        written: &Written,
        transfer: Transfer,
        charset: Charset,
        numbers: &mut Numbers,
    ) -> Option<Vec<u8>> {
        let (kind, text) = self.document(written);
        let (headers, body) = part(kind, &text, transfer, charset, numbers)?;
        let own = [headers.as_bytes(), b"\r\n", &body, b"\r\n"].concat();
        let file = |name: &str| {
            let disposition = format!("Content-Disposition: attachment; filename={name}\r\n");
            mixed(&[COVER.as_bytes(), &[disposition.as_bytes(), &own].concat()])
        };
        Some(match self {
            SecondText => mixed(&[COVER.as_bytes(), &own]),
            Alternative => {
                // HTML source stands in the HTML alone.
                let plain = if written.form == Form::Html {
                    COVER.as_bytes().to_vec()
                } else {
                    let (headers, body) =
                        part("text/plain", &written.plain(), transfer, charset, numbers)?;
                    [headers.as_bytes(), b"\r\n", &body, b"\r\n"].concat()
                };
                message("Hello", &multipart("alternative", &[&plain, &own], "", ""))
            }
            AttachedText => file("note.txt"),
            AttachedCsv => file("list.csv"),
            AttachedHtml => file("page.html"),
            AttachedXml => file("note.xml"),
            AttachedJson => file("note.json"),
            AttachedBytes => file("list.dat"),
            Calendar => file("invite.ics"),
            Card => file("card.vcf"),
            Nested | NestedHtml => forwarded(&message("Fwd", &own)),
            NestedTwice => forwarded(&forwarded(&message("Fwd", &own))),
            NestedEncoded => {
                let inner = STANDARD.encode(message("Fwd", &own));
                let inner = format!(
                    "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{inner}\r\n"
                );
                mixed(&[COVER.as_bytes(), inner.as_bytes()])
            }
            Preamble => message("Hello", &multipart("mixed", &[COVER.as_bytes()], &text, "")),
            Epilogue => message("Hello", &multipart("mixed", &[COVER.as_bytes()], "", &text)),
            PlainBody | HtmlBody | Subject | Header | NestedSubject | AttachmentName => {
                message("Hello", &own)
            }
        })
    }

    /// The media type and the whole document that holds the text.
    pub(crate) fn document(self, written: &Written) -> (&'static str, String) {
        let sentence = written.sentence();
        match self {
            _ if self.shows_html() => ("text/html", written.html()),
            PlainBody => ("text/plain; format=flowed", written.plain()),
            AttachedCsv | AttachedBytes => {
                let kind = if self == AttachedCsv {
                    "text/csv"
                } else {
                    "application/octet-stream"
                };
                let text = match written.form {
                    Form::Block => written.text.clone(),
                    Form::Inline | Form::Html => format!(
                        "id,name,note\r\n1,A Example,\"{}\"\r\n2,B Example,\r\n",
                        sentence.replace('"', "\"\"")
                    ),
                };
                (kind, text)
            }
            AttachedXml => (
                "text/xml",
                format!(
                    "<?xml version=\"1.0\"?>\r\n<letter><note>{}</note></letter>",
                    xml_escaped(&sentence)
                ),
            ),
            AttachedJson => (
                "application/json",
                serde_json::json!({"letter": {"note": sentence}}).to_string(),
            ),
            Calendar => {
                let note = contentline("DESCRIPTION", &sentence);
                let text = format!(
                    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a@trust.example\r\n\
                     DTSTART:20261122T090000Z\r\nSUMMARY:Meeting\r\n{note}END:VEVENT\r\nEND:VCALENDAR"
                );
                ("text/calendar", text)
            }
            Card => {
                let note = contentline("NOTE", &sentence);
                let text = format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Sam\r\n{note}END:VCARD");
                ("text/vcard", text)
            }
            Subject | Header | NestedSubject => ("text/plain", written.line()),
            HtmlBody | Alternative | SecondText | AttachedText | AttachedHtml | Nested
            | NestedTwice | NestedHtml | NestedEncoded | AttachmentName | Preamble | Epilogue => {
                ("text/plain", written.plain())
            }
        }
    }
}

/// A whole message: `rest` are further headers, an empty line and the body.
pub(crate) fn message(subject: &str, rest: &[u8]) -> Vec<u8> {
    let head = format!("{HEAD}Subject: {subject}\r\n");
    [head.as_bytes(), rest].concat()
}

fn multipart(kind: &str, parts: &[&[u8]], preamble: &str, epilogue: &str) -> Vec<u8> {
    let mut out = format!(
        "Content-Type: multipart/{kind}; boundary=\"{BOUNDARY}{}\"\r\n\r\n{preamble}\r\n",
        parts.iter().map(|part| part.len()).sum::<usize>()
    )
    .into_bytes();
    let boundary = format!(
        "--{BOUNDARY}{}",
        parts.iter().map(|part| part.len()).sum::<usize>()
    );
    for part in parts {
        out.extend_from_slice(format!("{boundary}\r\n").as_bytes());
        out.extend_from_slice(part);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(format!("{boundary}--\r\n{epilogue}\r\n").as_bytes());
    out
}

fn mixed(parts: &[&[u8]]) -> Vec<u8> {
    message("Hello", &multipart("mixed", parts, "", ""))
}

fn forwarded(inner: &[u8]) -> Vec<u8> {
    let part = [b"Content-Type: message/rfc822\r\n\r\n".as_slice(), inner].concat();
    mixed(&[COVER.as_bytes(), &part])
}

/// A line of iCalendar or vCard: escaped, and folded after 75 bytes (RFC 5545
/// sections 3.1 and 3.3.11).
fn contentline(name: &str, text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.replace('\\', "\\\\").replace('\n', "\\n");
    let text = text.replace(';', "\\;").replace(',', "\\,");
    let mut out = String::new();
    let mut column = 0;
    for letter in format!("{name}:{text}").chars() {
        if column + letter.len_utf8() > 75 {
            out.push_str("\r\n ");
            column = 1;
        }
        out.push(letter);
        column += letter.len_utf8();
    }
    out.push_str("\r\n");
    out
}
