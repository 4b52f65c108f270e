//! The published list as a workbook (XLSX).
//!
//! What a workbook unpacks to is measured before anything of it is taken into
//! memory, and its rows are read one by one: a file of a few kilobytes can claim
//! to hold gigabytes.

use std::io::{self, Cursor, Read};
use std::panic;

use calamine::{Data, Reader, Xlsx};
use zip::ZipArchive;

use super::typed::one_line;
use crate::directory::{AccreditedList, ListError};

/// How much a workbook may unpack to, in bytes; a list of 270 domains has some
/// 200 KB.
const UNPACKED_BYTES: u64 = 256 << 20;

/// How many members it may have; a list has a dozen.
const MEMBERS: usize = 1_000;

/// How many strings it may say that it shares; calamine makes room for them
/// before it reads one.
const STRINGS: u64 = 10_000_000;

/// Columns behind this one are passed over; the list has eight.
const COLUMNS: usize = 200;

/// Reads the only sheet that is a list; else the complaint is about the first. A
/// sheet that was meant as one and is wrong is never passed over for another: that
/// may be of those who left.
///
/// # Errors
/// When the workbook can't be read, is too large, or not one sheet is a list.
pub(super) fn workbook(bytes: &[u8]) -> Result<AccreditedList, ListError> {
    measure(bytes)?;
    // calamine 0.38 adds up the letters of a cell's name without a bound, and we
    // have overflows checked. Its panic is a file that can't be read.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let result = panic::catch_unwind(|| read(bytes));
    panic::set_hook(hook);
    result.unwrap_or(Err(ListError::Workbook))
}

fn read(bytes: &[u8]) -> Result<AccreditedList, ListError> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| ListError::Workbook)?;
    let (mut first, mut lists) = (None, Vec::new());
    for sheet in book.sheet_names() {
        match list(&mut book, &sheet, bytes) {
            Ok(Some(list)) => lists.push((sheet, list)),
            Ok(None) => {}
            Err(error @ ListError::NoDomainColumn { .. }) => first = first.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    if lists.len() > 1 {
        let names: Vec<String> = lists.into_iter().map(|(name, _)| one_line(&name)).collect();
        let sheets = names.join(", ");
        return Err(ListError::Sheets { sheets });
    }
    let list = lists.pop().map(|(_, list)| list);
    list.ok_or_else(|| first.unwrap_or(ListError::Empty))
}

/// The list on a sheet; none where no cell is filled.
fn list(
    book: &mut Xlsx<Cursor<&[u8]>>,
    sheet: &str,
    bytes: &[u8],
) -> Result<Option<AccreditedList>, ListError> {
    let mut cells = book
        .worksheet_cells_reader(sheet)
        .map_err(|_| ListError::Workbook)?;
    let mut next = None;
    let mut width = 0;
    let mut ended = false;
    let rows = std::iter::from_fn(|| {
        let (mut line, mut row): (Option<u32>, Vec<String>) = next.take().unwrap_or_default();
        while !ended {
            let cell = match cells.next_cell() {
                Ok(Some(cell)) => cell,
                Ok(None) => {
                    // Asked once more, the reader would complain.
                    ended = true;
                    break;
                }
                Err(_) => return Some(Err(ListError::Workbook)),
            };
            let (at, column) = cell.get_position();
            let column = usize::try_from(column).unwrap_or(COLUMNS);
            let text = Data::from(cell.get_value().clone()).to_string();
            if line.is_some_and(|line| line != at) {
                let mut begun = Vec::new();
                put(&mut begun, column, text);
                next = Some((Some(at), begun));
                break;
            }
            line = Some(at);
            put(&mut row, column, text);
        }
        line?;
        // Empty cells at the end of a row are not written.
        width = width.max(row.len());
        row.resize(width, String::new());
        let line = u64::from(line.unwrap_or_default()).saturating_add(1);
        Some(Ok((line, row)))
    });
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return Ok(None);
    }
    AccreditedList::of_rows(rows, bytes).map(Some)
}

/// Puts a cell into its row.
fn put(row: &mut Vec<String>, column: usize, text: String) {
    if column >= COLUMNS {
        return;
    }
    if row.len() <= column {
        row.resize(column.saturating_add(1), String::new());
    }
    if let Some(cell) = row.get_mut(column) {
        *cell = text;
    }
}

/// Refuses what is no archive, and what would be too large unpacked.
fn measure(bytes: &[u8]) -> Result<(), ListError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ListError::Workbook)?;
    let too_large = || ListError::LargeWorkbook;
    if archive.len() > MEMBERS {
        return Err(too_large());
    }
    let mut left = UNPACKED_BYTES;
    for number in 0..archive.len() {
        let mut member = archive.by_index(number).map_err(|_| ListError::Workbook)?;
        let mut head = Vec::new();
        let read = member.by_ref().take(HEAD_BYTES).read_to_end(&mut head);
        read.map_err(|_| ListError::Workbook)?;
        if claims(&head) > STRINGS {
            return Err(too_large());
        }
        let taken = u64::try_from(head.len()).unwrap_or(u64::MAX);
        left = left.saturating_sub(taken);
        let rest = io::copy(&mut member.take(left.saturating_add(1)), &mut io::sink());
        let rest = rest.map_err(|_| ListError::Workbook)?;
        left = left.checked_sub(rest).ok_or_else(too_large)?;
    }
    Ok(())
}

/// How much of a member's beginning is looked at for what it claims, in bytes.
const HEAD_BYTES: u64 = 4 << 10;

/// How many strings the beginning of a member says that it has.
fn claims(head: &[u8]) -> u64 {
    const KEY: &[u8] = b"uniqueCount=";
    let Some(at) = memchr::memmem::find(head, KEY) else {
        return 0;
    };
    let value = head.get(at.saturating_add(KEY.len())..).unwrap_or(&[]);
    let digits = value
        .iter()
        .skip(1)
        .take_while(|byte| byte.is_ascii_digit());
    digits.fold(0_u64, |number, digit| {
        number
            .saturating_mul(10)
            .saturating_add(u64::from(digit.saturating_sub(b'0')))
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    /// A workbook with one sheet, of these parts.
    fn book(sheet: &[u8], strings: &[u8]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let mut put = |name: &str, bytes: &[u8]| {
            writer
                .start_file(name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(bytes).unwrap();
        };
        put(
            "_rels/.rels",
            br#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        );
        put(
            "xl/workbook.xml",
            br#"<workbook><sheets><sheet name="List" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        );
        put(
            "xl/_rels/workbook.xml.rels",
            br#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        );
        put("xl/worksheets/sheet1.xml", sheet);
        put("xl/sharedStrings.xml", strings);
        writer.finish().unwrap().into_inner()
    }

    fn sheet(rows: &[(&str, &str)]) -> Vec<u8> {
        let cells = rows.iter().map(|(place, text)| {
            let row = place.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
            format!(
                r#"<row r="{row}"><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>"#
            )
        });
        let cells: String = cells.collect();
        format!("<worksheet><sheetData>{cells}</sheetData></worksheet>").into_bytes()
    }

    const NO_STRINGS: &[u8] = br#"<sst count="0" uniqueCount="0"></sst>"#;

    #[test]
    fn cells_are_found_by_their_places_however_far_apart() {
        let rows = [
            ("C1", "Domain name"),
            ("C2", "a.test"),
            ("C1048576", "b.test"),
        ];
        let list = workbook(&book(&sheet(&rows), NO_STRINGS)).unwrap();
        assert_eq!(list.len(), 2);
        let rows = [
            ("C1", "Domain name"),
            ("XFD2", "far away"),
            ("C3", "a.test"),
        ];
        assert_eq!(workbook(&book(&sheet(&rows), NO_STRINGS)).unwrap().len(), 1);
        let rows = [("C1", "Domain name"), ("C2", "a.test"), ("C7", "no domain")];
        let error = workbook(&book(&sheet(&rows), NO_STRINGS)).unwrap_err();
        assert!(matches!(error, ListError::Row { line: 7, .. }), "{error}");
    }

    #[test]
    fn what_claims_or_unpacks_to_too_much_is_refused_before_it_is_read() {
        let rows = sheet(&[("A1", "Domain name"), ("A2", "a.test")]);
        let claims = br#"<sst uniqueCount="99999999999999999999999"></sst>"#;
        let error = workbook(&book(&rows, claims)).unwrap_err();
        assert!(error.to_string().contains("too large"), "{error}");
        let bomb = vec![b' '; usize::try_from(UNPACKED_BYTES).unwrap()];
        let error = workbook(&book(&rows, &bomb)).unwrap_err();
        assert!(error.to_string().contains("too large"), "{error}");
        let rows = sheet(&[("ZZZZZZZZZZZZ1", "Domain name")]);
        let error = workbook(&book(&rows, NO_STRINGS)).unwrap_err();
        assert!(error.to_string().contains("can't be read"), "{error}");
        let rows = sheet(&[("A1", "Domain name"), ("A2", "a.test")]);
        let whole = book(&rows, NO_STRINGS);
        for end in [4, 100, whole.len() - 30] {
            assert!(workbook(&whole[..end]).is_err(), "{end}");
        }
    }
}
