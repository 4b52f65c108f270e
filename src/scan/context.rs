//! Words and addresses around a number: what makes it more or less likely.
//!
//! The folded view is searched for the words of the lists around candidates
//! whose check digit holds, each stretch once; a detector then asks what stands
//! near a candidate. A web address that begins further away than the reach is
//! not seen.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// What a mark means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum MarkKind {
    /// A label of the NHS number itself.
    Label,
    /// A label that counts only right at the number.
    ShortLabel,
    /// A word of patients' administration.
    Patient,
    /// A clinical or care word.
    Clinical,
    /// A label of a telephone.
    Phone,
    /// A label of an order, a parcel, a book.
    Reference,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    kind: MarkKind,
    start: usize,
    end: usize,
}

/// How far around a candidate words and addresses are looked for, in bytes:
/// the reach of weak context, and room for the longest phrase.
const REACH: usize = 400;

/// The marks of one text.
#[derive(Debug)]
pub(super) struct Context<'v> {
    view: &'v [u8],
    marks: Vec<Mark>,
    /// Where `@` and `://` stand.
    contacts: Vec<usize>,
    /// Where web addresses stand.
    urls: Vec<(usize, usize)>,
    /// Where the signature begins, if there is one.
    signature: usize,
}

impl<'v> Context<'v> {
    /// Marks a folded view around candidates, given as (start, end) in the
    /// order in which they stand.
    pub(super) fn around(view: &'v [u8], places: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut context = Self {
            view,
            marks: Vec::new(),
            contacts: Vec::new(),
            urls: Vec::new(),
            signature: signature(view),
        };
        let mut window: Option<(usize, usize)> = None;
        for (start, end) in places {
            let from = start.saturating_sub(REACH);
            let to = end.saturating_add(REACH).min(view.len());
            window = match window {
                Some((first, last)) if from <= last => Some((first, to.max(last))),
                Some((first, last)) => {
                    context.mark(first, last);
                    Some((from, to))
                }
                None => Some((from, to)),
            };
        }
        if let Some((first, last)) = window {
            context.mark(first, last);
        }
        context
    }

    /// Marks one window; windows come in order and don't touch.
    fn mark(&mut self, first: usize, last: usize) {
        let window = self.view.get(first..last).unwrap_or(b"");
        for found in WORDS.automaton.find_iter(window) {
            let kind = WORDS.kinds.get(found.pattern().as_usize()).copied();
            let start = first.saturating_add(found.start());
            let end = first.saturating_add(found.end());
            if let Some(kind) = kind
                && is_word(self.view, kind, start, end)
            {
                self.marks.push(Mark { kind, start, end });
            }
        }
        let from = self.contacts.len();
        let at = |offset| first.saturating_add(offset);
        self.contacts
            .extend(memchr::memchr_iter(b'@', window).map(at));
        for colon in memchr::memmem::find_iter(window, b"://").map(at) {
            self.contacts.push(colon);
            self.url(colon);
        }
        if let Some(new) = self.contacts.get_mut(from..) {
            new.sort_unstable();
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
        let length = rest.iter().take_while(|byte| !ends_address(**byte)).count();
        self.urls
            .push((colon.saturating_sub(scheme), colon.saturating_add(length)));
    }

    /// Whether a label ends at `start`, with nothing but punctuation between.
    pub(super) fn label_directly_before(&self, start: usize) -> bool {
        let between = |mark: &Mark| self.view.get(mark.end..start).unwrap_or(b"");
        let label = self
            .last_before(start, MarkKind::Label, 24)
            .is_some_and(|mark| !between(mark).iter().any(u8::is_ascii_alphanumeric));
        let short = self
            .last_before(start, MarkKind::ShortLabel, 3)
            .is_some_and(|mark| {
                let mut between = between(mark).iter();
                between.all(|byte| matches!(byte, b' ' | b':' | b'=' | b'_' | b'-' | b'.'))
            });
        label || short
    }

    /// Whether a mark of a kind stands within `reach` bytes of a candidate.
    pub(super) fn near(&self, kind: MarkKind, start: usize, end: usize, reach: usize) -> bool {
        self.window(start, end, reach).any(|mark| mark.kind == kind)
    }

    /// Whether a mark of a kind ends within `reach` bytes before `start`, on
    /// the same line: the last heading of a table says nothing of its first
    /// cell.
    pub(super) fn just_before(&self, kind: MarkKind, start: usize, reach: usize) -> bool {
        self.last_before(start, kind, reach).is_some_and(|mark| {
            let between = self.view.get(mark.end..start).unwrap_or(b"");
            !between.contains(&b'\n')
        })
    }

    /// Whether a word stands within 300 bytes that belongs to care, outside
    /// signatures and addresses.
    pub(super) fn weak(&self, kinds: &[MarkKind], start: usize, end: usize) -> bool {
        self.window(start, end, 300).any(|mark| {
            kinds.contains(&mark.kind)
                && (mark.start < self.signature || start > self.signature)
                && !self.in_address(mark.start, mark.end)
        })
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

    fn in_address(&self, start: usize, end: usize) -> bool {
        let touches = |byte: Option<&u8>| matches!(byte, Some(b'@' | b'/' | b'.'));
        let left = start.checked_sub(1).and_then(|at| self.view.get(at));
        let right = self.view.get(end);
        // A full stop at the end of a sentence is followed by no letter.
        let stop = right == Some(&b'.')
            && !self
                .view
                .get(end.saturating_add(1))
                .is_some_and(u8::is_ascii_alphanumeric);
        touches(left) || (touches(right) && !stop)
    }

    fn window(&self, start: usize, end: usize, reach: usize) -> impl Iterator<Item = &Mark> {
        let from = start.saturating_sub(reach);
        let to = end.saturating_add(reach);
        // Marks don't overlap, so their ends are sorted as their starts are.
        let first = self.marks.partition_point(|mark| mark.end < from);
        self.marks
            .iter()
            .skip(first)
            .take_while(move |mark| mark.start <= to)
    }

    fn last_before(&self, start: usize, kind: MarkKind, reach: usize) -> Option<&Mark> {
        let after = self.marks.partition_point(|mark| mark.end <= start);
        self.marks
            .get(..after)
            .unwrap_or(&[])
            .iter()
            .rev()
            .take_while(|mark| start.saturating_sub(mark.end) <= reach)
            .find(|mark| mark.kind == kind)
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

/// The line `-- ` that begins a signature (RFC 3676 section 4.3).
fn signature(view: &[u8]) -> usize {
    let unix = memchr::memmem::find(view, b"\n-- \n");
    let dos = memchr::memmem::find(view, b"\n-- \r\n");
    unix.into_iter().chain(dos).min().unwrap_or(usize::MAX)
}

fn is_word(view: &[u8], kind: MarkKind, start: usize, end: usize) -> bool {
    let left = start.checked_sub(1).and_then(|at| view.get(at));
    let right = view.get(end);
    let glued = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == crate::text::LETTER)
    };
    let digits_may_follow = matches!(
        kind,
        MarkKind::Label | MarkKind::ShortLabel | MarkKind::Phone
    );
    let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    !glued(left) && !digit(left) && !glued(right) && (digits_may_follow || !digit(right))
}

struct Words {
    automaton: AhoCorasick,
    kinds: Vec<MarkKind>,
}

/// The lists that come with gatepost, one word or phrase a line.
const LISTS: [(MarkKind, &str); 6] = [
    (
        MarkKind::Label,
        include_str!("../../rules/lists/nhs-number-labels.txt"),
    ),
    (
        MarkKind::ShortLabel,
        include_str!("../../rules/lists/nhs-number-short-labels.txt"),
    ),
    (
        MarkKind::Patient,
        include_str!("../../rules/lists/patient-words.txt"),
    ),
    (
        MarkKind::Clinical,
        include_str!("../../rules/lists/clinical-words.txt"),
    ),
    (
        MarkKind::Phone,
        include_str!("../../rules/lists/phone-labels.txt"),
    ),
    (
        MarkKind::Reference,
        include_str!("../../rules/lists/reference-labels.txt"),
    ),
];

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Vec::new();
    let mut kinds = Vec::new();
    for (kind, list) in LISTS {
        for line in crate::text::list_lines(list) {
            words.push(line);
            kinds.push(kind);
        }
    }
    let built = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::DFA))
        .build(&words);
    #[expect(
        clippy::expect_used,
        reason = "the lists are part of the program, and a unit test builds them"
    )]
    let automaton = built.expect("the built-in word lists make an automaton");
    Words { automaton, kinds }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_signatures_and_addresses_are_told_apart() {
        let view = b"NHS No: 1 and patient@x.test\n-- \nward";
        let context = Context::around(view, [(8, 9)].into_iter());
        assert!(context.label_directly_before(8));
        assert!(!context.weak(&[MarkKind::Patient], 8, 9));
        assert!(context.in_mailbox(14, 15));
        assert!(!context.in_mailbox(8, 9));
    }

    #[test]
    fn web_addresses_cover_what_is_in_them() {
        let view = b"see https://a.test/?x=1 and 2";
        let context = Context::around(view, [(22, 23), (28, 29)].into_iter());
        assert!(context.in_url(22));
        assert!(!context.in_url(28));
    }
}
