//! Files in base64 or hexadecimal anywhere in a text: in scripts, hidden
//! fields, dumps of databases, quoted messages.
//!
//! Long words, keys and checksums look the same, so only what is a known format
//! or a text when decoded counts, and nothing is said of the rest.

use std::io::Read;

use flate2::bufread::{DeflateDecoder, ZlibDecoder};
use memchr::memmem;

use super::coded::{self, Inline, SHORTEST};
use super::nature::{Nature, nature};
use crate::extract::sniff;
use crate::format::Format;

/// A line of base64 has at least so many characters: programs write 60 to 76.
const LINE: usize = 48;

/// As much is unpacked of one text, in bytes: workbooks keep tables so that
/// people typed.
const UNPACKED: u64 = 16 << 20;

/// What may still be unpacked.
struct Budget {
    left: u64,
    /// The first that was too much.
    over: Option<Vec<u8>>,
}

/// The files in a text. Looks at each forty-eighth byte where there are none.
pub(in crate::extract) fn files(text: &str) -> Vec<Inline> {
    let bytes = text.as_bytes();
    let mut budget = Budget {
        left: UNPACKED,
        over: None,
    };
    let mut found = typed(bytes, &mut budget);
    let mut at = 0;
    while let Some((start, end)) = line(bytes, at) {
        let (coded, behind) = gathered(bytes, start, end);
        at = behind;
        let before = bytes.get(..start).unwrap_or(b"");
        let is_found = before.ends_with(b"base64,") || before.ends_with(TYPED);
        if is_found {
            continue;
        }
        if coded.len() >= SHORTEST {
            found.extend(decoded(&coded).and_then(|bytes| known(bytes, &mut budget)));
        } else if !coded.iter().all(u8::is_ascii_hexdigit) {
            // A key may begin as anything does, but unpacks to no text.
            let text = decoded(&coded).and_then(|bytes| unpacked(&bytes, &mut budget));
            let is_text = |bytes: &Vec<u8>| nature(bytes) == Nature::Text;
            found.extend(text.filter(is_text).map(Inline::of));
        }
    }
    // Handed on as it is, it is said to be not read.
    found.extend(budget.over.map(Inline::of));
    found
}

/// The next row of characters of base64 that is long enough for a line.
fn line(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let is_coded = |byte: &&u8| coded::is_base64(**byte);
    let mut from = from;
    loop {
        // What is long enough has one of these.
        let probe = from.checked_add(LINE)?.checked_sub(1)?;
        if !coded::is_base64(*bytes.get(probe)?) {
            from = probe.saturating_add(1);
            continue;
        }
        let before = bytes.get(from..probe)?.iter().rev();
        let start = probe.saturating_sub(before.take_while(is_coded).count());
        let ahead = bytes.get(probe..)?.iter();
        let end = probe.saturating_add(ahead.take_while(is_coded).count());
        if end.saturating_sub(start) >= LINE {
            return Some((start, end));
        }
        from = end.saturating_add(1);
    }
}

/// The characters of a row and of those that go on with it on further lines,
/// and where they end.
fn gathered(bytes: &[u8], start: usize, end: usize) -> (Vec<u8>, usize) {
    let mut coded = bytes.get(start..end).unwrap_or(b"").to_vec();
    let mut at = end;
    loop {
        let rest = bytes.get(at..).unwrap_or(b"");
        let Some(skipped) = line_break(rest) else {
            return (coded, at);
        };
        let rest = rest.get(skipped..).unwrap_or(b"");
        let row = rest.iter().take_while(|byte| coded::is_base64(**byte));
        let row = row.count();
        // The last line is shorter, and full groups of four with its padding.
        let is_last = row < LINE;
        let padding = rest.iter().skip(row).take_while(|byte| **byte == b'=');
        if is_last
            && !row
                .saturating_add(padding.take(3).count())
                .is_multiple_of(4)
        {
            return (coded, at);
        }
        coded.extend_from_slice(rest.get(..row).unwrap_or(b""));
        at = at.saturating_add(skipped).saturating_add(row);
        if is_last {
            return (coded, at);
        }
    }
}

/// How long the break between two lines is: white space, signs of quotation,
/// comments and of programs that join strings, and one end of a line in it,
/// which may be an escape.
fn line_break(bytes: &[u8]) -> Option<usize> {
    const LONGEST: usize = 40;
    let (mut at, mut ended) = (0_usize, 0_usize);
    while at < LONGEST {
        let step = match bytes.get(at..)? {
            [b'\\', b'r', b'\\', b'n', ..] if ended == 0 => 4,
            [b'\\', b'n' | b'r', ..] | [b'\r', b'\n', ..] if ended == 0 => 2,
            [b'\n' | b'\r', ..] if ended == 0 => 1,
            [byte, ..] if ended > 0 && coded::is_base64(*byte) => return Some(at),
            [byte, ..] if b" \t\"'>|*#;,.&+_\\".contains(byte) => {
                at = at.saturating_add(1);
                continue;
            }
            _ => return None,
        };
        ended = 1;
        at = at.saturating_add(step);
    }
    None
}

/// The bytes of a row, in hexadecimal as databases write them (`0x`, `\x`) or
/// in base64; `None` where it is neither.
fn decoded(coded: &[u8]) -> Option<Vec<u8>> {
    let digits = match coded {
        [b'0', b'x' | b'X', digits @ ..] | [b'x' | b'X', digits @ ..] => digits,
        _ => coded,
    };
    let has = |is: fn(&u8) -> bool| coded.iter().any(is);
    if digits.iter().all(u8::is_ascii_hexdigit) {
        let is_number = digits.iter().all(u8::is_ascii_digit);
        return (!is_number).then(|| coded::from_hex(digits));
    }
    let is_mixed =
        has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    is_mixed.then(|| coded::from_base64(coded))
}

/// The file that bytes are, if they are one that is known, or a text.
fn known(bytes: Vec<u8>, budget: &mut Budget) -> Option<Inline> {
    let bytes = coded::unwrapped(bytes);
    if is_known(&bytes) {
        return Some(Inline::of(bytes));
    }
    unpacked(&bytes, budget)
        .filter(|bytes| is_known(bytes))
        .map(Inline::of)
}

/// Whether bytes are a file of a known format, or a text all the way through.
fn is_known(bytes: &[u8]) -> bool {
    let format = sniff::sniff(bytes, "");
    let is_text = matches!(
        format,
        Format::Text
            | Format::Html
            | Format::Xml
            | Format::Cda
            | Format::Json
            | Format::Calendar
            | Format::Vcard
            | Format::Message
            | Format::Mbox
    );
    let starts = |signature: &[u8]| bytes.starts_with(signature);
    // Keys, signatures and certificates are written so: some of these are told
    // by two bytes, and called programs.
    let is_named = if format == Format::Executable {
        starts(b"MZ") || starts(b"\x7FELF")
    } else {
        format != Format::Document || starts(&[0xD0, 0xCF, 0x11, 0xE0])
    };
    is_named && (!is_text || nature(bytes) == Nature::Text)
}

/// What bytes unpack to that are deflated without a frame (RFC 1951), or with
/// that of zlib, from the first to the last.
fn unpacked(bytes: &[u8], budget: &mut Budget) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut raw = DeflateDecoder::new(bytes);
    let is_raw = budget.read(&mut raw, bytes, &mut out);
    if is_raw && usize::try_from(raw.total_in()) == Ok(bytes.len()) && !out.is_empty() {
        return Some(out);
    }
    out.clear();
    let mut framed = ZlibDecoder::new(bytes);
    let is_framed = budget.read(&mut framed, bytes, &mut out);
    let is_all = usize::try_from(framed.total_in()) == Ok(bytes.len());
    (is_framed && is_all && !out.is_empty()).then_some(out)
}

impl Budget {
    /// Reads what something unpacks to; whether it was read to its end.
    fn read(&mut self, unpacks: &mut impl Read, packed: &[u8], out: &mut Vec<u8>) -> bool {
        let is_read = unpacks.take(self.left).read_to_end(out).is_ok();
        let before = self.left;
        let length = u64::try_from(out.len()).unwrap_or(u64::MAX);
        self.left = before.saturating_sub(length);
        if before > 0 && self.left == 0 {
            self.over = Some(packed.to_vec());
            return false;
        }
        is_read
    }
}

/// How a program of Power Query has a table that somebody typed: in base64, and
/// deflated.
const TYPED: &[u8] = b"Binary.FromText(\"";

/// Those tables; one that can't be unpacked is a file that can't be read.
fn typed(bytes: &[u8], budget: &mut Budget) -> Vec<Inline> {
    /// Fewer characters hold no table: somebody writes about the language.
    const LEAST: usize = 24;
    let found = memmem::find_iter(bytes, TYPED).filter_map(|at| {
        let coded = bytes.get(at.saturating_add(TYPED.len())..).unwrap_or(b"");
        let ended = memchr::memchr(b'"', coded).unwrap_or(coded.len());
        let coded = coded.get(..ended).unwrap_or(b"");
        if coded.len() < LEAST {
            return None;
        }
        let bytes = coded::from_base64(coded);
        Some(Inline::of(unpacked(&bytes, budget).unwrap_or(bytes)))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use flate2::Compression;
    use flate2::write::DeflateEncoder;

    use super::*;

    fn wrapped(coded: &str, width: usize, between: &str) -> String {
        let lines: Vec<&str> = (0..coded.len())
            .step_by(width)
            .map(|at| &coded[at..coded.len().min(at + width)])
            .collect();
        lines.join(between)
    }

    fn hex(bytes: &[u8]) -> String {
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        digits
            .filter_map(|digit| char::from_digit(digit.into(), 16))
            .collect()
    }

    #[test]
    fn no_more_is_unpacked_of_a_text_than_the_bound_and_that_is_said() {
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
        deflate.write_all(&b"a1 ".repeat(2 << 20)).unwrap();
        let packed = deflate.finish().unwrap();
        let coded = STANDARD.encode(&packed);
        let found = files(&format!("x: {coded} ;\n").repeat(20));
        let held: usize = found.iter().map(|file| file.bytes.len()).sum();
        assert!(held < 20 << 20, "{held}");
        assert!(found.iter().any(|file| file.bytes == packed));
    }

    #[test]
    fn who_writes_about_the_language_hands_on_no_file() {
        assert!(files("Use Binary.FromText(\"...\") or Binary.FromText(\"abc\").").is_empty());
    }

    #[test]
    fn files_are_found_wherever_they_stand() {
        let letter = b"%PDF-1.4 \xFE\xFD\xFC NHS 943 476 5919 ".repeat(12);
        let coded = STANDARD.encode(&letter);
        for text in [
            format!("<script>var d=\"{coded}\"; atob(d)</script>"),
            format!("<input type='hidden' value='{coded}'>"),
            format!("1,{coded},x\n"),
            format!("$d=\"{coded}\""),
            format!("INSERT INTO f VALUES (1,'{coded}');"),
            format!("INSERT INTO f VALUES (1,0x{});", hex(&letter)),
            format!("COPY f FROM stdin;\n1\t\\\\x{}\n\\.\n", hex(&letter)),
            format!("jpegPhoto:: {coded}\n"),
            format!("Attachment:\n{}\n\nend\n", wrapped(&coded, 76, "\n")),
            format!(
                "-----BEGIN X-----\n{}\n-----END X-----\n",
                wrapped(&coded, 64, "\r\n")
            ),
            format!("doc: !!binary |\n  {}\n", wrapped(&coded, 76, "\n  ")),
            format!("Fwd:\n> \n> {}\n> \n", wrapped(&coded, 76, "\n> ")),
            format!("s = \"{}\"", wrapped(&coded, 76, "\" + \n    \"")),
            format!("\"{}\"", wrapped(&coded, 76, "\\r\\n")),
        ] {
            let found = files(&text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].bytes, letter, "{text}");
        }
    }

    #[test]
    fn texts_and_what_is_packed_are_found_too() {
        let json = r#"{"nhs_number":"9434765919"}"#.repeat(9);
        let script = format!("JSON.parse(atob(\"{}\"))", STANDARD.encode(&json));
        assert_eq!(files(&script)[0].bytes, json.as_bytes());
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::fast());
        let letter: Vec<String> = (943..1400).map(|number| number.to_string()).collect();
        let letter = letter.join(" ");
        packed.write_all(letter.as_bytes()).unwrap();
        let diagram = format!("<d>{}</d>", STANDARD.encode(packed.finish().unwrap()));
        assert_eq!(files(&diagram)[0].bytes, letter.as_bytes());
        // A drawing of few words.
        let small = "<d>s8mtcC9KLMjwzU9JzbGzKcrPL7Gzya1wTs3JUShLzClNtVXy8whWNTLIK81NSi0CMixNjIGkibkZkDS1NLRU0rez0Yfo00c1bNRoVKMB</d>";
        let drawn = String::from_utf8(files(small)[0].bytes.clone()).unwrap();
        assert!(drawn.contains("NHS%20number%20943%20476%205919"));
        let table = "Binary.FromText(\"i45W8vMIVsgrzU1KLVLSUbI0MVYwMTdTMLU0tFSKjQUA\", x)";
        assert_eq!(files(table)[0].bytes, br#"[["NHS number","943 476 5919"]]"#);
    }

    #[test]
    fn keys_words_and_what_is_found_elsewhere_are_none() {
        let chance: Vec<u8> = (0..300_u32)
            .map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[1])
            .collect();
        let coded = STANDARD.encode(&chance);
        for text in [
            format!(
                "-----BEGIN CERTIFICATE-----\n{}\n",
                wrapped(&coded, 64, "\n")
            ),
            format!("key: {}", hex(&chance)),
            format!(
                "data:application/pdf;base64,{}",
                STANDARD.encode("%PDF-1.4 ".repeat(40))
            ),
            // A certificate begins so, and more than one program.
            STANDARD.encode([b"\x30\x82\x03\x0A".as_slice(), &chance].concat()),
            "-".repeat(400),
            "words_and_words_".repeat(40),
            "9434765919".repeat(40),
            "some words of a letter\n".repeat(40),
            String::new(),
        ] {
            assert_eq!(files(&text), [], "{text}");
        }
    }
}
