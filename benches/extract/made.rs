//! Files of each format with the same prose in them, written by hand or by the
//! libraries that are there anyway.

use std::fmt::Write as _;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use crate::support::prose;

/// A file and how many bytes are in it once it is unpacked.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) format: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) unpacked: usize,
}

/// Sheets have this many columns: texts and numbers in turn.
const COLUMNS: usize = 8;

/// One file of each format, of about `size` bytes of text.
pub(crate) fn all(size: usize) -> Vec<Made> {
    let text = prose::text(size, 11);
    let plain = |format, bytes: Vec<u8>| Made {
        format,
        unpacked: bytes.len(),
        bytes,
    };
    let packed = |format, bytes| Made {
        format,
        unpacked: text.len(),
        bytes,
    };
    let rows = size / 80;
    let mut made = vec![
        plain("txt", text.clone().into_bytes()),
        plain("utf-16", utf_16(&text)),
        plain("csv", csv(rows).into_bytes()),
        plain("html", html(&text).into_bytes()),
        plain("rtf", rtf(&text).into_bytes()),
        plain("json", json(&text).into_bytes()),
        plain("xml", xml(&text).into_bytes()),
        plain("ics", ics(&text).into_bytes()),
        plain("eml", prose::message(size, 11)),
        plain("tar", tar(&text)),
        packed("zip", zipped(&[("letter.txt", text.clone())])),
        packed("gz", gzip(&text)),
        packed("bz2", bzip2(&text)),
        packed("7z", seven_zip(&text)),
    ];
    for (format, (bytes, unpacked)) in [
        ("pdf", pdf(size / 2500)),
        ("docx", docx(&text)),
        ("pptx", pptx(&text)),
        ("odt", odt(&text)),
        ("ods", ods(rows)),
        ("xlsx", xlsx(rows)),
        ("xls", xls(rows.min(65_000))),
    ] {
        made.push(Made {
            format,
            bytes,
            unpacked,
        });
    }
    made
}

/// How many cells a sheet of so many rows has.
pub(crate) fn cells(rows: usize) -> usize {
    rows * COLUMNS
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn html(text: &str) -> String {
    let mut out = String::from("<html><body>\n");
    for line in text.lines() {
        let _ = writeln!(out, "<p class=\"line\">{line}<br></p>");
    }
    out + "</body></html>\n"
}

fn rtf(text: &str) -> String {
    let mut out = String::from("{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}\n");
    for line in text.lines() {
        let _ = writeln!(out, "\\pard\\f0\\fs22 {line}\\par");
    }
    out + "}"
}

fn json(text: &str) -> String {
    let lines = text.lines();
    let lines: Vec<String> = lines
        .map(|line| format!("{{\"resourceType\":\"Observation\",\"note\":\"{line}\"}}"))
        .collect();
    format!("[{}]", lines.join(",\n"))
}

fn xml(text: &str) -> String {
    let mut out = String::from("<?xml version=\"1.0\"?>\n<lines>\n");
    for line in text.lines() {
        let _ = writeln!(out, "<line kind=\"prose\">{line}</line>");
    }
    out + "</lines>\n"
}

fn ics(text: &str) -> String {
    let mut out = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    for line in text.lines() {
        let _ = write!(
            out,
            "BEGIN:VEVENT\r\nSUMMARY:{line}\r\n  and more\r\nEND:VEVENT\r\n"
        );
    }
    out + "END:VCALENDAR\r\n"
}

/// The cell of a sheet: text in even columns, a number in odd ones.
fn cell(row: usize, column: usize) -> Result<String, usize> {
    if column.is_multiple_of(2) {
        Ok(format!("row {row} of {column}"))
    } else {
        Err(row * 7 + column)
    }
}

fn csv(rows: usize) -> String {
    let mut out = String::new();
    for row in 0..rows {
        for column in 0..COLUMNS {
            let _ = match cell(row, column) {
                Ok(text) => write!(out, "\"{text}\","),
                Err(number) => write!(out, "{number},"),
            };
        }
        out.push_str("\r\n");
    }
    out
}

/// A PDF of so many pages, each with 45 lines of prose in Helvetica, packed as
/// writers pack them.
pub(crate) fn pdf(pages: usize) -> (Vec<u8>, usize) {
    pdf_with(pages, &[])
}

/// The same, with a picture on its first page.
pub(crate) fn pdf_with(pages: usize, picture: &[u8]) -> (Vec<u8>, usize) {
    let mut objects = vec![Vec::new(); 3];
    let mut kids = String::new();
    let mut unpacked = 0;
    let image = if picture.is_empty() {
        String::new()
    } else {
        let mut object = format!(
            "<</Type/XObject/Subtype/Image/Width 100/Height 100/BitsPerComponent 8\
             /ColorSpace/DeviceGray/Filter/DCTDecode/Length {}>>stream\n",
            picture.len()
        )
        .into_bytes();
        object.extend(picture);
        object.extend(b"\nendstream");
        objects.push(object);
        format!("/XObject<</I {} 0 R>>", objects.len())
    };
    for page in 0..pages {
        let text = prose::text(2500, page as u64);
        let mut content = String::from("BT /F 10 Tf 13 TL 50 800 Td\n");
        for line in text.lines().take(45) {
            let _ = writeln!(content, "({line}) Tj T*");
        }
        content.push_str("ET\n");
        let mut resources = String::from("/Font<</F 3 0 R>>");
        if page == 0 && !image.is_empty() {
            content.push_str("q 100 0 0 100 400 700 cm /I Do Q\n");
            resources += &image;
        }
        unpacked += content.len();
        let packed = deflated(content.as_bytes());
        let mut stream =
            format!("<</Filter/FlateDecode/Length {}>>stream\n", packed.len()).into_bytes();
        stream.extend(packed);
        stream.extend(b"\nendstream");
        objects.push(stream);
        let number = objects.len();
        objects.push(
            format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {number} 0 R\
                 /Resources<<{resources}>>>>"
            )
            .into_bytes(),
        );
        let _ = write!(kids, "{} 0 R ", number + 1);
    }
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>".to_vec();
    objects[1] = format!("<</Type/Pages/Count {pages}/Kids[{kids}]>>").into_bytes();
    objects[2] =
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_vec();
    let mut file = b"%PDF-1.5\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut table = String::from("0000000000 65535 f \n");
    for (index, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        file.extend(format!("{} 0 obj\n", index + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let (start, count) = (file.len(), objects.len() + 1);
    file.extend(
        format!(
            "xref\n0 {count}\n{table}trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
        )
        .bytes(),
    );
    (file, unpacked)
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

fn bzip2(text: &str) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

fn tar(text: &str) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(text.len() as u64);
    builder
        .append_data(&mut header, "letter.txt", text.as_bytes())
        .expect("memory");
    builder.into_inner().expect("memory")
}

fn seven_zip(text: &str) -> Vec<u8> {
    let mut writer = sevenz_rust2::ArchiveWriter::new(Cursor::new(Vec::new())).expect("memory");
    let entry = sevenz_rust2::ArchiveEntry::new_file("letter.txt");
    writer
        .push_archive_entry(entry, Some(text.as_bytes()))
        .expect("memory");
    writer.finish().expect("memory").into_inner()
}

fn zipped(members: &[(&str, String)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("memory");
        writer.write_all(text.as_bytes()).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A package of Office: its main part and others, with their content types, and
/// what the main part refers to.
fn package(
    kind: &str,
    parts: &[(String, &str, String)],
    arrows: &[(&str, String)],
) -> (Vec<u8>, usize) {
    let mut types = format!(
        "{XML}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    );
    for (name, of, _) in parts {
        let _ = write!(
            types,
            "<Override PartName=\"/{name}\" ContentType=\"application/vnd.openxmlformats-officedocument.{kind}.{of}+xml\"/>"
        );
    }
    types.push_str("</Types>");
    let main = parts
        .first()
        .map_or("", |(name, _, _)| name.as_str())
        .to_owned();
    let head = format!(
        "{XML}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    );
    let root = format!(
        "{head}<Relationship Id=\"rId1\" Type=\"{RELATIONS}/officeDocument\" Target=\"{main}\"/></Relationships>"
    );
    let mut own = head;
    for (index, (of, target)) in arrows.iter().enumerate() {
        let _ = write!(
            own,
            "<Relationship Id=\"rId{}\" Type=\"{RELATIONS}/{of}\" Target=\"{target}\"/>",
            index + 1
        );
    }
    own.push_str("</Relationships>");
    let own_name = main.replacen('/', "/_rels/", 1) + ".rels";
    let unpacked = parts.iter().map(|(_, _, text)| text.len()).sum();
    let mut members = vec![
        ("[Content_Types].xml", types),
        ("_rels/.rels", root),
        (own_name.as_str(), own),
    ];
    members.extend(
        parts
            .iter()
            .map(|(name, _, text)| (name.as_str(), text.clone())),
    );
    (zipped(&members), unpacked)
}

pub(crate) fn docx(text: &str) -> (Vec<u8>, usize) {
    let mut document = format!(
        "{XML}<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>"
    );
    for line in text.lines() {
        let (one, two) = line.split_at(line.len() / 2);
        let _ = write!(
            document,
            "<w:p><w:pPr><w:jc w:val=\"left\"/></w:pPr><w:r><w:t xml:space=\"preserve\">{one}</w:t></w:r>\
             <w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">{two}</w:t></w:r></w:p>"
        );
    }
    document.push_str("</w:body></w:document>");
    let parts = vec![(String::from("word/document.xml"), "document.main", document)];
    package("wordprocessingml", &parts, &[])
}

fn pptx(text: &str) -> (Vec<u8>, usize) {
    const NAMES: &str = "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
        xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\"";
    let lines: Vec<&str> = text.lines().collect();
    let (mut slides, mut arrows, mut list) = (Vec::new(), Vec::new(), String::new());
    for (index, lines) in lines.chunks(40).enumerate() {
        let number = index + 1;
        let mut slide = format!("{XML}<p:sld {NAMES}><p:cSld><p:spTree><p:sp><p:txBody>");
        for line in lines {
            let _ = write!(
                slide,
                "<a:p><a:r><a:rPr lang=\"en-GB\"/><a:t>{line}</a:t></a:r></a:p>"
            );
        }
        slide.push_str("</p:txBody></p:sp></p:spTree></p:cSld></p:sld>");
        slides.push((format!("ppt/slides/slide{number}.xml"), "slide", slide));
        arrows.push(("slide", format!("slides/slide{number}.xml")));
        let _ = write!(
            list,
            "<p:sldId id=\"{}\" r:id=\"rId{number}\"/>",
            255 + number
        );
    }
    let show = format!(
        "{XML}<p:presentation {NAMES} xmlns:r=\"{RELATIONS}\"><p:sldIdLst>{list}</p:sldIdLst></p:presentation>"
    );
    slides.insert(
        0,
        (
            String::from("ppt/presentation.xml"),
            "presentation.main",
            show,
        ),
    );
    package("presentationml", &slides, &arrows)
}

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

fn open_document(kind: &str, body: &str) -> (Vec<u8>, usize) {
    const NAMES: &str = "urn:oasis:names:tc:opendocument:xmlns";
    let media = format!("application/vnd.oasis.opendocument.{kind}");
    let content = format!(
        "{XML}<office:document-content xmlns:office=\"{NAMES}:office:1.0\" \
         xmlns:text=\"{NAMES}:text:1.0\" xmlns:table=\"{NAMES}:table:1.0\">\
         <office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    );
    let manifest = format!(
        "{XML}<manifest:manifest xmlns:manifest=\"{NAMES}:manifest:1.0\">\
         <manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{media}\"/>\
         <manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/>\
         </manifest:manifest>"
    );
    let unpacked = content.len();
    let members = [
        ("mimetype", media),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", content),
    ];
    (zipped(&members), unpacked)
}

fn odt(text: &str) -> (Vec<u8>, usize) {
    let lines = text
        .lines()
        .map(|line| format!("<text:p text:style-name=\"P1\">{line}</text:p>"));
    open_document("text", &lines.collect::<String>())
}

fn ods(rows: usize) -> (Vec<u8>, usize) {
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
