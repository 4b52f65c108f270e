//! Word documents before 2007 (DOC).
//!
//! Source: MS-DOC 2.4.1 (retrieving text), 2.3 (the parts of the text), 2.8.25
//! (fields). Documents of Word 6 and 95 are read as well; earlier ones give
//! their strings and a gap. Traps: text that a fast save took away still stands
//! in the stream; cell marks and row marks are the same character; names of
//! streams come in any case.

use super::art;
use super::embedded;
use super::ole::{Ole, Storage};
use super::raw::{part_or_rest, u16_at, utf16};
use super::word_file::{COMMENT_AUTHORS, DRAWINGS, Header, PARTS, Piece};
use super::word_marks::Marks;
use super::word_text::Running;
use crate::extract::sink::{Sink, Spot};
use crate::extract::strings::{strings, wide};
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
    let table = document(&mut ole, sink);
    embedded::around(&mut ole, &["WordDocument", "Data", table], sink);
}

/// Reads the document; which of its tables is in use.
fn document(ole: &mut Ole<'_>, sink: &mut Sink<'_>) -> &'static str {
    let spot = Spot::default();
    let Some(stream) = whole_stream(ole, "WordDocument", sink) else {
        sink.gap(spot, GapReason::Broken);
        return "";
    };
    let Some(header) = Header::read(&stream) else {
        sink.gap(spot, GapReason::Broken);
        sink.text(spot, strings(&stream, 4));
        return "";
    };
    if header.is_encrypted() {
        sink.gap(spot, GapReason::Encrypted);
        return header.table_stream();
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
        wide(&data, 4, &mut fields);
        sink.text(spot, fields);
    }
    header.table_stream()
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
    // Whatever else is in the table: numbers of lists are drawn from it.
    let mut rest = String::new();
    wide(table, 4, &mut rest);
    for line in rest.lines() {
        let digits = line.bytes().filter(u8::is_ascii_digit);
        if digits.count() >= 4 {
            text.push_str(line);
            text.push('\n');
        }
    }
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
    use std::io::{Cursor, Write};

    use crate::extract::suite::{corpus, gaps, has, hidden, read, told};

    /// A document as Word 97 writes it: pieces with their widths, and a page of
    /// formatting for characters from `marked`.
    struct Document {
        stream: Vec<u8>,
        pieces: Vec<(u32, u32)>,
        length: u32,
        formatting: Vec<(u32, u32, u16, u8)>,
        flags: u16,
    }

    const TEXT_AT: usize = 2048;

    impl Document {
        fn new() -> Self {
            Self {
                stream: vec![0; TEXT_AT],
                pieces: Vec::new(),
                length: 0,
                formatting: Vec::new(),
                flags: 0x0200,
            }
        }

        fn narrow(mut self, text: &str) -> Self {
            let at = u32::try_from(self.stream.len()).unwrap();
            self.stream.extend(text.bytes());
            self.pieces.push(((at * 2) | 0x4000_0000, self.length));
            self.length += u32::try_from(text.len()).unwrap();
            self
        }

        fn wide(mut self, text: &str) -> Self {
            let at = u32::try_from(self.stream.len()).unwrap();
            let units: Vec<u16> = text.encode_utf16().collect();
            self.stream
                .extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
            self.pieces.push((at, self.length));
            self.length += u32::try_from(units.len()).unwrap();
            self
        }

        /// Text with a property of its characters.
        fn marked(mut self, text: &str, sprm: u16, operand: u8) -> Self {
            let from = u32::try_from(self.stream.len()).unwrap();
            self = self.narrow(text);
            let to = u32::try_from(self.stream.len()).unwrap();
            self.formatting.push((from, to, sprm, operand));
            self
        }

        /// Text that no piece has.
        fn left_over(mut self, text: &str) -> Self {
            self.stream.extend(text.bytes());
            self
        }

        fn put(&mut self, at: usize, bytes: &[u8]) {
            self.stream[at..at + bytes.len()].copy_from_slice(bytes);
        }

        fn finish(mut self) -> Vec<u8> {
            let end = u32::try_from(self.stream.len()).unwrap();
            let mut table = vec![2];
            let list_len = u32::try_from(self.pieces.len() * 12 + 4).unwrap();
            table.extend(list_len.to_le_bytes());
            let starts = self.pieces.iter().map(|piece| piece.1);
            table.extend(starts.chain([self.length]).flat_map(u32::to_le_bytes));
            for (at, _) in &self.pieces {
                table.extend([0, 0]);
                table.extend(at.to_le_bytes());
                table.extend([0, 0]);
            }
            let pieces = u32::try_from(table.len()).unwrap();
            self.stream
                .resize(self.stream.len().next_multiple_of(512), 0);
            let page_at = self.stream.len();
            let mut page = vec![0_u8; 512];
            // Runs of one property each; the formatting stands at the end.
            for (number, (from, to, sprm, operand)) in self.formatting.iter().enumerate() {
                page[number * 8..number * 8 + 4].copy_from_slice(&from.to_le_bytes());
                page[number * 8 + 4..number * 8 + 8].copy_from_slice(&to.to_le_bytes());
                let at = 400 + number * 8;
                page[at..at + 2].copy_from_slice(&[3, sprm.to_le_bytes()[0]]);
                page[at + 2..at + 4].copy_from_slice(&[sprm.to_le_bytes()[1], *operand]);
                let runs = self.formatting.len() * 2 - 1;
                page[(runs + 1) * 4 + number * 2] = u8::try_from(at / 2).unwrap();
                page[511] = u8::try_from(runs).unwrap();
            }
            self.stream.extend(page);
            let page_number = u32::try_from(page_at / 512).unwrap();
            for number in [0, u32::MAX, page_number] {
                table.extend(number.to_le_bytes());
            }
            let flags = self.flags.to_le_bytes();
            self.put(0, &[0xEC, 0xA5, 193, 0]);
            self.put(10, &flags);
            self.put(24, &u32::try_from(TEXT_AT).unwrap().to_le_bytes());
            self.put(28, &end.to_le_bytes());
            self.put(32, &[14, 0]);
            self.put(62, &[22, 0]);
            let length = self.length.to_le_bytes();
            self.put(76, &length);
            self.put(152, &[93, 0]);
            self.put(154 + 33 * 8 + 4, &pieces.to_le_bytes());
            self.put(154 + 12 * 8, &pieces.to_le_bytes());
            self.put(154 + 12 * 8 + 4, &12_u32.to_le_bytes());
            let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
            for (name, bytes) in [("/WordDocument", &self.stream), ("/1Table", &table)] {
                file.create_stream(name).unwrap().write_all(bytes).unwrap();
            }
            file.flush().unwrap();
            file.into_inner().into_inner()
        }
    }

    #[test]
    fn a_number_in_pieces_of_both_widths_is_one_number() {
        let document = Document::new()
            .narrow("NHS 943 4")
            .wide("76 59")
            .narrow("19\r");
        let reading = read(&document.finish());
        assert!(has(&reading, "NHS 943 476 5919"), "{:?}", told(&reading));
        assert_eq!((gaps(&reading).len(), hidden(&reading).len()), (0, 0));
    }

    #[test]
    fn the_code_of_a_field_does_not_stand_in_a_number() {
        let document = Document::new().narrow("943 \u{13} REF x \u{14}476\u{15} 5919\r");
        let reading = read(&document.finish());
        assert!(has(&reading, "943 476 5919"), "{:?}", told(&reading));
        assert!(has(&reading, "REF x"));
    }

    #[test]
    fn hidden_and_deleted_characters_are_told_with_their_paragraph() {
        // Hidden, deleted, white.
        for (sprm, operand, kind) in [
            (0x083C, 1, "text"),
            (0x0800, 1, "deletion"),
            (0x2A42, 8, "text"),
        ] {
            let document = Document::new()
                .narrow("NHS 943 ")
                .marked("476", sprm, operand);
            let reading = read(&document.narrow(" 5919\r").finish());
            assert!(has(&reading, "NHS 943 5919"), "{:?}", told(&reading));
            assert!(has(&reading, "NHS 943 476 5919"), "{:?}", told(&reading));
            assert_eq!(hidden(&reading), [kind]);
        }
    }

    #[test]
    fn text_that_a_fast_save_left_is_a_deletion() {
        let document = Document::new()
            .narrow("new\r")
            .left_over("NHS 943 476 5919");
        let reading = read(&document.finish());
        assert!(has(&reading, "NHS 943 476 5919"), "{:?}", told(&reading));
        assert_eq!(hidden(&reading), ["deletion"]);
    }

    #[test]
    fn an_encrypted_document_is_said_to_be() {
        let mut document = Document::new().narrow("x");
        document.flags |= 0x0100;
        assert_eq!(gaps(&read(&document.finish())), ["encrypted doc"]);
    }

    #[test]
    fn pieces_that_are_all_the_same_take_bounded_memory() {
        let mut document = Document::new().narrow(&"943 476 5919 ".repeat(1000));
        let (at, _) = document.pieces[0];
        let length = document.length;
        document.pieces = (0..50_000).map(|number| (at, number * length)).collect();
        document.length *= 50_000;
        let reading = read(&document.finish());
        assert!(has(&reading, "943 476 5919"));
        assert_eq!(gaps(&reading), ["too-large doc"]);
    }

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
        assert_eq!(hidden(&reading), [] as [&str; 0]);
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
