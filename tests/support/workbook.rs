//! A workbook as people send it: a harmless sheet in front, the patients on a
//! hidden one.

use std::io::{Cursor, Write};

use base64::Engine as _;
use zip::write::SimpleFileOptions;

use super::numbers::spaced;

const SPREADSHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// An XLSX with a number on its second sheet, which is hidden.
pub(crate) fn hidden_sheet(number: &str) -> Vec<u8> {
    hidden_sheet_named("Data", number)
}

/// The same; the hidden sheet has a name.
pub(crate) fn hidden_sheet_named(name: &str, number: &str) -> Vec<u8> {
    let sheet = |rows: &[&str]| {
        let rows: Vec<String> = rows
            .iter()
            .map(|cell| format!("<row><c t=\"inlineStr\"><is><t>{cell}</t></is></c></row>"))
            .collect();
        let rows = rows.concat();
        format!("<worksheet xmlns=\"{SPREADSHEET}\"><sheetData>{rows}</sheetData></worksheet>")
    };
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
        <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
        <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
        <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
        </Types>";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let root = format!(
        "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" \
         Type=\"{RELATIONSHIPS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let sheets = format!(
        "<Relationships xmlns=\"{package}\">\
         <Relationship Id=\"rId1\" Type=\"{RELATIONSHIPS}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
         <Relationship Id=\"rId2\" Type=\"{RELATIONSHIPS}/worksheet\" Target=\"worksheets/sheet2.xml\"/>\
         </Relationships>"
    );
    let workbook = format!(
        "<workbook xmlns=\"{SPREADSHEET}\" xmlns:r=\"{RELATIONSHIPS}\"><sheets>\
         <sheet name=\"Summary\" sheetId=\"1\" r:id=\"rId1\"/>\
         <sheet name=\"{name}\" sheetId=\"2\" state=\"hidden\" r:id=\"rId2\"/></sheets></workbook>"
    );
    let number = spaced(number);
    let parts = [
        ("[Content_Types].xml", types.to_owned()),
        ("_rels/.rels", root),
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", sheets),
        (
            "xl/worksheets/sheet1.xml",
            sheet(&["Referrals this month", "17"]),
        ),
        ("xl/worksheets/sheet2.xml", sheet(&["NHS number", &number])),
    ];
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts {
        let options = SimpleFileOptions::default();
        zip.start_file(name, options).expect("a part");
        zip.write_all(part.as_bytes()).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

/// A message with a file attached.
pub(crate) fn attached(to: &str, name: &str, media_type: &str, file: &[u8]) -> Vec<u8> {
    let coded = base64::engine::general_purpose::STANDARD.encode(file);
    let lines: Vec<&str> = coded
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).expect("ASCII"))
        .collect();
    format!(
        "From: Dr Ada Example <sender@trust.example>\r\n\
         To: {to}\r\n\
         Subject: Figures\r\n\
         Date: Sun, 22 Nov 2026 09:00:00 +0000\r\n\
         Message-ID: <attached-{}-{}@trust.example>\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"part\"\r\n\
         \r\n\
         --part\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         \r\n\
         See attached.\r\n\
         --part\r\n\
         Content-Type: {media_type}; name=\"{name}\"\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\
         Content-Transfer-Encoding: base64\r\n\
         \r\n\
         {}\r\n\
         --part--\r\n",
        to.len(),
        file.len(),
        lines.join("\r\n")
    )
    .into_bytes()
}
