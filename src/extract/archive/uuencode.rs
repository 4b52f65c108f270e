//! Files that are coded in the lines of a text: uuencode, its form in base64
//! (both POSIX, uuencode), and yEnc.
//!
//! The text around them is read as text elsewhere. Programs that decode are
//! forgiving, and so is this: lines that are no code are skipped and said,
//! spaces that a mail program took from the ends of lines are put back.

use std::borrow::Cow;

use super::begin::{Code, begins};
use super::{names, yenc};
use crate::extract::sink::{Sink, Spot};
use crate::mail::GapReason;

/// Reads all coded files in a text.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let bytes = as_ascii(bytes);
    let mut lines = bytes.split(|byte| *byte == b'\n').map(without_return);
    let mut next = lines.next();
    while let Some(line) = next {
        next = match begins(line) {
            Some((code, name)) => {
                let (file, after) = Coded::read(code, &mut lines);
                file.hand_on(name, sink);
                // A header that follows without an end begins the next file.
                after.or_else(|| lines.next())
            }
            None => lines.next(),
        };
    }
    yenc::read(&bytes, sink);
}

/// UTF-16 is the only other charset whose texts are not read as they stand.
fn as_ascii(bytes: &[u8]) -> Cow<'_, [u8]> {
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((charset, _)) if charset != encoding_rs::UTF_8 => {
            let (text, _, _) = charset.decode(bytes);
            Cow::Owned(text.into_owned().into_bytes())
        }
        _ => Cow::Borrowed(bytes),
    }
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[derive(Debug, Default)]
struct Coded {
    bytes: Vec<u8>,
    /// How many lines were code, and how many were not.
    lines: usize,
    damaged: usize,
    ended: bool,
}

impl Coded {
    /// Reads up to the end; also gives a line that begins the next file.
    fn read<'a>(
        code: Code,
        lines: &mut impl Iterator<Item = &'a [u8]>,
    ) -> (Self, Option<&'a [u8]>) {
        let mut file = Self::default();
        for line in lines {
            if begins(line).is_some() {
                return (file, Some(line));
            }
            let end = match code {
                Code::Uuencode => line.trim_ascii_end() == b"end",
                Code::Base64 => line.starts_with(b"===="),
            };
            if end {
                file.ended = true;
                break;
            }
            match code {
                Code::Uuencode => file.uuencoded(line),
                Code::Base64 => file.base64(line),
            }
        }
        (file, None)
    }

    /// A line: its length as a character, then four characters for three bytes.
    fn uuencoded(&mut self, line: &[u8]) {
        let Some((length, code)) = line.split_first() else {
            return;
        };
        let length = usize::from(value(*length));
        // A backquote, or nothing but a space, is the empty line at the end.
        if length == 0 {
            return;
        }
        let needed = length.div_ceil(3).saturating_mul(4);
        let is_code = code.iter().all(|byte| matches!(byte, b' '..=b'`'));
        // Some writers add a checksum, some leave out what fills the last group.
        if !is_code || code.len() > needed.saturating_add(2) {
            self.damaged = self.damaged.saturating_add(1);
            return;
        }
        self.lines = self.lines.saturating_add(1);
        let filled = code.iter().chain(std::iter::repeat(&b' ')).take(needed);
        let mut bytes = joined(filled.map(|byte| value(*byte)));
        bytes.truncate(length);
        self.bytes.extend(bytes);
    }

    fn base64(&mut self, line: &[u8]) {
        let line = line.trim_ascii();
        let digits = line.iter().map_while(|byte| match byte {
            b'A'..=b'Z' => Some(byte.wrapping_sub(b'A')),
            b'a'..=b'z' => Some(byte.wrapping_sub(b'a').wrapping_add(26)),
            b'0'..=b'9' => Some(byte.wrapping_sub(b'0').wrapping_add(52)),
            b'+' => Some(62),
            b'/' => Some(63),
            _ => None,
        });
        let digits: Vec<u8> = digits.collect();
        let padding = line.get(digits.len()..).unwrap_or(b"");
        if padding.iter().any(|byte| *byte != b'=') {
            self.damaged = self.damaged.saturating_add(1);
        }
        if !digits.is_empty() {
            self.lines = self.lines.saturating_add(1);
        }
        self.bytes.extend(joined(digits.into_iter()));
    }

    fn hand_on(self, name: &[u8], sink: &mut Sink<'_>) {
        if self.lines == 0 {
            // A sentence that happens to begin so.
            return;
        }
        for other in names::readings(name).into_iter().skip(1) {
            sink.name(Spot::default(), &other);
        }
        sink.file(Spot::default(), &names::likeliest(name), "", self.bytes);
        if self.damaged > 0 {
            sink.gap(Spot::default(), GapReason::Broken);
        }
        if !self.ended {
            sink.gap(Spot::default(), GapReason::Truncated);
        }
    }
}

/// The six bits that a character of uuencode stands for.
fn value(byte: u8) -> u8 {
    byte.wrapping_sub(b' ') & 0x3F
}

/// Whole bytes of six bits each.
fn joined(sixes: impl Iterator<Item = u8>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bits = 0_u16;
    let mut count = 0_u32;
    for six in sixes {
        bits = (bits << 6) | u16::from(six);
        count = count.saturating_add(6);
        if let Some(left) = count.checked_sub(8) {
            count = left;
            let [_, byte] = (bits >> left).to_be_bytes();
            out.push(byte);
            bits &= 0xFF_u16 >> 8_u32.saturating_sub(left);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::archive::suite::{Opened, open};
    use crate::extract::suite;

    fn opened(text: &str) -> Opened {
        open(text.as_bytes(), read)
    }

    fn coded(content: &[u8], name: &str) -> String {
        let mut text = format!("begin 644 {name}\n");
        let letter = |six: u32| char::from(u8::try_from(six & 63).unwrap() + b' ');
        for line in content.chunks(45) {
            text.push(letter(u32::try_from(line.len()).unwrap()));
            for group in line.chunks(3) {
                let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
                let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
                text.extend([18, 12, 6, 0].map(|shift| letter(bits >> shift)));
            }
            text.push('\n');
        }
        text.push_str("`\nend\n");
        text
    }

    #[test]
    fn several_files_in_a_text_are_read() {
        // By sharutils.
        let text = "Dear all,\r\nbegin 644 943 476 5919.txt\r\n,.30S(#0W-B`U.3$Y\r\n`\r\nend\r\n\
            begin-base64 644 b.txt\nOTQzIDQ3NiA1OTE5\n====\nregards\n";
        let opened = opened(text);
        assert_eq!(opened.text("943 476 5919.txt"), "943 476 5919");
        assert_eq!(opened.text("b.txt"), "943 476 5919");
        assert!(opened.gaps().is_empty());
        assert!(suite::has(&opened.reading, "943 476 5919.txt"));
    }

    #[test]
    fn damage_hides_only_itself() {
        let content = "943 476 5919\n".repeat(20);
        let text = coded(content.as_bytes(), "a.txt");
        let stripped: Vec<&str> = text.lines().map(str::trim_end).collect();
        let stripped = stripped.join("\n");
        assert_eq!(opened(&stripped).text("a.txt"), content);
        let mut lines: Vec<&str> = text.lines().collect();
        lines[2] = "what is this line doing here?";
        lines.truncate(lines.len() - 1);
        let opened = opened(&lines.join("\n"));
        assert!(opened.text("a.txt").contains("943 476 5919"));
        assert_eq!(opened.gaps(), ["broken uuencode", "truncated uuencode"]);
    }

    #[test]
    fn a_sentence_is_no_file() {
        let opened = opened("begin 100 times\nand see what happens\n");
        assert!(opened.files.is_empty() && opened.gaps().is_empty());
    }

    proptest! {
        #[test]
        fn what_was_coded_comes_out(content in prop::collection::vec(any::<u8>(), 1..500)) {
            let opened = opened(&coded(&content, "a.bin"));
            prop_assert_eq!(&opened.files[0].1, &content);
        }

        #[test]
        fn no_text_makes_the_reader_fail(lines in prop::collection::vec("[ -~]{0,40}", 0..9)) {
            let _ = opened(&format!("begin 644 a\n{}", lines.join("\n")));
            let _ = opened(&format!("=ybegin line=128 size=9 name=a\n{}", lines.join("\n")));
        }
    }
}
