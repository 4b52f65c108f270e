//! How a text becomes bytes: charsets, transfer encodings, encoded words and
//! the ways to write an attachment's name.

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::numbers::Numbers;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Transfer {
    /// 7bit, or 8bit where there is a byte above 127.
    Plain,
    Quoted,
    /// Quoted-printable with soft breaks at random columns, also inside the
    /// number, and plain characters escaped now and then.
    QuotedBroken,
    Base64,
    /// Base64 in lines of random lengths.
    Base64Odd,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Charset {
    Utf8,
    Latin1,
    Windows1252,
    Utf16Le,
    Utf16Be,
    /// ASCII without a label.
    Missing,
    /// ASCII under the label of something else.
    Wrong,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Words {
    Raw,
    /// Folded in place of each space, also inside the number.
    Folded,
    B,
    Q,
    /// Many short words, also split inside the number.
    Split,
    Latin1B,
    Latin1Q,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Naming {
    Plain,
    /// In `name=` of the content type alone.
    TypeName,
    Rfc2231,
    /// RFC 2231 in several pieces.
    Continued,
    WordB,
    WordQ,
}

/// One way to encode a place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Encoding {
    Body(Transfer, Charset),
    Header(Words),
    Name(Naming),
}

use Charset::{Latin1, Missing, Utf8, Utf16Be, Utf16Le, Windows1252, Wrong};
use Transfer::{Base64, Base64Odd, Plain, Quoted, QuotedBroken};

/// The encodings of bodies.
pub(crate) const BODIES: &[Encoding] = &[
    Encoding::Body(Plain, Utf8),
    Encoding::Body(Quoted, Utf8),
    Encoding::Body(QuotedBroken, Utf8),
    Encoding::Body(Base64, Utf8),
    Encoding::Body(Base64Odd, Utf8),
    Encoding::Body(Plain, Windows1252),
    Encoding::Body(Quoted, Latin1),
    Encoding::Body(Base64, Windows1252),
    Encoding::Body(Base64, Utf16Le),
    Encoding::Body(Base64, Utf16Be),
    Encoding::Body(Plain, Missing),
    Encoding::Body(Quoted, Missing),
    Encoding::Body(Plain, Wrong),
    Encoding::Body(Base64, Wrong),
];

/// The encodings that keep UTF-8, for files that know nothing else.
pub(crate) const FILES: &[Encoding] = &[
    Encoding::Body(Plain, Utf8),
    Encoding::Body(QuotedBroken, Utf8),
    Encoding::Body(Base64, Utf8),
    Encoding::Body(Base64Odd, Utf8),
];

/// Text outside the parts has no encoding.
pub(crate) const NONE: &[Encoding] = &[Encoding::Body(Plain, Utf8)];

pub(crate) const HEADERS: &[Encoding] = &[
    Encoding::Header(Words::Raw),
    Encoding::Header(Words::Folded),
    Encoding::Header(Words::B),
    Encoding::Header(Words::Q),
    Encoding::Header(Words::Split),
    Encoding::Header(Words::Latin1B),
    Encoding::Header(Words::Latin1Q),
];

pub(crate) const NAMES: &[Encoding] = &[
    Encoding::Name(Naming::Plain),
    Encoding::Name(Naming::TypeName),
    Encoding::Name(Naming::Rfc2231),
    Encoding::Name(Naming::Continued),
    Encoding::Name(Naming::WordB),
    Encoding::Name(Naming::WordQ),
];

impl Encoding {
    pub(crate) fn name(self) -> String {
        match self {
            // The name that the shared vectors have for it.
            Self::Body(QuotedBroken, _) => String::from("qp-soft-break utf-8"),
            Self::Body(transfer, charset) => {
                let transfer = match transfer {
                    Plain => "plain",
                    Quoted => "quoted-printable",
                    QuotedBroken => "qp-soft-break",
                    Base64 => "base64",
                    Base64Odd => "base64-odd-lines",
                };
                let charset = match charset {
                    Utf8 => "utf-8",
                    Latin1 => "iso-8859-1",
                    Windows1252 => "windows-1252",
                    Utf16Le => "utf-16le",
                    Utf16Be => "utf-16be",
                    Missing => "no-charset",
                    Wrong => "wrong-charset",
                };
                format!("{transfer} {charset}")
            }
            Self::Header(words) => format!("header {words:?}").to_lowercase(),
            Self::Name(naming) => format!("name {naming:?}").to_lowercase(),
        }
    }
}

/// A text as headers and body of a part; `None` if the charset can't say it.
pub(crate) fn part(
    kind: &str,
    text: &str,
    transfer: Transfer,
    charset: Charset,
    numbers: &mut Numbers,
) -> Option<(String, Vec<u8>)> {
    let bytes = in_charset(text, charset)?;
    let label = match charset {
        Utf8 => "; charset=utf-8",
        Latin1 => "; charset=ISO-8859-1",
        Windows1252 => "; charset=\"windows-1252\"",
        // With a byte order mark: which of both it is stands in the text.
        Utf16Le | Utf16Be => "; charset=utf-16",
        Missing => "",
        Wrong => numbers.pick(&[
            "; charset=koi8-r",
            "; charset=x-unknown",
            "; charset=big5",
            "; charset=utf-16",
            "; charset=\"\"",
        ]),
    };
    let name = match transfer {
        Plain if bytes.is_ascii() => "7bit",
        Plain => "8bit",
        Quoted | QuotedBroken => "quoted-printable",
        Base64 | Base64Odd => "base64",
    };
    let body = match transfer {
        Plain => bytes,
        Quoted => quoted(&bytes, |_, _| (false, 73)).into_bytes(),
        QuotedBroken => {
            let mut room = 4 + numbers.below(9);
            quoted(&bytes, |byte, column| {
                let escape = byte.is_ascii_alphanumeric() && numbers.below(7) == 0;
                if column == 0 {
                    room = 4 + numbers.below(9);
                }
                (escape, room)
            })
            .into_bytes()
        }
        Base64 => in_lines(&STANDARD.encode(&bytes), || 76).into_bytes(),
        Base64Odd => in_lines(&STANDARD.encode(&bytes), || 1 + numbers.below(61)).into_bytes(),
    };
    let headers = format!("Content-Type: {kind}{label}\r\nContent-Transfer-Encoding: {name}\r\n");
    Some((headers, body))
}

/// Quoted-printable (RFC 2045 section 6.7). `choose` is told each byte and its
/// column and says whether to escape it and how many columns there are.
fn quoted(bytes: &[u8], mut choose: impl FnMut(u8, usize) -> (bool, usize)) -> String {
    let mut out = String::new();
    let mut column = 0;
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        if rest.starts_with(b"\r\n") {
            out.push_str("\r\n");
            column = 0;
            rest = &rest[2..];
            continue;
        }
        let (escape, room) = choose(*byte, column);
        if column >= room {
            out.push_str("=\r\n");
            column = 0;
            continue;
        }
        let last = after.is_empty() || after.starts_with(b"\r\n");
        let plain =
            matches!(byte, b'!'..=b'<' | b'>'..=b'~') || (matches!(byte, b' ' | b'\t') && !last);
        if plain && !escape && !(*byte == b'.' && column == 0) {
            out.push(char::from(*byte));
            column += 1;
        } else {
            let _ = write!(out, "={byte:02X}");
            column += 3;
        }
        rest = after;
    }
    out
}

fn in_lines(text: &str, mut length: impl FnMut() -> usize) -> String {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after) = rest.split_at(length().min(rest.len()));
        out.push_str(line);
        out.push_str("\r\n");
        rest = after;
    }
    out
}

fn in_charset(text: &str, charset: Charset) -> Option<Vec<u8>> {
    let units = |mark: bool| {
        let mark = mark.then_some(0xfeff);
        mark.into_iter().chain(text.encode_utf16())
    };
    match charset {
        Utf8 => Some(text.as_bytes().to_vec()),
        Missing | Wrong => text.is_ascii().then(|| text.as_bytes().to_vec()),
        Latin1 => text
            .chars()
            .map(|letter| u8::try_from(letter).ok())
            .collect(),
        Windows1252 => text.chars().map(windows_1252).collect(),
        Utf16Le => Some(units(true).flat_map(u16::to_le_bytes).collect()),
        Utf16Be => Some(units(true).flat_map(u16::to_be_bytes).collect()),
    }
}

/// What Windows adds to ISO 8859-1 of the characters that are used here.
fn windows_1252(letter: char) -> Option<u8> {
    match letter {
        '\u{201c}' => Some(0x93),
        '\u{201d}' => Some(0x94),
        '\u{2022}' => Some(0x95),
        '\u{2013}' => Some(0x96),
        '\u{2014}' => Some(0x97),
        '\u{80}'..='\u{9f}' => None,
        _ => u8::try_from(letter).ok(),
    }
}

/// A header's value; `None` if it can't be said so.
pub(crate) fn words(text: &str, words: Words, numbers: &mut Numbers) -> Option<String> {
    let printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t'));
    let b = |charset: &str, bytes: &[u8]| format!("=?{charset}?B?{}?=", STANDARD.encode(bytes));
    let q = |charset: &str, bytes: &[u8]| format!("=?{charset}?Q?{}?=", q_text(bytes));
    match words {
        Words::Raw => printable.then(|| text.to_owned()),
        Words::Folded => (printable && text.contains(' ')).then(|| text.replace(' ', "\r\n ")),
        Words::B => Some(pieces(text, || 45, |bytes| b("utf-8", bytes))),
        Words::Q => Some(pieces(text, || 18, |bytes| q("UTF-8", bytes))),
        Words::Split => Some(pieces(
            text,
            || 1 + numbers.below(8),
            |bytes| {
                if bytes.len() % 2 == 0 {
                    b("utf-8", bytes)
                } else {
                    q("utf-8", bytes)
                }
            },
        )),
        Words::Latin1B => in_charset(text, Latin1).map(|bytes| b("iso-8859-1", &bytes)),
        Words::Latin1Q => in_charset(text, Latin1).map(|bytes| q("iso-8859-1", &bytes)),
    }
}

/// A text in encoded words of about so many bytes, no character split.
fn pieces(
    text: &str,
    mut length: impl FnMut() -> usize,
    encode: impl Fn(&[u8]) -> String,
) -> String {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut room = length();
    for letter in text.chars() {
        word.push(letter);
        if word.len() >= room {
            words.push(encode(word.as_bytes()));
            word.clear();
            room = length();
        }
    }
    if !word.is_empty() {
        words.push(encode(word.as_bytes()));
    }
    words.join("\r\n ")
}

fn q_text(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| match byte {
            b' ' => String::from("_"),
            byte if byte.is_ascii_alphanumeric() => char::from(*byte).to_string(),
            byte => format!("={byte:02X}"),
        })
        .collect()
}

/// The headers of an attachment with a name; `None` if it can't be said so.
pub(crate) fn named(name: &str, naming: Naming) -> Option<String> {
    let ascii = name.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let percent = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect()
    };
    let disposition = |parameter: &str| {
        format!(
            "Content-Type: application/pdf\r\nContent-Disposition: attachment;\r\n {parameter}\r\n"
        )
    };
    match naming {
        Naming::Plain => ascii.then(|| disposition(&format!("filename=\"{name}\""))),
        Naming::TypeName => {
            ascii.then(|| format!("Content-Type: application/pdf; name=\"{name}\"\r\n"))
        }
        Naming::Rfc2231 => Some(disposition(&format!("filename*=UTF-8''{}", percent(name)))),
        Naming::Continued => {
            let letters: Vec<char> = name.chars().collect();
            let pieces = (0..).zip(letters.chunks(9)).map(|(place, piece)| {
                let piece: String = piece.iter().collect();
                let language = if place == 0 { "utf-8'en'" } else { "" };
                format!("filename*{place}*={language}{}", percent(&piece))
            });
            Some(disposition(&pieces.collect::<Vec<_>>().join(";\r\n ")))
        }
        Naming::WordB => Some(disposition(&format!(
            "filename=\"=?utf-8?B?{}?=\"",
            STANDARD.encode(name)
        ))),
        Naming::WordQ => Some(disposition(&format!(
            "filename=\"=?utf-8?Q?{}?=\"",
            q_text(name.as_bytes())
        ))),
    }
}
