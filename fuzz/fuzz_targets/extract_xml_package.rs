//! Documents that are XML in a zip: the bytes become the part that the first of
//! them chooses, in a package that is sound.
#![no_main]

mod support;

use libfuzzer_sys::fuzz_target;
use zip::CompressionMethod;

const WORD: &str = "wordprocessingml.document.main+xml";
const SHEET: &str = "spreadsheetml.sheet.main+xml";
const SLIDES: &str = "presentationml.presentation.main+xml";
const BINARY: &str = "vnd.ms-excel.sheet.binary.macroEnabled.main";

/// The part that is fuzzed, the main part, the main part's content type, and
/// what the main part's relation to the fuzzed one is called.
const PARTS: [(&str, &str, &str, &str); 20] = [
    ("word/document.xml", "word/document.xml", WORD, ""),
    ("word/styles.xml", "word/document.xml", WORD, "styles"),
    ("word/comments.xml", "word/document.xml", WORD, "comments"),
    ("word/header1.xml", "word/document.xml", WORD, "header"),
    ("docProps/custom.xml", "word/document.xml", WORD, "custom-properties"),
    ("xl/workbook.xml", "xl/workbook.xml", SHEET, ""),
    ("xl/worksheets/sheet1.xml", "xl/workbook.xml", SHEET, "worksheet"),
    ("xl/sharedStrings.xml", "xl/workbook.xml", SHEET, "sharedStrings"),
    ("xl/styles.xml", "xl/workbook.xml", SHEET, "styles"),
    ("xl/pivotCache/pivotCacheDefinition1.xml", "xl/workbook.xml", SHEET, "pivotCacheDefinition"),
    ("xl/externalLinks/externalLink1.xml", "xl/workbook.xml", SHEET, "externalLink"),
    ("xl/workbook.bin", "xl/workbook.bin", BINARY, ""),
    ("xl/worksheets/sheet1.bin", "xl/workbook.bin", BINARY, "worksheet"),
    ("xl/sharedStrings.bin", "xl/workbook.bin", BINARY, "sharedStrings"),
    ("ppt/presentation.xml", "ppt/presentation.xml", SLIDES, ""),
    ("ppt/slides/slide1.xml", "ppt/presentation.xml", SLIDES, "slide"),
    ("_rels/.rels", "word/document.xml", WORD, ""),
    ("content.xml", "", "application/vnd.oasis.opendocument.text", ""),
    ("content.xml", "", "application/vnd.oasis.opendocument.spreadsheet", ""),
    ("META-INF/manifest.xml", "", "application/vnd.oasis.opendocument.text", ""),
];

fuzz_target!(|bytes: &[u8]| {
    let Some((part, bytes)) = support::chosen(bytes) else { return };
    let (part, main, kind, relation) = PARTS[part % PARTS.len()];
    let mut members: Vec<(&str, Vec<u8>)> = if main.is_empty() {
        vec![
            ("mimetype", kind.into()),
            ("META-INF/manifest.xml", MANIFEST.into()),
            ("content.xml", CONTENT.into()),
        ]
    } else {
        package(part, main, kind, relation)
    };
    match members.iter_mut().find(|(name, _)| *name == part) {
        Some((_, old)) => *old = bytes.to_vec(),
        None => members.push((part, bytes.to_vec())),
    }
    support::check(&support::zipped(members, CompressionMethod::Stored), "");
});

const MANIFEST: &str = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\">\
    <manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>";
const CONTENT: &str = "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\">\
    <office:body/></office:document-content>";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn package(part: &str, main: &'static str, kind: &str, relation: &str) -> Vec<(&'static str, Vec<u8>)> {
    let types = format!(
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/{main}\" ContentType=\"application/vnd.openxmlformats-officedocument.{kind}\"/></Types>"
    );
    let arrows = |target: &str, relation: &str| {
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"rId1\" Type=\"{RELATIONS}/{relation}\" Target=\"/{target}\"/></Relationships>"
        )
    };
    let (own, text) = match main {
        "word/document.xml" => ("word/_rels/document.xml.rels", "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:pPr><w:pStyle w:val=\"A\"/></w:pPr><w:r><w:t>943 476</w:t></w:r></w:p></w:body></w:document>".to_owned()),
        "xl/workbook.xml" => ("xl/_rels/workbook.xml.rels", format!("<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"{RELATIONS}\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>")),
        "ppt/presentation.xml" => ("ppt/_rels/presentation.xml.rels", format!("<p:presentation xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" xmlns:r=\"{RELATIONS}\"><p:sldIdLst><p:sldId id=\"256\" r:id=\"rId1\"/></p:sldIdLst></p:presentation>")),
        // BrtBeginBook, BrtBundleSh (sheet 1, rId1, "A"), BrtEndBook.
        _ => ("xl/_rels/workbook.bin.rels", String::new()),
    };
    let text = if main.ends_with(".bin") {
        let mut book = vec![0x83, 0x01, 0x00, 0x9C, 0x01, 26, 0, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0];
        book.extend("rId1".bytes().flat_map(|byte| [byte, 0]));
        book.extend([1, 0, 0, 0, b'A', 0, 0x84, 0x01, 0x00]);
        book
    } else {
        text.into_bytes()
    };
    vec![
        ("[Content_Types].xml", types.into_bytes()),
        ("_rels/.rels", arrows(main, "officeDocument").into_bytes()),
        (own, arrows(part, relation).into_bytes()),
        (main, text),
    ]
}
