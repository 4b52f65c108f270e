//! Headers as they stood in the message, and the words in them.
//!
//! Encoded words (RFC 2047) are decoded here and not by the MIME library,
//! since a word may be split in the middle of a character: the bytes of
//! neighbouring words of one charset are joined before they are decoded.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::charset::decode_charset;
use super::transfer::{lenient_base64, lenient_quoted_printable};
use crate::sensitive::Sensitive;

/// One header: its name, and its value byte for byte.
#[derive(Clone, Debug)]
pub struct Header {
    name: String,
    value: Sensitive<Vec<u8>>,
}

impl Header {
    /// A header with the value as it stands after the colon: with its leading
    /// space and its folds, without the last line end.
    pub fn new(name: &str, value: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            value: Sensitive::new(value.to_vec()),
        }
    }

    /// The name, in the case in which it was written.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether this is the header `name`, in any case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value's bytes, from after the colon to before the last line end.
    pub fn value(&self) -> &Sensitive<Vec<u8>> {
        &self.value
    }

    /// The value as people read it: unfolded, encoded words decoded.
    pub fn text(&self) -> Sensitive<String> {
        Sensitive::new(decode_words(self.value.reveal()))
    }

    /// Splits a message into its headers and the offset of its body. A line
    /// that is no header, before the first empty line, is kept as a header
    /// without a name.
    pub fn split(raw: &[u8]) -> (Vec<Self>, usize) {
        let mut headers: Vec<(String, Vec<u8>)> = Vec::new();
        let mut offset = 0_usize;
        let mut body = raw.len();
        while let Some(rest) = raw.get(offset..).filter(|rest| !rest.is_empty()) {
            let length =
                memchr::memchr(b'\n', rest).map_or(rest.len(), |newline| newline.saturating_add(1));
            offset = offset.saturating_add(length);
            let line = without_line_end(rest.get(..length).unwrap_or(rest));
            if line.is_empty() {
                body = offset;
                break;
            }
            if line
                .first()
                .is_some_and(|byte| matches!(byte, b' ' | b'\t'))
                && let Some((_, value)) = headers.last_mut()
            {
                value.extend_from_slice(b"\r\n");
                value.extend_from_slice(line);
                continue;
            }
            let colon = memchr::memchr(b':', line);
            let name = colon.and_then(|colon| line.get(..colon)).unwrap_or(b"");
            let value = colon
                .and_then(|colon| line.get(colon.saturating_add(1)..))
                .unwrap_or(line);
            let name = String::from_utf8_lossy(name).trim_end().to_owned();
            headers.push((name, value.to_vec()));
        }
        let headers = headers.into_iter().map(|(name, value)| Self {
            name,
            value: Sensitive::new(value),
        });
        (headers.collect(), body)
    }
}

fn without_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The text of a header value: folds undone (RFC 5322 section 2.2.3), encoded
/// words decoded (RFC 2047), raw 8-bit bytes read as UTF-8 or else as
/// Windows-1252. White space at both ends is dropped.
pub fn decode_words(value: &[u8]) -> String {
    let unfolded: Vec<u8> = value
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect();
    let mut out = String::with_capacity(unfolded.len());
    // Bytes of encoded words of one charset that stand side by side.
    let mut run: Vec<u8> = Vec::new();
    let mut run_charset = String::new();
    let mut rest: &[u8] = &unfolded;
    while let Some(start) = memchr::memmem::find(rest, b"=?") {
        let (before, from) = rest.split_at(start);
        let Some(word) = EncodedWord::read(from) else {
            flush(&mut out, &mut run, &run_charset);
            out.push_str(&decode_plain(before));
            out.push_str("=?");
            rest = from.get(2..).unwrap_or(b"");
            continue;
        };
        // White space between two encoded words does not count (section 6.2).
        let between_words = !run.is_empty() && before.iter().all(u8::is_ascii_whitespace);
        if !between_words {
            flush(&mut out, &mut run, &run_charset);
            out.push_str(&decode_plain(before));
        } else if !run_charset.eq_ignore_ascii_case(&word.charset) {
            flush(&mut out, &mut run, &run_charset);
        }
        run_charset.clone_from(&word.charset);
        run.extend_from_slice(&word.bytes);
        rest = from.get(word.length..).unwrap_or(b"");
    }
    flush(&mut out, &mut run, &run_charset);
    out.push_str(&decode_plain(rest));
    out.trim().to_owned()
}

fn flush(out: &mut String, run: &mut Vec<u8>, charset: &str) {
    if run.is_empty() {
        return;
    }
    match decode_charset(charset, run) {
        Some(text) => {
            out.push_str(&text);
            if text.contains('\u{fffd}') {
                // Not what the label says: what the bytes say by themselves.
                out.push(' ');
                out.push_str(&decode_plain(run));
            }
        }
        None => out.push_str(&decode_plain(run)),
    }
    run.clear();
}

fn decode_plain(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => decode_charset("windows-1252", bytes)
            .unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned()),
    }
}

/// How long an encoded word may be.
const WORD_BYTES: usize = 2048;

struct EncodedWord {
    charset: String,
    bytes: Vec<u8>,
    /// Bytes of the header that the word takes up.
    length: usize,
}

impl EncodedWord {
    /// Reads `=?charset*language?encoding?text?=` at the start of `from`.
    fn read(from: &[u8]) -> Option<Self> {
        // 75 characters are allowed; programs read longer ones. The bound keeps
        // the search for a word's end from running over the whole header.
        let from = from.get(..from.len().min(WORD_BYTES)).unwrap_or(from);
        let inner = from.strip_prefix(b"=?")?;
        let (charset, inner) = split_once(inner, b"?")?;
        let (encoding, inner) = split_once(inner, b"?")?;
        let (text, rest) = split_once(inner, b"?=")?;
        let charset = charset.split(|byte| *byte == b'*').next()?;
        let charset = std::str::from_utf8(charset).ok()?.to_owned();
        let bytes = match encoding {
            b"q" | b"Q" => {
                let spaced: Vec<u8> = text
                    .iter()
                    .map(|byte| if *byte == b'_' { b' ' } else { *byte })
                    .collect();
                lenient_quoted_printable(&spaced)
            }
            b"b" | b"B" => lenient_base64(text),
            _ => return None,
        };
        Some(Self {
            charset,
            bytes,
            length: from.len().saturating_sub(rest.len()),
        })
    }
}

fn split_once<'a>(bytes: &'a [u8], separator: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = memchr::memmem::find(bytes, separator)?;
    Some((
        bytes.get(..at)?,
        bytes.get(at.saturating_add(separator.len())..)?,
    ))
}

/// A header value that says `text`: as it is if it is printable ASCII, else in
/// encoded words of UTF-8 (RFC 2047), folded so that no line is over 76
/// characters.
pub fn encode_words(text: &str) -> String {
    let printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if printable && !text.contains("=?") {
        return text.to_owned();
    }
    let mut words = Vec::new();
    let mut word = String::new();
    for character in text.chars() {
        // 45 bytes are 60 characters of base64; 75 is the bound of a word.
        if word.len().saturating_add(character.len_utf8()) > 45 {
            words.push(std::mem::take(&mut word));
        }
        word.push(character);
    }
    words.push(word);
    let encoded: Vec<String> = words
        .iter()
        .map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word)))
        .collect();
    encoded.join("\r\n ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_split_in_the_middle_are_joined() {
        for (value, text) in [
            (" plain words", "plain words"),
            (" =?utf-8?q?943_47?= =?utf-8?Q?6_5919?=", "943 476 5919"),
            (
                " =?utf-8?b?OTQzIDQ3?=\r\n =?utf-8?b?NiA1OTE5?=",
                "943 476 5919",
            ),
            // A full-width nine whose three bytes stand in two words.
            (" =?utf-8?q?=EF=BC?= =?utf-8?q?=99?=", "\u{ff19}"),
            (" =?iso-8859-1?q?Ren=E9?=", "Ren\u{e9}"),
            (" a =?utf-8?q?b?= c", "a b c"),
            (" =?utf-8?q?a?= =?us-ascii?q?b?=", "ab"),
            (" =?utf-8*en?q?a b?=", "a b"),
            (" =?broken", "=?broken"),
            (" Ren\u{e9}", "Ren\u{e9}"),
        ] {
            assert_eq!(decode_words(value.as_bytes()), text, "{value}");
        }
        assert_eq!(decode_words(b" Ren\xe9"), "Ren\u{e9}");
    }

    #[test]
    fn headers_keep_their_bytes() {
        let (headers, body) = Header::split(b"A:  x\r\n\ty\r\nB :z\r\njunk\r\n\r\nbody");
        let values: Vec<(&str, &[u8])> = headers
            .iter()
            .map(|header| (header.name(), header.value().reveal().as_slice()))
            .collect();
        let expected: Vec<(&str, &[u8])> = vec![("A", b"  x\r\n\ty"), ("B", b"z"), ("", b"junk")];
        assert_eq!(values, expected);
        assert_eq!(body, 25);
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(text in "\\PC{0,120}") {
            let text = text.trim().to_owned();
            prop_assert_eq!(decode_words(encode_words(&text).as_bytes()), text);
        }

        #[test]
        fn any_bytes_give_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode_words(&bytes);
            let _ = Header::split(&bytes);
        }
    }
}
