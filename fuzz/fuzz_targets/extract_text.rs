//! Texts: the first byte chooses their beginning and media type, or a charset.
#![no_main]

mod support;

use libfuzzer_sys::fuzz_target;

const BEGINNINGS: [(&str, &str); 16] = [
    ("", "text/plain"),
    ("", "text/plain; charset=utf-7"),
    ("BEGIN:VCALENDAR\r\n", ""),
    ("BEGIN:VCARD\r\n", ""),
    ("MSH|^~\\&|", ""),
    ("{\"", "application/fhir+json"),
    ("<?xml version=\"1.0\"?><", ""),
    ("<ClinicalDocument xmlns=\"urn:hl7-org:v3\">", ""),
    ("<html><", "text/html"),
    ("From a@b.test Mon Jan 01 00:00:00 2024\n", ""),
    ("Subject: x\r\nMIME-Version: 1.0\r\n", "message/rfc822"),
    ("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", ""),
    ("<office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\"><", ""),
    ("begin 644 a.txt\n", ""),
    ("=ybegin line=128 size=9 name=a\r\n", ""),
    ("a,b,c\r\n", "text/csv"),
];

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = support::chosen(bytes) else { return };
    let (beginning, media_type) = BEGINNINGS[kind % BEGINNINGS.len()];
    let text = [beginning.as_bytes(), bytes].concat();
    let text = match kind / BEGINNINGS.len() % 4 {
        // The bytes as letters of another width.
        1 => text.iter().flat_map(|byte| [*byte, 0]).collect(),
        2 => text.iter().flat_map(|byte| [0, *byte]).collect(),
        3 => text.iter().flat_map(|byte| [0, 0, 0, *byte]).collect(),
        _ => text,
    };
    support::check(&text, media_type);
});
