//! Word documents before 2007 (DOC).
//!
//! Source: MS-DOC 2.4.1 (retrieving text), 2.3 (the parts of the text), 2.8.25
//! (fields). Documents of Word 6 and 95 are read as well; earlier ones give
//! their strings and a gap. Traps: text that a fast save took away still stands
//! in the stream; cell marks and row marks are the same character; names of
//! streams come in any case.

use super::art;
use super::code_page;
use super::embedded;
use super::layers::Layers;
use super::ole::{Ole, Storage};
use super::raw::{part_or_rest, strings, u16_at, utf16, wide_strings};
use super::word_file::{COMMENT_AUTHORS, DRAWINGS, Header, PARTS, Piece};
use super::word_marks::Marks;
use crate::extract::sink::{Sink, Spot};
use crate::location::Hidden;
use crate::mail::GapReason;

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let Some(mut ole) = Ole::open(bytes) else {
        // Before Word 6 there was no container; or it is damaged.
        let damaged = bytes.starts_with(&super::ole::SIGNATURE);
        sink.gap(
            Spot::default(),
            if damaged {
                GapReason::Broken
            } else {
                GapReason::UnknownFormat
            },
        );
        sink.text(Spot::default(), strings(bytes, 4));
        return;
    };
    document(&mut ole, sink);
    embedded::around(&mut ole, &[], sink);
}

fn document(ole: &mut Ole<'_>, sink: &mut Sink<'_>) {
    let spot = Spot::default();
    let Some(stream) = whole_stream(ole, "WordDocument", sink) else {
        sink.gap(spot, GapReason::Broken);
        return;
    };
    let Some(header) = Header::read(&stream) else {
        sink.gap(spot, GapReason::Broken);
        sink.text(spot, strings(&stream, 4));
        return;
    };
    if header.is_encrypted() {
        sink.gap(spot, GapReason::Encrypted);
        return;
    }
    let table = whole_stream(ole, header.table_stream(), sink).unwrap_or_default();
    let marks = Marks::read(&header, &stream, &table);
    match header.pieces(&table) {
        Some(pieces) => text(&header, &stream, &marks, &pieces, sink),
        None => {
            sink.gap(spot, GapReason::Broken);
            sink.text(spot, strings(&stream, 4));
        }
    }
    names(&header, &table, sink);
    let shapes = art::shapes(header.table(DRAWINGS, &table), spot, sink);
    sink.text(spot, shapes);
    art::pictures(&stream, spot, sink);
    if let Some(data) = whole_stream(ole, "Data", sink) {
        art::pictures(&data, spot, sink);
        // The names and texts of form fields.
        let mut fields = art::shapes(&data, spot, sink);
        wide_strings(&data, 4, &mut fields);
        sink.text(spot, fields);
    }
}

fn whole_stream(ole: &mut Ole<'_>, name: &str, sink: &mut Sink<'_>) -> Option<Vec<u8>> {
    let (bytes, why) = ole.stream(&Storage::root(), name)?;
    if let Some(why) = why {
        sink.gap(Spot::default(), why);
    }
    Some(bytes)
}

/// Reads all parts of the text, and what was text.
fn text(header: &Header, stream: &[u8], marks: &Marks, pieces: &[Piece], sink: &mut Sink<'_>) {
    let mut lengths = header.lengths().iter().copied().take(PARTS);
    let mut left = lengths.next().unwrap_or(usize::MAX);
    let mut running = Running::new(marks, header.code_page());
    let mut covered = Vec::new();
    // Pieces of a hostile document may all be the same long one.
    let mut most = stream.len().saturating_mul(4);
    for piece in pieces {
        let mut piece = *piece;
        while piece.length > 0 {
            while left == 0 {
                running.tell(sink);
                // Behind the last part there is one character more.
                left = lengths.next().unwrap_or(usize::MAX);
            }
            let taken = piece.length.min(left);
            let bytes = part_or_rest(stream, piece.at, taken.saturating_mul(piece.width));
            if bytes.len() > most {
                sink.gap(Spot::default(), GapReason::TooLarge);
                running.tell(sink);
                return;
            }
            most = most.saturating_sub(bytes.len());
            if bytes.len() < taken.saturating_mul(piece.width) {
                sink.gap(Spot::default(), GapReason::Truncated);
            }
            running.piece(bytes, piece.at, piece.width);
            let end = piece.at.saturating_add(bytes.len());
            covered.push((piece.at, end));
            piece.at = end;
            if bytes.is_empty() {
                break;
            }
            piece.length = piece.length.saturating_sub(taken);
            left = left.saturating_sub(taken);
        }
    }
    running.tell(sink);
    left_over(header, stream, marks, covered, sink);
}

/// Text that is in the stream and no longer in the document: a fast save leaves
/// it where it was.
fn left_over(
    header: &Header,
    stream: &[u8],
    marks: &Marks,
    mut covered: Vec<(usize, usize)>,
    sink: &mut Sink<'_>,
) {
    /// Shorter remains are no words.
    const LEAST: usize = 8;
    let (from, to) = header.span;
    let to = covered.iter().map(|(_, end)| *end).fold(to, usize::max);
    covered.extend(&marks.pages);
    covered.sort_unstable();
    let mut deleted = String::new();
    let mut at = from;
    for (start, end) in covered.into_iter().chain([(to, to)]) {
        if start > at {
            let rest = part_or_rest(stream, at, start.saturating_sub(at));
            let found = strings(rest, LEAST);
            let words = found.lines().filter(|line| is_writing(line));
            deleted.extend(words.flat_map(|line| [line, "\n"]));
        }
        at = at.max(end);
    }
    sink.text(Spot::default().hidden(Hidden::Deletion), deleted);
}

/// Whether a string from binary data is something that a person wrote: mostly
/// letters, digits and spaces.
fn is_writing(line: &str) -> bool {
    let written = line
        .chars()
        .filter(|character| character.is_alphanumeric() || *character == ' ');
    let all = line.chars().count();
    written.count().saturating_mul(10) >= all.saturating_mul(8)
}

/// The text as it is put together, up to the end of a part.
struct Running<'m> {
    marks: &'m Marks,
    code_page: u32,
    layers: Layers,
    /// Codes of fields: what is calculated, or where a link goes.
    codes: String,
    /// For each open field whether its code is being read.
    fields: Vec<bool>,
    /// How many of them are.
    in_codes: usize,
    after_cell: bool,
}

impl<'m> Running<'m> {
    fn new(marks: &'m Marks, code_page: u32) -> Self {
        Self {
            marks,
            code_page,
            layers: Layers::default(),
            codes: String::new(),
            fields: Vec::new(),
            in_codes: 0,
            after_cell: false,
        }
    }

    /// Takes text that stands at `at` in the stream.
    fn piece(&mut self, bytes: &[u8], at: usize, width: usize) {
        let mut from = 0_usize;
        while from < bytes.len() {
            let place = at.saturating_add(from);
            let (mark, until) = self.marks.hidden_at(place);
            let len = until.saturating_sub(place).max(width);
            // Up to a cell mark: its place tells whether it ends a row.
            let rest = part_or_rest(bytes, from, len.next_multiple_of(width));
            let units = rest.chunks(width);
            let cell = units
                .enumerate()
                .find(|(_, unit)| matches!(unit, [7] | [7, 0]))
                .map(|(number, _)| number.saturating_mul(width));
            let run = part_or_rest(rest, 0, cell.unwrap_or(rest.len()));
            let run_len = run.len();
            let run = if width == 2 {
                utf16(run)
            } else {
                code_page::decode(run, self.code_page).into_owned()
            };
            for character in run.chars() {
                self.push(character, mark);
            }
            from = from.saturating_add(run_len);
            if cell.is_some() {
                self.cell(at.saturating_add(from), mark);
                from = from.saturating_add(width);
            }
        }
    }

    fn cell(&mut self, at: usize, mark: Option<Hidden>) {
        let ends_row = if self.marks.knows_rows {
            self.marks.ends_row(at)
        } else {
            self.after_cell
        };
        self.push(if ends_row { '\n' } else { '\t' }, mark);
        self.after_cell = !ends_row;
    }

    fn push(&mut self, character: char, mark: Option<Hidden>) {
        self.after_cell = false;
        let text = match character {
            '\u{13}' => {
                self.fields.push(true);
                self.in_codes = self.in_codes.saturating_add(1);
                return;
            }
            '\u{14}' => {
                self.end_code();
                return;
            }
            '\u{15}' => {
                self.end_code();
                self.fields.pop();
                return;
            }
            '\u{0B}' | '\u{0C}' | '\r' | '\u{0E}' => '\n',
            '\u{1E}' => '-',
            '\u{A0}' => ' ',
            '\t' | '\n' => character,
            // Pictures, notes' numbers, soft hyphens.
            '\0'..='\u{1F}' => return,
            other => other,
        };
        if self.in_codes > 0 {
            self.codes.push(text);
        } else {
            self.layers.push(text, mark);
        }
    }

    fn end_code(&mut self) {
        if let Some(in_code) = self.fields.last_mut().filter(|in_code| **in_code) {
            *in_code = false;
            self.in_codes = self.in_codes.saturating_sub(1);
            self.codes.push('\n');
        }
    }

    fn tell(&mut self, sink: &mut Sink<'_>) {
        std::mem::take(&mut self.layers).tell(Spot::default(), sink);
        sink.text(Spot::default(), std::mem::take(&mut self.codes));
        self.fields.clear();
        self.in_codes = 0;
    }
}

/// Reads the lists of names: bookmarks, authors, variables, associated texts.
fn names(header: &Header, table: &[u8], sink: &mut Sink<'_>) {
    let mut text = String::new();
    // A hostile header may name the same long list many times.
    let mut most = table.len().saturating_mul(2);
    for list in header.tables(table) {
        if list.len() > most {
            sink.gap(Spot::default(), GapReason::TooLarge);
            break;
        }
        most = most.saturating_sub(list.len());
        // Lists of strings in UTF-16 begin so (MS-DOC 2.2.4): how many, how much
        // follows each. Behind those of variables are their values.
        if !list.starts_with(&[0xFF, 0xFF]) {
            continue;
        }
        let count = usize::from(u16_at(list, 2).unwrap_or(0));
        let extra = usize::from(u16_at(list, 4).unwrap_or(0));
        let rest = list.get(6..).unwrap_or(&[]);
        let rest = counted_strings(rest, count, extra, &mut text);
        counted_strings(rest, usize::MAX, 0, &mut text);
    }
    let authors = header.table(COMMENT_AUTHORS, table);
    counted_strings(authors, usize::MAX, 0, &mut text);
    sink.text(Spot::default(), text);
}

/// At most `count` strings in UTF-16, each with its length before it and
/// `extra` bytes behind; the rest.
fn counted_strings<'l>(
    mut list: &'l [u8],
    count: usize,
    extra: usize,
    text: &mut String,
) -> &'l [u8] {
    for _ in 0..count {
        let Some(units) = u16_at(list, 0) else {
            break;
        };
        let len = usize::from(units).saturating_mul(2);
        let string = utf16(part_or_rest(list, 2, len));
        if !string.is_empty() {
            text.push_str(&string);
            text.push('\n');
        }
        let next = len.saturating_add(2).saturating_add(extra);
        list = list.get(next..).unwrap_or(&[]);
    }
    list
}

#[cfg(test)]
mod tests {
    use crate::extract::suite::{corpus, gaps, has, hidden, read};

    #[test]
    fn headers_footnotes_comments_and_fields_are_read() {
        let Some(bytes) = corpus("tika/testWORD_various.doc") else {
            return;
        };
        let reading = read(&bytes);
        for words in [
            "This is the header text.",
            "This is the footer text.",
            "Here is a text box",
            "Here is a citation:",
            "Row 1 Col 1",
            "http://tika.apache.org/",
            "Subject is here",
        ] {
            assert!(has(&reading, words), "{words}");
        }
    }

    #[test]
    fn a_document_of_word_6_is_read() {
        let Some(bytes) = corpus("tika/testWORD6.doc") else {
            return;
        };
        let reading = read(&bytes);
        assert!(has(&reading, "The quick brown fox jumps over the lazy dog"));
        assert_eq!(gaps(&reading), [] as [&str; 0]);
    }

    #[test]
    fn a_plain_document_has_nothing_hidden() {
        for name in ["testWORD_no_format.doc", "testWORD_3imgs.doc"] {
            let Some(bytes) = corpus(&format!("tika/{name}")) else {
                return;
            };
            assert_eq!(hidden(&read(&bytes)), [] as [&str; 0], "{name}");
        }
    }
}
