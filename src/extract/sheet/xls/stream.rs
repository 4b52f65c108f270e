//! The stream of a workbook, record by record: the workbook, its sheets, and
//! the charts that stand in them (MS-XLS 2.1.7).
//!
//! Traps: an encrypted stream begins like any other, up to `FilePass`; the
//! second stream of files for two versions of Excel says all once more.

use super::cells;
use super::crypt;
use super::globals::Globals;
use super::part::{Part, remark};
use super::record::{Pieces, Records};
use crate::extract::legacy::art;
use crate::extract::sheet::grid::Grid;
use crate::extract::sink::{Sink, Spot};
use crate::extract::strings;
use crate::location::{Hidden, Unit};
use crate::mail::GapReason;

/// Ends a part.
const END: u16 = 0x000A;
/// Says that all that follows is encrypted.
const FILE_PASS: u16 = 0x002F;
/// How deep charts and sheets may stand in one another.
const DEPTH: usize = 8;

/// Reads a stream, encrypted or not.
pub(super) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let mut first = Records::of(bytes).take_while(|record| record.id != END);
    match first.find(|record| record.id == FILE_PASS) {
        None => walk(bytes, sink),
        Some(pass) => match crypt::plain(bytes, pass.pieces.rest()) {
            Some(plain) => walk(&plain, sink),
            None => sink.gap(Spot::default(), GapReason::Encrypted),
        },
    }
}

fn walk(bytes: &[u8], sink: &mut Sink<'_>) {
    let mut book = Book {
        globals: Globals::new(),
        open: Vec::new(),
        deeper: 0,
        sheets: 0,
        external: None,
        pictures: Vec::new(),
        outside: String::new(),
    };
    let mut records = Records::of(bytes);
    for mut record in records.by_ref() {
        book.record(record.offset, record.id, &mut record.pieces, sink);
    }
    let cut = (records.is_cut() && !book.open.is_empty()) || book.sheets == 0;
    while let Some(part) = book.open.pop() {
        part.finish(sink);
    }
    book.end_external(sink);
    sink.text(Spot::default(), std::mem::take(&mut book.outside));
    art::pictures(&book.pictures, Spot::default(), sink);
    if cut {
        sink.gap(Spot::default(), GapReason::Truncated);
    }
    let unused = book.globals.unused();
    sink.text(Spot::default().hidden(Hidden::Text), unused);
}

struct Book {
    globals: Globals,
    /// The parts that are begun.
    open: Vec<Part>,
    /// How many more are begun that are too deep.
    deeper: usize,
    /// How many sheets were begun.
    sheets: u32,
    external: Option<Grid>,
    pictures: Vec<u8>,
    /// Words outside of all parts.
    outside: String,
}

impl Book {
    fn record(&mut self, offset: usize, id: u16, pieces: &mut Pieces<'_>, sink: &mut Sink<'_>) {
        match id {
            0x0009 | 0x0209 | 0x0409 | 0x0809 => {
                self.begin(offset, id, pieces, sink);
                return;
            }
            END => {
                self.end(sink);
                return;
            }
            FILE_PASS => return,
            _ => {}
        }
        let before = pieces.clone();
        if self.globals.record(id, pieces) {
            return;
        }
        *pieces = before.clone();
        if self.external_record(id, pieces, sink).is_some() {
            return;
        }
        let Some(part) = self.open.last_mut() else {
            // Nothing stands outside of all parts; but words are words.
            self.outside.push_str(&strings::words(&before.all()));
            return;
        };
        *pieces = before.clone();
        let cell = cells::record(
            id,
            pieces,
            &mut self.globals,
            &mut part.grid,
            &mut part.awaiting,
        );
        if cell.is_some() {
            return;
        }
        *pieces = before.clone();
        if id == 0x00EB {
            // The pictures of all drawings, in pieces of several records.
            self.pictures.extend(before.all());
        } else if remark(id, pieces, &self.globals, part).is_none() {
            part.line(&strings::words(&before.all()));
        }
    }

    fn begin(&mut self, offset: usize, id: u16, pieces: &mut Pieces<'_>, sink: &mut Sink<'_>) {
        let version = pieces.u16().unwrap_or(0);
        let kind = pieces.u16().unwrap_or(0x10);
        if self.open.len() >= DEPTH {
            self.deeper = self.deeper.saturating_add(1);
            sink.gap(Spot::default(), GapReason::TooDeep);
            return;
        }
        if self.open.is_empty() && self.sheets == 0 {
            self.globals.strings.version = match (id, version) {
                (0x0009, _) => 2,
                (0x0209, _) => 3,
                (0x0409, _) => 4,
                (_, 0x0600..) => 8,
                _ => 5,
            };
        }
        let outer = self.open.last().filter(|part| part.is_sheet);
        let is_sheet = !matches!(kind, 0x0005 | 0x0100);
        let spot = match outer {
            Some(part) => part.spot,
            None if is_sheet => self.next_sheet(offset, sink),
            None => Spot::default(),
        };
        self.open.push(Part {
            spot,
            is_sheet,
            grid: Grid::new(sink.left().text_bytes),
            awaiting: None,
            other: String::new(),
            hidden: String::new(),
        });
    }

    /// Where the sheet that begins here stands in the list.
    fn next_sheet(&mut self, offset: usize, sink: &mut Sink<'_>) -> Spot {
        self.sheets = self.sheets.saturating_add(1);
        let sheets = &self.globals.sheets;
        let by_offset = self.globals.places.get(&offset).copied();
        let by_order = usize::try_from(self.sheets.saturating_sub(1)).unwrap_or(usize::MAX);
        let number = by_offset.unwrap_or(by_order);
        let unit = u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
        let spot = Spot::on(Unit::Sheet(unit));
        let spot = match sheets.get(number) {
            Some(sheet) => {
                let spot = Spot {
                    hidden: sheet.hidden,
                    ..spot
                };
                sink.name(spot, &sheet.name);
                spot
            }
            // A sheet that the list doesn't have is shown by no program.
            None if !sheets.is_empty() => spot.hidden(Hidden::VeryHiddenSheet),
            None => spot,
        };
        sink.hidden(spot);
        spot
    }

    fn end(&mut self, sink: &mut Sink<'_>) {
        if self.deeper > 0 {
            self.deeper = self.deeper.saturating_sub(1);
            return;
        }
        if let Some(part) = self.open.pop() {
            part.finish(sink);
        }
        self.end_external(sink);
    }

    /// Values copied from another workbook: `XCT` begins a sheet, `CRN` has
    /// cells of one row (2.4.352, 2.4.65).
    fn external_record(
        &mut self,
        id: u16,
        pieces: &mut Pieces<'_>,
        sink: &mut Sink<'_>,
    ) -> Option<()> {
        match id {
            0x0059 => {
                self.end_external(sink);
                self.external = Some(Grid::new(sink.left().text_bytes));
                Some(())
            }
            0x005A => {
                let last = u32::from(pieces.u8()?);
                let first = u32::from(pieces.u8()?);
                let row = u32::from(pieces.u16()?);
                let most = sink.left().text_bytes;
                let grid = self.external.get_or_insert_with(|| Grid::new(most));
                for column in first..=last {
                    let value = cells::cached(pieces, &self.globals)?;
                    grid.put(row, column, &value);
                }
                Some(())
            }
            _ => None,
        }
    }

    fn end_external(&mut self, sink: &mut Sink<'_>) {
        if let Some(grid) = self.external.take() {
            let spot = Spot::default().hidden(Hidden::ExternalCache);
            sink.hidden(spot);
            grid.finish(spot, sink);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use crate::extract::suite;

    /// Records: what each is and its content.
    fn stream(records: &[(u16, &[u8])]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (id, content) in records {
            bytes.extend(id.to_le_bytes());
            bytes.extend(u16::try_from(content.len()).unwrap().to_le_bytes());
            bytes.extend(*content);
        }
        bytes
    }

    fn file(streams: &[(&str, &[u8])]) -> Vec<u8> {
        let mut container = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        for (path, content) in streams {
            if let Some((folder, _)) = path.trim_start_matches('/').rsplit_once('/') {
                container.create_storage_all(folder).unwrap();
            }
            container
                .create_stream(path)
                .unwrap()
                .write_all(content)
                .unwrap();
        }
        container.flush().unwrap();
        container.into_inner().into_inner()
    }

    const BOOK: (u16, &[u8]) = (0x0809, &[0, 6, 5, 0]);
    const SHEET: (u16, &[u8]) = (0x0809, &[0, 6, 0x10, 0]);
    const END: (u16, &[u8]) = (0x000A, &[]);

    fn workbook(globals: &[(u16, &[u8])], sheet: &[(u16, &[u8])]) -> Vec<u8> {
        let records = [&[BOOK], globals, &[END, SHEET], sheet, &[END]].concat();
        file(&[("Workbook", &stream(&records))])
    }

    /// A cell with a text.
    fn label(row: u8, column: u8, text: &str) -> Vec<u8> {
        let length = u8::try_from(text.len()).unwrap();
        let mut cell = vec![row, 0, column, 0, 0, 0, length, 0, 0];
        cell.extend(text.bytes());
        cell
    }

    #[test]
    fn cells_of_hidden_rows_and_columns_are_apart() {
        let seen = label(0, 0, "NHS number");
        let row = label(1, 0, "T1 943 476 5919");
        let column = label(2, 1, "T2 943 476 5919");
        let hidden_row = [1, 0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0x20, 0, 0, 0];
        let hidden_column = [1, 0, 1, 0, 0, 9, 0, 0, 1, 0, 0, 0];
        let bytes = workbook(
            &[],
            &[
                (0x7D, &hidden_column),
                (0x208, &hidden_row),
                (0x204, &seen),
                (0x204, &row),
                (0x204, &column),
            ],
        );
        let told = suite::told(&suite::read(&bytes));
        assert_eq!(
            told,
            [
                "attachment of part 1, sheet 1, byte 0: NHS number\t\n",
                "attachment of part 1, sheet 1, byte 0 (a hidden row): NHS number\t\nT1 943 476 5919\t\n",
                "attachment of part 1, sheet 1, byte 0 (a hidden column): NHS number\t\n\tT2 943 476 5919\n",
            ]
        );
    }

    #[test]
    fn values_of_another_workbook_and_hidden_names_are_hidden() {
        let mut row = vec![1, 0, 0, 0, 1];
        row.extend(9_434_765_919_f64.to_le_bytes());
        row.extend(b"\x02\x0f\x00\x00T1 943 476 5919");
        let mut name = vec![
            1, 0, 0, 1, 18, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, b'n', 0x17, 15, 0,
        ];
        name.extend(b"T2 943 476 5919");
        let bytes = workbook(&[(0x59, &[1, 0, 0, 0]), (0x5A, &row), (0x18, &name)], &[]);
        let reading = suite::read(&bytes);
        let told = suite::told(&reading);
        let cells = "attachment of part 1, byte 0 (values kept from another workbook): \
            9434765919\tT1 943 476 5919\n";
        assert!(told.contains(&cells.to_owned()), "{told:#?}");
        assert!(told.contains(
            &"attachment of part 1, byte 0 (hidden text): n T2 943 476 5919\n".to_owned()
        ));
        assert_eq!(suite::hidden(&reading), ["external-cache", "text"]);
    }

    #[test]
    fn the_rows_behind_a_pivot_table_are_a_table() {
        let mut own = vec![0; 14];
        own.extend(b"\x0a\x00\x00NHS number");
        let mut shared = vec![1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0];
        shared.extend(b"\x04\x00\x00Ward");
        let number = 9_434_765_919_f64.to_le_bytes();
        let cache = stream(&[
            (0xC6, &[0; 20]),
            (0xC7, &own),
            (0xC7, &shared),
            (0xCD, b"\x01\x00\x00A"),
            (0xC8, &[0]),
            (0xC9, &number),
            END,
        ]);
        let book = stream(&[BOOK, END, SHEET, END]);
        let bytes = file(&[("/Workbook", &book), ("/_SX_DB_CUR/0001", &cache)]);
        let reading = suite::read(&bytes);
        let table = "attachment of part 1, byte 0 (the rows behind a pivot table): \
            NHS number\tWard\n9434765919\tA\n";
        let told = suite::told(&reading);
        assert!(told.contains(&table.to_owned()), "{told:#?}");
        assert_eq!(suite::hidden(&reading), ["pivot-cache"]);
    }

    #[test]
    fn notes_and_text_boxes_are_read() {
        let mut box_head = vec![0; 18];
        box_head[10] = 15;
        let bytes = workbook(
            &[],
            &[
                (0x1B6, &box_head),
                (0x3C, b"\x00T1 943 4"),
                (0x3C, b"\x01\x37\x00\x36\x00 \x005\x009\x001\x009\x00"),
                (0x14, b"\x0f\x00\x00&LT2 943&B 476&"),
            ],
        );
        let reading = suite::read(&bytes);
        assert!(
            suite::has(&reading, "T1 943 476 5919"),
            "{:?}",
            suite::told(&reading)
        );
        assert!(suite::has(&reading, "T2 943 476"));
    }

    #[test]
    fn an_encrypted_workbook_says_so() {
        let bytes = workbook(&[(0x2F, &[0, 0, 1, 2, 3, 4])], &[]);
        assert_eq!(suite::gaps(&suite::read(&bytes)), ["encrypted xls"]);
    }

    #[test]
    fn a_cut_workbook_gives_what_is_there() {
        let text = label(0, 0, "943 476 5919");
        let mut bytes = stream(&[BOOK, END, SHEET, (0x204, &text), (0x204, &text)]);
        bytes.truncate(bytes.len() - 4);
        let reading = suite::read(&file(&[("Workbook", &bytes)]));
        assert!(suite::has(&reading, "943 476 5919"));
        assert_eq!(suite::gaps(&reading), ["truncated xls"]);
    }

    #[test]
    fn countless_sheets_in_sheets_are_bounded() {
        let records = vec![SHEET; 100_000];
        let reading = suite::read(&file(&[("Workbook", &stream(&records))]));
        assert!(suite::gaps(&reading).contains(&"too-deep xls".to_owned()));
    }

    #[test]
    fn numbers_of_public_files_are_shown_as_people_see_them() {
        let Some(bytes) = suite::corpus("tika/testEXCEL_big_numbers.xls") else {
            return;
        };
        let reading = suite::read(&bytes);
        assert!(
            suite::has(&reading, "123456789012345"),
            "{:?}",
            suite::told(&reading)
        );
        assert!(suite::gaps(&reading).is_empty());
    }

    #[test]
    fn columns_of_public_files_stand_under_their_headers() {
        let Some(bytes) = suite::corpus("tika/test-columnar.xls") else {
            return;
        };
        let told = suite::told(&suite::read(&bytes)).concat();
        let rows = "Percent Done\tPercent Increment\tdate\tdatetime\ttime\n\
            0\t0\tThis is row            0 of           10\t0.00%\t\t01/01/1960\t01/01/1960 00:00:01\t00:00:01\n";
        assert!(told.contains(rows), "{told}");
    }
}
