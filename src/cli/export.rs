//! An export of patient numbers, CSV in any usual dialect: the column, and
//! what is in its cells.
//!
//! The columns are those asked for, or the one whose heading says what it is,
//! or the one whose cells do. Values are never printed: what is wrong is told
//! by the numbers of lines.

use std::collections::BTreeSet;
use std::io::{self, Cursor, Read};

use csv::{ByteRecord, Terminator};

use crate::scan::known::{Cell, Wrong, names_chi, names_numbers, plain, read_cell};

/// How many lines are looked at to find a column by its cells.
const SAMPLE: usize = 1_000;

/// How many bytes are looked at to tell the dialect.
const HEAD: u64 = 64 << 10;

/// How many wrong cells are told by their line.
const SHOWN: usize = 5;

/// A line longer than this is a quote that nobody closed.
const LINE_BYTES: usize = 1 << 20;

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Export {
    /// The columns, by heading or by number.
    pub(super) columns: Vec<String>,
    /// How many rows there are below the headings.
    pub(super) rows: usize,
    /// The numbers, sorted, each once.
    pub(super) numbers: Vec<[u8; 10]>,
    /// Cells with nothing, or with words alone.
    pub(super) blank: usize,
    /// Cells with ten equal digits and the like.
    pub(super) placeholders: usize,
    /// Numbers of ranges that are never issued, which were left out.
    pub(super) test_range: usize,
    /// Cells with a wrong check digit.
    pub(super) check_digit: usize,
    /// Cells with something that is not ten digits.
    pub(super) not_ten_digits: usize,
    /// Cells with numbers of ranges that are not in use.
    pub(super) range: usize,
    /// The first wrong cells: their lines, from 1, and what is wrong.
    pub(super) first_wrong: Vec<(u64, Wrong)>,
    /// How many cells held a number, whether it came before or not.
    good: usize,
}

/// Why an export can't be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExportError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("this is {0}; save the list as CSV in UTF-8")]
    NotCsv(&'static str),
    #[error("line {0} is longer than a megabyte: a quote in it is never closed")]
    Endless(u64),
    // The first line may hold data, so what stands in it is not repeated.
    #[error(
        "there is no column \"{0}\"; give its heading as in the first line, or its number from 1"
    )]
    NoSuchColumn(String),
    #[error(
        "no column is headed as NHS, CHI or H&C numbers, and none is told by its cells; name it with --column (its heading, or its number from 1)"
    )]
    NoColumn,
    #[error("several columns hold such numbers ({0}); name one or more with --column")]
    Several(String),
}

impl Export {
    /// How many cells held something that is no number of a patient.
    pub(super) fn wrong(&self) -> usize {
        self.check_digit
            .saturating_add(self.not_ten_digits)
            .saturating_add(self.range)
    }

    /// Whether more than a tenth of the cells that hold something are wrong.
    pub(super) fn mostly_wrong(&self) -> bool {
        let all = self
            .wrong()
            .saturating_add(self.good)
            .saturating_add(self.test_range);
        self.wrong().saturating_mul(10) > all
    }

    /// Reads an export. `wanted` names columns; `test_range` takes numbers
    /// that are never issued as well.
    ///
    /// # Errors
    /// See [`ExportError`].
    pub(super) fn read(
        mut input: impl Read,
        wanted: &[String],
        test_range: bool,
    ) -> Result<Self, ExportError> {
        let mut head = Vec::new();
        input.by_ref().take(HEAD).read_to_end(&mut head)?;
        if let Some(what) = not_csv(&head) {
            return Err(ExportError::NotCsv(what));
        }
        let delimiter = delimiter(&head);
        // With CRLF the reader takes each line for the one before it; blanks at
        // the end of a cell don't matter here.
        let terminator = if head.contains(&b'\n') {
            Terminator::Any(b'\n')
        } else {
            Terminator::CRLF
        };
        let start = if head.starts_with(b"\xEF\xBB\xBF") {
            3
        } else {
            0
        };
        let mut head = Cursor::new(head);
        head.set_position(start);
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .delimiter(delimiter)
            .terminator(terminator)
            .from_reader(head.chain(input));
        let mut sample = Vec::new();
        let mut record = ByteRecord::new();
        while sample.len() < SAMPLE && next(&mut reader, &mut record)? {
            sample.push(record.clone());
        }
        let headings = sample.first().filter(|first| is_heading(first)).cloned();
        let rows = sample.get(usize::from(headings.is_some())..).unwrap_or(&[]);
        let columns = match wanted {
            [] => vec![find_column(headings.as_ref(), rows)?],
            wanted => named_columns(wanted, headings.as_ref())?,
        };
        let mut export = Self {
            columns: columns.iter().map(|column| column.name.clone()).collect(),
            ..Self::default()
        };
        for row in rows {
            export.row(row, &columns, test_range);
        }
        while next(&mut reader, &mut record)? {
            export.row(&record, &columns, test_range);
        }
        export.numbers.sort_unstable();
        export.numbers.dedup();
        Ok(export)
    }

    fn row(&mut self, row: &ByteRecord, columns: &[Column], test_range: bool) {
        self.rows = self.rows.saturating_add(1);
        for column in columns {
            let cell = text(row.get(column.index).unwrap_or(b""));
            let wrong = match read_cell(&cell, column.chi) {
                Cell::Number(digits) => {
                    self.good = self.good.saturating_add(1);
                    self.numbers.push(digits);
                    continue;
                }
                Cell::Test(digits) if test_range => {
                    self.good = self.good.saturating_add(1);
                    self.numbers.push(digits);
                    continue;
                }
                Cell::Test(_) => {
                    self.test_range = self.test_range.saturating_add(1);
                    continue;
                }
                Cell::Blank => {
                    self.blank = self.blank.saturating_add(1);
                    continue;
                }
                Cell::Placeholder => {
                    self.placeholders = self.placeholders.saturating_add(1);
                    continue;
                }
                Cell::Wrong(wrong) => wrong,
            };
            let count = match wrong {
                Wrong::CheckDigit => &mut self.check_digit,
                Wrong::NotTenDigits => &mut self.not_ten_digits,
                Wrong::Range => &mut self.range,
            };
            *count = count.saturating_add(1);
            if self.first_wrong.len() < SHOWN {
                let line = row.position().map_or(0, csv::Position::line);
                self.first_wrong.push((line, wrong));
            }
        }
    }
}

/// A column that is read.
#[derive(Debug)]
struct Column {
    index: usize,
    name: String,
    /// Whether it holds CHI numbers.
    chi: bool,
}

impl Column {
    fn new(index: usize, headings: Option<&ByteRecord>) -> Self {
        let heading = headings.and_then(|headings| headings.get(index));
        let heading = heading.map(|heading| text(heading).trim().to_owned());
        let number = index.saturating_add(1);
        Self {
            index,
            chi: heading.as_deref().is_some_and(names_chi),
            name: heading.unwrap_or_else(|| format!("number {number}")),
        }
    }
}

/// The next record; `false` at the end.
fn next(reader: &mut csv::Reader<impl Read>, record: &mut ByteRecord) -> Result<bool, ExportError> {
    let more = reader.read_byte_record(record).map_err(io::Error::from)?;
    if record.as_slice().len() > LINE_BYTES {
        let line = record.position().map_or(0, csv::Position::line);
        return Err(ExportError::Endless(line));
    }
    Ok(more)
}

fn text(cell: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(cell)
}

/// What a file is that is no CSV.
fn not_csv(head: &[u8]) -> Option<&'static str> {
    let start = head.trim_ascii_start();
    let begins = |with: &[u8]| {
        let start = start.get(..with.len()).unwrap_or(&[]);
        start.eq_ignore_ascii_case(with)
    };
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"\xD0\xCF\x11\xE0") {
        Some("a workbook")
    } else if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        Some("text in UTF-16")
    } else if begins(b"<!doctype") || begins(b"<html") {
        Some("a web page")
    } else if head.contains(&0) {
        Some("no text")
    } else {
        None
    }
}

/// What separates the cells of the first line.
fn delimiter(head: &[u8]) -> u8 {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or(head);
    let count = |wanted: u8| {
        let mut quoted = false;
        let outside = line.iter().filter(|byte| {
            quoted ^= **byte == b'"';
            !quoted && **byte == wanted
        });
        outside.count()
    };
    // The last of equals is taken: the comma where there is none at all.
    let known = [b'|', b';', b'\t', b','];
    known
        .into_iter()
        .max_by_key(|byte| count(*byte))
        .unwrap_or(b',')
}

/// Whether a first row holds names and no data: no cell has nine digits.
fn is_heading(row: &ByteRecord) -> bool {
    row.iter()
        .all(|cell| cell.iter().filter(|byte| byte.is_ascii_digit()).count() < 9)
}

fn named_columns(
    wanted: &[String],
    headings: Option<&ByteRecord>,
) -> Result<Vec<Column>, ExportError> {
    let mut columns = Vec::new();
    for name in wanted {
        let named = headings.and_then(|headings| {
            let mut names = headings.iter().map(|heading| plain(&text(heading)));
            names.position(|heading| heading == plain(name))
        });
        let numbered = || name.parse::<usize>().ok()?.checked_sub(1);
        let Some(index) = named.or_else(numbered) else {
            return Err(ExportError::NoSuchColumn(name.clone()));
        };
        columns.push(Column::new(index, headings));
    }
    Ok(columns)
}

/// The one column that its heading names, or else its cells.
fn find_column(headings: Option<&ByteRecord>, rows: &[ByteRecord]) -> Result<Column, ExportError> {
    let named = headings.into_iter().flat_map(|headings| {
        let cells = headings.iter().enumerate();
        cells.filter(|(_, heading)| names_numbers(&text(heading)))
    });
    let mut found: Vec<usize> = named.map(|(index, _)| index).collect();
    if found.is_empty() {
        let width = rows.iter().map(ByteRecord::len).max().unwrap_or(0);
        found = (0..width)
            .filter(|index| told_by_cells(rows, *index))
            .collect();
    }
    match found.as_slice() {
        [] => Err(ExportError::NoColumn),
        [index] => Ok(Column::new(*index, headings)),
        several => {
            let choice = several
                .iter()
                .map(|index| Column::new(*index, headings).name);
            Err(ExportError::Several(choice.collect::<Vec<_>>().join(", ")))
        }
    }
}

/// Whether a column is one of patients' numbers by its cells: one random
/// number in eleven has a right check digit, of theirs nearly all have, so six
/// that hold say it at a million to one, and one that fails takes 1.6 back.
fn told_by_cells(rows: &[ByteRecord], index: usize) -> bool {
    let mut good = BTreeSet::new();
    let mut wrong = 0_usize;
    for row in rows {
        match read_cell(&text(row.get(index).unwrap_or(b"")), false) {
            Cell::Number(digits) | Cell::Test(digits) => {
                good.insert(digits);
            }
            Cell::Wrong(_) => wrong = wrong.saturating_add(1),
            Cell::Blank | Cell::Placeholder => {}
        }
    }
    let against = wrong.saturating_mul(8).div_euclid(5);
    good.len() >= against.saturating_add(6)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: [&str; 7] = [
        "9434765919",
        "9990000018",
        "9000000009",
        "9000000017",
        "9000000025",
        "9000000033",
        "9000000041",
    ];

    fn read(text: &str) -> Result<Export, ExportError> {
        Export::read(text.as_bytes(), &[], true)
    }

    #[test]
    fn a_column_is_found_by_its_heading_in_any_dialect() {
        for text in [
            "Name,NHS Number\nA,943 476 5919\n",
            "\u{feff}Name;NHS_No\r\nA;9434765919\r\n",
            "Name\tnhsno\nA\t943-476-5919\n",
            "Name,\"NHS Number\"\r\nA,\"9434765919\"\r\n",
            "\"Name, first\",\"NHS Number\"\n\"A, B\",\"9434765919\"\n",
        ] {
            let export = read(text).expect("an export");
            assert_eq!(export.numbers, [[9, 4, 3, 4, 7, 6, 5, 9, 1, 9]], "{text}");
            assert_eq!(export.rows, 1);
        }
    }

    #[test]
    fn a_column_is_found_by_its_cells() {
        let rows: Vec<String> = NUMBERS
            .iter()
            .map(|number| format!("ward 4,{number},0790090012"))
            .collect();
        let export = read(&rows.join("\n")).expect("an export");
        assert_eq!(export.columns, ["number 2"]);
        assert_eq!((export.rows, export.numbers.len()), (7, 7));
        let few = rows.get(..3).expect("three").join("\n");
        assert!(matches!(read(&few), Err(ExportError::NoColumn)));
    }

    #[test]
    fn what_is_skipped_is_counted_by_its_reason_and_told_by_its_line() {
        let text = "NHS Number\n9434765919\n\"\"\nunknown\n9434765918\n12345\n0000000000\n9434765919\n0032698674\n";
        let export = read(text).expect("an export");
        assert_eq!(export.rows, 8);
        assert_eq!(export.numbers.len(), 1);
        assert_eq!(
            (export.blank, export.placeholders, export.test_range),
            (2, 1, 0)
        );
        assert_eq!(
            export.first_wrong,
            [
                (5, Wrong::CheckDigit),
                (6, Wrong::NotTenDigits),
                (9, Wrong::Range)
            ]
        );
        assert!(export.mostly_wrong());
        let windows = read(&text.replace('\n', "\r\n")).expect("an export");
        assert_eq!(windows.first_wrong, export.first_wrong);
        let macintosh = read(&text.replace('\n', "\r")).expect("an export");
        assert_eq!(macintosh.rows, 8);
        let without = Export::read(text.as_bytes(), &[], false).expect("an export");
        assert_eq!((without.numbers.len(), without.test_range), (0, 2));
    }

    #[test]
    fn two_columns_must_be_chosen_from() {
        let text = "CHI,NHS Number\n607230002,9434765919\n";
        let Err(ExportError::Several(names)) = read(text) else {
            panic!("two columns");
        };
        assert_eq!(names, "CHI, NHS Number");
        let both = [String::from("chi"), String::from("2")];
        let export = Export::read(text.as_bytes(), &both, true).expect("an export");
        assert_eq!(export.numbers.len(), 2);
        let missing = [String::from("Hospital No")];
        let error = Export::read(text.as_bytes(), &missing, true).expect_err("no such column");
        assert!(
            error
                .to_string()
                .contains("there is no column \"Hospital No\""),
            "{error}"
        );
    }

    #[test]
    fn what_is_no_csv_is_said() {
        for (bytes, words) in [
            (b"PK\x03\x04 workbook".as_slice(), "a workbook"),
            (b"\xFF\xFEN\0", "UTF-16"),
            (b"<!DOCTYPE html><p>", "a web page"),
        ] {
            let error = Export::read(bytes, &[], true).expect_err("no CSV");
            assert!(error.to_string().contains(words), "{error}");
        }
        let endless = format!("NHS Number\n\"{}", "9434765919\n".repeat(100_000));
        assert!(matches!(read(&endless), Err(ExportError::Endless(2))));
    }
}
