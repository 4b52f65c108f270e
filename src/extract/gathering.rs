//! What is gathered while a message or a file is read: texts, gaps, hidden
//! places and the files found inside, all within their bounds.

use std::collections::BTreeMap;
use std::mem;

use super::escapes;
use super::file::{File, Reading};
use crate::format::Format;
use crate::limits::Limits;
use crate::location::{Hidden, Location, PartPath, Place};
use crate::mail::{Gap, GapReason};
use crate::sensitive::Sensitive;

/// How large a picture may be whose writing is recognised, in bytes.
pub const PICTURE_BYTES: usize = 20 << 20;

/// What kind of gap it is, for rules.
type Kind = (GapReason, Option<Format>, Place);

/// Gathers what readers hand over.
#[derive(Debug)]
pub(super) struct Gathering {
    reading: Reading,
    /// Files that were found and are still to be read.
    files: Vec<File>,
    limits: Limits,
    /// How often each kind of gap and hidden place was said.
    gaps_said: BTreeMap<Kind, usize>,
    /// The same of further pages, sheets or slides of a part that has such a gap.
    more_units_said: BTreeMap<Kind, usize>,
    hidden_said: BTreeMap<(Hidden, Place), usize>,
}

impl Gathering {
    /// `limits` are what is left of them: they are used up.
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            reading: Reading::default(),
            files: Vec::new(),
            limits: *limits,
            gaps_said: BTreeMap::new(),
            more_units_said: BTreeMap::new(),
            hidden_said: BTreeMap::new(),
        }
    }

    /// What is left of the bounds.
    pub(super) fn left(&self) -> &Limits {
        &self.limits
    }

    /// Everything that was gathered.
    pub(super) fn finish(self) -> Reading {
        let mut reading = self.reading;
        reading.gaps.sort();
        reading.gaps.dedup();
        reading.hidden.sort();
        reading.hidden.dedup();
        reading
    }

    /// The texts since this was asked last. Gaps and hidden places stay: they are
    /// said once.
    pub(super) fn take_texts(&mut self) -> Reading {
        Reading {
            texts: mem::take(&mut self.reading.texts),
            ..Reading::default()
        }
    }

    /// The files that were found since this was asked last, in their order.
    pub(super) fn take_files(&mut self) -> Vec<File> {
        mem::take(&mut self.files)
    }

    /// Takes over what somebody else gathered within the bounds left.
    pub(super) fn take(&mut self, reading: Reading) {
        for (location, text) in reading.texts {
            self.keep(location, text.into_revealed());
        }
        for gap in reading.gaps {
            self.gap(gap.location, gap.why, gap.format);
        }
        for location in reading.hidden {
            self.hidden(location);
        }
        self.limits.pictures = self.limits.pictures.saturating_sub(reading.pictures.len());
    }

    /// Keeps a text, and once more what escapes in it stand for.
    pub(super) fn text(&mut self, location: Location, text: String) {
        let escaped = [unicode_unescaped(&text), escapes::percent_words(&text)];
        for text in escaped.into_iter().flatten() {
            self.keep(location.clone(), text);
        }
        self.keep(location, text);
    }

    fn keep(&mut self, location: Location, mut text: String) {
        if text.is_empty() {
            return;
        }
        if text.len() > self.limits.text_bytes {
            let mut end = self.limits.text_bytes;
            while !text.is_char_boundary(end) {
                end = end.saturating_sub(1);
            }
            text.truncate(end);
            self.gap(location.clone(), GapReason::TooLarge, Some(Format::Text));
        }
        self.limits.text_bytes = self.limits.text_bytes.saturating_sub(text.len());
        self.reading.texts.push((location, Sensitive::new(text)));
    }

    /// Says that something was not read, once for each page, sheet or slide of a
    /// part, reason and format, and of each kind only so often: what rules see
    /// stays the same. Of a part with more such pages than that it is said as a
    /// whole, without a page: nobody shall believe that the others were read.
    pub(super) fn gap(&mut self, mut location: Location, why: GapReason, format: Option<Format>) {
        let same_part = |gap: &&Gap| gap.location.part == location.part;
        let same = |gap: &&Gap| gap.why == why && (gap.format == format || format.is_none());
        let locked = |gap: &Gap| gap.why == GapReason::Encrypted && why == GapReason::UnknownFormat;
        let of_part = self.reading.gaps.iter().filter(same_part);
        if of_part.clone().any(locked) {
            return;
        }
        let units: Vec<_> = of_part.filter(same).map(|gap| gap.location.unit).collect();
        if units.contains(&location.unit) {
            return;
        }
        let kind = (why, format, location.place);
        let said = if units.is_empty() {
            self.gaps_said.entry(kind).or_default()
        } else {
            self.more_units_said.entry(kind).or_default()
        };
        if *said < self.limits.findings {
            *said = said.saturating_add(1);
        } else if units.is_empty() || units.contains(&None) {
            return;
        } else {
            location.unit = None;
        }
        self.reading.gaps.push(Gap {
            location,
            why,
            format,
        });
    }

    /// Says that there is something which people don't see.
    pub(super) fn hidden(&mut self, location: Location) {
        let Some(hidden) = location.hidden else {
            return;
        };
        let location = Location {
            offset: 0,
            ..location
        };
        let said = self
            .hidden_said
            .entry((hidden, location.place))
            .or_default();
        if *said < self.limits.findings && !self.reading.hidden.contains(&location) {
            *said = said.saturating_add(1);
            self.reading.hidden.push(location);
        }
    }

    /// Keeps a picture whose writing could be recognised.
    pub(super) fn picture(&mut self, location: Location, bytes: &[u8]) {
        if let Some(left) = self.limits.pictures.checked_sub(1)
            && bytes.len() <= PICTURE_BYTES
        {
            self.limits.pictures = left;
            let bytes = Sensitive::new(bytes.to_vec());
            self.reading.pictures.push((location, bytes));
        }
    }

    /// Takes a file that was found for reading; one over a bound is a gap.
    pub(super) fn file(&mut self, file: File) {
        let location = Location {
            unit: file.unit,
            hidden: file.hidden,
            ..Location::new(file.place, file.path.clone(), 0)
        };
        if file.depth > self.limits.depth {
            self.gap(location, GapReason::TooDeep, None);
            return;
        }
        match self.limits.members.checked_sub(1) {
            Some(left) => {
                self.limits.members = left;
                self.files.push(file);
            }
            None => self.gap(location, GapReason::TooManyParts, None),
        }
    }

    /// Whether so many more bytes may be unpacked; they are used up.
    pub(super) fn expand(&mut self, bytes: usize) -> bool {
        match self.limits.expanded_bytes.checked_sub(bytes) {
            Some(left) => {
                self.limits.expanded_bytes = left;
                true
            }
            None => false,
        }
    }
}

/// The place of a part's name, its content, or what is nested in it.
pub(super) fn place_in(part: &PartPath, place: Place, nested: bool) -> Location {
    let place = if nested { Place::Nested } else { place };
    Location::new(place, part.clone(), 0)
}

/// A text without the escapes of JSON, where it has any that only JSON has;
/// twice where JSON stands in a string of JSON.
fn unicode_unescaped(text: &str) -> Option<String> {
    if !text.contains(escapes::UNICODE) {
        return None;
    }
    let once = escapes::json_unescaped(text)?;
    let again = once.contains(escapes::UNICODE);
    let twice = again.then(|| escapes::json_unescaped(&once)).flatten();
    Some(twice.unwrap_or(once))
}

#[cfg(test)]
mod tests {
    use super::{Gathering, place_in};
    use crate::format::Format;
    use crate::limits::Limits;
    use crate::location::{Location, PartPath, Place, Unit};
    use crate::mail::GapReason;

    /// Says that pages of parts are pictures, and gives the places of the gaps.
    fn said(most: usize, pages: &[(u32, u32)]) -> Vec<String> {
        let mut gathering = Gathering::new(&Limits {
            findings: most,
            ..Limits::default()
        });
        for (part, page) in pages {
            let part = PartPath::root().child(*part);
            let location = Location {
                unit: Some(Unit::Page(*page)),
                ..place_in(&part, Place::Attachment, false)
            };
            gathering.gap(location, GapReason::Image, Some(Format::Pdf));
        }
        let gaps = gathering.finish().gaps;
        gaps.iter().map(|gap| gap.location.to_string()).collect()
    }

    #[test]
    fn every_page_that_was_not_read_is_named_once() {
        assert_eq!(
            said(64, &[(2, 1), (2, 4), (2, 4), (3, 1)]),
            [
                "attachment of part 2, page 1, byte 0",
                "attachment of part 2, page 4, byte 0",
                "attachment of part 3, page 1, byte 0",
            ]
        );
    }

    #[test]
    fn a_part_with_more_such_pages_than_are_named_is_said_as_a_whole() {
        let pages: Vec<(u32, u32)> = (1..9).map(|page| (2, page)).collect();
        let part_3 = [(3, 1), (3, 2)];
        assert_eq!(
            said(2, &[pages, part_3.to_vec()].concat()),
            [
                "attachment of part 2, byte 0",
                "attachment of part 2, page 1, byte 0",
                "attachment of part 2, page 2, byte 0",
                "attachment of part 2, page 3, byte 0",
                "attachment of part 3, byte 0",
                "attachment of part 3, page 1, byte 0",
            ]
        );
    }
}
