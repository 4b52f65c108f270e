//! Pictures: the words in their metadata, and what stands behind their end.
//! Their writing is not read here, which is said; except of pictures so small
//! that there can be none.
//!
//! **What is not here:** SVG, which is XML and read as such
//! (`extract::text_file`), and the recognition of writing.

mod bitmap;
mod exif;
mod found;
mod gif;
mod jpeg;
mod metafile;
mod png;
mod webp;

use memchr::memmem;

use crate::extract::html;
use crate::extract::sink::{Sink, Spot};
use crate::extract::sniff::sniff;
use crate::extract::strings;
use crate::extract::text_file::xml;
use crate::format::Format;
use found::{Found, Size};

/// Reads a picture.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let spot = Spot::default();
    let found = found(bytes, sink);
    tell(bytes, &found, spot, sink);
    let behind = behind(bytes, &found);
    if !behind.is_empty() {
        sink.file(spot, "", "", behind.to_vec());
    }
    if !found.size.is_some_and(is_tiny) || found.end.is_none() {
        sink.picture(spot, bytes);
    }
}

/// Reads the preview of a document that programs put into its file: the first
/// page once more, whose text and pictures are read. So its words are read as
/// those of any picture, and its dots are no gap. False, and nothing is read, of
/// a picture that is too large for a preview: that is one like all others.
pub(in crate::extract) fn preview(bytes: &[u8], spot: Spot, sink: &mut Sink<'_>) -> bool {
    let found = found(bytes, sink);
    let is_drawn = metafile::read(bytes).is_some();
    let is_small = found.end.is_some()
        && found
            .size
            .is_some_and(|(width, height)| width.max(height) <= PREVIEW_DOTS);
    if bytes.len() >= PREVIEW_BYTES || !(is_drawn || is_small) {
        return false;
    }
    tell(bytes, &found, spot, sink);
    let behind = behind(bytes, &found);
    if !behind.is_empty() && sniff(behind, "") != Format::Document {
        sink.file(spot, "", "", behind.to_vec());
    } else {
        // PowerPoint fills its previews up with whatever stood in memory.
        sink.text(spot, strings::words(behind));
    }
    true
}

/// The sides of a preview: 128 dots by the standard of open documents (ODF 1.2
/// part 3 section 3.8), 256 in Office's, 512 in `LibreOffice`'s, 576 in WPS's.
const PREVIEW_DOTS: u32 = 640;

/// How large previews are that programs make, at most, in bytes.
const PREVIEW_BYTES: usize = 64 << 10;

/// The words that a Windows metafile draws; none of anything else.
pub(in crate::extract) fn drawn(bytes: &[u8]) -> String {
    let found = metafile::read(bytes).unwrap_or_default();
    found.words.join("\n")
}

fn found(bytes: &[u8], sink: &mut Sink<'_>) -> Found {
    if bytes.starts_with(b"\x89PNG") {
        png::read(bytes, sink)
    } else if bytes.starts_with(b"\xFF\xD8") {
        jpeg::read(bytes)
    } else if bytes.starts_with(b"GIF8") {
        gif::read(bytes)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        webp::read(bytes)
    } else if bytes.starts_with(b"BM") {
        bitmap::read(bytes)
    } else {
        let mut found = metafile::read(bytes).unwrap_or_default();
        // Others keep words anywhere: layers, names, comments.
        found.words.push(strings::words(bytes));
        found
    }
}

/// Tells the words in a picture.
fn tell(bytes: &[u8], found: &Found, spot: Spot, sink: &mut Sink<'_>) {
    let mut words = found.words.clone();
    words.extend(exif::words(bytes));
    for packet in packets(bytes) {
        words.push(xml::text(&packet));
        words.push(html::text(&packet));
        words.push(packet);
    }
    // One text: a picture may have very many comments.
    sink.text(spot, words.join("\n"));
}

/// What stands behind the end of a picture; what fills a block up is nothing.
fn behind<'b>(bytes: &'b [u8], found: &Found) -> &'b [u8] {
    let behind = found.end.and_then(|end| bytes.get(end..)).unwrap_or(b"");
    match behind.iter().position(|byte| *byte != 0) {
        Some(at) => behind.get(at..).unwrap_or(b"").trim_ascii(),
        None => b"",
    }
}

/// Whether a picture is a logo, a bullet or a spacer: a digit that people read
/// is five dots high, and ten of them with a name need more than fifty across.
pub(in crate::extract) fn is_tiny((width, height): Size) -> bool {
    width.max(height) < 50 || width.min(height) < 5
}

/// All packets of XMP, wherever they stand (XMP specification part 3 section 1:
/// made to be found by scanning).
fn packets(bytes: &[u8]) -> Vec<String> {
    const MOST: usize = 100;
    let mut found = Vec::new();
    let mut rest = bytes;
    while let Some(at) =
        memmem::find(rest, b"<x:xmpmeta").or_else(|| memmem::find(rest, b"<rdf:RDF"))
    {
        if found.len() >= MOST {
            break;
        }
        let from = rest.get(at..).unwrap_or(b"");
        let end = |tag: &[u8]| Some(memmem::find(from, tag)?.saturating_add(tag.len()));
        let length = end(b"</x:xmpmeta>")
            .or_else(|| end(b"</rdf:RDF>"))
            .unwrap_or(from.len());
        let (packet, after) = from.split_at_checked(length).unwrap_or((from, b""));
        found.push(String::from_utf8_lossy(packet).into_owned());
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::PREVIEW_DOTS;
    use crate::extract::suite::{gaps, has, read};

    const NUMBER: &str = "NHS 943 476 5919";

    fn chunk(name: &[u8], data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length, name, data, &[0; 4]].concat()
    }

    fn png(side: u32, chunks: &[Vec<u8>]) -> Vec<u8> {
        let head = [side.to_be_bytes(), side.to_be_bytes(), [8, 0, 0, 0]].concat();
        let mut bytes = b"\x89PNG\r\n\x1A\n".to_vec();
        bytes.extend(chunk(b"IHDR", &[head, vec![0]].concat()));
        bytes.extend(chunks.concat());
        bytes.extend(chunk(b"IDAT", b"x"));
        bytes.extend(chunk(b"IEND", b""));
        bytes
    }

    fn zlib(text: &str) -> Vec<u8> {
        use std::io::Write;
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(text.as_bytes()).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn words_in_a_png_are_read() {
        let digits: Vec<String> = NUMBER.bytes().map(|byte| format!("{byte:02x}")).collect();
        let raw = format!("\nexif\n  16\n{}", digits.concat());
        for chunk in [
            chunk(b"tEXt", format!("Comment\0{NUMBER}").as_bytes()),
            chunk(b"zTXt", &[b"Comment\0\0".to_vec(), zlib(NUMBER)].concat()),
            chunk(b"iTXt", format!("Comment\0\0\0en\0x\0{NUMBER}").as_bytes()),
            chunk(
                b"iTXt",
                &[b"Comment\0\x01\0en\0x\0".to_vec(), zlib(NUMBER)].concat(),
            ),
            chunk(
                b"zTXt",
                &[b"Raw profile type exif\0\0".to_vec(), zlib(&raw)].concat(),
            ),
            chunk(b"prVt", NUMBER.as_bytes()),
        ] {
            let reading = read(&png(100, std::slice::from_ref(&chunk)));
            assert!(
                has(&reading, NUMBER),
                "{:?}",
                String::from_utf8_lossy(&chunk)
            );
            assert_eq!(gaps(&reading), ["image image"]);
        }
    }

    #[test]
    fn only_a_tiny_picture_has_no_gap() {
        assert!(gaps(&read(&png(49, &[]))).is_empty());
        assert_eq!(gaps(&read(&png(50, &[]))), ["image image"]);
        // Without its end it may be anything.
        let cut = png(49, &[]);
        assert_eq!(gaps(&read(&cut[..40])), ["image image"]);
    }

    #[test]
    fn what_stands_behind_the_end_is_a_file() {
        let bytes = [png(10, &[]), vec![0, 0], NUMBER.as_bytes().to_vec()].concat();
        assert!(has(&read(&bytes), NUMBER));
    }

    #[test]
    fn words_in_a_jpeg_are_read() {
        let segment = |code: u8, data: &[u8]| {
            let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
            [&[0xFF, code], length.as_slice(), data].concat()
        };
        let iptc = [
            b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x20\x1C\x02\x78\0\x10".to_vec(),
            NUMBER.into(),
        ];
        let xmp = "<x:xmpmeta><rdf:Description x='y'>943 476<b>&#x20;5919</b></rdf:Description></x:xmpmeta>";
        let long = |at: u32, piece: &str| {
            let head = [
                b"http://ns.adobe.com/xmp/extension/\0".as_slice(),
                &[b'A'; 32],
                &[0; 4],
            ];
            let data = [
                &head.concat(),
                at.to_be_bytes().as_slice(),
                piece.as_bytes(),
            ]
            .concat();
            segment(0xE1, &data)
        };
        for segments in [
            segment(0xFE, NUMBER.as_bytes()),
            segment(0xED, &iptc.concat()),
            segment(0xE1, xmp.as_bytes()),
            [long(9, "6 5919"), long(0, "NHS 943 47")].concat(),
        ] {
            let frame = segment(0xC0, &[8, 0, 99, 0, 99, 1, 1, 0x11, 0]);
            let bytes = [&[0xFF, 0xD8], segments.as_slice(), &frame, &[0xFF, 0xD9]].concat();
            let reading = read(&bytes);
            assert!(
                has(&reading, "943 476 5919"),
                "{:?}",
                String::from_utf8_lossy(&segments)
            );
            assert_eq!(gaps(&reading), ["image image"]);
        }
    }

    #[test]
    fn words_in_a_gif_are_read_and_letters_make_no_picture() {
        let mut bytes = b"GIF89a\x64\0\x64\0\0\0\0\x21\xFE\x10".to_vec();
        bytes.extend(NUMBER.as_bytes());
        bytes.extend(b"\0;");
        assert!(has(&read(&bytes), NUMBER));
        for start in ["BM", "GIF", "8BPS", "FWS", "%!PS "] {
            assert!(
                has(&read(format!("{start} {NUMBER}").as_bytes()), NUMBER),
                "{start}"
            );
        }
    }

    #[test]
    fn words_drawn_in_pieces_are_whole() {
        let mut emf = vec![0; 108];
        emf[0] = 1;
        emf[4] = 108;
        emf[40..44].copy_from_slice(b" EMF");
        for piece in ["9434", "765919"] {
            let text: Vec<u8> = piece.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let mut record = vec![0; 76];
            record[0] = 84;
            record[4] = u8::try_from(76 + text.len()).unwrap();
            record[44] = u8::try_from(piece.len()).unwrap();
            record[48] = 76;
            record.extend(text);
            emf.extend(record);
        }
        let reading = read(&emf);
        assert!(has(&reading, "9434765919") && has(&reading, "9434 765919"));
        assert_eq!(gaps(&reading), ["image image"]);
    }

    #[test]
    fn a_preview_is_read_and_no_gap_unless_it_is_large() {
        use crate::extract::office::sample;
        let text = chunk(b"tEXt", format!("Comment\0{NUMBER}").as_bytes());
        let package = |kind: &str, picture: &[u8]| {
            let arrows = format!(
                "<Relationships><Relationship Id='a' Type='x/thumbnail' Target='docProps/{kind}'/></Relationships>"
            );
            let document = b"<w:document><w:p/></w:document>";
            sample::package(&[
                ("_rels/.rels", arrows.as_bytes()),
                ("word/document.xml", document),
                (&format!("docProps/{kind}"), picture),
            ])
        };
        let small = png(PREVIEW_DOTS, std::slice::from_ref(&text));
        let large = png(PREVIEW_DOTS + 1, std::slice::from_ref(&text));
        for (bytes, expected) in [
            (package("thumbnail.png", &small), &[][..]),
            (package("thumbnail.png", &large), &["image image"]),
            (
                sample::package(&[
                    ("mimetype", b"application/vnd.oasis.opendocument.text"),
                    ("Thumbnails/thumbnail.png", &small),
                ]),
                &[],
            ),
            (
                sample::package(&[
                    ("mimetype", b"application/vnd.oasis.opendocument.text"),
                    ("Thumbnails/thumbnail.png", &large),
                ]),
                &["image image"],
            ),
            (
                sample::package(&[
                    ("mimetype", b"application/vnd.oasis.opendocument.text"),
                    ("Pictures/thumbnail.png", &small),
                ]),
                &["image image"],
            ),
        ] {
            let reading = read(&bytes);
            assert!(has(&reading, NUMBER), "{reading:?}");
            assert_eq!(gaps(&reading), expected, "{reading:?}");
        }
        // What stands behind its end is a file as behind any picture; or it is
        // what stood in memory, of which the words are read.
        for tail in [
            "{\\rtf1 T1 943 476 59{\\b 19}}",
            "\u{1}\u{2}T1 943 476 5919\u{1}",
        ] {
            let hiding = [&small[..], tail.as_bytes()].concat();
            let reading = read(&package("thumbnail.png", &hiding));
            assert!(has(&reading, "T1 943 476 5919"), "{reading:?}");
            assert_eq!(gaps(&reading), [] as [&str; 0]);
        }
    }
}
