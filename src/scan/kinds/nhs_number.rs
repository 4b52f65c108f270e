//! The NHS number.
//!
//! Issued to every patient in England, Wales and the Isle of Man: ten digits,
//! the last a check digit by modulus 11 (NHS Data Dictionary, NHS NUMBER),
//! shown as 3-3-4 with single spaces (NHS service manual, NHS numbers).
//! Northern Ireland's H&C number and Scotland's CHI number have the same form
//! and check. 5xx and 9xx are never issued.
//!
//! False friends: an ISBN-10 has the same check; a mobile number written `+44
//! 7..` leaves ten digits in the live range; one random number in eleven
//! passes. Hence the range is evidence, never a gate, and words around count.
//!
//! Specimens: 943 476 5919 and 999 000 0018 are valid and never issued; the
//! NHS's own 999 123 4567 fails the check.

use crate::extract::PlacedText;
use crate::location::Place;
use crate::scan::context::{Context, MarkKind};
use crate::scan::evidence::{Evidence, Sign, score};
use crate::scan::finding::{Confidence, Finding, Identifier, NumberClass};
use crate::sensitive::Sensitive;

/// How many numbers of one text are kept: many times any rule's threshold.
const FINDINGS: usize = 20_000;

/// Ten digits.
type Digits = [u8; 10];

/// All NHS numbers of a text, in order.
pub fn find(placed: &PlacedText) -> Vec<Finding> {
    let view = placed.text.folded();
    let mut candidates = Vec::new();
    let mut at = 0;
    while let Some(start) = next_run(view, at) {
        at = end_of_run(view, start);
        candidates.extend(Candidate::read(view, start).filter(Candidate::is_valid));
    }
    if candidates.is_empty() {
        return Vec::new();
    }
    let spots = candidates
        .iter()
        .map(|candidate| (candidate.start, candidate.end));
    let context = Context::around(view, spots);
    let mut findings = Vec::new();
    let mut after = 0;
    for candidate in candidates {
        // Digits belong to one number only: to the first that is found there.
        if candidate.start >= after
            && candidate.boundaries_hold(view, &context)
            && let Some(finding) = weigh(placed, view, &candidate, &context)
        {
            after = candidate.end;
            findings.push(finding);
        }
        if findings.len() >= FINDINGS {
            break;
        }
    }
    findings
}

/// Whether the check digit holds: the digits weighted 10 to 1 sum to a
/// multiple of 11 (NHS Data Dictionary, NHS NUMBER; a check value of 10 equals
/// no digit, so such a number never passes).
pub fn is_valid(digits: &Digits) -> bool {
    let sum = digits
        .iter()
        .zip((1_u16..=10).rev())
        .fold(0_u16, |sum, (digit, weight)| {
            sum.saturating_add(u16::from(*digit).saturating_mul(weight))
        });
    sum % 11 == 0
}

/// Ten equal digits and the count-down pass the check but name nobody.
fn is_placeholder(digits: &Digits) -> bool {
    let [first, rest @ ..] = digits;
    rest.iter().all(|digit| digit == first) || *digits == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
}

/// The range that a number lies in. Scotland's dates have two-digit years, so
/// 29 February counts when either century has it.
pub fn class(digits: &Digits) -> NumberClass {
    let [first, second, third, ..] = *digits;
    match first {
        4 | 6 | 7 => NumberClass::Live,
        5 | 9 => NumberClass::Test,
        8 if second <= 5 => NumberClass::IrishIhi,
        8 => NumberClass::Unused,
        // 3200000010 is the first H&C number, its stem 320000001.
        3 if (second, third) >= (2, 0) => NumberClass::Hc,
        _ if has_birth_date(digits) => NumberClass::Chi,
        _ => NumberClass::Unused,
    }
}

fn has_birth_date(digits: &Digits) -> bool {
    let [d1, d2, m1, m2, y1, y2, ..] = *digits;
    let pair = |tens: u8, units: u8| tens.saturating_mul(10).saturating_add(units);
    let (day, month, year) = (pair(d1, d2), pair(m1, m2), pair(y1, y2));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        // 1900 had no 29 February, 2000 had.
        2 if year % 4 == 0 => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// The place of the next run of digits at or after `at`.
fn next_run(view: &[u8], at: usize) -> Option<usize> {
    let rest = view.get(at..)?;
    // Whole chunks without a digit are passed by without a branch a byte.
    let chunks = rest.chunks_exact(64);
    let empty = chunks
        .take_while(|chunk| {
            let digits = chunk
                .iter()
                .fold(0_u8, |any, byte| any | u8::from(byte.is_ascii_digit()));
            digits == 0
        })
        .count()
        .saturating_mul(64);
    let skip = rest.get(empty..)?.iter().position(u8::is_ascii_digit)?;
    Some(at.saturating_add(empty).saturating_add(skip))
}

fn end_of_run(view: &[u8], start: usize) -> usize {
    let rest = view.get(start..).unwrap_or(b"");
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    start.saturating_add(length)
}

/// How ten digits were laid out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Layout {
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
    /// Ten single digits, as in the boxes of a form, or other groups that
    /// nobody uses without a label.
    Boxes,
}

#[derive(Debug)]
struct Candidate {
    digits: Digits,
    layout: Layout,
    /// Whether the groups are 6-4, as a CHI number is written.
    six_four: bool,
    start: usize,
    end: usize,
}

impl Candidate {
    /// Reads ten digits in an accepted layout from the start of a run.
    fn read(view: &[u8], start: usize) -> Option<Self> {
        let mut digits: Digits = [0; 10];
        let mut filled = 0_usize;
        let mut groups = [0_usize; 10];
        let mut group_count = 0_usize;
        let mut gaps: Vec<Gap> = Vec::new();
        let mut at = start;
        loop {
            let end = end_of_run(view, at);
            let run = view.get(at..end).unwrap_or(b"");
            for byte in run {
                *digits.get_mut(filled)? = byte.saturating_sub(b'0');
                filled = filled.saturating_add(1);
            }
            *groups.get_mut(group_count)? = run.len();
            group_count = group_count.saturating_add(1);
            at = end;
            if filled == 10 {
                break;
            }
            if !could_become_layout(groups.get(..group_count).unwrap_or(&[])) {
                return None;
            }
            let gap = Gap::read(view, at)?;
            at = at.saturating_add(gap.length);
            gaps.push(gap);
        }
        let groups = groups.get(..group_count).unwrap_or(&[]);
        Some(Self {
            digits,
            layout: layout(groups, &gaps)?,
            six_four: groups == [6, 4],
            start,
            end: at,
        })
    }

    fn is_valid(&self) -> bool {
        is_valid(&self.digits) && !is_placeholder(&self.digits)
    }

    /// Whether what stands on both sides leaves this a number of its own.
    fn boundaries_hold(&self, view: &[u8], context: &Context<'_>) -> bool {
        let byte_at = |at: Option<usize>| at.and_then(|at| view.get(at)).copied();
        let before = byte_at(self.start.checked_sub(1));
        let before_that = byte_at(self.start.checked_sub(2));
        let after = byte_at(Some(self.end));
        let after_that = byte_at(self.end.checked_add(1));
        let digit = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_digit());
        let direct = context.label_directly_before(self.start);
        match before {
            // A label right before it says what it is, whatever touches it.
            _ if direct => {}
            Some(b'.' | b':') if digit(before_that) => return false,
            Some(byte) if is_letter(byte) => return false,
            _ => {}
        }
        match after {
            Some(byte) if byte.is_ascii_digit() => false,
            Some(b'.') if is_zero_fraction(view, self.end) => true,
            Some(b'.' | b':') if digit(after_that) => direct,
            Some(byte) if is_letter(byte) => direct || !hexadecimal_follows(view, self.end),
            _ => true,
        }
    }

    fn shape(&self, view: &[u8]) -> String {
        let bytes = view.get(self.start..self.end).unwrap_or(b"");
        let mut shape = String::with_capacity(bytes.len());
        for byte in bytes {
            shape.push(match byte {
                byte if byte.is_ascii_digit() => '#',
                byte if byte.is_ascii_whitespace() => ' ',
                byte => char::from(*byte),
            });
        }
        shape
    }

    fn value(&self) -> String {
        let digits = self.digits.iter();
        digits
            .map(|digit| char::from(b'0'.saturating_add(*digit)))
            .collect()
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic()
}

/// Whether a number stored by a spreadsheet as a decimal ends here: `.0`.
fn is_zero_fraction(view: &[u8], at: usize) -> bool {
    let rest = view.get(at.saturating_add(1)..).unwrap_or(b"");
    let zeros = rest.iter().take_while(|byte| **byte == b'0').count();
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

/// What stands between two groups of digits.
#[derive(Clone, Copy, Debug)]
struct Gap {
    length: usize,
    /// Separators, a line end with the quote marks after it counted as one.
    units: usize,
    /// The one separator, if all are the same.
    sole: Option<u8>,
}

impl Gap {
    /// One to three separators, then a digit.
    fn read(view: &[u8], start: usize) -> Option<Self> {
        let mut at = start;
        let mut units = 0_usize;
        let mut sole = None;
        loop {
            let byte = *view.get(at)?;
            let unit = match byte {
                b'0'..=b'9' => break,
                b' ' | b'-' | b'.' | b'/' | b'_' => byte,
                b'\t' | 0x0B | 0x0C => b'\t',
                b'\r' | b'\n' => {
                    at = skip_line_end(view, at);
                    units = units.saturating_add(1);
                    sole = if units == 1 { Some(b'\n') } else { None };
                    if units > 3 {
                        return None;
                    }
                    continue;
                }
                _ => return None,
            };
            at = at.saturating_add(1);
            units = units.saturating_add(1);
            if units > 3 {
                return None;
            }
            sole = match sole {
                _ if units == 1 => Some(unit),
                Some(same) if same == unit => Some(unit),
                _ => None,
            };
        }
        if units == 0 {
            return None;
        }
        Some(Self {
            length: at.saturating_sub(start),
            units,
            sole,
        })
    }
}

/// The place after a line end and the quote marks and blanks that begin the
/// next line: `> > 5919` (RFC 3676 section 4.5).
fn skip_line_end(view: &[u8], at: usize) -> usize {
    let mut at = at;
    if view.get(at) == Some(&b'\r') {
        at = at.saturating_add(1);
    }
    if view.get(at) == Some(&b'\n') {
        at = at.saturating_add(1);
    }
    let rest = view.get(at..).unwrap_or(b"");
    let marks = rest
        .iter()
        .take(20)
        .take_while(|byte| matches!(byte, b'>' | b' '))
        .count();
    at.saturating_add(marks)
}

/// Whether groups of these lengths can still grow into an accepted layout.
fn could_become_layout(groups: &[usize]) -> bool {
    matches!(
        groups,
        [2..=7] | [3, 3 | 4] | [4, 3] | [2, 2] | [2, 2, 2] | [2, 2, 2, 2]
    ) || groups.iter().all(|length| *length == 1)
}

fn layout(groups: &[usize], gaps: &[Gap]) -> Option<Layout> {
    let widest = gaps.iter().map(|gap| gap.units).max().unwrap_or(0);
    let all = |separator: u8| gaps.iter().all(|gap| gap.sole == Some(separator));
    match groups {
        [10] => Some(Layout::Run),
        [3, 3, 4] if widest == 1 && all(b' ') => Some(Layout::Spaced),
        [3, 3, 4] if widest == 1 && all(b'-') => Some(Layout::Hyphened),
        [3, 3, 4] if widest <= 2 && !all(b'\n') => Some(Layout::Other),
        [3, 3, 4] => Some(Layout::Loose),
        // With a full stop between two groups it would be a decimal.
        [3, 7] | [6, 4] if widest == 1 && (all(b' ') || all(b'-')) => Some(Layout::Other),
        [3, 7] | [6, 4] if widest <= 2 && (all(b' ') || all(b'\n')) => Some(Layout::Loose),
        [5, 5] | [4, 6] | [7, 3] | [4, 3, 3] | [3, 4, 3] | [2, 2, 2, 2, 2]
            if widest == 1 && !all(b'.') && !all(b'/') =>
        {
            Some(Layout::Boxes)
        }
        [1, 1, 1, 1, 1, 1, 1, 1, 1, 1] if widest <= 2 && !all(b'.') && !all(b'/') => {
            Some(Layout::Boxes)
        }
        _ => None,
    }
}

/// Weighs a candidate; `None` if too little speaks for it.
fn weigh(
    placed: &PlacedText,
    view: &[u8],
    candidate: &Candidate,
    context: &Context<'_>,
) -> Option<Finding> {
    let (start, end) = (candidate.start, candidate.end);
    let class = class(&candidate.digits);
    let mut signs = vec![Sign::CheckDigit];
    signs.push(match class {
        NumberClass::Live | NumberClass::Hc | NumberClass::Test => Sign::RangeLive,
        NumberClass::Chi => Sign::RangeChi,
        NumberClass::IrishIhi | NumberClass::Unused => Sign::RangeUnused,
    });
    match candidate.layout {
        Layout::Spaced => signs.push(Sign::LayoutUsual),
        Layout::Other if candidate.six_four && class == NumberClass::Chi => {
            signs.push(Sign::LayoutUsual);
        }
        Layout::Hyphened | Layout::Other => signs.push(Sign::LayoutOther),
        Layout::Run | Layout::Loose | Layout::Boxes => {}
    }
    let direct = context.label_directly_before(start);
    let labelled = direct || context.near(MarkKind::Label, start, end, 60);
    if direct {
        signs.push(Sign::LabelDirect);
    } else if labelled {
        signs.push(Sign::LabelNear);
    }
    if candidate.layout == Layout::Boxes && !labelled {
        return None;
    }
    if context.weak(&[MarkKind::Patient, MarkKind::Clinical], start, end) {
        signs.push(Sign::WeakContext);
    }
    signs.extend(counter_signs(
        placed, view, candidate, context, direct, labelled,
    ));
    let evidence: Vec<Evidence> = signs.into_iter().map(Evidence::of).collect();
    let score = score(&evidence);
    Some(Finding {
        identifier: Identifier::NhsNumber,
        class,
        confidence: Confidence::of(score)?,
        score,
        evidence,
        clinical: context.weak(&[MarkKind::Clinical], start, end),
        location: placed.locate(start),
        shape: candidate.shape(view),
        value: Sensitive::new(candidate.value()),
    })
}

/// The signs that speak against a candidate.
fn counter_signs(
    placed: &PlacedText,
    view: &[u8],
    candidate: &Candidate,
    context: &Context<'_>,
    direct: bool,
    labelled: bool,
) -> Vec<Sign> {
    let (start, end) = (candidate.start, candidate.end);
    let mut signs = Vec::new();
    let joined = is_joined(view, start, end);
    if !direct && (phone_prefix(view, start) || context.just_before(MarkKind::Phone, start, 20)) {
        signs.push(Sign::Phone);
    } else if joined {
        signs.push(Sign::Joined);
    }
    if !direct && context.just_before(MarkKind::Reference, start, 20) {
        signs.push(Sign::Reference);
    }
    // A label inside the address makes it a look-up of this very patient.
    if !labelled && (context.in_url(start) || context.in_mailbox(start, end)) {
        signs.push(Sign::InAddress);
    }
    if candidate.layout == Layout::Hyphened && !labelled && context.in_contact_block(start, end) {
        signs.push(Sign::ContactBlock);
    }
    let [first, second, ..] = candidate.digits;
    if placed.location.place == Place::Header
        && !labelled
        && (first == 1 || (first, second) == (2, 0))
    {
        signs.push(Sign::Epoch);
    }
    if view.get(end).copied().is_some_and(is_letter) {
        signs.push(Sign::GluedLetter);
    }
    signs
}

/// Whether a hyphen or slash joins the number to further digits.
fn is_joined(view: &[u8], start: usize, end: usize) -> bool {
    let joins = |byte: Option<&u8>| matches!(byte, Some(b'-' | b'/'));
    let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let at = |index: Option<usize>| index.and_then(|index| view.get(index));
    (joins(at(start.checked_sub(1))) && digit(at(start.checked_sub(2))))
        || (joins(view.get(end)) && digit(at(end.checked_add(1))))
}

/// Whether `+44`, `0044`, `+1` or `001` stands before, with at most three
/// separators between.
fn phone_prefix(view: &[u8], start: usize) -> bool {
    let from = start.saturating_sub(10);
    let before = view.get(from..start).unwrap_or(b"");
    let separators = before
        .iter()
        .rev()
        .take(3)
        .take_while(|byte| matches!(byte, b' ' | b'-' | b'.' | b'(' | b')'))
        .count();
    let kept = before.len().saturating_sub(separators);
    let before = before.get(..kept).unwrap_or(b"");
    [b"+44".as_slice(), b"0044", b"+1", b"001", b"+44 (0", b" 44"]
        .iter()
        .any(|prefix| before.ends_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Digits {
        let mut out = [0; 10];
        for (slot, byte) in out.iter_mut().zip(text.bytes()) {
            *slot = byte - b'0';
        }
        out
    }

    #[test]
    fn the_check_digit_is_modulus_11() {
        assert!(is_valid(&digits("9434765919")));
        assert!(is_valid(&digits("9990000018")));
        assert!(!is_valid(&digits("9991234567")));
        assert!(!is_valid(&digits("9434765918")));
    }

    #[test]
    fn placeholders_pass_the_check_and_are_refused() {
        assert!(is_valid(&digits("0000000000")) && is_placeholder(&digits("0000000000")));
        assert!(is_valid(&digits("9876543210")) && is_placeholder(&digits("9876543210")));
        assert!(!is_placeholder(&digits("9434765919")));
    }

    #[test]
    fn ranges_follow_the_issuers() {
        for (number, expected) in [
            ("9434765919", NumberClass::Test),
            ("5900046192", NumberClass::Test),
            ("3200000015", NumberClass::Hc),
            ("3199999999", NumberClass::Unused),
            ("0607230002", NumberClass::Chi),
            ("2902201230", NumberClass::Chi),
            ("2902191230", NumberClass::Unused),
            ("8000000008", NumberClass::IrishIhi),
            ("8600000009", NumberClass::Unused),
            ("0032698674", NumberClass::Unused),
        ] {
            assert_eq!(class(&digits(number)), expected, "{number}");
        }
    }
}
