//! The elements of BER and DER (X.690 section 8), as far as signed and
//! encrypted data are made of them, and how such data begin.

/// The kinds of content (RFC 5652 sections 5, 6, 8; RFC 5083).
pub(super) const SIGNED: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02";
pub(super) const ENCRYPTED: [&[u8]; 3] = [
    b"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03",
    b"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x06",
    b"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x17",
];

pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const IDENTIFIER: u8 = 0x06;
pub(super) const STRING: u8 = 0x04;
/// A string in pieces.
pub(super) const STRINGS: u8 = 0x24;
/// The first element of a choice, or one that may be left out.
pub(super) const FIRST: u8 = 0xA0;

/// Whether a file is one of these.
pub(super) fn is_cms(bytes: &[u8]) -> bool {
    kind(bytes).is_some_and(|(kind, _)| kind == SIGNED || ENCRYPTED.contains(&kind))
}

/// The kind of a content, and the content.
pub(super) fn kind(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (whole, _) = expect(bytes, SEQUENCE)?;
    let (kind, rest) = expect(whole, IDENTIFIER)?;
    let (content, _) = expect(rest, FIRST)?;
    Some((kind, content))
}

/// The content of the first element, if it has this tag, and what follows.
pub(super) fn expect(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, content, rest) = element(bytes)?;
    (found == tag).then_some((content, rest))
}

/// The first element: its tag, its content, and what follows. One that is cut
/// off has what there is.
pub(super) fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, length, body) = head(bytes)?;
    if let Some(length) = length {
        let (content, rest) = body.split_at_checked(length).unwrap_or((body, &[]));
        return Some((tag, content, rest));
    }
    // No length: it ends where as many ends as beginnings were met.
    let mut depth = 1_usize;
    let mut left = body;
    while let Some((inner, length, behind)) = head(left) {
        let content = body.len().saturating_sub(left.len());
        left = match length {
            None => {
                depth = depth.saturating_add(1);
                behind
            }
            Some(length) => behind.get(length..).unwrap_or_default(),
        };
        if inner == 0 && length == Some(0) {
            depth = depth.saturating_sub(1);
        }
        if depth == 0 {
            return Some((tag, body.get(..content)?, left));
        }
    }
    Some((tag, body, &[]))
}

/// The tag and the length of the first element, and what follows them. Tags
/// of several bytes stand nowhere in what is read here.
fn head(bytes: &[u8]) -> Option<(u8, Option<usize>, &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    if *first == 0x80 {
        return Some((*tag, None, rest));
    }
    if *first < 0x80 {
        return Some((*tag, Some(usize::from(*first)), rest));
    }
    let (digits, rest) = rest.split_at_checked(usize::from(*first & 0x7F))?;
    let length = digits.iter().try_fold(0_usize, |length, digit| {
        Some(length.checked_mul(256)?.saturating_add(usize::from(*digit)))
    });
    // A length that no memory has is that of a file that is cut off.
    Some((*tag, Some(length.unwrap_or(usize::MAX)), rest))
}
