//! The directory at a zip archive's end: where it stands and what it lists.
//!
//! Programs disagree about archives with something before them, with two ends,
//! or with wrong offsets. One directory is taken here, that of the last end
//! that has one; what others list is found by the walk over what is left.

use std::iter;
use std::ops::Range;

use memchr::memmem;

use super::zip_records::{CENTRAL, End, LOCATOR_64, Record};

/// How many ends are tried: a comment may quote some.
const ENDS: usize = 16;

/// The directory of an archive.
#[derive(Debug)]
pub(super) struct Directory<'a> {
    /// The bytes in which the entries stand.
    listing: &'a [u8],
    pub(super) comment: &'a [u8],
    /// How far the archive's own offsets are from those in the file: the
    /// length of what stands before it.
    pub(super) shift: usize,
    /// Where its records stand: the entries, the end with its comment, and
    /// what 64-bit archives have before that.
    pub(super) records: [Range<usize>; 4],
    /// Whether it holds as many entries as it says.
    pub(super) complete: bool,
}

impl<'a> Directory<'a> {
    /// Where the archive ends.
    pub(super) fn end(&self) -> usize {
        self.records
            .iter()
            .map(|range| range.end)
            .max()
            .unwrap_or(0)
    }

    /// What it lists, up to the first entry that is none.
    pub(super) fn entries(&self) -> impl Iterator<Item = Record<'a>> + use<'a> {
        let mut listing = self.listing;
        iter::from_fn(move || {
            let record = Record::central(listing)?;
            listing = listing.get(record.length..)?;
            Some(record)
        })
    }
}

/// Finds the directory.
pub(super) fn find(bytes: &[u8]) -> Option<Directory<'_>> {
    memmem::rfind_iter(bytes, b"PK\x05\x06")
        .take(ENDS)
        .find_map(|at| ending_at(bytes, at))
}

fn ending_at(bytes: &[u8], at: usize) -> Option<Directory<'_>> {
    let mut end = End::of(bytes.get(at..)?)?;
    let mut last = at;
    if let Some(wide) = wide(bytes, at, &mut end) {
        last = wide;
    }
    // Where the directory touches its end, offsets may be off by a prefix.
    let touching = last.checked_sub(end.size);
    let absolute = Some(end.offset);
    let begins = |start: &usize| {
        *start < last
            && bytes
                .get(*start..)
                .is_some_and(|rest| rest.starts_with(&CENTRAL))
    };
    let empty = end.entries == 0 && end.size == 0;
    let start = match touching.filter(begins).or(absolute.filter(begins)) {
        Some(start) => start,
        None if empty => last,
        None => return None,
    };
    let mut directory = Directory {
        listing: bytes.get(start..last)?,
        comment: end.comment,
        shift: start.saturating_sub(end.offset),
        records: [
            start..start,
            last..last.checked_add(if last < at { 56 } else { 0 })?,
            at.saturating_sub(if last < at { 20 } else { 0 })..at,
            at..at.checked_add(end.length)?,
        ],
        complete: false,
    };
    let (mut count, mut after) = (0_u64, start);
    for entry in directory.entries() {
        count = count.saturating_add(1);
        after = after.saturating_add(entry.length);
    }
    let [entries, ..] = &mut directory.records;
    entries.end = after;
    directory.complete = count == end.entries || count & 0xFFFF == end.entries;
    Some(directory)
}

/// Takes the 64-bit end, whose place a locator before the end says, and tells
/// where it stands.
fn wide(bytes: &[u8], at: usize, end: &mut End<'_>) -> Option<usize> {
    let locator_at = at.checked_sub(20)?;
    let locator = bytes.get(locator_at..at)?;
    if !locator.starts_with(&LOCATOR_64) {
        return None;
    }
    let said = u64::from_le_bytes(*locator.get(8..)?.first_chunk::<8>()?);
    // It touches the locator, unless something was put before the archive.
    let places = [locator_at.checked_sub(56), usize::try_from(said).ok()];
    let mut places = places.into_iter().flatten();
    places.find(|place| {
        let record = bytes.get(*place..locator_at).unwrap_or(b"");
        end.widen(record).is_some()
    })
}
