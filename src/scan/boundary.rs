//! What may stand right beside a ten-digit number that is one of its own.
//!
//! **What is not here:** the edges of other identifiers; see `kinds`.

/// Whether what stands on both sides leaves this a number of its own. After a
/// name for it (a label, a field, the header of its column) more may touch it.
pub(super) fn holds(view: &[u8], start: usize, end: usize, named: bool) -> bool {
    let byte_at = |at: Option<usize>| at.and_then(|at| view.get(at)).copied();
    let before = byte_at(start.checked_sub(1));
    let before_that = byte_at(start.checked_sub(2));
    let after = byte_at(Some(end));
    let after_that = byte_at(end.checked_add(1));
    let digit = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_digit());
    match before {
        _ if named => {}
        Some(b'.' | b':') if digit(before_that) => return false,
        Some(byte) if byte.is_ascii_alphabetic() => return false,
        _ => {}
    }
    match after {
        Some(byte) if byte.is_ascii_digit() => false,
        Some(b'.') if is_zero_fraction(view, end) => true,
        Some(b'.' | b':') if digit(after_that) => named,
        Some(byte) if byte.is_ascii_alphabetic() => named || !hexadecimal_follows(view, end),
        _ => true,
    }
}

/// Whether a number stored by a spreadsheet as a decimal ends here: `.0`.
fn is_zero_fraction(view: &[u8], at: usize) -> bool {
    let rest = view.get(at.saturating_add(1)..).unwrap_or(b"");
    let zeros = rest
        .iter()
        .take(20)
        .take_while(|byte| **byte == b'0')
        .count();
    zeros > 0 && !rest.get(zeros).is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether the run of letters and digits after a number could be the rest of
/// a hexadecimal string.
fn hexadecimal_follows(view: &[u8], at: usize) -> bool {
    let rest = view.get(at..).unwrap_or(b"");
    let mut run = rest
        .iter()
        .take(40)
        .take_while(|byte| byte.is_ascii_alphanumeric());
    run.all(u8::is_ascii_hexdigit)
}

/// Whether a hyphen or slash joins the number to further digits. A slash
/// between two whole numbers joins nothing: `943 476 5919/999 000 0018`.
pub(super) fn is_joined(view: &[u8], start: usize, end: usize) -> bool {
    let digits = |bytes: &mut dyn Iterator<Item = &u8>| {
        bytes
            .take(11)
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let left = view.get(..start).unwrap_or(b"");
    let right = view.get(end..).unwrap_or(b"");
    let joins = |joint: Option<&u8>, count: usize, whole: [usize; 2]| match joint {
        Some(b'-') => count > 0,
        Some(b'/') => count > 0 && !whole.contains(&count),
        _ => false,
    };
    let before = digits(&mut left.iter().rev().skip(1));
    let after = digits(&mut right.iter().skip(1));
    joins(left.last(), before, [4, 10]) || joins(right.first(), after, [3, 10])
}

/// Whether the number is part of a path or of the name of a file: `/` or `\\`
/// before and no digit before that, or a dot and an ending behind.
pub(super) fn in_path(view: &[u8], start: usize, end: usize) -> bool {
    let byte_at = |at: Option<usize>| at.and_then(|at| view.get(at)).copied();
    let before_that = byte_at(start.checked_sub(2));
    let under = match byte_at(start.checked_sub(1)) {
        Some(b'/' | b'\\') => before_that.is_none_or(|byte| !byte.is_ascii_digit()),
        Some(b'_') => before_that.is_some_and(|byte| byte.is_ascii_alphanumeric()),
        _ => false,
    };
    let rest = view.get(end..).unwrap_or(b"");
    let ending = rest.strip_prefix(b".").map_or(0, |rest| {
        let letters = rest.iter().take(5);
        letters
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count()
    });
    let letter = rest.get(1).is_some_and(u8::is_ascii_lowercase);
    under || (letter && (2..=4).contains(&ending))
}

/// Whether a dollar sign stands right before. Others have no ASCII form.
pub(super) fn is_money(view: &[u8], start: usize) -> bool {
    start.checked_sub(1).and_then(|at| view.get(at)) == Some(&b'$')
}
