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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_read_beyond_the_end() {
        assert_eq!(u32_at(&[1, 2, 3], 0), None);
        assert_eq!(u16_at(&[1, 2, 3], usize::MAX), None);
        assert_eq!(part_or_rest(&[1, 2, 3], 2, 9), &[3]);
        assert_eq!(part_or_rest(&[1, 2, 3], 7, 9), &[] as &[u8]);
    }
}
