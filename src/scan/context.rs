//! Words and addresses around a number: what makes it more or less likely.
//!
//! The folded view is searched around candidates only, each stretch once and
//! when it is first asked for; a detector then asks what stands near a
//! candidate. A web address that begins
//! further away than the reach is not seen.

use super::says::{self, says};
use super::sieve_vector::fetch;
use super::words::{Word, WordFinder, WordKind};

/// How far around a candidate words and addresses are looked for, in bytes:
/// the reach of weak context, and room for the longest phrase.
const REACH: usize = 330;

/// How much of the next window is fetched ahead, in bytes.
const FETCHED: usize = 1_024;

/// How far weak context reaches, in bytes.
const WEAK: usize = 300;

/// How long a signature is at most when only a valediction tells of it.
const SIGNATURE_LINES: usize = 12;

/// What two bytes may begin, a bit each.
mod marks {
    /// An e-mail address has its `@` here.
    pub(super) const MAILBOX: u8 = 1;
    /// A web address its `://`.
    pub(super) const URL: u8 = 2;
    /// The line before a signature, with the line end before it.
    pub(super) const SIGNATURE: u8 = 4;
}

/// Of each byte alone, so that many are looked at together.
#[inline]
fn mark(byte: u8, next: u8) -> u8 {
    let bit = |holds: bool, mark: u8| if holds { mark } else { 0 };
    bit(byte == b'@', marks::MAILBOX)
        | bit(byte == b':' && next == b'/', marks::URL)
        | bit(byte == b'\n' && next == b'-', marks::SIGNATURE)
}

/// The words and addresses of one text.
#[derive(Debug)]
pub(super) struct Context<'v> {
    view: &'v [u8],
    /// The windows that are not read yet, in order; none touches another.
    windows: std::vec::IntoIter<(usize, usize)>,
    /// Where the last window that was read ends.
    read: usize,
    finder: WordFinder,
    /// The words of the last window.
    words: Vec<Word>,
    /// What each of them says about a patient.
    says: Vec<u8>,
    /// Where `@` and `://` stand in it.
    contacts: Vec<usize>,
    /// Where web addresses stand, those before it too.
    urls: Vec<(usize, usize)>,
    /// Where signatures stand, in order, those before it too.
    signatures: Vec<(usize, usize)>,
}

/// What the words around a number say about a patient.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Surroundings {
    /// A clinical word, or one of those that everybody uses with another of
    /// them or with a word of patients' administration.
    pub(super) clinical: bool,
    /// A word of patients' administration.
    pub(super) patient: bool,
    /// A name with a title.
    pub(super) titled_name: bool,
}

/// The words within 300 bytes of one candidate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near<'c> {
    context: &'c Context<'c>,
    start: usize,
    end: usize,
    /// Those that end before it begins, in order.
    before: &'c [Word],
    /// The others.
    after: &'c [Word],
    /// What each of them all says.
    says: &'c [u8],
}

impl<'v> Context<'v> {
    /// The surroundings of candidates in a folded view, given as (start, end) in
    /// the order in which they stand.
    pub(super) fn around(view: &'v [u8], places: Vec<(usize, usize)>) -> Self {
        let mut windows = places;
        for (start, end) in &mut windows {
            *start = start.saturating_sub(REACH);
            *end = end.saturating_add(REACH).min(view.len());
        }
        // What touches is one window.
        windows.dedup_by(|(from, to), (_, last)| {
            let touches = *from <= *last;
            if touches {
                *last = (*last).max(*to);
            }
            touches
        });
        Self {
            view,
            windows: windows.into_iter(),
            read: 0,
            finder: WordFinder::default(),
            words: Vec::new(),
            says: Vec::new(),
            contacts: Vec::new(),
            urls: Vec::new(),
            signatures: Vec::new(),
        }
    }

    /// Reads what stands around the candidate that begins at `start`, if it is
    /// not read yet. Candidates are asked for in order.
    pub(super) fn read_to(&mut self, start: usize) {
        while start >= self.read {
            let Some((first, last)) = self.windows.next() else {
                return;
            };
            self.read(first, last);
            self.read = last;
        }
    }

    /// Reads one window; windows come in order and don't touch.
    fn read(&mut self, first: usize, last: usize) {
        let window = self.view.get(first..last).unwrap_or(b"");
        let mut signed = Vec::new();
        self.words.clear();
        self.says.clear();
        self.contacts.clear();
        // Not all at once: memory can be asked for so many lines at a time.
        let ahead = self.windows.as_slice().first();
        let ahead = ahead.and_then(|(from, to)| self.view.get(*from..*to));
        let ahead = ahead.unwrap_or(b"");
        let (soon, later) = ahead.split_at(ahead.len().min(FETCHED) / 2);
        fetch(soon);
        let (view, words, all_say) = (self.view, &mut self.words, &mut self.says);
        self.finder.in_stretch(view, first, last, &mut |word| {
            if word.kind == WordKind::Valediction {
                signed.push(word);
            } else {
                words.push(word);
                all_say.push(says(view, &word));
            }
        });
        for word in signed {
            self.signed(word);
        }
        fetch(later.get(..later.len().min(FETCHED / 2)).unwrap_or(later));
        // Most windows have none of these marks, or one.
        let pairs = window.iter().zip(window.get(1..).unwrap_or(b""));
        let marks = pairs.fold(0, |marks, (byte, next)| marks | mark(*byte, *next));
        let marks = marks | window.last().map_or(0, |byte| mark(*byte, 0));
        if marks & marks::SIGNATURE != 0 {
            self.marked_signature(first, last);
        }
        self.signatures.sort_unstable();
        if marks & (marks::MAILBOX | marks::URL) == 0 {
            return;
        }
        let at = |offset| first.saturating_add(offset);
        for mark in memchr::memchr2_iter(b'@', b':', window).map(at) {
            let after = self.view.get(mark..last).unwrap_or(b"");
            if after.starts_with(b"@") {
                self.contacts.push(mark);
            } else if after.starts_with(b"://") {
                self.contacts.push(mark);
                self.url(mark);
            }
        }
    }

    /// Notes the web address whose `://` stands at `colon`.
    fn url(&mut self, colon: usize) {
        if self.urls.last().is_some_and(|(_, end)| colon < *end) {
            return;
        }
        let scheme = before(self.view, colon, 8)
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let rest = self.view.get(colon..).unwrap_or(b"");
        let length = rest
            .iter()
            .take(2_000)
            .take_while(|byte| !ends_address(**byte))
            .count();
        self.urls
            .push((colon.saturating_sub(scheme), colon.saturating_add(length)));
    }

    /// Notes the signature that a valediction begins, if it stands alone on
    /// its line: up to the next message that is quoted below, or twelve lines.
    fn signed(&mut self, word: Word) {
        let left = before(self.view, word.start, 8);
        let line_start = left
            .iter()
            .rev()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'>'));
        let skipped = line_start.count();
        let alone_before = skipped == left.len()
            || left
                .len()
                .checked_sub(skipped.saturating_add(1))
                .and_then(|at| left.get(at))
                .is_some_and(|byte| matches!(byte, b'\n' | b'\r'));
        let rest = self.view.get(word.end()..).unwrap_or(b"");
        let line = memchr::memchr2(b'\n', b'\r', rest.get(..rest.len().min(40)).unwrap_or(rest));
        let tail = rest.get(..line.unwrap_or(rest.len())).unwrap_or(rest);
        let alone_after = (line.is_some() || rest.len() < 40)
            && tail
                .iter()
                .all(|byte| matches!(byte, b' ' | b',' | b'.' | b'!' | b'\t'));
        if !alone_before || !alone_after {
            return;
        }
        let mut end = word.end();
        for line in rest
            .split_inclusive(|byte| *byte == b'\n')
            .take(SIGNATURE_LINES)
        {
            let trimmed = line.trim_ascii_start();
            if end > word.end()
                && ([
                    b"From:".as_slice(),
                    b">",
                    b"-----",
                    b"On ",
                    b"Sent:",
                    b"____",
                ])
                .iter()
                .any(|mark| trimmed.starts_with(mark))
            {
                break;
            }
            end = end.saturating_add(line.len());
            if end.saturating_sub(word.end()) > 1_000 {
                break;
            }
        }
        self.signatures.push((word.start, end));
    }

    /// Notes what follows the line `-- ` (RFC 3676 section 4.3), to the end of
    /// the window.
    fn marked_signature(&mut self, first: usize, last: usize) {
        let window = self.view.get(first..last).unwrap_or(b"");
        let mut hyphens = memchr::memchr_iter(b'-', window);
        let mark = hyphens.find_map(|hyphen| {
            let line_end = hyphen.checked_sub(1)?;
            let line = window.get(line_end..)?;
            line.starts_with(b"\n-- ").then_some(line_end)
        });
        let Some(start) = mark.map(|mark| first.saturating_add(mark)) else {
            return;
        };
        let after = self.view.get(start.saturating_add(4));
        if matches!(after, Some(b'\r' | b'\n')) {
            self.signatures.push((start, last));
        }
    }

    /// The words near a candidate. `cursor` is where the words were when this
    /// was asked last, 0 at first: candidates come in order, and so do words.
    pub(super) fn near(&self, start: usize, end: usize, cursor: &mut usize) -> Near<'_> {
        let ends_before = |at: usize| self.words.get(at).is_some_and(|word| word.end() <= start);
        let ahead = cursor.checked_sub(1).is_none_or(ends_before);
        if !ahead {
            *cursor = self.words.partition_point(|word| word.end() <= start);
        }
        while ends_before(*cursor) {
            *cursor = cursor.saturating_add(1);
        }
        let (before, after) = self.words.split_at_checked(*cursor).unwrap_or_default();
        let from = start.saturating_sub(WEAK);
        let to = end.saturating_add(WEAK);
        // Words don't overlap, so their ends are sorted as their starts are.
        let reached = before.iter().rev().take_while(|word| word.end() >= from);
        let first = before.len().saturating_sub(reached.count());
        let later = after.iter().take_while(|word| word.start <= to).count();
        Near {
            context: self,
            start,
            end,
            before: before.get(first..).unwrap_or(&[]),
            after: after.get(..later).unwrap_or(&[]),
            says: self.says.get(first..).unwrap_or(&[]),
        }
    }

    fn in_signature(&self, at: usize) -> bool {
        let after = self.signatures.partition_point(|(from, _)| *from <= at);
        let known = self.signatures.get(..after).unwrap_or(&[]);
        known.iter().rev().take(3).any(|(_, to)| at < *to)
    }

    /// Whether a web address covers the candidate.
    pub(super) fn in_url(&self, start: usize) -> bool {
        let after = self.urls.partition_point(|(from, _)| *from <= start);
        after
            .checked_sub(1)
            .and_then(|index| self.urls.get(index))
            .is_some_and(|(_, to)| start < *to)
    }

    /// Whether an e-mail address or message id covers the bytes: an `@` in the
    /// same run of characters.
    pub(super) fn in_mailbox(&self, start: usize, end: usize) -> bool {
        let reach = 80;
        let left = before(self.view, start, reach)
            .iter()
            .rev()
            .take_while(|byte| !ends_address(**byte))
            .count();
        let from = start.saturating_sub(left);
        let rest = self.view.get(end..).unwrap_or(b"");
        let right = rest
            .iter()
            .take(reach)
            .take_while(|byte| !ends_address(**byte))
            .count();
        let to = end.saturating_add(right);
        let first = self.contacts.partition_point(|at| *at < from);
        self.contacts
            .get(first)
            .is_some_and(|at| *at < to && self.view.get(*at) == Some(&b'@'))
    }

    /// Whether an e-mail or web address stands within two lines.
    pub(super) fn in_contact_block(&self, start: usize, end: usize) -> bool {
        let left = before(self.view, start, 200);
        let from = memchr::memrchr_iter(b'\n', left)
            .nth(2)
            .map_or(start.saturating_sub(left.len()), |newline| {
                start.saturating_sub(left.len()).saturating_add(newline)
            });
        let rest = self.view.get(end..).unwrap_or(b"");
        let right = rest.get(..rest.len().min(200)).unwrap_or(rest);
        let length = memchr::memchr_iter(b'\n', right)
            .nth(2)
            .unwrap_or(right.len());
        let to = end.saturating_add(length);
        let first = self.contacts.partition_point(|at| *at < from);
        self.contacts.get(first).is_some_and(|at| *at < to)
    }
}

impl Near<'_> {
    /// Whether a label ends at `start`, with nothing but punctuation between.
    pub(super) fn label_directly_before(&self) -> bool {
        let between = |word: &Word| self.between(word);
        let label = self
            .last_before(WordKind::Label, 24)
            .is_some_and(|word| !between(word).iter().any(u8::is_ascii_alphanumeric));
        let short = self
            .last_before(WordKind::ShortLabel, 3)
            .is_some_and(|word| {
                let mut between = between(word).iter();
                between.all(|byte| matches!(byte, b' ' | b':' | b'=' | b'_' | b'-' | b'.' | b'/'))
            });
        label || short
    }

    /// Whether a label of the NHS number stands within 60 bytes.
    pub(super) fn label_near(&self) -> bool {
        let from = self.start.saturating_sub(60);
        let to = self.end.saturating_add(60);
        self.words()
            .any(|word| word.kind == WordKind::Label && word.end() >= from && word.start <= to)
    }

    /// Whether a word of a kind ends within `reach` bytes before `start`, on
    /// the same line: the last heading of a table says nothing of its first
    /// cell. A label that has its own number does not count: `ext 4521, 943..`.
    pub(super) fn just_before(&self, kind: WordKind, reach: usize) -> bool {
        self.last_before(kind, reach).is_some_and(|word| {
            let between = self.between(word);
            let field_ends = between
                .iter()
                .any(|byte| matches!(byte, b',' | b';' | b'|' | b'\t'));
            let has_own = between.iter().any(u8::is_ascii_digit);
            let ended = between.contains(&b'\n') || (field_ends && has_own);
            !ended
        })
    }

    /// What the words within 300 bytes say about a patient, without those in
    /// signatures and addresses.
    pub(super) fn surroundings(&self) -> Surroundings {
        let mut all = 0;
        // Two of these are different if the first is not the last.
        let (mut first, mut last) = (u16::MAX, 0);
        for (word, says) in self.words().zip(self.says) {
            if !self.context.signatures.is_empty() && self.context.in_signature(word.start) {
                continue;
            }
            all |= *says;
            let everyday = says & says::EVERYDAY != 0;
            first = first.min(if everyday { word.entry } else { u16::MAX });
            last = last.max(if everyday { word.entry } else { 0 });
        }
        let said = |what: u8| all & what != 0;
        let everyday = said(says::EVERYDAY);
        let two = everyday && first != last;
        Surroundings {
            clinical: said(says::CLINICAL) || two || (said(says::PATIENT) && everyday),
            patient: said(says::PATIENT),
            titled_name: said(says::TITLED_NAME),
        }
    }

    /// All words within 300 bytes, in order.
    fn words(&self) -> impl Iterator<Item = &Word> {
        self.before.iter().chain(self.after)
    }

    /// What stands between a word and the candidate after it.
    fn between(&self, word: &Word) -> &[u8] {
        self.context.view.get(word.end()..self.start).unwrap_or(b"")
    }

    fn last_before(&self, kind: WordKind, reach: usize) -> Option<&Word> {
        self.before
            .iter()
            .rev()
            .take_while(|word| self.start.saturating_sub(word.end()) <= reach)
            .find(|word| word.kind == kind)
    }
}

fn before(view: &[u8], at: usize, reach: usize) -> &[u8] {
    view.get(at.saturating_sub(reach)..at).unwrap_or(b"")
}

/// Bytes that can't stand inside a web or e-mail address.
fn ends_address(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(
            byte,
            b'<' | b'>' | b'"' | b'\'' | b'(' | b')' | b'[' | b']' | b'{' | b'}'
        )
        || matches!(byte, b',' | b';' | b'|' | b'^' | b'~')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'v>(view: &'v [u8], places: &[(usize, usize)]) -> Context<'v> {
        let mut context = Context::around(view, places.to_vec());
        context.read_to(places[0].0);
        context
    }

    #[test]
    fn labels_signatures_and_addresses_are_told_apart() {
        let view = b"NHS No: 1 and patient@x.test\n-- \nward";
        let context = read(view, &[(8, 9)]);
        assert!(context.near(8, 9, &mut 0).label_directly_before());
        assert!(!context.near(8, 9, &mut 0).surroundings().patient);
        assert!(context.in_mailbox(14, 15));
        assert!(!context.in_mailbox(8, 9));
    }

    #[test]
    fn words_after_a_valediction_say_nothing() {
        let view = b"See 1 below.\r\n\r\nKind regards,\r\nDr A\r\nConsultant, ward 5\r\n";
        let context = read(view, &[(4, 5)]);
        assert!(context.near(4, 5, &mut 0).surroundings() == Surroundings::default());
        let view = b"See 1 below. Kind regards to the ward\r\n";
        assert!(
            read(view, &[(4, 5)])
                .near(4, 5, &mut 0)
                .surroundings()
                .patient
        );
    }

    #[test]
    fn one_everyday_word_is_not_enough() {
        for (text, clinical) in [
            ("1 results", false),
            ("1 results, results", false),
            ("1 scan results", true),
            ("1 patient results", true),
            ("1 patient", false),
            ("1 oncology", true),
        ] {
            let context = read(text.as_bytes(), &[(0, 1)]);
            assert_eq!(
                context.near(0, 1, &mut 0).surroundings().clinical,
                clinical,
                "{text}"
            );
        }
    }

    #[test]
    fn web_addresses_cover_what_is_in_them() {
        let view = b"see https://a.test/?x=1 and 2";
        let context = read(view, &[(22, 23), (28, 29)]);
        assert!(context.in_url(22));
        assert!(!context.in_url(28));
    }
}
