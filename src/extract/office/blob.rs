//! Parts of a package that are no markup: files, which are handed on, and
//! what is none.
//!
//! Every ordinary document has some of these, and nobody could read more out
//! of them than here: settings of printers (structures of Windows and of
//! drivers), the index of a sheet's rows, fonts (whose bytes are mixed up: part 1, 17.8.1), the data of
//! controls, small pictures of the first page. Their words are read; they are
//! no gap. Trap: anything may be called so; what is a document is read as one.

use crate::extract::legacy::embedded;
use crate::extract::legacy::ole::Ole;
use crate::extract::picture;
use crate::extract::sink::{Sink, Spot};
use crate::extract::sniff::sniff;
use crate::extract::strings;
use crate::extract::text_file::nature::{self, Nature};
use crate::format::Format;

/// Reads such a part. `is_kind` says whether a relationship of a kind leads to
/// it.
pub(in crate::extract) fn read(
    name: &str,
    is_kind: impl Fn(&str) -> bool,
    bytes: Vec<u8>,
    spot: Spot,
    sink: &mut Sink<'_>,
) {
    let lower = name.to_ascii_lowercase();
    let format = sniff(&bytes, "");
    let is_preview = is_kind("thumbnail") && format == Format::Image;
    if is_preview && picture::preview(&bytes, spot, sink) {
        return;
    }
    let is_settings = is_kind("font")
        || is_kind("printerSettings")
        // Where the rows of a sheet begin (MS-XLSB 2.1.7.2).
        || is_kind("xlBinaryIndex")
        || lower.contains("/printersettings/")
        || lower.contains("/activex/")
        || lower.contains("/ctrlprops/");
    // Containers are documents of a kind, too; what is text all the way through
    // is read as a file. Macs put a few bytes before theirs.
    let is_mixed = format != Format::Document && nature::nature(&bytes) == Nature::Mixed;
    if is_settings && (format == Format::Document || is_mixed) && Ole::open(&bytes).is_none() {
        if is_mixed {
            sink.text(spot, String::from_utf8_lossy(&bytes));
        }
        sink.text(spot, strings::words(&bytes));
        return;
    }
    let file = name.rsplit('/').next().unwrap_or(name);
    embedded::object(bytes, file, spot, sink);
}

#[cfg(test)]
mod tests {
    use crate::extract::office::sample;
    use crate::extract::suite;

    #[test]
    fn small_thumbnails_fonts_and_settings_are_no_gap() {
        let previews =
            b"<Relationships><Relationship Id='a' Type='x/thumbnail' Target='word/t.emf'/>\
            <Relationship Id='c' Type='x/thumbnail' Target='word/t.txt'/>\
            <Relationship Id='d' Type='x/xlBinaryIndex' Target='word/i.bin'/></Relationships>";
        let arrows =
            b"<Relationships><Relationship Id='b' Type='x/font' Target='f.odttf'/></Relationships>";
        let mut picture = vec![0xFF; 60];
        picture[..4].copy_from_slice(&[1, 0, 0, 0]);
        picture[40..44].copy_from_slice(b" EMF");
        let of_a_mac =
            b"\x02\0\0\0\x01\0\0\0\xAA\x19\0\0<?xml version='1.0'?><plist>T3 943 476 5919</plist>";
        let settings = [&[0xFE; 60][..], b"T1 943 476 5919", &[0xFE; 9]].concat();
        let reading = suite::read(&sample::package(&[
            ("word/document.xml", b"<w:document><w:p/></w:document>"),
            ("_rels/.rels", previews),
            ("word/_rels/document.xml.rels", arrows),
            ("word/t.emf", &picture),
            ("word/f.odttf", &[0x9C; 100]),
            (
                "word/i.bin",
                &[0x2A, 0x18, 0, 0, 0, 0, 0x20, 0, 0, 0, 0x95, 2, 0],
            ),
            ("word/t.txt", b"T2 943 476 5919"),
            ("word/printerSettings/p.bin", &settings),
            ("word/printerSettings/q.bin", of_a_mac),
        ]));
        assert!(suite::gaps(&reading).is_empty(), "{:?}", reading.gaps);
        assert!(suite::has(&reading, "T1 943 476 5919"));
        assert!(suite::has(&reading, "T3 943 476 5919"));
        // A thumbnail that is none is read as every file.
        assert!(suite::has(&reading, "T2 943 476 5919"));
    }

    #[test]
    fn a_document_that_is_called_a_font_or_a_setting_is_read() {
        let letter = sample::document("<w:p><w:r><w:t>inner 943 476 5919</w:t></w:r></w:p>");
        let arrows =
            b"<Relationships><Relationship Id='b' Type='x/font' Target='f.odttf'/></Relationships>";
        for (name, arrows) in [
            ("word/f.odttf", arrows.as_slice()),
            ("word/activeX/f.bin", b"<Relationships/>"),
        ] {
            let reading = suite::read(&sample::document_with(
                "<w:p/>",
                &[("word/_rels/document.xml.rels", arrows), (name, &letter)],
            ));
            assert!(suite::has(&reading, "inner 943 476 5919"), "{name}");
        }
    }
}
