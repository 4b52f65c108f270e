//! Small packages for tests.

use std::io::{Cursor, Write};

use zip::write::{SimpleFileOptions, ZipWriter};

/// A package of these parts.
pub(in crate::extract) fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A Word document with this in its body.
pub(super) fn document(body: &str) -> Vec<u8> {
    document_with(body, &[])
}

/// The same with more parts.
pub(super) fn document_with(body: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let document = format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", b"<Types/>"),
        (
            "_rels/.rels",
            b"<Relationships><Relationship Id='rId1' Type='http://x/officeDocument' Target='word/document.xml'/></Relationships>",
        ),
        ("word/document.xml", document.as_bytes()),
    ];
    parts.extend(more);
    package(&parts)
}
