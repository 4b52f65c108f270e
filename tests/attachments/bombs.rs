//! Files that unpack, nest or repeat without end: reading ends, says what it
//! left out, and the rest of the message is read.

use std::fmt::Write as _;
use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use flate2::write::GzEncoder;
use flate2::{Compress, Compression, FlushCompress};
use gatepost::limits::Limits;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::desk::{self, NUMBER, Read};
use super::quine;
use crate::support::shared::shared;

/// Sends a file between a body and a second attachment that both have the
/// number, and reads it by workers with the default bounds.
fn explode(name: &str, file: &[u8]) -> Read {
    // Of the defaults only the message's time is longer: an unoptimised build
    // takes long over a large message before any worker is asked.
    let limits = Limits {
        reading_ms: 60_000,
        ..Limits::default()
    };
    let workers = desk::workers(1, &limits);
    let mut note = GzEncoder::new(Vec::new(), Compression::fast());
    note.write_all(b"NHS No 943 476 5919").expect("memory");
    let note = note.finish().expect("memory");
    let raw = desk::message("NHS No 943 476 5919", &[(name, file), ("note.gz", &note)]);
    let begun = Instant::now();
    let read = desk::by(&workers, &raw, &limits);
    // Each file ends within `part-ms`; the rest is for the message itself, eight
    // times what the largest was measured to take on a busy machine.
    let took = begun.elapsed();
    let most = Duration::from_millis(limits.reading_ms);
    assert!(took < most, "{name}: {took:?}");
    let told = read.told(NUMBER);
    for place in ["body of part 1,", "attachment of part 3.1,"] {
        let found = told.iter().any(|told| told.starts_with(place));
        assert!(found, "{name}: {place} in {told:?}, {:?}", read.gaps);
    }
    assert!(read.gaps_of("3").is_empty(), "{name}: {:?}", read.gaps);
    read
}

/// Demands that the file has a gap, of one of these reasons.
fn demand(read: &Read, name: &str, reasons: &[&str]) {
    let gaps = read.gaps_of("2");
    let told = reasons.iter().any(|reason| read.lacks("2", reason));
    assert!(told, "{name}: none of {reasons:?} in {gaps:?}");
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("memory");
        zip.write_all(bytes).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

/// So many mebibytes of zeros in a gzip: one packed, and repeated.
fn zeros(mebibytes: usize) -> Vec<u8> {
    let mut packer = Compress::new(Compression::fast(), false);
    let mut block = Vec::with_capacity(1 << 20);
    packer
        .compress_vec(&vec![0; 1 << 20], &mut block, FlushCompress::Full)
        .expect("memory");
    let head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec();
    // An empty last block; the checksum is never reached.
    [
        head,
        block.repeat(mebibytes),
        vec![3, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ]
    .concat()
}

#[test]
fn three_hundred_mebibytes_of_zeros_in_a_zip_are_too_large() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_level(Some(1));
    zip.start_file("zeros.bin", options).expect("memory");
    let block = vec![0; 1 << 20];
    for _ in 0..300 {
        zip.write_all(&block).expect("memory");
    }
    let zip = zip.finish().expect("memory").into_inner();
    let read = explode("zeros.zip", &zip);
    demand(&read, "zeros.zip", &["too-large", "too-slow"]);
}

#[test]
fn zeros_in_a_gzip_under_the_name_of_a_letter_are_too_large() {
    let read = explode("letter.docx", &zeros(300));
    demand(&read, "letter.docx", &["too-large", "too-slow"]);
}

#[test]
fn a_bomb_of_packed_packages_is_too_large() {
    // 16 times 16 times 16 zips with 1 MiB of zeros each: 4 GiB.
    let mut inner = zipped(&[("zeros.bin", &vec![0; 1 << 20])]);
    for _ in 0..3 {
        let names: Vec<String> = (0..16).map(|number| format!("{number}.zip")).collect();
        let members: Vec<(&str, &[u8])> = names
            .iter()
            .map(|name| (name.as_str(), inner.as_slice()))
            .collect();
        inner = zipped(&members);
    }
    let read = explode("bomb.zip", &inner);
    demand(&read, "bomb.zip", &["too-large", "too-slow"]);
}

#[test]
fn a_package_with_more_files_than_anybody_sends_has_too_many() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..12_000 {
        zip.start_file(number.to_string(), SimpleFileOptions::default())
            .expect("memory");
    }
    let zip = zip.finish().expect("memory").into_inner();
    let read = explode("many.zip", &zip);
    demand(&read, "many.zip", &["too-many-parts", "too-slow"]);
}

#[test]
fn thirty_packages_inside_one_another_are_too_deep() {
    let mut inner = zipped(&[("note.txt", b"NHS No 943 476 5919")]);
    for _ in 0..30 {
        inner = zipped(&[("inner.zip", &inner)]);
    }
    let read = explode("deep.zip", &inner);
    demand(&read, "deep.zip", &["too-deep"]);
}

#[test]
fn a_zip_that_unpacks_to_itself_ends() {
    let zip = quine::zip();
    // It is one: its only member is the whole file.
    let mut archive = zip::ZipArchive::new(Cursor::new(&zip)).expect("a zip");
    let mut member = archive.by_index(0).expect("its member");
    let mut inside = Vec::new();
    std::io::copy(&mut member, &mut inside).expect("it unpacks");
    assert_eq!(inside, zip);
    let read = explode("quine.zip", &zip);
    demand(&read, "quine.zip", &["too-deep"]);
}

#[test]
fn a_gzip_that_unpacks_to_itself_ends() {
    let Some(corpus) = shared("tika") else { return };
    let gzip = std::fs::read(corpus.join("quine.gz")).expect("quine.gz");
    let read = explode("quine.gz", &gzip);
    demand(&read, "quine.gz", &["too-deep"]);
}

/// Ten entities, each ten times the one before: ten thousand million laughs.
fn laughs(root: &str) -> String {
    let mut xml = String::from("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a0 \"NHS No\">");
    for level in 1..=10 {
        let before = format!("&a{};", level - 1).repeat(10);
        let _ = write!(xml, "<!ENTITY a{level} \"{before}\">");
    }
    let _ = write!(xml, "]>{}", root.replace("LAUGH", "&a10;"));
    xml
}

#[test]
fn a_billion_laughs_are_not_laughed() {
    let svg = laughs("<svg xmlns=\"http://www.w3.org/2000/svg\"><text>LAUGH</text></svg>");
    for (name, file) in [
        ("x.xml", laughs("<x>LAUGH</x>").into_bytes()),
        ("x.svg", svg.into_bytes()),
        ("x.docx", docx_that_laughs()),
    ] {
        let read = explode(name, &file);
        demand(&read, name, &["unknown-format", "broken"]);
        let largest = read.texts.iter().map(|text| text.1).max();
        assert!(largest < Some(1 << 20), "{name}: {largest:?}");
    }
}

fn docx_that_laughs() -> Vec<u8> {
    let space = "http://schemas.openxmlformats.org";
    let types = format!(
        "<Types xmlns=\"{space}/package/2006/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Override PartName=\"/word/document.xml\" ContentType=\"application/\
         vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>"
    );
    let arrows = format!(
        "<Relationships xmlns=\"{space}/package/2006/relationships\"><Relationship Id=\"r\" \
         Type=\"{space}/officeDocument/2006/relationships/officeDocument\" \
         Target=\"word/document.xml\"/></Relationships>"
    );
    let document = laughs(&format!(
        "<w:document xmlns:w=\"{space}/wordprocessingml/2006/main\"><w:body><w:p><w:r>\
         <w:t>LAUGH</w:t></w:r></w:p></w:body></w:document>"
    ));
    zipped(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", arrows.as_bytes()),
        ("word/document.xml", document.as_bytes()),
    ])
}

#[test]
fn a_pdf_of_a_hundred_thousand_pages_is_read_to_the_last_or_too_slow() {
    let pages = 100_000;
    let read = explode("long.pdf", &long_pdf(pages));
    let last = format!("attachment of part 2, page {pages},");
    let told = read.told(NUMBER);
    if !told.iter().any(|told| told.starts_with(&last)) {
        demand(&read, "long.pdf", &["too-slow", "too-large"]);
    }
    // A sound file: whoever calls it broken has not read its table.
    assert!(!read.lacks("2", "broken"), "{:?}", read.gaps);
    let read = explode("short.pdf", &long_pdf(1000));
    assert!(read.gaps_of("2").is_empty(), "{:?}", read.gaps);
    let told = read.told(NUMBER);
    let last = "attachment of part 2, page 1000,";
    assert!(told.iter().any(|told| told.starts_with(last)), "{told:?}");
}

/// A sound file of so many pages, of which only the last has the number.
fn long_pdf(pages: usize) -> Vec<u8> {
    let content = |text: &str| {
        let content = format!("BT /F 12 Tf 72 700 Td ({text}) Tj ET");
        format!("<</Length {}>>stream\n{content}\nendstream", content.len())
    };
    let kids: String = (0..pages).fold(String::new(), |mut kids, page| {
        let _ = write!(kids, "{} 0 R ", page + 6);
        kids
    });
    let mut objects = vec![
        String::from("<</Type/Catalog/Pages 2 0 R>>"),
        format!("<</Type/Pages/Count {pages}/Kids[{kids}]>>"),
        String::from("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"),
        content("nothing"),
        content("NHS No 943 476 5919"),
    ];
    objects.extend((1..=pages).map(|page| {
        let content = if page == pages { 5 } else { 4 };
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {content} 0 R\
             /Resources<</Font<</F 3 0 R>>>>>>"
        )
    }));
    let mut pdf = String::from("%PDF-1.4\n");
    let size = objects.len() + 1;
    let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
    for (object, number) in objects.iter().zip(1..) {
        let _ = writeln!(table, "{:010} 00000 n ", pdf.len());
        let _ = writeln!(pdf, "{number} 0 obj\n{object}\nendobj");
    }
    let start = pdf.len();
    let _ = write!(
        pdf,
        "{table}trailer\n<</Root 1 0 R/Size {size}>>\nstartxref\n{start}\n%%EOF\n"
    );
    pdf.into_bytes()
}

#[test]
fn thirty_levels_of_forwarded_mail_are_too_deep() {
    let mut inner = String::from("Subject: x\r\n\r\nthe end\r\n");
    for _ in 0..30 {
        inner = format!(
            "From: a@x.example\r\nSubject: FW\r\nMIME-Version: 1.0\r\n\
             Content-Type: message/rfc822\r\n\r\n{inner}"
        );
    }
    let read = explode("forwarded.eml", inner.as_bytes());
    demand(&read, "forwarded.eml", &["too-deep"]);
}

#[test]
fn a_row_that_is_repeated_a_million_times_is_read_once_and_said() {
    let table = "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell \
         table:number-columns-repeated=\"1024\" office:value-type=\"string\"><text:p>NHS No 943 \
         476 5919</text:p></table:table-cell></table:table-row>";
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body>\
         <office:spreadsheet><table:table table:name=\"x\">{table}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    let file = zipped(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("content.xml", content.as_bytes()),
    ]);
    let read = explode("rows.ods", &file);
    let told = read.told(NUMBER);
    let sheet = "attachment of part 2, sheet 1,";
    assert!(told.iter().any(|told| told.starts_with(sheet)), "{told:?}");
    let text: usize = read.texts.iter().map(|text| text.1).sum();
    assert!(text < Limits::default().text_bytes, "{text}");
}

#[test]
fn a_sheet_of_a_million_cells_ends() {
    let mut sheet = String::from(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>",
    );
    let cells = "<c><v>9434765919</v></c>".repeat(100);
    for _ in 0..10_000 {
        let _ = write!(sheet, "<row>{cells}</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    let read = explode("cells.xlsx", &workbook(&sheet));
    // It may be read or not, and the worker lives or dies: it ends, and is told.
    let told = read.told(NUMBER);
    let found = told
        .iter()
        .any(|told| told.starts_with("attachment of part 2,"));
    assert!(found || !read.gaps_of("2").is_empty(), "{told:?}");
}

fn workbook(sheet: &str) -> Vec<u8> {
    let space = "http://schemas.openxmlformats.org";
    let arrow = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{space}/package/2006/relationships\"><Relationship Id=\"r1\" \
             Type=\"{space}/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/>\
             </Relationships>"
        )
    };
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let types = format!(
        "<Types xmlns=\"{space}/package/2006/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{kind}.sheet.main+xml\"/>\
         <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"{kind}.worksheet+xml\"/></Types>"
    );
    let book = format!(
        "<workbook xmlns=\"{space}/spreadsheetml/2006/main\" \
         xmlns:r=\"{space}/officeDocument/2006/relationships\"><sheets>\
         <sheet name=\"x\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    zipped(&[
        ("[Content_Types].xml", types.as_bytes()),
        (
            "_rels/.rels",
            arrow("officeDocument", "xl/workbook.xml").as_bytes(),
        ),
        ("xl/workbook.xml", book.as_bytes()),
        (
            "xl/_rels/workbook.xml.rels",
            arrow("worksheet", "worksheets/sheet1.xml").as_bytes(),
        ),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

#[test]
fn ten_megabytes_of_open_groups_as_rich_text_end() {
    let mut rtf = b"{\\rtf1 ".to_vec();
    rtf.resize(10_000_000, b'{');
    let read = explode("groups.rtf", &rtf);
    demand(
        &read,
        "groups.rtf",
        &["too-slow", "too-large", "truncated", "broken", "too-deep"],
    );
}
