//! Workbooks with one sheet of text and numbers in turn.

use std::fmt::Write as _;
use std::io::{Cursor, Write};

use super::documents::{RELATIONS, XML, open_document, package};
use super::{COLUMNS, cell};

/// A workbook with one sheet: shared strings and numbers.
pub(crate) fn xlsx(rows: usize) -> (Vec<u8>, usize) {
    const NAMES: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let mut sheet = format!("{XML}<worksheet {NAMES}><sheetData>");
    let (mut strings, mut count) = (String::new(), 0);
    for row in 0..rows {
        let number = row + 1;
        let _ = write!(sheet, "<row r=\"{number}\">");
        for (column, letter) in ('A'..).take(COLUMNS).enumerate() {
            let _ = match cell(row, column) {
                Ok(text) => {
                    let _ = write!(strings, "<si><t>{text}</t></si>");
                    count += 1;
                    write!(
                        sheet,
                        "<c r=\"{letter}{number}\" t=\"s\"><v>{}</v></c>",
                        count - 1
                    )
                }
                Err(value) => write!(sheet, "<c r=\"{letter}{number}\"><v>{value}</v></c>"),
            };
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    let book = format!(
        "{XML}<workbook {NAMES} xmlns:r=\"{RELATIONS}\"><sheets><sheet name=\"Rows\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let strings =
        format!("{XML}<sst {NAMES} count=\"{count}\" uniqueCount=\"{count}\">{strings}</sst>");
    let parts = vec![
        (String::from("xl/workbook.xml"), "sheet.main", book),
        (String::from("xl/worksheets/sheet1.xml"), "worksheet", sheet),
        (
            String::from("xl/sharedStrings.xml"),
            "sharedStrings",
            strings,
        ),
    ];
    let arrows = [
        ("worksheet", String::from("worksheets/sheet1.xml")),
        ("sharedStrings", String::from("sharedStrings.xml")),
    ];
    package("spreadsheetml", &parts, &arrows)
}

/// A workbook of Excel 97 with one sheet: LABEL and NUMBER records, in a
/// container of version 3, as Excel writes them.
pub(crate) fn xls(rows: usize) -> (Vec<u8>, usize) {
    fn record(stream: &mut Vec<u8>, kind: u16, body: &[u8]) {
        stream.extend(kind.to_le_bytes());
        stream.extend(u16::try_from(body.len()).expect("short").to_le_bytes());
        stream.extend(body);
    }
    let bof = |kind: u8| [0, 6, kind, 0, 0xBB, 0x0D, 0xCC, 7, 0, 0, 0, 0, 6, 0, 0, 0];
    let mut stream = Vec::new();
    record(&mut stream, 0x0809, &bof(5));
    // The sheet begins after this record and the end of the globals.
    let begin = u32::try_from(stream.len() + 4 + 12 + 4).expect("short");
    let mut bound = begin.to_le_bytes().to_vec();
    bound.extend(b"\0\0\x04\0Rows");
    record(&mut stream, 0x0085, &bound);
    record(&mut stream, 0x000A, &[]);
    record(&mut stream, 0x0809, &bof(0x10));
    for row in 0..rows {
        for column in 0..COLUMNS {
            let mut body = u16::try_from(row)
                .expect("a row of Excel 97")
                .to_le_bytes()
                .to_vec();
            body.extend(u16::try_from(column).expect("short").to_le_bytes());
            body.extend([0, 0]);
            match cell(row, column) {
                Ok(text) => {
                    body.extend(u16::try_from(text.len()).expect("short").to_le_bytes());
                    body.push(0);
                    body.extend(text.bytes());
                    record(&mut stream, 0x0204, &body);
                }
                Err(number) => {
                    let number = f64::from(u32::try_from(number).expect("small"));
                    body.extend(number.to_le_bytes());
                    record(&mut stream, 0x0203, &body);
                }
            }
        }
    }
    record(&mut stream, 0x000A, &[]);
    let mut file =
        cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new()))
            .expect("memory");
    file.create_stream("Workbook")
        .expect("memory")
        .write_all(&stream)
        .expect("memory");
    (file.into_inner().into_inner(), stream.len())
}

pub(super) fn ods(rows: usize) -> (Vec<u8>, usize) {
    let mut body = String::from("<table:table table:name=\"Rows\">");
    for row in 0..rows {
        body.push_str("<table:table-row>");
        for column in 0..COLUMNS {
            let _ = match cell(row, column) {
                Ok(text) => write!(
                    body,
                    "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
                ),
                Err(number) => write!(
                    body,
                    "<table:table-cell office:value-type=\"float\" office:value=\"{number}\"><text:p>{number}</text:p></table:table-cell>"
                ),
            };
        }
        body.push_str("</table:table-row>");
    }
    body.push_str("</table:table>");
    open_document("spreadsheet", &body)
}
