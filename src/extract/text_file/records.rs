//! Calendars and contacts (RFC 5545, RFC 6350, vCard 2.1): folded lines are
//! unfolded, escapes and quoted-printable undone, files in base64 handed on.

use encoding_rs::{Encoding, WINDOWS_1252};

use super::inline::{Inline, from_base64};
use crate::extract::escapes;
use crate::extract::html;

/// The text of a calendar or of contacts, and the files in it.
pub(in crate::extract) fn read(source: &str) -> (String, Vec<Inline>) {
    let mut text = String::with_capacity(source.len());
    let mut files = Vec::new();
    let unfolded = unfolded(source);
    let mut lines = unfolded.lines();
    while let Some(line) = lines.next() {
        let (key, value) = line.split_once(':').unwrap_or(("", line));
        let upper = key.to_ascii_uppercase();
        if upper.contains("BASE64") || upper.contains("ENCODING=B") {
            let mut coded = value.to_owned();
            // In version 2.1 the value goes on to an empty line, and some
            // writers don't fold it.
            let mut ahead = lines.clone();
            while let Some(next) = ahead.next().filter(|next| is_base64_line(next)) {
                coded.push_str(next);
                lines = ahead.clone();
            }
            files.push(Inline {
                media_type: media_type(&upper),
                bytes: from_base64(coded.as_bytes()),
            });
            text.push_str(key);
        } else if upper.contains("QUOTED-PRINTABLE") {
            let mut coded = value.to_owned();
            // A soft line break: the value goes on in the next line.
            while coded.ends_with('=') {
                coded.pop();
                match lines.next() {
                    Some(next) => coded.push_str(next),
                    None => break,
                }
            }
            text.push_str(key);
            text.push(':');
            text.push_str(&from_quoted(&coded, &upper));
        } else {
            let value = escapes::calendar_unescaped(line);
            text.push_str(&value);
            if value.contains("</") {
                text.push('\n');
                text.push_str(&html::text(&value));
            }
        }
        text.push('\n');
    }
    (text, files)
}

/// Lines that were folded are whole again, whatever ends them.
fn unfolded(source: &str) -> String {
    let lines = source.replace("\r\n", "\n").replace('\r', "\n");
    lines.replace("\n ", "").replace("\n\t", "")
}

fn is_base64_line(line: &str) -> bool {
    line.len() >= 20
        && line
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}

fn media_type(key: &str) -> String {
    let parameters = key.split(';');
    let mut named = parameters.filter_map(|parameter| parameter.strip_prefix("FMTTYPE="));
    named.next().unwrap_or("").to_ascii_lowercase()
}

/// A value in quoted-printable, in the charset that its key says.
fn from_quoted(value: &str, key: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    loop {
        rest = match rest {
            [b'=', high, low, after @ ..]
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or(0);
                let code = digit(*high).wrapping_mul(16).wrapping_add(digit(*low));
                bytes.push(u8::try_from(code).unwrap_or(b'?'));
                after
            }
            [byte, after @ ..] => {
                bytes.push(*byte);
                after
            }
            [] => break,
        };
    }
    let mut parameters = key.split(';');
    let label = parameters.find_map(|parameter| parameter.strip_prefix("CHARSET="));
    let encoding = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    match (std::str::from_utf8(&bytes), encoding) {
        (Ok(text), _) => text.to_owned(),
        (Err(_), encoding) => {
            let encoding = encoding.unwrap_or(WINDOWS_1252);
            encoding.decode_without_bom_handling(&bytes).0.into_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_escapes_and_quoted_printable_are_undone() {
        for end in ["\r\n", "\n", "\r"] {
            let source = format!(
                "BEGIN:VCARD{end}NOTE:NHS 943 4{end} 76 59{end}\t19\\, x{end}\
                 NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=utf-8:=39=\
                 43=C2=A0={end}476 5919{end}END:VCARD{end}"
            );
            let (text, _) = read(&source);
            assert!(text.contains("NHS 943 476 5919, x\n"), "{text}");
            assert!(text.contains(":9C\u{a0}476 5919\n"), "{text}");
        }
    }

    #[test]
    fn files_in_base64_are_found() {
        let (text, files) = read(
            "PHOTO;ENCODING=b;TYPE=JPEG:OTQz\n IDQ3\nATTACH;FMTTYPE=text/plain;ENCODING=BASE64;\
             VALUE=BINARY:IDU5MTk=\nX-ALT-DESC;FMTTYPE=text/html:<p>943<b>476</b>5919</p>",
        );
        assert_eq!(files[0].bytes, b"943 47");
        assert_eq!(files[1].bytes, b" 5919");
        assert_eq!(files[1].media_type, "text/plain");
        assert!(text.contains("9434765919"), "{text}");
    }
}
