//! A published table as rows: which text it is, what parts its cells, and where
//! its columns are named.
//!
//! **What is not here:** what the columns mean; see [`super::accredited`].

use super::list_error::ListError;

/// A row: its number, counted from 1, and its cells.
pub(super) type Row = (u64, Vec<String>);

/// The columns' names, and the first row behind them if it was read.
type Headers = (Vec<String>, Option<Row>);

/// How many notes may stand before the columns' names.
const MOST_NOTES: usize = 20;

/// What may part cells, the usual first.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// The text of a file.
///
/// # Errors
/// When it is none, or a web page.
pub(super) fn text(bytes: &[u8]) -> Result<String, ListError> {
    for (start, what) in KINDS {
        if bytes.starts_with(start) {
            return Err(ListError::NotText(what));
        }
    }
    let text = decode(bytes);
    let start = text.trim_start().get(..200).unwrap_or(text.trim_start());
    if start.starts_with('<') || start.to_ascii_lowercase().contains("<html") {
        return Err(ListError::Html);
    }
    if text.contains('\0') {
        return Err(ListError::NotText(
            "this is no text, or UTF-16 without its mark",
        ));
    }
    Ok(text)
}

/// What other kinds of files begin with.
const KINDS: [(&[u8], &str); 4] = [
    (b"PK\x03\x04", "this is a workbook or an archive"),
    (
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "this is an older workbook, or one with a password",
    ),
    (b"%PDF", "this is a PDF"),
    (b"\x1F\x8B", "this is a compressed file"),
];

fn decode(bytes: &[u8]) -> String {
    // Programs for sheets save "Unicode text" as UTF-16.
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        // Copies with Windows-1252 in organisations' names exist (2022).
        Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
    }
}

/// The table and what parts its cells: as Excel's first line `sep=;` says, or
/// that by which the row of the columns' names has the most cells.
pub(super) fn separator(text: &str, is_header: impl Fn(&[String]) -> bool) -> (&str, u8) {
    for separator in SEPARATORS {
        let mark = format!("sep={}", char::from(separator));
        let rest = text.strip_prefix(&mark);
        if let Some(rest) = rest.filter(|rest| rest.starts_with(['\r', '\n'])) {
            return (rest, separator);
        }
    }
    let cells = |separator: u8| {
        let found = headers(&mut rows(text, separator), &is_header);
        let names = found.ok().flatten().map(|(names, _)| names);
        names
            .filter(|names| is_header(names))
            .map_or(0, |names| names.len())
    };
    // Of those with as many the last counts for `max_by_key`.
    let best = SEPARATORS.into_iter().rev().max_by_key(|one| cells(*one));
    (text, best.unwrap_or(b','))
}

/// The rows of a text, each with the line on which it begins.
pub(super) fn rows(text: &str, separator: u8) -> impl Iterator<Item = Result<Row, ListError>> {
    let reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut lines = Lines {
        bytes: text.as_bytes(),
        at: 0,
        line: 1,
    };
    reader.into_records().map(move |record| {
        let (record, wrong) = match record {
            Ok(record) => (record, None),
            Err(error) => (csv::StringRecord::new(), Some(error)),
        };
        let position = wrong
            .as_ref()
            .map_or_else(|| record.position(), csv::Error::position);
        let line = lines.line_of(position.map_or(0, csv::Position::byte));
        match wrong {
            None => Ok((line, record.iter().map(str::to_owned).collect())),
            Some(_) => Err(ListError::Row {
                line,
                what: String::from("the row can't be read as CSV; mend or remove it"),
            }),
        }
    })
}

/// Counts lines. The reader's own count is one too few where lines end in CR LF:
/// there a record begins at the LF of the one before.
struct Lines<'t> {
    bytes: &'t [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of what begins at a byte, or behind the line ends there.
    fn line_of(&mut self, byte: u64) -> u64 {
        let begin = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(letter) = self.bytes.get(self.at) {
            if self.at >= begin && !matches!(letter, b'\r' | b'\n') {
                break;
            }
            self.at = self.at.saturating_add(1);
            let of_pair = *letter == b'\r' && self.bytes.get(self.at) == Some(&b'\n');
            if matches!(letter, b'\r' | b'\n') && !of_pair {
                self.line = self.line.saturating_add(1);
            }
        }
        self.line
    }
}

/// The columns' names, and the first row behind them if it was read: the first
/// row that has more than one cell, or one that is a header and has no better
/// one behind it. `None` where all is blank; a row that is no header where there
/// is none.
pub(super) fn headers(
    rows: &mut impl Iterator<Item = Result<Row, ListError>>,
    is_header: impl Fn(&[String]) -> bool,
) -> Result<Option<Headers>, ListError> {
    let mut only: Option<Vec<String>> = None;
    let mut notes = Vec::new();
    for row in rows {
        let (line, cells) = row?;
        let several = match filled(&cells) {
            0 => continue,
            1 => false,
            _ => true,
        };
        if let Some(names) = only.take() {
            // "Domain names as of May" is a title if the names come now.
            if several && is_header(&cells) {
                return Ok(Some((cells, None)));
            }
            return Ok(Some((names, Some((line, cells)))));
        }
        if several {
            return Ok(Some((cells, None)));
        }
        if is_header(&cells) {
            only = Some(cells);
        } else {
            notes.push(cells);
            if notes.len() > MOST_NOTES {
                break;
            }
        }
    }
    let first_note = notes.into_iter().next();
    Ok(only.or(first_note).map(|names| (names, None)))
}

/// How many cells of a row have something in them.
pub(super) fn filled(cells: &[String]) -> usize {
    cells.iter().filter(|cell| !cell.trim().is_empty()).count()
}

/// Whether nothing is in a row.
pub(super) fn is_blank(cells: &[String]) -> bool {
    filled(cells) == 0
}

/// So many characters of what stood in a cell, without those that a terminal
/// would act on, or that turn the direction of writing.
pub(super) fn shown(text: &str, longest: usize) -> String {
    let plain = |letter: char| match letter {
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => ' ',
        _ if letter.is_control() => ' ',
        _ => letter,
    };
    text.chars().take(longest).map(plain).collect()
}
