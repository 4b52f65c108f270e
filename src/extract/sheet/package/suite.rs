//! Packages written by hand, for tests.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A package of these parts.
pub(super) fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Arrows: id, the last word of the type, target.
pub(super) fn arrows(arrows: &[(&str, &str, &str)]) -> String {
    let arrows: Vec<String> = arrows
        .iter()
        .map(|(id, kind, target)| {
            format!("<Relationship Id='{id}' Type='http://x/{kind}' Target='{target}'/>")
        })
        .collect();
    format!("<Relationships>{}</Relationships>", arrows.concat())
}

/// A workbook of one sheet with these further parts, and with arrows from the
/// workbook and from the sheet.
pub(super) fn workbook(
    sheet: &str,
    from_book: &[(&str, &str, &str)],
    from_sheet: &[(&str, &str, &str)],
    parts: &[(&str, &[u8])],
) -> Vec<u8> {
    let mut book_arrows = vec![("rId1", "worksheet", "worksheets/sheet1.xml")];
    book_arrows.extend(from_book);
    let root = arrows(&[("rId1", "officeDocument", "xl/workbook.xml")]);
    let book_arrows = arrows(&book_arrows);
    let sheet_arrows = arrows(from_sheet);
    let book = "<workbook><sheets><sheet name='One' sheetId='1' r:id='rId1'/></sheets></workbook>";
    let sheet = format!("<worksheet>{sheet}</worksheet>");
    let mut all: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", book_arrows.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        (
            "xl/worksheets/_rels/sheet1.xml.rels",
            sheet_arrows.as_bytes(),
        ),
    ];
    all.extend(parts);
    package(&all)
}
