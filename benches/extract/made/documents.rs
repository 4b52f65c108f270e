//! Letters and presentations: packages of Office and open documents.

use std::fmt::Write as _;

use super::archives::zipped;

pub(super) const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
pub(super) const RELATIONS: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A package of Office: its main part and others, with their content types, and
/// what the main part refers to.
pub(super) fn package(
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

pub(super) fn pptx(text: &str) -> (Vec<u8>, usize) {
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

pub(super) fn open_document(kind: &str, body: &str) -> (Vec<u8>, usize) {
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

pub(super) fn odt(text: &str) -> (Vec<u8>, usize) {
    let lines = text
        .lines()
        .map(|line| format!("<text:p text:style-name=\"P1\">{line}</text:p>"));
    open_document("text", &lines.collect::<String>())
}
