//! Reads a file and all that is inside it: what it is says its content, and
//! each format has a reader of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::file::{File, Reader, Reading};
use super::gathering::Gathering;
use super::sink::{Sink, Spot};
use super::{archive, cms, legacy, office, open_document, pdf, picture, sheet, sniff, text_file};
use crate::format::Format;
use crate::limits::Limits;
use crate::location::Place;
use crate::mail::GapReason;

/// Reads in this process, without a bound on time: for tests and fuzzing.
#[derive(Clone, Copy, Debug, Default)]
pub struct InProcess;

impl Reader for InProcess {
    fn read(&self, file: File, limits: &Limits) -> Reading {
        read_file(file, limits)
    }
}

/// Reads a file and all that is inside it, within what is left of the limits.
pub fn read_file(file: File, limits: &Limits) -> Reading {
    read(file, limits, None)
}

/// The same, but the texts of each file inside are handed on as soon as it was
/// read: whoever stops waiting has them. The rest is returned.
pub fn read_in_pieces(file: File, limits: &Limits, hand_on: &mut dyn FnMut(Reading)) -> Reading {
    read(file, limits, Some(hand_on))
}

fn read(file: File, limits: &Limits, mut hand_on: Option<&mut dyn FnMut(Reading)>) -> Reading {
    let mut gathering = Gathering::new(limits);
    let mut open = vec![file];
    while let Some(file) = open.pop() {
        let format = sniff::sniff(file.bytes.reveal(), &file.media_type);
        let mut sink = Sink::of(&file, format, &mut gathering);
        // The libraries below have panicked on damaged files before.
        let result = catch_unwind(AssertUnwindSafe(|| {
            one(&file, format, &mut sink);
            let bytes = file.bytes.reveal();
            if format != Format::Zip && !bytes.starts_with(b"PK") {
                archive::zip::appended(bytes, &mut sink);
            }
        }));
        if result.is_err() {
            sink.gap(Spot::default(), GapReason::ReaderFailed);
        }
        let bytes = file.bytes.reveal();
        // Signatures of four bytes may hold what no text does.
        let behind = bytes.get(4..).unwrap_or(b"");
        let is_text = sniff::is_document_in_text(format, bytes) || sniff::is_plain(behind);
        let was_text = matches!(
            format,
            Format::Text | Format::Html | Format::Xml | Format::Json
        );
        if sink.is_damaged() && is_text && !was_text {
            // Who opens it may see what its reader did not come to; and a list
            // may begin as anything does.
            text_file::read(bytes, Format::Text, "", &mut sink);
        }
        // Depth first: what one archive holds is in memory, not what all do.
        let mut found = gathering.take_files();
        found.reverse();
        open.append(&mut found);
        if let Some(hand_on) = &mut hand_on
            && !open.is_empty()
        {
            let piece = gathering.take_texts();
            if !piece.texts.is_empty() {
                hand_on(piece);
            }
        }
    }
    gathering.finish()
}

fn one(file: &File, format: Format, sink: &mut Sink<'_>) {
    let bytes = file.bytes.reveal().as_slice();
    match format {
        Format::Zip => archive::zip::read(bytes, sink),
        Format::Tar => archive::tar::read(bytes, sink),
        Format::Gzip | Format::Bzip2 | Format::Xz | Format::Zstd => {
            archive::stream::read(bytes, format, file.name.reveal(), sink);
        }
        Format::SevenZip => archive::seven_zip::read(bytes, sink),
        Format::Rar => archive::rar::read(bytes, sink),
        Format::Uuencode => {
            archive::uuencode::read(bytes, sink);
            // A message's text around it was read with the message.
            if file.place != Place::Body {
                text_file::read(bytes, Format::Text, "", sink);
            }
        }
        Format::Docx => office::word::read(bytes, sink),
        Format::Pptx => office::slides::read(bytes, sink),
        Format::Office => office::encrypted::read(bytes, sink),
        Format::Xlsx => sheet::xlsx::read(bytes, sink),
        Format::Xlsb => sheet::xlsb::read(bytes, sink),
        Format::Xls => sheet::xls::read(bytes, sink),
        Format::OpenDocument => open_document::read(bytes, sink),
        Format::FlatOpenDocument => open_document::read_flat(bytes, sink),
        Format::Pdf => pdf::read(bytes, sink),
        Format::Doc => legacy::doc::read(bytes, sink),
        Format::Ppt => legacy::ppt::read(bytes, sink),
        Format::Msg => legacy::msg::read(bytes, sink),
        Format::Tnef => legacy::tnef::read(bytes, sink),
        Format::Rtf => legacy::rtf::read(bytes, sink),
        Format::Image => picture::read(bytes, sink),
        Format::Message => text_file::read_message(bytes, sink),
        Format::Mbox => text_file::read_mailbox(bytes, sink),
        Format::Html
        | Format::Calendar
        | Format::Vcard
        | Format::Cda
        | Format::Json
        | Format::Xml
        | Format::Text => text_file::read(bytes, format, &file.media_type, sink),
        Format::Pgp => sink.gap(Spot::default(), GapReason::Encrypted),
        Format::Smime => cms::read(bytes, sink),
        Format::Document if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) => {
            legacy::embedded::read(bytes, sink);
        }
        Format::Archive | Format::Audio | Format::Document | Format::Executable | Format::Video => {
            text_file::unknown(bytes, sink);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::extract::suite;

    #[test]
    fn what_each_file_inside_gives_is_handed_on_before_the_next_is_read() {
        let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["one.txt", "two.txt", "three.txt"] {
            let options = SimpleFileOptions::default();
            packed.start_file(name, options).unwrap();
            packed
                .write_all(format!("this is {name}").as_bytes())
                .unwrap();
        }
        let file = suite::file(&packed.finish().unwrap().into_inner());
        let limits = Limits::default();
        let mut whole = Reading::default();
        let mut pieces = 0;
        let last = read_in_pieces(file.clone(), &limits, &mut |piece| {
            pieces += 1;
            whole.append(piece);
        });
        whole.append(last);
        // The names, one, two; three comes last.
        assert_eq!(pieces, 3);
        let expected = read_file(file, &limits);
        assert_eq!(whole.texts, expected.texts);
        assert_eq!(whole.gaps, expected.gaps);
    }
}
