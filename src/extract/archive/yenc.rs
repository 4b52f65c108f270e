//! Files in yEnc (yenc.org, draft 1.3): each byte plus 42, and an escape for
//! the four that break lines.
//!
//! yEnc is binary and labelled as text: what arrives here may have been decoded
//! as windows-1252, and is taken back to the bytes that it was.

use std::borrow::Cow;

use super::names;
use crate::extract::sink::{Sink, Spot};
use crate::mail::GapReason;

/// Reads all yEnc files in a text.
pub(super) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    if memchr::memmem::find(bytes, b"=ybegin ").is_none() {
        return;
    }
    let bytes = as_sent(bytes);
    let mut file: Option<Coded> = None;
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(header) = line.strip_prefix(b"=ybegin ") {
            let next = Coded::begin(header);
            // The next part of a file goes on where the last one ended.
            match &mut file {
                Some(file) if next.part > 1 && file.name == next.name => file.open = true,
                _ => hand_on(file.replace(next), sink),
            }
        } else if let Some(coded) = &mut file {
            if line.starts_with(b"=yend") {
                coded.open = false;
            } else if coded.open && !line.starts_with(b"=ypart ") {
                coded.line(line);
            }
        }
    }
    hand_on(file, sink);
}

#[derive(Debug, Default)]
struct Coded {
    name: Vec<u8>,
    size: Option<usize>,
    part: usize,
    open: bool,
    bytes: Vec<u8>,
}

impl Coded {
    /// `line=128 size=123 name=a file.bin`; the name is the rest of the line.
    fn begin(header: &[u8]) -> Self {
        let name = memchr::memmem::find(header, b"name=");
        let name = name.and_then(|at| header.get(at.saturating_add(5)..));
        let header = String::from_utf8_lossy(header);
        let number = |key: &str| {
            let mut fields = header.split_ascii_whitespace();
            fields.find_map(|field| field.strip_prefix(key)?.parse().ok())
        };
        Self {
            name: name.unwrap_or(b"").trim_ascii().to_vec(),
            size: number("size="),
            part: number("part=").unwrap_or(1),
            open: true,
            bytes: Vec::new(),
        }
    }

    fn line(&mut self, line: &[u8]) {
        // Mail programs double a dot at a line's start (RFC 5321 4.5.2), and
        // some leave it so.
        let line = if line.starts_with(b"..") {
            line.get(1..).unwrap_or(line)
        } else {
            line
        };
        let mut bytes = line.iter();
        while let Some(byte) = bytes.next() {
            let byte = match byte {
                b'=' => bytes.next().map_or(0, |byte| byte.wrapping_sub(64)),
                byte => *byte,
            };
            self.bytes.push(byte.wrapping_sub(42));
        }
    }
}

fn hand_on(file: Option<Coded>, sink: &mut Sink<'_>) {
    let Some(file) = file else {
        return;
    };
    let whole = file.size.is_none_or(|size| file.bytes.len() >= size);
    sink.file(
        Spot::default(),
        &names::likeliest(&file.name),
        "",
        file.bytes,
    );
    if !whole || file.open {
        sink.gap(Spot::default(), GapReason::Truncated);
    }
}

/// The bytes as they were sent.
fn as_sent(bytes: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.is_ascii() => {
            // What no byte of windows-1252 can have been is lost already.
            let (sent, _, _) = encoding_rs::WINDOWS_1252.encode(text);
            Cow::Owned(sent.into_owned())
        }
        _ => Cow::Borrowed(bytes),
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::archive::suite::open;
    use crate::extract::archive::uuencode;

    fn coded(content: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for (index, byte) in content.iter().enumerate() {
            if index > 0 && index % 128 == 0 {
                out.extend(b"\r\n");
            }
            let byte = byte.wrapping_add(42);
            match byte {
                0 | b'\n' | b'\r' | b'=' => out.extend([b'=', byte.wrapping_add(64)]),
                b'.' if index % 128 == 0 => out.extend(b".."),
                byte => out.push(byte),
            }
        }
        out
    }

    fn text(content: &[u8], size: usize) -> Vec<u8> {
        let begin = format!("hello\r\n=ybegin line=128 size={size} name=943 476.bin\r\n");
        let mut out = begin.into_bytes();
        out.extend(coded(content));
        out.extend(b"\r\n=yend size=1\r\nregards\r\n");
        out
    }

    #[test]
    fn all_bytes_come_out() {
        let content: Vec<u8> = (0..=255).cycle().take(1000).collect();
        let sent = text(&content, 1000);
        let opened = open(&sent, uuencode::read);
        assert_eq!(opened.files, [("943 476.bin".to_owned(), content.clone())]);
        assert!(opened.gaps().is_empty());
        // The same as a mail program makes text of it.
        let (decoded, _, _) = encoding_rs::WINDOWS_1252.decode(&sent);
        let opened = open(decoded.as_bytes(), uuencode::read);
        assert_eq!(opened.files[0].1, content);
    }

    #[test]
    fn missing_bytes_are_said() {
        let opened = open(&text(b"943 476 5919", 100), uuencode::read);
        assert_eq!(opened.text("943 476.bin"), "943 476 5919");
        assert_eq!(opened.gaps().len(), 1);
    }
}
