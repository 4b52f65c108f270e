//! Pivot caches by LibreOffice: what it keeps of a table's rows in XLS and XLSX
//! is read row by row.
//!
//! `make test-all` runs this: LibreOffice is large. Of XLSB there is no free
//! writer that writes pivot caches.

use std::fmt::Write as _;
use std::fs;

use gatepost::extract::Reader as _;
use gatepost::location::Hidden;

use super::desk;
use super::office::convert;
use crate::support::folder;
use crate::support::numbers::Numbers;

/// More than a byte can number: records then refer to values with two.
const ROWS: usize = 300;

/// Rows of a number as a text, a ward, days, a date and a flag: as a flat
/// document with a pivot table over them.
fn flat(rows: &[(String, &str, usize)]) -> String {
    let text = |text: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let mut table: String = ["Patient", "Ward", "Days", "Seen", "Moved"]
        .map(text)
        .concat();
    table = format!("<table:table-row>{table}</table:table-row>");
    for (number, ward, days) in rows {
        let _ = write!(
            table,
            "<table:table-row>{}{}\
             <table:table-cell office:value-type=\"float\" office:value=\"{days}\"/>\
             <table:table-cell table:style-name=\"day\" office:value-type=\"date\" office:date-value=\"2024-03-{:02}\"/>\
             <table:table-cell office:value-type=\"boolean\" office:boolean-value=\"{}\"/>\
             </table:table-row>",
            text(&format!("NHS No {number}")),
            text(ward),
            days % 28 + 1,
            days % 2 == 0,
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.2\" \
         xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
         xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\" \
         office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\">\
         <office:automatic-styles><number:date-style style:name=\"date\"><number:day/>\
         <number:text>.</number:text><number:month/><number:text>.</number:text><number:year/>\
         </number:date-style><style:style style:name=\"day\" style:family=\"table-cell\" \
         style:data-style-name=\"date\"/></office:automatic-styles>\
         <office:body><office:spreadsheet><table:table table:name=\"Data\">{table}</table:table>\
         <table:table table:name=\"Pivot\"><table:table-row><table:table-cell/></table:table-row>\
         </table:table><table:data-pilot-tables><table:data-pilot-table table:name=\"One\" \
         table:target-range-address=\"Pivot.A1:Pivot.B5\">\
         <table:source-cell-range table:cell-range-address=\"Data.A1:Data.E{}\"/>\
         <table:data-pilot-field table:source-field-name=\"Ward\" table:orientation=\"row\"/>\
         <table:data-pilot-field table:source-field-name=\"Days\" table:orientation=\"data\" \
         table:function=\"sum\"/></table:data-pilot-table></table:data-pilot-tables>\
         </office:spreadsheet></office:body></office:document>",
        rows.len() + 1
    )
}

#[test]
#[ignore = "needs LibreOffice: run by `make test-all`"]
fn each_row_of_a_pivot_cache_that_libreoffice_wrote_is_read_with_its_values() {
    let mut numbers = Numbers::new(406);
    let wards = ["North", "South", "West"];
    let rows: Vec<(String, &str, usize)> = (0..ROWS)
        .map(|row| (numbers.test(), wards[row % 3], row))
        .collect();
    let folder = folder("pivots");
    let source = folder.path().join("pivot.fods");
    fs::write(&source, flat(&rows)).expect("a document");
    let limits = desk::patient();
    let workers = desk::workers(1, &limits);
    for target in ["xls", "xlsx"] {
        convert(
            target,
            folder.path(),
            std::slice::from_ref(&source),
            folder.path(),
        );
        let file = fs::read(source.with_extension(target)).expect("a workbook");
        let raw = desk::message("x", &[("book", &file)]);
        let read = desk::by(&workers, &raw, &limits);
        assert!(read.gaps.is_empty(), "{target}: {:?}", read.gaps);
        for (number, ..) in &rows {
            let places = read.places(number);
            let cached =
                |place: &&&gatepost::location::Location| place.hidden == Some(Hidden::PivotCache);
            assert!(
                places.iter().any(|place| cached(&place)),
                "{target}: {places:?}"
            );
        }
        // The table of the cache: a line a row, in the order of the fields.
        let reading = workers.for_message(&limits).read(desk::file(file), &limits);
        let texts = reading.texts.iter();
        let cached = texts.filter(|(place, _)| place.hidden == Some(Hidden::PivotCache));
        let cached: Vec<&String> = cached.map(|(_, text)| text.reveal()).collect();
        let head = "Patient\tWard\tDays\tSeen\tMoved\n";
        let table = cached.iter().find(|text| text.starts_with(head));
        let table = table.unwrap_or_else(|| panic!("{target}: {cached:?}"));
        for (number, ward, days) in &rows {
            let day = days % 28 + 1;
            let line = format!("NHS No {number}\t{ward}\t{days}\t{day:02}/03/2024\t");
            let found = table.lines().any(|found| found.starts_with(&line));
            assert!(found, "{target}: {line} in {table}");
        }
    }
}
