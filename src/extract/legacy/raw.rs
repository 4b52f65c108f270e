//! Little-endian numbers and strings out of binary records: nothing here can
//! go beyond the end of what it is given.

/// The bytes from `at`, `len` of them, if all are there.
pub(super) fn part(bytes: &[u8], at: usize, len: usize) -> Option<&[u8]> {
    bytes.get(at..at.checked_add(len)?)
}

/// The bytes from `at`, at most `len` of them.
pub(super) fn part_or_rest(bytes: &[u8], at: usize, len: usize) -> &[u8] {
    let end = at.saturating_add(len).min(bytes.len());
    bytes.get(at..end).unwrap_or(&[])
}

/// The 16-bit number at `at`.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let part = part(bytes, at, 2)?;
    part.try_into().ok().map(u16::from_le_bytes)
}

/// The 32-bit number at `at`.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let part = part(bytes, at, 4)?;
    part.try_into().ok().map(u32::from_le_bytes)
}

/// The 64-bit number at `at`.
pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let part = part(bytes, at, 8)?;
    part.try_into().ok().map(u64::from_le_bytes)
}

/// The 32-bit number at `at`, as a length or an offset.
pub(super) fn size_at(bytes: &[u8], at: usize) -> Option<usize> {
    u32_at(bytes, at).and_then(|number| usize::try_from(number).ok())
}

/// UTF-16, low byte first; what is no character becomes U+FFFD.
pub(super) fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| u16_at(pair, 0));
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The date of a time in steps of 100 ns since 1601 (MS-DTYP 2.3.3).
///
/// Programs keep a date as midnight where the person was, in universal time:
/// half a day more is the day that was meant.
pub(super) fn date(bytes: &[u8]) -> Option<String> {
    const UNIX_SECONDS: i64 = 11_644_473_600;
    let seconds = i64::try_from(u64_at(bytes, 0)? / 10_000_000).ok()?;
    let noon = seconds.checked_sub(UNIX_SECONDS)?.checked_add(43_200)?;
    let noon = jiff::Timestamp::from_second(noon).ok()?;
    Some(noon.strftime("%Y-%m-%d").to_string())
}

/// The bytes before the first zero.
pub(super) fn until_zero(bytes: &[u8]) -> &[u8] {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    bytes.get(..end).unwrap_or(bytes)
}

/// The readable strings in binary data, a line each: runs of at least `least`
/// printable characters, in one byte each or in UTF-16 at any offset.
///
/// For data whose format is not known: a number in it is found all the same.
pub(super) fn strings(bytes: &[u8], least: usize) -> String {
    let mut found = String::new();
    narrow_strings(bytes, least, &mut found);
    wide_strings(bytes, least, &mut found);
    found
}

fn narrow_strings(bytes: &[u8], least: usize, found: &mut String) {
    let printable = |byte: &u8| matches!(byte, 0x20..=0x7E | b'\t');
    for run in bytes.split(|byte| !printable(byte)) {
        if run.len() >= least {
            found.extend(run.iter().copied().map(char::from));
            found.push('\n');
        }
    }
}

/// The same in UTF-16 only.
pub(super) fn wide_strings(bytes: &[u8], least: usize, found: &mut String) {
    for offset in 0..2 {
        let mut run = String::new();
        let mut length = 0_usize;
        let units = bytes.get(offset..).unwrap_or(&[]).chunks_exact(2);
        for unit in units
            .filter_map(|pair| u16_at(pair, 0))
            .chain(std::iter::once(0))
        {
            // Latin, Greek and Cyrillic: binary data rarely looks like these
            // for long, and would look like CJK all the time.
            match char::from_u32(u32::from(unit)) {
                Some(kept) if unit < 0x0530 && (!kept.is_control() || kept == '\t') => {
                    run.push(kept);
                    length = length.saturating_add(1);
                }
                _ => {
                    if length >= least {
                        found.push_str(&run);
                        found.push('\n');
                    }
                    run.clear();
                    length = 0;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_both_kinds_are_found_in_binary_data() {
        let mut bytes = vec![1, 2, 0xFF];
        bytes.extend(b"943 476 5919");
        bytes.extend([0, 7, 200]);
        bytes.extend("clinic".encode_utf16().flat_map(u16::to_le_bytes));
        bytes.extend([0, 0, 0]);
        let found = strings(&bytes, 5);
        assert!(found.contains("943 476 5919\n"), "{found:?}");
        assert!(found.contains("clinic\n"), "{found:?}");
    }

    #[test]
    fn nothing_is_read_beyond_the_end() {
        assert_eq!(u32_at(&[1, 2, 3], 0), None);
        assert_eq!(u16_at(&[1, 2, 3], usize::MAX), None);
        assert_eq!(part_or_rest(&[1, 2, 3], 2, 9), &[3]);
        assert_eq!(part_or_rest(&[1, 2, 3], 7, 9), &[] as &[u8]);
    }
}
