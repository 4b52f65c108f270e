//! FHIR, in JSON and XML: an identifier's `system` says what its `value` is.
//!
//! The order of keys is free, and extensions (the status of verification) may
//! stand between. A patient resource's bare `id` may be the number too
//! (Personal Demographics Service, FHIR API).

use super::nearby::{Field, after, authority, before, contains};

/// How far a system may stand from its value, in bytes.
const REACH: usize = 900;

pub(super) fn field(view: &[u8], start: usize, end: usize) -> Option<Field> {
    let left = before(view, start, REACH);
    let left = left
        .strip_suffix(b"\"")
        .or_else(|| left.strip_suffix(b"'"))?;
    if let Some(left) = left.strip_suffix(b"value=") {
        return element(view, left, end);
    }
    let left = left.trim_ascii_end().strip_suffix(b":")?.trim_ascii_end();
    if let Some(left) = left.strip_suffix(b"\"value\"") {
        return object(view, left, end);
    }
    let left = left.strip_suffix(b"\"id\"")?;
    let patient = [
        b"\"resourceType\":\"Patient\"".as_slice(),
        b"\"resourceType\": \"Patient\"",
    ];
    let right = after(view, end, 200);
    patient
        .iter()
        .any(|known| contains(left, known) || contains(right, known))
        .then_some(Field::Patient)
}

/// The JSON object that the value stands in: its own braces, without those of
/// objects inside it.
fn object(view: &[u8], left: &[u8], end: usize) -> Option<Field> {
    let opens = unmatched(left.iter().rev(), b'}', b'{')?;
    let from = left.len().saturating_sub(opens);
    let right = after(view, end, REACH);
    let length = unmatched(right.iter(), b'{', b'}').unwrap_or(right.len());
    authority(left.get(from..)?).or_else(|| authority(right.get(..length)?))
}

/// How many bytes lie before the brace that closes what the first byte is in.
fn unmatched<'a>(bytes: impl Iterator<Item = &'a u8>, opens: u8, closes: u8) -> Option<usize> {
    let mut depth = 0_usize;
    for (byte, count) in bytes.zip(0_usize..) {
        if *byte == opens {
            depth = depth.saturating_add(1);
        } else if *byte == closes {
            match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some(count),
            }
        }
    }
    None
}

/// The XML element `identifier` that the value stands in.
fn element(view: &[u8], left: &[u8], end: usize) -> Option<Field> {
    let from = memchr::memmem::rfind(left, b"<identifier")?;
    let inside = left.get(from..)?;
    if contains(inside, b"</identifier") {
        return None;
    }
    let right = after(view, end, REACH);
    let length = memchr::memmem::find(right, b"</identifier").unwrap_or(0);
    authority(inside).or_else(|| authority(right.get(..length)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Field> {
        let start = text.find("943").expect("the number");
        field(text.as_bytes(), start, start + 10)
    }

    #[test]
    fn the_system_of_the_same_identifier_counts() {
        let nhs = "\"system\":\"https://fhir.nhs.uk/Id/nhs-number\"";
        let staff = "\"system\":\"https://fhir.nhs.uk/Id/sds-user-id\"";
        for (text, expected) in [
            (
                format!("{{{nhs},\"value\":\"9434765919\"}}"),
                Some(Field::Patient),
            ),
            (
                format!("{{\"value\" : \"9434765919\", {nhs}}}"),
                Some(Field::Patient),
            ),
            (
                format!("{{{nhs},\"extension\":[{{\"url\":\"x\"}}],\"value\":\"9434765919\"}}"),
                Some(Field::Patient),
            ),
            (
                format!("[{{{nhs},\"value\":\"1\"}},{{{staff},\"value\":\"9434765919\"}}]"),
                Some(Field::Other),
            ),
            (
                format!("[{{{nhs},\"value\":\"1\"}},{{\"value\":\"9434765919\"}}]"),
                None,
            ),
            (
                String::from("{\"resourceType\":\"Patient\",\"id\":\"9434765919\"}"),
                Some(Field::Patient),
            ),
        ] {
            assert_eq!(of(&text), expected, "{text}");
        }
    }

    #[test]
    fn xml_says_the_same() {
        let text = "<identifier><system value='https://fhir.nhs.uk/Id/nhs-number'/>\
                    <value value='9434765919'/></identifier>";
        assert_eq!(of(text), Some(Field::Patient));
        let other = "<identifier><system value=\"https://fhir.nhs.uk/Id/nhs-number\"/></identifier>\
                     <identifier><value value=\"9434765919\"/></identifier>";
        assert_eq!(of(other), None);
    }
}
