//! Every reading of a part of text that a mail program might choose: the part of
//! the adapter on mail-parser that decodes.

use std::borrow::Cow;

use mail_parser::{Encoding, HeaderName, HeaderValue, MessagePart, MimeHeaders};

use super::charset::decode_charset;
use super::transfer::{lenient_base64, lenient_quoted_printable};
use crate::sensitive::Sensitive;

/// What was made of a part's bytes.
pub(super) struct Readings {
    /// The text that the library made, and beside it what else a forgiving
    /// reader could make of the same bytes.
    pub(super) all: Vec<Sensitive<String>>,
    /// Whether what its headers say of it can't be.
    pub(super) is_broken: bool,
    /// Whether another program may read something else.
    pub(super) is_doubtful: bool,
}

/// Reads a part of text; `text` is what the library made of it, `raw_body` the
/// part as it stands in the message.
pub(super) fn readings(part: &MessagePart<'_>, text: &str, raw_body: &[u8]) -> Readings {
    let mut readings = vec![Sensitive::new(text.to_owned())];
    let declared = declared_encoding(part);
    let odd = match declared.as_str() {
        "" | "7bit" | "8bit" | "binary" => false,
        "base64" if !is_base64(raw_body) => {
            // Whoever shows it as it stands shows this.
            readings.push(lossy(raw_body));
            true
        }
        "base64" | "quoted-printable" => part.is_encoding_problem,
        _ => true,
    };
    let charset = part
        .content_type()
        .and_then(|kind| kind.attribute("charset"))
        .unwrap_or("");
    let duplicate = has_duplicate_headers(part);
    let is_broken = odd || part.is_encoding_problem || duplicate;
    let doubtful = odd || !keeps_ascii(charset) || text.contains('\u{fffd}') || duplicate;
    if !doubtful {
        return Readings {
            all: readings,
            is_broken,
            is_doubtful: false,
        };
    }
    let decoded = if odd && part.encoding == Encoding::None {
        if declared.contains("quoted") {
            lenient_quoted_printable(raw_body).into()
        } else {
            lenient_base64(raw_body).into()
        }
    } else {
        decoded(part, raw_body)
    };
    if odd {
        readings.extend(decode_charset(charset, &decoded).map(Sensitive::new));
        readings.push(lossy(&decoded));
    } else if !keeps_ascii(charset) {
        readings.push(lossy(&decoded));
    } else if text.contains('\u{fffd}') {
        // Not what the label says: most likely a text from Windows.
        readings.extend(decode_charset("windows-1252", &decoded).map(Sensitive::new));
    }
    if duplicate && !odd {
        readings.push(lossy(&lenient_base64(raw_body)));
        readings.push(lossy(&lenient_quoted_printable(raw_body)));
    }
    Readings {
        all: readings,
        is_broken,
        is_doubtful: true,
    }
}

/// A part's bytes with the transfer encoding undone that the library took it to
/// have.
pub(super) fn decoded<'b>(part: &MessagePart<'_>, raw_body: &'b [u8]) -> Cow<'b, [u8]> {
    match part.encoding {
        Encoding::None => raw_body.into(),
        Encoding::Base64 => lenient_base64(raw_body).into(),
        Encoding::QuotedPrintable => lenient_quoted_printable(raw_body).into(),
    }
}

/// Whether what a part says of its encoding can be undone; files in uuencode
/// are found by their first line.
pub(super) fn has_known_encoding(part: &MessagePart<'_>) -> bool {
    matches!(
        declared_encoding(part).as_str(),
        "" | "7bit"
            | "8bit"
            | "binary"
            | "base64"
            | "quoted-printable"
            | "uuencode"
            | "x-uuencode"
            | "x-uue"
    )
}

/// Whether no mail program shows bytes as they stand: a body of a type of text
/// may be anything. Escapes switch charsets (ISO-2022), and separate records.
pub(super) fn is_no_text(bytes: &[u8]) -> bool {
    let odd = |byte: &&u8| matches!(byte, 1..=8 | 0x0E..=0x1A | 0x7F);
    let count = bytes.iter().filter(odd).count();
    // A few stand in text that a program made or damaged.
    let is_full = count >= 3 && count.saturating_mul(100) >= bytes.len();
    is_full || memchr::memchr(0, bytes).is_some()
}

/// Whether bytes are nothing but base64 in lines.
fn is_base64(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\r' | b'\n')
    })
}

pub(super) fn lossy(bytes: &[u8]) -> Sensitive<String> {
    Sensitive::new(String::from_utf8_lossy(bytes).into_owned())
}

fn declared_encoding(part: &MessagePart<'_>) -> String {
    let value = part
        .headers
        .iter()
        .rev()
        .find(|header| header.name == HeaderName::ContentTransferEncoding)
        .map(|header| &header.value);
    match value {
        Some(HeaderValue::Text(text)) => text.trim().to_ascii_lowercase(),
        Some(HeaderValue::TextList(list)) => list.join(",").to_ascii_lowercase(),
        _ => String::new(),
    }
}

/// Whether a part says twice what it is, or how it is encoded.
pub(super) fn has_duplicate_headers(part: &MessagePart<'_>) -> bool {
    [HeaderName::ContentType, HeaderName::ContentTransferEncoding]
        .iter()
        .any(|name| {
            let same = part.headers.iter().filter(|header| header.name == *name);
            same.count() > 1
        })
}

/// Whether ASCII text looks the same in a charset, so that a wrong label can't
/// hide digits. Unknown labels are read as UTF-8 anyway.
fn keeps_ascii(charset: &str) -> bool {
    let lower = charset.to_ascii_lowercase();
    let rewrites = [
        "utf-16", "utf16", "utf-32", "utf32", "utf-7", "utf7", "ucs", "2022", "hz-gb", "unicode",
    ];
    !rewrites.iter().any(|label| lower.contains(label))
}
