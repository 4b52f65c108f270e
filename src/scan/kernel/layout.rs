//! How ten digits may be laid out, and the reader that decides it.
//!
//! A candidate begins where a run of digits begins and is made of whole runs.
//! Between the groups stand one to three separators; a line end with the
//! quote marks after it counts as one (`> > 5919`, RFC 3676 section 4.5).
//! Usual are the run of ten and 3-3-4 with single spaces (NHS service manual,
//! NHS numbers); 6-4 is how a CHI number is written.
//!
//! False friends: a decimal (a full stop between two groups), a row of single
//! digits, which is no form with ten boxes, and columns of a CSV file, which
//! is why a comma never makes more of a layout than boxes.

use super::check::{self, ChiMod10, Digits};

/// The longest gap in bytes: three line ends, each with 20 marks after it.
pub(crate) const LONGEST_GAP: usize = 66;

/// How many quote marks and blanks after a line end belong to it.
const MARKS: usize = 20;

/// How ten digits were laid out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Layout {
    /// Ten digits in one run.
    Run,
    /// 3-3-4 with one space each.
    Spaced,
    /// 3-3-4 with one hyphen each.
    Hyphened,
    /// 3-3-4 otherwise, with one or two separators each, or in two groups.
    Other,
    /// Three separators, or line ends, between the groups.
    Loose,
    /// Ten single digits, as in the boxes of a form, or other groups or
    /// separators that nobody uses without a label.
    Boxes,
}

/// Ten digits in an accepted layout.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Candidate {
    /// The digits.
    pub digits: Digits,
    /// How they were laid out.
    pub layout: Layout,
    /// Whether the groups are 6-4, as a CHI number is written.
    pub six_four: bool,
    /// Byte offset of the first digit.
    pub start: usize,
    /// Byte offset after the last digit.
    pub end: usize,
}

impl Candidate {
    /// Reads ten digits in an accepted layout from the start of a run of
    /// digits; `None` if there is none. Looks at no more than a few hundred
    /// bytes on either side.
    pub fn read(view: &[u8], start: usize) -> Option<Self> {
        // The digits as bytes, the first lowest.
        let mut digits = 0_u128;
        let mut filled = 0_usize;
        let mut groups = Groups::default();
        let mut gaps = Gaps::default();
        let mut at = start;
        loop {
            let run = Run::at(view, at);
            digits |= run.bytes << (filled.wrapping_mul(8) & 127);
            filled = filled.saturating_add(run.length);
            groups.push(run.length);
            at = at.saturating_add(run.length);
            if filled >= 10 {
                break;
            }
            if !groups.could_become_layout() {
                return None;
            }
            let gap = Gap::read(view, at)?;
            gaps.push(gap);
            if gaps.boxes_only && !groups.may_have_box_separators() {
                return None;
            }
            if gaps.count == 1 && groups.are_even() && groups.one_more_before(view, start, gap) {
                return None;
            }
            at = at.saturating_add(gap.length);
        }
        if filled > 10 {
            return None;
        }
        let layout = layout(groups, gaps)?;
        if groups.are_turned() && (gaps.longest > 1 || goes_on_before(view, start)) {
            return None;
        }
        if groups.are_even() && groups.one_more_after(view, at, gaps.last) {
            return None;
        }
        let digits = digits.to_le_bytes();
        Some(Self {
            digits: digits.first_chunk()?.map(|byte| byte.wrapping_sub(b'0')),
            layout,
            six_four: groups == Groups(0x64),
            start,
            end: at,
        })
    }

    /// Whether a check digit holds and the number is no placeholder.
    pub fn is_valid(&self, chi: ChiMod10) -> bool {
        check::is_valid(&self.digits, chi)
    }
}

/// A run of digits.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// How long it is; 16 stands for any greater length, too.
    length: usize,
    /// Its digits, the first lowest, zeros after them.
    bytes: u128,
}

impl Run {
    /// The digits at a place, sixteen bytes at once.
    fn at(view: &[u8], at: usize) -> Self {
        const ONES: u128 = 0x0101_0101_0101_0101_0101_0101_0101_0101;
        let bytes = u128::from_le_bytes(sixteen(view, at));
        // 0 to 9 for digits; the high bit of a byte says that it is more.
        let value = bytes ^ (ONES * 0x30);
        let more = (value & (ONES * 0x7F)).wrapping_add(ONES * 0x76) | value;
        let bits = (more & (ONES * 0x80)).trailing_zeros() & !7;
        Self {
            length: (bits / 8) as usize,
            bytes: bytes & !u128::MAX.checked_shl(bits).unwrap_or(0),
        }
    }
}

/// Sixteen bytes of the view, zeros after its end.
fn sixteen(view: &[u8], at: usize) -> [u8; 16] {
    let rest = view.get(at..).unwrap_or(b"");
    if let Some(bytes) = rest.first_chunk::<16>() {
        return *bytes;
    }
    let mut bytes = [0; 16];
    for (slot, byte) in bytes.iter_mut().zip(rest) {
        *slot = *byte;
    }
    bytes
}

/// The lengths of the groups, four bits each, the latest lowest.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Groups(u64);

impl Groups {
    const ONES: u64 = 0x11_1111_1111;
    const TWOS: u64 = 0x2_2222;

    fn push(&mut self, length: usize) {
        let length = u64::try_from(length).unwrap_or(15).min(15);
        self.0 = (self.0 << 4) | length;
    }

    /// Whether these groups can still grow into an accepted layout.
    fn could_become_layout(self) -> bool {
        matches!(
            self.0,
            0x2..=0x7 | 0x33 | 0x34 | 0x43 | 0x22 | 0x222 | 0x2222
        ) || self.are_ones()
    }

    /// Whether these are 4-3-3 or 3-4-3.
    fn are_turned(self) -> bool {
        matches!(self.0, 0x433 | 0x343)
    }

    fn are_ones(self) -> bool {
        matches!(
            self.0,
            0x1 | 0x11
                | 0x111
                | 0x1111
                | 0x1_1111
                | 0x11_1111
                | 0x111_1111
                | 0x1111_1111
                | 0x1_1111_1111
                | Self::ONES
        )
    }

    /// Whether all groups so far have one length, 1 or 2: rows of numbers
    /// look like that too.
    fn are_even(self) -> bool {
        matches!(self.0, 0x2 | Self::TWOS) || self.are_ones()
    }

    /// Whether `|`, `,`, `*`, `+` and brackets may stand between the groups: 3-3-4 and
    /// ten single digits only.
    fn may_have_box_separators(self) -> bool {
        matches!(self.0, 0x3 | 0x33) || self.are_ones()
    }

    fn width(self) -> usize {
        if self.are_ones() { 1 } else { 2 }
    }

    /// Whether a group of the same length follows with the same kind of gap.
    fn one_more_after(self, view: &[u8], end: usize, like: Gap) -> bool {
        Gap::read(view, end).is_some_and(|gap| {
            let next = Run::at(view, end.saturating_add(gap.length));
            gap.is_like(like) && next.length == self.width()
        })
    }

    /// Whether a group of the same length stands before with the same kind of
    /// gap, or with any one byte between if the gaps are one byte long.
    fn one_more_before(self, view: &[u8], start: usize, like: Gap) -> bool {
        let before = view.get(..start).unwrap_or(b"");
        let mut back = before.iter().rev();
        let farthest = if like.line_end { LONGEST_GAP } else { 3 };
        let length = back
            .by_ref()
            .take(farthest.saturating_add(1))
            .position(u8::is_ascii_digit);
        let Some(length) = length else { return false };
        let more = back.take(2).take_while(|byte| byte.is_ascii_digit());
        if more.count().saturating_add(1) != self.width() {
            return false;
        }
        (length == 1 && like.length == 1)
            || Gap::read(view, start.saturating_sub(length))
                .is_some_and(|gap| gap.length == length && gap.is_like(like))
    }
}

/// Whether one byte before there is another digit: then the groups are the
/// middle of a longer row.
fn goes_on_before(view: &[u8], start: usize) -> bool {
    let before = start.checked_sub(2).and_then(|at| view.get(at));
    before.is_some_and(u8::is_ascii_digit)
}

/// What stands between two groups of digits.
#[derive(Clone, Copy, Debug, Default)]
struct Gap {
    length: usize,
    /// Separators, a line end with the quote marks after it counted as one.
    units: usize,
    /// The one separator, if all are the same, else 0.
    sole: u8,
    /// Whether a line end is among them.
    line_end: bool,
    /// Whether one of `|`, `,`, `*`, `+`, `[`, `]` is among them.
    boxes_only: bool,
}

impl Gap {
    /// One to three separators, then a digit.
    #[expect(
        clippy::inline_always,
        reason = "handing the gap back through memory costs more than the reading"
    )]
    #[inline(always)]
    fn read(view: &[u8], start: usize) -> Option<Self> {
        let mut gap = Self::default();
        let rest = view.get(start..)?;
        if let [byte @ (b' ' | b'-'), b'0'..=b'9', ..] = rest {
            // So are nearly all.
            return Some(Self {
                length: 1,
                units: 1,
                sole: *byte,
                ..gap
            });
        }
        loop {
            let byte = *rest.get(gap.length)?;
            let unit = match byte {
                b'0'..=b'9' => break,
                b' ' | b'-' | b'.' | b'/' | b'_' => byte,
                b'|' | b',' | b'*' | b'+' | b'[' | b']' => {
                    gap.boxes_only = true;
                    byte
                }
                b'\t' | 0x0B | 0x0C => b'\t',
                b'\r' | b'\n' => b'\n',
                _ => return None,
            };
            gap.units = gap.units.saturating_add(1);
            if gap.units > 3 {
                return None;
            }
            // Two line ends are a blank line and no single separator.
            let same = gap.units == 1 || (gap.sole == unit && unit != b'\n');
            gap.sole = if same { unit } else { 0 };
            gap.length = if unit == b'\n' {
                gap.line_end = true;
                skip_line_end(rest, gap.length)
            } else {
                gap.length.saturating_add(1)
            };
        }
        (gap.units > 0).then_some(gap)
    }

    /// Whether both could stand between the boxes of one form.
    fn is_like(self, other: Self) -> bool {
        self.line_end == other.line_end
    }
}

/// The place after a line end and the quote marks and blanks that begin the
/// next line.
fn skip_line_end(rest: &[u8], at: usize) -> usize {
    let mut at = at;
    if rest.get(at) == Some(&b'\r') {
        at = at.saturating_add(1);
    }
    if rest.get(at) == Some(&b'\n') {
        at = at.saturating_add(1);
    }
    let marks = rest
        .get(at..)
        .unwrap_or(b"")
        .iter()
        .take(MARKS)
        .take_while(|byte| matches!(byte, b'>' | b' '))
        .count();
    at.saturating_add(marks)
}

/// All gaps of a candidate in one.
#[derive(Clone, Copy, Debug, Default)]
struct Gaps {
    count: usize,
    /// The most separators of a gap.
    widest: usize,
    /// The most bytes of a gap.
    longest: usize,
    /// The one separator of all gaps, 0 as soon as two differ.
    sole: u8,
    boxes_only: bool,
    last: Gap,
}

impl Gaps {
    fn push(&mut self, gap: Gap) {
        let same = self.count == 0 || self.sole == gap.sole;
        self.sole = if same { gap.sole } else { 0 };
        self.count = self.count.saturating_add(1);
        self.widest = self.widest.max(gap.units);
        self.longest = self.longest.max(gap.length);
        self.boxes_only |= gap.boxes_only;
        self.last = gap;
    }
}

fn layout(groups: Groups, gaps: Gaps) -> Option<Layout> {
    let widest = gaps.widest;
    let all = |separator: u8| gaps.sole == separator;
    match groups.0 {
        0xA => Some(Layout::Run),
        0x334 if gaps.boxes_only => Some(Layout::Boxes),
        0x334 if widest == 1 && all(b' ') => Some(Layout::Spaced),
        0x334 if widest == 1 && all(b'-') => Some(Layout::Hyphened),
        0x334 if widest <= 2 && !all(b'\n') => Some(Layout::Other),
        0x334 => Some(Layout::Loose),
        Groups::ONES if widest <= 3 && !all(b'.') && !all(b'/') => Some(Layout::Boxes),
        _ if gaps.boxes_only => None,
        // With a full stop between two groups it would be a decimal.
        0x37 | 0x64 if widest == 1 && (all(b' ') || all(b'-')) => Some(Layout::Other),
        0x37 | 0x64 if widest <= 2 && (all(b' ') || all(b'\n')) => Some(Layout::Loose),
        0x64 if widest == 1 && all(b'/') => Some(Layout::Boxes),
        0x55 | 0x46 | 0x73 | 0x433 | 0x343 | 0x2224 | Groups::TWOS
            if widest == 1 && !all(b'.') && !all(b'/') =>
        {
            Some(Layout::Boxes)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Layout> {
        Candidate::read(text.as_bytes(), 0).map(|candidate| candidate.layout)
    }

    #[test]
    fn the_usual_layouts_are_told_apart() {
        for (text, expected) in [
            ("9434765919", Layout::Run),
            ("943 476 5919", Layout::Spaced),
            ("943-476-5919", Layout::Hyphened),
            ("943-476 5919", Layout::Other),
            ("943  476  5919", Layout::Other),
            ("943   476 5919", Layout::Loose),
            ("943 476\r\n> > 5919", Layout::Other),
            ("943\n476\n5919", Layout::Loose),
            ("943 4765919", Layout::Other),
            ("943476 5919", Layout::Other),
            ("943476\r\n5919", Layout::Loose),
            ("94347 65919", Layout::Boxes),
            ("94 34 76 59 19", Layout::Boxes),
            ("9 4 3 4 7 6 5 9 1 9", Layout::Boxes),
            ("9 4 3   4 7 6   5 9 1 9", Layout::Boxes),
            ("010203/1234", Layout::Boxes),
            ("01 02 03 1234", Layout::Boxes),
        ] {
            assert_eq!(read(text), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_layout_is_refused() {
        for text in [
            "943476591",
            "94347659190",
            "943    476 5919",
            "943.4765919",
            "9434765.919",
            "94347659 19",
            "9.4.3.4.7.6.5.9.1.9",
            "943a476 5919",
            "943 476 591",
            "943--4765919",
            "",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn bars_commas_stars_and_pluses_make_boxes_at_most() {
        for text in [
            "943|476|5919",
            "943 | 476 | 5919",
            "943,476,5919",
            "943+476 5919",
            "943-476*5919",
            "9|4|3|4|7|6|5|9|1|9",
            "9 | 4 | 3 | 4 | 7 | 6 | 5 | 9 | 1 | 9",
            "9] [4] [3] [4] [7] [6] [5] [9] [1] [9",
        ] {
            assert_eq!(read(text), Some(Layout::Boxes), "{text:?}");
        }
        for text in [
            "943,4765919",
            "943476|5919",
            "94,34,76,59,19",
            "943 |  476 | 5919",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_row_of_numbers_is_no_form() {
        assert_eq!(read("1 2 3 4 5 6 7 8 9 0 1"), None);
        assert_eq!(read("12 34 56 78 90 12"), None);
        let row = b"x 7 1 2 3 4 5 6 7 8 9 0";
        assert_eq!(Candidate::read(row, 4), None);
        assert_eq!(Candidate::read(b"7:1 2 3 4 5 6 7 8 9 0", 2), None);
        // A label's own number, the next line and a longer number are no box.
        assert!(Candidate::read(b"NHS no 1: 1 2 3 4 5 6 7 8 9 0", 10).is_some());
        assert!(read("1 2 3 4 5 6 7 8 9 0\r\n7 High Street").is_some());
        assert!(read("1 2 3 4 5 6 7 8 9 0 17").is_some());
    }

    #[test]
    fn the_longest_gap_is_known() {
        let text = format!("943{0}{0}{0}476 5919", format!("\r\n{}", ">".repeat(20)));
        assert!(read(&text).is_some());
        assert_eq!(text.len(), 11 + LONGEST_GAP);
    }
}
