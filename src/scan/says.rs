//! What a word of the lists says about a patient, by what stands around it.

use super::words::{Word, WordKind};

/// A clinical or care word.
pub(super) const CLINICAL: u8 = 1;
/// A word of patients' administration.
pub(super) const PATIENT: u8 = 2;
/// A title with a name.
pub(super) const TITLED_NAME: u8 = 4;
/// A clinical word that everybody uses.
pub(super) const EVERYDAY: u8 = 8;

/// What a word says about a patient, a bit each; none if it is part of an
/// address.
pub(super) fn says(view: &[u8], word: &Word) -> u8 {
    let says = match word.kind {
        WordKind::Clinical => CLINICAL,
        WordKind::Patient => PATIENT,
        WordKind::Everyday => EVERYDAY,
        WordKind::Title if is_title(view, word) => TITLED_NAME,
        WordKind::Title
        | WordKind::Label
        | WordKind::ShortLabel
        | WordKind::Phone
        | WordKind::Reference
        | WordKind::ReferenceWord
        | WordKind::Valediction => 0,
    };
    if in_address(view, word.start, word.end()) {
        0
    } else {
        says
    }
}

/// Whether a name follows a title.
fn is_title(view: &[u8], word: &Word) -> bool {
    let first = view.get(word.start);
    let rest = view.get(word.end()..).unwrap_or(b"");
    let name_follows = match rest {
        [b'.', b' ', letter, ..] | [b' ', letter, ..] => letter.is_ascii_uppercase(),
        _ => false,
    };
    name_follows && first.is_some_and(u8::is_ascii_uppercase)
}

/// Whether a word is part of an address.
fn in_address(view: &[u8], start: usize, end: usize) -> bool {
    let touches = |byte: Option<&u8>| matches!(byte, Some(b'@' | b'/' | b'.'));
    let left = start.checked_sub(1).and_then(|at| view.get(at));
    let right = view.get(end);
    // A full stop at the end of a sentence is followed by no letter.
    let stop = right == Some(&b'.')
        && !view
            .get(end.saturating_add(1))
            .is_some_and(u8::is_ascii_alphanumeric);
    touches(left) || (touches(right) && !stop)
}
