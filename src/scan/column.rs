//! Columns: what the header says of a cell, and what its neighbours do.
//!
//! A column is the same place on several lines: between commas, tabs,
//! semicolons or bars, one number a line, or the same indentation in aligned
//! text. One number in eleven holds its check digit by chance, a patient's
//! always; so a column in which nearly all hold is a list of patients even
//! without a header, and one in which one in eleven holds is not. Each distinct
//! value that holds adds ln(0.98 / (1/11)) to the logarithm of the likelihood
//! ratio, each that fails ln(0.02 / (10/11)); from 13.8, a million to one, the
//! column is declared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::words::{WordFinder, WordKind};
use crate::text::list_lines;

/// What a value whose check digit holds adds, in thousandths.
const HOLDS: i64 = 2_378;
/// What a value whose check digit fails takes away.
const FAILS: i64 = 3_817;
/// A million to one.
const DECLARED: i64 = 13_816;

/// How far from the beginning of its line a cell may stand, in bytes.
const LINE: usize = 4_000;
/// How many lines above a header is looked for, and how many bytes.
const HEADER_LINES: usize = 60;
const HEADER_BYTES: usize = 8_000;
/// How many distinct values of a column are counted.
const VALUES: usize = 2_000;
/// How many columns of a text are kept.
const COLUMNS: usize = 2_000;
/// How far one cell of a column may stand behind the one before, in bytes.
const APART: usize = 4_000;

/// A number or date that may be a cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    /// Where it begins in the view.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// Its value.
    pub(super) value: u64,
    /// Whether its check digit holds.
    pub(super) valid: bool,
    /// Whether it lies in a range that is in use.
    pub(super) plausible: bool,
}

/// What the header of a column says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Header {
    /// NHS, CHI or H&C number.
    Number,
    /// A date of birth.
    BirthDate,
    /// A telephone.
    Phone,
    /// An order, an invoice, a book.
    Reference,
    /// A label of an identifier that a site has written itself.
    Own,
}

/// What a column says about one of its cells.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct ColumnSays {
    /// What its header says.
    pub(super) header: Option<Header>,
    /// Whether its check digits nearly all hold, or hold by chance; `None` if
    /// neither is sure.
    pub(super) patients: Option<bool>,
}

/// The place of a column: its separator and how many of them stand before it.
type Key = (u8, usize);

#[derive(Debug, Default)]
struct Column {
    /// Where the line of its first cell begins, and where its last cell ends.
    span: (usize, usize),
    header: Option<Header>,
    valid: BTreeSet<u64>,
    invalid: BTreeSet<u64>,
    plausible: usize,
}

impl Column {
    fn says(&self) -> ColumnSays {
        let count = |values: &BTreeSet<u64>| i64::try_from(values.len()).unwrap_or(i64::MAX);
        let holds = count(&self.valid).saturating_mul(HOLDS);
        let fails = count(&self.invalid).saturating_mul(FAILS);
        let ratio = holds.saturating_sub(fails);
        // Book numbers hold their check digits too, but lie in no range of patients.
        let most_plausible = self.plausible.saturating_mul(5) >= self.valid.len().saturating_mul(4);
        let patients = if ratio >= DECLARED {
            most_plausible.then_some(true)
        } else {
            (ratio <= DECLARED.saturating_neg()).then_some(false)
        };
        ColumnSays {
            header: self.header,
            patients,
        }
    }
}

/// The columns of one text.
#[derive(Debug, Default)]
pub(super) struct Columns {
    columns: Vec<Column>,
    /// Where each cell that stands in a column begins, in order, and the
    /// number of its column.
    cells: Vec<(usize, usize)>,
}

impl Columns {
    /// Reads the columns that cells stand in; the cells come in order.
    pub(super) fn of(view: &[u8], cells: impl Iterator<Item = Cell>) -> Self {
        Self::under(view, cells, &meaning)
    }

    /// The same with headers that say what `meaning` makes of them.
    pub(super) fn under(
        view: &[u8],
        cells: impl Iterator<Item = Cell>,
        meaning: &impl Fn(&[u8]) -> Option<Header>,
    ) -> Self {
        let mut columns = Self::default();
        let mut place = Place::default();
        // The column that is going on at each place of a line.
        let mut current: BTreeMap<Key, usize> = BTreeMap::new();
        for cell in cells {
            let Some(key) = place.key(view, cell.start, cell.end) else {
                continue;
            };
            let going_on = current.get(&key).copied().filter(|number| {
                let column = columns.columns.get(*number);
                column.is_some_and(|column| cell.start <= column.span.1.saturating_add(APART))
            });
            let number = match going_on {
                Some(number) => number,
                None if columns.columns.len() >= COLUMNS => continue,
                None => {
                    let number = columns.columns.len();
                    columns.columns.push(Column {
                        span: (place.line, cell.end),
                        header: header(view, place.line, key, meaning),
                        ..Column::default()
                    });
                    current.insert(key, number);
                    number
                }
            };
            columns.cells.push((cell.start, number));
            let Some(column) = columns.columns.get_mut(number) else {
                continue;
            };
            column.span.1 = cell.end;
            let values = if cell.valid {
                &mut column.valid
            } else {
                &mut column.invalid
            };
            if values.len() < VALUES && values.insert(cell.value) && cell.valid && cell.plausible {
                column.plausible = column.plausible.saturating_add(1);
            }
        }
        columns
    }

    /// The stretches of the view where columns of several numbers stand, or
    /// such whose header says that they are NHS numbers; in order, whole lines
    /// at their beginning, and as far as further cells may follow.
    pub(super) fn stretches(&self, view: &[u8]) -> Vec<(usize, usize)> {
        let mut stretches: Vec<(usize, usize)> = Vec::new();
        for column in &self.columns {
            if column.header != Some(Header::Number) && column.valid.len() < 2 {
                continue;
            }
            let to = column.span.1.saturating_add(APART).min(view.len());
            match stretches.last_mut() {
                Some((_, end)) if column.span.0 <= *end => *end = to.max(*end),
                _ => stretches.push((column.span.0, to)),
            }
        }
        stretches
    }

    /// What the column says that a cell stands in; nothing if in none.
    pub(super) fn says(&self, start: usize) -> ColumnSays {
        let at = self.cells.binary_search_by_key(&start, |(start, _)| *start);
        let number = at.ok().and_then(|at| self.cells.get(at));
        number
            .and_then(|(_, number)| self.columns.get(*number))
            .map(Column::says)
            .unwrap_or_default()
    }
}

/// Where on its line the last cell stood: cells come in order, so each byte of
/// a line is counted once.
#[derive(Debug, Default)]
struct Place {
    /// Where the line begins.
    line: usize,
    /// How far it was counted.
    at: usize,
    quoted: bool,
    counts: [usize; 4],
}

/// What separates cells.
const SEPARATORS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Whether a cell could begin here: behind a separator, a quote, two blanks or
/// the line's beginning. Numbers in sentences are soon dismissed by this.
pub(super) fn may_be_cell(view: &[u8], start: usize) -> bool {
    let plain = |back: usize| {
        let byte = start.checked_sub(back).and_then(|at| view.get(at));
        byte.is_some_and(|byte| {
            !byte.is_ascii_whitespace() && *byte != b'"' && !SEPARATORS.contains(byte)
        })
    };
    let blank = start.checked_sub(1).and_then(|at| view.get(at)) == Some(&b' ');
    !(plain(1) || (blank && plain(2)))
}

impl Place {
    fn key(&mut self, view: &[u8], start: usize, end: usize) -> Option<Key> {
        if !may_be_cell(view, start) {
            return None;
        }
        let between = view.get(self.at..start)?;
        if let Some(newline) = memchr::memrchr2(b'\n', b'\r', between) {
            let line = self.at.saturating_add(newline).saturating_add(1);
            *self = Self {
                line,
                at: line,
                ..Self::default()
            };
        }
        if start.saturating_sub(self.line) > LINE {
            // Nothing more of this line is counted, nor looked through again.
            self.at = start;
            return None;
        }
        for byte in view.get(self.at..start)? {
            if *byte == b'"' {
                self.quoted = !self.quoted;
            } else if !self.quoted
                && let Some(which) = SEPARATORS.iter().position(|known| known == byte)
                && let Some(count) = self.counts.get_mut(which)
            {
                *count = count.saturating_add(1);
            }
        }
        self.at = start;
        let left = view.get(self.line..start)?;
        let right = view.get(end..)?;
        let inner = left.trim_ascii_end();
        let inner = inner.strip_suffix(b"=\"").unwrap_or(inner);
        let inner = inner.strip_suffix(b"\"").unwrap_or(inner).trim_ascii_end();
        let before = inner.last().copied();
        let mut rest = right
            .iter()
            .take(40)
            .copied()
            .skip_while(|byte| matches!(byte, b' ' | b'"'));
        let after = rest.next().filter(|byte| !matches!(byte, b'\n' | b'\r'));
        let tab_before = left.last() == Some(&b'\t');
        let separator = |byte: u8| SEPARATORS.iter().position(|known| *known == byte);
        match (before, after) {
            _ if tab_before => self.column(1),
            (None, None) => Some((b'\n', 0)),
            (Some(one), None) => self.column(separator(one)?),
            (None, Some(other)) => self.column(separator(other)?),
            (Some(one), Some(other)) if one == other => self.column(separator(one)?),
            _ => None,
        }
        .or_else(|| {
            let wide = left.ends_with(b"  ") || before.is_none();
            let ends = right.starts_with(b"  ") || after.is_none();
            (wide && ends).then(|| (b' ', start.saturating_sub(self.line)))
        })
    }

    fn column(&self, which: usize) -> Option<Key> {
        Some((*SEPARATORS.get(which)?, *self.counts.get(which)?))
    }
}

/// What the header of a column says, whose first cell stands on the line that
/// begins at `line`: the nearest row above in which that cell says something.
/// Rows of one table have as many cells.
fn header(
    view: &[u8],
    line: usize,
    (separator, index): Key,
    meaning: &impl Fn(&[u8]) -> Option<Header>,
) -> Option<Header> {
    let base = line.saturating_sub(HEADER_BYTES);
    let mut above = view.get(base..line)?;
    let own = view.get(line..)?;
    let own = own.get(..own.len().min(LINE)).unwrap_or(own);
    let end = memchr::memchr2(b'\n', b'\r', own).unwrap_or(own.len());
    let width = width(own.get(..end)?, separator);
    for _ in 0..HEADER_LINES {
        above = above.strip_suffix(b"\n").unwrap_or(above);
        above = above.strip_suffix(b"\r").unwrap_or(above);
        let from = memchr::memrchr2(b'\n', b'\r', above).map_or(0, |at| at.saturating_add(1));
        let row = above.get(from..)?;
        let belongs = match separator {
            b'\n' => !row.trim_ascii().is_empty(),
            b' ' => memchr::memmem::find(row.trim_ascii(), b"  ").is_some(),
            separator => self::width(row, separator) == width,
        };
        if !belongs {
            return None;
        }
        if let Some(said) = cell(row, separator, index).and_then(meaning) {
            return Some(said);
        }
        if separator == b'\n' {
            return None;
        }
        above = above.get(..from)?;
    }
    None
}

/// How many separators stand in a row outside quotes.
fn width(row: &[u8], separator: u8) -> usize {
    if !row.contains(&b'"') {
        return memchr::memchr_iter(separator, row).count();
    }
    let mut quoted = false;
    let count = row.iter().filter(|byte| {
        quoted ^= **byte == b'"';
        **byte == separator && !quoted
    });
    count.count()
}

/// One cell of a row.
fn cell(row: &[u8], separator: u8, index: usize) -> Option<&[u8]> {
    match separator {
        b'\n' => Some(row),
        // In aligned text a heading may begin a little before its column.
        b' ' => {
            let from = row.get(..index)?;
            let gap = memchr::memmem::rfind(from, b"  ").map_or(0, |at| at.saturating_add(2));
            let near = gap.max(index.saturating_sub(12));
            let rest = row.get(near..)?;
            let length = memchr::memmem::find(rest.get(index.saturating_sub(near)..)?, b"  ");
            let length = length.map(|at| at.saturating_add(index.saturating_sub(near)));
            rest.get(..length.unwrap_or(rest.len()))
        }
        separator => {
            let mut quoted = false;
            let mut cells = row.split(|byte| {
                quoted ^= *byte == b'"';
                *byte == separator && !quoted
            });
            cells.nth(index)
        }
    }
}

/// What the words of a header say.
fn meaning(cell: &[u8]) -> Option<Header> {
    let cell = cell.get(..cell.len().min(80))?;
    let glued: String = cell
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    if glued.is_empty() || glued.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if BIRTH.iter().any(|name| glued.ends_with(name)) {
        return Some(Header::BirthDate);
    }
    if NAMES.contains(&glued) {
        return Some(Header::Number);
    }
    let mut said = None;
    WordFinder::default().in_stretch(cell, 0, cell.len(), &mut |word| {
        let means = match word.kind {
            WordKind::Label => Some(Header::Number),
            WordKind::Phone => Some(Header::Phone),
            WordKind::Reference => Some(Header::Reference),
            WordKind::ShortLabel
            | WordKind::Patient
            | WordKind::Clinical
            | WordKind::Everyday
            | WordKind::ReferenceWord
            | WordKind::Title
            | WordKind::Valediction => None,
        };
        said = said.or(means);
    });
    said
}

/// How headings of columns of dates of birth end.
const BIRTH: [&str; 4] = ["dob", "dateofbirth", "birthdate", "birthdt"];

/// Headings of columns of NHS, CHI and H&C numbers, letters and digits alone.
static NAMES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let lists = [
        include_str!("../../rules/lists/nhs-number-headings.txt"),
        include_str!("../../rules/lists/nhs-number-labels.txt"),
    ];
    let lines = lists.into_iter().flat_map(list_lines);
    lines
        .map(|line| line.chars().filter(char::is_ascii_alphanumeric).collect())
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    /// The cells of a text: every word of ten digits; odd ones are valid.
    fn columns(text: &str) -> (Columns, Vec<usize>) {
        let mut cells = Vec::new();
        let mut at = 0;
        for word in text.split(|letter: char| !letter.is_ascii_digit()) {
            if word.len() == 10 {
                let value: u64 = word.parse().unwrap();
                cells.push(Cell {
                    start: at,
                    end: at + 10,
                    value,
                    valid: value % 2 == 1,
                    plausible: word.starts_with('9'),
                });
            }
            at += word.len() + 1;
        }
        let starts = cells.iter().map(|cell| cell.start).collect();
        (Columns::of(text.as_bytes(), cells.into_iter()), starts)
    }

    fn rows(count: usize, row: impl Fn(usize) -> String) -> String {
        (0..count).map(row).collect()
    }

    #[test]
    fn six_that_hold_are_patients_and_five_are_not() {
        for (count, expected) in [(5, None), (6, Some(true))] {
            let text = rows(count, |n| format!("name {n},90000000{n}1,x\n"));
            let (columns, starts) = columns(&text);
            assert_eq!(columns.says(starts[0]).patients, expected, "{count}");
        }
    }

    #[test]
    fn the_same_value_counts_once_and_other_ranges_don_t() {
        let (same, starts) = columns(&rows(20, |_| String::from("9000000001\n")));
        assert_eq!(same.says(starts[0]).patients, None);
        let (books, starts) = columns(&rows(20, |n| {
            format!("00000000{n:02}\n").replace("0\n", "1\n")
        }));
        assert_eq!(books.says(starts[0]).patients, None);
    }

    #[test]
    fn a_column_at_chance_is_none() {
        let text = rows(22, |n| {
            format!("90000000{n:02};{}\n", n % 2).replace("1;1", "2;1")
        });
        let (columns, starts) = columns(&text);
        assert_eq!(columns.says(starts[0]).patients, Some(false));
    }

    #[test]
    fn the_header_is_found_above() {
        let text = "Surname,NHS_Number,Tel\n\"Sample, A\",9000000001,9000000003\nB,9000000005,9000000007\n";
        let (columns, starts) = columns(text);
        let headers: Vec<_> = starts
            .iter()
            .map(|start| columns.says(*start).header)
            .collect();
        assert_eq!(
            headers,
            [Header::Number, Header::Phone, Header::Number, Header::Phone].map(Some)
        );
        let aligned = "Name    NHS No      Ward\nA B     9000000001  4\nC D     9000000003  5\n";
        let (columns, starts) = self::columns(aligned);
        assert_eq!(columns.says(starts[0]).header, Some(Header::Number));
        let alone = "Patient ID\r\n9000000001\r\n9000000003\r\n";
        let (columns, starts) = self::columns(alone);
        assert_eq!(columns.says(starts[1]).header, Some(Header::Number));
    }
}
