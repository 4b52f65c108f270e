//! Layouts.

type Digits = [u8; 10];
/// The place of the next run of digits at or after `at`.
pub(super) fn next_run(view: &[u8], at: usize) -> Option<usize> {
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

pub(super) fn end_of_run(view: &[u8], start: usize) -> usize {
    let rest = view.get(start..).unwrap_or(b"");
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    start.saturating_add(length)
}

/// How ten digits were laid out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Layout {
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

#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub(crate) digits: Digits,
    pub(crate) layout: Layout,
    /// Whether the groups are 6-4, as a CHI number is written.
    pub(crate) six_four: bool,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Candidate {
    /// Reads ten digits in an accepted layout from the start of a run.
    pub(crate) fn read(view: &[u8], start: usize) -> Option<Self> {
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
