//! HL7 v2: segment PID, fields 2 to 4 the patient's identifiers (HL7 v2.5
//! section 3.4.2), 13 and 14 telephones.
//!
//! `PID|1||9434765919^^^NHS^NH||SAMPLE^A||19700201|F`: separators stand in the
//! segment's own text; component 4 is the authority, 5 the type of the
//! identifier. Segments end in CR; mail often makes CRLF or LF of it.

use super::nearby::{Field, after, before};

/// How far from the beginning of its segment a field may stand.
const SEGMENT: usize = 2_000;

pub(super) fn field(view: &[u8], start: usize, end: usize) -> Option<Field> {
    let left = before(view, start, SEGMENT);
    let from = memchr::memrchr2(b'\r', b'\n', left).map_or(0, |at| at.saturating_add(1));
    let line = left.get(from..)?;
    // In a subject or behind a quote mark it doesn't begin the line.
    let at = memchr::memmem::rfind(line, b"PID")?;
    let before = at.checked_sub(1).and_then(|at| line.get(at));
    if before.is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let segment = line.get(at..)?;
    let separator = *segment.get(3)?;
    if separator.is_ascii_alphanumeric() || separator.is_ascii_whitespace() {
        return None;
    }
    let number = memchr::memchr_iter(separator, segment).count();
    match number {
        2..=4 => {}
        13 | 14 => return Some(Field::Other),
        _ => return None,
    }
    let opened = memchr::memrchr2(separator, b'~', segment)?;
    if segment.get(opened.saturating_add(1)..)? != b"" {
        // A later component: not the number itself.
        return None;
    }
    let rest = after(view, end, 200);
    let length = rest
        .iter()
        .position(|byte| *byte == separator || matches!(byte, b'~' | b'\r' | b'\n'));
    let rest = rest.get(..length.unwrap_or(rest.len()))?;
    let mut components = rest.split(|byte| *byte == b'^').skip(3);
    let authority = components.next().unwrap_or(b"");
    let authority = authority.split(|byte| *byte == b'&').next().unwrap_or(b"");
    let kind = components.next().unwrap_or(b"");
    let named = [
        b"NHS".as_slice(),
        b"CHI",
        b"HSC",
        b"HCN",
        b"2.16.840.1.113883.2.1.4.1",
    ]
    .iter()
    .any(|known| {
        authority.len() >= known.len()
            && authority
                .iter()
                .zip(*known)
                .all(|(one, other)| one.eq_ignore_ascii_case(other))
    });
    let typed = matches!(kind, b"NH" | b"NHS" | b"NI" | b"NNGBR" | b"NNxxx");
    (named || typed).then_some(Field::Patient)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Field> {
        let start = text.find("943").expect("the number");
        field(text.as_bytes(), start, start + 10)
    }

    #[test]
    fn the_authority_of_the_field_counts() {
        for (text, expected) in [
            ("PID|1||9434765919^^^NHS^NH||A^B", Some(Field::Patient)),
            (
                "MSH|^~\\&|A\rPID|1||X1^^^RXX^MR~9434765919^^^^NH|",
                Some(Field::Patient),
            ),
            ("PID|1|9434765919^^^NHSNBR&1&ISO|", Some(Field::Patient)),
            ("PID|1||9434765919^^^RXX^MR||A^B", None),
            (
                "PID|1||||A||19700201|F||||GB|9434765919",
                Some(Field::Other),
            ),
            ("OBX|1||9434765919^^^NHS^NH", None),
            ("PID|1||X^9434765919^^NHS", None),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }
}
